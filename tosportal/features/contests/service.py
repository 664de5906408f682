"""What officers do with contests: one function per act, each act in the journal."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, update
from sqlalchemy.orm.attributes import set_committed_value

from tosportal.domain.amendments import check_amendment
from tosportal.domain.contest_states import has_come
from tosportal.domain.eligibility import close_day
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict, too_long
from tosportal.domain.letter_texts import check_letter
from tosportal.domain.regulation import Regulation, check_intake_length, check_regulation, diff_regulations, to_json
from tosportal.domain.regulation.letters import Wording
from tosportal.features.accounts.consents import wanting_letters
from tosportal.features.accounts.models import Person
from tosportal.features.contests import letters, queries
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.programmes.models import Activity
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support import audit, notifications
from tosportal.support.db import db

LONGEST_ACT, LONGEST_REASON = 300, 5000


def create_contest(
    *,
    municipality: Municipality,
    activity: Activity,
    slug: str,
    year: int,
    regulation: Regulation,
    actor: Person | None,
    now: datetime,
) -> Contest:
    """A new contest exists as a draft with this regulation, paid from the activity in the year.

    Raises RuleBroken when the address is not made of latin letters, digits and «-», or is taken, and when a text of a
    letter would break the letter.
    """
    ensure_letters(regulation)
    if not queries.SLUG.fullmatch(slug) or slug in queries.TAKEN_SLUGS:
        raise RuleBroken(Remark(N_("Адрес — латинские строчные буквы, цифры и дефис, до 80 знаков"), place="slug"))
    if queries.contest_by_slug(slug) is not None:
        raise RuleBroken(Remark(N_("Конкурс с таким адресом уже есть, выберите другой"), place="slug"))
    contest = Contest(
        municipality_id=municipality.id,
        activity_id=activity.id,
        slug=slug,
        name=regulation.name[:300],
        kind=regulation.kind,
        year=year,
        edition=1,
    )
    db.session.add(contest)
    db.session.flush()
    db.session.add(
        RegulationEdition(
            contest_id=contest.id,
            number=1,
            definition=to_json(replace(regulation, letters=())),
            made_at=now,
            made_by_id=actor.id if actor else None,
        )
    )
    set_committed_value(contest, "municipality", municipality)
    set_committed_value(contest, "activity", activity)
    _record("contest.created", contest, actor, now, after={"slug": slug, "year": year, "activity_id": activity.id})
    _word_letters(contest, regulation.letters, actor=actor, now=now)
    return contest


def save_regulation(contest: Contest, regulation: Regulation, *, actor: Person | None, now: datetime) -> None:
    """The draft says this now; the contest carries its name and kind. Only before the announcement.

    Texts of letters that it brings are the contest's own from now on, the others stay. Raises RuleBroken when one would
    break its letter.
    """
    _ensure_draft(contest)
    ensure_letters(regulation)
    _word_letters(contest, regulation.letters, actor=actor, now=now)
    regulation = replace(regulation, letters=())
    edition = queries.edition_in_force(contest)
    changes = _changes(queries.regulation_of_edition(edition), regulation)
    if not changes:
        return
    edition.definition = to_json(regulation)
    edition.made_at, edition.made_by_id = now, actor.id if actor else None
    contest.name, contest.kind = regulation.name[:300], regulation.kind
    _record("contest.regulation_saved", contest, actor, now, after={"changes": changes})


def ensure_letters(regulation: Regulation) -> None:
    """RuleBroken when a text of a letter is of no letter of the portal, or would break it (see `check_letter`)."""
    kinds, remarks = notifications.letter_kinds(), []
    for number, one in enumerate(regulation.letters):
        place = f"letters[{number}]"
        kind = kinds.get(one.kind)
        if kind is None or not kind.of_contest:
            words = N_("Письма «%(code)s» у конкурса нет")
            remarks.append(Remark(words, {"code": one.kind}, f"{place}.code"))
            continue
        found = check_letter(kind, one.subject, one.body, one.locale)
        remarks += [replace(remark, place=f"{place}.{remark.place}") for remark in found]
    if remarks:
        raise RuleBroken(remarks)


def _word_letters(
    contest: Contest, letters_of_contest: Iterable[Wording], *, actor: Person | None, now: datetime
) -> None:
    """These are the contest's own texts of letters from now on; a text that it has already is not written again."""
    wordings = list(letters_of_contest)
    if not wordings:
        return
    latest = {(row.kind, row.locale): row for row in notifications.latest_texts(contest.municipality_id, contest.id)}
    kinds = notifications.letter_kinds()
    for one in wordings:
        row = latest.get((one.kind, one.locale))
        if row is not None and (row.subject, row.body) == (one.subject, one.body):
            continue
        made = notifications.keep_text(
            kinds[one.kind],
            one.locale,
            place=(contest.municipality_id, contest.id),
            number=row.number + 1 if row else 1,
            subject=one.subject,
            body=one.body,
            person_id=actor.id if actor else None,
            now=now,
        )
        facts = {"kind": one.kind, "language": one.locale, "version": made.number, "contest": contest.id}
        audit.record(
            "letter_text.written", made, actor=actor, now=now, after=facts, municipality_id=contest.municipality_id
        )


