"""Giving a consent on the portal, recording one on paper, taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tosportal.domain import consents as rules
from tosportal.domain.consents import ITEMS, WITH_TEXT, Purpose
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.consents.holding import live_of
from tosportal.features.accounts.consents.words import publish_text, wordings
from tosportal.features.accounts.models import Consent, Person
from tosportal.support import audit
from tosportal.support.db import db

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
LONGEST_NAME = 200


@dataclass(frozen=True)
class Scan:
    """A scan of a signed paper that lies in the storage already."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str


def give(
    person: Person,
    purpose: Purpose,
    *,
    municipality_id: int,
    facts: Mapping[str, str],
    seen: str,
    today: date,
    now: datetime,
    item: str = "",
    tos_id: int | None = None,
) -> Consent:
    """The person agrees on the portal to the words they were shown; an earlier consent to the same gives way to it.

    `facts` fill the places of the text, `seen` is the digest of what stood on the page: RuleBroken when the words have
    changed since, or the datum is not one that is consented to. Twice is once.
    """
    _check_item(purpose, item, tos_id)
    wording = wordings(municipality_id)[purpose]
    version = wording.version or publish_text(municipality_id, purpose, wording.body, actor=None, now=now)
    said = rules.document(version.body, facts)
    if rules.digest(said) != seen:
        raise RuleBroken(Remark(N_("Текст согласия только что изменился. Прочитайте его ещё раз"), place="agree"))
    same = live_of(person.id, purpose, item, tos_id, today)
    if same is not None and same.digest == seen:
        return same
    consent = Consent(
        municipality_id=municipality_id,
        purpose=purpose,
        item=item,
        person_id=person.id,
        tos_id=tos_id,
        text_id=version.id,
        said=said,
        digest=seen,
        how="portal",
        given_on=today,
        recorded_at=now,
        recorded_by_id=person.id,
    )
    return _keep(consent, actor=person, now=now, replaces=same)


def record_paper(
    purpose: Purpose,
    *,
    municipality_id: int,
    subject_name: str,
    facts: Mapping[str, str],
    given_on: date,
    until_on: date | None,
    today: date,
    actor: Person | None,
    now: datetime,
    item: str = "",
    tos_id: int | None = None,
    person_id: int | None = None,
    scan: Scan | None = None,
) -> Consent:
    """A signed paper was handed in: its consent holds from its day, until its last day if it names one.

    Raises RuleBroken: no name, a day in the future, a term over before it began, no such datum.
    """
    _check_item(purpose, item, tos_id)
    if purpose not in WITH_TEXT:
        raise RuleBroken(Remark(N_("Выберите, на что согласие"), place="purpose"))
    subject_name = " ".join(subject_name.split())
    if not subject_name or len(subject_name) > LONGEST_NAME:
        raise RuleBroken(Remark(N_("Укажите фамилию, имя и отчество человека"), place="subject_name"))
    check_days(given_on, until_on, today)
    wording = wordings(municipality_id)[purpose]
    version = wording.version or publish_text(municipality_id, purpose, wording.body, actor=actor, now=now)
    said = rules.document(version.body, facts)
    consent = Consent(
        municipality_id=municipality_id,
        purpose=purpose,
        item=item,
        person_id=person_id,
        tos_id=tos_id,
        subject_name=subject_name,
        text_id=version.id,
        said=said,
        digest=rules.digest(said),
        how="paper",
        given_on=given_on,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
        until_on=until_on,
    )
    if scan is not None:
        consent.storage_key, consent.scan_name, consent.scan_type = scan.key, scan.name, scan.media_type
        consent.scan_size, consent.scan_sha256 = scan.size, scan.sha256
    return _keep(consent, actor=actor, now=now, replaces=None)


def record_of_form(
    person: Person, *, municipality_id: int, application_id: int, said: str, today: date, now: datetime
) -> Consent:
    """What the form of a contest asked to agree to was agreed to; once for the same words of one application."""
    digest = rules.digest(said)
    found = db.session.scalars(
        select(Consent).where(
            Consent.application_id == application_id,
            Consent.person_id == person.id,
            Consent.digest == digest,
            Consent.withdrawn_at.is_(None),
        )
    ).first()
    if found is not None:
        return found
    consent = Consent(
        municipality_id=municipality_id,
        purpose=Purpose.APPLICATION,
        person_id=person.id,
        application_id=application_id,
        said=said,
        digest=digest,
        how="portal",
        given_on=today,
        recorded_at=now,
        recorded_by_id=person.id,
    )
    return _keep(consent, actor=person, now=now, replaces=None)


