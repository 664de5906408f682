"""Trying a form on: those who set a contest up fill it in as an applicant would; answers live in the page alone."""

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.attributes import set_committed_value

from tosportal.domain.errors import Remark
from tosportal.domain.form_definition import FormSection, made_up_answers, read_section, row_action
from tosportal.domain.permissions import Permission
from tosportal.domain.wanted_documents import wanted_documents
from tosportal.features.accounts.guards import needs, where
from tosportal.features.applications.forms import flat_answers, section_form
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.features.applications.papers import shown_sections
from tosportal.features.applications.queries import Whole
from tosportal.features.applications.routes.board import blueprint
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer, edition_being_written, regulation_of_edition
from tosportal.web.clock import now

Answers = dict[str, dict[str, Any]]
SEND = ".send"


@blueprint.route("/office/contests/<slug>/try", methods=["GET", "POST"])
@needs(Permission.CONTEST_READ_INNER)
def try_form(slug: str) -> ResponseReturnValue:
    """A section of the form of the draft, or of the amendment being prepared; what was typed comes with the request."""
    contest = contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    this = tried(contest, request.args.get("nomination", ""))
    if not this.sections:
        return render_template("applications/try_empty.html", contest=contest)
    if request.method == "GET":
        return _section_page(this, this.sections[0], {})
    answers, too_much = _posted(this)
    current = this.section(request.form.get(".section", "")) or this.sections[0]
    if ".fill" in request.form:
        answers = {one.code: made_up_answers(one, this.budget_limits, this.window) for one in this.sections}
        return _section_page(this, current, answers)
    if too_much:
        return _section_page(this, current, answers, too_much), 422
    go = request.form.get(".go", "")
    if go == SEND:
        return _sent_page(this, answers)
    pressed = row_action(current, request.form.to_dict(flat=False)) or "calc" in request.form
    return _section_page(this, current if pressed else this.section(go) or current, answers)


def tried(contest: Contest, nomination: str) -> Whole:
    """An application that is nowhere: no row, no ТОС; of the edition that is being written."""
    edition = edition_being_written(contest)
    regulation = regulation_of_edition(edition)
    codes = [one.code for one in regulation.nominations]
    chosen = nomination if nomination in codes else codes[0] if codes else ""
    application = Application(key="", nomination=chosen, state="draft")
    set_committed_value(application, "contest", contest)
    set_committed_value(application, "regulation", edition)
    set_committed_value(application, "tos", None)
    return Whole(application, regulation, regulation, {}, [], now())


def _posted(this: Whole) -> tuple[Answers, list[Remark]]:
    """The answers of all sections: of the page itself, and of the others as they were carried."""
    posted = request.form.to_dict(flat=False)
    answers: Answers = {}
    current, remarks = request.form.get(".section", ""), []
    for one in this.sections:
        mark = f".{one.code}."
        own = (
            posted
            if one.code == current
            else {name.removeprefix(mark): values for name, values in posted.items() if name.startswith(mark)}
        )
        answers[one.code], found = read_section(one, own)
        remarks += found
    return answers, remarks


def _carried(this: Whole, answers: Answers, current: FormSection | None = None) -> list[tuple[str, str]]:
    """The answers as inputs that the next request brings back."""
    return [
        (f".{one.code}.{name}", value)
        for one in this.sections
        if one is not current
        for name, value in flat_answers(one, answers.get(one.code, {}))
        if value
    ]


def _answered(this: Whole, answers: Answers) -> Whole:
    """The same with these answers in it, so that they are judged together; nothing of it is kept."""
    return replace(this, rows={code: ApplicationSection(code=code, answers=own) for code, own in answers.items()})


def _section_page(this: Whole, section: FormSection, answers: Answers, more: list[Remark] | None = None) -> str:
    this = _answered(this, answers)
    own = answers.get(section.code, {})
    form = section_form(this, section, own, version=0, more=more or ())
    place = this.sections.index(section)
    return render_template(
        "applications/try.html",
        form=form,
        this=this,
        application=this.application,
        contest=this.application.contest,
        nominations=this.regulation.nominations,
        chosen=this.application.nomination,
        carried=_carried(this, answers, section),
        number=place + 1,
        count=len(this.sections),
        following=this.sections[place + 1] if place + 1 < len(this.sections) else None,
        errors=list(form.remarks),
    )


def _sent_page(this: Whole, answers: Answers) -> str:
    this = _answered(this, answers)
    remarks = {one.code: this.progress[one.code].missing for one in this.sections}
    return render_template(
        "applications/try_sent.html",
        this=this,
        application=this.application,
        contest=this.application.contest,
        chosen=this.application.nomination,
        sections=shown_sections(this.sections, answers),
        documents=wanted_documents(this.regulation, this.application.nomination, None, answers),
        remarks=remarks,
        wrong=sum(map(len, remarks.values())),
        carried=_carried(this, answers),
    )
