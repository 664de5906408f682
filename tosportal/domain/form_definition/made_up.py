"""A made-up application: answers that the checks of a form take, to try a form and a score sheet on."""

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from tosportal.domain.budget import BudgetLimits
from tosportal.domain.errors import N_
from tosportal.domain.form_definition.kinds import (
    GROUP_KINDS,
    MEETING_FORMS,
    ROW_KINDS,
    TICKED,
    YES,
    FormField,
    FormSection,
    PlanWindow,
)

WORDS = N_("Пример ответа для примерки. ")
PRICE = Decimal("10000.00")
FIRST_DAY, MEETING_DAY = date(2026, 6, 1), date(2026, 1, 15)
FIXED: dict[str, str] = {
    "phone": "+7 383 000-00-00",
    "email": "primer@example.org",
    "inn": "7707083893",
    "inn10": "7707083893",
    "ogrn": "1027700132195",
    "ogrn13": "1027700132195",
    "kpp": "543301001",
    "bik": "045004641",
    "account": "40703810844070100123",
    "person": N_("Примерова Мария Ивановна"),
    "address": N_("р. п. Примерное, ул. Садовая, 5"),
    "url": "https://example.org/",
}


def made_up_answers(
    section: FormSection, limits: BudgetLimits, window: PlanWindow, first_day: date = FIRST_DAY
) -> dict[str, Any]:
    """An answer to every question of a section; days lie inside the window of projects, else from `first_day`."""
    day = window.starts_on or first_day
    last = min(window.ends_on or day + timedelta(days=20), day + timedelta(days=20))
    return {one.code: _answer(one, limits, day, max(day, last)) for one in section.fields if one.is_answered}


def _answer(one: FormField, limits: BudgetLimits, day: date, last: date) -> Any:
    if one.kind == "budget":
        return [_budget_line(limits)]
    if one.kind == "calendar_plan":
        step = {"starts_on": day.isoformat(), "ends_on": last.isoformat()}
        rows = [{**{part.code: _single(part, day) for part in one.row_columns}, **step}]
        return rows * max(1, one.min_rows or 1)
    if one.kind == "meeting":
        counts = {"residents": "300", "present": "210", "votes_for": "200", "votes_against": "6", "abstained": "4"}
        return {"held_on": MEETING_DAY.isoformat(), "form": MEETING_FORMS[0].code, **counts}
    if (one.agrees or "").startswith("budget:"):
        return _as_in_budget(one, limits)
    if one.kind in GROUP_KINDS:
        return {part.code: (day if place == 0 else last).isoformat() for place, part in enumerate(one.row_columns)}
    if one.kind == "many":
        return [option.code for option in one.options[: max(1, one.min_rows or 1)]]
    if one.kind in ROW_KINDS:
        row: Any = _text(one) if one.kind == "list" else {part.code: _single(part, day) for part in one.row_columns}
        return [row] * max(1, one.min_rows or 1)
    return _single(one, last if one.agrees == "plan:ends_on" else day)


def _as_in_budget(one: FormField, limits: BudgetLimits) -> Any:
    """The sum of the made-up budget that the question is compared with; a table of help comes to it in one line."""
    line = _budget_line(limits)
    said = line["price"] if one.agrees == "budget:total" else line[(one.agrees or "").removeprefix("budget:")]
    if one.kind == "money":
        return said or "0.00"
    row = {part.code: _single(part, FIRST_DAY) for part in one.row_columns}
    return [{**row, "quantity": "1" if said else "0", "rate": said or row["rate"]}]


def _single(one: FormField, day: date) -> str:
    if one.kind in TICKED or one.kind == "yes_no":
        return YES
    if one.kind == "date":
        return day.isoformat()
    if one.kind in {"integer", "decimal", "money"}:
        number = max(one.min or Decimal(0), Decimal(10))
        number = number if one.max is None else min(number, one.max)
        return f"{number:.2f}" if one.kind == "money" else f"{number:f}"
    if one.kind == "choice":
        return one.options[0].code if one.options else ""
    return FIXED.get(one.kind) or _text(one)


def _text(one: FormField) -> str:
    """Words long enough for the shortest text that is taken, and not longer than the longest."""
    wanted = max(one.min_chars or 0, min(len(WORDS), one.chars_limit))
    return (WORDS * (wanted // len(WORDS) + 1))[:wanted].strip() or WORDS[: one.chars_limit]


def _budget_line(limits: BudgetLimits) -> dict[str, str]:
    """One line whose sums fit the limits of the contest: the grant and the least own money beside it."""
    asked = limits.grant_max or PRICE * 10
    shares = [Decimal(100)]
    if limits.own_percent_min is not None:
        shares.append(100 - limits.own_percent_min)
    if limits.grant_percent_max is not None:
        shares.append(limits.grant_percent_max)
    share = min(shares)
    if share <= 0:
        asked, total = Decimal("0.00"), PRICE
    else:  # kopecks are left to the person's own money, so that no share comes out a little too small
        total = (asked * 100 / share).to_integral_value(ROUND_FLOOR) + (1 if share < 100 else 0)
    return {
        "name": N_("Игровой комплекс"),
        "kind": N_("Оборудование"),
        "unit": N_("шт."),
        "quantity": "1",
        "price": f"{total:.2f}",
        "requested": f"{asked:.2f}",
        "own": f"{total - asked:.2f}",
        "attracted": "",
        "in_kind": "",
    }
