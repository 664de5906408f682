"""What is read of a DOCX and an XLSX is what a person sees in them."""

import io
from decimal import Decimal

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.styles.numbers import FORMAT_PERCENTAGE_00

from tests.support.office_files import (
    DATA,
    W,
    book,
    c,
    cell,
    down,
    formats,
    line,
    relations,
    row,
    span,
    table,
    text,
    word,
    worksheet,
)
from tosportal.domain.document_tables import Paragraph, Table
from tosportal.domain.errors import RuleBroken
from tosportal.support.documents import readers
from tosportal.support.documents.readers import read_source

SPACE = "\u00a0"


def read(content: bytes, name: str = "Программа.docx"):
    return read_source(content, name)


def grid(found: Table) -> list[tuple[str, ...]]:
    return [found.row_texts(number) for number in range(found.height)]


# ── The real programme ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def real_word():
    return read((DATA / "programme-ordynsky.docx").read_bytes())


@pytest.fixture(scope="module")
def real_book():
    return read((DATA / "programme-ordynsky.xlsx").read_bytes(), "Программа.xlsx")


def test_the_real_document_has_a_passport_and_three_appendices(real_word):
    assert real_word.kind == "docx"
    assert [(found.place, found.height, found.width) for found in real_word.tables] == [
        ("таблица 1", 10, 2),
        ("таблица 2", 12, 8),
        ("таблица 3", 84, 9),
        ("таблица 4", 8, 6),
    ]
    assert not any(found.continues for found in real_word.tables)
    assert real_word.notes == ()
    assert real_word.tables[3].heading.split("\n")[3] == "Приложение  №3"
    assert real_word.tables[3].heading.split("\n")[-1].startswith("Сводные финансовые затраты")


def test_order_holds_every_paragraph_and_table_once(real_word):
    assert tuple(block for block in real_word.order if isinstance(block, Table)) == real_word.tables
    assert tuple(block for block in real_word.order if isinstance(block, Paragraph)) == real_word.paragraphs
    assert real_word.paragraphs[0] == Paragraph("ПРИЛОЖЕНИЕ", "абзац 1")


def test_a_header_over_three_rows_is_merged_cells(real_word):
    indicators = real_word.tables[1]
    assert indicators.row_texts(2)[4:7] == ("2024 год", "2025 год", "2026 год")
    header = indicators.at(2, 0)
    assert (header.row, header.rows, header.columns) == (0, 3, 1)
    over = indicators.at(0, 5)
    assert (over.column, over.columns, over.rows) == (4, 3, 1)
    assert [found.text for found in indicators.row_cells(4)] == [indicators.at(4, 7).text]


def test_sums_stay_as_printed_with_their_odd_spaces(real_word, real_book):
    printed = [found.text for found in real_word.tables[2].cells]
    assert "721486, 76" in printed
    assert [found.text for found in real_book.tables[1].cells if found.text == "721486, 76"]
    units = {found.text for found in real_word.tables[2].cells if found.column == 2}
    assert f"{SPACE}тыс. руб" in units


def test_the_workbook_shows_the_same_tables_as_the_document(real_word, real_book):
    assert [found.place for found in real_book.tables] == [f"лист «Приложение {number}»" for number in (1, 2, 3)]
    for written, counted in zip(real_word.tables[1:], real_book.tables, strict=True):
        assert (written.height, written.width) == (counted.height, counted.width)
        same = total = 0
        for left, right in zip(grid(written), grid(counted), strict=True):
            for one, other in zip(left, right, strict=True):
                total += 1
                same += " ".join(one.split()) == " ".join(other.split())
        assert same / total > 0.9


def test_numbers_of_the_workbook_are_exact(real_book):
    sources = real_book.tables[2]
    total = sources.at(4, 1)
    assert (total.text, total.number) == ("3575,5", Decimal("3575.5"))
    assert sources.place_of(4, 1) == "лист «Приложение 3», ячейка B17"
    heading = [found for found in real_book.paragraphs if found.text.startswith("Сводные")]
    assert [found.place for found in heading] == ["лист «Приложение 3», ячейка A11"]


