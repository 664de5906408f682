"""Random programmes in which everything adds up, and a way to spoil one number of them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

SOURCES = ("regional", "local")
EVERY = ("federal", "regional", "local", "settlement", "extrabudget")
LABELS = {
    "federal": "федеральный бюджет",
    "regional": "областной бюджет",
    "local": "местный бюджет",
    "settlement": "бюджеты поселений",
    "extrabudget": "внебюджетные источники",
}
ACT = {"date": "2023-08-18", "number": "1056/89"}
LETTERS = "абвгдежзиклмнопрстуфхцчшэюя"


def cell(roubles: Decimal, thousands: bool) -> dict[str, str]:
    shown = f"{roubles / 1000:.1f}" if thousands else f"{roubles:.2f}"
    return {"rub": f"{roubles:.2f}", "printed": shown.replace(".", ","), "unit": "тыс. руб." if thousands else "руб."}


def line(values: dict[str, Decimal], thousands: bool) -> dict[str, Any]:
    whole = values | {"total": sum(values.values(), Decimal(0))}
    return {key: cell(value, thousands) for key, value in whole.items()}


def added(rows: list[dict[str, dict[str, Decimal]]], years: list[str]) -> dict[str, dict[str, Decimal]]:
    return {key: {y: sum((row[key][y] for row in rows), Decimal(0)) for y in years} for key in rows[0]}


def block(sums: dict[str, dict[str, Decimal]], thousands: bool) -> dict[str, Any]:
    return {key: line(values, thousands) for key, values in sums.items()}


def money_of(
    row: tuple[int, int, int], years: list[str], sources: tuple[str, ...] = SOURCES
) -> dict[str, dict[str, Decimal]]:
    """Amounts that grow from year to year, so that no two lines keep their sum; whole per cents of each source, and
    the local budget pays the rest."""
    quantity, price, percent = row
    total = {y: Decimal((quantity + n) * (price + n) * 10_000) for n, y in enumerate(years)}
    left = 100 - percent
    parts = {"federal": left // 3, "regional": percent, "settlement": left // 4, "extrabudget": left // 5}
    parts = {source: part for source, part in parts.items() if source in sources}
    parts["local"] = 100 - sum(parts.values())
    shares = {source: {y: value * parts[source] / 100 for y, value in total.items()} for source in sources}
    return {"total": total, **shares}


def word(number: int) -> str:
    """A word of its own for every number: names that share nothing."""
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in (2, 1, 0)) * 2


def method(number: int) -> dict[str, Any]:
    symbols = [f"П{number}", f"А{number}", f"Б{number}"]
    parts = [{"id": one, "symbol_printed": one, "name": f"величина {one}", "unit_printed": "рублей"} for one in symbols]
    return {
        "formula_printed": f"{symbols[0]} = {symbols[1]} + {symbols[2]}",
        "result": parts[0],
        "variables": parts[1:],
    }


def indicator(number: int, task: int, targets: dict[str, str], weight: int, money: bool) -> dict[str, Any]:
    name = f"Затраты на {word(number)}" if money else f"Охват {word(number)}"
    values: dict[str, Any] = {
        key: {"value": value, "printed": value.replace(".", ",")} for key, value in targets.items()
    }
    prose = {key: dict(one) for key, one in values.items()}
    if money:
        for one in values.values():
            one["rub"] = f"{Decimal(one['value']) * 1000:.2f}"
    return {
        "id": f"ind-{number}",
        "number": str(number),
        "task": f"task-{task}",
        "name": name,
        "unit": "thousand_rub" if money else "percent",
        "unit_printed": "тыс. руб." if money else "%",
        "direction": "growth",
        "weight_column_value": str(weight),
        "targets": values,
        "expected_result_passport": f"увеличение: {name}",
        "expected_result_text": {"statement": f"увеличение: {name}", **prose},
        "methodology": method(number),
    }


def programme(
    *,
    years: list[str],
    tasks: list[list[tuple[int, int, int]]],
    thousands: bool,
    counts: int,
    sources: tuple[str, ...] = SOURCES,
) -> dict[str, Any]:
    """A programme of tasks with activities `(quantity, price, regional per cent)` of the first year."""
    activities, indicators, task_sums = [], [], []
    weights = shared_weights(len(tasks) + counts)
    for t, rows in enumerate(tasks, 1):
        money = [money_of(row, years, sources) for row in rows]
        for n, (row, sums) in enumerate(zip(rows, money, strict=True), 1):
            activities.append(activity((t, n), row, sums, years, thousands))
        task_sums.append(added(money, years))
        thousand = {y: f"{value / 1000:.1f}" for y, value in task_sums[-1]["total"].items()}
        indicators.append(indicator(t, t, thousand, weights[t - 1], money=True))
    for n in range(len(tasks) + 1, len(tasks) + counts + 1):
        indicators.append(indicator(n, 1, {y: str(10 + i + n) for i, y in enumerate(years)}, weights[n - 1], False))
    whole = block(added(task_sums, years), thousands)
    return {
        "schema": "municipal-programme/1",
        "sources_of_funding": {source: LABELS[source] for source in sources},
        "approval": {"title_block": dict(ACT), "appendix_blocks": [{"appendix": n, **ACT} for n in (1, 2)]},
        "passport": {
            "name": "Развитие самоуправления",
            "term": {"from": int(years[0]), "to": int(years[-1]), "stages": stages(years)},
            "executors": ["Администрация района"],
            "indicator_names": [one["name"] for one in indicators],
            "rows_printed": ["Цели программы", "Задачи программы"],
        },
        "goal": {"name": "Развитие самоуправления"},
        "tasks": [{"id": f"task-{t}", "number": t, "name": f"Задача {word(t)}"} for t in range(1, len(tasks) + 1)],
        "indicators": indicators,
        "activities": activities,
        "task_totals": {f"task-{t}": block(sums, thousands) for t, sums in enumerate(task_sums, 1)},
        "programme_totals": whole,
        "funding": {"passport": block(added(task_sums, years), thousands), "appendix3": dict(whole)},
    }


def activity(
    place: tuple[int, int], row: tuple[int, int, int], sums: dict[str, dict[str, Decimal]], years: list[str], k: bool
) -> dict[str, Any]:
    task, number = place
    quantity = {y: row[0] + n for n, y in enumerate(years)}
    price = {y: Decimal((row[1] + n) * 10_000) for n, y in enumerate(years)}
    return {
        "id": f"act-{task}-{number}",
        "task": f"task-{task}",
        "name": f"Работа {word(100 * task + number)}",
        "executors": ["Администрация района"],
        "quantity": {
            "unit": "единица",
            "by_year": {y: str(value) for y, value in quantity.items()},
            "total": str(sum(quantity.values())),
        },
        "unit_cost": {y: cell(value, k) for y, value in price.items()},
        "amount": line(sums["total"], k),
        "sources": {source: line(values, k) for source, values in sums.items() if source != "total"},
    }


def shared_weights(count: int) -> list[int]:
    """Whole weights that make 100."""
    base = 100 // count
    return [base + (1 if n < 100 - base * count else 0) for n in range(count)]


def stages(years: list[str]) -> list[dict[str, int]]:
    first, last = int(years[0]), int(years[-1])
    return [{"from": first, "to": first}, {"from": first + 1, "to": last}] if last > first else []


@st.composite
def consistent_programmes(draw: Any) -> dict[str, Any]:
    first = draw(st.integers(2020, 2026))
    years = [str(first + n) for n in range(draw(st.integers(2, 4)))]
    row = st.tuples(st.integers(1, 9), st.integers(1, 500), st.integers(0, 100))
    tasks = draw(st.lists(st.lists(row, min_size=1, max_size=3), min_size=1, max_size=3))
    more = draw(st.sets(st.sampled_from(EVERY)))
    sources = tuple(one for one in EVERY if one in more or one == "local")
    thousands, counts = draw(st.booleans()), draw(st.integers(0, 3))
    return programme(years=years, tasks=tasks, thousands=thousands, counts=counts, sources=sources)


# --- one number of a document


def parts_of(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", path)


def holder_of(data: Any, path: str) -> tuple[Any, str]:
    """What holds the value at a path, and its key."""
    node = data
    *steps, last = parts_of(path)
    for step in steps:
        if isinstance(node, list):
            rows = [one for one in node if isinstance(one, dict) and one.get("id") == step]
            node = rows[0] if rows else node[int(step)]
        else:
            node = node[step]
    return node, last


def value_at(data: Any, path: str) -> Any:
    node, key = holder_of(data, path)
    return node[key]


def change_number(data: Any, path: str, delta: Decimal) -> None:
    """The number at a path grows by `delta` of its printed unit's smallest step (0,1 thousand, or a rouble, or 1), and
    what is printed says the same."""
    node, key = holder_of(data, path)
    if key == "rub":
        worth = Decimal(1000) if "тыс" in node["unit"] else Decimal(1)
        digits = 1 if worth > 1 else 2
        value = (Decimal(node["rub"]) + delta * worth / 10 if worth > 1 else Decimal(node["rub"]) + delta).quantize(
            worth / 10**digits
        )
        node["rub"] = f"{value:.2f}"
        node["printed"] = f"{value / worth:.{digits}f}".replace(".", ",")
    elif key == "value":
        node["value"] = str(Decimal(node["value"]) + delta)
        node["printed"] = node["value"].replace(".", ",")
        if "rub" in node:
            node["rub"] = f"{Decimal(node['value']) * 1000:.2f}"
    else:
        node[key] = type(node[key])(Decimal(str(node[key])) + delta)


def cell_paths(data: dict[str, Any]) -> list[str]:
    """Every number of a random programme that something else ties down."""
    return [path for path in _numbers(data, "") if re.match(r"indicators|activities|task_totals|prog|funding", path)]


def _numbers(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        for key, one in node.items():
            where = f"{path}.{key}" if path else key
            quantity = ".quantity." in where and key not in {"unit", "by_year"} and isinstance(one, str)
            own = key == "value" or (key == "rub" and "value" not in node)
            if key == "weight_column_value" or quantity or own:
                yield where
            else:
                yield from _numbers(one, where)
    elif isinstance(node, list):
        for n, one in enumerate(node):
            yield from _numbers(one, f"{path}[{one.get('id', n) if isinstance(one, dict) else n}]")
