"""Keeping the registry: the cards, the import of a list, the requests to speak for a ТОС."""

import base64
import binascii

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Permission
from tosportal.domain.tos_list import COLUMNS, read_tos, read_tos_csv
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.registry import forms, queries, service
from tosportal.features.registry.models import Municipality, Settlement, Tos
from tosportal.features.registry.routes.blueprint import NUMBER, blueprint
from tosportal.features.registry.routes.public import district
from tosportal.web.clock import now
from tosportal.web.lists import paged

FILE_MOST = 1024 * 1024


@blueprint.get("/office/tos")
@needs(Permission.TOS_EDIT)
def office_index() -> ResponseReturnValue:
    municipality = own_district(Permission.TOS_EDIT)
    asked = forms.asked_filter(request.args, service.today_in(municipality, now()).year, with_inactive=True)
    return render_template(
        "registry/office_index.html",
        page=paged(queries.registry_list(municipality.id, asked), size=100),
        places=queries.settlements_of(municipality.id),
        asked=asked,
        args=forms.asked_again(asked),
        waiting=queries.links_waiting(where(Permission.LINK_DECIDE)),
    )


def own_district(permission: Permission) -> Municipality:
    """The municipality of the page, when the officer works there."""
    municipality = district()
    ensure_may(permission, municipality=municipality.id)
    return municipality


# --- the card --------------------------------------------------------------------------------------------------------


@blueprint.route("/office/tos/new", methods=["GET", "POST"])
@needs(Permission.TOS_EDIT)
def add() -> ResponseReturnValue:
    municipality = own_district(Permission.TOS_EDIT)
    places = queries.settlements_of(municipality.id)
    given = {**dict.fromkeys(forms.FACT_LABELS, ""), "settlement_id": "", "is_active": "yes"}
    remarks: list[Remark] = []
    if request.method == "POST":
        given = forms.typed_tos(request.form)
        place = forms.chosen_place(given, places)
        facts, remarks = read_tos(forms.facts_of_place(given, place), today=service.today_in(municipality, now()))
        remarks = forms.at_inputs(remarks, given)
        if facts is not None:
            try:
                settlement = place or new_place(municipality, given)
                tos = service.add_tos(
                    facts, municipality=municipality, settlement=settlement, actor=person(), now=now()
                )
            except RuleBroken as refused:
                remarks = list(refused.remarks)
            else:
                flash(_("%(tos)s в реестре. Теперь укажите председателя и контакты.", tos=tos.name), "success")
                return redirect(url_for("registry.people", code=tos.code), 303)
    return card_page(None, given, places, remarks)


@blueprint.route("/office/tos/<code>/edit", methods=["GET", "POST"])
@needs(Permission.TOS_EDIT)
def edit(code: str) -> ResponseReturnValue:
    tos = own_tos(code)
    places = queries.settlements_of(tos.municipality_id)
    if request.method == "GET":
        return card_page(tos, texts_of(tos), places, [])
    given = forms.typed_tos(request.form) | {"code": tos.code}
    place = forms.chosen_place(given, places)
    facts, remarks = read_tos(forms.facts_of_place(given, place), today=service.today_in(tos.municipality, now()))
    remarks = forms.at_inputs(remarks, given)
    if facts is None:
        return card_page(tos, given, places, remarks, version=request.form.get("version", type=int, default=0))
    try:
        service.edit_tos(
            tos,
            facts,
            settlement=place or new_place(tos.municipality, given),
            is_active=given["is_active"] == "yes",
            version=request.form.get("version", type=int, default=0),
            actor=person(),
            now=now(),
        )
    except StateConflict as conflict:
        return card_page(tos, given, places, list(conflict.remarks), saved=texts_of(tos))
    except RuleBroken as refused:
        return card_page(tos, given, places, list(refused.remarks))
    flash(_("Сохранено"), "success")
    return redirect(url_for("registry.show", code=tos.code), 303)


def own_tos(code: str) -> Tos:
    """A ТОС whose card the officer keeps; another's does not exist."""
    tos = queries.tos_for_officer(code, where(Permission.TOS_EDIT))
    if tos is None:
        abort(404)
    return tos


def new_place(municipality: Municipality, given: dict[str, str]) -> Settlement:
    """The place typed in the form."""
    return service.add_settlement(
        municipality,
        name=given["settlement"].strip(),
        place=given["place"].strip(),
        kind=given["settlement_kind"].strip() or "сельсовет",
        place_kind=given["place_kind"].strip() or "с.",
        actor=person(),
        now=now(),
    )


def texts_of(tos: Tos) -> dict[str, str]:
    """The saved card as the form would have it typed."""
    facts = service.tos_texts(tos, tos.settlement)
    texts = {name: "" if value is None else str(value) for name, value in facts.items()}
    days = {name: facts[name].strftime("%d.%m.%Y") if facts[name] else "" for name in forms.DAY_FACTS}
    boxes = {"is_legal_entity": "yes" if tos.is_legal_entity else "no", "is_active": "yes" if tos.is_active else "no"}
    return {**texts, **days, **boxes, "settlement_id": str(tos.settlement_id)}


