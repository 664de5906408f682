"""Deadlines as an iCalendar file (.ics), with the rules of the time zone inside."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from tosportal.domain.deadlines import Deadline

MEDIA_TYPE = "text/calendar"
READ_AGAIN = timedelta(hours=4)
BEFORE_AN_HOUR = (timedelta(days=1), timedelta(hours=3))
BEFORE_A_DAY = (timedelta(hours=15),)  # at nine in the morning of the day before


def calendar_file(name: str, deadlines: Iterable[Deadline], *, zone: ZoneInfo, host: str) -> bytes:
    """The file: one event for each deadline, in their order. Equal deadlines give equal bytes."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//tosportal//deadlines//RU")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    for one in deadlines:
        calendar.add_component(_event(one, zone, host))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(one: Deadline, zone: ZoneInfo, host: str) -> Event:
    event = Event()
    event.add("uid", f"{one.uid}@{host}")
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("summary", one.summary)
    day = one.day(zone)
    if day is not None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", one.at.astimezone(zone))
    event.add("transp", "TRANSPARENT")  # a deadline takes no time of anybody
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    if one.description:
        event.add("description", one.description)
    if one.link:
        event.add("url", one.link)
    for before in _reminders(one, has_hour=day is None):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.summary)
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _reminders(one: Deadline, *, has_hour: bool) -> tuple[timedelta, ...]:
    if one.is_cancelled or not one.reminds:
        return ()
    return BEFORE_AN_HOUR if has_hour else BEFORE_A_DAY
