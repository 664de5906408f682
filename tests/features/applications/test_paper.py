"""Applications on paper: entered by the secretary with the paper's time and scan, sealed, corrected with a reason."""

import copy
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_routes import hidden
from tests.features.applications.test_service import CLOSE, Case
from tests.make import ANSWERS, REGULATION, give_role, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.domain.application_states import ApplicationAct
from tosportal.domain.errors import NotAllowed, RuleBroken
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Consent
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, ApplicationSection, Submission
from tosportal.features.applications.service.forgetting import erase_personal
from tosportal.features.decisions.queries import received_applications
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

AFTER_CLOSE = CLOSE + timedelta(days=1)
IN_TIME = CLOSE - timedelta(seconds=1)
SIGNER = "Берёзова Нина Петровна"


def with_consent() -> dict:
    changed = copy.deepcopy(REGULATION)
    changed["form"]["sections"][0]["fields"].append(
        {"code": "agree", "label": "Согласие", "kind": "consent", "text": "Согласна на обработку", "required": True}
    )
    return changed


class PaperCase(Case):
    """The same with a secretary who has a paper in hand."""

    def __init__(self, definition: dict | None = None) -> None:
        super().__init__(definition)
        self.secretary = make_secretary(self.municipality)
        db.session.commit()

    def enter(
        self, *, at: datetime = IN_TIME, number: str = "12-к", now: datetime = AFTER_CLOSE, **given
    ) -> Application:
        facts = {
            "contest": self.contest,
            "tos": self.tos,
            "nomination": "n1",
            "form_key": None,
            "actor": self.secretary,
        }
        return service.enter_paper(paper=service.PaperFacts(at, number, SIGNER), now=now, **(facts | given))

    def scan(self, application: Application, now: datetime = AFTER_CLOSE) -> None:
        service.attach_file(application, ".original", io.BytesIO(pdf()), "скан.pdf", actor=self.secretary, now=now)

    def typed_in(self, now: datetime = AFTER_CLOSE) -> Application:
        application = self.enter(now=now)
        versions = {code: row.version for code, row in queries.sections_of(application.id).items()}
        for code, answers in ANSWERS.items():
            given = answers | ({"agree": "yes"} if code == "applicant" else {})
            service.save_section(application, code, given, version=versions.get(code, 0), actor=self.secretary, now=now)
        self.scan(application, now)
        service.attach_file(application, "minutes", io.BytesIO(pdf(pages=2)), "п.pdf", actor=self.secretary, now=now)
        db.session.commit()
        return as_officer_sees()

    def seal(self, application: Application, *, as_it_is: bool = False, now: datetime = AFTER_CLOSE) -> Submission:
        return service.submit_application(application, actor=self.secretary, now=now, as_it_is=as_it_is)


@pytest.fixture
def case(app) -> PaperCase:
    return PaperCase(with_consent())


def as_officer_sees() -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).options(*queries.LOADED)).one()


def contents() -> list[dict]:
    return [json.loads(one.content) for one in db.session.scalars(select(Submission).order_by(Submission.number))]


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


# --- entering --------------------------------------------------------------------------------------------------------


def test_a_paper_of_the_last_second_is_entered_after_the_close_and_counts_by_its_own_time(case):
    application = case.typed_in()
    assert queries.sections_of(application.id)["applicant"].answers["chair_name"] == ANSWERS["applicant"]["chair_name"]
    submission = case.seal(application)
    assert (application.state, application.number, application.submitted_at) == ("submitted", 1, IN_TIME)
    assert submission.submitted_at == IN_TIME
    assert contents()[0]["paper"] == {
        "at": "2026-03-13T09:59:59+00:00",
        "number": "12-к",
        "signer": SIGNER,
        "entered_at": "2026-03-14T10:00:00+00:00",
        "lacking": [],
    }
    assert contents()[0]["submitted_at"] == "2026-03-13T09:59:59+00:00"
    assert acts()[0] == "application.entered"
    assert acts()[-2:] == ["application.frozen", "consent.given"]


def test_nothing_of_the_registry_stands_in_a_paper_but_the_nomination(case):
    case.enter()
    rows = list(db.session.scalars(select(ApplicationSection)))
    assert {value for row in rows for value in row.answers.values()} <= {"n1"}


@pytest.mark.parametrize(
    ("at", "now", "words"),
    [
        (CLOSE, AFTER_CLOSE, "приём закончился 13.03.2026"),
        (datetime(2026, 2, 1, tzinfo=UTC), AFTER_CLOSE, "а приём начался"),
        (NOW + timedelta(seconds=1), NOW, "ещё не наступило"),
    ],
)
def test_a_paper_that_came_late_early_or_tomorrow_is_refused_in_words(case, at, now, words):
    with pytest.raises(RuleBroken, match=words):
        case.enter(at=at, now=now)
    assert db.session.scalars(select(Application)).all() == []
    assert case.enter(at=at - timedelta(days=40) if at > CLOSE else IN_TIME, now=AFTER_CLOSE).is_on_paper


