"""Named selects of contests: who sees which contest, the edition in force, the fund from the programme."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import joinedload

from tosportal.domain import contest_states
from tosportal.domain.beginnings import ABOUT, ReadySet, ready_set_from_json
from tosportal.domain.contest_states import Phase
from tosportal.domain.permissions import Scopes
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.regulation import Regulation, regulation_from_json
from tosportal.domain.regulation.letters import Wording
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.programmes.models import Activity, ActivityFunding, Programme
from tosportal.support import notifications
from tosportal.support.db import db

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
TAKEN_SLUGS = frozenset({"new", "import"})  # pages of the office stand there
ZERO = Decimal("0.00")


# --- one contest ---------------------------------------------------------------------------------------------------


def _contests() -> Select:
    return select(Contest).options(joinedload(Contest.municipality), joinedload(Contest.activity))


def contest_by_slug(slug: str) -> Contest | None:
    """The contest of this address whatever its state, municipality and activity loaded."""
    if not SLUG.fullmatch(slug):
        return None
    return db.session.scalars(_contests().where(Contest.slug == slug)).one_or_none()


def visible_contest(slug: str) -> Contest | None:
    """The contest of this address for anybody: only once it was announced (a cancelled one stays visible)."""
    contest = contest_by_slug(slug)
    return contest if contest is not None and contest.announced_at is not None else None


def contest_for_officer(slug: str, scopes: Scopes) -> Contest | None:
    """The contest of this address if it lies in one of the places; drafts too."""
    if not SLUG.fullmatch(slug):
        return None
    return db.session.scalars(_contests().where(Contest.slug == slug, _within(scopes))).one_or_none()


def locked_contest(slug: str, scopes: Scopes) -> Contest | None:
    """The same, its row locked until the end of the transaction: two officers save one after the other."""
    if not SLUG.fullmatch(slug):
        return None
    found = select(Contest.id).where(Contest.slug == slug, _within(scopes)).with_for_update()
    if db.session.scalar(found) is None:
        return None
    return db.session.scalars(_contests().where(Contest.slug == slug).execution_options(populate_existing=True)).one()


def _within(scopes: Scopes) -> Any:
    if scopes.everywhere:
        return true()
    return or_(Contest.municipality_id.in_(scopes.municipalities), Contest.id.in_(scopes.contests))


def edition_in_force(contest: Contest) -> RegulationEdition:
    """The edition by which the contest lives now; of a draft: the one being written."""
    return db.session.scalars(
        select(RegulationEdition).where(
            RegulationEdition.contest_id == contest.id, RegulationEdition.number == contest.edition
        )
    ).one()


def proposed_edition(contest: Contest) -> RegulationEdition | None:
    """The amendment being prepared: the next number, not yet in force."""
    return db.session.scalars(
        select(RegulationEdition).where(
            RegulationEdition.contest_id == contest.id, RegulationEdition.number == contest.edition + 1
        )
    ).one_or_none()


def edition_being_written(contest: Contest) -> RegulationEdition:
    """What officers are at: the draft, the amendment being prepared, else the edition in force."""
    proposal = proposed_edition(contest) if contest.announced_at else None
    return proposal or edition_in_force(contest)


def editions_of(contest: Contest) -> Sequence[RegulationEdition]:
    """All editions that are or were in force, the first first; a proposal is not among them."""
    return db.session.scalars(
        select(RegulationEdition)
        .where(RegulationEdition.contest_id == contest.id, RegulationEdition.number <= contest.edition)
        .order_by(RegulationEdition.number)
    ).all()


def regulation_of_edition(edition: RegulationEdition) -> Regulation:
    """The regulation as the rules take it."""
    return _read(json.dumps(edition.definition))


@lru_cache(maxsize=64)
def _read(definition: str) -> Regulation:
    """Reading and checking a definition takes longer than all queries of a page, and every page of a contest needs it.
    It is found again by its whole text, so a changed one is read anew; what is read never changes."""
    return regulation_from_json(json.loads(definition))


def regulation_of(contest: Contest) -> Regulation:
    """The regulation in force, as the rules take it."""
    return regulation_of_edition(edition_in_force(contest))


def with_own_letters(regulation: Regulation, contest: Contest) -> Regulation:
    """The regulation with the contest's own texts of letters, as it travels: in a file, with a copy."""
    rows = notifications.latest_texts(contest.municipality_id, contest.id)
    own = [Wording(f"{row.kind}:{row.locale}", row.subject, row.body) for row in rows if row.body]
    return replace(regulation, letters=tuple(sorted(own, key=lambda one: one.code)))


