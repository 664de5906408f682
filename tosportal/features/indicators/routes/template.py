"""The district's own template of the report, and reasons of deviation in money."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_report import DONE_PERCENT, MARKS
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.indicators import papers, queries, report_templates
from tosportal.features.indicators.forms import read_day, typed_day
from tosportal.features.indicators.models import ReportTemplate
from tosportal.features.indicators.routes.blueprint import blueprint, programme_at, this_year_of
from tosportal.features.indicators.spending_reasons import mark_activity, write_spending_reason
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import activity_by_code
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db
from tosportal.support.documents.docx_template import TEMPLATE_MAX
from tosportal.support.storage import KINDS
from tosportal.web.clock import now

DOCX = KINDS["docx"].media_type


def known(slug: str, permission: Permission = Permission.INDICATOR_READ_INNER) -> tuple[Programme, Municipality]:
    """The programme of an address and its district, when whoever asks works there."""
    programme = programme_at(slug)
    ensure_may(permission, municipality=programme.municipality_id)
    return programme, db.session.get_one(Municipality, programme.municipality_id)


def year_of_preview(programme: Programme) -> int:
    """This year, or the nearest one of the programme."""
    return min(max(this_year_of(programme), programme.year_from), programme.year_to)


@blueprint.route("/office/programme/<slug>/report-template", methods=["GET", "POST"])
@needs(Permission.INDICATOR_READ_INNER)
def template(slug: str) -> ResponseReturnValue:
    """The versions of the template, the names that it may use; a new version is uploaded here."""
    programme, municipality = known(slug)
    remarks: list[Remark] = []
    if request.method == "POST":
        ensure_may(Permission.PROGRAMME_EDIT, municipality=municipality.id)
        file = request.files.get("file")
        content = file.read(TEMPLATE_MAX + 1) if file else b""
        try:
            if file is None or not file.filename:
                raise RuleBroken(Remark(N_("Выберите файл шаблона"), place="file"))
            report = queries.report_in_force(programme, year_of_preview(programme))
            made = report_templates.upload_template(
                content, file.filename, report=report, municipality=municipality, actor=person(), now=now()
            )
        except RuleBroken as refused:
            remarks = [Remark(one.template, one.values, "file") for one in refused.remarks]
        else:
            words = _(
                "Шаблон прочитан, это версия %(number)s. Посмотрите отчёт по нему и примените.", number=made.number
            )
            flash(words, "success")
            return redirect(url_for("indicators.template", slug=slug), 303)
    versions = report_templates.versions_of(municipality.id)
    return render_template(
        "indicators/template.html",
        programme=programme,
        municipality=municipality,
        versions=versions,
        in_force=next((one for one, _person in versions if one.used_from and not one.used_until), None),
        names=papers.NAMES,
        examples=papers.EXAMPLES,
        year=year_of_preview(programme),
        limit=TEMPLATE_MAX // 1024 // 1024,
        may_edit=where(Permission.PROGRAMME_EDIT).holds(municipality=municipality.id),
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


def version_at(municipality: Municipality, number: int) -> ReportTemplate:
    return report_templates.version_of(municipality.id, number) or abort(404)


def sent(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), DOCX, as_attachment=True, download_name=name)


@blueprint.get("/office/programme/<slug>/report-template/standard.docx")
@needs(Permission.INDICATOR_READ_INNER)
def standard_template(slug: str) -> ResponseReturnValue:
    """The standard template to make one's own of."""
    known(slug)
    return sent(papers.standard_template(now()), "report-template.docx")


@blueprint.get("/office/programme/<slug>/report-template/<int(max=9999):number>.docx")
@needs(Permission.INDICATOR_READ_INNER)
def template_file(slug: str, number: int) -> ResponseReturnValue:
    """The file of a version as it was uploaded."""
    _programme, municipality = known(slug)
    version = version_at(municipality, number)
    return sent(report_templates.content_of(version), f"report-template-{number}.docx")


@blueprint.get("/office/programme/<slug>/report-template/<int(max=9999):number>/preview.docx")
@needs(Permission.INDICATOR_READ_INNER)
def template_preview(slug: str, number: int) -> ResponseReturnValue:
    """The report of this year by a version."""
    programme, municipality = known(slug)
    version = version_at(municipality, number)
    year = year_of_preview(programme)
    report = queries.report_in_force(programme, year)
    content = report_templates.printed_by(version, report, zone=municipality.zone, now=now())
    return sent(content, f"{programme.slug}-{year}-template-{number}.docx")


@blueprint.post("/office/programme/<slug>/report-template/use")
@needs(Permission.PROGRAMME_EDIT)
def use_template(slug: str) -> ResponseReturnValue:
    """A version is put into force, or the standard look again."""
    _programme, municipality = known(slug, Permission.PROGRAMME_EDIT)
    text = request.form.get("number", "")
    if text == "standard":
        report_templates.use_standard(municipality, actor=person(), now=now())
        flash(_("Отчёты печатаются по стандартному шаблону"), "success")
    elif text.isascii() and text.isdigit() and len(text) < 5:
        version = version_at(municipality, int(text))
        report_templates.use_template(version, actor=person(), now=now())
        flash(_("Отчёты печатаются по версии %(number)s шаблона района", number=version.number), "success")
    else:
        abort(404)
    return redirect(url_for("indicators.template", slug=slug), 303)


@blueprint.route("/office/programme/<slug>/years/<int(max=9999):year>/spending/<code>", methods=["GET", "POST"])
@needs(Permission.INDICATOR_ENTER)
def spending_reason(slug: str, year: int, code: str) -> ResponseReturnValue:
    """Whether an activity was performed in the year; why its cash differs from its plan, for the year or a quarter."""
    programme, _municipality = known(slug, Permission.INDICATOR_ENTER)
    if not programme.year_from <= year <= programme.year_to or "\x00" in code:
        abort(404)
    activity = activity_by_code(programme, code) or abort(404)
    text = request.values.get("quarter", "0")
    quarter = int(text) if text in {"1", "2", "3", "4"} else 0
    remarks: list[Remark] = []
    marks = queries.marks_of(activity.id, year)
    given = {
        "reason": queries.latest_spending_reasons(programme.id, year, quarter).get(code, ""),
        "verdict": marks[0].verdict if marks else "",
        "basis": marks[0].basis if marks else "",
        "performed_on": marks[0].performed_on if marks else None,
    }
    if request.method == "POST":
        given |= {name: cleaned(request.form[name]) for name in ("reason", "verdict", "basis") if name in request.form}
        try:
            if request.form.get("do") == "mark":
                given["performed_on"] = day = typed_day(request.form, "performed_on")
                mark_activity(
                    activity,
                    year=year,
                    verdict=request.form.get("verdict", "-"),
                    basis=str(given["basis"]),
                    performed_on=read_day(day),
                    actor=person(),
                    now=now(),
                )
                said = _("Отметка записана")
            else:
                period = {"year": year, "quarter": quarter}
                reason = cleaned(request.form.get("reason", ""))
                write_spending_reason(activity, **period, reason=reason, actor=person(), now=now())
                said = _("Причина записана")
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(said, "success")
            return redirect(url_for("indicators.year", slug=slug, year=year, quarter=quarter or None), 303)
    return render_template(
        "indicators/spending_reason.html",
        programme=programme,
        activity=activity,
        year=year,
        quarter=quarter,
        given=given,
        is_over=year < this_year_of(programme),
        marks=marks,
        verdicts=MARKS,
        verdict_options=[(verdict, _(name)) for verdict, name in MARKS.items()],
        done_percent=DONE_PERCENT,
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200
