"""What staff see of the jury's work: who owes what, never a mark. And, for the ranking, the marks of signed sheets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import Remark
from tosportal.features.contests.models import Contest
from tosportal.features.jury.models import Juror, Mark, ScoreSheet
from tosportal.features.jury.queries.conflicts import Judged, Ties, facts_of_jurors, judged_applications
from tosportal.features.jury.queries.jurors import jurors_of
from tosportal.support.db import db

REVEALED_IN = frozenset({Phase.DECIDING, Phase.APPROVED, Phase.PUBLISHED})


@dataclass(frozen=True)
class Recused:
    """An application that a juror does not judge, and why."""

    application: Judged
    reasons: Sequence[Remark]
    said: str = ""


@dataclass(frozen=True)
class JurorProgress:
    """How far a juror is: sheets signed of those to sign, the last sign of life, what they do not judge."""

    juror: Juror
    signed: int
    to_judge: int
    begun: int
    last_at: datetime | None
    recused: Sequence[Recused]

    @property
    def left(self) -> int:
        return self.to_judge - self.signed

    @property
    def is_done(self) -> bool:
        return self.left == 0


@dataclass(frozen=True)
class JuryProgress:
    """How far the jury of a contest is; `able` says how many jurors may judge each application."""

    jurors: Sequence[JurorProgress]
    applications: Sequence[Judged]
    able: Mapping[int, int]

    @property
    def signed(self) -> int:
        return sum(one.signed for one in self.jurors)

    @property
    def to_judge(self) -> int:
        return sum(one.to_judge for one in self.jurors)

    @property
    def is_done(self) -> bool:
        """Is there something to judge, and has every juror signed everything?"""
        return self.to_judge > 0 and self.signed == self.to_judge

    def without_quorum(self, sheets_min: int) -> list[tuple[Judged, int]]:
        """Applications that too few jurors may judge, with how many may."""
        needed = max(1, sheets_min)
        return [(one, self.able[one.id]) for one in self.applications if self.able[one.id] < needed]


def jury_progress(contest_id: int) -> JuryProgress:
    """Who still owes what, in five selects however many jurors and applications there are."""
    jurors = jurors_of(contest_id)
    ties = facts_of_jurors(jurors, contest_id=contest_id)
    applications = judged_applications(contest_id)
    recused = _recused(jurors, applications, ties)
    not_theirs = {(juror_id, one.application.id) for juror_id, found in recused.items() for one in found}
    judged = {one.id for one in applications}
    signed: dict[int, int] = defaultdict(int)
    begun: dict[int, int] = defaultdict(int)
    last = dict(ties.last_at)
    for row in db.session.execute(
        select(ScoreSheet.juror_id, ScoreSheet.application_id, ScoreSheet.saved_at, ScoreSheet.signed_at)
        .join(Juror, Juror.id == ScoreSheet.juror_id)
        .where(Juror.contest_id == contest_id)
    ):
        at = row.signed_at or row.saved_at
        last[row.juror_id] = max(last.get(row.juror_id, at), at)
        if row.application_id in judged and (row.juror_id, row.application_id) not in not_theirs:
            (signed if row.signed_at else begun)[row.juror_id] += 1
    rows = [
        JurorProgress(
            juror,
            signed[juror.id],
            len(applications) - len(recused[juror.id]),
            begun[juror.id],
            last.get(juror.id),
            recused[juror.id],
        )
        for juror in jurors
    ]
    able = {one.id: len(jurors) for one in applications}
    for _juror_id, application_id in not_theirs:
        able[application_id] -= 1
    return JuryProgress(rows, applications, able)


def _recused(jurors: Sequence[Juror], applications: Sequence[Judged], ties: Ties) -> dict[int, list[Recused]]:
    found: dict[int, list[Recused]] = {}
    for juror in jurors:
        found[juror.id] = [
            Recused(one, reasons, ties.said.get((juror.id, one.id), ""))
            for one in applications
            if (reasons := ties.reasons(juror.id, one.id, one.tos_id))
        ]
    return found


def may_see_marks(contest: Contest, phase: Phase) -> bool:
    """May anybody but the juror see marks and totals? Once scoring is over, or once every sheet is signed.

    Basis: SAFETY §3, row 20 («until the closing nobody but the system knows them, staff included»).
    """
    if phase in REVEALED_IN:
        return True
    return phase is Phase.SCORING and jury_progress(contest.id).is_done


class Recusal(NamedTuple):
    """A juror who does not judge an application: the juror's code, the application's id, why."""

    juror: str
    application_id: int
    reasons: tuple[Remark, ...]


class SignedMarks(NamedTuple):
    """What the ranking is made of: application id → juror code → criterion → points; and who was recused from what."""

    marks: dict[int, dict[str, dict[str, Decimal]]]
    recusals: tuple[Recusal, ...]


def signed_marks(contest_id: int) -> SignedMarks:
    """The marks of signed sheets on admitted applications, without those of jurors who must not have judged.

    A sheet that was signed before a conflict came to light is kept and left out. Whoever calls this asks
    `may_see_marks` first. Five selects.
    """
    jurors = jurors_of(contest_id, also_left=True)
    ties = facts_of_jurors(jurors, contest_id=contest_id)
    applications = judged_applications(contest_id)
    codes = {juror.id: juror.code for juror in jurors}
    recused = _recused(jurors, applications, ties)
    out = {(juror_id, one.application.id) for juror_id, found in recused.items() for one in found}
    judged = {one.id for one in applications}
    marks: dict[int, dict[str, dict[str, Decimal]]] = {one.id: {} for one in applications}
    for row in db.session.execute(
        select(ScoreSheet.juror_id, ScoreSheet.application_id, Mark.criterion, Mark.points)
        .join(Juror, Juror.id == ScoreSheet.juror_id)
        .join(Mark, Mark.sheet_id == ScoreSheet.id)
        .where(Juror.contest_id == contest_id, ScoreSheet.signed_at.is_not(None), Mark.points.is_not(None))
        .order_by(ScoreSheet.juror_id, ScoreSheet.application_id)
    ):
        if row.application_id in judged and (row.juror_id, row.application_id) not in out:
            marks[row.application_id].setdefault(codes[row.juror_id], {})[row.criterion] = row.points
    recusals = tuple(
        Recusal(codes[juror_id], one.application.id, tuple(one.reasons))
        for juror_id, found in recused.items()
        for one in found
    )
    return SignedMarks(marks, recusals)
