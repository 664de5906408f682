"""Terms of keeping and the log of looks, for the administrator."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.retention import BY_CODE
from tosportal.features.accounts.guards import needs, person
from tosportal.features.accounts.looks import WHAT, all_looks
from tosportal.features.personal import service
from tosportal.features.personal.forms import typed
from tosportal.features.personal.routes.blueprint import blueprint
from tosportal.web.clock import now
from tosportal.web.lists import paged


@blueprint.get("/office/looks")
@needs(Permission.LOOKS_READ)
def all_looks_page() -> ResponseReturnValue:
    asked = request.args.get("who", "")
    who = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    return render_template("personal/looks.html", page=paged(all_looks(who), scalars=False), what=WHAT, is_own=False)


@blueprint.get("/office/retention")
@needs(Permission.RETENTION_SET)
def retention() -> ResponseReturnValue:
    """Every class with its term, how much of it is over now, and what was done."""
    return render_template(
        "personal/retention.html",
        terms=[(one, service.count_over(one, now())) for one in service.terms()],
        page=paged(service.runs(), size=25),
        classes=BY_CODE,
    )


@blueprint.route("/office/retention/<code>", methods=["GET", "POST"])
@needs(Permission.RETENTION_SET)
def set_term(code: str) -> ResponseReturnValue:
    if code not in BY_CODE:
        abort(404)
    term = next(one for one in service.terms() if one.kind.code == code)
    given, remarks = {"months": str(term.months), "basis": _(term.basis)}, list[Remark]()
    if request.method == "POST":
        given = {name: typed(request.form, name, 4000) for name in ("months", "basis")}
        text = given["months"].strip()
        months = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
        try:
            service.set_term(code, months=months, basis=given["basis"], actor=person(), now=now())
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(_("Срок записан. Первая чистка по нему — этой ночью."), "success")
            return redirect(url_for("personal.retention"), 303)
    return render_template(
        "personal/term.html", kind=term.kind, given=given, remarks=remarks, errors=remarks
    ), 422 if remarks else 200
