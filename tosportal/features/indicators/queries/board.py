"""All that the dashboard of a programme and the page of a quarter read, in the same few selects whatever the size.

Entries of the ledger come summed by day, so that figures and measures are counted from the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from tosportal.domain.event_record import EventState
from tosportal.domain.indicator_measures import LEDGER_KINDS, Material, Period, Record
from tosportal.domain.indicator_passport import Passport, counted_fact
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.decisions.models import Decision
from tosportal.features.events.models import Event
from tosportal.features.indicators.models import ActivityMark, DeviationReason, IndicatorFact, IndicatorPassport
from tosportal.features.indicators.queries.facts import closed_years
from tosportal.features.indicators.queries.material import AWARDS, EVENTS, material_of
from tosportal.features.indicators.queries.rows import YearFact, passport_in_force
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import (
    Activity,
    ActivityFunding,
    ActivityYear,
    Indicator,
    Programme,
    ProgrammeTask,
)
from tosportal.features.programmes.queries import Sums
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db

NOTHING = Decimal("0.00")
PLAN = "plan"


def programme_with_owner(slug: str) -> tuple[Programme, Municipality] | None:
    """The programme of an address and the municipality whose it is: one select."""
    if "\x00" in slug:
        return None
    row = db.session.execute(
        select(Programme, Municipality)
        .join(Municipality, Municipality.id == Programme.municipality_id)
        .where(Programme.slug == slug)
        .order_by(Programme.municipality_id)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator with its targets, the passport in force and the reason of deviation of the period asked for."""

    indicator: Indicator
    passport: Passport | None
    written: IndicatorPassport | None
    reason: str

    @property
    def plans(self) -> dict[int, Decimal]:
        return {target.year: target.value for target in self.indicator.targets}

    @property
    def is_automatic(self) -> bool:
        """Does the portal count its fact by itself?"""
        return self.passport is not None and self.passport.is_automatic


def indicator_cards(programme_id: int, year: int, quarter: int = 0) -> list[IndicatorCard]:
    """Every indicator with targets, passport and reason of the period: one select."""
    passports = select(func.max(IndicatorPassport.id)).group_by(IndicatorPassport.indicator_id)
    reasons = (
        select(func.max(DeviationReason.id))
        .where(DeviationReason.year == year, DeviationReason.quarter == quarter)
        .group_by(DeviationReason.indicator_id)
    )
    written = and_(IndicatorPassport.indicator_id == Indicator.id, IndicatorPassport.id.in_(passports))
    said = and_(DeviationReason.indicator_id == Indicator.id, DeviationReason.id.in_(reasons))
    rows = db.session.execute(
        select(Indicator, IndicatorPassport, DeviationReason.reason)
        .outerjoin(IndicatorPassport, written)
        .outerjoin(DeviationReason, said)
        .options(joinedload(Indicator.targets))
        .where(Indicator.programme_id == programme_id)
        .order_by(Indicator.id)
    ).unique()
    return [
        IndicatorCard(indicator, passport_in_force(indicator, passport), passport, reason or "")
        for indicator, passport, reason in rows
    ]


@dataclass(frozen=True)
class StoredFact:
    """A stored fact without its lineage."""

    id: int
    value: Decimal
    origin: str
    source_document: str


def stored_facts(programme_id: int) -> dict[tuple[int, Period], StoredFact]:
    """The stored facts that hold, by indicator and period: one select."""
    last = select(func.max(IndicatorFact.id)).group_by(
        IndicatorFact.indicator_id, IndicatorFact.year, IndicatorFact.quarter
    )
    rows = db.session.execute(
        select(
            IndicatorFact.id,
            IndicatorFact.indicator_id,
            IndicatorFact.year,
            IndicatorFact.quarter,
            IndicatorFact.value,
            IndicatorFact.origin,
            IndicatorFact.source_document,
        )
        .join(Indicator, Indicator.id == IndicatorFact.indicator_id)
        .where(Indicator.programme_id == programme_id, IndicatorFact.id.in_(last))
    )
    return {
        (row.indicator_id, Period(row.year, row.quarter)): StoredFact(
            row.id, row.value, row.origin, row.source_document
        )
        for row in rows
    }


@dataclass(frozen=True)
class MoneyRow:
    """A sum of an activity, year and source: the plan (without a day), or entries of a kind of one day."""

    activity_id: int
    year: int
    source: str
    kind: str
    day: date | None
    total: Decimal


