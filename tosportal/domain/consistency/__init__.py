"""Does a municipal programme contradict itself? Findings with both values and the place of the cell.

Basis: DOMAIN §1.2 (sums that must hold), §1.3 (what a careful importer flags). The table of codes is `finding.CODES`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tosportal.domain.consistency.acts import check_acts
from tosportal.domain.consistency.arithmetic import relations_of
from tosportal.domain.consistency.finding import CODES, Book, Finding, Severity
from tosportal.domain.consistency.indicators import check_indicators
from tosportal.domain.consistency.links import check_links
from tosportal.domain.consistency.methods import check_methods
from tosportal.domain.consistency.paired import Pair, broken_pairs, hint_pairs, pairs_of
from tosportal.domain.consistency.places import Atlas
from tosportal.domain.consistency.relations import Relation, report_broken
from tosportal.domain.consistency.units import check_units
from tosportal.domain.consistency.wording import check_wording

__all__ = [
    "CODES",
    "Finding",
    "Pair",
    "Relation",
    "Severity",
    "broken_pairs",
    "check_programme",
    "pairs_of",
    "relations_of",
]


def check_programme(data: Mapping[str, Any], places: Mapping[str, str] = MappingProxyType({})) -> list[Finding]:
    """Every finding about a document in the schema `municipal-programme/1`, the worst first.

    `places` gives, by path (`activities[act-1-1].sources.local.2026.rub`), the cell of the original file in words.
    Parts that are missing or of a strange shape are passed over: `programme_document.read_programme` is the strict one.
    """
    book = Book(Atlas(data, places))
    report_broken(relations_of(data), book)
    for check in (check_indicators, check_links, check_units, check_methods, check_acts, check_wording, hint_pairs):
        check(data, book)
    return sorted(book, key=lambda finding: list(Severity).index(finding.severity))
