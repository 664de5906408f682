"""A text longer than it may be is refused beside its field with its length, and comes back whole: it is never cut."""

from html import unescape

import pytest

from tests.conftest import NOW
from tests.features.contests.test_routes import form_of
from tests.features.events.test_pages import FORM as EVENT
from tests.features.ledger.make_ledger import make_entry
from tests.features.ledger.test_routes import TYPED as ENTRY
from tests.features.programmes.test_service import load
from tests.features.programmes.test_uploads import docx
from tests.make import make_contest, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes import service as programmes
from tosportal.features.programmes.models import Programme
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db

END = "КОНЕЦ ЭТОГО ТЕКСТА"
OFFICE = "/office/programme/tos-2024-2026"
INDICATOR = "/office/indicators/tos-2024-2026/ind-1-1/passport"


def long(most: int) -> str:
    """One sign more than may stand there; its end is to be seen."""
    return "х" * (most + 1 - len(END)) + END


@pytest.fixture
def programme(app) -> Programme:
    return load()


@pytest.fixture
def office(app, programme) -> Browser:
    return Browser(app, make_secretary(municipality_of_page()))


def refused(office: Browser, address: str, typed: dict, name: str, most: int) -> None:
    text = long(most)
    assert len(text) == most + 1
    page = office.post(address, typed | {name: text}, code=422)
    assert f"Не длиннее {most} знаков, сейчас {most + 1}" in said(page)
    shown = unescape(page.get_data(as_text=True))
    assert text in shown, "all that was typed is kept"
    assert f'id="{name}-error"' in shown or f'href="#{name}"' in shown


@pytest.mark.parametrize(("name", "most"), [("note", 2000), ("document", 500)])
def test_of_an_entry_of_the_ledger(office, name, most):
    refused(office, f"{OFFICE}/ledger/new", ENTRY, name, most)
    assert db.session.query(LedgerEntry).count() == 0


def test_of_taking_an_entry_back(office, programme):
    entry = make_entry(programme)
    refused(office, f"{OFFICE}/ledger/entries/{entry.id}/take-back", {}, "reason", 2000)
    assert db.session.query(LedgerEntry).count() == 1
    office.post(f"{OFFICE}/ledger/entries/{entry.id}/take-back", {"reason": "х" * 2000})
    assert db.session.query(LedgerEntry).count() == 2


@pytest.mark.parametrize(("name", "most"), [("meaning-0", 500), ("source-0", 500), ("name-0", 40), ("source", 1000)])
def test_of_the_passport_of_an_indicator(office, name, most):
    typed = {"formula": "Д = А", "name-0": "А", "meaning-0": "участники", "value-0": "1", "source-0": "акт"}
    refused(office, INDICATOR, typed, name, most)


def test_of_a_formula(office):
    text = "Д = " + "А + " * 600 + "А"
    page = office.post(INDICATOR, {"formula": text, "name-0": "А"}, code=422)
    assert "Формула длиннее 1000 знаков" in said(page)
    assert text in unescape(page.get_data(as_text=True))


@pytest.mark.parametrize(("name", "most"), [("act_name", 300), ("act_number", 40), ("reason", 5000)])
def test_of_the_act_of_an_upload(office, name, most):
    kept = programmes.keep_programme(docx(), "программа.docx")
    upload = programmes.upload_programme(kept, municipality=municipality_of_page(), actor=None, now=NOW)
    act = {"act_number": "7", "act_on-day": "1", "act_on-month": "2", "act_on-year": "2026", "slug": "tos-new"}
    refused(office, f"/office/programme/uploads/{upload.key}/confirm", act, name, most)
    assert upload.state == "recognised"


def test_of_the_short_name_and_of_a_value_of_an_upload(office):
    kept = programmes.keep_programme(docx(), "программа.docx")
    upload = programmes.upload_programme(kept, municipality=municipality_of_page(), actor=None, now=NOW)
    page = f"/office/programme/uploads/{upload.key}"
    answer = office.post(f"{page}/confirm", {"slug": "a" * 61, "reason": "сохрани"}, code=422)
    assert "Не длиннее 60 знаков, сейчас 61" in said(answer)
    assert "a" * 61 in answer.get_data(as_text=True)
    refused(office, f"{page}/passport", {"seen": str(upload.version)}, "goal.name", 20_000)
    assert upload.corrections == {}


def test_of_the_name_of_a_contest(office):
    refused(office, "/office/contests/new", {"kind": "grant"}, "name", 300)


def test_of_the_reason_to_cancel_a_contest(office):
    make_contest(municipality_of_page(), "c")
    refused(office, "/office/contests/c/cancel", {}, "reason", 5000)


@pytest.mark.parametrize(("name", "most"), [("act", 300), ("reason", 5000)])
def test_of_an_amendment(office, name, most):
    make_contest(municipality_of_page(), "c")
    db.session.commit()
    address = "/office/contests/c/edit/limits"
    office.post(address, form_of(office.get(address)) | {"limits-grant_max": ["200000"]})
    page = form_of(office.get("/office/contests/c/amendment"))
    refused(office, "/office/contests/c/amendment", page | {"act": "№ 1", "reason": "так"}, name, most)


def test_of_a_text_of_a_regulation(office):
    make_contest(municipality_of_page(), "c", announced=False)
    db.session.commit()
    address = "/office/contests/c/edit/basics"
    text = long(30_000)
    page = office.post(address, form_of(office.get(address)) | {"name": text}, code=422)
    assert "Слишком длинно" in said(page)
    assert text in unescape(page.get_data(as_text=True))


@pytest.mark.parametrize(("name", "most"), [("title", 300), ("description", 5000)])
def test_of_an_event(office, name, most):
    refused(office, "/events/new", EVENT, name, most)


def test_of_a_card_of_a_tos(office):
    make_tos(municipality_of_page(), "ТОС «Берёзка»", code="tos-046")
    refused(office, "/office/tos/new", {"code": "tos-047"}, "borders", 20_000)
    refused(office, "/office/tos/tos-046/chair", {}, "full_name", 200)
