"""Preparing, approving, returning and publishing a decision."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from tosportal.domain.conflicts import kind_of_recusal
from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken
from tosportal.domain.measuring import evidence_of
from tosportal.domain.named_sums import NamedSum, recommendation
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.protocol import (
    Candidate,
    ContestFacts,
    NominationFacts,
    NotAdmitted,
    ProtocolInputs,
    Recusal,
    build_protocol,
    canonical_bytes,
    decide,
    inputs_from_json,
)
from tosportal.domain.protocol import Decision as Decided
from tosportal.domain.regulation import Regulation
from tosportal.domain.sitting import CountedSession, Sitting, check_sitting
from tosportal.features.accounts.models import Person
from tosportal.features.admission.queries import refusal_reasons
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import admitted_applications
from tosportal.features.contests import service as contests
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import fund_of, phase_of, regulation_of
from tosportal.features.decisions import letters, queries
from tosportal.features.decisions.models import AwardShare, Decision, RankedApplication
from tosportal.features.jury.queries import may_see_marks, measured_of, signed_marks
from tosportal.features.ledger.service import PostedAward, post_awards
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support import audit, notifications
from tosportal.support.db import db

NUMBER_WIDTH = 5


def protocol_number(application: Application) -> str:
    """The registration number as protocols write it: of one width, so that text sorts as numbers do."""
    return numbered(application.number or 0)


def numbered(number: int) -> str:
    """A registration number as protocols write it."""
    return f"{number:0{NUMBER_WIDTH}}"


def prepare_decision(
    contest: Contest,
    *,
    sitting: Sitting,
    actor: Person,
    now: datetime,
    tie_votes: tuple[str, ...] = (),
    named_sums: tuple[NamedSum, ...] = (),
) -> Decision:
    """A decision is prepared from the signed sheets: ranking, awards, their split, the protocol with its digest.

    Preparing again makes the next number, unless nothing differs from the last one, which then stays (a second click);
    only the last can be approved. `tie_votes` are protocol numbers of equal applications in the order the commission
    voted for; `named_sums` are those that the commission or the organiser named, where the regulation lets them.
    Raises RuleBroken: the sitting is not in order (see `check_sitting`), scoring is not over and
    sheets are still owed, admission is not finished, too few sheets, a rule of the regulation cannot be applied (equal
    rows and not enough money for all of them), or a decision is approved already.
    """
    db.session.refresh(contest, ["version", "approved_at", "cancelled_at"], with_for_update=True)  # one after another
    regulation = regulation_of(contest)
    ensure_may_prepare(contest, regulation, now)
    rule = regulation.commission
    sitting = replace(sitting, quorum=rule.quorum)
    if remarks := check_sitting(
        sitting, members_min=rule.members_min, votes_min=rule.votes_min, casting_vote=rule.casting_vote
    ):
        raise RuleBroken(remarks)
    applications = admitted_applications(contest.id)
    inputs = replace(protocol_inputs(contest, regulation, applications, sitting, tie_votes), named_sums=named_sums)
    decided = decide(inputs)
    protocol = build_protocol(inputs, decided)
    last = queries.latest_decision(contest.id)
    if last is not None and last.digest == protocol["digest"] and last.returned_at is None:
        return last
    decision = Decision(
        contest_id=contest.id,
        number=last.number + 1 if last else 1,
        protocol=canonical_bytes(protocol).decode(),
        digest=protocol["digest"],
        prepared_at=now,
        prepared_by_id=actor.id,
    )
    db.session.add(decision)
    db.session.flush()
    keep_rows(decision, inputs, decided, applications)
    awarding = decided.awarding
    audit.record(
        "decision.prepared",
        decision,
        actor=actor,
        now=now,
        after={"number": decision.number, "digest": decision.digest, "awarded_sum": awarding.awarded_sum},
        municipality_id=contest.municipality_id,
    )
    return decision


def ensure_may_prepare(contest: Contest, regulation: Regulation, now: datetime) -> None:
    """The moment and the state of the contest allow a decision; raises RuleBroken with what is in the way."""
    if contest.cancelled_at:
        raise RuleBroken(N_("Конкурс отменён: решение по нему не готовят"))
    if contest.approved_at:
        raise RuleBroken(N_("Решение уже утверждено. Изменить его может только апелляция"))
    if not may_see_marks(contest, phase_of(contest, regulation, now)):
        raise RuleBroken(
            Remark(
                N_("Оценка ещё не закончена: решение готовят после %(until_at)s или когда подписаны все листы"),
                {"until_at": regulation.moments.get("scoring_until")},
            )
        )
    if unsettled := queries.unsettled_count(contest.id):
        raise RuleBroken(Remark(N_("Не по всем заявкам решено о допуске, осталось: %(count)s"), {"count": unsettled}))


def protocol_inputs(
    contest: Contest, regulation: Regulation, applications: Any, sitting: Sitting, tie_votes: tuple[str, ...]
) -> ProtocolInputs:
    """Everything the decision follows from, gathered from the features before this one.

    Raises RuleBroken when an application has fewer signed sheets than the regulation asks for, or there is none at all.
    """
    if not applications:
        raise RuleBroken(N_("Нет ни одной допущенной заявки: решать не о чем"))
    municipality = db.session.get_one(Municipality, contest.municipality_id)
    if unknown := sorted(set(tie_votes) - {protocol_number(one) for one in applications}):
        raise RuleBroken(
            Remark(N_("Заявки № %(number)s нет среди допущенных"), {"number": int(unknown[0])}, "tie_votes")
        )
    signed = signed_marks(contest.id)
    answers = queries.submitted_answers(contest.id)
    numbers = {application.id: protocol_number(application) for application in applications}
    candidates = tuple(
        Candidate(
            number=numbers[application.id],
            tos_code=application.tos.code,
            tos_name=application.tos.name,
            title=application.title or application.tos.name,
            nomination=application.nomination,
            requested_sum=application.requested_sum if contest.kind == "grant" else None,
            submitted_at=application.submitted_at,
            measured=measured_of(regulation, application, answers.get(application.id, {}), application.tos),
            evidence=evidence_of(regulation, application.nomination),
            marks=signed.marks.get(application.id, {}),
        )
        for application in applications
    )
    ensure_enough_sheets(candidates, regulation)
    reasons = refusal_reasons(contest.id)
    return ProtocolInputs(
        contest=ContestFacts(contest.slug, regulation.name, contest.edition, municipality.name, contest.kind),
        session=sitting,
        nominations=tuple(
            NominationFacts(one.code, one.name, {prize.place: prize.sum for prize in one.prizes}, one.awards)
            for one in regulation.nominations
        ),
        criteria=regulation.criteria,
        scoring=regulation.scoring,
        awarding=regulation.awarding,
        grants_per_tos=regulation.limits.grants_per_tos if contest.kind == "grant" else None,
        fund_by_source={source: planned for source, planned in fund_of(contest).items() if planned},
        funds=regulation.part_funds,
        candidates=candidates,
        not_admitted=tuple(
            NotAdmitted(protocol_number(one), one.tos.code, one.tos.name, one.title, tuple(reasons[one.id]))
            for one, _words in queries.refused_applications(contest.id)
        ),
        tie_votes=tie_votes,
        recusals=tuple(
            Recusal(one.juror, numbers[one.application_id], kind_of_recusal(one.reasons))
            for one in signed.recusals
            if one.application_id in numbers
        ),
    )


def ensure_enough_sheets(candidates: tuple[Candidate, ...], regulation: Regulation) -> None:
    """Every admitted application has its quorum of signed sheets; else RuleBroken names those that have not."""
    needed = regulation.scoring.sheets_min
    remarks = [
        Remark(
            N_("У заявки № %(number)s подписано листов: %(sheets)s, а нужно не меньше %(needed)s"),
            {"number": int(one.number), "sheets": len(one.marks), "needed": needed},
            place=one.number,
        )
        for one in candidates
        if len(one.marks) < needed
    ]
    if remarks:
        raise RuleBroken(remarks)


def keep_rows(decision: Decision, inputs: ProtocolInputs, decided: Decided, applications: Any) -> None:
    """The rows of the ranking for lists and sums: the same figures as in the protocol, never computed twice."""
    by_number = {protocol_number(application): application for application in applications}
    candidates = {one.number: one for one in inputs.candidates}
    rows = []
    for position, row in enumerate(decided.awarding.rows, start=1):
        entry, candidate = row.ranked.entry, candidates[row.ranked.entry.number]
        rows.append(
            (
                RankedApplication(
                    decision_id=decision.id,
                    application_id=by_number[entry.number].id,
                    nomination=entry.nomination,
                    position=position,
                    place=row.ranked.place,
                    total=entry.total.value,
                    criteria={
                        "means": {code: str(mean) for code, mean in entry.total.means.items()},
                        "marks": {
                            juror: {code: f"{mark:f}" for code, mark in sheet.items()}
                            for juror, sheet in sorted(candidate.marks.items())
                        },
                        "measured": {code: str(value) for code, value in candidate.measured.items()},
                        "evidence": dict(candidate.evidence),
                        **({} if entry.total.best is None else {"best": str(entry.total.best)}),
                        "tie": str(row.ranked.tie.remark) if row.ranked.tie else "",
                        "reason": row.cause,
                        **({"awards": awards} if (awards := inputs.awards_of(row.ranked)) else {}),
                        **({} if entry.group is None or not inputs.scoring.ranks_groups else {"group": entry.group}),
                        **({} if row.recommended is None else {"recommended": recommendation(row)}),
                    },
                    outcome=row.outcome,
                    requested_sum=entry.requested_sum or 0,
                    awarded_sum=row.award_sum,
                ),
                row.split or {},
            )
        )
    db.session.add_all(ranked for ranked, _ in rows)
    db.session.flush()
    db.session.add_all(
        AwardShare(ranked_id=ranked.id, source=source, share_sum=share)
        for ranked, split in rows
        for source, share in split.items()
        if ranked.awarded_sum
    )
    db.session.flush()


def name_sums(decision: Decision, named: tuple[NamedSum, ...], *, actor: Person, now: datetime) -> Decision:
    """The next decision: the same sitting and ranking, with the sums that the commission or the organiser named.

    Raises RuleBroken, at the number of its application, for a sum that may not be, and where `ensure_open` does.
    """
    contest = contest_of(decision)
    ensure_open(decision, contest)
    inputs = inputs_from_json(json.loads(decision.protocol))
    if not isinstance(inputs.session, Sitting):
        raise RuleBroken(N_("Решение старого образца: подготовьте его заново"))
    return prepare_decision(
        contest, sitting=inputs.session, tie_votes=inputs.tie_votes, named_sums=named, actor=actor, now=now
    )


def approve_decision(decision: Decision, *, actor: Person, now: datetime) -> None:
    """The chair approves the last prepared decision; who prepared it may not (two people).

    Raises NotAllowed for the same person, RuleBroken when it is not the last, returned or approved already, or when
    its sitting has not begun yet.
    """
    contest = contest_of(decision)
    ensure_open(decision, contest)
    sitting = sitting_of(decision)
    if isinstance(sitting, Sitting) and now < sitting.held_at:
        raise RuleBroken(
            Remark(
                N_("Заседание назначено на %(held_at)s: утвердить решение можно после него"),
                {"held_at": sitting.held_at},
            )
        )
    if queries.awaits_sums(decision):
        raise RuleBroken(N_("Сначала запишите суммы, которые назвали после заседания: так велит положение"))
    if decision.prepared_by_id == actor.id:
        raise NotAllowed(N_("Утвердить решение должен другой человек, не тот, кто его подготовил"))
    decision.approved_at, decision.approved_by_id = now, actor.id
    contests.note_approval(contest, now=now)
    db.session.flush()
    audit.record(
        "decision.approved",
        decision,
        actor=actor,
        now=now,
        after={"number": decision.number, "digest": decision.digest},
        municipality_id=contest.municipality_id,
    )


def return_decision(decision: Decision, *, reason: str, actor: Person, now: datetime) -> None:
    """The chair sends the decision back with a reason; the secretary prepares the next."""
    contest = contest_of(decision)
    ensure_open(decision, contest)
    if not reason.strip():
        raise RuleBroken(Remark(N_("Напишите, что нужно исправить"), place="reason"))
    decision.returned_at, decision.return_reason = now, reason.strip()
    db.session.flush()
    audit.record(
        "decision.returned",
        decision,
        actor=actor,
        now=now,
        after={"number": decision.number, "reason": decision.return_reason},
        municipality_id=contest.municipality_id,
    )


def publish_decision(decision: Decision, *, actor: Person, now: datetime) -> None:
    """The approved decision is published: everybody sees it, applicants get letters, the official day is today, the
    awards stand in the ledger of the programme.

    Raises RuleBroken when it is not approved, or published already.
    """
    contest = contest_of(decision)
    if decision.approved_at is None:
        raise RuleBroken(N_("Решение ещё не утверждено председателем комиссии"))
    if decision.published_at:
        raise RuleBroken(N_("Результаты уже опубликованы"))
    decision.published_at, decision.published_by_id = now, actor.id
    contests.note_publication(contest, now=now)
    db.session.flush()
    audit.record(
        "decision.published",
        decision,
        actor=actor,
        now=now,
        after={"number": decision.number, "digest": decision.digest},
        municipality_id=contest.municipality_id,
    )
    rows = list(db.session.scalars(queries.ranked_rows(decision.id)).unique())
    post_awards(
        contest.activity_id,
        [award for row in rows for award in posted_awards(row, contest, decision)],
        decision_id=decision.id,
        year=contest.year,
        decided_on=today_in(db.session.get_one(Municipality, contest.municipality_id), now),
        actor=actor,
        now=now,
    )
    outcomes = {row.application_id: row for row in rows}
    for person, application in queries.people_to_tell(contest.id):
        if (row := outcomes.get(application.id)) is not None:
            with force_locale(person.locale):
                subject, body = letters.results(contest, application, row)
            notifications.post(
                "decision.results", to=person.email, subject=subject, body=body, now=now, person_id=person.id
            )


def posted_awards(row: RankedApplication, contest: Contest, decision: Decision) -> list[PostedAward]:
    """One award as the ledger keeps it, source by source, in the language of the district's papers."""
    document = f"Решение по конкурсу «{contest.name}», {contest.year} год, протокол № {decision.number}"
    note = f"Заявка № {row.application.number}, {row.application.tos.name}"
    shares = sorted(row.shares, key=lambda share: SOURCES.index(share.source))
    return [PostedAward(share.source, share.share_sum, document, note) for share in shares]


def ensure_open(decision: Decision, contest: Contest) -> None:
    """The decision waits for the chair: it is the last one, neither approved nor returned."""
    last = queries.latest_decision(contest.id)
    if last is not None and last.id != decision.id:
        raise RuleBroken(N_("Подготовлено более новое решение: откройте страницу заново"))
    if decision.approved_at:
        raise RuleBroken(N_("Решение уже утверждено"))
    if decision.returned_at:
        raise RuleBroken(N_("Решение возвращено секретарю: дождитесь нового"))


def sitting_of(decision: Decision) -> Sitting | CountedSession:
    """The sitting as the protocol of a decision keeps it."""
    return inputs_from_json(json.loads(decision.protocol)).session


def contest_of(decision: Decision) -> Contest:
    """The contest of a decision, locked: two people deciding at once come one after the other."""
    return db.session.get_one(Contest, decision.contest_id, with_for_update=True)
