"""Proofs before a contest is announced: no hole and no overlap in a scale, weights add up, every maximum is reachable.

Basis: DOMAIN.md 4.3 («The engine must prove band coverage before publication»), 11.4–11.6.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from tosportal.domain.criteria.model import (
    ITEM_KINDS,
    KINDS,
    ROUNDINGS,
    Criterion,
    Level,
    criteria_for,
    fitted,
    is_asked,
)
from tosportal.domain.criteria.numbers import shown
from tosportal.domain.errors import N_, Remark, RuleBroken

KOPECK = Decimal("0.01")
Groups = Mapping[str, Decimal]
"""Code of a group → the least value of it."""


def check_criteria(
    criteria: Sequence[Criterion],
    method: str = "",
    nominations: Iterable[str] = (),
    groups: Groups | None = None,
) -> list[Remark]:
    """What must be put right before the contest is announced; empty means the criteria are sound.

    Proves: codes differ; numbers are positive; the maximum can be reached in whole steps and by a level; a band covers
    every value from 0 (or from where its group begins) upwards without a hole or an overlap; weights sum to 1 where the
    method weighs, for every requested sum and every group.

    >>> [str(remark) for remark in check_criteria([])]
    ['Нет ни одного критерия']
    """
    known, groups = tuple(nominations), groups or {}
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
        remarks += _check_one(criterion, groups)
    lists: Iterable[str | None] = known or sorted({one.nomination for one in criteria if one.nomination}) or (None,)
    for nomination in lists:
        own = criteria_for(criteria, nomination)
        if criteria and not own:
            remarks.append(Remark(N_("В номинации %(nomination)s нет критериев"), {"nomination": nomination}))
        if own and method in ("weighted_mean", "weighted_share"):
            remarks += _check_weights(own, nomination or "", groups)
    return remarks


def _check_weights(own: Sequence[Criterion], place: str, groups: Groups) -> list[Remark]:
    """Weights add up to 1 on both sides of every sum that a condition or a weight names, in every group."""
    edges = {edge for one in own for edge in (one.asked_above, one.asked_upto) if edge is not None}
    edges |= {row.upto for one in own for row in one.weights if row.upto is not None}
    asked: list[Decimal | None] = [None]
    if edges:
        asked = [*sorted({KOPECK, *edges, *(edge + KOPECK for edge in edges)})]
    for requested in asked:
        for group in groups or (None,):
            judged = [one for one in own if is_asked(one, requested, group) and one.kind != "bonus"]
            try:
                total = sum((one.weight for one in fitted(judged, requested, group)), Decimal(0))
            except RuleBroken:
                continue  # the weight that is missing is named at its own criterion
            if total == 1:
                continue
            if requested is None:
                text = N_("Веса критериев должны в сумме давать 1, а дают %(total)s")
            else:
                text = N_("Для запроса %(requested_sum)s веса критериев должны в сумме давать 1, а дают %(total)s")
            values: dict[str, object] = {"total": shown(total)}
            return [Remark(text, values if requested is None else values | {"requested_sum": requested}, place)]
    return []


def _check_one(criterion: Criterion, groups: Groups) -> list[Remark]:
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
    named = {*criterion.groups, *(level.group for level in criterion.levels if level.group is not None)}
    for group in sorted(named - set(groups)):
        found.append(remark(N_("Нет группы %(group)s"), group=group))
    found += _check_conditions(criterion)
    for level in criterion.levels:
        if level.points < 0 or level.points > criterion.maximum:
            found.append(
                remark(
                    N_("Уровень даёт %(points)s, а критерий – от 0 до %(maximum)s"),
                    points=shown(level.points),
                    maximum=shown(criterion.maximum),
                )
            )
    if criterion.is_marked_by_jury:
        return found + _check_marks(criterion)
    if criterion.kind in ITEM_KINDS:
        return found + _check_items(criterion)
    if not criterion.value:
        found.append(remark(N_("Не сказано, какое значение измеряет портал")))
    if criterion.kind in ("band", "steps"):
        by_group = [code for code in groups if any(level.group == code for level in criterion.levels)]
        for code in by_group or (None,):
            levels = [level for level in criterion.levels if level.group in (None, code)]
            start = groups[code] if code is not None else Decimal(0)
            remarks = _check_band(criterion, levels, start)
            found += remarks
            if remarks:
                break
        left = [code for code in groups if code not in by_group and (not criterion.groups or code in criterion.groups)]
        if by_group and left and all(level.group is not None for level in criterion.levels):
            found.append(remark(N_("Для группы %(group)s шкалы нет"), group=left[0]))
    return found + _check_counting(criterion)


def _check_conditions(criterion: Criterion) -> list[Remark]:
    found = []
    above, upto = criterion.asked_above, criterion.asked_upto
    if above is not None and upto is not None and above >= upto:
        found.append(Remark(N_("Критерий не подходит ни к одной сумме: «больше» не меньше, чем «не больше»"), {},
                            criterion.code))  # fmt: skip
    if criterion.weights:
        ends = [row.upto for row in criterion.weights]
        given = [end for end in ends if end is not None]
        if given != sorted(set(given)) or None in ends[:-1]:
            found.append(Remark(N_("Суммы в весах должны идти по возрастанию без повторов"), {}, criterion.code))
        elif ends[-1] is not None and (upto is None or upto > ends[-1]):
            found.append(
                Remark(
                    N_("Для запроса больше %(upto_sum)s вес не указан: оставьте сумму последнего веса пустой"),
                    {"upto_sum": ends[-1]},
                    criterion.code,
                )
            )
        if any(row.weight <= 0 for row in criterion.weights):
            found.append(Remark(N_("Вес критерия должен быть больше нуля"), {}, criterion.code))
    return found


def _check_marks(criterion: Criterion) -> list[Remark]:
    found = []
    points = [level.points for level in criterion.levels]
    if criterion.only_levels:
        if not points or max(points) != criterion.maximum:
            found.append(Remark(N_("Ни один уровень не даёт наибольшего балла"), {}, criterion.code))
        if any(not level.text.strip() for level in criterion.levels):
            found.append(Remark(N_("У каждого уровня должны быть слова, за что он"), {}, criterion.code))
    elif criterion.maximum % criterion.step:
        found.append(Remark(N_("Наибольший балл не достигается целым числом шагов"), {}, criterion.code))
    if points != sorted(set(points)):
        found.append(Remark(N_("Уровни должны идти по возрастанию баллов без повторов"), {}, criterion.code))
    return found


def _check_items(criterion: Criterion) -> list[Remark]:
    """Every item has points and a value, codes differ, and together they reach the maximum."""
    found: list[Remark] = []

    def wrong(text: str, **values: object) -> None:
        found.append(Remark(text, values, criterion.code))

    if not criterion.items:
        wrong(N_("У критерия нет ни одной строки, за которую дают баллы"))
        return found
    if len({item.code for item in criterion.items}) < len(criterion.items):
        wrong(N_("Коды строк критерия повторяются"))
    if any(not item.text.strip() for item in criterion.items):
        wrong(N_("У каждой строки должны быть слова, за что она"))
    reachable: Decimal | None = Decimal(0)
    for item in criterion.items:
        if item.points <= 0 or (item.at_most is not None and item.at_most <= 0):
            wrong(N_("«%(item)s»: баллы должны быть больше нуля"), item=item.text)
        if not item.value:
            wrong(N_("«%(item)s»: не сказано, какое значение измеряет портал"), item=item.text)
        if criterion.kind == "subsum" and item.at_most is None:
            wrong(N_("«%(item)s»: укажите, сколько баллов она даёт самое большее"), item=item.text)
        most = item.at_most
        if criterion.kind == "checklist":
            most = item.points if most is None else min(most, item.points)
        reachable = None if reachable is None or most is None else reachable + most
    if reachable is not None and reachable < criterion.maximum:
        wrong(
            N_("Наибольший балл %(maximum)s недостижим: строки вместе дают не больше %(points)s"),
            maximum=shown(criterion.maximum),
            points=shown(reachable),
        )
    return found


def _check_band(criterion: Criterion, levels: Sequence[Level], start: Decimal) -> list[Remark]:
    """A scale from `start` upwards: ascending, whole, and up to the maximum."""
    found: list[Remark] = []

    def wrong(text: str, **values: object) -> None:
        found.append(Remark(text, values, criterion.code))

    if not levels or any(level.from_value is None for level in levels):
        wrong(N_("У каждого уровня должно быть значение, с которого он начинается"))
        return found
    edges = [level.edge for level in levels]
    if edges != sorted(set(edges)):
        wrong(N_("Уровни должны идти по возрастанию значений без повторов"))
        return found
    if edges[0] > (start, False):
        wrong(N_("Шкала начинается с %(start)s: за меньшие значения баллы не определены"), start=shown(edges[0][0]))
    for level, following in pairwise(levels):
        if level.to_value is None:
            continue
        end, begin = (level.to_value, level.is_through), following.edge
        if end < begin:
            wrong(
                N_("Между %(end)s и %(begin)s баллы не определены: уровни должны идти вплотную"),
                end=shown(end[0]),
                begin=shown(begin[0]),
            )
        elif end > begin:
            wrong(
                N_("Значение %(begin)s попадает в два уровня: скажите, в какой оно входит"),
                begin=shown(begin[0]),
            )
    if (last := levels[-1]).to_value is not None:
        wrong(N_("Шкала кончается на %(end)s: за большие значения баллы не определены"), end=shown(last.to_value))
    most = max(level.points for level in levels)
    if criterion.kind == "band" and most != criterion.maximum:
        wrong(
            N_("Наибольший балл %(maximum)s недостижим: шкала даёт не больше %(points)s"),
            maximum=shown(criterion.maximum),
            points=shown(most),
        )
    return found


def _check_counting(criterion: Criterion) -> list[Remark]:
    """The numbers of counters, steps, penalties and shares."""
    found: list[Remark] = []

    def wrong(text: str, **values: object) -> None:
        found.append(Remark(text, values, criterion.code))

    kind = criterion.kind
    if kind in ("counter", "steps", "penalty"):
        if criterion.each is None or criterion.each <= 0:
            wrong(N_("Укажите, сколько баллов за каждую единицу: больше нуля"))
        if criterion.every is not None and criterion.every <= 0:
            wrong(N_("«За каждые» должно быть больше нуля"))
        unfinished = kind != "counter" or criterion.every not in (None, 1)
        if unfinished and criterion.rounding not in ROUNDINGS:
            wrong(N_("Скажите, как считать неполную единицу: не считать, считать целой или считать частью"))
    if kind == "steps":
        starts = [level.from_value for level in criterion.levels if level.from_value is not None]
        if criterion.tail_from is None:
            wrong(N_("Укажите, после какого значения баллы растут за каждую единицу"))
        elif starts and criterion.tail_from < max(starts):
            wrong(N_("Рост за каждую единицу начинается раньше последнего уровня"))
    if kind in ("penalty", "share"):
        for number in (criterion.per, criterion.zero_from, criterion.full_at):
            if number is not None and number <= 0:
                wrong(N_("Числа критерия должны быть больше нуля"))
    if kind == "share" and criterion.full_at is not None and criterion.full_at > 100:
        wrong(N_("Наибольший балл недостижим: доля не бывает больше 100 %%"))
    return found
