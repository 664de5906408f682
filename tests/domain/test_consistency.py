"""A programme against itself: the known contradictions of two real programmes, no false alarm on what holds, and random
programmes in which one changed number is found."""

import copy
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.consistent_programmes import cell_paths, change_number, consistent_programmes, value_at
from tosportal.domain.consistency import (
    CODES,
    Finding,
    Severity,
    broken_pairs,
    check_programme,
    pairs_of,
    relations_of,
)
from tosportal.domain.consistency.relations import Verdict
from tosportal.domain.programme_document import as_json

DATA = Path(__file__).parent.parent / "data"


def loaded(name: str) -> dict[str, Any]:
    return as_json(yaml.safe_load((DATA / name).read_text(encoding="utf-8")))


PROGRAMMES = {
    "ordynsky": loaded("programme-ordynsky-2024-2026.yaml"),
    "kirovo": loaded("programme-kirovo-chepetsk-2020-2030.yaml"),
}
CHECKS = {one["id"]: one for one in loaded("checks.yaml")["checks"] if one["doc"] in PROGRAMMES}
FOUND = {name: check_programme(data) for name, data in PROGRAMMES.items()}

# Every known contradiction: the code of its finding and a cell that the finding is about.
EXPECTED: dict[str, tuple[str, str]] = {
    **{
        f"ORD-X01-{number}": (code, f"indicators[ind-{number[0]}-{number[1]}].weight_column_value")
        for number, code in {
            "11": "weight_is_unclear",
            "12": "weight_is_sum",
            "21": "weight_is_sum",
            "22": "weight_is_sum",
            "31": "weight_is_sum",
            "41": "weight_is_sum",
            "42": "weight_is_unclear",
        }.items()
    },
    "ORD-X01-SUM1": ("weights_do_not_add_up", "indicators[ind-1-1].weight_column_value"),
    "ORD-X01-SUM100": ("weights_do_not_add_up", "indicators[ind-4-2].weight_column_value"),
    "ORD-X02": ("targets_against_activity", "activities[act-2-2].quantity.by_year.2026"),
    "ORD-X03": ("indicator_in_other_task", "indicators[ind-3-1].task"),
    "ORD-X04": ("percents_added_up", "activities[act-3-1].quantity.total"),
    **{
        f"ORD-X05-{act}": ("unit_cost_added_up", f"activities[act-{act}].unit_cost.total.rub")
        for act in ("2-2", "4-1", "4-2", "4-3", "4-4")
    },
    "ORD-X06": ("units_mixed", "activities[act-4-1]"),
    "ORD-X07": ("unit_printed_twice", "funding.passport.total.total.unit"),
    "ORD-X08": ("act_blank", "approval.title_block"),
    "ORD-X09": ("row_printed_twice", "activities[act-2-2].printed_extra_rows[0]"),
    "ORD-X11": ("money_spacing", "activities[act-4-1].amount.2025.printed"),
    "ORD-X12": ("executor_not_in_passport", "activities[act-1-1].executors"),
    "ORD-X13": ("source_named_differently", "sources_labels_printed.appendix2.local"),
    "ORD-X14": ("source_not_in_passport", "funding.passport.extrabudget"),
    "ORD-X15": ("yearly_but_zero", "activities[act-4-2].quantity.by_year.2024"),
    "ORD-X17": ("numbering_differs", "indicators[ind-2-2].number_appendix"),
    "ORD-X18": ("unit_spelled_differently", "indicators[ind-1-2].unit_printed"),
    "ORD-X19": ("names_differ", "tasks[task-4].name_appendix2"),
    "ORD-X20": ("names_differ", "goal.appendix1"),
    "ORD-X21": ("appendix_not_mentioned", "approval.appendix_blocks[0].appendix"),
    "ORD-X22": ("quotes_unbalanced", "state_programme.title_printed"),
    "ORD-X23": ("passport_row_missing", "passport.rows_printed"),
    "ORD-X25": ("no_methodology", "indicators"),
    "ORD-X26": ("column_empty", "indicators[ind-1-1].note_printed"),
    "ORD-X28": ("dashes_differ", "passport.term.printed"),
    "ORD-X32": ("head_is_office", "passport.head"),
    "ORD-X34": ("share_differs", "activities[act-4-1].sources.regional.2024.rub"),
    "ORD-X36": ("topic_in_other_task", "activities[act-4-1].task"),
    "ORD-X37": ("activity_without_indicator", "activities[act-1-2].name"),
    "ORD-X38": ("money_counts_all", "indicators[ind-4-1].targets"),
    "KIR-X01-7-2025": ("prose_differs", "indicators[ind-7].expected_result_text.2025.value"),
    "KIR-X01-10-2025": ("prose_differs", "indicators[ind-10].expected_result_text.2025.value"),
    "KIR-X01-11-2030": ("prose_differs", "indicators[ind-11].targets.2028-2030.value"),
    "KIR-X02": ("methodology_missing", "indicators[ind-3].methodology"),
    "KIR-X03": ("symbol_is_result", "indicators[ind-7].methodology.formula_printed"),
    "KIR-X04": ("symbol_not_in_formula", "indicators[ind-8].methodology.variables[kotr].symbol_printed"),
    "KIR-X05": ("symbol_reused", "indicators[ind-2].methodology.result.symbol_printed"),
    "KIR-X06": ("symbol_reused", "indicators[ind-11].methodology.variables[chn].symbol_printed"),
    "KIR-X07": ("denominators_differ", "indicators[ind-8].methodology.variables[chnas].name"),
    "KIR-X08": ("method_units_missing", "indicators[ind-8].methodology"),
    "KIR-X09": ("result_verbs_differ", "indicators[ind-9].expected_result_text.statement"),
    "KIR-X10": ("names_differ", "indicators[ind-3].name_passport"),
    "KIR-X11": ("names_differ", "indicators[ind-11].expected_result_passport"),
    "KIR-X12": ("names_differ", "indicators[ind-4].expected_result_text.statement"),
    "KIR-X13": ("names_differ", "goal.section"),
    "KIR-X14": ("years_without_targets", "indicators[ind-1].targets"),
    "KIR-X15": ("target_blank", "indicators[ind-2].targets.2024.value"),
    "KIR-X16": ("zero_or_blank", "indicators[ind-10].targets.2023.value"),
    "KIR-X17": ("funding_missing", "funding.2028-2030"),
    "KIR-X18": ("activities_missing", "activities"),
    "KIR-X19": ("abbreviation_differs", "indicators[ind-11].methodology.variables[cho].name"),
    "KIR-X20": ("quotes_unbalanced", "passport.participants[15].name"),
    "KIR-X21": ("multiplication_signs", "indicators[ind-1].methodology.formula_printed"),
    "KIR-X22": ("money_spacing", "funding.printed_lines[4]"),
    "KIR-X23": ("unit_spelled_differently", "indicators[ind-6].expected_result_text.2030.unit_printed"),
    "KIR-X24": ("variable_period", "indicators[ind-4].methodology.variables[ktek1].name"),
    "KIR-X25": ("method_source_differs", "indicators[ind-5].methodology.information_source"),
    "KIR-X26": ("share_of_other_things", "indicators[ind-5].methodology.formula_printed"),
    "KIR-X27": ("act_expires", "legal_acts[0].printed"),
    "KIR-X32": ("share_cut", "indicators[ind-2].targets"),
    "KIR-X32-ROUND": ("share_cut", "indicators[ind-2].targets"),
    "KIR-X33": ("share_impossible", "indicators[ind-1].targets.2027.value"),
    "KIR-X33-4287": ("share_impossible", "indicators[ind-1].targets.2026.value"),
    "KIR-X34": ("prose_precision", "indicators[ind-1].expected_result_text.2030.printed"),
    "KIR-X35": ("names_differ", "indicators[ind-9].methodology.indicator_name_printed"),
}

