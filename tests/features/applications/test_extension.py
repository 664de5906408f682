"""The intake is extended by an act: late drafts go out after all, everybody hears, nobody loses."""

import copy
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.features.applications.test_service import CLOSE, Case
from tests.features.contests.test_routes import form_of
from tests.make import REGULATION, make_activist, make_application, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.features.applications import queries, service
from tosportal.features.contests.queries import contest_by_slug, regulation_of
from tosportal.support.db import db
from tosportal.support.notifications import Letter

LATE = CLOSE + timedelta(seconds=1)


@pytest.fixture
def case(app) -> Case:
    return Case()


def office(case: Case, app, at=LATE) -> Browser:
    secretary = make_secretary(case.municipality)
    db.session.commit()
    app.config["CLOCK"] = lambda: at
    return Browser(app, secretary)


def address(case: Case) -> str:
    return f"/office/contests/{case.contest.slug}/extension"


def moments(case: Case) -> dict[str, str]:
    db.session.expire_all()
    found = regulation_of(contest_by_slug(case.contest.slug)).moments
    return {code: f"{at:%d.%m %H:%M}" for code, at in found.items()}


def extend(desk: Browser, case: Case, **typed: str):
    """The secretary fills in the form, looks at what moves, and presses."""
    data = form_of(desk.get(address(case)))
    data |= {"close-date": ["20.03.2026"], "close-time": ["17:00"]}
    data |= {"act": ["Постановление № 9"], "reason": ["Паводок"], **{name: [value] for name, value in typed.items()}}
    seen = desk.post(address(case), data)
    return seen, form_of(seen)


def test_a_draft_one_second_late_goes_out_after_the_extension_and_everybody_hears(case, app):
    draft = case.filled()
    other = make_tos(case.municipality, "ТОС «Ива»")
    second = make_activist(other)
    sent = make_application(case.contest, other, state="submitted")
    desk = office(case, app)
    with pytest.raises(RuleBroken, match="Приём заявок закончился"):
        service.submit_application(draft, actor=case.person, now=LATE)
    db.session.rollback()
    seen, data = extend(desk, case)
    assert "Что сдвинется" in said(seen)
    assert moments(case)["close"] == "13.03 17:00"  # shown, not yet done
    assert "Приём заявок продлён" in said(desk.post(address(case), data))
    assert {code: at for code, at in moments(case).items() if code in ("close", "check_until", "scoring_from",
            "meeting", "project_from")} == {
        "close": "20.03 17:00", "check_until": "28.03 00:00", "scoring_from": "02.04 00:00",
        "meeting": "17.04 10:00", "project_from": "18.05 00:00",
    }  # fmt: skip
    letters = {one.person_id: one for one in db.session.scalars(select(Letter)) if one.kind == "application.amended"}
    assert set(letters) == {case.person.id, second.id}
    assert "продлён до 20.03.2026, 17:00:00" in letters[case.person.id].body
    assert "Акт: Постановление № 9" in letters[second.id].body
    assert "остаётся в силе" in letters[second.id].body
    submission = service.submit_application(
        queries.application_for_applicant(draft.key, case.person), actor=case.person, now=LATE
    )
    assert submission.number == 1
    db.session.commit()
    application = queries.application_for_applicant(sent.key, second)
    assert not queries.whole(application).is_behind  # nothing that it answers has changed
    page = said(Browser(app).get(f"/contests/{case.contest.slug}"))
    assert "Приём продлён" in page
    assert "Постановление № 9" in page


def test_the_last_second_of_the_new_term_is_late_again(case, app):
    draft = case.filled()
    desk = office(case, app)
    desk.post(address(case), extend(desk, case)[1])
    end = CLOSE + timedelta(days=7)
    for at in (end, end + timedelta(microseconds=1)):
        with pytest.raises(RuleBroken, match="Приём заявок закончился"):
            service.submit_application(queries.application_for_applicant(draft.key, case.person), actor=case.person,
                                       now=at)  # fmt: skip
        db.session.rollback()
    draft = queries.application_for_applicant(draft.key, case.person)
    assert service.submit_application(draft, actor=case.person, now=end - timedelta(microseconds=1)).number == 1


def test_nobody_extends_after_a_decision_on_admission(case, app):
    make_application(case.contest, case.tos, state="admitted")
    desk = office(case, app)
    assert "Уже решено о допуске заявок: 1" in said(desk.get(address(case)))
    desk.post(address(case), {"close-date": "20.03.2026"}, code=409)
    assert moments(case)["close"] == "13.03 17:00"
    app.config["CLOCK"] = lambda: CLOSE - timedelta(seconds=1)  # before the end everybody still stands alike
    desk.post(address(case), extend(desk, case)[1])
    assert moments(case)["close"] == "20.03 17:00"


@pytest.mark.parametrize(
    ("rule", "at", "words"),
    [
        ("never", CLOSE - timedelta(days=1), "не разрешает продлевать"),
        ("before_close", LATE, "только до его окончания"),
        ("before_admission", CLOSE + timedelta(days=13), "Оценка уже началась"),
    ],
)
def test_the_regulation_says_until_when(app, rule, at, words):
    definition = {**copy.deepcopy(REGULATION), "intake": {"extension": rule}}
    case = Case(definition)
    assert words in said(office(case, app, at).get(address(case)))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"close-date": "12.03.2026"}, "должен быть позже прежнего"),
        ({"close-date": "31.02.2026"}, "Укажите день"),
        ({"close-date": ""}, "Укажите день"),
        ({"others": ""}, "не может быть раньше, чем"),
    ],
)
def test_a_wrong_term_is_refused_with_everything_typed(case, app, typed, words):
    desk = office(case, app)
    data = form_of(desk.get(address(case)))
    data |= {"close-date": ["30.03.2026"], "close-time": ["17:00"], "act": ["Акт"], "reason": ["Причина словами"]}
    if "others" in typed:
        del data["others"]
    else:
        data |= {name: [value] for name, value in typed.items()}
    page = desk.post(address(case), data, code=422)
    assert words in said(page)
    assert form_of(page)["reason"] == ["Причина словами"]
    assert moments(case)["close"] == "13.03 17:00"


def test_no_act_no_extension(case, app):
    desk = office(case, app)
    _seen, data = extend(desk, case, act="")
    page = desk.post(address(case), data, code=422)
    assert "Назовите правовой акт" in said(page)
    assert moments(case)["close"] == "13.03 17:00"
    desk.post(address(case), {**form_of(page), "act": ["Постановление № 9"]})
    assert moments(case)["close"] == "20.03 17:00"


def test_a_follower_moves_by_its_rule_and_a_prepared_amendment_is_not_lost(app):
    definition = copy.deepcopy(REGULATION)
    row = next(one for one in definition["timeline"] if one["code"] == "check_until")
    row |= {"after": "close", "count": 5, "unit": "workdays"}
    case = Case(definition)
    desk = office(case, app)
    limits = f"/office/contests/{case.contest.slug}/edit/limits"
    desk.post(limits, {**form_of(desk.get(limits)), "limits-grant_max": ["200 000"]})
    assert "готовится другая поправка" in said(desk.get(address(case)))
    desk.post(f"/office/contests/{case.contest.slug}/amendment/discard", {})
    desk.post(address(case), extend(desk, case)[1])
    assert moments(case)["check_until"] == "28.03 00:00"  # five working days after 20 March
