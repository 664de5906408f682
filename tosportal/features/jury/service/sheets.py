"""Declarations, marks, signatures. The journal keeps who did what when, never a mark: staff read the journal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.contest_states import Phase
from tosportal.domain.criteria import Criterion
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.regulation import Regulation
from tosportal.domain.score_sheet import LONGEST_COMMENT, LONGEST_NOTE, check_may_sign, note_place, read_marks
from tosportal.domain.scoring import sheet_total
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import phase_of, regulation_of
from tosportal.features.jury import letters
from tosportal.features.jury.models import ConflictDeclaration, Juror, Mark, ScoreSheet
from tosportal.features.jury.queries import (
    criteria_judging,
    facts_of_jurors,
    jury_progress,
    last_declaration,
    marks_of,
    own_sheet,
    reasons_for,
    sheet_of,
)
from tosportal.features.registry.queries import secretaries_of
from tosportal.support import audit, notifications
from tosportal.support.db import db

LONGEST_REASON = 2000


def ensure_scoring(contest: Contest, regulation: Regulation, now: datetime) -> None:
    """Raises RuleBroken that says kindly why marks are not taken now, with the moment."""
    phase = phase_of(contest, regulation, now)
    if phase is Phase.SCORING:
        return
    moments = regulation.moments
    if phase is Phase.CANCELLED:
        raise RuleBroken(Remark(N_("Конкурс отменён, оценивать заявки не нужно")))
    if phase in {Phase.DRAFT, Phase.ANNOUNCED, Phase.ACCEPTING, Phase.ADMISSION}:
        if "scoring_from" in moments:
            raise RuleBroken(Remark(N_("Оценка начнётся %(from_at)s"), {"from_at": moments["scoring_from"]}))
        raise RuleBroken(Remark(N_("Оценка ещё не началась")))
    if "scoring_until" in moments:
        raise RuleBroken(
            Remark(
                N_("Оценка закончилась %(until_at)s, изменить её уже нельзя"), {"until_at": moments["scoring_until"]}
            )
        )
    raise RuleBroken(Remark(N_("Оценка закончилась, изменить её уже нельзя")))


def declare_conflict(
    juror: Juror, application: Application, *, has_conflict: bool, reason: str, now: datetime
) -> ConflictDeclaration:
    """The juror has said whether there is a conflict. With one the application is theirs no more, for good.

    A conflict may come to light late, until the results are approved: a sheet that is there is kept and left out.
    Saying the same again changes nothing. Raises RuleBroken: no reason for a conflict, the portal itself knows of a
    conflict, a conflict was declared before, not the time.
    """
    contest, regulation = _contest_of(juror, application)
    phase = phase_of(contest, regulation, now)
    if not (has_conflict and phase is Phase.DECIDING):
        ensure_scoring(contest, regulation, now)
    _ensure_admitted(juror, application)
    last = last_declaration(juror, application)
    if last is not None and last.has_conflict == has_conflict:
        return last
    if reasons := reasons_for(juror, application):
        raise RuleBroken([Remark(N_("Эту заявку вы не оцениваете")), *reasons])
    reason = cleaned(reason).strip()
    if has_conflict and not reason:
        raise RuleBroken(Remark(N_("Напишите, в чём личный интерес: этого достаточно одной фразой"), place="reason"))
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(Remark(N_("Объяснение — до %(limit)s знаков"), {"limit": LONGEST_REASON}, "reason"))
    row = ConflictDeclaration(
        juror_id=juror.id,
        application_id=application.id,
        has_conflict=has_conflict,
        reason=reason if has_conflict else "",
        declared_at=now,
    )
    db.session.add(row)
    db.session.flush()
    person = _person(juror)
    facts: dict[str, object] = {"juror": juror.code, "application_id": application.id, "has_conflict": has_conflict}
    if has_conflict:
        sheet = own_sheet(juror, application)
        facts["struck_out"] = sheet is not None
        was_signed = sheet is not None and sheet.signed_at is not None
        _tell_of_conflict(row, juror=person, application=application, contest=contest, was_signed=was_signed)
    _record(
        "jury.conflict_declared" if has_conflict else "jury.no_conflict_declared",
        row,
        contest,
        person,
        now,
        facts=facts,
    )
    return row


def save_marks(
    juror: Juror,
    application: Application,
    *,
    marks: Mapping[str, str],
    comment: str,
    version: int,
    now: datetime,
    notes: Mapping[str, str] | None = None,
) -> ScoreSheet:
    """The sheet holds these marks as typed (criterion → text; empty: none yet), notes to them, and its total if full.

    Half-done sheets are kept. `version` is that of the sheet the juror saw, 0 for none: StateConflict when another tab
    has saved since; the same content again changes nothing. Raises RuleBroken next to the field for what is no mark,
    for a signed sheet, outside the time of scoring; NotAllowed with a conflict or without a declaration.
    """
    contest, regulation = _contest_of(juror, application)
    ensure_scoring(contest, regulation, now)
    _ensure_may_judge(juror, application)
    criteria = jury_criteria(regulation, application)
    points, texts, comment = _read(criteria, marks, notes or {}, comment)
    sheet = _locked_sheet(juror, application)
    if sheet is not None and _content(sheet) == (points, texts, comment):
        return sheet
    if sheet is not None and sheet.signed_at is not None:
        raise RuleBroken(Remark(N_("Лист подписан, изменить его нельзя")))
    if (sheet.version if sheet else 0) != version:
        raise StateConflict(Remark(N_("Эту оценку вы уже изменили в другом окне")))
    if sheet is None:
        sheet = ScoreSheet(juror_id=juror.id, application_id=application.id, comment="", saved_at=now)
        set_committed_value(sheet, "marks", [])
        try:
            with db.session.begin_nested():
                db.session.add(sheet)
        except IntegrityError:  # another tab made it in the same instant
            raise StateConflict(Remark(N_("Эту оценку вы уже изменили в другом окне"))) from None
    else:
        flag_modified(sheet, "saved_at")
    known = marks_of(sheet)
    for code in {*known, *points, *texts}:
        mark = known.get(code)
        if code not in points and code not in texts:
            sheet.marks.remove(known[code])
            continue
        if mark is None:
            mark = Mark(criterion=code)
            sheet.marks.append(mark)
        mark.points, mark.comment = points.get(code), texts.get(code, "")
    sheet.comment, sheet.saved_at = comment, now
    is_full = all(criterion.code in points for criterion in criteria)
    sheet.total = sheet_total(criteria, points) if is_full else None
    db.session.flush()
    facts: dict[str, object] = {"juror": juror.code, "application_id": application.id, "version": sheet.version}
    _record(
        "jury.sheet_saved",
        sheet,
        contest,
        _person(juror),
        now,
        facts=facts | {"marked": len(points), "of": len(criteria)},
    )
    return sheet


def sign_sheet(sheet: ScoreSheet, *, now: datetime, version: int | None = None) -> ScoreSheet:
    """The sheet is signed and locked; its marks count. A second time changes nothing.

    `version` is that of the sheet the juror read before signing. The secretaries hear when it was the last of all.
    Raises RuleBroken with every mark and note that is missing, or outside the time of scoring; StateConflict.
    """
    db.session.flush()
    db.session.execute(select(ScoreSheet.id).where(ScoreSheet.id == sheet.id).with_for_update())
    sheet, juror, application = sheet_of(sheet.id)
    if sheet.signed_at is not None:
        return sheet
    contest, regulation = _contest_of(juror, application)
    ensure_scoring(contest, regulation, now)
    _ensure_may_judge(juror, application)
    if version is not None and version != sheet.version:
        raise StateConflict(Remark(N_("Эту оценку вы уже изменили в другом окне")))
    criteria = jury_criteria(regulation, application)
    points, texts, _comment = _content(sheet)
    if remarks := check_may_sign(criteria, points, texts):
        raise RuleBroken(remarks)
    sheet.total = sheet_total(criteria, points)
    sheet.signed_at = now
    db.session.flush()
    facts: dict[str, object] = {"juror": juror.code, "application_id": application.id, "version": sheet.version}
    _record("jury.sheet_signed", sheet, contest, _person(juror), now, facts=facts)
    if jury_progress(contest.id).is_done:
        for person in secretaries_of(contest.municipality_id):
            subject, body = letters.all_signed(person, contest)
            notifications.post("jury.done", to=person.email, subject=subject, body=body, now=now, person_id=person.id)
    return sheet


def jury_criteria(regulation: Regulation, application: Application) -> tuple[Criterion, ...]:
    """What the jury itself marks in this application."""
    return tuple(one for one in criteria_judging(regulation, application) if one.is_marked_by_jury)


def _contest_of(juror: Juror, application: Application) -> tuple[Contest, Regulation]:
    contest = db.session.scalars(select(Contest).where(Contest.id == application.contest_id)).one()
    if juror.contest_id != contest.id or juror.left_at is not None:
        raise NotAllowed(Remark(N_("Вы не в жюри этого конкурса")))
    return contest, regulation_of(contest)


def _ensure_admitted(juror: Juror, application: Application) -> None:
    """The application is admitted now, and stays so until this transaction ends."""
    state = db.session.scalar(
        select(Application.state).where(Application.id == application.id).with_for_update(read=True)
    )
    if state != ApplicationState.ADMITTED:
        raise RuleBroken(Remark(N_("Эта заявка сейчас не оценивается")))


def _ensure_may_judge(juror: Juror, application: Application) -> None:
    _ensure_admitted(juror, application)
    ties = facts_of_jurors([juror], contest_id=application.contest_id)
    if reasons := ties.reasons(juror.id, application.id, application.tos_id):
        raise NotAllowed([Remark(N_("Эту заявку вы не оцениваете")), *reasons])
    if application.id not in ties.facts[juror.id].no_conflicts:
        raise NotAllowed(Remark(N_("Сначала скажите, есть ли у вас личный интерес в этой заявке")))


def _read(
    criteria: Sequence[Criterion], marks: Mapping[str, str], notes: Mapping[str, str], comment: str
) -> tuple[dict[str, Decimal], dict[str, str], str]:
    """What was typed as marks, notes and a comment; RuleBroken with a remark for each field that is wrong."""
    codes = {criterion.code for criterion in criteria}
    if unknown := (set(marks) | set(notes)) - codes:
        raise RuleBroken(Remark(N_("Критерия %(code)s эксперт не оценивает"), {"code": sorted(unknown)[0][:40]}))
    points, remarks = read_marks(criteria, {code: cleaned(text) for code, text in marks.items()})
    texts = {code: text for code, typed in notes.items() if (text := cleaned(typed).strip())}
    comment = cleaned(comment).strip()
    for code, text in texts.items():
        if len(text) > LONGEST_NOTE:
            remarks.append(Remark(N_("Пояснение — до %(limit)s знаков"), {"limit": LONGEST_NOTE}, note_place(code)))
    if len(comment) > LONGEST_COMMENT:
        remarks.append(Remark(N_("Замечание — до %(limit)s знаков"), {"limit": LONGEST_COMMENT}, "comment"))
    if remarks:
        raise RuleBroken(remarks)
    return points, texts, comment


def _content(sheet: ScoreSheet) -> tuple[dict[str, Decimal], dict[str, str], str]:
    points = {mark.criterion: mark.points for mark in sheet.marks if mark.points is not None}
    return points, {mark.criterion: mark.comment for mark in sheet.marks if mark.comment}, sheet.comment


def _locked_sheet(juror: Juror, application: Application) -> ScoreSheet | None:
    return db.session.scalars(
        select(ScoreSheet)
        .options(selectinload(ScoreSheet.marks))
        .where(ScoreSheet.juror_id == juror.id, ScoreSheet.application_id == application.id)
        .with_for_update(of=ScoreSheet)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _tell_of_conflict(
    row: ConflictDeclaration, *, juror: Person, application: Application, contest: Contest, was_signed: bool
) -> None:
    for person in secretaries_of(contest.municipality_id):
        subject, body = letters.conflict(
            person,
            juror=juror,
            application=application,
            contest=contest,
            reason=row.reason,
            was_signed=was_signed,
        )
        notifications.post(
            "jury.conflict", to=person.email, subject=subject, body=body, now=row.declared_at, person_id=person.id
        )


def _person(juror: Juror) -> Person:
    return db.session.scalars(select(Person).where(Person.id == juror.person_id)).one()


def _record(
    act: str,
    row: ConflictDeclaration | ScoreSheet,
    contest: Contest,
    actor: Person,
    now: datetime,
    *,
    facts: dict[str, object],
) -> None:
    db.session.flush()
    audit.record(act, row, actor=actor, now=now, after=facts, municipality_id=contest.municipality_id)
