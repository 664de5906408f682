"""Questions through pages: asking signed in, answering for all, nothing typed lost, nobody named."""

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import make_contest, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.features.contests.queries import contest_by_slug, regulation_of
from tosportal.features.questions import service
from tosportal.features.questions.models import Question
from tosportal.features.questions.queries import question_of_contest
from tosportal.support.db import db

TEXT = "Можно ли купить саженцы до подписания соглашения?"


@pytest.fixture
def contest(app):
    made = make_contest(make_municipality())
    db.session.commit()
    return contest_by_slug(made.slug)


def test_from_a_question_to_an_answer_that_everybody_reads(app, contest, visitor):
    base = f"/contests/{contest.slug}/questions"
    person = make_person(full_name="Тайная Анна Образцовна")
    secretary = Browser(app, make_secretary(contest.municipality))
    assert "Вопросы и ответы" in said(visitor.get(f"/contests/{contest.slug}"))
    assert "Спросить можно до конца 10 марта" in said(visitor.get(base))
    assert visitor.get(f"{base}/ask").request.path == "/sign-in", "whoever asks signs in"
    activist = Browser(app, person)
    assert "до 5 вопросов" in said(activist.get(f"{base}/ask"))
    page = activist.post(f"{base}/ask", {"text": TEXT})
    assert "Вопрос отправлен" in said(page)
    assert "Ответят до конца 4 марта" in said(page)
    assert TEXT not in said(visitor.get(base))
    assert "Без ответа: 1 вопрос" in said(secretary.get("/desk"))
    office = f"/office/contests/{contest.slug}/questions"
    assert "Ждёт ответа" in said(secretary.get(office))
    assert "Тайная" in said(secretary.get(f"{office}/1"))
    wrong = secretary.post(f"{office}/1", {"seen": "0", "wording": TEXT, "answer": "Нельзя, пункт 4.2."}, code=422)
    assert "Подтвердите, что ответ ничего не меняет" in said(wrong)
    assert "Нельзя, пункт 4.2." in wrong.get_data(as_text=True), "what was typed is there"
    sent = {
        "seen": "0",
        "wording": "Можно ли купить саженцы?",
        "answer": "Нельзя, пункт 4.2.",
        "changes_nothing": "yes",
    }
    assert "Ответ опубликован" in said(secretary.post(f"{office}/1", sent))
    page = said(visitor.get(base))
    assert "Можно ли купить саженцы? Ответ Нельзя, пункт 4.2." in page
    assert "Тайная" not in page
    assert "до подписания" not in page, "the wording of the secretary, not the original"
    stale = secretary.post(f"{office}/1", {**sent, "answer": "Совсем другой ответ"}, code=409)
    assert "Совсем другой ответ" in stale.get_data(as_text=True)
    assert "Нельзя, пункт 4.2." in said(stale), "both answers are shown"
    assert "Без ответа" not in said(secretary.get("/desk"))


def test_what_is_too_long_comes_back_whole(app, contest):
    text = "ы" * 2001
    page = Browser(app, make_person()).post(f"/contests/{contest.slug}/questions/ask", {"text": text}, code=422)
    assert "2001 знаков" in said(page)
    assert text in page.get_data(as_text=True)
    assert db.session.scalar(select(func.count(Question.id))) == 0


def test_a_question_typed_after_the_sign_in_ended_is_not_lost(app, contest):
    page = app.test_client().post(f"/contests/{contest.slug}/questions/ask", data={"text": TEXT})
    assert page.status_code == 401
    assert TEXT in page.get_data(as_text=True)


def test_late_and_strange_are_told(app, contest, clock, visitor):
    person = Browser(app, make_person())
    clock.move(days=9)
    base = f"/contests/{contest.slug}/questions"
    assert "больше не принимают" in said(visitor.get(base))
    page = person.post(f"{base}/ask", {"text": TEXT}, code=422)
    assert "Вопросы принимали до" in said(page)
    assert TEXT in page.get_data(as_text=True)
    visitor.get("/contests/no-such/questions", code=404)
    visitor.get(f"{base}?q=%00'\"<script>&page=999")


def test_the_answer_belongs_to_the_district_of_the_contest(app, contest):
    own = Browser(app, make_secretary(contest.municipality))
    asked(contest, TEXT)
    stranger = Browser(app, make_secretary(make_municipality("other", "Другой район")))
    office = f"/office/contests/{contest.slug}/questions"
    stranger.get(f"{office}/1", code=404)
    stranger.post(f"{office}/1", {"answer": "Да"}, code=404)
    stranger.post(f"{office}/1/decline", {"reason": "Не о конкурсе"}, code=404)
    Browser(app, make_person()).get(office, code=403)
    own.get(f"{office}/77", code=404)
    own.get(f"{office}/1")


def asked(contest, text: str) -> Question:
    contest = contest_by_slug(contest.slug)
    question = service.ask_question(
        contest, regulation_of(contest), text=text, form_key=None, actor=make_person(), now=NOW
    )
    db.session.commit()
    return question


def test_pages_cost_the_same_for_few_and_for_many(app, contest, statements):
    secretary, visitor = make_secretary(contest.municipality), Browser(app)
    officer = Browser(app, secretary)

    def cost() -> tuple[int, int]:
        counts = []
        for browser, address in (
            (visitor, f"/contests/{contest.slug}/questions"),
            (officer, f"/office/contests/{contest.slug}/questions"),
        ):
            browser.get(address)
            statements.clear()
            browser.get(address)
            counts.append(len(statements))
        return counts[0], counts[1]

    few = None
    for number in range(60):
        question = question_of_contest(contest.id, asked(contest, f"{TEXT} {number}").number)
        service.answer_question(
            question,
            contest_by_slug(contest.slug),
            wording=question.text,
            answer="Нет.",
            changes_nothing=True,
            seen=0,
            actor=secretary,
            now=NOW,
        )
        if number == 2:
            few = cost()
    assert cost() == few
    assert max(few) <= 12
