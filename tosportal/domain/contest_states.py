"""The phase of a contest: derived from its timeline and its acts, never set by hand.

A timeline is a mapping from the code of a moment to an aware datetime (`Regulation.moments`). Every moment is
exclusive: what arrives in the very second of `close` is late. A moment that the timeline lacks is never reached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from tosportal.domain.errors import N_, Remark, RuleBroken

# All moments a timeline may have, in the only order they may stand in.
TIMELINE_CODES: tuple[str, ...] = (
    "announce",
    "open",
    "close",
    "check_until",
    "fix_until",
    "scoring_from",
    "scoring_until",
    "meeting",
    "approved",
    "official_day",
    "appeal_until",
    "appeal_forward_until",
    "appeal_review_until",
    "final_approved",
    "final_published",
    "agreements_until",
    "project_from",
    "project_until",
    "report_until",
    "award",
)
BEGINNINGS = frozenset(
    {"announce", "open", "scoring_from", "meeting", "approved", "official_day", "final_approved", "final_published",
     "project_from", "award"}
)  # fmt: skip
"""Moments that begin a day when they stand at its midnight; the others end the day before it («до»)."""
REQUIRED_CODES: tuple[str, ...] = ("open", "close", "check_until", "fix_until", "scoring_from", "scoring_until")
REQUIRED_FOR_GRANTS: tuple[str, ...] = ("project_from", "project_until")

MOMENT_NAMES: Mapping[str, str] = {
    "announce": N_("Публикация извещения"),
    "open": N_("Начало приёма заявок"),
    "close": N_("Окончание приёма заявок"),
    "check_until": N_("Проверка заявок"),
    "fix_until": N_("Устранение замечаний"),
    "scoring_from": N_("Начало оценки"),
    "scoring_until": N_("Окончание оценки"),
    "meeting": N_("Заседание комиссии"),
    "approved": N_("Утверждение результатов"),
    "official_day": N_("Официальный день объявления результатов"),
    "appeal_until": N_("Приём апелляций"),
    "appeal_forward_until": N_("Передача апелляций"),
    "appeal_review_until": N_("Рассмотрение апелляций"),
    "final_approved": N_("Утверждение окончательных результатов"),
    "final_published": N_("Публикация окончательных результатов"),
    "agreements_until": N_("Заключение соглашений"),
    "project_from": N_("Начало реализации проектов"),
    "project_until": N_("Окончание реализации проектов"),
    "report_until": N_("Сдача отчётов"),
    "award": N_("Награждение"),
}


class Phase(StrEnum):
    """Where a contest stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    ACCEPTING = "accepting"
    ADMISSION = "admission"
    SCORING = "scoring"
    DECIDING = "deciding"
    APPROVED = "approved"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


PHASE_NAMES: Mapping[Phase, str] = {
    Phase.DRAFT: N_("Проект"),
    Phase.ANNOUNCED: N_("Объявлен"),
    Phase.ACCEPTING: N_("Приём заявок"),
    Phase.ADMISSION: N_("Проверка заявок"),
    Phase.SCORING: N_("Оценка"),
    Phase.DECIDING: N_("Подведение итогов"),
    Phase.APPROVED: N_("Результаты утверждены"),
    Phase.PUBLISHED: N_("Результаты опубликованы"),
    Phase.CANCELLED: N_("Отменён"),
}

PHASE_TAGS: Mapping[Phase, tuple[str, str]] = {
    Phase.DRAFT: ("", "pen"),
    Phase.ANNOUNCED: ("tag--sky", "info"),
    Phase.ACCEPTING: ("tag--green", "flag"),
    Phase.ADMISSION: ("tag--sky", "clock"),
    Phase.SCORING: ("tag--sky", "scale"),
    Phase.DECIDING: ("tag--plum", "scale"),
    Phase.APPROVED: ("tag--honey", "check"),
    Phase.PUBLISHED: ("tag--solid", "check"),
    Phase.CANCELLED: ("", "cross"),
}


def has_come(at: datetime | None, now: datetime) -> bool:
    """Has the moment come? The very second of the moment counts as come; no moment never comes.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 13, 12, tzinfo=UTC)
    >>> has_come(noon, noon), has_come(noon, noon - timedelta(microseconds=1)), has_come(None, noon)
    (True, False, False)
    """
    return at is not None and now >= at


