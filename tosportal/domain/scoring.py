"""From the marks of the jury to the total of an application, by the method of the regulation, every step shown.

Everything is exact until the one rounding that the regulation names; half goes up. A recused juror is simply absent:
means are taken over those who marked. Weights count in every method (1 where the regulation has none). Points of band
criteria are computed once by the portal and enter once: as their own line, never once per juror.

| method | total |
|---|---|
| weighted_mean | Σ weight × mean of the criterion; weights sum to 1 |
| mean_of_totals | mean of the sheets' totals + computed points |
| sum_of_criterion_means | Σ weight × mean of the criterion, each mean rounded first if the regulation says so |
| sum_of_totals | sum of the sheets' totals, no division, + computed points (M16) |

Basis: DOMAIN.md 3.7 (M1, M3, M4, M16), vectors 11.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria import EXACT, Criterion, criteria_for, decimal_from, ensure_mark, shown
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import round_half_up

METHODS = ("weighted_mean", "mean_of_totals", "sum_of_criterion_means", "sum_of_totals")
METHODS_BY_CRITERION = ("weighted_mean", "sum_of_criterion_means")
SUBMITTED_AT = "submitted_at"

Marks = Mapping[str, Mapping[str, Decimal]]
"""Marks of one application: juror code → criterion code → mark."""


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """How marks become a total, what decides ties, and how many signed sheets an application needs."""

    method: str
    rounding: Decimal = Decimal("0.01")
    criterion_rounding: Decimal | None = None
    pass_total: Decimal | None = None
    ties: tuple[str, ...] = (SUBMITTED_AT,)
    sheets_min: int = 1

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoringRule":
        """The `scoring` part of a regulation."""
        try:
            return cls(
                method=str(data["method"]),
                rounding=decimal_from(data["rounding"], "rounding"),
                criterion_rounding=_optional(data.get("criterion_rounding"), "criterion_rounding"),
                pass_total=_optional(data.get("pass_total"), "pass_total"),
                ties=tuple(str(code) for code in data.get("ties") or ()),
                sheets_min=int(data.get("sheets_min", 1)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RuleBroken(
                Remark(N_("Порядок подсчёта записан неполно: %(reason)s"), {"reason": str(error)[:80]}, "scoring")
            ) from error

    def to_json(self) -> dict[str, Any]:
        """The same rule as the regulation writes it."""
        return {
            "method": self.method,
            "rounding": f"{self.rounding:f}",
            "criterion_rounding": None if self.criterion_rounding is None else f"{self.criterion_rounding:f}",
            "pass_total": None if self.pass_total is None else f"{self.pass_total:f}",
            "ties": list(self.ties),
            "sheets_min": self.sheets_min,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace. `str()` shows it to a person; the numbers stay numbers.

    kind: `criterion` (mean of a criterion), `computed` (points of a band), `sheet` (one juror's sheet), `total`.
    """

    kind: str
    code: str
    terms: tuple[Fraction, ...]
    divisor: int
    mean: Fraction
    used: Decimal | None
    weight: Decimal | None
    extra: tuple[Fraction, ...]
    result: Fraction
    value: Decimal | None = None

    @property
    def formula(self) -> str:
        """The line without its name: `(9 + 8 + 10) / 3 = 9,00 × 0,20 = 1,80`."""
        if self.kind == "computed":
            line = _number(self.terms[0])
            return line if self.weight in (None, 1) else f"{line} × {shown(self.weight or 1)} {_equal(self.result)}"
        line = " + ".join(_number(term) for term in self.terms) or "0"
        if self.divisor > 1:
            line = f"({line}) / {self.divisor}" if len(self.terms) > 1 else f"{line} / {self.divisor}"
        if self.kind == "total":
            line += "".join(f" + {_number(term)}" for term in self.extra)
            if self.value is None:
                return line
            return f"{line} {'=' if self.value == self.result else '≈'} {shown(self.value)}"
        if self.kind == "sheet":
            return line if len(self.terms) == 1 else f"{line} = {_number(self.result)}"
        line += f" {_equal(self.mean)}" if self.used is None else _rounded(self.mean, self.used)
        return line if self.weight in (None, 1) else f"{line} × {shown(self.weight or 1)} {_equal(self.result)}"

    def __str__(self) -> str:
        return f"{'Итог' if self.kind == 'total' else self.code}: {self.formula}"


@dataclass(frozen=True, slots=True)
class Total:
    """The total of one application: `value` as the regulation rounds it, `exact`, and the mean of each criterion.

    `means` are exact (points for computed criteria); `used` are the same as the regulation counts them: rounded where
    it says so. `trace` is made when asked for.
    """

    value: Decimal
    exact: Fraction
    means: Mapping[str, Fraction]
    used: Mapping[str, Fraction]
    criteria: Sequence[Criterion] = field(repr=False, compare=False)
    rule: ScoringRule = field(repr=False, compare=False)
    marks: Marks = field(repr=False, compare=False)
    computed: Mapping[str, Decimal] = field(repr=False, compare=False)

    @property
    def trace(self) -> list[Step]:
        """Every step from the marks to the total, in the order in which a person would compute it."""
        return _trace(self)


