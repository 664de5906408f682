"""A Word template that somebody else made: what it may do, and what it is refused for, in words."""

import io
import zipfile

import docx
import pytest

from tosportal.domain.errors import RuleBroken
from tosportal.support.documents import docx_template
from tosportal.support.documents.docx_template import ROWS_MAX, Sandbox, check_template, filled_template

NAMES = {"год": "год", "программа": "имя", "строки": {"план": "план", "факт": "факт"}}
CONTEXT = {
    "год": "2025",
    "программа": "ТОС & <b>{{ год }}</b>\x07\n=1+1",
    "строки": [{"план": "1,5", "факт": "2"}, {"план": "не указано", "факт": "—"}],
}


def made(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = (), header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def changed(content: bytes, name: str, change) -> bytes:
    """The same file with one part changed, or put in."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.namelist():
            data = source.read(entry)
            archive.writestr(entry, change(data) if entry == name else data)
        if name not in source.namelist():
            archive.writestr(name, change(b""))
    return target.getvalue()


def test_words_stand_in_the_place_of_tags():
    table = (("План", "Факт"), ("{%tr for строка in строки %}", ""), ("{{ строка.план }}", "{{ строка.факт|upper }}"),
             ("{%tr endfor %}", ""))  # fmt: skip
    template = made("За {{ год }} год", "{{ программа }}", "{%p if год == ‘2025’ %}", "Да", "{%p endif %}", rows=table,
                    header="Лист {{ год }}")  # fmt: skip
    paper = docx.Document(io.BytesIO(filled_template(template, CONTEXT, NAMES)))
    texts = [one.text for one in paper.paragraphs]
    assert texts == ["За 2025 год", "ТОС & <b>{{ год }}</b>\n=1+1", "Да"]
    assert [[cell.text for cell in row.cells] for row in paper.tables[0].rows] == [
        ["План", "Факт"],
        ["1,5", "2"],
        ["не указано", "—"],
    ]
    assert paper.sections[0].header.paragraphs[0].text == "Лист 2025"


def test_tags_that_word_tore_into_runs_are_read():
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ го", "д }", "}"):
        paragraph.add_run(piece).bold = True
    content = io.BytesIO()
    document.save(content)
    paper = docx.Document(io.BytesIO(filled_template(content.getvalue(), CONTEXT, NAMES)))
    assert paper.paragraphs[0].text == "2025"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ ''.__class__ }}", "только имена"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "только имена"),
        ("{{ год.__class__ }}", "имени «год.__class__» у отчёта нет"),
        ("{{ год['__class__'] }}", "только имена"),
        ("{{ год|attr('__class__') }}", "только имена"),
        ("{{ self }}", "имени «self» у отчёта нет"),
        ("{{ self.__init__ }}", "у отчёта нет"),
        ("{{ config }}", "имени «config» у отчёта нет"),
        ("{{ lipsum.__globals__ }}", "у отчёта нет"),
        ("{{ cycler('a') }}", "только имена"),
        ("{{ range(10000000) }}", "только имена"),
        ("{{ 'a' * 1000000000 }}", "только имена"),
        ("{{ 9 ** 999999999 }}", "только имена"),
        ("{{ 'a' ~ 'b' }}", "только имена"),
        ("{{ год.format(1) }}", "только имена"),
        ("{{ год|format(1) }}", "только имена"),
        ("{{ год|center(100000000) }}", "только имена"),
        ("{{ [1, 2] }}", "только имена"),
        ("{{ год if год else 1 }}", "только имена"),
        ("{% set a = 1 %}", "только имена"),
        ("{% include 'x' %}", "только имена"),
        ("{% import 'os' as os %}", "только имена"),
        ("{% macro a() %}{% endmacro %}", "только имена"),
        ("{% raw %}{% endraw %}", "только имена"),
        ("{% colspan год %}", "только имена"),
        ("{% vm %}", "только имена"),
        ("{% for i in range(9999999) %}x{% endfor %}", "только имена"),
        ("{% for a in строки recursive %}{% endfor %}", "только имена"),
        ("{% for a in строки if a.план %}{% endfor %}", "только имена"),
        ("{% for a in год %}{{ a }}{% endfor %}", "«год» не список"),
        ("{% for a in нет %}{{ a }}{% endfor %}", "имени «нет» у отчёта нет"),
        ("{% for a in строки %}{{ a.сумма }}{% endfor %}", "имени «a.сумма» у отчёта нет"),
        ("{{ строки }}", "это список"),
        ("{{ строки.план }}", "имени «строки.план» у отчёта нет"),
        ("{% if нет %}{% endif %}", "имени «нет» у отчёта нет"),
        ("{% for a in строки %}", "не парами"),
        ("{% endfor %}", "не парами"),
        ("{% if год %}{{ год }}", "не парами"),
        ("Итог: {{ год", "открыта, но не закрыта"),
        ("{{ {{ год }} }}", "открыта, но не закрыта"),
        ("{{ год + }}", "написана неправильно"),
        ("{{ }}", "написана неправильно"),
        ("{{ " + "a" * 300 + " }}", "длиннее"),
        ("{{ " + "(" * 90 + "год" + ")" * 90 + " }}", "длиннее|неправильно|имена"),
        ("просто текст", "нет ни одной метки"),
        (
            "{% for a in строки %}{% for b in строки %}{% for c in строки %}x{% endfor %}{% endfor %}{% endfor %}",
            "глубже",
        ),
    ],
)
def test_a_tag_that_is_wrong_is_refused_in_words(text, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        check_template(made(text), "шаблон.docx", NAMES)
    assert all(one.place == "file" for one in refused.value.remarks)


def test_a_refusal_names_the_paragraph():
    with pytest.raises(RuleBroken) as refused:
        check_template(made("Глава района", "Всего {{ всего }} рублей", "{{ год }}"), "a.docx", NAMES)
    assert [str(one) for one in refused.value.remarks] == [
        "Абзац «Всего {{ всего }} рублей»: имени «всего» у отчёта нет. Все имена перечислены на странице шаблона"
    ]


def put_in(hidden: str):
    return lambda data: data.replace("ЗДЕСЬ".encode(), hidden.encode())


def test_a_hidden_tag_is_seen():
    """As references, in a header, in a note of a picture, in another main part: docxtpl would read them all."""
    plain = made("{{ год }} ЗДЕСЬ")
    for hidden in ("&#123;&#123; config &#125;&#125;", "<![CDATA[{{ config }}]]>"):
        evil = changed(plain, "word/document.xml", put_in(hidden))
        with pytest.raises(RuleBroken, match="config"):
            check_template(evil, "a.docx", NAMES)
    with pytest.raises(RuleBroken, match="config"):
        check_template(made("{{ год }}", header="{{ config }}"), "a.docx", NAMES)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.docx"),
        (b"PK\x03\x04 broken", "a.docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc"),
        (b"%PDF-1.7\n%%EOF", "a.docx"),
        (changed(made("{{ год }}"), "word/vbaProject.bin", lambda _data: b"macro"), "a.docm"),
        (changed(made("{{ год }}"), "word/document.xml", lambda _data: b"<w:document/>"), "a.docx"),
        (changed(made("{{ год }}"), "word/document.xml", lambda _data: b"not xml"), "a.docx"),
        (changed(made("{{ год }}"), "word/document.xml", lambda data: data + b" " * 60_000_000), "a.docx"),
        (changed(made("{{ год }}"), "word/document.xml", lambda data: b"<a>" * 5000 + b"</a>" * 5000), "a.docx"),
        (changed(made("{{ год }}"), "[Content_Types].xml", lambda _data: b"<Types/>"), "a.docx"),
    ],
    ids=["empty", "broken", "doc", "pdf", "macros", "no body", "no xml", "bomb", "deep", "no types"],
)
def test_a_file_that_is_no_template_is_refused(content, name):
    with pytest.raises(RuleBroken):
        check_template(content, name, NAMES)


def test_rows_of_all_loops_together_are_counted():
    many = {**CONTEXT, "строки": [{"план": "1", "факт": "2"}] * 10_000}
    flat = made("{% for a in строки %}{{ a.план }}{% endfor %}")
    assert filled_template(flat, many, NAMES)
    empty = made("{% for a in строки %}{% for b in строки %}{% endfor %}{% endfor %}{{ год }}")
    assert ROWS_MAX < 10_000**2
    with pytest.raises(RuleBroken, match="слишком большим"):
        filled_template(empty, many, NAMES)


def test_what_a_template_makes_is_counted(monkeypatch):
    monkeypatch.setattr(docx_template, "MADE_MAX", 100_000)
    many = {**CONTEXT, "строки": [{"план": "1" * 100, "факт": "2"}] * 2_000}
    with pytest.raises(RuleBroken, match="слишком большим"):
        filled_template(made("{% for a in строки %}{{ a.план }}{% endfor %}"), many, NAMES)


def test_a_loop_out_of_its_row_is_refused_in_words():
    with pytest.raises(RuleBroken, match="отдельных строках таблицы"):
        filled_template(made("{%tr for a in строки %}", "{{ a.план }}", "{%tr endfor %}"), CONTEXT, NAMES)


@pytest.mark.parametrize(
    "text", ["{{ a.__class__ }}", "{{ a.b.__init__ }}", "{{ a['__class__'] }}", "{{ ''.join }}", "{{ a.keys }}"]
)
def test_the_sandbox_itself_gives_no_attribute(text):
    assert Sandbox().from_string(text.replace("a.b", "a")).render(a={"b": "c"}) == ""


@pytest.mark.parametrize("text", ["{{ 'a' * 9 }}", "{{ 2 ** 9 }}", "{{ a() }}", "{{ a.b() }}"])
def test_the_sandbox_itself_counts_and_calls_nothing(text):
    with pytest.raises(docx_template.TemplateError):
        Sandbox().from_string(text).render(a={"b": len})
