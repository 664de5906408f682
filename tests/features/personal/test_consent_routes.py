"""«Мои согласия» and the secretary's page of consents."""

import io
import re

from sqlalchemy import select

from tests.conftest import NOW
from tests.make import (
    make_activist,
    make_municipality,
    make_person,
    make_secretary,
    make_tos,
    saved,
)
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent, PersonalLook
from tosportal.features.registry.models import TosLink
from tosportal.features.registry.service import set_chair, set_contacts
from tosportal.support.db import db

PDF = pdf()


def chaired(district):
    tos = make_tos(district)
    chair = make_activist(tos)
    saved(TosLink(person_id=chair.id, tos_id=tos.id, seat="chair", basis="п", state="confirmed", asked_at=NOW,
                  decided_at=NOW))  # fmt: skip
    set_chair(tos, full_name=chair.full_name, since_on=None, until_on=None, today=NOW.date(), actor=None, now=NOW)
    set_contacts(tos, phone="+7 383 000-00-01", email="", actor=None, now=NOW)
    return tos, chair


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.get_data(as_text=True))[1]


def test_a_chair_agrees_to_each_and_takes_back_in_two_clicks(app, visitor):
    tos, chair = chaired(make_municipality())
    browser = Browser(app, chair)
    page = browser.get("/my/consents")
    assert page.get_data(as_text=True).count("Не дано") == 6
    assert "checked" not in page.get_data(as_text=True)
    address = f"/my/consents/distribution?item=phone&tos={tos.code}"
    page = browser.get(address)
    assert "+7 383 000-00-01" in said(page)
    assert f"/tos/{tos.code}" in said(page)
    assert "checked" not in page.get_data(as_text=True)
    form = {"item": "phone", "tos": tos.code, "seen": hidden(page, "seen")}
    refused = browser.post("/my/consents/distribution", form, code=422)
    assert "Отметьте, что согласны" in said(refused)
    assert "+7 383 000-00-01" not in said(visitor.get(f"/tos/{tos.code}"))
    browser.post("/my/consents/distribution", {**form, "agree": "yes"})
    assert "+7 383 000-00-01" in said(visitor.get(f"/tos/{tos.code}"))
    assert "+7 383 000-00-01" in visitor.get("/tos.csv").get_data(as_text=True)
    consent = db.session.scalars(select(Consent)).one()
    assert consent.digest in said(browser.get(f"/my/consents/{consent.id}")).replace(" ", "")
    page = browser.post(f"/my/consents/{consent.id}/withdraw")
    assert "исчезнет сразу" in said(page)
    assert "+7 383 000-00-01" not in said(visitor.get(f"/tos/{tos.code}"))
    assert "+7 383 000-00-01" not in visitor.get("/tos.csv").get_data(as_text=True)


def test_nobody_agrees_for_another(app):
    district = make_municipality()
    tos, chair = chaired(district)
    other = Browser(app, make_activist(tos))
    other.get(f"/my/consents/distribution?item=phone&tos={tos.code}", code=404)
    browser = Browser(app, chair)
    page = browser.get("/my/consents/photos")
    browser.post("/my/consents/photos", {"seen": hidden(page, "seen"), "agree": "yes"})
    consent = db.session.scalars(select(Consent)).one()
    for address in (f"/my/consents/{consent.id}", "/office/consents", f"/office/consents/{consent.id}"):
        assert other.client.get(address).status_code in (403, 404), address
    assert other.client.post(f"/my/consents/{consent.id}/withdraw").status_code == 404
    db.session.expire_all()
    assert consent.withdrawn_at is None
    elsewhere = Browser(app, make_secretary(make_municipality("b", "Другой")))
    assert said(elsewhere.get("/office/consents")).count(chair.full_name) == 0
    elsewhere.get(f"/office/consents/{consent.id}", code=404)
    elsewhere.get("/office/consents/texts", code=404)


