"""Rows of a table of the form as people bring them: copied out of Excel or Word, or read from a spreadsheet.

A table is text: a line a row, cells parted by tabs, as a spreadsheet gives them to the clipboard. Columns are known by
their titles in any order; without titles they stand in the order of the form. Nothing is guessed: a cell that does not
fit stays as it was typed, and the page of the section says what is wrong with it, as of anything typed there.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import MOST_CHARS, NUMBER_KINDS, FormField, day_from
from tosportal.domain.ledger_sheet import plain

HEADER_WITHIN = 10
NO_ROWS = N_("Строк не нашлось: скопируйте таблицу вместе со строкой названий")
# Titles people give to the portal's own columns, besides those of the portal.
TITLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "budget": {
        "name": ("Наименование", "Наименование расходов", "Наименование статьи расходов", "Вид расходов", "Что купим"),
        "kind": ("Статья расходов", "Категория"),
        "unit": ("Единица измерения", "Ед. изм.", "Ед."),
        "quantity": ("Кол-во", "Количество единиц"),
        "price": ("Цена за единицу", "Цена за единицу, руб.", "Цена, руб.", "Стоимость единицы"),
        "requested": ("Запрашиваемая сумма", "Средства гранта", "За счёт гранта", "Грант", "Субсидия", "Бюджет"),
        "own": ("Собственные средства", "Собственный вклад", "Средства жителей"),
        "attracted": ("Привлечённые средства", "Средства партнёров", "Софинансирование"),
        "in_kind": ("Вклад вещами и трудом", "Нефинансовый вклад", "В натуральной форме"),
    },
    "calendar_plan": {
        "name": ("Наименование мероприятия", "Этап", "Что сделаем", "Наименование этапа"),
        "starts_on": ("Дата начала", "С"),
        "ends_on": ("Дата окончания", "По", "Срок"),
        "responsible": ("Ответственный исполнитель", "Кто отвечает", "ФИО ответственного"),
        "result": ("Ожидаемый результат", "Итог"),
    },
}  # fmt: skip
COUNTED = frozenset(plain(one) for one in ("№", "№ п/п", "п/п", "Сумма", "Сумма, руб.", "Всего", "Стоимость", "Итого"))
"""Columns that the portal counts itself: nothing is lost with them."""
TOTALS = re.compile(r"(итого|всего)\b", re.IGNORECASE)


@dataclass(frozen=True)
class PastedRows:
    """Rows as the form keeps them (column → text), and what was left out: titles nobody knows, rows of totals, cells
    with something else than the choices of their column (number of the row from 1, title of the column, the cell).

    With `remarks` nothing of the table can be taken.
    """

    rows: tuple[dict[str, str], ...] = ()
    unknown_columns: tuple[str, ...] = ()
    totals: int = 0
    misfits: tuple[tuple[int, str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()


def text_of(cells: Sequence[Sequence[str | int | Decimal | date | None]]) -> str:
    """Cells as the text a spreadsheet gives to the clipboard; days as people write them, numbers with a comma.

    >>> text_of([["Качели", Decimal("2.50"), date(2026, 5, 20), None]])
    'Качели\\t2,5\\t20.05.2026\\t\\n'
    """
    out = io.StringIO()
    csv.writer(out, "excel-tab", lineterminator="\n").writerows([_typed(cell) for cell in row] for row in cells)
    return out.getvalue()


def _typed(cell: str | int | Decimal | date | None) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    return "" if cell is None else str(cell)


def cells_of(text: str) -> list[list[str]]:
    """The cells of a copied table; a text without tabs is parted by semicolons, or a line is one cell.

    >>> cells_of('Качели\\t"2 места\\nи цепи"\\nУрна')
    [['Качели', '2 места\\nи цепи'], ['Урна']]
    >>> cells_of("Качели; 2; 40 000")
    [['Качели', '2', '40 000']]
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    parted_by = "\t" if "\t" in text or ";" not in text else ";"
    is_quoted = text.count('"') % 2 == 0  # a lonely inch sign opens nothing
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = io.StringIO(text)
    rows = csv.reader(lines, delimiter=parted_by, quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE)
    return [[cell.replace("\xa0", " ").strip() for cell in row] for row in rows]


