"""DOCX by python-docx: headings, captions, tables whose heading row repeats, title and language set."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from tosportal.support.documents.layout import Block, plain

FACE = "Times New Roman"
PINE = RGBColor(0x1D, 0x5C, 0x4A)
QUIET = RGBColor(0x5C, 0x55, 0x48)
LOCALES = {"ru": "ru-RU", "en": "en-GB"}
WIDTH, HEIGHT = Cm(21), Cm(29.7)
MARGIN = Cm(2)


def docx_from_blocks(
    blocks: list[Block], *, over: str, title: str, under: str, labels: dict[str, str], lang: str, now: datetime
) -> bytes:
    """The blocks as a DOCX with heading styles, numbered captions and core properties; the same bytes each time."""
    over, title, under = plain([over, title, under])
    document = docx.Document()
    prepare(document, title=title, lang=lang, now=now, labels=labels)
    if over:
        quiet_paragraph(document, over)
    document.add_paragraph(title, style="Title")
    if under:
        document.add_paragraph(under, style="Subtitle")
    drawing = Drawing(document, labels)
    for block in plain(blocks):
        getattr(drawing, f"draw_{block['kind']}")(block)
    return saved(document, now)


def prepare(document: Document, *, title: str, lang: str, now: datetime, labels: dict[str, str]) -> None:
    """Page, faces, language, properties, page numbers."""
    section = document.sections[0]
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    looks = (("Normal", 11, False, None), ("Title", 17, True, PINE), ("Subtitle", 12, False, None))
    for name, size, is_bold, colour in (*looks, ("Heading 1", 13, True, PINE), ("Caption", 9.5, False, QUIET)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = FACE, Pt(size), is_bold, False
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), FACE)
        if colour is not None:
            style.font.color.rgb = colour
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), LOCALES[lang])
    properties = document.core_properties
    properties.title, properties.language, properties.author, properties.comments = title, LOCALES[lang], "", ""
    properties.created = properties.modified = now.astimezone(UTC).replace(tzinfo=None)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run(f"{title}, {labels['page']} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)


class Drawing:
    """Draws blocks into a document, one method for each kind; counts the tables."""

    def __init__(self, document: Document, labels: dict[str, str]) -> None:
        self.document = document
        self.labels = labels
        self.tables = 0

    def draw_heading(self, block: Block) -> None:
        self.document.add_heading(block["text"], 1)

    def draw_text(self, block: Block) -> None:
        if block["quiet"]:
            quiet_paragraph(self.document, block["text"])
        else:
            self.document.add_paragraph(block["text"])

    def draw_list(self, block: Block) -> None:
        for number, item in enumerate(block["items"], 1):
            if block["numbered"]:
                line = self.document.add_paragraph(f"{number}. {item}")
                line.paragraph_format.left_indent = Cm(0.6)
                line.paragraph_format.first_line_indent = Cm(-0.6)
            else:
                self.document.add_paragraph(item, style="List Bullet")

    def draw_pairs(self, block: Block) -> None:
        for label, value in block["rows"]:
            line = self.document.add_paragraph()
            line.add_run(f"{label}: ").font.color.rgb = QUIET
            line.add_run(value)

    def draw_fingerprint(self, block: Block) -> None:
        quiet_paragraph(self.document, block["label"])
        run = self.document.add_paragraph().add_run(block["digest"])
        run.font.name, run.font.size = "Courier New", Pt(9)
        if block["note"]:
            quiet_paragraph(self.document, block["note"])

    def draw_signatures(self, block: Block) -> None:
        for post, name in block["rows"]:
            line = self.document.add_paragraph()
            line.paragraph_format.space_before = Pt(14)
            line.paragraph_format.tab_stops.add_tab_stop(Cm(11))
            line.add_run(f"{post}\t_____________________  {name}")

    def draw_table(self, block: Block) -> None:
        self.tables += 1
        if block["landscape"]:
            self.turn(WD_ORIENT.LANDSCAPE)
        caption = f"{self.labels['table']} {self.tables}. {block['caption']}"
        self.document.add_paragraph(caption, style="Caption")
        width = HEIGHT - 2 * MARGIN if block["landscape"] else WIDTH - 2 * MARGIN
        element = parse_xml("".join(table_markup(block, caption, int(width / 635))))
        self.document.element.body.insert_element_before(element, "w:sectPr")
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)
        if block["landscape"]:
            self.turn(WD_ORIENT.PORTRAIT)

    def turn(self, orientation: WD_ORIENT) -> None:
        """Begin a page that lies or stands."""
        section = self.document.add_section()
        section.orientation = orientation
        is_lying = orientation == WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = (HEIGHT, WIDTH) if is_lying else (WIDTH, HEIGHT)


def table_markup(block: Block, caption: str, width: int) -> Iterator[str]:
    """The WordprocessingML of a table, written as text because it has thousands of cells; widths in 1/20 pt."""
    columns = block["columns"]
    shares = [one["width"] or share_of_content(block, n) for n, one in enumerate(columns)]
    grid = [int(width * share / sum(shares)) for share in shares]
    sides = [{"start": "left", "end": "right", "center": "center"}[one["align"]] for one in columns]
    edge = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="B9B2A3"/>'
    yield f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:tblBorders>'
    yield "".join(edge.format(name) for name in ("top", "bottom", "insideH"))
    yield '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
    yield f'<w:tblCaption w:val="{escape(caption, QUOTES)}"/></w:tblPr><w:tblGrid>'
    yield "".join(f'<w:gridCol w:w="{one}"/>' for one in grid)
    yield "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    yield from row_markup([one["text"] for one in columns], grid, sides, is_bold=True, shade="EAF2ED")
    yield "</w:tr>"
    for row in block["rows"]:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        yield from row_markup(row, grid, sides)
        yield "</w:tr>"
    if block["total"]:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        yield from row_markup(block["total"], grid, sides, is_bold=True)
        yield "</w:tr>"
    yield "</w:tbl>"


def row_markup(
    cells: list[str], grid: list[int], sides: list[str], *, is_bold: bool = False, shade: str = ""
) -> Iterator[str]:
    look = f'<w:rPr>{"<w:b/>" if is_bold else ""}<w:sz w:val="19"/></w:rPr>'
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    for text, width, side in zip(cells, grid, sides, strict=True):
        yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr><w:p><w:pPr><w:spacing w:before="20" '
        yield f'w:after="20"/><w:jc w:val="{side}"/></w:pPr><w:r>{look}'
        yield "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
        yield "</w:r></w:p></w:tc>"


QUOTES = {'"': "&quot;", "\n": " "}


def share_of_content(block: Block, n: int) -> float:
    """For a column as wide as its content: a share by its longest text, in the measure of the other shares."""
    rows: list[Any] = [*block["rows"], *([block["total"]] if block["total"] else [])]
    longest = max([max(map(len, block["columns"][n]["text"].split() or [""])), *(len(row[n]) for row in rows)])
    return min(20, longest + 2) / 12


def quiet_paragraph(document: Document, text: str) -> None:
    run = document.add_paragraph().add_run(text)
    run.font.size, run.font.color.rgb = Pt(9.5), QUIET


def saved(document: Document, now: datetime) -> bytes:
    """The bytes, with the dates inside the archive set to `now` so that the same paper is the same file."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    stamp = now.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, stamp), source.read(name), zipfile.ZIP_DEFLATED)
    return second.getvalue()
