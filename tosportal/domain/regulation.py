"""The regulation of a contest (положение о конкурсе) as data: read strictly, checked before announcement, compared.

The JSON has `schema` «regulation/1»: sums, per cent, points and weights are strings, moments are ISO 8601 with offset.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.budget import BudgetLimits
from tosportal.domain.contest_states import MOMENT_NAMES, REQUIRED_CODES, REQUIRED_FOR_GRANTS, TIMELINE_CODES, last_day
from tosportal.domain.criteria import NAMES as CRITERION_NAMES
from tosportal.domain.criteria import Criterion, check_criteria, criteria_for, criterion_from_json
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import (
    FormField,
    FormSection,
    Option,
    PlanWindow,
    read_form_section,
    section_to_json,
)
from tosportal.domain.scoring import ScoringRule, check_scoring

SCHEMA = "regulation/1"
KINDS: Mapping[str, str] = {"grant": N_("Гранты на проекты"), "prize": N_("Премии по местам")}
APPLICANTS: Mapping[str, str] = {"tos": N_("ТОС"), "person": N_("Активист ТОС")}
CHECKS: Mapping[str, str] = {
    "charter_registered": N_("Устав зарегистрирован до окончания приёма заявок"),
    "years_active": N_("ТОС работает не меньше указанного числа лет"),
    "no_debts": N_("Нет просроченных отчётов"),
}
FILE_KINDS = ("pdf", "docx", "xlsx", "odt", "jpeg", "png")
MOST_FILES, MOST_MEGABYTES = 30, 50
FILES_MB, MOST_FILES_MB = 100, 500  # of all files of one application: unless told, and at most


@dataclass(frozen=True)
class Prize:
    """The prize of a place."""

    place: int
    sum: Decimal


@dataclass(frozen=True)
class Nomination:
    """A nomination; prizes only in a contest of prizes."""

    code: str
    name: str
    applicant: str = "tos"
    prizes: tuple[Prize, ...] = ()


@dataclass(frozen=True)
class TimelineMoment:
    """A moment of the timeline, exclusive: «до» ends when it comes."""

    code: str
    name: str
    at: datetime


@dataclass(frozen=True)
class EligibilityRule:
    """Who may apply; with `check` the portal looks itself, without it the secretary does."""

    code: str
    text: str
    clause: str = ""
    check: str | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class DocumentSlot:
    """A place for attachments of one kind; `public` ones are shown with the results."""

    code: str
    name: str
    required: bool = False
    accept: tuple[str, ...] = ("pdf",)
    max_files: int = 1
    max_mb: int = 20
    clause: str = ""
    public: bool = False


@dataclass(frozen=True)
class Limits:
    """Limits in roubles, per cent and pieces; None is no limit."""

    grant_max: Decimal | None = None
    grant_min: Decimal | None = None
    grant_percent_max: Decimal | None = None
    own_percent_min: Decimal | None = None
    own_includes: tuple[str, ...] = ("own", "attracted", "in_kind")
    applications_per_tos: int | None = None
    grants_per_tos: int | None = None
    project_months_max: int | None = None
    expected_winners: int | None = None
    application_mb: int | None = None

    @property
    def files_mb(self) -> int:
        """How many megabytes all files of one application may take together."""
        return FILES_MB if self.application_mb is None else self.application_mb

    @property
    def for_budget(self) -> BudgetLimits:
        return BudgetLimits(
            self.grant_max, self.grant_min, self.grant_percent_max, self.own_percent_min, self.own_includes
        )


@dataclass(frozen=True)
class AdmissionItem:
    """A row of the secretary's checklist."""

    code: str
    text: str
    clause: str = ""


