"""What kind of installation this is: facts about the database itself, such as «this is a demo»."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tosportal.support.db import Base, db


class InstallationFact(Base):
    """A named fact about this installation."""

    __tablename__ = "installation_fact"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(255))


def is_demo() -> bool:
    """True when the database was filled by `flask demo load`; only such a database may be filled or wiped again."""
    return db.session.get(InstallationFact, "demo") is not None


def mark_as_demo(stage: str) -> None:
    """Remember that everything here is for show."""
    db.session.merge(InstallationFact(name="demo", value=stage))