def sheet_total(
    criteria: Iterable[Criterion], sheet: Mapping[str, Decimal], computed: Mapping[str, Decimal] | None = None
) -> Decimal:
    """Total of one juror's sheet: Σ weight × mark over the jury's criteria, exact; with `computed`, those points too.

    >>> k = [Criterion(c, None, c, Decimal(10), Decimal(1), Decimal(1), "jury_mark") for c in ("k1", "k2")]
    >>> sheet_total(k, {"k1": Decimal(9), "k2": Decimal(8)})
    Decimal('17')

    Raises RuleBroken when a mark is missing, out of bounds or between steps.
    """
    total = Decimal(0)
    with localcontext(EXACT):
        for criterion in criteria:
            if criterion.is_marked_by_jury:
                total += criterion.weight * _mark(criterion, sheet)
            elif computed is not None:
                total += criterion.weight * computed[criterion.code]
    return total


def application_total(
    criteria: Sequence[Criterion], rule: ScoringRule, marks: Marks, computed: Mapping[str, Decimal] | None = None
) -> Total:
    """Total of one application by the method of the regulation; `criteria` are those of its nomination.

    `marks` holds complete signed sheets only. The order of jurors and criteria changes nothing.

    >>> k = [Criterion(c, None, c, Decimal(10), Decimal(1), Decimal(w), "jury_mark")
    ...      for c, w in (("k1", "0.20"), ("k2", "0.80"))]
    >>> sheets = {"Э1": {"k1": Decimal(9), "k2": Decimal(7)}, "Э2": {"k1": Decimal(8), "k2": Decimal(7)},
    ...           "Э3": {"k1": Decimal(10), "k2": Decimal(8)}}
    >>> total = application_total(k, ScoringRule("weighted_mean"), sheets)
    >>> total.value, total.exact
    (Decimal('7.67'), Fraction(23, 3))
    >>> for step in total.trace: print(step)
    k1: (9 + 8 + 10) / 3 = 9,00 × 0,20 = 1,80
    k2: (7 + 7 + 8) / 3 ≈ 7,33 × 0,80 ≈ 5,87
    Итог: 1,80 + 5,87 ≈ 7,67

    Raises RuleBroken: no sheet, a mark missing, wrong or too many, computed points missing, unknown method.
    """
    points = {} if computed is None else computed
    if rule.method not in METHODS:
        raise RuleBroken(Remark(N_("Неизвестный способ подсчёта %(method)s"), {"method": rule.method}))
    jurors = len(marks)
    if jurors == 0 and any(criterion.is_marked_by_jury for criterion in criteria):
        raise RuleBroken(N_("Нет ни одного подписанного оценочного листа"))
    means: dict[str, Fraction] = {}
    used: dict[str, Fraction] = {}
    sheets = [marks[code] for code in sorted(marks)]
    marked = sum(criterion.is_marked_by_jury for criterion in criteria)
    if any(len(sheet) > marked for sheet in sheets):
        raise RuleBroken(N_("В оценочном листе есть оценка по критерию, которого эксперт не оценивает"))
    jury_sum = Decimal(0)
    rounded_sum = Decimal(0)
    own = Decimal(0)
    with localcontext(EXACT):
        for criterion in criteria:
            code = criterion.code
            if criterion.is_marked_by_jury:
                column = Decimal(0)
                for sheet in sheets:
                    column += _mark(criterion, sheet)
                over, under = column.as_integer_ratio()
                mean = means[code] = used[code] = Fraction(over, under * jurors)
                jury_sum += criterion.weight * column
                if rule.criterion_rounding is not None:
                    rounded = round_half_up(mean, rule.criterion_rounding)
                    used[code] = Fraction(rounded)
                    rounded_sum += criterion.weight * rounded
            elif code in points:
                means[code] = used[code] = Fraction(points[code])
                own += criterion.weight * points[code]
            else:
                raise RuleBroken(Remark(N_("Нет значения для критерия «%(name)s»"), {"name": criterion.name}, code))
        if rule.method in METHODS_BY_CRITERION and rule.criterion_rounding is not None:
            exact = Fraction(rounded_sum + own)
        elif rule.method == "sum_of_totals" or not jurors:
            exact = Fraction(jury_sum + own)
        else:
            exact = Fraction(jury_sum) / jurors + Fraction(own)
    return Total(round_half_up(exact, rule.rounding), exact, means, used, criteria, rule, marks, points)


def highest_total(criteria: Iterable[Criterion], nomination: str | None = None) -> Decimal:
    """The best total that one sheet and the computed points can give: Σ weight × maximum.

    >>> highest_total([Criterion("k1", None, "k1", Decimal(10), Decimal(1), Decimal("0.5"), "jury_mark")])
    Decimal('5.0')
    """
    return sum((one.weight * one.maximum for one in criteria_for(criteria, nomination)), Decimal(0))


