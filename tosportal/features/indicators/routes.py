"""Pages of indicators: plan and fact for everybody, entering a fact for the secretary."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_document import SOURCES
from tosportal.features.accounts.guards import ensure_may, needs, open_to_all, person, where
from tosportal.features.indicators import queries, service
from tosportal.features.programmes import queries as programmes
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.registry.queries import municipality_of_page
from tosportal.features.registry.service import today_in
from tosportal.web.clock import now
from tosportal.web.lists import paged

blueprint = Blueprint("indicators", __name__)
UNIT_WORDS = {
    "percent": _l("%"),
    "unit": _l("ед."),
    "person": _l("чел."),
    "thousand_rub": _l("тыс. ₽"),
    "per_100k_population": _l("на 100 тыс. жителей"),
}


def asked_year(default: int) -> int:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else default


@blueprint.get("/indicators")
@open_to_all
def index() -> ResponseReturnValue:
    """One year of the programme, one indicator open; the same number of queries whatever the size."""
    municipality = municipality_of_page()
    all_of_them = programmes.programmes_of(municipality.id) if municipality else []
    if municipality is None or not all_of_them:
        return render_template("indicators/empty.html")
    this_year = today_in(municipality, now()).year
    year = asked_year(this_year)
    slug = request.args.get("programme", "")
    programme = next((one for one in all_of_them if one.slug == slug), None) or next(
        (one for one in all_of_them if one.year_from <= year <= one.year_to), all_of_them[0]
    )
    year = min(max(year, programme.year_from), programme.year_to)
    rows = queries.indicator_rows(programme, year, this_year)
    asked = request.args.get("indicator", "")
    chosen = next((row for row in rows if row.indicator.code == asked), None)
    chosen = chosen or next((row for row in rows if row.indicator.measure), rows[0] if rows else None)
    records = None
    if chosen is not None and chosen.fact is not None and chosen.fact.counted:
        grants_only = chosen.indicator.measure == queries.SUPPORTED_TOS
        records = paged(queries.awards_behind(programme.id, year, grants_only=grants_only), size=20, scalars=False)
    tasks = {task.id: task for task in programmes.tasks_of(programme.id)}
    return render_template(
        "indicators/index.html",
        programme=programme,
        programmes=all_of_them,
        which={"programme": programme.slug} if len(all_of_them) > 1 else {},
        year=year,
        this_year=this_year,
        years=range(programme.year_from, programme.year_to + 1),
        rows=rows,
        chosen=chosen,
        task=tasks.get(chosen.indicator.task_id) if chosen else None,
        records=records,
        states={
            state: sum(row.state == state for row in rows)
            for state in ("reached", "running", "missed", "no_data", "no_plan")
        },
        funding=programmes.funding_of_programme(programme.id),
        sources=SOURCES,
        units=UNIT_WORDS,
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
        today=now(),
    )


def known(slug: str, code: str, permission: Permission) -> tuple[Programme, Indicator]:
    """The indicator of an address, when whoever asks works in its municipality."""
    programme = programmes.programme_by_slug(slug)
    indicator = programmes.indicator_by_code(programme, code) if programme else None
    if programme is None or indicator is None:
        abort(404)
    ensure_may(permission, municipality=programme.municipality_id)
    return programme, indicator


@blueprint.route("/office/indicators/<slug>/<code>/<int(max=9999):year>", methods=["GET", "POST"])
@needs(Permission.INDICATOR_ENTER)
def enter(slug: str, code: str, year: int) -> ResponseReturnValue:
    programme, indicator = known(slug, code, Permission.INDICATOR_ENTER)
    if not programme.year_from <= year <= programme.year_to:
        abort(404)
    remarks: list[Remark] = []
    given = {"value": "", "source_document": ""}
    if request.method == "POST":
        given = {name: cleaned(request.form.get(name, ""))[:2000] for name in given}
        value = read_value(given["value"])
        if value is None:
            remarks.append(Remark(N_("Напишите число, например 12,9"), place="value"))
        if not given["source_document"].strip():
            remarks.append(Remark(N_("Назовите документ, из которого взято значение"), place="source_document"))
        if value is not None and not remarks:
            try:
                service.enter_fact(
                    indicator,
                    year=year,
                    value=value,
                    source_document=given["source_document"],
                    actor=person(),
                    now=now(),
                )
            except RuleBroken as refused:
                remarks = list(refused.remarks)
            else:
                flash(_("Значение за %(year)s год записано", year=year), "success")
                return redirect(
                    url_for("indicators.index", programme=slug, year=year, indicator=code, _anchor="open"), 303
                )
    return render_template(
        "indicators/enter.html",
        programme=programme,
        indicator=indicator,
        year=year,
        plan=next((target.value for target in indicator.targets if target.year == year), None),
        counted=service.is_counted(indicator, year),
        history=queries.entered_facts(indicator.id, year),
        given=given,
        remarks=remarks,
        errors=remarks,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit),
    ), 422 if remarks else 200


def read_value(text: str) -> Decimal | None:
    """A number as typed: spaces between thousands, a comma or a point; None when it is none.

    >>> read_value("1 288,5"), read_value("1e5"), read_value("-")
    (Decimal('1288.5'), None, None)
    """
    text = "".join(text.split()).replace("\u00a0", "").replace(",", ".")
    if not text or len(text) > 30 or any(sign not in "-0123456789." for sign in text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
