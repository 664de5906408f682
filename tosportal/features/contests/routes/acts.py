"""Announcing, amending, cancelling: explicit acts, each with its own page that says what will happen."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import part_of_place
from tosportal.features.contests.models import Contest
from tosportal.features.contests.routes.board import blueprint
from tosportal.features.contests.routes.visitor import changes_in_words
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
    return _amendment_page(contest, {"act": "", "reason": ""}, [])


@blueprint.post("/office/contests/<slug>/amendment")
@needs(Permission.CONTEST_AMEND)
def amend(slug: str) -> ResponseReturnValue:
    """The amendment takes force as the next numbered edition."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    proposal = queries.proposed_edition(contest) or abort(404)
    typed = {name: cleaned(request.form.get(name, "")).strip()[:6000] for name in ("act", "reason")}
    if request.form.get("seen") != service.digest(proposal.definition):
        return _amendment_page(contest, typed, [], is_stale=True), 409
    try:
        edition = service.amend_contest(
            contest, queries.regulation_of_edition(proposal), **typed, actor=person(), now=now()
        )
    except RuleBroken as error:
        return _amendment_page(contest, typed, list(error.remarks)), 422
    flash(_("Поправка вступила в силу: редакция № %(number)s.", number=edition.number), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


@blueprint.post("/office/contests/<slug>/amendment/discard")
@needs(Permission.CONTEST_AMEND)
def discard_amendment(slug: str) -> ResponseReturnValue:
    """Throw the prepared amendment away."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    service.discard_proposal(contest, actor=person(), now=now())
    flash(_("Подготовленная поправка отброшена, действует прежнее положение."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


def _amendment_page(contest: Contest, typed: dict[str, str], remarks: list[Remark], *, is_stale: bool = False) -> str:
    proposal = queries.proposed_edition(contest) if contest.announced_at else None
    if proposal is None:
        abort(404)
    regulation = queries.regulation_of_edition(proposal)
    blocking = remarks or service.amendment_remarks(contest, regulation, now())
    return render_template(
        "contests/amendment.html",
        contest=contest,
        changes=changes_in_words(queries.edition_in_force(contest), proposal),
        typed=typed,
        errors=remarks,
        blocking=[(one, part_of_place(one.place)) for one in blocking if one.place not in {"act", "reason"}],
        seen=service.digest(proposal.definition),
        is_stale=is_stale,
    )


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
        return render_template(
            "contests/cancellation.html", contest=contest, typed=typed[:6000], errors=error.remarks
        ), 422
    flash(_("Конкурс отменён."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)
