"""The account page and the administrator's list of people."""

import re

import pytest
from sqlalchemy import select

from tests.make import give_role, make_activist, make_contest, make_municipality, make_person, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts import queries
from tosportal.features.accounts.models import RoleGrant
from tosportal.support.db import db


@pytest.fixture
def administrator(app) -> Browser:
    person = give_role(make_person("admin@example.org", "Администраторова Ольга"), Role.ADMINISTRATOR)
    db.session.commit()
    return Browser(app, person)


def test_the_profile_shows_roles_in_words_and_keeps_changes(app):
    district = make_municipality()
    tos = make_tos(district, "ТОС «Родник»")
    person = make_activist(tos)
    give_role(person, Role.SECRETARY, Scope.MUNICIPALITY, district.id)
    db.session.commit()
    browser = Browser(app, person)
    page = said(browser.get("/account"))
    assert "Активист ТОС — ТОС «Родник»" in page
    assert "Секретарь — Ордынский район" in page
    page = browser.post("/account", {"full_name": "Новая Анна", "phone": "+7 (913) 000-00-00", "locale": "en"})
    assert "Сохранено" in said(page) or "Saved" in said(page)
    kept = queries.person_by_email(person.email)
    assert (kept.full_name, kept.phone, kept.locale) == ("Новая Анна", "+7 (913) 000-00-00", "en")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"full_name": ""}, "Укажите фамилию"),
        ({"full_name": "я" * 300}, "длиннее 200"),
        ({"phone": "-1"}, "Укажите телефон"),
        ({"phone": "9" * 5000}, "Укажите телефон"),
        ({"locale": "de"}, ""),
        ({"locale": ""}, "Выберите язык"),
    ],
)
def test_a_bad_profile_is_said_so_and_kept(app, change, words):
    person = make_person()
    db.session.commit()
    good = {"full_name": "Примерова Анна", "phone": "+7 913 000-00-00", "locale": "ru"}
    page = Browser(app, person).post("/account", {**good, **change}, code=422)
    assert words in said(page)
    assert queries.person_by_email(person.email).phone == ""
    if "phone" not in change:
        assert "+7 913 000-00-00" in page.get_data(as_text=True)


def test_the_administrator_gives_and_takes_a_role(app, administrator):
    district = make_municipality()
    person = make_person("vera@example.org", "Секретарева Вера")
    db.session.commit()
    listing = administrator.get("/office/people?q=вера")
    assert "Секретарева Вера" in said(listing)
    assert "Администраторова Ольга" not in said(listing).split("Роли", 1)[1].split("Поможем", 1)[0]
    card = f"/office/people/{person.id}"
    page = administrator.post(f"{card}/roles", {"role": "secretary", "place": f"municipality:{district.id}"})
    assert "Секретарь — Ордынский район" in said(page)
    [grant] = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id))
    assert grant.granted_by_id is not None
    page = administrator.post(f"{card}/roles/{grant.id}/revoke")
    assert "Ролей нет" in said(page)
    administrator.post(f"{card}/roles/999999/revoke", code=404)
    administrator.get("/office/people/999999", code=404)
    administrator.get("/office/people/99999999999999", code=404)


@pytest.mark.parametrize(
    ("role", "place", "words"),
    [
        ("", "", "Выберите роль"),
        ("emperor", "everywhere:0", "Выберите роль"),
        ("secretary", "", "Выберите, где действует роль"),
        ("secretary", "municipality:99999999999999999999", "Выберите, где действует роль"),
        ("secretary", "municipality:999", "Выберите, где действует роль"),
        ("secretary", "municipality:-1", "Выберите, где действует роль"),
        ("secretary", "galaxy:1", "Выберите, где действует роль"),
        ("secretary", "\x00", "Выберите, где действует роль"),
        ("juror", "everywhere:0", "Эту роль дают иначе. Где: конкурс"),
        ("administrator", "municipality:{district}", "Эту роль дают иначе. Где: весь портал"),
    ],
)
def test_a_role_that_cannot_be_is_explained(app, administrator, role, place, words):
    district, person = make_municipality(), make_person()
    db.session.commit()
    page = administrator.post(
        f"/office/people/{person.id}/roles", {"role": role, "place": place.format(district=district.id)}, code=422
    )
    assert words in said(page)
    assert db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).all() == []


def test_the_card_closes_and_opens_an_account(app, administrator):
    person = make_person()
    db.session.commit()
    other = Browser(app, person)
    assert other.client.get("/account").status_code == 200
    assert "Кабинет закрыт" in said(administrator.post(f"/office/people/{person.id}/active", {"active": "no"}))
    assert other.client.get("/account").status_code == 302
    assert "Кабинет открыт" in said(administrator.post(f"/office/people/{person.id}/active", {"active": "yes"}))


def test_people_are_for_the_administrator_only(app):
    district = make_municipality()
    secretary = make_secretary(district)
    db.session.commit()
    Browser(app, secretary).get("/office/people", code=403)
    Browser(app, secretary).post(
        f"/office/people/{secretary.id}/roles", {"role": "administrator", "place": "everywhere:0"}, code=403
    )
    assert app.test_client().get("/office/people").status_code == 302


def test_a_role_taken_away_closes_the_page_at_once(app, administrator):
    other = give_role(make_person(), Role.ADMINISTRATOR)
    db.session.commit()
    browser = Browser(app, other)
    browser.get("/office/people")
    [grant] = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == other.id))
    administrator.post(f"/office/people/{other.id}/roles/{grant.id}/revoke")
    browser.get("/office/people", code=403)


def test_lists_cost_the_same_for_one_and_for_many(app, administrator, statements):
    district = make_municipality()
    contest = make_contest(district)
    counts = []
    for _round in range(2):
        for _one in range(3):
            person = make_activist(make_tos(district))
            give_role(person, Role.JUROR, Scope.CONTEST, contest.id)
            give_role(person, Role.SECRETARY, Scope.MUNICIPALITY, district.id)
        db.session.commit()
        statements.clear()
        administrator.get("/office/people")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10
    assert len(re.findall(r"Активист ТОС — ", said(administrator.get("/office/people")))) == 6
