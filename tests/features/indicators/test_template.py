"""The district's own template: uploaded, seen, put into force, taken out; hostile ones answer with words."""

import io

import docx
import pytest

from tests.conftest import NOW
from tests.features.indicators.test_report import YEAR, line, programme
from tests.make import make_secretary
from tests.pages import Browser, said
from tests.support.test_docx_template import made
from tosportal.domain.errors import RuleBroken
from tosportal.features.indicators import papers, queries, report_templates
from tosportal.features.indicators.spending_reasons import write_spending_reason
from tosportal.features.journal.queries import ACTS
from tosportal.features.programmes.queries import activity_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

__all__ = ["programme"]
OFFICE = "/office/programme/tos-2024-2026/report-template"
REPORT = f"/programme/tos-2024-2026/years/{YEAR}/report.docx"


@pytest.fixture
def office(programme, app):
    browser = Browser(app, make_secretary(municipality_of_page()))
    db.session.commit()
    return browser


def sent(content: bytes, name: str = "шаблон.docx"):
    return {"file": (io.BytesIO(content), name)}


def words(content: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]


def test_the_standard_template_prints_the_numbers_of_the_report(programme):
    report = queries.programme_report(programme, YEAR, plan="roster")
    municipality = municipality_of_page()
    standard = papers.standard_template(NOW)
    version = report_templates.upload_template(
        standard, "a.docx", report=report, municipality=municipality, actor=None, now=NOW
    )
    paper = docx.Document(io.BytesIO(report_templates.printed_by(version, report, zone=municipality.zone, now=NOW)))
    indicators, money, performed = paper.tables
    assert len(indicators.rows) == len(report["indicators"]) + 1
    for row, one in zip(indicators.rows[1:], report["indicators"], strict=True):
        plan = "не указано" if one["plan"] is None else one["plan"].replace(".", ",")
        fact = "нет данных" if one["fact"] is None else one["fact"].replace(".", ",")
        assert row.cells[0].text == one["number"]
        assert [row.cells[3].text, row.cells[4].text, row.cells[7].text] == [plan, fact, one["reason"]]
    rows = papers.spending_rows(report)
    assert len(money.rows) == len(rows) + 1
    printed = {(row.cells[1].text, row.cells[2].text): [cell.text for cell in row.cells] for row in money.rows}
    cells = printed[line(report)["name"], "Местный бюджет"]
    assert cells[3:] == ["70\u00a0500,00", "66\u00a0500,50", "−3\u00a0999,50", "94,3", "Торги ниже"]
    assert [row.cells[0].text for row in performed.rows[1:]] == [one["name"] for one in report["activities"]]
    assert any("Уведомление № 7" in one.text for one in paper.paragraphs)


def test_every_name_of_the_list_stands_in_the_context(programme):
    context = papers.template_context(queries.programme_report(programme, YEAR), NOW)
    assert set(context) == set(papers.NAMES)
    for name, rows in papers.NAMES.items():
        if isinstance(rows, str):
            assert isinstance(context[name], str), name
        else:
            assert context[name]
            assert all(
                set(row) == set(rows) and all(isinstance(one, str) for one in row.values()) for row in context[name]
            )


