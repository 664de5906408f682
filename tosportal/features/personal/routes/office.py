"""Consents for the secretary: who gave which, those on paper, and the words people agree to."""

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.consents import (
    ITEM_NAMES,
    PLACES,
    PURPOSE_NAMES,
    WITH_TEXT,
    Purpose,
)
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.tos_list import one_line
from tosportal.features.accounts import consents
from tosportal.features.accounts.guards import needs, person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.accounts.models import Consent
from tosportal.features.accounts.queries import names_of_people, person_by_email
from tosportal.features.personal import queries, service
from tosportal.features.personal.forms import Paper, typed
from tosportal.features.personal.routes.blueprint import NUMBER, blueprint, district, site, today
from tosportal.features.personal.routes.consents import consent_page
from tosportal.features.registry.models import Municipality, Tos
from tosportal.features.registry.queries import tos_for_officer
from tosportal.features.registry.service import consent_facts
from tosportal.support.storage import KINDS, StorageUnavailable, current_storage
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.lists import paged

NO_STORAGE = N_("Хранилище файлов не отвечает. Попробуйте позже, введённое осталось на странице")
FILE_POLICY = "sandbox; default-src 'none'"


@blueprint.get("/office/consents")
@needs(Permission.CONSENT_KEEP)
def office_consents() -> ResponseReturnValue:
    asked = {name: one_line(request.args.get(name, ""))[:100] for name in ("purpose", "state", "q")}
    day = today(district())
    page = paged(
        consents.consents_for_officer(
            where(Permission.CONSENT_KEEP),
            purpose=asked["purpose"],
            state=asked["state"],
            words=asked["q"].replace("\x00", ""),
            today=day,
        ),
        scalars=False,
    )
    return render_template(
        "personal/office_consents.html",
        page=page,
        asked=asked,
        purposes=PURPOSE_NAMES,
        items=ITEM_NAMES,
        toses=queries.names_of_toses(row[0].tos_id for row in page.rows),
        live={row[0].id: queries.is_live(row[0], day) for row in page.rows},
    )


