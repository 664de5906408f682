"""Calculation methods of indicators: the formula, its variables with their meaning, the sources of data."""

import re
from collections.abc import Sequence
from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.programme_tables.headers import Row
from tosportal.domain.programme_tables.indicators import best_match
from tosportal.domain.programme_tables.labels import numbered, same_name
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import DASH, is_none, plain

_FORMULA = re.compile(r"(?P<symbol>[^\W\d_][\w.,%]{0,24}?) ?= ?(?P<right>[^=]{1,200})")
_VARIABLE = re.compile(rf"^(?P<symbol>[^\W\d_][\w.]{{0,24}}(?: ?\d)?)\s?[{DASH}:]\s?(?P<name>\S.{{2,}})$")
_WHERE = re.compile(r"^\W*где\W*", re.IGNORECASE)
_DATA = re.compile(
    r"(?:по данным|данные|согласно) (?P<source>[^,;()]+)|(?P<report>отч[её]т [^,;()]+?)(?= на \d|,|\(|$)"
)
_AS_OF = re.compile(
    r"на (?P<day>\d{1,2} [а-яё]+(?: (?:отч[её]тного|текущего|года)\w*(?: \w+)?)?)|в (?P<year>отч[её]тном) году"
)
_LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziiklmnoprstufhye", strict=True)),
    **{"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""},
}


def read_methods(rows: Sequence[Row], indicators: list[dict[str, Any]], notebook: Notebook) -> None:
    """Give every indicator the method that a table prints for it (`methodology`); None for those without."""
    pending: tuple[Row, dict[str, Any]] | None = None
    for row in rows:
        said = numbered(row.banner or row.text("name"))[1]
        formula = row.cell("formula")
        if not said or not formula or is_none(formula.text):
            continue
        if pending and pending[0].cell("name") is row.cell("name"):
            pending[1]["lines"].extend(formula.lines)
            continue
        indicator = _indicator(indicators, said)
        if indicator is None:
            notebook.say(
                N_("%(place)s: методика «%(printed)s» – такого показателя нет"), row.place("name"), printed=said[:120]
            )
            continue
        pending = row, {"lines": list(formula.lines)}
        method = _method(said, pending[1]["lines"], row)
        indicator["methodology"] = method
        path = f"indicators[{indicator['id']}].methodology"
        place = row.place("formula")
        formula_printed = method["formula_printed"] or ""
        notebook.text(f"{path}.formula_printed", formula_printed, place, formula_printed or method["text_printed"])
        for one in method["variables"]:
            at, printed = f"{path}.variables[{one['id']}]", f"{one['symbol_printed']} – {one['name']}"
            notebook.text(f"{at}.symbol_printed", one["symbol_printed"], place, printed)
            notebook.text(f"{at}.name", one["name"], place, printed)
            notebook.text(f"{at}.unit_printed", one["unit_printed"] or "", place, printed)
        if method["information_source"]:
            notebook.text(f"{path}.information_source", method["information_source"], row.place("info"))
        if not method["formula_printed"]:
            notebook.say(N_("%(place)s: формула не распознана, текст методики сохранён"), place)
    for indicator in indicators:
        indicator.setdefault("methodology", None)


def _indicator(indicators: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    for one in indicators:
        if same_name(one["name"]) == same_name(name):
            return one
    return best_match([one for one in indicators if not one.get("methodology")], name)


def _method(name: str, lines: list[str], row: Row) -> dict[str, Any]:
    formula, described = parts_of(lines)
    left = formula.partition("=")[0].strip()
    result = next((one for one in described if _key(one[0]) == _key(left)), None)
    variables = [one for one in described if one is not result]
    return {
        "indicator_name_printed": name,
        "unit_printed": row.text("unit") or None,
        "information_source": row.text("info") or None,
        "formula_printed": formula or None,
        "text_printed": plain(" ".join(lines)),
        "result": {
            "id": latin(left) or "result",
            "symbol_printed": left or None,
            "name": result[1] if result else name,
            "unit_printed": unit_of(result[1]) if result else None,
        },
        "variables": _variables(variables),
    }


def parts_of(lines: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """The formula and the explained symbols of a method printed in one cell.

    >>> lines = ["Доб = Коб1/Коб2 Х 100, где:", "Коб1 – число объектов;", "Коб2 – всего объектов."]
    >>> parts_of(lines)
    ('Доб = Коб1/Коб2 Х 100', [('Коб1', 'число объектов'), ('Коб2', 'всего объектов')])
    """
    formula = ""
    described: list[tuple[str, str]] = []
    for line in lines:
        for part in re.split(r";|(?<!\w)где(?!\w)[:,]?", plain(line)):
            said = _WHERE.sub("", plain(part)).strip(" ,")
            found = _FORMULA.search(said)
            variable = _VARIABLE.match(said)
            if found and not formula and not (variable and variable.end("symbol") < found.start()):
                formula = said[found.start() :].rstrip(" ,;:")
                formula = formula.removesuffix(".") if re.search(r"[\d)]\.$", formula) else formula
            elif variable:
                described.append((variable["symbol"].strip(), variable["name"].rstrip(" ,;.")))
            elif described and said:  # the meaning goes on in the next line
                symbol, meaning = described[-1]
                described[-1] = symbol, f"{meaning} {said}".rstrip(" ,;.")
    return formula, described


def _variables(described: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for symbol, meaning in described:
        one = _variable(symbol, meaning)
        same = sum(known["symbol_printed"].casefold() == symbol.casefold() for known in found)
        found.append({**one, "id": f"{one['id']}_{same + 1}"} if same else one)
    return found


def _variable(symbol: str, meaning: str) -> dict[str, Any]:
    data, as_of = _DATA.search(meaning), _AS_OF.search(meaning)
    return {
        "id": latin(symbol),
        "symbol_printed": symbol,
        "name": meaning,
        "unit_printed": unit_of(meaning),
        "data_source": plain(data["source"] or data["report"]) if data else None,
        "as_of": (as_of["day"] or "отчетный год") if as_of else None,
    }


def unit_of(meaning: str) -> str | None:
    """The unit in brackets at the end of a meaning.

    >>> unit_of("численность населения (тыс. человек)"), unit_of("численность населения")
    ('тыс. человек', None)
    """
    found = re.search(r"\(([^()]{1,40})\)\.?$", meaning)
    return found[1] if found else None


def _key(symbol: str) -> str:
    return re.sub(r"\W", "", symbol.casefold())


def latin(symbol: str) -> str:
    """A name of a variable in Latin letters.

    >>> latin("Куг.отв."), latin("Коб1"), latin("Чн")
    ('kug_otv', 'kob1', 'chn')
    """
    said = "".join(_LATIN.get(sign, sign if sign.isascii() and sign.isalnum() else "_") for sign in symbol.casefold())
    return re.sub(r"_+", "_", said).strip("_")
