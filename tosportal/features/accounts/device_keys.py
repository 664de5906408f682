"""Keys for what a browser may keep for a person: given on a page, never stored on the device, gone at sign-out.

What could not be sent lies in the browser encrypted. The key is made of the portal's secret, of the person, of what it
is for and of a random cookie of this browser; so the same person finds it again after the session ended by itself, and
nobody, not even they, after they signed out: the cookie is gone then.
"""

import hmac
import re
import secrets
from base64 import b64encode
from datetime import timedelta

from flask import Response, current_app, g, request

from tosportal.features.accounts.models import Person

COOKIE = "tos-kept"
NOT_MINE = "tos-not-mine"
LASTS = timedelta(days=14)


def is_not_mine() -> bool:
    """Did the person say that this device is not theirs? Then nothing is kept on it."""
    return NOT_MINE in request.cookies


def key_for(person: Person, what: str) -> tuple[str, str]:
    """A name that tells this person's things from others' on the device, and the key (256 bits, base64)."""
    name = _hmac("", f"name|{person.fs_uniquifier}").hex()[:16]
    return name, b64encode(_hmac(_device(), f"key|{person.fs_uniquifier}|{what}")).decode()


def _hmac(device: str, text: str) -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"kept-on-device|{device}|{text}".encode(), "sha256")


def _device() -> str:
    if "kept_device" not in g:
        given = request.cookies.get(COOKIE, "")
        g.kept_device = given if re.fullmatch(r"[\w-]{43}", given, re.ASCII) else secrets.token_urlsafe(32)
        g.kept_device_to_set = True
    return str(g.kept_device)


def give(response: Response) -> None:
    """The cookie goes with the page that carries a key, for as long as things are kept."""
    if g.pop("kept_device_to_set", False):
        _set(response, COOKIE, g.kept_device, LASTS)


def forget(response: Response) -> None:
    """What the browser has kept is erased, and what remains in spite of it can be read by nobody."""
    response.delete_cookie(COOKIE, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def never_keep(response: Response) -> None:
    """Until the browser is closed nothing is kept on this device."""
    forget(response)
    _set(response, NOT_MINE, "1", None)


def _set(response: Response, name: str, value: str, lasts: timedelta | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
