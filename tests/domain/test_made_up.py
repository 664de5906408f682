"""A made-up application goes through the very checks that a real one meets."""

from zoneinfo import ZoneInfo

import pytest

from tests.domain.test_regulation import SLUGS, regulation
from tests.domain.test_regulation_schema import rich
from tests.make import REGULATION
from tosportal.domain.form_definition import check_section, made_up_answers
from tosportal.domain.regulation import regulation_from_json

ZONE = ZoneInfo("Asia/Novosibirsk")
ALL = [*(regulation(slug) for slug in SLUGS), regulation_from_json(REGULATION), regulation_from_json(rich())]


@pytest.mark.parametrize("found", ALL, ids=[*SLUGS, "of-tests", "every-kind"])
def test_made_up_answers_pass_the_check_of_sending(found):
    assert found.sections
    window, limits = found.plan_window(ZONE), found.limits.for_budget
    for section in found.sections:
        answers = made_up_answers(section, limits, window)
        remarks = check_section(section, answers, final=True, budget_limits=limits, plan_window=window)
        assert [f"{one.place}: {one}" for one in remarks] == []
