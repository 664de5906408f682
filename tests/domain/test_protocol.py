"""The protocol: one way to write it, a digest over all of it, and every change named by recomputation."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make_decision import grant_contest, prize_contest
from tosportal.domain.awarding import AwardingRule
from tosportal.domain.errors import RuleBroken
from tosportal.domain.protocol import (
    Recusal,
    build_protocol,
    canonical_bytes,
    check_digest,
    decide,
    digest,
    inputs_from_json,
    inputs_to_json,
    recompute,
)
from tosportal.domain.scoring import METHODS, ScoringRule
from tosportal.domain.sitting import CountedSession

D = Decimal
Protocol = dict[str, Any]
Change = Callable[[Protocol], None]
CONTESTS = {"grant": grant_contest, "prize": prize_contest}


def read(protocol: Protocol) -> Protocol:
    """The protocol as a stranger gets it: through its canonical bytes."""
    found: Protocol = json.loads(canonical_bytes(protocol))
    return found


@pytest.fixture(params=sorted(CONTESTS))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return read(build_protocol(CONTESTS[request.param]()))


def test_a_protocol_recomputes_to_itself(protocol: Protocol) -> None:
    assert protocol["schema"] == "tos-protocol/2"
    assert check_digest(protocol) is None
    assert recompute(protocol) == []


def test_a_protocol_of_the_first_schema_still_recomputes(protocol: Protocol) -> None:
    inputs = inputs_from_json(protocol)
    counted = CountedSession("3", date(2026, 6, 5), "р. п. Ордынское", 5, 7)
    recusals = tuple(replace(one, reason="") for one in inputs.recusals)
    first = read(build_protocol(replace(inputs, session=counted, recusals=recusals)))
    assert first["schema"] == "tos-protocol/1"
    assert first["session"] == {
        "number": "3", "held_on": "2026-06-05", "place": "р. п. Ордынское", "present": 5, "members": 7,
    }  # fmt: skip
    assert all(set(one) == {"number", "juror"} for one in first["recusals"])
    assert check_digest(first) is None
    assert recompute(first) == []
    first["results"][0]["award_sum"] = "1.00"
    assert recompute(first)[0].path.endswith("award_sum")


def test_a_count_that_does_not_follow_from_the_attendance_is_named(protocol: Protocol) -> None:
    protocol["session"]["present"] += 1
    assert [one.path for one in recompute(protocol)] == ["session/present"]


def test_the_demo_has_every_outcome_worth_testing() -> None:
    rows = build_protocol(grant_contest())["results"]
    assert {"winner", "partial", "reserve", "not_awarded"} <= {row["outcome"] for row in rows}
    assert any(row["tie"] for row in rows)
    prizes = build_protocol(prize_contest())["results"]
    assert [row["award_sum"] for row in prizes] == ["10000.00", "7000.00", "0.00", "8000.00", "0.00", "0.00"]


def test_inputs_survive_json() -> None:
    for make in CONTESTS.values():
        inputs = make()
        assert inputs_from_json(read(inputs_to_json(inputs))) == inputs


def test_the_order_of_everything_changes_nothing() -> None:
    inputs = grant_contest()
    chance = random.Random(1)
    candidates = [
        replace(one, marks=dict(chance.sample(sorted(one.marks.items()), len(one.marks)))) for one in inputs.candidates
    ]
    chance.shuffle(candidates)
    assert build_protocol(replace(inputs, candidates=tuple(candidates))) == build_protocol(inputs)


def test_the_order_of_sources_survives_sorted_keys() -> None:
    fund = {"z": D("300000.33"), "a": D("200000.33"), "m": D("100000.34")}
    made = read(build_protocol(replace(grant_contest(), fund_by_source=fund)))
    assert [one["source"] for one in made["fund_by_source"]] == ["z", "a", "m"]
    assert recompute(made) == []


def test_canonical_bytes_are_one_line_of_sorted_utf8() -> None:
    assert canonical_bytes({"я": "ё", "a": {"c": 1, "b": None}}) == '{"a":{"b":null,"c":1},"я":"ё"}'.encode()


@pytest.mark.parametrize("wrong", [1.0, float("nan"), D("1.5"), Fraction(1, 2), {1: "a"}, b"x", {"a": [{"b": 0.1}]}])
def test_canonical_bytes_refuse_what_has_two_readings(wrong: object) -> None:
    with pytest.raises(RuleBroken):
        canonical_bytes({"value": wrong})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(RuleBroken, match="UTF-8"):
        canonical_bytes({"a": "\ud800"})


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for key in node:
            yield from leaves(node[key], (*path, key))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def at(node: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        node = node[key]
    return node


def put(node: Any, path: tuple[Any, ...], value: Any) -> None:
    at(node, path[:-1])[path[-1]] = value


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return "x" if value is None else f"{value}1"


def test_any_changed_value_breaks_the_digest(protocol: Protocol) -> None:
    paths = list(leaves(protocol))
    assert len(paths) > 150
    for path in paths:
        spoilt = deepcopy(protocol)
        put(spoilt, path, changed(at(protocol, path)))
        assert check_digest(spoilt) is not None, path


def test_any_changed_output_is_named_although_the_digest_was_made_anew(protocol: Protocol) -> None:
    """And is named first: with its path and both values."""
    outputs = [path for path in leaves(protocol) if path[0] in {"results", "sums"}]
    assert len(outputs) > 60
    for path in outputs:
        spoilt = deepcopy(protocol)
        put(spoilt, path, changed(at(protocol, path)))
        spoilt["digest"] = digest(spoilt)
        assert check_digest(spoilt) is None
        differences = recompute(spoilt)
        assert differences, path
        if path[-1] != "number":
            assert differences[0].path.split("/")[-1] == str(path[-1])
            assert differences[0].stated != differences[0].computed


def test_any_removed_or_added_name_is_noticed(protocol: Protocol) -> None:
    for path in leaves(protocol):
        if path == ("digest",) or isinstance(at(protocol, path[:-1]), list):
            continue
        spoilt = deepcopy(protocol)
        del at(spoilt, path[:-1])[path[-1]]
        assert recompute(spoilt), path
        spoilt = deepcopy(protocol)
        put(spoilt, (*path[:-1], "extra"), "1")
        assert recompute(spoilt), path


def mark(value: str) -> Change:
    return lambda protocol: put(protocol, ("applications", 0, "marks", "Э2", "k1"), value)


@pytest.mark.parametrize(
    ("change", "path", "stated", "computed"),
    [
        (mark("5"), "results/2026-0001/means/k1", "37/5", "32/5"),
        (lambda p: put(p, ("applications", 0, "measured", "k3"), "99"), "results/2026-0001/means/k3", "5", "10"),
        (lambda p: put(p, ("fund_by_source", 1, "sum"), "12986.77"), "results/", "", ""),
        (lambda p: put(p, ("criteria", 0, "weight"), "0.4"), "results/", "", ""),
        (lambda p: put(p, ("scoring", "pass_total"), "9.99"), "results/", "", ""),
        (lambda p: put(p, ("sums", "awarded_sum"), "1.00"), "sums/awarded_sum", "1.00", "721486.76"),
        (lambda p: put(p, ("sums", "by_source", "local"), "1.00"), "sums/by_source/local", "1.00", "12986.76"),
    ],
)
def test_a_changed_input_is_named_by_the_figure_that_it_moves(
    change: Change, path: str, stated: str, computed: str
) -> None:
    protocol = read(build_protocol(grant_contest()))
    change(protocol)
    first = recompute(protocol)[0]
    assert first.path.startswith(path)
    if stated:
        assert (first.path, first.stated, first.computed) == (path, stated, computed)
        assert str(first) == f"{path}: записано {stated}, по расчёту {computed}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (mark("11"), "Заявка 2026-0001: Оценка должна быть от 0 до 10, а введено 11"),
        (mark("nine"), "Число должно быть записано строкой вида 12.34, а записано nine"),
        (lambda p: p["applications"][0]["marks"]["Э2"].pop("k1"), "нет оценки по критерию «Критерий k1»"),
        (lambda p: p.update(schema="tos-protocol/3"), "Это не протокол tos-protocol/2"),
        (lambda p: p.update(applications="x"), "Протокол записан не по схеме"),
        (lambda p: p.pop("criteria"), "Протокол записан не по схеме"),
        (lambda p: put(p, ("criteria", 0, "step"), "0"), "Протокол записан не по схеме"),
        (lambda p: put(p, ("scoring", "rounding"), "0"), "Протокол записан не по схеме"),
        (lambda p: put(p, ("applications", 0, "number"), ["a"]), "Протокол записан не по схеме"),
        (lambda p: put(p, ("applications", 0, "measured", "k3"), "1/0"), "Протокол записан не по схеме"),
        (lambda p: put(p, ("applications", 0, "submitted_at"), "2026-04-01T00:00:00"), "нет часового пояса"),
        (lambda p: put(p, ("applications", 0, "nomination"), "n9"), "Нет номинации n9"),
        (lambda p: put(p, ("applications", 0, "number"), "2026-0002"), "названа дважды"),
        (lambda p: put(p, ("session", "present"), 5.0), "не бывает чисел с плавающей точкой"),
        (lambda p: put(p, ("session", "attendance", 0, "is_present"), 1), "Протокол записан не по схеме"),
        (lambda p: put(p, ("grants_per_tos",), "1"), "Протокол записан не по схеме"),
    ],
)
def test_inputs_that_break_a_rule_are_one_difference_in_words(change: Change, words: str) -> None:
    protocol = read(build_protocol(grant_contest()))
    change(protocol)
    found = recompute(protocol)
    assert len(found) == 1
    assert words in str(found[0])


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("applications", 0, "marks", "Э2", "k1"), "10.0"),
        (("applications", 0, "measured", "k3"), "200/18"),
        (("fund_by_source", 0, "sum"), "708500"),
    ],
)
def test_a_number_written_another_way_is_a_difference(path: tuple[Any, ...], written: str) -> None:
    protocol = read(build_protocol(grant_contest()))
    before = at(protocol, path)
    assert Fraction(before) == Fraction(written)
    put(protocol, path, written)
    assert [(one.stated, one.computed) for one in recompute(protocol)] == [(written, before)]


def test_swapped_rows_are_a_difference() -> None:
    protocol = read(build_protocol(grant_contest()))
    protocol["results"][0], protocol["results"][1] = protocol["results"][1], protocol["results"][0]
    assert [one.path for one in recompute(protocol)] == ["results"]


def test_a_recused_juror_has_no_marks() -> None:
    inputs = grant_contest()
    with pytest.raises(RuleBroken, match="Эксперт Э1 отведён от заявки 2026-0001, но есть его оценки"):
        decide(replace(inputs, recusals=(*inputs.recusals, Recusal("Э1", "2026-0001"))))


def test_an_empty_contest_has_a_protocol_too() -> None:
    protocol = read(build_protocol(replace(grant_contest(), candidates=(), recusals=())))
    assert recompute(protocol) == []
    assert protocol["sums"]["remainder_sum"] == "721486.76"


scoring_rules = st.builds(
    ScoringRule,
    method=st.sampled_from(METHODS),
    rounding=st.sampled_from([D("0.01"), D("1"), D("0.5")]),
    criterion_rounding=st.sampled_from([None, D("0.01")]),
    ties=st.just(("k2", "submitted_at")),
)


@given(st.integers(3, 9), st.integers(2, 5), scoring_rules, st.sampled_from(["cut", "skip", "stop"]))
def test_every_rule_gives_a_protocol_that_recomputes(
    applications: int, jurors: int, scoring: ScoringRule, last: str
) -> None:
    awarding = AwardingRule("walk", last, D("30000.00"))
    inputs = replace(grant_contest(applications, jurors), scoring=scoring, awarding=awarding)
    protocol = read(build_protocol(inputs))
    assert check_digest(protocol) is None
    assert recompute(protocol) == []
