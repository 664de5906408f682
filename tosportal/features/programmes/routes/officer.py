"""The officer's pages of programmes: a file is loaded, looked through beside the original, put right, confirmed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.consistency import Finding
from tosportal.domain.consistency.places import Atlas
from tosportal.domain.document_paths import leaves, path_words, shown_value, steps_of, value_at
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.programmes import queries, service
from tosportal.features.programmes.forms import check_slug, day_of_act, typed_act
from tosportal.features.programmes.models import ProgrammeUpload
from tosportal.features.programmes.routes.blueprint import blueprint
from tosportal.features.programmes.routes.recognised import (
    act_of_document,
    findings_of,
    in_words,
    likely_slug,
    to_look_at,
)
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.storage import StorageUnavailable, current_storage
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh
from tosportal.web.lists import paged
from tosportal.web.typed import keeps_typed

ROWS = 200
NO_STORAGE = N_("Хранилище файлов сейчас не отвечает, файл не принят. Попробуйте через несколько минут")
FIRST_PARTS = (("passport", N_("Паспорт и цель")), ("tasks", N_("Задачи")), ("indicators", N_("Показатели")))


@dataclass
class Line:
    """One value beside its original: where it stands in the data, in words, what was printed and where."""

    path: str
    words: list[str]
    value: str
    printed: str = ""
    place: str = ""
    is_corrected: bool = False
    is_long: bool = False


@dataclass
class Group:
    """The values of one row of the document: an indicator, an activity, a block of the passport."""

    name: str
    lines: list[Line] = field(default_factory=list)


def own_district(permission: Permission) -> Municipality:
    """The municipality of the page, when the officer works there."""
    municipality = municipality_of_page() or abort(404)
    ensure_may(permission, municipality=municipality.id)
    return municipality


@blueprint.get("/office/programme")
@needs(Permission.PROGRAMME_READ_INNER)
def office() -> ResponseReturnValue:
    """The programmes of the district, their editions, and the files that wait to be looked through."""
    municipality = own_district(Permission.PROGRAMME_READ_INNER)
    return render_template(
        "programmes/office.html",
        programmes=queries.programmes_of(municipality.id),
        page=paged(queries.uploads_of(municipality.id), size=30),
    )


@blueprint.route("/office/programme/upload", methods=["GET", "POST"])
@needs(Permission.PROGRAMME_EDIT)
def upload() -> ResponseReturnValue:
    """Choose a file: the portal reads it and changes nothing."""
    own_district(Permission.PROGRAMME_EDIT)
    if request.method == "GET":
        return render_template("programmes/upload.html", remarks=[])
    start_afresh()  # a long document and the storage may be slow: meanwhile the database is free for others
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise RuleBroken(Remark(N_("Выберите файл с программой"), place="file"))
        kept = service.keep_programme(file.read(service.MOST_BYTES + 1), file.filename)
        made = service.upload_programme(
            kept, municipality=own_district(Permission.PROGRAMME_EDIT), actor=person(), now=now()
        )
    except RuleBroken as error:
        return refused_file([Remark(one.template, one.values, "file") for one in error.remarks], 422)
    except StorageUnavailable:
        return refused_file([Remark(NO_STORAGE, place="file")], 503)
    flash(_("Файл прочитан. Посмотрите, что портал в нём узнал: в программу пока ничего не попало."), "success")
    return redirect(url_for("programmes.looked", key=made.key), 303)


def refused_file(remarks: list[Remark], code: int) -> ResponseReturnValue:
    start_afresh()
    return render_template("programmes/upload.html", remarks=remarks, errors=remarks), code


def upload_of(key: str, permission: Permission) -> ProgrammeUpload:
    """The upload of an address; somebody else's does not exist."""
    upload = queries.upload_by_key(key)
    if upload is None or not where(permission).holds(municipality=upload.municipality_id):
        abort(404)
    return upload


@blueprint.get("/office/programme/uploads/<key>")
@needs(Permission.PROGRAMME_READ_INNER)
def looked(key: str) -> ResponseReturnValue:
    """What was recognised, part by part, what contradicts what, and the button that makes it the programme."""
    return looked_page(upload_of(key, Permission.PROGRAMME_READ_INNER), {})


