"""Filling in: an application begins, its sections are saved one by one."""

import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.budget import parse_budget
from tosportal.domain.carrying import Carried
from tosportal.domain.eligibility import check_entry
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import FormSection, is_blank
from tosportal.domain.merging import mark_of, merge
from tosportal.domain.money import MAX_ROUBLES, ZERO
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.features.applications.queries import (
    NOMINATION,
    facts_of,
    live_nominations,
    no_longer_asked,
    nomination_answered,
    registry_answers,
    sections_of,
)
from tosportal.features.applications.service.rows import ensure_editable, lock, record
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import edition_in_force, phase_of, regulation_of_edition
from tosportal.features.registry.models import Tos
from tosportal.support.db import db
from tosportal.support.sealing import as_secret

LONGEST_TITLE = 300
ANOTHER_FORM = N_("Эта форма уже отправлена для другой заявки. Откройте страницу заново")


def start_application(
    *, contest: Contest, tos: Tos, nomination: str, form_key: str | None, actor: Person, now: datetime
) -> Application:
    """A draft exists on the edition in force, filled in with what the registry knows.

    The same `form_key` again, also at the same instant, gives the same application and changes nothing. Raises
    RuleBroken with every reason why this ТОС cannot begin, or for a nomination the contest does not have.
    """
    # Beginnings of one ТОС come one after another, so that the limit of applications holds.
    db.session.execute(select(Tos.id).where(Tos.id == tos.id).with_for_update())
    if (same := same_by_form_key(form_key, contest, tos)) is not None:
        return same
    regulation = regulation_of_edition(edition_in_force(contest))
    remarks = check_entry(
        regulation,
        facts_of(tos, live_nominations([contest.id], [tos.id]).get((contest.id, tos.id), [])),
        phase=phase_of(contest, regulation, now),
        is_member=tos.municipality_id == contest.municipality_id,
        zone=ZoneInfo(contest.municipality.zone),
        nomination=nomination,
    )
    if regulation.nomination(nomination) is None:
        remarks.append(Remark(N_("Выберите номинацию"), place="nomination"))
    if remarks:
        raise RuleBroken(remarks)
    return begin(contest=contest, tos=tos, nomination=nomination, form_key=form_key, actor=actor, now=now)


@dataclass(frozen=True)
class PaperFacts:
    """What the register of papers says of an application: when it came, under which entry; and who signed it."""

    at: datetime
    number: str
    signer: str


def begin(
    *,
    contest: Contest,
    tos: Tos,
    nomination: str,
    form_key: str | None,
    actor: Person,
    now: datetime,
    paper: PaperFacts | None = None,
) -> Application:
    """The row of a draft on the edition in force; who may begin was asked before. Of a paper nothing is filled in from
    the registry but the nomination: the paper says it or does not."""
    edition = edition_in_force(contest)
    regulation = regulation_of_edition(edition)
    application = Application(
        key=secrets.token_urlsafe(12),
        form_key=form_key,
        contest_id=contest.id,
        regulation_id=edition.id,
        tos_id=tos.id,
        nomination=nomination,
        state=ApplicationState.DRAFT,
        title=title_without_field(regulation, nomination),
        requested_sum=ZERO,
        total_sum=ZERO,
        created_at=now,
        created_by_id=actor.id,
        paper_at=paper.at if paper else None,
        paper_number=paper.number if paper else None,
        paper_signer=paper.signer if paper else "",
    )
    try:
        with db.session.begin_nested():
            db.session.add(application)
            db.session.flush()
    except IntegrityError:
        if (same := same_by_form_key(form_key, contest, tos)) is not None:
            return same
        raise
    for name, value in (("contest", contest), ("tos", tos), ("regulation", edition)):
        set_committed_value(application, name, value)
    known = registry_answers(tos, nomination)
    _fill_in(application, regulation, {NOMINATION: known[NOMINATION]} if paper else known, actor, now)
    after: dict[str, Any] = {
        "contest": contest.slug,
        "edition": edition.number,
        "tos": tos.code,
        "nomination": nomination,
    }
    if paper is not None:
        after |= {"paper_at": paper.at, "paper_number": paper.number}
    record("application.entered" if paper else "application.started", application, actor=actor, now=now, after=after)
    return application


def same_by_form_key(form_key: str | None, contest: Contest, tos: Tos) -> Application | None:
    """The application that this copy of the form has begun. StateConflict when it began another one."""
    if form_key is None:
        return None
    same = db.session.scalars(select(Application).where(Application.form_key == form_key)).one_or_none()
    if same is not None and (same.contest_id != contest.id or same.tos_id != tos.id):
        raise StateConflict(Remark(ANOTHER_FORM))
    return same


def _fill_in(
    application: Application, regulation: Regulation, known: Mapping[str, str], actor: Person, now: datetime
) -> None:
    """What the registry knows stands in the sections; sections of other nominations too: the choice may change."""
    for section in regulation.sections:
        answers = {one.code: known[one.prefill] for one in section.fields if one.prefill and known.get(one.prefill)}
        if answers:
            db.session.add(
                ApplicationSection(
                    application_id=application.id,
                    code=section.code,
                    answers=with_secrets(section, answers),
                    saved_at=now,
                    saved_by_id=actor.id,
                )
            )
    db.session.flush()


