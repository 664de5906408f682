"""A file sent in pieces (static/js/upload.js): begin, piece after piece, finish; or give it up.

    POST …/documents/<slot>/uploads            name, size, sha256 of the file  → 200 {"upload", "offset", "piece"}
    POST …/uploads/<upload>/pieces?offset=N    the bytes, X-Content-SHA256  → 200, 409 {"offset"}: go on there
    POST …/uploads/<upload>/finish             → 303 to the page of documents, or that page with what is wrong;
                                               to a script that asks for JSON (the page of a section): {} or {"error"}
    POST …/uploads/<upload>/cancel             → 303 to the page of documents

Every request carries the token against forged ones (X-CSRFToken) and is asked for the right to fill in the application.
"""

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.features.accounts.guards import needs, person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Upload
from tosportal.features.applications.routes.board import FILLS, KEY, blueprint, own_application
from tosportal.features.applications.routes.files import AWAY, as_it_was, documents_page, place_of
from tosportal.support.storage import StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.filters import say
from tosportal.web.transactions import keep_although_wrong


def own_upload(key: str, upload_key: str) -> tuple[Application, Upload]:
    """The upload that the person began in an application of their ТОС; else 404."""
    application = own_application(key)
    found = queries.upload_of(upload_key, application, person()) if KEY.fullmatch(upload_key) else None
    if found is None:
        abort(404)
    return application, found


def received(upload: Upload) -> int:
    return sum(part.size for part in queries.parts_of(upload.id))


@blueprint.post("/applications/<key>/documents/<slot>/uploads")
@needs(*FILLS)
def begin_upload(key: str, slot: str) -> ResponseReturnValue:
    application = own_application(key)
    size = request.form.get("size", "")
    try:
        upload = service.begin_upload(
            application,
            slot,
            name=request.form.get("name", "")[:1000],
            size=int(size) if size.isascii() and size.isdecimal() and len(size) < 12 else 0,
            sha256=request.form.get("sha256", ""),
            actor=person(),
            now=now(),
        )
    except RuleBroken as refused:
        return jsonify(error=" ".join(say(one) for one in refused.remarks)), 422
    return jsonify(
        offset=received(upload),
        piece=service.PIECE_MAX // 2,
        pieces=url_for("applications.add_piece", key=key, upload_key=upload.key),
        finish=url_for("applications.finish_upload", key=key, upload_key=upload.key),
        cancel=url_for("applications.cancel_upload", key=key, upload_key=upload.key),
    )


@blueprint.post("/applications/<key>/uploads/<upload_key>/pieces")
@needs(*FILLS)
def add_piece(key: str, upload_key: str) -> ResponseReturnValue:
    _application, upload = own_upload(key, upload_key)
    place, due = request.args.get("offset", -1, type=int), received(upload)
    if place != due:
        return jsonify(offset=due), 409
    start_afresh()  # the line and the storage may be slow: meanwhile the database is free for others
    if (request.content_length or 0) > service.PIECE_MAX:
        abort(413)
    content = request.stream.read(service.PIECE_MAX + 1)
    try:
        stored = service.keep_piece(content, request.headers.get("X-Content-SHA256", ""))
        upload = own_upload(key, upload_key)[1]
        due = service.add_piece(upload, place=place, size=len(content), storage_key=stored, now=now())
    except StateConflict:
        start_afresh()
        return jsonify(offset=received(own_upload(key, upload_key)[1])), 409
    except RuleBroken as refused:
        return jsonify(error=" ".join(say(one) for one in refused.remarks)), 422
    except StorageUnavailable:
        return jsonify(error=say(Remark(AWAY))), 503
    return jsonify(offset=due)


@blueprint.post("/applications/<key>/uploads/<upload_key>/finish")
@needs(*FILLS)
def finish_upload(key: str, upload_key: str) -> ResponseReturnValue:
    application, upload = own_upload(key, upload_key)
    slot, name, sha256 = upload.slot, upload.name, upload.sha256
    parts = queries.parts_of(upload.id)
    if sum(part.size for part in parts) != upload.size:
        return jsonify(offset=received(upload)), 409
    keys = [part.storage_key for part in parts]
    try:
        wanted = service.slot_for(application, slot, now())
        start_afresh()
        with service.put_together(keys, sha256) as whole:
            kept = service.keep_file(wanted, whole, name)
        application, upload = own_upload(key, upload_key)
        service.attach_kept(application, slot, kept, actor=person(), now=now())
        service.drop_upload(upload)
    except RuleBroken as refused:
        start_afresh()
        service.drop_upload(own_upload(key, upload_key)[1])  # sent again it would be the same: the pieces go
        keep_although_wrong()
        if _by_script():
            return jsonify(error=" ".join(say(one) for one in refused.remarks)), 422
        remarks = [Remark(one.template, one.values, f"slot-{slot}", one.clause) for one in refused.remarks]
        return documents_page(queries.whole(own_application(key)), remarks), 422
    except StorageUnavailable:
        return as_it_was(key, [Remark(AWAY, place=place_of(wanted))]), 503
    flash(_("Файл приложен: %(name)s.", name=wanted.name), "success")
    if _by_script():
        return jsonify()
    return redirect(url_for("applications.documents", key=key, _anchor=place_of(wanted)), 303)


def _by_script() -> bool:
    return bool(request.accept_mimetypes.best == "application/json")


@blueprint.post("/applications/<key>/uploads/<upload_key>/cancel")
@needs(*FILLS)
def cancel_upload(key: str, upload_key: str) -> ResponseReturnValue:
    """The pieces that came go away."""
    _application, upload = own_upload(key, upload_key)
    slot, name = upload.slot, upload.name
    service.drop_upload(upload)
    flash(_("Файл «%(name)s» больше не отправляется.", name=name), "success")
    return redirect(url_for("applications.documents", key=key, _anchor=f"slot-{slot}"), 303)
