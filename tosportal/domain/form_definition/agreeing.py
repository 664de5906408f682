"""What the parts of an application must say alike: a figure of the project's passport and the budget, the days of the
project and its calendar plan, all of it and the edition of the contest.

A question says itself with what it is compared (`FormField.agrees`, of AGREEMENTS); a question of an older regulation
says nothing and is compared with nothing. The words are the same while typing and at submission.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tosportal.domain.budget import Budget, BudgetLimits, parse_budget
from tosportal.domain.calendar_plan import CalendarPlan, add_months, parse_plan
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition.content import totals_of
from tosportal.domain.form_definition.kinds import Answers, FormField, FormSection, PlanWindow, input_name
from tosportal.domain.form_definition.meeting import meeting_of
from tosportal.domain.form_definition.values import day_from, is_blank, is_visible, value_of

AGREEMENTS: Mapping[str, str] = {
    "budget:total": N_("сумма всей сметы"),
    "budget:requested": N_("смета: из гранта"),
    "budget:own": N_("смета: собственные деньги"),
    "budget:attracted": N_("смета: деньги партнёров"),
    "budget:in_kind": N_("смета: вещами и трудом"),
    "plan": N_("календарный план и сроки проектов конкурса"),
    "plan:starts_on": N_("начало календарного плана и сроки проектов конкурса"),
    "plan:ends_on": N_("окончание календарного плана и сроки проектов конкурса"),
    "registry:residents": N_("жителей в реестре ТОС: не больше"),
    "registry:residents_16": N_("жителей от 16 лет в реестре ТОС: не больше"),
}
_BUDGET = tuple(name for name in AGREEMENTS if name.startswith("budget:"))
_REGISTRY = ("registry:residents", "registry:residents_16")
AGREEMENTS_OF: Mapping[str, tuple[str, ...]] = {
    "money": _BUDGET,
    "in_kind": _BUDGET,
    "period": ("plan",),
    "date": ("plan:starts_on", "plan:ends_on"),
    "integer": _REGISTRY,
    "meeting": _REGISTRY,
}
_OF_BUDGET: Mapping[str, str] = {
    "budget:total": N_("«%(label)s» — %(said_sum)s, а вся смета — %(budget_sum)s"),
    "budget:requested": N_("«%(label)s» — %(said_sum)s, а из гранта по смете — %(budget_sum)s"),
    "budget:own": N_("«%(label)s» — %(said_sum)s, а собственных денег в смете — %(budget_sum)s"),
    "budget:attracted": N_("«%(label)s» — %(said_sum)s, а денег партнёров в смете — %(budget_sum)s"),
    "budget:in_kind": N_("«%(label)s» — %(said_sum)s, а вещами и трудом в смете — %(budget_sum)s"),
}
_OF_REGISTRY: Mapping[str, str] = {
    "registry:residents": N_(
        "«%(label)s» — %(said)s, а жителей в реестре ТОС %(known)s. Если в реестре устарело, скажите секретарю"
    ),
    "registry:residents_16": N_(
        "«%(label)s» — %(said)s, а жителей от 16 лет в реестре ТОС %(known)s. "
        "Если в реестре устарело, скажите секретарю"
    ),
}


@dataclass(frozen=True)
class Known:
    """What an application is judged by beside its own answers: the limits and the days of the edition, the registry
    (None: not known), and the day of judging (None: what depends on it is not judged)."""

    limits: BudgetLimits = field(default_factory=BudgetLimits)
    window: PlanWindow = field(default_factory=PlanWindow)
    residents: int | None = None
    residents_16: int | None = None
    today: date | None = None


@dataclass(frozen=True)
class Disagreement:
    """Two answers that do not fit: the section where it is first put right (`remark.place` is an input there), and the
    section and the input of the other answer, if there is one."""

    section: str
    remark: Remark
    other_section: str = ""
    other_place: str = ""

    def place_in(self, section: str) -> str | None:
        """Where it stands on the page of this section; None: nowhere."""
        if section == self.section:
            return self.remark.place
        return self.other_place if section == self.other_section else None


@dataclass(frozen=True)
class _Found:
    """The budget or the plan of the form with where it stands; `numbers`: the rows of the form by the filled ones."""

    section: str
    code: str
    parsed: Any
    numbers: Sequence[int]


def disagreements(
    sections: Sequence[FormSection], answers: Mapping[str, Answers], known: Known, *, final: bool
) -> list[Disagreement]:
    """Everything in which these answers contradict each other or the edition, in the order of the form.

    Judged is what both sides say; not `final`: a side in which nothing is typed yet is not held against the other.
    Hidden questions are not judged.
    """
    budget = _rows_of("budget", sections, answers)
    plan = _rows_of("calendar_plan", sections, answers)
    found: list[Disagreement] = []
    for section in sections:
        own = answers.get(section.code, {})
        for one in section.fields:
            answer = own.get(one.code)
            if not is_visible(one, own):
                continue
            if one.kind == "meeting" and isinstance(answer, Mapping):
                found += _of_day(section, one, answer, known)
            if one.agrees in _OF_BUDGET and budget is not None:
                found += _with_budget(section, one, answer, budget, final=final)
            elif one.agrees in _OF_REGISTRY:
                found += _with_registry(section, one, answer, known)
            elif one.agrees is not None and one.agrees.startswith("plan"):
                found += _with_days(section, one, answer, plan, known.window)
    return found


def _rows_of(kind: str, sections: Sequence[FormSection], answers: Mapping[str, Answers]) -> _Found | None:
    """The budget or the calendar plan of the form, read; None where the form asks for none or hides it."""
    for section in sections:
        own = answers.get(section.code, {})
        for one in section.fields:
            if one.kind == kind and is_visible(one, own):
                typed = own.get(one.code)
                rows = list(enumerate(typed)) if isinstance(typed, list | tuple) else []
                filled = [(number, row) for number, row in rows if isinstance(row, Mapping) and not is_blank(row)]
                only = [row for _number, row in filled]
                parsed = parse_budget(only)[0] if kind == "budget" else parse_plan(only)[0]
                return _Found(section.code, one.code, parsed, [number for number, _row in filled])
    return None


def _with_budget(
    section: FormSection, one: FormField, answer: Any, budget: _Found, *, final: bool
) -> Iterator[Disagreement]:
    """A sum beside the budget, or what a table of help in kind comes to, against the budget to the kopeck."""
    parsed: Budget = budget.parsed
    said = _sum_of(one, answer)
    if said is None or not parsed.lines or (not final and is_blank(answer)):
        return
    name = (one.agrees or "").removeprefix("budget:")
    there = parsed.amount if name == "total" else parsed.total_of(name)
    if said == there:
        return
    values = {"label": one.label, "said_sum": said, "budget_sum": there}
    remark = Remark(_OF_BUDGET[one.agrees or ""], values, one.code)
    yield Disagreement(section.code, remark, budget.section, budget.code)


def _sum_of(one: FormField, answer: Any) -> Decimal | None:
    """The sum an answer says; None while it says none. A table of help in kind in which nothing stands says nought."""
    if one.kind == "in_kind":
        rows = [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list | tuple) else []
        return totals_of(one, rows)["amount"] if rows else Decimal("0.00")
    found = _value(one, answer)
    return found if isinstance(found, Decimal) else None


def _value(one: FormField, answer: Any) -> Any:
    """The value of a typed text; None when there is none or it cannot be read, which is said elsewhere."""
    if not isinstance(answer, str) or is_blank(answer):
        return None
    try:
        return value_of(replace(one, min=None, max=None), answer)
    except RuleBroken:
        return None


def _with_registry(section: FormSection, one: FormField, answer: Any, known: Known) -> Iterator[Disagreement]:
    """A number of people that is more than there are; a registry that does not know (nought too) is not asked."""
    most = known.residents if one.agrees == "registry:residents" else known.residents_16
    place = one.code
    if one.kind == "meeting":
        said = meeting_of(one, answer).residents if isinstance(answer, Mapping) else None
        place = input_name(one.code, column="residents")
    else:
        said = _value(one, answer)
    if most and said is not None and said > most:
        values = {"label": one.label, "said": said, "known": most}
        yield Disagreement(section.code, Remark(_OF_REGISTRY[one.agrees or ""], values, place))


def _of_day(section: FormSection, one: FormField, answer: Mapping[str, Any], known: Known) -> Iterator[Disagreement]:
    """A meeting that has not been held yet has decided nothing. Basis: DOMAIN 4.4 J."""
    held = day_from(str(answer.get("held_on") or ""))
    if held is not None and known.today is not None and held > known.today:
        words = N_("Собрание назначено на %(held_on)s, а провести его нужно до отправки заявки")
        yield Disagreement(section.code, Remark(words, {"held_on": held}, input_name(one.code, column="held_on")))


def _with_days(
    section: FormSection, one: FormField, answer: Any, plan: _Found | None, window: PlanWindow
) -> Iterator[Disagreement]:
    """The days of the project inside those of the contest, and the steps of the plan inside those of the project."""
    first, last, at_first, at_last = _days_of(one, answer)

    def say(template: str, place: str, **values: object) -> Disagreement:
        return Disagreement(section.code, Remark(template, {"label": one.label, **values}, place))

    for day, place in ((first, at_first), (last, at_last)):
        if day is None:
            continue
        if window.starts_on and day < window.starts_on:
            words = N_("«%(label)s»: %(day_on)s — раньше, чем начинаются проекты этого конкурса (%(first_on)s)")
            yield say(words, place, day_on=day, first_on=window.starts_on)
        if window.ends_on and day > window.ends_on:
            words = N_("«%(label)s»: %(day_on)s — позже, чем заканчиваются проекты этого конкурса (%(last_on)s)")
            yield say(words, place, day_on=day, last_on=window.ends_on)
    if one.kind == "period" and first and last and window.months_max is not None:
        latest = add_months(first, window.months_max)
        if last > latest:
            words = N_(
                "«%(label)s»: проект может идти не дольше %(months)s мес., значит закончить нужно не позже "
                "%(latest_on)s, а написано %(last_on)s"
            )
            yield say(words, at_last, months=window.months_max, latest_on=latest, last_on=last)
    if plan is not None:
        yield from _with_steps(section, one, (first, at_first), (last, at_last), plan)


def _days_of(one: FormField, answer: Any) -> tuple[date | None, date | None, str, str]:
    """The first and the last day a question names, and their inputs."""
    if one.kind == "period":
        cells = answer if isinstance(answer, Mapping) else {}
        first, last = (day_from(str(cells.get(column) or "")) for column in ("from", "until"))
        return first, last, input_name(one.code, column="from"), input_name(one.code, column="until")
    day = day_from(answer) if isinstance(answer, str) else None
    return (day, None, one.code, "") if one.agrees == "plan:starts_on" else (None, day, "", one.code)


def _with_steps(
    section: FormSection,
    one: FormField,
    first: tuple[date | None, str],
    last: tuple[date | None, str],
    plan: _Found,
) -> Iterator[Disagreement]:
    """The first step of the plan that begins too early, and the first one that ends too late."""
    parsed: CalendarPlan = plan.parsed
    early = N_("Шаг %(step)s календарного плана начинается %(step_on)s, а «%(label)s» — не раньше %(day_on)s")
    late = N_("Шаг %(step)s календарного плана заканчивается %(step_on)s, а «%(label)s» — не позже %(day_on)s")
    for template, column, (limit, place), sign in ((early, "starts_on", first, -1), (late, "ends_on", last, 1)):
        for index, step in enumerate(parsed.steps):
            day = getattr(step, column)
            if limit is None or day is None or (day - limit) * sign <= timedelta(0):
                continue
            number = plan.numbers[index]
            values = {"step": index + 1, "step_on": day, "label": one.label, "day_on": limit}
            at_plan = input_name(plan.code, number, column)
            yield Disagreement(section.code, Remark(template, values, place), plan.section, at_plan)
            break
