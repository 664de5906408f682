"""A higher pass mark for larger requests (60, 65, 68, 70 of 100 by the sum)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.test_procedures import jury
from tests.make import regulation_with
from tests.make_decision import entry
from tosportal.domain.awarding import AwardingRule, award
from tosportal.domain.criteria import Criterion
from tosportal.domain.ranking import rank
from tosportal.domain.regulation import regulation_from_json, to_json
from tosportal.domain.scoring import PassMark, ScoringRule, check_scoring
from tosportal.domain.scoring.words import threshold_words

D = Decimal
MARKS = ((D("500000.00"), D(65)), (D("3000000.00"), D(68)), (D("10000000.00"), D(70)))
RULE = ScoringRule("weighted_mean", pass_total=D(60), pass_by_sum=tuple(PassMark(*one) for one in MARKS))


@pytest.mark.parametrize(
    ("asked", "total", "passes"),
    [
        ("500000.00", "60.00", True), ("500000.00", "59.99", False),
        ("500000.01", "64.99", False), ("500000.01", "65.00", True),
        ("3000000.00", "65.00", True), ("3000000.01", "67.99", False), ("3000000.01", "68.00", True),
        ("10000000.00", "68.00", True), ("10000000.01", "69.99", False), ("10000000.01", "70.00", True),
        (None, "60.00", True),
    ],
)  # fmt: skip
def test_the_mark_follows_the_sum_edges_included(asked, total, passes):
    one = entry("a1", total, requested_sum=None if asked is None else D(asked))
    one = replace(one, total=replace(one.total, rule=RULE))
    (row,) = rank([one], RULE, by_nomination=False, nominations=["n1"])
    assert row.has_passed is passes


def test_a_better_total_may_fall_out_and_a_worse_one_win():
    large = entry("a1", "64.00", requested_sum=D("600000.00"))
    small = entry("a2", "61.00", requested_sum=D("100000.00"))
    both = [replace(one, total=replace(one.total, rule=RULE)) for one in (large, small)]
    rows = rank(both, RULE, by_nomination=False, nominations=["n1"])
    found = award(rows, AwardingRule("walk"), {"local": D("900000.00")}, prizes={}, grants_per_tos=None)
    assert [(one.outcome, one.cause) for one in found.rows] == [("below_pass", "below_pass"), ("winner", "")]


def test_words_checks_and_json():
    assert [str(one) for one in threshold_words(RULE)][1:3] == [
        "Если запрошено больше 500\xa0000,00\xa0₽, проходной балл — 65.",
        "Если запрошено больше 3\xa0000\xa0000,00\xa0₽, проходной балл — 68.",
    ]
    assert ScoringRule.from_json(RULE.to_json()) == RULE
    assert "pass_by_sum" not in ScoringRule("weighted_mean").to_json()
    whole = regulation_from_json(regulation_with(scoring=RULE.to_json()))
    assert regulation_from_json(to_json(whole)) == whole
    criteria = [Criterion.from_json(jury("k1"))]
    turned = replace(RULE, pass_total=None, pass_by_sum=RULE.pass_by_sum[::-1])
    found = {str(one) for one in check_scoring(turned, criteria)}
    assert "Суммы, с которых проходной балл другой, идут по возрастанию и больше нуля" in found
    assert any(one.startswith("Проходной балл 65 недостижим") for one in found)
