"""The scoring rule of a regulation: which method, what is rounded, what decides ties, who falls out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria import GROUP, Criterion, GroupScale, decimal_from, optional_decimal
from tosportal.domain.errors import N_, Remark, RuleBroken

NORMALISED = "normalised"
WEIGHTED_SHARE = "weighted_share"
METHODS = ("weighted_mean", "mean_of_totals", "sum_of_criterion_means", "sum_of_totals", WEIGHTED_SHARE, NORMALISED)
METHODS_BY_CRITERION = ("weighted_mean", "sum_of_criterion_means", WEIGHTED_SHARE, NORMALISED)
SUBMITTED_AT = "submitted_at"
BEST, POSSIBLE = "best", "possible"
AGAINST = (BEST, POSSIBLE)
"""What a normalised total is divided by: the best of the list, or the best that can be."""
EVERY, ANY = "every", "any"
EXPERT_MIN_WHO = (EVERY, ANY)
"""An application is out when every expert gave less than the minimum, or when any one did."""
TIE_DECISIONS = ("vote", "lot", "chair")
"""How rows that the chain leaves equal are put in order: an open vote, a lot, the chair (M18)."""


@dataclass(frozen=True, slots=True)
class PassMark:
    """The pass mark of those who ask for more than `above` roubles (the sum itself does not count as more)."""

    above: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """How marks become a total, what decides ties, and how many signed sheets an application needs."""

    method: str
    rounding: Decimal = Decimal("0.01")
    criterion_rounding: Decimal | None = None
    pass_total: Decimal | None = None
    ties: tuple[str, ...] = (SUBMITTED_AT,)
    sheets_min: int = 1
    scale: Decimal | None = None
    against: str = BEST
    expert_min: Decimal | None = None
    expert_min_who: str = EVERY
    tie_decision: str = ""
    groups: GroupScale | None = None
    pass_by_sum: tuple[PassMark, ...] = ()

    def pass_for(self, requested: Decimal | None) -> Decimal | None:
        """The pass mark of an application by the sum it asks for; None is none.

        >>> rule = ScoringRule("weighted_mean", pass_total=Decimal(60),
        ...                    pass_by_sum=(PassMark(Decimal(500000), Decimal(65)),))
        >>> [str(rule.pass_for(Decimal(asked))) for asked in ("500000.00", "500000.01")]
        ['60', '65']

        Basis: DOMAIN.md 3.8 (60, 65, 68 and 70 of 100 for up to 0.5, 3, 10 and more million roubles).
        """
        own = [one.total for one in self.pass_by_sum if requested is not None and requested > one.above]
        return own[-1] if own else self.pass_total

    @property
    def group_names(self) -> dict[str, str]:
        """The names of the groups by their codes; nothing where the regulation has no groups."""
        return self.groups.names if self.groups is not None else {}

    @property
    def ranks_groups(self) -> bool:
        """Are places given within each group?"""
        return self.groups is not None and self.groups.is_ranked

    def group_of(self, measured: Mapping[str, Fraction | Decimal | int]) -> str | None:
        """The group of an application by what was measured in it; None where the regulation has no groups."""
        if self.groups is None:
            return None
        if GROUP not in measured:
            raise RuleBroken(N_("Не измерено значение, по которому определяется группа"))
        return self.groups.group_of(Fraction(measured[GROUP]))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoringRule":
        """The `scoring` part of a regulation."""
        try:
            return cls(
                method=str(data["method"]),
                rounding=decimal_from(data["rounding"], "rounding"),
                criterion_rounding=optional_decimal(data.get("criterion_rounding"), "criterion_rounding"),
                pass_total=optional_decimal(data.get("pass_total"), "pass_total"),
                ties=tuple(str(code) for code in data.get("ties") or ()),
                sheets_min=int(data.get("sheets_min", 1)),
                scale=optional_decimal(data.get("scale"), "scale"),
                against=str(data.get("against") or BEST),
                expert_min=optional_decimal(data.get("expert_min"), "expert_min"),
                expert_min_who=str(data.get("expert_min_who") or EVERY),
                tie_decision=str(data.get("tie_decision") or ""),
                groups=None if data.get("groups") is None else GroupScale.from_json(data["groups"]),
                pass_by_sum=tuple(
                    PassMark(decimal_from(one["above"], "pass_by_sum"), decimal_from(one["total"], "pass_by_sum"))
                    for one in data.get("pass_by_sum") or ()
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RuleBroken(
                Remark(N_("Порядок подсчёта записан неполно: %(reason)s"), {"reason": str(error)[:80]}, "scoring")
            ) from error

    def to_json(self) -> dict[str, Any]:
        """The same rule as the regulation writes it; what it does not use is left out."""
        more: dict[str, Any] = {}
        if self.scale is not None:
            more["scale"] = f"{self.scale:f}"
        if self.against != BEST:
            more["against"] = self.against
        if self.expert_min is not None:
            more["expert_min"] = f"{self.expert_min:f}"
        if self.expert_min_who != EVERY:
            more["expert_min_who"] = self.expert_min_who
        if self.tie_decision:
            more["tie_decision"] = self.tie_decision
        if self.pass_by_sum:
            more["pass_by_sum"] = [{"above": f"{one.above:f}", "total": f"{one.total:f}"} for one in self.pass_by_sum]
        if self.groups is not None:
            more["groups"] = self.groups.to_json()
        return {
            "method": self.method,
            "rounding": f"{self.rounding:f}",
            "criterion_rounding": None if self.criterion_rounding is None else f"{self.criterion_rounding:f}",
            "pass_total": None if self.pass_total is None else f"{self.pass_total:f}",
            "ties": list(self.ties),
            "sheets_min": self.sheets_min,
            **more,
        }


def scale_of(rule: ScoringRule, criteria: Sequence[Criterion]) -> Decimal:
    """What the best total is: named by the regulation, else 100 for a share and the number of criteria (K of M5)."""
    if rule.scale is not None:
        return rule.scale
    return Decimal(100) if rule.method == WEIGHTED_SHARE else Decimal(len(criteria))
