"""People and roles as acts: each leaves its trace in the journal, none gives more than asked."""

import json

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import give_role, make_municipality, make_person
from tosportal.domain.errors import RuleBroken
from tosportal.domain.permissions import Grant, Role, Scope
from tosportal.features.accounts import queries, service, sessions
from tosportal.support import audit
from tosportal.support.db import db


def acts() -> list[tuple[str, dict]]:
    entries = db.session.scalars(select(audit.JournalEntry).order_by(audit.JournalEntry.id))
    return [(entry.act, json.loads(entry.facts)) for entry in entries]


def test_a_person_is_added_once_whatever_the_case_of_the_address(app):
    person = service.add_person(email=" Anna@Example.org ", full_name="Примерова  Анна", now=NOW)
    assert (person.email, person.full_name, person.password, person.confirmed_at) == (
        "anna@example.org",
        "Примерова Анна",
        None,
        NOW,
    )
    with pytest.raises(RuleBroken, match="уже есть"):
        service.add_person(email="ANNA@example.org", full_name="Другая", now=NOW)
    assert [act for act, _facts in acts()] == ["person.added"]


def test_the_journal_knows_no_personal_data(app):
    person = service.add_person(email="anna@example.org", full_name="Примерова Анна", phone="+7 913 000-00-01", now=NOW)
    service.edit_profile(person, full_name="Образцова Анна", phone="+7 913 000-00-02", locale="en", now=NOW)
    said = json.dumps(acts(), ensure_ascii=False)
    assert not [word for word in ("anna", "Примерова", "Образцова", "913") if word in said]
    assert acts()[-1] == ("person.edited", {"before": {}, "after": {"fields": ["full_name", "locale", "phone"]}})


def test_a_role_given_twice_is_one_role(app):
    district, administrator, person = make_municipality(), make_person(), make_person()
    first = service.grant_role(person, Role.SECRETARY, Scope.MUNICIPALITY, district.id, actor=administrator, now=NOW)
    again = service.grant_role(person, Role.SECRETARY, Scope.MUNICIPALITY, district.id, actor=administrator, now=NOW)
    assert first.id == again.id
    assert [act for act, _facts in acts()] == ["role.granted"]
    loaded = queries.person_by_email(person.email)
    assert loaded.live_grants == (Grant(Role.SECRETARY, Scope.MUNICIPALITY, district.id),)


def test_a_role_taken_back_may_be_given_anew(app):
    person, administrator = make_person(), make_person()
    service.grant_role(person, Role.OBSERVER, Scope.EVERYWHERE, actor=administrator, now=NOW)
    service.revoke_role(person, Role.OBSERVER, Scope.EVERYWHERE, actor=administrator, now=NOW)
    assert queries.person_by_email(person.email).live_grants == ()
    service.revoke_role(person, Role.OBSERVER, Scope.EVERYWHERE, actor=administrator, now=NOW)  # not held: nothing
    service.grant_role(person, Role.OBSERVER, Scope.EVERYWHERE, actor=administrator, now=NOW)
    assert [act for act, _facts in acts()] == ["role.granted", "role.revoked", "role.granted"]
    assert len(queries.person_by_email(person.email).live_grants) == 1


@pytest.mark.parametrize(
    ("role", "scope", "scope_id"),
    [
        (Role.JUROR, Scope.EVERYWHERE, 0),
        (Role.ADMINISTRATOR, Scope.MUNICIPALITY, 1),
        (Role.SECRETARY, Scope.MUNICIPALITY, 0),
        (Role.ACTIVIST, Scope.CONTEST, 1),
    ],
)
def test_a_role_is_not_given_where_it_means_nothing(app, role, scope, scope_id):
    person = make_person()
    with pytest.raises(RuleBroken):
        service.grant_role(person, role, scope, scope_id, actor=None, now=NOW)
    assert acts() == []


def test_an_administrator_does_not_lock_the_portal(app):
    administrator = give_role(make_person(), Role.ADMINISTRATOR)
    with pytest.raises(RuleBroken, match="другого администратора"):
        service.revoke_role(administrator, Role.ADMINISTRATOR, Scope.EVERYWHERE, actor=administrator, now=NOW)
    with pytest.raises(RuleBroken, match="Себя"):
        service.set_active(administrator, active=False, actor=administrator, now=NOW)


def test_closing_an_account_ends_its_sign_ins(app):
    person, administrator = make_person(), give_role(make_person(), Role.ADMINISTRATOR)
    sessions.start_session(person, key="one", browser="", now=NOW)
    assert len(queries.live_sessions_of(person.id, NOW)) == 1
    service.set_active(person, active=False, actor=administrator, now=NOW)
    assert list(queries.live_sessions_of(person.id, NOW)) == []
    assert [act for act, _facts in acts()] == ["person.blocked"]


def test_a_sign_in_is_kept_as_a_hash_and_ends_only_for_its_owner(app):
    person, stranger = make_person(), make_person()
    row = sessions.start_session(person, key="secret-key", browser="x" * 500, now=NOW)
    assert "secret-key" not in row.key_hash
    assert len(row.browser) == 200
    assert service.end_other_session(stranger, row.id, now=NOW) is False
    assert service.end_other_session(person, row.id, now=NOW) is True
    assert service.end_other_session(person, row.id, now=NOW) is False


def test_people_are_found_by_russian_letters_of_any_case(app):
    anna, _boris = make_person("anna@example.org", "Ёлкина Анна"), make_person("boris@example.org", "Берёзов Борис")
    for search in ("ёлкина", "ЁЛКИНА анна", "ANNA@", "лкин"):
        assert [one.id for one in db.session.scalars(queries.people(search))] == [anna.id], search
    assert list(db.session.scalars(queries.people("%"))) == []
    assert len(list(db.session.scalars(queries.people("")))) == 2
