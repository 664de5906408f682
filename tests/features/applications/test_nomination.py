"""A returned application whose nomination changes: what is asked, frozen, printed and digested is of the new one."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_routes import hidden
from tests.features.applications.test_service import CLOSE, Case
from tests.make import regulation_with
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.service.contents import draft_digest, signed_digest
from tosportal.support.db import db

UNTIL = CLOSE + timedelta(days=9)
LATER = NOW + timedelta(hours=1)


def definition() -> dict:
    whole = regulation_with()
    whole["form"]["sections"][0]["fields"].append(
        {
            "code": "nomination",
            "label": "Номинация",
            "kind": "choice",
            "prefill": "application.nomination",
            "required": True,
            "options": [{"code": "n1", "name": "Благоустройство"}, {"code": "n2", "name": "Дети и молодёжь"}],
        }
    )
    for code, label in (("n1", "Какой двор"), ("n2", "Сколько детей")):
        whole["form"]["sections"].append(
            {
                "code": f"of-{code}",
                "title": f"Только {code}",
                "nominations": [code],
                "fields": [{"code": "only", "label": label, "kind": "text", "required": True}],
            }
        )
    return whole


@pytest.fixture
def case(app) -> Case:
    return Case(definition())


def as_it_is() -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).options(*queries.LOADED)).one()


def answer(application: Application, case: Case, section: str, **answers: str) -> None:
    row = queries.sections_of(application.id).get(section)
    given = {**(row.answers if row else {}), **answers}
    service.save_section(application, section, given, version=row.version if row else 0, actor=case.person, now=LATER)


def returned(case: Case) -> Application:
    application = case.filled()
    answer(application, case, "applicant", nomination="n1")
    answer(application, case, "of-n1", only="Двор дома № 6")
    service.submit_application(application, actor=case.person, now=NOW)
    service.advance_application(
        application, "return", actor=None, now=NOW, fix_until_on=UNTIL.date(), fix_until_at=UNTIL
    )
    db.session.commit()
    return as_it_is()


def codes(content: dict) -> list[str]:
    return [one["code"] for one in content["sections"]]


def copies() -> list[dict]:
    return [json.loads(one.content) for one in db.session.scalars(select(Submission).order_by(Submission.number))]


def test_another_nomination_is_asked_its_own_sections_before_it_is_sent(case):
    application = returned(case)
    answer(application, case, "applicant", nomination="n2")
    this = queries.whole(as_it_is())
    assert (this.nomination, this.application.nomination) == ("n2", "n1")  # what was sent counts until it is sent again
    assert [one.code for one in this.sections][-1] == "of-n2"
    with pytest.raises(RuleBroken, match="Сколько детей"):
        service.submit_application(this.application, actor=case.person, now=LATER)


def test_the_number_stays_and_the_copy_and_its_digest_are_of_the_new_nomination(case):
    application = returned(case)
    number, first = application.number, copies()[0]
    answer(application, case, "applicant", nomination="n2")
    answer(application, case, "of-n2", only="64 ребёнка")
    application = as_it_is()
    shown = draft_digest(queries.whole(application))
    submission = service.submit_application(application, actor=case.person, now=LATER, seen_digest=shown)
    assert signed_digest(submission) == shown == draft_digest(queries.whole(as_it_is()))
    assert submission.digest == hashlib.sha256(submission.content.encode()).hexdigest()
    former, present = copies()
    assert former == first
    assert (former["nomination"], present["nomination"]) == ("n1", "n2")
    assert (former["number"], present["number"]) == (number, number)
    assert (codes(former)[-1], codes(present)[-1]) == ("of-n1", "of-n2")
    assert (application.nomination, application.number) == ("n2", number)


def test_pages_and_papers_print_each_copy_by_its_own_nomination(app, case):
    browser = Browser(app, case.person)
    application = returned(case)
    key = application.key
    answer(application, case, "applicant", nomination="n2")
    db.session.commit()
    assert "Только n2" in said(browser.get(f"/applications/{key}"))
    answer(as_it_is(), case, "of-n2", only="64 ребёнка")
    page = browser.get(f"/applications/{key}/check")
    assert "Номинация: Дети и молодёжь" in said(page)
    browser.post(f"/applications/{key}/submit", {"seen": hidden(page, "seen"), "truth": "yes", "consent": "yes"})
    for number, own, other in ((1, "Двор дома № 6", "64 ребёнка"), (2, "64 ребёнка", "Двор дома № 6")):
        words = said(browser.get(f"/applications/{key}/submissions/{number}"))
        found = browser.client.get(f"/applications/{key}/submissions/{number}.pdf")
        paper = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(found.data)).pages).split())
        for text in (words, paper):
            assert own in text
            assert other not in text
