"""Answers as they are read: on the page before sending, on the receipt, and wherever an application is shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _

from tosportal.domain.budget import parse_budget
from tosportal.domain.errors import RuleBroken
from tosportal.domain.form_definition import (
    NO,
    ROW_KINDS,
    YES,
    Answers,
    FormField,
    FormSection,
    day_from,
    is_blank,
    is_visible,
)
from tosportal.domain.money import parse_roubles
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Submission
from tosportal.support.documents import Receipt
from tosportal.web import filters


@dataclass(frozen=True)
class ShownTable:
    """A table ready to be read: heads, which columns are numbers, rows of texts, perhaps a row of totals."""

    columns: tuple[str, ...]
    numeric: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownAnswer:
    """One question and its answer: lines of text, or a table; nothing typed is no lines."""

    field: FormField
    lines: tuple[str, ...] = ()
    table: ShownTable | None = None


@dataclass(frozen=True)
class ShownSection:
    """A section with its answers, hidden questions left out."""

    section: FormSection
    answers: tuple[ShownAnswer, ...]


def shown_sections(sections: Iterable[FormSection], answers: Mapping[str, Answers]) -> list[ShownSection]:
    """The sections of a form with their answers, in the language of the page."""
    return [
        ShownSection(
            section,
            tuple(
                shown_answer(one, answers.get(section.code, {}).get(one.code))
                for one in section.fields
                if is_visible(one, answers.get(section.code, {}))
            ),
        )
        for section in sections
    ]


def submitted_sections(
    regulation: Regulation, submission: Submission, *, without_personal: bool = False
) -> list[ShownSection]:
    """The frozen copy with the questions of its edition; `without_personal` leaves out personal data."""
    content = json.loads(submission.content)
    answers = {section["code"]: section["answers"] for section in content["sections"]}
    shown = shown_sections(regulation.sections_for(content["nomination"]), answers)
    if not without_personal:
        return shown
    return [
        ShownSection(one.section, tuple(answer for answer in one.answers if not answer.field.personal)) for one in shown
    ]


def shown_answer(one: FormField, answer: Any) -> ShownAnswer:
    """One answer as it is read; what cannot be read as its kind is shown as it was typed."""
    if is_blank(answer):
        return ShownAnswer(one)
    if one.kind not in ROW_KINDS or not isinstance(answer, list):
        return ShownAnswer(one, tuple(_text(one, str(answer)).split("\n")))
    rows = [row for row in answer if not is_blank(row)]
    if one.kind == "list":
        return ShownAnswer(one, tuple(f"{number}. {row}" for number, row in enumerate(rows, 1)))
    if one.kind == "budget":
        return ShownAnswer(one, table=_budget_table(rows))
    columns = one.row_columns
    table = ShownTable(
        columns=tuple(_(column.label) for column in columns)
        if one.kind == "calendar_plan"
        else tuple(column.label for column in columns),
        numeric=tuple(n for n, column in enumerate(columns) if column.kind in {"integer", "decimal", "money"}),
        rows=tuple(
            tuple(_text(column, str(row.get(column.code) or "")) for column in columns)
            for row in rows
            if isinstance(row, Mapping)
        ),
    )
    return ShownAnswer(one, table=table)


def _budget_table(rows: Sequence[Mapping[str, Any]]) -> ShownTable:
    budget, _unread = parse_budget(rows)

    def cell(line: Any, name: str) -> str:
        typed = dict(line.unread).get(name)
        return typed if typed is not None else filters.money(getattr(line, name))

    def quantity(line: Any) -> str:
        typed = dict(line.unread).get("quantity")
        return f"{typed if typed is not None else filters.num(line.quantity)} {line.unit}".strip()

    payers = ("requested", "own", "attracted", "in_kind")
    return ShownTable(
        columns=(
            _("Расход"), _("Сумма"), _("Из гранта"), _("Свои деньги"), _("Партнёры деньгами"), _("Вещи и труд"),
        ),
        numeric=(1, 2, 3, 4, 5),
        rows=tuple(
            (
                f"{line.name}{f' ({line.kind})' if line.kind else ''}: {quantity(line)} × {cell(line, 'price')}",
                filters.money(line.amount),
                *(cell(line, payer) for payer in payers),
            )
            for line in budget.lines
        ),
        total=(
            _("Всего"), filters.money(budget.amount),
            *(filters.money(budget.total_of(payer)) for payer in payers),
        ),
    )  # fmt: skip


def _text(one: FormField, text: str) -> str:
    if one.kind == "choice":
        return next((option.name for option in one.options if option.code == text), text)
    if one.kind in {"yes_no", "declaration"}:
        return {YES: _("Да"), NO: _("Нет")}.get(text, text)
    if one.kind == "date" and (day := day_from(text)):
        return filters.day(day)
    if one.kind == "money" and text.strip():
        try:
            return filters.money(parse_roubles(text))
        except RuleBroken:
            return text
    return text


def receipt_context(
    application: Application, regulation: Regulation, submission: Submission, person: Person | None, *, portal: str
) -> Receipt:
    """All of a receipt, from the frozen copy alone; the municipality, the contest and the ТОС are loaded."""
    content = json.loads(submission.content)
    municipality = application.contest.municipality
    nomination = regulation.nomination(content["nomination"])
    found = regulation.field_of_kind("budget", content["nomination"])
    answers = {section["code"]: section["answers"] for section in content["sections"]}
    requested = None
    if found is not None:
        budget, _unread = parse_budget(answers.get(found[0].code, {}).get(found[1].code) or [])
        requested = f"{budget.requested:f}"
    sections = submitted_sections(regulation, submission)
    return {
        "lang": "en" if str(get_locale() or "ru") == "en" else "ru",
        "portal": portal,
        "number": str(content["number"]),
        "submitted_at": submission.submitted_at.astimezone(ZoneInfo(municipality.zone)).isoformat(timespec="seconds"),
        "zone_name": filters.zone_words(),
        "contest": content["contest"]["name"],
        "nomination": nomination.name if nomination else "",
        "tos": f"{content['tos']['name']}, {content['tos']['settlement']}",
        "title": _title(sections),
        "requested_sum": requested,
        "submitted_by": person.full_name if person else "",
        "sha256": submission.digest,
        "attachments": [
            {
                "slot": slot.name if (slot := regulation.document(file["slot"])) else file["slot"],
                "name": file["name"],
                "size": filters.file_size(file["size"]),
                "sha256": file["sha256"],
            }
            for file in content["attachments"]
        ],
        "sections": [
            {"title": one.section.title, "answers": [_receipt_answer(answer) for answer in one.answers]}
            for one in sections
        ],
    }


def _title(sections: Sequence[ShownSection]) -> str:
    found = (answer for one in sections for answer in one.answers if answer.field.code == "title")
    return next((" ".join(answer.lines) for answer in found), "")


def _receipt_answer(answer: ShownAnswer) -> Any:
    if answer.table is None:
        return {"label": answer.field.label, "value": "\n".join(answer.lines)}
    table = answer.table
    shown: dict[str, Any] = {
        "columns": list(table.columns),
        "numeric": list(table.numeric),
        "rows": [list(row) for row in table.rows],
    }
    if table.total:
        shown["total"] = list(table.total)
    return {"label": answer.field.label, "table": shown}
