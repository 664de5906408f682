"""What coincides with what, and what has been compared so far."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.applications.models import Application
from tosportal.support.db import Base, Moment


class ApplicationLikeness(Base):
    """Words of an application that stand in another too: of the `section` that coincides most, and of the whole.

    `permille` is the share of the section, rounded down, for the order of lists.
    """

    __tablename__ = "application_likeness"
    __table_args__ = (
        CheckConstraint("application_id <> other_id", name="of_two"),
        CheckConstraint("shared BETWEEN 0 AND words", name="section"),
        CheckConstraint("whole_shared BETWEEN 0 AND whole_words", name="whole"),
        Index("ix_application_likeness_other", "other_id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(40))
    shared: Mapped[int]
    words: Mapped[int]
    whole_shared: Mapped[int]
    whole_words: Mapped[int]
    permille: Mapped[int]

    application: Mapped[Application] = relationship(foreign_keys=application_id, lazy="raise")
    other: Mapped[Application] = relationship(foreign_keys=other_id, lazy="raise")

    @property
    def share(self) -> Fraction:
        return Fraction(self.shared, self.words)

    @property
    def whole_share(self) -> Fraction:
        return Fraction(self.whole_shared, self.whole_words)


class ContestComparison(Base):
    """When a contest was compared: up to which frozen copy, how many applications with how many of other contests."""

    __tablename__ = "contest_comparison"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    through_id: Mapped[int]
    compared_at: Mapped[datetime] = mapped_column(Moment)
    applications: Mapped[int]
    others: Mapped[int]