def save_section(
    application: Application,
    section_code: str,
    answers: Mapping[str, Any],
    *,
    version: int,
    actor: Person | None,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    pressed: Collection[str] = (),
    unseen: Collection[str] = (),
) -> ApplicationSection:
    """The section holds these answers as typed, complete or not, right or wrong.

    With `seen`, the marks of the answers the form was opened with (`domain.merging`), `answers` may be some of the
    questions; those that others changed meanwhile stay as they are, and StateConflict is raised when both changed the
    same one. Without, `version` is the one the form was opened with (0: nothing was saved yet), and StateConflict is
    raised when somebody saved other answers meanwhile. Raises RuleBroken when the application cannot be changed now.
    The same answers again change nothing, whatever the version: a repeated send is one save. `unseen`: questions that
    the person does not see; their answers stay, whatever was sent.
    """
    lock(application)
    ensure_editable(application, now)
    regulation = regulation_of_edition(application.regulation)
    asked = regulation.section(section_code)
    if asked is None:
        raise RuleBroken(Remark(N_("Такого раздела в заявке нет")))
    row = db.session.get(ApplicationSection, (application.id, section_code), populate_existing=True)
    given = {code: answer for code, answer in answers.items() if code not in unseen}
    is_stale = version != (row.version if row else 0)
    if seen is None:
        given |= {code: row.answers[code] for code in unseen if row and code in row.answers}
    else:
        merged = merge(given, row.answers if row else {}, seen, pressed)
        given, is_stale = merged.answers, bool(merged.clashing)
    given = {**no_longer_asked(regulation, section_code, row.answers if row else {}), **given}
    given = with_secrets(asked, given)
    if row is not None and row.answers == given and not (is_stale and seen is not None):
        return row
    if is_stale:
        raise StateConflict(Remark(N_("Этот раздел уже изменили в другом окне или другой человек")))
    before = {"section": section_code, "version": row.version if row else 0}
    if row is None:
        row = ApplicationSection(application_id=application.id, code=section_code, answers=given, saved_at=now)
        db.session.add(row)
    else:
        before["digest"] = digest_of_answers(application, row.answers)
        row.answers = given
    row.saved_at, row.saved_by_id = now, actor.id if actor else None
    db.session.flush()
    if application.state == ApplicationState.DRAFT:
        copy_from_answers(application, regulation)
    after = {"section": section_code, "version": row.version, "digest": digest_of_answers(application, given)}
    record("application.section_saved", application, actor=actor, now=now, before=before, after=after)
    return row


def with_secrets(section: FormSection, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a section, those to questions about banks and passports marked to lie encrypted."""
    sealed = {one.code for one in section.fields if one.is_sealed}
    return {code: as_secret(answer) if code in sealed else answer for code, answer in answers.items()}


def take_answers(application: Application, carried: Sequence[Carried], *, actor: Person | None, now: datetime) -> None:
    """Each answer stands in its question, which was empty. StateConflict when somebody has answered it meanwhile."""
    by_section: dict[str, dict[str, Any]] = {}
    for one in carried:
        by_section.setdefault(one.section.code, {})[one.field.code] = one.answer
    for code, answers in by_section.items():
        row = db.session.get(ApplicationSection, (application.id, code))
        present = row.answers if row else {}
        blank = {name: present.get(name) for name in answers if is_blank(present.get(name))}
        seen = {name: mark_of(blank.get(name)) for name in answers}
        save_section(application, code, answers, version=row.version if row else 0, actor=actor, now=now, seen=seen)


def copy_from_answers(application: Application, regulation: Regulation) -> None:
    """The nomination, the title and the sums of the application are those of its answers, for lists and ranking.

    Of a returned application this happens at the next submission: until then the submitted figures count.
    """
    answers = {code: row.answers for code, row in sections_of(application.id).items()}
    application.nomination = nomination_answered(regulation, answers, application.nomination)
    application.title = title_without_field(regulation, application.nomination)
    for section in regulation.sections:
        own = answers.get(section.code, {})
        for one in section.fields:
            answer = own.get(one.code)
            if one.code == "title" and one.kind == "text" and isinstance(answer, str):
                application.title = " ".join(answer.split())[:LONGEST_TITLE]
    found = regulation.field_of_kind("budget", application.nomination)
    requested, total = ZERO, ZERO
    if found is not None:
        rows = answers.get(found[0].code, {}).get(found[1].code)
        budget, _ = parse_budget(rows if isinstance(rows, list) else [])
        requested, total = _kept(budget.requested), _kept(budget.amount)
    application.requested_sum, application.total_sum = requested, total
    db.session.flush()


def title_without_field(regulation: Regulation, nomination: str) -> str:
    """Where the form asks for no title (a prize for what was done), the application is called by its nomination; a
    person's name never becomes a title."""
    asks = any(section.field("title") for section in regulation.sections_for(nomination))
    found = regulation.nomination(nomination)
    return "" if asks or found is None else found.name


def _kept(value: Decimal) -> Decimal:
    """A draft may hold absurd sums; the column holds at most the largest sum there is."""
    return min(value, MAX_ROUBLES)


def digest_of_answers(application: Application, answers: Mapping[str, Any]) -> str:
    """A keyed digest (HMAC SHA-256) of answers: what the journal keeps of them, because it must hold no personal data.

    Keyed by the portal's secret and the application: the journal outlives the answers, and from a bare digest of a
    section that asks for a phone the phone could be found by trying.
    """
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(secret, f"answers|{application.key}|{text}".encode(), "sha256").hex()