@dataclass(frozen=True)
class Regulation:
    """Everything the regulation of one contest says."""

    kind: str
    name: str
    summary: str
    nominations: tuple[Nomination, ...]
    timeline: tuple[TimelineMoment, ...]
    eligibility: tuple[EligibilityRule, ...]
    documents: tuple[DocumentSlot, ...]
    limits: Limits
    sections: tuple[FormSection, ...]
    criteria: tuple[Criterion, ...]
    scoring: ScoringRule
    awarding: AwardingRule
    admission: tuple[AdmissionItem, ...] = ()

    @property
    def moments(self) -> dict[str, datetime]:
        """The timeline as `contest_states` takes it."""
        return {moment.code: moment.at for moment in self.timeline}

    def nomination(self, code: str) -> Nomination | None:
        return next((one for one in self.nominations if one.code == code), None)

    def document(self, code: str) -> DocumentSlot | None:
        return next((one for one in self.documents if one.code == code), None)

    def section(self, code: str) -> FormSection | None:
        return next((one for one in self.sections if one.code == code), None)

    def sections_for(self, nomination: str | None) -> tuple[FormSection, ...]:
        return tuple(one for one in self.sections if one.is_for(nomination))

    def criteria_for(self, nomination: str | None) -> tuple[Criterion, ...]:
        return criteria_for(self.criteria, nomination)

    def field_of_kind(self, kind: str, nomination: str | None = None) -> tuple[FormSection, FormField] | None:
        """The first field of a kind with its section: the budget, the calendar plan."""
        sections = self.sections if nomination is None else self.sections_for(nomination)
        return next(((section, one) for section in sections for one in section.fields if one.kind == kind), None)

    def plan_window(self, zone: tzinfo) -> PlanWindow:
        """The days in which projects run, in the municipality's zone."""
        moments = self.moments
        first, last = moments.get("project_from"), moments.get("project_until")
        return PlanWindow(
            None if first is None else first.astimezone(zone).date(),
            None if last is None else last_day(last, zone),
            self.limits.project_months_max,
        )

    @property
    def prizes_total(self) -> Decimal:
        """All prizes of all nominations."""
        return sum((prize.sum for one in self.nominations for prize in one.prizes), Decimal("0.00"))


# --- JSON and back -------------------------------------------------------------------------------------------------

NAMES = (
    "schema", "kind", "name", "summary", "nominations", "timeline", "eligibility", "documents", "limits", "form",
    "criteria", "scoring", "awarding", "admission",
)  # fmt: skip
SCORING_NAMES = (
    "method", "rounding", "criterion_rounding", "pass_total", "ties", "sheets_min",
    "scale", "against", "expert_min", "expert_min_who", "tie_decision", "groups",
)  # fmt: skip


def regulation_from_json(data: Mapping[str, Any]) -> Regulation:
    """The regulation from its JSON.

    Strict: RuleBroken carries a remark for every defect, with its place (`limits.grant_max`, `criteria[2].weight`).
    """
    reader = Reader()
    data = reader.mapping(data, "")
    reader.only(data, NAMES, "")
    if data.get("schema") != SCHEMA:
        reader.defect(N_("Неизвестная схема положения, нужна %(schema)s"), "schema", schema=SCHEMA)
    form = reader.mapping(data.get("form", {}), "form")
    reader.only(form, ("sections",), "form")
    criteria: list[Criterion] = []
    for where, row in reader.rows(data.get("criteria"), "criteria"):
        reader.only(row, CRITERION_NAMES, where)
        _read_criterion_rows(reader, row, where)
        reader.code(row, "code", where)
        if (one := _read_part(reader, criterion_from_json, row, where)) is not None:
            criteria.append(one)
    scoring_data = reader.mapping(data.get("scoring"), "scoring")
    reader.only(scoring_data, SCORING_NAMES, "scoring")
    scoring = _read_part(reader, ScoringRule.from_json, scoring_data, "scoring")
    awarding_data = reader.mapping(data.get("awarding"), "awarding")
    reader.only(awarding_data, ("method", "last", "partial_min", "shared"), "awarding")
    awarding = _read_part(reader, AwardingRule.from_json, awarding_data, "awarding")
    found = Regulation(
        kind=reader.one_of(data, "kind", "", KINDS),
        name=reader.text(data, "name", ""),
        summary=reader.text(data, "summary", "", required=False),
        nominations=tuple(
            _read_nomination(reader, row, where) for where, row in reader.rows(data.get("nominations"), "nominations")
        ),
        timeline=_read_timeline(reader, data.get("timeline")),
        eligibility=tuple(
            _read_eligibility(reader, row, where) for where, row in reader.rows(data.get("eligibility"), "eligibility")
        ),
        documents=tuple(
            _read_document(reader, row, where) for where, row in reader.rows(data.get("documents"), "documents")
        ),
        limits=_read_limits(reader, reader.mapping(data.get("limits", {}), "limits")),
        sections=tuple(
            read_form_section(reader, row, where) for where, row in reader.rows(form.get("sections"), "form.sections")
        ),
        criteria=tuple(criteria),
        scoring=scoring or ScoringRule("weighted_mean"),
        awarding=awarding or AwardingRule("walk"),
        admission=tuple(
            _read_admission(reader, row, where) for where, row in reader.rows(data.get("admission"), "admission")
        ),
    )
    for place, codes in (
        ("nominations", [one.code for one in found.nominations]),
        ("timeline", [one.code for one in found.timeline]),
        ("eligibility", [one.code for one in found.eligibility]),
        ("documents", [one.code for one in found.documents]),
        ("form.sections", [one.code for one in found.sections]),
        ("criteria", [one.code for one in found.criteria]),
        ("admission", [one.code for one in found.admission]),
    ):
        reader.unique(codes, place)
    reader.finish()
    return found


