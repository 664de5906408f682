"""Facts of indicators: counted from published decisions or entered, set against the plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from tosportal.domain.attainment import DIRECTION_OF_CODE, Attainment, attainment, rounded
from tosportal.domain.attainment import Indicator as PlanAndFact
from tosportal.domain.errors import RuleBroken
from tosportal.domain.indicator_measures import MEASURES, Period
from tosportal.domain.indicator_passport import (
    CountedFact,
    Passport,
    counted_fact,
    passport_of_measure,
    read_variables,
)
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.indicators.models import IndicatorFact, IndicatorPassport
from tosportal.features.indicators.queries.facts import indicators_with_passports, latest_facts, latest_passports
from tosportal.features.indicators.queries.material import in_force, material_of
from tosportal.features.programmes.models import Activity, Indicator, Programme
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

SUPPORTED_TOS, SUPPORT_SUM = "supported_tos", "support_sum"
THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class YearFact:
    """The fact of a year or quarter: its value and where it comes from. `counted`: by the portal, `lineage` says from
    what; an entered one has it when a person gave the numbers of the formula. `fact_id`: it is stored; of a counted one
    that means frozen, and `now` is what the portal would count today, None when that is the same or nothing."""

    value: Decimal
    source_document: str = ""
    counted: bool = False
    lineage: dict[str, Any] | None = None
    fact_id: int | None = None
    now: Decimal | None = None

    @property
    def is_frozen(self) -> bool:
        return self.counted and self.fact_id is not None


def degree_of(indicator: Indicator, plan: Decimal | None, fact: YearFact | None) -> Attainment:
    """The degree of attainment of an indicator as the report counts it, on every page the same."""
    code, direction = indicator.code, DIRECTION_OF_CODE[indicator.direction]
    try:
        return attainment(PlanAndFact(code, plan, fact.value if fact else None, direction))
    except RuleBroken as refused:  # more was taken back than paid: a ratio of such a value means nothing
        return Attainment(code, None, None, refused.remarks[0])


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in one year, with all its years for the chart."""

    indicator: Indicator
    year: int
    this_year: int
    facts: dict[int, YearFact]

    @property
    def plans(self) -> dict[int, Decimal]:
        return {target.year: target.value for target in self.indicator.targets}

    @property
    def plan(self) -> Decimal | None:
        return self.plans.get(self.year)

    @property
    def fact(self) -> YearFact | None:
        return self.facts.get(self.year)

    @property
    def state(self) -> str:
        """no_data · no_plan · reached · missed (the year is over) · running (it is not)."""
        return self.state_in(self.year)

    def state_in(self, year: int) -> str:
        if year not in self.facts:
            return "no_data"
        degree = self.degree_in(year).degree
        if degree is None:
            return "no_plan"
        if degree >= 1:
            return "reached"
        return "missed" if year < self.this_year else "running"

    def degree_in(self, year: int) -> Attainment:
        return degree_of(self.indicator, self.plans.get(year), self.facts.get(year))

    def percent_in(self, year: int) -> Decimal | None:
        """The degree of attainment in per cent with one decimal place, half up."""
        degree = self.degree_in(year).degree
        return None if degree is None else rounded(degree * 100, 1)

    @property
    def whole_percent(self) -> Decimal | None:
        """The degree in whole per cent, half up; below the plan it never says 100."""
        degree = self.degree_in(self.year).degree
        if degree is None:
            return None
        whole = rounded(degree * 100, 0)
        return Decimal(99) if degree < 1 and whole is not None and whole >= 100 else whole

    def years(self, years: Sequence[int]) -> list[tuple[int, Decimal | None, Decimal | None, bool]]:
        """Year, plan, fact, «not over yet», for the chart."""
        return [
            (year, self.plans.get(year), self.facts[year].value if year in self.facts else None, year >= self.this_year)
            for year in years
        ]


def indicator_rows(programme: Programme, year: int, this_year: int) -> list[IndicatorRow]:
    """Every indicator of a programme in a year with all its years: at most five selects whatever the size.

    A frozen fact stands; else what the portal counts now goes before what was entered. An indicator without a fact has
    none, which is not zero.
    """
    years = range(programme.year_from, min(programme.year_to, this_year) + 1)
    indicators, passports = indicators_with_passports(programme.id)
    found = facts_of_periods(programme, indicators, [Period(one) for one in years], passports)
    return [
        IndicatorRow(
            indicator, year, this_year, {period.year: fact for period, fact in found.get(indicator.id, {}).items()}
        )
        for indicator in indicators
    ]


