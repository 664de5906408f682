"""What an announced contest may no longer change: people have already relied on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tosportal.domain.contest_states import has_come
from tosportal.domain.errors import N_, Remark
from tosportal.domain.regulation import Regulation, to_json


def check_amendment(old: Regulation, new: Regulation, now: datetime) -> list[Remark]:
    """What of the proposed change is not allowed at this moment; empty: the amendment may take force.

    Never: the kind of the contest, a moment that has already come. Since intake began: a nomination or a section of the
    form may not disappear, and the limits of money may not be made stricter for those who have already applied.
    Since scoring began: criteria and scoring stand as they are.

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


def _check_past(old: Regulation, new: Regulation, now: datetime) -> list[Remark]:
    """A moment that has come stays; a moment ahead may not be moved into the past."""
    before, after = old.moments, new.moments
    remarks = []
    for moment in (*old.timeline, *(one for one in new.timeline if one.code not in before)):
        was, will = before.get(moment.code), after.get(moment.code)
        if was == will:
            continue
        if has_come(was, now):
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
    most_before, most_after = old.limits.grant_max, new.limits.grant_max
    if most_before is not None and most_after is not None and most_after < most_before:
        remarks.append(
            Remark(
                N_("Приём заявок уже идёт: наибольший грант нельзя сделать меньше %(limit_sum)s"),
                {"limit_sum": most_before},
                "limits.grant_max",
            )
        )
    own_before, own_after = old.limits.own_percent_min, new.limits.own_percent_min
    if own_after is not None and own_after > (own_before or 0):
        remarks.append(
            Remark(
                N_("Приём заявок уже идёт: наименьшую долю собственного вклада нельзя увеличить"),
                place="limits.own_percent_min",
            )
        )
    return remarks


def _names(rows: Any, attribute: str) -> Mapping[str, str]:
    return {row.code: getattr(row, attribute) for row in rows}
