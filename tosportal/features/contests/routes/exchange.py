"""A regulation as a file: the published schema, giving out, taking in as a new contest or over a draft."""

import json
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import KINDS, Regulation, check_regulation, to_json
from tosportal.domain.regulation.file import MOST_BYTES, data_of_file, read_data, written
from tosportal.domain.regulation.schema import regulation_schema
from tosportal.features.accounts.guards import ensure_may, needs, open_to_all, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import defects_in_words
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import changes_in_words
from tosportal.features.contests.routes.beginning import free_slug
from tosportal.features.contests.routes.board import blueprint
from tosportal.web.caching import conditional
from tosportal.web.clock import now

LONGEST_NAME = 300


@blueprint.get("/schema/regulation/1")
@open_to_all
@conditional
def schema() -> ResponseReturnValue:
    """The JSON Schema of a regulation, for those who write or check one elsewhere."""
    text = json.dumps(regulation_schema(), ensure_ascii=False, indent=1)
    return Response(text, content_type="application/schema+json; charset=utf-8")


@blueprint.get("/contests/<slug>/regulation.json")
@open_to_all
@conditional
def regulation_file(slug: str) -> ResponseReturnValue:
    """The regulation in force as data: a regulation is public."""
    contest = queries.visible_contest(slug) or abort(404)
    edition = queries.edition_in_force(contest)
    return _file(contest, edition, queries.regulation_of_edition(edition))


@blueprint.get("/office/contests/<slug>/regulation.json")
@needs(Permission.CONTEST_READ_INNER)
def draft_file(slug: str) -> ResponseReturnValue:
    """What is being written as data: the draft, the amendment being prepared, else what is in force; and the texts of
    letters that the contest has of its own."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    edition = queries.edition_being_written(contest)
    return _file(contest, edition, queries.with_own_letters(queries.regulation_of_edition(edition), contest))


def _file(contest: Contest, edition: RegulationEdition, regulation: Regulation) -> Response:
    """The file, the same bytes each time; its name says which contest and edition."""
    answer = Response(written(regulation), content_type="application/json; charset=utf-8")
    name = f"{contest.slug}-regulation-{edition.number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# --- taking in -----------------------------------------------------------------------------------------------------


@blueprint.get("/office/contests/import")
@needs(Permission.CONTEST_EDIT)
def import_new() -> ResponseReturnValue:
    """Choose a file: the portal reads it and creates nothing yet."""
    _own_municipality()
    return render_template("contests/import.html", contest=None, remarks=[], defects=[])


@blueprint.post("/office/contests/import")
@needs(Permission.CONTEST_EDIT)
def create_from_file() -> ResponseReturnValue:
    """Show what the file says; with the fund chosen, make a draft of it."""
    municipality = _own_municipality()
    taken = _taken()
    if not isinstance(taken, Regulation):
        return render_template("contests/import.html", contest=None, **taken), 422
    if "confirmed" not in request.form:
        return _new_page(taken, {"name": taken.name, "slug": "", "fund": ""}, [])
    typed = {name: cleaned(request.form.get(name, "")).strip() for name in ("name", "slug", "fund")}
    remarks = []
    chosen = service.activity_of_choice(municipality.id, typed["fund"])
    if chosen is None:
        remarks.append(Remark(N_("Выберите, из какого мероприятия программы деньги"), place="fund"))
    if not typed["name"]:
        remarks.append(Remark(N_("Назовите конкурс"), place="name"))
    remarks += too_long(typed["name"], LONGEST_NAME, "name")
    if remarks or chosen is None:
        return _new_page(taken, typed, remarks), 422
    activity, year = chosen
    try:
        contest = service.create_contest(
            municipality=municipality,
            activity=activity,
            slug=typed["slug"] or free_slug(typed["name"], year),
            year=year,
            regulation=replace(taken, name=typed["name"]),
            actor=person(),
            now=now(),
        )
    except RuleBroken as error:
        return _new_page(taken, typed, list(error.remarks)), 422
    flash(_("Черновик конкурса создан. Его видите только вы и коллеги."), "success")
    return redirect(url_for("contests.edit", slug=contest.slug), 303)


@blueprint.get("/office/contests/<slug>/import")
@needs(Permission.CONTEST_EDIT)
def import_over(slug: str) -> ResponseReturnValue:
    """Choose a file to put in the place of a draft; of an announced contest the page says what to do instead."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_EDIT)) or abort(404)
    return render_template("contests/import.html", contest=contest, remarks=[], defects=[])


