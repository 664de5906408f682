"""Which targets of a year are at risk, from the quarters so far and from running contests, and what is still needed.

The forecast is simple enough to check by hand: what came so far goes on at the same pace, or running contests bring
what they promise, whichever is more; the two may be the same thing, so they are never added. A level of risk is always
said in words, with the numbers it follows from. No probability is claimed.

Basis: issue 3, point 14; DOMAIN §6.1 («at risk» among the published aggregates).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.attainment import Direction, rounded
from tosportal.domain.errors import N_, Remark, RuleBroken

QUARTERS = (1, 2, 3, 4)
NEAR = Fraction(9, 10)
DIGITS = 2


class Gathering(StrEnum):
    """How quarters make a year: they add up; each already holds those before it; the year is their mean; the value at
    the last date stands, and may fall again."""

    SUM = "sum"
    RUNNING = "running"
    MEAN = "mean"
    LAST = "last"


GATHERING_NAMES: Mapping[Gathering, str] = {
    Gathering.SUM: N_("кварталы складываются"),
    Gathering.RUNNING: N_("нарастающим итогом"),
    Gathering.MEAN: N_("среднее за кварталы"),
    Gathering.LAST: N_("значение на последнюю дату"),
}


class Risk(StrEnum):
    """How a target stands, from the best to the worst; `UNKNOWN`: it cannot be said."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    WATCH = "watch"
    AT_RISK = "at_risk"
    LOST = "lost"
    UNKNOWN = "unknown"


RISK_NAMES: Mapping[Risk, str] = {
    Risk.REACHED: N_("достигнут"),
    Risk.ON_TRACK: N_("идёт к плану"),
    Risk.WATCH: N_("нужно внимание"),
    Risk.AT_RISK: N_("под угрозой"),
    Risk.LOST: N_("не достигнут"),
    Risk.UNKNOWN: N_("определить нельзя"),
}
_WORST_FIRST = (Risk.LOST, Risk.AT_RISK, Risk.WATCH, Risk.UNKNOWN, Risk.ON_TRACK, Risk.REACHED)


@dataclass(frozen=True)
class Target:
    """An indicator of a running year, in its unit.

    `quarters`: the fact of each quarter that has one. `expected`: what running contests are to add by the end of the
    year (not for a mean). `low`, `high`: bounds of a KEEP indicator, which else keeps its plan. `ceiling`: more than
    this cannot be (100 for a per cent). `latest`: the value of the year so far, newer than its quarters; only where the
    last value stands for the year (RUNNING, LAST).
    """

    code: str
    plan: Decimal | None
    direction: Direction
    gathering: Gathering
    quarters: Mapping[int, Decimal]
    expected: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    ceiling: Decimal | None = None
    latest: Decimal | None = None


@dataclass(frozen=True)
class Forecast:
    """How a target stands, in its unit, exact. `so_far`: the year as quarters give it; `projected`: as it would end.

    `needed`: what is still to be added to reach the plan, or how much room is left under it, or by how much a value at
    a date is to fall; for a mean, the mean that the open quarters must have; None when nothing is left to do or nothing
    helps. `per_quarter`: the same for each open quarter. `missing`: quarters that are over and have no fact.
    `of_quarter`: the quarter at whose end the value so far stood, 0 for the year so far; None when made of several.
    """

    code: str
    risk: Risk
    remark: Remark
    so_far: Fraction | None = None
    projected: Fraction | None = None
    needed: Fraction | None = None
    per_quarter: Fraction | None = None
    missing: tuple[int, ...] = ()
    of_quarter: int | None = None

    @property
    def words(self) -> str:
        """The risk in words."""
        return RISK_NAMES[self.risk]


def forecast(target: Target, quarters_over: int) -> Forecast:
    """How a target stands when so many quarters of the year (0…4) are over.

    >>> def of(**quarters): return {int(name[1]): Decimal(value) for name, value in quarters.items()}
    >>> grants = Target("1.2", Decimal(8), Direction.GROWING, Gathering.SUM, of(q1=1, q2=1), expected=Decimal(6))
    >>> found = forecast(grants, 2)
    >>> found.risk.value, found.so_far, found.projected, found.needed, found.per_quarter
    ('on_track', Fraction(2, 1), Fraction(8, 1), Fraction(6, 1), Fraction(3, 1))
    >>> forecast(Target("crime", Decimal(10), Direction.DECREASING, Gathering.SUM, of(q1=4, q2=7)), 2).words
    'не достигнут'

    Raises RuleBroken for a quarter outside 1…4 or negative numbers. Basis: issue 3, point 14.
    """
    _check(target, quarters_over)
    course = _Course(target, quarters_over)
    if course.low is None and course.high is None:
        return Forecast(target.code, Risk.UNKNOWN, Remark(N_("План на год не задан")), missing=course.missing)
    if not target.quarters and not target.expected and target.latest is None:
        return Forecast(target.code, Risk.UNKNOWN, Remark(N_("Данных за кварталы нет")), missing=course.missing)
    return course.forecast()


