"""Criteria in words for everybody: what a kind is, how its points come, for whom, which end of a band is in it.

Everything is a Remark: a text of the catalogue with its values, so that a page says it in its own language.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.criteria.model import Criterion, Level
from tosportal.domain.criteria.numbers import EXACT
from tosportal.domain.errors import N_, Remark

KIND_NAMES: Mapping[str, str] = {
    "jury_mark": N_("Балл ставит эксперт"),
    "band": N_("Шкала: балл по значению"),
    "counter": N_("Счётчик: баллы за каждую единицу"),
    "steps": N_("Ступени: шкала, а дальше баллы за каждую единицу"),
    "checklist": N_("Перечень: баллы за каждое, что есть"),
    "subsum": N_("Сумма частей, у каждой свой предел"),
    "weighted_counter": N_("Счётчики, у каждого своя цена"),
    "penalty": N_("Штраф: наибольший балл минус баллы за каждую единицу"),
    "share": N_("Доля: балл пропорционален проценту"),
    "bonus": N_("Надбавка: балл за «да», вне весов"),
}
ROUNDING_NAMES: Mapping[str, str] = {
    "full": N_("не считается"),
    "started": N_("считается целой"),
    "exact": N_("считается частью"),
}
ROUNDED: Mapping[str, str] = {
    "full": N_("Неполная единица не считается."),
    "started": N_("Неполная единица считается целой."),
    "exact": N_("Неполная единица считается частью."),
}


def plain(number: Decimal | Fraction) -> Decimal | str:
    """A number without needless zeros; a fraction that is no decimal as two numbers.

    >>> plain(Decimal("10.00")), plain(Fraction(5, 2)), plain(Fraction(1, 3))
    (Decimal('10'), Decimal('2.5'), '1/3')
    """
    top, bottom = number.as_integer_ratio()
    rest = bottom
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{top}/{bottom}"
    found = EXACT.divide(Decimal(top), Decimal(bottom)).normalize(EXACT)
    return found.quantize(Decimal(1), context=EXACT) if int(found.as_tuple().exponent) > 0 else found


def rule_words(criterion: Criterion) -> list[Remark]:
    """How the points of a criterion come, sentence by sentence.

    >>> one = Criterion("k2", None, "Собрания", Decimal(5), Decimal(1), Decimal(1), "counter", "rows:meetings",
    ...                 each=Decimal(1))
    >>> [str(remark) for remark in rule_words(one)]
    ['За каждую единицу — 1, вместе не больше 5.']
    """
    values: dict[str, object] = {"maximum": plain(criterion.maximum)}
    for name in ("each", "every", "step", "per", "tail_from", "zero_from", "full_at"):
        number = getattr(criterion, name)
        values[name] = plain(number) if number is not None else "—"
    found = [Remark(text, values) for text in _rule(criterion)]
    counts = criterion.kind in ("steps", "penalty") or (criterion.kind == "counter" and _is_many(criterion.every))
    if counts and criterion.rounding is not None and criterion.rounding in ROUNDED:
        found.append(Remark(ROUNDED[criterion.rounding]))
    if criterion.note_at_most is not None:
        text = N_("Балл %(note)s и ниже эксперт поясняет словами.")
        found.append(Remark(text, {"note": plain(criterion.note_at_most)}))
    return found


def _is_many(every: Decimal | None) -> bool:
    return every not in (None, 1)


def _rule(criterion: Criterion) -> list[str]:
    kind, is_many = criterion.kind, _is_many(criterion.every)
    if kind == "jury_mark":
        if criterion.only_levels:
            return [N_("Эксперт выбирает один из уровней, самый высокий — %(maximum)s.")]
        if criterion.step == 1:
            return [N_("Эксперт ставит от 0 до %(maximum)s.")]
        return [N_("Эксперт ставит от 0 до %(maximum)s с шагом %(step)s.")]
    if kind == "counter":
        if is_many:
            return [N_("За каждые %(every)s — %(each)s, вместе не больше %(maximum)s.")]
        return [N_("За каждую единицу — %(each)s, вместе не больше %(maximum)s.")]
    if kind == "steps":
        if is_many:
            tail = N_("Выше %(tail_from)s за каждые %(every)s — ещё %(each)s, вместе не больше %(maximum)s.")
        else:
            tail = N_("Выше %(tail_from)s за каждую единицу — ещё %(each)s, вместе не больше %(maximum)s.")
        return [N_("Портал считает по шкале."), tail]
    if kind == "penalty":
        if is_many:
            found = [N_("%(maximum)s, за каждые %(every)s снимается %(each)s, но не ниже нуля.")]
        else:
            found = [N_("%(maximum)s, за каждую единицу снимается %(each)s, но не ниже нуля.")]
        if criterion.base is not None:
            found.append(N_("Считается на каждые %(per)s делителя.") if criterion.per is not None
                         else N_("Считается на единицу делителя."))  # fmt: skip
        return [*found, N_("Начиная с %(zero_from)s — ноль.")] if criterion.zero_from is not None else found
    return {
        "band": [N_("Портал считает по шкале.")],
        "checklist": [N_("За каждое, что есть, свои баллы, вместе не больше %(maximum)s.")],
        "subsum": [N_("Складываются части, у каждой свой предел, вместе не больше %(maximum)s.")],
        "weighted_counter": [N_("Количество умножается на цену каждого вида, вместе не больше %(maximum)s.")],
        "share": [
            N_("%(maximum)s умножается на долю, до %(step)s; полный балл при %(full_at)s %%.")
            if criterion.full_at is not None
            else N_("%(maximum)s умножается на долю, до %(step)s.")
        ],
        "bonus": [N_("%(maximum)s, если «да»; в сумму весов не входит.")],
    }.get(kind, [])


def whose_words(criterion: Criterion, groups: Mapping[str, str] | None = None) -> list[Remark]:
    """Whom a criterion judges and with which weight, where that depends on the group or the requested sum."""
    found = []
    if criterion.groups:
        names = ", ".join((groups or {}).get(code, code) for code in criterion.groups)
        found.append(Remark(N_("Только для групп: %(groups)s."), {"groups": names}))
    above, upto = criterion.asked_above, criterion.asked_upto
    if above is not None and upto is not None:
        text = N_("Только если запрошено больше %(above_sum)s и не больше %(upto_sum)s.")
        found.append(Remark(text, {"above_sum": above, "upto_sum": upto}))
    elif above is not None:
        found.append(Remark(N_("Только если запрошено больше %(above_sum)s."), {"above_sum": above}))
    elif upto is not None:
        found.append(Remark(N_("Только если запрошено не больше %(upto_sum)s."), {"upto_sum": upto}))
    for row in criterion.weights:
        if row.upto is None:
            found.append(Remark(N_("Вес %(weight)s — для остальных сумм."), {"weight": plain(row.weight)}))
        else:
            text = N_("Вес %(weight)s — если запрошено не больше %(upto_sum)s.")
            found.append(Remark(text, {"weight": plain(row.weight), "upto_sum": row.upto}))
    return found


def levels_of(criterion: Criterion, group: str | None) -> list[Level]:
    """The levels that stand for a group, those of every group among them."""
    return [level for level in criterion.levels if level.group in (None, group)]


def band_words(levels: Sequence[Level]) -> list[tuple[Remark, Level]]:
    """Which values each level of a band takes, both ends said.

    >>> rows = [Level(Decimal(0), "", Decimal(0)), Level(Decimal(1), "", Decimal(5)),
    ...         Level(Decimal(3), "", Decimal(10), is_after=True)]
    >>> for words, level in band_words(rows): print(words, "—", level.points)
    от 0 включительно до 5 не включая — 0
    от 5 включительно до 10 включительно — 1
    больше 10 — 3
    """
    found = []
    for number, level in enumerate(levels):
        following = levels[number + 1] if number + 1 < len(levels) else None
        end, is_through = level.to_value, level.is_through
        if end is None and following is not None:
            end, is_through = following.from_value, following.is_after
        values: dict[str, object] = {
            "begin": plain(level.from_value or Decimal(0)), "end": None if end is None else plain(end),
        }  # fmt: skip
        if end is None:
            text = N_("больше %(begin)s") if level.is_after else N_("от %(begin)s включительно и больше")
        elif level.is_after:
            text = (
                N_("больше %(begin)s, до %(end)s включительно")
                if is_through
                else N_("больше %(begin)s, до %(end)s не включая")
            )
        elif is_through:
            text = N_("от %(begin)s включительно до %(end)s включительно")
        else:
            text = N_("от %(begin)s включительно до %(end)s не включая")
        found.append((Remark(text, values), level))
    return found


def groups_of_scale(criterion: Criterion, groups: Iterable[str]) -> list[str | None]:
    """The groups for which a scale is a different one; one None where it is the same for all."""
    own = [code for code in groups if any(level.group == code for level in criterion.levels)]
    return [*own] or [None]
