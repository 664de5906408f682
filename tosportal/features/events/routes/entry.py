"""Telling of an event, putting it right, taking it back: for whoever speaks for a ТОС and for the secretary."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.event_record import COUNTING_NAMES, KIND_NAMES, EventState, read_event
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.events import forms, queries, service
from tosportal.features.events.forms import SentPhotos, Typed
from tosportal.features.events.models import Event
from tosportal.features.events.routes.board import blueprint, event_to_change
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Municipality, Tos
from tosportal.features.registry.queries import municipality_of_page, toses_of_person
from tosportal.features.registry.service import today_in
from tosportal.support.storage import StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.form_keys import form_key_from, new_form_key
from tosportal.web.lists import paged
from tosportal.web.typed import keeps_typed

NO_STORAGE = N_("Хранилище файлов сейчас не отвечает, фотографии не приняты. Попробуйте через несколько минут")


@dataclass(frozen=True)
class Desk:
    """What whoever enters an event may choose from."""

    municipality: Municipality
    as_officer: bool
    toses: Sequence[Tos]
    activities: Sequence[tuple[Activity, Programme]]

    @property
    def tos_options(self) -> list[tuple[str, str]]:
        """Codes and names for boxes; two ТОС of one name are told apart by their place."""
        return [(one.code, f"{one.name}, {one.settlement.place_words}") for one in self.toses]

    def chosen(self, given: Typed) -> list[Tos]:
        return [one for one in self.toses if one.code in given.toses]

    def activity(self, given: Typed) -> Activity | None:
        return next((one for one, _programme in self.activities if str(one.id) == given["activity"]), None)

    def remarks_on_choices(self, given: Typed) -> list[Remark]:
        """What is chosen and cannot be: a page that is out of date, or an address made by hand."""
        found = []
        if len(self.chosen(given)) != len(given.toses):
            found.append(Remark(N_("Выберите ТОС из списка"), place="toses"))
        elif not self.as_officer and not given.toses:
            found.append(Remark(N_("Выберите ТОС"), place="toses"))
        if given["activity"] and self.activity(given) is None:
            found.append(Remark(N_("Выберите мероприятие программы из списка"), place="activity"))
        return found


def desk_of(event: Event | None = None) -> Desk:
    """The choices for a new event or for this one, whose own ТОС may always stay."""
    municipality = event.municipality if event else municipality_of_page()
    if municipality is None:
        abort(404)
    as_officer = where(Permission.EVENT_CONFIRM).holds(municipality=municipality.id)
    if as_officer:
        toses = queries.toses_to_choose(municipality.id)
    else:
        toses = [one for one in toses_of_person(person()) if one.municipality_id == municipality.id and one.is_active]
    known = {one.id for one in toses}
    more = [one.tos for one in event.toses if one.tos_id not in known] if event else []
    return Desk(municipality, as_officer, [*toses, *more], queries.activities_to_choose(municipality.id))


@blueprint.get("/my/events")
@needs(Permission.EVENT_ENTER)
def mine() -> ResponseReturnValue:
    return render_template(
        "events/mine.html", page=paged(queries.events_of_speaker(where(Permission.EVENT_ENTER)), size=50)
    )


@blueprint.route("/events/new", methods=["GET", "POST"])
@needs(Permission.EVENT_ENTER)
@keeps_typed
def add() -> ResponseReturnValue:
    if request.method == "POST":
        return send()
    desk = desk_of()
    today = today_in(desk.municipality, now())
    only = [desk.toses[0].code] if len(desk.toses) == 1 and not desk.as_officer else []
    return entry_page(desk, forms.empty_event(today, only), form_key=new_form_key())


def send() -> ResponseReturnValue:
    """Photos first: their checks and the storage may be slow, and meanwhile the database is free for others."""
    start_afresh()
    sent = forms.sent_photos(
        [*request.files.getlist("camera"), *request.files.getlist("photo")], request.form.getlist("carried")
    )
    desk = desk_of()
    given, form_key = forms.typed_event(request.form), form_key_from(request.form) or new_form_key()
    facts, remarks = read_event(given.texts, today=today_in(desk.municipality, now()))
    remarks += [*desk.remarks_on_choices(given), *sent.remarks]
    if facts is None or remarks:
        return entry_page(desk, given, remarks, form_key=form_key, sent=sent)
    try:
        kept = []
        if sent.photos:
            start_afresh()
            kept, desk = service.keep_photos(sent.photos), desk_of()
        event = service.add_event(
            facts,
            municipality_id=desk.municipality.id,
            toses=desk.chosen(given),
            activity=desk.activity(given),
            photos=kept,
            caption=given["caption"],
            form_key=form_key,
            actor=person(),
            as_officer=desk.as_officer,
            now=now(),
        )
    except RuleBroken as refused:
        return entry_again(given, list(refused.remarks), form_key, sent, 422)
    except StorageUnavailable:
        return entry_again(given, [Remark(NO_STORAGE, place="photo")], form_key, sent, 503)
    saved, wanted = forms.typed_of(event), forms.as_typed(facts, given)
    if saved.texts != wanted.texts or set(saved.toses) != set(wanted.toses):
        conflict = Remark(N_("Это событие уже внесено, и вы потом изменили форму."))
        return edit_page(event, desk, given, conflict=conflict)
    said = _("Событие внесено.") if desk.as_officer else _("Событие отправлено секретарю. Ответ придёт письмом.")
    flash(said, "success")
    return redirect(url_for("events.show", key=event.key), 303)


def entry_again(
    given: Typed, remarks: list[Remark], form_key: str, sent: SentPhotos, status: int
) -> ResponseReturnValue:
    """The form after a refusal of the service: what was half done is taken back first."""
    start_afresh()
    return entry_page(desk_of(), given, remarks, form_key=form_key, sent=sent, status=status)


def entry_page(
    desk: Desk,
    given: Typed,
    remarks: list[Remark] | None = None,
    *,
    form_key: str,
    sent: SentPhotos | None = None,
    status: int = 422,
) -> ResponseReturnValue:
    """The short form, empty or with everything that was typed and photographed."""
    return render_template(
        "events/entry.html",
        desk=desk,
        given=given,
        kinds=KIND_NAMES,
        countings=COUNTING_NAMES,
        form_key=form_key,
        carried=sent.carried() if sent else [],
        photos_sent=len(sent.photos) if sent else 0,
        photo_mb=service.PHOTO_MB,
        remarks=remarks or [],
        errors=remarks,
    ), status if remarks else 200


@blueprint.route("/events/<key>/edit", methods=["GET", "POST"])
@needs(Permission.EVENT_ENTER)
@keeps_typed
def edit(key: str) -> ResponseReturnValue:
    event, as_officer = event_to_change(key)
    desk = desk_of(event)
    if request.method == "GET":
        return edit_page(event, desk, forms.typed_of(event))
    given, version = forms.typed_event(request.form), forms.version_from(request.form)
    facts, remarks = read_event(given.texts, today=today_in(desk.municipality, now()))
    remarks += desk.remarks_on_choices(given)
    if facts is None or remarks:
        return edit_page(event, desk, given, remarks, version=version)
    was_refused = event.state == EventState.REFUSED and not as_officer
    try:
        service.edit_event(
            event,
            facts,
            toses=desk.chosen(given),
            activity=desk.activity(given),
            version=version,
            actor=person(),
            as_officer=as_officer,
            now=now(),
        )
    except StateConflict as conflict:
        start_afresh()
        event, _as_officer = event_to_change(key)
        return edit_page(event, desk_of(event), given, conflict=conflict.remarks[0])
    except RuleBroken as refused:
        start_afresh()
        event, _as_officer = event_to_change(key)
        return edit_page(event, desk_of(event), given, list(refused.remarks), version=version)
    flash(_("Событие снова отправлено секретарю.") if was_refused else _("Сохранено"), "success")
    return redirect(url_for("events.show", key=key), 303)


def edit_page(
    event: Event,
    desk: Desk,
    given: Typed,
    remarks: list[Remark] | None = None,
    *,
    version: int | None = None,
    conflict: Remark | None = None,
) -> ResponseReturnValue:
    """The form: as saved, with remarks (422), or against a newer event (409) with both texts side by side."""
    rows = []
    if conflict:
        names = {one.code: one.name for one in desk.toses}
        activities = {str(one.id): one.name for one, _programme in desk.activities}
        rows = forms.differing(given, forms.typed_of(event), names, activities)
    return render_template(
        "events/edit.html",
        event=event,
        desk=desk,
        given=given,
        kinds=KIND_NAMES,
        countings=COUNTING_NAMES,
        version=event.version if version is None else version,
        conflict=conflict,
        differing=rows,
        remarks=remarks or [],
        errors=remarks or conflict,
    ), 409 if conflict else 422 if remarks else 200


@blueprint.post("/events/<key>/withdraw")
@needs(Permission.EVENT_ENTER)
def withdraw(key: str) -> ResponseReturnValue:
    event, as_officer = event_to_change(key)
    if as_officer and not any(one.tos_id in where(Permission.EVENT_ENTER).toses for one in event.toses):
        abort(404)  # an officer refuses or takes off, with a reason
    service.withdraw_event(event, actor=person(), now=now())
    flash(_("Событие отозвано."), "success")
    return redirect(url_for("events.show", key=key), 303)
