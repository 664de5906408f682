"""Keeping a ТОС: its card, its chairs, its contacts and the consents to show them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tosportal.domain.consents import ITEMS, Purpose
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict, too_long
from tosportal.domain.tos_list import LENGTHS, TosFacts, search_key
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent, Person
from tosportal.features.registry import queries
from tosportal.features.registry.models import (
    ChairTerm,
    Contact,
    Municipality,
    Settlement,
    Tos,
)
from tosportal.support import audit
from tosportal.support.db import db

# Facts that are columns of the row itself; the journal keeps these and none of the personal ones.
OWN_FACTS = (
    "name",
    "population",
    "residents_16",
    "borders",
    "border_decision_body",
    "border_decision_number",
    "border_decision_on",
    "charter_number",
    "charter_registered_on",
    "is_legal_entity",
    "inn",
    "ogrn",
    "kpp",
    "legal_address",
)
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)


def today_in(municipality: Municipality, now: datetime) -> date:
    """Which day it is on the municipality's clock."""
    return now.astimezone(ZoneInfo(municipality.zone)).date()


def add_municipality(*, code: str, name: str, now: datetime, actor: Person | None = None, **facts: Any) -> Municipality:
    """A district begins to use the portal. `facts` are further columns of `Municipality`."""
    municipality = Municipality(code=code, name=name, **{"owner_name": "", "region_name": "", **facts})
    db.session.add(municipality)
    db.session.flush()
    audit.record(
        "municipality.added", municipality, actor=actor, now=now, after={"code": code}, municipality_id=municipality.id
    )
    return municipality


def add_settlement(
    municipality: Municipality,
    *,
    name: str,
    place: str,
    kind: str = "сельсовет",
    place_kind: str = "с.",
    actor: Person | None,
    now: datetime,
) -> Settlement:
    """A populated place of the district is known from now on; the same place a second time is the same row."""
    found = db.session.scalars(
        select(Settlement).where(
            Settlement.municipality_id == municipality.id, Settlement.name == name, Settlement.place == place
        )
    ).one_or_none()
    if found is not None:
        return found
    settlement = Settlement(municipality_id=municipality.id, name=name, kind=kind, place_kind=place_kind, place=place)
    db.session.add(settlement)
    db.session.flush()
    audit.record(
        "settlement.added",
        settlement,
        actor=actor,
        now=now,
        after={"name": name, "place": place},
        municipality_id=municipality.id,
    )
    return settlement


def tos_texts(tos: Tos, settlement: Settlement) -> dict[str, Any]:
    """What the card of a ТОС says, by the names of `TosFacts`, people left out."""
    return {
        "code": tos.code,
        "settlement": settlement.name,
        "settlement_kind": settlement.kind,
        "place_kind": settlement.place_kind,
        "place": settlement.place,
        **{name: getattr(tos, name) for name in OWN_FACTS},
    }


def searchable(facts: TosFacts) -> str:
    """What a search looks through: the name, the place and the streets."""
    return search_key(f"{facts.name} {facts.place} {facts.settlement} {facts.borders}")


def add_tos(
    facts: TosFacts, *, municipality: Municipality, settlement: Settlement, actor: Person | None, now: datetime
) -> Tos:
    """A ТОС is in the registry. Its people are told apart: `set_chair`, `set_contacts`.

    Raises RuleBroken when the code is taken, or the same name stands in the same place.
    """
    if db.session.scalar(select(Tos.id).where(Tos.municipality_id == municipality.id, Tos.code == facts.code)):
        raise RuleBroken(Remark(N_("ТОС с таким кодом уже есть в реестре"), place="code"))
    _ensure_new_name(facts.name, settlement, other_than=None)
    tos = Tos(
        municipality_id=municipality.id,
        settlement_id=settlement.id,
        code=facts.code,
        search_text=searchable(facts),
        is_active=True,
        **{name: getattr(facts, name) for name in OWN_FACTS},
    )
    db.session.add(tos)
    db.session.flush()
    audit.record(
        "tos.added",
        tos,
        actor=actor,
        now=now,
        after={**tos_texts(tos, settlement)},
        municipality_id=municipality.id,
    )
    return tos


def edit_tos(
    tos: Tos,
    facts: TosFacts,
    *,
    settlement: Settlement,
    is_active: bool = True,
    version: int,
    actor: Person | None,
    now: datetime,
) -> None:
    """The card says what was typed; its code stays. Nothing new: nothing happens.

    Raises StateConflict when somebody saved a newer card (`version` is stale), RuleBroken when the same name stands in
    the same place.
    """
    if version != tos.version:
        raise StateConflict(Remark(N_("Карточку ТОС только что изменил кто-то другой")))
    _ensure_new_name(facts.name, settlement, other_than=tos)
    before = {**tos_texts(tos, queries.settlement_of_tos(tos)), "is_active": tos.is_active}
    if tos.settlement_id != settlement.id:
        tos.settlement = settlement
    tos.is_active = is_active
    write_facts(tos, facts, OWN_FACTS)
    after = {**tos_texts(tos, settlement), "is_active": is_active}
    changed = {name for name in after if before[name] != after[name]}
    if not changed:
        return
    db.session.flush()
    audit.record(
        "tos.edited",
        tos,
        actor=actor,
        now=now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        municipality_id=tos.municipality_id,
    )


def write_facts(tos: Tos, facts: TosFacts, names: Any) -> None:
    """Put facts into the row, and what a search looks through."""
    for name in names:
        if getattr(tos, name) != getattr(facts, name):
            setattr(tos, name, getattr(facts, name))
    if tos.search_text != (text := searchable(facts)):
        tos.search_text = text


