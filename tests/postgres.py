"""Databases on PostgreSQL for tests: copied from one that the migrations made, emptied after a test, used again.

To make and drop a database takes half a second, to empty one a few milliseconds.
"""

import os
import uuid
from types import TracebackType

import psycopg

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
# Triggers that guard append-only tables and foreign keys stand aside for one transaction; numbers begin with one again.
EMPTY = """
DO $$
DECLARE one record; is_filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid::regclass AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('DELETE FROM %s', one.name);
        END IF;
    END LOOP;
    FOR one IN SELECT sequencename::regclass AS name, start_value FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(one.name, one.start_value, false);
    END LOOP;
END $$
"""
# What changes when a test changes a table, a column, a constraint, a trigger or a function, or takes one away.
SHAPE = " UNION ALL ".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {catalog}"  # noqa: S608
    for catalog in ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
)
VERSION = "SELECT version_num FROM alembic_version"
LEFT_OPEN = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


class Databases:
    """`take()` gives the name of an empty database with all tables, `give_back(name)` empties it for the next test.

    A database whose tables are no longer those that the migrations made is dropped and never used again.
    """

    def __init__(self) -> None:
        self.template = f"tos_template_{uuid.uuid4().hex[:8]}"
        self.connections: dict[str, psycopg.Connection] = {}
        self.shapes: dict[str, list] = {}
        self.free: list[str] = []

    def __enter__(self) -> "Databases":
        self.server = psycopg.connect(POSTGRES, autocommit=True)
        self.server.execute(f"CREATE DATABASE {self.template}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.connections):
            self.drop(name)
        self.server.execute(f"DROP DATABASE {self.template} WITH (FORCE)")
        self.server.close()

    @staticmethod
    def url(name: str) -> str:
        return f"{POSTGRES.rsplit('/', 1)[0]}/{name}"

    def take(self) -> str:
        if self.free:
            return self.free.pop()
        name = f"tos_test_{uuid.uuid4().hex[:12]}"
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        self.server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        self.connections[name] = psycopg.connect(self.url(name), autocommit=True)
        self.shapes[name] = self.shape_of(name)
        return name

    def give_back(self, name: str) -> None:
        self.connections[name].execute(LEFT_OPEN)
        if self.shape_of(name) != self.shapes[name]:
            self.drop(name)
            return
        self.connections[name].execute(EMPTY)
        self.free.append(name)

    def shape_of(self, name: str) -> list:
        asked = self.connections[name]
        return [*asked.execute(SHAPE).fetchall(), *asked.execute(VERSION).fetchall()]

    def drop(self, name: str) -> None:
        self.connections.pop(name).close()
        self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
