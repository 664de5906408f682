"""The server is killed without warning in the middle of work: what it said it had saved is there afterwards."""

import contextlib
import copy
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from tests.browser.portal import free_port
from tests.conftest import close, make_app
from tests.features.applications.test_routes import flat
from tests.make import ANSWERS, REGULATION, make_activist, make_application, make_contest, make_municipality, make_tos
from tests.pages import Browser
from tosportal.features.applications.models import ApplicationSection
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

KILLS = 3
KEY = "a-key-that-the-test-and-the-server-share-0123456789"
LONGEST_START = 30


def regulation_accepting_now() -> dict:
    """The sample regulation with today in its intake: the server goes by the clock of the machine."""
    definition = copy.deepcopy(REGULATION)
    moved = datetime.now(UTC) - datetime(2026, 3, 2, 5, tzinfo=UTC)
    for moment in definition["timeline"]:
        moment["at"] = (datetime.fromisoformat(moment["at"]) + moved).isoformat()
    return definition


class Server:
    """`flask serve` in a process group of its own, so that everything it started dies with it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        self.environment = os.environ | {
            "INSTANCE_PATH": str(folder), "DATABASE_URL": database_url, "SECRET_KEY": KEY, "PORT": str(self.port),
            "HOST": "127.0.0.1", "WORKERS": "1", "SMTP_URL": "", "HTTPS": "", "TRUSTED_HOSTS": "", "STORAGE_URL": "",
            "QUEUE_URL": "",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "tosportal", "serve"],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/robots.txt")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace")[-3000:])

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, cookie: str = "") -> tuple[int, str, str]:
        """Status, text, and the cookie to go on with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            given = (one.split(";")[0] for one in answer.msg.get_all("Set-Cookie") or ())
            return answer.status, text, next((one for one in given if one.startswith("tos=")), cookie)
        finally:
            connection.close()


class Writer(threading.Thread):
    """Saves a section over and over; `acknowledged` is the last number whose save the server confirmed."""

    def __init__(self, server: Server, address: str, cookie: str) -> None:
        super().__init__()
        self.server, self.address, self.cookie = server, address, cookie
        self.tried = self.acknowledged = self.confirmed = 0
        self.strange: list[int] = []
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.save()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def save(self) -> None:
        status, page, cookie = self.server.ask("GET", self.address, cookie=self.cookie)
        fields = {name: hidden(page, name) for name in ("revision", "csrf_token")} if status == 200 else {}
        self.tried += 1
        text = f"Сохранение номер {self.tried} про детскую площадку."
        form = flat(ANSWERS["project"]) | fields | {"problem": text}
        status, _page, _cookie = self.server.ask("POST", self.address, form, cookie)
        if status == 303:
            self.acknowledged = self.tried
            self.confirmed += 1
        else:
            self.strange.append(status)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def number_in(text: str) -> int:
    found = re.search(r"Сохранение номер (\d+) ", text)
    return int(found[1]) if found else 0


def test_what_was_acknowledged_survives_kill_9(sqlite_template, tmp_path):
    shutil.copyfile(sqlite_template, tmp_path / "portal.sqlite3")
    url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    app = make_app(tmp_path, url)
    app.config.update(SECRET_KEY=KEY, CLOCK=lambda: datetime.now(UTC))
    with app.app_context():
        district = make_municipality()
        tos = make_tos(district)
        person = make_activist(tos)
        key = make_application(make_contest(district, regulation=regulation_accepting_now()), tos, person).key
        cookie = f"tos={Browser(app, person).client.get_cookie('tos').value}"
        db.session.commit()
    server, chance = Server(tmp_path, url), random.Random(2026)
    writer = Writer(server, f"/applications/{key}/sections/project", cookie)
    try:
        server.start()
        writer.start()
        for _kill in range(KILLS):
            time.sleep(chance.uniform(1.0, 2.5))
            server.kill()
            known = writer.acknowledged
            with app.app_context():
                row = db.session.scalars(select(ApplicationSection).where(ApplicationSection.code == "project")).one()
                assert number_in(row.answers["problem"]) >= known, "an acknowledged save is gone"
                assert audit.verify()[1] is None
                db.session.remove()
            server.start()
        time.sleep(1)
    finally:
        writer.stop.set()
        writer.join()
        server.kill()
    with app.app_context():
        row = db.session.scalars(select(ApplicationSection).where(ApplicationSection.code == "project")).one()
        saves = db.session.scalar(
            select(func.count(JournalEntry.id)).where(JournalEntry.act == "application.section_saved")
        )
        assert writer.acknowledged <= number_in(row.answers["problem"]) <= writer.tried
        assert saves >= writer.confirmed > 3
        assert saves <= writer.tried
        assert row.version >= writer.confirmed
        assert audit.verify()[1] is None
    assert writer.strange == []
    close(app)
