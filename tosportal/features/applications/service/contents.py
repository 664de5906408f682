"""What a submission freezes, and its digests: the same content is always the same text."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tosportal.domain.form_definition import visible_answers
from tosportal.domain.submission_rule import without_signing
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.queries import Whole

SCHEMA = "application/1"
PAPER = ("at", "number", "signer")  # what a paper itself says; the rest is of its entry


def content_of(this: Whole, *, submitted_at: datetime | None, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a submission freezes: who applies to which contest by which edition, the answers that count, the files.

    `entry`: of a paper what its entry into the portal adds (see `paper.entry_of`).
    """
    application = this.application
    answers = visible_answers(this.sections, this.answers)
    files = [
        {"slot": file.slot, "name": file.name, "size": file.size, "sha256": file.sha256}
        for file in this.attachments
        if file not in this.spare
    ]
    paper = None
    if application.paper_at is not None:
        paper = dict(zip(PAPER, _paper(application), strict=True)) | dict(entry or {})
    return {
        "schema": SCHEMA,
        "number": application.number,
        "contest": {"slug": application.contest.slug, "name": application.contest.name},
        "edition": application.regulation.number,
        "tos": {
            "code": application.tos.code,
            "name": application.tos.name,
            "settlement": application.tos.settlement.name,
        },
        "nomination": this.nomination,
        "submitted_at": _moment(submitted_at) if submitted_at else None,
        **({"paper": paper} if paper else {}),
        "sections": [
            {"code": section.code, "title": section.title, "answers": answers[section.code]}
            for section in this.sections
        ],
        "attachments": sorted(files, key=lambda one: (str(one["slot"]), str(one["name"]), str(one["sha256"]))),
    }


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted names and no spaces: the same content is the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def draft_digest(this: Whole) -> str:
    """SHA-256 of what would be frozen now: of what is signed, that is without the number, the moment, and the files of
    the signing itself."""
    return _signed(content_of(this, submitted_at=None))


def signed_digest(submission: Submission) -> str:
    """The same of a frozen copy: equal to the `draft_digest` that was signed, so that everybody can compare."""
    return _signed(json.loads(submission.content))


def _signed(content: Mapping[str, Any]) -> str:
    signed = {**content, "number": None, "submitted_at": None, "attachments": without_signing(content["attachments"])}
    if paper := content.get("paper"):
        signed["paper"] = {name: paper.get(name) for name in PAPER}
    return hashlib.sha256(canonical(signed).encode()).hexdigest()


def _paper(application: Application) -> tuple[str, str | None, str]:
    at = application.paper_at
    return _moment(at) if at else "", application.paper_number, application.paper_signer


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
