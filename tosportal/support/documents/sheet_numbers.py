"""Stored numbers of a spreadsheet: exact, and as the sheet shows them in Russian."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

SIGNIFICANT = 15
STORED = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
PIECE = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|([#0?][#0?,. ]*)|([eE][+-]?)|(.)', re.DOTALL
)
EPOCHS = {False: datetime(1899, 12, 30, tzinfo=UTC), True: datetime(1904, 1, 1, tzinfo=UTC)}
DAYS_MAX = 2_958_465


def exact_number(stored: str) -> Decimal | None:
    """The number that a person typed: 15 figures, as many as spreadsheets keep; None when it is no sane number.

    >>> exact_number("721486.76000000001"), exact_number("0.30000000000000004"), exact_number("1E+3")
    (Decimal('721486.76'), Decimal('0.3'), Decimal('1000'))
    >>> exact_number("1e999"), exact_number("NaN"), exact_number("7" * 99)
    (None, None, None)
    """
    if len(stored) > 40 or not STORED.fullmatch(stored):
        return None
    try:
        number = Context(prec=SIGNIFICANT).plus(Decimal(stored))
    except InvalidOperation:
        return None
    if number and not -30 < number.adjusted() < 30:
        return None
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def format_code(number: int, own: dict[int, str]) -> str:
    """The code of a number format by its id."""
    return own.get(number) or str(BUILTIN_FORMATS.get(number, "General"))


def shown_number(number: Decimal, code: str) -> str:
    """A number as the sheet shows it: decimal comma, rounded half up, with the words of the format.

    Unknown formats show the number plainly. A comma at the end of a format divides by thousand, as in spreadsheets.

    >>> shown_number(Decimal("721486.76"), "0.0"), shown_number(Decimal("1234567.5"), '#,##0.00" руб."')
    ('721486,8', '1\\xa0234\\xa0567,50 руб.')
    >>> shown_number(Decimal("0.25"), "0%"), shown_number(Decimal("-5.5"), "General")
    ('25%', '-5,5')
    """
    sections = split_sections(code)
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    if number == 0 and len(sections) > 2:
        section = sections[2]
    text, core = "", ""
    for quoted, escaped, currency, digits, power, other in PIECE.findall(section):
        if power or (digits and core) or other in {"/", "@"} or other.isalpha():
            return plain(number)
        if digits:
            core, text = digits.rstrip(" "), text + "\0" + digits[len(digits.rstrip(" ")) :]
        text += quoted or escaped or currency or other
    if not core:
        return text or (plain(number) if not section else "")
    value = abs(number) if section is not sections[0] else number
    try:
        return text.replace("\0", by_pattern(value, core, text.count("%")))
    except InvalidOperation:
        return plain(number)


def split_sections(code: str) -> list[str]:
    """The parts of a format for positive and negative numbers and zero; a semicolon in quotes parts nothing."""
    parts, current, is_quoted = [], "", False
    for sign in code:
        is_quoted ^= sign == '"'
        if sign == ";" and not is_quoted:
            parts.append(current)
            current = ""
        else:
            current += sign
    return [*parts, current]


def plain(number: Decimal) -> str:
    """A number without a format."""
    return format(number, "f").replace(".", ",")


def by_pattern(number: Decimal, core: str, percents: int) -> str:
    """A number by a pattern of figures such as `#,##0.00`."""
    thousands = len(core) - len(core.rstrip(","))
    whole, _, fraction = core.rstrip(",").partition(".")
    places = sum(sign in "0#?" for sign in fraction)
    kept = sum(sign in "0?" for sign in fraction)
    value = number.scaleb(2 * percents - 3 * thousands)
    with localcontext(prec=80):
        text = format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "," if "," in whole else "f")
    head, _, tail = text.partition(".")
    while len(tail) > kept and tail.endswith("0"):
        tail = tail[:-1]
    return head.replace(",", "\u00a0") + ("," + tail if tail else "")


@lru_cache(1024)
def is_date(code: str) -> bool:
    """Whether a format shows a date or a time."""
    return bool(is_date_format(code))


def shown_date(number: Decimal, code: str, from_1904: bool) -> str:
    """A stored date as dd.mm.yyyy, with the time when there is one; only a year when the format shows only a year.

    >>> shown_date(Decimal("45156"), "dd.mm.yyyy", False), shown_date(Decimal("45156.5"), "m/d/yy h:mm", False)
    ('18.08.2023', '18.08.2023 12:00')
    """
    if not 0 <= number <= DAYS_MAX:
        return plain(number)
    try:
        moment = EPOCHS[from_1904] + timedelta(seconds=int((number * 86400).to_integral_value(ROUND_HALF_UP)))
    except OverflowError:
        return plain(number)
    signs = set("".join(other.lower() for *_, other in PIECE.findall(code)))
    if number < 1 and signs & {"h", "s"}:
        return moment.strftime("%H:%M")
    if "y" in signs and not signs & {"d", "m"}:
        return str(moment.year)
    return moment.strftime("%d.%m.%Y" if not (moment.hour or moment.minute) else "%d.%m.%Y %H:%M")
