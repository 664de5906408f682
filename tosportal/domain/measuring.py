"""What the portal measures in an application for the criteria that no juror marks."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tosportal.domain.budget import parse_budget, summary
from tosportal.domain.errors import RuleBroken
from tosportal.domain.form_definition import value_of
from tosportal.domain.regulation import Regulation

OWN_SHARE = "own_share"
FIELD = "field:"

Answers = Mapping[str, Mapping[str, Any]]


def measured_values(regulation: Regulation, nomination: str, answers: Answers) -> dict[str, Fraction]:
    """The value of every band criterion of the nomination, by its code, exact.

    `own_share` is the own contribution in per cent of the whole cost, counted as the limits of the regulation count it;
    `field:CODE` is a number from the answers. What is missing or unreadable measures as 0: the lowest band, never an
    error at the commission's table (the application was checked before it was admitted).

    `answers` are sections by code, each field → answer as typed.
    Basis: DOMAIN 4.3 C5 (criteria «авто»), issue point 11.
    """
    measured: dict[str, Fraction] = {}
    for criterion in regulation.criteria_for(nomination):
        if criterion.kind != "band":
            continue
        asked = criterion.value or ""
        if asked == OWN_SHARE:
            measured[criterion.code] = own_share_percent(regulation, nomination, answers)
        elif asked.startswith(FIELD):
            measured[criterion.code] = number_of_field(regulation, nomination, asked.removeprefix(FIELD), answers)
        else:
            measured[criterion.code] = Fraction(0)
    return measured


def own_share_percent(regulation: Regulation, nomination: str, answers: Answers) -> Fraction:
    """The own contribution in per cent of the whole cost; 0 without a budget."""
    found = regulation.field_of_kind("budget", nomination)
    if found is None:
        return Fraction(0)
    section, field = found
    rows = answers.get(section.code, {}).get(field.code)
    budget, _remarks = parse_budget(rows if isinstance(rows, list) else [])
    share = summary(budget, regulation.limits.for_budget).own_share
    return Fraction(0) if share is None else share * 100


def number_of_field(regulation: Regulation, nomination: str, code: str, answers: Answers) -> Fraction:
    """The number answered in a field of the form; 0 when there is none."""
    for section in regulation.sections_for(nomination):
        field = section.field(code)
        if field is None:
            continue
        try:
            value = value_of(field, str(answers.get(section.code, {}).get(code, "")))
        except RuleBroken:
            return Fraction(0)
        return Fraction(value) if value is not None else Fraction(0)
    return Fraction(0)
