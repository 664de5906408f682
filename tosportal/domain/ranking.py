"""Places: totals in descending order, ties by the chain of the regulation, equal rows share a place.

Totals are compared as the regulation rounds them: with «до сотых» 35,6667 and 35,6700 are a tie. Then each criterion
of the chain by its mean, the higher first; `submitted_at` by the second of submission, the earlier first; last of all
the vote of the commission, the lot or the word of the chair, where there was one. Rows equal in all that share a place,
and the next place is skipped (1, 2, 2, 4). The order in which rows are handed in changes nothing.
An application that the experts put below the minimum of an expert has not passed, whatever its total (M19).
Basis: DOMAIN.md 3.7 (M1, M3, M15, M18, M19), 11.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.criteria import shown
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.scoring import SUBMITTED_AT, ScoringRule, Total

Standing = tuple[tuple[object, ...], int, str, "Entry"]
"""What decides among equal totals: the chain, the vote, the number (order of printing only), the entry itself."""

VOTE, LOT, CHAIR = "vote", "lot", "chair"
DECIDED: Mapping[str, tuple[str, str]] = {
    VOTE: (
        N_("Итог как у заявки %(number)s; выше по решению комиссии"),
        N_("Итог как у заявки %(number)s; ниже по решению комиссии"),
    ),
    LOT: (
        N_("Итог как у заявки %(number)s; выше по жребию"),
        N_("Итог как у заявки %(number)s; ниже по жребию"),
    ),
    CHAIR: (
        N_("Итог как у заявки %(number)s; выше по решению председателя"),
        N_("Итог как у заявки %(number)s; ниже по решению председателя"),
    ),
}
"""Words for rows that the chain left equal and people put in order, above and below."""
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ranking knows about one admitted application."""

    number: str
    nomination: str
    tos_code: str
    submitted_at: datetime
    requested_sum: Decimal | None
    sheets: int
    total: Total
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Why this row stands above or below its neighbour with the same total.

    `decided_by` is a criterion code, `submitted_at`, `vote`, `lot`, `chair` or `shared` (nothing decided: the place is
    shared).
    """

    decided_by: str
    neighbour: str
    is_above: bool
    own: Fraction | datetime | None = None
    other: Fraction | datetime | None = None

    @property
    def remark(self) -> Remark:
        """The same in words."""
        values: dict[str, object] = {"number": self.neighbour, "code": self.decided_by}
        if self.decided_by == SHARED:
            return Remark(N_("Место делится с заявкой %(number)s: итог и все правила при равенстве совпали"), values)
        if self.decided_by in DECIDED:
            above, below = DECIDED[self.decided_by]
            return Remark(above if self.is_above else below, values)
        if isinstance(self.own, datetime):
            return Remark(
                N_("Итог как у заявки %(number)s; выше, потому что подана раньше: %(own_at)s против %(other_at)s")
                if self.is_above
                else N_("Итог как у заявки %(number)s; ниже, потому что подана позже: %(own_at)s против %(other_at)s"),
                {**values, "own_at": self.own, "other_at": self.other},
            )
        values |= {name: shown(Fraction(mean), 2) for name, mean in (("own", self.own), ("other", self.other))
                   if isinstance(mean, Fraction)}  # fmt: skip
        return Remark(
            N_("Итог как у заявки %(number)s; выше по критерию %(code)s: %(own)s против %(other)s")
            if self.is_above
            else N_("Итог как у заявки %(number)s; ниже по критерию %(code)s: %(own)s против %(other)s"),
            values,
        )


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One application in the ranking; `group` is its nomination, or an empty string where there is one ranking; with a
    group of its own after a slash, where places are given within groups."""

    entry: Entry
    group: str
    place: int
    has_passed: bool
    tie: Tie | None = None


def check_sheets(entries: Iterable[Entry], rule: ScoringRule) -> list[Remark]:
    """Which applications have fewer signed sheets than the regulation asks for; empty means the ranking may be made."""
    return [
        Remark(
            N_("У заявки %(number)s подписано листов: %(sheets)s, а нужно не меньше %(needed)s"),
            {"number": entry.number, "sheets": entry.sheets, "needed": rule.sheets_min},
            entry.number,
        )
        for entry in sorted(entries, key=lambda one: one.number)
        if entry.sheets < rule.sheets_min
    ]


