"""Files of an application: its slots, putting a file in, taking it out, giving it back."""

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import EDITABLE
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import DocumentSlot
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.applications import queries, service
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import KEY, blueprint, own_application
from tosportal.support.storage import KINDS, StorageUnavailable, current_storage
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh

FILE_POLICY = "sandbox; default-src 'none'"


@blueprint.get("/applications/<key>/documents")
@needs(Permission.APPLICATION_READ_OWN)
def documents(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    if this.application.state not in EDITABLE:
        return redirect(url_for("applications.check", key=key, _anchor="documents"))
    return documents_page(this, list(this.missing_files) if "check" in request.args else [])


@blueprint.post("/applications/<key>/documents/<slot>")
@needs(Permission.APPLICATION_FILL)
def attach(key: str, slot: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    wanted = this.regulation.document(slot)
    if wanted is None:
        abort(404)
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        return documents_page(this, [Remark(N_("Выберите файл на своём устройстве"), place=place_of(wanted))]), 422
    try:
        service.slot_for(this.application, slot, now())
        start_afresh()  # the checks and the storage may be slow: meanwhile the database is free for others
        kept = [service.keep_file(wanted, file.stream, file.filename or "") for file in files]
        application = own_application(key)
        for one in kept:
            service.attach_kept(application, slot, one, actor=person(), now=now())
    except RuleBroken as refused:
        remarks = [Remark(one.template, one.values, place_of(wanted), one.clause) for one in refused.remarks]
        return as_it_was(key, remarks), 422
    except StorageUnavailable:
        words = N_("Хранилище файлов сейчас не отвечает, файл не принят. Попробуйте через несколько минут")
        return as_it_was(key, [Remark(words, place=place_of(wanted))]), 503
    flash(_("Файл приложен: %(name)s.", name=wanted.name), "success")
    return redirect(url_for("applications.documents", key=key, _anchor=f"slot-{slot}"), 303)


@blueprint.post("/applications/<key>/documents/<slot>/<file_key>/remove")
@needs(Permission.APPLICATION_FILL)
def remove_file(key: str, slot: str, file_key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    found = queries.attachment_in(this.application, file_key) if KEY.fullmatch(file_key) else None
    if found is None or found.slot != slot:
        abort(404)
    service.remove_attachment(found, actor=person(), now=now())
    flash(_("Файл «%(name)s» убран.", name=found.name), "success")
    return redirect(url_for("applications.documents", key=key, _anchor=f"slot-{slot}"), 303)


@blueprint.get("/files/<key>")
@needs(Permission.DESK_READ)
def attachment(key: str) -> ResponseReturnValue:
    """The file itself, always as a download that runs nothing, for those who may see it."""
    found = None
    if KEY.fullmatch(key):
        found = queries.attachment_for(key, person(), officer=where(Permission.APPLICATION_READ_ALL))
    if found is None:
        abort(404)
    try:
        stream = current_storage().open(found.storage_key)
    except FileNotFoundError:
        abort(404)
    response = send_file(
        stream, mimetype=found.media_type, as_attachment=True, download_name=found.name, etag=False, max_age=0
    )
    response.content_length = found.size
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def place_of(slot: DocumentSlot) -> str:
    """The id of the slot's input."""
    return f"slot-{slot.code}"


def documents_page(this: Whole, remarks: list[Remark]) -> str:
    """All slots with what lies in them."""
    return render_template(
        "applications/documents.html",
        this=this,
        application=this.application,
        attachments=queries.attachments_of(this.application.id),
        endings={slot.code: _endings(slot) for slot in this.regulation.documents},
        names={slot.code: ", ".join(KINDS[kind].name for kind in slot.accept) for slot in this.regulation.documents},
        errors=remarks,
    )


def as_it_was(key: str, remarks: list[Remark]) -> str:
    """All slots as they stay after a refusal: a file that was to be replaced is there, the first of several is not."""
    start_afresh()
    return documents_page(queries.whole(own_application(key)), remarks)


def _endings(slot: DocumentSlot) -> str:
    return ",".join(f".{ending}" for kind in slot.accept for ending in KINDS[kind].extensions)
