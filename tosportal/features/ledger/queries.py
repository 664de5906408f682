"""Named selects of the ledger: figures of a year by activity and source, and the entries they are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from tosportal.domain.ledger import KINDS, EntryFacts, LedgerCell, Place
from tosportal.domain.ledger_sheet import plain
from tosportal.domain.programme_document import SOURCES
from tosportal.features.accounts.models import Person
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Activity, ActivityFunding, Programme, ProgrammeEdition
from tosportal.support.db import db

FIRST_EDITION = 1
NOTHING = LedgerCell()


@dataclass(frozen=True)
class YearLedger:
    """One year of a programme: its activities in order and a cell for each activity and source that has anything.

    `first` is the edition that the first plan comes from; None when the edition in force is the first.
    """

    programme: Programme
    year: int
    activities: tuple[Activity, ...]
    cells: Mapping[Place, LedgerCell]
    first: ProgrammeEdition | None
    current: ProgrammeEdition | None

    def cell(self, activity_id: int, source: str) -> LedgerCell:
        return self.cells.get((activity_id, source), NOTHING)


def activities_in_order(programme_id: int) -> list[Activity]:
    """The activities of a programme in its order, bare: one select."""
    return list(
        db.session.scalars(
            select(Activity).where(Activity.programme_id == programme_id).order_by(Activity.task_id, Activity.id)
        )
    )


def year_ledger(programme: Programme, year: int) -> YearLedger:
    """The figures of a year: four selects whatever the size."""
    activities = activities_in_order(programme.id)
    editions = _editions(programme)
    current, first = editions.get(programme.edition), editions.get(FIRST_EDITION)
    first = first if programme.edition != FIRST_EDITION else None
    plan = _plan(programme.id, year)
    entered = entered_of_year(programme.id, year)
    codes = {one.code: one.id for one in activities}
    at_first = first_plan(first.document, year, codes) if first else plan
    places = set(plan) | set(entered) | set(at_first)
    cells = {
        place: LedgerCell(
            first=at_first.get(place, NOTHING.first), plan=plan.get(place, NOTHING.plan), entered=entered.get(place, {})
        )
        for place in places
    }
    return YearLedger(programme, year, tuple(activities), cells, first, current)


def _editions(programme: Programme) -> dict[int, ProgrammeEdition]:
    """The first edition and the one in force, by number."""
    rows = db.session.scalars(
        select(ProgrammeEdition).where(
            ProgrammeEdition.programme_id == programme.id,
            ProgrammeEdition.number.in_((FIRST_EDITION, programme.edition)),
        )
    )
    return {one.number: one for one in rows}


def _plan(programme_id: int, year: int) -> dict[Place, Decimal]:
    rows = db.session.execute(
        select(ActivityFunding.activity_id, ActivityFunding.source, ActivityFunding.planned_sum)
        .join(Activity, Activity.id == ActivityFunding.activity_id)
        .where(Activity.programme_id == programme_id, ActivityFunding.year == year)
    )
    return {(activity_id, source): planned for activity_id, source, planned in rows}


def entered_of_year(programme_id: int, year: int) -> dict[Place, dict[str, Decimal]]:
    """What the entries of a year come to by activity and source, then by kind: one select."""
    rows = db.session.execute(
        select(LedgerEntry.activity_id, LedgerEntry.source, LedgerEntry.kind, func.sum(LedgerEntry.entry_sum))
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(Activity.programme_id == programme_id, LedgerEntry.year == year)
        .group_by(LedgerEntry.activity_id, LedgerEntry.source, LedgerEntry.kind)
    )
    found: dict[Place, dict[str, Decimal]] = {}
    for activity_id, source, kind, total in rows:
        found.setdefault((activity_id, source), {})[kind] = total
    return found


def first_plan(document: Mapping[str, Any], year: int, codes: Mapping[str, int]) -> dict[Place, Decimal]:
    """What an edition planned for a year, by id of the activity and source; activities that are gone are left out."""
    found = {}
    for row in document.get("activities") or ():
        for source in SOURCES:
            cell = ((row.get("sources") or {}).get(source) or {}).get(str(year))
            if row.get("id") in codes and isinstance(cell, Mapping) and cell.get("rub") is not None:
                found[codes[row["id"]], source] = Decimal(cell["rub"]).quantize(Decimal("0.01"))
    return found


def cell_of(activity_id: int, year: int, source: str) -> LedgerCell:
    """One activity, year and source: two selects. The first plan is not asked for."""
    entered = db.session.execute(
        select(LedgerEntry.kind, func.sum(LedgerEntry.entry_sum))
        .where(LedgerEntry.activity_id == activity_id, LedgerEntry.year == year, LedgerEntry.source == source)
        .group_by(LedgerEntry.kind)
    )
    plan = db.session.scalar(
        select(ActivityFunding.planned_sum).where(
            ActivityFunding.activity_id == activity_id, ActivityFunding.year == year, ActivityFunding.source == source
        )
    )
    planned = plan if plan is not None else NOTHING.plan
    return LedgerCell(first=planned, plan=planned, entered=dict(entered.all()))


def all_cells(programme_id: int) -> dict[tuple[int, int, str], LedgerCell]:
    """Every activity, year and source of a programme that has a plan or entries: two selects. No first plan."""
    plan = db.session.execute(
        select(ActivityFunding.activity_id, ActivityFunding.year, ActivityFunding.source, ActivityFunding.planned_sum)
        .join(Activity, Activity.id == ActivityFunding.activity_id)
        .where(Activity.programme_id == programme_id)
    )
    cells = {(activity_id, year, source): LedgerCell(total, total) for activity_id, year, source, total in plan}
    rows = db.session.execute(
        select(
            LedgerEntry.activity_id,
            LedgerEntry.year,
            LedgerEntry.source,
            LedgerEntry.kind,
            func.sum(LedgerEntry.entry_sum),
        )
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(Activity.programme_id == programme_id)
        .group_by(LedgerEntry.activity_id, LedgerEntry.year, LedgerEntry.source, LedgerEntry.kind)
    )
    for activity_id, year, source, kind, total in rows:
        place = (activity_id, year, source)
        cells[place] = cells.get(place, NOTHING).with_entry(kind, total)
    return cells


# --- entries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EntryFilter:
    """Which entries: of a year, and of an activity, a source, some kinds when they are named."""

    year: int
    activity_id: int | None = None
    source: str | None = None
    kinds: tuple[str, ...] = tuple(KINDS)

    def where(self, programme_id: int) -> list[Any]:
        found: list[Any] = [
            Activity.programme_id == programme_id,
            LedgerEntry.year == self.year,
            LedgerEntry.kind.in_(self.kinds),
        ]
        if self.activity_id is not None:
            found.append(LedgerEntry.activity_id == self.activity_id)
        if self.source is not None:
            found.append(LedgerEntry.source == self.source)
        return found


TakenBack = aliased(LedgerEntry)


def entries(programme_id: int, asked: EntryFilter) -> Select:  # type: ignore[type-arg]
    """Entries by their day with activity, who wrote them, and the id of the entry that took them back; for `paged`."""
    return (
        select(LedgerEntry, Activity, Person, TakenBack.id.label("taken_back_id"))
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .outerjoin(Person, Person.id == LedgerEntry.recorded_by_id)
        .outerjoin(TakenBack, TakenBack.takes_back_id == LedgerEntry.id)
        .where(*asked.where(programme_id))
        .order_by(LedgerEntry.dated_on, LedgerEntry.id)
    )


def total_of_entries(programme_id: int, asked: EntryFilter) -> Decimal:
    """What these entries come to."""
    total = db.session.scalar(
        select(func.sum(LedgerEntry.entry_sum))
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(*asked.where(programme_id))
    )
    return total if total is not None else NOTHING.plan


def entry_by_id(programme_id: int, entry_id: int) -> Any | None:
    """One entry of a programme with activity, person and the id of the entry that took it back."""
    return db.session.execute(
        select(LedgerEntry, Activity, Person, TakenBack.id.label("taken_back_id"))
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .outerjoin(Person, Person.id == LedgerEntry.recorded_by_id)
        .outerjoin(TakenBack, TakenBack.takes_back_id == LedgerEntry.id)
        .where(Activity.programme_id == programme_id, LedgerEntry.id == entry_id)
    ).one_or_none()


def is_posted(decision_id: int) -> bool:
    """Do the awards of this decision stand in the ledger?"""
    found = select(LedgerEntry.id).where(LedgerEntry.origin == "decision", LedgerEntry.origin_id == decision_id)
    return db.session.scalar(found.limit(1)) is not None


def has_posted_awards(activity_id: int, year: int) -> bool:
    """Did a published decision post awards to this activity and year?"""
    found = select(LedgerEntry.id).where(
        LedgerEntry.activity_id == activity_id,
        LedgerEntry.year == year,
        LedgerEntry.kind == "award",
        LedgerEntry.origin == "decision",
    )
    return db.session.scalar(found.limit(1)) is not None


def all_facts(programme_id: int) -> list[EntryFacts]:
    """Every entry of a programme as it was written, in order, for comparing with a file."""
    rows = db.session.execute(
        select(LedgerEntry, Activity.code)
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(Activity.programme_id == programme_id)
        .order_by(LedgerEntry.id)
    )
    return [facts_of(entry, code) for entry, code in rows]


def has_same(activity_id: int, facts: EntryFacts) -> bool:
    """Does an entry that nobody took back say exactly this?"""
    found = (
        select(LedgerEntry.id)
        .outerjoin(TakenBack, TakenBack.takes_back_id == LedgerEntry.id)
        .where(
            LedgerEntry.activity_id == activity_id,
            LedgerEntry.year == facts.year,
            LedgerEntry.source == facts.source,
            LedgerEntry.kind == facts.kind,
            LedgerEntry.entry_sum == facts.entry_sum,
            LedgerEntry.dated_on == facts.dated_on,
            LedgerEntry.document == facts.document,
            LedgerEntry.note == facts.note,
            LedgerEntry.takes_back_id.is_(None),
            TakenBack.id.is_(None),
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def facts_of(entry: LedgerEntry, code: str) -> EntryFacts:
    """What an entry says."""
    return EntryFacts(
        kind=entry.kind,
        activity=code,
        year=entry.year,
        source=entry.source,
        entry_sum=entry.entry_sum,
        dated_on=entry.dated_on,
        document=entry.document,
        note=entry.note,
        level=entry.level,
    )


def activity_names(activities: list[Activity]) -> dict[str, str]:
    """Code of an activity by its code and by its name, as a file may name it; a name that two share
    is nobody's."""
    names = [plain(one.name) for one in activities]
    by_name = {plain(one.name): one.code for one in activities if names.count(plain(one.name)) == 1}
    return by_name | {plain(one.code): one.code for one in activities}


@dataclass(frozen=True)
class RegionAgreement:
    """The last level and document of the agreement with the region for an activity and a year."""

    level: Decimal
    document: str


def region_levels(programme_id: int, year: int) -> dict[int, RegionAgreement]:
    """By activity: the level that the latest entry of the agreement with the region names, taken back ones left out."""
    rows = db.session.execute(
        select(LedgerEntry.activity_id, LedgerEntry.level, LedgerEntry.document)
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .outerjoin(TakenBack, TakenBack.takes_back_id == LedgerEntry.id)
        .where(
            Activity.programme_id == programme_id,
            LedgerEntry.year == year,
            LedgerEntry.kind == "region_agreement",
            LedgerEntry.level.is_not(None),
            LedgerEntry.takes_back_id.is_(None),
            TakenBack.id.is_(None),
        )
        .order_by(LedgerEntry.dated_on, LedgerEntry.id)
    )
    return {activity_id: RegionAgreement(level, document) for activity_id, level, document in rows if level}
