"""What the portal measures by itself for indicators: one catalogue, each value with the records it was counted from.

A measure is written as its code, or its code with what it is limited to: «cash:act-4-1:local», «events:seminar»,
«participants::act-4-4». Money is in thousand roubles, exact. A quarter is counted from the first of January to its last
day (нарастающим итогом), as the report forms of DOMAIN §6.3 ask.

Basis: issue «The programme office», point 12.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.errors import N_, Remark, RuleBroken

THOUSAND = 1000
QUARTER_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}


@dataclass(frozen=True)
class Period:
    """A year from its first day to the end of a quarter; 0 is the whole year."""

    year: int
    quarter: int = 0

    @property
    def last(self) -> date:
        return date(self.year, *QUARTER_ENDS[self.quarter or 4])

    def holds(self, day: date) -> bool:
        """Is the day in this period?

        >>> Period(2026, 2).holds(date(2026, 3, 31)), Period(2026, 1).holds(date(2026, 4, 1))
        (True, False)
        """
        return date(self.year, 1, 1) <= day <= self.last


@dataclass(frozen=True)
class Record:
    """One thing that was counted. `key` tells it from others (a ТОС, a decision…), `number` is what it adds, `source`
    the source of money. `endpoint` and `values` lead to its page; `is_inner`: that page is for the office alone."""

    name: str
    day: date
    document: str
    number: Decimal
    year: int
    activity: str = ""
    source: str = ""
    kind: str = ""
    key: str = ""
    counting: str = ""
    endpoint: str = ""
    values: Mapping[str, str | int] | None = None
    is_inner: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "day": self.day.isoformat(),
            "document": self.document,
            "number": f"{self.number:f}",
            "key": self.key,
            "endpoint": self.endpoint,
            "values": dict(self.values or {}),
            "inner": self.is_inner,
        }


@dataclass(frozen=True)
class Material:
    """All that the portal has for the measures of one programme. Awards: of the decisions in force, one record each,
    `number` in roubles, `kind` grant or prize. Entries of the ledger: `number` in roubles, `kind` of the entry. Events:
    confirmed ones, `number` participants. `decided`: year, day and kind of each decision in force, also of those
    without awards. `population`: of the municipality, None when not known."""

    awards: Sequence[Record] = ()
    entries: Sequence[Record] = ()
    events: Sequence[Record] = ()
    decided: Sequence[tuple[int, date, str]] = ()
    population: int | None = None
    since: date | None = None  # the first day of which the portal has confirmed events

    def of_year(self, year: int) -> "Material":
        """The same for one year alone, so that many measures of the year do not read the others."""
        return replace(
            self,
            awards=[one for one in self.awards if one.year == year],
            entries=[one for one in self.entries if one.year == year],
            events=[one for one in self.events if one.year == year],
            decided=[one for one in self.decided if one[0] == year],
        )


@dataclass(frozen=True)
class Measured:
    """A value in the unit of its measure and the records it was counted from; `rule` says how, for a stranger."""

    value: Fraction
    rule: str
    unit: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A line of the catalogue. `takes`: what it can be limited to, in the order of the code; `unit` as printed."""

    code: str
    name: str
    rule: str
    unit: str
    takes: tuple[str, ...] = ()


