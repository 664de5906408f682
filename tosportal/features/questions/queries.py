"""Named selects of questions: what everybody reads, what one has asked oneself, what waits for the secretary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from tosportal.features.accounts.queries import escaped, names_fold
from tosportal.features.contests.models import Contest
from tosportal.features.questions.models import Question, QuestionAnswer
from tosportal.support.db import db

IN_FORCE = and_(
    QuestionAnswer.question_id == Question.id,
    QuestionAnswer.number == Question.answer_number,
)


def answered_questions(contest_id: int, search: str = "") -> Select:
    """For anybody: answered questions with the answers in force, the latest question first; perhaps with these words in
    the question as it is published or in the answer, or of this number."""
    found = (
        select(Question, QuestionAnswer)
        .join(QuestionAnswer, IN_FORCE)
        .where(Question.contest_id == contest_id)
        .order_by(Question.number.desc())
    )
    return found.where(*(_says(word, QuestionAnswer.wording, QuestionAnswer.answer) for word in search.split()))


def questions_of_contest(contest_id: int, search: str = "") -> Select:
    """For the office: every question, those that wait first, the most urgent of them at the head; answers if any."""
    waits = and_(Question.answer_number == 0, Question.declined_at.is_(None))
    found = (
        select(Question, QuestionAnswer)
        .outerjoin(QuestionAnswer, IN_FORCE)
        .options(joinedload(Question.asked_by))
        .where(Question.contest_id == contest_id)
        .order_by(case((waits, 0), else_=1), case((waits, Question.due_at)).asc().nulls_last(), Question.number.desc())
    )
    columns = (Question.text, QuestionAnswer.wording, QuestionAnswer.answer)
    return found.where(*(_says(word, *columns) for word in search.split()))


def _says(word: str, *columns: Any) -> Any:
    """Do these columns hold the word, whatever the size of its letters? «№ 7» and «7» find the number too."""
    like = escaped(word.casefold())
    number = word.lstrip("№")
    by_number = [Question.number == int(number)] if number.isascii() and number.isdecimal() and len(number) < 7 else []
    return or_(*(names_fold(column).like(f"%{like}%", escape="\\") for column in columns), *by_number)


def own_questions(contest_id: int, person_id: int) -> Sequence[tuple[Question, QuestionAnswer | None]]:
    """What the person has asked in a contest, the latest first, with the answers in force."""
    rows = db.session.execute(
        select(Question, QuestionAnswer)
        .outerjoin(QuestionAnswer, IN_FORCE)
        .where(Question.contest_id == contest_id, Question.asked_by_id == person_id)
        .order_by(Question.number.desc())
    ).all()
    return [(row[0], row[1]) for row in rows]


def question_of_contest(contest_id: int, number: int, *, locked: bool = False) -> Question | None:
    """One question of a contest with who asked it, perhaps locked until the end of the transaction."""
    found = (
        select(Question)
        .where(Question.contest_id == contest_id, Question.number == number)
        .options(joinedload(Question.asked_by, innerjoin=True))
    )
    if locked:
        found = found.with_for_update(of=Question).execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def question_by_form_key(form_key: str) -> Question | None:
    """The question that this copy of the form has made."""
    return db.session.scalars(select(Question).where(Question.form_key == form_key)).one_or_none()


def answers_of(question: Question) -> Sequence[QuestionAnswer]:
    """All editions of an answer, the first first."""
    return db.session.scalars(
        select(QuestionAnswer).where(QuestionAnswer.question_id == question.id).order_by(QuestionAnswer.number)
    ).all()


def overdue_questions(now: datetime, since: datetime) -> Sequence[Question]:
    """Questions without an answer whose last moment has passed since then, their contests loaded; of contests that go
    on: not cancelled, results not approved."""
    return db.session.scalars(
        select(Question)
        .join(Contest, Contest.id == Question.contest_id)
        .where(
            Question.answer_number == 0,
            Question.declined_at.is_(None),
            Question.due_at <= now,
            Question.due_at > since,
            Contest.cancelled_at.is_(None),
            Contest.approved_at.is_(None),
        )
        .options(joinedload(Question.contest, innerjoin=True).joinedload(Contest.municipality, innerjoin=True))
        .order_by(Question.id)
    ).all()


@dataclass(frozen=True)
class Asked:
    """How many questions there are in a contest, and how many of them the person asked, in all and since a moment."""

    number: int
    mine: int
    mine_lately: int


def asked_so_far(contest_id: int, person_id: int, since: datetime) -> Asked:
    """In one select; `number` is the last number given."""
    is_mine = Question.asked_by_id == person_id
    row = db.session.execute(
        select(
            func.max(Question.number),
            func.sum(case((is_mine, 1), else_=0)),
            func.sum(case((and_(is_mine, Question.asked_at >= since), 1), else_=0)),
        ).where(Question.contest_id == contest_id)
    ).one()
    return Asked(*(int(value or 0) for value in row))


@dataclass(frozen=True)
class WaitingQuestions:
    """Questions of a contest that wait for an answer; the nearest due moment, and how many are past theirs."""

    count: int
    overdue: int
    due_at: datetime


def waiting_questions(contest_ids: Iterable[int], now: datetime) -> Mapping[int, WaitingQuestions]:
    """By contest, in one select."""
    rows = db.session.execute(
        select(
            Question.contest_id,
            func.count(Question.id),
            func.sum(case((Question.due_at <= now, 1), else_=0)),
            func.min(Question.due_at),
        )
        .where(Question.contest_id.in_(list(contest_ids)), Question.answer_number == 0, Question.declined_at.is_(None))
        .group_by(Question.contest_id)
    ).all()
    return {row[0]: WaitingQuestions(int(row[1]), int(row[2]), row[3]) for row in rows}
