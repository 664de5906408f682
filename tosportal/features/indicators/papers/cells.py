"""Cells of forms that are the same on paper and in Excel: a value with its print, and the formula that gives it."""

from collections.abc import Sequence
from decimal import Decimal

from tosportal.domain.printed_numbers import places_of
from tosportal.features.indicators.papers.words import NO_DATA, NONE, roubles, shown
from tosportal.support.documents.forms import Slot


def words(text: str, rows: int = 1) -> Slot:
    return Slot(text, rows=rows)


def heads(names: Sequence[str]) -> tuple[Slot, ...]:
    return tuple(Slot(name, align="center", is_bold=True) for name in names)


def numbers_of(count: int) -> tuple[Slot, ...]:
    """The row with the numbers of columns."""
    return heads([str(number) for number in range(1, count + 1)])


def value(text: str | None, formula: str = "", without: str = NO_DATA) -> Slot:
    """A value of an indicator with its own digits."""
    if text is None:
        return Slot(without, align="end", formula=formula)
    number = Decimal(text)
    return Slot(shown(text, ""), number=number, places=places_of(number), align="end", formula=formula)


def percent(number: Decimal | None, formula: str = "", *, is_bold: bool = False) -> Slot:
    """Per cent with one digit; with more in Excel, where the format rounds what is shown."""
    if number is None:
        return Slot(NONE, align="end", formula=formula, is_bold=is_bold)
    return Slot(shown(f"{number:f}", ""), number=number, places=1, align="end", formula=formula, is_bold=is_bold)


def money(number: Decimal | None, formula: str = "", *, without: str = "", is_bold: bool = False) -> Slot:
    """Roubles with kopecks."""
    text = roubles(number, without) if without else roubles(number)
    return Slot(text, number=number, places=2, is_grouped=True, align="end", formula=formula, is_bold=is_bold)


def at(row: int, column: int) -> str:
    """The cell of a form as formulas name it."""
    return f"[{row},{column}]"


def span(first: int, last: int, column: int, *, is_fixed: bool = False) -> str:
    """Cells of a column; fixed, they are written with $."""
    mark = "$" if is_fixed else ""
    return f"[{mark}{first},{column}]:[{mark}{last},{column}]"
