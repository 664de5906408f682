"""A municipal programme as data (schema `municipal-programme/1`): read whole and checked, or refused with the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken

SCHEMA = "municipal-programme/1"
SOURCES = ("federal", "regional", "local", "settlement", "extrabudget")  # the one order, from the highest budget down
OTHER_UNIT = "other"  # a unit the portal does not know: its printed words are shown
UNITS = frozenset({"percent", "unit", "person", "thousand_rub", "per_100k_population", OTHER_UNIT})
DIRECTIONS = frozenset({"growth", "decline", "stable", "zero"})
MEASURES: Mapping[str, str] = {
    "supported_tos": N_("число разных ТОС, получивших деньги по опубликованным решениям конкурсов проектов года"),
    "support_sum": N_("сумма наград по опубликованным решениям конкурсов года"),
}
MOST_ROUBLES = Decimal(10) ** 13
UNIT_MOST = 100
Year = int


@dataclass(frozen=True)
class IndicatorPlan:
    """An indicator and its yearly targets, in its unit: one of UNITS, and the words that the document prints."""

    code: str
    number: str
    task: str
    name: str
    unit: str
    unit_printed: str
    direction: str
    weight_printed: str
    measure: str
    targets: Mapping[Year, Decimal]


@dataclass(frozen=True)
class ActivityPlan:
    """An activity: how much of it, what a unit costs, and who pays, by year."""

    code: str
    task: str
    name: str
    executors: str
    expected_result: str
    quantity_unit: str
    quantities: Mapping[Year, Decimal]
    unit_costs: Mapping[Year, Decimal]
    funding: Mapping[tuple[Year, str], Decimal]


@dataclass(frozen=True)
class TaskPlan:
    """A task of the programme."""

    code: str
    number: int
    name: str


@dataclass(frozen=True)
class ProgrammePlan:
    """A programme, all of it."""

    slug: str
    name: str
    goal: str
    year_from: Year
    year_to: Year
    act_number: str
    act_on: date | None
    passport: Mapping[str, Any]
    tasks: tuple[TaskPlan, ...]
    indicators: tuple[IndicatorPlan, ...]
    activities: tuple[ActivityPlan, ...]


def read_programme(data: Any, measures: Mapping[str, str] | None = None) -> ProgrammePlan:
    """The programme that a document describes.

    `measures` (or the document's own `portal: measures:`) names, by indicator code, what the portal counts by itself.
    A target for a period of years («2028-2030») is the target of its last year. Money is whole kopecks in roubles.

    Raises RuleBroken with every fault found and its place: an unknown schema, a missing name, a sum that is no sum, a
    task that is not there, an activity whose sources do not add up to its amount.
    """
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise RuleBroken(Remark(N_("Это не описание программы: нужна схема %(schema)s"), {"schema": SCHEMA}, "schema"))
    return _Reader().programme(data, measures)


def named_act(data: Mapping[str, Any]) -> tuple[str, date | None]:
    """Number and day of the act that a document names; empty and None when it names none. Never a fault.

    >>> named_act({"approval": {"number": "1056/89", "date": "2023-08-18"}})
    ('1056/89', datetime.date(2023, 8, 18))
    """
    reader = _Reader()
    act = reader.act(data)
    return " ".join(str(act.get("number") or "").split()), reader.day(act.get("date"), "approval.date")


class _Reader:
    """Reads and collects remarks; a fault gives an empty value and a remark."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def say(self, template: str, place: str, **values: object) -> None:
        self.remarks.append(Remark(template, {"place": place, **values}, place))

    def programme(self, data: Mapping[str, Any], measures: Mapping[str, str] | None) -> ProgrammePlan:
        passport = self.mapping(data.get("passport"), "passport")
        portal = self.mapping(data.get("portal") or {}, "portal")
        term = self.mapping(passport.get("term"), "passport.term")
        year_from, year_to = (self.year(term.get(end), f"passport.term.{end}") for end in ("from", "to"))
        if year_from > year_to:
            self.say(N_("%(place)s: конец раньше начала"), "passport.term")
        counted = dict(
            measures if measures is not None else self.mapping(portal.get("measures") or {}, "portal.measures")
        )
        tasks = tuple(self.task(row, f"tasks[{n}]") for n, row in enumerate(self.rows(data.get("tasks"), "tasks")))
        codes = {task.code for task in tasks}
        executors = self.mapping(data.get("executors") or {}, "executors")
        indicators = tuple(
            self.indicator(row, f"indicators[{n}]", codes, counted)
            for n, row in enumerate(self.rows(data.get("indicators"), "indicators"))
        )
        activities = tuple(
            self.activity(row, f"activities[{n}]", codes, executors)
            for n, row in enumerate(self.rows(data.get("activities"), "activities"))
        )
        self.unique(tasks, "tasks")
        self.unique(indicators, "indicators")
        self.unique(activities, "activities")
        for code in sorted(set(counted) - {one.code for one in indicators}):
            self.say(N_("%(place)s: показателя %(code)s в программе нет"), "portal.measures", code=code)
        act = self.act(data)
        goal = data.get("goal")
        plan = ProgrammePlan(
            slug=self.text(portal.get("slug") or f"programme-{year_from}-{year_to}", "portal.slug", most=60),
            name=self.text(passport.get("name"), "passport.name"),
            goal=self.text(goal.get("name") if isinstance(goal, Mapping) else goal, "goal"),
            year_from=year_from,
            year_to=year_to,
            act_number=self.text(act.get("number") or "", "approval.number", needed=False, most=40),
            act_on=self.day(act.get("date"), "approval.date"),
            passport=as_json(passport),
            tasks=tasks,
            indicators=indicators,
            activities=activities,
        )
        if self.remarks:
            raise RuleBroken(self.remarks)
        return plan

    def act(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The act that approved the programme: the first place that gives its number."""
        passport = data.get("passport")
        approval = data.get("approval") or (passport.get("approval") if isinstance(passport, Mapping) else None) or {}
        approval = self.mapping(approval, "approval")
        blocks = self.rows(approval.get("appendix_blocks"), "approval.appendix_blocks")
        places = [approval, approval.get("title_block"), *blocks]
        found = [one for one in places if isinstance(one, Mapping) and one.get("number")]
        return found[0] if found else {}

    def task(self, row: Any, place: str) -> TaskPlan:
        row = self.mapping(row, place)
        number = row.get("number")
        if not isinstance(number, int) or not 0 < number < 1000:
            self.say(N_("%(place)s: нужен номер задачи"), f"{place}.number")
            number = 0
        return TaskPlan(self.code(row, place), number, self.text(row.get("name"), f"{place}.name"))

    def indicator(self, row: Any, place: str, tasks: set[str], measures: Mapping[str, str]) -> IndicatorPlan:
        row = self.mapping(row, place)
        code = self.code(row, place)
        targets: dict[Year, Decimal] = {}
        for key, cell in self.mapping(row.get("targets") or {}, f"{place}.targets").items():
            where = f"{place}.targets.{key}"
            value = self.mapping(cell or {}, where).get("value")
            if value is not None:  # a dash in the document
                targets[self.year(str(key).split("-")[-1], where)] = self.decimal(value, where)
        measure = measures.get(code, "")
        if measure and measure not in MEASURES:
            self.say(N_("%(place)s: портал не умеет считать «%(measure)s»"), "portal.measures", measure=measure)
        number = row.get("number_appendix") or row.get("number")
        unit = self.known(row.get("unit"), UNITS, f"{place}.unit")
        return IndicatorPlan(
            code=code,
            number=self.text(str(number or ""), f"{place}.number", most=20),
            task=self.known(row.get("task"), tasks, f"{place}.task"),
            name=self.text(row.get("name"), f"{place}.name"),
            unit=unit,
            unit_printed=self.text(
                row.get("unit_printed") or "", f"{place}.unit_printed", needed=unit == OTHER_UNIT, most=UNIT_MOST
            ),
            direction=self.known(row.get("direction"), DIRECTIONS, f"{place}.direction"),
            weight_printed=self.text(row.get("weight_column_printed") or "", f"{place}.weight", needed=False, most=20),
            measure=measure,
            targets=targets,
        )

    def activity(self, row: Any, place: str, tasks: set[str], executors: Mapping[str, Any]) -> ActivityPlan:
        row = self.mapping(row, place)
        quantity = self.mapping(row.get("quantity") or {}, f"{place}.quantity")
        by_year = self.mapping(quantity.get("by_year") or {}, f"{place}.quantity.by_year")
        quantities = {
            self.year(key, f"{place}.quantity.{key}"): self.decimal(value, f"{place}.quantity.{key}")
            for key, value in by_year.items()
        }
        funding: dict[tuple[Year, str], Decimal] = {}
        for source, years in self.mapping(row.get("sources") or {}, f"{place}.sources").items():
            where = f"{place}.sources.{source}"
            if source not in SOURCES:
                self.say(N_("%(place)s: такого источника денег нет"), where)
                continue
            for year, value in self.money_by_year(years, where).items():
                funding[year, source] = value
        for year, amount in self.money_by_year(row.get("amount") or {}, f"{place}.amount").items():
            paid = sum((value for (its_year, _source), value in funding.items() if its_year == year), Decimal("0.00"))
            if paid != amount:
                self.say(
                    N_("%(place)s: источники дают %(paid_sum)s, а сумма %(amount_sum)s"),
                    f"{place}.amount.{year}",
                    paid_sum=paid,
                    amount_sum=amount,
                )
        names = [str(executors.get(one, one)) for one in self.rows(row.get("executors"), f"{place}.executors")]
        return ActivityPlan(
            code=self.code(row, place),
            task=self.known(row.get("task"), tasks, f"{place}.task"),
            name=self.text(row.get("name"), f"{place}.name"),
            executors=", ".join(names),
            expected_result=self.text(row.get("expected_result") or "", f"{place}.expected_result", needed=False),
            quantity_unit=self.text(quantity.get("unit") or "", f"{place}.quantity.unit", needed=False, most=40),
            quantities=quantities,
            unit_costs=self.money_by_year(row.get("unit_cost") or {}, f"{place}.unit_cost"),
            funding=funding,
        )

    # --- cells

    def money_by_year(self, years: Any, place: str) -> dict[Year, Decimal]:
        found = {}
        for key, cell in self.mapping(years or {}, place).items():
            if key == "total" or cell is None or not isinstance(cell, Mapping):
                continue
            where = f"{place}.{key}"
            value = self.decimal(cell.get("rub"), where)
            if value * 100 % 1 or not 0 <= value < MOST_ROUBLES:
                self.say(N_("%(place)s: нужна сумма в рублях с копейками, не меньше нуля"), where)
                value = Decimal(0)
            found[self.year(key, where)] = value.quantize(Decimal("0.01"))
        return found

    def mapping(self, value: Any, place: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.say(N_("%(place)s: здесь должны быть поля с названиями"), place)
        return {}

    def rows(self, value: Any, place: str) -> list[Any]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.say(N_("%(place)s: здесь должен быть список"), place)
        return []

    def text(self, value: Any, place: str, *, needed: bool = True, most: int = 20_000) -> str:
        if needed and (value is None or value == "" or (isinstance(value, str) and not value.strip())):
            self.say(N_("%(place)s: в документе этого нет, впишите"), place)
            return ""
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            self.say(N_("%(place)s: нужен текст не длиннее %(most)s знаков"), place, most=most)
            return ""
        return " ".join(value.split())

    def code(self, row: Mapping[str, Any], place: str) -> str:
        return self.text(row.get("id"), f"{place}.id", most=40)

    def known(self, value: Any, known: Iterable[str], place: str) -> str:
        if value == "":
            self.say(N_("%(place)s: не указано, выберите"), place)
            return ""
        if not isinstance(value, str) or value not in known:
            self.say(N_("%(place)s: «%(value)s» неизвестно"), place, value=value)
            return ""
        return value

    def year(self, value: Any, place: str) -> Year:
        text = str(value)
        if not (len(text) == 4 and text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100):
            self.say(N_("%(place)s: нужен год, например 2026"), place)
            return 0
        return int(text)

    def decimal(self, value: Any, place: str) -> Decimal:
        try:
            number = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= MOST_ROUBLES:
            self.say(N_("%(place)s: нужно число"), place)
            return Decimal(0)
        return number

    def day(self, value: Any, place: str) -> date | None:
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.say(N_("%(place)s: нужен день, например 2023-08-18"), place)
            return None

    def unique(self, rows: Iterable[Any], place: str) -> None:
        codes = [row.code for row in rows]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.say(N_("%(place)s: «%(code)s» повторяется"), place, code=code)


def as_json(value: Any) -> Any:
    """A document as JSON can hold it: days become texts, keys too."""
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)
