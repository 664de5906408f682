"""The rows of a table of the form brought from Excel or Word and taken back there."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import (
    NUMBER_KINDS,
    ROW_KINDS,
    FormField,
    FormSection,
    cleaned,
    day_from,
    is_blank,
)
from tosportal.domain.merging import mark_of
from tosportal.domain.money import parse_decimal
from tosportal.domain.pasted_rows import PastedRows, cells_of, read_rows, text_of
from tosportal.features.accounts.guards import needs, person
from tosportal.features.applications import queries, service
from tosportal.features.applications.papers import column_label, shown_answer
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import FILLS, READS, blueprint, own_application, shown_to_me
from tosportal.features.applications.routes.filling import is_editable
from tosportal.support.documents.sheet_rows import SheetValue, read_sheets, write_sheet
from tosportal.web.clock import now
from tosportal.web.typed import keeps_typed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS = 1000
WIDTH, WIDTH_OF_NUMBER = 32, 14


@blueprint.get("/applications/<key>/sections/<code>/rows/<field>")
@needs(*FILLS)
def bring_rows(key: str, code: str, field: str) -> ResponseReturnValue:
    this, section, one = _asked(key, code, field)
    if not is_editable(this):
        return redirect(url_for("applications.check", key=key, _anchor=f"section-{code}"))
    return _page(this, section, one)


@blueprint.post("/applications/<key>/sections/<code>/rows/<field>")
@needs(*FILLS)
@keeps_typed
def take_rows(key: str, code: str, field: str) -> ResponseReturnValue:
    """First the table is read and shown; the second press puts it into the application as it was shown."""
    this, section, one = _asked(key, code, field)
    try:
        text = _sent(one)
    except RuleBroken as refused:
        return _page(this, section, one, remarks=[replace(remark, place="file") for remark in refused.remarks]), 422
    if text is None:
        remark = Remark(N_("Вставьте скопированную таблицу или выберите файл"), place="text")
        return _page(this, section, one, remarks=[remark]), 422
    read = read_rows(one, cells_of(text), _titles(one))
    remarks = [replace(remark, place="text") for remark in read.remarks]
    is_added = request.form.get("how") == "add"
    stored = this.answers.get(code, {})
    present = _rows(stored.get(field))
    if is_added and not remarks and len(present) + len(read.rows) > one.rows_limit:
        words = N_("Вместе с прежними строк %(count)s, а помещается %(most)s")
        values = {"count": len(present) + len(read.rows), "most": one.rows_limit}
        remarks.append(Remark(words, values, "text"))
    is_taken = request.form.get("do") == "take" and not _file()
    if remarks or not is_taken:
        return _page(this, section, one, text=text, read=read, remarks=remarks), 422 if remarks else 200
    rows = [*present, *read.rows] if is_added else list(read.rows)
    seen = {field: request.form.get("mark", "")}
    try:
        service.save_section(
            this.application,
            code,
            {field: rows},
            version=this.version_of(code),
            actor=person(),
            now=now(),
            seen=seen,
        )
    except (RuleBroken, StateConflict) as refused:
        fresh = queries.whole(this.application)
        if isinstance(refused, StateConflict):
            remark = Remark(N_("Таблицу тем временем изменили. Посмотрите, что в ней теперь, и нажмите ещё раз"))
            return _page(fresh, section, one, text=text, read=read, remarks=[replace(remark, place="text")]), 409
        return _page(fresh, section, one, text=text, read=read, remarks=list(refused.remarks)), 409
    flash(ngettext("Вставлена %(num)d строка.", "Вставлено %(num)d строк.", len(read.rows)), "success")
    return redirect(url_for("applications.section", key=key, code=code, check=1, _anchor=field), 303)


@blueprint.get("/applications/<key>/sections/<code>/rows/<field>.xlsx")
@needs(*READS)
def download_rows(key: str, code: str, field: str) -> ResponseReturnValue:
    """The table as it stands, or the empty one to be filled in; the portal reads the file back as it is."""
    this, section, one = _asked(key, code, field)
    rows = _rows(this.answers.get(code, {}).get(field))
    columns = [(column.label, WIDTH_OF_NUMBER if column.kind in NUMBER_KINDS else WIDTH) for column in one.row_columns]
    cells = [[_cell(column, str(row.get(column.code, ""))) for column in one.row_columns] for row in rows]
    return send_file(
        BytesIO(write_sheet(section.title, columns, cells)),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{field}.xlsx",
        etag=False,
    )


def _asked(key: str, code: str, field: str) -> tuple[Whole, FormSection, FormField]:
    this = queries.whole(own_application(key))
    section = next((one for one in shown_to_me(this) if one.code == code), None)
    one = section.field(field) if section else None
    if section is None or one is None or one.kind not in ROW_KINDS - {"list"}:
        abort(404)
    return this, section, one


def _sent(one: FormField) -> str | None:
    """The table as text: of the file, when one was sent, else what was pasted. Raises RuleBroken for a bad file."""
    if file := _file():
        sheets = read_sheets(file.stream.read(), file.filename or "", most_rows=MOST_SHEET_ROWS)
        tables = [text_of([cells for _line, cells in rows]) for rows in sheets]
        read = [(text, read_rows(one, cells_of(text), _titles(one))) for text in tables]
        return max(read, key=lambda sheet: len(sheet[1].rows))[0] if read else ""
    return cleaned(request.form.get("text", "")).strip("\n") or None


def _file() -> FileStorage | None:
    file = request.files.get("file")
    return file if file is not None and file.filename else None


def _titles(one: FormField) -> dict[str, tuple[str, ...]]:
    return {column.code: (column.label, column_label(one, column)) for column in one.row_columns}


def _rows(answer: Any) -> list[dict[str, Any]]:
    """The rows in which something is typed."""
    rows = answer if isinstance(answer, list) else []
    return [row for row in rows if isinstance(row, dict) and not is_blank(row)]


def _cell(column: FormField, typed: str) -> SheetValue:
    """A number as a number and a day as a day, where they are ones; a choice by its name; all else as typed."""
    if column.kind in NUMBER_KINDS:
        try:
            return parse_decimal(typed) if typed else None
        except RuleBroken:
            return typed
    if column.kind == "date":
        return day_from(typed) or typed
    if column.kind == "choice":
        return next((option.name for option in column.options if option.code == typed), typed)
    return typed


def _page(
    this: Whole,
    section: FormSection,
    one: FormField,
    *,
    text: str = "",
    read: PastedRows | None = None,
    remarks: Sequence[Remark] = (),
) -> str:
    answer = this.answers.get(section.code, {}).get(one.code)
    is_read = read is not None and not read.remarks
    return render_template(
        "applications/rows.html",
        this=this,
        application=this.application,
        section=section,
        field=one,
        titles=[column_label(one, column) for column in one.row_columns],
        present=len(_rows(answer)),
        mark=mark_of(answer),
        text=text or cleaned(request.form.get("text", "")),
        how=request.form.get("how", "replace"),
        read=read if is_read else None,
        table=shown_answer(one, list(read.rows)).table if read and is_read else None,
        remarks=remarks,
        errors=list(remarks),
    )
