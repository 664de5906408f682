"""The queue of background tasks (Huey): an SQLite file by default, Redis or PostgreSQL by address.

A task takes ids, fetches again and calls the ordinary service function; its module is `tosportal/tasks.py`. A web
process only puts tasks in; the worker (`flask worker`) takes them out. Losing the queue loses nothing: what waits is in
tables.
"""

import logging
from typing import Any

from flask import Flask, current_app
from huey import PostgresHuey, RedisHuey, SqliteHuey
from huey.api import Huey
from huey.serializer import SignedSerializer

log = logging.getLogger(__name__)


def queue_from_url(url: str, key: str) -> Huey:
    """A queue by its address: `sqlite:///path`, `redis://…`, `postgresql://…`; its content is signed with the key."""
    signed = SignedSerializer(secret=key, salt="queue")
    if url.startswith("sqlite:///"):
        return SqliteHuey("tosportal", filename=url.removeprefix("sqlite:///"), fsync=True, serializer=signed)
    if url.startswith(("redis://", "rediss://", "unix://")):
        brief = "&" if "?" in url else "?"
        return RedisHuey("tosportal", url=f"{url}{brief}socket_connect_timeout=2&socket_timeout=5", serializer=signed)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("tosportal", dsn=url, serializer=signed)
    kind = url.split(":", 1)[0]
    raise SystemExit(f"QUEUE_URL: не знаем очередь «{kind}». Годится sqlite:///путь, redis://… или postgresql://…")


def queue() -> Huey:
    """The queue of this application."""
    return current_app.extensions["queue"]


def enqueue(name: str, **ids: Any) -> None:
    """Ask the worker to run a task by its name. A queue that does not answer delays the work and breaks nothing:
    the periodic run of the same task finds what waits."""
    task = current_app.extensions["tasks"].get(name)
    if task is None:  # switched off by the settings
        return
    try:
        task(**ids)
    except Exception:
        log.warning("the queue did not take task %s", name, exc_info=True)


def init_app(app: Flask) -> None:
    """Attach a queue to an application; the tasks are registered by `tosportal/tasks.py`."""
    app.extensions["queue"] = queue_from_url(app.config["QUEUE_URL"], app.config["SECRET_KEY"])
    app.extensions["tasks"] = {}
