"""Where the values of a part lie in the JSON of a regulation: taken out for the page, put back from it."""

from collections.abc import Callable
from typing import Any

from tosportal.domain.contest_states import MOMENT_NAMES, TIMELINE_CODES
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.regulation import BEFORE_ADMISSION
from tosportal.domain.scoring import AGAINST, EXPERT_MIN_WHO
from tosportal.features.contests.forms.scoring import of_method

JSON = dict[str, Any]


def rows_of(name: str) -> tuple[Callable[[JSON], JSON], Callable[[JSON, JSON], JSON]]:
    """A part that is one list of rows."""

    def take(definition: JSON) -> JSON:
        return {name: definition.get(name) or []}

    def put(definition: JSON, values: JSON) -> JSON:
        return {**definition, name: kept(definition.get(name) or [], values[name])}

    return take, put


def kept(old: list[JSON], new: list[JSON]) -> list[JSON]:
    """New rows with what the page does not show kept from the row of the same code."""
    before = {row.get("code"): row for row in old}
    return [{**before.get(row.get("code"), {}), **row} for row in new]


def values_of(*groups: str) -> tuple[Callable[[JSON], JSON], Callable[[JSON, JSON], JSON]]:
    """A part of single values that lie in objects: the column `limits-grant_max` is `limits.grant_max`."""

    def take(definition: JSON) -> JSON:
        return {f"{group}-{name}": value for group in groups for name, value in definition.get(group, {}).items()}

    def put(definition: JSON, values: JSON) -> JSON:
        found = dict(definition)
        for group in groups:
            new = {name.partition("-")[2]: value for name, value in values.items() if name.startswith(f"{group}-")}
            found[group] = {**definition.get(group, {}), **new}
        return found

    return take, put


def take_basics(definition: JSON) -> JSON:
    return {name: definition.get(name) for name in ("kind", "name", "summary")}


def put_basics(definition: JSON, values: JSON) -> JSON:
    found = {**definition, **values}
    if found["kind"] != definition["kind"]:
        found["awarding"] = {"method": "walk", "last": "cut"} if found["kind"] == "grant" else {"method": "prizes"}
        if found["kind"] == "grant":
            found["nominations"] = [{**one, "prizes": []} for one in found["nominations"]]
    return found


_intake = values_of("intake")


def take_timeline(definition: JSON) -> JSON:
    given = {row["code"]: row for row in definition.get("timeline", ())}
    return {
        "intake-extension": BEFORE_ADMISSION,
        **_intake[0](definition),
        "timeline": [
            given.get(code) or {"code": code, "name": MOMENT_NAMES[code], "at": None} for code in TIMELINE_CODES
        ],
    }


def put_timeline(definition: JSON, values: JSON) -> JSON:
    """A moment without a day is not in the contest; one that follows another gets its day when it is counted."""
    days = {row["code"]: row["at"] for row in values["timeline"]}
    rows = []
    for number, row in enumerate(values["timeline"]):
        code, base = row["code"], row["after"]
        if days[code] is None and base:
            if days.get(base) is None:
                name = Remark(MOMENT_NAMES.get(base, base))
                raise RuleBroken(
                    Remark(N_("Сначала назначьте день для «%(name)s»"), {"name": name}, f"timeline[{number}].after")
                )
            days[code] = days[base]
        if days[code] is not None:
            said = {name: value for name, value in row.items() if name == "code" or value not in ("", None)}
            rows.append({**said, "at": days[code], "name": row["name"] or MOMENT_NAMES.get(code, code)})
    rows.sort(key=lambda row: TIMELINE_CODES.index(row["code"]) if row["code"] in TIMELINE_CODES else 99)
    return {**_intake[1](definition, values), "timeline": rows}


def take_sections(definition: JSON) -> JSON:
    return {"sections": definition.get("form", {}).get("sections") or []}


def put_sections(definition: JSON, values: JSON) -> JSON:
    """A copied section brings the questions of the one it was copied from."""
    old = definition.get("form", {}).get("sections") or []
    fields = {row["code"]: row["fields"] for row in old}
    rows = [
        {"fields": fields.get(row.get("copy_of") or "", [])}
        | {name: value for name, value in row.items() if name != "copy_of"}
        for row in kept(old, values["sections"])
    ]
    return {**definition, "form": {"sections": rows}}


def take_groups(definition: JSON) -> JSON:
    found = definition.get("scoring", {}).get("groups") or {}
    return {"groups": found.get("value"), "bands": found.get("bands") or [], "ranked": found.get("ranked", False)}


def put_groups(definition: JSON, values: JSON) -> JSON:
    """Groups go away when nothing divides into them."""
    scoring = {name: value for name, value in definition["scoring"].items() if name != "groups"}
    if values["groups"]:
        scoring["groups"] = {"value": values["groups"], "bands": values["bands"], "ranked": values["ranked"]}
    return {**definition, "scoring": scoring}


UNSAID = {"scoring-against": AGAINST[0], "scoring-expert_min_who": EXPERT_MIN_WHO[0]}  # what a rule leaves out


def take_scoring(definition: JSON) -> JSON:
    found = UNSAID | values_of("scoring", "awarding")[0](definition)
    return {**found, "scoring-ties": [{"code": code} for code in found.get("scoring-ties") or ()]}


def put_scoring(definition: JSON, values: JSON) -> JSON:
    ties = [row["code"] for row in values["scoring-ties"]]
    old = {**definition, "scoring": of_method(definition.get("scoring", {}), values["scoring-method"])}
    found = values_of("scoring", "awarding")[1](old, {**values, "scoring-ties": ties})
    names = ("method", "shared") if found["awarding"].get("method") == "prizes" else ("method", "last", "partial_min")
    by = found["awarding"].get("sums_by")
    found["awarding"] = {name: found["awarding"].get(name) for name in names} | ({"sums_by": by} if by else {})
    return found
