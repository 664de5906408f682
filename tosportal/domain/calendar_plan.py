"""The calendar plan of a project: steps with days, who answers for them and what comes out.

Both days of a step belong to it. Steps are numbered from 0 in `place` (`steps.2.ends_on`) and from 1 in words; rows
left empty are not steps: number the rows of a form with `filled_rows`.

Basis: DOMAIN §4.4 F (columns of the plan) and E12 (days of the project); issue, «Application».
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tosportal.domain.errors import N_, Remark, RuleBroken

TEXTS = ("name", "responsible", "result")
DAYS = ("starts_on", "ends_on")
COLUMNS = ("name", "starts_on", "ends_on", "responsible", "result")
MAX_STEPS = 100
LONGEST = {"name": 500, "responsible": 200, "result": 1000}

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_RUSSIAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?: ?г\.?)?")


@dataclass(frozen=True)
class Step:
    """One step; a day that is not known yet is None. `unread` keeps days that could not be read, as typed."""

    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    responsible: str = ""
    result: str = ""
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CalendarPlan:
    """The steps of a project in the order in which they were written."""

    steps: tuple[Step, ...] = ()

    @property
    def starts_on(self) -> date | None:
        """The first day of the earliest step; None while no day is known."""
        return min((step.starts_on for step in self.steps if step.starts_on), default=None)

    @property
    def ends_on(self) -> date | None:
        """The last day of the latest step; None while no day is known."""
        return max((step.ends_on for step in self.steps if step.ends_on), default=None)


def parse_day(text: str, *, place: str = "") -> date:
    """A day as people and browsers write it: 18.05.2026 or 2026-05-18.

    >>> parse_day("18.05.2026") == parse_day("2026-05-18") == parse_day(" 18.5.2026 г.")
    True

    Raises RuleBroken (with `place`) for anything else, a day that does not exist, a year outside 1900…2999.
    """
    cleaned = text.strip()
    if found := _ISO.fullmatch(cleaned):
        year, month, day = map(int, found.groups())
    elif found := _RUSSIAN.fullmatch(cleaned):
        day, month, year = map(int, found.groups())
    else:
        raise RuleBroken(Remark(N_("Напишите день как 18.05.2026"), place=place))
    try:
        parsed = date(year, month, day)
    except ValueError:
        raise RuleBroken(Remark(N_("Такого дня нет в календаре"), place=place)) from None
    if not 1900 <= year <= 2999:
        raise RuleBroken(Remark(N_("Проверьте год"), place=place))
    return parsed


def filled_rows(raw: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The rows in which something was typed, in their order: the numbering that `place` follows.

    >>> filled_rows([{"name": ""}, {"name": "Завезти песок"}])
    [{'name': 'Завезти песок'}]
    """
    return [row for row in raw if isinstance(row, Mapping) and any(_typed(row.get(name)) for name in COLUMNS)]


def parse_plan(raw: Sequence[Mapping[str, object]]) -> tuple[CalendarPlan, list[Remark]]:
    """A plan from rows of strings as a form or the database keeps them, and the days that could not be read.

    A day that cannot be read is None, is kept as typed in `unread`, and gets a remark; an empty one is None without.

    >>> plan, remarks = parse_plan([{"name": "Завезти песок", "starts_on": "30.02.2026"}])
    >>> plan.steps[0].unread, [(remark.place, str(remark)) for remark in remarks]
    ((('starts_on', '30.02.2026'),), [('steps.0.starts_on', 'Такого дня нет в календаре')])

    Raises nothing. Basis: issue, «nothing typed is lost by an error».
    """
    steps = [_step(row) for row in filled_rows(raw)]
    return CalendarPlan(tuple(steps)), [remark for index, step in enumerate(steps) for remark in _unread(index, step)]


def to_json(plan: CalendarPlan) -> list[dict[str, str]]:
    """The plan as rows of strings (ISO days); `parse_plan` reads them back to the same plan.

    >>> to_json(CalendarPlan((Step("Завезти песок", date(2026, 5, 18)),)))[0]["starts_on"]
    '2026-05-18'
    """
    return [
        {name: getattr(step, name) for name in TEXTS}
        | {name: day.isoformat() if (day := getattr(step, name)) else "" for name in DAYS}
        | dict(step.unread)
        for step in plan.steps
    ]


