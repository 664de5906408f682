"""Signing as the regulation says: a code by e-mail, a scan of the signed paper, a detached signature; sending again."""

import copy
import hashlib
import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_routes import the_application
from tests.features.applications.test_service import CLOSE, Case
from tests.make import ANSWERS, REGULATION, make_activist, make_secretary, make_tos
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.domain.errors import NotAllowed, RuleBroken, StateConflict
from tosportal.features.accounts.models import PersonalLook
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Attachment, Signature, SigningCode, Submission
from tosportal.features.applications.service.contents import draft_digest, signed_digest
from tosportal.features.applications.service.signing import (
    MOST_CODES,
    MOST_TRIES,
    Signing,
    WrongCode,
    report_ready,
    send_code,
)
from tosportal.features.registry.models import TosLink
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

RULE = {
    "ways": ["code"],
    "rule_name": "Правила ПЭП, утверждены постановлением № 12 от 01.02.2026",
    "rule": "Код из письма равен подписи.\nНе называйте его никому: 100 % «так».",
}
ALL_WAYS = RULE | {"ways": ["code", "scan", "sig"]}


def definition(rule: dict) -> dict:
    changed = copy.deepcopy(REGULATION)
    changed["submission"] = rule
    return changed


@pytest.fixture
def coded(app) -> Case:
    return Case(definition(RULE))


def code_in_letter() -> str:
    letter = db.session.scalars(select(Letter).where(Letter.kind == "application.code").order_by(Letter.id)).all()[-1]
    return re.search(r"^Код: ([0-9]{6})$", letter.body, re.M)[1]


def as_it_is() -> queries.Whole:
    """The application as a new request would load it."""
    db.session.expire_all()
    return queries.whole(db.session.scalars(select(Application).options(*queries.LOADED)).one())


def change(application: Application, case: Case, title: str, now=NOW) -> None:
    application = as_it_is().application
    row = queries.sections_of(application.id)["project"]
    answers = {**row.answers, "title": title}
    service.save_section(application, "project", answers, version=row.version, actor=case.person, now=now)


def send(application: Application, case: Case, code: str, now=NOW) -> Submission:
    return service.submit_application(application, actor=case.person, now=now, signing=Signing("code", code))


# --- a code ----------------------------------------------------------------------------------------------------------


def test_a_code_from_the_letter_signs_exactly_what_was_shown(coded):
    application = coded.filled()
    this = as_it_is()
    row = send_code(this, actor=coded.person, now=NOW)
    code = code_in_letter()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "application.code")).one()
    assert code not in letter.subject
    assert letter.person_id is None  # the mailbox alone proves something, not the page of messages
    assert code not in row.code_hash
    assert len(row.code_hash) == 64
    submission = send(application, coded, f" {code[:3]} {code[3:]} ")
    signature = db.session.scalars(select(Signature)).one()
    assert (signature.way, signature.submission_id, signature.person_id) == ("code", submission.id, coded.person.id)
    assert signature.digest == signed_digest(submission) == row.digest
    assert signature.email == f"p•••{coded.person.email.split('@')[0][-1]}@example.org"
    assert (signature.rule_name, signature.edition) == (RULE["rule_name"], 1)
    assert signature.rule_sha256 == hashlib.sha256(RULE["rule"].encode()).hexdigest()
    facts = " ".join(str(one.facts) for one in db.session.scalars(select(JournalEntry)))
    assert code not in facts
    assert coded.person.email not in facts


def test_without_the_code_nothing_is_sent(coded):
    application = coded.filled()
    with pytest.raises(RuleBroken, match="Подпишите заявку"):
        service.submit_application(application, actor=coded.person, now=NOW)
    with pytest.raises(RuleBroken, match="Код больше не действует"):
        send(application, coded, "123456")
    assert application.state == "draft"


def test_a_code_is_for_one_use_a_few_tries_and_ten_minutes(coded):
    application = coded.filled()
    send_code(as_it_is(), actor=coded.person, now=NOW)
    code = code_in_letter()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(WrongCode, match=f"Осталось попыток: {left}"):
            send(application, coded, wrong)
    with pytest.raises(WrongCode, match="попытки кончились"):
        send(application, coded, wrong)
    with pytest.raises(RuleBroken, match="больше не действует"):
        send(application, coded, code)
    later = NOW + timedelta(minutes=2)
    send_code(as_it_is(), actor=coded.person, now=later)
    fresh = code_in_letter()
    with pytest.raises(RuleBroken, match="больше не действует"):
        send(application, coded, fresh, later + timedelta(minutes=10))
    send(application, coded, fresh, later + timedelta(minutes=9, seconds=59))
    assert db.session.scalars(select(SigningCode.ended_at).where(SigningCode.ended_at.is_(None))).all() == []


