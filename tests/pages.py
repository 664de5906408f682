"""A browser for tests: every page fetched is checked as a page, forms are filled from what the page holds."""

import contextvars
import re
import secrets
from html.parser import HTMLParser
from typing import Any

import html5lib
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tosportal.features.accounts import sessions


class Client(FlaskClient):
    """A test client whose requests share nothing with the test: each has its own context, session of the database and
    `g`, as requests of a server have. What the test has prepared is committed first."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context() and sessions.db.session().in_transaction():
            sessions.db.session.commit()
        kwargs.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *args, **kwargs)


class Browser:
    """A test client with eyes. `person` signs it in through a real session row."""

    def __init__(self, app: Flask, person: Any = None, language: str = "ru") -> None:
        self.client = app.test_client()
        self.app = app
        if language != "ru":
            self.client.set_cookie("lang", language, domain="localhost")
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person: Any) -> None:
        """Sign the person in as a sign-in by password would, without hashing a password in every test."""
        key = secrets.token_urlsafe(32)
        sessions.start_session(person, key=key, browser="test", now=self.app.config["CLOCK"]())
        sessions.db.session.commit()
        with self.client.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session[sessions.KEY] = key

    def get(self, address: str, *, code: int = 200, **kwargs: Any) -> TestResponse:
        """Fetch an address, following redirects, and check the page."""
        response = self.client.get(address, follow_redirects=True, **kwargs)
        return self.checked(response, code)

    def post(
        self, address: str, data: Any = None, *, code: int = 200, follow: bool = True, **kwargs: Any
    ) -> TestResponse:
        """Send a form, following the redirect after it, and check the page."""
        response = self.client.post(address, data=data, follow_redirects=follow, **kwargs)
        return self.checked(response, code)

    def checked(self, response: TestResponse, code: int) -> TestResponse:
        text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        assert response.status_code == code, (
            f"{response.request.path}: {response.status_code}, not {code}\n{said(text)[:3000]}"
        )
        if text and "<html" in text:
            check_page(text, response.request.path)
        return response


def check_page(text: str, address: str = "") -> None:
    """A page has a title, a language, one h1, and a label for every field; ids are not repeated."""
    tree = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    assert (tree.findtext("head/title") or "").strip(), f"{address}: no title"
    assert tree.get("lang") in {"ru", "en"}, f"{address}: no language"
    headings = tree.findall(".//h1")
    assert len(headings) == 1, f"{address}: {len(headings)} h1"
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), f"{address}: repeated ids {sorted(one for one in ids if ids.count(one) > 1)[:5]}"
    labelled = {node.get("for") for node in tree.iter("label")}
    for field in (*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")):
        if field.get("type") in {"hidden", "submit", "button"}:
            continue
        assert field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby"), (
            f"{address}: field {field.get('name')} has no label"
        )
    inline = [
        node.tag for node in tree.iter() if node.get("style") or any(name.startswith("on") for name in node.attrib)
    ]
    assert not inline, f"{address}: inline style or script on {inline[:3]}"
    for script in tree.iter("script"):
        assert script.get("src"), f"{address}: inline script"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.quiet += tag in {"script", "style", "head"}

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in {"script", "style", "head"}

    def handle_data(self, data: str) -> None:
        if not self.quiet and data.strip():
            self.words.append(" ".join(data.split()))


def said(response: TestResponse | str) -> str:
    """What a page says, without its mark-up, spaces folded (non-breaking ones too)."""
    parser = _Words()
    parser.feed(response if isinstance(response, str) else response.get_data(as_text=True))
    return re.sub(r"\s+", " ", " ".join(parser.words))
