"""Answers as they are read: on the page before sending, on papers, and wherever an application is shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from tosportal.domain.budget import parse_budget
from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.form_definition import (
    GROUP_KINDS,
    NO,
    NUMBER_KINDS,
    OPTION_KINDS,
    OWN_COLUMNS,
    QUORUM_NAMES,
    ROW_KINDS,
    TICKED,
    YES,
    Answers,
    FormField,
    FormSection,
    asked_by,
    day_from,
    frozen_answers,
    input_name,
    is_blank,
    is_visible,
    quorum_words,
    row_amount,
    totals_of,
)
from tosportal.domain.money import parse_roubles
from tosportal.domain.regulation import Regulation
from tosportal.features.applications.models import Submission
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
                if one.is_answered and is_visible(one, answers.get(section.code, {}))
            ),
        )
        for section in sections
    ]


def submitted_sections(
    regulation: Regulation, submission: Submission, *, without_personal: bool = False
) -> list[ShownSection]:
    """The frozen copy with the questions of its edition; `without_personal` leaves out personal data."""
    content = json.loads(submission.content)
    answers = frozen_answers(submission.content)
    shown = shown_sections(regulation.sections_for(content["nomination"]), answers)
    if not without_personal:
        return shown
    return [
        ShownSection(
            one.section,
            tuple(answer for answer in one.answers if not (answer.field.personal or answer.field.is_sealed)),
        )
        for one in shown
    ]


def masked(sections: Iterable[ShownSection]) -> list[ShownSection]:
    """Answers about banks and passports by their last four signs, long ones only; the others as they are."""
    return [replace(one, answers=tuple(_masked(answer) for answer in one.answers)) for one in sections]


def _masked(answer: ShownAnswer) -> ShownAnswer:
    if not answer.field.is_sealed or not (answer.lines or answer.table):
        return answer
    last = answer.lines[-1][-4:] if answer.lines and len(answer.lines[-1]) > 8 else ""
    return replace(answer, lines=(f"•••• {last}".strip(),), table=None)


def shown_answer(one: FormField, answer: Any) -> ShownAnswer:
    """One answer as it is read; what cannot be read as its kind is shown as it was typed."""
    if is_blank(answer):
        return ShownAnswer(one)
    if one.kind == "many" and isinstance(answer, list):
        return ShownAnswer(one, tuple(_text(one, str(code)) for code in answer))
    if one.kind in GROUP_KINDS and isinstance(answer, Mapping):
        return ShownAnswer(one, tuple(_group_lines(one, answer)))
    if one.kind not in ROW_KINDS or not isinstance(answer, list):
        return ShownAnswer(one, tuple(_text(one, str(answer)).split("\n")))
    rows = [row for row in answer if not is_blank(row)]
    if one.kind == "list":
        return ShownAnswer(one, tuple(f"{number}. {row}" for number, row in enumerate(rows, 1)))
    if one.kind == "budget":
        return ShownAnswer(one, table=_budget_table(rows))
    return ShownAnswer(one, table=_table(one, [row for row in rows if isinstance(row, Mapping)]))


def column_label(one: FormField, column: FormField) -> str:
    """The head of a column: the portal's own words are translated, those of the regulation are as they are."""
    return _(column.label) if one.kind in OWN_COLUMNS else column.label


def _group_lines(one: FormField, answer: Mapping[str, Any]) -> list[str]:
    """«Начало: 1 мая 2026 года», a line for each cell; of a meeting also the quorum as the portal counts it."""
    cells = [(column, answer.get(column.code)) for column in one.row_columns]
    lines = [
        f"{column_label(one, column)}: {_text(column, str(cell), one)}" for column, cell in cells if not is_blank(cell)
    ]
    said = quorum_words(one, answer) if one.kind == "meeting" else None
    return [*lines, *([filters.say(said)] if said else [])]


def _table(one: FormField, rows: Sequence[Mapping[str, Any]]) -> ShownTable:
    """Rows under their heads; help in kind has one column more, hours × rate; sums under the columns that have them."""
    columns = one.row_columns
    heads = [column_label(one, column) for column in columns]
    numeric = [number for number, column in enumerate(columns) if column.kind in NUMBER_KINDS]
    texts = [[_text(column, str(row.get(column.code) or ""), one) for column in columns] for row in rows]
    totals = totals_of(one, rows)
    total = ["" if column.code not in totals else _shown_number(column, totals[column.code]) for column in columns]
    if one.kind == "in_kind":
        amounts = [row_amount(one, row) for row in rows]
        heads.append(_("Сумма"))
        numeric.append(len(columns))
        texts = [
            [*text, "" if amount is None else filters.money(amount)]
            for text, amount in zip(texts, amounts, strict=True)
        ]
        total.append(filters.money(totals["amount"]))
    if totals:
        total[0] = f"{_('Всего')}: {total[0]}" if total[0] else _("Всего")
    return ShownTable(tuple(heads), tuple(numeric), tuple(map(tuple, texts)), tuple(total) if totals else ())


