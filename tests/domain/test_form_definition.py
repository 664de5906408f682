from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.form_definition import (
    KINDS,
    MOST_CHARS,
    FormField,
    FormSection,
    Option,
    ProgressState,
    RowAction,
    check_section,
    content_of,
    digest_of,
    is_inn10,
    is_inn12,
    is_ogrn13,
    printed_answer,
    read_section,
    row_action,
    section_progress,
    visible_answers,
)

SECTION = FormSection(
    "all",
    "Все поля",
    (
        FormField("title", "Название", "text", required=True, max_chars=20),
        FormField("problem", "Проблема", "long_text", required=True, min_chars=5, max_chars=30),
        FormField("legal", "Юридическое лицо", "yes_no", required=True),
        FormField("inn", "ИНН", "inn10", required=True, visible_if="legal"),
        FormField("recipient", "Получатель", "person", required=True, visible_if="not legal"),
        FormField("start", "Начало", "date", required=True),
        FormField("finish", "Окончание", "date", not_before="start"),
        FormField("people", "Жителей", "integer", min=Decimal(1), max=Decimal(20000)),
        FormField("raised", "Привлечено", "money", max=Decimal("1000.00")),
        FormField("nomination", "Номинация", "choice", options=(Option("n1", "Двор"), Option("n2", "Спорт"))),
        FormField("mail", "Почта", "email"),
        FormField("tel", "Телефон", "phone"),
        FormField("site", "Сайт", "url"),
        FormField("tasks", "Задачи", "list", required=True, min_rows=2, max_rows=3),
        FormField(
            "results",
            "Результаты",
            "table",
            max_rows=2,
            columns=(
                FormField("name", "Показатель", "text", required=True),
                FormField("value", "Значение", "decimal"),
                FormField("day", "День", "date"),
            ),
        ),
        FormField("truth", "Сведения достоверны", "declaration", required=True),
    ),
)
GOOD = {
    "title": ["Наш двор"],
    "problem": ["Темно\r\nи грязно"],
    "legal": ["yes"],
    "inn": ["7707083893"],
    "start-day": ["18"],
    "start-month": ["5"],
    "start-year": ["2026"],
    "finish": ["2026-09-30"],
    "people": ["1 200"],
    "raised": ["999,5"],
    "nomination": ["n2"],
    "mail": ["ivanova@example.ru"],
    "tel": ["+7 (383) 592-10-00"],
    "site": ["https://vk.com/tos?x=1"],
    "tasks-0": ["Убрать"],
    "tasks-1": [""],
    "tasks-2": ["Посадить"],
    "results-0-name": ["Деревья"],
    "results-0-value": ["12,5"],
    "results-0-day-day": ["1"],
    "results-0-day-month": ["6"],
    "results-0-day-year": ["2026"],
    "truth": ["on"],
    "unknown": ["x"],
}


def judged(changes: dict[str, str], *, final: bool = True) -> list[str]:
    answers, _ = read_section(SECTION, {**GOOD, **{name: [value] for name, value in changes.items()}})
    return [remark.place for remark in check_section(SECTION, answers, final=final)]