def by_risk(targets: Iterable[Target], quarters_over: int) -> tuple[Forecast, ...]:
    """Forecasts of many targets, the worst first, else in their order; a target with wrong numbers is `UNKNOWN`."""
    found = []
    for one in targets:
        try:
            found.append(forecast(one, quarters_over))
        except RuleBroken as refusal:
            found.append(Forecast(one.code, Risk.UNKNOWN, refusal.remarks[0]))
    return tuple(sorted(found, key=lambda one: _WORST_FIRST.index(one.risk)))


def _check(target: Target, quarters_over: int) -> None:
    if quarters_over not in range(5):
        raise ValueError(f"a year has four quarters: {quarters_over}")
    if any(quarter not in QUARTERS for quarter in target.quarters):
        raise RuleBroken(Remark(N_("Кварталов четыре: с первого по четвёртый"), place=target.code))
    if target.low is not None and target.high is not None and target.low > target.high:
        raise RuleBroken(Remark(N_("Нижняя граница показателя больше верхней"), place=target.code))
    bounds = (target.plan, target.low, target.high, target.ceiling)
    given = (*bounds, target.expected, target.latest, *target.quarters.values())
    if any(value is not None and (not value.is_finite() or value < 0) for value in given):
        raise RuleBroken(Remark(N_("Значение показателя не может быть отрицательным"), place=target.code))


