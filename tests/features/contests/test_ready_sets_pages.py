"""A contest begun from a ready set is edited like any other: every page of the editor sent back as it came changes
nothing."""

import pytest

from tests.features.contests.test_routes import desk, district, form_of  # noqa: F401
from tests.make import make_activity
from tosportal.domain.regulation import diff_regulations
from tosportal.features.contests import queries
from tosportal.features.contests.forms import PARTS
from tosportal.support.db import db


@pytest.mark.parametrize("code", ["best-tos", "best-activist", "project-grant"])
def test_every_page_of_a_ready_set_sent_back_as_it_came_changes_nothing(desk, district, code):  # noqa: F811
    activity = make_activity(district, 2027)
    db.session.commit()
    data = form_of(desk.get(f"/office/contests/new?set={code}"))
    desk.post("/office/contests/new", {**data, "fund": f"{activity.id}:2027", "slug": "c"})
    contest = queries.contest_by_slug("c")
    before = queries.regulation_of(contest)
    pages = [part.code for part in PARTS]
    pages += [f"section-{one.code}" for one in before.sections]
    pages += [f"criterion-{one.code}" for one in before.criteria]
    for page in pages:
        address = f"/office/contests/c/edit/{page}"
        desk.post(address, form_of(desk.get(address)))
        db.session.expire_all()
        assert diff_regulations(before, queries.regulation_of(contest)) == [], page
