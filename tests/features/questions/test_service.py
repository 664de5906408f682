"""Questions: how many, until when, by when they are answered; who has which letter; what stays for the auditor."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import make_contest, make_municipality, make_person, make_secretary, regulation_with
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.regulation import regulation_from_json, to_json
from tosportal.features.contests.queries import contest_by_slug, regulation_of
from tosportal.features.questions import queries, service
from tosportal.features.questions.models import Question, QuestionAnswer
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

TEXT = "Можно ли купить саженцы до подписания соглашения?"
ANSWER = "Нельзя: пункт 4.2 положения."


@pytest.fixture
def contest(app):
    district = make_municipality()
    make_secretary(district)
    made = make_contest(district)
    db.session.commit()
    return contest_by_slug(made.slug)


def ask(contest, person, text=TEXT, now=NOW, form_key=None):
    return service.ask_question(contest, regulation_of(contest), text=text, form_key=form_key, actor=person, now=now)


def answer(question, contest, secretary, *, wording=TEXT, text=ANSWER, seen=0, changes_nothing=True, now=NOW):
    return service.answer_question(
        question, contest, wording=wording, answer=text, changes_nothing=changes_nothing, seen=seen,
        actor=secretary, now=now,
    )  # fmt: skip


def letters() -> list[tuple[str, str, str]]:
    return [(one.kind, one.to_address, one.body) for one in db.session.scalars(select(Letter).order_by(Letter.id))]


def refused(error) -> str:
    return str(error.value)


def test_a_question_has_a_number_a_due_day_and_a_letter_to_the_secretary(app, contest):
    person = make_person("anna@example.org")
    question = ask(contest, person)
    assert (question.number, question.text, question.waits) == (1, TEXT, True)
    assert question.due_at == datetime(2026, 3, 4, 17, tzinfo=UTC)  # Monday the 2nd and two working days, to their end
    [(kind, _to, body)] = letters()
    assert kind == "question.asked"
    assert TEXT in body
    assert "до конца 4\xa0марта" in body
    assert f"/office/contests/{contest.slug}/questions/1" in body
    assert ask(contest, make_person()).number == 2
    assert db.session.scalars(select(JournalEntry.act)).all() == ["question.asked"] * 2


def test_the_same_form_is_the_same_question(app, contest):
    person = make_person()
    first = ask(contest, person, form_key="k" * 24)
    assert ask(contest, person, form_key="k" * 24).id == first.id
    with pytest.raises(StateConflict):
        ask(contest, make_person(), form_key="k" * 24)
    assert db.session.scalar(select(func.count(Question.id))) == 1
    assert len(letters()) == 1


def test_three_a_day_and_five_in_all_and_others_do_not_count(app, contest):
    person, other = make_person(), make_person()
    for number in range(3):
        ask(contest, person, now=NOW + timedelta(minutes=number))
    with pytest.raises(RuleBroken) as error:
        ask(contest, person, now=NOW + timedelta(hours=11))  # 23:00 in Novosibirsk
    assert refused(error) == "Сегодня вы уже задали вопросов: 3. Следующий можно задать завтра"
    ask(contest, other)
    next_day = NOW + timedelta(hours=12)  # midnight there, the same day by UTC
    ask(contest, person, now=next_day)
    ask(contest, person, now=next_day)
    with pytest.raises(RuleBroken) as error:
        ask(contest, person, now=next_day + timedelta(days=1))
    assert refused(error) == "Вы уже задали вопросов: 5. Больше одному человеку в этом конкурсе нельзя"
    assert db.session.scalar(select(func.count(Question.id))) == 6


def test_the_last_second_for_questions(app, contest):
    until = datetime(2026, 3, 10, 17, tzinfo=UTC)  # the intake ends on Friday the 13th; Tuesday is the third day before
    question = ask(contest, make_person(), now=until - timedelta(seconds=1))
    assert question.due_at == datetime(2026, 3, 12, 17, tzinfo=UTC), "never later than a working day before the end"
    with pytest.raises(RuleBroken, match="Вопросы принимали до"):
        ask(contest, make_person(), now=until)
    contest.cancelled_at, contest.cancel_reason = NOW, "нет денег"
    with pytest.raises(RuleBroken, match="не спрашивают"):
        ask(contest, make_person())


@pytest.mark.parametrize(("text", "words"), [("Что?", "хотя бы 10"), ("ы" * 2001, "2001 знаков, можно до 2000")])
def test_too_short_and_too_long_are_refused_whole(app, contest, text, words):
    with pytest.raises(RuleBroken, match=words):
        ask(contest, make_person(), text=text)
    assert db.session.scalar(select(func.count(Question.id))) == 0


def test_an_answer_is_for_everybody_without_names_and_a_letter_goes_to_the_one_who_asked(app, contest):
    person, secretary = make_person("anna@example.org"), make_person("boss@example.org")
    question = ask(contest, person, text="Я Анна, тел. 123-45-67. Можно ли купить саженцы?")
    assert db.session.execute(queries.answered_questions(contest.id)).all() == []
    answer(question, contest, secretary, wording="Можно ли купить саженцы?")
    [(shown, made)] = db.session.execute(queries.answered_questions(contest.id)).all()
    assert (shown.id, made.wording, made.answer) == (question.id, "Можно ли купить саженцы?", ANSWER)
    assert shown.text.startswith("Я Анна"), "the original is kept"
    kind, to, body = letters()[-1]
    assert (kind, to) == ("question.answered", "anna@example.org")
    assert ANSWER in body
    assert f"/contests/{contest.slug}/questions#question-1" in body


def test_a_correction_is_a_new_edition_and_the_old_stays(app, contest):
    person, secretary = make_person(), make_secretary(contest.municipality)
    question = ask(contest, person)
    answer(question, contest, secretary)
    assert answer(question, contest, secretary).number == 1, "the same words again are the same answer"
    with pytest.raises(StateConflict):
        answer(question, contest, secretary, text="Другой ответ.", seen=0)
    answer(question, contest, secretary, text="Можно с согласия комиссии.", seen=1)
    assert [one.answer for one in queries.answers_of(question)] == [ANSWER, "Можно с согласия комиссии."]
    [(_question, shown)] = db.session.execute(queries.answered_questions(contest.id)).all()
    assert shown.answer == "Можно с согласия комиссии."
    assert [kind for kind, *_rest in letters() if kind != "question.asked"] == [
        "question.answered", "question.answer_corrected",
    ]  # fmt: skip
    assert "Новый ответ" in letters()[-1][2]


def test_an_answer_that_changes_the_conditions_is_not_an_answer(app, contest):
    question = ask(contest, make_person())
    with pytest.raises(RuleBroken) as error:
        answer(question, contest, make_secretary(contest.municipality), changes_nothing=False, text="")
    assert [one.place for one in error.value.remarks] == ["answer", "changes_nothing"]
    assert "поправка" in refused(error)
    assert db.session.scalar(select(func.count(QuestionAnswer.id))) == 0


def test_a_declined_question_is_seen_by_its_author_alone(app, contest):
    person, secretary = make_person("anna@example.org"), make_secretary(contest.municipality)
    question = ask(contest, person, text="Когда починят дорогу у дома?")
    with pytest.raises(RuleBroken):
        service.decline_question(question, contest, reason="", seen=0, actor=secretary, now=NOW)
    reason = "Вопрос не о конкурсе, напишите в администрацию."
    service.decline_question(question, contest, reason=reason, seen=0, actor=secretary, now=NOW)
    assert db.session.execute(queries.answered_questions(contest.id)).all() == []
    assert [one.id for one, _answer in queries.own_questions(contest.id, person.id)] == [question.id]
    assert letters()[-1][:2] == ("question.declined", "anna@example.org")
    assert reason in letters()[-1][2]
    with pytest.raises(StateConflict):
        answer(question, contest, secretary)


def test_what_waits_is_counted_with_what_is_late(app, contest):
    secretary = make_secretary(contest.municipality)
    first, second = ask(contest, make_person()), ask(contest, make_person(), now=NOW + timedelta(days=2))
    waiting = queries.waiting_questions([contest.id], NOW + timedelta(days=4))[contest.id]
    assert (waiting.count, waiting.overdue, waiting.due_at) == (2, 1, first.due_at)
    answer(first, contest, secretary)
    answer(second, contest, secretary)
    assert queries.waiting_questions([contest.id], NOW) == {}


def test_search_finds_words_in_question_and_answer_whatever_their_letters(app, contest):
    secretary = make_secretary(contest.municipality)
    answer(ask(contest, make_person()), contest, secretary)
    answer(ask(contest, make_person(), text="А 100% своих денег?"), contest, secretary, wording="А 100% своих денег?",
           text="Да, это ВОЗМОЖНО.")  # fmt: skip

    def found(words: str) -> list[int]:
        return [one.number for one, _answer in db.session.execute(queries.answered_questions(contest.id, words)).all()]

    assert found("САЖЕНЦЫ") == [1]
    assert found("возможно денег") == [2]
    assert found("100%") == [2]
    assert found("%") == [2]
    assert found("_") == []
    assert found("№1") == [1]
    assert found("дорога") == []


def test_the_rule_of_questions_is_data_left_out_at_its_defaults(app):
    plain = regulation_with()
    assert "questions" not in to_json(regulation_from_json(plain))
    own = {**plain, "questions": {"per_person": 2, "until_workdays": 5}}
    assert to_json(regulation_from_json(own))["questions"] == {"per_person": 2, "until_workdays": 5}
    for wrong in ({"per_person": 0}, {"until_workdays": 500}, {"until_workdays": 0}, {"many": 1}):
        with pytest.raises(RuleBroken):
            regulation_from_json({**plain, "questions": wrong})


def test_a_question_past_its_day_is_written_of_once_to_every_secretary_and_never_at_night(app, contest):
    question = ask(contest, make_person())
    answered = ask(contest, make_person())
    answer(answered, contest, make_person())
    other = make_secretary(contest.municipality)
    db.session.commit()
    due = question.due_at  # midnight in Novosibirsk
    before = len(letters())
    assert service.remind_of_overdue(now=due - timedelta(seconds=1)) == 0
    assert service.remind_of_overdue(now=due + timedelta(hours=1)) == 0, "nobody is written to at night"
    morning = due + timedelta(hours=9)
    assert service.remind_of_overdue(now=morning) == 2
    db.session.commit()
    written = letters()[before:]
    assert {kind for kind, _to, _body in written} == {"question.overdue"}
    assert other.email in {to for _kind, to, _body in written}
    assert "он был 04.03.2026" in written[0][2]
    assert f"/office/contests/{contest.slug}/questions/1" in written[0][2]
    assert service.remind_of_overdue(now=morning + timedelta(hours=1)) == 0
    assert service.remind_of_overdue(now=morning + timedelta(days=10)) == 0
    later = make_secretary(contest.municipality)
    assert service.remind_of_overdue(now=morning + timedelta(days=20)) == 0, "of what is long overdue nothing more"
    assert later.email not in {to for _kind, to, _body in letters()}


@pytest.mark.parametrize("over", ["declined", "cancelled", "approved"])
def test_nobody_is_reminded_of_a_question_that_is_over(app, contest, over):
    question = ask(contest, make_person())
    morning = question.due_at + timedelta(hours=9)
    if over == "declined":
        question.declined_at, question.decline_reason = NOW, "Не о конкурсе"
    elif over == "cancelled":
        contest.cancelled_at, contest.cancel_reason = NOW, "Нет денег"
    else:
        contest.approved_at = NOW
    db.session.flush()
    assert service.remind_of_overdue(now=morning) == 0
