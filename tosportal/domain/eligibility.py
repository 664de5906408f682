"""Which contests a ТОС may enter, and why not: facts in, remarks out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from tosportal.domain.contest_states import Phase, last_day
from tosportal.domain.errors import N_, Remark
from tosportal.domain.regulation import WITH_COUNT, WITH_YEARS, EligibilityRule, Regulation


@dataclass(frozen=True)
class TosFacts:
    """What the registry knows of a ТОС; None where nobody has said. Applications are those that take a place;
    `in_nominations` has the nomination of each of them."""

    charter_registered_on: date | None = None
    active_since_on: date | None = None
    has_overdue_reports: bool | None = None
    live_applications: int = 0
    in_nominations: tuple[str, ...] = ()
    is_closed: bool = False
    residents: int | None = None
    is_legal_entity: bool | None = None
    is_urban: bool | None = None


NOT_ACCEPTING: Mapping[Phase, str] = {
    Phase.DRAFT: N_("Конкурс ещё не объявлен"),
    Phase.ANNOUNCED: N_("Приём заявок ещё не начался"),
    Phase.CANCELLED: N_("Конкурс отменён"),
}


def check_entry(
    regulation: Regulation,
    facts: TosFacts,
    *,
    phase: Phase,
    is_member: bool,
    zone: tzinfo,
    nomination: str | None = None,
) -> list[Remark]:
    """Why this ТОС cannot begin an application in this contest now; empty: it can.

    Rules for some nominations ask nothing until the nomination is chosen.
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
    days = Days.of(regulation, zone)
    found = (check_rule(rule, facts, days, nomination) for rule in regulation.eligibility if rule.is_for(nomination))
    return remarks + [remark for remark in found if remark is not None]


def open_nominations(regulation: Regulation, facts: TosFacts) -> tuple[str, ...]:
    """The nominations in which this ТОС may begin one more application, as far as their number is limited."""
    rules = [one for one in regulation.eligibility if one.check in WITH_COUNT]
    return tuple(
        one.code
        for one in regulation.nominations
        if not any(_too_many(rule, facts, one.code, 1) for rule in rules if rule.is_for(one.code))
    )


@dataclass(frozen=True)
class Days:
    """The days up to which rules count: the last day of intake, and the day of the announcement."""

    close_on: date | None = None
    announced_on: date | None = None

    @classmethod
    def of(cls, regulation: Regulation, zone: tzinfo) -> "Days":
        announced = regulation.moments.get("announce") or regulation.moments.get("open")
        return cls(close_day(regulation, zone), None if announced is None else announced.astimezone(zone).date())


def close_day(regulation: Regulation, zone: tzinfo) -> date | None:
    """The last day on which an application may come, in the municipality's zone."""
    close = regulation.moments.get("close")
    return None if close is None else last_day(close, zone)


def check_rule(
    rule: EligibilityRule, facts: TosFacts, days: Days, nomination: str | None = None, *, is_counted: bool = False
) -> Remark | None:
    """Why the ТОС breaks this rule; None when it does not or when the portal cannot know.

    A rule of number counts the application in question with the others of the ТОС; `is_counted`: it is among them.

    The charter registered on the last day of intake is in time; registered on the day of the announcement it was not
    registered before it. A year of work is full on the same day of the next year (29 February: on 1 March).

    >>> rule = EligibilityRule("r", "Устав зарегистрирован", "2.1", "charter_registered")
    >>> days = Days(date(2026, 3, 13), date(2026, 2, 2))
    >>> print(check_rule(rule, TosFacts(charter_registered_on=date(2026, 3, 14)), days))
    Устав ТОС зарегистрирован 14.03.2026, а нужно не позже 13.03.2026
    >>> check_rule(rule, TosFacts(charter_registered_on=date(2026, 3, 13)), days) is None
    True
    """
    if rule.check in WITH_COUNT:
        found = _too_many(rule, facts, nomination, 0 if is_counted else 1)
    else:
        found = _broken(rule, facts, days)
    return None if found is None else replace(found, clause=rule.clause)