# ── DOCX ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cells_merged_both_ways_and_rows_that_begin_later():
    found = read(
        word(
            table(
                row(cell("А", down("restart")), cell("Б", span(2))),
                row(cell("", down()), cell("1"), cell("2")),
                row(cell("3"), cell("4"), properties='<w:trPr><w:gridBefore w:val="1"/></w:trPr>'),
            )
        )
    ).tables[0]
    assert grid(found) == [("А", "Б", "Б"), ("А", "1", "2"), ("", "3", "4")]
    assert found.at(2, 0) is None
    assert [(one.text, one.row, one.column, one.rows, one.columns) for one in found.cells] == [
        ("А", 0, 0, 2, 1),
        ("Б", 0, 1, 1, 2),
        ("1", 1, 1, 1, 1),
        ("2", 1, 2, 1, 1),
        ("3", 2, 1, 1, 1),
        ("4", 2, 2, 1, 1),
    ]


def test_what_python_docx_merges_is_one_cell():
    out = io.BytesIO()
    document = docx.Document()
    made = document.add_table(3, 4)
    made.cell(0, 0).merge(made.cell(1, 2)).text = "угол"
    made.cell(2, 3).text = "5"
    document.save(out)
    corner = read(out.getvalue()).tables[0].at(1, 2)
    assert (corner.text, corner.row, corner.column, corner.rows, corner.columns) == ("угол", 0, 0, 2, 3)


def test_borders_apart_by_a_hair_are_one_border():
    found = read(
        word(
            table(
                row(cell("А", span(1)), cell("Б", span(3))),
                row(cell("1", span(2)), cell("2", span(2))),
                row(cell("3", span(2)), cell("4"), cell("5")),
                widths=(2000, 15, 1500, 1500),
            )
        )
    ).tables[0]
    assert found.width == 3
    assert grid(found) == [("А", "Б", "Б"), ("1", "2", "2"), ("3", "4", "5")]


def test_a_narrow_column_with_cells_of_its_own_stays():
    found = read(word(table(row(cell("А"), cell("x"), cell("Б")), widths=(2000, 40, 2000)))).tables[0]
    assert grid(found) == [("А", "x", "Б")]


def test_paragraphs_and_breaks_of_a_cell_are_lines_without_blank_ones():
    inner = text(" Управление ") + "<w:p/>" + text("делами<w:br/>".replace("<w:br/>", "</w:t><w:br/><w:t>аппарата"))
    found = read(word(table(row(f"<w:tc>{inner}</w:tc>", cell(f"тыс.{SPACE}руб"))))).tables[0]
    assert found.at(0, 0).lines == ("Управление", "делами", "аппарата")
    assert found.at(0, 1).text == f"тыс.{SPACE}руб"


def test_a_nested_table_follows_the_one_that_holds_it():
    inner = table(row(cell("1"), cell("2")))
    holder = table(row(cell("слева"), f"<w:tc>{text('Объёмы:')}{inner}<w:p/></w:tc>"))
    tables = read(word(holder + text("между") + table(row(cell("3"))))).tables
    assert [found.place for found in tables] == [
        "таблица 1",
        "таблица 1, строка 1, графа 2, вложенная таблица 1",
        "таблица 2",
    ]
    assert grid(tables[0]) == [("слева", "Объёмы:")]
    assert (tables[1].heading, grid(tables[1])) == ("Объёмы:", [("1", "2")])
    assert tables[1].place_of(0, 1) == "таблица 1, строка 1, графа 2, вложенная таблица 1, строка 1, графа 2"


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("<w:p/>", True),
        ("", True),
        (text("Продолжение таблицы 1"), True),
        (text("12"), True),
        (text("Таблица 2. Финансирование"), False),
    ],
)
def test_a_table_broken_by_a_page_is_marked_as_going_on(between, expected):
    one = table(row(cell("1"), cell("2")), widths=(1000, 3000))
    tables = read(word(one + between + one)).tables
    assert [found.continues for found in tables] == [False, expected]


def test_a_table_of_other_columns_does_not_go_on():
    one = table(row(cell("1"), cell("2")), widths=(1000, 3000))
    for other in (table(row(cell("1")), widths=(4000,)), table(row(cell("1"), cell("2")), widths=(3000, 1000))):
        assert [found.continues for found in read(word(one + "<w:p/>" + other)).tables] == [False, False]


