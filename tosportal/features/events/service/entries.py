"""Telling of an event and putting it right."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.event_record import Counting, EventAct, EventFacts, EventKind, EventState, after
from tosportal.features.accounts.models import Person
from tosportal.features.events import letters, queries
from tosportal.features.events.models import Event, EventTos
from tosportal.features.events.service.evidence import KeptFile, leave_all_out, put_photos
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Tos
from tosportal.features.registry.queries import secretaries_of
from tosportal.support import audit, notifications
from tosportal.support.db import db

OWN_FACTS = ("kind", "title", "held_on", "place", "description", "link", "participants", "counting")
ANOTHER_FORM = N_("Эта форма уже отправлена другим человеком. Откройте страницу заново")
CHANGED = N_("Событие только что изменил кто-то другой")


def add_event(
    facts: EventFacts,
    *,
    municipality_id: int,
    toses: Sequence[Tos],
    activity: Activity | None = None,
    photos: Sequence[KeptFile] = (),
    caption: str = "",
    form_key: str | None,
    actor: Person,
    as_officer: bool,
    now: datetime,
) -> Event:
    """The event stands with its photos: confirmed when an officer entered it, else it waits for the secretary, who gets
    a letter.

    The same `form_key` again, also at the same instant, gives the same event and changes nothing. Raises RuleBroken: no
    ТОС from somebody who speaks for one, a ТОС or an activity of another place or another year, too many photos.
    """
    if (same := _by_form_key(form_key, actor)) is not None:
        leave_all_out(photos)
        return same
    ensure_fit(facts, municipality_id=municipality_id, toses=toses, activity=activity, as_officer=as_officer)
    event = Event(
        key=secrets.token_urlsafe(12),
        form_key=form_key,
        municipality_id=municipality_id,
        activity_id=activity.id if activity else None,
        state=EventState.CONFIRMED if as_officer else EventState.ASKED,
        entered_at=now,
        entered_by_id=actor.id,
        settled_at=now if as_officer else None,
        settled_by_id=actor.id if as_officer else None,
        toses=[EventTos(tos_id=one.id) for one in toses],
        **{name: getattr(facts, name) for name in OWN_FACTS},
    )
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:  # the same press in the same instant
        if (same := _by_form_key(form_key, actor)) is not None:
            leave_all_out(photos)
            return same
        raise
    audit.record(
        "event.entered",
        event,
        actor=actor,
        now=now,
        after={**texts_of(event), "toses": sorted(one.code for one in toses), "state": event.state},
        municipality_id=municipality_id,
    )
    event = queries.event_of_this_moment(event.id)
    put_photos(event, photos, caption, actor=actor, now=now)
    if not as_officer:
        tell_secretaries(event, now=now)
    return event


def edit_event(
    event: Event,
    facts: EventFacts,
    *,
    toses: Sequence[Tos],
    activity: Activity | None,
    version: int,
    actor: Person,
    as_officer: bool,
    now: datetime,
) -> None:
    """The event says what was typed. A refused one that its ТОС corrects waits for the secretary again, who gets a
    letter; an officer changes the words and not the state.

    Raises StateConflict when somebody saved a newer one (`version` is stale), RuleBroken when it cannot be changed now
    or its ТОС or activity do not fit.
    """
    event = queries.event_of_this_moment(event.id)
    if event.version != version:
        raise StateConflict(Remark(CHANGED))
    state = after(event.state, EventAct.AMEND if as_officer else EventAct.CORRECT)
    ensure_fit(facts, municipality_id=event.municipality_id, toses=toses, activity=activity, as_officer=as_officer)
    before = {**texts_of(event), "toses": sorted(one.tos.code for one in event.toses), "state": event.state}
    asked_again = state != event.state
    for name in OWN_FACTS:
        if getattr(event, name) != getattr(facts, name):
            setattr(event, name, getattr(facts, name))
    event.activity_id, event.state = activity.id if activity else None, state
    wanted = {one.id for one in toses}
    if wanted != {one.tos_id for one in event.toses}:
        kept = [one for one in event.toses if one.tos_id in wanted]
        new = wanted - {one.tos_id for one in kept}
        event.toses = kept + [EventTos(tos_id=tos_id) for tos_id in sorted(new)]
        flag_modified(event, "title")  # the version counts rows of this table alone
    now_said = {**texts_of(event), "toses": sorted(one.code for one in toses), "state": state}
    changed = {name for name in now_said if before[name] != now_said[name]}
    if not changed:
        return
    db.session.flush()
    audit.record(
        "event.corrected",
        event,
        actor=actor,
        now=now,
        before={name: before[name] for name in changed},
        after={name: now_said[name] for name in changed},
        municipality_id=event.municipality_id,
    )
    if asked_again:
        tell_secretaries(queries.event_of_this_moment(event.id), now=now)


def facts_of(event: Event) -> EventFacts:
    """What a saved event says."""
    own = {name: getattr(event, name) for name in OWN_FACTS}
    return EventFacts(**{**own, "kind": EventKind(event.kind), "counting": Counting(event.counting)})


def texts_of(event: Event) -> dict[str, Any]:
    """The same for the journal; the description, which may name people, by its digest."""
    said = {name: getattr(event, name) for name in OWN_FACTS}
    digest = sha256(event.description.encode()).hexdigest()
    return {**said, "description": digest, "activity": event.activity_id}


def ensure_fit(
    facts: EventFacts, *, municipality_id: int, toses: Sequence[Tos], activity: Activity | None, as_officer: bool
) -> None:
    """RuleBroken unless its ТОС are of the district (one at least, when a ТОС tells) and its activity of that year."""
    if not toses and not as_officer:
        raise RuleBroken(Remark(N_("Выберите ТОС"), place="toses"))
    if any(one.municipality_id != municipality_id for one in toses):
        raise RuleBroken(Remark(N_("Выберите ТОС одного района"), place="toses"))
    if activity is None:
        return
    programme = db.session.get_one(Programme, activity.programme_id)
    if programme.municipality_id != municipality_id:
        raise RuleBroken(Remark(N_("Выберите мероприятие программы своего района"), place="activity"))
    if not programme.year_from <= facts.held_on.year <= programme.year_to:
        words = N_("Эта программа действует с %(first)s по %(last)s год, а событие было в %(year)s")
        years = {"first": programme.year_from, "last": programme.year_to, "year": facts.held_on.year}
        raise RuleBroken(Remark(words, years, "activity"))


def tell_secretaries(event: Event, *, now: datetime) -> None:
    """A letter to every secretary of the district: an event waits."""
    for secretary in secretaries_of(event.municipality_id):
        with force_locale(secretary.locale):
            subject, body = letters.event_asked(event)
        notifications.post(
            "event.asked", to=secretary.email, subject=subject, body=body, now=now, person_id=secretary.id
        )


def _by_form_key(form_key: str | None, actor: Person) -> Event | None:
    same = queries.event_by_form_key(form_key) if form_key else None
    if same is not None and same.entered_by_id != actor.id:
        raise StateConflict(Remark(ANOTHER_FORM))
    return same
