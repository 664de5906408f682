"""Into the jury by invitation; and a reminder of what is still to be done."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.service import clean_email, grant_role
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import phase_of, regulation_of
from tosportal.features.jury import letters
from tosportal.features.jury.models import Juror, JuryInvitation
from tosportal.features.jury.queries import juror_of, jury_progress, key_hash
from tosportal.support import audit, notifications
from tosportal.support.db import db

LASTS = timedelta(days=14)
REMINDED_EVERY = timedelta(days=1)
SEATS = ("member", "chair")
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\".]{2,}")
OVER = frozenset({Phase.CANCELLED, Phase.APPROVED, Phase.PUBLISHED})


def invite_juror(
    contest: Contest, *, email: str, full_name: str, seat: str, actor: Person | None, now: datetime
) -> tuple[JuryInvitation, str]:
    """A letter with a link goes to the address; the link works for 14 days. Returns the row and the key of the link.

    Only the hash of the key is kept. Raises RuleBroken: not an address, no name, unknown seat, already invited or
    already there, results already approved.
    """
    email, full_name = clean_email(cleaned(email)), " ".join(cleaned(full_name).split())
    remarks = []
    if not EMAIL.fullmatch(email):
        remarks.append(Remark(N_("Напишите адрес почты, например ivanova@example.ru"), place="email"))
    if not full_name or len(full_name) > 200:
        remarks.append(Remark(N_("Напишите фамилию, имя и отчество"), place="full_name"))
    if seat not in SEATS:
        remarks.append(Remark(N_("Выберите: эксперт или председатель комиссии"), place="seat"))
    if remarks:
        raise RuleBroken(remarks)
    _lock(contest)
    _ensure_not_over(contest, now)
    _ensure_new(contest, email, seat, now)
    row = JuryInvitation(
        contest_id=contest.id,
        email=email,
        full_name=full_name,
        seat=seat,
        key_hash="",
        invited_at=now,
        invited_by_id=actor.id if actor else None,
        expires_at=now + LASTS,
    )
    key = _send(row, contest, now)
    _record("jury.invited", row, contest, actor, now, after={"seat": seat, "expires_at": row.expires_at})
    return row, key


def resend_invitation(row: JuryInvitation, contest: Contest, *, actor: Person | None, now: datetime) -> str:
    """A new letter with a new link goes out; the old link no longer works. Returns the new key."""
    _ensure_waiting(row)
    _ensure_not_over(contest, now)
    row.invited_at, row.expires_at = now, now + LASTS
    key = _send(row, contest, now)
    _record("jury.invited_again", row, contest, actor, now, after={"expires_at": row.expires_at})
    return key


def cancel_invitation(row: JuryInvitation, contest: Contest, *, actor: Person | None, now: datetime) -> None:
    """The link no longer works. A second time changes nothing."""
    if row.cancelled_at is not None:
        return
    _ensure_waiting(row)
    row.cancelled_at = now
    _record("jury.invitation_cancelled", row, contest, actor, now)


def accept_invitation(invitation: JuryInvitation, *, person: Person, now: datetime) -> Juror | None:
    """The person is in the jury under the next code («Э1»…); a chair gets the role alone, and None comes back.

    Accepting again changes nothing. Raises NotAllowed when the invitation went to another address, RuleBroken when it
    was cancelled, has expired or was used by somebody else.
    """
    contest = db.session.scalars(select(Contest).where(Contest.id == invitation.contest_id).with_for_update()).one()
    if clean_email(person.email) != invitation.email or person.confirmed_at is None:
        raise NotAllowed(Remark(N_("Приглашение отправлено на другой адрес почты")))
    if invitation.accepted_at is not None:
        return juror_of(person, contest)
    if invitation.cancelled_at is not None:
        raise RuleBroken(Remark(N_("Приглашение отозвано организатором")))
    if now >= invitation.expires_at:
        raise RuleBroken(Remark(N_("Срок приглашения истёк. Попросите организатора прислать новое")))
    _ensure_not_over(contest, now)
    invitation.accepted_at = now
    is_chair = invitation.seat == "chair"
    grant_role(person, Role.CHAIR if is_chair else Role.JUROR, Scope.CONTEST, contest.id, actor=None, now=now)
    juror = None if is_chair else _seat(person, contest, now)
    after: dict[str, object] = {"seat": invitation.seat, "code": juror.code if juror else ""}
    _record("jury.joined", invitation, contest, person, now, after=after)
    return juror


def remind_juror(juror: Juror, contest: Contest, *, actor: Person | None, now: datetime) -> None:
    """A letter says how many applications still wait. Not more often than once a day.

    Raises RuleBroken: reminded today, nothing left, scoring not under way. The juror's person is loaded.
    """
    db.session.refresh(juror, attribute_names=["reminded_at"], with_for_update=True)
    regulation = regulation_of(contest)
    if phase_of(contest, regulation, now) is not Phase.SCORING:
        raise RuleBroken(Remark(N_("Напомнить можно, пока идёт оценка")))
    if juror.reminded_at is not None and now < juror.reminded_at + REMINDED_EVERY:
        raise RuleBroken(
            Remark(
                N_("Напоминание уже отправлено %(reminded_at)s, следующее — через сутки"),
                {"reminded_at": juror.reminded_at},
            )
        )
    own = next((one for one in jury_progress(contest.id).jurors if one.juror.id == juror.id), None)
    if own is None or own.is_done:
        raise RuleBroken(Remark(N_("Этот эксперт уже подписал все листы")))
    juror.reminded_at = now
    person = juror.person
    subject, body = letters.reminder(person, contest, left=own.left, until=regulation.moments.get("scoring_until"))
    notifications.post("jury.reminder", to=person.email, subject=subject, body=body, now=now, person_id=person.id)
    _record("jury.reminded", juror, contest, actor, now, after={"left": own.left})


def _seat(person: Person, contest: Contest, now: datetime) -> Juror:
    """The person as a juror; one who was there before keeps the code."""
    juror = db.session.scalars(
        select(Juror).where(Juror.contest_id == contest.id, Juror.person_id == person.id)
    ).one_or_none()
    if juror is not None:
        juror.left_at = None
        return juror
    count = db.session.scalar(select(func.count()).select_from(Juror).where(Juror.contest_id == contest.id)) or 0
    juror = Juror(contest_id=contest.id, person_id=person.id, code=f"Э{count + 1}", joined_at=now)
    db.session.add(juror)
    db.session.flush()
    return juror


def _lock(contest: Contest) -> None:
    """Invitations into one jury come one after another."""
    db.session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update())


def _ensure_not_over(contest: Contest, now: datetime) -> None:
    if phase_of(contest, regulation_of(contest), now) in OVER:
        raise RuleBroken(Remark(N_("Конкурс завершён: в жюри больше не приглашают")))


def _ensure_new(contest: Contest, email: str, seat: str, now: datetime) -> None:
    waiting = db.session.scalar(
        select(JuryInvitation.invited_at).where(
            JuryInvitation.contest_id == contest.id,
            JuryInvitation.email == email,
            JuryInvitation.seat == seat,
            JuryInvitation.accepted_at.is_(None),
            JuryInvitation.cancelled_at.is_(None),
            JuryInvitation.expires_at > now,
        )
    )
    if waiting is not None:
        template = N_(
            "На этот адрес приглашение уже отправлено %(invited_at)s. Его можно отправить снова из списка ниже"
        )
        raise RuleBroken(Remark(template, {"invited_at": waiting}, "email"))
    if seat == "member":
        there = (
            select(Juror.id)
            .join(Person, Person.id == Juror.person_id)
            .where(Juror.contest_id == contest.id, Juror.left_at.is_(None), Person.email == email)
        )
        if db.session.scalar(there) is not None:
            raise RuleBroken(Remark(N_("Этот человек уже в жюри"), place="email"))


def _ensure_waiting(row: JuryInvitation) -> None:
    if row.accepted_at is not None:
        raise RuleBroken(Remark(N_("Приглашение уже принято")))
    if row.cancelled_at is not None:
        raise RuleBroken(Remark(N_("Приглашение отозвано организатором")))


def _send(row: JuryInvitation, contest: Contest, now: datetime) -> str:
    key = secrets.token_urlsafe(24)
    row.key_hash = key_hash(key)
    db.session.add(row)
    db.session.flush()
    person = db.session.scalars(select(Person).where(Person.email == row.email)).one_or_none()
    subject, body = letters.invitation(row, contest, key=key, locale=person.locale if person else "ru")
    person_id = person.id if person else None
    notifications.post("jury.invitation", to=row.email, subject=subject, body=body, now=now, person_id=person_id)
    return key


def _record(
    act: str,
    row: JuryInvitation | Juror,
    contest: Contest,
    actor: Person | None,
    now: datetime,
    *,
    after: dict[str, object] | None = None,
) -> None:
    db.session.flush()
    facts = {"contest_id": contest.id} | (after or {})
    audit.record(act, row, actor=actor, now=now, after=facts, municipality_id=contest.municipality_id)
