"""A programme and its editions: loaded from its document, brought to a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.programme_document import (
    ActivityPlan,
    IndicatorPlan,
    ProgrammePlan,
    TaskPlan,
    as_json,
    read_programme,
)
from tosportal.features.accounts.models import Person
from tosportal.features.programmes.models import (
    Activity,
    ActivityFunding,
    ActivityYear,
    Indicator,
    IndicatorTarget,
    Programme,
    ProgrammeEdition,
    ProgrammeTask,
)
from tosportal.features.registry.models import Municipality
from tosportal.support import audit
from tosportal.support.db import db

REASON_MOST = 5000


def load_programme(
    data: Mapping[str, Any],
    *,
    municipality: Municipality,
    measures: Mapping[str, str] | None = None,
    actor: Person | None,
    now: datetime,
) -> Programme:
    """A programme stands as its document says, in kopecks, all of it or nothing.

    `data` is the document read from YAML. `measures` (indicator code → what the portal counts: `supported_tos`,
    `support_sum`) goes before the document's own `portal: measures:`.

    Raises RuleBroken with the place of every fault, or when the district already has a programme of this short name.
    """
    plan = read_programme(data, measures)
    taken = select(Programme.id).where(Programme.municipality_id == municipality.id, Programme.slug == plan.slug)
    if db.session.scalar(taken):
        raise RuleBroken(Remark(N_("Программа «%(slug)s» уже загружена"), {"slug": plan.slug}, "portal.slug"))
    programme = Programme(
        municipality_id=municipality.id,
        slug=plan.slug,
        name=plan.name,
        goal=plan.goal,
        year_from=plan.year_from,
        year_to=plan.year_to,
        passport=dict(plan.passport),
    )
    db.session.add(programme)
    db.session.flush()
    edition = Edition(data, plan, number=1, act=Act(number=plan.act_number, on=plan.act_on))
    counts = put_edition(programme, edition, actor=actor, now=now)
    audit.record(
        "programme.loaded",
        programme,
        actor=actor,
        now=now,
        after={"slug": plan.slug, **counts},
        municipality_id=municipality.id,
    )
    return programme


@dataclass(frozen=True)
class Act:
    """The act that makes an edition: its name as written, its number and day."""

    name: str = ""
    number: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Edition:
    """A new edition: the whole document, its strict reading, its number, its act and the reason."""

    data: Mapping[str, Any]
    plan: ProgrammePlan
    number: int
    act: Act
    reason: str = ""


def adopt_edition(
    programme: Programme, data: Mapping[str, Any], *, act: Act, reason: str, actor: Person | None, now: datetime
) -> ProgrammeEdition:
    """The programme stands as the new document says; what pointed at the former edition keeps its number.

    Rows keep their ids by their codes, so that contests, facts and entries of the ledger still point at them. The same
    document as the one in force changes nothing and answers with it. Raises RuleBroken: a fault of the document with
    its place, no act, another programme's document, a row that is gone although something points at it.
    """
    db.session.refresh(programme, ["edition"], with_for_update=True)
    current = edition_in_force(programme)
    data = {"portal": current.document.get("portal") or {"slug": programme.slug}, **data}  # a paper knows no portal
    plan = read_programme(data)
    if current.document == as_json(data):
        return current
    remarks = _too_long(act, reason)
    if not act.number.strip():
        remarks.append(Remark(N_("Назовите номер постановления, которым принята редакция"), place="act_number"))
    if act.on is None:
        remarks.append(Remark(N_("Укажите день постановления"), place="act_on"))
    if plan.slug != programme.slug:
        values = {"slug": plan.slug, "own": programme.slug}
        remarks.append(Remark(N_("Это документ другой программы: «%(slug)s», а не «%(own)s»"), values, "portal.slug"))
    if remarks:
        raise RuleBroken(remarks)
    programme.name, programme.goal, programme.passport = plan.name, plan.goal, dict(plan.passport)
    programme.year_from, programme.year_to = plan.year_from, plan.year_to
    edition = Edition(data, plan, current.number + 1, act, reason.strip())
    counts = put_edition(programme, edition, actor=actor, now=now)
    audit.record(
        "programme.edition_adopted",
        programme,
        actor=actor,
        now=now,
        before={"edition": current.number},
        after={"edition": edition.number, "act": act.number, "on": act.on, **counts},
        municipality_id=programme.municipality_id,
    )
    return edition_in_force(programme)


def _too_long(act: Act, reason: str) -> list[Remark]:
    said = (("act_name", act.name, 300), ("act_number", act.number, 40), ("reason", reason.strip(), REASON_MOST))
    return [remark for place, text, most in said for remark in too_long(text, most, place)]


def put_act(programme: Programme, act: Act, reason: str) -> None:
    """The edition in force was made by this act; what is not said stays as the document says.

    Raises RuleBroken when something of it is too long.
    """
    if remarks := _too_long(act, reason):
        raise RuleBroken(remarks)
    edition = edition_in_force(programme)
    edition.act_name, edition.reason = act.name, reason.strip()
    edition.act_number = programme.act_number = act.number.strip() or edition.act_number
    edition.act_on = programme.act_on = act.on or edition.act_on
    db.session.flush()


def edition_in_force(programme: Programme) -> ProgrammeEdition:
    """The edition that the tables hold."""
    return db.session.scalars(
        select(ProgrammeEdition).where(
            ProgrammeEdition.programme_id == programme.id, ProgrammeEdition.number == programme.edition
        )
    ).one()


def put_edition(programme: Programme, edition: Edition, *, actor: Person | None, now: datetime) -> dict[str, int]:
    """The edition is kept, and the tables are brought to it; how many rows of each there are."""
    act, plan = edition.act, edition.plan
    programme.edition, programme.act_number, programme.act_on = edition.number, act.number, act.on
    db.session.add(
        ProgrammeEdition(
            programme_id=programme.id,
            number=edition.number,
            act_name=act.name,
            act_number=act.number,
            act_on=act.on,
            reason=edition.reason,
            document=as_json(edition.data),
            adopted_at=now,
            adopted_by_id=actor.id if actor else None,
        )
    )
    tasks = bring_tasks(programme, plan.tasks)
    bring_indicators(programme, plan.indicators, tasks)
    bring_activities(programme, plan.activities, tasks)
    drop_gone(ProgrammeTask, programme, set(tasks))
    return {"tasks": len(tasks), "indicators": len(plan.indicators), "activities": len(plan.activities)}


def rows_by_code(kind: Any, programme: Programme) -> dict[str, Any]:
    """The rows of a programme by the codes of the document."""
    return {one.code: one for one in db.session.scalars(select(kind).where(kind.programme_id == programme.id))}


def bring_tasks(programme: Programme, planned: Sequence[TaskPlan]) -> dict[str, ProgrammeTask]:
    rows = rows_by_code(ProgrammeTask, programme)
    for one in planned:
        row = rows.get(one.code) or ProgrammeTask(programme_id=programme.id, code=one.code)
        row.number, row.name = one.number, one.name
        db.session.add(row)
        db.session.flush()  # one by one: ids follow the order of the document
        rows[one.code] = row
    return {one.code: rows[one.code] for one in planned}


def bring_indicators(
    programme: Programme, planned: Sequence[IndicatorPlan], tasks: Mapping[str, ProgrammeTask]
) -> None:
    rows = rows_by_code(Indicator, programme)
    for one in planned:
        row = rows.get(one.code) or Indicator(programme_id=programme.id, code=one.code)
        row.task_id, row.number, row.name = tasks[one.task].id, one.number, one.name
        row.unit, row.unit_printed, row.direction = one.unit, one.unit_printed, one.direction
        row.weight_printed, row.measure = one.weight_printed, one.measure
        db.session.add(row)
        db.session.flush()
        db.session.execute(delete(IndicatorTarget).where(IndicatorTarget.indicator_id == row.id))
        db.session.add_all(
            IndicatorTarget(indicator_id=row.id, year=year, value=value) for year, value in one.targets.items()
        )
    db.session.flush()
    drop_gone(Indicator, programme, {one.code for one in planned})


def bring_activities(programme: Programme, planned: Sequence[ActivityPlan], tasks: Mapping[str, ProgrammeTask]) -> None:
    rows = rows_by_code(Activity, programme)
    for one in planned:
        row = rows.get(one.code) or Activity(programme_id=programme.id, code=one.code)
        row.task_id, row.name, row.executors = tasks[one.task].id, one.name, one.executors
        row.expected_result, row.quantity_unit = one.expected_result, one.quantity_unit
        db.session.add(row)
        db.session.flush()
        for table in (ActivityYear, ActivityFunding):
            db.session.execute(delete(table).where(table.activity_id == row.id))
        db.session.add_all(
            ActivityYear(
                activity_id=row.id,
                year=year,
                quantity=one.quantities.get(year, Decimal(0)),
                unit_cost=one.unit_costs.get(year, Decimal(0)),
            )
            for year in sorted(set(one.quantities) | set(one.unit_costs))
        )
        db.session.add_all(
            ActivityFunding(activity_id=row.id, year=year, source=source, planned_sum=planned_sum)
            for (year, source), planned_sum in one.funding.items()
        )
    db.session.flush()
    drop_gone(Activity, programme, {one.code for one in planned})


PARTS: Mapping[Any, tuple[Any, ...]] = {Activity: (ActivityYear, ActivityFunding), Indicator: (IndicatorTarget,)}


def drop_gone(kind: Any, programme: Programme, codes: set[str]) -> None:
    """Rows that the document no longer has go, unless something points at them: then RuleBroken names the row."""
    for code, row in rows_by_code(kind, programme).items():
        if code in codes:
            continue
        try:
            with db.session.begin_nested():
                for part in PARTS.get(kind, ()):
                    owner = part.activity_id if kind is Activity else part.indicator_id
                    db.session.execute(delete(part).where(owner == row.id))
                db.session.execute(delete(kind).where(kind.id == row.id))
        except IntegrityError as error:
            template = N_("«%(name)s» нельзя убрать из программы: на неё опираются конкурсы, деньги или факты портала")
            raise RuleBroken(Remark(template, {"name": row.name}, code)) from error
