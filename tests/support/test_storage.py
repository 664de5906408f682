"""One contract for every storage, on a local folder and on a real S3 server."""

import hashlib
import io
import json
import os
import socket
import stat
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.s3_server import S3Server, s3_server
from tosportal.domain.errors import RuleBroken
from tosportal.support.storage import (
    LocalFolder,
    S3Storage,
    Storage,
    StorageUnavailable,
    Stored,
    new_key,
    storage_from_url,
)
from tosportal.support.storage.s3 import REST

__all__ = ["s3_server"]
MEGABYTE = 1024 * 1024
BAD_KEYS = [
    "",
    "a",
    "../" + "a" * 29,
    "a" * 31 + "/",
    "A" * 32,
    "a" * 33,
    "a" * 31 + "\n",
    "устав.pdf",
    "/etc/passwd",
    "%2e%2e",
]


class Dribble(io.BytesIO):
    """A stream that gives little at a time, as a slow connection does, and then breaks."""

    def __init__(self, pieces: list[bytes], breaks: bool = False) -> None:
        super().__init__()
        self.pieces = list(pieces)
        self.breaks = breaks

    def read(self, _size: int | None = -1) -> bytes:
        if self.pieces:
            return self.pieces.pop(0)
        if self.breaks:
            raise ConnectionResetError("the line dropped")
        return b""


class StorageContract:
    """What the portal relies on, whatever stands behind the interface."""

    def test_what_was_put_can_be_read(self, storage: Storage) -> None:
        content = os.urandom(3 * MEGABYTE + 17)
        key = new_key()
        stored = storage.put(key, io.BytesIO(content), size_limit=4 * MEGABYTE)
        assert stored == Stored(key, len(content), hashlib.sha256(content).hexdigest())
        with storage.open(key) as file:
            assert file.read(10) == content[:10]
            assert file.read() == content[10:]

    def test_a_slow_stream_arrives_whole(self, storage: Storage) -> None:
        key = new_key()
        assert storage.put(key, Dribble([b"a", b"bc", b"d" * 1000]), size_limit=2000).size == 1003
        with storage.open(key) as file:
            assert file.read() == b"abc" + b"d" * 1000

    def test_an_empty_object_is_an_object(self, storage: Storage) -> None:
        key = new_key()
        assert storage.put(key, io.BytesIO(), size_limit=0).size == 0
        assert storage.exists(key)
        with storage.open(key) as file:
            assert file.read() == b""

    def test_exactly_the_limit_passes_and_one_byte_more_leaves_nothing(self, storage: Storage) -> None:
        key, other = new_key(), new_key()
        assert storage.put(key, io.BytesIO(b"x" * MEGABYTE), size_limit=MEGABYTE).size == MEGABYTE
        with pytest.raises(RuleBroken, match="Файл больше 1\u00a0МБ"):
            storage.put(other, io.BytesIO(b"x" * (MEGABYTE + 1)), size_limit=MEGABYTE)
        assert storage.exists(key)
        assert not storage.exists(other)

    def test_a_broken_line_leaves_nothing(self, storage: Storage) -> None:
        key = new_key()
        with pytest.raises((ConnectionResetError, StorageUnavailable)):
            storage.put(key, Dribble([b"half"], breaks=True), size_limit=100)
        assert not storage.exists(key)

    def test_objects_are_never_overwritten(self, storage: Storage) -> None:
        key = new_key()
        storage.put(key, io.BytesIO(b"first"), size_limit=100)
        with pytest.raises(FileExistsError):
            storage.put(key, io.BytesIO(b"second"), size_limit=100)
        with storage.open(key) as file:
            assert file.read() == b"first"

    def test_delete_may_be_repeated(self, storage: Storage) -> None:
        key = new_key()
        storage.put(key, io.BytesIO(b"x"), size_limit=1)
        assert storage.exists(key)
        storage.delete(key)
        storage.delete(key)
        assert not storage.exists(key)
        with pytest.raises(FileNotFoundError):
            storage.open(key)

    @pytest.mark.parametrize("key", BAD_KEYS)
    def test_only_random_keys_are_taken(self, storage: Storage, key: str) -> None:
        with pytest.raises(ValueError, match="not a storage key"):
            storage.put(key, io.BytesIO(b"x"), size_limit=1)
        for act in (storage.open, storage.delete, storage.exists):
            with pytest.raises(ValueError, match="not a storage key"):
                act(key)

    def test_check_is_content(self, storage: Storage) -> None:
        storage.check()


