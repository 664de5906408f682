"""Indicators of a programme: name, unit, targets by year or period, the column of weights as printed."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.programme_document import OTHER_UNIT
from tosportal.domain.programme_tables.headers import Row
from tosportal.domain.programme_tables.labels import (
    goal_of,
    is_programme,
    is_total,
    numbered,
    same_name,
    task_of,
)
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import is_none, plain, unit_scale
from tosportal.domain.programme_tables.outline import Outline

COMPARED_MOST = 500  # statements and indicators: more are of no programme and would take minutes to compare
_GROWTH = re.compile(r"увелич|рост|вырас|возраст[её]т|повы[шс]|расшир|создани|развити|привлеч", re.IGNORECASE)
_DECLINE = re.compile(r"сни[жз]|сокра[щт]|уменьш", re.IGNORECASE)
_ZERO = re.compile(r"отсутств|недопущ", re.IGNORECASE)
PER_100K = "per_100k_population"
_PERCENT = re.compile(r"%|процент(?!н\w* пункт)")
_PER_100K = re.compile(r"на (?:каждые )?100 ?(?:тыс\w*|000)\.? ?(?P<whom>.*)$")
_COUNTED = re.compile(r"^(?:количество|кол-во|число) ?(?P<what>.*)$")
_RATIO = re.compile(r"\bна (?:\d|одн|душу|кажд|человека|жителя)|/|^чел\w*\.?-")
_UNITS = (
    ("thousand_rub", r"(?:тыс(?:\.|яч\w*)? ?руб|т\. ?р)"),
    ("person", r"(?:чел|граждан|жител|участник|лиц[оа]?(?!\w))"),
    ("unit", r"(?:ед(?:иниц\w*)?(?!\w)|шт(?:ук\w*)?(?!\w)|раза?(?!\w)|проект|мероприяти|объект|тос(?!\w))"),
)
_SHORT_UNIT = re.compile(r"(?:км|м|кв\.? ?м|м2|м²|куб\.? ?м|м3|м³|га|кг|т|тонн\w*|балл\w*|час\w*|дн\w+|семей|домов)\.?")


def unit_code(printed: str) -> str:
    """The unit that the printed words mean, by the codes of the schema; `other` when the portal does not know it, and
    `unit` when nothing is printed.

    >>> [unit_code(one) for one in ("%", "ед.", "кол-во ТОС", "чел.", "тыс. руб.", "случаев на 100 тыс. населения")]
    ['percent', 'unit', 'unit', 'person', 'thousand_rub', 'per_100k_population']
    >>> {unit_code(one) for one in ("км", "м²", "баллов", "семей", "тыс. чел.", "ед. на 1000 жителей", "чел.-часов")}
    {'other'}
    """
    said = re.sub(r"^в (?=\w)", "", plain(printed).casefold().strip(" .,()"))
    if is_none(said):
        return "unit"
    if _per_100k(said):
        return PER_100K
    if _RATIO.search(said):
        return OTHER_UNIT
    if _PERCENT.search(said):
        return "percent"
    if counted := _COUNTED.match(said):
        return unit_code(counted["what"])
    return next((code for code, words in _UNITS if re.match(words, said)), OTHER_UNIT)


def _per_100k(said: str) -> bool:
    per = _PER_100K.search(said)
    return bool(per and (not per["whom"] or re.match(r"насел|жител|чел|граждан", per["whom"])))


def unit_in_name(name: str) -> str:
    """The unit that a name without a column of units ends with, after a comma; empty when it is no unit.

    >>> unit_in_name("Протяжённость дорог, км"), unit_in_name("Доля граждан, принявших участие")
    ('км', '')
    """
    last = name.rpartition(",")[2].strip() if "," in name else ""
    is_unit = bool(last) and (unit_code(last) != OTHER_UNIT or _SHORT_UNIT.fullmatch(last.casefold()))
    return last if is_unit else ""


class IndicatorReader:
    """Reads the rows of every table of indicators, one after another."""

    def __init__(self, notebook: Notebook, outline: Outline) -> None:
        self.notebook = notebook
        self.outline = outline
        self.indicators: list[dict[str, Any]] = []
        self._known: dict[tuple[str, str], dict[str, Any]] = {}

    def read(self, rows: Sequence[Row]) -> None:
        """Read the rows in their order into `indicators`."""
        for row in rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        said = row.banner or row.text("name")
        place = row.banner_place if row.banner else row.place("name")
        if not said:
            self._more(row)
            return
        if self._heads(row, said, place):
            return
        task_cell = row.cell("task")
        if task_cell and task_cell is not row.cell("name") and plain(task_cell.text):
            self._task_column(row)
        self._indicator(row, said, place)

    def _heads(self, row: Row, said: str, place: str) -> bool:
        """Rows that name a goal or a task instead of an indicator."""
        if goal := goal_of(said):
            self.outline.goal("appendix1", goal, place)
            return True
        if task := task_of(said):
            self.outline.task("appendix1", task, place)
            return True
        if row.has_figures() or not is_none(row.text("unit")):
            return False
        _printed, name = numbered(said)
        if code := self.outline.named(name):
            for one in self.outline.tasks:
                if one["id"] == code:
                    one.setdefault("name_appendix1", name)
            self.outline.current = code
            return True
        if row.banner:
            if not is_programme(said) and not is_total(said):
                self.notebook.say(N_("%(place)s: строка «%(printed)s» не распознана"), place, printed=said[:120])
            return True
        return False

    def _task_column(self, row: Row) -> None:
        text, place = row.text("task"), row.place("task")
        if goal := goal_of(text):
            self.outline.goal("appendix1", goal, place)
        elif task := task_of(text):
            self.outline.task("appendix1", task, place)
        elif code := self.outline.named(numbered(text)[1]):
            self.outline.current = code

    def _more(self, row: Row) -> None:
        """A row without a name under a torn table: its figures belong to nobody."""
        if row.has_figures():
            place = row.table.place_of(row.index, 0)
            self.notebook.say(N_("%(place)s: непонятно, к какому показателю относится строка"), place)

    def _indicator(self, row: Row, said: str, place: str) -> None:
        printed, name = numbered(said)
        number = row.text("number")
        if not printed and re.fullmatch(r"\d+(?:\.\d+)*[.)]?", number):
            printed = number
        task = self.outline.task_for(printed, place, row.text("task"), guess=False)
        known = self._known.get((same_name(name), task))
        if known is not None:
            self._targets(row, known)
            return
        code = self.outline.code("ind", task or "task-0", printed)
        path = f"indicators[{code}]"
        unit = row.text("unit")
        if is_none(unit):
            unit = unit_in_name(name)
        unit_place = row.place("unit") if row.text("unit") else place
        values: dict[str, Any] = {
            "id": code,
            "number_appendix": ".".join(re.findall(r"\d+", printed)) or code.removeprefix("ind-").replace("-", "."),
            "number_appendix_printed": printed,
            **({"number": int(printed.strip(".)"))} if printed.strip(".)").isdecimal() else {}),
            "task": task,
            "name": self.notebook.text(f"{path}.name", name, place, said),
            "name_appendix": name,
            "unit_printed": self.notebook.text(f"{path}.unit_printed", unit, unit_place),
            "unit": self._unit(unit, name, unit_place),
        }
        self.notebook.text(f"{path}.task", task, place, row.text("task"))
        self.notebook.text(f"{path}.number_appendix", values["number_appendix"], place, printed)
        self._weight(row, values)
        self.indicators.append(values)
        self._known[same_name(name), task] = values
        self._targets(row, values)
        note = row.text("note")
        if row.layout.of("note"):
            values["note_printed"] = (
                self.notebook.text(f"{path}.note_printed", note, row.place("note")) if note else None
            )
        self.outline.add("indicators", task, code)

    def _unit(self, unit: str, name: str, place: str) -> str:
        if not unit and _PERCENT.search(name.casefold()):
            return "percent"
        code = unit_code(unit)
        if _per_100k(name.casefold()) and code in {"unit", "person", OTHER_UNIT}:
            return PER_100K
        if not unit:
            self.notebook.say(N_("%(place)s: единица не напечатана, показатель ведётся в штуках"), place)
        elif code == OTHER_UNIT:
            said = N_("%(place)s: единицы «%(printed)s» портал не знает и показывает её как напечатано")
            self.notebook.say(said, place, printed=unit)
        return code

    def _weight(self, row: Row, values: dict[str, Any]) -> None:
        cell = row.cell("weight")
        values["weight_column_printed"] = values["weight_column_value"] = None
        code, place = values["id"], row.place("weight" if cell else "name")
        if cell and not is_none(cell.text):
            path = f"indicators[{code}].weight_column_value"
            said = plain(cell.text)
            values["weight_column_printed"] = self.notebook.text(
                f"indicators[{code}].weight_column_printed", said, place
            )
            values["weight_column_value"] = self.notebook.number(path, cell.text, place, cell.number)

    def _targets(self, row: Row, values: dict[str, Any]) -> None:
        targets = values.setdefault("targets", {})
        scale = unit_scale(values["unit_printed"]) if values["unit"] == "thousand_rub" else None
        for column, cell in row.figures():
            if column.year == "total" or targets.get(column.year, {}).get("value") is not None:
                continue
            place = row.table.place_of(cell.row, cell.column)
            path = f"indicators[{values['id']}].targets.{column.year}.value"
            value = self.notebook.number(path, cell.text, place, cell.number)
            targets[column.year] = {"value": value, "printed": plain(cell.text)}
            if scale and value is not None:
                targets[column.year]["rub"] = format((Decimal(value) * scale).quantize(Decimal("0.01")), "f")


def direction_of(targets: Sequence[Decimal], expected: str) -> str:
    """Which way is good: by the targets in their order; by the expected result when they do not tell.

    >>> [direction_of([Decimal(one) for one in row], "") for row in ((6, 7, 8), (5, 3), (2, 2, 2), (0, 0))]
    ['growth', 'decline', 'stable', 'zero']
    >>> direction_of([Decimal(3)], "снижение доли"), direction_of([], "отсутствие случаев")
    ('decline', 'zero')
    """
    if targets and not any(targets):
        return "zero"
    if len(targets) > 1 and targets[0] != targets[-1]:
        return "growth" if targets[-1] > targets[0] else "decline"
    for words, direction in ((_ZERO, "zero"), (_DECLINE, "decline")):
        if words.search(expected) and direction != "stable" and not (targets and direction == "zero"):
            return direction
    if len(targets) > 1:
        return "stable"
    return "growth"


def give_directions(indicators: list[dict[str, Any]], notebook: Notebook) -> None:
    """Derive the direction of every indicator; it is never printed, so it is marked as derived."""
    places = {one.path: one.place for one in notebook.fragments if one.path.endswith("].name")}
    for one in indicators:
        values = [Decimal(cell["value"]) for cell in one["targets"].values() if cell["value"] is not None]
        expected = str(one.get("expected_result_passport") or "")
        one["direction"] = direction_of(values, expected)
        one["direction_origin"] = "derived"
        path = f"indicators[{one['id']}]"
        notebook.text(f"{path}.direction", one["direction"], places.get(f"{path}.name", path), "")


def match_names(indicators: list[dict[str, Any]], names: Sequence[str]) -> None:
    """Give each indicator its number and name in the list of the passport, by name."""
    known: dict[str, list[dict[str, Any]]] = {}
    for one in indicators:
        known.setdefault(same_name(one["name"]), []).append(one)
    for number, name in enumerate(names, 1):
        if same := known.get(same_name(name)):
            same.pop(0).update(number_passport=number, name_passport=name)


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """The beginnings of the words of a statement."""
    return frozenset(word[: min(4, len(word) - 1)] for word in same_name(text).split() if len(word) > 3)


def likeness(one: str, other: str) -> Decimal:
    """How much two statements say the same, from 0 to 1, by the beginnings of their words.

    >>> likeness("увеличение доли объектов", "Доля объектов") > Decimal("0.5")
    True
    """
    first, second = stems(one), stems(other)
    return (
        Decimal(len(first & second))
        / Decimal(min(len(first), len(second)) or 1)
        * (Decimal(len(first & second) + 1) / Decimal(len(first | second) + 1))
    )


def best_match(indicators: list[dict[str, Any]], statement: str) -> dict[str, Any] | None:
    """The indicator that a statement of expected results speaks of; None when none is near enough."""
    rated = [(likeness(statement, one["name"]), number) for number, one in enumerate(indicators[:COMPARED_MOST])]
    best = max(rated, default=(Decimal(0), 0), key=lambda pair: (pair[0], -pair[1]))
    return indicators[best[1]] if best[0] >= Decimal("0.4") else None


def growth_words(text: str) -> bool:
    """Does a statement of a result speak of growth, decline or absence at all?"""
    return any(words.search(text) for words in (_GROWTH, _DECLINE, _ZERO))