def test_a_datum_that_is_not_known_and_a_person_without_a_name(app):
    tos, chair = chaired(make_municipality())
    page = Browser(app, chair).get(f"/my/consents/distribution?item=email&tos={tos.code}")
    assert "в реестре нет" in said(page)
    assert 'name="agree"' not in page.get_data(as_text=True)
    nameless = Browser(app, make_person(full_name=""))
    assert "Сначала напишите в кабинете" in said(nameless.get("/my/consents/processing"))
    nameless.post("/my/consents/processing", {"agree": "yes", "seen": "x"}, code=422)


def test_the_secretary_enters_a_paper_with_its_scan_and_reads_it_under_watch(app):
    district = make_municipality()
    tos, chair = chaired(district)
    secretary = make_secretary(district)
    browser = Browser(app, secretary)
    empty = browser.post("/office/consents/new", {}, code=422)
    assert "Выберите, на что согласие" in said(empty)
    form = {
        "purpose": "distribution", "subject_name": "Иванова Анна", "tos": tos.code, "what": "chair",
        "given_on-day": "1", "given_on-month": "3", "given_on-year": "2026", "email": chair.email,
    }  # fmt: skip
    wrong = browser.post("/office/consents/new", {**form, "tos": "нет такого", "given_on-day": "45"}, code=422)
    assert "Укажите код ТОС" in said(wrong)
    assert 'value="Иванова Анна"' in wrong.get_data(as_text=True)
    bad = browser.post("/office/consents/new", {**form, "scan": (io.BytesIO(b"MZ"), "a.pdf")}, code=422)
    assert db.session.scalars(select(Consent)).all() == []
    assert 'href="#scan"' in bad.get_data(as_text=True)
    browser.post("/office/consents/new", {**form, "scan": (io.BytesIO(PDF), "Согласие.pdf")})
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.how, consent.item, consent.person_id, consent.scan_name) == (
        "paper",
        "chair",
        chair.id,
        "Согласие.pdf",
    )
    page = browser.get("/office/consents")
    assert chair.full_name in said(page)
    assert "на бумаге" in said(page)
    answer = browser.client.get(f"/office/consents/{consent.id}/scan")
    assert answer.data == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    looks = db.session.scalars(select(PersonalLook)).all()
    assert [(one.what, one.actor_id, one.subject_kind, one.subject_id) for one in looks] == [
        ("consent", secretary.id, "person", chair.id)
    ]
    assert "на бумаге" in said(Browser(app, chair).get("/my/consents"))
    browser.post(f"/office/consents/{consent.id}/withdraw")
    db.session.expire_all()
    assert consent.withdrawn_by_id == secretary.id


def test_the_text_is_edited_as_versions(app):
    district = make_municipality()
    browser = Browser(app, make_secretary(district))
    page = browser.get("/office/consents/texts/photos")
    assert "Статья" not in said(page)
    assert "152.1" in said(page)
    refused = browser.post("/office/consents/texts/photos", {"body": "Согласен на всё"}, code=422)
    assert "{person}" in said(refused)
    assert "Согласен на всё" in refused.get_data(as_text=True)
    body = "Заголовок\n\nЯ, {person}, разрешаю: {operator}. Где: {addresses}. Срок: {term}. <script>alert(1)</script>"
    browser.post("/office/consents/texts/photos", {"body": body})
    assert "Версия 1" in said(browser.get("/office/consents/texts"))
    page = Browser(app, make_person(full_name="{operator} Анна")).get("/my/consents/photos")
    assert "Я, {operator} Анна, разрешаю: Администрация" in said(page)
    assert "<script>alert" not in page.get_data(as_text=True)
    huge = browser.post("/office/consents/texts/photos", {"body": body + "я" * 30_000}, code=422)
    assert "я" * 30_000 in huge.get_data(as_text=True)


def test_a_list_of_a_thousand_costs_what_a_list_of_three_costs(app, statements):
    district = make_municipality()
    browser = Browser(app, make_secretary(district))

    def cost(count):
        person = make_person()
        for number in range(count):
            db.session.add(Consent(municipality_id=district.id, purpose="photos", person_id=person.id, said=str(number),
                                   how="portal", given_on=NOW.date(), recorded_at=NOW))  # fmt: skip
        db.session.commit()
        statements.clear()
        browser.get("/office/consents")
        return len(statements)

    first = cost(3)
    assert cost(997) == first <= 12
    assert consents.texts_of(district.id) == []
