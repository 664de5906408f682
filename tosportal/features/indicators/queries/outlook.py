"""How the indicators of a year stand for the forecast: quarters so far, and what running contests may bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tosportal.domain.attainment import DIRECTION_OF_CODE, Direction
from tosportal.domain.errors import RuleBroken
from tosportal.domain.forecast import Gathering, Target
from tosportal.domain.indicator_measures import QUARTER_ENDS, read_measure
from tosportal.features.indicators.queries.board import PLAN, Board, ContestCard, IndicatorCard
from tosportal.features.indicators.queries.rows import THOUSAND, YearFact

NOTHING = Decimal("0.00")
# Shares and ratios stand at a date; what comes in units, persons and roubles gathers from the beginning of the year.
STANDS_AT_A_DATE = frozenset({"percent", "per_100k_population"})
WINNERS = frozenset({"supported_tos", "supported_projects"})


def quarters_over(year: int, today: date) -> int:
    """How many quarters of a year are over by today.

    >>> quarters_over(2026, date(2026, 3, 31)), quarters_over(2026, date(2026, 4, 1))
    (0, 1)
    """
    if year != today.year:
        return 4 if year < today.year else 0
    return sum(today > date(year, *end) for end in QUARTER_ENDS.values())


@dataclass(frozen=True)
class Focus:
    """The year that is looked at, and the day of looking."""

    year: int
    today: date

    @property
    def quarters_over(self) -> int:
        return quarters_over(self.year, self.today)


def gathering_of(card: IndicatorCard) -> Gathering:
    """How the quarters of an indicator make its year: the report's quarters hold the year from its beginning."""
    indicator = card.indicator
    codes = {one.measure.split(":")[0] for one in card.passport.variables} if card.passport else set()
    is_level = indicator.unit in STANDS_AT_A_DATE or "average_award" in codes
    return Gathering.LAST if is_level or indicator.direction == "stable" else Gathering.RUNNING


def is_newer(fact: YearFact, quarters: Mapping[int, YearFact]) -> bool:
    """Is the fact of the year so far younger than the facts of its quarters? What the portal counts now always is."""
    if fact.fact_id is None:
        return True
    return all(one.fact_id is None or one.fact_id < fact.fact_id for one in quarters.values())


def target_of(
    card: IndicatorCard,
    facts: Mapping[int, YearFact],
    quarters: Mapping[int, YearFact],
    focus: Focus,
    expected: Decimal,
) -> Target:
    """The indicator in the year in focus, as the forecast takes it.

    A year that is over has its fact. In a running year the quarters that are over count, and the fact of the year
    itself when it is newer than they are, or when it settles the matter: the plan is reached, or a limit is passed.
    """
    direction, plan = DIRECTION_OF_CODE[card.indicator.direction], card.plans.get(focus.year)
    over, gathering = focus.quarters_over, gathering_of(card)
    known = {quarter: fact.value for quarter, fact in quarters.items()}
    fact, latest = facts.get(focus.year), None
    if focus.year < focus.today.year:
        known = {} if fact is None else {4: fact.value}
        expected = Decimal(0)
    elif fact is not None:
        is_growing = direction is Direction.GROWING
        settles = plan is not None and gathering is Gathering.RUNNING
        settles = settles and (fact.value >= plan if is_growing else fact.value > plan)  # type: ignore[operator]
        if settles or (over and is_newer(fact, quarters)):
            latest = fact.value
    return Target(
        card.indicator.code,
        plan,
        direction,
        gathering,
        known,
        expected=expected,
        ceiling=Decimal(100) if card.indicator.unit == "percent" else None,
        latest=latest,
    )


def expected_of(card: IndicatorCard, board: Board) -> Decimal:
    """What the contests of the year that are not decided yet may add to an indicator; nothing where that is not plain.

    Plain are indicators that are one measure: supported ТОС or projects (as many as the regulation expects to win, else
    as many as the programme plans), sums of awards (what the programme plans for the activity, less what was awarded).
    """
    open_ones = [one for one in board.contests if not one.is_decided]
    variables = card.passport.variables if card.passport else ()
    if not open_ones or card.passport is None or [one.name for one in variables] != [card.passport.formula.strip()]:
        return Decimal(0)
    try:
        measure, limits = read_measure(variables[0].measure)
    except RuleBroken:
        return Decimal(0)
    if measure.code in WINNERS:
        return sum((_winners(one, board) for one in open_ones if one.contest.kind == "grant"), Decimal(0))
    if measure.code not in {"support_sum", "awarded"}:
        return Decimal(0)
    codes = {one.id: one.code for one in board.activities}
    asked = {one.contest.activity_id for one in open_ones}
    asked = {one for one in asked if limits.get("activity") in (None, codes[one])}
    rows = [
        row
        for row in board.money
        if row.year == board.year and row.activity_id in asked and limits.get("source") in (None, row.source)
    ]
    planned = sum((row.total for row in rows if row.kind == PLAN), NOTHING)
    awarded = sum((row.total for row in rows if row.kind == "award"), NOTHING)
    return max(planned - awarded, NOTHING) / THOUSAND


def _winners(one: ContestCard, board: Board) -> Decimal:
    """How many may win a contest: as its regulation expects, else as the programme plans."""
    given = (one.definition.get("limits") or {}).get("expected_winners")
    if given is not None:
        return Decimal(given)
    planned = next((card.quantity for card in board.activities if card.id == one.contest.activity_id), None)
    return planned or Decimal(0)
