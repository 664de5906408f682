"""The two districts, made once a session: tests that only read share a copy, each test that acts has its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import close, make_app
from tests.security.world import World


def copy(made: Path, folder: Path) -> None:
    """The database and the files of a portal, to the folder of another."""
    shutil.copyfile(made / "portal.sqlite3", folder / "portal.sqlite3")
    shutil.copytree(made / "files", folder / "files", dirs_exist_ok=True)


@pytest.fixture(scope="session")
def made_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Both districts and the folder of the portal, closed, in which they were made."""
    folder = tmp_path_factory.mktemp("districts")
    shutil.copyfile(sqlite_template, folder / "portal.sqlite3")
    app = make_app(folder, f"sqlite:///{folder / 'portal.sqlite3'}")
    with app.app_context():
        world = World(app)
    close(app)
    return world, folder


@pytest.fixture(scope="module")
def standing_world(made_world: tuple[World, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Both districts on SQLite; the tests of a module share them and change nothing."""
    world, made = made_world
    folder = tmp_path_factory.mktemp("standing")
    copy(made, folder)
    app = make_app(folder, f"sqlite:///{folder / 'portal.sqlite3'}")
    with app.app_context():
        world.settle(app)
        yield world
    close(app)


@pytest.fixture
def world(app: Flask, engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """Both districts in the portal of one test, which may do with them what it likes."""
    if engine != "sqlite":
        return World(app)
    world, made = request.getfixturevalue("made_world")
    copy(made, tmp_path)
    world.settle(app)
    return world
