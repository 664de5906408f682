"""`flask data`: the tables and the settings of this installation."""

import logging

import click
from alembic.migration import MigrationContext
from flask import current_app
from flask_migrate import upgrade

from tosportal.cli.keys import ensure_keys, keys
from tosportal.cli.russian import Group
from tosportal.config import settings_reference
from tosportal.features.personal import service as personal
from tosportal.support.db import commit, db
from tosportal.support.storage import StorageUnavailable, current_storage, take_inventory

data = Group("data", help="База и настройки этой установки.")


@data.command()
def migrate() -> None:
    """Подготовить базу: создать или обновить таблицы. Данные остаются."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    ensure_keys()
    click.echo(f"База готова, версия {revision}.")


@data.command()
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="Вид.")
def settings(form: str) -> None:
    """Настройки из окружения: имя, значение по умолчанию, смысл."""
    if form == "markdown":
        click.echo("| Переменная | По умолчанию | Что значит |\n|---|---|---|")
    for name, default, meaning in settings_reference():
        if form == "markdown":
            click.echo(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |")
        else:
            click.echo(f"{name:<22} {meaning}" + (f" [{default}]" if default else ""))


data.add_command(keys)


@data.command()
@click.option("--dry-run", is_flag=True, help="Только посчитать, ничего не удаляя.")
def retention(dry_run: bool) -> None:
    """Удалить и обезличить то, чей срок хранения прошёл, как это делает ночная задача."""
    now = current_app.config["CLOCK"]()
    for term in personal.terms():
        count = personal.count_over(term, now) if dry_run else personal.keep_term(term.kind.code, now=now)
        commit()
        words = f"{'уйдёт' if dry_run else 'ушло'} {count}"
        click.echo(f"{term.kind.what}: {term.months} мес., {term.kind.since}, {term.kind.follows}; {words}")


@data.command()
@click.option("--clean", is_flag=True, help="Убрать файлы без записи старше суток, как это делает ночная задача.")
def files(clean: bool) -> None:
    """Сверить записи с файлами: нет ли записи без файла и файла без записи."""
    storage = current_storage()
    try:
        found = take_inventory(storage, now=current_app.config["CLOCK"]())
        for key in found.strays if clean else ():
            storage.delete(key)
    except StorageUnavailable as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo(f"Файлов: {found.files}. Записей о них: {found.rows}. Ещё не сверяли (моложе суток): {found.young}.")
    for one in found.lost:
        click.echo(f"Запись без файла: {one}")
    for key in found.strays:
        click.echo(f"Файл без записи{', убран' if clean else ''}: {key}")
    if found.holds:
        click.echo("Записи и файлы сходятся.")
    elif found.lost or not clean:
        raise SystemExit(1)
