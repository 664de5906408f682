"""What the measured server runs: the portal, and beside it a bare Flask view that returns a constant page."""

import gc
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tosportal import create_app

CONSTANT = "/_constant"


@cache
def page_of(size: int) -> str:
    """A page of so many bytes."""
    return "x" * size


def constant_app() -> Flask:
    """Flask with nothing on it."""
    app = Flask("constant")

    @app.get("/<int:size>")
    def constant(size: int) -> str:
        return page_of(size)

    return app


def application() -> Callable[..., Iterable[Any]]:
    """Both in one process, as `flask serve` would run the portal alone."""
    both = DispatcherMiddleware(create_app(), {CONSTANT: constant_app()})
    gc.collect()
    gc.freeze()
    return both