def test_codes_are_not_sent_without_end(coded):
    this = queries.whole(coded.filled())
    send_code(this, actor=coded.person, now=NOW)
    with pytest.raises(RuleBroken, match="через минуту"):
        send_code(this, actor=coded.person, now=NOW + timedelta(seconds=59))
    for minute in range(1, MOST_CODES):
        send_code(this, actor=coded.person, now=NOW + timedelta(minutes=minute))
    with pytest.raises(RuleBroken, match=f"отправлено кодов: {MOST_CODES}"):
        send_code(this, actor=coded.person, now=NOW + timedelta(minutes=30))
    send_code(this, actor=coded.person, now=NOW + timedelta(minutes=61))


def test_a_change_of_the_draft_makes_the_code_void(coded):
    application = coded.filled()
    send_code(as_it_is(), actor=coded.person, now=NOW)
    code = code_in_letter()
    change(application, coded, "Другое название")
    with pytest.raises(StateConflict, match="После того как код был отправлен, заявку изменили"):
        send(application, coded, code)
    assert application.state == "draft"


def test_a_code_of_another_person_does_not_fit(coded):
    application = coded.filled()
    send_code(as_it_is(), actor=coded.person, now=NOW)
    other = make_activist(coded.tos)
    with pytest.raises(RuleBroken, match="больше не действует"):
        service.submit_application(application, actor=other, now=NOW, signing=Signing("code", code_in_letter()))


# --- the pages -------------------------------------------------------------------------------------------------------


def test_the_page_of_signing_by_code(app, coded):
    application = coded.filled()
    browser = Browser(app, coded.person)
    key = application.key
    page = browser.get(f"/applications/{key}/check")
    assert "Подписать и отправить" in said(page)
    page = browser.get(f"/applications/{key}/sign")
    assert RULE["rule_name"] in said(page)
    assert "100 % «так»" in said(page)
    sent = browser.post(f"/applications/{key}/sign/code", {})
    assert "Введите код из письма" in said(sent)
    code = code_in_letter()
    digest = draft_digest(as_it_is())
    form = {"seen": digest, "way": "code", "truth": "yes", "consent": "yes"}
    wrong = browser.post(f"/applications/{key}/submit", form | {"code": f"{(int(code) + 1) % 10**6:06}"}, code=422)
    assert "Осталось попыток: 4" in said(wrong)
    unticked = browser.post(f"/applications/{key}/submit", {"seen": digest, "way": "code", "code": code}, code=422)
    assert "Подтвердите, что сведения верны" in said(unticked)
    assert f'value="{code}"' in unticked.get_data(as_text=True)
    done = browser.post(f"/applications/{key}/submit", form | {"code": code})
    assert "Как подписана" in said(done)
    assert "Код из письма" in said(done)
    assert the_application().state == "submitted"
    assert db.session.scalars(select(SigningCode.tries)).one() == 1  # the wrong try was kept


def test_a_change_after_the_code_says_so_on_the_page(app, coded):
    application = coded.filled()
    browser = Browser(app, coded.person)
    browser.post(f"/applications/{application.key}/sign/code", {})
    seen = draft_digest(as_it_is())
    change(application, coded, "Изменили")
    page = browser.get(f"/applications/{application.key}/sign")
    assert "После того как код был отправлен, заявку изменили" in said(page)
    form = {"seen": seen, "way": "code", "code": code_in_letter(), "truth": "yes", "consent": "yes"}
    answer = browser.post(f"/applications/{application.key}/submit", form, code=409)
    assert "Прежний код больше не действует" in said(answer)
    assert the_application().state == "draft"


