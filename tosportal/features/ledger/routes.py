"""Pages of the ledger for the office: a year at a glance, the entries behind a figure, a new entry, the import."""

import base64
import binascii
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.ledger import FIGURES, KINDS, TENTH_OF_THOUSAND, LedgerCell, shown_figures
from tosportal.domain.ledger_sheet import COLUMNS, LedgerSheet, read_ledger_sheet
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.refunds import REFUND_RULES, Refund, refund, refunds_by_every_rule
from tosportal.domain.region_share import region_share
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.ledger import forms, papers, queries, service
from tosportal.features.ledger.queries import YearLedger
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import indicators_of, programme_by_slug
from tosportal.support.documents.sheet_rows import MOST_BYTES, read_sheets
from tosportal.web.clock import now
from tosportal.web.filters import say
from tosportal.web.lists import page_of, paged

blueprint = Blueprint("ledger", __name__)
NUMBER = "<int(max=2147483647):entry_id>"
BASE = "/office/programme/<slug>/ledger"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS = 6000
PAGE = 100
ACTIVITIES_AT_ONCE = 20


def known(slug: str, permission: Permission) -> Programme:
    """The programme of an address, when whoever asks works with programmes of its municipality."""
    programme = programme_by_slug(slug)
    if programme is None:
        abort(404)
    ensure_may(permission, municipality=programme.municipality_id)
    return programme


def year_of(programme: Programme) -> int:
    """The year of the address, within the programme."""
    this_year = service.today_of(programme, now()).year
    return forms.asked_year(request.args, this_year, programme.year_from, programme.year_to)


def frame_of(programme: Programme, year: int) -> dict[str, Any]:
    """What every page of the ledger shows around itself."""
    return {
        "programme": programme,
        "year": year,
        "years": range(programme.year_from, programme.year_to + 1),
        "sources": SOURCES,
        "kinds": KINDS,
        "may_write": where(Permission.PROGRAMME_EDIT).holds(municipality=programme.municipality_id),
    }


