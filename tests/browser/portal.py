"""The portal as a process of its own: granian and the worker, as `flask serve` runs them, with a clock one can move.

The one thing that differs from a living portal is the clock: weeks pass between the acts of a contest, so both
processes ask a file how far they are from the clock of the machine. `python -m tests.browser.portal PORT` runs the
server; `tests.browser.portal:application` is the factory that both processes use.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from tosportal.cli.serve import application as portal_application
from tosportal.support.db import db

CLOCK_FILE = "TEST_CLOCK_FILE"
START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # noon of a Monday in Novosibirsk
ROOT = Path(__file__).parents[2]


def application() -> Flask:
    """The portal as in life, by the clock of the test."""
    app = portal_application()
    file = Path(os.environ[CLOCK_FILE])
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(seconds=float(file.read_text()))
    return app


class Portal:
    """A portal that answers at `url`, on a copy of a database made before."""

    def __init__(self, folder: Path, template: Path, smtp_url: str = "") -> None:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        self.folder = folder
        self.clock = folder / "clock"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.environment = environment(folder) | {
            CLOCK_FILE: str(self.clock),
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "SMTP_URL": smtp_url,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.set_time(START)

    def set_time(self, at: datetime) -> None:
        """From now on it is `at` for the portal, and goes on from there."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str((at - datetime.now(UTC)).total_seconds()))
        fresh.replace(self.clock)

    @property
    def time(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.clock.read_text()))

    def run(self, *arguments: str) -> None:
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen([sys.executable, *arguments], env=self.environment, cwd=ROOT, stdout=log, stderr=log)
            )

    def start(self) -> None:
        self.run("-m", "tests.browser.portal", str(self.port))
        if self.environment["SMTP_URL"]:
            self.run("-m", "flask", "--app", "tests.browser.portal:application", "worker")
        opener = build_opener(ProxyHandler({}))
        for _ in range(600):
            with contextlib.suppress(OSError), opener.open(f"{self.url}/", timeout=5):
                return
            time.sleep(0.1)
        raise AssertionError(f"портал не ответил за минуту:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @contextlib.contextmanager
    def inside(self) -> Iterator[Flask]:
        """The same database from the test process: for looking and for makers, not for acts of people."""
        with inside(self.folder, self.time) as app:
            yield app


@contextlib.contextmanager
def inside(folder: Path, at: datetime) -> Iterator[Flask]:
    from tosportal import create_app
    from tosportal.config import Settings

    values = environment(folder)
    app = create_app(
        Settings(
            instance_path=values["INSTANCE_PATH"],
            database_url=values["DATABASE_URL"],
            secret_key=values["SECRET_KEY"],
            storage_url=values["STORAGE_URL"],
            queue_url=values["QUEUE_URL"],
            base_url="http://localhost",
        )
    )
    app.config.update(CLOCK=lambda: at)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def environment(folder: Path) -> dict[str, Any]:
    """Settings of a portal that keeps everything in one folder."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")} | {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "STORAGE_URL": (folder / "files").as_uri(),
        "QUEUE_URL": f"sqlite:///{folder / 'queue.sqlite3'}",
        "SECRET_KEY": "browser-key-browser-key-browser-key-browser",
        "WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    Granian(
        "tests.browser.portal:application",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        log_access=False,
    ).serve()
