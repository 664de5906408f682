"""The files of an application: those that count, earlier versions, uploads under way."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from tosportal.domain.permissions import Scopes
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Attachment, Upload, UploadPart
from tosportal.features.applications.queries.visible import is_for_its_tos, lies_within, spoken_for_by
from tosportal.features.contests.models import Contest
from tosportal.support.db import db


def attachments_of(application_id: int) -> Sequence[Attachment]:
    """The files that count now, in the order of their coming."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()


def waiting_attachments(limit: int) -> Sequence[Attachment]:
    """Files whose virus check is still to be done, the oldest first."""
    return db.session.scalars(
        select(Attachment).where(Attachment.verdict == "waiting").order_by(Attachment.id).limit(limit)
    ).all()


@dataclass(frozen=True)
class Version:
    """A file that counted before, with those who put it in and took it out."""

    file: Attachment
    sender: str | None
    remover: str | None


def versions_of(application_id: int) -> list[Version]:
    """Files that were replaced, and those taken out for a virus, the latest first."""
    sender, remover = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Attachment, sender.full_name, remover.full_name)
        .outerjoin(sender, sender.id == Attachment.uploaded_by_id)
        .outerjoin(remover, remover.id == Attachment.removed_by_id)
        .where(
            Attachment.application_id == application_id,
            Attachment.removed_at.is_not(None),
            or_(Attachment.replaced, Attachment.verdict == "infected"),
        )
        .order_by(Attachment.removed_at.desc(), Attachment.id.desc())
    ).all()
    return [Version(row[0], row[1], row[2]) for row in rows]


def attachment_in(application: Application, key: str) -> Attachment | None:
    """A live file of this very application."""
    return db.session.scalars(
        select(Attachment).where(
            Attachment.key == key, Attachment.application_id == application.id, Attachment.removed_at.is_(None)
        )
    ).one_or_none()


def attachment_for(key: str, person: Person, *, officer: Scopes, entering: Scopes) -> Attachment | None:
    """A file, for those who speak for the ТОС, and for officers once it was submitted; of a paper for those who enter
    it.

    Those who speak for the ТОС see earlier versions too, officers also what was taken out: an earlier submission may
    rest on it. Jurors have a door of their own (`jury`), which asks
    for the declaration of conflict first.
    """
    doors = [spoken_for_by(person) & is_for_its_tos() & or_(Attachment.removed_at.is_(None), Attachment.replaced)]
    if entering:
        doors.append(Application.paper_at.is_not(None) & lies_within(entering))
    if officer:
        doors.append(Application.number.is_not(None) & lies_within(officer))
    return db.session.scalars(
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .join(Contest, Contest.id == Application.contest_id)
        .where(Attachment.key == key, or_(*doors))
    ).one_or_none()


def upload_of(key: str, application: Application, person: Person) -> Upload | None:
    """An upload that this very person began in this application."""
    return db.session.scalars(
        select(Upload).where(Upload.key == key, Upload.application_id == application.id, Upload.person_id == person.id)
    ).one_or_none()


def parts_of(upload_id: int) -> Sequence[UploadPart]:
    """The pieces that have come, in the order of the file."""
    return db.session.scalars(
        select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.place)
    ).all()


def unfinished_uploads(application_id: int, person: Person) -> list[tuple[Upload, int]]:
    """What the person began to send here and how many bytes of each have come, the first first."""
    rows = db.session.execute(
        select(Upload, func.coalesce(func.sum(UploadPart.size), 0))
        .outerjoin(UploadPart, UploadPart.upload_id == Upload.id)
        .where(Upload.application_id == application_id, Upload.person_id == person.id)
        .group_by(Upload.id)
        .order_by(Upload.id)
    ).all()
    return [(row[0], int(row[1])) for row in rows]
