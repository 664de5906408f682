"""A criterion of a contest as data: what a juror marks, what the portal computes, for whom and with what weight.

| kind | points |
|---|---|
| jury_mark | what the juror gives, 0 … maximum in whole steps; `only_levels`: only points that a level names |
| band | points of the last level reached, by the value or its per cent of `base`; a level begins at it or after it |
| counter | `each` for every (`every`) counted, at most the maximum |
| steps | a band, and above `tail_from` `each` more for every `every`; `rounding` says what an unfinished step is |
| checklist, subsum, weighted_counter | Σ points × count of the items, each at most its own cap, at most the maximum |
| penalty | maximum − `each` for every `every` of the value (per `per` of `base`), not below 0; from `zero_from` 0 |
| share | maximum × share of the value in `base` (without it the value is in per cent), whole at `full_at` per cent |
| bonus | the maximum for a yes, nothing for a no; no part of the weights |

Every kind may be for some groups only (`groups`), for some requested sums only (`asked_above`, exclusive, `asked_upto`,
inclusive), and may weigh differently by requested sum (`weights`). A band may differ by group (`Level.group`).
Basis: DOMAIN.md 3.7 (M6–M17), 4.1–4.3.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria.numbers import decimal_from, optional_decimal
from tosportal.domain.errors import N_, Remark, RuleBroken

ITEM_KINDS = ("checklist", "subsum", "weighted_counter")
VALUE_KINDS = ("band", "counter", "steps", "penalty", "share", "bonus")
KINDS = ("jury_mark", *VALUE_KINDS, *ITEM_KINDS)
ROUNDINGS = ("full", "started", "exact")
"""What an unfinished step counts: nothing, as a whole one, its exact part."""

NAMES = (
    "code", "nomination", "name", "max", "step", "weight", "kind", "value", "levels",
    "each", "every", "rounding", "tail_from", "base", "per", "zero_from", "full_at", "items",
    "groups", "asked_above", "asked_upto", "weights", "only_levels", "note_at_most",
)  # fmt: skip
NUMBERS = ("each", "every", "tail_from", "per", "zero_from", "full_at", "asked_above", "asked_upto", "note_at_most")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale: its points, its words and, for a band, the value it begins with.

    `is_after`: the value itself is below the level («более 10»). `to_value` is only to prove the scale: where the text
    of the regulation says the level ends, `is_through` with that value in it. `group` None is every group.
    """

    points: Decimal
    text: str = ""
    from_value: Decimal | None = None
    is_after: bool = False
    to_value: Decimal | None = None
    is_through: bool = False
    group: str | None = None

    @property
    def edge(self) -> tuple[Decimal, bool]:
        """What orders levels: the value, and of two with the same value the one that includes it first."""
        return (self.from_value if self.from_value is not None else Decimal(0), self.is_after)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], place: str) -> "Level":
        group = data.get("group")
        return cls(
            decimal_from(data["points"], place),
            str(data.get("text", "")),
            optional_decimal(data.get("from"), place),
            data.get("after") is True,
            optional_decimal(data.get("to"), place),
            data.get("through") is True,
            None if group is None else str(group),
        )

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"points": f"{self.points:f}", "text": self.text, "from": _text(self.from_value)}
        if self.is_after:
            found["after"] = True
        if self.to_value is not None:
            found["to"] = _text(self.to_value)
        if self.is_through:
            found["through"] = True
        if self.group is not None:
            found["group"] = self.group
        return found


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a criterion: points for each one counted, `at_most` points from it; `value` is where the count is."""

    code: str
    text: str
    points: Decimal
    value: str | None = None
    at_most: Decimal | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any], place: str) -> "Item":
        value = data.get("value")
        return cls(
            str(data["code"]),
            str(data.get("text", "")),
            decimal_from(data["points"], place),
            None if value is None else str(value),
            optional_decimal(data.get("at_most"), place),
        )

    def to_json(self) -> dict[str, Any]:
        at_most = {} if self.at_most is None else {"at_most": _text(self.at_most)}
        return {"code": self.code, "text": self.text, "points": _text(self.points), "value": self.value, **at_most}


@dataclass(frozen=True, slots=True)
class AmountWeight:
    """The weight of a criterion for requests up to this sum, the sum included; None is any sum above."""

    weight: Decimal
    upto: Decimal | None = None

    def to_json(self) -> dict[str, Any]:
        return {"upto": _text(self.upto), "weight": _text(self.weight)}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; `nomination` None means all nominations; `value` names what the portal measures."""

    code: str
    nomination: str | None
    name: str
    maximum: Decimal
    step: Decimal
    weight: Decimal
    kind: str
    value: str | None = None
    levels: tuple[Level, ...] = ()
    each: Decimal | None = None
    every: Decimal | None = None
    rounding: str | None = None
    tail_from: Decimal | None = None
    base: str | None = None
    per: Decimal | None = None
    zero_from: Decimal | None = None
    full_at: Decimal | None = None
    items: tuple[Item, ...] = ()
    groups: tuple[str, ...] = ()
    asked_above: Decimal | None = None
    asked_upto: Decimal | None = None
    weights: tuple[AmountWeight, ...] = ()
    only_levels: bool = False
    note_at_most: Decimal | None = None

    @property
    def is_marked_by_jury(self) -> bool:
        return self.kind == "jury_mark"

    @property
    def sources(self) -> dict[str, str]:
        """What is measured for it, by the key under which the value is kept: `k5`, `k5@base`, `k3.item`.

        >>> Criterion("k8", None, "", Decimal(5), Decimal(1), Decimal(1), "penalty", "field:calls",
        ...           base="registry:residents").sources
        {'k8': 'field:calls', 'k8@base': 'registry:residents'}
        """
        if self.kind in ITEM_KINDS:
            return {f"{self.code}.{one.code}": one.value or "" for one in self.items}
        if self.is_marked_by_jury:
            return {}
        return {self.code: self.value or ""} | ({f"{self.code}@base": self.base} if self.base else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Criterion":
        """A criterion of the regulation; what cannot be read is RuleBroken with the code of the criterion."""
        code = str(data.get("code", ""))
        try:
            more = {name: optional_decimal(data.get(name), code) for name in NUMBERS}
            return cls(
                code=str(data["code"]),
                nomination=data.get("nomination"),
                name=str(data["name"]),
                maximum=decimal_from(data["max"], code),
                step=decimal_from(data.get("step", "1"), code),
                weight=decimal_from(data.get("weight", "1"), code),
                kind=str(data.get("kind", "jury_mark")),
                value=data.get("value"),
                levels=tuple(Level.from_json(level, code) for level in data.get("levels") or ()),
                rounding=data.get("rounding"),
                base=data.get("base"),
                items=tuple(Item.from_json(item, code) for item in data.get("items") or ()),
                groups=tuple(str(group) for group in data.get("groups") or ()),
                weights=tuple(
                    AmountWeight(decimal_from(row["weight"], code), optional_decimal(row.get("upto"), code))
                    for row in data.get("weights") or ()
                ),
                only_levels=data.get("only_levels") is True,
                **more,  # type: ignore[arg-type]
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise RuleBroken(
                Remark(N_("Критерий записан неполно: %(reason)s"), {"reason": str(error)[:80]}, code)
            ) from error

    def to_json(self) -> dict[str, Any]:
        """The same criterion as the regulation writes it; what it does not use is left out."""
        found: dict[str, Any] = {
            "code": self.code,
            "nomination": self.nomination,
            "name": self.name,
            "max": f"{self.maximum:f}",
            "step": f"{self.step:f}",
            "weight": f"{self.weight:f}",
            "kind": self.kind,
            "value": self.value,
            "levels": [level.to_json() for level in self.levels],
        }
        for name in ("each", "every", "tail_from", "per", "zero_from", "full_at", "asked_above", "asked_upto"):
            if (number := getattr(self, name)) is not None:
                found[name] = _text(number)
        for name in ("rounding", "base"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        if self.items:
            found["items"] = [item.to_json() for item in self.items]
        if self.groups:
            found["groups"] = list(self.groups)
        if self.weights:
            found["weights"] = [row.to_json() for row in self.weights]
        if self.only_levels:
            found["only_levels"] = True
        if self.note_at_most is not None:
            found["note_at_most"] = _text(self.note_at_most)
        return found


criterion_from_json = Criterion.from_json
criterion_to_json = Criterion.to_json


def criteria_for(criteria: Iterable[Criterion], nomination: str | None) -> tuple[Criterion, ...]:
    """The criteria by which an application of this nomination is judged, in the order of the regulation."""
    return tuple(one for one in criteria if one.nomination is None or one.nomination == nomination)


def is_asked(criterion: Criterion, requested: Decimal | None, group: str | None = None) -> bool:
    """Does the criterion judge a request of this sum and this group? Without a condition it judges every one.

    >>> scale = Criterion("k6", None, "Масштаб", Decimal(10), Decimal(1), Decimal(1), "jury_mark",
    ...                   asked_above=Decimal(500000))
    >>> [is_asked(scale, Decimal(asked)) for asked in ("500000.00", "500000.01")]
    [False, True]

    Basis: DOMAIN.md 4.3 C4 («масштаб – only for projects > 500 000 руб.»).
    """
    if criterion.groups and group not in criterion.groups:
        return False
    if criterion.asked_above is None and criterion.asked_upto is None:
        return True
    if requested is None:
        return False
    if criterion.asked_above is not None and requested <= criterion.asked_above:
        return False
    return criterion.asked_upto is None or requested <= criterion.asked_upto


def fitted(
    criteria: Iterable[Criterion], requested: Decimal | None = None, group: str | None = None
) -> tuple[Criterion, ...]:
    """The criteria as they judge one application: those whose condition holds, with its weight and its group's scale.

    >>> one = Criterion("k1", None, "Масштаб", Decimal(10), Decimal(1), Decimal(1), "jury_mark", weights=(
    ...     AmountWeight(Decimal("2.5"), Decimal(300000)), AmountWeight(Decimal("1.5"), Decimal(1000000))))
    >>> [str(fitted([one], Decimal(asked))[0].weight) for asked in ("300000", "300000.01")]
    ['2.5', '1.5']

    Raises RuleBroken when a weight depends on a sum that no row of the weights covers. Basis: DOMAIN.md 3.7 M6, M15.
    """
    found = []
    for one in criteria:
        if not is_asked(one, requested, group):
            continue
        criterion = one
        if criterion.weights:
            criterion = replace(criterion, weight=_weight(criterion, requested), weights=())
        if any(level.group is not None for level in criterion.levels):
            own = tuple(replace(level, group=None) for level in criterion.levels if level.group in (None, group))
            criterion = replace(criterion, levels=own)
        found.append(criterion)
    return tuple(found)


def _weight(criterion: Criterion, requested: Decimal | None) -> Decimal:
    for row in criterion.weights:
        if row.upto is None or (requested is not None and requested <= row.upto):
            return row.weight
    raise RuleBroken(
        Remark(
            N_("У критерия «%(name)s» нет веса для запрошенной суммы %(requested_sum)s"),
            {"name": criterion.name, "requested_sum": requested if requested is not None else "—"},
            criterion.code,
        )
    )


@dataclass(frozen=True, slots=True)
class GroupBand:
    """A group: its code, its name and the least value of it (inclusive)."""

    code: str
    name: str
    from_value: Decimal


@dataclass(frozen=True, slots=True)
class GroupScale:
    """Into which groups applications fall by a measured value; `is_ranked`: places are given within a group.

    >>> scale = GroupScale("registry:residents", (GroupBand("III", "до 125", Decimal(0)),
    ...                    GroupBand("II", "125–249", Decimal(125)), GroupBand("I", "от 250", Decimal(250))))
    >>> [scale.group_of(Fraction(people)) for people in (48, 124, 125, 249, 250)]
    ['III', 'III', 'II', 'II', 'I']

    Basis: DOMAIN.md 4.1 (groups by residents), 3.7 M15.
    """

    value: str
    bands: tuple[GroupBand, ...]
    is_ranked: bool = False

    @property
    def starts(self) -> dict[str, Decimal]:
        return {band.code: band.from_value for band in self.bands}

    @property
    def names(self) -> dict[str, str]:
        return {band.code: band.name for band in self.bands}

    def group_of(self, measured: Fraction) -> str | None:
        """The code of the group; None below the first."""
        reached = [band for band in self.bands if band.from_value <= measured]
        return max(reached, key=lambda band: band.from_value).code if reached else None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "GroupScale":
        return cls(
            str(data["value"]),
            tuple(
                GroupBand(str(row["code"]), str(row["name"]), decimal_from(row["from"], "groups"))
                for row in data["bands"]
            ),
            data.get("ranked") is True,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "bands": [{"code": one.code, "name": one.name, "from": _text(one.from_value)} for one in self.bands],
            "ranked": self.is_ranked,
        }


GROUP = "@group"
"""The key under which the value that decides the group is measured."""


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
