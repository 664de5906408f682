"""Points that the portal computes: from measured values, exactly, each kind by one rule.

Basis: DOMAIN.md 3.7 (M9–M17), 11.4–11.6.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from tosportal.domain.criteria.model import ITEM_KINDS, Criterion, Level
from tosportal.domain.criteria.numbers import number, shown
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import round_half_up

Number = Fraction | Decimal | int


def band_points(criterion: Criterion, measured: Number) -> Decimal:
    """Points of the last level reached; the edge belongs to the level that begins with it, not to one «after» it.

    >>> k5 = Criterion("k5", None, "Вклад", Decimal(10), Decimal(1), Decimal("0.1"), "band", "own_share", (
    ...     Level(Decimal(0), "", Decimal(0)), Level(Decimal(5), "", Decimal(10)), Level(Decimal(10), "", Decimal(25))))
    >>> [band_points(k5, value) for value in (Decimal("9.99"), Decimal(10), Fraction(74, 3), 25)]
    [Decimal('0'), Decimal('5'), Decimal('5'), Decimal('10')]
    >>> more = Criterion("k5", None, "Вклад", Decimal(3), Decimal(1), Decimal(1), "band", "own_share", (
    ...     Level(Decimal(1), "", Decimal(0)), Level(Decimal(3), "более 10 %", Decimal(10), is_after=True)))
    >>> [band_points(more, value) for value in (10, Decimal("10.000001"))]
    [Decimal('1'), Decimal('3')]

    Raises RuleBroken when no level covers the value. Basis: DOMAIN.md 3.7 M10 (inclusive and exclusive ends), 11.4.
    """
    best = reached(criterion, measured)
    if best is None:
        raise RuleBroken(
            Remark(
                N_("Шкала критерия «%(name)s» не говорит, сколько баллов дать за значение %(measured)s"),
                {"name": criterion.name, "measured": shown(Fraction(measured), 2)},
                criterion.code,
            )
        )
    return best.points


def reached(criterion: Criterion, measured: Number) -> Level | None:
    """The level that a value reaches, or None."""
    top, bottom = measured.as_integer_ratio()
    best: Level | None = None
    for level in criterion.levels:
        if level.from_value is None:
            continue
        over, under = level.from_value.as_integer_ratio()
        own, edge = top * under, over * bottom
        if (own > edge or (own == edge and not level.is_after)) and (best is None or level.edge > best.edge):
            best = level
    if best is not None and best.to_value is not None:
        over, under = best.to_value.as_integer_ratio()
        own, edge = top * under, over * bottom
        if own > edge or (own == edge and not best.is_through):
            return None
    return best


def counted(value: Fraction, every: Decimal | None, rounding: str | None) -> Fraction:
    """How many times `every` is in a value; an unfinished one as the regulation decided.

    >>> [str(counted(Fraction(5, 2), None, rounding)) for rounding in ("full", "started", "exact")]
    ['2', '3', '5/2']
    """
    times = value / Fraction(every if every is not None else 1)
    if rounding == "exact":
        return times
    return Fraction(ceil(times) if rounding == "started" else floor(times))


def counter_points(criterion: Criterion, measured: Number) -> Decimal:
    """`each` for every one counted, at most the maximum.

    >>> one = Criterion("k2", None, "Собрания", Decimal(5), Decimal(1), Decimal(1), "counter", "field:n",
    ...                 each=Decimal(1))
    >>> [str(counter_points(one, count)) for count in (0, 4, 5, 6)]
    ['0', '4', '5', '5']

    Basis: DOMAIN.md 3.7 M11.
    """
    times = counted(Fraction(measured), criterion.every, criterion.rounding)
    return _kept(criterion, Fraction(criterion.each or 0) * times)


def percent_of(measured: Number, base: Number | None) -> Fraction:
    """How many per cent of the base a value is, exact; a base of 0 gives 0: nothing can be said for the applicant.

    >>> str(percent_of(93, 310)), str(percent_of(5, 0))
    ('30', '0')
    """
    return Fraction(measured) * 100 / Fraction(base) if base else Fraction(0)


def step_points(criterion: Criterion, measured: Number) -> Decimal:
    """A band and, above `tail_from`, `each` more for every `every`.

    >>> citizens = Criterion("k4", None, "Граждане", Decimal(20), Decimal(1), Decimal(1), "steps", "field:people", (
    ...     Level(Decimal(0), "", Decimal(0)), Level(Decimal(1), "", Decimal(2)), Level(Decimal(2), "", Decimal(3)),
    ...     Level(Decimal(5), "", Decimal(10), is_after=True)), Decimal(1), Decimal(10), "full", Decimal(10))
    >>> [str(step_points(citizens, people)) for people in (2, 3, 10, 11, 19, 20, 160, 500)]
    ['1', '2', '2', '5', '5', '6', '20', '20']

    Basis: DOMAIN.md 3.7 M12, 11.5: what 11–19 are worth is the stored `rounding`.
    """
    points = Fraction(band_points(criterion, measured))
    if criterion.tail_from is not None and measured > criterion.tail_from:
        above = Fraction(measured) - Fraction(criterion.tail_from)
        points += Fraction(criterion.each or 0) * counted(above, criterion.every, criterion.rounding)
    return _kept(criterion, points)


def item_points(criterion: Criterion, measured: Mapping[str, Number]) -> Decimal:
    """Σ over the items of points × count, each at most its own cap, the whole at most the maximum.

    An item of a checklist counts once, however many there are. Basis: DOMAIN.md 3.7 M13, 4.1 (1.3, 3, 5, 6, 7).
    """
    total = Fraction(0)
    for item in criterion.items:
        count = max(Fraction(0), Fraction(_value(criterion, measured, f"{criterion.code}.{item.code}")))
        if criterion.kind == "checklist":
            count = min(count, Fraction(1))
        points = Fraction(item.points) * floor(count)
        total += points if item.at_most is None else min(points, Fraction(item.at_most))
    return _kept(criterion, total)


def penalty_points(criterion: Criterion, measured: Number, base: Number | None = None) -> Decimal:
    """The maximum less `each` for every `every` of the value, per `per` of the base; never below 0.

    >>> calls = Criterion("k8", None, "Обращения", Decimal(5), Decimal("0.5"), Decimal(1), "penalty", "field:calls",
    ...     each=Decimal(1), rounding="full", base="registry:residents", per=Decimal(1000), zero_from=Decimal(10))
    >>> from dataclasses import replace
    >>> str(penalty_points(calls, 2, 800)), str(penalty_points(replace(calls, rounding="exact"), 2, 800))
    ('3', '2.5')

    A base of 0 gives 0 points: nothing can be said for the applicant. Basis: DOMAIN.md 3.7 M14, 11.6.
    """
    value = Fraction(measured)
    if criterion.base is not None:
        if not base:
            return Decimal(0)
        value = value * Fraction(criterion.per if criterion.per is not None else 1) / Fraction(base)
    if criterion.zero_from is not None and value >= criterion.zero_from:
        return Decimal(0)
    lost = Fraction(criterion.each or 0) * counted(value, criterion.every, criterion.rounding)
    return _kept(criterion, Fraction(criterion.maximum) - lost)


def share_points(criterion: Criterion, measured: Number, base: Number | None = None) -> Decimal:
    """The maximum × the share, whole from `full_at` per cent on, rounded half up to the step of the criterion.

    >>> own = Criterion("k2", None, "Деньги жителей", Decimal(10), Decimal("0.01"), Decimal(1), "share", "budget:own",
    ...                 base="budget:total")
    >>> str(share_points(own, Decimal("30000"), Decimal("90000")))
    '3.33'

    Basis: DOMAIN.md 3.7 M9 («computed shares of contribution»).
    """
    percent = Fraction(measured) if criterion.base is None else percent_of(measured, base)
    whole = Fraction(criterion.full_at if criterion.full_at is not None else 100)
    return _kept(criterion, Fraction(criterion.maximum) * percent / whole)


def points_of(criterion: Criterion, measured: Mapping[str, Number]) -> Decimal:
    """Points of one computed criterion from the values measured for an application.

    Raises RuleBroken when a value has not been measured, or no level covers it.
    """
    if criterion.kind in ITEM_KINDS:
        return item_points(criterion, measured)
    value = _value(criterion, measured, criterion.code)
    base = _value(criterion, measured, f"{criterion.code}@base") if criterion.base else None
    if criterion.kind == "counter":
        return counter_points(criterion, value)
    if criterion.kind == "steps":
        return step_points(criterion, value)
    if criterion.kind == "penalty":
        return penalty_points(criterion, value, base)
    if criterion.kind == "share":
        return share_points(criterion, value, base)
    if criterion.kind == "bonus":
        return criterion.maximum if value > 0 else Decimal(0)
    return band_points(criterion, value if criterion.base is None else percent_of(value, base))


def computed_points(criteria: Iterable[Criterion], measured: Mapping[str, Number]) -> dict[str, Decimal]:
    """Points of all criteria that the portal computes, by criterion code; `criteria` are fitted to the application.

    Raises RuleBroken when a value has not been measured.
    """
    return {one.code: points_of(one, measured) for one in criteria if not one.is_marked_by_jury}


def _value(criterion: Criterion, measured: Mapping[str, Number], key: str) -> Number:
    if key not in measured:
        raise RuleBroken(Remark(N_("Нет значения для критерия «%(name)s»"), {"name": criterion.name}, criterion.code))
    return measured[key]


def _kept(criterion: Criterion, points: Fraction) -> Decimal:
    """Between 0 and the maximum; what no step of the criterion gives is rounded half up to a step."""
    points = min(max(points, Fraction(0)), Fraction(criterion.maximum))
    if criterion.kind == "share" or criterion.rounding == "exact":
        points = Fraction(round_half_up(points, criterion.step))
    return number(points)
