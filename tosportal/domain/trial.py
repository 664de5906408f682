"""A dry run of a regulation on the applications of an earlier contest: points, what is missing, and another ranking.

Nothing is decided and nothing is kept. Answers are found by the codes of their fields, in whatever section they stood;
marks of the jury by criteria of the same name and the same scale. Where a criterion of the jury has no marks it is left
out of the totals of all, and said so: the ranking is then one by the other criteria.
Basis: DOMAIN.md 4.3 (proof before publication), issue point 3 («dry run on last year's applications»).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.criteria import Criterion, ensure_mark, points_of
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.explaining import source_words
from tosportal.domain.measuring import (
    BUDGET,
    FIELD,
    OWN_SHARE,
    REGISTRY,
    ROWS,
    judged_criteria,
    measured_values,
)
from tosportal.domain.money import ZERO
from tosportal.domain.part_funds import PartFund
from tosportal.domain.ranking import Entry, list_of, rank
from tosportal.domain.regulation import Regulation
from tosportal.domain.scoring import Total, application_total, needs_best, raw_total

Answers = Mapping[str, Mapping[str, Any]]
Marks = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Past:
    """An application of the earlier contest as it was decided; `registry` holds only what the registry knows."""

    number: int
    title: str
    tos_code: str
    tos_name: str
    nomination: str
    requested: Decimal | None
    submitted_at: datetime
    answers: Answers
    registry: Mapping[str, Fraction]
    marks: Marks
    place: int
    total: Decimal


@dataclass(frozen=True)
class Reading:
    """A computed criterion on one application: points, the values they come from, and what was not there.

    A value that is missing counts as zero, as it would at the table of the commission.
    """

    criterion: Criterion
    points: Decimal | None
    values: Sequence[tuple[str, Remark | None, Fraction]]
    missing: Sequence[Remark] = ()


@dataclass(frozen=True)
class TriedRow:
    """One application: what the portal would give it, its new total and place beside the old ones."""

    past: Past
    readings: Sequence[Reading] = ()
    total: Total | None = None
    place: int | None = None
    refusal: Remark | None = None

    @property
    def points(self) -> Decimal:
        return sum((one.points for one in self.readings if one.points is not None), Decimal(0))

    @property
    def moved(self) -> int | None:
        """How many places higher than it was; None where there is no new place."""
        return None if self.place is None else self.past.place - self.place


@dataclass(frozen=True)
class AskedOfFund:
    """The fund of a nomination or a group, and what the earlier applications of it asked for, in roubles."""

    fund: PartFund
    applications: int
    requested_sum: Decimal


@dataclass(frozen=True)
class Trial:
    """The whole dry run. `missing` counts in how many applications each value was not found."""

    rows: Sequence[TriedRow]
    with_marks: Sequence[Criterion]
    without_marks: Sequence[tuple[Criterion, Remark]]
    missing: Sequence[tuple[Remark, int]]
    funds: Sequence["AskedOfFund"] = ()

    @property
    def is_ranked(self) -> bool:
        return any(row.place is not None for row in self.rows)


@dataclass
class _Fit:
    """What one application is under the new regulation, on the way to its total."""

    past: Past
    nomination: str
    group: str | None
    criteria: tuple[Criterion, ...]
    readings: list[Reading]
    points: dict[str, Decimal] = field(default_factory=dict)
    marks: dict[str, dict[str, Decimal]] = field(default_factory=dict)


def try_out(new: Regulation, old: Regulation, past: Sequence[Past]) -> Trial:
    """The new regulation on the applications of the old one."""
    same, without = _same_criteria(new, old, past)
    fits: list[_Fit] = []
    refused: dict[int, TriedRow] = {}
    for one in past:
        nomination = _nomination(new, old, one.nomination)
        if nomination is None:
            refused[one.number] = TriedRow(one, refusal=Remark(N_("Такой номинации в положении нет")))
            continue
        try:
            fits.append(_fit(new, old, one, nomination, same))
        except RuleBroken as error:
            refused[one.number] = TriedRow(one, refusal=error.remarks[0])
    rows = {fit.past.number: TriedRow(fit.past, fit.readings) for fit in fits} | refused
    has_jury = any(one.is_marked_by_jury for one in new.criteria)
    ranked = [fit for fit in fits if fit.criteria and (fit.marks or not any(
        one.is_marked_by_jury for one in fit.criteria))] if same or not has_jury else []  # fmt: skip
    for number, (total, place) in _ranked(new, ranked).items():
        rows[number] = replace(rows[number], total=total, place=place)
    counts: dict[str, tuple[Remark, int]] = {}
    for row in rows.values():
        for words in {str(one): one for reading in row.readings for one in reading.missing}.values():
            counts[str(words)] = (words, counts.get(str(words), (words, 0))[1] + 1)
    ordered = sorted(rows.values(), key=lambda row: (row.place is None, row.place or 0, row.past.number))
    with_marks = [one for one in new.criteria if one.code in same]
    return Trial(ordered, with_marks, without, list(counts.values()), _asked(new, fits))


def _asked(new: Regulation, fits: Sequence["_Fit"]) -> list[AskedOfFund]:
    found = []
    for fund in new.part_funds:
        own = [fit.past.requested or ZERO for fit in fits if fund.pays(fit.nomination, fit.group)]
        found.append(AskedOfFund(fund, len(own), sum(own, ZERO)))
    return found


def _same_criteria(
    new: Regulation, old: Regulation, past: Sequence[Past]
) -> tuple[dict[str, str], list[tuple[Criterion, Remark]]]:
    """New code → old code of the jury's criteria whose marks can be used; the others with the reason why not."""
    marked = {code for one in past for sheet in one.marks.values() for code in sheet}
    same: dict[str, str] = {}
    without: list[tuple[Criterion, Remark]] = []
    for one in new.criteria:
        if not one.is_marked_by_jury:
            continue
        named = [other for other in old.criteria if other.is_marked_by_jury and _name(other) == _name(one)]
        found = next((other for other in named if other.code == one.code), named[0] if named else None)
        if found is None or found.code not in marked:
            without.append((one, Remark(N_("оценок по нему нет"))))
        elif any(not _is_of(one, sheet[found.code]) for past_one in past for sheet in past_one.marks.values()
                 if found.code in sheet) or found.maximum != one.maximum:  # fmt: skip
            without.append((one, Remark(N_("тогда была другая шкала"))))
        else:
            same[one.code] = found.code
    return same, without


