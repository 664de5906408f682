"""Funds of nominations and groups within the fund of a contest: never exceeded, to the kopeck."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_awarding import CUT, SAME, SKIP, STOP, rules, sums
from tests.make_decision import entry
from tosportal.domain.awarding import COMMISSION, Awarding, AwardingRule, award, part_sums
from tosportal.domain.awarding_check import verify_awarding, verify_sums
from tosportal.domain.errors import RuleBroken
from tosportal.domain.named_sums import NamedSum, with_named_sums
from tosportal.domain.part_funds import PartFund
from tosportal.domain.ranking import RankedRow

D = Decimal
YARDS = PartFund("Дворы", D("50000.00"), nomination="n1")
SMALL = PartFund("До 125 жителей", D("30000.00"), group="small")


def row(number: int, asked: str | Decimal | None, nomination: str = "n1", group: str | None = None, place: int = 0):
    asked = None if asked is None else D(asked)
    one = entry(f"a{number}", "5.00", requested_sum=asked, tos_code=f"t{number}")
    return RankedRow(replace(one, nomination=nomination, group=group), "", place or number, True)


def walk(rows: list[RankedRow], rule: AwardingRule, funds: list[PartFund], fund: str = "100000.00") -> Awarding:
    found = award(rows, rule, {"local": D(fund)}, prizes={}, grants_per_tos=None, funds=funds)
    assert verify_awarding(found, rule, prizes={}, grants_per_tos=None, funds=funds) == []
    return found


def said(awarding: Awarding) -> list[tuple[str, str, str]]:
    return [(one.outcome, str(one.award_sum), str(one.reason or "")) for one in awarding.rows]


def test_a_nomination_whose_fund_is_spent_stops_and_the_others_go_on():
    rows = [row(1, "30000"), row(2, "20000"), row(3, "10000"), row(4, "40000", "n2"), row(5, "20000", "n2")]
    found = walk(rows, STOP, [YARDS])
    assert said(found) == [
        ("winner", "30000.00", ""),
        ("winner", "20000.00", ""),
        ("reserve", "0.00", "Средства «Дворы» закончились"),
        ("winner", "40000.00", ""),
        ("reserve", "0.00", "Запрошено 20\xa0000,00\xa0₽, а в фонде осталось 10\xa0000,00\xa0₽"),
    ]
    assert [(str(one.awarded_sum), str(one.left_sum)) for one in part_sums(found.rows, [YARDS])] == [
        ("50000.00", "0.00")
    ]
    assert str(found.remainder_sum) == "10000.00"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CUT, [("winner", "20000.00"), ("partial", "30000.00"), ("reserve", "0.00"), ("winner", "45000.00")]),
        (SKIP, [("winner", "20000.00"), ("reserve", "0.00"), ("winner", "10000.00"), ("winner", "45000.00")]),
        (STOP, [("winner", "20000.00"), ("reserve", "0.00"), ("reserve", "0.00"), ("winner", "45000.00")]),
    ],
)  # fmt: skip
def test_where_a_request_does_not_fit_into_the_fund_of_its_nomination(rule, expected):
    rows = [row(1, "20000"), row(2, "40000"), row(3, "10000"), row(4, "45000", "n2")]
    found = walk(rows, rule, [YARDS])
    assert [(one.outcome, str(one.award_sum)) for one in found.rows] == expected
    words = str(found.rows[1].reason)
    assert "в средствах «Дворы» остав" in words or "в средствах «Дворы» осталось 30\xa0000,00\xa0₽" in words


def test_the_contest_runs_out_before_the_nomination():
    found = walk([row(1, "40000", "n2"), row(2, "30000")], CUT, [YARDS], fund="70000.00")
    assert [one.outcome for one in found.rows] == ["winner", "winner"]
    found = walk([row(1, "40000", "n2"), row(2, "40000")], CUT, [YARDS], fund="75000.00")
    assert said(found)[1][:2] == ("partial", "35000.00")
    assert "в фонде оставалось" in said(found)[1][2]


def test_a_group_and_a_nomination_at_once():
    rows = [row(1, "25000", group="small"), row(2, "10000", "n2", "small"), row(3, "25000", group="big")]
    found = walk(rows, SKIP, [YARDS, SMALL])
    assert [str(one.award_sum) for one in found.rows] == ["25000.00", "0.00", "25000.00"]
    both = PartFund("Дворы малых", D("24999.99"), "n1", "small")
    assert str(walk(rows, SKIP, [both]).rows[0].award_sum) == "0.00"


def test_equal_rows_vote_only_over_a_purse_that_they_share():
    equal = [row(1, "40000", place=1), row(2, "40000", "n2", place=1)]
    assert [one.outcome for one in walk(equal, STOP, [YARDS]).rows] == ["winner", "winner"]
    with pytest.raises(RuleBroken, match=r"a1, a2 равны по всем правилам.*осталось 50\xa0000,00"):
        walk([row(1, "40000", place=1), row(2, "40000", place=1)], STOP, [YARDS])
    # The second can have 50 000 of its nomination at most: there is enough for both.
    cut = [row(1, "50000", "n2", place=1), row(2, "60000", place=1)]
    assert [str(one.award_sum) for one in walk(cut, CUT, [YARDS]).rows] == ["50000.00", "50000.00"]


def test_prizes_and_named_sums_stay_within_the_fund_of_the_nomination():
    prizes = {"n1": {1: D("30000.00"), 2: D("20000.00")}}
    rows = [replace(row(1, None), group="n1"), replace(row(2, None), group="n1")]
    limits = {"prizes": prizes, "grants_per_tos": None}
    assert award(rows, SAME, {"local": D("90000")}, **limits, funds=[YARDS]).awarded_sum == D("50000.00")
    less = replace(YARDS, sum=D("49999.99"))
    with pytest.raises(RuleBroken, match="На «Дворы» нужно 50\xa0000,00\xa0₽, а в её фонде 49\xa0999,99\xa0₽"):
        award(rows, SAME, {"local": D("90000")}, **limits, funds=[less])
    rule = replace(SKIP, sums_by=COMMISSION)
    found = walk([row(1, "30000"), row(2, "30000")], rule, [YARDS])
    named = [NamedSum("a1", D("30000.00"), "Акт"), NamedSum("a2", D("20000.00"), "Акт")]
    assert with_named_sums(found, rule, named, [YARDS]).awarded_sum == D("50000.00")
    with pytest.raises(RuleBroken, match="На «Дворы» нужно"):
        with_named_sums(found, rule, named, [less])


def test_the_checker_sees_a_fund_that_is_exceeded():
    found = walk([row(1, "40000"), row(2, "10000", "n2")], STOP, [YARDS])
    assert "Награды «Дворы» больше её фонда" in str(verify_sums(found, [replace(YARDS, sum=D("39999.99"))])[0])
    rule = replace(STOP, last="cut")
    spoilt = replace(found.rows[0], outcome="partial", award_sum=D("39999.99"), split={"local": D("39999.99")})
    remarks = verify_awarding(
        replace(found, rows=(spoilt, found.rows[1])), rule, prizes={}, grants_per_tos=None, funds=[YARDS]
    )
    assert "Частичная поддержка не отвечает положению" in "; ".join(str(one) for one in remarks)


@given(
    st.lists(
        st.tuples(sums, st.sampled_from(["n1", "n2", "n3"]), st.sampled_from(["small", "big"]), st.booleans()),
        max_size=14,
    ),
    rules,
    st.lists(st.integers(0, 90_000_00).map(lambda kopecks: D(kopecks) / 100), min_size=1, max_size=3),
    st.lists(
        st.builds(
            PartFund,
            st.just("часть"),
            st.integers(0, 60_000_00).map(lambda kopecks: D(kopecks) / 100),
            st.sampled_from(["", "n1", "n2"]),
            st.sampled_from(["", "small", "big"]),
        ),
        max_size=4,
    ),
)
def test_no_fund_is_ever_exceeded_and_every_kopeck_is_somewhere(asked, rule, sources, funds):
    ranking, place = [], 1
    for number, (money, nomination, group, is_next) in enumerate(asked, 1):
        place = number if is_next else place
        ranking.append(row(number, money, nomination, group, place))
    fund = {f"s{index}": value for index, value in enumerate(sources)}
    refusal = ""
    try:
        found = award(ranking, rule, fund, prizes={}, grants_per_tos=None, funds=funds)
    except RuleBroken as error:
        refusal = str(error)
    if refusal:
        assert "нужно голосование" in refusal
        assert len({one.place for one in ranking}) < len(ranking)
        return
    assert verify_awarding(found, rule, prizes={}, grants_per_tos=None, funds=funds) == []
    awarded = sum((one.award_sum for one in found.rows), D(0))
    assert awarded <= sum(sources)
    assert awarded + found.remainder_sum == sum(sources)
    for one in part_sums(found.rows, funds):
        assert 0 <= one.awarded_sum <= one.fund.sum
        assert one.left_sum + one.awarded_sum == one.fund.sum
    for one in found.rows:
        assert sum((one.split or {}).values()) == one.award_sum == one.award_sum.quantize(D("0.01"))
