"""Where a value stands in a file, in the language of the page: fixed words are translated, quoted ones stay printed."""

import re

from flask_babel import gettext

from tosportal.domain.consistency.places import NAMES
from tosportal.domain.errors import N_

WORDS = frozenset(
    {
        *NAMES.values(),
        N_("таблица"),
        N_("строка"),
        N_("графа"),
        N_("абзац"),
        N_("лист"),
        N_("ячейка"),
        N_("приложение"),
        N_("годы"),
    }
)
QUOTED = re.compile(r"(«[^«»]*(?:«[^«»]*»[^«»]*)*»)")
YEAR = re.compile(r"\b(\d{4}) год\b")
FIXED = re.compile(r"\b(" + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)) + r")\b")
WITH_QUOTES = re.compile("|".join(re.escape(one) for one in WORDS if "«" in one))


def place_words(place: str) -> str:
    """The words of a place: in English «таблица 3, строка 14 (мероприятие «День соседей», 2025 год)» is
    «table 3, row 14 (activity «День соседей», 2025)»."""
    pieces = re.split(QUOTED, WITH_QUOTES.sub(lambda found: gettext(found[0]), place))
    return "".join(piece if piece.startswith("«") else _said(piece) for piece in pieces)


def _said(piece: str) -> str:
    piece = YEAR.sub(lambda found: gettext("%(year)s год", year=found[1]), piece)
    return FIXED.sub(lambda found: gettext(found[0]), piece)
