"""Roubles and kopecks: what may be typed, how it is rounded and shown, and sharing out to the last kopeck."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain import money
from tosportal.domain.errors import RuleBroken

D = Decimal
NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("46800", "46800.00"),
        ("46 800,5", "46800.50"),
        ("46800.50", "46800.50"),
        (f"46{NBSP}800,50{NBSP}₽", "46800.50"),
        (f"1{NARROW}046{NARROW}800", "1046800.00"),
        ("  46 800 руб. ", "46800.00"),
        ("46800руб", "46800.00"),
        ("46 800 рублей", "46800.00"),
        ("5 р.", "5.00"),
        ("0", "0.00"),
        ("0,01", "0.01"),
        ("007", "7.00"),
        ("9999999999,99", "9999999999.99"),
    ],
)
def test_what_may_be_typed_as_a_sum(text, value):
    parsed = money.parse_roubles(text)
    assert (parsed, parsed.as_tuple().exponent) == (D(value), -2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Напишите сумму в рублях"),
        (None, "Напишите сумму в рублях"),
        (f" {NBSP} ", "Напишите сумму в рублях"),
        ("₽", "Напишите сумму в рублях"),
        ("-5", "Сумма не может быть меньше нуля"),
        ("−5,00", "Сумма не может быть меньше нуля"),
        ("сто", "Напишите сумму цифрами, например 46 800,50"),
        ("1e5", "Напишите сумму цифрами, например 46 800,50"),
        ("1 2", "Напишите сумму цифрами, например 46 800,50"),
        ("1,2,3", "Напишите сумму цифрами, например 46 800,50"),
        ("46.800,50", "Напишите сумму цифрами, например 46 800,50"),
        ("٤٦", "Напишите сумму цифрами, например 46 800,50"),
        ("5\x00", "Напишите сумму цифрами, например 46 800,50"),
        ("NaN", "Напишите сумму цифрами, например 46 800,50"),
        ("<b>5</b>", "Напишите сумму цифрами, например 46 800,50"),
        ("5,001", "После запятой — не больше двух цифр: это копейки"),
        ("10000000000", f"Сумма не может быть больше 9{NBSP}999{NBSP}999{NBSP}999,99{NBSP}₽"),
        ("9" * 100_000, f"Сумма не может быть больше 9{NBSP}999{NBSP}999{NBSP}999,99{NBSP}₽"),
    ],
)
def test_what_may_not_be_typed_as_a_sum(text, words):
    with pytest.raises(RuleBroken) as refused:
        money.parse_roubles(text, place="lines.2.price")
    assert [(str(remark), remark.place) for remark in refused.value.remarks] == [(words, "lines.2.price")]


@pytest.mark.parametrize(("text", "value"), [("2,5", "2.5"), ("1 200", "1200"), ("0.125", "0.125"), ("3,0", "3.0")])
def test_what_may_be_typed_as_a_quantity(text, value):
    assert str(money.parse_decimal(text)) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" ", "Напишите число"),
        ("-1", "Число не может быть меньше нуля"),
        ("много", "Напишите число цифрами, например 12 или 2,5"),
        ("0,1234", "Слишком много цифр после запятой: можно не больше 3"),
        ("10000000", "Число не может быть больше 9999999,999"),
    ],
)
def test_what_may_not_be_typed_as_a_quantity(text, words):
    with pytest.raises(RuleBroken) as refused:
        money.parse_decimal(text)
    assert str(refused.value) == words


@given(st.integers(-(10**40), 10**40))
def test_kopecks_and_roubles_are_inverse_at_any_size(value):
    assert money.kopecks(money.roubles(value)) == value


@given(st.integers(0, 10**12 - 1))
def test_what_is_shown_can_be_typed_back(value):
    shown = money.format_roubles(money.roubles(value))
    assert money.parse_roubles(shown) == money.roubles(value)


@pytest.mark.parametrize("value", ["0.001", "NaN", "Infinity", "1E+50"])
def test_what_is_not_kopecks(value):
    with pytest.raises(RuleBroken):
        money.kopecks(D(value))


@given(st.fractions(-1000, 1000), st.sampled_from(["0.01", "0.1", "1", "5", "100", "1E+3", "0.5"]))
def test_rounding_is_to_the_nearest_multiple(value, step):
    rounded = money.round_half_up(value, D(step))
    assert Fraction(rounded) % Fraction(D(step)) == 0
    assert abs(Fraction(rounded) - value) <= Fraction(D(step)) / 2
    assert money.round_down(value, D(step)) <= rounded <= money.round_up(value, D(step))


def test_a_half_goes_away_from_zero():
    assert [str(money.round_half_up(D(value))) for value in ("0.005", "0.015", "0.025", "-0.005", "0.00499")] == [
        "0.01",
        "0.02",
        "0.03",
        "-0.01",
        "0.00",
    ]
    with pytest.raises(ValueError, match="above zero"):
        money.round_half_up(D(1), D(0))


@pytest.mark.parametrize(
    ("value", "roubles", "thousands"),
    [
        ("721486.76", "721 486,76 ₽", "721,5 тыс. ₽"),
        ("3575500", "3 575 500,00 ₽", "3 575,5 тыс. ₽"),
        ("0", "0,00 ₽", "0,0 тыс. ₽"),
        ("-1250.005", "−1 250,01 ₽", "−1,3 тыс. ₽"),
        ("49.99", "49,99 ₽", "0,0 тыс. ₽"),
        ("50", "50,00 ₽", "0,1 тыс. ₽"),
    ],
)
def test_how_sums_are_shown(value, roubles, thousands):
    assert money.format_roubles(D(value)) == roubles.replace(" ", NBSP)
    assert money.format_thousands(D(value)) == thousands.replace(" ", NBSP)


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**13) | st.fractions(0, 100), min_size=1, max_size=12))
def test_sharing_out_is_exact_and_within_a_kopeck(total, weights):
    if not sum(weights):
        weights[0] = 1
    parts = money.share_out(money.roubles(total), weights)
    assert sum(map(money.kopecks, parts)) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(money.kopecks(part) - Fraction(total) * weight / sum(weights)) < 1


@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**9), max_size=12))
def test_pro_rata_never_gives_more_than_asked(fund, requests):
    parts = [money.kopecks(part) for part in money.pro_rata(money.roubles(fund), list(map(money.roubles, requests)))]
    assert sum(parts) == min(fund, sum(requests))
    assert all(0 <= part <= request for part, request in zip(parts, requests, strict=True))


def test_pro_rata_of_a_short_fund():
    requests = [D("300000"), D("250000"), D("150000")]
    assert money.pro_rata(D("500000"), requests) == (D("214285.71"), D("178571.43"), D("107142.86"))
    assert money.pro_rata(D("700000.01"), requests) == tuple(requests)


def test_three_lines_of_100_35_keep_the_stray_kopeck():
    lines = [D("100.35")] * 3
    assert sum(money.round_half_up(line * D("0.982")) for line in lines) == D("295.62")
    parts = money.share_out(money.round_half_up(sum(lines) * D("0.982")), lines)
    assert (sum(parts), sorted(parts)) == (D("295.63"), [D("98.54"), D("98.54"), D("98.55")])


@pytest.mark.parametrize(("total", "weights"), [("-1", [1]), ("1", [-1, 2]), ("1", [0, 0]), ("1", []), ("0.001", [1])])
def test_what_cannot_be_shared_out(total, weights):
    with pytest.raises(RuleBroken):
        money.share_out(D(total), weights)


def test_nothing_shared_out_is_nothing():
    assert money.share_out(D(0), []) == ()
    assert money.share_out(D(0), [0, 0]) == (D("0.00"), D("0.00"))
