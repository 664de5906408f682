"""Places and ties: the second that decides (DOMAIN 11.3), shared places, groups, the quorum of sheets."""

import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make_decision import entry, total
from tosportal.domain.errors import RuleBroken
from tosportal.domain.ranking import Entry, check_sheets, rank
from tosportal.domain.scoring import ScoringRule

D = Decimal
RULE = ScoringRule("weighted_mean", ties=("k3", "submitted_at"), sheets_min=3)
NOVOSIBIRSK = timezone(timedelta(hours=7))


def places(entries: list[Entry], rule: ScoringRule = RULE, votes: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    return [(row.entry.number, row.place) for row in rank(entries, rule, by_nomination=False, votes=votes)]


def at(second: str) -> datetime:
    return datetime.fromisoformat(f"2026-04-30T{second}+07:00")


def test_domain_11_3_equal_to_hundredths_is_decided_by_the_second() -> None:
    early = entry("early", "35.67", total=total("35.67", "107/3"), submitted_at=at("16:59:58"))
    late = entry("late", "35.67", total=total("35.67", "35.67"), submitted_at=at("17:00:00"))
    rows = rank([late, early], ScoringRule("mean_of_totals", sheets_min=3), by_nomination=False)
    assert [(row.entry.number, row.place) for row in rows] == [("early", 1), ("late", 2)]
    assert [str(row.tie.remark) for row in rows if row.tie] == [
        "Итог как у заявки late; выше, потому что подана раньше: 30.04.2026, 16:59:58 против 30.04.2026, 17:00:00",
        "Итог как у заявки early; ниже, потому что подана позже: 30.04.2026, 17:00:00 против 30.04.2026, 16:59:58",
    ]
    finer = [entry("early", "35.6667", submitted_at=at("16:59:58")), entry("late", "35.6700")]
    assert places(finer) == [("late", 1), ("early", 2)]


def test_a_criterion_of_the_chain_goes_before_the_time() -> None:
    rows = rank(
        [entry("a", "7.00", 1, means={"k3": "26/3"}), entry("b", "7.00", 2, means={"k3": "9"})],
        RULE,
        by_nomination=False,
    )
    assert [row.entry.number for row in rows] == ["b", "a"]
    assert rows[0].tie is not None
    assert (rows[0].tie.decided_by, rows[0].tie.own, rows[0].tie.other) == ("k3", 9, Fraction(26, 3))
    assert str(rows[0].tie.remark) == "Итог как у заявки a; выше по критерию k3: 9,00 против 8,67"


def test_equal_rows_share_a_place_and_the_next_is_skipped() -> None:
    entries = [entry("a", "9"), entry("b", "8", 5), entry("c", "8", 5), entry("d", "7")]
    assert places(entries) == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]
    rows = rank(entries, RULE, by_nomination=False)
    assert [row.tie.decided_by if row.tie else "" for row in rows] == ["", "shared", "shared", ""]
    assert "Место делится с заявкой c" in str(rows[1].tie and rows[1].tie.remark)


def test_within_one_second_is_the_same_moment() -> None:
    same = entry("a", "8").submitted_at
    entries = [
        entry("a", "8", submitted_at=same + timedelta(microseconds=900_000)),
        entry("b", "8", submitted_at=(same + timedelta(microseconds=1)).astimezone(NOVOSIBIRSK)),
    ]
    assert places(entries) == [("a", 1), ("b", 1)]


def test_a_vote_decides_only_what_nothing_else_did() -> None:
    entries = [entry("a", "8", 5), entry("b", "8", 5), entry("c", "8", 1)]
    assert places(entries, votes=("b", "a", "c")) == [("c", 1), ("b", 2), ("a", 3)]
    tie = rank(entries, RULE, by_nomination=False, votes=("b", "a"))[1].tie
    assert tie is not None
    assert tie.decided_by == "submitted_at"


def test_each_nomination_has_its_own_places_and_its_own_chain() -> None:
    rule = ScoringRule("mean_of_totals", D("1"), ties=("t1", "a1", "submitted_at"), sheets_min=1)
    entries = [
        entry("x1", "8", 2, nomination="tos", means={"t1": "9"}),
        entry("x2", "8", 1, nomination="tos", means={"t1": "8"}),
        entry("y1", "9", 2, nomination="activist", means={"a1": "8"}),
        entry("y2", "9", 1, nomination="activist", means={"a1": "9"}),
    ]
    rows = rank(entries, rule, by_nomination=True, nominations=["activist", "tos", "empty"])
    assert [(row.group, row.place, row.entry.number) for row in rows] == [
        ("activist", 1, "y2"), ("activist", 2, "y1"), ("tos", 1, "x1"), ("tos", 2, "x2"),
    ]  # fmt: skip


def test_the_pass_mark_includes_itself() -> None:
    rule = ScoringRule("weighted_mean", pass_total=D("6.00"), sheets_min=1)
    rows = rank([entry("a", "6.00"), entry("b", "5.99")], rule, by_nomination=False)
    assert [row.has_passed for row in rows] == [True, False]


def test_too_few_sheets_are_named_before_any_place_is_given() -> None:
    entries = [entry("b", "8", sheets=2), entry("a", "8", sheets=0), entry("c", "8")]
    words = [
        "У заявки a подписано листов: 0, а нужно не меньше 3",
        "У заявки b подписано листов: 2, а нужно не меньше 3",
    ]
    assert [str(remark) for remark in check_sheets(entries, RULE)] == words
    with pytest.raises(RuleBroken) as refusal:
        rank(entries, RULE, by_nomination=False)
    assert [str(remark) for remark in refusal.value.remarks] == words


def test_strange_entries_are_refused() -> None:
    with pytest.raises(RuleBroken, match="названа дважды"):
        rank([entry("a", "8"), entry("a", "7")], RULE, by_nomination=False)
    with pytest.raises(RuleBroken, match="нет часового пояса"):
        rank([entry("a", "8", submitted_at=datetime(2026, 4, 1))], RULE, by_nomination=False)
    assert rank([], RULE, by_nomination=False) == []


made_entries = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=9).map(
    lambda rows: [
        entry(f"n{index}", f"{value}.00", minute, means={"k3": f"{mean}/3"})
        for index, (value, mean, minute) in enumerate(rows)
    ]
)


@given(made_entries, st.randoms())
def test_the_order_of_rows_changes_nothing(entries: list[Entry], chance: random.Random) -> None:
    mixed = chance.sample(entries, len(entries))
    assert rank(mixed, RULE, by_nomination=False) == rank(entries, RULE, by_nomination=False)


@given(made_entries)
def test_a_place_is_one_more_than_the_number_of_better_rows(entries: list[Entry]) -> None:
    def better(one: Entry, other: Entry) -> bool:
        return (one.total.value, one.total.used["k3"], other.submitted_at) > (
            other.total.value, other.total.used["k3"], one.submitted_at)  # fmt: skip

    for row in rank(entries, RULE, by_nomination=False):
        assert row.place == 1 + sum(better(one, row.entry) for one in entries)
        assert (row.tie is None) == (sum(one.total.value == row.entry.total.value for one in entries) == 1)
