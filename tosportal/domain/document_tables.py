"""A document as its tables and paragraphs: what the reader of files hands over and the recogniser of programmes reads.

Nothing here knows DOCX or XLSX, and nothing knows what the tables mean. Rows and columns count from 0 inside the
portal and from 1 in every place that people read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from tosportal.domain.errors import Remark


@dataclass(frozen=True)
class Cell:
    """One cell, merged or not: where its upper left corner stands and how many rows and columns it covers.

    `text` is as printed: paragraphs and line breaks of the cell are lines, blank ones are left out, no-break spaces
    stay, the ends of lines are trimmed of ordinary spaces; a nested table is not part of it. `number` is the exact
    stored number of a spreadsheet cell, None for text and dates; per cents are stored as shares (0.25 for «25%»).
    """

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    number: Decimal | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text, none of them blank."""
        return tuple(self.text.split("\n")) if self.text else ()


@dataclass(frozen=True)
class Table:
    """A table as a grid of `height` × `width`: cells in reading order, merged cells once, at their upper left corner.

    `place` is said to people: «таблица 3», «таблица 3, строка 4, графа 2, вложенная таблица 1», «лист «Приложение 2»».
    `heading` is the text that stands before the table: the nearest paragraphs since the previous table, up to eight,
    parted by line breaks. `continues` tells that a table with the same columns stands directly before
    this one: a table broken by a page.

    A table of a sheet begins at row `top` and column `left` of that sheet (from 0); `sheet` is the name of the sheet,
    empty for a text document.

    >>> table = Table("таблица 3", "", (Cell("Всего", 0, 0, columns=2), Cell("5", 0, 2)), 1, 3)
    >>> table.at(0, 1).text, table.at(1, 0), table.row_texts(0), table.place_of(0, 2)
    ('Всего', None, ('Всего', 'Всего', '5'), 'таблица 3, строка 1, графа 3')
    """

    place: str
    heading: str
    cells: tuple[Cell, ...]
    height: int
    width: int
    continues: bool = False
    sheet: str = ""
    top: int = 0
    left: int = 0

    @cached_property
    def covered(self) -> Mapping[tuple[int, int], Cell]:
        """Every covered position of the grid with its cell."""
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        }

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that covers this position; None outside the table and where a row has no cell."""
        return self.covered.get((row, column))

    def row_texts(self, row: int) -> tuple[str, ...]:
        """The text of each of the `width` columns; a merged cell gives its text in every position that it covers."""
        cells = (self.at(row, column) for column in range(self.width))
        return tuple(cell.text if cell else "" for cell in cells)

    def row_cells(self, row: int) -> tuple[Cell, ...]:
        """The different cells that cover this row, from left to right; a merged cell once."""
        found: dict[tuple[int, int], Cell] = {}
        for column in range(self.width):
            if cell := self.at(row, column):
                found[cell.row, cell.column] = cell
        return tuple(found.values())

    def place_of(self, row: int, column: int) -> str:
        """Where a position stands, for people: «таблица 3, строка 14, графа 5» or «лист «Приложение 2», ячейка D14».

        >>> Table("лист «Лист1»", "", (), 9, 9, sheet="Лист1", top=10, left=1).place_of(3, 26)
        'лист «Лист1», ячейка AB14'
        """
        if self.sheet:
            return f"{self.place}, ячейка {column_letters(self.left + column)}{self.top + row + 1}"
        return f"{self.place}, строка {row + 1}, графа {column + 1}"


def column_letters(column: int) -> str:
    """The letters of a sheet's column, counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Paragraph:
    """A paragraph outside tables; blank ones are left out. `place`: «абзац 12» or «лист «Приложение 1», ячейка F5»."""

    text: str
    place: str


@dataclass(frozen=True)
class SourceDocument:
    """A document that was read.

    `order` holds paragraphs and tables as they follow; `tables` and `paragraphs` are the same objects by kind. A nested
    table follows directly after the table that holds it. `notes` says what a person should know of the
    reading: hidden sheets, formulas without a saved value, revisions that were taken or left out.
    """

    kind: Literal["docx", "xlsx"]
    tables: tuple[Table, ...]
    paragraphs: tuple[Paragraph, ...]
    order: tuple[Paragraph | Table, ...]
    notes: tuple[Remark, ...] = ()
