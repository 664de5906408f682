"""What a scale gives, computed and not only asserted: values around every edge, and where the maximum is reached."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.criteria.checks import check_criteria
from tosportal.domain.criteria.model import ITEM_KINDS, Criterion, Level
from tosportal.domain.criteria.points import points_of
from tosportal.domain.criteria.words import (
    band_words,
    groups_of_scale,
    levels_of,
    plain,
    rule_words,
    whose_words,
)
from tosportal.domain.errors import N_, Remark, RuleBroken

FINE = ("own_share", "budget:")  # what is measured in hundredths; anything else is counted
MOST_EXAMPLES = 60
BASES = (Fraction(1), Fraction(4, 5))
SHARES = (0, 10, 33, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Example:
    """A value, what it is divided by where there is such a thing, or an item of a list; and the points it would get.

    `points` None: the scale says nothing for it.
    """

    points: Decimal | None
    value: Decimal | str | None = None
    base: Decimal | str | None = None
    text: str | Remark = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a criterion gives in one group (None: in every one): its bands in words, examples, where its maximum is."""

    group: str | None
    bands: Sequence[tuple[Remark, Level]]
    examples: Sequence[Example]
    reach: Remark


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that can be said of a criterion before anybody is judged by it; `remarks` is what is wrong with it."""

    criterion: Criterion
    remarks: Sequence[Remark]
    rules: Sequence[Remark]
    whose: Sequence[Remark]
    scales: Sequence[Scale]


def proof_of(
    criterion: Criterion, starts: Mapping[str, Decimal] | None = None, names: Mapping[str, str] | None = None
) -> Proof:
    """The proof of one criterion; `starts` are the groups with their least values, `names` their names."""
    groups = starts or {}
    is_banded = criterion.kind in ("band", "steps")
    return Proof(
        criterion,
        check_criteria([criterion], groups=groups),
        rule_words(criterion),
        whose_words(criterion, names),
        [
            Scale(
                group,
                band_words(levels_of(criterion, group)) if is_banded else (),
                examples_of(criterion, group),
                reach_of(criterion, group),
            )
            for group in (groups_of_scale(criterion, groups) if is_banded else (None,))
        ],
    )


def examples_of(criterion: Criterion, group: str | None = None) -> list[Example]:
    """Values and points of a criterion that the portal computes; none for a mark of the jury.

    Before, at and after every edge of a band; the counts at which points change; each item alone and all together.
    """
    if criterion.is_marked_by_jury:
        return []
    if any(level.group is not None for level in criterion.levels):
        own = tuple(replace(level, group=None) for level in levels_of(criterion, group))
        criterion = replace(criterion, levels=own)
    if criterion.kind in ITEM_KINDS:
        return _of_items(criterion)
    found = []
    for base in _bases(criterion):
        values = sorted({value for value in _values(criterion, base) if value >= 0})
        found += [_example(criterion, value, base) for value in values]
    return found[:MOST_EXAMPLES]


def reach_of(criterion: Criterion, group: str | None = None) -> Remark:
    """Where a criterion reaches its maximum, found by computing; or that it never does."""
    values: dict[str, object] = {"maximum": plain(criterion.maximum)}
    if criterion.is_marked_by_jury:
        points = [level.points for level in criterion.levels]
        if criterion.only_levels:
            is_reached = bool(points) and max(points) == criterion.maximum
        else:
            is_reached = criterion.step > 0 and criterion.maximum % criterion.step == 0
        if is_reached:
            return Remark(N_("Наибольший балл %(maximum)s достижим: его ставит эксперт."), values)
        return Remark(N_("Наибольший балл %(maximum)s недостижим."), values)
    best = next((one for one in examples_of(criterion, group) if one.points == criterion.maximum), None)
    if best is None:
        return Remark(N_("Наибольший балл %(maximum)s недостижим."), values)
    if best.value is None:
        return Remark(N_("Наибольший балл %(maximum)s достижим: его дают строки вместе."), values)
    values |= {"value": best.value, "base": best.base}
    if best.base is not None:
        return Remark(N_("Наибольший балл %(maximum)s достижим: например, %(value)s из %(base)s."), values)
    return Remark(N_("Наибольший балл %(maximum)s достижим: при значении %(value)s."), values)


def _example(criterion: Criterion, value: Fraction, base: Fraction | None) -> Example:
    measured = {criterion.code: value} | ({f"{criterion.code}@base": base} if base is not None else {})
    return Example(_points(criterion, measured), plain(value), None if base is None else plain(base))


def _points(criterion: Criterion, measured: dict[str, Fraction]) -> Decimal | None:
    try:
        return points_of(criterion, measured)
    except (RuleBroken, ArithmeticError, ValueError):  # a scale with a hole, numbers that are not sound yet
        return None


def _bases(criterion: Criterion) -> Iterable[Fraction | None]:
    if not criterion.base:
        return (None,)
    if criterion.kind == "penalty":
        whole = Fraction(criterion.per) if criterion.per is not None and criterion.per > 0 else Fraction(1000)
        return [whole * part for part in BASES]
    return (Fraction(100),)


def _values(criterion: Criterion, base: Fraction | None) -> Iterator[Fraction]:
    fine = Fraction(1, 100) if (criterion.value or "").startswith(FINE) else Fraction(1)
    edges = {end for level in criterion.levels for end in (level.from_value, level.to_value) if end is not None}
    if any(edge % 1 for edge in edges):
        fine = Fraction(1, 100)
    kind = criterion.kind
    if kind in ("band", "steps"):
        for edge in edges:
            yield from (Fraction(edge) - fine, Fraction(edge), Fraction(edge) + fine)
        yield Fraction(0)
    if kind == "bonus":
        yield from (Fraction(0), Fraction(1))
    if kind == "share":
        yield from map(Fraction, SHARES)
        if criterion.full_at is not None:
            yield Fraction(criterion.full_at)
    each, every = Fraction(criterion.each or 0), Fraction(criterion.every if criterion.every is not None else 1)
    if kind in ("counter", "steps", "penalty") and each > 0 and every > 0:
        start = Fraction(criterion.tail_from) if kind == "steps" and criterion.tail_from is not None else Fraction(0)
        reached = max((level.points for level in criterion.levels), default=Decimal(0)) if kind == "steps" else 0
        times = (Fraction(criterion.maximum) - Fraction(reached)) / each
        full = start + every * -(-times.numerator // times.denominator)
        yield from (Fraction(0), start, start + every, start + 2 * every, full - every, full, full + every)
        if every > 1:
            yield from (start + 1, start + every - 1, start + every + 1)
        if criterion.zero_from is not None:
            zero = Fraction(criterion.zero_from)
            yield zero if base is None or not criterion.per else zero * base / Fraction(criterion.per)


def _of_items(criterion: Criterion) -> list[Example]:
    """Each item once, then all of them once, then all of them many times."""

    def points(counts: dict[str, int]) -> Decimal | None:
        measured = {f"{criterion.code}.{one.code}": Fraction(counts.get(one.code, 0)) for one in criterion.items}
        return _points(criterion, measured)

    found = [Example(points({one.code: 1}), text=one.text) for one in criterion.items]
    for count, words in ((1, N_("все строки по одному разу")), (100, N_("все строки по сто раз"))):
        found.append(Example(points({one.code: count for one in criterion.items}), text=Remark(words)))
    return found
