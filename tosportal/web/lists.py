"""Lists come in pages: one count, one select, never more than 250 rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Select, func, select

from tosportal.support.db import db

MOST = 250


@dataclass(frozen=True)
class Page:
    """One page of a list: `number` from 1, `pages` at least 1, `total` rows in all."""

    rows: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def page_number() -> int:
    """The page asked for by `?page=`; anything that is not a number is the first."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1


def paged(
    statement: Select, *, size: int = 50, number: int | None = None, scalars: bool = True, total: int | None = None
) -> Page:
    """One page of a select, with the count of all rows (unless it is known). Past the end gives the last page."""
    size = min(size, MOST)
    if total is None:
        total = (
            db.session.scalar(
                select(func.count()).select_from(
                    statement.order_by(None).with_only_columns(statement.selected_columns[0]).subquery()
                )
            )
            or 0
        )
    number = min(number or page_number(), max(1, -(-total // size)))
    limited = statement.limit(size).offset((number - 1) * size)
    rows = db.session.scalars(limited).unique().all() if scalars else db.session.execute(limited).all()
    return Page(rows, number, size, total)


def page_of(rows: Sequence[Any], *, size: int = 50) -> Page:
    """One page of rows that are at hand. Past the end gives the last page."""
    size = min(size, MOST)
    number = min(page_number(), max(1, -(-len(rows) // size)))
    return Page(rows[(number - 1) * size : number * size], number, size, len(rows))
