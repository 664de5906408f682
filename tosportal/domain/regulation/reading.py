"""The regulation from its JSON and back; a part reads and writes itself, here they come together."""

from collections.abc import Mapping
from typing import Any

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.contest_questions import read_question_rule
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import read_form_section, section_to_json
from tosportal.domain.regulation.commission import commission_to_json, read_commission
from tosportal.domain.regulation.documents import document_to_json, read_document
from tosportal.domain.regulation.eligibility import admission_to_json, read_admission, read_eligibility, rule_to_json
from tosportal.domain.regulation.intake import intake_to_json, read_intake
from tosportal.domain.regulation.letters import read_wording, wording_to_json
from tosportal.domain.regulation.limits import limits_to_json, read_limits
from tosportal.domain.regulation.model import KINDS, Regulation
from tosportal.domain.regulation.nominations import nomination_to_json, read_nomination
from tosportal.domain.regulation.rules import read_awarding, read_criterion, read_scoring
from tosportal.domain.regulation.timeline import moment_to_json, read_timeline
from tosportal.domain.scoring import ScoringRule
from tosportal.domain.submission_rule import read_submission_rule, submission_rule_to_json

SCHEMA = "regulation/1"

NAMES = (
    "schema", "kind", "name", "summary", "nominations", "timeline", "eligibility", "documents", "limits", "form",
    "criteria", "scoring", "awarding", "admission", "questions", "submission", "intake",
    "commission", "letters",
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
    criteria = [read_criterion(reader, row, where) for where, row in reader.rows(data.get("criteria"), "criteria")]
    scoring = read_scoring(reader, data.get("scoring"))
    awarding = read_awarding(reader, data.get("awarding"))
    found = Regulation(
        kind=reader.one_of(data, "kind", "", KINDS),
        name=reader.text(data, "name", ""),
        summary=reader.text(data, "summary", "", required=False),
        nominations=tuple(
            read_nomination(reader, row, where) for where, row in reader.rows(data.get("nominations"), "nominations")
        ),
        timeline=read_timeline(reader, data.get("timeline")),
        eligibility=tuple(
            read_eligibility(reader, row, where) for where, row in reader.rows(data.get("eligibility"), "eligibility")
        ),
        documents=tuple(
            read_document(reader, row, where) for where, row in reader.rows(data.get("documents"), "documents")
        ),
        limits=read_limits(reader, reader.mapping(data.get("limits", {}), "limits")),
        sections=tuple(
            read_form_section(reader, row, where) for where, row in reader.rows(form.get("sections"), "form.sections")
        ),
        criteria=tuple(one for one in criteria if one is not None),
        scoring=scoring or ScoringRule("weighted_mean"),
        awarding=awarding or AwardingRule("walk"),
        admission=tuple(
            read_admission(reader, row, where) for where, row in reader.rows(data.get("admission"), "admission")
        ),
        questions=read_question_rule(reader, reader.mapping(data.get("questions", {}), "questions"), "questions"),
        submission=read_submission_rule(reader, reader.mapping(data.get("submission", {}), "submission")),
        intake=read_intake(reader, reader.mapping(data.get("intake", {}), "intake")),
        commission=read_commission(reader, reader.mapping(data.get("commission", {}), "commission")),
        letters=tuple(read_wording(reader, row, where) for where, row in reader.rows(data.get("letters"), "letters")),
    )
    for place, codes in (
        ("nominations", [one.code for one in found.nominations]),
        ("timeline", [one.code for one in found.timeline]),
        ("eligibility", [one.code for one in found.eligibility]),
        ("documents", [one.code for one in found.documents]),
        ("form.sections", [one.code for one in found.sections]),
        ("criteria", [one.code for one in found.criteria]),
        ("admission", [one.code for one in found.admission]),
        ("letters", [one.code for one in found.letters]),
    ):
        reader.unique(codes, place)
    reader.finish()
    return found


def to_json(regulation: Regulation) -> dict[str, Any]:
    """The regulation as JSON; `regulation_from_json` reads back an equal one."""
    return {
        "schema": SCHEMA,
        "kind": regulation.kind,
        "name": regulation.name,
        "summary": regulation.summary,
        "nominations": [nomination_to_json(one) for one in regulation.nominations],
        "timeline": [moment_to_json(one) for one in regulation.timeline],
        "eligibility": [rule_to_json(one) for one in regulation.eligibility],
        "documents": [document_to_json(one) for one in regulation.documents],
        "limits": limits_to_json(regulation.limits),
        "form": {"sections": [section_to_json(one) for one in regulation.sections]},
        "criteria": [one.to_json() for one in regulation.criteria],
        "scoring": regulation.scoring.to_json(),
        "awarding": regulation.awarding.to_json(),
        "admission": [admission_to_json(one) for one in regulation.admission],
        **({"questions": questions} if (questions := regulation.questions.to_json()) else {}),
        **({"submission": rule} if (rule := submission_rule_to_json(regulation.submission)) else {}),
        **({"intake": said} if (said := intake_to_json(regulation.intake)) else {}),
        **({"commission": said} if (said := commission_to_json(regulation.commission)) else {}),
        **({"letters": [wording_to_json(one) for one in regulation.letters]} if regulation.letters else {}),
    }