# What the data of a programme do not show, and why.
NOT_IN_THE_DATA = {
    "ORD-X10": "разорванная ячейка: в данных исполнитель уже склеен",
    "ORD-X16": "строки номеров граф в данных нет",
    "ORD-X24": "поля срока мероприятия в схеме нет, отсутствие не отличить",
    "ORD-X27": "перечня ТОС в схеме нет; совпадение 45 и 45 — случайность, а не противоречие",
    "ORD-X29": "строки «Итого» в данных исполнителя не имеют",
    "ORD-X30": "след вложенной таблицы виден только в исходном файле",
    "ORD-X31": "пустой абзац виден только в исходном файле",
    "ORD-X33": "опечатки: нужен словарь, а не сверка чисел",
    "ORD-X35": "числа жителей в документе нет, сравнить не с чем",
    "KIR-X28": "ссылка справочной системы осталась в исходном файле",
    "KIR-X29": "переносы строк остались в исходном файле",
    "KIR-X30": "переносы с дефисом остались в исходном файле",
    "KIR-X31": "перемешанные графы остались в исходном файле",
}
# Equalities that no table claims: derived from the two programmes by a reader, or about names and counts.
NOT_A_SUM_OF_THE_DOCUMENT = re.compile(
    r"-(UNIT_COST|STEP-\d.*|LOCAL-40000|REG-EQUAL|IND-\d.*|COUNT.*|NAME-\d+|TREND-\d+|STAGES-TEXT)$"
    r"|-ACT-3-1-YEARS-QUANTITY$|^KIR-DERIVED-SOURCES$"
)


