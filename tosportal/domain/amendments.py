"""What an announced contest may no longer change: people have already relied on it. And the extension of the intake."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from tosportal.domain.budget import BudgetLimits
from tosportal.domain.contest_states import TIMELINE_CODES, has_come
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import FormField
from tosportal.domain.regulation import (
    BEFORE_CLOSE,
    NEVER,
    Regulation,
    TimelineMoment,
    day_of,
    followed,
    to_json,
)
from tosportal.domain.workdays import ONE_DAY, is_workday

_ORDER = TIMELINE_CODES.index
_BETWEEN = TIMELINE_CODES[_ORDER("close") : _ORDER("scoring_from")]
"""The moments from the end of intake to the beginning of scoring: an extension may move them even if they have come."""


def check_amendment(old: Regulation, new: Regulation, now: datetime) -> list[Remark]:
    """What of the proposed change is not allowed at this moment; empty: the amendment may take force.

    Never: the kind of the contest, a moment that has already come; only the end of intake may be moved later even after
    it has come, as the regulation allows (`Intake.extension`) and while scoring has not begun. Since intake began: a
    nomination or a section of the form may not disappear, and the limits of money may not be made stricter for those
    who have already applied. Since scoring began: criteria and scoring stand as they are.

    Basis: issue, point 7 (after the announcement a change is a numbered amendment); DOMAIN 3.3.
    """
    remarks = []
    if old.kind != new.kind:
        remarks.append(Remark(N_("Вид объявленного конкурса не меняется"), place="kind"))
    remarks += _check_past(old, new, now)
    moments = old.moments
    if has_come(moments.get("open"), now):
        remarks += _check_kept(old, new)
    if has_come(moments.get("scoring_from"), now):
        before, after = to_json(old), to_json(new)
        for part, text in (
            ("criteria", N_("Оценка уже идёт: критерии менять нельзя")),
            ("scoring", N_("Оценка уже идёт: порядок подсчёта менять нельзя")),
        ):
            if before[part] != after[part]:
                remarks.append(Remark(text, place=part))
    return remarks


def asks_the_same(old: Regulation, new: Regulation) -> bool:
    """Do both editions say the same to those who apply, but for days and for where in the form a question stands?

    Then what was answered answers the new edition too, and nothing is to be confirmed.
    """
    if replace(old, timeline=new.timeline, sections=new.sections) != new:
        return False
    return all(_questions(old, one.code) == _questions(new, one.code) for one in new.nominations)


def _questions(regulation: Regulation, nomination: str) -> list[FormField]:
    """The questions of a form whatever their sections."""
    fields = [one for section in regulation.sections_for(nomination) for one in section.fields]
    return sorted(fields, key=lambda one: one.code)


def moved_questions(old: Regulation, new: Regulation) -> dict[str, tuple[str, str]]:
    """The questions that stand in another section now: code → the section before and the section now. A code that
    several sections use says nothing about where it went, and is left out."""
    before, after = _places(old), _places(new)
    return {
        code: (sections[0], after[code][0])
        for code, sections in before.items()
        if len(sections) == len(after.get(code, ())) == 1 and sections != after[code]
    }


def _places(regulation: Regulation) -> dict[str, list[str]]:
    """In which sections each code is asked."""
    found: dict[str, list[str]] = {}
    for section in regulation.sections:
        for one in section.fields:
            found.setdefault(one.code, []).append(section.code)
    return found


def _check_past(old: Regulation, new: Regulation, now: datetime) -> list[Remark]:
    """A moment that has come stays; a moment ahead may not be moved into the past."""
    before, after = old.moments, new.moments
    is_extended = extends(old, new)
    remarks = check_extension(old, now) if is_extended else []
    movable = _BETWEEN if is_extended and not remarks else ()
    for moment in (*old.timeline, *(one for one in new.timeline if one.code not in before)):
        was, will = before.get(moment.code), after.get(moment.code)
        if was == will or (moment.code == "close" and remarks):
            continue
        if has_come(was, now) and not (moment.code in movable and will is not None and was is not None and will > was):
            remarks.append(
                Remark(
                    N_("«%(name)s» уже наступило, перенести этот момент нельзя"),
                    {"name": moment.name},
                    f"timeline.{moment.code}",
                )
            )
        elif has_come(will, now):
            remarks.append(
                Remark(N_("«%(name)s» переносится в прошлое"), {"name": moment.name}, f"timeline.{moment.code}")
            )
    return remarks


# --- the extension of the intake -----------------------------------------------------------------------------------


def extends(old: Regulation, new: Regulation) -> bool:
    """Does the intake end later than it did?"""
    was, will = old.moments.get("close"), new.moments.get("close")
    return was is not None and will is not None and will > was


def check_extension(regulation: Regulation, now: datetime, *, decided: int = 0) -> list[Remark]:
    """Why the intake of this contest cannot be extended now; empty: it can.

    `decided` is the number of applications of which it was decided whether they are admitted. After the end of intake
    an extension is fair only while there are none, and never once scoring has begun.
    """
    close, place = regulation.moments.get("close"), "timeline.close"
    if regulation.intake.extension == NEVER:
        return [Remark(N_("Положение не разрешает продлевать приём заявок"), place=place)]
    if has_come(regulation.moments.get("scoring_from"), now):
        return [Remark(N_("Оценка уже началась: продлить приём заявок нельзя"), place=place)]
    if not has_come(close, now):
        return []
    if regulation.intake.extension == BEFORE_CLOSE:
        words = N_("По положению продлить приём можно только до его окончания, а он закончился %(close_at)s")
        return [Remark(words, {"close_at": close}, place)]
    if decided:
        words = N_(
            "Уже решено о допуске заявок: %(count)s. Продлить приём теперь нельзя: "
            "условия участников стали бы неравными"
        )
        return [Remark(words, {"count": decided}, place)]
    return []


def extended(
    regulation: Regulation, close: datetime, zone: tzinfo, *, with_others: bool, because: str = ""
) -> Regulation:
    """The same regulation with a later end of intake; what follows it is counted anew.

    `with_others`: moments up to the agreements that follow nothing and were not fixed by hand come as many days later
    as well, on a working day at their hour. The time of the projects stays. `because` is written beside the new day
    when it had followed another one.
    """
    was = next(one for one in regulation.timeline if one.code == "close")
    new = replace(was, at=close, fixed=(because or was.fixed) if was.after else "")
    by = day_of(new, zone) - day_of(was, zone)
    timeline = []
    for one in regulation.timeline:
        is_later = _ORDER("close") < _ORDER(one.code) < _ORDER("project_from")
        if one.code == "close":
            timeline.append(new)
        elif with_others and is_later and not one.after:
            timeline.append(replace(one, at=_later(one, by, zone)))
        else:
            timeline.append(one)
    return replace(regulation, timeline=followed(timeline, zone))


def _later(one: TimelineMoment, by: timedelta, zone: tzinfo) -> datetime:
    """So many days later on the local clock, and on to the next working day."""
    local = one.at.astimezone(zone)
    while not is_workday(day_of(replace(one, at=local + by), zone)):
        by += ONE_DAY
    return local + by


def _check_kept(old: Regulation, new: Regulation) -> list[Remark]:
    remarks = []
    for part, before, after in (
        ("nominations", _names(old.nominations, "name"), _names(new.nominations, "name")),
        ("form", _names(old.sections, "title"), _names(new.sections, "title")),
    ):
        remarks += [
            Remark(N_("Приём заявок уже идёт: убрать «%(name)s» нельзя"), {"name": name}, part)
            for code, name in before.items()
            if code not in after
        ]
    remarks += _tighter(old.limits.for_budget, new.limits.for_budget)
    said = {str(one) for one in remarks}
    for nomination in new.nominations:
        for group in ("", *new.scoring.group_names):
            code = nomination.code
            for one in _tighter(old.budget_limits(code, group), new.budget_limits(code, group)):
                if str(one) not in said:
                    remarks.append(replace(one, place="limits.parts"))
                    said.add(str(one))
    return remarks


def _tighter(before: BudgetLimits, after: BudgetLimits) -> list[Remark]:
    """What applicants could have had under the limits before and cannot any more."""
    remarks = []
    if before.grant_max is not None and after.grant_max is not None and after.grant_max < before.grant_max:
        words = N_("Приём заявок уже идёт: наибольший грант нельзя сделать меньше %(limit_sum)s")
        remarks.append(Remark(words, {"limit_sum": before.grant_max}, "limits.grant_max"))
    if after.own_percent_min is not None and after.own_percent_min > (before.own_percent_min or 0):
        words = N_("Приём заявок уже идёт: наименьшую долю собственного вклада нельзя увеличить")
        remarks.append(Remark(words, place="limits.own_percent_min"))
    return remarks


def _names(rows: Any, attribute: str) -> Mapping[str, str]:
    return {row.code: getattr(row, attribute) for row in rows}
