"""Criteria, scoring and awarding: looked through value by value, so that every defect has its place, then read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tosportal.domain import awarding, scoring
from tosportal.domain.awarding import AwardingRule
from tosportal.domain.criteria import KINDS, NAMES, ROUNDINGS, Criterion
from tosportal.domain.criteria.model import NUMBERS
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, RuleBroken
from tosportal.domain.scoring import ScoringRule

Row = Mapping[str, Any]
LEVEL_NAMES = ("points", "text", "from", "after", "to", "through", "group")
ITEM_NAMES = ("code", "text", "points", "value", "at_most")
SCORING_NAMES = (
    "method", "rounding", "criterion_rounding", "pass_total", "ties", "sheets_min",
    "scale", "against", "expert_min", "expert_min_who", "tie_decision", "groups", "pass_by_sum",
)  # fmt: skip


Part = TypeVar("Part")


def read_criterion(reader: Reader, data: Row, place: str) -> Criterion | None:
    known = len(reader.defects)
    _look_through_criterion(reader, data, place)
    return _part(reader, known, Criterion.from_json, data, place)


def read_scoring(reader: Reader, value: object) -> ScoringRule | None:
    known = len(reader.defects)
    data = reader.mapping(value, "scoring")
    _look_through_scoring(reader, data)
    return _part(reader, known, ScoringRule.from_json, data, "scoring")


def read_awarding(reader: Reader, value: object) -> AwardingRule | None:
    known = len(reader.defects)
    data = reader.mapping(value, "awarding")
    _look_through_awarding(reader, data)
    return _part(reader, known, AwardingRule.from_json, data, "awarding")


def _part(reader: Reader, known: int, read: Callable[[Row], Part], data: Row, place: str) -> Part | None:
    """A part without a defect so far, read; a refusal becomes a defect at this place."""
    if len(reader.defects) > known:
        return None
    try:
        return read(data)
    except RuleBroken as error:
        reader.defects += [replace(remark, place=place) for remark in error.remarks]
        return None


def _look_through_criterion(reader: Reader, data: Row, place: str) -> None:
    """Every name and value of a criterion; defects go to the reader."""
    reader.only(data, NAMES, place)
    reader.code(data, "code", place)
    reader.text(data, "name", place)
    reader.code(data, "nomination", place, required=False)
    for name in ("max", "step", "weight"):
        _number(reader, data, name, place, required=name == "max" or name in data)
    for name in NUMBERS:
        reader.decimal(data, name, place)
    _word(reader, data, "kind", place, KINDS)
    _word(reader, data, "rounding", place, ROUNDINGS, or_nothing=True)
    for name in ("value", "base"):
        reader.text(data, name, place, required=False)
    reader.texts(data, "groups", place)
    reader.flag(data, "only_levels", place)
    for where, row in reader.rows(data.get("levels"), f"{place}.levels"):
        reader.only(row, LEVEL_NAMES, where)
        _number(reader, row, "points", where)
        for name in ("from", "to"):
            reader.decimal(row, name, where)
        for name in ("after", "through"):
            reader.flag(row, name, where)
        reader.text(row, "text", where, required=False)
        reader.text(row, "group", where, required=row.get("group") is not None)
    for where, row in reader.rows(data.get("items"), f"{place}.items"):
        reader.only(row, ITEM_NAMES, where)
        reader.code(row, "code", where)
        _number(reader, row, "points", where)
        for name in ("text", "value"):
            reader.text(row, name, where, required=False)
        reader.decimal(row, "at_most", where)
    for where, row in reader.rows(data.get("weights"), f"{place}.weights"):
        reader.only(row, ("upto", "weight"), where)
        _number(reader, row, "weight", where)
        reader.decimal(row, "upto", where)


def _look_through_scoring(reader: Reader, data: Row) -> None:
    """Every name and value of the scoring rule."""
    place = "scoring"
    reader.only(data, SCORING_NAMES, place)
    reader.one_of(data, "method", place, scoring.METHODS)
    _number(reader, data, "rounding", place)
    for name in ("criterion_rounding", "pass_total", "scale", "expert_min"):
        reader.decimal(data, name, place)
    reader.codes(data, "ties", place)
    if "sheets_min" in data and reader.whole(data, "sheets_min", place) is None and data["sheets_min"] is None:
        reader.defect(N_("Нужно целое число, не меньше %(least)s"), f"{place}.sheets_min", least=0)
    _word(reader, data, "against", place, scoring.AGAINST, or_nothing=True)
    _word(reader, data, "expert_min_who", place, scoring.EXPERT_MIN_WHO, or_nothing=True)
    if data.get("tie_decision") != "":
        _word(reader, data, "tie_decision", place, scoring.TIE_DECISIONS, or_nothing=True)
    for where, row in reader.rows(data.get("pass_by_sum"), f"{place}.pass_by_sum"):
        reader.only(row, ("above", "total"), where)
        _number(reader, row, "above", where)
        _number(reader, row, "total", where)
    if data.get("groups") is None:
        return
    place = "scoring.groups"
    groups = reader.mapping(data["groups"], place)
    reader.only(groups, ("value", "bands", "ranked"), place)
    reader.text(groups, "value", place)
    reader.flag(groups, "ranked", place)
    if groups.get("bands") is None:
        reader.defect(N_("Здесь должен быть список"), f"{place}.bands")
    for where, row in reader.rows(groups.get("bands"), f"{place}.bands"):
        reader.only(row, ("code", "name", "from"), where)
        reader.text(row, "code", where)
        reader.text(row, "name", where)
        _number(reader, row, "from", where)


def _look_through_awarding(reader: Reader, data: Row) -> None:
    """Every name and value of the awarding rule."""
    reader.only(data, ("method", "last", "partial_min", "shared", "sums_by"), "awarding")
    reader.one_of(data, "method", "awarding", awarding.METHODS)
    _word(reader, data, "last", "awarding", awarding.LAST)
    _word(reader, data, "shared", "awarding", awarding.SHARED)
    reader.decimal(data, "partial_min", "awarding")
    _word(reader, data, "sums_by", "awarding", awarding.SUMS_BY, or_nothing=True)


def _number(reader: Reader, data: Row, name: str, place: str, *, required: bool = True) -> None:
    if reader.decimal(data, name, place) is None and data.get(name) is None and required:
        reader.defect(N_("Число должно быть записано строкой вида 12.34"), f"{place}.{name}")


def _word(reader: Reader, data: Row, name: str, place: str, known: Iterable[str], *, or_nothing: bool = False) -> None:
    """One of the known words; left out, or null where null says nothing, it is not looked at."""
    if name in data and not (or_nothing and data[name] is None):
        reader.one_of(data, name, place, known)