def test_once_the_jury_is_done_no_paper_is_entered(case):
    with pytest.raises(RuleBroken, match="уже оценены"):
        case.enter(now=datetime(2027, 3, 1, tzinfo=UTC))
    assert case.enter().is_on_paper


def test_one_entry_of_the_register_is_one_application_of_the_contest(case):
    first = case.enter()
    with pytest.raises(RuleBroken, match="уже внесена"):
        case.enter()
    service.withdraw_application(first, actor=case.secretary, now=AFTER_CLOSE)
    assert case.enter().id != first.id


def test_the_same_form_twice_is_one_application_and_empty_facts_are_named(case):
    assert case.enter(form_key="k" * 20).id == case.enter(form_key="k" * 20).id
    with pytest.raises(RuleBroken) as refused:
        service.enter_paper(
            contest=case.contest, tos=case.tos, nomination="none", paper=service.PaperFacts(IN_TIME, "", "я" * 201),
            form_key=None, actor=case.secretary, now=AFTER_CLOSE,
        )  # fmt: skip
    assert [one.place for one in refused.value.remarks] == ["nomination", "signer", "number"]


def test_a_secretary_does_not_enter_the_paper_of_their_own_tos(case):
    with pytest.raises(NotAllowed, match="другой секретарь"):
        case.enter(actor=give_role(case.secretary, Role.ACTIVIST, Scope.TOS, case.tos.id))
    assert case.enter(actor=make_secretary(case.municipality)).is_on_paper


def test_what_would_stop_an_applicant_is_kept_beside_a_paper_but_the_scan_is_asked_for(case):
    case.tos.charter_registered_on = date(2026, 3, 14)  # too late to take part: the formal check refuses it
    case.enter()
    application = as_officer_sees()
    with pytest.raises(RuleBroken, match="Скан") as refused:
        case.seal(application, as_it_is=True)
    assert len(refused.value.remarks) == 1
    case.scan(application)
    with pytest.raises(RuleBroken) as refused:
        case.seal(application)
    assert len(refused.value.remarks) > 5
    case.seal(application, as_it_is=True)
    lacking = contents()[0]["paper"]["lacking"]
    assert lacking == [str(one) for one in refused.value.remarks]
    assert any("Устав ТОС зарегистрирован 14.03.2026" in one for one in lacking)


# --- consents --------------------------------------------------------------------------------------------------------


def test_consents_of_a_paper_are_of_who_signed_it_and_never_of_the_secretary(case):
    case.seal(case.typed_in())
    [consent] = db.session.scalars(select(Consent))
    assert (consent.how, consent.person_id, consent.subject_name) == ("paper", None, SIGNER)
    assert (consent.given_on, consent.recorded_by_id) == (date(2026, 3, 13), case.secretary.id)
    assert consent.said == "Согласие\nСогласна на обработку"
    assert consent.application_id is not None


# --- a sealed one ----------------------------------------------------------------------------------------------------


def test_a_sealed_paper_is_changed_only_for_a_reason_and_both_copies_stay(case):
    application = case.typed_in()
    first = case.seal(application)
    row = queries.sections_of(application.id)["project"]
    change = {"answers": {**row.answers, "title": "Двор"}, "version": row.version, "actor": case.secretary}
    with pytest.raises(RuleBroken, match="нельзя менять"):
        service.save_section(application, "project", now=AFTER_CLOSE, **change)
    with pytest.raises(RuleBroken, match="нельзя менять"):
        case.scan(application)
    with pytest.raises(RuleBroken, match="что исправляете"):
        service.open_correction(application, reason=" ", came_at=None, actor=case.secretary, now=AFTER_CLOSE)
    service.open_correction(
        application, reason="описка в названии", came_at=None, actor=case.secretary, now=AFTER_CLOSE
    )
    service.save_section(application, "project", now=AFTER_CLOSE, **change)
    assert application.title != "Двор"  # the former copy counts until it is sealed again
    second = case.seal(application)
    assert (first.number, second.number, application.title) == (1, 2, "Двор")
    assert application.submitted_at == IN_TIME
    assert "reason" not in contents()[0]["paper"]
    assert contents()[1]["paper"]["reason"] == "описка в названии"
    assert application.paper_reason == ""
    assert len(list(db.session.scalars(select(Consent)))) == 1
    with pytest.raises(RuleBroken, match="нельзя менять"):
        case.scan(application)
    assert "application.correction_opened" in acts()


