"""Programmes for measurements: ten of ten years with sixty indicators each beside one of three years with six."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.domain.consistent_programmes import programme as consistent
from tosportal.demo.bulk import put
from tosportal.features.indicators.models import DeviationReason, IndicatorFact, SpendingReason
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Activity, Indicator, Programme
from tosportal.features.programmes.service import load_programme
from tosportal.features.registry.models import Municipality
from tosportal.support import db as database
from tosportal.support.db import db

SMALL, LARGE = "bench-small", "bench-large"
MEASURED_YEAR = 2025
PROGRAMMES, TASKS, ACTIVITIES_OF_A_TASK = 10, 5, 6
NOW = datetime(2026, 2, 2, 5, tzinfo=UTC)


def document(slug: str, years: range, tasks: int, activities: int, indicators: int) -> dict[str, Any]:
    """A programme in which everything adds up; every task has an indicator of its money, the others count."""
    rows = [[(1 + n % 3, 10 + n + 50 * task, 30 + n % 50) for n in range(activities)] for task in range(tasks)]
    data = consistent(years=[str(year) for year in years], tasks=rows, thousands=False, counts=indicators - tasks)
    return data | {"portal": {"slug": slug}}


def add_programmes() -> None:
    """The small programme, the measured large one, nine more of its size; each with facts, reasons and money."""
    district = db.session.scalars(select(Municipality).order_by(Municipality.id)).first()
    assert district is not None  # noqa: S101  the demo has just made it
    large = (range(2021, 2031), TASKS, ACTIVITIES_OF_A_TASK, 60)
    add_one(district, document(SMALL, range(2024, 2027), 2, 3, 6))
    add_one(district, document(LARGE, *large))
    for number in range(2, PROGRAMMES + 1):
        add_one(district, document(f"{LARGE}-{number}", *large))


def add_one(district: Municipality, data: dict[str, Any]) -> None:
    programme = load_programme(data, municipality=district, actor=None, now=NOW)
    indicators = db.session.scalars(select(Indicator.id).where(Indicator.programme_id == programme.id)).all()
    activities = db.session.scalars(select(Activity.id).where(Activity.programme_id == programme.id)).all()
    put(IndicatorFact, facts(programme, indicators))
    put(DeviationReason, ({"indicator_id": one, **WRITTEN} for one in indicators))
    put(SpendingReason, ({"activity_id": one, **WRITTEN} for one in activities))
    put(LedgerEntry, entries(programme, activities))
    database.commit()


WRITTEN = {"year": MEASURED_YEAR, "quarter": 0, "reason": "Участников пришло меньше, чем ждали", "written_at": NOW}


def facts(programme: Programme, indicators: Any) -> Iterator[dict[str, Any]]:
    """A fact of every year and quarter until the measured year."""
    for place, one in enumerate(indicators):
        for year in range(programme.year_from, MEASURED_YEAR + 1):
            for quarter in range(5):
                yield {
                    "indicator_id": one, "year": year, "quarter": quarter, "value": Decimal(9 + place + quarter),
                    "source_document": "Отчёт", "origin": "person", "edition": 1, "entered_at": NOW,
                }  # fmt: skip


def entries(programme: Programme, activities: Any) -> Iterator[dict[str, Any]]:
    """What the roster gives and what was paid of it, a year, source and activity."""
    for one in activities:
        for year in range(programme.year_from, MEASURED_YEAR + 1):
            for source in ("regional", "local"):
                for kind, roubles in (("roster", "90000.00"), ("cash", "30000.00"), ("cash", "41000.50")):
                    yield {
                        "activity_id": one, "year": year, "source": source, "kind": kind,
                        "entry_sum": Decimal(roubles), "dated_on": date(year, 9, 1), "document": "Платёжное поручение",
                        "note": "", "origin": "person", "recorded_at": NOW,
                    }  # fmt: skip
