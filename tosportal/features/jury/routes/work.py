"""What a juror sees first: their contests, and the list of a contest in their own order."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from tosportal.domain.contest_states import Phase
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person
from tosportal.features.contests.queries import moments_of, phase_by_moments
from tosportal.features.jury import queries
from tosportal.features.jury.routes.blueprint import blueprint
from tosportal.web.clock import now
from tosportal.web.lists import Page, page_number
from tosportal.web.until import until_words

PER_PAGE = 50
BEFORE = frozenset({Phase.DRAFT, Phase.ANNOUNCED, Phase.ACCEPTING, Phase.ADMISSION})


@blueprint.get("/jury")
@needs(Permission.SHEET_SCORE)
def mine() -> ResponseReturnValue:
    rows = []
    for juror, contest, edition in queries.juries_of_person(person()):
        moments = moments_of(edition.definition)
        phase = phase_by_moments(contest, moments, now())
        work = queries.work_of(juror) if phase is Phase.SCORING else None
        rows.append((contest, phase, moments, work))
    return render_template("jury/mine.html", rows=rows, until_words=until_words)


@blueprint.get("/jury/<slug>")
@needs(Permission.SHEET_SCORE)
def contest(slug: str) -> ResponseReturnValue:
    found = queries.contest_of_juror(slug, person())
    if found is None:
        abort(404)
    juror, contest, edition = found
    ensure_may(Permission.SHEET_SCORE, contest=contest.id)
    moments = moments_of(edition.definition)
    phase = phase_by_moments(contest, moments, now())
    work = queries.work_of(juror) if phase not in BEFORE and phase is not Phase.CANCELLED else queries.Work([])
    size, number = PER_PAGE, page_number()
    number = min(number, max(1, -(-len(work.rows) // size)))
    rows = work.rows[(number - 1) * size : number * size]
    return render_template(
        "jury/contest.html",
        until_words=until_words,
        contest=contest,
        juror=juror,
        phase=phase,
        moments=moments,
        work=work,
        next_row=work.next_after() if phase is Phase.SCORING else None,
        page=Page(rows, number, size, len(work.rows)),
    )
