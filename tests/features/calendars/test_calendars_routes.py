"""Calendars read back as a program reads them: stable events, moved deadlines, zones, whole days, private addresses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.conftest import NOW
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
    regulation_with,
)
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Person
from tosportal.features.calendars.models import CalendarFeed
from tosportal.features.contests.models import RegulationEdition
from tosportal.features.registry.models import Municipality
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db


@pytest.fixture
def contest(app):
    contest = make_contest(make_municipality())
    db.session.commit()
    return contest


def district(contest) -> Municipality:
    return db.session.get_one(Municipality, contest.municipality_id)


def read(client, address: str) -> dict[str, object]:
    """UID without the host → event, as read back from the file."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "Set-Cookie" not in answer.headers
    calendar = Calendar.from_ical(answer.data)
    assert calendar["VERSION"] == "2.0"
    events = {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}
    assert len(events) == len(calendar.walk("VEVENT")), "no UID twice"
    if any(isinstance(event["DTSTART"].dt, datetime) for event in events.values()):
        assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Novosibirsk"]
    return events


def address_of(app, person) -> str:
    """A new address, as the page shows it."""
    page = Browser(app, person).post("/account/calendar", {})
    text = page.get_data(as_text=True)
    return "/calendar/" + text.partition('value="http://localhost/calendar/')[2].partition('"')[0]


def test_the_dates_of_a_contest_are_whole_days_or_hours_of_the_district(app, contest, client):
    events = read(client, f"/contests/{contest.slug}/calendar.ics")
    close, opened = events[f"contest-{contest.id}-close"], events[f"contest-{contest.id}-open"]
    assert close["DTSTART"].dt == datetime(2026, 3, 13, 10, tzinfo=UTC)
    assert close["DTSTART"].params["TZID"] == "Asia/Novosibirsk"
    assert opened["DTSTART"].dt == date(2026, 2, 3)
    assert events[f"contest-{contest.id}-check_until"]["DTSTART"].dt == date(2026, 3, 20), "«до» the midnight after it"
    assert events[f"contest-{contest.id}-check_until"]["DTEND"].dt == date(2026, 3, 21)
    assert (int(close["SEQUENCE"]), str(close["STATUS"])) == (0, "CONFIRMED")
    assert str(close["SUMMARY"]).startswith("Окончание приёма заявок: ")
    assert close.walk("VALARM") == [], "a stranger is not woken"
    assert len(events) == 13


def test_a_moved_deadline_is_the_same_event_with_the_next_number(app, contest, client):
    address = f"/contests/{contest.slug}/calendar.ics"
    before = client.get(address)
    assert client.get(address, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    moved = regulation_with()
    moved["timeline"][2]["at"] = "2026-03-20T17:00:00+07:00"
    made_at = NOW + timedelta(hours=1)
    db.session.add(RegulationEdition(contest_id=contest.id, number=2, definition=moved, act="7", made_at=made_at))
    contest.edition = 2
    db.session.commit()
    events = read(client, address)
    close, opened = events[f"contest-{contest.id}-close"], events[f"contest-{contest.id}-open"]
    assert close["DTSTART"].dt == datetime(2026, 3, 20, 10, tzinfo=UTC)
    assert (int(close["SEQUENCE"]), close["DTSTAMP"].dt) == (1, made_at)
    assert int(opened["SEQUENCE"]) == 0
    contest.cancelled_at, contest.cancel_reason = NOW + timedelta(days=1), "Нет денег"
    db.session.commit()
    close = read(client, address)[f"contest-{contest.id}-close"]
    assert (int(close["SEQUENCE"]), str(close["STATUS"])) == (2, "CANCELLED")


def test_each_role_reads_its_own_deadlines(app, contest, client):
    tos = make_tos(district(contest))
    activist, secretary = make_activist(tos), make_secretary(district(contest))
    chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, contest.id)
    juror = db.session.get_one(Person, make_juror(contest).person_id)
    draft = make_application(contest, tos, activist, title="Наш двор")
    returned = make_application(contest, tos, activist, state="returned", fix_until_at=NOW + timedelta(days=3))
    make_application(contest, make_tos(district(contest)), title="Чужая заявка")
    db.session.commit()
    own = read(client, address_of(app, activist))
    send = own[f"application-{draft.id}-send"]
    assert str(send["SUMMARY"]) == "Отправить заявку: Наш двор"
    assert str(send["URL"]).endswith(f"/applications/{draft.key}")
    assert [alarm["TRIGGER"].dt for alarm in send.walk("VALARM")] == [timedelta(days=-1), timedelta(hours=-3)]
    assert own[f"application-{returned.id}-fix"]["DTSTART"].dt == NOW + timedelta(days=3)
    assert not [one for one in own.values() if "Чужая" in str(one["SUMMARY"])]
    scoring = read(client, address_of(app, juror))[f"jury-{contest.id}"]
    assert scoring["DTSTART"].dt == date(2026, 4, 8)
    assert [alarm["TRIGGER"].dt for alarm in scoring.walk("VALARM")] == [timedelta(hours=-15)]
    assert f"contest-{contest.id}-check_until" in read(client, address_of(app, secretary))
    assert f"contest-{contest.id}-meeting" in read(client, address_of(app, chair))
    assert read(client, address_of(app, make_person())) == {}


