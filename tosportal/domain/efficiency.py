"""The efficiency of a programme in a year, by a method that is data, with every step shown.

A method says how degrees of indicators are combined, whether a degree may exceed 1, how indicators weigh, what a plan
of zero means, and where the bands of the verdict lie. An indicator whose degree cannot be determined is left out and
named. All values are exact fractions; steps show them rounded to five digits.

Basis: DOMAIN §6.1 (formulas found), §6.2 (worked example); issue 3, point 13. The methods themselves: `METHODS` in
efficiency_methods.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.attainment import (
    VERDICTS,
    Attainment,
    Direction,
    Indicator,
    ZeroRule,
    attainment,
    efficiency,
    rounded,
    weighted_mean,
)
from tosportal.domain.errors import N_, Remark, RuleBroken

DIGITS = 5
ONE = Fraction(1)


class Combine(StrEnum):
    """How a programme's value comes from the degrees of its indicators."""

    MEAN = "mean"
    ACHIEVED = "achieved"
    DIRECT_REVERSE = "direct_reverse"
    RESOURCE_USE = "resource_use"
    PLANNING = "planning"


class Weights(StrEnum):
    """Indicators weigh the same; as given, adding up to 1; or as given, divided by their sum."""

    EQUAL = "equal"
    GIVEN = "given"
    NORMALISED = "normalised"


COMBINE_NAMES: Mapping[Combine, str] = {
    Combine.MEAN: N_("среднее степеней достижения"),
    Combine.ACHIEVED: N_("доля достигнутых показателей"),
    Combine.DIRECT_REVERSE: N_("сумма прямых и обратных показателей к их числу"),
    Combine.RESOURCE_USE: N_("среднее степеней, умноженное на использование ресурсов"),
    Combine.PLANNING: N_("полнота расходов, результативность и качество планирования"),
}
WEIGHTS_NAMES: Mapping[Weights, str] = {
    Weights.EQUAL: N_("веса равные"),
    Weights.GIVEN: N_("веса заданы"),
    Weights.NORMALISED: N_("веса делятся на их сумму"),
}


@dataclass(frozen=True)
class Band:
    """A verdict from this value up; `above`: only above it."""

    least: Fraction
    name: str
    above: bool = False

    def holds(self, value: Fraction) -> bool:
        return value > self.least if self.above else value >= self.least


FOUR_BANDS = tuple(Band(least, name) for least, name in VERDICTS)
# |D − R| at most, to hundredths → the coefficient of planning quality; None: any difference.
PLANNING_TABLE: tuple[tuple[Fraction | None, Fraction], ...] = (
    (Fraction("0.10"), Fraction("1.25")),
    (Fraction("0.20"), Fraction("1.10")),
    (Fraction("0.25"), Fraction("1")),
    (Fraction("0.35"), Fraction("0.90")),
    (None, Fraction("0.75")),
)


@dataclass(frozen=True)
class Method:
    """A method of evaluation. `cap`: a degree above 1 is taken as 1. `scale`: 1, or 100 for a value in per cent.
    `bands`: the best first, the last one holds for everything. `planning`: see `PLANNING_TABLE`."""

    code: str
    name: str
    combine: Combine
    cap: bool = True
    weights: Weights = Weights.EQUAL
    zero: ZeroRule = field(default_factory=ZeroRule)
    scale: int = 1
    bands: tuple[Band, ...] = FOUR_BANDS
    planning: tuple[tuple[Fraction | None, Fraction], ...] = PLANNING_TABLE
    basis: str = ""

    def verdict(self, value: Fraction) -> str:
        """The name of the first band that holds; empty when none does."""
        return next((band.name for band in self.bands if band.holds(value)), "")


