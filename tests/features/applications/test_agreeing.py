"""Sections that contradict each other: said while typing, on saving and at submission in the same words."""

import copy
import re

import pytest

from tests.conftest import NOW
from tests.features.applications.test_routes import begin, flat, hidden, save, the_application
from tests.features.applications.test_service import Case
from tests.make import ANSWERS, REGULATION
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.features.applications import service

AUTOSAVE = {"X-Requested-With": "autosave"}
WORDS = "«Просим из гранта» — 70 000,00 ₽, а из гранта по смете — 72 000,00 ₽"
PEOPLE = "«Участников» — 201, а жителей в реестре ТОС 200. Если в реестре устарело, скажите секретарю"


def compared() -> dict:
    """The regulation of the tests with a passport that says a sum and a number of people."""
    changed = copy.deepcopy(REGULATION)
    asked = {"code": "asked", "label": "Просим из гранта", "kind": "money", "agrees": "budget:requested"}
    people = {"code": "people", "label": "Участников", "kind": "integer", "agrees": "registry:residents"}
    changed["form"]["sections"][1]["fields"] += [asked, people]
    return changed


@pytest.fixture
def case(app) -> Case:
    return Case(compared())


@pytest.fixture
def browser(app, case) -> Browser:
    return Browser(app, case.person)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def autosave(browser: Browser, key: str, code: str, answers: dict[str, str]) -> list[tuple[str, str, str | None]]:
    address = f"/applications/{key}/sections/{code}"
    form = {"revision": hidden(browser.get(address), "revision"), ".was": hidden(browser.get(address), ".was")}
    named = {".changed": next(iter(answers)).split("-")[0]}
    remarks = browser.post(address, form | named | answers, headers=AUTOSAVE).json["remarks"]
    return [(one["question"], plain(one["text"]), one.get("title")) for one in remarks]


def test_both_sides_say_it_while_it_is_typed(case, browser):
    key = begin(browser, case)
    assert autosave(browser, key, "project", {"asked": "70000"}) == []  # there is no budget yet
    lines = flat(ANSWERS["budget"])
    assert autosave(browser, key, "budget", lines) == [("items", WORDS, "Проект")]
    assert autosave(browser, key, "project", {"asked": "70 000,00"}) == [("asked", WORDS, "Смета")]
    assert autosave(browser, key, "project", {"people": "201"}) == [("asked", WORDS, "Смета"), ("people", PEOPLE, None)]
    assert autosave(browser, key, "project", {"people": "200"}) == [("asked", WORDS, "Смета")]
    assert autosave(browser, key, "project", {"asked": "72000"}) == []


def test_limits_and_days_of_the_edition_are_said_while_typing(case, browser):
    key = begin(browser, case)
    much = flat(ANSWERS["budget"]) | {"items-0-requested": "144000.01"}
    found = autosave(browser, key, "budget", much)
    assert [(question, other) for question, _words, other in found] == [("items", None)]
    assert found[0][1] == "Вы просите 144 000,01 ₽, а можно не больше 144 000,00 ₽"
    early = flat({"plan": ANSWERS["project"]["plan"]}) | {"plan-0-starts_on": "2026-05-17"}
    assert autosave(browser, key, "project", early) == [
        ("plan", "Шаг 1 начинается 17 мая 2026 года, а проект — 18 мая 2026 года", None)
    ]


def test_without_scripts_it_is_said_on_saving_and_stands_beside_the_question(case, browser):
    key = begin(browser, case)
    save(browser, key, "budget", flat(ANSWERS["budget"]))
    page = save(browser, key, "project", flat(ANSWERS["project"]) | {"asked": "70000", "people": "1"})
    assert "Раздел «Проект» сохранён." in said(page)
    assert f"Проект: {WORDS}" in plain(said(page))
    page = browser.get(f"/applications/{key}/sections/project").get_data(as_text=True)
    beside = re.search(r'<div class="beside" id="asked-beside" aria-live="polite"><p>(.+?)</p>', page)
    assert beside
    assert plain(re.sub("<[^>]+>", "", beside[1])) == f"{WORDS} Смета"
    assert f"/applications/{key}/sections/budget" in beside[1]


def test_what_contradicts_is_not_sent_in_the_same_words(case, browser):
    application = case.filled()
    row = {**ANSWERS["project"], "asked": "70000", "people": "201"}
    service.save_section(application, "project", row, version=1, actor=case.person, now=NOW)
    with pytest.raises(RuleBroken) as refused:
        service.submit_application(application, actor=case.person, now=NOW)
    assert [(one.place, plain(str(one))) for one in refused.value.remarks] == [("asked", WORDS), ("people", PEOPLE)]
    key = the_application().key
    assert WORDS in plain(said(browser.get(f"/applications/{key}/check")))
    assert WORDS in plain(said(browser.get(f"/applications/{key}")))
    assert WORDS in plain(said(browser.get(f"/applications/{key}/sections/project?check=1")))
    row |= {"asked": "72000", "people": "200"}
    service.save_section(application, "project", row, version=2, actor=case.person, now=NOW)
    assert service.submit_application(application, actor=case.person, now=NOW).number == 1


def test_the_comparison_asks_the_database_nothing_more(case, browser, statements):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    save(browser, key, "budget", flat(ANSWERS["budget"]))

    def of_saving(asked: str) -> int:
        form = {"revision": hidden(browser.get(address), "revision"), "asked": asked, ".changed": "asked"}
        form[".was"] = hidden(browser.get(address), ".was")
        statements.clear()
        browser.post(address, form, headers=AUTOSAVE)
        return len(statements)

    first = of_saving("1")
    assert of_saving("72000") == of_saving("70000") <= first