def programme_edition_of(contest: Contest) -> int:
    """The number of the edition in force of the programme that pays for a contest."""
    return db.session.scalars(
        select(Programme.edition)
        .join(Activity, Activity.programme_id == Programme.id)
        .where(Activity.id == contest.activity_id)
    ).one()


# --- money of the programme ----------------------------------------------------------------------------------------


def funds_of(contests: Iterable[Contest]) -> dict[int, dict[str, Decimal]]:
    """The funds of several contests by source, in one select: contest id → source → roubles (every source)."""
    contests = list(contests)
    if not contests:
        return {}
    rows = db.session.execute(
        select(
            ActivityFunding.activity_id, ActivityFunding.year, ActivityFunding.source, ActivityFunding.planned_sum
        ).where(ActivityFunding.activity_id.in_({contest.activity_id for contest in contests}))
    ).all()
    sums = {(row.activity_id, row.year, row.source): row.planned_sum for row in rows}
    return {
        contest.id: {source: sums.get((contest.activity_id, contest.year, source), ZERO) for source in SOURCES}
        for contest in contests
    }


def fund_of(contest: Contest) -> dict[str, Decimal]:
    """The money of a contest: what the programme plans for its activity in its year, by source, in one order."""
    return funds_of([contest])[contest.id]


@dataclass(frozen=True)
class FundChoice:
    """An activity of the programme in a year, and its money: what a contest may be paid from."""

    activity: Activity
    year: int
    fund: Mapping[str, Decimal]

    @property
    def code(self) -> str:
        return f"{self.activity.id}:{self.year}"

    @property
    def total(self) -> Decimal:
        return sum(self.fund.values(), ZERO)


def fund_choices(municipality_id: int) -> list[FundChoice]:
    """Every activity × year of the municipality's programmes that has money, the latest year first."""
    rows = db.session.execute(
        select(Activity, ActivityFunding)
        .join(ActivityFunding, ActivityFunding.activity_id == Activity.id)
        .join(Programme, Programme.id == Activity.programme_id)
        .where(Programme.municipality_id == municipality_id)
        .order_by(ActivityFunding.year.desc(), Activity.id)
    ).all()
    sums: dict[tuple[int, int], dict[str, Decimal]] = {}
    activities: dict[int, Activity] = {}
    for activity, funding in rows:
        activities[activity.id] = activity
        sums.setdefault((activity.id, funding.year), dict.fromkeys(SOURCES, ZERO))[funding.source] = funding.planned_sum
    choices = [FundChoice(activities[key], year, fund) for (key, year), fund in sums.items()]
    return [choice for choice in choices if choice.total > 0]


# --- what a new contest begins from --------------------------------------------------------------------------------


@cache
def ready_sets() -> Mapping[str, ReadySet]:
    """The regulations that travel with the portal, by code, in the order in which they are offered."""
    folder = files("tosportal") / "ready_sets"
    texts = {code: (folder / f"{code}.json").read_text(encoding="utf-8") for code in ABOUT}
    return {code: ready_set_from_json(json.loads(text)) for code, text in texts.items()}


# --- phases and lists ----------------------------------------------------------------------------------------------


def moments_of(definition: Mapping[str, Any]) -> dict[str, datetime]:
    """The timeline of a stored regulation alone, for lists: code → moment."""
    return {row["code"]: datetime.fromisoformat(row["at"]) for row in definition.get("timeline", ())}


def phase_by_moments(contest: Contest, moments: Mapping[str, datetime], now: datetime) -> Phase:
    """The phase from the acts noted on the contest and the timeline of its edition in force."""
    return contest_states.phase(
        moments,
        announced_at=contest.announced_at,
        cancelled_at=contest.cancelled_at,
        approved_at=contest.approved_at,
        published_at=contest.published_at,
        now=now,
    )


