"""Many send at once to a real server, each more than once: every application is there once, with its files."""

import shutil
from pathlib import Path

import pytest

from bench.rush.coming import Plan, come
from bench.rush.serving import Place
from tests.browser.portal import free_port
from tests.conftest import ENGINES, TEMPLATES
from tosportal.web.templates import FOLDER

PLAN = Plan(submissions=30, minutes=0, photos=0.3, kilobytes=30, processes=2, clients=4)


@pytest.fixture
def where(engine: str, tmp_path: Path, request: pytest.FixtureRequest):
    """An empty portal in a folder, on one of both databases."""

    (tmp_path / FOLDER).symlink_to(TEMPLATES.directory)

    def at(database_url: str) -> Place:
        return Place(tmp_path, database_url, (tmp_path / "files").as_uri(), "k" * 40, free_port())

    if engine == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "portal.sqlite3")
        yield at(f"sqlite:///{tmp_path / 'portal.sqlite3'}")
        return
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    yield at(databases.url(name))
    databases.give_back(name)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rush_loses_nothing_and_doubles_nothing(where):
    done = come(where, PLAN)
    assert done.errors == ()
    assert done.proof.faults == ()
    assert done.failed == 0
    assert [one.number for one in sorted(done.stories, key=lambda one: one.number or 0)] == list(range(1, 31))
    assert done.proof.submissions == len({one.key for one in done.stories}) == 30
    assert {code for one in done.stories for _step, code in one.codes} == {200, 303}
    sent = sum(step == "submit" for one in done.stories for step, _code in one.codes)
    assert sent == 10 * 2 + 10 * 2 + 10  # a third presses twice, a third repeats, a third never hears the first answer
