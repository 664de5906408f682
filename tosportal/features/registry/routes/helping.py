"""Helpers of a ТОС: the chair's page, and coming in by the link of a letter."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.tos_list import one_line
from tosportal.features.accounts.guards import needs, open_to_all, person, person_or_none
from tosportal.features.accounts.service import clean_email
from tosportal.features.registry import forms, queries, service
from tosportal.features.registry.letters import seat_words
from tosportal.features.registry.models import HelperInvitation, Tos
from tosportal.features.registry.routes.blueprint import NUMBER, blueprint
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.form_keys import form_key_from, new_form_key

blueprint.add_app_template_filter(seat_words, "seat_words")


def chaired(code: str) -> Tos:
    """The ТОС of this address, when whoever asks is its chair; else 404."""
    tos = queries.tos_by_code(code)
    if tos is None or not queries.is_chair_of(person().id, tos.id):
        abort(404)
    return tos


@blueprint.get("/my/tos/<code>/helpers")
@needs(Permission.HELPER_INVITE)
def helpers(code: str) -> ResponseReturnValue:
    return helpers_page(chaired(code))


def helpers_page(tos: Tos, remarks: list[Remark] | None = None, email: str = "", status: int = 200) -> Any:
    """Who helps, who is invited, what helpers may do, and the form of a new invitation."""
    return render_template(
        "registry/helpers.html",
        tos=tos,
        helpers=queries.helpers_of(tos.id),
        invitations=[(one, service.state_of(one, now())) for one in queries.waiting_invitations(tos.id)],
        email=email,
        form_key=new_form_key(),
        errors=remarks or [],
    ), status


@blueprint.post("/my/tos/<code>/helpers")
@needs(Permission.HELPER_INVITE)
def invite_helper(code: str) -> ResponseReturnValue:
    tos = chaired(code)
    email, form_key = one_line(forms.typed(request.form, "email")), form_key_from(request.form)
    if form_key is None:
        words = N_("Страница открыта слишком давно. Нажмите кнопку ещё раз")
        return helpers_page(tos, [Remark(words)], email, 422)
    try:
        service.invite_helper(tos, email=email, form_key=form_key, actor=person(), now=now())
    except RuleBroken as refused:
        db.session.rollback()
        return helpers_page(chaired(code), list(refused.remarks), email, 422)
    flash(_("Приглашение отправлено. Ссылка действует семь дней."), "success")
    return redirect(url_for("registry.helpers", code=code), 303)


@blueprint.post(f"/my/tos/<code>/helpers/invitations/{NUMBER.format('invitation_id')}/<any(again, cancel):act>")
@needs(Permission.HELPER_INVITE)
def change_invitation(code: str, invitation_id: int, act: str) -> ResponseReturnValue:
    """Send the letter again with a new link, or withdraw the invitation."""
    tos = chaired(code)
    row = next((one for one in queries.waiting_invitations(tos.id) if one.id == invitation_id), None)
    if row is None:
        abort(404)
    try:
        if act == "again":
            service.invite_again(row, actor=person(), now=now())
            flash(_("Письмо отправлено снова. Прежняя ссылка больше не работает."), "success")
        else:
            service.cancel_invitation(row, actor=person(), now=now())
            flash(_("Приглашение отозвано: ссылка больше не работает."), "success")
    except RuleBroken as refused:
        return helpers_page(tos, list(refused.remarks), status=422)
    return redirect(url_for("registry.helpers", code=code), 303)


@blueprint.post(f"/my/tos/<code>/helpers/{NUMBER.format('link_id')}/remove")
@needs(Permission.HELPER_INVITE)
def remove_helper(code: str, link_id: int) -> ResponseReturnValue:
    tos = chaired(code)
    link = next((one for one in queries.helpers_of(tos.id) if one.id == link_id), None)
    if link is None:
        abort(404)
    service.end_link(link, reason="", actor=person(), now=now())
    flash(_("%(name)s больше не помощник.", name=link.person.full_name or link.person.email), "success")
    return redirect(url_for("registry.helpers", code=code), 303)


@blueprint.post("/my/tos/<code>/helpers/rights")
@needs(Permission.HELPER_INVITE)
def set_helpers(code: str) -> ResponseReturnValue:
    may = request.form.getlist("may")
    service.set_helpers(
        chaired(code), may_submit="submit" in may, may_see_sealed="sealed" in may, actor=person(), now=now()
    )
    flash(_("Сохранено"), "success")
    return redirect(url_for("registry.helpers", code=code), 303)


@blueprint.route("/helpers/<key>", methods=["GET", "POST"])
@open_to_all
def helper_invitation(key: str) -> ResponseReturnValue:
    row = queries.invitation_by_hash(service.key_hash(key))
    if row is None:
        abort(404)
    state = service.state_of(row, now())
    somebody = person_or_none()
    if somebody is None:
        if request.method == "POST":
            return redirect(url_for("security.login", next=request.path), 303)
        return invitation_page(row, "unknown" if state == "open" else state)
    if state == "open" and clean_email(somebody.email) != row.email:
        return invitation_page(row, "stranger", status=403 if request.method == "POST" else 200)
    if request.method == "GET":
        return invitation_page(row, state)
    try:
        with db.session.begin_nested():
            service.accept_invitation(row, person=somebody, now=now())
    except RuleBroken as refused:
        return invitation_page(row, "refused", list(refused.remarks), 409)
    flash(_("Вы помощник: %(tos)s. Черновики заявок — здесь.", tos=row.tos.name), "success")
    return redirect(url_for("applications.mine"), 303)


def invitation_page(row: HelperInvitation, state: str, remarks: list[Remark] | None = None, status: int = 200) -> Any:
    """What the link means now: unknown (not signed in), open, accepted, cancelled, expired, stranger, refused."""
    page = render_template("registry/helper_invitation.html", row=row, tos=row.tos, state=state, remarks=remarks or [])
    return page, status
