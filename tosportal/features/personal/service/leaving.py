"""Deleting one's account: asked for, thought over for some days, then done; what the law keeps stays without a name."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Role
from tosportal.domain.retention import LEAVING_DAYS
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent, Person, RoleGrant, SignedInSession
from tosportal.features.accounts.service import anonymise
from tosportal.features.applications.models import Application
from tosportal.features.applications.service.forgetting import erase_draft
from tosportal.features.personal import letters
from tosportal.features.personal.models import AccountLeaving, DataArchive
from tosportal.features.registry.models import TosLink
from tosportal.features.registry.queries import people_of_tos
from tosportal.features.registry.service import end_link
from tosportal.support import audit, notifications
from tosportal.support.db import db
from tosportal.support.storage import current_storage, remove_after_commit


def leaving_of(person_id: int) -> AccountLeaving | None:
    """The person's request that waits for its day."""
    return db.session.scalars(
        select(AccountLeaving).where(
            AccountLeaving.person_id == person_id,
            AccountLeaving.cancelled_at.is_(None),
            AccountLeaving.done_at.is_(None),
        )
    ).one_or_none()


def ask_to_leave(person: Person, *, now: datetime) -> AccountLeaving:
    """The account will be deleted in some days; a letter says when and how to stay. Asked again: the same day.

    Raises RuleBroken for the only administrator: nobody could let others in.
    """
    if (waiting := leaving_of(person.id)) is not None:
        return waiting
    held = select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None))
    if set(db.session.scalars(held)) == {person.id}:
        words = N_("Вы единственный администратор. Сначала дайте эту роль другому человеку")
        raise RuleBroken(Remark(words, place="sure"))
    leaving = AccountLeaving(person_id=person.id, asked_at=now, due_at=now + timedelta(days=LEAVING_DAYS))
    db.session.add(leaving)
    db.session.flush()
    audit.record("leaving.asked", leaving, actor=person, now=now, after={"due_at": leaving.due_at})
    subject, body = letters.leaving_asked(leaving, person)
    notifications.post("leaving.asked", to=person.email, subject=subject, body=body, now=now, person_id=person.id)
    return leaving


def stay(person: Person, *, now: datetime) -> None:
    """The request is taken back: the account stays as it is. Nothing was asked: nothing happens."""
    leaving = leaving_of(person.id)
    if leaving is None:
        return
    leaving.cancelled_at = now
    db.session.flush()
    audit.record("leaving.cancelled", leaving, actor=person, now=now)


def due_leavings(now: datetime) -> list[int]:
    """Requests whose day has come."""
    return list(
        db.session.scalars(
            select(AccountLeaving.id).where(
                AccountLeaving.due_at <= now, AccountLeaving.cancelled_at.is_(None), AccountLeaving.done_at.is_(None)
            )
        )
    )


def leave(leaving: AccountLeaving, *, now: datetime) -> None:
    """The account has no name, address, phone, password, letters and sign-ins any more, its drafts are gone, its
    consents taken back, it speaks for nobody. What was submitted stays until its own term. A last letter says so."""
    if leaving.done_at is not None or leaving.cancelled_at is not None:
        return
    person = db.session.get_one(Person, leaving.person_id)
    address, locale = person.email, person.locale
    drafts = select(Application).where(
        Application.created_by_id == person.id,
        Application.number.is_(None),
        Application.state.in_([ApplicationState.DRAFT, ApplicationState.WITHDRAWN]),
    )
    for draft in db.session.scalars(drafts).all():
        if all(one.id == person.id for one in people_of_tos(draft.tos_id)):  # a draft of several people is theirs too
            erase_draft(draft, now=now)
    for link in db.session.scalars(
        select(TosLink).where(TosLink.person_id == person.id, TosLink.state.in_(("asked", "confirmed")))
    ).all():
        end_link(link, reason="", actor=person, now=now)
    for consent in db.session.scalars(
        select(Consent).where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
    ).all():
        consents.withdraw(consent, actor=person, now=now)
    archives = db.session.scalars(select(DataArchive).where(DataArchive.person_id == person.id)).all()
    remove_after_commit(current_storage(), [one.storage_key for one in archives if one.storage_key])
    for archive in archives:
        db.session.delete(archive)
    db.session.execute(delete(SignedInSession).where(SignedInSession.person_id == person.id))
    notifications.drop_letters_of(person.id)
    subject, body = letters.left(person)
    anonymise(person, f"left-{person.id}-{secrets.token_hex(4)}@deleted.invalid", now=now)
    leaving.done_at = now
    db.session.flush()
    audit.record("leaving.done", leaving, actor=None, now=now, after={"drafts": True, "locale": locale})
    notifications.post("leaving.done", to=address, subject=subject, body=body, now=now)
