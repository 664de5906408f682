"""Keeping to the terms: for each class of data what is over, and how it goes. Numbers alone are reported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select

from tosportal.domain.retention import BY_CODE, CLASSES, RetentionClass, check_term, months_before
from tosportal.features.accounts.models import Consent, EmailChange, Person, PersonalLook, RoleGrant, SignedInSession
from tosportal.features.accounts.service import anonymise
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.applications.queries import LOADED
from tosportal.features.applications.service.forgetting import erase_draft, erase_personal
from tosportal.features.contests.models import Contest
from tosportal.features.events.models import Event, EventEvidence
from tosportal.features.personal.models import RetentionRun, RetentionTerm
from tosportal.features.registry.models import HelperInvitation
from tosportal.support import audit
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import current_storage, remove_after_commit

AT_ONCE = 200  # rows of a class in one run; the next night takes the rest


@dataclass(frozen=True)
class Term:
    """A class of data with the term in force."""

    kind: RetentionClass
    months: int
    basis: str
    own: RetentionTerm | None


def terms() -> list[Term]:
    """The terms in force, the district's own where it has one."""
    own = {one.code: one for one in db.session.scalars(select(RetentionTerm))}
    return [
        Term(one, own[one.code].months if one.code in own else one.months,
             own[one.code].basis if one.code in own else one.basis, own.get(one.code))
        for one in CLASSES
    ]  # fmt: skip


def set_term(code: str, *, months: int | None, basis: str, actor: Person, now: datetime) -> None:
    """This class is kept for so long from now on. Raises RuleBroken: no number of months, no basis."""
    check_term(months, basis)
    before = next(one for one in terms() if one.kind.code == code)
    row = before.own or RetentionTerm(code=code)
    row.months, row.basis, row.changed_at, row.changed_by_id = months or 0, basis.strip(), now, actor.id
    db.session.add(row)
    db.session.flush()
    audit.record(
        "retention.changed", ("retention_term", 0), actor=actor, now=now,
        before={"code": code, "months": before.months}, after={"code": code, "months": months, "basis": row.basis},
    )  # fmt: skip


def over(code: str, before: datetime) -> Select:
    """The rows of a class whose term was over at this moment."""
    return _OVER[code](before)


def count_over(term: Term, now: datetime) -> int:
    """How many rows of the class would go now."""
    ids = over(term.kind.code, months_before(now, term.months)).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(ids)) or 0


def keep_term(code: str, *, now: datetime) -> int:
    """What is over goes, the first AT_ONCE of it, and a row of the report says how many; how many went."""
    term = next(one for one in terms() if one.kind.code == code)
    rows = db.session.scalars(over(code, months_before(now, term.months)).limit(AT_ONCE)).unique().all()
    if not rows:
        return 0
    _GO[code](rows, now)
    run = RetentionRun(at=now, code=code, months=term.months, count=len(rows))
    db.session.add(run)
    db.session.flush()
    audit.record("retention.kept", run, actor=None, now=now, after={"code": code, "count": len(rows)})
    return len(rows)


def runs() -> Select:
    """What was done, the latest first; for `paged`."""
    return select(RetentionRun).order_by(RetentionRun.id.desc())


# --- what is over ----------------------------------------------------------------------------------------------------


def _sign_ins(before: datetime) -> Select:
    ended = func.coalesce(SignedInSession.ended_at, SignedInSession.expires_at)
    return select(SignedInSession).where(ended < before).order_by(SignedInSession.id)


def _unconfirmed(before: datetime) -> Select:
    roles = select(RoleGrant.id).where(RoleGrant.person_id == Person.id).exists()
    return (
        select(Person)
        .where(
            Person.confirmed_at.is_(None), Person.joined_at < before, Person.email.not_like("%@deleted.invalid"), ~roles
        )
        .order_by(Person.id)
    )


def _letters(before: datetime) -> Select:
    left = or_(Letter.sent_at.is_not(None), Letter.given_up_at.is_not(None), Letter.read_at.is_not(None))
    return select(Letter).where(Letter.posted_at < before, left).order_by(Letter.id)


def _drafts(before: datetime) -> Select:
    answers = select(ApplicationSection.code).where(ApplicationSection.application_id == Application.id).exists()
    files = select(Attachment.id).where(Attachment.application_id == Application.id).exists()
    never_sent = and_(Application.number.is_(None), Application.submitted_at.is_(None))
    return (
        select(Application)
        .options(*LOADED)
        .where(never_sent, Application.created_at < before, or_(answers, files))
        .order_by(Application.id)
    )


def _email_changes(before: datetime) -> Select:
    return select(EmailChange).where(EmailChange.asked_at < before).order_by(EmailChange.id)


def _invitations(before: datetime) -> Select:
    return select(HelperInvitation).where(HelperInvitation.sent_at < before).order_by(HelperInvitation.id)


def _applications(before: datetime) -> Select:
    whole = select(Submission.id).where(Submission.application_id == Application.id, Submission.erased_at.is_(None))
    return (
        select(Application)
        .options(*LOADED)
        .join(Contest, Contest.id == Application.contest_id)
        .where(
            Application.number.is_not(None),
            or_(Contest.published_at < before, Contest.cancelled_at < before),
            whole.exists(),
        )
        .order_by(Application.id)
    )


def _event_lists(before: datetime) -> Select:
    return (
        select(EventEvidence)
        .join(Event, Event.id == EventEvidence.event_id)
        .where(EventEvidence.kind == "list", EventEvidence.removed_at.is_(None), Event.held_on < before.date())
        .order_by(EventEvidence.id)
    )


def _consents(before: datetime) -> Select:
    return (
        select(Consent).where(or_(Consent.withdrawn_at < before, Consent.until_on < before.date())).order_by(Consent.id)
    )


def _looks(before: datetime) -> Select:
    return select(PersonalLook).where(PersonalLook.at < before).order_by(PersonalLook.id)


_OVER: Mapping[str, Callable[[datetime], Select]] = {
    "sign_ins": _sign_ins, "unconfirmed": _unconfirmed, "email_changes": _email_changes,
    "invitations": _invitations, "letters": _letters,
    "drafts": _drafts, "applications": _applications, "event_lists": _event_lists, "consents": _consents,
    "looks": _looks,
}  # fmt: skip


# --- how it goes -----------------------------------------------------------------------------------------------------


def _delete(rows: Any, now: datetime) -> None:
    model = type(rows[0])
    keys = [one.storage_key for one in rows if getattr(one, "storage_key", None)]
    db.session.execute(delete(model).where(model.id.in_([one.id for one in rows])))
    remove_after_commit(current_storage(), keys)


def _anonymise(rows: Any, now: datetime) -> None:
    for person in rows:
        anonymise(person, f"unconfirmed-{person.id}@deleted.invalid", now=now)


def _erase_lists(rows: Any, now: datetime) -> None:
    remove_after_commit(current_storage(), [one.storage_key for one in rows])
    for one in rows:
        db.session.delete(one)


def _each(erase: Callable[..., None]) -> Callable[[Any, datetime], None]:
    def go(rows: Any, now: datetime) -> None:
        for one in rows:
            erase(one, now=now)

    return go


_GO: Mapping[str, Callable[[Any, datetime], None]] = {
    "sign_ins": _delete, "unconfirmed": _anonymise, "email_changes": _delete,
    "invitations": _delete, "letters": _delete,
    "drafts": _each(erase_draft), "applications": _each(erase_personal), "event_lists": _erase_lists,
    "consents": _delete, "looks": _delete,
}  # fmt: skip
assert set(_OVER) == set(_GO) == set(BY_CODE)  # noqa: S101 — every class has its way
