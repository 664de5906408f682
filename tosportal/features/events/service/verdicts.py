"""What becomes of an event that was told: confirmed, refused, taken back, taken off."""

from collections.abc import Callable
from datetime import datetime
from types import EllipsisType

from flask_babel import force_locale

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict, too_long
from tosportal.domain.event_record import LENGTHS, EventAct, EventState, after
from tosportal.features.accounts.models import Person
from tosportal.features.events import letters, queries
from tosportal.features.events.models import Event
from tosportal.features.events.service.entries import ensure_fit, facts_of
from tosportal.features.programmes.models import Activity
from tosportal.support import audit, notifications
from tosportal.support.db import db

CHANGED_WHILE_READ = N_("Событие изменили, пока вы читали. Прочитайте его ещё раз и решите")
Letter = Callable[[Event], tuple[str, str]]


def decide_event(
    event: Event,
    *,
    accept: bool,
    reason: str,
    look: str,
    activity: Activity | EllipsisType | None = ...,
    actor: Person,
    now: datetime,
) -> None:
    """Confirmed: the event is public and counted from now on. Refused: its author reads why and may correct it. Either
    way by letter. The same answer twice is one answer. `activity`: what a confirmed event belongs to from now on; not
    given, it stays with the one it was told under.

    Raises StateConflict when the event is not the one that was read (`look`), RuleBroken when a refusal has no reason,
    the activity is of another place or time, or there is nothing to decide.
    """
    event = queries.event_of_this_moment(event.id)
    if event.state == (EventState.CONFIRMED if accept else EventState.REFUSED):
        return
    state = after(event.state, EventAct.CONFIRM if accept else EventAct.REFUSE)
    reason = reason.strip()
    if not accept:
        ensure_reason(reason, N_("Напишите, что исправить: автор получит это письмом"))
    if event.look != look:
        raise StateConflict(Remark(CHANGED_WHILE_READ))
    if accept and not isinstance(activity, EllipsisType):
        put_under(event, activity, actor=actor, now=now)
    settle(event, state, "" if accept else reason, actor=actor, now=now)
    tell(event, letters.event_confirmed if accept else letters.event_refused, actor=actor, now=now)


def put_under(event: Event, activity: Activity | None, *, actor: Person, now: datetime) -> None:
    """The event belongs to this activity of the programme, or to none. Raises RuleBroken when it does not fit."""
    before, after_it = event.activity_id, activity.id if activity else None
    if before == after_it:
        return
    facts, toses = facts_of(event), [one.tos for one in event.toses]
    ensure_fit(facts, municipality_id=event.municipality_id, toses=toses, activity=activity, as_officer=True)
    event.activity_id = after_it
    db.session.flush()
    audit.record(
        "event.corrected",
        event,
        actor=actor,
        now=now,
        before={"activity": before},
        after={"activity": after_it},
        municipality_id=event.municipality_id,
    )


def withdraw_event(event: Event, *, actor: Person, now: datetime) -> None:
    """Its ТОС takes the event back before it is confirmed; it stays in their list and counts for nothing.

    A second time: nothing happens. Raises RuleBroken when it is confirmed already.
    """
    event = queries.event_of_this_moment(event.id)
    if event.state != EventState.WITHDRAWN:
        settle(event, after(event.state, EventAct.WITHDRAW), "", actor=actor, now=now)


def strike_event(event: Event, *, reason: str, actor: Person, now: datetime) -> None:
    """A confirmed event is taken off: neither public nor counted any more. Its author reads why by letter.

    A second time: nothing happens. Raises RuleBroken without a reason.
    """
    event = queries.event_of_this_moment(event.id)
    if event.state == EventState.WITHDRAWN:
        return
    state, reason = after(event.state, EventAct.STRIKE), reason.strip()
    ensure_reason(reason, N_("Напишите, почему событие снимается с учёта"))
    settle(event, state, reason, actor=actor, now=now)
    tell(event, letters.event_struck, actor=actor, now=now)


def ensure_reason(reason: str, words: str) -> None:
    """RuleBroken with these words when there is no reason, or when it is too long."""
    if not reason:
        raise RuleBroken(Remark(words, place="reason"))
    if remarks := too_long(reason, LENGTHS["reason"], "reason"):
        raise RuleBroken(remarks)


def settle(event: Event, state: EventState, reason: str, *, actor: Person, now: datetime) -> None:
    """The state and who is answerable for it, in the row and in the journal."""
    before = event.state
    event.state, event.reason = state, reason
    event.settled_at, event.settled_by_id = now, actor.id
    db.session.flush()
    audit.record(
        f"event.{state}",
        event,
        actor=actor,
        now=now,
        before={"state": before},
        after={"state": state},
        municipality_id=event.municipality_id,
    )


def tell(event: Event, letter: Letter, *, actor: Person, now: datetime) -> None:
    """A letter to whoever entered the event, unless they did this themself."""
    author = queries.author_of(event)
    if author is None or author.id == actor.id:
        return
    with force_locale(author.locale):
        subject, body = letter(event)
    notifications.post(
        f"event.{event.state}", to=author.email, subject=subject, body=body, now=now, person_id=author.id
    )
