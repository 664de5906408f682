"""Methods of calculation: formulas, symbols, denominators, sources of data, as the document prints them."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from tosportal.domain.consistency.cells import by_path, joined, mapping, rows, text
from tosportal.domain.consistency.finding import Book
from tosportal.domain.consistency.places import short
from tosportal.domain.consistency.words import nouns_after, plain, similar, stems

_TIMES = re.compile(r"([ХхXx×*·])\s*\d")
_SIGNS = {"Х": "Х (кириллица)", "х": "х (кириллица)", "X": "X (латиница)", "x": "x (латиница)"}
_TAIL = re.compile(r",\s*(?:на 1 января|в отчетном|по данным).*|\s+по данным .*|\([^)]*\)")
_PER_100K = re.compile(r"на 100 ?(?:тыс|000)")
_PEOPLE = re.compile(r"\b(?:жител|граждан|люд|челове)\w*", re.IGNORECASE)  # of all of them a share of people is taken
Row = tuple[str, Mapping[str, Any]]


def check_methods(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    indicators = by_path("indicators", data.get("indicators"))
    methods = [(f"{path}.methodology", row, mapping(row.get("methodology"))) for path, row in indicators]
    if indicators and not any(method for _path, _row, method in methods):
        book.add("no_methodology", "indicators")
        return
    for path, row, method in methods:
        if not method:
            book.add("methodology_missing", path)
            continue
        _symbols(path, method, book)
        _units(path, method, book)
        _sources(path, method, book)
        _share(path, row, method, book)
    kept = [(path, method) for path, _row, method in methods if method]
    _reused(kept, book)
    _denominators([(path, method) for path, row, method in methods if _PER_100K.search(text(row.get("name")))], book)
    _multiplication(kept, book)


def bare(symbol: Any) -> str:
    """A symbol for comparing: without spaces and final stops («Кадм.отв» is «Кадм.отв.»)."""
    return re.sub(r"\s", "", text(symbol)).rstrip(".")


def meaning(name: Any) -> str:
    """What a variable is, without the date, the source of data and the unit in brackets."""
    return " ".join(_TAIL.sub(" ", text(name)).split())


def variables_of(path: str, method: Mapping[str, Any]) -> list[Row]:
    """Variables with their paths."""
    return by_path(f"{path}.variables", method.get("variables"))


def _symbols(path: str, method: Mapping[str, Any], book: Book) -> None:
    formula, result = text(method.get("formula_printed")), bare(mapping(method.get("result")).get("symbol_printed"))
    for at, variable in variables_of(path, method):
        symbol = bare(variable.get("symbol_printed"))
        if symbol and symbol == result:
            book.add(
                "symbol_is_result", f"{path}.formula_printed", f"{at}.symbol_printed", found=formula, symbol=symbol
            )
        elif symbol and formula and symbol not in bare(formula):
            values: dict[str, Any] = {"symbol": text(variable.get("symbol_printed")), "formula": formula}
            book.add("symbol_not_in_formula", f"{at}.symbol_printed", found=symbol, expected=formula, **values)
        named = plain(text(variable.get("name")))
        if "текущем году" in named and "на 1 января" in named:
            book.add("variable_period", f"{at}.name", found=text(variable.get("name")), symbol=symbol)


def _units(path: str, method: Mapping[str, Any], book: Book) -> None:
    result = mapping(method.get("result"))
    parts = [result, *rows(method.get("variables"))]
    named = [one for one in parts if text(one.get("symbol_printed"))]
    missing = [text(one.get("symbol_printed")) for one in named if not one.get("unit_printed")]
    if missing and any("unit_printed" in one for one in parts):
        book.add("method_units_missing", path, symbols=joined(missing))


def _sources(path: str, method: Mapping[str, Any], book: Book) -> None:
    """Two sources in the column of sources, one in the words of all variables."""
    clauses = [one.strip() for one in text(method.get("information_source")).split(", ") if one.strip()]
    named = [text(one.get("data_source")) for one in rows(method.get("variables"))]
    if len(clauses) > 1 and len(named) > 1 and all(named) and len(set(named)) == 1:
        for clause in clauses:
            if not set(stems(clause)) & set(stems(named[0])):
                at = f"{path}.information_source"
                book.add("method_source_differs", at, expected=clause, found=named[0], first=clause, second=named[0])


def _share(path: str, row: Mapping[str, Any], method: Mapping[str, Any], book: Book) -> None:
    """A «доля» whose numerator and denominator are different things is a ratio and may pass 100 %."""
    variables = rows(method.get("variables"))
    if not text(row.get("name")).casefold().startswith(("доля", "удельный")) or len(variables) != 2:
        return
    above, below = (_PEOPLE.sub("население", meaning(one.get("name"))) for one in variables)
    things = [nouns_after(one, r"(?:количество|число|численность)\s") for one in (above, below)]
    if method.get("kind") == "ratio" or (all(things) and not set(stems(above)) & things[1]):
        first, second = (short(meaning(one.get("name"))) for one in variables)
        book.add("share_of_other_things", f"{path}.formula_printed", first=first, second=second)


# --- several methods together


def _meanings(methods: list[Row]) -> Iterator[tuple[str, str, str]]:
    for path, method in methods:
        result = mapping(method.get("result"))
        yield f"{path}.result.symbol_printed", bare(result.get("symbol_printed")), meaning(result.get("name"))
        for at, variable in variables_of(path, method):
            yield f"{at}.symbol_printed", bare(variable.get("symbol_printed")), meaning(variable.get("name"))


def _reused(methods: list[Row], book: Book) -> None:
    """One symbol for two things in the formulas of different indicators."""
    by_symbol: dict[str, list[tuple[str, str]]] = {}
    for path, symbol, meant in _meanings(methods):
        if symbol and meant:
            by_symbol.setdefault(symbol, []).append((path, meant))
    for symbol, uses in by_symbol.items():
        for (first, one), (second, other) in combinations(uses, 2):
            if first.split("]")[0] != second.split("]")[0] and not similar(one, other):
                values: dict[str, Any] = {"symbol": symbol, "first": short(one), "second": short(other)}
                book.add("symbol_reused", first, second, at=2, found=symbol, **values)
                break


def _denominators(methods: list[Row], book: Book) -> None:
    """Rates per 100 thousand people are divided by the same number of people."""
    found: list[tuple[str, str]] = []
    for path, method in methods:
        expression = text(method.get("expression"))
        name = re.sub(r"\W", "", expression.rsplit("/", 1)[-1]) if "/" in expression else ""
        found += [
            (f"{at}.name", meaning(one.get("name"))) for at, one in variables_of(path, method) if one.get("id") == name
        ]
    others = [(path, meant) for path, meant in found if not similar(found[0][1], meant)]
    if others:
        values: dict[str, Any] = {"first": short(found[0][1]), "second": short(others[0][1])}
        paths = [found[0][0], *(path for path, _meant in others)]
        book.add("denominators_differ", *paths, at=2, expected=found[0][1], found=others[0][1], **values)


def _multiplication(methods: list[Row], book: Book) -> None:
    signs: dict[str, str] = {}
    for path, method in methods:
        for sign in _TIMES.findall(text(method.get("formula_printed"))):
            signs.setdefault(sign, f"{path}.formula_printed")
    if len(signs) > 1:
        shown = joined([_SIGNS.get(sign, sign) for sign in signs])
        book.add("multiplication_signs", *signs.values(), at=len(signs), found=shown, signs=shown)
