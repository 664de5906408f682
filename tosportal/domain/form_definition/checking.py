"""What is wrong with the answers of a section, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tosportal.domain.budget import BudgetLimits, check_budget, parse_budget
from tosportal.domain.calendar_plan import check_plan, parse_plan
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition.kinds import (
    GROUP_KINDS,
    OWN_COLUMNS,
    ROW_KINDS,
    TICKED,
    YES,
    Answers,
    FormField,
    FormSection,
    PlanWindow,
    input_name,
)
from tosportal.domain.form_definition.meeting import check_meeting
from tosportal.domain.form_definition.posted import too_many_rows
from tosportal.domain.form_definition.requisites import is_account, is_bik
from tosportal.domain.form_definition.values import day_from, is_blank, is_required, is_visible, value_of

NOT_AS_EXPECTED = N_("Ответ записан не так, как ждёт форма")


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
        if not one.is_answered or not is_visible(one, answers):
            continue
        answer = answers.get(one.code)
        if is_blank(answer) or (one.kind in TICKED and answer != YES):
            if final and is_required(one, answers):
                remarks.append(_missing(one))
            continue
        if one.kind in ROW_KINDS:
            found = _check_rows(one, answer, final=final)
            whole = (
                _check_whole(one, answer, final=True, budget_limits=budget_limits, plan_window=plan_window)
                if final
                else []
            )
            said = {remark.place for remark in found}
            remarks += found + [remark for remark in whole if remark.place == one.code or remark.place not in said]
        elif one.kind in GROUP_KINDS:
            remarks += _check_group(one, answer, final=final)
        elif one.kind == "many":
            remarks += _check_many(one, answer, final=final)
        elif one.kind == "account":
            remarks += _check_account(section, one, answer, answers, final=final)
        else:
            remarks += _check_text(one, answer, one.code, final=final)
        if one.not_before is not None and isinstance(answer, str):
            remarks += _check_order(answer, answers.get(one.not_before), one.code)
    return remarks


def check_as_typed(
    section: FormSection, answers: Answers, *, budget_limits: BudgetLimits, plan_window: PlanWindow
) -> list[Remark]:
    """What a budget and a calendar plan that are still being filled in already break of the limits and the days of the
    contest, in the words of the final check."""
    return [
        remark
        for one in section.fields
        if is_visible(one, answers)
        for remark in _check_whole(
            one, answers.get(one.code), final=False, budget_limits=budget_limits, plan_window=plan_window
        )
    ]


def _missing(one: FormField) -> Remark:
    if one.kind == "many":
        template = N_("Отметьте хотя бы один вариант: «%(label)s»")
    elif one.kind in {"choice", "yes_no"}:
        template = N_("Выберите ответ: «%(label)s»")
    elif one.kind in TICKED:
        template = N_("Отметьте: «%(label)s»")
    elif one.kind in ROW_KINDS:
        template = N_("Добавьте хотя бы одну строку: «%(label)s»")
    else:
        template = N_("Заполните поле «%(label)s»")
    name = input_name(one.code, 0) if one.kind == "list" else one.code
    if one.kind in GROUP_KINDS:
        name = input_name(one.code, column=one.row_columns[0].code)
    return Remark(template, {"label": one.label}, name)


def _check_text(one: FormField, answer: object, place: str, *, final: bool) -> list[Remark]:
    if not isinstance(answer, str):
        return [Remark(NOT_AS_EXPECTED, place=place)]
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


def _check_many(one: FormField, answer: object, *, final: bool) -> list[Remark]:
    """Codes of the options, each once; `min_rows` and `max_rows` say how many may be chosen."""
    known = {option.code for option in one.options}
    if not isinstance(answer, list | tuple) or not all(isinstance(code, str) and code in known for code in answer):
        return [Remark(N_("Выберите из предложенных вариантов"), place=one.code)]
    values: dict[str, object] = {"actual": len(answer)}
    if one.max_rows is not None and len(answer) > one.max_rows:
        template = N_("Отмечено %(actual)s, можно не больше %(limit)s")
        return [Remark(template, values | {"limit": one.max_rows}, one.code)]
    if final and one.min_rows is not None and len(answer) < one.min_rows:
        template = N_("Отмечено %(actual)s, нужно не меньше %(limit)s")
        return [Remark(template, values | {"limit": one.min_rows}, one.code)]
    return []


def _check_account(
    section: FormSection, one: FormField, answer: object, answers: Answers, *, final: bool
) -> list[Remark]:
    """The account against the БИК before it in the section, or the first one after it."""
    found = _check_text(one, answer, one.code, final=final)
    places = [number for number, other in enumerate(section.fields) if other.kind == "bik"]
    if found or not places:
        return found
    own = section.fields.index(one)
    nearest = max((number for number in places if number < own), default=places[0])
    bik = answers.get(section.fields[nearest].code)
    if isinstance(bik, str) and is_bik(bik.strip()) and not is_account(str(answer).strip(), bik.strip()):
        return [Remark(N_("Проверьте счёт: он не подходит к БИК %(bik)s"), {"bik": bik.strip()}, one.code)]
    return []


def _check_group(one: FormField, answer: object, *, final: bool) -> list[Remark]:
    """An answer of one row: its cells, then what they say together."""
    if not isinstance(answer, Mapping):
        return [Remark(NOT_AS_EXPECTED, place=one.code)]
    remarks: list[Remark] = []
    for column in one.row_columns:
        place, cell = input_name(one.code, column=column.code), answer.get(column.code)
        if is_blank(cell):
            if final and column.required:
                values = {"field": one.label, "label": Remark(column.label)}
                remarks.append(Remark(N_("«%(field)s»: заполните «%(label)s»"), values, place))
            continue
        remarks += _check_text(column, cell, place, final=final)
        if column.not_before is not None and isinstance(cell, str):
            remarks += _check_order(cell, answer.get(column.not_before), place)
    if one.kind == "meeting":
        remarks += check_meeting(one, answer)
    return remarks


def _check_order(answer: str, earlier: object, place: str) -> list[Remark]:
    day, first = day_from(answer), day_from(earlier) if isinstance(earlier, str) else None
    if day and first and day < first:
        return [Remark(N_("Окончание не может быть раньше начала (%(first_on)s)"), {"first_on": first}, place)]
    return []


def _check_rows(one: FormField, answer: object, *, final: bool) -> list[Remark]:
    if not isinstance(answer, list | tuple):
        return [Remark(NOT_AS_EXPECTED, place=one.code)]
    remarks: list[Remark] = []
    filled = sum(not is_blank(row) for row in answer)
    if filled > one.rows_limit:
        remarks.append(too_many_rows(one, filled, one.rows_limit))
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
            remarks.append(Remark(NOT_AS_EXPECTED, place=input_name(one.code, number)))
    return remarks


def _check_cells(one: FormField, row: Mapping[str, Any], number: int, *, final: bool) -> list[Remark]:
    remarks: list[Remark] = []
    for column in one.row_columns:
        place, cell = input_name(one.code, number, column.code), row.get(column.code)
        if is_blank(cell):
            if final and column.required:
                label = Remark(column.label) if one.kind in OWN_COLUMNS else column.label
                values = {"row": number + 1, "label": label}
                remarks.append(Remark(N_("Строка %(row)s: заполните «%(label)s»"), values, place))
            continue
        remarks += _check_text(column, cell, place, final=final)
        if column.not_before is not None:
            remarks += _check_order(str(cell), row.get(column.not_before), place)
    return remarks


def _check_whole(
    one: FormField, answer: Any, *, final: bool, budget_limits: BudgetLimits | None, plan_window: "PlanWindow | None"
) -> list[Remark]:
    """What a budget or a calendar plan must satisfy as a whole, by their own modules; places become names of inputs."""
    if one.kind not in {"budget", "calendar_plan"} or not isinstance(answer, list | tuple):
        return []
    filled = [(number, row) for number, row in enumerate(answer) if isinstance(row, Mapping) and not is_blank(row)]
    if one.kind == "budget":
        budget, _ = parse_budget([row for _, row in filled])
        found = check_budget(budget, budget_limits or BudgetLimits(), final=final)
    else:
        plan, _ = parse_plan([row for _, row in filled])
        window = plan_window or PlanWindow()
        found = check_plan(
            plan,
            project_from=window.starts_on,
            project_until=window.ends_on,
            months_max=window.months_max,
            final=final,
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
    also: Sequence[Remark] = (),
) -> Progress:
    """Not started when nothing is typed and something is required; done when a final check finds nothing, and there is
    nothing else (`also`) against it."""
    found = check_section(section, answers, final=True, budget_limits=budget_limits, plan_window=plan_window)
    missing = (*found, *also)
    if not missing:
        return Progress(ProgressState.DONE)
    started = any(not is_blank(answers.get(one.code)) for one in section.fields)
    return Progress(ProgressState.IN_PROGRESS if started else ProgressState.NOT_STARTED, missing)
