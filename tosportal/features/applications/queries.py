"""Named selects of applications: who sees which, and everything that stands in one of them."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from tosportal.domain.application_states import LIVE, ApplicationState
from tosportal.domain.budget import BudgetSummary, parse_budget, summary
from tosportal.domain.contest_states import Phase
from tosportal.domain.eligibility import TosFacts, check_entry
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import FormSection, PlanWindow, Progress, section_progress
from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.domain.regulation import DocumentSlot, Regulation
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import (
    Application,
    ApplicationSection,
    Attachment,
    Submission,
    Upload,
    UploadPart,
)
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import (
    announced_contests,
    moments_of,
    phase_by_moments,
    regulation_of,
    regulation_of_edition,
)
from tosportal.features.registry.models import ChairTerm, Contact, Tos
from tosportal.support.db import db

LOADED = (
    joinedload(Application.contest).joinedload(Contest.municipality),
    joinedload(Application.tos).joinedload(Tos.settlement),
    joinedload(Application.regulation),
)


# --- who sees which ------------------------------------------------------------------------------------------------


def _of(person: Person) -> ColumnElement[bool]:
    """The person speaks for the ТОС of the application now."""
    return (
        select(RoleGrant.id)
        .where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == Role.ACTIVIST,
            RoleGrant.scope == Scope.TOS,
            RoleGrant.scope_id == Application.tos_id,
            RoleGrant.revoked_at.is_(None),
        )
        .exists()
    )


def _within(scopes: Scopes) -> ColumnElement[bool]:
    """The contest of the application lies in one of the places; joins `Contest`."""
    if scopes.everywhere:
        return true()
    return or_(Contest.municipality_id.in_(scopes.municipalities), Contest.id.in_(scopes.contests))


def application_for_applicant(key: str, person: Person) -> Application | None:
    """The application of this address, when the person speaks for its ТОС."""
    return db.session.scalars(
        select(Application).options(*LOADED).where(Application.key == key, _of(person))
    ).one_or_none()


def applications_of_person(person: Person) -> Sequence[Application]:
    """All applications of the ТОС for which the person speaks, the newest first; drafts thrown away are left out."""
    return db.session.scalars(
        select(Application)
        .options(
            joinedload(Application.contest).joinedload(Contest.municipality),
            joinedload(Application.tos).joinedload(Tos.settlement),
        )
        .where(_of(person), or_(Application.state != ApplicationState.WITHDRAWN, Application.number.is_not(None)))
        .order_by(Application.created_at.desc(), Application.id.desc())
    ).all()


def application_for_officer(key: str, scopes: Scopes) -> Application | None:
    """The application of this address, when its contest lies in one of the places; a draft is nobody's but its own."""
    return db.session.scalars(
        select(Application)
        .options(*LOADED)
        .join(Contest, Contest.id == Application.contest_id)
        .where(Application.key == key, Application.number.is_not(None), _within(scopes))
    ).one_or_none()


def applications_for_officer(contest_id: int, state: str | None = None) -> Select[Any]:
    """The applications of a contest in the order of their numbers, drafts left out; for `paged`."""
    found = (
        select(Application)
        .options(joinedload(Application.tos).joinedload(Tos.settlement))
        .where(Application.contest_id == contest_id, Application.number.is_not(None))
        .order_by(Application.number, Application.id)
    )
    return found if state is None else found.where(Application.state == state)


def counts_by_state(contest_id: int) -> dict[str, int]:
    """How many applications of a contest stand in each state."""
    rows = db.session.execute(
        select(Application.state, func.count()).where(Application.contest_id == contest_id).group_by(Application.state)
    ).all()
    return {row[0]: row[1] for row in rows}


def admitted_applications(contest_id: int) -> Sequence[Application]:
    """What the jury judges and the ranking ranks: the admitted ones, in the order of their numbers."""
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.tos).joinedload(Tos.settlement))
        .where(Application.contest_id == contest_id, Application.state == ApplicationState.ADMITTED)
        .order_by(Application.number, Application.id)
    ).all()


# --- what stands in one --------------------------------------------------------------------------------------------


