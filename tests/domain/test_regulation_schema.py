"""The published schema of a regulation says what the reading accepts: both are tried on whole and on broken ones."""

import copy
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.domain.test_regulation import SLUGS, regulation
from tests.make import REGULATION
from tosportal.domain.beginnings import ABOUT, ready_set_from_json
from tosportal.domain.criteria import KINDS as CRITERION_KINDS
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import RuleBroken
from tosportal.domain.form_definition import CELL_KINDS, KINDS
from tosportal.domain.regulation import regulation_from_json, to_json
from tosportal.domain.regulation.file import data_of_file, read_file, written
from tosportal.domain.regulation.schema import regulation_schema

SCHEMA = regulation_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
# What a schema cannot say, in the words of the reading.
ONLY_READING = (
    "повторяется", "Наименьшее больше наибольшего", "Условие зависит от вопроса", "В условии нужен вариант", "Нет поля",
    "Нужен момент", "Укажите время", "Ответ должен успеть", "Нужны место и сумма", "просит документ",
    "уже просит вопрос",
)  # fmt: skip


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"code": f"f-{kind}".replace("_", "-"), "label": f"Поле {kind}", "kind": kind, **more}


NEEDED: dict[str, dict[str, Any]] = {
    "choice": {"options": [{"code": "a", "name": "А"}]},
    "many": {"options": [{"code": "a", "name": "А"}, {"code": "b", "name": "Б"}]},
    "table": {"columns": [field(kind) for kind in sorted(CELL_KINDS - {"choice"})]},
    "consent": {"text": "Кто, что, зачем и на какой срок"},
    "meeting": {"quorum": "half"},
    "files": {"slot": "minutes"},
}
FULL_FIELD = field(
    "text", required=True, help="Как понять", example="Двор", min_chars=1, max_chars=200, visible_if="f-yes-no",
    required_if="not f-yes-no", personal=True, public=True, hidden_from_jury=True, prefill="tos.name", sealed=False,
)  # fmt: skip
FULL_COLUMN = field("money", min="0", max="100.50", total=True, not_before="f-text", help="Сколько", required=False)


def rich() -> dict[str, Any]:
    """A regulation in which every name of the schema stands, but for those that shut each other out."""
    whole = copy.deepcopy(REGULATION)
    fields = [{**field(kind), **NEEDED.get(kind, {})} for kind in KINDS if kind != "text"]
    table = {**field("table"), "code": "lines", "columns": [FULL_COLUMN], "min_rows": 1, "max_rows": 5}
    dated = {**field("date"), "code": "later", "not_before": "f-date", "text": "", "total": False}
    whole["form"]["sections"] = [
        {"code": "s1", "title": "Всё", "nominations": ["n1"], "fields": [FULL_FIELD, *fields, table, dated]}
    ]
    whole["limits"]["application_mb"] = 100
    whole["limits"]["parts"] = [{"code": "p1", "nomination": "n1", "group": "I", "fund": "200000.00",
                                 "grant_max": "90000.00", "own_percent_min": "20"}]  # fmt: skip
    whole["submission"] = {"ways": ["code"], "rule_name": "Порядок", "rule": "Текст", "counts": "last",
                           "resubmit": True, "signer": "chair"}  # fmt: skip
    whole["questions"] = {"per_person": 4, "per_day": 2, "until_workdays": 4, "answer_workdays": 3,
                          "answer_before_workdays": 2}  # fmt: skip
    whole["letters"] = [{"code": "application.receipt:ru", "subject": "Принята", "body": "{ссылка}"}]
    whole["commission"] = {"quorum": "half", "members_min": 5, "votes_min": 3, "casting_vote": True}
    whole["intake"] = {"extension": "before_admission", "days_min": 20}
    whole["timeline"][2] |= {"after": "open", "count": 30, "unit": "days", "hour": "18:00", "fixed": "По соглашению"}
    whole["eligibility"][0] |= {"nominations": ["n1"]}
    whole["documents"][0] |= {"nominations": ["n1"], "groups": ["I"], "required_if": "f-yes-no"}
    whole["eligibility"][0] |= {"check": "years_active", "value": "1"}
    criterion = {"nomination": "n1", "name": "Критерий", "max": "10", "step": "1", "weight": "0.5", "value": None}
    levels = [{"points": "1", "text": "Мало", "from": "0", "after": False, "to": "5", "through": True, "group": "I"}]
    whole["criteria"] = [{**criterion, "code": kind, "kind": kind, "levels": []} for kind in CRITERION_KINDS] + [
        {
            **criterion, "code": "full", "kind": "band", "value": "own_share", "levels": levels, "each": "1",
            "every": "2", "tail_from": "3", "per": "4", "zero_from": "5", "full_at": "6", "asked_above": "7.00",
            "asked_upto": "8.00", "note_at_most": "1", "rounding": "full", "base": "budget:total", "groups": ["I"],
            "items": [{"code": "i1", "text": "Часть", "points": "1", "value": "field:a", "at_most": "2"}],
            "weights": [{"upto": "300000.00", "weight": "2"}], "only_levels": True,
        }
    ]  # fmt: skip
    bands = [{"code": "I", "name": "до 125", "from": "0"}]
    whole["scoring"] |= {
        "scale": "100", "against": "best", "expert_min": "1", "expert_min_who": "any", "tie_decision": "vote",
        "pass_by_sum": [{"above": "500000.00", "total": "65"}],
        "groups": {"value": "registry:residents", "bands": bands, "ranked": True},
    }  # fmt: skip
    whole["awarding"] = {
        "method": "walk",
        "last": "cut",
        "partial_min": "30000.00",
        "shared": "split_sum",
        "sums_by": "",
    }
    whole["nominations"][0]["awards"] = [{"kind": "diploma", "name": "Диплом I степени", "first": 1, "last": 2}]
    whole["nominations"][0]["prizes"] = [{"place": 1, "sum": "1000.00"}]
    return whole


