"""Pages of programmes: what the district planned, for everybody."""

from io import BytesIO

from flask import abort, render_template, send_file
from flask.typing import ResponseReturnValue

from tosportal.domain.edition_changes import edition_changes
from tosportal.domain.programme_document import read_programme
from tosportal.domain.stated_programme import stated_funding, stated_targets, target_columns
from tosportal.features.accounts.guards import open_to_all
from tosportal.features.programmes import papers, queries
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.queries import SOURCE_NAMES, SOURCES, Sums
from tosportal.features.programmes.routes.blueprint import blueprint
from tosportal.features.programmes.service.uploads import MEDIA_TYPES
from tosportal.features.registry.queries import municipality_of_page
from tosportal.web.clock import now


@blueprint.get("/programme")
@open_to_all
def index() -> ResponseReturnValue:
    municipality = municipality_of_page()
    programmes = queries.programmes_of(municipality.id) if municipality else []
    elsewhere = queries.programmes_elsewhere(municipality.id) if municipality else []
    return render_template("programmes/index.html", programmes=programmes, elsewhere=elsewhere)


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
    page = municipality_of_page()
    is_own = page is not None and page.id == programme.municipality_id
    tasks = queries.tasks_of(programme.id)
    by_task = queries.funding_by_task(programme.id)
    activities = queries.activities_of(programme.id)
    edition = queries.edition_of(programme.id, programme.edition)
    document = edition.document if edition else {}
    return render_template(
        "programmes/show.html",
        programme=programme,
        owner=page.name if page is not None and is_own else queries.owner_of(programme),
        is_own=is_own,
        stated=None if activities else stated_funding(document),
        target_columns=target_columns(document),
        targets=stated_targets(document),
        years=range(programme.year_from, programme.year_to + 1),
        sources=SOURCES,
        funding=queries.funding_of_programme(programme.id),
        tasks=[
            (task, by_task.get(task.id, Sums()), [one for one in activities if one.task_id == task.id])
            for task in tasks
        ],
        sums={one.id: queries.activity_sums(one) for one in activities},
        by_year={one.id: {row.year: row for row in one.years} for one in activities},
    )


@blueprint.get("/programme/<slug>/passport")
@open_to_all
def passport(slug: str) -> ResponseReturnValue:
    """The passport as the document gives it."""
    return render_template("programmes/passport.html", programme=known(slug))


@blueprint.get("/programme/<slug>/editions")
@open_to_all
def editions(slug: str) -> ResponseReturnValue:
    """The editions of a programme with their acts, the latest first."""
    programme = known(slug)
    return render_template("programmes/editions.html", programme=programme, editions=queries.editions_of(programme.id))


@blueprint.get("/programme/<slug>/editions/<int(max=9999):number>.<any(docx, xlsx):form>")
@open_to_all
def paper(slug: str, number: int, form: str) -> ResponseReturnValue:
    """The passport and the appendices of an edition, for Word or for Excel."""
    programme = known(slug)
    edition = queries.edition_of(programme.id, number) or abort(404)
    make = papers.programme_docx if form == "docx" else papers.programme_xlsx
    return send_file(
        BytesIO(make(programme, edition, now=now())),
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"{programme.slug}-{number}.{form}",
        etag=False,
    )


@blueprint.get("/programme/<slug>/editions/<int(max=9999):first>/<int(max=9999):second>")
@open_to_all
def changes(slug: str, first: int, second: int) -> ResponseReturnValue:
    """What differs between two editions, line by line."""
    programme = known(slug)
    before, after = (queries.edition_of(programme.id, number) or abort(404) for number in (first, second))
    return render_template(
        "programmes/changes.html",
        programme=programme,
        before=before,
        after=after,
        changes=edition_changes(read_programme(before.document), read_programme(after.document)),
        sources=SOURCE_NAMES,
    )
