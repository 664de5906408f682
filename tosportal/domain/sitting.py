"""The sitting of the commission as its protocol keeps it: when, where, who was there, what was put to the vote.

Members are codes («Э1», `chair`) where the portal knows them; of a member without a seat on the portal the protocol
keeps the words that were written down. Basis: DOMAIN.md 3.10 (contents of a protocol).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tosportal.domain.errors import N_, Remark

CHAIR = "chair"
MORE_THAN_HALF = "more_than_half"
QUORUMS: Mapping[str, str] = {
    MORE_THAN_HALF: N_("больше половины членов комиссии"),
    "half": N_("не меньше половины членов комиссии"),
    "two_thirds": N_("не меньше двух третей членов комиссии"),
}
FOR, AGAINST = "for", "against"
CASTINGS: Mapping[str, str] = {FOR: N_("за"), AGAINST: N_("против")}
LONGEST_NUMBER, LONGEST_PLACE, LONGEST_LINE, LONGEST_OPINION = 20, 200, 300, 5000


@dataclass(frozen=True, slots=True)
class CountedSession:
    """A sitting of `tos-protocol/1`: a day without an hour, members counted and not named. Read, written no more."""

    number: str
    held_on: date
    place: str
    present: int
    members: int

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "held_on": self.held_on.isoformat(),
            "place": self.place,
            "present": self.present,
            "members": self.members,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CountedSession":
        return cls(
            data["number"],
            date.fromisoformat(data["held_on"]),
            data["place"],
            whole(data["present"]),
            whole(data["members"]),
        )


@dataclass(frozen=True, slots=True)
class Attendance:
    """One member of the commission, by code or in words, and whether they were there."""

    member: str
    is_present: bool


@dataclass(frozen=True, slots=True)
class Votes:
    """How many were for, against, and abstained; `casting` is how whoever presided voted, where that decided."""

    in_favour: int
    against: int
    abstained: int
    casting: str = ""

    @property
    def are_equal(self) -> bool:
        return self.in_favour == self.against > 0

    @property
    def total(self) -> int:
        return self.in_favour + self.against + self.abstained

    @property
    def is_for(self) -> bool:
        """Was it decided in favour? Equal votes decide nothing without the casting one.

        >>> [Votes(*counts).is_for for counts in ((3, 2, 0), (2, 2, 1), (2, 2, 1, "for"), (2, 2, 1, "against"))]
        [True, False, True, False]
        """
        return self.in_favour > self.against or (self.are_equal and self.casting == FOR)


@dataclass(frozen=True, slots=True)
class Question:
    """A point of the agenda; `votes` is None where nobody voted, `decision` what was decided, if anything."""

    question: str
    votes: Votes | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A separate opinion: whose, by code or in words, and what it says."""

    member: str
    text: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting. `held_at` is its beginning, with the offset of the municipality's clock.

    >>> from datetime import UTC
    >>> came = (Attendance("chair", True), Attendance("Э1", True), Attendance("Э2", False))
    >>> sitting = Sitting("2", datetime(2026, 4, 10, 7, 30, tzinfo=UTC), "Малый зал", came)
    >>> sitting.members, sitting.present, sitting.needed, sitting.has_quorum
    (3, 2, 2, True)
    """

    number: str
    held_at: datetime
    place: str
    attendance: tuple[Attendance, ...]
    invitees: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    conditions: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    quorum: str = MORE_THAN_HALF

    @property
    def members(self) -> int:
        return len(self.attendance)

    @property
    def present(self) -> int:
        return sum(one.is_present for one in self.attendance)

    @property
    def needed(self) -> int:
        """How many must be present by the rule of the regulation; a part of a member counts as a member.

        >>> came = tuple(Attendance(f"Э{n}", True) for n in range(5))
        >>> [Sitting("1", datetime(2026, 4, 10), "", came, quorum=rule).needed for rule in QUORUMS]
        [3, 3, 4]
        """
        if self.quorum == "two_thirds":
            return -(-2 * self.members // 3)
        return -(-self.members // 2) if self.quorum == "half" else self.members // 2 + 1

    @property
    def has_quorum(self) -> bool:
        return self.present >= self.needed

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "held_at": self.held_at.isoformat(timespec="minutes"),
            "place": self.place,
            "members": self.members,
            "present": self.present,
            "attendance": [{"member": one.member, "is_present": one.is_present} for one in self.attendance],
            "invitees": list(self.invitees),
            "questions": [_question_to_json(one) for one in self.questions],
            "conditions": list(self.conditions),
            "opinions": [{"member": one.member, "text": one.text} for one in self.opinions],
            **({} if self.quorum == MORE_THAN_HALF else {"quorum": self.quorum}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sitting":
        """The counts are not read: they follow from the attendance, and another count is a difference."""
        return cls(
            number=data["number"],
            held_at=_with_offset(datetime.fromisoformat(data["held_at"])),
            place=data["place"],
            attendance=tuple(Attendance(one["member"], _yes_or_no(one["is_present"])) for one in data["attendance"]),
            invitees=tuple(data["invitees"]),
            questions=tuple(_question_from_json(one) for one in data["questions"]),
            conditions=tuple(data["conditions"]),
            opinions=tuple(Opinion(one["member"], one["text"]) for one in data["opinions"]),
            quorum=_known_quorum(data.get("quorum", MORE_THAN_HALF)),
        )


def check_sitting(
    sitting: Sitting, *, members_min: int | None = None, votes_min: int | None = None, casting_vote: bool = False
) -> list[Remark]:
    """What is wrong with a sitting; places are `number`, `place`, `present`, `questions-0-in_favour` and their kind.

    `members_min` and `votes_min` are the members on the list and the votes for a decision that the regulation asks for;
    with `casting_vote` the voice of whoever presides decides equal votes, and has to be written down. A vote cannot
    have more voices than members who came.
    """
    remarks = [
        Remark(N_("Слишком длинно, сократите до %(limit)s знаков"), {"limit": limit}, place)
        for place, text, limit in (
            ("number", sitting.number, LONGEST_NUMBER),
            ("place", sitting.place, LONGEST_PLACE),
            *((f"questions-{n}-question", one.question, LONGEST_LINE) for n, one in enumerate(sitting.questions)),
            *((f"questions-{n}-decision", one.decision, LONGEST_LINE) for n, one in enumerate(sitting.questions)),
            *((f"opinions-{n}-member", one.member, LONGEST_LINE) for n, one in enumerate(sitting.opinions)),
            *((f"opinions-{n}-text", one.text, LONGEST_OPINION) for n, one in enumerate(sitting.opinions)),
            *(("others_present", one.member, LONGEST_LINE) for one in sitting.attendance),
            *(("invitees", one, LONGEST_LINE) for one in sitting.invitees),
            *(("conditions", one, LONGEST_LINE) for one in sitting.conditions),
        )
        if len(text) > limit
    ]
    named = [one.member for one in sitting.attendance]
    for twice in sorted({one for one in named if named.count(one) > 1}):
        remarks.append(
            Remark(N_("%(member)s записан дважды: и среди пришедших, и среди отсутствующих"), {"member": twice},
                   "others_present")
        )  # fmt: skip
    if members_min is not None and sitting.members < members_min:
        counts = {"members": sitting.members, "least": members_min}
        template = N_("В комиссии записано членов %(members)s, а по положению их не меньше %(least)s")
        remarks.append(Remark(template, counts, "others_absent"))
    if not sitting.present:
        remarks.append(Remark(N_("Отметьте, кто из членов комиссии пришёл"), {}, "present"))
    elif not sitting.has_quorum:
        counts = {"present": sitting.present, "members": sitting.members, "needed": sitting.needed}
        template = N_("Кворума нет: пришли %(present)s из %(members)s, а нужно не меньше %(needed)s")
        remarks.append(Remark(template, counts, "present"))
    if not sitting.questions:
        remarks.append(Remark(N_("Запишите хотя бы один вопрос повестки"), {}, "questions"))
    for n, one in enumerate(sitting.questions):
        if one.votes is None:
            continue
        if one.votes.total > sitting.present:
            counts = {"votes": one.votes.total, "present": sitting.present}
            template = N_("Голосов %(votes)s, а пришли %(present)s")
            remarks.append(Remark(template, counts, f"questions-{n}-in_favour"))
        if votes_min is not None and one.votes.in_favour < votes_min and one.votes.in_favour > one.votes.against:
            counts = {"votes": one.votes.in_favour, "least": votes_min}
            template = N_("«За» голосов %(votes)s, а по положению решение принимают не меньше чем %(least)s голосами")
            remarks.append(Remark(template, counts, f"questions-{n}-in_favour"))
        remarks += _casting(one.votes, f"questions-{n}-casting", casting_vote=casting_vote)
        if not one.decision:
            remarks.append(Remark(N_("Напишите, что решили"), {}, f"questions-{n}-decision"))
    return remarks


def _casting(votes: Votes, place: str, *, casting_vote: bool) -> list[Remark]:
    """What is wrong with the casting vote: it decides equal votes only, and only where the regulation gives it."""
    if votes.are_equal and casting_vote and not votes.casting:
        return [Remark(N_("Голоса разделились поровну: отметьте, как голосовал тот, кто вёл заседание"), {}, place)]
    if votes.casting and not votes.are_equal:
        return [Remark(N_("Голоса не равны: решающий голос здесь не нужен"), {}, place)]
    if votes.casting and not casting_vote:
        return [Remark(N_("Решающего голоса в положении нет: при равенстве решение не принято"), {}, place)]
    return []


def whole(value: object) -> int:
    """A whole number of a protocol; a text or a truth value is none."""
    if type(value) is not int:
        raise TypeError(f"not a whole number: {value}")
    return value


def _question_to_json(one: Question) -> dict[str, Any]:
    votes = one.votes
    return {
        "question": one.question,
        "votes": None
        if votes is None
        else {"in_favour": votes.in_favour, "against": votes.against, "abstained": votes.abstained}
        | ({"casting": votes.casting} if votes.casting else {}),
        "decision": one.decision,
    }


def _question_from_json(data: Mapping[str, Any]) -> Question:
    votes = data["votes"]
    return Question(
        data["question"],
        None
        if votes is None
        else Votes(
            whole(votes["in_favour"]),
            whole(votes["against"]),
            whole(votes["abstained"]),
            _known_casting(votes.get("casting", "")),
        ),
        data["decision"],
    )


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"neither true nor false: {value}")
    return value


def _known_casting(value: object) -> str:
    if not isinstance(value, str) or value not in ("", *CASTINGS):
        raise ValueError(f"not a vote: {value}")
    return value


def _known_quorum(value: object) -> str:
    if not isinstance(value, str) or value not in QUORUMS:
        raise ValueError(f"not a rule of the quorum: {value}")
    return value


def _with_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without its offset: {moment}")
    return moment
