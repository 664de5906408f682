"""The acts of officers and what they leave behind, on both engines."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import REGULATION, make_activity, make_contest, make_municipality, make_secretary, regulation_with
from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.permissions import Scopes
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.contests import queries, service
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def secretary(district):
    return make_secretary(district)


def acts() -> list[str]:
    return [entry.act for entry in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]


def test_a_contest_is_created_saved_announced_amended_and_cancelled_each_act_in_the_journal(district, secretary):
    activity = make_activity(district)
    regulation = regulation_from_json(REGULATION)
    contest = service.create_contest(
        municipality=district, activity=activity, slug="c", year=2026, regulation=regulation, actor=secretary, now=NOW
    )
    assert queries.visible_contest("c") is None
    renamed = regulation_from_json(regulation_with(name="Новое имя"))
    service.save_regulation(contest, renamed, actor=secretary, now=NOW)
    service.save_regulation(contest, renamed, actor=secretary, now=NOW)  # nothing changed: no act
    service.announce_contest(contest, actor=secretary, now=NOW)
    assert queries.visible_contest("c") is contest
    with pytest.raises(StateConflict, match="только поправкой"):
        service.save_regulation(contest, regulation, actor=secretary, now=NOW)
    edition = service.amend_contest(contest, regulation, act="Акт № 1", reason="Так надо", actor=secretary, now=NOW)
    assert (contest.edition, edition.number, contest.name) == (2, 2, regulation.name)
    assert [one.number for one in queries.editions_of(contest)] == [1, 2]
    assert queries.regulation_of(contest) == regulation
    service.cancel_contest(contest, reason="Акт № 2", actor=secretary, now=NOW)
    assert queries.phase_of(contest, regulation, NOW) is Phase.CANCELLED
    db.session.commit()
    assert acts() == [
        "contest.created", "contest.regulation_saved", "contest.announced", "contest.amended", "contest.cancelled",
    ]  # fmt: skip
    assert audit.verify() == (5, None)


def test_the_fund_is_what_the_programme_says_in_one_order(district):
    contest = make_contest(district)
    assert list(queries.fund_of(contest).items()) == [
        ("federal", Decimal("0.00")),
        ("regional", Decimal("708500.00")),
        ("local", Decimal("12986.76")),
        ("settlement", Decimal("0.00")),
        ("extrabudget", Decimal("0.00")),
    ]
    contest.year = 2030
    assert sum(queries.fund_of(contest).values()) == 0


@pytest.mark.parametrize("slug", ["", "Ёлка", "a b", "-a", "a-", "A", "x" * 81, "a\x00b", "../x"])
def test_a_bad_address_is_refused(district, slug):
    with pytest.raises(RuleBroken) as caught:
        service.create_contest(
            municipality=district, activity=make_activity(district), slug=slug, year=2026,
            regulation=regulation_from_json(REGULATION), actor=None, now=NOW,
        )  # fmt: skip
    assert caught.value.remarks[0].place == "slug"


def test_announcing_tells_everything_that_is_missing(district):
    contest = make_contest(district, regulation=regulation_with(nominations=[], criteria=[]), announced=False)
    with pytest.raises(RuleBroken) as caught:
        service.announce_contest(contest, actor=None, now=NOW)
    assert {"nominations", "criteria"} <= {remark.place for remark in caught.value.remarks}
    assert contest.announced_at is None


def test_announcing_after_the_deadline_is_refused(district):
    contest = make_contest(district, announced=False)
    close = datetime(2026, 3, 13, 10, tzinfo=UTC)
    with pytest.raises(RuleBroken, match="уже прошло"):
        service.announce_contest(contest, actor=None, now=close)
    service.announce_contest(contest, actor=None, now=close - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("act", "reason", "places"),
    [("", "", {"act", "reason"}), ("А" * 301, "x", {"act"}), (" ", "x" * 5001, {"act", "reason"})],
)
def test_an_amendment_needs_its_act_and_its_reason(district, act, reason, places):
    contest = make_contest(district)
    changed = regulation_from_json(regulation_with(summary="Иначе"))
    with pytest.raises(RuleBroken) as caught:
        service.amend_contest(contest, changed, act=act, reason=reason, actor=None, now=NOW)
    assert {remark.place for remark in caught.value.remarks} == places
    assert contest.edition == 1


def test_an_amendment_that_changes_nothing_is_refused(district):
    contest = make_contest(district)
    with pytest.raises(RuleBroken, match="ничего не меняет"):
        service.amend_contest(contest, queries.regulation_of(contest), act="А", reason="Б", actor=None, now=NOW)


def test_during_scoring_criteria_stand_but_other_moments_may_move(district):
    contest = make_contest(district)
    at = datetime(2026, 3, 27, tzinfo=UTC)
    criteria = regulation_with()
    criteria["criteria"][0]["name"] = "Другое"
    with pytest.raises(RuleBroken, match="критерии менять нельзя"):
        service.amend_contest(contest, regulation_from_json(criteria), act="А", reason="Б", actor=None, now=at)
    later = regulation_with()
    next(one for one in later["timeline"] if one["code"] == "meeting")["at"] = "2026-04-11T10:00:00+07:00"
    assert (
        service.amend_contest(contest, regulation_from_json(later), act="А", reason="Б", actor=None, now=at).number == 2
    )


def test_after_approval_nothing_changes_any_more(district):
    contest = make_contest(district)
    service.note_approval(contest, now=NOW)
    changed = regulation_from_json(regulation_with(summary="Иначе"))
    with pytest.raises(RuleBroken, match="поздно"):
        service.amend_contest(contest, changed, act="А", reason="Б", actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="утверждены"):
        service.cancel_contest(contest, reason="x", actor=None, now=NOW)
    service.note_publication(contest, now=NOW)
    assert queries.phase_of(contest, queries.regulation_of(contest), NOW) is Phase.PUBLISHED


def test_numbers_are_given_once_and_do_not_disturb_the_version(district):
    contest = make_contest(district)
    db.session.commit()
    version = contest.version
    assert [service.take_number(contest) for _ in range(3)] == [1, 2, 3]
    db.session.commit()
    db.session.expire_all()
    assert (contest.next_number, contest.version) == (4, version)


def test_officers_see_contests_of_their_places_only(district):
    contest = make_contest(district, "c", announced=False)
    other = make_municipality("other", "Другой район")
    assert queries.contest_for_officer("c", Scopes(municipalities=frozenset({district.id}))) is contest
    assert queries.contest_for_officer("c", Scopes(contests=frozenset({contest.id}))) is contest
    assert queries.contest_for_officer("c", Scopes(everywhere=True)) is contest
    assert queries.contest_for_officer("c", Scopes(municipalities=frozenset({other.id}))) is None
    assert queries.contest_for_officer("c", Scopes()) is None


def test_the_contest_brings_its_municipality_and_activity_along(district, statements):
    make_contest(district, "c")
    db.session.commit()
    db.session.expunge_all()
    statements.clear()
    contest = queries.contest_by_slug("c")
    assert (contest.municipality.zone, contest.activity.code) == ("Asia/Novosibirsk", "act-4-1")
    assert len(statements) == 1
