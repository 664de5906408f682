"""Files in a folder of this machine."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO

from tosportal.support.storage.interface import KEY, StorageUnavailable, Stored, copy_counted, ensure_key

INCOMING = ".incoming-"


class LocalFolder:
    """A folder with 256 subfolders by the first two digits of the key; readable by the owner only."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()

    def __repr__(self) -> str:
        return f"LocalFolder({str(self.path)!r})"

    def put(self, key: str, stream: IO[bytes], *, size_limit: int) -> Stored:
        """Temporary file, fsync, rename, fsync of the folder: whole or not there, also after a power cut."""
        target = self._place(key)
        try:
            self._make(target.parent)
            if target.exists():
                raise FileExistsError(f"object {key} is already there")
            handle, temporary = tempfile.mkstemp(prefix=INCOMING, dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    size, sha256 = copy_counted(stream, file, size_limit=size_limit)
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(temporary, target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            sync_folder(target.parent)
        except FileExistsError:
            raise
        except OSError as error:
            raise StorageUnavailable(f"Файл не записан в папку {self.path}: {error.strerror or error}") from error
        return Stored(key, size, sha256)

    def open(self, key: str) -> BinaryIO:
        try:
            return self._place(key).open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageUnavailable(f"Файл не открыть в папке {self.path}: {error.strerror or error}") from error

    def delete(self, key: str) -> None:
        target = self._place(key)
        try:
            if target.exists():
                target.unlink(missing_ok=True)
                sync_folder(target.parent)
        except OSError as error:
            raise StorageUnavailable(f"Файл не убрать из папки {self.path}: {error.strerror or error}") from error

    def exists(self, key: str) -> bool:
        return self._place(key).is_file()

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """A folder at a time."""
        try:
            for folder in sorted(self.path.glob("[0-9a-f][0-9a-f]")):
                for file in sorted(folder.iterdir()):
                    with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                        if KEY.fullmatch(file.name):
                            yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except OSError as error:
            raise StorageUnavailable(f"Папку {self.path} не прочитать: {error.strerror or error}") from error

    def remove_half_written(self, before: datetime) -> None:
        for file in self.path.glob(f"[0-9a-f][0-9a-f]/{INCOMING}*"):
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < before.timestamp():
                    file.unlink()

    def check(self) -> None:
        """The folder is there, or can be made, and a file can be written into it."""
        try:
            self._make(self.path)
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(b"?")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            message = f"В папку для файлов {self.path} нельзя писать: {error.strerror or error}"
            raise StorageUnavailable(message) from error

    def _place(self, key: str) -> Path:
        return self.path / ensure_key(key)[:2] / key

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the list of names of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
