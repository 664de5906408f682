"""Named selects of the registry."""

from sqlalchemy import select

from tosportal.features.registry.models import Municipality
from tosportal.support.db import db


def municipality_of_page() -> Municipality | None:
    """The municipality whose portal this is: the first one."""
    return db.session.scalars(select(Municipality).order_by(Municipality.id).limit(1)).first()
