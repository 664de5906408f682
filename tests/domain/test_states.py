from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.application_states import (
    ACT_NAMES,
    LIVE,
    STATE_NAMES,
    STATE_TAGS,
    TABLE,
    ApplicationAct,
    ApplicationState,
    after,
)
from tosportal.domain.contest_states import (
    MOMENT_NAMES,
    PHASE_NAMES,
    PHASE_TAGS,
    TIMELINE_CODES,
    Phase,
    ensure_accepting,
    is_accepting,
    last_day,
    next_moment,
    phase,
    time_left,
)
from tosportal.domain.errors import RuleBroken

START = datetime(2026, 2, 1, tzinfo=UTC)
TIMELINE = {
    code: START + timedelta(days=10 * place)
    for place, code in enumerate(
        ("open", "close", "check_until", "fix_until", "scoring_from", "scoring_until", "meeting")
    )
}
SAID = START - timedelta(days=1)


def test_all_states_and_acts_are_named() -> None:
    assert set(STATE_NAMES) == set(STATE_TAGS) == set(ApplicationState)
    assert set(ACT_NAMES) == set(ApplicationAct)
    assert set(PHASE_NAMES) == set(PHASE_TAGS) == set(Phase)
    assert set(MOMENT_NAMES) == set(TIMELINE_CODES)


def test_withdrawn_is_the_end() -> None:
    assert TABLE.acts_from("withdrawn") == ()
    assert TABLE.acts_from("draft") == ("submit", "withdraw")
    assert ApplicationState.REFUSED not in LIVE


@pytest.mark.parametrize("state", ApplicationState)
@pytest.mark.parametrize("act", ApplicationAct)
def test_every_pair_either_moves_or_is_explained(state: ApplicationState, act: ApplicationAct) -> None:
    if (state, act) in TABLE.moves:
        assert after(state, act) in ApplicationState
    else:
        with pytest.raises(RuleBroken, match=f"Нельзя {ACT_NAMES[act]}: сейчас состояние «{STATE_NAMES[state]}»"):
            after(state, act)


def test_an_unknown_act_is_a_refusal_not_a_crash() -> None:
    with pytest.raises(RuleBroken):
        after("draft", "fly")


@pytest.mark.parametrize(
    ("code", "before", "then"),
    [
        ("open", Phase.ANNOUNCED, Phase.ACCEPTING),
        ("close", Phase.ACCEPTING, Phase.ADMISSION),
        ("scoring_from", Phase.ADMISSION, Phase.SCORING),
        ("scoring_until", Phase.SCORING, Phase.DECIDING),
    ],
)
@given(step=st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(seconds=5)))
def test_a_phase_changes_exactly_at_its_moment(code: str, before: Phase, then: Phase, step: timedelta) -> None:
    at = TIMELINE[code]
    assert phase(TIMELINE, announced_at=SAID, now=at - step) is before
    assert phase(TIMELINE, announced_at=SAID, now=at) is then
    assert phase(TIMELINE, announced_at=SAID, now=at + step) is then


@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))
def test_phases_never_go_back_and_accepting_is_half_open(now: datetime) -> None:
    order = list(Phase)
    later = phase(TIMELINE, announced_at=SAID, now=now + timedelta(seconds=1))
    assert order.index(phase(TIMELINE, announced_at=SAID, now=now)) <= order.index(later)
    assert is_accepting(TIMELINE, announced_at=SAID, now=now) is (TIMELINE["open"] <= now < TIMELINE["close"])


def test_zone_does_not_move_the_second() -> None:
    local = TIMELINE["close"].astimezone(ZoneInfo("Asia/Novosibirsk"))
    assert not is_accepting(TIMELINE, announced_at=SAID, now=local)
    assert is_accepting(TIMELINE, announced_at=SAID, now=local - timedelta(seconds=1))


def test_acts_come_before_dates() -> None:
    late = START + timedelta(days=300)
    assert phase(TIMELINE, announced_at=None, now=late) is Phase.DRAFT
    assert phase(TIMELINE, announced_at=SAID, approved_at=late, now=late) is Phase.APPROVED
    assert phase(TIMELINE, announced_at=SAID, approved_at=late, published_at=late, now=late) is Phase.PUBLISHED
    assert phase(TIMELINE, announced_at=SAID, published_at=late, cancelled_at=late, now=late) is Phase.CANCELLED
    closed = TIMELINE["scoring_from"] + timedelta(hours=1)
    assert phase(TIMELINE, announced_at=SAID, scoring_closed_at=closed, now=closed) is Phase.DECIDING
    assert phase({}, announced_at=SAID, now=late) is Phase.ANNOUNCED


@pytest.mark.parametrize(
    ("now", "announced_at", "words"),
    [
        (START, None, "ещё не объявлен"),
        (START - timedelta(seconds=1), SAID, "начнётся 01.02.2026, 00:00:00"),
        (TIMELINE["close"], SAID, "закончился 11.02.2026, 00:00:00"),
    ],
)
def test_a_late_sender_hears_why(now: datetime, announced_at: datetime | None, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        ensure_accepting(TIMELINE, announced_at=announced_at, now=now)
    ensure_accepting(TIMELINE, announced_at=SAID, now=TIMELINE["open"])


def test_next_moment_and_time_left() -> None:
    assert next_moment(TIMELINE, SAID) == ("open", TIMELINE["open"])
    assert next_moment(TIMELINE, TIMELINE["open"]) == ("close", TIMELINE["close"])
    assert next_moment(TIMELINE, TIMELINE["meeting"]) is None
    assert next_moment({"scoring_from": START, "fix_until": START}, SAID) == ("fix_until", START)
    left = time_left(TIMELINE["open"], SAID)
    assert (left.days, left.hours, left.minutes, left.seconds) == (1, 0, 0, 0)


def test_an_exclusive_midnight_is_shown_as_the_day_before() -> None:
    zone = ZoneInfo("Asia/Novosibirsk")
    assert last_day(datetime(2026, 3, 20, 17, tzinfo=UTC), zone).isoformat() == "2026-03-20"
    assert last_day(datetime(2026, 3, 13, 10, tzinfo=UTC), zone).isoformat() == "2026-03-13"
