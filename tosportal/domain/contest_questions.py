"""Questions about a contest (разъяснения): who may still ask, and by when the organiser answers everybody.

A clarification never changes the regulation: what changes it is an amendment with its act.

Basis: DOMAIN §3.3, item 2 (≤ 5 questions, not later than the 3rd working day before the end, answer not later than
1 working day before the end, visible to all and not changing the announcement).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from typing import Any

from tosportal.domain.contest_states import last_day
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark
from tosportal.domain.workdays import add_workdays, end_of_day, workday_before

SHORTEST, LONGEST = 10, 2000  # signs of a question
LONGEST_ANSWER = 6000


@dataclass(frozen=True)
class QuestionRule:
    """What the regulation says of questions: pieces and working days."""

    per_person: int = 5
    per_day: int = 3
    until_workdays: int = 3  # the last day for questions is so many working days before the last day of the intake
    answer_workdays: int = 2  # an answer comes within so many working days,
    answer_before_workdays: int = 1  # and not later than so many working days before the last day of the intake

    def to_json(self) -> dict[str, int]:
        """Only what differs from the defaults."""
        values = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in values.items() if value != getattr(QuestionRule, name)}


NAMES = tuple(one.name for one in fields(QuestionRule))
AT_LEAST_ONE = ("per_person", "per_day", "answer_workdays")
MOST = 100  # of pieces and of working days: more is a slip


def read_question_rule(reader: Reader, data: Mapping[str, Any], place: str) -> QuestionRule:
    """The rule from its JSON; what is not there is the default."""
    reader.only(data, NAMES, place)
    given = {}
    for name in NAMES:
        least = 1 if name in AT_LEAST_ONE else 0
        value = reader.whole(data, name, place, least=least, default=getattr(QuestionRule, name))
        if value is not None and value > MOST:
            reader.defect(N_("Слишком большое число, можно до %(limit)s"), f"{place}.{name}", limit=MOST)
        elif value is not None:
            given[name] = value
    rule = QuestionRule(**given)
    if rule.answer_before_workdays > rule.until_workdays:
        words = N_("Ответ должен успеть после последнего дня вопросов: здесь не больше, чем «Последний день вопросов»")
        reader.defect(words, f"{place}.answer_before_workdays")
    return rule


def asked_until(close: datetime, rule: QuestionRule, zone: tzinfo) -> datetime:
    """Until when questions are taken: a moment in UTC, exclusive, never later than the end of the intake itself.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> zone = ZoneInfo("Asia/Novosibirsk")
    >>> asked_until(datetime(2026, 3, 13, 10, tzinfo=UTC), QuestionRule(), zone).astimezone(zone).isoformat()
    '2026-03-11T00:00:00+07:00'

    The intake ends on Friday 13 March, so the third working day before it is Tuesday the 10th, to its end.
    """
    return min(end_of_day(workday_before(last_day(close, zone), rule.until_workdays), zone), close)


def answer_due(asked_at: datetime, close: datetime, rule: QuestionRule, zone: tzinfo) -> datetime:
    """By when a question asked at this moment is answered: a moment in UTC, exclusive.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> zone, close = ZoneInfo("Asia/Novosibirsk"), datetime(2026, 3, 13, 10, tzinfo=UTC)
    >>> for day in (2, 6, 10):  # the 9th is a day off instead of Sunday the 8th
    ...     due = answer_due(datetime(2026, 3, day, 5, tzinfo=UTC), close, QuestionRule(), zone)
    ...     print(due.astimezone(zone).isoformat())
    2026-03-05T00:00:00+07:00
    2026-03-12T00:00:00+07:00
    2026-03-13T00:00:00+07:00
    """
    within = end_of_day(add_workdays(asked_at.astimezone(zone).date(), rule.answer_workdays), zone)
    return min(within, end_of_day(workday_before(last_day(close, zone), rule.answer_before_workdays), zone), close)


def check_length(text: str, *, least: int, most: int, place: str) -> list[Remark]:
    """Too short or too long a text, with its length; nothing is cut.

    >>> [str(one) for one in check_length("Что?", least=10, most=2000, place="text")]
    ['Напишите подробнее: хотя бы 10 знаков']
    """
    if len(text) < least:
        return [Remark(N_("Напишите подробнее: хотя бы %(least)s знаков"), {"least": least}, place)]
    if len(text) > most:
        words = N_("Слишком длинно: %(length)s знаков, можно до %(limit)s")
        return [Remark(words, {"length": len(text), "limit": most}, place)]
    return []
