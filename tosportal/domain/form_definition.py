"""The form of an application: kinds of fields, reading what was posted, checking answers against the definition.

Answers are JSON: a text (as typed) for a single field, «yes» / «no» for yes_no and «yes» for a declaration, a list of
texts for a list, a list of rows (column → text) for a table, a budget and a calendar plan. A day is stored as ISO when
it is a day, and as typed when it is not. Names of inputs are flat: `field`, `list-0`, `table-0-column`, a day in three
parts `field-day`, `field-month`, `field-year`; rows count from 0. The place of a remark is the name of its input.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tosportal.domain.budget import BudgetLimits, check_budget, parse_budget
from tosportal.domain.calendar_plan import check_plan, parse_plan
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark, RuleBroken, shown_in_russian
from tosportal.domain.money import format_roubles, parse_decimal, parse_roubles

KINDS: Mapping[str, str] = {
    "text": N_("Строка"),
    "long_text": N_("Текст"),
    "integer": N_("Целое число"),
    "decimal": N_("Число"),
    "money": N_("Сумма"),
    "date": N_("Дата"),
    "yes_no": N_("Да или нет"),
    "choice": N_("Выбор из списка"),
    "phone": N_("Телефон"),
    "email": N_("Электронная почта"),
    "inn10": N_("ИНН организации"),
    "ogrn13": N_("ОГРН"),
    "person": N_("Фамилия, имя, отчество"),
    "url": N_("Ссылка"),
    "list": N_("Перечень"),
    "table": N_("Таблица"),
    "budget": N_("Смета"),
    "calendar_plan": N_("Календарный план"),
    "declaration": N_("Заявление с отметкой"),
}
ROW_KINDS = frozenset({"list", "table", "budget", "calendar_plan"})
CELL_KINDS = frozenset({"text", "long_text", "integer", "decimal", "money", "date", "choice", "url", "person", "phone"})

DEFAULT_CHARS: Mapping[str, int] = {"long_text": 5000, "phone": 60, "email": 254, "url": 2000, "person": 200}
DEFAULT_LINE = 500
NUMBER_CHARS = 60
# Beyond these nothing is even kept: no form needs as much.
MOST_CHARS = 100_000
MOST_ROWS = 200
DEFAULT_ROWS = 50

YES, NO = "yes", "no"
Answer = str | list[str] | list[dict[str, str]]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Option:
    """One choice."""

    code: str
    name: str


@dataclass(frozen=True)
class FormField:
    """One question. `min` and `max` are numbers as strings; `visible_if` is a code of a yes_no field, or «not code»."""

    code: str
    label: str
    kind: str
    required: bool = False
    help: str = ""
    min_chars: int | None = None
    max_chars: int | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    options: tuple[Option, ...] = ()
    visible_if: str | None = None
    not_before: str | None = None
    personal: bool = False
    public: bool = False
    prefill: str | None = None
    columns: "tuple[FormField, ...]" = ()
    min_rows: int | None = None
    max_rows: int | None = None

    @property
    def chars_limit(self) -> int:
        """The longest text this field takes."""
        if self.max_chars is not None:
            return self.max_chars
        if self.kind in {"integer", "decimal", "money", "date", "inn10", "ogrn13"}:
            return NUMBER_CHARS
        return DEFAULT_CHARS.get(self.kind, DEFAULT_LINE)

    @property
    def rows_limit(self) -> int:
        return DEFAULT_ROWS if self.max_rows is None else self.max_rows

    @property
    def row_columns(self) -> "tuple[FormField, ...]":
        """The columns of a table; a budget and a calendar plan bring their own."""
        if self.kind == "budget":
            return BUDGET_COLUMNS
        if self.kind == "calendar_plan":
            return CALENDAR_PLAN_COLUMNS
        return self.columns


@dataclass(frozen=True)
class FormSection:
    """A page of the form; `nominations` empty means all."""

    code: str
    title: str
    fields: tuple[FormField, ...]
    nominations: tuple[str, ...] = ()

    def is_for(self, nomination: str | None) -> bool:
        return not self.nominations or nomination in self.nominations

    def field(self, code: str) -> FormField | None:
        return next((one for one in self.fields if one.code == code), None)


BUDGET_COLUMNS: tuple[FormField, ...] = (
    FormField("name", N_("Расход"), "text", required=True, max_chars=300),
    FormField("kind", N_("Статья"), "text", max_chars=100),
    FormField("unit", N_("Единица"), "text", required=True, max_chars=50),
    FormField("quantity", N_("Количество"), "decimal", required=True),
    FormField("price", N_("Цена"), "money", required=True),
    FormField("requested", N_("Из гранта"), "money"),
    FormField("own", N_("Собственные деньги"), "money"),
    FormField("attracted", N_("Деньги партнёров"), "money"),
    FormField("in_kind", N_("Вещами и трудом"), "money"),
)
CALENDAR_PLAN_COLUMNS: tuple[FormField, ...] = (
    FormField("name", N_("Мероприятие"), "text", required=True, max_chars=500),
    FormField("starts_on", N_("Начало"), "date", required=True),
    FormField("ends_on", N_("Окончание"), "date", required=True, not_before="starts_on"),
    FormField("responsible", N_("Ответственный"), "text", required=True, max_chars=200),
    FormField("result", N_("Результат"), "text", max_chars=1000),
)


@dataclass(frozen=True)
class PlanWindow:
    """The days a project may use, both inside, and the most months it may last; None is no limit."""

    starts_on: date | None = None
    ends_on: date | None = None
    months_max: int | None = None


FIELD_NAMES = [
    "code",
    "label",
    "kind",
    "required",
    "help",
    "min_chars",
    "max_chars",
    "min",
    "max",
    "options",
    "visible_if",
    "not_before",
    "personal",
    "public",
    "prefill",
    "columns",
    "min_rows",
    "max_rows",
]


# --- definition: JSON and back -------------------------------------------------------------------------------------


def read_form_section(reader: Reader, data: Mapping[str, Any], place: str) -> FormSection:
    """A section of the definition; defects go to the reader."""
    reader.only(data, ("code", "title", "nominations", "fields"), place)
    fields = tuple(_read_field(reader, row, where) for where, row in reader.rows(data.get("fields"), f"{place}.fields"))
    codes = [one.code for one in fields]
    reader.unique(codes, f"{place}.fields")
    yes_no = {one.code for one in fields if one.kind in {"yes_no", "declaration"}}
    for number, one in enumerate(fields):
        where = f"{place}.fields[{number}]"
        if one.visible_if is not None and one.visible_if.removeprefix("not ") not in yes_no:
            reader.defect(N_("Видимость зависит от поля «да или нет» этого же раздела"), f"{where}.visible_if")
        if one.not_before is not None and one.not_before not in codes:
            reader.defect(N_("Нет поля «%(code)s»"), f"{where}.not_before", code=one.not_before)
    return FormSection(
        reader.code(data, "code", place),
        reader.text(data, "title", place),
        fields,
        reader.codes(data, "nominations", place),
    )


def _read_field(reader: Reader, data: Mapping[str, Any], place: str, *, is_column: bool = False) -> FormField:
    reader.only(data, FIELD_NAMES, place)
    kind = reader.one_of(data, "kind", place, sorted(CELL_KINDS) if is_column else KINDS)
    options = tuple(
        Option(reader.code(row, "code", where), reader.text(row, "name", where))
        for where, row in reader.rows(data.get("options"), f"{place}.options")
    )
    reader.unique((one.code for one in options), f"{place}.options")
    columns = tuple(
        _read_field(reader, row, where, is_column=True)
        for where, row in reader.rows(data.get("columns"), f"{place}.columns")
    )
    reader.unique((one.code for one in columns), f"{place}.columns")
    if kind == "choice" and not options:
        reader.defect(N_("Для выбора нужны варианты"), f"{place}.options")
    if kind == "table" and not columns:
        reader.defect(N_("Для таблицы нужны столбцы"), f"{place}.columns")
    found = FormField(
        code=reader.code(data, "code", place),
        label=reader.text(data, "label", place),
        kind=kind,
        required=reader.flag(data, "required", place),
        help=reader.text(data, "help", place, required=False),
        min_chars=reader.whole(data, "min_chars", place),
        max_chars=reader.whole(data, "max_chars", place, least=1),
        min=reader.decimal(data, "min", place),
        max=reader.decimal(data, "max", place),
        options=options,
        visible_if=reader.text(data, "visible_if", place, required=False) or None,
        not_before=reader.code(data, "not_before", place, required=False) or None,
        personal=reader.flag(data, "personal", place),
        public=reader.flag(data, "public", place),
        prefill=reader.text(data, "prefill", place, required=False) or None,
        columns=columns,
        min_rows=reader.whole(data, "min_rows", place),
        max_rows=reader.whole(data, "max_rows", place, least=1),
    )
    for low, high, name in (
        (found.min_chars, found.max_chars, "max_chars"),
        (found.min, found.max, "max"),
        (found.min_rows, found.max_rows, "max_rows"),
    ):
        if low is not None and high is not None and low > high:
            reader.defect(N_("Наименьшее больше наибольшего"), f"{place}.{name}")
    if (found.max_chars or 0) > MOST_CHARS or (found.max_rows or 0) > MOST_ROWS:
        reader.defect(N_("Слишком большой предел"), place)
    return found


def section_to_json(section: FormSection) -> dict[str, Any]:
    """The section as the regulation writes it; what is not set is left out."""
    return {
        "code": section.code,
        "title": section.title,
        "nominations": list(section.nominations),
        "fields": [field_to_json(one) for one in section.fields],
    }


def field_to_json(one: FormField) -> dict[str, Any]:
    data: dict[str, Any] = {"code": one.code, "label": one.label, "kind": one.kind, "required": one.required}
    for name in ("help", "min_chars", "max_chars", "visible_if", "not_before", "prefill", "min_rows", "max_rows"):
        if (value := getattr(one, name)) not in (None, ""):
            data[name] = value
    for name in ("min", "max"):
        if (number := getattr(one, name)) is not None:
            data[name] = f"{number:f}"
    for name in ("personal", "public"):
        if getattr(one, name):
            data[name] = True
    if one.options:
        data["options"] = [{"code": option.code, "name": option.name} for option in one.options]
    if one.columns:
        data["columns"] = [field_to_json(column) for column in one.columns]
    return data


# --- reading what was posted ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowAction:
    """A press of «add a row» (row is None) or «remove this row»."""

    field: str
    row: int | None = None


def input_name(code: str, row: int | None = None, column: str | None = None) -> str:
    """The name of an input.

    >>> input_name("goal"), input_name("tasks", 0), input_name("results", 2, "unit")
    ('goal', 'tasks-0', 'results-2-unit')
    """
    return "-".join([code, *([] if row is None else [str(row)]), *([] if column is None else [column])])


def cleaned(text: str) -> str:
    """What was typed without signs that nobody can see or store: NUL and other controls, halves of surrogate pairs.

    >>> cleaned("Наш\\x00 двор\\r\\nзелёный\\x1b")
    'Наш двор\\nзелёный'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", text)


