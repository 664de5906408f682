"""The report of a programme for a year or from its beginning to the end of a quarter, as plain data.

Forms: DOMAIN §6.3 — indicators (plan, fact, deviation, reason), spending by activity and source (first plan, plan of
the edition in force, roster, cash, deviation, per cent). Sums are texts of roubles with kopecks, values texts of
decimals: the same data make the JSON, the papers and the digest of a closed year.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tosportal.domain.attainment import DIRECTION_OF_CODE, Indicator, attainment, rounded
from tosportal.domain.efficiency import YearOutcome
from tosportal.domain.indicator_measures import Period
from tosportal.domain.programme_document import SOURCES
from tosportal.features.indicators.queries.facts import latest_reasons, open_closing
from tosportal.features.indicators.queries.material import material_of
from tosportal.features.indicators.queries.rows import YearFact, facts_of_periods
from tosportal.features.ledger.queries import YearLedger, year_ledger
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.programmes.models import Indicator as IndicatorRowOfProgramme
from tosportal.features.programmes.queries import indicators_of

SCHEMA = "programme-report/1"
FIGURES = ("first", "plan", "roster", "cash")


def programme_report(programme: Programme, year: int, quarter: int = 0) -> dict[str, Any]:
    """The report of a period as data; a quarter holds the year from its beginning, its money is the plan and roster of
    the whole year with the cash paid by the end of the quarter. At most thirteen selects whatever the size."""
    period = Period(year, quarter)
    indicators = indicators_of(programme.id)
    facts = facts_of_periods(programme, indicators, [period])
    reasons = latest_reasons(programme.id, year, quarter)
    ledger = year_ledger(programme, year)
    paid = _paid_by(programme, period) if quarter else None
    return {
        "schema": SCHEMA,
        "programme": programme.slug,
        "name": programme.name,
        "act": {"number": programme.act_number, "on": programme.act_on.isoformat() if programme.act_on else ""},
        "edition": programme.edition,
        "plan": "current",
        "year": year,
        "quarter": quarter,
        "indicators": [
            _indicator(one, year, facts.get(one.id, {}).get(period), reasons.get(one.id, "")) for one in indicators
        ],
        "spending": [row for one in ledger.activities for row in _spending(ledger, one, paid)],
    }


def report_in_force(programme: Programme, year: int, quarter: int = 0) -> dict[str, Any]:
    """The annual report as it was closed, else the report as the data stand now."""
    held = open_closing(programme.id, year) if quarter == 0 else None
    found: dict[str, Any] = json.loads(held.content) if held else programme_report(programme, year, quarter)
    return found


def _indicator(row: IndicatorRowOfProgramme, year: int, fact: YearFact | None, reason: str) -> dict[str, Any]:
    plan = next((target.value for target in row.targets if target.year == year), None)
    value = fact.value if fact else None
    degree = attainment(Indicator(row.code, plan, value, DIRECTION_OF_CODE[row.direction])).degree
    return {
        "code": row.code,
        "number": row.number,
        "name": row.name,
        "unit": row.unit,
        "direction": row.direction,
        "plan": _text(plan),
        "fact": _text(value),
        "degree_percent": _text(rounded(degree * 100, 2)) if degree is not None else None,
        "source": fact.source_document if fact else "",
        "counted": bool(fact and fact.counted),
        "frozen": bool(fact and fact.is_frozen),
        "reason": reason,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _paid_by(programme: Programme, period: Period) -> dict[tuple[str, str], Decimal]:
    """The cash of the year that was paid by the end of the quarter, by code of the activity and source."""
    found: dict[tuple[str, str], Decimal] = {}
    for one in material_of(programme, {"cash"}).entries:
        if one.kind == "cash" and one.year == period.year and one.day <= period.last:
            found[one.activity, one.source] = found.get((one.activity, one.source), Decimal("0.00")) + one.number
    return found


def _spending(
    ledger: YearLedger, activity: Activity, paid: Mapping[tuple[str, str], Decimal] | None
) -> list[dict[str, Any]]:
    rows = []
    for source in SOURCES:
        cell = ledger.cell(activity.id, source)
        figures = {name: cell.of(name) for name in FIGURES}
        if paid is not None:
            figures["cash"] = paid.get((activity.code, source), Decimal("0.00"))
        if any(figures.values()):
            row = {"activity": activity.code, "name": activity.name, "source": source}
            rows.append(row | {name: f"{value:.2f}" for name, value in figures.items()})
    return rows


def outcome_of(report: Mapping[str, Any]) -> YearOutcome:
    """What came out of the year, for the methods of evaluation.

    An activity with a plan above zero counts as done when its cash is at least 95 per cent of its plan: the portal has
    no better word for «performed in full», and the page says so.
    """
    planned, spent = _by_activity(report, "plan"), _by_activity(report, "cash")
    with_plan = [code for code, value in planned.items() if value > 0]
    return YearOutcome(
        indicators=tuple(
            Indicator(one["number"] or one["code"], _decimal(one["plan"]), _decimal(one["fact"]), _direction(one))
            for one in report["indicators"]
        ),
        done=sum(spent[code] * 100 >= planned[code] * DONE_PERCENT for code in with_plan),
        planned=len(with_plan),
        spent_sum=sum(spent.values(), Decimal("0.00")),
        planned_sum=sum(planned.values(), Decimal("0.00")),
    )


DONE_PERCENT = 95


def _direction(one: Mapping[str, Any]) -> Any:
    return DIRECTION_OF_CODE[one["direction"]]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _by_activity(report: Mapping[str, Any], figure: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in report["spending"]:
        found[row["activity"]] = found.get(row["activity"], Decimal("0.00")) + Decimal(row[figure])
    return found
