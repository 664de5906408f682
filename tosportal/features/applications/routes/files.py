"""Files of an application: its slots, putting a file in, taking it out, giving it back."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import MOST_MEGABYTES, DocumentSlot
from tosportal.domain.wanted_documents import when_needed
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Attachment
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import FILLS, KEY, READS, blueprint, is_open_here, own_application
from tosportal.features.applications.service.signing import helps
from tosportal.features.registry.models import Tos
from tosportal.support.db import db
from tosportal.support.storage import KINDS, StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.stored_files import given_out, given_out_clean

AWAY = N_("Хранилище файлов сейчас не отвечает, файл не принят. Попробуйте через несколько минут")
OVERDUE = timedelta(minutes=10)  # a check for viruses that takes longer: the page says so
FORM_MAX = (MOST_MEGABYTES + 5) * 1024 * 1024  # of one send without JavaScript


@blueprint.url_value_preprocessor
def let_the_largest_file_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A regulation may allow files above the portal's ordinary limit of a form; asked before the form is read."""
    if endpoint in {"applications.attach", "applications.save_section"}:
        request.max_content_length = FORM_MAX


@blueprint.get("/applications/<key>/documents")
@needs(*READS)
def documents(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    if not is_open_here(this.application):
        return redirect(url_for("applications.check", key=key, _anchor="documents"))
    return documents_page(this, list(this.missing_files) if "check" in request.args else [])


@blueprint.post("/applications/<key>/documents/<slot>")
@needs(*FILLS)
def attach(key: str, slot: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    # A document that is not asked for any more still takes the file of a page opened before: nothing is lost.
    wanted = next((one for one in (*this.slots, *this.regulation.documents) if one.code == slot), None)
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
        return as_it_was(key, [Remark(AWAY, place=place_of(wanted))]), 503
    flash(_("Файл приложен: %(name)s.", name=wanted.name), "success")
    return redirect(url_for("applications.documents", key=key, _anchor=f"slot-{slot}"), 303)


@blueprint.post("/applications/<key>/documents/<slot>/<file_key>/remove")
@needs(*FILLS)
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
    """The file itself, always as a download that runs nothing, for those who may see it: those of the ТОС get the very
    bytes that were sent, which the receipt names, officers a picture without place and camera."""
    found = file_to_be_seen(key)
    tos_id = db.session.get_one(Application, found.application_id).tos_id
    give = given_out if where(Permission.APPLICATION_READ_OWN).holds(tos=tos_id) else given_out_clean
    return give(found.storage_key, found.size, found.media_type, as_attachment=True, download_name=found.name)


@blueprint.get("/files/<key>/preview")
@needs(Permission.DESK_READ)
def preview(key: str) -> ResponseReturnValue:
    """A small picture of a picture, made anew when it came: upright, without place and camera."""
    found = file_to_be_seen(key)
    if found.preview_key is None or found.preview_size is None:
        abort(404)
    cache = "private, max-age=3600"
    return given_out(found.preview_key, found.preview_size, "image/jpeg", cache=cache, as_attachment=False)


def file_to_be_seen(key: str) -> Attachment:
    """The file, when the person may see it and no check for viruses keeps it back; else 404, or why not in words."""
    found = None
    if KEY.fullmatch(key):
        found = queries.attachment_for(
            key,
            person(),
            officer=where(Permission.APPLICATION_READ_ALL),
            entering=where(Permission.APPLICATION_ENTER),
        )
    if found is None:
        abort(404)
    service.ensure_given_out(found)
    tos_id = db.session.get_one(Application, found.application_id).tos_id
    is_paper = found.slot.startswith(".")
    if is_paper and helps(person(), tos_id) and not db.session.get_one(Tos, tos_id).helpers_see_sealed:
        abort(404)  # what is made to be signed prints every answer, also those about banks and passports
    if not where(Permission.APPLICATION_READ_OWN).holds(tos=tos_id):
        note_look("file", found, tos_id=tos_id)
    return found


def place_of(slot: DocumentSlot) -> str:
    """The id of the slot's input."""
    return f"slot-{slot.code}"


def documents_page(this: Whole, remarks: list[Remark]) -> str:
    """All slots with what lies in them."""
    attachments = queries.attachments_of(this.application.id)
    return render_template(
        "applications/documents.html",
        this=this,
        application=this.application,
        attachments=attachments,
        taken=sum(file.size for file in attachments),
        versions=queries.versions_of(this.application.id),
        errors=remarks,
        **facts_of_slots(this),
    )


def facts_of_slots(this: Whole) -> dict[str, Any]:
    """What the upload parts of a page say: accepted kinds, files that came in part, since when a check is overdue."""
    return {
        "overdue": now() - OVERDUE,
        "unfinished": queries.unfinished_uploads(this.application.id, person()),
        "needed": {slot.code: when_needed(this.regulation, slot) for slot in this.slots if slot.required_if},
        "endings": {slot.code: _endings(slot) for slot in this.slots},
        "names": {slot.code: ", ".join(KINDS[kind].name for kind in slot.accept) for slot in this.slots},
    }


def as_it_was(key: str, remarks: list[Remark]) -> str:
    """All slots as they stay after a refusal: a file that was to be replaced is there, the first of several is not."""
    start_afresh()
    return documents_page(queries.whole(own_application(key)), remarks)


def _endings(slot: DocumentSlot) -> str:
    return ",".join(f".{ending}" for kind in slot.accept for ending in KINDS[kind].extensions)