MEASURES: Mapping[str, Measure] = {
    one.code: one
    for one in (
        Measure(
            "supported_tos",
            N_("Поддержанные ТОС"),
            N_("разные ТОС с деньгами по опубликованным решениям конкурсов проектов, каждый один раз"),
            "ед.",
        ),
        Measure(
            "supported_projects",
            N_("Поддержанные проекты"),
            N_("проекты с деньгами по опубликованным решениям конкурсов проектов"),
            "ед.",
        ),
        Measure(
            "support_sum",
            N_("Сумма наград"),
            N_("сумма наград по опубликованным решениям всех конкурсов"),
            "тыс. руб.",
        ),
        Measure(
            "average_award",
            N_("Средняя награда"),
            N_("сумма наград конкурсов проектов, делённая на их число"),
            "тыс. руб.",
        ),
        Measure(
            "awarded",
            N_("Награды в учёте"),
            N_("сумма записей учёта о наградах"),
            "тыс. руб.",
            ("activity", "source"),
        ),
        Measure(
            "agreed",
            N_("Соглашения с ТОС в учёте"),
            N_("сумма записей учёта о соглашениях"),
            "тыс. руб.",
            ("activity", "source"),
        ),
        Measure(
            "cash",
            N_("Кассовое исполнение"),
            N_("сумма записей учёта о кассовых расходах"),
            "тыс. руб.",
            ("activity", "source"),
        ),
        Measure("events", N_("События"), N_("число подтверждённых событий"), "ед.", ("kind", "activity")),
        Measure(
            "participants",
            N_("Участники событий"),
            N_("сумма участников подтверждённых событий: один человек на трёх событиях — три участника"),
            "чел.",
            ("kind", "activity"),
        ),
        Measure(
            "persons",
            N_("Участники событий, люди"),
            N_("участники событий, где считали людей, а не посещения: на одном событии человек один раз"),
            "чел.",
            ("kind", "activity"),
        ),
        Measure("population", N_("Жители района"), N_("число жителей в карточке района"), "чел."),
    )
}
OF_PEOPLE = frozenset({"participants", "persons"})
LEDGER_KINDS = {"awarded": "award", "agreed": "agreement", "cash": "cash"}


def read_measure(text: str) -> tuple[Measure, dict[str, str]]:
    """The measure that a code means and what it is limited to.

    >>> measure, limits = read_measure("cash:act-4-1:local")
    >>> measure.code, limits
    ('cash', {'activity': 'act-4-1', 'source': 'local'})

    Raises RuleBroken for a code that the catalogue does not have, or a limit that the measure does not take.
    """
    code, *given = [part.strip() for part in text.split(":")]
    measure = MEASURES.get(code)
    if measure is None:
        raise RuleBroken(Remark(N_("Меры «%(code)s» в перечне портала нет"), {"code": code}))
    if len(given) > len(measure.takes):
        raise RuleBroken(Remark(N_("Мера «%(code)s» не уточняется так подробно"), {"code": text}))
    return measure, {name: value for name, value in zip(measure.takes, given, strict=False) if value}


def split_measure(text: str) -> tuple[str, str]:
    """A measure without the activity that it is limited to, and that activity.

    >>> split_measure("cash:act-4-1:local"), split_measure("events:seminar"), split_measure("cash:act-4-1")
    (('cash::local', 'act-4-1'), ('events:seminar', ''), ('cash', 'act-4-1'))
    """
    code, *given = [part.strip() for part in text.split(":")]
    measure = MEASURES.get(code)
    if measure is None or "activity" not in measure.takes or len(given) <= (at := measure.takes.index("activity")):
        return text, ""
    return ":".join([code, *given[:at], "", *given[at + 1 :]]).rstrip(":"), given[at]


def joined_measure(text: str, activity: str) -> str:
    """A measure limited to an activity.

    >>> joined_measure("cash::local", "act-4-1"), joined_measure("events", "act-4-1"), joined_measure("cash", "")
    ('cash:act-4-1:local', 'events::act-4-1', 'cash')

    Raises RuleBroken when activities do not limit this measure.
    """
    if not activity:
        return text
    measure, limits = read_measure(text)
    if "activity" not in measure.takes:
        raise RuleBroken(Remark(N_("Эту меру портал по мероприятиям не делит")))
    limits = limits | {"activity": activity}
    return ":".join([measure.code, *(limits.get(name, "") for name in measure.takes)]).rstrip(":")


