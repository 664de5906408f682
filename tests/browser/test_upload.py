"""A large file over a line that breaks, in a real browser: it goes on by itself, and after the page came anew."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser import acts
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tests.browser.window import Window
from tests.features.applications.test_streaming import large_pdf
from tosportal.demo.people import ACTIVIST, PASSWORD
from tosportal.domain.form_definition import FormField
from tosportal.support.db import commit

PIECE = 512 * 1024


class Line:
    """The line on which pieces go: it breaks after so many and is put right by hand."""

    def __init__(self, window: Window) -> None:
        self.sent: list[int] = []
        self.breaks_after: int | None = None
        window.page.route(re.compile(r"/pieces\?offset="), self.carry)

    def carry(self, route: Route) -> None:
        if self.breaks_after is not None and len(self.sent) >= self.breaks_after:
            route.abort("internetdisconnected")
            return
        self.sent.append(int(route.request.url.rpartition("=")[2]))
        route.continue_()


def choose(window: Window, path: Path) -> None:
    window.main.locator("#slot-minutes").set_input_files(path)
    window.main.locator("form:has(#slot-minutes) button[type=submit], form:has(#slot-minutes) button").first.click()


def given_back(window: Window, name: str) -> str:
    """The SHA-256 of the file as the portal gives it back."""
    address = window.main.get_by_role("link", name=name).first.get_attribute("href")
    answer = window.context.request.get(window.url + str(address))
    assert answer.status == 200
    return hashlib.sha256(answer.body()).hexdigest()


@pytest.mark.parametrize("screen", ["390"])
def test_a_large_file_survives_a_broken_line_and_a_new_page(
    screen: str, fresh_portal: Portal, window_of: OpenWindow, tmp_path: Path
) -> None:
    activist = window_of(fresh_portal, screen, shots="")
    activist.sign_in(ACTIVIST.email, PASSWORD)
    address = acts.start_application(activist)
    path = tmp_path / "Протокол.pdf"
    large_pdf(path, 4)
    line = Line(activist)
    activist.open(f"{address}/documents")

    line.breaks_after = 3
    choose(activist, path)
    expect(activist.main.get_by_role("status").filter(has_text="Связь пропала")).to_be_visible()
    line.breaks_after = 5  # the line is back, and breaks again
    activist.page.evaluate("dispatchEvent(new Event('online'))")
    expect(activist.main.get_by_role("status").filter(has_text=re.compile(r"Отправили (5|6)\d %"))).to_be_visible()

    line.breaks_after = None
    activist.open(f"{address}/documents").says("пришёл не весь").look("файл-пришёл-не-весь")
    choose(activist, path)
    activist.says("Файл приложен").look("файл-приложен")
    assert line.sent == [place * PIECE for place in range(len(line.sent))]  # every piece went once
    assert given_back(activist, "Протокол.pdf") == hashlib.sha256(path.read_bytes()).hexdigest()


def ask_for_the_minutes_in_a_section(portal: Portal) -> None:
    """The contest is amended: the minutes of the meeting are attached where the project is told."""
    from tosportal.features.applications.service.amendments import amend_contest
    from tosportal.features.contests.queries import contest_by_slug, regulation_of

    with portal.inside():
        contest = contest_by_slug("change-the-world")
        rule = regulation_of(contest)
        question = FormField("paper", "Протокол собрания", "files", slot="minutes")
        sections = [
            replace(one, fields=(question, *one.fields)) if one.code == "project" else one for one in rule.sections
        ]
        amended = replace(rule, sections=tuple(sections))
        amend_contest(contest, amended, act="Акт № 1", reason="Протокол в разделе", actor=None, now=portal.time)
        commit()


def test_a_file_of_a_section_survives_a_broken_line_or_is_given_up_there(
    fresh_portal: Portal, window_of: OpenWindow, tmp_path: Path
) -> None:
    ask_for_the_minutes_in_a_section(fresh_portal)
    activist = window_of(fresh_portal, "390", shots="")
    activist.sign_in(ACTIVIST.email, PASSWORD)
    section = f"{acts.start_application(activist)}/sections/project"
    path = tmp_path / "Протокол.pdf"
    large_pdf(path, 4)
    line = Line(activist)

    def choose_there() -> None:
        activist.main.locator("#file-paper").set_input_files(path)
        activist.main.locator('button[name=".attach"]').click()

    line.breaks_after = 2
    activist.open(section)
    choose_there()
    expect(activist.main.get_by_role("status").filter(has_text="Связь пропала")).to_be_visible()
    activist.open(section).says("пришёл не весь").look("раздел-файл-пришёл-не-весь")
    activist.put("title", "Площадка у дома № 6")
    activist.main.locator('button[name=".drop"]').click()
    activist.says("больше не отправляется")
    assert "пришёл не весь" not in activist.text
    expect(activist.main.locator("#title")).to_have_value("Площадка у дома № 6")
    activist.page.wait_for_load_state("networkidle")  # the script that sends in pieces is there

    line.sent.clear()
    line.breaks_after = 3
    choose_there()
    expect(activist.main.get_by_role("status").filter(has_text="Связь пропала")).to_be_visible()
    activist.put("title", "Площадка «Родничок»")  # people go on typing while the line is away
    line.breaks_after = None
    activist.page.evaluate("dispatchEvent(new Event('online'))")
    activist.says("Файл приложен").look("раздел-файл-приложен")
    assert line.sent == [place * PIECE for place in range(len(line.sent))]
    assert given_back(activist, "Протокол.pdf") == hashlib.sha256(path.read_bytes()).hexdigest()
    expect(activist.main.locator("#title")).to_have_value("Площадка «Родничок»")


def test_a_file_that_is_given_up_leaves_nothing(fresh_portal: Portal, window_of: OpenWindow, tmp_path: Path) -> None:
    activist = window_of(fresh_portal, "1280", shots="")
    activist.sign_in(ACTIVIST.email, PASSWORD)
    address = acts.start_application(activist)
    path = tmp_path / "Протокол.pdf"
    large_pdf(path, 4)
    line = Line(activist)
    line.breaks_after = 2
    activist.open(f"{address}/documents")
    choose(activist, path)
    expect(activist.main.get_by_role("status").filter(has_text="Связь пропала")).to_be_visible()
    activist.main.get_by_role("button", name="Отменить").click()
    activist.says("больше не отправляется")
    activist.open(f"{address}/documents")
    assert "пришёл не весь" not in activist.text
