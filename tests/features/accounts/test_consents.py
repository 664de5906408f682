"""Consents: one document for one purpose, the very words kept, taken back at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import make_activist, make_contest, make_municipality, make_person, make_secretary, make_tos, saved
from tosportal.domain import consents as rules
from tosportal.domain.consents import STANDARD, WITH_TEXT, Purpose
from tosportal.domain.errors import RuleBroken
from tosportal.domain.permissions import Scopes
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent, ConsentText
from tosportal.features.contests.service import announce_contest
from tosportal.features.events.models import Event, EventEvidence
from tosportal.features.registry import queries as registry
from tosportal.features.registry import service
from tosportal.features.registry.service import consent_facts, set_chair, set_contacts
from tosportal.support.audit import JournalEntry, verify
from tosportal.support.db import db
from tosportal.support.notifications import Letter

TODAY = NOW.date()


def seen_words(municipality, purpose, **facts):
    given = consent_facts(municipality, **facts)
    return given, rules.document(consents.wordings(municipality.id)[purpose].body, given)


def agree(person, municipality, purpose, now=NOW, *, item="", tos=None):
    facts, words = seen_words(municipality, purpose, name=person.full_name, tos=tos, item=item)
    return consents.give(
        person, purpose, municipality_id=municipality.id, facts=facts, seen=rules.digest(words), today=now.date(),
        now=now, item=item, tos_id=tos.id if tos else None,
    )  # fmt: skip


@pytest.mark.parametrize("purpose", WITH_TEXT)
def test_every_standard_text_names_what_the_law_wants(purpose):
    rules.check_text(purpose, STANDARD[purpose])
    said = rules.document(STANDARD[purpose], {name: f"<{name}>" for name in rules.PLACES})
    assert not [name for name in rules.PLACES if f"{{{name}}}" in said]
    assert all(f"<{name}>" in said for name in (*rules.NEEDED[purpose], "term"))
    for name in rules.NEEDED[purpose]:
        with pytest.raises(RuleBroken):
            rules.check_text(purpose, STANDARD[purpose].replace(f"{{{name}}}", ""))


def test_a_consent_keeps_the_words_their_version_the_account_and_the_moment(app):
    district, person = make_municipality(), make_person()
    given = agree(person, district, Purpose.PROCESSING)
    assert person.full_name in given.said
    assert district.owner_name in given.said
    assert given.digest == rules.digest(given.said)
    assert (given.how, given.person_id, given.recorded_at, given.given_on) == ("portal", person.id, NOW, TODAY)
    assert db.session.get_one(ConsentText, given.text_id).number == 1
    assert agree(person, district, Purpose.PROCESSING).id == given.id, "twice is once"
    later = NOW + timedelta(days=1)
    second = consents.publish_text(
        district.id, Purpose.PROCESSING, STANDARD[Purpose.PROCESSING] + "\nИ ещё.", actor=None, now=later
    )
    assert second.number == 2
    assert given.said.endswith("данных»."), "those given before stay on theirs"
    assert given.withdrawn_at is None
    anew = agree(person, district, Purpose.PROCESSING, later)
    assert (anew.text_id, given.withdrawn_at) == (second.id, later)
    with pytest.raises(RuleBroken):  # the words of the page are not those in force any more
        consents.give(
            person, Purpose.PROCESSING, municipality_id=district.id, facts={}, seen=given.digest, today=TODAY, now=later
        )
    facts = " ".join(db.session.scalars(select(JournalEntry.facts)))
    assert person.full_name not in facts
    assert verify()[1] is None


def test_each_datum_is_agreed_to_and_taken_back_apart(app):
    district = make_municipality()
    tos, chair = make_tos(district), make_person()
    set_chair(tos, full_name=chair.full_name, since_on=None, until_on=None, today=TODAY, actor=None, now=NOW)
    set_contacts(tos, phone="+7 383 000-00-01", email="tos@example.org", actor=None, now=NOW)
    assert registry.public_facts([tos.id], TODAY) == {}
    phone = agree(chair, district, Purpose.DISTRIBUTION, item="phone", tos=tos)
    assert "номер телефона" in phone.said
    assert f"/tos/{tos.code}" in phone.said
    assert "почты" not in phone.said
    facts = registry.public_facts([tos.id], TODAY)[tos.id]
    assert (facts.phone, facts.email, facts.chair) == ("+7 383 000-00-01", None, None)
    agree(chair, district, Purpose.DISTRIBUTION, item="email", tos=tos)
    consents.withdraw(phone, actor=chair, now=NOW)
    facts = registry.public_facts([tos.id], TODAY)[tos.id]
    assert (facts.phone, facts.email) == (None, "tos@example.org")
    with pytest.raises(RuleBroken):
        agree(chair, district, Purpose.DISTRIBUTION, item="passport", tos=tos)


def test_a_paper_one_has_a_name_and_a_term(app):
    district = make_municipality()
    secretary = make_secretary(district)
    given = {
        "municipality_id": district.id, "facts": {"person": "Иванова"}, "given_on": TODAY, "until_on": None,
        "today": TODAY, "actor": secretary, "now": NOW,
    }  # fmt: skip
    kept = consents.record_paper(Purpose.PHOTOS, subject_name=" Иванова  Анна ", **given)
    assert (kept.subject_name, kept.how, kept.recorded_by_id, kept.person_id) == (
        "Иванова Анна", "paper", secretary.id, None,
    )  # fmt: skip
    for wrong in (
        {"subject_name": " "},
        {"given_on": TODAY + timedelta(days=1)},
        {"until_on": TODAY - timedelta(days=1)},
        {"until_on": TODAY.replace(year=2500)},
    ):
        with pytest.raises(RuleBroken):
            consents.record_paper(Purpose.PHOTOS, **({"subject_name": "Иванова", **given} | wrong))
    with pytest.raises(RuleBroken):
        consents.record_paper(Purpose.DISTRIBUTION, subject_name="Иванова", **given)
    assert db.session.scalar(select(func.count(Consent.id))) == 1


def test_an_officer_sees_the_consents_of_the_own_district_alone(app):
    here, there = make_municipality(), make_municipality("other", "Другой район")
    ours, theirs = make_person(full_name="Ёлкина Анна"), make_person(full_name="Чужая Вера")
    mine = agree(ours, here, Purpose.PHOTOS)
    agree(theirs, there, Purpose.PHOTOS)
    scopes = Scopes(municipalities=frozenset({here.id}))

    def found(**asked):
        return [row[0].id for row in db.session.execute(consents.consents_for_officer(scopes, today=TODAY, **asked))]

    assert found() == [mine.id] == found(words="ёлКИНА") == found(purpose="photos", state="live")
    assert found(words="Вера") == found(state="over") == found(purpose="mailings") == []
    consents.withdraw(mine, actor=None, now=NOW)
    assert found(state="over") == [mine.id]


def test_photos_of_somebody_who_took_the_consent_back_are_hidden_until_a_new_one(app):
    district, person = make_municipality(), make_person()
    event = saved(
        Event(key="e", municipality_id=district.id, kind="meeting", title="Сход", held_on=TODAY, entered_at=NOW,
              state="confirmed")
    )  # fmt: skip
    photo = saved(
        EventEvidence(key="p", event_id=event.id, kind="photo", name="a.jpg", media_type="image/jpeg", size=1,
                      sha256="0" * 64, storage_key="1" * 32, uploaded_at=NOW, uploaded_by_id=person.id)
    )  # fmt: skip

    def is_hidden():
        db.session.expire_all()
        return photo.is_taken_back

    assert not is_hidden()
    consent = agree(person, district, Purpose.PHOTOS)
    assert not is_hidden()
    consents.withdraw(consent, actor=person, now=NOW)
    assert is_hidden()
    agree(person, district, Purpose.PHOTOS)
    assert not is_hidden()


def test_a_new_contest_is_written_about_to_those_who_asked_for_it(app):
    district = make_municipality()
    wants, wanted, never = make_person(), make_person(), make_activist(make_tos(district))
    agree(wants, district, Purpose.MAILINGS)
    consents.withdraw(agree(wanted, district, Purpose.MAILINGS), actor=wanted, now=NOW)
    contest = make_contest(district, announced=False)
    announce_contest(contest, actor=None, now=NOW.replace(month=1))
    letters = db.session.scalars(select(Letter).where(Letter.kind == "contest.announced")).all()
    assert letters == [], "consents of later do not reach back"
    contest = make_contest(district, announced=False)
    announce_contest(contest, actor=None, now=NOW)
    letters = db.session.scalars(select(Letter).where(Letter.kind == "contest.announced")).all()
    assert [one.person_id for one in letters] == [wants.id]
    assert never.id not in [one.person_id for one in letters]
    assert contest.name in letters[0].subject
    assert "/my/consents" in letters[0].body


def test_the_consent_to_another_chair_ends_with_the_chair(app):
    district = make_municipality()
    tos = make_tos(district)
    set_chair(tos, full_name="Иванова Анна", since_on=None, until_on=None, today=TODAY, actor=None, now=NOW)
    service.give_consent(tos, what="chair", given_on=TODAY, today=TODAY, actor=None, now=NOW)
    assert registry.public_facts([tos.id], TODAY)[tos.id].chair.full_name == "Иванова Анна"
    set_chair(tos, full_name="Петрова Вера", since_on=None, until_on=None, today=TODAY, actor=None, now=NOW)
    assert registry.public_facts([tos.id], TODAY) == {}
