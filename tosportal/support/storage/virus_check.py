"""The question to ClamAV «is there a virus in this file», over a socket: the command INSTREAM of clamd."""

import contextlib
import re
import socket
import struct
from typing import IO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
PATIENCE = 60.0  # seconds without an answer
LONGEST_ANSWER = 4096
FOUND = re.compile(r"stream: (.+) FOUND")


class NoScanner(Exception):
    """clamd cannot be reached, or did not say whether the file is clean; the message is in plain Russian."""


def connect(address: str, patience: float = PATIENCE) -> socket.socket:
    """An open door to clamd: `unix:/path` or `tcp://host:port`. ValueError for another address."""
    if address.startswith("unix:") and len(address) > len("unix:"):
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            door.settimeout(patience)
            door.connect(address.removeprefix("unix:").removeprefix("//"))
        except BaseException:
            door.close()
            raise
        return door
    parts = urlsplit(address)
    if parts.scheme != "tcp" or not parts.hostname:
        raise ValueError("CLAMD_URL: write unix:/path/to/socket or tcp://host:port")
    return socket.create_connection((parts.hostname, parts.port or 3310), timeout=patience)


def find_virus(address: str, stream: IO[bytes], *, patience: float = PATIENCE) -> str | None:
    """The name of the virus in the rest of `stream`; None when clamd says it is clean. Raises NoScanner otherwise."""
    try:
        with connect(address, patience) as door:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before the end
                door.sendall(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK):
                    door.sendall(struct.pack("!L", len(chunk)) + chunk)
                door.sendall(struct.pack("!L", 0))
            answer = b""
            while len(answer) < LONGEST_ANSWER and (more := door.recv(LONGEST_ANSWER)):
                answer += more
                if b"\0" in more:
                    break
    except OSError as error:
        raise NoScanner(f"Программа проверки на вирусы не отвечает: {error.strerror or error}") from error
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if said == "stream: OK":
        return None
    if found := FOUND.fullmatch(said):
        return found[1]
    raise NoScanner(f"Программа проверки на вирусы ответила непонятно: {said[:200]}")
