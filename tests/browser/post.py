"""A real mail server in the test process: what the portal sends really arrives here."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.browser.portal import free_port

LINK = re.compile(r"https?://[^\s<>\"]+")


class PostOffice:
    """Takes every letter and keeps it in the order of arrival."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.server = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[attr-defined,arg-type]
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://{self.server.hostname}:{self.server.port}"

    def letter_to(self, address: str, about: str = "", *, within: float = 20) -> EmailMessage:
        """The newest letter to an address whose subject or text has `about`; waits for it."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for letter in reversed(self.letters):
                if address in letter["To"] and about in letter["Subject"] + text_of(letter):
                    return letter
            time.sleep(0.1)
        arrived = [(letter["To"], letter["Subject"]) for letter in self.letters]
        raise AssertionError(f"за {within} с не пришло письмо на {address} про «{about}»; пришли: {arrived}")

    def link_to(self, address: str, about: str = "") -> str:
        """The first link of that letter."""
        letter = self.letter_to(address, about)
        found = LINK.search(text_of(letter))
        assert found, f"в письме нет ссылки:\n{text_of(letter)}"
        return found.group().rstrip(".,;)")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body, "у письма нет простого текста"
    return body.get_content()
