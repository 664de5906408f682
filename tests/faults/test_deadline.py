"""The last second of an intake: what arrived before it is in time, what arrived at it is late, over HTTP."""

import io
from datetime import datetime, timedelta
from urllib.parse import urlencode

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


class SlowLine(io.RawIOBase):
    """The body of a request on a bad line: its last piece comes when the clock stands at a moment."""

    def __init__(self, body: bytes, clock, ends_at: datetime) -> None:
        self.pieces = [body[:-5], body[-5:]]
        self.clock, self.ends_at = clock, ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, room) -> int:
        if not self.pieces:
            return 0
        if len(self.pieces) == 1:
            self.clock.at = self.ends_at
        piece = self.pieces[0][: len(room)]
        self.pieces[0] = self.pieces[0][len(piece) :]
        if not self.pieces[0]:
            self.pieces.pop(0)
        room[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    ("ends_at", "is_in_time"), [(CLOSE - timedelta(microseconds=1), True), (CLOSE, False), (CLOSE + SECOND, False)]
)
def test_what_began_before_the_deadline_counts_when_its_last_byte_is_here(app, clock, ends_at, is_in_time):
    case = Case()
    browser = Browser(app, case.person)
    key = begin(browser, case)
    fill(browser, key)
    body = urlencode(submit_form(browser, key), doseq=True).encode()
    clock.at = CLOSE - timedelta(seconds=40)
    answer = browser.client.post(
        f"/applications/{key}/submit",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": SlowLine(body, clock, ends_at), "CONTENT_LENGTH": str(len(body))},
    )
    db.session.expire_all()
    application = db.session.scalars(select(Application)).one()
    if is_in_time:
        assert (answer.status_code, application.state, application.submitted_at) == (303, "submitted", ends_at)
        return
    assert (answer.status_code, application.state) == (409, "draft")
    page = said(answer)
    assert f"дошла до портала целиком 13.03.2026, 17:00:0{int(ends_at > CLOSE)}" in page
    assert "считается это время, а не время нажатия кнопки" in page


def test_pages_near_the_deadline_show_the_portals_own_clock_and_what_is_left(app, clock):
    case = Case()
    browser = Browser(app, case.person)
    key = begin(browser, case)
    pages = [f"/applications/{key}{page}" for page in ("", "/check", "/documents", "/sections/project")]
    assert "Часы портала" not in said(browser.get(pages[0]))  # weeks are left: nothing to be nervous about
    clock.at = CLOSE - timedelta(hours=1, minutes=2, seconds=3)
    for address in pages:
        page = said(browser.get(address))
        assert "Часы портала, когда открылась страница: 15:57:57" in page, address
        assert "Осталось 1 ч 2 мин 3 с" in page, address
    answer = browser.client.get("/clock")
    assert datetime.fromisoformat(answer.json["now"]) == clock.at
    assert answer.headers["Cache-Control"] == "no-store"
    clock.at = CLOSE
    assert "Часы портала" not in said(browser.get(pages[0]))
