"""Preparing, approving and publishing a decision."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.make import (
    REGULATION,
    give_role,
    make_application,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_sheet,
    make_submission,
    make_tos,
    regulation_with,
)
from tests.make_decision import make_sitting
from tests.pages import Browser, said
from tosportal.domain.errors import NotAllowed, RuleBroken
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.protocol import check_digest, recompute
from tosportal.domain.sitting import Question, Sitting, Votes
from tosportal.features.accounts.models import Person
from tosportal.features.admission.models import AdmissionAct, AdmissionCheck
from tosportal.features.contests.queries import edition_in_force, regulation_of
from tosportal.features.decisions import queries, service
from tosportal.features.decisions.models import RankedApplication
from tosportal.features.decisions.papers import WORDS, sitting_parts
from tosportal.features.programmes.models import ActivityFunding
from tosportal.features.registry.models import Tos
from tosportal.support import audit
from tosportal.support.db import db
from tosportal.support.notifications import Letter

AFTER_SCORING = datetime(2026, 4, 10, 5, tzinfo=UTC)
SITTING = make_sitting("2", AFTER_SCORING, present=3, members=4)


class World:
    """A contest scored by three jurors: `marks` gives the mark of every juror for every application."""

    def __init__(self, marks: list[int], requested: str = "140000.00", regulation: Any = None) -> None:
        self.municipality = make_municipality()
        self.contest = make_contest(self.municipality, regulation=regulation)
        self.secretary = make_secretary(self.municipality)
        self.chair = give_role(make_person(full_name="Председателев Н. Ф."), Role.CHAIR, Scope.CONTEST, self.contest.id)
        self.jurors = [make_juror(self.contest, code=f"Э{number}") for number in (1, 2, 3)]
        self.applications = []
        for mark in marks:
            application = make_application(
                self.contest, make_tos(self.municipality), state="admitted", requested_sum=Decimal(requested)
            )
            make_submission(application)
            for juror in self.jurors:
                make_sheet(juror, application, {"k1": str(mark), "k2": str(mark)})
            self.applications.append(application)

    def prepare(self, now: datetime = AFTER_SCORING):
        return service.prepare_decision(self.contest, sitting=SITTING, actor=self.secretary, now=now)


def rows_of(decision) -> list[RankedApplication]:
    return list(db.session.scalars(queries.ranked_rows(decision.id)).unique())


def test_the_fund_walks_the_ranking_and_every_sum_adds_up(app):
    world = World([10, 9, 8, 8, 7, 7, 3])
    decision = world.prepare()
    rows = rows_of(decision)
    assert [row.outcome for row in rows] == ["winner"] * 5 + ["reserve", "below_pass"]
    assert sum(row.awarded_sum for row in rows) == Decimal("700000.00")
    for row in rows:
        assert sum(share.share_sum for share in row.shares) == row.awarded_sum
    sums = queries.sums_of(decision.id)
    assert sums.by_source == {"regional": Decimal("687400.00"), "local": Decimal("12600.00")}
    assert sums.awarded_sum == sum(sums.by_source.values())


def test_a_nomination_gets_no_more_than_its_own_fund_and_the_pages_say_so(app):
    limits = {**REGULATION["limits"], "parts": [{"code": "p1", "nomination": "n1", "fund": "300000.00"}]}
    world = World([10, 9, 8, 8, 7], regulation=regulation_with(limits=limits, awarding={"method": "walk"}))
    world.applications[4].nomination = "n2"
    db.session.commit()
    decision = world.prepare()
    rows = rows_of(decision)
    assert [row.outcome for row in rows] == ["winner", "winner", "reserve", "reserve", "winner"]
    protocol = json.loads(decision.protocol)
    assert recompute(protocol) == []
    assert protocol["sums"]["by_part"] == [
        {"name": "Благоустройство", "fund_sum": "300000.00", "awarded_sum": "280000.00", "remainder_sum": "20000.00"}
    ]
    protocol["funds"][0]["sum"] = "100000.00"
    assert recompute(protocol)
    db.session.commit()
    page = said(Browser(app, world.secretary).get(f"/office/contests/{world.contest.slug}/ranking"))
    assert "Фонды номинаций и групп" in page
    assert "20 000,00 ₽" in page
    assert "В резерве: средства номинации или группы закончились" in page


def test_the_last_award_is_cut_to_what_is_left(app):
    world = World([10, 9, 8, 8, 7, 7], requested="130000.00")
    rows = rows_of(world.prepare())
    assert rows[5].outcome == "partial"
    assert rows[5].awarded_sum == Decimal("71486.76")
    assert queries.sums_of(rows[0].decision_id).by_source == {
        "regional": Decimal("708500.00"),
        "local": Decimal("12986.76"),
    }


def test_federal_money_and_money_of_settlements_are_split_with_the_others(app):
    """The fund is all that the programme plans for the activity: shares follow the fund, in the one order."""
    world = World([10, 9, 8])
    for source, planned in (("settlement", "12000.00"), ("federal", "100000.00")):
        place = {"activity_id": world.contest.activity_id, "year": world.contest.year}
        db.session.add(ActivityFunding(**place, source=source, planned_sum=Decimal(planned)))
    db.session.flush()
    decision = world.prepare()
    rows, sums = rows_of(decision), queries.sums_of(decision.id)
    assert list(sums.by_source) == ["federal", "regional", "local", "settlement"]
    assert sums.awarded_sum == sum(sums.by_source.values()) == Decimal("420000.00")
    assert sums.by_source["federal"] == Decimal("50390.72")  # 420 000 × 100 000 / 833 486,76
    assert all(sum(share.share_sum for share in row.shares) == row.awarded_sum for row in rows)
    protocol = json.loads(decision.protocol)
    assert check_digest(protocol) is None
    assert recompute(protocol) == []


def test_the_protocol_is_recomputed_by_anyone_and_names_nobody(app):
    world = World([10, 9, 8])
    protocol = json.loads(world.prepare().protocol)
    assert check_digest(protocol) is None
    assert recompute(protocol) == []
    text = json.dumps(protocol, ensure_ascii=False)
    assert "Оценкина" not in text
    assert "example.org" not in text
    assert sorted(protocol["applications"][0]["marks"]) == ["Э1", "Э2", "Э3"]


def test_a_recused_juror_is_left_out_and_named_by_code(app):
    world = World([10, 9])
    tied = db.session.get_one(Person, world.jurors[0].person_id)
    give_role(tied, Role.ACTIVIST, Scope.TOS, world.applications[0].tos_id)
    make_sheet(make_juror(world.contest, code="Э4"), world.applications[0], {"k1": "6", "k2": "6"})
    protocol = json.loads(world.prepare().protocol)
    assert protocol["recusals"] == [{"number": "00001", "juror": "Э1", "reason": "tie"}]
    assert sorted(protocol["applications"][0]["marks"]) == ["Э2", "Э3", "Э4"]


def test_no_decision_before_scoring_is_over(app):
    world = World([10])
    make_sheet(
        world.jurors[0], make_application(world.contest, make_tos(world.municipality), state="admitted"), {}, False
    )
    with pytest.raises(RuleBroken, match="Оценка ещё не закончена"):
        world.prepare(datetime(2026, 4, 1, 5, tzinfo=UTC))
    assert queries.latest_decision(world.contest.id) is None


def test_too_few_sheets_are_named(app):
    world = World([10])
    lonely = make_application(world.contest, make_tos(world.municipality), state="admitted")
    make_submission(lonely)
    make_sheet(world.jurors[0], lonely, {"k1": "5", "k2": "5"})
    with pytest.raises(RuleBroken, match="У заявки № 2 подписано листов: 1, а нужно не меньше 3"):
        world.prepare()


def test_admission_must_be_finished(app):
    world = World([10])
    make_application(world.contest, make_tos(world.municipality), state="submitted")
    with pytest.raises(RuleBroken, match="решено о допуске, осталось: 1"):
        world.prepare()


def test_who_prepared_may_not_approve_and_the_database_holds_it_too(app):
    world = World([10])
    decision = world.prepare()
    with pytest.raises(NotAllowed):
        service.approve_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    assert decision.approved_at is None
    decision.approved_at, decision.approved_by_id = AFTER_SCORING, world.secretary.id
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.flush()
    db.session.rollback()


def test_approval_and_publication_are_acts_with_letters(app):
    world = World([10, 9, 8, 8, 7, 7, 3])
    decision = world.prepare()
    with pytest.raises(RuleBroken, match="ещё не утверждено"):
        service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    assert world.contest.approved_at == AFTER_SCORING
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    letters = db.session.scalars(select(Letter).where(Letter.kind == "decision.results").order_by(Letter.id)).all()
    assert len(letters) == 7
    assert "поддержана. Сумма: 140 000,00 ₽" in letters[0].body.replace("\xa0", " ")
    assert "не поддержана" in letters[6].body
    acts = db.session.scalars(select(audit.JournalEntry.act).order_by(audit.JournalEntry.id)).all()
    assert acts[-4:] == ["decision.prepared", "decision.approved", "decision.published", "ledger.awards_posted"]
    with pytest.raises(RuleBroken, match="уже утверждено"):
        world.prepare()
    assert audit.verify()[1] is None


def test_a_returned_decision_is_prepared_anew_and_only_the_last_counts(app):
    world = World([10, 9])
    first = world.prepare()
    with pytest.raises(RuleBroken):
        service.return_decision(first, reason="  ", actor=world.chair, now=AFTER_SCORING)
    service.return_decision(first, reason="Проверьте заявку № 2", actor=world.chair, now=AFTER_SCORING)
    with pytest.raises(RuleBroken, match="возвращено"):
        service.approve_decision(first, actor=world.chair, now=AFTER_SCORING)
    second = world.prepare()
    assert second.number == 2
    with pytest.raises(RuleBroken, match="более новое"):
        service.approve_decision(first, actor=world.chair, now=AFTER_SCORING)
    service.approve_decision(second, actor=world.chair, now=AFTER_SCORING)
    assert queries.published_decision(world.contest.id) is None


def test_nothing_is_approved_before_its_sitting(app):
    world = World([10])
    later = make_sitting("2", AFTER_SCORING + timedelta(hours=2), present=3, members=4)
    decision = service.prepare_decision(world.contest, sitting=later, actor=world.secretary, now=AFTER_SCORING)
    with pytest.raises(RuleBroken, match="можно после него"):
        service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING + timedelta(hours=2))


def test_a_refusal_stands_in_the_protocol_with_its_clauses(app):
    world = World([10])
    refused = make_application(world.contest, make_tos(world.municipality), state="refused")
    rules = regulation_of(world.contest).admission
    wrong = rules[0]
    db.session.add(AdmissionCheck(
        application_id=refused.id, rule=wrong.code, verdict="not_ok", remark="Пришла поздно", checked_at=AFTER_SCORING
    ))  # fmt: skip
    db.session.add(AdmissionAct(
        application_id=refused.id, act="refused", reasons="Просили дважды", acted_at=AFTER_SCORING
    ))  # fmt: skip
    db.session.flush()
    protocol = json.loads(world.prepare().protocol)
    assert protocol["not_admitted"][0]["reasons"] == [
        {"text": f"{wrong.text}: Пришла поздно", "clause": wrong.clause},
        {"text": "Просили дважды", "clause": ""},
    ]
    assert wrong.clause
    assert recompute(protocol) == []


def test_equal_applications_stand_in_the_order_of_the_vote(app):
    world = World([8, 8, 8])
    votes = tuple(service.numbered(number) for number in (3, 1, 2))
    untied = regulation_with(scoring=REGULATION["scoring"] | {"ties": []})
    edition_in_force(world.contest).definition = untied
    db.session.flush()
    decision = service.prepare_decision(
        world.contest, sitting=SITTING, actor=world.secretary, now=AFTER_SCORING, tie_votes=votes
    )
    assert [row.application.number for row in rows_of(decision)] == [3, 1, 2]
    assert json.loads(decision.protocol)["tie_votes"] == list(votes)


def test_groups_have_places_of_their_own_up_to_the_published_page(app, visitor):
    world = World([9, 5, 8, 4])
    edition = edition_in_force(world.contest)
    bands = [{"code": "g1", "name": "До 200 жителей", "from": "0"}, {"code": "g2", "name": "От 200", "from": "200"}]
    scoring = {
        **regulation_with()["scoring"],
        "groups": {"value": "registry:residents", "bands": bands, "ranked": True},
    }
    edition.definition = regulation_with(scoring=scoring)
    for application, people in zip(world.applications, (199, 198, 200, 900), strict=True):
        db.session.get_one(Tos, application.tos_id).population = people
    db.session.commit()
    decision = service.prepare_decision(
        world.contest, sitting=SITTING, actor=world.secretary, now=AFTER_SCORING + timedelta(hours=3)
    )
    db.session.commit()
    numbers = {one.id: place for place, one in enumerate(world.applications)}
    rows = [(numbers[one.application_id], one.group, one.place) for one in rows_of(decision)]
    assert rows == [(0, "g1", 1), (1, "g1", 2), (2, "g2", 1), (3, "g2", 2)]
    assert recompute(json.loads(decision.protocol)) == []
    later = AFTER_SCORING + timedelta(days=1)
    service.approve_decision(decision, actor=world.chair, now=later)
    service.publish_decision(decision, actor=world.secretary, now=later)
    db.session.commit()
    app.config["CLOCK"] = lambda: later
    page = said(visitor.get(f"/contests/{world.contest.slug}/results"))
    assert page.index("До 200 жителей") < page.index("От 200")
    assert "Места и премии — отдельно в каждой группе" in said(visitor.get(f"/contests/{world.contest.slug}"))


@pytest.mark.parametrize(
    ("commission", "words"),
    [
        ({"quorum": "two_thirds"}, "а нужно не меньше 4"),
        ({"members_min": 6}, "В комиссии записано членов 5, а по положению их не меньше 6"),
        ({"votes_min": 4}, "не меньше чем 4 голосами"),
        ({"quorum": "half", "members_min": 5, "votes_min": 3}, ""),
    ],
)
def test_the_commission_sits_by_the_rule_of_the_regulation(app, commission, words):
    world = World([9, 5])
    edition_in_force(world.contest).definition = regulation_with(commission=commission)
    db.session.commit()
    sitting = make_sitting("2", AFTER_SCORING, present=3, members=5)
    sitting = replace(sitting, questions=(Question("Итоги", Votes(3, 0, 0), "Утвердить"),))
    prepare = {"sitting": sitting, "actor": world.secretary, "now": AFTER_SCORING + timedelta(hours=3)}
    if words:
        with pytest.raises(RuleBroken, match=words):
            service.prepare_decision(world.contest, **prepare)
        return
    decision = service.prepare_decision(world.contest, **prepare)
    kept = json.loads(decision.protocol)
    assert kept["session"]["quorum"] == "half"
    assert recompute(kept) == []


@pytest.mark.parametrize(
    ("commission", "votes", "words"),
    [
        ({"casting_vote": True}, Votes(1, 1, 1), "отметьте, как голосовал тот, кто вёл заседание"),
        ({"casting_vote": True}, Votes(2, 1, 0, "for"), "решающий голос здесь не нужен"),
        ({}, Votes(1, 1, 1, "for"), "Решающего голоса в положении нет"),
        ({"casting_vote": True}, Votes(1, 1, 1, "for"), ""),
        ({"casting_vote": True}, Votes(2, 1, 0), ""),
        ({}, Votes(1, 1, 1), ""),
    ],
)
def test_equal_votes_are_decided_by_the_casting_one_where_the_regulation_gives_it(app, commission, votes, words):
    world = World([9, 5])
    edition_in_force(world.contest).definition = regulation_with(commission=commission)
    db.session.commit()
    sitting = make_sitting("2", AFTER_SCORING, present=3, members=4)
    sitting = replace(sitting, questions=(Question("Итоги", votes, "Утвердить"),))
    prepare = {"sitting": sitting, "actor": world.secretary, "now": AFTER_SCORING + timedelta(hours=3)}
    if words:
        with pytest.raises(RuleBroken, match=words):
            service.prepare_decision(world.contest, **prepare)
        return
    decision = service.prepare_decision(world.contest, **prepare)
    stored = json.loads(decision.protocol)
    assert recompute(stored) == []
    [question] = stored["session"]["questions"]
    assert question["votes"].get("casting", "") == votes.casting
    assert ("casting" in question["votes"]) == bool(votes.casting), "protocols of before stay the same bytes"
    assert Sitting.from_json(stored["session"]).questions[0].votes == votes
    [vote] = sitting_parts(stored, ZoneInfo("Asia/Novosibirsk"), "", WORDS["ru"])["votes"]
    assert ("решил голос председательствующего: «за»" in vote["decision"]) == bool(votes.casting)
