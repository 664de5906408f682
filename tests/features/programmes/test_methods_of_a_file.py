"""Methods of indicators from a DOCX of a made-up district: recognised, put right by pages, offered as passports."""

import io
from html import unescape

import docx
import pytest

from tests.make import make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.domain.programme_tables import recognise
from tosportal.features.indicators.queries import passport_rows
from tosportal.features.programmes.models import Programme, ProgrammeUpload
from tosportal.support.db import db
from tosportal.support.documents.readers import read_source

PASSPORT = [
    ["Наименование программы", "Муниципальная программа «Соседи Лесногорского района на 2027–2028 годы»"],
    ["Ответственный исполнитель программы", "Отдел администрации Лесногорского района (далее – Отдел)"],
    ["Цель программы", "Развитие ТОС в Лесногорском районе"],
    ["Задачи программы", "1. Поддержка проектов ТОС."],
    ["Сроки реализации программы", "2027–2028 годы"],
]
INDICATORS = [
    ["№", "Наименование показателя", "Ед. изм.", "2027", "2028"],
    ["Задача 1. Поддержка проектов ТОС", "", "", "", ""],
    ["1", "Доля жителей, участвующих в мероприятиях ТОС", "%", "12,0", "14,0"],
    ["2", "Количество поддержанных проектов ТОС", "ед.", "6", "8"],
    ["3", "Число обученных активистов ТОС", "чел.", "20", "30"],
]
METHODS = [
    ["№ п/п", "Показатель", "Единица измерения", "Формула расчёта и пояснения к переменным", "Источник данных"],
    [
        "1",
        "Доля жителей, участвующих в мероприятиях ТОС",
        "%",
        "Дж = Куч / Кн х 100, где:\nДж – доля жителей;\nКуч – количество жителей, принявших участие (человек);\n"
        "Кн – численность населения района на 1 января отчетного года (человек).",
        "Списки участников",
    ],
    [
        "2",
        "Количество поддержанных проектов ТОС",
        "ед.",
        "Кпр = Кгр + Ксуб, где\nКгр – гранты (ед.);\nКсуб – субсидии (ед.)",
        "",
    ],
    ["3", "Число обученных активистов ТОС", "чел.", "Считается по журналам учёта слушателей", "Журналы"],
]
ACTIVITIES = [
    ["№", "Мероприятие", "Источник", "2027, тыс. руб.", "2028, тыс. руб.", "Всего, тыс. руб.", "Исполнитель"],
    ["Задача 1. Поддержка проектов ТОС", "", "", "", "", "", ""],
    ["1.1", "Гранты ТОС", "местный бюджет", "600,0", "700,0", "1 300,0", "Отдел"],
]


def word_file() -> bytes:
    paper = docx.Document()
    paper.add_paragraph("ПАСПОРТ муниципальной программы «Соседи Лесногорского района на 2027–2028 годы»")
    for rows in (PASSPORT, INDICATORS, METHODS, ACTIVITIES):
        table = paper.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
            if texts[0].startswith("Задача 1."):
                table.cell(row, 0).merge(table.cell(row, len(texts) - 1))
        paper.add_paragraph()
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


@pytest.fixture
def office(app) -> Browser:
    return Browser(app, make_secretary(make_municipality()))


def test_formulas_signs_meanings_units_and_sources_are_read():
    found = recognise(read_source(word_file(), "программа.docx"))
    share, sum_of, told = (one["methodology"] for one in found.data["indicators"])
    assert (share["formula_printed"], sum_of["formula_printed"]) == ("Дж = Куч / Кн х 100", "Кпр = Кгр + Ксуб")
    assert [(one["symbol_printed"], one["unit_printed"]) for one in share["variables"]] == [
        ("Куч", "человек"),
        ("Кн", "человек"),
    ]
    assert share["information_source"] == "Списки участников"
    assert (told["formula_printed"], told["text_printed"]) == (None, "Считается по журналам учёта слушателей")
    printed = {one.path: one.printed for one in found.fragments}
    at = f"indicators[{found.data['indicators'][2]['id']}].methodology.formula_printed"
    assert printed[at] == "Считается по журналам учёта слушателей", "what is printed stands beside the empty formula"


def test_a_method_goes_from_the_file_by_pages_to_a_passport(office):
    office.post("/office/programme/upload", {"file": (io.BytesIO(word_file()), "программа.docx")})
    upload = db.session.query(ProgrammeUpload).one()
    page = f"/office/programme/uploads/{upload.key}"
    shown = unescape(office.get(f"{page}/indicators").get_data(as_text=True))
    for words in (
        "Дж = Куч / Кн х 100",
        "Куч – количество жителей, принявших участие (человек)",
        "таблица 3, строка 2",
    ):
        assert words in shown
    at = f"indicators[{upload.recognised['data']['indicators'][0]['id']}].methodology"
    put_right = {
        f"{at}.variables[kuch].symbol_printed": "Кж",
        f"{at}.formula_printed": "Дж = Кж / Кн х 100",
        f"{at}.variables[kn].unit_printed": "чел.",
    }
    assert "Исправлено значений: 3" in said(office.post(f"{page}/indicators", {"seen": "1"} | put_right))
    office.post(f"{page}/confirm", {"slug": "neighbours"})
    words = said(office.get("/office/indicators/neighbours/passports"))
    assert "Формула в редакции: Дж = Кж / Кн х 100" in words
    assert "описана словами, без формулы: «Считается по журналам учёта слушателей»" in words
    office.post("/office/indicators/neighbours/passports", {"do": "fill"})
    db.session.expire_all()
    rows = passport_rows(db.session.query(Programme).filter_by(slug="neighbours").one())
    assert [row.held.formula if row.held else None for row in rows] == ["Дж = Кж / Кн х 100", "Кпр = Кгр + Ксуб", None]
    first = rows[0].held.variables
    assert [(one.name, one.meaning, one.unit) for one in first] == [
        ("Кж", "количество жителей, принявших участие (человек)", "чел."),
        ("Кн", "численность населения района на 1 января отчетного года (человек)", "чел."),
    ]
