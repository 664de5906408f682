"""Questions on a contest: the page for everybody, asking, and the secretary's list with answers."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_questions import LONGEST, LONGEST_ANSWER, asked_until
from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, open_to_all, person, person_or_none, where
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer, regulation_of, visible_contest
from tosportal.features.questions import queries, service
from tosportal.features.questions.models import Question
from tosportal.web.caching import conditional
from tosportal.web.clock import now
from tosportal.web.filters import page_zone
from tosportal.web.form_keys import form_key_from, new_form_key
from tosportal.web.lists import paged
from tosportal.web.typed import keeps_typed
from tosportal.web.until import until_words

blueprint = Blueprint("questions", __name__)
NUMBER = "<int(max=999999):number>"
AT_ONCE = 30
LONGEST_SEARCH = 100


def search_words() -> str:
    """What is searched for: one line, not too long to be a search."""
    return " ".join(cleaned(request.args.get("q", "")).split())[:LONGEST_SEARCH]


@blueprint.get("/contests/<slug>/questions")
@open_to_all
@conditional
def index(slug: str) -> ResponseReturnValue:
    """Answered questions for everybody, without names; one's own above them; until when one may ask."""
    contest = visible_contest(slug) or abort(404)
    somebody, regulation, search = person_or_none(), regulation_of(contest), search_words()
    close = regulation.moments.get("close")
    return render_template(
        "questions/index.html",
        contest=contest,
        search=search,
        page=paged(queries.answered_questions(contest.id, search), size=AT_ONCE, scalars=False),
        own=queries.own_questions(contest.id, somebody.id) if somebody and not search else [],
        why_not=service.why_not_ask(contest, regulation, now()),
        until=until_words(asked_until(close, regulation.questions, page_zone())) if close else "",
        rule=regulation.questions,
        until_words=until_words,
    )


@blueprint.get("/contests/<slug>/questions/ask")
@needs(Permission.QUESTION_ASK)
def new(slug: str) -> ResponseReturnValue:
    """The form of a question."""
    return _asking(visible_contest(slug) or abort(404), "", new_form_key(), [])


@blueprint.post("/contests/<slug>/questions/ask")
@needs(Permission.QUESTION_ASK)
@keeps_typed
def ask(slug: str) -> ResponseReturnValue:
    """Keep the question; the secretary has a letter."""
    contest = visible_contest(slug) or abort(404)
    text, form_key = cleaned(request.form.get("text", "")).strip(), form_key_from(request.form)
    try:
        service.ask_question(contest, regulation_of(contest), text=text, form_key=form_key, actor=person(), now=now())
    except RuleBroken as refused:
        return _asking(contest, text, form_key or new_form_key(), list(refused.remarks)), 422
    flash(_("Вопрос отправлен. Ответ придёт письмом и появится на этой странице."), "success")
    return redirect(url_for("questions.index", slug=slug), 303)


def _asking(contest: Contest, typed: str, form_key: str, remarks: list[Remark]) -> str:
    regulation = regulation_of(contest)
    close = regulation.moments.get("close")
    return render_template(
        "questions/ask.html",
        contest=contest,
        typed=typed,
        form_key=form_key,
        errors=[Remark(one.template, one.values, one.place or "text") for one in remarks],
        why_not=service.why_not_ask(contest, regulation, now()),
        until=until_words(asked_until(close, regulation.questions, page_zone())) if close else "",
        rule=regulation.questions,
        longest=LONGEST,
    )


# --- the office ----------------------------------------------------------------------------------------------------


@blueprint.get("/office/contests/<slug>/questions")
@needs(Permission.CONTEST_READ_INNER)
def office(slug: str) -> ResponseReturnValue:
    """Every question of a contest, those that wait first."""
    contest = contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    search = search_words()
    return render_template(
        "questions/office.html",
        contest=contest,
        search=search,
        page=paged(queries.questions_of_contest(contest.id, search), size=AT_ONCE, scalars=False),
        may_answer=_may_answer(contest),
        now=now(),
        until_words=until_words,
    )


