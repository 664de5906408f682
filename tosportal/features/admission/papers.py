"""A submitted application as the secretary and the jury read it: the frozen copy → sections, budget, plan, files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tosportal.domain.budget import BudgetSummary, parse_budget, summary
from tosportal.domain.calendar_plan import CalendarPlan, parse_plan
from tosportal.domain.form_definition import FormField, FormSection
from tosportal.domain.regulation import DocumentSlot, Regulation
from tosportal.features.applications.models import Attachment
from tosportal.features.applications.papers import ShownAnswer, ShownSection, masked, shown_sections

Answers = dict[str, dict[str, Any]]
ORDER_OF_PAYERS = ("requested", "attracted", "own", "in_kind")


@dataclass(frozen=True)
class ApplicationPaper:
    """What was submitted, ready to be read; `hidden` counts questions that this reader does not see.

    `names` are the people named in fields of people, whoever reads; `sealed` counts answers about banks and passports,
    of which only the last signs stand here.
    """

    sections: Sequence[ShownSection]
    budget: BudgetSummary | None
    plan: CalendarPlan | None
    names: Sequence[str]
    hidden: int = 0
    sealed: int = 0

    @property
    def shares(self) -> list[tuple[str, Decimal]]:
        """Who pays for the project, in the order of every page."""
        return [] if self.budget is None else [(one, self.budget.by_payer[one]) for one in ORDER_OF_PAYERS]


@dataclass(frozen=True)
class FilesOfSlot:
    """A slot of the regulation with its files; a required one is listed without files too."""

    slot: DocumentSlot
    files: Sequence[Attachment]


def application_paper(
    answers: Answers, regulation: Regulation, nomination: str, *, personal: bool, group: str | None = None
) -> ApplicationPaper:
    """The answers in the order of the form of this regulation: the edition the application was filled in on.

    Without `personal`, as a juror reads: questions and columns that hold personal data or are kept from the jury are
    left out.
    """
    sections = regulation.sections_for(nomination)
    seen = sections if personal else tuple(_without_personal(section) for section in sections)
    budget, plan = None, None
    if (rows := _answer_of_kind("budget", answers, regulation, nomination)) is not None:
        budget = summary(parse_budget(rows)[0], regulation.budget_limits(nomination, group))
    if (rows := _answer_of_kind("calendar_plan", answers, regulation, nomination)) is not None:
        plan = parse_plan(rows)[0]
    hidden = sum(len(section.fields) for section in sections) - sum(len(section.fields) for section in seen)
    shown = shown_sections(seen, answers)
    sealed = sum(one.field.is_sealed and bool(one.lines or one.table) for section in shown for one in section.answers)
    return ApplicationPaper(masked(shown), budget, plan, _names(sections, answers), hidden, sealed)


def sealed_answers(answers: Answers, regulation: Regulation, nomination: str) -> list[ShownAnswer]:
    """The answers about banks and passports in full: whoever is shown them is written down."""
    shown = shown_sections(regulation.sections_for(nomination), answers)
    return [one for section in shown for one in section.answers if one.field.is_sealed and (one.lines or one.table)]


def _without_personal(section: FormSection) -> FormSection:
    fields = [
        replace(one, columns=tuple(column for column in one.columns if _is_for_jurors(column)))
        for one in section.fields
        if _is_for_jurors(one)
    ]
    return replace(section, fields=tuple(fields))


def _is_for_jurors(one: FormField) -> bool:
    return not (one.personal or one.hidden_from_jury or one.is_sealed)


def _answer_of_kind(kind: str, answers: Answers, regulation: Regulation, nomination: str) -> list[Any] | None:
    found = regulation.field_of_kind(kind, nomination)
    if found is None:
        return None
    rows = answers.get(found[0].code, {}).get(found[1].code)
    return rows if isinstance(rows, list) and rows else None


def _names(sections: Sequence[FormSection], answers: Answers) -> list[str]:
    named = [
        answers.get(section.code, {}).get(one.code)
        for section in sections
        for one in section.fields
        if one.kind == "person"
    ]
    return list(dict.fromkeys(" ".join(name.split())[:200] for name in named if isinstance(name, str) and name.strip()))


def files_by_slot(slots: Sequence[DocumentSlot], attachments: Sequence[Attachment]) -> list[FilesOfSlot]:
    """The files in the order of the documents that the application is asked for."""
    found = [FilesOfSlot(slot, [one for one in attachments if one.slot == slot.code]) for slot in slots]
    return [one for one in found if one.files or one.slot.required]
