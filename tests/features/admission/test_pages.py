"""Admission: the checklist, the acts, who may what, on both engines."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import (
    give_role,
    make_activist,
    make_application,
    make_contest,
    make_municipality,
    make_person,
    make_secretary,
    make_submission,
    make_tos,
    regulation_with,
)
from tests.pages import Browser, said
from tosportal.domain.errors import NotAllowed, RuleBroken, StateConflict
from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.features.admission import queries, service
from tosportal.features.admission.models import AdmissionAct, AdmissionCheck
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import application_for_officer
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

OK = {"minutes_ok": ("ok", ""), "limits_ok": ("ok", "")}
WRONG = {"minutes_ok": ("not_ok", "Протокол без подписи"), "limits_ok": ("ok", "")}


def make_submitted(contest, tos, person=None, state="submitted"):
    application = make_application(contest, tos, person, state=state)
    if state != "draft":
        make_submission(application)
    return application


class Place:
    """A contest with a submitted application, its activist and a secretary."""

    def __init__(self, state="submitted"):
        self.municipality = make_municipality()
        self.contest = make_contest(self.municipality)
        self.tos = make_tos(self.municipality)
        self.activist = make_activist(self.tos)
        self.secretary = make_secretary(self.municipality)
        self.key = make_submitted(self.contest, self.tos, self.activist, state=state).key
        db.session.commit()

    @property
    def application(self) -> Application:
        db.session.flush()
        db.session.expire_all()
        return application_for_officer(self.key, Scopes(everywhere=True))

    @property
    def url(self) -> str:
        return f"/office/applications/{self.key}"


@pytest.fixture
def place(app):
    return Place()


def form(verdicts, **more):
    fields = {}
    for code, (verdict, remark) in verdicts.items():
        fields |= {f"verdict-{code}": verdict, f"remark-{code}": remark}
    return fields | more


def seen_on(page) -> str:
    return re.search(r'name="seen" value="([0-9a-f]+)"', page.get_data(as_text=True))[1]


def letters(kind):
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).all()


def acts():
    return db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()


# --- the acts ------------------------------------------------------------------------------------------------------


def test_nobody_is_admitted_past_an_unanswered_or_a_failed_point(place):
    for verdicts in ({}, {"minutes_ok": ("ok", "")}, WRONG):
        service.save_checklist(place.application, verdicts, actor=place.secretary, now=NOW)
        with pytest.raises(RuleBroken) as refused:
            service.admit_application(place.application, actor=place.secretary, now=NOW)
        assert refused.value.remarks
        assert place.application.state == "submitted"
    service.save_checklist(place.application, OK, actor=place.secretary, now=NOW)
    service.admit_application(place.application, actor=place.secretary, now=NOW)
    assert place.application.state == "admitted"
    assert [letter.to_address for letter in letters("admission.admitted")] == [place.activist.email]
    assert acts()[-2:] == ["application.admit", "admission.admitted"]
    assert audit.verify()[1] is None


def test_a_return_ends_with_the_last_working_day_in_the_zone_of_the_place(place):
    service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW)
    act = service.return_for_correction(
        place.application, reasons="Допишите", workdays=5, actor=place.secretary, now=NOW
    )
    # Monday 2 March; 9 March 2026 is a day off, so five working days end on Tuesday the 10th only if it falls inside
    assert act.due_on == date(2026, 3, 10)
    assert place.application.fix_until_on == date(2026, 3, 10)
    assert place.application.fix_until_at.isoformat() == "2026-03-10T17:00:00+00:00"
    letter = letters("admission.returned")[0]
    assert "Протокол без подписи" in letter.body
    assert "10\xa0марта" in letter.body
    assert "Допишите" in letter.body


@pytest.mark.parametrize("workdays", [0, -1, 31, 10**6])
def test_a_term_out_of_reason_is_refused(place, workdays):
    service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW)
    with pytest.raises(RuleBroken, match="рабочих дней"):
        service.return_for_correction(place.application, reasons="", workdays=workdays, actor=None, now=NOW)


def test_a_refusal_names_the_point_and_its_clause(place):
    with pytest.raises(RuleBroken):
        service.refuse_application(place.application, reasons="Нет", actor=place.secretary, now=NOW)
    service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW)
    act = service.refuse_application(place.application, reasons="", actor=place.secretary, now=NOW)
    assert act.reasons == "Протокол собрания приложен и читается (пункт 3.1): Протокол без подписи"
    assert "пункт 3.1" in letters("admission.refused")[0].body
    assert place.application.state == "refused"


def test_a_correction_under_way_is_not_refused_until_its_term_is_over(place, clock):
    service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW)
    service.return_for_correction(place.application, reasons="", workdays=1, actor=place.secretary, now=NOW)
    with pytest.raises(RuleBroken, match="исправляет"):
        service.refuse_application(place.application, reasons="", actor=place.secretary, now=NOW)
    later = clock.move(days=2)
    service.refuse_application(place.application, reasons="", actor=place.secretary, now=later)
    assert place.application.state == "refused"


def test_a_decision_is_taken_back_with_a_reason(place):
    service.save_checklist(place.application, OK, actor=place.secretary, now=NOW)
    service.admit_application(place.application, actor=place.secretary, now=NOW)
    with pytest.raises(RuleBroken, match="Объясните"):
        service.reopen_application(place.application, reasons=" ", actor=place.secretary, now=NOW)
    service.reopen_application(place.application, reasons="Не тот документ", actor=place.secretary, now=NOW)
    assert place.application.state == "submitted"
    assert [act.act for act, _name in queries.acts_of(place.application.id)] == ["reopened", "admitted"]


def test_after_the_scoring_admission_is_closed(place, clock):
    later = clock.move(days=60)
    with pytest.raises(RuleBroken, match="прошло"):
        service.save_checklist(place.application, OK, actor=place.secretary, now=later)


def test_a_secretary_does_not_decide_about_their_own_tos(place):
    give_role(place.secretary, Role.ACTIVIST, Scope.TOS, place.tos.id)
    with pytest.raises(NotAllowed, match="состоите"):
        service.save_checklist(place.application, OK, actor=place.secretary, now=NOW)


def test_two_secretaries_the_second_is_told(place):
    seen = queries.seen_version(place.application, {})
    service.save_checklist(place.application, OK, actor=place.secretary, now=NOW, seen=seen)
    with pytest.raises(StateConflict):
        service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW, seen=seen)
    service.save_checklist(
        place.application, OK, actor=place.secretary, now=NOW, seen=seen
    )  # the same again: no matter
    assert db.session.scalar(select(func.count()).select_from(AdmissionCheck)) == 2


@pytest.mark.parametrize(
    "verdicts",
    [
        {"nothing": ("ok", "")},
        {"minutes_ok": ("perhaps", "")},
        {"minutes_ok": ("", "только замечание")},
        {"minutes_ok": ("not_ok", "я" * 2001)},
    ],
)
def test_a_checklist_takes_only_its_own_rows_and_verdicts(place, verdicts):
    with pytest.raises(RuleBroken):
        service.save_checklist(place.application, verdicts, actor=place.secretary, now=NOW)


# --- the pages -----------------------------------------------------------------------------------------------------


def test_the_secretary_returns_then_admits_by_hand(app, place, clock):
    browser = Browser(app, place.secretary)
    page = browser.get(place.url)
    assert "Детская площадка «Родничок»" in said(page)
    assert "Качели" in said(page)
    assert "5 рабочих дней, до конца 10 марта 2026 года" in said(page)
    page = browser.post(place.url, form(WRONG, act="return", workdays="5", reasons="", seen=seen_on(page)))
    assert "возвращена на исправление до 10 марта 2026 года" in said(page)
    assert place.application.state == "returned"
    application = place.application
    application.state, application.fix_until_at, application.fix_until_on = "submitted", None, None
    db.session.commit()
    page = browser.get(place.url)
    assert "Протокол без подписи" in said(page) or "Протокол без подписи" in page.get_data(as_text=True)
    page = browser.post(place.url, form(OK, act="admit", workdays="5", reasons="", seen=seen_on(page)))
    assert "допущена" in said(page)
    assert place.application.state == "admitted"
    again = browser.post(place.url, form(OK, act="admit", workdays="5", reasons="", seen="0"))
    assert "Это уже сделано" in said(again)
    assert db.session.scalar(select(func.count()).select_from(AdmissionAct)) == 2


def test_bad_input_is_explained_next_to_the_field_and_kept(app, place):
    browser = Browser(app, place.secretary)
    seen = seen_on(browser.get(place.url))
    evil = "<script>alert(1)</script>\x00"
    page = browser.post(
        place.url,
        form(
            {"minutes_ok": ("not_ok", ""), "limits_ok": ("", "")},
            act="return",
            workdays="99999",
            reasons=evil,
            seen=seen,
        ),
        code=422,
    )
    text = page.get_data(as_text=True)
    assert 'href="#remark-minutes_ok"' in text
    assert 'href="#workdays"' in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    page = browser.post(place.url, form(WRONG, act="admit", seen=seen_on(page)), code=422)
    assert "Не соответствует: «Протокол собрания приложен и читается»" in said(page)
    assert "Протокол без подписи" in page.get_data(as_text=True)
    assert place.application.state == "submitted"
    assert queries.checks_of(place.application.id)["minutes_ok"].verdict == "not_ok"  # the checklist is kept
    browser.post(place.url, form(OK, act="explode", seen=seen), code=400)


def test_the_second_secretary_sees_both_versions(app, place):
    first, second = Browser(app, place.secretary), Browser(app, make_secretary(place.municipality))
    seen = seen_on(first.get(place.url))
    first.post(place.url, form(OK, act="save", seen=seen))
    page = second.post(place.url, form(WRONG, act="save", seen=seen), code=409)
    assert "У вас: Не соответствует . Протокол без подписи" in said(page).replace("соответствует.", "соответствует .")
    assert "Сохранено: Соответствует" in said(page)
    page = second.post(place.url, form(WRONG, act="save", seen=seen_on(page)))
    assert "Проверка сохранена" in said(page)


def test_who_may_open_what(app, place, visitor):
    other = make_municipality("kochki", "Кочковский район")
    chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, place.contest.id)
    juror = give_role(make_person(), Role.JUROR, Scope.CONTEST, place.contest.id)
    foreign = make_secretary(other)
    observer = give_role(make_person(), Role.OBSERVER)
    db.session.commit()
    listing = f"/office/contests/{place.contest.slug}/applications"
    for person, code in ((foreign, 404), (juror, 403), (observer, 403), (place.activist, 403), (chair, 200)):
        browser = Browser(app, person)
        browser.get(place.url, code=code)
        browser.get(listing, code=code)
    assert Browser(app, chair).post(place.url, form(OK, act="admit"), code=403)
    Browser(app, foreign).post(place.url, form(OK, act="admit"), code=404)
    secretary = Browser(app, place.secretary)
    for key in ("nothing", "x" * 300, "a%00b", "..%2f"):
        secretary.get(f"/office/applications/{key}", code=404)
    assert visitor.client.get(place.url).status_code == 302


def test_a_draft_is_nobody_elses(app, place):
    make_submitted(place.contest, make_tos(place.municipality, "ТОС «Тайна»"), state="draft")
    db.session.commit()
    page = Browser(app, place.secretary).get(f"/office/contests/{place.contest.slug}/applications")
    assert "ТОС «Тайна»" not in said(page)


def test_the_list_costs_the_same_for_one_and_three(app, place, statements):
    browser = Browser(app, place.secretary)
    listing = f"/office/contests/{place.contest.slug}/applications"
    counts = []
    for _turn in range(2):
        statements.clear()
        browser.get(listing)
        counts.append(len(statements))
        for _number in range(2):
            make_submitted(place.contest, make_tos(place.municipality))
        db.session.commit()
    assert counts[0] == counts[1] <= 10


def test_the_list_filters_and_says_who_is_overdue(app, place, clock):
    service.save_checklist(place.application, WRONG, actor=place.secretary, now=NOW)
    service.return_for_correction(place.application, reasons="", workdays=1, actor=place.secretary, now=NOW)
    db.session.commit()
    browser = Browser(app, place.secretary)
    listing = f"/office/contests/{place.contest.slug}/applications"
    assert "исправит до конца 3 марта" in said(browser.get(listing + "?state=returned"))
    assert "Заявок в этом состоянии нет" in said(browser.get(listing + "?state=refused"))
    assert "Возвращена на исправление" in said(browser.get(place.url))
    clock.move(days=3)
    assert "срок был 3 марта" in said(browser.get(listing + "?state=returned&page=999999999999"))
    assert "Срок исправлений прошёл" in said(browser.get(place.url))


def test_the_portal_checks_first_what_it_can(app):
    municipality = make_municipality()
    rows = [
        {"code": "in-time", "text": "В срок", "clause": "1.1"},
        {"code": "document-minutes", "text": "Протокол", "clause": "3.1"},
        {"code": "limit-grant", "text": "Сумма", "clause": "4.1"},
    ]
    contest = make_contest(municipality, regulation=regulation_with(admission=rows))
    application = make_submitted(contest, make_tos(municipality))
    db.session.commit()
    page = said(Browser(app, make_secretary(municipality)).get(f"/office/applications/{application.key}"))
    assert "Портал: соответствует" in page
    assert "Портал: не соответствует. Нет документа «Протокол собрания жителей»" in page


def test_in_english(app, place):
    browser = Browser(app, place.secretary, language="en")
    for address in (place.url, f"/office/contests/{place.contest.slug}/applications"):
        assert '<html lang="en"' in browser.get(address).get_data(as_text=True)
