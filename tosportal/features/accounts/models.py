"""People, roles granted to them, sessions; their consents, and who looked at what is theirs."""

from datetime import date, datetime

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.domain.permissions import Grant, Role, Scope
from tosportal.support.db import Base, Moment


class Person(Base, UserMixin):
    """A person who may sign in. The address is kept in lower case."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    full_name: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="ru")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    joined_at: Mapped[datetime | None] = mapped_column(Moment)

    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise", viewonly=True, foreign_keys="RoleGrant.person_id", order_by="RoleGrant.id"
    )

    @property
    def live_grants(self) -> tuple[Grant, ...]:
        """Roles that hold now, as the rules of permissions take them."""
        return tuple(grant.as_rule for grant in self.grants if grant.revoked_at is None)

    @property
    def roles(self) -> list[Role]:  # type: ignore[override]
        """What Flask-Security asks for; our roles live in grants and are asked through `accounts/guards.py`."""
        return []


class RoleGrant(Base):
    """A role given to a person within a municipality, a contest or a ТОС (or everywhere), and perhaps taken back.

    The scope is a kind and a number without a foreign key: accounts come before all that a role may be granted in.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(scope = 'everywhere') = (scope_id = 0)", name="scope"),
        Index("ix_role_grant_scope", "scope", "scope_id", "role"),
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            "scope",
            "scope_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    scope_id: Mapped[int] = mapped_column(default=0)
    granted_at: Mapped[datetime] = mapped_column(Moment)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def as_rule(self) -> Grant:
        return Grant(Role(self.role), Scope(self.scope), self.scope_id or None)


class SignedInSession(Base):
    """A signed-in browser. Only the hash of its key is kept; an ended or expired row ends the sign-in for good."""

    __tablename__ = "signed_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    browser: Mapped[str] = mapped_column(String(200), default="")


class EmailChange(Base):
    """A person's request to sign in with another address. Only the hash of the link's key is kept; `email` goes when
    the request ends."""

    __tablename__ = "email_change"
    __table_args__ = (
        Index(
            "uq_email_change_live",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(String(255))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ConsentText(Base):
    """One version of the words of a consent in a municipality. A version is never changed: the next one counts."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("municipality_id", "purpose", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Consent(Base):
    """A consent of one person for one purpose: to be shown, for one datum (`item`: chair, phone, email) of one ТОС.

    `said` are the very words, filled in, `digest` their SHA-256, `text_id` the version they were made from (none for
    the form of a contest, whose words stand in its regulation). `how`: portal, paper (a scan may lie with it), before
    (recorded when the portal kept no words). A paper one may be of somebody without an account: `subject_name`.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("how IN ('portal', 'paper', 'before')", name="how"),
        CheckConstraint("how = 'before' OR said <> ''", name="with_words"),
        CheckConstraint("how <> 'portal' OR person_id IS NOT NULL", name="with_account"),
        CheckConstraint("(purpose = 'distribution') = (item <> '')", name="item"),
        Index("ix_consent_shown", "tos_id", "item"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(10), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    tos_id: Mapped[int | None] = mapped_column(ForeignKey("tos.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    subject_name: Mapped[str] = mapped_column(String(200), default="")
    text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    said: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    how: Mapped[str] = mapped_column(String(10))
    given_on: Mapped[date]
    recorded_at: Mapped[datetime | None] = mapped_column(Moment)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    until_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    storage_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    scan_name: Mapped[str] = mapped_column(String(120), default="")
    scan_type: Mapped[str] = mapped_column(String(120), default="")
    scan_size: Mapped[int] = mapped_column(default=0)
    scan_sha256: Mapped[str] = mapped_column(String(64), default="")


class PersonalLook(Base):
    """Somebody opened or downloaded personal data of others: who, when, what, of whom. Numbers only, never the data.

    `subject_kind` and `subject_id` name the row that was looked at, `tos_id` whose people it tells of.
    """

    __tablename__ = "personal_look"
    __table_args__ = (Index("ix_personal_look_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    tos_id: Mapped[int | None] = mapped_column(ForeignKey("tos.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
