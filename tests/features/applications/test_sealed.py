"""Bank and passport data lie encrypted, in drafts and frozen copies; every look of an officer is written down."""

import copy
import hashlib
import json
import secrets

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from tests.make import (
    REGULATION,
    make_activist,
    make_application,
    make_contest,
    make_municipality,
    make_secretary,
    make_tos,
)
from tests.pages import Browser, said
from tosportal.cli.keys import ensure_keys
from tosportal.cli.russian import Refused
from tosportal.domain.definition_reader import Reader
from tosportal.domain.form_definition import read_form_section, section_to_json
from tosportal.features.accounts.models import PersonalLook
from tosportal.features.admission.papers import application_paper
from tosportal.features.applications.models import ApplicationSection, Submission
from tosportal.features.applications.queries import sections_of, whole
from tosportal.features.applications.service import save_section
from tosportal.features.applications.service.rows import lock
from tosportal.features.applications.service.submissions import freeze
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.support import sealing
from tosportal.support.db import db
from tosportal.support.sealing import TOKEN, MarkedText, Sealer, Secret, as_secret, sealed_text, unsealed_text

ACCOUNT = "40703810900000000001"
PASSPORT = 'серия "5004" № 123456\nвыдан'


def bank_regulation() -> dict:
    definition = copy.deepcopy(REGULATION)
    definition["form"]["sections"].append(
        {
            "code": "bank", "title": "Получатель", "nominations": [],
            "fields": [
                {"code": "bank-account", "label": "Счёт", "kind": "account"},
                {"code": "passport", "label": "Паспорт", "kind": "long_text", "sealed": True},
                {"code": "note", "label": "Пояснение", "kind": "text"},
            ],
        }
    )  # fmt: skip
    return definition


@pytest.fixture
def world(app):
    district = make_municipality()
    tos = make_tos(district)
    activist = make_activist(tos)
    contest = make_contest(district, regulation=bank_regulation())
    application = make_application(
        contest, tos, activist
    )  # fmt: skip
    lock(application)
    return {"district": district, "tos": tos, "activist": activist, "contest": contest, "application": application}


def save(world, **answers):
    row = sections_of(world["application"].id).get("bank")
    return save_section(
        world["application"], "bank", answers, version=row.version if row else 0, actor=world["activist"], now=NOW
    )


def stored(table: str, column: str) -> str:
    return "\n".join(str(row[0]) for row in db.session.execute(text(f"SELECT CAST({column} AS TEXT) FROM {table}")))  # noqa: S608


def test_answers_lie_encrypted_and_are_read_as_typed(world):
    row = save(world, **{"bank-account": ACCOUNT, "passport": PASSPORT, "note": "видно"})
    db.session.commit()
    db.session.expire_all()
    raw = stored("application_section", "answers")
    assert ACCOUNT not in raw
    assert "5004" not in raw
    assert raw.count(f"sealed1.{sealing.sealer().ids[0]}.") == 2
    assert row.answers == {"bank-account": ACCOUNT, "passport": PASSPORT, "note": "видно"}
    version = row.version
    save(world, **{"bank-account": ACCOUNT, "passport": PASSPORT, "note": "видно"})
    assert row.version == version, "the same answers again change nothing"


def test_a_frozen_copy_is_read_to_the_letter_and_its_digest_holds(world):
    save(world, **{"bank-account": ACCOUNT, "passport": PASSPORT, "note": f"не счёт {ACCOUNT}"})
    application = world["application"]
    submission = freeze(whole(application), number=7, actor=world["activist"], now=NOW)
    before, number = str(submission.content), submission.id
    db.session.commit()
    db.session.expire_all()
    raw = db.session.scalar(text(f"SELECT content FROM submission WHERE id = {number}"))  # noqa: S608
    assert f'"{ACCOUNT}"' not in raw
    assert "5004" not in raw
    again = db.session.get_one(Submission, number)
    assert again.content == before
    assert json.loads(again.content)["sections"][-1]["answers"]["passport"] == PASSPORT
    assert hashlib.sha256(again.content.encode()).hexdigest() == again.digest


@pytest.mark.parametrize("value", ["", "x", ACCOUNT, PASSPORT, '\\u2028 " \\ \u2028', "ё" * 5000, "\ud800"])
def test_any_text_comes_back(app, value):
    token = sealing.sealer().seal(value)
    assert TOKEN.fullmatch(token)
    assert sealing.sealer().unseal(token) == value
    assert token != sealing.sealer().seal(value)
    whole_text = json.dumps({"a": value, "b": [value, "c"]}, ensure_ascii=False)
    marked = MarkedText(whole_text, as_secret([value]))
    assert unsealed_text(sealed_text(marked, marked.secrets)) == whole_text


def test_what_a_person_types_like_a_token_stays_what_they_typed(world):
    forged = f"sealed1.{sealing.sealer().ids[0]}.{'A' * 60}"
    row = save(world, **{"note": forged, "bank-account": forged})
    db.session.commit()
    db.session.expire_all()
    assert row.answers == {"note": forged, "bank-account": forged}


