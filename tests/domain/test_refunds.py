"""Refunds to the region: the test vector, the variants of the acts, every step, and what never happens."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.attainment import Direction, Indicator, rounded
from tosportal.domain.cofinancing import Rounding
from tosportal.domain.errors import RuleBroken
from tosportal.domain.refunds import REFUND_BY_CODE, REFUND_RULES, RefundFormula, refund, refunds_by_every_rule

D = Decimal
SUBSIDY = D("708500.00")
YEAR_2024 = [
    Indicator(code, D(plan), D(fact))
    for code, plan, fact in (
        ("1.1", "13", "12.4"),
        ("1.2", "6", "7"),
        ("2.1", "2", "2"),
        ("2.2", "70.0", "66.5"),
        ("3.1", "2", "3"),
        ("4.1", "788.5", "785.2"),
        ("4.2", "40", "52"),
    )
]
ALL = REFUND_BY_CODE["all_results"]
EACH = REFUND_BY_CODE["each_result"]


def test_the_vector():
    found = refund(ALL, SUBSIDY, YEAR_2024)
    assert (found.m, found.n, str(rounded(found.k, 7)), found.is_final) == (3, 7, "0.0334463", True)
    assert (found.refund_sum, found.total_sum) == (D("1015.57"), D("1015.57"))
    assert [str(step).replace("\xa0", " ") for step in found.steps] == [
        "V — субсидия: 708 500,00 ₽",
        "Показатель 1.1: план 13, факт 12,4 — D = 1 − 0,9538462 = 0,0461538",
        "Показатель 1.2: план 6, факт 7 — достигнут",
        "Показатель 2.1: план 2, факт 2 — достигнут",
        "Показатель 2.2: план 70,0, факт 66,5 — D = 1 − 0,9500000 = 0,0500000",
        "Показатель 3.1: план 2, факт 3 — достигнут",
        "Показатель 4.1: план 788,5, факт 785,2 — D = 1 − 0,9958148 = 0,0041852",
        "Показатель 4.2: план 40, факт 52 — достигнут",
        "m — не достигнуто 3, n — всего результатов 7",
        "k — среднее D недостигнутых: 0,1003390 / 3 = 0,0334463",
        "V × k × m / n × 0,1 = 1015,5741009",
        "Округлено до копейки по правилам математики: 1 015,57 ₽",
    ]
    assert ALL.due_on(2024) == date(2025, 7, 1)


def test_the_unused_remainder():
    kept = refund(ALL, SUBSIDY, YEAR_2024, unused_sum=D("8500.00"), misused_sum=D("100.00"))
    assert (kept.refund_sum, kept.total_sum) == (D("1015.57"), D("9615.57"))
    out = refund(REFUND_BY_CODE["all_results_used"], SUBSIDY, YEAR_2024, unused_sum=D("8500.00"))
    assert out.refund_sum == D("1003.39")
    assert "700\xa0000,00" in str(out.steps[0])


def test_each_result_by_itself():
    one = [Indicator("1.1", D(13), D("12.4"))]
    assert refund(EACH, SUBSIDY, one).refund_sum == D("3270.00")
    assert refund(REFUND_BY_CODE["each_result_half"], SUBSIDY, one).refund_sum == D("1635.00")
    falling = [Indicator("crime", D(35), D("37.2"), Direction.DECREASING)]
    assert refund(EACH, SUBSIDY, falling).exact == Fraction(708500) * (1 - Fraction(350, 372)) / 10
    parts = {"1.1": D("500000.00"), "2.2": D("200000.00")}
    both = refund(EACH, SUBSIDY, [YEAR_2024[0], YEAR_2024[3]], parts=parts)
    assert both.exact == Fraction(50000) * Fraction(6, 130) + Fraction(20000) / 20
    assert "0,0461538 × 500\xa0000,00\xa0₽ × 0,1" in str(both.steps[3])


def test_rounding_is_a_setting_and_is_said():
    up = refund(replace(ALL, rounding=Rounding.CEIL), SUBSIDY, YEAR_2024)
    assert (up.refund_sum, "вверх" in str(up.steps[-1])) == (D("1015.58"), True)


def test_a_result_without_a_fact_is_shown_and_the_refund_is_not_final():
    found = refund(ALL, SUBSIDY, [*YEAR_2024, Indicator("5", D(3), None)])
    assert (found.m, found.n, found.is_final) == (3, 8, False)
    assert any("5 не учтён: Нет данных о факте" in str(step) for step in found.steps)


def test_nothing_missed():
    found = refund(ALL, SUBSIDY, [YEAR_2024[1]])
    assert (found.refund_sum, found.k, str(found.steps[-1])) == (
        D("0.00"),
        None,
        "Недостигнутых результатов нет: возвращать за них нечего",
    )


@pytest.mark.parametrize(
    ("rule", "subsidy", "results", "more", "words"),
    [
        (ALL, "-1.00", YEAR_2024, {}, "меньше нуля"),
        (ALL, "1.001", YEAR_2024, {}, "доли копейки"),
        (ALL, "10.00", YEAR_2024, {"unused_sum": D("10.01")}, "больше субсидии"),
        (ALL, "10.00", [], {}, "нет результатов"),
        (EACH, "10.00", YEAR_2024, {}, "укажите субсидию"),
        (EACH, "10.00", YEAR_2024[:2], {"parts": {"1.1": D(1)}}, "на результат 1.2"),
        (EACH, "10.00", YEAR_2024[:1], {"parts": {"1.1": D(11)}}, "больше субсидии"),
    ],
)
def test_refusals(rule, subsidy, results, more, words):
    with pytest.raises(RuleBroken, match=words):
        refund(rule, D(subsidy), results, **more)


amounts = st.decimals(min_value=0, max_value=1000, places=2)
results_of_a_year = st.lists(
    st.builds(Indicator, st.uuids().map(str), st.none() | amounts, st.none() | amounts, st.sampled_from(Direction)),
    min_size=1,
    max_size=6,
)
sums = st.integers(0, 10**10)


@given(sums, sums, sums, results_of_a_year)
def test_no_more_than_the_subsidy_returns(subsidy, unused, misused, results):
    unused, misused = (D(min(value, subsidy // 2)) / 100 for value in (unused, misused))
    whole = D(subsidy) / 100
    every = refunds_by_every_rule(whole, results, unused_sum=unused, misused_sum=misused)
    assert len(every) == (len(REFUND_RULES) if len(results) == 1 else 2)
    for found in every:
        assert 0 <= found.refund_sum <= whole
        assert unused + misused <= found.total_sum <= whole
        assert (found.refund_sum == 0) or found.m
        assert abs(Fraction(found.refund_sum) - found.exact) <= Fraction(1, 200)
        assert all(str(step) for step in found.steps)


@given(sums, amounts.filter(bool), amounts)
def test_one_result_is_the_same_by_both_formulas(subsidy, plan, fact):
    one = [Indicator("x", plan, fact)]
    exact = [refund(rule, D(subsidy) / 100, one).exact for rule in (ALL, EACH)]
    assert exact[0] == exact[1] == max(Fraction(0), 1 - Fraction(fact) / Fraction(plan)) * Fraction(subsidy, 1000)
    assert EACH.formula is RefundFormula.EACH_RESULT
