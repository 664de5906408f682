"""Exact numbers of criteria: read from strings, shown with a comma, never rounded in silence."""

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import round_half_up

DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Arithmetic that would rather fail than round; whoever needs a rounded number rounds it in the open."""


def decimal_from(text: object, place: str = "") -> Decimal:
    """A decimal of a regulation or a protocol, written as a string without exponent.

    >>> decimal_from("0.20")
    Decimal('0.20')
    >>> decimal_from(0.2)
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Число должно быть записано строкой вида 12.34, а записано 0.2
    """
    if isinstance(text, str) and DECIMAL.fullmatch(text):
        return Decimal(text)
    raise RuleBroken(Remark(N_("Число должно быть записано строкой вида 12.34, а записано %(value)s"),
                            {"value": str(text)[:40]}, place))  # fmt: skip


def shown(number: Decimal | Fraction | int, places: int | None = None) -> str:
    """A number as a Russian reader expects it, with a decimal comma; a Fraction is rounded half up to `places`.

    >>> shown(Decimal("9.50")), shown(Fraction(26, 3), 2), shown(9, 2)
    ('9,50', '8,67', '9,00')
    """
    if places is not None:
        number = round_half_up(Fraction(number), Decimal(1).scaleb(-places))
    return f"{number:f}".replace(".", ",") if isinstance(number, Decimal) else str(number)


def optional_decimal(value: object, place: str = "") -> Decimal | None:
    """The same where a regulation may say nothing."""
    return None if value is None else decimal_from(value, place)


def number(value: Fraction) -> Decimal:
    """A fraction that is a decimal, as one, without needless zeros; raises where it is none.

    >>> number(Fraction(5, 2)), number(Fraction(20))
    (Decimal('2.5'), Decimal('20'))
    """
    found = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(int(found)) if value.denominator == 1 else found
