"""What coincides between applications: shown side by side, to whom it may be shown."""

import re

import pytest

from tests.features.similarity.place import COPY, OWN, Place, send
from tests.make import (
    make_activist,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_tos,
)
from tests.pages import Browser, said
from tosportal.features.accounts.models import Person
from tosportal.support.db import db


@pytest.fixture
def place(app):
    return Place()


def test_the_secretary_compares_opens_a_pair_and_sees_it_on_the_application(app, place):
    browser = Browser(app, place.secretary)
    page = browser.get(place.url())
    assert "Заявки ещё не сравнивались" in said(page)
    page = browser.post(place.url())
    words = said(page)
    assert "Заявки сравнены" in words
    assert "3 заявки конкурса" in words
    assert "1 заявка других конкурсов" in words
    assert "Тот же ТОС" in words
    assert page.text.count("/similar/") == 3, "a pair of one contest stands once"
    page = browser.get(place.url(place.second, place.first))
    marks = re.findall("<mark>(.*?)</mark>", page.text)
    assert COPY.rstrip(".") in marks
    assert not any("урну" in mark for mark in marks)
    assert "Примерова" not in said(page)
    page = browser.get(f"/office/applications/{place.second.key}")
    assert "Похожие заявки" in said(page)
    assert place.url(place.second, place.first) in page.text
    assert "Похожие заявки" not in said(browser.get(f"/office/applications/{place.own.key}"))


def test_new_applications_make_the_comparison_old(app, place):
    place.compare()
    browser = Browser(app, place.secretary)
    assert "пришли новые заявки" not in said(browser.get(place.url()))
    send(place.contest, make_tos(place.municipality), OWN)
    db.session.commit()
    assert "пришли новые заявки" in said(browser.get(place.url()))


def test_nobody_else_compares_or_reads(app, place):
    place.compare()
    elsewhere = make_municipality("karasuk")
    juror = make_juror(place.contest, make_person(full_name="Оценкина Мария Львовна"))
    strangers = [make_secretary(elsewhere), make_activist(place.toses[0]), db.session.get_one(Person, juror.person_id)]
    foreign = send(make_contest(elsewhere), make_tos(elsewhere), COPY)
    db.session.commit()
    assert Browser(app, place.secretary).get(place.url(place.first, place.second)).status_code == 200
    for person in strangers:
        client = Browser(app, person).client
        assert client.get(place.url()).status_code in {403, 404}
        assert client.get(place.url(place.first, place.second)).status_code in {403, 404}
        assert client.post(place.url()).status_code in {403, 404}
    client = Browser(app, place.secretary).client
    for one, other in ((place.first, foreign), (foreign, place.first), (place.first, place.first)):
        assert client.get(place.url(one, other)).status_code == 404


def test_the_list_costs_the_same_for_a_few_pairs_and_for_many(app, place, statements):
    place.compare()
    browser = Browser(app, place.secretary)
    counts = []
    for _ in range(2):
        browser.get(place.url())
        statements.clear()
        counts.append((browser.get(place.url()).text.count("/similar/"), len(statements)))
        for _ in range(30):
            send(place.contest, make_tos(place.municipality), COPY)
        db.session.commit()
        place.compare()
    (few, cost), (many, same) = counts
    assert few == 3
    assert many == 50
    assert cost == same <= 10
