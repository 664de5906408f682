"""A district with two ТОС and people, events told and photos taken."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

from PIL import Image
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import give_role, make_activist, make_municipality, make_person, make_secretary, make_tos
from tosportal.domain.event_record import Counting, EventFacts, EventKind
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Person
from tosportal.features.events import queries, service
from tosportal.features.events.models import Event
from tosportal.features.events.service import KeptFile
from tosportal.features.registry.models import Tos
from tosportal.support.db import db
from tosportal.support.notifications import Letter

FACTS = EventFacts(
    EventKind.NEIGHBOURS_DAY, "День соседей на улице Мира", date(2026, 2, 21), "ул. Мира", 45, Counting.PERSONS
)


def picture_of(colour: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def kept(colour: str = "red", name: str = "двор.jpg") -> KeptFile:
    return service.keep_photos([service.read_photo(io.BytesIO(picture_of(colour)), name)])[0]


class Village:
    """Two ТОС of a district, an activist of each, a secretary, an observer; a neighbouring district with its own."""

    def __init__(self) -> None:
        self.district = make_municipality()
        self.tos, self.other_tos = make_tos(self.district, "ТОС «Родник»"), make_tos(self.district, "ТОС «Заря»")
        self.activist, self.other_activist = make_activist(self.tos), make_activist(self.other_tos)
        self.secretary = make_secretary(self.district)
        self.observer = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, self.district.id)
        self.neighbour = make_municipality("neighbour", "Соседний район")
        self.stranger = make_secretary(self.neighbour)
        db.session.commit()

    def told(self, actor: Person | None = None, tos: Tos | None = None, **knobs: Any) -> Event:
        """An event as somebody tells of it: by the activist to be confirmed, by the secretary at once."""
        actor = actor or self.activist
        given = {name: knobs.pop(name) for name in list(knobs) if hasattr(FACTS, name)}
        event = service.add_event(
            replace(FACTS, **given),
            municipality_id=self.district.id,
            toses=knobs.pop("toses", [tos or self.tos]),
            form_key=knobs.pop("form_key", None),
            actor=actor,
            as_officer=actor.id == self.secretary.id,
            now=knobs.pop("now", NOW),
            **knobs,
        )
        db.session.commit()
        return queries.event_of_this_moment(event.id)

    def confirmed(self, **knobs: Any) -> Event:
        return self.told(self.secretary, **knobs)


def fresh(event: Event) -> Event:
    """The event as the database holds it."""
    db.session.rollback()
    return queries.event_of_this_moment(event.id)


def letters_to(person: Person) -> list[str]:
    found = select(Letter.kind).where(Letter.person_id == person.id, Letter.kind.like("event.%")).order_by(Letter.id)
    return list(db.session.scalars(found))
