"""Rows by the thousand for measurements: many more ТОС and contests than the demo has."""

from datetime import date

from sqlalchemy import select

from tosportal.demo.bulk import next_id, put
from tosportal.domain.tos_list import search_key
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.registry.models import ChairTerm, Municipality, Settlement, Tos
from tosportal.support import db as database
from tosportal.support.db import db


def add_toses(count: int) -> None:
    """`count` more ТОС in the first municipality, each with a chair."""
    municipality_id = db.session.scalars(select(Municipality.id).order_by(Municipality.id)).first()
    settlements = db.session.scalars(select(Settlement.id).order_by(Settlement.id)).all()
    first = next_id(Tos)
    put(
        Tos,
        (
            {
                "id": first + place,
                "municipality_id": municipality_id,
                "settlement_id": settlements[place % len(settlements)],
                "code": f"many-{place:05}",
                "name": f"ТОС «Улица {place}-я»",
                "borders": f"ул. {place}-я, дома 1–{place % 90 + 2}",
                "charter_number": f"{place}/2020",
                "charter_registered_on": date(2020, 3, place % 28 + 1),
                "population": 100 + place % 700,
                "residents_16": 80 + place % 700,
                "search_text": search_key(f"ТОС «Улица {place}-я»"),
                "version": 1,
            }
            for place in range(count)
        ),
    )
    first_term = next_id(ChairTerm)
    put(
        ChairTerm,
        (
            {"id": first_term + place, "tos_id": first + place, "full_name": f"Примеров {place}"}
            for place in range(count)
        ),
    )
    database.commit()


def add_contests(slug: str, count: int) -> None:
    """`count` contests like the one named, each with its edition."""
    pattern = db.session.execute(select(*Contest.__table__.columns).where(Contest.slug == slug)).one()._asdict()
    edition = (
        db.session.execute(
            select(*RegulationEdition.__table__.columns).where(
                RegulationEdition.contest_id == pattern["id"], RegulationEdition.number == pattern["edition"]
            )
        )
        .one()
        ._asdict()
    )
    first = next_id(Contest)
    put(Contest, (pattern | {"id": first + place, "slug": f"{slug}-{place}"} for place in range(count)))
    first_edition = next_id(RegulationEdition)
    put(
        RegulationEdition,
        (edition | {"id": first_edition + place, "contest_id": first + place} for place in range(count)),
    )
    database.commit()