def _shown_number(column: FormField, value: Any) -> str:
    return filters.money(value) if column.kind == "money" else filters.num(value)


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


def _text(one: FormField, text: str, whole: FormField | None = None) -> str:
    if one.kind in OPTION_KINDS:
        name = next((option.name for option in one.options if option.code == text), text)
        return _(name) if name and whole is not None and whole.kind in OWN_COLUMNS else name
    if one.kind == "yes_no" or one.kind in TICKED:
        return {YES: _("Да"), NO: _("Нет")}.get(text, text)
    if one.kind == "date" and (day := day_from(text)):
        return filters.day(day)
    if one.kind == "money" and text.strip():
        try:
            return filters.money(parse_roubles(text))
        except RuleBroken:
            return text
    return text


# --- what the page of a section asks of its answers, kind by kind -----------------------------------------------------

FROM_REGISTRY = ("tos.", "chair.")


class KindsOfFields:
    """The half of a SectionForm that knows the kinds."""

    section: FormSection
    answers: Answers

    def rows(self, one: FormField) -> list[Any]:
        """The rows of a list or a table; one empty row when there are none."""
        answer = self.answers.get(one.code)
        rows = (
            [row for row in answer if isinstance(row, str if one.kind == "list" else Mapping)]
            if isinstance(answer, list)
            else []
        )
        return rows or ["" if one.kind == "list" else {}]

    def group(self, one: FormField) -> Mapping[str, str]:
        """The one row of a period or a meeting."""
        answer = self.answers.get(one.code)
        return answer if isinstance(answer, Mapping) else {}

    def chosen(self, one: FormField) -> list[str]:
        """The ticked codes of a question with several answers."""
        answer = self.answers.get(one.code)
        return [code for code in answer if isinstance(code, str)] if isinstance(answer, list) else []

    def hints(self, one: FormField) -> list[str]:
        """What stands under a question: where its answer comes from, help, an example, when it is to be answered."""
        found = [_("Подставлено из реестра ТОС, проверьте.")] if (one.prefill or "").startswith(FROM_REGISTRY) else []
        found += [one.help] if one.help else []
        found += [_("Например: %(example)s", example=one.example)] if one.example else []
        if said := self._condition(one.visible_if):
            question, answer, is_not = said
            found.append(
                _("Отвечайте, если на вопрос «%(question)s» ответ не «%(answer)s»", question=question, answer=answer)
                if is_not
                else _("Отвечайте, если на вопрос «%(question)s» ответ «%(answer)s»", question=question, answer=answer)
            )
        if not one.required and (said := self._condition(one.required_if)):
            question, answer, is_not = said
            found.append(
                _("Обязательно, если на вопрос «%(question)s» ответ не «%(answer)s»", question=question, answer=answer)
                if is_not
                else _(
                    "Обязательно, если на вопрос «%(question)s» ответ «%(answer)s»", question=question, answer=answer
                )
            )
        return found

    def _condition(self, text: str | None) -> tuple[str, str, bool] | None:
        """What a condition says: the question, the answers it names, whether any other answer is waited for."""
        asked = asked_by(text, self.section.fields)
        return None if asked is None else (asked.question, filters.shown("answer", asked.answer), asked.is_not)

    def column_label(self, one: FormField, column: FormField) -> str:
        return column_label(one, column)

    def options(self, one: FormField, column: FormField) -> list[tuple[str, str]]:
        """The choices of a column, the portal's own in the language of the page."""
        own = one.kind in OWN_COLUMNS
        return [(option.code, _(option.name) if own else option.name) for option in column.options]

    def amount(self, one: FormField, row: Any) -> Decimal | None:
        """What a line of help in kind is worth."""
        return row_amount(one, row) if isinstance(row, Mapping) and not is_blank(row) else None

    def totals(self, one: FormField) -> list[tuple[str, Decimal, bool]]:
        """The sums under the table: the name of the column, the sum, whether it is money."""
        found = totals_of(one, self.rows(one))
        if one.kind == "in_kind":
            return [(_("Сумма"), found["amount"], True)]
        return [(part.label, found[part.code], part.kind == "money") for part in one.row_columns if part.code in found]

    @property
    def quorum_names(self) -> Mapping[str, str]:
        return QUORUM_NAMES

    def quorum(self, one: FormField) -> Remark | None:
        return quorum_words(one, self.answers.get(one.code)) if one.kind == "meeting" else None


def flat_answer(one: FormField, answer: Any) -> list[tuple[str, str]] | None:
    """The inputs of a kind that is neither one text nor rows; None for the others."""
    if not one.is_answered:
        return []
    if one.kind in GROUP_KINDS:
        cells = answer.items() if isinstance(answer, Mapping) else ()
        return [(input_name(one.code, column=name), str(cell)) for name, cell in cells]
    if one.kind == "many":
        return [(one.code, str(code)) for code in (answer if isinstance(answer, list) else [])]
    return None
