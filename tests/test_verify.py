"""`python -m tosportal.verify`: the standard library is enough, and every way to spoil a file has its answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.make_decision import grant_contest
from tosportal.domain.protocol import build_protocol, canonical_bytes, digest
from tosportal.verify import main

ROOT = Path(__file__).parent.parent


@pytest.fixture
def protocol() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canonical_bytes(build_protocol(grant_contest())))
    return found


def written(folder: Path, content: object) -> str:
    file = folder / "protocol.json"
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    return str(file)


def test_a_right_protocol(protocol: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([written(tmp_path, protocol)]) == 0
    assert capsys.readouterr().out.replace("\xa0", " ").splitlines() == [
        f"SHA-256: {protocol['digest']}",
        "Пересчитано: заявок 12, не допущено 0, экспертов 5, оценок 118",
        "Победителей 7, поддержано частично 1, в резерве 1",
        "Распределено 721 486,76 ₽ из 721 486,76 ₽, остаток 0,00 ₽",
        "Всё сходится: Если хочешь изменить мир, редакция 1",
    ]
    assert main([written(tmp_path, protocol), "--lang", "en"]) == 0
    assert "Everything adds up" in capsys.readouterr().out


def test_a_changed_mark_is_refused_and_named(
    protocol: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = protocol["digest"]
    protocol["applications"][0]["marks"]["Э2"]["k1"] = "5"
    assert main([written(tmp_path, protocol)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] != f"SHA-256: {right}"
    assert lines[1].startswith(f"Контрольная сумма не сходится: записано {right}")
    assert lines[2] == "Не сходится: results/2026-0001/means/k1: записано 37/5, по расчёту 32/5"
    protocol["digest"] = digest(protocol)
    assert main([written(tmp_path, protocol)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "Не сходится: results/2026-0001/means/k1: записано 37/5, по расчёту 32/5"
    assert lines[2].startswith("Всего расхождений: ")


def test_a_changed_sum_is_named(protocol: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = next(row for row in protocol["results"] if row["outcome"] == "winner")
    before, row["award_sum"] = row["award_sum"], "99999.99"
    protocol["digest"] = digest(protocol)
    assert main([written(tmp_path, protocol), "--lang", "en"]) == 1
    assert (
        f"Differs: results/{row['number']}/award_sum: the file says 99999.99, the computation gives {before}"
        in capsys.readouterr().out
    )


def test_a_change_that_moves_no_figure_is_refused_by_the_digest(
    protocol: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol["applications"][0]["title"] = "Другое название"
    assert main([written(tmp_path, protocol)]) == 1
    out = capsys.readouterr().out
    assert "Контрольная сумма не сходится" in out
    assert "Всё сходится" not in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "это не JSON в UTF-8"),
        (b"not json", "это не JSON в UTF-8"),
        ('{"schema": "я"}'.encode("cp1251"), "это не JSON в UTF-8"),
        (b"[]", "это не протокол tos-protocol/2"),
        (b'{"schema": "tos-protocol/3"}', "это не протокол tos-protocol/2"),
        (b'{"schema": "tos-protocol/1", "schema": "x"}', "имя «schema» записано дважды"),
        (b'{"schema": "tos-protocol/1", "a": 1.5}', "число 1.5 записано не строкой"),
        (b'{"schema": "tos-protocol/1", "a": NaN}', "число NaN записано не строкой"),
        (b"[" * 100_000, "слишком глубокая вложенность"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "это не JSON в UTF-8"),
        (None, "файла нет или он недоступен"),
    ],
)
def test_an_unreadable_file_is_one_clear_line(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "protocol.json"
    if content is not None:
        file.write_bytes(content)
    assert main([str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{file}: Файл не прочитан как протокол: {words}\n"


def test_a_protocol_of_the_right_name_and_no_content_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([written(tmp_path, {"schema": "tos-protocol/1"})]) == 1
    assert "Протокол записан не по схеме" in capsys.readouterr().out


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_it_runs_on_the_standard_library_alone(protocol: dict[str, Any], tmp_path: Path) -> None:
    """Without site-packages there is no Flask to import, whatever the package would like."""
    done = run("-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import runpy;"
               "runpy.run_module('tosportal.verify', run_name='__main__')",
               written(tmp_path, protocol))  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert protocol["digest"] in done.stdout


def test_it_imports_only_the_domain() -> None:
    done = run("-c", "import sys, tosportal.verify; print('\\n'.join(sys.modules))")
    names = set(done.stdout.split())
    assert "tosportal.domain.protocol" in names
    assert not {name.split(".")[0] for name in names} & {"flask", "werkzeug", "sqlalchemy", "babel"}
    ours = {name for name in names if name.startswith("tosportal.")}
    assert {name for name in ours if not name.startswith("tosportal.domain")} == {"tosportal.verify"}


def test_a_terminal_without_russian_does_not_break_it(protocol: dict[str, Any], tmp_path: Path) -> None:
    done = run("-m", "tosportal.verify", written(tmp_path, protocol), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
