"""The report by each plan and in each form: JSON, XLSX and DOCX say the same."""

import copy
import io
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from tests.conftest import NOW
from tests.features.indicators.recount import Sheet
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_papers import kirovo
from tests.features.programmes.test_service import DOCUMENT, load
from tests.pages import said
from tosportal.domain.programme_report import PLANS, counted_against, upgraded
from tosportal.features.indicators import papers, queries, service
from tosportal.features.indicators.models import ClosedYear, SpendingReason
from tosportal.features.indicators.papers.files import forms_of
from tosportal.features.indicators.papers.spending_rows import spending_rows
from tosportal.features.programmes.queries import activity_by_code, indicator_by_code
from tosportal.features.programmes.service.editions import Act, adopt_edition
from tosportal.support.db import db

YEAR, SLUG = 2025, "tos-2024-2026"
ROSTER = {"kind": "roster", "source": "local", "activity": "act-2-2", "year": YEAR}
CASH = {**ROSTER, "kind": "cash"}


@pytest.fixture
def programme(app):
    """Two editions: the second plans 71 000 instead of 70 000; a roster, an agreement, payments of three months."""
    found = load()
    second = copy.deepcopy(DOCUMENT)
    activity = next(one for one in second["activities"] if one["id"] == "act-2-2")
    for cells in (activity["amount"], activity["sources"]["local"]):
        cells[str(YEAR)]["rub"] = "71000.00"
    indicator = next(one for one in second["indicators"] if one["id"] == "ind-2-2")
    indicator["targets"][str(YEAR)] = {"value": "71.0", "printed": "71,0"}
    second.pop("portal", None)
    adopt_edition(found, second, act=Act("решение", "15-р", date(2025, 5, 5)), reason="", actor=None, now=NOW)
    make_entry(found, "70500.00", document="Уведомление № 7", dated_on=date(2025, 1, 9), **ROSTER)
    agreement = {"kind": "region_agreement", "year": YEAR, "level": Decimal("98.2"), "document": "Соглашение № 1"}
    make_entry(found, "700000.00", dated_on=date(2025, 2, 1), **agreement)
    for day, paid in (
        (date(2025, 2, 3), "10000.10"),
        (date(2025, 6, 30), "20000.20"),
        (date(2025, 12, 30), "36500.20"),
    ):
        make_entry(found, paid, dated_on=day, **CASH)
    make_entry(found, "690000.00", kind="cash", year=YEAR, dated_on=date(2025, 9, 1))
    for code, value in (("ind-2-2", "66.5"), ("ind-1-1", "14.2")):
        document = "=1+1 отчёт"
        service.enter_fact(
            indicator_by_code(found, code),
            year=YEAR,
            value=Decimal(value),
            source_document=document,
            actor=None,
            now=NOW,
        )
    service.write_reason(indicator_by_code(found, "ind-2-2"), year=YEAR, reason="=Экономия", actor=None, now=NOW)
    activity = activity_by_code(found, "act-2-2")
    db.session.add(SpendingReason(activity_id=activity.id, year=YEAR, quarter=0, reason="Торги ниже", written_at=NOW))
    db.session.commit()
    return found


def line(report, activity="act-2-2", source="local"):
    return next(one for one in report["spending"] if (one["activity"], one["source"]) == (activity, source))


@pytest.mark.parametrize(
    ("plan", "counted", "target"),
    [
        ("first", ("70000.00", "-3499.50", "95.0"), "70.0"),
        ("current", ("71000.00", "-4499.50", "93.7"), "71.0"),
        ("roster", ("70500.00", "-3999.50", "94.3"), "71.0"),
        ("agreement", (None, None, None), "71.0"),
    ],
)
def test_a_line_is_counted_against_the_chosen_plan(programme, plan, counted, target):
    report = queries.programme_report(programme, YEAR, plan=plan)
    row = line(report)
    assert (row["plan"], row["deviation"], row["percent"]) == counted
    assert row["cash"] == "66500.50"
    indicator = next(one for one in report["indicators"] if one["code"] == "ind-2-2")
    assert indicator["plan"] == target
    assert report["plan"] == plan
    assert report["plans"]["first"]["edition"] == 1
    assert report["plans"]["current"] == {
        "edition": 2,
        "act": {"name": "решение", "number": "15-р", "on": "2025-05-05"},
        "documents": [],
    }
    assert report["plans"]["roster"]["documents"] == [{"name": "Уведомление № 7", "on": "2025-01-09"}]
    assert report["plans"]["january"]["edition"] == 1, "the second edition is of May"
    agreed = line(report, "act-4-1", "regional")
    assert agreed["agreement"] == "700000.00"
    assert agreed["roster"] is None


