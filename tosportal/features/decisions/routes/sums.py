"""Sums that the commission or the organiser named after the sitting, where the regulation lets them."""

from collections.abc import Sequence
from decimal import Decimal

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.form_definition import cleaned
from tosportal.domain.money import parse_roubles
from tosportal.domain.named_sums import NamedSum
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import fund_of, regulation_of
from tosportal.features.decisions import queries, service
from tosportal.features.decisions.models import Decision, RankedApplication
from tosportal.features.decisions.routes.pages import blueprint, decision_of, office_contest
from tosportal.support.db import db
from tosportal.web.clock import now

LONGEST_ACT, LONGEST_WHY = 300, 600


@blueprint.get("/office/contests/<slug>/decision/<int:number>/sums")
@needs(Permission.DECISION_PREPARE)
def sums_named(slug: str, number: int) -> ResponseReturnValue:
    """The form: every application that has passed, what is recommended, and the sum that was named. The address of an
    older decision leads to the ranking of today."""
    contest = office_contest(slug, Permission.DECISION_PREPARE)
    decision = queries.latest_decision(contest.id) or abort(404)
    rows = passed_rows(contest, decision)
    if decision.number != number:
        return redirect(url_for("decisions.ranking", slug=slug))
    typed = {"act": ""}
    for row in rows:
        typed |= {name_of("sum", row): f"{row.awarded_sum:f}".replace(".", ","), name_of("why", row): ""}
    return sums_page(contest, decision, rows, typed)


@blueprint.post("/office/contests/<slug>/decision/<int:number>/sums")
@needs(Permission.DECISION_PREPARE)
def name_sums(slug: str, number: int) -> ResponseReturnValue:
    """The sums are written down: the next decision, for the chair to approve."""
    contest = office_contest(slug, Permission.DECISION_PREPARE)
    decision = decision_of(slug, number, Permission.DECISION_PREPARE)
    rows = passed_rows(contest, decision)
    names = ["act", *(name_of(kind, row) for row in rows for kind in ("sum", "why"))]
    typed = {name: cleaned(request.form.get(name, "")).strip() for name in names}
    named, remarks = read_sums(rows, typed)
    if not remarks:
        try:
            service.name_sums(decision, named, actor=person(), now=now())
        except RuleBroken as error:
            remarks = [
                Remark(one.template, one.values, f"sum-{int(one.place)}" if one.place.isdecimal() else "act")
                for one in error.remarks
            ]
    if remarks:
        return sums_page(contest, decision, rows, typed, remarks), 422
    flash(_("Суммы записаны. Теперь решение утверждает председатель комиссии."), "green")
    return redirect(url_for("decisions.ranking", slug=slug), 303)


def passed_rows(contest: Contest, decision: Decision) -> Sequence[RankedApplication]:
    """The rows that a sum is named for; 404 where the rule alone gives the sums."""
    if not regulation_of(contest).awarding.sums_by:
        abort(404)
    rows = db.session.scalars(queries.ranked_rows(decision.id)).unique()
    return [row for row in rows if row.outcome != "below_pass"]


def name_of(kind: str, row: RankedApplication) -> str:
    return f"{kind}-{row.application.number}"


def recommended_sum(row: RankedApplication) -> Decimal:
    """What the rule recommends: kept apart once a sum was named."""
    before = row.criteria.get("recommended")
    return Decimal(before["sum"]) if before else row.awarded_sum


def read_sums(rows: Sequence[RankedApplication], typed: dict[str, str]) -> tuple[tuple[NamedSum, ...], list[Remark]]:
    """The sums as they were typed; the basis of each is the act, and the reason where it is not what is recommended."""
    remarks = too_long(typed["act"], LONGEST_ACT, "act")
    if not typed["act"]:
        remarks.append(Remark(N_("Назовите акт, которым назначены суммы: вид, дату и номер"), place="act"))
    named = []
    for row in rows:
        at_sum, at_why = name_of("sum", row), name_of("why", row)
        remarks += too_long(typed[at_why], LONGEST_WHY, at_why)
        try:
            money = parse_roubles(typed[at_sum], place=at_sum)
        except RuleBroken as error:
            remarks += error.remarks
            continue
        if money != recommended_sum(row) and not typed[at_why]:
            text = N_("Сумма не та, что рекомендована: напишите почему")
            remarks.append(Remark(text, place=at_why))
        basis = "; ".join(word for word in (typed["act"], typed[at_why]) if word)
        named.append(NamedSum(service.protocol_number(row.application), money, basis))
    return tuple(named), remarks


def sums_page(
    contest: Contest,
    decision: Decision,
    rows: Sequence[RankedApplication],
    typed: dict[str, str],
    remarks: Sequence[Remark] = (),
) -> str:
    return render_template(
        "decisions/sums.html",
        contest=contest,
        decision=decision,
        rows=[(row, recommended_sum(row)) for row in rows],
        typed=typed,
        remarks=remarks,
        errors=bool(remarks),
        by=regulation_of(contest).awarding.sums_by,
        by_part=queries.by_part(decision),
        fund_sum=sum(fund_of(contest).values(), Decimal(0)),
    )
