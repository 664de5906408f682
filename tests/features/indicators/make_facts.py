"""Published decisions for the tests of indicators."""

from datetime import timedelta
from decimal import Decimal

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_person, saved
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import activity_by_code
from tosportal.features.registry.models import Municipality, Tos


def make_contest_of(
    programme: Programme, municipality: Municipality, *, year: int = 2026, kind: str = "grant"
) -> Contest:
    contest = make_contest(municipality)
    activity = activity_by_code(programme, "act-4-1" if kind == "grant" else "act-4-3")
    assert activity is not None
    contest.activity_id, contest.year, contest.kind = activity.id, year, kind
    return contest


def make_decision(
    contest: Contest, awards: list[tuple[Tos, str]], *, number: int = 1, published: bool = True
) -> Decision:
    """A decision with these awards; «0» is an application without an award."""
    decision = saved(
        Decision(
            contest_id=contest.id,
            number=number,
            protocol="{}",
            digest="0" * 64,
            prepared_at=NOW - timedelta(days=2),
            prepared_by_id=make_person().id,
            approved_at=NOW - timedelta(days=1),
            approved_by_id=make_person().id,
            published_at=NOW if published else None,
        )
    )
    for place, (tos, awarded) in enumerate(awards, 1):
        application = make_application(contest, tos, state="admitted")
        saved(
            RankedApplication(
                decision_id=decision.id,
                application_id=application.id,
                nomination="n1",
                position=place,
                place=place,
                total=Decimal("8.50"),
                criteria={},
                outcome="winner" if Decimal(awarded) else "not_awarded",
                requested_sum=Decimal("72000.00"),
                awarded_sum=Decimal(awarded),
            )
        )
    return decision