CRITERION_ROWS = {
    "levels": ("points", "text", "from", "after", "to", "through", "group"),
    "items": ("code", "text", "points", "value", "at_most"),
    "weights": ("upto", "weight"),
}


def _read_criterion_rows(reader: Reader, data: Mapping[str, Any], place: str) -> None:
    """Names inside the rows of a criterion that the schema does not know; flags must be yes or no."""
    for name, known in CRITERION_ROWS.items():
        for where, row in reader.rows(data.get(name), f"{place}.{name}"):
            reader.only(row, known, where)
            for flag in ("after", "through"):
                reader.flag(row, flag, where)
    reader.flag(data, "only_levels", place)


def _read_part(reader: Reader, read: Callable[[Mapping[str, Any]], Any], data: Mapping[str, Any], place: str) -> Any:
    """A part that another module reads; its refusal becomes a defect at this place."""
    try:
        return read(data)
    except RuleBroken as error:
        reader.defects += [replace(remark, place=place) for remark in error.remarks]
        return None


def _read_nomination(reader: Reader, data: Mapping[str, Any], place: str) -> Nomination:
    reader.only(data, ("code", "name", "applicant", "prizes"), place)
    prizes = []
    for where, row in reader.rows(data.get("prizes"), f"{place}.prizes"):
        reader.only(row, ("place", "sum"), where)
        number, money = reader.whole(row, "place", where, least=1), reader.decimal(row, "sum", where, money=True)
        if number is None or money is None:
            reader.defect(N_("Нужны место и сумма премии"), where)
        else:
            prizes.append(Prize(number, money))
    applicant = reader.one_of(data, "applicant", place, APPLICANTS) if "applicant" in data else "tos"
    return Nomination(reader.code(data, "code", place), reader.text(data, "name", place), applicant, tuple(prizes))


def _read_timeline(reader: Reader, value: object) -> tuple[TimelineMoment, ...]:
    found = []
    for where, row in reader.rows(value, "timeline"):
        reader.only(row, ("code", "name", "at"), where)
        code, at = reader.one_of(row, "code", where, TIMELINE_CODES), reader.moment(row, "at", where)
        if at is not None:
            found.append(TimelineMoment(code, reader.text(row, "name", where), at))
    return tuple(found)


def _read_eligibility(reader: Reader, data: Mapping[str, Any], place: str) -> EligibilityRule:
    reader.only(data, ("code", "text", "clause", "check", "value"), place)
    check = None if data.get("check") is None else reader.one_of(data, "check", place, CHECKS)
    return EligibilityRule(
        reader.code(data, "code", place),
        reader.text(data, "text", place),
        reader.text(data, "clause", place, required=False),
        check,
        reader.decimal(data, "value", place),
    )


def _read_document(reader: Reader, data: Mapping[str, Any], place: str) -> DocumentSlot:
    reader.only(data, ("code", "name", "required", "accept", "max_files", "max_mb", "clause", "public"), place)
    accept = reader.codes(data, "accept", place)
    if not accept:
        reader.defect(N_("Отметьте, какие файлы принимаются"), f"{place}.accept")
    if set(accept) - set(FILE_KINDS):
        reader.defect(N_("Можно принимать только: %(allowed)s"), f"{place}.accept", allowed=", ".join(FILE_KINDS))
    return DocumentSlot(
        reader.code(data, "code", place),
        reader.text(data, "name", place),
        reader.flag(data, "required", place),
        accept,
        reader.whole(data, "max_files", place, least=1, default=1) or 1,
        reader.whole(data, "max_mb", place, least=1, default=20) or 20,
        reader.text(data, "clause", place, required=False),
        reader.flag(data, "public", place),
    )


