"""People, roles granted to them, sessions."""

from datetime import datetime

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
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
