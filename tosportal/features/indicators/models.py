"""Passports of indicators, their facts, reasons of deviation, marks of activities, closed years, report templates."""

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


class SpendingReason(Base):
    """Why the cash of an activity differs from its plan, for the report. A correction is a new row."""

    __tablename__ = "spending_reason"
    __table_args__ = (Index("ix_spending_reason_year", "activity_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    year: Mapped[int]
    quarter: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ActivityMark(Base):
    """Whether an activity was performed in full in a year, and by what document or in whose words. A correction is a
    new row, the latest holds; an empty verdict takes the mark back. `performed_on`: the day of the year on which what
    was planned for it was done in full; without it the mark says nothing of quarters."""

    __tablename__ = "activity_mark"
    __table_args__ = (
        Index("ix_activity_mark_year", "activity_id", "year"),
        CheckConstraint("verdict IN ('', 'done', 'not_done')", name="verdict"),
        CheckConstraint("basis <> ''", name="with_basis"),
        CheckConstraint("performed_on IS NULL OR verdict = 'done'", name="day_of_done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    year: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(10))
    performed_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ReportTemplate(Base):
    """A district's own Word template of the report, one version of it. It is in force from `used_from` until
    `used_until`; without one in force reports have the standard look. A file is never changed and never removed."""

    __tablename__ = "report_template"
    __table_args__ = (
        UniqueConstraint("municipality_id", "number"),
        Index(
            "ix_report_template_in_force",
            "municipality_id",
            unique=True,
            sqlite_where=text("used_from IS NOT NULL AND used_until IS NULL"),
            postgresql_where=text("used_from IS NOT NULL AND used_until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_from: Mapped[datetime | None] = mapped_column(Moment)
    used_until: Mapped[datetime | None] = mapped_column(Moment)


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
