"""Archives of own data: JSON and files in one ZIP, for the person alone, for some days."""

import json
import secrets
import shutil
import tempfile
import zipfile
from datetime import datetime, timedelta

from sqlalchemy import select

from tosportal.domain.retention import ARCHIVE_DAYS
from tosportal.features.accounts.models import Person
from tosportal.features.personal import letters
from tosportal.features.personal.models import DataArchive
from tosportal.features.personal.papers import own_data, own_files
from tosportal.support import audit, notifications
from tosportal.support.db import after_commit, db
from tosportal.support.queue import enqueue
from tosportal.support.storage import current_storage, new_key, remember_to_undo, remove_after_commit

AT_ONCE = 20 * 1024 * 1024  # more than this is packed by a task
MOST_BYTES = 20 * 1024 * 1024 * 1024


def ask_archive(person: Person, *, now: datetime) -> DataArchive:
    """An archive is being made; a small one is there at once, of a large one the person hears by letter.

    One at a time: while one waits or can still be fetched from today, that one is given.
    """
    found = db.session.scalars(
        select(DataArchive)
        .where(DataArchive.person_id == person.id, DataArchive.asked_at > now - timedelta(hours=1))
        .order_by(DataArchive.id.desc())
        .limit(1)
    ).first()
    if found is not None and found.expires_at > now:
        return found
    archive = DataArchive(
        key=secrets.token_urlsafe(12), person_id=person.id, asked_at=now, expires_at=now + timedelta(days=ARCHIVE_DAYS)
    )
    db.session.add(archive)
    db.session.flush()
    audit.record("archive.asked", archive, actor=person, now=now)
    if sum(size for _name, _key, size in own_files(person)) <= AT_ONCE:
        make_archive(archive, now=now)
    else:
        after_commit("make_archives", lambda: enqueue("make_archives"))
    return archive


def make_archive(archive: DataArchive, *, now: datetime, by_letter: bool = False) -> None:
    """The archive lies in the storage until its last moment. Made already: nothing happens.

    Streamed through a file of its own, never whole in memory. Raises StorageUnavailable.
    """
    if archive.made_at is not None:
        return
    person = db.session.get_one(Person, archive.person_id)
    storage, key = current_storage(), new_key()
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
            data = json.dumps(own_data(person, now=now), ensure_ascii=False, indent=2)
            pack.writestr("data.json", data.encode("utf-8", "backslashreplace"))
            for name, stored, _size in own_files(person):
                try:
                    source = storage.open(stored)
                except FileNotFoundError:
                    continue
                with source, pack.open(name, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)
        packed.seek(0)
        remember_to_undo(storage, key)
        kept = storage.put(key, packed, size_limit=MOST_BYTES)
    archive.storage_key, archive.size, archive.made_at = key, kept.size, now
    archive.expires_at = now + timedelta(days=ARCHIVE_DAYS)
    db.session.flush()
    if by_letter:
        subject, body = letters.archive_ready(archive, person)
        notifications.post("archive.ready", to=person.email, subject=subject, body=body, now=now, person_id=person.id)


def waiting_archives() -> list[int]:
    """Those that a task has still to make."""
    return list(db.session.scalars(select(DataArchive.id).where(DataArchive.made_at.is_(None))))


def drop_archives(now: datetime) -> int:
    """Archives past their last moment are gone with their files; how many."""
    over = db.session.scalars(select(DataArchive).where(DataArchive.expires_at <= now)).all()
    remove_after_commit(current_storage(), [one.storage_key for one in over if one.storage_key])
    for one in over:
        db.session.delete(one)
    db.session.flush()
    return len(over)
