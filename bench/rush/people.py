"""The people of the rush: real HTTP clients in processes of their own, each sending its application more than once."""

import contextlib
import http.client
import pickle
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from bench.client import FORM, HOST
from bench.rush.applicants import Applicant, photo

BOUNDARY = "a-line-between-the-parts-of-a-form"
ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds until a client thinks that no answer will come
TRIES = 4
# How people send: pressing twice; once more after the answer; the line breaks before the answer, and they come again.
WAYS = ("twice", "again", "lost")


@dataclass
class Story:
    """What one applicant saw. `seconds` by step; `codes` of all answers; `number` as the receipt says; `late` is how
    long after their time a client was free for them."""

    place: int
    key: str
    is_accepted: bool = False
    number: int | None = None
    ended_at: float = 0.0
    late: float = 0.0
    seconds: list[tuple[str, float]] = field(default_factory=list)
    codes: list[tuple[str, int]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)


class Client:
    """One browser: keeps its connection and its cookie."""

    def __init__(self, port: int, cookie: str, story: Story) -> None:
        self.port, self.cookie, self.story = port, cookie, story
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)

    def send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, kind: str
    ) -> None:
        headers = {"Cookie": self.cookie} | ({"Content-Type": kind} if body is not None else {})
        connection.request(method, path, body, headers)

    def hear(self, connection: http.client.HTTPConnection, step: str, began: float) -> tuple[int, str, str]:
        """Status, address of a redirect, text; noted with the seconds since `began`."""
        answer = connection.getresponse()
        text = answer.read().decode()
        self.story.seconds.append((step, time.perf_counter() - began))
        self.story.codes.append((step, answer.status))
        for one in answer.msg.get_all("Set-Cookie") or ():
            if one.startswith("tos="):
                self.cookie = one.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), text

    def ask(
        self, step: str, method: str, path: str, body: bytes | None = None, kind: str = FORM
    ) -> tuple[int, str, str]:
        """One request, sent again on a new connection when no answer comes."""
        for attempt in range(TRIES):
            began = time.perf_counter()
            try:
                self.send(self.connection, method, path, body, kind)
                return self.hear(self.connection, step, began)
            except (OSError, http.client.HTTPException) as trouble:
                self.story.troubles.append(f"{step}: {trouble!r}")
                self.connection.close()
                self.connection = self.connect()
                time.sleep(0.2 * (attempt + 1))
        raise ConnectionError(f"{step}: {TRIES} tries without an answer")

    def expect(self, code: int, step: str, path: str, *, body: bytes | None = None, kind: str = FORM) -> str:
        """The text of an answer with this code; Unexpected is raised by any other."""
        status, _place, text = self.ask(step, "POST" if body else "GET", path, body, kind)
        if status != code:
            raise Unexpected(f"{step}: {status} instead of {code}\n{' '.join(text.split())[:2000]}")
        return text


class Unexpected(Exception):
    """An answer that no applicant should have got."""


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    if found is None:
        raise Unexpected(f"no {name} on the page")
    return unescape(found[1])


def file_form(token: str, name: str, content: bytes) -> bytes:
    """The form of one file as a browser without JavaScript sends it."""
    line = f"--{BOUNDARY}\r\n".encode()
    disposition = 'Content-Disposition: form-data; name="'
    return b"".join((
        line, f'{disposition}csrf_token"\r\n\r\n{token}\r\n'.encode(),
        line, f'{disposition}file"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode(), content, b"\r\n",
        f"--{BOUNDARY}--\r\n".encode(),
    ))  # fmt: skip


