"""The public page of the programme."""

import pytest

from tests.features.programmes.test_service import DOCUMENT, SMALL, load
from tests.make import make_municipality
from tests.pages import said
from tosportal.features.programmes import service
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db


def test_everybody_reads_the_programme_to_the_kopeck(app, visitor, statements):
    programme = load()
    db.session.commit()
    assert "Развитие и поддержка" in said(visitor.get("/programme"))
    visitor.get("/programme/tos-2024-2026")
    statements.clear()
    page = said(visitor.get("/programme/tos-2024-2026"))
    assert len(statements) <= 11, "the whole programme with its contests"
    for words in (
        "3 575 500,00 ₽",
        "3 575,5 тыс. ₽ за 2024 – 2026 годы",
        "721 486,76 ₽ 708 500,00 ₽ 12 986,76 ₽ 0,00 ₽ 721 486,76 ₽",
        "постановление от 18 августа 2023 года № 1056/89",
        "1.2. Количество ТОС",
        "3365,5",
    ):
        assert words in page, words
    passport = said(visitor.get(f"/programme/{programme.slug}/passport"))
    assert "Постановление от 11.08.2023 г. № 1036/89" in passport
    assert "всего 3 575,5 тыс. руб. рублей" in passport, "the document's own words, its errors too"


def test_a_small_programme_without_activities_has_a_page(app, visitor):
    load(SMALL)
    db.session.commit()
    assert "не предусматривает" in said(visitor.get("/programme/programme-2025-2030"))
    visitor.get("/programme/programme-2025-2030/passport")


def test_the_page_costs_the_same_for_one_programme_and_for_two(app, visitor, statements):
    load(SMALL)
    db.session.commit()
    costs = []
    for _time in range(2):
        visitor.get("/programme/programme-2025-2030")
        statements.clear()
        visitor.get("/programme/programme-2025-2030")
        costs.append(len(statements))
        if _time == 0:
            service.load_programme(DOCUMENT, municipality=municipality_of_page(), actor=None, now=app.config["CLOCK"]())
            db.session.commit()
    assert costs[0] == costs[1]


@pytest.mark.parametrize("address", ["/programme/none", "/programme/%00", "/programme/none/passport"])
def test_no_such_programme_is_404(app, visitor, address):
    make_municipality()
    db.session.commit()
    visitor.get(address, code=404)


def test_without_a_programme_the_page_says_so(app, visitor):
    assert "ещё не загружена" in said(visitor.get("/programme"))
