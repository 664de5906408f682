"""Criteria: what a juror may type, what a band gives at its edges, and scales with holes."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make_decision import OWN_SHARE, band, jury_mark
from tosportal.domain.criteria import (
    Criterion,
    Level,
    band_points,
    check_criteria,
    check_mark,
    computed_points,
    criteria_for,
    criterion_from_json,
    criterion_to_json,
)
from tosportal.domain.errors import RuleBroken

D = Decimal
# DOMAIN 11.4, the scale of [S5] with the hole below 5 % closed by a level that begins with 0;
# «более 10 %» begins a hundredth of a per cent above 10.
S5 = (("0", "0"), ("5", "1"), ("10.01", "3"), ("20.01", "6"), ("30.01", "9"), ("40.01", "12"), ("50.01", "15"))


@pytest.mark.parametrize(
    ("step", "typed", "mark"),
    [
        ("1", "0", "0"),
        ("1", "10", "10"),
        ("1", " 7 ", "7"),
        ("1", "7,0", "7"),
        ("1", "7\u00a0", "7"),
        ("0.5", "7,5", "7.5"),
        ("0.5", "7.50", "7.5"),
        ("0.5", "7", "7.0"),
        ("0.25", "9,75", "9.75"),
    ],
)
def test_a_mark_is_read_with_comma_or_point_and_written_one_way(step: str, typed: str, mark: str) -> None:
    assert str(check_mark(jury_mark("k1", step=step), typed)) == mark


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Поставьте оценку от 0 до 10"),
        ("   ", "Поставьте оценку от 0 до 10"),
        ("десять", "Оценка должна быть числом от 0 до 10, а введено «десять»"),
        ("1e1", "Оценка должна быть числом от 0 до 10, а введено «1e1»"),
        ("NaN", "Оценка должна быть числом от 0 до 10, а введено «NaN»"),
        ("٧", "Оценка должна быть числом от 0 до 10, а введено «٧»"),
        ("9" * 500, "Оценка должна быть числом от 0 до 10, а введено «" + "9" * 20 + "»"),
        ("7\x00", "Оценка должна быть числом от 0 до 10, а введено «7\x00»"),
        ("11", "Оценка должна быть от 0 до 10, а введено 11"),
        ("-1", "Оценка должна быть от 0 до 10, а введено -1"),
        ("10,01", "Оценка должна быть от 0 до 10, а введено 10,01"),
        ("7,5", "Оценка ставится с шагом 1: ближайшие – 7 и 8"),
    ],
)
def test_a_wrong_mark_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_mark(jury_mark("k1"), typed)
    assert str(refusal.value) == words
    assert refusal.value.remarks[0].place == "k1"


def test_a_computed_criterion_takes_no_mark() -> None:
    with pytest.raises(RuleBroken, match="считает портал"):
        check_mark(band("k5", OWN_SHARE), "5")


@pytest.mark.parametrize(
    ("measured", "points"),
    [("0", 0), ("4.99", 0), ("5", 1), ("10", 1), ("10.01", 3), ("50", 12), ("50.01", 15), ("1000", 15)],
)
def test_band_edges_of_domain_11_4(measured: str, points: int) -> None:
    assert band_points(band("k5", S5), D(measured)) == points


def test_a_band_compares_exact_fractions() -> None:
    scale = band("k5", (("0", "0"), ("33.33", "1"), ("33.34", "2")))
    assert band_points(scale, Fraction(100, 3)) == 1
    assert band_points(scale, Fraction(3334, 100)) == 2


def test_a_value_below_the_first_level_is_refused() -> None:
    with pytest.raises(RuleBroken, match="не говорит, сколько баллов дать за значение 4,99"):
        band_points(band("k5", S5[1:]), D("4.99"))


@given(st.fractions(0, 200), st.fractions(0, 200))
def test_more_is_never_worth_less(one: Fraction, other: Fraction) -> None:
    scale = band("k5", S5)
    assert band_points(scale, min(one, other)) <= band_points(scale, max(one, other))


@given(st.fractions(0, 200), st.permutations(S5))
def test_the_order_of_levels_changes_nothing(measured: Fraction, levels: list[tuple[str, str]]) -> None:
    assert band_points(band("k5", levels), measured) == band_points(band("k5", S5), measured)


def test_computed_points_need_every_value() -> None:
    criteria = [jury_mark("k1"), band("k2", OWN_SHARE)]
    assert computed_points(criteria, {"k2": 25}) == {"k2": D(10)}
    with pytest.raises(RuleBroken, match="Нет значения для критерия «Критерий k2»"):
        computed_points(criteria, {})


def test_a_nomination_is_judged_by_its_own_and_the_common_criteria() -> None:
    criteria = [jury_mark("k1"), jury_mark("k2", nomination="a"), jury_mark("k3", nomination="b")]
    assert [one.code for one in criteria_for(criteria, "a")] == ["k1", "k2"]
    assert [one.code for one in criteria_for(criteria, None)] == ["k1"]


def test_json_and_back() -> None:
    for one in (jury_mark("k1", step="0.5", weight="0.20"), band("k5", S5, weight="0.10")):
        assert criterion_from_json(criterion_to_json(one)) == one


@pytest.mark.parametrize("broken", [{"code": "k1"}, {"code": "k1", "name": "x", "max": 10}, {"levels": [None]}])
def test_a_broken_criterion_says_which(broken: dict[str, object]) -> None:
    with pytest.raises(RuleBroken) as refusal:
        criterion_from_json(broken)
    assert refusal.value.remarks[0].place == broken.get("code", "")


def wrong_scales() -> list[tuple[Criterion, str]]:
    two = (Level(D(5), "", D(10)), Level(D(0), "", D(0)))
    return [
        (band("k", S5[1:]), "Шкала начинается с 5: за меньшие значения баллы не определены"),
        (band("k", S5, maximum="20"), "Наибольший балл 20 недостижим: шкала даёт не больше 15"),
        (band("k", S5, maximum="12"), "Уровень даёт 15, а критерий – от 0 до 12"),
        (replace(band("k", S5), levels=two, maximum=D(5)), "Уровни должны идти по возрастанию значений без повторов"),
        (replace(band("k", S5), levels=()), "У каждого уровня должно быть значение, с которого он начинается"),
        (replace(band("k", S5), value=None), "Не сказано, какое значение измеряет портал"),
        (jury_mark("k", step="3"), "Наибольший балл не достигается целым числом шагов"),
        (jury_mark("k", step="0"), "Шаг оценки должен быть больше нуля"),
        (jury_mark("k", maximum="0"), "Наибольший балл должен быть больше нуля"),
        (jury_mark("k", weight="-1"), "Вес критерия должен быть больше нуля"),
        (jury_mark("k", kind="guess"), "Неизвестный вид критерия guess"),
        (jury_mark("k", levels=(Level(D(5)), Level(D(5)))), "Уровни должны идти по возрастанию баллов без повторов"),
        (jury_mark("k", nomination="zz"), "Нет номинации zz"),
    ]


@pytest.mark.parametrize(("criterion", "words"), wrong_scales())
def test_a_scale_with_a_defect_is_named(criterion: Criterion, words: str) -> None:
    remarks = check_criteria([criterion, jury_mark("other")], nominations=["n1"])
    assert next((remark.place, str(remark)) for remark in remarks if remark.place == "k") == ("k", words)


def test_sound_criteria_have_no_remarks() -> None:
    criteria = [jury_mark("k1", weight="0.20"), jury_mark("k2", weight="0.70"), band("k3", S5, weight="0.10")]
    assert check_criteria(criteria, "weighted_mean") == []


def test_weights_of_a_weighted_mean_sum_to_one_in_every_nomination() -> None:
    criteria = [
        jury_mark("k1", weight="0.4"),
        jury_mark("k2", weight="0.6", nomination="a"),
        jury_mark("k3", weight="0.5", nomination="b"),
    ]
    assert [(one.place, str(one)) for one in check_criteria(criteria, "weighted_mean", ["a", "b"])] == [
        ("b", "Веса критериев должны в сумме давать 1, а дают 0,9")
    ]
    assert check_criteria(criteria, "mean_of_totals", ["a", "b"]) == []


def test_codes_differ_and_no_nomination_is_without_criteria() -> None:
    assert [str(one) for one in check_criteria([jury_mark("k1"), jury_mark("k1")])] == ["Код критерия k1 повторяется"]
    only_a = [jury_mark("k1", nomination="a")]
    assert [str(one) for one in check_criteria(only_a, nominations=["a", "b"])] == ["В номинации b нет критериев"]
