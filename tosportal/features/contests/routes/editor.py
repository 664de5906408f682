"""The editor of a regulation, part by part: a draft is saved at once, an announced contest gets a proposal."""

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation, regulation_from_json
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import (
    PARTS,
    Part,
    at_inputs,
    input_of_remark,
    part_named,
    part_of_place,
)
from tosportal.features.contests.models import Contest
from tosportal.features.contests.routes.board import blueprint
from tosportal.web.clock import now
from tosportal.web.rows import act_on_rows, from_typed, give_codes, read_typed, to_typed, without_blank_rows


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
    part = part_named(code, definition) or abort(404)
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
    typed = read_typed(desk.part.columns, posted)
    seen = request.form.get("seen", "")[:64]
    moved = act_on_rows(desk.part.columns, typed, posted)
    give_codes(desk.part.columns, typed)
    desk = replace(desk, part=part_named(part, desk.definition, typed) or desk.part)
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
        except RuleBroken as error:
            remarks = at_inputs(desk.part, error.remarks)
        if desk.contest.announced_at and regulation and regulation.kind != desk.contest.kind:
            remarks = [Remark(N_("Вид объявленного конкурса не меняется"), place="kind")]
    if remarks or regulation is None:
        return _part_page(desk, typed, seen, remarks), 422
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
        return redirect(url_for("contests.edit_part", slug=slug, part=_next_part(part)), 303)
    if part.startswith("section-"):
        return redirect(url_for("contests.edit_part", slug=slug, part="form"), 303)
    return redirect(url_for("contests.edit", slug=slug), 303)


def _next_part(code: str) -> str:
    codes = [part.code for part in PARTS]
    return codes[min(codes.index(code) + 1, len(codes) - 1)] if code in codes else "form"


def _part_page(
    desk: Desk, typed: Any, seen: str, remarks: list[Remark] | None = None, *, moved: str = "", is_stale: bool = False
) -> str:
    """The form of a part. `remarks` are errors at inputs; warnings are what the announcement will ask for."""
    warnings: list[tuple[Remark, str, str]] = []
    if not remarks and not is_stale:
        warnings = [
            (one, *input_of_remark(desk.part, typed, one.place))
            for one in _standing_remarks(desk)
            if part_of_place(one.place) == desk.part.code
        ]
    return render_template(
        "contests/edit_part.html",
        contest=desk.contest,
        part=desk.part,
        typed=typed,
        seen=seen,
        errors=remarks or [],
        error_at={one.place: one for one in reversed(remarks or [])},
        warnings=warnings,
        opened=[place for _remark, place, _row in warnings],
        moved=moved,
        is_stale=is_stale,
        theirs=to_typed(desk.part.columns, desk.stored, desk.zone) if is_stale else None,
        parts=PARTS,
        sections=desk.definition.get("form", {}).get("sections") or [],
    )


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
