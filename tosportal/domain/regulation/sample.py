"""A contest of the sample file as a regulation: what the demo is made from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.criteria import Criterion, criterion_from_json
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import FormField, FormSection, Option
from tosportal.domain.regulation.documents import DocumentSlot
from tosportal.domain.regulation.eligibility import AdmissionItem, EligibilityRule
from tosportal.domain.regulation.limits import Limits
from tosportal.domain.regulation.model import Regulation
from tosportal.domain.regulation.nominations import Nomination, Prize
from tosportal.domain.regulation.timeline import TimelineMoment
from tosportal.domain.scoring import ScoringRule

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
AGREES: Mapping[tuple[str, str], str] = {
    ("date", "start"): "plan:starts_on",
    ("date", "finish"): "plan:ends_on",
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
        agrees=AGREES.get((str(item["type"]), code)),
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
