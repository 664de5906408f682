"""What the regulation asks of a sitting of the commission: quorum, least composition, least votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.sitting import MORE_THAN_HALF, QUORUMS


@dataclass(frozen=True)
class Commission:
    """`quorum` of the members of the list, `members_min` on the list, `votes_min` for a decision at least; with
    `casting_vote` whoever presides decides when votes are equal.

    Basis: DOMAIN 3.6 (quorum of more than half, of half, of two thirds; composition of five and more; a decision is
    valid when at least three voted for it; the chair's vote decides on equality).
    """

    quorum: str = MORE_THAN_HALF
    members_min: int | None = None
    votes_min: int | None = None
    casting_vote: bool = False


def read_commission(reader: Reader, data: Mapping[str, Any]) -> Commission:
    reader.only(data, ("quorum", "members_min", "votes_min", "casting_vote"), "commission")
    return Commission(
        reader.one_of(data, "quorum", "commission", QUORUMS) if "quorum" in data else MORE_THAN_HALF,
        reader.whole(data, "members_min", "commission", least=1),
        reader.whole(data, "votes_min", "commission", least=1),
        reader.flag(data, "casting_vote", "commission"),
    )


def commission_to_json(one: Commission) -> dict[str, Any]:
    """What differs from the usual; empty when nothing does."""
    said: dict[str, Any] = {} if one.quorum == MORE_THAN_HALF else {"quorum": one.quorum}
    if one.casting_vote:
        said["casting_vote"] = True
    counts = {"members_min": one.members_min, "votes_min": one.votes_min}
    return said | {name: value for name, value in counts.items() if value is not None}
