"""The timeline in words; amendments on pages and in letters: what differs and what stands in the way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from tosportal.domain.errors import Remark
from tosportal.domain.regulation import WORKDAYS, TimelineMoment, day_of, diff_regulations
from tosportal.domain.workdays import calendar_remark, is_workday
from tosportal.features.contests import queries, service
from tosportal.features.contests.forms import defects_in_words, part_of_place, place_words, value_words
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.web.filters import exact_moment, say

MOST_CHANGES, LONGEST_VALUE = 40, 300


@dataclass(frozen=True)
class TimelineLine:
    """A moment as the editor tells it: its day of the week, whether it is worked, the rule that it follows."""

    moment: TimelineMoment
    weekday: str
    is_worked: bool
    rule: str


def timeline_lines(timeline: Sequence[TimelineMoment], zone: tzinfo) -> list[TimelineLine]:
    """Every moment with its day in words."""
    names = {one.code: say(one.name) for one in timeline}
    lines = []
    for one in timeline:
        day = day_of(one, zone)
        lines.append(TimelineLine(one, format_date(day, "EEEE"), is_workday(day), _rule_words(one, names)))
    return lines


def _rule_words(one: TimelineMoment, names: Mapping[str, str]) -> str:
    """«5 рабочих дней после «Окончание приёма заявок», в 18:00»; empty for a day of its own."""
    if not one.after:
        return ""
    if one.fixed:
        return _("назначено вручную: %(reason)s", reason=one.fixed)
    name = names.get(one.after, one.after)
    if not one.count:
        words = _("сразу после: «%(name)s»", name=name)
    elif one.unit == WORKDAYS:
        words = ngettext(
            "%(num)d рабочий день после: «%(name)s»", "%(num)d рабочих дней после: «%(name)s»", one.count, name=name
        )
    else:
        words = ngettext(
            "%(num)d календарный день после: «%(name)s»",
            "%(num)d календарных дней после: «%(name)s»",
            one.count,
            name=name,
        )
    return f"{words}, {one.hour}" if one.hour else words


def calendar_remarks(timeline: Sequence[TimelineMoment], zone: tzinfo) -> list[Remark]:
    """Years of this timeline whose production calendar the portal does not have."""
    years = sorted({day_of(one, zone).year for one in timeline})
    return [remark for year in years if (remark := calendar_remark(year)) is not None]


def changes_in_words(old: RegulationEdition, new: RegulationEdition) -> list[Mapping[str, Any]]:
    """The differences of two editions: where, in words to be translated, and both values."""
    before, after = queries.regulation_of_edition(old), queries.regulation_of_edition(new)
    return [
        {
            "place": change.place,
            "words": place_words(change.place, old.definition, new.definition),
            "before": value_words(change.place, change.before, old.definition),
            "after": value_words(change.place, change.after, new.definition),
        }
        for change in diff_regulations(before, after)
    ]


def amendment_context(
    contest: Contest,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    remarks: Iterable[Remark] = (),
    is_stale: bool = False,
) -> dict[str, Any] | None:
    """What the page of an amendment being prepared needs; None when none is."""
    proposal = queries.proposed_edition(contest) if contest.announced_at else None
    if proposal is None:
        return None
    errors = list(remarks)
    blocking = errors or service.amendment_remarks(contest, queries.regulation_of_edition(proposal), now)
    return {
        "contest": contest,
        "changes": changes_in_words(queries.edition_in_force(contest), proposal),
        "typed": typed or {"act": "", "reason": ""},
        "errors": errors,
        "blocking": [(one, part_of_place(one.place)) for one in blocking if one.place not in {"act", "reason"}],
        "seen": service.digest(proposal.definition),
        "is_stale": is_stale,
    }


def change_lines(changes: list[Mapping[str, Any]]) -> Iterator[str]:
    """The same differences as lines of a letter: where, what was, what is. Of very many only the first."""
    for change in changes[:MOST_CHANGES]:
        is_moment = change["place"].endswith(".at")
        was, now = (
            stored_moment(value) if is_moment and value else in_a_line(value)
            for value in (change["before"], change["after"])
        )
        place = " → ".join(say(word) for word in change["words"])
        yield _("— %(place)s: было «%(was)s», стало «%(now)s»", place=place, was=was, now=now)
    if len(changes) > MOST_CHANGES:
        yield _("Остальные изменения — на портале.")


def defect_lines(remarks: Iterable[Remark], data: Any) -> list[str]:
    """What is wrong in a file of a regulation, a line for each defect with its place; `data` is what the file says."""
    return [f"{place}: {remark}" if place else f"{remark}" for place, remark in defects_in_words(remarks, data)]


def stored_moment(text: str) -> str:
    """A moment as a regulation stores it, to the second on the municipality's clock."""
    return exact_moment(datetime.fromisoformat(text))


def in_a_line(value: Any) -> str:
    """A value of the regulation in words, on one line, not too long."""
    text = " ".join(_words(value).split())
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE].rstrip() + "…"


def _words(value: Any) -> str:
    if value is None or value in ("", []):
        return _("нет")
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Mapping):
        names = (value.get(name) for name in ("name", "label", "title", "text", "sum", "code"))
        return str(next((name for name in names if name), ""))
    if isinstance(value, list | tuple):
        return "; ".join(_words(one) for one in value)
    return str(value)
