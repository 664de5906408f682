"""The cells of an XLSX as it was saved: texts, exact numbers, merged ranges; formulas by the values saved with them."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tosportal.domain.document_tables import column_letters
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.documents.sheet_numbers import (
    exact_number,
    format_code,
    is_date,
    plain,
    shown_date,
    shown_number,
)
from tosportal.support.documents.xml_parts import TOO_LARGE, Meter, pump, relations_of
from tosportal.support.storage.upload_checks import BROKEN

MAIN = "xl/workbook.xml"
MERGES_MAX = 20_000
SHEETS_MAX = 200
ROWS_MAX = 1_048_576
COLUMNS_MAX = 16_384
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
EMPTY = N_("В таблице нет ни одной заполненной ячейки. Проверьте, тот ли файл вы загружаете.")
ALL_HIDDEN = N_("Все листы этого файла скрыты. Покажите лист с программой, сохраните файл и загрузите снова.")
HIDDEN_SHEET = N_("Лист «%(sheet)s» скрыт и не прочитан. Если он нужен, покажите его и загрузите файл снова.")
HIDDEN_ROWS = N_("На листе «%(sheet)s» есть скрытые строки: они прочитаны вместе с остальными.")
NOT_COUNTED = N_(
    "На листе «%(sheet)s» в ячейке %(cell)s формула без сохранённого значения. "
    "Откройте файл в программе таблиц, сохраните и загрузите снова."
)


@dataclass(frozen=True)
class SheetCell:
    """What a cell shows, and its number when it is one."""

    text: str
    number: Decimal | None = None


@dataclass
class Sheet:
    """A sheet: filled cells by (row, column) from 0, merged ranges as (top, left, bottom, right), all inclusive."""

    name: str
    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    not_counted: list[str] = field(default_factory=list)
    has_hidden_rows: bool = False


def without_blank_lines(text: str) -> str:
    """The lines that show something, without ordinary spaces at their ends."""
    if "\n" not in text:
        text = text.strip(" \t\r")
        return text if text.strip() else ""
    lines = (line.strip(" \t\r") for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip())


def position(reference: str) -> tuple[int, int] | None:
    """Row and column from 0 of a reference such as B12; None when it is none."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if 0 < row <= ROWS_MAX and column <= COLUMNS_MAX else None


@dataclass
class Workbook:
    """Listens to the workbook and its styles: sheets in order, formats of cells, the epoch of dates."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    of_style: list[int] = field(default_factory=list)
    from_1904: bool = False
    in_styles: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A sheet, a format or a style."""
        if name == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attributes.get("id", ""), is_hidden))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            self.formats[int(attributes["numFmtId"][:9])] = attributes.get("formatCode", "")[:200]
        elif name == "cellXfs":
            self.in_styles = True
        elif name == "xf" and self.in_styles:
            number = attributes.get("numFmtId", "0")
            self.of_style.append(int(number[:9]) if number.isdecimal() else 0)

    def end(self, name: str) -> None:
        """The list of cell styles is over."""
        if name == "cellXfs":
            self.in_styles = False

    def text(self, text: str) -> None:
        """These parts hold no text."""

    def code_of(self, style: str) -> str:
        """The number format of a cell's style."""
        place = int(style) if style.isdecimal() and len(style) < 9 else 0
        return format_code(self.of_style[place], self.formats) if place < len(self.of_style) else "General"