def record_of_paper_form(
    subject_name: str,
    *,
    municipality_id: int,
    application_id: int,
    said: str,
    given_on: date,
    actor: Person,
    now: datetime,
) -> Consent:
    """What the form of a contest asked to agree to was agreed to on paper by who signed it: the scan lies with the
    application. Once for the same words of one application; who typed it in has agreed to nothing."""
    digest = rules.digest(said)
    found = db.session.scalars(
        select(Consent).where(
            Consent.application_id == application_id,
            Consent.how == "paper",
            Consent.digest == digest,
            Consent.withdrawn_at.is_(None),
        )
    ).first()
    if found is not None:
        return found
    consent = Consent(
        municipality_id=municipality_id,
        purpose=Purpose.APPLICATION,
        subject_name=subject_name,
        application_id=application_id,
        said=said,
        digest=digest,
        how="paper",
        given_on=given_on,
        recorded_at=now,
        recorded_by_id=actor.id,
    )
    return _keep(consent, actor=actor, now=now, replaces=None)


def check_days(given_on: date, until_on: date | None, today: date) -> None:
    """A consent is not given in the future, nor over before it began. Raises RuleBroken."""
    if given_on > today:
        raise RuleBroken(Remark(N_("День согласия не может быть позже сегодняшнего"), place="given_on"))
    for value, place in ((given_on, "given_on"), (until_on, "consent_until_on")):
        if value is not None and not EARLIEST <= value <= LATEST:
            raise RuleBroken(Remark(N_("Проверьте год"), place=place))
    if until_on is not None and given_on > until_on:
        raise RuleBroken(Remark(N_("Согласие не может кончаться раньше, чем дано"), place="consent_until_on"))


def _check_item(purpose: Purpose, item: str, tos_id: int | None) -> None:
    if purpose is Purpose.DISTRIBUTION and (item not in ITEMS or tos_id is None):
        raise RuleBroken(Remark(N_("Выберите, что разрешено показывать"), place="what"))
    if purpose is not Purpose.DISTRIBUTION and item:
        raise RuleBroken(Remark(N_("Выберите, на что согласие"), place="purpose"))


def _keep(consent: Consent, *, actor: Person | None, now: datetime, replaces: Consent | None) -> Consent:
    if consent.purpose == Purpose.DISTRIBUTION and consent.tos_id is not None:
        withdraw_shown(consent.tos_id, (consent.item,), now=now)
    elif replaces is not None:
        replaces.withdrawn_at, replaces.withdrawn_by_id = now, actor.id if actor else None
    db.session.add(consent)
    db.session.flush()
    _note("consent.given", consent, actor, now)
    return consent


def withdraw(consent: Consent, *, actor: Person | None, now: datetime) -> None:
    """The consent holds no more from this moment. A second time: nothing happens."""
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at, consent.withdrawn_by_id = now, actor.id if actor else None
    _note("consent.withdrawn", consent, actor, now)


def withdraw_shown(tos_id: int, items: Iterable[str], *, now: datetime) -> None:
    """Consents to show these data of a ТОС no longer hold: the datum they were given for is another now."""
    for consent in db.session.scalars(
        select(Consent).where(
            Consent.purpose == Purpose.DISTRIBUTION,
            Consent.tos_id == tos_id,
            Consent.item.in_(tuple(items)),
            Consent.withdrawn_at.is_(None),
        )
    ):
        consent.withdrawn_at = now


def _note(act: str, consent: Consent, actor: Person | None, now: datetime) -> None:
    db.session.flush()
    facts: dict[str, Any] = {"purpose": consent.purpose, "how": consent.how}
    if consent.item:
        facts |= {"what": consent.item, "tos": consent.tos_id}
    if act == "consent.given":
        facts |= {"given_on": consent.given_on, "until_on": consent.until_on, "text": consent.text_id}
    audit.record(act, consent, actor=actor, now=now, after=facts, municipality_id=consent.municipality_id)
