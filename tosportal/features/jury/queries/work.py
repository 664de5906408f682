"""A juror's own work: the list, a sheet. Nothing here reads anybody else's marks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from tosportal.domain.application_states import ApplicationState
from tosportal.domain.assignment import order_for
from tosportal.domain.errors import Remark
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.jury.models import ConflictDeclaration, Juror, Mark, ScoreSheet
from tosportal.features.jury.queries.conflicts import Ties, facts_of_jurors
from tosportal.features.registry.models import Settlement, Tos
from tosportal.support.db import db

APPLICATION_KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


@dataclass(frozen=True)
class WorkRow:
    """An application in a juror's list.

    `state`: conflict (not theirs to judge, `reasons` say why) · new (no declaration yet) · begun (declared, perhaps
    half done) · full (every mark is there) · signed.
    """

    id: int
    key: str
    number: int
    title: str
    nomination: str
    tos_name: str
    place: str
    state: str
    total: Decimal | None = None
    reasons: Sequence[Remark] = ()
    said: str = ""
    is_on_paper: bool = False

    @property
    def is_left(self) -> bool:
        return self.state in {"new", "begun", "full"}


@dataclass(frozen=True)
class Work:
    """Everything a juror has to do in a contest, in their own order."""

    rows: Sequence[WorkRow]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_judge(self) -> int:
        return len(self.rows) - self.counts.get("conflict", 0)

    @property
    def signed(self) -> int:
        return self.counts.get("signed", 0)

    @property
    def left(self) -> int:
        return self.to_judge - self.signed

    def next_after(self, key: str | None = None) -> WorkRow | None:
        """The next one without all its marks, after the given one in the order and then from the beginning."""
        keys = [row.key for row in self.rows]
        start = keys.index(key) + 1 if key in keys else 0
        ahead = [*self.rows[start:], *self.rows[:start]]
        return next((row for row in ahead if row.state in {"new", "begun"} and row.key != key), None)

    def neighbours(self, key: str) -> tuple[WorkRow | None, WorkRow | None]:
        """The one before and the one after in the order, of those that are the juror's to judge."""
        rows = [row for row in self.rows if row.state != "conflict"]
        place = next((number for number, row in enumerate(rows) if row.key == key), None)
        if place is None:
            return None, None
        return (rows[place - 1] if place else None), (rows[place + 1] if place + 1 < len(rows) else None)

    def place_of(self, key: str) -> int:
        """Which one it is in the order, from 1; 0 when it is not there."""
        rows = [row.key for row in self.rows if row.state != "conflict"]
        return rows.index(key) + 1 if key in rows else 0


def work_of(juror: Juror, *, ties: Ties | None = None) -> Work:
    """The juror's list: one select for the applications and own sheets, two for what the portal knows of ties."""
    ties = ties or facts_of_jurors([juror], contest_id=juror.contest_id)
    found = db.session.execute(
        select(
            Application.id,
            Application.key,
            Application.number,
            Application.title,
            Application.nomination,
            Application.tos_id,
            Application.paper_at,
            Tos.name.label("tos_name"),
            Settlement.place_kind,
            Settlement.place,
            ScoreSheet.total,
            ScoreSheet.signed_at,
        )
        .join(Tos, Tos.id == Application.tos_id)
        .join(Settlement, Settlement.id == Tos.settlement_id)
        .outerjoin(ScoreSheet, and_(ScoreSheet.application_id == Application.id, ScoreSheet.juror_id == juror.id))
        .where(Application.contest_id == juror.contest_id, Application.state == ApplicationState.ADMITTED)
    ).all()
    by_id = {row.id: row for row in found}
    clean = ties.facts[juror.id].no_conflicts
    rows = []
    counts: dict[str, int] = {}
    for application_id in order_for(juror.id, by_id):
        row = by_id[application_id]
        reasons = ties.reasons(juror.id, row.id, row.tos_id)
        if reasons:
            state = "conflict"
        elif row.signed_at is not None:
            state = "signed"
        elif row.total is not None:
            state = "full"
        else:
            state = "begun" if row.id in clean else "new"
        counts[state] = counts.get(state, 0) + 1
        rows.append(
            WorkRow(
                id=row.id,
                key=row.key,
                number=row.number,
                title=row.title,
                nomination=row.nomination,
                tos_name=row.tos_name,
                place=f"{row.place_kind}\u00a0{row.place}",
                state=state,
                total=None if reasons else row.total,
                reasons=reasons,
                said=ties.said.get((juror.id, row.id), ""),
                is_on_paper=row.paper_at is not None,
            )
        )
    return Work(rows, counts)


@dataclass(frozen=True)
class OwnSheet:
    """An application before its juror: nothing is known against them. `sheet` is None until the first save."""

    juror: Juror
    application: Application
    sheet: ScoreSheet | None
    declared: bool
    ties: Ties

    @property
    def contest(self) -> Contest:
        return self.application.contest


def sheet_for_juror(key: str, person: Person) -> OwnSheet | None:
    """The application of this address before the person as its juror.

    None, as if it did not exist: they are not in that jury, it is not admitted, something is known against them.
    """
    if not APPLICATION_KEY.fullmatch(key):
        return None
    row = db.session.execute(
        select(Juror, Application)
        .join(Application, Application.contest_id == Juror.contest_id)
        .options(
            joinedload(Application.contest).joinedload(Contest.municipality),
            joinedload(Application.tos).joinedload(Tos.settlement),
            joinedload(Application.regulation),
        )
        .where(
            Application.key == key,
            Application.state == ApplicationState.ADMITTED,
            Juror.person_id == person.id,
            Juror.left_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    juror, application = row
    ties = facts_of_jurors([juror], contest_id=juror.contest_id)
    if ties.reasons(juror.id, application.id, application.tos_id):
        return None
    declared = application.id in ties.facts[juror.id].no_conflicts
    return OwnSheet(juror, application, own_sheet(juror, application), declared, ties)


def own_sheet(juror: Juror, application: Application) -> ScoreSheet | None:
    """The juror's sheet on the application with its marks."""
    return db.session.scalars(
        select(ScoreSheet)
        .options(selectinload(ScoreSheet.marks))
        .where(ScoreSheet.juror_id == juror.id, ScoreSheet.application_id == application.id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def sheet_of(sheet_id: int) -> tuple[ScoreSheet, Juror, Application]:
    """A sheet with its marks, whose it is and what it is about (contest and municipality loaded)."""
    row = db.session.execute(
        select(ScoreSheet, Juror, Application)
        .join(Juror, Juror.id == ScoreSheet.juror_id)
        .join(Application, Application.id == ScoreSheet.application_id)
        .options(
            selectinload(ScoreSheet.marks),
            joinedload(Application.contest).joinedload(Contest.municipality),
        )
        .where(ScoreSheet.id == sheet_id)
        .execution_options(populate_existing=True)
    ).one()
    return row[0], row[1], row[2]


def marks_of(sheet: ScoreSheet | None) -> dict[str, Mark]:
    """The marks of a sheet by their criteria."""
    return {mark.criterion: mark for mark in sheet.marks} if sheet is not None else {}


def last_declaration(juror: Juror, application: Application) -> ConflictDeclaration | None:
    """What the juror said last about a conflict."""
    return db.session.scalars(
        select(ConflictDeclaration)
        .where(ConflictDeclaration.juror_id == juror.id, ConflictDeclaration.application_id == application.id)
        .order_by(ConflictDeclaration.id.desc())
        .limit(1)
    ).first()
