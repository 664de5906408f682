"""Named selects of events. A reader's rows are chosen in the `where`; totals are asked of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, extract, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from tosportal.domain.event_record import Counting, EventState
from tosportal.domain.permissions import Scopes
from tosportal.features.accounts.models import Person
from tosportal.features.events.models import Event, EventEvidence, EventTos
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

WITH_TOSES: ExecutableOption = selectinload(Event.toses).joinedload(EventTos.tos).joinedload(Tos.settlement)
WHOLE: tuple[ExecutableOption, ...] = (
    WITH_TOSES,
    selectinload(Event.evidence),
    joinedload(Event.activity),
    joinedload(Event.municipality),
)
LOOSE = "loose"
IS_COUNTED = Event.state == EventState.CONFIRMED


# --- what indicators count -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventTotals:
    """Confirmed events and who took part: `persons` were counted each once at an event, `visits` each time they came.

    The portal knows no names, so a person at two events is two of `persons`; how an indicator treats that is said in
    its passport. An event is counted in one of the two, as its own rule says.
    """

    count: int = 0
    persons: int = 0
    visits: int = 0

    @property
    def participants(self) -> int:
        return self.persons + self.visits


def days_of(year: int, quarter: int | None = None) -> tuple[date, date]:
    """The first and the last day of a year or of its quarter (1 to 4).

    >>> days_of(2026, 1)
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    """
    first, last = (1, 12) if quarter is None else (3 * quarter - 2, 3 * quarter)
    return date(year, first, 1), date(year, last, 30 if last in (6, 9) else 31)


def _counted(
    municipality_id: int, year: int, kind: str | None, activity: int | None, quarter: int | None
) -> list[ColumnElement[bool]]:
    where = [Event.municipality_id == municipality_id, IS_COUNTED, Event.held_on.between(*days_of(year, quarter))]
    if kind is not None:
        where.append(Event.kind == kind)
    if activity is not None:
        where.append(Event.activity_id == activity)
    return where


def events_of_year(
    municipality_id: int,
    year: int,
    kind: str | None = None,
    activity: int | None = None,
    *,
    quarter: int | None = None,
) -> EventTotals:
    """The totals of a year, or of one quarter of it, of one kind, of one activity of the programme (its id)."""
    persons = case((Event.counting == Counting.PERSONS, Event.participants), else_=0)
    visits = case((Event.counting == Counting.VISITS, Event.participants), else_=0)
    row = db.session.execute(
        select(func.count(Event.id), func.coalesce(func.sum(persons), 0), func.coalesce(func.sum(visits), 0)).where(
            *_counted(municipality_id, year, kind, activity, quarter)
        )
    ).one()
    return EventTotals(*(int(value) for value in row))


def counted_events(
    municipality_id: int,
    year: int,
    kind: str | None = None,
    activity: int | None = None,
    *,
    quarter: int | None = None,
) -> list[Event]:
    """The events those totals are made of, by day, their ТОС loaded: two selects."""
    return list(
        db.session.scalars(
            select(Event)
            .where(*_counted(municipality_id, year, kind, activity, quarter))
            .options(WITH_TOSES)
            .order_by(Event.held_on, Event.id)
        )
    )


# --- the public list -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventFilter:
    """What a reader asked for; empty and None ask for nothing."""

    kind: str = ""
    year: int | None = None
    tos: str = ""  # code

    @property
    def is_narrow(self) -> bool:
        return bool(self.kind or self.year or self.tos)


def public_events(municipality_id: int, asked: EventFilter) -> Select[Any]:
    """Confirmed events that were asked for, the latest first. A select for `paged`."""
    where = [Event.municipality_id == municipality_id, IS_COUNTED]
    if asked.kind:
        where.append(Event.kind == asked.kind)
    if asked.year:
        where.append(Event.held_on.between(*days_of(asked.year)))
    if asked.tos:
        held = select(EventTos.event_id).join(Tos, Tos.id == EventTos.tos_id)
        where.append(Event.id.in_(held.where(Tos.code == asked.tos, Tos.municipality_id == municipality_id)))
    return (
        select(Event)
        .where(*where)
        .options(WITH_TOSES, selectinload(Event.evidence))
        .order_by(Event.held_on.desc(), Event.id.desc())
    )


def years_with_events(municipality_id: int) -> list[int]:
    """The years that have confirmed events, the latest first."""
    year = extract("year", Event.held_on)
    rows = select(year).where(Event.municipality_id == municipality_id, IS_COUNTED).distinct()
    return sorted((int(one) for one in db.session.scalars(rows)), reverse=True)


def toses_with_events(municipality_id: int) -> list[Tos]:
    """The ТОС that have confirmed events, by name."""
    held = (
        select(EventTos.tos_id)
        .join(Event, Event.id == EventTos.event_id)
        .where(Event.municipality_id == municipality_id, IS_COUNTED)
    )
    return list(db.session.scalars(select(Tos).where(Tos.id.in_(held)).order_by(Tos.name, Tos.id)))


def events_of_tos(tos_id: int, limit: int = 20) -> list[Event]:
    """The confirmed events of a ТОС, the latest first."""
    return list(
        db.session.scalars(
            select(Event)
            .join(EventTos, EventTos.event_id == Event.id)
            .where(EventTos.tos_id == tos_id, IS_COUNTED)
            .order_by(Event.held_on.desc(), Event.id.desc())
            .limit(limit)
        )
    )


# --- one event, for whoever may see it -------------------------------------------------------------------------------


def held_by(speaks: Scopes) -> ColumnElement[bool]:
    """A ТОС for which the person speaks is named in the event."""
    if not speaks.toses:
        return false()
    return Event.id.in_(select(EventTos.event_id).where(EventTos.tos_id.in_(speaks.toses)))


def kept_by(officer: Scopes) -> ColumnElement[bool]:
    """The event lies in a municipality where the person holds the permission."""
    return true() if officer.everywhere else Event.municipality_id.in_(officer.municipalities)


def event_for(key: str, *, officer: Scopes, speaks: Scopes, public: bool = False) -> Event | None:
    """The whole event when the officer keeps it, when the person speaks for one of its ТОС, or, if the public may too,
    when it is confirmed. Anybody else's event does not exist."""
    seen = or_(kept_by(officer), held_by(speaks), IS_COUNTED if public else false())
    return db.session.scalars(select(Event).where(Event.key == key, seen).options(*WHOLE)).one_or_none()


