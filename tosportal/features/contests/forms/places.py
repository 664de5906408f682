"""From places of a regulation to inputs of a page, to pages, and to words for a reader."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.money import format_roubles
from tosportal.features.contests.forms.columns import FIELDS
from tosportal.features.contests.forms.conditions import condition_words
from tosportal.features.contests.forms.criteria import COLUMNS as CRITERION_COLUMNS
from tosportal.features.contests.forms.criteria import group_choices, nomination_choices, value_choices
from tosportal.features.contests.forms.parts import PARTS, Part
from tosportal.features.contests.forms.scoring import EARLIER
from tosportal.features.contests.forms.stored import JSON
from tosportal.support import notifications
from tosportal.web.rows import Column

LETTERS, LETTERS_TITLE = "letters", N_("Тексты писем")


def input_of(part: Part, place: str) -> str | None:
    """The input behind a place: `criteria[2].weight` → `criteria-2-weight`; None: not of this part."""
    found = re.match(part.places, place)
    if found is None:
        return None
    keep = place.removeprefix(found.groupdict().get("cut") or found.groupdict().get("whole") or "")
    return re.sub(r"\[([0-9]+)\]", r"-\1", keep).replace(".", "-")


def part_of_place(place: str) -> str:
    """The page where a remark of `check_regulation` is put right."""
    head, _dot, rest = place.partition(".")
    if head in {"name", "kind", "summary"}:
        return "basics"
    if place.startswith("scoring.groups"):
        return "groups"
    if head == "awarding":
        return "scoring"
    if head == "intake":
        return "timeline"
    if head == "form" and rest:
        return "form"
    return head.partition("[")[0]


# --- places in words, for the list of differences ------------------------------------------------------------------


def place_words(place: str, *definitions: JSON) -> list[str]:
    """A place of `diff_regulations` in words for a reader: names of parts, rows and columns, all to be translated."""
    pieces = re.findall(r"[^.\[\]]+|\[[^\]]*\]", place)
    part = next((one for one in PARTS if one.code == part_of_place(place)), None)
    is_letter = part_of_place(place) == LETTERS
    words = [LETTERS_TITLE] if is_letter else [part.title] if part else []
    columns = names_of_columns(LETTERS) if is_letter else _columns_by_name(_columns_of(part))
    values: list[Any] = list(definitions)
    for piece in pieces:
        if piece.startswith("["):
            key = piece[1:-1]
            rows = [row for value in values for row in value or () if str(row.get("code", row.get("place"))) == key]
            values = rows
            name = next(
                (row.get("name") or row.get("label") or row.get("title") or row.get("text") for row in rows), None
            )
            words.append(_letter_name(key) if is_letter else str(name or key))
        else:
            values = [value.get(piece) if isinstance(value, Mapping) else None for value in values]
            if piece in columns and piece not in {part.code if part else ""}:
                words.append(columns[piece])
            elif piece == "fields":
                columns = {**columns, **_columns_by_name(FIELDS.columns)}
            elif piece == "order":
                words.append(N_("порядок"))
    return words


def _letter_name(code: str) -> str:
    kind = notifications.letter_kinds().get(code.partition(":")[0])
    return kind.title if kind else code


def value_words(place: str, value: Any, definition: JSON) -> Any:
    """A value of a difference as the editor shows it: a sum with ₽, a choice by its words, rows as they are."""
    if part_of_place(place) == LETTERS:
        return "\n\n".join((value["subject"], value["body"])) if isinstance(value, Mapping) else value
    if place == "scoring.ties":
        names = {row["code"]: row["name"] for row in definition.get("criteria", ())} | {"submitted_at": EARLIER}
        return [names.get(code, code) for code in value or ()]
    name = re.split(r"[.\]]", place)[-1]
    if name in {"visible_if", "required_if"} and value:
        sections = definition.get("form", {}).get("sections") or ()
        return condition_words(value, [one for section in sections for one in section.get("fields", ())])
    part = next((one for one in PARTS if one.code == part_of_place(place)), None)
    column = _column(FIELDS.columns if part and part.code == "form" else _columns_of(part), name)
    if column is None or value is None:
        return value
    if column.kind == "money":
        return format_roubles(Decimal(value))
    if column.kind == "decimal":
        return str(value).replace(".", ",")
    words = dict(column.choices)
    if part and part.code == "criteria" and name in {"value", "base"}:
        words = dict(value_choices(definition))
    elif part and part.code in {"criteria", "documents"} and name == "groups":
        words = dict(group_choices(definition))
    elif name == "nominations":
        words = dict(nomination_choices(definition))
    if column.kind == "choice":
        return words.get(value, value)
    return [words.get(one, one) for one in value] if column.kind == "many" else value


def _columns_of(part: Part | None) -> tuple[Column, ...]:
    if part is None:
        return ()
    return CRITERION_COLUMNS if part.code == "criteria" else part.columns


def _column(columns: tuple[Column, ...], name: str) -> Column | None:
    """The column of this name, in rows within rows too."""
    for column in columns:
        if name in (column.name, column.name.partition("-")[2]):
            return column
    within = (_column(column.rows.columns, name) for column in columns if column.rows is not None)
    return next((one for one in within if one is not None), None)


def names_of_columns(code: str) -> dict[str, str]:
    """The words of the columns of a part by their names in the JSON; `section`: of the questions of a section."""
    if code == LETTERS:
        return {"code": N_("Какое письмо"), "subject": N_("Тема"), "body": N_("Текст письма")}
    if code == "section":
        return _columns_by_name(FIELDS.columns)
    part = next((one for one in PARTS if one.code == code), None)
    return _columns_by_name(_columns_of(part))


def _columns_by_name(columns: tuple[Column, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        found.setdefault(column.name.partition("-")[2] or column.name, column.label)
        if column.rows is not None:
            for name, label in _columns_by_name(column.rows.columns).items():
                found.setdefault(name, label)
    return found


def at_inputs(part: Part, remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks of the strict reading moved to the inputs of a page; of other parts: without a place."""
    return [Remark(one.template, one.values, input_of(part, one.place) or "", one.clause) for one in remarks]
