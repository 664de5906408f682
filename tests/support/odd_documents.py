"""Hostile and odd documents, all made by code: name → (file name, maker, what must come of it)."""

from tests.support.odd_archives import ARCHIVES
from tests.support.odd_cases import Case
from tests.support.odd_markup import XML
from tests.support.odd_sheets import SHEETS
from tests.support.odd_words import WORDS

CORPUS: dict[str, Case] = {**ARCHIVES, **XML, **WORDS, **SHEETS}
