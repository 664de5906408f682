"""Passports, frozen facts and their lineage."""

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.features.indicators.make_facts import make_contest_of, make_decision
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import load
from tests.make import make_secretary, make_tos, saved
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.domain.indicator_measures import Period, measured
from tosportal.domain.indicator_passport import Passport, Variable
from tosportal.features.events.models import Event
from tosportal.features.indicators import queries, service
from tosportal.features.programmes.queries import activity_by_code, indicator_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db


@pytest.fixture
def programme(app):
    return load()


def make_event(programme, key, participants, **knobs) -> Event:
    knobs = {"kind": "meeting", "held_on": date(2026, 2, 3), "state": "confirmed", "counting": "persons"} | knobs
    district = municipality_of_page()
    return saved(
        Event(municipality_id=district.id, key=key, title=key, participants=participants, entered_at=NOW, **knobs)
    )


def fact_of(programme, code, year=2026, quarter=0):
    indicator, period = indicator_by_code(programme, code), Period(year, quarter)
    return queries.facts_of_periods(programme, [indicator], [period]).get(indicator.id, {}).get(period)


def write(programme, code, formula, *variables, **knobs):
    passport = Passport(formula, variables, **knobs)
    return service.write_passport(indicator_by_code(programme, code), passport, actor=None, now=NOW)


def test_a_formula_over_measures_gives_the_fact_with_what_it_was_counted_from(programme):
    make_event(programme, "a", 30)
    make_event(programme, "b", 10, counting="visits")
    make_event(programme, "waits", 500, state="asked")
    make_event(programme, "later", 60, held_on=date(2026, 4, 1))
    people = Variable("Куч", "участники", measure="participants:meeting", unit="чел.")
    whole = Variable("КН", "жители", "Росстат", unit="чел.", value="1 000")
    write(programme, "ind-1-1", "Доля = Куч/КН Х 100", people, whole, denominator_on=date(2026, 1, 1))
    first, year = fact_of(programme, "ind-1-1", quarter=1), fact_of(programme, "ind-1-1")
    assert (first.value, year.value) == (4, 10)
    assert first.lineage["substituted"] == "40 / 1000 × 100"
    counted, typed = first.lineage["variables"]
    assert [(one["name"], one["number"], one["values"]) for one in counted["records"]] == [
        ("a", "30", {"key": "a"}),
        ("b", "10", {"key": "b"}),
    ]
    assert (typed["value"], typed["source"], first.lineage["denominator_on"]) == ("1000", "Росстат", "2026-01-01")


def test_a_sum_over_events_never_says_that_lists_were_compared(app, programme):
    """The portal sees counts, not people: it must not claim «one person at three events is one» of its own sum."""
    make_event(programme, "a", 30)
    make_event(programme, "b", 10)
    people = Variable("Куч", "участники", measure="participants:meeting", unit="чел.")
    address = "/indicators/tos-2024-2026/ind-4-2/2026"
    promised = "число берут из списков, сверенных между собой"
    for counting, words in (("persons", "складывает участников событий"), ("visits", "три посещения")):
        write(programme, "ind-4-2", "Куч", people, counting=counting)
        db.session.commit()
        page = said(Browser(app).get(address))
        assert words in page
        assert promised not in page


def test_measures_of_awards_and_of_the_ledger(programme):
    district = municipality_of_page()
    one, two = make_tos(district), make_tos(district)
    make_decision(make_contest_of(programme, district), [(one, "100000.00"), (one, "50000.00"), (two, "0.50")])
    make_entry(programme, "1000.00", kind="cash", source="local")
    make_entry(programme, "500.00", kind="cash", source="regional")
    activity = activity_by_code(programme, "act-4-1")
    make_event(programme, "c", 7, activity_id=activity.id)
    material = queries.material_of(programme)
    values = {
        code: measured(code, material, Period(2026)).value
        for code in ("supported_tos", "supported_projects", "support_sum", "cash:act-4-1", "cash::local")
    }
    assert (values["supported_tos"], values["supported_projects"]) == (2, 3)
    assert (values["support_sum"] * 1000, values["cash:act-4-1"] * 2, values["cash::local"]) == (
        Decimal("150000.50"),
        3,
        1,
    )
    assert measured("average_award", material, Period(2026)).value * 3 == values["support_sum"]
    assert measured("events::act-4-1", material, Period(2026)).value == 1
    assert measured("cash::local", material, Period(2025)) is None


