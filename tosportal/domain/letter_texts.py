"""Texts of letters that a district may word itself: which words stand in braces, what they are replaced by.

A text is plain: «{номер}» is the only command there is. A word of another name is refused, and a value is never read as
a text again. A line whose words are all empty is left out, so «Название: {название}» needs no condition.

Basis: issue 4, points 1 and 12 (texts of letters are data of the regulation; editable templates with preview).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tosportal.domain.errors import N_, Remark

WORD = re.compile(r"\{([^{}\n]*)\}")
STANDARD_WORD = re.compile(r"%\((\w+)\)s")
LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000
OWN_LANGUAGE = "ru"


@dataclass(frozen=True)
class Word:
    """A word that a text may use: its name in Russian texts, what stands in its place, a made-up value for the preview
    (both Russian texts of the catalogue)."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True)
class LetterKind:
    """A letter that the portal writes. `subject` and `body` are texts of the catalogue with `%(code)s`; `needed` are
    words without which the letter is of no use; `of_contest`: a contest may word it for itself."""

    code: str
    title: str
    receiver: str
    subject: str
    body: str
    words: Mapping[str, Word] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    of_contest: bool = True

    def names(self, locale: str) -> dict[str, str]:
        """Code of each word → the name it has in texts of this language."""
        return {code: word.name if locale == OWN_LANGUAGE else code for code, word in self.words.items()}


def with_braces(standard: str, names: Mapping[str, str]) -> str:
    """A text of the catalogue as a person edits it.

    >>> with_braces("Заявка № %(number)s принята", {"number": "номер"})
    'Заявка № {номер} принята'
    """
    return STANDARD_WORD.sub(lambda found: "{" + names[found[1]] + "}", standard)


def filled_line(line: str, values: Mapping[str, str]) -> str:
    """One line with values by the names in braces: a subject stays, whatever is empty."""
    return WORD.sub(lambda found: values[found[1].strip()], line)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with values by the names in braces; lines that lose all their words go, three blank lines become one.

    >>> filled("№ {номер}\\nНазвание: {название}\\n\\n{ещё}\\n\\nКонец", {"номер": "7", "название": "", "ещё": ""})
    '№ 7\\n\\nКонец'
    >>> filled("{a}", {"a": "{b}", "b": "нет"})
    '{b}'
    """
    lines = []
    for line in text.split("\n"):
        names = WORD.findall(line)
        if names and not any(values[name.strip()] for name in names):
            continue
        lines.append(filled_line(line, values))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def check_letter(kind: LetterKind, subject: str, body: str, locale: str) -> list[Remark]:
    """What stands in the way of these texts: unknown words, single braces, words that are needed and not there, length.

    Places are `subject` and `body`.
    """
    names = kind.names(locale)
    remarks = [*_length(subject, LONGEST_SUBJECT, "subject"), *_length(body, LONGEST_BODY, "body")]
    if "\n" in subject.strip():
        remarks.append(Remark(N_("Тема письма пишется в одну строку"), place="subject"))
    for text, place in ((subject, "subject"), (body, "body")):
        remarks += _unknown(text, set(names.values()), place)
    used = {name.strip() for name in WORD.findall(body)}
    for code in kind.needed:
        if names[code] not in used:
            words = N_("В письме нужно слово {%(name)s}: без него письмо бесполезно")
            remarks.append(Remark(words, {"name": names[code]}, "body"))
    return remarks


def _length(text: str, most: int, place: str) -> Iterator[Remark]:
    if not text.strip():
        yield Remark(N_("Напишите тему письма") if place == "subject" else N_("Напишите текст письма"), place=place)
    elif len(text) > most:
        words = N_("Слишком длинно: %(length)s знаков, можно до %(limit)s")
        yield Remark(words, {"length": len(text), "limit": most}, place)


def _unknown(text: str, known: set[str], place: str) -> Iterator[Remark]:
    for name in dict.fromkeys(WORD.findall(text)):
        if name.strip() not in known:
            shown = name.strip()[:60]
            yield Remark(N_("Слова {%(name)s} нет в списке слов этого письма"), {"name": shown}, place)
    if set("{}") & set(WORD.sub("", text)):
        yield Remark(N_("Фигурная скобка без пары: скобки ставят с обеих сторон слова"), place=place)


# Words that letters of several features use.
CONTEST_WORD = Word("конкурс", N_("название конкурса"), N_("Если хочешь изменить мир"))
TOS_WORD = Word("тос", N_("название ТОС"), N_("ТОС «Берёзка»"))
NUMBER_WORD = Word("номер", N_("номер заявки"), "17")
TITLE_WORD = Word("название", N_("название проекта, если оно есть"), N_("Детская площадка"))
LINK_WORD = Word("ссылка", N_("ссылка на страницу портала, где это видно"), "https://tos.example.org/contests/17")