def _typed(cell: object) -> str:
    """A cell as text without control characters (lines may be broken); nothing typed is the empty string."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else str(cell)
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text).strip()


def _step(row: Mapping[str, object]) -> Step:
    days: dict[str, date] = {}
    unread = []
    for column in DAYS:
        if not (text := _typed(row.get(column))):
            continue
        try:
            days[column] = parse_day(text)
        except RuleBroken:
            unread.append((column, text))
    name, responsible, result = (_typed(row.get(column)) for column in TEXTS)
    step = Step(name, responsible=responsible, result=result, unread=tuple(unread))
    return replace(step, starts_on=days.get("starts_on"), ends_on=days.get("ends_on"))


def _unread(index: int, step: Step) -> list[Remark]:
    """Why each unread day of a step could not be read."""
    remarks: list[Remark] = []
    for column, text in step.unread:
        try:
            parse_day(text, place=f"steps.{index}.{column}")
        except RuleBroken as refused:
            remarks.extend(refused.remarks)
    return remarks


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month when it is shorter.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 11, 15), 3)
    (datetime.date(2026, 2, 28), datetime.date(2027, 2, 15))

    Basis: ГК РФ, статья 192, пункт 3.
    """
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + month // 11, (month + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def check_plan(
    plan: CalendarPlan,
    *,
    project_from: date | None = None,
    project_until: date | None = None,
    months_max: int | None = None,
    final: bool = True,
) -> list[Remark]:
    """Everything that keeps this plan from being submitted, in plain Russian; empty when it is in order.

    Days that could not be read or are missing, a step that ends before it starts, a step outside the days of the
    project, a plan longer than `months_max` months (from the first day of the first step; the same day of the last
    month is still inside). Steps may overlap and need not be written in the order of their days. Not `final`, while it
    is being typed: nothing of what is still missing.

    >>> step = Step("Завезти песок", date(2026, 5, 10), date(2026, 5, 20), "Иванова М. П.", "20 т песка")
    >>> [(remark.place, str(remark)) for remark in check_plan(CalendarPlan((step,)), project_from=date(2026, 5, 18))]
    [('steps.0.starts_on', 'Шаг 1 начинается 10.05.2026, а проект — 18.05.2026')]

    Raises nothing. Basis: DOMAIN §4.4 E12, F; ГК РФ, статьи 191 и 192 (months of a term).
    """
    if not plan.steps and final:
        return [Remark(N_("В календарном плане нет ни одного шага"), place="steps")]
    remarks = []
    if len(plan.steps) > MAX_STEPS:
        values = {"count": len(plan.steps), "limit": MAX_STEPS}
        remarks.append(Remark(N_("Шагов в плане %(count)s, а можно не больше %(limit)s"), values, place="steps"))
    for index, step in enumerate(plan.steps):
        remarks += _check_step(index, step, project_from, project_until, final=final)
    first, last = plan.starts_on, plan.ends_on
    if months_max is not None and first and last and last > (latest := add_months(first, months_max)):
        remarks.append(
            Remark(
                N_(
                    "Проект может идти не дольше %(months)s мес.: начало %(first_on)s, "
                    "значит закончить нужно не позже %(latest_on)s, а в плане %(last_on)s"
                ),
                {"months": months_max, "first_on": first, "latest_on": latest, "last_on": last},
                place="steps",
            )
        )
    return remarks


def _check_step(
    index: int, step: Step, project_from: date | None, project_until: date | None, *, final: bool
) -> list[Remark]:
    remarks = _unread(index, step)
    skipped = {name for name, _ in step.unread}
    number = {"step": index + 1}

    def say(template: str, column: str, **values: object) -> None:
        remarks.append(Remark(template, number | values, place=f"steps.{index}.{column}"))

    if final and not step.name:
        say(N_("Шаг %(step)s: напишите, что будет сделано"), "name")
    if final and not step.responsible:
        say(N_("Шаг %(step)s: напишите, кто отвечает"), "responsible")
    if final and not step.result:
        say(N_("Шаг %(step)s: напишите, что получится"), "result")
    for name, longest in LONGEST.items():
        if len(getattr(step, name)) > longest:
            say(N_("Шаг %(step)s: слишком длинно, можно не больше %(limit)s знаков"), name, limit=longest)
    start, end = step.starts_on, step.ends_on
    if final and start is None and "starts_on" not in skipped:
        say(N_("Шаг %(step)s: напишите день начала"), "starts_on")
    if final and end is None and "ends_on" not in skipped:
        say(N_("Шаг %(step)s: напишите день окончания"), "ends_on")
    if start and end and end < start:
        words = N_("Шаг %(step)s заканчивается %(end_on)s — раньше, чем начинается (%(start_on)s)")
        say(words, "ends_on", start_on=start, end_on=end)
    if start and project_from and start < project_from:
        words = N_("Шаг %(step)s начинается %(start_on)s, а проект — %(project_on)s")
        say(words, "starts_on", start_on=start, project_on=project_from)
    if start and project_until and start > project_until:
        words = N_("Шаг %(step)s начинается %(start_on)s, а проект заканчивается %(project_on)s")
        say(words, "starts_on", start_on=start, project_on=project_until)
    if end and project_until and end > project_until:
        words = N_("Шаг %(step)s заканчивается %(end_on)s, а проект — %(project_on)s")
        say(words, "ends_on", end_on=end, project_on=project_until)
    return remarks
