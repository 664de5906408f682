"""Numbers that Word prints before paragraphs of a list: «1.», «2.3.», «а)». They are not in the text of the file."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from tosportal.support.documents.xml_parts import Meter, pump

LEVELS = 9
LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
COUNT_MAX = 10_000


@dataclass
class Level:
    """One level of a list."""

    start: int = 1
    kind: str = "decimal"
    pattern: str = ""


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    abstract_of: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    of_style: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    def label(self, style: str, list_id: str, level: int) -> str:
        """The number of the next paragraph of this list; empty for a bullet and for a paragraph outside lists.

        The paragraph's own list wins over the one of its style; list 0 switches the style's list off.
        """
        if not list_id and style in self.of_style:
            list_id, styled = self.of_style[style]
            level = styled if level < 0 else level
        level = max(level, 0)
        abstract = self.abstract_of.get(list_id, "")
        known = self.levels.get(abstract, {})
        if level not in known or level >= LEVELS:
            return ""
        counts = self.counts.setdefault(abstract, [0] * LEVELS)
        for higher in range(level):
            counts[higher] = counts[higher] or known.get(higher, Level()).start
        counts[level] = min(counts[level] + 1, COUNT_MAX) if counts[level] else known[level].start
        counts[level + 1 :] = [0] * (LEVELS - level - 1)
        return self.printed(known, level, counts)

    def printed(self, known: Mapping[int, Level], level: int, counts: list[int]) -> str:
        """The pattern of a level with its counts put in."""
        if known[level].kind in {"bullet", "none"}:
            return ""

        def number(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            return shown(counts[other], known.get(other, Level()).kind) if other <= level else ""

        return re.sub(r"%([1-9])", number, known[level].pattern).strip()


def shown(count: int, kind: str) -> str:
    """A count as its kind prints it; unknown kinds as figures.

    >>> shown(4, "upperRoman"), shown(2, "russianLower"), shown(28, "lowerLetter"), shown(7, "decimal")
    ('IV', 'б', 'bb', '7')
    """
    if kind in {"upperRoman", "lowerRoman"} and count < 40:
        text, rest = "", count
        for value, sign in ROMAN:
            text += sign * (rest // value)
            rest %= value
        return text if kind == "upperRoman" else text.lower()
    letters = LETTERS if kind.startswith("russian") else "abcdefghijklmnopqrstuvwxyz" if "Letter" in kind else ""
    if letters and 0 < count < 200:
        times, place = divmod(count - 1, len(letters))
        text = letters[place] * (times + 1)
        return text.upper() if kind.endswith("Upper") or kind.startswith("upper") else text
    return str(count)


@dataclass
class NumberingPart:
    """Listens to the parts that define lists and styles."""

    numbering: Numbering
    abstract: str = ""
    list_id: str = ""
    level: Level | None = None
    style: str = ""
    styled: tuple[str, int] = ("", 0)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Definitions of lists, their levels, and styles that belong to a list."""
        value = attributes.get("val", "")
        if name == "abstractNum":
            self.abstract = attributes.get("abstractNumId", "")
        elif name == "lvl" and not self.list_id:
            self.level = Level()
            self.numbering.levels.setdefault(self.abstract, {})[figure(attributes.get("ilvl", ""))] = self.level
        elif name == "num":
            self.list_id, self.level = attributes.get("numId", ""), None
        elif name == "abstractNumId":
            self.numbering.abstract_of[self.list_id] = value
        elif name == "style":
            self.style, self.styled = attributes.get("styleId", ""), ("", 0)
        elif name == "numId" and self.style:
            self.styled = (value, self.styled[1])
        elif name == "ilvl" and self.style:
            self.styled = (self.styled[0], figure(value))
        elif self.level:
            self.describe(name, value, self.level)

    def describe(self, name: str, value: str, level: Level) -> None:
        """One property of a level."""
        if name == "start":
            level.start = figure(value)
        elif name == "numFmt":
            level.kind = value
        elif name == "lvlText":
            level.pattern = value[:60]

    def end(self, name: str) -> None:
        """A definition is complete."""
        if name == "num":
            self.list_id = ""
        elif name == "lvl":
            self.level = None
        elif name == "style":
            if self.styled[0]:
                self.numbering.of_style[self.style] = self.styled
            self.style = ""

    def text(self, text: str) -> None:
        """Definitions hold no text."""


def figure(text: str) -> int:
    """A small whole number of an attribute, otherwise 0."""
    return min(int(text), COUNT_MAX) if text.isdecimal() and len(text) < 9 else 0


def read_numbering(archive: zipfile.ZipFile, targets: Mapping[str, tuple[str, str]], meter: Meter) -> Numbering:
    """The lists that the document defines; none when it has no such part."""
    numbering = Numbering()
    names = set(archive.namelist())
    for kind in ("numbering", "styles"):
        target = next((target for found, target in targets.values() if found == kind), "")
        if target in names:
            pump(archive, target, NumberingPart(numbering), meter)
    return numbering
