"""What the secretary does: facts of years and quarters, freezing, reasons of deviation, passports."""

from decimal import Decimal, InvalidOperation

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.indicator_measures import MEASURES, Period
from tosportal.domain.indicator_passport import COUNTINGS
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.indicators import forms, queries, service
from tosportal.features.indicators.routes.blueprint import UNIT_WORDS, blueprint, indicator_at, programme_at
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.web.clock import now


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
    remarks: list[Remark] = []
    given = {"value": "", "source_document": "", "reason": ""}
    if request.method == "POST":
        given = {name: cleaned(request.form.get(name, ""))[:4000] for name in given}
        try:
            said = act(indicator, year, quarter, given)
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
        fact=fact_of(programme, indicator, year, quarter),
        history=queries.entered_facts(indicator.id, year, quarter),
        closed=queries.open_closing(programme.id, year),
        reason=given["reason"] or next((one.reason for one in queries.reasons_of(indicator.id, year, quarter)), ""),
        given=given,
        remarks=remarks,
        errors=remarks,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit),
    ), 422 if remarks else 200


def act(indicator: Indicator, year: int, quarter: int, given: dict[str, str]) -> str:
    """One of the three forms of the page was sent: freeze, name the reason, or enter; says what was done."""
    period = {"year": year, "quarter": quarter}
    asked = request.form.get("do", "value")
    if asked == "freeze":
        service.freeze_fact(indicator, **period, actor=person(), now=now())
        return _("значение зафиксировано")
    if asked == "reason":
        service.write_reason(indicator, **period, reason=given["reason"], actor=person(), now=now())
        return _("причина записана")
    value = read_value(given["value"])
    remarks = [] if value is not None else [Remark(N_("Напишите число, например 12,9"), place="value")]
    if not given["source_document"].strip():
        remarks.append(Remark(N_("Назовите документ, из которого взято значение"), place="source_document"))
    if value is None or remarks:
        raise RuleBroken(remarks)
    document = given["source_document"]
    service.enter_fact(indicator, **period, value=value, source_document=document, actor=person(), now=now())
    return _("значение записано")


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


@blueprint.route("/office/indicators/<slug>/<code>/passport", methods=["GET", "POST"])
@needs(Permission.INDICATOR_READ_INNER)
def passport(slug: str, code: str) -> ResponseReturnValue:
    """How an indicator is counted; who may enter facts may change it."""
    programme, indicator = known(slug, code, Permission.INDICATOR_READ_INNER)
    history = queries.passports_of(indicator.id)
    held = queries.passport_in_force(indicator, history[0][0] if history else None)
    remarks: list[Remark] = []
    given = forms.given_passport(held)
    if request.method == "POST":
        ensure_may(Permission.INDICATOR_ENTER, municipality=programme.municipality_id)
        given = forms.typed_passport(request.form)
        typed, remarks = forms.read_passport(given)
        if typed is not None:
            try:
                service.write_passport(indicator, typed, actor=person(), now=now())
            except RuleBroken as refused:
                remarks = list(refused.remarks)
            else:
                flash(_("Паспорт показателя записан"), "success")
                return redirect(url_for("indicators.passport", slug=slug, code=code), 303)
    return render_template(
        "indicators/passport.html",
        programme=programme,
        indicator=indicator,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit),
        held=held,
        history=history,
        given=given,
        measures=MEASURES.values(),
        countings=COUNTINGS,
        remarks=remarks,
        errors=remarks,
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
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
