"""Units of formulas: like is added to like, and the unit of the result follows."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import tosportal
from tosportal.domain.formula_units import unit_of, units_of
from tosportal.domain.formulas import parse_formula

SEEDS = sorted((Path(tosportal.__file__).parent / "sample").glob("programme-*.yaml"))
UNITS = {
    "Чо": "тыс. человек",
    "Чн": "тыс. человек",
    "Люди": "чел.",
    "Дела": "в единицах",
    "Деньги": "руб.",
    "Тыс": "тыс. руб.",
    "Д": "%",
    "Нет": None,
}


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("Чо/Чн Х 100", "%", "percent"),
        ("Чо/Чн", "доля", ""),
        ("Чо/Чн × (1000 / 10)", "%", "percent"),
        ("Люди/Чн x 100", "на 100 тыс.", "per_100k_population"),
        ("Дела x 100000/Люди", "ед. на 100 тыс. чел.", "per_100k_population"),
        ("Дела/Чн x 100", "ед. на 100 тыс. чел.", "per_100k_population"),
        ("Дела + Дела", "ед.", "unit"),
        ("Люди", "чел.", "person"),
        ("Деньги / 1000", "тыс. руб.", "thousand_rub"),
        ("Деньги / 1000 + Тыс", "тыс. руб.", "thousand_rub"),
        ("Тыс × 1000 / Люди", "руб. на 1 чел.", ""),
        ("Деньги × Чо / Чн × 0,1", "руб.", ""),
        ("100 − Д", "%", "percent"),
        ("(1 − Чо/Чн) × 100 %", "%", "percent"),
        ("0,3 × Д + 0,7 × Чо/Чн × 100", "%", "percent"),
        ("(Д + Д) / 2", "%", "percent"),
        ("-Д", "%", "percent"),
        ("Деньги × 5%", "руб.", ""),
    ],
)
def test_the_unit_of_the_result(text, words, code):
    found = units_of(parse_formula(text), UNITS, code)
    assert (str(found.unit), found.unit.code, found.remarks) == (words, code, ())


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("Деньги + Тыс", "", "Складываются разные единицы: «руб.» и «тыс. руб.»"),
        ("Люди − Дела", "", "Вычитаются разные единицы: «чел.» и «ед.»"),
        ("Люди + 5", "", "К «чел.» прибавляется число без единицы"),
        ("Д + Чо/Чн", "", "Складываются разные единицы: «%» и «доля»"),
        ("Нет / Люди", "", "У «Нет» не указана единица измерения"),
        ("Чо / Чн", "percent", "Формула даёт «доля», а показатель измеряется иначе"),
    ],
)
def test_what_is_wrong_is_said(text, expected, words):
    found = units_of(parse_formula(text), UNITS, expected)
    assert [str(remark) for remark in found.remarks] == [words]
    assert found.unit is None or expected


@pytest.mark.parametrize("text", ["(Деньги + Тыс) / Люди", "Люди / (Деньги + Тыс)", "-(Деньги + Тыс)"])
def test_no_unit_follows_from_what_is_wrong(text):
    assert units_of(parse_formula(text), UNITS).unit is None


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("—", "None"),
        ("", "None"),
        ("тыс.", "тыс. ед."),
        ("млн руб.", "млн руб."),
        ("дворов", "дворов"),
        ("раз", "доля"),
    ],
)
def test_units_as_printed(printed, words):
    assert str(unit_of(printed)) == words


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_methods_of_the_seeds_give_the_units_of_their_indicators(path):
    for indicator in yaml.safe_load(path.read_text(encoding="utf-8"))["indicators"]:
        if method := indicator.get("methodology"):
            formula = parse_formula(method["formula_printed"])
            printed = [one["unit_printed"] for one in method["variables"]]
            found = units_of(formula, dict(zip(formula.names, printed, strict=True)), indicator["unit"])
            assert len(found.remarks) == printed.count(None)


@given(st.sampled_from(list(UNITS)[:-1]), st.sampled_from(list(UNITS)[:-1]))
def test_a_ratio_times_its_denominator_is_the_numerator_again(one, other):
    assert units_of(parse_formula(f"{one}/{other}×{other}"), UNITS).unit == unit_of(UNITS[one])


@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_none(text):
    assert unit_of(text) is None or str(unit_of(text))


def test_a_unit_that_the_portal_does_not_know_is_compared_with_nothing() -> None:
    formula = parse_formula("Км1 + Км2")
    units = {"Км1": "км", "Км2": "км"}
    assert units_of(formula, units, "other").remarks == ()
    assert [one.template for one in units_of(formula, units, "unit").remarks] == [
        "Формула даёт «%(unit)s», а показатель измеряется иначе"
    ]
    mixed = units_of(formula, units | {"Км2": "м"}, "other")
    assert [str(one) for one in mixed.remarks] == ["Складываются разные единицы: «км» и «м»"]
