"""A printed form: a table with merged cells and a header over several rows, the same for Word and for Excel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Align = Literal["start", "end", "center"]


@dataclass(frozen=True)
class Slot:
    """A cell: its text, how many rows and columns it covers, and, when it is a number, the number with its format.

    `formula` gives the same number in Excel. It names cells of the form from 0: «[2,4]» is the fifth cell of the third
    row, «[$2,4]» the same fixed by $.
    """

    text: str
    rows: int = 1
    columns: int = 1
    number: Decimal | None = None
    places: int = 0
    is_grouped: bool = False
    align: Align = "start"
    is_bold: bool = False
    formula: str = ""


@dataclass(frozen=True)
class Form:
    """A form on its own page and on its own sheet. `above` stands over the title at the right; `rows` begin with
    `header_rows` that repeat on each page; each row holds the slots that begin in it, from left to right, without what
    slots of earlier rows cover; `widths` are shares of the width of the page; `below` is said quietly after the table;
    `is_tight`: so many columns that the letters are small."""

    sheet: str
    above: tuple[str, ...]
    title: str
    rows: tuple[tuple[Slot, ...], ...]
    widths: tuple[int, ...]
    header_rows: int = 0
    is_wide: bool = False
    is_tight: bool = False
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A slot and where it begins, from 0."""

    row: int
    column: int
    slot: Slot


def placed(form: Form) -> list[Placed]:
    """Where each slot of a form stands. Raises ValueError when rows do not fill the table exactly."""
    width = len(form.widths)
    covered: set[tuple[int, int]] = set()
    found = []
    for row, slots in enumerate(form.rows):
        column = 0
        for slot in slots:
            while (row, column) in covered:
                column += 1
            found.append(Placed(row, column, slot))
            covered |= {(row + down, column + right) for down in range(slot.rows) for right in range(slot.columns)}
            column += slot.columns
    if covered != {(row, column) for row in range(len(form.rows)) for column in range(width)}:
        raise ValueError(f"form «{form.sheet}»: its rows do not fill {len(form.rows)} × {width}")
    return found


def by_row(form: Form) -> Iterator[list[tuple[Placed, bool]]]:
    """The cells of each row from left to right: a slot, and whether it begins here or goes on from a row above."""
    rows: list[list[tuple[Placed, bool]]] = [[] for _row in form.rows]
    for one in placed(form):
        for down in range(one.slot.rows):
            rows[one.row + down].append((one, down == 0))
    for row in rows:
        yield sorted(row, key=lambda cell: cell[0].column)


def header_texts(texts: Sequence[str]) -> tuple[Slot, ...]:
    """A row of headers, each in one cell."""
    return tuple(Slot(text, align="center", is_bold=True) for text in texts)
