"""A client that costs little: one process, a few connections kept open, requests written once."""

import itertools
import multiprocessing
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


class Wrong(Exception):
    """The server answered otherwise than it should."""


@dataclass(frozen=True)
class Turn:
    """What a turn brought: answers and the seconds it took."""

    answers: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def request_of(host: str, port: int, path: str, cookie: str, body: bytes = b"") -> bytes:
    """A GET as bytes; with a body the POST by which a page saves what is typed."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: {host}:{port}", "Accept: text/html"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    if body:
        lines += [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
        lines += ["X-Requested-With: autosave"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask(connection: socket.socket, request: bytes, size: int) -> None:
    """One request and the whole of its answer: 200 and a page of about the expected size, or Wrong."""
    connection.sendall(request)
    head, _, body = b"", b"", b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            raise Wrong("the server hung up")
        head += part
    head, _, body = head.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    if status != b"200" or abs(length - size) > 200:
        raise Wrong(f"{status.decode()}, {length} bytes instead of {size}: {request.split()[1].decode()}")
    got = len(body)
    while got < length:
        got += len(connection.recv(1 << 20))


def _work(
    pipe: Any, address: tuple[str, int], requests: list[bytes], *, size: int, seconds: float, connections: int
) -> None:
    counts, errors = [0] * connections, []
    start = time.perf_counter()
    until = start + seconds

    def one(place: int) -> None:
        try:
            with socket.create_connection(address, timeout=60) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for request in itertools.cycle(requests):
                    if time.perf_counter() >= until:
                        break
                    ask(connection, request, size)
                    counts[place] += 1
        except (OSError, Wrong) as error:
            errors.append(str(error))

    threads = [threading.Thread(target=one, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((sum(counts), time.perf_counter() - start, errors))


def turn(address: tuple[str, int], requests: list[bytes], size: int, *, seconds: float, connections: int) -> Turn:
    """Ask the same, in turn, again and again, in a process of its own. Raises Wrong at the first wrong answer."""
    given = {"size": size, "seconds": seconds, "connections": connections}
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_work, args=(theirs, address, requests), kwargs=given)
    process.start()
    answers, took, errors = ours.recv()
    process.join()
    if errors:
        raise Wrong(errors[0])
    return Turn(answers, took)
