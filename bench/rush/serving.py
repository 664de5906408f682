"""The portal of the rush: `flask serve` with its worker, on a database and a storage of its own."""

import contextlib
import http.client
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask

from bench.client import HOST
from bench.measuring import free_port
from tests.postgres import POSTGRES
from tests.support import s3_server
from tosportal import create_app
from tosportal.config import Settings
from tosportal.support.db import db

LONGEST_START = 60
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Place:
    """Where a portal keeps everything, as its environment says it."""

    folder: Path
    database_url: str
    storage_url: str
    secret_key: str
    port: int

    def app(self) -> Flask:
        """The portal in this process, on the same data."""
        app = create_app(
            Settings(
                instance_path=str(self.folder), database_url=self.database_url, storage_url=self.storage_url,
                queue_url="", secret_key=self.secret_key, smtp_url="", clamd_url="", base_url="", trusted_hosts="",
                https="", data_keys="",
            )
        )  # fmt: skip
        app.config["SERVER_NAME"] = None
        return app

    def environment(self, workers: int) -> dict[str, str]:
        return os.environ | {
            "INSTANCE_PATH": str(self.folder), "DATABASE_URL": self.database_url, "STORAGE_URL": self.storage_url,
            "QUEUE_URL": "", "SECRET_KEY": self.secret_key, "SMTP_URL": "", "CLAMD_URL": "", "BASE_URL": "",
            "TRUSTED_HOSTS": "", "HTTPS": "", "DATA_KEYS": "", "HOST": HOST, "PORT": str(self.port),
            "WORKERS": str(workers), "TRUSTED_PROXIES": "0",
        }  # fmt: skip


@contextlib.contextmanager
def place(engine: str, *, with_s3: bool) -> Iterator[Place]:
    """An empty place of its own: a folder, and with PostgreSQL a database that is dropped afterwards."""
    with contextlib.ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="tosportal-rush-")))
        database_url = f"sqlite:///{folder / 'portal.sqlite3'}"
        if engine == "postgresql":
            database_url = kept.enter_context(new_database())
        storage_url = kept.enter_context(new_bucket(folder)) if with_s3 else (folder / "files").as_uri()
        yield Place(folder, database_url, storage_url, secrets.token_hex(32), free_port())


@contextlib.contextmanager
def new_database() -> Iterator[str]:
    """A database with the durability of a living one."""
    name = f"tos_rush_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def new_bucket(folder: Path) -> Iterator[str]:
    """SeaweedFS in a folder, every object written with fsync."""
    (folder / "s3").mkdir()
    process, server = s3_server.start(folder / "s3")
    try:
        yield server.url
    finally:
        s3_server.stop(process)


@contextlib.contextmanager
def served(where: Place, *, workers: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """`flask serve` answers at its port; it and its worker end with the block. Its words stand in `server.log`."""
    log = where.folder / "server.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tosportal", "serve"],
            env=where.environment(workers), stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_answers(where.port, server, log)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_until_answers(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/robots.txt")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the portal did not start:\n{log.read_text(errors='replace')[-3000:]}")


def let_go(app: Flask) -> None:
    """No connection to the database is left open."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
