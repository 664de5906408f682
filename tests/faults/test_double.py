"""Two clicks, two tabs, many at once: one act."""

import re
import threading
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.features.applications.test_routes import begin, fill, flat, hidden
from tests.features.applications.test_service import Case
from tests.features.decisions.test_routes import SESSION_FORM
from tests.features.decisions.test_service import AFTER_SCORING
from tests.features.decisions.test_service import World as DecisionWorld
from tests.make import ANSWERS, make_activist, make_tos
from tests.pages import Browser, said
from tosportal.features.applications.models import Application, Submission
from tosportal.features.decisions.models import Decision
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

MANY = 20


def count(model, *where) -> int:
    found = db.session.scalar(select(func.count()).select_from(model).where(*where))
    db.session.commit()
    return found


def acts(name: str) -> int:
    return count(JournalEntry, JournalEntry.act == name)


def at_once(jobs: list) -> list:
    """All of them started at one moment; what each gave back, in order."""
    gate, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job) -> None:
        gate.wait()
        answers[place] = job()

    db.session.commit()
    threads = [threading.Thread(target=run, args=one) for one in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def posts(browsers: list[Browser], address: str, form: dict[str, str]) -> list[tuple[int, str | None]]:
    def send(browser: Browser):
        def job():
            answer = browser.client.post(address, data=form)
            return answer.status_code, answer.headers.get("Location")

        return job

    return at_once([send(one) for one in browsers])


@pytest.fixture
def case(app: Flask) -> Case:
    return Case()


def submit_form(browser: Browser, key: str) -> dict[str, str]:
    """The form of the last page before sending, with both confirmations."""
    page = browser.get(f"/applications/{key}/check").get_data(as_text=True)
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return {"seen": unescape(found[1]), "truth": "yes", "consent": "yes"}


def test_twenty_sends_of_one_form_are_one_application(app, case):
    address = f"/contests/{case.contest.slug}/apply"
    browser = Browser(app, case.person)
    form = {"form_key": hidden(browser.get(address), "form_key"), "tos": case.tos.code, "nomination": "n1"}
    answers = posts([Browser(app, case.person) for _ in range(MANY)], address, form)
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 303
    assert count(Application) == 1
    assert acts("application.started") == 1
    assert audit.verify()[1] is None


def test_two_tabs_on_one_section_the_second_sees_both_texts(app, case):
    one, two = Browser(app, case.person), Browser(app, case.person)
    key = begin(one, case)
    address = f"/applications/{key}/sections/project"
    revision = hidden(one.get(address), "revision")
    two.get(address)
    first = flat(ANSWERS["project"]) | {"revision": revision, "problem": "Первая вкладка написала про площадку."}
    second = first | {"problem": "Вторая вкладка написала совсем другое."}
    one.post(address, first)
    page = said(two.post(address, second, code=409))
    assert "Первая вкладка написала про площадку." in page
    assert "Вторая вкладка написала совсем другое." in page
    assert "Первая вкладка" in unescape(one.get(address).get_data(as_text=True))


def test_tabs_at_once_save_one_and_show_the_others_both(app, case):
    browser = Browser(app, case.person)
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    revision = hidden(browser.get(address), "revision")

    def tab(number: int):
        client = Browser(app, case.person).client
        form = flat(ANSWERS["project"]) | {"revision": revision, "problem": f"Вкладка {number} написала про площадку."}
        return lambda: (number, client.post(address, data=form))

    answers = at_once([tab(number) for number in range(6)])
    good = [number for number, answer in answers if answer.status_code == 303]
    assert len(good) == 1
    for number, answer in answers:
        if number not in good:
            assert answer.status_code == 409
            text = answer.get_data(as_text=True)
            assert f"Вкладка {number} " in text
            assert f"Вкладка {good[0]} " in text


def test_a_double_send_is_one_submission_one_number_one_letter(app, case):
    browser = Browser(app, case.person)
    key = begin(browser, case)
    fill(browser, key)
    form = submit_form(browser, key)
    answers = posts([Browser(app, case.person) for _ in range(8)], f"/applications/{key}/submit", form)
    assert count(Submission) == 1
    assert count(Letter, Letter.kind == "application.receipt") == 1
    assert acts("application.frozen") == 1
    numbers = db.session.scalars(select(Application.number)).all()
    assert numbers == [1]
    assert {status for status, _place in answers} == {303}, answers
    assert {place for _status, place in answers} == {f"/applications/{key}/receipt"}
    assert audit.verify()[1] is None


def test_different_applications_at_once_get_different_numbers(app, case):
    jobs = []
    for _number in range(6):
        tos = make_tos(case.municipality)
        person = make_activist(tos)
        db.session.commit()
        browser = Browser(app, person)
        address = f"/contests/{case.contest.slug}/apply"
        form_key = hidden(browser.get(address), "form_key")
        browser.post(address, {"form_key": form_key, "tos": tos.code, "nomination": "n1"})
        key = db.session.scalar(select(Application.key).where(Application.tos_id == tos.id))
        fill(browser, key)
        form = submit_form(browser, key)
        address = f"/applications/{key}/submit"
        jobs.append(lambda client=browser.client, address=address, form=form: client.post(address, data=form))
    answers = at_once(jobs)
    assert [one.status_code for one in answers] == [303] * 6
    db.session.expire_all()
    assert sorted(db.session.scalars(select(Application.number))) == [1, 2, 3, 4, 5, 6]
    assert count(Letter, Letter.kind == "application.receipt") == 6
    assert audit.verify()[1] is None


def test_approving_and_publishing_twice_is_done_once(app, clock):
    clock.at = AFTER_SCORING
    world = DecisionWorld([10, 9, 8])
    secretary, chair = world.secretary, world.chair
    office = f"/office/contests/{world.contest.slug}/decision"
    db.session.commit()
    posts([Browser(app, secretary) for _ in range(3)], office, SESSION_FORM)
    number = db.session.scalar(select(func.max(Decision.number)))
    approved = posts([Browser(app, chair) for _ in range(4)], f"{office}/{number}/approve", {})
    assert {status for status, _place in approved} <= {302, 303, 409}, approved
    assert acts("decision.approved") == 1
    published = posts([Browser(app, secretary) for _ in range(4)], f"{office}/{number}/publish", {})
    assert {status for status, _place in published} <= {302, 303, 409}, published
    assert any(status < 400 for status, _place in published)
    assert acts("decision.published") == 1
    letters = [tuple(row) for row in db.session.execute(select(Letter.kind, Letter.to_address, Letter.body))]
    assert len(letters) == len(set(letters)), "a letter went twice"
    assert audit.verify()[1] is None
