"""What a browser may do to what people type: no scripts, the back button, a session that ends, keys alone."""

import re

import pytest
from playwright.sync_api import expect
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
    boxes.nth(boxes.count() - 1).check(force=True)
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
    assert window.main.locator("details.line").count() == 3
    window.main.locator('button[name="del"][value="budget-2"]').click()
    assert window.main.locator("details.line").count() == 2
    window.press("Пересчитать")
    expect(window.main.locator('[data-sum="amount"]').first).to_have_text("85\u00a0400,00\u00a0₽")
    window.press("Сохранить и продолжить").says("Раздел «Смета» сохранён")


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
    expect(word).to_contain_text("Вы вышли")
    assert window.main.locator('[name="title"]').input_value() == "Тёплая беседка у реки"

    other.goto(demo_portal.url + "/sign-in")
    other.get_by_label("Адрес почты").fill(email)
    other.get_by_label("Пароль").fill(PASSWORD)
    other.get_by_role("button", name="Войти").click()
    expect(other.get_by_role("button", name="Выйти")).to_be_visible()
    window.press("Сохранить и продолжить").says("Текст цел").press("Сохранить набранное")
    window.says("Раздел «Проект» сохранён").open(f"{address}/sections/project")
    assert window.main.locator('[name="title"]').input_value() == "Тёплая беседка у реки"


def test_the_back_button_makes_no_second_application(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "390")
    window.sign_in(free_activist(demo_portal), PASSWORD).open("/applications")
    links = window.main.locator('a[href^="/applications/"]')
    before = {links.nth(place).get_attribute("href") for place in range(links.count())}
    window.open("/contests/change-the-world/apply")
    window.main.locator('[name="nomination"]').first.check(force=True)
    window.press("Начать заявку").says("Черновик создан")
    first = window.path
    window.page.go_back()
    if window.main.locator('[name="nomination"]').count():
        window.main.locator('[name="nomination"]').first.check(force=True)
        window.press("Начать заявку")
        assert window.path == first
    window.open("/applications")
    after = {links.nth(place).get_attribute("href") for place in range(links.count())}
    assert after - before == {first}


def test_a_sheet_is_scored_by_the_keyboard_alone(demo_portal: Portal, window_of: OpenWindow) -> None:
    window = window_of(demo_portal, "1280")
    window.sign_in(JURORS[4].email, PASSWORD).open("/jury/best-tos")
    window.main.get_by_role("link", name=re.compile("Открыть №")).focus()
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    if "declare" in window.path:
        window.main.locator('[name="conflict"]').first.focus()
        window.page.keyboard.press("Space")
        window.main.get_by_role("button", name="Ответить и продолжить").focus()
        with window.page.expect_navigation():
            window.page.keyboard.press("Enter")
    window.says("Ваша оценка")
    first = window.main.locator("fieldset.crit input").first
    first.focus()
    name = first.get_attribute("name")
    window.page.keyboard.press("Space")
    window.page.keyboard.press("ArrowRight")
    assert window.main.locator(f'[name="{name}"]:checked').count() == 1
    outline = first.evaluate("() => getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert outline != "none"
