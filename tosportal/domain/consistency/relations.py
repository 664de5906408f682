"""Equalities that a programme must satisfy, as data: one list finds what is broken and what an edit would break."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tosportal.domain.consistency.cells import KOPECK, Cell, exact, spoken
from tosportal.domain.consistency.finding import Book
from tosportal.domain.money import round_half_up

MOST_SUSPECTS = 10


class Kind(StrEnum):
    """What makes the stated cell."""

    SUM = "sum"
    PRODUCT = "product"
    EQUAL = "equal"


class Verdict(StrEnum):
    """Does it hold?"""

    HOLDS = "holds"
    DRIFT = "drift"  # the printed precision of the parts explains the difference
    BROKEN = "broken"


@dataclass(frozen=True)
class Relation:
    """`stated` = sum or product of `parts`, or the same number in two places."""

    code: str
    kind: Kind
    stated: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells of the document, the stated one first; a constant has no path and is none of them."""
        return tuple(cell for cell in (self.stated, *self.parts) if cell.path)

    @property
    def computed(self) -> Decimal:
        """What the parts make."""
        made = Decimal(1 if self.kind is Kind.PRODUCT else 0)
        for part in self.parts:
            made = made * part.value if self.kind is Kind.PRODUCT else made + part.value
        return made

    @property
    def verdict(self) -> Verdict:
        """Holds to the kopeck, or to the last printed digit where a total is printed in тыс. руб."""
        gap = abs(self.computed - self.stated.value)
        if not gap or self._rounded():
            return Verdict.HOLDS
        return Verdict.DRIFT if gap < self._slack() else Verdict.BROKEN

    def _slack(self) -> Decimal:
        """How far the rounding of the parts may carry: half a printed digit of each, times what it is multiplied by."""
        steps = [part.step for part in self.parts if part.step > KOPECK]
        if self.kind is Kind.PRODUCT and len(self.parts) == 2:
            times = zip(self.parts, reversed(self.parts), strict=True)
            steps = [
                part.step * abs(other.value) for part, other in times if part.step > KOPECK and abs(other.value) > 1
            ]
        elif self.kind is not Kind.SUM or len(steps) < 2:
            return Decimal(0)
        return sum(steps, max(self.stated.step, KOPECK)) / 2 if steps else Decimal(0)

    def tells_of(self, cell: Cell) -> bool:
        """Would another value of the cell break it? 5 × 0 = 0 says nothing about the 5."""
        return self.kind is not Kind.PRODUCT or all(part.value for part in self.parts if part.path != cell.path)

    def _rounded(self) -> bool:
        """The finer side, rounded as the coarser one is printed, is the same number."""
        steps = [self.stated.step] if self.kind is not Kind.EQUAL else [cell.step for cell in self.cells]
        step = max(steps)
        if step <= 0:
            return False
        return round_half_up(self.computed, step) == round_half_up(self.stated.value, step)

    def wanted(self, path: str) -> Decimal | None:
        """The value of a cell with which the relation would hold, when there is an exact one."""
        if path == self.stated.path:
            return self.computed
        others = [part.value for part in self.parts if part.path != path]
        if self.kind is not Kind.PRODUCT:
            return self.stated.value - sum(others, Decimal(0))
        divisor = others[0] if len(others) == 1 else Decimal(0)
        if not divisor:
            return None
        quotient = self.stated.value / divisor
        return quotient if quotient * divisor == self.stated.value and quotient == round(quotient, 2) else None


def report_broken(relations: Iterable[Relation], book: Book) -> None:
    """A finding for every relation that does not hold.

    Its place is the cell that most broken relations share and fewest held ones: a wrong addend is named rather than the
    total that it spoils.
    """
    judged = [(relation, relation.verdict) for relation in relations]
    guilt: Counter[str] = Counter()
    for relation, verdict in judged:
        for cell in relation.cells:
            if relation.tells_of(cell):
                guilt[cell.path] += -1 if verdict is Verdict.HOLDS else 1
    for relation, verdict in judged:
        if verdict is not Verdict.HOLDS:
            _report(relation, verdict, suspects_of(relation, guilt), book)


def suspects_of(relation: Relation, guilt: Counter[str]) -> list[str]:
    """The most likely wrong cells of a broken relation: one, a few that cannot be told apart, or the stated one."""
    most = max(guilt[cell.path] for cell in relation.cells)
    found = [cell.path for cell in relation.cells if guilt[cell.path] == most]
    return found if len(found) <= MOST_SUSPECTS else [relation.stated.path]


def _report(relation: Relation, verdict: Verdict, suspects: Sequence[str], book: Book) -> None:
    first = next(cell for cell in relation.cells if cell.path == suspects[0])
    wanted = relation.wanted(first.path)
    rest = [cell.path for cell in relation.cells if cell.path not in suspects]
    book.add(
        "rounding_drift" if verdict is Verdict.DRIFT else relation.code,
        *suspects,
        *rest,
        at=len(suspects),
        expected=exact(relation.computed if wanted is None else wanted, first.money),
        found=exact(relation.stated.value if wanted is None else first.value, first.money),
        computed=spoken(relation.computed, relation.stated.money),
        stated=spoken(relation.stated.value, relation.stated.money),
    )
