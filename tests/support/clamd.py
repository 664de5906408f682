"""A real clamd for the tests: Debian's, on a socket of its own, knowing one signature: EICAR."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

READY_WITHIN = 60
# The test file of the makers of antivirus programs; written in two parts, so that this file is not taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIG = """
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
Foreground yes
MaxThreads 2
"""


@dataclass(frozen=True)
class Clamd:
    """Where it listens, and how to make it silent."""

    unix: str
    tcp: str
    process: subprocess.Popen[bytes]


def clamd_binary() -> str | None:
    return shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@pytest.fixture(scope="session")
def clamd() -> Iterator[Clamd]:
    binary = clamd_binary()
    if binary is None:
        pytest.skip("clamd (Debian: clamav-daemon) is not installed: the virus check is tested without it only")
    with tempfile.TemporaryDirectory(prefix="clamd-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "local.ndb").write_text(f"Test.EICAR:0:*:{EICAR.hex()}\n")
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        (folder / "clamd.conf").write_text(CONFIG.format(folder=folder, port=port))
        with (folder / "output.log").open("wb") as log:
            process = subprocess.Popen(
                [binary, f"--config-file={folder / 'clamd.conf'}"], cwd=folder, stdout=log, stderr=log
            )
        try:
            wait_until_ready(process, folder, port)
            yield Clamd(f"unix:{folder}/clamd.sock", f"tcp://127.0.0.1:{port}", process)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=20)


def wait_until_ready(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    end = time.monotonic() + READY_WITHIN
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as door:
            door.sendall(b"zPING\0")
            if door.recv(16) == b"PONG\0":
                return
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"clamd did not start: {(folder / 'output.log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
