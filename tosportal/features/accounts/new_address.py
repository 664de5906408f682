"""Changing one's own address: asked with the password, confirmed by a link to the new one; the old one works till then.

Whether another account has the address is said to nobody but the owner of the mailbox.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select, update

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.submission_rule import masked_email
from tosportal.features.accounts import letters, sessions
from tosportal.features.accounts.models import EmailChange, Person
from tosportal.features.accounts.queries import person_by_email
from tosportal.features.accounts.service import clean_email
from tosportal.support import audit, notifications
from tosportal.support.db import db

LASTS = timedelta(days=1)
MOST_ASKED, WITHIN = 5, timedelta(hours=1)
SAME = N_("Это и есть ваш нынешний адрес")


def key_hash(key: str) -> str:
    """What is kept of the key of a link."""
    return hashlib.sha256(key.encode()).hexdigest()


def ask_new_address(person: Person, email: str, *, now: datetime, municipality_id: int | None = None) -> str:
    """A letter with a link goes to the new address, a notice to the old one. The key of the link.

    The password was checked before. The request before this one ends. When the address has an account, its owner gets
    a letter that says so, and all else is the same. Raises RuleBroken: the present address, asked too often.
    """
    email = clean_email(email)
    if email == person.email:
        raise RuleBroken(Remark(SAME, place="email"))
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    lately = select(func.count()).where(EmailChange.person_id == person.id, EmailChange.asked_at > now - WITHIN)
    if (db.session.scalar(lately) or 0) >= MOST_ASKED:
        words = N_("За час адрес просили сменить уже %(count)s раз. Подождите и попробуйте снова")
        raise RuleBroken(Remark(words, {"count": MOST_ASKED}, "email"))
    _end_requests(person, now)
    key = secrets.token_urlsafe(24)
    row = EmailChange(person_id=person.id, email=email, key_hash=key_hash(key), asked_at=now, expires_at=now + LASTS)
    db.session.add(row)
    db.session.flush()
    audit.record("person.email_asked", person, actor=person, now=now, after={"expires_at": row.expires_at})
    other = person_by_email(email)
    site, mine = _site(), municipality_id
    with force_locale(other.locale if other else person.locale):
        if other:
            kind, links = letters.ADDRESS_TAKEN, {"sign_in": f"{site}/sign-in"}
        else:
            kind, links = letters.NEW_ADDRESS, {"link": f"{site}/account/email/{key}"}
        subject, body = letters.of_address(kind, (other or person).full_name, mine, **links)
    # To the mailbox alone: on the portal the link would prove nothing.
    notifications.post(kind.code, to=email, subject=subject, body=body, now=now)
    facts = {"email": masked_email(email), "page": f"{site}/account/email"}
    with force_locale(person.locale):
        subject, body = letters.of_address(letters.ADDRESS_ASKED, person.full_name, mine, **facts)
    notifications.post(
        letters.ADDRESS_ASKED.code, to=person.email, subject=subject, body=body, now=now, person_id=person.id
    )
    return key


def request_by_key(key: str, now: datetime) -> tuple[EmailChange, Person] | None:
    """The live request of a link and whose it is; None when it was used, ended or is too old."""
    found = db.session.execute(
        select(EmailChange, Person)
        .join(Person, Person.id == EmailChange.person_id)
        .where(
            EmailChange.key_hash == key_hash(key),
            EmailChange.ended_at.is_(None),
            EmailChange.expires_at > now,
            Person.active.is_(True),
        )
    ).one_or_none()
    return (found[0], found[1]) if found else None


def waiting_request(person: Person, now: datetime) -> EmailChange | None:
    """The person's own request that waits for the press of the link."""
    return db.session.scalars(
        select(EmailChange).where(
            EmailChange.person_id == person.id, EmailChange.ended_at.is_(None), EmailChange.expires_at > now
        )
    ).one_or_none()


def confirm_new_address(row: EmailChange, person: Person, *, now: datetime, municipality_id: int | None = None) -> None:
    """The person signs in with the new address from now on; every sign-in and every link sent before has ended.

    The old address gets a notice. Raises RuleBroken when somebody has an account with the address meanwhile.
    """
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if person_by_email(row.email) is not None:
        raise RuleBroken(Remark(N_("С этим адресом уже есть кабинет. Войдите в него или назовите другой адрес")))
    old, person.email = person.email, row.email
    person.confirmed_at = person.confirmed_at or now
    person.fs_uniquifier = secrets.token_hex(32)  # links of recovery that lie in the old mailbox open nothing
    sessions.end_all_sessions(person, now=now)
    _end_requests(person, now)
    audit.record("person.email_changed", person, actor=person, now=now)
    with force_locale(person.locale):
        facts = {"email": masked_email(person.email), "site": _site()}
        subject, body = letters.of_address(letters.ADDRESS_CHANGED, person.full_name, municipality_id, **facts)
    notifications.post(letters.ADDRESS_CHANGED.code, to=old, subject=subject, body=body, now=now)


def give_up_new_address(person: Person, *, now: datetime) -> None:
    """The link works no more and the address is forgotten. Nothing was asked: nothing happens."""
    if waiting_request(person, now) is not None:
        _end_requests(person, now)
        audit.record("person.email_kept", person, actor=person, now=now)


def _end_requests(person: Person, now: datetime) -> None:
    """A request that ended keeps no address."""
    live = update(EmailChange).where(EmailChange.person_id == person.id, EmailChange.ended_at.is_(None))
    db.session.execute(live.values(ended_at=now, email=""))
    db.session.flush()


def _site() -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/")
