"""Another address of one's own: with the password, by a link to the new one; nobody learns whose an address is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.accounts.test_sign_in import PASSWORD, account, letters, link_in, sign_in_as
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.features.accounts import new_address, queries, service
from tosportal.features.accounts.models import EmailChange
from tosportal.features.personal.service.retention import keep_term
from tosportal.support import audit
from tosportal.support.db import db

OLD, NEW = "anna@example.org", "anna.new@example.org"


def asked(app, email: str = NEW, password: str = PASSWORD, code: int = 200):
    browser = Browser(app)
    sign_in_as(browser, code=302)
    return browser, browser.post("/account/email", {"email": email, "password": password}, code=code)


def test_the_old_address_works_until_the_link_to_the_new_one_is_pressed(app):
    person = account()
    browser, page = asked(app)
    assert f"Ссылка ушла на {NEW}" in said(page)
    [to_new] = letters("new_address")
    [notice] = letters("address_asked")
    assert (to_new.to_address, to_new.person_id) == (NEW, None)
    assert (notice.to_address, notice.person_id) == (OLD, person.id)
    assert NEW not in notice.body
    assert "a•••w@example.org" in notice.body
    sign_in_as(Browser(app), code=302)
    link = link_in(to_new, "/account/email/")
    assert link.rsplit("/", 1)[1] not in notice.body
    phone = Browser(app)  # where nobody is signed in
    assert NEW in said(phone.get(link))
    assert queries.person_by_email(OLD) is not None, "opening the link changes nothing"
    db.session.commit()
    assert "Войдите с новым" in said(phone.post(link))
    db.session.expire_all()
    assert queries.person_by_email(OLD) is None
    assert queries.person_by_email(NEW).id == person.id
    db.session.commit()
    assert browser.client.get("/account").status_code == 302, "every sign-in has ended"
    sign_in_as(Browser(app), code=422)
    sign_in_as(Browser(app), email=NEW, code=302)
    phone.get(link, code=404)
    phone.post(link, code=404)
    assert letters("address_changed")[0].to_address == OLD
    journal = db.session.scalars(select(audit.JournalEntry)).all()
    assert {"person.email_asked", "person.email_changed"} <= {one.act for one in journal}
    assert not any(OLD in str(one.facts) or NEW in str(one.facts) for one in journal)
    assert db.session.scalars(select(EmailChange.email)).one() == ""


def test_a_link_of_recovery_in_the_old_mailbox_opens_nothing_afterwards(app):
    account()
    Browser(app).post("/recovery", {"email": OLD})
    reset = link_in(letters("reset_password")[0], "/recovery/")
    assert "Новый пароль" in said(Browser(app).get(reset))
    asked(app)
    Browser(app).post(link_in(letters("new_address")[0], "/account/email/"))
    assert "Ссылка не подходит" in said(Browser(app).get(reset))


def test_without_the_password_nothing_is_asked(app):
    account()
    _browser, page = asked(app, password="не тот пароль", code=422)
    assert "Пароль не подходит" in said(page)
    assert f'value="{NEW}"' in page.get_data(as_text=True)
    assert letters("new_address") == []
    _browser, page = asked(app, email="не адрес", code=422)
    assert "Проверьте адрес" in said(page)
    _browser, page = asked(app, email=OLD, code=422)
    assert "нынешний адрес" in said(page)


def test_whether_the_address_is_somebodys_is_not_said(app):
    account()
    other = account("other@example.org", password="вечером идёт снег")
    _browser, free = asked(app)
    _browser, taken = asked(app, email="other@example.org")
    pages = [re.sub(r"Сообщения \d+ \w+", "", said(one)) for one in (free, taken)]
    assert pages[0].replace(NEW, "X") == pages[1].replace("other@example.org", "X")
    [first], [second] = letters("new_address"), letters("address_taken")
    assert "/account/email/" in first.body
    assert second.to_address == other.email
    assert "/account/email/" not in second.body
    assert "Ваш адрес назвали" in second.subject


def test_an_address_taken_meanwhile_is_refused_to_the_owner_of_the_mailbox_alone(app):
    person = account()
    key = new_address.ask_new_address(person, NEW, now=NOW)
    account(NEW, password="вечером идёт снег")
    page = Browser(app).post(f"/account/email/{key}", code=409)
    assert "уже есть кабинет" in said(page)
    db.session.expire_all()
    assert person.email == OLD


def test_the_link_is_for_a_day_and_only_the_last_one_works(app):
    person = account()
    first = new_address.ask_new_address(person, NEW, now=NOW)
    second = new_address.ask_new_address(person, "b@example.org", now=NOW)
    assert new_address.request_by_key(first, NOW) is None
    assert new_address.request_by_key(second, NOW + timedelta(hours=24)) is None
    assert new_address.request_by_key(second, NOW + timedelta(hours=23)) is not None


def test_letters_are_not_sent_without_end(app):
    person = account()
    for number in range(new_address.MOST_ASKED):
        new_address.ask_new_address(person, f"p{number}@example.org", now=NOW)
    with pytest.raises(RuleBroken, match="Подождите"):
        new_address.ask_new_address(person, "last@example.org", now=NOW)
    new_address.ask_new_address(person, "last@example.org", now=NOW + timedelta(hours=1, seconds=1))


def test_the_request_is_taken_back_and_forgotten(app):
    person = account()
    browser, _page = asked(app)
    link = link_in(letters("new_address")[0], "/account/email/")
    assert "остался прежним" in said(browser.post("/account/email/keep"))
    Browser(app).get(link, code=404)
    new_address.ask_new_address(person, NEW, now=NOW)
    service.anonymise(person, "gone@deleted.invalid", now=NOW)
    assert db.session.scalar(select(func.count(EmailChange.id))) == 0


def test_old_requests_go_by_their_term(app):
    new_address.ask_new_address(account(), NEW, now=NOW)
    assert keep_term("email_changes", now=NOW + timedelta(days=20)) == 0
    assert keep_term("email_changes", now=NOW + timedelta(days=40)) == 1
