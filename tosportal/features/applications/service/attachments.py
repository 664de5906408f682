"""Files in typed slots: the bytes first, the row after them, and never one without the other."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy.orm import joinedload

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.regulation import DocumentSlot
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Attachment
from tosportal.features.applications.queries import attachments_of
from tosportal.features.applications.service.rows import ensure_editable, lock, record
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.support.db import db
from tosportal.support.storage import (
    Accepted,
    Stored,
    check_upload,
    current_storage,
    leave_out,
    new_key,
    remember_to_undo,
)

MEGABYTE = 1024 * 1024
LOADED_FOR_RECORD = (joinedload(Application.contest),)


@dataclass(frozen=True)
class KeptFile:
    """A file that passed its checks and lies in the storage, but is in no application yet."""

    accepted: Accepted
    stored: Stored


def slot_for(application: Application, slot: str, now: datetime) -> DocumentSlot:
    """The place in which a file may be put now. Raises RuleBroken: no such slot, not to be changed now."""
    ensure_editable(application, now)
    wanted = regulation_of_edition(application.regulation).document(slot)
    if wanted is None:
        raise RuleBroken(Remark(N_("Такого документа в заявке нет")))
    return wanted


def keep_file(wanted: DocumentSlot, stream: IO[bytes], name: str) -> KeptFile:
    """The bytes lie in the storage; they go away again unless the next transaction is committed.

    Asks nothing of the database, so that nobody waits for a slow storage but the sender. Raises RuleBroken: not
    accepted here, broken, too large; StorageUnavailable.
    """
    limit = wanted.max_mb * MEGABYTE
    accepted = check_upload(stream, name, accept=wanted.accept, max_bytes=limit)
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    return KeptFile(accepted, storage.put(key, stream, size_limit=limit))


def attach_file(
    application: Application, slot: str, stream: IO[bytes], name: str, *, actor: Person | None, now: datetime
) -> Attachment:
    """Both steps in one, for those who have no other writers to let pass: see `keep_file` and `attach_kept`."""
    lock(application)
    kept = keep_file(slot_for(application, slot, now), stream, name)
    return attach_kept(application, slot, kept, actor=actor, now=now)


def attach_kept(
    application: Application, slot: str, kept: KeptFile, *, actor: Person | None, now: datetime
) -> Attachment:
    """The file lies in the slot; in a slot for one file it takes the place of the one before.

    The same content in the same slot again is the same attachment. Raises RuleBroken: no such slot, too many, not to be
    changed now. When the transaction fails the stored bytes are removed again.
    """
    lock(application)
    wanted = slot_for(application, slot, now)
    accepted, stored = kept.accepted, kept.stored
    there = [file for file in attachments_of(application.id) if file.slot == slot]
    for file in there:
        if file.sha256 == accepted.sha256:
            leave_out(stored.key)
            return file
    if wanted.max_files == 1:
        for file in there:
            remove_attachment(file, application=application, actor=actor, now=now)
    elif len(there) >= wanted.max_files:
        words = N_("Здесь можно приложить файлов: %(limit)s. Сначала уберите лишний")
        raise RuleBroken(Remark(words, {"limit": wanted.max_files}))
    attachment = Attachment(
        key=secrets.token_urlsafe(12),
        application_id=application.id,
        slot=slot,
        name=accepted.clean_name,
        media_type=accepted.media_type,
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
        uploaded_at=now,
        uploaded_by_id=actor.id if actor else None,
    )
    db.session.add(attachment)
    db.session.flush()
    after = {"slot": slot, "size": stored.size, "sha256": stored.sha256, "attachment": attachment.id}
    record("application.file_attached", application, actor=actor, now=now, after=after)
    return attachment


def remove_attachment(
    attachment: Attachment, *, actor: Person | None, now: datetime, application: Application | None = None
) -> None:
    """The file no longer counts. Its bytes stay: an earlier submission names them by their SHA-256.

    Removing it again changes nothing. Raises RuleBroken when the application cannot be changed now.
    """
    application = application or db.session.get_one(Application, attachment.application_id, options=LOADED_FOR_RECORD)
    lock(application)
    ensure_editable(application, now)
    if attachment.removed_at is not None:
        return
    attachment.removed_at = now
    db.session.flush()
    before = {"slot": attachment.slot, "sha256": attachment.sha256, "attachment": attachment.id}
    record("application.file_removed", application, actor=actor, now=now, before=before)
