"""Files in quarantine until the virus check has spoken, with a real clamd; versions; photos; the nightly comparison."""

import io
import os
import time
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_pieces import app, lies_there
from tests.features.applications.test_routes import begin, the_application
from tests.features.applications.test_service import Case
from tests.make import make_activist, make_secretary, make_tos
from tests.pages import Browser, said
from tests.support.clamd import EICAR, Clamd, clamd
from tests.support.s3_server import s3_server
from tests.support.test_upload_checks import pdf, picture
from tosportal import tasks
from tosportal.config import Settings
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Attachment
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import LocalFolder, current_storage, take_inventory

__all__ = ["app", "clamd", "lies_there", "s3_server"]


@pytest.fixture
def case(app) -> Case:
    return Case()


@pytest.fixture
def browser(app, case) -> Browser:
    return Browser(app, case.person)


def use(app, address: str) -> None:
    settings = Settings(**(vars(app.config["SETTINGS"]) | {"clamd_url": address}))
    app.config["SETTINGS"] = settings


def attach(browser: Browser, key: str, content: bytes, name: str, slot: str = "minutes") -> str:
    return said(browser.post(f"/applications/{key}/documents/{slot}", {"file": (io.BytesIO(content), name)}))


def the_file() -> Attachment:
    db.session.expire_all()
    return db.session.scalars(select(Attachment).order_by(Attachment.id.desc()).limit(1)).one()


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


# --- the virus check -----------------------------------------------------------------------------------------------


def test_a_clean_file_is_kept_back_until_the_verdict(app, case, browser, clamd: Clamd):
    use(app, clamd.unix)
    key = begin(browser, case)
    assert "Проверяется на вирусы" in attach(browser, key, pdf(), "протокол.pdf")
    address = f"/files/{the_file().key}"
    assert "ещё проверяется на вирусы" in said(browser.get(address, code=409))
    assert tasks.check_files() == 1
    assert the_file().verdict == "clean"
    assert browser.get(address).data == pdf()
    assert "Проверяется" not in said(browser.get(f"/applications/{key}/documents"))
    assert tasks.check_files() == 0


def test_a_virus_is_refused_with_a_letter_and_an_act(app, case, browser, clamd: Clamd):
    use(app, clamd.tcp)
    key = begin(browser, case)
    attach(browser, key, pdf() + b"\n" + EICAR, "устав.pdf")
    file = the_file()
    assert tasks.check_files() == 1
    file = the_file()
    assert (file.verdict, file.virus, file.removed_at) == ("infected", "Test.EICAR.UNOFFICIAL", NOW)
    page = said(browser.get(f"/applications/{key}/documents"))
    assert "Не принят: в файле найден вирус (Test.EICAR.UNOFFICIAL)" in page
    assert "Нужен файл" in page
    browser.get(f"/files/{file.key}", code=404)
    letter = db.session.scalars(select(Letter).where(Letter.kind == "application.file_infected")).one()
    assert letter.to_address == case.person.email
    assert "устав.pdf" in letter.subject
    assert "Test.EICAR.UNOFFICIAL" in letter.body
    assert acts().count("application.file_infected") == 1
    secretary = Browser(app, make_secretary(case.municipality))
    secretary.get(f"/files/{file.key}", code=404)


def test_a_virus_found_after_the_submission_is_given_to_nobody(app, case, clamd: Clamd):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    file = the_file()
    file.verdict = "waiting"
    db.session.commit()
    service.set_verdict(file, "Test.EICAR", now=NOW)
    db.session.commit()
    assert the_file().removed_at is None  # the submission stands as it was sent
    secretary = Browser(app, make_secretary(case.municipality))
    assert "найден вирус" in said(secretary.get(f"/files/{file.key}", code=409))


def test_a_daemon_that_is_down_keeps_files_in_quarantine_and_the_page_says_so(app, case, browser):
    use(app, "tcp://127.0.0.1:1")
    key = begin(browser, case)
    attach(browser, key, pdf(), "протокол.pdf")
    assert tasks.check_files() == 0
    assert the_file().verdict == "waiting"
    assert "задерживается" not in said(browser.get(f"/applications/{key}/documents"))
    app.config["CLOCK"].move(minutes=11)
    assert "Проверка задерживается" in said(browser.get(f"/applications/{key}/documents"))
    browser.get(f"/files/{the_file().key}", code=409)


def test_without_the_setting_nothing_is_checked(case, browser):
    key = begin(browser, case)
    assert "Проверяется" not in attach(browser, key, pdf() + EICAR, "протокол.pdf")
    assert the_file().verdict == ""
    assert tasks.check_files() == 0


# --- versions ------------------------------------------------------------------------------------------------------


def test_a_replaced_file_stays_as_a_version_with_who_and_when(app, case, browser):
    key = begin(browser, case)
    attach(browser, key, pdf(), "первый.pdf")
    first = the_file().key
    helper = make_activist(case.tos)
    helper.full_name = "Помощникова Вера Ильинична"
    other = Browser(app, helper)
    page = attach(other, key, pdf(pages=2), "../../второй.pdf")
    assert "Прежний файл: 1" in page
    assert "первый.pdf Приложен 2 марта, 12:00" in page
    assert page.count("Помощникова Вера Ильинична") >= 1
    assert browser.get(f"/files/{first}").data == pdf()
    assert the_file().name == "второй.pdf"
    Browser(app, make_activist(make_tos(case.municipality))).get(f"/files/{first}", code=404)
    browser.post(f"/applications/{key}/documents/minutes/{the_file().key}/remove")
    browser.get(f"/files/{the_file().key}", code=404)  # taken out by hand is not a version


