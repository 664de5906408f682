"""Facts of indicators: counted from published decisions or entered, set against the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.orm import joinedload

from tosportal.domain.attainment import Attainment, Direction, attainment, rounded
from tosportal.domain.attainment import Indicator as PlanAndFact
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.programmes.models import Activity, Indicator, Programme
from tosportal.features.programmes.queries import indicators_of
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

BETTER_DOWN = frozenset({"decline", "zero"})
SUPPORTED_TOS, SUPPORT_SUM = "supported_tos", "support_sum"
THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class YearFact:
    """The fact of one year: its value and where it comes from. `counted`: the portal counted it from decisions."""

    value: Decimal
    source_document: str = ""
    counted: bool = False


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
        fact = self.facts.get(year)
        direction = Direction.DECREASING if self.indicator.direction in BETTER_DOWN else Direction.GROWING
        return attainment(
            PlanAndFact(self.indicator.code, self.plans.get(year), fact.value if fact else None, direction)
        )

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
    """Every indicator of a programme in a year: five selects whatever the size. What was counted goes before what was
    entered; an indicator without a fact has none, which is not zero."""
    indicators = indicators_of(programme.id)
    entered = latest_entered([one.id for one in indicators])
    counted = {
        SUPPORTED_TOS: supported_toses_by_year(programme.id),
        SUPPORT_SUM: support_by_year(programme.id),
    }
    rows = []
    for indicator in indicators:
        facts = {
            fact.year: YearFact(fact.value, fact.source_document)
            for fact in entered
            if fact.indicator_id == indicator.id
        }
        for its_year, value in counted.get(indicator.measure, {}).items():
            facts[its_year] = YearFact(value, counted=True)
        rows.append(IndicatorRow(indicator, year, this_year, facts))
    return rows


def latest_entered(indicator_ids: Sequence[int]) -> list[IndicatorFact]:
    """The entered facts that hold: of each indicator and year the last row."""
    last = (
        select(func.max(IndicatorFact.id))
        .where(IndicatorFact.indicator_id.in_(indicator_ids))
        .group_by(IndicatorFact.indicator_id, IndicatorFact.year)
    )
    return list(db.session.scalars(select(IndicatorFact).where(IndicatorFact.id.in_(last))))


def entered_facts(indicator_id: int, year: int) -> list[tuple[IndicatorFact, Person | None]]:
    """Everything entered for a year, the latest first, with who entered it."""
    rows = db.session.execute(
        select(IndicatorFact, Person)
        .outerjoin(Person, IndicatorFact.entered_by_id == Person.id)
        .where(IndicatorFact.indicator_id == indicator_id, IndicatorFact.year == year)
        .order_by(IndicatorFact.id.desc())
    )
    return [(fact, person) for fact, person in rows]


# --- what follows from published decisions ---------------------------------------------------------------------------


def _in_force() -> Subquery:
    """The number of the decision in force of each contest: the last published one."""
    return (
        select(Decision.contest_id, func.max(Decision.number).label("number"))
        .where(Decision.published_at.is_not(None))
        .group_by(Decision.contest_id)
        .subquery()
    )


def _published(*columns, programme_id: int) -> Select:  # type: ignore[no-untyped-def, type-arg]
    """Decisions in force of a programme's contests with their awards; one without awards is a row of nothing."""
    last = _in_force()
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
