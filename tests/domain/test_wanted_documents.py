"""Which documents an application is asked for: by nomination, by group, under a condition on an answer."""

from typing import Any

import pytest

from tests.make import regulation_with
from tosportal.domain.errors import RuleBroken
from tosportal.domain.measuring import group_of
from tosportal.domain.regulation import Regulation, check_regulation, regulation_from_json, to_json
from tosportal.domain.wanted_documents import wanted_documents, when_needed


def slot(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"Бумага {code}", "accept": ["pdf"], **more}


LAND = {"code": "land", "label": "Чья земля?", "kind": "choice",
        "options": [{"code": "own", "name": "ТОС"}, {"code": "town", "name": "Администрация"},
                    {"code": "other", "name": "Другого хозяина"}]}  # fmt: skip
LEGAL = {"code": "legal", "label": "Вы юридическое лицо?", "kind": "yes_no"}
WHY = {"code": "many", "label": "Много?", "kind": "yes_no", "visible_if": "legal"}
BANDS = [{"code": "small", "name": "до 125 жителей", "from": "0"}, {"code": "big", "name": "от 125", "from": "125"}]
DOCUMENTS = [
    slot("always", required=True),
    slot("maybe"),
    slot("yard", required=True, nominations=["n1"]),
    slot("big", required=True, groups=["big"]),
    slot("ogrn", required_if="legal"),
    slot("owner", required_if="not land=own|town"),
    slot("inner", required_if="many"),
]


def regulation(**changes: Any) -> Regulation:
    whole = regulation_with(documents=DOCUMENTS, **changes)
    whole["form"]["sections"][0]["fields"] += [LEGAL, WHY]
    whole["form"]["sections"][1]["fields"].append(LAND)
    whole["scoring"]["groups"] = {"value": "registry:residents", "bands": BANDS, "ranked": True}
    return regulation_from_json(whole)


def wanted(nomination: str, answers: Any = None, residents: int = 40) -> dict[str, bool]:
    whole, said = regulation(), answers or {}
    group = group_of(whole, nomination, said, {"residents": residents})
    found = wanted_documents(whole, nomination, group, said)
    return {one.code: one.required for one in found}


def test_nominations_and_groups_say_who_is_asked_at_all():
    assert wanted("n1") == {"always": True, "maybe": False, "yard": True, "ogrn": False, "owner": False, "inner": False}
    assert set(wanted("n2")) == {"always", "maybe", "ogrn", "owner", "inner"}
    assert wanted("n2", residents=125)["big"]
    assert "big" not in wanted("n2", residents=124)
    nobody = wanted_documents(regulation(), "n2", None, {})  # a form tried on by the secretary: no ТОС, no group
    assert "big" in {one.code for one in nobody}


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({}, set()),
        ({"applicant": {"legal": "yes"}}, {"ogrn"}),
        ({"applicant": {"legal": "no", "many": "yes"}}, set()),  # a hidden question was answered before
        ({"applicant": {"legal": "yes", "many": "yes"}}, {"ogrn", "inner"}),
        ({"project": {"land": "town"}}, set()),
        ({"project": {"land": "other"}}, {"owner"}),
        ({"elsewhere": {"land": "other"}}, set()),
    ],
)
def test_a_condition_makes_a_document_necessary(answers, needed):
    found = wanted("n2", answers)
    assert {code for code, is_required in found.items() if is_required} == {"always"} | needed


def test_the_words_of_a_table_of_documents():
    whole = regulation()
    said = {one.code: "; ".join(str(word) for word in when_needed(whole, one)) for one in whole.documents}
    assert said == {
        "always": "всегда",
        "maybe": "если есть",
        "yard": "всегда; только в номинациях: Благоустройство",
        "big": "всегда; только для групп: от 125",
        "ogrn": "если на вопрос «Вы юридическое лицо?» ответ «Да»",
        "owner": "если на вопрос «Чья земля?» ответ не «ТОС» и не «Администрация»",
        "inner": "если на вопрос «Много?» ответ «Да»",
    }


def test_it_is_written_and_read_back_and_what_is_not_said_is_left_out():
    whole = regulation()
    assert regulation_from_json(to_json(whole)) == whole
    old = to_json(regulation_from_json(regulation_with()))["documents"][0]
    assert {"nominations", "groups", "required_if"} & set(old) == set()


def test_what_is_not_there_is_found_before_the_announcement():
    documents = [
        slot("a", nominations=["n9"]), slot("b", groups=["huge"]), slot("c", required_if="nothing"),
        slot("d", required_if="chair_name"), slot("e", required_if="truth"),
    ]  # fmt: skip
    found = check_regulation(regulation_from_json(regulation_with(documents=documents)))
    assert [(one.place, str(one)) for one in found if one.place.startswith("documents")] == [
        ("documents.a", "Нет номинации n9"),
        ("documents.b", "Нет группы huge"),
        ("documents.c", "Условие зависит от вопроса формы с выбором"),
        ("documents.d", "Условие зависит от вопроса формы с выбором"),
    ]
    with pytest.raises(RuleBroken, match="Условие зависит от вопроса формы с выбором"):
        regulation_from_json(regulation_with(documents=[slot("a", required_if="ВСЕ")]))
