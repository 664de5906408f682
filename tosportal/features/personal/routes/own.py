"""What the portal holds about me: to see, to take away, to leave; and who looked."""

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.permissions import Permission
from tosportal.domain.retention import ARCHIVE_DAYS, LEAVING_DAYS
from tosportal.features.accounts.guards import needs, person
from tosportal.features.accounts.looks import WHAT, looks_at_person
from tosportal.features.personal import queries, service
from tosportal.features.personal.papers import counts_of, own_data, own_files
from tosportal.features.personal.routes.blueprint import blueprint
from tosportal.features.registry.queries import toses_of_person
from tosportal.support.storage import StorageUnavailable, current_storage
from tosportal.web.clock import now
from tosportal.web.lists import paged

NO_STORAGE = N_("Хранилище файлов не отвечает. Попробуйте через несколько минут")


@blueprint.get("/my/data")
@needs(Permission.OWN_ACCOUNT_EDIT)
def own_page() -> ResponseReturnValue:
    return data_page()


def data_page(remarks: list[Remark] | None = None, status: int = 200) -> ResponseReturnValue:
    """Everything by its parts, the archives, the ways to correct and to leave."""
    data = own_data(person(), now=now())
    files = own_files(person())
    return render_template(
        "personal/data.html",
        data=data,
        counts=counts_of(data),
        files=len(files),
        bytes=sum(size for _name, _key, size in files),
        archives=queries.archives_of(person().id, now()),
        terms=service.terms(),
        days=ARCHIVE_DAYS,
        leaving=service.leaving_of(person().id),
        remarks=remarks or [],
        errors=remarks,
    ), status


@blueprint.post("/my/data/archives")
@needs(Permission.OWN_ACCOUNT_EDIT)
def ask_archive() -> ResponseReturnValue:
    try:
        archive = service.ask_archive(person(), now=now())
    except StorageUnavailable:
        return data_page([Remark(NO_STORAGE)], 503)
    if archive.made_at is None:
        flash(_("Архив большой: соберём его и пришлём письмо."), "success")
    else:
        flash(_("Архив готов, ссылка ниже."), "success")
    return redirect(url_for("personal.own_page"), 303)


@blueprint.get("/my/data/archives/<key>")
@needs(Permission.OWN_ACCOUNT_EDIT)
def archive(key: str) -> ResponseReturnValue:
    found = next((one for one in queries.archives_of(person().id, now()) if one.key == key), None)
    if found is None or found.storage_key is None:
        abort(404)
    try:
        stream = current_storage().open(found.storage_key)
    except FileNotFoundError:
        abort(404)
    response: Response = send_file(
        stream, mimetype="application/zip", as_attachment=True, download_name="my-data.zip", etag=False, max_age=0
    )
    response.content_length = found.size
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/my/looks")
@needs(Permission.OWN_ACCOUNT_EDIT)
def own_looks() -> ResponseReturnValue:
    own = [tos.id for tos in toses_of_person(person())]
    return render_template(
        "personal/looks.html", page=paged(looks_at_person(person().id, own), scalars=False), what=WHAT, is_own=True
    )


@blueprint.route("/my/leave", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT_EDIT)
def leave() -> ResponseReturnValue:
    """Two steps: this page says what goes and what stays and why; its box and its button ask for it."""
    remarks: list[Remark] = []
    if request.method == "POST":
        try:
            if request.form.get("act") == "stay":
                service.stay(person(), now=now())
                flash(_("Вы остаётесь: кабинет не будет удалён."), "success")
                return redirect(url_for("personal.own_page"), 303)
            if request.form.get("sure") != "yes":
                raise RuleBroken(Remark(N_("Отметьте, что кабинет нужно удалить"), place="sure"))
            service.ask_to_leave(person(), now=now())
        except RuleBroken as refused:
            remarks = list(refused.remarks)
        else:
            flash(_("Просьба записана, письмо отправлено. До назначенного дня можно передумать."), "success")
            return redirect(url_for("personal.leave"), 303)
    return render_template(
        "personal/leave.html",
        leaving=service.leaving_of(person().id),
        days=LEAVING_DAYS,
        terms={one.kind.code: one for one in service.terms()},
        remarks=remarks,
        errors=remarks,
    ), 422 if remarks else 200
