"""The page of the dry run: a secretary's, over a published contest; nothing written, the same number of queries."""

import pytest
from sqlalchemy import func, select

from tests.features.decisions.test_service import AFTER_SCORING, World
from tests.make import make_contest, make_municipality, make_person, make_secretary, regulation_with
from tests.pages import Browser, said
from tosportal.features.decisions import service
from tosportal.features.decisions.models import RankedApplication
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

PAGE = "/office/contests/next/trial"


def decided(marks: list[int], requested: str = "140000.00") -> World:
    world = World(marks, requested)
    decision = world.prepare()
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    definition = regulation_with()
    criteria = [{**one} for one in definition["criteria"]]
    criteria[1] = {**criteria[1], "name": "Новый критерий"}
    bonus = {**criteria[2], "code": "k4", "kind": "bonus", "value": "registry:legal_entity", "max": "1", "levels": []}
    definition = {**definition, "criteria": [*criteria, bonus]}
    make_contest(world.municipality, "next", definition, announced=False)
    db.session.commit()
    return world


def test_the_page_shows_points_places_and_what_is_left_out(app):
    world = decided([9, 8, 8])
    before = db.session.scalar(select(func.count()).select_from(JournalEntry))
    text = said(Browser(app, world.secretary).get(PAGE))
    for words in (
        "Пробный подсчёт", "Новый критерий: оценок по нему нет", "5 из 10",
        "доля собственного вклада по смете", "ТОС — юридическое лицо, по реестру", "Было место", "Новый итог",
    ):  # fmt: skip
        assert words in text
    assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == before
    assert db.session.scalar(select(func.count()).select_from(RankedApplication)) == 3


def test_it_costs_the_same_for_three_and_for_many(app, statements):
    counts = []
    for marks in ([9, 8, 7], [9] * 20):
        db.session.rollback()
        db.drop_all()
        db.create_all()
        browser = Browser(app, decided(marks, "30000.00").secretary)
        browser.get(PAGE)
        statements.clear()
        browser.get(PAGE)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


def test_without_an_earlier_contest_it_says_so_and_of_an_unknown_one_nothing(app):
    district = make_municipality()
    make_contest(district, "next", announced=False)
    secretary = make_secretary(district)
    db.session.commit()
    browser = Browser(app, secretary)
    assert "пока нет" in said(browser.get(PAGE))
    browser.get(f"{PAGE}?from=change", code=404)


@pytest.mark.parametrize("who", ["stranger", "other"])
def test_others_see_nothing_of_it(app, who):
    decided([9, 8, 7])
    person = make_person() if who == "stranger" else make_secretary(make_municipality("other", "Другой район"))
    db.session.commit()
    Browser(app, person).get(PAGE, code=403 if who == "stranger" else 404)