def test_a_correction_in_which_nothing_changed_seals_again_without_a_copy(case):
    application = case.typed_in()
    first = case.seal(application)
    service.open_correction(application, reason="проверить", came_at=None, actor=case.secretary, now=AFTER_CLOSE)
    assert case.seal(application).id == first.id
    assert application.paper_reason == ""


def test_a_correction_asked_for_comes_on_paper_in_its_own_term(case):
    application = case.typed_in()
    case.seal(application)
    until = AFTER_CLOSE + timedelta(days=3)
    service.advance_application(
        application, ApplicationAct.RETURN, actor=None, now=AFTER_CLOSE, fix_until_on=until.date(), fix_until_at=until
    )
    later = until + timedelta(days=1)
    for came, words in ((None, "Укажите, когда"), (until, "срок закончился"), (later + timedelta(1), "не наступило")):
        with pytest.raises(RuleBroken, match=words):
            service.open_correction(application, reason="смета", came_at=came, actor=case.secretary, now=later)
    came = until - timedelta(seconds=1)
    service.open_correction(application, reason="смета", came_at=came, actor=case.secretary, now=later)
    row = queries.sections_of(application.id)["project"]
    service.save_section(
        application, "project", {**row.answers, "title": "Двор"}, version=row.version, actor=case.secretary, now=later
    )
    second = case.seal(application, now=later)
    assert (application.state, second.submitted_at, application.submitted_at) == ("submitted", came, IN_TIME)


def test_the_receipt_goes_to_the_tos_and_not_to_the_secretary(case):
    case.seal(case.typed_in())
    [letter] = db.session.scalars(select(Letter).where(Letter.kind == "application.receipt"))
    assert (letter.to_address, letter.person_id) == (case.person.email, case.person.id)
    assert "12-к" in letter.body


def test_after_the_term_of_data_the_signer_is_nobody(case):
    application = case.typed_in()
    case.seal(application)
    erase_personal(application, now=AFTER_CLOSE)
    assert application.paper_signer == ""
    assert contents()[0]["paper"]["signer"] == ""


def test_the_protocol_names_the_entry_of_a_paper(case):
    case.seal(case.typed_in())
    assert [row[-1] for row in received_applications(case.contest.id)] == ["12-к"]


# --- pages -----------------------------------------------------------------------------------------------------------


ANSWERS_OF_FORM = {
    "signer": SIGNER,
    "nomination": "n1",
    "number": "12-к",
    "came-date": "13.03.2026",
    "came-time": "16:59:59",
}


@pytest.fixture
def after_close(app) -> None:
    app.config["CLOCK"].at = AFTER_CLOSE


@pytest.fixture
def secretary(app, case, after_close) -> Browser:
    return Browser(app, case.secretary)


def begin(browser: Browser, case: PaperCase, *, code: int = 200, **given: str) -> str:
    address = f"/office/contests/{case.contest.slug}/applications/paper"
    once = hidden(browser.get(address), "form_key")
    page = browser.post(address, {**ANSWERS_OF_FORM, "tos": case.tos.code, "form_key": once, **given}, code=code)
    return said(page)


def test_by_pages_a_bare_paper_is_entered_sealed_and_marked_everywhere(app, case, secretary):
    slug = case.contest.slug
    assert "Внести бумажную заявку" in said(secretary.get(f"/office/contests/{slug}/applications"))
    assert "Заявка с бумаги." in begin(secretary, case)
    application = as_officer_sees()
    key = application.key
    assert "запись № 12-к" in said(secretary.get(f"/office/contests/{slug}/applications/paper"))
    secretary.post(f"/applications/{key}/sections/project", {"revision": "0", "title": "Двор", "to_list": "1"})
    assert queries.sections_of(application.id)["project"].answers["title"] == "Двор"
    assert "Приложите: Скан" in said(secretary.get(f"/applications/{key}/check"))
    file = {"file": (io.BytesIO(pdf()), "скан.pdf")}
    page = secretary.post(f"/applications/{key}/documents/.original", file)
    assert "скан.pdf" in said(page)
    scan = next(iter(queries.attachments_of(application.id)))
    assert secretary.client.get(f"/files/{scan.key}").status_code == 200
    page = secretary.get(f"/applications/{key}/check")
    assert "В бумаге не хватает" in said(page)
    given = {"seen": hidden(page, "seen"), "as_written": "yes"}
    refused = secretary.post(f"/applications/{key}/submit", given, code=422)
    assert "Подтвердите, что в бумаге этого нет" in said(refused)
    page = said(secretary.post(f"/applications/{key}/submit", given | {"as_it_is": "yes"}))
    for words in ("Заявка закреплена", "13.03.2026, 16:59:59", "14.03.2026, 17:00:00", "12-к", SIGNER, "Секретарева"):
        assert words in page
    secretary.post(f"/applications/{key}/submit", given | {"as_it_is": "yes"})  # a second press is the same
    assert len(contents()) == 1
    assert "С бумаги" in said(secretary.get(f"/office/contests/{slug}/applications"))
    checked = said(secretary.get(f"/office/applications/{key}"))
    assert "В бумаге не хватало:" in checked
    assert "Исправить внесённое с бумаги" in checked


