"""Units of formulas: only like is added to like, and the unit of the result follows from the units of the names.

A unit is what is counted (people, roubles, …), over what, and how much of it one shown unit is: 1 «тыс. руб.» shows a
thousandth of the number of roubles, a per cent shows a ratio a hundred times. Round factors (100, 1000, 100000) change
what is shown: person / person × 100 is per cent, × 100000 is «на 100 тыс.». Other numbers are plain coefficients.

Basis: issue 3, point 11 («with units checked»); DOMAIN §6.1 (types of indicators seen).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tosportal.domain.errors import N_, Remark
from tosportal.domain.formulas import Formula, Op, Step, name_key, shown_number

PERCENT = "percent"

_KNOWN: tuple[tuple[str, str], ...] = (
    (r"единиц\w*|ед|штук\w*|шт", "ед."),
    (r"человек\w*|чел|участник\w*|жител\w*|лиц\w*", "чел."),
    (r"руб|рубл\w*|₽", "руб."),
    (r"процент\w*|%|проц", "%"),
    (r"дол\w+|коэффициент\w*|раз", ""),
    (r"час\w*|ч", "ч"),
    (r"дн\w+|день|дней|сут\w*", "дн."),
)
_THOUSANDS: tuple[tuple[str, int], ...] = ((r"тыс\w*\.? ?", 1000), (r"млн\.? ?|миллион\w* ?", 10**6))
_CODES: Mapping[tuple[tuple[tuple[str, int], ...], Fraction], str] = {
    ((), Fraction(100)): PERCENT,
    ((("ед.", 1),), Fraction(1)): "unit",
    ((("чел.", 1),), Fraction(1)): "person",
    ((("руб.", 1),), Fraction(1, 1000)): "thousand_rub",
    ((), Fraction(100_000)): "per_100k_population",
    ((("ед.", 1), ("чел.", -1)), Fraction(100_000)): "per_100k_population",
}


@dataclass(frozen=True)
class Unit:
    """`counted`: base unit → power, sorted; the shown number is the true ratio of base units times `shown_times`."""

    counted: tuple[tuple[str, int], ...] = ()
    shown_times: Fraction = Fraction(1)

    @property
    def code(self) -> str:
        """The unit as programmes code it (percent, unit, person, thousand_rub, per_100k_population), else empty."""
        return _CODES.get((self.counted, self.shown_times), "")

    def __str__(self) -> str:
        """The unit in words.

        >>> str(unit_of("тыс. руб.")), str(unit_of("%")), str(Unit((("ед.", 1), ("чел.", -1)), Fraction(100_000)))
        ('тыс. руб.', '%', 'ед. на 100 тыс. чел.')
        """
        over = [_powered(name, -power) for name, power in self.counted if power < 0]
        top = " × ".join(_powered(name, power) for name, power in self.counted if power > 0)
        times = self.shown_times
        if not over and not top:
            plain = {Fraction(1): "доля", Fraction(100): "%"}
            return plain.get(times, f"на {_amount(times)}")
        if not over:
            prefix = {Fraction(1): "", Fraction(1, 1000): "тыс. ", Fraction(1, 10**6): "млн "}.get(times)
            return f"{top} × {shown_number(times)}" if prefix is None else prefix + top
        amount = "1" if times == 1 else _amount(times)
        return f"{top or 'доля'} на {amount} {' × '.join(over)}"


def _powered(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _amount(times: Fraction) -> str:
    return f"{shown_number(times / 1000)} тыс." if times >= 10_000 else shown_number(times)


def unit_of(printed: str | None) -> Unit | None:
    """The unit that a document prints; None when it prints none. A word that is not known is a unit of its own.

    >>> unit_of("в единицах") == unit_of("ед."), unit_of("тыс. человек").shown_times, unit_of("дворов").counted
    (True, Fraction(1, 1000), (('дворов', 1),))
    """
    words = " ".join((printed or "").lower().replace("\u00a0", " ").strip(" .,()").split())
    words = re.sub(r"^в (?=\w)", "", words)
    words = {"единицах": "единиц", "процентах": "%", "тысячах рублей": "тыс. руб"}.get(words, words)
    if not words or set(words) <= {"-", "–", "—"}:
        return None
    times = Fraction(1)
    for pattern, number in _THOUSANDS:
        if found := re.match(pattern, words):
            times, words = Fraction(1, number), words[found.end() :]
            break
    for pattern, base in _KNOWN:
        if re.fullmatch(pattern, words):
            if base == "%":
                return Unit((), Fraction(100) * times)
            return Unit(((base, 1),) if base else (), times)
    return Unit(((words or "ед.", 1),), times)


@dataclass(frozen=True)
class UnitCheck:
    """The unit of the result (None: it does not follow) and what is wrong with the units of the formula."""

    unit: Unit | None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class _Part:
    unit: Unit | None
    number: Fraction | None = None  # a plain number: takes any unit of its kind
    broken: bool = False


def units_of(formula: Formula, units: Mapping[str, str | None], expected: str = "") -> UnitCheck:
    """Whether only like is added to like, and the unit of the result; `expected` is the code of the indicator's unit;
    a unit that the portal does not know (`other`) is compared with nothing.

    >>> from tosportal.domain.formulas import parse_formula
    >>> found = units_of(parse_formula("ВН = (А + Б) x 100000/КН"), {"А": "ед.", "Б": "единиц", "КН": "человек"})
    >>> str(found.unit), found.unit.code, found.remarks
    ('ед. на 100 тыс. чел.', 'per_100k_population', ())
    >>> wrong = units_of(parse_formula("А + Б"), {"А": "тыс. руб.", "Б": "руб."})
    >>> wrong.unit, str(wrong.remarks[0])
    (None, 'Складываются разные единицы: «тыс. руб.» и «руб.»')

    A name without a unit is a remark (its place is the name), and no unit follows then. Basis: issue 3, point 11.
    """
    given = {name_key(name): unit_of(printed) for name, printed in units.items()}
    remarks = [
        Remark(N_("У «%(name)s» не указана единица измерения"), {"name": name}, name)
        for name in formula.names
        if given.get(name_key(name)) is None
    ]
    stack: list[_Part] = []
    for step in formula.steps:
        if step.op is Op.NUMBER:
            stack.append(_Part(Unit(), step.number))
        elif step.op is Op.NAME:
            stack.append(_Part(given.get(name_key(step.text))))
        elif step.op is Op.PERCENT:
            part = stack.pop()
            stack.append(_Part(part.unit, None if part.number is None else part.number / 100, part.broken))
        elif step.op is not Op.NEGATE:
            right, left = stack.pop(), stack.pop()
            stack.append(_joined(step, left, right, remarks))
    result = stack.pop()
    unit = result.unit if not result.broken else None
    if unit is not None and expected in _CODES.values() and unit.code != expected and result.number is None:
        words = N_("Формула даёт «%(unit)s», а показатель измеряется иначе")
        remarks.append(Remark(words, {"unit": str(unit)}))
    return UnitCheck(unit, tuple(remarks))


def _joined(step: Step, left: _Part, right: _Part, remarks: list[Remark]) -> _Part:
    broken = left.broken or right.broken
    if left.number is not None and right.number is not None:
        return _Part(Unit(), _folded(step.op, left.number, right.number), broken)
    if left.unit is None or right.unit is None:
        return _Part(None, None, broken)
    if step.op in {Op.ADD, Op.SUBTRACT}:
        if left.number is not None and not right.unit.counted:
            return _Part(right.unit, None, broken)
        if right.number is not None and not left.unit.counted:
            return _Part(left.unit, None, broken)
        if left.unit != right.unit and not broken:
            remarks.append(_unlike(step, left, right))
            broken = True
        return _Part(left.unit, None, broken)
    sign = 1 if step.op is Op.MULTIPLY else -1
    powers = dict(left.unit.counted)
    for name, power in right.unit.counted:
        powers[name] = powers.get(name, 0) + sign * power
    times = _times(left) * _times(right) ** sign
    return _Part(Unit(tuple(sorted((n, p) for n, p in powers.items() if p)), times), None, broken)


def _unlike(step: Step, left: _Part, right: _Part) -> Remark:
    if left.number is not None or right.number is not None:
        named = right if left.number is not None else left
        return Remark(N_("К «%(unit)s» прибавляется число без единицы"), {"unit": str(named.unit)})
    words = (
        N_("Складываются разные единицы: «%(left)s» и «%(right)s»")
        if step.op is Op.ADD
        else N_("Вычитаются разные единицы: «%(left)s» и «%(right)s»")
    )
    return Remark(words, {"left": str(left.unit), "right": str(right.unit)})


def _times(part: _Part) -> Fraction:
    """How many times more is shown: of a plain number only round factors from 100 on, and their inverses, count."""
    if part.number is None:
        return part.unit.shown_times if part.unit else Fraction(1)
    size = abs(part.number)
    return size if re.fullmatch(r"10{2,}|1/10{2,}", str(size)) else Fraction(1)


def _folded(op: Op, left: Fraction, right: Fraction) -> Fraction:
    if op is Op.ADD:
        return left + right
    if op is Op.SUBTRACT:
        return left - right
    return left * right if op is Op.MULTIPLY or right == 0 else left / right
