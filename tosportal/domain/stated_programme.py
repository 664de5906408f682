"""What the document of a programme states by itself, where its tables say it and no activity does: money by year and
source, targets by year or period, the ways of counting. Documents: schema `municipal-programme/1`, both seeds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tosportal.domain.printed_numbers import PrintedNumber, as_decimal, printed_sum, printed_value
from tosportal.domain.programme_tables.numbers import plain

PERIOD = re.compile(r"\d{4}(-\d{4})?")
TOTAL = "total"


@dataclass(frozen=True)
class StatedFunding:
    """Money by year as stated: roubles by (year, source), `total` for the sum of the year. What is not there was not
    named. `remarks` are the words about years without sums."""

    years: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    cells: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def sum_of(self, source: str) -> Decimal:
        """The sum of a source over the years; the document may give none."""
        return sum((value for (_year, its), value in self.cells.items() if its == source), Decimal("0.00"))


@dataclass(frozen=True)
class StatedTargets:
    """An indicator and its targets as printed, one for each column of the table; `unit` and `formula` as printed, if
    they are, `kind` the unit as the portal knows it."""

    code: str
    number: str
    name: str
    unit: str
    kind: str
    weight: str
    targets: tuple[PrintedNumber | None, ...]
    formula: str
    variables: tuple[tuple[str, str], ...]
    source: str


def rows_in(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a list of the document; of anything else none."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def fields_in(value: Any) -> Mapping[str, Any]:
    """The fields of a part of the document; of anything else none."""
    return value if isinstance(value, Mapping) else {}


def year_keys(*parts: Any) -> list[str]:
    """The years and periods that name cells in these parts of the document, in order.

    >>> year_keys({"2028-2030": 1, "2027": 1, "total": 1}, {"2026": 2})
    ['2026', '2027', '2028-2030']
    """
    return sorted({str(key) for part in parts for key in fields_in(part) if PERIOD.fullmatch(str(key))})


def target_columns(document: Mapping[str, Any]) -> list[str]:
    """The years and periods for which targets are set."""
    return year_keys(*(one.get("targets") for one in rows_in(document.get("indicators"))))


def stated_targets(document: Mapping[str, Any]) -> list[StatedTargets]:
    """The indicators in the order of the document, with the print of each target and the formula as printed."""
    columns = target_columns(document)
    return [
        StatedTargets(
            code=str(one.get("id") or ""),
            number=str(one.get("number_appendix") or one.get("number") or ""),
            name=str(one.get("name") or ""),
            unit=str(one.get("unit_printed") or ""),
            kind=str(one.get("unit") or ""),
            weight=str(one.get("weight_column_printed") or ""),
            targets=tuple(
                printed_value(fields_in(one.get("targets"))[year]) if year in fields_in(one.get("targets")) else None
                for year in columns
            ),
            formula=str(method.get("formula_printed") or ""),
            variables=tuple(variables_of(method)),
            source=str(method.get("information_source") or ""),
        )
        for one in rows_in(document.get("indicators"))
        for method in [fields_in(one.get("methodology"))]
    ]


def variables_of(method: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The result and the variables of a formula: the sign as printed and what it means."""
    for one in [fields_in(method.get("result")), *rows_in(method.get("variables"))]:
        if one.get("symbol_printed"):
            yield str(one["symbol_printed"]), str(one.get("name") or "")


