"""The standard template of the report: a Word document with every kind of tag, for a district to make its own of."""

from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement

from tosportal.support.documents.docx import HEIGHT, WIDTH, prepare, quiet_paragraph, saved

TITLE = "Шаблон отчёта о выполнении муниципальной программы"
INDICATORS = (
    ("№", "номер"),
    ("Наименование показателя", "название"),
    ("Ед. изм.", "единица"),
    ("План", "план"),
    ("Факт", "факт"),
    ("Отклонение", "отклонение"),
    ("%", "отклонение_процент"),
    ("Причина отклонения", "причина"),
)
MONEY = (
    ("Статус", "статус"),
    ("Наименование", "название"),
    ("Источник", "источник"),
    ("План, руб.", "план"),
    ("Касса, руб.", "касса"),
    ("Отклонение, руб.", "отклонение"),
    ("%", "процент"),
    ("Причина отклонения", "причина"),
)
ACTIVITIES = (
    ("Мероприятие", "название"),
    ("Количество по плану", "количество"),
    ("Состояние", "состояние"),
    ("Выполнено", "день"),
    ("Основание", "основание"),
)

# What the page of templates shows as an example: a repeated row of a table, a paragraph with a condition.
EXAMPLES = {
    "row": (
        "{{ программа }}",
        "{%tr for строка in показатели %}",
        "{{ строка.название }} {{ строка.план }} {{ строка.факт }}",
        "{%tr endfor %}",
    ),
    "paragraph": ("{%p if квартал == '' %}", "{{ вывод }}", "{%p endif %}"),
}


def standard_template(now: datetime) -> bytes:
    """The template as a file; the same bytes for the same moment."""
    document = docx.Document()
    prepare(document, title=TITLE, lang="ru", now=now, labels={"page": "стр."})
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, HEIGHT, WIDTH
    document.add_paragraph("{{ заголовок }}", style="Title")
    document.add_paragraph("{{ программа }}", style="Subtitle")
    document.add_paragraph("{{ план_денег }}")
    document.add_paragraph("{{ план_показателей }}")
    document.add_heading("Показатели", 1)
    add_table(document, "показатели", INDICATORS)
    document.add_heading("Расходы по мероприятиям и источникам", 1)
    add_table(document, "расходы", MONEY)
    document.add_heading("Выполнение мероприятий", 1)
    add_table(document, "мероприятия", ACTIVITIES)
    document.add_paragraph("{%p if мероприятия_без_дня %}")
    document.add_paragraph("{{ мероприятия_без_дня }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if квартал == '' %}")
    document.add_heading("Оценка эффективности", 1)
    document.add_paragraph("{{ метод }}: {{ эффективность }} — {{ вывод }}")
    document.add_paragraph("{%p for шаг in шаги %}")
    document.add_paragraph("{{ loop.index }}. {{ шаг.текст }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("Ответственный исполнитель _____________________")
    quiet_paragraph(document, "Составлен {{ составлен }} по данным портала.")
    return saved(document, now)


def add_table(document: Document, rows: str, columns: Sequence[tuple[str, str]]) -> None:
    """A table whose heading repeats on each page and whose one row is repeated for each row of a list."""
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    for cell, (heading, _name) in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    table.rows[1].cells[0].text = f"{{%tr for строка in {rows} %}}"
    for cell, (_heading, name) in zip(table.rows[2].cells, columns, strict=True):
        cell.text = f"{{{{ строка.{name} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
