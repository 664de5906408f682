"""Jurors, declarations, sheets and marks."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.support.db import Base, Exact, Moment


class JuryInvitation(Base):
    """An invitation by e-mail into the jury of a contest. Only the hash of its key is kept."""

    __tablename__ = "jury_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    email: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(200))
    seat: Mapped[str] = mapped_column(String(10), default="member")  # member | chair
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_at: Mapped[datetime] = mapped_column(Moment)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class Juror(Base):
    """A member of the jury of a contest. `code` («Э1») stands for the person in protocols and public tables."""

    __tablename__ = "juror"
    __table_args__ = (UniqueConstraint("contest_id", "person_id"), UniqueConstraint("contest_id", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)

    contest: Mapped[Contest] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class ConflictDeclaration(Base):
    """What a juror declared of an application before opening it: a conflict or none. A later conflict is a new row."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (Index("ix_conflict_declaration_pair", "juror_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    has_conflict: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime] = mapped_column(Moment)


class ScoreSheet(Base):
    """One juror's sheet (оценочный лист) on one application. `total` is stored in the transaction of the marks."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("juror_id", "application_id"),
        CheckConstraint("signed_at IS NULL OR total IS NOT NULL", name="signed_complete"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    total: Mapped[Decimal | None] = mapped_column(Exact)
    comment: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(Moment)
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    marks: Mapped[list["Mark"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class Mark(Base):
    """A juror's points for one criterion and a note on them; only a note while there are no points yet."""

    __tablename__ = "mark"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(40), primary_key=True)
    points: Mapped[Decimal | None] = mapped_column(Exact)
    comment: Mapped[str] = mapped_column(Text, default="")
