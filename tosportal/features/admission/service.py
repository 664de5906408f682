"""What the secretary does with a submitted application: check, return, admit, refuse, take a decision back."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from tosportal.domain.admission import (
    Checked,
    Verdict,
    broken_rules,
    check_may_admit,
    check_may_refuse,
    check_may_return,
    ensure_known,
    reasons_in_words,
)
from tosportal.domain.application_states import STATE_NAMES, ApplicationAct, ApplicationState
from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.regulation import AdmissionItem
from tosportal.domain.workdays import add_workdays, end_of_day
from tosportal.features.accounts.models import Person
from tosportal.features.admission import letters, queries
from tosportal.features.admission.models import AdmissionAct, AdmissionCheck
from tosportal.features.applications.models import Application
from tosportal.features.applications.service import advance_application
from tosportal.features.contests.queries import phase_of
from tosportal.support import audit, notifications
from tosportal.support.db import db

LONGEST_REMARK, LONGEST_REASONS = 2000, 5000
MOST_WORKDAYS = 30
COLUMNS = [column.key for column in Application.__mapper__.column_attrs]
REOPENED_FROM = frozenset({ApplicationState.ADMITTED, ApplicationState.REFUSED, ApplicationState.RETURNED})
CHECKED_IN = frozenset({Phase.ACCEPTING, Phase.ADMISSION, Phase.SCORING})

Verdicts = Mapping[str, tuple[str, str]]


def save_checklist(
    application: Application, verdicts: Verdicts, *, actor: Person | None, now: datetime, seen: str | None = None
) -> None:
    """The checklist says this now: rule → verdict and remark; a rule left out has no verdict yet.

    `seen` is `queries.seen_version` of what the person was shown: StateConflict when somebody else has changed the
    checklist or the application since. The same checklist again changes nothing.
    Raises RuleBroken for an unknown rule or verdict, a remark too long, an application that is not being checked.
    """
    items = _ensure_may_check(application, actor, now)
    checked = read_verdicts(verdicts)
    ensure_known(items, checked)
    before = queries.checks_of(application.id)
    same = {row.rule: (row.verdict, row.remark) for row in before.values()}
    given = {one.code: (str(one.verdict), one.remark) for one in checked}
    if same == given:
        return
    _ensure_seen(application, before, seen)
    db.session.execute(
        delete(AdmissionCheck).where(AdmissionCheck.application_id == application.id, AdmissionCheck.rule.not_in(given))
    )
    for code, (verdict, remark) in given.items():
        row = before.get(code)
        if row is None:
            row = AdmissionCheck(application_id=application.id, rule=code)
            db.session.add(row)
        elif (row.verdict, row.remark) == (verdict, remark):
            continue
        row.verdict, row.remark = verdict, remark
        row.checked_at, row.checked_by_id = now, actor.id if actor else None
    db.session.flush()
    _record(
        "admission.checked",
        application,
        actor,
        now,
        before={"verdicts": {code: verdict for code, (verdict, _remark) in sorted(same.items())}},
        after={"verdicts": {code: verdict for code, (verdict, _remark) in sorted(given.items())}},
    )


def return_for_correction(
    application: Application,
    *,
    reasons: str,
    workdays: int,
    actor: Person | None,
    now: datetime,
    seen: str | None = None,
) -> AdmissionAct:
    """The ТОС may correct the application until the end of the last of so many working days, and is told so.

    The term is counted from the day after this one in the zone of the municipality.
    Raises RuleBroken: nothing to correct is named, a term outside 1…30 working days, the state does not allow it.
    """
    items = _ensure_may_check(application, actor, now)
    checks = queries.checks_of(application.id)
    _ensure_seen(application, checks, seen)
    reasons = _reasons(reasons)
    checked = queries.checked_of(checks)
    remarks = [] if reasons and not _wrong(checked) else check_may_return(items, checked)
    if not 1 <= workdays <= MOST_WORKDAYS:
        remarks.append(
            Remark(N_("Срок исправлений — от 1 до %(most)s рабочих дней"), {"most": MOST_WORKDAYS}, "workdays")
        )
    if remarks:
        raise RuleBroken(remarks)
    zone = ZoneInfo(application.contest.municipality.zone)
    due_on = add_workdays(now.astimezone(zone).date(), workdays)
    advance_application(
        application,
        ApplicationAct.RETURN,
        actor=actor,
        now=now,
        fix_until_on=due_on,
        fix_until_at=end_of_day(due_on, zone),
    )
    act = _note(application, "returned", reasons or _summary(items, checked), actor, now, due_on=due_on)
    for person in queries.people_who_filled(application):
        letter = letters.returned(
            application, person, items=items, wrong=_wrong(checked), reasons=reasons, due_on=due_on
        )
        _post("admission.returned", person, letter, now)
    return act


def admit_application(
    application: Application, *, actor: Person | None, now: datetime, seen: str | None = None
) -> AdmissionAct:
    """The application goes on to the jury, and the people who filled it are told so.

    Raises RuleBroken with every row of the checklist that has no verdict or does not comply.
    """
    items = _ensure_may_check(application, actor, now)
    checks = queries.checks_of(application.id)
    _ensure_seen(application, checks, seen)
    if remarks := check_may_admit(items, queries.checked_of(checks)):
        raise RuleBroken(remarks)
    advance_application(application, ApplicationAct.ADMIT, actor=actor, now=now)
    act = _note(application, "admitted", "", actor, now)
    for person in queries.people_who_filled(application):
        _post("admission.admitted", person, letters.admitted(application, person), now)
    return act


def refuse_application(
    application: Application, *, reasons: str, actor: Person | None, now: datetime, seen: str | None = None
) -> AdmissionAct:
    """The application takes no further part, for the named reasons, and the people who filled it are told so.

    Raises RuleBroken: no row that does not comply, a row without a remark, the term of a correction still running.
    """
    items = _ensure_may_check(application, actor, now, acts_on=(ApplicationState.SUBMITTED, ApplicationState.RETURNED))
    checks = queries.checks_of(application.id)
    _ensure_seen(application, checks, seen)
    if application.state == ApplicationState.RETURNED and application.fix_until_at and now < application.fix_until_at:
        raise RuleBroken(
            Remark(
                N_("ТОС исправляет заявку до %(until_at)s: до этого отказать нельзя"),
                {"until_at": application.fix_until_at},
            )
        )
    reasons = _reasons(reasons)
    checked = queries.checked_of(checks)
    if remarks := check_may_refuse(items, checked):
        raise RuleBroken(remarks)
    advance_application(application, ApplicationAct.REFUSE, actor=actor, now=now)
    act = _note(application, "refused", reasons or _summary(items, checked), actor, now)
    for person in queries.people_who_filled(application):
        letter = letters.refused(application, person, items=items, wrong=_wrong(checked), reasons=reasons)
        _post("admission.refused", person, letter, now)
    return act


def reopen_application(
    application: Application, *, reasons: str, actor: Person | None, now: datetime, seen: str | None = None
) -> AdmissionAct:
    """A decision is taken back for the named reason: the application is being checked again as it was last submitted.

    Also the way on when the term of a correction has passed without one. Not once the jury scores: its sheets rest on
    what was admitted. Raises RuleBroken: no reason, too late, the term of a correction still running.
    """
    _ensure_may_check(application, actor, now, acts_on=tuple(REOPENED_FROM), phases=CHECKED_IN - {Phase.SCORING})
    _ensure_seen(application, queries.checks_of(application.id), seen)
    reasons = _reasons(reasons)
    if not reasons:
        raise RuleBroken(Remark(N_("Объясните, почему заявку нужно проверить снова"), place="reasons"))
    if application.state == ApplicationState.RETURNED and application.fix_until_at and now < application.fix_until_at:
        raise RuleBroken(
            Remark(
                N_("ТОС исправляет заявку до %(until_at)s, дождитесь этого срока"),
                {"until_at": application.fix_until_at},
            )
        )
    advance_application(application, ApplicationAct.REOPEN, actor=actor, now=now)
    act = _note(application, "reopened", reasons, actor, now)
    for person in queries.people_who_filled(application):
        _post("admission.reopened", person, letters.reopened(application, person, reasons=reasons), now)
    return act


def read_verdicts(verdicts: Verdicts) -> list[Checked]:
    """Verdicts as they were sent; RuleBroken next to the row for what is no verdict or too long a remark."""
    checked = []
    for code, (verdict, typed) in verdicts.items():
        remark = cleaned(typed).strip()
        if not verdict and not remark:
            continue
        if verdict not in set(Verdict):
            raise RuleBroken(Remark(N_("Выберите: соответствует, не соответствует или не применяется"), place=code))
        if len(remark) > LONGEST_REMARK:
            raise RuleBroken(Remark(N_("Замечание — до %(limit)s знаков"), {"limit": LONGEST_REMARK}, f"{code}-remark"))
        checked.append(Checked(code, Verdict(verdict), remark))
    return checked


def _ensure_may_check(
    application: Application,
    actor: Person | None,
    now: datetime,
    acts_on: tuple[ApplicationState, ...] = (ApplicationState.SUBMITTED,),
    phases: frozenset[Phase] = CHECKED_IN,
) -> tuple[AdmissionItem, ...]:
    """The checklist by which this application is checked, when it may be checked by this person now.

    The row is locked and fresh from here on: of two secretaries the second sees what the first did.
    """
    db.session.refresh(application, attribute_names=COLUMNS, with_for_update=True)
    if actor is not None and queries.is_of_tos(actor.id, application.tos_id):
        raise NotAllowed(Remark(N_("Вы состоите в этом ТОС: его заявку проверяет другой секретарь")))
    own, current = queries.regulations_of(application)
    if phase_of(application.contest, current, now) not in phases:
        raise RuleBroken(Remark(N_("Время проверки заявок прошло: решение о допуске уже не меняется")))
    if application.state not in acts_on:
        state = Remark(STATE_NAMES[application.state])
        raise RuleBroken(Remark(N_("Сделать это нельзя: заявка в состоянии «%(state)s»"), {"state": state}))
    return own.admission


def _ensure_seen(application: Application, checks: Mapping[str, AdmissionCheck], seen: str | None) -> None:
    if seen is not None and seen != queries.seen_version(application, checks):
        raise StateConflict(Remark(N_("Пока вы смотрели, проверку этой заявки изменил кто-то ещё")))


def _reasons(text: str) -> str:
    reasons = cleaned(text).strip()
    if len(reasons) > LONGEST_REASONS:
        raise RuleBroken(Remark(N_("Объяснение — до %(limit)s знаков"), {"limit": LONGEST_REASONS}, "reasons"))
    return reasons


def _wrong(checked: list[Checked]) -> list[Checked]:
    return [one for one in checked if one.verdict is Verdict.NOT_OK]


def _summary(items: tuple[AdmissionItem, ...], checked: list[Checked]) -> str:
    """The reasons in the words of the checklist, when the secretary adds none."""
    return reasons_in_words(broken_rules(items, checked))[:LONGEST_REASONS]


def _note(
    application: Application, act: str, reasons: str, actor: Person | None, now: datetime, *, due_on: date | None = None
) -> AdmissionAct:
    row = AdmissionAct(
        application_id=application.id,
        act=act,
        reasons=reasons,
        due_on=due_on,
        acted_at=now,
        acted_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    after: dict[str, object] = {"act_id": row.id} | ({"due_on": due_on} if due_on else {})
    _record(f"admission.{act}", application, actor, now, before={}, after=after)
    return row


def _record(
    act: str,
    application: Application,
    actor: Person | None,
    now: datetime,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    db.session.flush()
    audit.record(
        act,
        application,
        actor=actor,
        now=now,
        before=before,
        after=after,
        municipality_id=application.contest.municipality_id,
    )


def _post(kind: str, person: Person, letter: letters.Letter, now: datetime) -> None:
    subject, body = letter
    notifications.post(kind, to=person.email, subject=subject, body=body, now=now, person_id=person.id)
