"""The journal and the letters, read by those who may and by nobody else."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import tosportal
from tests.conftest import NOW
from tests.make import give_role, make_contest, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.journal import queries
from tosportal.support import audit, notifications
from tosportal.support.db import db


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def secretary(app, district):
    return make_secretary(district)


@pytest.fixture
def administrator(app):
    return give_role(make_person("admin@example.org", "Администраторова Ольга"), Role.ADMINISTRATOR)


def acts_of(page) -> list[int]:
    """Numbers of the entries on a page, in its order."""
    return [int(number) for number in re.findall(r'<th scope="row">(\d+)</th>', page.get_data(as_text=True))]


def test_an_act_is_shown_with_who_when_before_and_after(app, district, secretary):
    contest = make_contest(district)
    audit.record(
        "contest.announced", contest, actor=secretary, now=NOW, municipality_id=district.id,
        before={"announced": None}, after={"announced": NOW, "sum": "721486.76", "names": ["<b>ё</b>"]},
    )  # fmt: skip
    page = Browser(app, secretary).get("/office/journal")
    words = said(page)
    assert "Конкурс объявлен" in words
    assert "Секретарева Вера Ивановна" in words
    assert "02.03.2026, 12:00:00 (UTC+7)" in words
    assert '["<b>ё</b>"]' in words
    assert "721486.76" in words
    assert acts_of(page) == [1]


def test_everyone_sees_the_acts_of_their_own_municipality(app, district, secretary, administrator):
    other = make_municipality("other", "Соседний район")
    contest, foreign = make_contest(district), make_contest(other)
    audit.record("contest.announced", contest, actor=secretary, now=NOW, municipality_id=district.id)
    audit.record("contest.announced", foreign, actor=None, now=NOW, municipality_id=other.id)
    audit.record("person.edited", secretary, actor=secretary, now=NOW)
    observer = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, other.id)
    regional = give_role(make_person(), Role.OBSERVER)
    assert acts_of(Browser(app, secretary).get("/office/journal")) == [1]
    assert acts_of(Browser(app, observer).get("/office/journal")) == [2]
    assert acts_of(Browser(app, regional).get("/office/journal")) == [3, 2, 1]
    assert acts_of(Browser(app, administrator).get("/office/journal")) == [3, 2, 1]


def test_filters_by_act_subject_and_day_of_the_municipality(app, district, secretary):
    first, second = make_contest(district), make_contest(district)
    late = NOW.replace(hour=18)  # already the next day in Novosibirsk
    audit.record("contest.announced", first, actor=secretary, now=NOW, municipality_id=district.id)
    audit.record("contest.amended", first, actor=secretary, now=NOW, municipality_id=district.id)
    audit.record("contest.announced", second, actor=secretary, now=late, municipality_id=district.id)
    browser = Browser(app, secretary)
    assert acts_of(browser.get("/office/journal?act=contest.announced")) == [3, 1]
    assert acts_of(browser.get(f"/office/journal?kind=contest&number={first.id}")) == [2, 1]
    assert acts_of(browser.get("/office/journal?day=02.03.2026")) == [2, 1]
    assert acts_of(browser.get("/office/journal?day=2026-03-03")) == [3]
    assert "Таких записей нет" in said(browser.get("/office/journal?act=contest.announced&day=01.01.2026"))


@pytest.mark.parametrize(
    "day", ["вчера", "31.02.2026", "99.99.9999", "0.0.0000", "9" * 60, "31.12.9999", "01.01.0001", "٣.٣.٢٠٢٦"]
)
def test_a_day_that_is_no_day_is_said_so(app, secretary, day):
    page = Browser(app, secretary).client.get(
        "/office/journal", query_string={"day": day, "number": "7\x00", "kind": "x' OR 1=1"}
    )
    assert page.status_code in {200, 422}
    if page.status_code == 422:
        assert "Напишите день так: 15.03.2026" in said(page)
        assert day in page.get_data(as_text=True)


def test_the_journal_costs_the_same_for_one_and_for_many(app, district, secretary, statements):
    browser = Browser(app, secretary)
    counts = []
    for _round in range(2):
        for number in range(3):
            actor = make_person(f"actor{_round}{number}@example.org")
            audit.record("person.edited", actor, actor=actor, now=NOW, municipality_id=district.id)
        db.session.commit()
        statements.clear()
        browser.get("/office/journal")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_every_act_in_the_code_has_a_name():
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(tosportal.__file__).parent.rglob("*.py"))
    written = set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', source))
    assert len(written) > 20
    assert written - set(queries.ACTS) == set()


def test_letters_are_listed_found_and_read_by_the_administrator(app, administrator):
    for number in range(3):
        notifications.post(
            "application.receipt",
            to=f"person{number}@example.org",
            subject=f"Заявка № {number}",
            body="Здравствуйте!\n\nПринято.",
            now=NOW,
        )
    sent, given_up, _waiting = db.session.scalars(
        queries.letters().order_by(None).order_by(notifications.Letter.id)
    ).all()
    sent.sent_at = NOW + timedelta(minutes=1)
    given_up.given_up_at, given_up.last_error = NOW, "550 no such person"
    browser = Browser(app, administrator)
    page = said(browser.get("/office/letters"))
    assert "3 письма" in page or "3 писем" in page
    assert "Почтовый сервер не настроен" in page
    assert "Заявка № 1" in said(browser.get("/office/letters?state=given_up"))
    assert "Заявка № 2" not in said(browser.get("/office/letters?state=sent"))
    assert "Заявка № 2" in said(browser.get("/office/letters?q=PERSON2"))
    page = said(browser.get(f"/office/letters/{given_up.id}"))
    assert "550 no such person" in page
    assert "Принято." in page
    browser.get("/office/letters/999999", code=404)
    browser.get("/office/letters/99999999999999999", code=404)


def test_links_that_open_an_account_are_hidden_where_mail_leaves_by_itself(app, administrator):
    letter = notifications.post(
        "accounts.reset_password",
        to="a@example.org",
        subject="Новый пароль",
        body="Вот:\n\nhttp://localhost/recovery/secret-key\n\nКонец",
        now=NOW,
    )
    db.session.commit()
    browser = Browser(app, administrator)
    assert 'href="http://localhost/recovery/secret-key"' in browser.get(f"/office/letters/{letter.id}").get_data(
        as_text=True
    )
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://mail.example.org")
    page = browser.get(f"/office/letters/{letter.id}").get_data(as_text=True)
    assert "secret-key" not in page
    assert "видна только получателю" in page


def test_letters_are_for_the_administrator_only(app, secretary):
    letter = notifications.post("x.y", to="a@example.org", subject="1", body="1", now=NOW)
    db.session.commit()
    browser = Browser(app, secretary)
    browser.get("/office/letters", code=403)
    browser.get(f"/office/letters/{letter.id}", code=403)
