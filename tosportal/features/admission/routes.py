"""Pages of admission: the list of a contest's applications, and one application beside its checklist."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.admission import VERDICT_NAMES, Finding, Verdict
from tosportal.domain.application_states import STATE_NAMES, ApplicationState
from tosportal.domain.contest_states import last_day
from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.permissions import Permission, Scopes
from tosportal.domain.regulation import AdmissionItem, Regulation
from tosportal.domain.similarity import TOO_ALIKE
from tosportal.domain.wanted_documents import wanted_documents
from tosportal.domain.workdays import calendar_remark
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.admission import queries, service
from tosportal.features.admission.models import AdmissionCheck
from tosportal.features.admission.papers import application_paper, files_by_slot, sealed_answers
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import (
    application_for_officer,
    applications_for_officer,
    counts_by_state,
    group_of_application,
    last_submission,
    submitted_files,
)
from tosportal.features.contests.queries import contest_for_officer, phase_of
from tosportal.features.similarity.queries import likenesses_of
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.filters import day, say
from tosportal.web.lists import paged
from tosportal.web.transactions import keep_although_wrong

blueprint = Blueprint("admission", __name__)

LISTED = ("submitted", "returned", "admitted", "refused", "withdrawn")
KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")
DEFAULT_WORKDAYS = 5
ACTS = ("save", "admit", "return", "refuse", "reopen")


@blueprint.get("/office/contests/<slug>/applications")
@needs(Permission.APPLICATION_READ_ALL)
def index(slug: str) -> ResponseReturnValue:
    contest = contest_for_officer(slug, where(Permission.APPLICATION_READ_ALL))
    if contest is None:
        abort(404)
    state = request.args.get("state", "")
    state = state if state in LISTED else ""
    counts = counts_by_state(contest.id)
    return render_template(
        "admission/index.html",
        contest=contest,
        page=paged(applications_for_officer(contest.id, state or None)),
        state=state,
        states=[(code, STATE_NAMES[code], counts.get(code, 0)) for code in LISTED],
        total=sum(counts.get(code, 0) for code in LISTED),
        now=now(),
    )


@dataclass(frozen=True)
class Line:
    """A row of the checklist as the page shows it: what is chosen, what the portal sees, what is saved."""

    item: AdmissionItem
    verdict: str
    remark: str
    finding: Finding | None
    is_suggested: bool = False
    saved: AdmissionCheck | None = None

    @property
    def differs(self) -> bool:
        """Does the page hold something else than what is saved?"""
        saved = (self.saved.verdict, self.saved.remark) if self.saved else ("", "")
        return (self.verdict, self.remark.strip()) != saved


def _load(key: str, scopes: Scopes) -> Application:
    application = application_for_officer(key, scopes) if KEY.fullmatch(key) else None
    if application is None:
        abort(404)
    return application


@blueprint.get("/office/applications/<key>")
@needs(Permission.APPLICATION_READ_ALL)
def show(key: str) -> ResponseReturnValue:
    return _page(_load(key, where(Permission.APPLICATION_READ_ALL)))


@blueprint.post("/office/applications/<key>/bank")
@needs(Permission.BANK_READ)
def bank(key: str) -> ResponseReturnValue:
    """Answers about banks and passports in full; the look is written down before the page leaves."""
    application = _load(key, where(Permission.BANK_READ))
    submission = last_submission(application.id)
    if submission is None:
        abort(404)
    own, _current = queries.regulations_of(application)
    note_look("bank", application, tos_id=application.tos_id, municipality_id=application.contest.municipality_id)
    return render_template(
        "admission/bank.html",
        application=application,
        answers=sealed_answers(frozen_answers(submission.content), own, application.nomination),
    )


@blueprint.post("/office/applications/<key>")
@needs(Permission.ADMISSION_DECIDE)
def decide(key: str) -> ResponseReturnValue:
    scopes = where(Permission.ADMISSION_DECIDE)
    application = _load(key, scopes)
    act = request.form.get("act", "save")
    if act not in ACTS:
        abort(400)
    if _is_done_already(act, application):
        flash(_("Это уже сделано: заявка в состоянии «%(state)s».", state=_(STATE_NAMES[application.state])), "success")
        return redirect(url_for(".show", key=key), 303)
    seen = request.form.get("seen", "")
    try:
        if act != "reopen" and application.state == ApplicationState.SUBMITTED:
            with db.session.begin_nested():
                _save(application)
            keep_although_wrong()  # the checklist stays, whatever becomes of the act
            seen = queries.seen_version(application, queries.checks_of(application.id))
        with db.session.begin_nested():
            words = _act(application, act, seen)
    except RuleBroken as refused:
        return _page(_load(key, scopes), typed=request.form, remarks=refused.remarks), 422
    except StateConflict as conflict:
        return _page(_load(key, scopes), typed=request.form, conflict=conflict.remarks), 409
    flash(words, "success")
    return redirect(url_for(".show", key=key), 303)


DONE: Mapping[str, str] = {
    "admit": ApplicationState.ADMITTED,
    "return": ApplicationState.RETURNED,
    "refuse": ApplicationState.REFUSED,
}


def _is_done_already(act: str, application: Application) -> bool:
    """The second press of the same button: what it asks for is so already."""
    return DONE.get(act) == application.state


def _save(application: Application) -> None:
    own, _current = queries.regulations_of(application)
    seen = request.form.get("seen", "")
    service.save_checklist(application, _verdicts(own), actor=person(), now=now(), seen=seen)


def _act(application: Application, act: str, seen: str) -> str:
    """Do what the button says; the words that tell of it."""
    actor, at = person(), now()
    reasons = request.form.get("reasons", "")
    number = application.number
    if act == "admit":
        service.admit_application(application, actor=actor, now=at, seen=seen)
        return _("Заявка № %(number)s допущена. ТОС получит письмо.", number=number)
    if act == "return":
        text = request.form.get("workdays", "")
        workdays = int(text) if text.isdecimal() and len(text) < 4 else 0
        done = service.return_for_correction(
            application, reasons=reasons, workdays=workdays, actor=actor, now=at, seen=seen
        )
        return _("Заявка № %(number)s возвращена на исправление до %(day)s.", number=number, day=day(done.due_on))
    if act == "refuse":
        service.refuse_application(application, reasons=reasons, actor=actor, now=at, seen=seen)
        return _("В допуске заявки № %(number)s отказано. ТОС получит письмо с причиной.", number=number)
    if act == "reopen":
        service.reopen_application(application, reasons=reasons, actor=actor, now=at, seen=seen)
        return _("Заявка № %(number)s снова на проверке.", number=number)
    return _("Проверка сохранена.")


def _verdicts(regulation: Regulation) -> dict[str, tuple[str, str]]:
    form = request.form
    return {
        item.code: (form.get(f"verdict-{item.code}", ""), form.get(f"remark-{item.code}", ""))
        for item in regulation.admission
    }


def _page(
    application: Application,
    *,
    typed: Mapping[str, str] | None = None,
    remarks: Sequence[Remark] = (),
    conflict: Sequence[Remark] = (),
) -> str:
    """The application on one side, the checklist on the other; what was typed stays."""
    own, current = queries.regulations_of(application)
    note_look(
        "application", application, tos_id=application.tos_id, municipality_id=application.contest.municipality_id
    )
    submission = last_submission(application.id)
    attachments = submitted_files(submission)
    answers = frozen_answers(submission.content) if submission else {}
    group = group_of_application(application, own, answers)
    paper = application_paper(answers, own, application.nomination, personal=True, group=group)
    checks = queries.checks_of(application.id)
    findings = queries.findings_of(application, own, answers=answers, paper=paper, attachments=attachments)
    contest = application.contest
    zone = ZoneInfo(contest.municipality.zone)
    is_own = queries.is_of_tos(person().id, application.tos_id)
    may_decide = where(Permission.ADMISSION_DECIDE).holds(municipality=contest.municipality_id)
    is_open = phase_of(contest, current, now()) in service.CHECKED_IN
    fix_until = current.moments.get("fix_until")
    until = application.fix_until_at
    return render_template(
        "admission/show.html",
        contest=contest,
        application=application,
        regulation=own,
        nomination=own.nomination(application.nomination),
        submission=submission,
        lacking=json.loads(submission.content).get("paper", {}).get("lacking", []) if submission else [],
        paper=paper,
        files=files_by_slot(wanted_documents(own, application.nomination, group, answers), attachments),
        lines=[_line(item, checks, findings, typed) for item in own.admission],
        acts=queries.acts_of(application.id),
        alike=likenesses_of(application.id),
        too_alike=TOO_ALIKE,
        seen=queries.seen_version(application, checks),
        can_decide=may_decide and is_open and not is_own,
        is_own=is_own,
        is_late=application.state == ApplicationState.RETURNED and until is not None and now() >= until,
        windows=queries.windows_from(now(), zone),
        fix_until_on=last_day(fix_until, zone) if fix_until else None,
        calendar_remark=calendar_remark(_year(now(), zone)),
        workdays=typed.get("workdays", "") if typed else str(DEFAULT_WORKDAYS),
        reasons=typed.get("reasons", "") if typed else "",
        remarks=[_placed(remark, own) for remark in remarks],
        errors=bool(remarks or conflict),
        conflict=conflict,
        verdict_names=VERDICT_NAMES,
    )


def _year(at: datetime, zone: ZoneInfo) -> int:
    today: date = at.astimezone(zone).date()
    return today.year


def _line(
    item: AdmissionItem,
    checks: Mapping[str, AdmissionCheck],
    findings: Mapping[str, Finding],
    typed: Mapping[str, str] | None,
) -> Line:
    saved, finding = checks.get(item.code), findings.get(item.code)
    if typed is not None:
        remark = typed.get(f"remark-{item.code}", "")
        return Line(item, typed.get(f"verdict-{item.code}", ""), remark, finding, saved=saved)
    if saved is not None:
        return Line(item, saved.verdict, saved.remark, finding, saved=saved)
    if finding is not None and finding.verdict is not None:
        remark = say(finding.remark) if finding.remark and finding.verdict is Verdict.NOT_OK else ""
        return Line(item, str(finding.verdict), remark, finding, is_suggested=True)
    return Line(item, "", "", finding)


def _placed(remark: Remark, regulation: Regulation) -> Remark:
    """A remark with the id of the input it belongs to on this page."""
    codes = {item.code for item in regulation.admission}
    if remark.place in codes:
        needs_words = "замечание" in remark.template.casefold()
        return replace(remark, place=f"remark-{remark.place}" if needs_words else f"verdict-{remark.place}")
    if remark.place.removesuffix("-remark") in codes:
        return replace(remark, place=f"remark-{remark.place.removesuffix('-remark')}")
    return remark