def test_the_heading_names_the_plan_with_its_act_and_documents(programme):
    said = {plan: papers.plan_lines(queries.programme_report(programme, YEAR, plan=plan)) for plan in PLANS}
    assert said["current"][0] == "План денег — действующая редакция программы № 2, решение от 05.05.2025 № 15-р."
    assert "первая редакция программы № 1" in said["first"][0]
    assert "первая редакция программы № 1" in said["first"][1]
    assert said["roster"][0] == "План денег — сводная бюджетная роспись: Уведомление № 7 (запись 09.01.2025)."
    assert said["roster"][1].endswith("№ 15-р (роспись и соглашение их не задают).")
    assert "Соглашение № 1" in said["agreement"][0]
    for kind in ("xlsx", "docx"):
        text = text_of(
            papers.report_file(queries.programme_report(programme, YEAR, plan="roster"), kind, now=NOW), kind
        )
        assert said["roster"][0] in text


def text_of(content: bytes, kind: str) -> str:
    if kind == "docx":
        paper = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in paper.paragraphs), *cells])
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_efficiency_is_counted_against_the_chosen_plan(programme):
    sums = {}
    for plan in PLANS:
        outcome = queries.outcome_of(queries.programme_report(programme, YEAR, plan=plan))
        sums[plan] = (outcome.spent_sum, outcome.planned_sum, outcome.planned)
    assert sums["roster"] == (Decimal("66500.50"), Decimal("70500.00"), 1)
    assert sums["agreement"] == (Decimal("690000.00"), Decimal("700000.00"), 1)
    assert sums["current"][1] - sums["first"][1] == Decimal("1000.00")
    assert sums["current"][0] == Decimal("756500.50")


def test_every_form_says_the_same_in_word_and_in_excel(programme):
    for quarter in (0, 1, 4):
        whole = queries.programme_report(programme, YEAR, quarter)
        for form, plan in product(papers.FORMS, PLANS):
            assert_same(counted_against(whole, plan), form)


def assert_same(report, form):
    forms = forms_of(report, form)
    paper = docx.Document(io.BytesIO(papers.report_docx(report, form=form, now=NOW)))
    book = openpyxl.load_workbook(io.BytesIO(papers.report_xlsx(report, form=form, now=NOW)))
    assert len(paper.tables) == len(book.worksheets) == len(forms) == len(set(book.sheetnames))
    for table, sheet, one in zip(paper.tables, book.worksheets, forms, strict=True):
        assert len(table.rows) == len(one.rows)
        first = int(sheet.print_title_rows.split(":")[0].lstrip("$"))
        counted = Sheet(sheet)
        compared = 0
        for number, row in enumerate(table.rows):
            cells = [docx.table._Cell(tc, table) for tc in row._tr.tc_lst]
            for column, cell in enumerate(cells):
                place = sheet.cell(first + number, column + 1)
                if cell._tc.vMerge == "continue":
                    continue
                value = counted.value(place.coordinate)
                compared += 1
                if not isinstance(value, Fraction):
                    assert str(value or "") == cell.text, place.coordinate
                    continue
                exact = Decimal(cell.text.replace("\u00a0", "").replace(",", ".").replace("−", "-"))
                is_share = place.number_format == "0.0" and place.data_type == "f" and "100" in str(place.value)
                assert abs(value - Fraction(exact)) <= (Fraction(1, 20) if is_share else 0), place.coordinate
        assert compared >= 2 * len(one.rows[0])
        assert sheet.print_area
        assert sheet.page_setup.orientation == ("landscape" if one.is_wide else "portrait")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_the_rows_of_money_hold_every_sum_of_the_json(programme):
    report = queries.programme_report(programme, YEAR, 2, "roster")
    rows = [row for row in spending_rows(report) if row.is_leaf]
    assert len(rows) == len(report["spending"]) > 5
    for row, one in zip(rows, report["spending"], strict=True):
        assert (row.code, row.source) == (one["activity"], one["source"])
        for name in ("january", "first", "current", "roster", "agreement", "obligations", "plan", "cash", "deviation"):
            assert row.sums[name] == (None if one[name] is None else Decimal(one[name])), name
    whole = spending_rows(report)[0]
    assert whole.sums["cash"] == Decimal("30000.30")
    assert (whole.sums["until 1"], whole.sums["until 2"]) == (Decimal("10000.10"), Decimal("30000.30"))
    assert whole.sums["roster"] == Decimal("70500.00")
    assert whole.percent == Decimal("42.6")


def test_a_total_over_lines_without_the_plan_compares_only_lines_that_have_it(programme):
    whole = spending_rows(queries.programme_report(programme, YEAR, plan="roster"))[0]
    assert whole.sums["cash"] == Decimal("756500.50")
    assert whole.sums["deviation"] == Decimal("-3999.50")
    assert whole.percent == Decimal("94.3")
    text = text_of(papers.report_docx(queries.programme_report(programme, YEAR, plan="roster"), now=NOW), "docx")
    assert "не указано" in text
    assert "Торги ниже" in text
    assert "=Экономия" in text


