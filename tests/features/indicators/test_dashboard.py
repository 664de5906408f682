"""The dashboard of a programme and the page of what is missing for a quarter."""

import copy
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import html5lib
import pytest
from sqlalchemy import insert

from tests.conftest import NOW
from tests.features.events.make_events import FACTS as EVENT
from tests.features.indicators.make_facts import make_contest_of, make_decision
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import DOCUMENT, SMALL, load
from tests.make import give_role, make_person, make_secretary, make_tos, saved
from tests.pages import Browser, said
from tosportal.domain.forecast import Risk
from tosportal.domain.indicator_passport import Passport, Variable
from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.features.events.models import Event
from tosportal.features.indicators import queries, service
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.indicators.queries.dashboard import cash_percent, dashboard_of
from tosportal.features.indicators.queries.quarter import missing_of, programmes_without_facts
from tosportal.features.programmes.queries import activities_of, indicator_by_code
from tosportal.features.programmes.service import load_programme
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db

PAGE = "/programme/tos-2024-2026/dashboard"
QUARTERS = "/office/programme/tos-2024-2026/quarters"
FACTS = {"1-1": "14.2", "2-1": "0", "2-2": "66.5", "3-1": "3", "4-2": "52"}
TODAY = date(2026, 11, 22)
MOST = 12
MADE_BY_HAND = ("/results", "/ranking")  # the decisions of these tests have no protocol to show


@pytest.fixture
def programme(app):
    """2025 with facts, cash and a closed matter; in 2026 a contest is decided, one runs, one event waits."""
    found = load()
    district = municipality_of_page()
    for number, value in FACTS.items():
        enter(found, f"ind-{number}", value)
    paid = {"kind": "cash", "source": "local", "activity": "act-2-2"}
    make_entry(found, "66500.50", year=2025, dated_on=date(2025, 9, 1), **paid)
    make_entry(found, "35000.00", year=2026, dated_on=date(2026, 2, 10), **paid)
    decided = make_contest_of(found, district)
    make_decision(decided, [(make_tos(district), "120000.00"), (make_tos(district), "72000.00")])
    decided.approved_at = decided.published_at = NOW
    running = make_contest_of(found, district)
    make_decision(running, [(make_tos(district), "99000.00")], published=False)
    draft = make_contest_of(found, district)
    draft.announced_at, draft.name = None, "Тайный черновик"
    make_event(district, "Ждущая встреча", "asked")
    make_event(district, "Подтверждённая встреча", "confirmed")
    db.session.commit()
    return found


def more(document, slug):
    document = document | {"portal": {"slug": slug}}
    return load_programme(document, municipality=municipality_of_page(), actor=None, now=NOW)


def make_event(district, title, state):
    sender = make_person(full_name="Отправителев Пётр Ильич")
    return saved(
        Event(
            key=title.encode().hex()[:20],
            municipality_id=district.id,
            kind="meeting",
            title=title,
            held_on=EVENT.held_on,
            participants=45,
            state=state,
            entered_at=NOW,
            entered_by_id=sender.id,
        )
    )


def enter(programme, code, value, year=2025, quarter=0):
    indicator = indicator_by_code(programme, code)
    period = {"year": year, "quarter": quarter}
    return service.enter_fact(indicator, **period, value=Decimal(value), source_document="Отчёт", actor=None, now=NOW)


def line_of(board, number):
    return next(one for one in board.indicators if one.card.indicator.number == number)


def tree_of(page):
    return html5lib.parse(page.get_data(as_text=True), treebuilder="etree", namespaceHTMLElements=False)


# --- figures


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_figures_equal_those_of_the_report(programme, year):
    report = queries.programme_report(programme, year)
    board = dashboard_of(programme, year, TODAY)
    assert board.plan.of(year) == sum(Decimal(row["plan"] or 0) for row in report["spending"]) > 0
    assert board.cash.of(year) == sum(Decimal(row["cash"]) for row in report["spending"])
    assert [
        (one.card.indicator.code, one.plan, one.fact and one.fact.value, one.percent_in(year))
        for one in board.indicators
    ] == [
        (
            one["code"],
            *(None if one[name] is None else Decimal(one[name]) for name in ("plan", "fact", "degree_percent")),
        )
        for one in report["indicators"]
    ]
    outcome = queries.outcome_of(report)
    assert sum(one.state == "done" for one in board.activities) == outcome.done
    assert sum(one.plan > 0 for one in board.activities) == outcome.planned


