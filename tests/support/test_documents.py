"""The papers are read back with other programs and every number is compared."""

import io
import re
import time
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from tests.support import sample_papers
from tosportal.support.documents import pdf_from_typst, protocol_docx, protocol_pdf, receipt_pdf
from tosportal.support.documents.layout import heading, paragraph, plain, table
from tosportal.support.documents.protocol_labels import LABELS as PROTOCOL_LABELS
from tosportal.support.documents.protocol_paper import protocol_blocks
from tosportal.support.documents.receipt import LABELS as RECEIPT_LABELS

HOSTILE = [
    '#panic("x")',
    '#import "/etc/passwd"; $x$ *bold* _it_ `raw` @ref <label> = heading // comment /* c */',
    "<b>bold</b> & <script>alert(1)</script>",
    "\"quotes\" 'single' \\backslash {brace} %s {0} {{ jinja }}",
    '{"json": [1, 2]}',
    "=cmd|'/c calc'!A1",
    "]]> <w:t> &amp; &#65;",
]


def words(pdf: bytes) -> str:
    """All text of a PDF on one line, without the places where long words may break."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def solid(text: str) -> str:
    """A text without any space or hyphen at a line's end, to find it again however the lines were broken."""
    return re.sub(r"[\s\u200b\u00ad-]+", "", text)


def rows_of(document: bytes, caption: str) -> list[list[str]]:
    """The rows of the DOCX table under a caption."""
    opened = docx.Document(io.BytesIO(document))
    captions = [one.text for one in opened.paragraphs if one.style is not None and one.style.name == "Caption"]
    assert len(captions) == len(opened.tables)
    number = next(n for n, text in enumerate(captions) if caption in text)
    return [[cell.text for cell in row.cells] for row in opened.tables[number].rows]


def rubles(text: str) -> Decimal:
    return Decimal(text.replace("\u00a0", "").removesuffix("₽").replace(",", "."))


def blocks_text(blocks: list[dict]) -> list[str]:
    """Every text of the blocks, in order."""
    found: list[str] = []
    for block in blocks:
        for key in ("caption", "text", "label", "digest", "note"):
            if block.get(key):
                found.append(block[key])
        found += block.get("items", [])
        found += [one["text"] for one in block.get("columns", [])]
        for row in [*block.get("rows", []), *([block["total"]] if block.get("total") else [])]:
            found += row
    return [text for text in found if text]


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("paper", ["receipt", "protocol"])
def test_pdf_is_tagged_titled_and_declares_pdf_ua(paper: str, lang: str) -> None:
    if paper == "receipt":
        pdf = receipt_pdf(sample_papers.receipt() | {"lang": lang})
        title = RECEIPT_LABELS[lang]["title"].format(number="2026-017")
    else:
        pdf = protocol_pdf(sample_papers.protocol() | {"lang": lang})
        title = PROTOCOL_LABELS[lang]["title"].format(number="3/2026")
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == title
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(?:>|=\")1", xmp)
    kinds = kinds_of_tags(root["/StructTreeRoot"])
    assert {"/H1", "/Table", "/TR", "/TH", "/TD", "/P", "/Caption"} <= kinds
    assert all(font.get("/ToUnicode") for page in reader.pages for font in fonts_of(page))


def kinds_of_tags(node: object) -> set[str]:
    found: set[str] = set()
    stack = [node]
    while stack:
        one = stack.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            stack += one
        elif isinstance(one, dict):
            if "/S" in one:
                found.add(str(one["/S"]))
            if "/K" in one:
                stack.append(one["/K"])
    return found


def fonts_of(page: dict) -> list[dict]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_receipt_says_everything() -> None:
    context = sample_papers.receipt()
    text = words(receipt_pdf(context))
    assert "Регистрационный номер" in text
    for part in ("2026-017", "5 марта 2026 года, 16:58:03 по Новосибирску", "110 300,00 ₽", "Иванова Мария Петровна"):
        assert part in text
    joined = solid(text)
    for digest in [context["sha256"], *(file["sha256"] for file in context["attachments"])]:
        assert digest in joined
    for section in context["sections"]:
        assert solid(section["title"]) in joined
        for answer in section["answers"]:
            assert solid(answer["label"]) in joined
            assert solid(answer.get("value", "")) in joined
            for row in answer.get("table", {}).get("rows", []):
                assert all(solid(cell) in joined for cell in row)


def test_receipt_without_attachments_and_without_a_sum_says_so() -> None:
    context = sample_papers.receipt(files=0) | {"requested_sum": None}
    text = words(receipt_pdf(context))
    assert "Приложений нет." in text
    assert "Запрошено" not in text


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_text_of_the_protocol_is_in_the_pdf(lang: str) -> None:
    context = sample_papers.protocol() | {"lang": lang}
    joined = solid(words(protocol_pdf(context)))
    missing = [text for text in blocks_text(protocol_blocks(context)) if solid(text) not in joined]
    assert missing == []