def read_rows(one: FormField, cells: Sequence[Sequence[str]], titles: Mapping[str, Sequence[str]]) -> PastedRows:
    """The rows of a copied table for this question; `titles`: column → what it is called, in any language.

    Empty rows and rows of totals are left out.

    >>> step = FormField("steps", "Шаги", "table", columns=(FormField("what", "Что", "text"),
    ...     FormField("till", "До", "date")))
    >>> cells = [["До", "Что", "Цвет"], ["1.5.2026", "Качели", "синий"], ["", "Итого", ""]]
    >>> found = read_rows(step, cells, {"what": ["Что"], "till": ["До"]})
    >>> found.rows, found.unknown_columns, found.totals
    (({'what': 'Качели', 'till': '2026-05-01'},), ('Цвет',), 1)
    """
    body = [list(row) for row in cells if any(row)]
    known = {
        plain(title): column.code
        for column in one.row_columns
        for title in (*titles.get(column.code, ()), *TITLES.get(one.kind, {}).get(column.code, ()))
    }
    header = next((at for at, row in enumerate(body[:HEADER_WITHIN]) if _is_header(row, known)), None)
    unknown: list[str] = []
    if header is None:
        codes = [column.code for column in one.row_columns]
    else:
        codes = []
        for title in body[header]:
            code = known.get(plain(title), "")
            if not code and plain(title) and plain(title) not in COUNTED:
                unknown.append(title)
            codes.append(code if code not in codes else "")
        body = body[header + 1 :]
    totals = [row for row in body if TOTALS.match(next(cell for cell in row if cell))]
    rows = [row for row in body if row not in totals]
    remarks = _too_much(one, rows, codes, is_titled=header is not None)
    if remarks:
        return PastedRows(unknown_columns=tuple(unknown), totals=len(totals), remarks=tuple(remarks))
    found = [row for row in (_row(one, codes, cells) for cells in rows) if any(row.values())]
    misfits = []
    for number, row in enumerate(found, 1):
        for column in one.row_columns:
            if column.kind == "choice" and row[column.code] not in {"", *(option.code for option in column.options)}:
                misfits.append((number, column.label, row[column.code]))
                row[column.code] = ""  # the page could not show it
    if not any(any(row.values()) for row in found):
        return PastedRows((), tuple(unknown), len(totals), tuple(misfits), (Remark(NO_ROWS),))
    return PastedRows(tuple(found), tuple(unknown), len(totals), tuple(misfits))


def _is_header(row: Sequence[str], known: Mapping[str, str]) -> bool:
    """At least two titles of columns, or the only one there is."""
    return len({known[plain(cell)] for cell in row if plain(cell) in known}) >= min(2, len(set(known.values())))


def _too_much(one: FormField, rows: Sequence[Sequence[str]], codes: Sequence[str], *, is_titled: bool) -> list[Remark]:
    if not rows:
        return [Remark(NO_ROWS)]
    if len(rows) > one.rows_limit:
        values = {"count": len(rows), "most": one.rows_limit}
        return [Remark(N_("Строк %(count)s, а здесь помещается %(most)s. Объедините мелкие строки"), values)]
    if any(len(cell) > MOST_CHARS for row in rows for cell in row):
        return [Remark(N_("В одной из ячеек больше %(most)s знаков"), {"most": MOST_CHARS})]
    widest = max(at for row in rows for at, cell in enumerate(row, 1) if cell)
    if not is_titled and widest > len(codes):
        values = {"count": widest, "most": len(codes)}
        words = N_("В строке %(count)s ячеек, а колонок %(most)s. Добавьте строку с названиями колонок")
        return [Remark(words, values)]
    return []


def _row(one: FormField, codes: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    given = {code: cell for code, cell in zip(codes, cells, strict=False) if code}
    return {column.code: _kept(column, given.get(column.code, "")) for column in one.row_columns}


def _kept(column: FormField, cell: str) -> str:
    """The cell as the form keeps what is typed: a day as ISO, a choice as its code, a number without its unit."""
    if column.kind == "date":
        day = day_from(cell.removesuffix("г.").removesuffix("года").strip())
        return day.isoformat() if day else cell
    if column.kind == "choice":
        said = (option.code for option in column.options if plain(cell) in {plain(option.name), option.code})
        return next(said, cell)
    if column.kind in NUMBER_KINDS:
        return re.sub(r"\s*(₽|руб\.?|рублей|р\.)$", "", cell, flags=re.IGNORECASE)
    return cell if column.kind == "long_text" else " ".join(cell.split())
