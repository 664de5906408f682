"""The programme as the document gives it, in kopecks."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.support.db import Base, Exact, Moment, Roubles


class Programme(Base):
    """A municipal programme. `passport` holds its texts as printed."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("municipality_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Text)
    goal: Mapped[str] = mapped_column(Text)
    year_from: Mapped[int]
    year_to: Mapped[int]
    act_number: Mapped[str] = mapped_column(String(40), default="")
    act_on: Mapped[date | None]
    passport: Mapped[dict[str, Any]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # the number of the edition in force


class ProgrammeEdition(Base):
    """An edition of a programme, made by an act. `document` is the whole of it (schema `municipal-programme/1`), with
    what was printed; the tables of tasks, indicators and activities hold the edition in force."""

    __tablename__ = "programme_edition"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    act_name: Mapped[str] = mapped_column(String(300), default="")
    act_number: Mapped[str] = mapped_column(String(40), default="")
    act_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    adopted_at: Mapped[datetime] = mapped_column(Moment)
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ProgrammeUpload(Base):
    """A file with a programme, what the portal recognised in it, and what the secretary put right. Nothing of it is in
    the programme before it is confirmed; then `edition_id` names what it became."""

    __tablename__ = "programme_upload"
    __table_args__ = (CheckConstraint("state IN ('recognised', 'confirmed', 'dropped')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    recognised: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrections: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default="recognised")
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("programme_edition.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ProgrammeTask(Base):
    """A task (задача) of the programme."""

    __tablename__ = "programme_task"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Text)


class Indicator(Base):
    """A target indicator. `measure` names how the portal counts the fact by itself; empty means it is entered."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("programme_task.id"))
    code: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(20))  # one of programme_document.UNITS
    unit_printed: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    direction: Mapped[str] = mapped_column(String(10))  # growth | decline | stable | zero
    weight_printed: Mapped[str] = mapped_column(String(20), default="")
    measure: Mapped[str] = mapped_column(String(40), default="")

    targets: Mapped[list["IndicatorTarget"]] = relationship(lazy="raise", order_by="IndicatorTarget.year")


class IndicatorTarget(Base):
    """The planned value of an indicator for a year, in the indicator's unit."""

    __tablename__ = "indicator_target"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Exact)


class Activity(Base):
    """An activity (мероприятие) of the programme."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("programme_task.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    executors: Mapped[str] = mapped_column(Text, default="")
    expected_result: Mapped[str] = mapped_column(Text, default="")
    quantity_unit: Mapped[str] = mapped_column(String(40), default="")

    years: Mapped[list["ActivityYear"]] = relationship(lazy="raise", order_by="ActivityYear.year")
    funding: Mapped[list["ActivityFunding"]] = relationship(lazy="raise", order_by="ActivityFunding.year")


class ActivityYear(Base):
    """How much of an activity is planned for a year and what one unit costs."""

    __tablename__ = "activity_year"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(Exact)
    unit_cost: Mapped[Decimal] = mapped_column(Roubles)


class ActivityFunding(Base):
    """What one source plans to pay for an activity in a year. Sums over rows are the programme's totals."""

    __tablename__ = "activity_funding"
    __table_args__ = (
        CheckConstraint("source IN ('federal', 'regional', 'local', 'settlement', 'extrabudget')", name="source"),
        CheckConstraint("planned_sum >= 0", name="planned_sum"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(12), primary_key=True)
    planned_sum: Mapped[Decimal] = mapped_column(Roubles)
