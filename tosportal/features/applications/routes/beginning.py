"""My applications, which contests my ТОС may enter, and the beginning of a new one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.applications import queries, service
from tosportal.features.applications.routes.board import blueprint
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import phase_of, regulation_of, visible_contest
from tosportal.features.registry.queries import toses_of_person
from tosportal.web.clock import now
from tosportal.web.form_keys import form_key_from, new_form_key


@blueprint.get("/applications")
@needs(Permission.DESK_READ)
def mine() -> ResponseReturnValue:
    toses = toses_of_person(person(), with_helped=True)
    return render_template(
        "applications/mine.html",
        applications=queries.applications_of_person(person()),
        toses=toses,
        entries=queries.entries_for(toses, now()),
    )


@blueprint.route("/contests/<slug>/apply", methods=["GET", "POST"])
@needs(Permission.DESK_READ)
def start(slug: str) -> ResponseReturnValue:
    contest = visible_contest(slug)
    if contest is None:
        abort(404)
    if request.method == "GET":
        return beginning_page(contest)
    allowed = where(Permission.APPLICATION_FILL)
    tos = next(
        (one for one in toses_of_person(person(), with_helped=True) if one.code == request.form.get("tos")), None
    )
    form_key = form_key_from(request.form)
    remarks = []
    if tos is None or not allowed.holds(tos=tos.id):
        remarks.append(Remark(N_("Выберите ТОС, от которого подаёте заявку"), place="tos"))
    if regulation_of(contest).nomination(request.form.get("nomination", "")) is None:
        remarks.append(Remark(N_("Выберите номинацию"), place="nomination"))
    if form_key is None:
        remarks.append(Remark(N_("Страница открыта слишком давно. Нажмите «Начать заявку» ещё раз")))
    if remarks or tos is None:
        return beginning_page(contest, remarks), 422
    try:
        application = service.start_application(
            contest=contest,
            tos=tos,
            nomination=request.form["nomination"],
            form_key=form_key,
            actor=person(),
            now=now(),
        )
    except (RuleBroken, StateConflict) as refused:
        return beginning_page(contest, list(refused.remarks)), 422
    flash(_("Черновик создан. Заполняйте в любом порядке, мы всё сохраним."), "success")
    return redirect(url_for("applications.show", key=application.key), 303)


def beginning_page(contest: Contest, remarks: list[Remark] | None = None) -> str:
    """Who may enter and why not, the choice of the ТОС and of the nomination, a fresh one-time key."""
    regulation = regulation_of(contest)
    entries = queries.entries_of(contest, regulation, toses_of_person(person(), with_helped=True), now())
    return render_template(
        "applications/start.html",
        contest=contest,
        regulation=regulation,
        phase=phase_of(contest, regulation, now()),
        entries=entries,
        open_entries=[entry for entry in entries if entry.is_open],
        chosen_tos=request.form.get("tos", request.args.get("tos", "")),
        chosen_nomination=request.form.get("nomination", ""),
        form_key=new_form_key(),
        errors=remarks or [],
    )
