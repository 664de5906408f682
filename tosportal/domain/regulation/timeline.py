"""The timeline: moments at which something begins or ends; a later one may follow an earlier one by a rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from tosportal.domain.contest_states import (
    BEGINNINGS,
    MOMENT_NAMES,
    REQUIRED_CODES,
    REQUIRED_FOR_GRANTS,
    TIMELINE_CODES,
    last_day,
)
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark
from tosportal.domain.workdays import ONE_DAY, add_workdays, is_workday

WORKDAYS, DAYS = "workdays", "days"
UNITS = (WORKDAYS, DAYS)
MOST_DAYS = 1000


@dataclass(frozen=True)
class TimelineMoment:
    """A moment of the timeline, exclusive: «до» ends when it comes.

    With `after` it follows the moment of that code: `count` working or calendar days later, at the end of the day (a
    beginning: at its start) or at `hour` («18:00»). `fixed` says why the day was set by hand instead.
    """

    code: str
    name: str
    at: datetime
    after: str = ""
    count: int = 0
    unit: str = WORKDAYS
    hour: str = ""
    fixed: str = ""

    @property
    def follows(self) -> bool:
        """Does the portal count its day itself?"""
        return bool(self.after) and not self.fixed.strip()


FOLLOWING = ("after", "count", "unit", "hour", "fixed")


def read_timeline(reader: Reader, value: object) -> tuple[TimelineMoment, ...]:
    found = []
    for where, row in reader.rows(value, "timeline"):
        reader.only(row, ("code", "name", "at", *FOLLOWING), where)
        code, at = reader.one_of(row, "code", where, TIMELINE_CODES), reader.moment(row, "at", where)
        name = reader.text(row, "name", where)
        after = "" if row.get("after") in (None, "") else reader.one_of(row, "after", where, TIMELINE_CODES)
        rule: dict[str, Any] = {
            "count": reader.whole(row, "count", where, default=0) or 0,
            "unit": reader.one_of(row, "unit", where, UNITS) if "unit" in row else WORKDAYS,
            "hour": reader.text(row, "hour", where, required=False),
            "fixed": reader.text(row, "fixed", where, required=False),
        }
        if rule["count"] > MOST_DAYS:
            reader.defect(N_("Не больше %(limit)s дней"), f"{where}.count", limit=MOST_DAYS)
        if rule["hour"] and _hour(rule["hour"]) is None:
            reader.defect(N_("Укажите время, например 17:00"), f"{where}.hour")
        if at is None:
            continue
        moment = TimelineMoment(code, name, at)
        if after:
            moment = replace(moment, after=after, **rule)
        found.append(moment)
    return tuple(found)


def moment_to_json(one: TimelineMoment) -> dict[str, Any]:
    """The moment as the regulation writes it; without a rule to follow it has only its day."""
    said = {"code": one.code, "name": one.name, "at": one.at.isoformat()}
    rule = {name: getattr(one, name) for name in FOLLOWING if getattr(one, name) != ""} if one.after else {}
    return said | rule


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5)) if len(text) in (4, 5) else None
    except ValueError:
        return None


def day_of(one: TimelineMoment, zone: tzinfo) -> date:
    """The day a reader understands: of a beginning its own, of an end at midnight the day before."""
    return one.at.astimezone(zone).date() if one.code in BEGINNINGS else last_day(one.at, zone)


def moment_after(one: TimelineMoment, base: TimelineMoment, zone: tzinfo) -> datetime:
    """When a moment comes that follows another: so many days after its day, which itself is not counted.

    Working days are those of the production calendar. A term in calendar days whose last day is not worked ends on the
    next working day; a beginning stays on its day. No days and no hour: the very moment of the other.

    >>> from zoneinfo import ZoneInfo
    >>> zone = ZoneInfo("Asia/Novosibirsk")
    >>> close = TimelineMoment("close", "Приём", datetime(2026, 4, 24, 17, tzinfo=zone))
    >>> check = TimelineMoment("check_until", "Проверка", close.at, after="close", count=5)
    >>> moment_after(check, close, zone).isoformat()
    '2026-05-05T00:00:00+07:00'
    >>> moment_after(replace(check, hour="18:00"), close, zone).isoformat()
    '2026-05-04T18:00:00+07:00'

    Basis: ГК РФ, статьи 191, 193, 194; DOMAIN §3.3 (terms in working days after the end of intake).
    """
    if not one.count and not one.hour:
        return base.at
    day = day_of(base, zone)
    if one.unit == WORKDAYS:
        day = add_workdays(day, one.count)
    else:
        day += timedelta(days=one.count)
        while one.code not in BEGINNINGS and not is_workday(day):
            day += ONE_DAY
    hour = _hour(one.hour)
    if hour is not None:
        return datetime.combine(day, hour, zone)
    return datetime.combine(day if one.code in BEGINNINGS else day + ONE_DAY, time(), zone)


def followed(timeline: Sequence[TimelineMoment], zone: tzinfo) -> tuple[TimelineMoment, ...]:
    """The same timeline with every moment that follows another on the day its rule gives.

    A moment follows only one that stands before it in the order of a contest's life; what was fixed by hand stays.
    """
    found: dict[str, TimelineMoment] = {}
    for one in sorted(timeline, key=lambda moment: TIMELINE_CODES.index(moment.code)):
        base = found.get(one.after)
        found[one.code] = replace(one, at=moment_after(one, base, zone)) if one.follows and base else one
    return tuple(found[one.code] for one in timeline)


def check_timeline(timeline: Sequence[TimelineMoment], kind: str) -> list[Remark]:
    """Moments that are missing, that follow what does not come before them, that stand before an earlier one."""
    given = {moment.code for moment in timeline}
    required = REQUIRED_CODES + (REQUIRED_FOR_GRANTS if kind == "grant" else ())
    remarks = [
        Remark(N_("В сроках нет момента «%(name)s»"), {"name": Remark(MOMENT_NAMES[code])}, f"timeline.{code}")
        for code in required
        if code not in given
    ]
    order = TIMELINE_CODES.index
    remarks += [
        Remark(
            N_("«%(name)s» отсчитывается от момента, которого нет или который наступает позже"),
            {"name": one.name},
            f"timeline.{one.code}",
        )
        for one in timeline
        if one.after and (one.after not in given or order(one.after) >= order(one.code))
    ]
    ordered = sorted(timeline, key=lambda moment: order(moment.code))
    for earlier, later in pairwise(ordered):
        strictly = (earlier.code, later.code) in {("open", "close"), ("scoring_from", "scoring_until")}
        if later.at < earlier.at or (strictly and later.at == earlier.at):
            remarks.append(
                Remark(
                    N_("«%(later)s» не может быть раньше, чем «%(earlier)s»"),
                    {"later": later.name, "earlier": earlier.name},
                    f"timeline.{later.code}",
                )
            )
    return remarks
