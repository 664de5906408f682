"""The JSON Schema (2020-12) of «regulation/1»: what `regulation_from_json` reads, for those who write it elsewhere.

It is made out of the same names, kinds and limits that the reading uses; a test holds both equal. What a schema cannot
say is left to the reading: codes that repeat, a least value above the most, conditions on questions that are not there.
"""

from collections.abc import Iterable
from typing import Any

from tosportal.domain import awarding, contest_questions, scoring, submission_rule
from tosportal.domain.contest_states import TIMELINE_CODES
from tosportal.domain.criteria import KINDS as CRITERION_KINDS
from tosportal.domain.criteria import ROUNDINGS
from tosportal.domain.criteria.model import NUMBERS
from tosportal.domain.definition_reader import CODE, DECIMAL, LONGEST_TEXT, MOMENT, MOST_WHOLE
from tosportal.domain.form_definition import (
    AGREEMENTS,
    AGREEMENTS_OF,
    CELL_KINDS,
    KINDS,
    MOST_CHARS,
    MOST_ROWS,
    NUMBER_KINDS,
    OPTION_KINDS,
    QUORUM_NAMES,
)
from tosportal.domain.form_definition.kinds import CONDITION, MAY_BE_SEALED
from tosportal.domain.named_awards import AWARD_KINDS
from tosportal.domain.regulation.documents import FILE_KINDS
from tosportal.domain.regulation.eligibility import CHECKS
from tosportal.domain.regulation.intake import EXTENSIONS
from tosportal.domain.regulation.letters import LETTER_CODE
from tosportal.domain.regulation.limits import MOST_FILES_MB, Limits
from tosportal.domain.regulation.model import KINDS as CONTEST_KINDS
from tosportal.domain.regulation.nominations import APPLICANTS
from tosportal.domain.regulation.reading import SCHEMA
from tosportal.domain.regulation.timeline import MOST_DAYS, UNITS
from tosportal.domain.sitting import QUORUMS

Schema = dict[str, Any]
ADDRESS = "urn:tosportal:schema:regulation:1"


def regulation_schema() -> Schema:
    """The whole schema; every object is closed: a slip in a name must not silently lose a rule."""
    whole = _closed(
        {
            "schema": {"const": SCHEMA},
            "kind": _one_of(CONTEST_KINDS),
            "name": _ref("text"),
            "summary": _maybe("words"),
            "nominations": _rows(_nomination()),
            "timeline": _rows(_moment()),
            "intake": _closed({"extension": _one_of(EXTENSIONS), "days_min": _whole(1)}, ()),
            "eligibility": _rows(_eligibility()),
            "documents": _rows(_document()),
            "limits": _limits(),
            "form": _closed({"sections": _rows(_section())}, ()),
            "criteria": _rows(_criterion()),
            "scoring": _scoring(),
            "awarding": _awarding(),
            "admission": _rows(_closed({"code": _ref("code"), "text": _ref("text"), "clause": _maybe("words")},
                                       ("code", "text"))),
            "questions": _closed(
                {
                    name: _whole(1 if name in contest_questions.AT_LEAST_ONE else 0, contest_questions.MOST)
                    for name in contest_questions.NAMES
                },
                (),
            ),
            "submission": _submission(),
            "commission": _closed(
                {"quorum": _one_of(QUORUMS), "members_min": _whole(1), "votes_min": _whole(1), "casting_vote": FLAG}, ()
            ),
            "letters": _rows(
                _closed({"code": _pattern(LETTER_CODE.pattern), "subject": _ref("text"), "body": _ref("text")})
            ),
        },
        ("schema", "kind", "name", "scoring", "awarding"),
    )  # fmt: skip
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "Положение о конкурсе (regulation of a contest)",
        "description": "Суммы, доли, баллы и веса — строки вида 12.34; моменты — ISO 8601 со смещением.",
    }
    return {**about, **whole, "$defs": _definitions()}


def _definitions() -> dict[str, Schema]:
    """What single values look like."""
    printed = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"^[^\u0000-\u0008\u000b-\u001f]*$"}
    return {
        "text": {"description": "Непустой текст", **printed, "allOf": [{"pattern": r"\S"}]},
        "words": {"description": "Текст, может быть пустым", **printed},
        "code": _pattern(CODE.pattern),
        "decimal": {"description": "Число строкой", **_pattern(DECIMAL.pattern)},
        "money": {"description": "Рубли с копейками", **_pattern(r"[0-9]{1,15}\.[0-9]{2}")},
        "moment": _pattern(MOMENT.pattern),
        "condition": {
            "description": "«код», «not код», «код=вариант», «not код=вариант|вариант»",
            **_pattern(f"(?:{CONDITION.pattern})?"),
            "maxLength": LONGEST_TEXT,
        },
    }


# --- small words ---------------------------------------------------------------------------------------------------


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _maybe(name: str) -> Schema:
    return {"anyOf": [_ref(name), {"type": "null"}]}


def _one_of(codes: Iterable[str]) -> Schema:
    return {"enum": list(codes)}


def _maybe_one_of(codes: Iterable[str]) -> Schema:
    return {"enum": [*codes, None]}


