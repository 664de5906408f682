"""The officer's list of contests, and the page of one contest with all its parts."""

from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, Remark
from tosportal.domain.permissions import Permission
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.guards import needs, where
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import PARTS, part_of_place
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import notice_docx
from tosportal.features.contests.routes.board import blueprint, docx_file
from tosportal.features.contests.routes.visitor import contest_page, notice_page, where_to_apply
from tosportal.web.clock import now
from tosportal.web.lists import paged


@blueprint.get("/office/contests")
@needs(Permission.CONTEST_READ_INNER)
def officer_index() -> ResponseReturnValue:
    """Contests of the officer's places, drafts too."""
    page = paged(queries.contests_for_officer(where(Permission.CONTEST_READ_INNER)), size=30, scalars=False)
    return render_template("contests/officer_index.html", page=page, cards=queries.glances(page.rows, now()))


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
        todo=_todo(contest, remarks, may_edit),
        editions=queries.editions_of(contest),
        may_edit=may_edit,
    )


def _todo(contest: Contest, remarks: list[Remark], may_edit: bool) -> list[tuple[Remark, str, str]]:
    """What is left to do before the announcement: in words, and the part or page where it is done."""
    titles = {part.code: part.title for part in PARTS}
    found = []
    for remark in remarks:
        code = part_of_place(remark.place)
        title, url = titles.get(code, ""), ""
        if may_edit and code == "fund":
            title, url = N_("Мероприятие программы"), url_for("contests.fund", slug=contest.slug)
        elif may_edit and title:
            url = url_for("contests.edit_part", slug=contest.slug, part=code)
        found.append((remark, title, url))
    return found


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


@blueprint.get("/office/contests/<slug>/notice")
@needs(Permission.CONTEST_READ_INNER)
def draft_notice(slug: str) -> ResponseReturnValue:
    """The notice as it would be after the announcement or the amendment being prepared."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    docx = url_for("contests.draft_notice_file", slug=slug)
    return notice_page(contest, _editions_ahead(contest), docx, is_draft=True)


@blueprint.get("/office/contests/<slug>/notice.docx")
@needs(Permission.CONTEST_READ_INNER)
def draft_notice_file(slug: str) -> ResponseReturnValue:
    """The same to print, for the act that it goes with."""
    contest = queries.contest_for_officer(slug, where(Permission.CONTEST_READ_INNER)) or abort(404)
    content = notice_docx(contest, _editions_ahead(contest), where_to_apply(slug))
    return docx_file(content, f"{slug}-notice-draft.docx")


def _editions_ahead(contest: Contest) -> list[RegulationEdition]:
    """The editions that were and are in force, and the one being prepared."""
    proposal = queries.proposed_edition(contest) if contest.announced_at else None
    return [*queries.editions_of(contest), *([proposal] if proposal else [])]
