"""Whether money was shared between the budgets as the agreement with the region asks, by rule and by level.

The level of the subsidy is a ceiling: more local money is always in order, less is not. Kopecks are compared with a
tolerance of one, never rounded per cents. An agreement may round sums to thousands; what follows from its own rounding
is in order too, and this is said.

Basis: DOMAIN §5.1 (the level is a ceiling with an act), §5.2 rules 2–4; issue 3, point 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.cofinancing import (
    TOLERANCE,
    Cofinancing,
    Rounding,
    check_local_share,
    from_need,
    from_subsidy,
)
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import KOPECK, kopecks, roubles, round_down, round_half_up

ROUNDING_NAMES: Mapping[Rounding, str] = {
    Rounding.HALF_UP: N_("до копейки по правилам математики"),
    Rounding.CEIL: N_("до копейки вверх, в пользу областного бюджета"),
    Rounding.TENTH_OF_THOUSAND: N_("до 0,1 тыс. руб."),
    Rounding.THOUSAND: N_("до тыс. руб."),
}


class Computed(StrEnum):
    """Which side of the split the agreement computes; the local share is the remainder either way."""

    TOTAL = "total"
    SUBSIDY = "subsidy"


COMPUTED_NAMES: Mapping[Computed, str] = {
    Computed.TOTAL: N_("от субсидии считается весь объём"),
    Computed.SUBSIDY: N_("от потребности считается субсидия"),
}


@dataclass(frozen=True)
class AgreedLevel:
    """What the agreement sets: the ceiling of the subsidy in per cent, the rounding, which side is computed, and the
    act it stands in. `exact`: more local money than the share is not in order either."""

    level_percent: Decimal
    rounding: Rounding = Rounding.HALF_UP
    computed: Computed = Computed.TOTAL
    tolerance: Decimal = TOLERANCE
    exact: bool = False
    act: str = ""


class Compliance(StrEnum):
    """How the check ended."""

    HOLDS = "holds"
    HOLDS_BY_TOLERANCE = "holds_by_tolerance"
    HOLDS_BY_ROUNDING = "holds_by_rounding"
    BROKEN = "broken"


COMPLIANCE_NAMES: Mapping[Compliance, str] = {
    Compliance.HOLDS: N_("соблюдён"),
    Compliance.HOLDS_BY_TOLERANCE: N_("соблюдён с точностью до округления"),
    Compliance.HOLDS_BY_ROUNDING: N_("соблюдён с округлением по соглашению"),
    Compliance.BROKEN: N_("нарушен"),
}


@dataclass(frozen=True)
class RoundingVariant:
    """What the split would be by one way of rounding, and whether these are the figures that were checked."""

    rounding: Rounding
    split: Cofinancing
    is_same: bool

    @property
    def remark(self) -> Remark:
        """The rounding and what it gives, in words."""
        words = (
            N_("Если округлять %(rounding)s: субсидия %(subsidy_sum)s, местная доля %(local_sum)s — так и записано")
            if self.is_same
            else N_("Если округлять %(rounding)s: субсидия %(subsidy_sum)s, местная доля %(local_sum)s")
        )
        values = {
            "rounding": Remark(ROUNDING_NAMES[self.rounding]),
            "subsidy_sum": self.split.subsidy,
            "local_sum": self.split.local,
        }
        return Remark(words, values)


@dataclass(frozen=True)
class ComplianceCheck:
    """The outcome, sums in roubles: the total, the least local share to the kopeck, how much lacks to it (0 when
    nothing), the level in fact as an exact share; what was compared, step by step; and the ways of rounding."""

    outcome: Compliance
    total_sum: Decimal
    least_local_sum: Decimal
    lacking_sum: Decimal
    level: Fraction
    steps: tuple[Remark, ...]
    variants: tuple[RoundingVariant, ...]

    @property
    def holds(self) -> bool:
        return self.outcome is not Compliance.BROKEN


def check_cofinancing(
    agreed: AgreedLevel, subsidy_sum: Decimal, local_sum: Decimal, total_sum: Decimal | None = None
) -> ComplianceCheck:
    """Whether subsidy and local money keep the agreed level; `total_sum` is the total as the document prints it.

    >>> seed = AgreedLevel(Decimal("98.2"))
    >>> check_cofinancing(seed, Decimal("708500.00"), Decimal("12986.76")).outcome
    <Compliance.HOLDS_BY_TOLERANCE: 'holds_by_tolerance'>
    >>> found = check_cofinancing(seed, Decimal("708500.00"), Decimal("12986.00"))
    >>> found.holds, str(found.least_local_sum), str(found.lacking_sum)
    (False, '12986.74', '0.74')

    Raises RuleBroken for sums below zero or with parts of a kopeck, a level outside 0 < level ≤ 100.
    Basis: DOMAIN §5.1, §5.2 rules 2–4 and the table of §5.2.
    """
    subsidy, local = kopecks(subsidy_sum), kopecks(local_sum)
    whole = subsidy + local
    if min(subsidy, local) < 0:
        raise RuleBroken(Remark(N_("Субсидия и местная доля не могут быть меньше нуля")))
    variants = _variants(agreed, roubles(subsidy), roubles(local))
    share = check_local_share(
        roubles(whole), roubles(local), 100 - agreed.level_percent, tolerance=agreed.tolerance, exact=agreed.exact
    )
    least = kopecks(round_down(share.due))
    level = Fraction(subsidy, whole) if whole else Fraction(0)
    by_rule = any(one.is_same for one in variants if one.rounding is agreed.rounding)
    steps = [
        Remark(
            N_("Предельный уровень субсидии %(level_percent)s, по документу: %(act)s")
            if agreed.act
            else N_("Предельный уровень субсидии %(level_percent)s"),
            {"level_percent": agreed.level_percent, "act": agreed.act},
        ),
        Remark(
            N_("Субсидия %(subsidy_sum)s и местная доля %(local_sum)s вместе %(total_sum)s, субсидия %(fact_percent)s"),
            {
                "subsidy_sum": roubles(subsidy),
                "local_sum": roubles(local),
                "total_sum": roubles(whole),
                "fact_percent": round_half_up(level * 100, KOPECK),
            },
        ),
        Remark(
            N_("Местная доля должна быть не меньше %(least_sum)s: это %(local_percent)s от объёма, копейка вниз"),
            {"least_sum": roubles(least), "local_percent": 100 - agreed.level_percent},
        ),
        share.remark,
    ]
    outcome = Compliance.BROKEN
    if share.holds:
        full = share.due <= Fraction(local, 100)
        outcome = Compliance.HOLDS if full else Compliance.HOLDS_BY_TOLERANCE
    elif by_rule:
        outcome = Compliance.HOLDS_BY_ROUNDING
        words = N_("Отклонение — от округления, которое установлено соглашением: %(rounding)s")
        steps.append(Remark(words, {"rounding": Remark(ROUNDING_NAMES[agreed.rounding])}))
    elif same := [one for one in variants if one.is_same]:
        words = N_("Такие суммы даёт другое округление, не то, что установлено соглашением: %(rounding)s")
        steps.append(Remark(words, {"rounding": Remark(ROUNDING_NAMES[same[0].rounding])}))
    if total_sum is not None and kopecks(total_sum) != whole:
        outcome = Compliance.BROKEN
        words = N_("В документе весь объём %(printed_sum)s, а источники дают %(total_sum)s")
        steps.append(Remark(words, {"printed_sum": roubles(kopecks(total_sum)), "total_sum": roubles(whole)}))
    steps.append(Remark(N_("Уровень софинансирования %(outcome)s"), {"outcome": Remark(COMPLIANCE_NAMES[outcome])}))
    return ComplianceCheck(
        outcome=outcome,
        total_sum=roubles(whole),
        least_local_sum=roubles(least),
        lacking_sum=roubles(max(least - local, 0)),
        level=level,
        steps=tuple(steps),
        variants=variants,
    )


def _variants(agreed: AgreedLevel, subsidy: Decimal, local: Decimal) -> tuple[RoundingVariant, ...]:
    found = []
    for rounding in Rounding:
        if agreed.computed is Computed.TOTAL:
            split = from_subsidy(subsidy, agreed.level_percent, rounding)
        else:
            split = from_need(roubles(kopecks(subsidy) + kopecks(local)), agreed.level_percent, rounding)
        found.append(RoundingVariant(rounding, split, (split.subsidy, split.local) == (subsidy, local)))
    return tuple(found)
