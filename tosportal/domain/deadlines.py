"""Deadlines as a calendar takes them: one event each, the same for as long as it lives, its change counted.

An end «до» at midnight is the whole day before it; a beginning at midnight is its whole day; any other moment is an
hour. A moment that an amendment has moved is the same event with the next number.

Basis: RFC 5545, 3.8.4.7 (UID) and 3.8.7.4 (SEQUENCE); issue 4, point 12.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from tosportal.domain.contest_states import last_day

WRITING_HOURS = range(8, 22)  # of the municipality's clock: nobody is written to about a deadline at night


@dataclass(frozen=True)
class Deadline:
    """One event of a calendar. `uid` never changes; `sequence` grows when the moment moves; `changed_at` is when it was
    set last. `is_end`: the moment ends a span («до»). `reminds`: the calendar reminds of it beforehand."""

    uid: str
    summary: str
    at: datetime
    is_end: bool
    changed_at: datetime
    sequence: int = 0
    link: str = ""
    description: str = ""
    is_cancelled: bool = False
    reminds: bool = False

    def day(self, zone: tzinfo) -> date | None:
        """The whole day of the event in this zone; None when it has an hour.

        >>> from datetime import UTC
        >>> from zoneinfo import ZoneInfo
        >>> midnight = datetime(2026, 3, 13, 17, tzinfo=UTC)  # in Novosibirsk it is the 14th by then
        >>> zone = ZoneInfo("Asia/Novosibirsk")
        >>> [str(Deadline("1", "", midnight, is_end, midnight).day(zone)) for is_end in (True, False)]
        ['2026-03-13', '2026-03-14']
        """
        if self.at.astimezone(zone).time() != time(0):
            return None
        return last_day(self.at, zone) if self.is_end else self.at.astimezone(zone).date()


def history_of(
    editions: Iterable[tuple[datetime, Mapping[str, datetime]]],
) -> dict[str, tuple[int, datetime]]:
    """Code of a moment → how often it was moved up to the last edition, and when it was set last.

    Each edition is when it was made and its moments.

    >>> first, second = datetime(2026, 2, 1), datetime(2026, 3, 1)
    >>> found = history_of([(first, {"open": first, "close": first}), (second, {"open": first, "close": second})])
    >>> found["open"] == (0, first), found["close"] == (1, second)
    (True, True)
    """
    found: dict[str, tuple[int, datetime]] = {}
    before: Mapping[str, datetime] = {}
    for made_at, moments in editions:
        for code, at in moments.items():
            if code not in found:
                found[code] = (0, made_at)
            elif before.get(code) != at:
                found[code] = (found[code][0] + 1, made_at)
        before = {**before, **moments}
    return found
