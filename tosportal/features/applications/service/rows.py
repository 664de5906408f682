"""What every act on an application begins with: its row locked and fresh, and the answer to «may it be changed now»."""

from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select

from tosportal.domain.application_states import EDITABLE, STATE_NAMES, ApplicationState
from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import LOADED
from tosportal.features.contests.queries import phase_by_moments, regulation_of_edition
from tosportal.support import audit
from tosportal.support.db import db

COLUMNS = [column.key for column in Application.__mapper__.column_attrs]
WITH_IT = frozenset({"contest", "tos", "regulation"})


def lock(application: Application) -> None:
    """Acts on one application come one after another from here on; its columns are those of this moment.

    Its contest, ТОС and edition are loaded afterwards, whoever loaded the application.
    """
    db.session.flush()
    row = db.session.execute(select(Application.version).where(Application.id == application.id).with_for_update())
    if row.scalar_one() != application.version:
        db.session.refresh(application, attribute_names=COLUMNS)
    if not WITH_IT.isdisjoint(inspect(application).unloaded):
        again = select(Application).options(*LOADED).where(Application.id == application.id)
        db.session.scalars(again.execution_options(populate_existing=True)).one()


def may_change_sent(application: Application, now: datetime) -> bool:
    """What was sent may be changed and sent again until intake ends, where the regulation says so; until it is sent
    again the former copy counts. After an amendment its own page decides; a paper is opened by the office."""
    if application.state != ApplicationState.SUBMITTED:
        return False
    if application.is_on_paper:
        return bool(application.paper_reason)
    regulation = regulation_of_edition(application.regulation)
    if not regulation.submission.resubmit or application.regulation.number != application.contest.edition:
        return False
    return phase_by_moments(application.contest, regulation.moments, now) is Phase.ACCEPTING


def is_open(application: Application, now: datetime) -> bool:
    """Is there anything to be filled in: a draft, a correction, a sent one that may be sent again? Of a sealed paper
    only what the office opened for a reason."""
    if application.is_on_paper and application.state == ApplicationState.RETURNED:
        return bool(application.paper_reason)
    return application.state in EDITABLE or may_change_sent(application, now)


def ensure_editable(application: Application, now: datetime) -> None:
    """A draft may always be changed, a returned application until its last moment, a sent one where it may be sent
    again; else RuleBroken says why not."""
    if not is_open(application, now):
        values = {"state": Remark(STATE_NAMES[application.state])}
        raise RuleBroken(Remark(N_("Заявку сейчас нельзя менять: её состояние — «%(state)s»"), values))
    if application.is_on_paper:
        return  # by the time of the paper, when it is sealed
    if application.state == ApplicationState.RETURNED and application.fix_until_at and now >= application.fix_until_at:
        words = N_("Срок исправлений закончился %(until_at)s, заявку уже нельзя менять")
        raise RuleBroken(Remark(words, {"until_at": application.fix_until_at}))


def record(
    act: str,
    application: Application,
    *,
    actor: Person | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """The act in the journal; its contest and municipality are loaded with the application."""
    audit.record(
        act,
        application,
        actor=actor,
        now=now,
        before=before,
        after=after,
        municipality_id=application.contest.municipality_id,
    )
