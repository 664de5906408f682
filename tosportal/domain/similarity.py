"""How much of the text of one application stands in another: by section, in words, with the places in both.

Two texts coincide where four words follow each other in both, capital letters, ё and punctuation aside; a line of fewer
words (a row of a table) coincides as a whole. The measure is a share of words, so a person can recount it on paper.

Basis: DOMAIN 3.5 («описание, цели, календарные планы или сметы совпадают по содержанию более чем на 50 %») [S97].
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tosportal.domain.form_definition import OWN_COLUMNS, FormField, FormSection

RUN = 4
LEAST_WORDS = 12
"""A section of fewer words says nothing: two short answers to one question are alike by chance."""
TOO_ALIKE = Fraction(1, 2)
WORTH_A_LOOK = Fraction(3, 10)
HOLDERS = 20
"""A text is compared with at most so many texts that hold one of its phrases: a phrase of the form itself is in all."""
COMPARED_KINDS = frozenset({"text", "long_text", "list", "table", "budget", "calendar_plan", "in_kind", "results"})
COMPARED_CELLS = frozenset({"text", "long_text", "integer", "decimal", "money"})
NOT_COMPARED = frozenset({"responsible", "who", "requested", "own", "attracted", "in_kind"})
"""Names of people, and who pays: an estimate is the same estimate whoever pays for its lines."""
WORD = re.compile(r"\w+")

Section = Sequence[str]
"""The lines of a section as written: paragraphs of an answer, rows of a table."""


def compared_lines(section: FormSection, answers: Mapping[str, object]) -> list[str]:
    """What is compared of a section: its texts, and its tables row by row; never personal data, dates, people.

    >>> from tosportal.domain.form_definition import FormField
    >>> section = FormSection("plan", "План", (FormField("steps", "Шаги", "calendar_plan"),))
    >>> compared_lines(section, {"steps": [{"name": "Завезти песок", "result": "Есть песок"}]})
    ['Завезти песок Есть песок']
    """
    lines: list[str] = []
    for one in section.fields:
        if one.kind not in COMPARED_KINDS or one.personal:
            continue
        answer = answers.get(one.code)
        rows = answer if isinstance(answer, list) else [answer]
        columns = [column.code for column in one.row_columns if _is_compared(column, one)]
        for row in rows:
            if isinstance(row, Mapping):
                lines.append(" ".join(str(row[code]) for code in columns if row.get(code)))
            elif isinstance(row, str):
                lines.extend(row.splitlines())
    return [line for line in lines if line.strip()]


def _is_compared(column: FormField, one: FormField) -> bool:
    left_out = NOT_COMPARED if one.kind in OWN_COLUMNS else ()
    return column.kind in COMPARED_CELLS and not column.personal and column.code not in left_out


class Word(NamedTuple):
    """A word as it is compared, and where it stands in its line: the line `[start:end]`."""

    word: str
    start: int
    end: int


def words_of(line: str) -> list[Word]:
    """The words of a line.

    >>> [one.word for one in words_of("Ёлки — во дворе, № 5!")]
    ['елки', 'во', 'дворе', '5']
    """
    return [Word(one[0].lower().replace("ё", "е"), one.start(), one.end()) for one in WORD.finditer(line)]


def _runs(words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """Every run of a line: its first word, its number of words, the run itself. One word alone is no run."""
    length = min(RUN, len(words))
    if length < 2:
        return
    for first in range(len(words) - length + 1):
        yield first, length, " ".join(one.word for one in words[first : first + length])


class Mark(NamedTuple):
    """A piece of a line that stands in the other text too, or does not."""

    text: str
    coincides: bool


@dataclass(frozen=True)
class Coinciding:
    """How many of the words of a text stand in the other one."""

    shared: int
    words: int

    @property
    def share(self) -> Fraction:
        """0 to 1, exact; an empty text has nothing in common."""
        return Fraction(self.shared, self.words) if self.words else Fraction(0)

    @property
    def counts(self) -> bool:
        return self.words >= LEAST_WORDS


def runs_of(lines: Section) -> frozenset[str]:
    """All runs of a text."""
    return frozenset(run for line in lines for _first, _length, run in _runs(words_of(line)))


def coinciding(lines: Section, runs: Collection[str]) -> Coinciding:
    """How many words of the lines belong to a run that the other text has.

    >>> mine = ["Поставим во дворе качели и две скамейки"]
    >>> coinciding(mine, runs_of(["Летом поставим во дворе качели и песочницу"]))
    Coinciding(shared=5, words=7)
    >>> coinciding(mine, frozenset())
    Coinciding(shared=0, words=7)
    """
    shared = total = 0
    for line in lines:
        words = words_of(line)
        total += len(words)
        shared += len(_covered(words, runs))
    return Coinciding(shared, total)


def marked(line: str, runs: Collection[str]) -> list[Mark]:
    """The line in pieces, in order, together the line as it was written.

    >>> [tuple(mark) for mark in marked("Итак: поставим во дворе качели!", runs_of(["Поставим во дворе качели"]))]
    [('Итак: ', False), ('поставим во дворе качели', True), ('!', False)]
    """
    words = words_of(line)
    covered = _covered(words, runs)
    marks: list[Mark] = []
    done = 0
    for index, word in enumerate(words):
        if index in covered and index - 1 not in covered:
            marks.append(Mark(line[done : word.start], coincides=False))
            done = word.start
        if index in covered and index + 1 not in covered:
            marks.append(Mark(line[done : word.end], coincides=True))
            done = word.end
    marks.append(Mark(line[done:], coincides=False))
    return [one for one in marks if one.text]


def _covered(words: Sequence[Word], runs: Collection[str]) -> set[int]:
    covered: set[int] = set()
    for first, length, run in _runs(words):
        if run in runs:
            covered.update(range(first, first + length))
    return covered


@dataclass(frozen=True)
class Likeness:
    """What the text `one` has in common with `other`: the section that coincides most, and the whole of it."""

    one: int
    other: int
    section: str
    most: Coinciding
    whole: Coinciding


def likeness(one: int, sections: Mapping[str, Section], other: int, runs: Collection[str]) -> Likeness | None:
    """The section that coincides most with the other text, wherever there it stands; None when no section counts."""
    found = {code: coinciding(lines, runs) for code, lines in sections.items()}
    counted = [code for code, share in found.items() if share.counts]
    if not counted:
        return None
    most = max(counted, key=lambda code: found[code].share)
    whole = Coinciding(sum(share.shared for share in found.values()), sum(share.words for share in found.values()))
    return Likeness(one, other, most, found[most], whole)


def alike(
    texts: Mapping[int, Mapping[str, Section]], asked: Collection[int], *, least: Fraction = WORTH_A_LOOK, most: int = 5
) -> list[Likeness]:
    """For each of the texts asked about the `most` texts it coincides with most, from the share `least` up.

    `texts`: id → section → lines, all that are compared, earlier years too. The greatest share first, then by ids.

    >>> texts = {
    ...     1: {"goal": ["Поставим во дворе школы качели, две скамейки, урну и высадим двенадцать молодых лип"]},
    ...     2: {"goal": ["Весной поставим во дворе школы качели, две скамейки, урну и высадим двенадцать берёз"]},
    ...     3: {"goal": ["Проведём праздник улицы с концертом, чаепитием и играми для детей и взрослых вечером"]},
    ... }
    >>> [(found.one, found.other, found.most) for found in alike(texts, [1, 3])]
    [(1, 2, Coinciding(shared=11, words=13))]
    """
    keys = {key: [runs_of(lines) for lines in sections.values()] for key, sections in texts.items()}
    holders: dict[int, list[int]] = defaultdict(list)
    for key, runs in keys.items():
        for run in {hash(run) for section in runs for run in section}:
            if len(held := holders[run]) <= HOLDERS:
                held.append(key)
    found: list[Likeness] = []
    for key in sorted(asked):
        near = _near(keys[key], holders, key, least)
        pairs = [likeness(key, texts[key], other, frozenset().union(*keys[other])) for other in near]
        of_key = [pair for pair in pairs if pair is not None and pair.most.share >= least]
        found += sorted(of_key, key=lambda pair: (-pair.most.share, pair.other))[:most]
    return sorted(found, key=lambda pair: (-pair.most.share, pair.one, pair.other))


def _near(
    sections: Sequence[frozenset[str]], holders: Mapping[int, Sequence[int]], key: int, least: Fraction
) -> list[int]:
    """The texts worth an exact comparison: each shares so many runs of one section that the share may be reached.

    Four words covered need at least one run of four, so a share of words is never more than four shares of runs.
    """
    near: set[int] = set()
    for runs in sections:
        counts = Counter(other for run in runs for other in holders.get(hash(run), ()) if other != key)
        enough = least * len(runs) / RUN
        near.update(other for other, count in counts.items() if count >= enough)
    return sorted(near)
