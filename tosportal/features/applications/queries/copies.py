"""Frozen copies of an application: their editions, their files, how they were signed, who has the receipt."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Attachment, Signature, Submission
from tosportal.features.contests.queries import editions_of, regulation_of_edition
from tosportal.features.registry.models import Contact
from tosportal.features.registry.queries import people_of_tos
from tosportal.support.db import db


def submission_of(application_id: int, number: int) -> Submission | None:
    """One frozen copy by its number."""
    return db.session.scalars(
        select(Submission).where(Submission.application_id == application_id, Submission.number == number)
    ).one_or_none()


def regulation_of_submission(application: Application, submission: Submission) -> Regulation:
    """The edition of the regulation on which this copy was sent."""
    number = json.loads(submission.content)["edition"]
    if number == application.regulation.number:
        return regulation_of_edition(application.regulation)
    edition = next(one for one in editions_of(application.contest) if one.number == number)
    return regulation_of_edition(edition)


def submitted_files(submission: Submission | None) -> list[Attachment]:
    """The files of a frozen copy, in the order of their coming: whatever was put in or taken out since."""
    if submission is None:
        return []
    named = {(one["slot"], one["sha256"]) for one in json.loads(submission.content)["attachments"]}
    rows = db.session.scalars(
        select(Attachment)
        .where(
            Attachment.application_id == submission.application_id,
            Attachment.sha256.in_({sha256 for _slot, sha256 in named}),
        )
        .order_by(Attachment.removed_at.is_not(None), Attachment.id.desc())
    ).all()
    found: dict[tuple[str, str], Attachment] = {}
    for row in rows:  # of two copies of one file the one that still counts
        if (row.slot, row.sha256) in named:
            found.setdefault((row.slot, row.sha256), row)
    return sorted(found.values(), key=lambda row: row.id)


def submitted_documents(submission: Submission | None) -> list[Attachment]:
    """The same without what belongs to signing and to the paper: what the jury may read."""
    return [one for one in submitted_files(submission) if not one.slot.startswith(".")]


@dataclass(frozen=True)
class Receiver:
    """Where a letter goes; `person_id` is None for an address of the registry without an account."""

    email: str
    locale: str
    person_id: int | None


def receivers_of_receipt(application: Application, sender: Person) -> list[Receiver]:
    """Who sent it; of an application on paper those who speak for the ТОС, or its address in the registry, if any."""
    if not application.is_on_paper:
        return [Receiver(sender.email, sender.locale, sender.id)]
    people = [one for one in people_of_tos(application.tos_id) if one.active]
    if people:
        return [Receiver(one.email, one.locale, one.id) for one in people]
    address = db.session.scalars(
        select(Contact.value).where(Contact.tos_id == application.tos_id, Contact.kind == "email").order_by(Contact.id)
    ).first()
    return [Receiver(address, "ru", None)] if address else []


def signatures_of(application_id: int) -> dict[int, tuple[Signature, Person]]:
    """How each submission was signed and by whom, by the id of the submission; unsigned ones are not there."""
    rows = db.session.execute(
        select(Signature, Person)
        .join(Submission, Submission.id == Signature.submission_id)
        .join(Person, Person.id == Signature.person_id)
        .where(Submission.application_id == application_id)
    ).all()
    return {row[0].submission_id: (row[0], row[1]) for row in rows}
