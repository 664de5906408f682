"""Two people in one section: what each changed since they saw it, and what both did.

Whoever fills in a form has seen an answer to every question; the form carries a mark of each. A save changes the
answers that differ from what was seen, and nothing else; it may not change an answer that somebody else changed since.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.form_definition import is_blank

MARK_CHARS = 16


@dataclass(frozen=True)
class Merged:
    """`answers` to be stored unless some are `clashing` (changed by both, differently); `theirs`: changed by others."""

    answers: dict[str, Any]
    theirs: tuple[str, ...]
    clashing: tuple[str, ...]


def mark_of(answer: object) -> str:
    """A short mark of an answer: equal for equal answers; rows in which nothing was typed do not count.

    >>> mark_of(None) == mark_of("") == mark_of([]) == mark_of([{"a": ""}])
    True
    >>> mark_of("Двор") == mark_of("Двор ")
    False
    """
    text = json.dumps(_plain(answer), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:MARK_CHARS]


def _plain(answer: object) -> object:
    if answer is None or answer == []:
        return ""
    if isinstance(answer, Mapping):
        return {str(name): _plain(cell) for name, cell in answer.items() if cell not in ("", None)}
    if isinstance(answer, list | tuple):
        return [_plain(row) for row in answer if not is_blank(row)] or ""
    return answer


def marks_of(codes: Iterable[str], answers: Mapping[str, Any]) -> dict[str, str]:
    """The marks of what was seen, a mark for each question."""
    return {code: mark_of(answers.get(code)) for code in codes}


def merge(
    given: Mapping[str, Any], current: Mapping[str, Any], seen: Mapping[str, str], pressed: Collection[str] = ()
) -> Merged:
    """The stored answers with what was changed in the given ones.

    `given` holds the questions that were sent, `current` what is stored now, `seen` the marks of what the sender had
    seen; a question without a mark was seen blank. `pressed`: changed although the marks are equal (a row was added).

    >>> seen = marks_of("ab", {"a": "1", "b": "2"})
    >>> merge({"a": "мой", "b": "2"}, {"a": "1", "b": "чужой"}, seen)
    Merged(answers={'a': 'мой', 'b': 'чужой'}, theirs=('b',), clashing=())
    >>> merge({"a": "мой"}, {"a": "чужой", "b": "2"}, seen).clashing
    ('a',)
    """
    blank = mark_of("")
    answers = dict(current)
    clashing = []
    for code, answer in given.items():
        was, stored, own = seen.get(code, blank), mark_of(current.get(code)), mark_of(answer)
        if own == was and code not in pressed:
            answers.setdefault(code, answer)
        elif stored not in (was, own):
            clashing.append(code)
        else:
            answers[code] = answer
    changed_by_me = {code for code, answer in given.items() if answers.get(code) == answer}
    theirs = tuple(
        code
        for code in {**seen, **current}
        if mark_of(current.get(code)) != seen.get(code, blank) and code not in changed_by_me and code not in clashing
    )
    return Merged(answers, theirs, tuple(clashing))
