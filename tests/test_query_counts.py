"""The heaviest pages cost the same number of queries for 3 rows and for 1,000, and at most 10."""

import pytest
from sqlalchemy import func, select

from bench.rows import add_contests, add_toses
from tests.pages import Browser, said
from tosportal import demo
from tosportal.demo.people import CHAIR, JURORS, SECRETARY
from tosportal.demo.stages import Stage
from tosportal.features.accounts.queries import person_by_email
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.registry.models import Tos
from tosportal.support.db import db

SLUG = "change-the-world"
FEW, MANY, MOST = 3, 1000, 10

# Stage → page → who looks.
PAGES = {
    Stage.PUBLISHED: {
        "/tos": None,
        "/contests": None,
        "/results": None,
        f"/contests/{SLUG}/results": None,
        f"/office/contests/{SLUG}/ranking": SECRETARY,
        f"/office/contests/{SLUG}/ranking?who=chair": CHAIR,
        f"/office/contests/{SLUG}/applications": SECRETARY,
        "/programme/tos-2024-2026/dashboard": None,
        "/office/tos": SECRETARY,
        "/office/contests": SECRETARY,
    },
    Stage.ADMITTED: {
        "/jury": JURORS[0],
        f"/jury/{SLUG}": JURORS[0],
        f"/office/contests/{SLUG}/jury": SECRETARY,
        "/desk": SECRETARY,
    },
}


def counted(app, statements: list[str], stage: Stage, rows: int) -> dict[str, int]:
    """How many statements each page sends on a database of this size."""
    db.session.remove()
    demo.load(stage, applications=rows)
    if rows == MANY:
        add_toses(MANY)
        add_contests(SLUG, MANY)
    contest_id = db.session.scalars(select(Contest.id).where(Contest.slug == SLUG)).one()
    assert (
        db.session.scalar(select(func.count()).select_from(Application).where(Application.contest_id == contest_id))
        == rows
    )
    assert db.session.scalar(select(func.count()).select_from(Tos)) >= rows
    counts = {}
    for address, who in PAGES[stage].items():
        browser = Browser(app, person_by_email(who.email) if who else None)
        browser.get(address)  # caches are warm, and the page is one
        statements.clear()
        page = browser.get(address)
        counts[address] = len(statements)
        assert page.request.path == address.partition("?")[0], f"{address}: sent to {page.request.path}"
        assert len(said(page)) > 200, address
    return counts


@pytest.mark.parametrize("stage", PAGES, ids=str)
def test_a_page_costs_the_same_for_three_rows_and_for_a_thousand(app, statements, stage):
    few = counted(app, statements, stage, FEW)
    many = counted(app, statements, stage, MANY)
    assert many == few, "queries grow with the rows"
    assert {address: count for address, count in few.items() if count > MOST} == {}, few
    assert all(few.values())
