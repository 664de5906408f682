"""Criteria of a contest: what a juror marks, what the portal computes, and whether the scale has holes."""

from tosportal.domain.criteria.checks import check_criteria
from tosportal.domain.criteria.marks import check_mark, ensure_mark
from tosportal.domain.criteria.model import (
    GROUP,
    ITEM_KINDS,
    KINDS,
    NAMES,
    ROUNDINGS,
    VALUE_KINDS,
    AmountWeight,
    Criterion,
    GroupBand,
    GroupScale,
    Item,
    Level,
    criteria_for,
    criterion_from_json,
    criterion_to_json,
    fitted,
    is_asked,
)
from tosportal.domain.criteria.numbers import EXACT, decimal_from, optional_decimal, shown
from tosportal.domain.criteria.points import band_points, computed_points, points_of

__all__ = [
    "EXACT",
    "GROUP",
    "ITEM_KINDS",
    "KINDS",
    "NAMES",
    "ROUNDINGS",
    "VALUE_KINDS",
    "AmountWeight",
    "Criterion",
    "GroupBand",
    "GroupScale",
    "Item",
    "Level",
    "band_points",
    "check_criteria",
    "check_mark",
    "computed_points",
    "criteria_for",
    "criterion_from_json",
    "criterion_to_json",
    "decimal_from",
    "ensure_mark",
    "fitted",
    "is_asked",
    "optional_decimal",
    "points_of",
    "shown",
]
