"""Working days of Russia: which days are worked, windows in working days, and when such a window ends.

Days are days of the municipality; the zone is handed in. A window in working days is counted from the day after the
event and ends with the last second of its last day, or at the hour the regulation names.

The calendar is data: for every year the weekdays that are not worked and the Saturdays that are. A year without a
decree falls back to the holidays of art. 112 and `calendar_remark` says so.

Basis: ТК РФ, статьи 111 и 112; ГК РФ, статьи 191 и 194; DOMAIN §3.3; the sample's `deadline_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tosportal.domain.errors import N_, Remark

ONE_DAY = timedelta(days=1)
MOST_WORKDAYS = 10_000

# Art. 112, part 1: (month, day). The January ones are never moved to the next working day, only by a decree.
_NEW_YEAR = frozenset((1, day) for day in range(1, 9))
_HOLIDAYS = frozenset({(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})


@dataclass(frozen=True)
class YearCalendar:
    """A year by decree: weekdays that are not worked, Saturdays and Sundays that are, the act it comes from."""

    days_off: frozenset[date]
    worked_weekends: frozenset[date]
    act: str


def _year(year: int, act: str, days_off: str, worked: str = "") -> YearCalendar:
    """A calendar written as «MM-DD MM-DD …»."""

    def days(text: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in text.split())

    return YearCalendar(days(days_off), days(worked), act)


DECREED: Mapping[int, YearCalendar] = {
    # Moved: 6 January -> 10 May, 7 January -> 31 December, Saturdays 27 April -> 29 April, 2 November -> 30 April,
    # 28 December -> 30 December. 248 working days.
    2024: _year(
        2024,
        "постановление Правительства РФ от 10.08.2023 № 1314",
        "01-01 01-02 01-03 01-04 01-05 01-08 02-23 03-08 04-29 04-30 05-01 05-09 05-10 06-12 11-04 12-30 12-31",
        "04-27 11-02 12-28",
    ),
    # Moved: 4 January -> 2 May, 5 January -> 31 December, 23 February -> 8 May, 8 March -> 13 June, Saturday
    # 1 November -> 3 November. 247 working days. TO VERIFY: the number and date of the act (the days are well known).
    2025: _year(
        2025,
        "постановление Правительства РФ от 04.10.2024 № 1335",
        "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
        "11-01",
    ),
    # Moved: 3 January -> 9 January, 4 January -> 31 December. 247 working days. TO VERIFY against the act before use
    # on real terms: both the days and its number.
    2026: _year(
        2026,
        "постановление Правительства РФ от 24.09.2025 № 1466",
        "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
    ),
    # 2027 is left out on purpose: the decree on moving 2 and 3 January (and perhaps more) was not known when this was
    # written, so art. 112 alone is used and the interface says so. TO VERIFY and add when the decree is published.
}


def calendar_remark(year: int) -> Remark | None:
    """What a person must know about the calendar of this year: nothing for a decreed year, else that it is provisional.

    >>> calendar_remark(2026) is None
    True
    >>> str(calendar_remark(2027))
    'Производственный календарь на 2027 год не внесён: учтены только праздники по статье 112 ТК РФ, без переносов'
    """
    if year in DECREED:
        return None
    return Remark(
        N_(
            "Производственный календарь на %(year)s год не внесён: "
            "учтены только праздники по статье 112 ТК РФ, без переносов"
        ),
        {"year": year},
    )


def is_workday(day: date) -> bool:
    """Whether this day is worked in a five-day week.

    >>> is_workday(date(2026, 3, 9)), is_workday(date(2026, 3, 10)), is_workday(date(2024, 4, 27))
    (False, True, True)

    Basis: ТК РФ, статьи 111, 112; `DECREED`.
    """
    is_weekend = day.weekday() >= 5
    if (calendar := DECREED.get(day.year)) is not None:
        return day in calendar.worked_weekends if is_weekend else day not in calendar.days_off
    return not is_weekend and not _is_holiday(day) and not _is_moved_holiday(day)


def _is_holiday(day: date) -> bool:
    return (day.month, day.day) in _HOLIDAYS | _NEW_YEAR


def _is_moved_holiday(day: date) -> bool:
    """Whether a holiday at the weekend just before moves to this Monday (art. 112, part 2; not those of January)."""
    if day.weekday() != 0:
        return False
    return any((past.month, past.day) in _HOLIDAYS for past in (day - ONE_DAY, day - 2 * ONE_DAY))


def add_workdays(day: date, count: int) -> date:
    """The last day of a window of so many working days after an event of this day; the day itself is not counted.

    >>> add_workdays(date(2026, 4, 24), 5)
    datetime.date(2026, 5, 4)

    Zero gives the day itself. ValueError for a count below zero or above 10,000.
    Basis: ГК РФ, статья 191 (a term begins on the day after the event); the sample's `deadline_rules.counting`.
    """
    if not 0 <= count <= MOST_WORKDAYS:
        raise ValueError(f"a window of {count} working days")
    while count:
        day += ONE_DAY
        count -= is_workday(day)
    return day


def workday_before(day: date, count: int) -> date:
    """The working day that is so many working days before this day; zero gives the day itself.

    >>> workday_before(date(2026, 3, 13), 3), workday_before(date(2026, 5, 4), 1)
    (datetime.date(2026, 3, 10), datetime.date(2026, 4, 30))

    ValueError for a count below zero or above 10,000. Basis: as `add_workdays`, counted back.
    """
    if not 0 <= count <= MOST_WORKDAYS:
        raise ValueError(f"{count} working days before")
    while count:
        day -= ONE_DAY
        count -= is_workday(day)
    return day


def workdays_between(start: date, end: date) -> int:
    """How many working days there are after `start` up to and including `end`; negative when the end is earlier.

    >>> workdays_between(date(2026, 4, 24), date(2026, 5, 4)), workdays_between(date(2026, 5, 4), date(2026, 4, 24))
    (5, -5)

    Basis: as `add_workdays`, of which it is the inverse.
    """
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + number * ONE_DAY) for number in range(1, (end - start).days + 1))


def end_of_day(day: date, zone: tzinfo, hour: int | None = None) -> datetime:
    """The moment (UTC, exclusive) at which a day ends in the municipality: the next midnight, or a stated hour.

    >>> from zoneinfo import ZoneInfo
    >>> end_of_day(date(2026, 3, 13), ZoneInfo("Asia/Novosibirsk"), 17).isoformat()
    '2026-03-13T10:00:00+00:00'
    >>> end_of_day(date(2026, 3, 20), ZoneInfo("Asia/Novosibirsk")).isoformat()
    '2026-03-20T17:00:00+00:00'

    What comes at this very second is late. ValueError for an hour outside 0…24. Basis: ГК РФ, статья 194.
    """
    if hour is None or hour == 24:
        return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def due_moment(event_at: datetime, workdays: int, zone: tzinfo, hour: int | None = None) -> datetime:
    """When a window of working days after an event closes: a moment in UTC, exclusive.

    The day of the event is its day in the municipality, whatever day it is in UTC.

    >>> from zoneinfo import ZoneInfo
    >>> due_moment(datetime(2026, 3, 12, 20, tzinfo=UTC), 5, ZoneInfo("Asia/Novosibirsk")).isoformat()
    '2026-03-20T17:00:00+00:00'

    ValueError for a moment without a zone. Basis: as `add_workdays` and `end_of_day`.
    """
    if event_at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return end_of_day(add_workdays(event_at.astimezone(zone).date(), workdays), zone, hour)