def test_nobody_else_reads_the_page_and_an_unfinished_application_is_not_signed(app, coded):
    application = coded.start()
    browser = Browser(app, coded.person)
    page = browser.get(f"/applications/{application.key}/sign")
    assert "Отправить пока нельзя" in said(page)
    assert "Отправить пока нельзя" in said(browser.post(f"/applications/{application.key}/sign/code", {}))
    assert db.session.scalars(select(SigningCode)).all() == []
    browser.post(f"/applications/{application.key}/sign/scan", {}, code=404)  # not a way of this regulation
    stranger = Browser(app, make_activist(make_tos(coded.municipality)))
    stranger.get(f"/applications/{application.key}/sign", code=404)


# --- a paper, a scan, a detached signature ------------------------------------------------------------------------


@pytest.fixture
def papered(app) -> Case:
    return Case(definition(ALL_WAYS))


def paper(application: Application) -> Attachment:
    files = queries.attachments_of(as_it_is().application.id)
    return next(one for one in files if one.slot == ".paper")


def bytes_of(browser: Browser, attachment: Attachment) -> bytes:
    return browser.get(f"/files/{attachment.key}").get_data()


def test_a_scan_of_the_signed_paper(app, papered):
    application = papered.filled()
    key = application.key
    browser = Browser(app, papered.person)
    digest = draft_digest(as_it_is())
    early = browser.post(f"/applications/{key}/sign/scan", {"file": (io.BytesIO(pdf()), "скан.pdf")}, code=422)
    assert "Сначала сделайте заявку для подписи" in said(early)
    page = browser.post(f"/applications/{key}/sign/paper", {"way": "scan"})
    assert "Скачать заявку для подписи" in said(page)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(bytes_of(browser, paper(application)))).pages)
    assert digest in text.replace("\n", "").replace(" ", "")
    assert "Председатель ТОС" in text
    form = {"seen": digest, "way": "scan", "truth": "yes", "consent": "yes"}
    refused = browser.post(f"/applications/{key}/submit", form, code=422)
    assert "Приложите скан подписанной заявки" in said(refused)
    browser.post(f"/applications/{key}/sign/scan", {"file": (io.BytesIO(pdf()), "скан.pdf")})
    assert draft_digest(as_it_is()) == digest  # the scan is not a part of what it signs
    browser.post(f"/applications/{key}/submit", form)
    application = the_application()
    signature = db.session.scalars(select(Signature)).one()
    scan = db.session.get_one(Attachment, signature.attachment_id)
    assert (application.state, signature.way, scan.slot, scan.signs) == ("submitted", "scan", ".scan", digest)
    frozen = {one.slot for one in queries.submitted_files(queries.last_submission(application.id))}
    assert frozen == {"minutes", ".paper", ".scan"}
    assert [one.slot for one in queries.submitted_documents(queries.last_submission(application.id))] == ["minutes"]
    office = Browser(app, make_secretary(papered.municipality))
    page = office.get(f"/office/applications/{key}/submissions/1")
    assert "Скан подписанной заявки" in said(page)
    assert digest in re.sub(r"\s", "", said(page))


def test_a_scan_of_another_edition_of_the_draft_does_not_count(app, papered):
    application = papered.filled()
    browser = Browser(app, papered.person)
    browser.post(f"/applications/{application.key}/sign/paper", {"way": "scan"})
    browser.post(f"/applications/{application.key}/sign/scan", {"file": (io.BytesIO(pdf()), "скан.pdf")})
    change(application, papered, "Потом передумали")
    page = browser.get(f"/applications/{application.key}/sign?way=scan")
    assert "Прежний файл для подписи больше не годится" in said(page)
    assert "3. Отправьте" not in said(page)
    refused = browser.post(
        f"/applications/{application.key}/sign/scan", {"file": (io.BytesIO(pdf()), "скан.pdf")}, code=422
    )
    assert "её изменили" in said(refused)
    digest = draft_digest(as_it_is())
    form = {"seen": digest, "way": "scan", "truth": "yes", "consent": "yes"}
    assert "такой, какая она сейчас" in said(browser.post(f"/applications/{application.key}/submit", form, code=422))


@pytest.fixture(scope="module")
def signer(tmp_path_factory) -> Path:
    """A key and a certificate of a person, made by openssl."""
    folder = tmp_path_factory.mktemp("signer")
    subject = "/CN=Примерова Анна Образцовна/O=ТОС «Берёзка»/SN=Примерова/GN=Анна Образцовна"
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8", "-days", "30", "-subj", subject,
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))  # fmt: skip
    return folder


