"""Entries of the ledger as a table that the import reads back."""

from collections.abc import Iterable

from tosportal.domain.ledger import EntryFacts
from tosportal.domain.ledger_sheet import COLUMNS, KIND_WORDS, SOURCE_WORDS
from tosportal.support.documents.sheet_rows import SheetValue, write_sheet

WIDTHS = {"kind": 24, "activity": 18, "year": 8, "source": 22, "entry_sum": 18, "dated_on": 12, "document": 44}
SHEET_TITLE = "Учёт программы"


def ledger_sheet(entries: Iterable[EntryFacts]) -> bytes:
    """An XLSX file with the columns of the import: the same file brought back changes nothing. Without entries it is
    an empty table to fill in."""
    columns = [(titles[0], WIDTHS.get(name, 30)) for name, titles in COLUMNS.items()]
    return write_sheet(SHEET_TITLE, columns, [[_cell(one, name) for name in COLUMNS] for one in entries])


def _cell(facts: EntryFacts, name: str) -> SheetValue:
    if name == "kind":
        return KIND_WORDS[facts.kind][0].capitalize()
    if name == "source":
        return SOURCE_WORDS[facts.source][0].capitalize()
    if name == "level":
        return f"{facts.level:f}".replace(".", ",") if facts.level is not None else None
    value: SheetValue = getattr(facts, name)
    return value if value != "" else None
