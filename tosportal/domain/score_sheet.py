"""The sheet of one juror: reading what was typed, and what it lacks before it may be signed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tosportal.domain.criteria import Criterion, check_mark
from tosportal.domain.errors import N_, Remark, RuleBroken

NOTE_AT_MOST = Decimal(1)
MOST_CHOICES = 11
LONGEST_NOTE, LONGEST_COMMENT = 2000, 5000


def note_place(code: str) -> str:
    """The name of the input that holds the note to a mark."""
    return f"{code}-note"


def needs_note(criterion: Criterion, mark: Decimal) -> bool:
    """Must this mark be explained? 0 and 1 must, unless 1 is already half of the scale.

    >>> five = Criterion("k", None, "k", Decimal(5), Decimal(1), Decimal(1), "jury_mark")
    >>> [needs_note(five, Decimal(mark)) for mark in (0, 1, 2)]
    [True, True, False]

    A regulation may name the highest mark that must be explained. Basis: DESIGN §6, jury rules; DOMAIN 3.7 M8 («comment
    obligatory at low levels»).
    """
    if criterion.note_at_most is not None:
        return mark <= criterion.note_at_most
    return mark <= NOTE_AT_MOST and mark * 2 < criterion.maximum


def choices_of(criterion: Criterion) -> tuple[Decimal, ...]:
    """Every mark of the scale, when there are few enough of them to choose from; else nothing.

    >>> k = Criterion("k", None, "k", Decimal(1), Decimal("0.5"), Decimal(1), "jury_mark")
    >>> [str(mark) for mark in choices_of(k)]
    ['0', '0.5', '1.0']
    """
    if criterion.only_levels:
        return tuple(level.points for level in criterion.levels)
    count = int(criterion.maximum / criterion.step) + 1
    if count > MOST_CHOICES:
        return ()
    return tuple(criterion.step * number if number else Decimal(0) for number in range(count))


def read_marks(criteria: Iterable[Criterion], typed: Mapping[str, str]) -> tuple[dict[str, Decimal], list[Remark]]:
    """The marks that were given, and a remark for each that is no mark; an empty field is no mark yet."""
    marks: dict[str, Decimal] = {}
    remarks: list[Remark] = []
    for criterion in criteria:
        text = typed.get(criterion.code, "")
        if not criterion.is_marked_by_jury or not text.strip():
            continue
        try:
            marks[criterion.code] = check_mark(criterion, text)
        except RuleBroken as refused:
            remarks.extend(refused.remarks)
    return marks, remarks


def check_may_sign(
    criteria: Iterable[Criterion], marks: Mapping[str, Decimal], notes: Mapping[str, str]
) -> list[Remark]:
    """What the sheet lacks before it may be signed: marks, and notes to the lowest ones."""
    remarks = []
    for criterion in criteria:
        if not criterion.is_marked_by_jury:
            continue
        if criterion.code not in marks:
            remarks.append(Remark(N_("Поставьте оценку: «%(name)s»"), {"name": criterion.name}, criterion.code))
        elif needs_note(criterion, marks[criterion.code]) and not notes.get(criterion.code, "").strip():
            values = {"name": criterion.name, "mark": marks[criterion.code].normalize() + 0}
            template = N_("Объясните низкую оценку (%(mark)s): «%(name)s». ТОС поймёт, что улучшить")
            remarks.append(Remark(template, values, note_place(criterion.code)))
    return remarks
