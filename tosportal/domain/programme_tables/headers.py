"""What a table is and what its columns hold, by the words of its header rows and the labels of its rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tosportal.domain.document_tables import Cell, Table
from tosportal.domain.programme_tables.labels import is_source_label, is_total, source_of
from tosportal.domain.programme_tables.numbers import DASH, is_none, money_unit, plain, read_years

INDICATORS, ACTIVITIES, FUNDING, METHODS = "indicators", "activities", "funding", "methods"
HEADER_ROWS_MOST = 6

# The first words that fit say what a column holds; «источник информации» stands before «источник».
_ROLES = (
    ("number", r"^(?:№|n)\W*(?:п\W*п\W*)?$|^№ (?:строки|показателя|мероприятия|задачи)|^п/п"),
    ("info", r"источник\w* (?:информ|данн|получ)|исходн\w* данн|форм[аы] (?:статист|отч[её]т)"),
    ("formula", r"формул|методик|алгоритм|поряд\w+ расч|расч[её]т"),
    ("unit", r"ед(?:\.|иниц\w*)? ?изм|^единица$|^ед\.$"),
    ("weight", r"весов|\bвес\b"),
    ("note", r"^примечани"),
    ("executor", r"исполнител|ответственн|участник|распорядител"),
    ("result", r"результат"),
    ("term", r"\bсрок"),
    ("source", r"источник|\bгрбс\b"),
    ("status", r"^статус"),
    ("activity", r"мероприят"),
    ("indicator", r"показател|индикатор"),
    ("task", r"\bцел[ьи]|задач"),
    ("name", r"наименован|направлени"),
)
_LABELS = ("number", "task", "status", "activity", "indicator", "name", "source", "unit")


@dataclass(frozen=True)
class Column:
    """One column: what it holds, for figures the key of the year («2026», «2028-2030», «total») and the source."""

    index: int
    role: str
    path: tuple[str, ...]
    year: str = ""
    source: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Layout:
    """What a table is, its columns, the row its body begins with, and the unit of money that its header prints."""

    kind: str
    columns: tuple[Column, ...]
    body: int
    unit: str = ""
    header: tuple[tuple[str, ...], ...] = ()

    def of(self, role: str) -> Column | None:
        """The first column of a role."""
        return self._by_role.get(role)

    @cached_property
    def _by_role(self) -> dict[str, Column]:
        return {column.role: column for column in reversed(self.columns)}

    @cached_property
    def figures(self) -> tuple[Column, ...]:
        """The columns of years and totals."""
        return tuple(column for column in self.columns if column.year)

    @cached_property
    def source(self) -> str:
        """The only source that the header above the figures names; empty when it names none or several."""
        named = {source_of(text) or "" for column in self.figures for text in column.path}
        return max(named, default="") if len(named - {""}) == 1 else ""

    @property
    def years(self) -> tuple[str, ...]:
        """The keys of years and periods, each once, in the order of the columns."""
        return tuple(dict.fromkeys(column.year for column in self.figures if column.year != "total"))


@dataclass(frozen=True)
class Row:
    """One row of the body of a table, read by the roles of the columns."""

    table: Table
    index: int
    layout: Layout
    fresh: bool = field(default=False, compare=False)  # the table is not the continuation of the one before

    def cell(self, role: str) -> Cell | None:
        """The cell that stands in the column of a role; the same cell for two roles when it is merged over both."""
        column = self.layout.of(role)
        return self.table.at(self.index, column.index) if column else None

    def text(self, role: str) -> str:
        """The text of a role in plain spaces; empty when there is none."""
        cell = self.cell(role)
        return plain(cell.text) if cell else ""

    def place(self, role: str) -> str:
        """Where the text of a role stands: the upper left corner of its cell."""
        cell, column = self.cell(role), self.layout.of(role)
        return self.table.place_of(
            cell.row if cell else self.index, cell.column if cell else column.index if column else 0
        )

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells of the row with a text, merged ones once."""
        return tuple(cell for cell in self.table.row_cells(self.index) if plain(cell.text))

    @property
    def banner(self) -> str:
        """What the row says from side to side: its only text, with the number before it; empty for a row of figures."""
        number = self.layout.of("number")
        cells = [cell for cell in self.filled if not number or cell.column != number.index or cell.columns > 1]
        if len(cells) != 1 or cells[0].row != self.index:
            return ""
        first = self.layout.figures
        if first and cells[0].columns == 1 and cells[0].column >= min(column.index for column in first):
            return ""
        return plain(cells[0].text)

    @property
    def banner_place(self) -> str:
        """Where the banner stands."""
        cell = self.filled[-1]
        return self.table.place_of(cell.row, cell.column)

    def figures(self) -> Iterator[tuple[Column, Cell]]:
        """The cells under years and totals; a cell that also holds the label of the row is no figure."""
        labels = {column.index for column in self.layout.columns if not column.year}
        for column in self.layout.figures:
            cell = self.table.at(self.index, column.index)
            if cell and not labels & set(range(cell.column, cell.column + cell.columns)):
                yield column, cell

    def has_figures(self) -> bool:
        """Is anything printed under the years that is not a blank or a dash?"""
        return any(not is_none(cell.text) for _column, cell in self.figures())