def test_what_is_posted_becomes_answers() -> None:
    answers, remarks = read_section(SECTION, GOOD)
    assert remarks == []
    assert answers["start"] == "2026-05-18"
    assert answers["tasks"] == ["Убрать", "Посадить"]
    assert answers["results"] == [{"name": "Деревья", "value": "12,5", "day": "2026-06-01"}]
    assert answers["problem"] == "Темно\nи грязно"
    assert (answers["truth"], answers["recipient"], answers["raised"]) == ("yes", "", "999,5")
    assert "unknown" not in answers
    assert check_section(SECTION, answers, final=True) == []
    assert section_progress(SECTION, answers).is_done


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"title": ""}, ["title"]),
        ({"title": "я" * 21}, ["title"]),
        ({"problem": "Ужас"}, ["problem"]),
        ({"inn": "7707083894"}, ["inn"]),
        ({"legal": "no"}, ["recipient"]),
        ({"legal": "no", "recipient": "Иванова Мария Петровна"}, []),
        ({"legal": "maybe"}, ["legal"]),
        ({"start-day": "31", "start-month": "2"}, ["start"]),
        ({"start": "0001-01-01"}, ["start"]),
        ({"finish": "17.05.2026"}, ["finish"]),
        ({"people": "0"}, ["people"]),
        ({"people": "-5"}, ["people"]),
        ({"people": "1,5"}, ["people"]),
        ({"people": "9" * 50}, ["people"]),
        ({"raised": "1000,01"}, ["raised"]),
        ({"raised": "сто"}, ["raised"]),
        ({"nomination": "n3"}, ["nomination"]),
        ({"mail": "ivanova@"}, ["mail"]),
        ({"mail": "a@b.ru\x00"}, []),
        ({"tel": "12"}, ["tel"]),
        ({"site": "javascript:alert(1)"}, ["site"]),
        ({"tasks-2": ""}, ["tasks"]),
        ({"tasks-3": "3", "tasks-4": "4"}, ["tasks"]),
        ({"tasks-1": "т" * 501}, ["tasks-1"]),
        ({"results-0-value": "много"}, ["results-0-value"]),
        ({"results-0-name": ""}, ["results-0-name"]),
        ({"results-7-value": "7"}, ["results-1-name"]),
        ({"truth": ""}, ["truth"]),
    ],
)
def test_each_fault_stands_at_its_input(changes: dict[str, str], places: list[str]) -> None:
    assert judged(changes) == places


def test_a_draft_is_not_asked_for_what_is_missing() -> None:
    assert check_section(SECTION, {}, final=False) == []
    assert judged({"title": "", "problem": "", "truth": "", "tasks-2": ""}, final=False) == []
    assert judged({"inn": "123", "people": "много"}, final=False) == ["inn", "people"]


def test_wrong_text_stays_as_typed() -> None:
    answers, _ = read_section(
        SECTION, {"raised": ["сто рублей"], "start-day": ["31"], "start-month": ["2"], "inn": ["<b>"]}
    )
    assert (answers["raised"], answers["start"], answers["inn"]) == ("сто рублей", "31.2.", "<b>")


def test_too_much_is_refused_with_the_limit_and_the_length() -> None:
    answers, remarks = read_section(SECTION, {"problem": ["ж" * (MOST_CHARS + 5)]})
    assert [str(remark) for remark in remarks] == ["Слишком длинно: 100005 знаков, можно не больше 30"]
    assert len(answers["problem"]) == MOST_CHARS
    answers, remarks = read_section(SECTION, {f"tasks-{number}": ["x"] for number in range(300)})
    assert ([remark.place for remark in remarks], len(answers["tasks"])) == (["tasks"], 200)
    long = [str(remark) for remark in check_section(SECTION, {"title": "ж" * 25}, final=False)]
    assert long == ["Слишком длинно: 25 знаков, можно не больше 20"]


def test_rows_are_added_and_removed_without_javascript() -> None:
    posted = {"tasks-0": ["а"], "tasks-1": [""], "tasks-2": ["в"]}
    assert read_section(SECTION, {**posted, "add": ["tasks"]})[0]["tasks"] == ["а", "", "в"]
    assert read_section(SECTION, {"tasks-0": ["а"], "add": ["tasks"]})[0]["tasks"] == ["а", ""]
    assert read_section(SECTION, {**posted, "del": ["tasks-0"]})[0]["tasks"] == ["", "в"]
    assert read_section(SECTION, {"add": ["results"]})[0]["results"] == [{"name": "", "value": "", "day": ""}]
    assert row_action(SECTION, {"del": ["tasks-2"]}) == RowAction("tasks", 2)
    for nonsense in ({"add": ["title"]}, {"del": ["tasks"]}, {"del": ["tasks--1"]}, {"add": ["../x"]}, {}):
        assert row_action(SECTION, nonsense) is None