def test_by_pages_a_slip_is_corrected_with_a_reason(app, case, secretary):
    application = case.typed_in()
    key = application.key
    case.seal(application)
    db.session.commit()
    address = f"/office/applications/{key}/correction"
    assert "Заполните" in said(secretary.post(address, {"reason": ""}, code=422))
    assert "Исправление: описка" in said(secretary.post(address, {"reason": "описка"}))
    secretary.post(f"/applications/{key}/documents/minutes", {"file": (io.BytesIO(pdf(pages=3)), "протокол.pdf")})
    page = secretary.get(f"/applications/{key}/check")
    page = secretary.post(f"/applications/{key}/submit", {"seen": hidden(page, "seen"), "as_written": "yes"})
    assert "описка" in said(page)
    assert [one["paper"].get("reason") for one in contents()] == [None, "описка"]
    assert "описка" in said(secretary.get(f"/office/applications/{key}/submissions/2"))
    assert "описка" not in said(secretary.get(f"/office/applications/{key}/submissions/1"))


def test_the_pdf_says_it_was_entered_from_paper_and_by_whom(app, case, secretary):
    application = case.typed_in()
    case.seal(application)
    db.session.commit()
    found = secretary.client.get(f"/applications/{application.key}/receipt.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(found.data)).pages).split())
    for words in ("Кто внёс с бумаги", "Секретарева Вера Ивановна", "Поступила на бумаге", "Внесена на портал", SIGNER):
        assert words in text
    assert "Кто отправил" not in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"came-date": "13.03.2026", "came-time": "17:00"}, "приём закончился"),
        ({"came-time": ""}, "Укажите и время"),
        ({"tos": ""}, "Заполните «ТОС»"),
        ({"tos": "nothing"}, "из списка"),
        ({"signer": ""}, "Кто подписал"),
        ({"number": "9" * 61}, "Не длиннее 60 знаков"),
    ],
)
def test_a_bad_form_is_answered_beside_the_field_and_nothing_is_lost(app, case, secretary, given, words):
    assert words in begin(secretary, case, code=422, **given)
    assert db.session.scalars(select(Application)).all() == []


def test_the_tos_sees_its_sealed_paper_and_changes_nothing(app, case, after_close):
    browser = Browser(app, case.person)
    application = case.typed_in()
    key = application.key
    for address in (f"/applications/{key}", f"/applications/{key}/sections/project"):
        browser.get(address, code=404)
    assert "12-к" not in said(browser.get("/applications"))
    scan = queries.attachments_of(application.id)[0].key
    browser.get(f"/files/{scan}", code=404)
    case.seal(application)
    service.open_correction(application, reason="описка", came_at=None, actor=case.secretary, now=AFTER_CLOSE)
    db.session.commit()
    page = said(browser.get(f"/applications/{key}"))
    assert "Заявка с бумаги." in page
    assert "Отозвать" not in page
    assert "Проверить и" not in page
    browser.get(f"/applications/{key}/receipt")
    for address in ("sections/project", "documents/minutes", "submit", "withdraw"):
        answer = browser.post(f"/applications/{key}/{address}", {"title": "Чужое"}, code=403)
        assert "подана на бумаге" in said(answer)


def test_another_district_and_other_roles_enter_nothing(app, case, after_close):
    application = case.typed_in()
    db.session.commit()
    slug, key = case.contest.slug, application.key
    other = Browser(app, make_secretary(make_municipality("kochki")))
    other.get(f"/office/contests/{slug}/applications/paper", code=404)
    other.get(f"/applications/{key}", code=404)
    other.get(f"/office/applications/{key}/correction", code=404)
    nobody = Browser(app, make_person())
    nobody.get(f"/office/contests/{slug}/applications/paper", code=403)
    nobody.get(f"/applications/{key}", code=403)


def test_a_secretary_reaches_no_application_that_is_not_on_paper(app, case, secretary):
    application = case.filled()
    db.session.commit()
    for address in (f"/applications/{application.key}", f"/applications/{application.key}/check"):
        secretary.get(address, code=404)
    secretary.post(f"/applications/{application.key}/sections/project", {"title": "Чужое"}, code=404)


def test_an_unfinished_paper_is_thrown_away_and_its_number_is_free(app, case, secretary):
    begin(secretary, case)
    key = as_officer_sees().key
    page = said(secretary.post(f"/applications/{key}/withdraw", {"sure": "yes"}))
    assert "Черновик убран." in page
    assert "Заявка с бумаги." in begin(secretary, case)
