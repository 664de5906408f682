"""Pages of the registry: what the public sees, what the officer does, and what bad input does not do."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.registry.test_service import SAMPLE, TODAY, load
from tests.make import (
    give_role,
    make_activist,
    make_municipality,
    make_person,
    make_secretary,
    make_settlement,
    make_tos,
)
from tests.pages import Browser, said
from tosportal.domain.permissions import Role
from tosportal.domain.tos_list import read_tos_csv, search_key
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent
from tosportal.features.registry import queries, service
from tosportal.features.registry.models import Settlement, Tos, TosLink
from tosportal.support.db import db

BAD_TEXTS = [
    "",
    "\x00",
    "<script>alert(1)</script>",
    "-5",
    "9" * 400,
    "ё" * 3000,
    "'; DROP TABLE tos; --",
    "\ud7ff\u202e",
]
BERYOZKA = {
    "code": "tos-046",
    "name": "ТОС «Берёзка»",
    "settlement_id": "new",
    "settlement": "Вагайцевский",
    "settlement_kind": "сельсовет",
    "place_kind": "с.",
    "place": "Вагайцево",
    "population": "412",
    "residents_16": "300",
    "borders": "улицы Берёзовая, Лётная",
    "border_decision_body": "Совет депутатов",
    "border_decision_number": "12",
    "border_decision_on-day": "5",
    "border_decision_on-month": "9",
    "border_decision_on-year": "2018",
    "charter_number": "05/2018",
    "charter_registered_on-day": "23",
    "charter_registered_on-month": "10",
    "charter_registered_on-year": "2018",
    "is_legal_entity": "yes",
    "inn": "5434999017",
    "ogrn": "1195400999012",
    "kpp": "543401001",
    "legal_address": "с. Вагайцево, ул. Ленина, 1",
    "is_active": "yes",
}


def titles(response) -> list[str]:
    text = response.get_data(as_text=True)
    return [part.split("<", 1)[0] for part in text.split('<h3><a href="')[1:] for part in [part.split(">", 1)[1]]]


@pytest.fixture
def district(app):
    municipality = make_municipality()
    db.session.commit()
    return municipality


@pytest.fixture
def office(app, district):
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


# --- the public list -------------------------------------------------------------------------------------------------


def make_with_search(district, name, settlement, **knobs):
    key = search_key(f"{name} {settlement.place} {knobs.get('borders', '')}")
    return make_tos(district, name, settlement, search_text=key, **knobs)


def test_search_forgives_letter_case_and_yo(district, visitor):
    here, there = make_settlement(district, "Вагайцево"), make_settlement(district, "Чингис")
    make_with_search(district, "ТОС «Берёзка»", here, borders="ул. Лётная, 100 % домов")
    make_with_search(district, "ТОС «Обской»", there, is_legal_entity=True, charter_registered_on=date(2026, 1, 9))
    make_with_search(district, "ТОС «Закрытый»", there, is_active=False)
    db.session.commit()
    for words, found in (
        ("БЕРЕЗКА", ["ТОС «Берёзка»"]),
        ("летная вагайцево", ["ТОС «Берёзка»"]),
        ("тос", ["ТОС «Берёзка»", "ТОС «Обской»"]),
        ("100 %", ["ТОС «Берёзка»"]),
        ("100 _", []),
        ("закрытый", []),
        ("", ["ТОС «Берёзка»", "ТОС «Обской»"]),
    ):
        assert titles(visitor.get("/tos", query_string={"q": words})) == found, words
    assert titles(visitor.get(f"/tos?settlement={here.id}")) == ["ТОС «Берёзка»"]
    assert titles(visitor.get("/tos?legal=yes")) == ["ТОС «Обской»"]
    assert titles(visitor.get("/tos?new=yes")) == ["ТОС «Обской»"]
    for nonsense in ("settlement=x", "settlement=99999999999999999999", "page=-1", "page=99999999", "legal=9"):
        assert len(titles(visitor.get(f"/tos?{nonsense}"))) == 2, nonsense
    assert titles(visitor.get("/tos?q=%00%FF" + "я" * 500)) == []
    assert "2 ТОС, 2 населённы" in said(visitor.get("/tos"))


@pytest.mark.parametrize("many", [1000])
def test_the_list_costs_the_same_for_three_and_for_a_thousand(district, visitor, statements, many):
    place = make_settlement(district)
    for _number in range(3):
        make_tos(district, settlement=place)
    db.session.commit()
    visitor.get("/tos")
    statements.clear()
    visitor.get("/tos?q=пример")
    few = len(statements)
    db.session.add_all(
        Tos(
            municipality_id=district.id,
            settlement_id=place.id,
            code=f"x-{n}",
            name=f"ТОС {n}",
            search_text=f"тос пример {n}",
        )
        for n in range(many)
    )
    db.session.commit()
    visitor.get("/tos")
    statements.clear()
    page = visitor.get("/tos?q=пример")
    assert (len(statements), len(titles(page))) == (few, 50)
    assert few <= 10
    statements.clear()
    visitor.get("/tos.csv")
    assert len(statements) <= 6


def test_an_empty_portal_has_a_page(app, visitor):
    assert "не заполнен" in said(visitor.get("/tos"))


def test_the_page_of_a_tos_shows_people_only_under_a_live_consent(district, visitor, clock):
    load(SAMPLE, district)
    tos = queries.tos_by_code("tos-001")
    db.session.commit()
    page = said(visitor.get("/tos/tos-001"))
    assert "№ 12" in page
    assert "05/2018 от 23 октября 2018 года" in page
    for secret in ("Примерова", "59 00-001", "tos01@"):
        assert secret not in page
    given = {"given_on": TODAY, "today": TODAY, "actor": None, "now": NOW}
    service.give_consent(tos, what="chair", **given)
    phone = service.give_consent(tos, what="phone", until_on=TODAY + timedelta(days=1), **given)
    db.session.commit()
    page = said(visitor.get("/tos/tos-001"))
    assert "Примерова Анна Образцовна" in page
    assert "+7 383 59 00-001" in page
    assert "tos01@" not in page
    file = visitor.client.get("/tos.csv").get_data(as_text=True)
    assert ("Примерова Анна Образцовна" in file, "Макетов" in file, "tos01@" in file) == (True, False, False)
    clock.move(days=2)
    page = said(visitor.get("/tos/tos-001"))
    assert ("Примерова" in page, "59 00-001" in page) == (True, False)
    consents.withdraw(consents.consents_of_tos(tos.id)[-1], actor=None, now=NOW)
    db.session.commit()
    assert phone.id != consents.consents_of_tos(tos.id)[-1].id
    assert "Примерова" not in said(visitor.get("/tos/tos-001"))


def test_the_file_comes_back_as_it_went(district, visitor):
    load(SAMPLE, district)
    db.session.commit()
    answer = visitor.client.get("/tos.csv")
    assert answer.mimetype == "text/csv"
    table = read_tos_csv(answer.data, today=TODAY)
    assert (len(table.rows), table.bad) == (45, ())
    report = service.import_tos(table, municipality=district, actor=None, now=NOW)
    assert (report.unchanged, report.changed) == (45, ())


@pytest.mark.parametrize("address", ["/tos/none", "/tos/%00", "/tos/" + "я" * 300, "/tos/<b>"])
def test_no_such_tos_is_404(district, visitor, address):
    visitor.get(address, code=404)


# --- the officer -----------------------------------------------------------------------------------------------------


def test_the_secretary_adds_and_edits_a_card(district, office, visitor):
    page = said(office.post("/office/tos/new", BERYOZKA))
    assert "теперь укажите председателя" in page.lower()
    tos = queries.tos_by_code("tos-046")
    assert (tos.name, tos.population, tos.inn, tos.border_decision_on) == (
        "ТОС «Берёзка»",
        412,
        "5434999017",
        date(2018, 9, 5),
    )
    assert tos.settlement.place == "Вагайцево"
    assert titles(visitor.get("/tos?q=летная")) == ["ТОС «Берёзка»"]
    changed = BERYOZKA | {"settlement_id": str(tos.settlement_id), "population": "500", "version": str(tos.version)}
    office.post("/office/tos/tos-046/edit", changed)
    assert queries.tos_by_code("tos-046").population == 500
    page = office.post("/office/tos/tos-046/edit", changed | {"population": "600"}, code=409)
    assert "Ниже обе версии" in said(page)
    assert "Жителей 600 500" in said(page)
    assert queries.tos_by_code("tos-046").population == 500
    newest = page.get_data(as_text=True).split('name="version" value="')[1].split('"')[0]
    office.post("/office/tos/tos-046/edit", changed | {"population": "600", "version": newest})
    assert queries.tos_by_code("tos-046").population == 600
    office.post("/office/tos/tos-046/edit", changed | {"population": "600", "version": "3", "is_active": ""})
    assert "Не действует" in said(visitor.get("/tos/tos-046"))


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_bad_input_to_the_card_is_explained_and_kept(district, office, text):
    good = make_settlement(district)
    db.session.commit()
    for name in (
        "name",
        "population",
        "residents_16",
        "inn",
        "code",
        "settlement_id",
        "border_decision_on-year",
        "version",
        "place",
    ):
        answer = office.client.post("/office/tos/new", data=BERYOZKA | {name: text, "charter_number": "запомни меня"})
        assert answer.status_code in (303, 422), (name, text)
        if answer.status_code == 422:
            page = answer.get_data(as_text=True)
            assert "Исправьте" in page
            assert "запомни меня" in page
            assert "<script>alert" not in page
        else:
            db.session.execute(db.delete(Tos))
            db.session.execute(db.delete(Settlement).where(Settlement.id != good.id))
            db.session.commit()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inn": "5434999018"}, "последняя — контрольная"),
        ({"ogrn": "1195400999013"}, "последняя — контрольная"),
        ({"kpp": "54340100"}, "Проверьте КПП: в нём 9 знаков"),
        ({"is_legal_entity": ""}, "Номер есть только у юридического лица"),
        ({"inn": ""}, "Укажите ИНН"),
        ({"residents_16": "413"}, "не может быть больше"),
        ({"charter_registered_on-month": "13"}, "Напишите день"),
        ({"charter_registered_on-year": "2017"}, "раньше, чем установлены границы"),
        ({"charter_registered_on-year": "2031"}, "позже сегодняшнего"),
        ({"settlement_id": ""}, "Выберите населённый пункт"),
        ({"place": ""}, "Укажите населённый пункт"),
    ],
)
def test_the_card_says_what_is_wrong(district, office, change, words):
    assert words in said(office.post("/office/tos/new", BERYOZKA | change, code=422))
    assert queries.tos_by_code("tos-046") is None


def test_people_contacts_and_consents_by_hand(district, office, visitor):
    make_tos(district, "ТОС «Берёзка»", code="tos-046")
    db.session.commit()
    base = "/office/tos/tos-046"
    chair = {"full_name": "Примерова Анна", "since_on-day": "1", "since_on-month": "2", "since_on-year": "2024"}
    office.post(f"{base}/chair", chair)
    office.post(f"{base}/contacts", {"phone": "+7 383 59 00-001", "email": "a@example.org"})
    consent = {"given_on-day": "1", "given_on-month": "3", "given_on-year": "2026"}
    for what in ("chair", "phone", "email"):
        office.post(f"{base}/consents", consent | {"what": what})
    page = said(visitor.get("/tos/tos-046"))
    assert "Примерова Анна Срок полномочий с 1 февраля 2024 года" in page
    assert "a@example.org" in page
    row = db.session.scalars(select(Consent).where(Consent.item == "email")).one()
    office.post(f"{base}/consents/{row.id}/withdraw")
    assert "a@example.org" not in said(visitor.get("/tos/tos-046"))
    for address, form, words in (
        ("chair", {"full_name": ""}, "Укажите фамилию"),
        ("chair", chair | {"since_on-month": "22"}, "Укажите день, месяц и год"),
        (
            "chair",
            chair | {"until_on-day": "1", "until_on-month": "1", "until_on-year": "2020"},
            "не может кончаться раньше",
        ),
        ("contacts", {"phone": "звоните", "email": ""}, "Проверьте телефон"),
        ("contacts", {"phone": "", "email": "a@b"}, "Проверьте адрес почты"),
        ("consents", consent | {"what": "house"}, "Выберите, что разрешено показывать"),
        ("consents", {"what": "chair"}, "Укажите день, месяц и год"),
        ("consents", consent | {"what": "chair", "given_on-year": "2027"}, "не может быть позже сегодняшнего"),
    ):
        assert words in said(office.post(f"{base}/{address}", form, code=422)), (address, form)
        for text in BAD_TEXTS:
            bad = office.client.post(f"{base}/{address}", data=dict.fromkeys(form, text))
            assert bad.status_code in (303, 422), (address, text)


def test_import_page_checks_first_and_loads_after(district, office):
    assert "Выберите файл" in said(office.post("/office/tos/import", {"do": "check"}, code=422))
    page = office.post("/office/tos/import", {"do": "check", "file": (io.BytesIO(SAMPLE), "tos.csv")})
    assert "Новых 45 Изменится 0" in said(page)
    assert db.session.scalar(select(func.count(Tos.id))) == 0
    kept = page.get_data(as_text=True).split('name="kept" value="')[1].split('"')[0]
    assert "Загружено: новых 45" in said(office.post("/office/tos/import", {"do": "load", "kept": kept}))
    assert db.session.scalar(select(func.count(Tos.id))) == 45
    again = said(office.post("/office/tos/import", {"do": "check", "file": (io.BytesIO(SAMPLE), "tos.csv")}))
    assert "уже всё так же" in again


def test_import_page_names_bad_rows_and_skips_only_when_told(district, office):
    text = SAMPLE.decode().replace("5434999017", "5434999018").encode("cp1251")
    page = office.post("/office/tos/import", {"do": "check", "file": (io.BytesIO(text), "tos.csv")}, code=422)
    assert "В 1 строке есть ошибки" in said(page)
    assert "2 ИНН inn 5434999018 Проверьте ИНН" in said(page)
    kept = page.get_data(as_text=True).split('name="kept" value="')[1].split('"')[0]
    office.post("/office/tos/import", {"do": "load", "kept": kept}, code=422)
    assert db.session.scalar(select(func.count(Tos.id))) == 0
    page = office.post("/office/tos/import", {"do": "load", "kept": kept, "skip_bad": "yes"})
    assert "Пропущена 1 строка" in said(page)
    assert db.session.scalar(select(func.count(Tos.id))) == 44
    for rubbish in (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html>",
        b"\xff\xfe\x00",
        b'id;name;municipality;settlement\n"',
    ):
        office.post("/office/tos/import", {"do": "load", "file": (io.BytesIO(rubbish), "x")}, code=422)
    for kept in ("!!!", "\x00", "яяя", "YWFh" * 360_000):
        office.post("/office/tos/import", {"do": "load", "kept": kept}, code=422)


def test_other_people_do_not_get_in(app, district, visitor):
    other = make_municipality("other", "Другой район")
    tos = make_tos(district)
    strangers = [make_person(), make_activist(tos), give_role(make_person(), Role.OBSERVER)]
    foreign = make_secretary(other)
    link = TosLink(person_id=strangers[0].id, tos_id=tos.id, seat="chair", basis="Протокол", asked_at=NOW)
    db.session.add(link)
    db.session.commit()
    code, number = tos.code, link.id
    pages = [
        "/office/tos",
        "/office/tos/new",
        f"/office/tos/{code}/edit",
        f"/office/tos/{code}/people",
        "/office/tos/import",
        "/office/links",
    ]
    for person in strangers:
        browser = Browser(app, person)
        for page in pages:
            browser.get(page, code=403)
    browser = Browser(app, foreign)
    for page in (f"/office/tos/{code}/edit", f"/office/tos/{code}/people", "/office/tos/new", "/office/tos/import"):
        browser.get(page, code=404)
    for address in (f"/office/links/{number}", f"/office/tos/{code}/chair", f"/office/tos/{code}/consents"):
        browser.post(address, {"act": "accept", "full_name": "Чужая"}, code=404)
    assert "Просьб нет" in said(browser.get("/office/links"))
    Browser(app, strangers[1]).post(f"/my/tos/{number}/leave", code=404)
    assert db.session.get_one(TosLink, number).state == "asked"


# --- links -----------------------------------------------------------------------------------------------------------


def test_from_the_request_to_the_role_by_pages(app, district, office):
    tos = make_tos(district, "ТОС «Берёзка»")
    person = make_person(full_name="Новикова Нина")
    db.session.commit()
    code = tos.code
    activist = Browser(app, person)
    assert "не присоединены" in said(activist.get("/my/tos"))
    assert "Выберите, кто вы" in said(activist.post(f"/tos/{code}/link", {"basis": "запомни"}, code=422))
    page = activist.post(f"/tos/{code}/link", {"seat": "chair", "basis": ""}, code=422)
    assert 'value="chair" checked' in page.get_data(as_text=True)
    for text in BAD_TEXTS:
        assert activist.client.post(f"/tos/{code}/link", data={"seat": text, "basis": text}).status_code == 422
    for _press in range(2):
        activist.post(f"/tos/{code}/link", {"seat": "chair", "basis": "Протокол № 3"})
    assert db.session.scalar(select(func.count(TosLink.id))) == 1
    assert "Ждёт ответа секретаря" in said(activist.get("/my/tos"))
    assert "Просьба отправлена" in said(activist.get(f"/tos/{code}/link"))
    number = db.session.scalars(select(TosLink.id)).one()
    assert "Новикова Нина председатель, ТОС «Берёзка»" in said(office.get("/office/links"))
    page = office.post(f"/office/links/{number}", {"act": "decline", "answer": " "}, code=422)
    assert "почему вы отказываете" in said(page)
    office.post(f"/office/links/{number}", {"act": "dance"}, code=404)
    office.post(f"/office/links/{number}", {"act": "accept", "answer": "Добро пожаловать"})
    assert "Подтверждено" in said(activist.get("/my/tos"))
    assert [one.name for one in queries.toses_of_person(person)] == ["ТОС «Берёзка»"]
    assert "действуете от имени" in said(activist.get(f"/tos/{code}"))
    office.post(f"/office/links/{number}", {"act": "decline", "answer": "передумал"}, code=409)
    office.post(f"/office/links/{number}", {"act": "end", "answer": "Выбран другой председатель"})
    assert queries.toses_of_person(person) == []
    assert "Выбран другой председатель" in said(activist.get("/my/tos"))


def test_lists_of_links_cost_the_same_for_one_and_three(app, district, office, statements):
    counts = []
    for number in (1, 2):
        for _one in range(number):
            person = make_person()
            db.session.add(
                TosLink(
                    person_id=person.id, tos_id=make_tos(district).id, seat="member", basis="Протокол", asked_at=NOW
                )
            )
        db.session.commit()
        office.get("/office/links")
        statements.clear()
        office.get("/office/links")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_a_visitor_signs_in_first(district, visitor):
    tos = make_tos(district)
    db.session.commit()
    answer = visitor.client.get(f"/tos/{tos.code}/link")
    assert (answer.status_code, "next=" in answer.location) == (302, True)
