"""The outbox, and texts of letters in a district's own words."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Moment


class Letter(Base):
    """A letter to one address. It waits while `sent_at` and `given_up_at` are empty; `try_at` says when to try next.

    A letter to a person with an account is also read on the portal; `read_at` is when they said so there."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "sent_at", "given_up_at", "try_at"),
        Index(
            "ix_letter_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(index=True)
    to_address: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    posted_at: Mapped[datetime] = mapped_column(Moment)
    try_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(255), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class LetterText(Base):
    """A text of a letter in a district's own words, or in a contest's (`contest_id` 0: in all others). A change is the
    next number, the latest holds; an empty text is the standard one again."""

    __tablename__ = "letter_text"
    __table_args__ = (
        UniqueConstraint("municipality_id", "contest_id", "kind", "locale", "number"),
        CheckConstraint("(subject = '') = (body = '')", name="whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int]
    contest_id: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int | None]
