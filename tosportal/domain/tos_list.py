"""What a row of the registry must be, and how a list of ТОС is read from a table, with every bad cell named."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import EMAIL, cleaned, day_from, is_inn10, is_kpp, is_ogrn13

POPULATION_MOST = 1_000_000
ROWS_MOST = 20_000
CELL_MOST = 20_000


def search_key(text: str) -> str:
    """A text as it is searched: letter case, ё and е, quotes, dashes and repeated spaces make no difference.

    >>> search_key("ТОС  «Берёзка»"), search_key("Верх–Алеус")
    ('тос березка', 'верх-алеус')
    """
    text = unicodedata.normalize("NFC", cleaned(text)).casefold().replace("ё", "е")
    for sign in "«»„“”\"'’":
        text = text.replace(sign, " ")
    for sign in "‐‑‒–—−":
        text = text.replace(sign, "-")
    return " ".join(text.split())


@dataclass(frozen=True)
class TosFacts:
    """What is known of a ТОС, checked. Empty text and None: not known."""

    code: str
    name: str
    settlement: str
    settlement_kind: str = "сельсовет"
    place_kind: str = "с."
    place: str = ""
    population: int = 0
    residents_16: int | None = None
    borders: str = ""
    border_decision_body: str = ""
    border_decision_number: str = ""
    border_decision_on: date | None = None
    charter_number: str = ""
    charter_registered_on: date | None = None
    is_legal_entity: bool = False
    inn: str = ""
    ogrn: str = ""
    kpp: str = ""
    legal_address: str = ""
    chair_full_name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class BadCell:
    """What is wrong in a table: the line of the file (the header is line 1), the column, what stands there, and why."""

    line: int
    column: str
    given: str
    remark: Remark


@dataclass(frozen=True)
class TosRow:
    """A good row: its line in the file, its facts, and which of them the file holds at all."""

    line: int
    facts: TosFacts
    held: frozenset[str]


@dataclass(frozen=True)
class TosTable:
    """A list as read: good rows, everything that is wrong, and columns that nobody knows."""

    rows: tuple[TosRow, ...]
    bad: tuple[BadCell, ...] = ()
    unknown_columns: tuple[str, ...] = ()

    @property
    def bad_lines(self) -> tuple[int, ...]:
        return tuple(sorted({cell.line for cell in self.bad}))


# Column of the file → fact. The second names are what people call the same column.
COLUMNS: Mapping[str, str] = {
    "id": "code",
    "name": "name",
    "municipality": "settlement",
    "municipality_type": "settlement_kind",
    "settlement_type": "place_kind",
    "settlement": "place",
    "population": "population",
    "residents_16": "residents_16",
    "borders": "borders",
    "border_decision_body": "border_decision_body",
    "border_decision_number": "border_decision_number",
    "border_decision_date": "border_decision_on",
    "charter_reg_number": "charter_number",
    "charter_reg_date": "charter_registered_on",
    "chair_full_name": "chair_full_name",
    "phone": "phone",
    "email": "email",
    "legal_entity": "is_legal_entity",
    "inn": "inn",
    "ogrn": "ogrn",
    "kpp": "kpp",
    "legal_address": "legal_address",
}
RUSSIAN_COLUMNS: Mapping[str, str] = {
    "код": "id",
    "название": "name",
    "наименование": "name",
    "поселение": "municipality",
    "вид поселения": "municipality_type",
    "вид населенного пункта": "settlement_type",
    "населенный пункт": "settlement",
    "жителей": "population",
    "население": "population",
    "жителей с 16 лет": "residents_16",
    "границы": "borders",
    "орган, установивший границы": "border_decision_body",
    "номер решения о границах": "border_decision_number",
    "дата решения о границах": "border_decision_date",
    "номер регистрации устава": "charter_reg_number",
    "дата регистрации устава": "charter_reg_date",
    "председатель": "chair_full_name",
    "телефон": "phone",
    "почта": "email",
    "юридическое лицо": "legal_entity",
    "инн": "inn",
    "огрн": "ogrn",
    "кпп": "kpp",
    "юридический адрес": "legal_address",
}
NEEDED = ("id", "name", "municipality", "settlement")
KNOWN_AND_UNUSED = frozenset({"origin"})
COLUMN_OF: Mapping[str, str] = {fact: column for column, fact in COLUMNS.items()}
LENGTHS: Mapping[str, int] = {
    "code": 40,
    "name": 200,
    "settlement": 200,
    "settlement_kind": 60,
    "place_kind": 20,
    "place": 120,
    "borders": 20_000,
    "border_decision_body": 300,
    "border_decision_number": 40,
    "charter_number": 40,
    "inn": 10,
    "ogrn": 13,
    "kpp": 9,
    "legal_address": 500,
    "chair_full_name": 200,
    "phone": 60,
    "email": 255,
}
YES = frozenset({"да", "yes", "1", "true", "+", "юл", "юридическое лицо"})
NO = frozenset({"", "нет", "no", "0", "false", "-", "–", "—"})


# --- the rules of one ТОС --------------------------------------------------------------------------------------------


def read_tos(given: Mapping[str, str], *, today: date, partial: bool = False) -> tuple[TosFacts | None, list[Remark]]:
    """The facts of a ТОС from what was typed, or remarks with the fact in `place`; never both.

    `given` holds texts by the names of `TosFacts`; what is missing is empty. `partial` (an import whose file may lack
    columns) asks only for what names a ТОС.

    Basis: issue, point 5; DOMAIN.md 7.1. A ТОС without the rights of a legal entity has neither ИНН nor ОГРН nor КПП.
    """
    remarks: list[Remark] = []
    text = {name: one_line(given.get(name, "")) for name in LENGTHS if name != "borders"}
    text["borders"] = cleaned(given.get("borders", "")).strip()
    for name, value in text.items():
        if len(value) > LENGTHS[name]:
            remarks.append(
                Remark(
                    N_("Не длиннее %(most)s знаков, сейчас %(actual)s"),
                    {"most": LENGTHS[name], "actual": len(value)},
                    name,
                )
            )
    if not text["code"] or any(not (sign.isalnum() or sign in "-_") for sign in text["code"]):
        remarks.append(Remark(N_("Укажите код из букв, цифр и дефиса, например tos-046"), place="code"))
    if not text["name"]:
        remarks.append(Remark(N_("Укажите название ТОС"), place="name"))
    if not text["settlement"]:
        remarks.append(Remark(N_("Укажите поселение: сельсовет или рабочий посёлок"), place="settlement"))
    if not text["place"]:
        remarks.append(Remark(N_("Укажите населённый пункт"), place="place"))
    population = _count(given, "population", remarks)
    residents = _count(given, "residents_16", remarks)
    if residents is not None and residents > (population or 0):
        remarks.append(Remark(N_("Жителей с 16 лет не может быть больше, чем всех жителей"), place="residents_16"))
    days = {name: _day(given, name, today, remarks) for name in ("border_decision_on", "charter_registered_on")}
    if (
        days["border_decision_on"]
        and days["charter_registered_on"]
        and days["border_decision_on"] > days["charter_registered_on"]
    ):
        remarks.append(
            Remark(
                N_("Устав не мог быть зарегистрирован раньше, чем установлены границы"), place="charter_registered_on"
            )
        )
    legal_text = one_line(given.get("is_legal_entity", "")).casefold()
    if legal_text not in YES | NO:
        remarks.append(Remark(N_("Напишите «да» или «нет»"), place="is_legal_entity"))
    is_legal = legal_text in YES
    if partial and "is_legal_entity" not in given:
        is_legal = bool(text["inn"] or text["ogrn"] or text["kpp"])
    _check_numbers(text, is_legal, remarks, partial=partial)
    if text["email"] and not EMAIL.fullmatch(text["email"]):
        remarks.append(Remark(N_("Проверьте адрес почты: нужен вид name@example.ru"), place="email"))
    if text["phone"] and not _is_phone(text["phone"]):
        remarks.append(Remark(N_("Проверьте телефон: в нём должно быть от 5 до 15 цифр"), place="phone"))
    if remarks:
        return None, remarks
    text["settlement_kind"] = text["settlement_kind"] or "сельсовет"
    text["place_kind"] = text["place_kind"] or "с."
    counts = {"population": population or 0, "residents_16": residents, "is_legal_entity": is_legal}
    values: dict[str, Any] = {**text, **days, **counts}
    return TosFacts(**values), []


def one_line(text: str) -> str:
    """Without unseen signs, line breaks and repeated spaces; a leading apostrophe that guards a formula sign goes too.

    >>> one_line("'+7 383\\n 59"), one_line("'Звезда")
    ('+7 383 59', "'Звезда")
    """
    text = " ".join(cleaned(text).split())
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" and len(text) > 1 else text


def _check_numbers(text: Mapping[str, str], is_legal: bool, remarks: list[Remark], *, partial: bool) -> None:
    rules = (
        ("inn", is_inn10, N_("Проверьте ИНН: в нём 10 цифр, последняя — контрольная")),
        ("ogrn", is_ogrn13, N_("Проверьте ОГРН: в нём 13 цифр, последняя — контрольная")),
        ("kpp", is_kpp, N_("Проверьте КПП: в нём 9 знаков")),
    )
    for name, is_right, words in rules:
        if text[name] and not is_right(text[name]):
            remarks.append(Remark(words, place=name))
        elif text[name] and not is_legal:
            remarks.append(
                Remark(
                    N_("Номер есть только у юридического лица: отметьте «юридическое лицо» или уберите номер"),
                    place=name,
                )
            )
        elif is_legal and not text[name] and not partial and name != "kpp":
            missing = N_("Укажите ИНН юридического лица") if name == "inn" else N_("Укажите ОГРН юридического лица")
            remarks.append(Remark(missing, place=name))


def _is_phone(text: str) -> bool:
    return all(sign in "0123456789+-() ,.доб" for sign in text) and 5 <= sum(sign.isdigit() for sign in text) <= 15


def _count(given: Mapping[str, str], name: str, remarks: list[Remark]) -> int | None:
    text = one_line(given.get(name, "")).replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > POPULATION_MOST:
        remarks.append(Remark(N_("Напишите число жителей цифрами, от 0 до %(most)s"), {"most": POPULATION_MOST}, name))
        return None
    return int(text)


def _day(given: Mapping[str, str], name: str, today: date, remarks: list[Remark]) -> date | None:
    text = one_line(given.get(name, ""))
    if not text:
        return None
    found = day_from(text)
    if found is None:
        remarks.append(Remark(N_("Напишите день так: 23.10.2018"), place=name))
    elif not date(1990, 1, 1) <= found <= today:
        remarks.append(Remark(N_("День не может быть раньше 1990 года и позже сегодняшнего"), place=name))
        return None
    return found


# --- the table -------------------------------------------------------------------------------------------------------


def decoded(data: bytes) -> str | None:
    """The text of a file: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1251; None when it is not a text.

    >>> decoded("имя".encode("cp1251")), decoded(b"\\xef\\xbb\\xbfid"), decoded(b"PK\\x03\\x04\\x00\\x98")
    ('имя', 'id', None)
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    for coding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read_tos_csv(data: bytes, *, today: date) -> TosTable:
    """A list of ТОС from a CSV file, columns divided by a semicolon, a comma or a tab, named in English or in Russian.

    Nothing is lost in silence: whatever is wrong is in `bad` with its line and column, and a row is in `rows` only when
    all of it is right. A file that is no table gives no rows and one remark for line 1.
    """
    text = decoded(data)
    if text is None or not text.strip():
        return _no_table(N_("Это не таблица: сохраните список как CSV и загрузите ещё раз"))
    header_line = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        return _read_lines(reader, today)
    except csv.Error:
        return _no_table(N_("Таблицу не удалось прочитать: проверьте кавычки"), reader.line_num or 1)


