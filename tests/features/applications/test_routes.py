"""Pages of applications: the whole path, bad input, two tabs, files, other people's addresses, both languages."""

import copy
import io
import re
import threading
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from tests.conftest import NOW
from tests.features.applications.test_service import CLOSE, Case
from tests.make import ANSWERS, REGULATION, give_role, make_activist, make_person, make_secretary, make_tos
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf, picture
from tosportal.domain.application_states import ApplicationAct
from tosportal.domain.permissions import Role, Scope
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.support.db import db
from tosportal.support.storage import current_storage

ALL_KINDS: dict[str, Any] = {
    "code": "all",
    "title": "Все виды полей",
    "nominations": [],
    "fields": [
        {"code": "f-text", "label": "Строка", "kind": "text", "required": True, "max_chars": 50},
        {"code": "f-long", "label": "Текст", "kind": "long_text", "required": True, "min_chars": 5, "max_chars": 300},
        {"code": "f-int", "label": "Целое", "kind": "integer", "required": True, "min": "1", "max": "100"},
        {"code": "f-dec", "label": "Дробное", "kind": "decimal", "required": True},
        {"code": "f-money", "label": "Сумма", "kind": "money", "required": True, "max": "1000.00"},
        {"code": "f-date", "label": "День", "kind": "date", "required": True},
        {"code": "f-yes", "label": "Юридическое лицо?", "kind": "yes_no", "required": True},
        {
            "code": "f-choice",
            "label": "Выбор",
            "kind": "choice",
            "required": True,
            "options": [{"code": "a", "name": "Первый"}, {"code": "b", "name": "Второй"}],
        },
        {"code": "f-phone", "label": "Телефон", "kind": "phone"},
        {"code": "f-email", "label": "Почта", "kind": "email"},
        {"code": "f-inn", "label": "ИНН", "kind": "inn10", "visible_if": "f-yes"},
        {"code": "f-ogrn", "label": "ОГРН", "kind": "ogrn13", "visible_if": "f-yes"},
        {"code": "f-person", "label": "ФИО", "kind": "person"},
        {"code": "f-url", "label": "Ссылка", "kind": "url"},
        {"code": "f-list", "label": "Задачи", "kind": "list", "min_rows": 1, "max_rows": 4},
        {
            "code": "f-table",
            "label": "Результаты",
            "kind": "table",
            "max_rows": 5,
            "columns": [
                {"code": "what", "label": "Показатель", "kind": "text", "required": True},
                {"code": "value", "label": "Значение", "kind": "decimal"},
                {"code": "on", "label": "Срок", "kind": "date"},
                {"code": "sum", "label": "Деньги", "kind": "money"},
            ],
        },
        {"code": "f-sure", "label": "Подтверждаю", "kind": "declaration", "required": True},
    ],
}


def definition() -> dict[str, Any]:
    changed = copy.deepcopy(REGULATION)
    changed["form"]["sections"].append(copy.deepcopy(ALL_KINDS))
    return changed


@pytest.fixture
def case(app) -> Case:
    return Case()


@pytest.fixture
def browser(app, case) -> Browser:
    return Browser(app, case.person)


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.get_data(as_text=True))
    assert found, f"no hidden {name}"
    return unescape(found[1])


def flat(answers: dict[str, Any]) -> dict[str, str]:
    """Answers as the inputs of a page are named."""
    inputs = {}
    for code, answer in answers.items():
        if isinstance(answer, str):
            inputs[code] = answer
        else:
            inputs |= {f"{code}-{n}-{name}": cell for n, row in enumerate(answer) for name, cell in row.items()}
    return inputs


def save(browser: Browser, key: str, code: str, answers: dict[str, str], *, status: int = 200, **kwargs: Any):
    address = f"/applications/{key}/sections/{code}"
    revision = hidden(browser.get(address), "revision")
    return browser.post(address, {"revision": revision, **answers}, code=status, **kwargs)


def the_application() -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).order_by(Application.id.desc()).limit(1)).one()


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def begin(browser: Browser, case: Case) -> str:
    address = f"/contests/{case.contest.slug}/apply"
    form_key = hidden(browser.get(address), "form_key")
    browser.post(address, {"form_key": form_key, "tos": case.tos.code, "nomination": "n1"})
    return the_application().key


