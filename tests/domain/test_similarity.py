"""Similarity of texts: planted copies are found at their share, other texts are not; nothing is lost in marking."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.form_definition import FormField, FormSection
from tosportal.domain.similarity import (
    LEAST_WORDS,
    Coinciding,
    alike,
    coinciding,
    compared_lines,
    likeness,
    marked,
    runs_of,
)

VOCABULARY = [f"слово{number}" for number in range(2000)]
lines = st.lists(st.text(max_size=60), max_size=6)


def text(rng: random.Random, words: int = 200) -> list[str]:
    return [" ".join(rng.choice(VOCABULARY) for _ in range(20)) for _ in range(words // 20)]


@given(lines, lines)
def test_marks_together_are_the_line_and_the_marked_words_are_those_counted(mine, other):
    runs = runs_of(other)
    shared = 0
    for line in mine:
        marks = marked(line, runs)
        assert "".join(mark.text for mark in marks) == line
        shared += sum(coinciding([mark.text], frozenset()).words for mark in marks if mark.coincides)
    assert shared == coinciding(mine, runs).shared


@given(lines)
def test_a_text_coincides_with_itself_but_for_lonely_words(mine):
    found = coinciding(mine, runs_of(mine))
    lonely = sum(1 for line in mine if coinciding([line], frozenset()).words == 1)
    assert found.words - found.shared == lonely


@given(lines, lines)
def test_nothing_is_shared_with_a_text_that_has_no_run_of_it(mine, other):
    mine_runs = runs_of(mine)
    if not mine_runs & runs_of(other):
        assert coinciding(mine, runs_of(other)).shared == 0


@pytest.mark.parametrize(("copied", "is_found"), [(0, False), (1, False), (2, False), (3, True), (5, True), (10, True)])
def test_planted_copies_are_found_from_three_tenths_on_and_only_they(copied, is_found):
    """Sixty texts of ten lines; of one `copied` lines stand in another. No pair of others is ever shown."""
    rng = random.Random(copied)
    texts = {key: {"goal": text(rng), "aim": text(rng, 60)} for key in range(60)}
    texts[41]["goal"] = [*texts[7]["goal"][:copied], *texts[41]["goal"][copied:]]
    found = alike(texts, list(texts))
    assert {(one.one, one.other) for one in found} == ({(7, 41), (41, 7)} if is_found else set())
    assert {one.most for one in found} == ({Coinciding(copied * 20, 200)} if is_found else set())
    assert {one.section for one in found} == ({"goal"} if is_found else set())


def test_a_section_moved_into_another_one_is_found_where_it_was():
    rng = random.Random(1)
    texts = {1: {"goal": text(rng), "plan": text(rng)}, 2: {"goal": text(rng), "plan": text(rng)}}
    texts[2]["plan"] = [*texts[2]["plan"][:2], *texts[1]["goal"]]
    found = {one.one: one for one in alike(texts, [1])}
    assert (found[1].section, found[1].most.share) == ("goal", 1)
    assert found[1].whole == Coinciding(200, 400)


def test_letters_case_and_signs_do_not_hide_a_copy():
    runs = runs_of(["Мы поставим новые качели — и ещё урны!"])
    assert coinciding(["мы ПОСТАВИМ, новые; качели и еще урны"], runs) == Coinciding(7, 7)


def test_short_sections_say_nothing():
    short = {"name": ["слово " * (LEAST_WORDS - 1)]}
    assert likeness(1, short, 2, runs_of(short["name"])) is None
    assert alike({1: short, 2: short}, [1, 2]) == []


def test_each_has_at_most_five_and_a_phrase_of_all_is_no_burden():
    phrase = ["Проект направлен на благоустройство территории и объединение жителей вокруг общего дела во дворе"]
    found = alike({key: {"goal": phrase} for key in range(200)}, [0, 199])
    assert [one.one for one in found] == [0] * 5 + [199] * 5
    assert {one.most.share for one in found} == {Fraction(1)}


def test_rows_are_compared_without_people_days_and_payers():
    budget = FormField("items", "Смета", "budget")
    plan = FormField("plan", "План", "calendar_plan")
    secret = FormField("bank", "Реквизиты", "text", personal=True)
    table = FormField(
        "helpers",
        "Помощники",
        "table",
        columns=(FormField("name", "Имя", "person"), FormField("what", "Что делает", "text")),
    )
    section = FormSection("all", "Всё", (budget, plan, secret, table, FormField("phone", "Телефон", "phone")))
    answers = {
        "items": [{"name": "Качели", "unit": "шт.", "quantity": "2", "price": "40000", "own": "80000"}],
        "plan": [{"name": "Сборка", "starts_on": "2026-05-20", "responsible": "Примерова А. О.", "result": "Собраны"}],
        "bank": "40817810000000000001",
        "helpers": [{"name": "Иванов Иван", "what": "Сварка"}, "не строка таблицы"],
        "phone": "+7 383 590-00-01",
    }
    assert compared_lines(section, answers) == ["Качели шт. 2 40000", "Сборка Собраны", "Сварка", "не строка таблицы"]
