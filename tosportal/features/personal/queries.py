"""Named selects of what the portal holds about a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tosportal.domain.consents import ITEMS, WITH_TEXT, Purpose
from tosportal.features.accounts.consents import consents_of_person
from tosportal.features.accounts.models import Consent, Person
from tosportal.features.personal.models import DataArchive
from tosportal.features.registry.models import Tos
from tosportal.features.registry.queries import chaired_by
from tosportal.support.db import db


@dataclass(frozen=True)
class Choice:
    """Something a person may consent to, and the consent that holds, if any."""

    purpose: Purpose
    item: str
    tos: Tos | None
    live: Consent | None


@dataclass(frozen=True)
class OwnConsents:
    """What a person may consent to, and every consent they ever gave."""

    choices: Sequence[Choice]
    history: Sequence[Consent]
    toses: dict[int, Tos]

    def choice(self, purpose: str, item: str, tos_code: str) -> Choice | None:
        """One of the choices, as an address names it."""
        return next(
            (
                one
                for one in self.choices
                if one.purpose == purpose and one.item == item and (one.tos.code if one.tos else "") == tos_code
            ),
            None,
        )


def is_live(consent: Consent, today: date) -> bool:
    """Does it hold today?"""
    over = consent.until_on is not None and consent.until_on < today
    return consent.withdrawn_at is None and consent.given_on <= today and not over


def own_consents(person: Person, today: date) -> OwnConsents:
    """For each purpose, and for each datum of each ТОС the person chairs, the consent that holds: two selects."""
    toses = chaired_by(person.id)
    history = consents_of_person(person.id, [tos.id for tos in toses])
    live = {(one.purpose, one.item, one.tos_id): one for one in reversed(history) if is_live(one, today)}
    choices = [
        Choice(purpose, "", None, live.get((purpose, "", None)))
        for purpose in WITH_TEXT
        if purpose is not Purpose.DISTRIBUTION
    ]
    choices[1:1] = [
        Choice(Purpose.DISTRIBUTION, item, tos, live.get((Purpose.DISTRIBUTION, item, tos.id)))
        for tos in toses
        for item in ITEMS
    ]
    return OwnConsents(choices, history, {tos.id: tos for tos in toses})


def archives_of(person_id: int, now: datetime) -> list[DataArchive]:
    """A person's archives that wait or can still be fetched, the latest first."""
    return list(
        db.session.scalars(
            select(DataArchive)
            .where(DataArchive.person_id == person_id, DataArchive.expires_at > now)
            .order_by(DataArchive.id.desc())
        )
    )


def names_of_toses(ids: Iterable[int | None]) -> dict[int, Tos]:
    """Number of a ТОС → the ТОС, for these numbers; one select."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {tos.id: tos for tos in db.session.scalars(select(Tos).where(Tos.id.in_(wanted)))}
