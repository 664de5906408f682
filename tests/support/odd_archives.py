"""Odd documents whose archive is damaged, locked, made to explode, or no document at all."""

import io
import struct
import warnings
import zipfile

from tests.support.odd_cases import BOMB, BROKEN, MACROS, OBJECTS, OLD, PASSWORD, READ, Case
from tests.support.office_files import (
    DATA,
    MEGABYTE,
    TWO,
    WORD,
    book,
    document,
    noise,
    packed,
    text,
    types,
    word,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def real(name: str) -> bytes:
    return (DATA / name).read_bytes()


def cut(name: str, percent: int) -> bytes:
    content = real(name)
    return content[: len(content) * percent // 100]


def flipped(name: str, percent: int, length: int = 40) -> bytes:
    """A real file with some bytes turned over."""
    content = bytearray(real(name))
    place = min(len(content) * percent // 100, len(content) - length)
    content[place : place + length] = bytes(byte ^ 0x5A for byte in content[place : place + length])
    return bytes(content)


def with_flag(content: bytes, flag: int) -> bytes:
    """The first entry of the central directory says that it is locked."""
    out = bytearray(content)
    place = out.index(b"PK\x01\x02")
    out[place + 8 : place + 10] = struct.pack("<H", flag)
    return bytes(out)


def declaring(content: bytes, name: str, size: int) -> bytes:
    """An entry of the central directory declares another unpacked size than it has."""
    out = bytearray(content)
    place = out.rindex(name.encode()) - 46
    assert out[place : place + 4] == b"PK\x01\x02"
    out[place + 24 : place + 28] = struct.pack("<L", size)
    return bytes(out)


def twice(name: str, content: str) -> bytes:
    """Two entries of one name."""
    out = io.BytesIO(word(text("первый")))
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, content)
    return out.getvalue()


def sharing_data() -> bytes:
    """Many entries of the directory that point to one piece of packed data."""
    content = word(text("x"), {"word/aaaa.xml": "<a>" + " " * MEGABYTE + "</a>"})
    end = content.rindex(b"PK\x05\x06")
    start = struct.unpack("<L", content[end + 16 : end + 20])[0]
    directory = content[start:end]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"aaaa", b"%04d" % number) for number in range(90))
    count = 3 + 90
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory) + len(more), start, 0)
    return content[:start] + directory + more + record


ODT = "application/vnd.oasis.opendocument.text"
PPTX = types("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")
MACRO_WORD = types("application/vnd.ms-word.document.macroEnabled.main+xml")
MACRO_BOOK = types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")
ENCRYPTED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000

