"""`flask programme check`, `import`, `export`: what they print and how they end."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.cli.test_commands import Line
from tests.domain.consistent_programmes import change_number, programme
from tests.make import make_municipality
from tosportal.domain.programme_document import as_json

DATA = Path(__file__).parent.parent / "data"
ORDYNSKY = str(DATA / "programme-ordynsky-2024-2026.yaml")
KIROVO = str(DATA / "programme-kirovo-chepetsk-2020-2030.yaml")


@pytest.fixture
def line(app) -> Line:
    return Line(app)


@pytest.fixture
def consistent() -> dict:
    return programme(years=["2024", "2025"], tasks=[[(1, 20, 50), (2, 7, 10)]], thousands=True, counts=1)


def written(path: Path, data: object) -> str:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_a_consistent_programme_ends_with_zero(line, tmp_path, consistent):
    path = written(tmp_path / "programme.json", consistent)
    assert line("programme", "check", path) == "Противоречий не найдено.\n"
    assert json.loads(line("programme", "check", path, "--format", "json")) == []


def test_a_spoilt_number_ends_with_one_and_is_named(line, tmp_path, consistent):
    change_number(consistent, "activities[act-1-2].sources.local.2025.rub", Decimal(10))
    path = written(tmp_path / "programme.json", consistent)
    said = line("programme", "check", path, code=1)
    assert "activities[act-1-2].sources.local.2025.rub" in said
    assert "Источники вместе дают" in said
    found = json.loads(line("programme", "check", path, "--format", "json", code=1))
    assert {one["code"] for one in found} == {"sources_differ", "years_differ", "task_total_differs"}
    for one in found:
        assert list(one) == ["code", "severity", "place", "expected", "found", "message"]
        assert Decimal(one["expected"]) + 1000 == Decimal(one["found"])


@pytest.mark.parametrize(("path", "count"), [(ORDYNSKY, 48), (KIROVO, 52)])
def test_real_programmes_are_checked(line, path, count):
    found = json.loads(line("programme", "check", path, "--format", "json", code=1))
    assert len(found) == count
    said = line("programme", "check", path, code=1)
    assert f"Находок {count}: меняет число или смысл — " in said.splitlines()[-1]


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_findings_in_a_file_name_its_cells(line, ending):
    said = line("programme", "check", str(DATA / f"programme-ordynsky.{ending}"), "--format", "json", code=1)
    found = {one["code"]: one["place"] for one in json.loads(said)}
    wanted = {
        "docx": "таблица 3, строка 42, графа 7 (мероприятие «Включение",
        "xlsx": "лист «Приложение 2», ячейка G55 (мероприятие «Включение",
    }
    assert found["percents_added_up"].startswith(wanted[ending])
    if ending == "docx":
        whole = json.loads(line("programme", "check", ORDYNSKY, "--format", "json", code=1))
        assert found.keys() == {one["code"] for one in whole}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("нет.docx", None),
        ("пустой.yaml", b""),
        ("не-программа.json", b'{"schema": "municipal-programme/1"}'),
        ("чужое.json", b'{"schema": "contests/1"}'),
        ("сломан.yaml", b"a: [1,\nb: 2"),
        ("бомба.yaml", b"a: &a [1]\nb: *a\n"),
        ("сломан.docx", b"PK\x03\x04 nothing"),
        ("картинка.png", b"\x89PNG"),
    ],
)
def test_what_cannot_be_read_ends_with_two(line, tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    said = line.refused("programme", "check", str(path), code=2)
    assert name in said
    refused = line.runner.invoke(args=["programme", "check", str(path), "--format", "json"])
    assert (refused.exit_code, json.loads(refused.stdout)) == (2, {"error": said})
    assert refused.stderr.strip() == said


def test_a_programme_is_given_out_as_it_was_loaded(line, tmp_path):
    make_municipality()
    for path in (ORDYNSKY, KIROVO):
        assert "Загружена программа" in line("programme", "import", path, "--municipality", "ordynsky")
    for path, slug in ((ORDYNSKY, "programme-2024-2026"), (KIROVO, "programme-2020-2030")):
        said = line("programme", "export", slug, "--format", "json")
        assert json.loads(said) == as_json(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    out = tmp_path / "программа.json"
    line("programme", "export", "programme-2024-2026", "--edition", "1", "--output", str(out))
    assert len(json.loads(line("programme", "check", str(out), "--format", "json", code=1))) == 48
    assert "programme-2020-2030" in line.refused("programme", "export", "нет-такой")
    assert "нет редакции 7" in line.refused("programme", "export", "programme-2024-2026", "--edition", "7")


def test_a_word_file_is_loaded(line):
    make_municipality()
    path = str(DATA / "programme-ordynsky.docx")
    assert "/programme/programme-2024-2026" in line("programme", "import", path, "--municipality", "ordynsky")
    document = json.loads(line("programme", "export", "programme-2024-2026"))
    assert document["activities"][5]["amount"]["2025"]["rub"] == "721486.76"


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_paper_of_a_programme_is_read_back_as_the_same_programme(line, tmp_path, form):
    make_municipality()
    line("programme", "import", ORDYNSKY, "--municipality", "ordynsky")
    out = tmp_path / f"программа.{form}"
    line("programme", "export", "programme-2024-2026", "--format", form, "--output", str(out))
    codes = {one["code"] for one in json.loads(line("programme", "check", str(out), "--format", "json", code=1))}
    assert {"weight_is_sum", "targets_against_activity", "units_mixed", "percents_added_up", "paired_lines"} <= codes
    assert not codes & {"sources_differ", "years_differ", "task_total_differs", "statements_differ", "printed_differs"}


def test_the_same_programme_from_another_file_is_not_loaded_a_second_time(line):
    make_municipality()
    line("programme", "import", str(DATA / "programme-ordynsky.docx"), "--municipality", "ordynsky")
    again = line.refused("programme", "import", str(DATA / "programme-ordynsky.xlsx"), "--municipality", "ordynsky")
    assert again.startswith("Эта программа уже есть: /programme/programme-2024-2026.")
    make_municipality("priretsk", "Прирецкий район")
    line("programme", "import", str(DATA / "programme-ordynsky.xlsx"), "--municipality", "priretsk")


def test_what_keeps_a_file_from_being_loaded_is_said_with_its_place_in_words(line, tmp_path, consistent):
    make_municipality()
    consistent["activities"][0]["amount"]["2024"]["rub"] = "много"
    path = written(tmp_path / "programme.json", consistent)
    said = line.refused("programme", "import", path, "--municipality", "ordynsky")
    assert said.startswith(f"{path}: ")
    assert "мероприятие 1, сумма затрат, 2024 год: нужно число" in said
    assert "activities[" not in said


def test_a_place_that_is_not_known_names_those_that_are(line):
    make_municipality()
    said = line.refused("programme", "import", ORDYNSKY, "--municipality", "nowhere")
    assert "Нет муниципального образования «nowhere». Есть: ordynsky" in said
