"""Files that come in pieces: resumed, put together, refused, given up, forgotten; in a folder and on an S3 server."""

import hashlib
import io
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import NOW, close, make_app
from tests.features.applications.test_routes import begin, the_application
from tests.features.applications.test_service import Case
from tests.make import make_activist, make_tos, regulation_with
from tests.pages import Browser, said
from tests.support.s3_server import S3Server, s3_server
from tests.support.test_upload_checks import pdf, picture
from tosportal.domain.regulation import regulation_from_json, to_json
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Attachment, Upload, UploadPart
from tosportal.support.db import commit, db
from tosportal.support.storage import LocalFolder, current_storage

__all__ = ["s3_server"]

PIECE = 100_000
SLOT = "minutes"


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def app(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        monkeypatch.setenv("STORAGE_URL", server.url)
    app = make_app(tmp_path, database_url)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture
def case(app: Flask) -> Case:
    return Case()


@pytest.fixture
def browser(app: Flask, case: Case) -> Browser:
    return Browser(app, case.person)


@pytest.fixture
def lies_there(app: Flask, request: pytest.FixtureRequest) -> Iterator[Callable[[], set[str]]]:
    """The keys of all objects that came since, asked past the portal."""
    storage = current_storage()
    if isinstance(storage, LocalFolder):
        yield lambda: {path.name for path in storage.path.rglob("*") if path.is_file()}
        return
    server: S3Server = request.getfixturevalue("s3_server")
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )

    def keys() -> set[str]:
        return {one["Key"] for one in client.list_objects_v2(Bucket=server.bucket).get("Contents", [])}

    before = keys()
    yield lambda: keys() - before
    client.close()


def large_pdf() -> bytes:
    return pdf(lambda writer: writer.add_metadata({"/Subject": secrets.token_hex(150_000)}))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def announce(
    browser: Browser, key: str, content: bytes, name: str = "Протокол.pdf", *, code: int = 200, **more: Any
) -> Any:
    about = {"name": name, "size": str(len(content)), "sha256": sha(content)} | more
    return browser.post(f"/applications/{key}/documents/{SLOT}/uploads", about, code=code).json


def send(browser: Browser, plan: Any, content: bytes, place: int, *, code: int = 200, digest: str | None = None) -> Any:
    piece = content[place : place + PIECE]
    answer = browser.post(
        f"{plan['pieces']}?offset={place}",
        piece,
        code=code,
        content_type="application/octet-stream",
        headers={"X-Content-SHA256": digest or sha(piece)},
    )
    return answer.json


def send_rest(browser: Browser, plan: Any, content: bytes) -> None:
    place = plan["offset"]
    while place < len(content):
        place = send(browser, plan, content, place)["offset"]


