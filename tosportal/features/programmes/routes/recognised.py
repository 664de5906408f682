"""What a check of a whole document found, remembered while the document stays the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from tosportal.domain.consistency import Finding

MOST = 8
_found: OrderedDict[Hashable, list[Finding]] = OrderedDict()
_lock = Lock()


def found_once(key: Hashable, find: Callable[[], list[Finding]]) -> list[Finding]:
    """The findings of this key, looked for when they are asked for first. The key names everything they follow from,
    so a process that forgot them, or another one, finds the same."""
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]
    findings = find()
    with _lock:
        _found[key] = findings
        while len(_found) > MOST:
            _found.popitem(last=False)
    return findings
