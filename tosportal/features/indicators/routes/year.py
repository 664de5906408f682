"""A year of a programme: attainment, efficiency by several methods, the report to download, closing the year."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.attainment import rounded
from tosportal.domain.efficiency import effect_of_cap, evaluate, verdicts
from tosportal.domain.efficiency_methods import BY_CODE, METHODS
from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_report import (
    DONE_PERCENT,
    PLANS,
    STATES,
    USUAL,
    performed_by_quarters,
    targets_of_plan,
)
from tosportal.features.accounts.guards import ensure_may, needs, open_to_all, person, where
from tosportal.features.indicators import papers, queries, report_templates, service
from tosportal.features.indicators.queries.outlook import quarters_over
from tosportal.features.indicators.routes.blueprint import UNIT_WORDS, blueprint, programme_at, today_of
from tosportal.features.programmes.models import Programme
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db
from tosportal.web.clock import now

SPENDING = "ССуз"
LITTLE_SPENT = Fraction(1, 2)
"""A method that divides by the share of money spent calls a year efficient because little was spent; below this share
the page says so."""
YEAR = "<int(max=9999):year>"
MEDIA = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def in_programme(slug: str, year: int) -> Programme:
    programme = programme_at(slug)
    if not programme.year_from <= year <= programme.year_to:
        abort(404)
    return programme


def asked_plan() -> str:
    """The plan of the address; empty when it names none."""
    text = request.values.get("plan", "")
    return text if text in PLANS else ""


def asked_quarter() -> int:
    """The quarter of the address; 0 is the year."""
    text = request.args.get("quarter", "0")
    return int(text) if text in {"1", "2", "3", "4"} else 0


def basis_of(basis: Mapping[str, Any]) -> dict[str, Any]:
    """Where a plan stands, with its days as days."""
    act = basis["act"]
    return {
        "edition": basis["edition"],
        "act_number": act["number"],
        "act_on": date.fromisoformat(act["on"]) if act["on"] else None,
        "documents": [(one["name"], date.fromisoformat(one["on"])) for one in basis["documents"]],
    }


def year_page(programme: Programme, year: int, remarks: list[Remark], reason: str = "") -> str:
    """Attainment and efficiency of a year by the chosen plan; what the verdict would be under the other methods; the
    files of the report."""
    closed, template = queries.closing_and_template(programme, year)
    report = queries.report_of(programme, year, plan=asked_plan(), closed=closed)
    outcome, today = queries.outcome_of(report), today_of(programme)
    method = BY_CODE.get(request.args.get("method", ""), METHODS[0])
    found = evaluate(method, outcome)
    return render_template(
        "indicators/year.html",
        programme=programme,
        year=year,
        years=range(programme.year_from, programme.year_to + 1),
        report=report,
        plans=PLANS,
        plan_options=[(code, _(name)) for code, name in PLANS.items()],
        closed_plan=queries.plan_of_closing(closed),
        bases={name: basis_of(report["plans"][name]) for name in (report["plan"], targets_of_plan(report["plan"]))},
        targets=targets_of_plan(report["plan"]),
        quarter=asked_quarter(),
        forms=papers.FORMS,
        money=[row for row in papers.spending_rows(report) if not row.source],
        template=template,
        method=method,
        five=lambda value: rounded(value, 5),
        found=found,
        spent=found.parts.get(SPENDING),
        little_spent=LITTLE_SPENT,
        others=verdicts(METHODS, outcome),
        cap=effect_of_cap(method, outcome),
        outcome=outcome,
        performed=performed_by_quarters(report, quarters_over(year, today)) if "activities" in report else [],
        ends={1: _("I квартал"), 2: _("I полугодие"), 3: _("9 месяцев"), 4: _("Четыре квартала")},
        day_from=date.fromisoformat,
        states=STATES,
        done_percent=DONE_PERCENT,
        closed=closed,
        is_over=year < today.year,
        units=UNIT_WORDS,
        may_enter=where(Permission.INDICATOR_ENTER).holds(municipality=programme.municipality_id),
        reason=reason,
        remarks=remarks,
        errors=remarks,
    )


@blueprint.get(f"/programme/<slug>/years/{YEAR}")
@open_to_all
def year(slug: str, year: int) -> ResponseReturnValue:
    return year_page(in_programme(slug, year), year, [])


@blueprint.get(f"/programme/<slug>/years/{YEAR}/report.<any(json,xlsx,docx):kind>")
@open_to_all
def report(slug: str, year: int, kind: str) -> ResponseReturnValue:
    """The annual report, or the quarterly one with `quarter`, as a file: by a plan, in one of the forms."""
    programme = in_programme(slug, year)
    quarter, plan = asked_quarter(), asked_plan()
    form = request.args.get("form", "full")
    form = form if form in papers.FORMS else "full"
    data = queries.report_in_force(programme, year, quarter, plan)
    version = None
    if kind == "docx" and form == "full" and request.args.get("template") != "standard":
        version = report_templates.template_in_force(programme.municipality_id)
    if version is None:
        content = papers.report_file(data, kind, form=form, now=now())
    else:
        zone = db.session.get_one(Municipality, programme.municipality_id).zone
        content = report_templates.printed_by(version, data, zone=zone, now=now())
    parts = [programme.slug, str(year), f"q{quarter}" if quarter else "", "" if form == "full" else form, plan]
    name = "-".join(part for part in parts if part)
    return send_file(BytesIO(content), MEDIA[kind], as_attachment=True, download_name=f"{name}.{kind}")


@blueprint.post(f"/office/programme/<slug>/years/{YEAR}")
@needs(Permission.INDICATOR_ENTER)
def close(slug: str, year: int) -> ResponseReturnValue:
    """The year is closed with its report, or opened again with a reason."""
    programme = in_programme(slug, year)
    ensure_may(Permission.INDICATOR_ENTER, municipality=programme.municipality_id)
    reason = cleaned(request.form.get("open_reason", ""))
    try:
        if request.form.get("do") == "open":
            service.open_year(programme, year=year, reason=reason, actor=person(), now=now())
            flash(_("%(year)s год открыт для исправлений", year=year), "success")
        else:
            service.close_year(programme, year=year, plan=asked_plan() or USUAL, actor=person(), now=now())
            flash(_("%(year)s год закрыт, отчёт сохранён", year=year), "success")
    except RuleBroken as refused:
        return year_page(programme, year, list(refused.remarks), reason), 422
    return redirect(url_for("indicators.year", slug=slug, year=year), 303)
