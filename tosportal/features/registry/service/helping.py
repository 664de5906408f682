"""Helpers of a ТОС: the chair invites by e-mail, the invited one accepts, the chair removes; what helpers may do."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.tos_list import EMAIL, LENGTHS
from tosportal.features.accounts import service as accounts
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.queries import person_by_email
from tosportal.features.registry import letters, queries
from tosportal.features.registry.models import HelperInvitation, Tos, TosLink
from tosportal.support import audit, notifications
from tosportal.support.db import db

LASTS = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)
MOST_SENT = 3  # letters of one invitation
MOST_A_DAY = 10  # letters to new addresses from one ТОС: the portal is nobody's means of sending unwanted mail
NOT_CHAIR = N_("Помощников приглашает и снимает председатель ТОС")


def key_hash(key: str) -> str:
    """What is kept of the key of a link."""
    return hashlib.sha256(key.encode()).hexdigest()


def ensure_chair(person: Person, tos: Tos) -> None:
    """Raises NotAllowed unless the person speaks for the ТОС now as its chair."""
    if not queries.is_chair_of(person.id, tos.id):
        raise NotAllowed(Remark(NOT_CHAIR))


def invite_helper(
    tos: Tos, *, email: str, form_key: str | None, actor: Person, now: datetime
) -> tuple[HelperInvitation, str]:
    """A letter with a one-time link goes to the address; it works for seven days. The row and the key of the link.

    The same `form_key` again is the same invitation, without another letter (and without its key). Whether the address
    has an account is not said. Raises NotAllowed to all but the chair, RuleBroken: not an address, invited already,
    in the ТОС already, too many today, a ТОС that no longer works.
    """
    ensure_chair(actor, tos)
    _lock(tos)
    if form_key and (same := _by_form_key(form_key)) is not None and same.tos_id == tos.id:
        return same, ""
    email = accounts.clean_email(email)
    _ensure_invitable(tos, email, now)
    row = HelperInvitation(
        tos=tos, email=email, form_key=form_key, invited_at=now, invited_by_id=actor.id, sent=0, sent_at=now
    )
    key = _send(row, actor, now)
    _record("helper.invited", row, actor, now, after={"expires_at": row.expires_at})
    return row, key


def invite_again(row: HelperInvitation, *, actor: Person, now: datetime) -> str:
    """A new letter with a new link goes out; the old link no longer works. The key of the new one.

    Raises NotAllowed to all but the chair, RuleBroken: not waiting any more, sent lately, sent often enough.
    """
    ensure_chair(actor, row.tos)
    _lock(row.tos)
    db.session.refresh(row, ["accepted_at", "cancelled_at", "sent", "sent_at"])
    _ensure_waiting(row)
    if row.sent >= MOST_SENT:
        words = N_("Письмо отправлено уже %(count)s раза. Проверьте адрес, отзовите приглашение и пригласите заново")
        raise RuleBroken(Remark(words, {"count": row.sent}))
    if now < row.sent_at + AGAIN_AFTER:
        raise RuleBroken(Remark(N_("Письмо отправлено %(at)s, следующее — через час"), {"at": row.sent_at}))
    key = _send(row, actor, now)
    _record("helper.invited_again", row, actor, now, after={"sent": row.sent, "expires_at": row.expires_at})
    return key


def cancel_invitation(row: HelperInvitation, *, actor: Person, now: datetime) -> None:
    """The link no longer works and the address is forgotten. A second time changes nothing."""
    ensure_chair(actor, row.tos)
    if row.cancelled_at is not None:
        return
    _ensure_waiting(row)
    row.cancelled_at, row.email = now, ""
    _record("helper.invitation_cancelled", row, actor, now)


def accept_invitation(row: HelperInvitation, *, person: Person, now: datetime) -> TosLink:
    """The person is a helper of the ТОС from now on, and the chair has a letter. Accepting again changes nothing.

    Raises NotAllowed for another address than the invited one, RuleBroken: withdrawn, expired, used by somebody else,
    the person is in the ТОС already, the one who invited is not its chair any more.
    """
    _lock(row.tos)
    db.session.refresh(row, ["accepted_at", "cancelled_at", "email", "link_id"])
    if row.link_id is not None:
        link = queries.link_with_all(row.link_id)
        if link.person_id != person.id:
            raise RuleBroken(Remark(N_("Это приглашение уже принято")))
        return link
    if row.cancelled_at is not None:
        raise RuleBroken(Remark(N_("Председатель отозвал это приглашение")))
    if accounts.clean_email(person.email) != row.email or person.confirmed_at is None:
        raise NotAllowed(Remark(N_("Приглашение отправлено на другой адрес почты")))
    if now >= row.expires_at:
        raise RuleBroken(Remark(N_("Срок приглашения истёк. Попросите председателя прислать новое")))
    if not row.tos.is_active:
        raise RuleBroken(Remark(N_("Этот ТОС больше не действует")))
    chair = db.session.get_one(Person, row.invited_by_id)
    if not queries.is_chair_of(chair.id, row.tos_id):
        raise RuleBroken(Remark(N_("Тот, кто вас приглашал, больше не председатель этого ТОС. Попросите нового")))
    if queries.live_link(person.id, row.tos_id) is not None:
        raise RuleBroken(Remark(N_("Вы уже в этом ТОС или просите о присоединении: посмотрите «Мои ТОС»")))
    link = TosLink(
        person=person, tos=row.tos, seat="helper", state="confirmed", asked_at=row.invited_at, decided_at=now,
        decided_by_id=chair.id,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    row.accepted_at, row.link_id, row.email = now, link.id, ""
    accounts.grant_role(person, Role.HELPER, Scope.TOS, row.tos_id, actor=chair, now=now)
    _record("helper.joined", row, person, now, after={"link": link.id})
    with force_locale(chair.locale):
        subject, body = letters.helper_joined(row.tos, person)
    notifications.post("helper.joined", to=chair.email, subject=subject, body=body, now=now, person_id=chair.id)
    return link


def set_helpers(tos: Tos, *, may_submit: bool, may_see_sealed: bool, actor: Person, now: datetime) -> None:
    """What the helpers of the ТОС may do from their next request on. Raises NotAllowed to all but the chair."""
    ensure_chair(actor, tos)
    before = {"submit": tos.helpers_submit, "see_sealed": tos.helpers_see_sealed}
    after = {"submit": may_submit, "see_sealed": may_see_sealed}
    if before == after:
        return
    tos.helpers_submit, tos.helpers_see_sealed = may_submit, may_see_sealed
    db.session.flush()
    audit.record(
        "tos.helpers_set", tos, actor=actor, now=now, before=before, after=after, municipality_id=tos.municipality_id
    )


def state_of(row: HelperInvitation, now: datetime) -> str:
    """accepted, cancelled, expired or open."""
    if row.accepted_at is not None:
        return "accepted"
    if row.cancelled_at is not None:
        return "cancelled"
    return "expired" if now >= row.expires_at else "open"


def _lock(tos: Tos) -> None:
    """Invitations of one ТОС come one after another."""
    db.session.execute(select(Tos.id).where(Tos.id == tos.id).with_for_update())


def _by_form_key(form_key: str) -> HelperInvitation | None:
    return db.session.scalars(select(HelperInvitation).where(HelperInvitation.form_key == form_key)).one_or_none()


def _ensure_invitable(tos: Tos, email: str, now: datetime) -> None:
    def refuse(words: str, **values: object) -> None:
        raise RuleBroken(Remark(words, values, "email"))

    if not EMAIL.fullmatch(email) or len(email) > LENGTHS["email"]:
        refuse(N_("Проверьте адрес почты: нужен вид name@example.ru"))
    if not tos.is_active:
        refuse(N_("Этот ТОС больше не действует"))
    invited = select(HelperInvitation).where(HelperInvitation.tos_id == tos.id)
    waiting = invited.where(
        HelperInvitation.email == email, HelperInvitation.accepted_at.is_(None), HelperInvitation.cancelled_at.is_(None)
    )
    if (same := db.session.scalars(waiting).one_or_none()) is not None:
        if now < same.expires_at:
            refuse(N_("На этот адрес приглашение уже отправлено. Его можно отправить снова из списка ниже"))
        same.cancelled_at, same.email = now, ""  # an expired one gives way to the new one
        db.session.flush()
    known = select(TosLink.id).join(Person, Person.id == TosLink.person_id)
    there = known.where(TosLink.tos_id == tos.id, TosLink.state == "confirmed", Person.email == email)
    if db.session.scalar(there) is not None:
        refuse(N_("Этот человек уже в вашем ТОС"))
    lately = select(func.coalesce(func.sum(HelperInvitation.sent), 0)).where(
        HelperInvitation.tos_id == tos.id, HelperInvitation.invited_at > now - timedelta(days=1)
    )
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        refuse(N_("За сутки можно отправить не больше %(most)s приглашений. Продолжите завтра"), most=MOST_A_DAY)


def _ensure_waiting(row: HelperInvitation) -> None:
    if row.accepted_at is not None:
        raise RuleBroken(Remark(N_("Приглашение уже принято")))
    if row.cancelled_at is not None:
        raise RuleBroken(Remark(N_("Приглашение уже отозвано")))


def _send(row: HelperInvitation, actor: Person, now: datetime) -> str:
    key = secrets.token_urlsafe(24)
    row.key_hash, row.sent, row.sent_at, row.expires_at = key_hash(key), row.sent + 1, now, now + LASTS
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as broken:  # the same address in the same instant
        raise RuleBroken(Remark(N_("На этот адрес приглашение уже отправлено"), place="email")) from broken
    invited = person_by_email(row.email)
    with force_locale(invited.locale if invited else "ru"):
        subject, body = letters.helper_invited(row, actor, key)
    # To the mailbox alone: the link proves that the address is theirs.
    notifications.post("helper.invited", to=row.email, subject=subject, body=body, now=now)
    return key


def _record(
    act: str, row: HelperInvitation, actor: Person, now: datetime, *, after: dict[str, object] | None = None
) -> None:
    db.session.flush()
    facts = {"tos": row.tos.code} | (after or {})
    audit.record(act, row, actor=actor, now=now, after=facts, municipality_id=row.tos.municipality_id)
