"""A contest with thousands of applications, for measurements: rows put in by the thousand, the same as the services make."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text

from tosportal.demo.district import District
from tosportal.domain.criteria import band_points
from tosportal.domain.form_definition import digest_of
from tosportal.domain.regulation import Regulation
from tosportal.domain.scoring import sheet_total
from tosportal.features.applications.models import Application, ApplicationSection, Submission
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import edition_in_force
from tosportal.features.jury.models import ConflictDeclaration, Juror, Mark, ScoreSheet
from tosportal.features.registry.models import Tos
from tosportal.support import audit
from tosportal.support.db import Base, db

if TYPE_CHECKING:
    from tosportal.demo.stages import Stage

THOUSAND = 1000


def zone_of(district: District) -> ZoneInfo:
    """The zone of the district's municipality."""
    return ZoneInfo(district.municipality.zone)


def put(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows a thousand at a time."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == THOUSAND:
            db.session.execute(insert(table), batch)
            batch = []
    if batch:
        db.session.execute(insert(table), batch)


def next_id(table: Any) -> int:
    """The first free number of a table."""
    return (db.session.scalar(select(func.max(table.id))) or 0) + 1


def move_sequence(table: Any) -> None:
    """PostgreSQL numbers on after the rows that came with numbers of their own."""
    if db.session.connection().dialect.name == "postgresql":
        name = table.__tablename__
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))  # noqa: S608


def fill(
    stage: "Stage", contest: Contest, regulation: Regulation, district: District, *, count: int, now: datetime
) -> None:
    """`count` applications brought to the stage."""
    from tosportal.demo.stages import Stage, answers_of, decide, projects, reaches, seat_jury  # noqa: PLC0415  a circle of two

    edition = edition_in_force(contest)
    moments = regulation.moments
    opened = moments["open"] + timedelta(hours=9)
    step = (moments["close"] - opened) / (count + 2)
    samples = projects()
    actor = district.activist(samples[0]["tos"], opened - timedelta(days=1))
    templates = [answers_of(sample, district, regulation, actor) for sample in samples]
    tos_ids = list(
        db.session.scalars(select(Tos.id).where(Tos.municipality_id == contest.municipality_id).order_by(Tos.id))
    )
    first, first_submission = next_id(Application), next_id(Submission)
    is_sent = stage is not Stage.DRAFTS
    is_admitted = reaches(stage, Stage.ADMITTED)
    state = "admitted" if is_admitted else "submitted" if is_sent else "draft"

    def requested(place: int) -> Decimal:
        return Decimal(30000 + (place * 7919) % 114000) + Decimal(place % 100) / 100

    def budget(place: int) -> list[dict[str, str]]:
        own = (requested(place) / Decimal(4)).quantize(Decimal("0.01"))
        zero = "0"
        return [
            {"name": "Материалы", "kind": "", "unit": "комплект", "quantity": "1", "price": f"{requested(place)}", "requested": f"{requested(place)}", "own": zero, "attracted": zero, "in_kind": zero},
            {"name": "Труд жителей", "kind": "", "unit": "комплект", "quantity": "1", "price": f"{own}", "requested": zero, "own": zero, "attracted": zero, "in_kind": f"{own}"},
        ]  # fmt: skip

    def answers(place: int) -> dict[str, dict[str, Any]]:
        given = dict(templates[place % len(templates)])
        given["project"] = given["project"] | {"title": f"{samples[place % len(samples)]['title']} — {place + 1}"}
        given["budget"] = {"budget": budget(place)}
        return given

    def sent_at(place: int) -> datetime:
        return (opened + step * (place + 1)).replace(microsecond=0)

    put(
        Application,
        (
            {
                "id": first + place,
                "key": secrets.token_urlsafe(12),
                "contest_id": contest.id,
                "regulation_id": edition.id,
                "tos_id": tos_ids[place % len(tos_ids)],
                "nomination": samples[place % len(samples)]["nomination"],
                "state": state,
                "number": place + 1 if is_sent else None,
                "title": f"{samples[place % len(samples)]['title']} — {place + 1}",
                "requested_sum": requested(place),
                "total_sum": requested(place) + (requested(place) / 4).quantize(Decimal("0.01")),
                "created_at": sent_at(place) - timedelta(hours=1),
                "created_by_id": actor.id,
                "submitted_at": sent_at(place) if is_sent else None,
                "version": 1,
            }
            for place in range(count)
        ),
    )
    put(
        ApplicationSection,
        (
            {
                "application_id": first + place,
                "code": code,
                "answers": given,
                "saved_at": sent_at(place) - timedelta(minutes=9),
                "saved_by_id": actor.id,
                "version": 1,
            }
            for place in range(count)
            for code, given in answers(place).items()
        ),
    )
    move_sequence(Application)
    if is_sent:
        put(Submission, (_submission(first_submission + place, first + place, place, contest, edition.number, samples[place % len(samples)]["nomination"], regulation, answers(place), sent_at(place), actor.id) for place in range(count)))  # fmt: skip
        move_sequence(Submission)
        contest.next_number = count + 1
    if is_admitted:
        jurors = seat_jury(contest, district, now=moments["close"] - timedelta(days=3))
        if reaches(stage, Stage.SCORED):
            _score(jurors, regulation, first, count, samples, at=moments["scoring_from"] + timedelta(hours=9))
    audit.record(
        "demo.filled",
        contest,
        actor=None,
        now=now,
        after={"applications": count, "stage": str(stage)},
        municipality_id=contest.municipality_id,
    )
    db.session.flush()
    db.session.expire_all()
    if stage is Stage.PUBLISHED:
        decide(contest, regulation, district)


