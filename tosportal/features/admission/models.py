"""The checklist and the acts of admission."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Moment


class AdmissionCheck(Base):
    """The verdict on one rule of the checklist for one application: ok, not_ok, not_applicable."""

    __tablename__ = "admission_check"
    __table_args__ = (CheckConstraint("verdict IN ('ok', 'not_ok', 'not_applicable')", name="verdict"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(15))
    remark: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime] = mapped_column(Moment)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class AdmissionAct(Base):
    """What was decided about an application and why: returned (with a due day), admitted, refused, reopened."""

    __tablename__ = "admission_act"
    __table_args__ = (
        CheckConstraint("act IN ('returned', 'admitted', 'refused', 'reopened')", name="act"),
        CheckConstraint("act <> 'refused' OR reasons <> ''", name="refused_with_reasons"),
        CheckConstraint("(act = 'returned') = (due_on IS NOT NULL)", name="returned_with_due_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    acted_at: Mapped[datetime] = mapped_column(Moment)
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
