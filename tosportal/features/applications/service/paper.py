"""Applications that came on paper: the office types them in, seals them, corrects its own slips with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from tosportal.domain.application_states import STATE_NAMES, ApplicationState
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, too_long
from tosportal.domain.form_definition import YES
from tosportal.domain.paper_entry import (
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_SIGNER,
    check_correction_time,
    check_paper_time,
    check_phase,
)
from tosportal.domain.submission_rule import ORIGINAL_SLOT
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import Whole, whole
from tosportal.features.applications.service.drafts import PaperFacts, begin, same_by_form_key
from tosportal.features.applications.service.rows import lock, record
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import phase_of, regulation_of
from tosportal.features.registry.models import Tos
from tosportal.features.registry.queries import people_of_tos
from tosportal.support.db import db

SEALED = frozenset({ApplicationState.SUBMITTED, ApplicationState.RETURNED})


def enter_paper(
    *,
    contest: Contest,
    tos: Tos,
    nomination: str,
    paper: PaperFacts,
    form_key: str | None,
    actor: Person,
    now: datetime,
) -> Application:
    """A draft of what came on paper exists, empty but for the nomination: what stands in it comes from the paper.

    Whether the ТОС may take part stops nothing here: a paper that came in time is registered, and the formal check
    refuses it. Raises RuleBroken: the paper is late by its own time, is entered already, nothing to name it by;
    NotAllowed: one's own ТОС. The same `form_key` again is the same application.
    """
    ensure_not_own(actor, tos)
    db.session.execute(select(Tos.id).where(Tos.id == tos.id).with_for_update())
    if (same := same_by_form_key(form_key, contest, tos)) is not None:
        return same
    regulation = regulation_of(contest)
    remarks = check_phase(phase_of(contest, regulation, now))
    if tos.municipality_id != contest.municipality_id:
        remarks.append(Remark(N_("Выберите ТОС"), place="tos"))
    if regulation.nomination(nomination) is None:
        remarks.append(Remark(N_("Выберите номинацию"), place="nomination"))
    for text, most, place, words in (
        (paper.signer, LONGEST_SIGNER, "signer", N_("Укажите, кто подписал заявку")),
        (paper.number, LONGEST_NUMBER, "number", N_("Укажите номер бумаги в журнале регистрации")),
    ):
        remarks += too_long(text, most, place) if text else [Remark(words, place=place)]
    if not remarks:
        remarks += check_paper_time(regulation.moments, paper.at, now)
        remarks += _entered_already(contest, paper.number)
    if remarks:
        raise RuleBroken(remarks)
    return begin(contest=contest, tos=tos, nomination=nomination, form_key=form_key, actor=actor, now=now, paper=paper)


def ensure_not_own(actor: Person, tos: Tos) -> None:
    """A paper of one's own ТОС is entered by somebody else, as it is checked by somebody else. Raises NotAllowed."""
    if any(one.id == actor.id for one in people_of_tos(tos.id)):
        raise NotAllowed(Remark(N_("Вы состоите в этом ТОС: его заявку вносит другой секретарь")))


def _entered_already(contest: Contest, number: str) -> list[Remark]:
    taken = select(Application.number).where(
        Application.contest_id == contest.id,
        Application.paper_number == number,
        Application.state != ApplicationState.WITHDRAWN,
    )
    if db.session.execute(taken).first() is None:
        return []
    return [Remark(N_("Бумага с этим номером в журнале уже внесена в этот конкурс"), place="number")]


def ensure_paper_in_time(this: Whole, now: datetime) -> None:
    """Papers are still entered, and this one came in time by its own time, or its correction did. Raises RuleBroken."""
    application = this.application
    if application.paper_at is None:
        raise ValueError("an application on paper has its time")
    remarks = check_phase(this.phase(now))
    if application.state == ApplicationState.RETURNED and application.paper_fix_at is not None:
        remarks += check_correction_time(application.fix_until_at, application.paper_fix_at, now)
    else:
        remarks += check_paper_time(this.current.moments, application.paper_at, now)
    if remarks:
        raise RuleBroken(remarks)


def what_paper_lacks(remarks: Sequence[Remark]) -> tuple[list[Remark], list[Remark]]:
    """Of what is missing before sending: what stops a paper from being entered, its scan alone, and what is only kept
    beside it for the formal check. A paper is registered as it came (DOMAIN 3.3, points 3 and 4)."""
    scan = [one for one in remarks if one.place == f"slot-{ORIGINAL_SLOT}"]
    return scan, [one for one in remarks if one not in scan]


def entry_of(application: Application, *, lacking: Sequence[Remark], now: datetime) -> dict[str, Any]:
    """What a frozen copy says of the entry of its paper: when, what the paper lacked, why it was entered anew."""
    entry: dict[str, Any] = {
        "entered_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "lacking": [str(one) for one in lacking],
    }
    if application.paper_reason:
        entry["reason"] = application.paper_reason
    if application.paper_fix_at is not None:
        entry["corrected_at"] = application.paper_fix_at.astimezone(UTC).isoformat(timespec="seconds")
    return entry


def open_correction(
    application: Application, *, reason: str, came_at: datetime | None, actor: Person, now: datetime
) -> None:
    """What was entered from paper may be changed until it is sealed again, for this reason; the former copy counts.

    A returned one needs the moment at which its correction came. Raises RuleBroken: no reason, late, not on paper, not
    in a state to be corrected.
    """
    ensure_not_own(actor, application.tos)
    lock(application)
    if not application.is_on_paper or application.state not in SEALED:
        values = {"state": Remark(STATE_NAMES[application.state])}
        raise RuleBroken(Remark(N_("Исправить внесённое с бумаги сейчас нельзя: заявка — «%(state)s»"), values))
    reason = " ".join(reason.split())
    remarks = check_phase(whole(application).phase(now))
    remarks += too_long(reason, LONGEST_REASON, "reason") if reason else [_WHY]
    if application.state == ApplicationState.RETURNED:
        if came_at is None:
            remarks.append(Remark(N_("Укажите, когда исправление поступило на бумаге"), place="came"))
        else:
            remarks += check_correction_time(application.fix_until_at, came_at, now)
    if remarks:
        raise RuleBroken(remarks)
    is_returned = application.state == ApplicationState.RETURNED
    application.paper_reason, application.paper_fix_at = reason, came_at if is_returned else None
    db.session.flush()
    after = {"submission_stays": True, "corrected_at": application.paper_fix_at}
    record("application.correction_opened", application, actor=actor, now=now, after=after)


_WHY = Remark(N_("Напишите, что исправляете и почему: это останется при заявке"), place="reason")


def close_correction(application: Application) -> None:
    """Nothing of a sealed paper may be changed any more."""
    application.paper_reason, application.paper_fix_at = "", None


def keep_consents_of_paper(this: Whole, *, actor: Person, now: datetime) -> None:
    """What was agreed to on the paper stands as given by the person who signed it, on the day the paper came."""
    application = this.application
    if application.paper_at is None:
        raise ValueError("an application on paper has its time")
    given_on = application.paper_at.astimezone(this.zone).date()
    for section in this.sections:
        given = this.answers.get(section.code, {})
        for one in section.fields:
            if one.kind == "consent" and given.get(one.code) == YES:
                consents.record_of_paper_form(
                    application.paper_signer,
                    municipality_id=application.contest.municipality_id,
                    application_id=application.id,
                    said=f"{one.label}\n{one.text}",
                    given_on=given_on,
                    actor=actor,
                    now=now,
                )
