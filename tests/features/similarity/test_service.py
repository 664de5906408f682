"""What coincides between applications: found on both engines, remembered, compared anew when something was sent."""

import pytest
from sqlalchemy import func, select

from tests.features.similarity.place import COPY, OWN, Place, send
from tests.make import make_contest, make_municipality, make_tos
from tosportal import tasks
from tosportal.features.similarity import queries
from tosportal.features.similarity.models import ApplicationLikeness, ContestComparison
from tosportal.support.db import db


@pytest.fixture
def place(app):
    return Place()


def test_copies_are_found_within_the_contest_and_in_earlier_years(place):
    place.compare()
    found = db.session.execute(
        select(ApplicationLikeness.application_id, ApplicationLikeness.other_id, ApplicationLikeness.section)
    ).all()
    first, second, last_year = place.first.id, place.second.id, place.last_year.id
    assert {tuple(row) for row in found} == {
        (first, last_year, "project"),
        (first, second, "project"),
        (second, first, "project"),
        (second, last_year, "project"),
    }
    comparison = db.session.get(ContestComparison, place.contest.id)
    assert (comparison.applications, comparison.others) == (3, 1)


def test_a_second_comparison_finds_the_same_and_forgets_what_is_gone(place):
    place.compare()
    before = db.session.execute(select(ApplicationLikeness.application_id, ApplicationLikeness.permille)).all()
    place.compare()
    assert db.session.execute(select(ApplicationLikeness.application_id, ApplicationLikeness.permille)).all() == before
    place.second.state = "withdrawn"
    place.compare()
    assert db.session.scalar(select(func.count()).select_from(ApplicationLikeness)) == 1


def test_the_task_compares_what_was_sent_since(place):
    assert tasks.compare_applications() == 2
    assert db.session.scalar(select(func.count()).select_from(ApplicationLikeness)) == 4
    assert tasks.compare_applications() == 0
    late = send(place.contest, make_tos(place.municipality), OWN)
    db.session.commit()
    assert tasks.compare_applications() == 1
    found = queries.likenesses_of(late.id)
    assert [(row.other_id, row.section) for row in found] == [(place.own.id, "project")]


def test_another_municipality_is_never_compared_with(place):
    elsewhere = make_municipality("karasuk")
    foreign = send(make_contest(elsewhere), make_tos(elsewhere), COPY)
    db.session.commit()
    place.compare()
    assert tasks.compare_applications() == 2
    assert foreign.id not in db.session.scalars(select(ApplicationLikeness.other_id)).all()
    assert queries.likenesses_of(foreign.id) == []
