"""Files and rows together: what was stored for a transaction that does not commit goes away again."""

import logging

from sqlalchemy import event
from sqlalchemy.orm import Session

from tosportal.support.db import db
from tosportal.support.storage.interface import Storage, StorageUnavailable

log = logging.getLogger(__name__)
STORED = "stored_in_this_transaction"


def remember_to_undo(storage: Storage, key: str) -> None:
    """If this transaction does not commit, the object goes away with it."""
    db.session().info.setdefault(STORED, []).append((storage, key))


@event.listens_for(db.session, "after_commit")
def _keep_files(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(STORED, None)


@event.listens_for(db.session, "after_rollback")
def _remove_files(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for storage, key in session.info.pop(STORED, ()):
        try:
            storage.delete(key)
        except StorageUnavailable as trouble:
            # Usually nothing came there at all. The person's answer matters more than bytes that no row names.
            log.warning("object %s could not be taken back, it may lie there without a row: %s", key, trouble)
