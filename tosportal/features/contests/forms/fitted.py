"""A part of a regulation fitted to the rest of it: choices out of other parts, only what its kind of contest needs."""

from collections.abc import Iterable
from dataclasses import replace

from tosportal.domain.errors import N_
from tosportal.features.contests.forms.columns import DOCUMENT_COLUMNS, FIELDS, PREFILLS
from tosportal.features.contests.forms.conditions import (
    CONDITIONS,
    also_columns,
    apart,
    condition_choices,
    condition_words,
    together,
)
from tosportal.features.contests.forms.criteria import COLUMNS as CRITERION_COLUMNS
from tosportal.features.contests.forms.criteria import (
    group_choices,
    list_columns,
    nomination_choices,
    own_page,
    put_list,
    value_choices,
    with_choices,
)
from tosportal.features.contests.forms.moving import move_column, moved_questions
from tosportal.features.contests.forms.parts import PARTS, Part
from tosportal.features.contests.forms.scoring import EARLIER
from tosportal.features.contests.forms.stored import JSON, kept
from tosportal.web.rows import Column, Rows

CRITERION = "criterion-"


def part_named(code: str, definition: JSON, typed: JSON | None = None, *, moves: bool = False) -> Part | None:
    """The part of a page: one of the list, «section-код» for the questions of one section of the form, or
    «criterion-код» for one criterion.

    `typed`: the rows of questions as they are on the page now; their names stand in the choices of conditions.
    `moves`: a question may go to another section (nobody has answered it yet).
    """
    if found := next((one for one in PARTS if one.code == code), None):
        return _with_choices(found, definition)
    if code.startswith(CRITERION):
        return _criterion(code.removeprefix(CRITERION), definition)
    sections = definition.get("form", {}).get("sections") or []
    place = next((n for n, row in enumerate(sections) if f"section-{row['code']}" == code), None)
    if place is None:
        return None

    def take(data: JSON) -> JSON:
        rows = data.get("form", {}).get("sections") or []
        fields: list[JSON] = next((row["fields"] for row in rows if f"section-{row['code']}" == code), [])
        return {"fields": [apart(one, fields) for one in fields]}

    def put(data: JSON, values: JSON) -> JSON:
        kinds = {row.get("code"): row.get("kind") for row in values["fields"]}
        same = [row for row in take(data)["fields"] if kinds.get(row["code"]) == row["kind"]]
        fields = [
            together(one) for one in kept(same, values["fields"])
        ]  # of a question that is of another kind now nothing old is kept
        return {**data, "form": {"sections": moved_questions(data["form"]["sections"], place, fields)}}

    title = sections[place]["title"]
    rows = _questions(definition, sections[place]["fields"], typed)
    if moves and len(sections) > 1:
        rows = replace(rows, columns=(*rows.columns, move_column(sections, place)))
    columns = (Column("fields", N_("Вопросы"), "rows", rows=rows),)
    return Part(code, title, "", columns, take, put, rf"(?P<cut>form\.sections\[{place}\]\.)")


def _criterion(code: str, definition: JSON) -> Part | None:
    """The page of one criterion."""
    rows = definition.get("criteria") or []
    place = next((n for n, row in enumerate(rows) if row.get("code") == code), None)
    if place is None:
        return None
    columns = with_choices(CRITERION_COLUMNS, definition, [rows[place]])
    take, put = own_page(columns, code)
    title = str(rows[place].get("name") or code)
    return Part(f"{CRITERION}{code}", title, "", columns, take, put, rf"(?P<cut>criteria\[{place}\]\.)")


def _questions(definition: JSON, stored: list[JSON], typed: JSON | None) -> Rows:
    """The rows of questions with choices by names: conditions, days, documents; a stored value is always among them."""
    now = stored if typed is None else typed["fields"]
    conditions = _conditions((apart(row, stored) for row in stored), now)
    choices = {
        "prefill": {one["prefill"]: one["prefill"] for one in stored if one.get("prefill")} | dict(PREFILLS),
        "visible_if": conditions,
        "required_if": conditions,
        "slot": {row["code"]: row["name"] for row in definition.get("documents", ())},
        "not_before": _days(now),
    }
    days_of_cells = _days([cell for one in now for cell in one.get("columns") or ()])

    def fitted(column: Column) -> Column:
        if column.rows is not None:
            cells = tuple(
                replace(cell, choices=tuple(days_of_cells.items())) if cell.name == "not_before" else cell
                for cell in column.rows.columns
            )
            return replace(column, rows=replace(column.rows, columns=cells))
        return replace(column, choices=tuple(choices.get(column.name, dict(column.choices)).items()))

    columns: list[Column] = []
    for column in FIELDS.columns:
        columns.append(fitted(column))
        if column.name in CONDITIONS:
            columns += also_columns(column, now)
    return replace(FIELDS, columns=tuple(columns))


