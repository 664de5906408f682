"""What was posted becomes answers, nothing lost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition.kinds import (
    GROUP_KINDS,
    MOST_CHARS,
    MOST_ROWS,
    NO,
    ROW_KINDS,
    TICKED,
    YES,
    FormField,
    FormSection,
    input_name,
)
from tosportal.domain.form_definition.values import cleaned, day_from, is_blank

MOST_OPTION_CHARS = 200


@dataclass(frozen=True)
class RowAction:
    """A press of «add a row» (row is None) or «remove this row»."""

    field: str
    row: int | None = None


def row_action(section: FormSection, posted: Mapping[str, Sequence[str]]) -> RowAction | None:
    """The press of a row button, if there was one: `add` = field, `del` = field-row. Nonsense is no press."""
    rows = {one.code for one in section.fields if one.kind in ROW_KINDS}
    added = _first(posted, "add")
    if added in rows:
        return RowAction(added)
    found = re.fullmatch(r"(.+)-([0-9]{1,4})", _first(posted, "del"))
    if found and found[1] in rows:
        return RowAction(found[1], int(found[2]))
    return None


def read_section(section: FormSection, posted: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[Remark]]:
    """The answers of a section as typed, and remarks on what is too much to be kept at all.

    A press of a row button is done here: the named row is gone, or one empty row is added; otherwise rows in which
    nothing was typed are left out. Names that the form does not know are ignored. A remark means: do not save, show
    again; the answers still hold what was typed, cut at the hard limit.

    >>> section = FormSection("p", "Проект", (FormField("tasks", "Задачи", "list"),))
    >>> read_section(section, {"tasks-0": ["Убрать"], "tasks-1": [" "], "tasks-2": ["Посадить"]})
    ({'tasks': ['Убрать', 'Посадить']}, [])
    """
    answers: dict[str, Any] = {}
    remarks: list[Remark] = []
    action = row_action(section, posted)
    for one in section.fields:
        if not one.is_answered:
            continue
        if one.kind == "many":
            answers[one.code] = _read_many(one, posted)
            continue
        if one.kind in GROUP_KINDS:
            answers[one.code] = _read_columns(one, posted, None, remarks)
            continue
        if one.kind not in ROW_KINDS:
            answers[one.code] = _read_single(one, posted, one.code, remarks)
            continue
        numbers = _row_numbers(one, posted)
        if len(numbers) > MOST_ROWS:
            remarks.append(too_many_rows(one, len(numbers), MOST_ROWS))
            numbers = numbers[:MOST_ROWS]
        if action and action.field == one.code and action.row is not None:
            numbers = [number for number in numbers if number != action.row]
        rows: list[Any] = []
        for number in numbers:
            before = len(remarks)
            row = _read_row(one, posted, number, remarks)
            if action is None and is_blank(row):
                continue
            if number != len(rows):  # the remark must point at the place where the row will be shown
                remarks[before:] = [
                    replace(
                        remark,
                        place=remark.place.replace(input_name(one.code, number), input_name(one.code, len(rows)), 1),
                    )
                    for remark in remarks[before:]
                ]
            rows.append(row)
        if action and action.field == one.code and action.row is None and len(rows) < one.rows_limit:
            rows.append("" if one.kind == "list" else {column.code: "" for column in one.row_columns})
        answers[one.code] = rows
    return answers, remarks


def _row_numbers(one: FormField, posted: Mapping[str, Sequence[str]]) -> list[int]:
    pattern = re.compile(rf"{re.escape(one.code)}-([0-9]{{1,4}})" + ("" if one.kind == "list" else "-.+"))
    return sorted({int(found[1]) for name in posted if (found := pattern.fullmatch(name))})


def _read_row(one: FormField, posted: Mapping[str, Sequence[str]], number: int, remarks: list[Remark]) -> Any:
    if one.kind == "list":
        return _read_single(replace(one, kind="text"), posted, input_name(one.code, number), remarks)
    return _read_columns(one, posted, number, remarks)


def _read_columns(
    one: FormField, posted: Mapping[str, Sequence[str]], number: int | None, remarks: list[Remark]
) -> dict[str, str]:
    return {
        column.code: _read_single(column, posted, input_name(one.code, number, column.code), remarks)
        for column in one.row_columns
    }


def _read_many(one: FormField, posted: Mapping[str, Sequence[str]]) -> list[str]:
    """The codes that were ticked, each once; what the form does not offer is kept, so that the check can say so."""
    ticked = [cleaned(text[:MOST_OPTION_CHARS]).strip() for text in (posted.get(one.code) or ())[:MOST_ROWS]]
    return [text for text in dict.fromkeys(ticked) if text]


def _first(posted: Mapping[str, Sequence[str]], name: str) -> str:
    values = posted.get(name) or ("",)
    return values[0]


def _read_single(one: FormField, posted: Mapping[str, Sequence[str]], name: str, remarks: list[Remark]) -> str:
    text = _first(posted, name)
    if one.kind == "date" and not text:
        parts = [_first(posted, f"{name}-{part}").strip() for part in ("day", "month", "year")]
        text = ".".join(parts) if any(parts) else ""
    text = cleaned(text[: MOST_CHARS + 1] if len(text) > MOST_CHARS else text)
    if len(text) > MOST_CHARS:
        actual = len(_first(posted, name))
        remarks.append(
            Remark(N_("Слишком длинно: %(actual)s знаков, можно не больше %(limit)s"),
                   {"actual": actual, "limit": min(one.chars_limit, MOST_CHARS)}, name)
        )  # fmt: skip
        text = text[:MOST_CHARS]
    if one.kind != "long_text":
        text = text.strip()
    if one.kind == "yes_no" or one.kind in TICKED:
        return {"on": YES, "true": YES, "1": YES, "y": YES, "false": NO, "0": NO, "n": NO}.get(text.lower(), text)
    if one.kind == "date" and (day := day_from(text)):
        return day.isoformat()
    return text


def too_many_rows(one: FormField, actual: int, limit: int) -> Remark:
    return Remark(
        N_("Слишком много строк: %(actual)s, можно не больше %(limit)s"), {"actual": actual, "limit": limit}, one.code
    )
