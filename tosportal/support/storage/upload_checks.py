"""What an uploaded file really is, and whether it may come in.

The type is judged by the content, never by the name or by what the browser says. Nothing is unpacked to disk and every
read is counted, so a file made to explode stops at the limit.
"""

import hashlib
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape
from typing import IO
from xml.parsers import expat

from PIL import Image
from pillow_heif import register_heif_opener
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.storage.interface import CHUNK, too_large
from tosportal.support.storage.signature_files import check_signature, looks_like_signature

register_heif_opener(thumbnails=False)

UNPACKED_MAX = 200 * 1024 * 1024
RATIO_MAX = 100
RATIO_FROM = 1024 * 1024
ENTRIES_MAX = 2_000
LIST_MAX = 1024 * 1024
ENTRY_NAME_MAX = 500
PIXELS_MAX = 60_000_000
NAME_MAX = 120
XML_PART_MAX = 64 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A type of file the portal knows: its code in the regulation, how people call it, and how it is sent."""

    code: str
    name: str
    media_type: str
    extensions: tuple[str, ...]


KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", ("pdf",)),
        Kind("docx", "DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
        Kind("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
        Kind("odt", "ODT", "application/vnd.oasis.opendocument.text", ("odt",)),
        Kind("jpeg", "JPEG", "image/jpeg", ("jpg", "jpeg")),
        Kind("png", "PNG", "image/png", ("png",)),
        Kind("heic", "HEIC", "image/heic", ("heic", "heif")),
        Kind("sig", "SIG, P7S", "application/pkcs7-signature", ("sig", "p7s", "sgn", "sign")),
    )
}


@dataclass(frozen=True)
class Accepted:
    """A file that passed: what it is, and the label under which people will see it."""

    kind: str
    media_type: str
    size: int
    sha256: str
    clean_name: str


def check_upload(stream: IO[bytes], name: str, *, accept: Iterable[str], max_bytes: int) -> Accepted:
    """What the file is, when it is one of the accepted kinds and harmless; otherwise RuleBroken with the reason.

    `stream` can be rewound and stands at its beginning afterwards.
    """
    accepted = [KINDS[code] for code in KINDS if code in set(accept)]
    try:
        size, sha256 = measure(stream, max_bytes)
        kind = kind_of(stream, accepted)
        if kind not in accepted:
            raise refused(
                N_("Это файл %(found)s, а здесь он не подходит. Принимаются: %(types)s."), accepted, kind.name
            )
        CHECKS.get(kind.code, check_zip)(stream)
    finally:
        stream.seek(0)
    return Accepted(kind.code, kind.media_type, size, sha256, clean_name(name, kind))


def clean_name(name: str, kind: Kind | None = None) -> str:
    """A label made of a file name: no folders, no control or invisible signs, at most 120 characters, the right ending.

    >>> clean_name("C:\\\\fakepath\\\\Устав ТОС «Заря».pdf"), clean_name("../../etc/passwd"), clean_name("\\0 .. ")
    ('Устав ТОС «Заря».pdf', 'passwd', 'файл')
    >>> clean_name("смета.exe", KINDS["pdf"])
    'смета.exe.pdf'
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    text = "".join(" " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} else sign for sign in text)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    text = " ".join(re.sub(r'[<>:"|?*%]', "_", text).split()).rstrip(". ")
    stem, dot, ending = text.rpartition(".")
    if not dot or not re.fullmatch(r"\w{1,10}", ending):
        stem, ending = text, ""
    if kind and ending.lower() not in kind.extensions:
        stem, ending = text, kind.extensions[0]
    stem = stem.strip(". ") or "файл"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem):
        stem = f"_{stem}"
    stem = stem[: NAME_MAX - len(ending) - 1].rstrip(". ")
    return f"{stem}.{ending}" if ending else stem


def measure(stream: IO[bytes], max_bytes: int) -> tuple[int, str]:
    """Size and SHA-256 of the whole stream; never reads much past the limit."""
    stream.seek(0)
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise RuleBroken(too_large(max_bytes))
        digest.update(chunk)
    if not size:
        raise RuleBroken(
            Remark(N_("Файл пустой. Проверьте, что он сохранился на вашем устройстве, и приложите снова."))
        )
    return size, digest.hexdigest()


def refused(template: str, accepted: Iterable[Kind], found: str = "") -> RuleBroken:
    """The refusal with the list of what is accepted here."""
    values: dict[str, object] = {"types": ", ".join(kind.name for kind in accepted)}
    return RuleBroken(Remark(template, values | {"found": Remark(found)} if found else values))


