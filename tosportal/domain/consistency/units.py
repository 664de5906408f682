"""Units and printed numbers: roubles and thousands in one table, spelling of units, percents added up, gaps."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tosportal.domain.consistency.arithmetic import is_percent, quantity_line, statements_of
from tosportal.domain.consistency.cells import (
    TOTAL,
    by_path,
    exact,
    joined,
    mapping,
    money_line,
    number,
    roubles_in,
    rows,
    spoken,
    text,
    texts,
    walk,
    years_of,
)
from tosportal.domain.consistency.finding import Book
from tosportal.domain.consistency.words import plain

_SPACED = re.compile(r"\d,\s+\d")
_STUCK = re.compile(r"\d(?:тыс|руб)|[–—-]\d")
_UNIT_TWICE = re.compile(r"руб\w*\.?\s+руб")


def check_units(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    _mixed(data, book)
    for path, row in by_path("activities", data.get("activities")):
        _percents(path, row, book)
        _price_total(path, row, book)
        _spacing(path, row, book)
    _printed(data, book)
    _spelled(data, book)
    _unit_twice(data, book)
    _stuck(data, book)
    _gaps(data, book)


# --- roubles and thousands


def _worths(node: Any) -> set[Decimal]:
    """In what the cells of a part of the document are printed: 1 for roubles, 1000 for thousands."""
    found = {roubles_in(one["unit"]) for _, one in walk(node) if isinstance(one, dict) and "unit" in one}
    return {worth for worth in found if worth is not None}


def _mixed(data: Mapping[str, Any], book: Book) -> None:
    """One finding for every task whose rows are printed in different units, or one for the table of all tasks."""
    groups: dict[str, list[tuple[str, str, set[Decimal]]]] = {}
    for path, row in by_path("activities", data.get("activities")):
        groups.setdefault(str(row.get("task")), []).append((path, book.atlas.title(path), _worths(row)))
    for task, node in mapping(data.get("task_totals")).items():
        groups.setdefault(task, []).append((f"task_totals.{task}", "итого", _worths(node)))
    mixed = [group for group in groups.values() if len(set.union(*(worths for *_, worths in group))) > 1]
    if not mixed:
        whole = [one for group in groups.values() for one in group]
        whole.append(("programme_totals", "итого", _worths(data.get("programme_totals"))))
        mixed = [whole] if len(set.union(*(worths for *_, worths in whole))) > 1 else []
    for group in mixed:
        in_roubles = [(path, name) for path, name, worths in group if 1 in worths]
        in_more = [(path, name) for path, name, worths in group if worths - {1}]
        values = {
            "roubles": joined([name for _, name in in_roubles]),
            "thousands": joined([name for _, name in in_more]),
        }
        paths = [path for path, _ in [*in_roubles, *in_more]]
        book.add("units_mixed", *paths, at=min(len(paths), 6), found=values["roubles"], **values)


# --- quantities and prices


def _percents(path: str, row: Mapping[str, Any], book: Book) -> None:
    """Percents of several years have no sum."""
    line = quantity_line(path, row)
    values = [cell.value for key, cell in line.items() if key != TOTAL]
    if is_percent(mapping(row.get("quantity")).get("unit")) and TOTAL in line and len(values) > 1:
        total = line[TOTAL]
        if total.value == sum(values) and total.value not in values:
            parts = " + ".join(spoken(value) for value in values)
            shown: dict[str, Any] = {"parts": parts, "stated": spoken(total.value)}
            book.add("percents_added_up", total.path, f"{path}.quantity.unit", found=exact(total.value), **shown)


def _price_total(path: str, row: Mapping[str, Any], book: Book) -> None:
    """The price of a unit over all years: times the quantity it makes the amount, or it is only a sum of prices."""
    price = money_line(row.get("unit_cost"), f"{path}.unit_cost")
    amount = money_line(row.get("amount"), f"{path}.amount")
    quantity = quantity_line(path, row)
    years = [cell.value for key, cell in price.items() if key != TOTAL]
    if not (TOTAL in price and TOTAL in amount and TOTAL in quantity and years):
        return
    stated, made = price[TOTAL], price[TOTAL].value * quantity[TOTAL].value
    if made == amount[TOTAL].value or (len(years) == 1 and stated.value == years[0]):
        return
    if abs(made - amount[TOTAL].value) < max(stated.step, Decimal("0.01")) * quantity[TOTAL].value:
        return  # an average price, rounded
    code = "unit_cost_added_up" if stated.value == sum(years) else "unit_cost_total_differs"
    paths = (stated.path, amount[TOTAL].path, quantity[TOTAL].path)
    shown: dict[str, Any] = {"stated": spoken(stated.value, money=True), "computed": spoken(made, money=True)}
    values: dict[str, Any] = {"expected": exact(amount[TOTAL].value, money=True), "found": exact(made, money=True)}
    book.add(code, *paths, **values, **shown)


# --- what is printed


def _printed(data: Mapping[str, Any], book: Book) -> None:
    """The number of a cell is the number that is printed in it."""
    for part in ("indicators", "activities", "task_totals", "programme_totals", "funding"):
        for path, node in walk(data.get(part), part):
            if isinstance(node, dict) and "printed" in node:
                _as_printed(path, node, book)


def _as_printed(path: str, node: Mapping[str, Any], book: Book) -> None:
    printed, value = number(node.get("printed")), number(node.get("value"))
    roubles, worth = number(node.get("rub")), roubles_in(node.get("unit"))
    if printed is None:
        return
    if value is not None and value != printed:
        shown = {"printed": node["printed"], "value": spoken(value)}
        book.add("printed_differs", f"{path}.value", expected=exact(printed), found=exact(value), **shown)
    elif value is None and roubles is not None and worth is not None and roubles != printed * worth:
        shown = {"printed": f"{node['printed']} {node['unit']}", "value": spoken(roubles, money=True)}
        values: dict[str, Any] = {"expected": exact(printed * worth, money=True), "found": exact(roubles, money=True)}
        book.add("printed_differs", f"{path}.rub", **values, **shown)


def _spacing(path: str, row: Mapping[str, Any], book: Book) -> None:
    """«721486, 76» beside «12986,76»."""
    cells = [(at, one["printed"]) for at, one in walk(row, path) if isinstance(one, dict) and "printed" in one]
    spaced = [(at, printed) for at, printed in cells if isinstance(printed, str) and _SPACED.search(printed)]
    if spaced:
        shown = joined([printed for _, printed in spaced], 3)
        book.add("money_spacing", *(f"{at}.printed" for at, _ in spaced), found=shown, examples=shown)


def _stuck(data: Mapping[str, Any], book: Book) -> None:
    """«16139,6тыс. руб.», «2023 год –26204,6»."""
    for key in ("printed_lines", "lines_printed"):
        lines = texts(mapping(data.get("funding")).get(key))
        stuck = [(n, line) for n, line in enumerate(lines) if _STUCK.search(re.sub(r"\d{4}\s*[–—-]\s*\d{4}", "", line))]
        if stuck:
            shown = joined([line for _, line in stuck], 2)
            book.add("money_spacing", *(f"funding.{key}[{n}]" for n, _ in stuck), found=shown, examples=shown)


def _unit_twice(data: Mapping[str, Any], book: Book) -> None:
    for path, value in walk(data.get("funding"), "funding"):
        if isinstance(value, str) and path.endswith(".unit") and _UNIT_TWICE.search(value):
            book.add("unit_printed_twice", path, found=value, printed=value)


def _units(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Printed units with their path and what they are."""
    for path, row in by_path("indicators", data.get("indicators")):
        yield f"{path}.unit_printed", text(row.get("unit_printed")), ""
        for year, node in mapping(row.get("expected_result_text")).items():
            value = number(mapping(node).get("value"))
            if value is not None:
                yield f"{path}.expected_result_text.{year}.unit_printed", text(node.get("unit_printed")), f"{value}"
        method = mapping(row.get("methodology"))
        for n, one in by_path(f"{path}.methodology.variables", method.get("variables")):
            yield f"{n}.unit_printed", text(one.get("unit_printed")), ""
    for path, row in by_path("activities", data.get("activities")):
        yield f"{path}.quantity.unit", text(mapping(row.get("quantity")).get("unit")), ""
    for path, node in walk(data.get("task_totals"), "task_totals"):
        if isinstance(node, dict) and "unit" in node:
            yield f"{path}.unit", text(node["unit"]), ""


