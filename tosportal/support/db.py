"""The database: one session, exact column types, and the rules by which SQLite and PostgreSQL behave alike.

SQLite comes from the `pysqlite3` wheel: the system's 3.40 can lose committed writes in WAL mode when two connections
checkpoint at the wrong moment (fixed in 3.51.3), so an older library is refused. Every transaction that may write is
`BEGIN IMMEDIATE` behind one lock of the process, because SQLite's own waiting starves some writers for seconds;
a request that only reads says so (`reading()`) and takes no lock.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pysqlite3
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SQLITE_AT_LEAST = (3, 51, 3)

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables; constraint names follow one convention, so that a broken one can be named to a person."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)


class Roubles(TypeDecorator[Decimal]):
    """Money: Decimal roubles with two places in Python, whole kopecks (BIGINT) in the database, summable in SQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        kopecks = Decimal(value) * 100
        if kopecks != kopecks.to_integral_value():
            raise ValueError(f"{value} has a fraction of a kopeck")
        return int(kopecks)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal (marks, totals, targets) kept as its text, because SQLite has no decimal numbers."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{Decimal(value):f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[datetime]):
    """A moment: aware UTC in Python on every engine; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_reading: ContextVar[bool] = ContextVar("reading", default=False)
WAIT_FOR_WRITER = 30  # seconds; past them SQLite's own waiting decides, and says «locked» instead of hanging


@contextmanager
def reading() -> Iterator[None]:
    """Within this block transactions only read: SQLite takes no write lock."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def set_reading(value: bool) -> None:
    """The same for a whole request; the web layer calls it at the start of each."""
    _reading.set(value)


def engine_options(url: str) -> dict[str, Any]:
    """Options of the engine for an address."""
    if url.startswith("sqlite"):
        return {"module": pysqlite3, "connect_args": {"timeout": 10}}
    return {"pool_pre_ping": True, "pool_size": 4, "max_overflow": 4}


def casefold(text: Any) -> Any:
    """SQL's casefold() for SQLite, whose own lower() knows no Cyrillic."""
    return text.casefold() if isinstance(text, str) else text


def prepare_engine(engine: Engine) -> None:
    """Attach the behaviour of SQLite to an engine; PostgreSQL needs none. Refuses an unsafe SQLite."""
    if engine.dialect.name != "sqlite":
        return
    if pysqlite3.sqlite_version_info < SQLITE_AT_LEAST:
        raise SystemExit(f"SQLite {pysqlite3.sqlite_version} может терять записи: нужна 3.51.3 или новее (pysqlite3).")

    writer = threading.Lock()

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        connection.create_function("casefold", 1, casefold, deterministic=True)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _reading.get():
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("writer"):
            connection.info["writer"] = writer.acquire(timeout=WAIT_FOR_WRITER)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    @event.listens_for(engine, "invalidate")
    def given_back(connection: Any, record: Any, *error: Any) -> None:
        # After the commit is on disk, not before: SQLAlchemy's own "commit" event fires before the COMMIT is sent.
        if record.info.pop("writer", False):
            writer.release()


def abandon() -> None:
    """Take back what this transaction did. What was loaded stays readable (for the page that says so), but is no longer
    part of the session."""
    db.session.expunge_all()
    db.session.rollback()
    db.session().info.pop("after_commit", None)


def after_commit(name: str, action: Callable[[], None]) -> None:
    """Do this once when the current transaction is safely on disk (asked twice: once); never if it is abandoned."""
    db.session().info.setdefault("after_commit", {})[name] = action


def commit() -> None:
    """The one place that commits; entrances call it (a request, a task, a command), services never do."""
    db.session.commit()
    for action in db.session().info.pop("after_commit", {}).values():
        action()
