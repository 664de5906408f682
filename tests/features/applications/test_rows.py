"""A table of the form brought from Excel or Word: shown first, taken as shown, never over somebody else's work."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.make import make_activist, make_application, make_contest, make_municipality, make_tos
from tests.pages import Browser, said
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.support.db import db

TABLE = "Наименование\tЕд. изм.\tКол-во\tЦена\tИз гранта\nПесочница\tшт.\t1\t9 500\t9500\nИтого\t\t\t\t9500\n"


class Place:
    def __init__(self, app):
        municipality = make_municipality()
        tos = make_tos(municipality)
        self.activist = make_activist(tos)
        self.application = make_application(make_contest(municipality), tos, self.activist)
        db.session.commit()
        self.application_id = self.application.id
        self.url = f"/applications/{self.application.key}/sections/budget/rows/items"
        self.browser = Browser(app, self.activist)

    def rows(self):
        db.session.rollback()
        row = db.session.get_one(ApplicationSection, (self.application_id, "budget"), populate_existing=True)
        return [(one["name"], one["price"]) for one in row.answers["items"]]

    def form(self, page, **more):
        mark = re.search(r'name="mark" value="([^"]+)"', page.text)[1]
        return {"mark": mark, "text": TABLE, "do": "take", "how": "replace"} | more


@pytest.fixture
def place(app):
    return Place(app)


BEFORE = [("Качели", "40000"), ("Сборка", "1000")]


def test_the_table_is_shown_and_nothing_changes_until_it_is_taken(place):
    page = place.browser.get(place.url)
    shown = place.browser.post(place.url, place.form(page, do="look"))
    words = said(shown)
    assert "1 строка" in words
    assert "Песочница" in words
    assert "«Итого» пропущены" in words
    assert place.rows() == BEFORE
    taken = place.browser.post(place.url, place.form(shown), code=200)
    assert "Вставлена 1 строка" in said(taken)
    assert place.rows() == [("Песочница", "9 500")]
    application = db.session.get_one(Application, place.application_id)
    assert f"{application.total_sum:.2f}" == "9500.00"


def test_new_rows_may_stand_below_the_old_ones(place):
    page = place.browser.get(place.url)
    place.browser.post(place.url, place.form(page, how="add"))
    assert place.rows() == [*BEFORE, ("Песочница", "9 500")]


def test_what_the_portal_gives_it_reads_back(place):
    file = place.browser.client.get(f"{place.url}.xlsx")
    sheet = load_workbook(BytesIO(file.data)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == ["Расход", "Статья", "Единица", "Количество", "Цена"]
    assert [cell.value for cell in sheet[2]][:5] == ["Качели", None, "шт.", 2, 40000]
    page = place.browser.get(place.url)
    sent = place.form(page, do="take", text="", file=(BytesIO(file.data), "смета.xlsx"))
    shown = place.browser.post(place.url, sent, content_type="multipart/form-data")
    assert "2 строки" in said(shown), "a file is shown first, whatever was pressed"
    assert place.rows() == BEFORE
    text = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', shown.text, re.DOTALL)[1]
    place.browser.post(place.url, place.form(page, text=text))
    assert place.rows() == BEFORE


def test_a_table_changed_meanwhile_is_not_written_over(place):
    page = place.browser.get(place.url)
    place.browser.post(place.url, place.form(page))
    late = place.browser.post(place.url, place.form(page, text=TABLE.replace("Песочница", "Горка")), code=409)
    assert "тем временем изменили" in said(late)
    assert "Горка" in late.text
    assert place.rows() == [("Песочница", "9 500")]
    place.browser.post(place.url, place.form(late, text=TABLE.replace("Песочница", "Горка")))
    assert place.rows() == [("Горка", "9 500")]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": ""}, "Вставьте скопированную таблицу"),
        ({"text": "Расход\tЦена"}, "Строк не нашлось"),
        ({"text": "Качели\n" * 49, "how": "add"}, "Вместе с прежними строк 51"),
        ({"file": (b"not a sheet", "смета.xlsx")}, "файл"),
        ({"file": (b"a;b", "смета.csv")}, "XLSX"),
    ],
)
def test_a_wrong_table_is_refused_beside_its_field_and_kept(place, sent, words):
    page = place.browser.get(place.url)
    if "file" in sent:
        sent = {"file": (BytesIO(sent["file"][0]), sent["file"][1])}
    refused = place.browser.post(place.url, place.form(page, **sent), code=422, content_type="multipart/form-data")
    assert words in said(refused)
    assert sent.get("text", TABLE).strip() in refused.text.replace("\r\n", "\n")
    assert place.rows() == BEFORE


def test_only_tables_of_ones_own_application_have_such_a_page(app, place):
    stranger = make_activist(make_tos(make_municipality("karasuk")))
    db.session.commit()
    other = Browser(app, stranger)
    for browser, address in (
        (other, place.url),
        (other, f"{place.url}.xlsx"),
        (place.browser, place.url.replace("items", "nothing")),
        (place.browser, place.url.replace("budget", "nothing")),
        (place.browser, place.url.replace("budget/rows/items", "project/rows/title")),
    ):
        assert browser.client.get(address).status_code == 404, address
    assert other.client.post(place.url, data={"text": TABLE, "do": "take"}).status_code == 404
    assert place.rows() == BEFORE
