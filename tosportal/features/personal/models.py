"""Archives of own data, accounts on their way out, terms of keeping and what was done by them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, Moment


class DataArchive(Base):
    """An archive of a person's own data: asked for, made by a task when there is much of it, gone after some days."""

    __tablename__ = "data_archive"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    made_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    storage_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    size: Mapped[int] = mapped_column(default=0)


class AccountLeaving(Base):
    """A person asked to delete the account; it happens at `due_at` unless they think better of it."""

    __tablename__ = "account_leaving"
    __table_args__ = (
        Index(
            "uq_account_leaving_open",
            "person_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL AND done_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL AND done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class RetentionTerm(Base):
    """The district's own term for a class of data (`domain.retention.CLASSES`), in months, with its basis."""

    __tablename__ = "retention_term"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    months: Mapped[int]
    basis: Mapped[str] = mapped_column(String(500))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RetentionRun(Base):
    """What the task did about one class of data: how many, when, by which term. Numbers only."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    code: Mapped[str] = mapped_column(String(20))
    months: Mapped[int]
    count: Mapped[int]