_COUNT = r"^(?:общ\w+ )?(?:количеств\w+|числ\w+) "
_PEOPLE = r"(?:граждан\w*|жител\w+|участник\w+|человек|люд\w+)"
_SUGGESTED: tuple[tuple[str, str, str], ...] = (
    (_COUNT + _PEOPLE + r".*«?(?:дн\w+|день) соседей", "participants:neighbours_day", "person"),
    (_COUNT + _PEOPLE + r".*семинар", "participants:seminar", "person"),
    (_COUNT + r"(?:проведенн\w+ )?семинар", "events:seminar", "unit"),
    (_COUNT + r"(?:проведенн\w+ )?встреч", "events:meeting", "unit"),
    (_COUNT + r"(?:[\w-]+ )?публикаци", "events:publication", "unit"),
    (_COUNT + r"(?:[\w-]+ )?тос,? получивш\w+ поддержк", "supported_tos", "unit"),
    (r"^(?:общ\w+ )?сумм\w+ (?:[\w-]+ )?поддержки,? (?:полученн?\w+ тос|тос$)", "support_sum", "thousand_rub"),
    (
        r"^(?:среднегодов\w+ |общ\w+ )?(?:численност\w+|количеств\w+|числ\w+) (?:постоянн\w+ )?(?:населени\w+|жител\w+)"
        r"(?!.*(?:охвачен|возраст|старше|принявш|участв|обучен))",
        "population",
        "person",
    ),
)


def suggested_measure(words: str, unit: str = "") -> str:
    """The measure that these words clearly mean, empty when none does; a person decides. `unit`: the code of the unit
    when it is known, then the measure must have the same.

    >>> suggested_measure("Количество проведенных семинаров и образовательных мероприятий"), suggested_measure("Доля")
    ('events:seminar', '')
    """
    plain = " ".join(words.lower().replace("ё", "е").split())
    return next(
        (code for pattern, code, its in _SUGGESTED if unit in {"", its} and re.search(pattern, plain)),
        "",
    )


def measured(text: str, material: Material, period: Period) -> Measured | None:
    """The value of a measure in a period with its records; None when the portal has no data for it, which is not zero.

    Raises RuleBroken like `read_measure`.
    """
    measure, limits = read_measure(text)
    if measure.code == "population":
        if material.population is None:
            return None
        return Measured(Fraction(material.population), measure.rule, measure.unit)
    if measure.code in LEDGER_KINDS:
        return _of_ledger(measure, limits, material, period)
    if measure.code in {"events", "participants", "persons"}:
        return _of_events(measure, limits, material, period)
    return _of_awards(measure, material, period)


def _of_awards(measure: Measure, material: Material, period: Period) -> Measured | None:
    grants_only = measure.code != "support_sum"

    def is_counted(year: int, day: date) -> bool:
        return year == period.year and (period.quarter == 0 or day <= period.last)

    if not any(is_counted(year, day) and (kind == "grant" or not grants_only) for year, day, kind in material.decided):
        return None
    records = tuple(
        one for one in material.awards if is_counted(one.year, one.day) and (one.kind == "grant" or not grants_only)
    )
    total = _total(records) / THOUSAND
    value = {
        "supported_tos": Fraction(len({one.key for one in records if one.key})),
        "supported_projects": Fraction(len(records)),
        "support_sum": total,
        "average_award": total / len(records) if records else None,
    }[measure.code]
    return None if value is None else Measured(value, measure.rule, measure.unit, records)


def _of_ledger(measure: Measure, limits: Mapping[str, str], material: Material, period: Period) -> Measured | None:
    kind = LEDGER_KINDS[measure.code]
    records = tuple(
        one
        for one in material.entries
        if one.kind == kind
        and one.year == period.year
        and (period.quarter == 0 or one.day <= period.last)
        and all(getattr(one, name) == value for name, value in limits.items())
    )
    return Measured(_total(records) / THOUSAND, measure.rule, measure.unit, records) if records else None


def _of_events(measure: Measure, limits: Mapping[str, str], material: Material, period: Period) -> Measured | None:
    if material.since is None or period.last < material.since:
        return None  # the portal did not keep events yet
    records = tuple(
        one
        for one in material.events
        if period.holds(one.day)
        and all(getattr(one, name) == value for name, value in limits.items())
        and (measure.code != "persons" or one.counting == "persons")
    )
    value = Fraction(len(records)) if measure.code == "events" else _total(records)
    return Measured(value, measure.rule, measure.unit, records)


def _total(records: Iterable[Record]) -> Fraction:
    return sum((Fraction(one.number) for one in records), Fraction(0))