def _no_table(words: str, line: int = 1) -> TosTable:
    return TosTable((), (BadCell(line, "", "", Remark(words)),))


def _read_lines(reader: "csv._reader", today: date) -> TosTable:  # type: ignore[name-defined]
    header: list[str] | None = None
    columns: list[str] = []
    bad: list[BadCell] = []
    rows: list[TosRow] = []
    seen = _Seen()
    end = 0
    for cells in reader:
        line, end = end + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [one_line(cell) for cell in cells]
            columns = [_column(cell) for cell in header]
            if problems := _header_problems(columns):
                return TosTable((), tuple(BadCell(line, column, "", remark) for column, remark in problems))
            continue
        if len(rows) + len(bad) > ROWS_MOST:
            return TosTable(
                (),
                (
                    *bad,
                    BadCell(
                        line, "", "", Remark(N_("В файле больше %(most)s строк: разделите его"), {"most": ROWS_MOST})
                    ),
                ),
            )
        if len(cells) != len(columns):
            values = {"actual": len(cells), "needed": len(columns)}
            bad.append(BadCell(line, "", "", Remark(N_("В строке %(actual)s ячеек, а в заголовке %(needed)s"), values)))
            continue
        row, problems_of_row = _read_row(line, dict(zip(columns, cells, strict=True)), today, seen)
        bad.extend(problems_of_row)
        if row is not None:
            rows.append(row)
    if header is None:
        return _no_table(N_("Файл пуст"))
    if not rows and not bad:
        return _no_table(N_("В файле есть заголовок, но нет ни одной строки"))
    unknown = tuple(
        name
        for name, column in zip(header, columns, strict=True)
        if column not in COLUMNS and column not in KNOWN_AND_UNUSED
    )
    return TosTable(tuple(rows), tuple(bad), unknown)


