"""From the plan and the fact of an indicator to its degree of attainment, and to the efficiency of a programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.errors import N_, Remark, RuleBroken


class Direction(StrEnum):
    """Which way is better. ZERO: none at all is the target. KEEP: staying at the plan, or between two bounds, is."""

    GROWING = "growing"
    DECREASING = "decreasing"
    ZERO = "zero"
    KEEP = "keep"


DIRECTION_NAMES: Mapping[Direction, str] = {
    Direction.GROWING: N_("чем больше, тем лучше"),
    Direction.DECREASING: N_("чем меньше, тем лучше"),
    Direction.ZERO: N_("цель — ноль"),
    Direction.KEEP: N_("держать в пределах"),
}
# The direction of an indicator as a programme document codes it (`programme_document.DIRECTIONS`).
DIRECTION_OF_CODE: Mapping[str, Direction] = {
    "growth": Direction.GROWING,
    "decline": Direction.DECREASING,
    "zero": Direction.ZERO,
    "stable": Direction.KEEP,
}


@dataclass(frozen=True)
class ZeroRule:
    """What the degree is when the plan is zero, where a ratio does not exist; None: it cannot be determined.

    `both`: the fact is zero too. `growing_over`: the fact is above and more is better. `over`: it is above and more is
    not better. Basis: DOMAIN §6.2 (a convention without a source, hence a setting of the method).
    """

    both: Fraction | None = Fraction(1)
    growing_over: Fraction | None = Fraction(1)
    over: Fraction | None = Fraction(0)


@dataclass(frozen=True)
class Indicator:
    """An indicator in one year: what was planned, what came out. None: not set, not known yet.

    `low` and `high` are the bounds of a KEEP indicator; without them it is to stay at its plan.
    """

    code: str
    plan: Decimal | None
    fact: Decimal | None
    direction: Direction = Direction.GROWING
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Attainment:
    """The degree of one indicator: exact, and the same limited to 1; both None, with a note, when not determined."""

    code: str
    degree: Fraction | None
    capped: Fraction | None
    note: Remark | None = None

    @property
    def is_determined(self) -> bool:
        return self.degree is not None


@dataclass(frozen=True)
class ProgrammeAttainment:
    """Means over the determined indicators, and those left out, to be shown. Means are None when none is determined."""

    rows: tuple[Attainment, ...]
    mean: Fraction | None
    uncapped_mean: Fraction | None

    @property
    def undetermined(self) -> tuple[Attainment, ...]:
        return tuple(row for row in self.rows if not row.is_determined)


def attainment(indicator: Indicator, zero: ZeroRule | None = None) -> Attainment:
    """The degree of attainment of one indicator.

    Growing: fact / plan. Decreasing: plan / fact. To keep: 1 between the bounds, else the ratio to the nearest bound.
    No plan or no fact: not determined, never zero. A plan of zero follows the rule `zero`; unless it says otherwise a
    fact of zero is 1, any other is 0, but for a growing indicator it is 1, since the plan is met. A fact of zero with a
    decreasing plan above zero is 1 too.

    >>> attainment(Indicator("1.2", Decimal(6), Decimal(7)))
    Attainment(code='1.2', degree=Fraction(7, 6), capped=Fraction(1, 1), note=None)
    >>> rounded(attainment(Indicator("crime", Decimal("35.0"), Decimal("37.2"), Direction.DECREASING)).degree, 4)
    Decimal('0.9409')
    >>> attainment(Indicator("1.2", Decimal(6), None)).is_determined
    False
    >>> attainment(Indicator("bus", Decimal(10), Decimal(12), Direction.KEEP, Decimal(8), Decimal(11))).degree
    Fraction(11, 12)

    Raises RuleBroken for a negative plan, fact or bound: a ratio would turn over.
    Basis: DOMAIN 6.1 (1), 6.2 (zero plan, no fact).
    """
    plan, low, high = indicator.plan, indicator.low, indicator.high
    bounded = indicator.direction is Direction.KEEP and (low is not None or high is not None)
    if plan is None and not bounded:
        return _undetermined(indicator, N_("План на год не задан, степень достижения не определена"))
    if indicator.fact is None:
        return _undetermined(indicator, N_("Нет данных о факте, степень достижения не определена"))
    for value in (plan, indicator.fact, low, high):
        if value is not None and (not value.is_finite() or value < 0):
            raise RuleBroken(Remark(N_("Значение показателя не может быть отрицательным"), place=indicator.code))
    fact, target = Fraction(indicator.fact), Fraction(plan or 0)
    if indicator.direction is Direction.KEEP:
        if low is not None and high is not None and low > high:
            raise RuleBroken(Remark(N_("Нижняя граница показателя больше верхней"), place=indicator.code))
        degree, by_rule = _kept(fact, *_bounds(indicator, target), zero or ZeroRule())
    else:
        degree, by_rule = _ratio(fact, target, indicator.direction, zero or ZeroRule())
    if degree is None:
        return _undetermined(indicator, N_("План равен нулю, отношения к нулю нет: степень не определена"))
    note = Remark(N_("План равен нулю: степень принята по правилу, а не вычислена")) if by_rule else None
    return Attainment(indicator.code, degree, min(degree, Fraction(1)), note)


def _undetermined(indicator: Indicator, words: str) -> Attainment:
    return Attainment(indicator.code, None, None, Remark(words))


def _ratio(fact: Fraction, plan: Fraction, direction: Direction, zero: ZeroRule) -> tuple[Fraction | None, bool]:
    """The degree, and whether the rule of zero gave it against a fact."""
    growing = direction is Direction.GROWING
    if plan == 0:
        if fact == 0:
            return zero.both, False
        return (zero.growing_over if growing else zero.over), True
    if growing:
        return fact / plan, False
    return (plan / fact if fact else Fraction(1)), False


def _bounds(indicator: Indicator, plan: Fraction) -> tuple[Fraction, Fraction | None]:
    if indicator.low is None and indicator.high is None:
        return plan, plan
    low = Fraction(indicator.low) if indicator.low is not None else Fraction(0)
    return low, Fraction(indicator.high) if indicator.high is not None else None


def _kept(fact: Fraction, low: Fraction, high: Fraction | None, zero: ZeroRule) -> tuple[Fraction | None, bool]:
    if fact < low:
        return fact / low, False
    if high is None or fact <= high:
        return (zero.both if high == 0 else Fraction(1)), False
    return (zero.over, True) if high == 0 else (high / fact, False)


def weighted_mean(values: Mapping[str, Fraction], weights: Mapping[str, Decimal] | None = None) -> Fraction:
    """The mean of values by code, plain or by weights divided by their sum.

    >>> weighted_mean({"a": Fraction(1), "b": Fraction(1, 2)}, {"a": Decimal(3), "b": Decimal(1)})
    Fraction(7, 8)

    Raises RuleBroken when a weight is missing, negative, or all are zero, or there is nothing to average.
    """
    shares = {code: Fraction(1) if weights is None else Fraction(weights.get(code, -1)) for code in values}
    total = sum(shares.values(), Fraction(0))
    if total <= 0 or min(shares.values()) < 0:
        raise RuleBroken(Remark(N_("У каждого показателя должен быть вес, не меньше нуля, и сумма весов больше нуля")))
    return sum((shares[code] * value for code, value in values.items()), Fraction(0)) / total


def programme_attainment(
    indicators: Sequence[Indicator], weights: Mapping[str, Decimal] | None = None
) -> ProgrammeAttainment:
    """The degree of a programme (СР): the mean of the degrees of its indicators, each limited to 1.

    Without weights the mean is plain; with weights it is weighted over the determined indicators. Undetermined ones are
    left out of both the sum and the count and stay in `rows` to be shown. Empty: no mean.

    >>> both = programme_attainment([Indicator("a", Decimal(2), Decimal(3)), Indicator("b", Decimal(2), Decimal(1)),
    ...                              Indicator("c", Decimal(2), None)])
    >>> both.mean, both.uncapped_mean, [row.code for row in both.undetermined]
    (Fraction(3, 4), Fraction(1, 1), ['c'])

    Raises RuleBroken when a weight is missing, negative, or all are zero.
    Basis: DOMAIN 6.1 (2), 6.2.
    """
    rows = tuple(attainment(indicator) for indicator in indicators)
    degrees = {row.code: row.degree for row in rows if row.degree is not None}
    if not degrees:
        return ProgrammeAttainment(rows, None, None)
    capped = {code: min(degree, Fraction(1)) for code, degree in degrees.items()}
    return ProgrammeAttainment(rows, weighted_mean(capped, weights), weighted_mean(degrees, weights))


@dataclass(frozen=True)
class Efficiency:
    """The efficiency of a programme in a year and its parts, exact."""

    attainment: Fraction
    measures_share: Fraction
    spending_share: Fraction
    resource_use: Fraction
    value: Fraction
    verdict: str


VERDICTS: tuple[tuple[Fraction, str], ...] = (
    (Fraction(9, 10), N_("высокая")),
    (Fraction(8, 10), N_("средняя")),
    (Fraction(7, 10), N_("удовлетворительная")),
    (Fraction(0), N_("неудовлетворительная")),
)


def efficiency(mean: Fraction, *, done: int, planned: int, spent_sum: Decimal, planned_sum: Decimal) -> Efficiency:
    """ЭР = СР × Эис, Эис = СРм / ССуз: share of measures done over the share of money spent; verdict by 0.9/0.8/0.7.

    >>> found = efficiency(
    ...     Fraction("0.98567"), done=7, planned=8, spent_sum=Decimal("851.7"), planned_sum=Decimal("858.5")
    ... )
    >>> rounded(found.resource_use, 5), rounded(found.value, 5), found.verdict
    (Decimal('0.88199'), Decimal('0.86935'), 'средняя')

    Raises RuleBroken when nothing was planned or spent: the ratio does not exist.
    Basis: DOMAIN 6.1 (3, 4), 6.2.
    """
    if planned <= 0 or planned_sum <= 0 or spent_sum <= 0:
        raise RuleBroken(Remark(N_("Эффективность не определена: нет запланированных мероприятий или расходов")))
    measures, spending = Fraction(done, planned), Fraction(spent_sum) / Fraction(planned_sum)
    use = measures / spending
    value = mean * use
    verdict = next(name for least, name in VERDICTS if value >= least)
    return Efficiency(mean, measures, spending, use, value, verdict)


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """An exact ratio as a decimal for showing, half up; None stays None.

    >>> rounded(Fraction(2, 3), 5), rounded(Fraction(1, 8), 2), rounded(None, 2)
    (Decimal('0.66667'), Decimal('0.13'), None)
    """
    if value is None:
        return None
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    with localcontext() as context:
        context.prec = max(28, len(str(whole)) + 2)
        context.rounding = ROUND_HALF_UP
        return Decimal(whole if value >= 0 else -whole).scaleb(-places)
