"""The money of the report as rows: the programme and each activity, all sources («всего») and each of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tosportal.domain.programme_document import SOURCES
from tosportal.domain.programme_report import MONTHS, cash_until, decimal, percent_of
from tosportal.features.indicators.papers.words import Report

ALL = "всего"
PROGRAMME, ACTIVITY = "Муниципальная программа", "Мероприятие"
SUMS = ("january", "first", "current", "roster", "agreement", "obligations", "plan", "cash", "deviation")


@dataclass(frozen=True)
class SpendingRow:
    """A row: whose it is, of which source (empty: all), its sums; None where nobody gave one. `block` is how many rows
    the activity has, in its first row; `is_leaf`: its sums are given, not added up."""

    status: str
    code: str
    name: str
    source: str
    source_name: str
    sums: Mapping[str, Decimal | None]
    block: int = 0
    is_leaf: bool = False
    reason: str = ""

    @property
    def percent(self) -> Decimal | None:
        """How much of the plan was paid, counted over the lines that have both."""
        plan, off = self.sums["plan"], self.sums["deviation"]
        return None if plan is None or off is None else percent_of(plan + off, plan)


def spending_rows(report: Report) -> list[SpendingRow]:
    """The rows in order; a report without money has none."""
    lines = [(one, sums_of(one)) for one in report["spending"]]
    if not lines:
        return []
    sources = dict.fromkeys(one["source"] for one in report["spending"])
    names = {one["source"]: one["source_name"] for one in report["spending"]}
    by_source = {source: added([sums for one, sums in lines if one["source"] == source]) for source in order(sources)}
    has_activities = any(one["activity"] for one, _sums in lines)
    first = SpendingRow(PROGRAMME, "", report["name"], "", ALL, added(by_source.values()), block=len(by_source) + 1)
    rows = [first]
    rows += [
        SpendingRow(PROGRAMME, "", report["name"], source, names[source], sums, is_leaf=not has_activities)
        for source, sums in by_source.items()
    ]
    for code in dict.fromkeys(one["activity"] for one, _sums in lines if one["activity"]):
        rows += activity_rows(report, code, [(one, sums) for one, sums in lines if one["activity"] == code])
    return rows


def activity_rows(
    report: Report, code: str, lines: Sequence[tuple[Report, Mapping[str, Decimal | None]]]
) -> Iterator[SpendingRow]:
    name, reason = lines[0][0]["name"], report["reasons"].get(code, "")
    total = added([sums for _one, sums in lines])
    yield SpendingRow(ACTIVITY, code, name, "", ALL, total, block=len(lines) + 1, reason=reason)
    for one, sums in lines:
        yield SpendingRow(ACTIVITY, code, name, one["source"], one["source_name"], sums, is_leaf=True, reason=reason)


def order(sources: Iterable[str]) -> list[str]:
    """The sources from the highest budget down, as the report's lines go within each activity."""
    return sorted(sources, key=lambda one: SOURCES.index(one) if one in SOURCES else len(SOURCES))


def sums_of(line: Report) -> dict[str, Decimal | None]:
    """The sums of a line by their names: figures, months, the cash to the end of each quarter."""
    months = line["months"]
    return {
        **{name: decimal(line[name]) for name in SUMS},
        **{f"month {one}": None if months is None else Decimal(months.get(one, "0.00")) for one in MONTHS},
        **{f"until {quarter}": cash_until(line, quarter) for quarter in (1, 2, 3, 4)},
    }


def added(rows: Iterable[Mapping[str, Decimal | None]]) -> dict[str, Decimal | None]:
    """The sum of what is given; None where nobody gave anything.

    >>> added([{"plan": Decimal("1.00")}, {"plan": None}]), added([{"plan": None}])
    ({'plan': Decimal('1.00')}, {'plan': None})
    """
    found: dict[str, Decimal | None] = {}
    for row in rows:
        for name, value in row.items():
            before = found.get(name)
            found[name] = before if value is None else value if before is None else before + value
    return found
