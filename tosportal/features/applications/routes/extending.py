"""The intake of applications is extended by an act: first what moves is shown, then it is done."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.amendments import extended
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.applications.routes.board import blueprint
from tosportal.features.applications.service import amendments
from tosportal.features.contests import queries as contests
from tosportal.features.contests.models import Contest
from tosportal.features.contests.papers import timeline_lines
from tosportal.features.contests.service import amendment_remarks, digest
from tosportal.web.clock import now
from tosportal.web.rows import Column, Typed, from_typed, read_typed, to_typed

COLUMNS = (
    Column("close", N_("Принимать заявки до"), "moment", N_("Время местное, до секунды")),
    Column(
        "others", N_("Сдвинуть на столько же дней и остальные сроки до соглашений; сроки проектов останутся"), "flag"
    ),
)


@blueprint.get("/office/contests/<slug>/extension")
@needs(Permission.CONTEST_AMEND)
def extension(slug: str) -> ResponseReturnValue:
    """Until when the intake may be extended, or why it may not."""
    contest = contests.contest_for_officer(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    close = contests.regulation_of(contest).moments.get("close")
    stored = {"close": close.isoformat() if close else None, "others": True}
    return _page(contest, to_typed(COLUMNS, stored, _zone(contest)))


@blueprint.post("/office/contests/<slug>/extension")
@needs(Permission.CONTEST_AMEND)
def extend(slug: str) -> ResponseReturnValue:
    """Show which moments move; when they have been seen, extend."""
    contest = contests.locked_contest(slug, where(Permission.CONTEST_AMEND)) or abort(404)
    typed = read_typed(COLUMNS, request.form.to_dict(flat=False))
    said = {name: cleaned(request.form.get(name, "")).strip()[:6000] for name in ("act", "reason")}
    if blocking := _blocking(contest):
        return _page(contest, typed, said, blocking=blocking), 409
    zone, old = _zone(contest), contests.regulation_of(contest)
    values, remarks = from_typed(COLUMNS, typed, zone)
    if remarks:
        return _page(contest, typed, said, remarks), 422
    close, is_with_others = datetime.fromisoformat(values["close"]), bool(values["others"])
    if close <= max(now(), old.moments["close"]):
        remark = Remark(N_("Новый срок должен быть позже прежнего и ещё впереди"), place="close")
        return _page(contest, typed, said, [remark]), 422
    new = extended(old, close, zone, with_others=is_with_others, because=said["act"])
    before = {one.code: one.at for one in old.timeline}
    moved = [line for line in timeline_lines(new.timeline, zone) if line.moment.at != before[line.moment.code]]
    context: dict[str, Any] = {
        "moved": [(before[line.moment.code], line) for line in moved],
        "seen": digest([contest.edition, values["close"], is_with_others]),
    }
    remarks = [replace(one, place="") for one in amendment_remarks(contest, new, now())]
    if remarks:
        return _page(contest, typed, said, remarks, **context), 422
    if request.form.get("seen") != context["seen"]:
        return _page(contest, typed, said, **context)
    try:
        amendments.amend_contest(contest, new, **said, actor=person(), now=now())
    except RuleBroken as error:
        return _page(contest, typed, said, list(error.remarks), **context), 422
    flash(_("Приём заявок продлён. Письма с новым сроком отправлены."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


def _zone(contest: Contest) -> ZoneInfo:
    return ZoneInfo(contest.municipality.zone)


def _blocking(contest: Contest) -> list[Remark]:
    if contest.announced_at is None or contest.cancelled_at is not None or contest.approved_at is not None:
        return [Remark(N_("Продлевают приём объявленного конкурса, пока результаты не утверждены"))]
    if contests.proposed_edition(contest) is not None:
        return [
            Remark(N_("Уже готовится другая поправка: введите её в действие или отбросьте, потом продлевайте приём"))
        ]
    return amendments.extension_remarks(contest, now())


def _page(
    contest: Contest,
    typed: Typed,
    said: dict[str, str] | None = None,
    errors: list[Remark] | None = None,
    *,
    blocking: list[Remark] | None = None,
    **context: Any,
) -> str:
    found = errors or []
    return render_template(
        "applications/extension.html",
        contest=contest,
        regulation=contests.regulation_of(contest),
        columns=COLUMNS,
        typed=typed,
        said=said or {"act": "", "reason": ""},
        errors=found,
        error_at={one.place: one for one in reversed(found)},
        blocking=_blocking(contest) if blocking is None else blocking,
        server_now=now(),
        **{"moved": [], "seen": "", **context},
    )
