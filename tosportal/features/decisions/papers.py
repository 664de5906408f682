"""Rows of a decision as the paper protocol takes them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tosportal.domain.criteria import Criterion, criteria_for
from tosportal.domain.scoring import sheet_total
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision
from tosportal.features.decisions.queries import received_applications
from tosportal.support.documents.protocol_paper import Member, ProtocolPaper

SOURCE_NAMES = {
    "ru": {"regional": "Областной бюджет", "local": "Местный бюджет", "extrabudget": "Внебюджетные средства"},
    "en": {"regional": "Regional budget", "local": "Local budget", "extrabudget": "Other sources"},
}
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "juror": "Эксперт {code}",
        "member": "член комиссии",
        "chair": "Председатель комиссии",
        "secretary": "Секретарь комиссии",
        "basis": "Решение правомочно, если присутствует больше половины членов комиссии.",
        "agenda_admission": "О допуске заявок конкурса «{name}»",
        "agenda_scores": "Об итогах оценки и рейтинге",
        "agenda_awards": "О распределении средств конкурса",
        "recused": "к оценке этой заявки не допущен",
        "conflict": "личный интерес",
        "order": "Каждый член комиссии оценил допущенные заявки отдельно, в своём порядке. "
        "Баллы других членов комиссии во время оценки не показывались.",
        "partial": "поддержан частично",
        "reserve": "резерв: средства закончились",
        "below_pass": "ниже проходного балла",
        "not_awarded": "без награды",
        "condition": "Соглашения заключаются после окончания срока апелляций.",
    },
    "en": {
        "juror": "Juror {code}",
        "member": "member of the commission",
        "chair": "Chair of the commission",
        "secretary": "Secretary of the commission",
        "basis": "The commission decides when more than half of its members are present.",
        "agenda_admission": "Admission of applications to the contest “{name}”",
        "agenda_scores": "Results of scoring and the ranking",
        "agenda_awards": "Distribution of the fund",
        "recused": "did not score this application",
        "conflict": "conflict of interest",
        "order": "Every member scored the admitted applications alone, in an order of their own, "
        "without seeing the marks of others.",
        "partial": "supported in part",
        "reserve": "reserve: the fund is spent",
        "below_pass": "below the pass mark",
        "not_awarded": "no award",
        "condition": "Agreements are signed after the time for appeals.",
    },
}


def short_number(number: str) -> str:
    """«00003» of the protocol as people say it: «3»."""
    return number.lstrip("0") or "0"


def protocol_context(
    decision: Decision, contest: Contest, *, chair_name: str, secretary_name: str, lang: str = "ru"
) -> ProtocolPaper:
    """The paper protocol of a decision: every figure comes from its frozen protocol."""
    protocol = json.loads(decision.protocol)
    words, zone = WORDS[lang], ZoneInfo(contest.municipality.zone)
    criteria = [Criterion.from_json(one) for one in protocol["criteria"]]
    applications = {one["number"]: one for one in protocol["applications"]}
    jurors = sorted(
        {juror for one in protocol["applications"] for juror in one["marks"]}
        | {one["juror"] for one in protocol["recusals"]}
    )
    sources = [one["source"] for one in protocol["fund_by_source"]]
    session = protocol["session"]
    present = session["present"]
    sheets: list[Any] = [
        {
            "application": short_number(number),
            "juror": juror,
            "marks": marks,
            "total": sheet_sum(criteria_for(criteria, one["nomination"]), marks),
        }
        for number, one in applications.items()
        for juror, marks in sorted(one["marks"].items())
    ]
    by_juror: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        by_juror.setdefault(sheet["application"], {})[sheet["juror"]] = sheet["total"]
    notes = {"winner": "", **{name: words[name] for name in ("partial", "reserve", "below_pass", "not_awarded")}}
    return {
        "lang": lang,
        "organiser": contest.municipality.owner_name,
        "contest": protocol["contest"]["name"],
        "number": session["number"],
        "held_at": datetime.fromisoformat(f"{session['held_on']}T10:00:00").replace(tzinfo=zone).isoformat(),
        "zone_name": contest.municipality.zone_words,
        "place": session["place"],
        "members": [
            Member(name=chair_name, post=words["chair"].lower(), is_present=True),
            *(
                Member(name=words["juror"].format(code=juror), post=words["member"], is_present=place < present)
                for place, juror in enumerate(jurors, start=1)
            ),
        ],
        "invitees": [],
        "quorum": {
            "members": session["members"],
            "present": session["present"],
            "needed": session["members"] // 2 + 1,
            "is_met": session["present"] > session["members"] / 2,
            "basis": words["basis"],
        },
        "agenda": [
            words["agenda_admission"].format(name=protocol["contest"]["name"]),
            words["agenda_scores"],
            words["agenda_awards"],
        ],
        "recusals": [
            {
                "juror": one["juror"],
                "application": short_number(one["number"]),
                "reason": words["conflict"],
                "decision": words["recused"],
            }
            for one in protocol["recusals"]
        ],
        "applications": [
            {
                "number": str(number),
                "received_at": received_at.astimezone(zone).isoformat(),
                "tos": tos,
                "title": title or tos,
                "requested_sum": f"{requested:f}" if contest.kind == "grant" else None,
            }
            for number, received_at, tos, title, requested in received_applications(contest.id)
        ],
        "admitted": [short_number(number) for number in sorted(applications)],
        "refused": [
            {"application": short_number(one["number"]), "reason": reason["text"], "clause": reason["clause"]}
            for one in protocol["not_admitted"]
            for reason in one["reasons"]
        ],
        "evaluation_order": [words["order"]],
        "criteria": [
            {
                "code": one.code,
                "name": one.name,
                "max": f"{one.maximum:f}",
                "weight": f"{one.weight:f}" if protocol["scoring"]["method"] == "weighted_mean" else "",
            }
            for one in criteria
        ],
        "jurors": jurors,
        "marks": sheets,
        "totals": [
            {
                "application": short_number(one["number"]),
                "by_juror": by_juror.get(short_number(one["number"]), {}),
                "total": one["total"],
            }
            for one in sorted(protocol["results"], key=lambda one: one["number"])
        ],
        "ranking": [
            {
                "place": str(one["place"]),
                "application": short_number(one["number"]),
                "tos": applications[one["number"]]["tos_name"],
                "title": applications[one["number"]]["title"],
                "total": one["total"],
                "note": notes[one["outcome"]],
            }
            for one in protocol["results"]
        ],
        "votes": [],  # nobody has entered a vote yet, and a protocol states nothing that was not entered
        "sources": [{"code": source, "name": SOURCE_NAMES[lang][source]} for source in sources],
        "awards": [
            award_row(one, applications[one["number"]], notes)
            for one in protocol["results"]
            if Decimal(one["award_sum"])
        ],
        "fund": {one["source"]: one["sum"] for one in protocol["fund_by_source"]},
        "conditions": [words["condition"]],
        "opinions": [],
        "signatures": [
            {"post": words["chair"], "name": chair_name},
            {"post": words["secretary"], "name": secretary_name},
        ],
        "digest": decision.digest,
    }


def sheet_sum(criteria: Sequence[Criterion], marks: Mapping[str, str]) -> str:
    """The total of one sheet, by its marks, as text."""
    return f"{sheet_total(criteria, {code: Decimal(mark) for code, mark in marks.items()}):f}"


def award_row(result: dict[str, Any], application: dict[str, Any], notes: dict[str, str]) -> Any:
    """One award of the protocol as the paper takes it."""
    return {
        "place": str(result["place"]),
        "application": short_number(result["number"]),
        "tos": application["tos_name"],
        "requested_sum": application["requested_sum"],
        "awarded_sum": result["award_sum"],
        "by_source": result["split"],
        "note": notes[result["outcome"]],
    }
