"""The keys of bank and passport data: asked for at the start, listed, changed."""

import click
from sqlalchemy import Text, cast, func, select

from tosportal.cli.russian import Command, refuse
from tosportal.features.applications.models import ApplicationSection, Submission
from tosportal.support import sealing
from tosportal.support.db import commit, db

SECTIONS, COPIES = ApplicationSection.__table__, Submission.__table__
AT_ONCE = 200


def ensure_keys() -> None:
    """The start goes on only with every key that this database was written with."""
    if missing := sealing.missing_keys():
        refuse(
            f"Нет ключа банковских и паспортных данных: {', '.join(missing)}. Верните файл data-key в папку данных "
            "или допишите прежний ключ через запятую в DATA_KEYS: без него эти данные не прочитать."
        )
    sealing.remember_key()
    commit()


@click.command(cls=Command)
@click.option("--rotate", is_flag=True, help="Перешифровать черновики первым ключом из DATA_KEYS.")
def keys(rotate: bool) -> None:
    """Какими ключами зашифрованы банковские и паспортные данные; какие ещё нужны."""
    if missing := sealing.missing_keys():
        click.echo(f"Нет ключей: {', '.join(missing)}. Допишите их в DATA_KEYS.")
    current = sealing.sealer().ids[0]
    if rotate:
        click.echo(f"Перешифровано разделов: {reseal(current)}.")
    for number in [*sealing.sealer().ids, *missing]:
        drafts, copies = count_of(number)
        if number != current and not drafts and not copies:
            sealing.forget_key(number)
            words = "не нужен, его можно убрать из DATA_KEYS"
        else:
            words = f"разделов заявок: {drafts}, отправленных копий: {copies}"
        click.echo(f"{number}{' (шифрует)' if number == current else ''}: {words}")
    commit()
    if missing:
        raise SystemExit(1)


def count_of(number: str) -> tuple[int, int]:
    """How many sections and how many frozen copies need this key."""
    like = f"%sealed1.{number}.%"
    return tuple(  # type: ignore[return-value]
        db.session.scalar(select(func.count()).select_from(table).where(cast(column, Text).like(like))) or 0
        for table, column in ((SECTIONS, SECTIONS.c.answers), (COPIES, COPIES.c.content))
    )


def reseal(current: str) -> int:
    """Sections sealed with earlier keys are sealed with the current one; frozen copies are never written again."""
    done, column = 0, SECTIONS.c.answers
    old = cast(column, Text).like("%sealed1.%"), cast(column, Text).not_like(f"%sealed1.{current}.%")
    place = SECTIONS.c.application_id, SECTIONS.c.code
    seen: tuple[int, str] = (0, "")
    while rows := db.session.execute(
        select(*place, column)
        .where(*old, (place[0] > seen[0]) | ((place[0] == seen[0]) & (place[1] > seen[1])))
        .order_by(*place)
        .limit(AT_ONCE)
    ).all():
        for application_id, code, answers in rows:
            this = (place[0] == application_id) & (place[1] == code)
            db.session.execute(SECTIONS.update().where(this).values(answers=answers))  # type: ignore[attr-defined]
            seen, done = (application_id, code), done + 1
        commit()
    return done
