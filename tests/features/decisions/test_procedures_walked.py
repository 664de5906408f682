"""The twenty procedures of DOMAIN 3.7 as contests: each made from its regulation, filled in, admitted, marked, ranked
and written down by the same service functions as the pages call, with the totals counted by hand.

The regulations themselves and the edges of their scales stand in tests/domain/test_procedures.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.conftest import ENGINES, close, make_app
from tests.domain.test_procedures import ACT, GROUPS, S5, S21, computed, item, jury, levels, scoring, sheet
from tests.make import REGULATION
from tests.make_walk import Walk, budget
from tosportal.domain.named_sums import NamedSum
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.decisions import service as decisions

D = Decimal
JSON = dict[str, Any]


@pytest.fixture(scope="module", params=ENGINES)
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One portal for all procedures: each makes a district of its own."""
    folder = tmp_path_factory.mktemp("procedures")
    if request.param == "sqlite":
        path = folder / "portal.sqlite3"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        app = make_app(folder, f"sqlite:///{path}")
        with app.app_context():
            yield app
        close(app)
        return
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    app = make_app(folder, databases.url(name))
    with app.app_context():
        yield app
    close(app)
    databases.give_back(name)


def regulation(kind: str, criteria: Sequence[JSON], rule: JSON, awarding: JSON, fund: str) -> JSON:
    """A contest of this kind that asks for what the criteria measure, and for nothing more."""
    fields: list[JSON] = []
    sources = [one.get("value") for one in criteria] + [one.get("base") for one in criteria]
    sources += [row["value"] for one in criteria for row in one.get("items", ())]
    codes = sorted({source.removeprefix("field:") for source in sources if source and source.startswith("field:")})
    fields += [{"code": code, "label": code, "kind": "integer", "required": True, "min": "0"} for code in codes]
    if kind == "grant":
        fields.append({"code": "title", "label": "Название", "kind": "text", "required": True})
        fields.append({"code": "budget", "label": "Смета", "kind": "budget", "required": True})
    if not fields:
        fields.append({"code": "story", "label": "Рассказ", "kind": "text", "required": True})
    prizes = [{"place": place, "sum": "50000.00"} for place in (1, 2, 3)] if kind == "prize" else []
    return {
        "schema": "regulation/1", "kind": kind, "name": "Конкурс", "summary": "",
        "nominations": [{"code": "n1", "name": "Лучший ТОС", "applicant": "tos", "prizes": prizes}],
        "timeline": REGULATION["timeline"], "eligibility": [], "documents": [],
        "limits": {"grant_max": fund} if kind == "grant" else {},
        "form": {"sections": [{"code": "s", "title": "Заявка", "nominations": [], "fields": fields}]},
        "criteria": list(criteria), "scoring": rule, "awarding": awarding, "admission": [],
    }  # fmt: skip


