"""Money of the whole programme: a summary table by source and year, and running text in the passport."""

import re
from collections.abc import Sequence
from typing import Any

from tosportal.domain.document_tables import Cell, Table
from tosportal.domain.errors import N_
from tosportal.domain.programme_tables.headers import Row
from tosportal.domain.programme_tables.labels import is_programme, is_source_label, is_total, source_of
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import (
    DASH,
    Amount,
    amounts_in,
    is_none,
    money_unit,
    plain,
    read_years,
    unit_scale,
)

_BARE = re.compile(r"(?<![\d,.])(?P<number>\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:[.,] ?\d+)?)(?![\d.,]| ?г)")
_YEAR_LABEL = re.compile(
    rf"(?<!\d)(?P<first>(?:19|20)\d\d)(?: ?[{DASH}] ?(?P<last>(?:19|20)\d\d))?"
    rf" ?(?:г[год.]*\.?(?:а|у|ах|ы|ов)?)?[ :{DASH}]*$"
)


def read_summary(rows: Sequence[Row], notebook: Notebook, key: str) -> dict[str, Any]:
    """A summary table: {source or total: {label_printed, year: money, total: money, note_printed}}."""
    found: dict[str, Any] = {}
    for row in rows:
        label = row.banner or row.text("name")
        if not label or (row.banner and not row.has_figures()):
            continue
        source = "total" if is_total(label) or is_programme(label) else source_of(label)
        by_column = any(column.source for column in row.layout.figures)
        if source is None and by_column:
            source = "total"
        if source is None or (source in found and not by_column):
            said = N_("%(place)s: строка «%(printed)s» сводных затрат не взята")
            notebook.say(said, row.table.place_of(row.index, 0), printed=label[:120])
            continue
        for column, cell in row.figures():
            into = found.setdefault(column.source or source, {"label_printed": label})
            unit = _unit(row, column.unit, label)
            path = f"funding.{key}.{column.source or source}.{column.year}"
            place = row.table.place_of(cell.row, cell.column)
            into.setdefault(column.year, notebook.money(path, cell.text, unit, place, cell.number))
        if source in found and row.layout.of("note"):
            found[source]["note_printed"] = row.text("note") or None
    return found


def _unit(row: Row, column_unit: str, label: str) -> str:
    own = row.text("unit")
    return (own if money_unit(own) else "") or money_unit(label) or column_unit or row.layout.unit or "руб"


def read_years_down(table: Table, heading: str, notebook: Notebook, key: str) -> dict[str, Any]:
    """A summary table whose rows are years and whose columns are sources; empty when the table is none."""
    for head in range(min(table.height, 12)):
        columns: dict[int, str] = {}
        for column, text in enumerate(table.row_texts(head)):
            said = plain(text)
            source = source_of(said) or ("total" if is_total(said) or re.match(r"объ[её]м", said.casefold()) else None)
            if column and source and source not in columns.values():
                columns[column] = source
        years = [row for row in range(head + 1, table.height) if read_years(table.row_texts(row)[0])]
        if len(columns) > 1 and years:
            units = [money_unit(text) for row in range(head + 1) for text in table.row_texts(row)]
            unit = next((one for one in [*units, money_unit(heading)] if one), "руб")
            return _years_down(table, columns, head, unit=unit, notebook=notebook, key=key)
    return {}


def _years_down(
    table: Table, columns: dict[int, str], head: int, *, unit: str, notebook: Notebook, key: str
) -> dict[str, Any]:
    found: dict[str, Any] = {
        source: {"label_printed": plain(table.row_texts(head)[column])} for column, source in columns.items()
    }
    for row in range(head + 1, table.height):
        first = table.row_texts(row)[0]
        year = read_years(first) or ("total" if is_total(first) else None)
        for column, source in columns.items():
            cell = table.at(row, column)
            if year and cell:
                path, place = f"funding.{key}.{source}.{year}", table.place_of(cell.row, cell.column)
                found[source][year] = notebook.money(path, cell.text, unit, place, cell.number)
    return found