@blueprint.route("/office/consents/new", methods=["GET", "POST"])
@needs(Permission.CONSENT_KEEP)
def enter_paper() -> ResponseReturnValue:
    municipality = _kept_district()
    given, remarks = Paper(given_on=today(municipality).isoformat()), list[Remark]()
    if request.method == "POST":
        given = Paper.of(request.form)
        try:
            _keep_paper(municipality, given, remarks)
        except RuleBroken as refused:
            remarks += refused.remarks
        except StorageUnavailable:
            remarks.append(Remark(NO_STORAGE, place="scan"))
        if not remarks:
            flash(_("Согласие записано."), "success")
            return redirect(url_for("personal.office_consents"), 303)
        start_afresh()
    return render_template(
        "personal/paper.html",
        given=given,
        purposes=[(one.value, _(PURPOSE_NAMES[one])) for one in WITH_TEXT],
        items=[(code, _(name)) for code, name in ITEM_NAMES.items()],
        scan_mb=service.SCAN_MB,
        endings=",".join(f".{one}" for kind in service.SCAN_KINDS for one in KINDS[kind].extensions),
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


def _keep_paper(municipality: Municipality, given: Paper, remarks: list[Remark]) -> None:
    """Everything that can be said about the form at once, then the paper with its scan."""
    given_on = given.day("given_on", remarks, needed=True)
    until_on = given.day("consent_until_on", remarks)
    tos: Tos | None = None
    if given.purpose not in WITH_TEXT:
        remarks.append(Remark(N_("Выберите, на что согласие"), place="purpose"))
    elif given.purpose == Purpose.DISTRIBUTION:
        tos = tos_for_officer(given.tos, where(Permission.CONSENT_KEEP)) if given.tos else None
        if tos is None:
            remarks.append(Remark(N_("Укажите код ТОС из реестра, например tos-001"), place="tos"))
    somebody = person_by_email(given.email) if given.email else None
    if given.email and somebody is None:
        remarks.append(Remark(N_("Человека с таким адресом на портале нет. Оставьте поле пустым"), place="email"))
    if given_on is None or remarks:
        return
    file = request.files.get("scan")
    scan = service.keep_scan(file.stream, file.filename) if file is not None and file.filename else None
    item = given.what if tos is not None else ""
    facts = consent_facts(municipality, name=given.subject_name, tos=tos, item=item, until_on=until_on, site=site())
    consents.record_paper(
        Purpose(given.purpose),
        municipality_id=municipality.id,
        subject_name=given.subject_name,
        facts=facts,
        given_on=given_on,
        until_on=until_on,
        today=today(municipality),
        actor=person(),
        now=now(),
        item=item,
        tos_id=tos.id if tos is not None else None,
        person_id=somebody.id if somebody is not None else None,
        scan=scan,
    )


@blueprint.get(f"/office/consents/{NUMBER.format('consent_id')}")
@needs(Permission.CONSENT_KEEP)
def office_consent(consent_id: int) -> ResponseReturnValue:
    consent = _kept(consent_id)
    _note(consent)
    return consent_page(consent, back=url_for("personal.office_consents"))


@blueprint.get(f"/office/consents/{NUMBER.format('consent_id')}/scan")
@needs(Permission.CONSENT_KEEP)
def scan(consent_id: int) -> ResponseReturnValue:
    consent = _kept(consent_id)
    if consent.storage_key is None:
        abort(404)
    _note(consent)
    try:
        stream = current_storage().open(consent.storage_key)
    except FileNotFoundError:
        abort(404)
    response: Response = send_file(
        stream, mimetype=consent.scan_type, as_attachment=True, download_name=consent.scan_name, etag=False, max_age=0
    )
    response.content_length = consent.scan_size
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.post(f"/office/consents/{NUMBER.format('consent_id')}/withdraw")
@needs(Permission.CONSENT_KEEP)
def withdraw_for_person(consent_id: int) -> ResponseReturnValue:
    """A person asked for it by letter or in the office."""
    consents.withdraw(_kept(consent_id), actor=person(), now=now())
    flash(_("Согласие отозвано: на открытых страницах этих сведений больше нет."), "success")
    return redirect(url_for("personal.office_consents"), 303)


@blueprint.get("/office/consents/texts")
@needs(Permission.CONSENT_KEEP)
def consent_texts() -> ResponseReturnValue:
    municipality = _kept_district()
    return render_template(
        "personal/texts.html", wordings=consents.wordings(municipality.id).values(), purposes=PURPOSE_NAMES
    )


@blueprint.route(
    "/office/consents/texts/<any(processing, distribution, photos, mailings):purpose>", methods=["GET", "POST"]
)
@needs(Permission.CONSENT_KEEP)
def edit_text(purpose: str) -> ResponseReturnValue:
    municipality = _kept_district()
    kind = Purpose(purpose)
    body, remarks = consents.wordings(municipality.id)[kind].body, list[Remark]()
    if request.method == "POST":
        body = typed(request.form, "body", 200_000)
        try:
            consents.publish_text(municipality.id, kind, body, actor=person(), now=now())
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(_("Новый текст действует. Прежние согласия остаются на своём тексте."), "success")
            return redirect(url_for("personal.consent_texts"), 303)
    versions = [one for one in consents.texts_of(municipality.id) if one.purpose == purpose]
    return render_template(
        "personal/edit_text.html",
        purpose=kind,
        purposes=PURPOSE_NAMES,
        body=body,
        places=PLACES,
        versions=versions,
        people=names_of_people(one.made_by_id for one in versions),
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200


def _kept_district() -> Municipality:
    """The district of the page, when its consents are the officer's business."""
    municipality = district()
    if not where(Permission.CONSENT_KEEP).holds(municipality=municipality.id):
        abort(404)
    return municipality


def _kept(consent_id: int) -> Consent:
    return consents.consent_for_officer(consent_id, where(Permission.CONSENT_KEEP)) or abort(404)


def _note(consent: Consent) -> None:
    subject = ("person", consent.person_id) if consent.person_id else consent
    note_look("consent", subject, tos_id=consent.tos_id, municipality_id=consent.municipality_id)
