"""Reading an uploaded DOCX or XLSX: the checks that come first, then its paragraphs and tables.

A reading never opens anything outside the file, never runs anything in it, and stops at the limits below. Every refusal
says in plain Russian what is wrong and what to do.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

from tosportal.domain.document_tables import Paragraph, SourceDocument, Table
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.documents.sheet_blocks import BLOCKS_MAX, SheetReader
from tosportal.support.documents.sheet_tables import read_sheets
from tosportal.support.documents.table_grid import GridMaker, RawTable, heading_of
from tosportal.support.documents.word_tables import read_word
from tosportal.support.documents.xml_parts import TOO_LARGE
from tosportal.support.storage import upload_checks
from tosportal.support.storage.upload_checks import check_upload, opened

SOURCE_MAX = 20 * 1024 * 1024
SOURCE_UNPACKED_MAX = 100 * 1024 * 1024
SOURCE_PART_MAX = 48 * 1024 * 1024
SOURCE_RELATIONS_MAX = 1024 * 1024
KINDS = ("docx", "xlsx")

# The same traps as in any upload, but advice for one who uploads a programme: PDF is no way out here.
IN_OTHER_WORDS = {
    upload_checks.PASSWORD: N_("Файл закрыт паролем. Снимите пароль, сохраните файл и загрузите снова."),
    upload_checks.BROKEN: N_(
        "Файл повреждён или загружен не целиком. Откройте его, сохраните заново и загрузите снова."
    ),
    upload_checks.BOMB: N_(
        "Файл распаковывается в слишком большой объём. Скопируйте таблицы программы в новый документ и загрузите его."
    ),
    upload_checks.MACROS: N_(
        "В документе есть макросы. Сохраните его как DOCX или XLSX без макросов и загрузите снова."
    ),
    upload_checks.OBJECTS: N_(
        "В документ встроены объекты других программ, например старые формулы или листы. "
        "Замените их текстом и загрузите снова."
    ),
    upload_checks.LINKS: N_(
        "Документ подгружает части из других файлов или сайтов. Разорвите эти связи, сохраните и загрузите снова."
    ),
}
LOST_TEXT = N_("%(place)s: текст в продолжении объединённой ячейки не виден на странице и не прочитан.")
GOES_ON = re.compile(r"(?:продолжение|окончание)\s+(?:табл|прил)|-?\s*\d{1,4}\s*-?$", re.IGNORECASE)
LOST_MAX = 10
TABLES_MAX = 2_000
SAME_WIDTH = 20  # columns of two parts of a table differ by no more than a twentieth of its width


def read_source(content: bytes, name: str) -> SourceDocument:
    """The paragraphs and tables of a DOCX or XLSX, as a person sees them in the file.

    Merged cells are single cells, tables nested in a cell follow the table that holds them, tables broken by a page are
    marked as going on. Numbers of sheets are exact Decimals, formulas give the value saved with them, hidden sheets are
    left out and named in the notes.

    Raises RuleBroken for anything else, damaged, locked, with programs inside, made to explode, too large or without
    words. `name` serves only the label of the file; the type is judged by the content.
    """
    try:
        stream = BytesIO(content)
        if content.startswith(b"PK\x03\x04"):
            ensure_modest(stream)
        accepted = check_upload(stream, name, accept=KINDS, max_bytes=SOURCE_MAX)
        with opened(stream) as archive:
            return word_document(archive) if accepted.kind == "docx" else sheet_document(archive)
    except RuleBroken as refusal:
        raise RuleBroken(in_other_words(remark) for remark in refusal.remarks) from refusal


def in_other_words(remark: Remark) -> Remark:
    """The remark of an upload as it is said to one who uploads a programme."""
    return Remark(IN_OTHER_WORDS.get(remark.template, remark.template), remark.values, remark.place, remark.clause)


def ensure_modest(stream: BytesIO) -> None:
    """Refuse by the declared sizes what could not be read in time; that they are true is checked on unpacking."""
    with opened(stream) as archive:
        entries = archive.infolist()
        markup = (entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels", ".rdf", ".vml")))
        is_large = any(
            entry.file_size > (SOURCE_RELATIONS_MAX if entry.filename.lower().endswith(".rels") else SOURCE_PART_MAX)
            for entry in markup
        )
        if is_large or sum(entry.file_size for entry in entries) > SOURCE_UNPACKED_MAX:
            raise RuleBroken(Remark(upload_checks.BOMB))
    stream.seek(0)


def sheet_document(archive: zipfile.ZipFile) -> SourceDocument:
    """An XLSX as paragraphs and tables."""
    sheets, notes = read_sheets(archive)
    order: list[Paragraph | Table] = []
    positions = 0
    for sheet in sheets:
        reader = SheetReader(sheet, positions)
        order += reader.read()
        positions = reader.positions
        if len(order) > BLOCKS_MAX:
            raise RuleBroken(Remark(TOO_LARGE))
    return document_of("xlsx", order, notes)


def word_document(archive: zipfile.ZipFile) -> SourceDocument:
    """A DOCX as paragraphs and tables."""
    blocks, seen = read_word(archive)
    maker = GridMaker()
    order: list[Paragraph | Table] = []
    heading: list[str] = []
    before: tuple[RawTable, Table] | None = None
    paragraphs = tables = 0
    for block in blocks:
        if isinstance(block, str):
            paragraphs += 1
            order.append(Paragraph(block, f"абзац {paragraphs}"))
            heading.append(block)
            before = before if GOES_ON.match(block) else None
            continue
        tables += 1
        found = maker.tables_of(block, Table(f"таблица {tables}", heading_of(heading), (), 0, 0))
        if before and goes_on(before, (block, found[0])):
            found[0] = replace(found[0], continues=True)
        order += found
        before, heading = (block, found[0]), []
    notes = [Remark(text) for text in sorted(seen)]
    notes += [Remark(LOST_TEXT, {"place": place}) for place in maker.lost[:LOST_MAX]]
    return document_of("docx", order, notes)


def goes_on(before: tuple[RawTable, Table], after: tuple[RawTable, Table]) -> bool:
    """Whether two tables have the same columns; their widths are compared when both state them alike."""
    if before[1].width != after[1].width:
        return False
    first, second = before[0].widths, after[0].widths
    if len(first) != len(second) or not all(first + second):
        return True
    return all(abs(a - b) * SAME_WIDTH <= sum(first) for a, b in zip(first, second, strict=True))


def document_of(kind: str, order: list[Paragraph | Table], notes: Iterable[Remark]) -> SourceDocument:
    """The document from its blocks."""
    tables = tuple(block for block in order if isinstance(block, Table))
    if len(tables) > TABLES_MAX:
        raise RuleBroken(Remark(TOO_LARGE))
    return SourceDocument(
        kind="docx" if kind == "docx" else "xlsx",
        tables=tables,
        paragraphs=tuple(block for block in order if isinstance(block, Paragraph)),
        order=tuple(order),
        notes=tuple(notes),
    )
