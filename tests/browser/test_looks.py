"""The same pages on narrow screens, with big letters and in every theme: nothing slides sideways, axe is content."""

import re

import pytest

from tests.browser import acts
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tosportal.demo.people import ACTIVIST, JURORS, PASSWORD, SECRETARY

MAIN_PAGES = (
    "/",
    "/contests",
    "/contests/change-the-world",
    "/contests/change-the-world-2025/results",
    "/tos",
    "/tos/tos-001",
    "/programme",
    "/events",
    "/indicators",
    "/results",
    "/help",
    "/help/permissions",
    "/vision",
    "/sign-in",
    "/sign-up",
)


def shown(address: str) -> str:
    return address.strip("/").replace("/", "-") or "главная"


@pytest.mark.parametrize(("screen", "size"), [("320", ""), ("390", ""), ("1280", ""), ("390", "200")])
def test_open_pages_never_slide_sideways(demo_portal: Portal, window_of: OpenWindow, screen: str, size: str) -> None:
    window = window_of(demo_portal, screen)
    choose_look(window, size=size)
    wide = []
    for address in MAIN_PAGES:
        window.open(address)
        wide += [f"{address}: {found}" for found in window.sideways()]
    assert not wide, "\n".join(wide)


@pytest.mark.parametrize("theme", ["dark", "hc-white", "hc-black", "hc-blue"])
def test_axe_is_content_in_every_theme(demo_portal: Portal, window_of: OpenWindow, theme: str) -> None:
    window = window_of(demo_portal, "1280", shots="1280")
    choose_look(window, theme=theme)
    for address in ("/", "/contests/change-the-world", "/contests/change-the-world-2025/results"):
        window.open(address).look(f"тема-{theme}-{shown(address)}")
    window.sign_in(JURORS[0].email, PASSWORD)
    choose_look(window, theme=theme)
    window.open("/jury/best-tos").follow(re.compile("Открыть №"))
    if "declare" in window.path:
        window.put("conflict", "no").press("Ответить и продолжить")
    window.look(f"тема-{theme}-лист")
    window.sign_in(ACTIVIST.email, PASSWORD)
    choose_look(window, theme=theme)
    window.open("/applications").look(f"тема-{theme}-мои-заявки")
    address = draft_of(window)
    window.open(f"{address}/sections/budget").look(f"тема-{theme}-смета")


def test_pages_of_the_office_on_a_phone_and_at_a_desk(demo_portal: Portal, window_of: OpenWindow) -> None:
    for screen in ("390", "1280"):
        window = window_of(demo_portal, screen, shots=screen)
        window.sign_in(SECRETARY.email, PASSWORD)
        for address in (
            "/desk",
            "/office/contests",
            "/office/contests/change-the-world",
            "/office/contests/change-the-world/applications",
            "/office/contests/best-tos/jury",
            "/office/contests/best-tos/ranking",
            "/office/contests/change-the-world-2025/ranking",
            "/office/tos",
            "/office/links",
        ):
            window.open(address).look(f"секретарь-{shown(address)}")


def test_pages_of_consents_and_of_looking_at_drafts(demo_portal: Portal, window_of: OpenWindow) -> None:
    """One's own consents and those the office keeps; a draft that a ТОС asks to look at, on both sides."""
    for screen in ("390", "1280"):
        activist = window_of(demo_portal, screen, shots=screen)
        activist.sign_in(ACTIVIST.email, PASSWORD)
        for purpose in ("", "/processing", "/photos", "/mailings"):
            activist.open(f"/my/consents{purpose}").look(f"согласия-{shown(purpose)}")
        activist.open(f"{draft_of(activist)}/readiness").look("черновик-попросить")
        if activist.main.get_by_role("button", name="Попросить посмотреть").count():
            activist.put("note", "Подойдёт ли такой протокол?").press("Попросить посмотреть").look("черновик-попросили")
        office = window_of(demo_portal, screen, shots=screen)
        office.sign_in(SECRETARY.email, PASSWORD)
        for address in ("/office/consents", "/office/consents/new", "/office/consents/texts"):
            office.open(address).look(f"согласия-{shown(address)}")
        office.open("/office/consents/new").press("Записать согласие").look("согласия-ошибки")
        office.open("/office/contests/change-the-world/readiness").look("черновики-на-просмотр")
        office.main.locator('a[href$="/readiness"]').first.click()
        office.look("черновик-у-секретаря").press("Ответить").look("черновик-без-ответа")


def test_calendars_letters_and_papers_in_english(demo_portal: Portal, window_of: OpenWindow) -> None:
    for screen in ("390", "1280"):
        window = window_of(demo_portal, screen, shots=screen)
        window.sign_in(SECRETARY.email, PASSWORD)
        window.context.add_cookies([{"name": "lang", "value": "en", "url": window.url}])
        for address in (
            "/account/calendar",
            "/office/letter-texts",
            "/office/contests/change-the-world/letter-texts",
            "/office/contests/change-the-world/letter-texts/application.receipt",
            "/office/contests/change-the-world/applications/paper",
        ):
            window.open(address).look(f"en-{shown(address)}")
            assert window.page.locator("html").get_attribute("lang") == "en"
        window.press("Begin the entry").look("en-бумажная-заявка-ошибки")


def choose_look(window, **chosen: str) -> None:
    """Choose on the page for those who see badly, as a person would."""
    if any(chosen.values()):
        window.open("/vision")
        for name, value in chosen.items():
            if value:
                window.put(name, value)
        window.press(re.compile("Применить|Сохранить"))
        for name, value in chosen.items():
            if value:
                assert window.page.locator("html").get_attribute(f"data-{name}") == value


def draft_of(window) -> str:
    """The address of some draft in the list of one's applications; made when there is none."""
    window.open("/applications")
    links = window.main.locator('a[href^="/applications/"]')
    for place in range(links.count()):
        address = "/".join((links.nth(place).get_attribute("href") or "").split("/")[:3])
        if window.page.request.get(f"{window.url}{address}/sections/budget", max_redirects=0).status == 200:
            return address
    return acts.start_application(window)
