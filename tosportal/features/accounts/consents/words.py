"""The words people agree to: versions by municipality and purpose."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tosportal.domain import consents as rules
from tosportal.domain.consents import STANDARD, WITH_TEXT, Purpose
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.models import ConsentText, Person
from tosportal.support import audit
from tosportal.support.db import db


@dataclass(frozen=True)
class Wording:
    """The words in force for a purpose; `version` is None while the district uses the standard ones."""

    purpose: Purpose
    body: str
    version: ConsentText | None


def texts_of(municipality_id: int) -> list[ConsentText]:
    """Every version of every text of a municipality, the newest of each purpose first."""
    return list(
        db.session.scalars(
            select(ConsentText)
            .where(ConsentText.municipality_id == municipality_id)
            .order_by(ConsentText.purpose, ConsentText.number.desc())
        )
    )


def wordings(municipality_id: int) -> dict[Purpose, Wording]:
    """What each purpose says now."""
    found: dict[Purpose, Wording] = {one: Wording(one, STANDARD[one], None) for one in WITH_TEXT}
    for text in reversed(texts_of(municipality_id)):
        if text.purpose in found:
            found[Purpose(text.purpose)] = Wording(Purpose(text.purpose), text.body, text)
    return found


def publish_text(
    municipality_id: int, purpose: Purpose, body: str, *, actor: Person | None, now: datetime
) -> ConsentText:
    """These words count from now on; consents given before stay on theirs. The same words again are the same version.

    Raises RuleBroken when a place that the law wants is missing.
    """
    if purpose not in WITH_TEXT:
        raise RuleBroken(Remark(N_("Текст этого согласия стоит в положении конкурса"), place="body"))
    body = body.replace("\r\n", "\n").strip()
    rules.check_text(purpose, body)
    last = wordings(municipality_id)[purpose].version
    if last is not None and last.body == body:
        return last
    text = ConsentText(
        municipality_id=municipality_id,
        purpose=purpose,
        number=last.number + 1 if last else 1,
        body=body,
        digest=rules.digest(body),
        made_at=now,
        made_by_id=actor.id if actor else None,
    )
    db.session.add(text)
    db.session.flush()
    facts = {"purpose": purpose, "number": text.number, "digest": text.digest}
    audit.record("consent_text.published", text, actor=actor, now=now, after=facts, municipality_id=municipality_id)
    return text
