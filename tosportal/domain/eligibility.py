"""Which contests a ТОС may enter, and why not: facts in, remarks out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from tosportal.domain.contest_states import Phase, last_day
from tosportal.domain.errors import N_, Remark
from tosportal.domain.regulation import EligibilityRule, Regulation


@dataclass(frozen=True)
class TosFacts:
    """What the registry knows of a ТОС; None where nobody has said. Applications are those that take a place."""

    charter_registered_on: date | None = None
    active_since_on: date | None = None
    has_overdue_reports: bool | None = None
    live_applications: int = 0
    is_closed: bool = False


NOT_ACCEPTING: Mapping[Phase, str] = {
    Phase.DRAFT: N_("Конкурс ещё не объявлен"),
    Phase.ANNOUNCED: N_("Приём заявок ещё не начался"),
    Phase.CANCELLED: N_("Конкурс отменён"),
}


def check_entry(
    regulation: Regulation, facts: TosFacts, *, phase: Phase, is_member: bool, zone: tzinfo
) -> list[Remark]:
    """Why this ТОС cannot begin an application in this contest now; empty: it can.

    What only the secretary can judge (a rule without a check) stops nobody here. A fact that is not known stops only
    where the rule asks for it to be known: the charter, the years.

    Basis: DOMAIN 3.2; issue, point 8 («which contests their ТОС may enter and why not»).
    """
    remarks = []
    if phase is not Phase.ACCEPTING:
        remarks.append(Remark(NOT_ACCEPTING.get(phase, N_("Приём заявок закончился"))))
    if not is_member:
        remarks.append(Remark(N_("Подать заявку может тот, кто присоединён к этому ТОС")))
    if facts.is_closed:
        remarks.append(Remark(N_("Деятельность ТОС прекращена")))
    limit = regulation.limits.applications_per_tos
    if limit is not None and facts.live_applications >= limit:
        remarks.append(
            Remark(
                N_("От одного ТОС можно подать заявок: %(limit)s, у вас уже %(actual)s"),
                {"limit": limit, "actual": facts.live_applications},
            )
        )
    for rule in regulation.eligibility:
        remark = check_rule(rule, facts, close_on=close_day(regulation, zone))
        if remark is not None:
            remarks.append(remark)
    return remarks


def close_day(regulation: Regulation, zone: tzinfo) -> date | None:
    """The last day on which an application may come, in the municipality's zone."""
    close = regulation.moments.get("close")
    return None if close is None else last_day(close, zone)


def check_rule(rule: EligibilityRule, facts: TosFacts, *, close_on: date | None) -> Remark | None:
    """Why the ТОС breaks this rule; None when it does not or when the portal cannot know.

    The charter registered on the last day of intake is in time; a year of work is full on the same day of the next
    year (29 February: on 1 March), counted to the last day of intake.

    >>> rule = EligibilityRule("r", "Устав зарегистрирован", "2.1", "charter_registered")
    >>> print(check_rule(rule, TosFacts(charter_registered_on=date(2026, 3, 14)), close_on=date(2026, 3, 13)))
    Устав ТОС зарегистрирован 14.03.2026, а нужно не позже 13.03.2026
    >>> check_rule(rule, TosFacts(charter_registered_on=date(2026, 3, 13)), close_on=date(2026, 3, 13)) is None
    True
    """
    if rule.check == "charter_registered":
        registered = facts.charter_registered_on
        if registered is None:
            return Remark(N_("В реестре нет даты регистрации устава ТОС"), clause=rule.clause)
        if close_on is not None and registered > close_on:
            return Remark(
                N_("Устав ТОС зарегистрирован %(registered_on)s, а нужно не позже %(close_on)s"),
                {"registered_on": registered, "close_on": close_on},
                clause=rule.clause,
            )
    elif rule.check == "years_active" and rule.value is not None:
        since = facts.active_since_on or facts.charter_registered_on
        if since is None:
            return Remark(N_("В реестре нет даты, с которой работает ТОС"), clause=rule.clause)
        years = int(rule.value)
        if close_on is not None and _years_later(since, years) > close_on:
            return Remark(
                N_("ТОС работает с %(since_on)s, а нужно не меньше полных лет: %(years)s"),
                {"since_on": since, "years": years},
                clause=rule.clause,
            )
    elif rule.check == "no_debts" and facts.has_overdue_reports:
        return Remark(N_("Есть просроченный отчёт по прошлому конкурсу"), clause=rule.clause)
    return None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
