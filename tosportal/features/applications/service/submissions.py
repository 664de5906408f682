"""Sending, correcting, withdrawing; and the one door through which the state of an application changes."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tosportal.domain.application_states import ApplicationAct, ApplicationState, after
from tosportal.domain.contest_states import Phase, ensure_accepting
from tosportal.domain.eligibility import check_entry
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import YES
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Person
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.queries import (
    Whole,
    facts_of,
    last_submission,
    live_nominations,
    receivers_of_receipt,
    whole,
)
from tosportal.features.applications.service.contents import canonical, content_of, draft_digest, signed_digest
from tosportal.features.applications.service.drafts import copy_from_answers
from tosportal.features.applications.service.paper import (
    close_correction,
    ensure_paper_in_time,
    entry_of,
    keep_consents_of_paper,
    what_paper_lacks,
)
from tosportal.features.applications.service.rows import is_open, lock, may_change_sent, record
from tosportal.features.applications.service.signing import Signing, ensure_may_sign, proof_of, sign
from tosportal.features.contests.service import take_number
from tosportal.support import notifications
from tosportal.support.db import db
from tosportal.support.sealing import MarkedText

CHANGED_MEANWHILE = N_("Пока вы смотрели, заявку изменили. Проверьте её ещё раз и отправьте")
CHANGED_AFTER_CODE = N_(
    "После того как код был отправлен, заявку изменили. Прежний код больше не действует: "
    "проверьте заявку и получите новый"
)


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
    if application.is_on_paper:
        ensure_paper_in_time(this, now)
        return
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
    others = live_nominations([place[0]], [place[1]], without=application.id).get(place, [])
    remarks += check_entry(
        this.regulation,
        facts_of(application.tos, others),
        phase=Phase.ACCEPTING,
        is_member=True,
        zone=this.zone,
        nomination=this.nomination,
    )
    return remarks


def submit_application(
    application: Application,
    *,
    actor: Person,
    now: datetime,
    seen_digest: str | None = None,
    signing: Signing | None = None,
    as_it_is: bool = False,
) -> Submission:
    """What stands in the application is frozen under a number, and a letter with the receipt waits to be sent.

    The first submission gives the registration number; its moment decides between equal applications, or that of the
    last one before the deadline, as the regulation says. A later one adds the next copy; all copies and their moments
    stay. Submitting what is submitted already gives the same copy: a double click is one submission.
    `seen_digest` is `draft_digest` of what the person was shown; StateConflict when it has changed since, or since it
    was signed. Raises NotAllowed when another has to sign, RuleBroken: late (the draft stays), everything that is
    missing or wrong, or the signature the regulation asks for is missing; WrongCode counts the try.
    A paper with its scan is sealed `as_it_is`, and what it lacks stands in its copy; its own time counts.
    """
    was_open = is_open(application, now)
    lock(application)
    last = last_submission(application.id)
    this = whole(application, now)
    if application.state == ApplicationState.SUBMITTED and last is not None and not is_changed(this, last, now):
        close_correction(application)
        return last
    is_first = last is None
    act = ApplicationAct.SUBMIT if is_first else ApplicationAct.RESUBMIT
    after(application.state, act)
    ensure_may_sign(this, actor)
    ensure_in_time(this, now)
    if seen_digest is not None and (not was_open or seen_digest != draft_digest(this)):
        raise StateConflict(Remark(CHANGED_AFTER_CODE if signing and signing.way == "code" else CHANGED_MEANWHILE))
    remarks, entry = remarks_before_submission(this), None
    if application.is_on_paper:
        no_scan, lacking = what_paper_lacks(remarks)
        remarks = no_scan if as_it_is else remarks
        entry = entry_of(application, lacking=lacking, now=now)
    if remarks:
        raise RuleBroken(remarks)
    proof = proof_of(this, signing, actor=actor, now=now)
    copy_from_answers(application, this.regulation)
    moment = application.paper_at or now if is_first else application.paper_fix_at or now
    if is_first:
        application.number = take_number(application.contest)
    elif (
        not application.is_on_paper
        and this.regulation.submission.counts == "last"
        and now < this.current.moments["close"]
    ):
        application.submitted_at = now
    advance_application(application, act, actor=actor, now=now)
    if is_first:
        application.submitted_at = moment
    number = 1 if last is None else last.number + 1
    submission = freeze(this, number=number, actor=actor, now=now, moment=moment, entry=entry)
    close_correction(application)
    if proof is not None:
        sign(submission, this, proof, actor=actor, now=now)
    return submission


def is_changed(this: Whole, last: Submission, now: datetime) -> bool:
    """Does the application hold something else than its last copy, and may it be sent again now?"""
    return may_change_sent(this.application, now) and draft_digest(this) != signed_digest(last)


def freeze(
    this: Whole,
    *,
    number: int,
    actor: Person,
    now: datetime,
    moment: datetime | None = None,
    entry: Mapping[str, Any] | None = None,
) -> Submission:
    """What stands in the application now is its copy of this number, and the receipt waits to be sent.

    `moment`: when it came, if not now (on paper); `entry`: what the copy says of the entry of a paper.
    """
    application = this.application
    moment = moment or now
    content = canonical(content_of(this, submitted_at=moment, entry=entry))
    submission = Submission(
        application_id=application.id,
        number=number,
        content=MarkedText(content, this.answers),
        digest=hashlib.sha256(content.encode()).hexdigest(),
        submitted_at=moment,
        submitted_by_id=actor.id,
    )
    db.session.add(submission)
    db.session.flush()
    facts = {"submission": submission.number, "digest": submission.digest, "number": application.number}
    record("application.frozen", application, actor=actor, now=now, after=facts)
    if application.is_on_paper:
        keep_consents_of_paper(this, actor=actor, now=now)
    else:
        _keep_consents(this, actor=actor, now=now)
    for one in receivers_of_receipt(application, actor):
        subject, body = letters.receipt(this, submission, one.locale)
        notifications.post(
            "application.receipt", to=one.email, subject=subject, body=body, now=now, person_id=one.person_id
        )
    return submission


def _keep_consents(this: Whole, *, actor: Person, now: datetime) -> None:
    """What the form asked to agree to and was agreed to stands among the consents of the person, word for word."""
    application = this.application
    today = now.astimezone(this.zone).date()
    for section in this.sections:
        given = this.answers.get(section.code, {})
        for one in section.fields:
            if one.kind == "consent" and given.get(one.code) == YES:
                consents.record_of_form(
                    actor,
                    municipality_id=application.contest.municipality_id,
                    application_id=application.id,
                    said=f"{one.label}\n{one.text}",
                    today=today,
                    now=now,
                )


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
    for one in receivers_of_receipt(application, actor):
        subject, body = letters.withdrawn(this, one.locale, now)
        notifications.post(
            "application.withdrawn", to=one.email, subject=subject, body=body, now=now, person_id=one.person_id
        )


def may_withdraw(this: Whole, now: datetime) -> bool:
    """Is it a draft, or sent and the time for sending not over?"""
    if this.application.state == ApplicationState.DRAFT:
        return True
    if this.application.state not in {ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.ADMITTED}:
        return False
    return this.phase(now) is not Phase.CANCELLED and this.deadline is not None and now < this.deadline
