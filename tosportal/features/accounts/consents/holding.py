"""Which consents hold, whose they are, what may be shown under them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from tosportal.domain.consents import PURPOSE_NAMES, Purpose
from tosportal.domain.permissions import Scopes
from tosportal.features.accounts.models import Consent, Person
from tosportal.support.db import db


def live(today: date) -> ColumnElement[bool]:
    """The consents that hold today, as a condition (see `domain.consents.holds`)."""
    return and_(
        Consent.withdrawn_at.is_(None),
        Consent.given_on <= today,
        or_(Consent.until_on.is_(None), Consent.until_on >= today),
    )


def shown_items(tos_ids: Sequence[int] | Select[Any], today: date) -> dict[int, set[str]]:
    """For each ТОС the data of its people that may be shown today."""
    found: dict[int, set[str]] = {}
    for tos_id, item in db.session.execute(
        select(Consent.tos_id, Consent.item).where(
            Consent.purpose == Purpose.DISTRIBUTION, Consent.tos_id.in_(tos_ids), live(today)
        )
    ):
        found.setdefault(tos_id or 0, set()).add(item)
    return found


def photos_taken_back(uploader: Any) -> ColumnElement[bool]:
    """Has the person of this column taken back the consent to show the photos they send, and not given a new one?"""
    own = (Consent.person_id == uploader, Consent.purpose == Purpose.PHOTOS)
    return and_(
        select(Consent.id).where(*own, Consent.withdrawn_at.is_not(None)).exists(),
        ~select(Consent.id).where(*own, Consent.withdrawn_at.is_(None)).exists(),
    )


def wanting_letters(municipality_id: int, today: date) -> list[Person]:
    """Who asked for letters about new contests of the municipality and may sign in."""
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.active.is_(True),
                select(Consent.id)
                .where(
                    Consent.person_id == Person.id,
                    Consent.municipality_id == municipality_id,
                    Consent.purpose == Purpose.MAILINGS,
                    live(today),
                )
                .exists(),
            )
            .order_by(Person.id)
        )
    )


def live_of(person_id: int, purpose: Purpose, item: str, tos_id: int | None, today: date) -> Consent | None:
    """The consent of a person to exactly this that holds today."""
    return db.session.scalars(
        select(Consent)
        .where(
            Consent.person_id == person_id,
            Consent.purpose == purpose,
            Consent.item == item,
            Consent.tos_id == tos_id if tos_id is not None else Consent.tos_id.is_(None),
            live(today),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()


def consents_of_person(person_id: int, chaired: Iterable[int] = ()) -> list[Consent]:
    """A person's own consents, and those to show the data of the ТОС they chair, the newest first."""
    of_tos = and_(Consent.purpose == Purpose.DISTRIBUTION, Consent.tos_id.in_(list(chaired)))
    return list(
        db.session.scalars(
            select(Consent).where(or_(Consent.person_id == person_id, of_tos)).order_by(Consent.id.desc())
        )
    )


def consents_of_tos(tos_id: int) -> list[Consent]:
    """Every consent ever recorded to show data of a ТОС, the newest first."""
    return list(
        db.session.scalars(
            select(Consent)
            .where(Consent.tos_id == tos_id, Consent.purpose == Purpose.DISTRIBUTION)
            .order_by(Consent.id.desc())
        )
    )


def consents_for_officer(scopes: Scopes, *, purpose: str = "", state: str = "", words: str = "", today: date) -> Select:
    """The consents of the officer's municipalities with the person's own name, the newest first; `state` is live or
    over, `words` stand in the name. A select of (Consent, name, e-mail) for `paged`."""
    found = (
        select(Consent, Person.full_name, Person.email)
        .outerjoin(Person, Person.id == Consent.person_id)
        .order_by(Consent.id.desc())
    )
    if not scopes.everywhere:
        inside = Consent.municipality_id.in_(scopes.municipalities) if scopes.municipalities else false()
        found = found.where(inside)
    if purpose in PURPOSE_NAMES:
        found = found.where(Consent.purpose == purpose)
    if state == "live":
        found = found.where(live(today))
    elif state == "over":
        found = found.where(~live(today))
    fold = func.casefold if db.engine.dialect.name == "sqlite" else func.lower
    for word in words.split()[:5]:
        like = "%" + word.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = found.where(
            or_(
                fold(func.coalesce(Person.full_name, "")).like(like, escape="\\"),
                fold(Consent.subject_name).like(like, escape="\\"),
            )
        )
    return found


def consent_for_officer(consent_id: int, scopes: Scopes) -> Consent | None:
    """One consent of the officer's municipalities."""
    found = db.session.get(Consent, consent_id)
    return found if found is not None and scopes.holds(municipality=found.municipality_id) else None