def filled(template: Any, case: Mapping[str, Any]) -> str:
    return str(template).replace("{p}", str(case.get("p")))


def paths_of(check: Mapping[str, Any], case: Mapping[str, Any]) -> frozenset[str]:
    """The cells of one case of an arithmetic check, named as the findings name them."""
    test = check["test"]
    named = [test.get("total"), test.get("left"), test.get("right"), *test.get("parts", []), *test.get("factors", [])]
    said = [filled(one, case) for one in named if one and not str(one).startswith("=")]
    stages = {"[I]": "[0]", "[II]": "[1]", "[III]": "[2]"}
    return frozenset(re.sub(r"\[I+\]", lambda found: stages[found[0]], one) for one in said)


def arithmetic(of_class: str) -> Iterator[tuple[str, str, frozenset[str], bool]]:
    for check in CHECKS.values():
        if check["class"] == of_class and (check.get("test") or {}).get("op") in {"sum", "product", "equal"}:
            for case in check["cases"]:
                yield check["id"], check["doc"], paths_of(check, case), case["holds"]


# --- the two real programmes


def test_every_check_of_the_two_programmes_is_accounted_for():
    known = {one["id"] for one in CHECKS.values() if one["class"] != "identity"}
    assert len(known) == 89
    assert known == EXPECTED.keys() | NOT_IN_THE_DATA.keys()
    assert not EXPECTED.keys() & NOT_IN_THE_DATA.keys()
    missing = [name for name in NOT_IN_THE_DATA if CHECKS[name]["class"] == "inconsistency"]
    assert missing == ["ORD-X16"], "a contradiction may be left out only when its column is not in the data"


@pytest.mark.parametrize("name", EXPECTED)
def test_a_known_contradiction_is_found_at_its_place(name: str):
    code, path = EXPECTED[name]
    found = [one for one in FOUND[CHECKS[name]["doc"]] if one.code == code and path in one.paths]
    assert found, f"{name}: {CHECKS[name]['statement']}"
    assert path.split("[")[0].split(".")[0] in found[0].place


def test_nothing_is_said_about_equalities_that_hold():
    holding = {(doc, paths) for _name, doc, paths, holds in arithmetic("identity") if holds}
    assert len(holding) > 340
    for doc, findings in FOUND.items():
        for finding in findings:
            loud = finding.severity in {Severity.HIGH, Severity.MEDIUM}
            assert not (loud and (doc, frozenset(finding.paths)) in holding), finding


def test_no_sum_of_the_two_programmes_is_called_broken():
    sums = {"sources_differ", "years_differ", "price_differs", "task_total_differs", "programme_total_differs",
            "statements_differ", "rounding_drift", "printed_differs", "money_against_activities", "stages_broken",
            "trend_differs", "acts_differ"}  # fmt: skip
    assert [one for findings in FOUND.values() for one in findings if one.code in sums] == []


def test_every_sum_that_holds_is_really_looked_at():
    relations = {
        doc: {frozenset(cell.path for cell in one.cells) for one in relations_of(data)}
        for doc, data in PROGRAMMES.items()
    }
    looked_at = 0
    for name, doc, paths, _holds in arithmetic("identity"):
        if not NOT_A_SUM_OF_THE_DOCUMENT.search(name):
            assert paths in relations[doc], (name, sorted(paths))
            looked_at += 1
    assert looked_at > 300