def _ensure_new_name(name: str, settlement: Settlement, *, other_than: Tos | None) -> None:
    key = search_key(name)
    rows = db.session.execute(select(Tos.id, Tos.name, Tos.code).where(Tos.settlement_id == settlement.id))
    for row in rows:
        if search_key(row.name) == key and (other_than is None or row.id != other_than.id):
            raise RuleBroken(
                Remark(N_("ТОС с таким названием здесь уже есть, его код %(code)s"), {"code": row.code}, place="name")
            )


# --- people of a ТОС -------------------------------------------------------------------------------------------------


def set_chair(
    tos: Tos,
    *,
    full_name: str,
    since_on: date | None,
    until_on: date | None,
    today: date,
    actor: Person | None,
    now: datetime,
) -> ChairTerm:
    """This person chairs the ТОС from the day, until the day if it is known.

    The same name corrects the term of the chair in office. Another name ends the term before on the eve of the new one
    and withdraws the consent to publish, which was given by another person.

    Raises RuleBroken when the days are in the wrong order.
    """
    full_name = " ".join(full_name.split())
    if not full_name:
        raise RuleBroken(Remark(N_("Укажите фамилию, имя и отчество председателя"), place="full_name"))
    if remarks := too_long(full_name, LENGTHS["chair_full_name"], "full_name"):
        raise RuleBroken(remarks)
    _ensure_days(since_on, until_on, "until_on", N_("Срок не может кончаться раньше, чем начался"))
    current = queries.current_chair(tos.id, today)
    if current is not None and search_key(current.full_name) == search_key(full_name):
        if (current.full_name, current.since_on, current.until_on) == (full_name, since_on, until_on):
            return current
        current.full_name, current.since_on, current.until_on = full_name, since_on, until_on
        _note_people("chair.corrected", tos, actor, now, {"since_on": since_on, "until_on": until_on})
        return current
    starts = since_on or today
    if current is not None:
        if current.since_on and current.since_on >= starts:
            raise RuleBroken(
                Remark(
                    N_("Нынешний председатель вступил позже: %(since_on)s"), {"since_on": current.since_on}, "since_on"
                )
            )
        current.until_on = date.fromordinal(starts.toordinal() - 1)
    consents.withdraw_shown(tos.id, ("chair",), now=now)
    term = ChairTerm(
        tos_id=tos.id, full_name=full_name, since_on=since_on or (today if current else None), until_on=until_on
    )
    db.session.add(term)
    _note_people("chair.set", tos, actor, now, {"since_on": term.since_on, "until_on": until_on})
    return term


def _ensure_days(since: date | None, until: date | None, place: str, words: str) -> None:
    for value, where in ((since, "since_on"), (until, place)):
        if value is not None and not EARLIEST <= value <= LATEST:
            raise RuleBroken(Remark(N_("Проверьте год"), place=where))
    if since and until and since > until:
        raise RuleBroken(Remark(words, place=place))


def _note_people(act: str, tos: Tos, actor: Person | None, now: datetime, after: dict[str, Any]) -> None:
    db.session.flush()
    audit.record(act, tos, actor=actor, now=now, after=after, municipality_id=tos.municipality_id)


def set_contacts(tos: Tos, *, phone: str, email: str, actor: Person | None, now: datetime) -> None:
    """The ТОС has these contacts; an empty text removes one. A new value needs a new consent to be published."""
    known = queries.contacts_of(tos.id)
    changed = []
    for kind, value in (("phone", phone), ("email", email)):
        contact = known.get(kind)
        if (contact.value if contact else "") == value:
            continue
        changed.append(kind)
        if contact is None:
            db.session.add(Contact(tos_id=tos.id, kind=kind, value=value))
        elif value:
            contact.value = value
        else:
            db.session.delete(contact)
    if changed:
        consents.withdraw_shown(tos.id, changed, now=now)
        _note_people("contacts.set", tos, actor, now, {"kinds": changed})


def give_consent(
    tos: Tos,
    *,
    what: str,
    given_on: date,
    until_on: date | None = None,
    today: date,
    site: str = "",
    actor: Person | None,
    now: datetime,
) -> Consent:
    """A paper consent to show the chair's name (`chair`), the `phone` or the `email` is recorded, with its term.

    An earlier consent of the same kind is replaced. Raises RuleBroken for a day in the future, a term that is over
    before it began, or when no chair is known who could have given it.
    """
    chair = queries.current_chair(tos.id, today)
    municipality = db.session.get_one(Municipality, tos.municipality_id)
    name = chair.full_name if chair else ""
    return consents.record_paper(
        Purpose.DISTRIBUTION,
        municipality_id=tos.municipality_id,
        subject_name=name,
        facts=consent_facts(municipality, name=name, tos=tos, item=what, until_on=until_on, site=site),
        given_on=given_on,
        until_on=until_on,
        today=today,
        actor=actor,
        now=now,
        item=what,
        tos_id=tos.id,
    )


def consent_facts(
    municipality: Municipality,
    *,
    name: str,
    tos: Tos | None = None,
    item: str = "",
    until_on: date | None = None,
    site: str = "",
) -> dict[str, str]:
    """What fills the places of a consent's text. `site` is the address of the portal, without a slash at the end."""
    shown = f"{site}/tos, {site}/tos/{tos.code}, {site}/tos.csv" if tos else f"{site}/events, {site}/event-photos"
    operator = municipality.owner_name or municipality.name
    return {
        "person": name,
        "operator": f"{operator}, {municipality.address}" if municipality.address else operator,
        "tos": f"ТОС: {tos.name}." if tos else "",
        "data": ITEMS.get(item, ""),
        "addresses": shown,
        "term": f"до {until_on:%d.%m.%Y} включительно" if until_on else "до отзыва",
    }
