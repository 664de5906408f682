"""Pages of similarity: what coincides in a contest, and two applications side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.form_definition import FormSection
from tosportal.domain.permissions import Permission, Scopes
from tosportal.domain.similarity import TOO_ALIKE, WORTH_A_LOOK, Coinciding, Mark, coinciding, marked, runs_of
from tosportal.features.accounts.guards import needs, where
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import application_for_officer
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer
from tosportal.features.similarity import queries, service
from tosportal.web.clock import now
from tosportal.web.lists import paged

blueprint = Blueprint("similarity", __name__)

MOST_AT_ONCE = 500
KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


def _contest(slug: str, scopes: Scopes) -> Contest:
    contest = contest_for_officer(slug, scopes)
    if contest is None:
        abort(404)
    return contest


@blueprint.get("/office/contests/<slug>/similarity")
@needs(Permission.APPLICATION_READ_ALL)
def index(slug: str) -> ResponseReturnValue:
    contest = _contest(slug, where(Permission.APPLICATION_READ_ALL))
    comparison = queries.comparison_of(contest.id)
    page = paged(queries.likenesses(contest.id))
    return render_template(
        "similarity/index.html",
        contest=contest,
        page=page,
        comparison=comparison,
        is_old=(comparison.through_id if comparison else 0) < queries.newest_submission_id(contest.id),
        may_compare=where(Permission.ADMISSION_DECIDE).holds(municipality=contest.municipality_id),
        titles=queries.section_titles(page.rows),
        too_alike=TOO_ALIKE,
        worth_a_look=WORTH_A_LOOK,
    )


@blueprint.post("/office/contests/<slug>/similarity")
@needs(Permission.ADMISSION_DECIDE)
def compare(slug: str) -> ResponseReturnValue:
    contest = _contest(slug, where(Permission.ADMISSION_DECIDE))
    if queries.applications_to_compare(contest) > MOST_AT_ONCE:
        flash(_("Заявок много: их сравнит сам портал, не позже чем через четверть часа."), "info")
    else:
        service.keep_comparison(contest, queries.compared(contest), now=now())
        flash(_("Заявки сравнены."), "success")
    return redirect(url_for(".index", slug=contest.slug), 303)


Sections = Sequence[tuple[FormSection, Sequence[str]]]


@dataclass(frozen=True)
class Side:
    """A section of one application beside the other one: its lines in pieces, and how much of it coincides."""

    code: str
    title: str
    lines: Sequence[Sequence[Mark]]
    found: Coinciding


@blueprint.get("/office/applications/<key>/similar/<other_key>")
@needs(Permission.APPLICATION_READ_ALL)
def pair(key: str, other_key: str) -> ResponseReturnValue:
    scopes = where(Permission.APPLICATION_READ_ALL)
    one, other = _application(key, scopes), _application(other_key, scopes)
    if one.id == other.id:
        abort(404)
    texts = queries.lines_of(one), queries.lines_of(other)
    sides = _sides(*texts), _sides(*reversed(texts))
    return render_template(
        "similarity/pair.html",
        contest=one.contest,
        pair=(one, other),
        sides=sides,
        wholes=[
            Coinciding(sum(part.found.shared for part in side), sum(part.found.words for part in side))
            for side in sides
        ],
        too_alike=TOO_ALIKE,
        worth_a_look=WORTH_A_LOOK,
    )


def _application(key: str, scopes: Scopes) -> Application:
    found = application_for_officer(key, scopes) if KEY.fullmatch(key) else None
    if found is None:
        abort(404)
    return found


def _sides(one: Sections, other: Sections) -> list[Side]:
    """The sections of the first as they stand beside the second, those with the most in common first."""
    runs = runs_of([line for _section, lines in other for line in lines])
    sides = [
        Side(section.code, section.title, [marked(line, runs) for line in lines], coinciding(lines, runs))
        for section, lines in one
    ]
    return sorted(sides, key=lambda side: -side.found.share)