def card_page(
    tos: Tos | None,
    given: dict[str, str],
    places: list[Settlement],
    remarks: list[Remark],
    *,
    version: int | None = None,
    saved: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """The form: empty, with remarks (422), or against a newer card (409) with both texts side by side."""
    differing = [
        (label, given.get(name, ""), saved.get(name, ""))
        for name, label in forms.FACT_LABELS.items()
        if saved is not None
        and name not in ("settlement", "settlement_kind", "place_kind", "place")
        and given.get(name, "") != saved.get(name, "")
    ]
    if saved is not None and given["settlement_id"] != saved["settlement_id"]:
        names = {str(one.id): one.place for one in places}
        sides = (names.get(given["settlement_id"], given["place"]), names.get(saved["settlement_id"], ""))
        differing.insert(0, (forms.FACT_LABELS["place"], *sides))
    status = 409 if saved is not None else 422 if remarks else 200
    return render_template(
        "registry/edit.html",
        tos=tos,
        given=given,
        places=places,
        remarks=remarks if saved is None else [],
        errors=remarks,
        conflict=remarks[0] if saved is not None else None,
        differing=differing,
        version=tos.version if tos and version is None else version or 0,
        labels=forms.FACT_LABELS,
    ), status


# --- the import ------------------------------------------------------------------------------------------------------


@blueprint.route("/office/tos/import", methods=["GET", "POST"])
@needs(Permission.TOS_IMPORT)
def import_list() -> ResponseReturnValue:
    """First the file is looked through and nothing changes; the second press loads what was looked through."""
    municipality = own_district(Permission.TOS_IMPORT)
    if request.method == "GET":
        return render_template("registry/import.html", report=None, remarks=[], columns=forms.FACT_LABELS)
    data, remark = uploaded()
    if remark is not None:
        page = render_template(
            "registry/import.html", report=None, remarks=[remark], errors=[remark], columns=forms.FACT_LABELS
        )
        return page, 422
    does = request.form.get("do") == "load"
    report = service.import_tos(
        read_tos_csv(data, today=service.today_in(municipality, now())),
        municipality=municipality,
        skip_bad=request.form.get("skip_bad") == "yes",
        dry_run=not does,
        actor=person(),
        now=now(),
    )
    if report.is_done:
        counts = {"added": len(report.added), "changed": len(report.changed), "unchanged": report.unchanged}
        flash(_("Загружено: новых %(added)d, изменено %(changed)d, без изменений %(unchanged)d.", **counts), "success")
        if report.bad:
            flash(
                ngettext("Пропущена %(num)d строка с ошибками", "Пропущено %(num)d строк с ошибками", report.bad_lines),
                "warning",
            )
        return redirect(url_for("registry.office_index"), 303)
    return render_template(
        "registry/import.html",
        report=report,
        remarks=[],
        kept=base64.b64encode(data).decode("ascii"),
        columns=forms.FACT_LABELS,
        fact_of=COLUMNS,
        shown=forms.shown_fact,
        refused=does,
    ), 422 if report.bad else 200


def uploaded() -> tuple[bytes, Remark | None]:
    """The file just sent, or the one looked through before, kept in the page; else what is wrong with it."""
    file = request.files.get("file")
    data = b""
    if file is not None:
        data = file.read(FILE_MOST + 1)
        file.close()
    if not data and (kept := request.form.get("kept")):
        try:
            data = base64.b64decode(kept, validate=True)
        except (binascii.Error, ValueError):
            data = b""
    if not data:
        return b"", Remark(N_("Выберите файл CSV со списком ТОС"), place="file")
    if len(data) > FILE_MOST:
        return b"", Remark(N_("Файл больше 1 МБ: разделите список на части"), place="file")
    return data, None


# --- requests to speak for a ТОС -------------------------------------------------------------------------------------


@blueprint.get("/office/links")
@needs(Permission.LINK_DECIDE)
def links() -> ResponseReturnValue:
    return links_page()


def links_page(remarks: dict[int, Remark] | None = None, answers: dict[int, str] | None = None) -> ResponseReturnValue:
    """The list; an answer that was refused stands in its form with the reason."""
    state = request.args.get("state", "")
    state = state if state in ("asked", "confirmed", "declined", "ended") else ""
    scopes = where(Permission.LINK_DECIDE)
    return render_template(
        "registry/links.html",
        page=paged(queries.links_for_officer(scopes, state), size=50),
        state=state,
        waiting=queries.links_waiting(scopes),
        remarks=remarks or {},
        answers=answers or {},
        errors=remarks,
    ), 422 if remarks else 200


@blueprint.post(f"/office/links/{NUMBER.format('link_id')}")
@needs(Permission.LINK_DECIDE)
def decide_link(link_id: int) -> ResponseReturnValue:
    """Confirm, decline or end, by the button that was pressed."""
    link = queries.link_for_officer(link_id, where(Permission.LINK_DECIDE))
    act = request.form.get("act")
    if link is None or act not in ("accept", "decline", "end"):
        abort(404)
    answer = forms.typed(request.form, "answer")
    try:
        if act == "end":
            service.end_link(link, reason=answer, actor=person(), now=now())
        else:
            service.decide_link(link, accept=act == "accept", answer=answer, actor=person(), now=now())
    except RuleBroken as refused:
        return links_page({link_id: refused.remarks[0]}, {link_id: answer})
    said = {
        "accept": _("Подтверждено: %(person)s, %(tos)s. Письмо отправлено."),
        "decline": _("Отклонено: %(person)s, %(tos)s. Письмо отправлено."),
        "end": _("Закончено: %(person)s, %(tos)s. Письмо отправлено."),
    }[act]
    flash(said % {"person": link.person.full_name or link.person.email, "tos": link.tos.name}, "success")
    return redirect(url_for("registry.links"), 303)