def test_activities_say_what_was_planned_and_done(programme):
    by_code = {one.code: one for one in dashboard_of(programme, 2026, TODAY).activities}
    seminars, contest = by_code["act-2-2"], by_code["act-4-1"]
    assert (seminars.plan, seminars.cash, seminars.state) == (Decimal("70000.00"), Decimal("35000.00"), "part")
    assert cash_percent(seminars.plan, seminars.cash) == Decimal("50.0")
    assert (contest.awards, contest.state, len(contest.contests)) == (2, "unpaid", 2)
    assert by_code["act-1-1"].state == "no_money"
    assert {one.code: one.state for one in dashboard_of(programme, 2025, TODAY).activities}["act-2-2"] == "done"


def test_events_of_an_activity_are_named(app, programme):
    activity = next(one for one in activities_of(programme.id) if one.code == "act-1-1")
    for number in range(5):
        make_event(municipality_of_page(), f"{number} встреча", "confirmed").activity_id = activity.id
    db.session.commit()
    page = Browser(app).get(f"{PAGE}?year=2026")
    words = said(page)
    assert "5 событий" in words
    assert [f"{number} встреча" in words for number in range(5)] == [True, True, True, False, False]
    assert "все события года" in words


def test_a_value_below_zero_breaks_nothing(app, programme):
    parts = (Variable("А", measure="cash:act-2-2"), Variable("Б", value="100", source="Смета", unit="тыс. руб."))
    indicator = indicator_by_code(programme, "ind-2-2")
    service.write_passport(indicator, Passport("А-Б", parts), actor=None, now=NOW)
    db.session.commit()
    line = line_of(dashboard_of(programme, 2026, TODAY), "2.2")
    assert (line.fact.value, line.percent_in(2026), line.forecast.risk) == (Decimal(-65), None, Risk.UNKNOWN)
    Browser(app).get(f"{PAGE}?year=2026")
    assert "2.2" in {one.card.indicator.number for one in missing_of(programme, 2026, 3, TODAY).unfrozen}


def test_no_data_is_not_zero(app, programme):
    board = dashboard_of(programme, 2025, TODAY)
    zero, nothing = line_of(board, "2.1"), line_of(board, "1.2")
    assert (zero.fact.value, zero.percent_in(2025), zero.forecast.risk) == (0, 0, Risk.LOST)
    assert (nothing.fact, nothing.percent_in(2025), nothing.forecast.risk) == (None, None, Risk.UNKNOWN)
    words = said(Browser(app).get(f"{PAGE}?year=2025"))
    assert "Данных нет. Это не ноль" in words
    assert "За год 0 при плане" in words


def test_who_has_no_fact_yet_is_counted_though_a_contest_gives_a_forecast(app, programme):
    for quarter in (1, 2):
        db.session.add(fact_row(programme, "ind-3-1", 2026, quarter, "1"))
    db.session.flush()
    board = dashboard_of(programme, 2026, date(2026, 11, 22))
    silent = [one for one in board.indicators if one.fact is None]
    assert any(one.forecast.risk is not Risk.UNKNOWN for one in silent)
    assert board.without_fact == len(silent) > board.number_of(Risk.UNKNOWN)
    page = Browser(app).get(f"{PAGE}?year=2026")
    assert f"Нет данных, это не ноль {board.without_fact}" in said(page)


