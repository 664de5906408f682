"""What the parts of an application must say alike; figures counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.test_made_up import ALL, ZONE
from tosportal.domain.budget import BudgetLimits, check_budget, parse_budget
from tosportal.domain.calendar_plan import check_plan, parse_plan
from tosportal.domain.form_definition import (
    FormField,
    FormSection,
    Known,
    PlanWindow,
    disagreements,
    made_up_answers,
)

LINE = {"name": "Песок", "unit": "т", "quantity": "10", "price": "1 000", "requested": "8 000", "own": "1 500",
        "in_kind": "500"}  # fmt: skip
STEP = {"name": "Завезти", "starts_on": "2026-06-01", "ends_on": "2026-06-20"}
WINDOW = PlanWindow(date(2026, 5, 18), date(2026, 9, 30), 5)


def said(one: FormField, answer, *, final=True, known=None, **others) -> list[tuple[str, str, str]]:
    """Where and what is said of one question beside a budget and a plan: input, the other input, words."""
    passport = FormSection("passport", "Паспорт", (one,))
    money = FormSection("money", "Смета", (FormField("budget", "Смета", "budget"),))
    steps = FormSection("steps", "План", (FormField("plan", "План", "calendar_plan"),))
    answers = {
        "passport": {one.code: answer},
        "money": {"budget": others.get("budget", [{}, LINE])},
        "steps": {"plan": others.get("plan", [STEP])},
    }
    found = disagreements((passport, money, steps), answers, known or Known(window=WINDOW), final=final)
    return [(d.remark.place, d.other_place, str(d.remark).replace("\u00a0", " ")) for d in found]


@pytest.mark.parametrize(
    ("agrees", "right", "wrong", "words"),
    [
        ("budget:total", "10000", "10 000,01", "«Сумма» — 10 000,01 ₽, а вся смета — 10 000,00 ₽"),
        ("budget:requested", "8 000,00", "7999.99", "«Сумма» — 7 999,99 ₽, а из гранта по смете — 8 000,00 ₽"),
        ("budget:own", "1500", "2000", "«Сумма» — 2 000,00 ₽, а собственных денег в смете — 1 500,00 ₽"),
        ("budget:attracted", "0", "1", "«Сумма» — 1,00 ₽, а денег партнёров в смете — 0,00 ₽"),
        ("budget:in_kind", "500", "0", "«Сумма» — 0,00 ₽, а вещами и трудом в смете — 500,00 ₽"),
    ],
)
def test_a_sum_of_the_passport_is_that_of_the_budget_to_the_kopeck(agrees, right, wrong, words):
    asked = FormField("sum", "Сумма", "money", agrees=agrees)
    assert said(asked, right) == []
    assert said(asked, wrong) == [("sum", "budget", words)]
    assert said(asked, "") == said(asked, "сто") == []  # missing and unread are said by the section itself
    assert said(asked, wrong, budget=[{}]) == []
    assert said(FormField("sum", "Сумма", "money"), wrong) == []


def test_help_in_kind_comes_to_what_the_budget_says():
    asked = FormField("help", "Вклад", "in_kind", agrees="budget:in_kind")
    row = {"kind": "labour", "who": "Жители", "quantity": "2", "rate": "200", "basis": "МРОТ"}
    words = "«Вклад» — 400,00 ₽, а вещами и трудом в смете — 500,00 ₽"
    assert said(asked, [row]) == [("help", "budget", words)]
    assert said(asked, [{**row, "rate": "250"}]) == []
    nothing = [("help", "budget", "«Вклад» — 0,00 ₽, а вещами и трудом в смете — 500,00 ₽")]
    assert (said(asked, []), said(asked, [], final=False)) == (nothing, [])


def test_days_of_the_project_lie_in_the_contest_and_the_plan_in_the_project():
    term = FormField("term", "Срок", "period", agrees="plan")
    assert said(term, {"from": "2026-06-01", "until": "2026-06-20"}) == []
    assert said(term, {"from": "2026-05-17", "until": "2026-10-01"}) == [
        ("term-from", "", "«Срок»: 17.05.2026 — раньше, чем начинаются проекты этого конкурса (18.05.2026)"),
        ("term-until", "", "«Срок»: 01.10.2026 — позже, чем заканчиваются проекты этого конкурса (30.09.2026)"),
    ]
    steps = [STEP, {}, {**STEP, "starts_on": "2026-06-02", "ends_on": "2026-06-21"}]
    assert said(term, {"from": "2026-06-02", "until": "2026-06-20"}, plan=steps) == [
        ("term-from", "plan-0-starts_on",
         "Шаг 1 календарного плана начинается 01.06.2026, а «Срок» — не раньше 02.06.2026"),
        ("term-until", "plan-2-ends_on",
         "Шаг 2 календарного плана заканчивается 21.06.2026, а «Срок» — не позже 20.06.2026"),
    ]  # fmt: skip
    short = Known(window=PlanWindow(months_max=2))
    assert said(term, {"from": "2026-05-18", "until": "2026-07-18"}, known=short) == []
    assert said(term, {"from": "2026-05-18", "until": "2026-07-19"}, known=short) == [
        ("term-until", "", "«Срок»: проект может идти не дольше 2 мес., значит закончить нужно не позже 18.07.2026, "
         "а написано 19.07.2026"),
    ]  # fmt: skip
    start = FormField("start", "Начало", "date", agrees="plan:starts_on")
    finish = FormField("finish", "Окончание", "date", agrees="plan:ends_on")
    assert said(start, "2026-06-01") == said(finish, "2026-06-20") == []
    assert [place for place, _other, _words in said(start, "2026-06-02")] == ["start"]
    assert [other for _place, other, _words in said(finish, "2026-06-19")] == ["plan-0-ends_on"]


def test_people_are_not_more_than_the_registry_knows():
    people = FormField("people", "Участников", "integer", agrees="registry:residents")
    known = Known(residents=200, residents_16=150)
    assert said(people, "200", known=known) == said(people, "201") == []
    words = "«Участников» — 201, а жителей в реестре ТОС 200. Если в реестре устарело, скажите секретарю"
    assert said(people, "201", known=known) == [("people", "", words)]
    meeting = FormField("meeting", "Собрание", "meeting", quorum="half", agrees="registry:residents_16")
    assert [place for place, *_ in said(meeting, {"residents": "151"}, known=known)] == ["meeting-residents"]
    assert said(meeting, {"residents": "150"}, known=known) == []


def test_a_meeting_is_held_before_the_application_is_sent():
    meeting, held = FormField("meeting", "Собрание", "meeting", quorum="half"), {"held_on": "2026-03-02"}
    assert said(meeting, held) == said(meeting, held, known=Known(today=date(2026, 3, 2))) == []
    words = "Собрание назначено на 02.03.2026, а провести его нужно до отправки заявки"
    assert said(meeting, held, known=Known(today=date(2026, 3, 1))) == [("meeting-held_on", "", words)]


def test_while_typing_only_what_is_typed_is_judged():
    limits = BudgetLimits(grant_max=Decimal("7000"), own_percent_min=Decimal("50"))
    half_typed = parse_budget([{**LINE, "own": "", "unit": ""}])[0]
    assert [one.place for one in check_budget(half_typed, limits, final=False)] == ["totals.requested"]
    whole, final = parse_budget([LINE])[0], True
    assert check_budget(whole, limits, final=False) == check_budget(whole, limits, final=final) != []
    assert check_budget(parse_budget([])[0], limits, final=False) == []
    plan = parse_plan([{"name": "Завезти", "starts_on": "2026-05-01"}, {"ends_on": ""}])[0]
    early = check_plan(plan, project_from=WINDOW.starts_on, final=False)
    assert [(one.place, str(one)) for one in early] == [
        ("steps.0.starts_on", "Шаг 1 начинается 01.05.2026, а проект — 18.05.2026")
    ]
    assert check_plan(parse_plan([])[0], final=False) == []


@pytest.mark.parametrize("found", ALL)
def test_made_up_answers_agree(found):
    window, limits = found.plan_window(ZONE), found.limits.for_budget
    answers = {one.code: made_up_answers(one, limits, window) for one in found.sections}
    known = Known(limits, window, 200, 150, date(2026, 12, 31))
    for nomination in found.nominations:
        assert disagreements(found.sections_for(nomination.code), answers, known, final=True) == []