def row_action(section: FormSection, posted: Mapping[str, Sequence[str]]) -> RowAction | None:
    """The press of a row button, if there was one: `add` = field, `del` = field-row. Nonsense is no press."""
    rows = {one.code for one in section.fields if one.kind in ROW_KINDS}
    added = _first(posted, "add")
    if added in rows:
        return RowAction(added)
    found = re.fullmatch(r"(.+)-([0-9]{1,4})", _first(posted, "del"))
    if found and found[1] in rows:
        return RowAction(found[1], int(found[2]))
    return None


def read_section(section: FormSection, posted: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[Remark]]:
    """The answers of a section as typed, and remarks on what is too much to be kept at all.

    A press of a row button is done here: the named row is gone, or one empty row is added; otherwise rows in which
    nothing was typed are left out. Names that the form does not know are ignored. A remark means: do not save, show
    again; the answers still hold what was typed, cut at the hard limit.

    >>> section = FormSection("p", "Проект", (FormField("tasks", "Задачи", "list"),))
    >>> read_section(section, {"tasks-0": ["Убрать"], "tasks-1": [" "], "tasks-2": ["Посадить"]})
    ({'tasks': ['Убрать', 'Посадить']}, [])
    """
    answers: dict[str, Any] = {}
    remarks: list[Remark] = []
    action = row_action(section, posted)
    for one in section.fields:
        if one.kind not in ROW_KINDS:
            answers[one.code] = _read_single(one, posted, one.code, remarks)
            continue
        numbers = _row_numbers(one, posted)
        if len(numbers) > MOST_ROWS:
            remarks.append(_too_many_rows(one, len(numbers), MOST_ROWS))
            numbers = numbers[:MOST_ROWS]
        if action and action.field == one.code and action.row is not None:
            numbers = [number for number in numbers if number != action.row]
        rows: list[Any] = []
        for number in numbers:
            before = len(remarks)
            row = _read_row(one, posted, number, remarks)
            if action is None and is_blank(row):
                continue
            if number != len(rows):  # the remark must point at the place where the row will be shown
                remarks[before:] = [
                    replace(
                        remark,
                        place=remark.place.replace(input_name(one.code, number), input_name(one.code, len(rows)), 1),
                    )
                    for remark in remarks[before:]
                ]
            rows.append(row)
        if action and action.field == one.code and action.row is None and len(rows) < one.rows_limit:
            rows.append("" if one.kind == "list" else {column.code: "" for column in one.row_columns})
        answers[one.code] = rows
    return answers, remarks


