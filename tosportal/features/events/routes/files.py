"""Photos and papers of an event: putting them there, describing photos, taking them away."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.event_record import EventAct, is_possible
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person
from tosportal.features.events import forms, service
from tosportal.features.events.models import Event, EventEvidence
from tosportal.features.events.routes.board import blueprint, event_to_change
from tosportal.features.events.routes.entry import NO_STORAGE
from tosportal.support.storage import KINDS, StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh

NO_FILE = N_("Выберите файл на своём устройстве")


@blueprint.get("/events/<key>/files")
@needs(Permission.EVENT_ENTER)
def files(key: str) -> ResponseReturnValue:
    event, as_officer = event_to_change(key)
    if not is_possible(event.state, EventAct.AMEND if as_officer else EventAct.CORRECT):
        return redirect(url_for("events.show", key=key))
    return files_page(event, as_officer)


def files_page(
    event: Event, as_officer: bool, remarks: list[Remark] | None = None, *, caption: str = "", status: int = 422
) -> ResponseReturnValue:
    """Everything that lies with the event, and the forms that add to it."""
    return render_template(
        "events/files.html",
        event=event,
        as_officer=as_officer,
        caption=caption,
        photo_mb=service.PHOTO_MB,
        paper_mb=service.PAPER_MB,
        photo_most=service.PHOTOS_MOST,
        paper_names=", ".join(KINDS[kind].name for kind in service.PAPER_KINDS),
        paper_endings=",".join(f".{one}" for kind in service.PAPER_KINDS for one in KINDS[kind].extensions),
        remarks=remarks or [],
        errors=remarks,
    ), status if remarks else 200


def as_it_was(key: str, remarks: list[Remark], *, caption: str = "", status: int = 422) -> ResponseReturnValue:
    """The same page after a refusal, with what really lies there."""
    start_afresh()
    return files_page(*event_to_change(key), remarks, caption=caption, status=status)


@blueprint.post("/events/<key>/photos")
@needs(Permission.EVENT_ENTER)
def add_photos(key: str) -> ResponseReturnValue:
    event_to_change(key)
    start_afresh()  # the checks and the storage may be slow: meanwhile the database is free for others
    caption = forms.typed(request.form, "caption")
    sent = forms.sent_photos(request.files.getlist("photo"))
    if not sent.photos and not sent.remarks:
        sent.remarks.append(Remark(NO_FILE, place="photo"))
    if sent.remarks:
        return as_it_was(key, sent.remarks, caption=caption)
    try:
        kept = service.keep_photos(sent.photos)
        event, as_officer = event_to_change(key)
        service.add_photos(event, kept, caption, actor=person(), as_officer=as_officer, now=now())
    except RuleBroken as refused:
        return as_it_was(key, list(refused.remarks), caption=caption)
    except StorageUnavailable:
        return as_it_was(key, [Remark(NO_STORAGE, place="photo")], caption=caption, status=503)
    flash(_("Фотографии приложены."), "success")
    return redirect(url_for("events.files", key=key, _anchor="photos"), 303)


@blueprint.post("/events/<key>/papers/<any(list, document):kind>")
@needs(Permission.EVENT_ENTER)
def add_paper(key: str, kind: str) -> ResponseReturnValue:
    event_to_change(key)
    start_afresh()
    file = request.files.get("file")
    if file is None or not file.filename:
        return as_it_was(key, [Remark(NO_FILE, place=kind)])
    try:
        kept = service.keep_paper(file.stream, file.filename)
        event, as_officer = event_to_change(key)
        service.add_paper(event, kind, kept, actor=person(), as_officer=as_officer, now=now())
    except RuleBroken as refused:
        return as_it_was(key, [Remark(one.template, one.values, kind) for one in refused.remarks])
    except StorageUnavailable:
        return as_it_was(key, [Remark(NO_STORAGE, place=kind)], status=503)
    flash(_("Файл приложен."), "success")
    return redirect(url_for("events.files", key=key, _anchor=f"{kind}s"), 303)


@blueprint.post("/events/<key>/files/<file_key>")
@needs(Permission.EVENT_ENTER)
def change_file(key: str, file_key: str) -> ResponseReturnValue:
    """Describe a photo or take a file away, by the button that was pressed."""
    event, as_officer = event_to_change(key)
    evidence, act = file_of(event, file_key), request.form.get("act")
    if act not in ("caption", "remove"):
        abort(404)
    place = f"caption-{evidence.id}"
    try:
        if act == "remove":
            service.remove_evidence(evidence, event, actor=person(), as_officer=as_officer, now=now())
            flash(_("Файл убран."), "success")
        else:
            caption = forms.typed(request.form, "caption")
            service.caption_photo(evidence, event, caption, actor=person(), as_officer=as_officer, now=now())
            flash(_("Подпись сохранена."), "success")
    except RuleBroken as refused:
        return as_it_was(key, [Remark(one.template, one.values, place) for one in refused.remarks])
    return redirect(url_for("events.files", key=key), 303)


def file_of(event: Event, file_key: str) -> EventEvidence:
    """A file of this event that was not taken away."""
    found = next((one for one in [*event.photos, *event.papers] if one.key == file_key), None)
    if found is None:
        abort(404)
    return found