def tos_ids_of(event_id: int) -> list[int | None]:
    """The numbers of the ТОС named in an event."""
    return list(db.session.scalars(select(EventTos.tos_id).where(EventTos.event_id == event_id)))


def author_of(event: Event) -> Person | None:
    """Who entered an event."""
    return db.session.get(Person, event.entered_by_id) if event.entered_by_id else None


def event_of_this_moment(event_id: int) -> Event:
    """An event that is known to exist as it stands now, its row locked until the transaction ends."""
    db.session.flush()
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update())
    found = select(Event).where(Event.id == event_id).options(*WHOLE)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def evidence_for(key: str, *, officer: Scopes, speaks: Scopes) -> EventEvidence | None:
    """A file that may be handed out: a photo to whoever may see its event, a list of people to officers alone, a
    document to officers and to those who speak for a ТОС of the event. A removed one to nobody, nor a photo whose
    sender took back the consent."""
    allowed = or_(
        kept_by(officer),
        and_(EventEvidence.kind == "photo", or_(IS_COUNTED, held_by(speaks))),
        and_(EventEvidence.kind == "document", held_by(speaks)),
    )
    return db.session.scalars(
        select(EventEvidence)
        .join(Event, Event.id == EventEvidence.event_id)
        .where(
            EventEvidence.key == key,
            EventEvidence.removed_at.is_(None),
            allowed,
            or_(EventEvidence.kind != "photo", ~EventEvidence.is_taken_back),
        )
    ).one_or_none()


def event_by_form_key(form_key: str) -> Event | None:
    """The event that this copy of the form made."""
    return db.session.scalars(select(Event).where(Event.form_key == form_key).options(*WHOLE)).one_or_none()


# --- lists of those who work with events -----------------------------------------------------------------------------


def events_of_speaker(speaks: Scopes) -> Select[Any]:
    """Events of the ТОС for which the person speaks, in every state, the latest first. A select for `paged`."""
    return (
        select(Event)
        .where(held_by(speaks))
        .options(WITH_TOSES, selectinload(Event.evidence))
        .order_by(Event.held_on.desc(), Event.id.desc())
    )


def events_for_officer(officer: Scopes, state: str = "") -> Select[Any]:
    """Events of the officer's places: those that wait first, the longest waiting on top; `LOOSE`: those that are under
    no activity of a programme. A select for `paged`."""
    found = select(Event).where(kept_by(officer)).options(WITH_TOSES, selectinload(Event.evidence))
    if state == LOOSE:
        found = found.where(Event.activity_id.is_(None), Event.state.in_([EventState.ASKED, EventState.CONFIRMED]))
    elif state:
        found = found.where(Event.state == state)
    waits = case((Event.state == EventState.ASKED, Event.entered_at), else_=None)
    return found.order_by(Event.state != EventState.ASKED, waits, Event.held_on.desc(), Event.id.desc())


def waiting_events(officer: Scopes) -> Select[Any]:
    """How many events wait for the officer, as a select of one number."""
    return select(func.count(Event.id)).where(Event.state == EventState.ASKED, kept_by(officer))


def toses_to_choose(municipality_id: int) -> list[Tos]:
    """The ТОС of a district that work, by place and name."""
    return list(
        db.session.scalars(
            select(Tos)
            .join(Tos.settlement)
            .where(Tos.municipality_id == municipality_id, Tos.is_active.is_(True))
            .options(joinedload(Tos.settlement))
            .order_by(Tos.name, Tos.id)
        )
    )


def activities_to_choose(municipality_id: int, year: int | None = None) -> Sequence[tuple[Activity, Programme]]:
    """Every activity of the programmes of a district, or of those that run in a year, with its programme, the latest
    programme first."""
    rows = db.session.execute(
        select(Activity, Programme)
        .join(Programme, Programme.id == Activity.programme_id)
        .where(
            Programme.municipality_id == municipality_id,
            *((Programme.year_from <= year, Programme.year_to >= year) if year else ()),
        )
        .order_by(Programme.year_to.desc(), Programme.id, Activity.task_id, Activity.id)
    )
    return [(activity, programme) for activity, programme in rows]