def test_a_spoilt_number_of_a_real_programme_is_named():
    paths = sorted({path for one in relations_of(PROGRAMMES["ordynsky"]) for path in (c.path for c in one.cells)})
    assert len(paths) > 250
    for path in paths[::5]:
        data = copy.deepcopy(PROGRAMMES["ordynsky"])
        change_number(data, path, Decimal(1_000_000))
        new = [one for one in check_programme(data) if one.severity is not Severity.HINT and path in one.place]
        assert new, path


def test_findings_are_plain_and_complete():
    for findings in FOUND.values():
        for one in findings:
            assert one.severity is CODES[one.code][0]
            assert one.place
            assert one.paths
            assert re.search("[а-яё]{3}", str(one.message)), one
            assert "%(" not in str(one.message)
    codes = {one.code for findings in FOUND.values() for one in findings}
    assert {"weight_is_sum", "prose_differs", "paired_lines", "zero_plan", "acts_alike"} <= codes


def test_zero_plans_are_told_once_an_indicator():
    zero = [one.paths[0] for one in FOUND["kirovo"] if one.code == "zero_plan"]
    assert zero == ["indicators[ind-8].targets", "indicators[ind-9].targets"]


# --- places, paired lines, edits


def test_a_place_of_the_file_is_named_instead_of_the_path():
    places = {
        "activities[act-4-1].amount.2025.rub": "таблица 3, строка 14, графа 5",
        "indicators[ind-1-1]": "таблица 2, строка 6",
    }
    data = copy.deepcopy(PROGRAMMES["ordynsky"])
    change_number(data, "activities[act-4-1].amount.2025.rub", Decimal(1000))
    found = [one.place for one in check_programme(data, places) if one.code == "sources_differ"]
    assert found == [
        "таблица 3, строка 14, графа 5 (мероприятие «Организация и проведение конкурса социально значимых проектов"
        " для ТОС…», сумма затрат, 2025 год)"
    ]
    weights = [one.place for one in check_programme(data, places) if one.code == "weight_is_unclear"]
    assert weights[0].startswith("таблица 2, строка 6 (показатель 1.1")


def test_the_pair_of_lines_is_found():
    data = PROGRAMMES["ordynsky"]
    (pair,) = pairs_of(data)
    assert pair.total == Decimal("40000.00")
    assert {path.split(".")[0] for path in (c.path for line in (pair.first, pair.second) for c in line.values())} == {
        "activities[act-4-1]",
        "activities[act-4-4]",
    }


def test_a_corrected_line_asks_for_the_other_of_its_pair():
    before = PROGRAMMES["ordynsky"]
    assert broken_pairs(before, before) == []
    after = copy.deepcopy(before)
    change_number(after, "activities[act-4-4].sources.local.2025.rub", Decimal("10.00"))
    (broken,) = broken_pairs(before, after)
    assert broken.paths == ("activities[act-4-4].sources.local.2025.rub", "activities[act-4-1].sources.local.2025.rub")
    assert (broken.code, broken.expected, broken.found) == ("pair_broken", "40000.00", "40010.00")
    said = str(broken.message).replace("\u00a0", " ")
    assert "Вторая строка: activities[act-4-1].sources.local.2025.rub (мероприятие «Организация и проведение" in said
    assert said.endswith("чтобы сумма осталась, в ней нужно 12 976,76 ₽")
    change_number(after, "activities[act-4-1].sources.local.2025.rub", Decimal("-10.00"))
    assert broken_pairs(before, after) == []


def arithmetic_of(data: dict[str, Any]) -> list[Finding]:
    return [one for one in check_programme(data) if one.code not in {"units_mixed", "funding_total_missing"}]


def test_rounding_of_totals_is_not_a_contradiction():
    cell = {"rub": "721486.76", "printed": "721486,76", "unit": "руб."}
    other = {"rub": "27013.27", "printed": "27013,27", "unit": "руб."}
    block = {
        "total": {"2025": {"rub": "748500.00", "printed": "748,5", "unit": "тыс. руб."}},
        "local": {"2025": cell},
        "regional": {"2025": other},
    }
    assert arithmetic_of({"programme_totals": block}) == []
    block["total"]["2025"] = {"rub": "748600.00", "printed": "748,6", "unit": "тыс. руб."}
    (wrong,) = arithmetic_of({"programme_totals": block})
    assert (wrong.code, wrong.expected, wrong.found) == ("sources_differ", "748500.03", "748600.00")


