"""Forms as DOCX: each on its own page, lying where it is wide, header rows on each page of the table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from tosportal.support.documents.docx import HEIGHT, MARGIN, QUOTES, WIDTH, Drawing, prepare, quiet_paragraph, saved
from tosportal.support.documents.forms import Form, Slot, by_row
from tosportal.support.documents.layout import plain_text

LABELS = {"page": "стр.", "table": "Таблица"}
USUAL, TIGHT = 18, 12  # halves of a point
USUAL_SIDE, TIGHT_SIDE = 60, 28  # what a cell leaves free at its sides, in 1/20 pt: a sum of millions is not torn
EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
SIDES = {"start": "left", "end": "right", "center": "center"}


def docx_of_forms(forms: Sequence[Form], *, title: str, under: str, now: datetime) -> bytes:
    """The forms one after another; `under` is said quietly at the end. The same bytes each time."""
    document = docx.Document()
    prepare(document, title=plain_text(title), lang="ru", now=now, labels=LABELS)
    drawing = Drawing(document, LABELS)
    for number, form in enumerate(forms):
        orientation = WD_ORIENT.LANDSCAPE if form.is_wide else WD_ORIENT.PORTRAIT
        if number:
            drawing.turn(orientation)
        elif form.is_wide:
            section = document.sections[0]
            section.orientation, section.page_width, section.page_height = orientation, HEIGHT, WIDTH
        draw(document, form)
    if under:
        quiet_paragraph(document, plain_text(under))
    return saved(document, now)


def draw(document: "docx.document.Document", form: Form) -> None:
    for line in form.above:
        paragraph = document.add_paragraph(plain_text(line))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_after = Pt(0)
    heading = document.add_heading(plain_text(form.title), 1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    width = (HEIGHT if form.is_wide else WIDTH) - 2 * MARGIN
    element = parse_xml("".join(form_markup(form, int(width / 635))))
    document.element.body.insert_element_before(element, "w:sectPr")
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    for line in form.below:
        quiet_paragraph(document, plain_text(line))


def form_markup(form: Form, width: int) -> Iterator[str]:
    """The WordprocessingML of a form, written as text because it may have thousands of cells; widths in 1/20 pt."""
    grid = [int(width * share / sum(form.widths)) for share in form.widths]
    edge = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    yield f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
    yield f'<w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:tblBorders>'
    yield "".join(edge.format(name) for name in EDGES)
    side = TIGHT_SIDE if form.is_tight else USUAL_SIDE
    yield '</w:tblBorders><w:tblLayout w:type="fixed"/>'
    yield f'<w:tblCellMar><w:left w:w="{side}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
    yield '<w:tblLook w:val="0020" w:firstRow="1"/>'
    caption = escape(plain_text(form.title), QUOTES)
    yield f'<w:tblCaption w:val="{caption}"/></w:tblPr><w:tblGrid>'
    yield "".join(f'<w:gridCol w:w="{one}"/>' for one in grid)
    yield "</w:tblGrid>"
    for number, row in enumerate(by_row(form)):
        yield "<w:tr><w:trPr><w:cantSplit/>"
        yield "<w:tblHeader/></w:trPr>" if number < form.header_rows else "</w:trPr>"
        for one, begins in row:
            own = sum(grid[one.column : one.column + one.slot.columns])
            yield from cell_markup(one.slot, own, begins=begins, size=TIGHT if form.is_tight else USUAL)
        yield "</w:tr>"
    yield "</w:tbl>"


def cell_markup(slot: Slot, width: int, *, begins: bool, size: int = USUAL) -> Iterator[str]:
    yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
    if slot.columns > 1:
        yield f'<w:gridSpan w:val="{slot.columns}"/>'
    if slot.rows > 1:
        yield '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
    yield "</w:tcPr>"
    text = plain_text(slot.text) if begins else ""
    look = f'<w:rPr>{"<w:b/>" if slot.is_bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    for line in text.split("\n"):
        yield '<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>'
        yield f'<w:jc w:val="{SIDES[slot.align]}"/></w:pPr><w:r>{look}<w:t xml:space="preserve">{escape(line)}</w:t>'
        yield "</w:r></w:p>"
    yield "</w:tc>"
