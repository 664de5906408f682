"""Named selects of readiness: what was asked and answered, what stands and for whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.permissions import Scopes
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import LOADED
from tosportal.features.applications.queries.visible import lies_within
from tosportal.features.contests.models import Contest
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.features.registry.models import Tos
from tosportal.support.db import db


def _stands() -> ColumnElement[bool]:
    """Neither answered nor taken back, and the application is still a draft: once sent, admission looks at it."""
    return and_(ReadinessRequest.is_standing(), Application.state == ApplicationState.DRAFT)


def requests_of(application_id: int) -> Sequence[ReadinessRequest]:
    """All requests of an application, the latest first."""
    return db.session.scalars(
        select(ReadinessRequest)
        .where(ReadinessRequest.application_id == application_id)
        .order_by(ReadinessRequest.id.desc())
    ).all()


def standing_requests(contest_id: int) -> Select[Any]:
    """Who waits in a contest, the one that waits longest first; for `paged`."""
    return (
        select(ReadinessRequest)
        .join(ReadinessRequest.application)
        .options(contains_eager(ReadinessRequest.application).joinedload(Application.tos).joinedload(Tos.settlement))
        .where(Application.contest_id == contest_id, _stands())
        .order_by(ReadinessRequest.asked_at, ReadinessRequest.id)
    )


def standing_request(key: str, scopes: Scopes) -> ReadinessRequest | None:
    """The request that stands for the draft of this address, when its contest lies in one of the places."""
    return db.session.scalars(
        select(ReadinessRequest)
        .join(ReadinessRequest.application)
        .join(Contest, Contest.id == Application.contest_id)
        .options(contains_eager(ReadinessRequest.application).options(*LOADED), joinedload(ReadinessRequest.asked_by))
        .where(Application.key == key, _stands(), lies_within(scopes))
    ).one_or_none()