def test_a_template_goes_through_its_life(office, programme, visitor, app):
    page = said(office.get(OFFICE))
    assert "Действует стандартный шаблон" in page
    assert all(name in "".join(page.split()) for name in papers.NAMES)
    assert len(docx.Document(io.BytesIO(office.get(f"{OFFICE}/standard.docx").data)).tables) == 3
    office.post(OFFICE, sent(made("Наш отчёт за {{ год }} год")))
    assert "ещё не применялась" in said(office.get(OFFICE))
    assert words(office.get(f"{OFFICE}/1/preview.docx").data) == ["Наш отчёт за 2026 год"]
    assert "Наш отчёт" not in "".join(words(visitor.get(REPORT).data)), "nothing is printed by it yet"
    office.post(f"{OFFICE}/use", {"number": "1"})
    assert words(visitor.get(REPORT).data) == ["Наш отчёт за 2025 год"]
    assert "по шаблону района, версия 1" in said(visitor.get(f"/programme/tos-2024-2026/years/{YEAR}"))
    assert "Наш отчёт" not in "".join(words(visitor.get(f"{REPORT}?template=standard").data))
    office.post(OFFICE, sent(made("Второй, {{ программа }}")))
    office.post(f"{OFFICE}/use", {"number": "2"})
    run = app.test_cli_runner().invoke
    given = ["indicators", "report", "tos-2024-2026", "--year", str(YEAR), "--format", "docx", "--output", "-"]
    found = run(args=given[:-2])
    assert "По шаблону района, версия 2" in found.stderr
    assert words(found.stdout_bytes)[0].startswith("Второй, ")
    assert "По шаблону" not in run(args=[*given[:-2], "--standard"]).stderr
    office.post(f"{OFFICE}/use", {"number": "1"})
    assert words(visitor.get(REPORT).data) == ["Наш отчёт за 2025 год"], "an earlier version again"
    office.post(f"{OFFICE}/use", {"number": "standard"})
    assert "Действует стандартный шаблон" in said(office.get(OFFICE))
    assert "Наш отчёт" not in "".join(words(visitor.get(REPORT).data))
    assert office.get(f"{OFFICE}/2.docx").data == report_templates.content_of(
        report_templates.version_of(programme.municipality_id, 2)
    )
    acts = [one.act for one in db.session.query(JournalEntry).filter(JournalEntry.act.like("report_template.%"))]
    assert len(acts) == 6
    assert set(acts) <= set(ACTS)


HOSTILE = {
    "ssti": made("{{ ''.__class__.__mro__ }}"),
    "call": made("{{ программа.upper() }}"),
    "loop": made("{% for a in range(999999999) %}{{ a }}{% endfor %}"),
    "unknown": made("{{ пароль }}"),
    "broken": made("{{ год"),
    "no end": made("{% for a in показатели %}"),
    "no words": made(""),
    "no docx": b"PK\x03\x04",
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_gets_words_and_is_not_kept(office, programme, name):
    page = said(office.post(OFFICE, sent(HOSTILE[name]), code=422))
    assert "Файл шаблона" in page
    assert not report_templates.versions_of(programme.municipality_id)


def test_only_the_office_of_the_district_sees_and_changes_the_template(office, programme, visitor, app):
    office.post(OFFICE, sent(made("{{ год }}")))
    office.get(f"{OFFICE}/9.docx", code=404)
    office.post(f"{OFFICE}/use", {"number": "x"}, code=404)
    office.post(f"{OFFICE}/use", {"number": "9"}, code=404)
    office.post(OFFICE, {}, code=422)
    for address in (OFFICE, f"{OFFICE}/standard.docx", f"{OFFICE}/1.docx", f"{OFFICE}/1/preview.docx"):
        assert "sign-in" in visitor.get(address).request.path
    assert report_templates.template_in_force(programme.municipality_id) is None


def test_a_reason_of_deviation_stands_in_the_report(office, programme):
    address = f"/office/programme/tos-2024-2026/years/{YEAR}/spending/act-4-1"
    office.post(address, {"reason": " "}, code=422)
    office.post(address, {"reason": "Один проект отозван"})
    office.post(address, {"reason": "Первый квартал", "quarter": "1"})
    assert queries.programme_report(programme, YEAR)["reasons"]["act-4-1"] == "Один проект отозван"
    assert queries.programme_report(programme, YEAR, 1)["reasons"] == {"act-4-1": "Первый квартал"}
    assert "Один проект отозван" in said(office.get(f"/programme/tos-2024-2026/years/{YEAR}"))
    office.get("/office/programme/tos-2024-2026/years/2025/spending/act-9-9", code=404)
    activity = activity_by_code(programme, "act-4-1")
    before = db.session.query(JournalEntry).count()
    write_spending_reason(activity, year=YEAR, reason="Один проект отозван", actor=None, now=NOW)
    assert db.session.query(JournalEntry).count() == before
    with pytest.raises(RuleBroken, match="не начался"):
        write_spending_reason(activity, year=2026, quarter=4, reason="Рано", actor=None, now=NOW)