@dataclass(frozen=True)
class YearOutcome:
    """What came out of a programme in a year. Activities with a plan above zero: `planned`, of them `done` in full;
    `undetermined` ones, of which nobody can say, are in neither number. Sums are in one unit; None: not known."""

    indicators: tuple[Indicator, ...]
    weights: Mapping[str, Decimal] | None = None
    done: int | None = None
    planned: int | None = None
    spent_sum: Decimal | None = None
    planned_sum: Decimal | None = None
    undetermined: int = 0


@dataclass(frozen=True)
class Evaluation:
    """The value and the verdict by one method (None and empty when it cannot be determined: then `why_not` says why),
    the parts of the formula by their letters, the degrees as they entered it, and every step in words."""

    method: Method
    rows: tuple[Attainment, ...]
    value: Fraction | None = None
    verdict: str = ""
    parts: Mapping[str, Fraction] = field(default_factory=dict)
    steps: tuple[Remark, ...] = ()
    why_not: Remark | None = None

    @property
    def undetermined(self) -> tuple[Attainment, ...]:
        """Indicators left out because their degree cannot be determined."""
        return tuple(row for row in self.rows if not row.is_determined)


def evaluate(method: Method, outcome: YearOutcome) -> Evaluation:
    """The efficiency of a programme in a year by this method.

    >>> year = YearOutcome((Indicator("1", Decimal(2), Decimal(3)), Indicator("2", Decimal(2), Decimal(1)),
    ...                     Indicator("3", Decimal(2), None)))
    >>> found = evaluate(Method("mean", "среднее", Combine.MEAN), year)
    >>> found.value, found.verdict, [row.code for row in found.undetermined]
    (Fraction(3, 4), 'удовлетворительная', ['3'])
    >>> evaluate(Method("mean", "среднее", Combine.MEAN, cap=False), year).verdict
    'высокая'

    A negative value is not determined; weights that are missing or, when they are to be taken as given, do not add up
    to 1 leave the whole undetermined, with the reason: one method that cannot be used never hides the others.
    Basis: DOMAIN §6.1, §6.2.
    """
    trace = _Trace(method, outcome)
    value = trace.value()
    if value is None:
        return Evaluation(method, trace.rows, parts=trace.parts, steps=tuple(trace.steps), why_not=trace.why_not)
    shown = value * method.scale
    verdict = method.verdict(shown)
    trace.say(
        N_("Итог: %(value)s — %(verdict)s"), value=_shown(shown), verdict=Remark(verdict or N_("вывод не предусмотрен"))
    )
    return Evaluation(method, trace.rows, shown, verdict, trace.parts, tuple(trace.steps))


def verdicts(methods: Iterable[Method], outcome: YearOutcome) -> tuple[Evaluation, ...]:
    """The same year by each of the methods, so that the page shows what the verdict would be."""
    return tuple(evaluate(method, outcome) for method in methods)


def effect_of_cap(method: Method, outcome: YearOutcome) -> Remark | None:
    """A remark when the verdict hangs on whether a degree may exceed 1; None when both ways say the same.

    Basis: DOMAIN §6.2 («the cap flips the verdict»).
    """
    capped, uncapped = (evaluate(replace(method, cap=cap), outcome) for cap in (True, False))
    if capped.value is None or uncapped.value is None or capped.verdict == uncapped.verdict:
        return None
    return Remark(
        N_(
            "Вывод зависит от ограничения: если степень не больше 1, то %(capped_value)s — %(capped)s, "
            "без ограничения %(uncapped_value)s — %(uncapped)s"
        ),
        {
            "capped_value": _shown(capped.value),
            "capped": Remark(capped.verdict),
            "uncapped_value": _shown(uncapped.value),
            "uncapped": Remark(uncapped.verdict),
        },
    )


def _shown(value: Fraction) -> Decimal | None:
    return rounded(value, DIGITS)


def _row(indicator: Indicator, zero: ZeroRule) -> Attainment:
    try:
        return attainment(indicator, zero)
    except RuleBroken as refusal:  # a value below zero: the ratio would turn over
        return Attainment(indicator.code, None, None, refusal.remarks[0])


