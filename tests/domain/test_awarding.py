"""The fund along the ranking, prizes by place, the split to the kopeck, and a checker that knows none of the code."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make_decision import FUND, entry, ranked
from tosportal.domain.awarding import Awarding, AwardingRule, award
from tosportal.domain.awarding_check import verify_awarding
from tosportal.domain.errors import RuleBroken
from tosportal.domain.ranking import RankedRow

D = Decimal
CUT = AwardingRule("walk", "cut", D("30000.00"))
SKIP = AwardingRule("walk", "skip")
STOP = AwardingRule("walk", "stop")


def walk(
    ranking: list[RankedRow], rule: AwardingRule, fund: str = "100000.00", grants_per_tos: int | None = None
) -> Awarding:
    awarding = award(ranking, rule, {"local": D(fund)}, prizes={}, grants_per_tos=grants_per_tos)
    assert verify_awarding(awarding, rule, prizes={}, grants_per_tos=grants_per_tos) == []
    return awarding


def outcomes(awarding: Awarding) -> list[tuple[str, str, str]]:
    return [(row.outcome, str(row.award_sum), row.reason_code) for row in awarding.rows]


GIVEN = ("winner", "60000.00", "")


@pytest.mark.parametrize(
    ("rule", "requests", "expected", "remainder"),
    [
        (CUT, ("60000", "50000", "10000"),
         [GIVEN, ("partial", "40000.00", "cut"), ("reserve", "0.00", "fund_spent")], "0.00"),
        (replace(CUT, partial_min=D("40000.01")), ("60000", "50000", "10000"),
         [GIVEN, ("reserve", "0.00", "below_partial_min"), ("reserve", "0.00", "after_last")], "40000.00"),
        (replace(CUT, partial_min=D("40000.00")), ("60000", "50000"), [GIVEN, ("partial", "40000.00", "cut")], "0.00"),
        (replace(CUT, partial_min=None), ("99999.99", "50000"),
         [("winner", "99999.99", ""), ("partial", "0.01", "cut")], "0.00"),
        (SKIP, ("60000", "50000", "30000", "20000", "10000"),
         [GIVEN, ("reserve", "0.00", "does_not_fit"), ("winner", "30000.00", ""),
          ("reserve", "0.00", "does_not_fit"), ("winner", "10000.00", "")], "0.00"),
        (STOP, ("60000", "50000", "30000"),
         [GIVEN, ("reserve", "0.00", "does_not_fit"), ("reserve", "0.00", "after_last")], "40000.00"),
        (STOP, ("60000", "40000", "0.01"),
         [GIVEN, ("winner", "40000.00", ""), ("reserve", "0.00", "fund_spent")], "0.00"),
        (STOP, (), [], "100000.00"),
    ],
)  # fmt: skip
def test_walk(
    rule: AwardingRule, requests: tuple[str, ...], expected: list[tuple[str, str, str]], remainder: str
) -> None:
    awarding = walk(ranked(*requests), rule)
    assert outcomes(awarding) == expected
    assert str(awarding.remainder_sum) == remainder
    assert awarding.awarded_sum + awarding.remainder_sum == D("100000.00")


def test_below_the_pass_mark_nothing_is_given_although_money_is_left() -> None:
    awarding = walk(ranked("60000", "10000", passed=1), SKIP)
    assert outcomes(awarding) == [GIVEN, ("below_pass", "0.00", "below_pass")]
    assert str(awarding.rows[1].reason) == "Итог ниже проходного балла"


def test_a_tos_with_its_grant_is_passed_by_and_says_so() -> None:
    ranking = ranked("60000", "10000", "20000", a1="x", a2="x")
    awarding = walk(ranking, STOP, grants_per_tos=1)
    assert outcomes(awarding) == [GIVEN, ("not_awarded", "0.00", "tos_limit"), ("winner", "20000.00", "")]
    assert str(awarding.rows[1].reason) == "У этого ТОС уже наибольшее число грантов в конкурсе: 1"
    assert awarding.rows[1].ranked.place == 2
    assert [row.outcome for row in walk(ranking, STOP, grants_per_tos=2).rows] == ["winner"] * 3


def test_reasons_name_the_sums() -> None:
    cut = walk(ranked("60000", "50000"), CUT)
    assert str(cut.rows[1].reason) == (
        "Поддержана частично: запрошено 50\xa0000,00\xa0₽, в фонде оставалось 40\xa0000,00\xa0₽"
    )
    assert cut.rows[0].reason is None
    stop = walk(ranked("60000", "50000", "1"), STOP)
    assert str(stop.rows[2].reason) == "Распределение закончено на заявке a2: на неё не хватило средств"


def sharing(*requests: str) -> list[RankedRow]:
    return [replace(row, place=1) for row in ranked(*requests)]


def test_equal_rows_are_all_funded_or_the_commission_votes() -> None:
    assert [row.outcome for row in walk(sharing("60000", "40000"), STOP).rows] == ["winner", "winner"]
    with pytest.raises(RuleBroken, match=r"a1, a2 равны по всем правилам.*нужно голосование"):
        walk(sharing("60000", "40000.01"), CUT)
    for rule in (SKIP, STOP, replace(CUT, partial_min=D("100000.01"))):
        assert [row.outcome for row in walk(sharing("100000.01", "100000.02"), rule).rows] == ["reserve", "reserve"]
    same_tos = [replace(row, place=1) for row in ranked("10000", "20000", a1="x", a2="x")]
    with pytest.raises(RuleBroken, match="нужно голосование"):
        walk(same_tos, STOP, grants_per_tos=1)


@pytest.mark.parametrize("requested", [None, D(0), D("-5.00")])
def test_a_request_without_a_sum_is_refused(requested: Decimal | None) -> None:
    row = RankedRow(entry("a1", "5.00", requested_sum=requested), "", 1, True)
    with pytest.raises(RuleBroken, match="не указана запрашиваемая сумма"):
        walk([row], STOP)


def test_the_programmes_fund_is_split_as_in_domain_11_1() -> None:
    requests = ("120000.00", "95333.33", "150000.01", "356153.42")
    awarding = award(ranked(*requests), CUT, FUND, prizes={}, grants_per_tos=1)
    assert verify_awarding(awarding, CUT, prizes={}, grants_per_tos=1) == []
    assert str(awarding.remainder_sum) == "0.00"
    assert awarding.totals_by_source == FUND
    table = [(row.split or {}) for row in awarding.rows]
    assert [sum(row.values()) for row in table] == [D(asked) for asked in requests]
    for row, (regional, local) in zip(
        table,
        [("117840.00", "2160.00"), ("93617.33", "1716.00"), ("147300.01", "2700.00"), ("349742.66", "6410.76")],
        strict=True,
    ):
        assert abs(row["regional"] - D(regional)) <= D("0.01")
        assert abs(row["local"] - D(local)) <= D("0.01")
        assert row["extrabudget"] == 0


PRIZES = {"n1": {1: D("10000.00"), 2: D("7000.00"), 3: D("5000.00")}}
SAME = AwardingRule("prizes", shared="same_prize")
SPLIT = AwardingRule("prizes", shared="split_sum")


def podium(*places: int, passed: int = 99) -> list[RankedRow]:
    return [
        RankedRow(entry(f"a{index}", "5.00", requested_sum=None), "n1", place, index <= passed)
        for index, place in enumerate(places, 1)
    ]


@pytest.mark.parametrize(
    ("rule", "places", "sums"),
    [
        (SAME, (1, 2, 3, 4), ["10000.00", "7000.00", "5000.00", "0.00"]),
        (SAME, (1, 1, 3), ["10000.00", "10000.00", "5000.00"]),
        (SPLIT, (1, 2, 3, 4), ["10000.00", "7000.00", "5000.00", "0.00"]),
        (SPLIT, (1, 1, 3), ["8500.00", "8500.00", "5000.00"]),
        (SPLIT, (1, 2, 2, 2), ["10000.00", "4000.00", "4000.00", "4000.00"]),
        (SPLIT, (1, 1, 1), ["7333.34", "7333.33", "7333.33"]),
        (SPLIT, (1, 2, 3, 3), ["10000.00", "7000.00", "2500.00", "2500.00"]),
        (SAME, (), []),
    ],
)
def test_prizes(rule: AwardingRule, places: tuple[int, ...], sums: list[str]) -> None:
    awarding = award(podium(*places), rule, {"local": D("40000.00")}, prizes=PRIZES, grants_per_tos=None)
    assert [str(row.award_sum) for row in awarding.rows] == sums
    assert verify_awarding(awarding, rule, prizes=PRIZES, grants_per_tos=None) == []
    assert awarding.remainder_sum == D("40000.00") - sum(map(D, sums))


def test_no_prize_for_the_place_or_below_the_pass_mark() -> None:
    awarding = award(podium(1, 2, 3, 4, passed=1), SAME, {"local": D("40000")}, prizes=PRIZES, grants_per_tos=None)
    assert [row.outcome for row in awarding.rows] == ["winner", "below_pass", "below_pass", "below_pass"]
    awarding = award(podium(1, 2, 3, 4), SAME, {"local": D("40000")}, prizes=PRIZES, grants_per_tos=None)
    assert str(awarding.rows[3].reason) == "За место 4 приз не предусмотрен"


def test_prizes_never_exceed_the_fund() -> None:
    with pytest.raises(RuleBroken, match="Призы составляют 25\xa0000,00\xa0₽, а в фонде 24\xa0999,99\xa0₽"):
        award(podium(1, 1, 3), SAME, {"local": D("24999.99")}, prizes=PRIZES, grants_per_tos=None)


def test_json_and_back() -> None:
    for rule in (CUT, SKIP, STOP, SAME, SPLIT):
        assert AwardingRule.from_json(rule.to_json()) == rule
    for broken in ({}, {"method": "lot"}, {"method": "walk", "last": "all"}, {"method": "prizes", "shared": "x"}):
        with pytest.raises(RuleBroken):
            AwardingRule.from_json(broken)


sums = st.integers(1, 30_000_00).map(lambda kopecks: D(kopecks) / 100)
rules = st.builds(
    AwardingRule,
    st.just("walk"),
    st.sampled_from(["cut", "skip", "stop"]),
    st.one_of(st.none(), sums),
)


@given(
    st.lists(st.tuples(sums, st.integers(0, 4), st.integers(0, 3)), max_size=12),
    rules,
    st.lists(st.integers(0, 90_000_00).map(lambda kopecks: D(kopecks) / 100), min_size=1, max_size=3),
    st.sampled_from([None, 1, 2]),
    st.integers(0, 12),
)
def test_every_walk_keeps_every_constraint(
    rows: list[tuple[Decimal, int, int]],
    rule: AwardingRule,
    sources: list[Decimal],
    grants_per_tos: int | None,
    passed: int,
) -> None:
    place, ranking = 1, []
    for index, (asked, tos, step) in enumerate(rows, 1):
        place = index if step else place
        ranking.append(
            RankedRow(entry(f"a{index}", "5", requested_sum=asked, tos_code=f"t{tos}"), "", place, place <= passed)
        )
    fund = {f"s{index}": value for index, value in enumerate(sources)}
    try:
        awarding = award(ranking, rule, fund, prizes={}, grants_per_tos=grants_per_tos)
    except RuleBroken as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert "нужно голосование" in refusal
        assert len({row.place for row in ranking}) < len(ranking)
        return
    assert [row.ranked for row in awarding.rows] == ranking
    assert verify_awarding(awarding, rule, prizes={}, grants_per_tos=grants_per_tos) == []
    assert 0 <= awarding.awarded_sum <= sum(sources)


def spoil(awarding: Awarding, index: int, **change: object) -> Awarding:
    rows = list(awarding.rows)
    rows[index] = replace(rows[index], **change)  # type: ignore[arg-type]
    return replace(awarding, rows=tuple(rows))


def test_the_checker_sees_what_was_spoilt() -> None:
    fund = {"regional": D("90000.00"), "local": D("10000.00")}
    ranking = ranked("60000", "10000", "50000", "20000", passed=3, a1="x", a2="x")
    good = award(ranking, CUT, fund, prizes={}, grants_per_tos=1)
    assert [row.outcome for row in good.rows] == ["winner", "not_awarded", "partial", "below_pass"]

    def remarks(awarding: Awarding, rule: AwardingRule = CUT, limit: int | None = 1) -> str:
        return "; ".join(str(one) for one in verify_awarding(awarding, rule, prizes={}, grants_per_tos=limit))

    assert remarks(good) == ""
    moved = {"regional": D("53999.99"), "local": D("6000.01")}
    assert "Источник regional не сходится по столбцу" in remarks(spoil(good, 0, split=moved))
    assert "дальше копейки" in remarks(spoil(good, 0, split=moved))
    assert "не равна сумме по источникам" in remarks(spoil(good, 0, award_sum=D("59999.99")))
    assert "Сумма наград и остаток" in remarks(replace(good, remainder_sum=D("0.01")))
    assert "не отвечает проходному баллу" in remarks(spoil(good, 3, outcome="reserve"))
    assert "не отвечает её награде" in remarks(spoil(good, 0, outcome="reserve"))
    assert "обойдена без причины" in remarks(good, limit=2)
    assert "Частичная поддержка" in remarks(good, rule=STOP)
    assert "в резерве, хотя" in remarks(spoil(good, 2, outcome="reserve", award_sum=D("0.00")))
    prized = award(podium(1, 2), SAME, {"local": D("40000")}, prizes=PRIZES, grants_per_tos=None)
    other = {"n1": {1: D("9000.00"), 2: D("7000.00")}}
    assert "не тот, что назван" in str(verify_awarding(prized, SAME, prizes=other, grants_per_tos=None)[0])
    assert "не составляют" in str(verify_awarding(prized, SPLIT, prizes=other, grants_per_tos=None)[0])
