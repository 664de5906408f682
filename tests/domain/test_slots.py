"""A question of kind «files» and the document it asks for."""

import copy
import json
from typing import Any

import pytest

from tests.make import REGULATION
from tosportal.domain.errors import RuleBroken
from tosportal.domain.regulation import check_regulation, check_slots, regulation_from_json
from tosportal.domain.regulation.file import read_file

SLOT = REGULATION["documents"][0]["code"]


def asking(*sections: tuple[str, list[str], str]) -> dict[str, Any]:
    """A regulation with sections more: code, nominations, the document their only question asks for."""
    whole = copy.deepcopy(REGULATION)
    whole["form"]["sections"] += [
        {"code": code, "title": f"Раздел {code}", "nominations": nominations,
         "fields": [{"code": "paper", "label": f"Бумага {code}", "kind": "files", "slot": slot}]}
        for code, nominations, slot in sections
    ]  # fmt: skip
    return whole


def said(whole: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.place, str(one)) for one in check_slots(regulation_from_json(whole))]


def test_a_document_that_is_there_and_asked_for_once_is_right():
    assert said(asking(("a", [], SLOT))) == []
    assert said(asking(("a", ["n1"], SLOT), ("b", ["n2"], SLOT))) == []


@pytest.mark.parametrize(("one", "other"), [([], []), (["n1"], []), ([], ["n2"]), (["n1", "n2"], ["n2"])])
def test_two_questions_of_one_form_do_not_ask_for_the_same_document(one, other):
    place = len(REGULATION["form"]["sections"]) + 1
    found = said(asking(("a", one, SLOT), ("b", other, SLOT)))
    assert [where for where, _words in found] == [f"form.sections[{place}].fields[0].slot"]
    assert "уже просит вопрос «Бумага a» раздела «Раздел a»" in found[0][1]


def test_a_document_that_is_not_there_is_refused_in_a_file_and_before_the_announcement_but_stored_ones_are_read():
    whole = asking(("a", [], "nothing"))
    words = "Вопрос «Бумага a» раздела «Раздел a» просит документ, которого нет в списке документов"
    with pytest.raises(RuleBroken) as refused:
        read_file(json.dumps(whole).encode())
    assert [str(one) for one in refused.value.remarks] == [words]
    assert ("form.a", words) in [(one.place, str(one)) for one in check_regulation(regulation_from_json(whole))]
