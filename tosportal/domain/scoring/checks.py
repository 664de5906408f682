"""What must be put right in a scoring rule before the contest is announced."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tosportal.domain.criteria import Criterion, criteria_for, shown
from tosportal.domain.errors import N_, Remark
from tosportal.domain.scoring.rule import (
    AGAINST,
    EXPERT_MIN_WHO,
    METHODS,
    NORMALISED,
    SUBMITTED_AT,
    TIE_DECISIONS,
    WEIGHTED_SHARE,
    ScoringRule,
    scale_of,
)


def highest_of(rule: ScoringRule, criteria: Sequence[Criterion], nomination: str | None = None) -> Decimal:
    """The best total that the method can give, conditions and weights by sum taken at their best."""
    own = criteria_for(criteria, nomination)
    return scale_of(rule, own) if rule.method in (WEIGHTED_SHARE, NORMALISED) else highest_total(own)


def highest_total(criteria: Iterable[Criterion], nomination: str | None = None) -> Decimal:
    """The best total that one sheet and the computed points can give: Σ weight × maximum.

    >>> highest_total([Criterion("k1", None, "k1", Decimal(10), Decimal(1), Decimal("0.5"), "jury_mark")])
    Decimal('5.0')
    """
    return sum(
        (
            max((row.weight for row in one.weights), default=one.weight) * one.maximum
            for one in criteria_for(criteria, nomination)
        ),
        Decimal(0),
    )


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
    needs_sheets = not criteria or any(one.is_marked_by_jury for one in criteria)
    if rule.sheets_min < needs_sheets:
        remarks.append(Remark(N_("Нужен хотя бы один оценочный лист на заявку"), {}, "sheets_min"))
    for name, word, allowed in (
        ("against", rule.against, AGAINST),
        ("expert_min_who", rule.expert_min_who, EXPERT_MIN_WHO),
        ("tie_decision", rule.tie_decision or TIE_DECISIONS[0], TIE_DECISIONS),
    ):
        if word not in allowed:
            remarks.append(Remark(N_("Должно быть одно из: %(allowed)s"), {"allowed": ", ".join(allowed)}, name))
    if rule.scale is not None and rule.scale <= 0:
        remarks.append(Remark(N_("Наибольший итог должен быть больше нуля"), {}, "scale"))
    if rule.expert_min is not None and criteria:
        jury = sum((one.weight * one.maximum for one in criteria if one.is_marked_by_jury), Decimal(0))
        if rule.expert_min > jury:
            remarks.append(
                Remark(
                    N_("Наименьший балл эксперта %(least)s недостижим: один лист даёт не больше %(highest)s"),
                    {"least": shown(rule.expert_min), "highest": shown(jury)},
                    "expert_min",
                )
            )
    if rule.groups is not None:
        starts = [band.from_value for band in rule.groups.bands]
        names = [band.code for band in rule.groups.bands]
        if not starts or starts != sorted(set(starts)) or starts[0] > 0 or len(set(names)) < len(names):
            remarks.append(Remark(N_("Группы должны идти от нуля по возрастанию, каждая со своим кодом"), {}, "groups"))
    codes = {criterion.code for criterion in criteria}
    for code in rule.ties:
        if code != SUBMITTED_AT and code not in codes:
            remarks.append(
                Remark(N_("Правило при равенстве ссылается на критерий %(code)s, которого нет"), {"code": code}, "ties")
            )
    if len(set(rule.ties)) != len(rule.ties):
        remarks.append(Remark(N_("Правило при равенстве называет одно и то же дважды"), {}, "ties"))
    sums = [one.above for one in rule.pass_by_sum]
    if sums != sorted(set(sums)) or any(one <= 0 for one in sums):
        words = N_("Суммы, с которых проходной балл другой, идут по возрастанию и больше нуля")
        remarks.append(Remark(words, {}, "pass_by_sum"))
    marks = [("pass_total", rule.pass_total), *(("pass_by_sum", one.total) for one in rule.pass_by_sum)]
    for place, least in marks:
        if least is None or not criteria or rule.method == "sum_of_totals":
            continue
        for nomination in tuple(nominations) or (None,):
            highest = highest_of(rule, criteria, nomination)
            if least > highest:
                words = N_("Проходной балл %(pass_total)s недостижим: наибольший итог – %(highest)s")
                remarks.append(Remark(words, {"pass_total": shown(least), "highest": shown(highest)}, place))
    return remarks
