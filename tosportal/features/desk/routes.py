"""The first page after signing in: what waits for me, role by role."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import may_here, needs, person, where
from tosportal.features.desk import queries
from tosportal.features.indicators.queries.outlook import quarters_over
from tosportal.features.indicators.queries.quarter import programmes_without_facts
from tosportal.features.jury.queries import work_of
from tosportal.features.questions.queries import waiting_questions
from tosportal.support import notifications
from tosportal.web.clock import now
from tosportal.web.filters import local
from tosportal.web.lists import paged
from tosportal.web.until import until_words

blueprint = Blueprint("desk", __name__)
OF_THE_DOOR = "accounts."  # letters whose links let in whoever holds them: they stay in the mailbox of the person


@blueprint.get("/desk")
@needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    running = queries.running_contests(now())
    return render_template(
        "desk/index.html",
        now=now(),
        applicant=of_applicant(running) if may_here(Permission.APPLICATION_FILL) else None,
        links=queries.own_links(person()),
        jury=of_juror(running) if may_here(Permission.SHEET_SCORE) else None,
        staff=of_staff(running) if is_staff() else None,
        tools=tools(),
        has_role=bool(person().live_grants),
        until_words=until_words,
    )


def is_staff() -> bool:
    permissions = (
        Permission.ADMISSION_DECIDE,
        Permission.DECISION_APPROVE,
        Permission.LINK_DECIDE,
        Permission.LETTERS_READ,
    )
    return any(may_here(one) for one in permissions)


def of_applicant(running: list[queries.Running]) -> dict[str, Any]:
    """The nearest deadline, and own applications with the contest's moments."""
    open_now = [one for one in running if one.phase is Phase.ACCEPTING]
    mine = queries.own_applications(where(Permission.APPLICATION_FILL))
    by_id = {one.contest.id: one for one in running}
    return {
        "nearest": open_now[0] if open_now else None,
        "others": open_now[1:],
        "rows": [(one, by_id.get(one.contest_id)) for one in mine],
    }


def of_juror(running: list[queries.Running]) -> dict[str, Any]:
    """The jury whose scoring ends first, with the next application; the others by name."""
    juries = queries.juries(person(), running)
    if not juries:
        return {"first": None, "others": []}
    juror, first = juries[0]
    work = work_of(juror)
    return {"first": first, "work": work, "next": work.next_after(), "others": [one for _juror, one in juries[1:]]}


def of_staff(running: list[queries.Running]) -> dict[str, Any]:
    """What waits for secretaries, chairs and administrators, each in their own places."""
    admits, follows = where(Permission.ADMISSION_DECIDE), where(Permission.JURY_MONITOR)
    approves, prepares = where(Permission.DECISION_APPROVE), where(Permission.DECISION_PREPARE)
    mine = [one for one in running if one.lies_in(admits)]
    judged = [one for one in running if one.phase is Phase.SCORING and one.lies_in(follows)]
    deciding = [one for one in running if one.contest.announced_at and (one.lies_in(approves) or one.lies_in(prepares))]
    waiting = queries.waiting_applications((one.contest.id for one in mine), now())
    at_work = queries.juries_at_work(one.contest.id for one in judged)
    decisions = queries.open_decisions(one.contest.id for one in deciding)
    in_order = [(one, waiting[one.contest.id]) for one in mine if one.contest.id in waiting]
    answers = where(Permission.QUESTION_ANSWER)
    asked = waiting_questions((one.contest.id for one in running if one.lies_in(answers)), now())
    return {
        "admission": [(one, waits) for one, waits in in_order if waits.to_admit],
        "to_look": [(one, waits.to_look) for one, waits in in_order if waits.to_look],
        "questions": [(one, asked[one.contest.id]) for one in running if one.contest.id in asked],
        "juries": [(one, at_work[one.contest.id]) for one in judged if one.contest.id in at_work],
        "to_approve": [
            (one, decisions[one.contest.id])
            for one in deciding
            if one.lies_in(approves) and one.contest.id in decisions and decisions[one.contest.id].state == "prepared"
        ],
        "to_prepare": [
            (one, decisions.get(one.contest.id))
            for one in deciding
            if one.lies_in(prepares) and waits_for_secretary(one, decisions.get(one.contest.id))
        ],
        "closing": [
            one for one in mine if one.phase is Phase.ACCEPTING and one.moments["close"] - now() <= queries.CLOSING_SOON
        ],
        "drafts": [one for one in mine if one.phase is Phase.DRAFT],
        "reports": of_reports(),
        "counts": queries.counts(
            links=where(Permission.LINK_DECIDE),
            letters=may_here(Permission.LETTERS_READ),
            people=may_here(Permission.PEOPLE_MANAGE),
            events=where(Permission.EVENT_CONFIRM),
        ),
    }


