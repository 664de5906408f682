"""Pages of the decision, for the office and for everybody."""

import json
import subprocess
import sys
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader

from tests.features.decisions.test_service import AFTER_SCORING, World
from tests.make import make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.features.decisions import queries, service
from tosportal.support.db import db

RESULTS_QUERIES = 10
SESSION_FORM = {
    "number": "2",
    "held_on": "2026-04-10",
    "place": "Администрация",
    "members": "5",
    "present": "4",
}


@pytest.fixture
def world(app, clock) -> World:
    clock.at = AFTER_SCORING
    world = World([10, 9, 8, 8, 7, 7, 3], requested="130000.00")
    db.session.commit()
    return world


def published(world: World) -> None:
    decision = world.prepare()
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    db.session.commit()


def test_from_the_form_of_the_meeting_to_the_published_page(app, world, visitor):
    office = f"/office/contests/{world.contest.slug}/ranking"
    secretary, chair = Browser(app, world.secretary), Browser(app, world.chair)
    assert "Подготовить решение" in said(secretary.get(office))
    done = secretary.post(f"/office/contests/{world.contest.slug}/decision", SESSION_FORM)
    assert "ждёт председателя" in said(done)
    assert "71 486,76 ₽" in said(done)
    secretary.post(f"/office/contests/{world.contest.slug}/decision/1/approve", code=403)
    assert "Утвердить решение на 721 486,76 ₽" in said(chair.get(office))
    visitor.get(f"/contests/{world.contest.slug}/results", code=404)
    chair.post(f"/office/contests/{world.contest.slug}/decision/1/approve")
    page = said(secretary.post(f"/office/contests/{world.contest.slug}/decision/1/publish"))
    for words in ("721 486,76 ₽", "708 500,00 ₽", "12 986,76 ₽", "Поддержан частично", "Ниже проходного балла"):
        assert words in page
    assert said(visitor.get(f"/contests/{world.contest.slug}/results")).count("130 000,00 ₽") >= 5
    assert "Пункты" not in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "", "Напишите номер протокола"),
        ("held_on", "вчера", "Not a valid date value"),
        ("place", "a\x00b", "служебные знаки"),
        ("members", "-3", "от 1 до 500"),
        ("members", "много", "Not a valid integer"),
        ("present", "9", "не может больше"),
        ("present", "2", "Кворума нет"),
        ("place", "я" * 300, ""),
    ],
)
def test_a_bad_meeting_is_answered_next_to_the_field_and_kept(app, world, field, value, words):
    answer = Browser(app, world.secretary).post(
        f"/office/contests/{world.contest.slug}/decision", SESSION_FORM | {field: value}, code=422
    )
    assert queries.latest_decision(world.contest.id) is None
    assert "Администрация" in answer.get_data(as_text=True) or field == "place"
    assert words in said(answer) or words.startswith("Not a valid")


def test_somebody_elses_office_does_not_exist(app, world, visitor):
    stranger = make_secretary(make_municipality("other", "Другой район"))
    nobody = make_person()
    db.session.commit()
    address = f"/office/contests/{world.contest.slug}/ranking"
    Browser(app, stranger).get(address, code=404)
    Browser(app, nobody).get(address, code=403)
    assert visitor.client.get(address).status_code == 302


def test_every_number_unfolds_to_the_marks_it_came_from(app, world, visitor):
    published(world)
    page = said(visitor.get(f"/contests/{world.contest.slug}/results/1"))
    assert "(10 + 10 + 10) / 3 = 10,00 × 0,50 = 5,00" in page
    assert "Э1" in page
    visitor.get(f"/contests/{world.contest.slug}/results/999", code=404)


def test_the_protocol_comes_as_pdf_docx_and_json_and_verifies(app, world, visitor, tmp_path):
    published(world)
    base = f"/contests/{world.contest.slug}/protocol."
    pdf = PdfReader(BytesIO(visitor.get(base + "pdf").data))
    text = " ".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")
    word = docx.Document(BytesIO(visitor.get(base + "docx").data))
    cells = {cell.text.replace("\xa0", " ") for table in word.tables for row in table.rows for cell in row.cells}
    rows = list(db.session.scalars(queries.ranked_rows(queries.published_decision(world.contest.id).id)).unique())
    for row in rows:
        for sum_ in (row.awarded_sum, *(share.share_sum for share in row.shares)):
            if sum_:
                shown = f"{sum_:,.2f}".replace(",", " ").replace(".", ",")
                assert shown in text
                assert any(shown in cell for cell in cells)
    file = tmp_path / "protocol.json"
    file.write_bytes(visitor.get(base + "json").data)
    command = [sys.executable, "-m", "tosportal.verify", str(file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    protocol = json.loads(file.read_text())
    protocol["results"][0]["award_sum"] = "130000.01"
    file.write_text(json.dumps(protocol))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("marks", [[10], [10, 9, 8, 7]])
def test_the_results_page_costs_ten_queries_for_any_number_of_rows(app, clock, statements, marks):
    clock.at = AFTER_SCORING
    world = World(marks)
    published(world)
    statements.clear()
    Browser(app).get(f"/contests/{world.contest.slug}/results")
    assert len(statements) == RESULTS_QUERIES


def test_the_pages_speak_english(app, world):
    published(world)
    english = Browser(app, language="en")
    assert english.get(f"/contests/{world.contest.slug}/results").status_code == 200
    assert "RUB 721,486.76" in said(english.get(f"/contests/{world.contest.slug}/results"))