def looked_page(
    upload: ProgrammeUpload, typed: Mapping[str, str], remarks: Sequence[Remark] = (), code: int = 200
) -> ResponseReturnValue:
    data = service.corrected(upload)
    programmes = queries.programmes_of(upload.municipality_id)
    typed = {
        "slug": likely_slug(data, programmes),
        **typed_act({}),
        **act_of_document(data, programmes),
        **typed,
    }
    findings = findings_of(upload, data, next((one for one in programmes if one.slug == typed["slug"]), None))
    task_of = tasks_of_activities(data)
    return (
        render_template(
            "programmes/looked.html",
            upload=upload,
            to_look_at=to_look_at(upload),
            parts=parts_of(data),
            findings=sorted(findings, key=lambda one: list(SEVERITIES).index(str(one.severity))),
            severities=SEVERITIES,
            part_of={one.paths[0]: part_of(task_of, one.paths[0]) for one in findings if one.paths},
            programmes=programmes,
            became=queries.programme_of_upload(upload),
            typed=typed,
            remarks=remarks,
            errors=bool(remarks),
        ),
        code,
    )


SEVERITIES = {
    "high": N_("Меняет число или смысл"),
    "medium": N_("Мешает считать"),
    "low": N_("Оформление"),
    "hint": N_("Подсказка"),
}


def parts_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pages of an upload: passport, tasks, indicators, and one for the activities of each task."""
    tasks = [one for one in data.get("tasks") or () if isinstance(one, Mapping)]
    return [
        *((code, _(name)) for code, name in FIRST_PARTS),
        *((f"of-{one.get('id')}", _("Мероприятия: %(task)s", task=one.get("name") or one.get("id"))) for one in tasks),
    ]


def part_of(task_of: Mapping[str, str], path: str) -> str:
    """The page on which a path stands; `task_of` gives the task of each activity."""
    steps = steps_of(path)
    if steps[0] in {"tasks", "indicators"}:
        return steps[0]
    if steps[0] == "activities" and len(steps) > 1 and (task := task_of.get(steps[1][1:-1])):
        return f"of-{task}"
    return "passport"


def tasks_of_activities(data: Mapping[str, Any]) -> dict[str, str]:
    """Activity → task, as the document says."""
    rows = (one for one in data.get("activities") or () if isinstance(one, Mapping))
    return {str(one.get("id")): str(one.get("task") or "") for one in rows}


def paths_of(upload: ProgrammeUpload, data: Mapping[str, Any], part: str) -> list[str]:
    """The paths of one page: what was recognised, or every value of a document that came as data."""
    task_of = tasks_of_activities(data)
    fragments = [one["path"] for one in upload.recognised["fragments"]]
    paths = fragments or [path for path, _value in leaves(data)]
    return [path for path in dict.fromkeys(paths) if part_of(task_of, path) == part]


def lines_of(upload: ProgrammeUpload, data: Mapping[str, Any], paths: Sequence[str]) -> list[Line]:
    """The values at these paths, each with what is printed in the file and where."""
    wanted = set(paths)
    fragments = {one["path"]: one for one in upload.recognised["fragments"] if one["path"] in wanted}
    lines = []
    for path in paths:
        try:
            value = shown_value(value_at(data, path), path)
        except KeyError:
            continue
        fragment = fragments.get(path, {})
        lines.append(
            Line(
                path,
                words_in_group(data, path),
                value,
                fragment.get("printed", ""),
                fragment.get("place", ""),
                path in upload.corrections,
                len(value) > 80,
            )
        )
    return lines


def words_in_group(data: Mapping[str, Any], path: str) -> list[str]:
    """What a value is, without the name of the row that it stands under."""
    steps = steps_of(path)
    has_row = len(steps) > 1 and steps[1].startswith("[")
    return path_words(data, path)[2 if has_row else 1 :] or [N_("Название")]


def grouped(lines: Sequence[Line], data: Mapping[str, Any]) -> list[Group]:
    """Lines of the same row of the document together, in the order of the document."""
    groups: dict[str, Group] = {}
    for line in lines:
        steps = steps_of(line.path)
        has_row = len(steps) > 1 and steps[1].startswith("[")
        row = "".join(steps[: 2 if has_row else 1])
        if row not in groups:
            groups[row] = Group(path_words(data, row)[-1])
        groups[row].lines.append(line)
    return list(groups.values())


@blueprint.get("/office/programme/uploads/<key>/<part>")
@needs(Permission.PROGRAMME_READ_INNER)
def part(key: str, part: str) -> ResponseReturnValue:
    """The values of one part, each beside what is printed in the file."""
    return part_page(upload_of(key, Permission.PROGRAMME_READ_INNER), part, {})


def part_page(
    upload: ProgrammeUpload,
    part: str,
    typed: Mapping[str, str],
    remarks: Sequence[Remark] = (),
    *,
    theirs: Mapping[str, str] | None = None,
    code: int = 200,
) -> ResponseReturnValue:
    data = service.corrected(upload)
    parts = dict(parts_of(data))
    if part not in parts:
        abort(404)
    paths = paths_of(upload, data, part)
    number = request.args.get("page", 1, int) or 1
    pages = max(1, -(-len(paths) // ROWS))
    if not 1 <= number <= pages:
        abort(404)
    shown = lines_of(upload, data, paths[(number - 1) * ROWS : number * ROWS])
    notes: dict[str, list[Finding]] = defaultdict(list)
    programmes = queries.programmes_of(upload.municipality_id)
    for finding in findings_of(upload, data, programmes[0] if programmes else None):
        # where it is most likely wrong, the others are named in its place; of a torn pair both lines
        for path in finding.paths[: 2 if finding.code == "pair_broken" else 1]:
            notes[path].append(finding)
    for line in shown:
        line.value = typed.get(line.path, line.value)
    atlas = Atlas(data, {})
    return (
        render_template(
            "programmes/part.html",
            upload=upload,
            part=part,
            parts=parts_of(data),
            title=parts[part],
            groups=grouped(shown, data),
            notes=notes,
            number=number,
            pages=pages,
            at=request.args.get("at", "")[:500],
            remarks=remarks,
            summary=[(one.place, atlas.words(one.place), one) for one in remarks],
            errors=bool(remarks),
            theirs=theirs,
        ),
        code,
    )


@blueprint.post("/office/programme/uploads/<key>/<part>")
@needs(Permission.PROGRAMME_EDIT)
@keeps_typed
def correct(key: str, part: str) -> ResponseReturnValue:
    """The secretary puts values right; what was not touched is no correction."""
    upload = upload_of(key, Permission.PROGRAMME_EDIT)
    typed = {path: cleaned(values[0]) for path, values in request.form.lists() if path not in OWN_FIELDS}
    seen = request.form.get("seen", "0")
    try:
        count = service.correct_upload(
            upload, typed, seen=int(seen) if seen.isdecimal() else 0, actor=person(), now=now()
        )
    except StateConflict:
        return part_page(upload, part, typed, theirs=values_now(upload, typed), code=409)
    except RuleBroken as error:
        return part_page(upload, part, typed, error.remarks, code=422)
    flash(_("Исправлено значений: %(count)d", count=count) if count else _("Ничего не изменилось"), "success")
    return redirect(url_for("programmes.part", key=key, part=part, **asked_place()), 303)


def asked_place() -> dict[str, Any]:
    """The page of a part and the value on it that the address names."""
    return {"page": request.args.get("page"), "at": request.args.get("at", "")[:500] or None}


OWN_FIELDS = frozenset({"csrf_token", "seen", "form_key"})


def values_now(upload: ProgrammeUpload, typed: Mapping[str, str]) -> dict[str, str]:
    """What stands now where somebody else's value differs from the one typed."""
    data = service.corrected(upload)
    found = {}
    for path, text in typed.items():
        try:
            value = shown_value(value_at(data, path), path)
        except KeyError:
            continue
        if value != text.strip():
            found[path] = value
    return found