@blueprint.get(BASE)
@needs(Permission.PROGRAMME_READ_INNER)
def index(slug: str) -> ResponseReturnValue:
    """One year of the programme by activity and source; every figure opens what it is made of."""
    programme = known(slug, Permission.PROGRAMME_READ_INNER)
    year = year_of(programme)
    ledger = queries.year_ledger(programme, year)
    ids = [one.id for one in ledger.activities]
    in_thousands = request.args.get("unit") == "thousand"
    exact = shown_figures(ledger.cells, ids)
    shown = shown_figures(ledger.cells, ids, step=TENTH_OF_THOUSAND) if in_thousands else exact
    paid_by = {
        one.id: [source for source in SOURCES if any(exact.of(name, one.id, source) for name in FIGURES)]
        for one in ledger.activities
    }
    groups = [(one, paid_by[one.id]) for one in ledger.activities if paid_by[one.id]]
    return render_template(
        "ledger/index.html",
        **frame_of(programme, year),
        ledger=ledger,
        figures=figures_of(ledger),
        exact=exact,
        shown=shown,
        in_thousands=in_thousands,
        page=page_of(groups, size=ACTIVITIES_AT_ONCE),
        page_of_activity={one.id: at // ACTIVITIES_AT_ONCE + 1 for at, (one, _paid_by) in enumerate(groups)},
        without_money=[one for one in ledger.activities if not paid_by[one.id]],
        warnings=[
            (one, source, remark)
            for one in ledger.activities
            for source in paid_by[one.id]
            for remark in ledger.cell(one.id, source).warnings()
        ],
    )


def figures_of(ledger: YearLedger) -> tuple[str, ...]:
    """The columns of the table: the first plan only when another edition is in force."""
    first = ("first",) if ledger.first else ()
    return (*first, "plan", "roster", "region_agreement", "award", "agreement", "cash", "remainder")


@blueprint.get(f"{BASE}/entries")
@needs(Permission.PROGRAMME_READ_INNER)
def entries(slug: str) -> ResponseReturnValue:
    """What a figure is made of: entries of the ledger, or lines of the plan, or roster less cash."""
    programme = known(slug, Permission.PROGRAMME_READ_INNER)
    year, figure = year_of(programme), forms.asked_figure(request.args)
    activities = queries.activities_in_order(programme.id)
    asked = forms.asked_filter(request.args, year, activities)
    chosen = next((one for one in activities if one.id == asked.activity_id), None)
    common = {
        **frame_of(programme, year),
        "figure": figure,
        "activity": chosen,
        "source": asked.source,
        "args": {
            "slug": slug,
            "year": year,
            "figure": figure,
            "activity": chosen.code if chosen else None,
            "source": asked.source,
        },
    }
    if figure in KINDS:
        return render_template(
            "ledger/entries.html",
            **common,
            page=paged(queries.entries(programme.id, asked), size=PAGE, scalars=False),
            total=queries.total_of_entries(programme.id, asked),
        )
    ledger = queries.year_ledger(programme, year)
    lines = [
        (one, source, ledger.cell(one.id, source))
        for one in activities
        for source in SOURCES
        if asked.activity_id in (None, one.id) and asked.source in (None, source)
    ]
    lines = [line for line in lines if line[2].of(figure) or (figure == "remainder" and line[2].of(line[2].base))]
    total = sum((line[2].of(figure) for line in lines), queries.NOTHING.plan)
    return render_template("ledger/figure.html", **common, ledger=ledger, page=page_of(lines, size=PAGE), total=total)


@blueprint.route(f"{BASE}/new", methods=["GET", "POST"])
@needs(Permission.PROGRAMME_EDIT)
def new(slug: str) -> ResponseReturnValue:
    """One entry by hand."""
    programme = known(slug, Permission.PROGRAMME_EDIT)
    year = year_of(programme)
    given = forms.asked_entry(request.args, year)
    remarks: list[Remark] = []
    if request.method == "POST":
        given = forms.typed_entry(request.form)
        today = service.today_of(programme, now())
        facts, remarks = forms.read_entry(given, year_from=programme.year_from, year_to=programme.year_to, today=today)
        if facts is not None:
            try:
                done = service.record_entry(programme, facts, actor=person(), now=now())
            except RuleBroken as refused:
                remarks = list(refused.remarks)
            else:
                flash(_("Запись внесена: %(kind)s.", kind=_(KINDS[facts.kind])), "success")
                for warning in done.warnings:
                    flash(say(warning), "warning")
                return redirect(url_for("ledger.index", slug=slug, year=facts.year), 303)
    return render_template(
        "ledger/new.html",
        **frame_of(programme, year),
        activities=queries.activities_in_order(programme.id),
        given=given,
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


@blueprint.get(f"{BASE}/entries/{NUMBER}")
@needs(Permission.PROGRAMME_READ_INNER)
def entry(slug: str, entry_id: int) -> ResponseReturnValue:
    """One entry with all it says."""
    return entry_page(known(slug, Permission.PROGRAMME_READ_INNER), entry_id)


def entry_page(
    programme: Programme, entry_id: int, reason: str = "", remarks: Sequence[Remark] = ()
) -> ResponseReturnValue:
    """The page of an entry; a reason that was refused stands in its form."""
    found = queries.entry_by_id(programme.id, entry_id)
    if found is None:
        abort(404)
    common = frame_of(programme, found.LedgerEntry.year)
    page = render_template("ledger/entry.html", **common, row=found, reason=reason, remarks=remarks, errors=remarks)
    return page, 422 if remarks else 200


@blueprint.post(f"{BASE}/entries/{NUMBER}/take-back")
@needs(Permission.PROGRAMME_EDIT)
def take_back(slug: str, entry_id: int) -> ResponseReturnValue:
    """The entry is taken back by its opposite."""
    programme = known(slug, Permission.PROGRAMME_EDIT)
    found = queries.entry_by_id(programme.id, entry_id)
    if found is None:
        abort(404)
    reason = cleaned(request.form.get("reason", ""))
    try:
        opposite = service.take_back(found.LedgerEntry, programme, reason=reason, actor=person(), now=now())
    except RuleBroken as refused:
        return entry_page(programme, entry_id, reason, refused.remarks)
    flash(_("Запись взята обратно записью № %(number)s.", number=opposite.id), "success")
    return redirect(url_for("ledger.index", slug=slug, year=opposite.year), 303)


# --- tables ----------------------------------------------------------------------------------------------------------


@blueprint.get(f"{BASE}.xlsx")
@needs(Permission.PROGRAMME_READ_INNER)
def download(slug: str) -> ResponseReturnValue:
    """All entries of a programme as a table that the import reads back; `?empty=yes` is the same table to fill in."""
    programme = known(slug, Permission.PROGRAMME_READ_INNER)
    is_empty = request.args.get("empty") == "yes"
    content = papers.ledger_sheet([] if is_empty else queries.all_facts(programme.id))
    name = f"ledger-{slug}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, etag=False)


@blueprint.route(f"{BASE}/import", methods=["GET", "POST"])
@needs(Permission.PROGRAMME_EDIT)
def import_sheet(slug: str) -> ResponseReturnValue:
    """First the file is looked through and nothing changes; the second press loads what was looked through."""
    programme = known(slug, Permission.PROGRAMME_EDIT)
    common = {**frame_of(programme, year_of(programme)), "columns": COLUMNS}
    if request.method == "GET":
        return render_template("ledger/import.html", **common, report=None, remarks=[])
    try:
        content, name = uploaded()
        sheet = read_file(content, name, programme)
    except RuleBroken as refused:
        remarks = [Remark(one.template, one.values, "file") for one in refused.remarks]
        return render_template("ledger/import.html", **common, report=None, remarks=remarks, errors=remarks), 422
    report = service.import_entries(
        sheet, programme=programme, dry_run=request.form.get("do") != "load", actor=person(), now=now()
    )
    if report.is_done:
        added = ngettext("Внесена %(num)d запись", "Внесено %(num)d записей", len(report.added))
        flash(_("%(added)s, уже стояло: %(known)s.", added=added, known=report.known), "success")
        return redirect(url_for("ledger.index", slug=slug), 303)
    kept = base64.b64encode(content).decode("ascii")
    page = render_template("ledger/import.html", **common, report=report, remarks=[], kept=kept)
    return page, 422 if report.bad else 200


def uploaded() -> tuple[bytes, str]:
    """The file just sent, or the one looked through before, kept in the page. Raises RuleBroken without one."""
    file = request.files.get("file")
    content, name = b"", "ledger.xlsx"
    if file is not None:
        content, name = file.read(MOST_BYTES + 1), file.filename or name
        file.close()
    if not content and (kept := request.form.get("kept")):
        try:
            content = base64.b64decode(kept, validate=True)
        except (binascii.Error, ValueError):
            content = b""
    if not content:
        raise RuleBroken(N_("Выберите файл XLSX с записями"))
    return content, name


def read_file(content: bytes, name: str, programme: Programme) -> LedgerSheet:
    """The entries of the first sheet that has the columns, or what is wrong with the first sheet."""
    known_activities = queries.activity_names(queries.activities_in_order(programme.id))
    read = [
        read_ledger_sheet(
            rows,
            activities=known_activities,
            year_from=programme.year_from,
            year_to=programme.year_to,
            today=service.today_of(programme, now()),
        )
        for rows in read_sheets(content, name, most_rows=MOST_SHEET_ROWS)
    ]
    if not read:
        raise RuleBroken(N_("В файле нет ни одного листа с таблицей"))
    return next((one for one in read if one.rows), read[0])


# --- the region ------------------------------------------------------------------------------------------------------


@blueprint.get("/office/programme/<slug>/cofinancing")
@needs(Permission.PROGRAMME_READ_INNER)
def cofinancing(slug: str) -> ResponseReturnValue:
    """Does each activity keep the level that the agreement with the region names? Every step is shown."""
    programme = known(slug, Permission.PROGRAMME_READ_INNER)
    year = year_of(programme)
    ledger = queries.year_ledger(programme, year)
    levels = queries.region_levels(programme.id, year)
    checked, without = [], []
    for one in ledger.activities:
        regional = ledger.cell(one.id, "regional")
        if one.id in levels:
            share = region_share(levels[one.id].level, regional, ledger.cell(one.id, "local"))
            checked.append((one, levels[one.id].document, share))
        elif any(regional.of(figure) for figure in ("plan", "roster", "cash", "tranche")):
            without.append((one, "", None))
    page = page_of([*checked, *without], size=ACTIVITIES_AT_ONCE)
    others = [source for source in SOURCES if source not in {"regional", "local"}]
    beside = {
        one.id: [source for source in others if any(map(ledger.cell(one.id, source).of, ("plan", "roster", "cash")))]
        for one in ledger.activities
    }
    return render_template(
        "ledger/cofinancing.html", **frame_of(programme, year), page=page, has_any=bool(checked), beside=beside
    )


@blueprint.get("/office/programme/<slug>/refund")
@needs(Permission.PROGRAMME_READ_INNER)
def refund_page(slug: str) -> ResponseReturnValue:
    """What returns to the region when results are missed: a sum counted from the address, nothing is written."""
    programme = known(slug, Permission.PROGRAMME_READ_INNER)
    year = year_of(programme)
    is_asked = request.args.get("count") == "yes"
    indicators = indicators_of(programme.id) if is_asked else []  # else the page begins with them and their facts
    given = {name: cleaned(request.args.get(name, ""))[:100] for name in forms.refund_fields(indicators)}
    task_id = None
    if not is_asked:
        task_id, known_sums = subsidy_of_year(programme, year)
        given |= known_sums
    asked, remarks = forms.read_refund(given, indicators) if is_asked else (None, [])
    found: Refund | None = None
    others: tuple[Refund, ...] = ()
    if asked is not None:
        sums = {"unused_sum": asked.unused_sum, "misused_sum": asked.misused_sum, "parts": asked.parts}
        try:
            found = refund(asked.rule, asked.subsidy_sum, asked.results, **sums)  # type: ignore[arg-type]
            others = refunds_by_every_rule(asked.subsidy_sum, asked.results, **sums)  # type: ignore[arg-type]
        except RuleBroken as refused:
            remarks = [Remark(one.template, one.values, "subsidy") for one in refused.remarks]
    return render_template(
        "ledger/refund.html",
        **frame_of(programme, year),
        asked_lines=[(one, None, None) for one in indicators],
        rules=REFUND_RULES,
        given=given,
        task_id=task_id,
        is_asked=is_asked,
        found=found,
        others=others,
        due_on=found.rule.due_on(year) if found else None,
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


def subsidy_of_year(programme: Programme, year: int) -> tuple[int | None, dict[str, str]]:
    """What the ledger says of the first activity that the region pays for: its task, whose indicators are most likely
    the results of the agreement; the subsidy, and what of it came and was not paid out."""
    rule = {"rule": REFUND_RULES[0].code}
    entered = queries.entered_of_year(programme.id, year)
    for one in queries.activities_in_order(programme.id):
        cell = LedgerCell(entered=entered.get((one.id, "regional"), {}))
        if cell.of("region_agreement"):
            unused = max(cell.of("tranche") - cell.of("cash"), queries.NOTHING.plan)
            return one.task_id, rule | {"subsidy": f"{cell.of('region_agreement')}", "unused": f"{unused}"}
    return None, rule
