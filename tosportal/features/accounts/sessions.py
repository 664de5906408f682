"""Signed-in sessions as rows: Flask's cookie alone cannot be ended, a row can.

The cookie carries a random key; the row keeps its hash. The person of a request is loaded together with the row, the
roles and the number of unread letters in one select, so an ended row is a signed-out browser from the next request on.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import Flask, g, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import set_request_attr
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tosportal.features.accounts.models import Person, SignedInSession
from tosportal.support import audit, notifications
from tosportal.support.db import db
from tosportal.web.clock import now

KEY = "session_key"
LASTS = timedelta(days=14)  # longer than the last days of an intake, when signing in again costs an application


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def start_session(person: Person, *, key: str, browser: str, now: datetime) -> SignedInSession:
    """Remember that this browser is signed in as the person."""
    row = SignedInSession(
        person_id=person.id, key_hash=key_hash(key), started_at=now, expires_at=now + LASTS, browser=browser[:200]
    )
    db.session.add(row)
    db.session.flush()
    return row


def live_session(key: str) -> SignedInSession | None:
    """The row of a key that has not ended."""
    return db.session.scalars(
        select(SignedInSession).where(SignedInSession.key_hash == key_hash(key), SignedInSession.ended_at.is_(None))
    ).one_or_none()


def end_session(key: str, *, now: datetime) -> None:
    """End one browser's sign-in for good."""
    db.session.execute(update(SignedInSession).where(SignedInSession.key_hash == key_hash(key)).values(ended_at=now))


def end_all_sessions(person: Person, *, now: datetime, but_key: str | None = None) -> None:
    """End every sign-in of a person (password changed, account blocked), perhaps but the one in use."""
    ending = update(SignedInSession).where(SignedInSession.person_id == person.id, SignedInSession.ended_at.is_(None))
    if but_key:
        ending = ending.where(SignedInSession.key_hash != key_hash(but_key))
    db.session.execute(ending.values(ended_at=now))


def load_person(uniquifier: str) -> Person | None:
    """The person of a request with their roles, when both the account and this browser's row are live."""
    key = session.get(KEY)
    if not key:
        return None
    set_request_attr("fs_authn_via", "session")  # what Flask-Security asks before its own views
    row = (
        db.session.execute(
            select(Person, notifications.unread_count(Person.id))
            .join(SignedInSession, SignedInSession.person_id == Person.id)
            .where(
                Person.fs_uniquifier == uniquifier,
                Person.active.is_(True),
                SignedInSession.key_hash == key_hash(key),
                SignedInSession.ended_at.is_(None),
                SignedInSession.expires_at > now(),
            )
            .options(joinedload(Person.grants))
        )
        .unique()
        .one_or_none()
    )
    if row is None:
        return None
    g.unread_letters = row[1]
    return row[0]


def init_app(app: Flask) -> None:
    """Attach the rows to Flask-Login. Its two signals are the only places that every way of signing in passes."""
    app.login_manager.user_loader(load_person)  # type: ignore[attr-defined]

    def signed_in(sender: Flask, user: Person) -> None:
        if old := session.pop(KEY, None):
            end_session(old, now=now())
        session.pop("csrf_token", None)  # a token that a stranger may have planted before does not outlive the sign-in
        session[KEY] = secrets.token_urlsafe(32)
        row = start_session(user, key=session[KEY], browser=request.user_agent.string, now=now())
        audit.record("session.started", row, actor=user, now=now())

    def signed_out(sender: Flask, user: Person) -> None:
        if (key := session.pop(KEY, None)) and (row := live_session(key)):
            end_session(key, now=now())
            audit.record("session.ended", row, actor=user, now=now())

    user_logged_in.connect(signed_in, app, weak=False)
    user_logged_out.connect(signed_out, app, weak=False)
