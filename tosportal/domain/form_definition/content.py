"""Answers as they are printed, counted and frozen."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, RuleBroken, shown_in_russian
from tosportal.domain.form_definition.kinds import (
    GROUP_KINDS,
    NO,
    OPTION_KINDS,
    ROW_KINDS,
    TICKED,
    YES,
    Answers,
    FormField,
    FormSection,
)
from tosportal.domain.form_definition.meeting import quorum_words
from tosportal.domain.form_definition.values import day_from, is_blank, is_visible, value_of
from tosportal.domain.money import ZERO, format_roubles, parse_roubles, round_half_up


def printed_answer(one: FormField, answer: object) -> list[str]:
    """The answer as plain lines for a check page and a receipt; nothing typed: no lines; wrong text: as typed.

    >>> printed_answer(FormField("sum", "Сумма", "money"), "46800,5")
    ['46\\xa0800,50\\xa0₽']
    >>> printed_answer(FormField("tasks", "Задачи", "list"), ["Убрать", "", "Посадить"])
    ['1. Убрать', '2. Посадить']
    """
    if is_blank(answer):
        return []
    if one.kind == "many" and isinstance(answer, list | tuple):
        return [_printed_text(one, str(code)) for code in answer]
    if one.kind in GROUP_KINDS and isinstance(answer, Mapping):
        said = quorum_words(one, answer)
        return [*_printed_row(one, answer).split("; "), *([str(said)] if said else [])]
    if one.kind == "list" and isinstance(answer, list | tuple):
        rows = [str(row) for row in answer if not is_blank(row)]
        return [f"{number}. {row}" for number, row in enumerate(rows, 1)]
    if one.kind in ROW_KINDS and isinstance(answer, list | tuple):
        rows = [_printed_row(one, row) for row in answer if not is_blank(row)]
        return [f"{number}. {row}" for number, row in enumerate(rows, 1)]
    return _printed_text(one, str(answer)).split("\n")


def _printed_row(one: FormField, row: object) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    cells = ((column, row.get(column.code)) for column in one.row_columns)
    return "; ".join(
        f"{column.label}: {_printed_text(column, str(cell))}" for column, cell in cells if not is_blank(cell)
    )


def row_amount(one: FormField, row: Mapping[str, Any]) -> Decimal | None:
    """What a line of help in kind is worth: hours × rate to the kopeck; None when either is not a number."""
    quantity, rate = one.row_columns[2], one.row_columns[3]
    try:
        return round_half_up(
            value_of(quantity, str(row.get("quantity") or "")) * value_of(rate, str(row.get("rate") or ""))
        )
    except RuleBroken:
        return None


def totals_of(one: FormField, rows: Iterable[object]) -> dict[str, Decimal]:
    """The sums of the columns that have a total, of what can be read as numbers; help in kind: its «amount»."""
    kept = [row for row in rows if isinstance(row, Mapping) and not is_blank(row)]
    if one.kind == "in_kind":
        return {"amount": sum((row_amount(one, row) or ZERO for row in kept), ZERO)}
    found: dict[str, Decimal] = {}
    for column in one.row_columns:
        if column.total:
            start = ZERO if column.kind == "money" else Decimal(0)
            found[column.code] = sum((_number(column, row.get(column.code)) for row in kept), start)
    return found


def _number(column: FormField, cell: object) -> Decimal:
    if not isinstance(cell, str) or not cell.strip():
        return Decimal(0)
    try:
        return Decimal(value_of(column, cell))
    except RuleBroken:
        return Decimal(0)


def _printed_text(one: FormField, text: str) -> str:
    if one.kind in OPTION_KINDS:
        return next((option.name for option in one.options if option.code == text), text)
    if one.kind == "yes_no" or one.kind in TICKED:
        return {YES: N_("Да"), NO: N_("Нет")}.get(text, text)
    if one.kind == "date" and (day := day_from(text)):
        return shown_in_russian("_on", day)
    if one.kind == "money":
        try:
            return format_roubles(parse_roubles(text))
        except RuleBroken:
            return text
    return text


def visible_answers(sections: Iterable[FormSection], answers: Mapping[str, Answers]) -> dict[str, dict[str, Any]]:
    """The answers that count: by section, without hidden questions, unknown names and empty rows."""
    kept: dict[str, dict[str, Any]] = {}
    for section in sections:
        own = answers.get(section.code) or {}
        kept[section.code] = {
            one.code: _without_blank_rows(own[one.code])
            for one in section.fields
            if one.code in own and is_visible(one, own) and not is_blank(own[one.code])
        }
    return kept


def _without_blank_rows(answer: Any) -> Any:
    return [row for row in answer if not is_blank(row)] if isinstance(answer, list | tuple) else answer


def content_of(
    *,
    contest: str,
    edition: int,
    nomination: str,
    tos: str,
    sections: Sequence[FormSection],
    answers: Mapping[str, Answers],
    files: Iterable[Mapping[str, object]],
) -> dict[str, Any]:
    """What a submission freezes: the contest and its edition, who applies, the answers that count, the files by digest.

    `files`: slot, name, size and sha256 of each; they are put in order, so that the same content has the same digest.
    """
    listed = [{name: one[name] for name in ("slot", "name", "size", "sha256")} for one in files]
    return {
        "schema": "tos-application/1",
        "contest": contest,
        "edition": edition,
        "nomination": nomination,
        "tos": tos,
        "answers": visible_answers([one for one in sections if one.is_for(nomination)], answers),
        "files": sorted(listed, key=lambda one: (str(one["slot"]), str(one["name"]), str(one["sha256"]))),
    }


def frozen_answers(content: str) -> dict[str, dict[str, Any]]:
    """The answers of a frozen copy: section → field → answer as typed.

    >>> frozen_answers('{"sections": [{"code": "goal", "answers": {"aim": "Двор"}}]}')
    {'goal': {'aim': 'Двор'}}
    """
    return {section["code"]: dict(section["answers"]) for section in json.loads(content)["sections"]}


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON (sorted names, no spaces, UTF-8).

    >>> digest_of({"б": 1, "а": 2}) == digest_of({"а": 2, "б": 1})
    True
    """
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
