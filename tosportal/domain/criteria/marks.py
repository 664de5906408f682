"""A mark that a juror typed: a number of the scale, or words that say why it is none."""

import re
from decimal import Decimal

from tosportal.domain.criteria.model import Criterion
from tosportal.domain.criteria.numbers import EXACT, shown
from tosportal.domain.errors import N_, Remark, RuleBroken

MARK = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,6})?")


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
    if criterion.only_levels:
        return mark
    return EXACT.quantize(mark, Decimal(1).scaleb(min(0, _exponent(criterion.step))))


def ensure_mark(criterion: Criterion, mark: Decimal) -> None:
    """Raises RuleBroken when the mark is out of bounds, between steps or not a level where only levels may be given."""
    if mark < 0 or mark > criterion.maximum:
        raise RuleBroken(
            Remark(
                N_("Оценка должна быть от 0 до %(maximum)s, а введено %(typed)s"),
                {"maximum": shown(criterion.maximum), "typed": shown(mark)},
                criterion.code,
            )
        )
    if criterion.only_levels:
        named = sorted(level.points for level in criterion.levels)
        if mark not in named:
            raise RuleBroken(
                Remark(
                    N_("Можно поставить только один из баллов: %(allowed)s, а введено %(typed)s"),
                    {"allowed": "; ".join(shown(points) for points in named), "typed": shown(mark)},
                    criterion.code,
                )
            )
    elif mark % criterion.step:
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


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
