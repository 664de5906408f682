"""What a browser may do to what people type: no scripts, a second press, a session that ends, keys alone."""

import gzip
import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect
from sqlalchemy import select

from tests.browser import acts
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tests.browser.window import Window
from tosportal.demo.people import JURORS, PASSWORD
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.registry.models import TosLink
from tosportal.support.db import db


def free_activist(portal: Portal) -> str:
    """The address of a chair in the demo whose ТОС has not begun to apply to this year's contest."""
    with portal.inside():
        contest = select(Contest.id).where(Contest.slug == "change-the-world").scalar_subquery()
        taken = select(Application.tos_id).where(Application.contest_id == contest)
        free = (
            select(Person.email)
            .join(TosLink, TosLink.person_id == Person.id)
            .where(TosLink.state == "confirmed", TosLink.tos_id.not_in(taken))
            .order_by(Person.id)
        )
        return db.session.scalars(free).first() or pytest.fail("в примере нет свободного активиста")


def new_draft(window: Window, email: str) -> str:
    """A fresh application of an activist who has none."""
    window.sign_in(email, PASSWORD).open("/contests/change-the-world/apply")
    boxes = window.main.locator('[name="nomination"]')
    window.pick(boxes.nth(boxes.count() - 1))
    window.press("Начать заявку").says("Черновик создан")
    return window.path


def test_a_budget_is_made_and_sent_without_scripts(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "390", java_script_enabled=False)
    email = free_activist(demo_portal)
    address = new_draft(window, email)
    window.open(f"{address}/sections/budget")
    for place, row in enumerate(acts.BUDGET[:2]):
        if place:
            window.press(re.compile("Добавить строку"))
        line = window.main.locator(f"#budget-{place}")
        if line.get_attribute("open") is None:
            line.locator("summary").click()
        for column, text in row.items():
            window.put_plain(f"budget-{place}-{column}", text)
    window.press(re.compile("Добавить строку"))
    expect(window.main.locator("details.line")).to_have_count(3)
    window.main.locator('button[name="del"][value="budget-2"]').click()
    expect(window.main.locator("details.line")).to_have_count(2)
    window.press("Пересчитать")
    expect(window.main.locator('[data-sum="amount"]').first).to_have_text("85\u00a0400,00\u00a0₽")
    window.press("Сохранить и продолжить").says("Раздел «Смета» сохранён")


def test_what_does_not_fit_is_said_while_typing_and_holds_nobody_up(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "390", shots="390")
    address = new_draft(window, free_activist(demo_portal))
    window.open(f"{address}/sections/project")
    beside = window.main.locator("#start-beside")
    assert beside.get_attribute("aria-live") == "polite"
    expect(beside).to_be_empty()
    window.put_day("start", date(2020, 1, 31))
    year = window.main.locator('[name="start-year"]')
    expect(beside).to_contain_text("раньше, чем начинаются проекты этого конкурса")
    expect(year).to_be_focused()
    window.look("120-сверка-со-сроками")
    year.fill("2100")
    expect(beside).to_contain_text("позже, чем заканчиваются проекты этого конкурса")
    expect(beside.locator("p")).to_have_count(1)
    window.press("Сохранить и продолжить").says("Раздел «Проект» сохранён", "позже, чем заканчиваются проекты")
    assert window.path != f"{address}/sections/project"


SCRIPTS_MOST = 6 * 1024  # bytes of all scripts of a section page, each squeezed as a web server does it
ON_NEED = {"money.js", "budget.js", "upload.js", "clock.js", "found.js", "renewed.js", "settle.js", "beside.js"}


def scripts_of(window: Window, address: str) -> dict[str, int]:
    """Which scripts a page loads, and how many bytes each is after gzip."""
    asked: set[str] = set()

    def note(one: Request) -> None:
        if one.resource_type == "script":
            asked.add(one.url)

    window.page.on("request", note)
    window.open(address)
    window.page.wait_for_load_state("networkidle")
    window.page.remove_listener("request", note)
    bodies = {url.rsplit("/", 1)[-1]: window.page.request.get(url).body() for url in asked}
    return {name: len(gzip.compress(body, 6)) for name, body in bodies.items()}


