"""The parts of a regulation, each a page of the editor: which columns it has and where its JSON lies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tosportal.domain.awarding import LAST, SHARED
from tosportal.domain.contest_states import MOMENT_NAMES, TIMELINE_CODES
from tosportal.domain.errors import N_
from tosportal.domain.regulation import CHECKS, KINDS
from tosportal.features.contests.forms.columns import (
    CODE,
    CRITERION_COLUMNS,
    DOCUMENT_COLUMNS,
    LAST_WORDS,
    METHODS,
    NOMINATION_COLUMNS,
    ROUNDINGS,
    SHARED_WORDS,
)
from tosportal.web.rows import Column, Rows

JSON = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A page of the editor. `take` reads its values out of a definition, `put` gives a definition with new ones."""

    code: str
    title: str
    hint: str
    columns: tuple[Column, ...]
    take: Callable[[JSON], JSON]
    put: Callable[[JSON, JSON], JSON]
    places: str  # a pattern of the places in a regulation that this part answers for; its group «cut» is cut off


def _list(name: str) -> tuple[Callable[[JSON], JSON], Callable[[JSON, JSON], JSON]]:
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


def _flat(*groups: str) -> tuple[Callable[[JSON], JSON], Callable[[JSON, JSON], JSON]]:
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


def _take_basics(definition: JSON) -> JSON:
    return {name: definition.get(name) for name in ("kind", "name", "summary")}


def _put_basics(definition: JSON, values: JSON) -> JSON:
    found = {**definition, **values}
    if found["kind"] != definition["kind"]:
        found["awarding"] = {"method": "walk", "last": "cut"} if found["kind"] == "grant" else {"method": "prizes"}
        if found["kind"] == "grant":
            found["nominations"] = [{**one, "prizes": []} for one in found["nominations"]]
    return found


def _take_timeline(definition: JSON) -> JSON:
    given = {row["code"]: row for row in definition.get("timeline", ())}
    return {
        "timeline": [
            given.get(code) or {"code": code, "name": MOMENT_NAMES[code], "at": None} for code in TIMELINE_CODES
        ]
    }


def _put_timeline(definition: JSON, values: JSON) -> JSON:
    rows = [
        {**row, "name": row["name"] or MOMENT_NAMES.get(row["code"] or "", row["code"])}
        for row in values["timeline"]
        if row["at"] is not None
    ]
    rows.sort(key=lambda row: TIMELINE_CODES.index(row["code"]) if row["code"] in TIMELINE_CODES else 99)
    return {**definition, "timeline": rows}


def _take_sections(definition: JSON) -> JSON:
    return {"sections": definition.get("form", {}).get("sections") or []}


def _put_sections(definition: JSON, values: JSON) -> JSON:
    """A copied section brings the questions of the one it was copied from."""
    old = definition.get("form", {}).get("sections") or []
    fields = {row["code"]: row["fields"] for row in old}
    rows = [
        {"fields": fields.get(row.get("copy_of") or "", [])}
        | {name: value for name, value in row.items() if name != "copy_of"}
        for row in kept(old, values["sections"])
    ]
    return {**definition, "form": {"sections": rows}}


def _take_scoring(definition: JSON) -> JSON:
    found = _flat("scoring", "awarding")[0](definition)
    return {**found, "scoring-ties": [{"code": code} for code in found.get("scoring-ties") or ()]}


def _put_scoring(definition: JSON, values: JSON) -> JSON:
    ties = [row["code"] for row in values["scoring-ties"]]
    found = _flat("scoring", "awarding")[1](definition, {**values, "scoring-ties": ties})
    names = ("method", "shared") if found["awarding"].get("method") == "prizes" else ("method", "last", "partial_min")
    found["awarding"] = {name: found["awarding"].get(name) for name in names}
    return found


def _rows_part(code: str, title: str, hint: str, rows: Rows) -> Part:
    take, put = _list(code)
    return Part(code, title, hint, (Column(code, title, "rows", rows=rows),), take, put, rf"{code}")


