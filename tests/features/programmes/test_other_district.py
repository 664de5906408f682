"""The programme of another district, with money of every budget and units of its own, from its files to its papers."""

import dataclasses
import io
import json
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests import data_of_a_district as district_file
from tests.cli.test_commands import Line
from tests.conftest import NOW
from tests.make import make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.domain.consistency import check_programme
from tosportal.domain.ledger import EntryFacts
from tosportal.domain.ledger_sheet import read_ledger_sheet
from tosportal.domain.programme_document import SOURCES, ProgrammePlan, read_programme
from tosportal.domain.programme_tables import recognise
from tosportal.domain.programme_tables.numbers import plain
from tosportal.features.ledger.papers import ledger_sheet
from tosportal.features.programmes import papers, queries
from tosportal.features.programmes.models import ActivityFunding, Indicator
from tosportal.support.db import db
from tosportal.support.documents.readers import read_source
from tosportal.support.documents.sheet_rows import read_sheets

FILES = {"docx": district_file.word_file, "xlsx": district_file.excel_file}
FUNDING = {
    (f"act-{code.replace('.', '-')}", year, source): district_file.thousands(row[at])
    for code, rows in district_file.SUMS.items()
    for source, row in rows.items()
    for at, year in ((1, 2027), (2, 2028))
}


def read(content: bytes, form: str):
    return recognise(read_source(content, f"программа.{form}"))


def facts_of(plan: ProgrammePlan) -> dict[str, object]:
    """The numbers, names and units of a plan."""
    return {
        "term": (plan.year_from, plan.year_to),
        "tasks": [one.name for one in plan.tasks],
        "indicators": [dataclasses.replace(one, weight_printed="", direction="") for one in plan.indicators],
        "activities": [
            (one.code, one.name, one.quantity_unit, dict(one.quantities), {k: v for k, v in one.funding.items() if v})
            for one in plan.activities
        ],
    }


@pytest.mark.parametrize("form", FILES)
def test_every_sum_and_unit_is_read_and_nothing_contradicts(form):
    found = read(FILES[form](), form)
    plan = read_programme(found.data)
    funded = {(one.code, *place): value for one in plan.activities for place, value in one.funding.items()}
    assert {place: value for place, value in funded.items() if value} == {k: v for k, v in FUNDING.items() if v}
    assert {one.unit_printed: one.unit for one in plan.indicators} == district_file.UNITS
    assert [one.quantity_unit for one in plan.activities] == ["км", "дворов"]
    assert [one for one in check_programme(found.data) if str(one.severity) == "high"] == []
    summary = found.data["funding"]["appendix3"]
    wanted = {source: f"{years[0]:.2f}" for source, (_label, years) in district_file.by_source().items()}
    assert {source: row["2027"]["rub"] for source, row in summary.items() if source != "total"} == wanted


@pytest.mark.parametrize("source", ["federal", "settlement"])
def test_a_spoilt_sum_of_the_new_sources_is_found(source):
    data = read(FILES["docx"](), "docx").data
    data["activities"][0]["sources"][source]["2028"]["rub"] = "1.00"
    found = [one for one in check_programme(data) if one.code == "sources_differ"]
    assert any(f"sources.{source}.2028" in path for one in found for path in one.paths)
    data["funding"]["appendix3"][source]["2027"]["rub"] = "2.00"
    assert {"statements_differ"} <= {one.code for one in check_programme(data)}


def test_both_files_are_the_same_programme():
    plans = [facts_of(read_programme(read(make(), form).data)) for form, make in FILES.items()]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("form", FILES)
def test_the_command_line_loads_it_and_gives_the_same_back(app, tmp_path, form):
    make_municipality("priretsk", "Приречный район")
    db.session.commit()
    line = Line(app)
    path = tmp_path / f"программа.{form}"
    path.write_bytes(FILES[form]())
    assert "Загружена программа" in line("programme", "import", str(path), "--municipality", "priretsk")
    exported = json.loads(line("programme", "export", "programme-2027-2028", "--format", "json"))
    loaded = read_programme(exported)
    assert facts_of(loaded) == facts_of(read_programme(read(FILES[form](), form).data))
    again = tmp_path / "снова.json"
    again.write_text(json.dumps(exported), encoding="utf-8")
    line("programme", "check", str(again), code=1)
    for paper in FILES:
        out = tmp_path / f"бумага.{paper}"
        line("programme", "export", "programme-2027-2028", "--format", paper, "--output", str(out))
        printed = read_programme(read(out.read_bytes(), paper).data)
        assert facts_of(printed) == facts_of(loaded), paper
        sums = read(out.read_bytes(), paper).data["activities"][1]["sources"]["federal"]
        assert (sums["2027"]["rub"], sums["2028"]) == ("0.00", None), "a row of zeros is a row, and a dash is a dash"