def read_prose(cell: Cell, place: str, notebook: Notebook) -> tuple[str, dict[str, Any]]:
    """Funding as running text in the passport: the form and the sums.

    Form "passport": a source, below it its years: {source or total: {label_printed, year, total}}.
    Form "by_year": a year, below it its sources: {year: {total, source}}.
    """
    lines = [plain(line) for line in cell.lines]
    text = "\n".join(lines)
    entries = _entries(text)
    if not entries:
        if not is_none(text):
            notebook.say(N_("%(place)s: в объёмах финансирования не нашлось ни одной суммы"), place)
        return "passport", {}
    years = [year for _label, year, _source, _amount in entries if year]
    sources = [source for _label, year, source, _amount in entries if source and not year]
    by_year = bool(sources) and len(years) == len(set(years)) and _year_first(entries)
    if by_year:
        return "by_year", _by_year(entries, place, notebook)
    return "passport", _by_source(entries, place, notebook)


Entry = tuple[str, str, str, Amount]


def _entries(text: str) -> list[Entry]:
    """Sums with what stands before each: the label, the year it names, the source it names."""
    amounts = amounts_in(text)
    if not amounts and unit_scale(text):
        unit = money_unit(text)
        amounts = [
            Amount(found["number"], unit, found.start(), found.end())
            for found in _BARE.finditer(text)
            if not read_years(found["number"])
        ]
    entries, end = [], 0
    for amount in amounts:
        before = text[end : amount.start].strip("\n")
        label = before.rpartition("\n")[2].strip(f" ,;.:{DASH}")
        label = re.sub(r"^(?:рублей|руб\.?|в том числе:?|из них:?)[ ,;.:]*$", "", label)
        year = _YEAR_LABEL.search(label)
        key = f"{year['first']}-{year['last']}" if year and year["last"] else year["first"] if year else ""
        source = "" if key and not source_of(label) else source_of(label) or "total"
        entries.append((label, key, source, amount))  # «областной бюджет, 2026 год» holds both
        end = amount.end
    return entries


def _year_first(entries: list[Entry]) -> bool:
    """Do sources stand below years? In the other form the years of a group follow one another."""
    kinds = ["y" if year else "s" for _label, year, _source, _amount in entries]
    first = kinds.index("y")
    return "s" in kinds[first:] and not (len(kinds) > first + 1 and kinds[first + 1] == "y" and "s" in kinds[:first])


def _by_year(entries: list[Entry], place: str, notebook: Notebook) -> dict[str, Any]:
    found: dict[str, Any] = {}
    current = ""
    for _label, year, source, amount in entries:
        current = year or current
        if not current:
            continue
        into = found.setdefault(current, {"total": None})
        what = source or "total"
        path = f"funding.by_year.{current}.{what}"
        into[what] = notebook.money(path, amount.printed, amount.unit, place)
    return found


def _by_source(entries: list[Entry], place: str, notebook: Notebook) -> dict[str, Any]:
    found: dict[str, Any] = {}
    current = "total"
    for label, year, source, amount in entries:
        if source and not (year and source == "total"):
            current = source
        into = found.setdefault(current, {})
        if not year:
            into.setdefault("label_printed", re.sub(rf"[, ]*(?:всего|составля\w+)[ {DASH}:]*$", "", label))
        key = year or "total"
        path = f"funding.passport.{current}.{key}"
        if key not in into:
            into[key] = notebook.money(path, amount.printed, amount.unit, place)
    return found


def labels_in_prose(cell: Cell) -> dict[str, str]:
    """How a running text names the sources: {source: label}."""
    found: dict[str, str] = {}
    for label, year, source, _amount in _entries("\n".join(plain(line) for line in cell.lines)):
        if source not in {"", "total"} and not year:
            found.setdefault(source, clean_label(label))
    return found


def clean_label(label: str) -> str:
    """A source without «в том числе» before it and «всего» after it.

    >>> clean_label("в том числе за счет средств местного бюджета, всего")
    'за счет средств местного бюджета'
    """
    return re.sub(r"^(?:в том числе|из них) |[, ]+всего$", "", label)


def unplanned_periods(cell: Cell) -> dict[str, Any]:
    """Periods that a passport names without any sum: {«2028-2030»: {amount: None, printed}}."""
    found: dict[str, Any] = {}
    for line in cell.lines:
        said = plain(line)
        period = re.match(rf"((?:19|20)\d\d) ?[{DASH}] ?((?:19|20)\d\d)", said)
        if period and not _entries(said) and not is_source_label(said):
            found[f"{period[1]}-{period[2]}"] = {"amount": None, "printed": said}
    return found
