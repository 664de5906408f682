"""What an activist types into a whole form, question by question, and how it is found again in what is stored."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.portal import Portal
from tests.browser.window import Window
from tosportal.demo.files import minutes_pdf, photo_jpeg
from tosportal.domain.form_definition import FormSection, made_up_answers
from tosportal.features.applications.forms import flat_answers
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.features.contests.queries import contest_by_slug, regulation_of
from tosportal.support.db import db

Typed = list[tuple[str, str]]
ROOM = timedelta(days=21)  # an extended intake moves the window of projects; the plan stays inside
MADE_UP = "Пример ответа"
NASTY = "Ёж, «ёлки», O'Нил & <b>100 %</b> №"


def forms_of(portal: Portal, slug: str, nomination: str) -> dict[str, tuple[FormSection, Typed]]:
    """Each section with what to type into it: every question has an answer, every text is like no other."""
    with portal.inside():
        contest = contest_by_slug(slug)
        assert contest
        regulation = regulation_of(contest)
        window = regulation.plan_window(ZoneInfo(contest.municipality.zone))
    assert window.starts_on
    window = replace(window, starts_on=window.starts_on + ROOM)
    found = {}
    for section in regulation.sections_for(nomination):
        answers = flat_answers(section, made_up_answers(section, regulation.limits.for_budget, window))
        found[section.code] = section, [(name, own_words(name, value)) for name, value in answers]
    found["contest"] = found["contest"][0], [("nomination", nomination)]
    return found


def own_words(name: str, value: str) -> str:
    """Another text of the same length, with everything that a careless page loses."""
    if name.startswith("budget-") and re.fullmatch(r"\d+\.\d\d", value):
        return f"{Decimal(value):,.2f}".replace(",", "\u00a0").replace(".", ",")  # the page writes sums so itself
    if not value.startswith(MADE_UP):
        return value
    return f"{name} {NASTY} ".ljust(len(value), "ъ")[: len(value)].strip()


def type_into(window: Window, typed: Typed) -> None:
    """As a finger does: a box is ticked, a day has three inputs."""
    for name, value in typed:
        if window.main.locator(f'[name="{name}-day"]').count():
            window.put_day(name, date.fromisoformat(value))
        else:
            window.put(name, value)


def open_section(window: Window, address: str, code: str) -> Window:
    window.open(f"{address}/sections/{code}")
    window.page.wait_for_load_state("networkidle")
    return window


def waits_for(window: Window, words: str) -> None:
    """What the page says of saving."""
    expect(window.page.locator("[data-save]").first).to_contain_text(words, timeout=30_000)


def stored(portal: Portal, address: str, section: FormSection) -> Typed:
    """The answers of a section as they lie in the database, as names and values of inputs."""
    with portal.inside():
        application = db.session.query(Application).filter_by(key=address.rsplit("/", 1)[-1]).one()
        row = db.session.get(ApplicationSection, (application.id, section.code))
        return answered(flat_answers(section, dict(row.answers) if row else {}))


def answered(typed: Typed) -> Typed:
    """Only what has an answer, in one order."""
    return sorted((name, value) for name, value in typed if value)


def attach_all(window: Window, address: str, slots: tuple[str, ...]) -> None:
    """A paper into each of these places."""
    window.open(f"{address}/documents")
    for slot in slots:
        is_photo = slot == "photos"
        paper = {
            "name": f"{slot}.jpg" if is_photo else f"{slot} «№ 1».pdf",
            "mimeType": "image/jpeg" if is_photo else "application/pdf",
            "buffer": photo_jpeg(slot) if is_photo else minutes_pdf("ТОС «Центральный»", slot),
        }
        window.main.locator(f"#slot-{slot}").set_input_files(paper)
        with window.page.expect_navigation():
            window.main.locator(f"form:has(#slot-{slot}) button[type=submit]").first.click()
        window.says(paper["name"])
