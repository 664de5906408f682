"""Which contests a ТОС may enter, whom a change concerns, and what the registry fills in."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tosportal.domain.application_states import LIVE
from tosportal.domain.contest_states import Phase
from tosportal.domain.eligibility import TosFacts, check_entry, open_nominations
from tosportal.domain.errors import Remark
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import (
    announced_contests,
    moments_of,
    phase_by_moments,
    regulation_of_edition,
)
from tosportal.features.registry.models import ChairTerm, Contact, Settlement, Tos
from tosportal.features.registry.queries import settlement_of_tos
from tosportal.support.db import db


@dataclass(frozen=True)
class Entry:
    """A contest and one ТОС: may it begin an application now, and if not, why not."""

    contest: Contest
    regulation: Regulation
    tos: Tos
    phase: Phase
    remarks: tuple[Remark, ...]
    nominations: tuple[str, ...] = ()

    @property
    def closed_nominations(self) -> list[str]:
        """The names of the nominations in which this ТОС may not begin one more application."""
        return [one.name for one in self.regulation.nominations if one.code not in self.nominations]

    @property
    def is_open(self) -> bool:
        return not self.remarks


def live_nominations(
    contest_ids: Iterable[int], tos_ids: Iterable[int], without: int | None = None
) -> dict[tuple[int, int], list[str]]:
    """The nomination of each application that takes a place, by contest and ТОС; `without` the one of this id."""
    rows = db.session.execute(
        select(Application.contest_id, Application.tos_id, Application.nomination)
        .where(
            Application.contest_id.in_(list(contest_ids)),
            Application.tos_id.in_(list(tos_ids)),
            Application.state.in_(LIVE),
            Application.id != (without or 0),
        )
        .order_by(Application.id)
    ).all()
    found: dict[tuple[int, int], list[str]] = {}
    for contest_id, tos_id, nomination in rows:
        found.setdefault((contest_id, tos_id), []).append(nomination)
    return found


def facts_of(tos: Tos, live: Sequence[str]) -> TosFacts:
    """What the rules of eligibility ask about a ТОС; `live`: the nominations of its applications. Overdue reports are
    not known to the portal yet."""
    return TosFacts(
        charter_registered_on=tos.charter_registered_on,
        live_applications=len(live),
        in_nominations=tuple(live),
        is_closed=not tos.is_active,
        residents=tos.population,
        is_legal_entity=tos.is_legal_entity,
        is_urban=settlement_of_tos(tos).is_urban,
    )


def registry_facts(tos: Tos, on: date) -> dict[str, Fraction]:
    """What the registry says of a ТОС, by the names of `domain.measuring`; full years are counted up to a day."""
    since = tos.charter_registered_on
    years = 0
    if since is not None and since <= on:
        years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return {
        "residents": Fraction(tos.population),
        "residents_16": Fraction(tos.residents_16 or 0),
        "legal_entity": Fraction(tos.is_legal_entity),
        "years": Fraction(years),
        "urban": Fraction(settlement_of_tos(tos).is_urban),
    }


def known_registry_facts(tos: Tos, on: date) -> dict[str, Fraction]:
    """The same without what the registry does not know of this ТОС."""
    unknown = {"residents_16"} if tos.residents_16 is None else set()
    unknown |= {"years"} if tos.charter_registered_on is None else set()
    unknown |= {"residents"} if not tos.population else set()
    return {name: value for name, value in registry_facts(tos, on).items() if name not in unknown}


def entries_of(contest: Contest, regulation: Regulation, toses: Sequence[Tos], now: datetime) -> list[Entry]:
    """The verdict on one contest for each ТОС of the person."""
    live = live_nominations([contest.id], [tos.id for tos in toses])
    return [_entry(contest, regulation, tos, live, now) for tos in toses]


def entries_for(toses: Sequence[Tos], now: datetime) -> list[Entry]:
    """Every contest that is announced or accepting × every ТОС of the person, the soonest deadline first."""
    if not toses:
        return []
    found = [
        (contest, edition)
        for municipality_id in sorted({tos.municipality_id for tos in toses})
        for contest, edition in db.session.execute(
            announced_contests(municipality_id).options(joinedload(Contest.municipality))
        ).all()
        if _phase(contest, edition, now) in (Phase.ANNOUNCED, Phase.ACCEPTING)
    ]
    live = live_nominations([contest.id for contest, _ in found], [tos.id for tos in toses])
    entries = [
        _entry(contest, regulation_of_edition(edition), tos, live, now)
        for contest, edition in found
        for tos in toses
        if tos.municipality_id == contest.municipality_id
    ]
    return sorted(entries, key=lambda one: (one.phase is not Phase.ACCEPTING, one.regulation.moments["close"]))


def _phase(contest: Contest, edition: RegulationEdition, now: datetime) -> Phase:
    return phase_by_moments(contest, moments_of(edition.definition), now)


def _entry(
    contest: Contest, regulation: Regulation, tos: Tos, live: Mapping[tuple[int, int], list[str]], now: datetime
) -> Entry:
    phase = phase_by_moments(contest, regulation.moments, now)
    facts = facts_of(tos, live.get((contest.id, tos.id), []))
    remarks = check_entry(
        regulation,
        facts,
        phase=phase,
        is_member=tos.municipality_id == contest.municipality_id,
        zone=ZoneInfo(contest.municipality.zone),
    )
    return Entry(contest, regulation, tos, phase, tuple(remarks), open_nominations(regulation, facts))


@dataclass(frozen=True)
class Concerned:
    """Somebody who speaks for the ТОС of a live application, and that application."""

    application_id: int
    key: str
    state: str
    number: int | None
    title: str
    tos_name: str
    person: Person


def people_concerned(contest_ids: Collection[int], only: Container[int] | None = None) -> list[Concerned]:
    """Everybody with a live application to these contests, one row for each person and application; `only` these
    applications, if given."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.key,
            Application.state,
            Application.number,
            Application.title,
            Tos.name,
            Person,
        )
        .join(Tos, Tos.id == Application.tos_id)
        .join(RoleGrant, RoleGrant.scope_id == Tos.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Application.contest_id.in_(contest_ids),
            Application.state.in_(LIVE),
            RoleGrant.role == Role.ACTIVIST,
            RoleGrant.scope == Scope.TOS,
            RoleGrant.revoked_at.is_(None),
            Person.active.is_(True),
        )
        .order_by(Application.id, Person.id)
    ).all()
    kept = (row for row in rows if only is None or row[0] in only)
    return list({(row[0], row[-1].id): Concerned(*row) for row in kept}.values())


