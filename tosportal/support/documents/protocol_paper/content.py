"""What a protocol says: all parts that contest regulations ask for, as data."""

from typing import NotRequired, TypedDict


class Member(TypedDict):
    name: str
    post: str
    is_present: bool


class Quorum(TypedDict):
    """Counts of members and the words of the regulation that say how many are enough."""

    members: int
    present: int
    needed: int
    is_met: bool
    basis: str


class Recusal(TypedDict):
    """A conflict of interest, by the juror's code: the application, what it is, what followed."""

    juror: str
    application: str
    reason: str
    decision: str


class ListedApplication(TypedDict):
    """`paper_number`: its entry in the register of papers, if it came on paper."""

    number: str
    received_at: str
    tos: str
    title: str
    requested_sum: str | None
    paper_number: NotRequired[str]


class Refusal(TypedDict):
    application: str
    reason: str
    clause: str


class Criterion(TypedDict):
    """`code` heads the column of marks; `weight` is an empty text where criteria are not weighted. `weights`, where the
    weight depends on the requested sum: the largest sum (None: any above) and the weight for it."""

    code: str
    name: str
    max: str
    weight: str
    weights: NotRequired[list[tuple[str | None, str]]]


class Marks(TypedDict):
    """One sheet: marks by criterion code, decimal strings; a missing code is shown as a dash."""

    application: str
    juror: str
    marks: dict[str, str]
    total: str


class Total(TypedDict):
    application: str
    by_juror: dict[str, str]
    total: str


class Ranked(TypedDict):
    """`place` is a text, empty for an application without a place; `note` says how a tie was broken."""

    place: str
    application: str
    tos: str
    title: str
    total: str
    note: str


class Vote(TypedDict):
    question: str
    votes_for: int | None
    votes_against: int | None
    abstained: int | None
    decision: str


class Source(TypedDict):
    code: str
    name: str


class Award(TypedDict):
    """`by_source` holds a decimal string for every source; their sum is `awarded_sum`."""

    place: str
    application: str
    tos: str
    requested_sum: str | None
    awarded_sum: str
    by_source: dict[str, str]
    note: str


class Opinion(TypedDict):
    member: str
    text: str


class Signature(TypedDict):
    post: str
    name: str


class ProtocolPaper(TypedDict):
    """All of a protocol. Moments are ISO 8601 with the offset of the municipality, numbers are decimal strings.

    `held_at` is a day alone, and `members` is empty, where the protocol kept no more (its first schema).
    """

    lang: str
    organiser: str
    contest: str
    number: str
    held_at: str
    zone_name: str
    place: str
    members: list[Member]
    invitees: list[str]
    quorum: Quorum
    agenda: list[str]
    recusals: list[Recusal]
    applications: list[ListedApplication]
    admitted: list[str]
    refused: list[Refusal]
    evaluation_order: list[str]
    criteria: list[Criterion]
    jurors: list[str]
    marks: list[Marks]
    totals: list[Total]
    ranking: list[Ranked]
    votes: list[Vote]
    sources: list[Source]
    awards: list[Award]
    fund: dict[str, str]
    conditions: list[str]
    opinions: list[Opinion]
    signatures: list[Signature]
    schema: str
    digest: str