@dataclass
class SharedTexts:
    """Listens to the table of texts; phonetic hints are left out."""

    texts: list[str] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    is_text: bool = False
    in_hint: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A text, its pieces, or a hint."""
        if name == "si":
            self.chunks = []
        elif name == "rPh":
            self.in_hint = True
        elif name == "t":
            self.is_text = not self.in_hint

    def end(self, name: str) -> None:
        """A text is complete."""
        if name == "si":
            self.texts.append(without_blank_lines("".join(self.chunks)))
        elif name == "rPh":
            self.in_hint = False
        elif name == "t":
            self.is_text = False

    def text(self, text: str) -> None:
        """A piece of a text."""
        if self.is_text:
            self.chunks.append(text)


@dataclass
class SheetPart:
    """Listens to one sheet. Rows and cells without a reference follow the one before."""

    sheet: Sheet
    book: Workbook
    shared: list[str]
    meter: Meter
    row: int = -1
    column: int = -1
    kind: str = "n"
    style: str = "0"
    value: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    heard: list[str] | None = None
    has_formula: bool = False
    in_hint: bool = False
    is_hidden_row: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell, its value, or a merged range."""
        if name == "c":
            self.start_cell(attributes)
        elif name == "v":
            self.heard = self.value
        elif name == "t" and not self.in_hint:
            self.heard = self.inline
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() and 0 < len(number) < 8 else self.row + 1
            self.column = -1
            self.is_hidden_row = attributes.get("hidden", "0") in {"1", "true"}
        elif name == "rPh":
            self.in_hint = True
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))

    def start_cell(self, attributes: Mapping[str, str]) -> None:
        """Where the cell stands and how its value is to be read."""
        found = position(attributes.get("r", ""))
        self.row, self.column = found or (max(self.row, 0), self.column + 1)
        if not (0 <= self.row < ROWS_MAX and self.column < COLUMNS_MAX):
            raise RuleBroken(Remark(BROKEN))
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.value, self.inline, self.has_formula = [], [], False

    def end(self, name: str) -> None:
        """A cell is complete."""
        if name == "c":
            self.end_cell()
        elif name in {"v", "t"}:
            self.heard = None
        elif name == "rPh":
            self.in_hint = False

    def text(self, text: str) -> None:
        """A piece of a value."""
        if self.heard is not None:
            self.heard.append(text)

    def end_cell(self) -> None:
        """Keep the cell when it shows something."""
        cell = self.shown()
        if cell.text:
            self.meter.count_cell()
            self.meter.count_text(len(cell.text))  # one shared text may be shown by every cell
            self.sheet.cells[self.row, self.column] = cell
            self.sheet.has_hidden_rows |= self.is_hidden_row
        elif self.has_formula and not self.value and self.kind != "str":
            self.sheet.not_counted.append(f"{column_letters(self.column)}{self.row + 1}")

    def shown(self) -> SheetCell:
        """The value as the sheet shows it."""
        value = "".join(self.value)
        if self.kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 9 else -1
            if value and not 0 <= place < len(self.shared):
                raise RuleBroken(Remark(BROKEN))
            return SheetCell(self.shared[place] if value else "")
        if self.kind == "inlineStr":
            return SheetCell(without_blank_lines("".join(self.inline)))
        if self.kind == "b":
            return SheetCell({"1": "ИСТИНА", "0": "ЛОЖЬ"}.get(value.strip(), value))
        number = exact_number(value.strip()) if self.kind == "n" else None
        if number is None:
            return SheetCell(without_blank_lines(value))
        code = self.book.code_of(self.style)
        if is_date(code):
            return SheetCell(shown_date(number, code, self.book.from_1904))
        return SheetCell(shown_number(number, code).strip() or plain(number), number)

    def merge(self, reference: str) -> None:
        """Remember a merged range; junk is passed over."""
        first, _, last = reference.partition(":")
        top, bottom = position(first), position(last)
        if top and bottom and top[0] <= bottom[0] and top[1] <= bottom[1]:
            if len(self.sheet.merges) >= MERGES_MAX:
                raise RuleBroken(Remark(TOO_LARGE))
            self.sheet.merges.append((*top, *bottom))


def read_sheets(archive: zipfile.ZipFile) -> tuple[list[Sheet], list[Remark]]:
    """The visible sheets that hold something, in the order of the workbook, and the notes.

    RuleBroken when the workbook is damaged, empty, or all its sheets are hidden.
    """
    meter = Meter()
    book, shared = Workbook(), SharedTexts()
    pump(archive, MAIN, book, meter)
    targets = relations_of(archive, MAIN, meter)
    names = set(archive.namelist())
    for kind, listener in (("styles", book), ("sharedStrings", shared)):
        target = next((target for found, target in targets.values() if found == kind), "")
        if target in names:
            pump(archive, target, listener, meter)
    if not book.sheets or len(book.sheets) > SHEETS_MAX:
        raise RuleBroken(Remark(BROKEN if not book.sheets else TOO_LARGE))
    sheets: list[Sheet] = []
    notes: list[Remark] = []
    for name, relation, is_hidden in book.sheets:
        kind, target = targets.get(relation, ("", ""))
        if kind in {"chartsheet", "dialogsheet"}:
            continue
        if is_hidden:
            notes.append(Remark(HIDDEN_SHEET, {"sheet": name}))
            continue
        sheet = Sheet(name)
        pump(archive, target, SheetPart(sheet, book, shared.texts, meter), meter)
        sheets.append(sheet)
        notes += notes_of(sheet)
    if not any(sheet.cells for sheet in sheets):
        raise RuleBroken(Remark(EMPTY if sheets else ALL_HIDDEN))
    return [sheet for sheet in sheets if sheet.cells], notes


def notes_of(sheet: Sheet) -> list[Remark]:
    """What a person should know of the reading of a sheet; at most five cells are named."""
    notes = [Remark(HIDDEN_ROWS, {"sheet": sheet.name})] if sheet.has_hidden_rows else []
    return notes + [Remark(NOT_COUNTED, {"sheet": sheet.name, "cell": cell}) for cell in sheet.not_counted[:5]]
