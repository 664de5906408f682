"""Named selects of the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.domain.tos_list import search_key
from tosportal.features.accounts.consents import shown_items
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.registry.models import (
    ChairTerm,
    Contact,
    HelperInvitation,
    Municipality,
    Settlement,
    Tos,
    TosLink,
)
from tosportal.support.db import db

WORDS_MOST = 8
BIGGEST_ID = 2**31 - 1


def municipality_of_page() -> Municipality | None:
    """The municipality whose portal this is: the first one."""
    return db.session.scalars(select(Municipality).order_by(Municipality.id).limit(1)).first()


def municipality_by_code(code: str) -> Municipality | None:
    """A municipality by its short name."""
    return db.session.scalars(select(Municipality).where(Municipality.code == code)).one_or_none()


def _live(*, with_helpers: bool = False) -> ColumnElement[bool]:
    """The grant holds now and is that of an activist (or a helper) of a ТОС."""
    roles = (Role.ACTIVIST, Role.HELPER) if with_helpers else (Role.ACTIVIST,)
    return and_(RoleGrant.role.in_(roles), RoleGrant.scope == Scope.TOS, RoleGrant.revoked_at.is_(None))


def toses_of_person(person: Person, *, with_helped: bool = False) -> list[Tos]:
    """The ТОС a person speaks for now (`with_helped`: or helps), by name, settlements loaded."""
    ids = select(RoleGrant.scope_id).where(RoleGrant.person_id == person.id, _live(with_helpers=with_helped))
    return list(
        db.session.scalars(
            select(Tos).where(Tos.id.in_(ids)).options(joinedload(Tos.settlement)).order_by(Tos.name, Tos.id)
        )
    )


def people_of_tos(tos_id: int) -> list[Person]:
    """The people who speak for a ТОС now."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, and_(RoleGrant.person_id == Person.id, _live()))
            .where(RoleGrant.scope_id == tos_id)
            .order_by(Person.full_name, Person.id)
        )
    )


def helpers_of(tos_id: int) -> list[TosLink]:
    """The helpers of a ТОС, who came by the chair's invitation, by name, people loaded."""
    held = TosLink.tos_id == tos_id, TosLink.seat == "helper", TosLink.state == "confirmed"
    return sorted(db.session.scalars(_links().where(*held)), key=lambda one: (one.person.full_name, one.id))


def waiting_invitations(tos_id: int) -> list[HelperInvitation]:
    """Invitations that were neither accepted nor withdrawn, the latest first; expired ones too."""
    rows = select(HelperInvitation).where(HelperInvitation.tos_id == tos_id, HelperInvitation.accepted_at.is_(None))
    rows = rows.where(HelperInvitation.cancelled_at.is_(None)).options(joinedload(HelperInvitation.tos))
    return list(db.session.scalars(rows.order_by(HelperInvitation.id.desc()).limit(100)))


def invitation_by_hash(key_hash: str) -> HelperInvitation | None:
    """The invitation of a link, its ТОС loaded."""
    rows = select(HelperInvitation).where(HelperInvitation.key_hash == key_hash)
    return db.session.scalars(rows.options(joinedload(HelperInvitation.tos).joinedload(Tos.settlement))).one_or_none()


def chairs_of(tos_id: int) -> list[Person]:
    """The people who speak for a ТОС now as its chair, by the secretary's confirmation."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, and_(RoleGrant.person_id == Person.id, _live()))
            .join(TosLink, and_(TosLink.person_id == Person.id, TosLink.tos_id == RoleGrant.scope_id))
            .where(RoleGrant.scope_id == tos_id, TosLink.seat == "chair", TosLink.state == "confirmed")
            .order_by(Person.full_name, Person.id)
        )
    )


def is_chair_of(person_id: int, tos_id: int) -> bool:
    """Does the person speak for the ТОС now as its chair?"""
    return any(one.id == person_id for one in chairs_of(tos_id))


def secretaries_of(municipality_id: int) -> list[Person]:
    """The secretaries of a municipality who may sign in."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.role == Role.SECRETARY,
                RoleGrant.scope == Scope.MUNICIPALITY,
                RoleGrant.scope_id == municipality_id,
                RoleGrant.revoked_at.is_(None),
                Person.active.is_(True),
            )
            .order_by(Person.id)
        )
    )


def tos_by_code(code: str) -> Tos | None:
    """A ТОС by its code, settlement and municipality loaded. Codes are given within a municipality; the first wins."""
    if "\x00" in code:
        return None
    return db.session.scalars(
        select(Tos)
        .where(Tos.code == code)
        .options(joinedload(Tos.settlement), joinedload(Tos.municipality))
        .order_by(Tos.municipality_id)
        .limit(1)
    ).first()


def settlement_of_tos(tos: Tos) -> Settlement:
    """The place of a ТОС, whether it was loaded with it or not."""
    return db.session.get_one(Settlement, tos.settlement_id)


