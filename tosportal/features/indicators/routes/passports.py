"""Passports of indicators: one by one, and all of a programme beside the methods of its edition."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.indicator_measures import MEASURES, read_measure, suggested_measure
from tosportal.domain.indicator_passport import COUNTINGS, check_counting, check_passport, notes_of
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.indicators import forms, queries, service
from tosportal.features.indicators.routes.blueprint import UNIT_WORDS, blueprint, indicator_at, programme_at
from tosportal.features.indicators.routes.officer import known
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import SOURCE_NAMES, activities_of
from tosportal.web.clock import now


@blueprint.get("/office/indicators/<slug>/passports")
@needs(Permission.INDICATOR_READ_INNER)
def passports(slug: str) -> ResponseReturnValue:
    """Every indicator of a programme: its passport, and what the edition in force says otherwise."""
    programme = programme_at(slug)
    ensure_may(Permission.INDICATOR_READ_INNER, municipality=programme.municipality_id)
    return passports_page(programme, [])


def passports_page(programme: Programme, remarks: list[Remark]) -> str:
    rows = queries.passport_rows(programme)
    suggested = {row.indicator.id: row.method.suggested for row in rows if row.method.suggested}
    return render_template(
        "indicators/passports.html",
        programme=programme,
        rows=rows,
        fillable=sum(row.state == "can_fill" for row in rows),
        notes={row.indicator.id: notes(row) for row in rows},
        broken={row.indicator.id: is_broken(row) for row in rows},
        measure_name={key: read_measure(code)[0].name for key, code in suggested.items()},
        units=UNIT_WORDS,
        remarks=remarks,
        errors=remarks,
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
    )


def is_broken(row: queries.PassportRow) -> bool:
    """The passport that stands cannot count."""
    return row.held is not None and bool(row.held.number) and bool(check_passport(row.held, row.indicator.unit))


def notes(row: queries.PassportRow) -> list[Remark]:
    """What is wrong or worth knowing: of the passport that stands, else of the method of the edition."""
    if row.held is None or not row.held.number:
        return list(row.method.remarks) if row.held is None else []
    return [*check_passport(row.held, row.indicator.unit), *notes_of(row.held)]


@blueprint.post("/office/indicators/<slug>/passports")
@needs(Permission.INDICATOR_ENTER)
def fill(slug: str) -> ResponseReturnValue:
    """Empty passports are filled from the edition, or one is taken over, or an indicator is given its measure."""
    programme = programme_at(slug)
    ensure_may(Permission.INDICATOR_ENTER, municipality=programme.municipality_id)
    code = request.form.get("code", "")[:40]
    try:
        if request.form.get("do") == "take":
            service.take_method(indicator_at(programme, code), actor=person(), now=now())
            flash(_("Паспорт взят из редакции № %(number)s", number=programme.edition), "success")
        elif request.form.get("do") == "measure":
            service.take_measure(indicator_at(programme, code), actor=person(), now=now())
            flash(_("Показатель теперь считает портал"), "success")
        else:
            count = len(service.fill_passports(programme, actor=person(), now=now()))
            flash(ngettext("Заполнен %(num)d паспорт", "Заполнено паспортов: %(num)d", count), "success")
    except RuleBroken as refused:
        return passports_page(programme, list(refused.remarks)), 422
    return redirect(url_for("indicators.passports", slug=slug, _anchor=code or None), 303)


@blueprint.route("/office/indicators/<slug>/<code>/passport", methods=["GET", "POST"])
@needs(Permission.INDICATOR_READ_INNER)
def passport(slug: str, code: str) -> ResponseReturnValue:
    """How an indicator is counted; who may enter facts may change it."""
    programme, indicator = known(slug, code, Permission.INDICATOR_READ_INNER)
    history = queries.passports_of(indicator.id)
    method = queries.method_in_force(programme, indicator)
    held = queries.passport_in_force(indicator, history[0][0] if history else None)
    remarks = [*check_passport(held, indicator.unit), *check_counting(held)] if held and held.number else []
    code_of_page, activities = 200, activities_of(programme.id)
    given = forms.given_passport(held)
    if request.method == "POST":
        ensure_may(Permission.INDICATOR_ENTER, municipality=programme.municipality_id)
        known_codes = {one.code for one in activities} | {row["activity"] for row in given["rows"]}
        given = forms.typed_passport(request.form)
        typed, remarks = forms.read_passport(given, known_codes)
        if typed is not None:
            try:
                service.write_passport(indicator, typed, actor=person(), now=now())
            except RuleBroken as refused:
                remarks = list(refused.remarks)
            else:
                flash(_("Паспорт показателя записан"), "success")
                return redirect(url_for("indicators.passport", slug=slug, code=code), 303)
        code_of_page = 422
    return render_template(
        "indicators/passport.html",
        programme=programme,
        indicator=indicator,
        unit=UNIT_WORDS.get(indicator.unit, indicator.unit_printed),
        held=held,
        history=history,
        given=given,
        measures=MEASURES.values(),
        groups=forms.measure_groups(SOURCE_NAMES.items(), [row["measure"] for row in given["rows"]]),
        activities=activities,
        activities_in_select=forms.ACTIVITIES_IN_SELECT,
        activity_names=forms.named_activities(activities),
        rows_open=forms.rows_open(given["rows"]),
        countings=COUNTINGS,
        method=method,
        notes=notes_of(held) if held else [],
        suggested=[suggested_measure(row["meaning"]) if not row["measure"] else "" for row in given["rows"]],
        remarks=remarks,
        errors=remarks if code_of_page == 422 else [],
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
    ), code_of_page
