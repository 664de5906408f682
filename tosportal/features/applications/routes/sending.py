"""Looking through before sending, sending, the receipt, withdrawing."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import EDITABLE, ApplicationState
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person
from tosportal.features.accounts.models import Person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.papers import receipt_context, shown_sections, submitted_sections
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import blueprint, own_application
from tosportal.features.applications.service.submissions import (
    draft_digest,
    ensure_in_time,
    may_withdraw,
    remarks_before_submission,
)
from tosportal.support.db import db
from tosportal.support.documents import receipt_pdf
from tosportal.web.clock import now

CONFIRMATIONS = ("truth", "consent")


@blueprint.get("/applications/<key>/check")
@needs(Permission.APPLICATION_READ_OWN)
def check(key: str) -> ResponseReturnValue:
    return check_page(queries.whole(own_application(key)))


@blueprint.post("/applications/<key>/submit")
@needs(Permission.APPLICATION_SUBMIT)
def submit(key: str) -> ResponseReturnValue:
    application = own_application(key)
    if application.state == ApplicationState.SUBMITTED:  # a second click: it is sent already
        return redirect(url_for("applications.receipt", key=key), 303)
    this = queries.whole(application)
    unconfirmed = [name for name in CONFIRMATIONS if request.form.get(name) != "yes"]
    if unconfirmed:
        words = {
            "truth": N_("Подтвердите, что сведения верны и собрание ТОС поддержало проект"),
            "consent": N_("Подтвердите согласие на обработку персональных данных"),
        }
        return check_page(this, [Remark(words[name], place=name) for name in unconfirmed]), 422
    try:
        ensure_in_time(this, now())
    except RuleBroken as late:
        return check_page(this, list(late.remarks)), 409
    try:
        service.submit_application(application, actor=person(), now=now(), seen_digest=request.form.get("seen", ""))
    except StateConflict as changed:
        return check_page(queries.whole(application), list(changed.remarks)), 409
    except RuleBroken as refused:
        return check_page(this, list(refused.remarks)), 422
    return redirect(url_for("applications.receipt", key=key), 303)


@blueprint.get("/applications/<key>/receipt")
@needs(Permission.APPLICATION_READ_OWN)
def receipt(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    submissions = queries.submissions_of(this.application.id)
    if not submissions:
        abort(404)
    return render_template(
        "applications/receipt.html",
        this=this,
        application=this.application,
        submission=submissions[-1],
        submissions=submissions,
        sender=_sender(submissions[-1]),
        may_withdraw=may_withdraw(this, now()),
    )


@blueprint.get("/applications/<key>/receipt.pdf", endpoint="receipt_pdf")
@needs(Permission.APPLICATION_READ_OWN)
def receipt_file(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    submission = queries.last_submission(this.application.id)
    if submission is None:
        abort(404)
    portal = this.application.contest.municipality.owner_name
    context = receipt_context(this.application, this.regulation, submission, _sender(submission), portal=portal)
    return send_file(
        BytesIO(receipt_pdf(context)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=_("Расписка № %(number)s.pdf", number=this.application.number),
        etag=False,
    )


@blueprint.route("/applications/<key>/withdraw", methods=["GET", "POST"])
@needs(Permission.APPLICATION_WITHDRAW)
def withdraw(key: str) -> ResponseReturnValue:
    application = own_application(key)
    this = queries.whole(application)
    remarks: list[Remark] = []
    if request.method == "POST":
        if request.form.get("sure") == "yes":
            was_draft = application.number is None
            service.withdraw_application(application, actor=person(), now=now())
            if was_draft:
                flash(_("Черновик убран."), "success")
                return redirect(url_for("applications.mine"), 303)
            flash(_("Заявка отозвана и в конкурсе не участвует."), "success")
            return redirect(url_for("applications.show", key=key), 303)
        remarks = [Remark(N_("Отметьте, что заявку нужно отозвать"), place="sure")]
    if not may_withdraw(this, now()):
        return redirect(url_for("applications.show", key=key))
    page = render_template("applications/withdraw.html", this=this, application=application, errors=remarks)
    return page, 422 if remarks else 200


def check_page(this: Whole, remarks: list[Remark] | None = None) -> str:
    """Every answer as the jury will see it; with nothing missing, the button that sends it."""
    application = this.application
    is_draft = application.state in EDITABLE
    submission = None if is_draft else queries.last_submission(application.id)
    missing = remarks_before_submission(this) if is_draft else []
    return render_template(
        "applications/check.html",
        this=this,
        application=application,
        sections=submitted_sections(this.regulation, submission)
        if submission
        else shown_sections(this.sections, this.answers),
        is_draft=is_draft,
        missing=missing,
        refusal=_refusal(this) if is_draft else None,
        seen=draft_digest(this) if is_draft else "",
        errors=remarks or [],
        typed=request.form,
    )


def _refusal(this: Whole) -> Remark | None:
    try:
        ensure_in_time(this, now())
    except RuleBroken as refused:
        return refused.remarks[0]
    return None


def _sender(submission: Submission) -> Person | None:
    return db.session.get(Person, submission.submitted_by_id) if submission.submitted_by_id else None


def title_of(application: Application) -> str:
    """What a page calls the application: its title, or that it has none yet."""
    return application.title or _("Новая заявка")


blueprint.add_app_template_filter(title_of, "application_title")
