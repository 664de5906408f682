"""What waits for a person, role by role. A page costs the same selects however much waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.contest_states import Phase
from tosportal.domain.permissions import Scopes
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import moments_of, phase_by_moments, with_editions
from tosportal.features.decisions.models import Decision
from tosportal.features.events.queries import waiting_events
from tosportal.features.jury.models import Juror, ScoreSheet
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.features.registry.models import Tos, TosLink
from tosportal.support.db import db
from tosportal.support.notifications import Letter

CLOSING_SOON = timedelta(days=7)
MOST = 20


@dataclass(frozen=True)
class Running:
    """A contest that is being prepared or runs, with its phase and its moments."""

    contest: Contest
    moments: Mapping[str, datetime]
    phase: Phase

    def lies_in(self, scopes: Scopes) -> bool:
        return scopes.holds(municipality=self.contest.municipality_id, contest=self.contest.id)


def running_contests(now: datetime) -> list[Running]:
    """Every contest that is neither published nor cancelled, whoever asks; the nearest closing first."""
    rows = db.session.execute(with_editions(Contest.published_at.is_(None), Contest.cancelled_at.is_(None))).all()
    found = []
    for contest, edition in rows:
        moments = moments_of(edition.definition)
        found.append(Running(contest, moments, phase_by_moments(contest, moments, now)))
    return sorted(found, key=lambda one: (one.moments.get("close", now), one.contest.id))


def own_applications(scopes: Scopes) -> Sequence[Application]:
    """The applications of the ТОС for which the person speaks, in contests that go on; what must be mended is first."""
    urgent = {ApplicationState.RETURNED: 0, ApplicationState.DRAFT: 1}
    urgency = case(urgent, value=Application.state, else_=2)
    return db.session.scalars(
        select(Application)
        .join(Contest, Contest.id == Application.contest_id)
        .options(joinedload(Application.contest), joinedload(Application.tos))
        .where(
            Application.tos_id.in_(scopes.toses),
            Application.state != ApplicationState.WITHDRAWN,
            Contest.published_at.is_(None),
            Contest.cancelled_at.is_(None),
        )
        .order_by(urgency, Application.id.desc())
        .limit(MOST)
    ).all()


def own_links(person: Person) -> Sequence[TosLink]:
    """What the person asked about belonging to a ТОС and how it ended, the latest first."""
    return db.session.scalars(
        select(TosLink)
        .options(joinedload(TosLink.tos))
        .where(TosLink.person_id == person.id, TosLink.state.in_(("asked", "declined")))
        .order_by(TosLink.id.desc())
        .limit(5)
    ).all()


def juries(person: Person, running: Iterable[Running]) -> Sequence[tuple[Juror, Running]]:
    """The juries in which the person sits and that score now, the nearest end of scoring first."""
    scoring = {one.contest.id: one for one in running if one.phase is Phase.SCORING}
    rows = db.session.scalars(
        select(Juror).where(Juror.person_id == person.id, Juror.left_at.is_(None), Juror.contest_id.in_(scoring))
    ).all()
    pairs = [(juror, scoring[juror.contest_id]) for juror in rows]
    return sorted(pairs, key=lambda pair: (pair[1].moments["scoring_until"], pair[0].id))


@dataclass(frozen=True)
class Waiting:
    """Applications of a contest that wait for the secretary."""

    to_check: int
    returned: int
    overdue: int
    to_look: int

    @property
    def to_admit(self) -> int:
        return self.to_check + self.returned


def waiting_applications(contest_ids: Iterable[int], now: datetime) -> Mapping[int, Waiting]:
    """By contest: how many to check, returned for correction, returned with the day already past, and drafts that the
    secretary was asked to look at."""
    asked = (
        select(ReadinessRequest.id)
        .where(ReadinessRequest.application_id == Application.id, ReadinessRequest.is_standing())
        .exists()
    )
    past = and_(Application.state == ApplicationState.RETURNED, Application.fix_until_at <= now)
    rows = db.session.execute(
        select(
            Application.contest_id,
            func.sum(case((Application.state == ApplicationState.SUBMITTED, 1), else_=0)),
            func.sum(case((Application.state == ApplicationState.RETURNED, 1), else_=0)),
            func.sum(case((past, 1), else_=0)),
            func.sum(case((Application.state == ApplicationState.DRAFT, 1), else_=0)),
        )
        .where(
            Application.contest_id.in_(list(contest_ids)),
            or_(
                Application.state.in_((ApplicationState.SUBMITTED, ApplicationState.RETURNED)),
                and_(Application.state == ApplicationState.DRAFT, asked),
            ),
        )
        .group_by(Application.contest_id)
    ).all()
    return {row[0]: Waiting(int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}


@dataclass(frozen=True)
class JuryAtWork:
    """The jury of a contest: how many jurors, how many have signed nothing yet, how many sheets are signed."""

    jurors: int
    silent: int
    signed: int


def juries_at_work(contest_ids: Iterable[int]) -> Mapping[int, JuryAtWork]:
    """By contest, in one select."""
    signed = (
        select(ScoreSheet.juror_id, func.count(ScoreSheet.id).label("sheets"))
        .where(ScoreSheet.signed_at.is_not(None))
        .group_by(ScoreSheet.juror_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Juror.contest_id,
            func.count(Juror.id),
            func.sum(case((signed.c.sheets.is_(None), 1), else_=0)),
            func.coalesce(func.sum(signed.c.sheets), 0),
        )
        .outerjoin(signed, signed.c.juror_id == Juror.id)
        .where(Juror.contest_id.in_(list(contest_ids)), Juror.left_at.is_(None))
        .group_by(Juror.contest_id)
    ).all()
    return {row[0]: JuryAtWork(int(row[1]), int(row[2]), int(row[3])) for row in rows}


@dataclass(frozen=True)
class OpenDecision:
    """The latest decision of a contest that is not yet published: where it stands."""

    contest_id: int
    state: str  # prepared | returned | approved
    prepared_at: datetime
    prepared_by_id: int


def open_decisions(contest_ids: Iterable[int]) -> Mapping[int, OpenDecision]:
    """By contest: the latest decision, when it waits for somebody."""
    rows = db.session.execute(
        select(
            Decision.contest_id,
            Decision.prepared_at,
            Decision.prepared_by_id,
            Decision.approved_at,
            Decision.returned_at,
        )
        .where(Decision.contest_id.in_(list(contest_ids)), Decision.published_at.is_(None))
        .order_by(Decision.contest_id, Decision.number)
    ).all()
    return {
        row.contest_id: OpenDecision(
            row.contest_id,
            "approved" if row.approved_at else ("returned" if row.returned_at else "prepared"),
            row.prepared_at,
            row.prepared_by_id,
        )
        for row in rows
    }


@dataclass(frozen=True)
class Counts:
    """Small numbers for staff, all from one select."""

    links: int = 0
    letters_given_up: int = 0
    letters_late: int = 0
    people_without_role: int = 0
    events: int = 0


def counts(*, links: Scopes, letters: bool, people: bool, events: Scopes) -> Counts:
    """Link requests and events of the places that wait; letters that failed; confirmed people without a role. What is
    not one's own is 0."""
    no_role = ~select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)).exists()
    asked = (
        select(func.count(TosLink.id))
        .join(Tos, Tos.id == TosLink.tos_id)
        .where(TosLink.state == "asked", within(links))
    )
    given_up = select(func.count(Letter.id)).where(Letter.given_up_at.is_not(None), only_if(letters))
    late = select(func.count(Letter.id)).where(
        Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.last_error != "", only_if(letters)
    )
    roleless = select(func.count(Person.id)).where(
        Person.active.is_(True), Person.confirmed_at.is_not(None), no_role, only_if(people)
    )
    numbers = (asked, given_up, late, roleless, waiting_events(events))
    row = db.session.execute(select(*(found.scalar_subquery() for found in numbers))).one()
    return Counts(*(int(value or 0) for value in row))


def only_if(allowed: bool) -> ColumnElement[bool]:
    return true() if allowed else false()


def within(scopes: Scopes) -> ColumnElement[bool]:
    """The ТОС lies in one of the places; joins `Tos`."""
    if scopes.everywhere:
        return true()
    return or_(Tos.municipality_id.in_(scopes.municipalities), Tos.id.in_(scopes.toses)) if scopes else false()