def test_progress_in_words() -> None:
    empty = section_progress(SECTION, {})
    assert empty.state is ProgressState.NOT_STARTED
    assert str(empty.missing[0]) == "Заполните поле «Название»"
    assert section_progress(SECTION, {"title": "Двор"}).state is ProgressState.IN_PROGRESS
    optional = FormSection("o", "Необязательное", (FormField("x", "Х", "text"),))
    assert section_progress(optional, {}).is_done


@pytest.mark.parametrize("junk", [5, None, ["x"], {"a": 1}, [{"name": 5}], [[["x"]]], True, "x" * 9])
@pytest.mark.parametrize("kind", KINDS)
def test_junk_in_the_database_is_a_remark_not_a_crash(kind: str, junk: Any) -> None:
    one = FormField("f", "Поле", kind, columns=(FormField("name", "Имя", "text"),), options=(Option("a", "А"),))
    section = FormSection("s", "С", (one,))
    check_section(section, {"f": junk}, final=True)
    assert isinstance(printed_answer(one, junk), list)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "add", "del", "results-1-value", "results-0-day", "tasks-9999"]),
        st.lists(st.text(max_size=40), max_size=2),
    )
)
def test_any_text_is_read_checked_and_printed(posted: dict[str, list[str]]) -> None:
    answers, _ = read_section(SECTION, posted)
    for final in (False, True):
        for remark in check_section(SECTION, answers, final=final):
            assert str(remark)
            assert "\x00" not in str(remark)
    for one in SECTION.fields:
        for line in printed_answer(one, answers[one.code]):
            line.encode()
    again, _ = read_section(SECTION, {"title": [answers["title"]]})
    assert again["title"] == answers["title"]


def test_what_is_printed() -> None:
    fields = {one.code: one for one in SECTION.fields}
    assert printed_answer(fields["nomination"], "n1") == ["Двор"]
    assert printed_answer(fields["legal"], "no") == ["Нет"]
    assert printed_answer(fields["start"], "2026-05-18") == ["18.05.2026"]
    assert printed_answer(fields["problem"], "а\nб") == ["а", "б"]
    assert printed_answer(fields["results"], [{"name": "Деревья", "value": "12"}]) == [
        "1. Показатель: Деревья; Значение: 12"
    ]


def test_the_digest_follows_the_content_alone() -> None:
    answers, _ = read_section(SECTION, GOOD)
    assert "recipient" not in visible_answers([SECTION], {"all": answers})["all"]
    files = [
        {"slot": "b", "name": "2.pdf", "size": 2, "sha256": "bb"},
        {"slot": "a", "name": "1.pdf", "size": 1, "sha256": "aa"},
    ]

    def digest(**changes: Any) -> str:
        given = {
            "contest": "c", "edition": 1, "nomination": "n1", "tos": "Двор", "sections": [SECTION],
            "answers": {"all": answers}, "files": files, **changes,
        }  # fmt: skip
        return digest_of(content_of(**given))

    assert digest() == digest(files=files[::-1])
    assert digest() == digest(answers={"all": {**answers, "recipient": "скрыто"}})
    assert digest() != digest(answers={"all": {**answers, "title": "Иной двор"}})
    assert digest() != digest(edition=2)


@given(st.integers(0, 10**9 - 1))
def test_one_wrong_digit_of_an_inn_is_seen(number: int) -> None:
    good = [text for check in range(10) if is_inn10(text := f"{number:09d}{check}")]
    assert len(good) == (1 if number else 0)


@pytest.mark.parametrize("text", ["", "1", "٧٧٠٧٠٨٣٨٩٣", "770708389²", "77070838930", " 7707083893"])
def test_odd_digits_are_not_numbers(text: str) -> None:
    assert not is_inn10(text)
    assert not is_inn12(text)
    assert not is_ogrn13(text)