def fill(browser: Browser, key: str) -> None:
    for code, answers in ANSWERS.items():
        save(browser, key, code, flat(answers))
    browser.post(f"/applications/{key}/documents/minutes", {"file": (io.BytesIO(pdf()), "протокол.pdf")})


# --- the whole path ------------------------------------------------------------------------------------------------


def test_from_the_contest_to_the_receipt(app, case, browser):
    slug = case.contest.slug
    assert "Начать заявку" in said(browser.get("/applications"))
    page = browser.get(f"/contests/{slug}/apply")
    key = begin(browser, case)
    page = browser.get(f"/applications/{key}")
    assert "Готово 0 разделов из 5" in said(page) or "из 5." in said(page)
    assert "Отправить пока нельзя" in said(browser.get(f"/applications/{key}/check"))
    fill(browser, key)
    page = browser.get(f"/applications/{key}")
    assert "Проверить и отправить" in said(page)
    page = browser.get(f"/applications/{key}/check")
    assert "Отправить заявку на 72 000,00 ₽" in said(page)
    assert "протокол.pdf" in said(page)
    confirm = {"seen": hidden(page, "seen"), "truth": "yes", "consent": "yes"}
    page = browser.post(f"/applications/{key}/submit", confirm)
    submission = db.session.scalars(select(Submission)).one()
    text = said(page)
    assert "Расписка о приёме заявки № 1" in text
    assert "02.03.2026, 12:00:00 (UTC+7)" in text
    assert submission.digest in text.replace(" ", "")
    again = browser.post(f"/applications/{key}/submit", confirm)
    assert "Расписка о приёме заявки № 1" in said(again)
    assert count(Submission) == 1
    paper = browser.get(f"/applications/{key}/receipt.pdf")
    assert paper.data.startswith(b"%PDF")
    assert "filename*=UTF-8''" in paper.headers["Content-Disposition"]
    assert "Заявка отправлена" in said(browser.get(f"/applications/{key}"))
    browser.get(f"/applications/{key}/sections/project")  # leads to what was sent


def test_every_page_renders_in_english(app, case):
    browser = Browser(app, case.person, language="en")
    assert 'lang="en"' in browser.get("/applications").get_data(as_text=True)
    key = begin(browser, case)
    browser.get(f"/contests/{case.contest.slug}/apply")
    for page in ("", "/check", "/documents", *(f"/sections/{code}?check=1" for code in ANSWERS)):
        browser.get(f"/applications/{key}{page}")
    fill(browser, key)
    seen = hidden(browser.get(f"/applications/{key}/check"), "seen")
    browser.post(f"/applications/{key}/submit", {"seen": seen, "truth": "yes", "consent": "yes"})
    for page in ("", "/check", "/receipt", "/withdraw", "/receipt.pdf"):
        browser.get(f"/applications/{key}{page}")


def test_a_second_too_late_is_refused_kindly_and_the_draft_is_kept(app, case, browser, clock):
    key = begin(browser, case)
    fill(browser, key)
    page = browser.get(f"/applications/{key}/check")
    confirm = {"seen": hidden(page, "seen"), "truth": "yes", "consent": "yes"}
    clock.at = CLOSE
    page = browser.post(f"/applications/{key}/submit", confirm, code=409)
    assert "Приём заявок закончился" in said(page)
    assert "Черновик сохранён" in said(page)
    assert the_application().state == "draft"
    assert "Срок прошёл" in said(browser.get(f"/applications/{key}"))
    clock.at = CLOSE - timedelta(seconds=1)
    browser.post(f"/applications/{key}/submit", confirm)
    assert the_application().submitted_at == CLOSE - timedelta(seconds=1)


def test_without_confirmations_nothing_is_sent(case, browser):
    key = begin(browser, case)
    fill(browser, key)
    page = browser.post(f"/applications/{key}/submit", {"truth": "yes"}, code=422)
    assert "Подтвердите согласие на обработку" in said(page)
    assert 'name="truth" value="yes" checked' in page.get_data(as_text=True)
    assert count(Submission) == 0


