"""What differs between two editions of a programme, line by line: tasks, indicators, activities with their money.

Rows are known by their codes. A change says where it stands, what was and what is; None is «there was nothing».
Basis: DOMAIN.md §6.3 (four different plans exist for one line; the plan is versioned with its act).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.programme_document import SOURCES, ActivityPlan, IndicatorPlan, ProgrammePlan, TaskPlan

Value = str | Decimal | None
SOURCE_WORDS: Mapping[str, str] = {
    "federal": N_("федеральный бюджет"),
    "regional": N_("областной бюджет"),
    "local": N_("местный бюджет"),
    "settlement": N_("бюджеты поселений"),
    "extrabudget": N_("внебюджетные источники"),
}


@dataclass(frozen=True)
class Change:
    """One line that differs. `kind`: passport, task, indicator, activity; `name` the row as it is named, `what` a word
    to be translated, `year` and `source` where it belongs to one; `unit`: text, number or sum (roubles)."""

    kind: str
    code: str
    name: str
    what: str
    before: Value
    after: Value
    year: int | None = None
    source: str = ""
    unit: str = "text"

    @property
    def difference(self) -> Decimal | None:
        """After less before, for numbers and sums; a line that was not there was nothing."""
        if self.unit == "text":
            return None
        before, after = (Decimal(0) if value is None else Decimal(value) for value in (self.before, self.after))
        return after - before


def edition_changes(before: ProgrammePlan, after: ProgrammePlan) -> list[Change]:
    """Every difference, in the order of the document; the same plan has none."""
    return [
        *_texts("passport", before, after, _PROGRAMME),
        *_rows("task", before.tasks, after.tasks, _task),
        *_rows("indicator", before.indicators, after.indicators, _indicator),
        *_rows("activity", before.activities, after.activities, _activity),
    ]


_PROGRAMME = (
    ("name", N_("Название программы")),
    ("goal", N_("Цель")),
    ("year_from", N_("Первый год")),
    ("year_to", N_("Последний год")),
)
_TASK = (("number", N_("Номер")), ("name", N_("Название")))
_INDICATOR = (
    ("number", N_("Номер")),
    ("task", N_("Задача")),
    ("name", N_("Название")),
    ("unit", N_("Единица")),
    ("unit_printed", N_("Единица, как напечатана")),
    ("direction", N_("Направление")),
    ("weight_printed", N_("Графа «вес»")),
)
_ACTIVITY = (
    ("task", N_("Задача")),
    ("name", N_("Название")),
    ("executors", N_("Исполнители")),
    ("expected_result", N_("Ожидаемый результат")),
    ("quantity_unit", N_("Единица количества")),
)


def _rows(kind: str, before: Any, after: Any, differ: Any) -> Iterator[Change]:
    was, now = {row.code: row for row in before}, {row.code: row for row in after}
    for code, row in now.items():
        if code not in was:
            yield Change(kind, code, row.name, N_("Строка добавлена"), None, row.name)
        yield from differ(was.get(code), row)
    for code, row in was.items():
        if code not in now:
            yield Change(kind, code, row.name, N_("Строка исключена"), row.name, None)


def _task(before: TaskPlan | None, after: TaskPlan) -> Iterator[Change]:
    if before:
        yield from _texts("task", before, after, _TASK)


def _indicator(before: IndicatorPlan | None, after: IndicatorPlan) -> Iterator[Change]:
    if before:
        yield from _texts("indicator", before, after, _INDICATOR)
    was = before.targets if before else {}
    line = Change("indicator", after.code, after.name, N_("Плановое значение"), None, None, unit="number")
    for year in sorted({*was, *after.targets}):
        yield from _differing(replace(line, before=was.get(year), after=after.targets.get(year), year=year))


def _activity(before: ActivityPlan | None, after: ActivityPlan) -> Iterator[Change]:
    if before:
        yield from _texts("activity", before, after, _ACTIVITY)
    was, cost = (before.quantities, before.unit_costs) if before else ({}, {})
    line = Change("activity", after.code, after.name, N_("Количество"), None, None, unit="number")
    for year in sorted({*was, *after.quantities}):
        yield from _differing(replace(line, before=was.get(year), after=after.quantities.get(year), year=year))
    line = replace(line, what=N_("Стоимость единицы"), unit="sum")
    for year in sorted({*cost, *after.unit_costs}):
        yield from _differing(replace(line, before=cost.get(year), after=after.unit_costs.get(year), year=year))
    funded = before.funding if before else {}
    line = replace(line, what=N_("Деньги"))
    for place in sorted({*funded, *after.funding}, key=lambda one: (one[0], SOURCES.index(one[1]))):
        year, source = place
        yield from _differing(
            replace(line, before=funded.get(place), after=after.funding.get(place), year=year, source=source)
        )


def _texts(kind: str, before: Any, after: Any, fields: Iterable[tuple[str, str]]) -> Iterator[Change]:
    for field, words in fields:
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Change(kind, getattr(after, "code", ""), after.name, words, str(one) or None, str(other) or None)


def _differing(line: Change) -> Iterator[Change]:
    """The line if it differs; nothing and zero are the same money, but not the same target."""
    is_no_money = line.unit == "sum" and not line.before and not line.after
    if line.before != line.after and not is_no_money:
        yield line