def money_rows(programme_id: int) -> list[MoneyRow]:
    """The plan of the edition in force and the entries of the ledger summed by day: one select."""
    entered = (
        select(
            LedgerEntry.activity_id,
            LedgerEntry.year,
            LedgerEntry.source,
            LedgerEntry.kind,
            LedgerEntry.dated_on,
            func.sum(LedgerEntry.entry_sum, type_=LedgerEntry.entry_sum.type),
        )
        .join(Activity, Activity.id == LedgerEntry.activity_id)
        .where(Activity.programme_id == programme_id, LedgerEntry.kind.in_(("roster", *LEDGER_KINDS.values())))
        .group_by(LedgerEntry.activity_id, LedgerEntry.year, LedgerEntry.source, LedgerEntry.kind, LedgerEntry.dated_on)
    )
    planned = (
        select(
            ActivityFunding.activity_id,
            ActivityFunding.year,
            ActivityFunding.source,
            literal(PLAN),
            cast(null(), Date),
            ActivityFunding.planned_sum,
        )
        .join(Activity, Activity.id == ActivityFunding.activity_id)
        .where(Activity.programme_id == programme_id)
    )
    return [MoneyRow(*row) for row in db.session.execute(union_all(entered, planned))]


@dataclass(frozen=True)
class ActivityCard:
    """An activity with its task and the quantity that the year in focus plans; None: it plans none."""

    id: int
    code: str
    name: str
    executors: str
    quantity_unit: str
    task_id: int
    task_number: int
    task_name: str
    quantity: Decimal | None
    mark: str | None


def activity_cards(programme_id: int, year: int) -> list[ActivityCard]:
    """The activities of a programme in its order: one select."""
    this_year = and_(ActivityYear.activity_id == Activity.id, ActivityYear.year == year)
    last = select(func.max(ActivityMark.id)).where(ActivityMark.year == year).group_by(ActivityMark.activity_id)
    marked = and_(ActivityMark.activity_id == Activity.id, ActivityMark.id.in_(last))
    rows: Iterable[Any] = db.session.execute(
        select(
            Activity.id,
            Activity.code,
            Activity.name,
            Activity.executors,
            Activity.quantity_unit,
            ProgrammeTask.id,
            ProgrammeTask.number,
            ProgrammeTask.name,
            ActivityYear.quantity,
            ActivityMark.verdict,
        )
        .join(ProgrammeTask, ProgrammeTask.id == Activity.task_id)
        .outerjoin(ActivityYear, this_year)
        .outerjoin(ActivityMark, marked)
        .where(Activity.programme_id == programme_id)
        .order_by(ProgrammeTask.number, Activity.id)
    )
    return [ActivityCard(*row) for row in rows]


@dataclass(frozen=True)
class ContestCard:
    """An announced contest of the programme; `definition` of its regulation while it goes on in the year in focus;
    `decision` is the latest one, published or not."""

    contest: Contest
    definition: Mapping[str, Any]
    decision: Decision | None

    @property
    def is_decided(self) -> bool:
        return self.contest.published_at is not None


def contest_cards(programme_id: int, year: int) -> list[ContestCard]:
    """The contests of a year that were announced and not cancelled, the oldest first: one select."""
    in_force = and_(
        RegulationEdition.contest_id == Contest.id,
        RegulationEdition.number == Contest.edition,
        Contest.published_at.is_(None),
    )
    last = select(func.max(Decision.id)).group_by(Decision.contest_id)
    rows = db.session.execute(
        select(Contest, RegulationEdition.definition, Decision)
        .join(Activity, Activity.id == Contest.activity_id)
        .outerjoin(RegulationEdition, in_force)
        .outerjoin(Decision, and_(Decision.contest_id == Contest.id, Decision.id.in_(last)))
        .where(
            Activity.programme_id == programme_id,
            Contest.year == year,
            Contest.announced_at.is_not(None),
            Contest.cancelled_at.is_(None),
        )
        .order_by(Contest.id)
    )
    return [ContestCard(contest, definition or {}, decision) for contest, definition, decision in rows]


@dataclass(frozen=True)
class WaitingEvent:
    """An event that waits for confirmation, and who sent it."""

    key: str
    title: str
    held_on: date
    sender: str


