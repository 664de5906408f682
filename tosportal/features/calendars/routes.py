"""Calendars: the file of a contest for anybody, the private file, and the page where its address is given out."""

import re
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.deadlines import Deadline
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, open_to_all, person
from tosportal.features.calendars import queries, service
from tosportal.features.contests.queries import visible_contest
from tosportal.support.calendar_file import MEDIA_TYPE, calendar_file
from tosportal.web.clock import now
from tosportal.web.form_keys import form_key_from, new_form_key

blueprint = Blueprint("calendars", __name__)
KEY_BYTES = 32
KEY = re.compile(r"[A-Za-z0-9_-]{40,64}")


@blueprint.get("/contests/<slug>/calendar.ics")
@open_to_all
def contest_file(slug: str) -> ResponseReturnValue:
    """The dates of a contest."""
    contest = visible_contest(slug) or abort(404)
    zone = ZoneInfo(contest.municipality.zone)
    return _sent(contest.name, queries.public_dates(contest), zone)


@blueprint.get("/calendar/<key>.ics")
@open_to_all
def own_file(key: str) -> ResponseReturnValue:
    """The deadlines of whoever holds the address; no cookie is looked at and none is set."""
    owner = queries.owner_of(key) if KEY.fullmatch(key) else None
    if owner is None:
        abort(404)
    with force_locale(owner.locale):
        deadlines, zone = queries.own_deadlines(owner, now())
        response = _sent(_("Мои сроки на Портале ТОС"), deadlines, zone)
    response.headers["Cache-Control"] = "private, no-cache"  # asked again and again: a 304 where nothing changed
    return response


def _sent(name: str, deadlines: list[Deadline], zone: ZoneInfo) -> Response:
    content = calendar_file(name, deadlines, zone=zone, host=request.host.partition(":")[0])
    response = Response(content, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = "inline; filename=calendar.ics"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/account/calendar")
@needs(Permission.OWN_ACCOUNT_EDIT)
def own() -> ResponseReturnValue:
    """What the calendar is for, how to subscribe, and whether an address works."""
    return _page()


@blueprint.post("/account/calendar")
@needs(Permission.OWN_ACCOUNT_EDIT)
def give() -> ResponseReturnValue:
    """Give out an address and show it, this once. A form sent twice is one address."""
    key = form_key_from(request.form) or ""
    key = key if KEY.fullmatch(key) else new_form_key(KEY_BYTES)
    service.give_address(person(), key=key, now=now())
    return _page(key)


@blueprint.post("/account/calendar/end")
@needs(Permission.OWN_ACCOUNT_EDIT)
def end() -> ResponseReturnValue:
    """The address works no more."""
    service.end_address(person(), now=now())
    flash(_("Адрес календаря больше не работает."), "success")
    return redirect(url_for("calendars.own"), 303)


def _page(key: str = "") -> str:
    site = str(current_app.config["BASE_URL"]).rstrip("/")
    address = site + url_for("calendars.own_file", key=key) if key else ""
    return render_template(
        "calendars/own.html",
        feed=queries.live_feed(person().id),
        address=address,
        tap_address=re.sub(r"^https?:", "webcal:", address),
        form_key=new_form_key(KEY_BYTES),
    )
