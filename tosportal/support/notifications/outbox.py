"""Posting a letter."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete

from tosportal.support.db import after_commit, db
from tosportal.support.notifications.models import Letter
from tosportal.support.queue import enqueue


def post(
    kind: str, *, to: str, subject: str, body: str, now: datetime, person_id: int | None = None, once: str = ""
) -> Letter:
    """Put a letter into the outbox inside the current transaction; a task delivers it after the commit.

    `kind` names the occasion (`application.receipt`); the Message-ID is fixed now, so that a repeated delivery is the
    same letter. With `once`, a name of the occasion, the Message-ID follows from it and the address: the database
    refuses a second letter on the same occasion. Line breaks in the subject are folded: a subject is one line.
    """
    letter = Letter(
        kind=kind,
        person_id=person_id,
        to_address=to,
        subject=" ".join(subject.split())[:255],
        body=body,
        message_id=message_id_of(once, to) if once else f"<{secrets.token_hex(16)}@tosportal>",
        posted_at=now,
        try_at=now,
        tries=0,
        last_error="",
    )
    db.session.add(letter)
    after_commit("deliver_letters", lambda: enqueue("deliver_letters"))
    return letter


def drop_letters_of(person_id: int) -> None:
    """Every letter to a person is gone, those that still wait too."""
    db.session.execute(delete(Letter).where(Letter.person_id == person_id))


def message_id_of(once: str, to: str) -> str:
    """The Message-ID of the one letter to this address on this occasion."""
    return f"<{hashlib.sha256(f'{once} {to}'.encode()).hexdigest()[:40]}@tosportal>"
