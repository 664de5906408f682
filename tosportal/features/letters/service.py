"""Wording a letter, and taking one's own words back."""

from datetime import datetime

from flask_babel import force_locale

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.letter_texts import LetterKind, check_letter
from tosportal.features.accounts.models import Person
from tosportal.features.registry.models import Municipality
from tosportal.support import audit, notifications
from tosportal.support.db import db
from tosportal.support.notifications import LetterText

CHANGED = N_("Этот текст уже изменил другой сотрудник. Посмотрите его текст ниже и сохраните свой, если он лучше")


def word_letter(
    kind: LetterKind,
    *,
    municipality: Municipality,
    contest_id: int,
    locale: str,
    subject: str,
    body: str,
    seen: int,
    actor: Person | None,
    now: datetime,
) -> None:
    """Letters of this kind are written by this text from now on; what stands in the outbox keeps its words.

    `contest_id` 0 is every contest of the district without a text of its own. The text in force again changes nothing.
    Raises RuleBroken (see `check_letter`), StateConflict when another version than `seen` is the latest.
    """
    latest = _latest(kind, locale, municipality, contest_id)
    if (subject, body) == _in_force(kind, locale, municipality.id, contest_id):
        return
    if seen != (latest.number if latest else 0):
        raise StateConflict(Remark(CHANGED))
    if remarks := check_letter(kind, subject, body, locale):
        raise RuleBroken(remarks)
    _keep("letter_text.written", kind, municipality, contest_id, locale, latest, (subject, body), actor=actor, now=now)


def word_as_standard(
    kind: LetterKind,
    *,
    municipality: Municipality,
    contest_id: int,
    locale: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """Letters of this kind are written by the standard text again (a contest's: by the district's). Again: nothing."""
    latest = _latest(kind, locale, municipality, contest_id)
    if latest is not None and latest.body:
        _keep("letter_text.taken_out", kind, municipality, contest_id, locale, latest, ("", ""), actor=actor, now=now)


def _latest(kind: LetterKind, locale: str, municipality: Municipality, contest_id: int) -> LetterText | None:
    db.session.refresh(municipality, with_for_update=True)  # two who save go one after the other
    return next(iter(notifications.versions_of(kind, locale, municipality.id, contest_id)), None)


def _in_force(kind: LetterKind, locale: str, municipality_id: int, contest_id: int) -> tuple[str, str]:
    with force_locale(locale):
        return notifications.text_for(kind, locale, municipality_id, contest_id)


def _keep(  # noqa: PLR0917
    act: str,
    kind: LetterKind,
    municipality: Municipality,
    contest_id: int,
    locale: str,
    latest: LetterText | None,
    text: tuple[str, str],
    *,
    actor: Person | None,
    now: datetime,
) -> None:
    made = notifications.keep_text(
        kind,
        locale,
        place=(municipality.id, contest_id),
        number=latest.number + 1 if latest else 1,
        subject=text[0],
        body=text[1],
        person_id=actor.id if actor else None,
        now=now,
    )
    facts = {"kind": kind.code, "language": locale, "version": made.number, "contest": contest_id or None}
    audit.record(act, made, actor=actor, now=now, after=facts, municipality_id=municipality.id)
