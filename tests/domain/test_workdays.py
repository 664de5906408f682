"""Working days: years counted by hand, windows across the holidays, the terms of the three sample contests."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain import workdays

D = date.fromisoformat
NOVOSIBIRSK = ZoneInfo("Asia/Novosibirsk")


@pytest.mark.parametrize(("year", "count"), [(2024, 248), (2025, 247), (2026, 247), (2027, 249)])
def test_working_days_of_a_year(year, count):
    assert workdays.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_decreed_days_off_are_weekdays_and_worked_days_are_weekends():
    for calendar in workdays.DECREED.values():
        assert {day.weekday() < 5 for day in calendar.days_off} == {True}
        assert {day.weekday() for day in calendar.worked_weekends} <= {5, 6}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-04-27", True),  # a Saturday, worked instead of 29 April
        ("2024-04-29", False),
        ("2024-11-02", True),
        ("2024-12-28", True),
        ("2024-12-31", False),
        ("2025-11-01", True),
        ("2025-11-03", False),
        ("2025-03-08", False),
        ("2025-03-10", True),  # 8 March 2025 was moved to 13 June
        ("2025-06-13", False),
        ("2026-01-09", False),
        ("2026-01-12", True),
        ("2026-03-09", False),
        ("2026-05-11", False),
        ("2026-05-08", True),
        ("2026-12-31", False),
        ("2027-01-08", False),
        ("2027-01-11", True),
        ("2027-05-03", False),  # 1 May is a Saturday
        ("2027-05-10", False),  # 9 May is a Sunday
        ("2027-06-14", False),  # 12 June is a Saturday
        ("2028-05-02", True),
        ("2023-01-09", True),  # 7 and 8 January at the weekend do not move by themselves
    ],
)
def test_days_checked_by_hand(day, worked):
    assert workdays.is_workday(D(day)) is worked


@pytest.mark.parametrize(
    ("event", "count", "due"),
    [
        ("2025-12-29", 1, "2025-12-30"),
        ("2025-12-29", 2, "2026-01-12"),
        ("2025-12-31", 1, "2026-01-12"),
        ("2026-01-01", 5, "2026-01-16"),
        ("2024-12-27", 1, "2024-12-28"),
        ("2024-12-27", 2, "2025-01-09"),
        ("2026-03-06", 1, "2026-03-10"),
        ("2026-02-20", 2, "2026-02-25"),
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-05-08", 1, "2026-05-12"),
        ("2024-04-26", 1, "2024-04-27"),
        ("2024-04-26", 3, "2024-05-03"),
        ("2026-06-11", 1, "2026-06-15"),
        ("2026-11-03", 1, "2026-11-05"),
        ("2026-12-30", 1, "2027-01-11"),
        ("2026-03-07", 0, "2026-03-07"),
    ],
)
def test_windows_across_holidays(event, count, due):
    assert workdays.add_workdays(D(event), count) == D(due)


RULES = [
    ("close", "check_until", 5),
    ("check_until", "fix_until", 3),
    ("meeting", "approved", 1),
    ("approved", "official_day", 1),
    ("official_day", "appeal_until", 2),
    ("appeal_until", "appeal_forward_until", 1),
    ("appeal_forward_until", "appeal_review_until", 4),
    ("appeal_review_until", "final_approved", 1),
    ("final_approved", "final_published", 1),
]
CODES = [
    "close",
    "check_until",
    "fix_until",
    "meeting",
    "approved",
    "official_day",
    "appeal_until",
    "appeal_forward_until",
    "appeal_review_until",
    "final_approved",
    "final_published",
]
TIMELINES = {
    "change-the-world": "03-13 03-20 03-25 04-10 04-13 04-14 04-16 04-17 04-23 04-24 04-27",
    "our-yard": "04-24 05-04 05-07 05-22 05-25 05-26 05-28 05-29 06-04 06-05 06-08",
    "best-tos": "10-16 10-23 10-28 11-13 11-16 11-17 11-19 11-20 11-26 11-27 11-30",
}


@pytest.mark.parametrize("contest", TIMELINES)
@pytest.mark.parametrize(("after", "to", "count"), RULES)
def test_the_terms_of_the_sample_contests_hold(contest, after, to, count):
    days = dict(zip(CODES, (D(f"2026-{day}") for day in TIMELINES[contest].split()), strict=True))
    assert workdays.add_workdays(days[after], count) == days[to]
    assert workdays.workdays_between(days[after], days[to]) == count


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60))
def test_adding_and_counting_are_inverse(day, count):
    due = workdays.add_workdays(day, count)
    assert workdays.workdays_between(day, due) == count
    assert count == 0 or workdays.is_workday(due)
    assert workdays.workdays_between(due, day) == -count


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_day_ends_when_the_next_begins(day):
    end = workdays.end_of_day(day, NOVOSIBIRSK)
    assert (end.tzinfo, end.astimezone(NOVOSIBIRSK).date()) == (UTC, day + timedelta(days=1))
    assert (end - timedelta(seconds=1)).astimezone(NOVOSIBIRSK).date() == day


def test_the_hour_of_the_close_and_the_day_of_the_event_are_local():
    assert workdays.end_of_day(D("2026-03-13"), NOVOSIBIRSK, 17) == datetime(2026, 3, 13, 10, tzinfo=UTC)
    assert workdays.end_of_day(D("2026-03-13"), NOVOSIBIRSK, 24) == workdays.end_of_day(D("2026-03-13"), NOVOSIBIRSK)
    late_evening = datetime(2026, 3, 12, 16, 59, 59, tzinfo=UTC)
    midnight = late_evening + timedelta(seconds=1)
    assert workdays.due_moment(late_evening, 5, NOVOSIBIRSK) == datetime(2026, 3, 19, 17, tzinfo=UTC)
    assert workdays.due_moment(midnight, 5, NOVOSIBIRSK) == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert workdays.due_moment(midnight, 5, NOVOSIBIRSK, 17) == datetime(2026, 3, 20, 10, tzinfo=UTC)


def test_slips_of_the_caller_are_not_guessed_at():
    with pytest.raises(ValueError, match="zone"):
        workdays.due_moment(datetime(2026, 3, 12), 5, NOVOSIBIRSK)
    with pytest.raises(ValueError, match="window"):
        workdays.add_workdays(D("2026-03-12"), -1)


def test_a_year_without_a_decree_says_so():
    assert [workdays.calendar_remark(year) is None for year in (2023, 2024, 2025, 2026, 2027)] == [
        False,
        True,
        True,
        True,
        False,
    ]
