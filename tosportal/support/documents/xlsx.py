"""XLSX by openpyxl for printed forms: a title, a head, rows, totals as live formulas, number formats, print areas."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

MONEY, NUMBER, PERCENT = "#,##0.00", "#,##0.#####", '0.0"%"'
THIN = Border(*(Side(style="thin"),) * 4)
TITLE_MOST = 31


@dataclass(frozen=True)
class Formula:
    """A live formula; `{row}` in it becomes the row it stands in."""

    text: str


FormValue = str | int | Decimal | Formula | None


@dataclass(frozen=True)
class FormColumn:
    """A column of a form: heading, width in signs, number format of its numbers (empty: as typed)."""

    heading: str
    width: int
    number_format: str = ""


@dataclass(frozen=True)
class Form:
    """One sheet: title and lines above, columns, rows, a total row («{first}», «{last}» in its formulas are the rows of
    the table), lines below."""

    name: str
    title: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[FormValue]]
    above: Sequence[str] = ()
    total: Sequence[FormValue] | None = None
    below: Sequence[str] = field(default=())


def forms_book(forms: Sequence[Form], *, now: datetime) -> bytes:
    """An XLSX file of these forms, each on its sheet, landscape, as wide as the paper."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = ""
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    for form in forms:
        _draw(book.create_sheet(form.name[:TITLE_MOST]), form)
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def _draw(sheet: Worksheet, form: Form) -> None:
    sheet.cell(1, 1, form.title).font = Font(bold=True, size=13)
    for line, text in enumerate(form.above, 2):
        _put(sheet, line, 1, text, "")
    head = len(form.above) + 3
    for number, column in enumerate(form.columns, 1):
        cell = sheet.cell(head, number, column.heading)
        cell.font, cell.border = Font(bold=True), THIN
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    first, last = head + 1, head + len(form.rows)
    for line, row in enumerate(form.rows, first):
        _row(sheet, line, row, form.columns)
    if form.total is not None and form.rows:
        totals = [
            Formula(one.text.replace("{first}", str(first)).replace("{last}", str(last)))
            if isinstance(one, Formula)
            else one
            for one in form.total
        ]
        _row(sheet, last + 1, totals, form.columns, is_total=True)
        last += 1
    for line, text in enumerate(form.below, last + 2):
        _put(sheet, line, 1, text, "")
    end = last + 1 + len(form.below)
    sheet.freeze_panes = f"A{first}"
    sheet.print_area = f"A1:{get_column_letter(len(form.columns))}{end}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _row(
    sheet: Worksheet, line: int, row: Sequence[FormValue], columns: Sequence[FormColumn], *, is_total: bool = False
) -> None:
    for number, (value, column) in enumerate(zip(row, columns, strict=True), 1):
        _put(sheet, line, number, value, column.number_format)
        cell = sheet.cell(line, number)
        cell.border = THIN
        cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
        if is_total:
            cell.font = Font(bold=True)


def _put(sheet: Worksheet, line: int, number: int, value: FormValue, number_format: str) -> None:
    """A text stays a text whatever it begins with; only `Formula` becomes a formula."""
    cell = sheet.cell(line, number)
    if isinstance(value, Formula):
        cell.value = "=" + value.text.replace("{row}", str(line))
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            return
    if number_format:
        cell.number_format = number_format