def test_every_text_of_the_protocol_is_in_the_docx() -> None:
    context = sample_papers.protocol()
    opened = docx.Document(io.BytesIO(protocol_docx(context)))
    cells = [cell.text for one in opened.tables for row in one.rows for cell in row.cells]
    everything = "\n".join([*(one.text for one in opened.paragraphs), *cells])
    missing = [text for text in blocks_text(protocol_blocks(context)) if text not in everything]
    assert missing == []


def test_every_figure_of_the_protocol_can_be_read_back() -> None:
    context = sample_papers.protocol()
    document = protocol_docx(context)
    for sheet, row in zip(context["marks"], rows_of(document, "Баллы каждого")[1:], strict=True):
        assert row == [
            sheet["application"],
            sheet["juror"],
            *sheet["marks"].values(),
            sheet["total"].replace(".", ","),
        ]
    for one, row in zip(context["totals"], rows_of(document, "Итоги по экспертам")[1:], strict=True):
        assert row == [one["application"], *(v.replace(".", ",") for v in (*one["by_juror"].values(), one["total"]))]
    for ranked, row in zip(context["ranking"], rows_of(document, "Рейтинг заявок")[1:], strict=True):
        assert row[:2] == [ranked["place"], ranked["application"]]
        assert row[4] == ranked["total"].replace(".", ",")
    *given, total = rows_of(document, "Получатели и суммы")[1:]
    for award, row in zip(context["awards"], given, strict=True):
        sums = [award["requested_sum"] or "0", award["awarded_sum"], *award["by_source"].values()]
        assert [rubles(cell) for cell in row[3:]] == [Decimal(value) for value in sums]
    assert [rubles(cell) for cell in total[4:]] == [sum(rubles(row[n]) for row in given) for n in (4, 5, 6)]
    *sources, everything = rows_of(document, "Фонд конкурса")[1:]
    for source, row in zip(context["sources"], sources, strict=True):
        fund, spent, left = (rubles(cell) for cell in row[1:])
        assert (row[0], fund, left) == (source["name"], Decimal(context["fund"][source["code"]]), fund - spent)
    assert [rubles(cell) for cell in everything[1:]] == [sum(rubles(row[n]) for row in sources) for n in (1, 2, 3)]


