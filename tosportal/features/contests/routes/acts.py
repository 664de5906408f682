"""Announcing, amending, cancelling: explicit acts, each with its own page that says what will happen."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import part_of_place
from tosportal.features.contests.models import Contest
from tosportal.features.contests.papers import amendment_context
from tosportal.features.contests.routes.board import blueprint
from tosportal.web.clock import now


@blueprint.get("/office/contests/<slug>/announce")
@needs(Permission.CONTEST_ANNOUNCE)
def announcement(slug: str) -> ResponseReturnValue:
    """What is still missing, or what everybody will see after the press."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_ANNOUNCE)) or abort(404)
    return _announcement_page(contest)


@blueprint.post("/office/contests/<slug>/announce")
@needs(Permission.CONTEST_ANNOUNCE)
def announce(slug: str) -> ResponseReturnValue:
    """Announce the contest as the page showed it."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_ANNOUNCE)) or abort(404)
    seen = service.digest(queries.edition_in_force(contest).definition)
    if contest.announced_at is None and request.form.get("seen") != seen:
        return _announcement_page(contest, is_stale=True), 409
    try:
        service.announce_contest(contest, actor=person(), now=now())
    except RuleBroken:
        return _announcement_page(contest), 422
    flash(_("Конкурс объявлен. Теперь его видят все."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


def _announcement_page(contest: Contest, *, is_stale: bool = False) -> str:
    edition = queries.edition_in_force(contest)
    regulation = queries.regulation_of_edition(edition)
    fund = queries.fund_of(contest)
    total = sum(fund.values(), queries.ZERO)
    remarks = service.announcement_remarks(contest, regulation, total, now()) if contest.announced_at is None else []
    return render_template(
        "contests/announcement.html",
        contest=contest,
        regulation=regulation,
        fund=fund,
        fund_total=total,
        seen=service.digest(edition.definition),
        remarks=[(remark, part_of_place(remark.place)) for remark in remarks],
        is_stale=is_stale,
    )


@blueprint.get("/office/contests/<slug>/amendment")
@needs(Permission.CONTEST_AMEND)
def amendment(slug: str) -> ResponseReturnValue:
    """What the amendment being prepared changes, and by which act it takes force."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    context = amendment_context(contest, now=now()) or abort(404)
    return render_template("contests/amendment.html", **context)


@blueprint.post("/office/contests/<slug>/amendment/discard")
@needs(Permission.CONTEST_AMEND)
def discard_amendment(slug: str) -> ResponseReturnValue:
    """Throw the prepared amendment away."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    service.discard_proposal(contest, actor=person(), now=now())
    flash(_("Подготовленная поправка отброшена, действует прежнее положение."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


@blueprint.get("/office/contests/<slug>/cancel")
@needs(Permission.CONTEST_CANCEL)
def cancellation(slug: str) -> ResponseReturnValue:
    """What cancelling means, and why it is done."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_CANCEL)) or abort(404)
    return render_template("contests/cancellation.html", contest=contest, typed="", errors=[])


@blueprint.post("/office/contests/<slug>/cancel")
@needs(Permission.CONTEST_CANCEL)
def cancel(slug: str) -> ResponseReturnValue:
    """Cancel the contest for the named reason."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_CANCEL)) or abort(404)
    typed = cleaned(request.form.get("reason", "")).strip()
    try:
        service.cancel_contest(contest, reason=typed, actor=person(), now=now())
    except RuleBroken as error:
        return render_template("contests/cancellation.html", contest=contest, typed=typed, errors=error.remarks), 422
    flash(_("Конкурс отменён."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)
