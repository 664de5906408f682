"""Trying a form on: filled in as an activist would, checked as at sending, and nothing is written anywhere."""

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.contests.test_routes import desk, district, form_of  # noqa: F401
from tests.make import REGULATION, make_contest, regulation_with
from tests.pages import said
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.features.contests import service
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

ADDRESS = "/office/contests/c/try"
SECTIONS = REGULATION["form"]["sections"]


@pytest.fixture
def draft(district):  # noqa: F811
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    return contest


def rows() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(one)) for one in
            (Application, ApplicationSection, JournalEntry)]  # fmt: skip


def test_every_section_is_tried_checked_as_at_sending_and_nothing_is_written(desk, draft):  # noqa: F811
    before = rows()
    page = desk.get(ADDRESS)
    assert "Это примерка" in said(page)
    assert f"Раздел 1 из {len(SECTIONS)}" in said(page)
    refused = desk.post(ADDRESS, {**form_of(page), ".go": ".send"})
    assert "Портал не принял бы заявку" in said(refused)
    page = desk.post(ADDRESS, {**form_of(page), ".fill": "1"})
    page = desk.post(ADDRESS, {**form_of(page), ".go": SECTIONS[1]["code"]})
    assert f"Раздел 2 из {len(SECTIONS)}" in said(page)
    assert "Такую заявку портал принял бы" in said(desk.post(ADDRESS, {**form_of(page), ".go": ".send"}))
    assert rows() == before


def test_what_was_typed_is_carried_from_section_to_section_and_back(desk, draft):  # noqa: F811
    words = 'Двор "у реки" & <b>%(x)s</b>'
    data = {**form_of(desk.get(ADDRESS)), "chair_name": [words]}
    page = desk.post(ADDRESS, {**data, ".go": SECTIONS[1]["code"]})
    page = desk.post(ADDRESS, {**form_of(page), "title": ["Сцена"], ".go": SECTIONS[0]["code"]})
    assert form_of(page)["chair_name"] == [words]
    page = desk.post(ADDRESS, {**form_of(page), ".go": ".send"})
    assert form_of(page)[f".{SECTIONS[1]['code']}.title"] == ["Сцена"]
    page = desk.post(ADDRESS, {**form_of(page), ".go": SECTIONS[1]["code"]})
    assert form_of(page)["title"] == ["Сцена"]


def test_row_buttons_work_without_a_script(desk, draft):  # noqa: F811
    budget = next(one for one in SECTIONS for field in one["fields"] if field["kind"] == "budget")
    page = desk.post(ADDRESS, {**form_of(desk.get(ADDRESS)), ".go": budget["code"]})
    code = next(field["code"] for field in budget["fields"] if field["kind"] == "budget")
    page = desk.post(ADDRESS, {**form_of(page), f"{code}-0-name": ["Доски"], "add": code})
    assert f"{code}-1-name" in form_of(page)
    page = desk.post(ADDRESS, {**form_of(page), f"{code}-0-quantity": ["много"], "calc": "1"})
    assert form_of(page)[f"{code}-0-quantity"] == ["много"]
    assert "input--err" in page.get_data(as_text=True)


def test_the_amendment_being_prepared_is_tried_and_nobody_else_comes_in(desk, visitor, district):  # noqa: F811
    contest = make_contest(district, "c")
    data = regulation_with()
    data["form"] = {
        "sections": [{**data["form"]["sections"][0], "title": "Новый раздел"}, *data["form"]["sections"][1:]]
    }
    service.propose_regulation(contest, regulation_from_json(data), actor=None, now=NOW)
    db.session.commit()
    assert "Новый раздел" in said(desk.get(ADDRESS))
    assert "Новый раздел" not in said(visitor.get(ADDRESS))
    desk.get("/office/contests/none/try", code=404)


def test_nonsense_and_an_empty_form_bring_nothing_down(desk, draft, district):  # noqa: F811
    make_contest(district, "bare", regulation_with(form={"sections": []}), announced=False)
    db.session.commit()
    assert "примерять нечего" in said(desk.get("/office/contests/bare/try"))
    for sent in ({".section": "none", ".go": "none"}, {".go": ".send"}, {".applicant.chair_name": "x" * 200}, {}):
        desk.post(ADDRESS + "?nomination=none", sent)
