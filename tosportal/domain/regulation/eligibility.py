"""Who may apply, and the rows of the secretary's checklist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark

CHECKS: Mapping[str, str] = {
    "charter_registered": N_("Устав зарегистрирован до окончания приёма заявок"),
    "charter_before_notice": N_("Устав зарегистрирован до объявления конкурса"),
    "years_active": N_("ТОС работает не меньше указанного числа лет к окончанию приёма"),
    "years_before_notice": N_("ТОС работает не меньше указанного числа лет к объявлению"),
    "residents_min": N_("Жителей в границах ТОС не меньше указанного числа"),
    "residents_max": N_("Жителей в границах ТОС не больше указанного числа"),
    "legal_entity": N_("ТОС — юридическое лицо"),
    "rural": N_("ТОС в сельском населённом пункте"),
    "urban": N_("ТОС в городе или рабочем посёлке"),
    "no_debts": N_("Нет просроченных отчётов"),
    "nominations_max": N_("ТОС участвует не больше чем в указанном числе номинаций"),
    "applications_max": N_("От ТОС не больше указанного числа заявок (в отмеченных номинациях)"),
}
WITH_YEARS = frozenset({"years_active", "years_before_notice"})
WITH_COUNT = frozenset({"nominations_max", "applications_max"})
WITH_VALUE = WITH_YEARS | WITH_COUNT | {"residents_min", "residents_max"}


@dataclass(frozen=True)
class EligibilityRule:
    """Who may apply; with `check` the portal looks itself, without it the secretary does. `value` is a number of
    years, residents, nominations or applications; with `nominations` the rule is for these alone.

    Basis: DOMAIN 3.2.
    """

    code: str
    text: str
    clause: str = ""
    check: str | None = None
    value: Decimal | None = None
    nominations: tuple[str, ...] = ()

    def is_for(self, nomination: str | None) -> bool:
        """Does it judge an application of this nomination? While none is chosen, only rules for all do."""
        return not self.nominations or nomination in self.nominations


@dataclass(frozen=True)
class AdmissionItem:
    """A row of the secretary's checklist."""

    code: str
    text: str
    clause: str = ""


def read_eligibility(reader: Reader, data: Mapping[str, Any], place: str) -> EligibilityRule:
    reader.only(data, ("code", "text", "clause", "check", "value", "nominations"), place)
    check = None if data.get("check") is None else reader.one_of(data, "check", place, CHECKS)
    return EligibilityRule(
        reader.code(data, "code", place),
        reader.text(data, "text", place),
        reader.text(data, "clause", place, required=False),
        check,
        reader.decimal(data, "value", place),
        reader.codes(data, "nominations", place),
    )


def rule_to_json(one: EligibilityRule) -> dict[str, Any]:
    value = None if one.value is None else f"{one.value:f}"
    said: dict[str, Any] = {"code": one.code, "text": one.text, "clause": one.clause, "check": one.check}
    return {**said, "value": value, **({"nominations": list(one.nominations)} if one.nominations else {})}


def read_admission(reader: Reader, data: Mapping[str, Any], place: str) -> AdmissionItem:
    reader.only(data, ("code", "text", "clause"), place)
    return AdmissionItem(
        reader.code(data, "code", place),
        reader.text(data, "text", place),
        reader.text(data, "clause", place, required=False),
    )


def admission_to_json(one: AdmissionItem) -> dict[str, Any]:
    return {"code": one.code, "text": one.text, "clause": one.clause}


def check_eligibility(rules: Iterable[EligibilityRule], nominations: Iterable[str]) -> list[Remark]:
    """Rules that the portal cannot look into as they stand, or that are for a nomination which is not there."""
    known, remarks = set(nominations), []
    for one in rules:
        place = f"eligibility.{one.code}"
        if one.check in WITH_VALUE and (one.value is None or one.value <= 0):
            words = N_("Укажите, сколько жителей")
            if one.check in WITH_YEARS:
                words = N_("Укажите, сколько лет должен работать ТОС")
            elif one.check in WITH_COUNT:
                words = N_("Укажите, сколько можно")
            remarks.append(Remark(words, place=place))
        remarks += [
            Remark(N_("Нет номинации %(nomination)s"), {"nomination": code}, place)
            for code in one.nominations
            if code not in known
        ]
    return remarks