def test_sums_of_rounded_parts_may_drift():
    def cell(printed: str) -> dict[str, str]:
        value = Decimal(printed.replace(",", ".")) * 1000
        return {"rub": f"{value:.2f}", "printed": printed, "unit": "тыс. руб."}

    block = {
        "total": {"2025": cell("100,0")},
        **{source: {"2025": cell("33,3")} for source in ("local", "regional", "federal")},
    }
    (drift,) = arithmetic_of({"programme_totals": block})
    assert (drift.code, drift.severity) == ("rounding_drift", Severity.MEDIUM)


def test_what_two_equalities_say_of_one_cell_is_told_once():
    def cell(printed: str) -> dict[str, str]:
        value = Decimal(printed.replace(",", ".")) * 1000
        return {"rub": f"{value:.2f}", "printed": printed, "unit": "тыс. руб."}

    sources = {source: {"2025": cell("33,3")} for source in ("local", "regional", "federal")}
    works = [{"id": f"act-{n}", "task": "task-1", "amount": {"2025": cell("33,3")}} for n in (1, 2, 3)]
    data = {"task_totals": {"task-1": {"total": {"2025": cell("100,0")}, **sources}}, "activities": works}
    drifting = [one for one in relations_of(data) if one.verdict is Verdict.DRIFT]
    assert [one.code for one in drifting] == ["sources_differ", "task_total_differs"]
    (told,) = [one for one in check_programme(data) if one.code == "rounding_drift"]
    assert (told.paths[0], told.expected) == ("task_totals.task-1.total.2025.rub", "99900.00")


def test_the_same_act_with_two_dates_is_found():
    data = copy.deepcopy(PROGRAMMES["ordynsky"])
    data["approval"]["appendix_blocks"][1]["date"] = "2023-08-19"
    assert [one.expected for one in check_programme(data) if one.code == "acts_differ"] == [
        "18.08.2023 № 1056/89",
        "19.08.2023 № 1056/89",
    ]
    data = copy.deepcopy(PROGRAMMES["ordynsky"])
    data["state_programme"]["date"] = "2018-12-27"
    (differ,) = [one for one in check_programme(data) if one.code == "acts_differ"]
    assert "570-п" in str(differ.message)


# --- random programmes


@settings(max_examples=60, deadline=None)
@given(data=consistent_programmes())
def test_a_consistent_programme_yields_no_finding(data):
    assert check_programme(data) == []


@settings(max_examples=120, deadline=None)
@given(data=consistent_programmes(), choice=st.randoms(use_true_random=False))
def test_one_changed_number_is_found_and_named(data, choice):
    path = choice.choice(cell_paths(data))
    before = value_at(data, path)
    change_number(data, path, Decimal(choice.choice([1, 3, 10, 250])))
    assert value_at(data, path) != before
    findings = check_programme(data)
    assert findings
    assert any(path in one.place for one in findings), (path, [(one.code, one.place) for one in findings])


GARBAGE = st.sampled_from([None, 0, -1, "", "–", "слово", [], {}, [1, None], {"x": None}, "1e999", "9" * 500, True])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PROGRAMMES)), st.randoms(use_true_random=False), GARBAGE)
def test_a_document_of_any_shape_is_checked_without_falling(name, choice, garbage):
    data = copy.deepcopy(PROGRAMMES[name])
    for _step in range(3):
        holder: Any = data
        for _depth in range(choice.randint(0, 5)):
            nodes = [one for one in (holder.values() if isinstance(holder, dict) else holder) if one]
            nodes = [one for one in nodes if isinstance(one, dict | list)]
            if not nodes:
                break
            holder = choice.choice(nodes)
        if isinstance(holder, dict) and holder:
            holder[choice.choice(sorted(holder))] = copy.deepcopy(garbage)
        elif holder:
            holder[choice.randrange(len(holder))] = copy.deepcopy(garbage)
    for one in check_programme(data):
        assert str(one.message)


