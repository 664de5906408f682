"""The client of clamd: against a real daemon, and against doors that are shut, silent or speak nonsense."""

import io
import os
import socket
import threading
import zipfile

import pytest

from tests.support.clamd import EICAR, Clamd, clamd
from tosportal.support.storage import NoScanner, find_virus

__all__ = ["clamd"]


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letter.txt", content)
    return out.getvalue()


@pytest.mark.parametrize("door", ["unix", "tcp"])
def test_eicar_is_found_and_other_files_are_clean(clamd: Clamd, door: str) -> None:
    address = getattr(clamd, door)
    assert find_virus(address, io.BytesIO(EICAR)) == "Test.EICAR.UNOFFICIAL"
    assert find_virus(address, io.BytesIO(zipped(EICAR))) == "Test.EICAR.UNOFFICIAL"
    assert find_virus(address, io.BytesIO(b"")) is None
    assert find_virus(address, io.BytesIO(os.urandom(3_000_000))) is None


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:/nowhere/clamd.sock"])
def test_a_shut_door_is_told(address: str) -> None:
    with pytest.raises(NoScanner, match="не отвечает"):
        find_virus(address, io.BytesIO(b"x"))


@pytest.mark.parametrize("address", ["", "unix:", "http://127.0.0.1", "/run/clamd.sock"])
def test_a_wrong_address_is_told(address: str) -> None:
    with pytest.raises(ValueError, match="CLAMD_URL"):
        find_virus(address, io.BytesIO(b"x"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "не отвечает"),
        (b"", "непонятно"),
        (b"INSTREAM size limit exceeded. ERROR\0", "INSTREAM size limit exceeded"),
        (b"stream: OK but not quite\0", "непонятно"),
        (b"\xff" * 10_000, "непонятно"),
    ],
)
def test_no_clear_answer_is_no_verdict(answer: bytes | None, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def speak() -> None:
            connection, _ = door.accept()
            with connection:
                if answer is None:
                    connection.recv(10)
                    done.wait(5)
                else:
                    connection.recv(1000)
                    connection.sendall(answer)

        done = threading.Event()
        thread = threading.Thread(target=speak)
        thread.start()
        try:
            with pytest.raises(NoScanner, match=words):
                find_virus(f"tcp://127.0.0.1:{door.getsockname()[1]}", io.BytesIO(b"x" * 10), patience=0.5)
        finally:
            done.set()
            thread.join()
