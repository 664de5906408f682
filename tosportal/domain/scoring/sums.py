"""What the criteria of a list add up to: maxima, weights, the best total, for every nomination, group and sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from tosportal.domain.criteria import Criterion, criteria_for, fitted, is_asked
from tosportal.domain.errors import RuleBroken
from tosportal.domain.scoring.checks import highest_of
from tosportal.domain.scoring.rule import WEIGHTED_SHARE, ScoringRule

KOPECK = Decimal("0.01")
Range = tuple[Decimal | None, Decimal | None]
"""Requested sums: more than the first, at most the second; None is no limit."""


@dataclass(frozen=True, slots=True)
class CriteriaSums:
    """The criteria that judge alike: of a nomination (None: any), a group (None: any), requests `above` … `upto`.

    `weights` is Σ weight without bonuses, `is_whole` whether it is 1 where the method wants that; `highest` the best
    total; None where a weight is missing.
    """

    nomination: str | None
    group: str | None
    above: Decimal | None
    upto: Decimal | None
    criteria: Sequence[Criterion]
    maximum: Decimal
    weights: Decimal | None
    is_whole: bool
    highest: Decimal | None


def sums_of_criteria(
    rule: ScoringRule, criteria: Sequence[Criterion], nominations: Iterable[str] = ()
) -> list[CriteriaSums]:
    """One row for every way in which an application may be judged."""
    lists: Iterable[str | None] = [*nominations] if any(one.nomination for one in criteria) else (None,)
    found = []
    for nomination in lists:
        own = criteria_for(criteria, nomination)
        groups: Iterable[str | None] = (
            [*rule.groups.starts] if rule.groups and any(one.groups for one in own) else (None,)
        )
        for group in groups:
            found += [_sums(rule, own, (nomination, group), asked) for asked in _ranges(own)]
    return found


def _ranges(criteria: Iterable[Criterion]) -> list[Range]:
    """The ranges of requested sums within which all conditions and weights are the same."""
    named = [edge for one in criteria for edge in (one.asked_above, one.asked_upto, *(row.upto for row in one.weights))]
    edges = sorted({edge for edge in named if edge is not None})
    return list(pairwise([None, *edges, None]))


def _sums(
    rule: ScoringRule, own: Sequence[Criterion], whose: tuple[str | None, str | None], asked_range: Range
) -> CriteriaSums:
    (nomination, group), (above, upto) = whose, asked_range
    asked = upto if upto is not None else None if above is None else above + KOPECK
    judged = [one for one in own if is_asked(one, asked, group)]
    weights: Decimal | None = None
    highest: Decimal | None = None
    try:
        fit = fitted(judged, asked, group)
        weights = sum((one.weight for one in fit if one.kind != "bonus"), Decimal(0))
        highest = highest_of(rule, fit, nomination) if fit else None
    except RuleBroken:  # a weight that no row of the weights gives: named at its own criterion
        pass
    needs_one = rule.method in ("weighted_mean", WEIGHTED_SHARE)
    maximum = sum((one.maximum for one in judged), Decimal(0))
    is_whole = not needs_one or weights == 1
    return CriteriaSums(nomination, group, above, upto, judged, maximum, weights, is_whole, highest)
