"""Stored facts, passports, reasons of deviation, marks of activities and closed years. Of each the last row holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from tosportal.features.accounts.models import Person
from tosportal.features.indicators.models import (
    ActivityMark,
    ClosedYear,
    DeviationReason,
    IndicatorFact,
    IndicatorPassport,
    ReportTemplate,
    SpendingReason,
)
from tosportal.features.programmes.models import Activity, Indicator, Programme
from tosportal.support.db import db


def latest_passports(programme_id: int) -> dict[int, IndicatorPassport]:
    """The passport in force of each indicator of a programme that has one, by its id: one select."""
    last = select(func.max(IndicatorPassport.id)).group_by(IndicatorPassport.indicator_id)
    rows = db.session.scalars(
        select(IndicatorPassport)
        .join(Indicator, Indicator.id == IndicatorPassport.indicator_id)
        .where(Indicator.programme_id == programme_id, IndicatorPassport.id.in_(last))
    )
    return {one.indicator_id: one for one in rows}


def indicators_with_passports(programme_id: int) -> tuple[list[Indicator], dict[int, IndicatorPassport]]:
    """The indicators of a programme in its order, targets loaded, and the passports in force by the id of the
    indicator: one select."""
    last = select(func.max(IndicatorPassport.id)).group_by(IndicatorPassport.indicator_id)
    in_force = and_(IndicatorPassport.indicator_id == Indicator.id, IndicatorPassport.id.in_(last))
    rows = db.session.execute(
        select(Indicator, IndicatorPassport)
        .outerjoin(IndicatorPassport, in_force)
        .where(Indicator.programme_id == programme_id)
        .options(joinedload(Indicator.targets))
        .order_by(Indicator.id)
    ).unique()
    found = [(indicator, passport) for indicator, passport in rows]
    return [one for one, _passport in found], {one.id: passport for one, passport in found if passport}


def passports_of(indicator_id: int) -> list[tuple[IndicatorPassport, Person | None]]:
    """Every passport of an indicator, the latest first, with who wrote it."""
    rows = db.session.execute(
        select(IndicatorPassport, Person)
        .outerjoin(Person, Person.id == IndicatorPassport.written_by_id)
        .where(IndicatorPassport.indicator_id == indicator_id)
        .order_by(IndicatorPassport.number.desc())
    )
    return [(passport, person) for passport, person in rows]


def passport_of(indicator_id: int) -> IndicatorPassport | None:
    """The passport in force."""
    return next((one for one, _person in passports_of(indicator_id)), None)


def latest_facts(programme_id: int) -> dict[tuple[int, int, int], IndicatorFact]:
    """The stored fact that holds, by indicator, year and quarter (0 is the year): one select."""
    last = select(func.max(IndicatorFact.id)).group_by(
        IndicatorFact.indicator_id, IndicatorFact.year, IndicatorFact.quarter
    )
    rows = db.session.scalars(
        select(IndicatorFact)
        .join(Indicator, Indicator.id == IndicatorFact.indicator_id)
        .where(Indicator.programme_id == programme_id, IndicatorFact.id.in_(last))
    )
    return {(one.indicator_id, one.year, one.quarter): one for one in rows}


def fact_by_id(programme_id: int, fact_id: int) -> tuple[IndicatorFact, Indicator, Person | None] | None:
    """One stored fact of a programme with its indicator and who wrote it down."""
    row = db.session.execute(
        select(IndicatorFact, Indicator, Person)
        .join(Indicator, Indicator.id == IndicatorFact.indicator_id)
        .outerjoin(Person, Person.id == IndicatorFact.entered_by_id)
        .where(IndicatorFact.id == fact_id, Indicator.programme_id == programme_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def latest_reasons(programme_id: int, year: int, quarter: int = 0) -> dict[int, str]:
    """The reason of deviation that holds, by indicator."""
    rows = db.session.execute(
        select(DeviationReason.indicator_id, DeviationReason.reason)
        .join(Indicator, Indicator.id == DeviationReason.indicator_id)
        .where(Indicator.programme_id == programme_id, DeviationReason.year == year, DeviationReason.quarter == quarter)
        .order_by(DeviationReason.id)
    )
    return {row.indicator_id: row.reason for row in rows}


def reasons_of(indicator_id: int, year: int, quarter: int = 0) -> Sequence[Any]:
    """Every reason written for a year or quarter, the latest first."""
    return db.session.scalars(
        select(DeviationReason)
        .where(
            DeviationReason.indicator_id == indicator_id,
            DeviationReason.year == year,
            DeviationReason.quarter == quarter,
        )
        .order_by(DeviationReason.id.desc())
    ).all()


class Mark(NamedTuple):
    """What a person said of an activity for a year; an empty verdict is no mark."""

    verdict: str = ""
    basis: str = ""
    performed_on: date | None = None


@dataclass(frozen=True)
class Said:
    """What people wrote for the report of a period and what holds of it: reasons of the period by indicator and by code
    of the activity, marks of its year by code of the activity."""

    of_indicators: Mapping[int, str]
    of_money: Mapping[str, str]
    marks: Mapping[str, Mark]


def said_of_period(programme_id: int, year: int, quarter: int = 0) -> Said:
    """Reasons and marks that hold: one select."""
    nothing, no_day = literal(""), cast(null(), Date)
    of_indicators = (
        select(
            DeviationReason.id.label("written"),
            DeviationReason.indicator_id,
            null().label("code"),
            DeviationReason.reason,
            nothing.label("verdict"),
            literal(0).label("is_mark"),
            no_day.label("performed_on"),
        )
        .join(Indicator, Indicator.id == DeviationReason.indicator_id)
        .where(Indicator.programme_id == programme_id, DeviationReason.year == year, DeviationReason.quarter == quarter)
    )
    of_money = (
        select(
            SpendingReason.id.label("written"),
            null().label("indicator_id"),
            Activity.code,
            SpendingReason.reason,
            nothing,
            literal(0),
            no_day,
        )
        .join(Activity, Activity.id == SpendingReason.activity_id)
        .where(Activity.programme_id == programme_id, SpendingReason.year == year, SpendingReason.quarter == quarter)
    )
    marks = (
        select(
            ActivityMark.id,
            null(),
            Activity.code,
            ActivityMark.basis,
            ActivityMark.verdict,
            literal(1),
            ActivityMark.performed_on,
        )
        .join(Activity, Activity.id == ActivityMark.activity_id)
        .where(Activity.programme_id == programme_id, ActivityMark.year == year)
    )
    rows: Sequence[Any] = db.session.execute(union_all(of_indicators, of_money, marks).order_by("written")).all()
    return Said(
        {row.indicator_id: row.reason for row in rows if row.indicator_id is not None},
        {row.code: row.reason for row in rows if row.code is not None and not row.is_mark},
        {row.code: Mark(row.verdict, row.reason, row.performed_on) for row in rows if row.is_mark},
    )


def marks_of(activity_id: int, year: int) -> Sequence[ActivityMark]:
    """Every mark of an activity for a year, the latest, which holds, first."""
    return db.session.scalars(
        select(ActivityMark)
        .where(ActivityMark.activity_id == activity_id, ActivityMark.year == year)
        .order_by(ActivityMark.id.desc())
    ).all()


def latest_spending_reasons(programme_id: int, year: int, quarter: int = 0) -> dict[str, str]:
    """The reason that holds, by code of the activity."""
    rows = db.session.execute(
        select(Activity.code, SpendingReason.reason)
        .join(Activity, Activity.id == SpendingReason.activity_id)
        .where(Activity.programme_id == programme_id, SpendingReason.year == year, SpendingReason.quarter == quarter)
        .order_by(SpendingReason.id)
    )
    return {row.code: row.reason for row in rows}


def closed_years(programme_id: int) -> list[ClosedYear]:
    """Every closing of a programme's years, the latest first."""
    return list(
        db.session.scalars(
            select(ClosedYear).where(ClosedYear.programme_id == programme_id).order_by(ClosedYear.id.desc())
        )
    )


def closed_year(programme_id: int, year: int) -> ClosedYear | None:
    """The last closing of a year, opened again or not."""
    return next((one for one in closed_years(programme_id) if one.year == year), None)


def closing_and_template(programme: Programme, year: int) -> tuple[ClosedYear | None, int | None]:
    """The last closing of a year, and the number of the district's template of reports in force: one select."""
    template = (
        select(ReportTemplate.number)
        .where(
            ReportTemplate.municipality_id == programme.municipality_id,
            ReportTemplate.used_from.is_not(None),
            ReportTemplate.used_until.is_(None),
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(ClosedYear, template.label("template"))
        .select_from(Programme)
        .outerjoin(ClosedYear, and_(ClosedYear.programme_id == Programme.id, ClosedYear.year == year))
        .where(Programme.id == programme.id)
        .order_by(ClosedYear.id.desc())
        .limit(1)
    ).one()
    return row[0], row.template


def open_closing(programme_id: int, year: int) -> ClosedYear | None:
    """The closing that is in force: the year takes no corrections. None when the year is open."""
    last = closed_year(programme_id, year)
    return last if last is not None and last.opened_at is None else None
