"""The two districts, made once for the tests that only read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import close, make_app
from tests.security.world import World


@pytest.fixture(scope="module")
def standing_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Both districts on SQLite; the tests of a module share them and change nothing."""
    folder = tmp_path_factory.mktemp("districts")
    shutil.copyfile(sqlite_template, folder / "portal.sqlite3")
    app = make_app(folder, f"sqlite:///{folder / 'portal.sqlite3'}")
    with app.app_context():
        yield World(app)
    close(app)