def tos_for_officer(code: str, scopes: Scopes) -> Tos | None:
    """The same, when the officer keeps the registry there; somebody else's ТОС does not exist."""
    tos = tos_by_code(code)
    return tos if tos is not None and scopes.holds(municipality=tos.municipality_id) else None


# --- the public list -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TosFilter:
    """What a reader asked for. Empty text, None and False ask for nothing."""

    words: str = ""
    settlement_id: int | None = None
    is_legal_entity: bool = False
    new_in_year: int | None = None
    with_inactive: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.settlement_id or self.is_legal_entity or self.new_in_year)


def matching(words: str) -> list[ColumnElement[bool]]:
    """Every word of a search stands somewhere in the name, the place or the streets of the ТОС."""
    return [Tos.search_text.contains(word, autoescape=True) for word in search_key(words).split()[:WORDS_MOST]]


def _where(municipality_id: int, asked: TosFilter, *, any_settlement: bool = False) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [Tos.municipality_id == municipality_id, *matching(asked.words)]
    if not asked.with_inactive:
        where.append(Tos.is_active.is_(True))
    if asked.settlement_id is not None and not any_settlement:
        where.append(Tos.settlement_id == asked.settlement_id)
    if asked.is_legal_entity:
        where.append(Tos.is_legal_entity.is_(True))
    if asked.new_in_year:
        where.append(Tos.charter_registered_on.between(date(asked.new_in_year, 1, 1), date(asked.new_in_year, 12, 31)))
    return where


def registry_list(municipality_id: int, asked: TosFilter) -> Select[Any]:
    """The ТОС that were asked for, by place and name, settlements loaded. A select for `paged`."""
    return (
        select(Tos)
        .join(Tos.settlement)
        .where(*_where(municipality_id, asked))
        .options(joinedload(Tos.settlement))
        .order_by(Settlement.place, Settlement.id, Tos.name, Tos.id)
    )


def places_with_counts(municipality_id: int, asked: TosFilter) -> list[tuple[Settlement, int]]:
    """Every place of the district with the number of its ТОС that fit the other filters; towns first."""
    condition = and_(Tos.settlement_id == Settlement.id, *_where(municipality_id, asked, any_settlement=True))
    rows = db.session.execute(
        select(Settlement, func.count(Tos.id))
        .outerjoin(Tos, condition)
        .where(Settlement.municipality_id == municipality_id)
        .group_by(Settlement.id)
        .order_by(Settlement.kind == "сельсовет", Settlement.place, Settlement.id)
    )
    return [(settlement, count) for settlement, count in rows]


# --- the page of a ТОС -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicFacts:
    """What of the people of a ТОС the public may see today; None where there is no live consent or nothing is known."""

    chair: ChairTerm | None = None
    phone: str | None = None
    email: str | None = None


def public_facts(tos_ids: Sequence[int] | Select[Any], today: date) -> dict[int, PublicFacts]:
    """For each ТОС what may be shown today, in three selects; a chair whose term is over is not shown."""
    consented = shown_items(tos_ids, today)
    if not consented:
        return {}
    found: dict[int, dict[str, Any]] = {tos_id: {} for tos_id in consented}
    terms = select(ChairTerm).where(ChairTerm.tos_id.in_(tos_ids), current_terms(today)).order_by(ChairTerm.id)
    for term in db.session.scalars(terms):
        if "chair" in consented.get(term.tos_id, ()):
            found[term.tos_id]["chair"] = term
    for contact in db.session.scalars(select(Contact).where(Contact.tos_id.in_(tos_ids)).order_by(Contact.id)):
        if contact.kind in consented.get(contact.tos_id, ()):
            found[contact.tos_id][contact.kind] = contact.value
    return {tos_id: PublicFacts(**facts) for tos_id, facts in found.items()}


def current_terms(today: date) -> ColumnElement[bool]:
    """Terms of chairs that run today, as a condition."""
    return and_(
        or_(ChairTerm.since_on.is_(None), ChairTerm.since_on <= today),
        or_(ChairTerm.until_on.is_(None), ChairTerm.until_on >= today),
    )


def chair_terms(tos_id: int) -> list[ChairTerm]:
    """Everybody who has chaired a ТОС, the latest first."""
    return list(
        db.session.scalars(
            select(ChairTerm)
            .where(ChairTerm.tos_id == tos_id)
            .order_by(ChairTerm.since_on.is_(None), ChairTerm.since_on.desc(), ChairTerm.id.desc())
        )
    )


def current_chair(tos_id: int, today: date) -> ChairTerm | None:
    """Who chairs a ТОС today (for its own people and for officers, not for the public)."""
    return db.session.scalars(
        select(ChairTerm)
        .where(ChairTerm.tos_id == tos_id, current_terms(today))
        .order_by(ChairTerm.since_on.is_(None), ChairTerm.since_on.desc(), ChairTerm.id.desc())
        .limit(1)
    ).first()


