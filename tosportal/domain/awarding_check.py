"""An independent check of a finished awarding: every constraint stated anew, none computed the way `award` does."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.awarding import (
    BELOW_PASS,
    NOT_AWARDED,
    OUTCOMES,
    PARTIAL,
    RESERVE,
    WINNER,
    Awarding,
    AwardingRule,
    AwardRow,
    Prizes,
)
from tosportal.domain.errors import N_, Remark
from tosportal.domain.money import ZERO
from tosportal.domain.part_funds import PartFund


def verify_awarding(
    awarding: Awarding,
    rule: AwardingRule,
    *,
    prizes: Prizes,
    grants_per_tos: int | None,
    funds: Sequence[PartFund] = (),
) -> list[Remark]:
    """An independent look at a finished awarding: every constraint stated anew, none computed the way `award` does.

    Empty means that the decision keeps the regulation and adds up to the kopeck.
    """
    found = verify_sums(awarding, funds)
    wrong = _into(found)
    if rule.method == "walk":
        _verify_walk(awarding, rule, grants_per_tos, funds, wrong)
    else:
        _verify_prizes(awarding, rule, prizes, wrong)
    return found


def _into(found: list[Remark]) -> Any:
    def wrong(text: str, row: AwardRow | None = None, **values: object) -> None:
        number = row.ranked.entry.number if row else ""
        found.append(Remark(text, {"number": number, **values}, number))

    return wrong


def verify_sums(awarding: Awarding, funds: Sequence[PartFund] = ()) -> list[Remark]:
    """An independent check that a decision adds up to the kopeck and exceeds no fund, whoever named the sums."""
    found: list[Remark] = []
    wrong = _into(found)
    fund = sum(awarding.fund_by_source.values(), ZERO)
    awards = sum((row.award_sum for row in awarding.rows), ZERO)
    if awards != awarding.awarded_sum or awards + awarding.remainder_sum != fund or awarding.remainder_sum < 0:
        wrong(N_("Сумма наград и остаток не составляют фонд"))
    for part in funds:
        if sum((row.award_sum for row in awarding.rows if _is_of(part, row)), ZERO) > part.sum:
            wrong(N_("Награды «%(name)s» больше её фонда"), name=part.name)
    for source, planned in awarding.fund_by_source.items():
        column = sum(((row.split or {}).get(source, ZERO) for row in awarding.rows), ZERO)
        used, left = awarding.totals_by_source.get(source), awarding.remainder_by_source.get(source)
        if used is None or left is None or column != used or used + left != planned or left < 0:
            wrong(N_("Источник %(source)s не сходится по столбцу"), source=source)
    for row in awarding.rows:
        split = row.split or {}
        if set(split) != set(awarding.fund_by_source) or sum(split.values(), ZERO) != row.award_sum:
            wrong(N_("Награда заявки %(number)s не равна сумме по источникам"), row)
        for source, cell in split.items():
            share = Fraction(row.award_sum) * Fraction(awarding.totals_by_source.get(source, ZERO))
            if cell < 0 or (awards and abs(Fraction(cell) - share / Fraction(awards)) >= Fraction(1, 100)):
                wrong(N_("Доля источника %(source)s в заявке %(number)s дальше копейки от точной"), row, source=source)
        if (row.award_sum > 0) != (row.outcome in {WINNER, PARTIAL}) or row.outcome not in OUTCOMES:
            wrong(N_("Исход заявки %(number)s не отвечает её награде"), row)
        if (row.outcome == BELOW_PASS) == row.ranked.has_passed:
            wrong(N_("Исход заявки %(number)s не отвечает проходному баллу"), row)
    return found


def _is_of(part: PartFund, row: AwardRow) -> bool:
    entry = row.ranked.entry
    return (not part.nomination or part.nomination == entry.nomination) and (
        not part.group or part.group == entry.group
    )


def _verify_walk(
    awarding: Awarding, rule: AwardingRule, grants_per_tos: int | None, funds: Sequence[PartFund], wrong: Any
) -> None:
    granted = Counter(row.ranked.entry.tos_code for row in awarding.rows if row.award_sum)
    if grants_per_tos is not None and any(count > grants_per_tos for count in granted.values()):
        wrong(N_("ТОС получил больше грантов, чем разрешено"))
    least = rule.partial_min or ZERO
    purses = [sum(awarding.fund_by_source.values(), ZERO), *(one.sum for one in funds)]
    stopped: set[int] = set()
    before: Counter[str] = Counter()
    for row in awarding.rows:
        entry = row.ranked.entry
        requested = entry.requested_sum or ZERO
        own = [0, *(number for number, one in enumerate(funds, 1) if _is_of(one, row))]
        left = min(purses[number] for number in own)
        passed_by = any(number in stopped for number in own)
        if row.outcome == PARTIAL and (rule.last != "cut" or row.award_sum < least or row.award_sum != left):
            wrong(N_("Частичная поддержка не отвечает положению"), row)
        if row.outcome == WINNER and row.award_sum != requested:
            wrong(N_("Награда заявки %(number)s не равна запрошенной сумме"), row)
        if row.outcome == PARTIAL and not row.award_sum < requested:
            wrong(N_("Частичная награда заявки %(number)s не меньше запрошенной"), row)
        if row.outcome == NOT_AWARDED and (grants_per_tos is None or before[entry.tos_code] < grants_per_tos):
            wrong(N_("Заявка %(number)s обойдена без причины"), row)
        if row.outcome == RESERVE:
            if requested <= left and not (passed_by and rule.last != "skip"):
                wrong(N_("Заявка %(number)s в резерве, хотя денег хватало"), row)
            if rule.last == "cut" and not passed_by and left > 0 and left >= least:
                wrong(N_("Заявка %(number)s в резерве, хотя положена частичная поддержка"), row)
            if not passed_by:
                stopped.add(next(number for number in own if purses[number] == left))
        elif row.award_sum and passed_by and rule.last != "skip":
            wrong(N_("Заявка %(number)s получила награду после той, на которой распределение кончилось"), row)
        for number in own:
            purses[number] -= row.award_sum
        before[entry.tos_code] += row.award_sum > 0


def _verify_prizes(awarding: Awarding, rule: AwardingRule, prizes: Prizes, wrong: Any) -> None:
    sharing = Counter((row.ranked.group, row.ranked.place) for row in awarding.rows)
    given: dict[tuple[str, int], list[Decimal]] = {}
    for row in awarding.rows:
        place, entry = row.ranked.place, row.ranked.entry
        given.setdefault((row.ranked.group, place), []).append(row.award_sum)
        named = prizes.get(entry.nomination, {})
        if row.ranked.has_passed and rule.shared == "same_prize" and row.award_sum != named.get(place, ZERO):
            wrong(N_("Приз заявки %(number)s не тот, что назван за её место"), row)
        if row.outcome in {PARTIAL, RESERVE}:
            wrong(N_("Исход заявки %(number)s не отвечает её награде"), row)
    if rule.shared == "split_sum":
        for row in awarding.rows:
            key = (row.ranked.group, row.ranked.place)
            sums = given.pop(key, None)
            if sums is None or not row.ranked.has_passed:
                continue
            named = prizes.get(row.ranked.entry.nomination, {})
            pot = sum((named.get(key[1] + taken, ZERO) for taken in range(sharing[key])), ZERO)
            if sum(sums, ZERO) != pot or max(sums) - min(sums) > Decimal("0.01"):
                wrong(N_("Призы разделённого места %(place)s не составляют положенную сумму"), row, place=key[1])