# ── What it is ────────────────────────────────────────────────────────────────────────────────────────────────────

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRANGERS: tuple[tuple[bytes, int, str], ...] = (
    (b"MZ", 0, N_("программа для Windows")),
    (b"\x7fELF", 0, N_("программа для Linux")),
    (b"#!", 0, N_("программа (скрипт)")),
    (b"Rar!", 0, N_("архив RAR")),
    (b"7z\xbc\xaf", 0, N_("архив 7z")),
    (b"\x1f\x8b", 0, N_("архив GZ")),
    (b"BZh", 0, N_("архив BZ2")),
    (b"GIF8", 0, N_("картинка GIF")),
    (b"BM", 0, N_("картинка BMP")),
    (b"II*\0", 0, N_("картинка TIFF")),
    (b"MM\0*", 0, N_("картинка TIFF")),
    (b"WEBP", 8, N_("картинка WebP")),
    (b"ftypheic", 4, N_("фотография HEIC (iPhone)")),
    (b"ftypheix", 4, N_("фотография HEIC (iPhone)")),
    (b"ftypmif1", 4, N_("фотография HEIC (iPhone)")),
    (b"ftypavif", 4, N_("картинка AVIF")),
    (b"ftyp", 4, N_("видео")),
    (b"{\\rtf", 0, N_("документ RTF")),
)
HEIC_MARKS = (b"ftypheic", b"ftypheix", b"ftypmif1")
MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<!--|<html|<svg|<script|<head|<body)", re.IGNORECASE)


def kind_of(stream: IO[bytes], accepted: list[Kind]) -> Kind:
    """The kind by the first bytes, for zip-based files by what lies inside; strangers are refused by their name."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if head.startswith(b"\xff\xd8\xff"):
        return KINDS["jpeg"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if head.startswith(b"PK\x03\x04"):
        return kind_of_zip(stream, accepted)
    if head.startswith(OLD_OFFICE):
        stream.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in stream.read(1024 * 1024):
            raise refused(PASSWORD, accepted)
        raise refused(
            N_("Это документ старого формата (DOC, XLS). Сохраните его в новом. Принимаются: %(types)s."), accepted
        )
    if KINDS["heic"] in accepted and head[4:12] in HEIC_MARKS:
        return KINDS["heic"]
    if KINDS["sig"] in accepted and looks_like_signature(head):
        return KINDS["sig"]
    for mark, place, found in STRANGERS:
        if head[place:].startswith(mark):
            raise refused(STRANGE, accepted, found)
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise refused(STRANGE, accepted, N_("страница или рисунок с разметкой (HTML, SVG, XML)"))
    raise refused(N_("Не удалось узнать тип файла по содержанию. Принимаются: %(types)s."), accepted)


PASSWORD = N_("Файл закрыт паролем, поэтому комиссия не сможет его открыть. Снимите пароль и приложите снова.")
STRANGE = N_("Это %(found)s. Принимаются: %(types)s.")
BROKEN = N_("Файл повреждён или загружен не целиком. Откройте его у себя, сохраните заново и приложите снова.")
BOMB = N_("Файл распаковывается в слишком большой объём и похож на ловушку. Сохраните документ заново, например в PDF.")
MACROS = N_("В документе есть макросы (программы внутри документа). Сохраните его без макросов, например в PDF.")
OBJECTS = N_(
    "В документ встроены объекты других программ, например старые формулы или листы. "
    "Замените их текстом или картинками либо сохраните документ в PDF."
)
LINKS = N_("Документ подгружает части с других компьютеров или сайтов. Вставьте их в него или сохраните его в PDF.")
ACTIVE_PDF = N_("В PDF есть встроенная программа. Распечатайте документ в PDF заново, чтобы её убрать.")
PIXELS = N_("В картинке слишком много точек. Уменьшите её, например до 4000 точек по длинной стороне.")


# ── Zip-based documents ───────────────────────────────────────────────────────────────────────────────────────────

DOCX_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def opened(stream: IO[bytes]) -> zipfile.ZipFile:
    """The archive after the checks that need no unpacking: entries, declared sizes, ratio, password, names."""
    stream.seek(0, 2)
    packed = stream.tell()
    stream.seek(0)
    if is_list_too_long(stream, packed):
        raise RuleBroken(Remark(BOMB))
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, UnicodeError) as error:
        raise RuleBroken(Remark(BROKEN)) from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    is_dense = unpacked > RATIO_FROM and unpacked > packed * RATIO_MAX
    if len(entries) > ENTRIES_MAX or unpacked > UNPACKED_MAX or is_dense:
        raise RuleBroken(Remark(BOMB))
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise RuleBroken(Remark(PASSWORD))
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names) or any(is_trick(name) for name in names):
        raise RuleBroken(Remark(BROKEN))
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise RuleBroken(Remark(BROKEN))
    return archive


def is_list_too_long(stream: IO[bytes], size: int) -> bool:
    """Whether the end record states more entries than allowed; asked before the list is loaded into memory."""
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    stream.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return False
    entries, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    return entries > ENTRIES_MAX or length > LIST_MAX


def is_trick(name: str) -> bool:
    """Whether an entry's name is no honest name, or tries to leave the folder it would be unpacked into."""
    if len(name) > ENTRY_NAME_MAX:
        return True
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name or "\0" in name


