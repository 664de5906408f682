"""Files on the page of a section: sent together with its answers, so that nothing typed beside them is lost.

Inputs `.file-<question>`; the buttons `.attach` (the question; any other button brings the chosen files as well),
`.attached` (the question whose file static/js/upload.js has sent in pieces), `.detach` (the key of a file) and
`.drop` (the key of a file that came in part and is not sent any more).
"""

from collections.abc import Iterable

from flask import flash, request
from flask_babel import gettext as _

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import FormField, FormSection
from tosportal.domain.regulation import DocumentSlot
from tosportal.features.accounts.guards import person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import KEY, own_application
from tosportal.features.applications.routes.files import AWAY
from tosportal.support.storage import StorageUnavailable
from tosportal.web.clock import now
from tosportal.web.errors import start_afresh

CHOOSE = N_("Выберите файл на своём устройстве")
BUTTONS = (".attach", ".attached", ".detach", ".drop")


def file_questions(section: FormSection) -> list[FormField]:
    return [one for one in section.fields if one.kind == "files" and one.slot]


def attach_chosen(this: Whole, section: FormSection) -> tuple[list[DocumentSlot], list[Remark]]:
    """What was chosen goes into its slots: the slots that got a file, and remarks at the questions whose did not.

    All bytes lie in the storage before the first row is written: meanwhile the database is free for others. Where
    anything was chosen, what was loaded before is to be loaded anew.
    """
    asked = file_questions(section)
    chosen = {one: [file for file in request.files.getlist(f".file-{one.code}") if file.filename] for one in asked}
    pressed = request.form.get(".attach")
    remarks = [Remark(CHOOSE, place=one.code) for one in asked if one.code == pressed and not chosen[one]]
    kept, slots = [], {}
    for one in [one for one in asked if chosen[one]]:
        try:
            slots[one] = service.slot_for(this.application, str(one.slot), now())
        except RuleBroken as error:
            remarks += _at(one, error.remarks)
    if not slots:
        return [], remarks
    key = this.application.key
    start_afresh()
    for one, slot in slots.items():
        try:
            kept += [(one, service.keep_file(slot, file.stream, file.filename or "")) for file in chosen[one]]
        except RuleBroken as error:
            remarks += _at(one, error.remarks)
        except StorageUnavailable:
            remarks.append(Remark(AWAY, place=one.code))
    application, filled = own_application(key), []
    for one, file in kept:
        try:
            service.attach_kept(application, slots[one].code, file, actor=person(), now=now())
        except RuleBroken as error:
            remarks += _at(one, error.remarks)
            service.give_up(file)
        else:
            filled.append(slots[one])
    return filled, remarks


def _at(question: FormField, remarks: Iterable[Remark]) -> list[Remark]:
    return [Remark(one.template, one.values, question.code, one.clause) for one in remarks]


def detach_pressed(application: Application, section: FormSection) -> None:
    """Take the file of the pressed button out of its slot."""
    file_key = request.form.get(".detach", "")
    found = queries.attachment_in(application, file_key) if KEY.fullmatch(file_key) else None
    if found is not None and found.slot in {one.slot for one in file_questions(section)}:
        service.remove_attachment(found, actor=person(), now=now())
        flash(_("Файл «%(name)s» убран.", name=found.name), "success")


def drop_pressed(application: Application, section: FormSection) -> None:
    """The pieces of the pressed button go away."""
    key = request.form.get(".drop", "")
    found = queries.upload_of(key, application, person()) if KEY.fullmatch(key) else None
    if found is not None and found.slot in {one.slot for one in file_questions(section)}:
        name = found.name
        service.drop_upload(found)
        flash(_("Файл «%(name)s» больше не отправляется.", name=name), "success")


def question_of_button(section: FormSection) -> str | None:
    """The question whose button for files was pressed; of a button that takes a file out the first one."""
    pressed = next((request.form[name] for name in BUTTONS if name in request.form), None)
    if pressed is None:
        return None
    codes = [one.code for one in file_questions(section)]
    return pressed if pressed in codes else next(iter(codes), None)


def say_files_are_left() -> None:
    """The answers were not saved, and the chosen files neither: a browser does not keep its choice on the next page."""
    if any(file.filename for file in request.files.values()):
        flash(_("Файл не приложен: сначала сохраните ответы, потом выберите файл ещё раз."), "error")
