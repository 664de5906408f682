"""The officer's list of contests, a new contest, and the page of one contest with all its parts."""

import re
from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import KINDS, Regulation, regulation_from_json, to_json
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import PARTS, part_of_place
from tosportal.features.contests.models import Contest
from tosportal.features.contests.routes.board import blueprint
from tosportal.features.contests.routes.visitor import contest_page
from tosportal.web.clock import now
from tosportal.web.lists import paged

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщыэюя"
LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya"
LETTERS = {**dict(zip(CYRILLIC, LATIN.split(), strict=True)), "ь": "", "ъ": ""}
TYPED = ("name", "slug", "kind", "fund", "source")


@blueprint.get("/office/contests")
@needs(Permission.CONTEST_READ_INNER)
def officer_index() -> ResponseReturnValue:
    """Contests of the officer's places, drafts too."""
    page = paged(queries.contests_for_officer(where(Permission.CONTEST_READ_INNER)), size=30, scalars=False)
    return render_template("contests/officer_index.html", page=page, cards=queries.glances(page.rows, now()))


@blueprint.get("/office/contests/new")
@needs(Permission.CONTEST_EDIT)
def new() -> ResponseReturnValue:
    """Begin a contest: what pays for it, and what it begins from."""
    return _new_page({"name": "", "slug": "", "kind": "grant", "fund": "", "source": ""}, [])


@blueprint.post("/office/contests/new")
@needs(Permission.CONTEST_EDIT)
def create() -> ResponseReturnValue:
    """A draft, empty or a copy of another contest with its days moved by whole years."""
    municipality = g.municipality or abort(404)
    ensure_may(Permission.CONTEST_EDIT, municipality=municipality.id)
    typed = {
        name: cleaned(request.form.get(name, ""))[:1000].strip() for name in ("name", "slug", "kind", "fund", "source")
    }
    remarks = []
    chosen = service.activity_of_choice(municipality.id, typed["fund"])
    if chosen is None:
        remarks.append(Remark(N_("Выберите, из какого мероприятия программы деньги"), place="fund"))
    source = None
    if typed["source"]:
        source = queries.contest_for_officer(typed["source"], where(Permission.CONTEST_READ_INNER))
        if source is None:
            remarks.append(Remark(N_("Такого конкурса нет, выберите другой"), place="source"))
    if not typed["name"] and source is None:
        remarks.append(Remark(N_("Назовите конкурс"), place="name"))
    if len(typed["name"]) > 300:
        remarks.append(Remark(N_("Слишком длинно, сократите до %(limit)s знаков"), {"limit": 300}, "name"))
    if typed["kind"] not in KINDS:
        remarks.append(Remark(N_("Выберите вид конкурса"), place="kind"))
    if remarks or chosen is None:
        return _new_page(typed, remarks), 422
    activity, year = chosen
    name = typed["name"] or (source.name if source else "")
    regulation = _copied(source, name, year) if source else empty_regulation(typed["kind"], name)
    slug = typed["slug"] or free_slug(name, year)
    try:
        contest = service.create_contest(
            municipality=municipality,
            activity=activity,
            slug=slug,
            year=year,
            regulation=regulation,
            actor=person(),
            now=now(),
        )
    except RuleBroken as error:
        return _new_page(typed, list(error.remarks)), 422
    flash(_("Черновик конкурса создан. Его видите только вы и коллеги."), "success")
    return redirect(url_for("contests.edit", slug=contest.slug), 303)


def _new_page(typed: dict[str, str], remarks: list[Remark]) -> str:
    municipality = g.municipality or abort(404)
    ensure_may(Permission.CONTEST_EDIT, municipality=municipality.id)
    sources = paged(
        queries.contests_for_officer(where(Permission.CONTEST_READ_INNER)), size=100, number=1, scalars=False
    )
    return render_template(
        "contests/new.html",
        typed=typed,
        remarks=remarks,
        errors=remarks,
        choices=queries.fund_choices(municipality.id),
        sources=[row[0] for row in sources.rows],
        kinds=KINDS,
    )


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


