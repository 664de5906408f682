"""When a term is over: drafts go, personal data of submitted applications go, their closed files go."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.regulation import Regulation
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Signature, Submission
from tosportal.features.applications.service.rows import lock, record
from tosportal.features.applications.service.submissions import canonical
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.support.db import db
from tosportal.support.storage import ERASED, current_storage, remove_after_commit

PERSONAL_KINDS = frozenset({"person", "phone", "email"})


def erase_draft(application: Application, *, now: datetime) -> None:
    """An application that was never submitted has no answers and no files any more; its row stays as thrown away."""
    lock(application)
    if application.number is not None:
        raise ValueError("a submitted application is no draft")
    db.session.execute(delete(ApplicationSection).where(ApplicationSection.application_id == application.id))
    _drop_files(application, kept=())
    application.title, application.paper_signer = "", ""
    if application.state != ApplicationState.WITHDRAWN:
        application.state, application.withdrawn_at = ApplicationState.WITHDRAWN, now
    record("application.erased", application, actor=None, now=now, after={"what": "draft"})


def erase_personal(application: Application, *, now: datetime) -> None:
    """The personal answers of an application and of its frozen copies are gone, and every file that is not public, the
    scans of its signatures among them.

    The digests stay: whoever holds the receipt sees that a copy was changed, and `erased_at` says when and why.
    """
    lock(application)
    regulation = regulation_of_edition(application.regulation)
    gone = _personal_fields(regulation)
    rows = select(ApplicationSection).where(ApplicationSection.application_id == application.id)
    for row in db.session.scalars(rows):
        row.answers = _without(row.answers, gone.get(row.code, {}))
    copies = select(Submission).where(Submission.application_id == application.id, Submission.erased_at.is_(None))
    for copy in db.session.scalars(copies):
        content = json.loads(copy.content)
        for section in content.get("sections", []):
            section["answers"] = _without(section["answers"], gone.get(section["code"], {}))
        for file in content.get("attachments", []):
            file["name"] = ""
        if content.get("paper"):
            content["paper"]["signer"] = ""
        copy.content, copy.erased_at = canonical(content), now
    application.paper_signer = ""
    _drop_files(application, kept=[slot.code for slot in regulation.documents if slot.public])
    db.session.flush()
    record("application.erased", application, actor=None, now=now, after={"what": "personal"})


def _personal_fields(regulation: Regulation) -> dict[str, dict[str, set[str]]]:
    """By section: the code of a question → its personal columns, none for a question that is personal as a whole."""

    def is_personal(one: Any) -> bool:
        return bool(one.personal or one.is_sealed or one.kind in PERSONAL_KINDS)

    return {
        section.code: {
            one.code: set() if is_personal(one) else {column.code for column in one.row_columns if is_personal(column)}
            for one in section.fields
            if is_personal(one) or any(is_personal(column) for column in one.row_columns)
        }
        for section in regulation.sections
    }


def _without(answers: Mapping[str, Any], gone: Mapping[str, set[str]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for code, answer in answers.items():
        if code not in gone:
            kept[code] = answer
        elif gone[code] and isinstance(answer, list):
            kept[code] = [
                {name: cell for name, cell in row.items() if name not in gone[code]} if isinstance(row, dict) else row
                for row in answer
            ]
    return kept


def _drop_files(application: Application, *, kept: Collection[str]) -> None:
    """Files and rows of all slots but these go once this is committed; a scan or a file of a signature leaves its row
    with the digest, so that the signature still says what it rests on."""
    signed = set(db.session.scalars(select(Signature.attachment_id).where(Signature.attachment_id.is_not(None))))
    files = db.session.scalars(
        select(Attachment).where(
            Attachment.application_id == application.id,
            Attachment.slot.not_in(kept),
            Attachment.storage_key.not_like(f"{ERASED}%"),
        )
    ).all()
    keys = [key for file in files for key in (file.storage_key, file.preview_key) if key]
    for file in files:
        if file.id in signed:
            file.storage_key, file.preview_key, file.preview_size, file.name = f"{ERASED}{file.id}", None, None, ""
        else:
            db.session.delete(file)
    remove_after_commit(current_storage(), keys)
