"""A JPEG or PNG without what a camera and its programs wrote beside the picture: place, time, maker, comments.

The points stay exactly as they were compressed: only parts of the file that hold no points are left out. It is done
when a file is given out and not when it comes: a receipt names the SHA-256 of the very file that was sent, and its
sender must be able to compare.
"""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

PIECE = 64 * 1024
JPEG, PNG = "image/jpeg", "image/png"
# Of a JPEG: how the picture is turned is worth keeping, in an EXIF that holds nothing else.
ORIENTATION = 0x0112
SOI, EOI, SOS, APP0, APP1, APP2, APP14, COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# All that decides how the points look; texts, times and EXIF are not among them.
PNG_PARTS = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"cHRM",
        b"gAMA",
        b"iCCP",
        b"sBIT",
        b"sRGB",
        b"cICP",
        b"bKGD",
        b"pHYs",
    }
)


class NotClean(Exception):
    """The file is not built as its kind is: nothing of it may be given out as clean."""


def cleaned(stream: BinaryIO, media_type: str) -> Iterator[bytes]:
    """The pieces of the cleaned file, never more than a segment and PIECE bytes in memory; raises NotClean on the way.

    `media_type` is one of CLEANED. The stream is read once from where it stands to the end of the picture.
    """
    return CLEANED[media_type](stream)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = stream.read(count - len(found))
        if not more:
            raise NotClean
        found += more
    return found


def _clean_jpeg(stream: BinaryIO) -> Iterator[bytes]:
    if _exactly(stream, 2) != bytes((0xFF, SOI)):
        raise NotClean
    yield bytes((0xFF, SOI))
    reader = _Ahead(stream)
    marker = reader.marker()
    while marker != EOI:
        if marker in WITHOUT_LENGTH:
            yield bytes((0xFF, marker))
        else:
            length = int.from_bytes(reader.take(2))
            if length < 2:
                raise NotClean
            kept = _jpeg_part(marker, reader.take(length - 2))
            if kept is not None:
                yield bytes((0xFF, marker)) + (len(kept) + 2).to_bytes(2) + kept
        if marker == SOS:
            yield from reader.points()
        marker = reader.marker()
    yield bytes((0xFF, EOI))  # and nothing that was hidden behind the end


def _jpeg_part(marker: int, content: bytes) -> bytes | None:
    """What of this segment is needed to show the picture; None for nothing."""
    if marker == APP0:
        return content[:12] + b"\0\0" if content.startswith(b"JFIF\0") and len(content) >= 14 else None
    if marker == APP1:
        return _turned_only(content) if content.startswith(b"Exif\0\0") else None
    if marker == APP2:
        return content if content.startswith(b"ICC_PROFILE\0") else None
    if marker == APP14:
        return content[:12] if content.startswith(b"Adobe") else None
    return None if APP0 < marker <= 0xEF or marker == COMMENT else content


def _turned_only(exif: bytes) -> bytes | None:
    """An EXIF that says how the picture is turned, when this one does."""
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return None
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for number in range(count):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, place + 2 + 12 * number)
            if tag == ORIENTATION and 2 <= value <= 8:
                entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, value, 0)
                return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    except struct.error:
        return None
    return None


class _Ahead:
    """Bytes of a stream with what was read too far."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.buffer = stream, b""

    def take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            more = self.stream.read(max(PIECE, count - len(self.buffer)))
            if not more:
                raise NotClean
            self.buffer += more
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def marker(self) -> int:
        if self.take(1) != b"\xff":
            raise NotClean
        found = b"\xff"
        while found == b"\xff":  # a marker may be filled up with such bytes
            found = self.take(1)
        return found[0]

    def points(self) -> Iterator[bytes]:
        """The compressed points up to the next marker, which stays unread."""
        while True:
            end = self._next_marker()
            if end is not None:
                yield self.buffer[:end]
                self.buffer = self.buffer[end:]
                return
            keep = 1 if self.buffer.endswith(b"\xff") else 0
            yield self.buffer[: len(self.buffer) - keep]
            more = self.stream.read(PIECE)
            if not more:
                raise NotClean
            self.buffer = self.buffer[len(self.buffer) - keep :] + more

    def _next_marker(self) -> int | None:
        place = self.buffer.find(b"\xff")
        while 0 <= place < len(self.buffer) - 1:
            following = self.buffer[place + 1]
            if following not in (0x00, 0xFF) and following not in WITHOUT_LENGTH:
                return place
            place = self.buffer.find(b"\xff", place + 1 if following == 0xFF else place + 2)
        return None


def _clean_png(stream: BinaryIO) -> Iterator[bytes]:
    if _exactly(stream, len(PNG_HEAD)) != PNG_HEAD:
        raise NotClean
    yield PNG_HEAD
    name = b""
    while name != b"IEND":
        head = _exactly(stream, 8)
        length, name = int.from_bytes(head[:4]), head[4:]
        left = length + 4  # with its check sum
        if name in PNG_PARTS:
            yield head
        while left:
            piece = _exactly(stream, min(PIECE, left))
            left -= len(piece)
            if name in PNG_PARTS:
                yield piece


CLEANED: dict[str, Callable[[BinaryIO], Iterator[bytes]]] = {JPEG: _clean_jpeg, PNG: _clean_png}
