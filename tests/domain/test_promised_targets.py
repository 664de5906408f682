"""Targets in the running text of made-up districts: lists with and without verbs, and numbers that are no targets."""

from typing import Any

import pytest

from tests.domain.printed_tables import document, table
from tosportal.domain.consistency import check_programme
from tosportal.domain.programme_tables import Recognised, recognise

TARGETS = table(
    "таблица 2",
    [
        ["№", "Наименование индикатора", "Ед. изм.", "2027", "2028", "2029–2030"],
        ["1", "Доля жителей, участвующих в субботниках", "%", "50,0", "55,0", "60,0"],
        ["2", "Количество ТОС", "ед.", "40", "45", "50"],
        ["3", "Количество обученных членов ТОС", "чел.", "20", "40", "60"],
        ["4", "Число жалоб на дворы", "ед.", "9", "7", "5"],
        ["5", "Объем привлеченных средств жителей", "тыс. руб.", "500,0", "700,0", "1500,0"],
        ["6", "Средний срок рассмотрения обращения", "дней", "30", "20", "10"],
        ["7", "Количество читателей газеты «Двор»", "чел.", "1000", "2000", "3000"],
    ],
)
HEAD = "Реализация программы позволит достичь следующих результатов:"


def read(*lines: str, passport: str = "чище во дворах") -> Recognised:
    rows = [
        ["Наименование программы", "Программа «Дворы»"],
        ["Ответственный исполнитель программы", "Отдел благоустройства"],
        ["Срок реализации программы", "2027–2030 годы"],
        ["Ожидаемые результаты", passport],
    ]
    return recognise(document("ПАСПОРТ", table("таблица 1", rows, "ПАСПОРТ"), *lines, TARGETS))


def promised(found: Recognised) -> dict[str, dict[str, str]]:
    return {
        one["number_appendix"]: {year: cell["printed"] for year, cell in said.items() if year != "statement"}
        for one in found.data["indicators"]
        if (said := one.get("expected_result_text"))
    }


def differing(found: Recognised) -> list[tuple[str | None, str | None]]:
    places = {one.path: one.place for one in found.fragments}
    return [(one.expected, one.found) for one in check_programme(found.data, places) if one.code == "prose_differs"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        # without a verb
        ([HEAD, "– обученных членов ТОС – 60 человек в 2030 году;"], {"3": {"2030": "60"}}),
        ([HEAD, "– доля жителей, участвующих в субботниках, – 60 % к 2030 году."], {"1": {"2030": "60"}}),
        ([HEAD, "– 45 ТОС к концу 2028 года."], {"2": {"2028": "45"}}),
        ([f"{HEAD} меньше жалоб; 45 ТОС к концу 2028 года."], {"2": {"2028": "45"}}),
        ([HEAD, "1) число жалоб на дворы к 2030 году: 5;", "2) всё будет хорошо."], {"4": {"2030": "5"}}),
        ([HEAD, "– число обученных членов ТОС:", "2027 год – 20 чел.;", "2028 год – 40 чел."],
         {"3": {"2027": "20", "2028": "40"}}),
        ([HEAD, "– число обученных членов ТОС:", "– 60 человек в 2030 году."], {"3": {"2030": "60"}}),
        (["Ожидаемые результаты", "– доля жителей, участвующих в субботниках: в 2027 году – 50 %, в 2028 году – 55 %"],
         {"1": {"2027": "50", "2028": "55"}}),
        ([HEAD, "– объем привлеченных средств жителей – 1,5 млн рублей к 2030 году."], {"5": {"2030": "1,5"}}),
        ([HEAD, "– читателей газеты «Двор» – 3 тыс. человек к 2030 году."], {"7": {"2030": "3"}}),
        # with a verb
        (["– увеличение доли жителей, участвующих в субботниках, до 60 % к 2030 году;"], {"1": {"2030": "60"}}),
        (["Доля жителей, участвующих в субботниках, вырастет до 55 % в 2028 году и до 60 % в 2030 году."],
         {"1": {"2028": "55", "2030": "60"}}),
        ([HEAD, "– рост доли жителей, участвующих в субботниках, с 50 % в 2027 году до 60 % в 2030 году;"],
         {"1": {"2030": "60"}}),
        ([HEAD, "– снижение числа жалоб на дворы – 5 единиц к 2030 году;"], {"4": {"2030": "5"}}),
        ([HEAD, "– увеличение числа обученных членов ТОС – 60 человек в 2030 году; 45 ТОС к концу 2028 года."],
         {"2": {"2028": "45"}, "3": {"2030": "60"}}),
    ],
)  # fmt: skip
def test_a_promise_is_read_and_agrees_with_the_table(lines, wanted):
    found = read(*lines)
    assert promised(found) == wanted
    assert not differing(found)


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        ("– обученных членов ТОС – 70 человек в 2030 году;", ("60", "70")),
        ("– увеличение доли жителей, участвующих в субботниках, до 65 % к 2030 году", ("60", "65")),
        ("– создание условий; 48 ТОС к концу 2028 года", ("45", "48")),
        ("– объем привлеченных средств жителей – 1,6 млн рублей к 2030 году", ("1500", "1600")),
        ("– читателей газеты «Двор» – 4 тыс. человек к 2030 году", ("3000", "4000")),
    ],
)
def test_a_promise_that_differs_is_a_finding(line, difference):
    assert differing(read(HEAD, line)) == [difference]
    assert differing(read(passport=line)) == [difference], "in its cell of the passport as in the text"


