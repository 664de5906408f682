"""Named selects of similarity: the texts to compare, what coincides, two applications side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.form_definition import FormSection, frozen_answers
from tosportal.domain.regulation import Regulation
from tosportal.domain.similarity import Likeness, alike, compared_lines
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.queries import last_submission
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import regulation_of_edition
from tosportal.features.registry.models import Tos
from tosportal.features.similarity.models import ApplicationLikeness, ContestComparison
from tosportal.support.db import db

Texts = dict[int, dict[str, list[str]]]
AT_ONCE = 200
TAKES_PART = Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN))


def newest_submission_id(contest_id: int) -> int:
    """The last frozen copy of a contest, 0 when there is none."""
    found = (
        select(func.max(Submission.id))
        .join(Application, Application.id == Submission.application_id)
        .where(Application.contest_id == contest_id)
    )
    return db.session.scalar(found) or 0


def contests_to_compare() -> Sequence[Contest]:
    """Where something was sent since the last comparison."""
    newest = (
        select(Application.contest_id, func.max(Submission.id).label("through_id"))
        .join(Submission, Submission.application_id == Application.id)
        .group_by(Application.contest_id)
        .subquery()
    )
    return db.session.scalars(
        select(Contest)
        .join(newest, newest.c.contest_id == Contest.id)
        .outerjoin(ContestComparison, ContestComparison.contest_id == Contest.id)
        .where(func.coalesce(ContestComparison.through_id, 0) < newest.c.through_id)
        .order_by(Contest.id)
    ).all()


@dataclass(frozen=True)
class Compared:
    """What a comparison found, up to which frozen copy; `others` are the applications of other contests."""

    through_id: int
    applications: int
    others: int
    found: Sequence[Likeness]


def compared(contest: Contest) -> Compared:
    """The applications of a contest compared with each other and with those of the municipality's other contests of
    this and earlier years. Derived from frozen copies alone: a repeated comparison finds the same."""
    through_id = newest_submission_id(contest.id)
    texts, own = texts_of(contest)
    return Compared(through_id, len(own), len(texts) - len(own), alike(texts, own))


def texts_of(contest: Contest) -> tuple[Texts, list[int]]:
    """The texts of all applications of the municipality up to the year of the contest, by section; which are its own.

    Of each application the frozen copy that counts; withdrawn ones are left out.
    """
    last = select(Submission.application_id, func.max(Submission.number).label("number"))
    last_numbers = last.group_by(Submission.application_id).subquery()
    rows = db.session.execute(
        select(Application.id, Application.contest_id, Application.nomination, Application.regulation_id)
        .add_columns(Submission.content)
        .join(last_numbers, last_numbers.c.application_id == Application.id)
        .join(
            Submission,
            (Submission.application_id == Application.id) & (Submission.number == last_numbers.c.number),
        )
        .join(Contest, Contest.id == Application.contest_id)
        .where(TAKES_PART, Contest.municipality_id == contest.municipality_id, Contest.year <= contest.year)
        .order_by(Application.id)
        .execution_options(yield_per=AT_ONCE)
    )
    forms = _forms_of(contest.municipality_id)
    texts: Texts = {}
    own: list[int] = []
    for application_id, contest_id, nomination, regulation_id, content in rows:
        sections = forms[regulation_id].sections_for(nomination)
        texts[application_id] = _lines(sections, content)
        if contest_id == contest.id:
            own.append(application_id)
    return texts, own


def _forms_of(municipality_id: int) -> dict[int, Regulation]:
    editions = db.session.scalars(
        select(RegulationEdition)
        .join(Contest, Contest.id == RegulationEdition.contest_id)
        .where(Contest.municipality_id == municipality_id)
    )
    return {edition.id: regulation_of_edition(edition) for edition in editions}


def _lines(sections: Sequence[FormSection], content: str) -> dict[str, list[str]]:
    answers = frozen_answers(content)
    return {section.code: compared_lines(section, answers.get(section.code, {})) for section in sections}


def lines_of(application: Application) -> list[tuple[FormSection, list[str]]]:
    """The compared text of one application as it was last sent, section by section; its regulation is loaded."""
    submission = last_submission(application.id)
    sections = regulation_of_edition(application.regulation).sections_for(application.nomination)
    lines = _lines(sections, submission.content) if submission else {section.code: [] for section in sections}
    return [(section, lines[section.code]) for section in sections if lines[section.code]]


def comparison_of(contest_id: int) -> ContestComparison | None:
    """When and how far the contest was compared."""
    return db.session.get(ContestComparison, contest_id)


def likenesses(contest_id: int) -> Select[Any]:
    """What coincides in a contest, the greatest share first; for `paged`.

    A pair of one contest stands once: under the application that has the greater share of itself in the other.
    """
    mirror = aliased(ApplicationLikeness)
    under_the_other = (
        select(mirror.application_id)
        .where(
            mirror.application_id == ApplicationLikeness.other_id,
            mirror.other_id == ApplicationLikeness.application_id,
            or_(
                mirror.permille > ApplicationLikeness.permille,
                and_(
                    mirror.permille == ApplicationLikeness.permille,
                    mirror.application_id < ApplicationLikeness.application_id,
                ),
            ),
        )
        .exists()
    )
    return (
        _loaded()
        .join(Application, Application.id == ApplicationLikeness.application_id)
        .where(Application.contest_id == contest_id, ~under_the_other)
    )


def likenesses_of(application_id: int) -> Sequence[ApplicationLikeness]:
    """What one application coincides with, the greatest share first."""
    return db.session.scalars(_loaded().where(ApplicationLikeness.application_id == application_id)).all()


def _loaded() -> Select[Any]:
    one, other = joinedload(ApplicationLikeness.application), joinedload(ApplicationLikeness.other)
    return (
        select(ApplicationLikeness)
        .options(
            one.joinedload(Application.tos).joinedload(Tos.settlement),
            one.joinedload(Application.regulation),
            other.joinedload(Application.tos).joinedload(Tos.settlement),
            other.joinedload(Application.contest),
        )
        .order_by(ApplicationLikeness.permille.desc(), ApplicationLikeness.application_id, ApplicationLikeness.other_id)
    )


def section_titles(rows: Sequence[ApplicationLikeness]) -> dict[tuple[int, str], str]:
    """The titles of the sections named by these rows: (edition of the regulation, section) → title."""
    editions = {row.application.regulation.id: row.application.regulation for row in rows}
    return {
        (edition_id, section.code): section.title
        for edition_id, edition in editions.items()
        for section in regulation_of_edition(edition).sections
    }


def applications_to_compare(contest: Contest) -> int:
    """Of how many applications a comparison reads the texts."""
    found = (
        select(func.count())
        .select_from(Application)
        .join(Contest, Contest.id == Application.contest_id)
        .where(TAKES_PART, Contest.municipality_id == contest.municipality_id, Contest.year <= contest.year)
    )
    return db.session.scalar(found) or 0
