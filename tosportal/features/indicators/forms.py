"""What may be typed into a passport of an indicator: a formula and rows of its variables."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.indicator_passport import LENGTHS, VARIABLES_MOST, Passport, read_variables

EMPTY_ROWS = 2


def given_passport(held: Passport | None) -> dict[str, Any]:
    """The passport in force as the form shows it, with rows for more variables."""
    rows = [one.as_json() for one in held.variables] if held else []
    return {
        "formula": held.formula if held else "",
        "source": held.source if held else "",
        "counting": held.counting if held else "",
        "denominator_on": held.denominator_on if held else None,
        "rows": with_empty(rows),
    }


def with_empty(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    more = min(EMPTY_ROWS, VARIABLES_MOST - len(rows))
    return rows + [dict.fromkeys(LENGTHS, "") for _one in range(more)]


def typed_passport(form: Mapping[str, str]) -> dict[str, Any]:
    """Everything as it was typed; rows without anything are dropped."""
    rows = [
        {name: cleaned(form.get(f"{name}-{at}", ""))[:1000].strip() for name in LENGTHS} for at in range(VARIABLES_MOST)
    ]
    parts = [cleaned(form.get(f"denominator_on-{part}", "")).strip() for part in ("day", "month", "year")]
    return {
        "formula": cleaned(form.get("formula", ""))[:2000].strip(),
        "source": cleaned(form.get("source", ""))[:2000].strip(),
        "counting": cleaned(form.get("counting", ""))[:20],
        "denominator_on": ".".join(parts) if any(parts) else None,
        "rows": with_empty([row for row in rows if any(row.values())]),
    }


def read_passport(given: Mapping[str, Any]) -> tuple[Passport | None, list[Remark]]:
    """The passport that was typed, or what cannot be read of it."""
    remarks = [
        Remark(N_("Напишите обозначение, как в формуле"), place=f"name-{at}")
        for at, row in enumerate(given["rows"])
        if any(row.values()) and not row["name"]
    ]
    day: date | None = None
    if given["denominator_on"]:
        day = day_from(given["denominator_on"])
        if day is None:
            remarks.append(Remark(N_("Такого дня нет"), place="denominator_on"))
    if remarks:
        return None, remarks
    variables = read_variables(given["rows"])
    return Passport(given["formula"], variables, day, given["counting"], source=given["source"]), []
