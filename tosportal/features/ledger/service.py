"""What happens to the ledger: entries are written, taken back by the opposite, imported, posted from decisions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.ledger import NOTE_MOST, EntryFacts, LedgerCell, check_entry, total_of
from tosportal.domain.ledger_sheet import COLUMNS, BadCell, LedgerSheet, SheetRow
from tosportal.features.accounts.models import Person
from tosportal.features.ledger import queries
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Activity, Programme
from tosportal.features.registry.models import Municipality
from tosportal.support import audit
from tosportal.support.db import db

Cell = tuple[int, int, str]  # id of the activity, year, source


@dataclass(frozen=True)
class Recorded:
    """An entry that stands, and what is worth saying about the figures after it."""

    entry: LedgerEntry
    warnings: tuple[Remark, ...] = ()


def today_of(programme: Programme, now: datetime) -> date:
    """The day in the district of a programme."""
    zone = db.session.get_one(Municipality, programme.municipality_id).zone
    return now.astimezone(ZoneInfo(zone)).date()


def record_entry(programme: Programme, facts: EntryFacts, *, actor: Person | None, now: datetime) -> Recorded:
    """The entry stands in the ledger. Money beyond roster or agreement is a warning, not a refusal.

    Raises RuleBroken with the fields: see `check_entry`; an activity the programme does not have; a decrease below
    zero; exactly the same entry (sum, day, document, note) stands already.
    """
    programme = _locked(programme)
    remarks = check_entry(
        facts, year_from=programme.year_from, year_to=programme.year_to, today=today_of(programme, now)
    )
    activities = {one.code: one for one in queries.activities_in_order(programme.id)}
    activity = activities.get(facts.activity)
    if activity is None:
        remarks.append(Remark(N_("Выберите мероприятие"), place="activity"))
    if remarks or activity is None:
        raise RuleBroken(remarks)
    before = queries.cell_of(activity.id, facts.year, facts.source)
    _ensure_not_below_zero(before.of(facts.kind) + facts.entry_sum)
    if queries.has_same(activity.id, facts):
        raise RuleBroken(
            Remark(
                N_("Точно такая запись уже есть. Если это другой платёж, назовите его документ"),
                place="document",
            )
        )
    entry = _row(activity.id, facts, origin="person", actor=actor, now=now)
    db.session.add(entry)
    db.session.flush()
    _note("ledger_entry.recorded", entry, programme, activity.code, actor=actor, now=now)
    warnings = queries.cell_of(activity.id, facts.year, facts.source).warnings()
    if facts.kind == "award" and queries.has_posted_awards(activity.id, facts.year):
        words = N_("Награды этого мероприятия за %(year)s год портал уже записал по решению: проверьте, не дважды ли")
        warnings.append(Remark(words, {"year": facts.year}))
    return Recorded(entry, tuple(warnings))


def take_back(
    entry: LedgerEntry, programme: Programme, *, reason: str, actor: Person | None, now: datetime
) -> LedgerEntry:
    """An entry of the opposite sum stands beside this one and names it; nothing is erased.

    Raises RuleBroken: no reason, the entry is taken back already or itself takes one back, the sum would fall below
    zero.
    """
    programme = _locked(programme)
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken(Remark(N_("Напишите, почему запись берут обратно"), place="reason"))
    if remarks := too_long(reason, NOTE_MOST, "reason"):
        raise RuleBroken(remarks)
    found = queries.entry_by_id(programme.id, entry.id)
    if found is None or found.taken_back_id is not None:
        raise RuleBroken(N_("Эту запись уже взяли обратно"))
    if entry.takes_back_id is not None:
        raise RuleBroken(N_("Эта запись сама берёт обратно другую: внесите запись заново"))
    _ensure_not_below_zero(
        queries.cell_of(entry.activity_id, entry.year, entry.source).of(entry.kind) - entry.entry_sum
    )
    opposite = LedgerEntry(
        activity_id=entry.activity_id,
        year=entry.year,
        source=entry.source,
        kind=entry.kind,
        entry_sum=-entry.entry_sum,
        level=entry.level,
        dated_on=today_of(programme, now),
        document=entry.document,
        note=reason,
        origin="person",
        takes_back_id=entry.id,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )
    db.session.add(opposite)
    db.session.flush()
    _note("ledger_entry.taken_back", opposite, programme, found.Activity.code, actor=actor, now=now)
    return opposite


# --- import ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportReport:
    """What a file did, or would do when `is_done` is False. `known` counts rows that stand in the ledger already."""

    added: tuple[SheetRow, ...]
    known: int
    bad: tuple[BadCell, ...]
    warnings: tuple[tuple[SheetRow, Remark], ...]
    unknown_columns: tuple[str, ...]
    is_done: bool

    @property
    def bad_lines(self) -> int:
        return len({cell.line for cell in self.bad})

    @property
    def added_sum(self) -> Decimal:
        return total_of(row.facts.entry_sum for row in self.added)


def import_entries(
    sheet: LedgerSheet, *, programme: Programme, dry_run: bool, actor: Person | None, now: datetime
) -> ImportReport:
    """Every row of the file stands in the ledger once: all of them or, when one cell is bad, nothing.

    A row that says exactly what an entry says is that entry, also when it was taken back; two equal rows of a file are
    two entries. So the same file a second time changes nothing. Five selects whatever the size.
    """
    programme = _locked(programme)
    activities = {one.code: one for one in queries.activities_in_order(programme.id)}
    standing = Counter(queries.all_facts(programme.id))
    added: list[SheetRow] = []
    for row in sheet.rows:
        if standing[row.facts]:
            standing[row.facts] -= 1
        else:
            added.append(row)
    cells, touched = _after(added, programme, activities)
    bad = [*sheet.bad, *_below_zero(cells, touched)]
    does = not dry_run and not bad
    report = ImportReport(
        added=tuple(added),
        known=len(sheet.rows) - len(added),
        bad=tuple(sorted(bad, key=lambda cell: cell.line)),
        warnings=tuple((row, one) for cell, row in touched.items() for one in cells[cell].warnings() if not bad),
        unknown_columns=sheet.unknown_columns,
        is_done=does,
    )
    if does and added:
        rows = [
            _row(activities[one.facts.activity].id, one.facts, origin="import", actor=actor, now=now) for one in added
        ]
        db.session.add_all(rows)
        db.session.flush()
        for entry, one in zip(rows, added, strict=True):
            _note("ledger_entry.recorded", entry, programme, one.facts.activity, actor=actor, now=now)
    return report


def _after(
    rows: Iterable[SheetRow], programme: Programme, activities: Mapping[str, Activity]
) -> tuple[dict[Cell, LedgerCell], dict[Cell, SheetRow]]:
    """The cells that rows of a file touch as they would be, and the last row that touches each."""
    cells, touched = queries.all_cells(programme.id), {}
    for row in rows:
        cell = (activities[row.facts.activity].id, row.facts.year, row.facts.source)
        cells[cell] = cells.get(cell, queries.NOTHING).with_entry(row.facts.kind, row.facts.entry_sum)
        touched[cell] = row
    return cells, touched


def _below_zero(cells: Mapping[Cell, LedgerCell], touched: Mapping[Cell, SheetRow]) -> list[BadCell]:
    """Decreases that take more than there is, the increases of the same file counted first."""
    return [
        BadCell(row.line, COLUMNS["entry_sum"][0], f"{row.facts.entry_sum}", _less_than_nothing(total))
        for cell, row in touched.items()
        for total in cells[cell].entered.values()
        if total < 0
    ]


# --- decisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostedAward:
    """What one source gives to one award, with the words that name it."""

    source: str
    share_sum: Decimal
    document: str
    note: str


def post_awards(
    activity_id: int,
    awards: Iterable[PostedAward],
    *,
    decision_id: int,
    year: int,
    decided_on: date,
    actor: Person | None,
    now: datetime,
) -> int:
    """The awards of a published decision stand in the ledger, each by source; how many entries were written.

    A decision is posted once: the second time nothing is written. One act in the journal tells of all of them.
    """
    activity = db.session.get_one(Activity, activity_id)
    programme = _locked(db.session.get_one(Programme, activity.programme_id))
    if queries.is_posted(decision_id):
        return 0
    rows = [
        LedgerEntry(
            activity_id=activity_id,
            year=year,
            source=one.source,
            kind="award",
            entry_sum=one.share_sum,
            dated_on=decided_on,
            document=one.document[:500],
            note=one.note,
            origin="decision",
            origin_id=decision_id,
            recorded_at=now,
            recorded_by_id=actor.id if actor else None,
        )
        for one in awards
        if one.share_sum
    ]
    if not rows:
        return 0
    db.session.add_all(rows)
    db.session.flush()
    by_source = {one.source: total_of(row.entry_sum for row in rows if row.source == one.source) for one in rows}
    audit.record(
        "ledger.awards_posted",
        ("decision", decision_id),
        actor=actor,
        now=now,
        after={"activity": activity.code, "year": year, "first_entry": rows[0].id, "entries": len(rows), **by_source},
        municipality_id=programme.municipality_id,
    )
    return len(rows)


# --- parts -----------------------------------------------------------------------------------------------------------


def _locked(programme: Programme) -> Programme:
    """The programme, locked: two people writing into one ledger come one after the other."""
    return db.session.get_one(Programme, programme.id, with_for_update=True)


def _row(activity_id: int, facts: EntryFacts, *, origin: str, actor: Person | None, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        activity_id=activity_id,
        year=facts.year,
        source=facts.source,
        kind=facts.kind,
        entry_sum=facts.entry_sum,
        level=facts.level,
        dated_on=facts.dated_on,
        document=facts.document,
        note=facts.note,
        origin=origin,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )


def _less_than_nothing(total: Decimal) -> Remark:
    return Remark(N_("После этого сумма станет меньше нуля: %(total_sum)s"), {"total_sum": total}, "entry_sum")


def _ensure_not_below_zero(total: Decimal) -> None:
    if total < 0:
        raise RuleBroken(_less_than_nothing(total))


def _note(
    act: str, entry: LedgerEntry, programme: Programme, code: str, *, actor: Person | None, now: datetime
) -> None:
    audit.record(
        act,
        entry,
        actor=actor,
        now=now,
        after={
            "activity": code,
            "year": entry.year,
            "source": entry.source,
            "kind": entry.kind,
            "sum": entry.entry_sum,
            "document": entry.document,
            **({"takes_back": entry.takes_back_id} if entry.takes_back_id else {}),
        },
        municipality_id=programme.municipality_id,
    )
