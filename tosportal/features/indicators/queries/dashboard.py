"""The dashboard of a programme: money by source and year, indicators over the years, activities, risk of a year."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.attainment import Attainment, rounded
from tosportal.domain.errors import N_, Remark
from tosportal.domain.forecast import Forecast, Risk, by_risk
from tosportal.domain.indicator_measures import Period, Record
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.programme_report import DONE_PERCENT
from tosportal.domain.stated_programme import StatedFunding, stated_funding
from tosportal.features.indicators.queries.board import (
    PLAN,
    Board,
    ContestCard,
    IndicatorCard,
    board_of,
    closed_reports,
)
from tosportal.features.indicators.queries.outlook import Focus, expected_of, quarters_over, target_of
from tosportal.features.indicators.queries.rows import YearFact, degree_of
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import Sums, edition_of

NOTHING = Decimal("0.00")
LAST_QUARTER = 4
NOT_BEGUN = Remark(N_("Год ещё не начался"))
NO_DATA = Remark(N_("Данных нет. Это не ноль"))


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator with all its years; `quarters` and `forecast` are of the year in focus."""

    card: IndicatorCard
    year: int
    years: range
    facts: Mapping[int, YearFact]
    quarters: Mapping[int, YearFact]
    forecast: Forecast

    @property
    def plan(self) -> Decimal | None:
        return self.card.plans.get(self.year)

    @property
    def fact(self) -> YearFact | None:
        return self.facts.get(self.year)

    def degree_in(self, year: int) -> Attainment:
        """The degree of attainment of a year, as the report counts it."""
        return degree_of(self.card.indicator, self.card.plans.get(year), self.facts.get(year))

    def percent_in(self, year: int) -> Decimal | None:
        """The same in per cent with two places, half up."""
        degree = self.degree_in(year).degree
        return None if degree is None else rounded(degree * 100, 2)

    @property
    def drawn(self) -> list[tuple[int, Decimal | None, Decimal | None]]:
        """The series as the chart prints it: thousands of roubles with one place."""
        if self.card.indicator.unit != "thousand_rub":
            return self.series
        return [
            (year, None if plan is None else round(plan, 1), None if fact is None else round(fact, 1))
            for year, plan, fact in self.series
        ]

    @property
    def series(self) -> list[tuple[int, Decimal | None, Decimal | None]]:
        """Year, plan, fact, of the years that have either."""
        return [
            (year, self.card.plans.get(year), self.facts[year].value if year in self.facts else None)
            for year in self.years
            if year in self.card.plans or year in self.facts
        ]


@dataclass(frozen=True)
class ActivityLine:
    """An activity in the year in focus: money planned and paid, what the portal knows was done. States: `done`, `part`,
    `unpaid` (money planned, nothing paid), `no_money` (none planned)."""

    id: int
    code: str
    name: str
    quantity: Decimal | None
    quantity_unit: str
    mark: str
    plan: Decimal
    cash: Decimal
    awards: int
    events: tuple[Record, ...]
    contests: tuple[ContestCard, ...]

    @property
    def state(self) -> str:
        if not self.plan:
            return "no_money"
        if self.cash * 100 >= self.plan * DONE_PERCENT:
            return "done"
        return "part" if self.cash else "unpaid"


@dataclass(frozen=True)
class TaskLines:
    """The activities of a task."""

    id: int
    number: int
    name: str
    activities: tuple[ActivityLine, ...]

    @property
    def plan(self) -> Decimal:
        return sum((one.plan for one in self.activities), NOTHING)

    @property
    def cash(self) -> Decimal:
        return sum((one.cash for one in self.activities), NOTHING)


@dataclass(frozen=True)
class ClosedDifference:
    """A closed year whose money stands otherwise now than in its report."""

    year: int
    reported_cash: Decimal
    cash: Decimal


@dataclass(frozen=True)
class Dashboard:
    """What the page shows. `stated` is the money of a document that has no activities; else None."""

    board: Board
    years: range
    today: date
    plan: Sums
    cash: Sums
    stated: StatedFunding | None
    indicators: tuple[IndicatorLine, ...]
    by_risk: tuple[IndicatorLine, ...]
    tasks: tuple[TaskLines, ...]
    closed: frozenset[int]
    differences: tuple[ClosedDifference, ...]

    @property
    def year(self) -> int:
        return self.board.year

    @property
    def paying(self) -> list[str]:
        """The sources that plan or paid anything, in the one order."""
        return [source for source in SOURCES if self.plan.of(source=source) or self.cash.of(source=source)]

    @property
    def quarters_over(self) -> int:
        return quarters_over(self.year, self.today)

    def number_of(self, *risks: Risk) -> int:
        """How many indicators stand at these levels of risk."""
        return sum(one.forecast.risk in risks for one in self.indicators)

    @property
    def without_fact(self) -> int:
        """How many indicators have no fact for the year; a forecast of some of them may know running contests."""
        return sum(one.fact is None for one in self.indicators)

    @property
    def activities(self) -> list[ActivityLine]:
        return [one for task in self.tasks for one in task.activities]

    @property
    def unfixed(self) -> int:
        """How many indicators have no fact for the last quarter that is over."""
        over = self.quarters_over
        if over == LAST_QUARTER:
            return sum(one.fact is None for one in self.indicators)
        return sum(over not in one.quarters for one in self.indicators) if over else 0

    @property
    def unpaid(self) -> int:
        """How many activities have money planned and nothing paid."""
        return sum(one.state == "unpaid" for one in self.activities)


