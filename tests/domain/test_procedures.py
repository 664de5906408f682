"""The twenty scoring procedures of DOMAIN 3.7 as regulation JSON, each with an example counted by hand, through the
same functions as a real contest: the parts of a regulation are read, checked, decided and recomputed as a protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.make_decision import make_sitting
from tosportal.domain.awarding import AwardingRule
from tosportal.domain.criteria import GROUP, Criterion, check_criteria, check_mark, computed_points, points_of
from tosportal.domain.errors import RuleBroken
from tosportal.domain.named_sums import NamedSum
from tosportal.domain.protocol import (
    Candidate,
    ContestFacts,
    Decision,
    NominationFacts,
    ProtocolInputs,
    build_protocol,
    check_digest,
    decide,
    recompute,
)
from tosportal.domain.score_sheet import check_may_sign, choices_of
from tosportal.domain.scoring import ScoringRule, check_scoring
from tosportal.verify import verify

D, F = Decimal, Fraction
JSON = dict[str, Any]
OPENED_AT = datetime(2026, 4, 1, 3, tzinfo=UTC)


def jury(code: str, maximum: str = "10", **more: Any) -> JSON:
    return {"code": code, "nomination": None, "name": f"Критерий {code}", "max": maximum, "step": "1", "weight": "1",
            "kind": "jury_mark", "value": None, "levels": [], **more}  # fmt: skip


def computed(code: str, kind: str, maximum: str, value: str | None = "field:n", **more: Any) -> JSON:
    return {**jury(code, maximum), "kind": kind, "value": value, **more}


def levels(*rows: tuple[str, str]) -> list[JSON]:
    """`("10", "3")` begins with 10, `(">10", "3")` after it."""
    return [
        {"points": points, "text": start, "from": start.lstrip(">"), **({"after": True} if start[0] == ">" else {})}
        for start, points in rows
    ]


def scoring(method: str, **more: Any) -> JSON:
    return {"method": method, "rounding": "0.01", "criterion_rounding": None, "pass_total": None,
            "ties": ["submitted_at"], "sheets_min": 1, **more}  # fmt: skip


def read(criteria: Sequence[JSON], rule: JSON) -> tuple[tuple[Criterion, ...], ScoringRule]:
    """The parts of a regulation read, proved sound, and written back as they were."""
    made, scored = tuple(Criterion.from_json(one) for one in criteria), ScoringRule.from_json(rule)
    assert [one.to_json() for one in made] == list(criteria)
    assert scored.to_json() == rule
    groups = scored.groups.starts if scored.groups else None
    assert [str(one) for one in check_criteria(made, scored.method, ["n1"], groups)] == []
    assert [str(one) for one in check_scoring(scored, made, ["n1"])] == []
    return made, scored


def application(
    number: str,
    marks: Sequence[Mapping[str, str]] = (),
    measured: Mapping[str, Fraction | Decimal | int] | None = None,
    asked: str | None = None,
    second: int = 0,
) -> Candidate:
    return Candidate(
        number=number,
        tos_code=f"tos-{number}",
        tos_name=f"ТОС {number}",
        title=f"Проект {number}",
        nomination="n1",
        requested_sum=D(asked) if asked else None,
        submitted_at=OPENED_AT + timedelta(seconds=second),
        measured=measured or {},
        marks={f"Э{n}": {code: D(mark) for code, mark in sheet.items()} for n, sheet in enumerate(marks, 1)},
        evidence=dict.fromkeys(measured or {}, "form/project/n"),
    )


def run(criteria: Sequence[JSON], rule: JSON, *candidates: Candidate, **more: Any) -> Decision:
    """The contest decided; its protocol holds by the digest, by recomputation and by the published check."""
    made, scored = read(criteria, rule)
    is_grant = all(one.requested_sum is not None for one in candidates)
    prizes, sums_by = more.pop("prizes", {1: D("50000.00")}), more.pop("sums_by", "")
    inputs = ProtocolInputs(
        contest=ContestFacts("c", "Конкурс", 1, "Район", "grant" if is_grant else "prize"),
        session=make_sitting("1", datetime(2026, 6, 5, 4, tzinfo=UTC), present=3, members=3),
        nominations=(NominationFacts("n1", "Лучший ТОС", {} if is_grant else prizes),),
        criteria=made,
        scoring=scored,
        awarding=AwardingRule("walk", "cut", sums_by=sums_by) if is_grant else AwardingRule("prizes", sums_by=sums_by),
        grants_per_tos=None,
        fund_by_source={"local": D(more.pop("fund", "100000000.00"))},
        candidates=candidates,
        **more,
    )
    decision = decide(inputs)
    protocol = build_protocol(inputs, decision)
    assert check_digest(protocol) is None
    assert recompute(protocol) == []
    assert verify(protocol)[0] == 0
    return decision


def totals(decision: Decision) -> dict[str, str]:
    return {number: str(total.value) for number, total in decision.totals.items()}


def places(decision: Decision) -> list[tuple[int, str]]:
    return [(row.place, row.entry.number) for row in decision.ranking]


def points(criterion: JSON, **measured: Any) -> str:
    """Points of one criterion; `k` is its value, `base` its base, others its items."""
    keys = {"k": "k", "base": "k@base"}
    values = {keys.get(name, f"k.{name}"): value for name, value in measured.items()}
    made = Criterion.from_json(criterion)
    assert check_criteria([made]) == []
    return str(points_of(made, values))


def sheet(*marks: str) -> dict[str, str]:
    return {f"k{n}": mark for n, mark in enumerate(marks, 1)}


def test_m1_mean_over_those_who_marked_first_nine_and_a_minimum() -> None:
    # Sheets of 20 + 15 over two who marked = 17.5; the third was not there. 14.5 is below 15 and gets nothing.
    decision = run(
        [jury("k1"), jury("k2")],
        scoring("mean_of_totals", pass_total="15"),
        application("a", [sheet("10", "10"), sheet("8", "7")]),
        application("b", [sheet("9", "6"), sheet("7", "7")], second=1),
        application("c", [sheet("8", "9"), sheet("9", "9")], second=2),
        prizes={place: D("50000.00") for place in range(1, 10)},
    )
    assert totals(decision) == {"a": "17.50", "b": "14.50", "c": "17.50"}
    assert places(decision) == [(1, "a"), (2, "c"), (3, "b")]  # the tie: a was earlier
    assert [row.outcome for row in decision.awarding.rows] == ["winner", "winner", "below_pass"]


def test_m2_fourteen_points_a_criterion_and_a_mean_of_forty() -> None:
    criteria = [jury(f"k{n}", "14") for n in range(1, 5)]
    decision = run(
        criteria,
        scoring("mean_of_totals", pass_total="40"),
        application("a", [sheet("14", "12", "8", "6"), sheet("10", "10", "10", "10")]),  # (40 + 40) / 2
        application("b", [sheet("14", "12", "8", "6"), sheet("10", "10", "10", "9")]),  # (40 + 39) / 2
    )
    assert totals(decision) == {"a": "40.00", "b": "39.50"}
    assert [row.has_passed for row in decision.ranking] == [True, False]


def awards(decision: Decision) -> dict[str, tuple[str, str]]:
    return {row.ranked.entry.number: (row.outcome, str(row.award_sum)) for row in decision.awarding.rows}


def test_m2_the_commission_names_the_sums_by_its_list() -> None:
    criteria = [jury(f"k{n}", "14") for n in range(1, 5)]
    decision = run(
        criteria,
        scoring("mean_of_totals", pass_total="40"),
        application("a", [sheet("14", "12", "8", "8")], asked="90000.00"),
        application("b", [sheet("14", "12", "8", "6")], asked="60000.00"),
        application("c", [sheet("14", "12", "8", "5")], asked="60000.00"),
        fund="100000.00",
        sums_by="commission",
        named_sums=(NamedSum("a", D("50000.00"), "Список № 2"), NamedSum("b", D("50000.00"), "Список № 2")),
    )
    assert awards(decision) == {
        "a": ("partial", "50000.00"), "b": ("partial", "50000.00"), "c": ("below_pass", "0.00"),
    }  # fmt: skip
    before = decision.awarding.rows[1].recommended
    assert before is not None
    assert (before.outcome, str(before.award_sum)) == ("partial", "10000.00")


def test_m3_means_of_criteria_summed_and_one_application_is_enough() -> None:
    decision = run(
        [jury("k1"), jury("k2", "5")],
        scoring("sum_of_criterion_means"),
        application("a", [sheet("9", "4"), sheet("8", "5"), sheet("10", "5")]),
    )
    assert totals(decision) == {"a": "13.67"}  # 27/3 + 14/3


def test_m4_each_mean_to_hundredths_before_the_sum() -> None:
    marks = [sheet("8", "7"), sheet("8", "7"), sheet("7", "8")]
    decision = run([jury("k1"), jury("k2")], scoring("sum_of_criterion_means", criterion_rounding="0.01"),
                   application("a", marks))  # fmt: skip
    assert totals(decision) == {"a": "15.00"}  # 7.67 + 7.33
    assert decision.totals["a"].used == {"k1": F("7.67"), "k2": F("7.33")}


def test_m5_normalised_by_the_best() -> None:
    # K = 2 criteria; sums 18 and 12; B = 2 × 18/18 and 2 × 12/18.
    criteria = [jury("k1"), jury("k2")]
    two = (application("a", [sheet("9", "9")]), application("b", [sheet("6", "6")]))
    decision = run(criteria, scoring("normalised"), *two)
    assert totals(decision) == {"a": "2.00", "b": "1.33"}
    assert str(decision.totals["b"].trace[-1]) == "Итог: 2 × (6 + 6) / 18 ≈ 1,33"
    against_possible = run(criteria, scoring("normalised", scale="100", against="possible"), *two)
    assert totals(against_possible) == {"a": "90.00", "b": "60.00"}  # 100 × 18/20, 100 × 12/20
    nothing = run(criteria, scoring("normalised"), application("a", [sheet("0", "0")]))
    assert totals(nothing) == {"a": "0.00"}


def test_m6_weights_by_the_requested_sum() -> None:
    rows = [{"upto": "300000.00", "weight": "2.5"}, {"upto": "1000000.00", "weight": "1.5"},
            {"upto": None, "weight": "1"}]  # fmt: skip
    decision = run(
        [jury("k1", weights=rows), jury("k2")],
        scoring("sum_of_criterion_means"),
        application("a", [sheet("8", "5")], asked="300000.00"),  # 8 × 2.5 + 5
        application("b", [sheet("8", "5")], asked="300000.01"),  # 8 × 1.5 + 5
        application("c", [sheet("8", "5")], asked="1000000.00"),
        application("d", [sheet("8", "5")], asked="1000000.01"),  # 8 × 1 + 5
    )
    assert totals(decision) == {"a": "25.00", "b": "17.00", "c": "17.00", "d": "13.00"}


def test_m7_a_scale_of_levels_by_weight() -> None:
    scale = [{"points": value, "text": text, "from": None}
             for value, text in (("0", "нет"), ("25", "слабо"), ("50", "частично"), ("100", "полностью"))]  # fmt: skip
    criteria = [jury(f"k{n}", "100", weight="0.2", levels=scale, only_levels=True) for n in range(1, 6)]
    marks = [sheet("100", "50", "25", "0", "100"), sheet("50", "50", "25", "0", "100")]
    decision = run(criteria, scoring("weighted_mean"), application("a", marks))
    assert totals(decision) == {"a": "50.00"}  # 0.2 × (75 + 50 + 25 + 0 + 100)
    made = Criterion.from_json(criteria[0])
    assert [str(one) for one in choices_of(made)] == ["0", "25", "50", "100"]
    assert check_mark(made, "50") == 50
    with pytest.raises(RuleBroken, match="Можно поставить только один из баллов: 0; 25; 50; 100, а введено 30"):
        check_mark(made, "30")


def test_m8_anchored_levels_with_a_comment_at_low_ones() -> None:
    scale = [{"points": str(value), "text": text, "from": None}
             for value, text in enumerate(("не раскрыто", "раскрыто частично", "раскрыто полностью"))]  # fmt: skip
    criteria = [jury(f"k{n}", "2", weight="0.5", levels=scale, only_levels=True, note_at_most="1") for n in (1, 2)]
    decision = run(criteria, scoring("sum_of_criterion_means"), application("a", [sheet("2", "1")]))
    assert totals(decision) == {"a": "1.50"}
    made = [Criterion.from_json(one) for one in criteria]
    assert [one.place for one in check_may_sign(made, {"k1": D(2), "k2": D(1)}, {})] == ["k2-note"]
    assert check_may_sign(made, {"k1": D(2), "k2": D(1)}, {"k2": "Нет сметы"}) == []
    nameless = Criterion.from_json({**criteria[0], "levels": [{**scale[2], "text": ""}]})
    assert "У каждого уровня должны быть слова, за что он" in [str(one) for one in check_criteria([nameless])]


def test_m9_computed_shares_of_the_contribution() -> None:
    criteria = [
        computed(f"k{n}", "share", maximum, f"budget:{part}", step="0.01", base="budget:total")
        for n, (part, maximum) in enumerate((("attracted", "20"), ("own", "10"), ("in_kind", "70")), 1)
    ]
    measured = {"k1": D(30000), "k2": D(10000), "k3": D(20000), "k1@base": D(90000), "k2@base": D(90000),
                "k3@base": D(90000)}  # fmt: skip
    decision = run(criteria, scoring("sum_of_criterion_means", sheets_min=0), application("a", (), measured))
    # 20/3 = 6.67, 10/9 = 1.11, 70 × 2/9 = 15.56
    assert totals(decision) == {"a": "23.34"}
    assert points(computed("k", "share", "20", step="0.01", full_at="50", base="budget:total"), k=40, base=100) == "16"
    assert points(computed("k", "share", "20", step="0.01", full_at="50", base="budget:total"), k=60, base=100) == "20"
    assert points(computed("k", "share", "20", step="0.01", base="budget:total"), k=5, base=0) == "0"


S5 = levels(("0", "0"), ("5", "1"), (">10", "3"), (">20", "6"), (">30", "9"), (">40", "12"), (">50", "15"))


@pytest.mark.parametrize(
    ("measured", "expected"),
    [("4.99", "0"), ("5", "1"), ("10", "1"), ("10.01", "3"), ("10.000001", "3"), ("20", "3"), ("50", "12"),
     ("50.01", "15"), ("100", "15")],
)  # fmt: skip
def test_m10_ends_that_are_in_and_ends_that_are_out(measured: str, expected: str) -> None:
    assert points(computed("k", "band", "15", "own_share", levels=S5), k=D(measured)) == expected


@pytest.mark.parametrize(("papers", "expected"), [(0, "0"), (1, "1"), (5, "5"), (6, "5"), (50, "5")])
def test_m11_a_counter_with_a_cap(papers: int, expected: str) -> None:
    assert points(computed("k", "counter", "5", each="1"), k=papers) == expected


STEPS = computed("k", "steps", "20", levels=levels(("0", "0"), ("2", "1"), ("3", "2"), (">10", "5")), each="1",
                 every="10", rounding="full", tail_from="10")  # fmt: skip


@pytest.mark.parametrize(
    ("people", "full", "started"),
    [(1, "0", "0"), (2, "1", "1"), (3, "2", "2"), (10, "2", "2"), (11, "5", "6"), (19, "5", "6"), (20, "6", "6"),
     (21, "6", "7"), (159, "19", "20"), (160, "20", "20"), (500, "20", "20")],
)  # fmt: skip
def test_m12_steps_and_the_stored_decision_about_11_to_19(people: int, full: str, started: str) -> None:
    assert points(STEPS, k=people) == full
    assert points({**STEPS, "rounding": "started"}, k=people) == started
    undecided = Criterion.from_json({name: value for name, value in STEPS.items() if name != "rounding"})
    assert [str(one) for one in check_criteria([undecided])] == [
        "Скажите, как считать неполную единицу: не считать, считать целой или считать частью"
    ]


def item(code: str, each: str = "1", **more: str) -> JSON:
    return {"code": code, "text": f"Строка {code}", "points": each, "value": f"field:{code}", **more}


def test_m13_a_sum_of_parts_with_a_maximum() -> None:
    parts = computed("k", "subsum", "3", None, items=[item(code, at_most="1") for code in ("stands", "news", "net")])
    assert points(parts, stands=4, news=0, net=1) == "2"
    assert points(parts, stands=4, news=9, net=1) == "3"


@pytest.mark.parametrize(
    ("calls", "residents", "full", "exact"),
    [(2, 800, "3", "2.5"), (0, 800, "5", "5"), (7, 800, "0", "0"), (8, 800, "0", "0"), (1, 1001, "5", "4.00"),
     (3, 0, "0", "0")],
)  # fmt: skip
def test_m14_a_penalty_by_a_thousand_residents(calls: int, residents: int, full: str, exact: str) -> None:
    penalty = computed("k", "penalty", "5", "field:calls", step="0.5", each="1", rounding="full",
                       base="registry:residents", per="1000", zero_from="10")  # fmt: skip
    assert points(penalty, k=calls, base=residents) == full
    assert D(points({**penalty, "rounding": "exact"}, k=calls, base=residents)) == D(exact)


GROUPS = {
    "value": "registry:residents",
    "bands": [
        {"code": "iii", "name": "до 125 жителей", "from": "0"},
        {"code": "ii", "name": "125–249 жителей", "from": "125"},
        {"code": "i", "name": "от 250 жителей", "from": "250"},
    ],
    "ranked": True,
}
S21 = [
    {**level, "group": group}
    for group, rows in (
        ("i", (("250", "1"), ("500", "2"), (">750", "3"))),
        ("ii", (("125", "1"), ("150", "2"), (">200", "3"))),
        ("iii", (("0", "1"), ("40", "2"), (">80", "3"))),
    )
    for level in levels(*rows)
]


@pytest.mark.parametrize(
    ("residents", "expected"),
    [(39, "1.00"), (40, "2.00"), (80, "2.00"), (81, "3.00"), (124, "3.00"), (125, "1.00"), (150, "2.00"),
     (200, "2.00"), (201, "3.00"), (249, "3.00"), (250, "1.00"), (499, "1.00"), (500, "2.00"), (750, "2.00"),
     (751, "3.00")],
)  # fmt: skip
def test_m15_a_scale_for_each_group(residents: int, expected: str) -> None:
    scale = computed("k1", "band", "3", "registry:residents", levels=S21)
    decision = run([scale], scoring("sum_of_criterion_means", sheets_min=0, groups=GROUPS),
                   application("a", (), {"k1": residents, GROUP: residents}))  # fmt: skip
    assert totals(decision) == {"a": expected}


def test_m15_places_are_given_within_a_group() -> None:
    scale = computed("k1", "band", "3", "registry:residents", levels=S21)
    decision = run(
        [scale],
        scoring("sum_of_criterion_means", sheets_min=0, groups=GROUPS),
        *(application(str(people), (), {"k1": people, GROUP: people}) for people in (30, 90, 130, 260, 800)),
    )
    assert [(row.group, row.place, row.entry.number) for row in decision.ranking] == [
        ("n1/iii", 1, "90"), ("n1/iii", 2, "30"), ("n1/ii", 1, "130"), ("n1/i", 1, "800"), ("n1/i", 2, "260"),
    ]  # fmt: skip


def test_m16_the_sum_of_all_experts() -> None:
    marks = [
        sheet("9", "8", "7", "4", "5", "3"),
        sheet("8", "8", "8", "4", "4", "4"),
        sheet("10", "7", "6", "5", "5", "2"),
    ]
    criteria = [jury(f"k{n}", maximum) for n, maximum in enumerate(("10", "10", "10", "5", "5", "5"), 1)]
    assert totals(run(criteria, scoring("sum_of_totals"), application("a", marks))) == {"a": "107.00"}


def test_m17_a_bonus_for_a_status_outside_the_weights() -> None:
    criteria = [jury("k1"), computed("k2", "bonus", "1", "registry:legal_entity")]
    decision = run(criteria, scoring("weighted_mean"), application("a", [sheet("8")], {"k2": 1}),
                   application("b", [sheet("8")], {"k2": 0}))  # fmt: skip
    assert totals(decision) == {"a": "9.00", "b": "8.00"}


@pytest.mark.parametrize(
    ("how", "words"),
    [("vote", "выше по решению комиссии"), ("lot", "выше по жребию"), ("chair", "выше по решению председателя")],
)
def test_m18_vote_lot_or_chair_for_equals(how: str, words: str) -> None:
    decision = run(
        [jury("k1")],
        scoring("mean_of_totals", ties=["k1"], tie_decision=how),
        application("a", [sheet("8")]),
        application("b", [sheet("8")]),
        tie_votes=("b", "a"),
    )
    assert places(decision) == [(1, "b"), (2, "a")]
    tie = decision.ranking[0].tie
    assert tie is not None
    assert (tie.decided_by, str(tie.remark)) == (how, f"Итог как у заявки a; {words}")


def test_m19_a_minimum_of_each_expert() -> None:
    criteria = [jury(f"k{n}", "20") for n in range(1, 4)]
    low = application("a", [sheet("13", "13", "13"), sheet("13", "12", "13")])  # 39 and 38: every one below 40
    mixed = application("b", [sheet("13", "13", "13"), sheet("14", "13", "13")])  # 39 and 40
    for who, passed in (("every", {"a": False, "b": True}), ("any", {"a": False, "b": False})):
        more = {} if who == "every" else {"expert_min_who": who}
        decision = run(criteria, scoring("mean_of_totals", expert_min="40", **more), low, mixed)
        assert {row.entry.number: row.has_passed for row in decision.ranking} == passed
        out = next(row for row in decision.awarding.rows if row.ranked.entry.number == "a")
        assert (out.reason_code, out.cause) == ("below_pass", "below_expert_min")
        assert str(out.reason) == "Итог эксперта ниже наименьшего, который требует положение"


TWO = (application("a", [sheet("9")], asked="60000.00"), application("b", [sheet("8")], asked="60000.00", second=1),
       application("c", [sheet("3")], asked="60000.00", second=2))  # fmt: skip
ACT = "Постановление от 20.04.2026 № 112"


def test_m20_the_commission_recommends_and_the_organiser_decides() -> None:
    # The rule recommends 60 000 and, of what is left, 30 000; the organiser gives 45 000 to both.
    decision = run(
        [jury("k1")],
        scoring("mean_of_totals", pass_total="5"),
        *TWO,
        fund="90000.00",
        sums_by="organiser",
        named_sums=(NamedSum("a", D("45000.00"), f"{ACT}; поровну"), NamedSum("b", D("45000.00"), f"{ACT}; поровну")),
    )
    assert awards(decision) == {
        "a": ("partial", "45000.00"), "b": ("partial", "45000.00"), "c": ("below_pass", "0.00"),
    }  # fmt: skip
    assert [str(row.recommended.award_sum) for row in decision.awarding.rows if row.recommended] == [
        "60000.00", "30000.00",
    ]  # fmt: skip
    assert str(decision.awarding.rows[0].reason) == f"Сумму назвал организатор: {ACT}; поровну"
    assert places(decision) == [(1, "a"), (2, "b"), (3, "c")]  # places stay those of the commission
    refused = run([jury("k1")], scoring("mean_of_totals"), TWO[0], sums_by="organiser",
                  named_sums=(NamedSum("a", D("0.00"), f"{ACT}; отказ"),))  # fmt: skip
    assert awards(refused) == {"a": ("not_awarded", "0.00")}


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ([("a", "60000.00", ACT)], "Заявке b не назвали сумму"),
        ([("a", "60000.01", ACT), ("b", "0.00", ACT)], "больше назначить нельзя"),
        ([("a", "60000.00", " "), ("b", "0.00", ACT)], "Укажите основание"),
        ([("a", "60000.00", ACT), ("b", "30000.01", ACT)], "Названо 90\u00a0000,01"),
        ([("a", "1.00", ACT), ("b", "1.00", ACT), ("c", "1.00", ACT)], "её нет среди прошедших"),
        ([("a", "1.00", ACT), ("a", "1.00", ACT), ("b", "1.00", ACT)], "названа дважды"),
        ([("a", "-1.00", ACT), ("b", "1.00", ACT)], "меньше нуля"),
    ],
)
def test_m20_a_sum_that_may_not_be_is_refused(named: list[tuple[str, str, str]], words: str) -> None:
    sums = tuple(NamedSum(number, D(money), basis) for number, money, basis in named)
    with pytest.raises(RuleBroken, match=words):
        run([jury("k1")], scoring("mean_of_totals", pass_total="5"), *TWO, fund="90000.00", sums_by="organiser",
            named_sums=sums)  # fmt: skip


def test_nobody_names_sums_where_the_regulation_does_not_say_so() -> None:
    with pytest.raises(RuleBroken, match="Положение не даёт называть суммы"):
        run([jury("k1")], scoring("mean_of_totals"), TWO[0], named_sums=(NamedSum("a", D("1.00"), ACT),))


def test_a_named_sum_changed_in_a_protocol_is_found() -> None:
    inputs = organised()
    protocol = build_protocol(inputs)
    assert recompute(protocol) == []
    assert "organiser" in protocol
    assert "organiser" not in build_protocol(replace(inputs, named_sums=()))
    changed = {**protocol, "organiser": [{**protocol["organiser"][0], "sum": "50000.00"}]}
    assert next(one.path for one in recompute(changed)) == "results/a/award_sum"
    told = {**protocol, "awarding": {name: one for name, one in protocol["awarding"].items() if name != "sums_by"}}
    assert [one.path for one in recompute(told)] != []


def organised() -> ProtocolInputs:
    made, scored = read([jury("k1")], scoring("mean_of_totals"))
    return ProtocolInputs(
        contest=ContestFacts("c", "Конкурс", 1, "Район", "grant"),
        session=make_sitting("1", datetime(2026, 6, 5, 4, tzinfo=UTC), present=3, members=3),
        nominations=(NominationFacts("n1", "Двор", {}),),
        criteria=made,
        scoring=scored,
        awarding=AwardingRule("walk", "cut", sums_by="organiser"),
        grants_per_tos=None,
        fund_by_source={"local": D("90000.00")},
        candidates=(TWO[0],),
        named_sums=(NamedSum("a", D("45000.00"), ACT),),
    )


def test_criteria_that_judge_only_large_requests() -> None:
    # DOMAIN 4.3 C4: масштаб – only for projects over 500 000; the weights add up on both sides.
    criteria = [
        jury("k1", weight="0.5"),
        jury("k2", weight="0.5", asked_upto="500000.00"),
        jury("k3", weight="0.3", asked_above="500000.00"),
        jury("k4", weight="0.2", asked_above="500000.00"),
    ]
    decision = run(
        criteria,
        scoring("weighted_mean"),
        application("a", [{"k1": "8", "k2": "6"}], asked="500000.00"),  # 4 + 3
        application("b", [{"k1": "8", "k3": "10", "k4": "5"}], asked="500000.01"),  # 4 + 3 + 1
    )
    assert totals(decision) == {"a": "7.00", "b": "8.00"}
    broken = [Criterion.from_json(one) for one in criteria[:3]]
    assert [str(one) for one in check_criteria(broken, "weighted_mean")] == [
        "Для запроса 500\u00a0000,01\u00a0₽ веса критериев должны в сумме давать 1, а дают 0,8"
    ]


def test_c5_weighted_share_of_the_maximum() -> None:
    # DOMAIN 4.3 C5: R = 100 × Σ w × mean / max = 100 × (0.4 × 4/5 + 0.6 × 12/15)
    criteria = [jury("k1", "5", weight="0.4"), computed("k2", "band", "15", "own_share", weight="0.6", levels=S5)]
    decision = run(criteria, scoring("weighted_share"),
                   application("a", [sheet("3"), sheet("5")], {"k2": D(50)}))  # fmt: skip
    assert totals(decision) == {"a": "80.00"}
    assert [str(one) for one in decision.totals["a"].trace] == [
        "k1: (3 + 5) / 2 = 4,00 / 5 × 0,4 = 0,32",
        "k2: 12 / 15 × 0,6 = 0,48",
        "Итог: 100 × (0,32 + 0,48) = 80,00",
    ]


def test_a_checklist_and_weighted_counters_of_the_best_tos() -> None:
    works = computed("k", "checklist", "9", None, items=[item("roads", "2"), item("green", "1"), item("play", "2"),
                     item("light", "1"), item("parking", "2"), item("beds", "1")])  # fmt: skip
    assert points(works, roads=1, green=0, play=3, light=1, parking=0, beds=1) == "6"
    contests = computed("k", "weighted_counter", "9", None, items=[item("sent", "1"), item("district", "2"),
                        item("region", "3"), item("federal", "4")])  # fmt: skip
    assert points(contests, sent=2, district=1, region=0, federal=0) == "4"
    assert points(contests, sent=2, district=1, region=1, federal=1) == "9"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        # [S6b]: 0–30, 31–60, 61–100 leaves 30 < x < 31 undefined.
        ([("0", "30", True), ("31", "60", True), ("61", None, False)],
         "Между 30 и 31 баллы не определены: уровни должны идти вплотную"),
        # [S21]: «от 250 до 500» and «от 500 до 750» both name 500.
        ([("0", "500", True), ("500", None, False)], "Значение 500 попадает в два уровня: скажите, в какой оно входит"),
        ([("0", "500", False), (">500", None, False)],
         "Между 500 и 500 баллы не определены: уровни должны идти вплотную"),
        ([("0", "500", True), ("400", None, False)], "Значение 400 попадает в два уровня: скажите, в какой оно входит"),
        ([("0", "50", True), (">50", "100", True)], "Шкала кончается на 100: за большие значения баллы не определены"),
        ([(">0", None, False)], "Шкала начинается с 0: за меньшие значения баллы не определены"),
        # [S5] begins at 5 %: what is 3 %?
        ([("5", None, False)], "Шкала начинается с 5: за меньшие значения баллы не определены"),
    ],
)  # fmt: skip
def test_holes_and_overlaps_of_real_scales_are_named(rows: list[tuple[str, str | None, bool]], words: str) -> None:
    scale = [
        {**levels((start, str(place)))[0], **({"to": end} if end else {}), **({"through": True} if through else {})}
        for place, (start, end, through) in enumerate(rows, 1)
    ]
    made = Criterion.from_json(computed("k", "band", str(len(rows)), levels=scale))
    assert words in [str(one) for one in check_criteria([made])]
    assert made.to_json()["levels"] == scale


def test_a_value_in_a_hole_is_refused_and_a_value_that_was_not_measured_too() -> None:
    scale = [{**levels(("0", "1"))[0], "to": "30", "through": True}, *levels(("31", "2"))]
    made = Criterion.from_json(computed("k", "band", "2", levels=scale))
    assert computed_points([made], {"k": 30}) == {"k": 1}
    with pytest.raises(RuleBroken, match="не говорит, сколько баллов дать за значение 30,50"):
        computed_points([made], {"k": D("30.5")})
    with pytest.raises(RuleBroken, match="Нет значения"):
        computed_points([Criterion.from_json(STEPS)], {})


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (computed("k", "counter", "5"), "Укажите, сколько баллов за каждую единицу: больше нуля"),
        (computed("k", "counter", "5", None, each="1"), "Не сказано, какое значение измеряет портал"),
        (computed("k", "checklist", "5", None), "У критерия нет ни одной строки, за которую дают баллы"),
        (computed("k", "checklist", "5", None, items=[item("a", "2"), item("b", "2")]),
         "Наибольший балл 5 недостижим: строки вместе дают не больше 4"),
        (computed("k", "subsum", "1", None, items=[item("a")]),
         "«Строка a»: укажите, сколько баллов она даёт самое большее"),
        (computed("k", "share", "5", full_at="150"), "Наибольший балл недостижим: доля не бывает больше 100 %"),
        (jury("k", asked_above="5.00", asked_upto="5.00"),
         "Критерий не подходит ни к одной сумме: «больше» не меньше, чем «не больше»"),
        (jury("k", weights=[{"upto": "300000.00", "weight": "2"}]),
         "Для запроса больше 300\u00a0000,00\u00a0₽ вес не указан: оставьте сумму последнего веса пустой"),
        (jury("k", groups=["i"]), "Нет группы i"),
        ({**STEPS, "tail_from": "5"}, "Рост за каждую единицу начинается раньше последнего уровня"),
    ],
)  # fmt: skip
def test_a_defect_of_a_kind_is_named(criterion: JSON, words: str) -> None:
    assert words in [str(one) for one in check_criteria([Criterion.from_json(criterion)])]