LIMIT_SUMS, LIMIT_PERCENTS = ("grant_max", "grant_min"), ("grant_percent_max", "own_percent_min")
LIMIT_COUNTS = ("applications_per_tos", "grants_per_tos", "project_months_max", "expected_winners")


def _read_limits(reader: Reader, data: Mapping[str, Any]) -> Limits:
    reader.only(data, (*LIMIT_SUMS, *LIMIT_PERCENTS, "own_includes", *LIMIT_COUNTS, "application_mb"), "limits")
    includes = reader.codes(data, "own_includes", "limits") if "own_includes" in data else Limits().own_includes
    if set(includes) - set(Limits().own_includes):
        reader.defect(N_("Собственный вклад складывается только из own, attracted, in_kind"), "limits.own_includes")
        includes = ()
    values: dict[str, Any] = {name: reader.decimal(data, name, "limits", money=True) for name in LIMIT_SUMS}
    values |= {name: reader.decimal(data, name, "limits") for name in LIMIT_PERCENTS}
    values |= {name: reader.whole(data, name, "limits", least=1) for name in (*LIMIT_COUNTS, "application_mb")}
    if (values["application_mb"] or 0) > MOST_FILES_MB:
        words = N_("Файлы одной заявки вместе: не больше %(limit)s МБ")
        reader.defect(words, "limits.application_mb", limit=MOST_FILES_MB)
    return Limits(own_includes=includes, **values)


def _read_admission(reader: Reader, data: Mapping[str, Any], place: str) -> AdmissionItem:
    reader.only(data, ("code", "text", "clause"), place)
    return AdmissionItem(
        reader.code(data, "code", place),
        reader.text(data, "text", place),
        reader.text(data, "clause", place, required=False),
    )


