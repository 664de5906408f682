"""Entered facts."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Exact, Moment


class IndicatorFact(Base):
    """A fact of an indicator for a year, entered with its source. A correction is a new row; the latest holds."""

    __tablename__ = "indicator_fact"
    __table_args__ = (
        Index("ix_indicator_fact_year", "indicator_id", "year"),
        CheckConstraint("source_document <> ''", name="with_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    year: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Exact)
    source_document: Mapped[str] = mapped_column(String(500))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