def refused_by_reading(content: bytes) -> list[str]:
    try:
        read_file(content)
    except RuleBroken as error:
        return [str(one) for one in error.remarks]
    return []


def test_the_schema_is_a_schema_and_takes_the_richest_regulation():
    Draft202012Validator.check_schema(SCHEMA)
    assert [one.message for one in VALIDATOR.iter_errors(rich())] == []
    assert refused_by_reading(json.dumps(rich()).encode()) == []


# --- the names -------------------------------------------------------------------------------------------------------


def properties_at(place: str) -> set[str]:
    """The names that the schema knows at a place such as `criteria[0].levels[0]`."""
    node: dict[str, Any] = SCHEMA
    for piece in re.findall(r"[^.\[\]]+|\[[0-9]+\]", place):
        node = node["items"] if piece.startswith("[") else node["properties"][piece]
        if "anyOf" in node:
            node = next(one for one in node["anyOf"] if "properties" in one)
    return set(node["properties"])


def test_the_schema_and_the_reading_know_the_same_names(monkeypatch):
    known: dict[str, set[str]] = {}
    only = Reader.only

    def noted(self: Reader, data: Any, names: Any, place: str) -> None:
        known[place] = set(names)
        only(self, data, names, place)

    monkeypatch.setattr(Reader, "only", noted)
    regulation_from_json(rich())
    assert len(known) > 40
    assert {place: properties_at(place) for place in known} == known


# --- broken ones -----------------------------------------------------------------------------------------------------

