"""What stands in the tables and lies in the storage afterwards: every accepted application once, and whole."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from bench.rush.applicants import Applicant, photo
from bench.rush.people import Story
from tosportal.features.applications.models import Application, Attachment, Submission
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import current_storage, take_inventory

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Proof:
    """How many of what there are, and everything that is not as it should be."""

    submissions: int
    files: int
    faults: tuple[str, ...]


def prove(app: Flask, applicants: list[Applicant], stories: list[Story], *, kilobytes: int) -> Proof:
    """Compare what the people saw with what there is. The database is the one the server wrote to; nothing changes."""
    with app.app_context():
        try:
            return _prove(applicants, stories, kilobytes=kilobytes, now=app.config["CLOCK"]())
        finally:
            db.session.remove()


def _prove(applicants: list[Applicant], stories: list[Story], *, kilobytes: int, now: datetime) -> Proof:
    keys = {one.key for one in applicants}
    rows = {one.key: one for one in db.session.scalars(select(Application).where(Application.key.in_(keys)))}
    ids = {row.id: row for row in rows.values()}
    copies = db.session.scalars(select(Submission).order_by(Submission.id)).all()
    files: dict[int, list[Attachment]] = {}
    for file in db.session.scalars(select(Attachment).where(Attachment.removed_at.is_(None))):
        files.setdefault(file.application_id, []).append(file)
    times = Counter(one.application_id for one in copies)
    faults = [f"{len(applicants) - len(stories)} people have no story"] if len(stories) != len(applicants) else []
    for story in stories:
        row = rows[story.key]
        faults += [f"{story.place}: {one}" for one in story.unexpected]
        if not story.is_accepted or row.state != "submitted":
            faults.append(f"{story.place}: accepted {story.is_accepted}, and the row says {row.state}")
        if times[row.id] != 1:
            faults.append(f"{story.place}: {times[row.id]} submissions")
        if story.number is None or story.number != row.number:
            faults.append(f"{story.place}: the receipt says № {story.number}, the row № {row.number}")
    numbers = sorted(row.number for row in rows.values() if row.number is not None)
    if numbers != list(range(1, len(applicants) + 1)):
        faults.append(f"numbers are not 1 to {len(applicants)}: {len(numbers)}, {len(set(numbers))} different")
    for copy in copies:
        said = json.loads(copy.content)
        if hashlib.sha256(copy.content.encode()).hexdigest() != copy.digest or copy.application_id not in ids:
            faults.append(f"the copy {copy.id} is not what its digest says")
        named = {(one["slot"], one["sha256"]) for one in said["attachments"]}
        if named != {(one.slot, one.sha256) for one in files[copy.application_id]} or len(named) != 2:
            faults.append(f"the copy {copy.id} names other files than lie in the application")
    faults += [f"{name}: {had} of {len(applicants)}" for name, had in side_effects().items() if had != len(applicants)]
    count, broken = audit.verify()
    if broken:
        faults.append(f"the journal breaks at {broken.entry_id} of {count}: {broken.reason}")
    faults += wrong_files(applicants, rows, files, kilobytes)
    inventory = take_inventory(current_storage(), now=now)
    if not inventory.holds or inventory.young:
        faults.append(f"files and rows: lost {inventory.lost[:3]}, strays {inventory.strays[:3]} + {inventory.young}")
    return Proof(len(copies), inventory.files, tuple(faults))


def side_effects() -> dict[str, int]:
    """What each submission brings with it, exactly once."""
    letters = select(func.count()).select_from(Letter).where(Letter.kind == "application.receipt")
    acts = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "application.frozen")
    return {"letters with a receipt": db.session.scalar(letters) or 0, "acts of freezing": db.session.scalar(acts) or 0}


def wrong_files(
    applicants: list[Applicant], rows: dict[str, Application], files: dict[int, list[Attachment]], kilobytes: int
) -> list[str]:
    """Every file is read back: its bytes have its digest, and a photo is the one this very applicant sent."""
    faults, storage = [], current_storage()
    for applicant in applicants:
        for file in files.get(rows[applicant.key].id, []):
            digest = hashlib.sha256()
            with storage.open(file.storage_key) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
            is_photo = file.slot == "photos"
            sent = hashlib.sha256(photo(applicant.place, kilobytes)).hexdigest() if is_photo else file.sha256
            if not digest.hexdigest() == file.sha256 == sent:
                faults.append(f"{applicant.place}: the file {file.storage_key} is not what was sent")
    return faults
