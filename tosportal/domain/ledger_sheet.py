"""Entries of the ledger as a secretary keeps them in a table: columns named in Russian, cells as people type them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import day_from
from tosportal.domain.ledger import EntryFacts, check_entry, signed_roubles
from tosportal.domain.money import parse_decimal

SheetCell = str | int | Decimal | date | None
HEADER_WITHIN = 20
MOST_ROWS = 5000
BAD_DAY, BAD_YEAR = date(1, 1, 1), 0

# The title of each column, then other titles people give it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("Вид записи", "Вид", "Что записано"),
    "activity": ("Мероприятие", "Код мероприятия", "Наименование мероприятия"),
    "year": ("Год", "Финансовый год"),
    "source": ("Источник", "Источник финансирования", "Источник средств", "Бюджет"),
    "entry_sum": ("Сумма, руб.", "Сумма", "Сумма руб", "Сумма, рублей", "Сумма в рублях"),
    "dated_on": ("День", "Дата", "Дата документа"),
    "document": ("Документ", "Документ-основание", "Основание", "Номер документа"),
    "note": ("Примечание", "Пояснение", "Комментарий"),
    "level": ("Уровень софинансирования, %", "Уровень софинансирования", "Уровень, %", "Уровень"),
}
NEEDED = ("kind", "activity", "year", "source", "entry_sum", "dated_on", "document")
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "roster": ("бюджетная роспись", "сводная бюджетная роспись", "роспись"),
    "region_agreement": ("соглашение с областью", "соглашение с регионом", "соглашение о субсидии"),
    "tranche": ("транш области", "транш", "поступило из области"),
    "award": ("награды", "награда", "решение конкурса"),
    "agreement": ("соглашения с тос", "соглашение с тос", "соглашение с победителем", "договор"),
    "cash": ("касса", "кассовое исполнение", "кассовый расход", "оплата", "платёж"),
}
SOURCE_WORDS: Mapping[str, tuple[str, ...]] = {
    "federal": ("федеральный бюджет", "федеральный", "средства федерального бюджета", "фб"),
    "regional": ("областной бюджет", "областной", "бюджет области", "бюджет нсо", "регион"),
    "local": ("местный бюджет", "местный", "районный бюджет", "бюджет района"),
    "settlement": ("бюджеты поселений", "бюджет поселения", "бюджет сельских поселений", "поселения", "поселение"),
    "extrabudget": ("внебюджетные источники", "внебюджетные средства", "внебюджетные", "внебюджет"),
}


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be taken: its row in the file, its column, what stands there and why not."""

    line: int
    column: str
    given: str
    remark: Remark


@dataclass(frozen=True)
class SheetRow:
    """A row of the file that may stand as an entry."""

    line: int
    facts: EntryFacts


@dataclass(frozen=True)
class LedgerSheet:
    """A table as read: good rows, bad cells, titles of columns nobody knows."""

    rows: tuple[SheetRow, ...]
    bad: tuple[BadCell, ...]
    unknown_columns: tuple[str, ...] = ()


def plain(text: object) -> str:
    """Words as they are compared: small letters, no punctuation, «ё» as «е».

    >>> plain("  Сумма,  РУБ. "), plain("Платёж")
    ('сумма руб', 'платеж')
    """
    return " ".join(re.findall(r"\w+", str(text).casefold().replace("ё", "е")))


def _inverted(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): name for name, known in words.items() for word in known}


COLUMN_NAMES, KIND_NAMES, SOURCE_NAMES = _inverted(COLUMNS), _inverted(KIND_WORDS), _inverted(SOURCE_WORDS)