def to_json(regulation: Regulation) -> dict[str, Any]:
    """The regulation as JSON; `regulation_from_json` reads back an equal one."""
    limits = regulation.limits
    return {
        "schema": SCHEMA,
        "kind": regulation.kind,
        "name": regulation.name,
        "summary": regulation.summary,
        "nominations": [
            {
                "code": one.code,
                "name": one.name,
                "applicant": one.applicant,
                "prizes": [{"place": prize.place, "sum": f"{prize.sum:f}"} for prize in one.prizes],
            }
            for one in regulation.nominations
        ],
        "timeline": [{"code": one.code, "name": one.name, "at": one.at.isoformat()} for one in regulation.timeline],
        "eligibility": [
            {"code": one.code, "text": one.text, "clause": one.clause, "check": one.check, "value": _plain(one.value)}
            for one in regulation.eligibility
        ],
        "documents": [
            {
                "code": one.code,
                "name": one.name,
                "required": one.required,
                "accept": list(one.accept),
                "max_files": one.max_files,
                "max_mb": one.max_mb,
                "clause": one.clause,
                "public": one.public,
            }
            for one in regulation.documents
        ],
        "limits": {
            **{name: _plain(getattr(limits, name)) for name in (*LIMIT_SUMS, *LIMIT_PERCENTS)},
            "own_includes": list(limits.own_includes),
            **{name: getattr(limits, name) for name in LIMIT_COUNTS},
            **({} if limits.application_mb is None else {"application_mb": limits.application_mb}),
        },
        "form": {"sections": [section_to_json(one) for one in regulation.sections]},
        "criteria": [one.to_json() for one in regulation.criteria],
        "scoring": regulation.scoring.to_json(),
        "awarding": regulation.awarding.to_json(),
        "admission": [{"code": one.code, "text": one.text, "clause": one.clause} for one in regulation.admission],
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


# --- what must hold before announcement ----------------------------------------------------------------------------


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
    remarks += _check_timeline(regulation)
    remarks += _check_money(regulation, fund_total)
    remarks += _check_form(regulation)
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
    for one in regulation.eligibility:
        if one.check == "years_active" and (one.value is None or one.value <= 0):
            remarks.append(Remark(N_("Укажите, сколько лет должен работать ТОС"), place=f"eligibility.{one.code}"))
    for slot in regulation.documents:
        if slot.max_files > MOST_FILES or slot.max_mb > MOST_MEGABYTES:
            remarks.append(
                Remark(
                    N_("Можно принять не больше %(files)s файлов по %(megabytes)s МБ"),
                    {"files": MOST_FILES, "megabytes": MOST_MEGABYTES},
                    f"documents.{slot.code}",
                )
            )
    return remarks


def _check_timeline(regulation: Regulation) -> list[Remark]:
    moments = regulation.moments
    required = REQUIRED_CODES + (REQUIRED_FOR_GRANTS if regulation.kind == "grant" else ())
    remarks = [
        Remark(N_("В сроках нет момента «%(name)s»"), {"name": Remark(MOMENT_NAMES[code])}, f"timeline.{code}")
        for code in required
        if code not in moments
    ]
    ordered = sorted(regulation.timeline, key=lambda moment: TIMELINE_CODES.index(moment.code))
    for earlier, later in pairwise(ordered):
        strictly = (earlier.code, later.code) in {("open", "close"), ("scoring_from", "scoring_until")}
        if later.at < earlier.at or (strictly and later.at == earlier.at):
            remarks.append(
                Remark(
                    N_("«%(later)s» не может быть раньше, чем «%(earlier)s»"),
                    {"later": later.name, "earlier": earlier.name},
                    f"timeline.{later.code}",
                )
            )
    return remarks


def _check_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    limits, remarks = regulation.limits, []
    if fund_total is not None and fund_total <= 0:
        remarks.append(Remark(N_("В программе на этот год нет денег на конкурс"), place="fund"))
    for name in LIMIT_PERCENTS:
        percent = getattr(limits, name)
        if percent is not None and not 0 <= percent <= 100:
            remarks.append(Remark(N_("Доля должна быть от 0 до 100 %%"), place=f"limits.{name}"))
    if limits.grant_max is not None and limits.grant_min is not None and limits.grant_min > limits.grant_max:
        remarks.append(
            Remark(
                N_("Наименьший грант %(least_sum)s больше наибольшего %(most_sum)s"),
                {"least_sum": limits.grant_min, "most_sum": limits.grant_max},
                "limits.grant_min",
            )
        )
    if regulation.kind == "grant":
        remarks += _check_grant_money(regulation, fund_total)
    else:
        remarks += _check_prize_money(regulation, fund_total)
    return remarks


def _check_grant_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    limits, remarks = regulation.limits, []
    if limits.grant_max is None or limits.grant_max <= 0:
        remarks.append(Remark(N_("Укажите наибольший грант"), place="limits.grant_max"))
    elif fund_total is not None and limits.grant_max > fund_total > 0:
        remarks.append(
            Remark(
                N_("Наибольший грант %(most_sum)s больше всего фонда %(fund_sum)s"),
                {"most_sum": limits.grant_max, "fund_sum": fund_total},
                "limits.grant_max",
            )
        )
    if regulation.awarding.method != "walk":
        remarks.append(Remark(N_("Гранты распределяются по рейтингу, а не по местам"), place="awarding.method"))
    least = regulation.awarding.partial_min
    if least is not None and limits.grant_max is not None and least > limits.grant_max:
        remarks.append(Remark(N_("Наименьшая часть гранта больше самого гранта"), place="awarding.partial_min"))
    if any(one.prizes for one in regulation.nominations):
        remarks.append(Remark(N_("В конкурсе грантов не бывает премий за места"), place="nominations"))
    return remarks


def _check_prize_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    remarks = []
    if regulation.awarding.method != "prizes":
        remarks.append(Remark(N_("Премии распределяются по местам"), place="awarding.method"))
    for one in regulation.nominations:
        places = [prize.place for prize in one.prizes]
        if places != list(range(1, len(places) + 1)) or not places:
            remarks.append(
                Remark(N_("Премии нужны за места подряд, начиная с первого"), place=f"nominations.{one.code}.prizes")
            )
        sums = [prize.sum for prize in one.prizes]
        if any(money <= 0 for money in sums) or sums != sorted(sums, reverse=True):
            remarks.append(
                Remark(
                    N_("Премия больше нуля и за лучшее место не меньше, чем за следующее"),
                    place=f"nominations.{one.code}.prizes",
                )
            )
    if fund_total is not None and regulation.prizes_total > fund_total:
        remarks.append(
            Remark(
                N_("Премии на %(prizes_sum)s больше фонда %(fund_sum)s"),
                {"prizes_sum": regulation.prizes_total, "fund_sum": fund_total},
                "nominations",
            )
        )
    return remarks


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
        for kind in ("budget", "calendar_plan"):
            count = sum(one.kind == kind for one in fields)
            if count > 1:
                remarks.append(Remark(N_("Смета и календарный план бывают в форме только по одному"), place="form"))
            if count == 0 and kind == "budget" and regulation.kind == "grant":
                remarks.append(Remark(N_("В форме нет сметы"), place="form"))
        if regulation.kind == "grant" and not any(one.code == "title" and one.kind == "text" for one in fields):
            remarks.append(Remark(N_("В форме нет поля «title» — названия проекта"), place="form"))
    return remarks


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


REGISTRY_VALUES = ("registry:residents", "registry:residents_16", "registry:legal_entity", "registry:years")
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
    found = next((one for one in fields if one.code == code), None)
    if found is None or kind not in ("field", "rows"):
        return False
    if kind == "rows":
        return found.kind in ("list", "table")
    if option:
        return any(one.code == option for one in found.options)
    return found.required and found.kind in COUNTED_KINDS


# --- amendments ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One difference between two editions: where, and the JSON values before and after (None: was not, is not)."""

    place: str
    before: Any
    after: Any


def diff_regulations(old: Regulation, new: Regulation) -> list[Change]:
    """All differences, in the order of the document. Rows with codes are matched by code, not by position.

    A row that is new or gone is one change with the whole row; an equal regulation gives no change.
    """
    return list(_differences(to_json(old), to_json(new), ""))


def _differences(old: Any, new: Any, place: str) -> Iterable[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differences(old.get(name), new.get(name), f"{place}.{name}" if place else name)
    elif _has_keys(old) and _has_keys(new):
        before, after = {_key(row): row for row in old}, {_key(row): row for row in new}
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differences(before.get(key), after.get(key), f"{place}[{key}]")
        if list(before) != list(after) and set(before) == set(after):
            yield Change(f"{place}.order", list(before), list(after))
    else:
        yield Change(place, old, new)


def _key(row: Mapping[str, Any]) -> str:
    return str(row.get("code", row.get("place")))


def _has_keys(rows: Any) -> bool:
    return isinstance(rows, Sequence) and all(
        isinstance(row, Mapping) and ("code" in row or "place" in row) for row in rows
    )


# --- from the sample -----------------------------------------------------------------------------------------------

KINDS_OF_SAMPLE: Mapping[str, str] = {
    "tos_ref": "text",
    "person_name": "person",
    "boolean": "yes_no",
    "repeat": "list",
    "checkbox": "declaration",
}
FILES_OF_SAMPLE: Mapping[str, str] = {"jpg": "jpeg"}
METHODS_OF_SAMPLE: Mapping[str, str] = {"sum": "mean_of_totals", "weighted_mean": "weighted_mean"}
BANDS_OF_SAMPLE: Mapping[str, str] = {"auto_percent": "own_share", "auto_table": "field:years_in_tos"}
PREFILLS: Mapping[str, str] = {
    "tos": "tos.name",
    "chair_name": "tos.chair_name",
    "chair_phone": "tos.chair_phone",
    "chair_email": "tos.chair_email",
    "residents": "tos.residents",
    "legal_entity": "tos.legal_entity",
    "inn": "tos.inn",
    "ogrn": "tos.ogrn",
    "nomination": "application.nomination",
}
PERSONAL = frozenset({"chair_name", "chair_phone", "chair_email", "person", "birth_year", "recipient"})
PUBLIC = frozenset({"tos", "title", "nomination", "goal", "place", "participants"})
SUMMARIES: Mapping[str, str] = {
    "grant": N_("Гранты на проекты ТОС, которые жители делают сами"),
    "prize": N_("Премии лучшим ТОС и активистам"),
}
CLOSE_HOUR = 17


def regulation_from_sample(
    sample_contest: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, Any]] | Sequence[Mapping[str, Any]],
    *,
    zone: tzinfo,
    shift_days: int = 0,
    close_hour: int = CLOSE_HOUR,
) -> Regulation:
    """One contest of the sample file as a regulation, its days moved by `shift_days` and read in the zone.

    `sections` are the sample's sections of forms, as a list or by id. Days become moments: a beginning is the first
    second of its day, the end of intake is `close_hour`, any other «до» is the midnight after its day. Files become
    slots for documents, the table of expenses one field of kind budget, the table of steps one of kind calendar_plan,
    and sums that the portal computes itself are left out.
    """
    by_id = sections if isinstance(sections, Mapping) else {section["id"]: section for section in sections}
    kind = str(sample_contest["kind"])
    nominations = _sample_nominations(sample_contest)
    chosen = [by_id[code] for code in sample_contest["form"]["sections"]]
    clauses = {"eligibility": "2", "documents": "3", "limits": "4"}
    eligibility = _sample_eligibility(sample_contest, clauses["eligibility"])
    documents = _sample_documents(chosen, clauses["documents"], kind)
    limits = _sample_limits(sample_contest)
    scoring, criteria = _sample_scoring(sample_contest)
    awarding = (
        AwardingRule(method="walk", last="cut", partial_min=limits.grant_min)
        if kind == "grant"
        else AwardingRule(method="prizes", shared="same_prize")
    )
    return Regulation(
        kind=kind,
        name=str(sample_contest["name"]).replace(" - ", " — "),
        summary=str(sample_contest.get("expected_result") or SUMMARIES[kind]),
        nominations=nominations,
        timeline=_sample_timeline(sample_contest, zone, shift_days, close_hour),
        eligibility=eligibility,
        documents=documents,
        limits=limits,
        sections=tuple(_sample_section(section, nominations) for section in chosen),
        criteria=criteria,
        scoring=scoring,
        awarding=awarding,
        admission=_sample_admission(eligibility, documents, limits, clauses["limits"]),
    )


