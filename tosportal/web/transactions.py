"""The one place where a request commits: its method may write, its answer is below 400 and leaves after the commit."""

from flask import Flask, Response, request

from tosportal.support import db as database

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def only_reads() -> bool:
    """True when this request must not change anything."""
    return request.method in READING_METHODS


def init_app(app: Flask) -> None:
    """Attach the rule to an application."""

    @app.before_request
    def begin() -> None:
        database.set_reading(only_reads())

    @app.after_request
    def end(response: Response) -> Response:
        if response.status_code < 400 and not only_reads():
            database.commit()
        else:
            database.db.session.rollback()
        return response
