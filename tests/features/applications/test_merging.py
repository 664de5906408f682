"""Several people in one section: nobody's text is lost, nothing is overwritten unseen."""

import re
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.features.applications.test_routes import begin, hidden, the_application
from tests.features.applications.test_service import Case
from tests.make import make_activist
from tests.pages import Browser, said
from tosportal.domain.errors import StateConflict
from tosportal.domain.merging import marks_of, merge
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import ApplicationSection
from tosportal.support.db import db

FIELDS = ("title", "problem", "goal")
PEOPLE = 3
PLAN = {"plan-0-name": "Их шаг"}
AUTOSAVE = {"X-Requested-With": "autosave"}


@pytest.fixture
def case(app) -> Case:
    return Case()


@pytest.fixture
def browser(app, case) -> Browser:
    return Browser(app, case.person)


def stored(code: str = "project") -> dict:
    return queries.sections_of(the_application().id)[code].answers


class Page:
    """A form open somewhere: what it showed, what was typed since."""

    def __init__(self, answers: dict) -> None:
        self.typed = {field: answers.get(field, "") for field in FIELDS}
        self.seen = marks_of(FIELDS, answers)
        self.known = dict(self.typed)


STEP = st.tuples(
    st.sampled_from(["open", "type", "save", "save all", "mine", "theirs"]),
    st.integers(0, PEOPLE - 1),
    st.sampled_from(FIELDS),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=4, max_size=25))
def test_no_interleaving_loses_a_text(case, steps):
    """Every text that the portal took is stored still, or was replaced by somebody who had it before their eyes."""
    with db.session.begin_nested() as point:
        application = case.start()
        row = db.session.get(ApplicationSection, (application.id, "project"))
        pages = [Page(row.answers if row else {}) for _ in range(PEOPLE)]
        now_stored = {field: (row.answers if row else {}).get(field, "") for field in FIELDS}
        for number, (act, who, field) in enumerate(steps):
            page = pages[who]
            if act == "open":
                pages[who] = Page(now_stored)
            elif act == "type":
                page.typed[field] = f"{who}: {number}"
            elif act == "theirs":  # the choice on the page of both versions
                page.typed[field] = page.known[field] = now_stored[field]
                page.seen |= marks_of([field], now_stored)
            elif act == "mine":
                page.known[field] = now_stored[field]
                page.seen |= marks_of([field], now_stored)
            else:
                sent = {field: page.typed[field]} if act == "save" else dict(page.typed)
                changed = {one for one, text in sent.items() if text != page.known[one]}
                clashing = {one for one in changed if now_stored[one] not in (page.known[one], sent[one])}
                try:
                    saved = service.save_section(
                        application, "project", sent, version=-1, actor=case.person, now=NOW, seen=page.seen
                    )
                except StateConflict:
                    assert clashing, "nobody else touched these answers"
                    assert db.session.get(ApplicationSection, (application.id, "project")).answers == row.answers
                    continue
                assert not clashing, f"{clashing} overwritten unseen"
                for one in FIELDS:
                    wanted = sent[one] if one in changed else now_stored[one]
                    assert saved.answers.get(one, "") == wanted
                    now_stored[one] = wanted
                row = saved
                db.session.flush()
                page.seen |= marks_of(sent.keys() & changed, saved.answers)
                page.known |= {one: sent[one] for one in changed}
            if row is None:
                row = ApplicationSection(answers={})
        point.rollback()


def test_a_row_added_by_a_button_is_a_change_although_it_is_blank():
    seen = marks_of(["plan"], {"plan": []})
    assert merge({"plan": [{"name": ""}]}, {"plan": []}, seen, pressed=("plan",)).answers == {"plan": [{"name": ""}]}
    assert merge({"plan": [{"name": ""}]}, {"plan": []}, seen).answers == {"plan": []}


