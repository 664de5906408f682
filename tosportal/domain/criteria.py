"""Criteria of a contest: what a juror marks, what the portal computes, and whether the scale has holes.

A jury mark lies between 0 and the maximum in whole steps. A band criterion turns a measured value (own share in per
cent, years of work) into points: the points of the last level whose `from` is reached, the edge itself included.
Basis: DOMAIN.md 3.7 (M7, M8, M10), 4.3; a scale must cover every value from 0 (11.4).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import round_half_up

KINDS = ("jury_mark", "band")
MARK = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,6})?")
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


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale: its points, its words and, for a band, the value it begins with (inclusive)."""

    points: Decimal
    text: str = ""
    from_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; `nomination` None means all nominations; `value` names what a band measures."""

    code: str
    nomination: str | None
    name: str
    maximum: Decimal
    step: Decimal
    weight: Decimal
    kind: str
    value: str | None = None
    levels: tuple[Level, ...] = ()

    @property
    def is_marked_by_jury(self) -> bool:
        return self.kind == "jury_mark"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Criterion":
        """A criterion of the regulation; what cannot be read is RuleBroken with the code of the criterion."""
        code = str(data.get("code", ""))
        try:
            levels = tuple(
                Level(
                    decimal_from(level["points"], code),
                    str(level.get("text", "")),
                    None if level.get("from") is None else decimal_from(level["from"], code),
                )
                for level in data.get("levels") or ()
            )
            return cls(
                code=str(data["code"]),
                nomination=data.get("nomination"),
                name=str(data["name"]),
                maximum=decimal_from(data["max"], code),
                step=decimal_from(data.get("step", "1"), code),
                weight=decimal_from(data.get("weight", "1"), code),
                kind=str(data.get("kind", "jury_mark")),
                value=data.get("value"),
                levels=levels,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise RuleBroken(
                Remark(N_("Критерий записан неполно: %(reason)s"), {"reason": str(error)[:80]}, code)
            ) from error

    def to_json(self) -> dict[str, Any]:
        """The same criterion as the regulation writes it."""
        return {
            "code": self.code,
            "nomination": self.nomination,
            "name": self.name,
            "max": f"{self.maximum:f}",
            "step": f"{self.step:f}",
            "weight": f"{self.weight:f}",
            "kind": self.kind,
            "value": self.value,
            "levels": [
                {
                    "points": f"{level.points:f}",
                    "text": level.text,
                    "from": None if level.from_value is None else f"{level.from_value:f}",
                }
                for level in self.levels
            ],
        }


criterion_from_json = Criterion.from_json
criterion_to_json = Criterion.to_json


def criteria_for(criteria: Iterable[Criterion], nomination: str | None) -> tuple[Criterion, ...]:
    """The criteria by which an application of this nomination is judged, in the order of the regulation."""
    return tuple(one for one in criteria if one.nomination is None or one.nomination == nomination)


def check_mark(criterion: Criterion, text: str) -> Decimal:
    """The mark a juror typed, written with as many decimals as the step has; comma or point both count.

    >>> k = Criterion("k1", None, "Актуальность", Decimal("10"), Decimal("0.5"), Decimal("1"), "jury_mark")
    >>> check_mark(k, " 8,5 ")
    Decimal('8.5')
    >>> check_mark(k, "10,5")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Оценка должна быть от 0 до 10, а введено 10,5

    Raises RuleBroken: nothing typed, not a number, out of bounds, between steps, criterion computed by the portal.
    """
    values: dict[str, object] = {"maximum": shown(criterion.maximum), "typed": text.strip()[:20]}
    if not criterion.is_marked_by_jury:
        raise RuleBroken(Remark(N_("Баллы по этому критерию считает портал, эксперт их не ставит"), {}, criterion.code))
    typed = text.replace("\u00a0", " ").strip()
    if not typed:
        raise RuleBroken(Remark(N_("Поставьте оценку от 0 до %(maximum)s"), values, criterion.code))
    if not MARK.fullmatch(typed):
        raise RuleBroken(
            Remark(N_("Оценка должна быть числом от 0 до %(maximum)s, а введено «%(typed)s»"), values, criterion.code)
        )
    mark = Decimal(typed.replace(",", "."))
    ensure_mark(criterion, mark)
    return EXACT.quantize(mark, Decimal(1).scaleb(min(0, _exponent(criterion.step))))


def ensure_mark(criterion: Criterion, mark: Decimal) -> None:
    """Raises RuleBroken when the mark is out of bounds or between steps."""
    if mark < 0 or mark > criterion.maximum:
        raise RuleBroken(
            Remark(
                N_("Оценка должна быть от 0 до %(maximum)s, а введено %(typed)s"),
                {"maximum": shown(criterion.maximum), "typed": shown(mark)},
                criterion.code,
            )
        )
    if mark % criterion.step:
        raise RuleBroken(
            Remark(
                N_("Оценка ставится с шагом %(step)s: ближайшие – %(below)s и %(above)s"),
                {
                    "step": shown(criterion.step),
                    "below": shown(mark // criterion.step * criterion.step),
                    "above": shown((mark // criterion.step + 1) * criterion.step),
                },
                criterion.code,
            )
        )


def band_points(criterion: Criterion, measured: Fraction | Decimal | int) -> Decimal:
    """Points of the last level reached; the edge belongs to the level that begins with it.

    >>> k5 = Criterion("k5", None, "Вклад", Decimal(10), Decimal(1), Decimal("0.1"), "band", "own_share", (
    ...     Level(Decimal(0), "", Decimal(0)), Level(Decimal(5), "", Decimal(10)), Level(Decimal(10), "", Decimal(25))))
    >>> [band_points(k5, value) for value in (Decimal("9.99"), Decimal(10), Fraction(74, 3), 25)]
    [Decimal('0'), Decimal('5'), Decimal('5'), Decimal('10')]

    Raises RuleBroken when no level covers the value. Basis: DOMAIN.md 3.7 M10 (inclusive ends), 11.4.
    """
    top, bottom = measured.as_integer_ratio()
    best: tuple[Decimal, Decimal] | None = None
    for level in criterion.levels:
        if level.from_value is None:
            continue
        over, under = level.from_value.as_integer_ratio()
        if top * under >= over * bottom and (best is None or level.from_value > best[0]):
            best = (level.from_value, level.points)
    if best is None:
        raise RuleBroken(
            Remark(
                N_("Шкала критерия «%(name)s» не говорит, сколько баллов дать за значение %(measured)s"),
                {"name": criterion.name, "measured": shown(Fraction(measured), 2)},
                criterion.code,
            )
        )
    return best[1]


def computed_points(
    criteria: Iterable[Criterion], measured: Mapping[str, Fraction | Decimal | int]
) -> dict[str, Decimal]:
    """Points of all band criteria from the values measured for one application, by criterion code.

    Raises RuleBroken when a value has not been measured.
    """
    points: dict[str, Decimal] = {}
    for criterion in criteria:
        if criterion.kind != "band":
            continue
        if criterion.code not in measured:
            raise RuleBroken(
                Remark(N_("Нет значения для критерия «%(name)s»"), {"name": criterion.name}, criterion.code)
            )
        points[criterion.code] = band_points(criterion, measured[criterion.code])
    return points


def check_criteria(criteria: Sequence[Criterion], method: str = "", nominations: Iterable[str] = ()) -> list[Remark]:
    """What must be put right before the contest is announced; empty means the criteria are sound.

    Proves: codes differ; numbers are positive; the maximum can be reached in whole steps and by a level; a band covers
    every value from 0 upwards without a hole and ascends; weights sum to 1 where the method is a weighted mean.

    >>> [str(remark) for remark in check_criteria([])]
    ['Нет ни одного критерия']

    Basis: DOMAIN.md 4.3 («The engine must prove band coverage before publication»).
    """
    known = tuple(nominations)
    remarks: list[Remark] = [] if criteria else [Remark(N_("Нет ни одного критерия"))]
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.code in seen:
            remarks.append(Remark(N_("Код критерия %(code)s повторяется"), {"code": criterion.code}, criterion.code))
        seen.add(criterion.code)
        if known and criterion.nomination is not None and criterion.nomination not in known:
            remarks.append(
                Remark(N_("Нет номинации %(nomination)s"), {"nomination": criterion.nomination}, criterion.code)
            )
        remarks += _check_scale(criterion)
    groups: Iterable[str | None] = known or sorted({one.nomination for one in criteria if one.nomination}) or (None,)
    for nomination in groups:
        own = criteria_for(criteria, nomination)
        if criteria and not own:
            remarks.append(Remark(N_("В номинации %(nomination)s нет критериев"), {"nomination": nomination}))
        weights = sum((one.weight for one in own), Decimal(0))
        if own and method == "weighted_mean" and weights != 1:
            remarks.append(
                Remark(
                    N_("Веса критериев должны в сумме давать 1, а дают %(total)s"),
                    {"total": shown(weights)},
                    nomination or "",
                )
            )
    return remarks


def _check_scale(criterion: Criterion) -> list[Remark]:
    """Remarks on one criterion taken alone."""

    def remark(text: str, **values: object) -> Remark:
        return Remark(text, values, criterion.code)

    found: list[Remark] = []
    for number, text in (
        (criterion.maximum, N_("Наибольший балл должен быть больше нуля")),
        (criterion.step, N_("Шаг оценки должен быть больше нуля")),
        (criterion.weight, N_("Вес критерия должен быть больше нуля")),
    ):
        if number <= 0:
            found.append(remark(text))
    if criterion.kind not in KINDS:
        found.append(remark(N_("Неизвестный вид критерия %(kind)s"), kind=criterion.kind))
    if found:
        return found
    points = [level.points for level in criterion.levels]
    for value in points:
        if value < 0 or value > criterion.maximum:
            found.append(
                remark(
                    N_("Уровень даёт %(points)s, а критерий – от 0 до %(maximum)s"),
                    points=shown(value),
                    maximum=shown(criterion.maximum),
                )
            )
    if criterion.is_marked_by_jury:
        if criterion.maximum % criterion.step:
            found.append(remark(N_("Наибольший балл не достигается целым числом шагов")))
        if points != sorted(set(points)):
            found.append(remark(N_("Уровни должны идти по возрастанию баллов без повторов")))
        return found
    if not criterion.value:
        found.append(remark(N_("Не сказано, какое значение измеряет портал")))
    starts = [level.from_value for level in criterion.levels]
    given = [start for start in starts if start is not None]
    if not given or len(given) < len(starts):
        found.append(remark(N_("У каждого уровня должно быть значение, с которого он начинается")))
        return found
    if given != sorted(set(given)):
        found.append(remark(N_("Уровни должны идти по возрастанию значений без повторов")))
    if min(given) > 0:
        found.append(remark(N_("Шкала начинается с %(start)s: за меньшие значения баллы не определены"),
                            start=shown(min(given))))  # fmt: skip
    if max(points) != criterion.maximum:
        found.append(
            remark(
                N_("Наибольший балл %(maximum)s недостижим: шкала даёт не больше %(points)s"),
                maximum=shown(criterion.maximum),
                points=shown(max(points)),
            )
        )
    return found


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