# What zipfile raises for entries whose headers lie: places before the beginning and names of no encoding among them.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
)


def part(archive: zipfile.ZipFile, name: str, limit: int = XML_PART_MAX) -> bytes:
    """One entry, never more than the limit; empty when it is not there."""
    try:
        with archive.open(name) as file:
            content = file.read(limit + 1)
    except KeyError:
        return b""
    except DAMAGED as error:
        raise RuleBroken(Remark(BROKEN)) from error
    if len(content) > limit:
        raise RuleBroken(Remark(BOMB))
    return content


def kind_of_zip(stream: IO[bytes], accepted: list[Kind]) -> Kind:
    """DOCX, XLSX or ODT by the inner declaration of types; any other archive is refused by name."""
    with opened(stream) as archive:
        names = set(archive.namelist())
        types = part(archive, "[Content_Types].xml", 1024 * 1024)
        if "macroenabled" in text_of(types).lower():
            raise RuleBroken(Remark(MACROS))
        if DOCX_MAIN in types and "word/document.xml" in names:
            return KINDS["docx"]
        if XLSX_MAIN in types and "xl/workbook.xml" in names:
            return KINDS["xlsx"]
        if part(archive, "mimetype", 1024).strip() == ODT_TYPE and "content.xml" in names:
            return KINDS["odt"]
    found = N_("документ другого типа") if types or "mimetype" in names else N_("архив ZIP")
    raise refused(STRANGE, accepted, found)


