"""The programme office from a Word file to the closed year and its report, on a phone and at a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import office
from tests.browser.conftest import OpenWindow
from tests.browser.portal import START, Portal, inside
from tosportal.demo.people import ACTIVIST, PASSWORD, SECRETARY


@pytest.fixture(scope="module")
def blank_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district that has not loaded a programme yet."""
    from flask_migrate import upgrade

    from tosportal.support import db as database

    folder = tmp_path_factory.mktemp("blank")
    with inside(folder, START):
        upgrade()
        office.make_blank_district(START)
        database.commit()
    return folder


@pytest.fixture
def blank_portal(blank_template: Path, tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path / "portal", blank_template)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()


@pytest.mark.parametrize("screen", ["390", "1280"])
def test_a_programme_from_its_word_file_to_the_closed_year(
    screen: str, blank_portal: Portal, window_of: OpenWindow, tmp_path: Path
) -> None:
    secretary = window_of(blank_portal, screen, shots=screen)
    secretary.sign_in(SECRETARY.email, PASSWORD)
    address = office.upload(secretary)
    office.correct(secretary, address)
    office.nothing_is_in_the_programme(secretary)
    office.confirm(secretary, address)

    activist, visitor = window_of(blank_portal, screen, shots=screen), window_of(blank_portal, screen, shots=screen)
    event = office.enter_event(secretary)
    paper = secretary.main.get_by_role("link", name=office.LIST_NAME).get_attribute("href") or ""
    activist.sign_in(ACTIVIST.email, PASSWORD)
    office.send_event(activist)
    office.confirm_event(secretary)
    office.read_event_as_visitor(visitor, event, paper)
    office.fill_ledger(secretary)
    office.write_passports(secretary)
    office.enter_facts(secretary)
    office.recount_as_visitor(visitor)
    office.close_year(secretary)
    office.check_report(visitor, tmp_path)
    office.look_over(visitor)
    office.read_in_english(visitor)
