"""What the frame of every page needs: the municipality, the menu of the role, the language and the look."""

from decimal import Decimal
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from tosportal.domain.people_names import initials
from tosportal.domain.permissions import ROLE_NAMES, Permission
from tosportal.features.accounts.guards import grants, may_here, person_or_none
from tosportal.features.contests.queries import contests_of_programme
from tosportal.features.decisions.queries import contests_of_decisions, supported_projects
from tosportal.features.events.queries import events_of_tos
from tosportal.features.indicators.queries import indicator_rows
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.registry.queries import municipality_of_page
from tosportal.web.filters import day, money
from tosportal.web.language import select_locale, selected_look


def menu() -> list[tuple[str, str, bool]]:
    """Label, address, is it the current one. Visitors see the open pages; each role adds its own."""
    somebody, is_officer = person_or_none(), may_here(Permission.CONTEST_READ_INNER)
    entries: list[tuple[str, str, str]] = []
    if somebody:
        entries.append((_("Мои дела"), "desk.index", "desk."))
        if may_here(Permission.APPLICATION_FILL):
            entries.append((_("Мои заявки"), "applications.mine", "applications."))
        if may_here(Permission.SHEET_SCORE):
            entries.append((_("Мои оценки"), "jury.mine", "jury."))
    events = "events.office" if may_here(Permission.EVENT_CONFIRM) else "events.index"
    entries.append((_("Конкурсы"), "contests.officer_index" if is_officer else "contests.index", "contests."))
    entries.append(
        (_("ТОС района"), "registry.office_index" if may_here(Permission.TOS_EDIT) else "registry.index", "registry.")
    )
    if may_here(Permission.PROGRAMME_EDIT):  # for the others the desk has it: an administrator's menu is full
        entries.append((_("Программа"), "programmes.office", "programmes."))
    entries.append((_("События"), events, "events."))
    if may_here(Permission.PEOPLE_MANAGE):
        entries.append((_("Люди"), "accounts.people", "accounts.people"))
        entries.append((_("Письма"), "journal.letters", "journal.letter"))
    entries += [
        (_("Итоги"), "public.results_index", "public.results"),
        (_("Показатели"), "indicators.index", "indicators."),
    ]
    if may_here(Permission.JOURNAL_READ):
        entries.append((_("Журнал"), "journal.index", "journal.index"))
    entries.append((_("Помощь"), "public.help_index", "public.help"))
    endpoint = request.endpoint or ""
    return [(label, url_for(target), endpoint.startswith(prefix)) for label, target, prefix in entries]


def load_municipality() -> None:
    """Whose pages these are: it gives the frame its name and the moments their zone."""
    g.municipality = municipality_of_page() if request.endpoint != "static" else None


def links_to_contests(programme_id: int) -> dict[int, list[tuple[str, str, str]]]:
    """Activity id → contests paid from it: name, address, year. For the page of a programme."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for contest in contests_of_programme(programme_id):
        link = (contest.name, url_for("contests.show", slug=contest.slug), str(contest.year))
        found.setdefault(contest.activity_id, []).append(link)
    return found


def links_to_projects(tos_id: int) -> list[tuple[str, str, str]]:
    """What a ТОС was awarded: title, address, contest with the sum. For the page of a ТОС."""
    return [
        (
            ranked.application.title or contest.name,
            url_for("decisions.row", slug=contest.slug, number=ranked.application.number),
            f"{contest.name}, {contest.year}: {money(ranked.awarded_sum)}",
        )
        for ranked, contest in supported_projects(tos_id)
    ]


def links_to_events(tos_id: int) -> list[tuple[str, str, str]]:
    """The confirmed events of a ТОС: title, address, day. For the page of a ТОС."""
    return [(one.title, url_for("events.show", key=one.key), day(one.held_on)) for one in events_of_tos(tos_id)]


def results_of_decisions(decision_ids: list[int]) -> dict[int, str]:
    """Decision id → address of its results. For the entries of the ledger that awards have posted."""
    slugs = contests_of_decisions(decision_ids)
    return {number: url_for("decisions.results", slug=slug) for number, slug in slugs.items()}


def indicators_with_facts(programme: Programme, year: int) -> list[tuple[Indicator, Decimal | None, Decimal | None]]:
    """Indicators of a programme with plan and fact of a year. For the refund to the region, which begins with them."""
    rows = indicator_rows(programme, year, year)
    return [(row.indicator, row.plan, row.fact.value if row.fact else None) for row in rows]


def context() -> dict[str, Any]:
    """Names that `layout/base.html` uses."""
    if "municipality" not in g:
        load_municipality()
    somebody = person_or_none()
    roles = sorted({ROLE_NAMES[grant.role] for grant in grants() or ()})
    return {
        "locale": select_locale(),
        "vision": selected_look(),
        "person": somebody,
        "person_short_name": initials(somebody.full_name) if somebody and somebody.full_name else "",
        "person_roles_line": ", ".join(_(role) for role in roles),
        "unread_letters": g.get("unread_letters", 0),
        "menu": menu(),
        "municipality": g.get("municipality"),
        "may_here": may_here,
        "contests_of_programme": links_to_contests,
        "projects_of_tos": links_to_projects,
        "indicators_with_facts": indicators_with_facts,
        "results_of_decisions": results_of_decisions,
        "events_of_tos": links_to_events,
        "Permission": Permission,
    }


def init_app(app: Flask) -> None:
    """Attach the frame to an application."""
    app.before_request(load_municipality)
    app.context_processor(context)
