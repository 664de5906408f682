"""What every storage of files can do, whichever server or folder stands behind it."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, Protocol

from tosportal.domain.errors import N_, Remark, RuleBroken

CHUNK = 256 * 1024
KEY = re.compile(r"[0-9a-f]{32}")


class StorageUnavailable(Exception):
    """The storage cannot be reached, is full, or is open to strangers; the message says which, in plain Russian."""


@dataclass(frozen=True)
class Stored:
    """What was really written: compare with what the browser announced."""

    key: str
    size: int
    sha256: str


class Storage(Protocol):
    """A place for files. Missing objects raise FileNotFoundError, trouble raises StorageUnavailable."""

    def put(self, key: str, stream: IO[bytes], *, size_limit: int) -> Stored:
        """Write the rest of `stream` under a fresh key; durable when this returns. Too much data raises RuleBroken."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The object as a stream that is read piece by piece; the caller closes it."""
        ...

    def delete(self, key: str) -> None:
        """Afterwards there is no such object; it need not have been there."""
        ...

    def exists(self, key: str) -> bool: ...

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """Every object with the time it was written, in no order; what the portal never put there is left out."""
        ...

    def remove_half_written(self, before: datetime) -> None:
        """What processes that were killed left half written before this moment goes away."""
        ...

    def check(self) -> None:
        """Return when files can be written and strangers cannot read them; otherwise raise StorageUnavailable."""
        ...


def new_key() -> str:
    """A key nobody can guess: 128 random bits as hexadecimal digits."""
    return secrets.token_hex(16)


ERASED = "erased-"  # instead of a key: the bytes went when their term was over, the row stays


def ensure_key(key: str) -> str:
    """The key itself, when it is one that `new_key` could have made; anything else is a programmer's error."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


def copy_counted(source: IO[bytes], target: IO[bytes], *, size_limit: int) -> tuple[int, str]:
    """Copy to the end, never more than the limit; returns the size and the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > size_limit:
            raise RuleBroken(too_large(size_limit))
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def too_large(limit: int) -> Remark:
    """The remark for a file above the limit of bytes."""
    return Remark(
        N_("Файл больше %(limit)s. Уменьшите его, например сохраните сканы с меньшим разрешением, и приложите снова."),
        {"limit": shown_size(limit)},
    )


def shown_size(size: int) -> str:
    """A size in bytes as people read it.

    >>> shown_size(20 * 1024 * 1024), shown_size(1536), shown_size(100)
    ('20\\xa0МБ', '1,5\\xa0КБ', '100\\xa0Б')
    """
    for unit, bytes_in_unit in (("МБ", 1024 * 1024), ("КБ", 1024)):
        if size >= bytes_in_unit:
            tenths = size * 10 // bytes_in_unit
            whole, tenth = divmod(tenths, 10)
            return f"{whole},{tenth}\u00a0{unit}" if tenth else f"{whole}\u00a0{unit}"
    return f"{size}\u00a0Б"
