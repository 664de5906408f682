"""The compliance check of co-financing: the seed's years, ceilings, tolerance of a kopeck, agreed rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.cofinancing import Rounding, from_need, from_subsidy
from tosportal.domain.compliance import AgreedLevel, Compliance, Computed, check_cofinancing
from tosportal.domain.errors import RuleBroken
from tosportal.domain.money import roubles

D = Decimal
SEED = AgreedLevel(D("98.2"), act="соглашение № 14")


@pytest.mark.parametrize(
    ("level", "local", "outcome", "least"),
    [
        ("98.2", "12986.76", Compliance.HOLDS_BY_TOLERANCE, "12986.76"),
        ("98.2", "12986.77", Compliance.HOLDS, "12986.76"),
        ("98.2", "13000.00", Compliance.HOLDS, "12987.00"),  # 2024: rounded up to tenths of a thousand
        ("98.2", "12986.00", Compliance.BROKEN, "12986.74"),
        ("99", "7156.57", Compliance.HOLDS, "7156.56"),
        ("98", "14459.18", Compliance.HOLDS_BY_TOLERANCE, "14459.18"),
        ("95", "37289.47", Compliance.HOLDS_BY_TOLERANCE, "37289.47"),
        ("95.59", "32686.32", Compliance.HOLDS, "32686.31"),
        ("95.59", "32686.00", Compliance.BROKEN, "32686.30"),
        ("100", "0.00", Compliance.HOLDS, "0.00"),
    ],
)
def test_levels_of_the_acts(level, local, outcome, least):
    found = check_cofinancing(AgreedLevel(D(level)), D("708500.00"), D(local))
    assert (found.outcome, found.least_local_sum) == (outcome, D(least))
    assert found.holds is (found.lacking_sum == 0)


def test_the_steps():
    found = check_cofinancing(SEED, D("708500.00"), D("12986.76"), D("721486.76"))
    assert [str(step).replace("\xa0", " ") for step in found.steps] == [
        "Предельный уровень субсидии 98,2 %, по документу: соглашение № 14",
        "Субсидия 708 500,00 ₽ и местная доля 12 986,76 ₽ вместе 721 486,76 ₽, субсидия 98,20 %",
        "Местная доля должна быть не меньше 12 986,76 ₽: это 1,8 % от объёма, копейка вниз",
        "Местная доля 12 986,76 ₽ из 721 486,76 ₽ отвечает уровню 1,8 % с точностью до округления (допуск 0,01 ₽)",
        "Уровень софинансирования соблюдён с точностью до округления",
    ]
    assert [one.rounding for one in found.variants if one.is_same] == [Rounding.HALF_UP]
    assert [str(one.remark).replace("\xa0", " ") for one in found.variants][1:3] == [
        "Если округлять до копейки вверх, в пользу областного бюджета: субсидия 708 500,00 ₽, местная доля 12 986,77 ₽",
        "Если округлять до 0,1 тыс. руб.: субсидия 708 500,00 ₽, местная доля 13 000,00 ₽",
    ]
    assert "так и записано" in str(found.variants[0].remark)


def test_a_rounding_of_the_agreement_is_in_order():
    thousands = AgreedLevel(D("90"), Rounding.THOUSAND, Computed.SUBSIDY)
    found = check_cofinancing(thousands, D("341000.00"), D("37600.00"))  # 378.6 × 90 % = 340.74 → 341 тыс.
    assert (found.outcome, found.lacking_sum) == (Compliance.HOLDS_BY_ROUNDING, D("260.00"))
    assert "до тыс. руб." in str(found.steps[-2])
    other = check_cofinancing(AgreedLevel(D("90"), computed=Computed.SUBSIDY), D("341000.00"), D("37600.00"))
    assert other.outcome is Compliance.BROKEN
    assert "другое округление" in str(other.steps[-2])


def test_a_printed_total_that_does_not_add_up():
    found = check_cofinancing(SEED, D("708500.00"), D("13000.00"), D("721400.00"))
    assert (found.outcome, "721\xa0400,00" in str(found.steps[-2])) == (Compliance.BROKEN, True)


def test_an_exact_level_allows_no_more_either():
    exact = AgreedLevel(D("98.2"), exact=True)
    assert not check_cofinancing(exact, D("708500.00"), D("14000.00")).holds
    assert check_cofinancing(exact, D("708500.00"), D("12986.76")).holds


@pytest.mark.parametrize(("level", "subsidy", "local"), [("0", "1", "1"), ("101", "1", "1"), ("98", "-1", "1")])
def test_refusals(level, subsidy, local):
    with pytest.raises(RuleBroken):
        check_cofinancing(AgreedLevel(D(level)), D(subsidy), D(local))


levels = st.integers(1, 10000).map(lambda n: D(n) / 100)
money = st.integers(0, 10**12).map(roubles)


@given(levels, st.sampled_from(Rounding), st.sampled_from(Computed), money)
def test_what_the_agreement_computes_complies(level, rounding, computed, amount):
    split = (from_subsidy if computed is Computed.TOTAL else from_need)(amount, level, rounding)
    found = check_cofinancing(AgreedLevel(level, rounding, computed), split.subsidy, split.local, split.total)
    assert found.holds
    assert any(one.is_same for one in found.variants if one.rounding is rounding)


@given(levels, money, money)
def test_more_local_money_never_breaks_the_level(level, subsidy, local):
    agreed = AgreedLevel(level)
    found = check_cofinancing(agreed, subsidy, local)
    assert all(str(step) for step in found.steps)
    if found.outcome in {Compliance.HOLDS, Compliance.HOLDS_BY_TOLERANCE}:
        assert check_cofinancing(agreed, subsidy, local + D("100.00")).holds
    if found.lacking_sum == 0:
        assert found.holds
        assert Fraction(local) >= Fraction(subsidy + local) * (100 - Fraction(level)) / 100 - Fraction(1, 100)
