"""Places inside a programme's document: what is written there is read there, and nowhere else."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import tosportal
from tosportal.domain.document_paths import leaves, path_words, shown_value, typed_value, value_at, with_values
from tosportal.domain.errors import RuleBroken

SEED: dict[str, Any] = yaml.safe_load(
    (Path(tosportal.__file__).parent / "sample" / "programme-ordynsky-2024-2026.yaml").read_text(encoding="utf-8")
)
PATHS = dict(leaves(SEED))
SUM = "activities[act-4-1].sources.local.2026.rub"


def test_the_seed_has_its_leaves() -> None:
    assert len(PATHS) > 300
    assert PATHS[SUM] == "12986.76"
    assert {path.rsplit(".", 1)[-1] for path in PATHS if "printed" in path.rsplit(".", 1)[-1]} == {"unit_printed"}


@given(st.sampled_from(sorted(PATHS)), st.text(min_size=1, max_size=10))
def test_one_place_is_written_and_no_other(path: str, value: str) -> None:
    changed = dict(leaves(with_values(SEED, {path: value})))
    assert value_at(with_values(SEED, {path: value}), path) == value
    meant = {path.removesuffix("_printed")} if path.endswith(".unit_printed") else set()
    assert {one for one in PATHS if PATHS[one] != changed.get(one)} <= {path, *meant}
    assert PATHS[path] == dict(leaves(SEED))[path]


def test_a_printed_unit_brings_the_unit_it_means() -> None:
    row = {"id": "i1", "unit": "other", "unit_printed": "км"}
    document = {"indicators": [row]}
    path = "indicators[i1].unit_printed"
    for printed, code in (("%", "percent"), ("случаев на 100 тыс. населения", "per_100k_population"), ("м²", "other")):
        assert with_values(document, {path: printed})["indicators"] == [row | {"unit": code, "unit_printed": printed}]
    both = with_values(document, {"indicators[i1].unit": "person", path: "подворий"})
    assert both["indicators"][0]["unit"] == "person", "what is put right by itself stays"


def test_a_place_is_said_in_words() -> None:
    words = path_words(SEED, SUM)
    assert words[0] == "Мероприятие"
    assert "изменить мир" in words[1]
    assert words[2:] == ["Источник", "местный бюджет", "2026"]


@pytest.mark.parametrize(
    ("path", "typed", "before", "value"),
    [
        (SUM, "12 986,76", "0", "12986.76"),
        (SUM, "—", "0", None),
        ("indicators[i].targets.2026.value", "13,5", "1", "13.5"),
        ("indicators[i].targets.2026.value", "15", "1", "15"),
        ("activities[a].quantity.by_year.2026", "2", "1", "2"),
        ("passport.term.to", "2027", 2026, 2027),
        ("goal.name", " Новая\n цель ", "", "Новая цель"),
    ],
)
def test_what_is_typed_becomes_what_the_document_holds(path: str, typed: str, before: Any, value: Any) -> None:
    assert typed_value(path, typed, before) == value
    if value is not None:
        assert typed_value(path, shown_value(value), before) == value


@pytest.mark.parametrize(("path", "typed", "before"), [(SUM, "много", "0"), ("passport.term.to", "скоро", 2026)])
def test_no_number_is_a_remark_at_its_place(path: str, typed: str, before: Any) -> None:
    with pytest.raises(RuleBroken) as refused:
        typed_value(path, typed, before)
    assert refused.value.remarks[0].place == path


@pytest.mark.parametrize("path", ["nothing", "tasks[t99].name", "goal[0]", "tasks.name", "tasks[t99]"])
def test_a_place_that_is_not_there_is_an_error(path: str) -> None:
    with pytest.raises(KeyError):
        value_at(SEED, path)


CODE = re.compile(r"[a-z]")


def test_no_value_that_a_reader_finds_is_called_by_its_key() -> None:
    """What a secretary puts right is named in words: nobody knows what «coexecutors» or «title block» is."""
    data = {
        "passport": {"executor": {"short": "А"}, "coexecutors": [{"name": "Б", "short": "В"}]},
        "approval": {"title_block": {"number": "1"}, "appendix_blocks": [{"date": "2026-01-01"}]},
        "programme_totals": {"total": {"2026": {"rub": "1.00"}}},
        "task_totals": {"task-1": {"total": {"2026": {"rub": "1.00"}}}},
        "goal": {"appendix1": "Г", "section3": "Д"},
        "tasks": [{"id": "task-1", "name": "Обучение", "name_table": "Обучение", "name_appendix2": "Обучение"}],
        "indicators": [{"id": "i1", "name": "Доля", "expected_result_text": {"statement": "Е"}}],
        "activities": [{"id": "a1", "name": "Школа", "printed_extra_rows": [{"values": {"total": {"rub": "1"}}}]}],
    }
    called = {path: path_words(data, path) for path, _value in leaves(data)}
    assert {path: words for path, words in called.items() if any(map(CODE.search, words))} == {}
    assert called["task_totals.task-1.total.2026.rub"] == ["итого по задаче", "Обучение", "итого", "2026"]
