"""Two editions side by side: nothing differs without being named, nothing is named that does not differ."""

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

import tosportal
from tosportal.domain.edition_changes import edition_changes
from tosportal.domain.programme_document import read_programme

SEED: dict[str, Any] = yaml.safe_load(
    (Path(tosportal.__file__).parent / "sample" / "programme-ordynsky-2024-2026.yaml").read_text(encoding="utf-8")
)
PLAN = read_programme(SEED)
SOURCES = [
    (n, source, year)
    for n, row in enumerate(SEED["activities"])
    for source, years in row["sources"].items()
    for year, cell in (years or {}).items()
    if year != "total" and isinstance(cell, dict)
]


def test_an_edition_does_not_differ_from_itself() -> None:
    assert edition_changes(PLAN, PLAN) == []


@given(st.sampled_from(SOURCES), st.decimals("0", "999999", places=2))
def test_one_changed_sum_is_one_line_with_its_place_and_difference(place: tuple[int, str, str], value: Decimal) -> None:
    n, source, year = place
    data = copy.deepcopy(SEED)
    row = data["activities"][n]
    was = Decimal(row["sources"][source][year]["rub"])
    row["sources"][source][year]["rub"] = f"{value:f}"
    row["amount"][year]["rub"] = str(Decimal(row["amount"][year]["rub"]) + value - was)
    found = edition_changes(PLAN, read_programme(data))
    if value == was:
        assert found == []
        return
    (change,) = found
    assert (change.code, change.source, change.year, change.unit) == (row["id"], source, int(year), "sum")
    assert change.difference == value - was


def test_targets_texts_and_rows_that_come_and_go_are_named() -> None:
    data = copy.deepcopy(SEED)
    data["indicators"][0]["targets"]["2026"]["value"] = "16"
    data["tasks"][0]["name"] = "Новая задача"
    gone = data["activities"].pop(0)
    found = {
        (one.kind, one.what, one.code): (one.before, one.after) for one in edition_changes(PLAN, read_programme(data))
    }
    first = SEED["indicators"][0]["id"]
    assert found["indicator", "Плановое значение", first] == (Decimal(15), Decimal(16))
    assert found["task", "Название", SEED["tasks"][0]["id"]][1] == "Новая задача"
    assert found["activity", "Строка исключена", gone["id"]][1] is None
    assert len(found) == 3
