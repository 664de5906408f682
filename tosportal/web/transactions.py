"""The one place where a request commits: its method may write, its answer is below 400 and leaves after the commit."""

from collections.abc import Callable

from flask import Flask, Response, g, request

from tosportal.support import db as database

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def only_reads() -> bool:
    """True when this request must not change anything."""
    return request.method in READING_METHODS


def keep_although_wrong() -> None:
    """Commit this request also when its answer is 422: what was typed is saved, mistakes and all."""
    g.keep_although_wrong = True


def after_reading(write: Callable[[], None]) -> None:
    """Write this down once the page is made and before it leaves: who looked at personal data. All else that only
    reads writes nothing; a page whose look cannot be written down is not given."""
    g.setdefault("after_reading", []).append(write)


def may_commit(response: Response) -> bool:
    """Is the answer good, or a 422 whose view asked to keep what was typed?"""
    return response.status_code < 400 or (response.status_code == 422 and g.get("keep_although_wrong", False))


def init_app(app: Flask) -> None:
    """Attach the rule to an application."""

    @app.before_request
    def begin() -> None:
        database.set_reading(only_reads())

    @app.after_request
    def end(response: Response) -> Response:
        good = may_commit(response)
        if not good or only_reads():
            database.db.session.rollback()
        notes = g.pop("after_reading", []) if good else []
        if notes:
            database.set_reading(False)
            for write in notes:
                write()
        if good and (notes or not only_reads()):
            database.commit()
        return response