def sections_of(application_id: int) -> dict[str, ApplicationSection]:
    """The saved sections by their codes."""
    rows = db.session.scalars(
        select(ApplicationSection).where(ApplicationSection.application_id == application_id)
    ).all()
    return {row.code: row for row in rows}


def attachments_of(application_id: int) -> Sequence[Attachment]:
    """The files that count now, in the order of their coming."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()


def waiting_attachments(limit: int) -> Sequence[Attachment]:
    """Files whose virus check is still to be done, the oldest first."""
    return db.session.scalars(
        select(Attachment).where(Attachment.verdict == "waiting").order_by(Attachment.id).limit(limit)
    ).all()


@dataclass(frozen=True)
class Version:
    """A file that counted before, with those who put it in and took it out."""

    file: Attachment
    sender: str | None
    remover: str | None


def versions_of(application_id: int) -> list[Version]:
    """Files that were replaced, and those taken out for a virus, the latest first."""
    sender, remover = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Attachment, sender.full_name, remover.full_name)
        .outerjoin(sender, sender.id == Attachment.uploaded_by_id)
        .outerjoin(remover, remover.id == Attachment.removed_by_id)
        .where(
            Attachment.application_id == application_id,
            Attachment.removed_at.is_not(None),
            or_(Attachment.replaced, Attachment.verdict == "infected"),
        )
        .order_by(Attachment.removed_at.desc(), Attachment.id.desc())
    ).all()
    return [Version(row[0], row[1], row[2]) for row in rows]


def attachment_in(application: Application, key: str) -> Attachment | None:
    """A live file of this very application."""
    return db.session.scalars(
        select(Attachment).where(
            Attachment.key == key, Attachment.application_id == application.id, Attachment.removed_at.is_(None)
        )
    ).one_or_none()


def attachment_for(key: str, person: Person, *, officer: Scopes) -> Attachment | None:
    """A file, for those who speak for the ТОС, and for officers once it was submitted.

    Those who speak for the ТОС see earlier versions too, officers also what was taken out: an earlier submission may
    rest on it. Jurors have a door of their own (`jury`), which asks
    for the declaration of conflict first.
    """
    doors = [_of(person) & or_(Attachment.removed_at.is_(None), Attachment.replaced)]
    if officer:
        doors.append(Application.number.is_not(None) & _within(officer))
    return db.session.scalars(
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .join(Contest, Contest.id == Application.contest_id)
        .where(Attachment.key == key, or_(*doors))
    ).one_or_none()


def upload_of(key: str, application: Application, person: Person) -> Upload | None:
    """An upload that this very person began in this application."""
    return db.session.scalars(
        select(Upload).where(Upload.key == key, Upload.application_id == application.id, Upload.person_id == person.id)
    ).one_or_none()


def parts_of(upload_id: int) -> Sequence[UploadPart]:
    """The pieces that have come, in the order of the file."""
    return db.session.scalars(
        select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.place)
    ).all()


def unfinished_uploads(application_id: int, person: Person) -> list[tuple[Upload, int]]:
    """What the person began to send here and how many bytes of each have come, the first first."""
    rows = db.session.execute(
        select(Upload, func.coalesce(func.sum(UploadPart.size), 0))
        .outerjoin(UploadPart, UploadPart.upload_id == Upload.id)
        .where(Upload.application_id == application_id, Upload.person_id == person.id)
        .group_by(Upload.id)
        .order_by(Upload.id)
    ).all()
    return [(row[0], int(row[1])) for row in rows]


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

    `current` is the regulation in force (its deadlines count), `regulation` the edition of the application.
    """

    application: Application
    regulation: Regulation
    current: Regulation
    rows: Mapping[str, ApplicationSection]
    attachments: Sequence[Attachment]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.application.contest.municipality.zone)

    @cached_property
    def sections(self) -> tuple[FormSection, ...]:
        """The pages of the form for the chosen nomination."""
        return self.regulation.sections_for(self.application.nomination)

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Answers by section, as typed; a section never saved has none."""
        return {code: dict(row.answers) for code, row in self.rows.items()}

    @cached_property
    def gone(self) -> dict[str, dict[str, Any]]:
        """Answers to questions that this edition does not ask any more, by section: kept, shown, never sent."""
        found = {code: no_longer_asked(self.regulation, code, answers) for code, answers in self.answers.items()}
        return {code: answers for code, answers in found.items() if answers}

    @property
    def is_behind(self) -> bool:
        """Has the regulation been amended since the edition of this application?"""
        return self.application.regulation.number < self.application.contest.edition

    @cached_property
    def window(self) -> PlanWindow:
        return self.regulation.plan_window(self.zone)

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
            budget_limits=self.regulation.limits.for_budget,
            plan_window=self.window,
        )

    @cached_property
    def progress(self) -> dict[str, Progress]:
        """How far each section is and what it lacks, in words."""
        return {section.code: self.progress_of(section) for section in self.sections}

    def files_of(self, slot: DocumentSlot) -> list[Attachment]:
        return [file for file in self.attachments if file.slot == slot.code]

    @cached_property
    def missing_files(self) -> list[Remark]:
        """Required slots without a file."""
        return [
            Remark(N_("Приложите: %(name)s"), {"name": slot.name}, f"slot-{slot.code}", slot.clause)
            for slot in self.regulation.documents
            if slot.required and not self.files_of(slot)
        ]

    @cached_property
    def is_ready(self) -> bool:
        """Nothing is missing or wrong in the sections and the files."""
        return not self.missing_files and all(progress.is_done for progress in self.progress.values())

    @cached_property
    def budget(self) -> BudgetSummary | None:
        """The budget as the form has it; None in a contest whose form has none."""
        found = self.regulation.field_of_kind("budget", self.application.nomination)
        if found is None:
            return None
        section, one = found
        return budget_summary(self.regulation, self.answers.get(section.code, {}).get(one.code))

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


def no_longer_asked(regulation: Regulation, section_code: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of the answers of a section those whose question is not in this edition."""
    section = regulation.section(section_code)
    return {code: answer for code, answer in answers.items() if section is None or section.field(code) is None}


