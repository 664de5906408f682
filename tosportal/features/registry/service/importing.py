"""Loading a list of ТОС from a table: first what would change, then the change, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.tos_list import COLUMN_OF, BadCell, TosFacts, TosRow, TosTable, search_key
from tosportal.features.accounts.consents import withdraw_shown
from tosportal.features.accounts.models import Person
from tosportal.features.registry import queries
from tosportal.features.registry.models import ChairTerm, Contact, Municipality, Settlement, Tos
from tosportal.features.registry.service.toses import (
    OWN_FACTS,
    add_settlement,
    searchable,
    today_in,
    tos_texts,
    write_facts,
)
from tosportal.support import audit
from tosportal.support.db import db

PLACE_FACTS = ("settlement", "settlement_kind", "place_kind", "place")
PERSONAL = ("chair_full_name", "phone", "email")  # an empty cell of these changes nothing


@dataclass(frozen=True)
class Change:
    """One cell that the file would change: its column, what stands in the registry and what in the file."""

    column: str
    before: object
    after: object


@dataclass(frozen=True)
class ImportLine:
    """One row of the file that adds or changes a ТОС."""

    line: int
    code: str
    name: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do when `is_done` is False."""

    added: tuple[ImportLine, ...]
    changed: tuple[ImportLine, ...]
    unchanged: int
    bad: tuple[BadCell, ...]
    unknown_columns: tuple[str, ...]
    is_done: bool

    @property
    def is_blocked(self) -> bool:
        """Did bad rows stop it?"""
        return bool(self.bad) and not self.is_done

    @property
    def good(self) -> int:
        return len(self.added) + len(self.changed) + self.unchanged

    @property
    def bad_lines(self) -> int:
        return len({cell.line for cell in self.bad})


def import_tos(
    rows: TosTable,
    *,
    municipality: Municipality,
    skip_bad: bool = False,
    dry_run: bool = False,
    actor: Person | None,
    now: datetime,
) -> ImportReport:
    """The registry says what the list says, for the ТОС that the list names; ТОС it does not name stay as they are.

    `rows` comes from `domain.tos_list.read_tos_csv`. A ТОС is recognised by its code. A column that the file lacks
    changes nothing; an empty cell empties a fact, but never a chair or a contact. Personal data come without a consent
    to publish, so nothing of it is shown. One bad row: nothing changes, unless `skip_bad`. `dry_run`: nothing changes
    ever. The same list a second time changes nothing. Everything about the district is read in a handful of selects.
    """
    today = today_in(municipality, now)
    toses = queries.toses_by_code(municipality.id)
    people = _People(queries.chairs_now(municipality.id, today), queries.contacts_by_tos(municipality.id))
    bad = list(rows.bad)
    good = _without_doubles(rows.rows, toses, bad)
    added: list[tuple[TosRow, ImportLine]] = []
    changed: list[tuple[TosRow, ImportLine]] = []
    for row in good:
        tos = toses.get(row.facts.code)
        if tos is None:
            added.append((row, ImportLine(row.line, row.facts.code, row.facts.name)))
        elif changes := _changes(row, tos, people):
            changed.append((row, ImportLine(row.line, tos.code, row.facts.name, changes)))
    does = not dry_run and bool(good) and (skip_bad or not bad)
    report = ImportReport(
        added=tuple(line for _row, line in added),
        changed=tuple(line for _row, line in changed),
        unchanged=len(good) - len(added) - len(changed),
        bad=tuple(sorted(bad, key=lambda cell: cell.line)),
        unknown_columns=rows.unknown_columns,
        is_done=does,
    )
    if does and (added or changed):
        writer = _Writer(municipality, people, today, actor, now)
        writer.add([row for row, _line in added])
        for row, line in changed:
            writer.change(toses[row.facts.code], row, line)
        counts = {"added": len(added), "changed": len(changed), "unchanged": report.unchanged, "bad": report.bad_lines}
        audit.record(
            "tos_list.imported", municipality, actor=actor, now=now, after=counts, municipality_id=municipality.id
        )
    return report


@dataclass(frozen=True)
class _People:
    chairs: Mapping[int, ChairTerm]
    contacts: Mapping[tuple[int, str], Contact]

    def of(self, tos: Tos) -> dict[str, str]:
        chair = self.chairs.get(tos.id)
        contacts = {kind: self.contacts.get((tos.id, kind)) for kind in ("phone", "email")}
        return {
            "chair_full_name": chair.full_name if chair else "",
            **{kind: contact.value if contact else "" for kind, contact in contacts.items()},
        }