def _name(criterion: Criterion) -> str:
    return " ".join(criterion.name.casefold().split())


def _is_of(criterion: Criterion, mark: Decimal) -> bool:
    try:
        ensure_mark(criterion, mark)
    except RuleBroken:
        return False
    return True


def _nomination(new: Regulation, old: Regulation, code: str) -> str | None:
    """The nomination of the new regulation: of the same code, of the same name, or the only one."""
    before = old.nomination(code)
    if new.nomination(code) is not None:
        return code
    if before is not None and (same := next((one for one in new.nominations if one.name == before.name), None)):
        return same.code
    return new.nominations[0].code if len(new.nominations) == 1 else None


def moved_answers(new: Regulation, old: Regulation, answers: Answers) -> dict[str, dict[str, Any]]:
    """The answers by the sections and fields of the new form: of the same field, wherever it stood, and the budget."""
    flat = {code: answer for section in answers.values() for code, answer in section.items()}
    budget = old.field_of_kind("budget")
    found: dict[str, dict[str, Any]] = {}
    for section in new.sections:
        own = answers.get(section.code, {})
        for one in section.fields:
            code = budget[1].code if one.kind == "budget" and budget is not None else one.code
            if code in own or code in flat:
                found.setdefault(section.code, {})[one.code] = own.get(code, flat.get(code))
    return found


