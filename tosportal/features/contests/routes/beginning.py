"""A new contest: what it begins from, then what is known of it already."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.beginnings import WHEN, ReadySet, copied, next_workday
from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import KINDS, Regulation, regulation_from_json
from tosportal.domain.workdays import add_workdays, calendar_remark
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.models import Contest
from tosportal.features.contests.routes.board import blueprint
from tosportal.features.registry.models import Municipality
from tosportal.web.clock import now
from tosportal.web.lists import paged
from tosportal.web.rows import code_from_words

TYPED = ("name", "slug", "kind", "fund", "set", "source")
LONGEST_NAME = 300
SOURCES = 100
FAR = timedelta(days=3 * 366)


@blueprint.get("/office/contests/new")
@needs(Permission.CONTEST_EDIT)
def new() -> ResponseReturnValue:
    """Begin a contest: from a ready set, from an earlier contest, from nothing; then what pays for it."""
    municipality = here()
    typed = {name: cleaned(request.args.get(name, "")) for name in ("set", "source", "kind")}
    if not any(typed.values()):
        sources = paged(
            queries.contests_for_officer(where(Permission.CONTEST_READ_INNER)), size=SOURCES, number=1, scalars=False
        )
        return render_template(
            "contests/new.html",
            sets=queries.ready_sets().values(),
            sources=[row[0] for row in sources.rows],
            kinds=KINDS,
            WHEN=WHEN,
        )
    if typed["set"] and typed["set"] not in queries.ready_sets():
        abort(404)
    source = source_of(typed["source"])
    if (typed["source"] and source is None) or (typed["kind"] and typed["kind"] not in KINDS):
        abort(404)
    chosen_set = queries.ready_sets().get(typed["set"])
    name = source.name if source else chosen_set.regulation.name if chosen_set else ""
    zone = ZoneInfo(municipality.zone)
    begins_on = add_workdays(now().astimezone(zone).date(), 1).isoformat() if chosen_set else ""
    return beginning_page({**typed, "name": name, "slug": "", "fund": "", "announced_on": begins_on}, [])


@blueprint.post("/office/contests/new")
@needs(Permission.CONTEST_EDIT)
def create() -> ResponseReturnValue:
    """A draft: a ready set with its dates counted from the day of the announcement, a copy of another contest with its
    days moved by whole years to working days, or an empty one."""
    municipality = here()
    typed = {name: cleaned(request.form.get(name, "")).strip() for name in TYPED}
    parts = [cleaned(request.form.get(f"announced_on-{part}", "")).strip() for part in ("day", "month", "year")]
    typed["announced_on"] = ".".join(parts) if any(parts) else ""
    remarks = []
    fund = service.activity_of_choice(municipality.id, typed["fund"])
    if fund is None:
        remarks.append(Remark(N_("Выберите, из какого мероприятия программы деньги"), place="fund"))
    source, chosen_set = source_of(typed["source"]), queries.ready_sets().get(typed["set"])
    if (typed["source"] and source is None) or (typed["set"] and chosen_set is None):
        remarks.append(Remark(N_("Такого конкурса нет, выберите другой"), place="source"))
    name = typed["name"] or (source.name if source else chosen_set.regulation.name if chosen_set else "")
    if not name:
        remarks.append(Remark(N_("Назовите конкурс"), place="name"))
    remarks += too_long(name, LONGEST_NAME, "name")
    if not source and not chosen_set and typed["kind"] not in KINDS:
        remarks.append(Remark(N_("Выберите вид конкурса"), place="kind"))
    zone = ZoneInfo(municipality.zone)
    today = now().astimezone(zone).date()
    announced_on = day_from(typed["announced_on"])
    if chosen_set and (announced_on is None or not today <= announced_on <= today + FAR):
        text = N_("Назовите день, когда конкурс объявят: с сегодняшнего и не дальше трёх лет, например %(example_on)s")
        remarks.append(Remark(text, {"example_on": add_workdays(today, 1)}, "announced_on"))
    if remarks or fund is None:
        return beginning_page(typed, remarks), 422
    activity, year = fund
    if source:
        whole = queries.with_own_letters(queries.regulation_of(source), source)
        regulation = copied(whole, name=name, years=year - source.year, zone=zone)
    elif chosen_set:
        regulation = chosen_set.begun(name=name, announced_on=announced_on or today, zone=zone)
    else:
        regulation = empty_regulation(typed["kind"], name)
    try:
        contest = service.create_contest(
            municipality=municipality,
            activity=activity,
            slug=typed["slug"] or free_slug(name, year),
            year=year,
            regulation=regulation,
            actor=person(),
            now=now(),
        )
    except RuleBroken as error:
        return beginning_page(typed, list(error.remarks)), 422
    flash(_("Черновик конкурса создан. Его видите только вы и коллеги."), "success")
    return redirect(url_for("contests.edit", slug=contest.slug), 303)


def here() -> Municipality:
    """The municipality of the office, where the person may make contests."""
    municipality: Municipality = g.municipality or abort(404)
    ensure_may(Permission.CONTEST_EDIT, municipality=municipality.id)
    return municipality


def source_of(slug: str) -> Contest | None:
    """The contest to copy, if the officer may see it."""
    return queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) if slug else None


def beginning_page(typed: dict[str, str], remarks: list[Remark]) -> str:
    """The second step: the name, the money, the day; everything else comes from what the contest begins from."""
    municipality = here()
    chosen_set, source = queries.ready_sets().get(typed["set"]), source_of(typed["source"])
    return render_template(
        "contests/beginning.html",
        typed=typed,
        remarks=remarks,
        errors=remarks,
        choices=queries.fund_choices(municipality.id),
        chosen_set=chosen_set,
        source=source,
        kinds=KINDS,
        calendar=calendar_remark_of(chosen_set, typed["announced_on"]),
    )


def calendar_remark_of(chosen_set: ReadySet | None, announced_on: str) -> Remark | None:
    """What to know of the production calendar of the year in which the dates of a set fall."""
    day = day_from(announced_on)
    return calendar_remark(next_workday(day).year) if chosen_set and day else None


def empty_regulation(kind: str, name: str) -> Regulation:
    """A regulation with nothing but its name and kind, as a beginning."""
    return regulation_from_json(
        {
            "schema": "regulation/1",
            "kind": kind,
            "name": name,
            "summary": "",
            "nominations": [],
            "timeline": [],
            "eligibility": [],
            "documents": [],
            "limits": {},
            "form": {"sections": first_sections() if kind == "grant" else []},
            "criteria": [],
            "scoring": {
                "method": "weighted_mean" if kind == "grant" else "mean_of_totals",
                "rounding": "0.01",
                "criterion_rounding": None,
                "pass_total": None,
                "ties": ["submitted_at"],
                "sheets_min": 3,
            },
            "awarding": {"method": "walk", "last": "cut"} if kind == "grant" else {"method": "prizes"},
            "admission": [],
        }
    )


def first_sections() -> list[dict[str, Any]]:
    """What no form of a contest of grants does without, so that nobody has to guess its codes."""
    fields: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("title", _("Название проекта"), "text", {"max_chars": 200, "public": True}),
        ("plan", _("Календарный план"), "calendar_plan", {}),
        ("budget", _("Смета"), "budget", {}),
    )
    rows = [
        {"code": code, "label": label, "kind": kind, "required": True, **more} for code, label, kind, more in fields
    ]
    return [{"code": "project", "title": _("Проект"), "nominations": [], "fields": rows}]


def free_slug(name: str, year: int) -> str:
    """An address out of a name, not yet taken."""
    beginning = f"{code_from_words(name, 50) or 'contest'}-{year}"
    if queries.contest_by_slug(beginning) is None:
        return beginning
    return next(f"{beginning}-{n}" for n in range(2, 1000) if queries.contest_by_slug(f"{beginning}-{n}") is None)
