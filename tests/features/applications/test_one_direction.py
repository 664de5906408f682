"""One direction for a ТОС, or a number of applications in some nominations: said at the beginning, held at the end."""

from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.features.applications.test_routes import hidden
from tests.features.applications.test_service import Case
from tests.make import REGULATION, regulation_with
from tests.pages import Browser, said
from tosportal.domain.eligibility import TosFacts, open_nominations
from tosportal.domain.errors import RuleBroken
from tosportal.domain.regulation import check_regulation, regulation_from_json
from tosportal.features.admission.papers import application_paper
from tosportal.features.admission.queries import findings_of
from tosportal.features.applications import queries, service
from tosportal.support.db import db

ONE = {
    "code": "one",
    "text": "ТОС выбирает одно направление",
    "clause": "2.7",
    "check": "nominations_max",
    "value": "1",
}
TWO_YARDS = {"code": "yards", "text": "Не больше двух дворов", "check": "applications_max", "value": "2",
             "nominations": ["n1"]}  # fmt: skip


def definition(*rules):
    limits = {**REGULATION["limits"], "applications_per_tos": None}
    items = [{"code": f"eligibility-{one['code']}", "text": one["text"]} for one in rules]
    return regulation_with(eligibility=list(rules), limits=limits, admission=items)


@pytest.mark.parametrize(
    ("rules", "live", "may"),
    [
        ([], ["n1", "n1"], ("n1", "n2")),
        ([ONE], [], ("n1", "n2")),
        ([ONE], ["n1"], ("n1",)),
        ([ONE], ["n1", "n2"], ()),
        ([{**ONE, "value": "2"}], ["n1"], ("n1", "n2")),
        ([TWO_YARDS], ["n1", "n2", "n2"], ("n1", "n2")),
        ([TWO_YARDS], ["n1", "n1"], ("n2",)),
        ([{**TWO_YARDS, "nominations": []}], ["n1", "n2"], ()),
        ([ONE, TWO_YARDS], ["n1", "n1"], ()),
    ],
)
def test_where_one_more_application_may_begin(rules, live, may):
    facts = TosFacts(in_nominations=tuple(live))
    assert open_nominations(regulation_from_json(definition(*rules)), facts) == may


def test_a_rule_of_number_needs_its_number():
    found = check_regulation(regulation_from_json(definition({**ONE, "value": None})), Decimal("700000.00"))
    assert ("eligibility.one", "Укажите, сколько можно") in [(one.place, str(one)) for one in found]


def begin(case, nomination):
    return service.start_application(
        contest=case.contest, tos=case.tos, nomination=nomination, form_key=None, actor=case.person, now=NOW
    )


def test_the_second_direction_is_refused_at_the_beginning_in_words_with_the_clause(app):
    case = Case(definition(ONE))
    begin(case, "n1")
    begin(case, "n1")
    with pytest.raises(RuleBroken, match="не больше чем в 1 номинации, а заявки — в 2") as refused:
        begin(case, "n2")
    assert [one.clause for one in refused.value.remarks] == ["2.7"]
    db.session.commit()
    browser, address = Browser(app, case.person), f"/contests/{case.contest.slug}/apply"
    page = browser.get(address)
    assert "Больше нельзя подать в номинации: Дети и молодёжь." in said(page)
    key = hidden(page, "form_key")
    page = browser.post(address, {"tos": case.tos.code, "nomination": "n2", "form_key": key}, code=422)
    assert "не больше чем в 1 номинации" in said(page)


def test_a_draft_that_changed_its_direction_is_refused_at_submission_and_seen_by_the_secretary(app):
    case = Case(definition(ONE))
    begin(case, "n1")
    application = case.filled()
    application.nomination = "n2"
    db.session.commit()
    with pytest.raises(RuleBroken, match="уберите лишний черновик"):
        service.submit_application(application, actor=case.person, now=NOW)
    this = queries.whole(application)
    paper = application_paper(this.answers, this.regulation, "n2", personal=True)
    facts = {"answers": this.answers, "paper": paper, "attachments": []}
    assert findings_of(application, this.regulation, **facts)["eligibility-one"].verdict == "not_ok"
    application.nomination = "n1"
    db.session.commit()
    assert findings_of(application, this.regulation, **facts)["eligibility-one"].verdict == "ok"
    service.submit_application(application, actor=case.person, now=NOW)


def test_a_number_of_applications_counts_the_one_in_question_once(app):
    case = Case(definition(TWO_YARDS))
    begin(case, "n1")
    application = case.filled()
    with pytest.raises(RuleBroken, match="От одного ТОС можно подать заявок: 2, у вас уже 2"):
        begin(case, "n1")
    begin(case, "n2")
    this = queries.whole(application)
    paper = application_paper(this.answers, this.regulation, "n1", personal=True)
    found = findings_of(application, this.regulation, answers=this.answers, paper=paper, attachments=[])
    assert found["eligibility-yards"].verdict == "ok"
    service.submit_application(application, actor=case.person, now=NOW)