def _sample_nominations(sample: Mapping[str, Any]) -> tuple[Nomination, ...]:
    return tuple(
        Nomination(
            item["id"],
            item["name"],
            item.get("applicant", "tos"),
            tuple(Prize(one["place"], Decimal(one["amount"])) for one in item.get("prizes", {}).get("items", ())),
        )
        for item in sample["nominations"]["items"]
    )


def _sample_timeline(
    sample: Mapping[str, Any], zone: tzinfo, shift_days: int, close_hour: int
) -> tuple[TimelineMoment, ...]:
    moments = []
    for item in sample["timeline"]["items"]:
        day = date.fromisoformat(str(item["date"])) + timedelta(days=shift_days)
        code = str(item["id"])
        if code == "close":
            at = datetime.combine(day, time(close_hour), zone)
        elif code.endswith("_until"):
            at = datetime.combine(day + timedelta(days=1), time(0), zone)
        else:
            at = datetime.combine(day, time(0), zone)
        name = str(item["name"]).removesuffix(" (17:00)").removesuffix(" – до")
        moments.append(TimelineMoment(code, name, at.astimezone(UTC).astimezone(zone)))
    return tuple(moments)


def _sample_eligibility(sample: Mapping[str, Any], clause: str) -> tuple[EligibilityRule, ...]:
    rules = []
    for number, text in enumerate(sample["eligibility"]["rules"], 1):
        check, value = None, None
        if "устав" in text and "зарегистрирован" in text:
            check = "charter_registered"
        elif "не менее одного года" in text:
            check, value = "years_active", Decimal(1)
        elif "просроченных отчётов" in text:
            check = "no_debts"
        rules.append(EligibilityRule(f"rule-{number}", text[:1].upper() + text[1:], f"{clause}.{number}", check, value))
    return tuple(rules)


