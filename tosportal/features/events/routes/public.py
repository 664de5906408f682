"""What everybody sees: the list, the page of an event, its photos; and files for those who may read them."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from tosportal.domain.event_record import KIND_NAMES
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import may_here, needs, open_to_all, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.events import forms, queries
from tosportal.features.events.models import EventEvidence
from tosportal.features.events.routes.board import KEY, blueprint, event_page, event_to_see
from tosportal.features.registry.queries import municipality_of_page
from tosportal.web.caching import conditional
from tosportal.web.lists import paged
from tosportal.web.stored_files import NOT_KEPT, given_out

FILE_POLICY = "sandbox; default-src 'none'"


@blueprint.get("/events")
@open_to_all
@conditional
def index() -> ResponseReturnValue:
    municipality = municipality_of_page()
    municipality_id = municipality.id if municipality else 0
    asked = forms.asked_filter(request.args)
    toses = queries.toses_with_events(municipality_id)
    return render_template(
        "events/index.html",
        page=paged(queries.public_events(municipality_id, asked), size=30),
        asked=asked,
        args=forms.asked_again(asked),
        kinds=KIND_NAMES,
        years=queries.years_with_events(municipality_id),
        toses=toses,
        may_enter=may_here(Permission.EVENT_ENTER),
        sees_waiting=may_here(Permission.EVENT_READ_INNER),
    )


@blueprint.get("/events/<key>")
@open_to_all
@conditional
def show(key: str) -> ResponseReturnValue:
    return event_page(event_to_see(key))


@blueprint.get("/event-photos/<key>")
@open_to_all
def photo(key: str) -> ResponseReturnValue:
    """A photo, shown in its page: public with a confirmed event. Asked for anew each time, so that a photo that was
    taken away is gone at once."""
    evidence = readable(key)
    if evidence.kind != "photo":
        abort(404)
    response = sent(evidence, as_attachment=False, cache="private, no-cache")
    response.set_etag(evidence.sha256)
    response.make_conditional(request)
    return response


@blueprint.get("/event-files/<key>")
@needs(Permission.DESK_READ)
def file(key: str) -> ResponseReturnValue:
    """A list of people or a document, always as a download that runs nothing, for those who may read it."""
    evidence = readable(key)
    if where(Permission.EVENT_READ_INNER):
        for tos_id in queries.tos_ids_of(evidence.event_id) or [None]:
            note_look("list", evidence, tos_id=tos_id)
    return sent(evidence, as_attachment=True)


def readable(key: str) -> EventEvidence:
    """A file that this reader may see; any other does not exist."""
    officer, speaks = where(Permission.EVENT_READ_INNER), where(Permission.EVENT_ENTER)
    evidence = queries.evidence_for(key, officer=officer, speaks=speaks) if KEY.fullmatch(key) else None
    if evidence is None:
        abort(404)
    return evidence


def sent(evidence: EventEvidence, *, as_attachment: bool, cache: str = NOT_KEPT) -> Response:
    """The bytes of a file, sandboxed."""
    key, size, media_type = evidence.storage_key, evidence.size, evidence.media_type
    return given_out(key, size, media_type, cache=cache, as_attachment=as_attachment, download_name=evidence.name)
