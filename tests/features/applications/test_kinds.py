"""Every kind of field on the pages of an application: without scripts, with labels and answers that break format
strings, shown again as typed, printed as stored, kept from the jury where the form says so."""

import copy
import io
import json
import re
from typing import Any

import pytest
from pypdf import PdfReader

from tests.features.applications.test_routes import begin, fill, hidden, save, the_application
from tests.features.applications.test_service import Case
from tests.make import REGULATION
from tests.pages import Browser, said
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.admission.papers import application_paper
from tosportal.features.applications import queries
from tosportal.features.applications.papers import shown_sections

ODD = "100 % %s %(label)s {0} {a} {{ 7*7 }} O'Нил «ёлочки» <b>"
PARAGRAPH = "Расскажите подробно, зачем всё это жителям и кому станет лучше. " * 12
FIELDS: list[dict[str, Any]] = [
    {"code": "term", "label": f"Срок {ODD}", "kind": "period", "required": True},
    {"code": "where", "label": f"Где {ODD}", "kind": "many", "required": True, "max_rows": 2, "help": ODD,
     "example": ODD,     "options": [{"code": "site", "name": f"Сайт {ODD}"}, {"code": "board", "name": "Доска"},
                 {"code": "chat", "name": "Чат"}]},
    {"code": "link", "label": "Адрес сайта", "kind": "url", "required_if": "where=site"},
    {"code": "inn", "label": PARAGRAPH.strip(), "kind": "inn"},
    {"code": "ogrn", "label": "ОГРН", "kind": "ogrn"},
    {"code": "kpp", "label": "КПП", "kind": "kpp"},
    {"code": "bik", "label": "БИК", "kind": "bik"},
    {"code": "account", "label": "Счёт", "kind": "account", "personal": True},
    {"code": "home", "label": "Адрес", "kind": "address", "hidden_from_jury": True},
    {"code": "people", "label": f"Люди {ODD}", "kind": "table", "columns": [
        {"code": "who", "label": f"Кто {ODD}", "kind": "text", "required": True, "example": ODD},
        {"code": "count", "label": "Сколько", "kind": "integer", "total": True},
        {"code": "sum", "label": f"Деньги {ODD}", "kind": "money", "total": True}]},
    {"code": "help", "label": "Вклад", "kind": "in_kind"},
    {"code": "meeting", "label": f"Собрание {ODD}", "kind": "meeting", "required": True, "quorum": "half"},
    {"code": "results", "label": "Результаты", "kind": "results"},
    {"code": "paper", "label": f"Протокол {ODD}", "kind": "files", "slot": "minutes"},
    {"code": "agree", "label": f"Согласен {ODD}", "kind": "consent", "required": True, "text": f"{PARAGRAPH}\n{ODD}"},
]  # fmt: skip
TYPED: dict[str, Any] = {
    "term-from-day": "5", "term-from-month": "6", "term-from-year": "2026", "term-until-day": "30",
    "term-until-month": "9", "term-until-year": "2026", "where": ["site", "chat"], "link": "https://example.org/%20s",
    "inn": "500100732259", "ogrn": "304500116000157", "kpp": "543301001", "bik": "045004641",
    "account": "40703810844070100123", "home": "Улица О'Нила, 5 % «А»",
    "people-0-who": f"Соседи {ODD}", "people-0-count": "12", "people-0-sum": "1 000,50",
    "people-1-who": "Школа", "people-1-count": "3", "people-1-sum": "0,25",
    "help-0-kind": "labour", "help-0-who": "Жители", "help-0-quantity": "12,5", "help-0-rate": "260",
    "help-0-basis": "Росстат 100 %s", "meeting-held_on-day": "1", "meeting-held_on-month": "3",
    "meeting-held_on-year": "2026", "meeting-form": "mixed", "meeting-residents": "301", "meeting-present": "151",
    "meeting-votes_for": "150", "meeting-votes_against": "1", "meeting-abstained": "0",
    "results-0-name": "Деревья", "results-0-unit": "шт.", "results-0-base": "0", "results-0-plan": "12",
    "results-0-proof": "фото", "agree": "yes",
}  # fmt: skip


def definition() -> dict[str, Any]:
    found = copy.deepcopy(REGULATION)
    fields = copy.deepcopy(FIELDS)
    found["form"]["sections"].append({"code": "kinds", "title": f"Виды {ODD}", "nominations": [], "fields": fields})
    return found


def filled(app) -> tuple[Case, Browser, str]:
    case = Case(definition())
    browser = Browser(app, case.person)
    return case, browser, begin(browser, case)


def stored(key: str) -> dict[str, Any]:
    return dict(queries.sections_of(the_application().id)["kinds"].answers)


