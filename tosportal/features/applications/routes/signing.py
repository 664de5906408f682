"""Signing an application: a code by e-mail, a paper to print or to sign, what is brought back signed."""

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import DocumentSlot
from tosportal.domain.submission_rule import WAYS, masked_email
from tosportal.features.accounts.guards import needs, person
from tosportal.features.applications import queries, service
from tosportal.features.applications.papers import signing_context
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import blueprint, is_open_here, own_application
from tosportal.features.applications.routes.files import AWAY
from tosportal.features.applications.service.contents import content_of, draft_digest
from tosportal.features.applications.service.signing import (
    SLOT_OF,
    attach_signed,
    keep_paper,
    live_code,
    may_sign,
    names_in,
    paper_of,
    report_ready,
    send_code,
    signed_file,
)
from tosportal.features.applications.service.submissions import (
    ensure_in_time,
    is_changed,
    remarks_before_submission,
)
from tosportal.features.registry.queries import chairs_of
from tosportal.support.documents import application_pdf
from tosportal.support.storage import KINDS, StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh

PAPER_NAME = N_("Заявка для подписи.pdf")


@blueprint.get("/applications/<key>/sign")
@needs(Permission.APPLICATION_SIGN)
def sign(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key), now())
    if not _is_ready(this):
        return redirect(url_for("applications.check", key=key))
    return sign_page(this)


@blueprint.post("/applications/<key>/sign/code")
@needs(Permission.APPLICATION_SIGN)
def send_signing_code(key: str) -> ResponseReturnValue:
    this = _to_be_signed(key, "code")
    if this is None:
        return redirect(url_for("applications.check", key=key), 303)
    try:
        send_code(this, actor=person(), now=now())
    except RuleBroken as refused:
        return sign_page(this, list(refused.remarks)), 422
    flash(_("Код отправлен на %(email)s.", email=masked_email(person().email)), "success")
    return redirect(url_for("applications.sign", key=key, way="code", _anchor="code"), 303)


@blueprint.post("/applications/<key>/sign/paper")
@needs(Permission.APPLICATION_SIGN)
def make_paper(key: str) -> ResponseReturnValue:
    """The PDF to be signed is made and kept: what is signed is exactly these bytes."""
    way = "sig" if request.form.get("way") == "sig" else "scan"
    this = _to_be_signed(key, way)
    if this is None:
        return redirect(url_for("applications.check", key=key), 303)
    digest = draft_digest(this)
    context = signing_context(
        this.application,
        this.regulation,
        content_of(this, submitted_at=None),
        digest=digest,
        chair=next((one.full_name for one in chairs_of(this.application.tos_id)), ""),
        portal=this.application.contest.municipality.owner_name,
        at=now(),
    )
    try:
        start_afresh()  # typst and the storage take their time: meanwhile the database is free for others
        kept = service.keep_file(_paper_slot(), BytesIO(application_pdf(context)), _(PAPER_NAME))
        keep_paper(queries.whole(own_application(key), now()), kept, digest=digest, actor=person(), now=now())
    except (RuleBroken, StateConflict) as refused:
        start_afresh()
        return sign_page(queries.whole(own_application(key), now()), list(refused.remarks)), 422
    except StorageUnavailable:
        start_afresh()
        return sign_page(queries.whole(own_application(key), now()), [Remark(AWAY, place=way)]), 503
    return redirect(url_for("applications.sign", key=key, way=way, _anchor="paper"), 303)


