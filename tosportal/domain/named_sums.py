"""Sums that people name where the rule only recommends: the commission by its list, or the organiser of the contest.

The ranking stays; every application that has passed gets the sum that was named for it, with the basis of that, and
what the rule recommends is kept beside it. Nobody who has not passed gets anything, nobody gets more than asked, the
fund is never exceeded.
Basis: DOMAIN.md 3.7 M2 («amount of each award also set by the list»), M20 («commission recommends, organiser decides
and sets the amount»).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tosportal.domain.awarding import (
    NOT_AWARDED,
    PARTIAL,
    RESERVE,
    WINNER,
    Awarding,
    AwardingRule,
    AwardRow,
    ensure_within,
    over_sources,
)
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import ZERO, kopecks
from tosportal.domain.part_funds import PartFund

LONGEST_BASIS = 1000


@dataclass(frozen=True, slots=True)
class NamedSum:
    """What was decided for one application, in roubles, and on what basis: the act, and the reason where it differs."""

    number: str
    sum: Decimal
    basis: str


def with_named_sums(
    awarding: Awarding, rule: AwardingRule, named: Sequence[NamedSum], funds: Sequence[PartFund] = ()
) -> Awarding:
    """The decision with the sums that were named; `awarding` is the recommendation.

    Raises RuleBroken, each remark at the number of its application: the regulation lets nobody name sums; an
    application left out, named twice or not in the ranking; one that has not passed; more than was asked; a sum below
    zero; no basis; more than the fund, or than that of a nomination or a group.
    """
    if not rule.sums_by:
        raise RuleBroken(N_("Положение не даёт называть суммы: их считает правило"))
    passed = {row.ranked.entry.number: row for row in awarding.rows if row.ranked.has_passed}
    remarks: list[Remark] = []

    def wrong(text: str, number: str = "", **values: object) -> None:
        remarks.append(Remark(text, {"number": number, **values}, number))

    by_number: dict[str, NamedSum] = {}
    for one in named:
        if one.number in by_number:
            wrong(N_("Заявка %(number)s названа дважды"), one.number)
        elif one.number not in passed:
            wrong(N_("Заявке %(number)s суммы не назначают: её нет среди прошедших"), one.number)
        else:
            requested = passed[one.number].ranked.entry.requested_sum
            if one.sum < 0:
                wrong(N_("Сумма не может быть меньше нуля"), one.number)
            elif requested is not None and one.sum > requested:
                wrong(N_("Запрошено %(requested_sum)s: больше назначить нельзя"), one.number, requested_sum=requested)
            if not one.basis.strip() or len(one.basis) > LONGEST_BASIS:
                wrong(N_("Укажите основание: акт, а если сумма другая — и причину"), one.number)
        by_number[one.number] = one
    for number in passed.keys() - by_number.keys():
        wrong(N_("Заявке %(number)s не назвали сумму; если денег нет, напишите 0"), number)
    if remarks:
        raise RuleBroken(sorted(remarks, key=lambda remark: remark.place))
    fund = sum(awarding.fund_by_source.values(), ZERO)
    needed = sum((one.sum for one in by_number.values()), ZERO)
    if needed > fund:
        values = {"needed_sum": needed, "fund_sum": fund}
        raise RuleBroken(Remark(N_("Названо %(needed_sum)s, а в фонде %(fund_sum)s"), values))
    rows = [
        _decided(row, rule, by_number[row.ranked.entry.number]) if row.ranked.has_passed else row
        for row in awarding.rows
    ]
    ensure_within(rows, funds)
    return over_sources(rows, awarding.fund_by_source)


def _decided(row: AwardRow, rule: AwardingRule, one: NamedSum) -> AwardRow:
    """The row with its sum. Nothing where nothing was recommended keeps its outcome (reserve, no prize)."""
    kopecks(one.sum)  # refuses parts of a kopeck
    requested = row.ranked.entry.requested_sum
    if one.sum:
        outcome = PARTIAL if requested is not None and one.sum < requested else WINNER
    else:
        outcome = row.outcome if row.outcome == RESERVE else NOT_AWARDED
    values = {"basis": one.basis}
    return replace(
        row, outcome=outcome, award_sum=one.sum, reason_code=rule.sums_by, reason_values=values, recommended=row
    )


def recommendation(row: AwardRow) -> dict[str, str]:
    """What the rule gave an application, and on what basis another sum, or the same, was named for it."""
    before = row.recommended or row
    basis = str((row.reason_values or {}).get("basis", ""))
    return {"by": row.reason_code, "outcome": before.outcome, "sum": f"{before.award_sum:f}", "basis": basis}