def test_keys_change_and_a_missing_one_is_named(app, world, tmp_path):
    save(world, **{"bank-account": ACCOUNT})
    ensure_keys()
    old = app.config["SETTINGS"].sealing_keys(tmp_path)[0]
    new = secrets.token_hex(32)
    try:
        sealing.init_app(app, [new, old])
        db.session.expire_all()
        row = sections_of(world["application"].id)["bank"]
        assert row.answers == {"bank-account": ACCOUNT}
        told = app.test_cli_runner().invoke(args=["data", "keys"])
        assert "разделов заявок: 1" in told.output
        assert app.test_cli_runner().invoke(args=["data", "keys", "--rotate"]).exit_code == 0
        sealing.init_app(app, [new])
        db.session.expire_all()
        assert sections_of(world["application"].id)["bank"].answers == {"bank-account": ACCOUNT}
        ensure_keys()
        sealing.init_app(app, [old])
        with pytest.raises(Refused, match=sealing.key_id(new)):
            ensure_keys()
        db.session.expire_all()
        kept = sections_of(world["application"].id)["bank"].answers["bank-account"]
        assert TOKEN.fullmatch(kept)
        assert isinstance(kept, Secret)
        save(world, **{"bank-account": kept, "note": "другое"})
        db.session.commit()
        sealing.init_app(app, [new])
        db.session.expire_all()
        assert sections_of(world["application"].id)["bank"].answers == {"bank-account": ACCOUNT, "note": "другое"}
    finally:
        sealing.init_app(app, [old])


def test_another_key_and_an_altered_token_tell_nothing(app):
    token = Sealer(["k" * 32]).seal(ACCOUNT)
    assert Sealer(["z" * 32]).unseal(token) is None
    for place in (-1, 25):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place:][1:]
        assert Sealer(["k" * 32]).unseal(altered) is None or altered == token


def test_a_frozen_copy_loses_its_data_once_and_nothing_else_changes(world):
    submission = freeze(whole(world["application"]), number=7, actor=world["activist"], now=NOW)
    db.session.commit()
    update = "UPDATE submission SET content = '{}'"
    for refused in (
        update,
        f"{update}, erased_at = '2030-01-01', digest = 'x'",
        f"{update}, erased_at = '2030-01-01', number = 9",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(refused))
        db.session.rollback()
    submission.content, submission.erased_at = "{}", NOW
    db.session.commit()
    submission.content = "{1}"
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()


def test_officers_see_the_last_signs_jurors_nothing(world):
    answers = {"bank": {"bank-account": ACCOUNT, "passport": PASSPORT, "note": "видно"}}
    regulation = regulation_of_edition(world["application"].regulation)
    paper = application_paper(answers, regulation, "n1", personal=True)
    lines = {one.field.code: one.lines for section in paper.sections for one in section.answers}
    assert lines["bank-account"] == ("•••• 0001",)
    assert lines["passport"] == ("••••",)
    assert lines["note"] == ("видно",)
    assert paper.sealed == 2
    paper = application_paper(answers, regulation, "n1", personal=False)
    assert not {"bank-account", "passport"} & {
        one.field.code for section in paper.sections for one in section.answers
    }  # fmt: skip


def test_a_sealed_field_is_not_public_and_the_flag_is_left_out_by_default():
    def read(**field):
        reader = Reader()
        data = {"code": "s", "title": "С", "nominations": [], "fields": [{"code": "f", "label": "П", **field}]}
        return read_form_section(reader, data, "s"), reader.defects

    section, defects = read(kind="text", sealed=True)
    assert not defects
    assert section_to_json(section)["fields"][0]["sealed"] is True
    section, defects = read(kind="text")
    assert "sealed" not in section_to_json(section)["fields"][0]
    assert read(kind="text", sealed=True, public=True)[1]
    assert read(kind="budget", sealed=True)[1]
    assert read(kind="inn", personal=True)[0].fields[0].is_sealed
    assert not read(kind="inn")[0].fields[0].is_sealed


def test_pages_of_sealed_answers(app, world):
    save(world, **{"bank-account": ACCOUNT, "note": "видно"})
    application, district = world["application"], world["district"]
    application.state, application.number, application.submitted_at = "submitted", 99, NOW
    freeze(whole(application), number=7, actor=world["activist"], now=NOW)
    secretary = make_secretary(district)
    browser = Browser(app, secretary)
    page = browser.get(f"/office/applications/{application.key}")
    assert ACCOUNT not in page.get_data(as_text=True)
    assert "•••• 0001" in said(page)
    assert db.session.scalar(select(func.count(PersonalLook.id)).where(PersonalLook.what == "bank")) == 0
    page = browser.post(f"/office/applications/{application.key}/bank")
    assert ACCOUNT in said(page)
    looks = db.session.scalars(select(PersonalLook).order_by(PersonalLook.id)).all()
    assert [(one.what, one.actor_id, one.subject_id, one.tos_id) for one in looks] == [
        ("application", secretary.id, application.id, world["tos"].id),
        ("bank", secretary.id, application.id, world["tos"].id),
    ]
    own = Browser(app, world["activist"])
    assert own.client.post(f"/office/applications/{application.key}/bank").status_code == 403
    elsewhere = Browser(app, make_secretary(make_municipality("b", "Другой")))
    assert elsewhere.client.post(f"/office/applications/{application.key}/bank").status_code == 404
    assert ACCOUNT in said(own.get(f"/applications/{application.key}/check"))
    assert db.session.scalar(select(func.count(ApplicationSection.code))) > 1
