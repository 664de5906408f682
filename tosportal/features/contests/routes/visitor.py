"""What anybody sees of contests."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tosportal.domain.contest_stages import stages
from tosportal.domain.contest_states import Phase, next_moment, time_left
from tosportal.domain.criteria import KIND_NAMES
from tosportal.domain.explaining import explain, explain_scoring
from tosportal.domain.regulation import Regulation
from tosportal.domain.wanted_documents import when_needed
from tosportal.features.accounts.guards import open_to_all
from tosportal.features.contests import queries
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import (
    changes_in_words,
    notice_blocks,
    notice_docx,
    notice_title,
    procedure,
)
from tosportal.features.contests.routes.board import blueprint, docx_file
from tosportal.web.caching import conditional
from tosportal.web.clock import now
from tosportal.web.lists import Page, paged


@blueprint.get("/contests")
@open_to_all
@conditional
def index() -> ResponseReturnValue:
    """Every announced contest, the newest first."""
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else None
    municipality = g.municipality
    if municipality is None:
        return render_template("contests/index.html", page=Page([], 1, 20, 0), cards=[], years=[], year=None)
    page = paged(queries.announced_contests(municipality.id, year), size=20, scalars=False)
    return render_template(
        "contests/index.html",
        page=page,
        cards=queries.glances(page.rows, now()),
        years=queries.years_announced(municipality.id),
        year=year,
    )


@blueprint.get("/contests/<slug>")
@open_to_all
@conditional
def show(slug: str) -> ResponseReturnValue:
    """One contest: its state, money, stages, conditions, papers and criteria."""
    contest = queries.visible_contest(slug) or abort(404)
    editions = queries.editions_of(contest)
    return render_template(
        "contests/show.html",
        **contest_page(contest, queries.in_force(editions), now()),
        editions=editions,
        extensions=extensions_of(editions),
    )


@blueprint.get("/contests/<slug>/editions/<int:number>")
@open_to_all
def edition(slug: str, number: int) -> ResponseReturnValue:
    """One edition of the regulation: its act, and what it changed in the one before."""
    contest = queries.visible_contest(slug) or abort(404)
    editions = {one.number: one for one in queries.editions_of(contest)}
    chosen = editions.get(number) or abort(404)
    before = editions.get(number - 1)
    return render_template(
        "contests/edition.html",
        contest=contest,
        edition=chosen,
        changes=changes_in_words(before, chosen) if before else None,
    )


@blueprint.get("/contests/<slug>/notice")
@open_to_all
@conditional
def notice(slug: str) -> ResponseReturnValue:
    """The notice of a contest: everything that must be said before applications come, and what changed since."""
    contest = queries.visible_contest(slug) or abort(404)
    docx = url_for("contests.notice_file", slug=slug)
    return notice_page(contest, queries.editions_of(contest), docx)


@blueprint.get("/contests/<slug>/notice.docx")
@open_to_all
@conditional
def notice_file(slug: str) -> ResponseReturnValue:
    """The same notice to print."""
    contest = queries.visible_contest(slug) or abort(404)
    return docx_file(notice_docx(contest, queries.editions_of(contest), where_to_apply(slug)), f"{slug}-notice.docx")


def notice_page(contest: Contest, editions: Sequence[RegulationEdition], docx: str, *, is_draft: bool = False) -> str:
    return render_template(
        "contests/notice.html",
        contest=contest,
        name=queries.regulation_of_edition(editions[-1]).name,
        title=notice_title(contest, editions[-1]),
        blocks=notice_blocks(contest, editions, where_to_apply(contest.slug)),
        docx=docx,
        is_draft=is_draft,
    )


def where_to_apply(slug: str) -> str:
    """The whole address of the page of a contest, as paper needs it."""
    return url_for("contests.show", slug=slug, _external=True)


def contest_page(contest: Contest, edition: RegulationEdition, at: datetime) -> dict[str, Any]:
    """What the page of a contest needs, for visitors and for the preview."""
    regulation = queries.regulation_of_edition(edition)
    phase = queries.phase_of(contest, regulation, at)
    fund = queries.fund_of(contest)
    close = regulation.moments.get("close")  # an amendment being prepared may lack it
    ahead = next_moment(regulation.moments, at)
    return {
        "contest": contest,
        "edition": edition,
        "regulation": regulation,
        "phase": phase,
        "fund": fund,
        "fund_total": sum(fund.values(), queries.ZERO),
        "stages": stages(regulation.moments, phase, at),
        "left": time_left(close, at) if phase is Phase.ACCEPTING and close else None,
        "ahead": ahead,
        "moment_names": {moment.code: moment.name for moment in regulation.timeline},
        "needed": {one.code: when_needed(regulation, one) for one in regulation.documents},
        "criteria_groups": criteria_groups(regulation),
        "explained": {one.code: explain(regulation, one) for one in regulation.criteria},
        "scoring_words": explain_scoring(regulation),
        "procedure": procedure(contest, regulation),
        "kind_names": KIND_NAMES,
    }


def extensions_of(editions: Sequence[RegulationEdition]) -> list[tuple[RegulationEdition, datetime, datetime]]:
    """Each edition that made the end of intake later: the edition, the end before, the end after."""
    found = []
    for before, after in pairwise(sorted(editions, key=lambda one: one.number)):
        was, will = (queries.moments_of(one.definition).get("close") for one in (before, after))
        if was is not None and will is not None and will > was:
            found.append((after, was, will))
    return found


def criteria_groups(regulation: Regulation) -> list[tuple[str, Any]]:
    """Criteria as a visitor reads them: one list for all, or one for each nomination that has its own."""
    if all(one.nomination is None for one in regulation.criteria):
        return [("", regulation.criteria)]
    return [(one.name, regulation.criteria_for(one.code)) for one in regulation.nominations]
