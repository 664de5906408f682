"""A bad line, a tab that dies, a session that ends, two people: not one character is lost, none is overwritten."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tests.browser.test_fields import free_activist, new_draft
from tests.browser.window import Window
from tosportal.demo.people import PASSWORD
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.support.db import db

KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("tos-kept");
  asked.onsuccess = () => {
    const base = asked.result;
    if (!base.objectStoreNames.length) { base.close(); done([]); return; }
    const rows = base.transaction("kept").objectStore("kept").getAll();
    rows.onsuccess = () => {
      base.close();
      done(rows.result.map((row) => ({ id: row.id, text: new TextDecoder("latin1").decode(row.data) })));
    };
  };
})"""


@pytest.fixture
def draft(demo_portal: Portal, window_of: OpenWindow) -> tuple[Window, str, str]:
    """A window of a phone on the section «Проект» of a fresh draft, its address, and whose it is."""
    window = window_of(demo_portal, "390")
    email = free_activist(demo_portal)
    address = new_draft(window, email)
    window.open(f"{address}/sections/project")
    window.page.wait_for_load_state("networkidle")
    return window, address, email


def word(page: Page) -> object:
    return page.locator("[data-save]").first


def answers(portal: Portal, address: str, code: str = "project") -> dict[str, str]:
    with portal.inside():
        application = db.session.query(Application).filter_by(key=address.rsplit("/", 1)[-1]).one()
        return dict(db.session.get(ApplicationSection, (application.id, code)).answers)


def kept(page: Page) -> list[dict[str, str]]:
    return page.evaluate(KEPT)


