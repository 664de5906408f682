"""Cells of a programme document: numbers with the precision they were printed with, found by their path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

YEAR = re.compile(r"\d{4}(?:-\d{4})?")
TOTAL = "total"
KOPECK = Decimal("0.01")
_DASHES = re.compile(r"[–—‒−]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SPACES = re.compile(r"\s")
_LARGEST = 60  # characters of a number: more is not a number of a programme


@dataclass(frozen=True)
class Cell:
    """A number at a path. `step` is the last printed digit in the cell's own measure (roubles for money): 100 for
    «858,5 тыс. руб.», 0.01 for kopecks; 0 when the number is exact, as a printed zero is."""

    path: str
    value: Decimal
    step: Decimal = Decimal(0)
    money: bool = False


def mapping(value: Any) -> Mapping[str, Any]:
    """The value when it has named fields, else nothing."""
    return value if isinstance(value, dict) else {}  # documents are JSON: asking for any Mapping is ten times slower


def rows(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a list that have named fields."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The texts of a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text with single spaces; nothing for anything else."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def by_path(name: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Rows of a list with their paths: `indicators[ind-1-1]`, by number where a row has no id."""
    return [(f"{name}[{row.get('id', n)}]", row) for n, row in enumerate(rows(value))]


def number(value: Any) -> Decimal | None:
    """A number as data hold it («721486.76», 2) or as people print it («1 358,5», «721486, 76»); None for anything
    else: a dash, a blank, words."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return _number(str(value))


@lru_cache(maxsize=10_000)
def _number(value: str) -> Decimal | None:
    plain = _DASHES.sub("-", _SPACES.sub("", value)).replace(",", ".").removesuffix("%")
    if len(plain) > _LARGEST or not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def decimals(printed: Any) -> int:
    """Digits after the comma: 1 for «858,5», 2 for «721486, 76»."""
    found = re.search(r"[.,]\s*(\d+)\D*$", printed) if isinstance(printed, str) else None
    return len(found[1]) if found else 0


def roubles_in(unit: Any) -> Decimal | None:
    """How many roubles the printed unit is: 1000 for «тыс. руб. рублей»; None when it names no money."""
    words = text(unit).casefold()
    if "руб" not in words:
        return None
    for sign, worth in (("млрд", 1_000_000_000), ("млн", 1_000_000), ("тыс", 1000)):
        if sign in words:
            return Decimal(worth)
    return Decimal(1)


def money_cell(node: Any, path: str) -> Cell | None:
    """A cell of money `{rub, printed, unit}`, or a bare text of roubles; None for a blank."""
    if not isinstance(node, dict):
        value = number(node)
        return None if value is None else Cell(path, value, KOPECK, money=True)
    value = number(node.get("rub"))
    if value is None:
        return None
    step, worth = KOPECK, roubles_in(node.get("unit"))
    if value == 0:
        step = Decimal(0)
    elif worth is not None and number(node.get("printed")) is not None:
        step = worth.scaleb(-decimals(node["printed"]))
    return Cell(f"{path}.rub", value, step, money=True)


def plain_cell(node: Any, path: str) -> Cell | None:
    """A cell of a quantity, or of a target `{value, printed}`."""
    if isinstance(node, dict):
        node, path = node.get("value"), f"{path}.value"
    value = number(node)
    return None if value is None else Cell(path, value)


def years_of(*nodes: Any) -> list[str]:
    """The years and periods of years that any of the nodes has, in order."""
    found = {key for node in nodes for key in mapping(node) if isinstance(key, str) and YEAR.fullmatch(key)}
    return sorted(found)


def money_line(node: Any, path: str) -> dict[str, Cell]:
    """The cells of a line by year, the total under «total»."""
    found = {key: money_cell(mapping(node).get(key), f"{path}.{key}") for key in [*years_of(node), TOTAL]}
    return {key: cell for key, cell in found.items() if cell}


def plain_line(node: Any, path: str) -> dict[str, Cell]:
    """The same for quantities and targets."""
    found = {key: plain_cell(mapping(node).get(key), f"{path}.{key}") for key in [*years_of(node), TOTAL]}
    return {key: cell for key, cell in found.items() if cell}


def last_year(key: str) -> str:
    """The year by which a period ends: 2030 of «2028-2030»."""
    return key.rsplit("-", 1)[-1]


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its path, rows of lists by their id."""
    yield path, value
    if isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            name = one.get("id", n) if isinstance(one, dict) else n
            yield from walk(one, f"{path}[{name}]")


def spoken(value: Decimal, money: bool = False) -> str:
    """A number as a Russian document prints it: 721 486,76 ₽ or 2,5."""
    if money:
        shown = f"{value:,.2f}"
    else:
        shown = f"{value:,f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return shown.replace(",", "\u00a0").replace(".", ",") + ("\u00a0₽" if money else "")


def exact(value: Decimal, money: bool = False) -> str:
    """A number as data hold it: 721486.76 or 2.5."""
    if money:
        value = value.quantize(KOPECK) if value == value.quantize(KOPECK) else value
        return f"{value:f}"
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def joined(values: Sequence[str], most: int = 6) -> str:
    """Texts after one another, shortened with «…» when there are many."""
    return ", ".join(values[:most]) + (", …" if len(values) > most else "")
