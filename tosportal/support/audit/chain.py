"""Writing and checking the chain."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from tosportal.support.audit.models import JournalEntry
from tosportal.support.db import db

BEGINNING = "0" * 64
CHAIN_LOCK = 7305001  # any number nobody else uses: the advisory lock that puts writers of the chain in a row
BATCH = 2000


@dataclass(frozen=True)
class Broken:
    """The first row of the journal that does not hold, and why."""

    entry_id: int
    reason: str


def record(
    act: str,
    subject: Any,
    *,
    actor: Any | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    municipality_id: int | None = None,
) -> JournalEntry:
    """Add an act to the journal inside the current transaction.

    `act` is coded `thing.verb`; `subject` is a row with an `id` (or a pair kind, id); `actor` a person or None for the
    portal itself. `before` and `after` hold plain values without personal data.
    """
    session = db.session
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    newest_first = select(JournalEntry.id, JournalEntry.hash).order_by(JournalEntry.id.desc())
    last = connection.execute(newest_first.limit(1)).first()
    kind, subject_id = subject if isinstance(subject, tuple) else (subject.__tablename__, subject.id)
    entry = JournalEntry(
        id=(last.id if last else 0) + 1,
        at=now.astimezone(UTC),
        actor_id=actor.id if actor is not None else None,
        act=act,
        subject_kind=kind,
        subject_id=str(subject_id),
        municipality_id=municipality_id,
        facts=canonical({"after": after or {}, "before": before or {}}),
        previous_hash=last.hash if last else BEGINNING,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; decimals, days and moments as text; a float is refused."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the journal")


def entry_hash(entry: Any) -> str:
    """SHA-256 over everything a row says, the hash of the row before included."""
    said = [
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.act,
        entry.subject_kind,
        entry.subject_id,
        entry.municipality_id,
        entry.facts,
        entry.previous_hash,
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def verify(connection: Connection | Session | None = None) -> tuple[int, Broken | None]:
    """Walk the whole journal in order: how many rows hold, and the first that does not."""
    session = connection or db.session
    previous, expected_id, count = BEGINNING, 1, 0
    while True:
        ahead = select(*JournalEntry.__table__.columns).where(JournalEntry.id >= expected_id)
        rows = session.execute(ahead.order_by(JournalEntry.id).limit(BATCH)).all()
        for row in rows:
            if row.id != expected_id:
                return count, Broken(expected_id, f"строки {expected_id} нет, за {expected_id - 1} идёт {row.id}")
            if row.previous_hash != previous:
                return count, Broken(row.id, "не продолжает предыдущую строку")
            if entry_hash(row) != row.hash:
                return count, Broken(row.id, "содержание не совпадает с контрольной суммой")
            previous, expected_id, count = row.hash, expected_id + 1, count + 1
        if len(rows) < BATCH:
            return count, None