@dataclass(frozen=True)
class Applied:
    """One application: sheets of the jurors in turn (None: did not mark), what is asked, answers, the ТОС."""

    sheets: Sequence[Mapping[str, str] | None] = ()
    asked: str = ""
    own: str = "0"
    answers: Mapping[str, Any] = field(default_factory=dict)
    tos: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A procedure: its criteria and rule, who applied, and (total, place, outcome, sum) of each, counted by hand."""

    name: str
    criteria: Sequence[JSON]
    rule: JSON
    applied: Mapping[str, Applied]
    expected: Mapping[str, tuple[str, int, str, str]]
    fund: str = "5000000.00"
    sums_by: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    tie_votes: Sequence[str] = ()

    @property
    def kind(self) -> str:
        return "grant" if any(one.asked for one in self.applied.values()) else "prize"


FIRST, SECOND, THIRD = "50000.00", "50000.00", "50000.00"
WON, LESS, LOST = "winner", "partial", "below_pass"
LEVELS = [{"points": value, "text": value, "from": None} for value in ("0", "25", "50", "100")]
ANCHORS = [{"points": str(value), "text": f"уровень {value}", "from": None} for value in range(3)]
STEPS = computed("k", "steps", "20", levels=levels(("0", "0"), ("2", "1"), ("3", "2"), (">10", "5")), each="1",
                 every="10", rounding="full", tail_from="10")  # fmt: skip
PENALTY = computed("k", "penalty", "5", "field:n", step="0.5", each="1", rounding="full", base="registry:residents",
                   per="1000", zero_from="10")  # fmt: skip
BY_SUM = [
    {"upto": "300000.00", "weight": "2.5"},
    {"upto": "1000000.00", "weight": "1.5"},
    {"upto": None, "weight": "1"},
]
ALL = scoring("sum_of_criterion_means", sheets_min=0)


def counted(name: str, criterion: JSON, rows: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any], str]]) -> Case:
    """A criterion that the portal computes: ТОС → answers, what the registry knows, points. Points give the places."""
    order = sorted({points for *_more, points in rows.values()}, key=D, reverse=True)
    assert len(order) == len(rows), "points differ, so that places do"
    return Case(
        name, [criterion], ALL,
        {tos: Applied(answers=answers, tos=known) for tos, (answers, known, _points) in rows.items()},
        {tos: (f"{D(points):.2f}", order.index(points) + 1, WON, FIRST) for tos, (_a, _k, points) in rows.items()},
    )  # fmt: skip


CASES = [
    # (20 + 15) / 2 for both of those who marked; 14.5 is below 15; of two equals the earlier is higher.
    Case("M1", [jury("k1"), jury("k2")], scoring("mean_of_totals", pass_total="15"),
         {"a": Applied([sheet("10", "10"), sheet("8", "7"), None]), "b": Applied([sheet("9", "6"), sheet("7", "7")]),
          "c": Applied([sheet("8", "9"), sheet("9", "9")])},
         {"a": ("17.50", 1, WON, FIRST), "c": ("17.50", 2, WON, SECOND), "b": ("14.50", 3, LOST, "0.00")}),
    # (40 + 40) / 2 passes, (40 + 39) / 2 does not; the list gives 70 000 of the 90 000 that were asked.
    Case("M2", [jury(f"k{n}", "14") for n in range(1, 5)], scoring("mean_of_totals", pass_total="40"),
         {"a": Applied([sheet("14", "12", "8", "6"), sheet("10", "10", "10", "10")], "90000.00"),
          "b": Applied([sheet("14", "12", "8", "6"), sheet("10", "10", "10", "9")], "60000.00")},
         {"a": ("40.00", 1, LESS, "70000.00"), "b": ("39.50", 2, LOST, "0.00")},
         sums_by="commission", named={"a": "70000.00"}),
    # 27/3 + 14/3, one application is enough.
    Case("M3", [jury("k1"), jury("k2", "5")], scoring("sum_of_criterion_means"),
         {"a": Applied([sheet("9", "4"), sheet("8", "5"), sheet("10", "5")])}, {"a": ("13.67", 1, WON, FIRST)}),
    # 7.67 + 7.33: each mean to hundredths first.
    Case("M4", [jury("k1"), jury("k2")], scoring("sum_of_criterion_means", criterion_rounding="0.01"),
         {"a": Applied([sheet("8", "7"), sheet("8", "7"), sheet("7", "8")])}, {"a": ("15.00", 1, WON, FIRST)}),
    # 2 criteria: 2 × 18/18 and 2 × 12/18.
    Case("M5", [jury("k1"), jury("k2")], scoring("normalised"),
         {"a": Applied([sheet("9", "9")]), "b": Applied([sheet("6", "6")])},
         {"a": ("2.00", 1, WON, FIRST), "b": ("1.33", 2, WON, SECOND)}),
    # 8 × 2.5 + 5 up to 300 000 inclusive; 8 × 1.5 + 5 up to a million inclusive; 8 + 5 above.
    Case("M6", [jury("k1", weights=BY_SUM), jury("k2")], scoring("sum_of_criterion_means"),
         {"a": Applied([sheet("8", "5")], "300000.00"), "b": Applied([sheet("8", "5")], "300000.01"),
          "c": Applied([sheet("8", "5")], "1000000.01")},
         {"a": ("25.00", 1, WON, "300000.00"), "b": ("17.00", 2, WON, "300000.01"),
          "c": ("13.00", 3, WON, "1000000.01")}),
    # 0.2 × (75 + 50 + 25 + 0 + 100).
    Case("M7", [jury(f"k{n}", "100", weight="0.2", levels=LEVELS, only_levels=True) for n in range(1, 6)],
         scoring("weighted_mean"),
         {"a": Applied([sheet("100", "50", "25", "0", "100"), sheet("50", "50", "25", "0", "100")])},
         {"a": ("50.00", 1, WON, FIRST)}),
    # (2 + 1) × 0.5, the low level explained.
    Case("M8", [jury(f"k{n}", "2", weight="0.5", levels=ANCHORS, only_levels=True, note_at_most="1") for n in (1, 2)],
         scoring("sum_of_criterion_means"), {"a": Applied([sheet("2", "1")])}, {"a": ("1.50", 1, WON, FIRST)}),
    # 30 × 20/80 own money + 70 × 60/80 asked: 7.5 + 52.5.
    Case("M9", [computed("k1", "share", "30", "budget:own", step="0.01", base="budget:total"),
                computed("k2", "share", "70", "budget:requested", step="0.01", base="budget:total")], ALL,
         {"a": Applied(asked="60000.00", own="20000.00")}, {"a": ("60.00", 1, WON, "60000.00")}),
    # 10 % of 100 000 is 1 point; a kopeck more is 3.
    Case("M10", [computed("k", "band", "15", "own_share", levels=S5)], ALL,
         {"a": Applied(asked="90000.00", own="10000.00"), "b": Applied(asked="89999.99", own="10000.01")},
         {"b": ("3.00", 1, WON, "89999.99"), "a": ("1.00", 2, WON, "90000.00")}),
    counted("M11", computed("k", "counter", "5", each="1"),
            {"a": ({"n": "6"}, {}, "5"), "b": ({"n": "4"}, {}, "4"), "c": ({"n": "0"}, {}, "0")}),
    counted("M12", STEPS, {"a": ({"n": "2"}, {}, "1"), "b": ({"n": "10"}, {}, "2"), "c": ({"n": "19"}, {}, "5")}),
    counted("M12 above", STEPS, {"a": ({"n": "20"}, {}, "6"), "b": ({"n": "500"}, {}, "20")}),
    counted("M13", computed("k", "subsum", "3", None, items=[item(c, at_most="1") for c in ("news", "net", "stands")]),
            {"a": ({"news": "9", "net": "1", "stands": "4"}, {}, "3"),
             "b": ({"news": "0", "net": "1", "stands": "4"}, {}, "2")}),
    counted("M14", PENALTY, {"a": ({"n": "2"}, {"population": 800}, "3"), "b": ({"n": "1"}, {"population": 1001}, "5"),
                             "c": ({"n": "8"}, {"population": 800}, "0")}),
    # Groups by residents, places within each: 39 → 1 point, 80 → 2 in the third; 250 → 1, 751 → 3 in the first.
    Case("M15", [computed("k1", "band", "3", "registry:residents", levels=S21)],
         scoring("sum_of_criterion_means", sheets_min=0, groups=GROUPS),
         {"a": Applied(tos={"population": 39}), "b": Applied(tos={"population": 80}),
          "c": Applied(tos={"population": 250}), "d": Applied(tos={"population": 751})},
         {"a": ("1.00", 2, WON, SECOND), "b": ("2.00", 1, WON, FIRST), "c": ("1.00", 2, WON, SECOND),
          "d": ("3.00", 1, WON, FIRST)}),
    # 36 + 36 + 35 without division (DOMAIN 11.2).
    Case("M16", [jury(f"k{n}", most) for n, most in enumerate(("10", "10", "10", "5", "5", "5"), 1)],
         scoring("sum_of_totals"),
         {"a": Applied([sheet("9", "8", "7", "4", "5", "3"), sheet("8", "8", "8", "4", "4", "4"),
                        sheet("10", "7", "6", "5", "5", "2")])}, {"a": ("107.00", 1, WON, FIRST)}),
    # 8, and 1 more for a legal entity.
    Case("M17", [jury("k1"), computed("k2", "bonus", "1", "registry:legal_entity")], scoring("weighted_mean"),
         {"a": Applied([sheet("8")]), "b": Applied([sheet("8")], tos={"is_legal_entity": True})},
         {"b": ("9.00", 1, WON, FIRST), "a": ("8.00", 2, WON, SECOND)}),
    *(Case(f"M18 by {how}", [jury("k1")], scoring("mean_of_totals", ties=["k1"], tie_decision=how),
           {"a": Applied([sheet("8")]), "b": Applied([sheet("8")])},
           {"b": ("8.00", 1, WON, FIRST), "a": ("8.00", 2, WON, SECOND)}, tie_votes=("b", "a"))
      for how in ("vote", "lot", "chair")),
    # 39 and 38: each expert below 40; 39 and 40: not each.
    Case("M19", [jury(f"k{n}", "20") for n in range(1, 4)], scoring("mean_of_totals", expert_min="40"),
         {"a": Applied([sheet("13", "13", "13"), sheet("13", "12", "13")]),
          "b": Applied([sheet("13", "13", "13"), sheet("14", "13", "13")])},
         {"b": ("39.50", 1, WON, FIRST), "a": ("38.50", 2, LOST, "0.00")}),
    # The rule recommends 60 000 and the 30 000 that are left; the organiser gives 45 000 to each.
    Case("M20", [jury("k1")], scoring("mean_of_totals", pass_total="5"),
         {"a": Applied([sheet("9")], "60000.00"), "b": Applied([sheet("8")], "60000.00"),
          "c": Applied([sheet("3")], "60000.00")},
         {"a": ("9.00", 1, LESS, "45000.00"), "b": ("8.00", 2, LESS, "45000.00"), "c": ("3.00", 3, LOST, "0.00")},
         fund="90000.00", sums_by="organiser", named={"a": "45000.00", "b": "45000.00"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_procedure_from_its_regulation_to_its_protocol(portal: Flask, case: Case) -> None:
    awarding = {"method": "walk", "last": "cut", "partial_min": None} if case.kind == "grant" else {
        "method": "prizes", "shared": "same_prize"}  # fmt: skip
    named = {"sums_by": case.sums_by} if case.sums_by else {}
    made = regulation_from_json(regulation(case.kind, case.criteria, case.rule, awarding | named, case.fund))
    began_at = datetime(2026, 2, 2, 3, tzinfo=UTC)
    walk = Walk(made, began_at, fund={"local": case.fund}, slug=f"p-{CASES.index(case)}")
    walk.announce()
    for minute, (name, one) in enumerate(case.applied.items()):
        answers = dict(one.answers)
        if one.asked:
            answers["budget"] = budget(one.asked, one.own)
        walk.apply(name, answers, minute=minute, **one.tos)
    walk.admit()
    walk.score({name: one.sheets for name, one in case.applied.items()})
    decision = walk.decide(case.tie_votes)
    if case.named:
        sums = tuple(
            NamedSum(decisions.protocol_number(walk.applications[name]), D(money), ACT)
            for name, money in case.named.items()
        )
        decision = decisions.name_sums(decision, sums, actor=walk.secretary, now=walk.decided_at)
        walk.ensure_verified(decision)
    walk.publish(decision)
    found = {name: (*row[:3], f"{row[3]:f}") for name, row in walk.results(decision).items()}
    assert found == dict(case.expected)