def _row_numbers(one: FormField, posted: Mapping[str, Sequence[str]]) -> list[int]:
    pattern = re.compile(rf"{re.escape(one.code)}-([0-9]{{1,4}})" + ("" if one.kind == "list" else "-.+"))
    return sorted({int(found[1]) for name in posted if (found := pattern.fullmatch(name))})


def _read_row(one: FormField, posted: Mapping[str, Sequence[str]], number: int, remarks: list[Remark]) -> Any:
    if one.kind == "list":
        return _read_single(replace(one, kind="text"), posted, input_name(one.code, number), remarks)
    return {
        column.code: _read_single(column, posted, input_name(one.code, number, column.code), remarks)
        for column in one.row_columns
    }


def _first(posted: Mapping[str, Sequence[str]], name: str) -> str:
    values = posted.get(name) or ("",)
    return values[0]


def _read_single(one: FormField, posted: Mapping[str, Sequence[str]], name: str, remarks: list[Remark]) -> str:
    text = _first(posted, name)
    if one.kind == "date" and not text:
        parts = [_first(posted, f"{name}-{part}").strip() for part in ("day", "month", "year")]
        text = ".".join(parts) if any(parts) else ""
    text = cleaned(text[: MOST_CHARS + 1] if len(text) > MOST_CHARS else text)
    if len(text) > MOST_CHARS:
        actual = len(_first(posted, name))
        remarks.append(
            Remark(N_("Слишком длинно: %(actual)s знаков, можно не больше %(limit)s"),
                   {"actual": actual, "limit": min(one.chars_limit, MOST_CHARS)}, name)
        )  # fmt: skip
        text = text[:MOST_CHARS]
    if one.kind != "long_text":
        text = text.strip()
    if one.kind in {"yes_no", "declaration"}:
        return {"on": YES, "true": YES, "1": YES, "y": YES, "false": NO, "0": NO, "n": NO}.get(text.lower(), text)
    if one.kind == "date" and (day := day_from(text)):
        return day.isoformat()
    return text


