"""Pages of the decision: for the secretary and the chair, and the published results for everybody."""

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.criteria import computed_points
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.measuring import BUDGET_NAMES, REGISTRY_NAMES, judged_criteria
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation
from tosportal.domain.scoring import Total, application_total
from tosportal.features.accounts.guards import needs, open_to_all, person, where
from tosportal.features.accounts.queries import names_of_people, person_with_roles
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer, fund_of, phase_of, regulation_of, visible_contest
from tosportal.features.decisions import queries, service
from tosportal.features.decisions.forms import (
    ReturnForm,
    sitting_columns,
    sitting_from,
    stored_sitting,
    tie_votes_from,
)
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.decisions.papers import protocol_context
from tosportal.features.jury.queries import jury_progress
from tosportal.support.documents.protocol_paper import protocol_docx, protocol_pdf
from tosportal.support.storage import current_storage, photo_made_anew
from tosportal.web.clock import now
from tosportal.web.lists import paged
from tosportal.web.rows import (
    Column,
    Typed,
    act_on_rows,
    from_typed,
    read_typed,
    to_typed,
    without_blank_rows,
)

blueprint = Blueprint("decisions", __name__)
ROWS = 50
FILE_POLICY = "sandbox; default-src 'none'"


def office_contest(slug: str, permission: Permission) -> Contest:
    """The contest of an office page, or 404."""
    return contest_for_officer(slug, where(permission)) or abort(404)


# --- the office ----------------------------------------------------------------------------------------------------


@blueprint.get("/office/contests/<slug>/ranking")
@needs(Permission.DECISION_READ)
def ranking(slug: str) -> ResponseReturnValue:
    """The ranking and the decision: what stands in the way, the form of the meeting, or what was prepared."""
    return ranking_page(office_contest(slug, Permission.DECISION_READ))


def ranking_page(
    contest: Contest,
    remarks: Sequence[Remark] = (),
    code: int = 200,
    *,
    typed: Typed | None = None,
    moved: str = "",
    return_form: ReturnForm | None = None,
) -> ResponseReturnValue:
    """The page with what was typed, if anything was; `moved` is the row that a row button made or moved."""
    regulation = regulation_of(contest)
    phase = phase_of(contest, regulation, now())
    decision = queries.latest_decision(contest.id)
    shown: dict[str, Any] = {"page": None, "sums": None, "cut": None}
    if decision:
        sums = queries.sums_of(decision.id)
        shown = {
            "page": paged(queries.ranked_rows(decision.id), size=ROWS, total=sums.count),
            "sums": sums,
            "cut": sums.cut,
            "by_part": queries.by_part(decision),
        }
    progress = jury_progress(contest.id) if decision is None and phase in (Phase.SCORING, Phase.DECIDING) else None
    is_deciding = phase is Phase.DECIDING or (progress is not None and progress.is_done) or bool(decision)
    may_prepare = (
        is_deciding
        and not contest.approved_at
        and where(Permission.DECISION_PREPARE).holds(municipality=contest.municipality_id, contest=contest.id)
    )
    return (
        render_template(
            "decisions/ranking.html",
            contest=contest,
            regulation=regulation,
            phase=phase,
            is_deciding=is_deciding,
            decision=decision,
            preparer=names_of_people([decision.prepared_by_id]).get(decision.prepared_by_id) if decision else None,
            fund=fund_of(contest),
            progress=progress,
            sitting=sitting_inputs(contest, decision, typed) if may_prepare else None,
            moved=moved,
            sums_by=regulation.awarding.sums_by if decision and not decision.returned_at else "",
            awaits_sums=queries.awaits_sums(decision) if decision else "",
            error_at={one.place: one for one in remarks if one.place},
            return_form=return_form or ReturnForm(formdata=None),
            remarks=remarks,
            errors=bool(remarks or (return_form and return_form.errors)),
            **shown,
        ),
        code,
    )


def sitting_inputs(
    contest: Contest, decision: Decision | None, typed: Typed | None
) -> tuple[tuple[Column, ...], Typed]:
    """The inputs of the sitting with what was typed, or with what the last decision keeps of it."""
    roster = queries.roster_of(contest.id)
    columns = sitting_columns(roster)
    if typed is None:
        last = service.sitting_of(decision) if decision else None
        typed = to_typed(columns, stored_sitting(last, roster), ZoneInfo(contest.municipality.zone))
    return columns, typed


