"""The public page of the programme."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import tosportal
from tests.conftest import NOW
from tests.features.programmes.test_service import DOCUMENT, SMALL, load
from tests.make import make_municipality
from tests.pages import said
from tosportal.domain.money import format_roubles, format_thousands
from tosportal.domain.programme_tables.numbers import plain
from tosportal.features.programmes import service
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db
from tosportal.support.documents.readers import read_source

KIROVO = yaml.safe_load(
    (Path(tosportal.__file__).parent / "sample" / "programme-kirovo-chepetsk-2020-2030.yaml").read_text(
        encoding="utf-8"
    )
)


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
    assert "Мероприятий этой задачи в документе нет" in said(visitor.get("/programme/programme-2025-2030"))
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


def test_a_programme_without_activities_shows_what_its_document_states(app, visitor, statements):
    """Kirovo-Chepetsk: money 2020–2027 by source, eleven indicators to 2028–2030, their formulas, as in the seed."""
    load()
    data = KIROVO
    service.load_programme(data, municipality=make_municipality(code="town", name="Город"), actor=None, now=NOW)
    db.session.commit()
    index = said(visitor.get("/programme"))
    assert "Город, 2020 – 2030" in index, "the way to a programme of another municipality"
    assert index.index("Развитие и поддержка") < index.index("Профилактика терроризма")
    visitor.get("/programme/safety-2020-2030")
    statements.clear()
    page = said(visitor.get("/programme/safety-2020-2030"))
    assert len(statements) <= 12
    assert "165 590 800,00 ₽" in page, "what the years of the document make"
    for year, row in data["funding"]["by_year"].items():
        words = [f"{year} год"]
        for source in ("municipal", "regional", "extrabudget", "total"):
            cell = row[source]
            words += [format_roubles(Decimal(cell["rub"])), format_thousands(Decimal(cell["rub"]))] if cell else ["—"]
        assert plain(" ".join(words)) in page, words
    assert "2028–2030 годы - планирование бюджетных ассигнований" in page.replace("\u2011", "-")
    assert len(data["indicators"]) == 11
    for one in data["indicators"]:
        shown = [one["targets"][year]["printed"] for year in (*map(str, range(2023, 2028)), "2028-2030")]
        assert plain(f"{one['number']}. {one['name']} {one['unit_printed']} {' '.join(shown)}") in page, one["id"]
        if one["methodology"]:
            assert plain(one["methodology"]["formula_printed"]) in page
            for variable in one["methodology"]["variables"]:
                assert plain(f"{variable['symbol_printed']} — {variable['name']}") in page


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_everybody_takes_the_programme_as_a_file(app, visitor, form):
    programme = load()
    db.session.commit()
    page = visitor.get("/programme/tos-2024-2026")
    address = f"/programme/{programme.slug}/editions/1.{form}"
    assert address in page.get_data(as_text=True)
    answer = visitor.get(address)
    assert f"tos-2024-2026-1.{form}" in answer.headers["Content-Disposition"]
    paper = read_source(answer.get_data(), f"paper.{form}")
    assert [(one.height, one.width) for one in paper.tables] == [(10, 2), (12, 8), (84, 9), (8, 6)]
    for wrong in (f"/programme/tos-2024-2026/editions/2.{form}", f"/programme/none/editions/1.{form}"):
        visitor.get(wrong, code=404)
