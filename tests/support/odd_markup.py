"""Odd documents whose XML is broken, hostile, or written in a rare way."""

from tests.support.odd_cases import BOMB, BROKEN, LARGE, LINKS, NO_WORDS, READ, Case
from tests.support.office_files import (
    DECLARATION,
    RELATIONS,
    Entries,
    W,
    book,
    cell,
    document,
    noise,
    relations,
    row,
    table,
    text,
    word,
)

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ха">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(9))
    + f']><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&a8;</w:t></w:r></w:p></w:body></w:document>'
)
OUTSIDE = f'<!DOCTYPE w SYSTEM "file:///etc/passwd">{document(text("x")).removeprefix(DECLARATION)}'
IN_CYRILLIC = document(table(row(cell("Итого"), cell("5")))).replace("UTF-8", "windows-1251")


def part_of(body: str, encoding: str) -> bytes:
    return document(body).replace("UTF-8", encoding).encode(encoding)


def hanging_relations(tail: str) -> Entries:
    return {"word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship {tail}'}


XML: dict[str, Case] = {
    "entities that laugh": ("a.docx", lambda: word(part=LAUGHS), BROKEN),
    "entities in UTF-16": ("a.docx", lambda: word(part=LAUGHS.encode("utf-16")), BROKEN),
    "an entity from outside": ("a.docx", lambda: word(part=OUTSIDE), BROKEN),
    "entities in a sheet": ("a.xlsx", lambda: book(extra={"xl/worksheets/sheet1.xml": LAUGHS}), BROKEN),
    "an unknown entity": ("a.docx", lambda: word(text("&neverheard;")), BROKEN),
    "an empty document part": ("a.docx", lambda: word(part=""), BROKEN),
    "an unclosed tag": ("a.docx", lambda: word("<w:p><w:r>"), BROKEN),
    "tags crosswise": ("a.docx", lambda: word("<w:p><w:r></w:p></w:r>"), BROKEN),
    "an unbound prefix": ("a.docx", lambda: word(part="<w:document><w:body/></w:document>"), BROKEN),
    "control signs in text": ("a.docx", lambda: word(text("\x00\x01")), BROKEN),
    "a number of no sign": ("a.docx", lambda: word(f"<w:instrText>&#{'9' * 5_000};</w:instrText>"), BROKEN),
    "Cyrillic called UTF-8": (
        "a.docx",
        lambda: word(part=IN_CYRILLIC.replace("windows-1251", "UTF-8").encode("cp1251")),
        BROKEN,
    ),
    "Cyrillic of Windows": ("a.docx", lambda: word(part=IN_CYRILLIC.encode("cp1251")), READ),
    "UTF-16": ("a.docx", lambda: word(part=part_of(text("Паспорт"), "UTF-16")), READ),
    "UTF-32": ("a.docx", lambda: word(part=part_of(text("Паспорт"), "UTF-32")), BROKEN),
    "an unknown encoding": ("a.docx", lambda: word(part=document(text("x")).replace("UTF-8", "x-martian")), BROKEN),
    "a mark of order before": ("a.docx", lambda: word(part=b"\xef\xbb\xbf" + document(text("Паспорт")).encode()), READ),
    "elements 100,000 deep": (
        "a.docx",
        lambda: word("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000 + f"<!--{noise(40_000).hex()}-->"),
        "сложно",
    ),
    "4,000,000 elements": ("a.docx", lambda: word("<a/><bb/><c>1</c>" * 1_400_000 + noise(600_000).hex()), LARGE),
    "100,000 attributes": (
        "a.docx",
        lambda: word("<w:p " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>" + text("x")),
        READ,
    ),
    "one attribute twice": ("a.docx", lambda: word('<w:p w:a="1" w:a="2"/>'), BROKEN),
    "text of 20 million signs": ("a.docx", lambda: word(text(noise(5_000_000).hex() * 2)), LARGE),
    "relations made to hang": ("a.docx", lambda: word(text("x"), hanging_relations("a" * 200_000)), BROKEN),
    "relations made to hang again": (
        "a.docx",
        lambda: word(text("x"), hanging_relations("Relationship " * 15_000)),
        BROKEN,
    ),
    "relations of 2 MB": ("a.docx", lambda: word(text("x"), hanging_relations(noise(1_000_000).hex())), BOMB),
    "fields made to hang": (
        "a.docx",
        lambda: word(text("x"), {"word/header1.xml": "<w:instrText" * 300_000 + noise(40_000).hex()}),
        READ,
    ),
    "a million fields": (
        "a.docx",
        lambda: word("<w:instrText>x</w:instrText>" * 1_200_000 + noise(400_000).hex()),
        NO_WORDS,
    ),
    "fields that fetch": (
        "a.docx",
        lambda: word('<w:p><w:r><w:instrText>DDEAUTO cmd "/c calc"</w:instrText></w:r></w:p>'),
        LINKS,
    ),
    "a template from a site": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/_rels/settings.xml.rels": relations(
                    ("r1", "attachedTemplate", "http://example.org/a.dotm"), mode=' TargetMode="External"'
                )
            },
        ),
        LINKS,
    ),
    "3,000 links into a legal database": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/_rels/document.xml.rels": relations(
                    *((f"r{n}", "hyperlink", f"consultantplus://offline/ref={n}") for n in range(3_000)),
                    mode=' TargetMode="External"',
                )
            },
        ),
        READ,
    ),
    "a link to a file of somebody's computer": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/_rels/document.xml.rels": relations(
                    ("r1", "hyperlink", "file://server/share/a.docx"), mode=' TargetMode="External"'
                )
            },
        ),
        LINKS,
    ),
    "an ordinary link": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/_rels/document.xml.rels": relations(
                    ("r1", "hyperlink", "https://example.org/?a=1&amp;b=>2"), mode=' TargetMode="External"'
                )
            },
        ),
        READ,
    ),
    "relations to nowhere": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/_rels/document.xml.rels": relations(
                    ("r1", "styles", "../../../etc/passwd"), ("r2", "numbering", "")
                )
            },
        ),
        READ,
    ),
    "one part by a thousand relations": (
        "a.docx",
        lambda: word(
            text("x"),
            {
                "word/styles.xml": f"<a><!--{noise(100_000).hex() * 100}--></a>",
                "word/_rels/document.xml.rels": relations(*((f"r{n}", "styles", "styles.xml") for n in range(1_000))),
            },
        ),
        READ,
    ),
}
