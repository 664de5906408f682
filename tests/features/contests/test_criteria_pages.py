"""The builder of criteria by pressing buttons alone: every kind, round trips to the letter, changes of kind, proofs."""

import re
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.test_procedures import GROUPS, S5, S21, STEPS, computed, item, jury
from tests.features.contests.test_routes import form_of
from tests.make import make_contest, make_municipality, make_secretary, regulation_with
from tests.pages import Browser, said
from tosportal.demo.contests import SAMPLES
from tosportal.domain.criteria import ITEM_KINDS, KINDS, ROUNDINGS, criterion_from_json
from tosportal.domain.regulation import regulation_from_json, regulation_from_sample, to_json
from tosportal.domain.scoring import METHODS, METHODS_BY_CRITERION
from tosportal.features.contests import queries
from tosportal.features.contests.forms import part_named
from tosportal.support.db import db
from tosportal.web.rows import from_typed, read_typed, to_typed, without_blank_rows

JSON = dict[str, Any]
ODD = '100 % %s %(label)s {0} {{ 7*7 }} O\'Нил «ёлочки» "лапки" <b>'
LONG = "Целый абзац из положения.\nВторая строка. " + "слово " * 300


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def desk(app, district):
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


def address(part: str) -> str:
    return f"/office/contests/c/edit/{part}"


def contest_of(district, criteria: list[JSON], **scoring: Any):
    definition = {**regulation_with(), "criteria": criteria}
    definition["scoring"] = {**definition["scoring"], "method": "mean_of_totals", "ties": ["submitted_at"], **scoring}
    contest = make_contest(district, "c", definition, announced=False)
    db.session.commit()
    return contest


def stored(contest) -> JSON:
    db.session.expire_all()
    return queries.edition_in_force(contest).definition


# --- opened and saved unchanged it is the same to the letter ---------------------------------------------------------


def as_posted(columns, typed: JSON, prefix: str = "") -> dict[str, list[str]]:
    """What a browser sends of a page that shows this."""
    found: dict[str, list[str]] = {}
    for column in columns:
        value, name = typed[column.name], prefix + column.name
        if column.rows is not None:
            for number, row in enumerate(value):
                found |= as_posted(column.rows.columns, row, f"{name}-{number}-")
        elif column.kind == "flag":
            found |= {name: ["1"]} if value else {}
        elif column.kind == "many":
            found[name] = list(value)
        else:
            found[name] = [value.replace("\n", "\r\n")]
    return found


def through_the_editor(definition: JSON, code: str) -> JSON:
    """A definition after its page was opened and saved as it is."""
    part = part_named(code, definition)
    assert part is not None
    typed = read_typed(part.columns, as_posted(part.columns, to_typed(part.columns, part.take(definition), UTC)))
    values, remarks = from_typed(part.columns, without_blank_rows(part.columns, typed), UTC)
    assert [str(one) for one in remarks] == []
    return to_json(regulation_from_json(part.put(definition, values)))


def pages_of(definition: JSON) -> list[str]:
    return ["criteria", "scoring", *(f"criterion-{one['code']}" for one in definition["criteria"])]


def assert_kept(definition: JSON) -> None:
    canonical = to_json(regulation_from_json(definition))
    for page in pages_of(canonical):
        assert through_the_editor(canonical, page) == canonical, page


SOUND: list[JSON] = [
    jury("k", step="0.5", levels=[{"points": "0", "text": LONG.strip(), "from": None}]),
    jury("k", "100", weight="0.20", only_levels=True, note_at_most="25", levels=[
        {"points": value, "text": ODD, "from": None} for value in ("0", "25", "100")]),
    jury("k", groups=["i", "ii"], asked_above="500000.00", asked_upto="1000000.00"),
    jury("k", weights=[{"upto": "300000.00", "weight": "2.5"}, {"upto": None, "weight": "1.50"}]),
    computed("k", "band", "15", "own_share", levels=S5),
    computed("k", "band", "3", "registry:residents", levels=S21),
    computed("k", "band", "3", "field:gone", levels=[
        {"points": "0", "text": "", "from": "0", "to": "5", "through": True},
        {"points": "3.00", "text": "много", "from": "5", "after": True}]),
    computed("k", "counter", "5", each="1"),
    computed("k", "counter", "5", each="0.5", every="10", rounding="started"),
    STEPS | {"code": "k"},
    computed("k", "checklist", "5", None, items=[item("a", "2"), item("b", "3")]),
    computed("k", "subsum", "3", None, items=[item(code, at_most="1") for code in ("x", "y", "z")]),
    computed("k", "weighted_counter", "9", None, items=[
        {"code": "p1", "text": ODD, "points": "4", "value": "rows:wins"},
        {"code": "p2", "text": LONG.strip(), "points": "1.5", "value": None, "at_most": "3"}]),
    computed("k", "penalty", "5", "field:calls", step="0.5", each="1", rounding="full", base="registry:residents",
             per="1000", zero_from="10"),
    computed("k", "share", "20", "budget:attracted", step="0.01", base="budget:total", full_at="50"),
    computed("k", "bonus", "1", "registry:legal_entity"),
]  # fmt: skip


