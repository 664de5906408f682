"""Which criteria judge an application, and what the portal measures in it: its answers and what the registry says."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria import Criterion
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.measuring import OWN_SHARE, counted_day, judged_criteria, measured_values
from tosportal.domain.regulation import Regulation
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import last_submission, registry_facts
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Count:
    """A value from which the portal computes points: whose it is, the number, and whether it is in per cent."""

    name: str
    value: Fraction
    is_percent: bool = False


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
