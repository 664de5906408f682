"""A year of a programme: report, efficiency, closing."""

import io
import json
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pytest

from tests.conftest import NOW
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import load
from tests.make import make_secretary
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.domain.protocol import canonical_bytes, digest
from tosportal.features.indicators import papers, queries, service
from tosportal.features.programmes.queries import indicator_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db

FACTS = {"1-1": "14.2", "1-2": "7", "2-1": "2", "2-2": "66.5", "3-1": "3", "4-1": "785.2", "4-2": "52"}


@pytest.fixture
def programme(app):
    found = load()
    for number, value in FACTS.items():
        enter(found, f"ind-{number}", value)
    make_entry(found, "70000.00", kind="roster", source="local", activity="act-2-2", year=2025)
    made = {"kind": "cash", "source": "local", "activity": "act-2-2", "year": 2025, "dated_on": date(2025, 9, 1)}
    make_entry(found, "66500.50", **made)
    db.session.commit()
    return found


def enter(programme, code, value, year=2025):
    indicator = indicator_by_code(programme, code)
    document = "=1+1 отчёт"
    return service.enter_fact(indicator, year=year, value=Decimal(value), source_document=document, actor=None, now=NOW)


def test_the_report_holds_plan_fact_reason_and_money(programme):
    indicator = indicator_by_code(programme, "ind-2-2")
    service.write_reason(indicator, year=2025, reason="=Сэкономили", actor=None, now=NOW)
    report = queries.programme_report(programme, 2025)
    row = next(one for one in report["indicators"] if one["code"] == "ind-2-2")
    assert (row["plan"], row["fact"], row["degree_percent"], row["reason"]) == ("70.0", "66.5", "95.00", "=Сэкономили")
    money = next(one for one in report["spending"] if one["activity"] == "act-2-2")
    assert (money["plan"], money["roster"], money["cash"]) == ("70000.00", "70000.00", "66500.50")
    assert json.loads(papers.report_json(report)) == report
    half = queries.programme_report(programme, 2025, 2)
    assert next(one for one in half["spending"] if one["activity"] == "act-2-2")["cash"] == "0.00"
    outcome = queries.outcome_of(report)
    assert (outcome.done, outcome.spent_sum) == (1, Decimal("66500.50"))
    assert len(outcome.indicators) == 7


def test_the_sheets_have_live_sums_and_print_areas(programme):
    report = queries.programme_report(programme, 2025)
    book = openpyxl.load_workbook(io.BytesIO(papers.report_xlsx(report, now=NOW)))
    first, money = book["Показатели"], book["Расходы по источникам"]
    cells = {cell.value: cell for row in first.iter_rows() for cell in row}
    assert cells["2.2"].offset(0, 4).value == 66.5
    assert str(cells["2.2"].offset(0, 5).value).startswith("=IF(AND(ISNUMBER(")
    total = next(row for row in money.iter_rows() if row[2].value == "всего" and row[0].value == "Мероприятие")
    line = total[0].row
    assert str(total[3].value).endswith(f"SUM(D{line + 1}:D{line + 1}))")
    assert total[3].number_format == "#,##0.00"
    assert money.print_area
    assert money.page_setup.orientation == "landscape"


def test_the_word_report_has_tables(programme):
    report = queries.programme_report(programme, 2025)
    paper = docx.Document(io.BytesIO(papers.report_docx(report, now=NOW)))
    assert len(paper.tables) == 8
    texts = [cell.text for cell in paper.tables[0].columns[4].cells]
    assert "66,5" in texts
    assert {section.orientation for section in paper.sections} == {0, 1}
    assert {table.style.name for table in paper.tables} == {"Table Grid"}


def test_a_closed_year_refuses_corrections_until_it_is_opened(programme):
    closed = service.close_year(programme, year=2025, actor=None, now=NOW)
    assert service.close_year(programme, year=2025, actor=None, now=NOW) is closed
    report = json.loads(closed.content)
    assert (digest(report), canonical_bytes(report).decode()) == (closed.digest, closed.content)
    with pytest.raises(RuleBroken, match="закрыт"):
        enter(programme, "ind-1-1", "15")
    indicator = indicator_by_code(programme, "ind-1-1")
    with pytest.raises(RuleBroken, match="закрыт"):
        service.write_reason(indicator, year=2025, reason="x", actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="закрыт"):
        service.freeze_fact(indicator, year=2025, actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="зачем"):
        service.open_year(programme, year=2025, reason=" ", actor=None, now=NOW)
    service.open_year(programme, year=2025, reason="Ошибка в сводке", actor=None, now=NOW)
    enter(programme, "ind-1-1", "15")
    again = service.close_year(programme, year=2025, actor=None, now=NOW)
    assert again.digest != closed.digest
    with pytest.raises(RuleBroken, match="не закончился"):
        service.close_year(programme, year=2026, actor=None, now=NOW)


