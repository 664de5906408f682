"""A contest with thousands of applications, for measurements: rows put in by the thousand."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text

from tosportal.demo.district import District
from tosportal.domain.criteria import computed_points
from tosportal.domain.form_definition import digest_of
from tosportal.domain.measuring import measured_values
from tosportal.domain.regulation import Regulation
from tosportal.domain.scoring import sheet_total
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, ApplicationSection, Submission
from tosportal.features.contests.models import Contest
from tosportal.features.jury.models import ConflictDeclaration, Juror, Mark, ScoreSheet
from tosportal.features.registry.models import Tos
from tosportal.support.db import Base, db

THOUSAND = 1000
KOPECK = Decimal("0.01")


def zone_of(district: District) -> ZoneInfo:
    """The zone of the district's municipality."""
    return ZoneInfo(district.municipality.zone)


def put(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows a thousand at a time; PostgreSQL then numbers on after them."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == THOUSAND:
            db.session.execute(insert(table), batch)
            batch = []
    if batch:
        db.session.execute(insert(table), batch)
    if "id" in table.__table__.columns and db.session.connection().dialect.name == "postgresql":
        name = table.__tablename__
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))  # noqa: S608


def next_id(table: Any) -> int:
    """The first free number of a table."""
    return (db.session.scalar(select(func.max(table.id))) or 0) + 1


