"""Who looked at personal data: written down after the page is made, read by the person and the administrator.

A page that only reads writes nothing but this: without the row nobody gets the page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from tosportal.domain.errors import N_
from tosportal.features.accounts.guards import person
from tosportal.features.accounts.models import Person, PersonalLook
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.transactions import after_reading

WHAT: Mapping[str, str] = {
    "application": N_("Открыты личные данные в заявке"),
    "bank": N_("Открыты банковские или паспортные данные в заявке"),
    "file": N_("Скачан файл заявки"),
    "list": N_("Скачан документ события"),
    "tos": N_("Открыта страница людей ТОС"),
    "person": N_("Открыта карточка человека"),
    "letter": N_("Открыто письмо человеку"),
    "consent": N_("Открыто согласие"),
    "export": N_("Собран архив данных человека"),
}


def note_look(what: str, subject: Any, *, tos_id: int | None = None, municipality_id: int | None = None) -> None:
    """Whoever asks for this page looks at personal data of this row; their own card is no look."""
    kind, number = subject if isinstance(subject, tuple) else (subject.__tablename__, subject.id)
    actor_id = person().id
    if kind == "person" and number == actor_id:
        return
    at = now()

    def write() -> None:
        add_look(what, kind, number, actor_id=actor_id, at=at, tos_id=tos_id, municipality_id=municipality_id)

    after_reading(write)


def add_look(
    what: str,
    kind: str,
    number: int,
    *,
    actor_id: int,
    at: datetime,
    tos_id: int | None = None,
    municipality_id: int | None = None,
) -> None:
    """The look stands in the log."""
    if what not in WHAT:
        raise ValueError(f"unknown look: {what}")
    db.session.add(
        PersonalLook(
            at=at,
            actor_id=actor_id,
            what=what,
            subject_kind=kind,
            subject_id=number,
            tos_id=tos_id,
            municipality_id=municipality_id,
        )
    )
    db.session.flush()


def looks_at_person(person_id: int, tos_ids: Sequence[int]) -> Select:
    """Looks of others at what is the person's own, or tells of the ТОС they speak for; the latest first, with names."""
    own = and_(PersonalLook.subject_kind == "person", PersonalLook.subject_id == person_id)
    return _named().where(or_(own, PersonalLook.tos_id.in_(tos_ids)), PersonalLook.actor_id != person_id)


def all_looks(actor_id: int | None = None) -> Select:
    """Every look, the latest first, perhaps of one officer; (PersonalLook, name) for `paged`."""
    found = _named()
    return found if actor_id is None else found.where(PersonalLook.actor_id == actor_id)


def _named() -> Select:
    found: Select = select(PersonalLook, Person.full_name).join(Person, Person.id == PersonalLook.actor_id)
    return found.order_by(PersonalLook.id.desc())
