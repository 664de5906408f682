"""What may be typed into a passport of an indicator: a formula and rows of its variables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.event_record import KIND_NAMES
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.indicator_measures import MEASURES, joined_measure, split_measure
from tosportal.domain.indicator_passport import LENGTHS, VARIABLES_MOST, Passport, check_counting, read_variables
from tosportal.features.programmes.models import Activity

EMPTY_ROWS = 4
ROW_FIELDS = (*LENGTHS, "activity")
ACTIVITIES_IN_SELECT = 40  # more are chosen from one list for all rows
BETWEEN, NAME_SHOWN = " — ", 100


def given_passport(held: Passport | None) -> dict[str, Any]:
    """The passport in force as the form shows it, with rows for more variables."""
    rows = [with_activity(one.as_json()) for one in held.variables] if held else []
    return {
        "formula": held.formula if held else "",
        "source": held.source if held else "",
        "counting": held.counting if held else "",
        "denominator_on": held.denominator_on if held else None,
        "rows": with_empty(rows),
    }


def with_empty(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    more = min(EMPTY_ROWS, VARIABLES_MOST - len(rows))
    return rows + [dict.fromkeys(ROW_FIELDS, "") for _one in range(more)]


def with_activity(row: Mapping[str, str]) -> dict[str, str]:
    """The measure of a row in two: what is measured, and the activity that it is limited to."""
    measure, activity = split_measure(row["measure"])
    return {**row, "measure": measure, "activity": row.get("activity") or activity}


def measure_groups(
    sources: Iterable[tuple[str, str]], held: Iterable[str]
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What may be chosen of the catalogue of measures: name of the group → code, name and what it is limited to.
    `sources`: code and name of the sources of money; `held`: measures of a passport, shown even when not offered."""
    limits = {"kind": list(KIND_NAMES.items()), "source": list(sources)}
    plain = [(one.code, one.name, "") for one in MEASURES.values() if not one.takes]
    groups = [(N_("Награды и жители"), plain)]
    for one in MEASURES.values():
        if not one.takes:
            continue
        by = next(name for name in one.takes if name in limits)
        before = ":" * (1 + one.takes.index(by))
        codes = [(f"{one.code}{before}{code}", one.name, name) for code, name in limits[by]]
        groups.append((one.name, [(one.code, one.name, ""), *codes]))
    offered = {code for _name, rows in groups for code, _measure, _limit in rows}
    others = [(code, code, "") for code in dict.fromkeys(held) if code and code not in offered]
    return [*groups, *([(N_("Других названий нет"), others)] if others else [])]


def typed_passport(form: Mapping[str, str]) -> dict[str, Any]:
    """Everything as it was typed; rows without anything are dropped."""
    rows = [
        {name: cleaned(form.get(f"{name}-{at}", "")).strip() for name in ROW_FIELDS} for at in range(VARIABLES_MOST)
    ]
    for row in rows:
        row["activity"] = code_of(row["activity"])
    return {
        "formula": cleaned(form.get("formula", "")).strip(),
        "source": cleaned(form.get("source", "")).strip(),
        "counting": cleaned(form.get("counting", "")),
        "denominator_on": typed_day(form, "denominator_on") or None,
        "rows": with_empty(
            [with_activity(row | {"activity": code_of(row["activity"])}) for row in rows if any(row.values())]
        ),
    }


def typed_day(form: Mapping[str, str], name: str) -> str:
    """A day typed into three inputs, «20.7.2026»; empty when none of them holds anything."""
    parts = [cleaned(form.get(f"{name}-{part}", "")).strip() for part in ("day", "month", "year")]
    return ".".join(parts) if any(parts) else ""


def read_day(text: str) -> date | None:
    """The day on which an activity was performed. Raises RuleBroken for what is not a day."""
    found = day_from(text) if text else None
    if text and found is None:
        raise RuleBroken(Remark(N_("Такого дня нет"), place="performed_on"))
    return found


def named_activities(activities: Iterable[Activity]) -> dict[str, str]:
    """Code of an activity → how a list to type in names it; `code_of` takes the code back."""
    return {one.code: f"{one.code}{BETWEEN}{one.name[:NAME_SHOWN]}" for one in activities}


def code_of(typed: str) -> str:
    """The code at the head of a name from the list; what was typed otherwise stays as it is.

    >>> code_of("act-1-2 — Гранты ТОС"), code_of("act-1-2"), code_of("гранты")
    ('act-1-2', 'act-1-2', 'гранты')
    """
    return typed.partition(BETWEEN)[0]


def read_passport(given: Mapping[str, Any], activities: Collection[str]) -> tuple[Passport | None, list[Remark]]:
    """The passport that was typed, or what cannot be read of it. `activities`: what limits a measure."""
    remarks = [
        Remark(N_("Напишите обозначение, как в формуле"), place=f"name-{at}")
        for at, row in enumerate(given["rows"])
        if any(row.values()) and not row["name"]
    ]
    remarks += [
        Remark(N_("Такого мероприятия в программе нет"), place=f"activity-{at}")
        for at, row in enumerate(given["rows"])
        if row["activity"] and row["activity"] not in activities
    ]
    day: date | None = None
    if given["denominator_on"]:
        day = day_from(given["denominator_on"])
        if day is None:
            remarks.append(Remark(N_("Такого дня нет"), place="denominator_on"))
    rows = []
    for at, row in enumerate(given["rows"]):
        try:
            rows.append({**row, "measure": joined_measure(row["measure"], row["activity"])})
        except RuleBroken as refused:
            place = (
                f"activity-{at}" if row["measure"].split(":")[0] in MEASURES or not row["measure"] else f"measure-{at}"
            )
            remarks += [Remark(one.template, one.values, place) for one in refused.remarks]
    if remarks:
        return None, remarks
    passport = Passport(given["formula"], read_variables(rows), day, given["counting"], source=given["source"])
    remarks = check_counting(passport)
    return None if remarks else passport, remarks


def rows_open(rows: Sequence[Mapping[str, str]]) -> int:
    """How many rows of variables stand open: those with something in them and one empty; the others are folded."""
    return min(len(rows), 1 + sum(any(row.values()) for row in rows))
