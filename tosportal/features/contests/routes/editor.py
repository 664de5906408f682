"""The editor of a regulation, part by part: a draft is saved at once, an announced contest gets a proposal."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.criteria import KIND_NAMES, Proof, proof_of
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation, TimelineMoment, check_slots, followed, regulation_from_json, to_json
from tosportal.domain.scoring import CriteriaSums, sums_of_criteria
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import (
    CRITERION,
    PARTS,
    Part,
    at_inputs,
    input_of_remark,
    part_named,
    part_of_place,
)
from tosportal.features.contests.models import Contest
from tosportal.features.contests.papers import calendar_remarks, timeline_lines
from tosportal.features.contests.routes.board import blueprint
from tosportal.web.clock import now
from tosportal.web.rows import (
    Column,
    act_on_rows,
    empty,
    from_typed,
    give_codes,
    read_typed,
    to_typed,
    without_blank_rows,
)


@dataclass(frozen=True)
class Desk:
    """What lies on the desk of an editor: the contest, the definition being written, the part and its stored values."""

    contest: Contest
    definition: dict[str, Any]
    part: Part
    zone: ZoneInfo
    stored: dict[str, Any]

    @property
    def seen(self) -> str:
        """What the editor saw of this part: a save of anything else is stale."""
        return service.digest(self.stored)


def _desk(slug: str, code: str, *, locked: bool = False) -> Desk:
    find = queries.locked_contest if locked else queries.contest_for_officer
    contest = find(slug, where(Permission.CONTEST_EDIT)) or abort(404)
    edition = queries.edition_in_force(contest)
    if contest.announced_at is not None:
        ensure_may(Permission.CONTEST_AMEND, municipality=contest.municipality_id, contest=contest.id)
        edition = queries.proposed_edition(contest) or edition
    definition = dict(edition.definition)
    part = part_named(code, definition, moves=contest.announced_at is None) or abort(404)
    return Desk(contest, definition, part, ZoneInfo(contest.municipality.zone), part.take(definition))


@blueprint.get("/office/contests/<slug>/edit/<part>")
@needs(Permission.CONTEST_EDIT)
def edit_part(slug: str, part: str) -> ResponseReturnValue:
    """One part of the regulation as a form."""
    desk = _desk(slug, part)
    return _part_page(desk, to_typed(desk.part.columns, desk.stored, desk.zone), desk.seen)


@blueprint.post("/office/contests/<slug>/edit/<part>")
@needs(Permission.CONTEST_EDIT)
def save_part(slug: str, part: str) -> ResponseReturnValue:
    """Save the part, or do a press of a row button and show the form again."""
    desk = _desk(slug, part, locked=True)
    posted = request.form.to_dict(flat=False)
    desk = _fitted(desk, part, read_typed(desk.part.columns, posted))  # new questions bring choices of their own
    typed = read_typed(desk.part.columns, posted)
    seen = request.form.get("seen", "")[:64]
    moved = act_on_rows(desk.part.columns, typed, posted)
    give_codes(desk.part.columns, typed)
    desk = _fitted(desk, part, typed)
    _complete(desk.part.columns, typed)
    if moved is not None:
        return _part_page(desk, typed, seen, moved=moved)
    typed = without_blank_rows(desk.part.columns, typed)
    if seen != desk.seen:
        mine_is_theirs = from_typed(desk.part.columns, typed, desk.zone)[0] == desk.stored
        if not mine_is_theirs:
            return _part_page(desk, typed, desk.seen, is_stale=True), 409
    values, remarks = from_typed(desk.part.columns, typed, desk.zone)
    regulation: Regulation | None = None
    if not remarks:
        try:
            regulation = regulation_from_json(desk.part.put(desk.definition, values))
            before = {str(one) for one in check_slots(regulation_from_json(desk.definition))}
            remarks = at_inputs(desk.part, [one for one in check_slots(regulation) if str(one) not in before])
        except RuleBroken as error:
            remarks = at_inputs(desk.part, error.remarks)
        if desk.contest.announced_at and regulation and regulation.kind != desk.contest.kind:
            remarks = [Remark(N_("Вид объявленного конкурса не меняется"), place="kind")]
    if remarks or regulation is None:
        return _part_page(desk, typed, seen, remarks), 422
    if part == "timeline":
        counted = replace(regulation, timeline=followed(regulation.timeline, desk.zone))
        if shifts := _shifts(regulation, counted):
            typed = to_typed(desk.part.columns, desk.part.take(to_json(counted)), desk.zone)
            return _part_page(desk, typed, seen, shifts=shifts)
    try:
        if desk.contest.announced_at is None:
            service.save_regulation(desk.contest, regulation, actor=person(), now=now())
            flash(_("Сохранено: %(part)s", part=_(desk.part.title)), "success")
        else:
            service.propose_regulation(desk.contest, regulation, actor=person(), now=now())
            flash(_("Записано в поправку. Участники её пока не видят."), "success")
    except RuleBroken as error:
        return _part_page(desk, typed, seen, list(error.remarks)), 422
    if "next" in request.form:
        return redirect(url_for("contests.edit_part", slug=slug, part=_next_part(part, regulation)), 303)
    if part.startswith(CRITERION):  # to see what the scale gives now
        return redirect(url_for("contests.edit_part", slug=slug, part=part), 303)
    if part.startswith("section-"):
        return redirect(url_for("contests.edit_part", slug=slug, part="form"), 303)
    return redirect(url_for("contests.edit", slug=slug), 303)


def _fitted(desk: Desk, code: str, typed: dict[str, Any]) -> Desk:
    """The same with the choices that what is typed now gives."""
    found = part_named(code, desk.definition, typed, moves=desk.contest.announced_at is None)
    return replace(desk, part=found or desk.part)


def _complete(columns: Iterable[Column], typed: dict[str, Any]) -> None:
    """What was read for other columns gets the missing ones, empty."""
    for column in columns:
        value = typed.setdefault(column.name, empty(column))
        for row in value if column.rows is not None else ():
            _complete(column.rows.columns, row)  # type: ignore[union-attr]


def _next_part(code: str, regulation: Regulation) -> str:
    """The part after this one; after a criterion the next criterion."""
    codes = [part.code for part in PARTS]
    if code.startswith(CRITERION):
        after = codes.index("criteria") + 1
        codes[after:after] = [f"{CRITERION}{one.code}" for one in regulation.criteria]
    return codes[min(codes.index(code) + 1, len(codes) - 1)] if code in codes else "form"


def _shifts(typed: Regulation, counted: Regulation) -> list[tuple[TimelineMoment, TimelineMoment]]:
    """Moments that follow others and therefore come at another time than the page said: as typed, as counted."""
    pairs = zip(typed.timeline, counted.timeline, strict=True)
    return [(before, after) for before, after in pairs if before.at != after.at]


def _part_page(
    desk: Desk,
    typed: Any,
    seen: str,
    remarks: list[Remark] | None = None,
    *,
    moved: str = "",
    is_stale: bool = False,
    shifts: list[tuple[TimelineMoment, TimelineMoment]] | None = None,
) -> str:
    """The form of a part. `remarks` are errors at inputs; warnings are what the announcement will ask for; `shifts`
    are moments that were counted anew and are not saved yet."""
    warnings: list[tuple[Remark, str, str]] = []
    timeline = regulation_from_json(desk.definition).timeline if desk.part.code == "timeline" else ()
    regulation = _as_typed(desk, typed)
    proof = _proof(desk, regulation) if desk.part.code.startswith(CRITERION) else None
    if not remarks and not is_stale and not shifts:
        own = f"criteria.{desk.part.code.removeprefix(CRITERION)}" if proof else ""
        proved = {str(one) for one in proof.remarks} if proof else set()
        warnings = [
            (one, *input_of_remark(desk.part, typed, one.place))
            for one in _standing_remarks(desk)
            if part_of_place(one.place) == desk.part.code or (one.place == own and str(one) not in proved)
        ]
    places = {row["code"]: n for n, row in enumerate(typed.get("timeline") or ())}
    return render_template(
        "contests/edit_part.html",
        contest=desk.contest,
        part=desk.part,
        typed=typed,
        seen=seen,
        errors=remarks or [],
        error_at={one.place: one for one in reversed(remarks or [])},
        warnings=warnings,
        opened=[
            *(place for _remark, place, _row in warnings),
            *(f"timeline-{places[after.code]}" for _before, after in shifts or []),
        ],
        moved=moved,
        is_stale=is_stale,
        shifts=shifts or [],
        places=places,
        timeline=timeline_lines(timeline, desk.zone),
        calendar=calendar_remarks(timeline, desk.zone),
        theirs=to_typed(desk.part.columns, desk.stored, desk.zone) if is_stale else None,
        parts=PARTS,
        sections=desk.definition.get("form", {}).get("sections") or [],
        criteria=desk.definition.get("criteria") or [],
        proof=proof,
        sums=_sums(regulation) if desk.part.code in {"criteria", "scoring"} else [],
        regulation=regulation,
        kinds=KIND_NAMES,
        group_names=regulation.scoring.group_names,
    )


def _as_typed(desk: Desk, typed: Any) -> Regulation:
    """The regulation with what is typed now, saved or not; the stored one where that cannot be read yet."""
    stored = regulation_from_json(desk.definition)
    if not desk.part.code.startswith((CRITERION, "criteria", "scoring")):
        return stored
    values, remarks = from_typed(desk.part.columns, without_blank_rows(desk.part.columns, typed), desk.zone)
    if remarks:
        return stored
    try:
        return regulation_from_json(desk.part.put(desk.definition, values))
    except RuleBroken:
        return stored


def _proof(desk: Desk, regulation: Regulation) -> Proof | None:
    """What the criterion of this page gives."""
    code = desk.part.code.removeprefix(CRITERION)
    groups = regulation.scoring.groups
    found = next((one for one in regulation.criteria if one.code == code), None)
    if found is None:
        return None
    return proof_of(found, groups.starts if groups else None, regulation.scoring.group_names)


def _sums(regulation: Regulation) -> list[CriteriaSums]:
    return sums_of_criteria(regulation.scoring, regulation.criteria, [one.code for one in regulation.nominations])


def _standing_remarks(desk: Desk) -> list[Remark]:
    """The same remarks that the announcement or the amendment will meet with."""
    regulation, contest = regulation_from_json(desk.definition), desk.contest
    if contest.announced_at is not None:
        return service.amendment_remarks(contest, regulation, now())
    total = sum(queries.fund_of(contest).values(), queries.ZERO)
    return service.announcement_remarks(contest, regulation, total, now())


@blueprint.get("/office/contests/<slug>/fund")
@needs(Permission.CONTEST_EDIT)
def fund(slug: str) -> ResponseReturnValue:
    """From which activity of the programme and of which year the contest is paid."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_EDIT)) or abort(404)
    return _fund_page(contest, f"{contest.activity_id}:{contest.year}", [])


@blueprint.post("/office/contests/<slug>/fund")
@needs(Permission.CONTEST_EDIT)
def save_fund(slug: str) -> ResponseReturnValue:
    """Take the money from another activity or year; drafts only."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_EDIT)) or abort(404)
    typed = request.form.get("fund", "")[:40]
    chosen = service.activity_of_choice(contest.municipality_id, typed)
    if chosen is None:
        remark = Remark(N_("Выберите, из какого мероприятия программы деньги"), place="fund")
        return _fund_page(contest, typed, [remark]), 422
    service.choose_fund(contest, chosen[0], year=chosen[1], actor=person(), now=now())
    flash(_("Деньги выбраны."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


def _fund_page(contest: Contest, typed: str, remarks: list[Remark]) -> str:
    return render_template(
        "contests/fund.html",
        contest=contest,
        typed=typed,
        errors=remarks,
        choices=queries.fund_choices(contest.municipality_id),
        fund=queries.fund_of(contest),
        municipality=g.municipality,
    )
