"""Whether activities were performed: the worked example of DOMAIN §6.2 by pages; marks and refusals."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import docx
import openpyxl
import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import load
from tests.make import give_role, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.programme_report import performed_by_quarters, upgraded
from tosportal.features.indicators import papers, queries, service
from tosportal.features.indicators.models import ActivityMark
from tosportal.features.indicators.spending_reasons import mark_activity
from tosportal.features.programmes.models import ActivityYear
from tosportal.features.programmes.queries import activity_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

SLUG, YEAR = "tos-2024-2026", 2024
PAGE = f"/programme/{SLUG}/years/{YEAR}"
MARK = f"/office{PAGE}/spending/{{}}"
FACTS = {"1-1": "12,4", "1-2": "7", "2-1": "2", "2-2": "66,5", "3-1": "3", "4-1": "785,2", "4-2": "52"}
CASH = (
    ("act-2-2", "local", "66 500"),
    ("act-4-1", "regional", "705 200"),
    ("act-4-1", "local", "13 000"),
    ("act-4-3", "local", "40 000"),
    ("act-4-4", "local", "27 000"),
)  # 851 700 of 858 500
MARKS = {"act-1-1": "done", "act-1-2": "done", "act-2-1": "done", "act-3-1": "not_done"}


@pytest.fixture
def programme(app):
    found = load()
    db.session.commit()
    return found


@pytest.fixture
def office(programme, app):
    browser = Browser(app, make_secretary(municipality_of_page()))
    db.session.commit()
    return browser


def words(page) -> str:
    return said(page).replace("\u00a0", " ")


def marked(activity, verdict, basis="Отчёт отдела за год", year=YEAR, day=None):
    said = {"verdict": verdict, "basis": basis, "performed_on": day}
    return mark_activity(activity, year=year, **said, actor=None, now=NOW)


def state_of(report, code):
    return next((one["state"], one["by"]) for one in report["activities"] if one["activity"] == code)


def pay(office):
    for activity, source, paid in CASH:
        typed = {"kind": "cash", "activity": activity, "year": str(YEAR), "source": source, "entry_sum": paid}
        day = {"dated_on-day": "2", "dated_on-month": "9", "dated_on-year": str(YEAR)}
        document = {"document": f"Платёжное поручение {activity} {source}", "note": "", "level": ""}
        office.post(f"/office/programme/{SLUG}/ledger/new", typed | day | document)


def test_the_worked_example_is_entered_and_read_by_pages(programme, office, visitor):
    for code, value in FACTS.items():
        office.post(f"/office/indicators/{SLUG}/ind-{code}/{YEAR}", {"value": value, "source_document": "Сводка"})
    pay(office)
    before = words(visitor.get(PAGE))
    assert "Мероприятий выполнено: 4 из 4, не определено: 4" in before
    assert "Мероприятий без отметки и без денег: 4" in before
    for code, verdict in MARKS.items():
        office.post(MARK.format(code), {"do": "mark", "verdict": verdict, "basis": f"Справка о {code}"})
    page = words(visitor.get(PAGE))
    for figure in (
        "СР — среднее степеней, показателей 7: 0,98567",
        "СРм — выполнено мероприятий 7 из 8: 0,87500",
        "ССуз — израсходовано 851 700,00 из 858 500,00: 0,99208",
        "Эис = СРм / ССуз = 0,88199",
        "ЭР = СР × Эис = 0,86934",
        "Эффективность: средняя",
        "без ограничения 0,99114 — высокая",
        "Мероприятий выполнено: 7 из 8",
        "на этот год не запланировано",
        "Справка о act-3-1",
    ):
        assert figure in page, figure
    assert "7 из 8, не определено" not in page
    assert "Отметить" not in page
    uncapped = words(visitor.get(f"{PAGE}?method=federal_uncapped"))
    assert "0,99114 Эффективность: высокая" in uncapped
    report = json.loads(visitor.get(f"{PAGE}/report.json").data)
    assert {one["activity"]: one["state"] for one in report["activities"]} == {
        **MARKS,
        **dict.fromkeys(("act-2-2", "act-4-1", "act-4-3", "act-4-4"), "done"),
        "act-4-2": "not_planned",
    }
    steps = [cell.text for row in papers.files.efficiency_form(report).rows for cell in row if hasattr(cell, "text")]
    assert any("7 из 8" in one for one in steps)
    board = words(visitor.get(f"/programme/{SLUG}/dashboard?year={YEAR}"))
    assert (board.count("по отметке: выполнено"), board.count("по отметке: не выполнено")) == (3, 1)
    office.post("/language", {"locale": "en", "next": PAGE})
    english = words(office.get(PAGE))
    assert "Activities performed: 7 of 8" in english


def test_a_mark_stands_above_money_and_money_decides_without_one(programme):
    paid, unpaid, seminar = (activity_by_code(programme, code) for code in ("act-2-2", "act-4-3", "act-1-1"))
    bought = {"kind": "cash", "source": "local", "year": YEAR, "activity": "act-2-2", "dated_on": date(YEAR, 9, 1)}
    make_entry(programme, "66499.99", **bought)
    report = queries.programme_report(programme, YEAR)
    assert [state_of(report, one.code) for one in (paid, unpaid, seminar)] == [
        ("not_done", "cash"),
        ("not_done", "cash"),
        ("undetermined", ""),
    ]
    marked(paid, "done")
    marked(unpaid, "done")
    marked(seminar, "not_done")
    outcome = queries.outcome_of(queries.programme_report(programme, YEAR))
    assert (outcome.done, outcome.planned, outcome.undetermined) == (2, 5, 3)
    marked(paid, "", "Отмечено по ошибке")
    report = queries.programme_report(programme, YEAR)
    assert state_of(report, "act-2-2") == ("not_done", "cash")
    assert next(one for one in report["activities"] if one["activity"] == "act-2-2")["basis"] == ""
    assert state_of(queries.programme_report(programme, YEAR + 1), "act-1-1") == ("undetermined", "")


def test_money_counts_where_the_programme_prints_no_quantity(programme):
    contest = activity_by_code(programme, "act-4-1")
    meetings = activity_by_code(programme, "act-1-1")
    for one in (contest, meetings):
        db.session.delete(db.session.get_one(ActivityYear, (one.id, YEAR)))
    marked(meetings, "done")
    db.session.commit()
    report = queries.programme_report(programme, YEAR)
    assert state_of(report, "act-4-1") == ("not_done", "cash")
    assert state_of(report, "act-1-1") == ("not_planned", "")


def test_by_a_roster_an_activity_it_does_not_name_is_not_determined(programme):
    make_entry(programme, "70000.00", kind="roster", source="local", activity="act-2-2", year=YEAR)
    report = queries.programme_report(programme, YEAR, plan="roster")
    assert (state_of(report, "act-2-2"), state_of(report, "act-4-1")) == (("not_done", "cash"), ("undetermined", ""))
    assert state_of(queries.programme_report(programme, YEAR, plan="first"), "act-4-1") == ("not_done", "cash")


def test_a_correction_is_a_new_row_and_the_journal_tells_it(programme):
    activity = activity_by_code(programme, "act-1-1")
    assert marked(activity, "", "Нечего снимать") is None
    first = marked(activity, "done")
    assert marked(activity, "done") is first
    marked(activity, "not_done", "Встреча не состоялась")
    assert [(one.verdict, one.basis) for one in queries.marks_of(activity.id, YEAR)] == [
        ("not_done", "Встреча не состоялась"),
        ("done", "Отчёт отдела за год"),
    ]
    acts = db.session.scalars(select(JournalEntry.act).where(JournalEntry.act == "activity.marked")).all()
    assert len(acts) == 2
    dated = marked(activity, "done", "Встреча", day=date(YEAR, 5, 6))
    assert marked(activity, "done", "Встреча", day=date(YEAR, 5, 6)) is dated
    assert marked(activity, "done", "Встреча").performed_on is None, "the day is taken back by a new row"


# --- quarters


def states_by_quarter(programme, code):
    return [state_of(queries.programme_report(programme, YEAR, quarter), code) for quarter in (1, 2, 3, 4, 0)]


def test_a_quarter_counts_what_was_performed_by_its_last_day(programme):
    meetings = activity_by_code(programme, "act-1-1")
    nothing, later, done = ("undetermined", ""), ("not_done", "later"), ("done", "mark")
    assert states_by_quarter(programme, "act-1-1") == [nothing] * 5
    marked(meetings, "done", day=date(YEAR, 6, 30))
    assert states_by_quarter(programme, "act-1-1") == [later, done, done, done, done]
    marked(meetings, "done", day=date(YEAR, 7, 1))
    assert states_by_quarter(programme, "act-1-1") == [later, later, done, done, done]
    marked(meetings, "done")
    assert states_by_quarter(programme, "act-1-1") == [nothing] * 4 + [done], "without a day a quarter knows nothing"
    marked(meetings, "not_done")
    assert states_by_quarter(programme, "act-1-1") == [("not_done", "mark")] * 5


def test_a_day_stands_above_money_in_a_quarter_and_without_it_money_decides(programme):
    seminar = activity_by_code(programme, "act-2-2")
    bought = {"kind": "cash", "source": "local", "year": YEAR, "activity": "act-2-2"}
    make_entry(programme, "70000.00", **bought, dated_on=date(YEAR, 5, 6))
    unpaid, paid = ("not_done", "cash"), ("done", "cash")
    assert states_by_quarter(programme, "act-2-2") == [unpaid, paid, paid, paid, paid]
    marked(seminar, "done")
    assert states_by_quarter(programme, "act-2-2") == [unpaid, paid, paid, paid, ("done", "mark")]
    marked(seminar, "done", day=date(YEAR, 12, 31))
    assert states_by_quarter(programme, "act-2-2") == [("not_done", "later")] * 3 + [("done", "mark")] * 2


def test_the_year_tells_of_quarters_what_their_reports_tell(programme):
    make_entry(
        programme, "70000.00", kind="cash", source="local", year=YEAR, activity="act-2-2", dated_on=date(YEAR, 8, 1)
    )
    for code, day in (("act-1-1", date(YEAR, 3, 31)), ("act-1-2", date(YEAR, 12, 1)), ("act-3-1", None)):
        marked(activity_by_code(programme, code), "done", day=day)
    for plan in ("current", "first", "roster"):
        found = performed_by_quarters(queries.programme_report(programme, YEAR, plan=plan), 4)
        outcomes = [
            queries.outcome_of(queries.programme_report(programme, YEAR, number, plan)) for number in range(1, 5)
        ]
        assert [(one.done, one.planned, one.undetermined) for one in found] == [
            (one.done, one.planned, one.undetermined) for one in outcomes
        ]
        assert {one.undated for one in found} == {1}
    assert [one.done for one in performed_by_quarters(queries.programme_report(programme, YEAR), 4)] == [1, 1, 2, 3]


def test_the_page_and_the_papers_of_a_quarter_name_days_and_marks_without_them(programme, office, visitor):
    day = {"performed_on-day": "6", "performed_on-month": "5", "performed_on-year": str(YEAR)}
    office.post(MARK.format("act-1-1"), {"do": "mark", "verdict": "done", "basis": "Протокол № 3", **day})
    office.post(MARK.format("act-1-2"), {"do": "mark", "verdict": "done", "basis": "Подборка"})
    assert "Выполнено 6 мая 2024 года. Протокол № 3" in words(office.get(MARK.format("act-1-1")))
    page = words(visitor.get(PAGE))
    for figure in (
        "I квартал: выполнено 0 из 5, не определено: 3",
        "I полугодие: выполнено 1 из 5, не определено: 3",
        "Отметок «Выполнено» без дня: 1.",
        "выполнено 6 мая 2024 года. Протокол № 3",
    ):
        assert figure in page, figure
    first, half = (queries.programme_report(programme, YEAR, quarter) for quarter in (1, 2))
    said_in = {}
    for name, report in (("first", first), ("half", half), ("year", queries.programme_report(programme, YEAR))):
        form = papers.activities.activities_form(report)
        said_in[name] = " ".join([*(cell.text for row in form.rows for cell in row), *form.below])
        book = openpyxl.load_workbook(io.BytesIO(papers.report_xlsx(report, now=NOW)))
        cells = " ".join(str(cell.value) for row in book["Мероприятия"].iter_rows() for cell in row if cell.value)
        paper = docx.Document(io.BytesIO(papers.report_docx(report, form="activities", now=NOW)))
        printed = " ".join(cell.text for row in paper.tables[0].rows for cell in row.cells)
        for text in (cells, printed):
            assert ("06.05.2024" in text, "отметка без дня" in text) == (True, name != "year")
    assert "выполнено позже, 06.05.2024" in said_in["first"]
    assert "06.05.2024 Протокол № 3" in said_in["half"]
    assert ["без дня: 1" in said_in[name] for name in said_in] == [True, True, False]
    [row] = [one for one in json.loads(papers.report_json(half))["activities"] if one["activity"] == "act-1-1"]
    assert (row["performed_on"], row["state"]) == ("2024-05-06", "done")


@pytest.mark.parametrize(
    ("verdict", "day", "year", "word"),
    [
        ("done", date(2025, 1, 1), YEAR, "в этом году"),
        ("not_done", date(YEAR, 5, 6), YEAR, "только к отметке"),
        ("done", NOW.date() + timedelta(days=2), NOW.year, "не наступил"),
        ("done", None, NOW.year, "какого числа"),
    ],
)
def test_what_is_wrong_with_a_day_is_said(programme, verdict, day, year, word):
    with pytest.raises(RuleBroken, match=word):
        marked(activity_by_code(programme, "act-1-1"), verdict, year=year, day=day)
    assert db.session.scalar(select(func.count()).select_from(ActivityMark)) == 0


def test_a_wrong_day_is_said_beside_its_field_and_stays_typed(office):
    typed = {"do": "mark", "verdict": "done", "basis": "Протокол", "performed_on-day": "31", "performed_on-month": "2"}
    page = office.post(MARK.format("act-1-1"), typed | {"performed_on-year": str(YEAR)}, code=422)
    assert "Такого дня нет" in said(page)
    assert 'name="performed_on-day" inputmode="numeric" autocomplete="off" value="31"' in page.text
    assert "Протокол" in page.text
    assert "необязательно" in said(office.get(MARK.format("act-1-1")))
    running = f"/office/programme/{SLUG}/years/{NOW.year}/spending/act-1-1"
    page = office.post(running, {"do": "mark", "verdict": "done", "basis": "Протокол"}, code=422)
    assert "Укажите, какого числа" in said(page)
    assert "необязательно" not in said(page)


@pytest.mark.parametrize(
    ("verdict", "basis", "year", "word"),
    [
        ("maybe", "Отчёт", YEAR, "Выберите"),
        ("done", " ", YEAR, "документом"),
        ("done", "я" * 2001, YEAR, "Не длиннее"),
        ("done", "Отчёт", 2031, "года в программе нет"),
    ],
)
def test_what_is_wrong_with_a_mark_is_said(programme, verdict, basis, year, word):
    with pytest.raises(RuleBroken, match=word):
        marked(activity_by_code(programme, "act-1-1"), verdict, basis, year)
    assert db.session.scalar(select(func.count()).select_from(ActivityMark)) == 0


def test_a_closed_year_refuses_and_keeps_its_marks(programme, office, visitor):
    activity = activity_by_code(programme, "act-1-1")
    marked(activity, "done", "Протокол № 3")
    service.close_year(programme, year=YEAR, actor=None, now=NOW)
    db.session.commit()
    with pytest.raises(RuleBroken, match="закрыт"):
        marked(activity, "not_done")
    page = office.post(MARK.format("act-1-1"), {"do": "mark", "verdict": "not_done", "basis": "Передумали"}, code=422)
    assert "закрыт" in said(page)
    page = said(office.get(PAGE))
    assert "Протокол № 3" in page
    assert "Отметить" not in page


def test_a_report_closed_before_marks_reads_as_it_was(programme):
    report = queries.programme_report(programme, YEAR)
    outcome = queries.outcome_of(report)
    assert (outcome.planned, outcome.undetermined) == (4, 4)
    held = {key: value for key, value in report.items() if key != "activities"}
    assert upgraded(held) == held
    outcome = queries.outcome_of(upgraded(held))
    assert (outcome.done, outcome.planned, outcome.undetermined) == (0, 4, 0)


def test_the_page_keeps_what_was_typed_and_shows_earlier_marks(office, programme):
    page = office.post(MARK.format("act-1-1"), {"do": "mark", "verdict": "done", "basis": ""}, code=422)
    assert 'value="done" checked' in page.get_data(as_text=True)
    assert "Напишите, каким документом" in said(page)
    office.post(MARK.format("act-1-1"), {"do": "mark", "basis": "Без выбора"}, code=422)
    for name, act in (("basis", "mark"), ("reason", "reason")):
        page = office.post(MARK.format("act-1-1"), {"do": act, "verdict": "done", name: "я" * 9000}, code=422)
        assert "я" * 9000 in page.text
        assert "сейчас 9000" in page.text.replace("\u00a0", "")
    office.post(MARK.format("act-1-1"), {"do": "mark", "verdict": "done", "basis": "Протокол № 1"})
    office.post(MARK.format("act-1-1"), {"do": "mark", "verdict": "not_done", "basis": "Протокол № 2"})
    page = said(office.get(MARK.format("act-1-1")))
    assert "Выполнено. Протокол № 1" in page
    assert "Не выполнено. Протокол № 2" in page
    quarter = said(office.get(MARK.format("act-1-1") + "?quarter=1"))
    assert "Документ или объяснение" not in quarter
    office.post(MARK.format("act-1-1"), {"reason": "Торги"})
    assert queries.programme_report(programme, YEAR)["reasons"] == {"act-1-1": "Торги"}


def test_only_the_secretary_of_the_place_marks(app, programme, visitor):
    observer = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, municipality_of_page().id)
    other = make_secretary(make_municipality("drugoy"))
    db.session.commit()
    form = {"do": "mark", "verdict": "done", "basis": "Отчёт"}
    assert Browser(app, observer).client.post(MARK.format("act-1-1"), data=form).status_code == 403
    Browser(app, other).post(MARK.format("act-1-1"), form, code=404)
    assert "Отметить" not in said(visitor.get(PAGE))
    assert db.session.scalar(select(func.count()).select_from(ActivityMark)) == 0


def test_the_page_and_the_files_cost_at_most_twelve_selects_with_marks(programme, office, statements):
    for code, verdict in MARKS.items():
        marked(activity_by_code(programme, code), verdict)
    db.session.commit()
    for address in (PAGE, f"{PAGE}/report.json", f"{PAGE}/report.docx", f"/programme/{SLUG}/dashboard?year={YEAR}"):
        office.get(address)
        statements.clear()
        office.get(address)
        assert 0 < len(statements) <= 12, (address, len(statements))
    assert Decimal(queries.programme_report(programme, YEAR)["activities"][0]["quantity"]) == 2