def is_blank(answer: object) -> bool:
    """Was nothing typed? True for empty text, for rows of nothing and for no answer.

    >>> is_blank([{"a": " "}, ""]), is_blank("0"), is_blank(None)
    (True, False, True)
    """
    if answer is None:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, Mapping):
        return all(is_blank(value) for value in answer.values())
    if isinstance(answer, list | tuple):
        return all(is_blank(value) for value in answer)
    return False


def day_from(text: str) -> date | None:
    """A day from ISO or from day.month.year; None when there is no such day.

    >>> day_from("2026-03-15"), day_from("5.3.2026"), day_from("31.02.2026")
    (datetime.date(2026, 3, 15), datetime.date(2026, 3, 5), None)
    """
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII)
    parts = found.groups() if found else ()
    if not found:
        found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text, re.ASCII)
        parts = tuple(reversed(found.groups())) if found else ()
    if not parts:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def day_parts(answer: str) -> tuple[str, str, str]:
    """Day, month and year for three inputs, also of a day that does not exist.

    >>> day_parts("2026-03-15"), day_parts("31.2.2026"), day_parts("")
    (('15', '3', '2026'), ('31', '2', '2026'), ('', '', ''))
    """
    day = day_from(answer)
    if day:
        return str(day.day), str(day.month), str(day.year)
    parts = answer.split(".")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (answer, "", "")


