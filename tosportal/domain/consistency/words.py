"""Words of names compared: stems, what is counted, what is held, quoted titles."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[а-яёa-z0-9]+(?:-[а-яёa-z0-9]+)*")
_ADJECTIVE = re.compile(r"(ых|их|ого|его|ой|ую|ая|ые|ие|ым|ими|ыми|ное|ний|ный)$")
_STOP_AFTER = {"для", "в", "на", "с", "из", "по", "от", "к", "среди"}
_STEM = 5
SMALL = {"и", "в", "на", "с", "по", "от", "к", "для", "о", "об", "их", "том", "числе", "далее"}
GENERAL_STEMS = {"мероп", "работ", "случа", "компл", "услуг"}  # everything is one of these
PLACE_STEMS = {"местн", "орган", "самоу", "муниц", "образ", "район", "облас", "город", "терри", "насел", "админ"}


def plain(words: str) -> str:
    """A name for comparing: lower case, single spaces, no final stop."""
    return " ".join(words.casefold().split()).rstrip(" .;:")


def words_of(name: str) -> list[str]:
    """The words of a name in lower case."""
    return _WORD.findall(name.casefold())


def stem(word: str) -> str:
    """The first letters of a word: enough to see the same noun in another case."""
    return word[:_STEM]


def stems(name: str) -> list[str]:
    """Stems of the words that mean something, in order."""
    return [stem(word) for word in words_of(name) if word not in SMALL]


def nouns_after(name: str, anchor: str) -> set[str]:
    """Stems of the nouns that follow a word: «проведение регулярных встреч …» gives the stem of «встреч»."""
    found = set()
    for match in re.finditer(anchor, name.casefold()):
        words = words_of(name[match.end() :])
        while words and _ADJECTIVE.search(words[0]) and words[0] not in _STOP_AFTER:
            words = words[1:]
        if words and words[0] not in _STOP_AFTER:
            found.add(stem(words[0]))
    return found - GENERAL_STEMS


def counted(name: str) -> set[str]:
    """What an indicator counts: «Количество проведенных семинаров …»."""
    return nouns_after(name, r"^(?:общее )?(?:количество|число)\s")


def held(name: str) -> set[str]:
    """What an activity holds: «…, проведение семинаров для …»."""
    return nouns_after(name, r"проведени[еяю]\s")


def common_phrase(first: str, second: str, ordinary: Iterable[str], least: int = 3) -> str:
    """The longest run of words that two names share, as the first prints it; empty when it is shorter than `least` or
    made of ordinary words only."""
    one, two = words_of(first), words_of(second)
    one_stems, two_stems = [stem(word) for word in one], [stem(word) for word in two]
    usual = {*ordinary, *PLACE_STEMS}
    best: list[str] = []
    for start in range(len(one)):
        for other in range(len(two)):
            size = 0
            while one_stems[start + size : start + size + 1] == two_stems[other + size : other + size + 1] != []:
                size += 1
            run = one_stems[start : start + size]
            if size > len(best) and len([word for word in run if word not in usual and word not in SMALL]) > 1:
                best = one[start : start + size]
    return " ".join(best) if len(best) >= least else ""


def similar(first: str, second: str, least_percent: int = 75) -> bool:
    """Do two names mean the same: are most stems of the shorter one in the longer one?"""
    one, two = set(stems(first)), set(stems(second))
    smaller = min(len(one), len(two))
    return bool(smaller) and 100 * len(one & two) >= least_percent * smaller


def differing(first: str, second: str, most: int = 70) -> tuple[str, str]:
    """Two long names from the place where they part, so that the difference is seen."""
    one, two = first.split(), second.split()
    lower = [[word.casefold() for word in words] for words in (one, two)]
    same = next((n for n, pair in enumerate(zip(*lower, strict=False)) if pair[0] != pair[1]), None)
    start = min(len(one), len(two)) if same is None else same
    start = 0 if max(len(first), len(second)) <= most else max(start - 2, 0)
    shown = [("…" if start else "") + " ".join(words[start:]) for words in (one, two)]
    cut = [words if len(words) <= most else words[: most - 1].rstrip() + "…" for words in shown]
    return cut[0], cut[1]


def edit_one_digit(first: str, second: str) -> bool:
    """Do two numbers of acts differ in exactly one character?"""
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1
