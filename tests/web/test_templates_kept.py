"""Compiled templates: a second process compiles nothing; a folder that is not there or spoilt hinders nobody."""

import shutil
from pathlib import Path

import pytest

from tosportal import create_app
from tosportal.config import Settings
from tosportal.web.templates import FOLDER

PAGE = "layout/base.html"


@pytest.fixture
def begun(tmp_path):
    """A process that begins in the same folder of data; it counts what it compiles."""

    def begin():
        app = create_app(
            Settings(instance_path=str(tmp_path), database_url="", storage_url="", queue_url="", secret_key="k" * 40)
        )
        compiled: list[str] = []
        compile_ = app.jinja_env.compile

        def counted(source, name=None, *more, **named):
            compiled.append(name)
            return compile_(source, name, *more, **named)

        app.jinja_env.compile = counted
        return app, compiled

    return begin


def test_what_one_process_compiled_the_next_one_loads(begun, tmp_path):
    first, compiled = begun()
    first.jinja_env.get_template(PAGE)
    assert PAGE in compiled
    folder = tmp_path / FOLDER
    assert any(folder.iterdir())
    assert folder.stat().st_mode & 0o077 == 0, "code that others may write"
    second, compiled = begun()
    second.jinja_env.get_template(PAGE)
    assert compiled == []


@pytest.mark.parametrize("trouble", ["gone", "a file", "spoilt"])
def test_without_the_folder_templates_are_compiled(begun, tmp_path, trouble):
    folder: Path = tmp_path / FOLDER
    app, _compiled = begun()
    app.jinja_env.get_template(PAGE)
    if trouble == "spoilt":
        for file in folder.iterdir():
            file.write_bytes(b"\0" * 10 + file.read_bytes()[:100])
    else:
        shutil.rmtree(folder)
    if trouble == "a file":
        folder.write_text("taken")
    app, compiled = begun()
    if trouble == "gone":
        shutil.rmtree(folder)
    app.jinja_env.get_template(PAGE)
    assert PAGE in compiled
