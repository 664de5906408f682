"""The skeleton of a programme: its goal, its tasks in order, the codes of what belongs to them, executors by code."""

import re
from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.programme_tables.labels import Heading, same_name, task_of, tidy
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import plain


class Outline:
    """Tasks are met in the passport, the text and several tables: the same task is kept once, by number or name."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.tasks: list[dict[str, Any]] = []
        self.goals: dict[str, str] = {}
        self.current = ""
        self.people: dict[str, str] = {}
        self._codes: set[str] = set()
        self._order: dict[tuple[str, str], int] = {}

    def goal(self, where: str, heading: Heading, place: str) -> None:
        """Keep how a part of the document («passport», «section3», «appendix1», …) names the goal."""
        if heading.name and where not in self.goals:
            self.goals[where] = self.notebook.text(f"goal.{where}", heading.name, place)

    def task(self, where: str, heading: Heading, place: str) -> str:
        """Keep how a part of the document names a task, and make it the current one; gives its code."""
        found = self._known(heading)
        if not found:
            number = self._free(heading.number)
            found = {"id": f"task-{number}", "number": number, "name": "", "indicators": [], "activities": []}
            self.tasks.append(found)
            self.tasks.sort(key=lambda one: one["number"])
        if heading.outer and where == "appendix2":
            found.setdefault("number_appendix2", heading.outer)
        name = plain(heading.name)
        if name and where != "table" and "name_table" in found:
            self._forget_made_up(found)
        if name and f"name_{where}" not in found:
            found[f"name_{where}"] = self.notebook.text(f"tasks[{found['id']}].name_{where}", name, place)
            if not found["name"]:
                found["name"] = self.notebook.text(f"tasks[{found['id']}].name", tidy(name), place, name)
        self.current = found["id"]
        return self.current

    def _forget_made_up(self, task: dict[str, Any]) -> None:
        """A task that was made up for a table without tasks is this one, and now its own name is met."""
        del task["name_table"]
        task["name"] = ""
        made_up = {f"tasks[{task['id']}].{key}" for key in ("name", "name_table")}
        self.notebook.fragments[:] = [one for one in self.notebook.fragments if one.path not in made_up]

    def _known(self, heading: Heading) -> dict[str, Any] | None:
        key = same_name(heading.name)
        if key and (same := [one for one in self.tasks if key in names_of(one)]):
            return same[0]
        last = heading.number.rpartition(".")[2]
        return next((one for one in self.tasks if last and one["number"] == int(last)), None)

    def _free(self, number: str) -> int:
        wanted = int(number.rpartition(".")[2] or 0)
        taken = {one["number"] for one in self.tasks}
        return wanted if 0 < wanted < 1000 and wanted not in taken else max(taken, default=0) + 1

    def named(self, text: str) -> str:
        """The code of the task that a text names word for word; empty when there is none."""
        key = same_name(text)
        return next((one["id"] for one in self.tasks if key and key in names_of(one)), "")

    def code_of_number(self, number: str) -> str:
        """The code of the task with a printed number; empty when there is none."""
        return next((one["id"] for one in self.tasks if str(one["number"]) == number), "")

    def task_for(self, printed: str, place: str, cell: str = "", *, guess: bool = True) -> str:
        """The task that a row belongs to: named in its own cell, by its number «2.1», else the current one. When none
        of these tells and there are several, the first one; without `guess` none."""
        if cell and (heading := task_of(cell)):
            return self.task("appendix1", heading, place)
        if self.current:
            return self.current
        parts = printed.strip(".)").split(".")
        if len(parts) > 1 and (code := self.code_of_number(parts[-2])):
            return code
        if self.tasks and (guess or len(self.tasks) == 1):
            return self.tasks[0]["id"]
        if self.tasks:
            return ""
        self.notebook.say(N_("%(place)s: задач в документе не нашлось, всё отнесено к одной"), place)
        return self.task("table", Heading("1", "", self._goal_or_programme()), place)

    def _goal_or_programme(self) -> str:
        return next(iter(self.goals.values()), "Задача программы")

    def code(self, kind: str, task: str, printed: str) -> str:
        """The next free code of an indicator («ind») or an activity («act»)."""
        first = kind, task
        if not printed and first in self._order:  # no search from one anew in a table of thousands of rows
            self._order[first] += 1
            code = f"{kind}-{task.removeprefix('task-')}-{self._order[first]}"
            if code not in self._codes:
                self._codes.add(code)
                return code
        code = code_of(kind, task, printed, self._codes)
        if not printed:
            self._order[first] = int(code.rpartition("-")[2])
        self._codes.add(code)
        return code

    def add(self, kind: str, task: str, code: str) -> None:
        """Note that an indicator or an activity belongs to a task."""
        for one in self.tasks:
            if one["id"] == task and code not in one[kind]:
                one[kind].append(code)

    def executors(self, printed: str) -> list[str]:
        """The codes of the executors that a cell names, in their order; new ones get the next code.

        Names are parted by commas and semicolons outside quotes and brackets.
        """
        found = []
        for name in parted(printed):
            code = next((code for code, known in self.people.items() if same_name(known) == same_name(name)), "")
            if not code:
                code = f"executor-{len(self.people) + 1}"
                self.people[code] = name
            found.append(code)
        return found


def names_of(task: dict[str, Any]) -> set[str]:
    """The keys of all the names of a task."""
    return {same_name(str(value)) for key, value in task.items() if key.startswith("name") and value}


def parted(text: str) -> list[str]:
    """Names of a list in one cell.

    >>> parted("отдел «А, Б» (далее – отдел, он же О), совет; школа")
    ['отдел «А, Б» (далее – отдел, он же О)', 'совет', 'школа']
    """
    found, depth, name = [], 0, ""
    for sign in text:
        depth += (sign in "«(") - (sign in "»)")
        if sign in ",;\n" and depth <= 0:
            found.append(name)
            name = ""
        else:
            name += sign
    return [one for one in (plain(name) for name in [*found, name]) if one]


def code_of(kind: str, task: str, printed: str, taken: set[str]) -> str:
    """The code of an indicator or an activity by its printed number, else by its task and order.

    >>> code_of("ind", "task-2", "2.1.", set()), code_of("act", "task-1", "", {"act-1-1"})
    ('ind-2-1', 'act-1-2')
    """
    number = "-".join(re.findall(r"\d+", printed))
    plain_number = kind == "act" and "-" not in number  # «1.» begins anew under every task
    if number and not plain_number and len(number) < 20 and f"{kind}-{number}" not in taken:
        return f"{kind}-{number}"
    first = f"{kind}-{task.removeprefix('task-')}"
    order = 1
    while f"{first}-{order}" in taken:
        order += 1
    return f"{first}-{order}"
