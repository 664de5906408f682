"""The page of the request, the secretary's look, and who may not look."""

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.readiness.test_service import Place
from tests.make import make_activist, make_application, make_municipality, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.features.accounts.models import PersonalLook
from tosportal.features.readiness import service
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db


@pytest.fixture
def place(app):
    return Place()


def test_ask_look_answer_and_read_the_answer(app, place):
    own, office = Browser(app, place.activist), Browser(app, place.secretary)
    address, door = f"/applications/{place.key}/readiness", f"/office/applications/{place.key}/readiness"
    assert address in own.get(f"/applications/{place.key}").text
    assert office.client.get(door).status_code == 404, "a draft is nobody's but its own"
    page = own.post(address, {"note": "Подойдёт ли протокол?"})
    assert "Секретарь получил просьбу" in said(page)
    assert "Просят посмотреть 1 черновик" in said(office.get("/desk"))
    listed = office.get(f"/office/contests/{place.contest.slug}/readiness")
    assert "Подойдёт ли протокол?" in said(listed)
    page = office.get(door)
    assert "играют на дороге" in said(page)
    assert "Приложите" in said(page)
    assert db.session.scalar(select(func.count()).select_from(PersonalLook)) == 1
    refused = office.post(door, {"answer": ""}, code=422)
    assert "Напишите, чего не хватает" in said(refused)
    page = office.post(door, {"answer": "Приложите протокол\nс подписью"})
    assert "Ответ отправлен" in said(page)
    assert office.client.get(door).status_code == 404
    assert "с подписью" in said(own.get(address))
    own.post(address, {"note": ""})
    page = own.post(address, {"do": "take_back"})
    assert "снова видите только вы" in said(page)
    assert office.client.get(door).status_code == 404


def test_a_long_note_is_kept_beside_its_words(app, place):
    page = Browser(app, place.activist).post(
        f"/applications/{place.key}/readiness", {"note": "Вопрос " + "я" * 1001}, code=422
    )
    assert "Слишком длинно: 1008 знаков" in said(page)
    assert "я" * 1001 in page.text


def test_nobody_else_looks(app, place):
    stranger = make_activist(make_tos(make_municipality("karasuk")))
    other_office = make_secretary(make_municipality("kochki"))
    service.ask_to_look(place.application, note="", actor=place.activist, now=NOW)
    db.session.commit()
    door = f"/office/applications/{place.key}/readiness"
    assert Browser(app, place.secretary).get(door).status_code == 200
    for person in (stranger, other_office, place.activist):
        client = Browser(app, person).client
        assert client.get(door).status_code in {403, 404}
        assert client.post(door, data={"answer": "Готово"}).status_code in {403, 404}
    for address in (f"/applications/{place.key}/readiness",):
        assert Browser(app, stranger).client.get(address).status_code == 404
        assert Browser(app, stranger).client.post(address, data={"note": "x"}).status_code == 404
    assert db.session.scalars(select(ReadinessRequest)).one().stands


def test_the_list_costs_the_same_for_one_and_for_thirty(app, place, statements):
    service.ask_to_look(place.application, note="", actor=place.activist, now=NOW)
    db.session.commit()
    office, address = Browser(app, place.secretary), f"/office/contests/{place.contest.slug}/readiness"
    costs = []
    for _ in range(2):
        office.get(address)
        statements.clear()
        costs.append((office.get(address).text.count('/readiness"'), len(statements)))
        for _number in range(30):
            tos = make_tos(db.session.get_one(Municipality, place.contest.municipality_id))
            application = make_application(place.contest, tos, place.activist)
            service.ask_to_look(application, note="", actor=place.activist, now=NOW)
        db.session.commit()
    (few, cost), (many, same) = costs
    assert many == few + 30
    assert cost == same <= 10