class TestLocalFolder(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return LocalFolder(tmp_path / "files")

    def test_nothing_half_done_lies_around(self, storage: LocalFolder) -> None:
        with pytest.raises(RuleBroken):
            storage.put(new_key(), io.BytesIO(b"xx"), size_limit=1)
        kept = new_key()
        storage.put(kept, io.BytesIO(b"x"), size_limit=1)
        assert [file.name for file in storage.path.rglob("*") if file.is_file()] == [kept]

    def test_others_on_the_machine_cannot_read(self, storage: LocalFolder) -> None:
        key = new_key()
        storage.put(key, io.BytesIO(b"x"), size_limit=1)
        assert stat.S_IMODE((storage.path / key[:2] / key).stat().st_mode) == 0o600
        assert stat.S_IMODE((storage.path / key[:2]).stat().st_mode) == 0o700

    def test_file_and_folder_are_synced_before_put_returns(
        self, storage: LocalFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage.check()
        done: list[str] = []
        sync, rename = os.fsync, os.rename
        monkeypatch.setattr(os, "fsync", lambda fd: sync(noted(done, kind_of_descriptor(fd), fd)))
        monkeypatch.setattr(os, "rename", lambda a, b: rename(noted(done, "rename", a), b))
        storage.put(new_key(), io.BytesIO(b"x"), size_limit=1)
        assert done[-3:] == ["file", "rename", "folder"]

    def test_a_path_that_is_a_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("not a folder")
        with pytest.raises(StorageUnavailable, match="нельзя писать"):
            LocalFolder(tmp_path / "files").check()
        with pytest.raises(StorageUnavailable, match="не записан"):
            LocalFolder(tmp_path / "files").put(new_key(), io.BytesIO(b"x"), size_limit=1)


def noted(done: list[str], act: str, thing: Any) -> Any:
    done.append(act)
    return thing


def kind_of_descriptor(descriptor: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"


@pytest.mark.s3
class TestS3Storage(StorageContract):
    @pytest.fixture
    def storage(self, s3_server: S3Server) -> Storage:
        return storage_from_url(s3_server.url)

    def test_a_lost_answer_and_a_second_sending_is_one_success(self, storage: S3Storage) -> None:
        key = new_key()
        first = storage.put(key, io.BytesIO(b"same"), size_limit=100)
        assert storage.put(key, io.BytesIO(b"same"), size_limit=100) == first

    def test_strangers_get_nothing_through_any_door(self, storage: S3Storage, s3_server: S3Server) -> None:
        key = new_key()
        storage.put(key, io.BytesIO(b"private"), size_limit=100)
        answers = {
            "object": answer(f"{s3_server.endpoint}/{s3_server.bucket}/{key}"),
            "list": answer(f"{s3_server.endpoint}/{s3_server.bucket}"),
            "write": answer(f"{s3_server.endpoint}/{s3_server.bucket}/{new_key()}", method="PUT"),
            "filer": answer(f"{s3_server.filer}/buckets/{s3_server.bucket}/{key}"),
            "assigned": write_past_s3(s3_server),
        }
        assert answers == {"object": 403, "list": 403, "write": 403, "filer": 404, "assigned": 401}
        with storage.open(key) as file:
            assert file.read() == b"private"

    def test_an_open_bucket_is_noticed(self, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
        storage = storage_from_url(s3_server.url)
        assert isinstance(storage, S3Storage)
        monkeypatch.setattr(storage, "_stranger", storage._client)
        with pytest.raises(StorageUnavailable, match="открыто без ключа"):
            storage.check()

    def test_a_wrong_secret_is_told_without_being_shown(self, s3_server: S3Server) -> None:
        storage = storage_from_url(s3_server.url.replace(s3_server.secret_key, "wrong-secret"))
        with pytest.raises(StorageUnavailable) as caught:
            storage.check()
        assert "wrong-secret" not in f"{caught.value} {storage!r}"

    def test_a_missing_bucket_is_told(self, s3_server: S3Server) -> None:
        storage = storage_from_url(s3_server.url.replace("/files?", "/nowhere?"))
        with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
            storage.open(new_key())


def answer(address: str, method: str = "GET", body: bytes | None = None) -> int:
    """The status of a request without any key."""
    request = urllib.request.Request(address, method=method, data=b"x" if method == "PUT" else body)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def write_past_s3(server: S3Server) -> int:
    """Ask the master for a place and write there without a token, as a stranger on the same network would."""
    with urllib.request.urlopen(f"{server.master}/dir/assign", timeout=10) as reply:  # noqa: S310
        place = json.load(reply)
    return answer(f"http://{place['publicUrl']}/{place['fid']}", method="PUT")


def test_a_silent_server_is_unavailable_not_a_crash() -> None:
    storage = S3Storage(bucket="b", endpoint="http://127.0.0.1:9", access_key="k", secret_key="s", attempts=1)
    for act in (storage.open, storage.exists, storage.delete):
        with pytest.raises(StorageUnavailable, match="не отвечает"):
            act(new_key())


def test_keys_are_new_every_time() -> None:
    assert len({new_key() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://host/x",
        "file://otherhost/x",
        "file:///",
        "s3://host/bucket",
        "s3://k:s3cret@host",
        "s3://k:s3cret@host/a/b",
        "s3://k:s3cret@host/b?scheme=gopher",
        "s3://k:s3cret@host/b?shceme=http",
    ],
)
def test_a_wrong_address_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL") as caught:
        storage_from_url(url)
    assert "s3cret" not in str(caught.value)


def test_addresses_lead_to_the_right_storage(tmp_path: Path) -> None:
    for url in (str(tmp_path), f"file://{tmp_path}"):
        storage = storage_from_url(url)
        assert isinstance(storage, LocalFolder)
        assert storage.path == tmp_path
    bucket = storage_from_url("s3://k:s%2Bs@s3.example.ru:8443/files?region=ru-1")
    assert isinstance(bucket, S3Storage)
    assert (bucket.endpoint, bucket.bucket) == ("https://s3.example.ru:8443", "files")


def test_a_server_that_hangs_is_waited_for_once_and_asked_again_later() -> None:
    seconds = [1000.0]
    with socket.create_server(("127.0.0.1", 0)) as door:
        storage = S3Storage(
            bucket="b",
            endpoint=f"http://127.0.0.1:{door.getsockname()[1]}",
            access_key="k",
            secret_key="s",
            attempts=1,
            patience=1,
            seconds=lambda: seconds[0],
        )
        key = new_key()
        for act in (lambda: storage.put(key, io.BytesIO(b"x"), size_limit=9), lambda: storage.delete(key)):
            with pytest.raises(StorageUnavailable):
                act()
        door.settimeout(0.3)
        door.accept()[0].close()
        with pytest.raises(TimeoutError):
            door.accept()
        seconds[0] += REST
        with pytest.raises(StorageUnavailable):
            storage.exists(key)
        door.accept()[0].close()
