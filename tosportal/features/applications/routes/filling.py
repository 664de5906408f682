"""The task list of an application and the pages of its sections."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import time_left
from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import FormSection, check_section, row_action
from tosportal.domain.merging import mark_of, merge
from tosportal.features.accounts import device_keys
from tosportal.features.accounts.guards import needs, person
from tosportal.features.applications import queries, service
from tosportal.features.applications.forms import (
    UNSEEN,
    SectionForm,
    differing,
    flat_answers,
    marks_as_text,
    marks_from,
    marks_of_section,
    question_of,
    read_answers,
    section_form,
    seen_from,
    sent_answers,
    version_from,
)
from tosportal.features.applications.papers import shown_sections
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import (
    FILLS,
    READS,
    blueprint,
    is_entering,
    is_open_here,
    may_fill,
    may_take_back,
    own_application,
    shown_to_me,
)
from tosportal.features.applications.routes.files import facts_of_slots
from tosportal.features.applications.routes.section_files import (
    attach_chosen,
    detach_pressed,
    drop_pressed,
    file_questions,
    question_of_button,
    say_files_are_left,
)
from tosportal.features.applications.service.rows import ensure_editable
from tosportal.features.applications.service.submissions import is_changed, may_withdraw
from tosportal.features.registry.queries import helpers_of, is_chair_of, people_of_tos
from tosportal.web.clock import now
from tosportal.web.filters import iso, local, say
from tosportal.web.transactions import keep_although_wrong
from tosportal.web.typed import keeps_typed


@blueprint.get("/applications/<key>")
@needs(*READS)
def show(key: str) -> ResponseReturnValue:
    this = queries.whole(own_application(key), now())
    deadline, tos_id = this.deadline, this.application.tos_id
    submissions = queries.submissions_of(this.application.id)
    return render_template(
        "applications/show.html",
        this=this,
        application=this.application,
        is_editable=is_editable(this),
        kept=kept_on_device(this),
        is_found="found" in request.args,
        may_withdraw=may_take_back(this.application) and may_withdraw(this, now()),
        is_entering=is_entering(this.application),
        left=time_left(deadline, now()) if deadline else None,
        is_late=deadline is not None and now() >= deadline,
        submissions=submissions,
        is_changed=bool(submissions) and is_changed(this, submissions[-1], now()),
        people=people_of_tos(tos_id),
        helpers=[one.person for one in helpers_of(tos_id)],
        is_chair=is_chair_of(person().id, tos_id),
        history=queries.latest_saves(this.application.id),
        titles={section.code: section.title for section in this.regulation.sections},
    )


def is_editable(this: Whole) -> bool:
    """May sections and files be changed now, by whoever asks?"""
    if not may_fill(this.application):
        return False
    try:
        ensure_editable(this.application, now())
    except RuleBroken:
        return False
    return True


@blueprint.get("/applications/<key>/sections/<code>")
@needs(*READS)
def section(key: str, code: str) -> ResponseReturnValue:
    this, asked = _asked(key, code)
    if not is_open_here(this.application):
        return redirect(url_for("applications.check", key=key, _anchor=f"section-{code}"))
    stored = this.answers.get(code, {})
    form = section_form(
        this,
        asked,
        stored,
        version=this.version_of(code),
        final="check" in request.args,
        seen=marks_of_section(asked, stored),
    )
    return section_page(form)


@blueprint.post("/applications/<key>/sections/<code>")
@needs(*FILLS)
@keeps_typed
def save_section(key: str, code: str) -> ResponseReturnValue:
    this, asked = _asked(key, code)
    is_autosave = request.headers.get("X-Requested-With") == "autosave"
    typed, too_much = read_answers(asked, request.form)
    answers, seen = sent_answers(typed, request.form), seen_from(request.form)
    version = version_from(request.form)
    stored = this.answers.get(code, {})
    shown = stored | answers
    if too_much:
        say_files_are_left()
        return refused(section_form(this, asked, shown, version=version, more=too_much, seen=seen), 422, is_autosave)
    if request.form.get("choice") == "edit":
        return section_page(
            section_form(this, asked, shown, version=version, seen=marks_from(request.form, ".saw")), is_unsaved=True
        )
    action = row_action(asked, request.form.to_dict(flat=False))
    filled, unaccepted = attach_chosen(this, asked)
    if filled or unaccepted:
        this, asked = _asked(key, code)
    try:
        row = service.save_section(
            this.application,
            code,
            answers,
            version=version,
            actor=person(),
            now=now(),
            seen=seen,
            pressed=(action.field,) if action else (),
            unseen=_unseen(this, asked),
        )
        detach_pressed(this.application, asked)
        drop_pressed(this.application, asked)
    except RuleBroken as error:
        say_files_are_left()
        form = section_form(this, asked, shown, version=version, more=error.remarks, seen=seen)
        return refused(form, 409, is_autosave)
    except StateConflict:
        say_files_are_left()
        return conflict(this, asked, answers, seen, is_autosave)
    wrong = check_section(asked, row.answers, final=False)
    after = replace(this, rows={**this.rows, code: row})
    if is_autosave:
        own = [one for one in asked.fields if one.code in answers]
        return jsonify(
            saved_at=iso(row.saved_at),
            version=row.version,
            revision=row.version,
            is_new=row.answers != stored,
            saved=_("Сохранено в %(time)s", time=f"{local(now()):%H:%M:%S}"),
            marks={one.code: mark_of(row.answers.get(one.code)) for one in own},
            others=_changed_by_others(asked, answers, row.answers, seen),
            remarks=_said_beside(after, asked, wrong),
        )
    for slot in filled:
        flash(_("Файл приложен: %(name)s.", name=slot.name), "success")
    if unaccepted:
        keep_although_wrong()
        form = section_form(
            queries.whole(this.application, now()),
            asked,
            row.answers,
            version=row.version,
            more=unaccepted,
            seen=marks_of_section(asked, row.answers),
        )
        return section_page(form), 422
    if (question := question_of_button(asked)) is not None:
        return redirect(url_for("applications.section", key=key, code=code, _anchor=question), 303)
    if ".found" in request.form:
        return redirect(url_for("applications.section", key=key, code=code, found=1), 303)
    if action or "calc" in request.form:
        return redirect(_place_after(key, code, row.answers, action), 303)
    if wrong:
        keep_although_wrong()
        form = section_form(this, asked, row.answers, version=row.version, seen=marks_of_section(asked, row.answers))
        return section_page(form, is_saved=True), 422
    flash(_("Раздел «%(title)s» сохранён.", title=asked.title), "success")
    for remark, _other in after.notices(asked):
        flash(f"{asked.title}: {say(remark)}", "warning")
    return redirect(_next_page(this, asked), 303)


def _said_beside(this: Whole, asked: FormSection, wrong: list[Remark]) -> list[dict[str, str]]:
    """What the script shows beside the questions: what was typed wrong, and what does not fit the contest or another
    section, with a link there."""
    found = [(remark, None) for remark in wrong] + this.notices(asked)
    return [
        {
            "place": remark.place,
            "question": question_of(asked, remark.place),
            "text": say(remark),
            **(
                {
                    "title": other.title,
                    "href": url_for("applications.section", key=this.application.key, code=other.code),
                }
                if other
                else {}
            ),
        }
        for remark, other in found
    ]


def _changed_by_others(
    asked: FormSection, given: dict[str, Any], stored: dict[str, Any], seen: dict[str, str] | None
) -> list[str]:
    """The questions whose answers on the page are older than the stored ones."""
    if seen is None:
        return []
    theirs = set(merge(given, stored, seen).theirs)
    return [one.label for one in asked.fields if one.code in theirs]


def _asked(key: str, code: str) -> tuple[Whole, FormSection]:
    this = queries.whole(own_application(key), now())
    found = next((one for one in shown_to_me(this) if one.code == code), None)
    if found is None:
        abort(404)
    return this, found


def _unseen(this: Whole, asked: FormSection) -> frozenset[str]:
    """The questions of the section that the page did not show."""
    whole_section = this.section(asked.code)
    return whole_section.sealed - asked.sealed if whole_section else frozenset()


def _place_after(key: str, code: str, answers: dict[str, Any], action: Any) -> str:
    """Back to the same section, at the row that was added or at the end of the list that became shorter."""
    anchor = None
    if action is not None:
        last = max(0, len(answers.get(action.field, [])) - 1)
        anchor = f"{action.field}-{last if action.row is None else min(action.row, last)}"
    return url_for("applications.section", key=key, code=code, _anchor=anchor)


def _next_page(this: Whole, asked: FormSection) -> str:
    """The next section of the form, after the last one the files, after them the list of tasks."""
    key = this.application.key
    codes = [one.code for one in queries.whole(this.application).sections]
    place = codes.index(asked.code) + 1 if asked.code in codes else len(codes)
    if "to_list" in request.form:
        return url_for("applications.show", key=key)
    if place < len(codes):
        return url_for("applications.section", key=key, code=codes[place])
    if this.regulation.documents:
        return url_for("applications.documents", key=key)
    return url_for("applications.show", key=key)


def section_page(form: SectionForm, *, is_saved: bool = False, is_unsaved: bool = False) -> str:
    """The page of a section, with everything typed and every message beside it."""
    this = form.whole
    codes = [one.code for one in this.sections]
    row = this.rows.get(form.section.code)
    return render_template(
        "applications/section.html",
        form=form,
        this=this,
        application=this.application,
        number=codes.index(form.section.code) + 1,
        count=len(codes),
        saved_at=row.saved_at if row else None,
        has_unseen=bool(_unseen(this, form.section)),
        is_saved=is_saved,
        is_unsaved=is_unsaved,
        is_found="found" in request.args,
        kept=kept_on_device(this),
        errors=list(form.remarks),
        **(facts_of_slots(this) if file_questions(form.section) else {}),
    )


def kept_on_device(this: Whole) -> tuple[str, str] | None:
    """The name and the key under which this browser may keep what could not be sent; None on somebody else's device."""
    if device_keys.is_not_mine():
        return None
    name, key = device_keys.key_for(person(), f"application|{this.application.key}")
    return f"{name}/{this.application.key}", key