def count(table: type[db.Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_goes_on_where_the_line_broke(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    assert plan["offset"] == 0
    assert send(browser, plan, content, 0) == {"offset": PIECE}
    assert send(browser, plan, content, PIECE) == {"offset": 2 * PIECE}
    page = said(browser.get(f"/applications/{key}/documents"))
    assert "«Протокол.pdf» пришёл не весь" in page
    again = announce(browser, key, content, "C:\\fakepath\\Протокол.pdf")  # a new page, the same file
    assert again == plan | {"offset": 2 * PIECE}
    assert browser.post(plan["finish"], code=409).json == {"offset": 2 * PIECE}
    send_rest(browser, again, content)
    page = said(browser.post(plan["finish"]))
    assert "Файл приложен" in page
    assert "пришёл не весь" not in page
    (file,) = queries.attachments_of(the_application().id)
    assert (file.name, file.size, file.sha256) == ("Протокол.pdf", len(content), sha(content))
    assert browser.get(f"/files/{file.key}").data == content
    assert (count(Upload), count(UploadPart)) == (0, 0)
    assert lies_there() == {file.storage_key}  # the pieces went away with their rows
    browser.post(plan["finish"], code=404)


def test_a_piece_that_came_twice_or_too_early_says_what_is_due(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    assert send(browser, plan, content, PIECE, code=409) == {"offset": 0}
    send(browser, plan, content, 0)
    assert send(browser, plan, content, 0, code=409) == {"offset": PIECE}
    assert len(lies_there()) == 1


def test_a_spoilt_piece_is_not_kept(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    for digest in (sha(b"other"), "", "x" * 64):
        assert "пришёл не таким" in send(browser, plan, content, 0, code=422, digest=digest or " ")["error"]
    assert browser.post(f"{plan['pieces']}?offset=x", b"1", code=409).json == {"offset": 0}
    assert browser.post(
        f"{plan['pieces']}?offset=0", b"x" * (service.PIECE_MAX + 1), code=413, content_type="application/octet-stream"
    )
    assert lies_there() == set()
    assert count(UploadPart) == 0


def test_a_file_that_is_not_what_was_announced_is_refused_and_forgotten(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content, sha256=sha(b"another file"))
    send_rest(browser, plan, content)
    page = browser.post(plan["finish"], code=422)
    assert "Файл пришёл не таким, каким был отправлен" in said(page)
    assert f'id="slot-{SLOT}-error"' in page.text
    assert (count(Attachment), count(Upload), lies_there()) == (0, 0, set())


def test_type_by_content_holds_for_pieces_too(case, browser, lies_there):
    content, key = b"GIF89a" + b"0" * 500, begin(browser, case)
    plan = announce(browser, key, content, "устав.pdf")
    send_rest(browser, plan, content)
    assert "Это картинка GIF" in said(browser.post(plan["finish"], code=422))
    assert (count(Attachment), count(Upload), lies_there()) == (0, 0, set())


def test_giving_up_leaves_nothing(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    send(browser, plan, content, 0)
    assert "больше не отправляется" in said(browser.post(plan["cancel"]))
    assert (count(Upload), count(UploadPart), lies_there()) == (0, 0, set())


def test_what_nobody_goes_on_with_is_forgotten(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    send(browser, plan, content, 0)
    assert service.drop_expired_uploads(NOW + timedelta(days=2)) == 0
    assert len(lies_there()) == 1
    assert service.drop_expired_uploads(NOW + timedelta(days=3)) == 1
    commit()
    assert (count(Upload), count(UploadPart), lies_there()) == (0, 0, set())


def test_a_failed_transaction_keeps_the_pieces_of_an_upload(case, browser, lies_there):
    content, key = large_pdf(), begin(browser, case)
    send(browser, announce(browser, key, content), content, 0)
    service.drop_upload(db.session.scalars(select(Upload)).one())
    db.session.rollback()
    assert count(UploadPart) == 1
    assert len(lies_there()) == 1


def test_someone_elses_upload_does_not_exist(app, case, browser):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    stranger = Browser(app, make_activist(make_tos(case.municipality)))
    helper = Browser(app, make_activist(case.tos))
    for who in (stranger, helper):
        send(who, plan, content, 0, code=404)
        who.post(plan["finish"], code=404)
        who.post(plan["cancel"], code=404)
    announce(stranger, key, content, code=404)
    assert announce(helper, key, content)["pieces"] != plan["pieces"]  # an upload of their own
    browser.post(plan["cancel"].replace(plan["cancel"].split("/")[4], "<b>"), code=404)
    assert send(browser, plan, content, 0) == {"offset": PIECE}


def test_every_request_needs_the_token(app, case, browser):
    content, key = large_pdf(), begin(browser, case)
    plan = announce(browser, key, content)
    app.config["WTF_CSRF_ENABLED"] = True
    announce(browser, key, content, code=400)
    send(browser, plan, content, 0, code=400)
    browser.post(plan["finish"], code=400)
    browser.post(plan["cancel"], code=400)
    assert count(UploadPart) == 0
    page = browser.get(f"/applications/{key}/documents").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    piece = content[:PIECE]
    headers = {"X-CSRFToken": token, "X-Content-SHA256": sha(piece)}
    came = browser.post(f"{plan['pieces']}?offset=0", piece, content_type="application/octet-stream", headers=headers)
    assert came.json == {"offset": PIECE}


def test_a_file_too_large_is_told_before_it_is_sent(case, browser):
    key = begin(browser, case)
    refused = announce(browser, key, b"x", size=str(21 * 1024 * 1024), code=422)
    assert refused["error"].startswith("Файл больше 20")
    for size in ("", "-5", "1e3", "0"):
        assert "Файл пустой" in announce(browser, key, b"x", size=size, code=422)["error"]
    assert "Файл пустой" in announce(browser, key, b"x", sha256="zz", code=422)["error"]
    browser.post(f"/applications/{key}/documents/secret/uploads", {"size": "1"}, code=422)
    assert count(Upload) == 0


def test_all_files_of_an_application_have_one_limit(app):
    limits = regulation_with()["limits"] | {"application_mb": 1}
    case = Case(regulation_with(limits=limits))
    browser = Browser(app, case.person)
    key = begin(browser, case)
    photo = picture("PNG") + b"\0"
    assert "На все файлы заявки есть 1 МБ" in said(browser.get(f"/applications/{key}/documents"))
    first = pdf(lambda writer: writer.add_metadata({"/Subject": secrets.token_hex(400_000)}))
    browser.post(f"/applications/{key}/documents/{SLOT}", {"file": (io.BytesIO(first), "первый.pdf")})
    second = pdf(lambda writer: writer.add_metadata({"/Subject": secrets.token_hex(400_000)}))
    # in a slot for one file the new one takes the place of the old one, which does not count then
    page = browser.post(f"/applications/{key}/documents/{SLOT}", {"file": (io.BytesIO(second), "второй.pdf")})
    assert "второй.pdf" in said(page)
    refused = browser.post(
        f"/applications/{key}/documents/photos/uploads",
        {"name": "1.png", "size": str(300_000), "sha256": sha(photo)},
        code=422,
    )
    assert "в заявке осталось" in refused.json["error"]
    assert "из 1\u00a0МБ на все файлы" in refused.json["error"]


def test_the_oldest_of_too_many_uploads_makes_room(case, browser):
    key = begin(browser, case)
    plans = [announce(browser, key, f"file {number}".encode()) for number in range(21)]
    assert count(Upload) == 20
    browser.post(plans[0]["cancel"], code=404)
    browser.post(plans[1]["cancel"])


def test_the_limit_is_a_key_that_older_regulations_do_not_have():
    plain = regulation_with()
    assert "application_mb" not in to_json(regulation_from_json(plain))["limits"]
    assert regulation_from_json(plain).limits.files_mb == 100
    changed = regulation_with(limits=plain["limits"] | {"application_mb": 60})
    assert to_json(regulation_from_json(changed))["limits"]["application_mb"] == 60
