"""Files and rows together: what was stored for a transaction that does not commit goes away again."""

import logging
from collections.abc import Iterable

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from tosportal.support.db import db
from tosportal.support.storage.interface import Storage, StorageUnavailable

log = logging.getLogger(__name__)
STORED = "stored_in_this_transaction"
UNDONE = "stored_in_a_transaction_that_failed"
DROPPED = "whose_rows_are_dropped_in_this_transaction"


def remember_to_undo(storage: Storage, key: str) -> None:
    """If this transaction does not commit, the object goes away with it."""
    db.session().info.setdefault(STORED, []).append((storage, key))


def leave_out(key: str) -> None:
    """The object turned out to be needless: it goes away when this transaction ends, however it ends."""
    waiting = db.session().info.setdefault(STORED, [])
    needless = [one for one in waiting if one[1] == key]
    waiting[:] = [one for one in waiting if one[1] != key]
    db.session().info.setdefault(UNDONE, []).extend(needless)


def remove_after_commit(storage: Storage, keys: Iterable[str]) -> None:
    """The rows of these objects go away in this transaction; once it is committed, the objects do."""
    db.session().info.setdefault(DROPPED, []).extend((storage, key) for key in keys)


@event.listens_for(db.session, "after_commit")
def _keep_files(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(STORED, None)
        session.info.setdefault(UNDONE, []).extend(session.info.pop(DROPPED, ()))


@event.listens_for(db.session, "after_rollback")
def _note_files(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(DROPPED, None)
        session.info.setdefault(UNDONE, []).extend(session.info.pop(STORED, ()))


@event.listens_for(db.session, "after_transaction_end")
def _remove_files(session: Session, transaction: SessionTransaction) -> None:
    # Only here the connection is given back: a storage that hangs must not hold the one writer of SQLite meanwhile.
    if transaction.parent is None:
        for storage, key in session.info.pop(UNDONE, ()):
            take_back(storage, key)


def take_back(storage: Storage, key: str) -> None:
    """There is no such object afterwards; when the storage does not answer, the log names what may lie there."""
    try:
        storage.delete(key)
    except StorageUnavailable as trouble:
        # Usually nothing came there at all. The person's answer matters more than bytes that no row names.
        log.warning("object %s could not be taken back, it may lie there without a row: %s", key, trouble)
