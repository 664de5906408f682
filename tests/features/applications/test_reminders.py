"""Reminders before a deadline: three steps, once each, by the clock of the municipality."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_service import CLOSE, Case
from tests.make import REGULATION, make_activist, make_application, make_contest, make_municipality, make_tos
from tosportal import tasks
from tosportal.features.applications import service
from tosportal.features.applications.service.reminders import KIND, remind_of_deadlines
from tosportal.support.db import db
from tosportal.support.notifications import Letter

WEEK = datetime(2026, 3, 6, 3, tzinfo=UTC)  # 10 o'clock in Novosibirsk, a week before the last day


@pytest.fixture
def case(app) -> Case:
    return Case()


def run(at: datetime) -> int:
    count = remind_of_deadlines(now=at)
    db.session.commit()
    return count


def subjects() -> list[str]:
    return list(db.session.scalars(select(Letter.subject).where(Letter.kind == KIND).order_by(Letter.id)))


def test_a_draft_is_reminded_of_three_times_however_often_the_task_runs(case):
    application = case.filled()
    counts = [run(CLOSE - timedelta(hours=hours)) for hours in range(24 * 12, -24, -1)]
    assert sum(counts) == 3
    assert [one.split(":")[0] for one in subjects()] == ["Осталось 7 дней", "Осталось 2 дня", "Сегодня последний день"]
    body = db.session.scalars(select(Letter.body).where(Letter.kind == KIND)).first()
    for words in ("13.03.2026, 17:00:00 по Новосибирску", f"/applications/{application.key}", "сам не отправится"):
        assert words in body
    days = [
        at.astimezone(UTC).date().day for at in db.session.scalars(select(Letter.posted_at).where(Letter.kind == KIND))
    ]
    assert days == [6, 11, 13]


def test_nobody_is_written_to_at_night_nor_about_what_is_sent_or_just_begun(case):
    application = case.filled()
    assert run(datetime(2026, 3, 6, 17, tzinfo=UTC)) == 0  # midnight of the 7th in Novosibirsk
    assert run(WEEK) == 1
    service.submit_application(application, actor=case.person, now=NOW)
    assert run(CLOSE - timedelta(hours=2)) == 0
    late = make_tos(case.municipality, "ТОС «Ива»")
    make_activist(late)
    make_application(case.contest, late).created_at = datetime(2026, 3, 12, 2, tzinfo=UTC)
    assert run(datetime(2026, 3, 12, 3, tzinfo=UTC)) == 0  # begun an hour ago
    assert run(CLOSE - timedelta(hours=2)) == 1  # the last day is news


def test_a_returned_application_is_reminded_of_by_its_own_term_to_everybody_of_its_tos(case):
    case.returned(datetime(2026, 3, 25, 17, tzinfo=UTC))  # midnight: the last day is the 25th
    helper = make_activist(case.tos)
    assert run(CLOSE - timedelta(hours=2)) == 0
    assert run(datetime(2026, 3, 23, 3, tzinfo=UTC)) == 2
    rows = db.session.execute(select(Letter.person_id, Letter.body).where(Letter.kind == KIND)).all()
    assert {row.person_id for row in rows} == {case.person.id, helper.id}
    assert all("Исправьте замечания" in row.body for row in rows)


def test_a_step_missed_by_a_stopped_worker_is_caught_up_with_the_days_that_are_left(case):
    case.filled()
    assert run(WEEK + timedelta(days=2)) == 1
    assert subjects()[0].startswith("Осталось 5 дней")


def test_two_workers_write_one_letter(case):
    """The database refuses a second letter on the same occasion, whoever looked first."""
    case.filled()
    assert run(WEEK) == 1
    letter = db.session.scalars(select(Letter).where(Letter.kind == KIND)).one()
    letter.posted_at = WEEK - timedelta(days=30)  # as if the other worker did not see it yet
    db.session.commit()
    with pytest.raises(Exception, match=r"(?i)unique"):
        run(WEEK)
    db.session.rollback()
    assert len(subjects()) == 1


def test_every_district_has_its_own_day(case):
    """It is the 6th in Novosibirsk at 10 in the morning and 6 in the morning in Moscow, where nobody is disturbed."""
    other = make_municipality("moscow", "Западный район")
    other.zone = "Europe/Moscow"
    contest = make_contest(other, regulation=REGULATION)
    tos = make_tos(other, "ТОС «Дуб»")
    western = make_activist(tos)
    make_application(contest, tos)
    case.filled()
    assert run(WEEK) == 1
    assert run(WEEK + timedelta(hours=3)) == 1
    last = db.session.scalars(select(Letter).where(Letter.kind == KIND).order_by(Letter.id.desc())).first()
    assert last.person_id == western.id


@pytest.mark.parametrize("count", [1, 8])
def test_the_task_asks_the_same_questions_for_few_and_many(case, app, statements, count):
    for number in range(count):
        tos = make_tos(case.municipality, f"ТОС № {number}")
        make_activist(tos)
        make_application(case.contest, tos)
    db.session.commit()
    app.config["CLOCK"] = lambda: WEEK
    statements.clear()
    assert tasks.remind_of_deadlines() == count
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 5
