"""Asking, answering for everybody, correcting an answer, declining a question."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tosportal.domain.contest_questions import (
    LONGEST,
    LONGEST_ANSWER,
    SHORTEST,
    QuestionRule,
    answer_due,
    asked_until,
    check_length,
)
from tosportal.domain.deadlines import WRITING_HOURS
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.features.questions import letters, queries
from tosportal.features.questions.models import Question, QuestionAnswer
from tosportal.features.registry.queries import secretaries_of
from tosportal.support import audit, notifications
from tosportal.support.db import db
from tosportal.support.notifications import Letter

LONGEST_OVERDUE = timedelta(days=14)

CHANGES = N_("Подтвердите, что ответ ничего не меняет в условиях. Если меняет, сначала нужна поправка к положению")
CHANGED = N_("Другой сотрудник уже ответил на этот вопрос, пока вы писали. Посмотрите его ответ")


def why_not_ask(contest: Contest, regulation: Regulation, now: datetime) -> Remark | None:
    """Why nobody may ask about this contest now; None when they may."""
    close = regulation.moments.get("close")
    if contest.announced_at is None or contest.cancelled_at is not None or close is None:
        return Remark(N_("Об этом конкурсе сейчас не спрашивают"))
    until = asked_until(close, regulation.questions, _zone(contest))
    if now >= until:
        return Remark(N_("Вопросы принимали до %(until_at)s"), {"until_at": until.astimezone(_zone(contest))})
    return None


def ask_question(
    contest: Contest, regulation: Regulation, *, text: str, form_key: str | None, actor: Person, now: datetime
) -> Question:
    """The question is kept word for word and the secretaries have a letter; the same form again is the same question.

    Raises RuleBroken: too late, too many questions of this person in the contest or today, too short or too long.
    """
    db.session.scalar(select(Contest.id).where(Contest.id == contest.id).with_for_update())  # one number, one count
    same = queries.question_by_form_key(form_key) if form_key else None
    if same is not None:
        if same.asked_by_id != actor.id:
            raise StateConflict(Remark(N_("Эта страница устарела. Откройте её снова")))
        return same
    if (late := why_not_ask(contest, regulation, now)) is not None:
        raise RuleBroken(late)
    if remarks := check_length(text, least=SHORTEST, most=LONGEST, place="text"):
        raise RuleBroken(remarks)
    zone = _zone(contest)
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    so_far = queries.asked_so_far(contest.id, actor.id, today)
    _ensure_not_too_many(regulation.questions, so_far)
    question = Question(
        contest_id=contest.id,
        number=so_far.number + 1,
        form_key=form_key,
        asked_by=actor,
        asked_at=now,
        due_at=answer_due(now, regulation.moments["close"], regulation.questions, zone),
        text=text,
        answer_number=0,
        decline_reason="",
    )
    db.session.add(question)
    db.session.flush()
    _journal("question.asked", question, contest, actor=actor, now=now, number=question.number)
    for secretary in secretaries_of(contest.municipality_id):
        _post("question.asked", secretary, letters.asked(question, contest, secretary), now)
    return question


def _ensure_not_too_many(rule: QuestionRule, so_far: queries.Asked) -> None:
    if so_far.mine >= rule.per_person:
        words = N_("Вы уже задали вопросов: %(count)s. Больше одному человеку в этом конкурсе нельзя")
        raise RuleBroken(Remark(words, {"count": so_far.mine}, "text"))
    if so_far.mine_lately >= rule.per_day:
        words = N_("Сегодня вы уже задали вопросов: %(count)s. Следующий можно задать завтра")
        raise RuleBroken(Remark(words, {"count": so_far.mine_lately}, "text"))


def answer_question(
    question: Question,
    contest: Contest,
    *,
    wording: str,
    answer: str,
    changes_nothing: bool,
    seen: int,
    actor: Person,
    now: datetime,
) -> QuestionAnswer:
    """Everybody reads the question in this wording and this answer; whoever asked has a letter. If it was answered
    before, this is the next edition of the answer. The same words again change nothing.

    `seen` is the edition the secretary looked at. Raises RuleBroken (an empty or too long text; the answer would change
    the conditions: that is an amendment), StateConflict when another edition came meanwhile.
    """
    current = queries.answers_of(question)
    if current and (current[-1].wording, current[-1].answer) == (wording, answer):
        return current[-1]
    if question.declined_at is not None or question.answer_number != seen:
        raise StateConflict(Remark(CHANGED))
    remarks = check_length(wording, least=SHORTEST, most=LONGEST, place="wording")
    remarks += check_length(answer, least=2, most=LONGEST_ANSWER, place="answer")
    if not changes_nothing:
        remarks.append(Remark(CHANGES, place="changes_nothing"))
    if remarks:
        raise RuleBroken(remarks)
    made = QuestionAnswer(
        question_id=question.id,
        number=question.answer_number + 1,
        wording=wording,
        answer=answer,
        answered_at=now,
        answered_by_id=actor.id,
    )
    question.answer_number = made.number
    db.session.add(made)
    db.session.flush()
    act = "question.answered" if made.number == 1 else "question.answer_corrected"
    reworded = wording != question.text
    _journal(
        act, question, contest, actor=actor, now=now, number=question.number, edition=made.number, reworded=reworded
    )
    letter = letters.answered(question, made, contest, question.asked_by, is_correction=made.number > 1)
    _post(act, question.asked_by, letter, now)
    return made


def decline_question(
    question: Question, contest: Contest, *, reason: str, seen: int, actor: Person, now: datetime
) -> None:
    """The question is not answered and nobody but its author sees it; the author has a letter with the reason.

    Raises RuleBroken without a reason, StateConflict when it was answered meanwhile. Declined again: nothing happens.
    """
    if question.declined_at is not None and question.decline_reason == reason:
        return
    if not question.waits or seen != 0:
        raise StateConflict(Remark(CHANGED))
    if remarks := check_length(reason, least=SHORTEST, most=LONGEST, place="reason"):
        raise RuleBroken(remarks)
    question.declined_at, question.declined_by_id, question.decline_reason = now, actor.id, reason
    db.session.flush()
    _journal("question.declined", question, contest, actor=actor, now=now, number=question.number)
    _post("question.declined", question.asked_by, letters.declined(question, contest, question.asked_by), now)


def remind_of_overdue(*, now: datetime) -> int:
    """The secretaries have a letter of every question whose last moment has passed without an answer: one for each
    question and moment, however often this runs, and none at night; how many letters were written. Of what is overdue
    for longer than two weeks nothing more is said: it stands on the desk."""
    found = [
        one
        for one in queries.overdue_questions(now, now - LONGEST_OVERDUE)
        if now.astimezone(_zone(one.contest)).hour in WRITING_HOURS
    ]
    if not found:
        return 0
    kind = letters.OVERDUE.code
    posted = set(
        db.session.scalars(
            select(Letter.message_id).where(Letter.kind == kind, Letter.posted_at > now - LONGEST_OVERDUE)
        )
    )
    secretaries = {place: secretaries_of(place) for place in {one.contest.municipality_id for one in found}}
    count = 0
    for question in found:
        once = f"{kind} {question.id} {question.due_at.astimezone(UTC):%Y%m%d%H%M%S}"
        for person in secretaries[question.contest.municipality_id]:
            if notifications.message_id_of(once, person.email) in posted:
                continue
            subject, body = letters.overdue(question, question.contest, person)
            notifications.post(
                kind, to=person.email, subject=subject, body=body, now=now, person_id=person.id, once=once
            )
            count += 1
    return count


def _zone(contest: Contest) -> ZoneInfo:
    return ZoneInfo(contest.municipality.zone)


def _journal(act: str, question: Question, contest: Contest, *, actor: Person, now: datetime, **facts: object) -> None:
    audit.record(act, question, actor=actor, now=now, after=facts, municipality_id=contest.municipality_id)


def _post(kind: str, person: Person, letter: tuple[str, str], now: datetime) -> None:
    subject, body = letter
    notifications.post(kind, to=person.email, subject=subject, body=body, now=now, person_id=person.id)