def test_docx_has_headings_repeated_header_rows_title_and_language() -> None:
    opened = docx.Document(io.BytesIO(protocol_docx(sample_papers.protocol(criteria=10))))
    assert opened.core_properties.title == "Протокол № 3/2026 заседания конкурсной комиссии"
    assert opened.core_properties.language == "ru-RU"
    headings = [one.text for one in opened.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert headings[0] == "Присутствовали члены комиссии"
    assert headings[-1] == "Подписи"
    for one in opened.tables:
        assert one.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert one._tbl.tblPr.xpath("./w:tblCaption/@w:val")[0].startswith("Таблица ")
    widths = {(section.page_width or 0) > (section.page_height or 0) for section in opened.sections}
    assert widths == {True, False}


def test_a_wide_table_lies_down_in_the_pdf_too() -> None:
    def shapes(criteria: int) -> set[bool]:
        pages = PdfReader(io.BytesIO(protocol_pdf(sample_papers.protocol(criteria=criteria)))).pages
        return {page.mediabox.width > page.mediabox.height for page in pages}

    assert shapes(6) == {False}
    assert shapes(10) == {True, False}


def test_header_row_repeats_on_every_page_of_a_long_table() -> None:
    pages = PdfReader(io.BytesIO(protocol_pdf(sample_papers.protocol(applications=60)))).pages
    marked = [text for page in pages if re.search(r"2026-\d{3}\s+Э\d", text := page.extract_text())]
    assert len(marked) > 3
    assert all("Эксперт" in text for text in marked)


def test_an_almost_empty_protocol_says_what_did_not_happen() -> None:
    context = sample_papers.protocol()
    for part in ("invitees", "recusals", "refused", "marks", "totals", "ranking", "votes", "awards", "opinions"):
        context[part] = []  # type: ignore[literal-required]
    context["applications"], context["admitted"] = [], []
    text = words(protocol_pdf(context))
    for part in ("Отводов и самоотводов нет.", "Отказов в допуске нет.", "Поддержка никому не присуждена."):
        assert part in text
    assert protocol_docx(context).startswith(b"PK")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_texts(text: str) -> None:
    context = sample_papers.receipt()
    context["title"] = context["tos"] = context["submitted_by"] = text
    context["attachments"][0]["name"] = text
    context["sections"][0]["answers"][0] = {"label": text, "value": text}
    assert solid(words(receipt_pdf(context))).count(solid(text)) >= 6
    paper = sample_papers.protocol()
    paper["place"] = paper["ranking"][0]["title"] = paper["contest"] = text
    assert solid(words(protocol_pdf(paper))).count(solid(text)) >= 3
    document = protocol_docx(paper)
    assert rows_of(document, "Рейтинг заявок")[1][3] == text
    assert any(one.text == text for one in docx.Document(io.BytesIO(document)).paragraphs)


def test_signs_no_face_can_draw_are_spelled_out() -> None:
    context = sample_papers.receipt() | {"title": "Двор 😀 漢 ☀️ \U0001f1f7\U0001f1fa \U0010fffd Һәм"}
    text = words(receipt_pdf(context))
    assert "[U+1F600]" in text
    assert "[U+6F22]" in text
    assert "Һәм" in text


def test_control_and_turning_signs_are_removed_and_the_rest_kept() -> None:
    assert plain("a\0b\x07c\u202ed\ud800e\ufeff\r\nf\tg") == "abcde\nf g"
    context = sample_papers.receipt() | {"title": "Сче\0т\u202e 1\x1b[31m"}
    assert "Счет 1[31m" in words(receipt_pdf(context))
    paper = sample_papers.protocol() | {"place": "Зал\0 №\u202e 5"}
    assert "Зал № 5" in docx.Document(io.BytesIO(protocol_docx(paper))).paragraphs[4].text


@pytest.mark.parametrize("text", ["ж" * 10_000, "слово " * 1_700, "😀" * 2_000, "a\n" * 500, "\u0301" * 300])
def test_very_long_texts_stay_on_the_page(text: str) -> None:
    context = sample_papers.receipt()
    context["sections"][0]["answers"][0] = {"label": "Подробно", "value": text}
    pdf = receipt_pdf(context)
    reader = PdfReader(io.BytesIO(pdf))
    beyond: list[float] = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda part, _cm, tm, _font, _size: beyond.append(tm[4]) if part.strip() else None
        )
    assert max(beyond) < 595
    assert solid(text)[:30].replace("😀", "[U+1F600]")[:30] in solid(words(pdf))


def test_every_sign_of_the_first_plane_can_be_asked_for() -> None:
    signs = "".join(chr(code) for code in range(0x20, 0x3000, 7) if not 0xD800 <= code < 0xE000)
    pdf = pdf_from_typst(
        "protocol",
        {
            "labels": PROTOCOL_LABELS["ru"],
            "over": "",
            "under": "",
            "footer": "",
            "blocks": [
                heading("Знаки"),
                paragraph(signs),
                table("Т", [{"text": "a", "width": 1, "align": "start"}], [[signs]]),
            ],
        },
        title="Знаки",
        lang="ru",
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert pdf.startswith(b"%PDF-")


def test_the_same_paper_is_the_same_file() -> None:
    assert receipt_pdf(sample_papers.receipt()) == receipt_pdf(sample_papers.receipt())
    assert protocol_pdf(sample_papers.protocol()) == protocol_pdf(sample_papers.protocol())
    first = protocol_docx(sample_papers.protocol())
    time.sleep(2.1)
    assert protocol_docx(sample_papers.protocol()) == first


def test_a_protocol_whose_money_does_not_add_up_is_not_made() -> None:
    wrong_award, wrong_fund = sample_papers.protocol(), sample_papers.protocol()
    assert protocol_pdf(deepcopy(wrong_award)).startswith(b"%PDF-")
    wrong_award["awards"][0]["by_source"]["local"] = "1080.01"
    wrong_fund["fund"]["local"] = "6519.14"
    for context in (wrong_award, wrong_fund):
        for make in (protocol_pdf, protocol_docx):
            with pytest.raises(ValueError, match=r"award|source"):
                make(context)


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        receipt_pdf(sample_papers.receipt() | {"submitted_at": "2026-03-05T16:58:03"})


def test_both_languages_have_the_same_labels() -> None:
    for labels in (PROTOCOL_LABELS, RECEIPT_LABELS):
        assert set(labels["ru"]) == set(labels["en"])


@pytest.mark.parametrize("name", ["../receipt", "receipt.typ", "/etc/passwd", ""])
def test_a_template_is_named_not_addressed(name: str) -> None:
    with pytest.raises(ValueError, match="template"):
        pdf_from_typst(name, {}, title="", lang="ru", now=datetime(2026, 1, 1, tzinfo=UTC))
