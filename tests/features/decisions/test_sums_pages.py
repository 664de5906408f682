"""Sums that the organiser names: what the rule recommends and what was decided, on the pages, in papers and in data."""

import json
from io import BytesIO

import docx
import pytest

from tests.features.decisions.test_service import AFTER_SCORING, World
from tests.make import REGULATION, make_person, regulation_with
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.features.contests.queries import edition_in_force
from tosportal.features.decisions import queries, service
from tosportal.features.decisions.models import RankedApplication
from tosportal.support.db import db
from tosportal.verify import verify

ACT = "Постановление от 20.04.2026 № 112"
ADDRESS = "/office/contests/c/decision/1/sums"


@pytest.fixture
def world(app, clock) -> World:
    clock.at = AFTER_SCORING
    world = World([10, 9, 3])
    world.contest.slug = "c"
    awarding = REGULATION["awarding"] | {"sums_by": "organiser"}
    edition_in_force(world.contest).definition = regulation_with(awarding=awarding)
    db.session.flush()
    world.prepare()
    db.session.commit()
    return world


def sums(**changes: str) -> dict[str, str]:
    return {"act": ACT, "sum-1": "140 000", "why-1": "", "sum-2": "100000,50", "why-2": "Смету сократили", **changes}


def test_the_organiser_names_the_sums_and_everybody_sees_both(app, world):
    office, chair = Browser(app, world.secretary), Browser(app, world.chair)
    assert "Записать суммы" in said(office.get("/office/contests/c/ranking"))
    assert "Утверждать рано" in said(chair.get("/office/contests/c/ranking"))
    page = said(office.get(ADDRESS))
    assert "Рекомендовано 140 000,00 ₽" in page.replace("\xa0", " ")
    office.post(ADDRESS, sums())
    decision = queries.latest_decision(world.contest.id)
    protocol = json.loads(decision.protocol)
    assert protocol["organiser"] == [
        {"number": "00001", "sum": "140000.00", "basis": ACT},
        {"number": "00002", "sum": "100000.50", "basis": f"{ACT}; Смету сократили"},
    ]
    assert [row["recommended"]["award_sum"] for row in protocol["results"][:2]] == ["140000.00", "140000.00"]
    code, lines = verify(protocol)
    assert code == 0
    assert "Суммы назвал организатор: по 2 заявкам, из них не так, как рекомендовано, 1" in lines
    rows = {row.application.number: row for row in db.session.scalars(queries.ranked_rows(decision.id)).unique()}
    assert [(rows[n].outcome, str(rows[n].awarded_sum)) for n in (1, 2, 3)] == [
        ("winner", "140000.00"), ("partial", "100000.50"), ("below_pass", "0.00"),
    ]  # fmt: skip
    assert sum(share.share_sum for share in rows[2].shares) == rows[2].awarded_sum
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    db.session.commit()
    words = f"Комиссия рекомендовала 140 000,00 ₽, решил организатор: {ACT}; Смету сократили"
    visitor = Browser(app, None)
    for address in ("/contests/c/results", "/contests/c/results/2"):
        assert words in said(visitor.get(address)).replace("\xa0", " ")
    paper = docx.Document(BytesIO(visitor.get("/contests/c/protocol.docx").get_data()))
    text = " ".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells).replace(
        "\xa0", " "
    )
    assert f"комиссия рекомендовала 140 000,00 ₽; решил организатор: {ACT}; Смету сократили" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"act": ""}, "Назовите акт"),
        ({"act": "я" * 301}, "300"),
        ({"sum-2": "сто"}, "sum-2"),
        ({"sum-2": ""}, "sum-2"),
        ({"sum-2": "140000,01"}, "больше назначить нельзя"),
        ({"why-2": ""}, "напишите почему"),
        ({"why-2": "я" * 601}, "600"),
    ],
)
def test_a_wrong_sum_is_said_beside_it_and_nothing_typed_is_lost(app, world, change, words):
    page = Browser(app, world.secretary).post(ADDRESS, sums(**{"why-1": "Слова <b>", **change}), code=422)
    text = page.get_data(as_text=True)
    assert words in text
    assert "Слова &lt;b&gt;" in text
    assert queries.latest_decision(world.contest.id).number == 1


def test_nothing_is_approved_before_the_sums_are_named(app, world):
    decision = queries.latest_decision(world.contest.id)
    with pytest.raises(RuleBroken, match="Сначала запишите суммы"):
        service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    rows = [row.outcome for row in db.session.scalars(queries.ranked_rows(decision.id)).unique()]
    assert rows == ["winner", "winner", "below_pass"]
    assert db.session.query(RankedApplication).count() == 3


def test_the_page_is_for_those_who_prepare_and_only_where_the_regulation_says_so(app, world):
    Browser(app, world.chair).get(ADDRESS, code=403)
    stranger = make_person()
    db.session.commit()
    Browser(app, stranger).get(ADDRESS, code=403)
    edition_in_force(world.contest).definition = regulation_with()
    db.session.commit()
    office = Browser(app, world.secretary)
    office.get(ADDRESS, code=404)
    office.post(ADDRESS, sums(), code=404)
    assert "Записать суммы" not in said(office.get("/office/contests/c/ranking"))


def test_the_editor_says_who_names_the_sums(app, world):
    world.contest.announced_at = None
    edition_in_force(world.contest).definition = regulation_with()
    db.session.commit()
    office = Browser(app, world.secretary)
    page = office.get("/office/contests/c/edit/scoring").get_data(as_text=True)
    assert "Кто называет суммы" in page