@blueprint.get(f"/office/contests/<slug>/questions/{NUMBER}")
@needs(Permission.CONTEST_READ_INNER)
def show(slug: str, number: int) -> ResponseReturnValue:
    """One question with the editions of its answer, and the form of the answer."""
    contest = contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    return _answering(contest, queries.question_of_contest(contest.id, number) or abort(404))


@blueprint.post(f"/office/contests/<slug>/questions/{NUMBER}")
@needs(Permission.QUESTION_ANSWER)
@keeps_typed
def answer(slug: str, number: int) -> ResponseReturnValue:
    """Answer for everybody, or correct the answer."""
    contest, question = _locked(slug, number)
    typed = {name: cleaned(request.form.get(name, "")).strip() for name in ("wording", "answer", "changes_nothing")}
    try:
        made = service.answer_question(
            question,
            contest,
            wording=typed["wording"],
            answer=typed["answer"],
            changes_nothing=typed["changes_nothing"] == "yes",
            seen=_seen(),
            actor=person(),
            now=now(),
        )
    except RuleBroken as refused:
        return _answering(contest, question, typed, list(refused.remarks)), 422
    except StateConflict as stale:
        return _answering(contest, question, typed, list(stale.remarks), is_stale=True), 409
    words = _("Ответ опубликован: его видят все.") if made.number == 1 else _("Исправленный ответ опубликован.")
    flash(words, "success")
    return redirect(url_for("questions.office", slug=slug), 303)


@blueprint.post(f"/office/contests/<slug>/questions/{NUMBER}/decline")
@needs(Permission.QUESTION_ANSWER)
@keeps_typed
def decline(slug: str, number: int) -> ResponseReturnValue:
    """The question is not about the contest: its author learns why, nobody else sees it."""
    contest, question = _locked(slug, number)
    typed = {"reason": cleaned(request.form.get("reason", "")).strip()}
    try:
        service.decline_question(question, contest, reason=typed["reason"], seen=_seen(), actor=person(), now=now())
    except RuleBroken as refused:
        return _answering(contest, question, typed, list(refused.remarks)), 422
    except StateConflict as stale:
        return _answering(contest, question, typed, list(stale.remarks), is_stale=True), 409
    flash(_("Вопрос не принят, его автору написано письмо."), "success")
    return redirect(url_for("questions.office", slug=slug), 303)


def _locked(slug: str, number: int) -> tuple[Contest, Question]:
    contest = contest_for_officer(slug, where(Permission.QUESTION_ANSWER)) or abort(404)
    ensure_may(Permission.QUESTION_ANSWER, municipality=contest.municipality_id, contest=contest.id)
    return contest, queries.question_of_contest(contest.id, number, locked=True) or abort(404)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else -1


def _may_answer(contest: Contest) -> bool:
    return where(Permission.QUESTION_ANSWER).holds(municipality=contest.municipality_id, contest=contest.id)


def _answering(
    contest: Contest,
    question: Question,
    typed: dict[str, str] | None = None,
    remarks: list[Remark] | None = None,
    *,
    is_stale: bool = False,
) -> str:
    """The page of one question. A new form begins with the question word for word, or with the answer in force."""
    answers = queries.answers_of(question)
    shown: dict[str, Any] = {
        "wording": answers[-1].wording if answers else question.text,
        "answer": answers[-1].answer if answers else "",
        "changes_nothing": "",
        "reason": "",
    }
    return render_template(
        "questions/show.html",
        contest=contest,
        question=question,
        answers=answers,
        typed={**shown, **(typed or {})},
        errors=remarks or [],
        is_stale=is_stale,
        may_answer=_may_answer(contest),
        now=now(),
        until_words=until_words,
        longest=LONGEST,
        longest_answer=LONGEST_ANSWER,
    )
