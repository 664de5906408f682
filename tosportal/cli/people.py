"""`flask people`: accounts and roles from the command line; the first administrator comes from here."""

import re
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from tosportal.cli.places import holds_role, now, person_named, place_of_role
from tosportal.cli.russian import Group, refuse
from tosportal.domain.permissions import ROLE_NAMES, SCOPE_NAMES, Role
from tosportal.features.accounts import service
from tosportal.support import db as database

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
people = Group("people", help="Люди и роли: добавить, дать роль, снять, сменить пароль.")


def where_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name the place of a role."""
    for name, words in (
        ("--tos", "ТОС (для activist)."),
        ("--contest", "Конкурс (для juror и chair)."),
        ("--municipality", "Муниципальное образование (для secretary и observer)."),
    ):
        function = click.option(name, metavar="КОД", help=words)(function)
    return function


def password_from(prompted: bool, from_stdin: bool, owner: str) -> str | None:
    """A password typed twice, or the first line of the standard input; None when neither was asked for."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not prompted:
        return None
    first = click.prompt(f"Пароль для {owner}", hide_input=True)
    if first != click.prompt("Ещё раз", hide_input=True):
        refuse("Пароли не совпали. Ничего не изменено.")
    return first


def ensure_good(password: str, **owner: Any) -> None:
    """Refuse a password that the pages would refuse too."""
    reasons, _normal = current_app.extensions["security"].password_util.validate(password, "user" not in owner, **owner)
    if reasons:
        refuse("; ".join(str(reason) for reason in reasons))


@people.command()
@click.argument("email", metavar="ПОЧТА")
@click.option("--name", "full_name", required=True, metavar="ФИО", help="Фамилия, имя и отчество.")
@click.option("--password", "prompted", is_flag=True, help="Спросить пароль; без него человек задаст его сам.")
@click.option("--password-stdin", "from_stdin", is_flag=True, help="Пароль — первая строка ввода.")
@click.option("--administrator", is_flag=True, help="Сразу сделать администратором портала.")
def add(email: str, full_name: str, prompted: bool, from_stdin: bool, administrator: bool) -> None:
    """Добавить человека."""
    if not EMAIL.fullmatch(email.strip()):
        refuse(f"{email}: проверьте адрес почты, например anna@example.org")
    password = password_from(prompted, from_stdin, email)
    if password is not None:
        ensure_good(password, email=email, full_name=full_name)
    person = service.add_person(email=email, full_name=full_name, password=password, now=now())
    if administrator:
        scope, scope_id = place_of_role(Role.ADMINISTRATOR, None, None, None)
        service.grant_role(person, Role.ADMINISTRATOR, scope, scope_id, actor=None, now=now())
    database.commit()
    click.echo(f"Добавлен: {person.full_name}, {person.email}.")
    if password is None:
        click.echo("Пароля нет: человек задаст его на странице «Забыли пароль?».")


@people.command()
@click.argument("email", metavar="ПОЧТА")
@click.argument("role", metavar="РОЛЬ", type=click.Choice([str(role) for role in Role]))
@where_options
def grant(email: str, role: str, municipality: str | None, contest: str | None, tos: str | None) -> None:
    """Дать роль: activist, juror, chair, secretary, observer, administrator."""
    person, held = person_named(email), Role(role)
    scope, scope_id = place_of_role(held, municipality, contest, tos)
    service.grant_role(person, held, scope, scope_id, actor=None, now=now())
    database.commit()
    where = " ".join(filter(None, [SCOPE_NAMES[scope], tos or contest or municipality]))
    click.echo(f"{person.email}: {ROLE_NAMES[held].lower()}, {where}.")


@people.command()
@click.argument("email", metavar="ПОЧТА")
@click.argument("role", metavar="РОЛЬ", type=click.Choice([str(role) for role in Role]))
@where_options
def revoke(email: str, role: str, municipality: str | None, contest: str | None, tos: str | None) -> None:
    """Снять роль, данную в этом месте."""
    person, held = person_named(email), Role(role)
    scope, scope_id = place_of_role(held, municipality, contest, tos)
    if not holds_role(person, held, scope, scope_id):
        refuse(f"{person.email}: такой роли в этом месте нет")
    service.revoke_role(person, held, scope, scope_id, actor=None, now=now())
    database.commit()
    click.echo(f"{person.email}: больше не {ROLE_NAMES[held].lower()} ({SCOPE_NAMES[scope]}).")


@people.command()
@click.argument("email", metavar="ПОЧТА")
@click.option("--password-stdin", "from_stdin", is_flag=True, help="Пароль — первая строка ввода.")
def password(email: str, from_stdin: bool) -> None:
    """Задать человеку новый пароль; все его входы заканчиваются."""
    person = person_named(email)
    given = password_from(prompted=True, from_stdin=from_stdin, owner=person.email) or ""
    ensure_good(given, user=person)
    service.set_password(person, given, actor=None, now=now())
    database.commit()
    click.echo(f"{person.email}: пароль изменён, все входы закончены.")
