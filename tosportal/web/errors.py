"""Errors become pages that say what happened and where to go on. Nothing of the error's inside is shown."""

import logging

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from tosportal.domain.errors import NotAllowed, RuleBroken, StateConflict
from tosportal.support.db import abandon
from tosportal.support.storage import StorageUnavailable
from tosportal.web.typed import is_to_be_kept, typed_again

log = logging.getLogger(__name__)
NO_PAGE = "Портал временно не отвечает. Попробуйте ещё раз через несколько минут."
PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def page(code: int, remarks: tuple = ()) -> tuple[str, int]:
    """The page of an error; a code without words of its own speaks as 400 or 500 does."""
    known = code if code in PAGES else (400 if code < 500 else 500)
    return render_template("layout/error.html", code=code, known=known, remarks=remarks), code


def start_afresh() -> None:
    """Take back what the request did. Who asked and whose pages these are is loaded anew for the page of the error: a
    write that failed has emptied the rows in memory."""
    abandon()
    g.pop("_login_user", None)  # Flask-Login loads the person again when next asked
    g.pop("municipality", None)


def init_app(app: Flask) -> None:
    """Attach the pages to an application."""

    @app.errorhandler(RuleBroken)
    def rule_broken(error: RuleBroken):
        start_afresh()
        return page(409, error.remarks)

    @app.errorhandler(NotAllowed)
    def not_allowed(error: NotAllowed):
        start_afresh()
        return page(403, error.remarks)

    @app.errorhandler(StateConflict)
    @app.errorhandler(StaleDataError)
    def state_conflict(error: Exception):
        start_afresh()
        return page(409, getattr(error, "remarks", ()))

    @app.errorhandler(StorageUnavailable)
    def no_storage(error: StorageUnavailable):
        start_afresh()
        log.error("the storage of files failed at %s: %s", request.endpoint, error)
        return page(503)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError):
        return typed_again(400) if is_to_be_kept() else page(400)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        if error.code is None or error.code < 400 or error.response is not None or isinstance(error, SecurityError):
            return error  # a host that is not ours has no addresses, so no page of ours can be drawn for it
        return page(error.code)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception):
        start_afresh()
        log.exception("unforeseen error at %s", request.endpoint)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        try:
            return page(500)
        except Exception:  # the database itself may be away: then not even the frame can be drawn
            log.exception("no page for the error at %s", request.endpoint)
            return NO_PAGE, 500, {"Content-Type": "text/plain; charset=utf-8"}
