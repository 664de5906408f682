"""The programme in the database is the programme on paper: every printed total, to the kopeck."""

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

import tosportal
from tests.conftest import NOW
from tests.make import make_contest, make_municipality
from tosportal.domain.errors import RuleBroken
from tosportal.features.programmes import queries, service
from tosportal.features.programmes.models import Activity, ActivityFunding, Indicator, Programme, ProgrammeEdition
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(tosportal.__file__).parent / "sample" / "programme-ordynsky-2024-2026.yaml").read_text(encoding="utf-8")
)
SMALL: dict[str, Any] = {
    "schema": "municipal-programme/1",
    "passport": {"name": "Дворы", "term": {"from": 2025, "to": 2030}, "approval": {"number": None}},
    "goal": "Жить лучше",
    "tasks": [{"id": "t", "number": 1, "name": "Задача"}],
    "indicators": [
        {
            "id": "i", "number": 1, "task": "t", "name": "Доля", "unit": "percent", "direction": "decline",
            "targets": {"2025": {"value": None}, "2026": {"value": "35.71"}, "2028-2030": {"value": "0"}},
        }
    ],
    "activities": None,
}  # fmt: skip


def load(data=None, **knobs) -> Programme:
    return service.load_programme(data or DOCUMENT, municipality=make_municipality(), actor=None, now=NOW, **knobs)


def printed(cells: dict[str, Any]) -> dict[str, Decimal]:
    return {year: Decimal(cell["rub"]) for year, cell in cells.items() if isinstance(cell, dict)}


def assert_equals(sums: queries.Sums, table: dict[str, Any], place: str) -> int:
    """Every figure of a printed table of totals is what the rows give; how many figures that was."""
    checked = 0
    for source, cells in table.items():
        if not isinstance(cells, dict):
            continue
        for year, rub in printed(cells).items():
            ours = sums.of(None if year == "total" else int(year), None if source == "total" else source)
            assert ours == rub, f"{place}: {source} {year}"
            checked += 1
    return checked


def test_every_printed_total_is_the_sum_of_rows(app):
    programme = load()
    tasks = {task.code: task for task in queries.tasks_of(programme.id)}
    by_task, whole = queries.funding_by_task(programme.id), queries.funding_of_programme(programme.id)
    checked = sum(
        assert_equals(by_task[tasks[code].id], table, code) for code, table in DOCUMENT["task_totals"].items()
    )
    checked += assert_equals(whole, DOCUMENT["programme_totals"], "programme")
    checked += sum(assert_equals(whole, table, name) for name, table in DOCUMENT["funding"].items())
    rows = {activity.code: activity for activity in queries.activities_of(programme.id)}
    for document in DOCUMENT["activities"]:
        sums = queries.activity_sums(rows[document["id"]])
        checked += assert_equals(sums, {**document["sources"], "total": document["amount"]}, document["id"])
        costs = {str(year.year): year.unit_cost for year in rows[document["id"]].years}
        assert costs == {year: rub for year, rub in printed(document["unit_cost"]).items() if year != "total"}
        quantities = {str(year.year): year.quantity for year in rows[document["id"]].years}
        assert quantities == {year: Decimal(value) for year, value in document["quantity"]["by_year"].items()}
    assert checked == 4 * 16 + 16 + 12 + 16 + 9 * 16
    assert whole.of() == Decimal("3575500.00")


def test_the_fund_of_a_contest_is_read_from_the_programme(app):
    programme = load()
    activity = queries.activity_by_code(programme, "act-4-1")
    assert list(queries.fund_of_activity(activity.id, 2026).items()) == [
        ("federal", Decimal("0.00")),
        ("regional", Decimal("708500.00")),
        ("local", Decimal("12986.76")),
        ("settlement", Decimal("0.00")),
        ("extrabudget", Decimal("0.00")),
    ]
    assert set(queries.fund_of_activity(activity.id, 2031).values()) == {Decimal(0)}
    assert queries.activity_by_code(programme, "act-9-9") is None