def rows_of(table: Table, layout: Layout, *, fresh: bool) -> Iterator[Row]:
    """The rows of the body that say something: no blank ones, no row of column numbers, no header printed again."""
    for index in range(layout.body, table.height):
        texts = tuple(plain(text) for text in table.row_texts(index))
        if any(texts) and texts not in layout.header and not is_column_numbers(texts):
            yield Row(table, index, layout, fresh)


def is_column_numbers(texts: tuple[str, ...]) -> bool:
    """Is it the row of a header that numbers the columns? Blanks among the numbers happen.

    >>> is_column_numbers(("1", "2", "3", "", "4")), is_column_numbers(("1", "2", "2"))
    (True, False)
    """
    said = [text.rstrip(".)") for text in texts if text]
    return len(said) > 1 and said == [str(number) for number in range(1, len(said) + 1)]


def layout_of(table: Table, heading: str = "") -> Layout | None:
    """What the table is, by its header and labels; None when it is no table of a programme.

    `heading` is what is printed before the table. A table that goes on with the one before has no header of its own.
    """
    for row in range(min(table.height, 40)):
        if found := _with_years(table, row, heading):
            return found
    return _of_methods(table)


def _with_years(table: Table, row: int, heading: str) -> Layout | None:
    years = _years_in(table, row)
    if not years:
        return None
    top, bottom = _header_top(table, row, years), _header_bottom(table, row, years)
    columns = tuple(_column(table, index, top, bottom, years.get(index, "")) for index in range(table.width))
    if not any(column.year and column.year != "total" for column in columns):
        return None
    header = tuple(tuple(plain(text) for text in table.row_texts(index)) for index in range(top, bottom + 1))
    body = bottom + 1
    units = [money_unit(text) for line in header for text in line] + [money_unit(heading)]
    unit = next((unit for unit in units if unit), "")
    kind = _kind(table, columns, body, heading)
    if not kind:
        return None
    return Layout(kind, _named(columns, kind), body, unit, header)


def _years_in(table: Table, row: int) -> dict[int, str]:
    """The columns of a row that are headed by a year, if the row is a header: no other numbers stand in it."""
    found: dict[int, str] = {}
    for column, text in enumerate(table.row_texts(row)):
        if years := read_years(text):
            found[column] = years
        elif re.fullmatch(r"[\d\s.,]+", plain(text)):
            return {}
    return found if 0 not in found or len(found) > 1 else {}


def _header_top(table: Table, row: int, years: dict[int, str]) -> int:
    top = row
    while top > max(0, row - HEADER_ROWS_MOST):
        cells = [cell for cell in table.row_cells(top - 1) if plain(cell.text)]
        if len({cell.text for cell in cells}) < 2 and not any(cell.rows > 1 for cell in cells):
            break
        above = [table.at(top - 1, column) for column in years]
        if any(cell and re.fullmatch(rf"[\d\s.,{DASH}]+", plain(cell.text)) for cell in above):
            break  # figures of the body of a torn table, or the numbers of the columns
        top -= 1
    return min([top, *(cell.row for cell in table.row_cells(row))])


def _header_bottom(table: Table, row: int, years: dict[int, str]) -> int:
    """Below the years a header may still part them by source: «всего», «областной бюджет»."""
    bottom = row
    while bottom + 1 < min(table.height, row + 3):
        below = [table.at(bottom + 1, column) for column in years]
        texts = [plain(cell.text) for cell in below if cell and cell.row == bottom + 1]
        deeper = any(cell and cell.row <= row and cell.rows > 1 for cell in below)
        if not deeper and not (texts and all(source_of(text) or is_total(text) for text in texts)):
            break
        bottom += 1
    return bottom


