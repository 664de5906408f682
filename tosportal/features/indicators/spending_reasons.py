"""What a person says of an activity for the report: why its money deviates, whether it was performed."""

from datetime import datetime

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.programme_report import MARKS
from tosportal.features.accounts.models import Person
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import ActivityMark, SpendingReason
from tosportal.features.indicators.service import ensure_period, said_in_words
from tosportal.features.programmes.models import Activity, Programme
from tosportal.support import audit
from tosportal.support.db import db


def write_spending_reason(
    activity: Activity, *, year: int, quarter: int = 0, reason: str, actor: Person | None, now: datetime
) -> None:
    """Why the cash of an activity differs from its plan. A correction is a new row; the same words are the same row.

    Raises RuleBroken without words or when the period is not open.
    """
    programme = db.session.get_one(Programme, activity.programme_id)
    ensure_period(programme, year, quarter, now)
    reason = said_in_words(reason, "reason", N_("Напишите, почему касса отличается от плана"))
    if queries.latest_spending_reasons(programme.id, year, quarter).get(activity.code) == reason:
        return
    row = SpendingReason(
        activity_id=activity.id,
        year=year,
        quarter=quarter,
        reason=reason,
        written_at=now,
        written_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "spending_reason.written",
        row,
        actor=actor,
        now=now,
        after={"activity": activity.code, "year": year, "quarter": quarter},
        municipality_id=programme.municipality_id,
    )


def mark_activity(
    activity: Activity, *, year: int, verdict: str, basis: str, actor: Person | None, now: datetime
) -> ActivityMark | None:
    """Whether an activity was performed in a year, by a document or an explanation; an empty verdict takes the mark
    back. A correction is a new row; the same mark is the same row; without a mark there is nothing to take back.

    Raises RuleBroken without a basis, for an unknown verdict, and when the year is not open.
    """
    programme = db.session.get_one(Programme, activity.programme_id)
    ensure_period(programme, year, 0, now)
    if verdict not in MARKS:
        raise RuleBroken(Remark(N_("Выберите, выполнено ли мероприятие"), place="verdict"))
    held = next(iter(queries.marks_of(activity.id, year)), None)
    if held is None and not verdict:
        return None
    basis = said_in_words(basis, "basis", N_("Напишите, каким документом это подтверждено, или объясните"))
    if held is not None and (held.verdict, held.basis) == (verdict, basis):
        return held
    row = ActivityMark(
        activity_id=activity.id,
        year=year,
        verdict=verdict,
        basis=basis,
        written_at=now,
        written_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "activity.marked",
        row,
        actor=actor,
        now=now,
        after={"activity": activity.code, "year": year, "verdict": verdict, "basis": basis},
        municipality_id=programme.municipality_id,
    )
    return row