def test_an_application_changed_while_it_was_looked_through_is_not_sent(case, browser):
    key = begin(browser, case)
    fill(browser, key)
    seen = hidden(browser.get(f"/applications/{key}/check"), "seen")
    save(browser, key, "project", flat(ANSWERS["project"]) | {"title": "Другое"})
    page = browser.post(f"/applications/{key}/submit", {"seen": seen, "truth": "yes", "consent": "yes"}, code=409)
    assert "Проверьте её ещё раз" in said(page)
    assert "Другое" in said(page)
    assert count(Submission) == 0


def test_a_returned_application_is_corrected_and_sent_again(app, case, browser, clock):
    application = case.returned(until=datetime(2026, 3, 25, 17, tzinfo=UTC))
    key = application.key
    clock.at = datetime(2026, 3, 20, 5, tzinfo=UTC)
    browser = Browser(app, case.person)  # the sign-in of three weeks ago has expired
    assert "Нужны исправления до 25 марта" in said(browser.get(f"/applications/{key}"))
    save(browser, key, "project", flat(ANSWERS["project"]) | {"title": "Исправлено"})
    seen = hidden(browser.get(f"/applications/{key}/check"), "seen")
    page = browser.post(f"/applications/{key}/submit", {"seen": seen, "truth": "yes", "consent": "yes"})
    assert "Первая отправка 02.03.2026, 12:00:00" in said(page)
    assert [one.number for one in queries.submissions_of(the_application().id)] == [1, 2]


def test_withdrawing_asks_first(case, browser):
    key = begin(browser, case)
    fill(browser, key)
    seen = hidden(browser.get(f"/applications/{key}/check"), "seen")
    browser.post(f"/applications/{key}/submit", {"seen": seen, "truth": "yes", "consent": "yes"})
    assert "Отозвать заявку № 1?" in said(browser.get(f"/applications/{key}/withdraw"))
    browser.post(f"/applications/{key}/withdraw", {}, code=422)
    assert the_application().state == "submitted"
    assert "Заявка отозвана" in said(browser.post(f"/applications/{key}/withdraw", {"sure": "yes"}))
    assert the_application().state == "withdrawn"


# --- beginning -----------------------------------------------------------------------------------------------------


def test_the_list_says_where_one_may_apply_and_why_not(app, case):
    late = make_tos(case.municipality, "ТОС «Поздний»", charter_registered_on=date(2026, 3, 14))
    person = make_activist(late)
    db.session.commit()
    text = said(Browser(app, person).get("/applications"))
    assert "Подать нельзя" in text
    assert "а нужно не позже 13 марта 2026 года" in text
    assert "Пункт 2.1 положения" in text
    assert "а нужно не позже" in said(Browser(app, person).get(f"/contests/{case.contest.slug}/apply"))


def test_somebody_without_a_tos_is_told_what_to_do(app, case):
    browser = Browser(app, make_person())
    for address in ("/applications", f"/contests/{case.contest.slug}/apply"):
        assert "Найти свой ТОС" in said(browser.get(address))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"form_key": "k" * 20},
        {"form_key": "k" * 20, "tos": "tos-9999", "nomination": "n1"},
        {"form_key": "<script>", "tos": "MINE", "nomination": "n1"},
        {"form_key": "k" * 20, "tos": "MINE", "nomination": "\0<b>"},
        {"form_key": "k" * 100_000, "tos": "MINE\0", "nomination": "n" * 100_000},
    ],
)
def test_a_bad_beginning_makes_nothing(case, browser, form):
    form = {name: value.replace("MINE", case.tos.code) for name, value in form.items()}
    page = browser.post(f"/contests/{case.contest.slug}/apply", form, code=422)
    assert "Исправьте" in said(page)
    assert count(Application) == 0


def test_another_tos_cannot_be_chosen(app, case, browser):
    other = make_tos(case.municipality)
    form = {"form_key": "k" * 20, "tos": other.code, "nomination": "n1"}
    db.session.commit()
    page = browser.post(f"/contests/{case.contest.slug}/apply", form, code=422)
    assert "Выберите ТОС" in said(page)
    assert count(Application) == 0