def phase_of(contest: Contest, regulation: Regulation, now: datetime) -> Phase:
    """Where the contest stands now: derived, never stored."""
    return phase_by_moments(contest, regulation.moments, now)


@dataclass(frozen=True)
class Glance:
    """A contest as a list shows it: its phase, what comes next and its fund."""

    contest: Contest
    definition: Mapping[str, Any]
    moments: Mapping[str, datetime]
    phase: Phase
    fund: Mapping[str, Decimal]
    next_code: str | None
    next_at: datetime | None

    @property
    def summary(self) -> str:
        return str(self.definition.get("summary") or "")

    @property
    def fund_total(self) -> Decimal:
        return sum(self.fund.values(), ZERO)

    @property
    def grant_max(self) -> Decimal | None:
        text = (self.definition.get("limits") or {}).get("grant_max")
        return None if text is None else Decimal(text)

    @property
    def next_name(self) -> str:
        """The name of the next moment as this regulation calls it."""
        return next((row["name"] for row in self.definition["timeline"] if row["code"] == self.next_code), "")


def with_editions(*conditions: Any) -> Select:
    """Contests with their editions in force, the newest first."""
    return (
        select(Contest, RegulationEdition)
        .join(
            RegulationEdition,
            and_(RegulationEdition.contest_id == Contest.id, RegulationEdition.number == Contest.edition),
        )
        .where(*conditions)
        .order_by(Contest.year.desc(), Contest.announced_at.desc().nulls_first(), Contest.id.desc())
    )


def announced_contests(municipality_id: int, year: int | None = None) -> Select:
    """For anybody: announced contests of a municipality, perhaps of one year."""
    conditions = [Contest.municipality_id == municipality_id, Contest.announced_at.is_not(None)]
    return with_editions(*conditions, *([] if year is None else [Contest.year == year]))


def contests_for_officer(scopes: Scopes) -> Select:
    """For officers: every contest of their places, drafts first."""
    return with_editions(_within(scopes))


def published_contests(municipality_id: int) -> Select:
    """Contests whose results are published, the latest first."""
    return (
        with_editions(Contest.municipality_id == municipality_id, Contest.published_at.is_not(None))
        .order_by(None)
        .order_by(Contest.published_at.desc(), Contest.id.desc())
    )


def latest_year(municipality_id: int) -> int | None:
    """The last year with an announced contest."""
    return db.session.scalar(
        select(Contest.year)
        .where(Contest.municipality_id == municipality_id, Contest.announced_at.is_not(None))
        .order_by(Contest.year.desc())
        .limit(1)
    )


def glances(rows: Iterable[Any], now: datetime) -> list[Glance]:
    """Rows of the selects above as a list shows them; one more select for all funds."""
    pairs = [(row[0], row[1].definition) for row in rows]
    funds = funds_of(contest for contest, _definition in pairs)
    found = []
    for contest, definition in pairs:
        moments = moments_of(definition)
        phase = phase_by_moments(contest, moments, now)
        ahead = None if phase is Phase.CANCELLED else contest_states.next_moment(moments, now)
        code, at = ahead or (None, None)
        found.append(Glance(contest, definition, moments, phase, funds[contest.id], code, at))
    return found


def years_announced(municipality_id: int) -> Sequence[int]:
    """The years that have announced contests, the latest first."""
    return db.session.scalars(
        select(Contest.year)
        .where(Contest.municipality_id == municipality_id, Contest.announced_at.is_not(None))
        .distinct()
        .order_by(Contest.year.desc())
    ).all()


def in_force(editions: Sequence[RegulationEdition]) -> RegulationEdition:
    """The last of the editions that `editions_of` gives."""
    return editions[-1]


def contests_of_programme(programme_id: int) -> Sequence[Contest]:
    """The announced contests paid from the activities of a programme, the newest first."""
    return db.session.scalars(
        select(Contest)
        .join(Activity, Activity.id == Contest.activity_id)
        .where(Activity.programme_id == programme_id, Contest.announced_at.is_not(None))
        .order_by(Contest.year.desc(), Contest.id.desc())
    ).all()