@blueprint.post("/office/contests/<slug>/decision")
@needs(Permission.DECISION_PREPARE)
def prepare(slug: str) -> ResponseReturnValue:
    """The secretary prepares the decision."""
    contest = office_contest(slug, Permission.DECISION_PREPARE)
    roster = queries.roster_of(contest.id)
    columns = sitting_columns(roster)
    posted = request.form.to_dict(flat=False)
    typed = read_typed(columns, posted)
    moved = act_on_rows(columns, typed, posted)
    if moved is not None:
        return ranking_page(contest, typed=typed, moved=moved)
    typed = without_blank_rows(columns, typed)
    values, remarks = from_typed(columns, typed, ZoneInfo(contest.municipality.zone))
    if values["held_at"] and not typed["held_at"]["time"].strip():
        remarks.append(Remark(N_("Укажите час, когда началось заседание, например 10:00"), place="held_at"))
    votes, wrong = tie_votes_from(values["tie_votes"] or "")
    remarks += wrong
    if remarks:
        return ranking_page(contest, remarks, 422, typed=typed)
    try:
        service.prepare_decision(
            contest,
            sitting=sitting_from(values, roster),
            tie_votes=tuple(service.numbered(number) for number in votes),
            actor=person(),
            now=now(),
        )
    except RuleBroken as error:
        return ranking_page(contest, error.remarks, 422, typed=typed)
    flash(_("Решение подготовлено. Теперь его утверждает председатель комиссии."), "green")
    return redirect(url_for("decisions.ranking", slug=slug), 303)


def decision_of(slug: str, number: int, permission: Permission) -> Decision:
    """The named decision of a contest, when it is the last one; an older one is answered by the page itself."""
    contest = office_contest(slug, permission)
    decision = queries.latest_decision(contest.id)
    if decision is None:
        abort(404)
    if decision.number != number:
        raise RuleBroken(_("Подготовлено более новое решение: откройте страницу заново"))
    return decision


@blueprint.post("/office/contests/<slug>/decision/<int:number>/approve")
@needs(Permission.DECISION_APPROVE)
def approve(slug: str, number: int) -> ResponseReturnValue:
    """The chair approves."""
    service.approve_decision(decision_of(slug, number, Permission.DECISION_APPROVE), actor=person(), now=now())
    flash(_("Решение утверждено. Секретарь может публиковать результаты."), "green")
    return redirect(url_for("decisions.ranking", slug=slug), 303)


@blueprint.post("/office/contests/<slug>/decision/<int:number>/return")
@needs(Permission.DECISION_APPROVE)
def send_back(slug: str, number: int) -> ResponseReturnValue:
    """The chair sends the decision back with a reason."""
    decision = decision_of(slug, number, Permission.DECISION_APPROVE)
    form = ReturnForm()
    if not form.validate_on_submit():
        contest = office_contest(slug, Permission.DECISION_APPROVE)
        remarks = [Remark(str(one), place="reason") for one in form.reason.errors]
        return ranking_page(contest, remarks, 422, return_form=form)
    service.return_decision(decision, reason=form.reason.data, actor=person(), now=now())
    flash(_("Решение возвращено секретарю."), "green")
    return redirect(url_for("decisions.ranking", slug=slug), 303)


@blueprint.post("/office/contests/<slug>/decision/<int:number>/publish")
@needs(Permission.DECISION_PUBLISH)
def publish(slug: str, number: int) -> ResponseReturnValue:
    """The secretary publishes."""
    service.publish_decision(decision_of(slug, number, Permission.DECISION_PUBLISH), actor=person(), now=now())
    flash(_("Результаты опубликованы, письма участникам отправляются."), "green")
    return redirect(url_for("decisions.results", slug=slug), 303)


@blueprint.get("/office/contests/<slug>/ranking/<int:number>")
@needs(Permission.DECISION_READ)
def office_row(slug: str, number: int) -> ResponseReturnValue:
    """Why this number: every step from the marks to the total, before publication."""
    contest = office_contest(slug, Permission.DECISION_READ)
    decision = queries.latest_decision(contest.id) or abort(404)
    return row_page(contest, decision, number, "decisions.ranking")


@blueprint.get("/office/contests/<slug>/draft-protocol.<any(pdf,docx,json):kind>")
@needs(Permission.DECISION_READ)
def draft_protocol(slug: str, kind: str) -> ResponseReturnValue:
    """The protocol of the last prepared decision, for those who approve it."""
    contest = office_contest(slug, Permission.DECISION_READ)
    return protocol_answer(contest, queries.latest_decision(contest.id) or abort(404), kind)


# --- everybody -----------------------------------------------------------------------------------------------------


def published(slug: str) -> tuple[Contest, Decision]:
    """A contest with its published decision, or 404."""
    contest = visible_contest(slug) or abort(404)
    return contest, queries.published_decision(contest.id) or abort(404)


@blueprint.get("/contests/<slug>/results")
@open_to_all
def results(slug: str) -> ResponseReturnValue:
    """Who, how much, from which budget, and how to check it."""
    contest = visible_contest(slug) or abort(404)
    regulation = regulation_of(contest)
    decision = queries.published_decision(contest.id)
    if decision is None:
        return render_template("decisions/no_results.html", contest=contest, regulation=regulation), 404
    sums = queries.sums_of(decision.id)
    return render_template(
        "decisions/results.html",
        contest=contest,
        regulation=regulation,
        decision=decision,
        fund=fund_of(contest),
        sums=sums,
        by_part=queries.by_part(decision),
        page=paged(queries.ranked_rows(decision.id), size=ROWS, total=sums.count),
        refused=queries.refused_applications(contest.id),
        is_appeal_open=now() < regulation.moments.get("appeal_until", now()),
    )


