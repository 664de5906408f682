"""Delivering the outbox over SMTP, from the standard library.

Nobody waits for the mail server: no transaction is open while we talk to it. A letter is taken (its next try is put
off) and that is committed before it is sent, so two workers never send it together, and a worker that dies in between
sends it again later under the same Message-ID. A dead server delays letters and nothing else.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update

from tosportal.support.db import db, reading
from tosportal.support.notifications.models import Letter

log = logging.getLogger(__name__)

SOON, OFTEN = timedelta(minutes=5), 48  # four hours
LATER, SELDOM = timedelta(hours=1), 72  # three days more
LEASE = timedelta(minutes=10)  # a letter in the hands of a worker; longer than any talk with the server
TIMEOUT = 20  # seconds for each answer of the server
NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


class ServerDown(Exception):
    """The mail server does not take letters at all: nothing is wrong with the letter."""


@dataclass(frozen=True)
class Taken:
    """What became of one letter: sent, or why not and when next (None: given up)."""

    letter_id: int
    sent: bool
    error: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True)
class _Waiting:
    id: int
    to_address: str
    subject: str
    body: str
    message_id: str
    posted_at: datetime
    try_at: datetime
    tries: int


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failed tries: every five minutes for four hours, hourly for three days, never.

    >>> start = datetime(2026, 3, 2)
    >>> next_try(1, start), next_try(49, start), next_try(121, start)
    (datetime.datetime(2026, 3, 2, 0, 5), datetime.datetime(2026, 3, 2, 1, 0), None)
    """
    if tries <= OFTEN:
        return now + SOON
    return now + LATER if tries <= OFTEN + SELDOM else None


def due_letters(now: datetime, limit: int) -> list[_Waiting]:
    """Letters whose time has come, those that wait longest first."""
    with reading():
        rows = db.session.execute(
            select(
                Letter.id,
                Letter.to_address,
                Letter.subject,
                Letter.body,
                Letter.message_id,
                Letter.posted_at,
                Letter.try_at,
                Letter.tries,
            )
            .where(Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.try_at <= now)
            .order_by(Letter.try_at, Letter.id)
            .limit(limit)
        ).all()
        db.session.rollback()
    return [_Waiting(*row) for row in rows]


def deliver_letters(*, now: datetime, smtp_url: str, sender: str, limit: int = 100) -> Iterator[Taken | None]:
    """Send the letters that are due. Yields whenever there is something to commit: None after a letter was taken, what
    became of it afterwards. One bad address does not stop the others; a dead server stops the run, and only the letter
    in hand moves on the ladder."""
    server = Server(smtp_url)
    try:
        for letter in due_letters(now, limit):
            if not _take(letter, now):
                continue  # another worker was faster
            yield None
            try:
                server.send(envelope(letter, sender), letter.to_address)
            except ServerDown as down:
                yield _failed(letter, str(down), now)
                return
            except Exception as error:
                log.warning("letter %s not sent: %s", letter.id, type(error).__name__)
                yield _failed(letter, said(error), now)
            else:
                _note(letter, now, sent_at=now, last_error="")
                yield Taken(letter.id, sent=True)
    finally:
        server.close()


def _take(letter: _Waiting, now: datetime) -> bool:
    taken = db.session.execute(
        update(Letter)
        .where(
            Letter.id == letter.id,
            Letter.tries == letter.tries,
            Letter.sent_at.is_(None),
            Letter.try_at == letter.try_at,
        )
        .values(tries=letter.tries + 1, try_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1  # type: ignore[attr-defined]


def _failed(letter: _Waiting, error: str, now: datetime) -> Taken:
    again_at = next_try(letter.tries + 1, now)
    if again_at is None:
        log.error("letter %s given up after %s tries: %s", letter.id, letter.tries + 1, error)
        _note(letter, now, given_up_at=now, last_error=error)
    else:
        _note(letter, now, try_at=again_at, last_error=error)
    return Taken(letter.id, sent=False, error=error, next_try_at=again_at)


def _note(letter: _Waiting, now: datetime, **values: object) -> None:
    db.session.execute(
        update(Letter).where(Letter.id == letter.id).values(**values).execution_options(synchronize_session=False)
    )


def envelope(letter: _Waiting, sender: str) -> EmailMessage:
    """The letter as it travels: plain text in UTF-8. Message-ID and date never change, so a copy is seen as a copy."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ascii_address(letter.to_address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.posted_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8")
    return message


def ascii_address(address: str) -> str:
    """An address with a Russian domain in the form that every server takes.

    >>> ascii_address("anna@почта.рф")
    'anna@xn--80a1acny.xn--p1ai'
    """
    name, _at, domain = address.rpartition("@")
    return f"{name}@{domain.encode('idna').decode()}"


def said(error: Exception) -> str:
    """What a server answered, short, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        text = f"{code} {as_text(words)}"
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {as_text(error.smtp_error)}"
    else:
        text = f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:255]


def as_text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


class Server:
    """A mail server by its address: `smtp://name:password@host:port` (STARTTLS when it is offered) or `smtps://…`.

    A password never goes over an open line to another machine. The connection is made for the first letter, and anew
    after the server has hung up.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("SMTP_URL: smtp://имя:пароль@сервер:порт или smtps://…")
        self.secure = parts.scheme == "smtps"
        self.host, self.port = parts.hostname, parts.port or (465 if self.secure else 25)
        self.name, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, address: str) -> None:
        """Hand over one letter. ServerDown when nobody takes letters; another error is about this letter alone."""
        if self.connection is not None and self.connection.sock is None:
            self.connection = None  # it hung up after the letter before
        connection = self.connection or self.connect()
        try:
            connection.send_message(message, to_addrs=[ascii_address(address)])
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            self.connect()  # ServerDown when it is gone for good; else only this letter waits
            raise smtplib.SMTPServerDisconnected(f"hung up: {error}") from error
        except OSError as error:
            if isinstance(error, smtplib.SMTPException):
                raise
            self.close()
            raise ServerDown(said(error)) from error

    def connect(self) -> smtplib.SMTP:
        """A connection ready for letters."""
        connection: smtplib.SMTP | None = None
        try:
            if self.secure:
                context = ssl.create_default_context()
                connection = smtplib.SMTP_SSL(self.host, self.port, "localhost", timeout=TIMEOUT, context=context)
            else:
                connection = smtplib.SMTP(self.host, self.port, "localhost", timeout=TIMEOUT)
                connection.ehlo_or_helo_if_needed()
                if connection.has_extn("starttls"):
                    connection.starttls(context=ssl.create_default_context())
                elif self.name and self.host not in NEAR:
                    raise smtplib.SMTPException("no encryption is offered: the password is not sent")
            if self.name:
                connection.login(self.name, self.password)
        except OSError as error:  # SMTPException is one
            if connection is not None:
                connection.close()
            raise ServerDown(said(error)) from error
        self.connection = connection
        return connection

    def close(self) -> None:
        if self.connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.quit()
            self.connection = None
