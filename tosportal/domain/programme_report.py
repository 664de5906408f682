"""The report of a programme as plain data, counted against the plan that was chosen.

One line has four plans (first edition, edition in force, budget roster, agreement with the region): the report holds
them all, and deviations are counted against one of them, which the report names. What a plan does not give is `None`,
«не указано», never zero. Values and sums are texts of decimals: the same data make the JSON, the papers and the digest
of a closed year.

Basis: issue «The programme office», points 5 and 16; DOMAIN §6.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from tosportal.domain.attainment import DIRECTION_OF_CODE, Indicator, attainment, rounded
from tosportal.domain.errors import N_
from tosportal.domain.indicator_measures import Period

SCHEMA = "programme-report/2"
PLANS: Mapping[str, str] = {
    "current": N_("Действующая редакция программы"),
    "first": N_("Первая редакция программы"),
    "roster": N_("Сводная бюджетная роспись"),
    "agreement": N_("Соглашение с областью"),
}
USUAL = "current"
NOTHING = Decimal("0.00")
BY_EDITION = frozenset({"current", "first"})
DONE_PERCENT = 95
MARKS: Mapping[str, str] = {
    "done": N_("Выполнено"),
    "not_done": N_("Не выполнено"),
    "": N_("Отметки нет: считать по деньгам"),
}
"""What a person may say of an activity for a year."""
STATES: Mapping[str, str] = {
    "done": N_("выполнено"),
    "not_done": N_("не выполнено"),
    "undetermined": N_("не определено"),
    "not_planned": N_("на этот год не запланировано"),
}
MONTHS = ("before", *map(str, range(1, 13)), "after")
QUARTER_MONTHS = {1: 3, 2: 6, 3: 9, 4: 12}

Report = Mapping[str, Any]


def targets_of_plan(plan: str) -> str:
    """Whose targets go with a plan of money: rosters and agreements set none, the edition in force does.

    >>> targets_of_plan("first"), targets_of_plan("roster")
    ('first', 'current')
    """
    return plan if plan in BY_EDITION else USUAL


def counted_against(report: Report, plan: str) -> dict[str, Any]:
    """The same report with plan, deviation and per cent of each line by this plan. A line without it has none.

    >>> row = {"current": "100.00", "roster": None, "cash": "90.00"}
    >>> found = counted_against({"indicators": [], "spending": [row]}, "current")
    >>> {key: found["spending"][0][key] for key in ("plan", "deviation", "percent")}
    {'plan': '100.00', 'deviation': '-10.00', 'percent': '90.0'}
    >>> counted_against(found, "roster")["spending"][0]["deviation"] is None
    True
    """
    targets = targets_of_plan(plan)
    found = {
        **report,
        "plan": plan,
        "targets": targets,
        "indicators": [_indicator(one, one["targets"][targets]) for one in report["indicators"]],
        "spending": [_line(one, one[plan]) for one in report["spending"]],
    }
    if "activities" in report:
        found["activities"] = _activities(found, report["quarter"], money_by_activity(found, "cash"))
    return found


def money_by_activity(report: Report, figure: str) -> dict[str, Decimal]:
    """The money of each activity by the plan that the report is counted against. A roster or an agreement says nothing
    about lines that it does not name, so their cash is left out with them; an edition says that they are nothing."""
    return _by_activity(report, lambda row: decimal(row[figure]))


def _by_activity(report: Report, sum_of: Callable[[Report], Decimal | None]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in report["spending"]:
        if report["plan"] in BY_EDITION or row["plan"] is not None:
            found[row["activity"]] = found.get(row["activity"], NOTHING) + (sum_of(row) or NOTHING)
    return found


@dataclass(frozen=True)
class Performed:
    """Activities from the beginning of the year to the end of a quarter: how many are performed of those that are
    determined, how many are not determined; `undated`: how many are marked as performed in the year without a day."""

    quarter: int
    done: int
    planned: int
    undetermined: int
    undated: int


def performed_by_quarters(report: Report, most: int) -> list[Performed]:
    """From the report of a year, what the reports of its first quarters say of activities, by the same plan."""
    found = []
    for quarter in range(1, most + 1):
        rows = _activities(report, quarter, _by_activity(report, partial(cash_until, quarter=quarter)))
        states = [one["state"] for one in rows]
        determined = states.count("done") + states.count("not_done")
        found.append(Performed(quarter, states.count("done"), determined, states.count("undetermined"), undated(rows)))
    return found


def undated(activities: Sequence[Report]) -> int:
    """How many of the activities that count are marked as performed without a day, so that no quarter knows of it."""
    return sum(is_undated(one) for one in activities)


def is_undated(one: Report) -> bool:
    """Is an activity that counts marked as performed on a day that nobody wrote down?"""
    return one["mark"] == "done" and not one.get("performed_on") and one["state"] != "not_planned"


def _activities(report: Report, quarter: int, cash: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """The activities of a report as they stand at the end of a quarter, 0 for the year, with the cash until then."""
    planned, targets = money_by_activity(report, "plan"), targets_of_plan(report["plan"])
    end = Period(report["year"], quarter).last if quarter else None
    return [
        _activity(one, targets, planned.get(one["activity"], NOTHING), cash.get(one["activity"], NOTHING), end)
        for one in report["activities"]
    ]


def is_paid_in_full(planned: Decimal, cash: Decimal) -> bool:
    """Whether the cash of an activity is enough to call it performed where nobody said otherwise."""
    return cash * 100 >= planned * DONE_PERCENT


def _activity(one: Report, targets: str, planned: Decimal, cash: Decimal, end: date | None) -> dict[str, Any]:
    """Whether the activity counts and what came out of it: the word of a person first, then its money. An activity is
    planned when its quantity of the year is above zero or, where the plan prints none, its money is.

    At the `end` of a quarter an activity is performed when its day has come; a mark «performed» without a day says
    nothing of quarters; what was not performed in the year was not in its quarters.
    """
    quantity = one["quantities"][targets]
    state, by = "undetermined", ""
    performed_on = date.fromisoformat(one["performed_on"]) if one.get("performed_on") else None
    if not (decimal(quantity) or planned) > 0:
        state = "not_planned"
    elif end is not None and performed_on is not None and performed_on > end:
        state, by = "not_done", "later"
    elif one["mark"] and (end is None or performed_on is not None or one["mark"] != "done"):
        state, by = one["mark"], "mark"
    elif planned > 0:
        state, by = "done" if is_paid_in_full(planned, cash) else "not_done", "cash"
    return {**one, "quantity": quantity, "plan": text_of(planned), "cash": text_of(cash), "state": state, "by": by}


def decimal(text: str | None) -> Decimal | None:
    """A number of the report."""
    return None if text is None else Decimal(text)


def text_of(value: Decimal | None) -> str | None:
    """The same number as the report writes it."""
    return None if value is None else f"{value:f}"


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Per cent with one decimal place, half up; of zero there is none."""
    return rounded(Fraction(part) / Fraction(whole) * 100, 1) if whole else None


