"""Small DOCX and XLSX files made of pieces of markup."""

import io
import random
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MEGABYTE = 1024 * 1024

Entries = Mapping[str, bytes | str]

# ── Making ────────────────────────────────────────────────────────────────────────────────────────────────────────


def packed(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def types(main: str, more: str = "") -> str:
    return f'{DECLARATION}<Types xmlns="{TYPES}"><Override ContentType="{main}"/>{more}</Types>'


def relations(*rows: tuple[str, str, str], mode: str = "") -> str:
    """A part of relations: (id, type, target)."""
    listed = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>' for key, kind, target in rows
    )
    return f'{DECLARATION}<Relationships xmlns="{RELATIONS}">{listed}</Relationships>'


def document(body: str) -> str:
    return f'{DECLARATION}<w:document xmlns:w="{W}" xmlns:m="{M}"><w:body>{body}</w:body></w:document>'


def word(body: str = "", extra: Entries | None = None, part: bytes | str | None = None) -> bytes:
    """A DOCX with this body, or with this whole part for the document."""
    entries: dict[str, bytes | str] = {"[Content_Types].xml": types(WORD)}
    entries["word/document.xml"] = document(body) if part is None else part
    return packed(entries | dict(extra or {}))


def text(words: str, properties: str = "") -> str:
    return f"<w:p><w:r>{properties}<w:t>{words}</w:t></w:r></w:p>"


def cell(words: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text(words)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def table(*rows: str, widths: Iterable[int] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def span(count: object) -> str:
    return f'<w:gridSpan w:val="{count}"/>'


def down(value: str = "") -> str:
    return f'<w:vMerge w:val="{value}"/>' if value else "<w:vMerge/>"


def book(
    cells: str = "",
    *,
    merges: Iterable[str] = (),
    shared: Iterable[str] | None = None,
    styles: str = "",
    sheets: str = '<sheet name="Приложение 1" sheetId="1" r:id="r1"/>',
    properties: str = "",
    before: str = "",
    extra: Entries | None = None,
    without: Iterable[str] = (),
) -> bytes:
    """An XLSX whose first sheet has these rows; `extra` parts replace and add, `without` takes parts away."""
    merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in merges)
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": types(SHEET),
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{S}" xmlns:r="{OFFICE}">'
        f"{properties}<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "worksheet", "/xl/worksheets/sheet2.xml"),
            ("r8", "styles", "styles.xml"),
            ("r9", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": worksheet(cells, merged, before),
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{S}">{styles}</styleSheet>',
    }
    if shared is not None:
        items = "".join(f"<si>{item}</si>" for item in shared)
        entries["xl/sharedStrings.xml"] = f'{DECLARATION}<sst xmlns="{S}">{items}</sst>'
    entries |= dict(extra or {})
    return packed({name: content for name, content in entries.items() if name not in set(without)})


def worksheet(cells: str, merged: str = "", before: str = "") -> str:
    merged = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    return f'{DECLARATION}<worksheet xmlns="{S}">{before}<sheetData>{cells}</sheetData>{merged}</worksheet>'


def c(reference: str, value: object, kind: str = "", style: int = 0, formula: str = "") -> str:
    """A cell of a sheet; kind "is" writes the text into the cell."""
    formula = f"<f>{formula}</f>" if formula else ""
    if kind == "is":
        return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    kind = f' t="{kind}"' if kind else ""
    return f'<c r="{reference}" s="{style}"{kind}>{formula}<v>{value}</v></c>'


def line(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


TWO = line(1, c("A1", "Всего", "is"), c("B1", "5"))


def formats(*codes: str) -> str:
    """Styles whose number is the place of the code in the list, from 1; style 0 is plain."""
    listed = "".join(f'<numFmt numFmtId="{200 + place}" formatCode="{code}"/>' for place, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{200 + place}"/>' for place in range(len(codes)))
    return f'<numFmts>{listed}</numFmts><cellXfs><xf numFmtId="0"/>{used}</cellXfs>'


def noise(size: int) -> bytes:
    """Bytes that do not pack."""
    return random.Random(7).randbytes(size)


def words(size: int) -> str:
    """Text that does not pack well, so that a large part is not refused by its ratio."""
    return noise(size // 2).hex()
