"""What the portal holds about a person: seen, taken away, deleted; terms of keeping kept to."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.applications.test_sealed import ACCOUNT, bank_regulation
from tests.make import (
    give_role,
    make_activist,
    make_application,
    make_contest,
    make_municipality,
    make_person,
    make_secretary,
    make_tos,
    saved,
)
from tests.pages import Browser, said
from tosportal import tasks
from tosportal.domain.errors import RuleBroken
from tosportal.domain.permissions import Role
from tosportal.domain.retention import CLASSES, months_before
from tosportal.features.accounts.models import Consent, Person, PersonalLook, SignedInSession
from tosportal.features.applications.models import ApplicationSection, Attachment, Signature, Submission
from tosportal.features.applications.queries import sections_of, whole
from tosportal.features.applications.service import save_section
from tosportal.features.applications.service.rows import lock
from tosportal.features.applications.service.submissions import freeze
from tosportal.features.personal import service
from tosportal.features.personal.models import AccountLeaving, DataArchive, RetentionRun
from tosportal.features.personal.papers import own_data
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter, post
from tosportal.support.storage import current_storage, new_key, take_inventory

CHAIR = "Примерова Анна Образцовна"


def file_of(application, person, name="протокол.pdf", slot="minutes"):
    key = new_key()
    kept = current_storage().put(key, io.BytesIO(b"content of " + key.encode()), size_limit=1000)
    return saved(
        Attachment(key=key[:20], application_id=application.id, slot=slot, name=name, media_type="application/pdf",
                   size=kept.size, sha256=kept.sha256, storage_key=key, uploaded_at=NOW, uploaded_by_id=person.id)
    )  # fmt: skip


@pytest.fixture
def world(app):
    district = make_municipality()
    tos = make_tos(district)
    activist = make_activist(tos)
    contest = make_contest(district, regulation=bank_regulation())
    application = make_application(contest, tos, activist, state="draft")
    lock(application)
    return {"district": district, "tos": tos, "activist": activist, "contest": contest, "application": application}


def test_an_archive_holds_everything_and_opens_for_its_person_alone(app, world):
    person, application = world["activist"], world["application"]
    save_section(application, "bank", {"bank-account": ACCOUNT}, version=0, actor=person, now=NOW)
    file = file_of(application, person)
    post("x", to=person.email, subject="Тема письма", body="Текст письма", now=NOW, person_id=person.id)
    post("accounts.reset", to=person.email, subject="Пароль", body="http://localhost/KEY", now=NOW, person_id=person.id)
    archive = service.ask_archive(person, now=NOW)
    assert service.ask_archive(person, now=NOW).id == archive.id, "twice is once"
    browser = Browser(app, person)
    page = browser.get("/my/data")
    assert person.email in said(page)
    answer = browser.client.get(f"/my/data/archives/{archive.key}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        names = pack.namelist()
        data = json.loads(pack.read("data.json"))
        content = pack.read(f"files/applications/{file.id}-{file.name}")
    assert content == b"content of " + file.storage_key.encode()
    assert len(names) == 2
    assert data["account"]["email"] == person.email
    assert data["applications"][0]["answers"]["bank"]["bank-account"] == ACCOUNT
    assert {one["subject"]: one["body"] for one in data["letters"]} == {"Тема письма": "Текст письма", "Пароль": ""}
    assert "password" not in json.dumps(data)
    stranger = Browser(app, make_activist(world["tos"]))
    assert stranger.client.get(f"/my/data/archives/{archive.key}").status_code == 404
    stored = archive.storage_key
    app.config["CLOCK"].move(days=4)
    assert browser.client.get(f"/my/data/archives/{archive.key}").status_code == 404
    tasks.make_archives()
    assert db.session.scalar(select(func.count(DataArchive.id))) == 0
    assert not current_storage().exists(stored)


def test_a_large_archive_is_packed_by_the_task(app, world, monkeypatch):
    monkeypatch.setattr("tosportal.features.personal.service.archives.AT_ONCE", 5)
    file_of(world["application"], world["activist"])
    archive = service.ask_archive(world["activist"], now=NOW)
    db.session.commit()
    assert archive.made_at is None
    assert tasks.make_archives() == 1
    letter = db.session.scalars(select(Letter).where(Letter.kind == "archive.ready")).one()
    assert archive.key in letter.body
    assert tasks.make_archives() == 0


def test_an_account_is_deleted_after_days_to_think_it_over(app, world):
    person, application = world["activist"], world["application"]
    email, key = person.email, file_of(application, person).storage_key
    save_section(application, "bank", {"bank-account": ACCOUNT}, version=0, actor=person, now=NOW)
    saved(Consent(municipality_id=world["district"].id, purpose="photos", person_id=person.id, said="с", how="portal",
                  given_on=NOW.date(), recorded_at=NOW))  # fmt: skip
    browser = Browser(app, person)
    assert "Отметьте" in said(browser.post("/my/leave", {}, code=422))
    browser.post("/my/leave", {"sure": "yes"})
    browser.post("/my/leave", {"act": "stay"})
    app.config["CLOCK"].move(days=20)
    assert tasks.let_leave() == 0
    browser = Browser(app, person)
    browser.post("/my/leave", {"sure": "yes"})
    assert "будет удалён" in said(browser.get("/my/data"))
    app.config["CLOCK"].move(days=13)
    assert tasks.let_leave() == 0
    app.config["CLOCK"].move(days=2)
    assert tasks.let_leave() == 1
    db.session.expire_all()
    assert (person.full_name, person.phone, person.active, person.password) == ("", "", False, None)
    assert email not in person.email
    assert browser.client.get("/my/data").status_code == 302
    assert sections_of(application.id) == {}
    assert not current_storage().exists(key)
    assert db.session.scalars(select(Letter.to_address)).all() == [email], "one last letter"
    assert db.session.scalar(select(func.count(SignedInSession.id))) == 0
    assert db.session.scalars(select(Consent)).one().withdrawn_at is not None
    assert email not in " ".join(db.session.scalars(select(JournalEntry.facts)))
    assert audit.verify()[1] is None
    assert tasks.let_leave() == 0


def test_a_draft_that_others_fill_in_too_stays(app, world):
    make_activist(world["tos"])
    save_section(world["application"], "bank", {"note": "общее"}, version=0, actor=world["activist"], now=NOW)
    service.leave(service.ask_to_leave(world["activist"], now=NOW), now=NOW)
    assert sections_of(world["application"].id)["bank"].answers == {"note": "общее"}


def test_the_only_administrator_stays(app):
    admin = give_role(make_person(), Role.ADMINISTRATOR)
    with pytest.raises(RuleBroken):
        service.ask_to_leave(admin, now=NOW)
    give_role(make_person(), Role.ADMINISTRATOR)
    assert service.ask_to_leave(admin, now=NOW).due_at == NOW + timedelta(days=14)


def test_personal_answers_of_a_submitted_application_go_when_its_term_is_over(app, world):
    application, contest = world["application"], world["contest"]
    given = {"bank": {"bank-account": ACCOUNT, "note": "видно"}, "applicant": {"chair_name": CHAIR, "residents": "200"}}
    for code, answers in given.items():
        row = sections_of(application.id).get(code)
        save_section(application, code, answers, version=row.version if row else 0, actor=world["activist"], now=NOW)
    application.state, application.number, application.submitted_at = "admitted", 5, NOW
    copy = freeze(whole(application), number=1, actor=world["activist"], now=NOW)
    digest, key = copy.digest, file_of(application, world["activist"]).storage_key
    contest.approved_at = contest.published_at = NOW
    db.session.commit()
    almost, after = NOW + timedelta(days=5 * 365 - 2), NOW + timedelta(days=5 * 366)
    term = next(one for one in service.terms() if one.kind.code == "applications")
    assert service.count_over(term, almost) == 0
    assert service.count_over(term, after) == 1, "a dry run counts"
    assert sections_of(application.id)["applicant"].answers["chair_name"] == CHAIR, "and changes nothing"
    assert service.keep_term("applications", now=after) == 1
    db.session.commit()
    db.session.expire_all()
    assert sections_of(application.id)["applicant"].answers == {"residents": "200"}
    assert sections_of(application.id)["bank"].answers == {"note": "видно"}
    copy = db.session.scalars(select(Submission)).one()
    assert CHAIR not in copy.content
    assert ACCOUNT not in copy.content
    assert "протокол" not in copy.content
    assert (copy.digest, copy.erased_at) == (digest, after)
    assert not current_storage().exists(key)
    assert db.session.scalar(select(func.count(Attachment.id))) == 0
    assert service.keep_term("applications", now=after) == 0
    assert audit.verify()[1] is None
    browser = Browser(app, make_secretary(world["district"]))
    browser.get(f"/office/applications/{application.key}")


def test_the_scan_of_a_signature_goes_with_its_term_and_its_digest_stays(app, world):
    """The bytes and the name go, the row says what the signature rested on; the storage lacks nothing."""
    application, contest = world["application"], world["contest"]
    scan = file_of(application, world["activist"])
    scan.slot = ".scan"
    application.state, application.number, application.submitted_at = "admitted", 5, NOW
    copy = freeze(whole(application), number=1, actor=world["activist"], now=NOW)
    saved(
        Signature(
            submission_id=copy.id, way="scan", digest=copy.digest, person_id=world["activist"].id, signed_at=NOW,
            edition=1, attachment_id=scan.id,
        )
    )  # fmt: skip
    key, digest, number = scan.storage_key, scan.sha256, scan.key
    contest.approved_at = contest.published_at = NOW
    db.session.commit()
    assert current_storage().exists(key)
    after = NOW + timedelta(days=5 * 366)
    assert service.keep_term("applications", now=after) == 1
    db.session.commit()
    db.session.expire_all()
    assert not current_storage().exists(key)
    left = db.session.scalars(select(Attachment)).one()
    assert (left.name, left.sha256, left.preview_key) == ("", digest, None)
    assert db.session.scalars(select(Signature.attachment_id)).one() == left.id
    db.session.rollback()
    assert take_inventory(current_storage(), now=after).lost == ()
    page = Browser(app, make_secretary(world["district"])).get(f"/files/{number}", code=409)
    assert "срок его хранения закончился" in said(page)


def test_the_journal_keeps_no_digest_from_which_a_phone_is_found_by_trying(app, world):
    row = save_section(world["application"], "bank", {"note": "+7 913 000-00-00"}, version=0, actor=None, now=NOW)
    bare = hashlib.sha256(json.dumps(row.answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "application.section_saved")).one()
    assert "digest" in str(entry.facts)
    assert bare.hexdigest() not in str(entry.facts)


def test_every_class_goes_when_it_is_over_and_the_report_counts(app, world):
    person = world["activist"]
    save_section(world["application"], "bank", {"note": "x"}, version=0, actor=person, now=NOW)
    saved(SignedInSession(person_id=person.id, key_hash="1" * 64, started_at=NOW, expires_at=NOW))
    newcomer = make_person(email="new@example.org")
    newcomer.confirmed_at, newcomer.joined_at = None, NOW
    post("x", to="a@example.org", subject="s", body="b", now=NOW).sent_at = NOW
    saved(Consent(municipality_id=world["district"].id, purpose="photos", person_id=person.id, said="с", how="portal",
                  given_on=NOW.date(), recorded_at=NOW, withdrawn_at=NOW))  # fmt: skip
    saved(PersonalLook(at=NOW, actor_id=person.id, what="tos", subject_kind="tos", subject_id=1))
    world["application"].created_at = NOW
    db.session.commit()
    app.config["CLOCK"].at = NOW + timedelta(days=20)
    assert tasks.keep_to_terms() == 0
    app.config["CLOCK"].at = NOW + timedelta(days=366 * 11)
    dry = app.test_cli_runner().invoke(args=["data", "retention", "--dry-run"])
    assert dry.exit_code == 0
    assert dry.output.count("уйдёт 1") == 6
    assert db.session.scalar(select(func.count(RetentionRun.id))) == 0
    assert tasks.keep_to_terms() == 6
    db.session.expire_all()
    for model in (SignedInSession, Consent, PersonalLook, ApplicationSection):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0, model
    assert db.session.get_one(Person, newcomer.id).email.endswith("@deleted.invalid")
    runs = {one.code: one.count for one in db.session.scalars(select(RetentionRun))}
    assert runs == dict.fromkeys(("sign_ins", "unconfirmed", "letters", "drafts", "consents", "looks"), 1)
    assert tasks.keep_to_terms() == 0


def test_terms_are_the_administrators(app):
    make_municipality()
    admin = give_role(make_person(), Role.ADMINISTRATOR)
    browser = Browser(app, admin)
    for wrong in ({"months": "", "basis": "Акт"}, {"months": "0", "basis": "Акт"}, {"months": "12", "basis": ""},
                  {"months": "9" * 50, "basis": "Акт"}, {"months": "12", "basis": "я" * 600}):  # fmt: skip
        browser.post("/office/retention/letters", wrong, code=422)
    browser.post("/office/retention/letters", {"months": "24", "basis": "Постановление № 5"})
    assert "Постановление № 5" in said(browser.get("/office/retention"))
    assert next(one.months for one in service.terms() if one.kind.code == "letters") == 24
    browser.get("/office/retention/nothing", code=404)
    assert Browser(app, make_person()).client.get("/office/retention").status_code == 403


def test_who_looked_is_seen_by_the_person_and_the_administrator(app, world):
    secretary = make_secretary(world["district"])
    Browser(app, secretary).get(f"/office/tos/{world['tos'].code}/people")
    page = said(Browser(app, world["activist"]).get("/my/looks"))
    assert secretary.full_name in page
    assert "Открыта страница людей ТОС" in page
    assert secretary.full_name not in said(Browser(app, make_person()).get("/my/looks"))
    admin = give_role(make_person(full_name="Админов Пётр"), Role.ADMINISTRATOR)
    assert secretary.full_name in said(Browser(app, admin).get("/office/looks"))
    assert Browser(app, secretary).client.get("/office/looks").status_code == 403
    assert own_data(world["activist"], now=NOW)["looks"][0]["who"] == secretary.full_name


def test_months_are_calendar_months_and_every_class_is_whole():
    assert months_before(NOW, 1) < NOW
    assert len({one.code for one in CLASSES}) == len(CLASSES)
    assert all(one.basis and one.months >= 1 for one in CLASSES)
    assert AccountLeaving.__tablename__ == "account_leaving"
