"""A programme of a city with methods and periods, printed from its exact data, is recognised as these data."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.domain.printed_tables import document, table
from tosportal.domain.document_tables import Table
from tosportal.domain.programme_document import as_json, read_programme
from tosportal.domain.programme_tables import Recognised, recognise

EXACT = Path(__file__).parents[1] / "data/programme-kirovo-chepetsk-2020-2030.yaml"


@pytest.fixture(scope="module")
def exact() -> dict[str, Any]:
    return as_json(yaml.safe_load(EXACT.read_text("utf-8")))


def passport_of(exact: dict[str, Any]) -> Table:
    passport = exact["passport"]
    term, executor = passport["term"], passport["executor"]
    rows = [
        ["Исполнитель программы", f"{executor['name']} (далее – {executor['short']})"],
        ["Соисполнители программы", "–"],
        ["Участники программы", ";\n".join(one["printed"] for one in passport["participants"])],
        ["Наименование подпрограмм", "–"],
        ["Цели программы", passport["goal"]],
        ["Задачи программы", ";\n".join(passport["tasks"])],
        ["Показатели программы", ";\n".join(passport["indicator_names"])],
        [
            "Сроки и этапы реализации программы",
            "\n".join([term["printed"], *(one["printed"] for one in term["stages"])]),
        ],
        ["Объемы и источники финансового обеспечения программы", "\n".join(exact["funding"]["printed_lines"])],
        ["Ожидаемые результаты реализации программы", ";\n".join(passport["expected_results"])],
    ]
    return table("таблица 1", rows)


def indicators_of(exact: dict[str, Any]) -> Table:
    years = exact["table1"]["period_columns"]
    rows = [exact["table1"]["columns"]]
    for task in exact["tasks"]:
        rows.append([f"{task['number']}.", task["name_table1"], *[""] * (len(years) + 1)])
        for one in exact["indicators"]:
            if one["task"] == task["id"]:
                targets = [one["targets"][year]["printed"] for year in years]
                rows.append([str(one["number"]), one["name"], one["unit_printed"], *targets])
    return table("таблица 2", rows, exact["table1"]["title"])


def methods_of(exact: dict[str, Any]) -> Table:
    rows = [["Наименование показателя", "Единица измерения", "Источник информации", "Расчет показателя"]]
    for one in exact["indicators"]:
        if method := one["methodology"]:
            symbols = [method["result"], *method["variables"]]
            said = ";\n".join(f"{symbol['symbol_printed']} – {symbol['name']}" for symbol in symbols)
            text = f"{method['formula_printed']}, где:\n{said}."
            rows.append([method["indicator_name_printed"], method["unit_printed"], method["information_source"], text])
    return table("таблица 3", rows, "Методика расчета")


@pytest.fixture(scope="module")
def found(exact) -> Recognised:
    text = [line for section in exact["sections"] for line in section["paragraphs"]]
    title = ("ПАСПОРТ", "муниципальной программы", f"«{exact['passport']['name']}»")
    return recognise(document(*title, passport_of(exact), *text, indicators_of(exact), methods_of(exact)))


def test_it_is_the_plan_of_the_exact_data(found, exact):
    plan, wanted = read_programme(found.data), read_programme(exact)
    for field in ("name", "goal", "year_from", "year_to", "tasks", "indicators", "activities"):
        assert getattr(plan, field) == getattr(wanted, field), field
    assert len(plan.indicators) == 11
    assert not found.remarks


def test_its_passport_is_that_of_the_exact_data(found, exact):
    """The municipality and the missing approval were added by a person; sums of the text are kept as printed too."""
    passport = exact["passport"]
    for key in set(passport) - {"municipality", "approval"}:
        assert found.data["passport"][key] == passport[key], key


def test_its_formulas_and_variables_are_those_printed(found, exact):
    for one, wanted in zip(found.data["indicators"], exact["indicators"], strict=True):
        method, exact_method = one["methodology"], wanted["methodology"]
        if exact_method is None:
            assert method is None
            continue
        assert method["formula_printed"] == exact_method["formula_printed"]
        assert method["information_source"] == exact_method["information_source"]
        for key in ("symbol_printed", "name", "unit_printed"):
            assert [row[key] for row in method["variables"]] == [row[key] for row in exact_method["variables"]]
        assert method["result"]["name"] == exact_method["result"]["name"]


def test_numbers_of_its_expected_results_go_to_their_indicators(found, exact):
    for one, wanted in zip(found.data["indicators"], exact["indicators"], strict=True):
        assert one["expected_result_text"] == wanted["expected_result_text"]
        assert one["expected_result_passport"] == wanted["expected_result_passport"]


def test_its_funding_is_read_by_year(found, exact):
    names = {"total": "total", "local": "municipal", "regional": "regional", "extrabudget": "extrabudget"}
    for year, sums in exact["funding"]["by_year"].items():
        printed = {names[key]: cell for key, cell in found.data["funding"]["by_year"][year].items()}
        assert printed == {key: cell for key, cell in sums.items() if cell is not None}, year
    assert found.data["funding"]["2028-2030"] == exact["funding"]["2028-2030"]
