"""The queue of background tasks (Huey): an SQLite file by default, Redis or PostgreSQL by address.

A task takes ids, fetches again and calls the ordinary service function; its module is `tosportal/tasks.py`. A web process
only puts tasks in; the worker (`flask worker`) takes them out. Losing the queue loses nothing: what waits is in tables.
"""

import logging
from typing import Any

from flask import Flask, current_app
from huey import PostgresHuey, RedisHuey, SqliteHuey
from huey.api import Huey

log = logging.getLogger(__name__)


def queue_from_url(url: str) -> Huey:
    """A queue by its address: `sqlite:///path`, `redis://…`, `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SqliteHuey("tosportal", filename=url.removeprefix("sqlite:///"), fsync=True)
    if url.startswith(("redis://", "rediss://", "unix://")):
        return RedisHuey("tosportal", url=url)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("tosportal", dsn=url)
    raise SystemExit(f"QUEUE_URL: не знаем очередь «{url.split(':')[0]}». Годится sqlite:///путь, redis://… или postgresql://…")


def queue() -> Huey:
    """The queue of this application."""
    return current_app.extensions["queue"]


def enqueue(name: str, **ids: Any) -> None:
    """Ask the worker to run a task by its name. A queue that does not answer delays the work and breaks nothing:
    the periodic run of the same task finds what waits."""
    registry = current_app.extensions["tasks"]
    try:
        registry[name](**ids)
    except Exception:
        log.warning("the queue did not take task %s", name, exc_info=True)


def init_app(app: Flask) -> None:
    """Attach a queue to an application; the tasks are registered by `tosportal/tasks.py`."""
    app.extensions["queue"] = queue_from_url(app.config["QUEUE_URL"])
    app.extensions["tasks"] = {}
