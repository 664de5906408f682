"""Does an activity keep the level of co-financing that the agreement with the region names? Each step can be shown.

Basis: DOMAIN §5.1 (the level is a ceiling of the region's part), §5.2 (one side computed, the other the remainder; one
kopeck of tolerance), §0.1 point 1.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.cofinancing import Cofinancing, LevelCheck, check_local_share, from_subsidy
from tosportal.domain.compliance import AgreedLevel, RoundingVariant, check_cofinancing
from tosportal.domain.errors import N_, Remark
from tosportal.domain.ledger import LedgerCell

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class RegionShare:
    """One activity in one year. `due` is what the level asks for when the region gives all it agreed to; `planned`
    checks the money set aside for it, `spent` the money paid out (None while nothing was paid). `roundings`: what the
    split would be by each way of rounding, since an agreement may round to thousands."""

    level: Decimal
    subsidy: Decimal
    tranches: Decimal
    local: Decimal
    local_figure: str  # roster | plan
    local_cash: Decimal
    region_cash: Decimal
    due: Cofinancing
    planned: LevelCheck
    spent: LevelCheck | None
    warnings: tuple[Remark, ...]
    roundings: tuple[RoundingVariant, ...]

    @property
    def local_percent_due(self) -> Decimal:
        """The smallest local share, per cent."""
        return HUNDRED - self.level

    @property
    def total(self) -> Decimal:
        """What the activity has: the region's money and the district's."""
        return self.subsidy + self.local

    @property
    def total_cash(self) -> Decimal:
        return self.region_cash + self.local_cash

    @property
    def exact_total(self) -> Fraction:
        """The subsidy divided by its level, before rounding to the kopeck."""
        return Fraction(self.subsidy) * 100 / Fraction(self.level)

    @property
    def local_percent(self) -> Decimal:
        """The local share of what there is, to eight places: hundredths would hide a missing kopeck."""
        share = Fraction(self.local) * 100 / Fraction(self.total) if self.total else Fraction(0)
        return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal("0.00000001"))

    @property
    def still_to_come(self) -> Decimal:
        """What the region agreed to and has not sent yet."""
        return self.subsidy - self.tranches

    @property
    def holds(self) -> bool:
        return self.planned.holds and (self.spent is None or self.spent.holds)


def region_share(level: Decimal, regional: LedgerCell, local: LedgerCell) -> RegionShare:
    """The check of one activity by the level of its agreement and its two cells of the ledger.

    >>> cell = LedgerCell(entered={"region_agreement": Decimal("708500.00")})
    >>> checked = region_share(Decimal("98.2"), cell, LedgerCell(plan=Decimal("12986.76")))
    >>> checked.holds, str(checked.due.local), str(checked.local_percent)
    (True, '12986.76', '1.79999977')
    """
    subsidy = regional.of("region_agreement")
    own = local.of(local.base)
    region_cash, local_cash = regional.of("cash"), local.of("cash")
    paid = region_cash + local_cash
    least = HUNDRED - level
    return RegionShare(
        level=level,
        subsidy=subsidy,
        tranches=regional.of("tranche"),
        local=own,
        local_figure=local.base,
        local_cash=local_cash,
        region_cash=region_cash,
        due=from_subsidy(subsidy, level),
        planned=check_local_share(subsidy + own, own, least),
        spent=check_local_share(paid, local_cash, least) if paid else None,
        warnings=tuple(_differences(regional, subsidy)),
        roundings=check_cofinancing(AgreedLevel(level), subsidy, own).variants,
    )


def _differences(regional: LedgerCell, subsidy: Decimal) -> list[Remark]:
    """Where roster or plan differ from what the region agreed to give."""
    words = {
        "roster": N_("Соглашение с областью %(subsidy_sum)s, а в росписи %(other_sum)s"),
        "plan": N_("Соглашение с областью %(subsidy_sum)s, а в программе %(other_sum)s"),
    }
    other = regional.of(regional.base)
    if other == subsidy:
        return []
    return [Remark(words[regional.base], {"subsidy_sum": subsidy, "other_sum": other})]
