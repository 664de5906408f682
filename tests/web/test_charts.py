"""Charts: what is drawn adds up, what is not there is not drawn."""

import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tosportal.web.charts import DENSE, NARROWEST, Chart, grid_values, plan_and_fact, stacked

SOURCES = ("regional", "local", "extrabudget")
SUMS = st.decimals(min_value=0, max_value=10**9, places=2)
PARTS = st.dictionaries(st.sampled_from(SOURCES), SUMS)
ROWS = st.lists(st.tuples(PARTS, PARTS), max_size=12)


def number(text: str) -> Fraction:
    return Fraction(text.removesuffix("%"))


def columns_of(chart: Chart) -> dict[str, list]:
    """The parts of each column, from the bottom, by where it stands."""
    found: dict[str, list] = {}
    for bar in chart.bars:
        found.setdefault(bar.x, []).append(bar)
    return found


def drawn(rows) -> Chart:
    return stacked([(2020 + at, plan, fact) for at, (plan, fact) in enumerate(rows)], SOURCES)


@given(ROWS)
def test_parts_stand_on_each_other_and_add_up_to_their_column(rows):
    chart = drawn(rows)
    wholes = [sum(parts.values()) for pair in rows for parts in pair]
    top = max(wholes, default=0)
    for parts in columns_of(chart).values():
        level = number(chart.base)
        for bar in parts:
            assert abs(number(bar.y) + number(bar.height) - level) <= Fraction("0.02")
            level = number(bar.y)
        assert level >= 26 - Fraction("0.05"), "a column is higher than the chart"
        assert 0 <= number(parts[0].x) <= 100 - number(parts[0].width)
    if top:
        space = number(chart.base) - 26
        tallest = max(sum(number(bar.height) for bar in parts) for parts in columns_of(chart).values())
        assert abs(tallest - space) <= Fraction("0.05"), "the greatest sum takes the whole height"
    assert all(number(bar.height) >= 0 for bar in chart.bars)
    assert len([word for word in chart.words if word.kind == "year"]) == len(rows)


def test_columns_are_as_high_as_their_sums():
    half = {"regional": Decimal(100), "local": Decimal(50)}
    chart = drawn([({"regional": Decimal(200), "local": Decimal(100)}, half)])
    plan, cash = columns_of(chart).values()
    assert [bar.kind for bar in plan] == ["plan regional", "plan local"]
    assert [bar.kind for bar in cash] == ["fact regional", "fact local"]
    assert sum(number(bar.height) for bar in plan) == 2 * sum(number(bar.height) for bar in cash)
    assert number(plan[0].height) == 2 * number(plan[1].height)


def test_nothing_zero_and_less_than_zero_have_no_columns():
    assert drawn([]).bars == drawn([({}, {})]).bars == ()
    zero = drawn([({"local": Decimal(0)}, {"local": Decimal("-5.00")})])
    assert (zero.bars, zero.grid) == ((), ())
    only = drawn([({"local": Decimal(7)}, {})])
    assert [bar.kind for bar in only.bars] == ["only local"]
    middle = number(only.bars[0].x) + number(only.bars[0].width) / 2
    assert abs(middle - number(only.words[0].x)) < Fraction("0.01"), "the only column stands over its year"


def test_no_data_is_not_zero():
    chart = plan_and_fact([(2024, Decimal(6), None), (2025, None, Decimal(0)), (2026, Decimal(8), Decimal(4))])
    kinds = [word.kind for word in chart.words]
    assert kinds.count("nothing") == 1
    assert kinds.count("value") == 2
    zero, four = chart.bars
    assert (zero.height, zero.y) == ("0", chart.base)
    assert number(four.height) * 2 == number(chart.base) - number(chart.points[1].y1), "half of the plan"
    assert (len(chart.points), chart.plan) == (2, ()), "plans are joined only over years that follow each other"


def test_the_line_of_the_plan_goes_through_its_points():
    chart = plan_and_fact([(2024, Decimal(6), None), (2025, Decimal(7), None), (2028, Decimal(8), None)])
    (piece,) = chart.plan
    assert (piece.y1, piece.y2) == (chart.points[0].y1, chart.points[1].y1)
    middle = (number(chart.points[0].x1) + number(chart.points[0].x2)) / 2
    assert abs(number(piece.x1) - middle) < Fraction("0.002")
    assert number(piece.y2) < number(piece.y1), "more is higher"
    assert plan_and_fact([(2024, Decimal(6), Decimal(6))]).plan == ()
    assert plan_and_fact([]).words == ()


def test_words_of_columns_fit_the_narrowest_screen():
    few = plan_and_fact([(2020 + at, None, Decimal("785.2")) for at in range(5)])
    many = plan_and_fact([(2020 + at, None, Decimal("785.2")) for at in range(DENSE + 1)])
    assert [word.kind for word in few.words].count("value") == 5
    assert [word.kind for word in many.words].count("value") == 0
    assert (few.is_dense, many.is_dense, len(many.bars)) == (False, True, DENSE + 1)
    assert NARROWEST <= 320


@given(st.lists(st.tuples(st.none() | SUMS, st.none() | SUMS), min_size=1, max_size=12))
def test_a_path_draws_the_same_marks(rows):
    chart = plan_and_fact([(2020 + at, plan, fact) for at, (plan, fact) in enumerate(rows)])
    columns = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-\3z", chart.columns_drawn)
    points = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", chart.points_drawn)
    assert (len(columns), len(points)) == (len(chart.bars), len(chart.points))
    assert chart.plan_drawn.count("L") == len(chart.plan)
    for drawn_as, one in zip(columns, chart.bars, strict=True):
        x, y, width, height = (Fraction(part) for part in drawn_as)
        for found, meant in ((x, number(one.x) * 10), (width, number(one.width) * 10)):
            assert abs(found - meant) <= Fraction("0.06")
        for found, meant in ((y, number(one.y)), (height, number(one.height))):
            assert abs(found - meant) <= Fraction("0.06")
    for drawn_as, one in zip(points, chart.points, strict=True):
        for found, meant in zip(drawn_as, (number(one.x1) * 10, number(one.y1), number(one.x2) * 10), strict=True):
            assert abs(Fraction(found) - meant) <= Fraction("0.06")


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_lines_of_the_grid_are_few_and_round(most):
    values = grid_values(most)
    assert len(values) <= 5
    assert all(0 < value <= Fraction(most) for value in values)
    assert len({after - before for before, after in pairwise(values)}) <= 1
    assert bool(values) == (most > 0)


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_a_value_never_stands_on_the_line_of_the_plan(plan, fact):
    chart = plan_and_fact([(2025, plan, fact), (2026, 1000, None)])
    (value,) = (word for word in chart.words if word.kind == "value")
    line = number(chart.points[0].y1)
    foot, head = number(value.y), number(value.y) - 14
    assert not head < line < foot, "the line goes through the number"
