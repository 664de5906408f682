"""A whole application of the project grant on a phone with a bad line: all that was typed is stored."""

import re
from datetime import UTC, datetime, timedelta

from tests.browser import designer, filling
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tests.browser.test_designer import ANNOUNCED_ON, WAYS
from tests.browser.window import Window
from tosportal.demo.people import ACTIVIST, PASSWORD, SECRETARY

REQUIRED = ("charter", "borders", "elected", "minutes", "signatures", "consent-pd", "photos")
IN_INTAKE = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
CLOSE, EXTENDED = datetime(2026, 4, 3, 10, 0, tzinfo=UTC), datetime(2026, 4, 10, 10, 0, tzinfo=UTC)
LAST_SECONDS = timedelta(seconds=5)  # a busy machine needs them to press; the last microsecond is held in tests/faults


def test_a_whole_application_on_a_bad_line(fresh_portal: Portal, window_of: OpenWindow) -> None:
    """The line is cut twice, the server restarts, the tab dies, a second tab writes beside: all that was typed is
    stored. A second late is refused and the draft kept; after an extension by act the last seconds are in time."""
    portal = fresh_portal
    secretary = window_of(portal, "1280", shots="1280").sign_in(SECRETARY.email, PASSWORD)
    office = designer.begin(secretary, "project-grant", WAYS["project-grant"].fund, ANNOUNCED_ON)
    designer.announce(secretary, office)
    slug = office.rsplit("/", 1)[-1]
    portal.set_time(IN_INTAKE)
    window = window_of(portal, "390", shots="390").sign_in(ACTIVIST.email, PASSWORD)
    window.open(f"/contests/{slug}/apply").pick(window.main.locator('[name="nomination"]').first)
    window.press("Начать заявку").says("Черновик создан")
    address, forms = window.path, filling.forms_of(portal, slug, "yard")
    for code, (_section, typed) in forms.items():
        fill = ON_A_BAD_LINE.get(code, fill_quietly)
        fill(portal, filling.open_section(window, address, code), address, code, typed)
    for code, (section, typed) in forms.items():
        assert filling.stored(portal, address, section) == filling.answered(typed), code
    designer.look_at_both(window.open(f"{address}/sections/budget/rows/budget"), "110-строки-из-таблицы")
    designer.look_at_both(window.open(f"{address}/readiness"), "111-попросить-посмотреть")
    filling.attach_all(window, address, REQUIRED)
    send_late_and_in_time(portal, window, secretary, address, office)
    for code, (section, typed) in forms.items():
        assert filling.stored(portal, address, section) == filling.answered(typed), code
    secretary.sign_in(SECRETARY.email, PASSWORD)
    designer.look_at_both(secretary.open(f"{office}/similarity"), "112-сходство")
    forget_disconnections(window)


def fill_quietly(portal: Portal, window: Window, address: str, code: str, typed: filling.Typed) -> None:
    filling.type_into(window, typed)
    window.press("Сохранить и продолжить")


def fill_while_the_line_is_cut(portal: Portal, window: Window, address: str, code: str, typed: filling.Typed) -> None:
    half = len(typed) // 2
    filling.type_into(window, typed[:half])
    filling.waits_for(window, "Сохранено в")
    window.context.set_offline(True)
    filling.type_into(window, typed[half:])
    filling.waits_for(window, "Хранится на этом устройстве")
    window.context.set_offline(False)
    filling.waits_for(window, "Сохранено в")


def fill_until_the_tab_dies(portal: Portal, window: Window, address: str, code: str, typed: filling.Typed) -> None:
    """The line is cut a second time, and what waits for it outlives the tab."""
    window.context.set_offline(True)
    filling.type_into(window, typed)
    filling.waits_for(window, "Хранится на этом устройстве")
    dead, window.page = window.page, window.context.new_page()
    dead.close(run_before_unload=False)
    window.context.set_offline(False)
    window.open(address).says("Нашли на этом устройстве несохранённое и отправили")


def fill_while_the_server_restarts(
    portal: Portal, window: Window, address: str, code: str, typed: filling.Typed
) -> None:
    portal.stop()
    portal.processes.clear()
    filling.type_into(window, typed[:-1])
    filling.waits_for(window, "Хранится на этом устройстве")
    portal.start()
    filling.type_into(window, typed[-1:])
    filling.waits_for(window, "Сохранено в")


def fill_in_two_tabs(portal: Portal, window: Window, address: str, code: str, typed: filling.Typed) -> None:
    """Both tabs have the empty section; each writes its half."""
    first, half = window.page, len(typed) // 2
    window.page = window.context.new_page()
    filling.open_section(window, address, code)
    filling.type_into(window, typed[half:])
    filling.waits_for(window, "Сохранено в")
    window.page.close()
    window.page = first
    filling.type_into(window, typed[:half])
    filling.waits_for(window, "Сохранено в")


ON_A_BAD_LINE = {
    "project": fill_while_the_line_is_cut,
    "plan": fill_until_the_tab_dies,
    "results": fill_while_the_server_restarts,
    "statements": fill_in_two_tabs,
}


def send_late_and_in_time(portal: Portal, window: Window, secretary: Window, address: str, office: str) -> None:
    """One second after the end: refused, the draft kept; the intake is extended by act; then the last seconds."""
    send = re.compile("^Отправить заявку на 150.000,00")
    portal.set_time(CLOSE - timedelta(minutes=1))
    check_answers(window, address)
    portal.set_time(CLOSE + timedelta(seconds=1))
    window.press(send).says(re.compile("Приём заявок закончился")).look("113-опоздание")
    window.open(address).says("Черновик")
    secretary.sign_in(SECRETARY.email, PASSWORD).open(f"{office}/extension")
    secretary.put("close-date", "10.04.2026").put("close-time", "17:00:00")
    secretary.put("act", designer.ACT).put("reason", designer.REASON).press("Показать, что сдвинется")
    secretary.press("Продлить приём заявок").says(re.compile("Приём заявок продлён"))
    portal.set_time(EXTENDED - timedelta(minutes=1))
    check_answers(window, address)
    portal.set_time(EXTENDED - LAST_SECONDS)
    window.press(send).says(re.compile("Расписка о приёме заявки № 1"), re.compile("16:59:5[0-9]")).look("114-расписка")


def check_answers(window: Window, address: str) -> None:
    window.sign_in(ACTIVIST.email, PASSWORD).open(f"{address}/check").put("truth", "yes").put("consent", "yes")


def forget_disconnections(window: Window) -> None:
    window.troubles[:] = [one for one in window.troubles if "ERR_INTERNET_DISCONNECTED" not in one]
