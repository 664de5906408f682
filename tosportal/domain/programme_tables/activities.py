"""Activities of a programme: how much, what a unit costs, who pays and when; totals of tasks and of the programme.

Two layouts are read alike: several rows to an activity (quantity, cost, sum, sources below one another) and one row
to an activity with the source in a column of its own or in the header.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.programme_tables.headers import Row
from tosportal.domain.programme_tables.labels import (
    AMOUNT,
    QUANTITY,
    UNIT_COST,
    goal_of,
    is_programme,
    is_source_label,
    is_total,
    measure_of,
    numbered,
    same_name,
    several_budgets,
    source_of,
    task_of,
)
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import is_none, money_unit, plain
from tosportal.domain.programme_tables.outline import Outline

PROGRAMME = "programme_totals"


@dataclass
class Block:
    """An activity being read, or a total: its values by measure and source."""

    path: str
    values: dict[str, Any]
    name: str = ""
    cell: tuple[str, int, int] | None = None
    source: str = ""  # the only source that the header of the table names
    seen: dict[str, str] = field(default_factory=dict)  # source: its label as printed
    executors: dict[object, tuple[str, str]] = field(default_factory=dict)
    results: dict[object, tuple[str, str]] = field(default_factory=dict)


class ActivityReader:
    """Reads the rows of every table of activities, one after another."""

    def __init__(self, notebook: Notebook, outline: Outline) -> None:
        self.notebook = notebook
        self.outline = outline
        self.blocks: list[Block] = []
        self.totals: dict[str, Block] = {}
        self.current: Block | None = None
        self.labels: dict[str, str] = {}
        self._known: dict[tuple[str, str], Block] = {}

    def read(self, rows: Sequence[Row]) -> None:
        """Read the rows in their order; what they hold is in `activities`, `task_totals` and `programme_totals`."""
        tasks = [number for number, row in enumerate(rows) if task_of(row.banner or row.text("name"))]
        for number, row in enumerate(rows):
            self._row(row, after_tasks=not tasks or number > tasks[-1])
        for block in self.blocks:
            self._finish(block)

    @property
    def activities(self) -> list[dict[str, Any]]:
        """The activities in the form of the schema."""
        return [block.values for block in self.blocks]

    @property
    def task_totals(self) -> dict[str, Any]:
        """Printed totals by task."""
        return {path.partition(".")[2]: one.values for path, one in self.totals.items() if path != PROGRAMME}

    @property
    def programme_totals(self) -> dict[str, Any] | None:
        """Printed totals of the programme."""
        return self.totals[PROGRAMME].values if PROGRAMME in self.totals else None

    # --- rows

    def _row(self, row: Row, *, after_tasks: bool) -> None:
        said, place = row.banner, ""
        if said:
            place = row.banner_place
        elif not is_none(row.text("name")):
            said, place = row.text("name"), row.place("name")
        status = row.text("status")
        if is_programme(status) and (cell := row.cell("status")) and cell.row == row.index:
            said = status
        elif re.match(r"(?:задача|подпрограмма|(?:основное )?мероприятие)", status.casefold()):
            said = f"{status}: {said}"
        if row.fresh and row.index == row.layout.body and not row.banner:
            self.current = None
        if said and self._heads(row, said, place, after_tasks=after_tasks):
            return
        if row.banner:
            self._banner(row, said, place)
            return
        if said and not self._is_of_current(row, said):
            self._begin(row, said, place)
        self._collect(row)

    def _heads(self, row: Row, said: str, place: str, *, after_tasks: bool) -> bool:
        """Rows of goals, tasks, totals and the sources below totals."""
        if goal := goal_of(said):
            self.outline.goal("appendix2", goal, place)
            self.current = self._total(PROGRAMME) if row.has_figures() else None
        elif task := task_of(said):
            code = self.outline.task("appendix2", task, place)
            self.current = self._total(f"task_totals.{code}") if row.has_figures() else None
        elif is_programme(said):
            self.current = self._total(PROGRAMME, said)
        elif is_total(said) and not self._is_inner(row):
            self._take_total(said, after_tasks=after_tasks)
        elif is_source_label(said) and not self._is_inner(row):
            pass
        else:
            return False
        cell = row.cell("name")
        if self.current and cell and cell.rows > 1 and not self.current.name:
            self.current.cell = (row.table.place, cell.row, cell.column)
        if self.current and row.has_figures():
            label = said if is_source_label(said) and not is_total(said) else row.text("measure")
            self._figures(row, measure_of(label) or AMOUNT, label)
        return True

    def _is_inner(self, row: Row) -> bool:
        """Does a column of its own say what the row holds, so that the name is the name of an activity?"""
        name, measure = row.cell("name"), row.cell("measure")
        return bool(measure and measure is not name and measure_of(measure.text)) and not is_total(row.text("name"))

    def _take_total(self, said: str, *, after_tasks: bool) -> None:
        lowered = said.casefold()
        task = re.search(r"задач\w*(?: ?№? ?(\d+))?|подпрограмм\w*(?: ?№? ?(\d+))?", lowered)
        if task and "цел" not in lowered:
            code = self.outline.code_of_number(task[1] or task[2] or "") or self.outline.current
        elif re.search(r"программ|цел[ьи]", lowered):
            code = ""
        else:  # a bare «Итого»: of the task while tasks follow, or when every task before had its own
            mine, others = f"task_totals.{self.outline.current}", len(self.totals)
            code = self.outline.current if mine not in self.totals and (not after_tasks or others) else ""
        self.current = self._total(f"task_totals.{code}" if code else PROGRAMME, said)

    def _total(self, path: str, label: str = "") -> Block:
        if path not in self.totals:
            self.totals[path] = Block(path, {})
            if path == PROGRAMME and label:
                self.totals[path].values["label_printed"] = re.sub(r",? ?(?:в том числе|в т\. ?ч\.).*$", "", label)
        return self.totals[path]

    def _banner(self, row: Row, said: str, place: str) -> None:
        """A line from side to side that is neither task nor goal: the name of an activity whose figures stand below."""
        if re.match(r"(?:\d[\d.]*\s*)?(?:основное )?мероприятие", said.casefold()):
            self._begin(row, said, place)
        else:
            self.notebook.say(N_("%(place)s: строка «%(printed)s» не распознана"), place, printed=said[:120])

    def _is_of_current(self, row: Row, said: str) -> bool:
        block = self.current
        cell = row.cell("name")
        if block and cell and (row.table.place, cell.row, cell.column) == block.cell:
            return True
        if not block or not block.name:
            return False
        again = measure_of(row.text("measure"))
        return same_name(said) == same_name(block.name) and again not in {QUANTITY, AMOUNT}

    def _begin(self, row: Row, said: str, place: str) -> None:
        cell = row.cell("name")
        printed, name = self._numbered(row, said)
        task = self.outline.task_for(printed, place, row.text("task"))
        key = (same_name(name), task)
        same = self._known.get(key)
        if same and same.cell and same.cell[0] != row.table.place:
            self.current = same  # the same activity, in another table: with money after without
            return
        code = self.outline.code("act", task, printed)
        self.notebook.text(f"activities[{code}].task", task, place, row.text("task"))
        values = {"id": code, "task": task, "name": self.notebook.text(f"activities[{code}].name", name, place, said)}
        if printed:
            values["number_printed"] = printed
        self.current = Block(f"activities[{code}]", values, said, source=row.layout.source)
        self.current.cell = (row.table.place, cell.row, cell.column) if cell else None
        self.blocks.append(self.current)
        self._known.setdefault(key, self.current)
        self.outline.add("activities", task, code)

    def _numbered(self, row: Row, said: str) -> tuple[str, str]:
        word = re.match(r"(?:основное )?мероприятие(?: ?№? ?(?P<number>\d+(?:\.\d+)*))?[ :.–-]*", said, re.IGNORECASE)
        printed, name = numbered(said[word.end() :] if word else said)
        printed = printed or (word["number"] or "" if word else "")
        number = row.text("number")
        if not printed and re.fullmatch(r"\d+(?:\.\d+)*\.?", number):
            printed = number
        return printed, name

    # --- figures

    def _collect(self, row: Row) -> None:
        if not self.current:
            if row.has_figures():
                place = row.table.place_of(row.index, 0)
                self.notebook.say(N_("%(place)s: непонятно, к какому мероприятию относится строка"), place)
            return
        for role, into in (("executor", self.current.executors), ("result", self.current.results)):
            cell = row.cell(role)
            if cell and not is_none(cell.text):
                into[row.table.place, cell.row, cell.column] = plain(cell.text), row.place(role)
        label = row.text("measure")
        if row.layout.columns[0].role == "status" and not label:
            label = row.text("name")
        if row.has_figures() or label:
            self._figures(row, measure_of(label) or self._unsaid(row, label), label)

    def _unsaid(self, row: Row, label: str) -> str:
        if label:
            place = row.place("measure")
            self.notebook.say(N_("%(place)s: строка «%(printed)s» прочитана как сумма"), place, printed=label[:80])
        return AMOUNT

    def _figures(self, row: Row, measure: str, label: str) -> None:
        block = self.current
        if block is None:
            return
        if measure == QUANTITY:
            self._quantity(row, block)
            return
        source = measure if measure not in {UNIT_COST, AMOUNT} else ""
        if source:
            self.labels.setdefault(source, plain(label))
            if several_budgets(label):
                said = N_("%(place)s: строка «%(printed)s» называет несколько бюджетов, отнесена на один")
                self.notebook.say(said, row.place("measure"), printed=plain(label))
        again = bool(source) and source in block.seen
        extra = f"printed_extra_rows[{len(block.values.get('printed_extra_rows', ()))}].values"
        keys: dict[str, dict[str, Any]] = {}
        for column, cell in row.figures():
            into = self._slot(block, measure, column.source or source)
            path = f"{block.path}.{extra if again else into}.{column.year}"
            place, unit = row.table.place_of(cell.row, cell.column), self._unit(row, column.unit, label)
            keys.setdefault(into, {})[column.year] = self.notebook.money(path, cell.text, unit, place, cell.number)
        for into, values in keys.items():
            if again:
                self._again(row, block, into, label, values)
            else:
                self._put(block, into, values)
        if source:
            block.seen.setdefault(source, label)

    def _slot(self, block: Block, measure: str, source: str) -> str:
        if not block.name:
            return source or "total"
        return f"sources.{source}" if source else measure

    def _target(self, block: Block, into: str) -> dict[str, Any]:
        group, _dot, source = into.partition(".")
        target: dict[str, Any] = block.values.setdefault(group, {})
        return target.setdefault(source, {}) if source else target

    def _put(self, block: Block, into: str, values: dict[str, Any]) -> None:
        target = self._target(block, into)
        for year, value in values.items():
            if target.get(year) is None:
                target[year] = value

    def _again(self, row: Row, block: Block, into: str, label: str, values: dict[str, Any]) -> None:
        """A second row of the same source: printed twice, or another budget of the same level, whose money is added."""
        place, source = row.place("measure"), into.rpartition(".")[2]
        extra = {"row": plain(label), "values": values}
        if same_name(label) == same_name(block.seen[source]):
            extra["duplicate_of"] = source
            said = N_("%(place)s: строка «%(printed)s» у этого мероприятия вторая")
        else:
            self._add(block, into, values, place)
            said = N_("%(place)s: «%(printed)s» сложено с другой строкой того же уровня бюджета")
        if block.name:
            block.values.setdefault("printed_extra_rows", []).append(extra)
        self.notebook.say(said, place, printed=plain(label))

    def _add(self, block: Block, into: str, values: dict[str, Any], place: str) -> None:
        target = self._target(block, into)
        for year, cell in values.items():
            known = target.get(year)
            if known and cell and known["rub"] and cell["rub"]:
                rub = str(Decimal(known["rub"]) + Decimal(cell["rub"]))
                printed = f"{known['printed']} + {cell['printed']}"
                self.notebook.text(f"{block.path}.{into}.{year}.rub", rub, place, printed)
                target[year] = {"rub": rub, "printed": printed, "unit": cell["unit"]}
            elif cell:
                target[year] = cell
                self.notebook.text(f"{block.path}.{into}.{year}.rub", cell["rub"] or "", place, cell["printed"])

    def _unit(self, row: Row, column_unit: str, label: str) -> str:
        """The unit of money of a row: its own column, its label, the header of the column, the header of the table."""
        own = row.text("unit")
        if own and money_unit(own):
            return own
        found = money_unit(label) or column_unit or row.layout.unit
        if not found:
            self.notebook.say(N_("%(place)s: единица денег не напечатана, прочитано в рублях"), row.table.place)
        return found or "руб"

    def _quantity(self, row: Row, block: Block) -> None:
        by_year: dict[str, str] = {}
        quantity: dict[str, Any] = {"unit": row.text("unit"), "by_year": by_year}
        if unit := row.text("unit"):
            self.notebook.text(f"{block.path}.quantity.unit", unit, row.place("unit"))
        for column, cell in row.figures():
            place = row.table.place_of(cell.row, cell.column)
            path = f"{block.path}.quantity." + ("total" if column.year == "total" else f"by_year.{column.year}")
            value = self.notebook.number(path, cell.text, place, cell.number)
            if column.year == "total":
                quantity["total"] = value
            elif value is not None:
                by_year[column.year] = value
        block.values.setdefault("quantity", quantity)

    # --- the end of an activity

    def _finish(self, block: Block) -> None:
        values = block.values
        printed, place = self._joined(block.executors)
        if printed:
            values["executors_printed"] = self.notebook.text(f"{block.path}.executors_printed", printed, place)
        values["executors"] = self.outline.executors(printed)
        result, place = self._joined(block.results)
        if result:
            values["expected_result"] = self.notebook.text(f"{block.path}.expected_result", result, place)
        amount, sources = values.get("amount"), values.get("sources", {})
        if amount and not sources and any(amount.values()):
            values["sources"] = {block.source or "local": dict(amount)}
            if not block.source:
                said = N_("%(place)s: источник денег не назван, отнесено на местный бюджет")
                self.notebook.say(said, f"{block.path}.sources")

    def _joined(self, cells: dict[object, tuple[str, str]]) -> tuple[str, str]:
        """The text of a cell that was torn between rows, in one piece; the same text printed again counts once."""
        texts = list(dict.fromkeys(text for text, _place in cells.values()))
        if not texts:
            return "", ""
        whole, place = texts[0], next(iter(cells.values()))[1]
        for text in texts[1:]:
            torn = text[:1].islower() and not whole.endswith((",", ";", "."))
            whole += f" {text}" if torn or whole.endswith((",", ";")) else f", {text}"
            if torn:
                self.notebook.say(N_("%(place)s: текст разорван между строками, склеен"), place)
        return whole, place


def source_labels(reader: ActivityReader) -> dict[str, str]:
    """How the tables of activities print the sources."""
    return {source: label for source, label in reader.labels.items() if source_of(label)}
