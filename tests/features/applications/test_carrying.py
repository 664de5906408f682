"""Answers of an earlier application of the same ТОС: only into empty questions, never what is said anew each year."""

import pytest

from tests.make import (
    ANSWERS,
    make_activist,
    make_application,
    make_contest,
    make_municipality,
    make_submission,
    make_tos,
)
from tests.pages import Browser, said
from tosportal.features.applications.models import ApplicationSection
from tosportal.support.db import db

EMPTY = {"applicant": {}, "project": {"title": "Новый проект"}, "budget": {}, "consent": {}}


class Place:
    def __init__(self):
        municipality = make_municipality()
        self.tos = make_tos(municipality)
        self.activist = make_activist(self.tos)
        old, new = make_contest(municipality), make_contest(municipality)
        old.year = 2025
        self.old = make_application(old, self.tos, self.activist, state="submitted")
        make_submission(self.old)
        others = make_application(old, make_tos(municipality), state="submitted", title="Чужая заявка")
        make_submission(others)
        self.others = others.key
        self.draft = make_application(new, self.tos, self.activist, answers=EMPTY)
        self.key, self.id = self.draft.key, self.draft.id
        db.session.commit()

    def answers(self, section):
        db.session.rollback()
        return dict(db.session.get_one(ApplicationSection, (self.id, section), populate_existing=True).answers)


@pytest.fixture
def place(app):
    return Place()


def test_what_is_empty_takes_the_earlier_answers_and_what_is_written_stays(app, place):
    browser, address = Browser(app, place.activist), f"/applications/{place.key}/earlier"
    assert address in browser.get(f"/applications/{place.key}").text
    words = said(browser.get(address))
    assert "играют на дороге" in words
    assert "Расчистка" in words
    assert "20" not in words.partition("Расчистка")[2].partition("Место готово")[0], "days are said anew"
    page = browser.post(address, {})
    assert "Проверьте" in said(page)
    project = place.answers("project")
    assert project["title"] == "Новый проект"
    assert project["problem"] == ANSWERS["project"]["problem"]
    step = ANSWERS["project"]["plan"][0]
    assert project["plan"] == [{**step, "starts_on": "", "ends_on": ""}]
    assert place.answers("budget")["items"][0]["price"] == "40000"
    assert place.answers("consent") == {}
    assert "Подставлять нечего" in said(browser.get(address))


def test_the_application_of_another_tos_is_not_there(app, place):
    browser, address = Browser(app, place.activist), f"/applications/{place.key}/earlier"
    for asked in (address, f"{address}?from={place.others}", f"{address}?from=<b>"):
        page = browser.get(asked)
        assert "Чужая заявка" not in said(page)
        assert "играют на дороге" in said(page), "an unknown choice is the latest one"
    assert browser.client.post(address, data={"from": place.others}).status_code == 404
    assert place.answers("budget") == {}


def test_a_tos_without_earlier_applications_is_told_so(app, place):
    tos = make_tos(make_municipality("karasuk"))
    activist = make_activist(tos)
    draft = make_application(make_contest(make_municipality("kochki")), tos, activist)
    key = draft.key
    db.session.commit()
    browser = Browser(app, activist)
    assert "ещё не отправлял" in said(browser.get(f"/applications/{key}/earlier"))
    assert browser.client.post(f"/applications/{key}/earlier", data={}).status_code == 404
    assert browser.client.get(f"/applications/{place.key}/earlier").status_code == 404