def choose_fund(contest: Contest, activity: Activity, *, year: int, actor: Person | None, now: datetime) -> None:
    """The draft is paid from this activity of the programme in this year."""
    _ensure_draft(contest)
    before = {"activity_id": contest.activity_id, "year": contest.year}
    contest.activity_id, contest.year = activity.id, year
    set_committed_value(contest, "activity", activity)
    after = {"activity_id": activity.id, "year": year}
    if before != after:
        _record("contest.fund_chosen", contest, actor, now, before=before, after=after)


def announcement_remarks(contest: Contest, regulation: Regulation, fund_total: Decimal, now: datetime) -> list[Remark]:
    """Everything that stands between this draft and its announcement."""
    remarks = check_regulation(regulation, fund_total)
    close = regulation.moments.get("close")
    if has_come(close, now):
        remarks.append(
            Remark(N_("Окончание приёма заявок %(close_at)s уже прошло"), {"close_at": close}, "timeline.close")
        )
        return remarks
    if regulation.intake.days_min is None:
        return remarks
    zone = ZoneInfo(db.session.get_one(Municipality, contest.municipality_id).zone)
    return remarks + check_intake_length(regulation.intake, now.astimezone(zone).date(), close_day(regulation, zone))


def announce_contest(contest: Contest, *, actor: Person | None, now: datetime) -> None:
    """Everybody sees the contest from now on, and its regulation changes only by amendments.

    Raises RuleBroken with everything that is still missing.
    """
    _ensure_draft(contest)
    regulation = queries.regulation_of(contest)
    fund = queries.fund_of(contest)
    if remarks := announcement_remarks(contest, regulation, sum(fund.values(), Decimal("0.00")), now):
        raise RuleBroken(remarks)
    contest.announced_at = now
    contest.programme_edition = queries.programme_edition_of(contest)
    edition = queries.edition_in_force(contest)
    after = {"announced_at": now, "edition": contest.edition, "digest": digest(edition.definition), "fund": fund}
    _record("contest.announced", contest, actor, now, after=after)
    today = today_in(db.session.get_one(Municipality, contest.municipality_id), now)
    for person in wanting_letters(contest.municipality_id, today):
        subject, body = letters.announced(contest, regulation, person)
        notifications.post(
            "contest.announced", to=person.email, subject=subject, body=body, now=now, person_id=person.id
        )


def propose_regulation(contest: Contest, regulation: Regulation, *, actor: Person | None, now: datetime) -> None:
    """An amendment is being prepared: nobody but the officers sees it and nothing depends on it yet."""
    _ensure_may_amend(contest)
    proposal = queries.proposed_edition(contest)
    before = queries.regulation_of_edition(proposal) if proposal else queries.regulation_of(contest)
    changes = _changes(before, regulation)
    if not changes:
        return
    if proposal is None:
        proposal = RegulationEdition(contest_id=contest.id, number=contest.edition + 1, definition={}, made_at=now)
        db.session.add(proposal)
    proposal.definition = to_json(regulation)
    proposal.made_at, proposal.made_by_id = now, actor.id if actor else None
    _record("contest.amendment_saved", contest, actor, now, after={"changes": changes})


def discard_proposal(contest: Contest, *, actor: Person | None, now: datetime) -> None:
    """The amendment being prepared is gone; the regulation in force stays."""
    proposal = queries.proposed_edition(contest)
    if proposal is None:
        raise StateConflict(Remark(N_("Поправки, которую готовили, уже нет")))
    before = _changes(queries.regulation_of(contest), queries.regulation_of_edition(proposal))
    db.session.delete(proposal)
    _record("contest.amendment_discarded", contest, actor, now, before={"changes": before})


def amendment_remarks(contest: Contest, regulation: Regulation, now: datetime) -> list[Remark]:
    """Everything that stands between a proposed regulation and its taking force."""
    fund = queries.fund_of(contest)
    remarks = check_regulation(regulation, sum(fund.values(), Decimal("0.00")))
    return remarks + check_amendment(queries.regulation_of(contest), regulation, now)


