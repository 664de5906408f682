"""«Мои согласия»: reading each document, agreeing to it by an act of its own, taking it back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain import consents as rules
from tosportal.domain.consents import AFTER_WITHDRAWAL, ITEM_NAMES, PURPOSE_NAMES, Purpose
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.features.accounts import consents
from tosportal.features.accounts.guards import needs, person
from tosportal.features.accounts.models import Consent
from tosportal.features.personal import queries, service
from tosportal.features.personal.queries import Choice
from tosportal.features.personal.routes.blueprint import NUMBER, blueprint, district, site, today
from tosportal.features.registry.queries import contacts_of, current_chair
from tosportal.features.registry.service import consent_facts
from tosportal.web.clock import now


@blueprint.get("/my/consents")
@needs(Permission.OWN_ACCOUNT_EDIT)
def own_consents() -> ResponseReturnValue:
    municipality = district()
    return render_template(
        "personal/consents.html",
        own=queries.own_consents(person(), today(municipality)),
        purposes=PURPOSE_NAMES,
        items=ITEM_NAMES,
        today=today(municipality),
    )


@blueprint.route("/my/consents/<any(processing, distribution, photos, mailings):purpose>", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT_EDIT)
def give_consent(purpose: str) -> ResponseReturnValue:
    """The document alone on its page; agreeing is ticking its box and pressing its button."""
    municipality = district()
    day = today(municipality)
    choice = queries.own_consents(person(), day).choice(
        purpose, request.values.get("item", ""), request.values.get("tos", "")
    )
    if choice is None:
        abort(404)
    name, lacking = _named_in(choice)
    facts = consent_facts(municipality, name=name, tos=choice.tos, item=choice.item, site=site())
    text = rules.document(consents.wordings(municipality.id)[choice.purpose].body, facts)
    remarks: list[Remark] = []
    if request.method == "POST":
        try:
            if lacking is not None:
                raise RuleBroken(lacking)
            if request.form.get("agree") != "yes":
                raise RuleBroken(Remark(N_("Отметьте, что согласны, или вернитесь назад"), place="agree"))
            consents.give(
                person(),
                choice.purpose,
                municipality_id=municipality.id,
                facts=facts,
                seen=request.form.get("seen", ""),
                today=day,
                now=now(),
                item=choice.item,
                tos_id=choice.tos.id if choice.tos else None,
            )
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(_("Согласие записано. Отозвать его можно здесь же."), "success")
            return redirect(url_for("personal.own_consents"), 303)
    return render_template(
        "personal/give.html",
        choice=choice,
        text=text,
        seen=rules.digest(text),
        lacking=lacking,
        value=_value_of(choice),
        purposes=PURPOSE_NAMES,
        items=ITEM_NAMES,
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


@blueprint.get(f"/my/consents/{NUMBER.format('consent_id')}")
@needs(Permission.OWN_ACCOUNT_EDIT)
def own_consent(consent_id: int) -> ResponseReturnValue:
    return consent_page(_own(consent_id), back=url_for("personal.own_consents"))


@blueprint.post(f"/my/consents/{NUMBER.format('consent_id')}/withdraw")
@needs(Permission.OWN_ACCOUNT_EDIT)
def withdraw_consent(consent_id: int) -> ResponseReturnValue:
    consent = _own(consent_id)
    service.withdraw_own(consent, actor=person(), now=now())
    flash(_("Согласие отозвано.") + " " + _(AFTER_WITHDRAWAL[Purpose(consent.purpose)]) + ".", "success")
    return redirect(url_for("personal.own_consents"), 303)


def consent_page(consent: Consent, *, back: str) -> ResponseReturnValue:
    """The very words that were agreed to, when, how, and their check sum."""
    return render_template(
        "personal/consent.html", consent=consent, back=back, purposes=PURPOSE_NAMES, items=ITEM_NAMES
    )


def _own(consent_id: int) -> Consent:
    own = queries.own_consents(person(), today(district()))
    return next((one for one in own.history if one.id == consent_id), None) or abort(404)


def _named_in(choice: Choice) -> tuple[str, Remark | None]:
    """Whose consent it is, and what is missing for it: a name, or the datum that would be shown."""
    name = person().full_name
    if not name:
        return "", Remark(N_("Сначала напишите в кабинете фамилию, имя и отчество"), place="agree")
    if choice.tos is not None and not _value_of(choice):
        return name, Remark(N_("Этих сведений в реестре нет: попросите секретаря внести их"), place="agree")
    return name, None


def _value_of(choice: Choice) -> str:
    """What would be shown: the name of the chair or the contact, as the registry has it."""
    if choice.tos is None:
        return ""
    if choice.item == "chair":
        chair = current_chair(choice.tos.id, today(district()))
        return chair.full_name if chair else ""
    contact = contacts_of(choice.tos.id).get(choice.item)
    return contact.value if contact else ""