def _limits(target: Target) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that the year may end with; None: no such limit."""
    plan = None if target.plan is None else Fraction(target.plan)
    if target.direction is Direction.GROWING:
        return plan, None
    if target.direction is Direction.ZERO:
        return None, plan or Fraction(0)
    if target.direction is Direction.DECREASING:
        return None, plan
    if target.low is None and target.high is None:
        return plan, plan
    low, high = (None if value is None else Fraction(value) for value in (target.low, target.high))
    return low, high


class _Course:
    """One target on its way through the year. `open`: how many quarters may still change it."""

    def __init__(self, target: Target, quarters_over: int) -> None:
        self.target, self.way = target, target.gathering
        self.low, self.high = _limits(target)
        self.facts = [Fraction(value) for _quarter, value in sorted(target.quarters.items())]
        last = max(target.quarters, default=0)
        stands = self.way in {Gathering.RUNNING, Gathering.LAST}  # the last value holds the quarters before it
        self.latest = Fraction(target.latest) if stands and target.latest is not None else None
        if self.latest is not None and not self.facts:
            self.facts, last = [self.latest], quarters_over
        self.of_quarter = None if not stands or not self.facts else 0 if self.latest is not None else last
        self.missing = tuple(
            quarter
            for quarter in QUARTERS[:quarters_over]
            if quarter not in target.quarters and not (stands and quarter < last) and self.latest is None
        )
        self.open = 4 - len(self.facts)
        if stands:
            self.open = 4 - (last if self.latest is None else max(last, quarters_over))
        self.counted = last if stands else len(self.facts)
        self.whole = sum(self.facts, Fraction(0))
        self.so_far = self._so_far()
        self.projected = self._projected()
        self.is_enough = self.low is None or self._reaches(self.low)

    def _so_far(self) -> Fraction:
        if self.latest is not None:
            return self.latest
        if not self.facts:
            return Fraction(0)
        if self.way is Gathering.SUM:
            return self.whole
        return self.whole / len(self.facts) if self.way is Gathering.MEAN else self.facts[-1]

    def _projected(self) -> Fraction:
        """As the year would end: at the same pace, or with what running contests bring, whichever is more."""
        if self.way is Gathering.MEAN or self.open == 0:
            return self.so_far
        pace = Fraction(0)
        if self.counted and self.is_total:
            # what was done at the end of the last quarter with a fact, and the quarters since then
            done = self.so_far if self.latest is None else min(self.latest, self.facts[-1])
            left = self.open if self.latest is None else 4 - self.counted
            pace = max(done + done / self.counted * left - self.so_far, Fraction(0))
        return self.so_far + max(pace, Fraction(self.target.expected))

    @property
    def is_total(self) -> bool:
        """Whether the year can only grow: what is over a limit stays over it."""
        return self.way in {Gathering.SUM, Gathering.RUNNING}

    def _reaches(self, limit: Fraction) -> bool:
        return self.whole >= limit * 4 if self.way is Gathering.MEAN else self.so_far >= limit

    def forecast(self) -> Forecast:
        risk = self.risk()
        needed = None if risk is Risk.LOST or self.open == 0 else self.needed()
        each = needed
        if needed is not None and self.way is not Gathering.MEAN:
            each = needed / self.open
        return Forecast(
            code=self.target.code,
            risk=risk,
            remark=self.words(risk, needed, each),
            so_far=self.so_far,
            projected=self.projected,
            needed=needed,
            per_quarter=each,
            missing=self.missing,
            of_quarter=self.of_quarter,
        )

    def needed(self) -> Fraction | None:
        limit = self.high if self.is_enough else self.low
        if limit is None:
            return None
        if self.way is Gathering.MEAN:
            return (limit * 4 - self.whole) / self.open
        return abs(limit - self.so_far)

    def risk(self) -> Risk:
        if self.open == 0:
            return Risk.REACHED if self.within(self.so_far) else Risk.LOST
        if self.is_lost():
            return Risk.LOST
        if self.high is None and self.is_enough and self.way is not Gathering.LAST:
            return Risk.REACHED
        if self.within(self.projected):
            return Risk.WATCH if self.missing else Risk.ON_TRACK
        return Risk.WATCH if self.nearness() >= NEAR else Risk.AT_RISK

    def within(self, value: Fraction) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def is_lost(self) -> bool:
        """What no later quarter can mend: a total over its limit, a mean that would need less than nothing or more than
        can be."""
        if self.is_total:
            return self.high is not None and self.so_far > self.high
        if self.way is Gathering.LAST:
            return False
        if self.high is not None and self.whole > self.high * 4:
            return True
        ceiling, needed = self.target.ceiling, self.needed()
        return ceiling is not None and not self.is_enough and needed is not None and needed > ceiling

    def nearness(self) -> Fraction:
        """The projected value against the limit that it misses: 1 at the limit, less the farther it is."""
        if self.low is not None and self.projected < self.low:
            return self.projected / self.low
        return self.high / self.projected if self.high is not None else Fraction(1)

    def words(self, risk: Risk, needed: Fraction | None, each: Fraction | None) -> Remark:
        over = self.high is not None and self.so_far > self.high
        limit = self.high if self.is_enough and self.high is not None else self.low
        values = {
            "so_far": _shown(self.so_far),
            "projected": _shown(self.projected),
            "limit": _shown(limit),
            "needed": _shown(needed),
            "each": _shown(each),
            "expected": _shown(Fraction(self.target.expected)),
        }
        return Remark(self.template(risk, needed, over=over), values, self.target.code)

    def template(self, risk: Risk, needed: Fraction | None, *, over: bool) -> str:
        if self.open == 0:
            return N_("За год %(so_far)s при плане %(limit)s")
        if risk is Risk.LOST:
            return N_("Уже %(so_far)s при плане %(limit)s: до конца года это не исправить")
        if needed is None:
            return N_("Уже %(so_far)s при плане %(limit)s, год закончится примерно на %(projected)s")
        if self.way is Gathering.MEAN:
            if self.is_enough:
                return N_("В среднем %(so_far)s, чтобы удержать план %(limit)s, дальше можно не больше %(each)s")
            return N_("В среднем %(so_far)s, чтобы выйти на план %(limit)s, дальше нужно не меньше %(each)s")
        if over:
            return N_("Сейчас %(so_far)s при пределе %(limit)s: нужно снизить на %(needed)s")
        if self.is_enough:
            return N_("Сейчас %(so_far)s при пределе %(limit)s, запас %(needed)s; год закончится на %(projected)s")
        if not self.facts:
            return N_("Данных за кварталы пока нет. План %(limit)s, идущие конкурсы дадут до %(expected)s")
        if self.target.expected:
            return N_(
                "Сделано %(so_far)s из %(limit)s, нужно ещё %(needed)s; идущие конкурсы дадут до %(expected)s, "
                "год закончится примерно на %(projected)s"
            )
        return N_(
            "Сделано %(so_far)s из %(limit)s, нужно ещё %(needed)s — по %(each)s в квартал; "
            "при нынешнем ходе будет %(projected)s"
        )


def _shown(value: Fraction | None) -> Decimal | None:
    found = rounded(value, DIGITS)
    if found is None or found != found.to_integral_value():
        return found
    return found.quantize(Decimal(1))
