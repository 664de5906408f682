"""The proof that rows and files belong together: no row without its file, no file without its row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tosportal.support.db import Base, db, reading
from tosportal.support.storage.interface import ERASED, Storage

OLD_ENOUGH = timedelta(days=1)  # younger ones may belong to a transaction that is still on its way
COLUMNS = ("storage_key", "preview_key")
AT_ONCE = 1000


@dataclass(frozen=True)
class Inventory:
    """What the storage and the tables say about each other.

    `lost` are rows whose file is not there, as «table: key»; `strays` old objects that no row names; `young` counts
    objects without a row are not old enough to be judged.
    """

    files: int
    rows: int
    lost: tuple[str, ...]
    strays: tuple[str, ...]
    young: int

    @property
    def holds(self) -> bool:
        return not self.lost and not self.strays


def named_keys() -> dict[str, str]:
    """Every key that a row names, in whichever table: key → table. A new table of files is found by its column."""
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in (table.columns[name] for name in COLUMNS if name in table.columns):
            asked = select(column).where(column.is_not(None)).execution_options(yield_per=AT_ONCE)
            found.update((key, table.name) for key in db.session.scalars(asked) if not key.startswith(ERASED))
    return found


def take_inventory(storage: Storage, *, now: datetime) -> Inventory:
    """Compare all rows with all objects; nothing is changed. Raises StorageUnavailable.

    What came or went while this ran is looked at again before it is called lost.
    """
    there = dict(storage.keys())
    named = read_names()
    missing = [key for key in named if key not in there and not storage.exists(key)]
    if missing:
        still = read_names()
        missing = [key for key in missing if key in still]
    strays = [key for key in there if key not in named]
    old = [key for key in strays if there[key] <= now - OLD_ENOUGH]
    return Inventory(
        files=len(there),
        rows=len(named),
        lost=tuple(sorted(f"{named[key]}: {key}" for key in missing)),
        strays=tuple(sorted(old)),
        young=len(strays) - len(old),
    )


def read_names() -> dict[str, str]:
    with reading():
        names = named_keys()
        db.session.rollback()
    return names
