"""`flask data`: the tables and the settings of this installation."""

import logging

import click
from alembic.migration import MigrationContext
from flask_migrate import upgrade

from tosportal.cli.russian import Group
from tosportal.config import settings_reference
from tosportal.support.db import db

data = Group("data", help="База и настройки этой установки.")


@data.command()
def migrate() -> None:
    """Подготовить базу: создать или обновить таблицы. Данные остаются."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
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
