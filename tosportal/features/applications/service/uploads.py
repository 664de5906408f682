"""A file in pieces over a line that breaks: every piece that came stays, and the file is put together at the end."""

import hashlib
import io
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, cast

from sqlalchemy import delete, select

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Upload, UploadPart
from tosportal.features.applications.queries import parts_of
from tosportal.features.applications.service.attachments import ensure_fits, slot_for
from tosportal.features.applications.service.rows import lock
from tosportal.support.db import db
from tosportal.support.storage import clean_name, current_storage, new_key, remember_to_undo, remove_after_commit

PIECE_MAX = 1024 * 1024
LIVES = timedelta(days=3)  # after the last piece
MOST_OPEN = 20  # uploads of one application; the oldest makes room
IN_MEMORY = 1024 * 1024
CHUNK = 256 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")
SPOILT = N_("Файл пришёл не таким, каким был отправлен. Отправьте его ещё раз")


def begin_upload(
    application: Application, slot: str, *, name: str, size: int, sha256: str, actor: Person, now: datetime
) -> Upload:
    """The upload of this very file by this person into this slot; one begun before goes on.

    Raises RuleBroken: no such slot, not to be changed now, too large, no room left, no digest.
    """
    lock(application)
    wanted = slot_for(application, slot, now)
    if size < 1 or not DIGEST.fullmatch(sha256):
        raise RuleBroken(
            Remark(N_("Файл пустой. Проверьте, что он сохранился на вашем устройстве, и приложите снова."))
        )
    ensure_fits(application, wanted, size)
    open_ones = db.session.scalars(
        select(Upload).where(Upload.application_id == application.id).order_by(Upload.expires_at, Upload.id)
    ).all()
    for one in open_ones:
        if (one.slot, one.person_id, one.sha256, one.size) == (slot, actor.id, sha256, size):
            one.expires_at = now + LIVES
            db.session.flush()
            return one
    for one in open_ones[: max(0, len(open_ones) - MOST_OPEN + 1)]:
        drop_upload(one)
    upload = Upload(
        key=secrets.token_urlsafe(12),
        application_id=application.id,
        slot=slot,
        name=clean_name(name),
        size=size,
        sha256=sha256,
        person_id=actor.id,
        begun_at=now,
        expires_at=now + LIVES,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def keep_piece(content: bytes, sha256: str) -> str:
    """The piece lies in the storage, under the key that comes back; it goes away unless the transaction is committed.

    Asks nothing of the database. Raises RuleBroken when it is not what was sent, StorageUnavailable.
    """
    if not content or len(content) > PIECE_MAX or hashlib.sha256(content).hexdigest() != sha256:
        raise RuleBroken(Remark(SPOILT))
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    storage.put(key, io.BytesIO(content), size_limit=PIECE_MAX)
    return key


def add_piece(upload: Upload, *, place: int, size: int, storage_key: str, now: datetime) -> int:
    """The piece is part of the upload; how many bytes have come altogether.

    Raises StateConflict when another piece is due (it came already, or one before it is missing), RuleBroken when it
    goes past the end of the file.
    """
    db.session.execute(select(Upload.id).where(Upload.id == upload.id).with_for_update())
    due = sum(part.size for part in parts_of(upload.id))
    if place != due:
        raise StateConflict(Remark(N_("Ждём другую часть файла")))
    if due + size > upload.size:
        raise RuleBroken(Remark(SPOILT))
    db.session.add(UploadPart(upload_id=upload.id, place=place, size=size, storage_key=storage_key))
    upload.expires_at = now + LIVES
    db.session.flush()
    return due + size


@contextmanager
def put_together(keys: list[str], sha256: str) -> Iterator[IO[bytes]]:
    """The whole file from its pieces, in a temporary file. Asks nothing of the database.

    Raises RuleBroken when a piece is lost or the whole is not what was announced, StorageUnavailable.
    """
    storage, digest = current_storage(), hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
        for key in keys:
            try:
                stream = storage.open(key)
            except FileNotFoundError as lost:
                raise RuleBroken(Remark(SPOILT)) from lost
            with stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    whole.write(chunk)
        if digest.hexdigest() != sha256:
            raise RuleBroken(Remark(SPOILT))
        whole.seek(0)
        yield cast(IO[bytes], whole)


def drop_upload(upload: Upload) -> None:
    """There is no such upload; its pieces leave the storage once this is committed."""
    keys = [part.storage_key for part in parts_of(upload.id)]
    db.session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
    db.session.delete(upload)
    db.session.flush()
    remove_after_commit(current_storage(), keys)


def drop_expired_uploads(now: datetime, limit: int = 100) -> int:
    """Uploads that nobody went on with are dropped; how many."""
    found = db.session.scalars(
        select(Upload).where(Upload.expires_at <= now).order_by(Upload.expires_at, Upload.id).limit(limit)
    ).all()
    for upload in found:
        drop_upload(upload)
    return len(found)
