"""Co-financing: the programme's own figures, the tolerance of a kopeck, and tables that add up both ways."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tosportal.domain import cofinancing
from tosportal.domain.cofinancing import Rounding
from tosportal.domain.errors import RuleBroken
from tosportal.domain.money import kopecks, roubles

D = Decimal
SUBSIDY = D("708500.00")


@pytest.mark.parametrize(
    ("level", "rounding", "total", "local", "percent"),
    [
        ("98.2", Rounding.HALF_UP, "721486.76", "12986.76", "1.79999977"),
        ("98.2", Rounding.CEIL, "721486.77", "12986.77", "1.80000113"),
        ("98.2", Rounding.TENTH_OF_THOUSAND, "721500.00", "13000.00", "1.80180180"),
        ("98.2", Rounding.THOUSAND, "721000.00", "12500.00", "1.73370319"),
        ("99", Rounding.HALF_UP, "715656.57", "7156.57", "1.00000060"),
        ("99", Rounding.CEIL, "715656.57", "7156.57", "1.00000060"),
        ("98", Rounding.HALF_UP, "722959.18", "14459.18", "1.99999950"),
        ("98", Rounding.CEIL, "722959.19", "14459.19", "2.00000086"),
        ("95", Rounding.HALF_UP, "745789.47", "37289.47", "4.99999953"),
        ("95", Rounding.CEIL, "745789.48", "37289.48", "5.00000080"),
        ("95.59", Rounding.HALF_UP, "741186.32", "32686.32", "4.41000044"),
        ("95.59", Rounding.CEIL, "741186.32", "32686.32", "4.41000044"),
        ("100", Rounding.THOUSAND, "709000.00", "500.00", "0.07052186"),
    ],
)
def test_from_a_subsidy_and_its_level(level, rounding, total, local, percent):
    split = cofinancing.from_subsidy(SUBSIDY, D(level), rounding)
    assert (split.total, split.local, split.subsidy) == (D(total), D(local), SUBSIDY)
    assert Rounding.HALF_UP.apply(split.local_share * 10**8) == D(percent) * 10**6


def test_a_coarse_rounding_never_makes_the_local_share_negative():
    split = cofinancing.from_subsidy(D("708400.00"), D("100"), Rounding.THOUSAND)
    assert (split.total, split.local) == (D("708400.00"), D("0.00"))


def test_from_the_need():
    split = cofinancing.from_need(D("378000"), D("90"), Rounding.THOUSAND)
    assert (split.subsidy, split.local) == (D("340000.00"), D("38000.00"))
    split = cofinancing.from_need(D("301.05"), D("98.2"))
    assert (split.subsidy, split.local, split.local_percent) == (D("295.63"), D("5.42"), D("1.80"))
    assert cofinancing.from_need(D("0"), D("98.2")).local_share == 0


@given(st.integers(0, 10**14), st.integers(1, 10000), st.sampled_from([Rounding.HALF_UP, Rounding.CEIL]))
def test_what_is_computed_from_a_level_passes_the_check(subsidy, level, rounding):
    split = cofinancing.from_subsidy(roubles(subsidy), D(level) / 100, rounding)
    assert cofinancing.check_local_share(split.total, split.local, 100 - split.level_percent).holds


@pytest.mark.parametrize(
    ("subsidy", "level"), [("-1", "98"), ("1", "0"), ("1", "100.01"), ("1.001", "98"), ("1", "NaN")]
)
def test_impossible_levels(subsidy, level):
    for compute in (cofinancing.from_subsidy, cofinancing.from_need):
        with pytest.raises(RuleBroken):
            compute(D(subsidy), D(level))


@pytest.mark.parametrize(
    ("local", "exact", "holds"),
    [
        ("12986.75", False, False),
        ("12986.76", False, True),
        ("12986.77", False, True),
        ("20000.00", False, True),
        ("12986.75", True, False),
        ("12986.76", True, True),
        ("12986.77", True, True),
        ("12986.78", True, False),
    ],
)
def test_the_programmes_own_figures_hold_and_a_kopeck_less_does_not(local, exact, holds):
    assert cofinancing.check_local_share(D("721486.76"), D(local), D("1.8"), exact=exact).holds is holds


def test_without_the_tolerance_the_programme_would_be_refused():
    strict = cofinancing.check_local_share(D("721486.76"), D("12986.76"), D("1.8"), tolerance=D(0))
    assert not strict.holds


def test_the_check_explains_itself():
    accepted = cofinancing.check_local_share(D("721486.76"), D("12986.76"), D("1.8"))
    assert str(accepted.remark).replace("\u00a0", " ") == (
        "Местная доля 12 986,76 ₽ из 721 486,76 ₽ отвечает уровню 1,8 % с точностью до округления (допуск 0,01 ₽)"
    )
    refused = cofinancing.check_local_share(D("721486.75"), D("12986.75"), D("1.8"))
    assert not refused.holds
    assert str(refused.remark).replace("\u00a0", " ") == (
        "Местная доля 12 986,75 ₽ из 721 486,75 ₽ меньше 1,8 %: нужно 12 986,76 ₽, допуск 0,01 ₽"
    )


@pytest.mark.parametrize(
    ("total", "local", "percent"), [("1", "2", "1"), ("-1", "0", "1"), ("1", "-1", "1"), ("1", "1", "101")]
)
def test_impossible_shares(total, local, percent):
    with pytest.raises(RuleBroken):
        cofinancing.check_local_share(D(total), D(local), D(percent))


def test_four_projects_of_the_programme():
    awards = [D("120000.00"), D("95333.33"), D("150000.01"), D("356153.42")]
    table = cofinancing.split_awards(awards, {"regional": SUBSIDY, "local": D("12986.76")})
    assert [row["regional"] for row in table] == [D("117840.00"), D("93617.33"), D("147300.01"), D("349742.66")]
    assert [row["local"] for row in table] == [D("2160.00"), D("1716.00"), D("2700.00"), D("6410.76")]


@st.composite
def awards_and_sources(draw, largest=10**12):
    """Awards, and sources cut at random places out of the same total."""
    awards = draw(st.lists(st.integers(0, largest) | st.integers(0, 5), max_size=30))
    total = sum(awards)
    cuts = sorted(draw(st.lists(st.integers(0, total), max_size=6)))
    return awards, [upper - lower for lower, upper in zip([0, *cuts], [*cuts, total], strict=True)]


@given(awards_and_sources())
@settings(max_examples=300)
def test_a_split_adds_up_both_ways_within_a_kopeck(case):
    awards, sources = case
    table = cofinancing.split_awards(list(map(roubles, awards)), list(map(roubles, sources)))
    cells = [[kopecks(cell) for cell in row] for row in table]
    assert [sum(row) for row in cells] == awards
    total = sum(awards)
    for column, source in enumerate(sources):
        assert sum(row[column] for row in cells) == source
        for award, row in zip(awards, cells, strict=True):
            assert total == 0 or abs(row[column] - Fraction(award * source, total)) < 1
            assert row[column] >= 0


@given(awards_and_sources(largest=5))
def test_the_same_input_gives_the_same_table(case):
    awards, sources = ([roubles(value) for value in values] for values in case)
    assert cofinancing.split_awards(awards, sources) == cofinancing.split_awards(awards, sources)


def test_ten_thousand_awards_over_three_sources():
    awards = [12_345_67 + number * 7919 % 100_003 for number in range(10_000)]
    total = sum(awards)
    sources = [total * 7 // 10, total // 50]
    sources.append(total - sum(sources))
    table = cofinancing.split_awards(list(map(roubles, awards)), list(map(roubles, sources)))
    assert [sum(map(kopecks, row)) for row in table] == awards
    assert [sum(map(kopecks, column)) for column in zip(*table, strict=True)] == sources


def test_a_split_of_nothing():
    assert cofinancing.split_awards([], {"regional": D(0)}) == ()
    assert cofinancing.split_awards([D(0)], {"regional": D(0), "local": D(0)}) == ({"regional": D(0), "local": D(0)},)
    assert cofinancing.split_awards([D(0), D(5)], [D(5), D(0)]) == ((D(0), D(0)), (D(5), D(0)))


@pytest.mark.parametrize(
    ("awards", "sources", "words"),
    [
        (["10.00"], ["9.99"], "Сумма наград 10,00 ₽ не равна сумме источников 9,99 ₽, без остатка не разделить"),
        ([], ["0.01"], "Сумма наград 0,00 ₽ не равна сумме источников 0,01 ₽, без остатка не разделить"),
        (["-1", "2"], ["1"], "Сумма не может быть меньше нуля: −1,00 ₽"),
        (["1"], ["2", "-1"], "Сумма не может быть меньше нуля: −1,00 ₽"),
        (["0.001"], ["0.001"], "В сумме 0.001 есть доли копейки"),
    ],
)
def test_an_impossible_split_is_refused_with_the_reason(awards, sources, words):
    with pytest.raises(RuleBroken) as refused:
        cofinancing.split_awards(list(map(D, awards)), list(map(D, sources)))
    assert str(refused.value).replace("\u00a0", " ") == words


def test_controlled_rounding_wants_whole_margins():
    with pytest.raises(ValueError, match="whole numbers"):
        cofinancing.controlled_rounding([[1, 1], [1, 1]], 3)
    with pytest.raises(ValueError, match="one length"):
        cofinancing.controlled_rounding([[1, 1], [2]], 2)
    assert cofinancing.controlled_rounding([], 2) == []


def test_money_left_over_stays_in_its_source():
    fund = {"regional": SUBSIDY, "local": D("12986.76"), "extrabudget": D("0.00")}
    spent = cofinancing.sources_used(D("700000.00"), fund)
    assert spent.used == {"regional": D("687400.00"), "local": D("12600.00"), "extrabudget": D("0.00")}
    assert spent.left == {"regional": D("21100.00"), "local": D("386.76"), "extrabudget": D("0.00")}
    with pytest.raises(RuleBroken):
        cofinancing.sources_used(D("721486.77"), fund)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=5), st.data())
def test_no_source_gives_more_than_it_has(fund, data):
    total = data.draw(st.integers(0, sum(fund)))
    spent = cofinancing.sources_used(roubles(total), {str(index): roubles(value) for index, value in enumerate(fund)})
    assert sum(map(kopecks, spent.used.values())) == total
    for value, used, left in zip(fund, spent.used.values(), spent.left.values(), strict=True):
        assert kopecks(used) + kopecks(left) == value
        assert kopecks(used) >= 0
        assert kopecks(left) >= 0


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(st.lists(st.integers(-(10**6), 10**9), min_size=width, max_size=width), max_size=10)
    )
)
def test_a_shown_table_adds_up(cells):
    shown = cofinancing.rounded_table([[roubles(cell) for cell in row] for row in cells])
    step = D(100)
    for row, exact, total in zip(shown.cells, cells, shown.row_totals, strict=True):
        assert sum(row) == total
        assert abs(total - roubles(sum(exact))) < step
        assert all(abs(cell - roubles(value)) < step for cell, value in zip(row, exact, strict=True))
    assert list(shown.column_totals) == [sum(column) for column in zip(*shown.cells, strict=True)]
    assert sum(shown.row_totals) == shown.total
    assert abs(shown.total - roubles(sum(map(sum, cells)))) < step