@blueprint.post("/applications/<key>/sign/<any(scan, sig):way>")
@needs(Permission.APPLICATION_SIGN)
def attach_signed_file(key: str, way: str) -> ResponseReturnValue:
    this = _to_be_signed(key, way)
    if this is None:
        return redirect(url_for("applications.check", key=key), 303)
    file = request.files.get("file")
    if file is None or not file.filename:
        return sign_page(this, [Remark(N_("Выберите файл на своём устройстве"), place=way)]), 422
    try:
        start_afresh()
        kept = service.keep_file(_slot(this, way), file.stream, file.filename)
        attach_signed(queries.whole(own_application(key), now()), way, kept, actor=person(), now=now())
    except RuleBroken as refused:
        start_afresh()
        remarks = [Remark(one.template, one.values, way) for one in refused.remarks]
        return sign_page(queries.whole(own_application(key), now()), remarks), 422
    except StorageUnavailable:
        start_afresh()
        return sign_page(queries.whole(own_application(key), now()), [Remark(AWAY, place=way)]), 503
    flash(_("Файл приложен. Осталось отправить заявку."), "success")
    return redirect(url_for("applications.sign", key=key, way=way, _anchor="send"), 303)


@blueprint.post("/applications/<key>/ready")
@needs(Permission.APPLICATION_FILL)
def ready(key: str) -> ResponseReturnValue:
    """Tell the chair that the application waits for the signature."""
    this = queries.whole(own_application(key), now())
    if is_open_here(this.application) and not may_sign(this, person()) and not remarks_before_submission(this):
        count = report_ready(this, actor=person(), now=now())
        if count:
            flash(_("Председатель получит письмо «Готово к подписанию»."), "success")
        else:
            flash(_("Председателю уже написали об этом. С тех пор заявка не менялась."), "success")
    return redirect(url_for("applications.check", key=key), 303)


def _is_ready(this: Whole) -> bool:
    """May this person sign it now, with nothing missing?"""
    if not this.regulation.submission.ways or not is_open_here(this.application) or not may_sign(this, person()):
        return False
    try:
        ensure_in_time(this, now())
    except RuleBroken:
        return False
    last = queries.last_submission(this.application.id)
    if this.application.state == ApplicationState.SUBMITTED and last is not None and not is_changed(this, last, now()):
        return False  # what was sent is what stands here
    return not remarks_before_submission(this)


def _to_be_signed(key: str, way: str) -> Whole | None:
    """The application, when it may be signed in this way now."""
    this = queries.whole(own_application(key), now())
    if way not in this.regulation.submission.ways:
        abort(404)
    return this if _is_ready(this) else None


def _paper_slot() -> DocumentSlot:
    return DocumentSlot(".paper", PAPER_NAME)


def _slot(this: Whole, way: str) -> DocumentSlot:
    return this.regulation.document(SLOT_OF[way]) or abort(404)


def sign_page(this: Whole, remarks: list[Remark] | None = None) -> str:
    """One way of signing with its steps; the other ways are a press away."""
    rule = this.regulation.submission
    given = request.form.get("way") or (request.view_args or {}).get("way") or request.args.get("way", "")
    if request.endpoint == "applications.send_signing_code":
        given = "code"
    way = given if given in rule.ways else rule.ways[0]
    digest = draft_digest(this)
    code = live_code(this.application, person(), now()) if way == "code" else None
    paper = paper_of(this.application) if way != "code" else None
    signed = signed_file(this, way) if way != "code" else None
    slot = None if way == "code" else _slot(this, way)
    return render_template(
        "applications/sign.html",
        this=this,
        application=this.application,
        rule=rule,
        way=way,
        ways=[(one, WAYS[one]) for one in rule.ways],
        digest=digest,
        email=masked_email(person().email),
        code=code if code and code.digest == digest else None,
        is_code_stale=code is not None and code.digest != digest,
        paper=paper if paper and paper.signs == digest else None,
        is_paper_stale=paper is not None and paper.signs != digest,
        signed=signed,
        names=names_in(signed) if signed and way == "sig" else (),
        endings="" if slot is None else ",".join(f".{end}" for kind in slot.accept for end in KINDS[kind].extensions),
        kinds="" if slot is None else ", ".join(KINDS[kind].name for kind in slot.accept),
        max_mb=0 if slot is None else slot.max_mb,
        errors=remarks or [],
        typed=request.form,
    )
