"""What the portal measures in an application for the criteria that no juror marks, and where it found each value.

| value | what it is |
|---|---|
| own_share | the own contribution in per cent of the whole cost, as the limits of the regulation count it |
| field:CODE | a number answered in the form; yes is 1, no is 0 |
| field:CODE=OPTION | 1 when this option is chosen in the answer |
| field:CODE.COLUMN | a number of a residents' meeting: residents, present, votes_for |
| rows:CODE | how many rows a table of the form has |
| rows:CODE.COLUMN=OPTION | how many of its rows have this option in the column |
| budget:PART | a sum of the budget: total, requested, own, attracted, in_kind |
| registry:NAME | what the registry of ТОС says: residents, residents_16, legal_entity, years, urban |
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.budget import PAYERS, Budget, parse_budget, summary
from tosportal.domain.criteria import GROUP, Criterion, fitted
from tosportal.domain.errors import N_, RuleBroken
from tosportal.domain.form_definition import value_of
from tosportal.domain.regulation import Regulation

OWN_SHARE = "own_share"
FIELD, ROWS, BUDGET, REGISTRY = "field:", "rows:", "budget:", "registry:"
BUDGET_PARTS = ("total", *PAYERS)
REGISTRY_NAMES: Mapping[str, str] = {
    "residents": N_("число жителей по реестру"),
    "residents_16": N_("число жителей от 16 лет по реестру"),
    "legal_entity": N_("ТОС — юридическое лицо, по реестру"),
    "years": N_("сколько полных лет работает ТОС, по реестру"),
    "urban": N_("ТОС в городе или рабочем посёлке, по реестру"),
}
BUDGET_NAMES: Mapping[str, str] = {
    "total": N_("вся стоимость по смете"),
    "requested": N_("запрошено по смете"),
    "own": N_("свои деньги по смете"),
    "attracted": N_("деньги партнёров по смете"),
    "in_kind": N_("вещи и труд по смете"),
}

Answers = Mapping[str, Mapping[str, Any]]
Registry = Mapping[str, Fraction | int]
"""What the registry knows about the ТОС, by the names above."""


def sources_of(regulation: Regulation, nomination: str) -> dict[str, str]:
    """Everything that is measured for an application of a nomination: key → which value."""
    groups = regulation.scoring.groups
    found = {} if groups is None else {GROUP: groups.value}
    for criterion in regulation.criteria_for(nomination):
        found |= criterion.sources
    return found


def measured_values(
    regulation: Regulation, nomination: str, answers: Answers, registry: Registry | None = None
) -> dict[str, Fraction]:
    """Every value that the computed criteria of the nomination need, by its key (`Criterion.sources`), exact.

    What is missing or unreadable measures as 0: the lowest band, never an error at the commission's table (the
    application was checked before it was admitted).

    `answers` are sections by code, each field → answer as typed.
    Basis: DOMAIN 4.1 and 4.3 C5 (criteria «авто»), issue point 11.
    """
    return {
        key: _measured(regulation, nomination, value, answers, registry or {})
        for key, value in sources_of(regulation, nomination).items()
    }


def group_of(regulation: Regulation, nomination: str, answers: Answers, registry: Registry) -> str | None:
    """The group of an application that is being filled in; None where the regulation has no groups."""
    groups = regulation.scoring.groups
    if groups is None:
        return None
    return groups.group_of(_measured(regulation, nomination, groups.value, answers, registry))


def counted_day(regulation: Regulation, submitted_at: datetime | None) -> date:
    """The day on which years of work are counted: the end of the intake, else the day of submission."""
    at = regulation.moments.get("close") or submitted_at
    return at.date() if at is not None else date.min


def judged_criteria(
    regulation: Regulation, nomination: str, requested: Decimal | None, measured: Mapping[str, Fraction]
) -> tuple[Criterion, ...]:
    """The criteria that judge one application: of its nomination, for its requested sum and its group."""
    group = regulation.scoring.group_of(measured)
    return fitted(regulation.criteria_for(nomination), requested, group)


def evidence_of(regulation: Regulation, nomination: str) -> dict[str, str]:
    """Where each measured value is found, by the same keys: `form/SECTION/FIELD`, `registry/NAME`, with the part of the
    budget or the option after a colon."""
    found = {}
    for key, value in sources_of(regulation, nomination).items():
        if value.startswith(REGISTRY):
            found[key] = f"registry/{value.removeprefix(REGISTRY)}"
            continue
        if value == OWN_SHARE or value.startswith(BUDGET):
            place = regulation.field_of_kind("budget", nomination)
            part = OWN_SHARE if value == OWN_SHARE else value.removeprefix(BUDGET)
            found[key] = f"form/{place[0].code}/{place[1].code}:{part}" if place else ""
            continue
        name, _equals, option = value.partition(":")[2].partition("=")
        code, _dot, column = name.partition(".")
        section = next((one for one in regulation.sections_for(nomination) if one.field(code)), None)
        part = "=".join(word for word in (column, option) if word)
        found[key] = f"form/{section.code}/{code}{':' + part if part else ''}" if section else ""
    return found


def _measured(regulation: Regulation, nomination: str, value: str, answers: Answers, registry: Registry) -> Fraction:
    if value == OWN_SHARE:
        return own_share_percent(regulation, nomination, answers)
    if value.startswith(BUDGET):
        return budget_sum(regulation, nomination, value.removeprefix(BUDGET), answers)
    if value.startswith(REGISTRY):
        return Fraction(registry.get(value.removeprefix(REGISTRY), 0))
    if value.startswith(ROWS):
        name, _equals, option = value.removeprefix(ROWS).partition("=")
        code, _dot, column = name.partition(".")
        rows = _answer(regulation, nomination, code, answers)
        kept = rows if isinstance(rows, list) else []
        if column:
            kept = [row for row in kept if isinstance(row, Mapping) and row.get(column) == option]
        return Fraction(len(kept))
    if value.startswith(FIELD):
        code, _equals, option = value.removeprefix(FIELD).partition("=")
        code, _dot, column = code.partition(".")
        if column:
            return number_of_cell(regulation, nomination, code, column, answers)
        if option:
            answer = _answer(regulation, nomination, code, answers)
            return Fraction(option in answer if isinstance(answer, list) else answer == option)
        return number_of_field(regulation, nomination, code, answers)
    return Fraction(0)


def _budget(regulation: Regulation, nomination: str, answers: Answers) -> Budget | None:
    found = regulation.field_of_kind("budget", nomination)
    if found is None:
        return None
    section, field = found
    rows = answers.get(section.code, {}).get(field.code)
    budget, _remarks = parse_budget(rows if isinstance(rows, list) else [])
    return budget


def own_share_percent(regulation: Regulation, nomination: str, answers: Answers) -> Fraction:
    """The own contribution in per cent of the whole cost; 0 without a budget."""
    budget = _budget(regulation, nomination, answers)
    if budget is None:
        return Fraction(0)
    share = summary(budget, regulation.limits.for_budget).own_share
    return Fraction(0) if share is None else share * 100


def budget_sum(regulation: Regulation, nomination: str, part: str, answers: Answers) -> Fraction:
    """One sum of the budget in roubles; 0 without a budget."""
    budget = _budget(regulation, nomination, answers)
    if budget is None or part not in BUDGET_PARTS:
        return Fraction(0)
    found: Decimal = budget.amount if part == "total" else budget.total_of(part)
    return Fraction(found)


def number_of_field(regulation: Regulation, nomination: str, code: str, answers: Answers) -> Fraction:
    """The number answered in a field of the form, 1 for a yes; 0 when there is none."""
    for section in regulation.sections_for(nomination):
        field = section.field(code)
        if field is None:
            continue
        answer = answers.get(section.code, {}).get(code, "")
        if isinstance(answer, bool):
            return Fraction(answer)
        try:
            value = value_of(field, str(answer))
        except RuleBroken:
            return Fraction(0)
        return Fraction(value) if isinstance(value, int | Decimal | Fraction) else Fraction(0)
    return Fraction(0)


def number_of_cell(regulation: Regulation, nomination: str, code: str, column: str, answers: Answers) -> Fraction:
    """The number in a cell of an answer of one row, such as a residents' meeting; 0 when there is none."""
    found = next((one for one in (s.field(code) for s in regulation.sections_for(nomination)) if one), None)
    answer = _answer(regulation, nomination, code, answers)
    cell = next((one for one in found.row_columns if one.code == column), None) if found else None
    if cell is None or not isinstance(answer, Mapping):
        return Fraction(0)
    try:
        value = value_of(cell, str(answer.get(column, "")))
    except RuleBroken:
        return Fraction(0)
    return Fraction(value) if isinstance(value, int | Decimal) else Fraction(0)


def _answer(regulation: Regulation, nomination: str, code: str, answers: Answers) -> Any:
    for section in regulation.sections_for(nomination):
        if section.field(code) is not None:
            return answers.get(section.code, {}).get(code)
    return None
