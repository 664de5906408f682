"""Two lines whose sum is kept: correcting one warns about the other before anything is confirmed."""

import pytest

from tests.features.programmes.test_uploads import AMOUNT, SUM, docx, sent
from tests.make import make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.support.db import db

OTHER = "activities[act-4-1].sources.local.2026.rub"


@pytest.fixture
def office(app):
    secretary = make_secretary(make_municipality())
    db.session.commit()
    return Browser(app, secretary)


def plain(page) -> str:
    return said(page).replace("\u00a0", " ")


def uploaded(office) -> str:
    """The address of the file of the programme that waits to be looked through."""
    return sent(office, docx(), "программа.docx").request.path


def test_correcting_one_line_warns_about_the_other_before_confirmation(office):
    address = uploaded(office)
    assert "а теперь" not in plain(office.get(address))
    office.post(f"{address}/of-task-4", {"seen": "1", SUM: "30 000,00", AMOUNT: "30 000,00"})
    looked = plain(office.get(address))
    assert "Две строки вместе давали ровно 40 000,00 ₽, а теперь 42 986,76 ₽" in looked
    assert "чтобы сумма осталась, в ней нужно 10 000,00 ₽" in looked
    assert "Вторая строка: " in looked
    part = office.get(f"{address}/of-task-4").get_data(as_text=True)
    for path in (SUM, OTHER):  # the note stands under both lines
        after = part[part.index(f'name="{path}"') :]
        assert "Две строки вместе давали ровно" in after.split("<label")[0]
    assert "Программа ещё не загружена" in plain(office.get("/office/programme"))


def test_a_new_edition_is_held_against_the_one_in_force(office, visitor):
    act = {"act_number": "7", "act_on-day": "1", "act_on-month": "3", "act_on-year": "2026"}
    office.post(f"{uploaded(office)}/confirm", {**act, "slug": "tos-2026"})
    address = uploaded(office)
    assert "а теперь" not in plain(office.get(address))
    office.post(f"{address}/of-task-4", {"seen": "1", SUM: "30 000,00", AMOUNT: "30 000,00"})
    assert plain(office.get(address)).count("Две строки вместе давали ровно") == 1
    office.post(f"{address}/confirm", {**act, "act_number": "8", "slug": "tos-2026"})
    changes = plain(visitor.get("/programme/tos-2026/editions/1/2"))
    assert "Парные строки разошлись: " in changes
    assert "а теперь 42 986,76 ₽" in changes
    back = plain(visitor.get("/programme/tos-2026/editions/2/1"))
    assert "Парные строки разошлись" not in back
