"""Every step from the marks to a total, in the order in which a person would compute it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tosportal.domain.criteria import shown
from tosportal.domain.money import round_half_up
from tosportal.domain.scoring.rule import METHODS_BY_CRITERION, NORMALISED, WEIGHTED_SHARE, scale_of

if TYPE_CHECKING:
    from tosportal.domain.scoring.total import Total


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace. `str()` shows it to a person; the numbers stay numbers.

    kind: `criterion` (mean of a criterion), `computed` (points of the portal), `sheet` (one juror's sheet), `total`.
    `over` is the maximum that a share is taken of; `scale` and `best` are what a total is multiplied and divided by.
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
    over: Decimal | None = None
    scale: Fraction | None = None
    best: Fraction | None = None

    @property
    def formula(self) -> str:
        """The line without its name: `(9 + 8 + 10) / 3 = 9,00 × 0,20 = 1,80`."""
        if self.kind == "computed":
            return self._weighed(_number(self.terms[0]))
        line = " + ".join(_number(term) for term in self.terms) or "0"
        if self.divisor > 1:
            line = f"({line}) / {self.divisor}" if len(self.terms) > 1 else f"{line} / {self.divisor}"
        if self.kind == "total":
            line += "".join(f" + {_number(term)}" for term in self.extra)
            if self.scale is not None:
                line = f"{_number(self.scale)} × ({line})"
                line += f" / {_number(self.best)}" if self.best is not None else ""
            if self.value is None:
                return line
            return f"{line} {'=' if self.value == self.result else '≈'} {shown(self.value)}"
        if self.kind == "sheet":
            return line if len(self.terms) == 1 else f"{line} = {_number(self.result)}"
        line += f" {_equal(self.mean)}" if self.used is None else _rounded(self.mean, self.used)
        return self._weighed(line)

    def _weighed(self, line: str) -> str:
        if self.over is not None:
            line += f" / {shown(self.over)}"
        elif self.weight in (None, 1):
            return line
        if self.weight not in (None, 1):
            line += f" × {shown(self.weight or 1)}"
        return f"{line} {_equal(self.result)}"

    def __str__(self) -> str:
        return f"{'Итог' if self.kind == 'total' else self.code}: {self.formula}"


def trace_of(total: "Total") -> list[Step]:
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
            over = criterion.maximum if rule.method == WEIGHTED_SHARE else None
            result = Fraction(weight) * total.used[code] / Fraction(over if over is not None else 1)
            results.append(result)
            steps.append(
                Step("criterion", code, terms, len(jurors), total.means[code], rounded, weight, (), result, over=over)
            )
    else:
        for juror in jurors:
            marked = [one for one in total.criteria if one.is_marked_by_jury]
            terms = tuple(Fraction(one.weight) * Fraction(marks[juror][one.code]) for one in marked)
            sheets.append(sum(terms, Fraction(0)))
            steps.append(Step("sheet", juror, terms, 1, sheets[-1], None, None, (), sheets[-1]))
    for criterion in total.criteria:
        if not criterion.is_marked_by_jury:
            points = Fraction(total.computed[criterion.code])
            over = criterion.maximum if rule.method == WEIGHTED_SHARE else None
            results.append(Fraction(criterion.weight) * points / Fraction(over if over is not None else 1))
            steps.append(
                Step(
                    "computed", criterion.code, (points,), 1, points, None, criterion.weight, (), results[-1], over=over
                )
            )
    divisor = len(jurors) if rule.method == "mean_of_totals" else 1
    parts, extra = (tuple(results), ()) if rule.method in METHODS_BY_CRITERION else (tuple(sheets), tuple(results))
    scale = Fraction(scale_of(rule, total.criteria)) if rule.method in (WEIGHTED_SHARE, NORMALISED) else None
    steps.append(
        Step(
            "total", "total", parts, divisor, total.exact, None, None, extra, total.exact, total.value,
            scale=scale, best=total.best if rule.method == NORMALISED else None,
        )
    )  # fmt: skip
    return steps


def _number(number: Fraction) -> str:
    """Whole numbers bare, others with two decimals."""
    return str(number.numerator) if number.denominator == 1 else shown(number, 2)


def _equal(number: Fraction) -> str:
    text = shown(number, 2)
    return f"{'=' if (number * 100).denominator == 1 else '≈'} {text}"


def _rounded(mean: Fraction, used: Decimal) -> str:
    return f" {'=' if used == mean else '≈'} {shown(used)}"
