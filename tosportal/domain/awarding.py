"""Who gets how much: the fund along the ranking, or prizes by place; then every award split over the sources.

Walk (grants): from the first place down, each gets what it asked for while the fund lasts. Where the next request does
not fit, `last` decides: `cut` gives the remainder when it is at least `partial_min`, and ends; `skip` goes on to the
next that fits; `stop` ends. A ТОС that already has its number of grants is passed by, and its place is kept.
Prizes: the sum named for the place; where a place is shared, each gets the prize of the place (`same_prize`), or the
prizes of all places taken are added up and divided to the kopeck (`split_sum`; odd kopecks to the earlier number).
A nomination or a group may have a fund of its own within that of the contest: whichever is the tighter decides about a
row, and where one is spent the walk goes on for the others.
Rows that share a place are equal: when there is not enough for all of them the rule cannot choose, and the commission
has to vote. The fund is never exceeded.
Basis: DOMAIN.md 3.8 (walk; part awards), 3.7 M18 (vote), issue «Money to the kopeck».
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from tosportal.domain.cofinancing import sources_used, split_awards
from tosportal.domain.criteria import decimal_from
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import ZERO, kopecks, roubles, share_out
from tosportal.domain.part_funds import PartFund, Purses
from tosportal.domain.ranking import RankedRow

METHODS = ("walk", "prizes")
LAST = ("cut", "skip", "stop")
SHARED = ("same_prize", "split_sum")
COMMISSION, ORGANISER = "commission", "organiser"
SUMS_BY = ("", COMMISSION, ORGANISER)  # the rule itself, the commission by its list (M2), the organiser (M20)

WINNER = "winner"
PARTIAL = "partial"
RESERVE = "reserve"
BELOW_PASS = "below_pass"  # noqa: S105 - an outcome, not a password
NOT_AWARDED = "not_awarded"
OUTCOMES = (WINNER, PARTIAL, RESERVE, BELOW_PASS, NOT_AWARDED)

Prizes = Mapping[str, Mapping[int, Decimal]]
"""Nomination code → place → prize in roubles."""


@dataclass(frozen=True, slots=True)
class AwardingRule:
    """How the regulation hands out the fund. `last` and `partial_min` belong to walk, `shared` to prizes.

    `sums_by`: what the rule gives is a recommendation, and the sums are named by the commission or by the organiser.
    """

    method: str
    last: str = "stop"
    partial_min: Decimal | None = None
    shared: str = "same_prize"
    sums_by: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AwardingRule":
        """The `awarding` part of a regulation; an unknown word is RuleBroken.

        >>> AwardingRule.from_json({"method": "walk", "last": "cut", "partial_min": "30000.00"}).last
        'cut'
        """
        try:
            method, last = str(data["method"]), str(data.get("last", "stop"))
            shared, least = str(data.get("shared", "same_prize")), data.get("partial_min")
            sums_by = str(data.get("sums_by") or "")
        except (KeyError, TypeError, AttributeError) as error:
            raise RuleBroken(
                Remark(N_("Порядок распределения записан неполно: %(reason)s"), {"reason": str(error)[:80]}, "awarding")
            ) from error
        for word, known in ((method, METHODS), (last, LAST), (shared, SHARED), (sums_by, SUMS_BY)):
            if word not in known:
                raise RuleBroken(Remark(N_("Неизвестный порядок распределения %(word)s"), {"word": word}, "awarding"))
        return cls(method, last, None if least is None else decimal_from(least, "partial_min"), shared, sums_by)

    def to_json(self) -> dict[str, Any]:
        """The same rule as the regulation writes it."""
        named = {"sums_by": self.sums_by} if self.sums_by else {}
        if self.method == "prizes":
            return {"method": self.method, "shared": self.shared, **named}
        least = None if self.partial_min is None else f"{self.partial_min:f}"
        return {"method": self.method, "last": self.last, "partial_min": least, **named}


@dataclass(frozen=True, slots=True)
class AwardRow:
    """The outcome of one application; `split` is its award by source, in the order of the fund.

    `recommended` is what the rule gave, where people named another sum or the same (see `domain.named_sums`).
    """

    ranked: RankedRow
    outcome: str
    award_sum: Decimal = ZERO
    reason_code: str = ""
    reason_values: Mapping[str, object] | None = None
    split: Mapping[str, Decimal] | None = None
    recommended: "AwardRow | None" = None

    @property
    def cause(self) -> str:
        """The reason as people are told it. A protocol writes `below_pass` for whatever has not passed; who has the
        pass mark fell out by the minimum of an expert (M19)."""
        entry = self.ranked.entry
        total = entry.total
        if self.reason_code == "below_pass" and total.meets_pass(entry.requested_sum) and not total.meets_experts:
            return "below_expert_min"
        return self.reason_code

    @property
    def reason(self) -> Remark | None:
        """Why the row has less than it asked for; None for a full award."""
        if not self.reason_code:
            return None
        return Remark(REASONS[self.cause], self.reason_values or {}, self.ranked.entry.number)


@dataclass(frozen=True, slots=True)
class Awarding:
    """The whole decision about money; sums in roubles."""

    rows: tuple[AwardRow, ...]
    fund_by_source: Mapping[str, Decimal]
    totals_by_source: Mapping[str, Decimal]
    remainder_by_source: Mapping[str, Decimal]
    awarded_sum: Decimal
    remainder_sum: Decimal


REASONS = {
    "below_pass": N_("Итог ниже проходного балла"),
    "below_expert_min": N_("Итог эксперта ниже наименьшего, который требует положение"),
    "fund_spent": N_("Средства конкурса закончились"),
    "part_spent": N_("Средства «%(name)s» закончились"),
    "part_does_not_fit": N_("Запрошено %(requested_sum)s, а в средствах «%(name)s» осталось %(left_sum)s"),
    "part_cut": N_("Поддержана частично: запрошено %(requested_sum)s, в средствах «%(name)s» оставалось %(left_sum)s"),
    "does_not_fit": N_("Запрошено %(requested_sum)s, а в фонде осталось %(left_sum)s"),
    "after_last": N_("Распределение закончено на заявке %(number)s: на неё не хватило средств"),
    "below_partial_min": N_("Осталось %(left_sum)s, а частичная поддержка – не меньше %(least_sum)s"),
    "cut": N_("Поддержана частично: запрошено %(requested_sum)s, в фонде оставалось %(left_sum)s"),
    "tos_limit": N_("У этого ТОС уже наибольшее число грантов в конкурсе: %(limit)s"),
    "no_prize": N_("За место %(place)s приз не предусмотрен"),
    COMMISSION: N_("Сумму назвала комиссия: %(basis)s"),
    ORGANISER: N_("Сумму назвал организатор: %(basis)s"),
}


def award(
    ranking: Sequence[RankedRow],
    rule: AwardingRule,
    fund_by_source: Mapping[str, Decimal],
    *,
    prizes: Prizes,
    grants_per_tos: int | None,
    funds: Sequence[PartFund] = (),
) -> Awarding:
    """Outcome and award of every row of the ranking, in its order, split over the sources.

    Row sums equal the awards and column sums the sources used; each source gives its part of what is awarded.

    What is awarded in a part of the contest stays within its own fund too.

    Raises RuleBroken: a fund is too small for the prizes; equal rows and not enough for all of them; a request
    without a sum; a sum below zero or with parts of a kopeck.
    """
    fund = sum(kopecks(value) for value in fund_by_source.values())
    if rule.method == "walk":
        rows = _walk(ranking, rule, Purses(fund, funds), grants_per_tos)
    else:
        rows = _prizes(ranking, rule, fund, prizes)
        ensure_within(rows, funds)
    return over_sources(rows, fund_by_source)


def over_sources(rows: Sequence[AwardRow], fund_by_source: Mapping[str, Decimal]) -> Awarding:
    """The whole decision: every award split over the sources, and what is left of each."""
    fund = sum(kopecks(value) for value in fund_by_source.values())
    awarded = sum(kopecks(row.award_sum) for row in rows)
    spent = sources_used(roubles(awarded), fund_by_source)
    table = iter(split_awards([row.award_sum for row in rows if row.award_sum], spent.used))
    nothing = dict.fromkeys(fund_by_source, ZERO)
    return Awarding(
        rows=tuple(replace(row, split=next(table) if row.award_sum else nothing) for row in rows),
        fund_by_source=dict(fund_by_source),
        totals_by_source=dict(spent.used),
        remainder_by_source=dict(spent.left),
        awarded_sum=roubles(awarded),
        remainder_sum=roubles(fund - awarded),
    )


def _walk(
    ranking: Sequence[RankedRow], rule: AwardingRule, purses: Purses, grants_per_tos: int | None
) -> list[AwardRow]:
    rows: list[AwardRow] = []
    granted: Counter[str] = Counter()
    for _, equals in groupby(ranking, key=lambda row: (row.group, row.place)):
        block: list[tuple[RankedRow, int]] = []
        for row in equals:
            code = _refusal(row, granted, grants_per_tos, purses)
            if code:
                values: dict[str, object] = {"limit": grants_per_tos} if code == "tos_limit" else {}
                if code == "part_spent":
                    values = {"name": purses.name(purses.tightest(row))}
                elif not values:
                    values = {"number": purses.ended_for(row)}
                outcome = {"below_pass": BELOW_PASS, "tos_limit": NOT_AWARDED}.get(code, RESERVE)
                rows.append(AwardRow(row, outcome, ZERO, code, values))
            else:
                block.append((row, _requested(row)))
        if len(block) > 1:
            _ensure_enough_for_all(block, rule, purses, granted, grants_per_tos)
        for row, requested in block:
            if requested <= purses.left_for(row):
                rows.append(AwardRow(row, WINNER, roubles(requested)))
                given = requested
            else:
                unfunded = _unfunded(row, rule, requested, purses)
                rows.append(unfunded)
                given = kopecks(unfunded.award_sum)
                if rule.last != "skip" and not given:
                    purses.ended[purses.tightest(row)] = row.entry.number
            purses.take(row, given)
            granted[row.entry.tos_code] += given > 0
    position = {row.entry.number: index for index, row in enumerate(ranking)}
    return sorted(rows, key=lambda row: position[row.ranked.entry.number])


def _refusal(row: RankedRow, granted: Counter[str], grants_per_tos: int | None, purses: Purses) -> str:
    """Why the walk does not even look at the sum of this row, or an empty string."""
    if not row.has_passed:
        return "below_pass"
    if grants_per_tos is not None and granted[row.entry.tos_code] >= grants_per_tos:
        return "tos_limit"
    if purses.left_for(row) == 0:
        return "part_spent" if purses.tightest(row) else "fund_spent"
    return "after_last" if purses.ended_for(row) else ""


def _fits(rule: AwardingRule, requested: int, left: int) -> bool:
    """Whether a row that comes alone would get anything."""
    least = 1 if rule.partial_min is None else kopecks(rule.partial_min)
    return requested <= left or (rule.last == "cut" and left >= least)


def _unfunded(row: RankedRow, rule: AwardingRule, requested: int, purses: Purses) -> AwardRow:
    """A row whose request is more than what is left."""
    purse, left = purses.tightest(row), purses.left_for(row)
    values: dict[str, object] = {"requested_sum": roubles(requested), "left_sum": roubles(left)}
    if purse:
        values["name"] = purses.name(purse)
    if rule.last != "cut":
        return AwardRow(row, RESERVE, ZERO, "part_does_not_fit" if purse else "does_not_fit", values)
    if rule.partial_min is not None and left < kopecks(rule.partial_min):
        values = {"left_sum": roubles(left), "least_sum": rule.partial_min}
        return AwardRow(row, RESERVE, ZERO, "below_partial_min", values)
    return AwardRow(row, PARTIAL, roubles(left), "part_cut" if purse else "cut", values)


def _ensure_enough_for_all(
    block: list[tuple[RankedRow, int]],
    rule: AwardingRule,
    purses: Purses,
    granted: Counter[str],
    grants_per_tos: int | None,
) -> None:
    """Rows that share a place are all funded as far as each purse that they share goes, or the commission votes; none
    is preferred. A row takes no more out of a purse than its other purses would let it have."""
    for purse, left in enumerate(purses.left):
        sharing = [(row, requested) for row, requested in block if purse in purses.of(row)]
        if len(sharing) < 2 or not any(_fits(rule, asked, purses.left_for(row)) for row, asked in sharing):
            continue
        needed = sum(_claim(row, requested, purse, rule, purses) for row, requested in sharing)
        per_tos = Counter(row.entry.tos_code for row, _ in sharing)
        too_many = grants_per_tos is not None and any(
            granted[code] + count > grants_per_tos for code, count in per_tos.items()
        )
        if needed > left or too_many:
            numbers = ", ".join(row.entry.number for row, _ in sharing)
            raise RuleBroken(
                Remark(
                    N_(
                        "Заявки %(numbers)s равны по всем правилам, а поддержать все нельзя (запрошено %(needed_sum)s, "
                        "осталось %(left_sum)s): нужно голосование комиссии"
                    ),
                    {"numbers": numbers, "needed_sum": roubles(needed), "left_sum": roubles(left)},
                )
            )


def _claim(row: RankedRow, requested: int, purse: int, rule: AwardingRule, purses: Purses) -> int:
    """What a row wants of a purse: no more than a tighter purse of its own would leave it."""
    left = purses.left_for(row)
    if purses.tightest(row) == purse or requested <= left:
        return requested
    if _fits(rule, requested, left):
        return left
    return 0 if rule.last == "skip" else requested


def _requested(row: RankedRow) -> int:
    requested = row.entry.requested_sum
    if requested is None or requested <= 0:
        raise RuleBroken(
            Remark(N_("В заявке %(number)s не указана запрашиваемая сумма"), {"number": row.entry.number},
                   row.entry.number)
        )  # fmt: skip
    return kopecks(requested)


def _prizes(ranking: Sequence[RankedRow], rule: AwardingRule, fund: int, prizes: Prizes) -> list[AwardRow]:
    rows: list[AwardRow] = []
    for (_, place), equals in groupby(ranking, key=lambda row: (row.group, row.place)):
        shared = list(equals)
        named = prizes.get(shared[0].entry.nomination, {})
        if rule.shared == "split_sum":
            pot = sum(kopecks(named[taken]) for taken in range(place, place + len(shared)) if taken in named)
            sums = share_out(roubles(pot), [1] * len(shared))
        else:
            sums = (roubles(kopecks(named.get(place, ZERO))),) * len(shared)
        for row, prize in zip(shared, sums, strict=True):
            if not row.has_passed:
                rows.append(AwardRow(row, BELOW_PASS, ZERO, "below_pass", {}))
            elif prize:
                rows.append(AwardRow(row, WINNER, prize))
            else:
                rows.append(AwardRow(row, NOT_AWARDED, ZERO, "no_prize", {"place": place}))
    needed = sum(kopecks(row.award_sum) for row in rows)
    if needed > fund:
        raise RuleBroken(
            Remark(
                N_("Призы составляют %(needed_sum)s, а в фонде %(fund_sum)s: измените призы или фонд"),
                {"needed_sum": roubles(needed), "fund_sum": roubles(fund)},
            )
        )
    return rows


def ensure_within(rows: Sequence[AwardRow], funds: Sequence[PartFund]) -> None:
    """Awards stay within the fund of each part; RuleBroken names the part whose fund is too small."""
    for one in funds:
        needed = sum(kopecks(row.award_sum) for row in rows if one.pays_for(row.ranked))
        if needed > kopecks(one.sum):
            words = N_("На «%(name)s» нужно %(needed_sum)s, а в её фонде %(fund_sum)s")
            raise RuleBroken(Remark(words, {"name": one.name, "needed_sum": roubles(needed), "fund_sum": one.sum}))


@dataclass(frozen=True, slots=True)
class PartSums:
    """What became of the fund of a part, in roubles."""

    fund: PartFund
    awarded_sum: Decimal

    @property
    def left_sum(self) -> Decimal:
        return self.fund.sum - self.awarded_sum


def part_sums(rows: Sequence[AwardRow], funds: Sequence[PartFund]) -> list[PartSums]:
    """The fund of every part and what was awarded out of it."""
    return [
        PartSums(one, roubles(sum(kopecks(row.award_sum) for row in rows if one.pays_for(row.ranked)))) for one in funds
    ]
