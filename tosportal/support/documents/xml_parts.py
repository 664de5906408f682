"""XML parts of office documents as a stream of events: no tree in memory, no document type, nothing fetched.

Elements and attributes go by their local names: transitional and strict OOXML differ only in namespaces.
"""

import posixpath
import zipfile
from collections.abc import Mapping
from typing import Protocol
from xml.parsers import expat

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.storage.upload_checks import BROKEN, DAMAGED

CHUNK = 8 * 1024 * 1024  # a token longer than a chunk is scanned again with each next one
ELEMENTS_MAX = 2_000_000
CELLS_MAX = 200_000
DEPTH_MAX = 1_000
TEXT_MAX = 12_000_000
BYTES_MAX = 120 * 1024 * 1024

TOO_LARGE = N_("Документ слишком большой. Оставьте в нём только паспорт и таблицы программы и загрузите снова.")
DEEP = N_("Документ устроен слишком сложно: части вложены друг в друга. Скопируйте таблицы в новый документ.")


class Handler(Protocol):
    """Who listens to a part: the start and the end of each element, and text between them."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text, possibly in pieces."""


class Meter:
    """Between the parser and the handler: local names, and the limits of a whole document.

    Elements, cells, text and bytes are counted over all parts: one part may be named by a thousand relations.
    """

    def __init__(self) -> None:
        self.elements = self.cells = self.depth = self.length = self.size = 0
        self.names: dict[str, str] = {}

    def local(self, name: str) -> str:
        """The name without its namespace."""
        known = self.names.get(name)
        if known is None:
            known = name.rpartition(" ")[2]
            if len(self.names) < 10_000:
                self.names[name] = known
        return known

    def count_text(self, length: int) -> None:
        """So much more text is read, or shown once more."""
        self.length += length
        if self.length > TEXT_MAX:
            raise RuleBroken(Remark(TOO_LARGE))

    def count_cell(self) -> None:
        """One more row or cell is kept."""
        self.cells += 1
        if self.cells > CELLS_MAX:
            raise RuleBroken(Remark(TOO_LARGE))

    def count_bytes(self, size: int) -> None:
        """So many more bytes are unpacked."""
        self.size += size
        if self.size > BYTES_MAX:
            raise RuleBroken(Remark(TOO_LARGE))

    def listen(self, parser: expat.XMLParserType, handler: Handler) -> None:
        """Let the handler hear the parser."""
        local, begin, finish, hear = self.local, handler.start, handler.end, handler.text

        def start(name: str, attributes: dict[str, str]) -> None:
            self.elements += 1
            self.depth += 1
            if self.elements > ELEMENTS_MAX:
                raise RuleBroken(Remark(TOO_LARGE))
            if self.depth > DEPTH_MAX:
                raise RuleBroken(Remark(DEEP))
            begin(local(name), {local(key): value for key, value in attributes.items()} if attributes else attributes)

        def end(name: str) -> None:
            self.depth -= 1
            finish(local(name))

        def text(data: str) -> None:
            self.count_text(len(data))
            hear(data)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = refuse_document_type


def refuse_document_type(*_: object) -> None:
    """Office programs write no document type: it can only be a trap of entities."""
    raise RuleBroken(Remark(BROKEN))


def pump(archive: zipfile.ZipFile, name: str, handler: Handler, meter: Meter) -> None:
    """Send one part through a handler; RuleBroken when it is missing, damaged or past the limits of the meter."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    meter.depth = 0
    meter.listen(parser, handler)
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                meter.count_bytes(len(chunk))
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, *DAMAGED) as error:
        raise RuleBroken(Remark(BROKEN)) from error


class Relations:
    """The relations of a part: id → (last word of the type, target as a path inside the archive)."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """One relation; outside ones are never followed."""
        if name == "Relationship" and attributes.get("TargetMode", "").lower() != "external":
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", ""))).lstrip("/")
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Relations hold no text."""


def relations_of(archive: zipfile.ZipFile, name: str, meter: Meter) -> dict[str, tuple[str, str]]:
    """The relations of a part of the archive; empty when it has none."""
    folder, _, file = name.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels"
    relations = Relations(folder)
    if listed in archive.namelist():
        pump(archive, listed, relations, meter)
    return relations.targets
