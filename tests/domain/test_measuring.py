"""What is measured in an application."""

from fractions import Fraction

import pytest

from tests.make import ANSWERS, regulation_with
from tosportal.domain.measuring import measured_values
from tosportal.domain.regulation import regulation_from_json

REGULATION = regulation_from_json(regulation_with())


def test_the_own_share_is_exact_and_in_per_cent():
    assert measured_values(REGULATION, "n1", ANSWERS) == {"k3": Fraction(18000, 90000) * 100}


@pytest.mark.parametrize("answers", [{}, {"budget": {}}, {"budget": {"items": "garbage"}}, {"budget": {"items": []}}])
def test_what_is_missing_measures_as_nothing(answers):
    assert measured_values(REGULATION, "n1", answers) == {"k3": 0}


def test_a_number_of_the_form_is_measured():
    definition = regulation_with()
    definition["form"]["sections"][0]["fields"].append(
        {"code": "years", "label": "Стаж", "kind": "integer", "required": True, "min": "0", "max": "60"}
    )
    definition["criteria"][2]["value"] = "field:years"
    regulation = regulation_from_json(definition)
    assert measured_values(regulation, "n1", {"applicant": {"years": "7"}}) == {"k3": 7}
    assert measured_values(regulation, "n1", {"applicant": {"years": "семь"}}) == {"k3": 0}