def cut(route: Route) -> None:
    """The line breaks as soon as something is sent."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def forget_troubles(window: Window) -> None:
    window.troubles[:] = [one for one in window.troubles if "ERR_INTERNET_DISCONNECTED" not in one]


def test_the_line_breaks_twice_the_server_restarts_and_the_tab_dies(
    demo_portal: Portal, draft: tuple[Window, str, str]
) -> None:
    window, address, _email = draft
    window.put("title", "Родник у школы")
    expect(word(window.page)).to_contain_text("Сохранено в")
    assert answers(demo_portal, address)["title"] == "Родник у школы"

    window.context.set_offline(True)
    window.put("problem", "Вода уходит в овраг. Ёж, «ёлки», 100 % & <b>")
    expect(word(window.page)).to_contain_text("Хранится на этом устройстве")
    window.context.set_offline(False)
    expect(word(window.page)).to_contain_text("Сохранено в")
    assert answers(demo_portal, address)["problem"] == "Вода уходит в овраг. Ёж, «ёлки», 100 % & <b>"
    assert kept(window.page) == []

    demo_portal.stop()
    demo_portal.processes.clear()
    window.put("goal", "Чистая вода, пока портал стоит")
    expect(word(window.page)).to_contain_text("Хранится на этом устройстве")
    demo_portal.start()
    window.put("goal", "Чистая вода круглый год")
    expect(word(window.page)).to_contain_text("Сохранено в", timeout=30_000)

    window.context.set_offline(True)
    window.put("place", "Улица Школьная, 5")
    expect(word(window.page)).to_contain_text("Хранится на этом устройстве")
    assert "Школьная" not in "".join(one["text"] for one in kept(window.page)), "it lies there encrypted"
    old = window.page
    window.page = window.context.new_page()
    old.close(run_before_unload=False)
    window.context.set_offline(False)
    window.open(address).says("Нашли на этом устройстве несохранённое и отправили")
    assert answers(demo_portal, address)["place"] == "Улица Школьная, 5"
    assert answers(demo_portal, address)["goal"] == "Чистая вода круглый год"
    assert kept(window.page) == []
    window.open(f"{address}/sections/project")
    assert window.main.locator('[name="place"]').input_value() == "Улица Школьная, 5"
    forget_troubles(window)


def test_personal_data_never_lies_on_the_device(demo_portal: Portal, draft: tuple[Window, str, str]) -> None:
    window, address, _email = draft
    window.open(f"{address}/sections/applicant")
    window.page.wait_for_load_state("networkidle")
    window.context.set_offline(True)
    window.put("chair_phone", "+7 913 555-44-33")
    expect(word(window.page)).to_contain_text("Личные данные на устройстве не храним")
    assert kept(window.page) == []
    assert window.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)") == "{}{}"
    window.context.set_offline(False)
    expect(word(window.page)).to_contain_text("Сохранено в")
    assert answers(demo_portal, address, "applicant")["chair_phone"] == "+7 913 555-44-33"
    forget_troubles(window)


def test_signing_out_and_a_borrowed_phone_leave_nothing(demo_portal: Portal, draft: tuple[Window, str, str]) -> None:
    window, address, email = draft
    window.context.route("**/sections/project", cut)
    window.put("problem", "Останется ли это на телефоне?")
    expect(word(window.page)).to_contain_text("Хранится на этом устройстве")
    assert len(kept(window.page)) == 1
    other = window.context.new_page()
    other.goto(demo_portal.url + "/help")
    other.get_by_role("button", name="Выйти").click()
    expect(other.get_by_role("button", name="Выйти")).to_have_count(0)
    assert kept(other) == []
    other.close()
    window.context.unroute("**/sections/project")
    window.page.close(run_before_unload=False)
    window.page = window.context.new_page()
    window.sign_in(email, PASSWORD).open(f"{address}/sections/project")
    assert "Нашли" not in window.text
    window.press("Это не мой телефон").says("На этом устройстве больше ничего не храним")
    window.context.set_offline(True)
    window.put("problem", "На чужом телефоне")
    expect(word(window.page)).to_contain_text("Не сохранено")
    assert kept(window.page) == []
    window.context.set_offline(False)
    expect(word(window.page)).to_contain_text("Сохранено в")
    forget_troubles(window)
    window.troubles[:] = [one for one in window.troubles if "ERR_FAILED" not in one]


def test_a_session_that_ended_is_renewed_in_place(demo_portal: Portal, draft: tuple[Window, str, str]) -> None:
    window, address, email = draft
    window.context.clear_cookies(name="tos")
    window.put("problem", "Вход закончился, а текст цел")
    expect(word(window.page)).to_contain_text("Войдите в новой вкладке")
    with window.context.expect_page() as opened:
        window.page.locator("[data-save] a").first.click()
    other = opened.value
    other.get_by_label("Адрес почты").fill(email)
    other.get_by_label("Пароль").fill(PASSWORD)
    other.get_by_role("button", name="Войти").click()
    expect(other.get_by_role("button", name="Выйти")).to_be_visible()
    other.close()
    window.page.bring_to_front()
    window.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(word(window.page)).to_contain_text("Сохранено в")
    assert answers(demo_portal, address)["problem"] == "Вход закончился, а текст цел"
    window.put("problem", "И дальше пишется")
    expect(word(window.page)).to_contain_text("Сохранено в")
    window.press("Сохранить и вернуться к разделам")
    assert answers(demo_portal, address)["problem"] == "И дальше пишется"


def test_two_tabs_are_joined_and_what_both_changed_is_chosen(
    demo_portal: Portal, draft: tuple[Window, str, str]
) -> None:
    window, address, _email = draft
    first = window.page
    second = window.context.new_page()
    second.goto(demo_portal.url + f"{address}/sections/project")
    window.put("title", "Из первой")
    expect(word(first)).to_contain_text("Сохранено в")
    second.locator('main [name="goal"]').fill("Из второй")
    expect(word(second)).to_contain_text("Другой человек изменил")
    assert (answers(demo_portal, address)["title"], answers(demo_portal, address)["goal"]) == ("Из первой", "Из второй")
    second.locator('main [name="title"]').fill("Из второй тоже")
    expect(word(second)).to_contain_text("изменили и вы, и кто-то ещё")
    assert answers(demo_portal, address)["title"] == "Из первой"
    window.page = second
    window.press("Сохранить и продолжить").says("Из первой", "Из второй тоже", "Сохранить выбранное")
    window.look("две-версии")
    window.main.get_by_label("Ваша версия").check()
    window.press("Сохранить выбранное")
    assert answers(demo_portal, address)["title"] == "Из второй тоже"
    window.open(address)
    assert "Нашли" not in window.text
    assert kept(second) == []


def test_an_answer_that_was_lost_on_its_way_is_no_quarrel_with_oneself(
    demo_portal: Portal, draft: tuple[Window, str, str]
) -> None:
    window, address, _email = draft
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    window.context.route("**/sections/project", lose_the_first)
    window.put("problem", "Первые слова")
    expect(word(window.page)).to_contain_text("Хранится на этом устройстве")
    assert answers(demo_portal, address)["problem"] == "Первые слова"
    assert "title=" not in lost[0], "only what changed goes"
    assert len(lost[0]) < 1500
    window.put("problem", "Первые слова и вторые")
    expect(word(window.page)).to_contain_text("Сохранено в", timeout=20_000)
    expect(word(window.page)).not_to_contain_text("кто-то")
    assert answers(demo_portal, address)["problem"] == "Первые слова и вторые"
    window.troubles[:] = [one for one in window.troubles if "ERR_FAILED" not in one]
