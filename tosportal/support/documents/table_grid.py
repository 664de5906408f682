"""From the rows of a text table to a grid: merged cells found, columns that nobody sees removed.

Word cuts a table into more columns than are printed: rows whose borders differ by a hair get columns of their own. Such
borders are taken for one, so that «графа 5» is the fifth column that a person sees.
"""

from dataclasses import dataclass, field, replace

from tosportal.domain.document_tables import Cell, Table
from tosportal.domain.errors import N_, Remark, RuleBroken

WIDTH_MAX = 300
POSITIONS_MAX = 400_000
BORDERS_MAX = 3_000
HEADING_MAX = 8
HEADING_LENGTH_MAX = 4_000
HAIR = 60  # twentieths of a point: about a millimetre
LARGE_TABLE = N_(
    "%(table)s слишком большая: строк %(rows)s, граф %(columns)s. "
    "Оставьте в документе только таблицы программы и загрузите снова."
)


@dataclass(slots=True)
class RawCell:
    """A cell as it stands in its row."""

    lines: list[str] = field(default_factory=list)
    span: int = 1
    continues_down: bool = False
    continues_right: bool = False
    nested: list["RawTable"] = field(default_factory=list)


@dataclass(slots=True)
class RawRow:
    """A row: the cells and the empty columns before them."""

    cells: list[RawCell] = field(default_factory=list)
    before: int = 0
    is_deleted: bool = False


@dataclass(slots=True)
class RawTable:
    """A table: rows and the widths of its columns in twentieths of a point, when stated."""

    rows: list[RawRow] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)


Placed = tuple[RawCell, int, int]


def placed_rows(table: RawTable) -> list[list[Placed]]:
    """Each row's cells with the first border and the last one, counted in columns of the file."""
    rows: list[list[Placed]] = []
    for row in table.rows:
        column = row.before
        placed: list[Placed] = []
        for cell in row.cells:
            if cell.continues_right and placed:
                first, begin, end = placed[-1]
                first.lines += cell.lines
                placed[-1] = (first, begin, end + cell.span)
            else:
                placed.append((cell, column, column + cell.span))
            column += cell.span
        rows.append(placed)
    return rows


def seen_borders(rows: list[list[Placed]], widths: list[int]) -> dict[int, int]:
    """Border of the file → border that people see, both from 0; a hair between two borders makes them one."""
    spans = {(begin, end) for row in rows for _, begin, end in row}
    borders = sorted({border for span in spans for border in span})
    offsets = [0]
    for width in widths:
        offsets.append(offsets[-1] + width)
    has_widths = bool(borders) and borders[-1] < len(offsets) and all(widths[: borders[-1]])
    seen: dict[int, int] = {}
    count, group = -1, 0
    for border in borders:
        is_hair = count >= 0 and has_widths and offsets[border] - offsets[group] < HAIR
        if not (is_hair and not any((other, border) in spans for other in borders if group <= other < border)):
            count, group = count + 1, border
        seen[border] = count
    return seen


def heading_of(lines: list[str]) -> str:
    """The last lines before a table, of a length that is a heading and not a chapter."""
    return "\n".join(line[-HEADING_LENGTH_MAX:] for line in lines[-HEADING_MAX:])[-HEADING_LENGTH_MAX:]


class GridMaker:
    """Makes tables of one document; counts the positions of all of them."""

    def __init__(self) -> None:
        self.positions = 0
        self.lost: list[str] = []

    def tables_of(self, raw: RawTable, empty: Table) -> list[Table]:
        """The table of these rows, made from one that has only its place and heading, and the tables nested in it."""
        rows = placed_rows(raw)
        count = len({end for row in rows for _, _, end in row})
        seen = seen_borders(rows, raw.widths) if count < BORDERS_MAX else {}
        height, width = len(rows), max(seen.values(), default=count)
        self.positions += height * width
        if width > WIDTH_MAX or self.positions > POSITIONS_MAX:
            place = empty.place[:1].upper() + empty.place[1:]
            raise RuleBroken(Remark(LARGE_TABLE, {"table": place, "rows": height, "columns": width}))
        table = replace(empty, height=height, width=width)
        cells: list[Cell] = []
        inner: list[Table] = []
        above: dict[tuple[int, int], int] = {}
        for number, row in enumerate(rows):
            here: dict[tuple[int, int], int] = {}
            for cell, begin, end in row:
                left, right = seen[begin], seen[end]
                merged = above.get((left, right)) if cell.continues_down else None
                if merged is None:
                    merged = len(cells)
                    cells.append(Cell("\n".join(cell.lines), number, left, 1, right - left))
                else:
                    cells[merged] = replace(cells[merged], rows=cells[merged].rows + 1)
                    if cell.lines:
                        self.lost.append(table.place_of(number, left))
                here[left, right] = merged
                inner += self.nested_of(cell, table.place_of(cells[merged].row, left))
            above = here
        return [replace(table, cells=tuple(cells)), *inner]

    def nested_of(self, cell: RawCell, place: str) -> list[Table]:
        """The tables inside a cell, with those inside them."""
        found: list[Table] = []
        for number, raw in enumerate(cell.nested, start=1):
            empty = Table(f"{place}, вложенная таблица {number}", heading_of(cell.lines), (), 0, 0)
            found += self.tables_of(raw, empty)
        return found