def dashboard_of(programme: Programme, year: int, today: date) -> Dashboard:
    """The dashboard of a programme with this year in focus: nine selects whatever the size."""
    board = board_of(programme, year)
    years = range(programme.year_from, programme.year_to + 1)
    closed = {at: json.loads(text) for at, text in closed_reports(programme.id).items()}
    periods = [Period(one) for one in years if one <= today.year]
    found = board.facts([*periods, *(Period(year, quarter) for quarter in range(1, quarters_over(year, today) + 1))])
    as_closed = {at: {row["code"]: row for row in report.get("indicators", ())} for at, report in closed.items()}
    lines = []
    for card in board.indicators:
        facts = found.get(card.indicator.id, {})
        of_years = {
            period.year: _as_reported(fact, as_closed.get(period.year, {}).get(card.indicator.code))
            for period, fact in facts.items()
            if period.quarter == 0
        }
        of_quarters = {period.quarter: fact for period, fact in facts.items() if period.quarter}
        lines.append((card, of_years, of_quarters))
    expected = {card.indicator.code: expected_of(card, board) for card, _facts, _quarters in lines}
    focus = Focus(year, today)
    targets = [target_of(*line, focus, expected[line[0].indicator.code]) for line in lines]
    forecasts = {one.code: one for one in by_risk(targets, focus.quarters_over)}
    order = {code: at for at, code in enumerate(forecasts)}
    indicators = tuple(
        IndicatorLine(card, year, years, facts, quarters, _said(forecasts[card.indicator.code], year, today))
        for card, facts, quarters in lines
    )
    cash = board.sums("cash")
    edition = edition_of(programme.id, programme.edition) if not board.activities else None
    return Dashboard(
        board=board,
        years=years,
        today=today,
        plan=board.sums(PLAN),
        cash=cash,
        stated=stated_funding(edition.document) if edition else None,
        indicators=indicators,
        by_risk=tuple(sorted(indicators, key=lambda one: order[one.card.indicator.code])),
        tasks=_tasks(board),
        closed=frozenset(closed),
        differences=tuple(_differences(closed, cash)),
    )


def _as_reported(fact: YearFact, row: Mapping[str, object] | None) -> YearFact:
    """The fact that the report of a closed year says; `now` is what stands today, when that is another."""
    if row is None or row.get("fact") is None:
        return fact
    value = Decimal(str(row["fact"]))
    return fact if value == fact.value else replace(fact, value=value, now=fact.value)


def _said(found: Forecast, year: int, today: date) -> Forecast:
    """The same forecast; where it cannot be said, why, for a reader who does not think in quarters."""
    if found.risk is not Risk.UNKNOWN or found.so_far is not None:
        return found
    if year > today.year:
        return replace(found, remark=NOT_BEGUN)
    return replace(found, remark=NO_DATA) if year < today.year else found


# --- activities ------------------------------------------------------------------------------------------------------


def _tasks(board: Board) -> tuple[TaskLines, ...]:
    """Tasks with their activities in the year in focus."""
    plan, cash = board.by_activity(PLAN), board.by_activity("cash")
    awards = _by_code(one for one in board.material.awards if one.year == board.year)
    events = _by_code(one for one in board.material.events if one.year == board.year)
    found: dict[int, TaskLines] = {}
    for card in board.activities:
        line = ActivityLine(
            id=card.id,
            code=card.code,
            name=card.name,
            quantity=card.quantity,
            quantity_unit=card.quantity_unit,
            mark=card.mark or "",
            plan=plan.get(card.id, NOTHING),
            cash=cash.get(card.id, NOTHING),
            awards=len(awards[card.code]),
            events=tuple(events[card.code]),
            contests=tuple(one for one in board.contests if one.contest.activity_id == card.id),
        )
        task = found.get(card.task_id) or TaskLines(card.task_id, card.task_number, card.task_name, ())
        found[card.task_id] = replace(task, activities=(*task.activities, line))
    return tuple(found.values())


def _by_code(records: Iterable[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for one in records:
        found[one.activity].append(one)
    return found


def _differences(closed: Mapping[int, Mapping[str, object]], cash: Sums) -> Iterable[ClosedDifference]:
    """Closed years whose cash stands otherwise now."""
    for year, report in sorted(closed.items()):
        rows = report.get("spending")
        reported = sum((Decimal(row["cash"]) for row in rows), NOTHING) if isinstance(rows, list) else NOTHING
        if reported != cash.of(year):
            yield ClosedDifference(year, reported, cash.of(year))


def cash_percent(plan: Decimal, cash: Decimal) -> Decimal | None:
    """The cash in per cent of the plan, one place, half up; None without a plan."""
    return rounded(Fraction(cash) / Fraction(plan) * 100, 1) if plan else None
