"""A timeline whose later moments follow the earlier ones by working days."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.make import regulation_with
from tosportal.domain.errors import RuleBroken
from tosportal.domain.regulation import TimelineMoment, check_regulation, followed, regulation_from_json, to_json

ZONE = ZoneInfo("Asia/Novosibirsk")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def moment(code: str, text: str, **rule) -> TimelineMoment:
    return TimelineMoment(code, code, at(text), **rule)


def days(*moments: TimelineMoment) -> dict[str, str]:
    return {one.code: one.at.strftime("%Y-%m-%d %H:%M") for one in followed(moments, ZONE)}


def test_working_days_pass_over_the_holidays_of_may_and_everything_that_follows_moves_too():
    timeline = (
        moment("close", "2026-04-24 17:00"),
        moment("check_until", "2000-01-01", after="close", count=5),
        moment("fix_until", "2000-01-01", after="check_until", count=3, hour="18:00"),
        moment("scoring_from", "2000-01-01", after="fix_until", count=1),
        moment("scoring_until", "2000-01-01", after="scoring_from", count=10),
    )
    # 1 May is a holiday, 2–3 and 9–10 are a weekend, 11 May is moved from the 9th.
    assert days(*timeline) == {
        "close": "2026-04-24 17:00",
        "check_until": "2026-05-05 00:00",  # «до конца 4 мая»
        "fix_until": "2026-05-07 18:00",
        "scoring_from": "2026-05-08 00:00",  # a beginning: at the start of its day
        "scoring_until": "2026-05-26 00:00",
    }
    later = (replace(timeline[0], at=at("2026-05-15 17:00")), *timeline[1:])
    assert days(*later)["check_until"] == "2026-05-23 00:00"


def test_what_was_fixed_by_hand_stays_and_others_follow_it():
    timeline = (
        moment("close", "2026-04-24 17:00"),
        moment("check_until", "2026-04-28", after="close", count=5, fixed="Комиссия раньше не соберётся"),
        moment("fix_until", "2000-01-01", after="check_until", count=1),
    )
    assert days(*timeline) == {
        "close": "2026-04-24 17:00",
        "check_until": "2026-04-28 00:00",
        "fix_until": "2026-04-29 00:00",
    }


def test_a_term_in_calendar_days_ends_on_a_working_day_and_a_beginning_stays_on_its_own():
    timeline = (
        moment("open", "2026-02-01"),
        moment("close", "2000-01-01", after="open", count=34, unit="days", hour="09:00"),  # 7 March, a Saturday
        moment("scoring_from", "2000-01-01", after="open", count=34, unit="days"),
        moment("scoring_until", "2000-01-01", after="scoring_from"),
    )
    assert days(*timeline) == {
        "open": "2026-02-01 00:00",
        "close": "2026-03-10 09:00",  # Sunday the 8th is moved to Monday the 9th
        "scoring_from": "2026-03-07 00:00",
        "scoring_until": "2026-03-07 00:00",
    }


def with_timeline(**changes):
    data = regulation_with()
    data["timeline"] = [{**row, **changes.get(row["code"], {})} for row in data["timeline"]]
    return data


def test_the_rule_is_kept_as_data_and_left_out_where_there_is_none():
    data = with_timeline(check_until={"after": "close", "count": 5, "unit": "workdays", "hour": "18:00"})
    regulation = regulation_from_json(data)
    assert regulation_from_json(to_json(regulation)) == regulation
    rows = {row["code"]: row for row in to_json(regulation)["timeline"]}
    assert rows["check_until"]["after"] == "close"
    assert set(rows["close"]) == {"code", "name", "at"}


@pytest.mark.parametrize(
    "rule",
    [{"after": "nowhere"}, {"after": "close", "count": 1001}, {"after": "close", "unit": "weeks"},
     {"after": "close", "hour": "25:00"}, {"after": "close", "count": -1}],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused(rule):
    with pytest.raises(RuleBroken) as refused:
        regulation_from_json(with_timeline(check_until=rule))
    assert refused.value.remarks[0].place.startswith("timeline[")


def test_a_moment_cannot_follow_a_later_one_or_one_that_is_not_there():
    for base in ("scoring_until", "announce", "check_until"):
        remarks = check_regulation(regulation_from_json(with_timeline(check_until={"after": base})))
        said = [str(one) for one in remarks if one.place == "timeline.check_until"]
        if base == "announce" and any(row["code"] == "announce" for row in regulation_with()["timeline"]):
            assert not said
        else:
            assert any("отсчитывается от момента" in one for one in said), base
