"""Everything that stands in one application, and its frozen copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tosportal.domain.amendments import asks_the_same
from tosportal.domain.application_states import ApplicationState
from tosportal.domain.budget import BudgetLimits, BudgetSummary, parse_budget, summary
from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import (
    Disagreement,
    FormSection,
    Known,
    PlanWindow,
    Progress,
    check_as_typed,
    disagreements,
    section_progress,
)
from tosportal.domain.measuring import counted_day, group_of
from tosportal.domain.regulation import DocumentSlot, EligibilityRule, Regulation
from tosportal.domain.submission_rule import ORIGINAL_SLOT
from tosportal.domain.wanted_documents import wanted_documents
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.applications.queries.entries import registry_facts
from tosportal.features.applications.queries.files import attachments_of
from tosportal.features.contests.queries import phase_by_moments, regulation_of, regulation_of_edition
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

NOMINATION = "application.nomination"  # what the question that chooses it is filled in with beforehand


def sections_of(application_id: int) -> dict[str, ApplicationSection]:
    """The saved sections by their codes."""
    rows = db.session.scalars(
        select(ApplicationSection).where(ApplicationSection.application_id == application_id)
    ).all()
    return {row.code: row for row in rows}


def latest_saves(application_id: int, limit: int = 5) -> list[tuple[ApplicationSection, str | None]]:
    """The sections saved last with the names of those who saved them, the latest first."""
    rows = db.session.execute(
        select(ApplicationSection, Person.full_name)
        .outerjoin(Person, Person.id == ApplicationSection.saved_by_id)
        .where(ApplicationSection.application_id == application_id)
        .order_by(ApplicationSection.saved_at.desc(), ApplicationSection.code)
        .limit(limit)
    ).all()
    return [(row[0], row[1]) for row in rows]


def last_submission(application_id: int) -> Submission | None:
    """The frozen copy that counts: the latest."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()


def submissions_of(application_id: int) -> Sequence[Submission]:
    """All frozen copies, the first first."""
    return db.session.scalars(
        select(Submission).where(Submission.application_id == application_id).order_by(Submission.number)
    ).all()


@dataclass(frozen=True)
class Whole:
    """An application with everything that stands in it now, judged by the edition it is filled in on.

    `current` is the regulation in force (its deadlines count), `regulation` the edition of the application;
    `judged_at` is the moment of looking: without it what depends on the day is not judged.
    """

    application: Application
    regulation: Regulation
    current: Regulation
    rows: Mapping[str, ApplicationSection]
    attachments: Sequence[Attachment]
    judged_at: datetime | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.application.contest.municipality.zone)

    @cached_property
    def nomination(self) -> str:
        """The nomination that the answers choose now. That of the application itself is copied when a draft is saved,
        of a sent or returned one only when it is sent again."""
        return nomination_answered(self.regulation, self.answers, self.application.nomination)

    @cached_property
    def sections(self) -> tuple[FormSection, ...]:
        """The pages of the form for the chosen nomination."""
        return self.regulation.sections_for(self.nomination)

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Answers by section, as typed; a section never saved has none."""
        return {code: dict(row.answers) for code, row in self.rows.items()}

    @cached_property
    def gone(self) -> dict[str, dict[str, Any]]:
        """Answers to questions that this edition does not ask any more, by section: kept, shown, never sent."""
        found = {code: no_longer_asked(self.regulation, code, answers) for code, answers in self.answers.items()}
        return {code: answers for code, answers in found.items() if answers}

    @cached_property
    def is_behind(self) -> bool:
        """Has the regulation been amended since the edition of this application, in anything that it answers?"""
        is_older = self.application.regulation.number < self.application.contest.edition
        return is_older and not asks_the_same(self.regulation, self.current)

    @cached_property
    def window(self) -> PlanWindow:
        return self.regulation.plan_window(self.zone)

    @cached_property
    def rules_by_hand(self) -> list[EligibilityRule]:
        """The rules for this application that the secretary checks, not the portal."""
        nomination = self.nomination
        return [one for one in self.regulation.eligibility if one.check is None and one.is_for(nomination)]

    def section(self, code: str) -> FormSection | None:
        return next((one for one in self.sections if one.code == code), None)

    def version_of(self, code: str) -> int:
        """The version of a saved section; 0 while nothing was saved."""
        row = self.rows.get(code)
        return row.version if row else 0

    def progress_of(self, section: FormSection) -> Progress:
        return section_progress(
            section,
            self.answers.get(section.code, {}),
            budget_limits=self.budget_limits,
            plan_window=self.window,
            also=[one.remark for one in self.disagreements if one.section == section.code],
        )

    @cached_property
    def known(self) -> Known:
        """What the application is judged by beside its own answers."""
        tos: Tos | None = self.application.tos  # none of an application that is only tried
        return Known(
            self.budget_limits,
            self.window,
            tos.population if tos else None,
            tos.residents_16 if tos else None,
            None if self.judged_at is None else self.judged_at.astimezone(self.zone).date(),
        )

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        """What the sections say differently from each other, the edition or the registry, as at submission."""
        return disagreements(self.sections, self.answers, self.known, final=True)

    def notices(self, section: FormSection) -> list[tuple[Remark, FormSection | None]]:
        """What is worth knowing while this section is being typed, at its own inputs, in the words of submission; with
        each the other section that it concerns. Nothing of what is only missing yet."""
        own = self.answers.get(section.code, {})
        limits = self.budget_limits
        found: list[tuple[Remark, FormSection | None]] = [
            (remark, None) for remark in check_as_typed(section, own, budget_limits=limits, plan_window=self.window)
        ]
        for one in disagreements(self.sections, self.answers, self.known, final=False):
            place = one.place_in(section.code)
            if place is not None:
                other = one.other_section if one.section == section.code else one.section
                found.append((replace(one.remark, place=place), None if other == section.code else self.section(other)))
        return found

    @cached_property
    def progress(self) -> dict[str, Progress]:
        """How far each section is and what it lacks, in words."""
        return {section.code: self.progress_of(section) for section in self.sections}

    @cached_property
    def group(self) -> str | None:
        """The group of the ТОС by what is answered and registered now; None where the regulation has no groups."""
        return group_of_application(self.application, self.regulation, self.answers, self.nomination)

    @cached_property
    def budget_limits(self) -> BudgetLimits:
        """The limits that count for the chosen nomination and the group."""
        return self.regulation.budget_limits(self.nomination, self.group)

    @cached_property
    def slots(self) -> tuple[DocumentSlot, ...]:
        """Where people put files now: the documents asked for in this nomination and group, `required` by the answers
        too; of an application on paper first its scan."""
        original = self.regulation.document(ORIGINAL_SLOT) if self.application.is_on_paper else None
        wanted = wanted_documents(self.regulation, self.nomination, self.group, self.answers)
        return ((replace(original, required=True),) if original else ()) + wanted

    @cached_property
    def spare(self) -> list[Attachment]:
        """Files put in when their documents were asked for, as in another nomination: kept, shown, never sent."""
        wanted = {one.code for one in self.slots}
        known = {one.code for one in self.regulation.documents}
        return [file for file in self.attachments if file.slot in known - wanted]

    def slot(self, code: str | None) -> DocumentSlot | None:
        """The document of this code, if it is asked for here."""
        return next((one for one in self.slots if one.code == code), None)

    def files_of(self, slot: DocumentSlot) -> list[Attachment]:
        return [file for file in self.attachments if file.slot == slot.code]

    @cached_property
    def missing_files(self) -> list[Remark]:
        """Required slots without a file."""
        return [
            Remark(N_("Приложите: %(name)s"), {"name": _name_of(slot)}, f"slot-{slot.code}", slot.clause)
            for slot in self.slots
            if slot.required and not self.files_of(slot)
        ]

    @cached_property
    def is_ready(self) -> bool:
        """Nothing is missing or wrong in the sections and the files."""
        return not self.missing_files and all(progress.is_done for progress in self.progress.values())

    @cached_property
    def budget(self) -> BudgetSummary | None:
        """The budget as the form has it; None in a contest whose form has none."""
        found = self.regulation.field_of_kind("budget", self.nomination)
        if found is None:
            return None
        section, one = found
        return budget_summary(self.budget_limits, self.answers.get(section.code, {}).get(one.code))

    @cached_property
    def deadline(self) -> datetime | None:
        """Until when it may be sent: the correction's last moment when it was returned, else the end of intake."""
        if self.application.state == ApplicationState.RETURNED:
            return self.application.fix_until_at
        return self.current.moments.get("close")

    def phase(self, now: datetime) -> Phase:
        return phase_by_moments(self.application.contest, self.current.moments, now)

    @cached_property
    def saved_at(self) -> datetime | None:
        """When anything in it was saved last."""
        return max((row.saved_at for row in self.rows.values()), default=None)


