"""Trying a score sheet on: marks are counted and checked as a juror's, and nothing is written."""

import pytest
from sqlalchemy import func, select

from tests.domain.test_regulation_schema import rich
from tests.features.contests.test_routes import desk, district, form_of  # noqa: F401
from tests.make import REGULATION, make_contest, regulation_with
from tests.pages import said
from tosportal.features.jury.models import Mark, ScoreSheet
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

ADDRESS = "/office/contests/c/try-sheet"
MARKED = [one for one in REGULATION["criteria"] if one.get("kind", "jury_mark") == "jury_mark"]


@pytest.fixture
def draft(district):  # noqa: F811
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    return contest


def rows() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(one)) for one in (Mark, ScoreSheet, JournalEntry)]


def test_marks_are_counted_checked_and_not_written(desk, draft):  # noqa: F811
    before = rows()
    page = desk.get(ADDRESS)
    words = said(page)
    assert "Это примерка" in words
    assert "Выдуманная заявка" in words
    assert all(one["name"] in words for one in REGULATION["criteria"])
    assert f"0 из {len(MARKED)}" in words
    page = desk.post(ADDRESS, {**form_of(page), "check": "1"}, code=422)
    assert f"Поставьте оценку: «{MARKED[0]['name']}»" in said(page)
    data = {f"mark-{one['code']}": one["max"] for one in MARKED}
    words = said(desk.post(ADDRESS, {**data, "check": "1"}))
    highest = sum(float(one["weight"]) * float(one["max"]) for one in MARKED)
    assert f"{highest:.2f}".replace(".", ",") in words
    assert "Такой лист можно подписать" in words
    page = desk.post(ADDRESS, {**data, f"mark-{MARKED[0]['code']}": "много"}, code=422)
    assert "много" in page.get_data(as_text=True) or "Ошибка:" in said(page)
    low = desk.post(ADDRESS, {**data, f"mark-{MARKED[0]['code']}": "0", "check": "1"}, code=422)
    assert "Объясните низкую оценку" in said(low)
    assert rows() == before


def test_a_juror_does_not_see_personal_answers_here_either(desk, draft):  # noqa: F811
    words = said(desk.get(ADDRESS))
    assert "Личные данные заявителей экспертам не показываются" in words
    assert "Примерова" not in words


def test_drafts_of_any_kind_are_tried_without_a_fall(desk, visitor, district):  # noqa: F811
    made_of = {
        "every": rich(),
        "bare": regulation_with(criteria=[], form={"sections": []}, scoring={**REGULATION["scoring"], "ties": []}),
        "none": regulation_with(nominations=[], criteria=[], scoring={**REGULATION["scoring"], "ties": []}),
    }
    for slug, data in made_of.items():
        make_contest(district, slug, data, announced=False)
    db.session.commit()
    for slug in made_of:
        for page in ("try-sheet", "try", "notice"):
            desk.get(f"/office/contests/{slug}/{page}")
    assert "Критериев пока нет" in said(desk.get("/office/contests/bare/try-sheet"))
    assert "Выдуманная заявка" not in said(visitor.get("/office/contests/bare/try-sheet"))
    desk.get("/office/contests/other/try-sheet", code=404)
