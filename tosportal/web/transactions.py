"""The one place where a request commits: its method may write, its answer is below 400 and leaves after the commit."""

from flask import Flask, Response, g, request

from tosportal.support import db as database

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def only_reads() -> bool:
    """True when this request must not change anything."""
    return request.method in READING_METHODS


def keep_although_wrong() -> None:
    """Commit this request also when its answer is 422: what was typed is saved, mistakes and all."""
    g.keep_although_wrong = True


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
        if may_commit(response) and not only_reads():
            database.commit()
        else:
            database.db.session.rollback()
        return response
