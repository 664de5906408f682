"""A dry run on an earlier contest: points with their sources, what is missing, the ranking that would come out."""

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.domain.test_procedures import computed, item, jury, levels, scoring
from tests.make import REGULATION
from tosportal.domain.regulation import Regulation, regulation_from_json
from tosportal.domain.trial import Past, moved_answers, try_out

D = Decimal


def regulation(*criteria: dict[str, Any], method: str = "sum_of_criterion_means", **more: Any) -> Regulation:
    definition = {**copy.deepcopy(REGULATION), "criteria": list(criteria), **more}
    return regulation_from_json({**definition, "scoring": scoring(method)})


OLD = regulation(jury("k1"), jury("k2"))


def past(number: int, *marks: dict[str, str], place: int = 0, **more: Any) -> Past:
    values: dict[str, Any] = {
        "nomination": "n1",
        "answers": {"applicant": {"residents": "200"}, "budget": {"items": []}},
        "registry": {"residents": Fraction(200)},
        **more,
    }
    return Past(
        number=number,
        title=f"Проект {number}",
        tos_code=f"t{number}",
        tos_name=f"ТОС {number}",
        requested=D("72000.00"),
        submitted_at=datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=number),
        marks={f"Э{n}": {code: D(mark) for code, mark in sheet.items()} for n, sheet in enumerate(marks, 1)},
        place=place or number,
        total=D(10),
        **values,
    )


def sheet(first: str, second: str) -> dict[str, str]:
    return {"k1": first, "k2": second}


def test_points_with_their_values_and_what_is_missing() -> None:
    new = regulation(
        jury("k1"),
        computed("k3", "band", "10", "field:residents", levels=levels(("0", "0"), ("100", "10"))),
        computed("k4", "checklist", "5", None, items=[item("a", "5")]),
        computed("k5", "share", "20", "budget:own", step="0.01", base="budget:total"),
        computed("k6", "counter", "5", "registry:residents_16", each="1"),
    )
    trial = try_out(new, OLD, [past(1, sheet("5", "5"))])
    by_code = {one.criterion.code: one for one in trial.rows[0].readings}
    assert [str(one.points) for one in by_code.values()] == ["10", "0", "0", "0"]
    assert by_code["k3"].missing == []
    (_text, words, value) = by_code["k3"].values[0]
    assert (str(words), value) == ("ответ на вопрос «Число жителей»", 200)
    assert [str(one) for one in by_code["k4"].missing] == ["поле «a»"]
    assert [str(one) for one in by_code["k5"].missing] == ["свои деньги по смете", "вся стоимость по смете"]
    assert {str(words): count for words, count in trial.missing} == {
        "поле «a»": 1,
        "свои деньги по смете": 1,
        "вся стоимость по смете": 1,
        "число жителей от 16 лет по реестру": 1,
    }
    assert trial.rows[0].points == 10


def test_another_ranking_by_the_same_marks() -> None:
    # Before: 9+1 = 10, 1+8 = 9. Now the second criterion weighs twice: 11 and 17.
    new = regulation(jury("k1"), jury("k2", weight="2"))
    trial = try_out(new, OLD, [past(1, sheet("9", "1")), past(2, sheet("1", "8"))])
    assert [(row.past.number, row.place, row.moved) for row in trial.rows] == [(2, 1, 1), (1, 2, -1)]
    assert [str(row.total.value) for row in trial.rows if row.total] == ["17.00", "11.00"]
    assert [one.code for one in trial.with_marks] == ["k1", "k2"]


def test_criteria_without_marks_are_named_and_left_out_for_all() -> None:
    new = regulation(
        jury("k1"), jury("k2", "5"), jury("k7"), {**jury("k9"), "name": " критерий  K2 "}, method="mean_of_totals"
    )
    old = regulation(jury("k1"), jury("k2"))
    trial = try_out(new, old, [past(1, sheet("9", "6")), past(2, sheet("4", "10"))])
    assert [one.code for one in trial.with_marks] == ["k1", "k9"]
    assert [(one.code, str(why)) for one, why in trial.without_marks] == [
        ("k2", "тогда была другая шкала"), ("k7", "оценок по нему нет"),
    ]  # fmt: skip
    assert [(row.past.number, str(row.total.value)) for row in trial.rows if row.total] == [(1, "15.00"), (2, "14.00")]


def test_without_any_common_marks_there_are_points_and_no_places() -> None:
    new = regulation(jury("k7"), computed("k3", "bonus", "1", "registry:residents"))
    trial = try_out(new, OLD, [past(1, sheet("9", "6"))])
    assert not trial.is_ranked
    assert trial.rows[0].points == 1


def test_a_regulation_without_a_jury_is_ranked_by_the_portal_alone() -> None:
    new = regulation(computed("k3", "counter", "10", "registry:residents", each="0.01", every="1"))
    two = [past(1, registry={"residents": Fraction(100)}), past(2, registry={"residents": Fraction(500)})]
    assert [(row.past.number, row.place) for row in try_out(new, OLD, two).rows] == [(2, 1), (1, 2)]


def test_a_nomination_is_found_by_code_by_name_or_not_at_all() -> None:
    nominations = [{"code": "yard", "name": "Благоустройство", "applicant": "tos", "prizes": []},
                   {"code": "n3", "name": "Спорт", "applicant": "tos", "prizes": []}]  # fmt: skip
    new = regulation(jury("k1"), nominations=nominations)
    trial = try_out(new, OLD, [past(1, sheet("9", "6")), past(2, sheet("9", "6"), nomination="n2")])
    assert [(row.past.number, str(row.refusal or "")) for row in trial.rows] == [
        (1, ""), (2, "Такой номинации в положении нет"),
    ]  # fmt: skip
    only = regulation(jury("k1"), nominations=nominations[:1])
    assert [row.place for row in try_out(only, OLD, [past(2, sheet("9", "6"), nomination="n2")]).rows] == [1]


def test_answers_are_found_wherever_their_field_stood_and_the_budget_by_its_kind() -> None:
    definition = copy.deepcopy(REGULATION)
    sections = definition["form"]["sections"]
    sections[0]["code"], sections[2]["fields"][0]["code"] = "who", "costs"
    new = regulation(jury("k1"), form=definition["form"])
    answers = {"applicant": {"residents": "120"}, "budget": {"items": [{"name": "Песок"}]}}
    assert moved_answers(new, OLD, answers) == {"who": {"residents": "120"}, "budget": {"costs": [{"name": "Песок"}]}}


def test_a_sum_without_a_weight_refuses_one_application_and_not_the_page() -> None:
    new = regulation(jury("k1", weights=[{"upto": "100.00", "weight": "2"}]))
    trial = try_out(new, OLD, [past(1, sheet("9", "6"))])
    assert "нет веса" in str(trial.rows[0].refusal)


def test_each_method_is_tried() -> None:
    for method in ("weighted_mean", "mean_of_totals", "sum_of_totals", "weighted_share", "normalised"):
        new = regulation(jury("k1", weight="0.5"), jury("k2", weight="0.5"), method=method)
        trial = try_out(new, OLD, [past(1, sheet("9", "1"), sheet("9", "3")), past(2, sheet("1", "8"))])
        assert [row.place for row in trial.rows] == [1, 2], method