def contacts_of(tos_id: int) -> dict[str, Contact]:
    """The contacts of a ТОС by kind."""
    rows = db.session.scalars(select(Contact).where(Contact.tos_id == tos_id).order_by(Contact.id))
    return {contact.kind: contact for contact in rows}


def chaired_by(person_id: int) -> list[Tos]:
    """The ТОС whose chair a person is by a confirmed request, by name: they decide what is shown of the chair."""
    return list(
        db.session.scalars(
            select(Tos)
            .join(TosLink, TosLink.tos_id == Tos.id)
            .where(TosLink.person_id == person_id, TosLink.seat == "chair", TosLink.state == "confirmed")
            .options(joinedload(Tos.settlement))
            .order_by(Tos.name, Tos.id)
        )
    )


# --- requests to speak for a ТОС -------------------------------------------------------------------------------------


def _links() -> Select[Any]:
    return select(TosLink).options(joinedload(TosLink.tos).joinedload(Tos.settlement), joinedload(TosLink.person))


def links_of_person(person: Person) -> list[TosLink]:
    """Everything a person ever asked, the latest first."""
    return list(db.session.scalars(_links().where(TosLink.person_id == person.id).order_by(TosLink.id.desc())))


def live_link(person_id: int, tos_id: int) -> TosLink | None:
    """The request that waits or holds; there is one at most."""
    return db.session.scalars(
        _links().where(
            TosLink.person_id == person_id, TosLink.tos_id == tos_id, TosLink.state.in_(("asked", "confirmed"))
        )
    ).one_or_none()


def _of_officer(scopes: Scopes) -> ColumnElement[bool]:
    return Tos.id == Tos.id if scopes.everywhere else Tos.municipality_id.in_(scopes.municipalities)


def links_for_officer(scopes: Scopes, state: str = "") -> Select[Any]:
    """The requests of the officer's municipalities: those that wait first, then the latest. A select for `paged`."""
    found = _links().join(Tos, TosLink.tos_id == Tos.id).where(_of_officer(scopes))
    if state:
        found = found.where(TosLink.state == state)
    return found.order_by(TosLink.state != "asked", TosLink.id.desc())


def link_for_officer(link_id: int, scopes: Scopes) -> TosLink | None:
    """One request, when its ТОС is in the officer's municipality."""
    if not 0 < link_id <= BIGGEST_ID:
        return None
    return db.session.scalars(
        _links().join(Tos, TosLink.tos_id == Tos.id).where(TosLink.id == link_id, _of_officer(scopes))
    ).one_or_none()


def link_with_all(link_id: int) -> TosLink:
    """A request that is known to exist, its person and ТОС loaded."""
    return db.session.scalars(_links().where(TosLink.id == link_id)).one()


def link_of_person(link_id: int, person: Person) -> TosLink | None:
    """One of a person's own requests."""
    if not 0 < link_id <= BIGGEST_ID:
        return None
    return db.session.scalars(_links().where(TosLink.id == link_id, TosLink.person_id == person.id)).one_or_none()


def links_waiting(scopes: Scopes) -> int:
    """How many requests wait for the officer's answer."""
    return (
        db.session.scalar(
            select(func.count(TosLink.id))
            .join(Tos, TosLink.tos_id == Tos.id)
            .where(TosLink.state == "asked", _of_officer(scopes))
        )
        or 0
    )


# --- for the import --------------------------------------------------------------------------------------------------


def settlements_of(municipality_id: int) -> list[Settlement]:
    """The places of a district."""
    return list(
        db.session.scalars(
            select(Settlement)
            .where(Settlement.municipality_id == municipality_id)
            .order_by(Settlement.place, Settlement.id)
        )
    )


def toses_by_code(municipality_id: int) -> dict[str, Tos]:
    """Every ТОС of a district by its code, settlements loaded."""
    rows = db.session.scalars(
        select(Tos).where(Tos.municipality_id == municipality_id).options(joinedload(Tos.settlement))
    )
    return {tos.code: tos for tos in rows}


def chairs_now(municipality_id: int, today: date) -> dict[int, ChairTerm]:
    """Who chairs each ТОС of a district today."""
    rows = db.session.scalars(
        select(ChairTerm)
        .join(Tos, ChairTerm.tos_id == Tos.id)
        .where(Tos.municipality_id == municipality_id, current_terms(today))
        .order_by(ChairTerm.since_on.is_not(None), ChairTerm.since_on, ChairTerm.id)
    )
    return {term.tos_id: term for term in rows}


def contacts_by_tos(municipality_id: int) -> dict[tuple[int, str], Contact]:
    """The contacts of a district by ТОС and kind."""
    rows = db.session.scalars(
        select(Contact).join(Tos, Contact.tos_id == Tos.id).where(Tos.municipality_id == municipality_id)
    )
    return {(contact.tos_id, contact.kind): contact for contact in rows}
