"""Forms as XLSX: a sheet each, numbers as numbers with their formats, ready to print."""

import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from html import escape
from math import ceil
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tosportal.support.documents.forms import Form, Placed, Slot, placed
from tosportal.support.documents.layout import plain_text

FACE = "Times New Roman"
LINE = Side(style="thin", color="FF808080")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
SIDES = {"start": "left", "end": "right", "center": "center"}
PAGE_SIGNS = {True: 150, False: 96}  # how many signs the width of a lying and a standing page holds
TIGHT_SIGNS = 240  # of a page with so many columns that it is printed smaller
LINE_HEIGHT = 13.0
HIGHEST = 400.0
TEXT_MOST = 32_000
CELL = re.compile(r"\[(\$?)(\d+),(\d+)\]")
SHEET_FILE = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
FORMULA_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^<>]*)>(<f>[^<]*</f>)<v ?(?:/>|></v>)</c>')

# Number format, side, boldness → the style that the first cell of this look was given.
Looks = dict[tuple[str, str, bool], StyleArray]


def xlsx_of_forms(forms: Sequence[Form], *, title: str, now: datetime) -> bytes:
    """A workbook with a sheet for each form: print area, header rows on each page, the page lying where it is wide."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = plain_text(title), ""
    book.properties.created = now.astimezone(UTC).replace(tzinfo=None)
    looks: Looks = {}
    counted = [fill(book.create_sheet(form.sheet[:31]), form, looks) for form in forms]
    content = io.BytesIO()
    book.save(content)
    return with_values(content.getvalue(), counted)


def with_values(content: bytes, sheets: Sequence[Mapping[str, Slot]]) -> bytes:
    """The workbook with the value of each formula beside it, which openpyxl does not write: a phone, the preview of a
    letter and Excel before «Разрешить редактирование» count nothing and would show empty cells."""
    found = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(found, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            data, name = old.read(part), SHEET_FILE.fullmatch(part.filename)
            if name:
                slots = sheets[int(name[1]) - 1]
                data = FORMULA_CELL.sub(lambda cell, slots=slots: formula_cell(cell, slots), data)  # type: ignore[misc]
            new.writestr(part, data, ZIP_DEFLATED)
    return found.getvalue()


def formula_cell(cell: re.Match[bytes], slots: Mapping[str, Slot]) -> bytes:
    """The cell of a formula with its value: a number, or the words of the paper."""
    address, style, formula = cell.groups()
    slot = slots[address.decode("ascii")]
    kind = "" if slot.number is not None else ' t="str"'
    value = f"{slot.number:f}" if slot.number is not None else escape(plain_text(slot.text), quote=False)
    return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (address, style, kind.encode(), formula, value.encode())


def number_format(slot: Slot) -> str:
    """The format under which Excel shows the number like the paper does.

    >>> from decimal import Decimal
    >>> number_format(Slot("3 575,5", number=Decimal("3575.5"), places=1, is_grouped=True)), number_format(Slot("9"))
    ('#,##0.0', '0')
    """
    return ("#,##0" if slot.is_grouped else "0") + ("." + "0" * slot.places if slot.places else "")


def fill(sheet: Worksheet, form: Form, looks: Looks) -> dict[str, Slot]:
    """The form stands on the sheet; the slots of its formulas by the address of their cells come back."""
    width, signs = len(form.widths), TIGHT_SIGNS if form.is_tight else PAGE_SIGNS[form.is_wide]
    columns = [signs * share / sum(form.widths) for share in form.widths]
    for number, share in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = share
    first = 1
    for line, side in [*((line, "right") for line in form.above), (form.title, "center")]:
        put(sheet, first, 1, line)
        sheet.merge_cells(start_row=first, start_column=1, end_row=first, end_column=width)
        cell = sheet.cell(first, 1)
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True)
        cell.font = Font(name=FACE, size=11, bold=side == "center")
        sheet.row_dimensions[first].height = LINE_HEIGHT * 1.2 * lines_of(line, signs)
        first += 1
    first += 1  # an empty row between the title and the table
    cells = placed(form)
    for one in cells:
        put_slot(sheet, first, one, looks)
    for number, height in enumerate(heights(form, cells, columns)):
        sheet.row_dimensions[first + number].height = height
    end = first + len(form.rows)
    for number, line in enumerate(form.below, end):
        put(sheet, number, 1, line)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=width)
        sheet.cell(number, 1).alignment = Alignment(vertical="top", wrap_text=True)
        sheet.cell(number, 1).font = Font(name=FACE, size=9)
        sheet.row_dimensions[number].height = LINE_HEIGHT * lines_of(line, signs)
    print_setup(sheet, form, first)
    return {f"{get_column_letter(one.column + 1)}{first + one.row}": one.slot for one in cells if one.slot.formula}


def put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """A text, never a formula, whatever it begins with."""
    cell = sheet.cell(row, column, plain_text(text)[:TEXT_MOST])
    cell.data_type = "s"


def put_slot(sheet: Worksheet, first: int, one: Placed, looks: Looks) -> None:
    slot, row, column = one.slot, first + one.row, one.column + 1
    if slot.formula:
        sheet.cell(row, column, f"={CELL.sub(lambda found: address(found, first), slot.formula)}")
    elif slot.number is not None:
        sheet.cell(row, column, slot.number)
    elif slot.text:
        put(sheet, row, column, slot.text)
    if slot.rows > 1 or slot.columns > 1:  # before they are dressed: to merge cells with borders takes long
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + slot.rows - 1, end_column=column + slot.columns - 1
        )
    for down in range(slot.rows):
        for right in range(slot.columns):
            dress(sheet.cell(row + down, column + right), slot, looks)


def dress(cell: Cell | MergedCell, slot: Slot, looks: Looks) -> None:
    """The look of a cell. openpyxl compares a style with all styles of the book part by part; a look that was there
    before is taken as a whole."""
    shown = number_format(slot) if slot.formula or slot.number is not None else "General"
    look = (shown, slot.align, slot.is_bold)
    if look not in looks:
        cell.number_format, cell.border = shown, BORDER
        cell.alignment = Alignment(horizontal=SIDES[slot.align], vertical="top", wrap_text=True)
        cell.font = Font(name=FACE, size=10, bold=slot.is_bold)
        looks[look] = copy(cell._style)  # type: ignore[union-attr]
    cell._style = copy(looks[look])  # type: ignore[union-attr]


def address(found: re.Match[str], first: int) -> str:
    """A cell of the form as Excel names it; the form's rows begin at `first`.

    >>> address(CELL.match("[0,3]"), 7), address(CELL.match("[$1,0]"), 7)
    ('D7', '$A$8')
    """
    fixed, row, column = found.groups()
    return f"{fixed}{get_column_letter(int(column) + 1)}{fixed}{first + int(row)}"


def lines_of(text: str, signs: float) -> int:
    """How many lines a text takes in a column of so many signs."""
    return sum(max(1, ceil(len(line) * 1.1 / max(1, signs))) for line in text.split("\n"))


def heights(form: Form, cells: Sequence[Placed], columns: Sequence[float]) -> list[float]:
    """The height of each row: Excel does not find it by itself where cells are merged."""
    needed = [1.0] * len(form.rows)
    for one in sorted(cells, key=lambda cell: cell.slot.rows):
        own = range(one.row, one.row + one.slot.rows)
        signs = sum(columns[one.column : one.column + one.slot.columns])
        short = lines_of(one.slot.text, signs) - sum(needed[row] for row in own)
        if short > 0:
            for row in own:
                needed[row] += short / one.slot.rows
    return [min(HIGHEST, LINE_HEIGHT * one + 2) for one in needed]


def print_setup(sheet: Worksheet, form: Form, first: int) -> None:
    last = first + len(form.rows) + len(form.below) - 1
    sheet.print_area = f"A1:{get_column_letter(len(form.widths))}{last}"
    if form.header_rows:
        sheet.print_title_rows = f"{first}:{first + form.header_rows - 1}"
        sheet.freeze_panes = f"A{first + form.header_rows}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if form.is_wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None:
        sheet.oddFooter.right.text = "&P / &N"
