"""Files in typed slots: the bytes first, the row after them, and never one without the other."""

import io
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from flask import current_app
from sqlalchemy.orm import joinedload

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.regulation import DocumentSlot
from tosportal.domain.submission_rule import ORIGINAL_SLOT, SIGNING_SLOTS
from tosportal.features.accounts.models import Person
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application, Attachment
from tosportal.features.applications.queries import attachments_of
from tosportal.features.applications.service.rows import ensure_editable, is_open, lock, record
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.support import notifications
from tosportal.support.db import after_commit, db
from tosportal.support.queue import enqueue
from tosportal.support.storage import (
    ERASED,
    Accepted,
    Stored,
    check_upload,
    current_storage,
    leave_out,
    new_key,
    photo_made_anew,
    remember_to_undo,
    shown_size,
    too_large,
)

MEGABYTE = 1024 * 1024
READABLE_SIDE, PREVIEW_SIDE = 4000, 1200
NO_SUCH_SLOT = N_("Такого документа в заявке нет")
WAITING, CLEAN, INFECTED = "waiting", "clean", "infected"
LOADED_FOR_RECORD = (joinedload(Application.contest),)


@dataclass(frozen=True)
class KeptFile:
    """A file that passed its checks and lies in the storage, but is in no application yet."""

    accepted: Accepted
    stored: Stored
    preview: Stored | None = None


def slot_for(application: Application, slot: str, now: datetime) -> DocumentSlot:
    """The place in which a person may put a file now; what is made for signing has its own doors (`signing`).

    Raises RuleBroken: no such slot, not to be changed now.
    """
    wanted = _slot(application, slot, now)
    if slot in SIGNING_SLOTS or (slot == ORIGINAL_SLOT and not application.is_on_paper):
        raise RuleBroken(Remark(NO_SUCH_SLOT))
    return wanted


def _slot(application: Application, slot: str, now: datetime) -> DocumentSlot:
    ensure_editable(application, now)
    wanted = regulation_of_edition(application.regulation).document(slot)
    if wanted is None:
        raise RuleBroken(Remark(NO_SUCH_SLOT))
    return wanted


def ensure_fits(application: Application, wanted: DocumentSlot, size: int) -> None:
    """A file of this size finds room: in its slot, and beside the other files of the application.

    What it takes the place of does not count. RuleBroken says how much is left.
    """
    if size > wanted.max_mb * MEGABYTE:
        raise RuleBroken(too_large(wanted.max_mb * MEGABYTE))
    limit = regulation_of_edition(application.regulation).limits.files_mb * MEGABYTE
    makes_room = wanted.code if wanted.max_files == 1 else None
    taken = sum(file.size for file in attachments_of(application.id) if file.slot != makes_room)
    if taken + size > limit:
        words = N_(
            "Файл занимает %(size)s, а в заявке осталось %(left)s из %(limit)s на все файлы. "
            "Уменьшите его или уберите лишние файлы"
        )
        left = max(0, limit - taken)
        values = {"size": shown_size(size), "left": shown_size(left), "limit": shown_size(limit)}
        raise RuleBroken(Remark(words, values))


def keep_file(wanted: DocumentSlot, stream: IO[bytes], name: str) -> KeptFile:
    """The bytes lie in the storage; they go away again unless the next transaction is committed.

    Asks nothing of the database, so that nobody waits for a slow storage but the sender. Raises RuleBroken: not
    accepted here, broken, too large; StorageUnavailable. A photo of an iPhone (HEIC) is kept as a JPEG that everybody
    can open. A picture gets a preview: upright, small, without place, time and maker of the camera.
    """
    limit = wanted.max_mb * MEGABYTE
    takes_photos = "jpeg" in wanted.accept
    accept = (*wanted.accept, "heic") if takes_photos else wanted.accept
    accepted = check_upload(stream, name, accept=accept, max_bytes=limit)
    if accepted.kind == "heic":
        stream = io.BytesIO(photo_made_anew(stream, longest=READABLE_SIDE))
        accepted = check_upload(stream, f"{name.rpartition('.')[0] or name}.jpg", accept=("jpeg",), max_bytes=limit)
    kept = KeptFile(accepted, store(stream, limit))
    if accepted.kind in {"jpeg", "png"}:
        with suppress(RuleBroken):  # not to be decoded: it is kept as it is, and has no preview
            preview = store(io.BytesIO(photo_made_anew(stream, longest=PREVIEW_SIDE)), limit)
            kept = replace(kept, preview=preview)
    return kept


