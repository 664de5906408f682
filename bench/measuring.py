"""How a page is measured: its size and queries without a server, its answers a second and CPU time on one."""

import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from bench.client import FORM, HOST, Turn, request_of, turn
from tosportal.demo.people import DemoPerson
from tosportal.features.accounts import sessions
from tosportal.features.accounts.queries import person_by_email
from tosportal.support import db as database
from tosportal.support.db import db


@dataclass
class Measured:
    """A page, and what each round brought."""

    name: str
    path: str
    cookie: str
    size: int
    queries: int
    bodies: tuple[bytes, ...] = ()  # of a save: each changes what the one before it left
    portal: list[tuple[float, float]] = field(default_factory=list)  # answers a second, CPU ms an answer
    constant: list[tuple[float, float]] = field(default_factory=list)

    def middle(self, of: str, what: int) -> float:
        return statistics.median(pair[what] for pair in getattr(self, of))


def cookie_of(app: Flask, who: DemoPerson | None) -> str:
    """The cookie of a browser in which this person has signed in."""
    if who is None:
        return ""
    person = person_by_email(who.email)
    assert person is not None  # noqa: S101  the demo has just made them
    key = secrets.token_urlsafe(32)
    sessions.start_session(person, key=key, browser="bench", now=app.config["CLOCK"]())
    database.commit()
    return session_cookie(app, person.fs_uniquifier, key)


def session_cookie(app: Flask, uniquifier: str, key: str) -> str:
    """The cookie of a browser whose sign-in has this key."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps({"_user_id": uniquifier, "_fresh": True, sessions.KEY: key})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def look_at(app: Flask, name: str, path: str, who: DemoPerson | None) -> Measured:
    """The page once, without a server: its size, and how many queries it sends."""
    with app.app_context():
        cookie = cookie_of(app, who)
        db.session.remove()
    return asked(app, Measured(name, path, cookie, 0, 0))


def asked(app: Flask, page: Measured) -> Measured:
    """The same with its size and its queries, those of the last of two answers: caches are warm then."""
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(connection, cursor, statement, *_more) -> None:  # type: ignore[no-untyped-def]
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    client, headers = app.test_client(use_cookies=False), {"Cookie": page.cookie} if page.cookie else {}
    event.listen(engine, "before_cursor_execute", note)
    try:
        for turn_ in range(2):
            sent.clear()
            if page.bodies:
                saves = headers | {"X-Requested-With": "autosave", "Content-Type": FORM}
                answer = client.post(page.path, headers=saves, data=page.bodies[turn_ % len(page.bodies)])
            else:
                answer = client.get(page.path, headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        sys.exit(f"{page.path}: {answer.status} {answer.location or ''} вместо 200")
    return replace(page, size=len(answer.data), queries=len(sent))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children so far; 0 where /proc does not tell."""
    total, waiting = 0, [pid]
    while waiting:
        current = waiting.pop()
        try:
            fields = Path(f"/proc/{current}/stat").read_text().rpartition(")")[2].split()
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def start_server(environment: dict[str, str], log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Granian as `flask serve` starts it, on a free port."""
    port = free_port()
    words = ["--interface", "wsgi", "--factory", "--workers", "2", "--blocking-threads", "1", "--no-access-log"]
    command = [sys.executable, "-m", "granian", *words, "--host", HOST, "--port", str(port), "bench.server:application"]
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    for _attempt in range(300):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if server.poll() is not None:
                sys.exit(f"Сервер не запустился:\n{log.read_text()}")
            time.sleep(0.1)
        else:
            time.sleep(2)  # both workers are up
            return server, port
    server.terminate()
    sys.exit("Сервер не ответил за 30 секунд.")


def one_turn(
    server: subprocess.Popen[bytes],
    port: int,
    path: str,
    *,
    cookie: str = "",
    size: int,
    seconds: float,
    bodies: tuple[bytes, ...] = (),
) -> tuple[float, float]:
    """Answers a second and CPU milliseconds an answer. What is saved in turn is sent on one connection."""
    before = cpu_seconds(server.pid)
    requests = [request_of(HOST, port, path, cookie, body) for body in bodies or (b"",)]
    connections = 1 if bodies else 4
    done: Turn = turn((HOST, port), requests, size, seconds=seconds, connections=connections)
    return done.per_second, (cpu_seconds(server.pid) - before) * 1000 / max(1, done.answers)
