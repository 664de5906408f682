"""Photos, lists of people and documents: the bytes first, the row after them, and never one without the other."""

import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.event_record import EventAct, after
from tosportal.domain.tos_list import one_line
from tosportal.features.accounts.models import Person
from tosportal.features.events import queries
from tosportal.features.events.models import Event, EventEvidence
from tosportal.support import audit
from tosportal.support.db import after_commit, db
from tosportal.support.storage import (
    check_upload,
    current_storage,
    leave_out,
    new_key,
    photo_made_anew,
    remember_to_undo,
)
from tosportal.support.storage.undo import take_back

MEGABYTE = 1024 * 1024
PHOTO_KINDS = ("jpeg", "png")
PAPER_KINDS = ("pdf", "docx", "xlsx", "odt", "jpeg", "png")
PHOTO_MB, PAPER_MB = 15, 15
PHOTOS_MOST, PAPERS_MOST = 12, 10
CAPTION_MOST = 300


@dataclass(frozen=True)
class Photo:
    """A photo made anew: a JPEG of the picture and nothing else, with the name under which it came."""

    content: bytes
    name: str

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class KeptFile:
    """A file that passed its checks and lies in the storage, but belongs to no event yet."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str


def read_photo(stream: IO[bytes], name: str) -> Photo:
    """The picture of a file that was sent; RuleBroken in words when it is no photo, broken, too large or a trap."""
    accepted = check_upload(stream, name, accept=PHOTO_KINDS, max_bytes=PHOTO_MB * MEGABYTE)
    stem = accepted.clean_name.rpartition(".")[0]
    return Photo(photo_made_anew(stream), f"{stem}.jpg")


def keep_photos(photos: Sequence[Photo]) -> list[KeptFile]:
    """Their bytes lie in the storage; they go away again unless the next transaction is committed.

    Asks nothing of the database, so that nobody waits for a slow storage but the sender. Raises StorageUnavailable.
    """
    return [_keep(io.BytesIO(one.content), one.name, "image/jpeg") for one in photos]


def keep_paper(stream: IO[bytes], name: str) -> KeptFile:
    """The same for a list or a document. Raises RuleBroken too: not accepted, broken, too large."""
    accepted = check_upload(stream, name, accept=PAPER_KINDS, max_bytes=PAPER_MB * MEGABYTE)
    return _keep(stream, accepted.clean_name, accepted.media_type)


def _keep(stream: IO[bytes], name: str, media_type: str) -> KeptFile:
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    stored = storage.put(key, stream, size_limit=max(PHOTO_MB, PAPER_MB) * MEGABYTE)
    return KeptFile(key, name, media_type, stored.size, stored.sha256)


def add_photos(
    event: Event, photos: Sequence[KeptFile], caption: str, *, actor: Person, as_officer: bool, now: datetime
) -> list[EventEvidence]:
    """The photos lie with the event, each with the caption. A photo that lies there already is not put twice.

    Raises RuleBroken when there are too many, the caption is too long, or the event cannot be changed now.
    """
    event = queries.event_of_this_moment(event.id)
    ensure_open(event, as_officer=as_officer)
    return put_photos(event, photos, caption, actor=actor, now=now)


def put_photos(
    event: Event, photos: Sequence[KeptFile], caption: str, *, actor: Person, now: datetime
) -> list[EventEvidence]:
    """The same for an event that may be changed and is locked."""
    caption = checked_caption(caption)
    there = {one.sha256 for one in event.photos}
    new = {one.sha256: one for one in photos if one.sha256 not in there}
    if len(there) + len(new) > PHOTOS_MOST:
        words = N_("К событию можно приложить фотографий: %(most)s. Уберите лишние")
        raise RuleBroken(Remark(words, {"most": PHOTOS_MOST}, "photo"))
    leave_all_out(one for one in photos if one not in new.values())
    return [put(event, "photo", one, caption=caption, actor=actor, now=now) for one in new.values()]


def add_paper(
    event: Event, kind: str, paper: KeptFile, *, actor: Person, as_officer: bool, now: datetime
) -> EventEvidence:
    """A list of people or a document lies with the event; the same content of the same kind again is the same paper.

    Raises RuleBroken when there are too many or the event cannot be changed now.
    """
    if kind not in ("list", "document"):
        raise RuleBroken(Remark(N_("Такого вида документов нет")))
    event = queries.event_of_this_moment(event.id)
    ensure_open(event, as_officer=as_officer)
    for there in event.papers:
        if (there.kind, there.sha256) == (kind, paper.sha256):
            leave_all_out([paper])
            return there
    if len(event.papers) >= PAPERS_MOST:
        words = N_("К событию можно приложить документов: %(most)s. Уберите лишние")
        raise RuleBroken(Remark(words, {"most": PAPERS_MOST}))
    return put(event, kind, paper, actor=actor, now=now)


def put(event: Event, kind: str, kept: KeptFile, *, caption: str = "", actor: Person, now: datetime) -> EventEvidence:
    """The row of a file that lies in the storage."""
    evidence = EventEvidence(
        key=secrets.token_urlsafe(12),
        event_id=event.id,
        kind=kind,
        caption=caption,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        storage_key=kept.key,
        uploaded_at=now,
        uploaded_by_id=actor.id,
    )
    event.evidence.append(evidence)
    db.session.flush()
    record("event.file_attached", event, evidence, actor=actor, now=now)
    return evidence


def leave_all_out(files: Iterable[KeptFile]) -> None:
    """These were needless: their bytes go away."""
    for one in files:
        leave_out(one.key)


def caption_photo(
    evidence: EventEvidence, event: Event, caption: str, *, actor: Person, as_officer: bool, now: datetime
) -> None:
    """The photo is described in these words. RuleBroken when they are too long or the event cannot be changed now."""
    event = queries.event_of_this_moment(event.id)
    ensure_open(event, as_officer=as_officer)
    caption = checked_caption(caption)
    if evidence.caption != caption:
        evidence.caption = caption
        db.session.flush()
        record("event.photo_captioned", event, evidence, actor=actor, now=now)


def remove_evidence(evidence: EventEvidence, event: Event, *, actor: Person, as_officer: bool, now: datetime) -> None:
    """The file is gone, its bytes too: people may ask that their photo or their name be taken away.

    Removing it again changes nothing. Raises RuleBroken when the event cannot be changed now.
    """
    event = queries.event_of_this_moment(event.id)
    ensure_open(event, as_officer=as_officer)
    if evidence.removed_at is not None:
        return
    evidence.removed_at = now
    db.session.flush()
    record("event.file_removed", event, evidence, actor=actor, now=now)
    storage, key = current_storage(), evidence.storage_key
    after_commit(f"delete {key}", lambda: take_back(storage, key))


def ensure_open(event: Event, *, as_officer: bool) -> None:
    """RuleBroken unless this person may change the event in its state."""
    after(event.state, EventAct.AMEND if as_officer else EventAct.CORRECT)


def checked_caption(text: str) -> str:
    """A caption in one line; RuleBroken when it is too long."""
    text = one_line(text)
    if remarks := too_long(text, CAPTION_MOST, "caption"):
        raise RuleBroken(remarks)
    return text


def record(act: str, event: Event, evidence: EventEvidence, *, actor: Person, now: datetime) -> None:
    """The act in the journal: kind, size and digest of the file, never its name, which may hold somebody's."""
    facts = {"file": evidence.id, "kind": evidence.kind, "size": evidence.size, "sha256": evidence.sha256}
    audit.record(act, event, actor=actor, now=now, after=facts, municipality_id=event.municipality_id)