def test_an_address_is_shown_once_kept_as_a_hash_renewed_and_closed(app, contest, client):
    person = make_activist(make_tos(district(contest)))
    db.session.commit()
    browser = Browser(app, person)
    assert "Сроки в календаре" in said(browser.get("/account"))
    assert "Как подключить" in said(browser.get("/account/calendar"))
    first = address_of(app, person)
    key = first.removeprefix("/calendar/").removesuffix(".ics")
    assert len(key) >= 40
    page = browser.get("/account/calendar").get_data(as_text=True)
    assert key not in page
    assert key not in db.session.scalars(select(CalendarFeed.key_hash)).one()
    again = browser.post("/account/calendar", {"form_key": key}).get_data(as_text=True)
    assert key in again, "the same form again is the same address"
    assert len(db.session.scalars(select(CalendarFeed)).all()) == 1
    second = address_of(app, person)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    browser.post("/account/calendar/end", {})
    assert client.get(second).status_code == 404
    late = browser.post("/account/calendar", {"form_key": key}, code=409)
    assert "уже выдавали" in said(late), "an address that was ended never works again"
    assert client.get(first).status_code == 404
    acts = db.session.scalars(
        select(JournalEntry.act).where(JournalEntry.act.like("calendar%")).order_by(JournalEntry.id)
    ).all()
    assert [act for act in acts if act.startswith("calendar")] == [
        "calendar_feed.made",
        "calendar_feed.ended",
        "calendar_feed.made",
        "calendar_feed.ended",
    ]


def test_a_closed_account_and_a_wrong_key_read_nothing(app, contest, client):
    person = make_activist(make_tos(district(contest)))
    address = address_of(app, person)
    assert client.get(address).status_code == 200
    assert client.get(address.replace(".ics", "x.ics")).status_code == 404
    assert client.get("/calendar/short.ics").status_code == 404
    db.session.get_one(Person, person.id).active = False
    db.session.commit()
    assert client.get(address).status_code == 404


def test_the_calendar_costs_the_same_for_few_and_for_many(app, contest, client, statements):
    tos = make_tos(district(contest))
    person = make_activist(tos)
    make_application(contest, tos, person)
    address = address_of(app, person)

    def cost() -> int:
        client.get(address)
        statements.clear()
        client.get(address)
        return len(statements)

    few = cost()
    for _number in range(30):
        make_application(contest, tos, person)
        make_contest(district(contest))
    db.session.commit()
    assert cost() == few
    assert few <= 12
