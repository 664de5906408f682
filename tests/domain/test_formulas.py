"""Formulas as documents write them: read, counted exactly, refused with words, the same as Python's fractions."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import tosportal
from tosportal.domain.errors import RuleBroken
from tosportal.domain.formulas import DEEPEST, LONGEST_TEXT, name_key, parse_formula, shown_number

SEEDS = sorted((Path(tosportal.__file__).parent / "sample").glob("programme-*.yaml"))
# The methods of the seed of Kirovo-Chepetsk as printed, with the names printed beside them.
PRINTED = [
    ("Доб = Коб1/Коб2 Х 100", {"Коб1": 5, "Коб2": 14}, Fraction(500, 14)),
    ("Увес = Ктек1/Ктек2 Х 100", {"Ктек1": 7, "Ктек2": 20}, Fraction(35)),
    ("Дпр = Кн/Чн Х 100", {"Кн": 12, "Чн": 1000}, Fraction(6, 5)),
    (
        "ВН = (Куг.отв.+Кадм.отв) x 100000/КН",
        {"Куг.отв.": 30, "Кадм.отв.": 41, "КН": 66651},
        Fraction(7100000, 66651),
    ),
    (
        "КН = (Кпотр.уг. + Кпотр.адм.) x 100000/КН",
        {"Кпотр.уг.": 3, "Кпотр.адм.": 2, "КН": 66651},
        Fraction(500000, 66651),
    ),
    ("Онарк. = Котр. x 100000/Чнас.", {"Котр.": 1, "Чнас.": 50000}, Fraction(2)),
    ("Снарк. = Ксмерт. X 100000/Чнас.", {"Ксмерт.": 0, "Чнас.": 50000}, Fraction(0)),
    ("Двып= Квып/КобщX100", {"Квып": 17, "Кобщ": 20}, Fraction(85)),
    ("Он = Чо/Чн Х 100", {"Чо": Decimal("64.8"), "Чн": Decimal("66.1")}, Fraction(64800, 661)),
]


@pytest.mark.parametrize(("text", "values", "result"), PRINTED)
def test_printed_formulas(text, values, result):
    formula = parse_formula(text)
    assert formula.evaluate(values) == result
    assert parse_formula(text, names=list(values)) == formula
    assert {name_key(name) for name in formula.names} == {name_key(name) for name in values}
    assert formula.refers_to_itself == text.startswith("КН =")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_method_of_the_seeds(path):
    methods = [one.get("methodology") or {} for one in yaml.safe_load(path.read_text(encoding="utf-8"))["indicators"]]
    for method in filter(None, methods):
        variables = method["variables"]
        numbers = {one["id"]: Fraction(7 + 3 * index, 2) for index, one in enumerate(variables)}
        # One variable is printed in two ways («Котр.» and «Корт.»): the formula names it first.
        printed = parse_formula(method["formula_printed"])
        by_symbol = dict(zip(printed.names, numbers.values(), strict=True))
        assert printed.evaluate(by_symbol) == parse_formula(method["expression"]).evaluate(numbers)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a/b", "a / b"),
        ("Д = А : Б × 100 %", "Д = А / Б × 100 %"),
        ("Д\u00a0=\u00a0А\u00a0/\u00a0Б\u202fх\u00a0100\u202f000", "Д = А / Б × 100000"),
        ("Д = (А + Б) х В, где: А – число", "Д = (А + Б) × В"),
        ("Д = А х Б; где А – число", "Д = А × Б"),
        ("Д (%) = А / Б × 100, %", "Д = А / Б × 100"),
        ("Д = (А / Б) × 100 (процентов).", "Д = А / Б × 100"),
        ("Д = А / Б × 100 %, где А – число", "Д = А / Б × 100 %"),
        ("КНхЧн100", "КНхЧн100"),  # one alphabet, no power of ten: a name
        ("КНxЧн", "КН × Чн"),
        ("ах100", "а × 100"),
        ("х/у х 100", "х / у × 100"),
        ("х х х", "х × х"),
        ("2хКН", "2 × КН"),
        ("((А))", "А"),
        ("А − (Б − В)", "А − (Б − В)"),
        ("-А*-Б", "−А × (−Б)"),
        ("А/(Б/В)", "А / (Б / В)"),
        ("К₁/К₂*100.", "К1 / К2 × 100"),
        ("5 % × V", "5 % × V"),
        ("Тф1.2 ÷ [Тп_1]", "Тф1.2 / Тп_1"),
        ("А + 0,10", "А + 0,10"),
    ],
)
def test_canonical_text(text, canonical):
    formula = parse_formula(text)
    assert formula.text == canonical
    assert parse_formula(canonical) == formula


def test_known_names_tell_a_sign_from_a_letter():
    assert parse_formula("КобхКвып", names=["Коб", "Квып"]).text == "Коб × Квып"
    assert parse_formula("Кобх100", names=["Кобх100"]).names == ("Кобх100",)
    assert parse_formula("К уг + К адм", names=["К уг", "К адм"]).evaluate({"К уг": 1, "К адм": 2}) == 3


def test_per_cent():
    assert parse_formula("А/Б × 100%").evaluate({"А": 1, "Б": 4}) == 25
    assert parse_formula("V × 5%").evaluate({"V": 300}) == 15
    assert parse_formula("(А + Б)%").evaluate({"А": 1, "Б": 4}) == Fraction(1, 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Напишите формулу"),
        ("Д =", "Напишите формулу"),
        ("Д = А = Б", "больше одного знака"),
        ("А + Б = В", "Слева от знака"),
        ("А Б", "нет знака действия"),
        ("2А", "нет знака действия"),
        ("А(Б)", "нет знака действия"),
        ("Коб хор", "нет знака действия"),
        ("А +", "обрывается"),
        ("А / / Б", "нет числа"),
        ("(А", "не закрыта"),
        ("А)", "Лишняя"),
        ("()", "нет числа"),
        ("А ^ 2", r"«\^» в формуле не понятен \(знак 3\)"),
        ("__import__('os')", "не понятен"),
        ("А; Б", "не понятен"),
        ("Σ А", "не понятен"),
        ("А" * (LONGEST_TEXT + 1), "длиннее"),
        ("9" * 31, "длиннее"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), "глубже"),
        ("-" * (DEEPEST + 1) + "1", "глубже"),
    ],
)
def test_refusals(text, words):
    with pytest.raises(RuleBroken, match=words):
        parse_formula(text)


def test_what_is_missing_is_named():
    formula = parse_formula("(А + Б) / В")
    with pytest.raises(RuleBroken) as refused:
        formula.evaluate({"А": 1, "В": None})
    assert [remark.place for remark in refused.value.remarks] == ["Б", "В"]
    with pytest.raises(RuleBroken, match="Знаменатель «Б − В» равен нулю"):
        parse_formula("А/(Б-В)").evaluate({"А": 1, "Б": 2, "В": 2})


def test_substituted():
    values = {"Куг.отв.": 3, "Кадм.отв.": Decimal("-4.5"), "КН": 1000}
    assert parse_formula(PRINTED[3][0]).substituted(values) == "(3 + (−4,5)) × 100000 / 1000"


def test_a_long_chain_is_no_danger():
    assert parse_formula("+".join(["1"] * 500)).evaluate({}) == 500


NAMES = ["А", "Коб1", "Куг.отв.", "x", "Чнас", "Tf"]
numbers = st.decimals(min_value=0, max_value=10**6, places=3)
fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


def joined(children):
    spaces = st.sampled_from(["", " ", "\u00a0", "  "])
    signs = st.sampled_from([("+", "+"), ("−", "-"), ("×", "*"), (" х ", "*"), (" X ", "*"), (":", "/"), ("/", "/")])
    pair = st.tuples(children, signs, children, spaces).map(
        lambda p: (f"({p[0][0]}{p[3]}{p[1][0]}{p[3]}{p[2][0]})", f"({p[0][1]}{p[1][1]}{p[2][1]})")
    )
    bare = st.tuples(children, signs, children).map(
        lambda p: (f"{p[0][0]} {p[1][0]} {p[2][0]}", f"{p[0][1]} {p[1][1]} {p[2][1]}")
    )
    minus = children.map(lambda c: (f"(−{c[0]})", f"(-{c[1]})"))
    return pair | bare | minus


leaves = numbers.map(lambda d: (f"{d}".replace(".", ","), f"F('{d}')")) | st.sampled_from(
    [(name, f"v[{number}]") for number, name in enumerate(NAMES)]
)
expressions = st.recursive(leaves, joined, max_leaves=12)


@settings(max_examples=300)
@given(expressions, st.lists(fractions, min_size=len(NAMES), max_size=len(NAMES)))
def test_agrees_with_fractions(expression, values):
    written, python = expression
    formula = parse_formula(written, names=NAMES)
    given_values = dict(zip(NAMES, values, strict=True))
    try:
        expected = eval(python, {"F": Fraction, "v": values})  # noqa: S307 - made by this test, to compare with
    except ZeroDivisionError:
        with pytest.raises(RuleBroken, match="равен нулю"):
            formula.evaluate(given_values)
        return
    assert formula.evaluate(given_values) == expected
    again = parse_formula(formula.text, names=NAMES)
    assert again.text == formula.text
    assert again.evaluate(given_values) == expected


@given(st.text(max_size=60) | st.text(alphabet="АКхx1 .,()+-×/:%=", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        formula = parse_formula(text)
    except RuleBroken:
        return
    assert parse_formula(formula.text, names=[*formula.names]).text == formula.text


@given(st.fractions())
def test_shown_number_is_near(value):
    shown = Fraction(shown_number(value).replace("−", "-").replace(",", "."))
    assert abs(shown - value) <= Fraction(1, 200000)