def test_clicks_at_once_make_one_application(app, case, browser):
    address = f"/contests/{case.contest.slug}/apply"
    form = {"form_key": hidden(browser.get(address), "form_key"), "tos": case.tos.code, "nomination": "n1"}
    cookies = [Browser(app, case.person) for _ in range(6)]
    db.session.commit()
    gate, answers = threading.Barrier(6), []

    def click(client) -> None:
        gate.wait()
        response = client.post(address, data=form)
        answers.append((response.status_code, response.headers.get("Location")))

    threads = [threading.Thread(target=click, args=[one.client]) for one in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 303
    assert count(Application) == 1


# --- sections: nothing typed is lost -------------------------------------------------------------------------------


def test_wrong_values_are_kept_and_explained_beside(case, browser):
    key = begin(browser, case)
    rows = {"items-0-name": "Качели", "items-0-price": "сто рублей", "items-0-requested": "-5"}
    page = save(browser, key, "budget", rows, status=422)
    text = page.get_data(as_text=True)
    assert 'value="сто рублей"' in text
    assert 'id="items-0-price-error"' in text
    assert "Сохранили так, как вы написали" in said(page)
    again = browser.get(f"/applications/{key}/sections/budget").get_data(as_text=True)
    assert 'value="сто рублей"' in again
    assert 'value="-5"' in again


def test_incomplete_is_allowed_and_the_list_says_what_is_missing(case, browser):
    key = begin(browser, case)
    save(browser, key, "project", {"title": "Площадка"})
    text = said(browser.get(f"/applications/{key}"))
    assert "Площадка" in text
    assert "Описание проблемы" in text
    page = browser.get(f"/applications/{key}/sections/project?check=1")
    assert "Заполните поле «Описание проблемы»" in said(page)


def test_rows_are_added_and_removed_without_scripts(case, browser):
    key = begin(browser, case)
    page = save(browser, key, "budget", {"items-0-name": "Качели", "add": "items"})
    assert 'name="items-1-name"' in page.get_data(as_text=True)
    rows = {"items-0-name": "Качели", "items-1-name": "Горка", "items-1-quantity": "2", "items-1-price": "100"}
    page = save(browser, key, "budget", rows | {"calc": "1"})
    assert "200,00 ₽" in said(page)
    page = save(browser, key, "budget", rows | {"del": "items-0"})
    assert queries.sections_of(the_application().id)["budget"].answers["items"][0]["name"] == "Горка"
    assert "Качели" not in page.get_data(as_text=True)


def test_two_tabs_show_both_versions_and_a_choice(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    old = hidden(browser.get(address), "revision")
    save(browser, key, "project", {"title": "Из первой вкладки", "problem": "Общее"})
    mine = {"revision": old, "title": "Из <b>второй</b> вкладки", "problem": "Общее"}
    page = browser.post(address, mine, code=409)
    text = said(page)
    assert "Из первой вкладки" in text
    assert "Из <b>второй</b> вкладки" in text
    assert "<b>второй" not in page.get_data(as_text=True)
    assert "Общее" not in text
    form = {name: hidden(page, name) for name in ("revision", "title", "problem")}
    edit = browser.post(address, form | {"choice": "edit"})
    assert "Из &lt;b&gt;второй" in edit.get_data(as_text=True)
    assert queries.sections_of(the_application().id)["project"].answers["title"] == "Из первой вкладки"
    browser.post(address, form | {"choice": "mine"})
    db.session.expire_all()
    assert queries.sections_of(the_application().id)["project"].answers["title"] == "Из <b>второй</b> вкладки"


def test_autosave_answers_in_json(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    headers = {"X-Requested-With": "autosave"}
    first = browser.post(address, {"revision": "0", "title": "Раз"}, headers=headers).json
    assert (first["version"], first["revision"], first["saved"]) == (1, 1, "Сохранено в 12:00:00")
    assert first["saved_at"] == "2026-03-02T12:00:00+07:00"
    stale = browser.post(address, {"revision": "0", "title": "Два"}, headers=headers, code=409).json
    assert stale["fields"] == [{"label": "Название проекта", "mine": ["Два"], "theirs": ["Раз"]}]
    much = browser.post(address, {"revision": "1", "problem": "я" * 200_000}, headers=headers, code=422).json
    assert much["remarks"][0]["place"] == "problem"
    visitor = app.test_client()
    assert visitor.post(address, data={"revision": "1"}, headers=headers).status_code == 401
    browser.get(f"/applications/{key}")


HOSTILE = {
    "nul": "\0\0текст\0",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "negative": "-100500",
    "huge": "9" * 400,
    "exponent": "1e999999",
    "nan": "NaN",
    "list": "['a']",
    "long": "Ж" * 1_000_000,
    "controls": "\x01\x1b[31m\ufeff\u202e",
    "quotes": "\"'><",
    "spaces": " \t \u00a0 ",
    "template": "{{ 7 * 7 }} %(name)s %s",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_input_in_every_kind_of_field(app, what):
    case = Case(definition())
    browser = Browser(app, case.person)
    key = begin(browser, case)
    address, text = f"/applications/{key}/sections/all", HOSTILE[what]
    names = []
    for field in ALL_KINDS["fields"]:
        if field["kind"] == "list":
            names += [f"{field['code']}-0", f"{field['code']}-9999"]
        elif field["kind"] == "table":
            names += [f"{field['code']}-0-{column['code']}" for column in field["columns"]]
        elif field["kind"] == "date":
            names += [f"{field['code']}-{part}" for part in ("day", "month", "year")]
        else:
            names.append(field["code"])
    together = len(text) < 1000
    few = ("f-text", "f-long", "f-email", "f-date-day", "f-list-0", "f-table-0-sum")  # a whole form of them is a 413
    forms = [dict.fromkeys(names, text)] if together else [{name: text} for name in few]
    forms += [{"revision": text, "f-text": "x", "del": text, "add": text}] if together else []
    for form in forms:
        revision = hidden(browser.get(address), "revision")
        response = browser.client.post(address, data={"revision": revision} | form)
        assert response.status_code in {303, 409, 422}, (list(form), response.status_code)
        page = response.get_data(as_text=True)
        assert "<script>alert" not in page
        assert "\0" not in page
        if response.status_code == 422:
            assert "Исправьте" in said(page), list(form)
    for place in (address, f"/applications/{key}/check", f"/applications/{key}"):
        assert "<script>alert" not in browser.get(place).get_data(as_text=True)


def test_every_kind_of_field_is_shown_again_as_typed(app):
    case = Case(definition())
    browser = Browser(app, case.person)
    key = begin(browser, case)
    typed = {
        "f-text": "Строка «ёлочки»", "f-long": "Первая\nвторая строка", "f-int": "12", "f-dec": "2,5",
        "f-money": "46,5", "f-date-day": "31", "f-date-month": "2", "f-date-year": "2026", "f-yes": "yes",
        "f-choice": "b", "f-phone": "звонить вечером", "f-email": "a@b", "f-inn": "123", "f-ogrn": "1",
        "f-person": "Примерова Анна", "f-url": "example.org", "f-list-0": "Раз", "f-list-1": "Два",
        "f-table-0-what": "Лавки", "f-table-0-value": "много", "f-table-0-on-day": "5", "f-table-0-on-month": "6",
        "f-table-0-on-year": "2026", "f-table-0-sum": "1 000,50", "f-sure": "yes",
    }  # fmt: skip
    page = save(browser, key, "all", typed, status=422)
    text = page.get_data(as_text=True)
    for name, value in typed.items():
        if name in {"f-yes", "f-choice", "f-sure"}:
            assert re.search(rf'name="{name}" value="{value}" checked', text), name
        elif name.endswith("-month"):
            assert re.search(rf'<option value="0?{value}" selected', text), name
        elif name == "f-long":
            assert value in text
        else:
            assert f'name="{name}" value="{value}"' in text or re.search(
                rf'name="{name}"[^>]* value="{re.escape(value)}"', text
            ), name
    for name in ("f-date", "f-phone", "f-email", "f-inn", "f-ogrn", "f-url", "f-table-0-value"):
        assert f'id="{name}-error"' in text, name
    shown = said(browser.get(f"/applications/{key}/check"))
    for words in ("Второй", "5 июня 2026 года", "1 000,50 ₽", "Первая вторая строка", "2. Два"):
        assert words in shown


def test_too_many_rows_are_not_kept_in_silence(case, browser):
    key = begin(browser, case)
    rows = MultiDict({f"items-{number}-name": f"Строка {number}" for number in range(400)})
    page = save(browser, key, "budget", dict(rows), status=422)
    assert "Слишком много строк" in said(page)


def test_a_form_sent_after_the_sign_in_ended_is_carried_until_the_person_is_back(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    visitor = Browser(app)
    page = visitor.post(address, {"revision": "0", "title": "Долго <i>писали</i>", "plan-0-name": "Шаг"}, code=401)
    assert "Войдите в новой вкладке" in said(page)
    form = {name: hidden(page, name) for name in ("revision", "title", "plan-0-name")}
    assert form["title"] == "Долго <i>писали</i>"
    browser.post(address, form)
    assert queries.sections_of(the_application().id)["project"].answers["title"] == "Долго <i>писали</i>"
    app.config["WTF_CSRF_ENABLED"] = True
    form |= {"title": "Ещё", "revision": "1"}
    page = browser.post(address, form, code=400)
    assert hidden(page, "title") == "Ещё"
    browser.post(address, form | {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]})
    db.session.expire_all()
    assert queries.sections_of(the_application().id)["project"].answers["title"] == "Ещё"


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_is_given_back_as_a_download_only(app, case, browser):
    key = begin(browser, case)
    page = browser.post(f"/applications/{key}/documents/minutes", {"file": (io.BytesIO(pdf()), "Протокол № 1.pdf")})
    assert "Протокол № 1.pdf" in said(page)
    file = queries.attachments_of(the_application().id)[0]
    answer = browser.get(f"/files/{file.key}", buffered=True)
    assert answer.data == pdf()
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%D0%9F" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = browser.post(f"/applications/{key}/documents/minutes/{file.key}/remove")
    assert "убран" in said(page)
    browser.get(f"/files/{file.key}", code=404)


@pytest.mark.parametrize(
    ("slot", "content", "name", "words"),
    [
        ("minutes", b"", "пустой.pdf", "пустой"),
        ("minutes", b"<html><script>alert(1)</script></html>", "doc.pdf", "Принимаются"),
        ("minutes", b"MZ" + b"\0" * 500, "отчёт.pdf", "программа"),
        ("photos", pdf(), "фото.jpg", "не подходит"),
        ("minutes", b"%PDF-1.7 broken", "x.pdf", "повреждён"),
    ],
)
def test_bad_files_are_explained_at_their_slot(case, browser, slot, content, name, words):  # noqa: PLR0917
    key = begin(browser, case)
    page = browser.post(f"/applications/{key}/documents/{slot}", {"file": (io.BytesIO(content), name)}, code=422)
    assert f'id="slot-{slot}-error"' in page.get_data(as_text=True)
    assert words in said(page)
    assert queries.attachments_of(the_application().id) == []


def test_no_file_and_no_such_slot(case, browser):
    key = begin(browser, case)
    assert "Выберите файл" in said(browser.post(f"/applications/{key}/documents/minutes", {}, code=422))
    browser.post(f"/applications/{key}/documents/secret", {"file": (io.BytesIO(pdf()), "x.pdf")}, code=404)


def test_several_photos_are_one_send_or_none(case, browser):
    key = begin(browser, case)
    good, bad = (io.BytesIO(picture("PNG")), "1.png"), (io.BytesIO(b"GIF89a" + b"0" * 50), "2.gif")
    folder = current_storage().path
    before = {path for path in folder.rglob("*") if path.is_file()}
    browser.post(f"/applications/{key}/documents/photos", {"file": [good, bad]}, code=422)
    assert queries.attachments_of(the_application().id) == []
    assert {path for path in folder.rglob("*") if path.is_file()} == before


# --- other people --------------------------------------------------------------------------------------------------

ADDRESSES = ["", "/sections/project", "/check", "/documents", "/receipt", "/receipt.pdf", "/withdraw"]


def test_the_application_of_another_tos_does_not_exist(app, case):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    file = queries.attachments_of(application.id)[0]
    key = application.key
    stranger = Browser(app, make_activist(make_tos(case.municipality)))
    db.session.commit()
    own = Browser(app, case.person)
    for address in ADDRESSES:
        own.get(f"/applications/{key}{address}")
        stranger.get(f"/applications/{key}{address}", code=404)
    stranger.get(f"/files/{file.key}", code=404)
    acts = ("/submit", "/withdraw", "/sections/project", "/documents/minutes", f"/documents/minutes/{file.key}/remove")
    for address in acts:
        stranger.post(f"/applications/{key}{address}", {"sure": "yes", "revision": "1", "title": "x"}, code=404)
    for nonsense in ("x", "x" * 300, "%00", "..%2f", "<b>"):
        stranger.get(f"/applications/{nonsense}", code=404)
        stranger.get(f"/files/{nonsense}", code=404)
    assert the_application().state == "submitted"


def test_a_role_taken_back_closes_the_door(app, case, browser):
    key = begin(browser, case)
    browser.get(f"/applications/{key}")
    from tosportal.features.accounts.models import RoleGrant

    db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == case.person.id)).one().revoked_at = NOW
    other = make_tos(case.municipality)
    give_role(case.person, Role.ACTIVIST, Scope.TOS, other.id)
    db.session.commit()
    browser.get(f"/applications/{key}", code=404)


def test_officers_see_files_once_they_were_sent_and_jurors_by_their_own_door_only(app, case):
    application = case.filled()
    file = queries.attachments_of(application.id)[0].key
    secretary = Browser(app, make_secretary(case.municipality))
    juror = Browser(app, give_role(make_person(), Role.JUROR, Scope.CONTEST, case.contest.id))
    elsewhere = Browser(app, give_role(make_person(), Role.JUROR, Scope.CONTEST, case.contest.id + 1))
    secretary.get(f"/files/{file}", code=404)
    service.submit_application(application, actor=case.person, now=NOW)
    db.session.commit()
    secretary.get(f"/files/{file}", buffered=True)
    juror.get(f"/files/{file}", code=404)
    service.advance_application(application, ApplicationAct.ADMIT, actor=None, now=NOW)
    db.session.commit()
    juror.get(f"/files/{file}", code=404)
    elsewhere.get(f"/files/{file}", code=404)


def test_a_juror_who_is_an_activist_sees_the_applicants_side(app, case):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    service.advance_application(application, ApplicationAct.ADMIT, actor=None, now=NOW)
    give_role(case.person, Role.JUROR, Scope.CONTEST, case.contest.id)
    db.session.commit()
    browser = Browser(app, case.person)
    text = said(browser.get(f"/applications/{application.key}")) + said(
        browser.get(f"/applications/{application.key}/check")
    )
    assert "Заявка допущена" in text
    for word in ("балл", "Эксперт 1", "оценочный лист"):
        assert word not in text


# --- how many queries ----------------------------------------------------------------------------------------------


def test_my_applications_cost_the_same_for_one_and_three(app, statements):
    changed = copy.deepcopy(REGULATION)
    changed["limits"]["applications_per_tos"] = None
    case = Case(changed)
    browser = Browser(app, case.person)
    case.start()
    db.session.commit()
    counts = []
    for more in (0, 2):
        for _ in range(more):
            case.start()
        db.session.commit()
        db.session.expire_all()
        statements.clear()
        page = browser.get("/applications")
        counts.append(len(statements))
        assert said(page).count("Новая заявка") == 1 + more
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_a_draft_is_thrown_away_after_a_question(app, case):
    application = case.filled()
    db.session.commit()
    browser, address = Browser(app, case.person), f"/applications/{application.key}/withdraw"
    assert "Убрать черновик" in said(browser.get(f"/applications/{application.key}"))
    assert "Убрать черновик?" in said(browser.get(address))
    browser.post(address, {}, code=422)
    assert "Черновик убран" in said(browser.post(address, {"sure": "yes"}))
    db.session.expire_all()
    assert application.state == "withdrawn"
    assert application.title not in said(browser.get("/applications"))
