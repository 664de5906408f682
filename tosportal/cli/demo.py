"""`flask demo`: filling a database with the demo."""

import json

import click

from tosportal.cli.russian import Group, refuse
from tosportal.demo import NotADemo, people, people_table
from tosportal.demo import load as load_demo
from tosportal.demo import reset as reset_demo
from tosportal.demo.stages import Stage
from tosportal.support import db as database

demo = Group("demo", help="Пример: район, 45 ТОС, конкурсы на разных этапах.")


@demo.command()
@click.option(
    "--stage", type=click.Choice([str(stage) for stage in Stage]), help="До какого этапа довести change-the-world."
)
@click.option("--applications", type=click.IntRange(1, 200_000), help="Сколько заявок сделать разом, для измерений.")
def load(stage: str | None, applications: int | None) -> None:
    """Наполнить базу примером (пустую сначала подготовить)."""
    if applications and not stage:
        refuse("--applications идёт вместе с --stage")
    try:
        load_demo(Stage(stage) if stage else None, applications=applications, progress=click.echo)
    except NotADemo as error:
        refuse(str(error))
    click.echo("Готово.")


@demo.command("people")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show_people(form: str) -> None:
    """Роли, почта и пароли людей примера."""
    click.echo(json.dumps(people(), ensure_ascii=False, indent=1) if form == "json" else people_table())


@demo.command()
def reset() -> None:
    """Стереть пример и начать сначала."""
    try:
        reset_demo()
    except NotADemo as error:
        refuse(str(error))
    database.commit()
    click.echo("База пуста.")
