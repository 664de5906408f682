"""Indicators: weights that are none, zero plans, dashes, years without targets, direction, shares of whole things."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

from tosportal.domain.consistency.cells import (
    TOTAL,
    Cell,
    by_path,
    exact,
    joined,
    last_year,
    mapping,
    number,
    plain_line,
    rows,
    spoken,
    text,
    years_of,
)
from tosportal.domain.consistency.finding import Book
from tosportal.domain.money import round_half_up

MOST_OBJECTS = 300
MOST_NAMED = 10  # weights named in one place
Row = tuple[str, Mapping[str, Any]]


def check_indicators(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    indicators = by_path("indicators", data.get("indicators"))
    _weights(indicators, book)
    for path, row in indicators:
        _zeros(path, row, book)
        _blanks(path, row, book)
        _direction(path, row, book)
    _years(data, indicators, book)
    _lists(data, indicators, book)
    _precision(indicators, book)
    _whole_things(indicators, book)


def targets_of(path: str, row: Mapping[str, Any]) -> dict[str, Cell]:
    """Targets by year or period."""
    found = plain_line(row.get("targets"), f"{path}.targets")
    found.pop(TOTAL, None)
    return found


def sum_words(cells: Mapping[str, Cell]) -> str:
    """«6 + 7 + 8»."""
    return " + ".join(spoken(cell.value) for cell in cells.values())


# --- weights


def weight_of(row: Mapping[str, Any]) -> Decimal | None:
    """The number in the column of weights."""
    value = number(row.get("weight_column_value"))
    return number(row.get("weight_column_printed")) if value is None else value


def _weights(indicators: list[Row], book: Book) -> None:
    """A weight is a share: all together make 1 or 100, over the programme or within every task."""
    weighted = [(path, row, weight) for path, row in indicators if (weight := weight_of(row)) is not None]
    if not weighted:
        return
    by_task: dict[str, Decimal] = {}
    for _path, row, weight in weighted:
        task = str(row.get("task"))
        by_task[task] = by_task.get(task, Decimal(0)) + weight
    whole = sum(by_task.values(), Decimal(0))
    if whole in (1, 100) or all(one == 1 for one in by_task.values()) or all(one == 100 for one in by_task.values()):
        return
    paths = [f"{path}.weight_column_value" for path, _row, _weight in weighted]
    values: dict[str, Any] = {"expected": "1; 100", "found": exact(whole), "computed": spoken(whole)}
    book.add("weights_do_not_add_up", *paths, at=min(len(paths), MOST_NAMED), **values)
    codes = [_explained(targets_of(path, row), weight) for path, row, weight in weighted]
    if whole > 200 or set(codes) & {"weight_is_sum", "weight_is_mean"}:  # else honest weights that only do not add up
        for (path, row, weight), code in zip(weighted, codes, strict=True):
            _weight(code, path, targets_of(path, row), weight, book)


def _explained(targets: Mapping[str, Cell], weight: Decimal) -> str:
    whole = sum((cell.value for cell in targets.values()), Decimal(0))
    if weight == whole:
        return "weight_is_sum"
    return "weight_is_mean" if weight * len(targets) == whole else "weight_is_unclear"


def _weight(code: str, path: str, targets: Mapping[str, Cell], weight: Decimal, book: Book) -> None:
    whole = sum((cell.value for cell in targets.values()), Decimal(0))
    book.add(
        code,
        f"{path}.weight_column_value",
        *(cell.path for cell in targets.values()),
        found=exact(weight),
        stated=spoken(weight),
        parts=sum_words(targets),
        sum=spoken(whole),
    )


# --- targets


def _zeros(path: str, row: Mapping[str, Any], book: Book) -> None:
    targets = targets_of(path, row)
    zeros = {year: cell for year, cell in targets.items() if not cell.value}
    if not zeros:
        return
    if len(zeros) == len(targets):
        paths = [f"{path}.targets", *(cell.path for cell in zeros.values())]
        book.add("zero_plan", *paths, found="0")
        return
    after = next((cell for year, cell in targets.items() if cell.value and year > max(zeros)), None)
    if after:
        cells = [cell.path for cell in zeros.values()]
        book.add("zero_or_blank", *cells, at=2, found="0", years=joined(list(zeros)), next=spoken(after.value))


def _blanks(path: str, row: Mapping[str, Any], book: Book) -> None:
    node = mapping(row.get("targets"))
    blank = [key for key in years_of(node) if key not in targets_of(path, row)]
    if blank:
        paths = [f"{path}.targets.{key}.value" for key in blank]
        book.add("target_blank", *paths, at=2, found="–", years=joined(blank))


def _direction(path: str, row: Mapping[str, Any], book: Book) -> None:
    """Targets go where the indicator is said to go."""
    values = [cell.value for cell in targets_of(path, row).values()]
    steps = [after - before for before, after in pairwise(values)]
    direction = text(row.get("direction"))
    wrong = {
        "growth": any(step < 0 for step in steps),
        "decline": any(step > 0 for step in steps),
        "zero": any(step > 0 for step in steps),
        "stable": any(steps),
    }
    if wrong.get(direction):
        parts = " → ".join(spoken(value) for value in values)
        book.add("trend_differs", f"{path}.targets", found=parts, parts=parts, direction=direction)


def _years(data: Mapping[str, Any], indicators: list[Row], book: Book) -> None:
    """The table of targets covers the years of the programme."""
    term = mapping(mapping(data.get("passport")).get("term"))
    first, last = term.get("from"), term.get("to")
    if not (isinstance(first, int) and isinstance(last, int) and indicators and 0 <= last - first < 100):
        return
    covered = {year for _path, row in indicators for key in years_of(row.get("targets")) for year in _span(key)}
    missing = [str(year) for year in range(first, last + 1) if year not in covered]
    if missing and covered:
        path = f"{indicators[0][0]}.targets"
        book.add("years_without_targets", path, expected=str(first), first=first, years=joined(missing))


def _span(key: str) -> Iterator[int]:
    first, last = int(key[:4]), int(last_year(key))
    yield from range(first, min(last, first + 100) + 1)


def _lists(data: Mapping[str, Any], indicators: list[Row], book: Book) -> None:
    names = mapping(data.get("passport")).get("indicator_names")
    if isinstance(names, list) and indicators and len(names) != len(indicators):
        counts: dict[str, Any] = {"computed": len(names), "stated": len(indicators)}
        book.add("indicator_lists_differ", "passport.indicator_names", "indicators", found=str(len(names)), **counts)


def _precision(indicators: list[Row], book: Book) -> None:
    """«50,0» in the table and «50,00» in the text: the same number, printed otherwise."""
    pairs, paths = [], []
    for path, row in indicators:
        targets = {last_year(key): one for key, one in mapping(row.get("targets")).items()}
        for year, node in mapping(row.get("expected_result_text")).items():
            table, prose = (mapping(one).get("printed") for one in (targets.get(year), node))
            if table and prose and table != prose and number(table) == number(prose):
                pairs.append(f"{table} — {prose}")
                paths.append(f"{path}.expected_result_text.{year}.printed")
    if pairs:
        book.add("prose_precision", *paths, at=3, found=joined(pairs, 3), pairs=joined(pairs, 3))


# --- shares of whole things


def _whole_things(indicators: list[Row], book: Book) -> None:
    """Shares with a common denominator are shares of one whole number of things; a value that is none of them is wrong.

    The number of things is derived from a sibling whose whole row fits one number of at most 300.
    """
    groups: dict[str, list[tuple[str, dict[str, Cell]]]] = {}
    for path, row in indicators:
        denominator, cells = denominator_of(row), targets_of(path, row)
        if denominator and len({cell.value for cell in cells.values()}) > 2:
            groups.setdefault(denominator, []).append((path, cells))
    for group in [one for one in groups.values() if len(one) > 1]:
        fits = [(path, cells, _fit(cells)) for path, cells in group]
        known = [(path, cells, fit) for path, cells, fit in fits if fit and fit[0] > 20]
        if len(known) == 1:
            _other_shares(known[0], [(path, cells) for path, cells, fit in fits if not fit], book)


def denominator_of(row: Mapping[str, Any]) -> str:
    """What a share is divided by, as the method calls it; empty when it is no share of things."""
    method = mapping(row.get("methodology"))
    if method.get("kind") != "share" or row.get("unit") != "percent":
        return ""
    variables = rows(method.get("variables"))
    return text(variables[-1].get("name")) if len(variables) == 2 else ""


def _fit(cells: Mapping[str, Cell]) -> tuple[int, str] | None:
    """The smallest number of things of which all values are shares, and how they were printed: rounded or cut."""
    for how in ("round", "cut"):
        for whole in range(2, MOST_OBJECTS + 1):
            if all(_is_share(cell.value, whole, how) for cell in cells.values()):
                return whole, how
    return None


def _is_share(value: Decimal, whole: int, how: str) -> bool:
    step = Decimal(1).scaleb(min(int(value.as_tuple().exponent), 0))
    near = floor(Fraction(value) * whole / 100)
    for part in (near, near + 1):
        share = Fraction(100 * part, whole)
        shown = round_half_up(share, step) if how == "round" else floor(share / Fraction(step)) * step
        if shown == value:
            return True
    return False


def _other_shares(
    known: tuple[str, dict[str, Cell], tuple[int, str]], others: list[tuple[str, dict[str, Cell]]], book: Book
) -> None:
    path, cells, (whole, how) = known
    if how == "cut":
        parts = joined([spoken(cell.value) for cell in cells.values()])
        book.add("share_cut", f"{path}.targets", found=parts, whole=whole, parts=parts)
    for _other, row in others:
        for cell in row.values():
            if not (_is_share(cell.value, whole, "round") or _is_share(cell.value, whole, "cut")):
                book.add("share_impossible", cell.path, found=exact(cell.value), value=spoken(cell.value), whole=whole)
