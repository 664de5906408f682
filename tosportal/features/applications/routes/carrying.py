"""Answers of an earlier application of the same ТОС taken into a draft: shown first, only into empty questions."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from tosportal.domain.carrying import Carried, carried_over
from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import frozen_answers
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.papers import shown_answer
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import blueprint, own_application, shown_to_me
from tosportal.features.applications.routes.filling import is_editable
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.web.clock import now


@blueprint.get("/applications/<key>/earlier")
@needs(Permission.APPLICATION_FILL)
def earlier(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key))
    if not is_editable(this):
        return redirect(url_for("applications.show", key=key))
    return _page(this, [])


@blueprint.post("/applications/<key>/earlier")
@needs(Permission.APPLICATION_FILL)
def take_earlier(key: str) -> ResponseReturnValue:
    """The answers of the chosen application stand in the questions that are still empty."""
    this = queries.whole(own_application(key))
    chosen = _chosen(this, request.form.get("from", ""))
    if chosen is None:
        abort(404)
    carried = _carried(this, *chosen)
    try:
        service.take_answers(this.application, carried, actor=person(), now=now())
    except (RuleBroken, StateConflict) as refused:
        return _page(queries.whole(this.application), list(refused.remarks)), 409
    flash(
        ngettext("Взят %(num)d ответ. Проверьте его.", "Взято %(num)d ответов. Проверьте их.", len(carried)), "success"
    )
    return redirect(url_for("applications.show", key=key), 303)


def _chosen(this: Whole, key: str) -> tuple[Application, Submission] | None:
    """One of the earlier applications, the latest without a choice."""
    found = queries.earlier_applications(this.application)
    return next((one for one in found if not key or one[0].key == key), None)


def _carried(this: Whole, application: Application, submission: Submission) -> list[Carried]:
    form = regulation_of_edition(application.regulation).sections_for(application.nomination)
    return carried_over(shown_to_me(this), this.answers, earlier_form=form, earlier=frozen_answers(submission.content))


def _page(this: Whole, remarks: list[Remark]) -> str:
    chosen = _chosen(this, request.values.get("from", "")) or _chosen(this, "")
    carried = _carried(this, *chosen) if chosen else []
    return render_template(
        "applications/earlier.html",
        this=this,
        application=this.application,
        found=[application for application, _submission in queries.earlier_applications(this.application)],
        chosen=chosen[0] if chosen else None,
        sections=[
            (section, [shown_answer(one.field, one.answer) for one in carried if one.section.code == section.code])
            for section in this.sections
        ],
        count=len(carried),
        remarks=remarks,
        errors=remarks,
    )
