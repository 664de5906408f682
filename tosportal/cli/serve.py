"""`flask serve`: everything one machine needs, with one clear line where something is in the way."""

import errno
import gc
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from granian import Granian
from granian.constants import Interfaces

from tosportal import create_app
from tosportal.cli.keys import ensure_keys
from tosportal.cli.russian import Command, refuse
from tosportal.support.db import db

# One thread a process would stand still while one slow line takes a file or sends one: measured, another reader waited
# for as long as that line hung. Four keep answering; writers of SQLite still go one by one, behind the lock of `db`,
# and each thread holds at most one of the eight connections of PostgreSQL.
THREADS = 4


def application() -> Flask:
    """What each server process runs. What is loaded now stays: the collector need not look at it again."""
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def ensure_writable(folder: Path) -> None:
    """One clear line when the folder of data cannot be written to."""
    try:
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        refuse(f"В папку {folder} нельзя писать ({error.strerror}). Укажите другую: INSTANCE_PATH=/папка")


def ensure_port_free(host: str, port: int) -> None:
    """One clear line when the port is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                refuse(f"Порт {port} занят. Запустите на другом: PORT={port + 1 if port < 65535 else 8000} make run")
            refuse(f"По адресу {host}:{port} слушать нельзя ({error.strerror}). Проверьте HOST и PORT")


@click.command(cls=Command)
@click.option("--demo", is_flag=True, help="Один раз наполнить пустую базу примером и показать входы.")
@with_appcontext
def serve(demo: bool) -> None:
    """Подготовить базу и запустить портал: сервер granian и фоновые письма."""
    settings = current_app.config["SETTINGS"]
    host, port = settings.host, int(settings.port)
    ensure_writable(Path(current_app.instance_path))
    ensure_port_free(host, port)
    upgrade()
    ensure_keys()
    if demo:
        from tosportal.demo import load_once, people_table  # noqa: PLC0415  only the demo needs the samples

        if load_once():
            click.echo("Пример загружен.")
        click.echo(people_table())
    db.session.remove()
    db.engine.dispose()
    click.echo(f"\nПортал: http://{host}:{port}/   (остановить — Ctrl+C)\n")
    worker = subprocess.Popen([sys.executable, "-m", "flask", "--app", "tosportal", "worker"], env=os.environ)
    try:
        Granian(
            "tosportal.cli.serve:application",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=int(settings.workers),
            blocking_threads=THREADS,
            log_access=False,
        ).serve()
    finally:
        worker.terminate()
        worker.wait(timeout=10)
