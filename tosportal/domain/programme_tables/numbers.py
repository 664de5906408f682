"""Numbers, sums of money, units and years as municipal documents print them.

Printed forms: DOMAIN.md §1.3 and the seed documents: «721486, 76», «3 575,5 тыс. руб. рублей», «14231,2тыс. руб.»,
no-break spaces, three kinds of dashes for "none", «0,0» for zero, «2028–2030» for a period.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

DASHES = "-‐‑‒–—―−"
DASH = r"\-‐‑‒–—―−"  # the same inside the brackets of a pattern
NOTHING = frozenset({"", "x", "х", "н/д", "нет", "отсутствует", "не предусмотрено"})  # Latin and Cyrillic «икс»
KOPECK = Decimal("0.01")
DIGITS_MOST = 40
CELL_MOST = 500
PROSE_MOST = 20_000

_WHOLE = r"(?:\d{1,3}(?: \d{3})+|\d+)"
_NUMBER = rf"{_WHOLE}(?: ?[.,] ?\d+)?"
_QUALIFIER = r"(?:не менее|не более|не ниже|не выше|свыше|около|более|менее|до|от|≥|≤|>=|<=|>|<)"
_PRINTED = re.compile(rf"(?P<sign>[{DASH}+]?) ?(?P<number>{_NUMBER})(?P<rest>.*)", re.DOTALL)
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_SCALE = r"(?:тыс(?:яч[аи]?|\.)?|т\.|млн\.?|миллион\w*|млрд\.?|миллиард\w*)"
_ROUBLES = r"(?:рубл(?:ей|я|ь|ях)|руб\.?|р\.|₽)"
MONEY_UNIT = rf"(?:{_SCALE} ?)?{_ROUBLES}(?: {_ROUBLES})?"
_UNIT = re.compile(MONEY_UNIT, re.IGNORECASE)
_UNIT_AFTER = re.compile(rf"[ ,(]+{MONEY_UNIT}\)?$", re.IGNORECASE)
_AMOUNT = re.compile(rf"(?<![\d,.])(?P<number>{_NUMBER}) ?(?P<unit>{MONEY_UNIT})", re.IGNORECASE)
_YEARS = re.compile(
    rf"(?:в том числе )?(?:за |на |в )?(?P<first>(?:19|20)\d\d)(?: ?(?:[{DASH}]|по|и) ?(?P<last>(?:19|20)\d\d))?"
    r" ?(?:г\.?(?: ?г\.?)?|год[аыу]?|годов)?(?: ?\(?(?:план|прогноз|оценка|факт|отч[её]т|реализации программы)\w*\)?)?"
    r" ?[*.,:;]*",
    re.IGNORECASE,
)


class NotANumber(ValueError):
    """A text that stands where a number is expected and is none."""


@dataclass(frozen=True)
class Amount:
    """A sum of money inside a running text: as printed, its unit as printed, and where it stands in that text."""

    printed: str
    unit: str
    start: int
    end: int


def plain(text: str) -> str:
    """A text with ordinary single spaces: no-break and thin ones, line breaks and invisible signs are gone.

    >>> plain(" 3\\u00a0575,5  тыс.\\nруб. ")
    '3 575,5 тыс. руб.'
    """
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "").split())


def is_none(text: str) -> bool:
    """Is it a printed "none": a blank, a dash of any kind, the «x» of a cell that may not be filled?

    >>> [is_none(text) for text in ("–", " — ", "-", "x", "Х", "", "0,0")]
    [True, True, True, True, True, True, False]
    """
    return plain(text).strip(DASHES + " *").casefold() in NOTHING


def read_number(text: str) -> Decimal | None:
    """The number of a cell, None for a printed "none". Zeros after the comma are kept.

    >>> read_number("721486, 76"), read_number("3 575,5"), read_number("0,0"), read_number("—")
    (Decimal('721486.76'), Decimal('3575.5'), Decimal('0.0'), None)
    >>> read_number("не менее 85 %"), read_number("−5,2"), read_number("1.234.567,80")
    (Decimal('85'), Decimal('-5.2'), Decimal('1234567.80'))

    Raises NotANumber when something else is printed there.
    """
    if is_none(text):
        return None
    value, rest = split_number(text)
    if len(rest) > 60 or re.search(r"\d", rest.replace("100 тыс", "")):
        raise NotANumber(text)
    return value


def split_number(text: str) -> tuple[Decimal, str]:
    """The number that a text begins with, and what is printed after it.

    >>> split_number("16139,6тыс. руб.")
    (Decimal('16139.6'), 'тыс. руб.')

    Raises NotANumber when it begins with none.
    """
    if len(text) > CELL_MOST:
        raise NotANumber(text[:CELL_MOST])
    said = re.sub(rf"^{_QUALIFIER} ?", "", plain(text), flags=re.IGNORECASE)
    if dotted := _DOTTED.match(said):
        said = dotted[0].replace(".", "") + said[dotted.end() :]
    found = _PRINTED.fullmatch(said)
    if not found or len(found["number"]) > DIGITS_MOST:
        raise NotANumber(text)
    value = Decimal(found["number"].replace(" ", "").replace(",", "."))
    return (-value if found["sign"] and found["sign"] != "+" else value), found["rest"].strip(" *")


def written(value: Decimal) -> str:
    """A number as data hold it: a decimal point, no exponent.

    >>> written(Decimal("70.0")), written(Decimal("1E+3"))
    ('70.0', '1000')
    """
    return format(value, "f")


@lru_cache(maxsize=4096)
def unit_scale(text: str) -> Decimal | None:
    """How many roubles one is, by a printed unit; None when no unit of money is printed.

    >>> unit_scale("тыс. руб. рублей"), unit_scale("руб"), unit_scale("млн рублей"), unit_scale("единица")
    (Decimal('1000'), Decimal('1'), Decimal('1000000'), None)
    """
    unit = money_unit(text).casefold()
    if not unit:
        return None
    for beginning, scale in (("т", "1000"), ("миллиард", "1000000000"), ("млрд", "1000000000"), ("м", "1000000")):
        if unit.startswith(beginning):
            return Decimal(scale)
    return Decimal(1)


@lru_cache(maxsize=4096)
def money_unit(text: str) -> str:
    """The first unit of money printed in a text, as printed; empty when there is none.

    >>> money_unit("Финансовые затраты, тыс. руб."), money_unit("Ед. измерения")
    ('тыс. руб.', '')
    """
    said = plain(text)
    for found in _UNIT.finditer(said):
        if found.start() == 0 or not said[found.start() - 1].isalpha():
            return found[0].strip()
    return ""


def amounts_in(text: str) -> list[Amount]:
    """Every sum with its unit in a running text of plain spaces, in their order.

    >>> [(one.printed, one.unit) for one in amounts_in("всего 3 575,5 тыс. руб. рублей, 2025 год – 14,1тыс. руб.")]
    [('3 575,5', 'тыс. руб. рублей'), ('14,1', 'тыс. руб.')]
    """
    found = _AMOUNT.finditer(text[:PROSE_MOST])
    return [Amount(one["number"], one["unit"], one.start(), one.end()) for one in found]


def roubles(value: Decimal, scale: Decimal) -> tuple[str, bool]:
    """A printed sum in roubles with kopecks, and whether it is exact to the kopeck.

    >>> roubles(Decimal("708.5"), Decimal(1000)), roubles(Decimal("0.00001"), Decimal(1000))
    (('708500.00', True), ('0.01', True))
    """
    exact = value * scale
    rounded = exact.quantize(KOPECK, rounding=ROUND_HALF_UP)
    return written(rounded), rounded == exact


def read_years(text: str) -> str | None:
    """The key of a year or a period that a header of a column says; None when it says something else.

    >>> read_years("2024 год, тыс. руб."), read_years("2028–2030 гг."), read_years("2026 год (прогноз)")
    ('2024', '2028-2030', '2026')
    >>> read_years("в 2024 шт") is None
    True
    """
    found = _YEARS.fullmatch(_UNIT_AFTER.sub("", plain(text)) if len(text) < 80 else text)
    if not found:
        return None
    first, last = found["first"], found["last"]
    if last is None or last == first:
        return first
    return f"{first}-{last}" if first < last else None


def years_within(text: str) -> tuple[int, int] | None:
    """The first period, or else the first year, that a running text names.

    >>> years_within("на 2024 – 2026 годы"), years_within("2027 год"), years_within("нет")
    ((2024, 2026), (2027, 2027), None)
    """
    said = plain(text)
    year = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
    if found := re.search(rf"{year}(?: ?г(?:од|\.)?(?:а|у)?)? ?(?:[{DASH}]|по|до) ?{year}", said):
        return int(found[1]), int(found[2])
    found = re.search(rf"{year} ?г", said)
    return (int(found[1]), int(found[1])) if found else None