def waiting_events(programme: Programme, since: date, until: date) -> list[WaitingEvent]:
    """Events held in these days that wait for confirmation and would count for the programme: one select."""
    rows = db.session.execute(
        select(Event.key, Event.title, Event.held_on, func.coalesce(Person.full_name, ""))
        .outerjoin(Activity, Activity.id == Event.activity_id)
        .outerjoin(Person, Person.id == Event.entered_by_id)
        .where(
            Event.municipality_id == programme.municipality_id,
            Event.state == EventState.ASKED,
            Event.held_on.between(since, until),
            (Event.activity_id.is_(None)) | (Activity.programme_id == programme.id),
        )
        .order_by(Event.held_on, Event.id)
    )
    return [WaitingEvent(*row) for row in rows]


@dataclass(frozen=True)
class Board:
    """A programme as it stands, seen from one year: what was read, before anything is counted."""

    programme: Programme
    year: int
    indicators: list[IndicatorCard]
    stored: Mapping[tuple[int, Period], StoredFact]
    material: Material
    money: list[MoneyRow]
    activities: list[ActivityCard]
    contests: list[ContestCard]

    def sums(self, kind: str) -> Sums:
        """The programme's money of a kind by year and source."""
        found = Sums()
        for row in self.money:
            if row.kind == kind:
                found.add(row.year, row.source, row.total)
        return found

    def by_activity(self, kind: str, until: date | None = None) -> dict[int, Decimal]:
        """The money of a kind of the year in focus by activity, of entries dated by a day."""
        found: dict[int, Decimal] = defaultdict(lambda: NOTHING)
        for row in self.money:
            is_in_time = until is None or row.day is None or row.day <= until
            if row.kind == kind and row.year == self.year and is_in_time:
                found[row.activity_id] += row.total
        return found

    def facts(self, periods: Iterable[Period]) -> dict[int, dict[Period, YearFact]]:
        """The facts of these periods by indicator: a frozen one stands, else what is counted, else what was entered."""
        periods = list(periods)
        of_years = {year: self.material.of_year(year) for year in {period.year for period in periods}}
        found: dict[int, dict[Period, YearFact]] = defaultdict(dict)
        for card in self.indicators:
            for period in periods:
                stored = self.stored.get((card.indicator.id, period))
                if (fact := self._fact(card, period, stored, of_years[period.year])) is not None:
                    found[card.indicator.id][period] = fact
        return found

    def _fact(
        self, card: IndicatorCard, period: Period, stored: StoredFact | None, material: Material
    ) -> YearFact | None:
        if stored is not None and stored.origin == "portal":
            return YearFact(stored.value, stored.source_document, counted=True, fact_id=stored.id)
        if card.passport is not None and card.is_automatic:
            counted = counted_fact(card.passport, material, period)
            if counted is not None:
                return YearFact(counted.value, counted=True)
        return YearFact(stored.value, stored.source_document, fact_id=stored.id) if stored is not None else None


def board_of(programme: Programme, year: int, quarter: int = 0) -> Board:
    """What stands on the programme now: seven selects whatever the size; the reasons are those of the period."""
    money = money_rows(programme.id)
    activities = activity_cards(programme.id, year)
    codes = {one.id: one.code for one in activities}
    material = material_of(programme, AWARDS | EVENTS)
    return Board(
        programme=programme,
        year=year,
        indicators=indicator_cards(programme.id, year, quarter),
        stored=stored_facts(programme.id),
        material=replace(material, entries=[_record(row, codes) for row in money if row.day is not None]),
        money=money,
        activities=activities,
        contests=contest_cards(programme.id, year),
    )


def _record(row: MoneyRow, codes: Mapping[int, str]) -> Record:
    """Entries of one day as a measure counts them."""
    day = row.day or date(row.year, 12, 31)
    return Record("", day, "", row.total, row.year, activity=codes[row.activity_id], source=row.source, kind=row.kind)


def closed_reports(programme_id: int) -> dict[int, str]:
    """The content of the reports of closed years, by year: one select; of years opened again there is none."""
    found: dict[int, str] = {}
    seen: set[int] = set()
    for one in closed_years(programme_id):  # the latest closing of a year first
        if one.year not in seen and one.opened_at is None:
            found[one.year] = one.content
        seen.add(one.year)
    return found
