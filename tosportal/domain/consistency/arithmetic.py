"""The sums of a programme: by source, year, task and in total; quantity × price; one sum stated in several places."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from tosportal.domain.consistency.cells import (
    TOTAL,
    Cell,
    by_path,
    last_year,
    mapping,
    money_cell,
    money_line,
    plain_cell,
    plain_line,
    rows,
    text,
    years_of,
)
from tosportal.domain.consistency.relations import Kind, Relation

Line = Mapping[str, Cell]
Block = Mapping[str, Line]  # source → year → cell; the line of all sources under «total»


def relations_of(data: Mapping[str, Any]) -> list[Relation]:
    """Every equality that the document claims, whether it holds or not."""
    return [
        *_of_activities(data),
        *_of_tasks(data),
        *_of_programme(data),
        *_of_funding(data),
        *_of_statements(data),
        *_of_prose(data),
        *_of_stages(data),
    ]


def is_percent(unit: Any) -> bool:
    """Is the printed unit per cent?"""
    said = text(unit).casefold()
    return "процент" in said or "%" in said


# --- the parts of a document


def activity_lines(path: str, row: Mapping[str, Any]) -> tuple[Line, Block]:
    """The line of the whole amount of an activity and the lines of its sources."""
    sources = mapping(row.get("sources"))
    block = {key: money_line(line, f"{path}.sources.{key}") for key, line in sources.items()}
    return money_line(row.get("amount"), f"{path}.amount"), {key: line for key, line in block.items() if line}


def block_of(node: Any, path: str) -> Block:
    """Lines by source of a table of totals."""
    lines = {key: money_line(line, f"{path}.{key}") for key, line in mapping(node).items() if isinstance(line, dict)}
    return {key: line for key, line in lines.items() if line}


def block_by_year(node: Any, path: str) -> Block:
    """The same from a list that goes by year first («2020 год – …, в том числе …»)."""
    found: dict[str, dict[str, Cell]] = {}
    for year in years_of(node):
        for source, cell in mapping(mapping(node)[year]).items():
            read = money_cell(cell, f"{path}.{year}.{source}")
            if read:
                found.setdefault(source, {})[year] = read
    return found


def statements_of(data: Mapping[str, Any]) -> dict[str, Block]:
    """Every place that states the money of the whole programme."""
    found = {"programme_totals": block_of(data.get("programme_totals"), "programme_totals")}
    for key, node in mapping(data.get("funding")).items():
        path = f"funding.{key}"
        if key == "by_year":
            found[path] = block_by_year(node, path)
        elif key != "derived_totals" and isinstance(node, dict):
            found[path] = block_of(node, path)
    return {path: block for path, block in found.items() if block}


def task_blocks(data: Mapping[str, Any]) -> dict[str, Block]:
    """The totals of the tasks by the id of the task."""
    nodes = mapping(data.get("task_totals"))
    found = {key: block_of(node, f"task_totals.{key}") for key, node in nodes.items()}
    return {key: block for key, block in found.items() if block}


# --- equalities


def _years(code: str, line: Line) -> Iterator[Relation]:
    parts = tuple(cell for key, cell in line.items() if key != TOTAL)
    if TOTAL in line and parts:
        yield Relation(code, Kind.SUM, line[TOTAL], parts)


def _sources(total: Line, sources: Block) -> Iterator[Relation]:
    for key, cell in total.items():
        parts = tuple(line[key] for line in sources.values() if key in line)
        if parts:
            yield Relation("sources_differ", Kind.SUM, cell, parts)


def _block(block: Block) -> Iterator[Relation]:
    sources = {key: line for key, line in block.items() if key != TOTAL}
    yield from _sources(block.get(TOTAL, {}), sources)
    for line in block.values():
        yield from _years("years_differ", line)


def _of_activities(data: Mapping[str, Any]) -> Iterator[Relation]:
    for path, row in by_path("activities", data.get("activities")):
        amount, sources = activity_lines(path, row)
        yield from _sources(amount, sources)
        for line in (amount, *sources.values()):
            yield from _years("years_differ", line)
        quantity = quantity_line(path, row)
        if not is_percent(mapping(row.get("quantity")).get("unit")):
            yield from _years("years_differ", quantity)
        price = money_line(row.get("unit_cost"), f"{path}.unit_cost")
        for year in [key for key in amount if key != TOTAL and key in quantity and key in price]:
            yield Relation("price_differs", Kind.PRODUCT, amount[year], (quantity[year], price[year]))


def quantity_line(path: str, row: Mapping[str, Any]) -> dict[str, Cell]:
    """How much of an activity, by year and in total."""
    node = mapping(row.get("quantity"))
    found = plain_line(node.get("by_year"), f"{path}.quantity.by_year")
    total = plain_cell(node.get(TOTAL), f"{path}.quantity.{TOTAL}")
    return found | ({TOTAL: total} if total else {})


def _of_tasks(data: Mapping[str, Any]) -> Iterator[Relation]:
    activities: dict[str, list[tuple[Line, Block]]] = {}
    for path, row in by_path("activities", data.get("activities")):
        activities.setdefault(str(row.get("task")), []).append(activity_lines(path, row))
    for task, block in task_blocks(data).items():
        yield from _block(block)
        for source, line in block.items():
            own = [amount if source == TOTAL else lines.get(source, {}) for amount, lines in activities.get(task, [])]
            yield from _summed("task_total_differs", line, own)


def _summed(code: str, stated: Line, lines: list[Line]) -> Iterator[Relation]:
    for key, cell in stated.items():
        parts = tuple(line[key] for line in lines if key in line)
        if parts:
            yield Relation(code, Kind.SUM, cell, parts)


def _of_programme(data: Mapping[str, Any]) -> Iterator[Relation]:
    statements = statements_of(data)
    if not statements:
        return
    path, block = next(iter(statements.items()))
    if path == "programme_totals":
        yield from _block(block)
    tasks = list(task_blocks(data).values())
    activities = [activity_lines(where, row) for where, row in by_path("activities", data.get("activities"))]
    for source, line in block.items():
        own: list[Line] = [task.get(source, {}) for task in tasks]
        if not tasks:
            own = [amount if source == TOTAL else lines.get(source, {}) for amount, lines in activities]
        yield from _summed("programme_total_differs", line, own)


def _of_funding(data: Mapping[str, Any]) -> Iterator[Relation]:
    for path, block in statements_of(data).items():
        if path != "programme_totals":
            yield from _block(block)
    funding = mapping(data.get("funding"))
    by_year = block_by_year(funding.get("by_year"), "funding.by_year")
    for period, node in mapping(funding.get("derived_totals")).items():
        first, _, last = period.partition("-")
        for source, line in by_year.items():
            stated = money_cell(mapping(node).get(source), f"funding.derived_totals.{period}.{source}")
            parts = tuple(cell for year, cell in line.items() if first <= year and last_year(year) <= last)
            if stated and parts:
                yield Relation("years_differ", Kind.SUM, stated, parts)


def _of_statements(data: Mapping[str, Any]) -> Iterator[Relation]:
    for one, other in combinations(statements_of(data).values(), 2):
        for source in one.keys() & other.keys():
            for key in one[source].keys() & other[source].keys():
                yield Relation("statements_differ", Kind.EQUAL, one[source][key], (other[source][key],))


def _of_prose(data: Mapping[str, Any]) -> Iterator[Relation]:
    """A target in the table against the same target in the expected results; a period means its last year."""
    for path, row in by_path("indicators", data.get("indicators")):
        targets = plain_line(row.get("targets"), f"{path}.targets")
        by_end = {last_year(key): cell for key, cell in targets.items()}
        for said in ("expected_result_text", "expected_result_again"):
            for year, cell in plain_line(row.get(said), f"{path}.{said}").items():
                if last_year(year) in by_end:
                    yield Relation("prose_differs", Kind.EQUAL, cell, (by_end[last_year(year)],))


def _of_stages(data: Mapping[str, Any]) -> Iterator[Relation]:
    """Stages follow one another and fill the term of the programme."""
    term = mapping(mapping(data.get("passport")).get("term"))
    stages = [(f"passport.term.stages[{n}]", one) for n, one in enumerate(rows(term.get("stages")))]
    ends = [(plain_cell(one.get("from"), f"{at}.from"), plain_cell(one.get("to"), f"{at}.to")) for at, one in stages]
    for (_, before), (after, _) in pairwise(ends):
        if before and after:
            yield Relation("stages_broken", Kind.SUM, after, (before, Cell("", Decimal(1))))
    for name, cell in (("from", ends[0][0] if ends else None), ("to", ends[-1][1] if ends else None)):
        whole = plain_cell(term.get(name), f"passport.term.{name}")
        if cell and whole:
            yield Relation("stages_broken", Kind.EQUAL, whole, (cell,))