def _whole(least: int = 0, most: int = MOST_WHOLE) -> Schema:
    return {"type": ["integer", "null"], "minimum": least, "maximum": most}


FLAG: Schema = {"type": "boolean"}


def _rows(row: Schema, *, least: int = 0) -> Schema:
    return {"type": "array", "items": row, "minItems": least} if least else {"type": ["array", "null"], "items": row}


def _closed(properties: dict[str, Schema], required: Iterable[str] | None = None) -> Schema:
    """An object with these names only; all of them are required unless told."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _where(kinds: Iterable[str], then: Schema, otherwise: Schema | None = None) -> Schema:
    """For rows of these kinds this holds too."""
    found: Schema = {
        "if": {"properties": {"kind": _one_of(sorted(kinds))}, "required": ["kind"]},
        "then": then,
    }
    return found if otherwise is None else {**found, "else": otherwise}


# --- parts ---------------------------------------------------------------------------------------------------------


def _submission() -> Schema:
    rule = {"anyOf": [{**_ref("words"), "maxLength": submission_rule.LONGEST_RULE}, {"type": "null"}]}
    return _closed(
        {
            "ways": _rows(_one_of(submission_rule.WAYS)),
            "rule_name": {"anyOf": [{**_ref("words"), "maxLength": submission_rule.LONGEST_NAME}, {"type": "null"}]},
            "rule": rule,
            "counts": _one_of(submission_rule.COUNTS),
            "resubmit": FLAG,
            "signer": _one_of(submission_rule.SIGNERS),
        },
        (),
    )


def _nomination() -> Schema:
    prize = _closed({"place": {**_whole(1), "type": "integer"}, "sum": _ref("money")})
    names = {"code": _ref("code"), "name": _ref("text"), "applicant": _one_of(APPLICANTS), "prizes": _rows(prize)}
    award = {"kind": _one_of(AWARD_KINDS), "name": _ref("text"), "first": _whole(1), "last": _whole(1)}
    names["awards"] = _rows(_closed(award, ("kind", "name")))
    return _closed(names, ("code", "name"))


def _moment() -> Schema:
    return _closed(
        {
            "code": _one_of(TIMELINE_CODES),
            "name": _ref("text"),
            "at": _ref("moment"),
            "after": _maybe_one_of(["", *TIMELINE_CODES]),
            "count": _whole(0, MOST_DAYS),
            "unit": _one_of(UNITS),
            "hour": _maybe("words"),
            "fixed": _maybe("words"),
        },
        ("code", "name", "at"),
    )


def _eligibility() -> Schema:
    return _closed(
        {
            "code": _ref("code"),
            "text": _ref("text"),
            "clause": _maybe("words"),
            "check": _maybe_one_of(CHECKS),
            "value": _maybe("decimal"),
            "nominations": _rows(_ref("code")),
        },
        ("code", "text"),
    )


def _document() -> Schema:
    return _closed(
        {
            "code": _ref("code"),
            "name": _ref("text"),
            "required": FLAG,
            "accept": _rows(_one_of(FILE_KINDS), least=1),
            "max_files": _whole(1),
            "max_mb": _whole(1),
            "clause": _maybe("words"),
            "public": FLAG,
            "nominations": _rows(_ref("code")),
            "groups": _rows(_ref("text")),
            "required_if": _maybe("condition"),
        },
        ("code", "name", "accept"),
    )


def _limits() -> Schema:
    return _closed(
        {
            "grant_max": _maybe("money"),
            "grant_min": _maybe("money"),
            "grant_percent_max": _maybe("decimal"),
            "own_percent_min": _maybe("decimal"),
            "own_includes": _rows(_one_of(Limits().own_includes)),
            "applications_per_tos": _whole(1),
            "grants_per_tos": _whole(1),
            "project_months_max": _whole(1),
            "expected_winners": _whole(1),
            "application_mb": _whole(1, MOST_FILES_MB),
            "parts": _rows(_limit_part()),
        },
        (),
    )


def _limit_part() -> Schema:
    return _closed(
        {
            "code": _ref("code"),
            "nomination": _maybe("code"),
            "group": _maybe("words"),
            "fund": _maybe("money"),
            "grant_max": _maybe("money"),
            "own_percent_min": _maybe("decimal"),
        },
        ("code",),
    )


def _section() -> Schema:
    names = {"code": _ref("code"), "title": _ref("text"), "nominations": _rows(_ref("code")), "fields": _rows(_field())}
    return _closed(names, ("code", "title"))


def _field(*, is_column: bool = False) -> Schema:
    """A question, or a column of a table."""
    option = _closed({"code": _ref("code"), "name": _ref("text")})
    nothing: Schema = {"enum": [None, ""]}
    names: dict[str, Schema] = {
        "code": _ref("code"),
        "label": _ref("text"),
        "kind": _one_of(sorted(CELL_KINDS) if is_column else KINDS),
        "required": FLAG,
        "help": _maybe("words"),
        "example": _maybe("words"),
        "text": _maybe("words"),
        "min_chars": _whole(0),
        "max_chars": _whole(1, MOST_CHARS),
        "min": _maybe("decimal"),
        "max": _maybe("decimal"),
        "options": _rows(option),
        "visible_if": _maybe("words" if is_column else "condition"),
        "required_if": nothing if is_column else _maybe("condition"),
        "not_before": _maybe("code"),
        "personal": FLAG,
        "public": FLAG,
        "hidden_from_jury": FLAG,
        "sealed": FLAG,
        "prefill": _maybe("words"),
        "columns": {"type": ["array", "null"], "maxItems": 0} if is_column else _rows(_field(is_column=True)),
        "min_rows": _whole(0),
        "max_rows": _whole(1, MOST_ROWS),
        "total": FLAG,
        "slot": _maybe("code"),
        "quorum": _maybe_one_of(QUORUM_NAMES),
        "agrees": {"type": "null"} if is_column else _maybe_one_of(AGREEMENTS),
    }
    no_total = {"properties": {"total": {"const": False}}}
    no_seal = {"properties": {"sealed": {"const": False}}}
    is_sealed = {"properties": {"sealed": {"const": True}}, "required": ["sealed"]}
    needs: list[Schema] = [_where(OPTION_KINDS, _needs("options", {"type": "array", "minItems": 1}))]
    if is_column:
        needs += [no_seal, _where(NUMBER_KINDS, {}, no_total)]
    else:
        needs += [
            no_total,
            _where(MAY_BE_SEALED, {}, no_seal),
            {"if": is_sealed, "then": {"properties": {"public": {"const": False}}}},
            _where(["table"], _needs("columns", {"type": "array", "minItems": 1})),
            _where(["meeting"], _needs("quorum", _one_of(QUORUM_NAMES))),
            _where(["files"], _needs("slot", _ref("code"))),
            *(
                _where([kind], {"properties": {"agrees": _maybe_one_of(names)}})
                for kind, names in AGREEMENTS_OF.items()
            ),
            _where(AGREEMENTS_OF, {}, {"properties": {"agrees": {"type": "null"}}}),
            _where(["consent"], {"allOf": [_needs("text", _ref("text")), {"properties": {"prefill": nothing}}]}),
        ]
    return {**_closed(names, ("code", "label", "kind")), "allOf": needs}


def _needs(name: str, value: Schema) -> Schema:
    return {"properties": {name: value}, "required": [name]}


def _criterion() -> Schema:
    level = _closed(
        {
            "points": _ref("decimal"),
            "text": _maybe("words"),
            "from": _maybe("decimal"),
            "after": FLAG,
            "to": _maybe("decimal"),
            "through": FLAG,
            "group": _maybe("text"),
        },
        ("points",),
    )
    item = _closed(
        {
            "code": _ref("code"),
            "text": _maybe("words"),
            "points": _ref("decimal"),
            "value": _maybe("words"),
            "at_most": _maybe("decimal"),
        },
        ("code", "points"),
    )
    return _closed(
        {
            "code": _ref("code"),
            "nomination": _maybe("code"),
            "name": _ref("text"),
            "max": _ref("decimal"),
            "step": _ref("decimal"),
            "weight": _ref("decimal"),
            "kind": _one_of(CRITERION_KINDS),
            "value": _maybe("words"),
            "levels": _rows(level),
            **{name: _maybe("decimal") for name in NUMBERS},
            "rounding": _maybe_one_of(ROUNDINGS),
            "base": _maybe("words"),
            "items": _rows(item),
            "groups": _rows(_ref("text")),
            "weights": _rows(_closed({"upto": _maybe("decimal"), "weight": _ref("decimal")}, ("weight",))),
            "only_levels": FLAG,
        },
        ("code", "name", "max"),
    )


def _scoring() -> Schema:
    band = _closed({"code": _ref("text"), "name": _ref("text"), "from": _ref("decimal")})
    groups = _closed(
        {"value": _ref("text"), "bands": {"type": "array", "items": band}, "ranked": FLAG}, ("value", "bands")
    )
    return _closed(
        {
            "method": _one_of(scoring.METHODS),
            "rounding": _ref("decimal"),
            "criterion_rounding": _maybe("decimal"),
            "pass_total": _maybe("decimal"),
            "ties": _rows(_ref("code")),
            "sheets_min": {**_whole(0), "type": "integer"},
            "scale": _maybe("decimal"),
            "against": _maybe_one_of(scoring.AGAINST),
            "expert_min": _maybe("decimal"),
            "expert_min_who": _maybe_one_of(scoring.EXPERT_MIN_WHO),
            "tie_decision": _maybe_one_of(["", *scoring.TIE_DECISIONS]),
            "groups": {"anyOf": [groups, {"type": "null"}]},
            "pass_by_sum": _rows(_closed({"above": _ref("decimal"), "total": _ref("decimal")})),
        },
        ("method", "rounding"),
    )


def _awarding() -> Schema:
    return _closed(
        {
            "method": _one_of(awarding.METHODS),
            "last": _one_of(awarding.LAST),
            "partial_min": _maybe("decimal"),
            "shared": _one_of(awarding.SHARED),
            "sums_by": _maybe_one_of(awarding.SUMS_BY),
        },
        ("method",),
    )
