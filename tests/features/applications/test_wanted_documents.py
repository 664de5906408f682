"""Documents by nomination and by answer: the task list, the submission, and files that a change of mind never loses."""

import io
import json

import pytest

from tests.conftest import NOW
from tests.features.applications.test_routes import save
from tests.features.applications.test_service import Case
from tests.make import regulation_with
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.domain.errors import RuleBroken
from tosportal.features.admission.papers import application_paper
from tosportal.features.admission.queries import findings_of
from tosportal.features.applications import queries, service
from tosportal.features.applications.service.contents import content_of
from tosportal.support.db import db

NOMINATION = {
    "code": "nomination",
    "label": "Номинация",
    "kind": "choice",
    "prefill": "application.nomination",
    "required": True,
    "options": [{"code": "n1", "name": "Двор"}, {"code": "n2", "name": "Дети"}],
}
LEGAL = {"code": "legal", "label": "Вы юридическое лицо?", "kind": "yes_no", "required": True}


def definition():
    whole = regulation_with()
    whole["form"]["sections"][0]["fields"] += [NOMINATION, LEGAL]
    whole["documents"] += [
        {"code": "yard", "name": "План двора", "required": True, "accept": ["pdf"], "clause": "3.7",
         "nominations": ["n1"]},
        {"code": "ogrn", "name": "Выписка ЕГРЮЛ", "accept": ["pdf"], "required_if": "legal"},
    ]  # fmt: skip
    whole["admission"] = [{"code": f"document-{code}", "text": code} for code in ("yard", "ogrn")]
    return whole


@pytest.fixture
def case(app):
    return Case(definition())


def answered(application, case, **answers):
    row = queries.sections_of(application.id)["applicant"]
    service.save_section(
        application, "applicant", {**row.answers, **answers}, version=row.version, actor=case.person, now=NOW
    )


def put(application, case, slot):
    service.attach_file(application, slot, io.BytesIO(pdf()), f"{slot}.pdf", actor=case.person, now=NOW)


def missing(application):
    return [str(one) for one in queries.whole(application).missing_files]


def slots_of(submission):
    return {one["slot"] for one in json.loads(submission.content)["attachments"]}


def test_a_change_of_nomination_keeps_the_file_and_sends_it_only_where_it_is_asked_for(case):
    application = case.filled()
    answered(application, case, nomination="n1", legal="no")
    assert missing(application) == ["Приложите: План двора"]
    put(application, case, "yard")
    assert missing(application) == []
    answered(application, case, nomination="n2")
    this = queries.whole(application)
    assert [one.name for one in this.spare] == ["yard.pdf"]
    assert missing(application) == []
    assert {one["slot"] for one in content_of(this, submitted_at=None)["attachments"]} == {"minutes"}
    answered(application, case, nomination="n1")
    assert queries.whole(application).spare == []
    assert missing(application) == []
    assert slots_of(service.submit_application(application, actor=case.person, now=NOW)) == {"minutes", "yard"}


def test_a_spare_file_is_not_sent(case):
    application = case.filled()
    answered(application, case, nomination="n1", legal="no")
    put(application, case, "yard")
    answered(application, case, nomination="n2")
    assert slots_of(service.submit_application(application, actor=case.person, now=NOW)) == {"minutes"}


def test_an_answer_makes_a_document_necessary(case):
    application = case.filled()
    answered(application, case, nomination="n2", legal="yes")
    with pytest.raises(RuleBroken, match="Приложите: Выписка ЕГРЮЛ"):
        service.submit_application(application, actor=case.person, now=NOW)
    put(application, case, "ogrn")
    assert slots_of(service.submit_application(application, actor=case.person, now=NOW)) == {"minutes", "ogrn"}


def test_the_secretary_sees_what_applies(case):
    application = case.filled()
    answered(application, case, nomination="n2", legal="yes")
    this = queries.whole(application)
    paper = application_paper(this.answers, this.regulation, "n2", personal=True)
    found = findings_of(application, this.regulation, answers=this.answers, paper=paper, attachments=[])
    assert found["document-yard"].verdict == "not_applicable"
    assert str(found["document-ogrn"].remark) == "Нет документа «Выписка ЕГРЮЛ»"


def test_the_pages_say_when_a_document_is_needed_and_where_a_spare_file_is(app, case):
    application = case.filled()
    answered(application, case, nomination="n1", legal="no")
    put(application, case, "yard")
    db.session.commit()
    browser, key = Browser(app, case.person), application.key
    page = said(browser.get(f"/applications/{key}/documents"))
    assert "Нужен: если на вопрос «Вы юридическое лицо?» ответ «Да»." in page
    assert "Сейчас не нужны" not in page
    save(browser, key, "applicant", {**{"nomination": "n2", "legal": "yes"}, "chair_name": "Примерова Анна",
                                     "chair_phone": "+7 383 592-10-00", "residents": "40"})  # fmt: skip
    page = browser.get(f"/applications/{key}/documents")
    assert "Сейчас не нужны" in said(page)
    assert "yard.pdf" in said(page)
    assert "Приложите: Выписка ЕГРЮЛ" in said(browser.get(f"/applications/{key}"))
    assert "С заявкой не уйдут" in said(browser.get(f"/applications/{key}/check"))
    # A page opened before the nomination changed still brings its file.
    address = f"/applications/{key}/documents"
    browser.post(f"{address}/yard", {"file": (io.BytesIO(pdf() + b"%%"), "новый.pdf")}, code=200)
    assert "новый.pdf" in said(browser.get(address))


def test_visitors_read_it_on_the_page_and_in_the_notice(app, case):
    visitor = Browser(app, None)
    for address in (f"/contests/{case.contest.slug}", f"/contests/{case.contest.slug}/notice"):
        page = said(visitor.get(address))
        assert "всегда; только в номинациях: Благоустройство" in page
        assert "если на вопрос «Вы юридическое лицо?» ответ «Да»" in page