def store(stream: IO[bytes], limit: int) -> Stored:
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    return storage.put(key, stream, size_limit=limit)


def give_up(kept: KeptFile) -> None:
    """The file goes into no application: its bytes go away when the transaction ends."""
    leave_out(kept.stored.key)
    if kept.preview:
        leave_out(kept.preview.key)


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
    wanted = _slot(application, slot, now)
    accepted, stored = kept.accepted, kept.stored
    there = [file for file in attachments_of(application.id) if file.slot == slot]
    for file in there:
        if file.sha256 == accepted.sha256:
            give_up(kept)
            return file
    ensure_fits(application, wanted, stored.size)
    if wanted.max_files == 1:
        for file in there:
            remove_attachment(file, application=application, actor=actor, now=now)
            file.replaced = True
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
        preview_key=kept.preview.key if kept.preview else None,
        preview_size=kept.preview.size if kept.preview else None,
        verdict=WAITING if current_app.config["SETTINGS"].clamd_url else "",
    )
    db.session.add(attachment)
    db.session.flush()
    after = {"slot": slot, "size": stored.size, "sha256": stored.sha256, "attachment": attachment.id}
    record("application.file_attached", application, actor=actor, now=now, after=after)
    if attachment.verdict == WAITING:
        after_commit("check_files", lambda: enqueue("check_files"))
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
    attachment.removed_by_id = actor.id if actor else None
    db.session.flush()
    before = {"slot": attachment.slot, "sha256": attachment.sha256, "attachment": attachment.id}
    record("application.file_removed", application, actor=actor, now=now, before=before)


def ensure_given_out(attachment: Attachment) -> None:
    """A file in quarantine is given to nobody, nor is one whose term is over. RuleBroken says which it is."""
    if attachment.storage_key.startswith(ERASED):
        raise RuleBroken(Remark(N_("Файл удалён: срок его хранения закончился. Контрольная сумма осталась")))
    if attachment.verdict == WAITING:
        words = N_("Файл ещё проверяется на вирусы, пока его нельзя открыть. Загляните через несколько минут")
        raise RuleBroken(Remark(words))
    if attachment.verdict == INFECTED:
        raise RuleBroken(Remark(N_("В файле найден вирус, поэтому его никому не дают")))


def set_verdict(attachment: Attachment, virus: str | None, *, now: datetime) -> None:
    """What the virus check found: nothing, and the file may be opened, or the name of a virus.

    An infected file no longer counts while the application can be changed; its sender gets a letter. A verdict is given
    once.
    """
    application = db.session.get_one(Application, attachment.application_id, options=LOADED_FOR_RECORD)
    lock(application)
    if attachment.verdict != WAITING:
        return
    if virus is None:
        attachment.verdict = CLEAN
        db.session.flush()
        return
    attachment.verdict, attachment.virus = INFECTED, virus[:120]
    if attachment.removed_at is None and is_open(application, now):
        attachment.removed_at = now
    db.session.flush()
    after = {"slot": attachment.slot, "sha256": attachment.sha256, "attachment": attachment.id, "virus": virus[:120]}
    record("application.file_infected", application, actor=None, now=now, after=after)
    sender = db.session.get(Person, attachment.uploaded_by_id) if attachment.uploaded_by_id else None
    if sender is not None:
        subject, body = letters.infected(application, attachment, sender)
        notifications.post(
            "application.file_infected", to=sender.email, person_id=sender.id, subject=subject, body=body, now=now
        )