@pytest.mark.parametrize("criterion", SOUND, ids=lambda one: one["kind"])
def test_each_kind_goes_through_the_pages_to_the_letter(criterion):
    definition = {**regulation_with(), "criteria": [criterion]}
    definition["scoring"] = {**definition["scoring"], "groups": GROUPS, "ties": ["k"]}
    assert to_json(regulation_from_json(definition))["criteria"] == [criterion]
    assert_kept(definition)


@pytest.mark.parametrize("sample", SAMPLES["contests"], ids=lambda one: one["id"])
def test_the_contests_of_the_demo_go_through_to_the_letter(sample):
    assert_kept(to_json(regulation_from_sample(sample, SAMPLES["form_sections"]["items"], zone=UTC)))


numbers = st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False).map(lambda one: f"{one:f}")
sums = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False).map(lambda one: f"{one:f}")
words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=40)
names = words.map(str.strip).filter(bool)
codes = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
values = st.sampled_from(
    [None, "own_share", "budget:own", "registry:years", "field:residents", "field:no=yes", "rows:x"]
)
groups = st.sampled_from(["i", "ii", "gone"])
levels_json = st.fixed_dictionaries(
    {"points": numbers, "text": words, "from": st.none() | numbers},
    optional={"after": st.just(True), "to": numbers, "through": st.just(True), "group": groups},
)
items_json = st.fixed_dictionaries(
    {"code": codes, "text": words, "points": numbers, "value": values}, optional={"at_most": numbers}
)


def criteria_json(code: str) -> st.SearchStrategy[JSON]:
    """Any criterion that the schema allows, its properties drawn without regard to its kind."""
    several = ("each", "every", "tail_from", "per", "zero_from", "full_at", "note_at_most")
    found = st.fixed_dictionaries(
        {
            "code": st.just(code),
            "nomination": st.sampled_from([None, "n1", "n2", "gone"]),
            "name": names,
            "kind": st.sampled_from(KINDS),
            "value": values,
            "levels": st.lists(levels_json, max_size=4),
            **dict.fromkeys(("max", "step", "weight"), numbers),
        },
        optional={
            **dict.fromkeys(several, numbers),
            **dict.fromkeys(("asked_above", "asked_upto"), sums),
            "rounding": st.sampled_from(ROUNDINGS),
            "base": values.filter(bool),
            "items": st.lists(items_json, min_size=1, max_size=4, unique_by=lambda one: one["code"]),
            "groups": st.lists(groups, min_size=1, unique=True),
            "weights": st.lists(
                st.fixed_dictionaries({"upto": st.none() | sums, "weight": numbers}), min_size=1, max_size=3
            ),
            "only_levels": st.just(True),
        },
    )
    return found.map(lambda one: criterion_from_json(one).to_json())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(codes, min_size=1, max_size=3, unique=True).flatmap(lambda all: st.tuples(*map(criteria_json, all))))
def test_whatever_the_schema_allows_goes_through_to_the_letter(criteria):
    definition = {**regulation_with(), "criteria": list(criteria)}
    definition["scoring"] = {**definition["scoring"], "ties": [criteria[0]["code"]]}
    assert_kept(definition)


def test_the_pages_themselves_change_nothing(desk, district):
    criteria = [one | {"code": f"k{number}", "name": f"{number} {ODD}"} for number, one in enumerate(SOUND)]
    contest = contest_of(district, criteria, groups=GROUPS, method="normalised", scale="100", expert_min="5")
    before = stored(contest)
    for page in pages_of(before):
        desk.post(address(page), form_of(desk.get(address(page))))
        assert stored(contest)["criteria"] == before["criteria"], page
        assert stored(contest) == before, page
    assert before["criteria"] == criteria


