"""An amendment reaches the applications: drafts follow with all that was typed, sent ones stay until confirmed."""

import copy
import json

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_service import CLOSE, Case
from tests.features.contests.test_routes import form_of
from tests.make import ANSWERS, REGULATION, make_activist, make_application, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.accounts.models import Person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.routes.amending import in_words
from tosportal.features.applications.service import amendments
from tosportal.features.contests.queries import contest_by_slug
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter


def fields_of(definition: dict, section: str) -> list[dict]:
    return next(one for one in definition["form"]["sections"] if one["code"] == section)["fields"]


def changed(*, asks_more: bool = False) -> dict:
    """The problem is not asked about, the intake ends a week later; perhaps one more question must be answered."""
    definition = copy.deepcopy(REGULATION)
    fields = fields_of(definition, "project")
    fields[:] = [one for one in fields if one["code"] != "problem"]
    if asks_more:
        fields.append({"code": "more", "label": "Кто будет ухаживать", "kind": "text", "required": True})
    next(one for one in definition["timeline"] if one["code"] == "close")["at"] = "2026-03-20T17:00:00+07:00"
    return definition


@pytest.fixture
def case(app) -> Case:
    return Case()


def amend(case: Case, definition: dict, act: str = "Постановление № 7", now=NOW):
    edition = amendments.amend_contest(
        contest_by_slug(case.contest.slug), regulation_from_json(definition), act=act, reason="Паводок", actor=None,
        now=now,
    )  # fmt: skip
    db.session.commit()
    return edition


def again(case: Case, application: Application) -> Application:
    db.session.expire_all()
    return queries.application_for_applicant(application.key, case.person)


def sent(case: Case) -> tuple[Application, Submission]:
    application = case.filled()
    submission = service.submit_application(application, actor=case.person, now=NOW)
    db.session.commit()
    return application, submission


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "application.amended").order_by(Letter.id)))


def test_a_draft_follows_with_everything_typed_and_what_is_gone_is_kept_and_shown(case, app):
    application = case.filled()
    amend(case, changed())
    application = again(case, application)
    this = queries.whole(application)
    assert (application.regulation.number, this.is_behind) == (2, False)
    assert this.answers["project"] == ANSWERS["project"]
    assert this.gone == {"project": {"problem": ANSWERS["project"]["problem"]}}
    asked = {code: value for code, value in ANSWERS["project"].items() if code != "problem"} | {"title": "Новое имя"}
    service.save_section(application, "project", asked, version=this.version_of("project"), actor=case.person, now=NOW)
    db.session.commit()
    this = queries.whole(again(case, application))
    assert this.answers["project"] == asked | {"problem": ANSWERS["project"]["problem"]}
    browser = Browser(app, case.person)
    page = said(browser.get(f"/applications/{application.key}/amended"))
    for words in ("Больше не спрашивается", ANSWERS["project"]["problem"], "Постановление № 7", "Паводок"):
        assert words in page
    assert "Подтверждаю" not in page
    assert "Что изменилось в условиях конкурса" in said(browser.get(f"/applications/{application.key}"))
    submission = service.submit_application(again(case, application), actor=case.person, now=NOW)
    frozen = json.loads(submission.content)
    answers = next(one["answers"] for one in frozen["sections"] if one["code"] == "project")
    assert (frozen["edition"], answers["title"], "problem" in answers) == (2, "Новое имя", False)


def test_everybody_concerned_has_a_letter_with_what_changed_and_what_to_do(case):
    draft = case.filled()
    other = make_tos(case.municipality, "ТОС «Ива»")
    second = make_activist(other)
    make_application(case.contest, other, state="submitted")
    helper = make_activist(case.tos)
    bystander = make_activist(make_tos(case.municipality, "ТОС «Дуб»"))
    second.locale = "en"
    db.session.commit()
    amend(case, changed())
    by_person = {one.person_id: one for one in letters()}
    assert set(by_person) == {case.person.id, second.id, helper.id}
    assert bystander.id not in by_person
    mine = by_person[case.person.id]
    assert mine.subject == f"Изменились условия конкурса «{case.contest.name}»"
    for words in (
        "Акт: Постановление № 7", "Почему: Паводок", "было «13.03.2026, 17:00:00", "стало «20.03.2026, 17:00:00",
        "Описание проблемы", "черновик уже на новых условиях", f"/applications/{draft.key}/amended",
    ):  # fmt: skip
        assert words in mine.body
    assert "confirm the new conditions" in by_person[second.id].body
    acts = [one.act for one in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))][-2:]
    assert acts == ["contest.amended", "contest.drafts_moved"]