def test_the_page_of_a_year_routes(programme, app, visitor):
    page = said(visitor.get("/programme/tos-2024-2026/years/2025"))
    assert "Что было бы по другим методам" in page
    assert "ЭР = СР × Эис" in page
    assert "Закрыть" not in page
    for kind in ("json", "xlsx", "docx"):
        found = visitor.get(f"/programme/tos-2024-2026/years/2025/report.{kind}?quarter=2")
        assert found.headers["Content-Disposition"].endswith(f"tos-2024-2026-2025-q2.{kind}")
    visitor.get("/programme/tos-2024-2026/years/2040", code=404)
    office = Browser(app, make_secretary(municipality_of_page()))
    db.session.commit()
    address = "/office/programme/tos-2024-2026/years/2025"
    office.post(address, {"do": "close"})
    assert "Год закрыт" in said(visitor.get("/programme/tos-2024-2026/years/2025"))
    office.post(address, {"do": "open", "open_reason": ""}, code=422)
    office.post(address, {"do": "open", "open_reason": "Ошибка"})
    assert "Год открыт снова" in said(visitor.get("/programme/tos-2024-2026/years/2025"))


def test_a_barely_paid_year_that_looks_efficient_says_so(programme, app, visitor):
    words, address = "Читайте вместе с деньгами: потрачено", "/programme/tos-2024-2026/years/2025"
    page = said(visitor.get(address))
    assert "Эффективность: " in page
    assert "израсходовано 66 500,50 из 1 358 500,00: 0,04895" in page.replace("\u00a0", " ")
    assert f"{words} 4,9 % плана" in page.replace("\u00a0", " ")
    assert words not in said(visitor.get(f"{address}?method=mean"))
    for number, (activity, code) in enumerate([("act-4-1", "regional"), ("act-4-4", "local"), ("act-4-2", "regional")]):
        paid = {"kind": "cash", "source": code, "activity": activity, "year": 2025, "dated_on": date(2025, 9, 1)}
        make_entry(programme, f"{500000 + number}.00", **paid)
    db.session.commit()
    assert words not in said(visitor.get(address))


def test_the_plan_and_the_time_of_the_files_are_two_lists_and_the_digits_are_the_units(programme, app, visitor):
    text = visitor.get("/programme/tos-2024-2026/years/2025?quarter=2&plan=roster").get_data(as_text=True)
    assert '<option value="2" selected>' in text
    assert '<option value="roster" selected>' in text
    assert 'type="radio"' not in text
    enter(programme, "ind-2-2", "66.5005")
    db.session.commit()
    for address in ("/programme/tos-2024-2026/years/2025", "/programme/tos-2024-2026/dashboard?year=2025"):
        assert ">66,5</a>" in visitor.get(address).get_data(as_text=True)
    assert "66,5005" in said(visitor.get("/indicators/tos-2024-2026/ind-2-2/2025"))


def test_the_page_says_what_closing_a_year_freezes(programme, app):
    office = Browser(app, make_secretary(municipality_of_page()))
    db.session.commit()
    address = "/programme/tos-2024-2026/years/2025"
    assert "Закрытие замораживает факты, причины и отчёт года. Записи в учёт денег" in said(office.get(address))
    office.post(f"/office{address}", {"do": "close"})
    assert "Новые записи в учёте денег отчёт не меняют" in said(office.get(address))


def test_the_command_gives_the_same_report(programme, app):
    run = app.test_cli_runner().invoke
    found = run(args=["indicators", "report", "tos-2024-2026", "--year", "2025", "--format", "json"])
    assert json.loads(found.output) == queries.programme_report(programme, 2025)
    assert run(args=["indicators", "report", "tos-2024-2026", "--year", "2040"]).exit_code != 0
