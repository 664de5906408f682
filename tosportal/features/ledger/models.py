"""Entries of the ledger."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Exact, Moment, Roubles


class LedgerEntry(Base):
    """One sum of one activity, year and source. Kinds: `roster` (сводная бюджетная роспись), `region_agreement` (what
    the region gives by agreement, with its level and ceiling), `tranche` (money come from the region), `award` (decided
    by a contest), `agreement` (signed with a winner), `cash` (кассовое исполнение). Negative sums take back earlier
    ones. `origin` says who wrote it: person, import, decision; `origin_id` is the decision. The database refuses
    changes."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("source IN ('federal', 'regional', 'local', 'settlement', 'extrabudget')", name="source"),
        CheckConstraint("kind IN ('roster', 'region_agreement', 'tranche', 'award', 'agreement', 'cash')", name="kind"),
        CheckConstraint("origin IN ('person', 'import', 'decision')", name="origin"),
        CheckConstraint("entry_sum <> 0", name="entry_sum"),
        Index("ix_ledger_entry_place", "activity_id", "year", "source", "kind"),
        Index("ix_ledger_entry_origin", "origin", "origin_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    entry_sum: Mapped[Decimal] = mapped_column(Roubles)
    level: Mapped[Decimal | None] = mapped_column(Exact)  # per cent the region pays, of a region_agreement
    dated_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(12), default="person")
    origin_id: Mapped[int | None]
    takes_back_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
