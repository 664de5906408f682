"""Decisions, ranked applications, awards by source."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.applications.models import Application
from tosportal.support.db import Base, Exact, Moment, Roubles


class Decision(Base):
    """A decision on a contest: `protocol` is its canonical text with all inputs and outputs. Who prepared it may not
    approve it; the database holds that too."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> prepared_by_id", name="two_people"),
        CheckConstraint("published_at IS NULL OR approved_at IS NOT NULL", name="published_after_approved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    protocol: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None] = mapped_column(Moment)
    return_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class RankedApplication(Base):
    """One row of the ranking. `criteria` holds the value of each criterion as text, `outcome` what became of it."""

    __tablename__ = "ranked_application"
    __table_args__ = (
        UniqueConstraint("decision_id", "application_id"),
        Index("ix_ranked_application_order", "decision_id", "position"),
        CheckConstraint("awarded_sum >= 0", name="awarded_sum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    nomination: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]  # order of the table, all nominations one after another
    place: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Exact)
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(15))  # winner | partial | reserve | below_pass | not_awarded
    requested_sum: Mapped[Decimal] = mapped_column(Roubles)
    awarded_sum: Mapped[Decimal] = mapped_column(Roubles)

    @property
    def group(self) -> str | None:
        """The group within which it has its place; None where places are not given by groups."""
        return self.criteria.get("group")

    application: Mapped[Application] = relationship(lazy="raise")
    shares: Mapped[list["AwardShare"]] = relationship(lazy="raise")


class AwardShare(Base):
    """What one source pays of one award."""

    __tablename__ = "award_share"

    ranked_id: Mapped[int] = mapped_column(ForeignKey("ranked_application.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(12), primary_key=True)
    share_sum: Mapped[Decimal] = mapped_column(Roubles)
