"""Coming into a jury by the link of a letter."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import RuleBroken
from tosportal.features.accounts.guards import open_to_all, person_or_none
from tosportal.features.accounts.service import clean_email
from tosportal.features.jury import queries, service
from tosportal.features.jury.routes.blueprint import blueprint
from tosportal.support.db import db
from tosportal.web.clock import now


@blueprint.route("/invitations/<key>", methods=["GET", "POST"])
@open_to_all
def invitation(key: str) -> ResponseReturnValue:
    found = queries.invitation_by_key(key)
    if found is None:
        abort(404)
    row, contest = found
    somebody = person_or_none()
    if somebody is None:
        state = "cancelled" if row.cancelled_at else "expired" if now() >= row.expires_at else "unknown"
        if request.method == "POST":
            return redirect(url_for("security.login", next=request.path), 303)
        if row.accepted_at is not None:
            state = "used"
        return render_template("jury/invitation.html", row=row, contest=contest, state=state)
    if clean_email(somebody.email) != row.email:
        return render_template("jury/invitation.html", row=row, contest=contest, state="stranger"), (
            403 if request.method == "POST" else 200
        )
    if request.method == "POST":
        try:
            with db.session.begin_nested():
                service.accept_invitation(row, person=somebody, now=now())
        except RuleBroken as refused:
            return render_template(
                "jury/invitation.html", row=row, contest=contest, state="refused", remarks=refused.remarks
            ), 409
        flash(_("Вы в комиссии конкурса «%(name)s».", name=contest.name), "success")
        return redirect(_after(row.seat, contest.slug), 303)
    if row.accepted_at is not None:
        state = "accepted"
    elif row.cancelled_at is not None:
        state = "cancelled"
    else:
        state = "expired" if now() >= row.expires_at else "open"
    return render_template(
        "jury/invitation.html", row=row, contest=contest, state=state, go_on=_after(row.seat, contest.slug)
    )


def _after(seat: str, slug: str) -> str:
    if seat == "chair":
        return url_for(".monitor", slug=slug)
    return url_for(".contest", slug=slug)
