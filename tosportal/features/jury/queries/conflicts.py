"""What the portal knows of ties between jurors and applications; the rules are in `domain/conflicts.py`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, true, union_all

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.conflicts import JudgedApplication, JurorFacts, reasons_against
from tosportal.domain.errors import Remark
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import RoleGrant
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.jury.models import ConflictDeclaration, Juror
from tosportal.features.registry.models import TosLink
from tosportal.support.db import db


@dataclass(frozen=True)
class Judged:
    """An admitted application as lists name it."""

    id: int
    key: str
    number: int
    tos_id: int
    nomination: str


def judged_applications(contest_id: int) -> list[Judged]:
    """What the jury of a contest judges, in the order of the numbers."""
    rows = db.session.execute(
        select(Application.id, Application.key, Application.number, Application.tos_id, Application.nomination)
        .where(Application.contest_id == contest_id, Application.state == ApplicationState.ADMITTED)
        .order_by(Application.number, Application.id)
    ).all()
    return [Judged(row.id, row.key, row.number or 0, row.tos_id, row.nomination) for row in rows]


@dataclass(frozen=True)
class Ties:
    """The facts of jurors by the juror's id, the applications in which they took part, what they said of a conflict,
    when they declared anything last."""

    facts: Mapping[int, JurorFacts]
    wrote_in: Mapping[int, frozenset[int]]
    said: Mapping[tuple[int, int], str]
    last_at: Mapping[int, datetime]

    def reasons(self, juror_id: int, application_id: int, tos_id: int) -> list[Remark]:
        """Why this juror must not judge this application; empty: nothing is known against it."""
        facts = self.facts[juror_id]
        authors = frozenset({facts.person_id}) if application_id in self.wrote_in[juror_id] else frozenset[int]()
        of_tos = tos_id in facts.tos_ids or tos_id in facts.former_tos_ids
        if not (authors or of_tos or application_id in facts.conflicts):
            return []
        return reasons_against(facts, JudgedApplication(application_id, tos_id, authors))


def facts_of_jurors(jurors: Sequence[Juror], *, contest_id: int) -> Ties:
    """All ties of these jurors, in two selects however many jurors and applications there are."""
    live, former, wrote = _ties_of([juror.person_id for juror in jurors], contest_id)
    conflicts: dict[int, set[int]] = defaultdict(set)
    clean: dict[int, set[int]] = defaultdict(set)
    said: dict[tuple[int, int], str] = {}
    last: dict[int, datetime] = {}
    for row in db.session.execute(
        select(
            ConflictDeclaration.juror_id,
            ConflictDeclaration.application_id,
            ConflictDeclaration.has_conflict,
            ConflictDeclaration.reason,
            ConflictDeclaration.declared_at,
        )
        .where(ConflictDeclaration.juror_id.in_([juror.id for juror in jurors]))
        .order_by(ConflictDeclaration.id)
    ):
        last[row.juror_id] = max(last.get(row.juror_id, row.declared_at), row.declared_at)
        if row.has_conflict:
            conflicts[row.juror_id].add(row.application_id)
            said[row.juror_id, row.application_id] = row.reason
        else:
            clean[row.juror_id].add(row.application_id)
    facts = {
        juror.id: JurorFacts(
            juror.person_id,
            frozenset(live[juror.person_id]),
            frozenset(former[juror.person_id]),
            frozenset(conflicts[juror.id]),
            frozenset(clean[juror.id] - conflicts[juror.id]),
        )
        for juror in jurors
    }
    return Ties(facts, {juror.id: frozenset(wrote[juror.person_id]) for juror in jurors}, said, last)


def _ties_of(people: list[int], contest_id: int) -> tuple[dict[int, set[int]], ...]:
    """By the person's id: ТОС they belong to, ТОС they belonged to, applications in which they took part."""
    kind, live = literal("tos").label("kind"), RoleGrant.revoked_at.is_(None).label("live")
    selects: list[Any] = [
        select(RoleGrant.person_id.label("person_id"), RoleGrant.scope_id.label("id"), kind, live).where(
            RoleGrant.role.in_((Role.ACTIVIST, Role.HELPER)),
            RoleGrant.scope == Scope.TOS,
            RoleGrant.person_id.in_(people),
        ),
        select(TosLink.person_id, TosLink.tos_id, kind, (TosLink.state == "confirmed").label("live")).where(
            TosLink.person_id.in_(people), TosLink.state.in_(("confirmed", "ended"))
        ),
    ]
    for application_id, person_id in (
        (Application.id, Application.created_by_id),
        (ApplicationSection.application_id, ApplicationSection.saved_by_id),
        (Attachment.application_id, Attachment.uploaded_by_id),
        (Submission.application_id, Submission.submitted_by_id),
    ):
        one = select(person_id, application_id, literal("wrote").label("kind"), true().label("live"))
        if application_id is not Application.id:
            one = one.join(Application, Application.id == application_id)
        selects.append(one.where(person_id.in_(people), Application.contest_id == contest_id).distinct())
    found: tuple[dict[int, set[int]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
    for row in db.session.execute(union_all(*selects)):
        place = 2 if row.kind == "wrote" else 0 if row.live else 1
        found[place][row.person_id].add(row.id)
    return found


def reasons_for(juror: Juror, application: Application) -> list[Remark]:
    """Why this juror must not judge this application, from everything the portal knows now."""
    ties = facts_of_jurors([juror], contest_id=application.contest_id)
    return ties.reasons(juror.id, application.id, application.tos_id)