def test_risk_follows_from_quarters_and_running_contests(programme):
    for quarter, value in ((1, "0"), (2, "1")):
        db.session.add(fact_row(programme, "ind-3-1", 2026, quarter, value))
    db.session.add(fact_row(programme, "ind-4-2", 2026, 3, "60"))
    db.session.flush()
    board = dashboard_of(programme, 2026, date(2026, 11, 22))
    assert [one.forecast.risk for one in board.by_risk] == sorted(
        (one.forecast.risk for one in board.indicators),
        key=[Risk.LOST, Risk.AT_RISK, Risk.WATCH, Risk.UNKNOWN, Risk.ON_TRACK, Risk.REACHED].index,
    )
    meetings = line_of(board, "3.1").forecast
    assert (meetings.risk, meetings.so_far, meetings.needed, meetings.missing) == (Risk.AT_RISK, 1, 3, (3,))
    assert line_of(board, "4.2").forecast.risk is Risk.REACHED
    grants = line_of(board, "1.2").forecast
    assert (grants.so_far, grants.projected, grants.risk) == (2, 7, Risk.AT_RISK), "five may still win"
    assert grants.remark.values["expected"] == 5
    sums = line_of(board, "4.1").forecast
    assert sums.remark.values["expected"] == Decimal("721.49") - Decimal("0"), "awards of the ledger are not posted"
    assert line_of(board, "1.1").forecast.risk is Risk.UNKNOWN


def test_a_fact_of_the_year_newer_than_its_quarters_is_the_value_so_far(app, programme):
    def add(quarter, value):
        db.session.add(fact_row(programme, "ind-1-1", 2026, quarter, value))
        db.session.commit()

    app.config["CLOCK"].move(days=265)
    for quarter, value in ((1, "2.8"), (2, "7.8"), (3, "12.3")):
        add(quarter, value)
    assert line_of(dashboard_of(programme, 2026, TODAY), "1.1").forecast.so_far == Fraction("12.3")
    add(0, "12.9")
    found = line_of(dashboard_of(programme, 2026, TODAY), "1.1").forecast
    assert (found.so_far, found.needed, found.of_quarter) == (Fraction("12.9"), Fraction("2.1"), 0)
    words = said(Browser(app).get(f"{PAGE}?year=2026")).replace("\u00a0", " ")
    assert "нужно ещё 2,1" in words
    assert "факт за год, он новее квартальных" in words
    add(3, "12.4")  # the quarter is put right later than the year was entered
    found = line_of(dashboard_of(programme, 2026, TODAY), "1.1").forecast
    assert (found.so_far, found.of_quarter) == (Fraction("12.4"), 3)
    assert "Значение на конец 3 квартала" in said(Browser(app).get(f"{PAGE}?year=2026"))


def fact_row(programme, code, year, quarter, value):
    indicator = indicator_by_code(programme, code)
    return IndicatorFact(
        indicator_id=indicator.id,
        year=year,
        quarter=quarter,
        value=Decimal(value),
        source_document="Отчёт",
        entered_at=NOW,
    )


def test_a_future_year_and_a_reached_plan_are_told(programme):
    early = dashboard_of(programme, 2026, date(2025, 12, 1))
    assert {str(one.forecast.remark) for one in early.indicators if one.forecast.risk is Risk.UNKNOWN} == {
        "Год ещё не начался"
    }
    db.session.add(fact_row(programme, "ind-3-1", 2026, 0, "9"))
    db.session.flush()
    assert line_of(dashboard_of(programme, 2026, date(2026, 3, 2)), "3.1").forecast.risk is Risk.REACHED


def test_a_closed_year_shows_what_its_report_says(programme):
    indicator = indicator_by_code(programme, "ind-1-1")
    parts = (Variable("А", measure="cash"), Variable("Б", value="1000", source="Росстат", unit="тыс. руб."))
    service.write_passport(indicator, Passport("А/Б Х 100", parts), actor=None, now=NOW)
    before = line_of(dashboard_of(programme, 2025, TODAY), "1.1").fact.value
    service.close_year(programme, year=2025, actor=None, now=NOW)
    paid = {"kind": "cash", "source": "local", "activity": "act-2-2", "dated_on": date(2025, 12, 1)}
    make_entry(programme, "3000.00", year=2025, **paid)
    db.session.commit()
    board = dashboard_of(programme, 2025, TODAY)
    fact = line_of(board, "1.1").fact
    assert (fact.value, fact.now) == (before, before + Decimal("0.3"))
    assert [(one.year, one.reported_cash, one.cash) for one in board.differences] == [
        (2025, Decimal("66500.50"), Decimal("69500.50"))
    ]


# --- the page