class _Trace:
    """Counts by one method and writes down each step."""

    def __init__(self, method: Method, outcome: YearOutcome) -> None:
        self.method, self.outcome = method, outcome
        self.rows = tuple(_row(one, method.zero) for one in outcome.indicators)
        self.steps: list[Remark] = []
        self.parts: dict[str, Fraction] = {}
        self.why_not: Remark | None = None
        self.degrees: dict[str, Fraction] = {}

    def say(self, template: str, place: str = "", **values: object) -> None:
        self.steps.append(Remark(template, values, place))

    def refuse(self, reason: Remark | str) -> None:
        self.why_not = Remark(reason) if isinstance(reason, str) else reason
        self.steps.append(self.why_not)

    def value(self) -> Fraction | None:
        for indicator, row in zip(self.outcome.indicators, self.rows, strict=True):
            self.degree(indicator, row)
        if not self.degrees:
            self.refuse(N_("Ни у одного показателя степень не определена: оценить программу нельзя"))
            return None
        if self.method.combine is Combine.ACHIEVED:
            return self.achieved()
        if self.method.combine is Combine.DIRECT_REVERSE:
            return self.direct_and_reverse()
        try:
            mean = self.mean()
        except RuleBroken as refusal:
            self.refuse(refusal.remarks[0])
            return None
        if self.method.combine is Combine.MEAN:
            return mean
        return self.with_resources(mean) if self.method.combine is Combine.RESOURCE_USE else self.with_planning(mean)

    def degree(self, indicator: Indicator, row: Attainment) -> None:
        if row.degree is None or row.capped is None:
            words = N_("Показатель %(code)s не учтён: %(reason)s")
            self.say(words, row.code, code=row.code, reason=row.note or "")
            return
        self.degrees[row.code] = row.capped if self.method.cap else row.degree
        cut = self.method.cap and row.degree > 1
        self.say(
            N_("Показатель %(code)s: план %(plan)s, факт %(fact)s, степень %(degree)s, больше 1 принято за 1")
            if cut
            else N_("Показатель %(code)s: план %(plan)s, факт %(fact)s, степень %(degree)s"),
            row.code,
            code=row.code,
            plan="—" if indicator.plan is None else indicator.plan,
            fact=indicator.fact,
            degree=_shown(row.degree),
        )
        if row.note is not None:
            self.steps.append(replace(row.note, place=row.code))

    def mean(self) -> Fraction:
        weights = self.weights()
        mean = weighted_mean(self.degrees, weights)
        self.parts["СР"] = mean
        words = (
            N_("СР — среднее степеней, показателей %(count)s: %(value)s")
            if weights is None
            else N_("СР — взвешенное среднее степеней, показателей %(count)s: %(value)s")
        )
        self.say(words, count=len(self.degrees), value=_shown(mean))
        return mean

    def weights(self) -> Mapping[str, Decimal] | None:
        given = self.outcome.weights
        if self.method.weights is Weights.EQUAL:
            return None
        if given is None:
            raise RuleBroken(Remark(N_("Метод требует весов показателей, а в программе их нет")))
        total = sum((Fraction(given.get(row.code, Decimal(0))) for row in self.rows), Fraction(0))
        if self.method.weights is Weights.GIVEN and total != 1:
            words = N_("Сумма весов %(total)s, а должна быть 1: это не веса, либо их надо разделить на сумму")
            raise RuleBroken(Remark(words, {"total": _shown(total)}))
        mean_weights = {code: given[code] for code in self.degrees if code in given}
        whole = sum(map(Fraction, mean_weights.values()), Fraction(0))
        if len(mean_weights) == len(self.degrees) and whole > 0:
            for code, weight in mean_weights.items():
                share = _shown(Fraction(weight) / whole)
                self.say(N_("Вес показателя %(code)s: %(share)s"), code, code=code, share=share)
        return mean_weights

    def achieved(self) -> Fraction:
        count = sum(row.degree is not None and row.degree >= 1 for row in self.rows)
        self.parts |= {"достигнуто": Fraction(count), "всего": Fraction(len(self.degrees))}
        share = Fraction(count, len(self.degrees))
        words = N_("Достигнуто показателей: %(count)s из %(total)s, доля %(value)s")
        self.say(words, count=count, total=len(self.degrees), value=_shown(share))
        return share

    def direct_and_reverse(self) -> Fraction:
        direct = {one.code for one in self.outcome.indicators if one.direction is Direction.GROWING}
        sums = [
            sum((degree for code, degree in self.degrees.items() if (code in direct) is kind), Fraction(0))
            for kind in (True, False)
        ]
        number = len(self.degrees)
        self.parts |= {"прямые": sums[0], "обратные": sums[1], "N": Fraction(number)}
        self.say(
            N_("R — сумма прямых %(direct)s и обратных %(reverse)s, показателей N = %(number)s, R / N = %(value)s"),
            direct=_shown(sums[0]),
            reverse=_shown(sums[1]),
            number=number,
            value=_shown(sum(sums, Fraction(0)) / number),
        )
        return sum(sums, Fraction(0)) / number

    def with_resources(self, mean: Fraction) -> Fraction | None:
        outcome = self.outcome
        if outcome.undetermined:
            self.say(
                N_("Мероприятий без отметки и без денег: %(count)s. Выполнены ли они, не определено, они не учтены"),
                count=outcome.undetermined,
            )
        if not (outcome.planned and outcome.planned_sum and outcome.spent_sum) or outcome.done is None:
            self.refuse(N_("Эффективность не определена: нет запланированных мероприятий или расходов"))
            return None
        found = efficiency(
            mean,
            done=outcome.done,
            planned=outcome.planned,
            spent_sum=outcome.spent_sum,
            planned_sum=outcome.planned_sum,
        )
        self.parts |= {"СРм": found.measures_share, "ССуз": found.spending_share, "Эис": found.resource_use}
        words = N_("СРм — выполнено мероприятий %(done)s из %(planned)s: %(value)s")
        self.say(words, done=outcome.done, planned=outcome.planned, value=_shown(found.measures_share))
        self.spending(N_("ССуз — израсходовано %(spent)s из %(planned)s: %(value)s"), found.spending_share)
        self.say(N_("Эис = СРм / ССуз = %(value)s"), value=_shown(found.resource_use))
        self.say(N_("ЭР = СР × Эис = %(value)s"), value=_shown(found.value))
        return found.value

    def spending(self, words: str, share: Fraction) -> None:
        self.say(words, spent=self.outcome.spent_sum, planned=self.outcome.planned_sum, value=_shown(share))

    def with_planning(self, mean: Fraction) -> Fraction | None:
        spent, planned = self.outcome.spent_sum, self.outcome.planned_sum
        if not planned or planned < 0 or spent is None or spent < 0:
            self.refuse(N_("Эффективность не определена: нет данных о расходах"))
            return None
        share = Fraction(spent) / Fraction(planned)
        difference = Fraction(rounded(abs(share - mean), 2) or 0)
        factor = next((k for most, k in self.method.planning if most is None or difference <= most), None)
        if factor is None:
            self.refuse(N_("Эффективность не определена: в таблице качества планирования нет такой разницы"))
            return None
        self.parts |= {"D": share, "R": mean, "k": factor}
        self.spending(N_("D — израсходовано %(spent)s из %(planned)s: %(value)s"), share)
        words = N_("k — по таблице при разнице D и R, равной %(difference)s: %(value)s")
        self.say(words, difference=rounded(difference, 2), value=rounded(factor, 2))
        self.say(N_("E = D × R × k = %(value)s"), value=_shown(share * mean * factor))
        return share * mean * factor
