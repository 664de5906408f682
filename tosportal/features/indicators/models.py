"""Passports of indicators, their facts, and years that were closed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Exact, Moment


class IndicatorPassport(Base):
    """How an indicator is counted (паспорт показателя): formula as the document writes it, its variables with meaning,
    source and measure, the day of the denominator, how one person at three events counts. A change is a new number."""

    __tablename__ = "indicator_passport"
    __table_args__ = (
        UniqueConstraint("indicator_id", "number"),
        CheckConstraint("counting IN ('', 'persons', 'visits')", name="counting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    number: Mapped[int]
    formula: Mapped[str] = mapped_column(Text, default="")
    variables: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # name, meaning, source, measure, unit
    source: Mapped[str] = mapped_column(Text, default="")
    denominator_on: Mapped[date | None]
    counting: Mapped[str] = mapped_column(String(10), default="")
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class IndicatorFact(Base):
    """A fact of an indicator for a year or a quarter (`quarter` 0 is the year). A correction is a new row; the latest
    holds. `origin`: person (entered with its source) or portal (counted; `lineage` says from what, and it stays frozen
    when the data change). `edition` is the edition of the programme it was made under."""

    __tablename__ = "indicator_fact"
    __table_args__ = (
        Index("ix_indicator_fact_year", "indicator_id", "year"),
        CheckConstraint("source_document <> ''", name="with_source"),
        CheckConstraint("quarter BETWEEN 0 AND 4", name="quarter"),
        CheckConstraint("origin IN ('person', 'portal')", name="origin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    year: Mapped[int]
    quarter: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    value: Mapped[Decimal] = mapped_column(Exact)
    source_document: Mapped[str] = mapped_column(String(500))
    origin: Mapped[str] = mapped_column(String(10), default="person", server_default="person")
    lineage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    edition: Mapped[int | None]
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DeviationReason(Base):
    """Why the fact of a year differs from the plan, for the report. A correction is a new row; the latest holds."""

    __tablename__ = "deviation_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    year: Mapped[int]
    quarter: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ClosedYear(Base):
    """A year of a programme closed with its report: `content` is the canonical JSON of the annual report, `digest` its
    SHA-256; facts of a closed year take no more corrections without being opened again."""

    __tablename__ = "closed_year"
    __table_args__ = (Index("ix_closed_year_programme", "programme_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    year: Mapped[int]
    edition: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    open_reason: Mapped[str] = mapped_column(Text, default="")