def test_months_come_from_the_days_of_entries(programme):
    late = {**CASH, "dated_on": date(2026, 1, 15)}
    make_entry(programme, "100.00", **late)
    report = queries.programme_report(programme, YEAR)
    months = line(report)["months"]
    assert months == {"2": "10000.10", "6": "20000.20", "12": "36500.20", "after": "100.00"}
    assert line(report)["cash"] == "66600.50"
    text = text_of(papers.report_xlsx(report, form="months", now=NOW), "xlsx")
    assert "После конца года" in text
    assert "До начала года" not in text


def test_the_year_before_stands_beside(programme):
    document = "сводка"
    service.enter_fact(
        indicator_by_code(programme, "ind-2-2"), year=YEAR - 1, value=Decimal("55.5"), source_document=document,
        actor=None, now=NOW,
    )  # fmt: skip
    report = queries.programme_report(programme, YEAR)
    text = text_of(papers.report_docx(report, form="previous", now=NOW), "docx")
    assert "Факт за 2024 год" in text
    assert "55,5" in text


def test_a_closed_year_keeps_its_plan_and_may_be_seen_against_another(programme):
    closed = service.close_year(programme, year=YEAR, plan="roster", actor=None, now=NOW)
    assert json.loads(closed.content)["plan"] == "roster"
    make_entry(programme, "1000.00", dated_on=date(2025, 12, 31), **CASH)
    assert line(queries.report_in_force(programme, YEAR)) == line(json.loads(closed.content))
    other = queries.report_in_force(programme, YEAR, plan="first")
    assert (other["plan"], line(other)["plan"], line(other)["cash"]) == ("first", "70000.00", "66500.50")


def test_a_year_closed_by_the_first_schema_still_prints(programme):
    now = queries.programme_report(programme, YEAR)
    old_line = {"activity": "act-2-2", "name": "М", "source": "local", "first": "1.00", "plan": "2.00"}
    old = {
        **{name: now[name] for name in ("programme", "name", "edition", "year", "quarter")},
        "schema": "programme-report/1",
        "act": {"number": "7", "on": "2025-01-01"},
        "plan": "current",
        "indicators": [
            {name: one[name] for name in ("code", "number", "name", "unit", "direction", "plan", "fact", "reason")}
            for one in now["indicators"]
        ],
        "spending": [{**old_line, "source_name": "Местный", "roster": "3.00", "cash": "1.50"}],
    }
    db.session.add(
        ClosedYear(
            programme_id=programme.id, year=YEAR, edition=1, content=json.dumps(old), digest="0" * 64, closed_at=NOW
        )
    )
    db.session.flush()
    report = queries.report_in_force(programme, YEAR)
    assert report == upgraded(old)
    assert (line(report)["plan"], line(report)["percent"]) == ("2.00", "75.0")
    assert line(counted_against(report, "agreement"))["plan"] is None
    for form in papers.FORMS:
        assert papers.report_docx(report, form=form, now=NOW)
        assert papers.report_xlsx(report, form=form, now=NOW)


def test_a_programme_without_activities_reports_what_its_document_states(app):
    report = queries.programme_report(load(kirovo()), 2026)
    assert {one["activity"] for one in report["spending"]} == {""}
    assert all(one["cash"] is None for one in report["spending"])
    text = text_of(papers.report_docx(report, form="spending", now=NOW), "docx")
    assert "не указано" in text


def test_the_page_and_the_command_let_choose_the_plan_and_the_form(programme, app, visitor):
    page = said(visitor.get(f"/programme/{SLUG}/years/{YEAR}?plan=roster&quarter=2"))
    assert "Сводная бюджетная роспись: Уведомление № 7 (запись 9 января 2025" in page.replace("\u00a0", " ")
    assert "Сроков контрольных событий в программе нет" in page
    assert "Эффективность" in page
    address = f"/programme/{SLUG}/years/{YEAR}/report.json?plan=agreement&quarter=1"
    assert json.loads(visitor.get(address).data) == queries.programme_report(programme, YEAR, 1, "agreement")
    found = visitor.get(f"/programme/{SLUG}/years/{YEAR}/report.xlsx?form=months&plan=first")
    assert found.headers["Content-Disposition"].endswith(f"{SLUG}-{YEAR}-months-first.xlsx")
    run = app.test_cli_runner().invoke
    given = ["indicators", "report", SLUG, "--year", str(YEAR), "--plan", "first", "--quarter", "2"]
    assert json.loads(run(args=given).output) == queries.programme_report(programme, YEAR, 2, "first")
    assert run(args=[*given, "--plan", "wish"]).exit_code == 2


def test_the_page_of_a_year_costs_the_same_number_of_queries(programme, visitor, statements):
    counts = []
    for address in (f"/programme/{SLUG}/years/{YEAR}", f"/programme/{SLUG}/years/{YEAR}/report.json?plan=first"):
        visitor.get(address)
        statements.clear()
        visitor.get(address)
        counts.append(len(statements))
    assert all(0 < count <= 12 for count in counts), (counts, [one[:300] for one in statements])
