"""Efficiency by methods that are data: the worked example to five digits, the flip by the cap, zeros, weights."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.attainment import Direction, Indicator, ZeroRule, rounded
from tosportal.domain.efficiency import (
    Combine,
    Method,
    Weights,
    YearOutcome,
    effect_of_cap,
    evaluate,
    verdicts,
)
from tosportal.domain.efficiency_methods import BY_CODE, METHODS, method_data, read_method
from tosportal.domain.errors import RuleBroken

D = Decimal
INDICATORS = tuple(
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
)
YEAR_2024 = YearOutcome(INDICATORS, None, done=7, planned=8, spent_sum=D("851.7"), planned_sum=D("858.5"))


def five(value):
    return str(rounded(value, 5))


def test_worked_example():
    found = evaluate(BY_CODE["federal"], YEAR_2024)
    assert {name: five(value) for name, value in found.parts.items()} == {
        "СР": "0.98567",
        "СРм": "0.87500",
        "ССуз": "0.99208",
        "Эис": "0.88199",
    }
    assert (five(found.value), found.verdict) == ("0.86934", "средняя")
    uncapped = evaluate(BY_CODE["federal_uncapped"], YEAR_2024)
    assert (five(uncapped.parts["СР"]), five(uncapped.value), uncapped.verdict) == ("1.12376", "0.99114", "высокая")
    assert str(effect_of_cap(BY_CODE["federal"], YEAR_2024)) == (
        "Вывод зависит от ограничения: если степень не больше 1, то 0,86934 — средняя, "
        "без ограничения 0,99114 — высокая"
    )
    everything = evaluate(BY_CODE["federal"], replace(YEAR_2024, done=8))
    assert (five(everything.parts["Эис"]), five(everything.value)) == ("1.00798", "0.99354")


def test_the_same_year_by_every_method():
    found = {one.method.code: (five(one.value), one.verdict) for one in verdicts(METHODS, YEAR_2024)}
    assert found == {
        "federal": ("0.86934", "средняя"),
        "federal_uncapped": ("0.99114", "высокая"),
        "mean": ("0.98567", "высокая"),
        "mean_uncapped": ("1.12376", "высокая"),
        "direct_reverse": ("1.12376", "выше плановой"),
        "achieved": ("0.57143", "низкая"),
        "planning": ("1.22232", "высокая"),
        "plain_percent": ("112.37611", "высокая"),
    }


def test_every_step_is_said():
    steps = [str(step) for step in evaluate(BY_CODE["federal"], YEAR_2024).steps]
    assert steps[1] == "Показатель 1.2: план 6, факт 7, степень 1,16667, больше 1 принято за 1"
    assert steps[2] == "Показатель 2.1: план 2, факт 2, степень 1,00000"
    assert steps[7:] == [
        "СР — среднее степеней, показателей 7: 0,98567",
        "СРм — выполнено мероприятий 7 из 8: 0,87500",
        "ССуз — израсходовано 851,7 из 858,5: 0,99208",
        "Эис = СРм / ССуз = 0,88199",
        "ЭР = СР × Эис = 0,86934",
        "Итог: 0,86934 — средняя",
    ]
    assert str(evaluate(BY_CODE["planning"], YEAR_2024).steps[-3]) == (
        "k — по таблице при разнице D и R, равной 0,01: 1,25"
    )
    assert str(evaluate(BY_CODE["planning"], YEAR_2024).steps[-2]) == "E = D × R × k = 1,22232"


def test_weights():
    codes = [one.code for one in INDICATORS]
    given_weights = dict(zip(codes, map(D, ("0.2", "0.25", "0.1", "0.1", "0.1", "0.15", "0.1")), strict=True))
    seed = dict(zip(codes, map(D, ("18", "21", "6", "210", "9", "3365.5", "60")), strict=True))
    by_weight = replace(BY_CODE["mean"], weights=Weights.GIVEN)
    assert five(evaluate(by_weight, replace(YEAR_2024, weights=given_weights)).value) == "0.98514"
    normalised = replace(by_weight, weights=Weights.NORMALISED)
    found = evaluate(normalised, replace(YEAR_2024, weights=seed))
    assert five(found.value) == "0.99311"
    assert "Вес показателя 4.1: 0,91218" in map(str, found.steps)
    for method, year, words in (
        (by_weight, replace(YEAR_2024, weights=seed), "Сумма весов 3689,50000, а должна быть 1"),
        (normalised, replace(YEAR_2024, weights=dict.fromkeys(codes, D(0))), "У каждого показателя должен быть вес"),
        (normalised, YEAR_2024, "Метод требует весов показателей"),
        (normalised, replace(YEAR_2024, weights={"1.1": D(1)}), "У каждого показателя должен быть вес"),
    ):
        refused = evaluate(method, year)
        assert (refused.value, refused.verdict) == (None, "")
        assert str(refused.why_not).startswith(words)


def test_a_value_below_zero_is_not_determined():
    found = evaluate(BY_CODE["mean"], YearOutcome((*INDICATORS, Indicator("5", D(2), D(-1)))))
    assert (five(found.value), [row.code for row in found.undetermined]) == ("0.98567", ["5"])


def test_not_determined_is_left_out_and_shown():
    more = replace(YEAR_2024, indicators=(*INDICATORS, Indicator("5", D(3), None), Indicator("6", None, D(1))))
    for method in METHODS:
        found = evaluate(method, more)
        assert found.value == evaluate(method, YEAR_2024).value
        assert [row.code for row in found.undetermined] == ["5", "6"]
    assert "Показатель 5 не учтён: Нет данных о факте, степень достижения не определена" in map(str, found.steps)
    for method in METHODS:
        nothing = evaluate(method, YearOutcome((Indicator("5", D(3), None),)))
        assert (nothing.value, nothing.verdict, bool(nothing.why_not)) == (None, "", True)
    no_money = evaluate(BY_CODE["federal"], YearOutcome(INDICATORS))
    assert (no_money.value, bool(no_money.why_not), five(no_money.parts["СР"])) == (None, True, "0.98567")


@pytest.mark.parametrize(
    ("plan", "fact", "direction", "zero", "degree"),
    [
        ("0", "0", Direction.ZERO, ZeroRule(), 1),
        ("0", "2", Direction.ZERO, ZeroRule(), 0),
        ("0", "2", Direction.GROWING, ZeroRule(), 1),
        ("0", "2", Direction.GROWING, ZeroRule(growing_over=Fraction(0)), 0),
        ("0", "2", Direction.DECREASING, ZeroRule(over=None), None),
        ("0", "0", Direction.GROWING, ZeroRule(both=None), None),
        ("10", "10", Direction.KEEP, ZeroRule(), 1),
        ("10", "8", Direction.KEEP, ZeroRule(), Fraction(4, 5)),
        ("10", "16", Direction.KEEP, ZeroRule(), Fraction(5, 8)),
        ("0", "2", Direction.KEEP, ZeroRule(), 0),
    ],
)
def test_zero_rules(plan, fact, direction, zero, degree):
    found = evaluate(replace(BY_CODE["mean"], zero=zero), YearOutcome((Indicator("x", D(plan), D(fact), direction),)))
    assert found.value == degree


@pytest.mark.parametrize(("fact", "degree"), [("7", "7/8"), ("8", "1"), ("11", "1"), ("12", "11/12")])
def test_keeping_within_bounds(fact, degree):
    one = Indicator("x", None, D(fact), Direction.KEEP, D(8), D(11))
    assert evaluate(BY_CODE["mean"], YearOutcome((one,))).value == Fraction(degree)


def test_bands_of_direct_and_reverse():
    def verdict(*facts):
        rows = tuple(Indicator(str(n), D(4), D(fact)) for n, fact in enumerate(facts))
        return evaluate(BY_CODE["direct_reverse"], YearOutcome(rows)).verdict

    assert [verdict(5, 4), verdict(4, 4), verdict(4, 3), verdict(3, 3), verdict(2, 3)] == [
        "выше плановой",
        "плановая",
        "ниже плановой",
        "ниже плановой",
        "неэффективна",
    ]
    mixed = (Indicator("a", D(4), D(5)), Indicator("b", D(4), D(5), Direction.DECREASING))
    assert evaluate(BY_CODE["direct_reverse"], YearOutcome(mixed)).parts["обратные"] == Fraction(4, 5)


@pytest.mark.parametrize(
    ("spent", "factor"), [("100", "1.25"), ("89.5", "1.10"), ("80", "1.10"), ("75", "1"), ("70", "0.9"), ("60", "0.75")]
)
def test_quality_of_planning(spent, factor):
    year = YearOutcome((Indicator("x", D(1), D(1)),), spent_sum=D(spent), planned_sum=D(100))
    assert evaluate(BY_CODE["planning"], year).parts["k"] == Fraction(factor)


def test_methods_are_data():
    for method in METHODS:
        assert read_method(json.loads(json.dumps(method_data(method)))) == method
    assert len({method.code for method in METHODS}) == len(METHODS) >= 6
    assert read_method({"code": "own", "name": "Наш", "combine": "mean"}) == Method("own", "Наш", Combine.MEAN)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"combine": "magic"}, "combine"),
        ({"combine": ["mean"]}, "combine"),
        ({"cap": "yes"}, "cap"),
        ({"scale": 7}, "scale"),
        ({"scale": []}, "scale"),
        ({"zero": {"over": "много"}}, "zero.over"),
        ({"zero": []}, "zero"),
        ({"bands": []}, "bands"),
        ({"bands": [{"least": "0.5", "name": "a"}]}, "bands"),
        ({"bands": [{"least": "0", "name": "a"}, {"least": "1", "name": "b"}]}, "bands"),
        ({"bands": [{"least": "1/0", "name": "a"}]}, "bands[0].least"),
        ({"bands": [{"least": "1e999999999", "name": "a"}]}, "bands[0].least"),
        ({"planning": [{"most": "0.1", "factor": "1"}]}, "planning"),
        ({"planning": [{"most": m, "factor": "1"} for m in ("0.1", "0.1", None)]}, "planning"),
        ({"name": " "}, "name"),
    ],
)
def test_a_wrong_method_is_refused_with_its_place(wrong, place):
    with pytest.raises(RuleBroken) as refused:
        read_method({"code": "own", "name": "Наш", "combine": "mean", **wrong})
    assert place in [remark.place for remark in refused.value.remarks]


amounts = st.decimals(min_value=0, max_value=1000, places=2)
lines = st.builds(
    Indicator, st.uuids().map(str), st.none() | amounts, st.none() | amounts, st.sampled_from(list(Direction))
)
years = st.builds(
    YearOutcome,
    st.lists(lines, max_size=6).map(tuple),
    done=st.integers(0, 5),
    planned=st.none() | st.integers(5, 9),
    spent_sum=st.none() | amounts,
    planned_sum=st.none() | amounts,
)


@given(years)
def test_any_year_is_evaluated_or_said_to_be_undetermined(year):
    for found in verdicts(METHODS, year):
        assert (found.value is None) == (found.verdict == "") == (found.why_not is not None)
        assert all(str(step) for step in found.steps)
        assert len(found.rows) == len(year.indicators)


@given(years)
def test_a_cap_never_raises_the_value(year):
    for method in METHODS:
        capped, free = (evaluate(replace(method, cap=cap), year).value for cap in (True, False))
        if method.combine is not Combine.PLANNING and capped is not None:
            assert capped <= free


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6))
def test_weights_that_are_equal_are_no_weights(pairs):
    rows = tuple(Indicator(str(n), plan, fact) for n, (plan, fact) in enumerate(pairs))
    weights = {row.code: D(3) for row in rows}
    normalised = replace(BY_CODE["mean"], weights=Weights.NORMALISED)
    assert evaluate(normalised, YearOutcome(rows, weights)).value == evaluate(BY_CODE["mean"], YearOutcome(rows)).value
