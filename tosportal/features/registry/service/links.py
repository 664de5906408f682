"""Who speaks for a ТОС: a person asks, the secretary answers, the role follows."""

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict, too_long
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts import service as accounts
from tosportal.features.accounts.models import Person
from tosportal.features.registry import letters, queries
from tosportal.features.registry.models import Tos, TosLink
from tosportal.support import audit, notifications
from tosportal.support.db import db

SEATS = ("chair", "member")
TEXT_MOST = 500


def ask_link(*, person: Person, tos: Tos, seat: str, basis: str, now: datetime) -> TosLink:
    """The person's request waits for the secretary, who gets a letter; so does the person.

    A second press gives the same request. Raises RuleBroken when the person already speaks for this ТОС, the seat or
    the basis is missing, or the ТОС no longer works.
    """
    basis = basis.strip()
    if seat not in SEATS:
        raise RuleBroken(Remark(N_("Выберите, кто вы в этом ТОС: председатель или член"), place="seat"))
    if not basis:
        raise RuleBroken(
            Remark(N_("Напишите основание, например «протокол собрания № 3 от 12 января 2026 года»"), place="basis")
        )
    if remarks := too_long(basis, TEXT_MOST, "basis"):
        raise RuleBroken(remarks)
    if not tos.is_active:
        raise RuleBroken(Remark(N_("Этот ТОС больше не действует"), place="seat"))
    link = queries.live_link(person.id, tos.id)
    if link is None:
        link = TosLink(person=person, tos=tos, seat=seat, basis=basis, state="asked", asked_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(link)
        except IntegrityError:  # the same press in the same instant
            link = queries.live_link(person.id, tos.id)
            if link is None:
                raise
            return link
    elif link.state == "confirmed":
        is_helper = link.seat == "helper"
        words = N_("Вы помощник этого ТОС. Чтобы просить о другом месте, сначала выйдите на странице «Мои ТОС»")
        raise RuleBroken(Remark(words if is_helper else N_("Вы уже присоединены к этому ТОС"), place="seat"))
    else:
        return link
    audit.record(
        "link.asked",
        link,
        actor=person,
        now=now,
        after={"tos": tos.code, "seat": seat},
        municipality_id=tos.municipality_id,
    )
    for secretary in queries.secretaries_of(tos.municipality_id):
        with force_locale(secretary.locale):
            subject, body = letters.link_asked(link, tos, person)
        notifications.post(
            "link.asked", to=secretary.email, subject=subject, body=body, now=now, person_id=secretary.id
        )
    with force_locale(person.locale):
        subject, body = letters.link_received(link, tos)
    notifications.post("link.received", to=person.email, subject=subject, body=body, now=now, person_id=person.id)
    return link


def decide_link(link: TosLink, *, accept: bool, answer: str, actor: Person | None, now: datetime) -> None:
    """Confirmed: the person is an activist of the ТОС from now on. Declined: they read why. Either way by letter.

    The same answer twice is one answer. Raises StateConflict when another answer
    was given meanwhile, RuleBroken when a refusal has no reason or somebody answers themself.
    """
    link, answer = queries.link_with_all(link.id), answer.strip()
    state = "confirmed" if accept else "declined"
    if link.state == state:
        return
    if link.state != "asked":
        raise StateConflict(Remark(N_("На эту просьбу уже ответили")))
    if not accept and not answer:
        raise RuleBroken(Remark(N_("Напишите, почему вы отказываете и что можно сделать"), place="answer"))
    _ensure_short(answer)
    if actor is not None and actor.id == link.person_id:
        raise RuleBroken(Remark(N_("На свою просьбу отвечает другой секретарь"), place="answer"))
    _close(link, state, answer, actor, now)
    if accept:
        accounts.grant_role(link.person, Role.ACTIVIST, Scope.TOS, link.tos_id, actor=actor, now=now)
    _tell(link, now)


def end_link(link: TosLink, *, reason: str, actor: Person | None, now: datetime) -> None:
    """The person no longer speaks for the ТОС or helps it; a request that waits is taken back. By letter, when another
    ended it.

    Raises RuleBroken when an officer gives no reason; the chair who removes a helper need not. A second time: nothing
    happens.
    """
    link = queries.link_with_all(link.id)
    if link.state not in ("asked", "confirmed"):
        return
    own = actor is not None and actor.id == link.person_id
    reason = reason.strip()
    by_chair = link.seat == "helper" and actor is not None and queries.is_chair_of(actor.id, link.tos_id)
    if not reason and not own and not by_chair:
        raise RuleBroken(Remark(N_("Напишите причину: человек получит её письмом"), place="answer"))
    _ensure_short(reason)
    _close(link, "ended", reason, actor, now)
    role = Role.HELPER if link.seat == "helper" else Role.ACTIVIST
    accounts.revoke_role(link.person, role, Scope.TOS, link.tos_id, actor=actor, now=now)
    if not own:
        _tell(link, now)


def _ensure_short(text: str) -> None:
    if remarks := too_long(text, TEXT_MOST, "answer"):
        raise RuleBroken(remarks)


def _close(link: TosLink, state: str, answer: str, actor: Person | None, now: datetime) -> None:
    before = link.state
    link.state, link.answer, link.decided_at = state, answer, now
    link.decided_by_id = actor.id if actor else None
    db.session.flush()
    audit.record(
        f"link.{state}",
        link,
        actor=actor,
        now=now,
        before={"state": before},
        after={"state": state, "tos": link.tos.code},
        municipality_id=link.tos.municipality_id,
    )


def _tell(link: TosLink, now: datetime) -> None:
    ended = letters.helper_removed if link.seat == "helper" else letters.link_ended
    words = {"confirmed": letters.link_confirmed, "declined": letters.link_declined, "ended": ended}
    with force_locale(link.person.locale):
        subject, body = words[link.state](link, link.tos)
    kind = "helper.removed" if link.seat == "helper" else f"link.{link.state}"
    notifications.post(kind, to=link.person.email, subject=subject, body=body, now=now, person_id=link.person_id)