def _indicator(one: Report, target: str | None) -> dict[str, Any]:
    plan, fact = decimal(target), decimal(one["fact"])
    degree = attainment(Indicator(one["code"], plan, fact, DIRECTION_OF_CODE[one["direction"]])).degree
    off = None if plan is None or fact is None else fact - plan
    return {
        **one,
        "plan": target,
        "deviation": text_of(off),
        "deviation_percent": text_of(percent_of(off, plan)) if off is not None and plan is not None else None,
        "degree_percent": None if degree is None else text_of(rounded(degree * 100, 2)),
    }


def _line(one: Report, planned: str | None) -> dict[str, Any]:
    plan, cash = decimal(planned), decimal(one["cash"])
    known = plan is not None and cash is not None
    return {
        **one,
        "plan": planned,
        "deviation": text_of(cash - plan) if known and plan is not None and cash is not None else None,
        "percent": text_of(percent_of(cash, plan)) if known and plan is not None and cash is not None else None,
    }


def upgraded(report: Report) -> dict[str, Any]:
    """A report of the first schema, as years were closed with it, in this one: what it did not hold is not given."""
    if report["schema"] == SCHEMA:
        return dict(report)
    basis = {"edition": report["edition"], "act": {"name": "", **report["act"]}, "documents": []}
    nothing: dict[str, Any] = {"edition": None, "act": {"name": "", "number": "", "on": ""}, "documents": []}
    found = {
        **report,
        "schema": SCHEMA,
        "plans": {"first": nothing, "january": nothing, "current": basis, "roster": nothing, "agreement": nothing},
        "indicators": [
            {**one, "targets": {"first": None, "current": one["plan"]}, "previous_fact": None, "quarters": {}}
            for one in report["indicators"]
        ],
        "spending": [
            {**one, "current": one["plan"], "january": None, "agreement": None, "obligations": None, "months": None}
            for one in report["spending"]
        ],
        "reasons": {},
    }
    return counted_against(found, USUAL)


def cash_until(row: Report, quarter: int) -> Decimal | None:
    """The cash of a line from the beginning of the year to the end of a quarter; None when months are not known.

    >>> cash_until({"months": {"before": "1.00", "3": "2.00", "4": "5.00"}}, 1)
    Decimal('3.00')
    """
    if row["months"] is None:
        return None
    names = ["before", *map(str, range(1, QUARTER_MONTHS[quarter] + 1))]
    return sum((Decimal(row["months"].get(name, "0.00")) for name in names), Decimal("0.00"))
