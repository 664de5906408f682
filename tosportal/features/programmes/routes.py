"""Pages of programmes: what the district planned, for everybody."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from tosportal.features.accounts.guards import open_to_all
from tosportal.features.programmes import queries
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import SOURCES, Sums
from tosportal.features.registry.queries import municipality_of_page

blueprint = Blueprint("programmes", __name__)


@blueprint.get("/programme")
@open_to_all
def index() -> ResponseReturnValue:
    municipality = municipality_of_page()
    programmes = queries.programmes_of(municipality.id) if municipality else []
    return render_template("programmes/index.html", programmes=programmes)


def known(slug: str) -> Programme:
    """The programme of an address."""
    programme = queries.programme_by_slug(slug)
    if programme is None:
        abort(404)
    return programme


@blueprint.get("/programme/<slug>")
@open_to_all
def show(slug: str) -> ResponseReturnValue:
    """Tasks, activities and money; the same number of queries whatever the size of the programme."""
    programme = known(slug)
    tasks = queries.tasks_of(programme.id)
    by_task = queries.funding_by_task(programme.id)
    activities = queries.activities_of(programme.id)
    return render_template(
        "programmes/show.html",
        programme=programme,
        years=range(programme.year_from, programme.year_to + 1),
        sources=SOURCES,
        funding=queries.funding_of_programme(programme.id),
        tasks=[
            (task, by_task.get(task.id, Sums()), [one for one in activities if one.task_id == task.id])
            for task in tasks
        ],
        sums={one.id: queries.activity_sums(one) for one in activities},
        by_year={one.id: {row.year: row for row in one.years} for one in activities},
        indicators=queries.indicators_of(programme.id),
    )


@blueprint.get("/programme/<slug>/passport")
@open_to_all
def passport(slug: str) -> ResponseReturnValue:
    """The passport as the document gives it."""
    return render_template("programmes/passport.html", programme=known(slug))
