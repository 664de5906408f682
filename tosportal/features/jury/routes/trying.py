"""Trying a score sheet on: a made-up application, marks that are counted and checked, and written nowhere."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tosportal.domain.criteria import Criterion, points_of
from tosportal.domain.errors import RuleBroken
from tosportal.domain.explaining import explain, explain_scoring
from tosportal.domain.form_definition import made_up_answers
from tosportal.domain.measuring import judged_criteria, measured_values
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation
from tosportal.domain.score_sheet import check_may_sign, choices_of, needs_note, read_marks
from tosportal.features.accounts.guards import needs, where
from tosportal.features.admission.papers import application_paper
from tosportal.features.contests.queries import contest_for_officer, edition_being_written, regulation_of_edition
from tosportal.features.jury import queries
from tosportal.features.jury.routes.blueprint import blueprint
from tosportal.features.jury.routes.juror import CriterionView, placed

REGISTRY = {
    "residents": Fraction(300),
    "residents_16": Fraction(240),
    "legal_entity": Fraction(0),
    "years": Fraction(3),
}


@blueprint.route("/office/contests/<slug>/try-sheet", methods=["GET", "POST"])
@needs(Permission.CONTEST_READ_INNER)
def try_sheet(slug: str) -> ResponseReturnValue:
    """The sheet of the draft, or of the amendment being prepared, beside an application that nobody sent."""
    contest = contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    regulation = regulation_of_edition(edition_being_written(contest))
    codes = [one.code for one in regulation.nominations]
    asked = request.args.get("nomination", "")
    chosen = asked if asked in codes else codes[0] if codes else ""
    window = regulation.plan_window(ZoneInfo(contest.municipality.zone))
    limits = regulation.budget_limits(chosen, None)
    answers = {one.code: made_up_answers(one, limits, window) for one in regulation.sections_for(chosen)}
    measured = measured_values(regulation, chosen, answers, REGISTRY)
    paper = application_paper(answers, regulation, chosen, personal=False)
    requested = paper.budget.by_payer["requested"] if paper.budget and regulation.kind == "grant" else None
    criteria = _judging(regulation, chosen, requested, measured)
    marked = [one for one in criteria if one.is_marked_by_jury]
    typed = {one.code: request.form.get(f"mark-{one.code}", "")[:60] for one in marked}
    level, _sign, points = request.form.get("level", "").partition("=")
    if level in typed:
        typed[level] = points[:60]
    notes = {one.code: request.form.get(f"note-{one.code}", "") for one in marked}
    given, remarks = read_marks(marked, typed)
    if "check" in request.form and not remarks:
        remarks = check_may_sign(marked, given, notes)
    return render_template(
        "jury/try.html",
        contest=contest,
        nominations=regulation.nominations,
        chosen=chosen,
        paper=paper,
        views=[_view(one, typed, notes, given.get(one.code)) for one in marked],
        computed=_computed(criteria, measured),
        total=sum((one.weight * given[one.code] for one in marked if one.code in given), Decimal(0)),
        highest=sum((one.weight * one.maximum for one in marked), Decimal(0)),
        done=len(given),
        explained={one.code: explain(regulation, one) for one in criteria},
        scoring=regulation.scoring,
        scoring_words=explain_scoring(regulation),
        remarks=[placed(remark) for remark in remarks],
        errors=bool(remarks),
        is_checked="check" in request.form,
    ), 422 if remarks else 200


def _judging(
    regulation: Regulation, nomination: str, requested: Decimal | None, measured: dict[str, Fraction]
) -> tuple[Criterion, ...]:
    """The criteria of a made-up application; of a draft whose rules do not fit together yet: all of the nomination."""
    try:
        return judged_criteria(regulation, nomination, requested, measured)
    except RuleBroken:
        return tuple(replace(one, weights=()) for one in regulation.criteria_for(nomination))


def _view(criterion: Criterion, typed: dict[str, str], notes: dict[str, str], mark: Decimal | None) -> CriterionView:
    return CriterionView(
        criterion,
        typed=typed[criterion.code],
        note=notes[criterion.code],
        needs_note=mark is not None and needs_note(criterion, mark),
        choices=choices_of(criterion),
    )


def _computed(criteria: tuple[Criterion, ...], measured: dict[str, Fraction]) -> list[CriterionView]:
    """What the portal counts for a made-up application; a scale that is not whole yet has no points."""
    views = []
    for one in criteria:
        if one.is_marked_by_jury:
            continue
        try:
            points = points_of(one, measured)
        except RuleBroken:
            continue
        views.append(CriterionView(one, counts=queries.counts_of(one, measured), points=points))
    return views
