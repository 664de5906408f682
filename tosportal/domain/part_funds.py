"""The funds of nominations and groups within the fund of a contest, and what is left of them while awards are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tosportal.domain.money import kopecks
from tosportal.domain.ranking import RankedRow


@dataclass(frozen=True, slots=True)
class PartFund:
    """The fund of a nomination, of a group, or of a group in a nomination, within the fund of the contest; an empty
    code means any. `sum` in roubles."""

    name: str
    sum: Decimal
    nomination: str = ""
    group: str = ""

    def pays(self, nomination: str, group: str | None) -> bool:
        """Does an award in this nomination and group come out of it?"""
        return self.nomination in ("", nomination) and self.group in ("", group)

    def pays_for(self, row: RankedRow) -> bool:
        return self.pays(row.entry.nomination, row.entry.group)


class Purses:
    """What is left in kopecks of the fund of the contest (purse 0) and of each part, and where handing out ended."""

    def __init__(self, fund: int, parts: Sequence[PartFund]) -> None:
        self.parts = tuple(parts)
        self.left = [fund, *(kopecks(one.sum) for one in parts)]
        self.ended = [""] * len(self.left)

    def of(self, row: RankedRow) -> list[int]:
        return [0, *(number for number, one in enumerate(self.parts, 1) if one.pays_for(row))]

    def tightest(self, row: RankedRow) -> int:
        """The purse that decides about this row: with the least in it, the contest's own before its parts."""
        return min(self.of(row), key=lambda number: (self.left[number], number))

    def left_for(self, row: RankedRow) -> int:
        return self.left[self.tightest(row)]

    def ended_for(self, row: RankedRow) -> str:
        return next((self.ended[number] for number in self.of(row) if self.ended[number]), "")

    def take(self, row: RankedRow, given: int) -> None:
        for number in self.of(row):
            self.left[number] -= given

    def name(self, number: int) -> str:
        return self.parts[number - 1].name if number else ""