def live(client: Client, applicant: Applicant, kilobytes: int) -> None:
    """From the photo to the receipt."""
    story, base = client.story, f"/applications/{applicant.key}"
    if applicant.sends_photo:
        token = hidden(client.expect(200, "documents", f"{base}/documents"), "csrf_token")
        form = file_form(token, f"Место {applicant.place}.jpg", photo(applicant.place, kilobytes))
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        client.expect(303, "photo", f"{base}/documents/photos", body=form, kind=kind)
    page = client.expect(200, "check", f"{base}/check")
    form = {name: hidden(page, name) for name in ("csrf_token", "seen")} | {"truth": "yes", "consent": "yes"}
    press(client, WAYS[applicant.place % len(WAYS)], f"{base}/submit", urlencode(form).encode(), f"{base}/receipt")
    page = client.expect(200, "receipt", f"{base}/receipt")
    found = re.search(r"<h1>[^<]*№\s*(\d+)", page)
    story.number = int(found[1]) if found else None


def press(client: Client, way: str, path: str, form: bytes, receipt: str) -> None:
    """The button is pressed, in one of the `WAYS`; the application is accepted when the answer leads to its receipt."""
    if way == "lost":
        with contextlib.closing(client.connect()) as broken:
            client.send(broken, "POST", path, form, FORM)
            time.sleep(0.02)  # the request is with the server, its answer never comes
    answers = []
    if way == "twice":
        began = time.perf_counter()
        with contextlib.closing(client.connect()) as second:
            try:
                client.send(second, "POST", path, form, FORM)
                answers.append(client.ask("submit", "POST", path, form))
                answers.append(client.hear(second, "submit", began))
            except (OSError, http.client.HTTPException) as trouble:
                client.story.troubles.append(f"second click: {trouble!r}")
    for _press in range(1 if way == "lost" else 2 - len(answers)):
        answers.append(client.ask("submit", "POST", path, form))
    wrong = [f"submit: {status} {place}" for status, place, _text in answers if (status, place) != (303, receipt)]
    client.story.is_accepted = len(wrong) < len(answers)
    if wrong:
        raise Unexpected("; ".join(wrong))


@dataclass(frozen=True)
class Crowd:
    """Who comes to which port, when (seconds from the beginning), and to how many clients of one process."""

    port: int
    clients: int
    kilobytes: int
    people: list[tuple[float, Applicant]]


def play(crowd: Crowd, begins: float) -> list[Story]:
    """The people of one process, from the moment `begins` of the machine's clock."""
    stories: list[Story] = []
    waiting, gate = iter(sorted(crowd.people, key=lambda one: one[0])), threading.Lock()

    def client() -> None:
        while True:
            with gate:
                at, applicant = next(waiting, (0.0, None))
            if applicant is None:
                return
            time.sleep(max(0.0, begins + at - time.time()))
            story = Story(applicant.place, applicant.key, late=max(0.0, time.time() - begins - at))
            stories.append(story)
            browser = Client(crowd.port, applicant.cookie, story)
            try:
                live(browser, applicant, crowd.kilobytes)
            except (Unexpected, OSError, http.client.HTTPException) as wrong:
                story.unexpected.append(str(wrong))
            finally:
                browser.connection.close()
                story.ended_at = time.time() - begins

    threads = [threading.Thread(target=client) for _ in range(crowd.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return stories


def rush(
    people: list[tuple[float, Applicant]], *, port: int, processes: int, clients: int, kilobytes: int
) -> list[Story]:
    """All of them come, each at their second, to so many processes of so many clients; what each saw, in order.

    The processes load this package and nothing of whoever asked for them.
    """
    running = []
    for turn in range(processes):
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.rush.crowd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        running.append(process)
        give(process.stdin, Crowd(port, clients, kilobytes, people[turn::processes]))
    for process in running:
        take(process.stdout)  # it is here
    begins = time.time()
    for process in running:
        give(process.stdin, begins)
    stories = [story for process in running for story in take(process.stdout)]
    for process in running:
        process.communicate()
    return sorted(stories, key=lambda one: one.place)


def give(stream: IO[bytes] | None, something: Any) -> None:
    assert stream is not None  # noqa: S101  a pipe
    pickle.dump(something, stream)
    stream.flush()


def take(stream: IO[bytes] | None) -> Any:
    assert stream is not None  # noqa: S101  a pipe
    return pickle.load(stream)  # noqa: S301  from our own process
