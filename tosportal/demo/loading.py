"""Filling a database with the demo, once or again."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select

from tosportal.demo import contests, district, events, indicators, second
from tosportal.demo.stages import Stage, bring_to
from tosportal.features.accounts.models import Person
from tosportal.support import db as database
from tosportal.support.db import Base, db
from tosportal.support.installation import is_demo, mark_as_demo

Progress = Callable[[str], None]


class NotADemo(Exception):
    """The database holds real data; the demo does not touch it."""


def is_empty() -> bool:
    """No people: nobody has begun to work here. Leaves no transaction open, because migrations take a connection of
    their own."""
    found = db.session.scalar(select(func.count()).select_from(Person))
    db.session.rollback()
    return not found


def ensure_may_touch() -> None:
    """Only an empty database or one marked as a demo."""
    if not is_empty() and not is_demo():
        raise NotADemo("В базе есть настоящие данные: пример в неё не загружается и ничего не стирает.")


def load(
    stage: Stage | None = None, *, applications: int | None = None, progress: Progress = lambda line: None
) -> None:
    """Fill an empty database (its tables are made first): the mix of phases, or `change-the-world` at one stage.

    A database that already holds the demo is emptied first.
    """
    upgrade()
    ensure_may_touch()
    if not is_empty():
        empty_all_tables()
    now: datetime = current_app.config["CLOCK"]()
    mark_as_demo(stage or "mix")
    progress("Район, программа, 45 ТОС и люди…")
    demo = district.make(now=now)
    database.commit()
    if stage:
        progress(f"Конкурс change-the-world: {stage}…")
        bring_to(
            stage, contests.grant(demo, "change-the-world", stage, now=now), demo, now=now, applications=applications
        )
        contests.announce_others(demo, now=now)
    else:
        for line in contests.mix(demo, now=now):
            progress(line)
            database.commit()
        progress("Второе муниципальное образование…")
        town = second.make(now=now)
        progress("События двух лет…")
        events.make(demo, now=now)
        progress("Паспорта показателей и факты…")
        indicators.make_town(town, now=now)
    indicators.make_district(demo, now=now)
    if not stage:
        indicators.tell_late(demo, now=now)
    database.commit()


def load_once() -> bool:
    """Load the mix when the database is empty; True when it did."""
    if not is_empty():
        return False
    load()
    return True


def reset() -> None:
    """Wipe a demo database and leave it empty, with its tables."""
    upgrade()
    ensure_may_touch()
    empty_all_tables()


def empty_all_tables() -> None:
    """Take all tables away and make them anew: the journal refuses to be emptied row by row, and rightly so."""
    db.session.remove()
    engine = db.engine
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for name in inspect(connection).get_table_names():
                table = Base.metadata.tables.get(name)
                connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table.name if table is not None else name}"')
    engine.dispose()
    upgrade()
