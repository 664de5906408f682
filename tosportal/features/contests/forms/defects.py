"""Where in a file of a regulation something is wrong, in words: «Раздел 1 „Проект“ → Вопрос 3 „Смета“ → Обязателен»."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.features.contests.forms.places import names_of_columns, part_of_place
from tosportal.web.filters import say

ROW_WORDS: Mapping[str, str] = {
    "nominations": N_("Номинация"),
    "prizes": N_("Премия"),
    "awards": N_("Награда"),
    "timeline": N_("Срок"),
    "eligibility": N_("Условие"),
    "documents": N_("Документ"),
    "sections": N_("Раздел"),
    "fields": N_("Вопрос"),
    "columns": N_("Столбец"),
    "options": N_("Вариант"),
    "criteria": N_("Критерий"),
    "levels": N_("Уровень"),
    "items": N_("Часть критерия"),
    "weights": N_("Вес"),
    "bands": N_("Группа"),
    "admission": N_("Что проверить"),
    "letters": N_("Письмо"),
}
PIECE = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
LONGEST_NAME = 80


def place_in_words(place: str, data: Any) -> str:
    """A place of the strict reading as a reader of the file finds it; `data` is what the file says, whatever that is.

    Names of the file that the portal has no words for stay as they are, in «…».
    """
    words: list[str] = []
    part = part_of_place(place)
    columns = names_of_columns(part)
    value, name = data, ""
    for piece, number in PIECE.findall(place):
        if number:
            value = value[int(number)] if isinstance(value, list) and int(number) < len(value) else None
            words.append(_row_words(name, int(number), value))
            continue
        value = value.get(piece) if isinstance(value, Mapping) else None
        if name == "fields" or piece == "fields":
            columns = {**columns, **names_of_columns("section")}
        name = piece
        is_list = piece in ROW_WORDS and (isinstance(value, list) or value is None)
        if not is_list and not (piece == "form" and not words):
            words.append(say(columns[piece]) if piece in columns else f"«{piece}»")
    if words and words[-1].startswith("«") and name in ROW_WORDS:
        words[-1] = say(ROW_WORDS[name])
    if not words and name in ROW_WORDS:
        words = [say(ROW_WORDS[name])]
    return " → ".join(words)


def _row_words(name: str, number: int, row: Any) -> str:
    """A row by what it is, its number in the file and its own name."""
    kind = say(ROW_WORDS.get(name, N_("Строка")))
    called = ""
    if isinstance(row, Mapping):
        texts = (row.get(key) for key in ("name", "label", "title", "text", "code"))
        called = next((" ".join(text.split()) for text in texts if isinstance(text, str) and text.strip()), "")
    if len(called) > LONGEST_NAME:
        called = f"{called[: LONGEST_NAME - 1]}…"
    return f"{kind} {number + 1} «{called}»" if called else f"{kind} {number + 1}"


def defects_in_words(remarks: Iterable[Remark], data: Any) -> list[tuple[str, Remark]]:
    """Every defect with its place in words; of the file as a whole without a place."""
    return [(place_in_words(one.place, data), one) for one in remarks]