def _broken(rule: EligibilityRule, facts: TosFacts, days: Days) -> Remark | None:
    if rule.check in ("charter_registered", "charter_before_notice"):
        return _charter(rule, facts, days)
    if rule.check in WITH_YEARS and rule.value is not None:
        return _years(rule, facts, days)
    if rule.check in ("residents_min", "residents_max") and rule.value is not None:
        return _residents(rule, facts)
    if rule.check == "legal_entity" and facts.is_legal_entity is False:
        return Remark(N_("По реестру ТОС — не юридическое лицо"))
    if rule.check == "rural" and facts.is_urban:
        return Remark(N_("ТОС — в городе или рабочем посёлке, а нужен в селе"))
    if rule.check == "urban" and facts.is_urban is False:
        return Remark(N_("ТОС — в селе, а нужен в городе или рабочем посёлке"))
    if rule.check == "no_debts" and facts.has_overdue_reports:
        return Remark(N_("Есть просроченный отчёт по прошлому конкурсу"))
    return None


def _too_many(rule: EligibilityRule, facts: TosFacts, nomination: str | None, more: int) -> Remark | None:
    """One direction for a ТОС, or a number of applications; of a rule for some nominations only theirs are counted."""
    if rule.value is None:
        return None
    own = [one for one in facts.in_nominations if not rule.nominations or one in rule.nominations]
    limit = int(rule.value)
    if rule.check == "applications_max":
        if len(own) + more <= limit:
            return None
        words = N_("От одного ТОС можно подать заявок: %(limit)s, у вас уже %(actual)s")
        return Remark(words, {"limit": limit, "actual": len(own)})
    directions = {*own, *([nomination] if nomination else [])}
    if len(directions) <= limit:
        return None
    words = N_(
        "Один ТОС может участвовать не больше чем в %(limit)s номинации, а заявки — в %(actual)s: "
        "выберите прежнюю номинацию или уберите лишний черновик"
    )
    return Remark(words, {"limit": limit, "actual": len(directions)})


def _charter(rule: EligibilityRule, facts: TosFacts, days: Days) -> Remark | None:
    registered = facts.charter_registered_on
    if registered is None:
        return Remark(N_("В реестре нет даты регистрации устава ТОС"))
    if rule.check == "charter_registered":
        if days.close_on is None or registered <= days.close_on:
            return None
        words = N_("Устав ТОС зарегистрирован %(registered_on)s, а нужно не позже %(close_on)s")
        return Remark(words, {"registered_on": registered, "close_on": days.close_on})
    if days.announced_on is None or registered < days.announced_on:
        return None
    words = N_("Устав ТОС зарегистрирован %(registered_on)s, а нужно до объявления конкурса %(announced_on)s")
    return Remark(words, {"registered_on": registered, "announced_on": days.announced_on})


def _years(rule: EligibilityRule, facts: TosFacts, days: Days) -> Remark | None:
    since = facts.active_since_on or facts.charter_registered_on
    if since is None:
        return Remark(N_("В реестре нет даты, с которой работает ТОС"))
    years = int(rule.value or 0)
    until = days.close_on if rule.check == "years_active" else days.announced_on
    if until is None or _years_later(since, years) <= until:
        return None
    words = N_("ТОС работает с %(since_on)s, а нужно не меньше полных лет: %(years)s")
    return Remark(words, {"since_on": since, "years": years})


def _residents(rule: EligibilityRule, facts: TosFacts) -> Remark | None:
    if not facts.residents:
        return Remark(N_("В реестре нет числа жителей ТОС"))
    values = {"residents": facts.residents, "limit": int(rule.value or 0)}
    if rule.check == "residents_min" and facts.residents < values["limit"]:
        return Remark(N_("По реестру жителей %(residents)s, а нужно не меньше %(limit)s"), values)
    if rule.check == "residents_max" and facts.residents > values["limit"]:
        return Remark(N_("По реестру жителей %(residents)s, а нужно не больше %(limit)s"), values)
    return None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