def _copied(source: Contest, name: str, year: int) -> Regulation:
    """The regulation of another contest under a new name, its days moved by whole years."""
    data = to_json(queries.regulation_of(source))
    data["name"] = name
    for row in data["timeline"]:
        row["at"] = in_year(datetime.fromisoformat(row["at"]), year - source.year).isoformat()
    return regulation_from_json(data)


def in_year(at: datetime, years: int) -> datetime:
    """The same day and hour some years later; 29 February becomes 28 February."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return (at - timedelta(days=1)).replace(year=at.year + years)


def free_slug(name: str, year: int) -> str:
    """An address out of a name, not yet taken."""
    text = "".join(LETTERS.get(sign, sign) for sign in name.casefold())
    words = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:50].strip("-") or "contest"
    beginning = f"{words}-{year}"
    if queries.contest_by_slug(beginning) is None:
        return beginning
    return next(f"{beginning}-{n}" for n in range(2, 1000) if queries.contest_by_slug(f"{beginning}-{n}") is None)


@blueprint.get("/office/contests/<slug>")
@needs(Permission.CONTEST_READ_INNER)
def edit(slug: str) -> ResponseReturnValue:
    """One contest: its parts, what is missing, and the acts that are possible now."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    edition = queries.edition_in_force(contest)
    proposal = queries.proposed_edition(contest) if contest.announced_at else None
    regulation = queries.regulation_of_edition(proposal or edition)
    at = now()
    fund = queries.fund_of(contest)
    total = sum(fund.values(), queries.ZERO)
    if contest.announced_at is None:
        remarks = service.announcement_remarks(contest, regulation, total, at)
    else:
        remarks = service.amendment_remarks(contest, regulation, at) if proposal else []
    may_edit = where(Permission.CONTEST_EDIT).holds(municipality=contest.municipality_id, contest=contest.id)
    return render_template(
        "contests/edit.html",
        contest=contest,
        regulation=regulation,
        proposal=proposal,
        phase=queries.phase_of(contest, queries.regulation_of_edition(edition), at),
        Phase=Phase,
        fund=fund,
        fund_total=total,
        parts=_part_rows(contest, regulation, remarks, may_edit),
        remarks=remarks,
        editions=queries.editions_of(contest),
        may_edit=may_edit,
    )


def _part_rows(
    contest: Contest, regulation: Regulation, remarks: list[Remark], may_edit: bool
) -> list[tuple[Any, ...]]:
    """Rows of the list of parts: title, address, hint, state."""
    counts = {
        "nominations": len(regulation.nominations),
        "timeline": len(regulation.timeline),
        "eligibility": len(regulation.eligibility),
        "documents": len(regulation.documents),
        "form": len(regulation.sections),
        "criteria": len(regulation.criteria),
        "admission": len(regulation.admission),
    }
    wrong = [part_of_place(remark.place) for remark in remarks]
    rows = []
    for part in PARTS:
        missing = wrong.count(part.code)
        hint = _("Замечаний: %(count)s", count=missing) if missing else ""
        if not hint and part.code in counts:
            hint = _("Записей: %(count)s", count=counts[part.code])
        state = "error" if missing else "done" if counts.get(part.code, 1) else "next"
        address = url_for("contests.edit_part", slug=contest.slug, part=part.code) if may_edit else ""
        rows.append((_(part.title), address, hint, state))
    return rows


@blueprint.get("/office/contests/<slug>/preview")
@needs(Permission.CONTEST_READ_INNER)
def preview(slug: str) -> ResponseReturnValue:
    """The page of the contest as visitors will see it, from the draft or from the amendment being prepared."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    edition = (queries.proposed_edition(contest) if contest.announced_at else None) or queries.edition_in_force(contest)
    return render_template("contests/show.html", **contest_page(contest, edition, now()), editions=[], is_preview=True)