def _fit(new: Regulation, old: Regulation, one: Past, nomination: str, same: Mapping[str, str]) -> _Fit:
    """Raises RuleBroken where the regulation does not say how to judge it: no group, no weight for the sum."""
    answers = moved_answers(new, old, one.answers)
    measured = measured_values(new, nomination, answers, dict(one.registry))
    group = new.scoring.group_of(measured)
    requested = one.requested if new.kind == "grant" else None
    judged = judged_criteria(new, nomination, requested, measured)
    is_known = _knower(new, nomination, answers, one.registry)
    readings = [_reading(new, criterion, measured, is_known) for criterion in judged if not criterion.is_marked_by_jury]
    points = {reading.criterion.code: reading.points for reading in readings if reading.points is not None}
    usable = tuple(
        criterion for criterion in judged
        if (criterion.code in same if criterion.is_marked_by_jury else criterion.code in points)
    )  # fmt: skip
    wanted = [criterion.code for criterion in usable if criterion.is_marked_by_jury]
    marks = {
        juror: {code: sheet[same[code]] for code in wanted}
        for juror, sheet in one.marks.items()
        if wanted and all(same[code] in sheet for code in wanted)
    }
    return _Fit(one, nomination, group, usable, readings, points, marks)


def _knower(
    new: Regulation, nomination: str, answers: Answers, registry: Mapping[str, Fraction]
) -> Callable[[str], bool]:
    """Says of a value whether the earlier application or the registry has it."""
    here = {code: answer for section in new.sections_for(nomination)
            for code, answer in answers.get(section.code, {}).items()}  # fmt: skip
    place = new.field_of_kind("budget", nomination)

    def is_known(value: str) -> bool:
        if value == OWN_SHARE or value.startswith(BUDGET):
            return place is not None and bool(here.get(place[1].code))
        if value.startswith(REGISTRY):
            return value.removeprefix(REGISTRY) in registry
        code = value.removeprefix(FIELD).removeprefix(ROWS).partition("=")[0]
        return here.get(code) not in (None, "")

    return is_known


def _reading(
    new: Regulation, criterion: Criterion, measured: Mapping[str, Fraction], is_known: Callable[[str], bool]
) -> Reading:
    names = {f"{criterion.code}.{one.code}": one.text for one in criterion.items}
    missing = {
        value: source_words(new, value) or Remark(N_("не сказано, что измеряется"))
        for value in criterion.sources.values()
        if not value or not is_known(value)
    }
    try:
        points: Decimal | None = points_of(criterion, measured)
    except RuleBroken:  # a scale with a hole: said on the page of the criterion
        points = None
    values = [
        (names.get(key, ""), source_words(new, value), measured[key])
        for key, value in criterion.sources.items()
        if key in measured
    ]
    return Reading(criterion, points, values, list(missing.values()))


def _ranked(new: Regulation, fits: Iterable[_Fit]) -> dict[int, tuple[Total, int]]:
    """Totals and places by number, as the regulation counts them; how many sheets it wants is not asked."""
    rule, by_nomination = replace(new.scoring, sheets_min=0), new.kind == "prize"
    fits = list(fits)
    best: dict[str, Fraction] = {}
    listed = {fit.past.number: list_of(fit.nomination, fit.group, rule, by_nomination=by_nomination) for fit in fits}
    if needs_best(rule):
        for fit in fits:
            raw = raw_total(fit.criteria, rule, fit.marks, fit.points)
            name = listed[fit.past.number]
            best[name] = max(raw, best.get(name, raw))
    totals = {
        fit.past.number: application_total(
            fit.criteria, rule, fit.marks, fit.points, best=best.get(listed[fit.past.number])
        )
        for fit in fits
    }
    entries = [
        Entry(
            f"{fit.past.number:05}", fit.nomination, fit.past.tos_code, fit.past.submitted_at, fit.past.requested,
            len(fit.marks), totals[fit.past.number], fit.group,
        )
        for fit in fits
    ]  # fmt: skip
    rows = rank(entries, rule, by_nomination=by_nomination, nominations=[one.code for one in new.nominations])
    return {int(row.entry.number): (row.entry.total, row.place) for row in rows}