def registry_answers(tos: Tos, nomination: str) -> dict[str, str]:
    """What a form may be filled in with beforehand: the name of the source → the answer."""
    chair = db.session.scalars(
        select(ChairTerm)
        .where(ChairTerm.tos_id == tos.id)
        .order_by(ChairTerm.since_on.desc().nulls_last(), ChairTerm.id.desc())
        .limit(1)
    ).first()
    contacts: dict[str, str] = {}
    for contact in db.session.scalars(select(Contact).where(Contact.tos_id == tos.id).order_by(Contact.id)):
        contacts.setdefault(contact.kind, contact.value)
    settlement = db.session.get_one(Settlement, tos.settlement_id)
    name = chair.full_name if chair else ""
    phone, email = contacts.get("phone", ""), contacts.get("email", "")
    residents = str(tos.population) if tos.population else ""
    return {
        "tos.name": tos.name,
        "tos.borders": tos.borders,
        "tos.chair_name": name,
        "tos.chair_phone": phone,
        "tos.chair_email": email,
        "tos.residents": residents,
        "tos.residents_16": str(tos.residents_16) if tos.residents_16 else "",
        "tos.settlement": settlement.full_name,
        "tos.place": settlement.place_words.replace("\u00a0", " "),
        "tos.border_decision": _act(tos.border_decision_body, tos.border_decision_on, tos.border_decision_number),
        "tos.charter": _act("", tos.charter_registered_on, tos.charter_number),
        "tos.legal_entity": "yes" if tos.is_legal_entity else "no",
        "tos.inn": tos.inn,
        "tos.ogrn": tos.ogrn,
        "tos.kpp": tos.kpp,
        "tos.legal_address": tos.legal_address,
        "tos.population": residents,
        "chair.full_name": name,
        "chair.phone": phone,
        "chair.email": email,
        "application.nomination": nomination,
    }


def _act(body: str, day: date | None, number: str) -> str:
    """An act as an application names it: who, when, which number; nothing for what the registry does not know."""
    return ", ".join(word for word in (body, f"{day:%d.%m.%Y}" if day else "", f"№ {number}" if number else "") if word)