@blueprint.get("/contests/<slug>/results/<int:number>")
@open_to_all
def row(slug: str, number: int) -> ResponseReturnValue:
    """Why this place: every step from the marks to the total and the money."""
    contest, decision = published(slug)
    return row_page(contest, decision, number, "decisions.results")


@blueprint.get("/contests/<slug>/results/<int:number>/files/<int:place>")
@open_to_all
def public_file(slug: str, number: int, place: int) -> ResponseReturnValue:
    """A file that the regulation shows with the results, by its place on the page of the row; always a download that
    runs nothing. A picture comes made anew, without what a camera writes into it."""
    contest, decision = published(slug)
    files = queries.public_files(queries.ranked_row(decision.id, number) or abort(404))
    if not 1 <= place <= len(files):
        abort(404)
    slot, found = files[place - 1].slot, files[place - 1].attachment
    try:
        stream = current_storage().open(found.storage_key)
    except FileNotFoundError:
        abort(404)
    media_type, ending = found.media_type, found.name.rpartition(".")[2].lower()
    if media_type.startswith("image/"):
        with stream:
            stream = BytesIO(photo_made_anew(BytesIO(stream.read())))
        media_type, ending = "image/jpeg", "jpg"
    name = f"{contest.slug}-{number}-{slot.code}-{place}.{ending}"  # the sender's own name may hold somebody's
    response = send_file(stream, mimetype=media_type, as_attachment=True, download_name=name, etag=False, max_age=0)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/contests/<slug>/protocol.<any(pdf,docx,json):kind>")
@open_to_all
def protocol_file(slug: str, kind: str) -> ResponseReturnValue:
    """The published protocol as a paper or as data."""
    contest, decision = published(slug)
    return protocol_answer(contest, decision, kind)


# --- shared --------------------------------------------------------------------------------------------------------


def row_page(contest: Contest, decision: Decision, number: int, back: str) -> ResponseReturnValue:
    regulation = regulation_of(contest)
    ranked = queries.ranked_row(decision.id, number) or abort(404)
    requested = ranked.requested_sum if contest.kind == "grant" else None
    measured = {code: Fraction(value) for code, value in ranked.criteria["measured"].items()}
    criteria = judged_criteria(regulation, ranked.nomination, requested, measured)
    return render_template(
        "decisions/row.html",
        contest=contest,
        regulation=regulation,
        decision=decision,
        ranked=ranked,
        files=queries.public_files(ranked),
        criteria=criteria,
        total=total_of(ranked, criteria, regulation.scoring),
        measured=measured,
        evidence={code: place_words(regulation, place) for code, place in ranked.criteria.get("evidence", {}).items()},
        back=back,
    )


def total_of(ranked: RankedApplication, criteria: Any, scoring: Any) -> Total:
    """The total of a row computed again from its marks, with the trace of every step."""
    marks = {
        juror: {code: Decimal(mark) for code, mark in sheet.items()}
        for juror, sheet in ranked.criteria["marks"].items()
    }
    measured = {code: Fraction(value) for code, value in ranked.criteria["measured"].items()}
    best = ranked.criteria.get("best")
    points = computed_points(criteria, measured)
    return application_total(criteria, scoring, marks, points, best=None if best is None else Fraction(best))


def place_words(regulation: Regulation, place: str) -> str:
    """Where a measured value was found, in words: the question of the form, or what the registry says."""
    source, _slash, rest = place.partition("/")
    if source == "registry":
        return str(gettext(REGISTRY_NAMES[rest])) if rest in REGISTRY_NAMES else rest
    where, _colon, part = rest.partition(":")
    section_code, _slash, code = where.partition("/")
    section = regulation.section(section_code)
    field = section.field(code) if section else None
    if section is None or field is None:
        return ""
    words = f"{section.title}, {field.label}"
    return f"{words}: {gettext(BUDGET_NAMES[part])}" if part in BUDGET_NAMES else words


def protocol_answer(contest: Contest, decision: Decision, kind: str) -> ResponseReturnValue:
    """A protocol as a file: canonical JSON, DOCX or PDF."""
    session_number = json.loads(decision.protocol)["session"]["number"] if kind != "json" else ""
    if kind == "json":
        content, media_type = decision.protocol.encode(), "application/json"
    else:
        secretary = person_with_roles(decision.prepared_by_id)
        context = protocol_context(
            decision,
            contest,
            chair_name=queries.chair_name(decision),
            secretary_name=secretary.full_name if secretary else "",
        )
        render, media_type = {
            "pdf": (protocol_pdf, "application/pdf"),
            "docx": (protocol_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        }[kind]
        content = render(context)
    name = f"protocol-{contest.slug}{'-' + session_number if session_number.isalnum() else ''}.{kind}"
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, etag=False)
