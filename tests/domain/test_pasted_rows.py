"""Tables that people bring: whatever was copied is read back, nothing is guessed, nothing is lost in silence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.form_definition import MOST_CHARS, FormField, Option
from tosportal.domain.pasted_rows import cells_of, read_rows, text_of

BUDGET = FormField("items", "Смета", "budget")
PLAN = FormField("plan", "План", "calendar_plan")
TITLES = {column.code: (column.label,) for column in BUDGET.row_columns}
PLAN_TITLES = {column.code: (column.label,) for column in PLAN.row_columns}

cells = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=12)
written = st.text(st.sampled_from("аб\"'\t\n;, 5"), max_size=8)


@given(st.lists(st.lists(written.map(str.strip), min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_a_spreadsheet_copies_is_read_back(rows):
    assert cells_of(text_of(rows)) == rows


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text):
    found = read_rows(BUDGET, cells_of(text), TITLES)
    assert (
        found.rows or found.remarks or found.totals or found.unknown_columns or not any(any(row) for row in found.rows)
    )
    for row in found.rows:
        assert list(row) == [column.code for column in BUDGET.row_columns]


def test_a_budget_of_another_form_with_its_own_titles_in_any_order():
    text = (
        "Смета расходов\n"
        "№ п/п\tЦена за единицу\tНаименование расходов\tЕд. изм.\tКол-во\tСумма\tСредства гранта\t"
        "Собственные средства\tПоставщик\n"
        "1\t40 000,00 руб.\tКачели\tшт.\t2\t80 000\t72 000\t8 000\tООО «Двор»\n"
        "\t\t\t\t\t\t\t\t\n"
        "2\t1\xa0000\tСборка\tч\t10\t10 000\t\t10 000\t\n"
        "\t\tИтого:\t\t\t90 000\t72 000\t18 000\t\n"
    )
    found = read_rows(BUDGET, cells_of(text), TITLES)
    empty = {"kind": "", "attracted": "", "in_kind": ""}
    assert [dict(row) for row in found.rows] == [
        {"name": "Качели", "unit": "шт.", "quantity": "2", "price": "40 000,00", "requested": "72 000", "own": "8 000"}
        | empty,
        {"name": "Сборка", "unit": "ч", "quantity": "10", "price": "1 000", "requested": "", "own": "10 000"} | empty,
    ]
    assert found.unknown_columns == ("Поставщик",)
    assert found.totals == 1


def test_rows_without_titles_stand_in_the_order_of_the_form():
    found = read_rows(PLAN, cells_of("Расчистка\t20.5.2026\t10.06.2026\tПримерова А. О.\tМесто готово"), PLAN_TITLES)
    assert found.rows == (
        {
            "name": "Расчистка",
            "starts_on": "2026-05-20",
            "ends_on": "2026-06-10",
            "responsible": "Примерова А. О.",
            "result": "Место готово",
        },
    )


def test_a_day_that_is_none_stays_as_typed():
    found = read_rows(PLAN, cells_of("Расчистка\tлетом\t31.02.2026"), PLAN_TITLES)
    assert (found.rows[0]["starts_on"], found.rows[0]["ends_on"]) == ("летом", "31.02.2026")


def test_a_choice_is_taken_by_its_name_and_said_when_it_is_none():
    kind = FormField("kind", "Чем", "choice", options=(Option("work", "Труд"), Option("things", "Вещи")))
    table = FormField("help", "Помощь", "table", columns=(kind, FormField("what", "Что", "text")))
    titles = {"kind": ("Чем",), "what": ("Что",)}
    found = read_rows(table, cells_of("Чем\tЧто\nТРУД\tУборка\nруками\tПокраска\nthings\tКраска"), titles)
    assert [row["kind"] for row in found.rows] == ["work", "", "things"]
    assert found.misfits == ((2, "Чем", "руками"),)


def test_one_column_is_a_table_too():
    table = FormField("deeds", "Дела", "table", columns=(FormField("deed", "Дело", "text"),))
    assert [row["deed"] for row in read_rows(table, cells_of("Дело\nСубботник\nКаток"), {"deed": ["Дело"]}).rows] == [
        "Субботник",
        "Каток",
    ]


def test_cells_of_a_file_are_written_as_people_write_them():
    text = text_of([["Качели", 2, Decimal("40000.50"), Decimal("7E+3"), date(2026, 5, 20), None, "две\nстроки"]])
    assert cells_of(text) == [["Качели", "2", "40000,5", "7000", "20.05.2026", "", "две\nстроки"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Строк не нашлось"),
        ("Расход\tЦена", "Строк не нашлось"),
        ("Итого\t5", "Строк не нашлось"),
        ("а\t" * 12, "В строке 12 ячеек, а колонок 9"),
        ("Качели\n" * 51, "Строк 51, а здесь помещается 50"),
        ("Качели\t" + "я" * (MOST_CHARS + 1), "больше 100000 знаков"),
    ],
)
def test_what_cannot_be_taken_is_said(text, words):
    found = read_rows(BUDGET, cells_of(text), TITLES)
    assert found.rows == ()
    assert words in str(found.remarks[0])
