from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.attainment import (
    Direction,
    Indicator,
    attainment,
    efficiency,
    programme_attainment,
    rounded,
    weighted_mean,
)
from tosportal.domain.errors import RuleBroken

YEAR_2024 = [
    Indicator(code, Decimal(plan), Decimal(fact))
    for code, plan, fact in (
        ("1.1", "13", "12.4"),
        ("1.2", "6", "7"),
        ("2.1", "2", "2"),
        ("2.2", "70.0", "66.5"),
        ("3.1", "2", "3"),
        ("4.1", "788.5", "785.2"),
        ("4.2", "40", "52"),
    )
]


def test_worked_example_of_2024() -> None:
    programme = programme_attainment(YEAR_2024)
    assert [rounded(row.degree, 4) for row in programme.rows] == [
        Decimal(shown) for shown in ("0.9538", "1.1667", "1.0000", "0.9500", "1.5000", "0.9958", "1.3000")
    ]
    assert rounded(programme.mean, 5) == Decimal("0.98567")
    assert rounded(programme.uncapped_mean, 5) == Decimal("1.12376")
    found = efficiency(programme.mean, done=7, planned=8, spent_sum=Decimal("851.7"), planned_sum=Decimal("858.5"))
    assert (rounded(found.spending_share, 5), found.measures_share) == (Decimal("0.99208"), Fraction(7, 8))
    assert (rounded(found.value, 5), found.verdict) == (Decimal("0.86934"), "средняя")
    flipped = efficiency(
        programme.uncapped_mean, done=7, planned=8, spent_sum=Decimal("851.7"), planned_sum=Decimal("858.5")
    )
    assert (rounded(flipped.value, 5), flipped.verdict) == (Decimal("0.99114"), "высокая")


def test_weights_of_the_example() -> None:
    weights = dict(
        zip(
            (row.code for row in YEAR_2024),
            map(Decimal, ("0.2", "0.25", "0.1", "0.1", "0.1", "0.15", "0.1")),
            strict=True,
        )
    )
    assert rounded(programme_attainment(YEAR_2024, weights).mean, 5) == Decimal("0.98514")
    with pytest.raises(RuleBroken):
        programme_attainment(YEAR_2024, {"1.1": Decimal(1)})


@pytest.mark.parametrize(
    ("plan", "fact", "direction", "degree"),
    [
        ("0", "0", Direction.GROWING, 1),
        ("0", "3", Direction.GROWING, 1),
        ("5", "0", Direction.GROWING, 0),
        ("0", "0", Direction.DECREASING, 1),
        ("0", "3", Direction.DECREASING, 0),
        ("5", "0", Direction.DECREASING, 1),
        ("35.0", "37.2", Direction.DECREASING, Fraction("35.0") / Fraction("37.2")),
    ],
)
def test_zeros(plan: str, fact: str, direction: Direction, degree: Fraction) -> None:
    assert attainment(Indicator("x", Decimal(plan), Decimal(fact), direction)).degree == degree


def test_no_fact_is_not_zero() -> None:
    with_gap = [*YEAR_2024, Indicator("5.1", Decimal(1), None), Indicator("5.2", None, Decimal(1))]
    programme = programme_attainment(with_gap)
    assert programme.mean == programme_attainment(YEAR_2024).mean
    assert [(row.code, bool(row.note)) for row in programme.undetermined] == [("5.1", True), ("5.2", True)]
    assert programme_attainment([]).mean is None


@pytest.mark.parametrize("bad", ["-1", "NaN", "Infinity"])
def test_a_negative_value_is_refused(bad: str) -> None:
    with pytest.raises(RuleBroken):
        attainment(Indicator("x", Decimal(bad), Decimal(1)))


def test_bounds_are_for_what_is_to_be_kept() -> None:
    kept = Indicator("x", None, Decimal(6), Direction.KEEP, low=Decimal(8))
    assert attainment(kept).degree == Fraction(3, 4)
    assert attainment(Indicator("x", Decimal(0), Decimal(2), Direction.KEEP)).degree == 0
    assert not attainment(Indicator("x", None, Decimal(6), Direction.GROWING, low=Decimal(8))).is_determined
    with pytest.raises(RuleBroken):
        attainment(Indicator("x", None, Decimal(6), Direction.KEEP, Decimal(8), Decimal(7)))


def test_a_weight_may_be_zero_but_not_all() -> None:
    values = {"a": Fraction(1), "b": Fraction(0)}
    assert weighted_mean(values, {"a": Decimal(0), "b": Decimal(2)}) == 0
    with pytest.raises(RuleBroken):
        weighted_mean(values, {"a": Decimal(0), "b": Decimal(0)})


@pytest.mark.parametrize("lacking", ["planned", "planned_sum", "spent_sum"])
def test_efficiency_needs_a_plan_and_spending(lacking: str) -> None:
    known = {"done": 1, "planned": 2, "planned_sum": Decimal(3), "spent_sum": Decimal(2)}
    with pytest.raises(RuleBroken):
        efficiency(Fraction(1), **{**known, lacking: type(known[lacking])(0)})


positive = st.decimals(min_value="0.01", max_value="1000000", places=2)


@given(plan=positive, fact=positive)
def test_directions_are_each_others_mirror(plan: Decimal, fact: Decimal) -> None:
    up = attainment(Indicator("x", plan, fact))
    down = attainment(Indicator("x", plan, fact, Direction.DECREASING))
    assert up.degree * down.degree == 1
    assert up.capped == min(up.degree, 1)
