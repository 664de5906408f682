"""What of an earlier application may stand in a new one: answers to the same questions, never what is said each year.

A question is the same when its section and its code are the same, else when its label is the same anywhere in the form
(a copied contest keeps codes, a rewritten one keeps words), and its kind is. Days, meetings, consents and declarations
are said anew; rows of tables are taken without their days.

Basis: issue 4, point 8; DOMAIN 4.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tosportal.domain.form_definition import ROW_KINDS, FormField, FormSection, is_blank

SAID_ANEW = frozenset({"date", "period", "meeting", "declaration", "consent", "files"})
Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Carried:
    """An answer of an earlier application to a question that has none yet."""

    section: FormSection
    field: FormField
    answer: Any


def carried_over(
    form: Sequence[FormSection], answers: Answers, *, earlier_form: Sequence[FormSection], earlier: Answers
) -> list[Carried]:
    """The earlier answers that may be taken, in the order of the form; a question already answered takes none.

    >>> begun = FormField("begun", "Начало", "date")
    >>> old = (FormSection("about", "О нас", (FormField("goal", "Цель", "text"), begun)),)
    >>> new = (FormSection("project", "Проект", (FormField("aim", "Цель", "text"), begun)),)
    >>> found = carried_over(new, {}, earlier_form=old, earlier={"about": {"goal": "Двор", "begun": "2025-05-01"}})
    >>> [(one.section.code, one.field.code, one.answer) for one in found]
    [('project', 'aim', 'Двор')]
    """
    by_place = {(section.code, one.code): (section, one) for section in earlier_form for one in section.fields}
    by_label = {_words(one.label): (section, one) for section in earlier_form for one in section.fields}
    found = []
    for section in form:
        for one in section.fields:
            if one.kind in SAID_ANEW or not is_blank(answers.get(section.code, {}).get(one.code)):
                continue
            place = by_place.get((section.code, one.code)) or by_label.get(_words(one.label))
            if place is None or place[1].kind != one.kind:
                continue
            answer = _taken(one, earlier.get(place[0].code, {}).get(place[1].code))
            if not is_blank(answer):
                found.append(Carried(section, one, answer))
    return found


def _words(label: str) -> str:
    return " ".join(label.casefold().split())


def _taken(one: FormField, answer: Any) -> Any:
    """The answer as far as this form has a place for it: choices it knows, columns it has, days left blank."""
    if one.kind == "choice":
        return answer if answer in _codes(one) else None
    if one.kind == "many":
        return [code for code in answer if code in _codes(one)] if isinstance(answer, list) else None
    if one.kind not in ROW_KINDS or one.kind == "list":
        return answer
    rows = [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []
    return [{column.code: _cell(column, row.get(column.code, "")) for column in one.row_columns} for row in rows]


def _cell(column: FormField, cell: Any) -> Any:
    if column.kind in SAID_ANEW or (column.kind == "choice" and cell not in _codes(column)):
        return ""
    return cell


def _codes(one: FormField) -> set[str]:
    return {option.code for option in one.options}
