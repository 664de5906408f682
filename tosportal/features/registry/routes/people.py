"""The people of a ТОС, for the officer: chairs with terms, contacts, consents to publish."""

from collections.abc import Callable

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.tos_list import one_line
from tosportal.features.accounts import consents
from tosportal.features.accounts.guards import needs, person
from tosportal.features.accounts.looks import note_look
from tosportal.features.registry import forms, queries, service
from tosportal.features.registry.models import Tos
from tosportal.features.registry.routes.blueprint import NUMBER, blueprint
from tosportal.features.registry.routes.officer import own_tos
from tosportal.web.clock import now


@blueprint.get("/office/tos/<code>/people")
@needs(Permission.TOS_EDIT)
def people(code: str) -> ResponseReturnValue:
    tos = own_tos(code)
    note_look("tos", tos, tos_id=tos.id, municipality_id=tos.municipality_id)
    return people_page(tos)


def people_page(
    tos: Tos, remarks: list[Remark] | None = None, typed: dict[str, str] | None = None
) -> ResponseReturnValue:
    """All of it on one page; a form that was refused keeps what was typed."""
    today = service.today_in(tos.municipality, now())
    chair = queries.current_chair(tos.id, today)
    contacts = queries.contacts_of(tos.id)
    given = {
        "full_name": chair.full_name if chair else "",
        "since_on": chair.since_on.isoformat() if chair and chair.since_on else "",
        "until_on": chair.until_on.isoformat() if chair and chair.until_on else "",
        "phone": contacts["phone"].value if "phone" in contacts else "",
        "email": contacts["email"].value if "email" in contacts else "",
        "what": "",
        "given_on": today.isoformat(),
        "consent_until_on": "",
        **(typed or {}),
    }
    return render_template(
        "registry/people.html",
        tos=tos,
        chair=chair,
        terms=queries.chair_terms(tos.id),
        consents=consents.consents_of_tos(tos.id),
        public=queries.public_facts([tos.id], today).get(tos.id),
        speakers=queries.people_of_tos(tos.id),
        given=given,
        today=today,
        remarks=remarks or [],
        errors=remarks,
    ), 422 if remarks else 200


def kept(tos: Tos, act: Callable[[], object], remarks: list[Remark], typed: dict[str, str]) -> ResponseReturnValue:
    """Do it when nothing is wrong so far, and say so; else the page with what was typed."""
    if not remarks:
        try:
            act()
        except RuleBroken as refused:
            remarks = list(refused.remarks)
    if remarks:
        return people_page(tos, remarks, typed)
    flash(_("Сохранено"), "success")
    return redirect(url_for("registry.people", code=tos.code), 303)


@blueprint.post("/office/tos/<code>/chair")
@needs(Permission.TOS_EDIT)
def set_chair(code: str) -> ResponseReturnValue:
    tos, remarks = own_tos(code), list[Remark]()
    typed = {"full_name": one_line(forms.typed(request.form, "full_name"))}
    typed |= {name: forms.typed_day(request.form, name) for name in ("since_on", "until_on")}
    since, until = (forms.read_day(typed[name], name, remarks) for name in ("since_on", "until_on"))
    today = service.today_in(tos.municipality, now())

    def act() -> object:
        return service.set_chair(
            tos, full_name=typed["full_name"], since_on=since, until_on=until, today=today, actor=person(), now=now()
        )

    return kept(tos, act, remarks, typed)


@blueprint.post("/office/tos/<code>/contacts")
@needs(Permission.TOS_EDIT)
def set_contacts(code: str) -> ResponseReturnValue:
    tos, remarks = own_tos(code), list[Remark]()
    typed = forms.typed_contacts(request.form, remarks)
    return kept(tos, lambda: service.set_contacts(tos, **typed, actor=person(), now=now()), remarks, typed)


@blueprint.post("/office/tos/<code>/consents")
@needs(Permission.TOS_EDIT)
def give_consent(code: str) -> ResponseReturnValue:
    tos, remarks = own_tos(code), list[Remark]()
    typed = {"what": forms.typed(request.form, "what")}
    typed |= {name: forms.typed_day(request.form, name) for name in ("given_on", "consent_until_on")}
    given_on = forms.read_day(typed["given_on"], "given_on", remarks, needed=True)
    until_on = forms.read_day(typed["consent_until_on"], "consent_until_on", remarks)
    today = service.today_in(tos.municipality, now())

    def act() -> object:
        assert given_on is not None  # noqa: S101 — read_day said so otherwise
        return service.give_consent(
            tos,
            what=typed["what"],
            given_on=given_on,
            until_on=until_on,
            today=today,
            site=str(current_app.config["BASE_URL"]).rstrip("/"),
            actor=person(),
            now=now(),
        )

    return kept(tos, act, remarks, typed)


@blueprint.post(f"/office/tos/<code>/consents/{NUMBER.format('consent_id')}/withdraw")
@needs(Permission.TOS_EDIT)
def withdraw_consent(code: str, consent_id: int) -> ResponseReturnValue:
    tos = own_tos(code)
    consent = next((one for one in consents.consents_of_tos(tos.id) if one.id == consent_id), None)
    if consent is None:
        abort(404)
    consents.withdraw(consent, actor=person(), now=now())
    flash(_("Согласие отозвано: на открытых страницах этих сведений больше нет."), "success")
    return redirect(url_for("registry.people", code=tos.code), 303)
