"""The builder of forms by pressing buttons alone: rows added, moved, copied; properties by kind; choices by names."""

import re

import pytest

from tests.features.contests.test_routes import form_of
from tests.make import make_contest, make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.domain.form_definition import KINDS, FormField
from tosportal.features.contests import queries
from tosportal.support.db import db
from tosportal.web.rows import code_from_words, options_of

ADDRESS = "/office/contests/c/edit/section-project"
ODD = '100 % %s %(label)s {0} {{ 7*7 }} O\'Нил «ёлочки» "лапки" <b>'


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def contest(district):
    found = make_contest(district, "c", announced=False)
    db.session.commit()
    return found


@pytest.fixture
def desk(app, district):
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


def saved_fields(contest) -> dict[str, FormField]:
    db.session.expire_all()
    section = queries.regulation_of(contest).section("project")
    assert section is not None
    return {one.code: one for one in section.fields}


def last(data: dict[str, list[str]]) -> int:
    return max(int(found[1]) for name in data if (found := re.match(r"fields-(\d+)-", name)))


def added(desk, data: dict[str, list[str]], kind: str, label: str, **more: str) -> dict[str, list[str]]:
    """Press «Добавить поле», choose the kind, press «Показать свойства этого вида», type."""
    data = form_of(desk.post(ADDRESS, {**data, "add": "fields"}))
    row = f"fields-{last(data)}"
    data |= {f"{row}-label": [label], f"{row}-kind": [kind]}
    data = form_of(desk.post(ADDRESS, {**data, "fit": row}))
    assert data[f"{row}-label"] == [label]
    return data | {f"{row}-{name}": [value] for name, value in more.items()}


