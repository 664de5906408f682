"""What the portal has for the measures of a programme: awards, entries of the ledger, events. Five selects."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Subquery, and_, func, select

from tosportal.domain.event_record import EventState
from tosportal.domain.indicator_measures import LEDGER_KINDS, MEASURES, Material, Record
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.events.models import Event
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Municipality, Tos
from tosportal.support.db import db

AWARDS = {"supported_tos", "supported_projects", "support_sum", "average_award"}
EVENTS = {"events", "participants", "persons"}


def in_force() -> Subquery:
    """The number of the decision in force of each contest: the last published one."""
    return (
        select(Decision.contest_id, func.max(Decision.number).label("number"))
        .where(Decision.published_at.is_not(None))
        .group_by(Decision.contest_id)
        .subquery()
    )


def material_of(
    programme: Programme, codes: Collection[str] = frozenset(MEASURES), ledger: Sequence[Any] | None = None
) -> Material:
    """What the measures of these codes may count, for all years of a programme; one select for awards, entries, events.
    The entries come from `ledger` when they are read already.

    Events without an activity of a programme count for every programme of the district, events of another programme's
    activity do not.
    """
    municipality = db.session.get_one(Municipality, programme.municipality_id)
    decided, awards = _awards(programme.id, ZoneInfo(municipality.zone)) if AWARDS & set(codes) else ([], [])
    events = _events(programme) if EVENTS & set(codes) else []
    return Material(
        awards=awards,
        entries=_entries(programme, ledger) if set(LEDGER_KINDS) & set(codes) else [],
        events=events,
        decided=decided,
        population=municipality.population,
        since=min((one.day for one in events), default=None),
    )


def _awards(programme_id: int, zone: ZoneInfo) -> tuple[list[tuple[int, date, str]], list[Record]]:
    last = in_force()
    given = and_(RankedApplication.decision_id == Decision.id, RankedApplication.awarded_sum > 0)
    rows = db.session.execute(
        select(
            Decision.id,
            Decision.number.label("decision_number"),
            Decision.published_at,
            Contest.name.label("contest_name"),
            Contest.slug,
            Contest.year,
            Contest.kind,
            Activity.code,
            RankedApplication.awarded_sum,
            Application.number,
            Application.title,
            Tos.name.label("tos_name"),
            Tos.code.label("tos_code"),
        )
        .join(last, and_(last.c.contest_id == Decision.contest_id, last.c.number == Decision.number))
        .join(Contest, Contest.id == Decision.contest_id)
        .join(Activity, Activity.id == Contest.activity_id)
        .outerjoin(RankedApplication, given)
        .outerjoin(Application, Application.id == RankedApplication.application_id)
        .outerjoin(Tos, Tos.id == Application.tos_id)
        .where(Activity.programme_id == programme_id, Contest.cancelled_at.is_(None))
        .order_by(Contest.year, Decision.id, RankedApplication.position)
    ).all()
    decided = {row.id: (row.year, _day(row.published_at, zone), row.kind) for row in rows}
    awards = [
        Record(
            name=f"{row.tos_name or 'Личное участие'}: {row.title}" if row.title else row.tos_name or "Личное участие",
            day=_day(row.published_at, zone),
            document=f"{row.contest_name}. Протокол № {row.decision_number}, заявка № {row.number}",
            number=row.awarded_sum,
            year=row.year,
            activity=row.code,
            kind=row.kind,
            key=row.tos_code or "",
            endpoint="decisions.row",
            values={"slug": row.slug, "number": row.number or 0},
        )
        for row in rows
        if row.awarded_sum is not None
    ]
    return list(decided.values()), awards


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def entries_of(programme_id: int) -> Sequence[Any]:
    """Every entry of a programme in the order of its day, with code and name of the activity: one select."""
    return db.session.execute(
        select(
            LedgerEntry.id,
            LedgerEntry.activity_id,
            LedgerEntry.dated_on,
            LedgerEntry.document,
            LedgerEntry.entry_sum,
            LedgerEntry.year,
            LedgerEntry.source,
            LedgerEntry.kind,
            Activity.code,
            Activity.name,
        )
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(Activity.programme_id == programme_id)
        .order_by(LedgerEntry.dated_on, LedgerEntry.id)
    ).all()


def _entries(programme: Programme, ledger: Sequence[Any] | None) -> list[Record]:
    rows = entries_of(programme.id) if ledger is None else ledger
    return [
        Record(
            name=row.name,
            day=row.dated_on,
            document=row.document,
            number=row.entry_sum,
            year=row.year,
            activity=row.code,
            source=row.source,
            kind=row.kind,
            key=str(row.id),
            endpoint="ledger.entry",
            values={"slug": programme.slug, "entry_id": row.id},
            is_inner=True,
        )
        for row in rows
        if row.kind in LEDGER_KINDS.values()
    ]


def _events(programme: Programme) -> list[Record]:
    rows = db.session.execute(
        select(
            Event.key,
            Event.title,
            Event.place,
            Event.held_on,
            Event.participants,
            Event.kind,
            Event.counting,
            func.coalesce(Activity.code, "").label("code"),
        )
        .outerjoin(Activity, Activity.id == Event.activity_id)
        .where(
            Event.municipality_id == programme.municipality_id,
            Event.state == EventState.CONFIRMED,
            (Event.activity_id.is_(None)) | (Activity.programme_id == programme.id),
        )
        .order_by(Event.held_on, Event.id)
    )
    return [
        Record(
            name=row.title,
            day=row.held_on,
            document=row.place,
            number=Decimal(row.participants),
            year=row.held_on.year,
            activity=row.code,
            kind=row.kind,
            key=row.key,
            counting=row.counting,
            endpoint="events.show",
            values={"key": row.key},
        )
        for row in rows
    ]
