"""The dry run of a regulation on the applications of an earlier contest. Nothing here writes."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tosportal.domain.permissions import Permission
from tosportal.domain.trial import try_out
from tosportal.features.accounts.guards import needs, where
from tosportal.features.contests.queries import (
    contest_for_officer,
    edition_in_force,
    proposed_edition,
    regulation_of,
    regulation_of_edition,
)
from tosportal.features.decisions import queries
from tosportal.features.decisions.routes.pages import ROWS, blueprint
from tosportal.web.lists import page_of


@blueprint.get("/office/contests/<slug>/trial")
@needs(Permission.DECISION_READ)
def trial(slug: str) -> ResponseReturnValue:
    """What the criteria as they are written now would give on an earlier contest, and what would change."""
    contest = contest_for_officer(slug, where(Permission.DECISION_READ)) or abort(404)
    earlier = queries.decided_contests(contest)
    asked = request.args.get("from", "")[:80]
    chosen = next((one for one in earlier if one.slug == asked), None)
    if asked and chosen is None:
        abort(404)
    chosen = chosen or next((one for one in earlier if one.kind == contest.kind), earlier[0] if earlier else None)
    edition = (contest.announced_at and proposed_edition(contest)) or edition_in_force(contest)
    regulation = regulation_of_edition(edition)
    found = None
    if chosen is not None:
        old = regulation_of(chosen)
        found = try_out(regulation, old, queries.decided_applications(chosen, old))
    return render_template(
        "decisions/trial.html",
        contest=contest,
        regulation=regulation,
        names=[(one.slug, f"{one.name}, {one.year}") for one in earlier],
        chosen=chosen,
        trial=found,
        page=page_of(found.rows, size=ROWS) if found else None,
        args={"from": chosen.slug} if chosen else {},
    )