def test_deleted_hidden_and_boxed_text_is_left_out_and_said():
    body = (
        "<w:p><w:r><w:t>было </w:t></w:r><w:del><w:r><w:delText>8</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>9</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>тайна</w:t></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>рамка</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    rows = table(
        row(cell("стоит")),
        row(cell("снято"), properties="<w:trPr><w:del/></w:trPr>"),
        row(cell("и это", "<w:tcPrChange><w:tcPr>" + span(4) + "</w:tcPr></w:tcPrChange>")),
    )
    found = read(word(body + rows))
    assert [one.text for one in found.paragraphs] == ["было 9"]
    assert grid(found.tables[0]) == [("стоит",), ("и это",)]
    assert sorted(str(note).split(",")[0] for note in found.notes) == [
        "В документе есть надписи поверх страницы",
        "В документе есть непринятые исправления: вставленное прочитано",
    ]


def test_text_that_word_does_not_show_in_a_merged_cell_is_said():
    found = read(word(table(row(cell("А", down("restart"))), row(cell("пропало", down())))))
    assert grid(found.tables[0]) == [("А",), ("А",)]
    assert [str(note) for note in found.notes] == [
        "таблица 1, строка 2, графа 1: текст в продолжении объединённой ячейки не виден на странице и не прочитан."
    ]


def test_raised_figures_stay_apart_from_numbers_and_formulas_read_as_text():
    raised = (
        "<w:p><w:r><w:t>5000</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>1</w:t></w:r></w:p>"
    )

    def sign(words: str) -> str:
        return f"<m:r><m:t>{words}</m:t></m:r>"

    fraction = f"<m:f><m:num>{sign('К1+К2')}</m:num><m:den>{sign('КН')}</m:den></m:f>"
    formula = f"<w:p><m:oMath>{sign('Доб=')}{fraction}{sign('х100')}</m:oMath></w:p>"
    assert [one.text for one in read(word(raised + formula)).paragraphs] == ["5000¹", "Доб=(К1+К2)/КНх100"]


def test_numbers_of_lists_are_read_as_word_prints_them():
    def item(words: str, level: int) -> str:
        return (
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
            f"<w:r><w:t>{words}</w:t></w:r></w:p>"
        )

    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, (kind, pattern) in enumerate((("decimal", "%1."), ("decimal", "%1.%2."), ("russianLower", "%3)")))
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="3">{levels}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    )
    extra = {
        "word/numbering.xml": numbering,
        "word/_rels/document.xml.rels": relations(("r1", "numbering", "numbering.xml")),
    }
    body = (
        item("Цель", 0)
        + item("Задача", 1)
        + item("семинары", 2)
        + item("акции", 2)
        + item("Задача", 1)
        + item("Цель", 0)
    )
    assert [one.text for one in read(word(body, extra)).paragraphs] == [
        "1. Цель",
        "1.1. Задача",
        "а) семинары",
        "б) акции",
        "1.2. Задача",
        "2. Цель",
    ]