ARCHIVES: dict[str, Case] = {
    "nothing at all": ("a.docx", lambda: b"", "пустой"),
    "plain text": ("a.docx", "Паспорт программы".encode, "узнать тип"),
    "a page of a site": ("a.docx", lambda: b"<html><body>x</body></html>", "страница"),
    "a flat XML document": ("a.xml", lambda: document(text("x")).encode(), "страница"),
    "a PDF by another name": ("a.docx", lambda: b"%PDF-1.7\n%%EOF", "PDF"),
    "a picture by another name": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "PNG"),
    "an RTF by another name": ("a.docx", lambda: b"{\\rtf1 x}", "RTF"),
    "an old DOC by another name": ("a.docx", lambda: OLE + b"\0" * 4000, OLD),
    "an old XLS by another name": ("a.xlsx", lambda: OLE + b"\x09\x08" * 2000, OLD),
    "locked by a password": ("a.docx", lambda: ENCRYPTED, PASSWORD),
    "locked entries of a zip": ("a.docx", lambda: with_flag(word(text("x")), 1), PASSWORD),
    "DOCX cut at 1 %": ("a.docx", lambda: cut("programme-ordynsky.docx", 1), BROKEN),
    "DOCX cut at 50 %": ("a.docx", lambda: cut("programme-ordynsky.docx", 50), BROKEN),
    "DOCX cut at 99 %": ("a.docx", lambda: cut("programme-ordynsky.docx", 99), BROKEN),
    "XLSX cut at 50 %": ("a.xlsx", lambda: cut("programme-ordynsky.xlsx", 50), BROKEN),
    "DOCX with turned bytes at 5 %": ("a.docx", lambda: flipped("programme-ordynsky.docx", 5), BROKEN),
    "DOCX with turned bytes at 30 %": ("a.docx", lambda: flipped("programme-ordynsky.docx", 30), BROKEN),
    "DOCX with turned bytes at 98 %": ("a.docx", lambda: flipped("programme-ordynsky.docx", 98), BROKEN),
    "XLSX with turned bytes at 40 %": ("a.xlsx", lambda: flipped("programme-ordynsky.xlsx", 40), BROKEN),
    "XLSX with a turned end": ("a.xlsx", lambda: flipped("programme-ordynsky.xlsx", 100, 22), BROKEN),
    "a zip without entries": ("a.docx", lambda: b"PK\x05\x06" + b"\0" * 18, "узнать тип"),
    "a zip of pictures": ("a.docx", lambda: packed({"1.jpg": b"\xff\xd8\xff"}), "архив ZIP"),
    "an ODT": ("a.docx", lambda: packed({"mimetype": ODT, "content.xml": "<o/>"}), "ODT"),
    "a presentation": ("a.docx", lambda: packed({"[Content_Types].xml": PPTX}), "другого типа"),
    "without a list of types": ("a.docx", lambda: packed({"word/document.xml": document(text("x"))}), "архив ZIP"),
    "without the document": ("a.docx", lambda: packed({"[Content_Types].xml": types(WORD)}), "другого типа"),
    "without the workbook": ("a.xlsx", lambda: book(TWO, without=["xl/workbook.xml"]), "другого типа"),
    "a DOCM by another name": ("a.docx", lambda: word(text("x"), {"[Content_Types].xml": MACRO_WORD}), MACROS),
    "an XLSM by another name": ("a.xlsx", lambda: book(TWO, extra={"[Content_Types].xml": MACRO_BOOK}), MACROS),
    "a DOCX with a VBA project": ("a.docx", lambda: word(text("x"), {"word/vbaProject.bin": OLE}), MACROS),
    "old macro sheets": ("a.xlsx", lambda: book(TWO, extra={"xl/macrosheets/sheet1.xml": "<a/>"}), MACROS),
    "an embedded object": ("a.docx", lambda: word(text("x"), {"word/embeddings/oleObject1.bin": OLE}), OBJECTS),
    "ActiveX": ("a.docx", lambda: word(text("x"), {"word/activeX/activeX1.xml": "<a/>"}), MACROS),
    "one name twice": ("a.docx", lambda: twice("word/document.xml", document(text("второй"))), BROKEN),
    "one name in two cases": ("a.docx", lambda: word(text("x"), {"WORD/document.xml": "<a/>"}), BROKEN),
    "a name that climbs out": ("a.docx", lambda: word(text("x"), {"../../etc/cron.d/x": "x"}), BROKEN),
    "a name from the root": ("a.docx", lambda: word(text("x"), {"/etc/passwd": "x"}), BROKEN),
    "a name of 60,000 signs": ("a.docx", lambda: word(text("x"), {"/embeddings/" * 5_000: "x"}), BROKEN),
    "rare compression": ("a.docx", lambda: packed({"[Content_Types].xml": "x"}, zipfile.ZIP_LZMA), BROKEN),
    "an entry larger than it says": ("a.docx", lambda: declaring(word(text("x")), "word/document.xml", 50), BROKEN),
    "an entry smaller than it says": ("a.docx", lambda: declaring(word(text("x")), "word/document.xml", 9_999), READ),
    "an entry that says 4 GB": ("a.docx", lambda: declaring(word(text("x")), "word/document.xml", 2**32 - 2), BOMB),
    "entries that share data": ("a.docx", sharing_data, BOMB),
    "3,000 parts": ("a.docx", lambda: word(text("x"), {f"word/{n}.xml": "<a/>" for n in range(3_000)}), BOMB),
    "a bomb in the document": ("a.docx", lambda: word(part=b" " * (300 * MEGABYTE)), BOMB),
    "a bomb in a picture": ("a.docx", lambda: word(text("x"), {"word/media/1.png": bytes(300 * MEGABYTE)}), BOMB),
    "a bomb below the ratio": (
        "a.docx",
        lambda: word(part=b" " * (60 * MEGABYTE), extra={"word/media/1.png": noise(MEGABYTE)}),
        BOMB,
    ),
    "zips in a zip": ("a.docx", lambda: word(text("x"), {"word/media/1.zip": packed({"1": bytes(9_999)})}), READ),
}
