"""A residents' meeting: the quorum by the rule of the regulation, exact, and whether the votes fit those present."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition.kinds import QUORUMS, FormField, input_name
from tosportal.domain.form_definition.values import value_of


@dataclass(frozen=True)
class Meeting:
    """The figures of a meeting; None: not typed, or not a number."""

    residents: int | None = None
    present: int | None = None
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None

    def needed(self, quorum: str | None) -> int | None:
        """The fewest people with whom the meeting may decide.

        >>> [Meeting(residents=301).needed(rule) for rule in ("third", "half", "more_than_half", "two_thirds")]
        [101, 151, 151, 201]
        >>> Meeting(residents=300).needed("half"), Meeting(residents=300).needed("more_than_half")
        (150, 151)
        """
        if self.residents is None or quorum is None or quorum not in QUORUMS:
            return None
        part, whole, is_more = QUORUMS[quorum]
        if is_more:
            return self.residents * part // whole + 1
        return -(-self.residents * part // whole)

    @property
    def votes(self) -> int | None:
        given = (self.votes_for, self.votes_against, self.abstained)
        return None if any(one is None for one in given) else sum(one or 0 for one in given)


def meeting_of(one: FormField, answer: Mapping[str, Any]) -> Meeting:
    """The figures as far as they can be read."""
    found: dict[str, int] = {}
    for column in one.row_columns:
        cell = answer.get(column.code)
        if column.kind != "integer" or not isinstance(cell, str) or not cell.strip():
            continue
        try:
            found[column.code] = value_of(column, cell)
        except RuleBroken:
            continue
    return Meeting(**found)


def check_meeting(one: FormField, answer: Mapping[str, Any]) -> list[Remark]:
    """More people than there are, more votes than people, too few for a quorum."""
    this = meeting_of(one, answer)
    at_present, at_votes = input_name(one.code, column="present"), input_name(one.code, column="votes_for")
    remarks: list[Remark] = []
    if this.present is None:
        return remarks
    if this.residents is not None and this.present > this.residents:
        values = {"present": this.present, "residents": this.residents}
        remarks.append(Remark(N_("Участвовало %(present)s, а жителей от 16 лет %(residents)s"), values, at_present))
    needed = this.needed(one.quorum)
    if needed is not None and this.present < needed:
        values = {"present": this.present, "needed": needed}
        remarks.append(
            Remark(N_("Кворума нет: участвовало %(present)s, нужно не меньше %(needed)s"), values, at_present)
        )
    if this.votes is not None and this.votes > this.present:
        values = {"votes": this.votes, "present": this.present}
        remarks.append(Remark(N_("Голосов %(votes)s, а участвовало %(present)s"), values, at_votes))
    return remarks


def quorum_words(one: FormField, answer: object) -> Remark | None:
    """The quorum as the portal counts it; None while the figures are not there."""
    if not isinstance(answer, Mapping):
        return None
    this = meeting_of(one, answer)
    needed = this.needed(one.quorum)
    if needed is None or this.present is None:
        return None
    values = {"present": this.present, "needed": needed, "residents": this.residents}
    if this.present >= needed:
        return Remark(N_("Кворум есть: %(present)s из %(residents)s, нужно не меньше %(needed)s"), values)
    return Remark(N_("Кворума нет: %(present)s из %(residents)s, нужно не меньше %(needed)s"), values)
