"""Bank and passport data lie encrypted (AES-256-GCM), each value for itself, with the id of its key beside it.

A value that is to be sealed is a `Secret`, a string like any other in Python; the column types below write a token in
its place and read it back as a `Secret`. Keys come from the settings (DATA_KEYS): the first one seals, all of them
read, so a key is changed by putting a new one in front. Without its key a token stays as it is: nothing is lost, and
the start says which key is missing.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy import JSON, Text, select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from tosportal.support.db import db
from tosportal.support.installation import InstallationFact

TOKEN = re.compile(r"sealed1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{38,})")
KEY_FACT = "data_key:"
NONCE = 12


class Secret(str):
    """A text that the database holds encrypted."""

    __slots__ = ()


class MarkedText(str):
    """A longer text some parts of which, JSON strings as a whole, are secret."""

    __slots__ = ("secrets",)
    secrets: frozenset[str]

    def __new__(cls, text: str, value: Any) -> "MarkedText":
        """The text with the secrets that stand anywhere in the value it was made from."""
        made = super().__new__(cls, text)
        made.secrets = frozenset(str(one) for one in secrets_in(value))
        return made


class Sealer:
    """Seals with the first key, reads with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.ids = [key_id(one) for one in keys]
        self._keys = {
            number: AESGCM(hashlib.sha256(b"tosportal data " + one.encode()).digest())
            for number, one in zip(self.ids, keys, strict=True)
        }

    def seal(self, text: str) -> str:
        """A token of this text; the same text gives another token each time. A token stays the token it is."""
        if TOKEN.fullmatch(text):
            return text
        number, nonce = self.ids[0], secrets.token_bytes(NONCE)
        sealed = self._keys[number].encrypt(nonce, text.encode("utf-8", "surrogatepass"), number.encode())
        return f"sealed1.{number}.{base64.urlsafe_b64encode(nonce + sealed).rstrip(b'=').decode()}"

    def unseal(self, token: str) -> str | None:
        """The text of a token; None when it is no token, was changed, or its key is not here."""
        found = TOKEN.fullmatch(token)
        key = self._keys.get(found[1]) if found else None
        if found is None or key is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
            return key.decrypt(raw[:NONCE], raw[NONCE:], found[1].encode()).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError):
            return None


def key_id(key: str) -> str:
    """By what a key is called beside what it has sealed; it tells nothing of the key."""
    return hashlib.sha256(b"tosportal key id " + key.encode()).hexdigest()[:8]


def sealer() -> Sealer:
    """The sealer of this application."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def init_app(app: Flask, keys: Sequence[str]) -> None:
    """Attach the keys to an application."""
    app.extensions["sealer"] = Sealer(keys)


def as_secret(value: Any) -> Any:
    """The same value, every text in it a secret."""
    if isinstance(value, str):
        return Secret(value) if value else value
    if isinstance(value, dict):
        return {name: as_secret(one) for name, one in value.items()}
    return [as_secret(one) for one in value] if isinstance(value, list | tuple) else value


def secrets_in(value: Any) -> Iterable[str]:
    """Every secret that stands anywhere in a value."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from secrets_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from secrets_in(one)


def sealed_value(value: Any) -> Any:
    """The value as it is written: tokens for secrets."""
    if isinstance(value, Secret):
        return sealer().seal(value)
    if isinstance(value, dict):
        return {name: sealed_value(one) for name, one in value.items()}
    return [sealed_value(one) for one in value] if isinstance(value, list | tuple) else value


def unsealed_value(value: Any) -> Any:
    """The value as it is read: secrets for tokens. A token whose key is not here stays a token, and secret."""
    if isinstance(value, str):
        if not TOKEN.fullmatch(value):
            return value
        text = sealer().unseal(value)
        return Secret(value if text is None else text)
    if isinstance(value, dict):
        return {name: unsealed_value(one) for name, one in value.items()}
    return [unsealed_value(one) for one in value] if isinstance(value, list) else value


def sealed_text(text: str, hidden: Iterable[str]) -> str:
    """A JSON text with tokens in the place of these strings."""
    for one in sorted(hidden, key=len, reverse=True):
        quoted = json.dumps(one, ensure_ascii=False)
        if quoted in text:
            text = text.replace(quoted, f'"{sealer().seal(one)}"')
    return text


def unsealed_text(text: str) -> str:
    """The JSON text exactly as it was before it was sealed."""

    def back(found: re.Match[str]) -> str:
        plain = sealer().unseal(found[0])
        return found[0] if plain is None else json.dumps(plain, ensure_ascii=False)[1:-1]

    return TOKEN.sub(back, text)


class SealedJSON(TypeDecorator[Any]):
    """JSON whose secrets lie encrypted."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return sealed_value(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return unsealed_value(value)


class SealedText(TypeDecorator[str]):
    """JSON text whose secrets lie encrypted; it is read exactly as it was written, so that its digest holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return sealed_text(value, value.secrets) if isinstance(value, MarkedText) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unsealed_text(value)


def missing_keys() -> list[str]:
    """Ids of keys that this database was written with and the settings do not hold."""
    named = db.session.scalars(select(InstallationFact.name).where(InstallationFact.name.startswith(KEY_FACT)))
    return sorted(one.removeprefix(KEY_FACT) for one in named if one.removeprefix(KEY_FACT) not in sealer().ids)


def remember_key() -> None:
    """The database knows which key seals from now on: a start without it is refused."""
    db.session.merge(InstallationFact(name=KEY_FACT + sealer().ids[0], value="sealing"))
    db.session.flush()


def forget_key(number: str) -> None:
    """Nothing is sealed with this key any more: the start asks for it no longer."""
    fact = db.session.get(InstallationFact, KEY_FACT + number)
    if fact is not None:
        db.session.delete(fact)
        db.session.flush()
