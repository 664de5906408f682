"""Who judges what. Everybody judges everything they may; the order differs from juror to juror, so that no application
is always read last by a tired jury."""

import hashlib
from collections.abc import Iterable


def order_for(juror_id: int, application_ids: Iterable[int]) -> list[int]:
    """The applications in this juror's own order: shuffled, and the same at every look.

    An application that comes later takes its place among the others without moving them past each other.

    >>> order_for(1, [4, 5, 6]) == order_for(1, [6, 5, 4])
    True
    >>> [one for one in order_for(1, [4, 5, 6, 7]) if one != 7] == order_for(1, [4, 5, 6])
    True

    Basis: DESIGN §6, jury rules («order of applications is shuffled per expert»).
    """
    return sorted(application_ids, key=lambda one: hashlib.sha256(f"{juror_id}:{one}".encode()).digest())