def test_a_form_with_conditions_is_built_by_pressing(desk, contest):
    data = form_of(desk.get(ADDRESS))
    data = added(desk, data, "choice", ODD, options=f"Двор {ODD}\nСпорт")
    data = added(desk, data, "yes_no", "Есть сайт?")
    data = added(desk, data, "url", "Адрес сайта")
    code = code_from_words(ODD)
    page = desk.post(ADDRESS, {**data, "fit": f"fields-{last(data)}"})
    words = said(page)
    assert "«Есть сайт?» — да" in words
    assert f"«{ODD}» — Спорт" in words
    assert f"«{ODD}» — не Двор" in words
    assert 'value="est-sayt"' in page.get_data(as_text=True)
    data = form_of(page)
    row = f"fields-{last(data)}"
    data |= {f"{row}-required_if": ["est-sayt"], f"{row}-visible_if": [f"{code}=sport"]}
    desk.post(ADDRESS, data)
    fields = saved_fields(contest)
    site = fields["adres-sayta"]
    assert (site.required_if, site.visible_if) == ("est-sayt", f"{code}=sport")
    assert [option.name for option in fields[code].options] == [" ".join(f"Двор {ODD}".split()), "Спорт"]
    assert fields[code].label == ODD
    again = form_of(desk.get(ADDRESS))
    assert again[f"{row}-required_if"] == ["est-sayt"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_added_and_saved(desk, contest, kind):
    more = {"options": "Раз\nДва", "text": "Согласен на всё, что написано", "quorum": "third", "slot": "minutes"}
    before = saved_fields(contest)
    data = form_of(desk.get(ADDRESS))
    data = added(desk, data, kind, f"Вид {ODD}")
    row = f"fields-{last(data)}"
    assert (f"{row}-options" in data, f"{row}-text" in data) == (kind in {"choice", "many"}, kind == "consent")
    assert f"{row}-max_chars" not in data or kind in {"text", "long_text", "person", "address", "url", "list"}
    data |= {f"{row}-{name}": [value] for name, value in more.items() if f"{row}-{name}" in data}
    if kind == "table":
        data = form_of(desk.post(ADDRESS, {**data, "add": f"{row}-columns"}))
        cell = f"{row}-columns-0"
        data |= {f"{cell}-label": ["Сколько"], f"{cell}-kind": ["integer"]}
        data = form_of(desk.post(ADDRESS, {**data, "fit": cell}))
        data |= {f"{cell}-total": ["1"]}
    desk.post(ADDRESS, data)
    new = {code: one for code, one in saved_fields(contest).items() if code not in before}
    assert [(one.kind, one.label) for one in new.values()] == [(kind, f"Вид {ODD}")]
    if kind == "table":
        assert [(one.code, one.total) for one in next(iter(new.values())).columns] == [("skolko", True)]


def test_rows_are_copied_and_moved_both_ways(desk, contest):
    before = list(saved_fields(contest))
    data = form_of(desk.get(ADDRESS))
    data = form_of(desk.post(ADDRESS, {**data, "copy": "fields-0"}))
    assert data["fields-1-label"] == data["fields-0-label"]
    assert data["fields-1-code"] != data["fields-0-code"]
    data |= {"fields-1-label": ["Копия"]}
    data = form_of(desk.post(ADDRESS, {**data, "down": "fields-1"}))
    assert data["fields-2-label"] == ["Копия"]
    data = form_of(desk.post(ADDRESS, {**data, "up": "fields-2"}))
    desk.post(ADDRESS, data)
    after = list(saved_fields(contest))
    assert [after[0], *after[2:]] == before
    for act in ("copy", "down", "fit"):
        for place in ("fields-999", "fields", "x-1", "fields--1", "<script>"):
            desk.post(ADDRESS, {**data, act: place})
    assert list(saved_fields(contest)) == after


def test_a_copied_section_brings_its_questions(desk, contest):
    address = "/office/contests/c/edit/form"
    data = form_of(desk.get(address))
    place = next(name for name, value in data.items() if name.endswith("-code") and value == ["project"])
    row = place.removesuffix("-code")
    number = int(row.removeprefix("sections-"))
    data = form_of(desk.post(address, {**data, "copy": row}))
    data[f"sections-{number + 1}-title"] = ["Второй проект"]
    desk.post(address, data)
    db.session.expire_all()
    sections = queries.regulation_of(contest).sections
    assert sections[number + 1].title == "Второй проект"
    assert sections[number + 1].fields == sections[number].fields
    assert len({one.code for one in sections}) == len(sections)


def test_an_option_that_is_renamed_keeps_its_code():
    known = "yard = Двор\nsport = Спорт"
    assert options_of({"text": "Двор и сад\nСпорт", "known": known}) == [
        {"code": "yard", "name": "Двор и сад"}, {"code": "sport", "name": "Спорт"},
    ]  # fmt: skip
    assert options_of({"text": "Спорт\nДвор\nДвор", "known": known}) == [
        {"code": "sport", "name": "Спорт"}, {"code": "yard", "name": "Двор"}, {"code": "dvor", "name": "Двор"},
    ]  # fmt: skip
    assert options_of({"text": "Двор", "known": known}) == [{"code": "yard", "name": "Двор"}]
    assert [row["code"] for row in options_of({"text": "?\n!\n100 %", "known": "<b> = ?"})] == ["o1", "o2", "100"]


def test_what_a_kind_lacks_is_said_at_its_input(desk, contest):
    data = added(desk, form_of(desk.get(ADDRESS)), "consent", "Согласен")
    page = desk.post(ADDRESS, data, code=422)
    assert f'id="fields-{last(data)}-text-error"' in page.get_data(as_text=True)


def test_a_field_that_changes_its_kind_keeps_nothing_of_the_old(desk, contest):
    data = form_of(desk.get(ADDRESS))
    data = added(desk, data, "choice", "Вид", options="Раз\nДва")
    desk.post(ADDRESS, data)
    data = form_of(desk.get(ADDRESS))
    row = f"fields-{last(data)}"
    desk.post(ADDRESS, {**data, f"{row}-kind": ["text"]})
    assert saved_fields(contest)["vid"].options == ()


def test_a_document_is_asked_for_once_and_stays_while_it_is_asked_for(desk, contest):
    data = added(desk, form_of(desk.get(ADDRESS)), "files", "Протокол")
    data |= {f"fields-{last(data)}-slot": ["minutes"]}
    desk.post(ADDRESS, data)
    data = added(desk, form_of(desk.get(ADDRESS)), "files", "Ещё протокол")
    row = f"fields-{last(data)}-slot"
    page = desk.post(ADDRESS, data | {row: ["nothing"]}, code=422)
    assert "Выберите «Какой документ прикладывают» из списка" in said(page)
    page = desk.post(ADDRESS, data | {row: ["minutes"]}, code=422)
    assert "уже просит вопрос «Протокол»" in said(page)
    assert f'id="{row}-error"' in page.get_data(as_text=True)
    documents = "/office/contests/c/edit/documents"
    data = form_of(desk.get(documents))
    number = next(key for key, value in data.items() if key.endswith("-code") and value == ["minutes"])
    data = form_of(desk.post(documents, {**data, "del": number.removesuffix("-code")}))
    page = desk.post(documents, data, code=422)
    assert "Вопрос «Протокол» раздела" in said(page)
    assert "minutes" in [one.code for one in queries.regulation_of(contest).documents]


def with_choice(desk) -> dict[str, list[str]]:
    """The form of the section with a choice of four saved in it and a new question after it."""
    data = added(desk, form_of(desk.get(ADDRESS)), "many", "Что делаем", options="Двор\nСпорт\nСад\nСвет")
    desk.post(ADDRESS, data)
    return added(desk, form_of(desk.get(ADDRESS)), "text", "Где площадка")


def test_a_condition_names_several_answers_by_ticks_without_scripts(desk, contest):
    data = with_choice(desk)
    row = f"fields-{last(data)}"
    data |= {f"{row}-visible_if": ["chto-delaem=dvor"], f"{row}-required_if": ["not chto-delaem=sad"]}
    page = desk.post(ADDRESS, {**data, "fit": row})
    assert "И ещё ответы на этот вопрос" in said(page)
    data = form_of(page)
    data |= {f"{row}-visible_if-also-chto-delaem": ["sport", "svet", "dvor"]}
    data |= {f"{row}-required_if-also-chto-delaem": ["svet"]}
    desk.post(ADDRESS, data)
    asked = saved_fields(contest)["gde-ploshchadka"]
    assert (asked.visible_if, asked.required_if) == ("chto-delaem=dvor|sport|svet", "not chto-delaem=sad|svet")
    page = desk.get(ADDRESS)
    again = form_of(page)
    assert again[f"{row}-visible_if"] == ["chto-delaem=dvor"]
    assert again[f"{row}-visible_if-also-chto-delaem"] == ["sport", "svet"]
    desk.post(ADDRESS, again)
    assert saved_fields(contest)["gde-ploshchadka"] == asked
    again |= {f"{row}-visible_if-also-chto-delaem": [], f"{row}-required_if": [""]}
    desk.post(ADDRESS, again)
    asked = saved_fields(contest)["gde-ploshchadka"]
    assert (asked.visible_if, asked.required_if) == ("chto-delaem=dvor", None)


def test_ticks_of_a_question_that_is_new_on_the_page_are_kept(desk, contest):
    data = added(desk, form_of(desk.get(ADDRESS)), "choice", "Что делаем", options="Двор\nСпорт\nСад")
    data = added(desk, data, "text", "Где площадка")
    row = f"fields-{last(data)}"
    data = form_of(desk.post(ADDRESS, data | {f"{row}-visible_if": ["chto-delaem=dvor"], "fit": [row]}))
    desk.post(ADDRESS, data | {f"{row}-visible_if-also-chto-delaem": ["sad"]})
    assert saved_fields(contest)["gde-ploshchadka"].visible_if == "chto-delaem=dvor|sad"


def test_a_question_goes_to_another_section_unless_something_depends_on_it(desk, contest):
    data = with_choice(desk)
    row = last(data)
    data |= {f"fields-{row}-visible_if": ["chto-delaem=dvor"]}
    page = desk.post(ADDRESS, data | {f"fields-{row}-move_to": ["applicant"]}, code=422)
    assert "Этот вопрос зависит от вопроса «Что делаем»: перенесите и его или уберите условие" in said(page)
    assert f'id="fields-{row}-move_to-error"' in page.get_data(as_text=True)
    page = desk.post(ADDRESS, data | {f"fields-{row - 1}-move_to": ["applicant"]}, code=422)
    assert "От этого вопроса зависит вопрос «Где площадка»" in said(page)
    assert desk.post(ADDRESS, data | {f"fields-{row}-move_to": ["nothing"]}, code=422)
    desk.post(ADDRESS, data | {f"fields-{row}-move_to": ["applicant"], f"fields-{row - 1}-move_to": ["applicant"]})
    assert "gde-ploshchadka" not in saved_fields(contest)
    section = queries.regulation_of(contest).section("applicant")
    assert section is not None
    assert [one.code for one in section.fields][-2:] == ["chto-delaem", "gde-ploshchadka"]
    assert section.fields[-1].visible_if == "chto-delaem=dvor"
