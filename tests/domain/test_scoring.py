"""From marks to totals: the vectors of DOMAIN 11.2, all methods, every step shown."""

import random
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make_decision import OWN_SHARE, band, jury_mark, sheets
from tosportal.domain.errors import RuleBroken
from tosportal.domain.scoring import (
    METHODS,
    Marks,
    ScoringRule,
    application_total,
    check_scoring,
    highest_total,
    sheet_total,
)

D = Decimal
VOLGOGRAD = [jury_mark(f"k{n}", maximum) for n, maximum in enumerate(("10", "10", "10", "5", "5", "5"), 1)]
P1 = sheets((9, 8, 7, 4, 5, 3), (8, 8, 8, 4, 4, 4), (10, 7, 6, 5, 5, 2))
P2 = sheets((7, 7, 6, 3, 4, 3), (8, 7, 7, 4, 4, 4), (8, 8, 7, 3, 3, 3))


def without(marks: Marks, juror: str) -> Marks:
    return {code: sheet for code, sheet in marks.items() if code != juror}


@pytest.mark.parametrize(
    ("method", "criterion_rounding", "marks", "value", "exact"),
    [
        ("mean_of_totals", None, P1, "35.67", "107/3"),
        ("mean_of_totals", None, P2, "32.00", "32"),
        ("sum_of_criterion_means", None, P1, "35.67", "107/3"),
        ("sum_of_criterion_means", "0.01", P1, "35.67", "3567/100"),
        ("sum_of_criterion_means", "0.01", P2, "32.00", "32"),
        ("sum_of_totals", None, P1, "107.00", "107"),
        ("sum_of_totals", None, P2, "96.00", "96"),
        ("mean_of_totals", None, without(P1, "Э2"), "35.50", "71/2"),
        ("sum_of_totals", None, without(P1, "Э2"), "71.00", "71"),
    ],
)
def test_vectors_of_domain_11_2(
    method: str, criterion_rounding: str | None, marks: Marks, value: str, exact: str
) -> None:
    rule = ScoringRule(method, criterion_rounding=D(criterion_rounding) if criterion_rounding else None)
    total = application_total(VOLGOGRAD, rule, marks)
    assert (str(total.value), str(total.exact)) == (value, exact)


def test_criterion_means_of_domain_11_2() -> None:
    rule = ScoringRule("sum_of_criterion_means", criterion_rounding=D("0.01"))
    used = application_total(VOLGOGRAD, rule, P1).used
    assert [f"{float(mean):.2f}" for mean in used.values()] == ["9.00", "7.67", "7.00", "4.33", "4.67", "3.00"]
    used = application_total(VOLGOGRAD, rule, P2).used
    assert [f"{float(mean):.2f}" for mean in used.values()] == ["7.67", "7.33", "6.67", "3.33", "3.67", "3.33"]


def test_a_recusal_turns_the_order_only_where_nothing_is_divided() -> None:
    recused = without(P1, "Э2")
    for method, keeps_its_lead in (("mean_of_totals", True), ("sum_of_totals", False)):
        rule = ScoringRule(method)
        lead = application_total(VOLGOGRAD, rule, recused).value > application_total(VOLGOGRAD, rule, P2).value
        assert lead is keeps_its_lead


def test_rounding_each_mean_first_can_move_the_total() -> None:
    criteria = [jury_mark(f"k{n}") for n in range(1, 4)]
    marks = sheets((1, 1, 1), (0, 0, 0), (0, 0, 0))
    assert application_total(criteria, ScoringRule("sum_of_criterion_means"), marks).value == D("1.00")
    rule = ScoringRule("sum_of_criterion_means", criterion_rounding=D("0.01"))
    assert application_total(criteria, rule, marks).value == D("0.99")


def test_half_goes_up() -> None:
    rule = ScoringRule("mean_of_totals", rounding=D("1"))
    assert application_total([jury_mark("k1")], rule, sheets((4,), (5,))).value == D("5")


def test_computed_points_enter_once_in_every_method() -> None:
    criteria = [jury_mark("k1"), band("k5", OWN_SHARE)]
    marks = sheets((6,), (8,))
    for method, value in (("mean_of_totals", 12), ("sum_of_criterion_means", 12), ("sum_of_totals", 19)):
        assert application_total(criteria, ScoringRule(method), marks, {"k5": D(5)}).value == value


