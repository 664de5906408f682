"""The outbox as its receiver sees it: the same letters on the portal, whether mail works or not."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, update

from tosportal.support.db import db
from tosportal.support.notifications.models import Letter

LINK = re.compile(r"https?://\S+")


def unread_count(person_id: ColumnElement[int] | Any) -> ScalarSelect[int]:
    """How many letters to this person are unread: a column for a select that is made anyway."""
    return (
        select(func.count(Letter.id))
        .where(Letter.person_id == person_id, Letter.read_at.is_(None))
        .correlate_except(Letter)
        .scalar_subquery()
    )


def letters_of(person_id: int) -> Select[Any]:
    """The letters to a person, the latest first; for `paged`."""
    return select(Letter).where(Letter.person_id == person_id).order_by(Letter.id.desc())


def letter_of(person_id: int, number: int) -> Letter | None:
    """One letter, if it was written to this person."""
    return db.session.scalars(select(Letter).where(Letter.id == number, Letter.person_id == person_id)).one_or_none()


def mark_read(letter: Letter, *, now: datetime) -> None:
    """The receiver has read the letter; the first time counts. Whether the mail server takes it is another matter."""
    if letter.read_at is None:
        letter.read_at = now
        db.session.flush()


def mark_all_read(person_id: int, *, up_to: int, now: datetime) -> int:
    """Every letter that the person was shown, up to this number, is read; how many were not. What came later stays."""
    marked = db.session.execute(
        update(Letter)
        .where(Letter.person_id == person_id, Letter.id <= up_to, Letter.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return marked.rowcount  # type: ignore[attr-defined]


def parts_of(body: str, instead_of_links: str = "") -> list[tuple[str, str]]:
    """The text of a letter as (text, link) pairs; with `instead_of_links` no link is given, these words stand there.

    >>> parts_of("Заявка: https://a.ru/1\\nВсё")
    [('Заявка: ', ''), ('https://a.ru/1', 'https://a.ru/1'), ('\\nВсё', '')]
    """
    parts, at = [], 0
    for link in LINK.finditer(body):
        parts.append((body[at : link.start()], ""))
        parts.append((instead_of_links, "") if instead_of_links else (link[0], link[0]))
        at = link.end()
    return [*parts, (body[at:], "")]
