"""Numbers of a programme as its document prints them: the very text while the value is the same, else in its manner.

A cell of the schema `municipal-programme/1` holds a value and what was printed: a sum {rub, printed, unit}, a target
{value, printed}. A value that was put right later is written in the same unit and with the same digits after the comma,
or with as many more as it needs to lose no kopeck.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tosportal.domain.programme_tables.numbers import NotANumber, plain, read_number, roubles, unit_scale, written

NONE_PRINTED = "–"
PLACES_OF_ROUBLES, PLACES_OF_THOUSANDS = 2, 1


@dataclass(frozen=True)
class PrintedNumber:
    """A number on paper: its text, the same as a number of the printed unit (None for a dash), its digits after the
    comma, whether thousands stand apart, and the unit."""

    text: str
    number: Decimal | None = None
    places: int = 0
    is_grouped: bool = False
    unit: str = ""


def printed_sum(cell: Any) -> PrintedNumber:
    """A sum of money as printed, in its own unit.

    >>> printed_sum({"rub": "721486.76", "printed": "721486, 76", "unit": "руб"}).text
    '721486, 76'
    >>> printed_sum({"rub": "1360510.00", "printed": "1 358,5", "unit": "тыс. рублей"}).text
    '1 360,51'
    >>> printed_sum(None).text
    '–'
    """
    value = as_decimal(cell.get("rub")) if isinstance(cell, Mapping) else None
    if value is None:
        return PrintedNumber(NONE_PRINTED)
    unit = str(cell.get("unit") or "")
    scale = unit_scale(unit) or Decimal(1)
    was = number_of(cell.get("printed"))
    if was is not None and Decimal(roubles(was, scale)[0]) == value:
        return as_printed(str(cell["printed"]), was, unit)
    usual = PLACES_OF_ROUBLES if scale == 1 else PLACES_OF_THOUSANDS
    return in_the_manner_of(value / scale, cell.get("printed"), was, unit, usual)


def printed_value(cell: Any) -> PrintedNumber:
    """A target or a weight as printed: {value, printed}; a dash stays a dash.

    >>> printed_value({"value": "70.0", "printed": "70,0"}), printed_value({"value": None, "printed": "-"}).text
    (PrintedNumber(text='70,0', number=Decimal('70.0'), places=1, is_grouped=False, unit=''), '-')
    >>> printed_value({"value": "71.25", "printed": "70,0"}).text
    '71,25'
    """
    if not isinstance(cell, Mapping):
        return PrintedNumber(NONE_PRINTED)
    value, was = as_decimal(cell.get("value")), number_of(cell.get("printed"))
    if value is None:
        return PrintedNumber(str(cell.get("printed") or NONE_PRINTED) if was is None else NONE_PRINTED)
    if was is not None and was == value:
        return as_printed(str(cell["printed"]), was)
    return in_the_manner_of(value, cell.get("printed"), was)


def plain_number(value: Any) -> PrintedNumber:
    """A number that the document keeps without its print, a quantity.

    >>> plain_number("1500.5").text, plain_number(None).text
    ('1500,5', '')
    """
    number = as_decimal(value)
    return PrintedNumber("") if number is None else in_the_manner_of(number, None, None)


def as_decimal(value: Any) -> Decimal | None:
    """A decimal string of the document; None when there is no number."""
    try:
        number = Decimal(str(value)) if value is not None and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def number_of(printed: Any) -> Decimal | None:
    try:
        return read_number(str(printed or ""))
    except NotANumber:
        return None


def as_printed(text: str, number: Decimal, unit: str = "") -> PrintedNumber:
    text = plain(text)
    return PrintedNumber(text, number, places_of(number), is_grouped(text), unit)


def in_the_manner_of(
    value: Decimal, printed: Any, was: Decimal | None, unit: str = "", usual: int = 0
) -> PrintedNumber:
    """A value written like what was printed there before."""
    fewest = places_of(was) if was is not None else usual
    places = max(fewest, places_of(value.normalize()))
    grouped = is_grouped(plain(str(printed or "")))
    number = value.quantize(Decimal(1).scaleb(-places))
    text = f"{number:,f}".replace(",", " " if grouped else "").replace(".", ",")
    return PrintedNumber(text, number, places, grouped, unit)


def places_of(number: Decimal) -> int:
    """Digits after the comma.

    >>> places_of(Decimal("70.00")), places_of(Decimal("1E+3"))
    (2, 0)
    """
    digits = written(number)
    return len(digits.partition(".")[2])


def is_grouped(text: str) -> bool:
    """Do thousands stand apart in the whole part: «3 575,5», but not «721486, 76»?"""
    return " " in text.partition(",")[0].strip()
