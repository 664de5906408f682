"""Rows within rows as flat names of inputs, without scripts: `criteria-0-levels-2-text`.

A form is described by columns. Stored JSON becomes what a person sees (`to_typed`), what was posted
is read back as typed (`read_typed`), a press of «add», «remove» or «up» is done on it (`act_on_rows`), and a save turns
it into JSON again with a remark at every input that does not say what it should (`from_typed`).
"""

import copy
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
MOST_ROWS = 250
MOST_ROWS_READ = 1000  # more than can be saved, so that nothing typed goes without a word
LARGEST, PLACES = Decimal(10**15 - 1), 12  # of a number as a regulation writes it
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]([0-5][0-9]))?")
WHOLE = re.compile(r"[0-9]{1,9}")
LATIN: Mapping[str, str] = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a-b-v-g-d-e-e-zh-z-i-y-k-l-m-n-o-p-r-s-t-u-f-kh-ts-ch-sh-shch--y--e-yu-ya".split("-"),  # noqa: SIM905  a table
        strict=True,
    )
)
LONGEST_CODE = 40


@dataclass(frozen=True)
class Column:
    """One input. Kinds: text long hidden code money decimal whole flag choice many moment options lines
    rows. `default` is what a new row begins with; of `many` the codes with spaces between. `when`: the column means
    something only while another column of the row, or of the row that it lies in, has one of these values.
    `on_demand`: folded away. `fit`: the button that shows what a choice asks for."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    rows: "Rows | None" = None
    default: str = ""
    when: tuple[str, frozenset[str]] | None = None
    on_demand: bool = False
    fit: str = N_("Показать свойства этого вида")

    def is_for(self, row: Mapping[str, Any]) -> bool:
        return self.when is None or row.get(self.when[0]) in self.when[1]


@dataclass(frozen=True)
class Rows:
    """A list of rows; `code` begins the codes of new rows («n» gives n1, n2…), `title` names a row. `fixed` rows are
    neither added nor removed, `unfolded` ones are all open. `code_from`: the column whose words make the code of a new
    row; `copies`: a row can be copied, and a column `copy_of` then says of which."""

    one: str
    add: str
    columns: tuple[Column, ...]
    code: str = ""
    title: str = "name"
    fixed: bool = False
    unfolded: bool = False
    code_from: str = ""
    copies: bool = False

    @property
    def fits(self) -> bool:
        """Do other inputs appear when a choice of the row changes?"""
        return any(column.when is not None for column in self.columns)

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
    if column.kind == "options":
        return {"text": "", "known": ""}
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
        names = [(row["code"], " ".join(row["name"].split())) for row in value]
        return {
            "text": "\n".join(name for _code, name in names),
            "known": "\n".join(f"{code} = {name}" for code, name in names),
        }
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
        elif column.kind == "options":
            found[column.name] = {"text": _one(posted, name), "known": _one(posted, f"{name}-known")}
        elif column.kind == "flag":
            found[column.name] = bool(_one(posted, name))
        elif column.kind == "many":
            found[column.name] = [cleaned(value)[:80] for value in posted.get(name, ())][:100]
        else:
            text = _one(posted, name)
            found[column.name] = text if column.kind in {"long", "lines"} else " ".join(text.split("\n")).strip()
    return found


def _one(posted: Mapping[str, Sequence[str]], name: str) -> str:
    values = posted.get(name) or ("",)
    return cleaned(values[0])


def _numbers(name: str, posted: Mapping[str, Sequence[str]]) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-.+")
    return sorted({int(found[1]) for key in posted if (found := pattern.fullmatch(key))})[:MOST_ROWS_READ]


def act_on_rows(columns: Iterable[Column], typed: Typed, posted: Mapping[str, Sequence[str]]) -> str | None:
    """Do the press of a row button on what was typed: `add` = list; `del`, `up`, `down`, `copy` = row of a list; `fit`
    = row, whose inputs are shown anew for its kind.

    The name of the input to go to afterwards; None when no row button was pressed. A button that names nothing known
    changes nothing.
    """
    for act in ("add", "del", "up", "down", "copy", "fit"):
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
        if rows is None or known is None or known.fixed or not 0 <= place < len(rows):
            return head
        now_at = _do(act, rows, known, place)
        return head if now_at is None else f"{head}-{now_at}"
    return None


def _do(act: str, rows: list[Typed], known: Rows, place: int) -> int | None:
    """A press on one row; where the row is afterwards, None when there is none."""
    if act == "fit":
        return place
    if act == "copy":
        if not known.copies or len(rows) >= MOST_ROWS:
            return place
        row = copy.deepcopy(rows[place])
        if "copy_of" in row:
            row["copy_of"] = row.get("code") or row["copy_of"]
        if "code" in row:
            row["code"] = ""
        rows.insert(place + 1, row)
        return place + 1
    row = rows.pop(place)
    if act == "del":
        return None
    moved = max(0, place - 1) if act == "up" else min(len(rows), place + 1)
    rows.insert(moved, row)
    return moved


def give_codes(columns: Iterable[Column], typed: Typed) -> None:
    """New rows whose code is made from their words get it at once, so that other rows can name them."""
    for column in columns:
        if column.rows is None:
            continue
        rows = typed[column.name]
        taken = {row.get("code") for row in rows}
        for row in rows:
            words = row.get(column.rows.code_from) if column.rows.code_from else ""
            if words and not row.get("code"):
                row["code"] = _free_code(words, column.rows.code, taken)
                taken.add(row["code"])
            give_codes(column.rows.columns, row)


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
        if not column.is_for(typed):
            continue
        if column.rows is not None:
            rows = []
            taken = {row.get("code") for row in typed[column.name]}
            if (count := len(typed[column.name])) > MOST_ROWS:
                words = N_("Строк может быть не больше %(limit)s, а здесь %(count)s")
                remarks.append(Remark(words, {"limit": MOST_ROWS, "count": count}, name))
            for number, row in enumerate(typed[column.name]):
                one, found = from_typed(column.rows.columns, {**typed, **row}, zone, f"{name}-{number}-")
                if column.rows.code and not one.get("code"):
                    words = one.get(column.rows.code_from) or "" if column.rows.code_from else ""
                    one["code"] = _free_code(words, column.rows.code, taken)
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


def code_from_words(words: str, longest: int = LONGEST_CODE) -> str:
    """Latin letters and digits for a code; empty when the words have none.

    >>> code_from_words("Сколько жителей участвует, 100 %?"), code_from_words("«?»")
    ('skolko-zhiteley-uchastvuet-100', '')
    """
    latin = "".join(LATIN.get(sign, sign) for sign in words.lower()[:200])
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:longest].strip("-")


def _free_code(words: str, beginning: str, taken: set[Any]) -> str:
    """A code made from words; where they give none, or a taken one, a number after it."""
    made = code_from_words(words)
    if made and made not in taken:
        return made
    head = f"{made}-" if made else beginning
    return next(f"{head}{number}" for number in range(2 if made else 1, 10_000) if f"{head}{number}" not in taken)


def _value(column: Column, typed: Any, zone: tzinfo) -> Any:
    label = {"label": Remark(column.label)}
    if column.kind == "moment":
        return _moment(column, typed, zone)
    if column.kind == "flag":
        return bool(typed)
    if column.kind == "many":
        return [code for code, _name in column.choices if code in typed] if column.choices else list(typed)
    if column.kind == "options":
        return options_of(typed)
    text = typed.strip()
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
        return f"{parse_decimal(text, limit=LARGEST, places=PLACES):f}"
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


def options_of(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """One choice a line. A name that was there keeps its code; a line put in the place of another, too; a new name gets
    a code of its own."""
    known = [(code, name) for code, _is, name in (line.partition(" = ") for line in typed["known"].split("\n")) if code]
    codes = {name: code for code, name in known if re.fullmatch(r"[a-z0-9_-]{1,60}", code)}
    names = [" ".join(line.split()) for line in typed["text"].split("\n") if line.strip()]
    taken: set[Any] = {codes[name] for name in names if name in codes}
    is_renamed = len(names) == len(known)
    rows: list[dict[str, str]] = []
    given: set[str] = set()
    for place, name in enumerate(names):
        code = codes.get(name)
        if code is None and is_renamed:
            code = codes.get(known[place][1])
            code = None if code in taken else code
        if code is None or code in given:
            code = _free_code(name, "o", taken)
        taken.add(code)
        given.add(code)
        rows.append({"code": code, "name": name})
    return rows
