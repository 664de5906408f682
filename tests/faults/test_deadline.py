"""The last second of an intake: what arrived before it is in time, what arrived at it is late, over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.faults.test_double import submit_form
from tests.features.applications.test_routes import begin, fill
from tests.features.applications.test_service import CLOSE, Case
from tests.pages import Browser, said
from tosportal.features.applications.models import Application, Submission
from tosportal.support.db import db

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (CLOSE - SECOND, True),
        (CLOSE - timedelta(microseconds=1), True),
        (CLOSE, False),
        (CLOSE + timedelta(microseconds=1), False),
        (CLOSE + SECOND, False),
    ],
)
def test_the_moment_of_arrival_decides(app, clock, at, is_in_time):
    case = Case()
    browser = Browser(app, case.person)
    key = begin(browser, case)
    fill(browser, key)
    form = submit_form(browser, key)
    clock.at = at
    page = said(browser.post(f"/applications/{key}/submit", form, code=200 if is_in_time else 409))
    db.session.expire_all()
    application = db.session.scalars(select(Application)).one()
    assert db.session.scalar(select(func.count(Submission.id))) == is_in_time
    if is_in_time:
        assert (application.state, application.number) == ("submitted", 1)
        assert application.submitted_at == at
        assert "16:59:59" in page
    else:
        assert (application.state, application.number, application.submitted_at) == ("draft", None, None)
        assert "Приём заявок закончился" in page
        assert "Детская площадка «Родничок»" in said(browser.get(f"/applications/{key}"))  # the draft is there


@pytest.mark.parametrize(("at", "code"), [(CLOSE - SECOND, 303), (CLOSE, 422)])
def test_beginning_has_the_same_last_second(app, clock, at, code):
    case = Case()
    browser = Browser(app, case.person)
    address = f"/contests/{case.contest.slug}/apply"
    form = {"form_key": "k" * 24, "tos": case.tos.code, "nomination": "n1"}
    clock.at = at
    browser.post(address, form, code=code, follow=False)
    assert db.session.scalar(select(func.count(Application.id))) == (code == 303)
