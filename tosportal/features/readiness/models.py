"""Requests to look at a draft."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.support.db import Base, Moment

STANDS = text("answered_at IS NULL AND taken_back_at IS NULL")


class ReadinessRequest(Base):
    """One request to look at a draft: it stands until it is answered or taken back, one of an application at a time."""

    __tablename__ = "readiness_request"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),
        CheckConstraint("answered_at IS NULL OR taken_back_at IS NULL", name="one_end"),
        Index(
            "uq_readiness_request_standing", "application_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        ),
        Index("ix_readiness_request_application_id", "application_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    taken_back_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship(lazy="raise")
    asked_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=asked_by_id)

    @classmethod
    def is_standing(cls) -> ColumnElement[bool]:
        """The same as `stands`, for the `where` of a select."""
        return and_(cls.answered_at.is_(None), cls.taken_back_at.is_(None))

    @property
    def stands(self) -> bool:
        return self.answered_at is None and self.taken_back_at is None
