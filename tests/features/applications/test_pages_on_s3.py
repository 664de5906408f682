"""Files on an S3 server, by pages only: attached, given back, refused to strangers, taken out, sent, and S3 away."""

import contextlib
import io
import re
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import close, make_app
from tests.features.applications.test_routes import begin, fill, hidden, the_application
from tests.features.applications.test_service import Case
from tests.features.jury.court import SCORING
from tests.make import make_activist, make_juror, make_person, make_secretary, make_tos, regulation_with
from tests.pages import Browser, said
from tests.support.s3_server import S3Server, free_ports, s3_server
from tests.support.test_upload_checks import pdf, picture
from tosportal.domain.application_states import ApplicationAct
from tosportal.features.accounts.models import Person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Attachment
from tosportal.support.db import db
from tosportal.support.storage import S3Storage, current_storage, storage_from_url

__all__ = ["s3_server"]

pytestmark = pytest.mark.s3
AWAY = "Хранилище файлов сейчас не отвечает"


@pytest.fixture
def app(database_url: str, tmp_path: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The portal as an administrator sets it up: STORAGE_URL in the environment names the bucket."""
    monkeypatch.setenv("STORAGE_URL", s3_server.url)
    app = make_app(tmp_path, database_url)
    with app.app_context():
        assert isinstance(current_storage(), S3Storage)
        yield app
    close(app)


@pytest.fixture
def case(app: Flask) -> Case:
    return Case()


@pytest.fixture
def browser(app: Flask, case: Case) -> Browser:
    return Browser(app, case.person)


@pytest.fixture
def bucket(s3_server: S3Server):
    """What lies on the server, asked past the portal: {key: content}."""
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=s3_server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=s3_server.access_key,
        aws_secret_access_key=s3_server.secret_key,
    )

    def contents() -> dict[str, bytes]:
        listed = client.list_objects_v2(Bucket=s3_server.bucket).get("Contents", [])
        return {one["Key"]: client.get_object(Bucket=s3_server.bucket, Key=one["Key"])["Body"].read() for one in listed}

    yield contents
    client.close()


def attach(browser: Browser, key: str, slot: str, *files: tuple[bytes, str], code: int = 200):
    sent = [(io.BytesIO(content), name) for content, name in files]
    return browser.post(f"/applications/{key}/documents/{slot}", {"file": sent}, code=code)


def files() -> list[Attachment]:
    return list(queries.attachments_of(the_application().id))


def member_of_the_jury(case: Case) -> Person:
    person = make_person(full_name="Оценкина Мария Львовна")
    make_juror(case.contest, person)
    return person


def go_away(app: Flask) -> None:
    """From here on the same bucket is looked for where nothing listens."""
    (port,) = free_ports(1)
    app.extensions["storage"] = storage_from_url(f"s3://tests:secret@127.0.0.1:{port}/files?scheme=http")


def come_back(app: Flask) -> None:
    app.extensions["storage"] = storage_from_url(app.config["STORAGE_URL"])


def ensure_safe(answer) -> None:
    """A download that runs nothing, is kept nowhere and names no place in the storage."""
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == {"sandbox", "default-src 'none'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert not re.search(r"[0-9a-f]{32}|127\.0\.0\.1|amz", str(answer.headers))


def test_a_file_goes_to_the_bucket_and_comes_back(app, case, browser, bucket, tmp_path):
    before = bucket()
    content = pdf(lambda writer: writer.add_metadata({"/Subject": secrets.token_hex(150_000)}))  # more than one piece
    key = begin(browser, case)
    page = attach(browser, key, "minutes", (content, "../Протокол № 1.pdf"))
    assert "Протокол № 1.pdf" in said(page)
    (file,) = files()
    assert {name: data for name, data in bucket().items() if name not in before} == {file.storage_key: content}
    assert not (tmp_path / "files").exists()
    page = browser.get(f"/applications/{key}/documents").get_data(as_text=True)
    assert f'href="/files/{file.key}"' in page
    assert file.storage_key not in page
    answer = browser.get(f"/files/{file.key}")
    assert answer.data == content
    assert answer.mimetype == "application/pdf"
    assert "filename*=UTF-8''%D0%9F" in answer.headers["Content-Disposition"]
    assert ".." not in answer.headers["Content-Disposition"]
    ensure_safe(answer)
    page = browser.post(f"/applications/{key}/documents/minutes/{file.key}/remove")
    assert "убран" in said(page)
    browser.get(f"/files/{file.key}", code=404)


def test_a_refused_set_leaves_nothing_in_the_bucket(case, browser, bucket):
    before = bucket()
    key = begin(browser, case)
    page = attach(browser, key, "photos", (picture("PNG"), "1.png"), (b"GIF89a" + b"0" * 50, "2.gif"), code=422)
    assert "1.png" not in said(page)  # a set is one send or none, and the page says so
    assert files() == []
    assert bucket() == before


def test_each_by_their_own_door(app, case, browser, clock):
    key = begin(browser, case)
    fill(browser, key)
    (file,) = files()
    stranger = Browser(app, make_activist(make_tos(case.municipality)))
    secretary = Browser(app, make_secretary(case.municipality))
    stranger.get(f"/files/{file.key}", code=404)
    secretary.get(f"/files/{file.key}", code=404)  # a draft is nobody else's business
    page = browser.get(f"/applications/{key}/check")
    browser.post(f"/applications/{key}/submit", {"seen": hidden(page, "seen"), "truth": "yes", "consent": "yes"})
    assert "Расписка о приёме" in said(browser.get(f"/applications/{key}/receipt"))
    page = secretary.get(f"/office/applications/{key}").get_data(as_text=True)
    assert f'href="/files/{file.key}"' in page
    answer = secretary.get(f"/files/{file.key}")
    assert answer.data == pdf()
    ensure_safe(answer)
    assert browser.get(f"/files/{file.key}").data == pdf()
    service.advance_application(the_application(), ApplicationAct.ADMIT, actor=None, now=clock())
    db.session.commit()
    stranger.get(f"/files/{file.key}", code=404)
    clock.at = SCORING
    address = f"/jury/{case.contest.slug}/{key}"
    juror = Browser(app, member_of_the_jury(case))
    juror.get(f"{address}/files/1", code=404)
    page = juror.post(f"{address}/declare", {"conflict": "no"}).get_data(as_text=True)
    assert f"{address}/files/1" in page
    answer = juror.get(f"{address}/files/1")
    assert answer.data == pdf()
    ensure_safe(answer)
    juror.get(f"{address}/files/2", code=404)
    juror.get(f"/files/{file.key}", code=404)


def test_a_slot_shown_with_the_results_is_not_open_before_them(app):
    documents = regulation_with()["documents"]
    documents[0]["public"] = True
    case = Case(regulation_with(documents=documents))
    browser = Browser(app, case.person)
    fill(browser, begin(browser, case))
    (file,) = files()
    assert browser.get(f"/files/{file.key}").data == pdf()
    answer = app.test_client().get(f"/files/{file.key}")
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.headers["Location"]


def test_a_server_that_is_away_takes_nothing_and_loses_nothing(app, case, browser, bucket):
    key = begin(browser, case)
    fill(browser, key)
    attach(browser, key, "photos", (picture("PNG"), "двор.png"))
    kept, before = [file.id for file in files()], bucket()
    go_away(app)
    page = attach(browser, key, "minutes", (pdf(pages=2), "новый.pdf"), code=503)
    text = said(page)
    assert AWAY in text
    assert 'id="slot-minutes-error"' in page.get_data(as_text=True)
    assert "протокол.pdf" in text  # in the slot for one file the former one stays
    assert "двор.png" in text
    assert "новый.pdf" not in text
    assert [file.id for file in files()] == kept
    assert "Детская площадка «Родничок»" in said(browser.get(f"/applications/{key}"))
    english = Browser(app, case.person, language="en")
    page = attach(english, key, "minutes", (pdf(pages=2), "new.pdf"), code=503)
    assert "The file storage does not answer now" in said(page)
    come_back(app)
    assert bucket() == before
    assert "новый.pdf" in said(attach(browser, key, "minutes", (pdf(pages=2), "новый.pdf")))


def still_waits(connection: socket.socket) -> bool:
    """Whether the other side has sent what it wanted and has not hung up."""
    connection.settimeout(0.3)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return True
    return False


def test_while_the_server_keeps_one_person_waiting_others_save(app, case, browser, bucket):
    before = bucket()
    key = begin(browser, case)
    other = Browser(app, case.person)
    address = f"/applications/{key}/sections/project"
    form = {"revision": hidden(other.get(address), "revision"), "title": "Сохранено тем временем"}
    saved: list[tuple[int, bool]] = []

    def answer_nothing(door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = door.accept()
                if not saved:
                    status = other.client.post(address, data=form).status_code
                    saved.append((status, still_waits(connection)))
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        app.extensions["storage"] = storage_from_url(
            f"s3://tests:secret@127.0.0.1:{door.getsockname()[1]}/files?scheme=http"
        )
        thread = threading.Thread(target=answer_nothing, args=(door,))
        thread.start()
        assert AWAY in said(attach(browser, key, "minutes", (pdf(), "протокол.pdf"), code=503))
        door.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert saved == [(303, True)]  # saved while the sender of the file was still waiting
    db.session.expire_all()
    assert queries.sections_of(the_application().id)["project"].answers["title"] == "Сохранено тем временем"
    assert bucket() == before


def test_the_same_file_again_lies_there_once(case, browser, bucket):
    before = bucket()
    key = begin(browser, case)
    for _ in range(2):
        attach(browser, key, "minutes", (pdf(), "протокол.pdf"))
    assert set(bucket()) - set(before) == {file.storage_key for file in files()}
    assert len(files()) == 1


def test_a_file_that_cannot_be_read_now_says_so_to_everybody(app, case, browser, clock):
    key = begin(browser, case)
    fill(browser, key)
    (file,) = files()
    page = browser.get(f"/applications/{key}/check")
    browser.post(f"/applications/{key}/submit", {"seen": hidden(page, "seen"), "truth": "yes", "consent": "yes"})
    secretary = Browser(app, make_secretary(case.municipality))
    service.advance_application(the_application(), ApplicationAct.ADMIT, actor=None, now=clock())
    db.session.commit()
    go_away(app)
    for reader in (browser, secretary):
        assert AWAY in said(reader.get(f"/files/{file.key}", code=503))
    clock.at = SCORING
    juror = Browser(app, member_of_the_jury(case))
    juror.post(f"/jury/{case.contest.slug}/{key}/declare", {"conflict": "no"})
    assert AWAY in said(juror.get(f"/jury/{case.contest.slug}/{key}/files/1", code=503))
    come_back(app)
    assert juror.get(f"/jury/{case.contest.slug}/{key}/files/1").data == pdf()


def test_an_object_that_is_lost_is_not_a_broken_page(app, case, browser):
    fill(browser, begin(browser, case))
    (file,) = files()
    current_storage().delete(file.storage_key)
    browser.get(f"/files/{file.key}", code=404)
    assert db.session.scalar(select(Attachment.removed_at)) is None
