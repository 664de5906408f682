"""Named selects of decisions: the one being prepared, the one in force, rows of a ranking with their money."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.measuring import counted_day
from tosportal.domain.people_names import initials
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.regulation import DocumentSlot, Regulation
from tosportal.domain.sitting import CHAIR
from tosportal.domain.trial import Past
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.admission.models import AdmissionAct
from tosportal.features.applications.models import Application, Attachment, Submission
from tosportal.features.applications.queries import known_registry_facts, last_submission, submitted_files
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.features.decisions.models import AwardShare, Decision, RankedApplication
from tosportal.features.jury.queries import jurors_of
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

ZERO = Decimal("0.00")


def latest_decision(contest_id: int) -> Decision | None:
    """The last prepared decision of a contest, whatever became of it."""
    return db.session.scalars(
        select(Decision).where(Decision.contest_id == contest_id).order_by(Decision.number.desc()).limit(1)
    ).first()


def published_decision(contest_id: int) -> Decision | None:
    """The decision that is published and in force."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.contest_id == contest_id, Decision.published_at.is_not(None))
        .order_by(Decision.number.desc())
        .limit(1)
    ).first()


def awaits_sums(decision: Decision) -> str:
    """Who still has to name the sums of this decision: commission, organiser; empty when nobody has."""
    protocol = json.loads(decision.protocol)
    by = str(protocol["awarding"].get("sums_by", ""))
    return "" if by in protocol else by


def ranked_rows(decision_id: int) -> Select[Any]:
    """The rows of a ranking in their order, with application, ТОС, settlement and money by source; for `paged`."""
    return (
        select(RankedApplication)
        .where(RankedApplication.decision_id == decision_id)
        .options(
            joinedload(RankedApplication.application).joinedload(Application.tos).joinedload(Tos.settlement),
            joinedload(RankedApplication.shares),
        )
        .order_by(RankedApplication.position)
    )


def ranked_row(decision_id: int, number: int) -> RankedApplication | None:
    """One row of a ranking by the registration number of its application."""
    return (
        db.session.scalars(
            ranked_rows(decision_id)
            .join(Application, Application.id == RankedApplication.application_id)
            .where(Application.number == number)
        )
        .unique()
        .one_or_none()
    )


@dataclass(frozen=True)
class PublicFile:
    """A file of an application that its regulation shows with the results: what it is, and the file."""

    slot: DocumentSlot
    attachment: Attachment


def public_files(ranked: RankedApplication) -> list[PublicFile]:
    """The files that stand in slots shown with the results, by the edition of the regulation on which the application
    was filled in: what became public later was not promised then. Those that were taken away are not there."""
    edition = db.session.get_one(RegulationEdition, ranked.application.regulation_id)
    slots = [one for one in regulation_of_edition(edition).documents if one.public]
    if not slots:
        return []
    files = [one for one in submitted_files(last_submission(ranked.application_id)) if one.verdict in {"", "clean"}]
    return [PublicFile(slot, one) for slot in slots for one in files if one.slot == slot.code]


