"""Every endpoint has a mark; what a role gets over HTTP is what the matrix says; reading never writes.

The list of endpoints is the URL map itself, so that a page added tomorrow is in these tests tomorrow.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.make import (
    give_role,
    make_activist,
    make_application,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_tos,
)
from tosportal.domain.permissions import FOR_SIGNED_IN, MATRIX, Permission, Role, Scope
from tosportal.features.accounts import guards
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.sessions import KEY, start_session
from tosportal.support.db import db

# A page that shows personal data writes down who looked, and nothing else.
WRITES = re.compile(r"^\s*(INSERT(?! INTO personal_look\b)|UPDATE|DELETE|ALTER|CREATE|DROP)\b", re.IGNORECASE)
SESSION_KEY = "the key of a test"


def rules(app: Flask, *, method: str = "GET", with_arguments: bool | None = None) -> Iterator[Rule]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.endpoint, one.rule)):
        if method in (rule.methods or ()) and (with_arguments is None or with_arguments == bool(rule.arguments)):
            yield rule


@pytest.fixture
def world(app) -> dict[str, object]:
    """A municipality with a contest, an application and somebody in every role."""
    district = make_municipality()
    contest, tos = make_contest(district), make_tos(district)
    activist = make_activist(tos)
    application = make_application(contest, tos, activist, state="admitted")
    people: dict[str, Person | None] = {
        "visitor": None,
        "nobody yet": make_person(),
        Role.ACTIVIST: activist,
        Role.HELPER: give_role(make_person(), Role.HELPER, Scope.TOS, tos.id),
        Role.JUROR: db.session.get_one(Person, make_juror(contest).person_id),
        Role.SECRETARY: make_secretary(district),
        Role.CHAIR: give_role(make_person(), Role.CHAIR, Scope.CONTEST, contest.id),
        Role.OBSERVER: give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, district.id),
        Role.ADMINISTRATOR: give_role(make_person(), Role.ADMINISTRATOR),
    }
    db.session.commit()
    return {"people": people, "district": district, "contest": contest, "tos": tos, "application": application}


def client_of(app: Flask, person: Person | None):
    client = app.test_client()
    if person is not None:
        key = f"{SESSION_KEY} {person.id}"
        start_session(person, key=key, browser="", now=app.config["CLOCK"]())
        db.session.commit()
        with client.session_transaction() as session:
            session.update({"_user_id": person.fs_uniquifier, "_fresh": True, KEY: key})
    return client


def holds(who: str, access: tuple[str, ...]) -> bool:
    """Does the matrix let this kind of person in?"""
    if guards.OPEN in access:
        return True
    if who == "visitor":
        return False
    permissions = {Permission(one) for one in access}
    return bool(permissions & FOR_SIGNED_IN) or (who in MATRIX and bool(permissions & MATRIX[Role(who)]))


def test_every_endpoint_has_a_mark(app):
    marks = {rule.endpoint: guards.access_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert len(marks) > 50
    assert [endpoint for endpoint, access in marks.items() if not access] == []
    known = {guards.OPEN, *Permission}
    assert {endpoint: access for endpoint, access in marks.items() if not known.issuperset(access)} == {}


def test_no_mark_is_left_of_a_view_that_went_away(app):
    assert set(guards.LIBRARY_VIEWS) - set(app.view_functions) <= {"security.verify"}


def test_an_endpoint_without_a_mark_is_closed_to_everybody(app, world):
    app.add_url_rule("/unmarked", "unmarked", lambda: "secret", methods=["GET", "POST"])
    for person in world["people"].values():
        client = client_of(app, person)
        for answer in (client.get("/unmarked"), client.post("/unmarked")):
            assert answer.status_code == 403
            assert "secret" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["visitor", "nobody yet", *Role])
def test_what_a_role_gets_is_what_the_matrix_says(app, world, who):
    client = client_of(app, world["people"][who])
    seen, wrong = 0, []
    for rule in rules(app, with_arguments=False):
        access = guards.access_of(app, rule.endpoint)
        answer = client.get(rule.rule)
        at_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
        entered = answer.status_code < 400 and not at_sign_in
        refused_as = 302 if who == "visitor" else 403
        if holds(who, access):
            # 404: the page may find nothing of this person's; it is not a refusal of the role
            if not entered and answer.status_code != 404:
                wrong.append((rule.rule, answer.status_code, "should open"))
        elif answer.status_code != refused_as:
            wrong.append((rule.rule, answer.status_code, "should be refused"))
        seen += 1
    assert wrong == []
    assert seen > 25


@pytest.mark.parametrize("who", ["visitor", "nobody yet", *Role])
def test_nor_can_a_form_be_sent_past_the_matrix(app, world, who):
    """Forms with no arguments in the address and with arguments of rows that exist or do not: never a 2xx or a 500."""
    client = client_of(app, world["people"][who])
    wrong = []
    for rule in rules(app, method="POST"):
        access = guards.access_of(app, rule.endpoint)
        if holds(who, access) or rule.endpoint == "static":
            continue
        address = address_of(app, rule, world)
        answer = client.post(address, data={})
        # 401: a page that keeps what was typed until the person has signed in again
        if answer.status_code not in ({302, 401} if who == "visitor" else {403}):
            wrong.append((address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", [Role.ACTIVIST, Role.SECRETARY, Role.ADMINISTRATOR])
def test_reading_never_writes(app, world, statements, who):
    client = client_of(app, world["people"][who])
    for rule in rules(app):
        if rule.endpoint == "static":
            continue
        address = address_of(app, rule, world)
        db.session.commit()
        statements.clear()
        answer = client.get(address)
        assert answer.status_code < 500, f"{address}: {answer.status_code}"
        assert [one for one in statements if WRITES.match(one)] == [], address


def test_every_address_answers_rubbish_without_falling(app, world):
    """Things that are not there, for a person who holds most of the rights: 404 or a redirect, never 500."""
    client = client_of(app, world["people"][Role.SECRETARY])
    wrong = []
    for rule in rules(app, with_arguments=True):
        if rule.endpoint == "static":
            continue
        for rubbish in ("x" * 3000, "%00", "'%20OR%201=1", "..%2f..%2fetc%2fpasswd", "0", "-1", "99999999999999999999"):
            address = re.sub(r"<[^>]+>", rubbish, rule.rule)
            answer = client.get(address)
            if answer.status_code >= 500:
                wrong.append((address[:120], answer.status_code))
    assert wrong == []


def address_of(app: Flask, rule: Rule, world: dict) -> str:
    """The address of a rule with the rows of the world where their names are known, else with something that is not."""
    known = {"key": world["application"].key, "code": world["tos"].code, "slug": world["contest"].slug}
    with app.test_request_context():
        values: dict[str, object] = {}
        for name, converter in rule._converters.items():
            if type(converter).__name__ == "IntegerConverter":
                values[name] = 1
            elif type(converter).__name__ == "AnyConverter":
                values[name] = (
                    sorted(converter.items)[0]
                    if hasattr(converter, "items")
                    else re.findall(r"[\w-]+", converter.regex)[0]
                )
            else:
                values[name] = known.get(name, "nothing")
        return app.url_map.bind("localhost").build(
            rule.endpoint, values, method=next(iter(rule.methods - {"HEAD", "OPTIONS"}))
        )
