"""The rows of a spreadsheet as plain values, for tables that people fill in by a template."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.storage.upload_checks import check_upload

SheetValue = str | int | Decimal | date | None
MOST_BYTES = 5 * 1024 * 1024
MOST_COLUMNS = 40
MOST_SHEETS = 10
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot hold."""
NOT_IN_SHEET_NAME = re.compile(r"[\s\[\]:*?/\\]+")
LONGEST_SHEET_NAME = 31
MONEY_FORMAT, DAY_FORMAT = "#,##0.00", "DD.MM.YYYY"


def read_sheets(content: bytes, name: str, *, most_rows: int) -> list[list[tuple[int, list[SheetValue]]]]:
    """The sheets of an XLSX file as rows with their numbers; numbers are exact decimals of what the sheet holds.

    A cell shown in per cent gives per cents (98.2, not 0.982). At most `most_rows` rows of the first ten sheets are
    read. Raises
    RuleBroken with plain words for what is no harmless XLSX.
    """
    check_upload(BytesIO(content), name, accept=["xlsx"], max_bytes=MOST_BYTES)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return [
            [
                (line, [_value(cell) for cell in row])
                for line, row in enumerate(sheet.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS), 1)
            ]
            for sheet in book.worksheets[:MOST_SHEETS]
        ]
    except RuleBroken:
        raise
    except Exception as fault:  # a damaged file breaks the reader in a hundred ways, each means the same to a person
        raise RuleBroken(Remark(N_("Таблицу не удалось прочитать: сохраните файл заново в формате XLSX"))) from fault


def _value(cell: Any) -> SheetValue:
    value = cell.value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        number = Decimal(f"{value:.15g}")  # a spreadsheet keeps fifteen digits; the rest is noise of its binary numbers
        return number * 100 if "%" in str(cell.number_format) else number
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else str(value)


def _sheet_name(title: str) -> str:
    """
    >>> _sheet_name("'Смета/план: [что?]'"), _sheet_name("/")
    ('Смета план что', 'Sheet')
    """
    name = NOT_IN_SHEET_NAME.sub(" ", UNWRITABLE.sub("", title)).strip(" '")
    return name[:LONGEST_SHEET_NAME].strip(" '") or "Sheet"


def write_sheet(
    title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[SheetValue]], *, frozen: bool = True
) -> bytes:
    """An XLSX file of one sheet: a row of titles (title, width in signs), then the rows; sums and days as numbers and
    days, texts as texts, so that nothing in them or in the titles becomes a formula. Any `title` will do: the name of
    the sheet is as much of it as the format can hold."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_sheet_name(title))
    for column, (name, width) in enumerate(columns, 1):
        head = sheet.cell(1, column, UNWRITABLE.sub("", name))
        head.data_type = "s"
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = width
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column, UNWRITABLE.sub("", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            else:
                is_sum = isinstance(value, Decimal)
                cell.number_format = MONEY_FORMAT if is_sum else DAY_FORMAT if isinstance(value, date) else "General"
    if frozen:
        sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()
