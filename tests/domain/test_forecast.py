"""Forecasts: which targets are at risk and what is still needed, for totals, means and values at a date."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.attainment import Direction
from tosportal.domain.errors import RuleBroken
from tosportal.domain.forecast import RISK_NAMES, Forecast, Gathering, Risk, Target, by_risk, forecast

UP, DOWN, ZERO, KEEP = Direction.GROWING, Direction.DECREASING, Direction.ZERO, Direction.KEEP
SUM, RUNNING, MEAN, LAST = Gathering.SUM, Gathering.RUNNING, Gathering.MEAN, Gathering.LAST


def target(plan, direction, gathering, facts="", **more):
    quarters = {number: Decimal(fact) for number, fact in enumerate(facts.split(), start=1) if fact != "-"}
    more = {name: Decimal(value) for name, value in more.items()}
    return Target("x", None if plan is None else Decimal(plan), direction, gathering, quarters, **more)


def whole(value):
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("given_target", "over", "risk", "numbers"),
    [
        # totals that are to grow
        (target(8, UP, SUM, "2 2"), 2, Risk.ON_TRACK, ("8", "4", "2")),
        (target(8, UP, SUM, "2 1"), 2, Risk.AT_RISK, ("6", "5", "5/2")),
        (target(10, UP, SUM, "3 2 2"), 3, Risk.WATCH, ("28/3", "3", "3")),
        (target(8, UP, SUM, "2 1", expected=5), 2, Risk.ON_TRACK, ("8", "5", "5/2")),
        (target(8, UP, SUM, "", expected=8), 0, Risk.ON_TRACK, ("8", "8", "2")),
        (target(8, UP, SUM, "- 4"), 2, Risk.WATCH, ("16", "4", "4/3")),
        (target(8, UP, SUM, "5 4"), 2, Risk.REACHED, ("18", None, None)),
        (target(8, UP, SUM, "2 2 2 2"), 4, Risk.REACHED, ("8", None, None)),
        (target(8, UP, SUM, "2 2 2 1"), 4, Risk.LOST, ("7", None, None)),
        (target(8, UP, RUNNING, "2 4"), 2, Risk.ON_TRACK, ("8", "4", "2")),
        (target(8, UP, RUNNING, "- 4"), 2, Risk.ON_TRACK, ("8", "4", "2")),
        (target(8, UP, RUNNING, "2 -"), 2, Risk.WATCH, ("8", "6", "2")),
        # totals that are to stay low
        (target(10, DOWN, SUM, "4 7"), 2, Risk.LOST, ("22", None, None)),
        (target(10, DOWN, SUM, "2 2"), 2, Risk.ON_TRACK, ("8", "6", "3")),
        (target(10, DOWN, SUM, "3 3"), 2, Risk.AT_RISK, ("12", "4", "2")),
        (target(0, ZERO, SUM, "0 0"), 2, Risk.ON_TRACK, ("0", "0", "0")),
        (target(0, ZERO, SUM, "0 1"), 2, Risk.LOST, ("2", None, None)),
        (target(None, ZERO, SUM, "0"), 1, Risk.ON_TRACK, ("0", "0", "0")),
        # means
        (target(90, UP, MEAN, "80 88", ceiling=100), 2, Risk.WATCH, ("84", "96", "96")),
        (target(90, UP, MEAN, "70 78", ceiling=100), 2, Risk.LOST, ("74", None, None)),
        (target(90, UP, MEAN, "95 95"), 2, Risk.ON_TRACK, ("95", "85", "85")),
        (target(90, UP, MEAN, "80 80", ceiling=100), 2, Risk.AT_RISK, ("80", "100", "100")),
        (target(90, UP, MEAN, "84 84", expected=9), 2, Risk.WATCH, ("84", "96", "96")),  # nothing adds to a mean
        (target(50, UP, MEAN, "100 100"), 2, Risk.REACHED, ("100", None, None)),
        (target(10, DOWN, MEAN, "12 11"), 2, Risk.AT_RISK, ("23/2", "17/2", "17/2")),
        (target(10, DOWN, MEAN, "22 20"), 2, Risk.LOST, ("21", None, None)),
        # values at a date, which may fall again
        (target(13, UP, LAST, "11 12"), 2, Risk.WATCH, ("12", "1", "1/2")),
        (target(13, UP, LAST, "11 12", expected=2), 2, Risk.ON_TRACK, ("14", "1", "1/2")),
        (target(13, UP, LAST, "11 14"), 2, Risk.ON_TRACK, ("14", None, None)),
        (target(35, DOWN, LAST, "38"), 1, Risk.WATCH, ("38", "3", "1")),
        (target(0, ZERO, LAST, "2"), 1, Risk.AT_RISK, ("2", "2", "2/3")),
        # to be kept
        (target(10, KEEP, LAST, "10"), 1, Risk.ON_TRACK, ("10", "0", "0")),
        (target(None, KEEP, LAST, "7", low=8, high=11), 1, Risk.AT_RISK, ("7", "1", "1/3")),
        (target(None, KEEP, SUM, "6 6", low=8, high=11), 2, Risk.LOST, ("24", None, None)),
        (target(None, KEEP, SUM, "2 2", low=8, high=11), 2, Risk.ON_TRACK, ("8", "4", "2")),
        # what cannot be said
        (target(None, UP, SUM, "2"), 1, Risk.UNKNOWN, (None, None, None)),
        (target(8, UP, SUM), 2, Risk.UNKNOWN, (None, None, None)),
    ],
)
def test_how_a_target_stands(given_target, over, risk, numbers):
    found = forecast(given_target, over)
    # as the year would end, what is still needed, the same for each quarter that is open
    assert (whole(found.projected), whole(found.needed), whole(found.per_quarter)) == numbers
    assert found.risk is risk
    assert found.words == RISK_NAMES[risk]


def test_words_carry_the_numbers():
    assert str(forecast(target(8, UP, SUM, "2 1"), 2).remark) == (
        "Сделано 3 из 8, нужно ещё 5 — по 2,50 в квартал; при нынешнем ходе будет 6"
    )
    assert str(forecast(target(8, UP, SUM, "2 1", expected=5), 2).remark) == (
        "Сделано 3 из 8, нужно ещё 5; идущие конкурсы дадут до 5, год закончится примерно на 8"
    )
    assert str(forecast(target(8, UP, SUM, expected=5), 2).remark) == (
        "Данных за кварталы пока нет. План 8, идущие конкурсы дадут до 5"
    )
    assert str(forecast(target(90, UP, MEAN, "80 88"), 2).remark) == (
        "В среднем 84, чтобы выйти на план 90, дальше нужно не меньше 96"
    )
    assert str(forecast(target(35, DOWN, LAST, "38"), 1).remark) == "Сейчас 38 при пределе 35: нужно снизить на 3"
    assert str(forecast(target(10, DOWN, SUM, "4 7"), 2).remark) == (
        "Уже 11 при плане 10: до конца года это не исправить"
    )


def test_missing_quarters_are_named():
    assert forecast(target(8, UP, SUM, "- 4"), 3).missing == (1, 3)
    assert forecast(target(8, UP, RUNNING, "- 4"), 3).missing == (3,)
    assert forecast(target(8, UP, SUM), 2).missing == (1, 2)


def test_the_worst_come_first():
    targets = [("8", UP, "2 2"), ("8", UP, "2 1"), ("-1", UP, "2"), ("1", DOWN, "2")]
    found = by_risk([target(plan, direction, SUM, facts) for plan, direction, facts in targets], 2)
    assert [one.risk for one in found] == [Risk.LOST, Risk.AT_RISK, Risk.UNKNOWN, Risk.ON_TRACK]


@pytest.mark.parametrize(
    "wrong",
    [
        target(-1, UP, SUM),
        target(1, UP, SUM, "1 1 1 1 1"),
        target(1, UP, SUM, "-1"),
        target(1, KEEP, SUM, "1", low=3, high=2),
        target("NaN", UP, SUM),
    ],
)
def test_refusals(wrong):
    with pytest.raises(RuleBroken):
        forecast(wrong, 1)


amounts = st.decimals(min_value=0, max_value=1000, places=1)
targets = st.builds(
    Target,
    st.just("x"),
    st.none() | amounts,
    st.sampled_from(Direction),
    st.sampled_from(Gathering),
    st.dictionaries(st.integers(1, 4), amounts),
    amounts,
    low=st.none() | amounts,
    ceiling=st.none() | amounts,
)


@given(targets, st.integers(0, 4))
def test_every_target_gets_words(one, over):
    found = forecast(one, over)
    assert isinstance(found, Forecast)
    assert str(found.remark)
    assert "None" not in str(found.remark)
    assert found.needed is None or found.needed >= 0 or one.gathering is MEAN


@given(st.lists(amounts, min_size=1, max_size=3), amounts, st.sampled_from([SUM, RUNNING, MEAN]))
def test_what_is_said_to_be_needed_reaches_the_plan(facts, plan, gathering):
    if gathering is RUNNING:
        facts = sorted(facts)
    one = target(plan, UP, gathering, " ".join(map(str, facts)))
    found = forecast(one, len(facts))
    if found.needed is None:
        return
    rest = [found.per_quarter] * (4 - len(facts))
    known = list(map(Fraction, facts))
    total = sum(rest, known[-1] if gathering is RUNNING else sum(known))
    assert (total / 4 if gathering is MEAN else total) == Fraction(plan)


def test_the_value_of_the_year_so_far_stands_when_it_is_newer_than_the_quarters():
    def of(way, latest, plan="15", **quarters):
        known = {int(name[1]): Decimal(value) for name, value in quarters.items()}
        target = Target("1.1", Decimal(plan), Direction.GROWING, way, known, latest=latest and Decimal(latest))
        return forecast(target, 3)

    older, newer = (of(Gathering.LAST, one, q1="2.8", q2="7.8", q3="12.3") for one in (None, "12.9"))
    assert (older.so_far, older.needed, older.of_quarter) == (Fraction("12.3"), Fraction("2.7"), 3)
    assert (newer.so_far, newer.needed, newer.of_quarter) == (Fraction("12.9"), Fraction("2.1"), 0)
    assert str(newer.remark).startswith("Сделано 12,90 из 15, нужно ещё 2,10")
    running = of(Gathering.RUNNING, "10", q1="3", q2="6", q3="9")
    assert (running.so_far, running.needed, running.projected) == (10, 5, 12), "three in each quarter"
    assert of(Gathering.RUNNING, "14", q3="9").projected == 14, "more than the pace gave is not taken back"
    assert of(Gathering.RUNNING, "6", q3="9").projected == 8, "a total put right downwards has its own pace"
    alone = of(Gathering.RUNNING, "9")
    assert (alone.projected, alone.missing, alone.of_quarter) == (12, (), 0)
    assert of(Gathering.SUM, None, q1="3", q2="6").of_quarter is None
    assert of(Gathering.RUNNING, "16", q3="9").risk is Risk.REACHED