def test_a_frozen_fact_stays_and_the_difference_is_shown(programme):
    district = municipality_of_page()
    contest = make_contest_of(programme, district)
    make_decision(contest, [(make_tos(district), "100000.00")])
    indicator = indicator_by_code(programme, "ind-4-1")
    frozen = service.freeze_fact(indicator, year=2026, actor=None, now=NOW)
    assert service.freeze_fact(indicator, year=2026, actor=None, now=NOW) is frozen
    assert (frozen.origin, frozen.value, frozen.edition) == ("portal", 100, programme.edition)
    assert fact_of(programme, "ind-4-1").now is None
    make_decision(contest, [(make_tos(district), "70000.00")], number=2)
    held = fact_of(programme, "ind-4-1")
    assert (held.value, held.now, held.is_frozen) == (100, 70, True)
    assert held.lineage["variables"][0]["records"][0]["number"] == "100000.00"
    again = service.freeze_fact(indicator, year=2026, actor=None, now=NOW)
    db.session.flush()
    assert (again.value, fact_of(programme, "ind-4-1").value) == (70, 70)


def test_the_portal_freezes_only_what_it_can_count(programme):
    with pytest.raises(RuleBroken, match="не может посчитать"):
        service.freeze_fact(indicator_by_code(programme, "ind-1-1"), year=2026, actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="ещё не начался"):
        service.freeze_fact(indicator_by_code(programme, "ind-4-1"), year=2026, quarter=2, actor=None, now=NOW)


@pytest.mark.parametrize(
    ("formula", "variables", "place"),
    [
        ("А /", (Variable("А", value="1", source="x"),), "formula"),
        ("А + Б", (Variable("А", value="1", source="x", unit="%"),), "formula"),
        ("А", (Variable("А", measure="nothing"),), "measure-0"),
        ("А", (Variable("А", value="много", source="x"),), "value-0"),
        ("А", (Variable("А", value="1"),), "source-0"),
        ("А", (Variable("А", measure="events", unit="ед."), Variable("Б", value="1", source="x")), "name-1"),
    ],
)
def test_a_wrong_passport_is_refused_at_its_field(programme, formula, variables, place):
    with pytest.raises(RuleBroken) as refused:
        write(programme, "ind-1-1", formula, *variables)
    assert place in [one.place for one in refused.value.remarks]
    assert queries.passport_of(indicator_by_code(programme, "ind-1-1").id) is None


def test_the_same_passport_is_the_same_row_and_a_change_is_the_next_number(programme):
    first = write(programme, "ind-1-2", "А", Variable("А", measure="events", unit="ед."))
    assert write(programme, "ind-1-2", "А", Variable("А", measure="events", unit="ед.")) is first
    second = write(programme, "ind-1-2", "А", Variable("А", measure="events:seminar", unit="ед."))
    assert (first.number, second.number) == (1, 2)


def test_the_last_reason_holds(programme):
    indicator = indicator_by_code(programme, "ind-1-1")
    for words in ("Снег", "Паводок", "Паводок"):
        service.write_reason(indicator, year=2026, reason=words, actor=None, now=NOW)
    assert queries.latest_reasons(programme.id, 2026) == {indicator.id: "Паводок"}
    assert len(queries.reasons_of(indicator.id, 2026)) == 2
    with pytest.raises(RuleBroken):
        service.write_reason(indicator, year=2026, reason=" ", actor=None, now=NOW)


def test_a_measure_nobody_knows_is_shown_as_text(app, programme):
    browser = Browser(app, make_secretary(municipality_of_page()))
    live = "<img src=x onerror=alert(1)>"
    page = browser.post(
        f"/office/indicators/{programme.slug}/ind-1-1/passport", {"name-0": "А", "measure-0": live}, code=422
    )
    assert live not in page.text
    assert "&lt;img src=x" in page.text
