"""Looking through before sending, sending, the receipt, withdrawing."""

from io import BytesIO

from flask import abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, open_to_all, person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.accounts.models import Person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.papers import (
    Sent,
    masked,
    moments_words,
    receipt_context,
    shown_sections,
    signed_words,
    submitted_sections,
)
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import (
    KEY,
    READS,
    blueprint,
    is_entering,
    is_open_here,
    may_take_back,
    own_application,
)
from tosportal.features.applications.routes.signing import sign_page
from tosportal.features.applications.service.contents import draft_digest
from tosportal.features.applications.service.paper import what_paper_lacks
from tosportal.features.applications.service.signing import (
    Signing,
    WrongCode,
    may_sign,
    must_be_chair,
    sees_sealed,
)
from tosportal.features.applications.service.submissions import (
    ensure_in_time,
    is_changed,
    may_withdraw,
    remarks_before_submission,
)
from tosportal.features.registry.queries import chairs_of
from tosportal.support.db import db
from tosportal.support.documents import receipt_pdf
from tosportal.web.clock import now, wholly_received
from tosportal.web.filters import exact_moment
from tosportal.web.transactions import keep_although_wrong

CONFIRMATIONS = {
    "truth": N_("Подтвердите, что сведения верны и собрание ТОС поддержало проект"),
    "consent": N_("Подтвердите согласие на обработку персональных данных"),
}
OF_PAPER = {"as_written": N_("Подтвердите, что внесено то, что стоит в бумаге")}
LACKING = {"as_it_is": N_("Подтвердите, что в бумаге этого нет, или внесите недостающее")}


@blueprint.get("/clock")
@open_to_all
def clock() -> ResponseReturnValue:
    """What the portal's clock says, for the clock on the pages near a deadline."""
    answer = jsonify(now=now().isoformat())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/applications/<key>/check")
@needs(*READS)
def check(key: str) -> ResponseReturnValue:
    return check_page(queries.whole(own_application(key), now()))


@blueprint.post("/applications/<key>/submit")
@needs(Permission.APPLICATION_SUBMIT, Permission.APPLICATION_ENTER)
def submit(key: str) -> ResponseReturnValue:
    """Send the application. The moment that counts is when the portal has the whole request, to the last byte."""
    received_at = wholly_received()
    application = own_application(key)
    this = queries.whole(application, now())
    last = queries.last_submission(application.id)
    if application.state == ApplicationState.SUBMITTED and last is not None and not is_changed(this, last, now()):
        if is_open_here(application):  # nothing of the paper was mistaken: it is sealed as it was
            service.submit_application(application, actor=person(), now=now())
        return redirect(url_for("applications.receipt", key=key), 303)  # a second click: it is sent already
    is_paper = application.is_on_paper
    is_signed = bool(this.regulation.submission.ways) and not is_paper and may_sign(this, person())
    page = sign_page if is_signed else check_page
    asked = CONFIRMATIONS
    if is_paper:
        asked = OF_PAPER | (LACKING if what_paper_lacks(remarks_before_submission(this))[1] else {})
    unconfirmed = [Remark(words, place=name) for name, words in asked.items() if request.form.get(name) != "yes"]
    if unconfirmed:
        return page(this, unconfirmed), 422
    try:
        ensure_in_time(this, now())
    except RuleBroken as late:
        whole_at = N_("Заявка дошла до портала целиком %(received)s: считается это время, а не время нажатия кнопки")
        remark = Remark(whole_at, {"received": exact_moment(received_at)})
        return check_page(this, [*late.remarks, remark] if not application.is_on_paper else list(late.remarks)), 409
    signing = Signing(request.form.get("way", ""), request.form.get("code", "")[:40])
    try:
        service.submit_application(
            application,
            actor=person(),
            now=now(),
            seen_digest=request.form.get("seen", ""),
            signing=signing,
            as_it_is=is_paper,
        )
    except NotAllowed as other:
        return check_page(queries.whole(application, now()), list(other.remarks)), 403
    except StateConflict as changed:
        return check_page(queries.whole(application, now()), list(changed.remarks)), 409
    except WrongCode as wrong:
        keep_although_wrong()  # the try is counted
        return sign_page(this, list(wrong.remarks)), 422
    except RuleBroken as refused:
        return page(this, list(refused.remarks)), 422
    return redirect(url_for("applications.receipt", key=key), 303)


@blueprint.get("/applications/<key>/receipt")
@needs(*READS)
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
        moments=moments_words(this.application, submissions),
        signed=_signed_words(this, submissions[-1]),
        may_withdraw=may_take_back(this.application) and may_withdraw(this, now()),
        is_entering=is_entering(this.application),
    )