@dataclass
class Many:
    """Thousands of applications to one contest, each made from its place in the row and a sample project."""

    contest: Contest
    regulation: Regulation
    regulation_id: int
    actor: Person
    samples: list[dict[str, Any]]
    templates: list[dict[str, dict[str, Any]]]
    count: int
    first: int = field(init=False)

    def __post_init__(self) -> None:
        self.first = next_id(Application)

    @cached_property
    def tos_ids(self) -> list[int]:
        found = select(Tos.id).where(Tos.municipality_id == self.contest.municipality_id).order_by(Tos.id)
        return list(db.session.scalars(found))

    def nomination(self, place: int) -> str:
        return self.samples[place % len(self.samples)]["nomination"]

    def title(self, place: int) -> str:
        return f"{self.samples[place % len(self.samples)]['title']} — {place + 1}"

    def requested(self, place: int) -> Decimal:
        return Decimal(30000 + (place * 7919) % 114000) + Decimal(place % 100) * KOPECK

    def own(self, place: int) -> Decimal:
        return (self.requested(place) * (15 + place % 20) / 100).quantize(KOPECK)

    def sent_at(self, place: int) -> datetime:
        moments = self.regulation.moments
        opened = moments["open"] + timedelta(hours=9)
        return (opened + (moments["close"] - opened) / (self.count + 2) * (place + 1)).replace(microsecond=0)

    def answers(self, place: int) -> dict[str, dict[str, Any]]:
        """The answers of a sample project with a title and a budget of this place."""

        def line(name: str, price: Decimal, **paid: Decimal) -> dict[str, str]:
            payers = {payer: f"{paid.get(payer, 0)}" for payer in ("requested", "own", "attracted", "in_kind")}
            return {"name": name, "kind": "", "unit": "комплект", "quantity": "1", "price": f"{price}", **payers}

        requested, own = self.requested(place), self.own(place)
        given = dict(self.templates[place % len(self.templates)])
        given["project"] = given["project"] | {"title": self.title(place)}
        given["budget"] = {
            "budget": [line("Материалы", requested, requested=requested), line("Труд жителей", own, in_kind=own)]
        }
        return given

    def put_applications(self, state: str) -> None:
        is_sent = state != "draft"
        put(
            Application,
            (
                {
                    "id": self.first + place,
                    "key": secrets.token_urlsafe(12),
                    "contest_id": self.contest.id,
                    "regulation_id": self.regulation_id,
                    "tos_id": self.tos_ids[place % len(self.tos_ids)],
                    "nomination": self.nomination(place),
                    "state": state,
                    "number": place + 1 if is_sent else None,
                    "title": self.title(place),
                    "requested_sum": self.requested(place),
                    "total_sum": self.requested(place) + self.own(place),
                    "created_at": self.sent_at(place) - timedelta(hours=1),
                    "created_by_id": self.actor.id,
                    "submitted_at": self.sent_at(place) if is_sent else None,
                    "version": 1,
                }
                for place in range(self.count)
            ),
        )
        put(
            ApplicationSection,
            (
                {
                    "application_id": self.first + place,
                    "code": code,
                    "answers": given,
                    "saved_at": self.sent_at(place) - timedelta(minutes=9),
                    "saved_by_id": self.actor.id,
                    "version": 1,
                }
                for place in range(self.count)
                for code, given in self.answers(place).items()
            ),
        )

    def put_submissions(self) -> None:
        first = next_id(Submission)
        put(Submission, (self.submission(first, place) for place in range(self.count)))
        self.contest.next_number = self.count + 1

    def submission(self, first: int, place: int) -> dict[str, Any]:
        given, at = self.answers(place), self.sent_at(place)
        content = {
            "schema": "application/1",
            "number": place + 1,
            "contest": {"slug": self.contest.slug, "name": self.contest.name},
            "edition": self.contest.edition,
            "tos": {"code": "", "name": given["applicant"]["tos"], "settlement": ""},
            "nomination": self.nomination(place),
            "submitted_at": at.isoformat(),
            "sections": [
                {"code": section.code, "title": section.title, "answers": given[section.code]}
                for section in self.regulation.sections_for(self.nomination(place))
            ],
            "attachments": [],
        }
        return {
            "id": first + place,
            "application_id": self.first + place,
            "number": 1,
            "content": json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            "digest": digest_of(content),
            "submitted_at": at,
            "submitted_by_id": self.actor.id,
        }

    def marks(self, turn: int, place: int) -> dict[str, Decimal]:
        """Marks that look like marks and are the same at every filling."""

        def points(code: str, maximum: int) -> Decimal:
            dice = hashlib.blake2b(f"{turn}:{place}:{code}".encode(), digest_size=1).digest()[0]
            return Decimal(min(maximum, 3 + (dice + place) % (maximum - 2)))

        criteria = self.regulation.criteria_for(self.nomination(place))
        return {one.code: points(one.code, int(one.maximum)) for one in criteria if one.is_marked_by_jury}

    def total(self, turn: int, place: int) -> Decimal:
        criteria = self.regulation.criteria_for(self.nomination(place))
        measured = measured_values(self.regulation, self.nomination(place), self.answers(place))
        return sheet_total(criteria, self.marks(turn, place), computed_points(criteria, measured))

    def put_sheets(self, jurors: list[Juror], *, at: datetime) -> None:
        """Every juror declared no conflict, marked and signed everything."""
        sheet, declaration = next_id(ScoreSheet), next_id(ConflictDeclaration)
        pairs = [(turn, juror, place) for turn, juror in enumerate(jurors) for place in range(self.count)]
        put(
            ConflictDeclaration,
            (
                {
                    "id": declaration + index,
                    "juror_id": juror.id,
                    "application_id": self.first + place,
                    "has_conflict": False,
                    "reason": "",
                    "declared_at": at,
                }
                for index, (_, juror, place) in enumerate(pairs)
            ),
        )
        put(
            ScoreSheet,
            (
                {
                    "id": sheet + index,
                    "juror_id": juror.id,
                    "application_id": self.first + place,
                    "total": self.total(turn, place),
                    "comment": "",
                    "saved_at": at,
                    "signed_at": at + timedelta(hours=2),
                    "version": 1,
                }
                for index, (turn, juror, place) in enumerate(pairs)
            ),
        )
        put(
            Mark,
            (
                {"sheet_id": sheet + index, "criterion": code, "points": given, "comment": ""}
                for index, (turn, _, place) in enumerate(pairs)
                for code, given in self.marks(turn, place).items()
            ),
        )
