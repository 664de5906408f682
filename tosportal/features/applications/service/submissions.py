"""Sending, correcting, withdrawing; and the one door through which the state of an application changes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tosportal.domain.application_states import LIVE, ApplicationAct, ApplicationState, after
from tosportal.domain.contest_states import Phase, ensure_accepting
from tosportal.domain.eligibility import check_entry
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import visible_answers
from tosportal.features.accounts.models import Person
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.queries import Whole, facts_of, last_submission, live_counts, whole
from tosportal.features.applications.service.drafts import copy_from_answers
from tosportal.features.applications.service.rows import lock, record
from tosportal.features.contests.service import take_number
from tosportal.support import notifications
from tosportal.support.db import db

SCHEMA = "application/1"


def advance_application(
    application: Application,
    act: str,
    *,
    actor: Person | None,
    now: datetime,
    fix_until_on: date | None = None,
    fix_until_at: datetime | None = None,
) -> None:
    """The application is in the state that follows the act, and the journal says so. The one door for states.

    A return needs the last day and the last moment of the correction; every other act ends a correction's term.
    Raises RuleBroken when the act is not possible in the present state.
    """
    lock(application)
    before = {"state": application.state}
    state = after(application.state, act)
    if state is ApplicationState.RETURNED and (fix_until_at is None or fix_until_on is None):
        raise ValueError("a return needs the last day of the correction")
    application.state = state
    application.fix_until_on = fix_until_on if state is ApplicationState.RETURNED else None
    application.fix_until_at = fix_until_at if state is ApplicationState.RETURNED else None
    if act == ApplicationAct.SUBMIT:
        application.submitted_at = now
    if act == ApplicationAct.WITHDRAW:
        application.withdrawn_at = now
    db.session.flush()
    facts: dict[str, Any] = {"state": application.state}
    if fix_until_at is not None:
        facts["fix_until_at"] = fix_until_at
    record(f"application.{act}", application, actor=actor, now=now, before=before, after=facts)


def ensure_in_time(this: Whole, now: datetime) -> None:
    """A draft until the last second of the intake, a returned one until the last second of its correction.

    `now` is the moment the request arrived. Raises RuleBroken that says kindly that it is late and the draft is kept.
    """
    application = this.application
    if application.state == ApplicationState.RETURNED:
        if this.phase(now) is Phase.CANCELLED:
            raise RuleBroken(Remark(N_("Конкурс отменён, заявки не принимаются")))
        if application.fix_until_at is not None and now >= application.fix_until_at:
            words = N_("Срок исправлений закончился %(until_at)s. Написанное сохранено, но отправить его уже нельзя")
            raise RuleBroken(Remark(words, {"until_at": application.fix_until_at}))
        return
    ensure_accepting(
        this.current.moments,
        announced_at=application.contest.announced_at,
        cancelled_at=application.contest.cancelled_at,
        now=now,
    )


def remarks_before_submission(this: Whole) -> list[Remark]:
    """What keeps this application from being submitted, apart from the time: sections, files, eligibility."""
    remarks = [remark for section in this.sections for remark in this.progress[section.code].missing]
    remarks += this.missing_files
    application = this.application
    place = (application.contest_id, application.tos_id)
    others = live_counts([place[0]], [place[1]]).get(place, 0) - (application.state in LIVE)
    remarks += check_entry(
        this.regulation,
        facts_of(application.tos, live_applications=others),
        phase=Phase.ACCEPTING,
        is_member=True,
        zone=this.zone,
    )
    return remarks


def submit_application(
    application: Application, *, actor: Person, now: datetime, seen_digest: str | None = None
) -> Submission:
    """What stands in the application is frozen under a number, and a letter with the receipt waits to be sent.

    The first submission gives the registration number and the moment to which ties go down; a correction adds the next
    copy and leaves both as they are. Submitting what is submitted already gives the same copy: a double click is one
    submission. `seen_digest` is `draft_digest` of what the person was shown; StateConflict when it has changed since.
    Raises RuleBroken: late (the draft stays), or everything that is missing or wrong.
    """
    was_editable = application.state in (ApplicationState.DRAFT, ApplicationState.RETURNED)
    lock(application)
    last = last_submission(application.id)
    if application.state == ApplicationState.SUBMITTED and last is not None:
        return last
    is_first = last is None
    act = ApplicationAct.SUBMIT if is_first else ApplicationAct.RESUBMIT
    after(application.state, act)
    this = whole(application)
    ensure_in_time(this, now)
    if seen_digest is not None and (not was_editable or seen_digest != draft_digest(this)):
        raise StateConflict(Remark(N_("Пока вы смотрели, заявку изменили. Проверьте её ещё раз и отправьте")))
    if remarks := remarks_before_submission(this):
        raise RuleBroken(remarks)
    copy_from_answers(application, this.regulation)
    if is_first:
        application.number = take_number(application.contest)
    advance_application(application, act, actor=actor, now=now)
    return freeze(this, number=1 if last is None else last.number + 1, actor=actor, now=now)


def freeze(this: Whole, *, number: int, actor: Person, now: datetime) -> Submission:
    """What stands in the application now is its copy of this number, and the receipt waits to be sent."""
    application = this.application
    content = canonical(content_of(this, submitted_at=now))
    submission = Submission(
        application_id=application.id,
        number=number,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        submitted_at=now,
        submitted_by_id=actor.id,
    )
    db.session.add(submission)
    db.session.flush()
    facts = {"submission": submission.number, "digest": submission.digest, "number": application.number}
    record("application.frozen", application, actor=actor, now=now, after=facts)
    subject, body = letters.receipt(this, submission, actor)
    notifications.post("application.receipt", to=actor.email, subject=subject, body=body, now=now, person_id=actor.id)
    return submission


def withdraw_application(application: Application, *, actor: Person, now: datetime) -> None:
    """The application takes no part any more; its frozen copies stay. Only while it could still be sent.

    A draft is thrown away at any time and without a letter: nobody has received it, and its place is free again.
    Withdrawing again changes nothing. Raises RuleBroken after the deadline.
    """
    lock(application)
    if application.state == ApplicationState.WITHDRAWN:
        return
    if application.state == ApplicationState.DRAFT:
        advance_application(application, ApplicationAct.WITHDRAW, actor=actor, now=now)
        return
    after(application.state, ApplicationAct.WITHDRAW)
    this = whole(application)
    if not may_withdraw(this, now):
        words = N_("Отозвать заявку на портале можно было до %(until_at)s. Теперь напишите секретарю конкурса")
        raise RuleBroken(Remark(words, {"until_at": this.deadline}))
    advance_application(application, ApplicationAct.WITHDRAW, actor=actor, now=now)
    subject, body = letters.withdrawn(this, actor, now)
    notifications.post("application.withdrawn", to=actor.email, subject=subject, body=body, now=now, person_id=actor.id)


def may_withdraw(this: Whole, now: datetime) -> bool:
    """Is it a draft, or sent and the time for sending not over?"""
    if this.application.state == ApplicationState.DRAFT:
        return True
    if this.application.state not in {ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.ADMITTED}:
        return False
    return this.phase(now) is not Phase.CANCELLED and this.deadline is not None and now < this.deadline


# --- what is frozen ------------------------------------------------------------------------------------------------


def content_of(this: Whole, *, submitted_at: datetime | None) -> dict[str, Any]:
    """What a submission freezes: who applies to which contest by which edition, the answers that count, the files."""
    application = this.application
    answers = visible_answers(this.sections, this.answers)
    files = [
        {"slot": file.slot, "name": file.name, "size": file.size, "sha256": file.sha256} for file in this.attachments
    ]
    return {
        "schema": SCHEMA,
        "number": application.number,
        "contest": {"slug": application.contest.slug, "name": application.contest.name},
        "edition": application.regulation.number,
        "tos": {
            "code": application.tos.code,
            "name": application.tos.name,
            "settlement": application.tos.settlement.name,
        },
        "nomination": application.nomination,
        "submitted_at": submitted_at.astimezone(UTC).isoformat(timespec="seconds") if submitted_at else None,
        "sections": [
            {"code": section.code, "title": section.title, "answers": answers[section.code]}
            for section in this.sections
        ],
        "attachments": sorted(files, key=lambda one: (str(one["slot"]), str(one["name"]), str(one["sha256"]))),
    }


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted names and no spaces: the same content is the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def draft_digest(this: Whole) -> str:
    """SHA-256 of what would be frozen now, without the number and the moment."""
    content = content_of(this, submitted_at=None) | {"number": None}
    return hashlib.sha256(canonical(content).encode()).hexdigest()