def of_reports() -> dict[str, Any]:
    """The last quarter that is over, and the programmes whose indicators have no fact for it."""
    today = local(now()).date()
    over = quarters_over(today.year, today)
    year, quarter = (today.year, over) if over else (today.year - 1, 4)
    scopes = where(Permission.INDICATOR_ENTER)
    rows = programmes_without_facts(scopes, year, quarter) if scopes else []
    return {"year": year, "quarter": quarter, "rows": rows}


def waits_for_secretary(one: queries.Running, decision: queries.OpenDecision | None) -> bool:
    """No decision in the phase of deciding, a returned one, or an approved one that is not yet published."""
    if decision is None:
        return one.phase is Phase.DECIDING
    return decision.state in {"returned", "approved"}


def tools() -> list[tuple[str, str]]:
    """Pages of the office that the menu has no room for."""
    pages = (
        (Permission.CONTEST_READ_INNER, _("Работа с конкурсами"), "contests.officer_index"),
        (Permission.PROGRAMME_READ_INNER, _("Работа с программой"), "programmes.office"),
        (Permission.LINK_DECIDE, _("Просьбы о присоединении"), "registry.links"),
        (Permission.LETTERS_WORD, _("Тексты писем"), "letters.index"),
        (Permission.TOS_EDIT, _("Ведение реестра ТОС"), "registry.office_index"),
        (Permission.CONSENT_KEEP, _("Согласия людей"), "personal.office_consents"),
        (Permission.EVENT_READ_INNER, _("Работа с событиями"), "events.office"),
        (Permission.EVENT_ENTER, _("Рассказать о событии"), "events.add"),
        (Permission.PEOPLE_MANAGE, _("Люди и роли"), "accounts.people"),
        (Permission.JOURNAL_READ, _("Журнал действий"), "journal.index"),
        (Permission.LOOKS_READ, _("Кто смотрел личные данные"), "personal.all_looks_page"),
        (Permission.RETENTION_SET, _("Сроки хранения"), "personal.retention"),
        (Permission.LETTERS_READ, _("Письма"), "journal.letters"),
        (Permission.OWN_ACCOUNT_EDIT, _("Мой кабинет"), "accounts.profile"),
    )
    return [(label, url_for(endpoint)) for permission, label, endpoint in pages if may_here(permission)]


@blueprint.get("/inbox")
@needs(Permission.DESK_READ)
def inbox() -> ResponseReturnValue:
    """Every letter of the portal to the person, the latest first."""
    page = paged(notifications.letters_of(person().id), size=25)
    return render_template(
        "desk/inbox.html",
        page=page,
        newest=max((one.id for one in page.rows), default=0),
        without_mail=not current_app.config["SETTINGS"].smtp_url,
    )


@blueprint.get("/inbox/<int(max=2147483647):number>")
@needs(Permission.DESK_READ)
def message(number: int) -> ResponseReturnValue:
    """One letter, word for word as it went by mail."""
    letter = notifications.letter_of(person().id, number) or abort(404)
    is_key = letter.kind.startswith(OF_THE_DOOR)
    parts = notifications.parts_of(letter.body, _("(ссылка только в письме на вашу почту)") if is_key else "")
    here = current_app.config["BASE_URL"].rstrip("/") + "/"
    return render_template(
        "desk/message.html",
        letter=letter,
        parts=parts,
        about=next((link for _text, link in parts if link.startswith(here)), ""),
    )


@blueprint.post("/inbox/<int(max=2147483647):number>/open")
@needs(Permission.DESK_READ)
def open_message(number: int) -> ResponseReturnValue:
    """The letter is read: its page follows."""
    letter = notifications.letter_of(person().id, number) or abort(404)
    notifications.mark_read(letter, now=now())
    return redirect(url_for("desk.message", number=number), 303)


@blueprint.post("/inbox/read")
@needs(Permission.DESK_READ)
def read_messages() -> ResponseReturnValue:
    """All letters that the page showed are read."""
    up_to = request.form.get("up_to", "")
    if not up_to.isdecimal() or len(up_to) > 10:
        abort(400)
    notifications.mark_all_read(person().id, up_to=int(up_to), now=now())
    flash(_("Все сообщения отмечены прочитанными."), "success")
    return redirect(url_for("desk.inbox"), 303)
