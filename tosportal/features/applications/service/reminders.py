"""Reminders before a deadline: a week, two days and on the last day, once each, by the clock of the municipality."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.contest_states import last_day
from tosportal.domain.deadlines import WRITING_HOURS
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import people_concerned
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import moments_of, with_editions
from tosportal.support import notifications
from tosportal.support.db import db
from tosportal.support.notifications import Letter

KIND = "application.reminder"
STEPS = (0, 2, 7)  # days before the last day
LONGEST = timedelta(days=9)


def remind_of_deadlines(*, now: datetime) -> int:
    """Everybody who speaks for a ТОС with a draft or a returned application has the letter of the present step: at most
    one for each application, deadline and step, however often this runs; how many letters were written.

    A step that a stopped worker has missed is caught up while it still says something new; a draft begun later than the
    step is not reminded of what its author has just read. Another deadline (an amendment, a second return) counts anew.
    """
    contests = db.session.execute(
        with_editions(
            Contest.announced_at.is_not(None), Contest.cancelled_at.is_(None), Contest.published_at.is_(None)
        ).options(joinedload(Contest.municipality))
    ).all()
    found = {contest.id: (contest, moments_of(edition.definition).get("close")) for contest, edition in contests}
    due = _due(found, now)
    if not due:
        return 0
    posted = set(
        db.session.scalars(select(Letter.message_id).where(Letter.kind == KIND, Letter.posted_at > now - LONGEST))
    )
    count = 0
    for one in people_concerned({contest_id for contest_id, _at, _step, _days in due.values()}, due):
        contest_id, due_at, step, days = due[one.application_id]
        contest = found[contest_id][0]
        once = f"{KIND} {one.application_id} {due_at.astimezone(UTC):%Y%m%d%H%M%S} {step}"
        if notifications.message_id_of(once, one.person.email) in posted:
            continue
        subject, body = letters.reminder(one, contest, ZoneInfo(contest.municipality.zone), due_at, days)
        notifications.post(
            KIND, to=one.person.email, subject=subject, body=body, now=now, person_id=one.person.id, once=once
        )
        count += 1
    return count


def _due(found: dict[int, tuple[Contest, datetime | None]], now: datetime) -> dict[int, tuple[int, datetime, int, int]]:
    """Application → contest, deadline, step, days left: those whose step has come."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.contest_id,
            Application.state,
            Application.fix_until_at,
            Application.created_at,
        ).where(
            Application.contest_id.in_(found),
            Application.state.in_((ApplicationState.DRAFT, ApplicationState.RETURNED)),
        )
    ).all()
    due = {}
    for row in rows:
        contest, close = found[row.contest_id]
        is_draft = row.state == ApplicationState.DRAFT
        due_at = close if is_draft else row.fix_until_at
        if due_at is None:
            continue
        zone = ZoneInfo(contest.municipality.zone)
        if (step := step_of(due_at, now, zone)) is None:
            continue
        begins = datetime.combine(last_day(due_at, zone) - timedelta(days=step), time(), zone)
        if is_draft and step and row.created_at >= begins:
            continue
        due[row.id] = (row.contest_id, due_at, step, days_left(due_at, now, zone))
    return due


def days_left(due_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Days of the calendar from today to the last day, by the clock of the municipality; 0 on the last day."""
    return (last_day(due_at, zone) - now.astimezone(zone).date()).days


def step_of(due_at: datetime, now: datetime, zone: ZoneInfo) -> int | None:
    """Which step it is time for at this moment: 7, 2 or 0; None: too early, too late, or night.

    >>> zone, due = ZoneInfo("Asia/Novosibirsk"), datetime(2026, 3, 13, 10, tzinfo=UTC)
    >>> [step_of(due, datetime(2026, 3, day, 5, tzinfo=UTC), zone) for day in (5, 6, 10, 11, 12, 13, 14)]
    [None, 7, 7, 2, 2, 0, None]
    >>> step_of(due, datetime(2026, 3, 6, 18, tzinfo=UTC), zone) is None  # one o'clock at night
    True
    """
    if now >= due_at or now.astimezone(zone).hour not in WRITING_HOURS:
        return None
    days = days_left(due_at, now, zone)
    return next((step for step in STEPS if days <= step), None)
