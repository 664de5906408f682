"""Files on the page of a section: they come with the answers typed beside them, without scripts as well."""

import hashlib
import io

import pytest
from sqlalchemy import select

from tests.features.applications.test_kinds import ODD, definition, stored
from tests.features.applications.test_routes import begin, hidden, save, the_application
from tests.features.applications.test_service import Case
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.features.applications import queries
from tosportal.features.applications.models import Upload
from tosportal.support.db import db

INPUT = ".file-paper"


@pytest.fixture
def case(app):
    return Case(definition())


@pytest.fixture
def browser(app, case):
    return Browser(app, case.person)


@pytest.fixture
def key(browser, case):
    return begin(browser, case)


def names() -> list[str]:
    return [one.name for one in queries.attachments_of(the_application().id)]


def send(browser, key, answers, *, content=None, name="протокол.pdf", status=200):
    file = {INPUT: (io.BytesIO(content or pdf()), name)}
    address = f"/applications/{key}/sections/kinds"
    revision = hidden(browser.get(address), "revision")
    return browser.post(address, {"revision": revision, **answers, **file}, code=status)


def test_the_upload_stands_in_the_section_and_brings_the_answers_with_it(app, browser, key):
    page = browser.get(f"/applications/{key}/sections/kinds")
    text = page.get_data(as_text=True)
    assert 'enctype="multipart/form-data"' in text
    assert f'name="{INPUT}"' in text
    assert f'data-pieces="/applications/{key}/documents/minutes/uploads"' in text
    page = send(browser, key, {"home": ODD, ".attach": "paper"})
    assert "Файл приложен: " in said(page)
    assert "протокол.pdf" in said(page)
    assert "Заменить" not in said(page)
    assert names() == ["протокол.pdf"]
    assert stored(key)["home"] == ODD


def test_any_button_brings_the_chosen_file(app, browser, key):
    send(browser, key, {"home": "Дом 1", "to_list": "1"})
    assert names() == ["протокол.pdf"]
    assert stored(key)["home"] == "Дом 1"


@pytest.mark.parametrize(("content", "name"), [(b"MZ" + b"x" * 900, "протокол.pdf"), (b"%PDF-", "a.exe")])
def test_a_refused_file_says_why_beside_its_question_and_the_answers_are_kept(app, browser, key, content, name):
    page = send(browser, key, {"home": ODD, ".attach": "paper"}, content=content, name=name, status=422)
    assert "Исправьте 1 место" in said(page)
    assert 'id="file-paper-error"' in page.get_data(as_text=True)
    assert names() == []
    assert stored(key)["home"] == ODD


def test_the_button_without_a_file_asks_for_one(app, browser, key):
    page = save(browser, key, "kinds", {"home": ODD, ".attach": "paper"}, status=422)
    assert "Выберите файл на своём устройстве" in said(page)
    assert stored(key)["home"] == ODD


def test_a_file_is_taken_out_there_and_only_one_of_the_section(app, browser, key):
    send(browser, key, {".attach": "paper"})
    file = queries.attachments_of(the_application().id)[0]
    page = save(browser, key, "kinds", {"home": "Дом 2", ".detach": file.key})
    assert "Файл «протокол.pdf» убран." in said(page)
    assert names() == []
    assert stored(key)["home"] == "Дом 2"
    send(browser, key, {".attach": "paper"})
    file = queries.attachments_of(the_application().id)[0]
    save(browser, key, "applicant", {".detach": file.key})
    for wrong in ("", "нет", "x" * 9000, "../../etc"):
        save(browser, key, "kinds", {".detach": wrong})
    assert names() == ["протокол.pdf"]


def test_a_file_that_came_in_part_is_given_up_there_and_the_answers_are_kept(app, browser, key):
    announced = {"name": "протокол.pdf", "size": "5000", "sha256": "a" * 64}
    browser.post(f"/applications/{key}/documents/minutes/uploads", announced)
    upload = db.session.scalars(select(Upload)).one()
    page = browser.get(f"/applications/{key}/sections/kinds")
    assert "пришёл не весь" in said(page)
    assert f'name=".drop" value="{upload.key}"' in page.get_data(as_text=True)
    save(browser, key, "applicant", {".drop": upload.key})  # a section without this document
    for wrong in ("", "нет", "x" * 9000, "../../etc"):
        save(browser, key, "kinds", {".drop": wrong})
    assert len(db.session.scalars(select(Upload)).all()) == 1
    page = save(browser, key, "kinds", {"home": "Дом 3", ".drop": upload.key})
    assert "Файл «протокол.pdf» больше не отправляется." in said(page)
    assert "пришёл не весь" not in said(page)
    assert db.session.scalars(select(Upload)).all() == []
    assert stored(key)["home"] == "Дом 3"


def test_answers_that_somebody_else_changed_leave_the_file_out_and_say_so(app, browser, key):
    address = f"/applications/{key}/sections/kinds"
    form = browser.get(address)
    save(browser, key, "kinds", {"home": "Их ответ"})
    data = {"revision": hidden(form, "revision"), ".was": hidden(form, ".was"), "home": "Мой ответ"}
    page = browser.post(address, {**data, INPUT: (io.BytesIO(pdf()), "протокол.pdf"), ".attach": "paper"}, code=409)
    assert "Файл не приложен: сначала сохраните ответы" in said(page)
    assert names() == []


def test_a_script_gets_the_words_of_a_refused_file(app, browser, key):
    address = f"/applications/{key}/documents/minutes/uploads"
    content = b"MZ" + b"x" * 900
    digest = hashlib.sha256(content).hexdigest()
    plan = browser.post(address, {"name": "a.pdf", "size": str(len(content)), "sha256": digest}, code=200).get_json()
    browser.client.post(f"{plan['pieces']}?offset=0", data=content, headers={"X-Content-SHA256": digest})
    answer = browser.client.post(plan["finish"], headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.get_json()["error"]


def test_a_section_without_files_asks_nothing_more(app, browser, key):
    text = browser.get(f"/applications/{key}/sections/applicant").get_data(as_text=True)
    assert "multipart" not in text
    assert "data-pieces" not in text
