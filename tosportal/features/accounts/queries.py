"""Named selects of people, their roles and their sign-ins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from tosportal.domain.permissions import Scope
from tosportal.features.accounts.models import Person, RoleGrant, SignedInSession
from tosportal.support.db import db

MOST_PLACES = 2000


def person_by_email(email: str) -> Person | None:
    """The person with this address, roles loaded."""
    return db.session.scalars(
        select(Person).where(Person.email == email.strip().lower()).options(selectinload(Person.grants))
    ).one_or_none()


def person_with_roles(person_id: int) -> Person | None:
    """The person of this number, roles loaded."""
    return db.session.scalars(
        select(Person).where(Person.id == person_id).options(selectinload(Person.grants))
    ).one_or_none()


def grant_of(person_id: int, grant_id: int) -> RoleGrant | None:
    """One of a person's grants."""
    return db.session.scalars(
        select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id)
    ).one_or_none()


def people(search: str = "", *, without_role: bool = False) -> Select:
    """Everybody, by name; `search` is a part of the name or of the address; roles loaded."""
    found = select(Person).options(selectinload(Person.grants)).order_by(Person.full_name, Person.id)
    for word in search.split():
        like = f"%{escaped(word)}%"
        found = found.where(
            or_(
                func.lower(Person.email).like(like.lower(), escape="\\"),
                names_fold(Person.full_name).like(like.casefold(), escape="\\"),
            )
        )
    if without_role:
        found = found.where(
            ~select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)).exists()
        )
    return found


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def names_fold(column: Any) -> Any:
    """Russian letters in one case: SQLite's own `lower` knows only the Latin ones."""
    return func.casefold(column) if db.engine.dialect.name == "sqlite" else func.lower(column)


def live_sessions_of(person_id: int, now: datetime) -> Sequence[SignedInSession]:
    """Where a person is signed in now, the latest first."""
    return db.session.scalars(
        select(SignedInSession)
        .where(
            SignedInSession.person_id == person_id,
            SignedInSession.ended_at.is_(None),
            SignedInSession.expires_at > now,
        )
        .order_by(SignedInSession.started_at.desc(), SignedInSession.id.desc())
        .limit(50)
    ).all()


def names_of_people(ids: Iterable[int | None]) -> Mapping[int, str]:
    """Number of a person → full name."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {
        row.id: row.full_name
        for row in db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(wanted)))
    }


def places() -> Mapping[Scope, Select]:
    """Where roles are granted: kind of place → a select of (id, name). The assembly hands it in, because
    municipalities, contests and ТОС belong to later features."""
    return current_app.extensions["role_places"]


def names_of_places(grants: Iterable[RoleGrant]) -> Mapping[tuple[str, int], str]:
    """(kind of place, number) → its name, for these grants; one select for each kind at most."""
    wanted: dict[str, set[int]] = {}
    for grant in grants:
        wanted.setdefault(grant.scope, set()).add(grant.scope_id)
    names: dict[tuple[str, int], str] = {}
    for scope, listing in places().items():
        if ids := wanted.get(scope):
            id_column = listing.selected_columns[0]
            for number, name in db.session.execute(listing.where(id_column.in_(ids))):
                names[scope, number] = name
    return names


def choices_of_places() -> Mapping[Scope, list[tuple[int, str]]]:
    """Everything that a role may be granted in, by kind."""
    return {
        scope: [(row[0], row[1]) for row in db.session.execute(listing.limit(MOST_PLACES))]
        for scope, listing in places().items()
    }


def place_exists(scope: Scope, number: int) -> bool:
    """Is there such a place? Everywhere is one place, with number 0."""
    if scope is Scope.EVERYWHERE:
        return number == 0
    listing = places()[scope]
    return db.session.execute(listing.where(listing.selected_columns[0] == number)).first() is not None