def test_charts_name_their_numbers_in_words(app, programme):
    tree = tree_of(Browser(app).get(f"{PAGE}?year=2025"))
    charts = [node for node in tree.iter() if node.tag.endswith("svg") and "chart" in node.get("class", "").split()]
    assert len(charts) == 8, "the money and seven indicators"
    ids = {node.get("id"): "".join(node.itertext()) for node in tree.iter() if node.get("id")}
    for chart in charts:
        assert chart.get("role") == "img"
        title, words = (ids[one] for one in chart.get("aria-labelledby").split())
        assert title.strip()
        assert words.strip()
    texts = [ids[chart.get("aria-labelledby").split()[1]] for chart in charts]
    money = texts[0].replace("\u00a0", " ")
    assert "2025 год: план 1 358,5 тыс. ₽, касса 66,5 тыс. ₽" in money
    assert "2024 год: план 858,5 тыс. ₽, касса не внесена" in money
    assert "2025 год: план 2, факт 0." in texts[3]
    assert "2026 год: план 2, факта нет." in texts[3]
    assert not [node for node in tree.iter() if node.get("style")], "the policy allows no styles in the page"


def test_every_number_of_a_chart_stands_in_a_table(app, programme):
    words = said(Browser(app).get(f"{PAGE}?year=2025")).replace("\u00a0", " ")
    board = dashboard_of(programme, 2025, TODAY)
    for value in (board.plan.of(2025), board.cash.of(2025), board.plan.of(2024, "regional"), board.plan.of()):
        assert f"{value:,.2f}".replace(",", " ").replace(".", ",") in words


def links_of(page) -> set[str]:
    main = next(node for node in tree_of(page).iter() if node.tag == "main")
    return {node.get("href").partition("#")[0] for node in main.iter("a")} - {""}


@pytest.mark.parametrize("who", ["visitor", "secretary", "observer"])
def test_every_link_of_the_page_opens(app, programme, who):
    district = municipality_of_page()
    people = {"visitor": None, "secretary": make_secretary(district)}
    if who == "observer":
        people[who] = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, district.id)
    browser = Browser(app, people[who])
    links = links_of(browser.get(f"{PAGE}?year=2026")) | links_of(browser.get(f"{PAGE}?year=2025"))
    parts = {"visitor": ("/programme/tos-2024-2026/years/", "/indicators/tos-2024-2026/", "/contests/")}
    for part in parts.get(who, (*parts["visitor"], "/ledger/entries", "/passport")):
        assert [one for one in links if part in one], part
    for link in sorted(links):
        if not link.endswith(MADE_BY_HAND):
            browser.get(link)


def test_visitors_see_nothing_of_the_office(app, programme):
    page = Browser(app).get(PAGE)
    text = page.get_data(as_text=True)
    assert "/office/" not in text
    for secret in ("Тайный черновик", "Ждущая встреча", "Отправителев", "99 000,00", "Чего не хватает"):
        assert secret not in said(page), secret
    inner = Browser(app, make_secretary(municipality_of_page())).get(f"{PAGE}?year=2025")
    assert "Чего не хватает и за кем" in said(inner)
    assert "/ledger/entries?" in inner.get_data(as_text=True)


def test_odd_addresses(app, programme):
    browser = Browser(app)
    assert "2024 год" in browser.get(f"{PAGE}?year=1999").get_data(as_text=True)
    for address in (f"{PAGE}?year=99999", f"{PAGE}?year=٢٠٢٥", f"{PAGE}?page=0", f"{PAGE}?page=999", f"{PAGE}?page=x"):
        browser.get(address)
    browser.get("/programme/nothing/dashboard", code=404)
    browser.get("/programme/%00/dashboard", code=404)
    secretary = Browser(app, make_secretary(municipality_of_page()))
    secretary.get(f"{QUARTERS}/2019/1", code=404)
    secretary.get(f"{QUARTERS}/2025/5", code=404)
    secretary.get("/office/programme/nothing/quarters", code=404)


def test_the_money_of_a_document_without_activities_is_drawn(app, programme):
    document = copy.deepcopy(SMALL)
    document["sources_of_funding"] = {"local": "местный бюджет"}
    document["funding"] = {"by_year": {"2026": {"local": {"rub": "5000.00"}}, "2028-2030": {"local": {"rub": "9.00"}}}}
    more(document, "yards")
    db.session.commit()
    words = Browser(app).get("/programme/yards/dashboard?year=2026").get_data(as_text=True).replace("\u00a0", " ")
    assert "2026: местный бюджет 5,0 тыс. ₽" in words
    assert "2028–2030" in words
    assert "Мероприятий в программе нет" in words


