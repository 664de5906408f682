"""What happens to programmes."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.programme_document import as_json, read_programme
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
        act_number=plan.act_number,
        act_on=plan.act_on,
        passport=dict(plan.passport),
    )
    db.session.add(programme)
    db.session.flush()
    db.session.add(
        ProgrammeEdition(
            programme_id=programme.id,
            number=1,
            act_number=plan.act_number,
            act_on=plan.act_on,
            document=as_json(data),
            adopted_at=now,
            adopted_by_id=actor.id if actor else None,
        )
    )
    tasks = {
        one.code: ProgrammeTask(programme_id=programme.id, code=one.code, number=one.number, name=one.name)
        for one in plan.tasks
    }
    for task in tasks.values():
        db.session.add(task)
        db.session.flush()  # one by one: ids follow the order of the document
    for planned in plan.indicators:
        indicator = Indicator(
            programme_id=programme.id,
            task_id=tasks[planned.task].id,
            code=planned.code,
            number=planned.number,
            name=planned.name,
            unit=planned.unit,
            direction=planned.direction,
            weight_printed=planned.weight_printed,
            measure=planned.measure,
            targets=[IndicatorTarget(year=year, value=value) for year, value in planned.targets.items()],
        )
        db.session.add(indicator)
        db.session.flush()
    for action in plan.activities:
        years = sorted(set(action.quantities) | set(action.unit_costs))
        activity = Activity(
            programme_id=programme.id,
            task_id=tasks[action.task].id,
            code=action.code,
            name=action.name,
            executors=action.executors,
            expected_result=action.expected_result,
            quantity_unit=action.quantity_unit,
            years=[
                ActivityYear(
                    year=year,
                    quantity=action.quantities.get(year, Decimal(0)),
                    unit_cost=action.unit_costs.get(year, Decimal(0)),
                )
                for year in years
            ],
            funding=[
                ActivityFunding(year=year, source=source, planned_sum=planned_sum)
                for (year, source), planned_sum in action.funding.items()
            ],
        )
        db.session.add(activity)
        db.session.flush()
    counts = {"tasks": len(tasks), "indicators": len(plan.indicators), "activities": len(plan.activities)}
    audit.record(
        "programme.loaded",
        programme,
        actor=actor,
        now=now,
        after={"slug": plan.slug, **counts},
        municipality_id=municipality.id,
    )
    return programme
