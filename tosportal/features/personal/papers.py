"""Everything the portal holds about a person, as data that can be read and taken away."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tosportal.features.accounts.looks import looks_at_person
from tosportal.features.accounts.models import Consent, Person, RoleGrant, SignedInSession
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.contests.models import Contest
from tosportal.features.events.models import Event, EventEvidence
from tosportal.features.jury.models import ConflictDeclaration, Juror, ScoreSheet
from tosportal.features.registry.models import Tos, TosLink
from tosportal.features.registry.queries import toses_of_person
from tosportal.support.db import db
from tosportal.support.notifications import Letter

SCHEMA = "own-data/1"
OF_THE_DOOR = "accounts."  # letters with links that let in whoever holds them: their words stay in the mailbox


def own_data(person: Person, *, now: datetime) -> dict[str, Any]:
    """All of it, part by part; days and moments as text."""
    own = [tos.id for tos in toses_of_person(person)]
    applications = _rows(
        select(Application, Contest.name, Tos.name)
        .join(Contest, Contest.id == Application.contest_id)
        .join(Tos, Tos.id == Application.tos_id)
        .where(Application.created_by_id == person.id)
        .order_by(Application.id)
    )
    return {
        "schema": SCHEMA,
        "made_at": now.isoformat(timespec="seconds"),
        "account": _said(person, "email", "full_name", "phone", "locale", "active", "confirmed_at", "joined_at"),
        "roles": [
            _said(one, "role", "scope", "scope_id", "granted_at", "revoked_at")
            for one in _own(RoleGrant, RoleGrant.person_id, person)
        ],
        "sign_ins": [
            _said(one, "started_at", "expires_at", "ended_at", "browser")
            for one in _own(SignedInSession, SignedInSession.person_id, person)
        ],
        "toses": [
            {"tos": name, **_said(link, "seat", "basis", "state", "asked_at", "decided_at", "answer")}
            for link, name in _rows(
                select(TosLink, Tos.name).join(Tos, Tos.id == TosLink.tos_id).where(TosLink.person_id == person.id)
            )
        ],
        "consents": [
            _said(
                one, "purpose", "item", "how", "given_on", "recorded_at", "until_on", "withdrawn_at", "said", "digest"
            )
            for one in _own(Consent, Consent.person_id, person)
        ],
        "letters": [
            {
                **_said(one, "kind", "to_address", "subject", "posted_at", "sent_at", "read_at"),
                "body": "" if one.kind.startswith(OF_THE_DOOR) else one.body,
            }
            for one in _own(Letter, Letter.person_id, person)
        ],
        "applications": [_application(*row) for row in applications],
        "saved_sections": [
            {"application": key, "section": row.code, "saved_at": _plain(row.saved_at)}
            for row, key in _rows(
                select(ApplicationSection, Application.key)
                .join(Application, Application.id == ApplicationSection.application_id)
                .where(ApplicationSection.saved_by_id == person.id)
            )
        ],
        "files": [
            _said(one, "name", "size", "sha256", "uploaded_at", "removed_at")
            for one in [
                *_own(Attachment, Attachment.uploaded_by_id, person),
                *_own(EventEvidence, EventEvidence.uploaded_by_id, person),
            ]
        ],
        "events": [
            _said(one, "title", "kind", "held_on", "place", "description", "participants", "state", "entered_at")
            for one in _own(Event, Event.entered_by_id, person)
        ],
        "jury": [_juror(one) for one in _own(Juror, Juror.person_id, person)],
        "looks": [
            {"who": name, **_said(look, "at", "what", "subject_kind", "subject_id")}
            for look, name in _rows(looks_at_person(person.id, own))
        ],
    }


def own_files(person: Person) -> list[tuple[str, str, int]]:
    """Name in the archive, key in the storage and size of each file the person put in, and of scans of own papers."""
    found: list[tuple[str, str, int]] = []
    for kind, rows in (
        ("applications", _own(Attachment, Attachment.uploaded_by_id, person)),
        ("events", _own(EventEvidence, EventEvidence.uploaded_by_id, person)),
    ):
        for one in rows:
            if one.removed_at is None and getattr(one, "verdict", "") != "infected":
                found.append((f"files/{kind}/{one.id}-{one.name}", one.storage_key, one.size))
    for consent in _own(Consent, Consent.person_id, person):
        if consent.storage_key:
            found.append((f"files/consents/{consent.id}-{consent.scan_name}", consent.storage_key, consent.scan_size))
    return found


def counts_of(data: dict[str, Any]) -> dict[str, int]:
    """How much there is of each part."""
    return {name: len(rows) for name, rows in data.items() if isinstance(rows, list)}


def _application(application: Application, contest: str, tos: str) -> dict[str, Any]:
    sections = select(ApplicationSection).where(ApplicationSection.application_id == application.id)
    copies = select(Submission).where(Submission.application_id == application.id).order_by(Submission.number)
    return {
        "contest": contest,
        "tos": tos,
        **_said(application, "number", "title", "state", "created_at", "submitted_at", "requested_sum"),
        "answers": {one.code: one.answers for one in db.session.scalars(sections)},
        "submissions": [
            _said(one, "number", "digest", "submitted_at", "erased_at") for one in db.session.scalars(copies)
        ],
    }


def _juror(juror: Juror) -> dict[str, Any]:
    sheets = select(ScoreSheet).where(ScoreSheet.juror_id == juror.id)
    declared = select(ConflictDeclaration).where(ConflictDeclaration.juror_id == juror.id)
    return {
        **_said(juror, "contest_id", "code", "joined_at", "left_at"),
        "sheets": [_said(one, "application_id", "total", "comment", "signed_at") for one in db.session.scalars(sheets)],
        "declarations": [
            _said(one, "application_id", "has_conflict", "reason", "declared_at")
            for one in db.session.scalars(declared)
        ],
    }


def _own(model: Any, column: Any, person: Person) -> list[Any]:
    return list(db.session.scalars(select(model).where(column == person.id).order_by(model.id)))


def _rows(statement: Any) -> list[Any]:
    return list(db.session.execute(statement).all())


def _said(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value
