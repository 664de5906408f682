"""What is missing for the report of a quarter, and who owes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select, true

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.forecast import Risk, forecast
from tosportal.domain.indicator_measures import Period
from tosportal.domain.permissions import Scopes
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.indicators.queries.board import (
    PLAN,
    ActivityCard,
    Board,
    ContestCard,
    IndicatorCard,
    WaitingEvent,
    board_of,
    waiting_events,
)
from tosportal.features.indicators.queries.facts import open_closing
from tosportal.features.indicators.queries.outlook import Focus, expected_of, quarters_over, target_of
from tosportal.features.indicators.queries.rows import YearFact, degree_of
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.support.db import db

NAMES_MOST = 3
PROGRAMMES_MOST = 20
LAST_QUARTER = 4
DANGER = frozenset({Risk.AT_RISK, Risk.LOST})


@dataclass(frozen=True)
class Owed:
    """An indicator whose fact or reason is missing: who is to give it, what stands, and why a reason is asked for."""

    card: IndicatorCard
    who: tuple[str, ...]
    value: Decimal | None = None
    plan: Decimal | None = None
    remark: Remark | None = None


@dataclass(frozen=True)
class Unpaid:
    """An activity with a plan for the year and no cash entered by the end of the quarter."""

    activity: ActivityCard
    plan: Decimal


@dataclass(frozen=True)
class Missing:
    """Everything that the report of a quarter waits for; `is_over` is false while the quarter runs."""

    year: int
    quarter: int
    is_over: bool
    is_begun: bool
    is_closed: bool
    facts: tuple[Owed, ...]
    unfrozen: tuple[Owed, ...]
    reasons: tuple[Owed, ...]
    unpaid: tuple[Unpaid, ...]
    events: tuple[WaitingEvent, ...]
    contests: tuple[ContestCard, ...]

    @property
    def number(self) -> int:
        parts = (self.facts, self.unfrozen, self.reasons, self.unpaid, self.events, self.contests)
        return sum(len(part) for part in parts)


def last_quarter(programme: Programme, today: date) -> tuple[int, int]:
    """The last quarter of the programme that is over; before the first one is, the first.

    >>> last_quarter(Programme(year_from=2024, year_to=2030), date(2026, 2, 1))
    (2025, 4)
    >>> last_quarter(Programme(year_from=2024, year_to=2030), date(2026, 11, 22))
    (2026, 3)
    >>> last_quarter(Programme(year_from=2024, year_to=2025), date(2026, 11, 22))
    (2025, 4)
    """
    over = quarters_over(today.year, today)
    year, quarter = (today.year, over) if over else (today.year - 1, 4)
    if year > programme.year_to:
        return programme.year_to, 4
    return (year, quarter) if year >= programme.year_from else (programme.year_from, 1)


def missing_of(programme: Programme, year: int, quarter: int, today: date) -> Missing:
    """What is missing for a quarter: nine selects whatever the size."""
    board, period = board_of(programme, year, quarter), Period(year, quarter)
    periods = [Period(year), *(Period(year, one) for one in range(1, quarter + 1))]
    found = board.facts(periods)
    executors = _executors(board)
    without, unfrozen, reasons = [], [], []
    for card in board.indicators:
        facts = found.get(card.indicator.id, {})
        fact, plan = _fact_of(facts, period), card.plans.get(year)
        who = _who(card, executors)
        if fact is None:
            without.append(Owed(card, who, plan=plan))
            continue
        owed = Owed(card, who, fact.value, plan)
        if fact.counted and not fact.is_frozen:
            unfrozen.append(owed)
        if not card.reason and (remark := why_a_reason(card, facts, board, year, quarter)) is not None:
            reasons.append(replace(owed, remark=remark))
    cash = board.by_activity("cash", until=period.last if quarter < LAST_QUARTER else None)
    plans = board.by_activity(PLAN)
    return Missing(
        year=year,
        quarter=quarter,
        is_over=quarters_over(year, today) >= quarter,
        is_begun=date(year, quarter * 3 - 2, 1) <= today,
        is_closed=open_closing(programme.id, year) is not None,
        facts=tuple(without),
        unfrozen=tuple(unfrozen),
        reasons=tuple(reasons),
        unpaid=tuple(
            Unpaid(one, plans[one.id]) for one in board.activities if plans.get(one.id) and not cash.get(one.id)
        ),
        events=tuple(waiting_events(programme, date(year, 1, 1), period.last)),
        contests=tuple(one for one in board.contests if one.decision is not None and not one.is_decided),
    )


def _fact_of(facts: Mapping[Period, YearFact], period: Period) -> YearFact | None:
    """The fact of a quarter. The last one holds the whole year: it needs none of its own when the year has a fact, and
    is frozen with it."""
    own = facts.get(period)
    if period.quarter < LAST_QUARTER:
        return own
    whole = facts.get(Period(period.year))
    return whole if own is None or (whole is not None and whole.is_frozen) else own


def programmes_without_facts(scopes: Scopes, year: int, quarter: int) -> list[tuple[str, str, int]]:
    """The running programmes of these places with indicators that have no stored fact for a quarter: address, name and
    how many indicators: one select."""
    quarters = (quarter, 0) if quarter == LAST_QUARTER else (quarter,)
    stored = select(IndicatorFact.id).where(
        IndicatorFact.indicator_id == Indicator.id, IndicatorFact.year == year, IndicatorFact.quarter.in_(quarters)
    )
    mine = true() if scopes.everywhere else Programme.municipality_id.in_(scopes.municipalities)
    rows = db.session.execute(
        select(Programme.slug, Programme.name, func.count(Indicator.id))
        .join(Indicator, Indicator.programme_id == Programme.id)
        .where(mine, Programme.year_from <= year, Programme.year_to >= year, ~stored.exists())
        .group_by(Programme.id, Programme.slug, Programme.name)
        .order_by(Programme.id)
        .limit(PROGRAMMES_MOST)
    )
    return [(slug, name, count) for slug, name, count in rows]


def why_a_reason(
    card: IndicatorCard, facts: Mapping[Period, YearFact], board: Board, year: int, quarter: int
) -> Remark | None:
    """Why the report will ask for a reason: at the end of the year the plan is not reached, earlier it is in danger."""
    quarters = {period.quarter: fact for period, fact in facts.items() if period.quarter}
    end = Period(year, quarter).last
    target = target_of(card, {}, quarters, Focus(year, end), expected_of(card, board))
    try:
        if quarter < LAST_QUARTER:
            told = forecast(target, quarter)
            return told.remark if told.risk in DANGER else None
        fact = _fact_of(facts, Period(year, LAST_QUARTER))
        degree = degree_of(card.indicator, target.plan, fact).degree
        if fact is None or degree is None or degree >= 1:
            return None
        return forecast(replace(target, quarters={LAST_QUARTER: fact.value}), LAST_QUARTER).remark
    except RuleBroken:
        return None


def _executors(board: Board) -> dict[int, tuple[str, ...]]:
    """Who carries out the activities of each task, each name once, by the id of the task."""
    found: dict[int, tuple[str, ...]] = {}
    for one in board.activities:
        name = " ".join(one.executors.split())
        if name and name not in found.get(one.task_id, ()):
            found[one.task_id] = (*found.get(one.task_id, ()), name)
    return found


def _who(card: IndicatorCard, executors: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    """The sources that the passport names, else the executors of the task's activities, at most a few."""
    named = [one.source for one in card.passport.variables if one.source] if card.passport else []
    return tuple(dict.fromkeys(named))[:NAMES_MOST] or executors.get(card.indicator.task_id, ())[:NAMES_MOST]