def budget_summary(regulation: Regulation, rows: Any) -> BudgetSummary:
    """The totals, shares and limits of a budget from the rows of a form."""
    parsed, _ = parse_budget(rows if isinstance(rows, list) else [])
    return summary(parsed, regulation.limits.for_budget)


@dataclass(frozen=True)
class Concerned:
    """Somebody who speaks for the ТОС of a live application, and that application."""

    application_id: int
    key: str
    state: str
    number: int | None
    title: str
    tos_name: str
    person: Person


def people_concerned(contest_ids: Collection[int], only: Container[int] | None = None) -> list[Concerned]:
    """Everybody with a live application to these contests, one row for each person and application; `only` these
    applications, if given."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.key,
            Application.state,
            Application.number,
            Application.title,
            Tos.name,
            Person,
        )
        .join(Tos, Tos.id == Application.tos_id)
        .join(RoleGrant, RoleGrant.scope_id == Tos.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Application.contest_id.in_(contest_ids),
            Application.state.in_(LIVE),
            RoleGrant.role == Role.ACTIVIST,
            RoleGrant.scope == Scope.TOS,
            RoleGrant.revoked_at.is_(None),
            Person.active.is_(True),
        )
        .order_by(Application.id, Person.id)
    ).all()
    kept = (row for row in rows if only is None or row[0] in only)
    return list({(row[0], row[-1].id): Concerned(*row) for row in kept}.values())


def whole(application: Application) -> Whole:
    """Everything that stands in an application; its contest, ТОС and edition are loaded already."""
    regulation = regulation_of_edition(application.regulation)
    is_current = application.regulation.number == application.contest.edition
    return Whole(
        application,
        regulation,
        regulation if is_current else regulation_of(application.contest),
        sections_of(application.id),
        attachments_of(application.id),
    )


# --- which contests a ТОС may enter --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A contest and one ТОС: may it begin an application now, and if not, why not."""

    contest: Contest
    regulation: Regulation
    tos: Tos
    phase: Phase
    remarks: tuple[Remark, ...]

    @property
    def is_open(self) -> bool:
        return not self.remarks