def _sample_documents(chosen: Iterable[Mapping[str, Any]], clause: str, kind: str) -> tuple[DocumentSlot, ...]:
    """The files of the chosen sections; in a contest of prizes photos «before» and price papers have no meaning."""
    slots = []
    files = [item for section in chosen for item in section["fields"] if item["type"] in {"file", "files"}]
    if kind == "prize":
        files = [item for item in files if item["id"] not in {"photos", "estimates"}]
    for number, item in enumerate(files, 1):
        accept = tuple(FILES_OF_SAMPLE.get(one, one) for one in item["accept"])
        slots.append(
            DocumentSlot(
                item["id"],
                item["label"],
                item["required"],
                accept,
                item.get("max_files", 1),
                item.get("max_mb", 20),
                f"{clause}.{number}",
            )
        )
    return tuple(slots)


def _sample_limits(sample: Mapping[str, Any]) -> Limits:
    given = sample["limits"]
    own = given.get("min_own_contribution") or {}
    return Limits(
        grant_max=_money(given.get("max_grant")),
        grant_min=_money(given.get("min_grant")),
        own_percent_min=None if own.get("percent") is None else Decimal(own["percent"]),
        applications_per_tos=given.get("applications_per_tos"),
        grants_per_tos=given.get("grants_per_tos"),
        project_months_max=given.get("project_months_max"),
        expected_winners=given.get("expected_winners"),
    )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _sample_scoring(sample: Mapping[str, Any]) -> tuple[ScoringRule, tuple[Criterion, ...]]:
    given = sample["scoring"]
    groups = given.get("by_nomination") or [{**given, "nomination": None}]
    criteria = tuple(_sample_criterion(item, group["nomination"]) for group in groups for item in group["criteria"])
    ties = [code for group in groups for code in group["tie_break"] if code != "submitted_at"]
    rule = ScoringRule.from_json(
        {
            "method": METHODS_OF_SAMPLE[given["method"]],
            "rounding": given["rounding"],
            "criterion_rounding": None,
            "pass_total": given["pass_total"],
            "ties": [*ties, "submitted_at"],
            "sheets_min": given["experts_per_application"],
        }
    )
    return rule, criteria


