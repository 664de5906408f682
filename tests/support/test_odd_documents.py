"""Odd and hostile documents: each is read or refused with words, within 20 seconds and 500 MB, never anything else."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.odd_cases import READ
from tests.support.odd_documents import CORPUS
from tests.support.office_files import DATA
from tosportal.domain.errors import RuleBroken
from tosportal.support.documents.readers import read_source

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def box():
    """The process that reads documents under limits, each in a fork."""
    command = [sys.executable, "-m", "tests.support.reading_box"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        yield process
        process.stdin.close()


def test_there_are_enough_of_them():
    assert len(CORPUS) >= 60
    assert len({expected for _, _, expected in CORPUS.values()}) > 10


@pytest.mark.parametrize("case", CORPUS)
def test_an_odd_document_is_read_or_refused_with_words(case, box, tmp_path):
    name, make, expected = CORPUS[case]
    path = tmp_path / "odd"
    path.write_bytes(make())
    box.stdin.write(f"{path}\t{name}\n")
    box.stdin.flush()
    answer = json.loads(box.stdout.readline())
    assert answer["seconds"] < 20, answer
    assert answer["megabytes"] < 500, answer
    if expected == READ:
        assert answer["outcome"] == "read", answer
    else:
        assert answer["outcome"] == "refused", answer
        assert expected in answer["words"], answer
        assert answer["words"].endswith("."), answer


@pytest.mark.parametrize("name", ["programme-ordynsky.xlsx", "programme-ordynsky.docx"])
def test_bytes_turned_in_the_directory_of_an_archive_break_nothing(name):
    """Most damage is noticed by check sums; the directory at the end of an archive has none."""
    chance = random.Random(19)
    outcomes = set()
    for _ in range(80):
        content = bytearray((DATA / name).read_bytes())
        for _ in range(chance.randint(1, 4)):
            content[-1 - chance.randrange(1_400)] = chance.randrange(256)
        try:
            outcomes.add(read_source(bytes(content), name).kind)
        except RuleBroken as refusal:
            outcomes.add(str(refusal))
    assert len(outcomes) > 2
