"""What a command names in words: people, municipalities, contests, ТОС, places of a role, files."""

import sys
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from tosportal.cli.russian import refuse
from tosportal.domain.permissions import GRANTED_IN, ROLE_NAMES, SCOPE_NAMES, Role, Scope
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.accounts.service import clean_email
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_by_slug
from tosportal.features.registry.models import Municipality, Tos
from tosportal.support.db import db

OPTION_OF = {Scope.MUNICIPALITY: "--municipality", Scope.CONTEST: "--contest", Scope.TOS: "--tos"}


def now() -> datetime:
    """The moment of the command."""
    return current_app.config["CLOCK"]()


def person_named(email: str) -> Person:
    """The person with this address."""
    person = db.session.scalars(select(Person).where(Person.email == clean_email(email))).one_or_none()
    return person or refuse(f"Нет человека с адресом {email}. Добавьте: flask people add {email} --name «Фамилия Имя»")


def municipality_named(code: str) -> Municipality:
    """The municipality with this code; the refusal names those that there are."""
    found = db.session.scalars(select(Municipality).order_by(Municipality.code)).all()
    for municipality in found:
        if municipality.code == code:
            return municipality
    known = ", ".join(municipality.code for municipality in found) or "пока ни одного (flask registry municipality)"
    refuse(f"Нет муниципального образования «{code}». Есть: {known}")


def contest_named(slug: str) -> Contest:
    """The contest with this address."""
    return contest_by_slug(slug) or refuse(f"Нет конкурса «{slug}». Список: flask contest list")


def tos_named(code: str, municipality: str | None) -> Tos:
    """The ТОС with this code; its municipality must be named where several have such a code."""
    chosen = select(Tos).where(Tos.code == code)
    if municipality:
        chosen = chosen.where(Tos.municipality_id == municipality_named(municipality).id)
    found = db.session.scalars(chosen.limit(2)).all()
    if len(found) > 1:
        refuse(f"ТОС с кодом «{code}» есть в нескольких районах: добавьте --municipality КОД")
    return found[0] if found else refuse(f"Нет ТОС с кодом «{code}»")


def place_of_role(role: Role, municipality: str | None, contest: str | None, tos: str | None) -> tuple[Scope, int]:
    """Where a role is given: by the one option that names the place, or everywhere when the role allows it."""
    allowed = GRANTED_IN[role]
    if tos is not None and Scope.TOS in allowed:
        scope, scope_id = Scope.TOS, tos_named(tos, municipality).id
    elif contest is not None and not (municipality or tos):
        scope, scope_id = Scope.CONTEST, contest_named(contest).id
    elif municipality is not None and not (contest or tos):
        scope, scope_id = Scope.MUNICIPALITY, municipality_named(municipality).id
    elif not (municipality or contest or tos):
        scope, scope_id = Scope.EVERYWHERE, 0
    else:
        refuse("Назовите одно место: --municipality, --contest или --tos")
    if scope not in allowed:
        wanted = " или ".join(
            f"{OPTION_OF[place]} ({SCOPE_NAMES[place]})" if place in OPTION_OF else "без указания места"
            for place in sorted(allowed)
        )
        refuse(f"{ROLE_NAMES[role]}: такая роль даётся иначе — {wanted}")
    return scope, scope_id


def holds_role(person: Person, role: Role, scope: Scope, scope_id: int) -> bool:
    """Does the person hold the role in this very place now?"""
    live = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.scope == scope,
        RoleGrant.scope_id == scope_id,
        RoleGrant.revoked_at.is_(None),
    )
    return db.session.scalar(live) is not None


def data_of_file(name: str) -> bytes:
    """The bytes of a file, or of the standard input when it is called `-`."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def write_out(content: bytes, output: str | None) -> None:
    """To the file, or to the standard output just as they are; never a binary paper onto a terminal."""
    if output and output != "-":
        Path(output).write_bytes(content)
        return
    if b"\x00" in content and sys.stdout.isatty():
        refuse("Это не текст: назовите файл, --output ФАЙЛ")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