@blueprint.post("/office/programme/uploads/<key>/confirm")
@needs(Permission.PROGRAMME_EDIT)
@keeps_typed
def confirm(key: str) -> ResponseReturnValue:
    """What was looked through becomes the programme, or its new edition."""
    upload = upload_of(key, Permission.PROGRAMME_EDIT)
    typed = typed_act(request.form)
    day, remarks = day_of_act(typed)
    remarks += check_slug(typed.get("slug", ""))
    if remarks:
        return looked_page(upload, typed, remarks, 422)
    act = service.Act(typed["act_name"], typed["act_number"], day)
    try:
        programme = service.confirm_upload(
            upload, slug=typed["slug"], act=act, reason=typed["reason"], actor=person(), now=now()
        )
    except RuleBroken as error:
        return looked_page(upload, typed, in_words(service.corrected(upload), error.remarks), 422)
    flash(_("Программа записана, редакция %(number)s.", number=programme.edition), "success")
    return redirect(url_for("programmes.looked", key=key), 303)


@blueprint.post("/office/programme/uploads/<key>/drop")
@needs(Permission.PROGRAMME_EDIT)
def drop(key: str) -> ResponseReturnValue:
    """The file is not wanted."""
    service.drop_upload(upload_of(key, Permission.PROGRAMME_EDIT), actor=person(), now=now())
    flash(_("Файл отложен, программа не изменилась."), "success")
    return redirect(url_for("programmes.office"), 303)


@blueprint.get("/office/programme/uploads/<key>/file")
@needs(Permission.PROGRAMME_READ_INNER)
def original(key: str) -> ResponseReturnValue:
    """The file as it was sent."""
    upload = upload_of(key, Permission.PROGRAMME_READ_INNER)
    return send_file(
        current_storage().open(upload.storage_key),
        mimetype=upload.media_type,
        as_attachment=True,
        download_name=upload.name,
        etag=False,
    )
