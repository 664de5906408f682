"""What a person says of an activity for the report: why its money deviates, whether it was performed."""

from datetime import date, datetime

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.programme_report import MARKS
from tosportal.features.accounts.models import Person
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import ActivityMark, SpendingReason
from tosportal.features.indicators.service import ensure_period, said_in_words
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
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
    activity: Activity,
    *,
    year: int,
    verdict: str,
    basis: str,
    performed_on: date | None = None,
    actor: Person | None,
    now: datetime,
) -> ActivityMark | None:
    """Whether an activity was performed in a year, on which day, by a document or an explanation; an empty verdict
    takes the mark back. A correction is a new row; the same mark is the same row; without a mark there is nothing to
    take back.

    Raises RuleBroken without a basis, for an unknown verdict, for a wrong day (`check_day`), and when the year is not
    open.
    """
    programme = db.session.get_one(Programme, activity.programme_id)
    ensure_period(programme, year, 0, now)
    if verdict not in MARKS:
        raise RuleBroken(Remark(N_("Выберите, выполнено ли мероприятие"), place="verdict"))
    held = next(iter(queries.marks_of(activity.id, year)), None)
    if held is None and not verdict:
        return None
    today = today_in(db.session.get_one(Municipality, programme.municipality_id), now)
    check_day(performed_on, verdict, year, today)
    basis = said_in_words(basis, "basis", N_("Напишите, каким документом это подтверждено, или объясните"))
    if held is not None and (held.verdict, held.basis, held.performed_on) == (verdict, basis, performed_on):
        return held
    row = ActivityMark(
        activity_id=activity.id,
        year=year,
        verdict=verdict,
        performed_on=performed_on,
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
        after={
            "activity": activity.code,
            "year": year,
            "verdict": verdict,
            "performed_on": performed_on.isoformat() if performed_on else "",
            "basis": basis,
        },
        municipality_id=programme.municipality_id,
    )
    return row


def check_day(performed_on: date | None, verdict: str, year: int, today: date) -> None:
    """Raises RuleBroken when the day of performance is not of the year, has not come yet, stands beside another
    verdict, or is not given for this year: its quarterly reports cannot do without it."""
    place = "performed_on"
    if performed_on is None:
        if verdict == "done" and year == today.year:
            raise RuleBroken(Remark(N_("Укажите, какого числа выполнено: по этому дню считают кварталы"), place=place))
    elif verdict != "done":
        raise RuleBroken(Remark(N_("День ставят только к отметке «Выполнено»: уберите его"), place=place))
    elif performed_on.year != year:
        raise RuleBroken(Remark(N_("Отметка за %(year)s год: день должен быть в этом году"), {"year": year}, place))
    elif performed_on > today:
        raise RuleBroken(Remark(N_("Этот день ещё не наступил"), place=place))
