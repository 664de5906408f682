"""Lines that depend on one another: pairs whose sum is kept, and those that an edit tears apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from types import MappingProxyType
from typing import Any

from tosportal.domain.consistency.arithmetic import Line, activity_lines
from tosportal.domain.consistency.cells import TOTAL, by_path, spoken
from tosportal.domain.consistency.finding import Book, Finding
from tosportal.domain.consistency.places import Atlas


@dataclass(frozen=True)
class Pair:
    """Two lines of one task and one source that every year make the same sum: 12 986,76 + 27 013,24 = 40 000,00."""

    first: Line
    second: Line
    total: Decimal

    @property
    def years(self) -> list[str]:
        """The years in which both lines are planned."""
        return [key for key in self.first if key != TOTAL and key in self.second]


def pairs_of(data: Mapping[str, Any]) -> list[Pair]:
    """Pairs of lines whose sum stays while each of them changes (DOMAIN §0.1 point 2, §1.2)."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for path, row in by_path("activities", data.get("activities")):
        for source, line in activity_lines(path, row)[1].items():
            years = {key: cell for key, cell in line.items() if key != TOTAL and cell.value}
            if len({cell.value for cell in years.values()}) > 1:  # a line that stays the same proves nothing
                groups.setdefault((str(row.get("task")), source), []).append(years)
    return [pair for lines in groups.values() for one, other in combinations(lines, 2) for pair in _paired(one, other)]


def _paired(first: Line, second: Line) -> Iterator[Pair]:
    if first.keys() == second.keys():
        sums = {first[year].value + second[year].value for year in first}
        if len(sums) == 1:
            yield Pair(first, second, sums.pop())


def hint_pairs(data: Mapping[str, Any], book: Book) -> None:
    """A hint for every pair of lines whose sum is kept."""
    for pair in pairs_of(data):
        year = pair.years[-1]
        first, second = pair.first[year], pair.second[year]
        book.add(
            "paired_lines",
            first.path,
            second.path,
            *(line[one].path for one in pair.years[:-1] for line in (pair.first, pair.second)),
            at=2,
            expected=f"{pair.total:f}",
            found=f"{first.value:f} + {second.value:f}",
            total=spoken(pair.total, money=True),
            parts=f"{spoken(first.value, money=True)} + {spoken(second.value, money=True)}",
        )


def broken_pairs(
    before: Mapping[str, Any], after: Mapping[str, Any], places: Mapping[str, str] = MappingProxyType({})
) -> list[Finding]:
    """Pairs of lines of one document whose sum another one, corrected from it or adopted after it, no longer keeps.

    Both cells of each year that lost its sum are named, the changed one first.
    """
    book = Book(Atlas(after, places))
    cells = {
        cell.path: cell
        for path, row in by_path("activities", after.get("activities"))
        for line in activity_lines(path, row)[1].values()
        for cell in line.values()
    }
    for pair in pairs_of(before):
        for year in pair.years:
            kept = sorted((pair.first[year], pair.second[year]), key=lambda cell: cells.get(cell.path) == cell)
            now = [cells[cell.path].value for cell in kept if cell.path in cells]
            if len(now) == 2 and sum(now) != pair.total:
                shown: dict[str, Any] = {
                    "total": spoken(pair.total, money=True),
                    "made": spoken(sum(now, Decimal(0)), money=True),
                    "other": book.atlas.of(kept[1].path),
                    "needed": spoken(pair.total - now[0], money=True),
                }
                values: dict[str, Any] = {"expected": f"{pair.total:f}", "found": f"{sum(now):f}"}
                book.add("pair_broken", *(cell.path for cell in kept), at=2, **values, **shown)
    return list(book)