def phase(
    timeline: Mapping[str, datetime],
    *,
    announced_at: datetime | None,
    cancelled_at: datetime | None = None,
    scoring_closed_at: datetime | None = None,
    approved_at: datetime | None = None,
    published_at: datetime | None = None,
    now: datetime,
) -> Phase:
    """The phase at a moment.

    Acts first: cancelled, published, approved; without an announcement it is a draft whatever the dates are. Then the
    dates: before `open`, before `close`, before `scoring_from`, before `scoring_until` (or until the scoring was closed
    by an act), and after it the commission decides.

    >>> from datetime import UTC
    >>> timeline = {"open": datetime(2026, 2, 2, 17, tzinfo=UTC), "close": datetime(2026, 3, 13, 10, tzinfo=UTC)}
    >>> said = datetime(2026, 2, 1, tzinfo=UTC)
    >>> phase(timeline, announced_at=said, now=datetime(2026, 3, 13, 9, 59, 59, tzinfo=UTC)).value
    'accepting'
    >>> phase(timeline, announced_at=said, now=datetime(2026, 3, 13, 10, tzinfo=UTC)).value
    'admission'
    >>> phase(timeline, announced_at=None, now=datetime(2026, 3, 1, tzinfo=UTC)).value
    'draft'

    Basis: issue, point 7; DOMAIN 3.13.
    """
    if has_come(cancelled_at, now):
        return Phase.CANCELLED
    if not has_come(announced_at, now):
        return Phase.DRAFT
    if has_come(published_at, now):
        return Phase.PUBLISHED
    if has_come(approved_at, now):
        return Phase.APPROVED
    if has_come(scoring_closed_at, now) or has_come(timeline.get("scoring_until"), now):
        return Phase.DECIDING
    for code, reached in (
        ("scoring_from", Phase.SCORING),
        ("close", Phase.ADMISSION),
        ("open", Phase.ACCEPTING),
    ):
        if has_come(timeline.get(code), now):
            return reached
    return Phase.ANNOUNCED


def is_accepting(
    timeline: Mapping[str, datetime],
    *,
    announced_at: datetime | None,
    cancelled_at: datetime | None = None,
    now: datetime,
) -> bool:
    """May an application be submitted at this moment? `open` is inside, `close` is not."""
    return phase(timeline, announced_at=announced_at, cancelled_at=cancelled_at, now=now) is Phase.ACCEPTING


def ensure_accepting(
    timeline: Mapping[str, datetime],
    *,
    announced_at: datetime | None,
    cancelled_at: datetime | None = None,
    now: datetime,
) -> None:
    """Raises RuleBroken that says kindly why applications are not taken now, with the moment."""
    current = phase(timeline, announced_at=announced_at, cancelled_at=cancelled_at, now=now)
    if current is Phase.ACCEPTING:
        return
    if current is Phase.CANCELLED:
        raise RuleBroken(Remark(N_("Конкурс отменён, заявки не принимаются")))
    if current is Phase.DRAFT:
        raise RuleBroken(Remark(N_("Конкурс ещё не объявлен, заявки не принимаются")))
    if current is Phase.ANNOUNCED:
        opens_at = timeline.get("open")
        if opens_at is None:
            raise RuleBroken(Remark(N_("Приём заявок ещё не начался")))
        raise RuleBroken(Remark(N_("Приём заявок начнётся %(open_at)s"), {"open_at": opens_at}))
    if "close" in timeline:
        remark = Remark(
            N_("Приём заявок закончился %(close_at)s. Черновик сохранён, но отправить его уже нельзя"),
            {"close_at": timeline["close"]},
        )
    else:
        remark = Remark(N_("Приём заявок закончился"))
    raise RuleBroken(remark)


def next_moment(timeline: Mapping[str, datetime], now: datetime) -> tuple[str, datetime] | None:
    """The code and time of the first moment still ahead; None when all have come. Equal times: the order of codes."""
    ahead = [(at, code) for code, at in timeline.items() if not has_come(at, now)]
    if not ahead:
        return None
    at, code = min(ahead, key=lambda pair: (pair[0], _order(pair[1])))
    return code, at


def _order(code: str) -> int:
    return TIMELINE_CODES.index(code) if code in TIMELINE_CODES else len(TIMELINE_CODES)


@dataclass(frozen=True)
class TimeLeft:
    """Whole days, hours, minutes and seconds until a moment; a started second counts as a second."""

    days: int
    hours: int
    minutes: int
    seconds: int

    def __bool__(self) -> bool:
        return bool(self.days or self.hours or self.minutes or self.seconds)


def time_left(until: datetime, now: datetime) -> TimeLeft:
    """How much is left; nothing when the moment has come.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 13, 12, tzinfo=UTC)
    >>> time_left(noon, noon - timedelta(days=2, seconds=61))
    TimeLeft(days=2, hours=0, minutes=1, seconds=1)
    >>> bool(time_left(noon, noon - timedelta(microseconds=1))), bool(time_left(noon, noon))
    (True, False)
    """
    left = max(until - now, timedelta(0))
    seconds = -(-left // timedelta(seconds=1))
    days, seconds = divmod(seconds, 24 * 60 * 60)
    hours, seconds = divmod(seconds, 60 * 60)
    minutes, seconds = divmod(seconds, 60)
    return TimeLeft(days, hours, minutes, seconds)


def last_day(at: datetime, zone: tzinfo) -> date:
    """The day a reader understands by «до»: an exclusive local midnight belongs to the day before it.

    >>> from datetime import UTC
    >>> last_day(datetime(2026, 3, 21, tzinfo=UTC), UTC), last_day(datetime(2026, 3, 21, 17, tzinfo=UTC), UTC)
    (datetime.date(2026, 3, 20), datetime.date(2026, 3, 21))
    """
    local = at.astimezone(zone)
    return local.date() - timedelta(days=1) if local.time() == time(0) else local.date()


def is_ascending(timeline: Iterable[datetime]) -> bool:
    """Is every moment not earlier than the one before it? Empty and single timelines are.

    >>> from datetime import UTC
    >>> is_ascending([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]), is_ascending([])
    (True, True)
    """
    moments = list(timeline)
    return all(earlier <= later for earlier, later in pairwise(moments))
