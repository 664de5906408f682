"""What a submission freezes, and its digests: the same content is always the same text."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tosportal.domain.form_definition import visible_answers
from tosportal.domain.submission_rule import without_signing
from tosportal.features.applications.models import Submission
from tosportal.features.applications.queries import Whole

SCHEMA = "application/1"


def content_of(this: Whole, *, submitted_at: datetime | None) -> dict[str, Any]:
    """What a submission freezes: who applies to which contest by which edition, the answers that count, the files."""
    application = this.application
    answers = visible_answers(this.sections, this.answers)
    files = [
        {"slot": file.slot, "name": file.name, "size": file.size, "sha256": file.sha256}
        for file in this.attachments
        if file not in this.spare
    ]
    paper = {"at": _moment(application.paper_at), "number": application.paper_number} if application.paper_at else None
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
        "nomination": application.nomination,
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
    return hashlib.sha256(canonical(signed).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