MACRO_NAME = re.compile(r"vbaproject|vbadata|macrosheets/|activex|^basic/|^scripts/|\.(?:exe|dll|js|vbs|hta|scr)$")
OBJECT_NAME = re.compile(r"/embeddings/[^/]*\.bin$|oleobject")
MACRO_TYPE = re.compile(rb"vbaProject|macrosheet|activeX", re.IGNORECASE)
OUTSIDE_FIELD = re.compile(r"DDEAUTO|\bDDE\b|INCLUDETEXT|INCLUDEPICTURE", re.IGNORECASE)
FIELD = re.compile(r"<w:instrText[^<>]*>([^<]*)<|w:instr=\"([^\"]*)\"")
ENTITIES = [word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")]
# Official texts are full of links into the two legal databases of Russia.
CLICKED = ("http://", "https://", "mailto:", "tel:", "consultantplus:", "garantf1:", "#")
ODT_OUTSIDE = re.compile(
    rb"<(?:draw:(?:image|object|object-ole|plugin|applet|floating-frame)|text:section-source|office:dde-source|office:script)\b"
    rb"(?![^<>]*xlink:href=\"(?:\./|#|Pictures/|Object|Media/))[^<>]*>"
)


def check_zip(stream: IO[bytes]) -> None:
    """No macros, nothing loaded from outside, no entities, and every entry unpacks to what it declares."""
    with opened(stream) as archive:
        left = UNPACKED_MAX
        for entry in archive.infolist():
            lowered = entry.filename.lower()
            if MACRO_NAME.search(lowered):
                raise RuleBroken(Remark(MACROS))
            if OBJECT_NAME.search(lowered):
                raise RuleBroken(Remark(OBJECTS))
            if "/externallinks/" in lowered:
                raise RuleBroken(Remark(LINKS))
            is_markup = lowered.endswith((".xml", ".rels", ".rdf"))
            left -= check_markup(archive, entry.filename) if is_markup else count(archive, entry, left)
            if left < 0:
                raise RuleBroken(Remark(BOMB))


def count(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> int:
    """Unpack into nothing, to the end and not past the limit; a lying header or a wrong check sum is a broken file."""
    total = 0
    try:
        with archive.open(entry) as file:
            while chunk := file.read(CHUNK):
                total += len(chunk)
                if total > limit:
                    raise RuleBroken(Remark(BOMB))
    except DAMAGED as error:
        raise RuleBroken(Remark(BROKEN)) from error
    if total != entry.file_size:
        raise RuleBroken(Remark(BROKEN))
    return total


def check_markup(archive: zipfile.ZipFile, name: str) -> int:
    """One XML part: no document type with entities, no fields or relations that fetch from outside."""
    content = part(archive, name)
    lowered = name.lower()
    if any(word in content for word in ENTITIES):
        raise RuleBroken(Remark(BROKEN))
    if lowered == "[content_types].xml" and MACRO_TYPE.search(content):
        raise RuleBroken(Remark(MACROS))
    if lowered.endswith(".rels"):
        check_relations(content)
    elif lowered.startswith("word/"):
        fields = "".join(match[1] or match[2] or "" for match in FIELD.finditer(text_of(content)))
        if OUTSIDE_FIELD.search(plain_text(fields)):
            raise RuleBroken(Remark(LINKS))
    elif lowered in {"content.xml", "styles.xml"} and ODT_OUTSIDE.search(content):
        raise RuleBroken(Remark(LINKS))
    elif lowered == "meta-inf/manifest.xml" and b"encryption-data" in content:
        raise RuleBroken(Remark(PASSWORD))
    return len(content)


def check_relations(content: bytes) -> None:
    """Outside relations may only be ordinary links that a reader clicks.

    They are parsed: a pattern that finds them can be made to run for hours.
    """

    def check(_: str, given: dict[str, str]) -> None:
        attributes = {name.lower(): value.strip() for name, value in given.items()}
        if attributes.get("targetmode", "").lower() != "external":
            return
        is_link = attributes.get("type", "").lower().endswith("/hyperlink")
        if not is_link or not attributes.get("target", "").lower().startswith(CLICKED):
            raise RuleBroken(Remark(LINKS))

    parser = expat.ParserCreate()
    parser.StartElementHandler = check
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise RuleBroken(Remark(BROKEN)) from error


def plain_text(markup: str) -> str:
    """Markup with its references put in; a reference to no sign at all is a broken file."""
    try:
        return unescape(markup)
    except ValueError as error:
        raise RuleBroken(Remark(BROKEN)) from error


def text_of(content: bytes) -> str:
    """XML bytes as text, whichever Unicode encoding they use."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return content.decode(encoding, "replace")


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────────────────────

UNREADABLE = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    RecursionError,
    EOFError,
    zlib.error,
)
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"}


def check_pdf(stream: IO[bytes]) -> None:
    """Whole, without a password, with at least one page, and nothing that runs when it is opened."""
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - 2048))
    if b"%%EOF" not in stream.read():
        raise RuleBroken(Remark(BROKEN))
    stream.seek(0)
    try:
        reader = PdfReader(stream, strict=False)
        is_locked = reader.is_encrypted
        is_active, has_pages = (False, True) if is_locked else (is_active_pdf(reader), has_page(reader))
    except UNREADABLE as error:
        raise RuleBroken(Remark(BROKEN)) from error
    if is_locked:
        raise RuleBroken(Remark(PASSWORD))
    if is_active:
        raise RuleBroken(Remark(ACTIVE_PDF))
    if not has_pages:
        raise RuleBroken(Remark(BROKEN))


def is_active_pdf(reader: PdfReader) -> bool:
    """Whether the catalogue or the first page starts a script, a program or a sending of data by itself."""
    root = reader.root_object
    names = root.get("/Names")
    names = names.get_object() if names is not None else None
    if isinstance(names, DictionaryObject) and "/JavaScript" in names:
        return True
    places = [root.get("/OpenAction")]
    extra = root.get("/AA")
    extra = extra.get_object() if extra is not None else None
    if isinstance(extra, DictionaryObject):
        places += list(extra.values())
    for place in places:
        action = place.get_object() if place is not None else None
        if isinstance(action, DictionaryObject) and action.get("/S") in ACTIONS:
            return True
    return False


def has_page(reader: PdfReader) -> bool:
    """Whether the tree of pages leads to a first page."""
    return reader.pages[0].get("/Type") == "/Page"


# ── Pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check_picture(stream: IO[bytes]) -> None:
    """Not more points than the limit, and readable to the end; a JPEG is decoded small, a PNG by its check sums."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=["JPEG", "PNG", "HEIF"]) as picture:
            width, height = picture.size
            is_huge = width * height > PIXELS_MAX
            if not is_huge and picture.format == "JPEG":
                picture.draft("L", (max(1, width // 8), max(1, height // 8)))
                picture.load()
            elif not is_huge and picture.format == "PNG":
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleBroken(Remark(PIXELS)) from error
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, struct.error, zlib.error) as error:
        raise RuleBroken(Remark(BROKEN)) from error
    if is_huge:
        raise RuleBroken(Remark(PIXELS))


CHECKS: dict[str, Callable[[IO[bytes]], None]] = {
    "pdf": check_pdf,
    "jpeg": check_picture,
    "png": check_picture,
    "heic": check_picture,
    "sig": check_signature,
}
