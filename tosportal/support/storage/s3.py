"""Files in a private bucket of an S3 server."""

import base64
import binascii
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, BinaryIO, cast

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from tosportal.support.storage.interface import (
    CHUNK,
    KEY,
    StorageUnavailable,
    Stored,
    copy_counted,
    ensure_key,
    new_key,
)

SPOOLED_IN_MEMORY = 1024 * 1024
REST = 15  # seconds in which a server that kept us waiting in vain is not asked again
MISSING = {"404", "NoSuchKey", "NotFound"}
TAKEN = {"412", "PreconditionFailed"}


class S3Storage:
    """A bucket that nobody reads without the key. Every object is sent with its SHA-256 and looked at afterwards."""

    def __init__(
        self,
        *,
        bucket: str,
        endpoint: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        attempts: int = 2,
        patience: int = 10,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bucket = bucket
        self.endpoint = endpoint
        self._seconds = seconds
        self._rests_until: float | None = None
        settings: dict[str, Any] = {
            "connect_timeout": 2,
            "read_timeout": patience,
            "retries": {"total_max_attempts": attempts, "mode": "standard"},
            "s3": {"addressing_style": "path"},
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
        session = boto3.session.Session()
        self._client = session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(signature_version="s3v4", max_pool_connections=20, **settings),
        )
        self._stranger = session.client(
            "s3", endpoint_url=endpoint, region_name=region, config=Config(signature_version=UNSIGNED, **settings)
        )

    def __repr__(self) -> str:
        return f"S3Storage(bucket={self.bucket!r}, endpoint={self.endpoint!r})"

    def put(self, key: str, stream: IO[bytes], *, size_limit: int) -> Stored:
        """Counted into a temporary file, sent with its SHA-256, then looked at: the size there must be the size here.

        An answer lost on the way makes the client send again; the same content under the same key is then a success.
        """
        ensure_key(key)
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_IN_MEMORY) as spool:
            size, sha256 = copy_counted(stream, cast(IO[bytes], spool), size_limit=size_limit)
            spool.seek(0)
            with self._trouble():
                try:
                    self._client.put_object(
                        Bucket=self.bucket,
                        Key=key,
                        Body=spool,
                        ContentLength=size,
                        ContentType="application/octet-stream",
                        ChecksumSHA256=base64.b64encode(binascii.unhexlify(sha256)).decode(),
                        Metadata={"sha256": sha256},
                        IfNoneMatch="*",
                    )
                except ClientError as error:
                    if code_of(error) not in TAKEN or self._head(key).get("Metadata", {}).get("sha256") != sha256:
                        if code_of(error) in TAKEN:
                            raise FileExistsError(f"object {key} is already there") from error
                        raise
                there = self._head(key)["ContentLength"]
        if there != size:
            raise StorageUnavailable(f"Хранилище приняло {there} байт вместо {size}")
        return Stored(key, size, sha256)

    def open(self, key: str) -> BinaryIO:
        ensure_key(key)
        with self._trouble():
            try:
                body = self._client.get_object(Bucket=self.bucket, Key=key)["Body"]
            except ClientError as error:
                if code_of(error) in MISSING:
                    raise FileNotFoundError(key) from error
                raise
        return io.BufferedReader(body, CHUNK)

    def delete(self, key: str) -> None:
        ensure_key(key)
        with self._trouble():
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def exists(self, key: str) -> bool:
        ensure_key(key)
        with self._trouble():
            try:
                self._head(key)
            except ClientError as error:
                if code_of(error) in MISSING:
                    return False
                raise
        return True

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """A thousand at a time."""
        with self._trouble():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for one in page.get("Contents", ()):
                    if KEY.fullmatch(one["Key"]):
                        yield one["Key"], one["LastModified"]

    def remove_half_written(self, before: datetime) -> None:
        """An object comes whole or not at all: nothing lies there half written."""

    def check(self) -> None:
        """The bucket takes and gives a file with the key, and neither its list nor the file without it."""
        probe = new_key()
        self.put(probe, io.BytesIO(b"?"), size_limit=1)
        try:
            for attempt in (
                lambda: self._stranger.list_objects_v2(Bucket=self.bucket, MaxKeys=1),
                lambda: self._stranger.get_object(Bucket=self.bucket, Key=probe),
                lambda: self._stranger.put_object(Bucket=self.bucket, Key=probe, Body=b"!"),
            ):
                if self._is_allowed(attempt):
                    raise StorageUnavailable(
                        f"Хранилище файлов (корзина {self.bucket}) открыто без ключа: закройте доступ для всех"
                    )
        finally:
            self.delete(probe)

    def _is_allowed(self, attempt: Any) -> bool:
        with self._trouble():
            try:
                attempt()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in {401, 403}:
                    return False
                raise
        return True

    def _head(self, key: str) -> dict[str, Any]:
        return self._client.head_object(Bucket=self.bucket, Key=key)

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Trouble of the server in our words. A hanging server costs one wait, not one for each of the next requests:
        a process of the portal serves nobody else while it waits."""
        if self._rests_until is not None and self._seconds() < self._rests_until:
            raise StorageUnavailable("Хранилище файлов только что не ответило, ждём несколько секунд")
        try:
            yield
        except ClientError as error:
            raise StorageUnavailable(f"Хранилище файлов отказало: {code_of(error)}") from error
        except BotoCoreError as error:
            if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
                self._rests_until = self._seconds() + REST
            raise StorageUnavailable(f"Хранилище файлов не отвечает: {error}") from error


def code_of(error: ClientError) -> str:
    """The short code of a refusal, as the server gave it."""
    return str(error.response.get("Error", {}).get("Code", ""))