def live_counts(contest_ids: Iterable[int], tos_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """How many applications take a place, by contest and ТОС."""
    rows = db.session.execute(
        select(Application.contest_id, Application.tos_id, func.count())
        .where(
            Application.contest_id.in_(list(contest_ids)),
            Application.tos_id.in_(list(tos_ids)),
            Application.state.in_(LIVE),
        )
        .group_by(Application.contest_id, Application.tos_id)
    ).all()
    return {(contest_id, tos_id): count for contest_id, tos_id, count in rows}


def facts_of(tos: Tos, *, live_applications: int) -> TosFacts:
    """What the rules of eligibility ask about a ТОС. Overdue reports are not known to the portal yet."""
    return TosFacts(
        charter_registered_on=tos.charter_registered_on,
        live_applications=live_applications,
        is_closed=not tos.is_active,
    )


def entries_of(contest: Contest, regulation: Regulation, toses: Sequence[Tos], now: datetime) -> list[Entry]:
    """The verdict on one contest for each ТОС of the person."""
    counts = live_counts([contest.id], [tos.id for tos in toses])
    return [_entry(contest, regulation, tos, counts, now) for tos in toses]


def entries_for(toses: Sequence[Tos], now: datetime) -> list[Entry]:
    """Every contest that is announced or accepting × every ТОС of the person, the soonest deadline first."""
    if not toses:
        return []
    found = [
        (contest, edition)
        for municipality_id in sorted({tos.municipality_id for tos in toses})
        for contest, edition in db.session.execute(
            announced_contests(municipality_id).options(joinedload(Contest.municipality))
        ).all()
        if _phase(contest, edition, now) in (Phase.ANNOUNCED, Phase.ACCEPTING)
    ]
    counts = live_counts([contest.id for contest, _ in found], [tos.id for tos in toses])
    entries = [
        _entry(contest, regulation_of_edition(edition), tos, counts, now)
        for contest, edition in found
        for tos in toses
        if tos.municipality_id == contest.municipality_id
    ]
    return sorted(entries, key=lambda one: (one.phase is not Phase.ACCEPTING, one.regulation.moments["close"]))


def _phase(contest: Contest, edition: RegulationEdition, now: datetime) -> Phase:
    return phase_by_moments(contest, moments_of(edition.definition), now)


def _entry(
    contest: Contest, regulation: Regulation, tos: Tos, counts: Mapping[tuple[int, int], int], now: datetime
) -> Entry:
    phase = phase_by_moments(contest, regulation.moments, now)
    remarks = check_entry(
        regulation,
        facts_of(tos, live_applications=counts.get((contest.id, tos.id), 0)),
        phase=phase,
        is_member=tos.municipality_id == contest.municipality_id,
        zone=ZoneInfo(contest.municipality.zone),
    )
    return Entry(contest, regulation, tos, phase, tuple(remarks))


# --- what the registry fills in ------------------------------------------------------------------------------------


def registry_answers(tos: Tos, nomination: str) -> dict[str, str]:
    """What a form may be filled in with beforehand: the name of the source → the answer."""
    chair = db.session.scalars(
        select(ChairTerm)
        .where(ChairTerm.tos_id == tos.id)
        .order_by(ChairTerm.since_on.desc().nulls_last(), ChairTerm.id.desc())
        .limit(1)
    ).first()
    contacts: dict[str, str] = {}
    for contact in db.session.scalars(select(Contact).where(Contact.tos_id == tos.id).order_by(Contact.id)):
        contacts.setdefault(contact.kind, contact.value)
    name = chair.full_name if chair else ""
    phone, email = contacts.get("phone", ""), contacts.get("email", "")
    residents = str(tos.population) if tos.population else ""
    return {
        "tos.name": tos.name,
        "tos.borders": tos.borders,
        "tos.chair_name": name,
        "tos.chair_phone": phone,
        "tos.chair_email": email,
        "tos.residents": residents,
        "tos.legal_entity": "yes" if tos.is_legal_entity else "no",
        "tos.inn": tos.inn,
        "tos.ogrn": tos.ogrn,
        "tos.population": residents,
        "chair.full_name": name,
        "chair.phone": phone,
        "chair.email": email,
        "application.nomination": nomination,
    }
