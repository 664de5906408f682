"""Asking to look at a draft, taking the request back, answering it."""

from datetime import datetime

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.contest_states import ensure_accepting
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.models import Person
from tosportal.features.admission.queries import people_who_filled
from tosportal.features.applications.models import Application
from tosportal.features.applications.service.rows import lock
from tosportal.features.contests.queries import regulation_of
from tosportal.features.readiness import letters, queries
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.features.registry.queries import secretaries_of
from tosportal.support import audit, notifications
from tosportal.support.db import db

MOST_REQUESTS = 5
LONGEST_NOTE, LONGEST_ANSWER = 1000, 5000


def ask_to_look(application: Application, *, note: str, actor: Person, now: datetime) -> ReadinessRequest:
    """The secretary may read the draft until the request is answered or taken back, and has a letter.

    The same request again is the one that stands. Raises RuleBroken: no draft, the intake is over, a note too long,
    the draft was looked at five times already.
    """
    lock(application)
    earlier = queries.requests_of(application.id)
    if earlier and earlier[0].stands:
        return earlier[0]
    _ensure_draft(application)
    contest = application.contest
    moments = regulation_of(contest).moments
    ensure_accepting(moments, announced_at=contest.announced_at, cancelled_at=contest.cancelled_at, now=now)
    if len(earlier) >= MOST_REQUESTS:
        words = N_("Секретарь смотрел этот черновик уже %(most)s раз. Позвоните ему или отправьте заявку")
        raise RuleBroken(Remark(words, {"most": MOST_REQUESTS}))
    note = _said(note, LONGEST_NOTE, "note")
    request = ReadinessRequest(
        application_id=application.id, application=application, asked_at=now, asked_by_id=actor.id, note=note, answer=""
    )
    db.session.add(request)
    db.session.flush()
    _record("readiness.asked", request, actor, now)
    for secretary in secretaries_of(contest.municipality_id):
        _post("readiness.asked", secretary, letters.asked(request, secretary), now)
    return request


def take_back(application: Application, *, actor: Person, now: datetime) -> None:
    """The draft is nobody's but its own again; without a standing request nothing changes."""
    lock(application)
    standing = next((one for one in queries.requests_of(application.id) if one.stands), None)
    if standing is None:
        return
    standing.application = application
    standing.taken_back_at = now
    db.session.flush()
    _record("readiness.taken_back", standing, actor, now)


def answer_request(request: ReadinessRequest, *, answer: str, actor: Person, now: datetime) -> None:
    """The people who fill the draft in have the answer, and the draft closes to the secretary.

    Raises RuleBroken: nothing is said, too long, meanwhile answered, taken back or sent.
    """
    lock(request.application)
    db.session.refresh(request, ["answered_at", "taken_back_at"])
    if not request.stands or request.application.state != ApplicationState.DRAFT:
        raise RuleBroken(Remark(N_("Просьбы больше нет: на неё ответили, её отозвали или заявку уже отправили")))
    answer = _said(answer, LONGEST_ANSWER, "answer")
    if not answer:
        raise RuleBroken(Remark(N_("Напишите, чего не хватает, или что всё готово"), place="answer"))
    request.answer, request.answered_at, request.answered_by_id = answer, now, actor.id
    db.session.flush()
    _record("readiness.answered", request, actor, now)
    for person in people_who_filled(request.application):
        _post("readiness.answered", person, letters.answered(request, person), now)


def _ensure_draft(application: Application) -> None:
    if application.state != ApplicationState.DRAFT:
        raise RuleBroken(Remark(N_("Заявка уже отправлена: секретарь проверит её и напишет")))


def _said(text: str, most: int, place: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        words = N_("Слишком длинно: %(count)s знаков, можно до %(most)s")
        raise RuleBroken(Remark(words, {"count": len(text), "most": most}, place))
    return text


def _record(act: str, request: ReadinessRequest, actor: Person, now: datetime) -> None:
    after = {"application": request.application.key}
    municipality_id = request.application.contest.municipality_id
    audit.record(act, request, actor=actor, now=now, after=after, municipality_id=municipality_id)


def _post(kind: str, person: Person, letter: tuple[str, str], now: datetime) -> None:
    notifications.post(kind, to=person.email, subject=letter[0], body=letter[1], now=now, person_id=person.id)
