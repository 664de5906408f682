"""What a juror does with one application: a declaration, a sheet, a signature; its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.criteria import Criterion, points_of, shown
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.explaining import explain, explain_scoring
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation
from tosportal.domain.score_sheet import check_may_sign, choices_of, needs_note
from tosportal.features.accounts.guards import ensure_may, needs, person
from tosportal.features.accounts.looks import note_look
from tosportal.features.admission.papers import application_paper, files_by_slot
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import last_submission, submitted_documents
from tosportal.features.applications.service import ensure_given_out
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import (
    phase_of,
    regulation_of,
    regulation_of_edition,
)
from tosportal.features.jury import queries, service
from tosportal.features.jury.queries import OwnSheet
from tosportal.features.jury.routes.blueprint import blueprint
from tosportal.features.jury.routes.work import BEFORE
from tosportal.features.registry.queries import current_chair, people_of_tos
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.filters import hour, local, say
from tosportal.web.stored_files import given_out_clean
from tosportal.web.until import until_words

EXTENSIONS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
}


# --- one application -----------------------------------------------------------------------------------------------


def _own(slug: str, key: str) -> OwnSheet:
    """The application before this juror, or 404 as if it did not exist."""
    own = queries.sheet_for_juror(key, person())
    if own is None or own.contest.slug != slug:
        abort(404)
    ensure_may(Permission.SHEET_SCORE, contest=own.contest.id)
    return own


def _closed(contest: Contest, regulation: Regulation) -> ResponseReturnValue | None:
    """The kind page instead of a sheet, when it is not the time of scoring."""
    phase = phase_of(contest, regulation, now())
    if phase is Phase.SCORING:
        return None
    return render_template(
        "jury/closed.html",
        contest=contest,
        phase=phase,
        moments=regulation.moments,
        before=BEFORE,
        until_words=until_words,
    )


@blueprint.route("/jury/<slug>/<key>/declare", methods=["GET", "POST"])
@needs(Permission.CONFLICT_DECLARE)
def declare(slug: str, key: str) -> ResponseReturnValue:
    own = _own(slug, key)
    regulation = regulation_of(own.contest)
    late = own.declared and phase_of(own.contest, regulation, now()) is Phase.DECIDING
    if not late and (page := _closed(own.contest, regulation)):
        return page
    if request.method == "GET":
        return _declare_page(own, regulation)
    choice, reason = request.form.get("conflict", ""), request.form.get("reason", "")
    if choice not in {"yes", "no"} or (own.declared and choice == "no"):
        remark = Remark(N_("Выберите ответ"), place="conflict")
        return _declare_page(own, regulation, remarks=[remark], choice=choice, reason=reason), 422
    try:
        with db.session.begin_nested():
            service.declare_conflict(own.juror, own.application, has_conflict=choice == "yes", reason=reason, now=now())
    except RuleBroken as refused:
        if not any(remark.place for remark in refused.remarks):
            raise
        page = _declare_page(_own(slug, key), regulation, remarks=refused.remarks, choice=choice, reason=reason)
        return page, 422
    if choice == "yes":
        number = own.application.number
        flash(_("Заявку № %(number)s вы не оцениваете. Секретарь получит письмо.", number=number), "success")
        return redirect(url_for(".contest", slug=slug), 303)
    return redirect(url_for(".sheet", slug=slug, key=key), 303)


def _declare_page(
    own: OwnSheet, regulation: Regulation, *, remarks: Sequence[Remark] = (), choice: str = "", reason: str = ""
) -> str:
    """Only what tells the juror whom they would judge: the number, the ТОС, the title, the people."""
    application = own.application
    people = _people_of(application)
    family = person().full_name.split()[:1]
    return render_template(
        "jury/declare.html",
        contest=own.contest,
        application=application,
        declared=own.declared,
        nomination=regulation.nomination(application.nomination),
        people=people,
        namesakes=[name for name in people if family and name.split()[:1] == family],
        remarks=remarks,
        errors=bool(remarks),
        choice=choice,
        reason=reason,
    )


def _people_of(application: Application) -> list[str]:
    """The people behind an application: who chairs and speaks for the ТОС; a nominee where a person applies."""
    chair = current_chair(application.tos_id, local(now()).date())
    names = [chair.full_name] if chair else []
    names += [one.full_name for one in people_of_tos(application.tos_id) if one.full_name]
    own_edition = regulation_of_edition(application.regulation)
    nomination = own_edition.nomination(application.nomination)
    submission = last_submission(application.id)
    if nomination is not None and nomination.applicant == "person" and submission is not None:
        paper = application_paper(
            frozen_answers(submission.content), own_edition, application.nomination, personal=True
        )
        names = [*paper.names, *names]
    return list(dict.fromkeys(names))


@dataclass(frozen=True)
class CriterionView:
    """A criterion on the sheet: what may be chosen, what is typed or saved, what the portal has computed."""

    criterion: Criterion
    typed: str = ""
    note: str = ""
    needs_note: bool = False
    choices: Sequence[Decimal] = ()
    counts: Sequence[queries.Count] = ()
    points: Decimal | None = None
    saved: str = ""
    saved_note: str = ""

    @property
    def differs(self) -> bool:
        return (self.typed.strip().replace(",", "."), self.note.strip()) != (self.saved, self.saved_note)


@blueprint.get("/jury/<slug>/<key>")
@needs(Permission.SHEET_SCORE)
def sheet(slug: str, key: str) -> ResponseReturnValue:
    own = _own(slug, key)
    regulation = regulation_of(own.contest)
    if page := _closed(own.contest, regulation):
        return page
    if not own.declared:
        return redirect(url_for(".declare", slug=slug, key=key))
    return _sheet_page(own, regulation)


@blueprint.post("/jury/<slug>/<key>")
@needs(Permission.SHEET_SCORE)
def save_sheet(slug: str, key: str) -> ResponseReturnValue:
    own = _own(slug, key)
    regulation = regulation_of(own.contest)
    form = request.form
    criteria = [one for one in queries.criteria_judging(regulation, own.application) if one.is_marked_by_jury]
    typed = {one.code: form.get(f"mark-{one.code}", "") for one in criteria}
    chosen, _sign, points = form.get("level", "").partition("=")
    if chosen in typed:
        typed[chosen] = points
    notes = {one.code: form.get(f"note-{one.code}", "") for one in criteria}
    revision = form.get("revision", "0")
    by_itself = request.headers.get("X-Requested-With") == "autosave"
    try:
        with db.session.begin_nested():
            saved = service.save_marks(
                own.juror,
                own.application,
                marks=typed,
                notes=notes,
                comment=form.get("comment", ""),
                version=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
                now=now(),
            )
    except RuleBroken as refused:
        if by_itself:
            return jsonify(remarks=[say(remark) for remark in refused.remarks]), 422
        if not any(remark.place for remark in refused.remarks):
            raise
        return _sheet_page(_own(slug, key), regulation, typed=typed, notes=notes, remarks=refused.remarks), 422
    except StateConflict as conflict:
        if by_itself:
            return jsonify(remarks=[say(remark) for remark in conflict.remarks]), 409
        page = _sheet_page(_own(slug, key), regulation, typed=typed, notes=notes, conflict=conflict.remarks)
        return page, 409
    if by_itself:
        return jsonify(revision=saved.version, saved=_("Сохранено в %(time)s", time=f"{local(now()):%H:%M}"))
    return _go_on(own, form.get("act", ""), chosen)


def _go_on(own: OwnSheet, act: str, chosen: str) -> ResponseReturnValue:
    """Where the button leads after a save."""
    slug, key = own.contest.slug, own.application.key
    if act == "sign":
        return redirect(url_for(".sign", slug=slug, key=key), 303)
    if act == "next":
        following = queries.work_of(own.juror, ties=own.ties).next_after(key)
        flash(_("Оценка заявки № %(number)s сохранена.", number=own.application.number), "success")
        if following is None:
            return redirect(url_for(".contest", slug=slug), 303)
        return redirect(url_for(".sheet", slug=slug, key=following.key), 303)
    anchor = f"mark-{chosen}" if chosen else None
    if not chosen:
        flash(_("Сохранено %(moment)s.", moment=hour(now())), "success")
    return redirect(url_for(".sheet", slug=slug, key=key, _anchor=anchor), 303)


def _sheet_page(
    own: OwnSheet,
    regulation: Regulation,
    *,
    typed: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    remarks: Sequence[Remark] = (),
    conflict: Sequence[Remark] = (),
) -> str:
    """The application on one side, the criteria on the other; what was typed stays."""
    application = own.application
    own_edition = regulation_of_edition(application.regulation)
    submission = last_submission(application.id)
    answers = frozen_answers(submission.content) if submission else {}
    attachments = submitted_documents(submission)
    measured = queries.measured_of(regulation, application, answers, application.tos)
    criteria = queries.criteria_judging(regulation, application, measured)
    work = queries.work_of(own.juror, ties=own.ties)
    before, after = work.neighbours(application.key)
    marked = [one for one in criteria if one.is_marked_by_jury]
    return render_template(
        "jury/sheet.html",
        contest=own.contest,
        application=application,
        nomination=regulation.nomination(application.nomination),
        sheet=own.sheet,
        paper=application_paper(
            answers, own_edition, application.nomination, personal=False, group=regulation.scoring.group_of(measured)
        ),
        files=[one for one in files_by_slot(own_edition.documents, attachments) if one.files],
        numbers={one.id: number for number, one in enumerate(attachments, 1)},
        views=[_view(one, own, typed, notes) for one in marked],
        computed=[
            CriterionView(one, counts=queries.counts_of(one, measured), points=points_of(one, measured))
            for one in criteria
            if not one.is_marked_by_jury
        ],
        total=_partial_total(marked, own),
        highest=sum((one.weight * one.maximum for one in marked), Decimal(0)),
        explained={one.code: explain(regulation, one) for one in criteria},
        scoring=regulation.scoring,
        scoring_words=explain_scoring(regulation),
        comment=request.form.get("comment", "") if typed is not None else (own.sheet.comment if own.sheet else ""),
        work=work,
        place=work.place_of(application.key),
        before=before,
        after=after,
        next_row=work.next_after(application.key),
        remarks=[placed(remark) for remark in remarks],
        conflict=conflict,
        errors=bool(remarks or conflict),
        revision=own.sheet.version if own.sheet else 0,
    )


def _view(
    criterion: Criterion, own: OwnSheet, typed: Mapping[str, str] | None, notes: Mapping[str, str] | None
) -> CriterionView:
    mark = queries.marks_of(own.sheet).get(criterion.code)
    saved = f"{mark.points.normalize():f}" if mark is not None and mark.points is not None else ""
    note = mark.comment if mark is not None else ""
    low = mark is not None and mark.points is not None and needs_note(criterion, mark.points)
    return CriterionView(
        criterion,
        typed=saved if typed is None else typed.get(criterion.code, ""),
        note=note if notes is None else notes.get(criterion.code, ""),
        needs_note=low,
        choices=choices_of(criterion),
        saved=saved,
        saved_note=note,
    )


def _partial_total(criteria: Sequence[Criterion], own: OwnSheet) -> Decimal:
    """The total of what is marked so far: what the script shows while typing."""
    marks = queries.marks_of(own.sheet)
    given = ((one.weight, marks[one.code].points) for one in criteria if one.code in marks)
    return sum((weight * points for weight, points in given if points is not None), Decimal(0))


def placed(remark: Remark) -> Remark:
    """A remark with the id of the input it belongs to on the sheet."""
    if not remark.place or remark.place == "comment":
        return remark
    code = remark.place.removesuffix("-note")
    return replace(remark, place=f"note-{code}" if code != remark.place else f"mark-{code}")


# --- the signature and the files -----------------------------------------------------------------------------------


@blueprint.route("/jury/<slug>/<key>/sign", methods=["GET", "POST"])
@needs(Permission.SHEET_SCORE)
def sign(slug: str, key: str) -> ResponseReturnValue:
    own = _own(slug, key)
    regulation = regulation_of(own.contest)
    if page := _closed(own.contest, regulation):
        return page
    if not own.declared or own.sheet is None:
        return redirect(url_for(".sheet", slug=slug, key=key))
    if request.method == "GET":
        return _sign_page(own, regulation)
    text = request.form.get("revision", "")
    version = int(text) if text.isdecimal() and len(text) < 9 else 0
    try:
        with db.session.begin_nested():
            service.sign_sheet(own.sheet, now=now(), version=version)
    except RuleBroken:
        return _sign_page(_own(slug, key), regulation), 422
    except StateConflict as conflict:
        return _sign_page(_own(slug, key), regulation, conflict=conflict.remarks), 409
    flash(_("Лист по заявке № %(number)s подписан.", number=own.application.number), "success")
    following = queries.work_of(own.juror, ties=own.ties).next_after(key)
    if following is None:
        return redirect(url_for(".contest", slug=slug), 303)
    return redirect(url_for(".sheet", slug=slug, key=following.key), 303)


def _sign_page(own: OwnSheet, regulation: Regulation, conflict: Sequence[Remark] = ()) -> str:
    """The marks to read once more before they are locked; or what the sheet still lacks."""
    criteria = [one for one in queries.criteria_judging(regulation, own.application) if one.is_marked_by_jury]
    marks = queries.marks_of(own.sheet)
    points = {code: mark.points for code, mark in marks.items() if mark.points is not None}
    notes = {code: mark.comment for code, mark in marks.items()}
    return render_template(
        "jury/sign.html",
        contest=own.contest,
        application=own.application,
        sheet=own.sheet,
        rows=[
            (one, shown(points[one.code]) if one.code in points else "", notes.get(one.code, "")) for one in criteria
        ],
        lacking=[placed(remark) for remark in check_may_sign(criteria, points, notes)],
        conflict=conflict,
        total=_partial_total(criteria, own),
        highest=sum((one.weight * one.maximum for one in criteria), Decimal(0)),
    )


@blueprint.get("/jury/<slug>/<key>/files/<int(max=9999):number>")
@needs(Permission.SHEET_SCORE)
def file(slug: str, key: str, number: int) -> ResponseReturnValue:
    """A file by its place in the list: its own key, which opens it for officers, never reaches a juror."""
    own = _own(slug, key)
    regulation = regulation_of(own.contest)
    if phase_of(own.contest, regulation, now()) is not Phase.SCORING or not own.declared:
        abort(404)
    files = submitted_documents(last_submission(own.application.id))
    if not 1 <= number <= len(files):
        abort(404)
    found = files[number - 1]
    ensure_given_out(found)
    note_look("file", found, tos_id=own.application.tos_id)
    # The name is that of the slot: a name given by a person may say more than a juror should know.
    slot = regulation_of_edition(own.application.regulation).document(found.slot)
    name = f"{own.application.number} {slot.name if slot else found.slot}"[:100]
    extension = EXTENSIONS.get(found.media_type, "bin")
    return given_out_clean(
        found.storage_key, found.size, found.media_type, as_attachment=True, download_name=f"{name}.{extension}"
    )