def funding_cells(document: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The stated cells of money by (year or `total`, source or `total`): the summary table, the totals of activities
    or the passport, whichever the document has first."""
    funding = fields_in(document.get("funding"))
    by_year = fields_in(funding.get("by_year"))
    if by_year:
        return {(str(year), source): cell for year, row in by_year.items() for source, cell in fields_in(row).items()}
    for table in (funding.get("appendix3"), document.get("programme_totals"), funding.get("passport")):
        cells = {
            (str(year), source): cell
            for source, row in fields_in(table).items()
            for year, cell in fields_in(row).items()
            if year == TOTAL or PERIOD.fullmatch(str(year))
        }
        if cells:
            return cells
    return {}


def source_names(document: Mapping[str, Any], place: str = "") -> dict[str, str]:
    """The sources of money as a table of the document names them (`place`: passport, appendix2, appendix3)."""
    names = {str(code): str(name) for code, name in fields_in(document.get("sources_of_funding")).items()}
    labels = fields_in(fields_in(document.get("sources_labels_printed")).get(place))
    return names | {str(code): str(name) for code, name in labels.items() if name}


def stated_funding(document: Mapping[str, Any]) -> StatedFunding:
    """The money that the document states by year and source, in roubles."""
    cells = {}
    for place, cell in funding_cells(document).items():
        value = as_decimal(fields_in(cell).get("rub"))
        if value is not None and place[0] != TOTAL:
            cells[place] = value
    used = {source for _year, source in cells}
    names = source_names(document)
    funding = fields_in(document.get("funding"))
    return StatedFunding(
        years=tuple(sorted({year for year, _source in cells})),
        sources=tuple((code, name) for code, name in names.items() if code in used),
        cells=cells,
        remarks=tuple(
            str(row["printed"]) for key, row in funding.items() if PERIOD.fullmatch(str(key)) and row.get("printed")
        ),
    )


# --- the money of the passport, a running text


def passport_funding(document: Mapping[str, Any]) -> list[str]:
    """The lines of the passport about money: as printed, with the sums that were put right since."""
    funding = fields_in(document.get("funding"))
    lines = fields_in(document.get("passport")).get("funding_printed") or funding.get("printed_lines") or []
    cells = by_text(document)
    names = {source: plain(name).casefold() for source, name in labels_of(document).items()}
    state = Reading(document, names)
    return [state.line(str(line), cells) for line in lines] or [
        f"{'всего' if year == TOTAL else year} – {shown.text} {shown.unit}".rstrip()
        for (year, source), cell in funding_cells(document).items()
        if source == TOTAL
        for shown in [printed_sum(cell)]
    ]


def by_text(document: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The cells that the text of the passport prints, by (year, source)."""
    funding = fields_in(document.get("funding"))
    if funding.get("by_year") or not funding.get("passport"):
        return funding_cells(document)
    return {
        (str(year), source): cell
        for source, row in fields_in(funding["passport"]).items()
        for year, cell in fields_in(row).items()
        if isinstance(cell, Mapping)
    }


def labels_of(document: Mapping[str, Any]) -> dict[str, str]:
    """How the text of the passport names a source."""
    rows = fields_in(fields_in(document.get("funding")).get("passport"))
    printed = {source: str(fields_in(row).get("label_printed") or "") for source, row in rows.items()}
    return source_names(document, "passport") | {source: name for source, name in printed.items() if name}


class Reading:
    """Where in the text a number stands: the year and the source named last before it. Where the years are the blocks
    of the text, a year begins anew with its total; where the sources are, a source does."""

    def __init__(self, document: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.by_year = bool(fields_in(document.get("funding")).get("by_year"))
        self.names = names
        self.year, self.source = TOTAL, TOTAL

    def line(self, text: str, cells: Mapping[tuple[str, str], Any]) -> str:
        said = plain(text)
        changes = []
        for start, kind, value in sorted(self.marks(said)):
            if kind == "year":
                self.year, self.source = value, TOTAL if self.by_year else self.source
            elif kind == "source":
                self.year, self.source = self.year if self.by_year else TOTAL, value
            else:
                cell = fields_in(cells.get((self.year, self.source)))
                changes.append((start, plain(str(cell.get("printed") or "")), printed_sum(cell).text))
        for start, was, now in reversed(changes):
            if was and said.startswith(was, start):
                said = said[:start] + now + said[start + len(was) :]
        return said

    def marks(self, said: str) -> Iterator[tuple[int, str, str]]:
        folded = said.casefold()
        for found in re.finditer(r"(?<!\d)((?:19|20)\d\d) год", folded):
            yield found.start(), "year", found[1]
        for source, name in self.names.items():
            if name and (at := folded.find(name)) >= 0:
                yield at, "source", source
        for found in re.finditer(r"\d[\d ]*(?:, ?\d+)? ?(?=тыс|млн|млрд|руб)", folded):
            yield found.start(), "sum", found[0]


def rows_of_task(rows: Sequence[Mapping[str, Any]], task: str) -> list[Mapping[str, Any]]:
    """The indicators or activities of a task."""
    return [one for one in rows if one.get("task") == task]
