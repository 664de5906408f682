"""The total of one application by the method of the regulation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from tosportal.domain.criteria import EXACT, Criterion, ensure_mark
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import round_half_up
from tosportal.domain.scoring.rule import (
    BEST,
    EVERY,
    METHODS,
    METHODS_BY_CRITERION,
    NORMALISED,
    POSSIBLE,
    WEIGHTED_SHARE,
    ScoringRule,
    scale_of,
)
from tosportal.domain.scoring.trace import Step, trace_of

Marks = Mapping[str, Mapping[str, Decimal]]
"""Marks of one application: juror code → criterion code → mark."""


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
    best: Fraction | None = field(default=None, repr=False, compare=False)

    def meets_pass(self, requested: Decimal | None) -> bool:
        """Has it the pass mark of an application that asks for this sum, where there is one?"""
        least = self.rule.pass_for(requested)
        return least is None or self.value >= least

    @property
    def meets_experts(self) -> bool:
        """Has it the least total that the regulation wants of an expert? Basis: DOMAIN.md 3.7 M19.

        `every`: it is out only when each expert gave less; `any`: when one did.
        """
        least = self.rule.expert_min
        if least is None or not self.marks:
            return True
        enough = [sheet_total(self.criteria, sheet) >= least for sheet in self.marks.values()]
        return any(enough) if self.rule.expert_min_who == EVERY else all(enough)

    @property
    def trace(self) -> list[Step]:
        """Every step from the marks to the total, in the order in which a person would compute it."""
        return trace_of(self)


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


def needs_best(rule: ScoringRule) -> bool:
    """Does a total depend on the best of the list?"""
    return rule.method == NORMALISED and rule.against == BEST


def raw_total(
    criteria: Sequence[Criterion], rule: ScoringRule, marks: Marks, computed: Mapping[str, Decimal] | None = None
) -> Fraction:
    """Ki of a normalised total: Σ weight × mean of the criterion, before it is divided by the best."""
    return application_total(criteria, replace(rule, method="sum_of_criterion_means"), marks, computed).exact


def application_total(
    criteria: Sequence[Criterion],
    rule: ScoringRule,
    marks: Marks,
    computed: Mapping[str, Decimal] | None = None,
    *,
    best: Fraction | None = None,
) -> Total:
    """Total of one application by the method of the regulation; `criteria` are those that judge it, fitted to it.

    `marks` holds complete signed sheets only. The order of jurors and criteria changes nothing. `best` is the highest
    `raw_total` of the list, where the method divides by it.

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

    Raises RuleBroken: no sheet, a mark missing, wrong or too many, computed points missing, unknown method, no `best`.
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
    shares = Fraction(0)
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
                shares += Fraction(criterion.weight) * used[code] / Fraction(criterion.maximum)
            elif code in points:
                means[code] = used[code] = Fraction(points[code])
                own += criterion.weight * points[code]
                shares += Fraction(criterion.weight) * used[code] / Fraction(criterion.maximum)
            else:
                raise RuleBroken(Remark(N_("Нет значения для критерия «%(name)s»"), {"name": criterion.name}, code))
        if rule.method == WEIGHTED_SHARE:
            exact = shares * Fraction(scale_of(rule, criteria))
        elif rule.method in METHODS_BY_CRITERION and rule.criterion_rounding is not None:
            exact = Fraction(rounded_sum + own)
        elif rule.method == "sum_of_totals" or not jurors:
            exact = Fraction(jury_sum + own)
        else:
            exact = Fraction(jury_sum) / jurors + Fraction(own)
    if rule.method == NORMALISED:
        if rule.against == POSSIBLE:
            best = Fraction(sum((one.weight * one.maximum for one in criteria), Decimal(0)))
        if best is None:
            raise RuleBroken(N_("Итог считается от лучшей заявки, а она не известна"))
        exact = Fraction(scale_of(rule, criteria)) * exact / best if best else Fraction(0)
    return Total(round_half_up(exact, rule.rounding), exact, means, used, criteria, rule, marks, points, best)


def _mark(criterion: Criterion, sheet: Mapping[str, Decimal]) -> Decimal:
    try:
        mark = sheet[criterion.code]
    except KeyError:
        raise RuleBroken(
            Remark(N_("В оценочном листе нет оценки по критерию «%(name)s»"), {"name": criterion.name}, criterion.code)
        ) from None
    if mark < 0 or mark > criterion.maximum or criterion.only_levels or mark % criterion.step:
        ensure_mark(criterion, mark)
    return mark