@blueprint.get("/applications/<key>/receipt.pdf", endpoint="receipt_pdf")
@needs(*READS)
def receipt_file(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    submission = queries.last_submission(this.application.id)
    return receipt_of(this.application, submission or abort(404), is_masked=not sees_sealed(this.application, person()))


@blueprint.get("/applications/<key>/submissions/<int(max=9999):number>")
@needs(*READS)
def submission(key: str, number: int) -> ResponseReturnValue:
    """One frozen copy as it was sent, whatever became of the application later."""
    application = own_application(key)
    back = url_for("applications.receipt", key=key)
    return submission_page(application, number, back, is_masked=not sees_sealed(application, person()))


@blueprint.get("/applications/<key>/submissions/<int(max=9999):number>.pdf", endpoint="submission_pdf")
@needs(*READS)
def submission_file(key: str, number: int) -> ResponseReturnValue:
    application = own_application(key)
    found = queries.submission_of(application.id, number) or abort(404)
    return receipt_of(application, found, is_masked=not sees_sealed(application, person()))


@blueprint.get("/office/applications/<key>/submissions/<int(max=9999):number>")
@needs(Permission.APPLICATION_READ_ALL)
def submission_for_office(key: str, number: int) -> ResponseReturnValue:
    back = url_for("admission.show", key=key)
    return submission_page(_for_office(key), number, back, is_office=True, is_masked=True)


@blueprint.get("/office/applications/<key>/submissions/<int(max=9999):number>.pdf")
@needs(Permission.APPLICATION_READ_ALL)
def submission_pdf_for_office(key: str, number: int) -> ResponseReturnValue:
    application = _for_office(key)
    found = queries.submission_of(application.id, number) or abort(404)
    return receipt_of(application, found, is_masked=True)


def _for_office(key: str) -> Application:
    """The application for an officer, whose look is written down."""
    found = queries.application_for_officer(key, where(Permission.APPLICATION_READ_ALL)) if KEY.fullmatch(key) else None
    if found is None:
        abort(404)
    note_look("application", found, tos_id=found.tos_id, municipality_id=found.contest.municipality_id)
    return found


def submission_page(
    application: Application, number: int, back: str, *, is_office: bool = False, is_masked: bool = False
) -> str:
    """A frozen copy by the edition it was sent on, with its files, its digest and its signature."""
    copies = queries.submissions_of(application.id)
    found = next((one for one in copies if one.number == number), None) or abort(404)
    regulation = queries.regulation_of_submission(application, found)
    signed = queries.signatures_of(application.id).get(found.id)
    shown = submitted_sections(regulation, found)
    return render_template(
        "applications/submission.html",
        application=application,
        regulation=regulation,
        submission=found,
        submissions=copies,
        sections=masked(shown) if is_masked else shown,
        files=[
            one for one in queries.submitted_files(found) if is_office or not is_masked or not one.slot.startswith(".")
        ],
        sender=_sender(found),
        moments=moments_words(application, copies[: copies.index(found) + 1]) if application.is_on_paper else [],
        signed=signed_words(*signed) if signed else [],
        back=back,
        is_office=is_office,
    )


def receipt_of(application: Application, submission: Submission, *, is_masked: bool = False) -> ResponseReturnValue:
    """The receipt of one frozen copy as a file."""
    copies = [one for one in queries.submissions_of(application.id) if one.number <= submission.number]
    sent = Sent(
        submission, _sender(submission), queries.signatures_of(application.id).get(submission.id), copies, is_masked
    )
    regulation = queries.regulation_of_submission(application, submission)
    context = receipt_context(application, regulation, sent, portal=application.contest.municipality.owner_name)
    return send_file(
        BytesIO(receipt_pdf(context)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=_("Расписка № %(number)s.pdf", number=application.number),
        etag=False,
    )


def _signed_words(this: Whole, submission: Submission) -> list[tuple[str, str]]:
    signed = queries.signatures_of(this.application.id).get(submission.id)
    return signed_words(*signed) if signed else []


@blueprint.route("/applications/<key>/withdraw", methods=["GET", "POST"])
@needs(Permission.APPLICATION_WITHDRAW, Permission.APPLICATION_ENTER)
def withdraw(key: str) -> ResponseReturnValue:
    application = own_application(key)
    if not may_take_back(application):
        abort(404)
    this = queries.whole(application)
    remarks: list[Remark] = []
    if request.method == "POST":
        if request.form.get("sure") == "yes":
            was_draft = application.number is None
            service.withdraw_application(application, actor=person(), now=now())
            if was_draft:
                flash(_("Черновик убран."), "success")
                if application.is_on_paper:
                    return redirect(url_for("admission.index", slug=application.contest.slug), 303)
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
    is_draft = is_open_here(application)
    submission = queries.last_submission(application.id)
    is_sent = application.state == ApplicationState.SUBMITTED
    shown = (
        submitted_sections(this.regulation, submission)
        if submission and not is_draft
        else shown_sections(this.sections, this.answers)
    )
    missing = remarks_before_submission(this) if is_draft else []
    lacking: list[Remark] = []
    if application.is_on_paper:
        missing, lacking = what_paper_lacks(missing)
    return render_template(
        "applications/check.html",
        this=this,
        application=application,
        sections=shown if sees_sealed(application, person()) else masked(shown),
        is_draft=is_draft,
        sent=submission if is_sent and is_draft else None,
        is_changed=is_sent and is_draft and submission is not None and is_changed(this, submission, now()),
        missing=missing,
        lacking=lacking,
        is_entering=is_entering(application),
        refusal=_refusal(this) if is_draft else None,
        seen=draft_digest(this) if is_draft else "",
        may_sign=may_sign(this, person()),
        only_chair=must_be_chair(this),
        chairs=chairs_of(application.tos_id) if is_draft and not may_sign(this, person()) else [],
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
