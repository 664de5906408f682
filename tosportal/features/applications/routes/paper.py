"""An application that came on paper: the secretary begins its entry, and opens a sealed one to correct a slip."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.paper_entry import check_phase
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application
from tosportal.features.applications.routes.board import KEY, blueprint
from tosportal.features.applications.service.paper import SEALED
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer, phase_of, regulation_of
from tosportal.features.registry.queries import toses_by_code
from tosportal.web.clock import now
from tosportal.web.form_keys import form_key_from, new_form_key
from tosportal.web.rows import Column, Typed, from_typed, read_typed, to_typed

WHEN = N_("По штампу или записи в журнале, местное время")
REASON = Column("reason", N_("Что исправляете и почему"), "long", N_("Это останется при заявке"))
CAME = Column("came", N_("Когда исправление поступило на бумаге"), "moment", WHEN)
NOTHING = ("", N_("Выберите"))
NO_TIME = N_("Укажите и время: по нему видно, успела ли заявка")


def _columns(contest: Contest) -> tuple[Column, ...]:
    toses = sorted(
        ((one.code, one.name) for one in toses_by_code(contest.municipality_id).values()), key=lambda one: one[1]
    )
    nominations = [(one.code, one.name) for one in regulation_of(contest).nominations]
    nothing = [] if len(nominations) == 1 else [NOTHING]
    return (
        Column("tos", N_("ТОС"), "choice", choices=(NOTHING, *toses)),
        Column("signer", N_("Кто подписал заявку"), hint=N_("Фамилия, имя, отчество, как в бумаге")),
        Column("nomination", N_("Номинация"), "choice", choices=(*nothing, *nominations)),
        Column("number", N_("Номер бумаги в журнале регистрации")),
        Column("came", N_("Когда бумага поступила"), "moment", WHEN),
    )


@blueprint.get("/office/contests/<slug>/applications/paper")
@needs(Permission.APPLICATION_ENTER)
def paper(slug: str) -> ResponseReturnValue:
    """What the register of papers says of it, and the papers whose entry is not finished."""
    contest = _contest(slug)
    columns = _columns(contest)
    return _page(contest, columns, to_typed(columns, {}, _zone(contest)))


@blueprint.post("/office/contests/<slug>/applications/paper")
@needs(Permission.APPLICATION_ENTER)
def enter_paper(slug: str) -> ResponseReturnValue:
    contest = _contest(slug)
    columns = _columns(contest)
    typed = read_typed(columns, request.form.to_dict(flat=False))
    values, remarks = from_typed(columns, typed, _zone(contest))
    remarks += _no_time(typed)
    form_key = form_key_from(request.form)
    if form_key is None:
        remarks.append(Remark(N_("Страница открыта слишком давно. Откройте её ещё раз")))
    tos = toses_by_code(contest.municipality_id).get(values["tos"] or "")
    if remarks or tos is None:
        return _page(contest, columns, typed, remarks), 422
    facts = service.PaperFacts(datetime.fromisoformat(values["came"]), _line(values["number"]), _line(values["signer"]))
    try:
        application = service.enter_paper(
            contest=contest,
            tos=tos,
            nomination=values["nomination"],
            paper=facts,
            form_key=form_key,
            actor=person(),
            now=now(),
        )
    except (RuleBroken, StateConflict, NotAllowed) as refused:
        return _page(contest, columns, typed, list(refused.remarks)), 422
    flash(_("Заявка начата. Приложите скан бумаги и внесите то, что в ней написано."), "success")
    return redirect(url_for("applications.show", key=application.key), 303)


@blueprint.route("/office/applications/<key>/correction", methods=["GET", "POST"])
@needs(Permission.APPLICATION_ENTER)
def correct_paper(key: str) -> ResponseReturnValue:
    """Why a sealed paper is corrected; of a returned one also when the correction came."""
    application = queries.application_on_paper(key, where(Permission.APPLICATION_ENTER)) if KEY.fullmatch(key) else None
    if application is None or application.state not in SEALED:
        abort(404)
    columns = (REASON, CAME) if application.state == ApplicationState.RETURNED else (REASON,)
    zone = _zone(application.contest)
    if request.method == "GET":
        return _correction(application, columns, to_typed(columns, {}, zone))
    typed = read_typed(columns, request.form.to_dict(flat=False))
    values, remarks = from_typed(columns, typed, zone)
    remarks += _no_time(typed) if CAME in columns else []
    if remarks:
        return _correction(application, columns, typed, remarks), 422
    came = values.get("came")
    try:
        service.open_correction(
            application,
            reason=cleaned(values["reason"]),
            came_at=datetime.fromisoformat(came) if came else None,
            actor=person(),
            now=now(),
        )
    except (RuleBroken, NotAllowed) as refused:
        return _correction(application, columns, typed, list(refused.remarks)), 422
    flash(_("Исправьте внесённое и закрепите заново. До этого участвует прежнее."), "success")
    return redirect(url_for("applications.show", key=key), 303)


def _line(text: str) -> str:
    return " ".join(cleaned(text).split())


def _no_time(typed: Typed) -> list[Remark]:
    """A day without a time does not say whether the paper came before the close."""
    came = typed["came"]
    return [Remark(NO_TIME, place="came")] if came["date"].strip() and not came["time"].strip() else []


def _contest(slug: str) -> Contest:
    return contest_for_officer(slug, where(Permission.APPLICATION_ENTER)) or abort(404)


def _zone(contest: Contest) -> ZoneInfo:
    return ZoneInfo(contest.municipality.zone)


def _page(contest: Contest, columns: tuple[Column, ...], typed: Typed, errors: list[Remark] | None = None) -> str:
    regulation = regulation_of(contest)
    return render_template(
        "applications/paper.html",
        contest=contest,
        regulation=regulation,
        columns=columns,
        form_key=new_form_key(),
        being_entered=queries.papers_being_entered(contest.id),
        blocking=check_phase(phase_of(contest, regulation, now())),
        **_errors(errors, typed),
    )


def _correction(
    application: Application, columns: tuple[Column, ...], typed: Typed, errors: list[Remark] | None = None
) -> str:
    return render_template(
        "applications/correction.html", application=application, columns=columns, **_errors(errors, typed)
    )


def _errors(errors: list[Remark] | None, typed: Typed) -> dict[str, Any]:
    """The remarks, each at its input."""
    found = errors or []
    return {"typed": typed, "errors": found, "error_at": {one.place: one for one in reversed(found)}}