# --- the quarter


def test_what_is_missing_and_who_owes_it(programme):
    found = missing_of(programme, 2026, 1, TODAY)
    names = {part: [one.card.indicator.number for one in getattr(found, part)] for part in ("facts", "unfrozen")}
    assert names == {"facts": ["1.1", "2.1", "2.2", "3.1", "4.2"], "unfrozen": ["1.2", "4.1"]}
    executors = {one.executors for one in activities_of(programme.id) if one.code.startswith("act-2")}
    training = next(one for one in found.facts if one.card.indicator.number == "2.1")
    assert set(training.who) <= {" ".join(one.split()) for one in executors}
    assert training.who
    assert [one.activity.code for one in found.unpaid] == ["act-4-1", "act-4-2", "act-4-3", "act-4-4"]
    assert [(one.title, one.sender) for one in found.events] == [("Ждущая встреча", "Отправителев Пётр Ильич")]
    assert len(found.contests) == 1
    assert (found.is_over, found.is_begun) == (True, True)
    assert found.number == 5 + 2 + len(found.reasons) + 4 + 1 + 1


def test_a_year_that_is_over_asks_for_reasons(programme):
    found = missing_of(programme, 2025, 4, TODAY)
    assert [one.card.indicator.number for one in found.facts] == ["1.2", "4.1"], "the fact of the year is enough"
    assert [one.card.indicator.number for one in found.reasons] == ["2.1", "2.2"]
    assert "При" not in str(found.reasons[0].remark)
    indicator = indicator_by_code(programme, "ind-2-1")
    service.write_reason(indicator, year=2025, quarter=4, reason="Карантин", actor=None, now=NOW)
    assert [one.card.indicator.number for one in missing_of(programme, 2025, 4, TODAY).reasons] == ["2.2"]
    assert not found.is_closed
    service.close_year(programme, year=2025, actor=None, now=NOW)
    assert missing_of(programme, 2025, 4, TODAY).is_closed


def test_rows_lead_to_where_they_are_put_right(app, programme):
    browser = Browser(app, make_secretary(municipality_of_page()))
    page = browser.get(QUARTERS)
    assert "4 квартал 2025 года" in said(page), "the last quarter that is over on the second of March"
    first = browser.get(f"{QUARTERS}/2026/1")
    assert "Квартал ещё идёт" in said(first)
    links = links_of(first) | links_of(page)
    for part in ("/office/indicators/", "quarter=1", "/ledger/new", "/events/", "/ranking"):
        assert [one for one in links if part in one], part
    for link in sorted(links):
        if not link.endswith(MADE_BY_HAND):
            browser.get(link)
    typed = tree_of(browser.get(next(one for one in links if "/ledger/new" in one and "activity=act-4-1" in one)))
    chosen = [node.get("value") for node in typed.iter() if {"selected", "checked"} & set(node.attrib)]
    assert {"cash", "act-4-1"} <= set(chosen)
    assert "Квартал ещё не начался" in said(browser.get(f"{QUARTERS}/2026/4"))


def test_only_who_enters_indicators_sees_the_quarter(app, programme):
    observer = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, municipality_of_page().id)
    Browser(app, observer).get(f"{QUARTERS}/2026/1", code=403)
    page = Browser(app).client.get(f"{QUARTERS}/2026/1")
    assert page.status_code == 302
    assert "/sign-in" in page.headers["Location"]


def test_nothing_is_missing(app, programme):
    small = more(copy.deepcopy(SMALL), "yards")
    enter(small, "i", "30", year=2026, quarter=1)
    for one in db.session.query(Event):
        one.state = "confirmed"
    db.session.commit()
    secretary = make_secretary(municipality_of_page())
    page = Browser(app, secretary).get("/office/programme/yards/quarters/2026/1")
    assert "Всё на месте" in said(page)
    assert missing_of(small, 2026, 1, TODAY).number == 0


