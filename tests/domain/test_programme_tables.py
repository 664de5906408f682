"""A programme recognised in a document is the programme of the exact data, whatever the layout of its tables."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.printed_tables import LEFT, MADE_UP, PASSPORT, UP, document, table
from tosportal.domain.consistency import check_programme
from tosportal.domain.document_paths import leaves, value_at
from tosportal.domain.errors import RuleBroken
from tosportal.domain.programme_document import ProgrammePlan, as_json, read_programme
from tosportal.domain.programme_tables import recognise
from tosportal.domain.programme_tables.labels import is_source_label, source_of
from tosportal.domain.programme_tables.numbers import (
    DASHES,
    NotANumber,
    is_none,
    read_number,
    read_years,
    roubles,
    unit_scale,
)
from tosportal.support.documents.readers import read_source

ROOT = Path(__file__).parents[2]
EXACT = ROOT / "tosportal/sample/programme-ordynsky-2024-2026.yaml"


def seed() -> dict:
    """The exact data without `portal`: the short address and what the portal counts are no part of the document."""
    data = as_json(yaml.safe_load(EXACT.read_text("utf-8")))
    data.pop("portal", None)
    return data


def recognised_file(name: str):
    return recognise(read_source((ROOT / "tests/data" / name).read_bytes(), name))


def without(value: object, keys: set[str]) -> object:
    if isinstance(value, dict):
        return {key: without(one, keys) for key, one in value.items() if key not in keys}
    return [without(one, keys) for one in value] if isinstance(value, list) else value


def differing(one: ProgrammePlan, other: ProgrammePlan) -> set[str]:
    return {field.name for field in dataclasses.fields(one) if getattr(one, field.name) != getattr(other, field.name)}


# --- the Ordynsky programme


def test_word_gives_the_plan_of_the_exact_data_field_by_field():
    assert differing(read_programme(recognised_file("programme-ordynsky.docx").data), read_programme(seed())) == set()


def test_word_gives_the_exact_data_but_for_what_no_document_prints():
    """`facts`, laws and contests were picked out by a person; codes of executors and names of sources are invented."""
    kept = ("approval", "passport", "goal", "tasks", "task_totals", "programme_totals", "funding", "sections", "years")
    found, exact = recognised_file("programme-ordynsky.docx").data, seed()
    for part in kept:
        assert found[part] == exact[part], part
    invented = {"executors", "executors_note", "contest"}
    assert without(found["activities"], invented) == without(exact["activities"], invented)
    added = {"weight_column_analysis", "methodology", "name_passport"}
    assert without(found["indicators"], added) == without(exact["indicators"], added)


def test_excel_gives_the_same_appendices():
    """The workbook has no passport and no text: goal and passport are as far as the appendices print them."""
    found = recognised_file("programme-ordynsky.xlsx").data
    assert differing(read_programme(found), read_programme(seed())) == {"goal", "passport"}
    assert found["funding"]["appendix3"] == seed()["funding"]["appendix3"]
    assert found["task_totals"] == seed()["task_totals"]
    assert found["goal"]["name"].startswith("Дальнейшее развитие и совершенствование системы территориального")
    assert [one["number"] for one in found["approval"]["appendix_blocks"]] == ["1056/89"] * 3


@pytest.mark.parametrize("name", ["programme-ordynsky.docx", "programme-ordynsky.xlsx"])
def test_every_fragment_leads_to_its_value_and_names_a_place(name):
    found = recognised_file(name)
    paths = {one.path for one in found.fragments}
    assert len(paths) == len(found.fragments) > 400
    for one in found.fragments:
        assert one.place
        assert str(value_at(found.data, one.path) or "") == one.value
    for path, _value in leaves(found.data):
        if path.endswith((".rub", ".value")) and "targets" not in path.removesuffix(".value"):
            assert path in paths


def test_places_are_those_of_the_cells():
    in_word = {one.path: one for one in recognised_file("programme-ordynsky.docx").fragments}
    one = in_word["activities[act-4-1].sources.local.2026.rub"]
    assert (one.value, one.printed, one.place) == ("12986.76", "12986,76", "таблица 3, строка 57, графа 6")
    in_excel = {one.path: one for one in recognised_file("programme-ordynsky.xlsx").fragments}
    one = in_excel["activities[act-4-1].amount.2025.rub"]
    assert (one.value, one.printed, one.place) == ("721486.76", "721486, 76", "лист «Приложение 2», ячейка E68")


def test_what_is_odd_is_remarked_with_its_place():
    remarks = [str(one) for one in recognised_file("programme-ordynsky.docx").remarks]
    assert remarks == [
        "таблица 3, строка 36, графа 2: строка «внебюджетные источники» у этого мероприятия вторая",
        "таблица 3, строка 65, графа 8: текст разорван между строками, склеен",
    ]


# --- a programme of another district, laid out otherwise


@pytest.fixture(scope="module")
def made_up():
    return recognise(document(*MADE_UP))


def test_another_district_is_read_whole(made_up):
    plan = read_programme(made_up.data)
    assert (plan.name, plan.year_from, plan.year_to) == ("Дворы Заречного округа", 2027, 2032)
    assert (plan.act_number, str(plan.act_on)) == ("77-п", "2026-11-05")
    assert plan.goal == "Чистые и безопасные дворы Заречного округа"
    assert [(one.code, one.name) for one in plan.tasks] == [
        ("task-1", "Благоустройство дворов"),
        ("task-2", "Обучение домовых советов"),
    ]
    assert made_up.data["passport"]["executor"] == {"name": "Отдел благоустройства администрации", "short": "Отдел"}
    assert [one["name"] for one in made_up.data["passport"]["participants"]] == ["МКУ «Двор, сад»", "домовые советы"]
    assert [one["from"] for one in made_up.data["passport"]["term"]["stages"]] == [2027, 2030]


def test_indicators_with_a_header_of_three_rows_and_a_period(made_up):
    found = {one["id"]: one for one in made_up.data["indicators"]}
    assert list(found) == ["ind-1-1", "ind-1-2", "ind-2-1", "ind-2-2"]
    assert found["ind-1-1"]["targets"]["2029-2032"] == {"value": "50.0", "printed": "50,0"}
    assert found["ind-1-2"]["targets"]["2027"] == {"value": None, "printed": "–"}
    assert found["ind-1-2"]["targets"]["2029-2032"] == {"value": "1500", "printed": "не менее 1 500"}
    assert [one["unit"] for one in found.values()] == ["percent", "other", "per_100k_population", "person"]
    assert found["ind-1-2"]["unit_printed"] == "кв. м"
    assert [one["direction"] for one in found.values()] == ["growth", "growth", "zero", "growth"]
    assert [one["task"] for one in found.values()] == ["task-1", "task-1", "task-2", "task-2"]


def test_activities_in_a_table_torn_in_two_with_sums_in_thousands(made_up):
    plan = {one.code: one for one in read_programme(made_up.data).activities}
    assert plan["act-1-1"].funding[2027, "regional"] == Decimal("2500000.00")
    assert plan["act-1-2"].name == "Субсидия из краевого бюджета на газоны"
    assert plan["act-1-2"].funding == {(2027, "local"): Decimal("250050.00")}
    assert plan["act-2-1"].funding == {
        (2027, "extrabudget"): Decimal("249950.00"),
        (2028, "extrabudget"): Decimal("500000.00"),
    }
    assert plan["act-1-1"].executors == "Отдел, МКУ «Двор, сад»"
    assert made_up.data["task_totals"]["task-1"]["total"]["2027"]["rub"] == "3250050.00"
    assert made_up.data["programme_totals"]["regional"]["total"]["rub"] == "4500000.00"


def test_funding_nested_in_the_passport_with_years_in_rows(made_up):
    funding = made_up.data["funding"]["passport"]
    assert funding["total"]["2027"] == {"rub": "3500000.00", "printed": "3,5", "unit": "млн руб."}
    assert funding["local"]["total"]["rub"] == "2000000.00"
    assert funding["regional"]["2029"] is None


def test_methods_and_expected_results(made_up):
    first, *_others, last = made_up.data["indicators"]
    method = first["methodology"]
    assert method["formula_printed"] == "Дд = Кп/Ко х 100"
    assert [(one["id"], one["unit_printed"]) for one in method["variables"]] == [("kp", "единиц"), ("ko", "единиц")]
    assert method["variables"][0]["as_of"] == "1 января отчетного года"
    assert method["information_source"] == "Акты приёмки"
    assert first["expected_result_text"]["2028"] == {"value": "42.87", "printed": "42,87", "unit_printed": "%"}
    assert last["expected_result_text"]["2032"]["value"] == "30"


def test_every_fragment_of_another_district_has_its_place(made_up):
    assert all(one.place for one in made_up.fragments)
    assert all(str(value_at(made_up.data, one.path) or "") == one.value for one in made_up.fragments)


# --- other layouts


def test_rows_with_a_status_and_federal_money():
    rows = [
        ["Статус", "Наименование", "Источники", "Расходы (тыс. рублей)", LEFT],
        [UP, UP, UP, "2025 год", "Итого"],
        ["Муниципальная программа", "Спорт", "всего", "300,0", "300,0"],
        [UP, UP, "федеральный бюджет", "-", "-"],
        [UP, UP, "бюджет муниципального района", "300,0", "300,0"],
        ["Основное мероприятие 1", "Площадки", "всего", "300,0", "300,0"],
        [UP, UP, "федеральный бюджет", "100,0", "100,0"],
        [UP, UP, "бюджет муниципального района", "200,0", "200,0"],
    ]
    found = recognise(document("Муниципальная программа «Спорт»", table("таблица 1", rows)))
    assert found.data["programme_totals"]["local"]["2025"]["rub"] == "300000.00"
    assert [one["name"] for one in found.data["activities"]] == ["Площадки"]
    assert found.data["programme_totals"]["federal"] == {"2025": None, "total": None}
    paid = read_programme(found.data | {"passport": {"name": "Спорт", "term": {"from": 2025, "to": 2025}}, "goal": "С"})
    assert paid.activities[0].funding == {
        (2025, "federal"): Decimal("100000.00"),
        (2025, "local"): Decimal("200000.00"),
    }


def test_money_of_settlements_is_a_source_of_its_own():
    rows = [
        ["Мероприятие", "Источник", "2025, тыс. руб."],
        ["1.1. Площадки", "всего", "300,5"],
        [UP, "бюджет района", "200,0"],
        [UP, "бюджеты поселений", "100,5"],
    ]
    found = recognise(document("Муниципальная программа «Спорт»", table("таблица 1", rows)))
    sources = found.data["activities"][0]["sources"]
    assert {source: line["2025"]["rub"] for source, line in sources.items()} == {
        "local": "200000.00",
        "settlement": "100500.00",
    }


def test_two_budgets_of_one_level_are_added():
    rows = [
        ["Мероприятие", "Источник", "2025, тыс. руб."],
        ["1.1. Площадки", "всего", "300,5"],
        [UP, "бюджет района", "200,0"],
        [UP, "бюджет города", "100,5"],
    ]
    found = recognise(document("Муниципальная программа «Спорт»", table("таблица 1", rows)))
    assert found.data["activities"][0]["sources"]["local"]["2025"]["rub"] == "300500.00"
    assert found.data["activities"][0]["printed_extra_rows"][0]["row"] == "бюджет города"
    assert any("бюджет города» сложено" in str(one) for one in found.remarks)


def test_one_row_for_two_budgets_is_remarked():
    rows = [
        ["Мероприятие", "Источник", "2025, тыс. руб."],
        ["1.1. Площадки", "средства федерального и областного бюджетов", "300,5"],
    ]
    found = recognise(document("Муниципальная программа «Спорт»", table("таблица 1", rows)))
    assert found.data["activities"][0]["sources"]["federal"]["2025"]["rub"] == "300500.00"
    assert any("называет несколько бюджетов" in str(one) for one in found.remarks)


@pytest.mark.parametrize(
    ("labels", "wanted", "is_own"),
    [
        (["бюджет сельского поселения"], {"local"}, True),
        (["областной бюджет", "средства бюджета сельсовета"], {"regional", "local"}, True),
        (["бюджеты сельских поселений"], {"settlement"}, False),
        (["бюджет района", "бюджет поселения"], {"local", "settlement"}, False),
    ],
)
def test_the_budget_of_the_settlement_itself_is_the_local_one(labels, wanted, is_own):
    rows = [["Мероприятие", "Источник", "2025, тыс. руб."], ["1.1. Площадки", "всего", str(5 * len(labels))]]
    rows += [[UP, label, "5"] for label in labels]
    found = recognise(document("Муниципальная программа «Спорт»", table("таблица 1", rows)))
    assert set(found.data["activities"][0]["sources"]) == wanted
    paths = {one.path.split(".")[2] for one in found.fragments if ".sources." in one.path}
    assert paths == wanted
    assert any("самого поселения" in str(one) for one in found.remarks) == is_own


@pytest.mark.parametrize(
    ("label", "source"),
    [
        ("Федеральный бюджет", "federal"),
        ("средства федерального бюджета", "federal"),
        ("за счёт средств федерального бюджета", "federal"),
        ("ФБ", "federal"),
        ("в т.ч. ФБ", "federal"),
        ("– за счёт средств ОБ", "regional"),
        ("фед.", "federal"),
        ("бюджеты поселений", "settlement"),
        ("Бюджет сельских поселений", "settlement"),
        ("средства бюджетов городских и сельских поселений", "settlement"),
        ("бюджет сельсовета", "settlement"),
        ("бюджет рабочего посёлка Линёво", "settlement"),
        ("местные бюджеты (бюджеты поселений)", "settlement"),
        ("бюджет муниципального района", "local"),
        ("бюджет муниципального образования", "local"),
        ("бюджет городского округа", "local"),
        ("средства областного бюджета", "regional"),
        ("внебюджетные средства", "extrabudget"),
    ],
)
def test_a_source_is_told_by_its_label(label, source):
    assert is_source_label(label)
    assert source_of(label) == source


def test_sources_as_columns_under_every_year():
    rows = [
        ["№ п/п", "Мероприятие", "2025 год", LEFT, LEFT, "2026 год", LEFT, LEFT],
        [UP, UP, "всего", "областной бюджет", "местный бюджет", "всего", "областной бюджет", "местный бюджет"],
        ["1", "Задача 1. Ремонт", LEFT, LEFT, LEFT, LEFT, LEFT, LEFT],
        ["1.1", "Ремонт моста", "10", "7", "3", "20", "14", "6"],
        ["", "Итого", "10", "7", "3", "20", "14", "6"],
    ]
    found = recognise(document("Муниципальная программа «Дороги»", table("таблица 1", rows, "(млн руб.)"))).data
    assert found["activities"][0]["sources"]["regional"]["2026"]["rub"] == "14000000.00"
    assert found["activities"][0]["amount"]["2025"]["rub"] == "10000000.00"
    assert found["programme_totals"]["local"]["2026"]["rub"] == "6000000.00"


def test_a_task_made_up_for_a_table_takes_its_own_name_when_it_is_met():
    indicators = [
        ["№", "Наименование показателя", "Ед. изм.", "2027", "2028"],
        ["1", "Число субботников", "ед.", "5", "6"],
    ]
    activities = [
        ["№", "Мероприятие", "Источник", "2027, руб.", "2028, руб."],
        ["", "Задача 1. Чистые улицы", "", "", ""],
        ["1.1", "Субботники", "местный бюджет", "5,00", "6,00"],
    ]
    read = recognise(
        document("Муниципальная программа «Село»", *map(table, ("таблица 1", "таблица 2"), (indicators, activities)))
    )
    assert [(one["id"], one["name"], "name_table" in one) for one in read.data["tasks"]] == [
        ("task-1", "Чистые улицы", False)
    ]
    assert read.data["indicators"][0]["task"] == read.data["activities"][0]["task"] == "task-1"
    assert all(str(value_at(read.data, one.path) or "") == one.value for one in read.fragments)
    assert "names_differ" not in {one.code for one in check_programme(read.data, {})}


def test_the_total_of_years_is_parted_by_source_too():
    rows = [
        ["№", "Мероприятие", "2027", LEFT, "2028", LEFT, "Итого", LEFT],
        [UP, UP, "ОБ", "МБ", "ОБ", "МБ", "ОБ", "МБ"],
        ["1", "Ремонт площадок", "100 000,50", "20 000", "150 000", "30 000,10", "250 000,50", "50 000,10"],
        ["2", "Сход граждан", "0", "", "-", "5 000", "0", "5 000"],
        ["", "Итого", "100 000,50", "20 000", "150 000", "35 000,10", "250 000,50", "55 000,20"],
    ]
    read = recognise(document("Муниципальная программа «Село»", table("таблица 1", rows, "(руб.)")))
    assert read.data["activities"][0]["sources"]["local"]["total"]["rub"] == "50000.10"
    places = {one.path: one.place for one in read.fragments}
    found = check_programme(read.data, places)
    assert {one.code for one in found} == {"years_differ", "programme_total_differs"}
    assert {(one.place[:28], one.expected, one.found) for one in found} == {
        ("таблица 1, строка 5, графа 8", "55000.10", "55000.20")
    }


def test_every_budget_as_a_column_by_its_abbreviation():
    budgets = ["ФБ", "ОБ", "МБ", "БП", "ВБ"]
    rows = [
        ["№ п/п", "Мероприятие", "2025 год, тыс. руб.", *[LEFT] * 5],
        [UP, UP, "всего", *budgets],
        ["1", "Задача 1. Ремонт", *[LEFT] * 6],
        ["1.1", "Ремонт моста", "15,5", "5", "4", "3", "2", "1,5"],
        ["", "Итого", "15,5", "5", "4", "3", "2", "1,5"],
    ]
    found = recognise(document("Муниципальная программа «Дороги»", table("таблица 1", rows))).data
    roubles_of = {"federal": "5000.00", "regional": "4000.00", "local": "3000.00", "settlement": "2000.00"}
    wanted = roubles_of | {"extrabudget": "1500.00"}
    assert {source: row["2025"]["rub"] for source, row in found["activities"][0]["sources"].items()} == wanted
    totals = {
        source: row["2025"]["rub"] for source, row in found["programme_totals"].items() if source != "label_printed"
    }
    assert totals == {"total": "15500.00", **wanted}


def test_every_budget_in_a_passport_by_years_and_as_a_table_of_years():
    prose = """2025 год – 6,0 тыс. руб., в том числе:
федеральный бюджет – 3,0 тыс. руб.;
бюджет района – 2,0 тыс. руб.;
бюджеты сельских поселений – 1,0 тыс. руб."""
    rows = [
        ["Исполнитель программы", "Отдел"],
        ["Цели программы", "Порядок"],
        ["Сроки реализации", "2025 год"],
        ["Объемы финансирования", prose],
    ]
    down = [
        ["Год", "Всего, тыс. руб.", "Федеральный бюджет", "Местный бюджет", "Бюджеты поселений"],
        ["2025", "6,0", "3,0", "2,0", "1,0"],
        ["Итого", "6,0", "3,0", "2,0", "1,0"],
    ]
    items = ("ПАСПОРТ", "муниципальной программы «Порядок»", table("таблица 1", rows), table("таблица 2", down))
    funding = recognise(document(*items)).data["funding"]
    wanted = {"total": "6000.00", "federal": "3000.00", "local": "2000.00", "settlement": "1000.00"}
    assert {source: cell["rub"] for source, cell in funding["by_year"]["2025"].items()} == wanted
    assert {source: row["2025"]["rub"] for source, row in funding["appendix3"].items()} == wanted


def test_the_source_is_named_in_the_header_and_tasks_have_their_own_sums():
    rows = [
        ["№", "Мероприятия", "Объем финансирования из областного бюджета, руб.", LEFT],
        [UP, UP, "всего", "2025"],
        ["1", "Задача: Сохранение", "60", "60"],
        ["1.1.", "Ремонт клуба", "60,05", "60, 05"],
        ["2", "Задача: Развитие", "10", "10"],
        ["2.1.", "Кружок", "по факту", "10"],
        ["", "ИТОГО:", "70,05", "70,05"],
    ]
    found = recognise(document("Муниципальная программа «Культура»", table("таблица 1", rows)))
    assert found.data["activities"][0]["sources"]["regional"]["2025"]["rub"] == "60.05"
    assert found.data["task_totals"]["task-2"]["total"]["2025"]["rub"] == "10.00"
    assert found.data["programme_totals"]["total"]["total"]["rub"] == "70.05"
    assert found.data["activities"][1]["amount"]["total"] == {"rub": None, "printed": "по факту", "unit": "руб."}
    assert "таблица 1, строка 6, графа 3: «по факту» – не число, значение не взято" in map(str, found.remarks)


FUNDING_BY_YEAR = """2020 год – 14231,2 тыс. руб., в том числе:
бюджет муниципального образования – 13283,6 тыс. руб.;
областной бюджет – 447,6 тыс. руб.;
внебюджетные источники – 500,0 тыс. руб.
2022 год – 17100,3тыс. руб., в том числе бюджет города – 16600,3тыс. руб.; внебюджетные источники – 500,0 тыс. руб.
2024 год —21162,8 тыс. руб.
2028–2030 годы - планирование бюджетных ассигнований будет осуществляться"""


def test_funding_as_running_text_by_years():
    rows = [
        ["Исполнитель программы", "Отдел контроля"],
        ["Цели программы", "Порядок"],
        ["Сроки реализации", "2020 – 2030 годы"],
        ["Объемы и источники финансового обеспечения программы", FUNDING_BY_YEAR],
    ]
    funding = recognise(document("ПАСПОРТ", "муниципальной программы «Порядок»", table("таблица 1", rows))).data[
        "funding"
    ]
    sums = {year: {key: one["rub"] for key, one in cells.items()} for year, cells in funding["by_year"].items()}
    assert sums == {
        "2020": {"total": "14231200.00", "local": "13283600.00", "regional": "447600.00", "extrabudget": "500000.00"},
        "2022": {"total": "17100300.00", "local": "16600300.00", "extrabudget": "500000.00"},
        "2024": {"total": "21162800.00"},
    }
    assert funding["2028-2030"]["amount"] is None


def test_funding_in_columns_of_the_passport_itself():
    rows = [
        ["Наименование программы", "Муниципальная программа «Вода»", LEFT, LEFT],
        ["Цель программы", "Чистая вода", LEFT, LEFT],
        ["Срок реализации", "2025-2026 гг.", LEFT, LEFT],
        ["Объемы финансирования, тыс. рублей", "Источник", "2025 год", "2026 год"],
        [UP, "Всего", "10,0", "20,0"],
        [UP, "бюджет поселения", "10,0", "20,0"],
    ]
    found = recognise(document(table("таблица 1", rows))).data
    assert found["passport"]["name"] == "Вода"
    assert found["funding"]["passport"]["local"]["2026"]["rub"] == "20000.00"


def test_what_a_document_does_not_print_can_be_filled_in():
    rows = [["Показатель", "Ед. изм.", "2026"], ["1.1. Дворы", "ед.", "5"]]
    found = recognise(document(table("таблица 1", rows)))
    empty = {one.path for one in found.fragments if not one.value}
    assert {"passport.name", "goal.name"} <= empty
    with pytest.raises(RuleBroken, match=r"passport\.name"):
        read_programme(found.data)


@pytest.mark.parametrize(
    "items",
    [
        (),
        ("Положение о конкурсе", table("таблица 1", [["Критерий", "Баллы"], ["Польза", "10"]])),
        (
            table(
                "таблица 1",
                [["Источник", "2025", "2026"], ["местный бюджет", "1", "2"], ["областной бюджет", "1", "2"]],
            ),
        ),
    ],
)
def test_what_is_no_programme_is_refused_in_plain_words(items):
    with pytest.raises(RuleBroken, match="не похоже на муниципальную программу"):
        recognise(document(*items))


def test_three_hundred_activities_and_sixty_indicators():
    years = [str(year) for year in range(2025, 2033)]
    activities = [["Мероприятие", "Источник", *years]]
    for number in range(300):
        name = f"{number // 30 + 1}.{number % 30 + 1}. Работа {number}"
        activities += [
            [name, "всего", *["2"] * 8],
            [UP, "областной бюджет", *["1"] * 8],
            [UP, "бюджет района", *["1"] * 8],
        ]
    indicators = [["Показатель", "Ед. изм.", *years]]
    indicators += [[f"{one // 6 + 1}.{one % 6 + 1}. Число {one}", "ед.", *["3"] * 8] for one in range(60)]
    tasks = "\n".join(f"{number}. Задача о деле {number}" for number in range(1, 11))
    passport = table(
        "таблица 1", [["Цели", "Дело"], ["Задачи", tasks], ["Сроки", "2025–2032 годы"], ["Название", "Дело"]]
    )
    tables = table("таблица 2", indicators), table("таблица 3", activities, "тыс. руб.")
    plan = read_programme(recognise(document(passport, *tables)).data)
    assert (len(plan.tasks), len(plan.indicators), len(plan.activities)) == (10, 60, 300)
    assert plan.activities[299].code == "act-10-30"
    assert plan.activities[299].task == "task-10"
    assert sum(one.funding[2030, "local"] for one in plan.activities) == 300_000


def test_the_passport_alone_is_a_programme():
    assert recognise(document("ПАСПОРТ", PASSPORT)).data["passport"]["name"] == "Дворы Заречного округа"


def test_a_target_promised_in_a_cell_of_the_passport_is_compared_with_the_table():
    promised = [
        ["Наименование программы", "Программа «Дворы»"],
        ["Ответственный исполнитель программы", "Отдел благоустройства"],
        ["Срок реализации программы", "2027–2030 годы"],
        ["Ожидаемые результаты", "Доля жителей, участвующих в ТОС, вырастет до 19 % к 2030 году;\nчище во дворах"],
    ]
    targets = [
        ["№", "Наименование индикатора", "Ед. изм.", "2027", "2028", "2029–2030"],
        ["1", "Доля жителей, участвующих в ТОС", "%", "15,0", "16,5", "18,0"],
        ["2", "Число жалоб", "ед.", "5", "4", "3"],
    ]
    read = recognise(document("ПАСПОРТ", table("таблица 1", promised, "ПАСПОРТ"), table("таблица 2", targets)))
    first = read.data["indicators"][0]
    assert first["expected_result_text"]["2030"] == {"value": "19", "printed": "19", "unit_printed": "%"}
    places = {one.path: one.place for one in read.fragments}
    found = {one.code: one for one in check_programme(read.data, places)}
    assert found["prose_differs"].place.startswith("таблица 1, строка 4, графа 2")
    assert (found["prose_differs"].expected, found["prose_differs"].found) == ("18", "19")
    assert "column_empty" not in found, "a table without the column of notes has no empty column"


# --- any order of columns, any place of the break

SOURCES = {
    "regional": "краевой бюджет",
    "local": "бюджет муниципального округа",
    "extrabudget": "внебюджетные средства",
}
MONEY = st.decimals(0, 10**6, places=2)
UNITS = {"руб.": Decimal(1), "тыс. рублей": Decimal(1000), "млн руб.": Decimal(10**6)}


def in_print(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",")


@settings(max_examples=40, deadline=None)
@given(
    sums=st.lists(st.lists(MONEY, min_size=9, max_size=9), min_size=1, max_size=4),
    columns=st.permutations(["name", "source", "2025", "2026", "2027", "executor"]),
    unit=st.sampled_from(sorted(UNITS)),
    cut=st.integers(0, 20),
)
def test_columns_in_any_order_and_a_table_torn_anywhere(sums, columns, unit, cut):
    heads = {"name": "Наименование мероприятия", "source": "Источник финансирования", "executor": "Исполнитель"}
    rows = [[heads.get(column, f"{column} год, {unit}") for column in columns]]
    exact = []
    for number, values in enumerate(sums):
        funding = {}
        for at, (source, label) in enumerate(SOURCES.items()):
            years = dict(zip(("2025", "2026", "2027"), values[at * 3 :], strict=False))
            funding.update({(int(year), source): one * UNITS[unit] for year, one in years.items()})
            first = {"name": f"Работа {number}", "executor": "Отдел"} if not at else {}
            cells = {"source": label, **first, **{year: in_print(one) for year, one in years.items()}}
            rows.append([cells.get(column, "") for column in columns])
        exact.append(funding)
    cut = min(max(cut, 2), len(rows))
    parts = [table("таблица 2", rows[:cut])]
    if rows[cut:]:
        parts.append(table("таблица 3", rows[cut:], continues=True))
    plan = read_programme(recognise(document(PASSPORT, *parts)).data)
    assert [one.name for one in plan.activities] == [f"Работа {number}" for number in range(len(sums))]
    assert [dict(one.funding) for one in plan.activities] == exact
    assert {one.executors for one in plan.activities} == {"Отдел"}


# --- numbers as documents print them


@st.composite
def printed(draw) -> tuple[str, Decimal]:
    """A number and one of the forms in which documents print it."""
    value = draw(st.decimals(0, 10**9, places=draw(st.integers(0, 3))))
    whole, _dot, fraction = f"{value:f}".partition(".")
    space = draw(st.sampled_from(["", " ", "\u00a0", "\u202f"]))
    head = len(whole) % 3
    groups = [whole[:head]] * bool(head) + [whole[at : at + 3] for at in range(head, len(whole), 3)]
    comma = draw(st.sampled_from([",", ", ", ",\u00a0"] if space else [",", ".", ", "]))
    text = space.join(groups) + (comma + fraction if fraction else "")
    around = draw(st.sampled_from(["{}", " {} ", "\u00a0{}\n", "{} %", "не менее {}", "{}*"]))
    return around.format(text), value


@given(printed())
def test_a_number_is_read_in_every_printed_form(case):
    text, value = case
    assert read_number(text) == value


@given(st.text(f"{DASHES} \u00a0xх*", max_size=4))
def test_dashes_and_blanks_are_none_and_never_zero(text):
    if is_none(text):
        assert read_number(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_number_none_or_refused(text):
    try:
        value = read_number(text)
    except NotANumber:
        return
    assert value is None or value.is_finite()


@pytest.mark.parametrize("text", ["0,0", "0", "0, 00", "\u00a00,0"])
def test_a_printed_zero_is_zero(text):
    assert read_number(text) == 0


@given(st.decimals(0, 10**7, places=2), st.sampled_from(["руб", "тыс. руб.", "млн рублей", "млрд руб.", "т.р."]))
def test_roubles_of_every_unit_are_exact(value, unit):
    said, is_exact = roubles(value, unit_scale(unit) or Decimal(0))
    assert is_exact
    assert Decimal(said) == value * {"руб": 1, "тыс": 1000, "т.р": 1000, "млн": 10**6, "млр": 10**9}[unit[:3]]


@given(st.integers(2000, 2050), st.integers(1, 9), st.sampled_from("-–—‒"), st.sampled_from(["", " гг.", " годы"]))
def test_periods_of_every_dash(first, length, dash, word):
    assert read_years(f"{first} {dash} {first + length}{word}") == f"{first}-{first + length}"
    assert read_years(f"{first} год") == str(first)


def test_a_table_that_names_no_task_leaves_the_task_open():
    rows = [
        ["№ п/п", "Наименование показателя", "Единица измерения", "2027 год", "2028 год"],
        ["1", "Доля дворов, приведенных в порядок", "%", "10", "20"],
        ["2", "Число обученных членов домовых советов", "чел.", "5", "6"],
    ]
    data = recognise(document(PASSPORT, table("таблица 2", rows))).data
    assert len(data["tasks"]) == 2
    assert [(one["id"], one["task"]) for one in data["indicators"]] == [("ind-1", ""), ("ind-2", "")]
    found = [one.paths for one in check_programme(data) if one.code == "indicator_without_task"]
    assert found == [("indicators[ind-1].task",), ("indicators[ind-2].task",)]
    with pytest.raises(RuleBroken) as refused:
        read_programme(data)
    assert sum("не указано, выберите" in str(one) for one in refused.value.remarks) == 2
    numbered = [rows[0], ["1.1", *rows[1][1:]], ["2.1", *rows[2][1:]]]
    data = recognise(document(PASSPORT, table("таблица 2", numbered))).data
    assert [one["task"] for one in data["indicators"]] == ["task-1", "task-2"]