# --- photos --------------------------------------------------------------------------------------------------------


def photo(kind: str) -> bytes:
    """A lying photo of a phone: 400 × 200 points to be turned, with a place and a camera."""
    picture = Image.new("RGB", (2400, 1200), "green")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0110] = "Secret Camera 7"
    exif.get_ifd(0x8825)[2] = (54.0, 21.0, 49.0)
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def test_a_photo_has_an_upright_preview_without_place_and_camera(case, browser, lies_there):
    key = begin(browser, case)
    content = photo("JPEG")
    assert b"Secret Camera" in content
    attach(browser, key, content, "двор.jpg", "photos")
    page = browser.get(f"/applications/{key}/documents")
    address = f"/files/{the_file().key}/preview"
    assert f'src="{address}"' in page.text
    answer = browser.get(address)
    assert answer.mimetype == "image/jpeg"
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (600, 1200)
        assert dict(shown.getexif()) == {}
    assert b"Secret Camera" not in answer.data
    assert lies_there() == {the_file().storage_key, the_file().preview_key}
    attach(browser, key, content, "двор ещё раз.jpg", "photos")
    assert len(lies_there()) == 2


def test_a_photo_of_an_iphone_becomes_a_picture_that_everybody_can_open(case, browser):
    key = begin(browser, case)
    page = attach(browser, key, photo("HEIF"), "IMG_0001.HEIC", "photos")
    assert "IMG_0001.jpg" in page
    content = browser.get(f"/files/{the_file().key}").data
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as shown:
        assert shown.size == (2400, 1200)
        assert dict(shown.getexif()) == {}
    assert b"Secret Camera" not in content


@pytest.mark.parametrize("damage", [lambda c: c[:200], lambda c: c[: len(c) // 2], lambda c: c[:30] + os.urandom(400)])
def test_a_broken_photo_of_an_iphone_is_refused(case, browser, damage):
    key = begin(browser, case)
    form = {"file": (io.BytesIO(damage(photo("HEIF"))), "IMG.HEIC")}
    page = browser.post(f"/applications/{key}/documents/photos", form, code=422)
    assert 'id="slot-photos-error"' in page.text
    assert queries.attachments_of(the_application().id) == []


def test_a_document_has_no_preview(case, browser):
    key = begin(browser, case)
    attach(browser, key, pdf(), "протокол.pdf")
    browser.get(f"/files/{the_file().key}/preview", code=404)


# --- rows and files ------------------------------------------------------------------------------------------------


def test_the_comparison_finds_what_is_lost_and_removes_what_nobody_names(app, case, browser, lies_there):
    key = begin(browser, case)
    attach(browser, key, pdf(), "протокол.pdf")
    attach(browser, key, picture("PNG"), "двор.png", "photos")
    storage, now = current_storage(), NOW
    before = take_inventory(storage, now=now)
    assert before.lost == ()
    assert before.rows == 3  # two files and a preview
    stray = "0" * 31 + "1"
    storage.put(stray, io.BytesIO(b"nobody's"), size_limit=100)
    young = "0" * 31 + "2"
    storage.put(young, io.BytesIO(b"on its way"), size_limit=100)
    if isinstance(storage, LocalFolder):
        half = storage.path / "00" / ".incoming-killed"
        half.write_bytes(b"half")
        os.utime(half, (time.time() - 90_000,) * 2)
        for path in storage.path.rglob("*"):
            os.utime(path, (NOW.timestamp() - (3600 if path.name == young else 90_000),) * 2)
        app.config["CLOCK"].at = NOW
        left = {young}
    else:
        app.config["CLOCK"].at = dict(storage.keys())[stray] + timedelta(days=1, seconds=30)
        left = set()
    lost = the_file()
    storage.delete(lost.storage_key)
    found = tasks.check_storage()
    assert found is not None
    assert found.lost == (f"attachment: {lost.storage_key}",)
    assert stray in found.strays
    assert stray not in lies_there()
    assert lies_there() & {young} == left
    named = set(db.session.scalars(select(Attachment.storage_key))) - {lost.storage_key}
    assert named <= lies_there()
    if isinstance(storage, LocalFolder):
        assert not half.exists()
    entry = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    assert entry.act == "files.compared"
    runner = app.test_cli_runner()
    result = runner.invoke(args=["data", "files"])
    assert result.exit_code == 1
    assert f"Запись без файла: attachment: {lost.storage_key}" in result.output


def test_files_and_rows_that_agree_say_so(app, case, browser):
    key = begin(browser, case)
    attach(browser, key, pdf(), "протокол.pdf")
    assert tasks.check_storage().lost == ()
    assert "files.compared" not in acts()
    result = app.test_cli_runner().invoke(args=["data", "files"])
    assert "Записей о них: 1" in result.output


def test_a_storage_that_is_away_proves_nothing(app, case):
    from tosportal.support.storage import storage_from_url

    app.extensions["storage"] = storage_from_url("s3://k:s@127.0.0.1:9/files?scheme=http")
    assert tasks.check_storage() is None
