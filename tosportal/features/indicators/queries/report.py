"""The report of a programme for a year or from its beginning to the end of a quarter, as plain data.

Forms: DOMAIN §6.3. The shape of the data and what is counted from them: domain/programme_report.py.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tosportal.domain.attainment import DIRECTION_OF_CODE
from tosportal.domain.attainment import Indicator as PlanAndFact
from tosportal.domain.efficiency import YearOutcome
from tosportal.domain.indicator_measures import Period
from tosportal.domain.programme_document import OTHER_UNIT
from tosportal.domain.programme_report import (
    SCHEMA,
    USUAL,
    counted_against,
    decimal,
    is_paid_in_full,
    money_by_activity,
    text_of,
    upgraded,
)
from tosportal.features.indicators.models import ClosedYear
from tosportal.features.indicators.queries.facts import indicators_with_passports, open_closing, said_of_period
from tosportal.features.indicators.queries.material import entries_of
from tosportal.features.indicators.queries.rows import YearFact, facts_of_periods
from tosportal.features.indicators.queries.year_money import NOTHING, YearMoney
from tosportal.features.programmes.models import (
    Indicator,
    Programme,
)


def programme_report(programme: Programme, year: int, quarter: int = 0, plan: str = USUAL) -> dict[str, Any]:
    """The report of a period as data, counted against a plan.

    A quarter holds the year from its beginning: its plans are of the whole year, its cash is what was paid by the end
    of the quarter. At most eight selects whatever the size.
    """
    ledger = entries_of(programme.id)
    money = YearMoney(programme, Period(year, quarter), ledger)
    said = said_of_period(programme.id, year, quarter)
    report = {
        "schema": SCHEMA,
        "programme": programme.slug,
        "name": programme.name,
        "act": {"number": programme.act_number, "on": programme.act_on.isoformat() if programme.act_on else ""},
        "edition": programme.edition,
        "year": year,
        "quarter": quarter,
        "plans": money.plans(),
        "indicators": _indicators(programme, money, said.of_indicators, ledger),
        "spending": money.lines(),
        "reasons": dict(said.of_money),
    }
    if money.activities:
        report["activities"] = money.outcomes(said)
    return counted_against(report, plan)


def report_in_force(programme: Programme, year: int, quarter: int = 0, plan: str = "") -> dict[str, Any]:
    """The annual report as it was closed, else the report as the data stand now; against this plan, or against the one
    that the year was closed with, or the edition in force."""
    return report_of(programme, year, quarter, plan, closed=open_closing(programme.id, year) if quarter == 0 else None)


def report_of(
    programme: Programme, year: int, quarter: int = 0, plan: str = "", *, closed: ClosedYear | None
) -> dict[str, Any]:
    """The same when the last closing of the year is known."""
    held = closed if closed is not None and closed.opened_at is None else None
    if held is None:
        return programme_report(programme, year, quarter, plan or USUAL)
    report = upgraded(json.loads(held.content))
    return counted_against(report, plan) if plan else report


def plan_of_closing(closed: ClosedYear | None) -> str:
    """The plan that a closed year is counted against."""
    return str(json.loads(closed.content)["plan"]) if closed else USUAL


# --- indicators


def _indicators(
    programme: Programme, money: YearMoney, reasons: Mapping[int, str], ledger: Sequence[Any]
) -> list[dict[str, Any]]:
    year, quarter, targets = money.period.year, money.period.quarter, money.targets()
    own, before = Period(year, quarter), Period(year - 1)
    ends = [Period(year, number) for number in range(1, (quarter or 4) + 1)]
    indicators, passports = indicators_with_passports(programme.id)
    facts = facts_of_periods(programme, indicators, [own, before, *ends], passports, ledger)
    return [
        _indicator(one, facts.get(one.id, {}), (own, before, ends), targets) | {"reason": reasons.get(one.id, "")}
        for one in indicators
    ]


def _indicator(
    row: Indicator,
    facts: Mapping[Period, YearFact],
    periods: tuple[Period, Period, Sequence[Period]],
    targets: Mapping[str, Mapping[str, Decimal]],
) -> dict[str, Any]:
    own, before, ends = periods
    fact, previous = facts.get(own), facts.get(before)
    current = next((target.value for target in row.targets if target.year == own.year), None)
    first = targets["first"].get(row.code) if "first" in targets else current
    return {
        "code": row.code,
        "number": row.number,
        "name": row.name,
        "unit": row.unit if row.unit != OTHER_UNIT else row.unit_printed,
        "unit_printed": row.unit_printed,
        "direction": row.direction,
        "targets": {"first": text_of(first), "current": text_of(current)},
        "fact": text_of(fact.value if fact else None),
        "previous_fact": text_of(previous.value if previous else None),
        "quarters": {str(end.quarter): text_of(facts[end].value) for end in ends if end in facts},
        "source": fact.source_document if fact else "",
        "counted": bool(fact and fact.counted),
        "frozen": bool(fact and fact.is_frozen),
    }


# --- efficiency


def outcome_of(report: Mapping[str, Any]) -> YearOutcome:
    """What came out of the year, for the methods of evaluation, by the plan that the report is counted against.

    A report that names no outcomes of activities (of a programme without activities, of a year closed before people
    could mark them) goes by money alone: an activity with a plan above zero is done by its cash.
    """
    planned, spent = money_by_activity(report, "plan"), money_by_activity(report, "cash")
    if "activities" in report:
        states = [one["state"] for one in report["activities"]]
    else:
        with_plan = [code for code, value in planned.items() if value > 0]
        states = ["done" if is_paid_in_full(planned[code], spent[code]) else "not_done" for code in with_plan]
    return YearOutcome(
        indicators=tuple(
            PlanAndFact(
                one["number"] or one["code"],
                decimal(one["plan"]),
                decimal(one["fact"]),
                DIRECTION_OF_CODE[one["direction"]],
            )
            for one in report["indicators"]
        ),
        done=states.count("done"),
        planned=states.count("done") + states.count("not_done"),
        undetermined=states.count("undetermined"),
        spent_sum=sum(spent.values(), NOTHING),
        planned_sum=sum(planned.values(), NOTHING),
    )
