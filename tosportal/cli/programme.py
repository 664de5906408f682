"""`flask programme`: the municipal programme from a YAML file."""

from typing import Any

import click
import yaml

from tosportal.cli.places import data_of_file, municipality_named, now
from tosportal.cli.russian import Group, refuse
from tosportal.features.programmes.service import load_programme
from tosportal.support import db as database

programme = Group("programme", help="Муниципальная программа: загрузка.")


def yaml_of_file(name: str) -> dict[str, Any]:
    """What a YAML file holds: named values, or a refusal with the line."""
    try:
        data = yaml.safe_load(data_of_file(name).decode("utf-8-sig"))
    except UnicodeDecodeError:
        refuse(f"{name}: это не текст в UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        refuse(f"{name}: не читается как YAML" + (f", строка {mark.line + 1}" if mark else ""))
    if not isinstance(data, dict):
        refuse(f"{name}: это не программа: нужны поля с именами")
    return data


@programme.command()
@click.argument("file", metavar="ФАЙЛ")
@click.option("--municipality", required=True, metavar="КОД", help="Чья программа.")
def load(file: str, municipality: str) -> None:
    """Загрузить программу: цели, показатели, мероприятия, деньги по источникам и годам."""
    place = municipality_named(municipality)
    loaded = load_programme(yaml_of_file(file), municipality=place, actor=None, now=now())
    database.commit()
    click.echo(f"Загружена программа «{loaded.name}», {loaded.year_from}–{loaded.year_to}: /programme/{loaded.slug}")
