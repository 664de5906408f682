"""What everybody sees: the list, the page of a ТОС, the list as a file."""

import csv
import io

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tosportal.domain.permissions import Permission
from tosportal.domain.tos_list import COLUMNS, spreadsheet_cell
from tosportal.features.accounts.guards import open_to_all, person_or_none, where
from tosportal.features.registry import forms, queries, service
from tosportal.features.registry.models import Municipality, Tos
from tosportal.features.registry.queries import PublicFacts, TosFilter
from tosportal.features.registry.routes.blueprint import blueprint
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.lists import paged


def district() -> Municipality:
    """The municipality of the page; without one there is no registry yet."""
    municipality = queries.municipality_of_page()
    if municipality is None:
        abort(404)
    return municipality


@blueprint.get("/tos")
@open_to_all
def index() -> ResponseReturnValue:
    municipality = queries.municipality_of_page()
    if municipality is None:
        return render_template("registry/empty.html")
    today = service.today_in(municipality, now())
    asked = forms.asked_filter(request.args, today.year)
    places = queries.places_with_counts(municipality.id, TosFilter())
    return render_template(
        "registry/index.html",
        page=paged(queries.registry_list(municipality.id, asked), size=50),
        places=[(place, count) for place, count in places if count],
        total=sum(count for _place, count in places),
        asked=asked,
        chosen=next((place for place, _count in places if place.id == asked.settlement_id), None),
        args=forms.asked_again(asked),
    )


@blueprint.get("/tos.csv")
@open_to_all
def download() -> ResponseReturnValue:
    """The list that was asked for as a table; of people only what their consents allow today."""
    municipality = district()
    today = service.today_in(municipality, now())
    asked = forms.asked_filter(request.args, today.year)
    toses = db.session.scalars(queries.registry_list(municipality.id, asked)).all()
    people = queries.public_facts(select(Tos.id).where(Tos.municipality_id == municipality.id), today)
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=";")
    writer.writerow(COLUMNS)
    nobody = PublicFacts()
    for tos in toses:
        public = people.get(tos.id, nobody)
        facts = {
            **service.tos_texts(tos, tos.settlement),
            "is_legal_entity": "да" if tos.is_legal_entity else "нет",
            "chair_full_name": public.chair.full_name if public.chair else "",
            "phone": public.phone or "",
            "email": public.email or "",
        }
        values = [facts[fact] for fact in COLUMNS.values()]
        writer.writerow(["" if value is None else spreadsheet_cell(str(value)) for value in values])
    answer = Response("\ufeff" + sheet.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="tos-{today.isoformat()}.csv"'
    return answer


@blueprint.get("/tos/<code>")
@open_to_all
def show(code: str) -> ResponseReturnValue:
    tos = queries.tos_by_code(code)
    if tos is None:
        abort(404)
    today = service.today_in(tos.municipality, now())
    somebody = person_or_none()
    return render_template(
        "registry/show.html",
        tos=tos,
        public=queries.public_facts([tos.id], today).get(tos.id, PublicFacts()),
        link=queries.live_link(somebody.id, tos.id) if somebody else None,
        may_edit=where(Permission.TOS_EDIT).holds(municipality=tos.municipality_id),
    )