# --- checking answers ----------------------------------------------------------------------------------------------


def is_inn10(text: str) -> bool:
    """Ten digits with a right check digit.

    >>> is_inn10("5434112435"), is_inn10("7707083893"), is_inn10("7707083894"), is_inn10("0000000000")
    (False, True, False, False)

    Basis: issue, point 5 (ИНН and ОГРН checked by their digits): the weighted sum modulo 11, then modulo 10.
    """
    if not re.fullmatch(r"[0-9]{10}", text, re.ASCII) or not int(text):
        return False
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return sum(w * int(d) for w, d in zip(weights, text, strict=False)) % 11 % 10 == int(text[9])


def is_inn12(text: str) -> bool:
    """Twelve digits (a person) with two right check digits.

    >>> is_inn12("500100732259"), is_inn12("500100732258")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{12}", text, re.ASCII) or not int(text):
        return False
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    first = sum(w * int(d) for w, d in zip(weights[1:], text, strict=False)) % 11 % 10
    second = sum(w * int(d) for w, d in zip(weights, text, strict=False)) % 11 % 10
    return (first, second) == (int(text[10]), int(text[11]))


def is_ogrn13(text: str) -> bool:
    """Thirteen digits with a right check digit.

    >>> is_ogrn13("1027700132195"), is_ogrn13("1027700132196")
    (True, False)
    """
    if not re.fullmatch(r"[1-9][0-9]{12}", text, re.ASCII):
        return False
    return int(text[:12]) % 11 % 10 == int(text[12])


UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
EMAIL = re.compile(r"[^\s@<>\"'(),:;\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
URL = re.compile(r"https?://(?:[\w-]{1,63}\.)+[\w-]{2,63}(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
PERSON = re.compile(r"[^\W\d_][^\W\d_’'.-]*(?:[-’' .]+[^\W\d_][^\W\d_’'.-]*)*\.?")


def value_of(one: FormField, text: str, place: str = "") -> Any:
    """The value a text means for this field: int, Decimal, date, bool or str. Raises RuleBroken with the place.

    >>> value_of(FormField("n", "Жителей", "integer", min=Decimal(1)), "1 200")
    1200
    >>> value_of(FormField("n", "Жителей", "integer", min=Decimal(1)), "0")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Число не может быть меньше 1
    """
    text = text.strip()
    if one.kind == "integer":
        whole = parse_decimal(text, places=0, place=place)
        _ensure_between(one, whole, place)
        return int(whole)
    if one.kind in {"decimal", "money"}:
        money = one.kind == "money"
        number = parse_roubles(text, place=place) if money else parse_decimal(text, place=place)
        _ensure_between(one, number, place)
        return number
    if one.kind == "date":
        day = day_from(text)
        if day is None or not 1900 <= day.year <= 2100:
            raise RuleBroken(Remark(N_("Такой даты нет. Напишите день, месяц и год, например 15.03.2026"), place=place))
        return day
    if one.kind in {"yes_no", "declaration"}:
        if text not in {YES, NO}:
            raise RuleBroken(Remark(N_("Выберите «да» или «нет»"), place=place))
        return text == YES
    refusal = _TEXT_RULES.get(one.kind)
    if refusal and not refusal[0](text):
        raise RuleBroken(Remark(refusal[1], place=place))
    if one.kind == "choice" and text not in {option.code for option in one.options}:
        raise RuleBroken(Remark(N_("Выберите один из вариантов"), place=place))
    return text


def _is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9()\s.-]+", text)) and (10 <= sum(sign in "0123456789" for sign in text) <= 15)


_TEXT_RULES: Mapping[str, tuple[Any, str]] = {
    "inn10": (is_inn10, N_("Проверьте ИНН: в нём 10 цифр, последняя — контрольная")),
    "ogrn13": (is_ogrn13, N_("Проверьте ОГРН: в нём 13 цифр, последняя — контрольная")),
    "phone": (_is_phone, N_("Напишите телефон с кодом, например +7 383 592-10-00")),
    "email": (EMAIL.fullmatch, N_("Напишите адрес почты, например ivanova@example.ru")),
    "url": (URL.fullmatch, N_("Ссылка начинается с https:// или http://")),
    "person": (PERSON.fullmatch, N_("Напишите фамилию, имя и отчество буквами")),
}


def _ensure_between(one: FormField, number: Decimal, place: str) -> None:
    suffix = "_sum" if one.kind == "money" else ""
    if one.min is not None and number < one.min:
        template = (
            N_("Сумма не может быть меньше %(least_sum)s") if suffix else N_("Число не может быть меньше %(least)s")
        )
        raise RuleBroken(Remark(template, {f"least{suffix}": _limit(one.min, suffix)}, place))
    if one.max is not None and number > one.max:
        template = (
            N_("Сумма не может быть больше %(most_sum)s") if suffix else N_("Число не может быть больше %(most)s")
        )
        raise RuleBroken(Remark(template, {f"most{suffix}": _limit(one.max, suffix)}, place))


def _limit(number: Decimal, suffix: str) -> object:
    return number if suffix else f"{number:f}".replace(".", ",")


def is_visible(one: FormField, answers: Answers) -> bool:
    """Is the question asked, given the other answers? An unanswered yes_no hides both sides.

    >>> inn = FormField("inn", "ИНН", "inn10", visible_if="legal")
    >>> who = FormField("who", "Кто", "text", visible_if="not legal")
    >>> [(is_visible(inn, a), is_visible(who, a)) for a in ({"legal": "yes"}, {"legal": "no"}, {})]
    [(True, False), (False, True), (False, False)]
    """
    if one.visible_if is None:
        return True
    code = one.visible_if.removeprefix("not ")
    return answers.get(code) == (NO if one.visible_if.startswith("not ") else YES)


def check_section(
    section: FormSection,
    answers: Answers,
    *,
    final: bool,
    budget_limits: BudgetLimits | None = None,
    plan_window: "PlanWindow | None" = None,
) -> list[Remark]:
    """What is wrong with the answers of a section, in the order of its fields; empty means it is fine.

    `final` False: only what was typed is judged. `final` True: also what is missing (required answers, shortest texts,
    fewest rows). Hidden questions are not judged at all. Limits for the budget and the window of the project for the
    calendar plan are those of `domain.budget` and `domain.calendar_plan`; without them only the lines are judged.
    """
    remarks: list[Remark] = []
    for one in section.fields:
        if not is_visible(one, answers):
            continue
        answer = answers.get(one.code)
        if is_blank(answer) or (one.kind == "declaration" and answer != YES):
            if final and one.required:
                remarks.append(_missing(one))
            continue
        if one.kind in ROW_KINDS:
            found = _check_rows(one, answer, final=final)
            whole = _check_whole(one, answer, final=final, budget_limits=budget_limits, plan_window=plan_window)
            said = {remark.place for remark in found}
            remarks += found + [remark for remark in whole if remark.place == one.code or remark.place not in said]
        else:
            remarks += _check_text(one, answer, one.code, final=final)
        if one.not_before is not None and isinstance(answer, str):
            remarks += _check_order(answer, answers.get(one.not_before), one.code)
    return remarks


def _missing(one: FormField) -> Remark:
    if one.kind in {"choice", "yes_no"}:
        template = N_("Выберите ответ: «%(label)s»")
    elif one.kind == "declaration":
        template = N_("Отметьте: «%(label)s»")
    elif one.kind in ROW_KINDS:
        template = N_("Добавьте хотя бы одну строку: «%(label)s»")
    else:
        template = N_("Заполните поле «%(label)s»")
    name = input_name(one.code, 0) if one.kind == "list" else one.code
    return Remark(template, {"label": one.label}, name)


def _check_text(one: FormField, answer: object, place: str, *, final: bool) -> list[Remark]:
    if not isinstance(answer, str):
        return [Remark(N_("Ответ записан не так, как ждёт форма"), place=place)]
    actual = len(answer)
    if actual > one.chars_limit:
        values = {"actual": actual, "limit": one.chars_limit}
        return [Remark(N_("Слишком длинно: %(actual)s знаков, можно не больше %(limit)s"), values, place)]
    if final and one.min_chars is not None and len(answer.strip()) < one.min_chars:
        values = {"actual": len(answer.strip()), "limit": one.min_chars}
        return [Remark(N_("Слишком коротко: %(actual)s знаков, нужно не меньше %(limit)s"), values, place)]
    try:
        value_of(one, answer, place)
    except RuleBroken as error:
        return list(error.remarks)
    return []


def _check_order(answer: str, earlier: object, place: str) -> list[Remark]:
    day, first = day_from(answer), day_from(earlier) if isinstance(earlier, str) else None
    if day and first and day < first:
        return [Remark(N_("Окончание не может быть раньше начала (%(first_on)s)"), {"first_on": first}, place)]
    return []


def _too_many_rows(one: FormField, actual: int, limit: int) -> Remark:
    return Remark(
        N_("Слишком много строк: %(actual)s, можно не больше %(limit)s"), {"actual": actual, "limit": limit}, one.code
    )


def _check_rows(one: FormField, answer: object, *, final: bool) -> list[Remark]:
    if not isinstance(answer, list | tuple):
        return [Remark(N_("Ответ записан не так, как ждёт форма"), place=one.code)]
    remarks: list[Remark] = []
    filled = sum(not is_blank(row) for row in answer)
    if filled > one.rows_limit:
        remarks.append(_too_many_rows(one, filled, one.rows_limit))
    if final and one.min_rows is not None and filled < one.min_rows:
        values = {"actual": filled, "limit": one.min_rows}
        remarks.append(Remark(N_("Слишком мало строк: %(actual)s, нужно не меньше %(limit)s"), values, one.code))
    for number, row in enumerate(answer):
        if is_blank(row):
            continue
        if one.kind == "list":
            item = replace(one, kind="text", min_chars=None)
            remarks += _check_text(item, row, input_name(one.code, number), final=final)
        elif isinstance(row, Mapping):
            remarks += _check_cells(one, row, number, final=final)
        else:
            remarks.append(Remark(N_("Ответ записан не так, как ждёт форма"), place=input_name(one.code, number)))
    return remarks


def _check_cells(one: FormField, row: Mapping[str, Any], number: int, *, final: bool) -> list[Remark]:
    remarks: list[Remark] = []
    for column in one.row_columns:
        place, cell = input_name(one.code, number, column.code), row.get(column.code)
        if is_blank(cell):
            if final and column.required:
                remarks.append(
                    Remark(
                        N_("Строка %(row)s: заполните «%(label)s»"), {"row": number + 1, "label": column.label}, place
                    )
                )
            continue
        remarks += _check_text(column, cell, place, final=final)
        if column.not_before is not None:
            remarks += _check_order(str(cell), row.get(column.not_before), place)
    return remarks


def _check_whole(
    one: FormField, answer: Any, *, final: bool, budget_limits: BudgetLimits | None, plan_window: "PlanWindow | None"
) -> list[Remark]:
    """What a budget or a calendar plan must satisfy as a whole, by their own modules; places become names of inputs."""
    if not final or one.kind not in {"budget", "calendar_plan"} or not isinstance(answer, list | tuple):
        return []
    filled = [(number, row) for number, row in enumerate(answer) if isinstance(row, Mapping) and not is_blank(row)]
    if one.kind == "budget":
        budget, _ = parse_budget([row for _, row in filled])
        found = check_budget(budget, budget_limits or BudgetLimits())
    else:
        plan, _ = parse_plan([row for _, row in filled])
        window = plan_window or PlanWindow()
        found = check_plan(
            plan, project_from=window.starts_on, project_until=window.ends_on, months_max=window.months_max
        )
    return [replace(remark, place=_input_of(one, remark.place, [number for number, _ in filled])) for remark in found]


def _input_of(one: FormField, place: str, numbers: Sequence[int]) -> str:
    """`lines.2.price` of the third filled row as the name of its input; what belongs to no cell is the field itself."""
    parts = place.split(".")
    if len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(numbers):
        return input_name(one.code, numbers[int(parts[1])], parts[2])
    return one.code


class ProgressState(StrEnum):
    """How far a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


