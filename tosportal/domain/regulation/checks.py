"""What must hold before a contest is announced."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tosportal.domain.criteria import check_criteria
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import GROUP_KINDS, FormField, FormSection
from tosportal.domain.regulation.documents import check_documents
from tosportal.domain.regulation.eligibility import check_eligibility
from tosportal.domain.regulation.model import Regulation
from tosportal.domain.regulation.money import check_money
from tosportal.domain.regulation.slots import check_slots
from tosportal.domain.regulation.timeline import check_timeline
from tosportal.domain.scoring import check_scoring
from tosportal.domain.submission_rule import check_submission_rule


def check_regulation(regulation: Regulation, fund_total: Decimal | None = None) -> list[Remark]:
    """Everything that must be put right before the contest is announced; empty: it may be announced.

    `fund_total` is the money of the programme's activity for the year; None leaves the money out of the check.

    Basis: issue, point 7; DOMAIN 4.3 (bands without holes before publication).
    """
    codes = [one.code for one in regulation.nominations]
    remarks = [] if regulation.name.strip() else [Remark(N_("Нет названия конкурса"), place="name")]
    if not codes:
        remarks.append(Remark(N_("Нет ни одной номинации"), place="nominations"))
    # Criteria shared by all nominations are judged once, not once per nomination.
    judged = codes if any(one.nomination for one in regulation.criteria) else []
    remarks += check_timeline(regulation.timeline, regulation.kind)
    remarks += check_money(regulation, fund_total)
    remarks += _check_form(regulation)
    remarks += [replace(remark, place=_section_of(regulation, remark.place)) for remark in check_slots(regulation)]
    remarks += [
        replace(remark, place=f"criteria.{remark.place}" if remark.place else "criteria")
        for remark in check_criteria(
            regulation.criteria,
            regulation.scoring.method,
            judged,
            regulation.scoring.groups.starts if regulation.scoring.groups else None,
        )
    ]
    remarks += [
        replace(remark, place=f"scoring.{remark.place}" if remark.place else "scoring")
        for remark in check_scoring(regulation.scoring, regulation.criteria, judged)
    ]
    remarks += _check_measured(regulation)
    return [
        *remarks,
        *check_eligibility(regulation.eligibility, codes),
        *check_documents(regulation.documents, codes, regulation.scoring.group_names, regulation.sections),
        *check_submission_rule(regulation.submission),
    ]


def _check_form(regulation: Regulation) -> list[Remark]:
    remarks = []
    codes = {one.code for one in regulation.nominations}
    for section in regulation.sections:
        where = f"form.{section.code}"
        if not section.fields:
            remarks.append(Remark(N_("В разделе «%(title)s» нет полей"), {"title": section.title}, where))
        for code in section.nominations:
            if code not in codes:
                remarks.append(Remark(N_("Нет номинации %(nomination)s"), {"nomination": code}, where))
    for nomination in regulation.nominations:
        sections = regulation.sections_for(nomination.code)
        fields = [one for section in sections for one in section.fields]
        if not fields:
            remarks.append(Remark(N_("В форме для номинации «%(name)s» нет полей"), {"name": nomination.name}, "form"))
        remarks += _check_agreements(sections)
        for kind in ("budget", "calendar_plan"):
            count = sum(one.kind == kind for one in fields)
            if count > 1:
                remarks.append(Remark(N_("Смета и календарный план бывают в форме только по одному"), place="form"))
            if count == 0 and kind == "budget" and regulation.kind == "grant":
                remarks.append(Remark(N_("В форме нет сметы"), place="form"))
        if regulation.kind == "grant" and not any(one.code == "title" and one.kind == "text" for one in fields):
            remarks.append(Remark(N_("В форме нет поля «title» — названия проекта"), place="form"))
    return remarks


def _check_agreements(sections: Sequence[FormSection]) -> list[Remark]:
    """What is compared with the budget needs a budget in the form of the same nomination."""
    if any(one.kind == "budget" for section in sections for one in section.fields):
        return []
    return [
        Remark(
            N_("Вопрос «%(label)s» сверяют со сметой, а сметы в форме нет"),
            {"label": one.label},
            f"form.{section.code}",
        )
        for section in sections
        for one in section.fields
        if (one.agrees or "").startswith("budget:")
    ]


def _section_of(regulation: Regulation, place: str) -> str:
    """`form.sections[1].fields[0].slot` as the place of the second section by its code."""
    return f"form.{regulation.sections[int(place.partition('[')[2].partition(']')[0])].code}"


def _check_measured(regulation: Regulation) -> list[Remark]:
    """What is computed must be found: in the form of every nomination that it judges, its budget, or the registry."""
    remarks = []
    for criterion in regulation.criteria:
        judged = [one for one in regulation.nominations if criterion.nomination in (None, one.code)]
        values = [value for value in criterion.sources.values() if value]
        if criterion.kind == "band" and not criterion.value:
            values = [""]
        if any(not _is_measured(regulation, one.code, value) for one in judged for value in values):
            remarks.append(
                Remark(
                    N_("Критерий «%(name)s» вычисляется по полю, которого нет в форме"),
                    {"name": criterion.name},
                    f"criteria.{criterion.code}",
                )
            )
    groups = regulation.scoring.groups
    if groups and any(not _is_measured(regulation, one.code, groups.value) for one in regulation.nominations):
        remarks.append(Remark(N_("Группа определяется по полю, которого нет в форме"), place="scoring.groups"))
    return remarks


REGISTRY_VALUES = (
    "registry:residents",
    "registry:residents_16",
    "registry:legal_entity",
    "registry:years",
    "registry:urban",
)
BUDGET_VALUES = (
    "own_share", "budget:total", "budget:requested", "budget:own", "budget:attracted", "budget:in_kind",
)  # fmt: skip
COUNTED_KINDS = ("integer", "decimal", "money", "yes_no")


def _is_measured(regulation: Regulation, nomination: str, value: str) -> bool:
    """Is there anything behind a name of a value (see `domain.measuring`)? A number must be asked for as required."""
    if value in REGISTRY_VALUES:
        return True
    fields = [one for section in regulation.sections_for(nomination) for one in section.fields]
    if value in BUDGET_VALUES:
        return any(one.kind == "budget" for one in fields)
    kind, _colon, name = value.partition(":")
    code, _equals, option = name.partition("=")
    code, _dot, column = code.partition(".")
    found = next((one for one in fields if one.code == code), None)
    if found is None or kind not in ("field", "rows"):
        return False
    cell = next((one for one in found.row_columns if one.code == column), None)
    if kind == "rows":
        return found.kind in ("list", "table") if not column else cell is not None and _has_option(cell, option)
    if column:
        return found.required and found.kind in GROUP_KINDS and cell is not None and cell.kind in COUNTED_KINDS
    if option:
        return _has_option(found, option)
    return found.required and found.kind in COUNTED_KINDS


def _has_option(field: FormField, option: str) -> bool:
    return any(one.code == option for one in field.options)