def read_ledger_sheet(
    rows: Sequence[tuple[int, Sequence[SheetCell]]],
    *,
    activities: Mapping[str, str],
    year_from: int,
    year_to: int,
    today: date,
) -> LedgerSheet:
    """The entries of a table whose columns are named in Russian, in any order, below any heading.

    `rows` are the rows of a sheet with their numbers; `activities` gives the code by the code or the name of an
    activity, both `plain`. Empty rows are skipped. Nothing is guessed: a cell that is not understood is a bad cell.
    """
    header = next((at for at, (_line, cells) in enumerate(rows[:HEADER_WITHIN]) if _is_header(cells)), None)
    if header is None:
        needed = ", ".join(COLUMNS[name][0] for name in NEEDED)
        remark = Remark(N_("Не найдена строка с названиями колонок. Нужны: %(titles)s"), {"titles": needed})
        return LedgerSheet((), (BadCell(rows[0][0] if rows else 1, "", "", remark),))
    line, heads = rows[header]
    titles = [str(title or "") for title in heads]
    names = [COLUMN_NAMES.get(plain(title), "") for title in titles]
    if doubled := sorted({name for name in names if name and names.count(name) > 1}):
        remark = Remark(N_("Колонка повторяется"))
        return LedgerSheet((), tuple(BadCell(line, COLUMNS[name][0], "", remark) for name in doubled))
    unknown = tuple(title for title, name in zip(titles, names, strict=True) if title and not name)
    body = [(at, cells) for at, cells in rows[header + 1 :] if any(_is_filled(cell) for cell in cells)]
    if len(body) > MOST_ROWS:
        remark = Remark(N_("Строк больше %(most)s: разделите файл на части"), {"most": MOST_ROWS})
        return LedgerSheet((), (BadCell(line, "", "", remark),), unknown)
    good, bad = [], []
    for at, cells in body:
        given = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        facts, wrong = _Row(at, given, activities).read(year_from, year_to, today)
        bad.extend(wrong)
        if facts is not None:
            good.append(SheetRow(at, facts))
    return LedgerSheet(tuple(good), tuple(bad), unknown)


def _is_header(cells: Sequence[SheetCell]) -> bool:
    names = {COLUMN_NAMES.get(plain(cell or "")) for cell in cells}
    return len(names & set(NEEDED)) >= len(NEEDED)


def _is_filled(cell: SheetCell) -> bool:
    return cell is not None and bool(str(cell).strip())


class _Row:
    """Reads one row and collects what is wrong with it."""

    def __init__(self, line: int, given: Mapping[str, SheetCell], activities: Mapping[str, str]) -> None:
        self.line, self.given, self.activities = line, given, activities
        self.bad: list[BadCell] = []

    def read(self, year_from: int, year_to: int, today: date) -> tuple[EntryFacts | None, list[BadCell]]:
        level = self.number("level")
        facts = EntryFacts(
            kind=self.word("kind", KIND_NAMES, N_("Такого вида записи нет")),
            activity=self.word("activity", self.activities, N_("Такого мероприятия в программе нет")),
            year=self.year(),
            source=self.word("source", SOURCE_NAMES, N_("Такого источника денег нет")),
            entry_sum=self.money(),
            dated_on=self.day(),
            document=self.text("document"),
            note=self.text("note"),
            level=level,
        )
        said = {cell.column for cell in self.bad}
        for remark in check_entry(facts, year_from=year_from, year_to=year_to, today=today):
            if COLUMNS[remark.place][0] not in said:
                self.say(remark.place, remark)
        return (None if self.bad else facts), self.bad

    def text(self, name: str) -> str:
        cell = self.given.get(name)
        if isinstance(cell, date):
            return cell.strftime("%d.%m.%Y")
        return " ".join(str(cell).split()) if cell is not None else ""

    def say(self, name: str, remark: Remark) -> None:
        self.bad.append(BadCell(self.line, COLUMNS[name][0], self.text(name)[:200], remark))

    def word(self, name: str, known: Mapping[str, str], refusal: str) -> str:
        found = known.get(plain(self.text(name)))
        if found is None:
            self.say(name, Remark(refusal))
        return found or ""

    def year(self) -> int:
        text = self.text("year").casefold().removesuffix("год").removesuffix("г.").strip()
        if not (len(text) == 4 and text.isascii() and text.isdigit()):
            self.say("year", Remark(N_("Нужен год, например 2026")))
            return BAD_YEAR
        return int(text)

    def money(self) -> Decimal:
        cell = self.given.get("entry_sum")
        if isinstance(cell, Decimal | int):
            return Decimal(cell)
        return self.parsed("entry_sum", signed_roubles) or Decimal(1)

    def number(self, name: str) -> Decimal | None:
        cell = self.given.get(name)
        if isinstance(cell, Decimal | int):
            return Decimal(cell)
        return self.parsed(name, _percent) if self.text(name) else None

    def parsed(self, name: str, parse: Any) -> Decimal | None:
        try:
            value: Decimal = parse(self.text(name))
        except RuleBroken as refused:
            self.say(name, refused.remarks[0])
            return None
        return value

    def day(self) -> date:
        cell = self.given.get("dated_on")
        found = cell if isinstance(cell, date) else day_from(self.text("dated_on"))
        if found is None:
            self.say("dated_on", Remark(N_("Нужен день, например 15.03.2026")))
        return found or BAD_DAY


def _percent(text: str) -> Decimal:
    return parse_decimal(text.rstrip("% "), places=6)
