"""The money of a year of a programme by activity and source, for its reports: plans, cash by months, quantities."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, null, or_, select

from tosportal.domain.indicator_measures import Period
from tosportal.domain.printed_numbers import as_decimal
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.programme_report import text_of
from tosportal.domain.stated_programme import fields_in, rows_in, stated_funding
from tosportal.features.indicators.queries.facts import Mark, Said
from tosportal.features.ledger.queries import first_plan
from tosportal.features.programmes.models import (
    Activity,
    ActivityFunding,
    ActivityYear,
    Programme,
    ProgrammeEdition,
)
from tosportal.features.programmes.queries import SOURCE_NAMES
from tosportal.support.db import db

FIRST_EDITION = 1
NOTHING = Decimal("0.00")
FIGURES = ("january", "first", "current", "roster", "agreement", "cash", "obligations")
FIGURE_OF_KIND = {"roster": "roster", "region_agreement": "agreement", "cash": "cash", "agreement": "obligations"}
NO_ACT = {"name": "", "number": "", "on": ""}

Place = tuple[int, str]


class YearMoney:
    """The money of a year by activity and source: four plans, the plan of the first of January, cash by months. What
    nobody gave is not there. Two selects whatever the size; `ledger` holds the entries of all years."""

    def __init__(self, programme: Programme, period: Period, ledger: Sequence[Any]) -> None:
        self.programme, self.period = programme, period
        self.cells: dict[Place, dict[str, Decimal]] = {}
        self.quantities: dict[str, Decimal] = {}
        self.activities = self._activities()
        self.editions = self._editions()
        self.january = self._edition_of_january()
        self.documents = {one.number: one.document for one in self.editions.values() if one.document is not None}
        self.entries = [one for one in ledger if one.year == period.year and one.kind in FIGURE_OF_KIND]
        self.months: dict[Place, dict[str, Decimal]] = {}
        self._put_plans()
        for entry in self.entries:
            self._put_entry(entry)

    def _activities(self) -> list[Activity]:
        """The activities in their order; money and quantities that the edition in force plans are put by."""
        funding = and_(ActivityFunding.activity_id == Activity.id, ActivityFunding.year == self.period.year)
        quantity = and_(ActivityYear.activity_id == Activity.id, ActivityYear.year == self.period.year)
        rows = db.session.execute(
            select(Activity, ActivityFunding.source, ActivityFunding.planned_sum, ActivityYear.quantity)
            .outerjoin(ActivityFunding, funding)
            .outerjoin(ActivityYear, quantity)
            .where(Activity.programme_id == self.programme.id)
            .order_by(Activity.task_id, Activity.id)
        ).all()
        for row in rows:
            if row.source is not None:
                self.cells.setdefault((row.Activity.id, row.source), {})["current"] = row.planned_sum
        self.quantities = {row.Activity.code: row.quantity for row in rows if row.quantity is not None}
        return list(dict.fromkeys(row.Activity for row in rows))

    def _editions(self) -> dict[int, Any]:
        """The editions by number, with the documents that are needed: of the first one and of the one in force on the
        first of January, when they are not in force; where no activity holds money, of the one in force too."""
        edition = ProgrammeEdition
        own, current = edition.programme_id == self.programme.id, edition.number == self.programme.edition
        january = select(func.max(edition.number)).where(own, self._is_of_january()).scalar_subquery()
        needed = or_(edition.number == FIRST_EDITION, edition.number == january)
        needed = and_(needed, ~current) if self.activities else or_(needed, current)
        rows = db.session.execute(
            select(
                edition.number,
                edition.act_name,
                edition.act_number,
                edition.act_on,
                case((needed, edition.document), else_=null()).label("document"),
            )
            .where(own)
            .order_by(edition.number)
        )
        return {row.number: row for row in rows}

    def _is_of_january(self) -> Any:
        return and_(
            ProgrammeEdition.act_on <= date(self.period.year, 1, 1), ProgrammeEdition.number <= self.programme.edition
        )

    def _edition_of_january(self) -> int:
        """The edition in force on the first of January by the days of the acts; the first one when none is earlier."""
        day = date(self.period.year, 1, 1)
        earlier = [
            one.number
            for one in self.editions.values()
            if one.act_on is not None and one.act_on <= day and one.number <= self.programme.edition
        ]
        return max(earlier, default=FIRST_EDITION)

    def _put_plans(self) -> None:
        current = {place: cell["current"] for place, cell in self.cells.items()}
        codes = {one.code: one.id for one in self.activities}
        for figure, number in (("first", FIRST_EDITION), ("january", self.january)):
            document = self.documents.get(number)
            own = current if number == self.programme.edition else None
            if own is None:
                own = first_plan(document, self.period.year, codes) if document else {}
            for place, value in own.items():
                self.cells.setdefault(place, {})[figure] = value

    def _put_entry(self, entry: Any) -> None:
        place = (entry.activity_id, entry.source)
        if entry.kind == "cash":
            if self.period.quarter and entry.dated_on > self.period.last:
                return
            months = self.months.setdefault(place, {})
            month = month_of(entry.dated_on, self.period.year)
            months[month] = months.get(month, NOTHING) + entry.entry_sum
        cell, figure = self.cells.setdefault(place, {}), FIGURE_OF_KIND[entry.kind]
        cell[figure] = cell.get(figure, NOTHING) + entry.entry_sum

    def targets(self) -> dict[str, dict[str, Decimal]]:
        """The targets of the first edition by code, when it is not the one in force."""
        document = self.documents.get(FIRST_EDITION)
        if document is None or self.programme.edition == FIRST_EDITION:
            return {}
        return {"first": targets_in(document, self.period.year)}

    def plans(self) -> dict[str, Any]:
        """Where each plan stands: its edition with the act, or the documents of the ledger."""
        numbers = {"first": FIRST_EDITION, "january": self.january, "current": self.programme.edition}
        found: dict[str, Any] = {
            name: {"edition": number, "act": act_of(self.editions.get(number)), "documents": []}
            for name, number in numbers.items()
        }
        for name, kind in (("roster", "roster"), ("agreement", "region_agreement")):
            said = dict.fromkeys((one.document, one.dated_on.isoformat()) for one in self.entries if one.kind == kind)
            documents = [{"name": document, "on": day} for document, day in said]
            found[name] = {"edition": None, "act": NO_ACT, "documents": documents}
        return found

    def outcomes(self, said: Said) -> list[dict[str, Any]]:
        """Every activity with what its year plans of it and what a person said of it."""
        document = self.documents.get(FIRST_EDITION)
        own = document is None or self.programme.edition == FIRST_EDITION
        first = self.quantities if own else quantities_in(document or {}, self.period.year)
        return [
            {
                "activity": one.code,
                "name": one.name,
                "quantities": {
                    "first": text_of(first.get(one.code)),
                    "current": text_of(self.quantities.get(one.code)),
                },
                "unit": one.quantity_unit,
                "mark": mark.verdict,
                "performed_on": mark.performed_on.isoformat() if mark.performed_on else "",
                "basis": mark.basis if mark.verdict else "",
            }
            for one in self.activities
            for mark in [said.marks.get(one.code, Mark())]
        ]

    def lines(self) -> list[dict[str, Any]]:
        """A line for each activity and source that any plan or payment names; sources in the one order."""
        if not self.activities:
            return list(self._stated_lines())
        named = {source for _activity, source in self.cells}
        sources = [one for one in SOURCES if one in named] + sorted(named - set(SOURCES))
        return [
            self._line(activity, source)
            for activity in self.activities
            for source in sources
            if any(self.cells.get((activity.id, source), {}).values())
        ]

    def _line(self, activity: Activity, source: str) -> dict[str, Any]:
        cell = self.cells[activity.id, source]
        months = self.months.get((activity.id, source), {})
        return {
            "activity": activity.code,
            "name": activity.name,
            "source": source,
            "source_name": SOURCE_NAMES.get(source, source),
            **{figure: text_of(cell.get(figure)) for figure in FIGURES},
            "cash": text_of(cell.get("cash", NOTHING)),
            "months": {month: text_of(value) for month, value in months.items()},
        }

    def _stated_lines(self) -> Iterable[dict[str, Any]]:
        """The money of a programme that names no activities: by source, as its document states it; nobody paid it
        through the ledger, so the cash is not given."""
        numbers = {"first": FIRST_EDITION, "january": self.january, "current": self.programme.edition}
        stated = {name: stated_funding(self.documents.get(number) or {}) for name, number in numbers.items()}
        year = str(self.period.year)
        for source, name in stated["current"].sources:
            if source == "total" or (year, source) not in stated["current"].cells:
                continue
            yield {
                "activity": "",
                "name": "",
                "source": source,
                "source_name": SOURCE_NAMES.get(source, name),
                **dict.fromkeys(FIGURES),
                **{figure: text_of(one.cells.get((year, source))) for figure, one in stated.items()},
                "months": None,
            }


def month_of(day: date, year: int) -> str:
    """In which month of the year a payment falls, or `before` or `after` it."""
    return str(day.month) if day.year == year else "before" if day.year < year else "after"


def act_of(edition: Any | None) -> dict[str, str]:
    """The act that made an edition."""
    if edition is None:
        return NO_ACT
    on = edition.act_on.isoformat() if edition.act_on else ""
    return {"name": edition.act_name, "number": edition.act_number, "on": on}


def targets_in(document: Mapping[str, Any], year: int) -> dict[str, Decimal]:
    """The targets of a year in the document of an edition; a period of years sets that of its last year."""
    found = {}
    for row in rows_in(document.get("indicators")):
        for key, cell in fields_in(row.get("targets")).items():
            value = as_decimal(fields_in(cell).get("value"))
            if value is not None and str(key).rpartition("-")[2] == str(year):
                found[str(row.get("id"))] = value
    return found


def quantities_in(document: Mapping[str, Any], year: int) -> dict[str, Decimal]:
    """The quantities of a year in the document of an edition, by code of the activity."""
    found = {}
    for row in rows_in(document.get("activities")):
        value = as_decimal(fields_in(fields_in(row.get("quantity")).get("by_year")).get(str(year)))
        if value is not None:
            found[str(row.get("id"))] = value
    return found
