"""Brakes of signing in: an attempt too many is refused for a while, per account and per address.

A browser in which the owner has signed in before is counted apart, so that nobody can lock the owner out.
"""

import hmac
from typing import Any

from flask import Response, current_app, request, session
from flask_limiter.util import get_remote_address
from flask_security import views
from itsdangerous import BadSignature, URLSafeSerializer

from tosportal.features.accounts import service
from tosportal.web.language import ONE_YEAR
from tosportal.web.security import limiter

TRIES = 10
PER = "5 minutes"
LETTERS_PER_ADDRESS = "5 per 15 minutes"
DEVICE_COOKIE = "known"


def tries() -> str:
    """Ten in five minutes; when each process counts for itself, its share of ten."""
    settings = current_app.config["SETTINGS"]
    shared = not current_app.config["RATELIMIT_STORAGE_URI"].startswith("memory")
    return f"{TRIES if shared else max(3, TRIES // max(1, int(settings.workers or 1)))} per {PER}"


def account_typed() -> str:
    """The account a form speaks of; a browser in which it has signed in before is counted apart."""
    email = service.clean_email(request.form.get("email", ""))[:255]
    return f"{email}:{'known' if device_knows(email) else ''}"


def person_signed_in() -> str:
    return str(session.get("_user_id", ""))


def resting() -> bool:
    return not current_app.config.get("RATELIMIT_ENABLED", True)


def refused(response: Response) -> bool:
    return response.status_code >= 400


def braked(view: Any, *, key: Any, limit: Any = tries, only_refused: bool = False) -> Any:
    return limiter.limit(
        limit, key_func=key, methods=["POST"], exempt_when=resting, deduct_when=refused if only_refused else None
    )(view)


def for_passwords(view: Any) -> Any:
    """The same for a page of our own that asks the present password."""
    return braked(view, key=person_signed_in)


BRAKED = {
    "security.login": braked(braked(views.login, key=get_remote_address, only_refused=True), key=account_typed),
    "security.register": braked(
        braked(views.register, key=get_remote_address), key=account_typed, limit=LETTERS_PER_ADDRESS
    ),
    "security.forgot_password": braked(
        braked(views.forgot_password, key=get_remote_address), key=account_typed, limit=LETTERS_PER_ADDRESS
    ),
    "security.send_confirmation": braked(
        braked(views.send_confirmation, key=get_remote_address), key=account_typed, limit=LETTERS_PER_ADDRESS
    ),
    "security.reset_password": braked(views.reset_password, key=get_remote_address),
    "security.change_password": braked(views.change_password, key=person_signed_in),
}


def device_signer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="known-device")


def digest_of(email: str) -> str:
    """Keyed: the cookie lies in browsers of many hands, and a bare digest of an address is found by trying."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"known device|{email}".encode(), "sha256").hex()[:32]


def device_knows(email: str) -> bool:
    try:
        return digest_of(email) in device_signer().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadSignature, TypeError):
        return False


def remember_device(email: str, response: Response) -> None:
    """Note in the browser that this account has signed in here (the last five)."""
    try:
        known = list(device_signer().loads(request.cookies.get(DEVICE_COOKIE, "")))
    except (BadSignature, TypeError):
        known = []
    known = [digest_of(email), *(one for one in known if one != digest_of(email))][:5]
    response.set_cookie(
        DEVICE_COOKIE,
        str(device_signer().dumps(known)),
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