def test_a_big_programme_is_checked_soon(benchmark_programme):
    findings = check_programme(benchmark_programme)
    assert all(one.severity is Severity.HINT for one in findings)


@pytest.fixture
def benchmark_programme() -> dict[str, Any]:
    from tests.domain.consistent_programmes import programme

    return programme(
        years=[str(year) for year in range(2024, 2032)],
        tasks=[[(1 + n % 3, 10 + n + 300 * task, 30 + n % 50) for n in range(60)] for task in range(5)],
        thousands=False,
        counts=55,
    )


# --- other districts


def district(indicators: list[dict[str, Any]], activities: list[dict[str, Any]]) -> dict[str, Any]:
    return {"indicators": indicators, "activities": activities}


def planned(name: str, unit: str, values: Mapping[str, str], task: str = "task-1") -> dict[str, Any]:
    targets = {year: {"value": value, "printed": value} for year, value in values.items()}
    return {"id": "ind-1", "task": task, "name": name, "unit": unit, "targets": targets}


def work(name: str, quantity: str, roubles: str = "0.00", task: str = "task-1", code: str = "act-1") -> dict[str, Any]:
    return {
        "id": code,
        "task": task,
        "name": name,
        "quantity": {"unit": "ед.", "by_year": {"2025": quantity}},
        "amount": {"2025": {"rub": roubles}},
    }


@pytest.mark.parametrize(
    ("indicator", "activities", "codes"),
    [
        (("Количество проведенных сходов", "unit", "4"), [work("Проведение сходов граждан", "4")], set()),
        (
            ("Количество проведенных сходов", "unit", "5"),
            [work("Проведение сходов граждан", "4")],
            {"targets_against_activity"},
        ),
        (
            ("Количество проведенных сходов", "unit", "5"),
            [work("Проведение сходов в сёлах", "4"), work("Проведение сходов в городе", "1", code="act-2")],
            set(),
        ),
        (
            ("Количество проведенных сходов", "unit", "4"),
            [work("Проведение сходов граждан", "4", task="task-2")],
            {"indicator_in_other_task"},
        ),
        (("Количество мероприятий", "unit", "9"), [work("Проведение мероприятий ко Дню села", "1")], set()),
        (("Привлечено внебюджетных средств", "thousand_rub", "70"), [work("Ремонт", "1", "500000.00")], set()),
        (
            ("Объём финансирования ремонта", "thousand_rub", "70"),
            [work("Ремонт", "1", "500000.00")],
            {"money_against_activities"},
        ),
        (("Объём финансирования ремонта", "thousand_rub", "500"), [work("Ремонт", "1", "500000.00")], set()),
    ],
)
def test_an_indicator_against_the_activities_that_feed_it(indicator, activities, codes):
    name, unit, value = indicator
    found = check_programme(district([planned(name, unit, {"2025": value})], activities))
    linked = {"targets_against_activity", "indicator_in_other_task", "topic_in_other_task", "money_against_activities"}
    assert {one.code for one in found} & linked == codes


def test_a_price_printed_in_thousands_may_drift():
    def cell(printed: str) -> dict[str, str]:
        return {"rub": f"{Decimal(printed.replace(',', '.')) * 1000:.2f}", "printed": printed, "unit": "тыс. руб."}

    row = work("Ремонт", "3") | {"unit_cost": {"2025": cell("33,3")}, "amount": {"2025": cell("100,0")}}
    codes = [one.code for one in check_programme({"activities": [row]})]
    assert codes == ["rounding_drift"]
    row["amount"] = {"2025": cell("101,0")}
    codes = [one.code for one in check_programme({"activities": [row]})]
    assert codes == ["price_differs"]


def test_weights_that_only_do_not_add_up_are_told_once():
    rows = [planned("Доля дворов", "percent", {"2025": "7"}) | {"id": f"i{n}", "weight_column_value": w}
            for n, w in enumerate(["0.5", "0.3", "0.1"])]  # fmt: skip
    found = [one.code for one in check_programme({"indicators": rows}) if "weight" in one.code]
    assert found == ["weights_do_not_add_up"]
    rows[2]["weight_column_value"] = "0.2"
    assert [one.code for one in check_programme({"indicators": rows}) if "weight" in one.code] == []
