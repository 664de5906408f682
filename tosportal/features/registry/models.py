"""Municipalities, settlements, ТОС and the people who speak for them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.accounts.models import Person
from tosportal.support.db import Base, Moment

URBAN_PLACES = frozenset({"г.", "р.п.", "рп", "рп.", "пгт", "пгт.", "п.г.т."})


class Municipality(Base):
    """A municipal district (or округ) that runs its support of ТОС here. `zone` is the IANA name of its time zone."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_name: Mapped[str] = mapped_column(String(300))
    region_name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(60), default="Asia/Novosibirsk")
    zone_words: Mapped[str] = mapped_column(String(60), default="по Новосибирску")
    population: Mapped[int | None]
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")


class Settlement(Base):
    """A populated place of the district and the settlement (сельсовет, рабочий посёлок) it belongs to.

    One row a place: a сельсовет with ТОС in two villages has two rows of one `name`.
    """

    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("municipality_id", "name", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60), default="сельсовет")
    place_kind: Mapped[str] = mapped_column(String(20), default="с.")
    place: Mapped[str] = mapped_column(String(120))

    @property
    def place_words(self) -> str:
        """«с. Вагайцево», «р. п. Ордынское», with spaces that do not break."""
        return f"{self.place_kind.replace('р.п.', 'р. п.')} {self.place}".replace(" ", "\u00a0")

    @property
    def is_urban(self) -> bool:
        """A town or a settlement of the urban kind (рабочий посёлок, пгт); all others are villages."""
        return self.place_kind.replace(" ", "") in URBAN_PLACES

    @property
    def full_name(self) -> str:
        """«Вагайцевский сельсовет», «рабочий посёлок Ордынское»."""
        return f"{self.name} {self.kind}" if self.name.endswith("ий") else f"{self.kind} {self.name}"


class Tos(Base):
    """A ТОС: its name, borders and the acts that made it; what it lets its helpers do (nothing unless it says so)."""

    __tablename__ = "tos"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code"),
        CheckConstraint("population >= 0", name="population"),
        CheckConstraint("residents_16 IS NULL OR residents_16 <= population", name="residents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    borders: Mapped[str] = mapped_column(Text, default="")
    border_decision_body: Mapped[str] = mapped_column(String(300), default="")
    border_decision_number: Mapped[str] = mapped_column(String(40), default="")
    border_decision_on: Mapped[date | None]
    charter_number: Mapped[str] = mapped_column(String(40), default="")
    charter_registered_on: Mapped[date | None]
    population: Mapped[int] = mapped_column(default=0)
    residents_16: Mapped[int | None]
    is_legal_entity: Mapped[bool] = mapped_column(default=False)
    inn: Mapped[str] = mapped_column(String(12), default="")
    ogrn: Mapped[str] = mapped_column(String(15), default="")
    kpp: Mapped[str] = mapped_column(String(9), default="", server_default=text("''"))
    legal_address: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    is_active: Mapped[bool] = mapped_column(default=True)
    helpers_submit: Mapped[bool] = mapped_column(default=False, server_default=false())
    helpers_see_sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    search_text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    settlement: Mapped[Settlement] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class ChairTerm(Base):
    """Who chairs a ТОС, from which day and until when."""

    __tablename__ = "chair_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(200))
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]


class Contact(Base):
    """A phone or an address of a ТОС. Shown to the public only under a live consent (152-ФЗ, art. 10.1)."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(255))


class TosLink(Base):
    """Who a person is in a ТОС: its chair or a member, by a request and the secretary's answer; or a helper, who came
    by the chair's invitation and is confirmed at once."""

    __tablename__ = "tos_link"
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_tos_link_live",
            "person_id",
            "tos_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'confirmed')"),
            postgresql_where=text("state IN ('asked', 'confirmed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), index=True)
    seat: Mapped[str] = mapped_column(String(10))  # chair | member | helper
    basis: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(12), default="asked")  # asked | confirmed | declined | ended
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")

    tos: Mapped[Tos] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])


class HelperInvitation(Base):
    """A chair's invitation to help a ТОС: a one-time link sent to an address. Only the hash of its key is kept.

    The address goes when the invitation is accepted or withdrawn; `link_id` says whom it brought.
    """

    __tablename__ = "helper_invitation"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        CheckConstraint("(accepted_at IS NULL) = (link_id IS NULL)", name="brought"),
        Index(
            "uq_helper_invitation_waiting",
            "tos_id",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), index=True)
    email: Mapped[str] = mapped_column(String(255))
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_at: Mapped[datetime] = mapped_column(Moment)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    sent: Mapped[int] = mapped_column(default=1)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("tos_link.id"))

    tos: Mapped[Tos] = relationship(lazy="raise")