def _name_of(slot: DocumentSlot) -> str | Remark:
    """The name of a slot: the portal's own is translated, that of a regulation is as it is."""
    return Remark(slot.name) if slot.code.startswith(".") else slot.name


def nomination_answered(regulation: Regulation, answers: Mapping[str, Mapping[str, Any]], present: str) -> str:
    """The nomination that the question about it has for an answer; `present` where none asks or none answers."""
    for section in regulation.sections:
        for one in section.fields:
            answer = answers.get(section.code, {}).get(one.code)
            is_asked = one.kind == "choice" and one.prefill == NOMINATION
            if is_asked and isinstance(answer, str) and regulation.nomination(answer):
                present = answer
    return present


def group_of_application(
    application: Application,
    regulation: Regulation,
    answers: Mapping[str, Mapping[str, Any]],
    nomination: str | None = None,
) -> str | None:
    """The group of an application with these answers, in its nomination if no other is given; None where there are no
    groups, or no ТОС (a form tried on)."""
    if regulation.scoring.groups is None or not application.tos_id:
        return None
    tos = db.session.get_one(Tos, application.tos_id)
    facts = registry_facts(tos, counted_day(regulation, application.submitted_at))
    return group_of(regulation, nomination or application.nomination, answers, facts)


def no_longer_asked(regulation: Regulation, section_code: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of the answers of a section those whose question is not in this edition."""
    section = regulation.section(section_code)
    return {code: answer for code, answer in answers.items() if section is None or section.field(code) is None}


def budget_summary(limits: BudgetLimits, rows: Any) -> BudgetSummary:
    """The totals, shares and limits of a budget from the rows of a form."""
    parsed, _ = parse_budget(rows if isinstance(rows, list) else [])
    return summary(parsed, limits)


def whole(application: Application, now: datetime | None = None) -> Whole:
    """Everything that stands in an application; its contest, ТОС and edition are loaded already. With `now` it is
    judged as of this moment."""
    regulation = regulation_of_edition(application.regulation)
    is_current = application.regulation.number == application.contest.edition
    return Whole(
        application,
        regulation,
        regulation if is_current else regulation_of(application.contest),
        sections_of(application.id),
        attachments_of(application.id),
        now,
    )
