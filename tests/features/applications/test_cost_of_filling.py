"""What filling in costs the database: the same for one line of a budget and for a hundred."""

import pytest

from tests.features.applications.test_routes import begin, flat, hidden
from tests.features.applications.test_service import Case
from tests.make import ANSWERS
from tests.pages import Browser
from tosportal.domain.budget import parse_budget

MOST = 12


def lines(count: int) -> list[dict[str, str]]:
    return [ANSWERS["budget"]["items"][0] | {"name": f"Качели {number}"} for number in range(count)]


@pytest.fixture
def costs(app, statements):
    """How many statements the autosave of a budget of so many lines sends, and how many its page."""
    case = Case()
    browser = Browser(app, case.person)
    address = f"/applications/{begin(browser, case)}/sections/budget"

    def ask(count: int) -> tuple[int, int]:
        for price in ("40000", "41000"):  # the second is a change of what is there, like all that follow
            revision = hidden(browser.get(address), "revision")
            form = flat({"items": [line | {"price": price} for line in lines(count)]}) | {"revision": revision}
            statements.clear()
            answer = browser.client.post(address, data=form, headers={"X-Requested-With": "autosave"})
            assert answer.json["is_new"] is True
        saving = sum("pg_advisory" not in one for one in statements)  # PostgreSQL alone waits for the journal so
        statements.clear()
        assert f"Качели {count - 1}" in browser.get(address).text
        return saving, len(statements)

    return ask


def test_a_budget_of_a_hundred_lines_costs_as_many_statements_as_one(costs):
    one, many = costs(1), costs(100)
    assert many == one
    assert 0 < max(many) <= MOST, many


def test_a_line_that_was_read_before_is_not_read_again():
    first, _ = parse_budget(lines(3))
    again, _ = parse_budget([*lines(2), lines(3)[2] | {"price": "1"}])
    assert [one is other for one, other in zip(first.lines, again.lines, strict=True)] == [True, True, False]
    assert again.lines[2].amount != first.lines[2].amount
