"""What differs between two editions of a regulation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tosportal.domain.regulation.model import Regulation
from tosportal.domain.regulation.reading import to_json
from tosportal.domain.submission_rule import submission_rule_to_json


@dataclass(frozen=True)
class Change:
    """One difference between two editions: where, and the JSON values before and after (None: was not, is not)."""

    place: str
    before: Any
    after: Any


def diff_regulations(old: Regulation, new: Regulation) -> list[Change]:
    """All differences, in the order of the document. Rows with codes are matched by code, not by position.

    A row that is new or gone is one change with the whole row; an equal regulation gives no change.
    """
    return list(_differences(_in_full(old), _in_full(new), ""))


def _in_full(regulation: Regulation) -> dict[str, Any]:
    """The JSON with what it leaves out as always, so that a choice is compared with what it was before."""
    return to_json(regulation) | {"submission": submission_rule_to_json(regulation.submission, in_full=True)}


def _differences(old: Any, new: Any, place: str) -> Iterable[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differences(old.get(name), new.get(name), f"{place}.{name}" if place else name)
    elif _has_keys(old) and _has_keys(new):
        before, after = {_key(row): row for row in old}, {_key(row): row for row in new}
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differences(before.get(key), after.get(key), f"{place}[{key}]")
        if list(before) != list(after) and set(before) == set(after):
            yield Change(f"{place}.order", list(before), list(after))
    else:
        yield Change(place, old, new)


def _key(row: Mapping[str, Any]) -> str:
    return str(row.get("code", row.get("place")))


def _has_keys(rows: Any) -> bool:
    return isinstance(rows, Sequence) and all(
        isinstance(row, Mapping) and ("code" in row or "place" in row) for row in rows
    )
