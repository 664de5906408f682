"""The sitting: what it must say, and nothing lost on the way to the protocol and back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.make_decision import make_sitting
from tosportal.domain.sitting import Attendance, Opinion, Question, Sitting, Votes, check_sitting

SITTING = make_sitting("2", datetime(2026, 4, 10, 4, 30, tzinfo=UTC), present=4, members=6)


def places(sitting: Sitting) -> list[str]:
    return [remark.place for remark in check_sitting(sitting)]


def test_a_sitting_in_order_has_no_remarks_and_comes_back_whole() -> None:
    full = replace(
        SITTING,
        invitees=("Павлова Е. Н.",),
        questions=(*SITTING.questions, Question("О разном")),
        conditions=("Отчёт до 1 ноября",),
        opinions=(Opinion("Э2", "Против"),),
    )
    assert check_sitting(full) == []
    assert Sitting.from_json(full.to_json()) == full


@pytest.mark.parametrize(
    ("came", "members", "is_met"), [(3, 6, False), (4, 6, True), (3, 5, True), (1, 1, True), (1, 2, False)]
)
def test_more_than_half_of_all_members_make_a_quorum(came: int, members: int, is_met: bool) -> None:
    sitting = replace(make_sitting("1", SITTING.held_at, present=came, members=members), questions=(Question("О"),))
    assert sitting.has_quorum is is_met
    assert places(sitting) == ([] if is_met else ["present"])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"number": "9" * 21}, "number"),
        ({"place": "я" * 201}, "place"),
        ({"attendance": ()}, "present"),
        ({"attendance": (*SITTING.attendance, Attendance("Э1", True))}, "others_present"),
        ({"questions": ()}, "questions"),
        ({"questions": (Question("О", Votes(3, 1, 1), "Да"),)}, "questions-0-in_favour"),
        ({"questions": (Question("О", Votes(3, 1, 0)),)}, "questions-0-decision"),
        ({"opinions": (Opinion("Э1", "я" * 5001),)}, "opinions-0-text"),
    ],
)
def test_what_cannot_be_is_named_at_its_place(change: dict[str, object], place: str) -> None:
    assert place in places(replace(SITTING, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("held_at", ["2026-04-10T10:00", "2026-04-10", "утром"])
def test_a_moment_without_an_offset_is_not_a_sitting(held_at: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        Sitting.from_json(SITTING.to_json() | {"held_at": held_at})
