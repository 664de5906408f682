"""What stands in the way of starting is said in one clear line; what is already there stays."""

import os
import shutil
import socket
import stat
import subprocess
import threading
from pathlib import Path

import click
import pysqlite3
import pytest
from sqlalchemy import select

from tests.conftest import close, settings
from tosportal import create_app
from tosportal.cli.serve import ensure_port_free, ensure_writable
from tosportal.config import Settings
from tosportal.features.registry.models import Municipality
from tosportal.support import db as database
from tosportal.support.db import db

ROOT = Path(__file__).parent.parent


def one_line(refusal: BaseException) -> str:
    said = refusal.format_message() if isinstance(refusal, click.ClickException) else str(refusal)
    assert "\n" not in said.strip()
    return said


def refused(**values: str) -> str:
    """What the portal says instead of starting."""
    with pytest.raises(SystemExit) as refusal:
        create_app(Settings(**values))
    return one_line(refusal.value)


# --- ports and folders ---------------------------------------------------------------------------------------------


def test_a_busy_port_is_named_and_another_advised():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.ClickException) as refusal:
            ensure_port_free("127.0.0.1", port)
    assert one_line(refusal.value) == f"Порт {port} занят. Запустите на другом: PORT={port + 1} make run"
    ensure_port_free("127.0.0.1", port)  # free again


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(click.ClickException) as refusal:
        ensure_port_free("192.0.2.1", 8000)
    assert one_line(refusal.value).startswith("По адресу 192.0.2.1:8000 слушать нельзя")


@pytest.mark.parametrize("port", ["", "0", "65536", "восемь", "-1", "8000.5", "9" * 5000])
def test_a_port_that_is_no_port_is_refused(port, tmp_path):
    assert refused(instance_path=str(tmp_path), port=port).endswith("нужно целое число от 1 до 65535.")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    ensure_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(click.ClickException) as refusal:
        ensure_writable(tmp_path / "file")
    assert "INSTANCE_PATH=/папка" in one_line(refusal.value)
    said = refused(instance_path=str(tmp_path / "file" / "instance"))
    assert str(tmp_path / "file" / "instance") in said
    assert "INSTANCE_PATH=/папка" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert "нельзя писать" in refused(instance_path=str(folder))


def test_a_full_or_closed_folder_is_named_when_the_key_is_made(tmp_path, monkeypatch):
    def no_room(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tosportal.config.tempfile.mkstemp", no_room)
    assert "нельзя писать (No space left on device)" in refused(instance_path=str(tmp_path))


# --- keys ----------------------------------------------------------------------------------------------------------


def test_a_short_key_is_refused_without_showing_it(tmp_path):
    said = refused(instance_path=str(tmp_path), secret_key="краткий")
    assert "SECRET_KEY короче 32 знаков" in said
    assert "краткий" not in said


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    keys = {Settings(instance_path=str(tmp_path)).key(tmp_path) for _turn in range(3)}
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_key(tmp_path):
    keys: list[str] = []
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        keys.append(Settings().key(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_damaged_key_file_says_what_to_do(tmp_path):
    (tmp_path / "secret-key").write_text("")
    assert "испорчен" in refused(instance_path=str(tmp_path))


# --- the rest of the settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"database_url": "mysql://root@localhost/tos"}, "DATABASE_URL: не знаем базу «mysql»"),
        ({"queue_url": "amqp://localhost"}, "QUEUE_URL: не знаем очередь «amqp»"),
        ({"workers": "много"}, "WORKERS=много"),
        ({"workers": "0"}, "WORKERS=0"),
        ({"proxies": "да"}, "TRUSTED_PROXIES=да"),
    ],
)
def test_a_setting_that_is_not_known_is_named(tmp_path, values, said):
    assert said in refused(instance_path=str(tmp_path), **values)


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    app = create_app()
    assert app.config["BASE_URL"] == "http://127.0.0.1:9001"
    assert app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'tosportal.sqlite3'}"
    close(app)


@pytest.mark.parametrize("url", ["postgresql://u:p@h/b", "postgres://u:p@h/b"])
def test_postgres_is_spoken_to_by_psycopg_3(url, tmp_path):
    assert Settings(database_url=url).database(tmp_path) == "postgresql+psycopg://u:p@h/b"


def test_an_sqlite_that_loses_writes_is_refused(tmp_path, monkeypatch):
    assert pysqlite3.sqlite_version_info >= database.SQLITE_AT_LEAST
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(pysqlite3, "sqlite_version", "3.40.1")
    said = refused(instance_path=str(tmp_path))
    assert "SQLite 3.40.1" in said
    assert "3.51.3" in said


# --- make run ------------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path):
    """A folder with the Makefile, no virtual environment, and nothing on the PATH but what a test puts there."""
    folder = tmp_path / "portal"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "make", "test", "touch", "echo", "grep", "sed"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    return folder, tools


def make(checkout, *words):
    folder, tools = checkout
    return subprocess.run(
        ["make", *words], cwd=folder, env={"PATH": str(tools)}, capture_output=True, text=True, timeout=60, check=False
    )


def fake_python(tools: Path, name: str, version: tuple[int, int]) -> None:
    """A Python that is too old or whose venv module is missing: it only knows its version."""
    script = tools / name
    too_old = version < (3, 11)
    script.write_text(f'#!/bin/sh\ncase "$*" in *version_info*) exit {int(too_old)};; esac\nexit 1\n')
    script.chmod(0o755)


@pytest.mark.skipif(not shutil.which("make"), reason="no make here")
class TestMakeRun:
    def test_an_old_python_is_refused_in_one_line(self, checkout):
        fake_python(checkout[1], "python3", (3, 9))
        result = make(checkout, "run")
        assert result.returncode
        assert result.stdout.strip() == "Нужен Python 3.11 или новее: установите его и повторите."

    def test_no_python_at_all_is_refused_in_the_same_line(self, checkout):
        result = make(checkout, "test")
        assert result.returncode
        assert result.stdout.strip() == "Нужен Python 3.11 или новее: установите его и повторите."

    def test_an_environment_that_cannot_be_made_is_said(self, checkout):
        fake_python(checkout[1], "python3", (3, 12))
        result = make(checkout, "run")
        assert result.returncode
        assert "Не получилось создать .venv" in result.stdout

    def test_the_newest_python_is_taken(self, checkout):
        fake_python(checkout[1], "python3", (3, 9))
        fake_python(checkout[1], "python3.12", (3, 12))
        assert "Не получилось создать .venv" in make(checkout, "run").stdout  # so it was chosen

    def test_make_alone_says_what_there_is(self, checkout):
        said = make(checkout).stdout
        for target in ("run", "test", "e2e", "bench", "lint", "dist"):
            assert f"{target} —" in said


def test_a_second_start_keeps_the_data(tmp_path):
    """What `make run` does before it serves: migrate, load the demo once, show the sign-ins."""
    from flask_migrate import upgrade

    demo = pytest.importorskip("tosportal.demo")
    names = []
    for turn in range(2):
        app = create_app(settings(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite3'}"))
        with app.app_context():
            upgrade()
            assert demo.load_once() is (turn == 0)
            if turn == 0:
                db.session.scalars(select(Municipality).order_by(Municipality.id)).first().name = "Переименован"
            names += db.session.scalars(select(Municipality.name).where(Municipality.code == "ordynsky")).all()
            database.commit()
        close(app)
    assert names == ["Переименован", "Переименован"]
    assert "@" in demo.people_table()