def test_a_section_page_loads_few_scripts_and_others_on_need(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "390")
    address = new_draft(window, free_activist(demo_portal))
    usual = scripts_of(window, f"{address}/sections/project")
    assert {"portal.js", "autosave.js", "kept.js"} <= set(usual)
    assert not ON_NEED & set(usual), usual
    assert sum(usual.values()) < SCRIPTS_MOST, usual
    assert set(scripts_of(window, f"{address}/sections/budget")) == set(usual) | {"budget.js", "money.js"}
    window.open(f"{address}/sections/project").page.wait_for_load_state("networkidle")
    with window.page.expect_response(re.compile(r"/beside\.js$")) as answer:
        window.put_day("start", date(2020, 1, 31))
    assert answer.value.ok


def test_a_draft_saves_itself_and_survives_the_end_of_the_session(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "1280")
    email = free_activist(demo_portal)
    address = new_draft(window, email)
    window.open(f"{address}/sections/project").put("title", "Тёплая беседка")
    word = window.page.locator("[data-save]").first
    expect(word).to_contain_text("Сохранено в")

    other = window.context.new_page()  # another tab of the same browser
    other.goto(demo_portal.url + "/help")
    other.get_by_role("button", name="Выйти").click()
    window.put("title", "Тёплая беседка у реки")
    expect(word).to_contain_text("вы вышли")
    assert window.main.locator('[name="title"]').input_value() == "Тёплая беседка у реки"

    other.goto(demo_portal.url + "/sign-in")
    other.get_by_label("Адрес почты").fill(email)
    other.get_by_label("Пароль").fill(PASSWORD)
    other.get_by_role("button", name="Войти").click()
    expect(other.get_by_role("button", name="Выйти")).to_be_visible()
    window.press("Сохранить и продолжить")
    window.says("Раздел «Проект» сохранён").open(f"{address}/sections/project")
    assert window.main.locator('[name="title"]').input_value() == "Тёплая беседка у реки"


def test_pressing_twice_makes_one_application(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "390")
    email = free_activist(demo_portal)
    window.sign_in(email, PASSWORD).open("/contests/change-the-world/apply")
    window.pick(window.main.locator('[name="nomination"]').first)
    form = window.main.locator("form:has([name=nomination])")
    sent = dict(form.evaluate("(form) => [...new FormData(form)]"))
    window.main.get_by_role("button", name="Начать заявку").dblclick()
    window.says("Черновик создан")
    first = window.path
    again = window.page.request.post(f"{demo_portal.url}/contests/change-the-world/apply", form=sent)
    assert urlsplit(again.url).path == first  # the same form sent once more, as an impatient browser may do
    window.page.go_back()
    window.page.go_forward()
    with demo_portal.inside():
        contest = select(Contest.id).where(Contest.slug == "change-the-world").scalar_subquery()
        person = select(Person.id).where(Person.email == email).scalar_subquery()
        mine = select(Application.key).where(Application.contest_id == contest, Application.created_by_id == person)
        assert [f"/applications/{key}" for key in db.session.scalars(mine)] == [first]


def test_a_sheet_is_filled_by_the_keyboard_alone(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "1280")
    window.sign_in(JURORS[4].email, PASSWORD).open("/jury/best-tos")
    window.main.get_by_role("link", name=re.compile("Открыть №")).focus()
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    keys = window.page.keyboard
    tab_to(window, "one.name === 'conflict'")
    keys.press("Space")
    assert window.main.locator('[name="conflict"]:checked').get_attribute("value") == "no"
    tab_to(window, "one.type === 'submit'")
    with window.page.expect_navigation():
        keys.press("Enter")
    window.says("Ваша оценка")
    tab_to(window, "one.name.startsWith('mark-')")
    seen = window.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert seen != "0px", "не видно, где стоит фокус"
    keys.type("9")
    expect(window.main.locator("[data-total]").first).to_have_text("9,00")
    expect(window.page.locator("[data-save]").first).to_contain_text("Сохранено в")
    tab_to(window, "one.name === 'act' && one.value === 'save'")
    with window.page.expect_navigation():
        keys.press("Enter")
    expect(window.main.locator("[data-total]").first).to_have_text("9,00")


def tab_to(window: Window, wanted: str) -> None:
    """Press Tab until the focus stands where `wanted` says; every stop on the way can be left again."""
    for _ in range(120):
        window.page.keyboard.press("Tab")
        if window.page.evaluate(f"((one) => Boolean(one.name !== undefined && {wanted}))(document.activeElement)"):
            return
    raise AssertionError(f"за 120 нажатий Tab не дошли: {wanted}")
