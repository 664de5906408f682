"""Diplomas, thanks, titles and gifts: from the regulation to the protocol, the pages and the paper."""

import json
from decimal import Decimal

import pytest

from tests.features.decisions.test_service import World, rows_of
from tests.make import regulation_with
from tests.pages import Browser, said
from tosportal.domain.named_awards import NamedAward, awards_of
from tosportal.domain.protocol import recompute
from tosportal.domain.regulation import check_regulation, regulation_from_json, to_json
from tosportal.domain.scoring import ScoringRule
from tosportal.features.decisions import letters
from tosportal.features.decisions.papers import WORDS, whole_note
from tosportal.support.db import db

AWARDS = [
    {"kind": "title", "name": "Лучший ТОС", "first": 1},
    {"kind": "diploma", "name": "Диплом", "first": 2, "last": 3},
    {"kind": "thanks", "name": "Благодарность главы"},
]
NOMINATION = {"code": "n1", "name": "Лучший ТОС района", "applicant": "tos", "prizes": []}


def definition(awards=AWARDS, kind="prize", prizes=()):
    awarding = {"method": "prizes"} if kind == "prize" else {"method": "walk"}
    return regulation_with(
        kind=kind, nominations=[{**NOMINATION, "awards": awards, "prizes": list(prizes)}], awarding=awarding
    )


def test_places_win_above_the_pass_mark_and_everybody_is_thanked():
    awards = [NamedAward(**one) for one in AWARDS]
    given = {place: awards_of(awards, place, has_passed=True) for place in (1, 2, 3, 4)}
    assert given == {
        1: ["Лучший ТОС", "Благодарность главы"], 2: ["Диплом", "Благодарность главы"],
        3: ["Диплом", "Благодарность главы"], 4: ["Благодарность главы"],
    }  # fmt: skip
    assert awards_of(awards, 1, has_passed=False) == ["Благодарность главы"]
    assert [str(one.places) for one in awards] == ["за 1 место", "за места с 2 по 3", "всем участникам рейтинга"]


def test_a_contest_may_give_no_money_at_all():
    whole = regulation_from_json(definition())
    assert whole.nominations[0].winners == 3
    assert regulation_from_json(to_json(whole)) == whole
    remarks = [str(one) for one in check_regulation(whole, Decimal(0))]
    assert not [one for one in remarks if "Премии нужны" in one or "нет денег" in one]
    bare = regulation_from_json(definition(awards=[]))
    assert "awards" not in to_json(bare)["nominations"][0]
    remarks = [str(one) for one in check_regulation(bare, Decimal(0))]
    assert any("Премии нужны за места подряд" in one for one in remarks)


@pytest.mark.parametrize("places", [{"last": 2}, {"first": 3, "last": 2}])
def test_places_that_cannot_be_are_found(places):
    whole = regulation_from_json(definition(awards=[{"kind": "gift", "name": "Книга", **places}]))
    found = [str(one) for one in check_regulation(whole) if one.place == "nominations.n1.awards"]
    assert found == ["«Книга»: последнее место не раньше первого, и без первого его нет"]


def test_the_protocol_keeps_them_and_every_page_prints_them(app):
    world = World([10, 9, 8, 3], regulation=definition(prizes=[{"place": 1, "sum": "5000.00"}]))
    decision = world.prepare()
    protocol = json.loads(decision.protocol)
    assert recompute(protocol) == []
    assert [one.get("awards") for one in protocol["results"]] == [
        ["Лучший ТОС", "Благодарность главы"], ["Диплом", "Благодарность главы"],
        ["Диплом", "Благодарность главы"], ["Благодарность главы"],
    ]  # fmt: skip
    assert [row.awarded_sum for row in rows_of(decision)] == [Decimal("5000.00"), 0, 0, 0]
    scoring = ScoringRule.from_json(protocol["scoring"])
    assert [whole_note(one, protocol, scoring, WORDS["ru"]) for one in protocol["results"]] == [
        "Лучший ТОС; Благодарность главы",
        "Диплом; Благодарность главы",
        "Диплом; Благодарность главы",
        "ниже проходного балла; Благодарность главы",
    ]
    db.session.commit()
    page = said(Browser(app, world.secretary).get(f"/office/contests/{world.contest.slug}/ranking"))
    assert page.count("Благодарность главы") == 4
    assert page.count("Без награды") == 0
    protocol["results"][1]["awards"] = ["Орден"]
    assert [one.path for one in recompute(protocol)] == ["results/00002/awards"]


def test_visitors_read_what_is_given_and_the_winner_gets_it_in_the_letter(app):
    world = World([10, 9], regulation=definition())
    decision = world.prepare()
    assert [row.awarded_sum for row in rows_of(decision)] == [0, 0]
    db.session.commit()
    for address in (f"/contests/{world.contest.slug}", f"/contests/{world.contest.slug}/notice"):
        page = said(Browser(app).get(address))
        assert "Лучший ТОС" in page
        assert "за места с 2 по 3" in page
    assert "Призовых мест: 3" in said(Browser(app).get(f"/contests/{world.contest.slug}"))
    row = rows_of(decision)[0]
    assert "Награда: Лучший ТОС, Благодарность главы." in letters.results(world.contest, row.application, row)[1]
