"""Contests and the editions of their regulations."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.programmes.models import Activity
from tosportal.features.registry.models import Municipality
from tosportal.support.db import Base, Moment


class Contest(Base):
    """A contest of one year. `edition` is the number of the regulation in force; approval and publication of the
    decision are noted here by the decision's own acts, so that a phase needs no further query."""

    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint("published_at IS NULL OR approved_at IS NOT NULL", name="published_after_approved"),
        CheckConstraint("approved_at IS NULL OR announced_at IS NOT NULL", name="approved_after_announced"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))  # grant | prize
    year: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    programme_edition: Mapped[int | None]  # the edition of the programme that was in force when it was announced
    next_number: Mapped[int] = mapped_column(default=1)  # the next registration number of an application
    announced_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    activity: Mapped[Activity] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class RegulationEdition(Base):
    """One edition of a contest's regulation: `definition` is parsed by `domain/regulation.py`; editions never change
    after the announcement, an amendment adds the next number with its act."""

    __tablename__ = "regulation_edition"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    act: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    contest: Mapped[Contest] = relationship(lazy="raise")