@pytest.fixture
def office(app) -> Browser:
    secretary = make_secretary(make_municipality())
    db.session.commit()
    return Browser(app, secretary)


def confirmed(office: Browser, form: str, corrections: dict[str, str]) -> None:
    file = {"file": (io.BytesIO(FILES[form]()), f"программа.{form}")}
    address = office.post("/office/programme/upload", file).request.path
    page = said(office.get(f"{address}/indicators"))
    assert "Единица, как напечатана" in page
    assert "«км»" in page
    office.post(f"{address}/indicators", {"seen": "1", **corrections})
    act = {"slug": "dorogi", "act_number": "7", "act_on-day": "20", "act_on-month": "5", "act_on-year": "2026"}
    assert "Программа записана, редакция 1" in said(office.post(f"{address}/confirm", act))


@pytest.mark.parametrize("form", FILES)
def test_from_the_file_to_the_pages_of_the_programme(office, visitor, form):
    unit = "indicators[ind-1-2].unit_printed"
    confirmed(office, form, {unit: "кв. м", "indicators[ind-2-4].unit_printed": "%"})
    sums = select(ActivityFunding.source, func.sum(ActivityFunding.planned_sum)).group_by(ActivityFunding.source)
    wanted = {source: sum(years, Decimal(0)) for source, (_label, years) in district_file.by_source().items()}
    assert dict(db.session.execute(sums).all()) == wanted
    units = dict(db.session.execute(select(Indicator.code, Indicator.unit)).all())
    assert (units["ind-1-2"], units["ind-2-4"], units["ind-2-1"]) == ("other", "percent", "per_100k_population")
    page = said(visitor.get("/programme/dorogi"))
    for words in ("Федеральный", "Поселения", "2 000 500,00 ₽", "117 550,00 ₽", "кв. м", "баллов", "тыс. чел.", "км"):
        assert words in page, words
    ledger = said(office.get("/office/programme/dorogi/ledger?year=2027"))
    for words in ("Федеральный бюджет", "Бюджеты поселений", "1 200 500,00", "50 050,00", "62 550,00"):
        assert words in plain(ledger), words


def test_an_entry_of_federal_money_by_hand_and_the_level_of_the_region_without_it(office):
    confirmed(office, "docx", {})
    typed = {
        "kind": "cash", "activity": "act-1-1", "year": "2027", "entry_sum": "1 000,50", "document": "п/п № 1",
        "dated_on-day": "1", "dated_on-month": "3", "dated_on-year": "2026",
    }  # fmt: skip
    for source in ("federal", "settlement"):
        assert "Запись внесена: Касса" in said(
            office.post("/office/programme/dorogi/ledger/new", typed | {"source": source})
        )
    agreement = typed | {"kind": "region_agreement", "source": "federal", "level": "80"}
    refused = said(office.post("/office/programme/dorogi/ledger/new", agreement, code=422))
    assert "Деньги области записывают по областному бюджету" in refused
    office.post("/office/programme/dorogi/ledger/new", agreement | {"source": "regional", "entry_sum": "400 250,00"})
    page = plain(said(office.get("/office/programme/dorogi/cofinancing?year=2027")))
    assert "В него не входят: федеральный бюджет, бюджеты поселений." in page
    assert "400 250,00 ₽ ÷ 80 % = 500 312,50 ₽" in page
    entries = plain(said(office.get("/office/programme/dorogi/ledger/entries?year=2027&figure=cash&source=federal")))
    assert "1 000,50 ₽" in entries


def test_the_ledger_of_every_source_goes_through_its_file(app):
    entries = [
        EntryFacts("cash", "act-1-1", 2027, source, Decimal(at) + Decimal("0.05"), NOW.date(), f"№ {at}")
        for at, source in enumerate(SOURCES, 1)
    ]
    rows = next(iter(read_sheets(ledger_sheet(entries), "учёт.xlsx", most_rows=100)))
    known = {"act 1 1": "act-1-1"}
    sheet = read_ledger_sheet(rows, activities=known, year_from=2027, year_to=2028, today=NOW.date())
    assert ([one.facts for one in sheet.rows], sheet.bad) == (entries, ())


def test_papers_name_a_source_that_the_document_names_only_by_its_code(app, clock):
    data = read(FILES["docx"](), "docx").data
    data["sources_of_funding"], data["sources_labels_printed"] = {}, {}
    for row in data["funding"]["appendix3"].values():
        row.pop("label_printed")
    texts = [
        plain(slot.text) for form in papers.programme_forms(data) for row in form.rows for slot in row if slot.text
    ]
    assert {"федеральный бюджет", "бюджеты поселений"} <= set(texts)
    assert not {"federal", "settlement"} & set(texts)
    assert queries.SOURCE_NAMES.keys() == set(SOURCES)