def test_a_document_of_content_controls_is_read():
    out = io.BytesIO()
    document = docx.Document()
    control = f'<w:sdt xmlns:w="{W}"><w:sdtContent>{text("Паспорт")}</w:sdtContent></w:sdt>'
    document.element.body.insert(0, parse_xml(control))
    document.save(out)
    assert read(out.getvalue()).paragraphs[0].text == "Паспорт"


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def saved(workbook: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_numbers_dates_shares_and_truth_as_the_sheet_shows_them():
    cells = line(1, c("A1", "Показатель", "is"), c("B1", "Значение", "is"))
    values = (
        ("721486.76000000001", 0, "721486,76", Decimal("721486.76")),
        ("0.30000000000000004", 0, "0,3", Decimal("0.3")),
        ("1234567.5", 1, f"1{SPACE}234{SPACE}567,50 тыс. руб.", Decimal("1234567.5")),
        ("0.125", 2, "12,5%", Decimal("0.125")),
        ("45156", 3, "18.08.2023", None),
        ("721486.76", 4, "721,5", Decimal("721486.76")),
        ("2024", 0, "2024", Decimal(2024)),
    )
    for number, (stored, style, _, _) in enumerate(values, start=2):
        cells += line(number, c(f"A{number}", "x", "is"), c(f"B{number}", stored, style=style))
    codes = formats("#,##0.00&quot; тыс. руб.&quot;", "0.0%", "dd.mm.yyyy", "#,##0.0,")
    found = read(book(cells, styles=codes)).tables[0]
    shown = [found.at(number, 1) for number in range(1, found.height)]
    assert [(one.text, one.number) for one in shown] == [(text, number) for _, _, text, number in values]


def test_a_workbook_of_openpyxl():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Приложение 2"
    sheet.append(["Источник", "2024", "2025"])
    sheet.append(["Местный", 12986.76, 0.05])
    sheet["C2"].number_format = FORMAT_PERCENTAGE_00
    sheet.append(["Итого", None, None])
    sheet.merge_cells("B3:C3")
    found = read(saved(workbook)).tables[0]
    assert grid(found) == [("Источник", "2024", "2025"), ("Местный", "12986,76", "5,00%"), ("Итого", "", "")]
    assert (found.at(2, 2).columns, found.at(2, 2).text) == (2, "")
    assert found.place_of(1, 2) == "лист «Приложение 2», ячейка C2"


def test_stamps_and_titles_above_are_paragraphs_and_blank_rows_part_tables():
    found = read(
        book(
            line(1, c("F1", "УТВЕРЖДЕНО", "is"))
            + line(3, c("A3", "Таблица 1", "is"))
            + line(4, c("A4", "Год", "is"), c("B4", "Сумма", "is"))
            + line(5, c("A5", "2024", "is"), c("B5", 5))
            + line(7, c("A7", "Таблица 2", "is"))
            + line(8, c("A8", "Год", "is"), c("B8", "Число", "is"))
            + line(9, c("A9", "2024", "is"), c("B9", 7)),
        )
    )
    assert [block.text if isinstance(block, Paragraph) else (block.top, block.heading) for block in found.order] == [
        "УТВЕРЖДЕНО",
        "Таблица 1",
        (3, "УТВЕРЖДЕНО\nТаблица 1"),
        "Таблица 2",
        (7, "Таблица 2"),
    ]
    assert [one.continues for one in found.tables] == [False, False]


def test_a_blank_row_inside_a_table_leaves_it_going_on():
    found = read(
        book(
            line(1, c("A1", "Мероприятие", "is"), c("B1", "Сумма", "is"), c("C1", "Срок", "is"))
            + line(2, c("A2", "Семинар", "is"), c("B2", 500.5), c("C2", "май", "is"))
            + line(4, c("A4", "Задача 2", "is"))
            + line(5, c("A5", "Акция", "is"), c("B5", 700.5)),
            merges=["A4:C4"],
        )
    )
    assert found.paragraphs == ()
    assert [(one.continues, one.top, one.width) for one in found.tables] == [(False, 0, 3), (True, 3, 3)]
    assert grid(found.tables[1]) == [("Задача 2",) * 3, ("Акция", "700,5", "")]


def test_hidden_sheets_rows_and_formulas_without_a_value_are_said():
    sheets = '<sheet name="Итоги" r:id="r1"/><sheet name="Расчёты" state="hidden" r:id="r2"/>'
    cells = (
        line(1, c("A1", "Всего", "is"), c("B1", "12.5", formula="SUM(B2:B3)"))
        + f'<row r="2" hidden="1">{c("A2", "Местный", "is")}<c r="B2"><f>[1]А!B2</f></c></row>'
    )
    found = read(book(cells, sheets=sheets, extra={"xl/worksheets/sheet2.xml": worksheet(line(1, c("A1", 1)))}))
    assert grid(found.tables[0]) == [("Всего", "12,5"), ("Местный", "")]
    assert [str(note) for note in found.notes] == [
        "На листе «Итоги» есть скрытые строки: они прочитаны вместе с остальными.",
        "На листе «Итоги» в ячейке B2 формула без сохранённого значения. "
        "Откройте файл в программе таблиц, сохраните и загрузите снова.",
        "Лист «Расчёты» скрыт и не прочитан. Если он нужен, покажите его и загрузите файл снова.",
    ]


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_says_what_to_do_and_never_advises_pdf():
    for words in readers.IN_OTHER_WORDS.values():
        assert "PDF" not in words
        assert words.endswith(".")
    with pytest.raises(RuleBroken, match="старого формата"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "Программа.doc")


def test_a_table_too_wide_is_named():
    with pytest.raises(RuleBroken, match="Таблица 2 слишком большая: строк 1, граф 400"):
        read(word(table(row(cell("1"))) + text("x") + table(row(*[cell("1")] * 400))))
