"""What happens to people and their roles."""

import secrets
import unicodedata
from datetime import datetime

from flask_security import hash_password
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Grant, Role, Scope
from tosportal.features.accounts import sessions
from tosportal.features.accounts.models import EmailChange, Person, RoleGrant, SignedInSession
from tosportal.support import audit
from tosportal.support.db import db


def clean_email(email: str) -> str:
    """An address as it is kept: without spaces around, in lower case.

    >>> clean_email(" Anna@Example.ORG ")
    'anna@example.org'
    """
    return email.strip().lower()


def add_person(
    *,
    email: str,
    full_name: str,
    password: str | None = None,
    phone: str = "",
    locale: str = "ru",
    confirmed: bool = True,
    now: datetime,
) -> Person:
    """A new account with nothing allowed yet. Without a password the person sets one by recovery.

    Raises RuleBroken when the address already has an account.
    """
    email = clean_email(email)
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise RuleBroken(Remark(N_("Человек с адресом %(email)s уже есть"), {"email": email}, place="email"))
    person = _new_person(
        email=email,
        full_name=full_name,
        phone=phone,
        locale=locale,
        password_hash=_hashed(password) if password else None,
        now=now,
    )
    person.confirmed_at = now if confirmed else None
    db.session.flush()
    audit.record("person.added", person, actor=None, now=now, after={"confirmed": confirmed, "locale": locale})
    return person


def _hashed(password: str) -> str:
    """The hash of a password folded as the sign-in form folds it: «й» of one sign or of two is one password."""
    return hash_password(unicodedata.normalize("NFKD", password))


def sign_up(*, email: str, full_name: str, phone: str, locale: str, password_hash: str, now: datetime) -> Person:
    """A person's own new account: it opens no door until the address is confirmed."""
    person = _new_person(
        email=clean_email(email), full_name=full_name, phone=phone, locale=locale, password_hash=password_hash, now=now
    )
    db.session.flush()
    audit.record("person.signed_up", person, actor=person, now=now, after={"locale": locale})
    return person


def _new_person(
    *, email: str, full_name: str, phone: str, locale: str, password_hash: str | None, now: datetime
) -> Person:
    person = Person(
        email=email,
        full_name=" ".join(full_name.split()),
        phone=phone.strip(),
        locale=locale,
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        joined_at=now,
    )
    db.session.add(person)
    return person


def edit_profile(person: Person, *, full_name: str, phone: str, locale: str, now: datetime) -> None:
    """Change what a person says about themself. The journal keeps which fields changed, not what they hold."""
    given = {"full_name": " ".join(full_name.split()), "phone": phone.strip(), "locale": locale}
    changed = sorted(name for name, value in given.items() if getattr(person, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(person, name, given[name])
    db.session.flush()
    audit.record("person.edited", person, actor=person, now=now, after={"fields": changed})


def _live_grant(person: Person, role: Role, scope: Scope, scope_id: int) -> RoleGrant | None:
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.scope == scope,
            RoleGrant.scope_id == scope_id,
            RoleGrant.revoked_at.is_(None),
        )
    ).one_or_none()


def grant_role(
    person: Person, role: Role, scope: Scope, scope_id: int = 0, *, actor: Person | None, now: datetime
) -> RoleGrant:
    """The person holds the role in the place from now on. A second time changes nothing and gives the same grant.

    Raises RuleBroken when this role is never given in this kind of place (an expert «everywhere»).
    """
    if not Grant(role, scope, scope_id or None).is_valid:
        raise RuleBroken(Remark(N_("Такую роль в таком месте не дают"), place="scope"))
    if grant := _live_grant(person, role, scope, scope_id):
        return grant
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        scope=scope,
        scope_id=scope_id,
        granted_at=now,
        granted_by_id=actor.id if actor else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(grant)
    except IntegrityError:  # somebody gave the same role in the same instant
        if grant := _live_grant(person, role, scope, scope_id):
            return grant
        raise
    _note_role("role.granted", person, grant, actor=actor, now=now)
    return grant


def revoke_role(
    person: Person, role: Role, scope: Scope, scope_id: int = 0, *, actor: Person | None, now: datetime
) -> None:
    """The person no longer holds the role there, from their next request on. Not held: nothing changes.

    Raises RuleBroken when an administrator takes away their own administrator's role: nobody locks the portal.
    """
    if actor is not None and actor.id == person.id and role == Role.ADMINISTRATOR:
        raise RuleBroken(N_("Свою роль администратора снять нельзя: попросите другого администратора"))
    grant = _live_grant(person, role, scope, scope_id)
    if grant is None:
        return
    grant.revoked_at = now
    db.session.flush()
    _note_role("role.revoked", person, grant, actor=actor, now=now)


def _note_role(act: str, person: Person, grant: RoleGrant, *, actor: Person | None, now: datetime) -> None:
    db.session.expire(person, ["grants"])
    said = {"role": str(grant.role), "scope": str(grant.scope), "scope_id": grant.scope_id}
    granted = act == "role.granted"
    audit.record(
        act,
        person,
        actor=actor,
        now=now,
        before={} if granted else said,
        after=said if granted else {},
        municipality_id=grant.scope_id if grant.scope == Scope.MUNICIPALITY else None,
    )


def end_other_session(person: Person, session_id: int, *, now: datetime) -> bool:
    """End one of a person's own sign-ins; False when there is no such live one among theirs."""
    row = db.session.scalars(
        select(SignedInSession).where(
            SignedInSession.id == session_id,
            SignedInSession.person_id == person.id,
            SignedInSession.ended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return False
    row.ended_at = now
    db.session.flush()
    audit.record("session.ended", row, actor=person, now=now)
    return True


def set_active(person: Person, *, active: bool, actor: Person | None, now: datetime) -> None:
    """Block an account (all its sign-ins end at once) or open it again.

    Raises RuleBroken when somebody blocks themself.
    """
    if actor is not None and actor.id == person.id and not active:
        raise RuleBroken(N_("Себя заблокировать нельзя"))
    if person.active == active:
        return
    person.active = active
    if not active:
        sessions.end_all_sessions(person, now=now)
    db.session.flush()
    audit.record(
        "person.opened" if active else "person.blocked",
        person,
        actor=actor,
        now=now,
        before={"active": not active},
        after={"active": active},
    )


def set_password(person: Person, password: str, *, actor: Person | None, now: datetime) -> None:
    """The person signs in with this password from now on; every sign-in that was open has ended."""
    person.password = _hashed(password)
    sessions.end_all_sessions(person, now=now)
    db.session.flush()
    audit.record("password.set", person, actor=actor, now=now)


def anonymise(person: Person, address: str, *, now: datetime) -> None:
    """The account keeps its number and nothing of the person: no name, address, phone or password; nobody signs in."""
    for role in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)):
        role.revoked_at = role.revoked_at or now
    db.session.execute(delete(EmailChange).where(EmailChange.person_id == person.id))
    person.email, person.full_name, person.phone = address, "", ""
    person.password, person.active, person.confirmed_at = None, False, None
    person.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
    audit.record("person.anonymised", person, actor=None, now=now)
