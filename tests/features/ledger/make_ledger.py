"""Entries for the tests of the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.conftest import NOW
from tosportal.domain.ledger import EntryFacts
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.ledger.service import record_entry
from tosportal.features.programmes.models import Programme

SUBSIDY = "708500.00"


def make_facts(entry_sum: str = SUBSIDY, **knobs: Any) -> EntryFacts:
    """An entry of the budget roster for the contest of projects, unless said otherwise."""
    facts: dict[str, Any] = {
        "kind": "roster",
        "activity": "act-4-1",
        "year": 2026,
        "source": "regional",
        "dated_on": date(2026, 1, 12),
        "document": "Уведомление № 3",
    }
    return EntryFacts(entry_sum=Decimal(entry_sum), **(facts | knobs))


def make_entry(programme: Programme, entry_sum: str = SUBSIDY, **knobs: Any) -> LedgerEntry:
    return record_entry(programme, make_facts(entry_sum, **knobs), actor=None, now=NOW).entry
