"""The secretary's list of events and their answers."""

from types import EllipsisType

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.event_record import STATE_NAMES
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import may_here, needs, person, where
from tosportal.features.events import forms, queries, service
from tosportal.features.events.models import Event
from tosportal.features.events.routes.board import blueprint, event_page, event_to_change
from tosportal.features.programmes.models import Activity
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.lists import paged
from tosportal.web.typed import keeps_typed


@blueprint.get("/office/events")
@needs(Permission.EVENT_READ_INNER)
def office() -> ResponseReturnValue:
    state = request.args.get("state", "")
    state = state if state in {*STATE_NAMES, queries.LOOSE} else ""
    officer = where(Permission.EVENT_READ_INNER)
    return render_template(
        "events/office.html",
        page=paged(queries.events_for_officer(officer, state), size=50),
        state=state,
        states={**STATE_NAMES, queries.LOOSE: N_("Без мероприятия программы")},
        may_enter=may_here(Permission.EVENT_ENTER),
    )


def asked_activity(event: Event) -> Activity | EllipsisType | None:
    """The activity that was chosen with the answer; `...` when the form did not ask. Raises RuleBroken."""
    text = request.form.get("activity")
    if text is None:
        return ...
    if not text:
        return None
    options = queries.activities_to_choose(event.municipality_id, event.held_on.year)
    found = next((one for one, _programme in options if str(one.id) == text), None)
    if found is None:
        raise RuleBroken(Remark(N_("Выберите мероприятие программы из списка"), place="activity"))
    return found


@blueprint.post("/office/events/<key>")
@needs(Permission.EVENT_CONFIRM)
@keeps_typed
def decide(key: str) -> ResponseReturnValue:
    """Confirm, refuse or take off, by the button that was pressed."""
    event, as_officer = event_to_change(key)
    act, reason = request.form.get("act"), forms.typed(request.form, "reason")
    if not as_officer or act not in ("accept", "refuse", "strike"):
        abort(404)
    try:
        if act == "strike":
            service.strike_event(event, reason=reason, actor=person(), now=now())
        else:
            service.decide_event(
                event,
                accept=act == "accept",
                reason=reason,
                look=request.form.get("look", ""),
                activity=asked_activity(event),
                actor=person(),
                now=now(),
            )
    except (RuleBroken, StateConflict) as refused:
        start_afresh()
        event, _as_officer = event_to_change(key)
        status = 409 if isinstance(refused, StateConflict) else 422
        chosen = request.form.get("activity")
        return event_page(event, list(refused.remarks), reason=reason, activity=chosen, status=status)
    flash(
        {
            "accept": _("Событие подтверждено: его видят все."),
            "refuse": _("Событие не подтверждено. Письмо с причиной отправлено."),
            "strike": _("Событие снято с учёта."),
        }[act],
        "success",
    )
    return redirect(url_for("events.office") if act != "strike" else url_for("events.show", key=key), 303)
