"""A sum over its sources: the level of co-financing, and awards split so that every row and every column adds up.

Two ideas carry it. One side of a split is computed and the other is the remainder, so nothing is rounded twice. And a
whole table is rounded at once (controlled rounding), so that no kopeck appears or disappears in either direction.

Basis: DOMAIN §5; issue, «Money to the kopeck».
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import overload

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import KOPECK, kopecks, roubles, round_half_up, round_up, share_out

TOLERANCE = KOPECK


class Rounding(StrEnum):
    """How the computed side of a split is rounded; a setting of the agreement, hence data.

    Basis: DOMAIN §5.2 rule 3.
    """

    HALF_UP = "half_up"
    CEIL = "ceil"
    TENTH_OF_THOUSAND = "tenth_of_thousand"
    THOUSAND = "thousand"

    def apply(self, value: Fraction | Decimal) -> Decimal:
        """The value in roubles with two places, rounded by this rule.

        >>> str(Rounding.TENTH_OF_THOUSAND.apply(Decimal("721486.7617"))), str(Rounding.CEIL.apply(Decimal("0.001")))
        ('721500.00', '0.01')
        """
        rounded = round_up(value, KOPECK) if self is Rounding.CEIL else round_half_up(value, _STEPS[self])
        return roubles(kopecks(rounded))


_STEPS = {Rounding.HALF_UP: KOPECK, Rounding.TENTH_OF_THOUSAND: Decimal(100), Rounding.THOUSAND: Decimal(1000)}


@dataclass(frozen=True)
class Cofinancing:
    """A total made of a subsidy from above and a local share, all in roubles with two places.

    `level_percent` is the level it was computed from; what it came to after rounding is `local_percent`.
    """

    subsidy: Decimal
    local: Decimal
    level_percent: Decimal

    @property
    def total(self) -> Decimal:
        """Subsidy and local share together."""
        return roubles(kopecks(self.subsidy) + kopecks(self.local))

    @property
    def local_share(self) -> Fraction:
        """The exact local share of the total (0 when there is no money)."""
        total = kopecks(self.total)
        return Fraction(kopecks(self.local), total) if total else Fraction(0)

    @property
    def local_percent(self) -> Decimal:
        """The local share in per cent to hundredths, half up; a display."""
        return round_half_up(self.local_share * 100, KOPECK)


def from_subsidy(subsidy: Decimal, level_percent: Decimal, rounding: Rounding = Rounding.HALF_UP) -> Cofinancing:
    """From a subsidy and its level: the total is computed and rounded, the local share is the remainder.

    >>> split = from_subsidy(Decimal("708500.00"), Decimal("98.2"))
    >>> str(split.total), str(split.local), str(split.local_percent)
    ('721486.76', '12986.76', '1.80')
    >>> str(from_subsidy(Decimal("708500.00"), Decimal("98.2"), Rounding.TENTH_OF_THOUSAND).local)
    '13000.00'

    A coarse rounding never leaves the local share below zero: the total is then the subsidy itself.
    Raises RuleBroken for a subsidy below zero or a level outside 0 < level ≤ 100. Basis: DOMAIN §5.2.
    """
    given = _not_negative(subsidy)
    total = rounding.apply(Fraction(given, 100) * 100 / _level(level_percent))
    return Cofinancing(roubles(given), roubles(max(kopecks(total) - given, 0)), level_percent)


def from_need(need: Decimal, level_percent: Decimal, rounding: Rounding = Rounding.HALF_UP) -> Cofinancing:
    """From the whole need and the level: the subsidy is computed and rounded, the local share is the remainder.

    >>> split = from_need(Decimal("378000.00"), Decimal("90"), Rounding.THOUSAND)
    >>> str(split.subsidy), str(split.local)
    ('340000.00', '38000.00')

    The subsidy never exceeds the need. Raises RuleBroken like `from_subsidy`. Basis: DOMAIN §5.1, Сi = S × Y.
    """
    whole = _not_negative(need)
    subsidy = min(kopecks(rounding.apply(Fraction(whole, 100) * _level(level_percent) / 100)), whole)
    return Cofinancing(roubles(subsidy), roubles(whole - subsidy), level_percent)


@dataclass(frozen=True)
class LevelCheck:
    """The outcome of a check of the local share: whether it holds, what was due exactly (roubles), and in words."""

    holds: bool
    due: Fraction
    remark: Remark


def check_local_share(
    total: Decimal, local: Decimal, local_percent: Decimal, *, tolerance: Decimal = TOLERANCE, exact: bool = False
) -> LevelCheck:
    """Whether the local share is at least the agreed per cent of the total, give or take `tolerance` (one kopeck).

    The level of the subsidy is a ceiling, so more local money is always in order; `exact=True` asks for the share
    itself, within the tolerance either way. Kopecks are compared, never rounded per cent.

    >>> check_local_share(Decimal("721486.76"), Decimal("12986.76"), Decimal("1.8")).holds
    True
    >>> refused = check_local_share(Decimal("721486.76"), Decimal("12986.75"), Decimal("1.8"))
    >>> refused.holds, refused.due
    (False, Fraction(162334521, 12500))

    Raises RuleBroken for sums below zero, a local share above the total, a per cent outside 0…100.
    Basis: DOMAIN §0.1 point 1, §5.2 rule 4.
    """
    whole, part = _not_negative(total), _not_negative(local)
    if part > whole:
        raise RuleBroken(
            Remark(
                N_("Местная доля %(local_sum)s больше всей суммы %(total_sum)s"),
                {"local_sum": roubles(part), "total_sum": roubles(whole)},
            )
        )
    if not 0 <= local_percent <= 100:
        raise RuleBroken(Remark(N_("Процент софинансирования должен быть от 0 до 100")))
    due = Fraction(whole, 100) * Fraction(local_percent) / 100
    lacking = due - Fraction(part, 100)
    holds = lacking <= tolerance and (not exact or -lacking <= tolerance)
    values = {
        "local_sum": roubles(part),
        "total_sum": roubles(whole),
        "due_sum": round_half_up(due, KOPECK),
        "level_percent": local_percent,
        "tolerance_sum": tolerance,
    }
    if lacking == 0 or (lacking < 0 and not exact):
        words = N_("Местная доля %(local_sum)s из %(total_sum)s не меньше %(level_percent)s")
    elif holds:
        words = N_(
            "Местная доля %(local_sum)s из %(total_sum)s отвечает уровню %(level_percent)s "
            "с точностью до округления (допуск %(tolerance_sum)s)"
        )
    elif lacking > 0:
        words = N_(
            "Местная доля %(local_sum)s из %(total_sum)s меньше %(level_percent)s: нужно %(due_sum)s, "
            "допуск %(tolerance_sum)s"
        )
    else:
        words = N_(
            "Местная доля %(local_sum)s из %(total_sum)s больше %(level_percent)s: нужно %(due_sum)s, "
            "допуск %(tolerance_sum)s"
        )
    return LevelCheck(holds, due, Remark(words, values))


@dataclass(frozen=True)
class SourcesUsed:
    """How much of each source the awards take and how much stays, in roubles, in the order of the fund."""

    used: Mapping[str, Decimal]
    left: Mapping[str, Decimal]


def sources_used(awards_total: Decimal, fund_by_source: Mapping[str, Decimal]) -> SourcesUsed:
    """The part of each source that awards of this total take: proportional to the fund, largest remainder, exact sum.

    >>> spent = sources_used(Decimal("700000.00"), {"regional": Decimal("708500.00"), "local": Decimal("12986.76")})
    >>> [str(part) for part in spent.used.values()], [str(part) for part in spent.left.values()]
    (['687400.00', '12600.00'], ['21100.00', '386.76'])

    No source gives more than it has. Raises RuleBroken when the awards exceed the fund or a sum is below zero.
    Basis: DOMAIN §5.2 rule 5; the level of co-financing holds for what is spent, not only for what was planned.
    """
    total = _not_negative(awards_total)
    fund = {name: _not_negative(value) for name, value in fund_by_source.items()}
    whole = sum(fund.values())
    if total > whole:
        raise RuleBroken(
            Remark(
                N_("Награды составляют %(awards_sum)s, а в фонде %(fund_sum)s"),
                {"awards_sum": roubles(total), "fund_sum": roubles(whole)},
            )
        )
    parts = share_out(roubles(total), list(fund.values()))
    used = dict(zip(fund, parts, strict=True))
    return SourcesUsed(used, {name: roubles(fund[name] - kopecks(used[name])) for name in fund})


@overload
def split_awards(awards: Sequence[Decimal], sources: Mapping[str, Decimal]) -> tuple[dict[str, Decimal], ...]: ...


@overload
def split_awards(awards: Sequence[Decimal], sources: Sequence[Decimal]) -> tuple[tuple[Decimal, ...], ...]: ...


def split_awards(
    awards: Sequence[Decimal], sources: Mapping[str, Decimal] | Sequence[Decimal]
) -> tuple[dict[str, Decimal], ...] | tuple[tuple[Decimal, ...], ...]:
    """Every award split over the sources: rows add up to the awards, columns to the sources, to the kopeck.

    A cell is its exact proportional share award × source / total, rounded down or up to a kopeck, so it is always less
    than a kopeck away. The same awards and sources in the same order give the same table. Named sources give rows that
    are dictionaries; awards and sources of zero are allowed, and so are no awards when there is no money.

    >>> table = split_awards([Decimal("100.35")] * 3, {"regional": Decimal("295.63"), "local": Decimal("5.42")})
    >>> [str(row["regional"]) for row in table], [str(row["local"]) for row in table]
    (['98.55', '98.54', '98.54'], ['1.80', '1.81', '1.81'])

    Raises RuleBroken when a sum is below zero or has parts of a kopeck, or awards and sources differ in total (see
    `sources_used` for money left over). Basis: issue, «Money to the kopeck»; DOMAIN §5.2 rule 5, §11.1.
    """
    names = list(sources) if isinstance(sources, Mapping) else None
    columns = [_not_negative(value) for value in (sources.values() if isinstance(sources, Mapping) else sources)]
    rows = [_not_negative(award) for award in awards]
    total = sum(rows)
    if total != sum(columns):
        raise RuleBroken(
            Remark(
                N_("Сумма наград %(awards_sum)s не равна сумме источников %(sources_sum)s, без остатка не разделить"),
                {"awards_sum": roubles(total), "sources_sum": roubles(sum(columns))},
            )
        )
    if total == 0:
        table = [[0] * len(columns) for _ in rows]
    else:
        table = controlled_rounding([[award * source for source in columns] for award in rows], total)
    if names is None:
        return tuple(tuple(roubles(cell) for cell in row) for row in table)
    return tuple({name: roubles(cell) for name, cell in zip(names, row, strict=True)} for row in table)


def controlled_rounding(numerators: Sequence[Sequence[int]], denominator: int) -> list[list[int]]:
    """Round a table of fractions with one denominator, whose rows and columns add up to whole numbers.

    Every cell becomes its floor or its ceiling (a whole cell stays), every row and column keeps its sum.

    >>> controlled_rounding([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 3)
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

    How: call a cell open while it is not whole, and draw open cells as edges between their row and their column. A row
    with an open cell has at least two, since its sum is whole. Moving the same amount round a cycle, up on one edge and
    down on the next, changes no sum; moved until the first edge becomes whole, it closes that cell for good and lets no
    cell pass its floor or ceiling. Rows come in one by one and cycles are closed at once, so the open cells always form
    a forest; a forest whose rows have two edges or more holds fewer rows than columns, which keeps the work of a row
    independent of the number of rows. After the last row every column is whole too, so an open forest would have no
    leaf: it is empty. Of the two directions of a cycle the shorter move is taken; on a tie the earlier row keeps the
    earlier column.

    The work grows with the number of rows only in proportion; whole numbers only.
    Raises ValueError when a row or a column has no whole sum.
    Basis: Causey, Cox, Ernst (1985), controlled rounding of two-way tables.
    """
    width = len(numerators[0]) if numerators else 0
    if denominator <= 0 or any(len(row) != width for row in numerators):
        raise ValueError("a table needs rows of one length and a denominator above zero")
    if any(sum(row) % denominator for row in numerators) or any(
        sum(column) % denominator for column in zip(*numerators, strict=True)
    ):
        raise ValueError("rows and columns must add up to whole numbers")
    table: list[list[int]] = []
    forest: dict[int, dict[int, int]] = {}
    for number, row in enumerate(numerators):
        floors, opened = [], {}
        for column, cell in enumerate(row):
            whole, rest = divmod(cell, denominator)
            floors.append(whole)
            if rest:
                opened[column] = rest
        table.append(floors)
        if opened:
            _grow(forest, number, opened, denominator, table)
    if forest:
        raise AssertionError("open cells are left although every sum is whole")
    return table


def _grow(
    forest: dict[int, dict[int, int]], newest: int, opened: dict[int, int], whole: int, table: list[list[int]]
) -> None:
    """Add a row to the forest of open cells, closing every cycle that it makes."""
    while path := _path_between(forest, list(opened)):
        forest[newest] = opened
        start, end = path[0][1], path[-1][2]
        ups = [(newest, start)] + [(row, leave) for row, _, leave in path]
        downs = [(row, enter) for row, enter, _ in path] + [(newest, end)]
        rise = min(*(whole - forest[row][column] for row, column in ups), *(forest[r][c] for r, c in downs))
        fall = min(*(forest[row][column] for row, column in ups), *(whole - forest[r][c] for r, c in downs))
        move = rise if rise < fall else -fall
        for row, column, change in [(*edge, move) for edge in ups] + [(*edge, -move) for edge in downs]:
            rest = forest[row][column] + change
            if 0 < rest < whole:
                forest[row][column] = rest
                continue
            table[row][column] += rest // whole
            del forest[row][column]
            if not forest[row]:
                del forest[row]
        forest.pop(newest, None)
    if opened:
        forest[newest] = opened


def _path_between(forest: dict[int, dict[int, int]], columns: list[int]) -> list[tuple[int, int, int]]:
    """A path in the forest from one of these columns to another: steps (row, column entered from, column left to)."""
    for position, start in enumerate(columns[:-1]):
        goals = set(columns[position + 1 :])
        steps: dict[int, tuple[int, int, int]] = {}
        queue, seen = [start], {start}
        for column in queue:
            for row, cells in forest.items():
                if column not in cells:
                    continue
                for other in cells:
                    if other in seen:
                        continue
                    seen.add(other)
                    steps[other] = (row, column, other)
                    if other in goals:
                        return _walk_back(steps, start, other)
                    queue.append(other)
    return []


def _walk_back(steps: dict[int, tuple[int, int, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    path = []
    while end != start:
        path.append(steps[end])
        end = steps[end][1]
    return path[::-1]


@dataclass(frozen=True)
class RoundedTable:
    """A table for display in which the shown rows, columns and grand total add up; all in roubles."""

    cells: tuple[tuple[Decimal, ...], ...]
    row_totals: tuple[Decimal, ...]
    column_totals: tuple[Decimal, ...]
    total: Decimal


def rounded_table(cells: Sequence[Sequence[Decimal]], step: Decimal = Decimal(100)) -> RoundedTable:
    """A whole table of sums rounded to `step` roubles (0.1 тыс. руб. by default) so that what is shown adds up.

    Cells, totals of rows and columns and the grand total are each rounded down or up to the step: less than one step
    away from the truth, and what is already a multiple of the step stays as it is. For display only.

    >>> shown = rounded_table([[Decimal("150.00"), Decimal("150.00")], [Decimal("150.00"), Decimal("50.00")]])
    >>> [[str(cell) for cell in row] for row in shown.cells], str(shown.total)
    ([['200.00', '100.00'], ['100.00', '100.00']], '500.00')

    Raises RuleBroken for parts of a kopeck, ValueError for a step that is not above zero. Basis: DOMAIN §0.1 point 4.
    """
    whole = kopecks(step)
    if whole <= 0:
        raise ValueError(f"a step of rounding must be above zero: {step}")
    exact = [[kopecks(cell) for cell in row] for row in cells]
    width = len(exact[0]) if exact else 0
    row_slack = [-sum(row) % whole for row in exact]
    column_slack = [-sum(column) % whole for column in zip(*exact, strict=True)] if exact else []
    corner = sum(map(sum, exact)) % whole
    extended = [[*row, slack] for row, slack in zip(exact, row_slack, strict=True)] + [[*column_slack, corner]]
    table = [row[:width] for row in controlled_rounding(extended, whole)[:-1]]
    return RoundedTable(
        tuple(tuple(roubles(cell * whole) for cell in row) for row in table),
        tuple(roubles(sum(row) * whole) for row in table),
        tuple(roubles(sum(column) * whole) for column in zip(*table, strict=True)),
        roubles(sum(map(sum, table)) * whole),
    )


def _not_negative(value: Decimal) -> int:
    """The sum in kopecks; RuleBroken when it is below zero or has parts of a kopeck."""
    if (whole := kopecks(value)) < 0:
        raise RuleBroken(Remark(N_("Сумма не может быть меньше нуля: %(value_sum)s"), {"value_sum": roubles(whole)}))
    return whole


def _level(percent: Decimal) -> Fraction:
    if not percent.is_finite() or not 0 < percent <= 100:
        raise RuleBroken(Remark(N_("Уровень софинансирования должен быть больше 0 и не больше 100 процентов")))
    return Fraction(percent)
