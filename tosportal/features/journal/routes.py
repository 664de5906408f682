"""Pages that read the trail of acts and the outbox."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import needs, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.accounts.queries import names_of_people
from tosportal.features.journal import queries
from tosportal.support import notifications
from tosportal.support.notifications import Letter
from tosportal.web.filters import page_zone
from tosportal.web.lists import paged

blueprint = Blueprint("journal", __name__)
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
WITH_KEYS = ("accounts.", "jury.invit", "helper.invit")  # letters whose links open a door for whoever holds them
WITH_CODES = ("application.code",)  # letters whose text signs for whoever reads it


@blueprint.get("/office/journal")
@needs(Permission.JOURNAL_READ)
def index() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("act", "kind", "number", "day")}
    day = day_of(asked["day"])
    problem = _("Напишите день так: 15.03.2026") if asked["day"] and day is None else ""
    page = paged(
        queries.entries(
            where(Permission.JOURNAL_READ),
            act=plain(asked["act"]),
            subject_kind=plain(asked["kind"]),
            subject_id=plain(asked["number"]),
            day=day,
        )
    )
    return render_template(
        "journal/index.html",
        page=page,
        asked=asked,
        problem=problem,
        errors=problem,
        rows=[(entry, changes(entry.facts)) for entry in page.rows],
        people=names_of_people(entry.actor_id for entry in page.rows),
        acts=queries.ACTS,
        subjects=queries.SUBJECTS,
        act_options=sorted(((code, _(name)) for code, name in queries.ACTS.items()), key=lambda pair: pair[1]),
        subject_options=sorted(((code, _(name)) for code, name in queries.SUBJECTS.items()), key=lambda pair: pair[1]),
    ), 422 if problem else 200


@blueprint.get("/office/letters")
@needs(Permission.LETTERS_READ)
def letters() -> ResponseReturnValue:
    state, search = request.args.get("state", ""), plain(request.args.get("q", "").strip()[:100])
    return render_template(
        "journal/letters.html",
        page=paged(queries.letters(state, search)),
        state=state if state in queries.LETTER_STATES else "",
        search=search,
        states=[(code, _(name)) for code, name in queries.LETTER_STATES.items()],
        without_mail=not current_app.config["SETTINGS"].smtp_url,
    )


@blueprint.get("/office/letters/<int(max=2147483647):number>")
@needs(Permission.LETTERS_READ)
def letter(number: int) -> ResponseReturnValue:
    found = queries.letter_by_number(number) or abort(404)
    if found.person_id is not None:
        note_look("letter", ("person", found.person_id))
    return render_template("journal/letter.html", letter=found, parts=parts_of(found))


def parts_of(found: Letter) -> list[tuple[str, str]]:
    """The text of a letter as (text, link) pairs. Where mail leaves by itself, links that open somebody's account are
    for the receiver alone; without a mail server this page is the only way to them."""
    has_mail = bool(current_app.config["SETTINGS"].smtp_url)
    if has_mail and found.kind in WITH_CODES:
        return [(_("Код виден только получателю."), "")]
    hidden = has_mail and found.kind.startswith(WITH_KEYS)
    return notifications.parts_of(found.body, _("(ссылка видна только получателю)") if hidden else "")


def plain(text: str) -> str:
    """What may be looked for in the database: no NUL in it."""
    return text.replace("\x00", "")


def day_of(text: str) -> tuple[datetime, datetime] | None:
    """The beginning and the end of a day of the municipality; None when it is no day."""
    found = DAY.fullmatch(text)
    if not found:
        return None
    day, month, year, year_first, month_second, day_third = found.groups()
    try:
        asked = date(int(year or year_first), int(month or month_second), int(day or day_third))
        if not 2000 <= asked.year <= 2200:
            return None
        since = datetime.combine(asked, time(), page_zone())
        return since, datetime.combine(asked + timedelta(days=1), time(), page_zone())
    except ValueError:
        return None


def changes(facts: str) -> list[tuple[str, str, str]]:
    """(name, before, after) of everything that an entry says, names in order."""
    said: dict[str, dict[str, Any]] = json.loads(facts)
    before, after = said.get("before", {}), said.get("after", {})
    return [(name, shown(before.get(name)), shown(after.get(name))) for name in sorted({*before, *after})]


def shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