def run(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def signed_by(signer: Path, content: bytes, *options: str) -> bytes:
    (signer / "file").write_bytes(content)
    run("cms", "-sign", "-binary", "-cades", *options, "-in", str(signer / "file"), "-signer", str(signer / "cert.pem"),
        "-inkey", str(signer / "key.pem"), "-outform", "DER", "-out", str(signer / "out.sig"))  # fmt: skip
    return (signer / "out.sig").read_bytes()


def test_a_detached_signature_lies_beside_the_bytes_it_signs(app, papered, signer):
    application = papered.filled()
    key = application.key
    browser = Browser(app, papered.person)
    browser.post(f"/applications/{key}/sign/paper", {"way": "sig"})
    content = bytes_of(browser, paper(application))

    def bring(what: bytes, code: int = 200) -> str:
        data = {"file": (io.BytesIO(what), "заявка.pdf.sig")}
        return said(browser.post(f"/applications/{key}/sign/sig", data, code=code))

    assert "Нужен отдельный файл" in bring(
        b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + b"x" * 40, 422
    )
    assert "Не удалось узнать тип" in bring(b"just a text", 422)
    assert "Это файл PDF" in bring(pdf(), 422)
    assert "присоединённая подпись" in bring(signed_by(signer, content, "-nodetach"), 422)
    assert "под другим файлом" in bring(signed_by(signer, b"something else"), 422)
    page = bring(signature := signed_by(signer, content))
    assert "Сертификат называет: Примерова Анна Образцовна, ТОС «Берёзка»" in page
    assert "подписи по ГОСТ сам не проверяет" in page
    digest = draft_digest(as_it_is())
    browser.post(f"/applications/{key}/submit", {"seen": digest, "way": "sig", "truth": "yes", "consent": "yes"})
    stored = db.session.scalars(select(Signature)).one()
    assert (stored.way, stored.names) == ("sig", "Примерова Анна Образцовна, ТОС «Берёзка»")
    office = Browser(app, make_secretary(papered.municipality))
    submission = queries.last_submission(the_application().id)
    files = {one.slot: one for one in queries.submitted_files(submission)}
    assert bytes_of(office, files[".sig"]) == signature
    assert bytes_of(office, files[".paper"]) == content


def test_the_slots_of_signing_are_not_open_to_ordinary_files(app, papered):
    application = papered.filled()
    browser = Browser(app, papered.person)
    for slot in (".paper", ".scan", ".sig", ".original"):
        browser.post(
            f"/applications/{application.key}/documents/{slot}", {"file": (io.BytesIO(pdf()), "a.pdf")}, code=404
        )
        with pytest.raises(RuleBroken, match="Такого документа"):
            service.slot_for(as_it_is().application, slot, NOW)


# --- who sends -------------------------------------------------------------------------------------------------------


def chair_of(case: Case):
    chair = make_activist(case.tos)
    db.session.add(
        TosLink(person_id=chair.id, tos_id=case.tos.id, seat="chair", state="confirmed", asked_at=NOW, decided_at=NOW)
    )
    db.session.flush()
    return chair


def test_only_the_chair_sends_and_the_others_tell_the_chair_once(app):
    case = Case(definition({"signer": "chair"}))
    application = case.filled()
    with pytest.raises(NotAllowed, match="отправляет председатель"):
        service.submit_application(application, actor=case.person, now=NOW)
    browser = Browser(app, case.person)
    assert "ещё не присоединён" in said(browser.get(f"/applications/{application.key}/check"))
    chair = chair_of(case)
    page = browser.get(f"/applications/{application.key}/check")
    assert "Подписать и отправить её может только председатель ТОС" in said(page)
    digest = draft_digest(as_it_is())
    form = {"seen": digest, "truth": "yes", "consent": "yes"}
    assert "отправляет председатель" in said(browser.post(f"/applications/{application.key}/submit", form, code=403))
    told = browser.post(f"/applications/{application.key}/ready", {"seen": digest})
    assert "получит письмо" in said(told)
    assert "уже написали" in said(browser.post(f"/applications/{application.key}/ready", {"seen": digest}))
    letter = db.session.scalars(select(Letter).where(Letter.kind == "application.ready")).one()
    assert (letter.to_address, letter.person_id) == (chair.email, chair.id)
    assert f"/applications/{application.key}/check" in letter.body
    change(application, case, "Поправили")
    assert report_ready(as_it_is(), actor=case.person, now=NOW) == 1
    Browser(app, chair).post(f"/applications/{application.key}/submit", form | {"seen": draft_digest(as_it_is())})
    assert the_application().state == "submitted"


# --- sending again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", ["first", "last"])
def test_a_sent_one_is_changed_and_sent_again_and_both_times_stay(app, counts):
    case = Case(definition({"resubmit": True, "counts": counts}))
    application = case.filled()
    first = service.submit_application(application, actor=case.person, now=NOW)
    again = NOW + timedelta(hours=3)
    title = application.title
    change(application, case, "Второе название", again)
    service.attach_file(
        application, "minutes", io.BytesIO(pdf() + b"\n% another\n"), "новый.pdf", actor=case.person, now=again
    )
    assert (application.state, application.title) == ("submitted", title)  # the copy that was sent counts
    assert [one.name for one in queries.submitted_files(first)] == ["протокол.pdf"]
    assert service.submit_application(application, actor=case.person, now=again).number == 2
    second = queries.last_submission(application.id)
    assert service.submit_application(application, actor=case.person, now=again).id == second.id  # nothing new
    assert application.title == "Второе название"
    assert [one.submitted_at for one in queries.submissions_of(application.id)] == [NOW, again]
    assert application.submitted_at == (again if counts == "last" else NOW)
    assert [one.name for one in queries.submitted_files(second)] == ["новый.pdf"]
    db.session.commit()
    browser = Browser(app, case.person)
    receipt = said(browser.get(f"/applications/{application.key}/receipt"))
    assert "Первая отправка" in receipt
    assert "При равенстве считается" in receipt
    assert title in said(browser.get(f"/applications/{application.key}/submissions/1"))
    assert "Второе название" in said(browser.get(f"/applications/{application.key}/submissions/2"))
    answer = browser.get(f"/applications/{application.key}/submissions/1.pdf")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.get_data())).pages)
    assert first.digest in re.sub(r"\s", "", text)
    office = Browser(app, make_secretary(case.municipality))
    assert title in said(office.get(f"/office/applications/{application.key}/submissions/1"))
    assert office.get(f"/office/applications/{application.key}/submissions/2.pdf").mimetype == "application/pdf"
    browser.get(f"/applications/{application.key}/submissions/3", code=404)
    browser.get(f"/office/applications/{application.key}/submissions/1", code=403)