@dataclass(frozen=True)
class Sums:
    """What a decision came to: rows by outcome, money asked, awarded, and awarded by source.

    `cut` is the position of the first row that passed and got nothing because the fund was spent: the one after the
    partial award; None when there is no such row.
    """

    by_outcome: dict[str, int]
    requested_sum: Decimal
    awarded_sum: Decimal
    by_source: dict[str, Decimal]
    cut: int | None = None

    @property
    def count(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def supported(self) -> int:
        return self.by_outcome.get("winner", 0) + self.by_outcome.get("partial", 0)


@dataclass(frozen=True)
class PartMoney:
    """The fund of a nomination or a group in a decision, what was awarded out of it and what is left, in roubles."""

    name: str
    fund_sum: Decimal
    awarded_sum: Decimal
    left_sum: Decimal


def by_part(decision: Decision) -> list[PartMoney]:
    """The funds of nominations and groups as the protocol of a decision keeps them; none where there are none."""
    rows = json.loads(decision.protocol)["sums"].get("by_part", ())
    names = ("fund_sum", "awarded_sum", "remainder_sum")
    return [PartMoney(one["name"], *(Decimal(one[name]) for name in names)) for one in rows]


def sums_of(decision_id: int) -> Sums:
    """The totals of a decision, counted from its rows."""
    rows = db.session.execute(
        select(
            RankedApplication.outcome,
            func.count(),
            func.sum(RankedApplication.requested_sum),
            func.sum(RankedApplication.awarded_sum),
            func.min(RankedApplication.position),
        )
        .where(RankedApplication.decision_id == decision_id)
        .group_by(RankedApplication.outcome)
    ).all()
    shares = db.session.execute(
        select(AwardShare.source, func.sum(AwardShare.share_sum))
        .join(RankedApplication, RankedApplication.id == AwardShare.ranked_id)
        .where(RankedApplication.decision_id == decision_id)
        .group_by(AwardShare.source)
    ).all()
    given = dict(shares)
    first = {outcome: position for outcome, *_rest, position in rows}
    return Sums(
        by_outcome={outcome: count for outcome, count, *_rest in rows},
        requested_sum=sum((asked for _outcome, _count, asked, *_rest in rows), ZERO),
        awarded_sum=sum((awarded for *_rest, awarded, _position in rows), ZERO),
        by_source={source: given[source] for source in SOURCES if source in given},
        cut=first["partial"] + 1 if "partial" in first else first.get("reserve"),
    )


def refused_applications(contest_id: int) -> Sequence[tuple[Application, str]]:
    """Applications that were not admitted, in the order of their numbers, each with the reasons of the last act."""
    last = (
        select(AdmissionAct.application_id, func.max(AdmissionAct.id).label("id"))
        .where(AdmissionAct.act == "refused")
        .group_by(AdmissionAct.application_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Application, AdmissionAct.reasons)
        .outerjoin(last, last.c.application_id == Application.id)
        .outerjoin(AdmissionAct, AdmissionAct.id == last.c.id)
        .where(Application.contest_id == contest_id, Application.state == ApplicationState.REFUSED)
        .options(joinedload(Application.tos).joinedload(Tos.settlement))
        .order_by(Application.number)
    )
    return [(application, reasons or "") for application, reasons in rows]


def unsettled_count(contest_id: int) -> int:
    """Applications whose admission is not decided: submitted, or returned and not yet corrected."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.contest_id == contest_id,
                Application.state.in_((ApplicationState.SUBMITTED, ApplicationState.RETURNED)),
            )
        )
        or 0
    )


def submitted_answers(contest_id: int) -> dict[int, dict[str, dict[str, Any]]]:
    """What the admitted applications last submitted: application id → section → field → answer."""
    last = (
        select(Submission.application_id, func.max(Submission.number).label("number"))
        .join(Application, Application.id == Submission.application_id)
        .where(Application.contest_id == contest_id, Application.state == ApplicationState.ADMITTED)
        .group_by(Submission.application_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Submission.application_id, Submission.content).join(
            last, (last.c.application_id == Submission.application_id) & (last.c.number == Submission.number)
        )
    )
    return {application_id: frozen_answers(content) for application_id, content in rows}


def decided_contests(contest: Contest) -> Sequence[Contest]:
    """The other contests of the municipality whose results are published, the latest first."""
    return db.session.scalars(
        select(Contest)
        .where(
            Contest.municipality_id == contest.municipality_id,
            Contest.published_at.is_not(None),
            Contest.id != contest.id,
        )
        .order_by(Contest.published_at.desc(), Contest.id.desc())
    ).all()


def decided_applications(contest: Contest, regulation: Regulation) -> list[Past]:
    """The applications of a contest as its published decision keeps them, with their answers and what the registry
    says today of their ТОС. Three selects however many there are."""
    decision = published_decision(contest.id)
    if decision is None:
        return []
    answers = submitted_answers(contest.id)
    rows = db.session.scalars(
        select(RankedApplication)
        .where(RankedApplication.decision_id == decision.id)
        .options(joinedload(RankedApplication.application).joinedload(Application.tos).joinedload(Tos.settlement))
        .order_by(RankedApplication.position)
    ).all()
    return [
        Past(
            number=row.application.number or 0,
            title=row.application.title,
            tos_code=row.application.tos.code,
            tos_name=row.application.tos.name,
            nomination=row.nomination,
            requested=row.requested_sum,
            submitted_at=row.application.submitted_at or decision.prepared_at,
            answers=answers.get(row.application_id, {}),
            registry=known_registry_facts(row.application.tos, counted_day(regulation, row.application.submitted_at)),
            marks={
                juror: {code: Decimal(mark) for code, mark in sheet.items()}
                for juror, sheet in row.criteria["marks"].items()
            },
            place=row.place,
            total=row.total,
        )
        for row in rows
    ]


def received_applications(contest_id: int) -> Sequence[Any]:
    """Every registered application for the protocol: number, moment, ТОС, title, requested sum, entry of its paper."""
    return db.session.execute(
        select(
            Application.number,
            Application.submitted_at,
            Tos.name,
            Application.title,
            Application.requested_sum,
            Application.paper_number,
        )
        .join(Tos, Tos.id == Application.tos_id)
        .where(
            Application.contest_id == contest_id,
            Application.number.is_not(None),
            Application.state != ApplicationState.WITHDRAWN,
        )
        .order_by(Application.number)
    ).all()


def chair_name(decision: Decision) -> str:
    """Who chairs: the one who approved the decision, else the chair of the commission by role; empty without one."""
    if decision.approved_by_id:
        return db.session.get_one(Person, decision.approved_by_id).full_name
    return db.session.scalar(chair_of(decision.contest_id)) or ""


def chair_of(contest_id: int) -> Select[Any]:
    """The name of who chairs the commission of a contest by role."""
    return (
        select(Person.full_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.CHAIR,
            RoleGrant.scope == Scope.CONTEST,
            RoleGrant.scope_id == contest_id,
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(Person.id)
        .limit(1)
    )


def roster_of(contest_id: int) -> list[tuple[str, str]]:
    """Who sits on the commission of a contest: the code that a protocol keeps, and code and name for the office."""
    chair = db.session.scalar(chair_of(contest_id))
    return [
        *([(CHAIR, _("%(name)s, председатель", name=initials(chair)))] if chair else []),
        *((one.code, f"{one.code}, {initials(one.person.full_name)}") for one in jurors_of(contest_id)),
    ]


def people_to_tell(contest_id: int) -> Sequence[tuple[Person, Application]]:
    """Who gets a letter about the results: the person who filled in each application that reached the ranking."""
    rows = db.session.execute(
        select(Person, Application)
        .join(Application, Application.created_by_id == Person.id)
        .where(
            Application.contest_id == contest_id,
            Application.state == ApplicationState.ADMITTED,
            Person.active.is_(True),
        )
        .options(joinedload(Application.tos))
        .order_by(Application.number)
    )
    return [(person, application) for person, application in rows]


def contests_of_decisions(decision_ids: Sequence[int]) -> dict[int, str]:
    """The short name of the contest of each of these decisions; no select for none."""
    if not decision_ids:
        return {}
    rows = db.session.execute(
        select(Decision.id, Contest.slug)
        .join(Contest, Contest.id == Decision.contest_id)
        .where(Decision.id.in_(decision_ids))
    )
    return {row.id: row.slug for row in rows}


def supported_projects(tos_id: int) -> Sequence[tuple[RankedApplication, Contest]]:
    """What a ТОС was awarded by published decisions, the newest first, with the contest."""
    rows = db.session.execute(
        select(RankedApplication, Contest)
        .join(Application, Application.id == RankedApplication.application_id)
        .join(Decision, Decision.id == RankedApplication.decision_id)
        .join(Contest, Contest.id == Decision.contest_id)
        .where(
            Application.tos_id == tos_id,
            Decision.published_at.is_not(None),
            RankedApplication.awarded_sum > 0,
        )
        .options(joinedload(RankedApplication.application))
        .order_by(Decision.published_at.desc(), RankedApplication.position)
    )
    return [(ranked, contest) for ranked, contest in rows]
