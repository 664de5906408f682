"""Odd XLSX files: sizes that lie, merged everything, monsters of numbers and dates, hidden sheets, foreign formulas."""

from tests.support.odd_cases import BROKEN, LARGE, LINKS, READ, Case
from tests.support.office_files import (
    DATA,
    TWO,
    book,
    c,
    formats,
    line,
    noise,
    relations,
    words,
    worksheet,
)

TWO_SHEETS = '<sheet name="Итоги" r:id="r1"/><sheet name="Расчёты" state="{}" r:id="r2"/>'
HIDDEN = '<sheet name="Итоги" state="hidden" r:id="r1"/>'
MANY = "".join(f'<sheet name="Лист{n}" r:id="r1"/>' for n in range(180))


def figures(rows: int, columns: int) -> str:
    """Rows of different numbers."""
    digits = "".join(str(byte % 9 + 1) for byte in noise(rows * columns * 5 + columns * 7))
    lines = []
    for number in range(rows):
        begin = number * columns * 5
        part = digits[begin : begin + columns * 7]
        cells = (f"<c><v>{part[place * 5 : place * 5 + 6]}.25</v></c>" for place in range(columns))
        lines.append(f"<row>{''.join(cells)}</row>")
    return "".join(lines)


def numbers(*values: str, style: int = 0) -> str:
    """A row for each value."""
    return "".join(line(n, c(f"A{n}", value, style=style), c(f"B{n}", n)) for n, value in enumerate(values, start=1))


MONSTERS = (
    "1e999",
    "1E+999999999",
    "NaN",
    "INF",
    "-0",
    "9" * 400,
    "0." + "3" * 400,
    "1,5",
    "",
    "0x1F",
    "٣",
    "1e-300",
    "1_000",
)
CODES = (
    "0" * 250, "#,##0,,,,", "0%%%%%%%%%%%%%%%%%%", ";;;", "", "General;General", "[&gt;=100000]0.0;[Red]-0", "0.0E+00",
    "# ?/?", "@", "&quot;незакрыто", "\\", "_", "*", "yyyy&quot; год&quot;", "[h]:mm:ss", "mmmm yyyy",
    "0" * 100 + "." + "0" * 99,
    "[$-419]d mmmm yyyy", "#,##0.00&quot; тыс. руб.&quot;", "0.0.0", "[", "General0",
)  # fmt: skip
ALL_CODES = "".join(
    line(
        n,
        c(f"A{n}", "1234567.891", style=n),
        c(f"B{n}", "-0.5", style=n),
        c(f"C{n}", 0, style=n),
        c(f"D{n}", "1e25", style=n),
    )
    for n in range(1, len(CODES) + 1)
)