# --- built by pressing -----------------------------------------------------------------------------------------------

BUILT = {
    "jury_mark": {"max": "5", "levels-0-points": "0", "levels-0-text": LONG, "levels-1-points": "5"},
    "band": {"max": "3", "value": "own_share", "levels-0-points": "0", "levels-0-from": "0", "levels-1-points": "3",
             "levels-1-from": "10,5", "levels-1-after": "1"},
    "counter": {"max": "5", "value": "field:residents", "each": "1"},
    "steps": {"max": "20", "value": "field:residents", "each": "1", "every": "10", "rounding": "full",
              "tail_from": "10", "levels-0-points": "0", "levels-0-from": "0", "levels-1-points": "2",
              "levels-1-from": "2"},
    "checklist": {"max": "3", "items-0-text": ODD, "items-0-points": "3", "items-0-value": "registry:legal_entity"},
    "subsum": {"max": "3", "items-0-text": ODD, "items-0-points": "1", "items-0-value": "field:residents",
               "items-0-at_most": "3"},
    "weighted_counter": {"max": "3", "items-0-text": ODD, "items-0-points": "1,5", "items-0-value": "field:residents"},
    "penalty": {"max": "5", "value": "field:residents", "base": "registry:residents", "per": "1000", "each": "1",
                "rounding": "full", "zero_from": "10"},
    "share": {"max": "20", "value": "budget:own", "base": "budget:total", "step": "0,01", "full_at": "50"},
    "bonus": {"max": "1", "value": "registry:legal_entity"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_built_by_pressing_and_proved_sound(desk, district, kind):
    contest = contest_of(district, [jury("k1")])
    data = form_of(desk.post(address("criteria"), {**form_of(desk.get(address("criteria"))), "add": "criteria"}))
    data |= {"criteria-1-name": [f"{kind} {ODD}"], "criteria-1-kind": [kind]}
    desk.post(address("criteria"), data)
    page = address("criterion-k2")
    data = form_of(desk.get(page))
    for rows in ("levels", "items"):
        for _row in {name.split("-")[1] for name in BUILT[kind] if name.startswith(f"{rows}-")}:
            data = form_of(desk.post(page, {**data, "add": rows}))
    assert set(BUILT[kind]) - {"levels-1-after"} <= set(data)
    data |= {name: [value] for name, value in BUILT[kind].items()}
    words_ = said(desk.post(page, {**data, "fit": ""}))
    assert "Проверено" in words_
    assert "недостижим" not in words_
    assert stored(contest)["criteria"][1]["kind"] == kind
    desk.post(page, data)
    found = criterion_from_json(stored(contest)["criteria"][1])
    assert (found.kind, found.name, str(found.maximum)) == (kind, f"{kind} {ODD}", BUILT[kind]["max"])
    kinds_rows = found.items if kind in ITEM_KINDS else found.levels
    assert len(kinds_rows) == len({name.split("-")[1] for name in BUILT[kind] if name.count("-") == 2})
    assert "Проверено" in said(desk.get(page))


def test_a_change_of_kind_keeps_what_both_kinds_have_and_nothing_else(desk, district):
    contest = contest_of(district, [SOUND[6] | {"groups": []} | {"code": "k1"}])
    page = address("criterion-k1")
    data = form_of(desk.get(page))
    data |= {"kind": ["steps"]}
    data = form_of(desk.post(page, {**data, "fit": ""}))
    data |= {"each": ["1"], "tail_from": ["10"], "rounding": ["full"]}
    desk.post(page, data)
    steps = stored(contest)["criteria"][0]
    assert (steps["kind"], steps["each"], steps["levels"]) == ("steps", "1", SOUND[6]["levels"])
    data = form_of(desk.get(page)) | {"kind": ["counter"]}
    data = form_of(desk.post(page, {**data, "fit": ""}))
    assert data["levels-1-text"] == ["много"]  # unseen, in case the choice was a mistake
    back = form_of(desk.post(page, {**data, "kind": ["steps"], "fit": ""}))
    assert (back["levels-0-to"], back["levels-0-through"]) == (["5"], ["1"])
    desk.post(page, data)
    counter = stored(contest)["criteria"][0]
    assert (counter["levels"], counter["each"], counter.get("tail_from")) == ([], "1", None)
    assert (counter["name"], counter["max"], counter["value"]) == (steps["name"], steps["max"], steps["value"])


def test_a_kind_changed_in_the_list_keeps_what_both_have(desk, district):
    contest = contest_of(district, [SOUND[12] | {"code": "k1"}, jury("k2")])
    data = form_of(desk.get(address("criteria"))) | {"criteria-0-kind": ["subsum"], "criteria-1-kind": ["bonus"]}
    desk.post(address("criteria"), data)
    first, second = stored(contest)["criteria"]
    assert (first["kind"], first["items"]) == ("subsum", SOUND[12]["items"])
    assert (second["kind"], second["max"]) == ("bonus", "10")


def test_criteria_are_copied_moved_and_removed_with_all_they_have(desk, district):
    contest = contest_of(district, [SOUND[10] | {"code": "k1"}, jury("k2")])
    data = form_of(desk.post(address("criteria"), {**form_of(desk.get(address("criteria"))), "copy": "criteria-0"}))
    data = form_of(desk.post(address("criteria"), {**data, "criteria-1-name": ["Копия"], "down": "criteria-1"}))
    desk.post(address("criteria"), data)
    first, second, third = stored(contest)["criteria"]
    assert (third["name"], third["items"]) == ("Копия", first["items"])
    assert len({first["code"], second["code"], third["code"]}) == 3
    data = form_of(desk.post(address("criteria"), {**form_of(desk.get(address("criteria"))), "del": "criteria-0"}))
    desk.post(address("criteria"), data)
    assert stored(contest)["criteria"] == [second, third]
    desk.get(address("criterion-k1"), code=404)


# --- written wrongly by hand -----------------------------------------------------------------------------------------


def band(*rows: JSON, maximum: str = "3") -> JSON:
    return computed("k1", "band", maximum, "own_share", levels=[{"text": "", "from": None, **row} for row in rows])


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (band({"points": "0", "from": "0", "to": "5"}, {"points": "3", "from": "10"}),
         "Между 5 и 10 баллы не определены"),
        (band({"points": "0", "from": "0", "to": "10", "through": True}, {"points": "3", "from": "10"}),
         "Значение 10 попадает в два уровня"),
        (band({"points": "1", "from": "5"}, {"points": "3", "from": "10"}), "Шкала начинается с 5"),
        (band({"points": "0", "from": "0"}, {"points": "2", "from": "10"}), "Наибольший балл 3 недостижим"),
        (band({"points": "0", "from": "0"}, {"points": "3", "from": "0"}), "по возрастанию значений"),
        (computed("k1", "counter", "0", each="1"), "больше нуля"),
        (computed("k1", "penalty", "5", each="0", rounding="full"), "больше нуля"),
        (computed("k1", "checklist", "5", None, items=[item("a", "2")]), "недостижим"),
        (computed("k1", "share", "5", full_at="0"), "больше нуля"),
        (jury("k1", "5", step="2"), "не достигается целым числом шагов"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scale_stands_on_its_page(desk, district, criterion, expected):
    contest_of(district, [criterion])
    text = said(desk.get(address("criterion-k1")))
    assert "Нужно поправить" in text
    assert expected in text


def test_the_page_says_which_end_is_in_and_gives_examples(desk, district):
    contest_of(district, [computed("k1", "band", "15", "own_share", levels=S5)])
    text = said(desk.get(address("criterion-k1")))
    for words_ in (
        "от 0 включительно до 5 не включая",
        "от 5 включительно до 10 включительно",
        "больше 10, до 20 включительно",
        "больше 50",
        "Наибольший балл 15 достижим: при значении 50,01",
        "пропусков и пересечений нет",
    ):
        assert words_ in text
    rows = desk.get(address("criterion-k1")).get_data(as_text=True).replace("\n", "")
    for value, points in (("4,99", "0"), ("5", "1"), ("10", "1"), ("10,01", "3"), ("50", "12"), ("50,01", "15")):
        assert f'<tr><td>{value}</td><td class="r">{points}</td></tr>' in rows


def test_a_hole_is_not_defined_in_the_examples(desk, district):
    contest_of(district, [band({"points": "1", "from": "5"}, {"points": "3", "from": "10"})])
    assert "не определено" in said(desk.get(address("criterion-k1")))


def test_two_hundred_levels_and_rows_beyond_the_limit(desk, district):
    levels = [{"points": f"{number}", "text": f"Уровень {number} {ODD}", "from": f"{number}"} for number in range(200)]
    contest = contest_of(district, [computed("k1", "band", "199", "own_share", levels=levels)])
    before = stored(contest)
    data = form_of(desk.get(address("criterion-k1")))
    desk.post(address("criterion-k1"), data)
    assert stored(contest) == before
    more = {f"levels-{number}-{name}": ["9"] for number in range(200, 260) for name in ("points", "from")}
    page = desk.post(address("criterion-k1"), {**data, **more}, code=422)
    assert "не больше 250, а здесь 260" in said(page)
    assert form_of(page)["levels-259-points"] == ["9"]
    assert stored(contest) == before


def test_sums_of_maxima_and_weights_stand_under_the_list(desk, district):
    contest_of(
        district,
        [
            jury("k1", weight="0.6"),
            jury("k2", "5", weight="0.3", asked_upto="300000.00"),
            jury("k3", "5", weight="0.4", asked_above="300000.00"),
            computed("k4", "bonus", "1", "registry:legal_entity"),
        ],
        method="weighted_share",
    )
    text = said(desk.get(address("criteria")))
    assert "запрошено не больше 300 000,00 ₽" in text
    assert "запрошено больше 300 000,00 ₽" in text
    assert "Веса должны вместе давать 1" in text
    assert "С весами всё в порядке" in text


# --- scoring ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_method_with_every_parameter_is_typed_and_kept(desk, district, method):
    contest = contest_of(district, [jury("k1", weight="1")])
    page = address("scoring")
    data = form_of(desk.post(page, {**form_of(desk.get(page)), "scoring-method": [method], "fit": ""}))
    typed = {"scoring-rounding": "0.1", "scoring-criterion_rounding": "0.001", "scoring-scale": "50",
             "scoring-against": "possible", "scoring-pass_total": "1,5", "scoring-expert_min": "2",
             "scoring-expert_min_who": "any", "scoring-tie_decision": "lot", "scoring-sheets_min": "2"}  # fmt: skip
    data |= {name: [value] for name, value in typed.items() if name in data}
    has_scale, by_criterion = method in ("weighted_share", "normalised"), method in METHODS_BY_CRITERION
    assert ("scoring-scale" in data, "scoring-criterion_rounding" in data) == (has_scale, by_criterion)
    desk.post(page, data)
    rule = queries.regulation_of(contest).scoring
    assert (rule.method, str(rule.rounding), str(rule.pass_total), str(rule.expert_min)) == (method, "0.1", "1.5", "2")
    assert (rule.expert_min_who, rule.tie_decision, rule.sheets_min) == ("any", "lot", 2)
    assert (str(rule.scale) if has_scale else rule.scale) == ("50" if has_scale else None)
    assert rule.against == ("possible" if method == "normalised" else "best")
    assert (rule.criterion_rounding is not None) == by_criterion
    desk.post(page, form_of(desk.get(page)))
    assert queries.regulation_of(contest).scoring == rule


# --- what everybody reads --------------------------------------------------------------------------------------------

CODE_WORDS = re.compile(
    r"jury_mark|weighted_|sum_of_|mean_of_|own_share|registry:|budget:|field:|normalised|%\(|subsum"
)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_public_page_says_kinds_and_method_in_words(visitor, district, language):
    criteria = [one | {"code": f"k{number}"} for number, one in enumerate(SOUND)]
    definition = {**regulation_with(), "criteria": criteria}
    definition["scoring"] = {**definition["scoring"], "method": "normalised", "ties": ["k0"], "expert_min": "5",
                             "tie_decision": "lot", "groups": GROUPS}  # fmt: skip
    make_contest(district, "c", definition)
    db.session.commit()
    visitor.client.set_cookie("lang", language, domain="localhost")
    text = said(visitor.get("/contests/c")).replace(ODD, "")
    assert not CODE_WORDS.search(text)
    expected = {
        "ru": ("Сумма средних делится на сумму лучшей заявки", "больше 10, до 20 включительно", "жребий", "Штраф"),
        "en": ("is divided by that of the best application", "more than 10, up to 20 inclusive", "a lot", "Penalty"),
    }
    for words_ in expected[language]:
        assert words_ in text


def test_a_source_that_the_form_does_not_have_is_said_on_the_page_of_its_criterion(desk, district):
    contest_of(district, [jury("k1"), computed("k2", "counter", "5", "field:gone", each="1")])
    expected = "вычисляется по полю, которого нет в форме"
    assert expected in said(desk.get(address("criterion-k2")))
    assert expected not in said(desk.get(address("criterion-k1")))
