"""The protocol of a decision as data: all inputs, all outputs, a digest over both, and a recomputation by anyone.

Canonical form: UTF-8 JSON, keys sorted, no spaces, every decimal a string; a float has no place in it. The digest is
SHA-256 of the canonical form of everything except the field `digest`. Jurors are codes («Э1»), never names.
`fund_by_source` is a list because the order of the sources is an input of the split.
Basis: DOMAIN.md 3.10 (contents of a protocol), issue point 20.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosportal.domain.awarding import Awarding, AwardingRule, AwardRow, award, part_sums
from tosportal.domain.awarding_check import verify_awarding, verify_sums
from tosportal.domain.criteria import GROUP, Criterion, computed_points, criteria_for, decimal_from, fitted
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import kopecks, roubles
from tosportal.domain.named_awards import NamedAward, awards_of, named_award_to_json, read_named_award
from tosportal.domain.named_sums import NamedSum, with_named_sums
from tosportal.domain.part_funds import PartFund
from tosportal.domain.ranking import Entry, RankedRow, Tie, list_of, rank
from tosportal.domain.scoring import ScoringRule, Total, application_total, needs_best, raw_total
from tosportal.domain.sitting import CountedSession, Sitting, whole

SCHEMA = "tos-protocol/2"
FIRST_SCHEMA = "tos-protocol/1"
"""Protocols of before the sitting was kept with its hour, its members and its votes: still recomputed, not written."""
SCHEMAS = (SCHEMA, FIRST_SCHEMA)
RESULT_FIELDS = (
    "means",
    "total_exact",
    "total",
    "has_passed",
    "place",
    "tie",
    "recommended",
    "outcome",
    "reason",
    "award_sum",
    "awards",
    "split",
)
"""Outputs of one application in the order in which they follow from each other: the first that differs is the cause."""

MISSHAPEN = (KeyError, TypeError, AttributeError, ValueError, ArithmeticError)
"""What a protocol of a strange shape runs into: a word where a number should be, a step of zero, a missing part."""


@dataclass(frozen=True, slots=True)
class ContestFacts:
    """Which contest was decided: `kind` is `grant` (one ranking) or `prize` (a ranking per nomination)."""

    slug: str
    name: str
    edition: int
    municipality: str
    kind: str


@dataclass(frozen=True, slots=True)
class NominationFacts:
    """A nomination, its prizes by place, in roubles, and its awards beside sums."""

    code: str
    name: str
    prizes: Mapping[int, Decimal] = field(default_factory=dict)
    awards: tuple[NamedAward, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An admitted application: what was asked, when, what the portal measured, what the jurors marked.

    `evidence` says where each measured value was found: a field of the form, the budget, the registry.
    """

    number: str
    tos_code: str
    tos_name: str
    title: str
    nomination: str
    requested_sum: Decimal | None
    submitted_at: datetime
    measured: Mapping[str, Fraction | Decimal | int]
    marks: Mapping[str, Mapping[str, Decimal]]
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """An application that was not admitted; `reasons` are pairs of text and clause."""

    number: str
    tos_code: str
    tos_name: str
    title: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recusal:
    """A juror who did not judge an application. `reason`: declared (said so), tie (the portal knows a tie to the ТОС);
    empty in a protocol of the first schema."""

    juror: str
    number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolInputs:
    """Everything that a decision follows from; `named_sums` where the regulation lets people name the sums, `funds` of
    nominations and groups within the fund of the contest."""

    contest: ContestFacts
    session: Sitting | CountedSession
    nominations: tuple[NominationFacts, ...]
    criteria: tuple[Criterion, ...]
    scoring: ScoringRule
    awarding: AwardingRule
    grants_per_tos: int | None
    fund_by_source: Mapping[str, Decimal]
    candidates: tuple[Candidate, ...]
    not_admitted: tuple[NotAdmitted, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    tie_votes: tuple[str, ...] = ()
    named_sums: tuple[NamedSum, ...] = ()
    funds: tuple[PartFund, ...] = ()

    @property
    def prizes(self) -> dict[str, Mapping[int, Decimal]]:
        return {one.code: one.prizes for one in self.nominations}

    def awards_of(self, row: RankedRow) -> list[str]:
        """The names of what a row is given beside its sum."""
        own = next((one.awards for one in self.nominations if one.code == row.entry.nomination), ())
        return awards_of(own, row.place, has_passed=row.has_passed)


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from the inputs: totals by registration number, the ranking, the money."""

    totals: Mapping[str, Total]
    ranking: tuple[RankedRow, ...]
    awarding: Awarding


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what the inputs give. `path` names it: results/2026-0007/award_sum."""

    path: str
    stated: str
    computed: str

    @property
    def remark(self) -> Remark:
        values = {"path": self.path, "stated": self.stated, "computed": self.computed}
        if not self.stated:
            return Remark(N_("%(path)s: %(computed)s"), values, self.path)
        return Remark(N_("%(path)s: записано %(stated)s, по расчёту %(computed)s"), values, self.path)

    def __str__(self) -> str:
        return str(self.remark)


def decide(inputs: ProtocolInputs) -> Decision:
    """Totals, places and awards from the inputs; the order in which applications come changes nothing.

    Raises RuleBroken: a recused juror has marks, an unknown nomination, and whatever scoring, ranking and awarding
    refuse. The awarding has passed `verify_awarding`.
    """
    recused = {(one.number, one.juror) for one in inputs.recusals}
    scoring = inputs.scoring
    for one in inputs.candidates:
        for juror in one.marks:
            if (one.number, juror) in recused:
                raise RuleBroken(
                    Remark(
                        N_("Эксперт %(juror)s отведён от заявки %(number)s, но есть его оценки"),
                        {"juror": juror, "number": one.number},
                        one.number,
                    )
                )
    known = {one.code for one in inputs.nominations}
    judged = {one.number: _judged(inputs, one, known) for one in inputs.candidates}
    best: dict[str, Fraction] = {}
    if needs_best(scoring):
        for one in inputs.candidates:
            facts = judged[one.number]
            with _naming(one.number):
                raw = raw_total(facts.criteria, scoring, one.marks, facts.points)
            best[facts.listed] = max(raw, best.get(facts.listed, raw))
    totals: dict[str, Total] = {}
    entries: list[Entry] = []
    for one in inputs.candidates:
        facts = judged[one.number]
        with _naming(one.number):
            total = application_total(facts.criteria, scoring, one.marks, facts.points, best=best.get(facts.listed))
        totals[one.number] = total
        entries.append(
            Entry(one.number, one.nomination, one.tos_code, one.submitted_at, one.requested_sum, len(one.marks), total,
                  facts.group)
        )  # fmt: skip
    ranking = rank(
        entries,
        inputs.scoring,
        by_nomination=inputs.contest.kind == "prize",
        nominations=[one.code for one in inputs.nominations],
        votes=inputs.tie_votes,
    )
    limits: dict[str, Any] = {"prizes": inputs.prizes, "grants_per_tos": inputs.grants_per_tos, "funds": inputs.funds}
    awarding = award(ranking, inputs.awarding, inputs.fund_by_source, **limits)
    remarks = verify_awarding(awarding, inputs.awarding, **limits)
    if not remarks and inputs.named_sums:
        awarding = with_named_sums(awarding, inputs.awarding, inputs.named_sums, inputs.funds)
        remarks = verify_sums(awarding, inputs.funds)
    if remarks:
        raise RuleBroken(remarks)
    return Decision(totals, tuple(ranking), awarding)


@dataclass(frozen=True, slots=True)
class _Judged:
    """How one application is judged: its group, the list it is placed in, its criteria and its computed points."""

    group: str | None
    listed: str
    criteria: tuple[Criterion, ...]
    points: Mapping[str, Decimal]


def _judged(inputs: ProtocolInputs, one: Candidate, nominations: Collection[str]) -> _Judged:
    if one.nomination not in nominations:
        raise RuleBroken(Remark(N_("Нет номинации %(nomination)s"), {"nomination": one.nomination}, one.number))
    with _naming(one.number):
        group = inputs.scoring.group_of(one.measured)
        criteria = fitted(criteria_for(inputs.criteria, one.nomination), one.requested_sum, group)
        points = computed_points(criteria, one.measured)
    listed = list_of(one.nomination, group, inputs.scoring, by_nomination=inputs.contest.kind == "prize")
    return _Judged(group, listed, criteria, points)


@contextmanager
def _naming(number: str) -> Iterator[None]:
    """A refusal inside says which application it is about."""
    try:
        yield
    except RuleBroken as error:
        raise RuleBroken(
            Remark(N_("Заявка %(number)s: %(reason)s"), {"number": number, "reason": str(error)}, number)
        ) from error


def canonical_bytes(content: object) -> bytes:
    """The one way to write this content down: sorted keys, no spaces, UTF-8, decimals as strings.

    >>> canonical_bytes({"б": "1.50", "а": [1, None, True]}).decode()
    '{"а":[1,null,true],"б":"1.50"}'
    >>> canonical_bytes({"a": 1.5})
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: В протоколе не бывает чисел с плавающей точкой: 1.5

    Raises RuleBroken for floats, for keys that are not strings and for anything that JSON has no word for.
    """
    stack = [content]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if not all(isinstance(key, str) for key in node):
                raise RuleBroken(N_("Имена в протоколе должны быть строками"))
            stack.extend(node.values())
        elif isinstance(node, list | tuple):
            stack.extend(node)
        elif not (node is None or isinstance(node, str | int)):
            word = type(node).__name__
            text = N_("В протоколе не бывает чисел с плавающей точкой: %(value)s") if word == "float" else N_(
                "В протоколе не бывает такого значения: %(value)s")  # fmt: skip
            raise RuleBroken(Remark(text, {"value": str(node)[:40]}))
    try:
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise RuleBroken(N_("В протоколе есть текст, который нельзя записать в UTF-8")) from error


def digest(protocol: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the digest itself, 64 hexadecimal digits.

    >>> digest({"a": "1"}) == digest({"a": "1", "digest": "…"}) != digest({"a": "2"})
    True
    """
    return hashlib.sha256(canonical_bytes({key: protocol[key] for key in protocol if key != "digest"})).hexdigest()


def build_protocol(inputs: ProtocolInputs, decision: Decision | None = None) -> dict[str, Any]:
    """The whole protocol, ready for `canonical_bytes`; without a decision it is made from the inputs.

    Raises RuleBroken where `decide` does.
    """
    decided = decide(inputs) if decision is None else decision
    awarding = decided.awarding
    protocol: dict[str, Any] = {
        **inputs_to_json(inputs),
        "results": [_result(row, inputs.awards_of(row.ranked)) for row in awarding.rows],
        "sums": {
            "fund_sum": _sum(sum(inputs.fund_by_source.values(), Decimal(0))),
            "awarded_sum": _sum(awarding.awarded_sum),
            "remainder_sum": _sum(awarding.remainder_sum),
            "by_source": {source: _sum(value) for source, value in awarding.totals_by_source.items()},
            "remainder_by_source": {source: _sum(value) for source, value in awarding.remainder_by_source.items()},
            **({"by_part": _by_part(inputs, awarding)} if inputs.funds else {}),
        },
    }
    protocol["digest"] = digest(protocol)
    return protocol


def recompute(protocol: Mapping[str, Any]) -> list[Difference]:
    """Everything computed again from the inputs in the protocol; the differences, causes before consequences.

    Empty means that every figure follows from the inputs and nothing is there that should not be. The digest is not
    looked at: see `check_digest`. Inputs that break a rule are one difference that says which.
    """
    stated = {key: value for key, value in protocol.items() if key != "digest"}
    try:
        written = canonical_bytes(stated)
        computed = build_protocol(inputs_from_json(stated))
    except RuleBroken as error:
        return [Difference(error.remarks[0].place or "protocol", "", str(error))]
    except MISSHAPEN as error:
        return [Difference("protocol", "", str(_misshapen(error)))]
    del computed["digest"]
    if canonical_bytes(computed) == written:
        return []
    results_stated, results = stated.pop("results", None), computed.pop("results")
    sums_stated, sums = stated.pop("sums", None), computed.pop("sums")
    differences = list(_differences("", stated, computed))
    differences += _result_differences(results_stated, results)
    differences += _differences("sums", sums_stated, sums)
    return differences or [Difference("protocol", "", str(Remark(N_("запись отличается от канонической"))))]


def check_digest(protocol: Mapping[str, Any]) -> Difference | None:
    """The difference between the digest that is written and the one of the content, or None.

    Raises RuleBroken when the content has no canonical form.
    """
    written, computed = protocol.get("digest"), digest(protocol)
    return None if written == computed else Difference("digest", _shown(written), computed)


def inputs_to_json(inputs: ProtocolInputs) -> dict[str, Any]:
    """The inputs as the protocol writes them; applications in the order of their numbers.

    Of the measured values only those that the groups or a criterion of the application's nomination asks for.
    """
    contest = inputs.contest
    is_first = isinstance(inputs.session, CountedSession)
    bands = {
        one.code: {GROUP, *(key for criterion in criteria_for(inputs.criteria, one.code) for key in criterion.sources)}
        for one in inputs.nominations
    }
    return {
        "schema": FIRST_SCHEMA if is_first else SCHEMA,
        "contest": {
            "slug": contest.slug,
            "name": contest.name,
            "edition": contest.edition,
            "municipality": contest.municipality,
            "kind": contest.kind,
        },
        "session": inputs.session.to_json(),
        "nominations": [
            {
                "code": one.code,
                "name": one.name,
                "prizes": [{"place": place, "sum": _sum(one.prizes[place])} for place in sorted(one.prizes)],
                **({"awards": [named_award_to_json(award) for award in one.awards]} if one.awards else {}),
            }
            for one in inputs.nominations
        ],
        "criteria": [one.to_json() for one in inputs.criteria],
        "scoring": inputs.scoring.to_json(),
        "awarding": inputs.awarding.to_json(),
        "grants_per_tos": inputs.grants_per_tos,
        "fund_by_source": [{"source": source, "sum": _sum(value)} for source, value in inputs.fund_by_source.items()],
        **({"funds": [_fund(one) for one in inputs.funds]} if inputs.funds else {}),
        "tie_votes": list(inputs.tie_votes),
        **(
            {
                inputs.awarding.sums_by: [
                    {"number": one.number, "sum": _sum(one.sum), "basis": one.basis}
                    for one in sorted(inputs.named_sums, key=lambda one: one.number)
                ]
            }
            if inputs.named_sums
            else {}
        ),
        "recusals": [
            {"number": one.number, "juror": one.juror} | ({} if is_first else {"reason": one.reason})
            for one in sorted(inputs.recusals, key=lambda one: (one.number, one.juror))
        ],
        "not_admitted": [
            {
                "number": one.number,
                "tos_code": one.tos_code,
                "tos_name": one.tos_name,
                "title": one.title,
                "reasons": [{"text": text, "clause": clause} for text, clause in one.reasons],
            }
            for one in sorted(inputs.not_admitted, key=lambda one: one.number)
        ],
        "applications": [
            {
                "number": one.number,
                "tos_code": one.tos_code,
                "tos_name": one.tos_name,
                "title": one.title,
                "nomination": one.nomination,
                "requested_sum": None if one.requested_sum is None else _sum(one.requested_sum),
                "submitted_at": one.submitted_at.isoformat(timespec="seconds"),
                "measured": {
                    code: str(Fraction(value))
                    for code, value in one.measured.items()
                    if code in bands.get(one.nomination, ())
                },
                **({"evidence": dict(one.evidence)} if one.evidence else {}),
                "marks": {
                    juror: {code: _plain(mark) for code, mark in sheet.items()} for juror, sheet in one.marks.items()
                },
            }
            for one in sorted(inputs.candidates, key=lambda one: one.number)
        ],
    }


def inputs_from_json(data: Mapping[str, Any]) -> ProtocolInputs:
    """The inputs of a protocol. Raises RuleBroken when the schema is another one or a part is missing or misshapen."""
    if data.get("schema") not in SCHEMAS:
        raise RuleBroken(Remark(N_("Это не протокол %(schema)s"), {"schema": SCHEMA}, "schema"))
    try:
        contest, awarding = data["contest"], AwardingRule.from_json(data["awarding"])
        is_first = data["schema"] == FIRST_SCHEMA
        return ProtocolInputs(
            contest=ContestFacts(
                contest["slug"],
                contest["name"],
                whole(contest["edition"]),
                contest["municipality"],
                contest["kind"],
            ),
            session=(CountedSession if is_first else Sitting).from_json(data["session"]),
            nominations=tuple(
                NominationFacts(
                    one["code"],
                    one["name"],
                    {whole(prize["place"]): decimal_from(prize["sum"], "nominations") for prize in one["prizes"]},
                    _awards(one.get("awards", ())),
                )
                for one in data["nominations"]
            ),
            criteria=tuple(Criterion.from_json(one) for one in data["criteria"]),
            scoring=ScoringRule.from_json(data["scoring"]),
            awarding=awarding,
            grants_per_tos=None if data["grants_per_tos"] is None else whole(data["grants_per_tos"]),
            fund_by_source={
                one["source"]: decimal_from(one["sum"], "fund_by_source") for one in data["fund_by_source"]
            },
            funds=tuple(
                PartFund(one["name"], decimal_from(one["sum"], "funds"), one["nomination"], one["group"])
                for one in data.get("funds", ())
            ),
            candidates=tuple(_candidate(one) for one in data["applications"]),
            not_admitted=tuple(
                NotAdmitted(
                    one["number"],
                    one["tos_code"],
                    one["tos_name"],
                    one["title"],
                    tuple((reason["text"], reason["clause"]) for reason in one["reasons"]),
                )
                for one in data["not_admitted"]
            ),
            recusals=tuple(
                Recusal(one["juror"], one["number"], "" if is_first else one["reason"]) for one in data["recusals"]
            ),
            tie_votes=tuple(data["tie_votes"]),
            named_sums=tuple(
                NamedSum(one["number"], decimal_from(one["sum"], awarding.sums_by), one["basis"])
                for one in (data.get(awarding.sums_by, ()) if awarding.sums_by else ())
            ),
        )
    except MISSHAPEN as error:
        raise RuleBroken(_misshapen(error)) from error


def _misshapen(error: Exception) -> Remark:
    reason = f"{type(error).__name__}: {error}"[:120]
    return Remark(N_("Протокол записан не по схеме: %(reason)s"), {"reason": reason}, "protocol")


def _candidate(data: Mapping[str, Any]) -> Candidate:
    number = data["number"]
    requested = data["requested_sum"]
    return Candidate(
        number=number,
        tos_code=data["tos_code"],
        tos_name=data["tos_name"],
        title=data["title"],
        nomination=data["nomination"],
        requested_sum=None if requested is None else decimal_from(requested, f"applications/{number}/requested_sum"),
        submitted_at=datetime.fromisoformat(data["submitted_at"]),
        measured={code: _fraction(text, f"applications/{number}/{code}") for code, text in data["measured"].items()},
        marks={juror: _sheet(sheet, f"applications/{number}/marks/{juror}") for juror, sheet in data["marks"].items()},
        evidence={str(code): str(place) for code, place in data.get("evidence", {}).items()},
    )


def _sheet(data: Mapping[str, str], place: str) -> dict[str, Decimal]:
    return {code: decimal_from(text, place) for code, text in data.items()}


def _fraction(text: str, place: str) -> Fraction:
    top, slash, bottom = text.partition("/")
    value = Fraction(decimal_from(top, place))
    return value / Fraction(decimal_from(bottom, place)) if slash else value


def _result(row: AwardRow, awards: list[str]) -> dict[str, Any]:
    ranked = row.ranked
    entry = ranked.entry
    total = entry.total
    return {
        "number": entry.number,
        "group": ranked.group,
        "means": {code: str(mean) for code, mean in total.means.items()},
        "total_exact": str(total.exact),
        "total": f"{total.value:f}",
        "has_passed": ranked.has_passed,
        "place": ranked.place,
        "tie": None if ranked.tie is None else _tie(ranked.tie),
        **({} if row.recommended is None else {"recommended": _recommended(row.recommended)}),
        "outcome": row.outcome,
        "reason": row.reason_code,
        "award_sum": _sum(row.award_sum),
        **({"awards": awards} if awards else {}),
        "split": {source: _sum(value) for source, value in (row.split or {}).items()},
    }


def _awards(rows: Iterable[Mapping[str, Any]]) -> tuple[NamedAward, ...]:
    reader = Reader()
    found = tuple(read_named_award(reader, row, "nominations.awards") for row in rows)
    reader.finish()
    return found


def _fund(one: PartFund) -> dict[str, Any]:
    return {"name": one.name, "nomination": one.nomination, "group": one.group, "sum": _sum(one.sum)}


def _by_part(inputs: ProtocolInputs, awarding: Awarding) -> list[dict[str, Any]]:
    """The fund of each nomination and group, what was awarded out of it, and what is left."""
    return [
        {"name": one.fund.name, "fund_sum": _sum(one.fund.sum), "awarded_sum": _sum(one.awarded_sum),
         "remainder_sum": _sum(one.left_sum)}
        for one in part_sums(awarding.rows, inputs.funds)
    ]  # fmt: skip


def _recommended(row: AwardRow) -> dict[str, Any]:
    return {"outcome": row.outcome, "reason": row.reason_code, "award_sum": _sum(row.award_sum)}


def _tie(tie: Tie) -> dict[str, Any]:
    return {"decided_by": tie.decided_by, "neighbour": tie.neighbour, "is_above": tie.is_above}


def _result_differences(stated: object, computed: list[dict[str, Any]]) -> Iterator[Difference]:
    """Results matched by number: causes (means) of all rows before consequences (places, sums)."""
    if not isinstance(stated, list) or not all(isinstance(one, dict) for one in stated):
        yield Difference("results", _shown(stated), _shown(computed))
        return
    written = {str(one.get("number")): one for one in stated}
    names = ("group", *RESULT_FIELDS)
    for name in names:
        for row in computed:
            own = written.get(row["number"])
            if own is not None:
                yield from _differences(f"results/{row['number']}/{name}", own.get(name), row.get(name))
    for row in computed:
        own = written.pop(row["number"], None)
        if own is None:
            yield Difference(f"results/{row['number']}", "—", _shown(row))
        else:
            for extra in sorted(set(own) - set(row)):
                yield Difference(f"results/{row['number']}/{extra}", _shown(own[extra]), "—")
    for number, own in written.items():
        yield Difference(f"results/{number}", _shown(own), "—")
    order, own_order = [row["number"] for row in computed], [one.get("number") for one in stated]
    if order != own_order:
        yield Difference("results", ", ".join(map(str, own_order))[:80], ", ".join(order)[:80])


def _differences(path: str, stated: object, computed: object) -> Iterator[Difference]:
    if isinstance(stated, dict) and isinstance(computed, dict):
        for key in [*computed, *sorted(set(stated) - set(computed))]:
            inner = f"{path}/{key}" if path else key
            if key not in stated or key not in computed:
                yield Difference(inner, _shown(stated[key]) if key in stated else "—",
                                 _shown(computed[key]) if key in computed else "—")  # fmt: skip
            else:
                yield from _differences(inner, stated[key], computed[key])
    elif isinstance(stated, list) and isinstance(computed, list) and len(stated) == len(computed):
        for index, (own, other) in enumerate(zip(stated, computed, strict=True)):
            name = other.get("number", other.get("code", index)) if isinstance(other, dict) else index
            yield from _differences(f"{path}/{name}", own, other)
    elif type(stated) is not type(computed) or stated != computed:
        yield Difference(path, _shown(stated), _shown(computed))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value[:120] or "«»"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)[:120]


def _sum(value: Decimal) -> str:
    return str(roubles(kopecks(value)))


def _plain(number: Decimal) -> str:
    """A mark without needless zeros, so that 9 and 9.0 are the same mark.

    >>> _plain(Decimal("9.50")), _plain(Decimal("10")), _plain(Decimal("1E+1"))
    ('9.5', '10', '10')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
