"""The passport of a programme: a table of labels and what they name, in any order and any usual words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tosportal.domain.document_tables import Cell, Table
from tosportal.domain.errors import N_
from tosportal.domain.programme_tables.labels import Heading, numbered
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import DASH, is_none, plain, years_within
from tosportal.domain.programme_tables.outline import Outline

ROWS_LEAST = 3
# The first words that fit say what a row holds: «соисполнители» stands before «исполнители».
_ROWS = (
    ("funding", r"(?:объ[её]м|источник|ресурсн|финансов).*(?:финанс|обеспечен|ассигнован)|^финансирование"),
    ("expected_results", r"ожидаем|(?:конечн|результат).*реализац"),
    ("development_decree", r"основани\w+ (?:для )?разработк|правов\w+ акт\w*.*разработк|реквизит"),
    ("indicators", r"индикатор|показател"),
    ("subprogrammes", r"подпрограмм"),
    ("coexecutors", r"соисполнител"),
    ("participants", r"участник"),
    ("developers", r"разработчик"),
    ("customer", r"заказчик"),
    ("head", r"руководител|куратор|координатор"),
    ("executors", r"исполнител\w+ (?:основных )?мероприят|^исполнители"),
    ("executor", r"исполнител"),
    ("term", r"срок|этап|период"),
    ("tasks", r"^задач"),
    ("goal", r"^цел(?:ь|и)"),
    ("name", r"наименован|назван|^программа$"),
)
_LISTS = frozenset({"developers", "executors"})
_PEOPLE = frozenset({"participants", "coexecutors"})
_ACT = re.compile(r"от (?P<date>\d{1,2}\.\d{1,2}\.\d{4})(?: ?г(?:ода|\.)?)? ?(?:№|N) ?(?P<number>[\w/.–-]*\w)")
_STAGE = re.compile(rf"(?P<number>[IVX]+|\d+)(?:-?[йы]\w*)? этап[ :{DASH}]*")


@dataclass(frozen=True)
class PassportRow:
    """A row of the passport: what it holds, its label, the cell with the value, and the rows that the label covers."""

    key: str
    label: str
    cell: Cell
    place: str
    first: int
    last: int


def passport_rows(table: Table) -> list[PassportRow]:
    """The rows of a passport; empty when the table is none. The label is the first text of a row, the value follows."""
    found = list(_rows(table))
    keys = {row.key for row in found if row.key}
    is_passport = len(keys) >= ROWS_LEAST and len(keys & {"name", "goal", "tasks", "term", "funding", "executor"}) > 1
    return found if is_passport else []


def _rows(table: Table) -> Iterator[PassportRow]:
    for index in range(table.height):
        cells = [cell for cell in table.row_cells(index) if plain(cell.text)]
        if cells and re.fullmatch(r"\d+[.)]?", plain(cells[0].text)):
            cells = cells[1:]
        if len(cells) < 2 or cells[0].row != index or len(plain(cells[0].text)) > 200:
            continue
        label, value = cells[0], cells[1]
        key = key_of(label.text)
        place = table.place_of(value.row, value.column)
        yield PassportRow(key, plain(label.text), value, place, index, index + label.rows - 1)


def key_of(label: str) -> str:
    """What a row of the passport holds, by its label; empty when the label is unknown.

    >>> key_of("Соисполнители программы"), key_of("Объемы и источники финансового обеспечения программы"), key_of("№")
    ('coexecutors', 'funding', '')
    """
    said = plain(label).casefold()
    return next((key for key, words in _ROWS if re.search(words, said)), "")


def read_passport(rows: list[PassportRow], notebook: Notebook, outline: Outline) -> dict[str, Any]:
    """The passport in the form of the schema; its goal and tasks go to the outline. Funding is read elsewhere."""
    passport: dict[str, Any] = {}
    for row in rows:
        if not row.key:
            notebook.say(
                N_("%(place)s: строка паспорта «%(printed)s» не распознана"), row.place, printed=row.label[:120]
            )
        elif is_none(row.cell.text) and row.key not in {"coexecutors", "subprogrammes", "participants"}:
            continue
        elif row.key == "term":
            passport["term"] = read_term(row.cell, row.place, notebook)
        else:
            _take(row, passport, notebook, outline)
    passport.setdefault("name", "")
    passport["rows_printed"] = [row.label for row in rows]
    return passport


def _take(row: PassportRow, passport: dict[str, Any], notebook: Notebook, outline: Outline) -> None:
    key, cell, place = row.key, row.cell, row.place
    said = plain(cell.text)
    if key == "goal":
        outline.goal("passport", Heading("", "", bare(cell.lines[0]) if len(cell.lines) > 1 else said), place)
        passport["goal"] = said
    elif key == "tasks":
        passport["tasks"] = items(cell)
        for number, name in enumerate(passport["tasks"], 1):
            outline.task("passport", Heading(str(number), "", name), place)
    elif key == "indicators":
        passport["indicator_names"] = items(cell)
    elif key == "funding":
        passport["funding_printed"] = [plain(line) for line in cell.lines]
    elif key == "development_decree":
        passport[key] = decree(said)
    elif key == "expected_results":
        lines = items(cell)
        passport[key] = lines if len(lines) > 1 else said
    elif key in _LISTS:
        passport[key] = items(cell)
    elif key in _PEOPLE or key == "subprogrammes":
        people = [] if is_none(said) else [person(one) for one in items(cell)]
        passport[key] = people if key in _PEOPLE else [one["printed"] for one in people]
        if not people:
            passport[f"{key}_printed"] = said
    elif key == "executor":
        passport[key] = {name: value for name, value in person(said).items() if name != "printed"}
    elif not passport.get(key):
        passport[key] = unquoted_programme(said) if key == "name" else said
    field = _field(key)
    notebook.leaves(f"passport.{field}", passport.get(field), place, said)


def _field(key: str) -> str:
    return {"indicators": "indicator_names", "funding": "funding_printed"}.get(key, key)


def unquoted_programme(text: str) -> str:
    """The name of a programme without «Муниципальная программа» and quotes around it.

    >>> unquoted_programme("Муниципальная программа «Развитие ТОС на 2024–2026 годы»")
    'Развитие ТОС на 2024–2026 годы'
    """
    found = re.fullmatch(r"(?:муниципальная программа )?[^«]{0,120}«(?P<name>.+)»[^»]{0,60}", text, re.IGNORECASE)
    is_whole = text.startswith("«") or text.casefold().startswith("муниципальная программа")
    return found["name"] if found and is_whole else text


def bare(line: str) -> str:
    """A line of a list without its number, bullet and the sign at its end.

    >>> bare("2) встречи с людьми;"), bare("– порядок."), bare("1. Доля")
    ('встречи с людьми', 'порядок', 'Доля')
    """
    said = re.sub(rf"^[{DASH}•*·]+ ?", "", plain(line))
    return numbered(said)[1].rstrip(" ;.") if not said.endswith("т.п.") else numbered(said)[1]


def items(cell: Cell) -> list[str]:
    """The items of a cell: its lines, or what semicolons part."""
    parts = [part for line in cell.lines for inner in in_line(plain(line)) for part in outside_quotes(inner)]
    return [item for item in (bare(part) for part in parts) if item]


def in_line(line: str) -> list[str]:
    """A numbered list that is printed in one line, item by item.

    >>> in_line("1. Фонари. 2. Провода."), in_line("Свет к 2027 году. 2. Тень")
    (['1. Фонари.', '2. Провода.'], ['Свет к 2027 году. 2. Тень'])
    """
    return re.split(r"(?<=[.;,]) (?=\d{1,2}[.)] )", line) if re.match(r"1[.)]", line) else [line]


def outside_quotes(line: str) -> list[str]:
    """The parts of a line between semicolons that stand in no quotes and no brackets."""
    found, depth, part = [], 0, ""
    for sign in line:
        depth += (sign in "«(") - (sign in "»)")
        if sign == ";" and depth <= 0:
            found.append(part)
            part = ""
        else:
            part += sign
    return [*found, part]


def person(text: str) -> dict[str, Any]:
    """An organisation and its short name.

    >>> person("департамент финансов администрации (далее – департамент финансов)")["short"]
    'департамент финансов'
    """
    found = re.search(rf" ?\(далее ?[{DASH}]? ?(?P<short>.+)\)$", text)
    name = text[: found.start()] if found else text
    return {"name": name, "short": found["short"].strip() if found else None, "printed": text}


def decree(text: str) -> dict[str, Any]:
    """An act with its date, number and title: {date, number, title, printed}; None for what is not printed.

    >>> act = decree("Постановление от 11.08.2023 г. № 1036/89 О разработке программы")
    >>> act["date"], act["number"], act["title"]
    ('2023-08-11', '1036/89', 'О разработке программы')
    """
    found = _ACT.search(text)
    title = text[found.end() :].strip(" ,;") if found else ""
    return {
        "date": iso_day(found["date"]) if found else None,
        "number": found["number"] if found else None,
        "title": title or None,
        "printed": text,
    }


def iso_day(text: str) -> str | None:
    """«18.08.2023» as «2023-08-18»; None when there is no such month or day."""
    day, month, year = (int(part) for part in text.split("."))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def act_in(text: str) -> re.Match[str] | None:
    """The date and number of an act inside a text."""
    return _ACT.search(text)


def read_term(cell: Cell, place: str, notebook: Notebook) -> dict[str, Any]:
    """The term of a programme: {from, to, stages: [{number, from, to, printed}], printed}."""
    said = plain(cell.text)
    stages, begins = [], [found.start() for found in _STAGE.finditer(said)]
    for start, end in pairwise([*begins, len(said)]):
        printed = said[start:end].strip(" ;,.")
        years = years_within(printed) or years_within(f"{printed} год")
        if years:
            number = _STAGE.match(printed)
            stages.append({"number": number[1] if number else "", "from": years[0], "to": years[1], "printed": printed})
    whole = said[: begins[0]].strip() if stages else said
    years = years_within(whole) or years_within(f"{whole} год")
    if not years and stages:
        years = int(stages[0]["from"]), int(stages[-1]["to"])
    if not years:
        notebook.say(N_("%(place)s: срок программы не прочитан"), place)
        return {"stages": stages, "printed": said}
    notebook.text("passport.term.from", str(years[0]), place, said)
    notebook.text("passport.term.to", str(years[1]), place, said)
    return {"from": years[0], "to": years[1], "stages": stages, "printed": whole}
