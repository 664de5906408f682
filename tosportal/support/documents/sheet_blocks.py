"""From the cells of a sheet to paragraphs and tables.

A sheet of a municipal programme is a page: stamps of approval and a title in single cells, then a table, perhaps
several. Blank rows part blocks. Rows of a single cell before a table are text; inside a table they are rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tosportal.domain.document_tables import Cell, Paragraph, Table, column_letters
from tosportal.domain.errors import Remark, RuleBroken
from tosportal.support.documents.sheet_tables import Sheet, SheetCell
from tosportal.support.documents.table_grid import LARGE_TABLE, POSITIONS_MAX, WIDTH_MAX, heading_of

YEAR = re.compile(r"(?:19|20)\d\d")
COLUMN_NUMBER_MAX = 60
BLOCKS_MAX = 50_000
Columns = dict[int, SheetCell]
Span = tuple[int, int, int, int]


@dataclass
class SheetReader:
    """Turns one sheet into blocks in order."""

    sheet: Sheet
    positions: int = 0
    rows: dict[int, Columns] = field(default_factory=dict)
    spans: dict[int, list[Span]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (row, column), cell in sorted(self.sheet.cells.items()):
            self.rows.setdefault(row, {})[column] = cell
        self.place_merges()

    def place_merges(self) -> None:
        """Merged ranges cut to the filled part of the sheet; those that overlap an earlier one are passed over."""
        bottom, right = max(self.rows), max(column for _, column in self.sheet.cells)
        taken: set[tuple[int, int]] = set()
        area = 0
        for top, left, stated_low, stated_far in self.sheet.merges:
            if top > bottom or left > right:
                continue
            low, far = min(stated_low, bottom), min(stated_far, right)
            area += (low - top + 1) * (far - left + 1)
            if area > POSITIONS_MAX:
                raise self.too_large(bottom + 1, right + 1)
            places = {(row, column) for row in range(top, low + 1) for column in range(left, far + 1)}
            if taken.isdisjoint(places):
                taken |= places
                self.spans.setdefault(top, []).append((top, left, low, far))

    def too_large(self, rows: int, columns: int) -> RuleBroken:
        """The refusal of a table that does not fit."""
        place = f"Таблица на листе «{self.sheet.name}»"
        return RuleBroken(Remark(LARGE_TABLE, {"table": place, "rows": rows, "columns": columns}))

    def blocks(self) -> Iterator[list[int]]:
        """Numbers of rows that follow without a blank row between; a merged range holds its rows together."""
        held: dict[int, int] = {}
        for top, spans in self.spans.items():
            held[top] = max(low for _, _, low, _ in spans)
        block: list[int] = []
        reach = -1
        for row in sorted(set(self.rows) | set(held)):
            if block and row > reach + 1:
                yield block
                block = []
            block.append(row)
            reach = max(reach, row, held.get(row, 0))
        if block:
            yield block

    def read(self) -> Iterator[Paragraph | Table]:
        """Paragraphs and tables of the sheet as they follow."""
        before: Table | None = None
        heading: list[str] = []
        for block in self.blocks():
            filled = [row for row in block if row in self.rows]
            if not filled:
                continue
            many = [row for row in filled if len(self.rows[row]) > 1]
            first = many[0] if many else filled[-1] + 1
            is_inside = before is not None and self.goes_on(before, filled, many)
            if is_inside:
                first = filled[0]
            for row in filled:
                if row < first:
                    for column, cell in self.rows[row].items():
                        heading.append(cell.text)
                        yield Paragraph(cell.text, self.place(row, column))
                        before = None
            if first <= filled[-1]:
                before = self.table(first, filled[-1], heading, before)
                heading = []
                yield before

    def goes_on(self, before: Table, filled: list[int], many: list[int]) -> bool:
        """Whether a block after a blank row is the same table: a row of a section, then rows with numbers."""
        left, right = before.left, before.left + before.width
        columns = [column for row in filled for column in self.rows[row]]
        if not many or many[0] == filled[0] or min(columns) < left or max(columns) >= right:
            return False
        return set(self.rows[filled[0]]) == {left} and not self.is_header(many[0])

    def is_header(self, row: int) -> bool:
        """Whether no cell of a row holds a quantity: years and numbers of columns are none."""
        return all(
            cell.number is None
            or YEAR.fullmatch(cell.text)
            or (cell.number == cell.number.to_integral_value() and 0 < cell.number <= COLUMN_NUMBER_MAX)
            for cell in self.rows[row].values()
        )

    def place(self, row: int, column: int) -> str:
        """Where a cell stands, for people."""
        return f"лист «{self.sheet.name}», ячейка {column_letters(column)}{row + 1}"

    def table(self, top: int, last: int, heading: list[str], before: Table | None) -> Table:
        """The table between two rows, both inclusive."""
        found = [(row, column) for row in range(top, last + 1) for column in self.rows.get(row, {})]
        spans = [span for row in range(top, last + 1) for span in self.spans.get(row, ())]
        left = min([column for _, column in found] + [span[1] for span in spans])
        right = max([column for _, column in found] + [span[3] for span in spans])
        low = max([last] + [span[2] for span in spans])
        if before and before.left <= left and right < before.left + before.width:
            left, right = before.left, before.left + before.width - 1
        height, width = low - top + 1, right - left + 1
        self.positions += height * width
        if width > WIDTH_MAX or self.positions > POSITIONS_MAX:
            raise self.too_large(height, width)
        is_same = before is not None and (before.left, before.width) == (left, width)
        cells = [*self.cells_between(top, last, spans, left)]
        return Table(
            place=f"лист «{self.sheet.name}»",
            heading=heading_of(heading),
            cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
            height=height,
            width=width,
            continues=is_same,
            sheet=self.sheet.name,
            top=top,
            left=left,
        )

    def cells_between(self, top: int, last: int, spans: list[Span], left: int) -> Iterator[Cell]:
        """Merged cells, then the filled ones that no merged cell covers."""
        covered: set[tuple[int, int]] = set()
        for first, begin, low, far in spans:
            shown = self.rows.get(first, {}).get(begin, SheetCell(""))
            covered |= {(row, column) for row in range(first, low + 1) for column in range(begin, far + 1)}
            yield Cell(shown.text, first - top, begin - left, low - first + 1, far - begin + 1, shown.number)
        for row in range(top, last + 1):
            for column, cell in self.rows.get(row, {}).items():
                if (row, column) not in covered:
                    yield Cell(cell.text, row - top, column - left, 1, 1, cell.number)
