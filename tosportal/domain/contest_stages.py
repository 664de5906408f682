"""The stages of a contest as a visitor reads them: a few spans of time out of the moments of the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_

# Code of the stage, its name, the moment it begins with, the moment it ends before.
STAGES: tuple[tuple[str, str, str, str], ...] = (
    ("announce", N_("Объявление"), "announce", ""),
    ("accepting", N_("Приём заявок"), "open", "close"),
    ("admission", N_("Проверка"), "close", "fix_until"),
    ("scoring", N_("Оценка жюри"), "scoring_from", "scoring_until"),
    ("results", N_("Итоги"), "", "official_day"),
    ("projects", N_("Проекты"), "project_from", "project_until"),
    ("reports", N_("Отчёты"), "", "report_until"),
    ("award", N_("Награждение"), "award", ""),
)
_ORDER = ("announce", "accepting", "admission", "scoring", "results", "after")
_NOW: Mapping[Phase, str] = {
    Phase.DRAFT: "announce",
    Phase.ANNOUNCED: "accepting",
    Phase.ACCEPTING: "accepting",
    Phase.ADMISSION: "admission",
    Phase.SCORING: "scoring",
    Phase.DECIDING: "results",
    Phase.APPROVED: "results",
    Phase.PUBLISHED: "after",
    Phase.CANCELLED: "announce",
}


@dataclass(frozen=True)
class Stage:
    """One stage: when it is, and whether it is done, now or next."""

    code: str
    name: str
    begins_at: datetime | None
    ends_at: datetime | None
    state: str


def stages(moments: Mapping[str, datetime], phase: Phase, now: datetime) -> list[Stage]:
    """The stages that this timeline has, in order.

    Up to the results the phase decides what is done; what comes after the publication follows from its own dates.

    >>> from datetime import UTC
    >>> moments = {"open": datetime(2026, 2, 3, tzinfo=UTC), "close": datetime(2026, 3, 13, tzinfo=UTC),
    ...            "fix_until": datetime(2026, 3, 26, tzinfo=UTC)}
    >>> [(one.code, one.state) for one in stages(moments, Phase.ADMISSION, datetime(2026, 3, 14, tzinfo=UTC))]
    [('accepting', 'done'), ('admission', 'now')]
    """
    current = _ORDER.index(_NOW[phase])
    found = []
    for code, name, begins, ends in STAGES:
        begins_at, ends_at = moments.get(begins), moments.get(ends)
        if begins_at is None and ends_at is None:
            continue
        if code in _ORDER:
            place = _ORDER.index(code)
            state = "done" if place < current else "now" if place == current else "next"
            if phase in (Phase.ANNOUNCED, Phase.CANCELLED) and state == "now":
                state = "next"
        else:
            state = _by_dates(begins_at, ends_at, now) if phase is Phase.PUBLISHED else "next"
        found.append(Stage(code, name, begins_at, ends_at, state))
    return found


def _by_dates(begins_at: datetime | None, ends_at: datetime | None, now: datetime) -> str:
    if now >= (ends_at or begins_at or now):
        return "done"
    return "now" if begins_at is not None and now >= begins_at else "next"