def test_a_sent_application_stays_until_it_is_confirmed_and_both_times_are_kept(case, app):
    application, first = sent(case)
    amend(case, changed())
    application = again(case, application)
    assert (application.regulation.number, application.state) == (1, "submitted")
    browser = Browser(app, case.person)
    assert "Условия конкурса изменились" in said(browser.get(f"/applications/{application.key}"))
    page = browser.get(f"/applications/{application.key}/amended")
    assert "Заявка стоит на редакции № 1, действует редакция № 2" in said(page)
    later = CLOSE  # the old end of intake: the new one is a week ahead
    app.config["CLOCK"] = lambda: later
    browser.post(f"/applications/{application.key}/amended", {"edition": "2", "act": "confirm"})
    application = again(case, application)
    copies = queries.submissions_of(application.id)
    assert [(one.number, one.submitted_at) for one in copies] == [(1, NOW), (2, later)]
    assert (application.state, application.submitted_at, application.regulation.number) == ("submitted", NOW, 2)
    assert copies[0].content == first.content
    assert json.loads(copies[1].content)["edition"] == 2
    assert json.loads(copies[1].content)["number"] == json.loads(first.content)["number"]
    with pytest.raises(StateConflict):
        amendments.confirm_edition(application, number=2, actor=case.person, now=later)


def test_what_the_new_edition_asks_for_is_named_and_nothing_changes_until_it_is_there(case, app):
    application, first = sent(case)
    amend(case, changed(asks_more=True))
    address = f"/applications/{application.key}/amended"
    browser = Browser(app, case.person)
    refused = browser.post(address, {"edition": "2", "act": "confirm"}, code=422)
    assert "Кто будет ухаживать" in said(refused)
    application = again(case, application)
    assert (application.regulation.number, application.state) == (1, "submitted")
    assert len(queries.submissions_of(application.id)) == 1
    browser.post(address, {"edition": "2", "act": "complete"})
    application = again(case, application)
    assert (application.regulation.number, application.state) == (2, "returned")
    this = queries.whole(application)
    assert this.deadline == this.current.moments["close"]
    answers = ANSWERS["project"] | {"more": "Соседи"}
    service.save_section(
        application, "project", answers, version=this.version_of("project"), actor=case.person, now=NOW
    )
    db.session.commit()
    service.submit_application(again(case, application), actor=case.person, now=CLOSE)
    copies = queries.submissions_of(application.id)
    assert [one.submitted_at for one in copies] == [NOW, CLOSE]
    assert copies[0].content == first.content


def test_a_second_amendment_meanwhile_is_shown_before_anything_is_confirmed(case, app):
    application, _first = sent(case)
    amend(case, changed())
    again_changed = changed() | {"name": "Другое имя"}
    amend(case, again_changed, act="Постановление № 8")
    browser = Browser(app, case.person)
    page = browser.post(f"/applications/{application.key}/amended", {"edition": "2", "act": "confirm"}, code=409)
    for words in ("изменили ещё раз", "Постановление № 7", "Постановление № 8", "Другое имя"):
        assert words in said(page)
    assert len(queries.submissions_of(application.id)) == 1
    browser.post(f"/applications/{application.key}/amended", {"edition": "two", "act": "confirm"}, code=400)


def test_after_the_end_of_intake_nothing_is_confirmed(case):
    application, _first = sent(case)
    amend(case, changed())
    application = again(case, application)
    close = queries.whole(application).current.moments["close"]
    with pytest.raises(RuleBroken):
        amendments.confirm_edition(application, number=2, actor=case.person, now=close)
    db.session.rollback()
    assert again(case, application).regulation.number == 1


def test_the_pages_of_amendments_are_those_of_the_speakers_of_the_tos(case, app):
    application, _first = sent(case)
    amend(case, changed())
    Browser(app, case.person).get(f"/applications/{application.key}/amended")
    stranger = Browser(app, make_activist(make_tos(case.municipality, "ТОС «Дуб»")))
    stranger.get(f"/applications/{application.key}/amended", code=404)
    stranger.post(f"/applications/{application.key}/amended", {"edition": "2", "act": "confirm"}, code=404)


