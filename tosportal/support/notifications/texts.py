"""What a letter says: the district's or the contest's own text where there is one, else the portal's standard text.

All own texts of a place are read once in a transaction, however many letters it writes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from weakref import ref

from flask import current_app
from flask_babel import get_locale, gettext
from sqlalchemy import func, select

from tosportal.domain.letter_texts import OWN_LANGUAGE, LetterKind, filled, filled_line, with_braces
from tosportal.support.db import db
from tosportal.support.notifications.models import LetterText

Place = tuple[int, int]  # municipality, contest (0: all that have no text of their own)
Texts = dict[tuple[str, str], tuple[str, str]]  # kind, language → subject, body


def letter_kinds() -> Mapping[str, LetterKind]:
    """Every letter of the portal whose text may be changed, by its code; the assembly puts them together."""
    found: Mapping[str, LetterKind] = current_app.extensions["letter_kinds"]
    return found


def written(
    kind: LetterKind, values: Mapping[str, object], *, municipality_id: int | None = None, contest_id: int | None = None
) -> tuple[str, str]:
    """Subject and body of a letter in the language in force, its words replaced by these values (None: nothing).

    The contest's own text goes before the district's, and that before the standard one.
    """
    locale = str(get_locale() or OWN_LANGUAGE)
    names = kind.names(locale)
    said = {name: "" if values[code] is None else str(values[code]) for code, name in names.items()}
    subject, body = text_for(kind, locale, municipality_id or 0, contest_id or 0)
    return filled_line(subject, said), filled(body, said)


def text_for(kind: LetterKind, locale: str, municipality_id: int, contest_id: int = 0) -> tuple[str, str]:
    """Subject and body with words in braces, as letters are written by now."""
    texts = _own_texts((municipality_id, contest_id)) if municipality_id else {}
    return texts.get((kind.code, locale)) or standard_text(kind, locale)


def standard_text(kind: LetterKind, locale: str) -> tuple[str, str]:
    """The portal's own text; call it in that language."""
    names = kind.names(locale)
    return with_braces(gettext(kind.subject), names), with_braces(gettext(kind.body), names)


def _own_texts(place: Place) -> Texts:
    known = _read_in_this_transaction()
    if place not in known:
        rows = sorted(_latest(place[0], {0, place[1]}), key=lambda one: one.contest_id)  # the contest's own go last
        known[place] = {(one.kind, one.locale): (one.subject, one.body) for one in rows if one.body}
    return known[place]


def _read_in_this_transaction() -> dict[Place, Texts]:
    session = db.session()
    transaction: Any = session.get_transaction() or session.begin()
    of_transaction, known = session.info.get("letter_texts", (None, {}))
    if of_transaction is None or of_transaction() is not transaction:
        known = {}
        session.info["letter_texts"] = (ref(transaction), known)
    return known


def latest_texts(municipality_id: int, contest_id: int) -> Sequence[LetterText]:
    """The latest version of every text of a place, those that are standard again too."""
    return _latest(municipality_id, {contest_id})


def _latest(municipality_id: int, contest_ids: set[int]) -> Sequence[LetterText]:
    newest = (
        select(func.max(LetterText.id))
        .where(LetterText.municipality_id == municipality_id, LetterText.contest_id.in_(contest_ids))
        .group_by(LetterText.contest_id, LetterText.kind, LetterText.locale)
    )
    return db.session.scalars(select(LetterText).where(LetterText.id.in_(newest))).all()


def versions_of(kind: LetterKind, locale: str, municipality_id: int, contest_id: int) -> Sequence[LetterText]:
    """All versions of one text, the latest first."""
    return db.session.scalars(
        select(LetterText)
        .where(
            LetterText.municipality_id == municipality_id,
            LetterText.contest_id == contest_id,
            LetterText.kind == kind.code,
            LetterText.locale == locale,
        )
        .order_by(LetterText.number.desc())
    ).all()


def keep_text(
    kind: LetterKind,
    locale: str,
    *,
    place: Place,
    number: int,
    subject: str,
    body: str,
    person_id: int | None,
    now: datetime,
) -> LetterText:
    """Keep this text as the next version; letters are written by it from now on. Empty: by the standard text again."""
    row = LetterText(
        municipality_id=place[0],
        contest_id=place[1],
        kind=kind.code,
        locale=locale,
        number=number,
        subject=subject,
        body=body,
        written_at=now,
        written_by_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    _read_in_this_transaction().clear()
    return row
