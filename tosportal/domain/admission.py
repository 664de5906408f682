"""Formal check of an application: the checklist with verdicts, what the portal sees itself, may it be admitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from tosportal.domain.budget import BudgetLimits
from tosportal.domain.eligibility import Days, TosFacts, check_rule
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.regulation import AdmissionItem, DocumentSlot, Regulation


class Verdict(StrEnum):
    """What the secretary says of one row of the checklist."""

    OK = "ok"
    NOT_OK = "not_ok"
    NOT_APPLICABLE = "not_applicable"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.OK: N_("Соответствует"),
    Verdict.NOT_OK: N_("Не соответствует"),
    Verdict.NOT_APPLICABLE: N_("Не применяется"),
}


@dataclass(frozen=True)
class Checked:
    """A verdict on the row of this code, with a remark for the applicant."""

    code: str
    verdict: Verdict
    remark: str = ""


def check_may_admit(items: Sequence[AdmissionItem], checked: Sequence[Checked]) -> list[Remark]:
    """Why the application cannot be admitted yet: rows without a verdict, rows that do not comply. Empty: it may be.

    >>> items = [AdmissionItem("in-time", "Заявка отправлена в срок", "1.1")]
    >>> [str(remark) for remark in check_may_admit(items, [])]
    ['Не проверено: «Заявка отправлена в срок»']
    >>> check_may_admit(items, [Checked("in-time", Verdict.OK)])
    []

    Basis: DOMAIN 3.5; issue, point 9.
    """
    verdicts = {one.code: one.verdict for one in checked}
    remarks = []
    for item in items:
        if item.code not in verdicts:
            template = N_("Не проверено: «%(text)s»")
        elif verdicts[item.code] is Verdict.NOT_OK:
            template = N_("Не соответствует: «%(text)s»")
        else:
            continue
        remarks.append(Remark(template, {"text": item.text}, item.code, item.clause))
    return remarks


def check_may_refuse(items: Sequence[AdmissionItem], checked: Sequence[Checked]) -> list[Remark]:
    """Why a refusal cannot be made: it needs a row that does not comply, and a remark to each such row."""
    return _check_reasons(items, checked, N_("Для отказа нужен хотя бы один пункт, которому заявка не соответствует"))


def check_may_return(items: Sequence[AdmissionItem], checked: Sequence[Checked]) -> list[Remark]:
    """Why the application cannot be returned: the applicant must read what to put right."""
    return _check_reasons(items, checked, N_("Отметьте, что нужно исправить: хотя бы один пункт"))


def _check_reasons(items: Sequence[AdmissionItem], checked: Sequence[Checked], nothing: str) -> list[Remark]:
    found = [one for one in checked if one.verdict is Verdict.NOT_OK]
    if not found:
        return [Remark(nothing)]
    known = {item.code: item for item in items}
    return [
        Remark(
            N_("Напишите замечание к пункту «%(text)s»"),
            {"text": known[one.code].text if one.code in known else one.code},
            one.code,
        )
        for one in found
        if not one.remark.strip()
    ]


class BrokenRule(NamedTuple):
    """A row of the checklist that an application does not comply with: what it asks, what is wrong, its clause."""

    text: str
    remark: str
    clause: str

    @property
    def reason(self) -> str:
        return f"{self.text}: {self.remark}"


def broken_rules(items: Sequence[AdmissionItem], checked: Sequence[Checked]) -> list[BrokenRule]:
    """Every row that does not comply, in the order of the checklist; the clause is «» where it has none.

    >>> items = [AdmissionItem("minutes", "Приложен протокол", "3.4"), AdmissionItem("in-time", "В срок", "1.1")]
    >>> checked = [Checked("minutes", Verdict.NOT_OK, "Файла нет"), Checked("in-time", Verdict.OK)]
    >>> [(one.reason, one.clause) for one in broken_rules(items, checked)]
    [('Приложен протокол: Файла нет', '3.4')]

    Basis: DOMAIN 3.10 (rejected «with reasons and the clause broken»).
    """
    wrong = {one.code: one.remark for one in checked if one.verdict is Verdict.NOT_OK}
    return [BrokenRule(item.text, wrong[item.code], item.clause) for item in items if item.code in wrong]


def reasons_in_words(broken: Sequence[BrokenRule]) -> str:
    """The same as one text, a line each.

    >>> reasons_in_words([BrokenRule("Приложен протокол", "Файла нет", "3.4")])
    'Приложен протокол (пункт 3.4): Файла нет'
    """
    return "\n".join(f"{one.text} (пункт {one.clause}): {one.remark}" if one.clause else one.reason for one in broken)


def ensure_known(items: Sequence[AdmissionItem], checked: Sequence[Checked]) -> None:
    """Raises RuleBroken for a verdict on a row that the checklist does not have, or for two on one row."""
    codes, known = [one.code for one in checked], {item.code for item in items}
    if len(set(codes)) != len(codes) or set(codes) - known:
        raise RuleBroken(Remark(N_("Список проверки изменился, откройте страницу ещё раз")))


@dataclass(frozen=True)
class ApplicationFacts:
    """What the portal knows of a submitted application. `files`: slot → number of files; `documents`: those it is
    asked for (see `wanted_documents`), None: all of the regulation; `limits` likewise.

    `requested_sum` and `own_share` (exact, 0 to 1) are None in a contest without a budget.
    """

    submitted_at: datetime
    files: Mapping[str, int]
    tos: TosFacts
    requested_sum: Decimal | None = None
    budget_remarks: Sequence[Remark] = ()
    own_share: Fraction | None = None
    nomination: str = ""
    documents: Sequence[DocumentSlot] | None = None
    limits: BudgetLimits | None = None


@dataclass(frozen=True)
class Finding:
    """What the portal found for a row: a verdict to start from, and why. None: only a person can judge."""

    code: str
    verdict: Verdict | None
    remark: Remark | None = None


def precheck(regulation: Regulation, facts: ApplicationFacts, *, zone: tzinfo) -> list[Finding]:
    """The checklist as far as the portal can go itself, one finding per row, in its order.

    Rows are known by their codes: `in-time`, `eligibility-…`, `document-…`, `limit-grant`, `limit-own`,
    `limit-applications`; any other row is left to the secretary.

    Basis: DOMAIN 3.4, 3.5; issue, point 9.
    """
    return [_finding(item, regulation, facts, zone) for item in regulation.admission]


def _finding(item: AdmissionItem, regulation: Regulation, facts: ApplicationFacts, zone: tzinfo) -> Finding:
    kind, _, code = item.code.partition("-")
    if item.code == "in-time":
        return _in_time(item, regulation, facts)
    if kind == "eligibility":
        rule = next((one for one in regulation.eligibility if one.code == code), None)
        if rule is None or rule.check is None or (rule.check == "no_debts" and facts.tos.has_overdue_reports is None):
            return Finding(item.code, None)
        if not rule.is_for(facts.nomination):
            return Finding(item.code, Verdict.NOT_APPLICABLE)
        return _said(item, check_rule(rule, facts.tos, Days.of(regulation, zone), facts.nomination, is_counted=True))
    if kind == "document":
        return _document(item, regulation, facts, code)
    if kind == "limit":
        return _limit(item, regulation, facts, code)
    return Finding(item.code, None)


def _said(item: AdmissionItem, remark: Remark | None) -> Finding:
    return Finding(item.code, Verdict.OK if remark is None else Verdict.NOT_OK, remark)


def _in_time(item: AdmissionItem, regulation: Regulation, facts: ApplicationFacts) -> Finding:
    close = regulation.moments.get("close")
    if close is None or facts.submitted_at < close:
        return _said(item, None)
    values = {"submitted_at": facts.submitted_at, "close_at": close}
    template = N_("Заявка отправлена %(submitted_at)s, приём закончился %(close_at)s")
    return _said(item, Remark(template, values, item.code, item.clause))


def _document(item: AdmissionItem, regulation: Regulation, facts: ApplicationFacts, code: str) -> Finding:
    if regulation.document(code) is None:
        return Finding(item.code, None)
    documents = regulation.documents if facts.documents is None else facts.documents
    slot = next((one for one in documents if one.code == code), None)
    if slot is None:
        return Finding(item.code, Verdict.NOT_APPLICABLE)
    count = facts.files.get(code, 0)
    if count > 0:
        # A file is there, but whether it is the right one only a person sees.
        return Finding(item.code, None)
    if not slot.required:
        return Finding(item.code, Verdict.NOT_APPLICABLE)
    return _said(item, Remark(N_("Нет документа «%(name)s»"), {"name": slot.name}, item.code, item.clause))


def _limit(item: AdmissionItem, regulation: Regulation, facts: ApplicationFacts, code: str) -> Finding:
    limits = facts.limits or regulation.limits.for_budget
    if code == "grant":
        requested = facts.requested_sum
        if requested is None:
            return Finding(item.code, None)
        if limits.grant_max is not None and requested > limits.grant_max:
            template = N_("Запрошено %(requested_sum)s, можно не больше %(limit_sum)s")
            if "grant_max" in limits.whose:
                template = N_("Запрошено %(requested_sum)s, а для «%(whose)s» можно не больше %(limit_sum)s")
            limit = limits.grant_max
        elif limits.grant_min is not None and requested < limits.grant_min:
            template = N_("Запрошено %(requested_sum)s, можно не меньше %(limit_sum)s")
            limit = limits.grant_min
        else:
            return _said(item, facts.budget_remarks[0] if facts.budget_remarks else None)
        sums = {"requested_sum": requested, "limit_sum": limit, "whose": limits.whose.get("grant_max", "")}
        return _said(item, Remark(template, sums, item.code, item.clause))
    if code == "own" and facts.own_share is not None and limits.own_percent_min is not None:
        percent = facts.own_share * 100
        if percent >= Fraction(limits.own_percent_min):
            return _said(item, None)
        # Shown rounded down, so that a share just below the limit never looks like the limit.
        shown = Decimal(percent.numerator * 100 // percent.denominator).scaleb(-2)
        values = {"own_percent": shown, "least_percent": limits.own_percent_min}
        template = N_("Собственный вклад %(own_percent)s, нужно не меньше %(least_percent)s")
        return _said(item, Remark(template, values, item.code, item.clause))
    most = regulation.limits.applications_per_tos
    if code == "applications" and most is not None:
        if facts.tos.live_applications <= most:
            return _said(item, None)
        applications = {"actual": facts.tos.live_applications, "limit": most}
        template = N_("От ТОС подано заявок: %(actual)s, можно %(limit)s")
        return _said(item, Remark(template, applications, item.code, item.clause))
    return Finding(item.code, None)
