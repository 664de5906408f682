"""Comparing the applications of a contest."""

from datetime import datetime

from sqlalchemy import delete, select

from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.similarity import queries
from tosportal.features.similarity.models import ApplicationLikeness, ContestComparison
from tosportal.support.db import db


def keep_comparison(contest: Contest, compared: queries.Compared, *, now: datetime) -> ContestComparison:
    """What coincides now is what the portal remembers of the contest; what it remembered before is gone.

    `compared` was found outside a writing transaction: it may take long where there are thousands of applications.
    """
    of_contest = select(Application.id).where(Application.contest_id == contest.id)
    db.session.execute(delete(ApplicationLikeness).where(ApplicationLikeness.application_id.in_(of_contest)))
    db.session.add_all(
        ApplicationLikeness(
            application_id=found.one,
            other_id=found.other,
            section=found.section,
            shared=found.most.shared,
            words=found.most.words,
            whole_shared=found.whole.shared,
            whole_words=found.whole.words,
            permille=int(found.most.share * 1000),
        )
        for found in compared.found
    )
    comparison = queries.comparison_of(contest.id)
    if comparison is None:
        comparison = ContestComparison(contest_id=contest.id)
        db.session.add(comparison)
    comparison.through_id, comparison.compared_at = compared.through_id, now
    comparison.applications, comparison.others = compared.applications, compared.others
    db.session.flush()
    return comparison