def facts_of_periods(
    programme: Programme,
    indicators: Sequence[Indicator],
    periods: Sequence[Period],
    written: Mapping[int, IndicatorPassport] | None = None,
    ledger: Sequence[Any] | None = None,
) -> dict[int, dict[Period, YearFact]]:
    """The facts of these periods by the id of the indicator: at most five selects whatever the size, one less when the
    passports in force are known, and one less when all entries of the ledger are."""
    stored = latest_facts(programme.id)
    written = latest_passports(programme.id) if written is None else written
    passports = {one.id: passport_in_force(one, written.get(one.id)) for one in indicators}
    material = material_of(programme, codes_of(passports.values()), ledger)
    of_years = {year: material.of_year(year) for year in {period.year for period in periods}}
    found: dict[int, dict[Period, YearFact]] = {}
    for indicator in indicators:
        passport = passports[indicator.id]
        for period in periods:
            counted = counted_fact(passport, of_years[period.year], period) if passport else None
            fact = fact_that_holds(stored.get((indicator.id, period.year, period.quarter)), counted)
            if fact is not None:
                found.setdefault(indicator.id, {})[period] = fact
    return found


def codes_of(passports: Iterable[Passport | None]) -> set[str]:
    """The codes of the measures that these passports need."""
    return {one.measure.split(":")[0] for passport in passports if passport for one in passport.variables}


def fact_that_holds(stored: IndicatorFact | None, counted: CountedFact | None) -> YearFact | None:
    """A frozen fact, else what is counted now, else what was entered."""
    if stored is not None and stored.origin == "portal":
        now = counted.value if counted and counted.value != stored.value else None
        return YearFact(stored.value, stored.source_document, True, stored.lineage, stored.id, now)
    if counted is not None:
        return YearFact(counted.value, counted=True, lineage=counted.lineage)
    if stored is not None:
        return YearFact(stored.value, stored.source_document, lineage=stored.lineage, fact_id=stored.id)
    return None


def passport_in_force(indicator: Indicator, written: IndicatorPassport | None) -> Passport | None:
    """The written passport, else the one that the indicator's measure gives; None when there is neither."""
    if written is not None:
        return Passport(
            written.formula,
            read_variables(written.variables),
            written.denominator_on,
            written.counting,
            written.number,
            written.source,
        )
    return passport_of_measure(indicator.measure) if indicator.measure.split(":")[0] in MEASURES else None


def entered_facts(indicator_id: int, year: int, quarter: int = 0) -> list[tuple[IndicatorFact, Person | None]]:
    """Everything stored for a year or quarter, the latest first, with who entered it."""
    rows = db.session.execute(
        select(IndicatorFact, Person)
        .outerjoin(Person, IndicatorFact.entered_by_id == Person.id)
        .where(IndicatorFact.indicator_id == indicator_id, IndicatorFact.year == year, IndicatorFact.quarter == quarter)
        .order_by(IndicatorFact.id.desc())
    )
    return [(fact, person) for fact, person in rows]


# --- what follows from published decisions ---------------------------------------------------------------------------


def _published(*columns, programme_id: int) -> Select:  # type: ignore[no-untyped-def, type-arg]
    """Decisions in force of a programme's contests with their awards; one without awards is a row of nothing."""
    last = in_force()
    awarded = and_(RankedApplication.decision_id == Decision.id, RankedApplication.awarded_sum > 0)
    return (
        select(*columns)
        .select_from(Decision)
        .join(last, and_(last.c.contest_id == Decision.contest_id, last.c.number == Decision.number))
        .join(Contest, Contest.id == Decision.contest_id)
        .join(Activity, Activity.id == Contest.activity_id)
        .outerjoin(RankedApplication, awarded)
        .outerjoin(Application, Application.id == RankedApplication.application_id)
        .where(Activity.programme_id == programme_id, Contest.cancelled_at.is_(None))
    )


def supported_toses_by_year(programme_id: int) -> dict[int, Decimal]:
    """How many different ТОС have an award in the published decisions of the grant contests of each year.

    A year without a published decision is not in the answer: that is «no data», not zero.
    """
    counted = _published(Contest.year, func.count(Application.tos_id.distinct()), programme_id=programme_id)
    rows = db.session.execute(counted.where(Contest.kind == "grant").group_by(Contest.year))
    return {year: Decimal(number) for year, number in rows}


def support_by_year(programme_id: int) -> dict[int, Decimal]:
    """The sum of awards of the published decisions of the contests of each year, thousand roubles, exact."""
    summed = _published(Contest.year, func.sum(RankedApplication.awarded_sum), programme_id=programme_id)
    rows = db.session.execute(summed.group_by(Contest.year))
    return {year: (total or Decimal(0)) / THOUSAND for year, total in rows}


@dataclass(frozen=True)
class AwardRecord:
    """One award behind a counted fact."""

    application: Application
    contest: Contest
    decision: Decision
    awarded_sum: Decimal


def awards_behind(programme_id: int, year: int, *, grants_only: bool) -> Select:  # type: ignore[type-arg]
    """The awards of a year, the biggest first, with application, ТОС and settlement. A select for `paged`."""
    found = (
        _published(RankedApplication, Application, Contest, Decision, programme_id=programme_id)
        .where(Contest.year == year, RankedApplication.id.is_not(None))
        .options(joinedload(RankedApplication.application).joinedload(Application.tos).joinedload(Tos.settlement))
        .order_by(RankedApplication.awarded_sum.desc(), RankedApplication.id)
    )
    return found.where(Contest.kind == "grant") if grants_only else found