def _column(title: str) -> str:
    key = search_key(title)
    return RUSSIAN_COLUMNS.get(key, key)


def _header_problems(columns: Sequence[str]) -> list[tuple[str, Remark]]:
    problems = [(name, Remark(N_("В заголовке нет этой колонки"))) for name in NEEDED if name not in columns]
    repeated = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    return problems + [(name, Remark(N_("Колонка повторяется"))) for name in repeated]


@dataclass
class _Seen:
    """Which codes, names and numbers stood in earlier lines."""

    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def earlier(self, line: int, *key: str) -> int | None:
        return None if self.lines.setdefault(key, line) == line else self.lines[key]


def _read_row(line: int, cells: Mapping[str, str], today: date, seen: _Seen) -> tuple[TosRow | None, list[BadCell]]:
    given = {COLUMNS[column]: value for column, value in cells.items() if column in COLUMNS}
    too_long = [column for column, value in cells.items() if len(value) > CELL_MOST]
    if too_long:
        return None, [BadCell(line, column, "", Remark(N_("Ячейка слишком длинная"))) for column in too_long]
    facts, remarks = read_tos(given, today=today, partial=True)
    bad = [
        BadCell(line, COLUMN_OF.get(one.place, one.place), one_line(given.get(one.place, ""))[:80], one)
        for one in remarks
    ]
    code, name, place = (one_line(given.get(key, "")) for key in ("code", "name", "place"))
    keys: list[tuple[str, ...]] = [("code", code.casefold())] if code else []
    keys += [("name", search_key(name), search_key(place))] if name and place else []
    keys += [("inn", given["inn"].strip())] if given.get("inn", "").strip() else []
    words = {
        "code": N_("Такой код уже стоит в строке %(line)s"),
        "name": N_("ТОС с таким названием в этом населённом пункте уже стоит в строке %(line)s"),
        "inn": N_("Такой ИНН уже стоит в строке %(line)s"),
    }
    for key in keys:
        if earlier := seen.earlier(line, *key):
            bad.append(
                BadCell(line, COLUMN_OF[key[0]], given[key[0]].strip()[:80], Remark(words[key[0]], {"line": earlier}))
            )
    return (None if bad or facts is None else TosRow(line, facts, frozenset(given))), bad


def spreadsheet_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `one_line` takes the guard off again.

    >>> spreadsheet_cell("=2+2"), spreadsheet_cell("+7 383"), spreadsheet_cell("ТОС")
    ("'=2+2", "'+7 383", 'ТОС')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
