"""A draft is looked at when its people ask, answered once, and closed again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import (
    make_activist,
    make_application,
    make_contest,
    make_municipality,
    make_secretary,
    make_tos,
)
from tosportal.domain.errors import RuleBroken
from tosportal.domain.permissions import Scopes
from tosportal.features.contests.queries import regulation_of
from tosportal.features.desk.queries import waiting_applications
from tosportal.features.readiness import queries, service
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

EVERYWHERE = Scopes(everywhere=True)


class Place:
    def __init__(self):
        municipality = make_municipality()
        self.contest = make_contest(municipality)
        tos = make_tos(municipality)
        self.activist, self.secretary = make_activist(tos), make_secretary(municipality)
        self.application = make_application(self.contest, tos, self.activist)
        self.key = self.application.key
        db.session.commit()

    def ask(self, note="Подойдёт ли протокол?", now=NOW):
        return service.ask_to_look(self.application, note=note, actor=self.activist, now=now)

    def answer(self, words="Приложите протокол"):
        standing = queries.standing_request(self.key, EVERYWHERE)
        service.answer_request(standing, answer=words, actor=self.secretary, now=NOW)


@pytest.fixture
def place(app):
    return Place()


def letters(kind):
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).all()


def test_the_secretary_is_asked_answers_and_the_draft_closes_again(place):
    assert queries.standing_request(place.key, EVERYWHERE) is None
    asked = place.ask()
    assert place.ask().id == asked.id, "the same request again is the one that stands"
    assert [letter.to_address for letter in letters("readiness.asked")] == [place.secretary.email]
    assert "Подойдёт ли протокол?" in letters("readiness.asked")[0].body
    assert waiting_applications([place.contest.id], NOW)[place.contest.id].to_look == 1
    place.answer()
    assert queries.standing_request(place.key, EVERYWHERE) is None
    assert all(not one.to_look for one in waiting_applications([place.contest.id], NOW).values())
    [letter] = letters("readiness.answered")
    assert letter.to_address == place.activist.email
    assert "Приложите протокол" in letter.body
    assert "ещё не отправлена" in letter.body
    assert db.session.scalars(
        select(JournalEntry.act).where(JournalEntry.act.like("readiness.%")).order_by(JournalEntry.id)
    ).all() == ["readiness.asked", "readiness.answered"]
    assert audit.verify()[1] is None
    assert place.application.state == "draft"


def test_a_request_taken_back_is_not_answered(place):
    place.ask()
    standing = queries.standing_request(place.key, EVERYWHERE)
    service.take_back(place.application, actor=place.activist, now=NOW)
    service.take_back(place.application, actor=place.activist, now=NOW)
    with pytest.raises(RuleBroken, match="Просьбы больше нет"):
        service.answer_request(standing, answer="Готово", actor=place.secretary, now=NOW)
    assert queries.standing_request(place.key, EVERYWHERE) is None
    assert letters("readiness.answered") == []


def test_once_sent_the_draft_is_nobodys_to_look_at(place):
    standing = place.ask()
    place.application.state, place.application.submitted_at, place.application.number = "submitted", NOW, 1
    db.session.flush()
    assert queries.standing_request(place.key, EVERYWHERE) is None
    assert all(not one.to_look for one in waiting_applications([place.contest.id], NOW).values())
    with pytest.raises(RuleBroken, match="уже отправили"):
        service.answer_request(standing, answer="Готово", actor=place.secretary, now=NOW)
    service.take_back(place.application, actor=place.activist, now=NOW)
    with pytest.raises(RuleBroken, match="уже отправлена"):
        place.ask()


def test_after_the_deadline_nobody_is_asked(place):
    close = regulation_of(place.contest).moments["close"]
    assert place.ask(now=close - timedelta(seconds=1)).stands
    service.take_back(place.application, actor=place.activist, now=NOW)
    with pytest.raises(RuleBroken):
        place.ask(now=close)


def test_five_times_is_enough(place):
    for _ in range(service.MOST_REQUESTS):
        place.ask()
        place.answer()
    with pytest.raises(RuleBroken, match="уже 5 раз"):
        place.ask()


def test_too_long_and_empty_words_are_refused_with_their_length(place):
    with pytest.raises(RuleBroken, match="1001 знаков"):
        place.ask(note="я" * 1001)
    place.ask(note="")
    with pytest.raises(RuleBroken, match="Напишите, чего не хватает"):
        place.answer("  ")
    with pytest.raises(RuleBroken, match="5001 знаков"):
        place.answer("я" * 5001)
    place.answer("я" * 5000)