def _conditions(stored: Iterable[JSON], questions: list[JSON]) -> dict[str, str]:
    """Every condition on these questions, in words; those that stored rows have are always among them."""
    found = dict(condition_choices(questions))
    for one in stored:
        for text in (one.get(name) for name in CONDITIONS):
            if text:
                found.setdefault(text, condition_words(text, questions))
    return found


def _documents(part: Part, definition: JSON) -> Part:
    """Documents for nominations and groups, required under a condition on a question of any section of the form."""
    fields: dict[str, JSON] = {}
    for section in definition.get("form", {}).get("sections") or ():
        for field in section.get("fields") or ():
            fields.setdefault(field["code"], field)  # of two questions of one code the first counts
    questions, stored = list(fields.values()), definition.get("documents") or []
    choices = {
        "required_if": tuple(_conditions((apart(row, questions) for row in stored), questions).items()),
        "nominations": nomination_choices(definition),
        "groups": group_choices(definition, stored),
    }
    columns: list[Column] = []
    for column in DOCUMENT_COLUMNS:
        if column.name in choices and not choices[column.name]:
            continue  # nothing to choose from: no groups, no questions with a choice
        columns.append(replace(column, choices=choices.get(column.name, column.choices)))
        if column.name in CONDITIONS:
            columns += also_columns(column, questions)
    rows = part.columns[0].rows

    def take(data: JSON) -> JSON:
        return {"documents": [apart(one, questions) for one in part.take(data)["documents"]]}

    def put(data: JSON, values: JSON) -> JSON:
        return part.put(data, {"documents": [together(one) for one in values["documents"]]})

    whole = replace(part.columns[0], rows=replace(rows, columns=tuple(columns)) if rows else None)
    return replace(part, columns=(whole,), take=take, put=put)


def _days(questions: Iterable[JSON]) -> dict[str, str]:
    return {one["code"]: one["label"] for one in questions if one.get("kind") == "date" and one.get("code")}


def _with_choices(part: Part, definition: JSON) -> Part:
    """The same part with the choices that depend on the rest of the regulation."""
    nominations = tuple((row["code"], row["name"]) for row in definition.get("nominations", ()))
    if part.code == "criteria":
        columns = list_columns(part.columns, definition)
        return replace(part, columns=columns, put=lambda data, values: put_list(columns, data, values))
    if part.code == "documents":
        return _documents(part, definition)
    judged = tuple((row["code"], row["name"]) for row in definition.get("criteria", ()))
    choices = {
        ("groups", "groups"): value_choices(definition),
        ("limits", "nomination"): nominations,
        ("limits", "group"): group_choices(definition),
        ("scoring", "code"): (*judged, ("submitted_at", EARLIER)),
        ("form", "nominations"): nominations,
        ("eligibility", "nominations"): nominations,
    }
    stored = part.take(definition)

    foreign = _of_another_kind(definition)

    def filled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
        found = []
        for column in columns:
            if column.name in foreign or (column.name == "group" and not choices["limits", "group"]):
                continue
            known = choices.get((part.code, column.name), column.choices)
            value = stored.get(column.name)
            if column.kind == "choice" and column.choices and value and value not in dict(known):
                known = (*known, (str(value), str(value)))
            rows = None if column.rows is None else replace(column.rows, columns=filled(column.rows.columns))
            found.append(replace(column, choices=known, rows=rows))
        return tuple(found)

    hint = "" if part.code == "nominations" and "prizes" in foreign else part.hint
    return replace(part, hint=hint, columns=filled(part.columns))


def _of_another_kind(definition: JSON) -> set[str]:
    """Columns that mean nothing in a contest of this kind; prizes that were written down before are still shown."""
    if definition.get("kind") != "grant":
        return {"awarding-last", "awarding-partial_min", "scoring-pass_by_sum"}
    has_prizes = any(row.get("prizes") for row in definition.get("nominations", ()))
    return {"awarding-shared"} if has_prizes else {"awarding-shared", "prizes"}


def input_of_remark(part: Part, typed: JSON, place: str) -> tuple[str, str]:
    """Where on the page a place of `check_regulation` such as `criteria.k1.levels` is put right: the row or the input,
    and the words that name the row; empty: nowhere in particular, or not in a row."""
    head, _dot, rest = place.partition(".")
    if part.code.startswith(CRITERION):
        return "", ""
    lists = [column for column in part.columns if column.rows is not None
             and column.name in (head, "sections", f"{head}-{rest.partition('.')[0]}")]  # fmt: skip
    if not lists:
        return place.replace(".", "-"), ""
    rows = lists[0].rows
    code = rest.removeprefix("parts.").partition(".")[0]
    for number, row in enumerate(typed[lists[0].name]):
        if code and rows is not None and row.get("code") == code:
            return f"{lists[0].name}-{number}", "" if rows.fixed else str(row.get(rows.title) or "")
    return "", ""