def test_names_targets_and_measures_come_from_the_document(app):
    programme = load()
    assert (programme.slug, programme.act_number, programme.act_on.isoformat()) == (
        "tos-2024-2026",
        "1056/89",
        "2023-08-18",
    )
    assert queries.programme_by_slug("tos-2024-2026") is programme
    indicators = queries.indicators_of(programme.id)
    assert [(one.number, one.measure) for one in indicators if one.measure] == [
        ("1.2", "supported_tos"),
        ("4.1", "support_sum"),
    ]
    assert [[target.value for target in one.targets] for one in indicators][5] == [
        Decimal("788.5"),
        Decimal("1288.5"),
        Decimal("1288.5"),
    ]
    assert [task.number for task in queries.tasks_of(programme.id)] == [1, 2, 3, 4]
    assert [activity.code for activity in queries.activities_of(programme.id)][:3] == ["act-1-1", "act-1-2", "act-2-1"]
    assert queries.programme_of_year(programme.municipality_id, 2025) is programme
    assert queries.programme_of_year(programme.municipality_id, 2027) is None
    assert db.session.scalars(select(JournalEntry.act)).all() == ["programme.loaded"]


def test_another_programme_of_the_schema_loads_too(app):
    programme = load(SMALL, measures={"i": "supported_tos"})
    assert programme.slug == "programme-2025-2030"
    (indicator,) = queries.indicators_of(programme.id)
    assert [(target.year, target.value) for target in indicator.targets] == [
        (2026, Decimal("35.71")),
        (2030, Decimal("0")),
    ]
    assert queries.funding_of_programme(programme.id).of() == 0


def broken(path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(DOCUMENT)
    *way, last = path.split("/")
    node: Any = data
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[int(last) if isinstance(node, list) else last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("schema", "other/9", "schema"),
        ("passport", None, "passport"),
        ("passport/name", "", "passport.name"),
        ("passport/term/from", "давно", "passport.term.from"),
        ("tasks/1", "задача", "tasks[1]"),
        ("tasks/1/number", -4, "tasks[1].number"),
        ("tasks/1/id", "task-1", "tasks"),
        ("indicators/0/task", "task-9", "indicators[0].task"),
        ("indicators/0/unit", "километр", "indicators[0].unit"),
        ("indicators/0/targets/2024", {"value": "много"}, "indicators[0].targets.2024"),
        ("portal/measures/ind-9-9", "supported_tos", "portal.measures"),
        ("portal/measures/ind-1-1", "фокус", "portal.measures"),
        ("activities/5/amount/2026", {"rub": "721486.77"}, "activities[5].amount.2026"),
        ("activities/5/sources/local/2026", {"rub": "-1"}, "activities[5].sources.local.2026"),
        ("activities/5/sources/local/2026", {"rub": "0.001"}, "activities[5].sources.local.2026"),
        ("activities/5/sources/local/2026", {"rub": 1.5}, "activities[5].sources.local.2026"),
        ("activities/5/sources/lunar", {}, "activities[5].sources.lunar"),
        ("activities", "нет", "activities"),
        ("approval", "постановление", "approval"),
    ],
)
def test_a_fault_of_the_document_is_named_with_its_place(app, path, value, place):
    with pytest.raises(RuleBroken) as refused:
        load(broken(path, value))
    assert place in [remark.place for remark in refused.value.remarks]
    assert db.session.scalars(select(Programme)).all() == []


def test_a_programme_is_not_loaded_twice(app):
    load()
    with pytest.raises(RuleBroken, match="уже загружена"):
        service.load_programme(DOCUMENT, municipality=municipality_of_page(), actor=None, now=NOW)


ACT = service.Act("постановление администрации", "1200/10", date(2026, 5, 20))


