"""Asking to speak for a ТОС, and the list of one's own."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, person
from tosportal.features.registry import forms, queries, service
from tosportal.features.registry.routes.blueprint import NUMBER, blueprint
from tosportal.web.clock import now


@blueprint.route("/tos/<code>/link", methods=["GET", "POST"])
@needs(Permission.LINK_REQUEST)
def ask_link(code: str) -> ResponseReturnValue:
    tos = queries.tos_by_code(code)
    if tos is None:
        abort(404)
    link = queries.live_link(person().id, tos.id)
    remarks: list[Remark] = []
    given = {"seat": "", "basis": ""}
    if request.method == "POST":
        given = {"seat": forms.typed(request.form, "seat"), "basis": forms.typed(request.form, "basis")}
        try:
            service.ask_link(person=person(), tos=tos, seat=given["seat"], basis=given["basis"], now=now())
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(_("Просьба отправлена. Ответ придёт письмом и появится здесь."), "success")
            return redirect(url_for("registry.my_toses"), 303)
    return render_template(
        "registry/ask_link.html", tos=tos, link=link, given=given, remarks=remarks, errors=remarks
    ), 422 if remarks else 200


@blueprint.get("/my/tos")
@needs(Permission.LINK_REQUEST)
def my_toses() -> ResponseReturnValue:
    return render_template("registry/my_toses.html", links=queries.links_of_person(person()))


@blueprint.post(f"/my/tos/{NUMBER.format('link_id')}/leave")
@needs(Permission.LINK_REQUEST)
def leave(link_id: int) -> ResponseReturnValue:
    link = queries.link_of_person(link_id, person())
    if link is None:
        abort(404)
    service.end_link(link, reason="", actor=person(), now=now())
    flash(_("Готово: вы больше не связаны с %(tos)s.", tos=link.tos.name), "success")
    return redirect(url_for("registry.my_toses"), 303)
