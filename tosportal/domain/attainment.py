"""From the plan and the fact of an indicator to its degree of attainment, and to the efficiency of a programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.errors import N_, Remark, RuleBroken


class Direction(StrEnum):
    """Which way is better."""

    GROWING = "growing"
    DECREASING = "decreasing"


DIRECTION_NAMES: Mapping[Direction, str] = {
    Direction.GROWING: N_("чем больше, тем лучше"),
    Direction.DECREASING: N_("чем меньше, тем лучше"),
}


@dataclass(frozen=True)
class Indicator:
    """An indicator in one year: what was planned, what came out. None: not set, not known yet."""

    code: str
    plan: Decimal | None
    fact: Decimal | None
    direction: Direction = Direction.GROWING


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


def attainment(indicator: Indicator) -> Attainment:
    """The degree of attainment of one indicator.

    Growing: fact / plan. Decreasing: plan / fact. No plan or no fact: not determined, never zero.
    A plan of zero: fact of zero is 1; for a decreasing indicator any other fact is 0; for a growing one the plan is met
    and the degree is 1, as a ratio to zero does not exist. A fact of zero with a decreasing plan above zero is 1 too.

    >>> attainment(Indicator("1.2", Decimal(6), Decimal(7)))
    Attainment(code='1.2', degree=Fraction(7, 6), capped=Fraction(1, 1), note=None)
    >>> rounded(attainment(Indicator("crime", Decimal("35.0"), Decimal("37.2"), Direction.DECREASING)).degree, 4)
    Decimal('0.9409')
    >>> attainment(Indicator("1.2", Decimal(6), None)).is_determined
    False

    Raises RuleBroken for a negative plan or fact: a ratio would turn over.
    Basis: DOMAIN 6.1 (1), 6.2 (zero plan, no fact).
    """
    if indicator.plan is None:
        return Attainment(
            indicator.code, None, None, Remark(N_("План на год не задан, степень достижения не определена"))
        )
    if indicator.fact is None:
        return Attainment(
            indicator.code, None, None, Remark(N_("Нет данных о факте, степень достижения не определена"))
        )
    for value in (indicator.plan, indicator.fact):
        if not value.is_finite() or value < 0:
            raise RuleBroken(Remark(N_("Значение показателя не может быть отрицательным"), place=indicator.code))
    plan, fact = Fraction(indicator.plan), Fraction(indicator.fact)
    growing = indicator.direction is Direction.GROWING
    over, under = (fact, plan) if growing else (plan, fact)
    note = None
    if under != 0:
        degree = over / under
    elif growing or over != 0 or plan == fact:
        degree = Fraction(1)
    else:
        degree = Fraction(0)
    if plan == 0 and fact != 0:
        note = Remark(N_("План равен нулю: степень принята по правилу, а не вычислена"))
    return Attainment(indicator.code, degree, min(degree, Fraction(1)), note)


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
    determined = [row for row in rows if row.degree is not None]
    if not determined:
        return ProgrammeAttainment(rows, None, None)
    shares = {row.code: Fraction(1) if weights is None else Fraction(weights.get(row.code, -1)) for row in determined}
    total = sum(shares.values(), Fraction(0))
    if total <= 0 or min(shares.values()) < 0:
        raise RuleBroken(Remark(N_("У каждого показателя должен быть вес, не меньше нуля, и сумма весов больше нуля")))
    mean = sum((shares[row.code] * (row.capped or 0) for row in determined), Fraction(0)) / total
    uncapped = sum((shares[row.code] * (row.degree or 0) for row in determined), Fraction(0)) / total
    return ProgrammeAttainment(rows, mean, uncapped)


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
