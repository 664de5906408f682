"""Criteria and scoring in words: no code words, both ends of a band, sources by the questions of the form."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.test_procedures import GROUPS, S5, S21, STEPS, computed, item, jury, scoring
from tests.make import regulation_with
from tosportal.domain.criteria import KIND_NAMES, KINDS, ROUNDING_NAMES, ROUNDINGS, Criterion, plain, proof_of
from tosportal.domain.explaining import explain, source_words
from tosportal.domain.regulation import regulation_from_json
from tosportal.domain.scoring import (
    EXPERT_MIN_NAMES,
    EXPERT_MIN_WHO,
    METHOD_NAMES,
    METHODS,
    TIE_DECISION_NAMES,
    TIE_DECISIONS,
    ScoringRule,
    method_words,
    sums_of_criteria,
    threshold_words,
    tie_words,
)

D = Decimal
KINDS_SHOWN = {
    "jury_mark": (jury("k", "5", step="0.5"), "Эксперт ставит от 0 до 5 с шагом 0.5."),
    "band": (computed("k", "band", "15", "own_share", levels=S5), "доля собственного вклада по смете"),
    "counter": (computed("k", "counter", "5", "field:residents", each="1", every="10", rounding="started"),
                "За каждые 10 — 1, вместе не больше 5. Неполная единица считается целой."),
    "steps": (STEPS | {"code": "k", "value": "field:residents"}, "Выше 10 за каждые 10 — ещё 1, вместе не больше 20."),
    "checklist": (computed("k", "checklist", "5", None, items=[item("a", "5")]), "вместе не больше 5"),
    "subsum": (computed("k", "subsum", "1", None, items=[item("a", at_most="1")]), "у каждой свой предел"),
    "weighted_counter": (computed("k", "weighted_counter", "9", None, items=[item("a", "3")]), "на цену каждого вида"),
    "penalty": (computed("k", "penalty", "5", "field:residents", each="1", rounding="full", base="registry:residents",
                         per="1000", zero_from="10"), "Считается на каждые 1000 делителя. Начиная с 10 — ноль."),
    "share": (computed("k", "share", "20", "budget:own", step="0.01", base="budget:total", full_at="50"),
              "полный балл при 50 %"),
    "bonus": (computed("k", "bonus", "1", "registry:legal_entity"), "1, если «да»"),
}  # fmt: skip


def regulation_of(*criteria):
    definition = {**regulation_with(), "criteria": list(criteria)}
    return regulation_from_json({**definition, "scoring": scoring("sum_of_criterion_means", groups=GROUPS)})


def test_every_kind_method_and_choice_has_its_words():
    assert set(KIND_NAMES) == set(KINDS) == set(KINDS_SHOWN)
    assert set(ROUNDING_NAMES) == set(ROUNDINGS)
    assert (set(METHOD_NAMES), set(EXPERT_MIN_NAMES)) == (set(METHODS), set(EXPERT_MIN_WHO))
    assert set(TIE_DECISION_NAMES) == set(TIE_DECISIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_said_in_words(kind):
    data, words = KINDS_SHOWN[kind]
    found = explain(regulation_of(data), Criterion.from_json(data))
    text = " ".join(str(one) for one in found.rules).replace(",5", ".5")
    assert words in text
    said = [
        *found.rules,
        *(source for _item, source in found.items),
        *(one for _name, rows in found.bands for one, _ in rows),
    ]
    for one in said:
        assert not re.search(r"[a-z_]{3,}|%\(", str(one).replace("поле «a»", "")), str(one)


def test_scales_of_groups_conditions_and_weights_are_said():
    data = computed("k", "band", "3", "registry:residents", levels=S21, groups=["i", "ii"], asked_above="100.00")
    found = explain(regulation_of(data), Criterion.from_json(data))
    assert [name for name, _rows in found.bands] == ["до 125 жителей", "125–249 жителей", "от 250 жителей"]
    assert [str(words) for words, _level in found.bands[2][1]] == [
        "от 250 включительно до 500 не включая", "от 500 включительно до 750 включительно", "больше 750",
    ]  # fmt: skip
    text = " ".join(str(one) for one in found.rules)
    assert "Только для групп: от 250 жителей, 125–249 жителей." in text
    assert "Только если запрошено больше 100" in text


def test_sources_are_named_by_the_questions():
    regulation = regulation_of(jury("k"))
    assert str(source_words(regulation, "field:residents")) == "ответ на вопрос «Число жителей»"
    assert str(source_words(regulation, "budget:in_kind")) == "вещи и труд по смете"
    assert str(source_words(regulation, "field:gone")) == "поле «gone»"
    assert source_words(regulation, None) is None


@pytest.mark.parametrize("method", METHODS)
def test_a_method_with_its_thresholds_and_ties_is_said(method):
    rule = ScoringRule(method, pass_total=D("40.0"), expert_min=D(5), expert_min_who="any", ties=("k1", "submitted_at"),
                       tie_decision="lot", criterion_rounding=D("0.1"))  # fmt: skip
    words = [str(one) for one in (*method_words(rule), *threshold_words(rule), *tie_words(rule, {"k1": "Смета"}))]
    assert not any(re.search(r"[a-z_]{3,}|%\(", one) for one in words)
    assert words[-3:] == [
        "При равенстве решает: «Смета».", "Затем: кто раньше отправил заявку.", "Если и это не решило: жребий.",
    ]  # fmt: skip
    assert "Проходной балл — 40." in words
    assert "Заявка не проходит, если хотя бы один эксперт поставил ей меньше 5." in words


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in {"jury_mark"}])
def test_examples_reach_the_maximum_and_never_pass_it(kind):
    one = Criterion.from_json(KINDS_SHOWN[kind][0])
    proof = proof_of(one)
    for scale in proof.scales:
        points = [example.points for example in scale.examples]
        assert None not in points
        assert max(points) == one.maximum
        assert min(points) >= 0
        assert "достижим" in str(scale.reach)
        assert "недостижим" not in str(scale.reach)


def test_unsound_numbers_are_examples_without_points_and_never_an_error():
    for changes in (
        {"every": D(0)},
        {"each": None},
        {"each": D(0)},
        {"step": D(0), "rounding": "exact"},
        {"rounding": None},
    ):
        for kind in ("counter", "penalty", "steps", "share", "band"):
            one = replace(Criterion.from_json(KINDS_SHOWN[kind][0]), **changes)
            assert proof_of(one).scales
    assert proof_of(replace(Criterion.from_json(KINDS_SHOWN["share"][0]), full_at=D(0))).scales
    assert proof_of(replace(Criterion.from_json(KINDS_SHOWN["penalty"][0]), per=D(0))).scales


def test_sums_stand_for_every_range_of_requests_and_every_group():
    made = [
        Criterion.from_json(one)
        for one in (
            jury("k1", weight="0.6"),
            jury("k2", "5", weight="0.4", asked_upto="300.00"),
            jury(
                "k3",
                "7",
                weights=[{"upto": "500.00", "weight": "0.4"}, {"upto": None, "weight": "0.3"}],
                asked_above="300.00",
            ),
        )
    ]
    rows = sums_of_criteria(ScoringRule("weighted_mean"), made)
    assert [(row.above, row.upto, row.maximum, row.weights, row.is_whole) for row in rows] == [
        (None, D("300.00"), D(15), D("1.0"), True),
        (D("300.00"), D("500.00"), D(17), D("1.0"), True),
        (D("500.00"), None, D(17), D("0.9"), False),
    ]
    assert rows[0].highest == D("8.0")
    grouped = [replace(made[0], groups=("i",)), replace(made[0], code="k9")]
    rule = regulation_of(jury("k")).scoring
    assert [(row.group, len(row.criteria)) for row in sums_of_criteria(rule, grouped)] == [
        ("iii", 1),
        ("ii", 1),
        ("i", 2),
    ]


def test_numbers_are_plain():
    assert [str(plain(D(one))) for one in ("0", "0.00", "100", "1000.0", "0.50", "12345678901.25")] == [
        "0", "0", "100", "1000", "0.5", "12345678901.25",
    ]  # fmt: skip
