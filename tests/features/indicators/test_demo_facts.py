"""The demo's passports and facts: both programmes have something to show, every number says it is a sample."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tosportal.demo import contests, district, events, indicators, second
from tosportal.domain.indicator_measures import Period
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import regulation_of
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import indicators_of
from tosportal.support.db import db

NOW = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Novosibirsk"))


def facts_of(programme: Programme, periods: list[Period]) -> dict[str, dict[Period, queries.YearFact]]:
    rows = indicators_of(programme.id)
    found = queries.facts_of_periods(programme, rows, periods)
    return {one.code: found.get(one.id, {}) for one in rows}


@pytest.fixture
def demo(app):
    return district.make(now=NOW)


def test_the_district_has_passports_frozen_quarters_and_a_difference(demo):
    events.make(demo, now=NOW)
    indicators.make_district(demo, now=NOW)
    indicators.tell_late(demo, now=NOW)
    quarters = [Period(2026, number) for number in (1, 2, 3)]
    found = facts_of(demo.programme, [*quarters, *(Period(year) for year in (2024, 2025, 2026))])
    assert [found["ind-2-1"][one].value for one in quarters] == [1, 1, 1]
    meetings = [found["ind-3-1"][one] for one in quarters]
    assert [(one.value, one.now, one.is_frozen) for one in meetings] == [(1, None, True), (2, None, True), (3, 4, True)]
    assert found["ind-4-2"][Period(2025)].lineage["counting"] == "persons"
    share = found["ind-1-1"][Period(2025)]
    assert (share.value, share.lineage["substituted"]) == (Decimal("14.2"), "5041 / 35500 × 100")
    assert (share.lineage["denominator_on"], share.lineage["passport"]) == ("2025-01-01", 2)
    assert {row.state for row in queries.passport_rows(demo.programme)} == {"own"}
    assert all(found[code][Period(2024)].source_document for code, _value, _paper in indicators.BEFORE_THE_PORTAL)


def test_the_contest_of_2025_begins_ends_and_is_paid_in_2025(demo):
    steps = contests.mix(demo, now=NOW)
    assert [next(steps) and "" for _turn in range(2)] == ["", ""]  # the second line comes when the first is done
    contest = db.session.scalars(select(Contest).filter_by(slug="change-the-world-2025")).one()
    sent = db.session.scalars(select(Application.submitted_at).where(Application.contest_id == contest.id)).all()
    moments = [*regulation_of(contest).moments.values(), contest.approved_at, contest.published_at, *sent]
    assert {at.year for at in moments} == {2025}
    entries = db.session.scalars(select(LedgerEntry).where(LedgerEntry.year == 2025)).all()
    assert {one.dated_on.year for one in entries} == {2025}
    by_kind = {kind: sum(one.entry_sum for one in entries if one.kind == kind) for kind in ("award", "agreement")}
    grants = {one.activity_id for one in entries if one.kind == "award"}
    paid = sum(one.entry_sum for one in entries if one.kind == "cash" and one.activity_id in grants)
    assert paid == by_kind["award"] == by_kind["agreement"] > 0
    assert demo.secretary.confirmed_at < contest.announced_at


def test_a_demo_loaded_in_spring_knows_nothing_of_later_quarters(app):
    spring = NOW.replace(month=4, day=20)
    early = district.make(now=spring)
    events.make(early, now=spring)
    indicators.make_district(early, now=spring)
    stored = db.session.execute(select(IndicatorFact.year, IndicatorFact.quarter).distinct())
    assert {(year, quarter) for year, quarter in stored} == {(2024, 0), (2025, 0), (2026, 0), (2026, 1), (2026, 2)}
    assert {fact.quarter for fact in db.session.scalars(select(IndicatorFact).filter_by(origin="portal"))} == {0, 1}


def test_performed_activities_of_the_years_before_are_told_and_some_wait(demo):
    indicators.make_district(demo, now=NOW)
    programme = demo.programme
    for year, marks in ((2024, ["done"] * 4), (2025, ["not_done", "done", "done"])):
        told = [one["mark"] for one in queries.programme_report(programme, year)["activities"]]
        assert [one for one in told if one] == marks
    assert not any(one["mark"] for one in queries.programme_report(programme, 2026)["activities"])
    for year, done in ((2024, [1, 1, 1, 4]), (2025, [0, 0, 1, 2])):
        for quarter, expected in enumerate(done, 1):
            told = queries.programme_report(programme, year, quarter)["activities"]
            assert sum((one["state"], one["by"]) == ("done", "mark") for one in told) == expected


def test_the_town_has_seven_years_of_facts_by_its_own_formulas(demo):
    town = second.make(now=NOW)
    indicators.make_town(town, now=NOW)
    years = [Period(year) for year in range(2020, 2027)]
    found = facts_of(town, years)
    assert len(found) == 11
    assert all(len(facts) == 7 for facts in found.values())
    assert (found["ind-1"][Period(2025)].value, found["ind-6"][Period(2025)].value) == (
        Decimal("35.71429"),
        Decimal("101.49254"),
    )
    assert found["ind-7"][Period(2020)].lineage["substituted"] == "(21 + 45) × 100000 / 71000"
    by_formula = {code for code, facts in found.items() if facts[Period(2025)].lineage}
    assert set(found) - by_formula == {"ind-3", "ind-8"}
    documents = db.session.scalars(select(IndicatorFact.source_document)).all()
    assert all(one.endswith("(значение примера)") for one in documents)
