"""Applications that come on paper: what counts is when the paper came, not when somebody typed it in."""

from collections.abc import Mapping
from datetime import datetime

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, Remark

LONGEST_NUMBER, LONGEST_SIGNER, LONGEST_REASON = 60, 200, 500
# While applications are checked: the paper of the last minute is typed in after it, and so is its correction.
ENTERED_IN = frozenset({Phase.ACCEPTING, Phase.ADMISSION, Phase.SCORING})


def check_phase(phase: Phase) -> list[Remark]:
    """May papers be entered now? Not before the intake, nor once the checking is over."""
    if phase in ENTERED_IN:
        return []
    words = {
        Phase.DRAFT: N_("Конкурс ещё не объявлен"),
        Phase.ANNOUNCED: N_("Приём заявок ещё не начался"),
        Phase.CANCELLED: N_("Конкурс отменён, заявки не принимаются"),
    }
    return [Remark(words.get(phase, N_("Заявки этого конкурса уже оценены: внести бумажную заявку нельзя")))]


def check_paper_time(moments: Mapping[str, datetime], paper_at: datetime, now: datetime) -> list[Remark]:
    """Why a paper that came at this moment takes no part; empty: it came in time. The very second of the close is late.

    >>> from datetime import UTC
    >>> moments = {"open": datetime(2026, 2, 2, tzinfo=UTC), "close": datetime(2026, 3, 13, 10, tzinfo=UTC)}
    >>> later = datetime(2026, 3, 20, tzinfo=UTC)
    >>> check_paper_time(moments, datetime(2026, 3, 13, 9, 59, 59, tzinfo=UTC), later)
    []
    >>> [one.template[:34] for one in check_paper_time(moments, moments["close"], later)]
    ['Бумага поступила %(at)s, а приём з']

    Basis: DOMAIN 3.3 (a register with number, date and time), 10.17.
    """
    if paper_at > now:
        return [Remark(N_("Это время ещё не наступило: укажите, когда бумага поступила"), place="came")]
    values = {"at": paper_at}
    if "open" in moments and paper_at < moments["open"]:
        words = N_("Бумага поступила %(at)s, а приём начался %(open)s: внести её нельзя")
        return [Remark(words, {**values, "open": moments["open"]}, "came")]
    if "close" in moments and paper_at >= moments["close"]:
        words = N_("Бумага поступила %(at)s, а приём закончился %(close)s: внести её нельзя")
        return [Remark(words, {**values, "close": moments["close"]}, "came")]
    return []


def check_correction_time(until_at: datetime | None, came_at: datetime, now: datetime) -> list[Remark]:
    """Why a correction of a returned application that came on paper at this moment is not taken; empty: it is."""
    if came_at > now:
        return [Remark(N_("Это время ещё не наступило: укажите, когда бумага поступила"), place="came")]
    if until_at is not None and came_at >= until_at:
        words = N_("Исправление поступило %(at)s, а срок закончился %(until_at)s: внести его нельзя")
        return [Remark(words, {"at": came_at, "until_at": until_at}, "came")]
    return []