def _sample_criterion(item: Mapping[str, Any], nomination: str | None) -> Criterion:
    value = BANDS_OF_SAMPLE.get(item["scoring"])
    return criterion_from_json(
        {
            "code": item["id"],
            "nomination": nomination,
            "name": item["name"],
            "max": str(item["max_points"]),
            "step": "1",
            "weight": item["weight"],
            "kind": "jury_mark" if value is None else "band",
            "value": value,
            "levels": [
                {"points": level["points"], "text": level["meaning"], "from": level.get("min_value")}
                for level in item["scale"]
            ],
        }
    )


def _sample_section(section: Mapping[str, Any], nominations: Sequence[Nomination]) -> FormSection:
    fields = []
    for item in section["fields"]:
        if item["type"] in {"file", "files", "computed"}:
            continue
        if section["id"] == "budget" and item["id"] == "items":
            fields.append(
                FormField("budget", N_("Смета"), "budget", required=True, min_rows=1, max_rows=item["max_rows"])
            )
        elif item["id"] == "plan":
            fields.append(
                FormField("plan", item["label"], "calendar_plan", required=True, min_rows=1, max_rows=item["max_rows"])
            )
        else:
            fields.append(_sample_field(item, nominations))
    only = (str(section["visible_for"]),) if section.get("visible_for") else ()
    return FormSection(section["id"], section["title"], tuple(fields), only)


def _sample_field(item: Mapping[str, Any], nominations: Sequence[Nomination]) -> FormField:
    code = str(item["id"])
    options: tuple[Option, ...] = ()
    if item.get("options_from") == "nominations":
        options = tuple(Option(one.code, one.name) for one in nominations)
    return FormField(
        code=code,
        label=item["label"],
        kind=KINDS_OF_SAMPLE.get(item["type"], item["type"]),
        required=item.get("required", False),
        min_chars=item.get("min_chars"),
        max_chars=item.get("max_chars"),
        min=None if item.get("min") is None else Decimal(str(item["min"])),
        max=None if item.get("max") is None else Decimal(str(item["max"])),
        options=options,
        visible_if=item.get("visible_if"),
        not_before=item.get("not_before"),
        personal=code in PERSONAL,
        public=code in PUBLIC,
        prefill=PREFILLS.get(code),
        columns=tuple(_sample_field(column, nominations) for column in item.get("columns", ())),
        min_rows=item.get("min_rows") or None,
        max_rows=item.get("max_rows"),
    )


def _sample_admission(
    eligibility: Iterable[EligibilityRule], documents: Iterable[DocumentSlot], limits: Limits, clause: str
) -> tuple[AdmissionItem, ...]:
    """The checklist: in time, every rule of eligibility, every required document, the limits of money and number."""
    items = [AdmissionItem("in-time", N_("Заявка отправлена в срок"), "1.1")]
    items += [AdmissionItem(f"eligibility-{one.code}", one.text, one.clause) for one in eligibility]
    items += [AdmissionItem(f"document-{one.code}", one.name, one.clause) for one in documents if one.required]
    wanted = (
        ("limit-grant", N_("Запрошено не больше и не меньше, чем разрешено"), limits.grant_max or limits.grant_min),
        ("limit-own", N_("Собственный вклад не меньше нужной доли"), limits.own_percent_min),
        ("limit-applications", N_("От ТОС не больше заявок, чем разрешено"), limits.applications_per_tos),
    )
    items += [
        AdmissionItem(code, text, f"{clause}.{number}")
        for number, (code, text, limit) in enumerate(((c, t, value) for c, t, value in wanted if value is not None), 1)
    ]
    return tuple(items)