VALUES: tuple[Any, ...] = (
    None, True, 0, 7, -1, 5.5, 10**10, "", " ", "слово", "open", "-1", "1.5", "-0.00", "12.345", "x" * 20_001, "\x01",
    "2026-02-03", "2026-02-03T00:00:00+07:00", "0001-01-01T00:00:00+07:00", "not f-yes-no", [], ["a"], [None], [{}],
    {}, {"a": 1},
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from paths(one, (*path, key))


def changed(whole: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found = copy.deepcopy(whole)
    at: Any = found
    for key in path[:-1]:
        at = at[key]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return found


GONE = object()


def small(part: str) -> dict[str, Any]:
    """A regulation with nothing but one rich part, so that thousands of broken ones are soon looked at."""
    bare = {name: REGULATION[name] for name in ("schema", "kind", "name")}
    bare |= {"scoring": {"method": "weighted_mean", "rounding": "0.01"}, "awarding": {"method": "walk"}}
    whole = {**bare, part: rich()[part]}
    if part == "form":  # one field of each shape, the rest are tried above
        fields = whole["form"]["sections"][0]["fields"]
        kept = {"f-text", "f-yes-no", "f-choice", "f-consent", "f-meeting", "f-files", "lines", "later", "f-date"}
        whole["form"]["sections"][0]["fields"] = [one for one in fields if one["code"] in kept]
    if part == "criteria":
        whole["criteria"] = whole["criteria"][-1:]
    return whole


PARTS = tuple(name for name in rich() if name not in {"schema"})


@pytest.mark.parametrize("part", PARTS)
def test_what_the_schema_refuses_the_reading_refuses_and_the_other_way_round(part):
    whole = small(part)
    refused = accepted = 0
    seen: set[str] = set()
    for path in paths(whole[part], (part,)):
        name = re.sub(r"\d+", "*", str(path)) if part != "form" else str(path)
        if name in seen:
            continue
        seen.add(name)
        for value in (GONE, *VALUES):
            broken = changed(whole, path, value)
            text = json.dumps(broken)
            by_schema = not VALIDATOR.is_valid(json.loads(text))
            said = refused_by_reading(text.encode())
            if by_schema:
                assert said, f"{path} = {value!r:.40}: the schema refuses it, the reading does not"
            elif said:
                own = [one for one in said if not any(words in one for words in ONLY_READING)]
                assert own == [], f"{path} = {value!r:.40}: the reading refuses it, the schema does not"
            refused += by_schema
            accepted += not by_schema and not said
    assert refused > 5
    assert accepted > 0 or part == "kind"


def test_an_unknown_name_is_refused_at_every_place_by_both():
    whole = rich()
    places = [path for path in paths(whole) if path and isinstance(at_path(whole, path), dict)]
    assert len(places) > 60
    for path in [(), *places]:
        broken = changed(whole, (*path, "surprise"), 1)
        assert not VALIDATOR.is_valid(broken), path
        assert refused_by_reading(json.dumps(broken).encode()), path


def at_path(whole: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        whole = whole[key]
    return whole


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_the_regulations_of_the_demo_fit_the_schema_and_come_back_from_a_file(slug):
    found = regulation(slug)
    assert [one.message for one in VALIDATOR.iter_errors(json.loads(written(found)))] == []
    assert read_file(written(found).encode()) == found


@pytest.mark.parametrize("code", ABOUT)
def test_the_regulations_of_the_ready_sets_fit_the_schema_as_written_and_come_back_from_a_file(code):
    data = json.loads((files("tosportal") / "ready_sets" / f"{code}.json").read_text("utf-8"))
    assert [one.message for one in VALIDATOR.iter_errors(data["regulation"])] == []
    found = ready_set_from_json(data).regulation
    assert [one.message for one in VALIDATOR.iter_errors(json.loads(written(found)))] == []
    assert read_file(written(found).encode()) == found


def test_out_and_in_is_the_same():
    found = regulation_from_json({**rich(), "awarding": {"method": "prizes", "shared": "split_sum"}})
    assert read_file(written(found).encode()) == found
    assert written(read_file(written(found).encode())) == written(found)
    assert json.loads(written(found)) == to_json(found)


WHOLE = json.dumps(REGULATION, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Файл пустой"),
        (b"\xef\xbb\xbf  ", "Файл пустой"),
        (b"{", "Это не JSON: строка 1, знак 2"),
        (b"PK\x03\x04", "Это не JSON"),
        (b"\xff\xfe\x00", "не в кодировке UTF-8"),
        (WHOLE.encode("cp1251"), "не в кодировке UTF-8"),
        (b"null", "Это не положение"),
        (b'"regulation/1"', "Это не положение"),
        (b"[" * 200_000, "вложенных скобок"),
        (b'{"schema":"regulation/1","name":' + b"[" * 30 + b"]" * 30 + b"}", "вложенных скобок"),
        (b'{"schema":"regulation/1","limits":NaN}', "стоит NaN"),
        (b'{"schema":"regulation/1","limits":-Infinity}', "стоит -Infinity"),
        (
            b'{"schema":"regulation/1","limits":{"grants_per_tos":1,"grants_per_tos":2}}',
            "«grants_per_tos» стоит дважды",
        ),
        (b'{"schema":"regulation/1","name":"\\ud83d"}', "непечатаемые знаки"),
        (b'{"schema":"regulation/1","\\ud83d":"x"}', "непечатаемые знаки"),
        (b'{"schema":"regulation/1","nominations":[' + b"{}," * 600 + b"{}]}", "Слишком много строк"),
        (b'{"schema":"regulation/1","limits":{"grants_per_tos":' + b"9" * 9000 + b"}}", "Нужно целое число"),
        (b'{"schema":"regulation/1","limits":{"grants_per_tos":1e999999999}}', "Нужно целое число"),
        (b" " * (1024 * 1024 + 1), "Файл больше 1 МБ"),
    ],
)
def test_no_file_brings_the_reading_down(content, words):
    said = refused_by_reading(content)
    assert any(words in one for one in said), said


def test_a_mark_of_the_order_of_bytes_and_a_wide_encoding_are_read():
    found = regulation_from_json(REGULATION)
    assert read_file(WHOLE.encode("utf-8-sig")) == found
    assert read_file(WHOLE.encode("utf-16")) == found
    assert data_of_file(b'{"schema": "regulation/1", "x": 5.0}')["x"] == 5