SHEETS: dict[str, Case] = {
    "the real programme as a workbook": ("a.xlsx", (DATA / "programme-ordynsky.xlsx").read_bytes, READ),
    "a workbook called DOCX": ("a.docx", lambda: book(TWO), READ),
    "three cells of a million declared": (
        "a.xlsx",
        lambda: book(TWO + line(1_000_000, c("A1000000", 1)), before='<dimension ref="A1:XFD1048576"/>'),
        READ,
    ),
    "cells at both corners": (
        "a.xlsx",
        lambda: book(line(1, c("A1", 1), c("B1", 2)) + line(1_048_576, c("XFD1048576", 1))),
        READ,
    ),
    "a row from corner to corner": ("a.xlsx", lambda: book(line(1, c("A1", 1), c("XFD1", 2))), LARGE),
    "all merged into one": ("a.xlsx", lambda: book(TWO, merges=["A1:XFD1048576"]), READ),
    "a whole column merged over a long sheet": (
        "a.xlsx",
        lambda: book(TWO + line(1_048_576, c("B1048576", 1)), merges=["A1:A1048576"]),
        LARGE,
    ),
    "merged ranges over one another": (
        "a.xlsx",
        lambda: book(figures(60, 60), merges=[f"A{n % 50 + 1}:AZ{n % 7 + 52}" for n in range(100)]),
        READ,
    ),
    "20,000 merged ranges": (
        "a.xlsx",
        lambda: book(
            figures(2_000, 12),
            merges=[f"{a}{n}:{b}{n}" for n in range(1, 2_001) for a, b in ("AB", "CD", "EF", "GH", "IJ", "KL")],
        ),
        READ,
    ),
    "50,000 merged ranges": (
        "a.xlsx",
        lambda: book(TWO + f"<!--{words(200_000)}-->", merges=["A1:B1"] * 50_000),
        LARGE,
    ),
    "merged ranges of nothing": (
        "a.xlsx",
        lambda: book(TWO, merges=["", "A1", "B2:A1", "ZZZZ1:A9", "A0:B0", "C9:D12", "1:5"]),
        READ,
    ),
    "20,000 tables and merged ranges": (
        "a.xlsx",
        lambda: book(
            "".join(line(n, c(f"A{n}", n), c(f"B{n}", n)) for n in range(1, 40_000, 2)),
            merges=[f"A{n}:A{n}" for n in range(1, 40_000, 2)],
        ),
        LARGE,
    ),
    "a shared text that is not there": ("a.xlsx", lambda: book(line(1, c("A1", 99, "s")), shared=["<t>x</t>"]), BROKEN),
    "a shared text below zero": ("a.xlsx", lambda: book(line(1, c("A1", -1, "s")), shared=["<t>x</t>"]), BROKEN),
    "no shared texts": ("a.xlsx", lambda: book(line(1, c("A1", 0, "s"))), BROKEN),
    "one long shared text in every cell": (
        "a.xlsx",
        lambda: book(
            "".join(line(n, *('<c t="s"><v>0</v></c>' for _ in range(20))) for n in range(5_000))
            + f"<!--{words(200_000)}-->",
            shared=[f"<t>{words(2_000_000)}</t>"],
        ),
        LARGE,
    ),
    "texts with hints and runs": (
        "a.xlsx",
        lambda: book(line(1, c("A1", 0, "s")), shared=["<r><t>Па</t></r><r><t>спорт</t></r><rPh><t>x</t></rPh>"]),
        READ,
    ),
    "no relations": ("a.xlsx", lambda: book(TWO, without=["xl/_rels/workbook.xml.rels"]), BROKEN),
    "no sheet": ("a.xlsx", lambda: book(TWO, without=["xl/worksheets/sheet1.xml"]), BROKEN),
    "no styles": ("a.xlsx", lambda: book(line(1, c("A1", 5, style=77)), without=["xl/styles.xml"]), READ),
    "a sheet outside the archive": (
        "a.xlsx",
        lambda: book(
            TWO, extra={"xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "../../../../etc/passwd"))}
        ),
        BROKEN,
    ),
    "a workbook without sheets": ("a.xlsx", lambda: book(TWO, sheets=""), BROKEN),
    "nothing on the sheet": ("a.xlsx", book, "заполненной ячейки"),
    "blank texts on the sheet": (
        "a.xlsx",
        lambda: book(line(1, c("A1", " \n\u00a0 ", "is"), c("B1", "", "is"))),
        "заполненной ячейки",
    ),
    "a chart instead of a sheet": (
        "a.xlsx",
        lambda: book(extra={"xl/_rels/workbook.xml.rels": relations(("r1", "chartsheet", "chartsheets/1.xml"))}),
        "скрыты",
    ),
    "all sheets hidden": ("a.xlsx", lambda: book(TWO, sheets=HIDDEN), "скрыты"),
    "a hidden sheet beside": (
        "a.xlsx",
        lambda: book(TWO, sheets=TWO_SHEETS.format("veryHidden"), extra={"xl/worksheets/sheet2.xml": worksheet(TWO)}),
        READ,
    ),
    "one sheet 180 times": ("a.xlsx", lambda: book(figures(4_000, 12), sheets=MANY), LARGE),
    "one long remark 180 times": (
        "a.xlsx",
        lambda: book(TWO + f"<!--{noise(100_000).hex() * 100}-->", sheets=MANY),
        LARGE,
    ),
    "sheets with odd names": (
        "a.xlsx",
        lambda: book(TWO, sheets='<sheet name="%s%(x)s «&lt;b&gt;»&#x202e;" r:id="r1"/><sheet r:id="r1"/>'),
        READ,
    ),
    "monsters of numbers": ("a.xlsx", lambda: book(numbers(*MONSTERS)), READ),
    "monsters of dates": (
        "a.xlsx",
        lambda: book(
            numbers("-5", "0", "60", "0.5", "2958466", "1e25", "45156.999999", style=1), styles=formats("dd.mm.yyyy")
        ),
        READ,
    ),
    "dates from 1904": (
        "a.xlsx",
        lambda: book(
            numbers("0", "2957003", "45156", style=1),
            styles=formats("d/m/yy h:mm"),
            properties='<workbookPr date1904="1"/>',
        ),
        READ,
    ),
    "odd formats": ("a.xlsx", lambda: book(ALL_CODES, styles=formats(*CODES)), READ),
    "rows and columns out of the sheet": (
        "a.xlsx",
        lambda: book(line(99_999_999, c("ZZZZ99999999", 1), c("A0", 2))),
        READ,
    ),
    "a sheet that goes on below its end": (
        "a.xlsx",
        lambda: book(line(1_048_576, c("A1048576", 1)) + "<row><c><v>1</v></c></row>"),
        BROKEN,
    ),
    "cells without places": (
        "a.xlsx",
        lambda: book("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"),
        READ,
    ),
    "cells backwards": (
        "a.xlsx",
        lambda: book(line(9, c("C9", 1), c("A9", 2)) + line(2, c("B2", 3), c("A2", 4))),
        READ,
    ),
    "formulas never counted": (
        "a.xlsx",
        lambda: book(line(1, c("A1", "Итого", "is"), "<c r='B1'><f>SUM(B2:B9)</f></c>")),
        READ,
    ),
    "formulas to other books": (
        "a.xlsx",
        lambda: book(line(1, c("A1", 5, formula="[1]Лист1!A1"), c("B1", "#REF!", "e", formula="'C:\\[x.xls]a'!A1"))),
        READ,
    ),
    "links to other books": ("a.xlsx", lambda: book(TWO, extra={"xl/externalLinks/externalLink1.xml": "<a/>"}), LINKS),
    "5,000 rows in a workbook": ("a.xlsx", lambda: book(figures(5_000, 12)), READ),
    "30,000 rows in a workbook": ("a.xlsx", lambda: book(figures(30_000, 12)), LARGE),
    "types that nobody knows": (
        "a.xlsx",
        lambda: book(line(1, c("A1", "x", "zz"), c("B1", "да", "b"), c("C1", "2023-08-18", "d"))),
        READ,
    ),
}
