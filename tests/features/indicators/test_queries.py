"""Facts follow from published decisions, and from nothing else."""

from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.features.indicators.make_facts import make_contest_of, make_decision
from tests.features.programmes.test_service import load
from tests.make import make_person, make_tos
from tosportal.domain.errors import RuleBroken
from tosportal.features.indicators import queries, service
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.programmes.queries import indicator_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db


@pytest.fixture
def programme(app):
    return load()


def rows_of(programme, year=2026, this_year=2026) -> dict[str, queries.IndicatorRow]:
    return {row.indicator.number: row for row in queries.indicator_rows(programme, year, this_year)}


def test_support_is_counted_from_decisions_in_force(programme):
    district = municipality_of_page()
    one, two, three = (make_tos(district) for _number in range(3))
    first = make_contest_of(programme, district)
    make_decision(first, [(one, "500000.00"), (two, "1.00")], number=1)
    make_decision(first, [(one, "120000.00"), (two, "118400.76"), (three, "0")], number=2)
    make_decision(first, [(three, "99.00")], number=3, published=False)
    second = make_contest_of(programme, district)
    make_decision(second, [(one, "61500.00")])
    prizes = make_contest_of(programme, district, kind="prize")
    make_decision(prizes, [(three, "10000.00")])
    earlier = make_contest_of(programme, district, year=2025)
    make_decision(earlier, [(three, "7.00")])
    cancelled = make_contest_of(programme, district)
    make_decision(cancelled, [(three, "7.00")])
    cancelled.cancelled_at = NOW
    make_decision(make_contest_of(load_other(district), district), [(three, "55.00")])
    db.session.flush()
    assert queries.supported_toses_by_year(programme.id) == {2025: 1, 2026: 2}
    assert queries.support_by_year(programme.id) == {2025: Decimal("0.007"), 2026: Decimal("309.90076")}
    rows = rows_of(programme)
    assert (rows["1.2"].fact.value, rows["1.2"].fact.counted, rows["1.2"].state) == (2, True, "running")
    assert rows["1.2"].percent_in(2026) == Decimal("25.0")
    behind = db.session.execute(queries.awards_behind(programme.id, 2026, grants_only=True)).all()
    assert [(row[0].awarded_sum, row[3].number) for row in behind] == [
        (Decimal("120000.00"), 2),
        (Decimal("118400.76"), 2),
        (Decimal("61500.00"), 1),
    ]
    everything = db.session.execute(queries.awards_behind(programme.id, 2026, grants_only=False)).all()
    assert sum(row[0].awarded_sum for row in everything) == Decimal("309900.76")


def load_other(district):
    from tests.features.programmes.test_service import DOCUMENT
    from tosportal.features.programmes.service import load_programme

    return load_programme({**DOCUMENT, "portal": {"slug": "other"}}, municipality=district, actor=None, now=NOW)


def test_no_published_decision_is_no_data_and_a_published_one_without_awards_is_zero(programme):
    district = municipality_of_page()
    assert rows_of(programme)["1.2"].state == "no_data"
    contest = make_contest_of(programme, district)
    make_decision(contest, [(make_tos(district), "5.00")], published=False)
    assert rows_of(programme)["1.2"].fact is None
    make_decision(contest, [(make_tos(district), "0")], number=2)
    assert rows_of(programme)["1.2"].fact.value == 0
    assert rows_of(programme)["4.1"].fact.value == 0


def enter(programme, number, value, year=2026, document="Отчёт № 4", **knobs) -> IndicatorFact:
    indicator = rows_of(programme)[number].indicator
    knobs = {"actor": None, "now": NOW} | knobs
    return service.enter_fact(indicator, year=year, value=Decimal(value), source_document=document, **knobs)


def test_the_year_that_runs_is_never_missed(programme):
    enter(programme, "1.1", "12.9")
    row = rows_of(programme)["1.1"]
    assert (row.state, row.percent_in(2026)) == ("running", Decimal("86.0"))
    assert rows_of(programme, this_year=2027)["1.1"].state == "missed"
    enter(programme, "1.1", "14.99")
    assert rows_of(programme)["1.1"].whole_percent == 99
    enter(programme, "4.2", "64")
    assert rows_of(programme)["4.2"].state == "reached"
    assert rows_of(programme)["3.1"].state == "no_data"
    assert rows_of(programme, this_year=2030)["3.1"].state == "no_data"


def test_a_correction_is_a_new_row_and_the_last_one_holds(programme):
    person = make_person()
    first = enter(programme, "1.1", "12.9", actor=person)
    assert enter(programme, "1.1", "12.9", actor=person) is first
    enter(programme, "1.1", "13.5", document="Отчёт № 5", actor=person)
    assert rows_of(programme)["1.1"].fact == queries.YearFact(Decimal("13.5"), "Отчёт № 5", fact_id=first.id + 1)
    history = queries.entered_facts(first.indicator_id, 2026)
    assert [(fact.value, who) for fact, who in history] == [(Decimal("13.5"), person), (Decimal("12.9"), person)]


@pytest.mark.parametrize(
    ("number", "value", "year", "document", "place"),
    [
        ("1.1", "-1", 2026, "Отчёт", "value"),
        ("1.1", "1e12", 2026, "Отчёт", "value"),
        ("1.1", "NaN", 2026, "Отчёт", "value"),
        ("1.1", "Infinity", 2026, "Отчёт", "value"),
        ("1.1", "0.0000001", 2026, "Отчёт", "value"),
        ("3.1", "2.5", 2026, "Отчёт", "value"),
        ("1.1", "5", 2026, "  ", "source_document"),
        ("1.1", "5", 2026, "x" * 501, "source_document"),
        ("1.1", "5", 2019, "Отчёт", "year"),
    ],
)
def test_what_is_no_fact_is_refused(programme, number, value, year, document, place):  # noqa: PLR0917
    with pytest.raises(RuleBroken) as refused:
        enter(programme, number, value, year, document)
    assert [remark.place for remark in refused.value.remarks] == [place]


def test_the_portals_own_count_cannot_be_overwritten(programme):
    district = municipality_of_page()
    enter(programme, "1.2", "7", year=2025)
    assert rows_of(programme)["1.2"].facts[2025].counted is False
    make_decision(make_contest_of(programme, district), [(make_tos(district), "5.00")])
    with pytest.raises(RuleBroken, match="считает сам"):
        enter(programme, "1.2", "9")
    assert enter(programme, "1.2", "6", year=2024).value == 6
    assert indicator_by_code(programme, "ind-1-2").measure == "supported_tos"
