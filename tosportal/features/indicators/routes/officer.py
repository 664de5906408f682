"""What the secretary does: facts of years and quarters, freezing, reasons of deviation, passports."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.formulas import shown_number
from tosportal.domain.indicator_measures import Period
from tosportal.domain.indicator_passport import Variable, check_passport
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person
from tosportal.features.indicators import queries, service
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.indicators.routes.blueprint import UNIT_WORDS, blueprint, indicator_at, programme_at
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.web.clock import now

NOT_A_NUMBER = N_("Напишите число, например 12,9")
NO_DOCUMENT = N_("Назовите документ, из которого взято значение")


def known(slug: str, code: str, permission: Permission) -> tuple[Programme, Indicator]:
    """The indicator of an address, when whoever asks works in its municipality."""
    programme = programme_at(slug)
    indicator = indicator_at(programme, code)
    ensure_may(permission, municipality=programme.municipality_id)
    return programme, indicator


@blueprint.route("/office/indicators/<slug>/<code>/<int(max=9999):year>", methods=["GET", "POST"])
@needs(Permission.INDICATOR_ENTER)
def enter(slug: str, code: str, year: int) -> ResponseReturnValue:
    """The fact of a year, or of a quarter of it: entered by a person with its document, or counted and frozen."""
    programme, indicator = known(slug, code, Permission.INDICATOR_ENTER)
    if not programme.year_from <= year <= programme.year_to:
        abort(404)
    quarter = asked_quarter()
    passport = queries.passport_in_force(indicator, queries.passport_of(indicator.id))
    asked = passport.asked if passport and not check_passport(passport, indicator.unit) else ()
    remarks: list[Remark] = []
    fields = ("value", "source_document", "reason", "counted_from", *number_fields(asked).values())
    given = dict.fromkeys(fields, "")
    if request.method == "POST":
        given = {name: cleaned(request.form.get(name, "")) for name in given}
        try:
            said = act(indicator, year, quarter, given, number_fields(asked))
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(f"{period_words(year, quarter)}: {said}", "success")
            address = url_for("indicators.enter", slug=slug, code=code, year=year, quarter=quarter or None)
            return redirect(address, 303)
    return render_template(
        "indicators/enter.html",
        programme=programme,
        indicator=indicator,
        year=year,
        plan=next((target.value for target in indicator.targets if target.year == year), None),
        quarter=quarter,
        passport=passport,
        asked=list(zip(number_fields(asked).values(), asked, strict=True)),
        fact=fact_of(programme, indicator, year, quarter),
        history=queries.entered_facts(indicator.id, year, quarter),
        closed=queries.open_closing(programme.id, year),
        reason=given["reason"] or next((one.reason for one in queries.reasons_of(indicator.id, year, quarter)), ""),
        given=given,
        remarks=remarks,
        errors=remarks,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit_printed),
    ), 422 if remarks else 200


def number_fields(asked: Sequence[Variable]) -> dict[str, str]:
    """The input of each number that the formula asks a person for, by its sign."""
    return {one.name: f"number-{at}" for at, one in enumerate(asked)}


def act(indicator: Indicator, year: int, quarter: int, given: dict[str, str], numbers: dict[str, str]) -> str:
    """One of the forms of the page was sent: freeze, name the reason, count by the formula, or enter; says what was
    done. `numbers`: sign of the formula → its input."""
    period = {"year": year, "quarter": quarter}
    asked = request.form.get("do", "value")
    if asked == "freeze":
        service.freeze_fact(indicator, **period, actor=person(), now=now())
        return _("значение зафиксировано")
    if asked == "reason":
        service.write_reason(indicator, **period, reason=given["reason"], actor=person(), now=now())
        return _("причина записана")
    if asked == "count":
        fact = count_by_formula(indicator, period, given, numbers)
        return _("посчитано и записано %(value)s", value=shown_number(Fraction(fact.value)))
    value = read_value(given["value"])
    remarks = [] if value is not None else [Remark(NOT_A_NUMBER, place="value")]
    if not given["source_document"].strip():
        remarks.append(Remark(NO_DOCUMENT, place="source_document"))
    if value is None or remarks:
        raise RuleBroken(remarks)
    service.enter_fact(
        indicator,
        year=year,
        quarter=quarter,
        value=value,
        source_document=given["source_document"],
        actor=person(),
        now=now(),
    )
    return _("значение записано")


def count_by_formula(
    indicator: Indicator, period: dict[str, int], given: dict[str, str], numbers: dict[str, str]
) -> IndicatorFact:
    """The fact follows from the numbers typed. Raises RuleBroken, each remark at its input."""
    read = {name: read_value(given[field]) for name, field in numbers.items()}
    values = {name: value for name, value in read.items() if value is not None}
    remarks = [Remark(NOT_A_NUMBER, place=numbers[name]) for name in numbers if name not in values]
    if not given["counted_from"].strip():
        remarks.append(Remark(NO_DOCUMENT, place="counted_from"))
    if remarks:
        raise RuleBroken(remarks)
    places = {**numbers, "source_document": "counted_from", "value": "counted_from"}
    try:
        return service.enter_counted(
            indicator, **period, values=values, source_document=given["counted_from"], actor=person(), now=now()
        )
    except RuleBroken as refused:
        raise RuleBroken(replace(one, place=places.get(one.place, one.place)) for one in refused.remarks) from refused


def asked_quarter() -> int:
    """The quarter of the address; 0 is the year."""
    text = request.args.get("quarter", "0")
    return int(text) if text in {"1", "2", "3", "4"} else 0


def period_words(year: int, quarter: int) -> str:
    return (
        _("%(quarter)s квартал %(year)s года", quarter=quarter, year=year) if quarter else _("%(year)s год", year=year)
    )


def fact_of(programme: Programme, indicator: Indicator, year: int, quarter: int) -> queries.YearFact | None:
    """The fact of a period as it holds now."""
    period = Period(year, quarter)
    return queries.facts_of_periods(programme, [indicator], [period]).get(indicator.id, {}).get(period)


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
