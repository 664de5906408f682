"""The portal under test: an application on a fresh database, on SQLite always and on PostgreSQL where one answers.

A database is made once a session by the real migrations; every test starts from the same empty tables that a living
portal has, in a copy of the file on SQLite, in a database made or emptied for it on PostgreSQL.
"""

import functools
import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.support import Translations
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.routing import Rule

from tests.pages import Browser, Client
from tests.postgres import POSTGRES, Databases, postgres_answers
from tosportal import create_app
from tosportal.config import Settings
from tosportal.support.db import db

# A machine that is busy or has not built its tables of signs yet is slow, not wrong.
# A check of everything tries the same examples each time; TEST_EXPLORE=1 looks for new ones.
settings.register_profile(
    "portal",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("TEST_EXPLORE") != "1",
)
settings.load_profile("portal")
TEMPLATES = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="tosportal-templates-"))
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # noon of a Monday in Novosibirsk


def compile_once() -> None:
    """Every test has an application of its own; what is compiled of a URL rule and read of a catalogue of translations
    is the same in all of them."""
    compiled: dict[tuple, object] = {}
    compile_builder, load = Rule._compile_builder, Translations.load

    def compiled_builder(rule: Rule, append_unknown: bool = True) -> object:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    @functools.cache
    def loaded(folder: str, language: str, domain: str) -> Translations:
        return load(folder, [language], domain)

    Rule._compile_builder = compiled_builder
    Translations.load = lambda folder, locales, domain: loaded(folder, str(locales[0]), domain)


compile_once()


HAVE_POSTGRES = postgres_answers()
ENGINES = [
    "sqlite",
    pytest.param(
        "postgres",
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(not HAVE_POSTGRES, reason=f"no PostgreSQL answers at {POSTGRES}"),
        ],
    ),
]


class Clock:
    """A clock that a test sets and moves by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


def settings(folder: Path, database_url: str) -> Settings:
    return Settings(
        instance_path=str(folder),
        database_url=database_url,
        secret_key="test-key-test-key-test-key-test-key-test",
        limits_url="memory://",
        base_url="http://localhost",
    )


def make_app(folder: Path, database_url: str) -> Flask:
    app = create_app(settings(folder, database_url))
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = TEMPLATES  # a template is compiled once a session, not once a test
    app.config.update(
        TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, CLOCK=Clock(NOW), SERVER_NAME="localhost"
    )
    if database_url.startswith("sqlite"):
        with app.app_context():
            event.listen(db.engine, "connect", do_not_wait_for_the_disk)
    return app


def do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    """A file that lives for one test need not outlive a power cut; tests/faults kills a server that does wait."""
    connection.execute("PRAGMA synchronous=OFF").close()


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file as the migrations leave it."""
    folder = tmp_path_factory.mktemp("sqlite")
    app = make_app(folder, f"sqlite:///{folder / 'template.sqlite3'}")
    with app.app_context():
        upgrade()
    close(app)
    return folder / "template.sqlite3"


@pytest.fixture(scope="session")
def postgres_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases on PostgreSQL as the migrations leave them."""
    with Databases() as databases:
        app = make_app(tmp_path_factory.mktemp("postgres"), databases.url(databases.template))
        with app.app_context():
            upgrade()
        close(app)
        yield databases


# What tests the data layer and the services runs on both engines. Pages run on SQLite: what a page adds to a service is
# no business of the engine. TEST_ALL_ENGINES=1 runs the pages on both too.
PAGES = re.compile(r"routes|pages|sign_in|permissions|help|caching|security\.test_headers|security\.test_hostile")
EVERYTHING = os.environ.get("TEST_ALL_ENGINES") == "1"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which engines a test runs on, unless it says so itself."""
    says_itself = any("engine" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize"))
    if "engine" in metafunc.fixturenames and not says_itself:
        only_pages = PAGES.search(metafunc.module.__name__) and not EVERYTHING
        metafunc.parametrize("engine", ["sqlite"] if only_pages else ENGINES)


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if engine == "sqlite":
        path = tmp_path / "portal.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    yield databases.url(name)
    databases.give_back(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The portal on an empty database, with a clock that stands at NOW."""
    app = make_app(tmp_path, database_url)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture
def clock(app: Flask) -> Clock:
    return app.config["CLOCK"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """Somebody who is not signed in; every page fetched is checked as a page."""
    return Browser(app)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent since the test began (or since `.clear()`)."""
    seen: list[str] = []

    def note(*event_arguments) -> None:
        statement = event_arguments[2]
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


# The tests that take longest are begun first: begun last they would keep one process busy when all others are done.
# Of two processes each begins with its own half of the list (`-n 2 --dist worksteal`).
FIRST = ("test_sweep.py", "test_hostile.py")
FIRST_OF_SECOND_HALF = ("browser/", "faults/", "test_odd_documents.py", "test_pages_on_s3.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests at the head of both halves, all others in their order."""

    def among(item: pytest.Item, names: tuple[str, ...]) -> bool:
        return any(name in item.nodeid for name in names)

    first = [item for name in FIRST for item in items if among(item, (name,))]
    second = [item for item in items if among(item, FIRST_OF_SECOND_HALF)]
    others = [item for item in items if not among(item, FIRST + FIRST_OF_SECOND_HALF)]
    half = max(0, len(items) // 2 - len(first))
    items[:] = [*first, *others[:half], *second, *others[half:]]


def pytest_collection_finish() -> None:
    """What is loaded by now stays till the end: the collector of garbage need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_report_header() -> list[str]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return [
        f"PostgreSQL: {'answers' if HAVE_POSTGRES else 'does not answer'} at {POSTGRES.rsplit('@', 1)[-1]}",
        f"Chromium: {chromium or 'not found, browser tests are skipped'}",
    ]
