"""What everybody sees: plan and fact of a year, and what a counted fact is made of."""

from collections.abc import Sequence

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from tosportal.domain.errors import Remark
from tosportal.domain.indicator_measures import Period
from tosportal.domain.indicator_passport import COUNTINGS, check_passport, notes_of
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import open_to_all, where
from tosportal.features.indicators import queries
from tosportal.features.indicators.routes.blueprint import (
    MOST_RECORDS,
    UNIT_WORDS,
    asked_year,
    blueprint,
    indicator_at,
    programme_at,
)
from tosportal.features.programmes import queries as programmes
from tosportal.features.programmes.models import Programme
from tosportal.features.registry.service import today_in
from tosportal.web.clock import now


def activities_in(programme: Programme, fact: queries.YearFact | None) -> dict[str, str]:
    """The names of the activities that the measures of a counted fact are limited to, by their codes."""
    variables = (fact.lineage or {}).get("variables", ()) if fact else ()
    codes = {one.get("limits", {}).get("activity") for one in variables} - {None}
    return programmes.activity_names(programme.id, codes)


@blueprint.get("/indicators")
@open_to_all
def index() -> ResponseReturnValue:
    """One year of the programme, one indicator open; the same number of queries whatever the size."""
    municipality = g.municipality
    all_of_them = programmes.programmes_of(municipality.id) if municipality else []
    if municipality is None or not all_of_them:
        return render_template("indicators/empty.html")
    this_year = today_in(municipality, now()).year
    year = asked_year(this_year)
    slug = request.args.get("programme", "")
    asked_for = next((one for one in all_of_them if one.slug == slug), None)
    if asked_for is None and slug:
        asked_for = programmes.programme_by_slug(slug)
    programme = asked_for or next((one for one in all_of_them if one.year_from <= year <= one.year_to), all_of_them[0])
    year = min(max(year, programme.year_from), programme.year_to)
    rows = queries.indicator_rows(programme, year, this_year)
    asked = request.args.get("indicator", "")
    chosen = next((row for row in rows if row.indicator.code == asked), None)
    chosen = chosen or next((row for row in rows if row.indicator.measure), rows[0] if rows else None)
    funding = programmes.funding_of_programme(programme.id)
    tasks = {task.id: task for task in programmes.tasks_of(programme.id)}
    return render_template(
        "indicators/index.html",
        programme=programme,
        programmes=all_of_them,
        which={"programme": programme.slug} if programme not in all_of_them or len(all_of_them) > 1 else {},
        year=year,
        this_year=this_year,
        years=range(programme.year_from, programme.year_to + 1),
        rows=rows,
        chosen=chosen,
        task=tasks.get(chosen.indicator.task_id) if chosen else None,
        activities=activities_in(programme, chosen.fact if chosen else None),
        most_records=MOST_RECORDS,
        states={
            state: sum(row.state == state for row in rows)
            for state in ("reached", "running", "missed", "no_data", "no_plan")
        },
        funding=funding,
        sources=funding.sources,
        units=UNIT_WORDS,
        may_read_inner=where(Permission.PROGRAMME_READ_INNER).holds(municipality=programme.municipality_id),
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
        today=now(),
    )


@blueprint.get("/indicators/<slug>/<code>/<int(max=9999):year>")
@open_to_all
def lineage(slug: str, code: str, year: int) -> ResponseReturnValue:
    """The fact of a year or quarter down to the records it was counted from, so that a stranger counts it again."""
    programme = programme_at(slug)
    indicator = indicator_at(programme, code)
    if not programme.year_from <= year <= programme.year_to:
        abort(404)
    text = request.args.get("quarter", "0")
    quarter = int(text) if text in {"1", "2", "3", "4"} else 0
    period = Period(year, quarter)
    fact = queries.facts_of_periods(programme, [indicator], [period]).get(indicator.id, {}).get(period)
    held = queries.passport_in_force(indicator, queries.passport_of(indicator.id))
    notes: Sequence[Remark] = ()
    if held is None:
        notes = queries.method_in_force(programme, indicator).remarks
    elif held.number:
        notes = [*check_passport(held, indicator.unit), *notes_of(held)]
    return render_template(
        "indicators/lineage.html",
        programme=programme,
        indicator=indicator,
        year=year,
        quarter=quarter,
        plan=next((target.value for target in indicator.targets if target.year == year), None),
        fact=fact,
        passport=held,
        notes=notes,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit_printed),
        countings=COUNTINGS,
        activities=activities_in(programme, fact),
        may_read_inner=where(Permission.PROGRAMME_READ_INNER).holds(municipality=programme.municipality_id),
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
    )
