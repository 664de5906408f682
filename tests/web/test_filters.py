"""How values are shown."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tosportal.domain.errors import Remark
from tosportal.web.filters import say_in_unit, usual


@pytest.mark.parametrize(
    ("value", "unit", "plan", "words"),
    [
        (Decimal("66.5005"), "thousand_rub", None, "66,5"),
        (Decimal("1288.50"), "thousand_rub", None, "1\u00a0288,5"),
        ("70.0", "thousand_rub", None, "70,0"),
        (Fraction(250, 7), "percent", None, "35,71"),
        (Decimal("12.90"), "percent", None, "12,9"),
        (Decimal("14.9999"), "percent", Decimal(15), "14,9999"),
        (Decimal("69.98"), "thousand_rub", Decimal(70), "69,98"),
        (Decimal(70), "thousand_rub", Decimal(70), "70,0"),
        (Decimal("100"), "percent", None, "100"),
        (57, "person", None, "57"),
        (Decimal("2.5"), "unit", None, "2,5"),
        (None, "percent", None, "—"),
    ],
)
def test_a_fact_has_the_digits_of_its_unit_on_every_page(app, value, unit, plan, words):
    with app.test_request_context():
        assert usual(value, unit, plan) == words


def test_numbers_of_a_remark_have_the_digits_of_the_unit(app):
    remark = Remark(
        "%(done)s из %(all)s, кварталов %(left)s", {"done": Decimal("66.5005"), "all": Decimal(70), "left": 2}
    )
    with app.test_request_context():
        assert say_in_unit(remark, "thousand_rub") == "66,5 из 70,0, кварталов 2"
