"""What a password may be, and its hashing: at least eight characters of any kind, and not one that is guessed first.

Length and the list are all there is: no rule about capitals and digits, no forced change, pasting is welcome.
"""

import itertools
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

from flask import has_request_context, request
from flask_babel import gettext as _
from flask_security import PasswordUtil
from flask_security.utils import verify_password

from tosportal.features.accounts.models import Person
from tosportal.support.db import db

MOST = 128  # Flask-Security takes no more
LOOK_ALIKES = str.maketrans("@$!013457", "asioieast")
KEYBOARD = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "1234567890-=")
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@cache
def common_words() -> frozenset[str]:
    """Words that stand in the lists of leaked passwords, and words of this place that are tried next."""
    text = files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def is_common(password: str, own_words: tuple[str, ...] = ()) -> bool:
    """Would this password be among the first that are tried? Digits and signs around a word do not save it.

    >>> is_common("qwerty2026!"), is_common("P@ssw0rd"), is_common("Ордынское54"), is_common("31121985")
    (True, True, True, True)
    >>> is_common("anna-2026", ("anna@example.org", "Примерова Анна"))
    True
    >>> is_common("качели у реки"), is_common("correct horse battery")
    (False, False)
    """
    folded = unicodedata.normalize("NFKC", password).casefold().replace("ё", "е")
    if len(set(folded)) <= 2 or folded.isdecimal() or is_run(folded):
        return True
    own = {
        part for word in own_words for part in re.split(r"[\W_]+", word.casefold().replace("ё", "е")) if len(part) > 2
    }
    known = common_words() | own
    stem = EDGES.sub("", folded)
    for text in (folded, stem, EDGES.sub("", folded.translate(LOOK_ALIKES)), stem.translate(LOOK_ALIKES)):
        half = text[: len(text) // 2]
        if len(text) < 3 or text in known or (half in known and half * 2 == text):
            return True
    parts = re.split(r"[\W\d_]+", stem)
    return is_run(stem) or (len(parts) <= 2 and known.issuperset(parts))


def is_run(text: str) -> bool:
    """Do the characters go one after another, in the alphabet or on the keyboard, either way («abcdefgh», «енекуц»)?"""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps in ({1}, {-1}) or any(text in row or text[::-1] in row for row in KEYBOARD)


class Passwords(PasswordUtil):
    """Flask-Security's check of a new password, with the list of common ones."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list | None, str]:
        if len(password) > MOST:
            return [_("Пароль длиннее %(most)d знаков: возьмите короче", most=MOST)], password
        refused, password = super().validate(password, is_register, **kwargs)
        if refused:
            return refused, password
        owner = kwargs.get("user")
        own_words = (
            (str(kwargs.get("email") or ""), str(kwargs.get("full_name") or ""))
            if is_register
            else (getattr(owner, "email", ""), getattr(owner, "full_name", ""))
        )
        if is_common(password, own_words):
            return [_("Такой пароль подбирают первым. Возьмите несколько слов, например о своём деле")], password
        return None, password


class Hashing:
    """The hashing of passwords: at most so many at once, and never inside a transaction of the request."""

    def __init__(self, context: Any, slots: int) -> None:
        self.context = context
        self.slots = threading.BoundedSemaphore(slots)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    def hash(self, secret: Any, **options: Any) -> str:
        with self.turn():
            return self.context.hash(secret, **options)

    def verify(self, secret: Any, hashed: Any, **options: Any) -> bool:
        with self.turn():
            return self.context.verify(secret, hashed, **options)

    @contextmanager
    def turn(self) -> Iterator[None]:
        step_out()
        with self.slots:
            yield


def step_out() -> None:
    """End the transaction of a request for signing in that has only read so far; what was loaded stays loaded.

    A POST holds the writer of SQLite from its first select on, and a hash takes a tenth of a second.
    """
    if not has_request_context() or request.blueprint != "security":
        return
    held = db.session
    if held.new or held.dirty or held.deleted or not held.registry.has():
        return
    loaded = list(held)
    held.expunge_all()
    held.rollback()
    held.add_all(loaded)


def is_password_of(person: Person, password: str) -> bool:
    """Is this the person's password, folded as the sign-in form folds it? An account without one has none."""
    if not person.password:
        return False
    return bool(verify_password(unicodedata.normalize("NFKD", password), person.password))
