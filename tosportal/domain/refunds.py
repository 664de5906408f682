"""What a municipality returns to the region: for results that were missed, and what was not used or was misused.

Rules are data: the formula of the act, its rate, whether the unused remainder is taken out of the subsidy first. Each
step is shown; the sum is exact until its last step, where it is rounded to the kopeck by the rule, and this is said.

Basis: DOMAIN §3.12 (formulas found), §11.8 (test vector); issue 3, point 9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.attainment import Indicator, attainment, rounded
from tosportal.domain.cofinancing import Rounding
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import ZERO, kopecks, roubles

DIGITS = 7


class RefundFormula(StrEnum):
    """`V × k × m / n × rate` over all results together, or `(1 − T/S) × V × rate` for each result by itself."""

    ALL_RESULTS = "all_results"
    EACH_RESULT = "each_result"


@dataclass(frozen=True)
class RefundRule:
    """How a refund is counted. `rate`: the last factor. `without_unused`: the remainder not used on 1 January leaves V.
    `due`: month and day of the next year by which it is to be returned. `rounding`: to the kopeck."""

    code: str
    name: str
    formula: RefundFormula
    rate: Fraction
    without_unused: bool = False
    rounding: Rounding = Rounding.HALF_UP
    due: tuple[int, int] = (7, 1)
    basis: str = ""

    def due_on(self, year: int) -> date:
        """The day before which the money for the results of `year` is to be returned."""
        return date(year + 1, *self.due)


REFUND_RULES: tuple[RefundRule, ...] = (
    RefundRule(
        "all_results",
        N_("V × k × m / n × 0,1"),
        RefundFormula.ALL_RESULTS,
        Fraction("0.1"),
        basis="DOMAIN §3.12: S139, S140",
    ),
    RefundRule(
        "all_results_used",
        N_("V × k × m / n × 0,1, где V — без неиспользованного остатка"),
        RefundFormula.ALL_RESULTS,
        Fraction("0.1"),
        without_unused=True,
        basis="DOMAIN §3.12: S139, S143",
    ),
    RefundRule(
        "each_result", N_("(1 − T/S) × V × 0,1"), RefundFormula.EACH_RESULT, Fraction("0.1"), basis="DOMAIN §3.12: S141"
    ),
    RefundRule(
        "each_result_half",
        N_("(1 − T/S) × V × 0,05"),
        RefundFormula.EACH_RESULT,
        Fraction("0.05"),
        basis="DOMAIN §3.12: S142",
    ),
)
REFUND_BY_CODE: Mapping[str, RefundRule] = {rule.code: rule for rule in REFUND_RULES}


@dataclass(frozen=True)
class MissedIndex:
    """How far a result fell short: 0 when it was reached, None when its fact or plan is not known."""

    code: str
    index: Fraction | None


@dataclass(frozen=True)
class Refund:
    """What is to be returned, roubles: for missed results (`refund_sum`, of the exact `exact`), the remainder, the
    misused part, and all together. `m` results missed of `n`; `k`: None when none was. Not final while a fact lacks."""

    rule: RefundRule
    exact: Fraction
    refund_sum: Decimal
    unused_sum: Decimal
    misused_sum: Decimal
    total_sum: Decimal
    indices: tuple[MissedIndex, ...]
    m: int
    n: int
    k: Fraction | None
    is_final: bool
    steps: tuple[Remark, ...]


def refund(
    rule: RefundRule,
    subsidy_sum: Decimal,
    results: Sequence[Indicator],
    *,
    unused_sum: Decimal = ZERO,
    misused_sum: Decimal = ZERO,
    parts: Mapping[str, Decimal] | None = None,
) -> Refund:
    """The refund to the region by this rule.

    `results` are the results of the agreement with plan and fact. Di = 1 − fact/plan (for a decreasing one
    1 − plan/fact), only above zero counts; k is the mean of Di over the m missed, n are all. A formula for each result
    by itself needs `parts`, the subsidy of each result, when there are several. The remainder and what was misused
    return in full; all together never exceed the subsidy.

    >>> found = refund(REFUND_BY_CODE["all_results"], Decimal("100000.00"),
    ...                [Indicator("1", Decimal(10), Decimal(8)), Indicator("2", Decimal(5), Decimal(5))])
    >>> str(found.refund_sum), found.m, found.n, found.k
    ('1000.00', 1, 2, Fraction(1, 5))

    Raises RuleBroken for sums below zero or with parts of a kopeck, a remainder and misuse above the subsidy, no
    results, several results without their parts. Basis: DOMAIN §3.12.
    """
    given, unused, misused = (_kopecks(value) for value in (subsidy_sum, unused_sum, misused_sum))
    if unused + misused > given:
        raise RuleBroken(
            Remark(
                N_("Остаток и нецелевые расходы вместе %(returned_sum)s, это больше субсидии %(subsidy_sum)s"),
                {"returned_sum": roubles(unused + misused), "subsidy_sum": roubles(given)},
            )
        )
    if not results:
        raise RuleBroken(Remark(N_("В соглашении нет результатов: возврат за недостижение не посчитать")))
    count = _Count(rule, results)
    base = given - unused if rule.without_unused else given
    count.base(given, unused, base)
    indices = count.indices()
    exact = (
        count.all_results(base) if rule.formula is RefundFormula.ALL_RESULTS else count.each_result(base, given, parts)
    )
    sum_ = kopecks(rule.rounding.apply(exact))
    if exact:
        words = (
            N_("Округлено до копейки вверх: %(refund_sum)s")
            if rule.rounding is Rounding.CEIL
            else N_("Округлено до копейки по правилам математики: %(refund_sum)s")
        )
        count.say(words, refund_sum=roubles(sum_))
    total = min(sum_ + unused + misused, given)
    if unused or misused:
        count.say(
            N_("Полностью возвращаются остаток %(unused_sum)s и нецелевые расходы %(misused_sum)s"),
            unused_sum=roubles(unused),
            misused_sum=roubles(misused),
        )
        count.say(N_("Всего к возврату %(total_sum)s"), total_sum=roubles(total))
    missed = count.missed
    return Refund(
        rule=rule,
        exact=exact,
        refund_sum=roubles(sum_),
        unused_sum=roubles(unused),
        misused_sum=roubles(misused),
        total_sum=roubles(total),
        indices=indices,
        m=len(missed),
        n=len(results),
        k=sum(missed.values(), Fraction(0)) / len(missed) if missed else None,
        is_final=all(one.index is not None for one in indices),
        steps=tuple(count.steps),
    )


def refunds_by_every_rule(
    subsidy_sum: Decimal,
    results: Sequence[Indicator],
    *,
    unused_sum: Decimal = ZERO,
    misused_sum: Decimal = ZERO,
    parts: Mapping[str, Decimal] | None = None,
) -> tuple[Refund, ...]:
    """The same case by every rule that can count it, for comparison; arguments as for `refund`."""
    by_itself = parts is not None or len(results) == 1
    return tuple(
        refund(rule, subsidy_sum, results, unused_sum=unused_sum, misused_sum=misused_sum, parts=parts)
        for rule in REFUND_RULES
        if by_itself or rule.formula is RefundFormula.ALL_RESULTS
    )


def _kopecks(value: Decimal) -> int:
    whole = kopecks(value)
    if whole < 0:
        raise RuleBroken(Remark(N_("Сумма не может быть меньше нуля: %(value_sum)s"), {"value_sum": roubles(whole)}))
    return whole


class _Count:
    """Counts one refund and writes down each step."""

    def __init__(self, rule: RefundRule, results: Sequence[Indicator]) -> None:
        self.rule, self.results = rule, results
        self.steps: list[Remark] = []
        self.missed: dict[str, Fraction] = {}

    def say(self, template: str, place: str = "", **values: object) -> None:
        self.steps.append(Remark(template, values, place))

    def base(self, given: int, unused: int, base: int) -> None:
        if self.rule.without_unused:
            self.say(
                N_("V — субсидия %(subsidy_sum)s без остатка %(unused_sum)s: %(base_sum)s"),
                subsidy_sum=roubles(given),
                unused_sum=roubles(unused),
                base_sum=roubles(base),
            )
        else:
            self.say(N_("V — субсидия: %(subsidy_sum)s"), subsidy_sum=roubles(given))

    def indices(self) -> tuple[MissedIndex, ...]:
        found = []
        for result in self.results:
            row = attainment(result)
            index = None if row.capped is None else 1 - row.capped
            found.append(MissedIndex(result.code, index))
            values = {"code": result.code, "plan": result.plan, "fact": result.fact}
            if index is None:
                words = N_("Показатель %(code)s не учтён: %(reason)s")
                self.say(words, result.code, code=result.code, reason=row.note or "")
            elif index == 0:
                words = N_("Показатель %(code)s: план %(plan)s, факт %(fact)s — достигнут")
                self.say(words, result.code, **values)
            else:
                self.missed[result.code] = index
                words = N_("Показатель %(code)s: план %(plan)s, факт %(fact)s — D = 1 − %(degree)s = %(index)s")
                degree, shown = rounded(row.capped, DIGITS), rounded(index, DIGITS)
                self.say(words, result.code, **values, degree=degree, index=shown)
        if not self.missed:
            self.say(N_("Недостигнутых результатов нет: возвращать за них нечего"))
        return tuple(found)

    def all_results(self, base: int) -> Fraction:
        if not self.missed:
            return Fraction(0)
        m, n = len(self.missed), len(self.results)
        whole = sum(self.missed.values(), Fraction(0))
        exact = Fraction(base, 100) * (whole / m) * m / n * self.rule.rate
        self.say(N_("m — не достигнуто %(m)s, n — всего результатов %(n)s"), m=m, n=n)
        self.say(
            N_("k — среднее D недостигнутых: %(whole)s / %(m)s = %(k)s"),
            whole=rounded(whole, DIGITS),
            m=m,
            k=rounded(whole / m, DIGITS),
        )
        self.say(N_("V × k × m / n × %(rate)s = %(exact)s"), rate=_plain(self.rule.rate), exact=rounded(exact, DIGITS))
        return exact

    def each_result(self, base: int, given: int, parts: Mapping[str, Decimal] | None) -> Fraction:
        shares = self.shares(base, given, parts)
        whole = Fraction(0)
        for code, index in self.missed.items():
            exact = index * Fraction(shares[code], 100) * self.rule.rate
            whole += exact
            self.say(
                N_("Показатель %(code)s: D × V × %(rate)s = %(index)s × %(part_sum)s × %(rate)s = %(exact)s"),
                code,
                code=code,
                rate=_plain(self.rule.rate),
                index=rounded(index, DIGITS),
                part_sum=roubles(shares[code]),
                exact=rounded(exact, DIGITS),
            )
        return whole

    def shares(self, base: int, given: int, parts: Mapping[str, Decimal] | None) -> dict[str, int]:
        """The subsidy of each result in kopecks."""
        if parts is None:
            if len(self.results) > 1:
                words = N_("Эта формула считает каждый результат отдельно: укажите субсидию на каждый результат")
                raise RuleBroken(Remark(words))
            return {self.results[0].code: base}
        lacking = [result.code for result in self.results if result.code not in parts]
        if lacking:
            words = N_("Не указана субсидия на результат %(code)s")
            raise RuleBroken([Remark(words, {"code": code}, code) for code in lacking])
        shares = {result.code: _kopecks(parts[result.code]) for result in self.results}
        if sum(shares.values()) > given:
            words = N_("Субсидии на результаты вместе %(parts_sum)s, это больше субсидии %(subsidy_sum)s")
            values = {"parts_sum": roubles(sum(shares.values())), "subsidy_sum": roubles(given)}
            raise RuleBroken(Remark(words, values))
        return shares


def _plain(rate: Fraction) -> Decimal:
    """A rate as it is written: «0,1», «0,05»."""
    shown = rounded(rate, DIGITS) or ZERO
    return shown.normalize()
