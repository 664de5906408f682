"""Flask-Security on our people: settings, our forms and templates, Russian messages."""

from typing import Any

from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from tosportal.features.accounts.models import Person
from tosportal.support.db import db

security = Security()


class NoRole(RoleMixin):
    """Flask-Security wants a role model; ours are grants (see `models.RoleGrant`) and it never meets them."""


class People(SQLAlchemyUserDatastore):
    """Flask-Security's store of people, without its own commit: one place commits (`web/transactions.py`)."""

    def commit(self) -> None:
        self.db.session.flush()


def init_app(app: Flask) -> None:
    """Attach signing in to an application."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_JOIN_USER_ROLES=False,
    )
    datastore: Any = People(db, Person, NoRole)
    security.init_app(app, datastore)
