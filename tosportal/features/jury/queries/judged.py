"""Which criteria judge an application, and what the portal measures in it: its answers and what the registry says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria import Criterion
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.measuring import OWN_SHARE, judged_criteria, measured_values
from tosportal.domain.regulation import Regulation
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import last_submission
from tosportal.features.registry.models import Tos
from tosportal.features.registry.queries import settlement_of_tos
from tosportal.support.db import db

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Count:
    """A value from which the portal computes points: whose it is, the number, and whether it is in per cent."""

    name: str
    value: Fraction
    is_percent: bool = False


def registry_facts(tos: Tos, on: date) -> dict[str, Fraction]:
    """What the registry says of a ТОС, by the names of `domain.measuring`; full years are counted up to a day."""
    since = tos.charter_registered_on
    years = 0
    if since is not None and since <= on:
        years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return {
        "residents": Fraction(tos.population),
        "residents_16": Fraction(tos.residents_16 or 0),
        "legal_entity": Fraction(tos.is_legal_entity),
        "years": Fraction(years),
        "urban": Fraction(settlement_of_tos(tos).is_urban),
    }


def known_registry_facts(tos: Tos, on: date) -> dict[str, Fraction]:
    """The same without what the registry does not know of this ТОС."""
    unknown = {"residents_16"} if tos.residents_16 is None else set()
    unknown |= {"years"} if tos.charter_registered_on is None else set()
    unknown |= {"residents"} if not tos.population else set()
    return {name: value for name, value in registry_facts(tos, on).items() if name not in unknown}


def counted_day(regulation: Regulation, submitted_at: datetime | None) -> date:
    """The day on which years of work are counted: the end of the intake, else the day of submission."""
    at = regulation.moments.get("close") or submitted_at
    return at.date() if at is not None else date.min


def measured_of(regulation: Regulation, application: Application, answers: Answers, tos: Tos) -> dict[str, Fraction]:
    """Every value that the computed criteria need, from the answers last submitted and the registry."""
    facts = registry_facts(tos, counted_day(regulation, application.submitted_at))
    return measured_values(regulation, application.nomination, answers, facts)


def criteria_judging(
    regulation: Regulation, application: Application, measured: Mapping[str, Fraction] | None = None
) -> tuple[Criterion, ...]:
    """The criteria for the nomination, the requested sum and the group of this application."""
    if measured is None:
        measured = {} if regulation.scoring.groups is None else _measured(regulation, application)
    requested = application.requested_sum if regulation.kind == "grant" else None
    return judged_criteria(regulation, application.nomination, requested, measured)


def _measured(regulation: Regulation, application: Application) -> dict[str, Fraction]:
    submission = last_submission(application.id)
    answers = frozen_answers(submission.content) if submission else {}
    return measured_of(regulation, application, answers, db.session.get_one(Tos, application.tos_id))


def counts_of(criterion: Criterion, measured: Mapping[str, Fraction]) -> list[Count]:
    """The values behind the points of a computed criterion: of each of its items, or its value and what it is of."""
    names = {f"{criterion.code}.{one.code}": one.text for one in criterion.items}
    return [
        Count(names.get(key, ""), measured[key], value == OWN_SHARE)
        for key, value in criterion.sources.items()
        if key in measured
    ]