def test_two_people_in_different_answers_are_joined_without_a_question(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    helper = Browser(app, make_activist(case.tos))
    was = hidden(browser.get(address), ".was")
    assert hidden(helper.get(address), ".was") == was
    helper.post(address, {"revision": "0", ".was": was, "title": "Название помощника"})
    browser.post(address, {"revision": "0", ".was": was, "title": "", "problem": "Проблема председателя"})
    assert (stored()["title"], stored()["problem"]) == ("Название помощника", "Проблема председателя")


def test_one_changed_answer_is_sent_alone_and_the_answer_says_what_others_did(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    was = hidden(browser.get(address), ".was")
    helper = Browser(app, make_activist(case.tos))
    form = {"revision": "0", ".was": was, ".changed": "title", "title": "Двор"}
    first = helper.post(address, form, headers=AUTOSAVE).json
    assert (first["is_new"], first["others"], set(first["marks"])) == (True, [], {"title"})
    again = helper.post(address, form, headers=AUTOSAVE).json  # the answer was lost, the same goes once more
    assert (again["is_new"], again["revision"]) == (False, first["revision"])
    mine = {"revision": "0", ".was": was, ".changed": "problem", "problem": "Грязь"}
    second = browser.post(address, mine, headers=AUTOSAVE).json
    assert second["others"] == ["Название проекта"]
    assert (stored()["title"], stored()["problem"]) == ("Двор", "Грязь")
    emptied = mine | {".was": was.replace("problem:", "x:"), "problem": ""}
    emptied[".was"] += f" problem:{second['marks']['problem']}"
    browser.post(address, emptied, headers=AUTOSAVE)
    assert (stored()["title"], stored()["problem"]) == ("Двор", "")


def test_each_answer_that_both_changed_is_chosen_by_itself(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    was = hidden(browser.get(address), ".was")
    helper = Browser(app, make_activist(case.tos))
    theirs = {"title": "Их <b>название</b>", "problem": "Их проблема"} | PLAN
    helper.post(address, {"revision": "0", ".was": was} | theirs)
    mine = {"revision": "0", ".was": was, "title": "Моё название", "problem": "Моя проблема"}
    page = browser.post(address, mine, code=409)
    text = said(page)
    for words in ("Моё название", "Их <b>название</b>", "Моя проблема", "Их проблема", "Сохранить выбранное"):
        assert words in text
    assert "Их шаг" not in text, "only what both changed is asked about"
    assert "checked" not in page.get_data(as_text=True), "nothing is chosen for the person"
    carried = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    form = {unescape(name): unescape(value) for name, value in carried if name != "csrf_token"}
    assert stored()["title"] == "Их <b>название</b>"
    browser.post(address, form | {".keep-title": "mine"}, code=409)  # half of the choice is no choice
    assert stored()["title"] == "Их <b>название</b>"
    browser.post(address, form | {".keep-title": "mine", ".keep-problem": "theirs"})
    assert (stored()["title"], stored()["problem"], stored()["plan"][0]["name"]) == (
        "Моё название",
        "Их проблема",
        "Их шаг",
    )


def test_a_third_version_that_came_during_the_choice_is_shown_too(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    was = hidden(browser.get(address), ".was")
    helper = Browser(app, make_activist(case.tos))
    helper.post(address, {"revision": "0", ".was": was, "title": "Вторая"})
    page = browser.post(address, {"revision": "0", ".was": was, "title": "Первая"}, code=409)
    fresh = hidden(helper.get(address), ".was")
    helper.post(address, {"revision": "1", ".was": fresh, "title": "Третья"})
    form = {name: hidden(page, re.escape(name)) for name in (".was", ".saw", "title", "revision")}
    assert "Третья" in said(browser.post(address, form | {".keep-title": "mine"}, code=409))
    assert stored()["title"] == "Третья"


def test_the_page_names_what_may_not_lie_on_a_device_and_gives_a_key_to_its_person_only(app, case, browser):
    key = begin(browser, case)

    def key_of(one: Browser) -> str:
        page = one.get(f"/applications/{key}/sections/project").get_data(as_text=True)
        return re.search(r'data-kept-key="([^"]+)"', page)[1]

    given = key_of(browser)
    assert key_of(browser) == given, "found again on the next page"
    assert key_of(Browser(app, make_activist(case.tos))) != given
    assert key_of(Browser(app, case.person)) != given, "on another device it is another key"
    out = browser.client.post("/sign-out")
    assert '"storage"' in out.headers["Clear-Site-Data"]
    assert "tos-kept=;" in " ".join(out.headers.getlist("Set-Cookie"))


def test_on_somebody_elses_device_nothing_is_kept(app, case, browser):
    key = begin(browser, case)
    address = f"/applications/{key}/sections/project"
    assert "Это не мой телефон" in said(browser.get(address))
    answer = browser.client.post("/account/not-my-device", data={"next": address})
    assert (answer.status_code, answer.location) == (303, address)
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    page = browser.get(address)
    assert "data-kept-key" not in page.get_data(as_text=True)
    assert "На этом устройстве ничего не храним" in said(page)
    away = browser.client.post("/account/not-my-device", data={"next": "https://evil.example"})
    assert away.location == "/account"
