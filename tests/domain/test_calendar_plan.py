"""The calendar plan: days as people write them, steps inside the project, months of a term."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.calendar_plan import (
    CalendarPlan,
    Step,
    add_months,
    check_plan,
    parse_day,
    parse_plan,
    to_json,
)
from tosportal.domain.errors import RuleBroken

D = date.fromisoformat
ROW = {"name": "Завезти песок", "responsible": "Иванова М. П.", "result": "20 т песка"}


def step(start, end):
    return Step("Завезти песок", D(start), D(end), "Иванова М. П.", "20 т песка")


def said(remarks):
    return [(remark.place, str(remark)) for remark in remarks]


@pytest.mark.parametrize("text", ["2026-05-18", "18.05.2026", "18.5.2026", " 18.05.2026 г. ", "18.05.2026г"])
def test_how_a_day_may_be_written(text):
    assert parse_day(text) == D("2026-05-18")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Напишите день как 18.05.2026"),
        ("18 мая", "Напишите день как 18.05.2026"),
        ("18/05/2026", "Напишите день как 18.05.2026"),
        ("18.05.26", "Напишите день как 18.05.2026"),
        ("١٨.٠٥.٢٠٢٦", "Напишите день как 18.05.2026"),
        ("30.02.2026", "Такого дня нет в календаре"),
        ("2026-13-01", "Такого дня нет в календаре"),
        ("0000-01-01", "Такого дня нет в календаре"),
        ("18.05.0206", "Проверьте год"),
    ],
)
def test_how_a_day_may_not_be_written(text, words):
    with pytest.raises(RuleBroken) as refused:
        parse_day(text, place="steps.0.ends_on")
    assert said(refused.value.remarks) == [("steps.0.ends_on", words)]


def test_a_plan_in_order():
    plan, remarks = parse_plan([ROW | {"starts_on": "18.05.2026", "ends_on": "2026-09-30"}, {"name": " "}])
    assert remarks == []
    assert (plan.starts_on, plan.ends_on) == (D("2026-05-18"), D("2026-09-30"))
    window = {"project_from": D("2026-05-18"), "project_until": D("2026-09-30"), "months_max": 5}
    assert check_plan(plan, **window) == []


@pytest.mark.parametrize(
    ("steps", "limits", "expected"),
    [
        ([], {}, [("steps", "В календарном плане нет ни одного шага")]),
        ([step("2026-06-01", "2026-06-01")], {}, []),
        (
            [step("2026-06-02", "2026-06-01")],
            {},
            [("steps.0.ends_on", "Шаг 1 заканчивается 01.06.2026 — раньше, чем начинается (02.06.2026)")],
        ),
        (
            [step("2026-06-01", "2026-06-02"), step("2026-05-17", "2026-10-01")],
            {"project_from": D("2026-05-18"), "project_until": D("2026-09-30")},
            [
                ("steps.1.starts_on", "Шаг 2 начинается 17.05.2026, а проект — 18.05.2026"),
                ("steps.1.ends_on", "Шаг 2 заканчивается 01.10.2026, а проект — 30.09.2026"),
            ],
        ),
        (
            [step("2026-10-01", "2026-10-02")],
            {"project_until": D("2026-09-30")},
            [
                ("steps.0.starts_on", "Шаг 1 начинается 01.10.2026, а проект заканчивается 30.09.2026"),
                ("steps.0.ends_on", "Шаг 1 заканчивается 02.10.2026, а проект — 30.09.2026"),
            ],
        ),
        ([step("2026-05-18", "2026-10-18")], {"months_max": 5}, []),
        (
            [step("2026-05-18", "2026-10-19")],
            {"months_max": 5},
            [
                (
                    "steps",
                    "Проект может идти не дольше 5 мес.: начало 18.05.2026, "
                    "значит закончить нужно не позже 18.10.2026, а в плане 19.10.2026",
                )
            ],
        ),
        (
            [Step()],
            {},
            [
                ("steps.0.name", "Шаг 1: напишите, что будет сделано"),
                ("steps.0.responsible", "Шаг 1: напишите, кто отвечает"),
                ("steps.0.result", "Шаг 1: напишите, что получится"),
                ("steps.0.starts_on", "Шаг 1: напишите день начала"),
                ("steps.0.ends_on", "Шаг 1: напишите день окончания"),
            ],
        ),
    ],
)
def test_what_is_said_about_a_plan(steps, limits, expected):
    assert said(check_plan(CalendarPlan(tuple(steps)), **limits)) == expected


def test_bad_days_are_kept_and_named():
    plan, remarks = parse_plan([ROW | {"starts_on": "в мае", "ends_on": "31.06.2026"}])
    assert said(remarks) == [
        ("steps.0.starts_on", "Напишите день как 18.05.2026"),
        ("steps.0.ends_on", "Такого дня нет в календаре"),
    ]
    assert check_plan(plan) == remarks
    assert to_json(plan) == [ROW | {"starts_on": "в мае", "ends_on": "31.06.2026"}]


@pytest.mark.parametrize("row", [None, 7, "шаг", [], {"чужое": "поле"}])
def test_what_is_not_a_row_is_ignored(row):
    assert parse_plan([row]) == (CalendarPlan(), [])


def test_too_many_steps_and_too_long():
    many = CalendarPlan((step("2026-06-01", "2026-06-02"),) * 101)
    assert said(check_plan(many)) == [("steps", "Шагов в плане 101, а можно не больше 100")]
    long = Step("я" * 501, D("2026-06-01"), D("2026-06-02"), "Иванова М. П.", "песок")
    assert said(check_plan(CalendarPlan((long,)))) == [
        ("steps.0.name", "Шаг 1: слишком длинно, можно не больше 500 знаков")
    ]


cells = st.text(max_size=15) | st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(date.isoformat)


@given(st.lists(st.dictionaries(st.sampled_from(["name", "starts_on", "ends_on", "responsible", "result"]), cells)))
def test_what_was_stored_reads_back_the_same(rows):
    plan, remarks = parse_plan(rows)
    assert parse_plan(to_json(plan)) == (plan, remarks)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_later_is_in_the_right_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
