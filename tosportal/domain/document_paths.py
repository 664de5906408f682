"""Places inside a programme's document: `activities[act-1-1].sources.local.2026.rub`, read, written and said in words.

A step in brackets chooses the row of a list by its `id`, or by its number from 0 where rows have no id.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tosportal.domain.consistency import cells, places
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import parse_decimal, parse_roubles
from tosportal.domain.programme_tables.indicators import unit_code

STEP = re.compile(r"\[([^\[\]]+)\]|([^.\[\]]+)")
WORDS: Mapping[str, str] = {
    "passport": N_("Паспорт"),
    "goal": N_("Цель"),
    "tasks": N_("Задача"),
    "indicators": N_("Показатель"),
    "activities": N_("Мероприятие"),
    "funding": N_("Финансирование"),
    "name": N_("Название"),
    "number": N_("Номер"),
    "unit": N_("Единица"),
    "targets": N_("Плановое значение"),
    "value": N_("Значение"),
    "sources": N_("Источник"),
    "regional": N_("областной бюджет"),
    "local": N_("местный бюджет"),
    "settlement": N_("бюджеты поселений"),
    "extrabudget": N_("внебюджетные источники"),
    "federal": N_("федеральный бюджет"),
    "amount": N_("Сумма затрат"),
    "unit_cost": N_("Стоимость единицы"),
    "quantity": N_("Количество"),
    "total": N_("итого"),
    "term": N_("Срок"),
    "from": N_("с года"),
    "to": N_("по год"),
    "expected_result": N_("Ожидаемый результат"),
    "expected_result_text": N_("Обещано в тексте"),
    "expected_result_again": N_("Обещано в тексте ещё раз"),
    "expected_results": N_("Ожидаемые результаты"),
    "executors": N_("Исполнители"),
    "developers": N_("Разработчики"),
    "customer": N_("Заказчик"),
    "head": N_("Руководитель"),
    "weight_column_printed": N_("Графа «вес»"),
    "methodology": N_("Методика расчёта"),
    "formula": N_("Формула"),
    "unit_printed": N_("Единица, как напечатана"),
    "weight_column_value": N_("Число в графе «вес»"),
    "number_appendix": N_("Номер в приложении"),
    "number_passport": N_("Номер в паспорте"),
    "direction": N_("Направление"),
    "task": N_("Задача"),
    "note": N_("Примечание"),
    "appendix3": N_("Приложение 3"),
    "appendix2": N_("Приложение 2"),
    "indicator_names": N_("Показатели в паспорте"),
    "funding_printed": N_("Объёмы финансирования в паспорте"),
    "approval": N_("Утверждение"),
    "act": N_("Акт"),
    "date": N_("Дата"),
    "title": N_("Название"),
    "development_decree": N_("Акт о разработке"),
    "variables": N_("Переменная"),
    "meaning": N_("Смысл"),
    "symbol": N_("Обозначение"),
    "source": N_("Источник данных"),
    "executor": N_("Ответственный исполнитель"),
    "coexecutors": N_("Соисполнитель"),
    "participants": N_("Участник"),
    "short": N_("Сокращение"),
    "municipality": N_("Муниципальное образование"),
    "appendix1": N_("Приложение 1"),
    "section3": N_("Раздел III"),
    "name_table": N_("название в таблице"),
    "number_appendix2": N_("номер в приложении 2"),
    "values": N_("значения строки"),
    "as_of": N_("на какой день"),
    "data_source": N_("Источник данных"),
    "expression": N_("Формула"),
    "contest": N_("Конкурс"),
    "symbol_note": N_("Примечание"),
    "executors_note": N_("Примечание"),
    "methodology_note": N_("Примечание"),
}
SILENT = frozenset({"rub", "value", "by_year", "name"})
"""Steps that say nothing to a person when they stand last or between others."""


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a path; a step in brackets keeps its brackets.

    >>> steps_of("activities[act-1-1].sources.local.2026.rub")
    ('activities', '[act-1-1]', 'sources', 'local', '2026', 'rub')
    """
    return tuple(f"[{row}]" if row else key for row, key in STEP.findall(path))


def value_at(data: Any, path: str) -> Any:
    """What stands at a path; KeyError when nothing can."""
    for step in steps_of(path):
        data = data[_key(data, step)]
    return data


