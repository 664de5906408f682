"""Odd DOCX files that are whole: strange tables, revisions, boxes, right-to-left text, very large or empty ones."""

from tests.support.odd_cases import LARGE, NO_WORDS, READ, Case
from tests.support.office_files import DATA, cell, down, noise, relations, row, span, table, text, word, words

DRAWING = '<w:p><w:r><w:drawing><a:blip xmlns:a="a" r:embed="r1" xmlns:r="r"/></w:drawing></w:r></w:p>'
BOX = f"<w:p><w:r><w:pict><w:txbxContent>{text('в рамке')}</w:txbxContent></w:pict></w:r></w:p>"
HEAVY = (
    "<w:tcW w:w='1234' w:type='dxa'/><w:tcBorders><w:top w:val='single' w:sz='4'/></w:tcBorders>"
    "<w:vAlign w:val='center'/>"
)
FONT = (
    "<w:rPr><w:rFonts w:ascii='Times New Roman' w:cs='Times New Roman'/><w:sz w:val='24'/><w:szCs w:val='24'/></w:rPr>"
)


def nested(depth: int) -> str:
    """Tables in tables."""
    before = "<w:tbl><w:tr><w:tc>" + text("ячейка")
    return before * depth + "</w:tc></w:tr></w:tbl>" * depth


def long_table(rows: int, columns: int, properties: str = "") -> str:
    """A table of different numbers, so that it packs as real ones do."""
    figures = noise(rows * columns * 3).hex()
    lines = []
    for number in range(rows):
        part = figures[number * columns * 6 : (number + 1) * columns * 6]
        lines.append(row(*(cell(part[place * 6 : place * 6 + 6], properties) for place in range(columns))))
    return table(*lines)


def heavy(size: int) -> str:
    """A table with as much markup around each number as Word writes."""
    figures = noise(size * 30).hex()
    lines = []
    for number in range(size):
        part = figures[number * 60 : number * 60 + 60]
        cells = (
            f"<w:tc><w:tcPr>{HEAVY}</w:tcPr><w:p w:rsidR='{part[place * 6 : place * 6 + 8]}'><w:pPr>"
            f"<w:jc w:val='center'/>{FONT}</w:pPr>"
            f"<w:r>{FONT}<w:t>{part[place * 6 : place * 6 + 6]}</w:t></w:r></w:p></w:tc>"
            for place in range(10)
        )
        lines.append(row(*cells))
    return table(*lines)


def hairs(count: int) -> str:
    """A row of columns as wide as a hair, and another one merged differently."""
    return table(
        row(*(cell("1") for _ in range(count))), row(cell("все", span(count))), widths=[1 for _ in range(count)]
    )


