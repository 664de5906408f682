"""Pages of readiness: the applicant's request beside the draft, the secretary's look at it."""

import re
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.admission.papers import application_paper, files_by_slot
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import application_for_applicant, attachment_in, whole
from tosportal.features.applications.service import ensure_given_out
from tosportal.features.contests.queries import contest_for_officer
from tosportal.features.readiness import queries, service
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.web.clock import now
from tosportal.web.lists import paged
from tosportal.web.stored_files import given_out_clean

blueprint = Blueprint("readiness", __name__)

KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


# --- the applicant -------------------------------------------------------------------------------------------------


@blueprint.get("/applications/<key>/readiness")
@needs(Permission.APPLICATION_READ_OWN)
def ask(key: str) -> ResponseReturnValue:
    return _own_page(_own(key))


@blueprint.post("/applications/<key>/readiness")
@needs(Permission.APPLICATION_FILL)
def send(key: str) -> ResponseReturnValue:
    application = _own(key)
    try:
        if request.form.get("do") == "take_back":
            service.take_back(application, actor=person(), now=now())
            flash(_("Просьба отозвана: черновик снова видите только вы."), "success")
        else:
            service.ask_to_look(application, note=request.form.get("note", ""), actor=person(), now=now())
            flash(_("Секретарь получил просьбу. Ответ придёт письмом и появится здесь."), "success")
    except RuleBroken as refused:
        return _own_page(application, typed=request.form.get("note", ""), remarks=refused.remarks), 422
    return redirect(url_for(".ask", key=key), 303)


def _own(key: str) -> Application:
    found = application_for_applicant(key, person()) if KEY.fullmatch(key) else None
    return found or abort(404)


def _own_page(application: Application, *, typed: str = "", remarks: Sequence[Remark] = ()) -> str:
    return render_template(
        "readiness/ask.html",
        application=application,
        this=whole(application, now()),
        requests=queries.requests_of(application.id),
        most=service.MOST_REQUESTS,
        typed=typed,
        remarks=remarks,
        errors=list(remarks),
    )


# --- the secretary -------------------------------------------------------------------------------------------------


@blueprint.get("/office/contests/<slug>/readiness")
@needs(Permission.ADMISSION_DECIDE)
def index(slug: str) -> ResponseReturnValue:
    contest = contest_for_officer(slug, where(Permission.ADMISSION_DECIDE)) or abort(404)
    page = paged(queries.standing_requests(contest.id))
    return render_template("readiness/index.html", contest=contest, page=page)


@blueprint.get("/office/applications/<key>/readiness")
@needs(Permission.ADMISSION_DECIDE)
def look(key: str) -> ResponseReturnValue:
    return _office_page(_standing(key))


@blueprint.post("/office/applications/<key>/readiness")
@needs(Permission.ADMISSION_DECIDE)
def answer(key: str) -> ResponseReturnValue:
    standing = _standing(key)
    slug = standing.application.contest.slug
    try:
        service.answer_request(standing, answer=request.form.get("answer", ""), actor=person(), now=now())
    except RuleBroken as refused:
        return _office_page(standing, answer=request.form.get("answer", ""), remarks=refused.remarks), 422
    flash(_("Ответ отправлен. Черновик снова видит только ТОС."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.get("/office/applications/<key>/readiness/files/<file_key>")
@needs(Permission.ADMISSION_DECIDE)
def file(key: str, file_key: str) -> ResponseReturnValue:
    """A file of the draft, while the request stands."""
    application = _standing(key).application
    found = attachment_in(application, file_key) if KEY.fullmatch(file_key) else None
    if found is None:
        abort(404)
    ensure_given_out(found)
    note_look("file", found, tos_id=application.tos_id)
    return given_out_clean(
        found.storage_key, found.size, found.media_type, as_attachment=True, download_name=found.name
    )


def _standing(key: str) -> ReadinessRequest:
    """The request that stands for this draft; a draft for which none stands is nobody's but its own."""
    found = queries.standing_request(key, where(Permission.ADMISSION_DECIDE)) if KEY.fullmatch(key) else None
    return found or abort(404)


def _office_page(standing: ReadinessRequest, *, answer: str = "", remarks: Sequence[Remark] = ()) -> str:
    application = standing.application
    this = whole(application, now())
    note_look(
        "application",
        application,
        tos_id=application.tos_id,
        municipality_id=application.contest.municipality_id,
    )
    return render_template(
        "readiness/look.html",
        standing=standing,
        application=application,
        contest=application.contest,
        this=this,
        paper=application_paper(this.answers, this.regulation, application.nomination, personal=True, group=this.group),
        files=files_by_slot(this.slots, this.attachments),
        answer=answer,
        remarks=remarks,
        errors=list(remarks),
    )