def with_values(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document with these values at these paths; KeyError for a path that leads nowhere.

    What a cell prints goes with its number, in the unit and with the digits that were printed: nobody prints the
    old number after a correction. A printed unit brings the unit it means; one that is put right itself stays.

    >>> with_values({"tasks": [{"id": "t1", "name": "А"}]}, {"tasks[t1].name": "Б"})
    {'tasks': [{'id': 't1', 'name': 'Б'}]}
    >>> with_values({"a": {"rub": "858500.00", "printed": "858,5", "unit": "тыс. руб."}}, {"a.rub": "860000.00"})
    {'a': {'rub': '860000.00', 'printed': '860,0', 'unit': 'тыс. руб.'}}
    """
    changed = copy.deepcopy(dict(data))
    for path, value in sorted(values.items(), key=lambda one: not one[0].endswith("unit_printed")):
        *way, last = steps_of(path)
        place: Any = changed
        for step in way:
            place = place[_key(place, step)]
        place[_key(place, last, new=True)] = value
        if last in {"rub", "value"} and isinstance(place, dict) and "printed" in place:
            place["printed"] = _printed_anew(place, value)
        if last == "unit_printed" and isinstance(place, dict) and "unit" in place:
            place["unit"] = unit_code(str(value or ""))
    return changed


def _printed_anew(cell: Mapping[str, Any], value: Any) -> Any:
    """The number of a cell as the cell prints numbers; what is printed already when it says the same."""
    number, worth = cells.number(value), Decimal(1)
    if number is None:
        return "–" if value is None else cell["printed"]
    if "rub" in cell and "value" not in cell:
        worth = cells.roubles_in(cell.get("unit")) or worth
    shown, before = number / worth, cells.number(cell["printed"])
    if before == shown:
        return cell["printed"]
    digits = max(cells.decimals(cell["printed"]), -int(shown.normalize().as_tuple().exponent), 0)
    return f"{shown:.{digits}f}".replace(".", ",")


def typed_value(path: str, typed: str, before: Any) -> Any:
    """What a person typed for a path, as the document holds it: roubles, numbers, whole numbers or text.

    What is shown for the value before means that value, however it is written. A blank or a dash for a number or a sum
    is None. Raises RuleBroken with the path as place when it is no number.
    """
    text = " ".join(typed.split())
    steps = steps_of(path)
    if text == " ".join(shown_value(before, path).split()):
        return before
    try:
        if steps[-1] == "rub":
            return None if _is_dash(text) else f"{parse_roubles(text):.2f}"
        if holds_number(path):
            return None if _is_dash(text) else _plain(parse_decimal(text, places=6))
    except RuleBroken as error:
        raise RuleBroken(Remark(one.template, one.values, path) for one in error.remarks) from error
    if isinstance(before, int) and not isinstance(before, bool):
        if not re.fullmatch(r"[0-9]{1,6}", text):
            raise RuleBroken(Remark(N_("Введите целое число, например 3"), {}, path))
        return int(text)
    return text


def holds_number(path: str) -> bool:
    """Does a number stand at the path? «1.1» elsewhere is a number of a row, not a fraction."""
    steps = steps_of(path)
    return steps[-1] in {"rub", "value", "weight_column_value"} or steps[-2:-1] == ("by_year",)


def shown_value(value: Any, path: str = "value") -> str:
    """A value of the document as a person types it.

    >>> shown_value("721486.76"), shown_value(None), shown_value("п. 3.2"), shown_value(2026)
    ('721486,76', '', 'п. 3.2', '2026')
    >>> shown_value("1.1", "indicators[ind-1-1].number_appendix")
    '1.1'
    """
    if value is None:
        return ""
    text = str(value)
    is_fraction = holds_number(path) and re.fullmatch(r"-?[0-9]+\.[0-9]+", text)
    return text.replace(".", ",") if is_fraction else text


def path_words(data: Mapping[str, Any], path: str) -> list[str]:
    """The path in words for a person: names of parts to be translated, and names of rows as the document has them.

    >>> data = {"task_totals": {"t1": {"total": 1}}, "tasks": [{"id": "t1", "name": "Обучение"}]}
    >>> path_words(data, "task_totals.t1.total")
    ['итого по задаче', 'Обучение', 'итого']
    >>> path_words({"executors": ["Управа", "Совет"]}, "executors[1]")
    ['Исполнители', '2']
    """
    found: list[str] = []
    place: Any = data
    tasks = {f"{one.get('id')}": one for one in cells.rows(data.get("tasks"))}
    for step in steps_of(path):
        key = _key(place, step)
        place = place[key]
        if step.startswith("["):
            name = place.get("symbol_printed") or place.get("name") if isinstance(place, Mapping) else None
            found.append(str(name or (key + 1 if step == f"[{key}]" else step[1:-1])))
        elif step not in SILENT:
            found.append(_said(step) or str(tasks.get(step, {}).get("name") or step.replace("_", " ")))
    return found


def _said(step: str) -> str:
    """A step of a path in words, as its field on a page is named, else as findings name it."""
    return WORDS.get(step) or WORDS.get(step.removesuffix("_printed")) or places.NAMES.get(step, "")


def leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document that can be put right, with its path: texts, numbers, None; never what was printed."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "unit_printed" or not (str(key).endswith("printed") or key in {"id", "schema"}):
                yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for number, row in enumerate(data):
            name = row["id"] if isinstance(row, Mapping) and row.get("id") else number
            yield from leaves(row, f"{path}[{name}]")
    elif not isinstance(data, bool):
        yield path, data


def _key(place: Any, step: str, *, new: bool = False) -> Any:
    """The key or the index of a step; KeyError when it leads nowhere."""
    if step.startswith("["):
        if not isinstance(place, Sequence) or isinstance(place, str):
            raise KeyError(step)
        name = step[1:-1]
        for number, row in enumerate(place):
            if isinstance(row, Mapping) and row.get("id") == name:
                return number
        if name.isdecimal() and int(name) < len(place):
            return int(name)
        raise KeyError(step)
    if not isinstance(place, Mapping) or (step not in place and not new):
        raise KeyError(step)
    return step


def _is_dash(text: str) -> bool:
    return text in {"", "-", "–", "—", "−", "‒"}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
