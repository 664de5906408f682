import copy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tosportal.domain.errors import RuleBroken
from tosportal.domain.form_definition import check_section
from tosportal.domain.regulation import (
    Regulation,
    check_regulation,
    diff_regulations,
    regulation_from_json,
    regulation_from_sample,
    to_json,
)

ZONE = ZoneInfo("Asia/Novosibirsk")
SAMPLE = yaml.safe_load((Path(__file__).parent.parent / "data" / "contests-sample.yaml").read_text("utf-8"))
SECTIONS = SAMPLE["form_sections"]["items"]
SLUGS = ("change-the-world", "our-yard", "best-tos")
FUNDS = {"change-the-world": "721486.76", "our-yard": "500000.00", "best-tos": "40000.00"}


def regulation(slug: str, shift_days: int = 0) -> Regulation:
    contest = next(one for one in SAMPLE["contests"] if one["id"] == slug)
    return regulation_from_sample(contest, SECTIONS, zone=ZONE, shift_days=shift_days)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_sample_may_be_announced_and_survives_json(slug: str) -> None:
    found = regulation(slug)
    assert [str(remark) for remark in check_regulation(found, Decimal(FUNDS[slug]))] == []
    assert regulation_from_json(to_json(found)) == found
    assert to_json(regulation_from_json(to_json(found))) == to_json(found)


def test_the_sample_of_grants() -> None:
    found = regulation("change-the-world")
    assert found.name == "Если хочешь изменить мир — начни с территориального общественного самоуправления"
    moments = {code: at.isoformat() for code, at in found.moments.items()}
    assert moments["open"] == "2026-02-03T00:00:00+07:00"
    assert moments["close"] == "2026-03-13T17:00:00+07:00"
    assert moments["check_until"] == "2026-03-21T00:00:00+07:00"
    assert moments["official_day"] == "2026-04-14T00:00:00+07:00"
    assert (found.limits.grant_max, found.limits.grant_min) == (Decimal("144000.00"), Decimal("30000.00"))
    assert (found.limits.own_percent_min, found.limits.own_includes) == (Decimal(10), ("own", "attracted", "in_kind"))
    assert found.awarding.to_json() == {"method": "walk", "last": "cut", "partial_min": "30000.00"}
    assert (found.scoring.method, found.scoring.ties) == ("weighted_mean", ("k3", "k5", "submitted_at"))
    own = next(one for one in found.criteria if one.code == "k5")
    assert (own.kind, own.value, [level.from_value for level in own.levels]) == ("band", "own_share", [0, 10, 25])
    assert [section.code for section in found.sections] == ["applicant", "project", "budget", "consent"]
    assert [one.kind for one in found.section("budget").fields] == ["budget"]
    assert found.field_of_kind("calendar_plan")[1].code == "plan"
    assert [slot.code for slot in found.documents] == ["minutes", "photos", "estimates"]
    assert found.documents[0].accept == ("pdf", "jpeg", "png")
    assert [one.kind for one in found.section("consent").fields] == ["declaration", "declaration"]
    assert found.section("applicant").field("residents").prefill == "tos.residents"
    assert [one.check for one in found.eligibility] == ["charter_registered", "no_debts", None]
    window = found.plan_window(ZONE)
    assert (window.starts_on, window.ends_on, window.months_max) == (date(2026, 5, 18), date(2026, 9, 30), 5)
    assert [one.clause for one in found.admission] == ["1.1", "2.1", "2.2", "2.3", "3.1", "4.1", "4.2", "4.3"]


def test_the_sample_of_prizes() -> None:
    found = regulation("best-tos")
    assert (found.scoring.method, found.awarding.to_json()) == (
        "mean_of_totals",
        {"method": "prizes", "shared": "same_prize"},
    )
    assert [one.code for one in found.criteria_for("best-activist")] == ["a1", "a2", "a3", "a4"]
    assert [one.code for one in found.sections_for("best-activist")] == ["applicant", "activist", "consent"]
    years = next(one for one in found.criteria if one.code == "a3")
    assert (years.kind, years.value) == ("band", "field:years_in_tos")
    assert found.prizes_total == Decimal("40000.00")
    assert [str(remark).replace("\u00a0", " ") for remark in check_regulation(found, Decimal("39999.99"))] == [
        "Премии на 40 000,00 ₽ больше фонда 39 999,99 ₽"
    ]


def test_the_timeline_is_shifted_by_days_not_by_seconds() -> None:
    then, now = regulation("our-yard").moments, regulation("our-yard", 100).moments
    assert {now[code] - then[code] for code in then} == {timedelta(days=100)}