def test_a_contest_of_computed_criteria_needs_no_jury() -> None:
    total = application_total([band("k5", OWN_SHARE)], ScoringRule("mean_of_totals"), {}, {"k5": D(10)})
    assert (total.value, [str(step) for step in total.trace]) == (D(10), ["k5: 10", "Итог: 0 + 10 = 10,00"])


def test_the_trace_of_a_weighted_mean() -> None:
    criteria = [jury_mark("k1", weight="0.20"), jury_mark("k2", weight="0.70"), band("k5", OWN_SHARE, weight="0.10")]
    total = application_total(criteria, ScoringRule("weighted_mean"), sheets((9, 7), (8, 7), (10, 8)), {"k5": D(5)})
    assert [str(step) for step in total.trace] == [
        "k1: (9 + 8 + 10) / 3 = 9,00 × 0,20 = 1,80",
        "k2: (7 + 7 + 8) / 3 ≈ 7,33 × 0,70 ≈ 5,13",
        "k5: 5 × 0,10 = 0,50",
        "Итог: 1,80 + 5,13 + 0,50 ≈ 7,43",
    ]
    first, last = total.trace[0], total.trace[-1]
    assert (first.terms, first.divisor, first.mean, first.result) == ((9, 8, 10), 3, 9, Fraction(9, 5))
    assert last.terms == (Fraction(9, 5), Fraction(77, 15), Fraction(1, 2))
    assert sum(last.terms) == last.result == total.exact


def test_the_traces_of_totals() -> None:
    means = application_total(VOLGOGRAD, ScoringRule("mean_of_totals"), P1).trace
    assert [str(step) for step in means] == [
        "Э1: 9 + 8 + 7 + 4 + 5 + 3 = 36",
        "Э2: 8 + 8 + 8 + 4 + 4 + 4 = 36",
        "Э3: 10 + 7 + 6 + 5 + 5 + 2 = 35",
        "Итог: (36 + 36 + 35) / 3 ≈ 35,67",
    ]
    sums = application_total(VOLGOGRAD, ScoringRule("sum_of_totals"), P1).trace
    assert str(sums[-1]) == "Итог: 36 + 36 + 35 = 107,00"
    rounded = application_total(VOLGOGRAD, ScoringRule("sum_of_criterion_means", criterion_rounding=D("0.01")), P1)
    assert str(rounded.trace[1]) == "k2: (8 + 8 + 7) / 3 ≈ 7,67"
    assert str(rounded.trace[-1]) == "Итог: 9 + 7,67 + 7 + 4,33 + 4,67 + 3 = 35,67"


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({}, "Нет ни одного подписанного оценочного листа"),
        (sheets((9,)), "В оценочном листе нет оценки по критерию «Критерий k2»"),
        (sheets((9, 8, 7)), "В оценочном листе есть оценка по критерию, которого эксперт не оценивает"),
        (sheets((9, 11)), "Оценка должна быть от 0 до 10, а введено 11"),
        (sheets((9, "7.5")), "Оценка ставится с шагом 1: ближайшие – 7 и 8"),
    ],
)
def test_incomplete_or_wrong_sheets_are_refused(marks: Marks, words: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        application_total([jury_mark("k1"), jury_mark("k2")], ScoringRule("weighted_mean"), marks)
    assert str(refusal.value) == words


def test_an_unknown_method_and_a_missing_value_are_refused() -> None:
    with pytest.raises(RuleBroken, match="Неизвестный способ подсчёта lot"):
        application_total([jury_mark("k1")], ScoringRule("lot"), sheets((1,)))
    with pytest.raises(RuleBroken, match="Нет значения для критерия"):
        application_total([band("k5", OWN_SHARE)], ScoringRule("weighted_mean"), {})


def test_sheet_total_is_weighted_and_may_include_computed_points() -> None:
    criteria = [jury_mark("k1", weight="0.20"), band("k5", OWN_SHARE, weight="0.10")]
    assert sheet_total(criteria, {"k1": D(9)}) == D("1.80")
    assert sheet_total(criteria, {"k1": D(9)}, {"k5": D(5)}) == D("2.30")
    with pytest.raises(RuleBroken, match="нет оценки"):
        sheet_total(criteria, {})


marks_of_a_contest = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 10), min_size=width, max_size=width), min_size=1, max_size=7)
)