def test_every_kind_is_typed_stored_and_shown_again(app):
    _case, browser, key = filled(app)
    save(browser, key, "kinds", TYPED)
    kept = stored(key)
    assert kept["term"] == {"from": "2026-06-05", "until": "2026-09-30"}
    assert kept["where"] == ["site", "chat"]
    assert kept["people"][0] == {"who": f"Соседи {ODD}", "count": "12", "sum": "1 000,50"}
    assert kept["meeting"]["present"] == "151"
    assert "paper" not in kept
    page = browser.get(f"/applications/{key}/sections/kinds")
    text = page.get_data(as_text=True)
    assert re.search(r'name="where" value="site" checked', text)
    assert not re.search(r'name="where" value="board" checked', text)
    assert re.search(r'name="agree" value="yes" checked', text)
    assert re.search(r'<option value="9" selected', text)
    words = said(page)
    for part in ("Кворум есть: 151 из 301, нужно не меньше 151", "3 250,00 ₽", "1 000,75 ₽", f"Срок {ODD}",
                 f"Сайт {ODD}",
                 f"Обязательно, если на вопрос «Где {ODD}» ответ «Сайт {ODD}»", f"Например: {ODD}",
                 PARAGRAPH.strip(), f"Протокол {ODD}"):  # fmt: skip
        assert part in words, part
    assert "49" not in words.split()


def test_a_consent_is_not_ticked_before_a_person_ticks_it(app):
    _case, browser, key = filled(app)
    page = browser.get(f"/applications/{key}/sections/kinds").get_data(as_text=True)
    box = re.search(r'<input type="checkbox" id="agree"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    words = said(browser.get(f"/applications/{key}/check"))
    assert f"Отметьте: «Согласен {ODD}»" in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"where": ["site", "chat", "board"]}, "Отмечено 3, можно не больше 2"),
        ({"where": "spell"}, "Выберите из предложенных вариантов"),
        ({"term-until-year": "2025"}, "Окончание не может быть раньше начала"),
        ({"inn": "500100732258"}, "Проверьте ИНН"),
        ({"account": "40703810844070100124"}, "Проверьте счёт: он не подходит к БИК 045004641"),
        ({"meeting-present": "150"}, "Кворума нет: участвовало 150, нужно не меньше 151"),
        ({"meeting-votes_against": "2"}, "Голосов 152, а участвовало 151"),
        ({"help-0-rate": "много"}, "Исправьте 1 место"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_kept(app, change, words):
    _case, browser, key = filled(app)
    page = save(browser, key, "kinds", TYPED | change, status=422)
    assert words in said(page)
    name, value = next(iter(change.items()))
    if isinstance(value, str) and name not in {"where", "term-until-year"}:
        assert re.search(rf'name="{name}"[^>]* value="{value}"', page.get_data(as_text=True))


def test_what_was_frozen_is_printed_as_stored(app):
    _case, browser, key = filled(app)
    fill(browser, key)
    save(browser, key, "kinds", TYPED)
    words = said(browser.get(f"/applications/{key}/check"))
    for part in ("Начало: 5 июня 2026 года", f"Сайт {ODD}", "Чат", "Всего", "1 000,75 ₽", "3 250,00 ₽", "очно-заочно",
                 "Кворум есть: 151 из 301", "Росстат 100 %s", f"Соседи {ODD}"):  # fmt: skip
        assert part in words, part
    seen_digest = hidden(browser.get(f"/applications/{key}/check"), "seen")
    browser.post(f"/applications/{key}/submit", {"seen": seen_digest, "truth": "yes", "consent": "yes"})
    application = the_application()
    submission = queries.submissions_of(application.id)[0]
    content = json.loads(submission.content)
    frozen = next(one["answers"] for one in content["sections"] if one["code"] == "kinds")
    assert frozen == stored(key)
    pdf = PdfReader(io.BytesIO(browser.get(f"/applications/{key}/receipt.pdf").get_data()))
    printed = "".join("".join(page.extract_text() for page in pdf.pages).split())
    shown = shown_sections([regulation_from_json(definition()).section("kinds")], {"kinds": frozen})[0]
    for answer in shown.answers:
        cells = [cell for row in answer.table.rows for cell in row] if answer.table else []
        for text in (answer.field.label, *answer.lines, *cells):
            assert "".join(text.split()) in printed, (answer.field.code, text)
    regulation = regulation_from_json(definition())
    answers = {one["code"]: one["answers"] for one in content["sections"]}
    seen = {True: set(), False: set()}
    for personal, codes in seen.items():
        shown = application_paper(answers, regulation, "n1", personal=personal)
        codes |= {answer.field.code for section in shown.sections for answer in section.answers}
    assert seen[True] - seen[False] >= {"account", "home"}
    assert "where" in seen[False]
    assert "paper" not in seen[True]


HOSTILE = ["\x00\x07", "<script>alert(1)</script>", "{{ 7*7 }} %(x)s %s {0}", "١٢٣", "🏡" * 300, "-1", "1e400", "yes"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_in_every_kind(app, text):
    _case, browser, key = filled(app)
    address = f"/applications/{key}/sections/kinds"
    names = [*TYPED, "term", "meeting", "people", "help", "paper", "term-from", "meeting-9999-x", "where-0"]
    revision = re.search(r'name="revision" value="([^"]*)"', browser.get(address).get_data(as_text=True))
    data = {"revision": revision[1] if revision else "", **dict.fromkeys(names, text)}
    response = browser.client.post(address, data=data)
    assert response.status_code in {303, 422}
    for place in (address, f"/applications/{key}/check", f"/applications/{key}"):
        page = browser.get(place).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "\0" not in page
