"""Named selects of programmes. Totals are sums over rows, asked of the database and never stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, null, select, union_all
from sqlalchemy.orm import aliased, defer, selectinload

from tosportal.domain.errors import N_
from tosportal.domain.programme_document import SOURCES
from tosportal.features.programmes.models import (
    Activity,
    ActivityFunding,
    Indicator,
    IndicatorTarget,
    Programme,
    ProgrammeEdition,
    ProgrammeTask,
    ProgrammeUpload,
)
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db

SOURCE_NAMES: Mapping[str, str] = {
    "federal": N_("Федеральный бюджет"),
    "regional": N_("Областной бюджет"),
    "local": N_("Местный бюджет"),
    "settlement": N_("Бюджеты поселений"),
    "extrabudget": N_("Внебюджетные источники"),
}
NOTHING = Decimal("0.00")
ELSEWHERE_MOST = 100


@dataclass
class Sums:
    """Roubles by year and source, with totals of either; what was never said is nothing."""

    cells: dict[tuple[int, str], Decimal] = field(default_factory=dict)

    def add(self, year: int, source: str, value: Decimal) -> None:
        self.cells[year, source] = self.cells.get((year, source), NOTHING) + value

    def of(self, year: int | None = None, source: str | None = None) -> Decimal:
        """The sum of a year, a source, both, or everything."""
        return sum(
            (
                value
                for (its_year, its_source), value in self.cells.items()
                if year in (None, its_year) and source in (None, its_source)
            ),
            NOTHING,
        )

    def by_source(self, year: int | None = None) -> dict[str, Decimal]:
        """The sum of each source in the one order, for a year or for all."""
        return {source: self.of(year, source) for source in SOURCES}

    @property
    def sources(self) -> list[str]:
        """The sources that pay anything at all, in the one order."""
        paying = {source for (_year, source), value in self.cells.items() if value}
        return [source for source in SOURCES if source in paying]


def programme_by_slug(slug: str) -> Programme | None:
    """A programme by its short name; when two districts use the same one, the first."""
    if "\x00" in slug:
        return None
    return db.session.scalars(
        select(Programme).where(Programme.slug == slug).order_by(Programme.municipality_id).limit(1)
    ).first()


def programmes_of(municipality_id: int) -> list[Programme]:
    """The programmes of a district, the latest first."""
    return list(
        db.session.scalars(
            select(Programme)
            .where(Programme.municipality_id == municipality_id)
            .order_by(Programme.year_to.desc(), Programme.year_from.desc(), Programme.id)
        )
    )


def programmes_elsewhere(municipality_id: int) -> Sequence[Any]:
    """The programmes of other municipalities that use this portal: (programme, name of the municipality), a few."""
    return db.session.execute(
        select(Programme, Municipality.name.label("owner"))
        .join(Municipality, Municipality.id == Programme.municipality_id)
        .where(Programme.municipality_id != municipality_id)
        .order_by(Municipality.name, Programme.year_to.desc(), Programme.id)
        .limit(ELSEWHERE_MOST)
    ).all()


def owner_of(programme: Programme) -> str:
    """The name of the municipality whose programme it is."""
    return db.session.scalars(select(Municipality.name).where(Municipality.id == programme.municipality_id)).one()


def editions_of(programme_id: int) -> Sequence[Any]:
    """The editions of a programme without their documents, the latest first."""
    return db.session.scalars(
        select(ProgrammeEdition)
        .options(defer(ProgrammeEdition.document))
        .where(ProgrammeEdition.programme_id == programme_id)
        .order_by(ProgrammeEdition.number.desc())
    ).all()


def edition_of(programme_id: int, number: int) -> ProgrammeEdition | None:
    """One edition with its document."""
    return db.session.scalars(
        select(ProgrammeEdition).where(ProgrammeEdition.programme_id == programme_id, ProgrammeEdition.number == number)
    ).one_or_none()


def programme_of_upload(upload: ProgrammeUpload) -> Programme | None:
    """The programme whose edition a confirmed file became."""
    return db.session.scalars(
        select(Programme)
        .join(ProgrammeEdition, ProgrammeEdition.programme_id == Programme.id)
        .where(ProgrammeEdition.id == upload.edition_id)
    ).one_or_none()


def uploads_of(municipality_id: int) -> Select[Any]:
    """The files with programmes of a district without what was recognised, the latest first; for `paged`."""
    return (
        select(ProgrammeUpload)
        .options(defer(ProgrammeUpload.recognised), defer(ProgrammeUpload.corrections))
        .where(ProgrammeUpload.municipality_id == municipality_id)
        .order_by(ProgrammeUpload.id.desc())
    )


def upload_by_key(key: str) -> ProgrammeUpload | None:
    """One upload by its address; whose it is, the caller asks."""
    if "\x00" in key:
        return None
    return db.session.scalars(select(ProgrammeUpload).where(ProgrammeUpload.key == key)).one_or_none()


def programme_of_year(municipality_id: int, year: int) -> Programme | None:
    """The programme that runs in a year; of two the one that began later, then the one loaded first."""
    return next((one for one in programmes_of(municipality_id) if one.year_from <= year <= one.year_to), None)


def tasks_of(programme_id: int) -> list[ProgrammeTask]:
    """The tasks of a programme in its order."""
    return list(
        db.session.scalars(
            select(ProgrammeTask).where(ProgrammeTask.programme_id == programme_id).order_by(ProgrammeTask.number)
        )
    )


def task_by_code(programme: Programme, code: str) -> ProgrammeTask | None:
    """A task of a programme by its code."""
    if "\x00" in code:
        return None
    return db.session.scalars(
        select(ProgrammeTask).where(ProgrammeTask.programme_id == programme.id, ProgrammeTask.code == code)
    ).one_or_none()


def activities_of(programme_id: int) -> list[Activity]:
    """The activities of a programme in its order, with years and funding: three selects."""
    return list(
        db.session.scalars(
            select(Activity)
            .where(Activity.programme_id == programme_id)
            .options(selectinload(Activity.years), selectinload(Activity.funding))
            .order_by(Activity.task_id, Activity.id)
        )
    )


def activities_of_task(task_id: int) -> Select[Any]:
    """The activities of a task in its order, with years and funding; for `paged`."""
    return (
        select(Activity)
        .where(Activity.task_id == task_id)
        .options(selectinload(Activity.years), selectinload(Activity.funding))
        .order_by(Activity.id)
    )


def sizes_of(programme_id: int) -> tuple[dict[int, int], int]:
    """How many activities each task has, by its id (a task without any is not there), and how many indicators there
    are in all: one select."""
    activities = select(Activity.task_id, func.count()).where(Activity.programme_id == programme_id)
    indicators = select(null(), func.count()).where(Indicator.programme_id == programme_id)
    found: Sequence[Any] = db.session.execute(union_all(activities.group_by(Activity.task_id), indicators)).all()
    counts = {task_id: count for task_id, count in found if task_id is not None}
    return counts, next(count for task_id, count in found if task_id is None)


def place_of_activity(programme: Programme, code: str) -> Any:
    """Where an activity stands: the code of its `task`, and how many activities of the task come `before`; or None."""
    if "\x00" in code:
        return None
    one, other = aliased(Activity), aliased(Activity)
    before = select(func.count()).where(other.task_id == one.task_id, other.id < one.id).scalar_subquery()
    return db.session.execute(
        select(ProgrammeTask.code.label("task"), before.label("before"))
        .join(one, one.task_id == ProgrammeTask.id)
        .where(one.programme_id == programme.id, one.code == code)
    ).one_or_none()


def activity_by_code(programme: Programme, code: str) -> Activity | None:
    """An activity of a programme by its code."""
    return db.session.scalars(
        select(Activity).where(Activity.programme_id == programme.id, Activity.code == code)
    ).one_or_none()


def activity_names(programme_id: int, codes: Collection[str]) -> dict[str, str]:
    """The names of these activities of a programme by their codes: one select, none for no codes."""
    if not codes:
        return {}
    rows = db.session.execute(
        select(Activity.code, Activity.name).where(Activity.programme_id == programme_id, Activity.code.in_(codes))
    )
    return {row.code: row.name for row in rows}


def indicators_of(programme_id: int) -> list[Indicator]:
    """The indicators of a programme in its order, targets loaded: two selects."""
    return list(
        db.session.scalars(
            select(Indicator)
            .where(Indicator.programme_id == programme_id)
            .options(selectinload(Indicator.targets))
            .order_by(Indicator.id)
        )
    )


def indicator_by_code(programme: Programme, code: str) -> Indicator | None:
    """An indicator of a programme by its code, targets loaded."""
    if "\x00" in code:
        return None
    return db.session.scalars(
        select(Indicator)
        .where(Indicator.programme_id == programme.id, Indicator.code == code)
        .options(selectinload(Indicator.targets))
    ).one_or_none()


def targets_of_year(programme_id: int, year: int) -> dict[str, Decimal]:
    """The planned values of a year by the code of the indicator."""
    rows = db.session.execute(
        select(Indicator.code, IndicatorTarget.value)
        .join(IndicatorTarget, IndicatorTarget.indicator_id == Indicator.id)
        .where(Indicator.programme_id == programme_id, IndicatorTarget.year == year)
        .order_by(Indicator.id)
    )
    return {row.code: row.value for row in rows}


# --- money -----------------------------------------------------------------------------------------------------------


def fund_of_activity(activity_id: int, year: int) -> dict[str, Decimal]:
    """What each source plans to pay for an activity in a year, every source named, in the one order."""
    rows = db.session.execute(
        select(ActivityFunding.source, ActivityFunding.planned_sum).where(
            ActivityFunding.activity_id == activity_id, ActivityFunding.year == year
        )
    )
    planned = {row.source: row.planned_sum for row in rows}
    return {source: planned.get(source, NOTHING) for source in SOURCES}


def _grouped(programme_id: int, *by: Any) -> Sequence[Any]:
    total = func.sum(ActivityFunding.planned_sum).label("total")
    return db.session.execute(
        select(*by, ActivityFunding.year, ActivityFunding.source, total)
        .join(Activity, ActivityFunding.activity_id == Activity.id)
        .where(Activity.programme_id == programme_id)
        .group_by(*by, ActivityFunding.year, ActivityFunding.source)
    ).all()


def funding_of_programme(programme_id: int) -> Sums:
    """The programme's money by year and source, summed by the database: one select."""
    sums = Sums()
    for year, source, total in _grouped(programme_id):
        sums.add(year, source, total)
    return sums


def added(parts: Iterable[Sums]) -> Sums:
    """Sums of parts put together."""
    whole = Sums()
    for part in parts:
        for (year, source), value in part.cells.items():
            whole.add(year, source, value)
    return whole


def funding_by_task(programme_id: int) -> dict[int, Sums]:
    """The same for each task by its id: one select."""
    sums: dict[int, Sums] = {}
    for task_id, year, source, total in _grouped(programme_id, Activity.task_id):
        sums.setdefault(task_id, Sums()).add(year, source, total)
    return sums


def activity_sums(activity: Activity) -> Sums:
    """The money of one activity whose funding is loaded."""
    sums = Sums()
    for row in activity.funding:
        sums.add(row.year, row.source, row.planned_sum)
    return sums
