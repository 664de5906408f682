"""Pages of programmes: what the district planned, for everybody."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from tosportal.domain.consistency import broken_pairs
from tosportal.domain.edition_changes import edition_changes
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_document import read_programme
from tosportal.domain.stated_programme import stated_funding, stated_targets, target_columns
from tosportal.features.accounts.guards import open_to_all, where
from tosportal.features.programmes import papers, queries
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.programmes.queries import SOURCE_NAMES, SOURCES, Sums
from tosportal.features.programmes.routes.blueprint import blueprint
from tosportal.features.programmes.service.uploads import MEDIA_TYPES
from tosportal.features.registry.queries import municipality_of_page
from tosportal.web.clock import now
from tosportal.web.lists import page_of, paged

LINES_AT_ONCE = 120  # a line is an activity in a year
INDICATORS_AT_ONCE = 30
CHANGES_AT_ONCE = 100
USUAL_SOURCES = frozenset({"regional", "local", "extrabudget"})


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
    years = range(programme.year_from, programme.year_to + 1)
    counts, indicator_count = queries.sizes_of(programme.id)
    is_short = sum(counts.values()) <= at_once(years)
    activities = queries.activities_of(programme.id) if is_short else []
    has_few = indicator_count <= INDICATORS_AT_ONCE
    document = document_of(programme) if has_few or not counts else {}
    by_task = queries.funding_by_task(programme.id)
    funding = queries.added(by_task.values())
    sources = paying(funding)
    return render_template(
        "programmes/show.html",
        programme=programme,
        owner=page.name if page is not None and is_own else queries.owner_of(programme),
        is_own=is_own,
        may_read_ledger=where(Permission.PROGRAMME_READ_INNER).holds(municipality=programme.municipality_id),
        stated=None if counts else stated_funding(document),
        target_columns=target_columns(document),
        targets=stated_targets(document) if has_few else [],
        indicator_count=indicator_count,
        years=years,
        sources=sources,
        funding=funding,
        parts=[(source, funding.of(None, source)) for source in sources],
        tasks=[
            (
                task,
                by_task.get(task.id, Sums()),
                counts.get(task.id, 0),
                [one for one in activities if one.task_id == task.id],
            )
            for task in queries.tasks_of(programme.id)
        ],
        **by_activity(activities),
    )


def at_once(years: Sequence[int]) -> int:
    """How many activities a page shows with all their years."""
    return max(1, LINES_AT_ONCE // len(years))


def paying(sums: Sums) -> list[str]:
    """The sources with any money, those that every programme names among them; in the one order."""
    return [source for source in SOURCES if source in USUAL_SOURCES or sums.of(None, source)]


def document_of(programme: Programme) -> Mapping[str, Any]:
    """The document of the edition in force."""
    edition = queries.edition_of(programme.id, programme.edition)
    return edition.document if edition else {}


def by_activity(activities: Sequence[Activity]) -> dict[str, Any]:
    """The money of each activity and its rows by year."""
    return {
        "sums": {one.id: queries.activity_sums(one) for one in activities},
        "by_year": {one.id: {row.year: row for row in one.years} for one in activities},
    }


@blueprint.get("/programme/<slug>/tasks/<code>")
@open_to_all
def task(slug: str, code: str) -> ResponseReturnValue:
    """One task: its money and its activities, some at once."""
    programme = known(slug)
    found = queries.task_by_code(programme, code) or abort(404)
    years = range(programme.year_from, programme.year_to + 1)
    sums = queries.funding_by_task(programme.id).get(found.id, Sums())
    page = paged(queries.activities_of_task(found.id), size=at_once(years))
    return render_template(
        "programmes/task.html",
        programme=programme,
        task=found,
        task_sums=sums,
        page=page,
        years=years,
        sources=paying(sums),
        **by_activity(page.rows),
    )


@blueprint.get("/programme/<slug>/activities/<code>")
@open_to_all
def activity(slug: str, code: str) -> ResponseReturnValue:
    """The place of an activity among the others: on the page of the programme, or on a page of its task."""
    programme = known(slug)
    place = queries.place_of_activity(programme, code) or abort(404)
    size = at_once(range(programme.year_from, programme.year_to + 1))
    counts, _indicators = queries.sizes_of(programme.id)
    if sum(counts.values()) <= size:
        return redirect(url_for("programmes.show", slug=slug, _anchor=code))
    page = place.before // size + 1
    return redirect(
        url_for("programmes.task", slug=slug, code=place.task, page=page if page > 1 else None, _anchor=code)
    )


@blueprint.get("/programme/<slug>/indicators")
@open_to_all
def indicators(slug: str) -> ResponseReturnValue:
    """The planned indicators with the ways of counting them, some at once."""
    programme = known(slug)
    document = document_of(programme)
    return render_template(
        "programmes/indicators.html",
        programme=programme,
        page=page_of(stated_targets(document), size=INDICATORS_AT_ONCE),
        target_columns=target_columns(document),
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


@blueprint.get("/programme/<slug>/editions/<int(max=9999):number>.<any(json, docx, xlsx):form>")
@open_to_all
def paper(slug: str, number: int, form: str) -> ResponseReturnValue:
    """An edition as its document says: the passport and the appendices for Word or for Excel, or its data."""
    programme = known(slug)
    edition = queries.edition_of(programme.id, number) or abort(404)
    if form == "json":
        content = json.dumps(edition.document, ensure_ascii=False, indent=1).encode()
    else:
        content = (papers.programme_docx if form == "docx" else papers.programme_xlsx)(programme, edition, now=now())
    return send_file(
        BytesIO(content),
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
        page=page_of(
            edition_changes(read_programme(before.document), read_programme(after.document)), size=CHANGES_AT_ONCE
        ),
        torn=broken_pairs(before.document, after.document),
        sources=SOURCE_NAMES,
    )
