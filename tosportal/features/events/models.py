"""Events and their evidence."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from tosportal.features.accounts.consents import photos_taken_back
from tosportal.features.programmes.models import Activity
from tosportal.features.registry.models import Municipality, Tos
from tosportal.support.db import Base, Moment


class Event(Base):
    """What took place. `counting` says what `participants` are: persons (each once) or visits; `stands_with` ties it to
    an activity of the programme, if any. Kinds: seminar, meeting, neighbours_day, publication, other."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("kind IN ('seminar', 'meeting', 'neighbours_day', 'publication', 'other')", name="kind"),
        CheckConstraint("counting IN ('persons', 'visits')", name="counting"),
        CheckConstraint("state IN ('asked', 'confirmed', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("participants >= 0", name="participants"),
        Index("ix_event_list", "municipality_id", "state", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    participants: Mapped[int] = mapped_column(default=0)
    counting: Mapped[str] = mapped_column(String(10), default="persons")
    state: Mapped[str] = mapped_column(String(10), default="asked")
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was refused
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    toses: Mapped[list["EventTos"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="EventTos.tos_id"
    )
    evidence: Mapped[list["EventEvidence"]] = relationship(lazy="raise", order_by="EventEvidence.id")
    activity: Mapped[Activity | None] = relationship(lazy="raise")
    municipality: Mapped[Municipality] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}

    @property
    def look(self) -> str:
        """What somebody saw who read the event now: another look, and they would decide about something unread."""
        shown = [one.id for one in self.evidence if one.removed_at is None]
        return f"{self.version}.{len(shown)}.{max(shown, default=0)}"

    @property
    def photos(self) -> list["EventEvidence"]:
        """Photos to be shown: those whose sender took back the consent are hidden from everybody."""
        return [
            one for one in self.evidence if one.kind == "photo" and one.removed_at is None and not one.is_taken_back
        ]

    @property
    def papers(self) -> list["EventEvidence"]:
        """Lists of people and documents: never public."""
        return [one for one in self.evidence if one.kind != "photo" and one.removed_at is None]


class EventTos(Base):
    """A ТОС that held the event or took part in it."""

    __tablename__ = "event_tos"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), primary_key=True, index=True)

    tos: Mapped[Tos] = relationship(lazy="raise")


class EventEvidence(Base):
    """A file that shows that the event took place: photo (public with the event), list (of people: never public),
    document. `caption` describes a photo in words."""

    __tablename__ = "event_evidence"
    __table_args__ = (CheckConstraint("kind IN ('photo', 'list', 'document')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    caption: Mapped[str] = mapped_column(String(300), default="")
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    is_taken_back: Mapped[bool] = column_property(photos_taken_back(uploaded_by_id))
