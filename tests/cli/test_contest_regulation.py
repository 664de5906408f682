"""`flask contest export`, `import`, `schema`: the regulation as a file on the command line."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.cli.test_commands import Line
from tests.make import REGULATION, make_activity, make_contest, make_municipality, regulation_with
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.contests import queries
from tosportal.support.db import db


@pytest.fixture
def line(app) -> Line:
    return Line(app)


@pytest.fixture
def district(app):
    found = make_municipality()
    db.session.commit()
    return found


def test_what_goes_out_comes_in_over_a_draft_and_as_a_new_contest(line, district, tmp_path):
    make_contest(district, "one")
    make_contest(district, "two", regulation_with(name="Другое"), announced=False)
    activity = make_activity(district, 2027)
    db.session.commit()
    path = str(tmp_path / "one.json")
    assert line("contest", "export", "one", "--output", path) == ""
    assert "«two»: Если хочешь" in line("contest", "import", path, "--over", "two")
    where = ("--municipality", district.code, "--fund", f"{activity.id}:2027", "--slug", "three")
    assert "«three»" in line("contest", "import", path, *where)
    for slug in ("two", "three"):
        assert queries.regulation_of(queries.contest_by_slug(slug)) == regulation_from_json(REGULATION)
    schema = json.loads(line("contest", "schema"))
    assert Draft202012Validator(schema).is_valid(json.loads(line("contest", "export", "two")))


def test_a_broken_file_is_named_by_place_and_ends_with_one_an_unreadable_one_with_two(line, district, tmp_path):
    make_contest(district, "open")
    make_contest(district, "draft", announced=False)
    db.session.commit()
    broken = {**REGULATION, "limits": {"grant_max": "много"}}
    (tmp_path / "broken.json").write_text(json.dumps(broken), "utf-8")
    (tmp_path / "no.json").write_bytes(b"\xd0\xff{")
    (tmp_path / "good.json").write_text(json.dumps(REGULATION), "utf-8")
    before = queries.regulation_of(queries.contest_by_slug("draft"))
    said = line("contest", "import", str(tmp_path / "broken.json"), "--over", "draft", code=1)
    assert "Наибольший грант, ₽: Число должно быть записано строкой" in said
    assert "UTF-8" in line("contest", "import", str(tmp_path / "no.json"), "--over", "draft", code=2)
    assert "none.json" in line("contest", "import", str(tmp_path / "none.json"), "--over", "draft", code=2)
    assert "только поправкой" in line("contest", "import", str(tmp_path / "good.json"), "--over", "open", code=1)
    assert "--fund" in line("contest", "import", str(tmp_path / "good.json"), code=1)
    make_activity(district, 2027)
    db.session.commit()
    where = ("--municipality", district.code, "--slug", "x", "--fund", "nothing")
    assert ":2027" in line("contest", "import", str(tmp_path / "good.json"), *where, code=1)
    assert queries.contest_by_slug("x") is None
    assert queries.regulation_of(queries.contest_by_slug("draft")) == before
