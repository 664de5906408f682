"""What a new contest begins from: a ready set with its dates counted in working days, or an earlier contest moved on.

A ready set is JSON («ready-set/1»): a regulation without dates, the terms from which its dates follow, what the portal
computes or asks later instead of the form, and the sources of its words.
Basis: DOMAIN.md 4.1–4.4 (the three sets), 3.3 (terms); issue, point 4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from tosportal.domain.contest_states import MOMENT_NAMES, TIMELINE_CODES
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_
from tosportal.domain.regulation import Regulation, TimelineMoment, regulation_from_json
from tosportal.domain.regulation.timeline import day_of, followed
from tosportal.domain.scoring import highest_of
from tosportal.domain.workdays import ONE_DAY, add_workdays, is_workday

SCHEMA = "ready-set/1"
START = "start"
"""What the first term is counted from: the day on which the contest is announced."""
WHEN: Mapping[str, str] = {
    "application": N_("портал считает или пишет сам"),
    "agreement": N_("спросят у победителя, при соглашении"),
}
ABOUT: Mapping[str, tuple[str, str]] = {
    "best-tos": (
        N_("Лучший ТОС"),
        N_(
            "Премии лучшим ТОС года. Места считаются отдельно в трёх группах по числу жителей. Почти все баллы портал "
            "считает по ответам и реестру, жюри оценивает презентацию."
        ),
    ),
    "best-activist": (
        N_("Лучший активист ТОС"),
        N_(
            "Премии людям: активистам и отдельно председателям. Кандидата выдвигает совет ТОС, баллы — за дела года, "
            "жюри оценивает очерк или видеовизитку."
        ),
    ),
    "project-grant": (
        N_("Гранты на проекты ТОС"),
        N_(
            "Полная заявка на проект: паспорт, календарный план, смета, вклад жителей, собрание. Жюри ставит оценки с "
            "весами, поддержку, софинансирование и охват портал считает сам."
        ),
    ),
}
"""Name and description of a set, in the order in which sets are offered."""


@dataclass(frozen=True)
class Term:
    """A moment of the timeline: so many working days after another one, perhaps at an hour of the clock."""

    code: str
    after: str
    workdays: int
    hour: int | None = None


@dataclass(frozen=True)
class Computed:
    """What the official list of fields has and the form does not ask: the portal knows it, or it is asked later."""

    code: str
    label: str
    when: str


@dataclass(frozen=True)
class ReadySet:
    """A regulation ready to copy; its own timeline is empty until the day of the announcement is known."""

    code: str
    regulation: Regulation
    terms: tuple[Term, ...]
    computed: tuple[Computed, ...]

    @property
    def title(self) -> str:
        return ABOUT[self.code][0]

    @property
    def about(self) -> str:
        return ABOUT[self.code][1]

    @property
    def fields(self) -> int:
        """How many questions the form asks."""
        return sum(len(section.fields) for section in self.regulation.sections)

    @property
    def points(self) -> Decimal:
        """The best total that an application can have."""
        return highest_of(self.regulation.scoring, self.regulation.criteria)

    def begun(self, *, name: str, announced_on: date, zone: tzinfo) -> Regulation:
        """The regulation of a new contest: under its name, its dates counted from the day of the announcement."""
        return replace(self.regulation, name=name, timeline=timeline_of(self.terms, announced_on, zone))


def ready_set_from_json(data: Mapping[str, Any]) -> ReadySet:
    """Strict as `regulation_from_json`: RuleBroken with a remark for every defect."""
    reader = Reader()
    data = reader.mapping(data, "")
    reader.only(data, ("schema", "code", "sources", "timeline", "computed", "regulation"), "")
    if data.get("schema") != SCHEMA:
        reader.defect(N_("Неизвестная схема положения, нужна %(schema)s"), "schema", schema=SCHEMA)
    code = reader.one_of(data, "code", "", ABOUT)
    reader.text(data, "sources", "")
    terms, known = [], {START}
    for where, row in reader.rows(data.get("timeline"), "timeline"):
        reader.only(row, ("code", "after", "workdays", "hour"), where)
        one = reader.one_of(row, "code", where, TIMELINE_CODES)
        terms.append(
            Term(
                one,
                reader.one_of(row, "after", where, known),
                reader.whole(row, "workdays", where) or 0,
                reader.whole(row, "hour", where),
            )
        )
        known.add(one)
    computed = []
    for where, row in reader.rows(data.get("computed"), "computed"):
        reader.only(row, ("code", "label", "when"), where)
        label, when = reader.text(row, "label", where), reader.one_of(row, "when", where, WHEN)
        computed.append(Computed(reader.text(row, "code", where), label, when))
    reader.finish()
    regulation = regulation_from_json(reader.mapping(data.get("regulation"), "regulation"))
    return ReadySet(code, regulation, tuple(terms), tuple(computed))


def timeline_of(terms: Iterable[Term], announced_on: date, zone: tzinfo) -> tuple[TimelineMoment, ...]:
    """The moments that follow from the day of the announcement; each keeps the rule by which it follows another, so
    that a day that is changed later moves those after it. A day that is not worked is moved to the next that is.

    >>> from zoneinfo import ZoneInfo
    >>> terms = [Term("announce", START, 0), Term("open", "announce", 1, 9), Term("close", "open", 22, 17)]
    >>> [one.at.isoformat() for one in timeline_of(terms, date(2026, 4, 4), ZoneInfo("Asia/Novosibirsk"))][1:]
    ['2026-04-07T09:00:00+07:00', '2026-05-08T17:00:00+07:00']

    Basis: ГК РФ, статьи 191, 193, 194.
    """
    first = datetime.combine(next_workday(announced_on), time(), zone)
    return followed([_begun(term, first) for term in terms], zone)


def _begun(term: Term, first: datetime) -> TimelineMoment:
    one = TimelineMoment(term.code, MOMENT_NAMES[term.code], first)
    if term.after == START:
        return one
    return replace(one, after=term.after, count=term.workdays, hour="" if term.hour is None else f"{term.hour:02}:00")


def next_workday(day: date) -> date:
    """The day itself, or the first after it that is worked.

    >>> next_workday(date(2026, 3, 7)), next_workday(date(2026, 3, 10))
    (datetime.date(2026, 3, 10), datetime.date(2026, 3, 10))

    Basis: ГК РФ, статья 193.
    """
    return day if is_workday(day) else add_workdays(day, 1)


def copied(regulation: Regulation, *, name: str, years: int, zone: tzinfo) -> Regulation:
    """The regulation of an earlier contest under a new name, its dates so many years later on working days."""
    return replace(regulation, name=name, timeline=moved(regulation.timeline, years, zone))


def moved(timeline: Iterable[TimelineMoment], years: int, zone: tzinfo) -> tuple[TimelineMoment, ...]:
    """The same moments some years later: at the same hour of the same day, or of the next day that is worked.

    A moment that follows another by a rule follows it anew, also where it was once fixed by hand for a reason of then.
    None comes before the one that stood before it: where two were moved onto each other the later one goes on.

    >>> from zoneinfo import ZoneInfo
    >>> zone = ZoneInfo("Asia/Novosibirsk")
    >>> ends = [("fix_until", datetime(2025, 3, 8, tzinfo=zone)), ("scoring_from", datetime(2025, 3, 8, tzinfo=zone))]
    >>> [one.at.isoformat() for one in moved([TimelineMoment(code, "", at) for code, at in ends], 1, zone)]
    ['2026-03-11T00:00:00+07:00', '2026-03-11T00:00:00+07:00']
    """
    found: list[TimelineMoment] = []
    for one in sorted(timeline, key=lambda moment: TIMELINE_CODES.index(moment.code)):
        moment = on_workday(replace(one, at=in_year(one.at.astimezone(zone), years), fixed=""), zone)
        while found and moment.at < found[-1].at:
            moment = on_workday(replace(moment, at=moment.at + ONE_DAY), zone)
        found.append(moment)
    return followed(found, zone)


def on_workday(one: TimelineMoment, zone: tzinfo) -> TimelineMoment:
    """The moment itself, or the same hour of the next day that is worked; of the end of a term its last day counts."""
    day = day_of(one, zone)
    return replace(one, at=one.at + timedelta(days=(next_workday(day) - day).days))


def in_year(at: datetime, years: int) -> datetime:
    """The same day and hour some years later; 29 February becomes 28 February."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return (at - ONE_DAY).replace(year=at.year + years)
