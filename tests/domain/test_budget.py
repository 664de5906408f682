"""The budget of a project: both equalities, the limits, and reading rows without losing what was typed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.budget import (
    Budget,
    BudgetLimits,
    BudgetLine,
    check_budget,
    filled_rows,
    parse_budget,
    summary,
    to_json,
)
from tosportal.domain.money import roubles

D = Decimal
LIMITS = BudgetLimits(
    grant_max=D("144000.00"), grant_min=D("30000.00"), grant_percent_max=D("90"), own_percent_min=D("10")
)
ROWS = [
    {"name": "Качели", "unit": "шт.", "quantity": "2", "price": "46 800,50", "requested": "93601", "kind": "Площадка"},
    {"name": "Песок", "unit": "т", "quantity": "2,5", "price": "1 200", "own": "1 000,00", "attracted": "2000"},
    {"name": "Труд жителей", "unit": "чел.-ч", "quantity": "40", "price": "250", "in_kind": "10000"},
]


def said(remarks):
    return [(remark.place, str(remark).replace("\u00a0", " ")) for remark in remarks]


def test_a_budget_in_order():
    budget, remarks = parse_budget(ROWS)
    assert (remarks, check_budget(budget, LIMITS)) == ([], [])
    shown = summary(budget, LIMITS)
    assert (shown.amount, shown.paid, shown.difference) == (D("106601.00"), D("106601.00"), D("0.00"))
    assert shown.by_payer == {
        "requested": D("93601.00"),
        "own": D("1000.00"),
        "attracted": D("2000.00"),
        "in_kind": D("10000.00"),
    }
    assert shown.percent_by_payer["requested"] == D("87.80")
    assert (shown.own_sum, shown.own_share, shown.own_percent) == (D("13000.00"), Fraction(13000, 106601), D("12.20"))
    assert [(view.code, view.verdict, view.left_sum) for view in shown.limits] == [
        ("grant_max", "ok", D("50399.00")),
        ("grant_min", "ok", D("63601.00")),
        ("grant_percent_max", "ok", D("2339.90")),
        ("own_percent_min", "ok", D("2339.90")),
    ]
    assert (shown.left_sum, shown.verdict) == (D("2339.90"), "ok")


def test_what_counts_as_own_is_the_regulations_choice():
    budget, _ = parse_budget(ROWS)
    money_only = BudgetLimits(own_percent_min=D("10"), own_includes=("own", "attracted"))
    assert said(check_budget(budget, money_only)) == [
        (
            "totals.own",
            "Свой вклад должен быть не меньше 10 % сметы, то есть 10 660,10 ₽, а сейчас 3 000,00 ₽ (2,81 %): "
            "не хватает 7 660,10 ₽",
        )
    ]
    with pytest.raises(ValueError, match="requested"):
        BudgetLimits(own_includes=("requested",))


def line(price, quantity="1", **payers):
    return BudgetLine("Труба", "", "м", D(quantity), D(price), **{name: D(value) for name, value in payers.items()})


@pytest.mark.parametrize(
    ("lines", "limits", "expected"),
    [
        ([], {}, [("lines", "В смете нет ни одной строки")]),
        (
            [line("100.00", requested="100.01")],
            {},
            [
                ("lines.0.amount", "Строка 1: стоит 100,00 ₽, а источники дают 100,01 ₽ — лишние 0,01 ₽"),
                ("totals.amount", "Итого: смета стоит 100,00 ₽, а источники дают 100,01 ₽"),
            ],
        ),
        (  # two wrong lines may add up to a right total: each is still named
            [line("100.00", requested="99.00"), line("100.00", requested="101.00")],
            {},
            [
                ("lines.0.amount", "Строка 1: стоит 100,00 ₽, а источники дают 99,00 ₽ — не хватает 1,00 ₽"),
                ("lines.1.amount", "Строка 2: стоит 100,00 ₽, а источники дают 101,00 ₽ — лишние 1,00 ₽"),
            ],
        ),
        ([line("100.00", own="100.00")], {}, [("totals.requested", "Напишите, сколько вы просите из гранта")]),
        ([line("144000.00", requested="144000.00")], {"grant_max": D("144000.00")}, []),
        (
            [line("144000.01", requested="144000.01")],
            {"grant_max": D("144000.00")},
            [("totals.requested", "Вы просите 144 000,01 ₽, а можно не больше 144 000,00 ₽")],
        ),
        ([line("30000.00", requested="30000.00")], {"grant_min": D("30000.00")}, []),
        (
            [line("29999.99", requested="29999.99")],
            {"grant_min": D("30000.00")},
            [("totals.requested", "Вы просите 29 999,99 ₽, а можно не меньше 30 000,00 ₽")],
        ),
        ([line("1000.05", requested="900.04", own="100.01")], {"grant_percent_max": D("90")}, []),
        (  # 90 % of 1 000,05 is 900,045: half a kopeck does not buy a kopeck
            [line("1000.05", requested="900.05", own="100.00")],
            {"grant_percent_max": D("90")},
            [
                (
                    "totals.requested",
                    "Грант может покрыть не больше 90 % сметы, то есть 900,04 ₽, а вы просите 900,05 ₽ (90,00 %)",
                )
            ],
        ),
        (
            [line("1000.05", requested="900.05", own="100.00")],
            {"own_percent_min": D("10")},
            [
                (
                    "totals.own",
                    "Свой вклад должен быть не меньше 10 % сметы, то есть 100,01 ₽, а сейчас 100,00 ₽ (10,00 %): "
                    "не хватает 0,01 ₽",
                )
            ],
        ),
        (
            [BudgetLine(requested=D("0.00"), own=D("5.00"))],
            {},
            [
                ("lines.0.name", "Строка 1: напишите, на что нужны деньги"),
                ("lines.0.unit", "Строка 1: напишите единицу измерения, например «шт.»"),
                ("lines.0.quantity", "Строка 1: напишите количество"),
                ("lines.0.price", "Строка 1: напишите цену"),
                ("lines.0.amount", "Строка 1: стоит 0,00 ₽, а источники дают 5,00 ₽ — лишние 5,00 ₽"),
                ("totals.amount", "Итого: смета стоит 0,00 ₽, а источники дают 5,00 ₽"),
                ("totals.requested", "Напишите, сколько вы просите из гранта"),
            ],
        ),
    ],
)
def test_what_is_said_about_a_budget(lines, limits, expected):
    assert said(check_budget(Budget(tuple(lines)), BudgetLimits(**limits))) == expected


def test_bad_cells_are_kept_and_named_and_the_rest_is_read():
    rows = [
        {},
        {"name": "  "},
        {"name": "Качели", "unit": "шт.", "quantity": "две", "price": "1e9", "requested": "100"},
        {"name": "<b>Песок</b>\x00", "unit": "т", "quantity": "1", "price": "-5", "own": "5"},
    ]
    budget, remarks = parse_budget(rows)
    assert said(remarks) == [
        ("lines.0.quantity", "Напишите число цифрами, например 12 или 2,5"),
        ("lines.0.price", "Напишите сумму цифрами, например 46 800,50"),
        ("lines.1.price", "Сумма не может быть меньше нуля"),
    ]
    assert (budget.lines[0].requested, budget.lines[1].name) == (D("100.00"), "<b>Песок</b>")
    assert to_json(budget)[0]["quantity"] == "две"
    assert to_json(budget)[1]["price"] == "-5"
    assert said(check_budget(budget, BudgetLimits()))[:3] == said(remarks)
    assert [view.verdict for view in summary(budget, BudgetLimits()).lines] == ["warn", "warn"]


@pytest.mark.parametrize("row", [None, 5, "строка", [], {"name": None}, {"чужое": "поле"}])
def test_what_is_not_a_row_is_ignored(row):
    assert filled_rows([row]) == []
    assert parse_budget([row]) == (Budget(), [])


@pytest.mark.parametrize("cell", [True, [1], {"a": 1}, "9" * 1000, "١٢"])
def test_odd_cells_never_break_the_reading(cell):
    budget, remarks = parse_budget([{"name": "Песок", "price": cell}])
    assert [remark.place for remark in remarks] == ["lines.0.price"]
    assert parse_budget(to_json(budget)) == (budget, remarks)


def test_too_many_lines_too_long_and_too_dear():
    many = Budget((line("1.00", requested="1.00"),) * 201)
    assert said(check_budget(many, BudgetLimits())) == [
        ("lines", "Строк в смете 201, а можно не больше 200: объедините похожие расходы")
    ]
    budget, _ = parse_budget([{"name": "я" * 301, "unit": "т", "quantity": "9999999", "price": "9999999999"}])
    places = [remark.place for remark in check_budget(budget, BudgetLimits())]
    assert places == ["lines.0.name", "lines.0.amount", "totals.amount", "totals.amount", "totals.requested"]


def test_an_empty_budget_is_not_judged():
    shown = summary(Budget(), LIMITS)
    assert (shown.verdict, {view.verdict for view in shown.limits}, shown.own_share) == ("warn", {"warn"}, None)


sums = st.integers(0, 10**11).map(roubles)
cells = st.text(max_size=12) | sums.map(str) | st.integers(0, 999).map(str)


@given(st.lists(st.dictionaries(st.sampled_from(["name", "unit", "quantity", "price", "own", "in_kind"]), cells)))
def test_what_was_stored_reads_back_the_same(rows):
    budget, remarks = parse_budget(rows)
    assert parse_budget(to_json(budget)) == (budget, remarks)
    assert len(budget.lines) == len(filled_rows(rows))


@given(st.lists(st.tuples(sums, sums, sums, sums), min_size=1, max_size=8))
def test_a_line_paid_in_full_adds_up_and_so_does_the_budget(payers):
    budget = Budget(tuple(BudgetLine("Труд", "", "ч", D(1), sum(paid, D(0)), *paid) for paid in payers))
    assert budget.amount == budget.paid == budget.requested + budget.contribution(("own", "attracted", "in_kind"))
    shown = summary(budget, LIMITS)
    assert {view.difference for view in shown.lines} == {D(0)}
    bad = {view.code for view in shown.limits if view.verdict == "bad"}
    if budget.amount:
        assert ("own_percent_min" in bad) == (shown.own_share < Fraction(1, 10))
        assert ("grant_percent_max" in bad) == (Fraction(budget.requested) > Fraction(budget.amount) * 9 / 10)
    assert ("grant_max" in bad) == (budget.requested > D("144000"))
