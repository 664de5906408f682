"""What an amendment of the regulation means for the applications: drafts follow, sent ones stay until confirmed."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from tosportal.domain.amendments import asks_the_same, check_extension, extends, moved_questions
from tosportal.domain.application_states import LIVE, ApplicationAct, ApplicationState
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application, ApplicationSection, Submission
from tosportal.features.applications.queries import Whole, last_submission, people_concerned, whole
from tosportal.features.applications.service.drafts import copy_from_answers, with_secrets
from tosportal.features.applications.service.rows import lock, record
from tosportal.features.applications.service.submissions import (
    advance_application,
    ensure_in_time,
    freeze,
    remarks_before_submission,
)
from tosportal.features.contests import service as contests
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import changes_in_words
from tosportal.features.contests.queries import edition_in_force, regulation_of, regulation_of_edition
from tosportal.support import audit, notifications
from tosportal.support.db import db

CHANGED = N_("Пока вы смотрели, условия конкурса изменили ещё раз. Прочитайте, что изменилось, и решите снова")


DECIDED = (ApplicationState.ADMITTED, ApplicationState.REFUSED)


def extension_remarks(contest: Contest, now: datetime) -> list[Remark]:
    """Why the intake of this contest cannot be extended now; empty: it can be, by an act."""
    return _extension_remarks(contest, regulation_of(contest), now)


def _extension_remarks(contest: Contest, regulation: Regulation, now: datetime) -> list[Remark]:
    decided = db.session.scalar(
        select(func.count()).where(Application.contest_id == contest.id, Application.state.in_(DECIDED))
    )
    return check_extension(regulation, now, decided=decided or 0)


def amend_contest(
    contest: Contest, regulation: Regulation, *, act: str, reason: str, actor: Person | None, now: datetime
) -> RegulationEdition:
    """The next edition is in force, every draft stands on it with all that was typed, and everybody with a live
    application has a letter that says what changed and what to do. Sent applications stay on their edition, unless
    only the timeline has changed: then nothing that they answer is different, and they follow.

    Raises RuleBroken as the amendment of the contest does, and as `extension_remarks` when the intake ends later.
    """
    old = edition_in_force(contest)
    before = regulation_of_edition(old)
    is_extension = extends(before, regulation)
    if is_extension and (remarks := _extension_remarks(contest, before, now)):
        raise RuleBroken(remarks)
    only_days = replace(before, timeline=regulation.timeline) == regulation
    edition = contests.amend_contest(contest, regulation, act=act, reason=reason, actor=actor, now=now)
    drafts = db.session.execute(
        update(Application)
        .where(
            Application.contest_id == contest.id,
            Application.state.in_(LIVE if only_days else (ApplicationState.DRAFT,)),
        )
        .values(regulation_id=edition.id, version=Application.version + 1)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    _move_answers(select(Application.id).where(Application.regulation_id == edition.id), before, regulation)
    changes = changes_in_words(old, edition)
    concerned = people_concerned([contest.id])
    is_same = asks_the_same(before, regulation)
    write = letters.extended if is_extension and only_days else partial(letters.amended, is_same=is_same)
    for one in concerned:
        subject, body = write(contest, edition, changes, one)
        notifications.post(
            "application.amended", to=one.person.email, subject=subject, body=body, now=now, person_id=one.person.id
        )
    if drafts or concerned:
        audit.record(
            "contest.drafts_moved",
            contest,
            actor=actor,
            now=now,
            after={"edition": edition.number, "drafts": drafts, "letters": len(concerned)},
            municipality_id=contest.municipality_id,
        )
    return edition


def _move_answers(applications: Any, old: Regulation, new: Regulation) -> None:
    """What was answered to a question that stands in another section now stands there too: nothing typed is lost.

    `applications`: their ids, or a select of them. One query, whatever their number.
    """
    moved = moved_questions(old, new)
    if not moved:
        return
    codes = {code for both in moved.values() for code in both}
    rows = db.session.scalars(
        select(ApplicationSection).where(
            ApplicationSection.application_id.in_(applications), ApplicationSection.code.in_(codes)
        )
    ).all()
    known = {(row.application_id, row.code): row for row in rows}
    for row in rows:
        for question, (was_in, now_in) in moved.items():
            if row.code == was_in and question in row.answers:
                there = known.setdefault((row.application_id, now_in), _empty_beside(row, now_in))
                _put(there, {**there.answers, question: row.answers[question]}, new)
                _put(row, {code: answer for code, answer in row.answers.items() if code != question}, new)
    db.session.add_all(known.values())
    db.session.flush()


def _empty_beside(row: ApplicationSection, code: str) -> ApplicationSection:
    """A section in which nobody has written yet, as old as the one from which its first answer comes."""
    return ApplicationSection(
        application_id=row.application_id,
        code=code,
        answers={},
        saved_at=row.saved_at,
        saved_by_id=row.saved_by_id,
    )


def _put(row: ApplicationSection, answers: dict[str, Any], regulation: Regulation) -> None:
    section = regulation.section(row.code)
    row.answers = with_secrets(section, answers) if section else answers


def confirm_edition(application: Application, *, number: int, actor: Person, now: datetime) -> Submission:
    """The sent application stands on the edition in force: a new copy is frozen beside the earlier one, its number and
    the moment of the first sending stay.

    `number` is the edition that the person was shown. Raises StateConflict when another is in force, RuleBroken: late,
    or what the new edition asks for and the application lacks (then nothing has changed).
    """
    this, before = _on_edition_in_force(application, number, now, ApplicationState.SUBMITTED)
    if remarks := remarks_before_submission(this):
        raise RuleBroken(remarks)
    copy_from_answers(application, this.regulation)
    last = last_submission(application.id)
    submission = freeze(this, number=last.number + 1 if last else 1, actor=actor, now=now)
    after = {"edition": number, "submission": submission.number}
    record("application.edition_confirmed", application, actor=actor, now=now, before=before, after=after)
    return submission


def take_edition(application: Application, *, number: int, actor: Person, now: datetime) -> None:
    """The application is open to be filled in by the edition in force until intake ends (a returned one: until the end
    of its correction), and is to be sent again. The copy sent before stays; the secretary may take it up again.

    Raises as `confirm_edition`, but for what is missing.
    """
    states = (ApplicationState.SUBMITTED, ApplicationState.RETURNED)
    this, before = _on_edition_in_force(application, number, now, *states)
    if application.state == ApplicationState.SUBMITTED:
        close = this.current.moments["close"]
        advance_application(
            application,
            ApplicationAct.RETURN,
            actor=actor,
            now=now,
            fix_until_on=close.astimezone(ZoneInfo(application.contest.municipality.zone)).date(),
            fix_until_at=close,
        )
    record("application.edition_taken", application, actor=actor, now=now, before=before, after={"edition": number})


def _on_edition_in_force(
    application: Application, number: int, now: datetime, *states: ApplicationState
) -> tuple[Whole, dict[str, int]]:
    """The application with the edition in force, if that is the one shown and there is still time."""
    lock(application)
    contest = application.contest
    db.session.refresh(contest, attribute_names=["edition", "cancelled_at"])
    if number != contest.edition:
        raise StateConflict(Remark(CHANGED))
    if application.state not in states or application.regulation.number >= number:
        raise StateConflict(Remark(N_("Подтверждать нечего: заявка уже на этой редакции или её рассматривают")))
    ensure_in_time(whole(application), now)
    before = {"edition": application.regulation.number}
    own = regulation_of_edition(application.regulation)
    edition = edition_in_force(contest)
    application.regulation_id = edition.id
    set_committed_value(application, "regulation", edition)
    db.session.flush()
    _move_answers([application.id], own, regulation_of_edition(edition))
    return whole(application, now), before
