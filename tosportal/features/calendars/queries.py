"""What stands in a calendar: the dates of a contest for anybody, one's own deadlines for the holder of an address."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.contest_states import BEGINNINGS
from tosportal.domain.deadlines import Deadline, history_of
from tosportal.domain.permissions import Permission, scopes_for
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.calendars.models import CalendarFeed
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import moments_of
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.jury.models import Juror
from tosportal.features.questions.models import Question
from tosportal.features.registry.models import Tos
from tosportal.support.db import db
from tosportal.web.filters import say

KEPT = timedelta(days=60)  # a past deadline leaves the calendar after so long
OF_SECRETARY = (
    "close",
    "check_until",
    "fix_until",
    "scoring_until",
    "meeting",
    "approved",
    "official_day",
    "report_until",
)
OF_CHAIR = ("scoring_until", "meeting", "approved")
OF_WINNER = ("project_until", "report_until")
WAITS_FOR_RESULTS = (ApplicationState.SUBMITTED, ApplicationState.ADMITTED)


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def live_feed(person_id: int) -> CalendarFeed | None:
    """The address of a person that works now."""
    return db.session.scalars(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    ).one_or_none()


def owner_of(key: str) -> Person | None:
    """Whose calendar is read with this key; nobody's when the address has ended or the account is closed."""
    return (
        db.session.scalars(
            select(Person)
            .join(CalendarFeed, CalendarFeed.person_id == Person.id)
            .where(CalendarFeed.key_hash == key_hash(key), CalendarFeed.ended_at.is_(None), Person.active.is_(True))
            .options(joinedload(Person.grants))
        )
        .unique()
        .one_or_none()
    )


@dataclass(frozen=True)
class Dates:
    """A contest with the moments in force, their names, and how often each was moved."""

    contest: Contest
    moments: Mapping[str, datetime]
    names: Mapping[str, str]
    history: Mapping[str, tuple[int, datetime]]

    def deadline(self, code: str, uid: str, summary: str, link: str, *, reminds: bool = False) -> Deadline:
        """The event of one moment. A cancelled contest is one change more."""
        moved, changed_at = self.history[code]
        cancelled_at = self.contest.cancelled_at
        return Deadline(
            uid=uid,
            summary=summary,
            at=self.moments[code],
            is_end=code not in BEGINNINGS,
            changed_at=cancelled_at or changed_at,
            sequence=moved + (cancelled_at is not None),
            link=_address(link),
            is_cancelled=cancelled_at is not None,
            reminds=reminds,
        )

    def of_contest(self, codes: Iterable[str], link: str, *, reminds: bool = False) -> Iterator[Deadline]:
        """Moments of the contest itself: the same events in everybody's calendar."""
        for code in codes:
            if code in self.moments:
                summary = f"{say(self.names[code])}: {self.contest.name}"
                yield self.deadline(code, f"contest-{self.contest.id}-{code}", summary, link, reminds=reminds)


def dates_of(contests: Iterable[Contest]) -> dict[int, Dates]:
    """Contest id → its dates, in one select of all their editions."""
    by_id = {contest.id: contest for contest in contests}
    rows = db.session.execute(
        select(RegulationEdition.contest_id, RegulationEdition.number, RegulationEdition.made_at,
               RegulationEdition.definition)
        .where(RegulationEdition.contest_id.in_(by_id))
        .order_by(RegulationEdition.contest_id, RegulationEdition.number)
    ).all()  # fmt: skip
    editions: dict[int, list[Any]] = {}
    for row in rows:
        if row.number <= by_id[row.contest_id].edition:
            editions.setdefault(row.contest_id, []).append(row)
    return {
        number: Dates(
            by_id[number],
            moments_of(found[-1].definition),
            {one["code"]: one["name"] for one in found[-1].definition.get("timeline", ())},
            history_of((one.made_at, moments_of(one.definition)) for one in found),
        )
        for number, found in editions.items()
    }


def public_dates(contest: Contest) -> list[Deadline]:
    """All dates of an announced contest, for anybody."""
    dates = dates_of([contest])[contest.id]
    return list(dates.of_contest(dates.moments, f"/contests/{contest.slug}"))


