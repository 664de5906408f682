"""Each role finds on its desk what waits for it, and nothing of the others'."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.make import (
    give_role,
    make_activist,
    make_application,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_sheet,
    make_tos,
    saved,
)
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Person
from tosportal.features.decisions.models import Decision
from tosportal.features.registry.models import TosLink
from tosportal.support import notifications
from tosportal.support.db import db


def desk(app, person) -> str:
    """What the desk says between its heading and the sections of the office."""
    return said(Browser(app, person).get("/desk")).split("Мои дела", 2)[2].split("Разделы кабинета")[0]


def person_of(juror) -> Person:
    return db.session.get_one(Person, juror.person_id)


@pytest.fixture
def district(app):
    return make_municipality()


def ask_link(person, tos, state="asked", answer=""):
    return saved(
        TosLink(
            person_id=person.id,
            tos_id=tos.id,
            seat="member",
            state=state,
            asked_at=NOW,
            decided_at=None if state == "asked" else NOW,
            answer=answer,
        )
    )


def test_a_newcomer_is_led_to_their_tos(app, district):
    person = make_person()
    page = desk(app, person)
    assert "Ролей у вас пока нет" in page
    assert "Найти свой ТОС" in page
    ask_link(person, make_tos(district, "ТОС «Родник»"))
    page = desk(app, person)
    assert "ТОС «Родник»" in page
    assert "Ждёт ответа секретаря" in page


def test_an_activist_sees_the_nearest_deadline_and_own_applications_only(app, district):
    contest = make_contest(district)
    tos, other = make_tos(district), make_tos(district)
    make_application(contest, tos, title="Своя заявка")
    make_application(
        contest, tos, state="returned", title="Вернули с замечаниями", fix_until_at=NOW + timedelta(days=3)
    )
    make_application(contest, other, title="Чужая заявка")
    page = desk(app, make_activist(tos))
    assert "Заявки принимают до 13 марта, 17:00" in page
    assert "Своя заявка" in page
    assert "Черновик" in page
    assert "Нужны исправления до 5 марта, 12:00" in page
    assert page.index("Вернули с замечаниями") < page.index("Своя заявка")
    assert "Чужая заявка" not in page


def test_a_juror_sees_how_many_are_left_and_the_next_one(app, district, clock):
    contest = make_contest(district)
    applications = [
        make_application(contest, make_tos(district), state="admitted", title=f"Проект {number}") for number in range(3)
    ]
    juror = make_juror(contest)
    other = make_juror(contest)
    for application in applications:
        make_sheet(other, application, {"k1": "5"}, signed=False)
    person = person_of(juror)
    assert "Сейчас оценивать нечего" in desk(app, person)
    clock.at = NOW.replace(day=27)
    page = desk(app, person)
    assert "Осталось оценить 3 заявки" in page or "Осталось оценить 3 заявок" in page
    assert "Подписано 0 из 3" in page
    assert "Открыть № " in page


def test_a_secretary_sees_what_to_check_who_is_late_and_who_asks(app, district, clock):
    contest = make_contest(district)
    make_application(contest, make_tos(district), state="submitted")
    make_application(contest, make_tos(district), state="submitted")
    make_application(contest, make_tos(district), state="returned", fix_until_at=NOW - timedelta(days=1))
    ask_link(make_person(), make_tos(district))
    neighbour = make_municipality("other", "Соседний район")
    make_application(make_contest(neighbour), make_tos(neighbour), state="submitted")
    ask_link(make_person(), make_tos(neighbour))
    secretary = make_secretary(district)
    page = desk(app, secretary)
    assert "Проверить: 2 заявки" in page or "Проверить: 2 заявок" in page
    assert "Срок исправления вышел: 1" in page
    assert "1 просьба" in page
    assert "Скоро закрытие" not in page
    clock.at = NOW + timedelta(days=7)
    assert "Скоро закрытие" in desk(app, secretary)


def test_a_secretary_sees_jurors_behind(app, district, clock):
    contest = make_contest(district)
    application = make_application(contest, make_tos(district), state="admitted")
    diligent, _silent = make_juror(contest), make_juror(contest)
    make_sheet(diligent, application, {"k1": "5", "k2": "5"})
    clock.at = NOW.replace(day=27)
    page = desk(app, make_secretary(district))
    assert "2 эксперта" in page or "2 экспертов" in page
    assert "подписан 1 лист" in page
    assert "1 не подписал ничего" in page


def test_the_chair_approves_and_the_secretary_prepares_and_publishes(app, district, clock):
    contest = make_contest(district)
    secretary = make_secretary(district)
    chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, contest.id)
    clock.at = NOW.replace(month=4, day=10)
    assert "Подготовить решение" in desk(app, secretary)
    assert "Ничего не ждёт" in desk(app, chair)
    decision = saved(
        Decision(
            contest_id=contest.id,
            number=1,
            protocol="{}",
            digest="0" * 64,
            prepared_at=NOW,
            prepared_by_id=secretary.id,
        )
    )
    assert "Утвердить решение" in desk(app, chair)
    assert "Подготовить решение" not in desk(app, secretary)
    decision.returned_at, decision.return_reason = NOW, "Проверьте ничью"
    assert "Комиссия вернула решение" in desk(app, secretary)
    assert "Утвердить решение" not in desk(app, chair)
    decision.returned_at, decision.return_reason = None, ""
    decision.approved_at, decision.approved_by_id = NOW, chair.id
    assert "Опубликовать итоги" in desk(app, secretary)


def test_the_chair_of_one_contest_sees_nothing_of_another(app, district, clock):
    contest, other = make_contest(district), make_contest(district)
    secretary = make_secretary(district)
    clock.at = NOW.replace(month=4, day=10)
    saved(
        Decision(
            contest_id=contest.id,
            number=1,
            protocol="{}",
            digest="0" * 64,
            prepared_at=NOW,
            prepared_by_id=secretary.id,
        )
    )
    stranger = give_role(make_person(), Role.CHAIR, Scope.CONTEST, other.id)
    assert "Утвердить решение" not in desk(app, stranger)


def test_an_administrator_sees_failed_letters_and_people_without_a_role(app, district):
    administrator = give_role(make_person(), Role.ADMINISTRATOR)
    make_person()
    assert "Люди без роли" in desk(app, administrator)
    letter = notifications.post("x.y", to="a@example.org", subject="1", body="1", now=NOW)
    assert "Письма не уходят" not in desk(app, administrator)
    letter = db.session.merge(letter)
    letter.last_error = "451 later"
    assert "Сервер не принял, повторим: 1" in desk(app, administrator)
    letter.given_up_at = NOW
    assert "Не доставлено: 1" in desk(app, administrator)
    secretary = make_secretary(district)
    page = desk(app, secretary)
    assert "Письма не уходят" not in page
    assert "Люди без роли" not in page


def test_a_juror_who_is_an_activist_has_both_desks(app, district, clock):
    contest, tos = make_contest(district), make_tos(district)
    own = make_application(contest, tos, state="admitted", title="Своя заявка")
    make_application(contest, make_tos(district), state="admitted", title="Чужая заявка")
    juror = make_juror(contest)
    give_role(person_of(juror), Role.ACTIVIST, Scope.TOS, tos.id)
    clock.at = NOW.replace(day=27)
    page = desk(app, person_of(juror))
    assert "Осталось оценить 1 заявку" in page
    assert "Своя заявка" in page
    assert own.number is not None
    assert f"Открыть № {own.number} " not in page


def test_the_desk_costs_the_same_for_one_and_for_many(app, district, clock, statements):
    people = {}
    for rounds in (1, 3):
        counts = {}
        for _more in range(rounds):
            contest, tos = make_contest(district), make_tos(district)
            for state in ("draft", "submitted", "admitted", "returned"):
                make_application(contest, tos, state=state, fix_until_at=NOW)
            juror = make_juror(contest)
            ask_link(make_person(), tos)
            people |= {"activist": make_activist(tos), "juror": person_of(juror)}
        people.setdefault("secretary", make_secretary(district))
        people.setdefault("administrator", give_role(make_person(), Role.ADMINISTRATOR))
        people["chair"] = give_role(make_person(), Role.CHAIR, Scope.CONTEST, contest.id)
        for day in (2, 27):
            clock.at = NOW.replace(day=day)
            for role, person in people.items():
                browser = Browser(app, person)
                db.session.commit()
                statements.clear()
                browser.get("/desk")
                counts[role, day] = len(statements)
        if rounds == 1:
            first = counts
    assert counts == first
    assert max(counts.values()) <= 10, counts


# --- messages --------------------------------------------------------------------------------------------------------


def write_to(person, subject="Заявка № 7 принята", body="Всё в порядке.", kind="application.receipt"):
    letter = notifications.post(kind, to=person.email, subject=subject, body=body, now=NOW, person_id=person.id)
    db.session.commit()
    return letter


def test_a_letter_is_read_on_the_portal_word_for_word_and_leads_to_its_matter(app, district):
    person = make_person()
    body = "Заявка принята.\nРасписка: http://portal.test/applications/k/receipt\nДругое: http://else.test/x"
    app.config["BASE_URL"] = "http://portal.test"
    letter = write_to(person, body=body)
    browser = Browser(app, person)
    assert "Сообщения 1 непрочитанное" in said(browser.get("/tos"))
    assert "1 непрочитанное сообщение" in desk(app, person)
    assert "Заявка № 7 принята" in said(browser.get("/inbox"))
    page = browser.get(f"/inbox/{letter.id}")  # looking changes nothing
    assert "Заявка принята. Расписка: http://portal.test/applications/k/receipt Другое: http://else.test/x" in said(
        page
    )
    assert 'href="http://portal.test/applications/k/receipt">Перейти к делу<' in page.get_data(as_text=True)
    assert "1 непрочитанное" in said(page)
    read = browser.post(f"/inbox/{letter.id}/open")
    assert "непрочитанн" not in said(read)
    assert "Отметить прочитанным" not in said(read)
    db.session.refresh(letter)
    assert letter.read_at == NOW
    assert letter.sent_at is None  # it still waits for the mail server


def test_letters_of_others_are_not_there(app, district):
    owner, stranger = make_person("a@example.org"), make_person("b@example.org")
    letter = write_to(owner, subject="Чужое письмо")
    Browser(app, owner).get(f"/inbox/{letter.id}")
    browser = Browser(app, stranger)
    browser.get(f"/inbox/{letter.id}", code=404)
    browser.post(f"/inbox/{letter.id}/open", code=404)
    browser.post("/inbox/read", {"up_to": str(letter.id)})
    browser.post("/inbox/read", {"up_to": "all"}, code=400)
    assert "Чужое письмо" not in said(browser.get("/inbox"))
    db.session.refresh(letter)
    assert letter.read_at is None


def test_all_that_was_shown_is_marked_read_and_what_came_later_is_not(app, district):
    person = make_person()
    shown = [write_to(person, subject=f"Письмо {number}") for number in range(30)]
    browser = Browser(app, person)
    page = browser.get("/inbox")
    assert said(page).count("Письмо ") == 25  # a page
    assert "Письмо 0 " in said(browser.get("/inbox?page=2"))
    later = write_to(person, subject="Позже")
    browser.post("/inbox/read", {"up_to": str(shown[-1].id)})
    db.session.expire_all()
    assert [one.read_at for one in shown] == [NOW] * 30
    assert later.read_at is None


def test_a_link_that_lets_in_stays_in_the_mailbox(app, district):
    """Whoever holds an open browser must not be able to take the account over."""
    person = make_person()
    body = "Новый пароль: http://portal.test/reset/secret-token"
    letter = write_to(person, body=body, kind="accounts.reset_password")
    page = Browser(app, person).get(f"/inbox/{letter.id}")
    assert "ссылка только в письме на вашу почту" in said(page)
    assert "secret-token" not in page.get_data(as_text=True)


@pytest.mark.parametrize("count", [1, 40])
def test_messages_cost_the_same_however_many(app, district, statements, count):
    person = make_person()
    for number in range(count):
        write_to(person, subject=f"Письмо {number}")
    browser = Browser(app, person)
    browser.get("/inbox")
    statements.clear()
    browser.get("/inbox")
    assert len(statements) <= 4


def test_the_programme_is_one_click_away_from_every_page_of_the_secretary(app, district, visitor):
    office = Browser(app, make_secretary(district))
    link = '<a href="/office/programme">Программа</a>'
    for address in ("/desk", "/office/contests", "/office/tos", "/office/events", "/inbox"):
        assert link in office.get(address).get_data(as_text=True), address
    assert '<a href="/office/programme" aria-current="page">' in office.get("/office/programme").get_data(as_text=True)
    assert "/office/programme" not in visitor.get("/").get_data(as_text=True)