def test_after_the_deadline_or_without_leave_a_sent_one_stays(app):
    case = Case(definition({"resubmit": True}))
    application = case.filled()
    first = service.submit_application(application, actor=case.person, now=NOW)
    change(application, case, "Не успели", CLOSE - timedelta(seconds=1))
    assert service.submit_application(application, actor=case.person, now=CLOSE).id == first.id
    with pytest.raises(RuleBroken, match="нельзя менять"):
        change(application, case, "Поздно", CLOSE)
    db.session.commit()
    page = said(Browser(app, case.person).get(f"/applications/{application.key}/submissions/1"))
    assert ANSWERS["project"]["title"] in page
    assert "Не успели" not in page


def test_officers_see_bank_answers_by_their_last_signs_and_their_look_is_written_down(app):
    changed = definition({"resubmit": True})
    account = {"code": "account", "label": "Счёт", "kind": "account"}
    changed["form"]["sections"][1]["fields"].append(account)
    case = Case(changed)
    application = case.filled()
    row = queries.sections_of(application.id)["project"]
    number = "40703810844070100123"
    service.save_section(
        application, "project", {**row.answers, "account": number}, version=row.version, actor=case.person, now=NOW
    )
    service.submit_application(application, actor=case.person, now=NOW)
    db.session.commit()
    address = f"/applications/{application.key}/submissions/1"
    assert number in said(Browser(app, case.person).get(address))
    officer = make_secretary(case.municipality)
    office = Browser(app, officer)
    page = said(office.get(f"/office{address}"))
    assert number not in page
    assert "•••• 0123" in page
    pdf = PdfReader(io.BytesIO(office.get(f"/office{address}.pdf").get_data()))
    assert number not in "".join(one.extract_text() for one in pdf.pages)
    looks = db.session.scalars(select(PersonalLook).where(PersonalLook.actor_id == officer.id)).all()
    assert [(one.what, one.subject_id) for one in looks] == [("application", application.id)] * 2
