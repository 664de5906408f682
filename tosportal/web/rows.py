"""Rows within rows as flat names of inputs, without scripts: `criteria-0-levels-2-text`.

A form is described by columns. Stored JSON becomes what a person sees (`to_typed`), what was posted
is read back as typed (`read_typed`), a press of «add», «remove» or «up» is done on it (`act_on_rows`), and a save turns
it into JSON again with a remark at every input that does not say what it should (`from_typed`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.money import format_roubles, parse_decimal, parse_roubles

LONGEST_TEXT = 20_000
MOST_ROWS = 80
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]([0-5][0-9]))?")
WHOLE = re.compile(r"[0-9]{1,9}")
OPTION = re.compile(r"\s*([a-z0-9_-]{1,60})\s*=\s*(.*)")


@dataclass(frozen=True)
class Column:
    """One input. Kinds: text long hidden code money decimal whole flag choice many moment options lines
    rows. `default` is what a new row begins with; of `many` the codes with spaces between."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    rows: "Rows | None" = None
    default: str = ""


@dataclass(frozen=True)
class Rows:
    """A list of rows; `code` begins the codes of new rows («n» gives n1, n2…), `title` names a row. `fixed` rows are
    neither added nor removed, `unfolded` ones are all open."""

    one: str
    add: str
    columns: tuple[Column, ...]
    code: str = ""
    title: str = "name"
    fixed: bool = False
    unfolded: bool = False

    def blank(self) -> dict[str, Any]:
        return {column.name: empty(column) for column in self.columns}


Typed = dict[str, Any]


def empty(column: Column) -> Any:
    """What a new row holds before anything is typed."""
    if column.kind == "rows":
        return []
    if column.kind == "many":
        return column.default.split()
    if column.kind == "flag":
        return False
    if column.kind == "moment":
        return {"date": "", "time": ""}
    if column.kind == "choice" and not column.optional and column.choices:
        return column.choices[0][0]
    return column.default


# --- JSON → what a person sees -------------------------------------------------------------------------------------


def to_typed(columns: Iterable[Column], data: Mapping[str, Any], zone: tzinfo) -> Typed:
    """The stored values as a person would type them."""
    return {column.name: _shown(column, data.get(column.name), zone) for column in columns}


def _shown(column: Column, value: Any, zone: tzinfo) -> Any:
    if column.rows is not None:
        return [to_typed(column.rows.columns, row, zone) for row in value or ()]
    if value is None:
        return "" if column.kind in {"choice", "text", "decimal", "whole", "money"} else empty(column)
    if column.kind == "moment":
        at = datetime.fromisoformat(value).astimezone(zone)
        return {"date": f"{at:%d.%m.%Y}", "time": f"{at:%H:%M:%S}"}
    if column.kind == "money":
        return format_roubles(Decimal(value)).removesuffix("₽").strip()
    if column.kind == "decimal":
        return str(value).replace(".", ",")
    if column.kind == "flag":
        return bool(value)
    if column.kind == "many":
        return list(value)
    if column.kind == "options":
        return "\n".join(f"{row['code']} = {row['name']}" for row in value)
    if column.kind == "lines":
        return "\n".join(value)
    return str(value)


# --- what was posted -----------------------------------------------------------------------------------------------


def read_typed(columns: Iterable[Column], posted: Mapping[str, Sequence[str]], prefix: str = "") -> Typed:
    """Everything as typed; names that the part does not know are ignored, rows beyond the limit too."""
    found: Typed = {}
    for column in columns:
        name = prefix + column.name
        if column.rows is not None:
            found[column.name] = [
                read_typed(column.rows.columns, posted, f"{name}-{number}-") for number in _numbers(name, posted)
            ]
        elif column.kind == "moment":
            found[column.name] = {part: _one(posted, f"{name}-{part}")[:40] for part in ("date", "time")}
        elif column.kind == "flag":
            found[column.name] = bool(_one(posted, name))
        elif column.kind == "many":
            found[column.name] = [cleaned(value)[:80] for value in posted.get(name, ())][:100]
        else:
            text = _one(posted, name)
            found[column.name] = (
                text if column.kind in {"long", "options", "lines"} else " ".join(text.split("\n")).strip()
            )
    return found


def _one(posted: Mapping[str, Sequence[str]], name: str) -> str:
    values = posted.get(name) or ("",)
    return cleaned(values[0][: LONGEST_TEXT + 100])


def _numbers(name: str, posted: Mapping[str, Sequence[str]]) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-.+")
    return sorted({int(found[1]) for key in posted if (found := pattern.fullmatch(key))})[:MOST_ROWS]


def act_on_rows(columns: Iterable[Column], typed: Typed, posted: Mapping[str, Sequence[str]]) -> str | None:
    """Do the press of a row button on what was typed: `add` = list, `del` and `up` = row of a list.

    The name of the input to go to afterwards; None when no row button was pressed. A button that names nothing known
    changes nothing.
    """
    for act in ("add", "del", "up"):
        if act not in posted:
            continue
        path = _one(posted, act)[:200]
        if act == "add":
            rows, known = _list_at(columns, typed, path)
            if rows is not None and known is not None and len(rows) < MOST_ROWS and not known.fixed:
                rows.append(known.blank())
                return f"{path}-{len(rows) - 1}"
            return path
        head, _dash, number = path.rpartition("-")
        rows, known = _list_at(columns, typed, head)
        place = int(number) if number.isdecimal() and len(number) < 5 else -1
        if rows is not None and known is not None and not known.fixed and 0 <= place < len(rows):
            row = rows.pop(place)
            if act == "up":
                rows.insert(max(0, place - 1), row)
                return f"{head}-{max(0, place - 1)}"
        return head
    return None