def test_a_promise_of_the_passport_is_compared_though_the_text_agrees_with_the_table():
    found = read(HEAD, "– 45 ТОС к концу 2028 года.", passport="новые дворы;\n47 ТОС к концу 2028 года")
    assert differing(found) == [("45", "47")]
    finding = next(one for one in check_programme(found.data, {p.path: p.place for p in found.fragments})
                   if one.code == "prose_differs")  # fmt: skip
    assert finding.place.startswith("таблица 1, строка 4, графа 2")


@pytest.mark.parametrize(
    "line",
    [
        "– обучить членов ТОС до 15 декабря 2030 года;",
        "– ТОС, созданные решением № 60 в 2030 году;",
        "– ТОС по закону № 131-ФЗ в 2030 году;",
        "– обученных членов ТОС в возрасте от 16 лет в 2030 году;",
        "– обученных членов ТОС не менее 16 лет в 2030 году;",
        "– количество ТОС, 60-летие района в 2030 году;",
        "– обученных членов ТОС на сумму 70 тыс. руб. в 2030 году;",
        "– число жалоб на дворы в 2 раза меньше в 2030 году;",
        "– увеличение доли жителей, участвующих в субботниках, на 5 % к 2030 году;",
        "– рост числа обученных членов ТОС на 10 человек к 2030 году;",
        "– доля обученных членов ТОС – 60 % в 2030 году;",
        "– обученных членов ТОС за 2027–2030 годы – 180 человек;",
        "– обученных членов ТОС – 180 человек до 2030 года;",
        "– обученных членов ТОС – 12 человек ежегодно;",
        "– 45 дворов к концу 2028 года;",
        "– 12 семинаров для ТОС и жителей района в 2028 году;",
        "– обученных членов ТОС – 15 человек в 2026 году;",  # a year that the table has not
    ],
)
def test_a_number_that_is_no_target_is_left_alone(line):
    for found in (read(HEAD, line), read(passport=line)):
        assert promised(found) == {}
        assert not differing(found)


def test_what_is_told_without_a_verb_outside_expected_results_is_no_promise():
    told = "На территории района действуют обученные члены ТОС – 15 человек в 2028 году."
    assert promised(read(told)) == {}
    assert promised(read("В прошлом было:", "– обученных членов ТОС – 15 человек в 2028 году;")) == {}
    assert promised(read(HEAD, "– порядок.", "Раздел 5. Риски", told)) == {}


def test_a_promise_names_its_indicator_and_not_a_like_one() -> None:
    found = read(HEAD, "– 45 членов ТОС, выступивших на сходах граждан, в 2028 году;")
    assert promised(found) == {}


def test_a_promise_has_its_place_and_can_be_corrected():
    found = read(HEAD, "– 45 ТОС к концу 2028 года.")
    fragments: dict[str, Any] = {one.path: one for one in found.fragments}
    code = found.data["indicators"][1]["id"]
    fragment = fragments[f"indicators[{code}].expected_result_text.2028.value"]
    assert (fragment.value, fragment.place) == ("45", "абзац 4")