def refused(form: SectionForm, status: int, is_autosave: bool) -> ResponseReturnValue:
    """Nothing was saved; the page holds what was typed, the script gets the words."""
    if is_autosave:
        remarks = [{"place": remark.place, "text": say(remark)} for remark in form.remarks]
        return jsonify(version=form.version, remarks=remarks), status
    return section_page(form), status


def conflict(
    this: Whole, asked: FormSection, given: dict[str, Any], seen: dict[str, str] | None, is_autosave: bool
) -> ResponseReturnValue:
    """Somebody saved other answers to the same questions: both versions of each, and the choice between them."""
    fresh = queries.whole(this.application, now())
    theirs, version = fresh.answers.get(asked.code, {}), fresh.version_of(asked.code)
    now_there = marks_of_section(asked, theirs)
    if seen is None:
        clashing = tuple(code for code, answer in given.items() if mark_of(answer) != now_there.get(code))
        seen = dict.fromkeys(clashing, UNSEEN)
        mine = theirs | given
    else:
        merged = merge(given, theirs, seen)
        clashing = merged.clashing
        mine = merged.answers | {code: given[code] for code in clashing}
    rows = differing(
        shown_sections([asked], {asked.code: mine})[0], shown_sections([asked], {asked.code: theirs})[0], clashing
    )
    if is_autosave:
        fields = [{"label": one.label, "mine": _lines(own), "theirs": _lines(other)} for one, own, other in rows]
        return jsonify(version=version, revision=version, fields=fields), 409
    row = fresh.rows.get(asked.code)
    return render_template(
        "applications/conflict.html",
        this=fresh,
        application=fresh.application,
        section=asked,
        rows=rows,
        flat=flat_answers(asked, mine),
        was=marks_as_text(now_there | {code: seen.get(code, UNSEEN) for code in clashing}),
        saw=marks_as_text(now_there),
        kept=kept_on_device(fresh),
        version=version,
        saved_at=row.saved_at if row else None,
        is_own=row is not None and row.saved_by_id == person().id,
        errors=[Remark("")],
    ), 409


def _lines(answer: Any) -> list[str]:
    if answer is None:
        return []
    return list(answer.lines) if answer.table is None else [" · ".join(row) for row in answer.table.rows]