def test_the_desk_counts_indicators_without_facts(app, programme):
    words = said(Browser(app, make_secretary(municipality_of_page())).get("/desk"))
    assert "Отчёт программы" in words
    assert "Без записанного факта: 2 показателя" in words
    assert programmes_without_facts(Scopes(municipalities=frozenset({0})), 2025, 4) == []
    assert [row[2] for row in programmes_without_facts(Scopes(everywhere=True), 2025, 3)] == [7]


# --- size


def big_document(indicators: int, activities: int, years: range):
    document = copy.deepcopy(DOCUMENT)
    task = document["tasks"][0]["id"]
    document["passport"]["term"] = {"from": years[0], "to": years[-1]}
    document["indicators"] = [
        {"id": f"i-{at}", "number": str(at), "task": task, "name": f"Показатель {at}", "unit": "unit",
         "direction": "growth", "targets": {str(year): {"value": "5"} for year in years}}
        for at in range(indicators)
    ]  # fmt: skip
    document["activities"] = [
        {"id": f"a-{at}", "task": task, "name": f"Мероприятие {at}", "executors_printed": "Отдел",
         "quantity_unit_printed": "единица", "quantity": {str(year): "1" for year in years},
         "unit_cost": {str(year): {"rub": "10.00"} for year in years},
         "sources": {"local": {str(year): {"rub": "10.00"} for year in years}}}
        for at in range(activities)
    ]  # fmt: skip
    return document


def test_a_page_costs_the_same_whatever_the_size(app, programme, statements):
    years = range(2020, 2030)
    small = more(big_document(2, 1, years), "small")
    big = more(big_document(60, 300, years), "big")
    for found in (small, big):
        rows = [
            {"indicator_id": one.card.indicator.id, "year": year, "quarter": quarter, "value": Decimal(quarter),
             "source_document": "Отчёт", "entered_at": NOW}
            for one in dashboard_of(found, 2026, TODAY).indicators
            for year in range(2020, 2027)
            for quarter in range(5)
        ]  # fmt: skip
        db.session.execute(insert(IndicatorFact), rows)
    db.session.commit()
    secretary = make_secretary(municipality_of_page())
    for person in (None, secretary):
        browser = Browser(app, person)
        pages = ["/programme/%s/dashboard"] + (["/office/programme/%s/quarters/2026/1"] if person else [])
        for page in pages:
            counts = {}
            for slug in ("small", "big"):
                browser.get(page % slug)
                statements.clear()
                text = browser.get(page % slug).get_data(as_text=True)
                counts[slug] = len(statements)
            assert counts["small"] == counts["big"] <= MOST, (page, counts)
            assert len(re.findall("Мероприятие ", text)) >= 300


def test_many_indicators_stay_light_and_none_is_lost(app, programme):
    """Sixty indicators, ten years: the worst stand in the table, each of the others in one line that opens its fact."""
    big = more(big_document(60, 30, range(2020, 2030)), "big")
    rows = [
        {"indicator_id": one.card.indicator.id, "year": year, "quarter": 0, "value": Decimal(at % 8),
         "source_document": "Отчёт", "entered_at": NOW}
        for at, one in enumerate(dashboard_of(big, 2025, TODAY).indicators)
        for year in range(2020, 2026)
    ]  # fmt: skip
    db.session.execute(insert(IndicatorFact), rows)
    db.session.commit()
    page = Browser(app).get("/programme/big/dashboard?year=2025")
    risk = next(node for node in tree_of(page).iter() if node.get("id") == "risk")
    tables = ["".join(row.itertext()) for row in next(risk.iter("tbody")).iter("tr")]
    lines = list(risk.iter("li"))
    assert (len(tables), len(lines)) == (20, 40)
    shown = " ".join([*tables, *("".join(one.itertext()) for one in lines)])
    assert {int(one) for one in re.findall(r"Показатель (\d+)", shown)} == set(range(60))
    assert all("не достигнут" in one for one in tables), "the worst come first"
    for line in lines:
        words, link = "".join(line.itertext()), next(line.iter("a")).get("href")
        assert "достигнут. За год" in words
        assert re.fullmatch(r"/indicators/big/i-\d+/2025", link)
    assert len(page.data) < 125_000