def _column(table: Table, index: int, top: int, bottom: int, year: str) -> Column:
    cells = [cell for cell in dict.fromkeys(table.at(row, index) for row in range(top, bottom + 1)) if cell]
    path = tuple(plain(cell.text) for cell in cells if plain(cell.text))
    own = " ".join(plain(cell.text) for cell in cells if cell.columns == 1).strip()  # not what it shares with others
    last = path[-1] if path else ""
    unit = money_unit(" ".join(path))
    if year:
        return Column(index, "figure", path, year, "" if read_years(last) else source_of(last) or "", unit)
    if any(map(is_total, path[:-1])) and (source := source_of(last)):  # «Итого» parted by source, as years are
        return Column(index, "figure", path, "total", source, unit)
    role = _role(own or last)
    if is_total(last) or (not role and re.match(r"(?:сумма|объ[её]м)", last.casefold())):
        return Column(index, "figure", path, "total", "", unit)
    return Column(index, role or "other", path, unit=unit)


def _role(text: str) -> str:
    return next((role for role, words in _ROLES if re.search(words, text.casefold())), "")


def _kind(table: Table, columns: tuple[Column, ...], body: int, heading: str) -> str:
    roles = {column.role for column in columns}
    words = " ".join(text for column in columns if not column.year for text in column.path).casefold()
    paid = _source_rows(table, columns, body) or any(column.source or column.unit for column in columns)
    if roles & {"activity", "status"} and (paid or roles & {"source", "executor"}):
        return ACTIVITIES
    if paid and not (roles & {"unit", "weight"} and not _source_rows(table, columns, body)):
        return FUNDING
    about = f"{words} {heading.casefold()}"
    if re.search(r"показател|индикатор", about) and roles & {"indicator", "unit", "activity", "name", "task"}:
        return INDICATORS
    return ACTIVITIES if "activity" in roles else ""


def _source_rows(table: Table, columns: tuple[Column, ...], body: int) -> int:
    labels = [column.index for column in columns if not column.year and column.role in {*_LABELS, "other"}]
    return sum(
        any(is_source_label(cell.text) for index in labels if (cell := table.at(row, index)))
        for row in range(body, table.height)
    )


def _named(columns: tuple[Column, ...], kind: str) -> tuple[Column, ...]:
    """The roles in the words of the kind: «activity» names an activity, «measure» says what its row holds."""
    roles = [column.role for column in columns]
    if kind == ACTIVITIES:
        name = next((role for role in ("activity", "name", "status") if role in roles), "indicator")
        renamed = {name: "name", "indicator": "measure", "source": "measure"}
        if "indicator" in roles and "source" in roles and name != "indicator":
            renamed["indicator"] = "other"  # «показатель результата» of a table that has its own column of sources
    elif kind == FUNDING:
        name = next((role for role in ("source", "name", "indicator", "activity", "other") if role in roles), "task")
        renamed = {name: "name"}
    else:
        name = next((role for role in ("indicator", "name", "activity") if role in roles), "other")
        renamed = {name: "name"}
    renamed[name] = "name"
    return tuple(
        Column(one.index, renamed.get(one.role, one.role), one.path, one.year, one.source, one.unit) for one in columns
    )


def _of_methods(table: Table) -> Layout | None:
    """A table of methods: in its header a formula stands beside an indicator, and no years."""
    for row in range(min(table.height, 4)):
        columns = tuple(_column(table, index, row, row, "") for index in range(table.width))
        roles = {column.role for column in columns}
        if "formula" in roles and roles & {"indicator", "name"} and table.width > 2:
            header = (tuple(plain(text) for text in table.row_texts(row)),)
            return Layout(METHODS, _named(columns, METHODS), row + 1, "", header)
    return None


def continued(table: Table, before: Layout | None, heading: str) -> Layout | None:
    """The layout of a table that goes on with the one before it and has no header of its own."""
    if not before or table.width != len(before.columns):
        return None
    if table.continues or not plain(heading) or re.match(r"(?:продолжение|окончание)", plain(heading).casefold()):
        return Layout(before.kind, before.columns, 0, before.unit, before.header)
    return None