def rank(
    entries: Sequence[Entry],
    rule: ScoringRule,
    *,
    by_nomination: bool,
    nominations: Sequence[str] = (),
    votes: Sequence[str] = (),
) -> list[RankedRow]:
    """All rows with their places: group after group in the order of `nominations`, best first.

    `votes` are registration numbers in the order in which the commission put rows that nothing else tells apart.

    Raises RuleBroken: too few signed sheets, the same number twice, a moment without zone.
    """
    missing = check_sheets(entries, rule)
    if missing:
        raise RuleBroken(missing)
    seen: set[str] = set()
    for entry in entries:
        if entry.number in seen:
            raise RuleBroken(Remark(N_("Заявка %(number)s названа дважды"), {"number": entry.number}, entry.number))
        seen.add(entry.number)
        if entry.submitted_at.tzinfo is None:
            raise RuleBroken(
                Remark(N_("У времени подачи заявки %(number)s нет часового пояса"), {"number": entry.number})
            )
    lists = list(nominations) if by_nomination else []
    if rule.groups is not None and rule.groups.is_ranked:
        lists = [list_name(name, band.code) for name in lists or [""] for band in rule.groups.bands]
    groups: dict[str, list[Entry]] = {name: [] for name in lists}
    for entry in entries:
        groups.setdefault(list_of(entry.nomination, entry.group, rule, by_nomination=by_nomination), []).append(entry)
    order = list(groups)[: len(lists)] + sorted(list(groups)[len(lists) :])
    place_in_vote = {number: place for place, number in enumerate(votes)}
    return [row for group in order for row in _rank_group(groups[group], group, rule, place_in_vote)]


def list_of(nomination: str, group: str | None, rule: ScoringRule, *, by_nomination: bool) -> str:
    """The list in which an application gets its place."""
    name = nomination if by_nomination else ""
    return list_name(name, group or "") if rule.groups is not None and rule.groups.is_ranked else name


def list_name(nomination: str, group: str) -> str:
    """
    >>> list_name("best", "II"), list_name("", "II")
    ('best/II', 'II')
    """
    return f"{nomination}/{group}" if nomination else group


def _rank_group(entries: list[Entry], group: str, rule: ScoringRule, votes: dict[str, int]) -> list[RankedRow]:
    chain = [code for code in rule.ties if code == SUBMITTED_AT or all(code in entry.total.used for entry in entries)]

    def standing(entry: Entry) -> tuple[object, ...]:
        means = entry.total.used
        return tuple(
            entry.submitted_at.replace(microsecond=0) if code == SUBMITTED_AT else -means[code] for code in chain
        )

    by_total: dict[Decimal, list[Entry]] = {}
    for entry in entries:
        by_total.setdefault(entry.total.value, []).append(entry)
    rows: list[RankedRow] = []
    for value in sorted(by_total, reverse=True):
        equals = by_total[value]
        if len(equals) == 1:
            rows.append(RankedRow(equals[0], group, len(rows) + 1, _has_passed(equals[0], rule)))
            continue
        keyed: list[Standing] = sorted(
            ((standing(one), votes.get(one.number, len(votes)), one.number, one) for one in equals),
            key=lambda key: key[:3],
        )
        first = len(rows)
        for index, key in enumerate(keyed):
            is_first, entry = index == 0, key[3]
            tie = _tie(chain, key, keyed[1 if is_first else index - 1], is_first, rule.tie_decision or VOTE)
            shares = not is_first and tie.decided_by == SHARED
            place = rows[-1].place if shares else first + index + 1
            rows.append(RankedRow(entry, group, place, _has_passed(entry, rule), tie))
    return rows


def _has_passed(entry: Entry, rule: ScoringRule) -> bool:
    """Has it the pass mark for its sum, and the least total of an expert?"""
    least = rule.pass_for(entry.requested_sum)
    return (least is None or entry.total.value >= least) and entry.total.meets_experts


def _tie(chain: list[str], own: Standing, other: Standing, is_above: bool, decision: str) -> Tie:
    for code, mine, theirs in zip(chain, own[0], other[0], strict=True):
        if mine == theirs:
            continue
        if isinstance(mine, Fraction) and isinstance(theirs, Fraction):
            return Tie(code, other[2], is_above, -mine, -theirs)
        if isinstance(mine, datetime) and isinstance(theirs, datetime):
            return Tie(code, other[2], is_above, mine, theirs)
    return Tie(SHARED if own[1] == other[1] else decision, other[2], is_above)
