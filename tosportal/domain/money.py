"""Roubles to the kopeck: reading what people type, rounding, showing, sharing out without losing a kopeck.

Money is a `Decimal` of roubles with exactly two places; arithmetic that could lose anything is done on whole kopecks
(`int`) or on `Fraction`. Nothing here depends on the decimal context.

Basis: DOMAIN §0.1 point 4 (kopecks are stored, тыс. руб. is a display), §5.2 rules 1, 2 and 5.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm

from tosportal.domain.errors import N_, Remark, RuleBroken, shown_in_russian

NBSP = "\u00a0"
KOPECK = Decimal("0.01")
ZERO = Decimal("0.00")
MAX_ROUBLES = Decimal("9999999999.99")
MAX_QUANTITY = Decimal("9999999.999")

Number = Decimal | Fraction | int
_LARGEST_EXPONENT = 40
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " "))
_CURRENCY = re.compile(r" ?(?:₽|руб(?:\.|лей|ля|ль)?|р\.?)$", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]+))?")
_LONGEST_TEXT = 60


def kopecks(value: Decimal) -> int:
    """Roubles as whole kopecks.

    >>> kopecks(Decimal("721486.76"))
    72148676

    Raises RuleBroken when the sum is not a number or has a part of a kopeck. Basis: DOMAIN §5.2 rule 1.
    """
    if not value.is_finite() or value.adjusted() > _LARGEST_EXPONENT:
        raise RuleBroken(Remark(N_("Это не сумма в рублях: %(value)s"), {"value": str(value)}))
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise RuleBroken(Remark(N_("В сумме %(value)s есть доли копейки"), {"value": str(value)}))
    return whole


def roubles(value: int) -> Decimal:
    """Whole kopecks as roubles with exactly two places, whatever the size.

    >>> roubles(1298676), roubles(-5), roubles(0)
    (Decimal('12986.76'), Decimal('-0.05'), Decimal('0.00'))
    """
    return Decimal(f"{value}E-2")


def round_half_up(value: Number, step: Decimal = KOPECK) -> Decimal:
    """The nearest multiple of `step`; a half goes away from zero («по правилам математики»).

    >>> round_half_up(Decimal("2.345"), Decimal("0.01")), round_half_up(Fraction(2, 3), Decimal("0.1"))
    (Decimal('2.35'), Decimal('0.7'))
    >>> round_half_up(Decimal("340200"), Decimal("1000")), round_half_up(Decimal("-0.005"), Decimal("0.01"))
    (Decimal('340000'), Decimal('-0.01'))

    The step is above zero, else ValueError. Basis: DOMAIN §5.1 (rounding «по правилам математики»).
    """
    ratio = Fraction(value) / _positive(step)
    nearest = floor(abs(ratio) + Fraction(1, 2))
    return _steps(-nearest if ratio < 0 else nearest, step)


def round_up(value: Number, step: Decimal = KOPECK) -> Decimal:
    """The smallest multiple of `step` that is not below the value.

    >>> round_up(Decimal("721486.7617")), round_up(Decimal("1.00"))
    (Decimal('721486.77'), Decimal('1.00'))

    Basis: DOMAIN §5.2 («ceil variant»).
    """
    return _steps(-floor(-Fraction(value) / _positive(step)), step)


def round_down(value: Number, step: Decimal = KOPECK) -> Decimal:
    """The largest multiple of `step` that is not above the value.

    >>> round_down(Fraction(2, 3))
    Decimal('0.66')
    """
    return _steps(floor(Fraction(value) / _positive(step)), step)


def _positive(step: Decimal) -> Fraction:
    if not step.is_finite() or step <= 0:
        raise ValueError(f"a step of rounding must be above zero: {step}")
    return Fraction(step)


def _steps(count: int, step: Decimal) -> Decimal:
    """`count` steps, exactly, with the places of the step and no exponent."""
    _, digits, exponent = step.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - a finite step, see _positive
    whole = count * int("".join(map(str, digits)))
    return Decimal(whole * 10**exponent) if exponent > 0 else Decimal(f"{whole}E{exponent}")


def parse_roubles(text: str | None, *, limit: Decimal = MAX_ROUBLES, place: str = "") -> Decimal:
    """What a person typed as a sum, in roubles with two places.

    Thousands may be set apart by spaces (ordinary, non-breaking, narrow), kopecks by a comma or a point, «₽» or «руб.»
    may follow.

    >>> parse_roubles("46800"), parse_roubles("46 800,5"), parse_roubles("46800.50 ₽")
    (Decimal('46800.00'), Decimal('46800.50'), Decimal('46800.50'))
    >>> parse_roubles("сорок тысяч")
    Traceback (most recent call last):
    ...
    tosportal.domain.errors.RuleBroken: Напишите сумму цифрами, например 46 800,50

    Raises RuleBroken (with `place`) for nothing, letters, a sum below zero, parts of a kopeck, more than the limit.
    Basis: issue «Application»: nothing typed is lost, explained next to the field.
    """
    cleaned = _CURRENCY.sub("", _cleaned(text))
    if not cleaned:
        raise RuleBroken(Remark(N_("Напишите сумму в рублях"), place=place))
    if _is_negative(cleaned):
        raise RuleBroken(Remark(N_("Сумма не может быть меньше нуля"), place=place))
    whole, fraction = _digits(cleaned, Remark(N_("Напишите сумму цифрами, например 46 800,50"), place=place))
    if len(fraction) > 2:
        raise RuleBroken(Remark(N_("После запятой — не больше двух цифр: это копейки"), place=place))
    value = _number(whole, fraction, 2)
    if value is None or value > limit:
        raise RuleBroken(Remark(N_("Сумма не может быть больше %(limit_sum)s"), {"limit_sum": limit}, place=place))
    return value


def parse_decimal(text: str | None, *, limit: Decimal = MAX_QUANTITY, places: int = 3, place: str = "") -> Decimal:
    """What a person typed as a quantity: at most `places` digits after the comma, kept as typed.

    >>> parse_decimal("2,5"), parse_decimal("1 200"), parse_decimal("0.125")
    (Decimal('2.5'), Decimal('1200'), Decimal('0.125'))

    Raises RuleBroken (with `place`) like `parse_roubles`. Basis: the sample form (quantity from 0.001).
    """
    cleaned = _cleaned(text)
    if not cleaned:
        raise RuleBroken(Remark(N_("Напишите число"), place=place))
    if _is_negative(cleaned):
        raise RuleBroken(Remark(N_("Число не может быть меньше нуля"), place=place))
    whole, fraction = _digits(cleaned, Remark(N_("Напишите число цифрами, например 12 или 2,5"), place=place))
    if len(fraction) > places:
        raise RuleBroken(
            Remark(N_("Слишком много цифр после запятой: можно не больше %(places)s"), {"places": places}, place=place)
        )
    value = _number(whole, fraction, len(fraction))
    if value is None or value > limit:
        shown = f"{limit:f}".replace(".", ",")
        raise RuleBroken(Remark(N_("Число не может быть больше %(limit)s"), {"limit": shown}, place=place))
    return value


def _cleaned(text: str | None) -> str:
    return (text or "").translate(_SPACES).strip()


def _is_negative(text: str) -> bool:
    return text[0] in "-−–‒" and any(character in "0123456789" for character in text)


def _digits(text: str, refusal: Remark) -> tuple[str, str]:
    """Digits before and after the comma; the refusal when it is not a number at all."""
    if (found := _NUMBER.fullmatch(text)) is None:
        raise RuleBroken(refusal)
    return found[1].replace(" ", ""), found[2] or ""


def _number(whole: str, fraction: str, places: int) -> Decimal | None:
    """The number with so many places; None when it has too many digits to be anything but a slip."""
    significant = whole.lstrip("0") or "0"
    if len(significant) > _LONGEST_TEXT:
        return None
    return Decimal(f"{significant}{fraction.ljust(places, '0')}E-{places}")


def format_roubles(value: Decimal) -> str:
    """A sum as the portal shows it: non-breaking spaces, a comma, always kopecks (half up), «−» for minus.

    >>> format_roubles(Decimal("721486.76")) == "721\\N{NO-BREAK SPACE}486,76\\N{NO-BREAK SPACE}₽"
    True

    Basis: DESIGN §8.
    """
    return shown_in_russian("shown_sum", round_half_up(value, KOPECK))


def format_thousands(value: Decimal) -> str:
    """Roubles as «тыс. ₽» with one place (half up); a display only, never an input of arithmetic.

    >>> format_thousands(Decimal("3575500")) == "3\\N{NO-BREAK SPACE}575,5\\N{NO-BREAK SPACE}тыс.\\N{NO-BREAK SPACE}₽"
    True

    Basis: DESIGN §8; DOMAIN §0.1 point 4.
    """
    tenths = kopecks(round_half_up(value, Decimal(100))) // 10000
    sign = "−" if tenths < 0 else ""
    whole, tenth = divmod(abs(tenths), 10)
    return sign + f"{whole:,}".replace(",", NBSP) + f",{tenth}{NBSP}тыс.{NBSP}₽"


def share_out(total: Decimal, weights: Sequence[Number]) -> tuple[Decimal, ...]:
    """The total in parts proportional to the weights, to the kopeck, adding up exactly (largest remainder).

    Every part is its exact share rounded down or up to the kopeck; the kopecks left over go to the largest remainders,
    equal remainders to the earlier one.

    >>> [str(part) for part in share_out(Decimal("295.63"), [1, 1, 1])]
    ['98.55', '98.54', '98.54']

    Raises RuleBroken when the total or a weight is below zero, or there is money and nobody to give it to; no weights
    and no money is an empty answer. Basis: DOMAIN §5.2 rule 5.
    """
    fund = kopecks(total)
    shares = [Fraction(weight) for weight in weights]
    if fund < 0 or any(share < 0 for share in shares):
        raise RuleBroken(Remark(N_("Делить можно только неотрицательные суммы")))
    whole = sum(shares, Fraction(0))
    if whole == 0:
        if fund:
            raise RuleBroken(Remark(N_("Не между кем разделить %(total_sum)s"), {"total_sum": roubles(fund)}))
        return (ZERO,) * len(shares)
    common = lcm(*(share.denominator for share in shares))
    scaled = [int(share * common) for share in shares]
    base = sum(scaled)
    parts, rests = zip(*(divmod(fund * share, base) for share in scaled), strict=True)
    given = list(parts)
    left = fund - sum(parts)
    for index in sorted(range(len(rests)), key=lambda number: (-rests[number], number))[:left]:
        given[index] += 1
    return tuple(roubles(part) for part in given)


def pro_rata(fund: Decimal, requests: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What each request gets when the fund is cut pro rata: never more than asked, the whole fund if it is short.

    >>> [str(part) for part in pro_rata(Decimal(500000), [Decimal(300000), Decimal(250000), Decimal(150000)])]
    ['214285.71', '178571.43', '107142.86']
    >>> [str(part) for part in pro_rata(Decimal(100), [Decimal(30), Decimal(20)])]
    ['30.00', '20.00']

    Raises RuleBroken for sums below zero. Basis: DOMAIN §11.10.
    """
    asked = roubles(sum(kopecks(request) for request in requests))
    return share_out(min(fund, asked), requests)
