"""Rows of a decision as the paper protocol takes them."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from tosportal.domain.awarding import BELOW_PASS, WINNER
from tosportal.domain.criteria import Criterion, criteria_for, fitted
from tosportal.domain.money import format_roubles
from tosportal.domain.protocol import inputs_from_json
from tosportal.domain.scoring import WEIGHTED_SHARE, ScoringRule, method_words, sheet_total, threshold_words, tie_words
from tosportal.domain.sitting import CHAIR, CountedSession, Question
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision
from tosportal.features.decisions.queries import received_applications
from tosportal.support.documents.protocol_paper import ProtocolPaper
from tosportal.web.filters import say

SOURCE_NAMES = {
    "ru": {
        "federal": "Федеральный бюджет",
        "regional": "Областной бюджет",
        "local": "Местный бюджет",
        "settlement": "Бюджеты поселений",
        "extrabudget": "Внебюджетные средства",
    },
    "en": {
        "federal": "Federal budget",
        "regional": "Regional budget",
        "local": "Local budget",
        "settlement": "Budgets of settlements",
        "extrabudget": "Other sources",
    },
}
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "juror": "Эксперт {code}",
        "member": "член комиссии",
        "chair": "Председатель комиссии",
        "secretary": "Секретарь комиссии",
        "casting_for": "голоса разделились поровну, решил голос председательствующего: «за»",
        "casting_against": "голоса разделились поровну, решил голос председательствующего: «против»",
        "basis": "Решение правомочно, если присутствует больше половины членов комиссии.",
        "basis_half": "Решение правомочно, если присутствует не меньше половины членов комиссии.",
        "basis_two_thirds": "Решение правомочно, если присутствует не меньше двух третей членов комиссии.",
        "recused": "эту заявку не оценивал",
        "declared": "заявил о личном интересе",
        "tie": "связан с этим ТОС: это видно по записям портала",
        "": "не записана",
        "order": "Каждый эксперт оценивал допущенные заявки отдельно. Баллы других экспертов во время оценки портал "
        "не показывал.",
        "part_fund": "Фонд «{name}» внутри фонда конкурса: {fund}, распределено {awarded}, осталось {remainder}.",
        "organiser": "комиссия рекомендовала {sum}; решил организатор: {basis}",
        "commission": "по правилу {sum}; сумму назвала комиссия: {basis}",
        "partial": "поддержан частично",
        "reserve": "резерв: средства закончились",
        "below_pass": "ниже проходного балла",
        "below_expert_min": "эксперт поставил меньше минимума",
        "not_awarded": "без награды",
    },
    "en": {
        "juror": "Juror {code}",
        "member": "member of the commission",
        "chair": "Chair of the commission",
        "secretary": "Secretary of the commission",
        "casting_for": "the votes were equal, the vote of whoever presided decided: for",
        "casting_against": "the votes were equal, the vote of whoever presided decided: against",
        "basis": "The commission decides when more than half of its members are present.",
        "basis_half": "The commission decides when at least half of its members are present.",
        "basis_two_thirds": "The commission decides when at least two thirds of its members are present.",
        "recused": "did not score this application",
        "declared": "declared a conflict of interest",
        "tie": "tied to this ТОС, as the records of the portal show",
        "": "not recorded",
        "order": "Every juror scored the admitted applications alone; the portal showed nobody the marks of others "
        "while they were scored.",
        "part_fund": "Fund of “{name}” within that of the contest: {fund}, awarded {awarded}, left {remainder}.",
        "organiser": "the commission recommended {sum}; the organiser decided: {basis}",
        "commission": "{sum} by the rule; the commission named the sum: {basis}",
        "partial": "supported in part",
        "reserve": "reserve: the fund is spent",
        "below_pass": "below the pass mark",
        "below_expert_min": "below the minimum of a juror",
        "not_awarded": "no award",
    },
}


JUROR_CODE = re.compile("Э[0-9]{1,4}")


def short_number(number: str) -> str:
    """«00003» of the protocol as people say it: «3»."""
    return number.lstrip("0") or "0"


def protocol_context(
    decision: Decision, contest: Contest, *, chair_name: str, secretary_name: str, lang: str = "ru"
) -> ProtocolPaper:
    """The paper protocol of a decision: every figure and every fact of the sitting comes from its frozen protocol."""
    protocol = json.loads(decision.protocol)
    words, zone = WORDS[lang], ZoneInfo(contest.municipality.zone)
    criteria = [Criterion.from_json(one) for one in protocol["criteria"]]
    scoring = ScoringRule.from_json(protocol["scoring"])
    is_weighted = scoring.method in ("weighted_mean", WEIGHTED_SHARE) or any(
        one.weight != 1 or one.weights for one in criteria
    )
    applications = {one["number"]: one for one in protocol["applications"]}
    jurors = sorted(
        {juror for one in protocol["applications"] for juror in one["marks"]}
        | {one["juror"] for one in protocol["recusals"]}
    )
    sources = [one["source"] for one in protocol["fund_by_source"]]
    sheets: list[Any] = [
        {
            "application": short_number(number),
            "juror": juror,
            "marks": marks,
            "total": sheet_sum(criteria_of_application(protocol, criteria, one), marks),
        }
        for number, one in applications.items()
        for juror, marks in sorted(one["marks"].items())
    ]
    by_juror: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        by_juror.setdefault(sheet["application"], {})[sheet["juror"]] = sheet["total"]
    paper: Any = {
        "lang": lang,
        "organiser": contest.municipality.owner_name,
        "contest": protocol["contest"]["name"],
        "zone_name": contest.municipality.zone_words,
        **sitting_parts(protocol, zone, chair_name, words),
        "recusals": [
            {
                "juror": one["juror"],
                "application": short_number(one["number"]),
                "reason": words[one.get("reason", "")],
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
                "paper_number": paper_number or "",
            }
            for number, received_at, tos, title, requested, paper_number in received_applications(contest.id)
        ],
        "admitted": [short_number(number) for number in sorted(applications)],
        "refused": [
            {"application": short_number(one["number"]), "reason": reason["text"], "clause": reason["clause"]}
            for one in protocol["not_admitted"]
            for reason in one["reasons"]
        ],
        "evaluation_order": [
            words["order"],
            scoring_words(scoring, criteria, lang),
            *(
                words["part_fund"].format(
                    name=one["name"],
                    **{name: format_roubles(Decimal(one[f"{name}_sum"])) for name in ("fund", "awarded", "remainder")},
                )
                for one in protocol["sums"].get("by_part", ())
            ),
        ],
        "criteria": [
            {
                "code": one.code,
                "name": one.name,
                "max": f"{one.maximum:f}",
                "weight": f"{one.weight:f}" if is_weighted else "",
                "weights": [(None if row.upto is None else f"{row.upto:f}", f"{row.weight:f}") for row in one.weights],
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
                "place": place_in_group(one, protocol),
                "application": short_number(one["number"]),
                "tos": applications[one["number"]]["tos_name"],
                "title": applications[one["number"]]["title"],
                "total": one["total"],
                "note": whole_note(one, protocol, scoring, words),
            }
            for one in protocol["results"]
        ],
        "sources": [{"code": source, "name": SOURCE_NAMES[lang][source]} for source in sources],
        "awards": [
            award_row(one, applications[one["number"]], whole_note(one, protocol, scoring, words))
            for one in protocol["results"]
            if Decimal(one["award_sum"])
        ],
        "fund": {one["source"]: one["sum"] for one in protocol["fund_by_source"]},
        "signatures": [
            {"post": words["chair"], "name": chair_name},
            {"post": words["secretary"], "name": secretary_name},
        ],
        "schema": protocol["schema"],
        "digest": decision.digest,
    }
    return cast(ProtocolPaper, paper)


def place_in_group(result: dict[str, Any], protocol: dict[str, Any]) -> str:
    """«2», or «2 (до 125 жителей)» where places are given within groups."""
    groups = protocol["scoring"].get("groups") or {}
    names = {band["code"]: band["name"] for band in groups.get("bands", ())}
    name = names.get(result["group"].rpartition("/")[2]) if groups.get("ranked") else None
    return f"{result['place']} ({name})" if name else str(result["place"])


def sitting_parts(protocol: dict[str, Any], zone: ZoneInfo, chair_name: str, words: dict[str, str]) -> Any:
    """What the paper says of the sitting: what was written down about it, and nothing else."""
    sitting = inputs_from_json(protocol).session
    needed, rule = (
        (sitting.members // 2 + 1, "") if isinstance(sitting, CountedSession) else (sitting.needed, sitting.quorum)
    )
    parts: dict[str, Any] = {
        "number": sitting.number,
        "place": sitting.place,
        "quorum": {
            "members": sitting.members,
            "present": sitting.present,
            "needed": needed,
            "is_met": sitting.present >= needed,
            "basis": words.get(f"basis_{rule}", words["basis"]),
        },
    }
    if isinstance(sitting, CountedSession):
        empty = dict.fromkeys(("members", "invitees", "agenda", "votes", "conditions", "opinions"), ())
        return parts | {"held_at": sitting.held_on.isoformat()} | empty
    return parts | {
        "held_at": sitting.held_at.astimezone(zone).isoformat(),
        "members": [
            {**named_member(one.member, chair_name, words), "is_present": one.is_present} for one in sitting.attendance
        ],
        "invitees": list(sitting.invitees),
        "agenda": [one.question for one in sitting.questions],
        "votes": [
            {
                "question": one.question,
                "votes_for": one.votes.in_favour if one.votes else None,
                "votes_against": one.votes.against if one.votes else None,
                "abstained": one.votes.abstained if one.votes else None,
                "decision": _decided(one, words),
            }
            for one in sitting.questions
            if one.votes or one.decision
        ],
        "conditions": list(sitting.conditions),
        "opinions": [
            {"member": named_member(one.member, chair_name, words)["name"], "text": one.text}
            for one in sitting.opinions
        ],
    }


def _decided(one: Question, words: dict[str, str]) -> str:
    """What was decided, and that the casting vote decided it."""
    if one.votes is None or not one.votes.casting:
        return one.decision
    return f"{one.decision} ({words[f'casting_{one.votes.casting}']})"


def named_member(member: str, chair_name: str, words: dict[str, str]) -> dict[str, str]:
    """A member as the paper names them: the chair by name, a juror by code, others as they were written down."""
    if member == CHAIR:
        return {"name": chair_name or words["chair"], "post": words["chair"].lower() if chair_name else ""}
    if JUROR_CODE.fullmatch(member):
        return {"name": words["juror"].format(code=member), "post": words["member"]}
    return {"name": member, "post": ""}


def criteria_of_application(
    protocol: Mapping[str, Any], criteria: Sequence[Criterion], application: Mapping[str, Any]
) -> tuple[Criterion, ...]:
    """The criteria that judged an application of a protocol."""
    requested = application["requested_sum"]
    measured = {code: Fraction(value) for code, value in application["measured"].items()}
    return fitted(
        criteria_for(criteria, application["nomination"]),
        None if requested is None else Decimal(requested),
        ScoringRule.from_json(protocol["scoring"]).group_of(measured),
    )


def sheet_sum(criteria: Sequence[Criterion], marks: Mapping[str, str]) -> str:
    """The total of one sheet, by its marks, as text."""
    return f"{sheet_total(criteria, {code: Decimal(mark) for code, mark in marks.items()}):f}"


def note_of(
    result: Mapping[str, Any], scoring: ScoringRule, words: Mapping[str, str], requested: Decimal | None = None
) -> str:
    """What became of an application, in words; nothing of a full award. Who has the pass mark and has not passed fell
    out by the minimum of an expert."""
    outcome = result["outcome"]
    least = scoring.pass_for(requested)
    if outcome == BELOW_PASS and (least is None or Decimal(result["total"]) >= least):
        return words["below_expert_min"]
    return "" if outcome == WINNER else words[outcome]


def whole_note(
    result: Mapping[str, Any], protocol: Mapping[str, Any], scoring: ScoringRule, words: Mapping[str, str]
) -> str:
    """The same, and where people named the sum: what was recommended, and on what basis they decided."""
    before, by = result.get("recommended"), protocol["awarding"].get("sums_by", "")
    basis = next((one["basis"] for one in protocol.get(by, ()) if one["number"] == result["number"]), "")
    named = words[by].format(sum=format_roubles(Decimal(before["award_sum"])), basis=basis) if before else ""
    asked = next((one["requested_sum"] for one in protocol["applications"] if one["number"] == result["number"]), None)
    note = note_of(result, scoring, words, None if asked is None else Decimal(asked))
    awards = result.get("awards", ())
    if awards and result["outcome"] == "not_awarded":
        note = ""  # no sum, but not without an award
    return "; ".join(word for word in (note, named, *awards) if word)


def scoring_words(scoring: ScoringRule, criteria: Sequence[Criterion], lang: str) -> str:
    """How totals came, who did not pass and what decided ties, in the language of the paper."""
    names = {one.code: one.name for one in criteria}
    with force_locale(lang):
        return " ".join(
            say(one) for one in (*method_words(scoring), *threshold_words(scoring), *tie_words(scoring, names))
        )


def award_row(result: dict[str, Any], application: dict[str, Any], note: str) -> Any:
    """One award of the protocol as the paper takes it."""
    return {
        "place": str(result["place"]),
        "application": short_number(result["number"]),
        "tos": application["tos_name"],
        "requested_sum": application["requested_sum"],
        "awarded_sum": result["award_sum"],
        "by_source": result["split"],
        "note": note,
    }
