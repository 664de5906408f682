"""The kinds of fields and what a field, a section and a condition are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_

KINDS: Mapping[str, str] = {
    "text": N_("Строка"),
    "long_text": N_("Текст"),
    "integer": N_("Целое число"),
    "decimal": N_("Число"),
    "money": N_("Сумма"),
    "date": N_("Дата"),
    "period": N_("Период"),
    "yes_no": N_("Да или нет"),
    "choice": N_("Выбор из списка"),
    "many": N_("Несколько из списка"),
    "phone": N_("Телефон"),
    "email": N_("Электронная почта"),
    "inn": N_("ИНН организации или человека"),
    "inn10": N_("ИНН организации"),
    "ogrn": N_("ОГРН или ОГРНИП"),
    "ogrn13": N_("ОГРН"),
    "kpp": N_("КПП"),
    "bik": N_("БИК банка"),
    "account": N_("Расчётный счёт"),
    "person": N_("Фамилия, имя, отчество"),
    "address": N_("Адрес"),
    "url": N_("Ссылка"),
    "list": N_("Перечень"),
    "table": N_("Таблица"),
    "budget": N_("Смета"),
    "calendar_plan": N_("Календарный план"),
    "in_kind": N_("Вклад вещами и трудом"),
    "meeting": N_("Собрание жителей"),
    "results": N_("Результаты проекта"),
    "files": N_("Файлы"),
    "declaration": N_("Заявление с отметкой"),
    "consent": N_("Согласие"),
}
ROW_KINDS = frozenset({"list", "table", "budget", "calendar_plan", "in_kind", "results"})
# One row of columns of their own: the answer is an object.
GROUP_KINDS = frozenset({"period", "meeting"})
OWN_COLUMNS = frozenset({"budget", "calendar_plan", "in_kind", "results", "period", "meeting"})
OPTION_KINDS = frozenset({"choice", "many"})
TICKED = frozenset({"declaration", "consent"})
NUMBER_KINDS = frozenset({"integer", "decimal", "money"})
CELL_KINDS = frozenset(
    {"text", "long_text", "integer", "decimal", "money", "date", "choice", "url", "person", "phone", "email", "address"}
)
SEALED_KINDS = frozenset({"bik", "account"})  # always; others where the secretary says so
MAY_BE_SEALED = SEALED_KINDS | {"text", "long_text", "integer", "date", "inn", "address", "person", "table"}
CONDITION_KINDS = frozenset({"yes_no", "declaration", "choice", "many"})

DEFAULT_CHARS: Mapping[str, int] = {
    "long_text": 5000, "phone": 60, "email": 254, "url": 2000, "person": 200, "address": 1000,
}  # fmt: skip
DEFAULT_LINE = 500
NUMBER_CHARS = 60
# Beyond these nothing is even kept: no form needs as much.
MOST_CHARS = 100_000
MOST_ROWS = 200
DEFAULT_ROWS = 50

# How many of the residents aged 16 and over must be present: the share, and whether more than it is needed.
QUORUMS: Mapping[str, tuple[int, int, bool]] = {
    "third": (1, 3, False),
    "half": (1, 2, False),
    "more_than_half": (1, 2, True),
    "two_thirds": (2, 3, False),
}
QUORUM_NAMES: Mapping[str, str] = {
    "third": N_("не меньше трети жителей от 16 лет"),
    "half": N_("не меньше половины жителей от 16 лет"),
    "more_than_half": N_("больше половины жителей от 16 лет"),
    "two_thirds": N_("не меньше двух третей жителей от 16 лет"),
}

YES, NO = "yes", "no"
Answer = str | list[str] | list[dict[str, str]] | dict[str, str]
Answers = Mapping[str, Any]

CONDITION = re.compile(r"(not )?([a-z0-9_-]{1,60})(?:=([a-z0-9_-]{1,60}(?:\|[a-z0-9_-]{1,60})*))?")


@dataclass(frozen=True)
class Option:
    """One choice."""

    code: str
    name: str


@dataclass(frozen=True)
class Condition:
    """On which answer something depends: «code», «not code», «code=option», «not code=one|two»."""

    field: str
    options: tuple[str, ...] = ()
    is_not: bool = False

    def holds(self, answers: Answers) -> bool:
        """An unanswered question fulfils neither a condition nor its opposite."""
        answer = answers.get(self.field)
        if not self.options:
            return bool(answer == (NO if self.is_not else YES))
        given = [answer] if isinstance(answer, str) else answer if isinstance(answer, list | tuple) else []
        given = [one for one in given if isinstance(one, str) and one]
        return bool(given) and any(one in self.options for one in given) != self.is_not


def condition_of(text: str | None) -> Condition | None:
    """The condition a text says; None when it says none.

    >>> condition_of("not kind=sport|yard")
    Condition(field='kind', options=('sport', 'yard'), is_not=True)
    """
    found = CONDITION.fullmatch(text or "")
    return None if found is None else Condition(found[2], tuple((found[3] or "").split("|")) if found[3] else (),
                                                bool(found[1]))  # fmt: skip


@dataclass(frozen=True)
class FormField:
    """One question. `visible_if` and `required_if` are conditions on questions of the same section; `total`: the sum of
    this column is shown; `text`: the document one agrees to; `slot`: the document of the contest; `quorum`: of QUORUMS;
    `sealed`: bank or passport data; `agrees`: with what the answer is compared, of `agreeing.AGREEMENTS`.
    """

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
    example: str = ""
    required_if: str | None = None
    hidden_from_jury: bool = False
    total: bool = False
    text: str = ""
    slot: str | None = None
    quorum: str | None = None
    sealed: bool = False
    agrees: str | None = None

    @property
    def chars_limit(self) -> int:
        """The longest text this field takes."""
        if self.max_chars is not None:
            return self.max_chars
        if self.kind in {"integer", "decimal", "money", "date", "inn", "inn10", "ogrn", "ogrn13"} | _DIGITS:
            return NUMBER_CHARS
        return DEFAULT_CHARS.get(self.kind, DEFAULT_LINE)

    @property
    def rows_limit(self) -> int:
        return DEFAULT_ROWS if self.max_rows is None else self.max_rows

    @property
    def row_columns(self) -> "tuple[FormField, ...]":
        """The columns of a table; a budget, a calendar plan and other kinds of OWN_COLUMNS bring their own."""
        return COLUMNS_OF.get(self.kind, self.columns)

    @property
    def is_sealed(self) -> bool:
        """Does its answer lie encrypted, hidden from the jury, each look of an officer written down? Accounts always,
        an ИНН when it is that of a person.

        Basis: DOMAIN 4.4 (D3, D4: at the agreement stage only), SAFETY 27.
        """
        return self.sealed or self.kind in SEALED_KINDS or (self.kind == "inn" and self.personal)

    @property
    def is_answered(self) -> bool:
        """Is something typed here? Files lie beside the answers, in the documents of the application."""
        return self.kind != "files"


_DIGITS = frozenset({"kpp", "bik", "account"})


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

    @property
    def sealed(self) -> frozenset[str]:
        """The questions about banks and passports."""
        return frozenset(one.code for one in self.fields if one.is_sealed)

    @property
    def without_sealed(self) -> "FormSection":
        """The section as somebody sees it who must not see banks and passports."""
        return replace(self, fields=tuple(one for one in self.fields if not one.is_sealed))


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
IN_KIND_KINDS = (
    Option("labour", N_("труд")),
    Option("machines", N_("техника")),
    Option("goods", N_("вещи и материалы")),
    Option("rooms", N_("помещение")),
)
IN_KIND_COLUMNS: tuple[FormField, ...] = (
    FormField("kind", N_("Чем помогают"), "choice", required=True, options=IN_KIND_KINDS),
    FormField("who", N_("Кто помогает"), "text", required=True, max_chars=200),
    FormField("quantity", N_("Сколько часов или штук"), "decimal", required=True, min=Decimal(0)),
    FormField("rate", N_("Цена часа или штуки"), "money", required=True),
    FormField("basis", N_("Откуда цена"), "text", required=True, max_chars=500),
)
RESULTS_COLUMNS: tuple[FormField, ...] = (
    FormField("name", N_("Показатель"), "text", required=True, max_chars=300),
    FormField("unit", N_("Единица"), "text", required=True, max_chars=50),
    FormField("base", N_("Сейчас"), "decimal"),
    FormField("plan", N_("Станет"), "decimal", required=True),
    FormField("proof", N_("Чем подтвердите"), "text", required=True, max_chars=500),
)
PERIOD_COLUMNS: tuple[FormField, ...] = (
    FormField("from", N_("Начало"), "date", required=True),
    FormField("until", N_("Окончание"), "date", required=True, not_before="from"),
)
MEETING_FORMS = (
    Option("in_person", N_("очно")), Option("by_ballot", N_("заочно")), Option("mixed", N_("очно-заочно")),
)  # fmt: skip
MEETING_COLUMNS: tuple[FormField, ...] = (
    FormField("held_on", N_("Когда прошло"), "date", required=True),
    FormField("form", N_("Как прошло"), "choice", required=True, options=MEETING_FORMS),
    FormField("residents", N_("Жителей от 16 лет"), "integer", required=True, min=Decimal(1), max=Decimal(10_000_000)),
    FormField("present", N_("Участвовало"), "integer", required=True, min=Decimal(0), max=Decimal(10_000_000)),
    FormField("votes_for", N_("За"), "integer", required=True, min=Decimal(0), max=Decimal(10_000_000)),
    FormField("votes_against", N_("Против"), "integer", required=True, min=Decimal(0), max=Decimal(10_000_000)),
    FormField("abstained", N_("Воздержались"), "integer", required=True, min=Decimal(0), max=Decimal(10_000_000)),
)
COLUMNS_OF: Mapping[str, tuple[FormField, ...]] = {
    "budget": BUDGET_COLUMNS,
    "calendar_plan": CALENDAR_PLAN_COLUMNS,
    "in_kind": IN_KIND_COLUMNS,
    "results": RESULTS_COLUMNS,
    "period": PERIOD_COLUMNS,
    "meeting": MEETING_COLUMNS,
}


@dataclass(frozen=True)
class PlanWindow:
    """The days a project may use, both inside, and the most months it may last; None is no limit."""

    starts_on: date | None = None
    ends_on: date | None = None
    months_max: int | None = None


def input_name(code: str, row: int | None = None, column: str | None = None) -> str:
    """The name of an input.

    >>> input_name("goal"), input_name("tasks", 0), input_name("results", 2, "unit"), input_name("term", column="from")
    ('goal', 'tasks-0', 'results-2-unit', 'term-from')
    """
    return "-".join([code, *([] if row is None else [str(row)]), *([] if column is None else [column])])