def amend_contest(
    contest: Contest, regulation: Regulation, *, act: str, reason: str, actor: Person | None, now: datetime
) -> RegulationEdition:
    """The next numbered edition is in force, by the named act and for the named reason; earlier editions stay.

    Raises RuleBroken: no act or reason, nothing changed, something changed that an announced contest may not change.
    """
    _ensure_may_amend(contest)
    remarks = [*too_long(act, LONGEST_ACT, "act"), *too_long(reason, LONGEST_REASON, "reason")]
    if not act.strip():
        remarks.append(Remark(N_("Назовите правовой акт, например «Постановление от 03.03.2026 № 112»"), place="act"))
    if not reason.strip():
        remarks.append(Remark(N_("Объясните участникам, почему меняются условия"), place="reason"))
    old = queries.regulation_of(contest)
    changes = _changes(old, regulation)
    if not changes:
        remarks.append(Remark(N_("Поправка ничего не меняет")))
    remarks += amendment_remarks(contest, regulation, now)
    if remarks:
        raise RuleBroken(remarks)
    edition = queries.proposed_edition(contest)
    if edition is None:
        edition = RegulationEdition(contest_id=contest.id, number=contest.edition + 1, definition={}, made_at=now)
        db.session.add(edition)
    edition.definition = to_json(regulation)
    edition.act, edition.reason = act.strip(), reason.strip()
    edition.made_at, edition.made_by_id = now, actor.id if actor else None
    before = {"edition": contest.edition}
    contest.edition = edition.number
    contest.name = regulation.name[:300]
    after = {"edition": edition.number, "act": edition.act, "reason": edition.reason, "changes": changes}
    _record("contest.amended", contest, actor, now, before=before, after=after)
    return edition


def cancel_contest(contest: Contest, *, reason: str, actor: Person | None, now: datetime) -> None:
    """The contest is cancelled for the named reason; it stays to be seen if it had been announced.

    Raises RuleBroken: no reason, results already approved, cancelled before.
    """
    if contest.cancelled_at is not None:
        raise StateConflict(Remark(N_("Конкурс уже отменён")))
    if contest.approved_at is not None:
        raise RuleBroken(Remark(N_("Результаты уже утверждены, отменить конкурс нельзя")))
    if not reason.strip():
        raise RuleBroken(Remark(N_("Объясните, почему конкурс отменяется и каким актом"), place="reason"))
    if remarks := too_long(reason, LONGEST_REASON, "reason"):
        raise RuleBroken(remarks)
    contest.cancelled_at, contest.cancel_reason = now, reason.strip()
    _record("contest.cancelled", contest, actor, now, after={"reason": contest.cancel_reason})


def note_approval(contest: Contest, *, now: datetime) -> None:
    """The decision on this contest is approved; the act itself is in the journal of decisions."""
    contest.approved_at = now
    db.session.flush()


def note_publication(contest: Contest, *, now: datetime) -> None:
    """The results of this contest are published; the act itself is in the journal of decisions."""
    contest.published_at = now
    db.session.flush()


def take_number(contest: Contest) -> int:
    """The next registration number: each number is given once, also to requests that come in the same instant."""
    table = cast(Table, Contest.__table__)
    after = db.session.execute(
        update(table)
        .where(table.c.id == contest.id)
        .values(next_number=table.c.next_number + 1)
        .returning(table.c.next_number)
    ).scalar_one()
    set_committed_value(contest, "next_number", after)
    return after - 1


def digest(definition: Any) -> str:
    """SHA-256 of a definition or of a part of one: what an editor saw, so that a stale save is noticed."""
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def activity_of_choice(municipality_id: int, code: str) -> tuple[Activity, int] | None:
    """The activity and year behind a choice of fund as a page sends it; None: no such choice."""
    found = next((one for one in queries.fund_choices(municipality_id) if one.code == code), None)
    return None if found is None else (found.activity, found.year)


def _changes(old: Regulation, new: Regulation) -> list[dict[str, Any]]:
    return [{"place": one.place, "before": one.before, "after": one.after} for one in diff_regulations(old, new)]


def _ensure_draft(contest: Contest) -> None:
    if contest.cancelled_at is not None:
        raise StateConflict(Remark(N_("Конкурс отменён, менять его нельзя")))
    if contest.announced_at is not None:
        raise StateConflict(Remark(N_("Конкурс уже объявлен: его меняют только поправкой")))


def _ensure_may_amend(contest: Contest) -> None:
    if contest.announced_at is None:
        raise StateConflict(Remark(N_("Конкурс ещё не объявлен: поправка не нужна")))
    if contest.cancelled_at is not None:
        raise StateConflict(Remark(N_("Конкурс отменён, менять его нельзя")))
    if contest.approved_at is not None:
        raise RuleBroken(Remark(N_("Результаты утверждены, менять положение поздно")))


def _record(
    act: str,
    contest: Contest,
    actor: Person | None,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    db.session.flush()
    audit.record(
        act, contest, actor=actor, now=now, before=before, after=after, municipality_id=contest.municipality_id
    )