def _spelled(data: Mapping[str, Any], book: Book) -> None:
    """«Единиц» and «единиц», «тыс. руб.» and «тыс. руб»; a noun that does not fit its number («96,4 единица»)."""
    spelled: dict[str, dict[str, str]] = {}
    for path, unit, value in _units(data):
        if value and unit.startswith("единиц"):
            right = _units_word(Decimal(value))
            if unit != right:
                book.add("unit_spelled_differently", path, expected=right, found=unit, names=f"{unit}, {right}")
        elif unit:
            spelled.setdefault(plain(unit).removeprefix("в "), {}).setdefault(unit, path)
    for ways in spelled.values():
        if len(ways) > 1:
            shown = joined([f"«{one}»" for one in ways])
            book.add("unit_spelled_differently", *ways.values(), at=len(ways), found=shown, names=shown)


def _units_word(value: Decimal) -> str:
    if value % 1:
        return "единицы"
    tail, tens = value % 10, value % 100
    if tail == 1 and tens != 11:
        return "единица"
    return "единицы" if 2 <= tail <= 4 and not 12 <= tens <= 14 else "единиц"


# --- what is not there


def _gaps(data: Mapping[str, Any], book: Book) -> None:
    if "activities" in data and not rows(data.get("activities")):
        book.add("activities_missing", "activities")
    funding = mapping(data.get("funding"))
    for key in years_of(funding):
        if mapping(funding[key]).get("amount", 0) is None:
            book.add("funding_missing", f"funding.{key}", years=key)
    totals = [line for block in statements_of(data).values() for source, line in block.items() if source == TOTAL]
    if totals and not any(TOTAL in line for line in totals):
        book.add("funding_total_missing", "funding.by_year" if "by_year" in funding else "funding")
    notes = [(path, one) for path, one in walk(data) if isinstance(one, dict) and "note_printed" in one]
    if len(notes) > 1 and not any(one["note_printed"] for _, one in notes):
        book.add("column_empty", *(f"{path}.note_printed" for path, _ in notes))
