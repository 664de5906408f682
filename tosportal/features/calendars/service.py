"""Giving out a private address of a calendar, and ending it."""

from datetime import datetime

from tosportal.domain.errors import N_, Remark, StateConflict
from tosportal.features.accounts.models import Person
from tosportal.features.calendars.models import CalendarFeed
from tosportal.features.calendars.queries import is_known, key_hash, live_feed
from tosportal.support import audit
from tosportal.support.db import db


def give_address(person: Person, *, key: str, now: datetime) -> CalendarFeed:
    """The calendar of the person is read with this key from now on, and with no earlier one. The same key again is the
    same address; only its hash is kept.

    Raises StateConflict for a key that was given out before: a page sent again after its address was ended.
    """
    db.session.refresh(person, ["id"], with_for_update=True)
    feed = live_feed(person.id)
    if feed is not None and feed.key_hash == key_hash(key):
        return feed
    if is_known(key):
        raise StateConflict(Remark(N_("Этот адрес уже выдавали. Откройте страницу снова и получите новый")))
    end_address(person, now=now)
    feed = CalendarFeed(person_id=person.id, key_hash=key_hash(key), made_at=now)
    db.session.add(feed)
    db.session.flush()
    audit.record("calendar_feed.made", feed, actor=person, now=now)
    return feed


def end_address(person: Person, *, now: datetime) -> None:
    """The address of the person's calendar never works again. Without one nothing happens."""
    feed = live_feed(person.id)
    if feed is not None:
        feed.ended_at = now
        db.session.flush()
        audit.record("calendar_feed.ended", feed, actor=person, now=now)
