"""An amendment takes force, and applicants see what it changed for them and confirm it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.errors import NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.applications import queries
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import blueprint, own_application
from tosportal.features.applications.service import amendments
from tosportal.features.applications.service.signing import ensure_may_sign, sees_sealed
from tosportal.features.applications.service.submissions import ensure_in_time
from tosportal.features.contests import queries as contests
from tosportal.features.contests.papers import amendment_context, changes_in_words
from tosportal.features.contests.service import digest
from tosportal.support.db import db
from tosportal.web.clock import now


@blueprint.post("/office/contests/<slug>/amendment")
@needs(Permission.CONTEST_AMEND)
def amend(slug: str) -> ResponseReturnValue:
    """The amendment takes force as the next numbered edition; those concerned are written to."""
    contest = contests.locked_contest(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    proposal = contests.proposed_edition(contest) or abort(404)
    typed = {name: cleaned(request.form.get(name, "")).strip() for name in ("act", "reason")}

    def again(remarks: list[Remark], *, is_stale: bool = False) -> str:
        context = amendment_context(contest, now=now(), typed=typed, remarks=remarks, is_stale=is_stale) or abort(404)
        return render_template("contests/amendment.html", **context)

    if request.form.get("seen") != digest(proposal.definition):
        return again([], is_stale=True), 409
    try:
        edition = amendments.amend_contest(
            contest, contests.regulation_of_edition(proposal), **typed, actor=person(), now=now()
        )
    except RuleBroken as error:
        return again(list(error.remarks)), 422
    flash(_("Поправка вступила в силу: редакция № %(number)s.", number=edition.number), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


@blueprint.get("/applications/<key>/amended")
@needs(Permission.APPLICATION_READ_OWN)
def amended(key: str) -> ResponseReturnValue:
    """What amendments changed for this application, and what is to be done."""
    return amended_page(queries.whole(own_application(key)), [])


@blueprint.post("/applications/<key>/amended")
@needs(Permission.APPLICATION_SUBMIT)
def confirm_amended(key: str) -> ResponseReturnValue:
    """Confirm the new conditions as they are, or open the application to be completed by them."""
    application = own_application(key)
    number = request.form.get("edition", "")
    act = request.form.get("act")
    if not number.isdecimal() or len(number) > 6 or act not in {"confirm", "complete"}:
        abort(400)
    try:
        ensure_may_sign(queries.whole(application), person())
        if act == "complete":
            amendments.take_edition(application, number=int(number), actor=person(), now=now())
            flash(_("Заявка открыта: дополните её и отправьте снова."), "success")
            return redirect(url_for("applications.show", key=key), 303)
        amendments.confirm_edition(application, number=int(number), actor=person(), now=now())
    except NotAllowed as other:
        return amended_page(queries.whole(application), list(other.remarks)), 403
    except (StateConflict, RuleBroken) as error:
        db.session.rollback()
        this = queries.whole(own_application(key))
        return amended_page(this, list(error.remarks)), 409 if isinstance(error, StateConflict) else 422
    flash(_("Новые условия подтверждены. Время первой отправки осталось прежним."), "success")
    return redirect(url_for("applications.receipt", key=key), 303)


def amended_page(this: Whole, errors: list[Remark]) -> str:
    application = this.application
    editions = {one.number: one for one in contests.editions_of(application.contest)}
    own = application.regulation
    last = editions[application.contest.edition]
    since = own if this.is_behind else editions.get(own.number - 1)
    return render_template(
        "applications/amended.html",
        this=this,
        application=application,
        edition=last,
        acts=[one for number, one in editions.items() if since is not None and number > since.number],
        changes=changes_in_words(since, last) if since is not None else [],
        gone=gone_answers(this, list(editions.values())),
        may_confirm=this.is_behind and may_confirm(application, this),
        errors=errors,
    )


def may_confirm(application: Application, this: Whole) -> bool:
    """Is it sent or returned, and the time for sending not over?"""
    if application.state not in {ApplicationState.SUBMITTED, ApplicationState.RETURNED}:
        return False
    try:
        ensure_in_time(this, now())
    except RuleBroken:
        return False
    return True


def gone_answers(this: Whole, editions: list[Any]) -> list[tuple[str, str]]:
    """Question, answer: what was answered once and is not asked any more, named as the last edition that asked."""
    if not this.gone or not sees_sealed(this.application, person()):
        return []  # whether a question that is gone asked of a bank is no longer known
    labels: dict[tuple[str, str], str] = {}
    for edition in editions:
        for section in contests.regulation_of_edition(edition).sections:
            labels |= {(section.code, one.code): one.label for one in section.fields}
    return [
        (labels.get((section, code), code), in_words(answer))
        for section, answers in this.gone.items()
        for code, answer in answers.items()
        if answer not in ("", [], None)
    ]


def in_words(answer: Any) -> str:
    """An answer of any kind as text, nothing left out."""
    if isinstance(answer, dict):
        return ", ".join(in_words(one) for one in answer.values() if one not in ("", [], None))
    if isinstance(answer, list):
        return "; ".join(in_words(one) for one in answer)
    return {"yes": _("да"), "no": _("нет")}.get(str(answer), str(answer))
