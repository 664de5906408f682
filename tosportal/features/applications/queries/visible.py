"""Who sees which application."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import Application, Submission
from tosportal.features.contests.models import Contest
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

MOST_EARLIER = 20

LOADED = (
    joinedload(Application.contest).joinedload(Contest.municipality),
    joinedload(Application.tos).joinedload(Tos.settlement),
    joinedload(Application.regulation),
)


def spoken_for_by(person: Person) -> ColumnElement[bool]:
    """The person speaks for the ТОС of the application now, or helps it."""
    return (
        select(RoleGrant.id)
        .where(
            RoleGrant.person_id == person.id,
            RoleGrant.role.in_((Role.ACTIVIST, Role.HELPER)),
            RoleGrant.scope == Scope.TOS,
            RoleGrant.scope_id == Application.tos_id,
            RoleGrant.revoked_at.is_(None),
        )
        .exists()
    )


def is_for_its_tos() -> ColumnElement[bool]:
    """Not a paper that the office is still typing in: until it is sealed the ТОС has nothing to see of it."""
    return or_(Application.paper_at.is_(None), Application.number.is_not(None))


def lies_within(scopes: Scopes) -> ColumnElement[bool]:
    """The contest of the application lies in one of the places; joins `Contest`."""
    if scopes.everywhere:
        return true()
    return or_(Contest.municipality_id.in_(scopes.municipalities), Contest.id.in_(scopes.contests))


def application_for_applicant(key: str, person: Person) -> Application | None:
    """The application of this address, when the person speaks for its ТОС or helps it."""
    return db.session.scalars(
        select(Application).options(*LOADED).where(Application.key == key, spoken_for_by(person), is_for_its_tos())
    ).one_or_none()


def application_on_paper(key: str, scopes: Scopes) -> Application | None:
    """The application on paper of this address, sealed or not, when its contest lies in one of the places."""
    return db.session.scalars(
        select(Application)
        .options(*LOADED)
        .join(Contest, Contest.id == Application.contest_id)
        .where(Application.key == key, Application.paper_at.is_not(None), lies_within(scopes))
    ).one_or_none()


def papers_being_entered(contest_id: int) -> Sequence[Application]:
    """The papers of a contest that are typed in and not sealed yet, the first first."""
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.tos).joinedload(Tos.settlement))
        .where(
            Application.contest_id == contest_id,
            Application.paper_at.is_not(None),
            Application.state == ApplicationState.DRAFT,
        )
        .order_by(Application.paper_at, Application.id)
    ).all()


def applications_of_person(person: Person) -> Sequence[Application]:
    """All applications of the ТОС the person speaks for or helps, the newest first; drafts thrown away are left out."""
    return db.session.scalars(
        select(Application)
        .options(
            joinedload(Application.contest).joinedload(Contest.municipality),
            joinedload(Application.tos).joinedload(Tos.settlement),
        )
        .where(
            spoken_for_by(person),
            is_for_its_tos(),
            or_(Application.state != ApplicationState.WITHDRAWN, Application.number.is_not(None)),
        )
        .order_by(Application.created_at.desc(), Application.id.desc())
    ).all()


def application_for_officer(key: str, scopes: Scopes) -> Application | None:
    """The application of this address, when its contest lies in one of the places; a draft is nobody's but its own."""
    return db.session.scalars(
        select(Application)
        .options(*LOADED)
        .join(Contest, Contest.id == Application.contest_id)
        .where(Application.key == key, Application.number.is_not(None), lies_within(scopes))
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


def earlier_applications(application: Application) -> Sequence[tuple[Application, Submission]]:
    """What the same ТОС has sent before, the latest first, with the frozen copies that count; withdrawn ones too: the
    words are its own. At most twenty."""
    last = (
        select(Submission.application_id, func.max(Submission.number).label("number"))
        .join(Application, Application.id == Submission.application_id)
        .where(Application.tos_id == application.tos_id)
        .group_by(Submission.application_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Application, Submission)
        .join(last, last.c.application_id == Application.id)
        .join(Submission, and_(Submission.application_id == Application.id, Submission.number == last.c.number))
        .options(joinedload(Application.contest), joinedload(Application.regulation))
        .where(Application.id != application.id)
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .limit(MOST_EARLIER)
    ).all()
    return [(row[0], row[1]) for row in rows]
