"""Named selects of the open pages: everything the home page shows, in a handful of selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from tosportal.domain.contest_stages import Stage, stages
from tosportal.domain.contest_states import Phase
from tosportal.features.contests import queries as contests
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import Glance
from tosportal.features.programmes.models import Indicator, IndicatorTarget, Programme
from tosportal.support.db import db

MOST_CONTESTS = 24


@dataclass(frozen=True)
class Target:
    """An indicator of the programme and what is planned for the year."""

    number: str
    name: str
    unit: str
    unit_printed: str
    value: Decimal


@dataclass(frozen=True)
class Card:
    """A contest on the home page, with its stages."""

    glance: Glance
    stages: Sequence[Stage]


def contest_cards(municipality_id: int, now: datetime) -> list[Card]:
    """Contests of the latest two years: those that take applications first, by their deadline, then the others."""
    latest = contests.latest_year(municipality_id)
    if latest is None:
        return []
    statement = contests.announced_contests(municipality_id).where(Contest.year >= latest - 1).limit(MOST_CONTESTS)
    glances = contests.glances(db.session.execute(statement).all(), now)
    glances.sort(key=lambda one: (ORDER.get(one.phase, len(ORDER)), -one.contest.year, one.next_at or now))
    return [Card(one, stages(one.moments, one.phase, now)) for one in glances]


ORDER = {
    phase: place
    for place, phase in enumerate(
        (
            Phase.ACCEPTING,
            Phase.ANNOUNCED,
            Phase.ADMISSION,
            Phase.SCORING,
            Phase.DECIDING,
            Phase.APPROVED,
            Phase.PUBLISHED,
            Phase.CANCELLED,
        )
    )
}


def targets_of_year(municipality_id: int, year: int) -> list[Target]:
    """What the programme that runs in this year promises for it, in the programme's order."""
    rows = db.session.execute(
        select(Indicator.number, Indicator.name, Indicator.unit, Indicator.unit_printed, IndicatorTarget.value)
        .join(IndicatorTarget, IndicatorTarget.indicator_id == Indicator.id)
        .join(Programme, Programme.id == Indicator.programme_id)
        .where(
            Programme.municipality_id == municipality_id,
            Programme.year_from <= year,
            Programme.year_to >= year,
            IndicatorTarget.year == year,
        )
        .order_by(Programme.year_from.desc(), Programme.id.desc(), Indicator.id)
    ).all()
    return [Target(*row) for row in rows]
