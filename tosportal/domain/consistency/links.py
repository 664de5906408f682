"""Indicators against the activities that feed them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from tosportal.domain.consistency.arithmetic import activity_lines, is_percent, quantity_line
from tosportal.domain.consistency.cells import TOTAL, Cell, by_path, exact, joined, mapping, number, spoken, text
from tosportal.domain.consistency.finding import Book
from tosportal.domain.consistency.indicators import targets_of
from tosportal.domain.consistency.places import short
from tosportal.domain.consistency.words import common_phrase, counted, held, stems
from tosportal.domain.money import round_half_up

MOST_TOGETHER = 8  # activities of a task that are tried in every combination
TENTH = Decimal("0.1")
_SPENDING = re.compile(r"поддержк|затрат|расход|финансирован|выплат|субсиди|грант", re.IGNORECASE)


@dataclass(frozen=True)
class Activity:
    """An activity with what is compared."""

    path: str
    name: str
    task: str
    amount: Mapping[str, Cell]
    quantity: Mapping[str, Cell]
    counts: bool  # its quantity is a number of things


def check_links(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    activities = [_activity(path, row) for path, row in by_path("activities", data.get("activities"))]
    ordinary = set(stems(text(mapping(data.get("passport")).get("name"))))
    served: set[str] = set()
    loose = False
    for path, row in by_path("indicators", data.get("indicators")):
        if row.get("task") == "":
            loose = True
            book.add("indicator_without_task", f"{path}.task")
            continue
        served |= _by_words(path, row, activities, ordinary, book)
        served |= _by_money(path, row, activities, book)
    if data.get("indicators") and not loose:
        for one in activities:
            if one.path not in served:
                book.add("activity_without_indicator", f"{one.path}.name")
    for path, row in by_path("activities", data.get("activities")):
        _promised_yearly(path, row, book)
        _shares(path, row, book)


def _activity(path: str, row: Mapping[str, Any]) -> Activity:
    unit = mapping(row.get("quantity")).get("unit")
    counts = not is_percent(unit) and text(unit).casefold().startswith(("ед", "шт", "меропр", "раз"))
    amount, _sources = activity_lines(path, row)
    return Activity(path, text(row.get("name")), str(row.get("task")), amount, quantity_line(path, row), counts)


# --- by words


def _by_words(
    path: str, row: Mapping[str, Any], activities: list[Activity], ordinary: set[str], book: Book
) -> set[str]:
    """Activities that hold what the indicator counts, or are about the same; what differs is reported."""
    name, task = text(row.get("name")), str(row.get("task"))
    nouns = counted(name)
    holding = [one for one in activities if nouns & held(one.name)]
    phrases = {one.path: common_phrase(name, one.name, ordinary) for one in activities}
    related = [one for one in activities if phrases[one.path] and one not in holding]
    near = [one for one in [*holding, *related] if one.task == task]
    if not near and holding:
        _other_task("indicator_in_other_task", path, task, holding, book)
    elif not near and related:
        _other_task("topic_in_other_task", path, task, related, book, phrase=phrases[related[0].path])
    counting = [one for one in holding if one.counts and (one.task == task or not near)]
    if counting and row.get("unit") == "unit":
        _quantities(path, row, counting, book)
    return {one.path for one in [*holding, *related]}


def _other_task(code: str, path: str, task: str, found: list[Activity], book: Book, **values: Any) -> None:
    places = [f"{path}.task", *(f"{one.path}.task" for one in found)]
    others = joined(sorted({book.atlas.task(one.task) for one in found}))
    values |= {"task": book.atlas.task(task), "other": others}
    book.add(code, *places, at=2, expected=others, found=book.atlas.task(task), **values)


def _quantities(path: str, row: Mapping[str, Any], activities: list[Activity], book: Book) -> None:
    """As many things by the indicator as by the activities that hold them, together or one of them."""
    targets = targets_of(path, row)
    lines = [one.quantity for one in activities]
    years = [year for year in targets if all(year in line for line in lines)]
    together = {year: sum((line[year].value for line in lines), Decimal(0)) for year in years}
    for group in _groups(activities):
        if all(targets[year].value == sum(one.quantity[year].value for one in group) for year in years):
            return
    wrong = [year for year in years if targets[year].value != together[year]]
    year = wrong[0]
    book.add(
        "targets_against_activity",
        targets[year].path,
        lines[0][year].path,
        *(cell.path for one in wrong[1:] for cell in (targets[one], lines[0][one])),
        at=2,
        expected=exact(together[year]),
        found=exact(targets[year].value),
        indicator=spoken(targets[year].value),
        activity=spoken(together[year]),
        years=joined(wrong),
    )


# --- by money


def _by_money(path: str, row: Mapping[str, Any], activities: list[Activity], book: Book) -> set[str]:
    """A sum of money among the indicators is the money of activities of its task, all of them or some."""
    node = mapping(row.get("targets"))
    targets = {key: value for key in targets_of(path, row) if (value := _money(row, node[key])) is not None}
    own = [one for one in activities if one.task == str(row.get("task")) and one.amount]
    if not targets or not own:
        return set()
    tried = [(group, [year for year in targets if _spent(group, year) != targets[year]]) for group in _groups(own)]
    group, wrong = min(tried, key=lambda one: len(one[1]))
    if len(wrong) == len(targets) and not _SPENDING.search(text(row.get("name"))):
        return set()  # money of others, as «привлечено внебюджетных средств»: not what the activities cost
    if wrong:
        _money_differs(path, targets, group, wrong, book)
    elif len(group) == len(own) and "получен" in text(row.get("name")).casefold():
        _received(path, group, book)
    return {one.path for one in group if any(cell.value for cell in one.amount.values())}


def _money(row: Mapping[str, Any], node: Any) -> Decimal | None:
    stated = number(mapping(node).get("rub"))
    value = number(mapping(node).get("value"))
    if stated is not None or row.get("unit") != "thousand_rub" or value is None:
        return stated
    return value * 1000


def _groups(own: list[Activity]) -> Iterator[list[Activity]]:
    """All of the activities, each alone, then some together."""
    yield own
    yield from ([one] for one in own)
    if len(own) <= MOST_TOGETHER:
        for size in range(2, len(own)):
            yield from (list(some) for some in combinations(own, size))


def _spent(group: list[Activity], year: str) -> Decimal:
    return sum((one.amount[year].value for one in group if year in one.amount), Decimal(0))


def _money_differs(
    path: str, targets: Mapping[str, Decimal], group: list[Activity], wrong: list[str], book: Book
) -> None:
    year = wrong[0]
    cells = [one.amount[year].path for one in group if year in one.amount]
    spent = _spent(group, year)
    book.add(
        "money_against_activities",
        f"{path}.targets.{year}.value",
        *cells,
        *(f"{path}.targets.{one}.value" for one in wrong[1:]),
        at=1 + min(len(cells), 2),
        expected=exact(spent, money=True),
        found=exact(targets[year], money=True),
        indicator=spoken(targets[year], money=True),
        activity=spoken(spent, money=True),
        years=joined(wrong),
    )


def _received(path: str, group: list[Activity], book: Book) -> None:
    """Money «received» by somebody that includes what nobody receives: the costs of holding something."""
    spent = [one for one in group if any(cell.value for cell in one.amount.values())]
    contests = [one for one in spent if "конкурс" in one.name.casefold()]
    others = [one for one in spent if one not in contests]
    if contests and others:
        names = joined([f"«{short(one.name)}»" for one in others], 3)
        book.add("money_counts_all", f"{path}.targets", *(f"{one.path}.amount" for one in others), others=names)


# --- single activities


def _promised_yearly(path: str, row: Mapping[str, Any], book: Book) -> None:
    if "ежегодн" not in text(row.get("expected_result")).casefold():
        return
    zeros = {year: cell for year, cell in quantity_line(path, row).items() if year != TOTAL and not cell.value}
    if zeros:
        paths = [cell.path for cell in zeros.values()]
        book.add("yearly_but_zero", *paths, found="0", years=joined(list(zeros)))


def _shares(path: str, row: Mapping[str, Any], book: Book) -> None:
    """One share of a source to the kopeck in most years and nearly it in another: was it meant everywhere?"""
    amount, sources = activity_lines(path, row)
    for line in sources.values():
        parts = {year: (line[year], amount[year]) for year in line if year != TOTAL and year in amount}
        mixed = {year: pair for year, pair in parts.items() if 0 < pair[0].value < pair[1].value}
        shares = {year: round_half_up(_percent(*pair), TENTH) for year, pair in mixed.items()}
        exactly = [year for year, (part, whole) in mixed.items() if _is_exactly(part, whole, shares[year])]
        others = [year for year in mixed if year not in exactly]
        if len(exactly) > 1 and others and len({*shares.values()}) == 1:
            share = spoken(shares[exactly[0]])
            values: dict[str, Any] = {"share": share, "years": joined(exactly), "others": joined(others)}
            first = mixed[others[0]][0]
            book.add("share_differs", *(mixed[year][0].path for year in others), found=exact(first.value), **values)
            return


def _percent(part: Cell, whole: Cell) -> Fraction:
    return Fraction(part.value) * 100 / Fraction(whole.value)


def _is_exactly(part: Cell, whole: Cell, share: Decimal) -> bool:
    return round_half_up(Fraction(whole.value) * Fraction(share) / 100) == part.value