PROGRESS_NAMES: Mapping[ProgressState, str] = {
    ProgressState.NOT_STARTED: N_("Не начат"),
    ProgressState.IN_PROGRESS: N_("Заполняется"),
    ProgressState.DONE: N_("Готов"),
}


@dataclass(frozen=True)
class Progress:
    """The state of a section and, in words, what is still missing or wrong."""

    state: ProgressState
    missing: tuple[Remark, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.state is ProgressState.DONE


def section_progress(
    section: FormSection,
    answers: Answers,
    *,
    budget_limits: BudgetLimits | None = None,
    plan_window: "PlanWindow | None" = None,
) -> Progress:
    """Not started when nothing is typed and something is required; done when a final check finds nothing."""
    missing = tuple(check_section(section, answers, final=True, budget_limits=budget_limits, plan_window=plan_window))
    if not missing:
        return Progress(ProgressState.DONE)
    started = any(not is_blank(answers.get(one.code)) for one in section.fields)
    return Progress(ProgressState.IN_PROGRESS if started else ProgressState.NOT_STARTED, missing)


# --- showing answers -----------------------------------------------------------------------------------------------


def printed_answer(one: FormField, answer: object) -> list[str]:
    """The answer as plain lines for a check page and a receipt; nothing typed: no lines; wrong text: as typed.

    >>> printed_answer(FormField("sum", "Сумма", "money"), "46800,5")
    ['46\\xa0800,50\\xa0₽']
    >>> printed_answer(FormField("tasks", "Задачи", "list"), ["Убрать", "", "Посадить"])
    ['1. Убрать', '2. Посадить']
    """
    if is_blank(answer):
        return []
    if one.kind == "list" and isinstance(answer, list | tuple):
        rows = [str(row) for row in answer if not is_blank(row)]
        return [f"{number}. {row}" for number, row in enumerate(rows, 1)]
    if one.kind in ROW_KINDS and isinstance(answer, list | tuple):
        rows = [_printed_row(one, row) for row in answer if not is_blank(row)]
        return [f"{number}. {row}" for number, row in enumerate(rows, 1)]
    return _printed_text(one, str(answer)).split("\n")


def _printed_row(one: FormField, row: object) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    cells = ((column, row.get(column.code)) for column in one.row_columns)
    return "; ".join(
        f"{column.label}: {_printed_text(column, str(cell))}" for column, cell in cells if not is_blank(cell)
    )


def _printed_text(one: FormField, text: str) -> str:
    if one.kind == "choice":
        return next((option.name for option in one.options if option.code == text), text)
    if one.kind in {"yes_no", "declaration"}:
        return {YES: N_("Да"), NO: N_("Нет")}.get(text, text)
    if one.kind == "date" and (day := day_from(text)):
        return shown_in_russian("_on", day)
    if one.kind == "money":
        try:
            return format_roubles(parse_roubles(text))
        except RuleBroken:
            return text
    return text


def visible_answers(sections: Iterable[FormSection], answers: Mapping[str, Answers]) -> dict[str, dict[str, Any]]:
    """The answers that count: by section, without hidden questions, unknown names and empty rows."""
    kept: dict[str, dict[str, Any]] = {}
    for section in sections:
        own = answers.get(section.code) or {}
        kept[section.code] = {
            one.code: _without_blank_rows(own[one.code])
            for one in section.fields
            if one.code in own and is_visible(one, own) and not is_blank(own[one.code])
        }
    return kept


def _without_blank_rows(answer: Any) -> Any:
    return [row for row in answer if not is_blank(row)] if isinstance(answer, list | tuple) else answer


def content_of(
    *,
    contest: str,
    edition: int,
    nomination: str,
    tos: str,
    sections: Sequence[FormSection],
    answers: Mapping[str, Answers],
    files: Iterable[Mapping[str, object]],
) -> dict[str, Any]:
    """What a submission freezes: the contest and its edition, who applies, the answers that count, the files by digest.

    `files`: slot, name, size and sha256 of each; they are put in order, so that the same content has the same digest.
    """
    listed = [{name: one[name] for name in ("slot", "name", "size", "sha256")} for one in files]
    return {
        "schema": "tos-application/1",
        "contest": contest,
        "edition": edition,
        "nomination": nomination,
        "tos": tos,
        "answers": visible_answers([one for one in sections if one.is_for(nomination)], answers),
        "files": sorted(listed, key=lambda one: (str(one["slot"]), str(one["name"]), str(one["sha256"]))),
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON (sorted names, no spaces, UTF-8).

    >>> digest_of({"б": 1, "а": 2}) == digest_of({"а": 2, "б": 1})
    True
    """
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