def _without_doubles(rows: tuple[TosRow, ...], toses: Mapping[str, Tos], bad: list[BadCell]) -> list[TosRow]:
    """Rows whose name does not stand in the registry, in the same place, under a code that the file does not name."""
    named = {row.facts.code for row in rows}
    known = {
        (search_key(tos.name), search_key(tos.settlement.place)): tos.code
        for tos in toses.values()
        if tos.code not in named
    }
    good = []
    kinds: dict[tuple[str, str], tuple[TosRow, tuple[str, str]]] = {}
    for row in rows:
        facts = row.facts
        first, kind = kinds.setdefault(
            (facts.settlement, facts.place), (row, (facts.settlement_kind, facts.place_kind))
        )
        if kind != (facts.settlement_kind, facts.place_kind):
            words = N_("Вид этого населённого пункта не такой, как в строке %(line)s")
            bad.append(
                BadCell(row.line, COLUMN_OF["place_kind"], facts.place_kind, Remark(words, {"line": first.line}))
            )
            continue
        code = known.get((search_key(row.facts.name), search_key(row.facts.place)))
        if code is None:
            good.append(row)
        else:
            words = N_("ТОС с таким названием здесь уже есть, его код %(code)s")
            bad.append(BadCell(row.line, COLUMN_OF["name"], row.facts.name, Remark(words, {"code": code})))
    return good


def _changes(row: TosRow, tos: Tos, people: _People) -> tuple[Change, ...]:
    before: dict[str, Any] = {**tos_texts(tos, tos.settlement), **people.of(tos)}
    found = []
    for name, column in COLUMN_OF.items():
        after = getattr(row.facts, name)
        if name not in row.held or name == "code" or (name in PERSONAL and not after):
            continue
        if before[name] != after:
            found.append(Change(column, before[name], after))
    return tuple(found)


class _Writer:
    """Writes what the report promised."""

    def __init__(
        self, municipality: Municipality, people: _People, today: date, actor: Person | None, now: datetime
    ) -> None:
        self.municipality = municipality
        self.people = people
        self.today = today
        self.actor = actor
        self.now = now
        self.places = {(one.name, one.place): one for one in queries.settlements_of(municipality.id)}

    def settlement(self, facts: TosFacts) -> Settlement:
        key = (facts.settlement, facts.place)
        if key not in self.places:
            self.places[key] = add_settlement(
                self.municipality,
                name=facts.settlement,
                place=facts.place,
                kind=facts.settlement_kind,
                place_kind=facts.place_kind,
                actor=self.actor,
                now=self.now,
            )
        return self.places[key]

    def add(self, rows: list[TosRow]) -> None:
        pairs = []
        for row in rows:
            tos = Tos(
                municipality_id=self.municipality.id,
                settlement_id=self.settlement(row.facts).id,
                code=row.facts.code,
                search_text=searchable(row.facts),
                is_active=True,
                **{name: getattr(row.facts, name) for name in OWN_FACTS},
            )
            pairs.append((tos, row.facts))
        db.session.add_all([tos for tos, _facts in pairs])
        db.session.flush()
        for tos, facts in pairs:
            if facts.chair_full_name:
                db.session.add(ChairTerm(tos_id=tos.id, full_name=facts.chair_full_name))
            for kind in ("phone", "email"):
                if value := getattr(facts, kind):
                    db.session.add(Contact(tos_id=tos.id, kind=kind, value=value))
            self.note("tos.added", tos, {}, tos_texts(tos, self.settlement(facts)))

    def change(self, tos: Tos, row: TosRow, line: ImportLine) -> None:
        facts, names = (
            row.facts,
            {name for name, column in COLUMN_OF.items() if any(one.column == column for one in line.changes)},
        )
        if names & set(PLACE_FACTS):
            settlement = self.settlement(facts)
            settlement.kind, settlement.place_kind = facts.settlement_kind, facts.place_kind
            tos.settlement_id = settlement.id
        write_facts(tos, facts, [name for name in OWN_FACTS if name in row.held])
        if "chair_full_name" in names:
            self.change_chair(tos, facts.chair_full_name)
        for kind in ("phone", "email"):
            if kind in names:
                self.change_contact(tos, kind, getattr(facts, kind))
        db.session.flush()
        open_changes = [one for one in line.changes if one.column not in PERSONAL]
        personal = sorted(names & set(PERSONAL))
        after: dict[str, Any] = {one.column: one.after for one in open_changes}
        self.note(
            "tos.edited",
            tos,
            {one.column: one.before for one in open_changes},
            after | ({"people": personal} if personal else {}),
        )

    def change_chair(self, tos: Tos, full_name: str) -> None:
        """Another name is another person: a new term from today, and the consent of the one before no longer holds."""
        current = self.people.chairs.get(tos.id)
        if current is not None and search_key(current.full_name) == search_key(full_name):
            current.full_name = full_name
            return
        if current is not None:
            current.until_on = date.fromordinal(self.today.toordinal() - 1)
        withdraw_shown(tos.id, ("chair",), now=self.now)
        db.session.add(ChairTerm(tos_id=tos.id, full_name=full_name, since_on=self.today if current else None))

    def change_contact(self, tos: Tos, kind: str, value: str) -> None:
        contact = self.people.contacts.get((tos.id, kind))
        withdraw_shown(tos.id, (kind,), now=self.now)
        if contact is None:
            db.session.add(Contact(tos_id=tos.id, kind=kind, value=value))
        else:
            contact.value = value

    def note(self, act: str, tos: Tos, before: dict[str, Any], after: dict[str, Any]) -> None:
        audit.record(
            act, tos, actor=self.actor, now=self.now, before=before, after=after, municipality_id=self.municipality.id
        )
