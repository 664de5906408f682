"""Targets that the running text promises: «доля дворов вырастет до 60 % к 2030 году», «– 45 ТОС к концу 2028 года».

A promise is a number, its unit and its year in a clause. With a verb of growth or decline it is read anywhere; without
one only where the text tells expected results: in their row of the passport or in the list under their heading, and
only when it names nearly the whole indicator, in a unit of that indicator, for a year of its table. A date, the number
of an act, an age, a sum, an increase «на 5 %» is no target.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.document_tables import Paragraph
from tosportal.domain.programme_tables.indicators import COMPARED_MOST, best_match, growth_words, stems, unit_code
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import DASH, NotANumber, plain, split_number, unit_scale, written
from tosportal.domain.programme_tables.passport import bare, outside_quotes

MOST_LETTERS = 600  # of a paragraph that promises: a longer one tells something else
_YEAR = r"(?:(?:к|в|на)(?: кон(?:цу|це|ец))?|по итогам) (?P<year>(?:19|20)\d\d) ?г(?:од[ау]?(?!\w)|\.)"
_VALUE = r"(?<![\d№N.,/\-])(?P<value>(?:\d{1,3}(?: \d{3})+|\d+)(?: ?[.,] ?\d+)?)(?![\d.]|[-‑–][а-яё])"
_UNIT = r"(?P<unit>%|[а-яёА-ЯЁ²³.]+(?: [а-яёА-ЯЁ²³.]+)?)?"
_LEVEL = r"(?:составит|достигнет|не менее|не более|до|на уровне)"
_NOT_UP_TO_A_YEAR = r"(?!(?:[^;,]|,\d){0,60}? (?:к|в|на) (?:19|20)\d\d год)"  # «в 2027 году до 60 % в 2030 году»
_YEAR_FIRST = re.compile(
    rf"(?:{_YEAR}|^(?:[{DASH}•·] ?)?(?P<bare>(?:19|20)\d\d) ?г(?:од|\.))[ ,]*"
    rf"(?:[{DASH}:]+|{_LEVEL}(?!\w){_NOT_UP_TO_A_YEAR})[ {DASH}:]*(?:{_LEVEL} )*{_VALUE} ?{_UNIT}",
    re.IGNORECASE,
)
_VALUE_FIRST = re.compile(
    rf"(?P<before>[\w№.]+[ {DASH}:,(]+)?{_VALUE} ?(?:{_UNIT}[^\d;:]{{0,25}}?|[^\d;:]{{0,90}}?),? ?\(?{_YEAR}",
    re.IGNORECASE,
)
_REACHED = re.compile(r"^(?:до|уровне|менее|более|составит)$", re.IGNORECASE)
_NO_TARGET_AFTER = re.compile(
    r"^(?:на|№|N|в|от|с|со|ст|п|пп|ч|стать\w+|пункт\w*|част\w+|закон\w*|постановлени\w+|решени\w+|старше|младше|моложе|"
    r"возраст\w*|приложени\w+|таблиц\w+)$",
    re.IGNORECASE,
)
_NO_UNIT = re.compile(
    r"^(?:январ|феврал|март|апрел|ма[йя](?!\w)|июн|июл|август|сентябр|октябр|ноябр|декабр|раза?(?!\w)|год|г\.|и(?!\w)|"
    r"или|этап|квартал|процентн|п\. ?п)",
    re.IGNORECASE,
)
_AGE = re.compile(r"^(?:лет|года?)(?!\w)", re.IGNORECASE)
_THOUSANDS = re.compile(r"^тыс", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:ожидаем|конечн|планируем|достигн|достич)\w*.{0,80}?(?:результат|показател|значени)|"
    r"результат\w* (?:реализации|программы|муниципальной)|реализаци\w+ .{0,80}?позволит",
    re.IGNORECASE,
)
_ITEM = re.compile(rf"^(?:\d+[.)] |[{DASH}•·])")
_COUNTING = frozenset(
    {"коли", "числ", "дол", "общ", "обще", "обща", "удел", "сост", "дост", "мене", "боле", "год", "кон", "конц"}
    | {"увел", "рос", "сниж", "сокр", "умен", "повы"}
)
_ABBREVIATION = re.compile(r"(?<!\w)[А-ЯЁ]{2,4}(?!\w)")


@dataclass(frozen=True)
class Promise:
    """One number of a clause with its year; `is_reached` when a word before it says that it is a level."""

    year: str
    printed: str
    unit: str
    start: int
    end: int
    is_reached: bool = False


def promises_in(said: str) -> list[Promise]:
    """Numbers of a clause with the years they are promised for; those that cannot be targets are left out.

    >>> [(one.year, one.printed, one.unit) for one in promises_in("45 ТОС к концу 2028 года")]
    [('2028', '45', 'ТОС')]
    >>> [(one.year, one.printed) for one in promises_in("в 2028 году – 50 %, в 2030 году – 60,5 %")]
    [('2028', '50'), ('2030', '60,5')]
    >>> promises_in("принять до 15 декабря 2030 года закон № 60 в 2030 году; рост на 5 % к 2030 году")
    []
    """
    found, taken = [], []
    for one in _YEAR_FIRST.finditer(said):
        taken.append(one.span())
        found.append(_promise(one, one["year"] or one["bare"], is_reached=True))
    for one in _VALUE_FIRST.finditer(_blanked(said, taken)):
        before = re.sub(r"[^\w№]+$", "", one["before"] or "")
        if not _NO_TARGET_AFTER.match(before):
            found.append(_promise(one, one["year"], is_reached=bool(_REACHED.match(before))))
    return [one for one in found if not _NO_UNIT.match(one.unit)]


def _promise(found: re.Match[str], year: str, *, is_reached: bool) -> Promise:
    unit = (found["unit"] or "").strip()
    return Promise(year, found["value"].strip(), unit, found.start("value"), found.end(), is_reached)


def _blanked(said: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        said = f"{said[:start]}{';' * (end - start)}{said[end:]}"
    return said


def _words(said: str) -> str:
    """What a clause names: without numbers, years, signs."""
    without = re.sub(rf"{_YEAR}|(?:19|20)\d\d ?г(?:од\w*|\.)", " ", said, flags=re.IGNORECASE)
    return re.sub(rf"\d[\d ,.]*%?|[{DASH}•·:;]", " ", without)


def _keys(said: str) -> frozenset[str]:
    abbreviations = {one.casefold() for one in _ABBREVIATION.findall(said)}
    return (stems(said) | abbreviations) - _COUNTING


def _named(indicators: Sequence[dict[str, Any]], said: str) -> dict[str, Any] | None:
    """The one indicator that a clause without a verb names, nearly whole; None when there is none, or two."""
    keys = _keys(_words(said))
    rated = [
        (Decimal(len(keys & other)) / len(keys | other), number)
        for number, one in enumerate(indicators[:COMPARED_MOST])
        if keys and (other := _keys(one["name"]))
    ]
    best = max((rate for rate, _number in rated), default=Decimal(0))
    found = [number for rate, number in rated if rate == best]
    least = Decimal("0.5") if len(keys) > 1 else Decimal("0.75")
    return indicators[found[0]] if best >= least and len(found) == 1 else None


class PromiseReader:
    """Gives the targets of the running text to the indicators they speak of (`expected_result_text`)."""

    def __init__(self, indicators: list[dict[str, Any]], notebook: Notebook) -> None:
        self.indicators = indicators
        self.notebook = notebook
        self.place = ""

    def read(self, paragraphs: Sequence[Paragraph], *, all_results: bool = False) -> None:
        """Read paragraphs in their order; `all_results` says that each of them is an expected result."""
        statement, is_list, goes_on = "", False, False
        for paragraph in paragraphs:
            said, self.place = plain(paragraph.text), paragraph.place
            is_item = bool(_ITEM.match(said)) or goes_on
            goes_on = said.endswith((";", ":", ","))
            if len(said) >= MOST_LETTERS:
                statement, is_list = "", False
                continue
            if heads := _HEADING.search(said):
                is_list = True
                goes_on = goes_on or not said.endswith(".")
                said = said[heads.end() :].partition(":")[2].strip() if ":" in said[heads.end() :] else ""
                statement = ""
            elif not is_item:
                is_list = False
            if said.endswith(":") and not promises_in(said):
                statement = said.rstrip(":")
            elif said and not self._clauses(said, statement, is_result=is_list or all_results):
                statement = ""

    def _clauses(self, said: str, statement: str, *, is_result: bool) -> bool:
        """Read the clauses of a paragraph; True when all of it was told of the statement above."""
        is_above = bool(statement)
        for clause in filter(None, (one.strip(" .") for one in outside_quotes(said))):
            promises = promises_in(clause)
            is_figure = bool(promises) and self._is_figure_alone(clause, promises)
            if statement and is_figure and self._told(statement, promises):
                continue
            is_above = False
            if growth_words(clause):
                statement = bare(clause)
                reached = promises if is_result else [one for one in promises if one.is_reached]
                if not self._told(statement, reached) and is_result:
                    self._named(clause, promises)
                is_result = True
            elif is_result and promises:
                self._named(clause, promises)
                statement = ""
        return is_above

    @staticmethod
    def _is_figure_alone(clause: str, promises: Sequence[Promise]) -> bool:
        """Is nothing said but a number, its unit and its year?"""
        units = " ".join(one.unit for one in promises)
        return not _keys(_words(clause)) - _keys(units)

    def _told(self, statement: str, promises: Sequence[Promise]) -> bool:
        indicator = best_match(self.indicators, statement) if promises else None
        if indicator is None:
            return False
        for one in promises:
            self._give(indicator, one, {"statement": statement})
        return True

    def _named(self, clause: str, promises: Sequence[Promise]) -> None:
        fitting = [one for one in self.indicators if all(in_unit_of(one, promise) for promise in promises)]
        if indicator := _named(fitting, clause):
            for one in promises:
                if one.year in {key.rpartition("-")[2] for key in indicator.get("targets", {})}:
                    self._give(indicator, one, {})

    def _give(self, indicator: dict[str, Any], promise: Promise, said: dict[str, Any]) -> None:
        value = in_unit_of(indicator, promise)
        if value is None:
            return
        text = indicator.setdefault("expected_result_text", said)
        cell = {"value": written(value), "printed": promise.printed, "unit_printed": promise.unit}
        kept, key = text.setdefault(promise.year, cell), "expected_result_text"
        if kept is not cell:
            if Decimal(kept["value"]) == value:
                return
            key = "expected_result_again"  # promised twice, and not the same
            if indicator.setdefault(key, {}).setdefault(promise.year, cell) is not cell:
                return
        path = f"indicators[{indicator['id']}].{key}.{promise.year}.value"
        self.notebook.text(path, written(value), self.place, f"{promise.printed} {promise.unit}".strip())


def in_unit_of(indicator: Mapping[str, Any], promise: Promise) -> Decimal | None:
    """The promised value in the unit of the indicator; None when it cannot be a value of this indicator.

    >>> in_unit_of({"unit": "person", "unit_printed": "чел."}, Promise("2030", "1,5", "тыс. человек", 0, 0))
    Decimal('1500.0')
    >>> in_unit_of({"unit": "percent", "unit_printed": "%"}, Promise("2030", "60", "человек", 0, 0)) is None
    True
    """
    try:
        value, _rest = split_number(promise.printed)
    except NotANumber:
        return None
    unit, printed = promise.unit, str(indicator.get("unit_printed") or "")
    scale, own = unit_scale(unit), unit_scale(printed)
    if scale or indicator.get("unit") == "thousand_rub":
        return value * scale / (own or Decimal(1000)) if scale and indicator.get("unit") == "thousand_rub" else None
    if _AGE.match(unit):
        return value if _AGE.match(printed) else None
    if unit and (unit_code(unit) == "percent") != (indicator.get("unit") == "percent"):
        return None
    if _THOUSANDS.match(unit) and not _THOUSANDS.match(printed):
        return value * 1000
    return value