@blueprint.post("/office/contests/<slug>/import")
@needs(Permission.CONTEST_EDIT)
def replace_draft(slug: str) -> ResponseReturnValue:
    """Show what the file changes in the draft; confirmed, the draft says what the file says."""
    contest = queries.locked_contest(slug, where(Permission.CONTEST_EDIT)) or abort(404)
    if contest.announced_at is not None or contest.cancelled_at is not None:
        return render_template("contests/import.html", contest=contest, remarks=[], defects=[]), 409
    taken = _taken()
    if not isinstance(taken, Regulation):
        return render_template("contests/import.html", contest=contest, **taken), 422
    seen = service.digest(queries.edition_in_force(contest).definition)
    if "confirmed" not in request.form:
        return _changes_page(contest, taken, seen)
    if request.form.get("seen") != seen:
        return _changes_page(contest, taken, seen, is_stale=True), 409
    service.save_regulation(contest, taken, actor=person(), now=now())
    flash(_("Черновик заменён положением из файла."), "success")
    return redirect(url_for("contests.edit", slug=slug), 303)


def _own_municipality() -> Any:
    municipality = g.municipality or abort(404)
    ensure_may(Permission.CONTEST_EDIT, municipality=municipality.id)
    return municipality


def _taken() -> Regulation | dict[str, Any]:
    """The regulation of the chosen file, or of the page that showed it; else what the page of the choice says."""
    data: Any = None
    try:
        if "text" in request.form:
            data = data_of_file(request.form["text"].encode("utf-8", "surrogatepass"))
        else:
            file = request.files.get("file")
            if file is None or not file.filename:
                raise RuleBroken(N_("Выберите файл с положением"))
            data = data_of_file(file.read(MOST_BYTES + 1))
        regulation = read_data(data)
        service.ensure_letters(regulation)
        return regulation
    except RuleBroken as error:
        if data is None and not any(one.place for one in error.remarks):
            remarks = [Remark(one.template, one.values, "file") for one in error.remarks]
            return {"remarks": remarks, "errors": remarks, "defects": []}
        remark = Remark(N_("Файл прочитан, но положение в нём с ошибками"), place="file")
        return {"remarks": [remark], "errors": [remark], "defects": defects_in_words(error.remarks, data)}


def _text_of(regulation: Regulation) -> str:
    return json.dumps(to_json(regulation), ensure_ascii=False, separators=(",", ":"))


def _new_page(regulation: Regulation, typed: dict[str, str], remarks: list[Remark]) -> str:
    return render_template(
        "contests/import_new.html",
        regulation=regulation,
        text=_text_of(regulation),
        kinds=KINDS,
        typed=typed,
        remarks=remarks,
        errors=remarks,
        choices=queries.fund_choices(_own_municipality().id),
        missing=check_regulation(regulation),
    )


def _changes_page(contest: Contest, regulation: Regulation, seen: str, *, is_stale: bool = False) -> str:
    edition = queries.edition_in_force(contest)
    own = queries.with_own_letters(queries.regulation_of_edition(edition), contest)
    named = {one.code for one in regulation.letters}
    stored = replace(own, letters=tuple(one for one in own.letters if one.code in named))  # the others stay as they are
    return render_template(
        "contests/import_changes.html",
        contest=contest,
        changes=changes_in_words(
            RegulationEdition(definition=to_json(stored)), RegulationEdition(definition=to_json(regulation))
        ),
        text=_text_of(regulation),
        seen=seen,
        is_stale=is_stale,
    )