@pytest.mark.parametrize(
    ("answer", "words"),
    [("yes", "да"), ("слова", "слова"), ({"day": "1", "no": ""}, "1"), ([{"a": "x", "b": "y"}, "no"], "x, y; нет")],
)
def test_an_answer_of_any_kind_is_shown_in_words(app, answer, words):
    with app.test_request_context():
        assert in_words(answer) == words


def test_the_secretary_amends_by_the_page_and_the_letters_go(case, app):
    case.filled()
    browser = Browser(app, make_secretary(case.municipality))
    slug = case.contest.slug
    address = f"/office/contests/{slug}/edit/timeline"
    data = form_of(browser.get(address))
    browser.post(address, data | {"timeline-2-at-date": ["2026-03-20"], "timeline-2-at-time": ["17:00:00"]})
    filled = form_of(browser.get(f"/office/contests/{slug}/amendment")) | {"act": ["Акт № 1"], "reason": ["Паводок"]}
    assert letters() == []
    browser.post(f"/office/contests/{slug}/amendment", filled)
    assert [db.session.get_one(Person, one.person_id).email for one in letters()] == [case.person.email]


@pytest.mark.parametrize("count", [1, 6])
def test_an_amendment_asks_the_same_questions_for_few_and_many(case, statements, count):
    for number in range(count):
        tos = make_tos(case.municipality, f"ТОС № {number}")
        make_activist(tos)
        make_application(case.contest, tos, state="draft")
    db.session.commit()
    statements.clear()
    amend(case, changed())
    assert len(letters()) == count
    reads = [one for one in statements if one.lstrip().upper().startswith("SELECT") and "pg_advisory" not in one]
    assert len(reads) <= 17


def moved() -> dict:
    """The title of the project is asked among the facts of the ТОС, its plan in a section in which nobody writes."""
    definition = copy.deepcopy(REGULATION)
    project, there = fields_of(definition, "project"), fields_of(definition, "applicant")
    there += [one for one in project if one["code"] == "title"]
    steps = [one for one in project if one["code"] == "plan"]
    project[:] = [one for one in project if one["code"] == "problem"]
    definition["form"]["sections"].append({"code": "steps", "title": "Шаги", "nominations": [], "fields": steps})
    return definition


def test_a_question_goes_to_another_section_with_the_answers_of_drafts(case, app):
    application = case.filled()
    amend(case, moved())
    this = queries.whole(again(case, application), NOW)
    title, plan = ANSWERS["project"]["title"], ANSWERS["project"]["plan"]
    assert this.answers["applicant"] == ANSWERS["applicant"] | {"title": title}
    assert (this.answers["steps"], this.answers["project"]) == (
        {"plan": plan},
        {"problem": ANSWERS["project"]["problem"]},
    )
    assert (this.gone, this.is_ready) == ({}, True)
    assert title in said(Browser(app, case.person).get(f"/applications/{application.key}"))
    back = moved()
    fields_of(back, "project").append(fields_of(back, "applicant").pop())
    amend(case, back, act="Постановление № 8")
    this = queries.whole(again(case, application), NOW)
    assert this.answers["applicant"] == ANSWERS["applicant"]
    assert this.answers["project"] == {"problem": ANSWERS["project"]["problem"], "title": title}
    service.submit_application(again(case, application), actor=case.person, now=NOW)
    assert again(case, application).title == title


def test_a_question_that_only_went_elsewhere_is_not_confirmed_by_those_who_sent(case, app):
    application, first = sent(case)
    amend(case, moved())
    application = again(case, application)
    assert (application.regulation.number, queries.whole(application).is_behind) == (1, False)
    assert "делать ничего не нужно" in letters()[0].body
    page = said(Browser(app, case.person).get(f"/applications/{application.key}"))
    assert "пока вы не подтвердите новую" not in page
    more = moved()
    fields_of(more, "steps").append({"code": "more", "label": "Кто будет ухаживать", "kind": "text"})
    amend(case, more, act="Постановление № 8")
    application = again(case, application)
    assert queries.whole(application).is_behind
    submission = amendments.confirm_edition(application, number=3, actor=case.person, now=NOW)
    answers = {one["code"]: one["answers"] for one in json.loads(submission.content)["sections"]}
    assert answers["applicant"]["title"] == ANSWERS["project"]["title"]
    assert answers["steps"]["plan"] == ANSWERS["project"]["plan"]
    assert db.session.get(Submission, first.id).content == first.content
