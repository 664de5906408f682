"""What a condition asks, for the words of whoever shows it."""

from collections.abc import Iterable
from typing import NamedTuple

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition.kinds import FormField, condition_of


class Asked(NamedTuple):
    """The question of a condition, the answer it names (words of the form, several as `one» или «other`, or the
    portal's own), and whether any other answer is waited for."""

    question: str
    answer: str | Remark
    is_not: bool


def asked_by(text: str | None, fields: Iterable[FormField]) -> Asked | None:
    """What a condition asks; None where it names no question among these.

    >>> legal = FormField("legal", "Вы юридическое лицо?", "yes_no")
    >>> asked = asked_by("not legal", [legal])
    >>> asked.question, str(asked.answer), asked.is_not
    ('Вы юридическое лицо?', 'Нет', False)
    >>> whose = FormField("whose", "Чья земля?", "choice", options=(
    ...     Option("tos", "ТОС"), Option("people", "Жители"), Option("town", "Район")))
    >>> str(asked_by("whose=tos|people|town", [whose]).answer), str(asked_by("not whose=tos|town", [whose]).answer)
    ('ТОС», «Жители» или «Район', 'ТОС» и не «Район')
    """
    said = condition_of(text)
    field = next((one for one in fields if said and one.code == said.field), None)
    if said is None or field is None:
        return None
    if not said.options:
        return Asked(field.label, Remark(N_("Нет") if said.is_not else N_("Да")), False)
    names = {option.code: option.name for option in field.options}
    *first, last = (names.get(code, code) for code in said.options)
    if not first:
        return Asked(field.label, last, said.is_not)
    words = N_("%(first)s» и не «%(last)s") if said.is_not else N_("%(first)s» или «%(last)s")
    return Asked(field.label, Remark(words, {"first": "», «".join(first), "last": last}), said.is_not)