@given(marks_of_a_contest, st.sampled_from(METHODS), st.sampled_from([None, D("0.01")]), st.randoms())
def test_the_order_of_jurors_and_criteria_changes_nothing(
    rows: list[list[int]], method: str, criterion_rounding: Decimal | None, chance: random.Random
) -> None:
    criteria = [jury_mark(f"k{n}", weight=f"0.{n}") for n in range(1, len(rows[0]) + 1)]
    rule = ScoringRule(method, criterion_rounding=criterion_rounding, against="possible")
    marks = sheets(*rows)
    shuffled = [(juror, list(sheet.items())) for juror, sheet in marks.items()]
    chance.shuffle(shuffled)
    for _, sheet in shuffled:
        chance.shuffle(sheet)
    mixed = chance.sample(criteria, len(criteria))
    one = application_total(criteria, rule, marks)
    other = application_total(mixed, rule, {juror: dict(sheet) for juror, sheet in shuffled})
    assert (one.value, one.exact, one.means, one.used) == (other.value, other.exact, other.means, other.used)


@given(marks_of_a_contest)
def test_the_methods_agree_where_they_must(rows: list[list[int]]) -> None:
    criteria = [jury_mark(f"k{n}") for n in range(1, len(rows[0]) + 1)]
    rules = [ScoringRule(method, against="possible") for method in METHODS]
    exact = {rule.method: application_total(criteria, rule, sheets(*rows)).exact for rule in rules}
    assert exact["mean_of_totals"] == exact["sum_of_criterion_means"] == exact["weighted_mean"]
    assert exact["sum_of_totals"] == exact["mean_of_totals"] * len(rows) == sum(map(sum, rows))
    assert exact["mean_of_totals"] == Fraction(sum(map(sum, rows)), len(rows))
    totals = [sheet_total(criteria, sheet) for sheet in sheets(*rows).values()]
    assert exact["sum_of_totals"] == sum(totals)
    assert max(exact["mean_of_totals"], Fraction(0)) <= Fraction(highest_total(criteria))


def test_the_callers_decimal_context_changes_nothing() -> None:
    criteria = [jury_mark("k1", weight="0.333"), jury_mark("k2", weight="0.667")]
    marks = sheets((9, 7), (8, 7), (10, 8))
    expected = application_total(criteria, ScoringRule("weighted_mean"), marks)
    with localcontext() as context:
        context.prec = 2
        assert application_total(criteria, ScoringRule("weighted_mean"), marks).exact == expected.exact


def test_json_and_back_and_what_json_refuses() -> None:
    rule = ScoringRule("weighted_mean", D("0.01"), D("0.01"), D("6.00"), ("k3", "submitted_at"), 3)
    assert ScoringRule.from_json(rule.to_json()) == rule
    bare = {"method": "sum_of_totals", "rounding": "1"}
    assert ScoringRule.from_json(bare) == ScoringRule("sum_of_totals", D("1"), None, None, (), 1)
    for broken in ({}, {"method": "weighted_mean", "rounding": 0.01}):
        with pytest.raises(RuleBroken):
            ScoringRule.from_json(broken)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, []),
        ({"method": "lot"}, ["Неизвестный способ подсчёта lot"]),
        ({"rounding": D(0)}, ["Точность округления должна быть больше нуля"]),
        ({"sheets_min": 0}, ["Нужен хотя бы один оценочный лист на заявку"]),
        ({"ties": ("k7",)}, ["Правило при равенстве ссылается на критерий k7, которого нет"]),
        ({"ties": ("k1", "k1")}, ["Правило при равенстве называет одно и то же дважды"]),
        ({"pass_total": D("10.01")}, ["Проходной балл 10,01 недостижим: наибольший итог – 10"]),
        ({"pass_total": D("10")}, []),
    ],
)
def test_a_wrong_scoring_rule_is_named(change: dict[str, object], words: list[str]) -> None:
    rule = replace(ScoringRule("weighted_mean"), **change)  # type: ignore[arg-type]
    assert [str(remark) for remark in check_scoring(rule, [jury_mark("k1")])] == words
