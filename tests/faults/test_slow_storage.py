"""A storage that is slow holds up its sender alone: while bytes go to S3, no transaction holds the one writer."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import close, make_app
from tests.features.events.make_events import Village, picture_of
from tests.pages import Browser, said
from tests.support.s3_server import S3Server, s3_server
from tests.support.test_upload_checks import pdf
from tosportal import demo
from tosportal.features.events.models import EventEvidence
from tosportal.features.programmes.models import ProgrammeUpload
from tosportal.support.db import db
from tosportal.support.storage import S3Storage, StorageUnavailable, current_storage

__all__ = ["s3_server"]

pytestmark = pytest.mark.s3
DOCX = Path(__file__).parent.parent / "data" / "programme-ordynsky.docx"


@pytest.fixture
def app(database_url: str, tmp_path: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("STORAGE_URL", s3_server.url)
    app = make_app(tmp_path, database_url)
    with app.app_context():
        assert isinstance(current_storage(), S3Storage)
        yield app
    close(app)


@pytest.fixture
def puts(app, monkeypatch) -> list[tuple[str, bool]]:
    """(key, was a transaction open) of everything that is put into the real storage."""
    seen: list[tuple[str, bool]] = []
    put = S3Storage.put

    def watched(self, key, stream, **knobs):
        seen.append((key, db.session().in_transaction()))
        return put(self, key, stream, **knobs)

    monkeypatch.setattr(S3Storage, "put", watched)
    return seen


@pytest.fixture
def village(app) -> Village:
    return Village()


def is_there(key: str) -> bool:
    try:
        with current_storage().open(key):
            return True
    except FileNotFoundError:
        return False


def send(office: Browser, content: bytes, code: int = 200):
    return office.post("/office/programme/upload", {"file": (io.BytesIO(content), "программа.docx")}, code=code)


def test_a_programme_is_read_and_kept_outside_a_transaction(app, village, puts):
    office = Browser(app, village.secretary)
    send(office, DOCX.read_bytes())
    again = send(office, DOCX.read_bytes())  # the same file once more is the same upload, its second copy goes away
    assert "Что портал узнал в файле" in said(again)
    db.session.rollback()
    (upload,) = db.session.scalars(select(ProgrammeUpload)).all()
    (first, second) = puts
    assert [is_open for _key, is_open in puts] == [False, False]
    assert first[0] == upload.storage_key
    assert is_there(first[0])
    assert not is_there(second[0])


def test_a_programme_that_is_not_written_down_leaves_no_bytes(app, village, puts, monkeypatch):
    office = Browser(app, village.secretary)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def breaks(*_args, **_knobs):
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr("tosportal.support.audit.record", breaks)
    send(office, DOCX.read_bytes(), code=500)
    ((key, is_open),) = puts
    assert not is_open
    assert not is_there(key)
    assert db.session.scalar(select(func.count()).select_from(ProgrammeUpload)) == 0


def test_a_storage_that_is_away_is_told_beside_the_field(app, village, monkeypatch):
    office = Browser(app, village.secretary)

    def away(*_args, **_knobs):
        raise StorageUnavailable("away")

    monkeypatch.setattr(S3Storage, "put", away)
    page = send(office, DOCX.read_bytes(), code=503)
    assert "Хранилище файлов сейчас не отвечает" in said(page)
    assert 'aria-invalid="true"' in page.get_data(as_text=True)


def test_files_of_events_are_kept_outside_a_transaction(app, village, puts):
    activist = Browser(app, village.activist)
    form = {
        "kind": "meeting", "title": "Встреча у колодца", "held_on-day": "21", "held_on-month": "2",
        "held_on-year": "2026", "place": "ул. Мира", "participants": "7", "counting": "persons",
        "toses": [village.tos.code], "form_key": "k" * 24,
    }  # fmt: skip
    activist.post("/events/new", {**form, "photo": (io.BytesIO(picture_of()), "двор.jpg")})
    key = village.told().key
    activist.post(f"/events/{key}/photos", {"photo": (io.BytesIO(picture_of("blue")), "сад.jpg")})
    activist.post(f"/events/{key}/papers/list", {"file": (io.BytesIO(pdf()), "список.pdf")})
    assert db.session.scalar(select(func.count()).select_from(EventEvidence)) == 3
    assert [is_open for _key, is_open in puts] == [False] * 3


def test_the_events_of_the_demo_are_kept_outside_a_transaction(app, puts):
    demo.load()
    kept = set(db.session.scalars(select(EventEvidence.storage_key)))
    assert len(kept) == 3
    assert [is_open for key, is_open in puts if key in kept] == [False] * 3
