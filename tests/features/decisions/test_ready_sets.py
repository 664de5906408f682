"""The three ready sets from the copy to the published results, with totals counted by hand and the edges of bands."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.make_walk import Walk, budget
from tosportal.domain.beginnings import ABOUT
from tosportal.domain.criteria import Criterion, fitted, points_of
from tosportal.domain.regulation import Regulation, check_regulation, regulation_from_json, to_json
from tosportal.features.contests import service as contests
from tosportal.features.contests.queries import ready_sets, regulation_of

ZONE = ZoneInfo("Asia/Novosibirsk")
ANNOUNCED = datetime(2026, 3, 3, 3, tzinfo=UTC)
D = Decimal


def begun(code: str) -> Regulation:
    """The set as the page «Новый конкурс» begins it."""
    return ready_sets()[code].begun(name="Наш конкурс", announced_on=date(2026, 3, 3), zone=ZONE)


def walked(code: str, limits: dict[str, str] | None = None, **more) -> Walk:
    """Created from the set, edited, announced."""
    walk = Walk(begun(code), ANNOUNCED, **more)
    data = to_json(regulation_of(walk.contest))
    data |= {"summary": "Как решил район", "limits": data["limits"] | (limits or {})}
    regulation = regulation_from_json(data)
    contests.save_regulation(walk.contest, regulation, actor=walk.secretary, now=ANNOUNCED)
    walk.announce()
    return walk


def criterion(code: str, name: str) -> Criterion:
    return next(one for one in ready_sets()[code].regulation.criteria if one.code == name)


@pytest.mark.parametrize("code", ABOUT)
def test_a_set_passes_every_proof_and_is_read_back_as_it_is(code):
    made = begun(code)
    assert [str(one) for one in check_regulation(made, D("1000000.00"))] == []
    assert regulation_from_json(to_json(made)) == made
    assert all(one.clause for one in (*made.eligibility, *made.documents, *made.admission))
    slots = {one.code for one in made.documents}
    asked = {field.slot for section in made.sections for field in section.fields if field.kind == "files"}
    assert asked == slots  # every document has its place in the form, and every place its document


def test_the_best_totals_of_the_sets_are_those_of_their_regulations():
    assert [(code, one.points) for code, one in ready_sets().items()] == [
        ("best-tos", 64), ("best-activist", 50), ("project-grant", 100),
    ]  # fmt: skip


def events(count: int, **more: str) -> list[dict[str, str]]:
    return [{"held_on": "2026-02-20", "name": f"Дело {number}", "people": "20", **more} for number in range(count)]


def works(result: str) -> dict[str, str]:
    return {"name": "Конкурс", "result": result}


BEST = {
    "participants": "500", "meetings": [{"held_on": "2026-02-20", "kind": "council", "number": str(n), "about": "План"}
                                        for n in range(6)],
    "planning": ["seminars", "media"], "sport": events(5), "culture": events(11), "works": ["roads", "green", "play"],
    "social": [{"name": "Шефство", "whom": "Соседям", "times": "3"}], "svo": ["goods", "social"],
    "contests": [works("sent"), works("district"), works("federal")], "stands": "4", "publications": [],
    "pages": ["https://example.org/tos"], "calls": "2",
}  # fmt: skip


def test_the_best_tos_by_hand(app):
    walk = walked("best-tos")
    walk.apply("ТОС «Большой»", BEST, population=800, is_legal_entity=True, ogrn="1027700132195")
    walk.apply("ТОС «Второй»", {"participants": "250", "stands": "0", "calls": "8"}, population=800, minute=1)
    walk.apply("ТОС «Малый»", {"participants": "40", "stands": "1", "calls": "0"}, population=124, minute=2)
    walk.admit()
    walk.score({name: [{"jury": "4"}, {"jury": "5"}, {"jury": "4"}] for name in walk.applications})
    decision = walk.decide()
    walk.publish(decision)
    # 1.1: 500 → 2; 1.2: 6 protocols → 5; 1.3: 2; 1.4: 5; 2.1: 5 → 1; 2.2: 11 → 2; 3: 2 + 1 + 2 = 5; 4: 1; 5: 4;
    # 6: 1 + 2 + 4 = 7; 7: stand 1 + pages 1 = 2; 8: 2 of 800 is 2.5 a thousand → 5 − 2 = 3; 9: 13/3. Together 43.33.
    # Second: 250 → 1; 8 calls of 800 are 10 a thousand → 0; 1 + 4.33. Small, group III: 40 → 2; stand 1; 5; 2+1+5+4.33.
    assert walk.results(decision) == {
        "ТОС «Большой»": ("43.33", 1, "winner", D("10000.00")),
        "ТОС «Второй»": ("5.33", 2, "winner", D("7000.00")),
        "ТОС «Малый»": ("12.33", 1, "winner", D("10000.00")),
    }


def test_the_best_activist_by_hand(app):
    walk = walked("best-activist")
    walk.apply(
        "ТОС «Один»",
        {
            "years_in_tos": "3", "informing": events(7), "works": events(2), "children": events(4),
            "safety": events(1), "sport": [], "culture": events(3),
            "contests": [works(one) | {"year": "2025"} for one in ("d_win", "r_part", "f_win", "d_part")],
            "awards": [{"name": "Глава", "given_on": "", "level": one} for one in ("federal", "regional", "municipal")],
        },
    )  # fmt: skip
    walk.apply("ТОС «Два»", {"years_in_tos": "3,5"}, minute=1)
    walk.apply("ТОС «Три»", {"years_in_tos": "6"}, nomination="chair", minute=2)
    walk.admit()
    walk.score({name: [{"jury": "5"}, {"jury": "4"}, {"jury": "4"}] for name in walk.applications})
    decision = walk.decide()
    walk.publish(decision)
    # 3 years → 2; 7 → 5 at most; 2 + 2 + 6 + 1 = 11 → 10; 2; 4; 1; 0; 3; 3 + 2 + 1 = 6 → 5; 13/3: together 36.33.
    assert walk.results(decision) == {
        "ТОС «Один»": ("36.33", 1, "winner", D("8000.00")),
        "ТОС «Два»": ("8.33", 2, "winner", D("6000.00")),  # 3.5 years → 4, and 13/3
        "ТОС «Три»": ("9.33", 1, "winner", D("8000.00")),  # 6 years → 5; chairs have places of their own
    }


MARKS = {"relevance": "5", "logic": "4", "budget": "4", "publicity": "3"}


def help_of(worth: str) -> list[dict[str, str]]:
    """Help in kind that comes to the sum of the budget: the portal compares them."""
    return [{"kind": "goods", "who": "Жители", "quantity": "1", "rate": worth, "basis": "Чек"}]


def test_the_project_grant_by_hand(app):
    walk = walked("project-grant", {"grant_max": "100000.00"}, fund={"regional": "98200.00", "local": "31800.00"})
    plan = [{"name": "Посадка", "starts_on": "2026-07-20", "ends_on": "2026-08-20", "responsible": "Примерова",
             "result": "Деревья"}]  # fmt: skip
    meeting = {"held_on": "2026-02-20", "form": "in_person", "residents": "240", "present": "120", "votes_against": "0",
               "abstained": "0"}  # fmt: skip
    common = {
        "plan": plan,
        "beneficiaries_direct": "90",
        "lifetime_years": "1",
        "meeting": meeting | {"votes_for": "72"},
    }
    walk.apply("ТОС «Десять»", common | {"budget": budget("90000.00", "10000.00")})
    walk.apply(
        "ТОС «Больше»",
        common | {"budget": budget("49999.00", "30000.00", "20001.00"), "beneficiaries_direct": "181",
                  "lifetime_years": "6", "meeting": meeting | {"votes_for": "71"}, "in_kind": help_of("20001.00")},
        minute=1,
    )  # fmt: skip
    walk.apply("ТОС «Слабый»", common | {"budget": budget("90000.00", "10000.00")}, minute=2)
    walk.admit()
    low = dict.fromkeys(MARKS, "1")
    walk.score(
        {
            "ТОС «Десять»": [MARKS] * 3,
            "ТОС «Больше»": [MARKS, MARKS, MARKS | {"relevance": "4"}],
            "ТОС «Слабый»": [low] * 3,
        }
    )
    decision = walk.decide()
    walk.publish(decision)
    # Ten: 100 × (0.2×1 + 0.15×0.8 + 0.15×0.8 + 0.05×0.6 = 0.47) + support 72/240 = 30 % → 3: 0.15×0.6 = 0.09
    # + own share 10 % → 1: 0.15/15 = 0.01 + reach 90/300 = 30 % → 5: 0.1/3 + lasting 1 → 5: 0.05/3: together 62.
    # More: relevance 14/3 of 5 → 0.456667 + 71/240 = 29.6 % → 2: 0.06 + 50.001 % → 15: 0.15 + 60.3 % → 0.1 + 0.05.
    # Weak: 0.55 × 0.2 = 0.11 + 0.09 + 0.01 + 0.05 = 26, below 50. The fund of 130 000 is enough for 49 999 and cut.
    assert walk.results(decision) == {
        "ТОС «Десять»": ("62.00", 2, "partial", D("80001.00")),
        "ТОС «Больше»": ("81.67", 1, "winner", D("49999.00")),
        "ТОС «Слабый»": ("26.00", 3, "below_pass", D("0.00")),
    }


# --- edges of bands: just below, at, just above --------------------------------------------------------------------

TINY = D("0.000001")


def at_edges(code: str, name: str, edges: list[tuple[str, str, str, str]], **more: object) -> None:
    """(edge, points just below it, at it, just above it), as the portal counts a value."""
    found = criterion(code, name)
    for edge, below, same, above in edges:
        values = [D(edge) - TINY, D(edge), D(edge) + TINY]
        assert [str(points_of(found, {name: value} | more)) for value in values] == [below, same, above], edge


def test_edges_of_cofinancing_s5():
    at_edges("project-grant", "cofinancing", [
        ("5", "0", "1", "1"), ("10", "1", "1", "3"), ("20", "3", "3", "6"), ("30", "6", "6", "9"),
        ("40", "9", "9", "12"), ("50", "12", "12", "15"),
    ])  # fmt: skip


def test_edges_of_support_reach_and_durability():
    at_edges("project-grant", "support", [
        ("5", "0", "1", "1"), ("15", "1", "2", "2"), ("30", "2", "3", "3"), ("50", "3", "4", "4"),
        ("70", "4", "5", "5"),
    ], **{"support@base": 100})  # fmt: skip
    at_edges("project-grant", "reach", [("30", "5", "5", "10"), ("60", "10", "10", "15")], **{"reach@base": 100})
    at_edges("project-grant", "lasting", [("1", "5", "5", "10"), ("5", "10", "10", "15")])


@pytest.mark.parametrize(
    ("group", "edges"),
    [
        ("i", [("250", "0", "1", "1"), ("500", "1", "2", "2"), ("750", "2", "2", "3")]),
        ("ii", [("125", "0", "1", "1"), ("150", "1", "2", "2"), ("200", "2", "2", "3")]),
        ("iii", [("40", "1", "2", "2"), ("80", "2", "2", "3")]),
    ],
)
def test_edges_of_the_size_groups_s21(group, edges):
    (found,) = fitted([criterion("best-tos", "people")], None, group)
    for edge, below, same, above in edges:
        values = [int(edge) - 1, int(edge), int(edge) + 1]
        assert [str(points_of(found, {"people": value})) for value in values] == [below, same, above], edge


def test_edges_of_the_groups_themselves():
    groups = ready_sets()["best-tos"].regulation.scoring.groups
    assert [groups.group_of(people) for people in (124, 125, 126, 249, 250, 251)] == ["iii", "ii", "ii", "ii", "i", "i"]


def test_edges_of_events_years_and_counters():
    for name in ("sport", "culture"):
        at_edges("best-tos", name, [("5", "0", "1", "1"), ("10", "1", "1", "2")])
    at_edges("best-activist", "years", [("1", "0", "2", "2"), ("3", "2", "2", "4"), ("5", "4", "4", "5")])
    for code, name, most in (("best-tos", "meetings", 5), ("best-tos", "social", 5), ("best-activist", "works", 6)):
        counts = [str(points_of(criterion(code, name), {name: count})) for count in (most - 1, most, most + 1)]
        assert counts == [str(most - 1), str(most), str(most)]


def test_edges_of_the_penalty_s20():
    found = criterion("best-tos", "calls")
    # Of 1,000 residents: whole complaints count, 10 and more give nothing (DOMAIN 11.6: 2.5 a thousand → 3 points).
    cases = {(0, 1000): "5", (1, 1001): "5", (1, 1000): "4", (2, 800): "3", (4, 1000): "1", (5, 1001): "1",
             (5, 1000): "0", (9, 1000): "0", (10, 1000): "0", (11, 1000): "0"}  # fmt: skip
    for (calls, residents), points in cases.items():
        assert str(points_of(found, {"calls": calls, "calls@base": residents})) == points, (calls, residents)