def broken(slug: str, change: Any) -> dict[str, Any]:
    data = copy.deepcopy(to_json(regulation(slug)))
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda d: d["timeline"][1].update(at="2026-02-03T00:00:00"), ["timeline[1].at"]),
        (lambda d: d["limits"].update(grant_max="144000"), ["limits.grant_max"]),
        (lambda d: d["limits"].update(grant_max=144000.0), ["limits.grant_max"]),
        (lambda d: d["criteria"][0].update(weight=0.2), ["criteria[0].weight"]),
        (lambda d: d.update(schema="regulation/2", extra=1), ["", "schema"]),
        (lambda d: d["nominations"].append(dict(d["nominations"][0])), ["nominations"]),
        (lambda d: d["form"]["sections"][0]["fields"][0].update(kind="magic"), ["form.sections[0].fields[0].kind"]),
        (lambda d: d["form"]["sections"][0]["fields"][6].update(visible_if="tos"),
         ["form.sections[0].fields[6].visible_if"]),
        (lambda d: d["documents"][0].update(accept=["exe"]), ["documents[0].accept"]),
        (lambda d: d["scoring"].pop("method"), ["scoring.method"]),
        (lambda d: d["awarding"].update(method="lottery"), ["awarding.method"]),
    ],
)  # fmt: skip
def test_every_defect_is_named_with_its_place(change: Any, places: list[str]) -> None:
    with pytest.raises(RuleBroken) as caught:
        regulation_from_json(broken("change-the-world", change))
    assert [remark.place for remark in caught.value.remarks] == places


@pytest.mark.parametrize("junk", [{}, {"schema": 1}, [], None, {"nominations": "x", "timeline": {}, "form": []}])
def test_junk_is_refused_not_crashed_on(junk: Any) -> None:
    with pytest.raises(RuleBroken):
        regulation_from_json(junk)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(nominations=[]), "nominations"),
        (lambda d: d.update(timeline=[one for one in d["timeline"] if one["code"] != "close"]), "timeline.close"),
        (lambda d: d["timeline"][2].update(at="2026-02-03T00:00:00+07:00"), "timeline.close"),
        (lambda d: d["limits"].update(grant_min="200000.00"), "limits.grant_min"),
        (lambda d: d["limits"].update(own_percent_min="101"), "limits.own_percent_min"),
        (lambda d: d["limits"].update(grant_max="900000.00"), "limits.grant_max"),
        (lambda d: d["criteria"][0].update(weight="0.30"), "criteria"),
        (lambda d: d["criteria"][4].update(value="field:nothing"), "criteria.k5"),
        (lambda d: d["scoring"].update(ties=["k99"]), "scoring.ties"),
        (lambda d: d["form"]["sections"][1]["fields"].pop(0), "form"),
        (lambda d: d["awarding"].clear() or d["awarding"].update(method="prizes"), "awarding.method"),
        (lambda d: d["form"]["sections"][0].update(nominations=["n99"]), "form.applicant"),
    ],
)
def test_what_must_hold_before_announcement(change: Any, place: str) -> None:
    found = regulation_from_json(broken("change-the-world", change))
    remarks = check_regulation(found, Decimal("721486.76"))
    assert place in [remark.place for remark in remarks]
    assert all(str(remark) for remark in remarks)


def test_amendments_name_the_place_and_both_values() -> None:
    old = regulation("change-the-world")
    assert diff_regulations(old, old) == []

    def change(data: dict[str, Any]) -> None:
        data["limits"]["grant_max"] = "150000.00"
        data["timeline"][2]["at"] = "2026-03-20T17:00:00+07:00"
        data["nominations"].pop()

    changes = diff_regulations(old, regulation_from_json(broken("change-the-world", change)))
    assert [(one.place, one.before, one.after) for one in changes[1:]] == [
        ("timeline[close].at", "2026-03-13T17:00:00+07:00", "2026-03-20T17:00:00+07:00"),
        ("limits.grant_max", "144000.00", "150000.00"),
    ]
    assert (changes[0].place, changes[0].before["code"], changes[0].after) == ("nominations[n6]", "n6", None)


def test_a_section_of_the_sample_can_be_filled() -> None:
    found = regulation("change-the-world")
    budget = [
        {"name": "Песок", "unit": "т", "quantity": "10", "price": "5 000", "requested": "45000", "own": "5000,00"},
        {"name": "Доски", "unit": "шт.", "quantity": "2,5", "price": "1000", "requested": "2000", "in_kind": "500"},
    ]
    limits = found.limits.for_budget
    remarks = check_section(found.section("budget"), {"budget": budget}, final=True, budget_limits=limits)
    assert [str(remark) for remark in remarks] == []
    budget.insert(0, {"name": ""})
    budget[2]["in_kind"] = "400"
    remarks = check_section(found.section("budget"), {"budget": budget}, final=True, budget_limits=limits)
    assert [remark.place for remark in remarks] == ["budget-2-amount", "budget"]
    plan = [{"name": "Завезти песок", "starts_on": "2026-05-17", "ends_on": "2026-06-01", "responsible": "Иванова"}]
    remarks = check_section(found.section("project"), {"plan": plan}, final=True, plan_window=found.plan_window(ZONE))
    assert "plan-0-starts_on" in [remark.place for remark in remarks]
