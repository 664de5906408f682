"""The blueprint, and the ways from an address to an event: through the person who asks."""

import re

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from tosportal.domain.errors import Remark
from tosportal.domain.event_record import EventAct, is_possible
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import where
from tosportal.features.events import queries
from tosportal.features.events.models import Event

blueprint = Blueprint("events", __name__)

KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


def event_to_see(key: str) -> Event:
    """A confirmed event, or one of the reader's own; anything else does not exist."""
    officer, speaks = where(Permission.EVENT_READ_INNER), where(Permission.EVENT_ENTER)
    return found(queries.event_for(key, officer=officer, speaks=speaks, public=True) if KEY.fullmatch(key) else None)


def event_to_change(key: str) -> tuple[Event, bool]:
    """An event that the person may work on, and whether as an officer."""
    officer, speaks = where(Permission.EVENT_CONFIRM), where(Permission.EVENT_ENTER)
    event = found(queries.event_for(key, officer=officer, speaks=speaks) if KEY.fullmatch(key) else None)
    return event, officer.holds(municipality=event.municipality_id)


def found(event: Event | None) -> Event:
    if event is None:
        abort(404)
    return event


def event_page(
    event: Event,
    remarks: list[Remark] | None = None,
    *,
    reason: str = "",
    activity: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of an event with what this reader may do; a refused answer stands in its form with the remark.
    `activity`: the one that was chosen in it."""
    speaks, officer = where(Permission.EVENT_ENTER), where(Permission.EVENT_CONFIRM)
    is_officer = officer.holds(municipality=event.municipality_id)
    is_own = any(one.tos_id in speaks.toses for one in event.toses)
    is_inner = where(Permission.EVENT_READ_INNER).holds(municipality=event.municipality_id)
    may_change = is_possible(event.state, EventAct.AMEND) if is_officer else False
    may_correct = is_own and is_possible(event.state, EventAct.CORRECT)
    may_decide = is_officer and is_possible(event.state, EventAct.CONFIRM)
    return render_template(
        "events/show.html",
        event=event,
        is_inner=is_inner or is_own,
        reads_lists=is_inner,
        is_officer=is_officer,
        author=queries.author_of(event) if is_officer else None,
        may_change=may_change or may_correct,
        may_decide=may_decide,
        activities=queries.activities_to_choose(event.municipality_id, event.held_on.year) if may_decide else [],
        activity=str(event.activity_id or "") if activity is None else activity,
        may_strike=is_officer and is_possible(event.state, EventAct.STRIKE),
        may_withdraw=is_own and is_possible(event.state, EventAct.WITHDRAW),
        reason=reason,
        remarks=remarks or [],
        errors=remarks,
    ), status