def _list_at(columns: Iterable[Column], typed: Any, path: str) -> tuple[list[Typed] | None, Rows | None]:
    """The list of rows behind a name such as `criteria-0-levels`."""
    for column in columns:
        if column.rows is None:
            continue
        if path == column.name:
            return typed[column.name], column.rows
        found = re.fullmatch(rf"{re.escape(column.name)}-([0-9]{{1,4}})-(.+)", path)
        if found and int(found[1]) < len(typed[column.name]):
            return _list_at(column.rows.columns, typed[column.name][int(found[1])], found[2])
    return None, None


# --- what was typed → JSON -----------------------------------------------------------------------------------------


def from_typed(
    columns: Iterable[Column], typed: Typed, zone: tzinfo, prefix: str = ""
) -> tuple[dict[str, Any], list[Remark]]:
    """JSON values and remarks whose place is the name of the input. Rows with nothing typed must be gone before."""
    data: dict[str, Any] = {}
    remarks: list[Remark] = []
    for column in columns:
        name = prefix + column.name
        if column.rows is not None:
            rows = []
            taken = {row.get("code") for row in typed[column.name]}
            for number, row in enumerate(typed[column.name]):
                one, found = from_typed(column.rows.columns, row, zone, f"{name}-{number}-")
                if column.rows.code and not one.get("code"):
                    one["code"] = _free(column.rows.code, taken)
                    taken.add(one["code"])
                rows.append(one)
                remarks += found
            data[column.name] = rows
            continue
        try:
            data[column.name] = _value(column, typed[column.name], zone)
        except RuleBroken as error:
            data[column.name] = None
            remarks += [Remark(one.template, one.values, name) for one in error.remarks]
    return data, remarks


def without_blank_rows(columns: Iterable[Column], typed: Typed) -> Typed:
    """The same without new rows in which nothing was typed; a row that is kept already goes only by its own button."""
    found = dict(typed)
    for column in columns:
        if column.rows is not None and not column.rows.fixed:
            rows = [without_blank_rows(column.rows.columns, row) for row in typed[column.name]]
            found[column.name] = [row for row in rows if not _is_blank(column.rows, row)]
    return found


def _is_blank(rows: Rows, row: Typed) -> bool:
    if all(column.kind == "choice" for column in rows.columns):  # such a row says something from the beginning
        return not any(row.values())
    return all(row[column.name] == empty(column) or not row[column.name] for column in rows.columns)


def _free(beginning: str, taken: set[Any]) -> str:
    return next(f"{beginning}{number}" for number in range(1, 10_000) if f"{beginning}{number}" not in taken)


def _value(column: Column, typed: Any, zone: tzinfo) -> Any:
    label = {"label": Remark(column.label)}
    if column.kind == "moment":
        return _moment(column, typed, zone)
    if column.kind == "flag":
        return bool(typed)
    if column.kind == "many":
        known = {code for code, _name in column.choices}
        return [one for one in typed if one in known or not column.choices]
    text = typed.strip()
    if column.kind == "options":
        return _options(text)
    if column.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if not text:
        if column.kind in {"hidden", "code"}:
            return None
        if column.optional:
            return "" if column.kind in {"text", "long"} else None
        raise RuleBroken(Remark(N_("Заполните «%(label)s»"), label))
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(Remark(N_("Слишком длинно, сократите до %(limit)s знаков"), {"limit": LONGEST_TEXT}))
    if column.kind == "money":
        return f"{parse_roubles(text):f}"
    if column.kind == "decimal":
        return f"{parse_decimal(text, places=6):f}"
    if column.kind == "whole":
        if not WHOLE.fullmatch(text):
            raise RuleBroken(Remark(N_("Введите целое число, например 3")))
        return int(text)
    if column.kind == "choice" and text not in {code for code, _name in column.choices}:
        raise RuleBroken(Remark(N_("Выберите «%(label)s» из списка"), label))
    return text


def _moment(column: Column, typed: Mapping[str, str], zone: tzinfo) -> str | None:
    date_text, time_text = typed["date"].strip(), typed["time"].strip()
    if not date_text:
        if column.optional and not time_text:
            return None
        raise RuleBroken(Remark(N_("Укажите день, например 13.03.2026")))
    day = day_from(date_text)
    if day is None or not 2000 <= day.year <= 2100:
        raise RuleBroken(Remark(N_("Укажите день, например 13.03.2026")))
    clock = CLOCK.fullmatch(time_text or "00:00:00")
    if clock is None:
        raise RuleBroken(Remark(N_("Укажите время, например 17:00 или 17:00:00")))
    at = datetime.combine(day, time(int(clock[1]), int(clock[2]), int(clock[3] or 0)), zone)
    return at.isoformat()


def _options(text: str) -> list[dict[str, str]]:
    """One choice a line: «Название» or «код = Название»; a code that is missing is given."""
    rows: list[dict[str, str]] = []
    taken: set[Any] = set()
    for line in text.split("\n"):
        if not line.strip():
            continue
        found = OPTION.fullmatch(line)
        code = found[1] if found else _free("o", taken)
        rows.append({"code": code, "name": (found[2] if found else line).strip()})
        taken.add(code)
    return rows