def _submission(
    number: int, application_id: int, place: int, contest: Contest, edition: int, nomination: str,
    regulation: Regulation, given: dict[str, Any], at: datetime, actor_id: int,
) -> dict[str, Any]:  # fmt: skip
    content = {
        "schema": "application/1",
        "number": place + 1,
        "contest": {"slug": contest.slug, "name": contest.name},
        "edition": edition,
        "tos": {"code": "tos", "name": given["applicant"]["tos"], "settlement": ""},
        "nomination": nomination,
        "submitted_at": at.isoformat(),
        "sections": [
            {"code": section.code, "title": section.title, "answers": given[section.code]}
            for section in regulation.sections_for(nomination)
        ],
        "attachments": [],
    }
    return {
        "id": number,
        "application_id": application_id,
        "number": 1,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "digest": digest_of(content),
        "submitted_at": at,
        "submitted_by_id": actor_id,
    }


def _score(
    jurors: list[Juror], regulation: Regulation, first: int, count: int, samples: list[dict[str, Any]], *, at: datetime
) -> None:
    sheet = next_id(ScoreSheet)
    declaration = next_id(ConflictDeclaration)
    pairs = [(turn, juror, place) for turn, juror in enumerate(jurors) for place in range(count)]

    def points(turn: int, place: int, criterion: str, maximum: int) -> Decimal:
        dice = hashlib.blake2b(f"{turn}:{place}:{criterion}".encode(), digest_size=2).digest()
        return Decimal(min(maximum, 3 + (dice[0] + place) % (maximum - 2)))

    criteria = {
        nomination: [one for one in regulation.criteria_for(nomination) if one.kind == "jury_mark"]
        for nomination in {sample["nomination"] for sample in samples}
    }
    put(
        ConflictDeclaration,
        (
            {
                "id": declaration + index,
                "juror_id": juror.id,
                "application_id": first + place,
                "has_conflict": False,
                "reason": "",
                "declared_at": at,
            }
            for index, (_, juror, place) in enumerate(pairs)
        ),
    )

    def marks_of(turn: int, place: int) -> dict[str, Decimal]:
        return {
            one.code: points(turn, place, one.code, int(one.maximum))
            for one in criteria[samples[place % len(samples)]["nomination"]]
        }

    def total_of(turn: int, place: int) -> Decimal:
        nomination = samples[place % len(samples)]["nomination"]
        computed = {
            one.code: band_points(one, Decimal(20)) for one in regulation.criteria_for(nomination) if one.kind == "band"
        }
        return sheet_total(
            regulation.criteria_for(nomination), regulation.scoring, marks_of(turn, place), computed
        ).value

    put(
        ScoreSheet,
        (
            {
                "id": sheet + index,
                "juror_id": juror.id,
                "application_id": first + place,
                "total": total_of(turn, place),
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
            for code, given in marks_of(turn, place).items()
        ),
    )
    for table in (ScoreSheet, ConflictDeclaration):
        move_sequence(table)