def adopt(programme: Programme, data: dict[str, Any], act: service.Act = ACT) -> ProgrammeEdition:
    return service.adopt_edition(programme, data, act=act, reason="Уточнён бюджет", actor=None, now=NOW)


def with_more_for(code: str, year: str, rub: str) -> dict[str, Any]:
    """The document with another local sum of one activity, and its amount with it."""
    data = copy.deepcopy(DOCUMENT)
    row = next(one for one in data["activities"] if one["id"] == code)
    change = Decimal(rub) - Decimal(row["sources"]["local"][year]["rub"])
    row["sources"]["local"][year]["rub"] = rub
    row["amount"][year]["rub"] = str(Decimal(row["amount"][year]["rub"]) + change)
    return data


def test_a_new_edition_changes_sums_and_keeps_the_rows(app):
    programme = load()
    code = DOCUMENT["activities"][-1]["id"]
    before = {one.code: one.id for one in db.session.scalars(select(Activity))}
    edition = adopt(programme, with_more_for(code, "2026", "30000.00"))
    assert (edition.number, programme.edition, programme.act_number) == (2, 2, "1200/10")
    assert {one.code: one.id for one in db.session.scalars(select(Activity))} == before
    paid = select(ActivityFunding.planned_sum).where(
        ActivityFunding.activity_id == before[code], ActivityFunding.year == 2026, ActivityFunding.source == "local"
    )
    assert db.session.scalar(paid) == Decimal("30000.00")
    first = db.session.scalars(select(ProgrammeEdition).where(ProgrammeEdition.number == 1)).one()
    assert first.document["activities"][-1]["sources"]["local"]["2026"]["rub"] == "27013.24"
    assert db.session.scalar(select(JournalEntry.act).order_by(JournalEntry.id.desc())) == "programme.edition_adopted"


def test_the_same_document_again_is_the_edition_in_force(app):
    programme = load()
    assert adopt(programme, DOCUMENT).number == 1
    assert db.session.scalar(select(func.count()).select_from(ProgrammeEdition)) == 1


def test_a_paper_that_knows_no_portal_keeps_name_and_measures(app):
    programme = load()
    paper = with_more_for(DOCUMENT["activities"][-1]["id"], "2026", "30000.00")
    del paper["portal"]
    assert adopt(programme, paper).number == 2
    counted = select(Indicator.measure).where(Indicator.measure != "").order_by(Indicator.id)
    assert db.session.scalars(counted).all() == ["supported_tos", "support_sum"]


def test_what_something_points_at_is_not_dropped(app):
    programme = load()
    shorter = copy.deepcopy(DOCUMENT)
    gone = shorter["activities"].pop()
    activity = db.session.scalars(select(Activity).where(Activity.code == gone["id"])).one()
    contest = make_contest(db.session.get_one(Municipality, programme.municipality_id))
    contest.activity_id = activity.id
    db.session.flush()
    with pytest.raises(RuleBroken, match="нельзя убрать из программы"):
        adopt(programme, shorter)


def test_what_nothing_points_at_goes(app):
    programme = load()
    shorter = copy.deepcopy(DOCUMENT)
    gone = shorter["activities"].pop()
    adopt(programme, shorter)
    assert gone["id"] not in set(db.session.scalars(select(Activity.code)))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (service.Act(number=" ", on=date(2026, 5, 20)), "Назовите номер постановления"),
        (service.Act(number="1"), "Укажите день постановления"),
    ],
)
def test_an_edition_needs_its_act(app, act, words):
    programme = load()
    with pytest.raises(RuleBroken, match=words):
        adopt(programme, with_more_for(DOCUMENT["activities"][-1]["id"], "2026", "30000.00"), act)


def test_the_document_of_another_programme_is_refused(app):
    programme = load()
    with pytest.raises(RuleBroken, match="другой программы"):
        adopt(programme, SMALL | {"portal": {"slug": "yards"}})