_TEXT_AND_CLAUSE = (Column("clause", N_("Пункт положения"), optional=True),)
_limits = _flat("limits")
PARTS: tuple[Part, ...] = (
    Part(
        "basics",
        N_("Название и вид"),
        "",
        (
            Column("kind", N_("Вид конкурса"), "choice", choices=tuple(KINDS.items())),
            Column("name", N_("Название конкурса")),
            Column(
                "summary",
                N_("Коротко о конкурсе"),
                "long",
                N_("Одно-два предложения для первой страницы"),
                optional=True,
            ),
        ),
        _take_basics,
        _put_basics,
        r"(?:kind|name|summary)",
    ),
    _rows_part(
        "nominations",
        N_("Номинации"),
        N_("В конкурсе премий у каждой номинации премии за места подряд"),
        Rows(N_("Номинация"), N_("Добавить номинацию"), NOMINATION_COLUMNS, code="n"),
    ),
    Part(
        "timeline",
        N_("Сроки"),
        N_(
            "Время местное, до секунды. Момент «до» уже не входит в срок: весь день 13 марта — до 14 марта, 00:00:00. "
            "Пустой день — такого момента в конкурсе нет"
        ),
        (
            Column(
                "timeline",
                N_("Сроки"),
                "rows",
                rows=Rows(
                    N_("Момент"),
                    "",
                    (
                        CODE,
                        Column("at", N_("Когда"), "moment", optional=True),
                        Column("name", N_("Как называется"), optional=True),
                    ),
                    fixed=True,
                ),
            ),
        ),
        _take_timeline,
        _put_timeline,
        r"timeline",
    ),
    _rows_part(
        "eligibility",
        N_("Кто может участвовать"),
        N_("Что портал проверит сам, а что — секретарь"),
        Rows(
            N_("Условие"),
            N_("Добавить условие"),
            (
                CODE,
                Column("text", N_("Условие"), "long"),
                *_TEXT_AND_CLAUSE,
                Column(
                    "check",
                    N_("Проверяет портал"),
                    "choice",
                    N_("Не выбрано — проверяет секретарь"),
                    tuple(CHECKS.items()),
                    optional=True,
                ),
                Column("value", N_("Сколько лет"), "decimal", N_("Для проверки срока работы"), optional=True),
            ),
            code="rule-",
            title="text",
        ),
    ),
    Part(
        "limits",
        N_("Суммы и пределы"),
        N_("Пустое поле — предела нет"),
        (
            Column("limits-grant_max", N_("Наибольший грант, ₽"), "money", optional=True),
            Column("limits-grant_min", N_("Наименьший грант, ₽"), "money", optional=True),
            Column("limits-grant_percent_max", N_("Грант от стоимости проекта, % не больше"), "decimal", optional=True),
            Column("limits-own_percent_min", N_("Собственный вклад, % не меньше"), "decimal", optional=True),
            Column(
                "limits-own_includes",
                N_("Что считается собственным вкладом"),
                "many",
                choices=(
                    ("own", N_("свои деньги")),
                    ("attracted", N_("деньги партнёров")),
                    ("in_kind", N_("вещи и труд")),
                ),
            ),
            Column("limits-applications_per_tos", N_("Заявок от одного ТОС, не больше"), "whole", optional=True),
            Column("limits-grants_per_tos", N_("Грантов одному ТОС, не больше"), "whole", optional=True),
            Column("limits-project_months_max", N_("Месяцев на проект, не больше"), "whole", optional=True),
            Column("limits-expected_winners", N_("Сколько победителей ожидается"), "whole", optional=True),
            Column(
                "limits-application_mb",
                N_("Все файлы одной заявки, МБ не больше"),
                "whole",
                hint=N_("Пустое поле: 100 МБ"),
                optional=True,
            ),
        ),
        *_limits,
        r"limits",
    ),
    _rows_part(
        "documents",
        N_("Документы"),
        N_("Файлы, которые прикладывают к заявке"),
        Rows(N_("Документ"), N_("Добавить документ"), DOCUMENT_COLUMNS, code="d"),
    ),
    Part(
        "form",
        N_("Разделы формы"),
        N_("Вопросы каждого раздела — на своей странице, ссылки внизу"),
        (
            Column(
                "sections",
                N_("Разделы"),
                "rows",
                rows=Rows(
                    N_("Раздел"),
                    N_("Добавить раздел"),
                    (
                        CODE,
                        Column("copy_of", "", "hidden"),
                        Column("title", N_("Название раздела")),
                        Column("nominations", N_("Для номинаций"), "many", N_("Ни одной отметки — для всех")),
                    ),
                    code="s",
                    title="title",
                    code_from="title",
                    copies=True,
                ),
            ),
        ),
        _take_sections,
        _put_sections,
        r"(?P<cut>form\.)|form",
    ),
    _rows_part(
        "criteria",
        N_("Критерии"),
        N_("Уровни помогают экспертам ставить баллы одинаково"),
        Rows(N_("Критерий"), N_("Добавить критерий"), CRITERION_COLUMNS, code="k"),
    ),
    Part(
        "scoring",
        N_("Подсчёт и распределение"),
        N_("Как баллы становятся итогом, а итог — деньгами"),
        (
            Column("scoring-method", N_("Как считается итог"), "choice", choices=METHODS),
            Column("scoring-rounding", N_("Итог округляется"), "choice", choices=ROUNDINGS),
            Column(
                "scoring-criterion_rounding",
                N_("Среднее по критерию округляется"),
                "choice",
                N_("Не выбрано — не округляется"),
                ROUNDINGS,
                optional=True,
            ),
            Column("scoring-pass_total", N_("Проходной балл"), "decimal", N_("Пусто — нет"), optional=True),
            Column("scoring-sheets_min", N_("Сколько оценочных листов нужно заявке"), "whole"),
            Column(
                "scoring-ties",
                N_("При равенстве решает"),
                "rows",
                N_("По порядку: если первое не решило — второе и так далее"),
                rows=Rows(
                    N_("Правило"),
                    N_("Добавить правило"),
                    (Column("code", N_("Кто выше"), "choice"),),
                    title="",
                    unfolded=True,
                ),
            ),
            Column(
                "awarding-last",
                N_("Если на следующего не хватает денег"),
                "choice",
                N_("Для грантов"),
                tuple((one, LAST_WORDS[one]) for one in LAST),
                optional=True,
            ),
            Column(
                "awarding-partial_min",
                N_("Наименьшая часть гранта, ₽"),
                "money",
                N_("Меньше этого остаток никому не отдают"),
                optional=True,
            ),
            Column(
                "awarding-shared",
                N_("Если место разделили"),
                "choice",
                N_("Для премий"),
                tuple((one, SHARED_WORDS[one]) for one in SHARED),
                optional=True,
            ),
        ),
        _take_scoring,
        _put_scoring,
        r"scoring|awarding",
    ),
    _rows_part(
        "admission",
        N_("Проверка заявок"),
        N_("Что секретарь отмечает у каждой заявки"),
        Rows(
            N_("Что проверить"),
            N_("Добавить строку"),
            (CODE, Column("text", N_("Что проверить"), "long"), *_TEXT_AND_CLAUSE),
            code="check-",
            title="text",
        ),
    ),
)
