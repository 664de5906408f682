"""The kinds of fields beyond a single text, conditions, totals; random forms with random answers lose nothing."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.definition_reader import Reader
from tosportal.domain.form_definition import (
    CELL_KINDS,
    KINDS,
    NUMBER_KINDS,
    QUORUMS,
    FormField,
    FormSection,
    Option,
    check_section,
    field_to_json,
    is_visible,
    printed_answer,
    quorum_words,
    read_form_section,
    read_section,
    section_to_json,
    totals_of,
    visible_answers,
)

ODD = '100 % %s %(label)s {0} {{ 7*7 }} O\'Нил "кавычки" «ёлочки» <b>&amp; ' + "и целый абзац. " * 30


def section(*fields: FormField) -> FormSection:
    return FormSection("s", "Раздел", fields)


def places(this: FormSection, posted: dict[str, Any], *, final: bool = True) -> list[str]:
    answers, refused = read_section(this, {name: [value] if isinstance(value, str) else value
                                           for name, value in posted.items()})  # fmt: skip
    assert refused == []
    return [remark.place for remark in check_section(this, answers, final=final)]


def defects(*fields: dict[str, Any]) -> list[str]:
    reader = Reader()
    read_form_section(reader, {"code": "s", "title": "Раздел", "nominations": [], "fields": list(fields)}, "s")
    return [remark.place for remark in reader.defects]


MANY = FormField("where", "Где", "many", options=(Option("site", "Сайт"), Option("board", "Доска"),
                                                   Option("chat", "Чат")), min_rows=1, max_rows=2)  # fmt: skip


def test_several_answers_are_codes_each_once() -> None:
    answers, _ = read_section(section(MANY), {"where": ["chat", "site", "chat", " "]})
    assert answers == {"where": ["chat", "site"]}
    assert printed_answer(MANY, answers["where"]) == ["Чат", "Сайт"]
    assert places(section(MANY), {"where": ["chat", "site"]}) == []
    assert places(section(MANY), {"where": ["chat", "site", "board"]}) == ["where"]
    assert places(section(MANY), {"where": ["spell"]}, final=False) == ["where"]
    assert places(section(FormField("w", "Где", "many", required=True, options=MANY.options)), {}) == ["w"]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("inn", "7707083893", "7707083894"),
        ("inn", "500100732259", "500100732258"),
        ("ogrn", "1027700132195", "1027700132196"),
        ("ogrn", "304500116000157", "304500116000158"),
        ("kpp", "5433AB001", "54330100"),
        ("bik", "045004641", "945004641"),
        ("account", "40703810844070100123", "4070381084407010012"),
        ("address", "Село Ленинское, улица О'Нила, 5", "а" * 1001),
    ],
)
def test_numbers_with_check_digits(kind: str, right: str, wrong: str) -> None:
    one = section(FormField("f", "Поле", kind))
    assert places(one, {"f": right}) == []
    assert places(one, {"f": wrong}, final=False) == ["f"]


def test_an_account_is_checked_against_the_bik_before_it() -> None:
    this = section(FormField("bik", "БИК", "bik"), FormField("acc", "Счёт", "account"))
    assert places(this, {"bik": "045004641", "acc": "40703810844070100123"}) == []
    assert places(this, {"bik": "045004641", "acc": "40703810844070100124"}) == ["acc"]
    assert places(this, {"bik": "", "acc": "40703810844070100124"}) == []
    # A treasury account of a division of the Bank of Russia: a nought and two digits of the БИК go before it.
    accounts = [f"4010281{digit}445370000043" for digit in range(10)]
    right = [one for one in accounts if places(this, {"bik": "045004001", "acc": one}) == []]
    assert len(right) == 1


def test_a_period_is_two_days_in_order() -> None:
    this = section(FormField("term", "Срок", "period", required=True))
    posted = {"term-from-day": "5", "term-from-month": "6", "term-from-year": "2026", "term-until": "2026-09-30"}
    answers, _ = read_section(this, {name: [value] for name, value in posted.items()})
    assert answers == {"term": {"from": "2026-06-05", "until": "2026-09-30"}}
    assert printed_answer(this.fields[0], answers["term"]) == ["Начало: 05.06.2026", "Окончание: 30.09.2026"]
    assert places(this, posted) == []
    assert places(this, {**posted, "term-until": "2026-06-04"}) == ["term-until"]
    assert places(this, {**posted, "term-until": "31.02.2026"}) == ["term-until"]
    assert places(this, {"term-from": "2026-06-05"}) == ["term-until"]
    assert places(this, {}) == ["term-from"]


MEETING = {"m-held_on": "2026-03-01", "m-form": "in_person", "m-residents": "301", "m-present": "151",
           "m-votes_for": "150", "m-votes_against": "1", "m-abstained": "0"}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "residents", "fewest"),
    [("third", 300, 100), ("third", 301, 101), ("half", 300, 150), ("half", 301, 151), ("more_than_half", 300, 151),
     ("more_than_half", 301, 151), ("two_thirds", 300, 200), ("two_thirds", 299, 200), ("third", 1, 1)],
)  # fmt: skip
def test_the_quorum_is_exact_at_its_edge(rule: str, residents: int, fewest: int) -> None:
    this = section(FormField("m", "Собрание", "meeting", required=True, quorum=rule))
    told = {**MEETING, "m-residents": str(residents), "m-votes_for": "0", "m-votes_against": "0"}
    assert places(this, {**told, "m-present": str(fewest)}) == (["m-present"] if fewest > residents else [])
    assert places(this, {**told, "m-present": str(fewest - 1)}) == ["m-present"]
    said = quorum_words(this.fields[0], {"residents": str(residents), "present": str(fewest)})
    assert said is not None
    assert (said.values["needed"], str(said).startswith("Кворум есть")) == (fewest, True)


@given(st.integers(1, 9_999_999), st.sampled_from(sorted(QUORUMS)))
def test_the_fewest_people_fulfil_the_rule_and_one_less_does_not(residents: int, rule: str) -> None:
    said = quorum_words(
        FormField("m", "Собрание", "meeting", quorum=rule), {"residents": str(residents), "present": "0"}
    )
    assert said is not None
    needed = said.values["needed"]
    assert isinstance(needed, int)
    part, whole, is_more = QUORUMS[rule]
    for present, is_enough in ((needed, True), (needed - 1, False)):
        holds = present * whole > residents * part if is_more else present * whole >= residents * part
        assert holds is is_enough


def test_votes_and_people_of_a_meeting_must_fit() -> None:
    this = section(FormField("m", "Собрание", "meeting", required=True, quorum="half"))
    assert places(this, MEETING) == []
    assert places(this, {**MEETING, "m-votes_against": "2"}) == ["m-votes_for"]
    assert places(this, {**MEETING, "m-present": "302"}) == ["m-present"]
    assert places(this, {**MEETING, "m-abstained": ""}) == ["m-abstained"]
    assert places(this, {**MEETING, "m-form": "spell"}) == ["m-form"]
    assert places(this, {}) == ["m-held_on"]
    assert check_section(this, {"m": "не то"}, final=True)[0].place == "m"


def test_help_in_kind_is_hours_by_rate() -> None:
    one = FormField("help", "Вклад", "in_kind")
    posted = {"help-0-kind": "labour", "help-0-who": "Жители", "help-0-quantity": "12,5", "help-0-rate": "260,33",
              "help-0-basis": "Росстат", "help-1-kind": "goods", "help-1-who": "Магазин", "help-1-quantity": "2",
              "help-1-rate": "100", "help-1-basis": "чек"}  # fmt: skip
    answers, _ = read_section(section(one), {name: [value] for name, value in posted.items()})
    assert totals_of(one, answers["help"]) == {"amount": Decimal("3454.13")}
    assert places(section(one), posted) == []
    assert places(section(one), {**posted, "help-0-basis": ""}) == ["help-0-basis"]


def test_columns_are_summed_only_where_the_form_says() -> None:
    one = FormField("t", "Таблица", "table", columns=(
        FormField("a", "Людей", "integer", total=True), FormField("b", "Лет", "integer"),
        FormField("c", "Деньги", "money", total=True)))  # fmt: skip
    rows = [{"a": "2", "b": "5", "c": "1 000,50"}, {"a": "много", "b": "1", "c": ""}, {"a": "3", "b": "", "c": "0,01"}]
    assert totals_of(one, rows) == {"a": Decimal(5), "c": Decimal("1000.51")}


def test_conditions_on_choices_and_several_answers() -> None:
    fields = (
        FormField("kind", "Вид", "choice", options=(Option("yard", "Двор"), Option("sport", "Спорт"))),
        MANY,
        FormField("site", "Сайт", "url", required_if="where=site"),
        FormField("field", "Площадка", "text", required=True, visible_if="kind=sport"),
        FormField("why", "Почему", "text", visible_if="not kind=sport"),
    )
    this = section(*fields)
    assert places(this, {"where": ["site"], "kind": "sport"}) == ["site", "field"]
    assert places(this, {"where": ["chat"], "kind": "yard"}) == []
    seen = [is_visible(fields[4], answers) for answers in ({}, {"kind": "yard"}, {"kind": "sport"})]
    assert seen == [False, True, False]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "many"}, "s.fields[0].options"),
        ({"kind": "consent"}, "s.fields[0].text"),
        ({"kind": "consent", "text": "Согласен", "prefill": "tos.name"}, "s.fields[0].prefill"),
        ({"kind": "meeting"}, "s.fields[0].quorum"),
        ({"kind": "meeting", "quorum": "five"}, "s.fields[0].quorum"),
        ({"kind": "files"}, "s.fields[0].slot"),
        ({"kind": "text", "total": True}, "s.fields[0].total"),
        ({"kind": "text", "visible_if": "a"}, "s.fields[0].visible_if"),
        ({"kind": "text", "required_if": "kind"}, "s.fields[0].required_if"),
        ({"kind": "text", "required_if": "kind=spell"}, "s.fields[0].required_if"),
        ({"kind": "text", "required_if": "sure=yard"}, "s.fields[0].required_if"),
        ({"kind": "text", "required_if": "not not sure"}, "s.fields[0].required_if"),
    ],
)
def test_what_a_field_cannot_say_is_a_defect(change: dict[str, Any], place: str) -> None:
    others = (
        {"code": "kind", "label": "Вид", "kind": "choice", "options": [{"code": "yard", "name": "Двор"}]},
        {"code": "sure", "label": "Точно", "kind": "yes_no"},
    )
    assert place in defects({"code": "a", "label": "А", **change}, *others)


def test_inputs_of_a_period_may_not_be_taken_by_another_field() -> None:
    assert defects({"code": "a", "label": "А", "kind": "period"}, {"code": "a-from", "label": "Б", "kind": "text"})


# --- random forms ------------------------------------------------------------------------------------------------

texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)
labels = st.one_of(texts, st.just(ODD))
codes = st.integers(0, 10**6).map("q{}".format)


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    names = draw(st.lists(labels, min_size=1, max_size=5))
    return tuple(Option(f"o{number}", name) for number, name in enumerate(names))


@st.composite
def fields(draw: st.DrawFn, code: str, asked: tuple[FormField, ...] = (), *, cell: bool = False) -> FormField:
    kind = draw(st.sampled_from(sorted(CELL_KINDS if cell else KINDS)))
    conditions = [one.code for one in asked if one.kind == "yes_no"]
    conditions += [f"{one.code}={one.options[0].code}" for one in asked if one.kind in {"choice", "many"}]
    conditions += [f"not {text}" for text in conditions]
    maybe = st.none() | st.sampled_from(conditions) if conditions and not cell else st.none()
    columns = ()
    if kind == "table":
        columns = tuple(draw(fields(f"c{number}", cell=True)) for number in range(draw(st.integers(1, 4))))
    return FormField(
        code, draw(labels), kind, draw(st.booleans()), draw(st.just("") | labels),
        options=draw(options()) if kind in {"choice", "many"} else (),
        columns=columns,
        example=draw(st.just("") | labels),
        visible_if=draw(maybe),
        required_if=draw(maybe),
        personal=draw(st.booleans()),
        public=draw(st.booleans()),
        hidden_from_jury=draw(st.booleans()),
        total=cell and kind in NUMBER_KINDS and draw(st.booleans()),
        text=draw(labels) if kind == "consent" else "",
        slot="paper" if kind == "files" else None,
        quorum=draw(st.sampled_from(sorted(QUORUMS))) if kind == "meeting" else None,
    )  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> FormSection:
    found: tuple[FormField, ...] = ()
    for code in draw(st.lists(codes, min_size=1, max_size=6, unique=True)):
        found = (*found, draw(fields(code, found)))
    return FormSection("s", draw(labels), found)


@given(forms())
def test_a_random_form_survives_json(this: FormSection) -> None:
    reader = Reader()
    stored = json.loads(json.dumps(section_to_json(this), ensure_ascii=False))
    assert read_form_section(reader, stored, "s") == this
    assert reader.defects == []


def test_what_is_not_set_is_not_written() -> None:
    assert field_to_json(FormField("a", "А", "text")) == {"code": "a", "label": "А", "kind": "text", "required": False}


@given(forms(), st.data())
def test_random_answers_are_stored_as_typed_and_shown_whole(this: FormSection, data: st.DataObject) -> None:
    """Posted → stored: each text as it was typed; stored → sent again by the page: the same; printed: nothing lost."""
    posted: dict[str, list[str]] = {}
    typed: dict[str, list[str]] = {}
    for one in this.fields:
        if not one.is_answered:
            continue
        if one.kind == "many":
            chosen = data.draw(st.lists(st.sampled_from([option.code for option in one.options]), unique=True))
            posted[one.code] = chosen
            typed[one.code] = [option.name for code in chosen for option in one.options if option.code == code]
            continue
        names = [one.code]
        if one.kind == "list":
            names = [f"{one.code}-{number}" for number in range(2)]
        elif one.kind in {"period", "meeting"}:
            names = [f"{one.code}-{column.code}" for column in one.row_columns]
        elif one.row_columns:
            names = [f"{one.code}-{row}-{column.code}" for row in range(2) for column in one.row_columns]
        for name in names:
            text = data.draw(texts).strip()
            posted[name] = [f"такое {text}"]
            typed.setdefault(one.code, []).append(f"такое {text}")
    answers, refused = read_section(this, posted)
    assert refused == []
    for one in this.fields:
        if not one.is_answered:
            assert one.code not in answers
            continue
        if one.kind == "many":
            assert answers[one.code] == posted[one.code]
        printed = "\n".join(printed_answer(one, answers[one.code]))
        for words in typed.get(one.code, []):
            assert words in printed
    check_section(this, answers, final=True)
    kept = visible_answers([this], {"s": answers})["s"]
    assert all(answers[code] == answer for code, answer in kept.items())