WORDS: dict[str, Case] = {
    "the real programme": ("a.docx", (DATA / "programme-ordynsky.docx").read_bytes, READ),
    "an empty document": ("a.docx", lambda: word("<w:p/>"), NO_WORDS),
    "blank paragraphs only": ("a.docx", lambda: word(text("\u00a0 ") * 40), NO_WORDS),
    "pictures only": ("a.docx", lambda: word(DRAWING, {"word/media/1.jpg": noise(9_000)}), NO_WORDS),
    "boxes only": ("a.docx", lambda: word(BOX), NO_WORDS),
    "text and boxes": ("a.docx", lambda: word(text("текст") + BOX), READ),
    "everything deleted": (
        "a.docx",
        lambda: word("<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"),
        NO_WORDS,
    ),
    "everything hidden": ("a.docx", lambda: word(text("x", "<w:rPr><w:vanish/></w:rPr>")), NO_WORDS),
    "an attached part": ("a.docx", lambda: word(text("x") + '<w:altChunk w:id="r1"/>'), READ),
    "a table without rows": ("a.docx", lambda: word(table()), NO_WORDS),
    "a table of rows without cells": ("a.docx", lambda: word(table(row(), row())), NO_WORDS),
    "a table of blank cells": ("a.docx", lambda: word(table(row(cell(), cell()), row(cell(), cell()))), NO_WORDS),
    "cells outside tables": ("a.docx", lambda: word(cell("x") + row(cell("y")) + span(3) + down()), READ),
    "rows of different length": ("a.docx", lambda: word(table(row(cell("1")), row(*map(cell, "123456")), row())), READ),
    "right to left": (
        "a.docx",
        lambda: word(text("\u202eпрограмма") + table(row(cell("סכום"), cell("مجموع ١٢٣")))),
        READ,
    ),
    "everything merged": (
        "a.docx",
        lambda: word(table(row(cell("x", span(60) + down("restart"))), *[row(cell("", span(60) + down()))] * 5_000)),
        READ,
    ),
    "a span of a billion": (
        "a.docx",
        lambda: word(table(row(cell("x", span(10**9)), cell("y")), row(cell("z")))),
        READ,
    ),
    "a span of 5,000 figures": ("a.docx", lambda: word(table(row(cell("x", span("9" * 5_000)), cell("y")))), READ),
    "spans below zero and of letters": (
        "a.docx",
        lambda: word(table(row(cell("x", span(-5)), cell("y", span("abc")), cell("z", span(0))))),
        READ,
    ),
    "spans of other figures": ("a.docx", lambda: word(table(row(cell("x", span("٣")), cell("y", span("²"))))), READ),
    "merged down without a beginning": (
        "a.docx",
        lambda: word(table(row(cell("x", down())), row(cell("y", down())), row(cell("z")))),
        READ,
    ),
    "merged down with other borders": (
        "a.docx",
        lambda: word(
            table(row(cell("x", span(2) + down("restart")), cell("1")), row(cell("y", down()), cell("2"), cell("3")))
        ),
        READ,
    ),
    "empty columns before a row": (
        "a.docx",
        lambda: word(
            table(
                row(cell("1"), cell("2")), row(cell("3"), properties='<w:trPr><w:gridBefore w:val="999999"/></w:trPr>')
            )
        ),
        READ,
    ),
    "tables 15 deep": ("a.docx", lambda: word(nested(15)), READ),
    "tables 300 deep": ("a.docx", lambda: word(nested(300)), "сложно"),
    "1,000 tables in a cell of much text": (
        "a.docx",
        lambda: word(
            "<w:tbl><w:tr><w:tc>" + text(words(4_000_000)) + table(row(cell("x"))) * 1_000 + "</w:tc></w:tr></w:tbl>"
        ),
        READ,
    ),
    "5,000 rows": ("a.docx", lambda: word(long_table(5_000, 10)), READ),
    "5,000 rows as Word writes them": ("a.docx", lambda: word(heavy(5_000)), READ),
    "50,000 rows": ("a.docx", lambda: word(long_table(50_000, 5)), LARGE),
    "a row of 100,000 cells": ("a.docx", lambda: word(hairs(100_000) + text(words(200_000))), LARGE),
    "a row of 2,000 cells as wide as a hair": ("a.docx", lambda: word(hairs(2_000)), LARGE),
    "a million rows without cells": (
        "a.docx",
        lambda: word(table(*["<w:tr/>"] * 1_000_000) + text(words(200_000))),
        LARGE,
    ),
    "a wide table of many rows": (
        "a.docx",
        lambda: word(table(row(*[cell("1")] * 250), *[row(cell(words(60)))] * 9_000) + text(words(200_000))),
        LARGE,
    ),
    "a million paragraphs": (
        "a.docx",
        lambda: word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 700_000 + text(words(900_000))),
        LARGE,
    ),
    "one line of four million signs": ("a.docx", lambda: word(text(words(4_000_000))), READ),
    "a formula": (
        "a.docx",
        lambda: word("<w:p><m:oMath><m:f><m:num><m:r><m:t>а</m:t></m:r></m:num></m:f><m:den/></m:oMath></w:p>"),
        READ,
    ),
    "fractions that never end": (
        "a.docx",
        lambda: word(
            "<w:p><m:oMath>" + "<m:num><m:r><m:t>а+б</m:t></m:r>" * 900 + "</m:num>" * 900 + "</m:oMath></w:p>"
        ),
        READ,
    ),
    "lists that count wildly": (
        "a.docx",
        lambda: word(
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="99999999"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>' + text("x"),
            {
                "word/numbering.xml": '<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="x">'
                '<w:start w:val="-9"/><w:lvlText w:val="%9%1%0"/></w:lvl></w:abstractNum><w:num w:numId="1">'
                '<w:abstractNumId w:val="0"/></w:num></w:numbering>',
                "word/_rels/document.xml.rels": relations(("r1", "numbering", "numbering.xml")),
            },
        ),
        READ,
    ),
}
