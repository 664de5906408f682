"""What staff see of a jury: invitations and who still owes what. No mark comes near these pages."""

from collections.abc import Mapping, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer, edition_in_force, moments_of, phase_by_moments
from tosportal.features.jury import queries, service
from tosportal.features.jury.models import JuryInvitation
from tosportal.features.jury.routes.blueprint import blueprint
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.until import until_words

LARGEST_ID = 2147483647


def _contest(slug: str, permission: Permission) -> Contest:
    contest = contest_for_officer(slug, where(permission))
    if contest is None:
        abort(404)
    return contest


@blueprint.get("/office/contests/<slug>/jury")
@needs(Permission.JURY_MONITOR)
def monitor(slug: str) -> ResponseReturnValue:
    return _page(_contest(slug, Permission.JURY_MONITOR))


@blueprint.post("/office/contests/<slug>/jury")
@needs(Permission.JURY_INVITE)
def invite(slug: str) -> ResponseReturnValue:
    contest = _contest(slug, Permission.JURY_INVITE)
    form = request.form
    try:
        with db.session.begin_nested():
            row, _key = service.invite_juror(
                contest,
                email=form.get("email", ""),
                full_name=form.get("full_name", ""),
                seat=form.get("seat", ""),
                actor=person(),
                now=now(),
            )
    except RuleBroken as refused:
        return _page(_contest(slug, Permission.JURY_INVITE), typed=form, remarks=refused.remarks), 422
    flash(_("Приглашение отправлено: %(email)s.", email=row.email), "success")
    return redirect(url_for(".monitor", slug=slug), 303)


@blueprint.post(f"/office/contests/<slug>/jury/invitations/<int(max={LARGEST_ID}):number>/<any(resend, cancel):act>")
@needs(Permission.JURY_INVITE)
def change_invitation(slug: str, number: int, act: str) -> ResponseReturnValue:
    contest, row = _invitation(slug, number)
    if act == "resend":
        service.resend_invitation(row, contest, actor=person(), now=now())
        flash(_("Новое письмо отправлено: %(email)s. Прежняя ссылка больше не работает.", email=row.email), "success")
    else:
        service.cancel_invitation(row, contest, actor=person(), now=now())
        flash(_("Приглашение отозвано: %(email)s.", email=row.email), "success")
    return redirect(url_for(".monitor", slug=slug), 303)


def _invitation(slug: str, number: int) -> tuple[Contest, JuryInvitation]:
    contest = _contest(slug, Permission.JURY_INVITE)
    row = queries.invitation_in_contest(number, contest)
    if row is None:
        abort(404)
    return contest, row


@blueprint.post("/office/contests/<slug>/jury/<code>/remind")
@needs(Permission.JURY_INVITE)
def remind(slug: str, code: str) -> ResponseReturnValue:
    contest = _contest(slug, Permission.JURY_INVITE)
    ensure_may(Permission.JURY_INVITE, municipality=contest.municipality_id)
    juror = queries.juror_by_code(contest, code)
    if juror is None:
        abort(404)
    service.remind_juror(juror, contest, actor=person(), now=now())
    flash(_("Напоминание отправлено: %(name)s.", name=juror.person.full_name), "success")
    return redirect(url_for(".monitor", slug=slug), 303)


def _page(contest: Contest, *, typed: Mapping[str, str] | None = None, remarks: Sequence[Remark] = ()) -> str:
    definition = edition_in_force(contest).definition
    moments = moments_of(definition)
    progress = queries.jury_progress(contest.id)
    sheets_min = int(definition.get("scoring", {}).get("sheets_min", 1))
    return render_template(
        "jury/monitor.html",
        until_words=until_words,
        contest=contest,
        moments=moments,
        phase=phase_by_moments(contest, moments, now()),
        progress=progress,
        sheets_min=sheets_min,
        too_few=progress.without_quorum(sheets_min),
        invitations=queries.invitations_of(contest.id),
        may_invite=where(Permission.JURY_INVITE).holds(municipality=contest.municipality_id),
        typed=typed or {},
        remarks=remarks,
        errors=bool(remarks),
        now=now(),
        remind_from=now() - service.REMINDED_EVERY,
    )
