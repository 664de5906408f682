"""Questions on contests and the editions of their answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.support.db import Base, Moment


class Question(Base):
    """A question as it was asked: the text never changes. `answer_number` is the edition of the answer in force, 0 for
    none. Who asked is shown to nobody but the secretary; a declined question is shown to the one who asked."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("answer_number >= 0", name="answer_number"),
        CheckConstraint("declined_at IS NULL OR answer_number = 0", name="declined_or_answered"),
        CheckConstraint("declined_at IS NULL OR decline_reason <> ''", name="declined_with_reason"),
        Index("ix_question_waiting", "contest_id", "answer_number", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)
    answer_number: Mapped[int] = mapped_column(default=0)
    declined_at: Mapped[datetime | None] = mapped_column(Moment)
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[str] = mapped_column(Text, default="")

    contest: Mapped[Contest] = relationship(lazy="raise")
    asked_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[asked_by_id])

    @property
    def waits(self) -> bool:
        """Neither answered nor declined."""
        return self.answer_number == 0 and self.declined_at is None


class QuestionAnswer(Base):
    """One edition of an answer: the question as everybody reads it, without personal data, and the answer. A correction
    is the next number; nothing is removed."""

    __tablename__ = "question_answer"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("wording <> ''", name="wording"),
        CheckConstraint("answer <> ''", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
