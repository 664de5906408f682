"""Who may open what. Every view carries a mark; a view without one fails closed.

`@needs(Permission.X)` lets through people who hold the permission somewhere; which rows they may touch is the business
of the query they call (`…_for_secretary(person)`), for which `where(Permission.X)` gives the places.
"""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tosportal.domain.permissions import FOR_SIGNED_IN, Grant, Permission, Scopes, may_somewhere, scopes_for
from tosportal.features.accounts.models import Person
from tosportal.web.typed import is_to_be_kept, typed_again

log = logging.getLogger(__name__)
OPEN = "open"

# Views of libraries cannot carry our mark; each is named here.
LIBRARY_VIEWS: dict[str, str] = {
    "static": OPEN,
    "security.login": OPEN,
    "security.logout": OPEN,
    "security.register": OPEN,
    "security.forgot_password": OPEN,
    "security.reset_password": OPEN,
    "security.send_confirmation": OPEN,
    "security.confirm_email": OPEN,
    "security.change_password": Permission.OWN_ACCOUNT_EDIT,
    "security.verify": Permission.OWN_ACCOUNT_EDIT,
}


def needs(*permissions: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view: only people who hold the permission, or one of them, somewhere."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.access = permissions  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view: anybody, signed in or not."""
    view.access = (OPEN,)  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> tuple[str, ...]:
    """The mark of an endpoint: open, or permissions of which one is enough; empty, and nobody gets in."""
    library = LIBRARY_VIEWS.get(endpoint)
    return getattr(app.view_functions[endpoint], "access", ()) or ((library,) if library else ())


def person() -> Person:
    """Who is signed in. Only for views behind a mark other than `open_to_all`."""
    return current_user._get_current_object()


def person_or_none() -> Person | None:
    """Who is signed in, if anybody."""
    return person() if current_user.is_authenticated else None


def grants() -> tuple[Grant, ...] | None:
    """The roles of whoever asks; None for a visitor."""
    return person().live_grants if current_user.is_authenticated else None


def where(permission: Permission) -> Scopes:
    """The places in which whoever asks holds the permission: what goes into the `where` of a query."""
    return scopes_for(grants(), permission)


def ensure_may(
    permission: Permission, *, municipality: int | None = None, contest: int | None = None, tos: int | None = None
) -> None:
    """404 unless the permission is held in this place: somebody else's object does not exist."""
    if not where(permission).holds(municipality=municipality, contest=contest, tos=tos):
        abort(404)


def may_here(permission: Permission) -> bool:
    """For menus: is there any place where whoever asks may do this?"""
    return may_somewhere(grants(), permission)


def init_app(app: Flask) -> None:
    """Check the mark before every view."""

    @app.before_request
    def check_mark() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such address: the 404 page
        access = access_of(app, request.endpoint)
        if not access:
            log.error("endpoint %s has no access mark", request.endpoint)
            abort(403)
        if OPEN in access:
            return None
        if not current_user.is_authenticated:
            if request.method == "GET":
                return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
            if request.headers.get("X-Requested-With") == "autosave":
                abort(401)
            if is_to_be_kept():
                return typed_again(401)
            return redirect(url_for("security.login", next=request.path))
        permissions = [Permission(one) for one in access]
        if not any(one in FOR_SIGNED_IN or may_here(one) for one in permissions):
            abort(403)
        return None
