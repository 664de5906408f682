"""Named selects of admission: what stands in the checklist, what was decided, what the portal sees itself."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, union
from sqlalchemy.orm import joinedload

from tosportal.domain.admission import (
    ApplicationFacts,
    Checked,
    Finding,
    Verdict,
    broken_rules,
    precheck,
    reasons_in_words,
)
from tosportal.domain.application_states import ApplicationState
from tosportal.domain.budget import check_budget, parse_budget
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.regulation import AdmissionItem, Regulation
from tosportal.domain.wanted_documents import wanted_documents
from tosportal.domain.workdays import add_workdays, end_of_day
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.admission.models import AdmissionAct, AdmissionCheck
from tosportal.features.admission.papers import Answers, ApplicationPaper
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.applications.queries import facts_of, group_of_application, live_nominations
from tosportal.features.contests.queries import regulation_of, regulation_of_edition
from tosportal.support.db import db

WINDOWS = (1, 2, 3, 5, 7, 10)


def checks_of(application_id: int) -> dict[str, AdmissionCheck]:
    """The saved verdicts by the codes of their rules."""
    rows = db.session.scalars(select(AdmissionCheck).where(AdmissionCheck.application_id == application_id)).all()
    return {row.rule: row for row in rows}


def checked_of(checks: Mapping[str, AdmissionCheck]) -> list[Checked]:
    """The same as the rules of admission take them."""
    return [Checked(row.rule, Verdict(row.verdict), row.remark) for row in checks.values()]


def acts_of(application_id: int) -> Sequence[tuple[AdmissionAct, str]]:
    """What was decided so far and by whom, the latest first."""
    rows = db.session.execute(
        select(AdmissionAct, Person.full_name)
        .outerjoin(Person, Person.id == AdmissionAct.acted_by_id)
        .where(AdmissionAct.application_id == application_id)
        .order_by(AdmissionAct.id.desc())
    ).all()
    return [(act, name or "") for act, name in rows]


def refusal_reasons(contest_id: int) -> dict[int, list[tuple[str, str]]]:
    """Why each application of a contest was refused: pairs of reason and clause, by the id of the application.

    The rows of the checklist that do not comply, and what the secretary wrote beside them. Four selects.
    """
    refused = select(Application.id).where(
        Application.contest_id == contest_id, Application.state == ApplicationState.REFUSED
    )
    checks: dict[int, list[Checked]] = defaultdict(list)
    for row in db.session.scalars(select(AdmissionCheck).where(AdmissionCheck.application_id.in_(refused))):
        checks[row.application_id].append(Checked(row.rule, Verdict(row.verdict), row.remark))
    words = dict(
        db.session.execute(
            select(AdmissionAct.application_id, AdmissionAct.reasons)
            .where(AdmissionAct.application_id.in_(refused), AdmissionAct.act == "refused")
            .order_by(AdmissionAct.id)
        ).all()
    )  # the last act of each counts
    applications = db.session.scalars(
        select(Application).where(Application.id.in_(refused)).options(joinedload(Application.regulation))
    )
    items: dict[int, tuple[AdmissionItem, ...]] = {}
    found = {}
    for application in applications:
        edition = application.regulation
        if edition.id not in items:
            items[edition.id] = regulation_of_edition(edition).admission
        broken = broken_rules(items[edition.id], checks[application.id])
        said = words.get(application.id, "")
        own = [(said, "")] if said and said != reasons_in_words(broken)[: len(said)] else []
        found[application.id] = [(one.reason, one.clause) for one in broken] + own
    return found


def regulations_of(application: Application) -> tuple[Regulation, Regulation]:
    """The edition the application was filled in on, but with the timeline in force; and the one in force."""
    own = regulation_of_edition(application.regulation)
    if application.regulation.number == application.contest.edition:
        return own, own
    current = regulation_of(application.contest)
    return replace(own, timeline=current.timeline), current


def seen_version(application: Application, checks: Mapping[str, AdmissionCheck]) -> str:
    """What a page showed, as a short text: it changes when anybody changes the application or its checklist."""
    said = [[row.rule, row.verdict, row.remark] for row in sorted(checks.values(), key=lambda row: row.rule)]
    text = json.dumps([application.version, application.state, said], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def findings_of(
    application: Application,
    regulation: Regulation,
    *,
    answers: Answers,
    paper: ApplicationPaper,
    attachments: Sequence[Attachment],
) -> dict[str, Finding]:
    """What the portal itself sees for each row of the checklist."""
    place = (application.contest_id, application.tos_id)
    others = live_nominations([place[0]], [place[1]], without=application.id).get(place, [])
    files: dict[str, int] = {}
    for one in attachments:
        files[one.slot] = files.get(one.slot, 0) + 1
    found = regulation.field_of_kind("budget", application.nomination)
    rows = answers.get(found[0].code, {}).get(found[1].code) if found else None
    group = group_of_application(application, regulation, answers)
    limits = regulation.budget_limits(application.nomination, group)
    budget, unread = parse_budget(rows if isinstance(rows, list) else [])
    facts = ApplicationFacts(
        submitted_at=application.submitted_at or application.created_at,
        files=files,
        tos=facts_of(application.tos, [*others, application.nomination]),
        requested_sum=None if found is None else application.requested_sum,
        budget_remarks=() if found is None else (*unread, *check_budget(budget, limits)),
        own_share=paper.budget.own_share if paper.budget else None,
        nomination=application.nomination,
        documents=wanted_documents(regulation, application.nomination, group, answers),
        limits=limits,
    )
    zone = ZoneInfo(application.contest.municipality.zone)
    return {one.code: one for one in precheck(regulation, facts, zone=zone)}


def windows_from(now: datetime, zone: ZoneInfo) -> list[tuple[int, date, datetime]]:
    """Choices for a correction's term: working days, the last day, the moment at which it ends."""
    today = now.astimezone(zone).date()
    return [(count, last := add_workdays(today, count), end_of_day(last, zone)) for count in WINDOWS]


def people_who_filled(application: Application) -> Sequence[Person]:
    """Whom letters about the application go to: those who began, saved or submitted it and still speak for its ТОС.

    When none of them does, everybody who speaks for the ТОС.
    """
    wrote = union(
        select(Application.created_by_id.label("person_id")).where(Application.id == application.id),
        select(ApplicationSection.saved_by_id).where(ApplicationSection.application_id == application.id),
        select(Submission.submitted_by_id).where(Submission.application_id == application.id),
    ).subquery()
    speaks = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.ACTIVIST,
            RoleGrant.scope == Scope.TOS,
            RoleGrant.scope_id == application.tos_id,
            RoleGrant.revoked_at.is_(None),
            Person.active.is_(True),
        )
        .order_by(Person.id)
    )
    filled = db.session.scalars(speaks.where(Person.id.in_(select(wrote.c.person_id)))).all()
    return filled or db.session.scalars(speaks).all()


def is_of_tos(person_id: int, tos_id: int) -> bool:
    """Does the person speak for this ТОС now, or help it?"""
    found = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role.in_((Role.ACTIVIST, Role.HELPER)),
        RoleGrant.scope == Scope.TOS,
        RoleGrant.scope_id == tos_id,
        RoleGrant.revoked_at.is_(None),
    )
    return db.session.scalar(found) is not None