def check_scoring(rule: ScoringRule, criteria: Sequence[Criterion], nominations: Iterable[str] = ()) -> list[Remark]:
    """What must be put right in the scoring rule before the contest is announced.

    >>> [str(remark) for remark in check_scoring(ScoringRule("weighted_mean", ties=("k9",)), [])]
    ['Правило при равенстве ссылается на критерий k9, которого нет']
    """
    remarks: list[Remark] = []
    if rule.method not in METHODS:
        remarks.append(Remark(N_("Неизвестный способ подсчёта %(method)s"), {"method": rule.method}, "method"))
    for name, quantum in (("rounding", rule.rounding), ("criterion_rounding", rule.criterion_rounding)):
        if quantum is not None and quantum <= 0:
            remarks.append(Remark(N_("Точность округления должна быть больше нуля"), {}, name))
    if rule.sheets_min < 1:
        remarks.append(Remark(N_("Нужен хотя бы один оценочный лист на заявку"), {}, "sheets_min"))
    codes = {criterion.code for criterion in criteria}
    for code in rule.ties:
        if code != SUBMITTED_AT and code not in codes:
            remarks.append(
                Remark(N_("Правило при равенстве ссылается на критерий %(code)s, которого нет"), {"code": code}, "ties")
            )
    if len(set(rule.ties)) != len(rule.ties):
        remarks.append(Remark(N_("Правило при равенстве называет одно и то же дважды"), {}, "ties"))
    if rule.pass_total is not None and criteria and rule.method != "sum_of_totals":
        for nomination in tuple(nominations) or (None,):
            highest = highest_total(criteria, nomination)
            if rule.pass_total > highest:
                remarks.append(
                    Remark(
                        N_("Проходной балл %(pass_total)s недостижим: наибольший итог – %(highest)s"),
                        {"pass_total": shown(rule.pass_total), "highest": shown(highest)},
                        "pass_total",
                    )
                )
    return remarks


def _mark(criterion: Criterion, sheet: Mapping[str, Decimal]) -> Decimal:
    try:
        mark = sheet[criterion.code]
    except KeyError:
        raise RuleBroken(
            Remark(N_("В оценочном листе нет оценки по критерию «%(name)s»"), {"name": criterion.name}, criterion.code)
        ) from None
    if mark < 0 or mark > criterion.maximum or mark % criterion.step:
        ensure_mark(criterion, mark)
    return mark


def _trace(total: Total) -> list[Step]:
    rule, marks = total.rule, total.marks
    jurors = sorted(marks)
    steps: list[Step] = []
    results: list[Fraction] = []
    sheets: list[Fraction] = []
    if rule.method in METHODS_BY_CRITERION:
        for criterion in total.criteria:
            if not criterion.is_marked_by_jury:
                continue
            code, weight = criterion.code, criterion.weight
            terms = tuple(Fraction(marks[juror][code]) for juror in jurors)
            rounded = None if rule.criterion_rounding is None else round_half_up(
                total.means[code], rule.criterion_rounding)  # fmt: skip
            result = Fraction(weight) * total.used[code]
            results.append(result)
            steps.append(Step("criterion", code, terms, len(jurors), total.means[code], rounded, weight, (), result))
    else:
        for juror in jurors:
            marked = [one for one in total.criteria if one.is_marked_by_jury]
            terms = tuple(Fraction(one.weight) * Fraction(marks[juror][one.code]) for one in marked)
            sheets.append(sum(terms, Fraction(0)))
            steps.append(Step("sheet", juror, terms, 1, sheets[-1], None, None, (), sheets[-1]))
    for criterion in total.criteria:
        if not criterion.is_marked_by_jury:
            points = Fraction(total.computed[criterion.code])
            results.append(Fraction(criterion.weight) * points)
            steps.append(
                Step("computed", criterion.code, (points,), 1, points, None, criterion.weight, (), results[-1])
            )
    divisor = len(jurors) if rule.method == "mean_of_totals" else 1
    parts, extra = (tuple(results), ()) if rule.method in METHODS_BY_CRITERION else (tuple(sheets), tuple(results))
    steps.append(Step("total", "total", parts, divisor, total.exact, None, None, extra, total.exact, total.value))
    return steps


def _number(number: Fraction) -> str:
    """Whole numbers bare, others with two decimals."""
    return str(number.numerator) if number.denominator == 1 else shown(number, 2)


def _equal(number: Fraction) -> str:
    text = shown(number, 2)
    return f"{'=' if (number * 100).denominator == 1 else '≈'} {text}"


def _rounded(mean: Fraction, used: Decimal) -> str:
    return f" {'=' if used == mean else '≈'} {shown(used)}"


def _optional(value: object, place: str) -> Decimal | None:
    return None if value is None else decimal_from(value, place)