def own_deadlines(person: Person, now: datetime) -> tuple[list[Deadline], ZoneInfo]:
    """What the person has to do and by when, role by role, the nearest first; and the zone of their district."""
    grants = person.live_grants
    fills, admits = scopes_for(grants, Permission.APPLICATION_FILL), scopes_for(grants, Permission.ADMISSION_DECIDE)
    approves, answers = scopes_for(grants, Permission.DECISION_APPROVE), scopes_for(grants, Permission.QUESTION_ANSWER)
    districts = set(db.session.scalars(select(Tos.municipality_id).where(Tos.id.in_(fills.toses)))) if fills else set()
    applications = db.session.scalars(
        select(Application).where(Application.tos_id.in_(fills.toses), Application.state != ApplicationState.WITHDRAWN)
    ).all()
    juries = set(
        db.session.scalars(select(Juror.contest_id).where(Juror.person_id == person.id, Juror.left_at.is_(None)))
    )
    contests = _contests(
        districts | admits.municipalities, juries | approves.contests | {one.contest_id for one in applications}
    )
    dates = dates_of(contests)
    found: dict[str, Deadline] = {}

    def put(deadlines: Iterable[Deadline]) -> None:
        for one in deadlines:
            found.setdefault(one.uid, one)

    awarded = _awarded(one.id for one in applications)
    for application in applications:
        if application.contest_id in dates:
            put(_of_application(application, dates[application.contest_id], application.id in awarded))
    for number, one in dates.items():
        path, contest = f"/contests/{one.contest.slug}", one.contest
        if contest.municipality_id in districts:
            put(one.of_contest(("open", "close"), path))
        if number in juries and "scoring_until" in one.moments:
            summary = _("Оценить заявки: %(contest)s", contest=contest.name)
            put([one.deadline("scoring_until", f"jury-{number}", summary, f"/jury/{contest.slug}", reminds=True)])
        if admits.holds(municipality=contest.municipality_id, contest=number):
            put(one.of_contest(OF_SECRETARY, f"/office{path}", reminds=True))
        if approves.holds(municipality=contest.municipality_id, contest=number):
            put(one.of_contest(OF_CHAIR, f"/office{path}/ranking", reminds=True))
    put(_of_questions([one for one in contests if answers.holds(municipality=one.municipality_id, contest=one.id)]))
    zone = ZoneInfo(contests[0].municipality.zone) if contests else ZoneInfo("Asia/Novosibirsk")
    return sorted((one for one in found.values() if one.at > now - KEPT), key=lambda one: (one.at, one.uid)), zone


def _contests(municipality_ids: set[int] | frozenset[int], contest_ids: set[int]) -> list[Contest]:
    return list(
        db.session.scalars(
            select(Contest)
            .options(joinedload(Contest.municipality))
            .where(
                Contest.announced_at.is_not(None),
                or_(Contest.municipality_id.in_(municipality_ids), Contest.id.in_(contest_ids)),
            )
            .order_by(Contest.id)
        )
    )


def _awarded(application_ids: Iterable[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(RankedApplication.application_id)
            .join(Decision, Decision.id == RankedApplication.decision_id)
            .where(
                RankedApplication.application_id.in_(list(application_ids)),
                RankedApplication.awarded_sum > 0,
                Decision.published_at.is_not(None),
            )
        )
    )


def _of_application(application: Application, dates: Dates, is_awarded: bool) -> Iterator[Deadline]:
    title = application.title or dates.contest.name
    uid, path = f"application-{application.id}", f"/applications/{application.key}"
    if application.state == ApplicationState.DRAFT and "close" in dates.moments:
        yield dates.deadline("close", f"{uid}-send", _("Отправить заявку: %(title)s", title=title), path, reminds=True)
    elif application.state == ApplicationState.RETURNED and application.fix_until_at is not None:
        yield Deadline(
            uid=f"{uid}-fix",
            summary=_("Исправить заявку: %(title)s", title=title),
            at=application.fix_until_at,
            is_end=True,
            changed_at=application.submitted_at or application.created_at,
            sequence=application.version,
            link=_address(path),
            is_cancelled=dates.contest.cancelled_at is not None,
            reminds=True,
        )
    elif application.state in WAITS_FOR_RESULTS:
        yield from dates.of_contest(("official_day",), f"/contests/{dates.contest.slug}")
    if is_awarded:
        for code in OF_WINNER:
            if code in dates.moments:
                summary = f"{say(dates.names[code])}: {title}"
                yield dates.deadline(code, f"{uid}-{code}", summary, path, reminds=True)


def _of_questions(contests: Iterable[Contest]) -> Iterator[Deadline]:
    by_id = {contest.id: contest for contest in contests}
    waiting = select(Question).where(
        Question.contest_id.in_(by_id), Question.answer_number == 0, Question.declined_at.is_(None)
    )
    for one in db.session.scalars(waiting):
        contest = by_id[one.contest_id]
        yield Deadline(
            uid=f"question-{one.id}",
            summary=_("Ответить на вопрос № %(number)s: %(contest)s", number=one.number, contest=contest.name),
            at=one.due_at,
            is_end=True,
            changed_at=one.asked_at,
            link=_address(f"/office/contests/{contest.slug}/questions/{one.number}"),
            reminds=True,
        )


def _address(path: str) -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def is_known(key: str) -> bool:
    """Was this address ever given out, to anybody?"""
    return db.session.scalar(select(CalendarFeed.id).where(CalendarFeed.key_hash == key_hash(key))) is not None
