"""Criteria in the editor: a page with the list of them, and a page of its own for each with all that its kind has."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

from flask_babel import gettext as _

from tosportal.domain.criteria import ITEM_KINDS, KIND_NAMES, ROUNDING_NAMES, VALUE_KINDS
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import OPTION_KINDS
from tosportal.domain.measuring import BUDGET, BUDGET_NAMES, FIELD, OWN_SHARE, REGISTRY, REGISTRY_NAMES, ROWS
from tosportal.features.contests.forms.conditions import shortened
from tosportal.web.rows import Column, Rows, from_typed, to_typed

JSON = dict[str, Any]
Choices = tuple[tuple[str, str], ...]
COUNTED = frozenset({"integer", "decimal", "money", "yes_no"})
BANDS = ("band", "steps")
COUNTERS = ("counter", "steps", "penalty")


def _of(*kinds: str) -> tuple[str, frozenset[str]]:
    return "kind", frozenset(kinds)


CODE = Column("code", N_("Код"), "hidden")
KIND = Column("kind", N_("Вид критерия"), "choice", choices=tuple(KIND_NAMES.items()))
NAME = Column("name", N_("Критерий"), "long")
NOMINATION = Column("nomination", N_("Номинация"), "choice", N_("Не выбрано — для всех"), optional=True)
MAXIMUM = Column("max", N_("Наибольший балл"), "decimal", default="10")
WEIGHT = Column(
    "weight", N_("Вес"), "decimal", N_("Например 0,25. Если итог взвешенный, веса вместе дают 1"), default="1"
)

LIST = Rows(
    N_("Критерий"),
    N_("Добавить критерий"),
    (CODE, Column("copy_of", "", "hidden"), NAME, NOMINATION, KIND, MAXIMUM, WEIGHT),
    code="k",
    copies=True,
)
LEVELS = Rows(
    N_("Уровень"),
    N_("Добавить уровень"),
    (
        Column("points", N_("Баллы"), "decimal"),
        Column("from", N_("От какого значения"), "decimal", optional=True, when=_of(*BANDS)),
        Column("after", N_("Само это значение сюда не входит («более»)"), "flag", when=_of(*BANDS)),
        Column("to", N_("До какого значения"), "decimal", N_("Можно не писать: до начала следующего уровня"),
               optional=True, when=_of(*BANDS)),
        Column("through", N_("Последнее значение входит («включительно»)"), "flag", when=_of(*BANDS)),
        Column("group", N_("Для группы"), "choice", N_("Не выбрано — для всех"), optional=True, when=_of(*BANDS)),
        Column("text", N_("Слова уровня: за что"), "long", optional=True),
    ),
    title="text",
    unfolded=True,
)  # fmt: skip
ITEMS = Rows(
    N_("Строка"),
    N_("Добавить строку"),
    (
        CODE,
        Column("text", N_("За что"), "long", optional=True),
        Column("points", N_("Баллы за каждое"), "decimal"),
        Column("value", N_("Откуда берётся количество"), "choice", optional=True),
        Column("at_most", N_("Баллов за эту строку, не больше"), "decimal", optional=True),
    ),
    code="p",
    title="text",
    unfolded=True,
)
WEIGHTS = Rows(
    N_("Вес"),
    N_("Добавить вес для суммы"),
    (
        Column(
            "upto",
            N_("Запрошено не больше, ₽"),
            "money",
            N_("Последняя строка — пусто: для любой суммы"),
            optional=True,
        ),
        Column("weight", N_("Вес"), "decimal"),
    ),
    title="",
    unfolded=True,
)
COLUMNS = (
    CODE,
    NAME,
    NOMINATION,
    KIND,
    Column("value", N_("Что измеряет портал"), "choice", N_("Ответ в форме, смета или реестр ТОС"), optional=True,
           when=_of(*VALUE_KINDS)),
    Column("base", N_("К чему относится (делитель)"), "choice", N_("Например, число жителей или вся смета"),
           optional=True, when=_of("penalty", "share")),
    Column("per", N_("На сколько в делителе"), "decimal", N_("Например, 1000: на тысячу жителей"), optional=True,
           when=_of("penalty")),
    MAXIMUM,
    WEIGHT,
    Column("step", N_("Шаг балла"), "decimal", N_("Ставится или округляется до него"), default="1",
           when=_of("jury_mark", "share", *COUNTERS)),
    Column("each", N_("Баллов за каждую единицу"), "decimal", N_("У штрафа — сколько снимается"), optional=True,
           when=_of(*COUNTERS)),
    Column("every", N_("Единица — это сколько"), "decimal", N_("Пусто — один; 10 — за каждые десять"), optional=True,
           when=_of(*COUNTERS)),
    Column("rounding", N_("Неполная единица"), "choice", choices=tuple(ROUNDING_NAMES.items()), optional=True,
           when=_of(*COUNTERS)),
    Column("tail_from", N_("Баллы за единицы растут после значения"), "decimal", optional=True, when=_of("steps")),
    Column("zero_from", N_("Начиная с этого значения — ноль баллов"), "decimal", optional=True, when=_of("penalty")),
    Column("full_at", N_("При скольких процентах — наибольший балл"), "decimal", N_("Пусто — при 100 %"), optional=True,
           when=_of("share")),
    Column("only_levels", N_("Ставить можно только баллы уровней"), "flag", when=_of("jury_mark")),
    Column("note_at_most", N_("Балл, начиная с которого и ниже нужно пояснение"), "decimal",
           N_("Пусто — правило портала: поясняют 0 и 1"), optional=True, when=_of("jury_mark")),
    Column("levels", N_("Уровни"), "rows", rows=LEVELS, when=_of("jury_mark", *BANDS)),
    Column("items", N_("За что дают баллы"), "rows", rows=ITEMS, when=_of(*ITEM_KINDS)),
    Column("groups", N_("Только для групп"), "many", N_("Ни одной отметки — для всех")),
    Column("asked_above", N_("Только если запрошено больше, ₽"), "money", N_("Сама сумма не входит"), optional=True),
    Column("asked_upto", N_("Только если запрошено не больше, ₽"), "money", N_("Сама сумма входит"), optional=True),
    Column("weights", N_("Вес зависит от запрошенной суммы"), "rows", N_("Пусто — один вес для всех"), rows=WEIGHTS),
)  # fmt: skip


# --- choices out of the rest of the regulation ---------------------------------------------------------------------


def value_choices(definition: Mapping[str, Any], stored: Iterable[JSON] = ()) -> Choices:
    """Everything the portal can measure for a criterion: the budget, the registry, the answers; a stored one always."""
    found = {OWN_SHARE: _("доля собственного вклада по смете, в процентах")}
    found |= {f"{BUDGET}{name}": words for name, words in BUDGET_NAMES.items()}
    found |= {f"{REGISTRY}{name}": words for name, words in REGISTRY_NAMES.items()}
    for section in definition.get("form", {}).get("sections") or ():
        for field in section.get("fields", ()):
            code, label = field["code"], shortened(field["label"])
            if field["kind"] in COUNTED:
                found[f"{FIELD}{code}"] = label
            elif field["kind"] in OPTION_KINDS:
                found |= {
                    f"{FIELD}{code}={one['code']}": _("«%(question)s» — %(answer)s", question=label, answer=one["name"])
                    for one in field.get("options") or ()
                }
            elif field["kind"] in {"list", "table"}:
                found[f"{ROWS}{code}"] = _("сколько строк в ответе «%(question)s»", question=label)
    for row in stored:
        for value in (row.get("value"), row.get("base"), *(item.get("value") for item in row.get("items") or ())):
            if value:
                found.setdefault(value, value)
    return tuple(found.items())


def group_choices(definition: Mapping[str, Any], stored: Iterable[JSON] = ()) -> Choices:
    """The groups of the scoring rule, and those that criteria name already."""
    groups = definition.get("scoring", {}).get("groups") or {}
    found = {row["code"]: row["name"] for row in groups.get("bands", ())}
    for row in stored:
        for code in (*(row.get("groups") or ()), *(level.get("group") for level in row.get("levels") or ())):
            if code:
                found.setdefault(code, code)
    return tuple(found.items())


def nomination_choices(definition: Mapping[str, Any], stored: Iterable[JSON] = ()) -> Choices:
    found = {row["code"]: row["name"] for row in definition.get("nominations", ())}
    for row in stored:
        if row.get("nomination"):
            found.setdefault(row["nomination"], row["nomination"])
    return tuple(found.items())


def with_choices(columns: tuple[Column, ...], definition: Mapping[str, Any], stored: list[JSON]) -> tuple[Column, ...]:
    """The columns with the choices of this regulation; what a contest without groups has no use for left out."""
    values, groups = value_choices(definition, stored), group_choices(definition, stored)
    choices = {
        "nomination": nomination_choices(definition, stored),
        "value": values,
        "base": values,
        "group": groups,
        "groups": groups,
    }

    def filled(column: Column) -> Column:
        rows = column.rows
        if rows is not None:
            rows = replace(rows, columns=tuple(filled(one) for one in rows.columns if groups or one.name != "group"))
        return replace(column, choices=choices.get(column.name, column.choices), rows=rows)

    return tuple(filled(column) for column in columns if groups or column.name != "groups")


# --- what was typed → the JSON of a criterion ----------------------------------------------------------------------


def as_saved(columns: tuple[Column, ...], row: JSON) -> JSON:
    """What a save of the untouched inputs of a row gives."""
    return from_typed(columns, to_typed(columns, row, UTC), UTC)[0]


def of_kind(row: JSON, kind: str) -> JSON:
    """Of a criterion what one of this kind has too."""
    return _fitting(COLUMNS, row, {"kind": kind})


def _fitting(columns: Iterable[Column], row: JSON, above: JSON) -> JSON:
    found: JSON = {}
    for column in columns:
        if column.name not in row or not column.is_for(above):
            continue
        value = row[column.name]
        if column.rows is not None:
            value = [_fitting(column.rows.columns, one, above) for one in value or ()]
        found[column.name] = value
    return found


def changed(columns: tuple[Column, ...], row: JSON, values: JSON) -> JSON:
    """A stored criterion with what was typed: where nothing was changed to the letter as it was, with what the page
    does not show; where the kind was, without what only the old kind has."""
    if row and values == as_saved(columns, row):
        return row
    kept = row if values["kind"] == row.get("kind") else of_kind(row, values["kind"])
    return {**kept, **values}


# --- the parts -----------------------------------------------------------------------------------------------------


def list_columns(columns: tuple[Column, ...], definition: JSON) -> tuple[Column, ...]:
    """The list of criteria with the nominations of the regulation."""
    stored = definition.get("criteria") or []
    rows = replace(LIST, columns=with_choices(LIST.columns, definition, stored))
    return tuple(replace(one, rows=rows) if one.name == "criteria" else one for one in columns)


def put_list(columns: tuple[Column, ...], definition: JSON, values: JSON) -> JSON:
    """The criteria as the list has them now, each with what its own page keeps; a copy with that of its model."""
    shown = tuple(one for column in columns if column.rows for one in column.rows.columns if one.name != "copy_of")
    old = {row.get("code"): row for row in definition.get("criteria") or ()}
    found = []
    for given in values["criteria"]:
        typed = {name: value for name, value in given.items() if name != "copy_of"}
        if (own := old.get(typed["code"])) is not None:
            found.append(changed(shown, own, typed))
        else:
            found.append(changed((), old.get(given.get("copy_of") or "", {}), typed))
    return {**definition, "criteria": found}


def own_page(columns: tuple[Column, ...], code: str) -> tuple[Any, Any]:
    """What reads one criterion out of a definition, and what puts it back."""

    def take(definition: JSON) -> JSON:
        return next((row for row in definition.get("criteria") or () if row.get("code") == code), {})

    def put(definition: JSON, values: JSON) -> JSON:
        rows = [changed(columns, row, values) if row.get("code") == code else row for row in definition["criteria"]]
        return {**definition, "criteria": rows}

    return take, put
